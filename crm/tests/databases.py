"""Databases outside of the tests' transactions, for processes of their own."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.db import connection


@contextmanager
def fresh_database(folder: Path, name: str) -> Iterator[dict[str, str]]:
    """Give the environment of an empty database of the kind that is being tested."""
    if connection.vendor == "sqlite":
        yield {"DATABASE_URL": "", "DB_HOST": "", "SQLITE_PATH": str(folder / f"{name}.sqlite3")}
        return
    theirs = connection.get_connection_params()
    database = f"{connection.settings_dict['NAME']}_{name}"
    place = {key: theirs[key] for key in ("host", "port", "user", "password") if theirs.get(key)}
    with psycopg.connect(**place, dbname="postgres", autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{database}"')
        given = {f"DB_{key.upper()}": str(value) for key, value in place.items()}
        yield {**given, "DATABASE_URL": "", "DB_NAME": database}
        admin.execute(f'DROP DATABASE "{database}" WITH (FORCE)')


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
