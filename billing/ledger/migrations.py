"""The steps that make the ledger's schema and bring an older one up. Each step is done once, in order, whole or not.

The database refuses by itself what a ledger must not allow: changed and removed rows, holes and doubles in numbers,
a line taken back twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, Table, func, inspect, select

from betalningsansvar.billing.ledger import schema
from betalningsansvar.billing.ledger.errors import LedgerError, NoLedgerError

_NUMBERED = {"entry": "seq", "invoice": "number", "line": "id", "dispute": "id"}
_KEYED = {"ledger_schema": "version", "law_text": "sha256", "run": "entry", "dispute_step": "entry"}
# In PostgreSQL a function is called for each row; invoices and entries are few, lines are many and have their key.
_NUMBERED_IN_POSTGRES = ("entry", "invoice", "dispute")


def _ledger(connection: Connection) -> None:
    _make(
        connection,
        [schema.LEDGER_SCHEMA, schema.ENTRY, schema.LAW_TEXT, schema.RUN, schema.INVOICE, schema.LINE],
    )
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "CREATE TRIGGER line_reversed_once BEFORE INSERT ON line WHEN NEW.reverses IS NOT NULL "
            "AND EXISTS (SELECT 1 FROM line WHERE reverses = NEW.reverses) "
            "BEGIN SELECT RAISE(ABORT, 'line is already reversed'); END"
        )


def _disputes(connection: Connection) -> None:
    _make(connection, [schema.DISPUTE, schema.DISPUTE_STEP])


STEPS: tuple[Callable[[Connection], None], ...] = (_ledger, _disputes)
"""Step n makes version n. A published step is never edited; what changes later is a new step."""

VERSION = len(STEPS)


def version(connection: Connection) -> int:
    """The schema's version, 0 where there is no ledger. Raises LedgerError when a later program wrote it."""
    if not inspect(connection).has_table(schema.LEDGER_SCHEMA.name):
        return 0
    found: int = connection.execute(select(func.max(schema.LEDGER_SCHEMA.c.version))).scalar_one() or 0
    if found > VERSION:
        raise LedgerError(
            f"The ledger has schema version {found}, written by a later release; this one knows {VERSION}. "
            "Update the program. Nothing was changed."
        )
    return found


def require_current(connection: Connection) -> None:
    """Raise NoLedgerError where there is none, and LedgerError for an older schema, which only a writer brings up."""
    found = version(connection)
    if found == 0:
        raise NoLedgerError("There is no ledger there yet. The first `issue --confirm` makes it.")
    if found < VERSION:
        raise LedgerError(
            f"The ledger has schema version {found}; this release reads {VERSION}. "
            "Make a backup, then: betalningsansvar ledger upgrade --ledger URL"
        )


def upgrade(connection: Connection, at: str) -> None:
    """Bring the schema to VERSION inside the caller's transaction; `at` is the moment as ISO text."""
    found = version(connection)
    if found == 0 and connection.dialect.name == "sqlite" and inspect(connection).get_table_names():
        raise LedgerError("The file holds other tables and is no ledger. Name another file. Nothing was changed.")
    for number, step in enumerate(STEPS[found:], start=found + 1):
        step(connection)
        connection.execute(schema.LEDGER_SCHEMA.insert().values(version=number, upgraded_at=at))


def guards(connection: Connection) -> set[str]:
    """The names of the triggers that keep the ledger append-only, as they are in the database now."""
    if connection.dialect.name == "sqlite":
        statement = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        statement = (
            "SELECT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND pg_table_is_visible(c.oid)"
        )
    return {str(row[0]) for row in connection.exec_driver_sql(statement)}


def expected_guards(dialect: str) -> set[str]:
    """The names `guards` must find."""
    tables = [*_NUMBERED, *_KEYED]
    if dialect == "sqlite":
        kinds = ("no_update", "no_delete", "next")
        return {f"{table}_{kind}" for table in tables for kind in kinds} | {"line_reversed_once"}
    return {f"{table}_{kind}" for table in tables for kind in ("no_change", "no_truncate")} | {
        f"{table}_next" for table in _NUMBERED_IN_POSTGRES
    }


def _make(connection: Connection, tables: Sequence[Table]) -> None:
    schema.METADATA.create_all(connection, tables=list(tables), checkfirst=False)
    for table in tables:
        statements = _sqlite_guards(table.name) if connection.dialect.name == "sqlite" else _postgres_guards(table.name)
        for statement in statements:
            connection.exec_driver_sql(statement)


def _sqlite_guards(table: str) -> list[str]:
    # INSERT OR REPLACE removes rows without calling the delete trigger, so an existing key is refused on insert.
    if table in _NUMBERED:
        key = _NUMBERED[table]
        wrong = f"NEW.{key} IS NOT (SELECT coalesce(max({key}), 0) + 1 FROM {table})"
    else:
        key = _KEYED[table]
        wrong = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"
    refuse = "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_next BEFORE INSERT ON {table} WHEN {wrong} {refuse}",
    ]


def _postgres_guards(table: str) -> list[str]:
    refuse = "RAISE EXCEPTION 'the ledger is append-only, its numbers follow each other'"
    statements = [
        f"CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refuse}; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION ledger_refuse()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION ledger_refuse()",
    ]
    if table in _NUMBERED_IN_POSTGRES:
        key = _NUMBERED[table]
        statements += [
            f"CREATE FUNCTION ledger_{table}_next() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF NEW.{key} <> (SELECT coalesce(max({key}), 0) + 1 FROM {table}) THEN {refuse}; END IF; "
            "RETURN NEW; END $$",
            f"CREATE TRIGGER {table}_next BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION ledger_{table}_next()",
        ]
    return statements
