"""The tables of the earlier Node backend, read from its PostgreSQL as they were at one moment."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.utils.translation import gettext as _
from psycopg import conninfo, sql

from .sources import BadSource, Source
from .tables import Row

SCHEMES = frozenset({"postgres", "postgresql"})
SECONDS_TO_CONNECT = 10
#: so many rows are fetched at a time
FETCHED = 1000
#: a table that only a database of ours has
OURS = "django_migrations"
TABLES = """
    SELECT c.relname, n.nspname, has_table_privilege(c.oid, 'SELECT'),
        ARRAY(
            SELECT a.attname::text FROM pg_attribute a
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum
        )
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    ORDER BY c.relname
"""
#: what the reading must not be cut off by, and what must not hide rows from it
SETTINGS = """
    SET LOCAL TIME ZONE 'UTC';
    SET LOCAL statement_timeout = 0;
    SET LOCAL idle_in_transaction_session_timeout = 0;
    SET LOCAL row_security = off
"""


@dataclass(frozen=True)
class NodeTable:
    """One table, read through a cursor of the server's, in the order of the ids."""

    name: str
    stem: str
    schema: str
    columns: tuple[str, ...]
    connection: psycopg.Connection
    #: columns that stay behind
    left: frozenset[str] = field(default_factory=frozenset)
    texts_only: bool = False

    def rows(self) -> Iterator[Row]:
        """Yield the rows, numbered. Raises :class:`~crm.exchange.sources.BadSource`."""
        # as JSON, so that a value which Python has no form for spoils its own row only
        query = sql.SQL("SELECT row_to_json(source_row)::text FROM {} AS source_row").format(
            sql.Identifier(self.schema, self.name)
        )
        if "id" in self.columns:
            query += sql.SQL(" ORDER BY source_row.id")
        with told(), self.connection.cursor(name="rows") as cursor:
            cursor.itersize = FETCHED
            for line, (row,) in enumerate(cursor.execute(query), start=1):
                yield self._row(line, row)

    def _row(self, line: int, said: str) -> Row:
        try:
            values = json.loads(said, parse_float=Decimal)
        except (ValueError, RecursionError) as error:
            return Row(line, {}, _("It can't be read: %s") % error)
        return Row(line, {key: value for key, value in values.items() if key not in self.left})


@contextmanager
def told() -> Iterator[None]:
    """Turn what goes wrong with the source into :class:`~crm.exchange.sources.BadSource`."""
    try:
        yield
    except psycopg.Error as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise BadSource(_("The source can't be read: %s") % reason) from error


@contextmanager
def opened(
    address: str, names: dict[str, str], is_secret: Callable[[str, str], bool]
) -> Iterator[Source]:
    """Give the tables of a Node backend as a source: all of them as of now, and read only.

    ``names`` are the entities by table. Raises :class:`~crm.exchange.sources.BadSource`.
    """
    with _connected(address) as connection:
        yield _source(connection, names, is_secret)


@contextmanager
def _connected(address: str) -> Iterator[psycopg.Connection]:
    try:
        is_address = urlsplit(address).scheme in SCHEMES
        given = conninfo.conninfo_to_dict(address) if is_address else None
    except (ValueError, psycopg.Error):  # their words may repeat the password
        given = None
    if given is None:
        raise BadSource(_("The source has to be an address such as postgres://user@host/name."))
    options: Any = {"connect_timeout": SECONDS_TO_CONNECT, **given, "client_encoding": "utf8"}
    with told():
        connection = psycopg.connect(**options)
    try:
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with told():
            connection.execute(SETTINGS)
        yield connection
    finally:
        connection.close()  # nothing to keep: it only read


def _source(
    connection: psycopg.Connection,
    names: dict[str, str],
    is_secret: Callable[[str, str], bool],
) -> Source:
    with told():
        rows = connection.execute(TABLES).fetchall()
    if any(table == OURS for table, *_rest in rows):
        raise BadSource(_("This is a database of this project, and none of the Node backend."))
    if closed := [table for table, _schema, may, _columns in rows if table in names and not may]:
        raise BadSource(_("The source's user may not read these tables: %s.") % ", ".join(closed))
    source = Source()
    found = set()
    for table, schema, _may, columns in rows:
        if table not in names:
            source.refused.append((table, _("not imported: no such entity")))
            continue
        found.add(table)
        left = frozenset(column for column in columns if is_secret(table, column))
        for column in sorted(left):
            source.refused.append((f"{table}.{column}", _("left behind: it opens doors there")))
        source.tables.append(
            NodeTable(table, names[table], schema, tuple(columns), connection, left)
        )
    if not found:
        raise BadSource(_("The source has none of the tables of the Node backend."))
    for table in names:
        if table not in found:
            source.refused.append((table, _("The source has no such table.")))
    return source
