"""Approve a month's data before money moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from betalningsansvar.billing.ledger.approving import Approval, approvals, approve
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.errors import NoLedgerError
from betalningsansvar.billing.ledger.settings import read_settings
from betalningsansvar.operations.issuing import ShownPlan


def approve_plan(shown: ShownPlan, now: datetime, by: str) -> Approval:
    """Record that `by` approves what the plan would issue. Raises LedgerError."""
    return approve(Ledger.parse(shown.request.ledger), shown.wanted, shown.facts, now, by=by)


@dataclass(frozen=True)
class Approved:
    """Whether the ledger asks for two people (`required`), and what has been approved of a month, oldest first."""

    required: bool
    given: Sequence[Approval]


def approvals_of(shown: ShownPlan) -> Approved:
    """Who has approved the plan's month. Raises LedgerError."""
    try:
        with Ledger.parse(shown.request.ledger).reading() as connection:
            return Approved(read_settings(connection).four_eyes, approvals(connection, shown.facts.period))
    except NoLedgerError:
        return Approved(False, ())
