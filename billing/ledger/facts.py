"""What a run is computed from, and what its invoices say of when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from betalningsansvar.data.settings.avsandare import Nummerserie
from betalningsansvar.tariffs.texts import LawText


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a run is computed from, enough to compute it again. `inputs` are (file name, SHA-256); nothing here may
    tell who a patient is. `period` is a month as `2018-11` (a year for its settlement), `program` the release."""

    period: str
    as_of: date
    agreement: str
    program: str
    options: Mapping[str, str]
    inputs: tuple[tuple[str, str], ...]
    law: tuple[LawText, ...]

    @property
    def is_year(self) -> bool:
        """Whether a year is settled."""
        return "-" not in self.period


@dataclass(frozen=True, slots=True)
class Terms:
    """What a run's invoices are to say: their day, the last to pay and the last to object (None: not stated), and the
    series by which they must be numbered (None: the ledger's own, whichever it is)."""

    invoice_date: date
    due_date: date | None = None
    objection_until: date | None = None
    series: Nummerserie | None = None
