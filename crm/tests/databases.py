"""Databases outside of the tests' transactions, for processes of their own."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

MIGRATED = "migrated"


def keep_migrated(folder: Path) -> None:
    """Copy the new test database before any test saw it: a template of what ``migrate`` makes."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(folder / f"{MIGRATED}.sqlite3")) as copy:
            connection.ensure_connection()
            connection.connection.backup(copy)
        return
    connection.close()  # PostgreSQL copies a database that nobody is connected to
    with _administrator() as admin:
        _create(admin, _named(MIGRATED), template=connection.settings_dict["NAME"])


def is_migrated(template: Path) -> bool:
    """Whether a copy on SQLite has tables: none are made where no test of a run has the mark."""
    with closing(sqlite3.connect(template / f"{MIGRATED}.sqlite3")) as copy:
        return copy.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] > 0


def drop_migrated() -> None:
    """Drop that copy where it is more than a file in a temporary folder."""
    if connection.vendor != "sqlite":
        with _administrator() as admin:
            admin.execute(f'DROP DATABASE "{_named(MIGRATED)}" WITH (FORCE)')


@contextmanager
def fresh_database(
    folder: Path, name: str, *, template: Path | None = None
) -> Iterator[dict[str, str]]:
    """Give the environment of a new database of the kind that is being tested.

    It is empty, or migrated where ``template`` is what the fixture ``migrated`` gives, which
    needs the mark ``django_db`` like everything that is taken from the test database.
    """
    if connection.vendor == "sqlite":
        path = folder / f"{name}.sqlite3"
        if template:
            shutil.copyfile(template / f"{MIGRATED}.sqlite3", path)
        yield {"DATABASE_URL": "", "DB_HOST": "", "SQLITE_PATH": str(path)}
        return
    with _administrator() as admin:
        database = _named(name)
        _create(admin, database, template=_named(MIGRATED) if template else "template1")
        given = {f"DB_{key.upper()}": str(value) for key, value in _place().items()}
        yield {**given, "DATABASE_URL": "", "DB_NAME": database}
        admin.execute(f'DROP DATABASE "{database}" WITH (FORCE)')


def _named(name: str) -> str:
    return f"{connection.settings_dict['NAME']}_{name}"


def _place() -> dict[str, Any]:
    theirs = connection.get_connection_params()
    return {key: theirs[key] for key in ("host", "port", "user", "password") if theirs.get(key)}


def _administrator() -> psycopg.Connection:
    return psycopg.connect(**_place(), dbname="postgres", autocommit=True)


def _create(admin: psycopg.Connection, database: str, *, template: str) -> None:
    admin.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
    admin.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')


@contextmanager
def rows_of(env: dict[str, str]) -> Iterator[psycopg.Connection]:
    """Give a connection to such a database that answers ``execute(sql).fetchall()``."""
    if "SQLITE_PATH" in env:
        with sqlite3.connect(env["SQLITE_PATH"], timeout=20) as stored:
            yield stored  # type: ignore[misc]
        stored.close()
        return
    place = {key.removeprefix("DB_").lower(): value for key, value in env.items()}
    wanted = {"host", "port", "user", "password"}
    parts = {key: value for key, value in place.items() if key in wanted}
    with psycopg.connect(**parts, dbname=env["DB_NAME"], autocommit=True) as stored:
        yield stored
