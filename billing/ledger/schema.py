"""The tables of the ledger. Rows are added, never changed or removed; the database itself refuses (see migrations).

Dates are ISO text and moments ISO text in UTC, so that the file can be read by anyone with any tool in many years.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, Table, Text

METADATA = MetaData()
"""The tables in the order in which they are made below: each after those it points to, and the settings before the
invoices, whose numbers begin where a setting says. A copy fills them in that order."""

# STRICT tables in SQLite know INTEGER only, which holds 64 bits there.
WHOLE = BigInteger().with_variant(Integer, "sqlite")


def _table(name: str, *columns: Column[object] | Index) -> Table:
    return Table(name, METADATA, *columns, sqlite_strict=True)


def _text(name: str) -> Column[object]:
    return Column(name, Text, nullable=False)


def _whole(name: str) -> Column[object]:
    return Column(name, WHOLE, nullable=False)


def _key(name: str) -> Column[object]:
    return Column(name, WHOLE, primary_key=True, autoincrement=False)


def _later(name: str) -> Column[object]:
    """A text that a later step adds to the table, so it is not in its CREATE TABLE; `""` where it was not known."""
    return Column(name, Text, nullable=False, default="", server_default="", system=True)


def _later_whole(name: str) -> Column[object]:
    return Column(name, WHOLE, nullable=False, default=0, server_default="0", system=True)


def _points_to(name: str, target: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, WHOLE, ForeignKey(target), nullable=nullable)


LEDGER_SCHEMA = _table("ledger_schema", _key("version"), _text("upgraded_at"))

ENTRY = _table(
    "entry",
    _key("seq"),
    _text("kind"),
    _text("at"),
    _text("digest"),
    _text("previous"),
    _text("hash"),
    _later("by"),
)
"""The chain: one row per thing that happened, in order from 1, and `by` whom. `digest` is of the row it stands for."""

LAW_TEXT = _table("law_text", Column("sha256", Text, primary_key=True), _text("name"), _text("body"))
"""Agreement and tariff files as they were used, by the SHA-256 of their bytes."""

SETTING = _table(
    "setting",
    Column("entry", WHOLE, ForeignKey("entry.seq"), primary_key=True, autoincrement=False),
    _text("name"),
    _text("value"),
)
"""How this ledger is kept: the last row of a name holds."""

RUN = _table(
    "run",
    Column("entry", WHOLE, ForeignKey("entry.seq"), primary_key=True, autoincrement=False),
    _text("period"),
    _text("as_of"),
    _text("agreement"),
    _text("invoice_date"),
    _text("program"),
    _text("options"),
    _text("inputs"),
    _text("law"),
    _later("proved"),
)
"""One issue of one month: what it was computed from. `options`, `inputs` and `law` are JSON, and so is `proved`: the
end of the chain up to which the ledger was proved when the run was written, and what it held."""

INVOICE = _table(
    "invoice",
    _key("number"),
    _points_to("entry", "entry.seq"),
    _points_to("run", "run.entry"),
    _text("kommun"),
    _text("period"),
    _text("kind"),
    _points_to("credits", "invoice.number", nullable=True),
    _text("invoice_date"),
    _whole("amount_ore"),
    _later("due_date"),
    _later("objection_until"),
    Index("invoice_period", "period"),
)
"""`due_date` and `objection_until` (the last day the kommun may object) are as printed on the invoice."""

LINE = _table(
    "line",
    _key("id"),
    _points_to("invoice", "invoice.number"),
    _text("arende_id"),
    _text("regelverk"),
    _text("modell"),
    _text("fran"),
    _text("tom"),
    _whole("dygn_micro"),
    _whole("rate_ore"),
    _whole("amount_ore"),
    _text("reason"),
    _points_to("reverses", "line.id", nullable=True),
    Index("line_invoice", "invoice"),
    Index("line_arende", "arende_id"),
    Index("line_reverses", "reverses", unique=True),
)
"""`reverses` is the line a credit takes back; a line is taken back once."""

DISPUTE = _table(
    "dispute",
    _key("id"),
    _points_to("entry", "entry.seq"),
    _text("kommun"),
    _text("period"),
    _text("arende_id"),
    _points_to("line", "line.id", nullable=True),
    _text("reason"),
    _whole("amount_ore"),
    _later("raised_on"),
    _later_whole("of_invoice"),
)
"""A kommun's objection to a case's lines of a month, or to one line (`line`), made on the day `raised_on` against the
invoice it had in its hand, `of_invoice` (0: not kept)."""

DISPUTE_STEP = _table(
    "dispute_step",
    Column("entry", WHOLE, ForeignKey("entry.seq"), primary_key=True, autoincrement=False),
    _points_to("dispute", "dispute.id"),
    _whole("step"),
    _text("decision"),
    _later("decided_on"),
    _later("limitation_date"),
)
"""Where on the ladder a dispute stands and what was decided; the last row of a dispute holds. `limitation_date` is the
day the claim lapses unless it is before the court by then."""

APPROVAL = _table(
    "approval",
    Column("entry", WHOLE, ForeignKey("entry.seq"), primary_key=True, autoincrement=False),
    _text("period"),
    _text("agreement"),
    _text("as_of"),
    _text("fingerprint"),
    _whole("lines"),
    _whole("amount_ore"),
    _text("inputs"),
)
"""Someone has approved the data of a month: `fingerprint` is of the lines that would then be issued."""

LATER = frozenset(column.name for table in METADATA.tables.values() for column in table.columns if column.system)
"""Columns that a later step added. They are in a row's digest where they say something, so older rows keep theirs."""
