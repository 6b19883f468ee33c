"""A finding of every computable row of a file is told once, of the file; and so when the file was read in batches."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from betalningsansvar.data.categories import codes_of
from betalningsansvar.data.issues import Findings, about_files

_ALONE = "det enda ärendet"
_EVERY = re.compile(r"alla (\d+) ärenden")


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
        (str(names[n]), kod, _every(count))
        for n, count in enumerate(np.bincount(file[mask], minlength=len(names)).tolist())
        if count and every[n]
    ]
    return about_files(told, kolumn)


def _every(count: int) -> str:
    return _ALONE if count == 1 else f"alla {count} ärenden"


class FilesInBatches:
    """Adds up what `by_row_or_file` told of files in batches. Of a file in which it was every row of some batches but
    not of all, the rows of the former are told together, by their number."""

    def __init__(self) -> None:
        self._batches: Counter[str] = Counter()
        self._told: dict[tuple[str, str, str], list[int]] = defaultdict(list)

    def rest(self, cases: pd.DataFrame, issues: pd.DataFrame) -> pd.DataFrame:
        """Keep what one batch tells of every row of its file; the batch's other issues are given back."""
        computable = codes_of(cases["fil"])[(cases["status"] == "").to_numpy()]
        self._batches.update(str(cases["fil"].cat.categories[n]) for n in np.unique(computable))
        of_files = issues["rad"].to_numpy() == 0
        of_files[of_files] = issues.loc[of_files, "varde"].str.fullmatch(f"{_ALONE}|{_EVERY.pattern}").to_numpy(bool)
        for fil, kod, kolumn, varde in issues.loc[of_files, ["fil", "kod", "kolumn", "varde"]].itertuples(index=False):
            found = _EVERY.fullmatch(varde)
            self._told[fil, kod, kolumn].append(int(found[1]) if found else 1)
        rest: pd.DataFrame = issues[~of_files]
        return rest

    def issues(self) -> pd.DataFrame:
        """The issues of the files as wholes."""
        parts: Sequence[pd.DataFrame] = [
            about_files([(fil, kod, self._varde(fil, counts))], kolumn)
            for (fil, kod, kolumn), counts in self._told.items()
        ]
        return pd.concat(parts, ignore_index=True) if parts else about_files([])

    def _varde(self, fil: str, counts: list[int]) -> str:
        return _every(sum(counts)) if len(counts) >= self._batches[fil] else f"{sum(counts)} av ärendena"
