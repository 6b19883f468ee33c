"""A running month: what it comes to so far, and if nobody leaves before it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from betalningsansvar.billing.period import Month
from betalningsansvar.billing.preview import Preview, preview
from betalningsansvar.operations.inputs import Read
from betalningsansvar.operations.law import Law
from betalningsansvar.operations.requests import require_month


@dataclass(frozen=True)
class PreviewRequest:
    """The month, and how many days ahead of the extract a liability counts as near (`within_days`)."""

    read: Read
    law: Law
    month: Month
    as_of: date | None = None
    within_days: int = 3
    allow_inferred: bool = False


def preview_month(request: PreviewRequest) -> Preview:
    """Compute the month twice. Raises as `operations.month.compute_month`."""
    read, law = request.read, request.law
    require_month(request.month, request.as_of, read.today)
    return preview(
        read.cases,
        read.issues,
        law.agreement,
        law.tariffs,
        request.month,
        request.as_of,
        within_days=request.within_days,
        allow_inferred=request.allow_inferred,
    )
