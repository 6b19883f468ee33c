"""What the kommuner object to: registered, moved up the ladder, decided, and summed up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.dispute_reading import issued_amounts
from betalningsansvar.billing.ledger.dispute_table import dispute_table
from betalningsansvar.billing.ledger.disputes import dispute_report
from betalningsansvar.billing.ledger.disputing import Objection, decide, register


@dataclass(frozen=True)
class DisputeList:
    """The disputes as they stand, and per kommun and month what is invoiced, disputed, credited and net."""

    disputes: pd.DataFrame
    report: pd.DataFrame


def list_disputes(ledger: str, today: date) -> DisputeList:
    """Every dispute of the ledger. Raises LedgerError."""
    with Ledger.parse(ledger).reading() as connection:
        found = dispute_table(connection, today)
        return DisputeList(found, dispute_report(issued_amounts(connection), found))


def register_dispute(ledger: str, objection: Objection, now: datetime, by: str = "") -> int:
    """Register an objection; returns the dispute's id. Raises LedgerError."""
    return register(Ledger.parse(ledger), objection, now, by=by)


@dataclass(frozen=True, slots=True)
class Ruling:
    """Where a dispute goes: to a `step` of the ladder, to a `decision`, or both; to court with the day the claim lapses
    unless it is before the court by then, `limitation_date`."""

    dispute: int
    step: int | None = None
    decision: str | None = None
    limitation_date: date | None = None


def decide_dispute(ledger: str, ruling: Ruling, now: datetime, by: str = "") -> None:
    """Move or decide a dispute; what is granted is credited by the next issue of the month. Raises LedgerError."""
    decide(
        Ledger.parse(ledger),
        ruling.dispute,
        now,
        step=ruling.step,
        decision=ruling.decision,
        limitation_date=ruling.limitation_date,
        by=by,
    )
