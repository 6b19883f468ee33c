"""Disputes in the ledger: registered, moved up the ladder and decided, each as a new row of the chain."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
from sqlalchemy import Connection, func, select

from betalningsansvar.billing.ledger.chain import Writer, digest, moment
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.corrections import LINE_COLUMNS
from betalningsansvar.billing.ledger.credit_reasons import DISPUTES
from betalningsansvar.billing.ledger.disputes import DECISIONS, STEPS
from betalningsansvar.billing.ledger.errors import LedgerError
from betalningsansvar.billing.ledger.reading import standing_lines
from betalningsansvar.billing.ledger.rows import plain_rows
from betalningsansvar.billing.ledger.schema import DISPUTE, DISPUTE_STEP, INVOICE, LINE
from betalningsansvar.billing.ledger.verify import require_sound

_COLUMNS = ["id", "kommun", "period", "arende_id", "line", "reason", "amount_ore", "step", "decision"]


def register(
    ledger: Ledger,
    number: int,
    reason: str,
    at: datetime,
    *,
    arende_id: str | None = None,
    row: int | None = None,
    amount_ore: int | None = None,
) -> int:
    """Register a dispute of a case's lines, or of the n-th line (`row`, from 1), of invoice `number`; returns its id.

    A case is disputed with all its lines of the month, also those of a later invoice. The disputed amount is that of
    the lines unless a smaller one is given. Raises LedgerError when the invoice has no such lines, they are credited
    already, are disputed already, or the amount is more than they cost.
    """
    if reason not in DISPUTES:
        raise LedgerError(f"{reason!r} is no reason for a dispute; the reasons are {', '.join(DISPUTES)}.")
    _require_sound(ledger)
    now = moment(at)
    with ledger.writing(now) as connection:
        head, lines, position = _disputed_lines(connection, number, arende_id, row)
        whole_ore = int(lines["amount_ore"].sum())
        amount = whole_ore if amount_ore is None else amount_ore
        if not 0 < amount <= whole_ore:
            raise LedgerError(f"The disputed amount must be more than 0 and at most the {whole_ore} öre invoiced.")
        content = {
            "kommun": head[0],
            "period": head[1],
            "arende_id": arende_id or "",
            "line": position,
            "reason": reason,
            "amount_ore": amount,
        }
        _refuse_second(connection, content)
        chain = Writer(connection, now)
        dispute = (connection.execute(select(func.max(DISPUTE.c.id))).scalar_one() or 0) + 1
        values = {"id": dispute, **content}
        entry = chain.add("dispute", digest(values))
        connection.execute(DISPUTE.insert().values(entry=entry, **values))
        _add_step(connection, chain, dispute, 1, "")
        return dispute


def decide(ledger: Ledger, dispute: int, at: datetime, *, step: int | None = None, decision: str | None = None) -> None:
    """Move a dispute to a step of the ladder, decide it, or both. Raises LedgerError for an unknown one, and when a
    part of what the lines cost would be granted: granting credits them whole."""
    if decision is not None and decision not in DECISIONS:
        raise LedgerError(f"{decision!r} is no decision; the decisions are {', '.join(DECISIONS)}.")
    if step is not None and step not in STEPS:
        raise LedgerError(f"The ladder has no step {step}; the steps are {', '.join(map(str, STEPS))}.")
    _require_sound(ledger)
    now = moment(at)
    with ledger.writing(now) as connection:
        own = disputes(connection)
        own = own[own["id"] == dispute]
        if own.empty:
            raise LedgerError(f"The ledger has no dispute {dispute}.")
        now_step, now_decision = int(own["step"].iloc[0]), str(own["decision"].iloc[0])
        new = (now_step if step is None else step, now_decision if decision is None else decision)
        if new == (now_step, now_decision):
            raise LedgerError(f"Dispute {dispute} already stands there.")
        if decision == "medges":
            _refuse_part(connection, own)
        _add_step(connection, Writer(connection, now), dispute, *new)


def disputes(connection: Connection, period: str | None = None) -> pd.DataFrame:
    """Every dispute as it stands: id, kommun, period, arende_id, line (0: the case), reason, amount_ore, step,
    decision (`""`: open)."""
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
        )
        .join(newest, newest.c.dispute == DISPUTE.c.id)
        .join(DISPUTE_STEP, DISPUTE_STEP.c.entry == newest.c.entry)
        .order_by(DISPUTE.c.id)
    )
    if period is not None:
        query = query.where(DISPUTE.c.period == period)
    whole = dict.fromkeys(("id", "line", "amount_ore", "step"), "int64")
    texts = dict.fromkeys(("kommun", "period", "arende_id", "reason", "decision"), "str")
    return pd.DataFrame(plain_rows(connection, query), columns=_COLUMNS).astype(whole | texts)


def granted(connection: Connection, period: str, standing: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """What the decisions say about a month with these `standing` lines, as the keyword arguments of
    `billing.ledger.corrections.correction`."""
    found = disputes(connection, period)
    if found.empty:
        return {}
    agreed = found[found["decision"] == "medges"]
    mended = found[found["decision"].isin(["medges", "rattas"])]
    by_line = (
        select(INVOICE.c.kommun, *(LINE.c[name] for name in LINE_COLUMNS[1:]))
        .join(INVOICE, INVOICE.c.number == LINE.c.invoice)
        .where(LINE.c.id.in_(agreed.loc[agreed["line"] > 0, "line"].tolist()))
    )
    lines = standing[["kommun", "arende_id", "line"]]
    of_cases = mended[mended["line"] == 0].merge(lines, on=["kommun", "arende_id"], suffixes=("_of_dispute", ""))
    return {
        "waived_cases": agreed.loc[agreed["line"] == 0, ["kommun", "arende_id"]],
        "waived_lines": pd.DataFrame(plain_rows(connection, by_line), columns=LINE_COLUMNS),
        "disputed": pd.concat([of_cases[["line", "reason"]], mended.loc[mended["line"] > 0, ["line", "reason"]]]),
    }


def issued_amounts(connection: Connection) -> pd.DataFrame:
    """Every issued line's kommun, period, kind, reason and amount_ore, for the report of disputes."""
    query = select(INVOICE.c.kommun, INVOICE.c.period, INVOICE.c.kind, LINE.c.reason, LINE.c.amount_ore).join(
        INVOICE, INVOICE.c.number == LINE.c.invoice
    )
    columns = ["kommun", "period", "kind", "reason", "amount_ore"]
    return pd.DataFrame(plain_rows(connection, query), columns=columns).astype(
        dict.fromkeys(columns[:4], "str") | {"amount_ore": "int64"}
    )


