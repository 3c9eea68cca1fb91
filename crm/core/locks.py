"""Turns at a name: what must not be made twice, though there is no row to lock yet."""

from hashlib import sha256

from django.db import connection


def hold(*names: str) -> None:
    """Wait until nobody else holds one of ``names``, and hold them until the transaction ends.

    Always taken in one order, so that two who want the same names don't block each other.
    SQLite lets one writer in at a time and needs nothing.
    """
    if connection.vendor != "postgresql":
        return
    keys = {int.from_bytes(sha256(name.encode()).digest()[:8], signed=True) for name in names}
    with connection.cursor() as cursor:
        for key in sorted(keys):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
