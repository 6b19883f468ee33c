"""A year's money per kommun and month, and where each amount comes from: what bokslut adds up in every direction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing.year.outcome import MONTHS

SOURCES = ("schablon", "liggare", "beraknad", "ej_utfardad")
"""Where a month's invoiced amount comes from: the schablon's printed share, the ledger, assumed as computed (there is
no ledger), or nothing issued."""
BY_SCHABLON, BY_LEDGER, BY_ASSUMPTION, BY_NOBODY = range(len(SOURCES))


@dataclass(frozen=True, slots=True)
class YearCells:
    """Arrays of shape (kommun positions, 12), öre as int64.

    `source` is a position in SOURCES. `known` tells whether the outcome has all its amounts per vårddygn, `schablon`
    whether a schablon is in force, `free` whether its printed share is 0 kr, so that no invoice is needed.
    """

    source: NDArray[np.int8]
    invoiced_ore: NDArray[np.int64]
    outcome_ore: NDArray[np.int64]
    statute_ore: NDArray[np.int64]
    known: NDArray[np.bool_]
    schablon: NDArray[np.bool_]
    free: NDArray[np.bool_]

    @property
    def not_issued_ore(self) -> NDArray[np.int64]:
        """The outcome of the months nobody has been invoiced for."""
        return np.where(self.source == BY_NOBODY, self.outcome_ore, 0)

    @property
    def has_money(self) -> NDArray[np.bool_]:
        """Per kommun: whether anything was invoiced or would be by the statute."""
        found: NDArray[np.bool_] = np.logical_or.reduce((self.invoiced_ore != 0) | (self.statute_ore != 0), axis=1)
        return found

    def of(self, lines: pd.DataFrame, cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """For each line (`kommun` position, `month` 1–12): what `cells` says of its cell."""
        kommun, month = (lines[name].to_numpy().astype(np.int64) for name in ("kommun", "month"))
        found: NDArray[np.bool_] = cells[kommun, month - 1]
        return found

    def frame(self, positions: NDArray[np.int64], codes: NDArray[np.object_]) -> pd.DataFrame:
        """A row per kommun and month of the chosen `positions`, whose kommunkoder are `codes`.

        Columns: kommun str, month (1–12), source (one of SOURCES), invoiced_ore, outcome_ore, statute_ore int64,
        known bool.
        """
        return pd.DataFrame(
            {
                "kommun": np.repeat(codes, MONTHS),
                "month": np.tile(np.arange(1, MONTHS + 1), len(positions)),
                "source": np.array(SOURCES, object)[self.source[positions].ravel()],
                "invoiced_ore": self.invoiced_ore[positions].ravel(),
                "outcome_ore": self.outcome_ore[positions].ravel(),
                "statute_ore": self.statute_ore[positions].ravel(),
                "known": self.known[positions].ravel(),
            }
        )
