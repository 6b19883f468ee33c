"""Every region's months of one batch: a span's sums of the cases of each region's hospitals, by that region's plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from betalningsansvar.billing.regions import hospital_regions
from betalningsansvar.billing.span.plan import SpanPlan
from betalningsansvar.billing.span.sums import Sums, added, sums

RegionSums = Mapping[tuple[int, bool], Sums]
"""By the position of a region among the länskoder (`billing.regions.NO_REGION`: none), and whether it is assumed of the
cases: what hangs on that is told."""


def region_sums(cases: pd.DataFrame, plans: Mapping[int, SpanPlan]) -> RegionSums:
    """The sums of a batch of the checked case frame, of every region that occurs in it by the plan of its position.

    Pure, and additive as `billing.span.sums.sums`: a region's sums are those of its cases alone.
    """
    regions = hospital_regions(cases)
    found = {}
    for at in regions.present():
        for assumed in (False, True):
            rows = np.flatnonzero((regions.region == at) & (regions.assumed == assumed))
            if len(rows):
                found[at, assumed] = sums(cases.iloc[rows].reset_index(drop=True), plans[at])
    return found


def regions_added(parts: Iterable[RegionSums]) -> RegionSums:
    """The sums of batches together, region by region."""
    every = list(parts)
    keys = sorted({key for part in every for key in part})
    return {key: added([part[key] for part in every if key in part]) for key in keys}
