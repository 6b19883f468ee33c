"""What is in the database besides rows: tables, columns, indexes, guards. Each must say what the steps made it say, and
nothing else may be there: a guard of the right name that guards nothing, or a trigger of someone else's, is a fault."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from betalningsansvar.billing.ledger.migrations import STEPS
from betalningsansvar.billing.ledger.structure_postgres import postgres_expected, postgres_found
from betalningsansvar.data.identity import hide

Objects = Mapping[tuple[str, str], str]
"""What an object says, by (kind, name)."""

_KINDS = {
    "table": "tabellen",
    "column": "kolumnen",
    "index": "indexet",
    "trigger": "spärren",
    "view": "vyn",
    "function": "funktionen",
    "constraint": "villkoret",
    "rule": "regeln",
    "relation": "objektet",
    "setting": "inställningen",
}
_LONGEST_NAME = 80


def structure_faults(connection: Connection) -> Iterator[str]:
    """Each difference between what is in the database and what the ledger made there, guards first."""
    if connection.dialect.name == "sqlite":
        found, expected = _sqlite_found(connection), _sqlite_expected()
    else:
        found, expected = postgres_found(connection), postgres_expected()
    for key in sorted(expected.keys() - found.keys(), key=_guards_first):
        yield f"databasen saknar {_name(key)}, så rader kan ha ändrats."
    for key in sorted(found.keys() - expected.keys(), key=_guards_first):
        yield f"databasen har {_name(key)}, som inte hör till liggaren."
    for key in sorted(expected.keys() & found.keys(), key=_guards_first):
        if found[key] != expected[key]:
            yield f"{_name(key)} säger inte det som liggaren skrev, så rader kan ha ändrats."


def damage(connection: Connection) -> Iterator[str]:
    """What SQLite itself finds wrong with the file; PostgreSQL answers for its own."""
    if connection.dialect.name != "sqlite":
        return
    if connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one() != "ok":
        yield "databasfilen är skadad. Återställ den från en säkerhetskopia."


def dangling(connection: Connection) -> Iterator[str]:
    """Rows that point to one that is not there, which SQLite lets through where another tool wrote them."""
    if connection.dialect.name != "sqlite":
        return
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"en rad i tabellen {row[0]} hänvisar till en som inte finns."


def _guards_first(key: tuple[str, str]) -> tuple[bool, str, str]:
    return key[0] != "trigger", *key


def _name(key: tuple[str, str]) -> str:
    return f"{_KINDS.get(key[0], 'objektet')} {hide(key[1])[:_LONGEST_NAME]}"


def _sqlite_found(connection: Connection) -> Objects:
    rows = connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_master")
    # What ANALYZE notes down is the database's own.
    return {
        (str(kind), str(name)): f"{table}:{_plain(sql)}" for kind, name, table, sql in rows if table != "sqlite_stat1"
    }


def _plain(sql: str | None) -> str:
    return re.sub(r'[\s"]+', "", sql or "")


@cache
def _sqlite_expected() -> Objects:
    """What the steps make, found out by making it."""
    engine = create_engine("sqlite://", poolclass=NullPool)
    with engine.connect() as connection:
        for step in STEPS:
            step(connection)
        return _sqlite_found(connection)
