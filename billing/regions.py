"""Whose hospital a case lay in: the region that bills it, and by whose agreement it is billed.

The region is what the column `region` says. Where it says nothing, the region of the patient's folkbokföring is assumed
to have cared for the patient, as it does for most; then the payer's. It is an assumption, and is told: a patient of
Halland in Göteborg is billed by Västra Götalandsregionen, under the statute, since the kommun is outside its agreement.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.data.categories import codes_of
from betalningsansvar.data.issues import row_positions
from betalningsansvar.data.kommuner import kommuner, region_names

NO_REGION = -1


@dataclass(frozen=True, slots=True)
class HospitalRegions:
    """Per row of a case frame the position of its `region` in the order of länskoder (NO_REGION: not even a kommun is
    known), and whether it is `assumed`."""

    region: NDArray[np.int8]
    assumed: NDArray[np.bool_]

    def present(self) -> list[int]:
        """The positions that occur, in order; NO_REGION last."""
        found = np.unique(self.region).tolist()
        return [at for at in found if at != NO_REGION] + [NO_REGION] * (NO_REGION in found)


def hospital_regions(cases: pd.DataFrame) -> HospitalRegions:
    """The region of every row of a checked case frame."""
    codes = list(region_names())
    of_kommun = np.array([codes.index(k.lanskod) for k in kommuner().values()] + [NO_REGION], np.int8)
    blank = np.full(len(cases), NO_REGION)
    said = (codes_of(cases["region"]) if "region" in cases else blank).astype(np.int8)
    home, payer = (of_kommun[codes_of(cases[name])] for name in ("folkbokforingskommun", "kommun"))
    region = np.where(said >= 0, said, np.where(home >= 0, home, payer)).astype(np.int8)
    return HospitalRegions(region, (said < 0) & (region >= 0))


def by_region(
    cases: pd.DataFrame, issues: pd.DataFrame, regions: HospitalRegions
) -> tuple[dict[int, tuple[pd.DataFrame, pd.DataFrame]], pd.DataFrame]:
    """The cases of each region with the issues of their rows, and the issues that are about no case: of whole files,
    and of rows that were no case of their own."""
    at = row_positions(cases, issues)
    of_issue = np.append(regions.region, np.int8(NO_REGION))[at]
    parts = {
        region: (
            cases.iloc[np.flatnonzero(regions.region == region)].reset_index(drop=True),
            issues[(of_issue == region) & (at >= 0)].reset_index(drop=True),
        )
        for region in regions.present()
    }
    return parts, issues[at < 0].reset_index(drop=True)
