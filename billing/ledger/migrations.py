"""The steps that make the ledger's schema and bring an older one up. Each step is done once, in order, whole or not.

The database refuses by itself what a ledger must not allow: changed and removed rows, holes and doubles in numbers,
a line taken back twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, func, inspect, select

from betalningsansvar.billing.ledger import schema
from betalningsansvar.billing.ledger.chain import Writer, digest
from betalningsansvar.billing.ledger.errors import (
    UNCHANGED,
    LedgerError,
    NewerSchemaError,
    NoLedgerError,
    OldSchemaError,
)

NUMBERED = {"entry": "seq", "invoice": "number", "line": "id", "dispute": "id"}
KEYED = {
    "ledger_schema": "version",
    "law_text": "sha256",
    "run": "entry",
    "dispute_step": "entry",
    "setting": "entry",
    "approval": "entry",
}
# In PostgreSQL a function is called for each row; invoices and entries are few, lines are many and have their key.
NUMBERED_IN_POSTGRES = ("entry", "invoice", "dispute")
_SQLITE_REFUSAL = "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only, its numbers follow each other'); END"
_POSTGRES_REFUSAL = "RAISE EXCEPTION 'the ledger is append-only, its numbers follow each other'"
# A ledger can begin with another number than 1, so the row of numbers starts where its setting says.
_FIRST = "CAST((SELECT value FROM setting WHERE name = 'first_number' ORDER BY entry DESC LIMIT 1) AS BIGINT) - 1"
_FOLLOWS = f"(SELECT coalesce(max(number), {_FIRST}, 0) + 1 FROM invoice)"


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


def _who_and_how(connection: Connection) -> None:
    """Who did it, how the ledger is kept, who approved, and the days of invoices and disputes."""
    tables = (schema.ENTRY, schema.RUN, schema.INVOICE, schema.DISPUTE, schema.DISPUTE_STEP)
    for table in tables:
        for column in table.columns:
            if column.system:
                kind = column.type.compile(dialect=connection.dialect)
                nothing = "''" if kind == "TEXT" else "0"
                connection.exec_driver_sql(
                    f'ALTER TABLE {table.name} ADD COLUMN "{column.name}" {kind} NOT NULL DEFAULT {nothing}'
                )
    _make(connection, [schema.SETTING, schema.APPROVAL])
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TRIGGER invoice_next")
        connection.exec_driver_sql(
            f"CREATE TRIGGER invoice_next BEFORE INSERT ON invoice WHEN NEW.number IS NOT {_FOLLOWS} {_SQLITE_REFUSAL}"
        )
    else:
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION ledger_invoice_next() RETURNS trigger LANGUAGE plpgsql AS "
            f"$${_next_body('number', _FOLLOWS)}$$"
        )


STEPS: tuple[Callable[[Connection], None], ...] = (_ledger, _disputes, _who_and_how)
"""Step n makes version n. A published step is never edited; what changes later is a new step."""

VERSION = len(STEPS)
_CHAINED_SINCE = 3
"""From this version each upgrade has an entry in the chain."""
_UNRECORDED = "schema_unrecorded"


def version(connection: Connection) -> int:
    """The schema's version, 0 where there is no ledger. Raises LedgerError when a later program wrote it."""
    if not inspect(connection).has_table(schema.LEDGER_SCHEMA.name):
        return 0
    found: int = connection.execute(select(func.max(schema.LEDGER_SCHEMA.c.version))).scalar_one() or 0
    if found > VERSION:
        raise NewerSchemaError(found, VERSION)
    return found


def require_current(connection: Connection) -> None:
    """Raise NoLedgerError where there is none, and LedgerError for an older schema, which only a writer brings up."""
    found = version(connection)
    if found == 0:
        raise NoLedgerError
    if found < VERSION:
        raise OldSchemaError(found, VERSION)


def upgrade(connection: Connection, at: str) -> None:
    """Bring the schema to VERSION inside the caller's transaction; `at` is the moment as ISO text."""
    found = version(connection)
    if found == 0 and connection.dialect.name == "sqlite" and inspect(connection).get_table_names():
        raise LedgerError(f"Filen har andra tabeller och är ingen liggare. Ange en annan fil. {UNCHANGED}")
    for number, step in enumerate(STEPS[found:], start=found + 1):
        step(connection)
        connection.execute(schema.LEDGER_SCHEMA.insert().values(version=number, upgraded_at=at))
        connection.info[_UNRECORDED] = found < VERSION and VERSION >= _CHAINED_SINCE


def make_schema(connection: Connection) -> None:
    """Every step in an empty database, without the rows that tell of it: those of another ledger follow."""
    for step in STEPS:
        step(connection)


def record_upgrade(connection: Connection, at: str, by: str = "") -> None:
    """Let the chain tell of an upgrade made in this transaction, once what it was made for is written."""
    if connection.info.pop(_UNRECORDED, False):
        versions = connection.execute(select(schema.LEDGER_SCHEMA).order_by(schema.LEDGER_SCHEMA.c.version)).all()
        Writer(connection, at, by).add("schema", schema_digest(versions))


def schema_digest(versions: Iterable[Sequence[Any]]) -> str:
    """The digest of a `schema` entry: every version of the schema up to then, and when it was made."""
    return digest({"versions": [list(row) for row in versions]})


def _make(connection: Connection, tables: Sequence[Table]) -> None:
    schema.METADATA.create_all(connection, tables=list(tables), checkfirst=False)
    for table in tables:
        statements = _sqlite_guards(table.name) if connection.dialect.name == "sqlite" else _postgres_guards(table.name)
        for statement in statements:
            connection.exec_driver_sql(statement)


def _sqlite_guards(table: str) -> list[str]:
    # INSERT OR REPLACE removes rows without calling the delete trigger, so an existing key is refused on insert.
    if table in NUMBERED:
        key = NUMBERED[table]
        wrong = f"NEW.{key} IS NOT (SELECT coalesce(max({key}), 0) + 1 FROM {table})"
    else:
        key = KEYED[table]
        wrong = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"
    refuse = _SQLITE_REFUSAL
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_next BEFORE INSERT ON {table} WHEN {wrong} {refuse}",
    ]


def _postgres_guards(table: str) -> list[str]:
    functions = ["ledger_refuse", *([f"ledger_{table}_next"] if table in NUMBERED_IN_POSTGRES else [])]
    statements = [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${_first_body(name)}$$"
        for name in functions
    ]
    statements += [
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION ledger_refuse()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION ledger_refuse()",
    ]
    if table in NUMBERED_IN_POSTGRES:
        statements.append(
            f"CREATE TRIGGER {table}_next BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION ledger_{table}_next()"
        )
    return statements


def _first_body(function: str) -> str:
    if function == "ledger_refuse":
        return f" BEGIN {_POSTGRES_REFUSAL}; END "
    table = function.removeprefix("ledger_").removesuffix("_next")
    key = NUMBERED[table]
    return _next_body(key, f"(SELECT coalesce(max({key}), 0) + 1 FROM {table})")


def _next_body(key: str, follows: str) -> str:
    return f" BEGIN IF NEW.{key} <> {follows} THEN {_POSTGRES_REFUSAL}; END IF; RETURN NEW; END "


def postgres_functions() -> dict[str, str]:
    """The body of each function that the guards in PostgreSQL call, as the steps leave them."""
    names = ["ledger_refuse", *(f"ledger_{table}_next" for table in NUMBERED_IN_POSTGRES)]
    return {name: _first_body(name) for name in names} | {"ledger_invoice_next": _next_body("number", _FOLLOWS)}
