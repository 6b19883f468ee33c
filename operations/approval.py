"""Approve what would be issued, of a month or of a year's settlement, before money moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from betalningsansvar.billing.ledger.approving import Approval, approvals, approve, last_decision
from betalningsansvar.billing.ledger.errors import NoLedgerError, PlanChangedError
from betalningsansvar.billing.ledger.settings import read_settings
from betalningsansvar.operations.issuing import ShownPlan
from betalningsansvar.operations.settlement import ShownSettlement


def approve_plan(shown: ShownPlan | ShownSettlement, now: datetime, by: str, code: str | None = None) -> Approval:
    """Record that `by` approves what the plan would issue; with the `code` of a plan that was shown earlier, only that
    one. Raises PlanChangedError when it is another by now, and LedgerError."""
    if code is not None and code != shown.code:
        raise PlanChangedError((), lines_changed=True)
    return approve(shown.ledger, shown.wanted, shown.facts, now, by=by)


@dataclass(frozen=True)
class Approved:
    """Whether the ledger asks for two people (`required`), what has been approved of the month or the settlement,
    oldest first, and the entry of the last decision of a dispute of it, which ends what was approved before (0: none).
    """

    required: bool
    given: Sequence[Approval]
    decided: int


def approvals_of(shown: ShownPlan | ShownSettlement) -> Approved:
    """Who has approved the plan's month or year. Raises LedgerError."""
    period = shown.facts.period
    try:
        with shown.ledger.reading() as connection:
            given, decided = approvals(connection, period), last_decision(connection, period)
            return Approved(read_settings(connection).four_eyes, given, decided)
    except NoLedgerError:
        return Approved(False, (), 0)
