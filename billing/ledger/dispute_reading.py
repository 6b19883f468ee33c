"""The disputes as they stand, and what their decisions mean for a month."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, func, select

from betalningsansvar.billing.ledger.corrections import LINE_COLUMNS
from betalningsansvar.billing.ledger.database_errors import readable
from betalningsansvar.billing.ledger.rows import plain_rows
from betalningsansvar.billing.ledger.schema import DISPUTE, DISPUTE_STEP, ENTRY, INVOICE, LINE

_WHOLE = ("id", "line", "amount_ore", "step", "of_invoice")
_TEXTS = (
    "kommun",
    "period",
    "arende_id",
    "reason",
    "decision",
    "raised_on",
    "decided_on",
    "limitation_date",
    "at",
    "by",
)
_COLUMNS = ["id", "kommun", "period", "arende_id", "line", "reason", "amount_ore", "step", "decision", "raised_on"]
_COLUMNS += ["of_invoice", "decided_on", "limitation_date", "at", "by"]


@readable
def disputes(connection: Connection, period: str | None = None) -> pd.DataFrame:
    """Every dispute as it stands: id, kommun, period, arende_id, line (0: the case), reason, amount_ore, step,
    decision (`""`: open), raised_on, of_invoice (0: not kept), decided_on, limitation_date (ISO, `""`: none), and `at`
    and `by` of its registration."""
    last = select(DISPUTE_STEP.c.dispute, func.max(DISPUTE_STEP.c.entry).label("entry")).group_by(
        DISPUTE_STEP.c.dispute
    )
    newest = last.subquery()
    query = (
        select(
            *(DISPUTE.c[name] for name in _COLUMNS[:4]),
            func.coalesce(DISPUTE.c.line, 0),
            DISPUTE.c.reason,
            DISPUTE.c.amount_ore,
            DISPUTE_STEP.c.step,
            DISPUTE_STEP.c.decision,
            DISPUTE.c.raised_on,
            DISPUTE.c.of_invoice,
            DISPUTE_STEP.c.decided_on,
            DISPUTE_STEP.c.limitation_date,
            ENTRY.c.at,
            ENTRY.c.by,
        )
        .join(newest, newest.c.dispute == DISPUTE.c.id)
        .join(DISPUTE_STEP, DISPUTE_STEP.c.entry == newest.c.entry)
        .join(ENTRY, ENTRY.c.seq == DISPUTE.c.entry)
        .order_by(DISPUTE.c.id)
    )
    if period is not None:
        query = query.where(DISPUTE.c.period == period)
    types = dict.fromkeys(_WHOLE, "int64") | dict.fromkeys(_TEXTS, "str")
    return pd.DataFrame(plain_rows(connection, query), columns=_COLUMNS).astype(types)


@readable
def granted(connection: Connection, period: str, standing: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """What the decisions say about a month with these `standing` lines, as the keyword arguments of
    `billing.ledger.corrections.correction`."""
    found = disputes(connection, period)
    if found.empty:
        return {}
    cases, waived_lines = _waived(connection, found)
    mended = found[found["decision"].isin(["medges", "rattas"])]
    lines = standing[["kommun", "arende_id", "line"]]
    of_cases = mended[mended["line"] == 0].merge(lines, on=["kommun", "arende_id"], suffixes=("_of_dispute", ""))
    return {
        "waived_cases": cases[["kommun", "arende_id"]],
        "waived_lines": waived_lines[LINE_COLUMNS],
        "disputed": pd.concat([of_cases[["line", "reason"]], mended.loc[mended["line"] > 0, ["line", "reason"]]]),
    }


@readable
def waived(connection: Connection) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What the decisions of every month say is not charged: cases (period, kommun, arende_id) and lines (period and
    LINE_COLUMNS)."""
    return _waived(connection, disputes(connection))


def _waived(connection: Connection, found: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    agreed = found[found["decision"] == "medges"]
    by_line = (
        select(INVOICE.c.period, INVOICE.c.kommun, *(LINE.c[name] for name in LINE_COLUMNS[1:]))
        .join(INVOICE, INVOICE.c.number == LINE.c.invoice)
        .where(LINE.c.id.in_(agreed.loc[agreed["line"] > 0, "line"].tolist()))
    )
    lines = pd.DataFrame(plain_rows(connection, by_line), columns=["period", *LINE_COLUMNS])
    return agreed.loc[agreed["line"] == 0, ["period", "kommun", "arende_id"]], lines


@readable
def issued_amounts(connection: Connection) -> pd.DataFrame:
    """Every issued line's kommun, period, kind, reason and amount_ore, for the report of disputes."""
    query = select(INVOICE.c.kommun, INVOICE.c.period, INVOICE.c.kind, LINE.c.reason, LINE.c.amount_ore).join(
        INVOICE, INVOICE.c.number == LINE.c.invoice
    )
    columns = ["kommun", "period", "kind", "reason", "amount_ore"]
    return pd.DataFrame(plain_rows(connection, query), columns=columns).astype(
        dict.fromkeys(columns[:4], "str") | {"amount_ore": "int64"}
    )
