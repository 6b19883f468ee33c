"""A finding that every computable row of a file has is told once, of the file."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from betalningsansvar.data.categories import codes_of
from betalningsansvar.data.issues import Findings, about_files


def by_row_or_file(
    cases: pd.DataFrame, mask: npt.NDArray[np.bool_], kod: str, kolumn: str, found: Findings
) -> pd.DataFrame:
    """Note the rows in `mask`; of a file in which every computable row is one, the file alone is told."""
    if not mask.any():
        return about_files([])
    file = codes_of(cases["fil"])
    names = cases["fil"].cat.categories
    counted = (cases["status"] == "").to_numpy() | mask
    every = np.bincount(file[counted], minlength=len(names)) == np.bincount(file[mask], minlength=len(names))
    found.add(np.flatnonzero(mask & ~every[file]), kod, kolumn)
    told = [
        (str(names[n]), kod, "det enda ärendet" if count == 1 else f"alla {count} ärenden")
        for n, count in enumerate(np.bincount(file[mask], minlength=len(names)).tolist())
        if count and every[n]
    ]
    return about_files(told, kolumn)
