"""Who is meant by an address or an id of theirs. Authors whom nobody knows are added."""

from collections.abc import Callable
from uuid import UUID

from django.db.models import F

from accounts.models import User
from crm.core import loading
from crm.core.entries import CREATED, Entry
from crm.core.fields import normal_email
from crm.core.plain import id_or_none

from .drafts import LONGEST_ID


class People:
    """The users, by address, by id of theirs and by id of ours."""

    def __init__(self) -> None:
        self.by_email: dict[str, UUID] = {}
        self.by_legacy_id: dict[str, UUID] = {}
        self.ids: set[UUID | None] = set()
        self.active: set[UUID] = set()
        self.read()

    def read(self) -> None:
        """Read who is known now. Of several of one address the one who is still here counts."""
        self.by_email.clear()
        self.by_legacy_id.clear()
        self.ids.clear()
        self.active.clear()
        users = User.all_objects.order_by(F("deleted_at").asc(nulls_first=True), "pk")
        columns = ("pk", "email", "external_id", "status", "deleted_at")
        for pk, email, legacy_id, status, deleted_at in users.values_list(*columns):
            self.ids.add(pk)
            self.by_email.setdefault(email, pk)
            if legacy_id:
                self.by_legacy_id.setdefault(legacy_id, pk)
            if status == User.Status.ACTIVE and deleted_at is None:
                self.active.add(pk)

    def find(self, said: str) -> UUID | None:
        """Return the person that an address or an id means, or None."""
        if not said:
            return None
        if "@" in said:
            return self.by_email.get(normal_email(said))
        if found := self.by_legacy_id.get(said):
            return found
        own = id_or_none(said)
        return own if own in self.ids else None

    def author(self, email: str, legacy_id: str) -> UUID | None:
        """Return who made a record, by address or else by id."""
        return self.find(email if "@" in email else "") or self.find(legacy_id)

    def add_unknown(self, authors: dict[str, str], id_of: Callable[[str], UUID]) -> list[str]:
        """Add authors whom nobody knows as inactive people; return their addresses.

        ``authors`` are ids of theirs by address.
        """
        entries = []
        for email, legacy_id in sorted(authors.items()):
            if self.author(email, legacy_id) is not None:
                continue
            values = {
                "email": email,
                "full_name": email.partition("@")[0],
                "status": User.Status.INACTIVE.value,
            }
            key = legacy_id if 0 < len(legacy_id) <= LONGEST_ID else email[:LONGEST_ID]
            entries.append(Entry(id_of(key), key, values, content=f"author {email}"))
        loading.load(User, entries)
        if entries:
            self.read()
        return [e.values["email"] for e in entries if e.outcome == CREATED]
