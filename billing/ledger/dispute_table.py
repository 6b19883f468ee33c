"""The disputes as both parties follow them: by invoice and row as printed, with days open and days that matter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
from sqlalchemy import Connection, func, select

from betalningsansvar.billing.ledger.database_errors import readable
from betalningsansvar.billing.ledger.dispute_reading import disputes
from betalningsansvar.billing.ledger.rows import plain_rows
from betalningsansvar.billing.ledger.schema import INVOICE, LINE
from betalningsansvar.billing.ledger.settings import read_settings

TABLE_COLUMNS = [
    "id", "invoice", "printed", "rows", "kommun", "period", "arende_id", "reason", "amount_ore", "step", "decision",
    "days_open", "raised_on", "objection_until", "due_date", "decided_on", "limitation_date",
]  # fmt: skip


@readable
def dispute_table(connection: Connection, today: date) -> pd.DataFrame:
    """TABLE_COLUMNS, a row per dispute: `invoice` its number, `printed` the number as printed, `rows` the rows there
    (`"2"`, `"1, 4"`), `days_open` from the objection to the decision or `today` (int64), dates ISO (`""`: none)."""
    prefix = read_settings(connection).prefix
    found = disputes(connection)
    rows = []
    for dispute in found.to_dict("records"):
        number = dispute["of_invoice"] or _first_invoice(connection, dispute)
        lines = plain_rows(
            connection, select(LINE.c.id, LINE.c.arende_id).where(LINE.c.invoice == number).order_by(LINE.c.id)
        )
        own = [
            str(position)
            for position, (line, arende_id) in enumerate(lines, start=1)
            if (line == dispute["line"] if dispute["line"] else arende_id == dispute["arende_id"])
        ]
        days = select(INVOICE.c.objection_until, INVOICE.c.due_date).where(INVOICE.c.number == number)
        ((objection_until, due_date),) = plain_rows(connection, days)
        raised = dispute["raised_on"] or dispute["at"][:10]
        until = date.fromisoformat(dispute["decided_on"]) if dispute["decided_on"] else today
        rows.append(
            dispute
            | {
                "invoice": number,
                "arende_id": dispute["arende_id"] or dict(lines).get(dispute["line"], ""),
                "printed": f"{prefix}{number}",
                "rows": ", ".join(own),
                "raised_on": raised,
                "days_open": max(0, (until - date.fromisoformat(raised)).days),
                "objection_until": objection_until,
                "due_date": due_date,
            }
        )
    whole = ("id", "invoice", "amount_ore", "step", "days_open")
    types = {name: "int64" if name in whole else "str" for name in TABLE_COLUMNS}
    return pd.DataFrame(rows, columns=TABLE_COLUMNS).astype(types)


@readable
def credits_of_rows(connection: Connection, number: int, rows: Sequence[int]) -> list[int | None]:
    """For each of the `rows` of an invoice, as printed from 1: the credit that has taken it back, None where it
    stands."""
    back = LINE.alias()
    query = (
        select(back.c.invoice)
        .select_from(LINE.outerjoin(back, back.c.reverses == LINE.c.id))
        .where(LINE.c.invoice == number)
        .order_by(LINE.c.id)
    )
    credits = connection.execute(query).scalars().all()
    return [credits[row - 1] for row in rows]


def disputed_by_invoice(connection: Connection) -> dict[int, int]:
    """Öre in open disputes by the number of the invoice disputed."""
    found = dispute_table(connection, date.min)
    sums = found[found["decision"] == ""].groupby("invoice")["amount_ore"].sum()
    return {int(str(number)): int(ore) for number, ore in sums.items()}


def _first_invoice(connection: Connection, dispute: dict[object, object]) -> int:
    """The invoice of a dispute from before it was kept: the first one with its line, or with its case."""
    query = select(func.min(LINE.c.invoice)).join(INVOICE, INVOICE.c.number == LINE.c.invoice)
    if dispute["line"]:
        query = query.where(LINE.c.id == dispute["line"])
    else:
        query = query.where(
            INVOICE.c.kommun == dispute["kommun"],
            INVOICE.c.period == dispute["period"],
            LINE.c.arende_id == dispute["arende_id"],
        )
    return int(connection.execute(query).scalar_one())
