"""Approval of a month, or of a year's settlement, before money moves: who, when, and the fingerprint of what would then
be issued.

An approval holds for the lines that were approved, until a dispute of the month is decided: what a decision grants is
credited without any line being another, so whoever decided must not be alone in moving the money.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Row, func, select

from betalningsansvar.billing.ledger.chain import Writer, digest, moment
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.database_errors import readable
from betalningsansvar.billing.ledger.errors import UNCHANGED, LedgerError, NoLedgerError, NotApprovedError
from betalningsansvar.billing.ledger.facts import RunFacts
from betalningsansvar.billing.ledger.head import fingerprint
from betalningsansvar.billing.ledger.schema import APPROVAL, DISPUTE, DISPUTE_STEP, ENTRY
from betalningsansvar.billing.ledger.settings import read_settings
from betalningsansvar.billing.ledger.verify import require_sound, require_sound_month


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's approval: `at` in UTC, `by` whom, of the `lines` of a month, or of a year's settlement, by an
    agreement, `amount_ore` in all. `fingerprint` is of those lines (`billing.ledger.head.fingerprint`)."""

    entry: int
    at: str
    by: str
    period: str
    agreement: str
    as_of: date
    fingerprint: str
    lines: int
    amount_ore: int


def approve(ledger: Ledger, wanted: pd.DataFrame, facts: RunFacts, at: datetime, *, by: str) -> Approval:
    """Record that `by` approves the `wanted` lines (LINE_COLUMNS) of a month, or of the year that `facts` is of; makes
    the ledger where there is none.

    Raises LedgerError without a name, and where the same person has approved the same already.
    """
    who = by.strip()
    if not who:
        raise LedgerError(f"Det saknas vem som godkänner. {UNCHANGED}")
    now = moment(at)
    try:
        with ledger.reading() as connection:
            # A settlement rests on every month of its year.
            if facts.is_year:
                require_sound(connection)
            else:
                require_sound_month(connection, facts.period)
    except NoLedgerError:
        pass
    row = {
        "period": facts.period,
        "agreement": facts.agreement,
        "as_of": facts.as_of.isoformat(),
        "fingerprint": fingerprint(facts.period, wanted),
        "lines": len(wanted),
        "amount_ore": int(wanted["amount_ore"].sum()),
        "inputs": json.dumps(sorted(facts.inputs), ensure_ascii=False),
    }
    with ledger.writing(now) as connection:
        decided = last_decision(connection, facts.period)
        for earlier in approvals(connection, facts.period):
            if (earlier.by, earlier.fingerprint) == (who, row["fingerprint"]) and earlier.entry > decided:
                raise LedgerError(
                    f"{facts.period} är redan godkänd av {who} ({earlier.at}), med samma rader. {UNCHANGED}"
                )
        entry = Writer(connection, now, who).add("approval", digest(row))
        connection.execute(APPROVAL.insert().values(entry=entry, **row))
        return approvals(connection, facts.period)[-1]


@readable
def approvals(connection: Connection, period: str | None = None) -> list[Approval]:
    """Every approval, or those of one month, oldest first."""
    query = select(APPROVAL, ENTRY.c.at, ENTRY.c.by).join(ENTRY, ENTRY.c.seq == APPROVAL.c.entry)
    if period is not None:
        query = query.where(APPROVAL.c.period == period)
    return [_approval(row) for row in connection.execute(query.order_by(APPROVAL.c.entry))]


def last_decision(connection: Connection, period: str) -> int:
    """The entry of the last decision of a dispute of the month, 0 where none is decided."""
    query = select(func.max(DISPUTE_STEP.c.entry)).join(DISPUTE, DISPUTE.c.id == DISPUTE_STEP.c.dispute)
    asked = query.where(DISPUTE.c.period == period, DISPUTE_STEP.c.decision != "")
    return connection.execute(asked).scalar_one() or 0


def require_approved(connection: Connection, period: str, wanted: str, by: str) -> None:
    """Raise NotApprovedError where the ledger asks for two people and no one but `by` has approved the lines with
    the fingerprint `wanted`, as the disputes of the month are decided now."""
    if not read_settings(connection).four_eyes:
        return
    if not by.strip():
        raise NotApprovedError(period, "liggaren kräver att en annan person har godkänt, och vem som utfärdar saknas.")
    found = approvals(connection, period)
    if not found:
        raise NotApprovedError(period, "liggaren kräver att en annan person har godkänt underlaget, och ingen har det.")
    same = [approval for approval in found if approval.fingerprint == wanted]
    if not same:
        last = found[-1]
        raise NotApprovedError(period, f"raderna är inte de som {last.by} godkände {last.at}. Godkänn på nytt.")
    decided = last_decision(connection, period)
    same = [approval for approval in same if approval.entry > decided]
    if not same:
        raise NotApprovedError(period, "ett bestridande har avgjorts sedan underlaget godkändes. Godkänn på nytt.")
    if all(approval.by.casefold() == by.strip().casefold() for approval in same):
        raise NotApprovedError(period, f"{by.strip()} har själv godkänt, och liggaren kräver en annan person.")


def _approval(row: Row[Any]) -> Approval:
    return Approval(
        entry=row.entry,
        at=row.at,
        by=row.by,
        period=row.period,
        agreement=row.agreement,
        as_of=date.fromisoformat(row.as_of),
        fingerprint=row.fingerprint,
        lines=row.lines,
        amount_ore=row.amount_ore,
    )