def _disputed_lines(
    connection: Connection, number: int, arende_id: str | None, row: int | None
) -> tuple[tuple[str, str], pd.DataFrame, int | None]:
    """(kommun, period) of the invoice, the standing lines meant, and the line's id when one row is meant."""
    head = connection.execute(select(INVOICE.c.kommun, INVOICE.c.period).where(INVOICE.c.number == number)).first()
    if head is None:
        raise LedgerError(f"The ledger has no invoice {number}.")
    ids = connection.execute(select(LINE.c.id).where(LINE.c.invoice == number).order_by(LINE.c.id)).scalars().all()
    position = None
    if row is not None:
        if not 1 <= row <= len(ids):
            raise LedgerError(f"Invoice {number} has rows 1 to {len(ids)}, no row {row}.")
        position = ids[row - 1]
    chosen = _standing(connection, head.kommun, head.period, arende_id or "", position or 0)
    if not (chosen["number"] == number).any():
        what = f"row {row}" if position else f"case {arende_id}"
        raise LedgerError(
            f"Invoice {number} has no {what} that stands; it may be a credit, a settlement, or credited already."
        )
    return (head.kommun, head.period), chosen, position


def _standing(connection: Connection, kommun: str, period: str, arende_id: str, line: int) -> pd.DataFrame:
    """The line, or without one the case's lines of the month, that no credit has taken back."""
    standing = standing_lines(connection, period)
    if line:
        return standing[standing["line"] == line]
    own_case = (standing["kommun"] == kommun) & (standing["arende_id"] == arende_id)
    return standing[own_case & (standing["arende_id"] != "")]


def _refuse_part(connection: Connection, dispute: pd.DataFrame) -> None:
    (row,) = dispute.to_dict("records")
    lines = _standing(connection, row["kommun"], row["period"], row["arende_id"], row["line"])
    whole_ore = int(lines["amount_ore"].sum())
    if row["amount_ore"] < whole_ore:
        raise LedgerError(
            f"Dispute {row['id']} is of {row['amount_ore']} öre and its lines now stand at {whole_ore}: granting it "
            "would credit all of them. Decide rattas and correct the data at the source, or avslas and register a "
            "dispute of the whole."
        )


def _refuse_second(connection: Connection, content: dict[str, str | int | None]) -> None:
    found = disputes(connection, str(content["period"]))
    same = found[
        (found["kommun"] == content["kommun"])
        & (found["arende_id"] == content["arende_id"])
        & (found["line"] == (content["line"] or 0))
        & (found["decision"] == "")
    ]
    if len(same):
        raise LedgerError(f"It is disputed already, as dispute {int(same['id'].iloc[0])}. Decide that one.")


def _add_step(connection: Connection, chain: Writer, dispute: int, step: int, decision: str) -> None:
    values = {"dispute": dispute, "step": step, "decision": decision}
    entry = chain.add("dispute_step", digest(values))
    connection.execute(DISPUTE_STEP.insert().values(entry=entry, **values))


def _require_sound(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        require_sound(connection)
