"""A span of months as it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from betalningsansvar.billing.span.totals import SpanTotals


@dataclass(frozen=True)
class SpanReport:
    """The `totals`, what was found in the data (`issues`), and month by month the charged `lines` and the `cases` with
    what became of them, as tables of CSV; None where the data was read in batches and no case was kept."""

    totals: SpanTotals
    issues: pd.DataFrame
    lines: Sequence[pa.Table] | None = None
    cases: Sequence[pa.Table] | None = None

    @property
    def name(self) -> str:
        """The span as files and folders name it."""
        return f"{self.totals.plan.months[0]}--{self.totals.plan.months[-1]}"
