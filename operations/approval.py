"""Approve a month's data before money moves."""

from __future__ import annotations

from datetime import datetime

from betalningsansvar.billing.ledger.approving import Approval, approve
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.operations.issuing import ShownPlan


def approve_plan(shown: ShownPlan, now: datetime, by: str) -> Approval:
    """Record that `by` approves what the plan would issue. Raises LedgerError."""
    return approve(Ledger.parse(shown.request.ledger), shown.wanted, shown.facts, now, by=by)
