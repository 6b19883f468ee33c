"""Days from utskrivningsklar to discharge, per kommun and month, in two shapes that are often confused.

The national statistics (SKR) count stays of at least one day that ended in the month. The mean models
count every discharge of the month, the same-day ones too, if its conditions are met, and leave out the
cases that are charged one by one. Both are given, so that nobody compares one with the other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing import stay_counts
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.stay_counts import StayCounts
from betalningsansvar.data.kommuner import kommuner

NATIONELL, AVTAL = "nationell", "avtal"
FEW = 10
"""Below so many cases a mean says little: a single long stay moves it by days (Vårdanalys 2018, 2020)."""
DIFFERENCE = (
    "Den nationella statistiken räknar bara vårdtider på minst ett dygn; avtalets mått räknar även utskrivning "
    "samma dag, bara ärenden vars villkor är uppfyllda, och inte dem som debiteras dag för dag."
)
_SHAPES = {stay_counts.NATIONELL: NATIONELL, stay_counts.AVTAL: AVTAL}

Counts = NDArray[np.int64]


def statistics_table(counts: StayCounts, months: Sequence[Month]) -> pd.DataFrame:
    """One row per month, shape and kommun with a discharge in it.

    Columns: matt (`nationell` or `avtal`), manad (`2018-11`), kommun, kommunnamn; int64 antal, dagar,
    medel_hundredths (the mean in hundredths of a day, half up), median_halves (half days), samma_dag,
    over_3, over_7 (numbers of cases) and individuella (cases that left the mean; 0 in the national shape);
    antal and dagar of somatik (with akut and geriatrik) and of psykiatri apart; aterinskrivna (cases whose patient was
    back within 30 days, as far as the data tells).
    """
    lengths = counts.lengths
    cells = np.union1d(_cell(lengths), _cell(counts.alone))
    at = np.searchsorted(cells, _cell(lengths))
    number, waited = lengths["antal"].to_numpy(), lengths["days"].to_numpy()

    def total(each: Counts) -> Counts:
        return _total(at, each, len(cells))

    antal, dagar = total(number), total(number * waited)
    psykiatri = lengths["psykiatri"].to_numpy()
    antal_psykiatri, dagar_psykiatri = total(number * psykiatri), total(number * waited * psykiatri)
    n = np.maximum(antal, 1)
    shape_of, kommun_of = cells // len(kommuner()) % len(_SHAPES), cells % len(kommuner())
    names = [kommun.name for kommun in kommuner().values()]
    return pd.DataFrame(
        {
            "matt": np.array([*_SHAPES.values()], object)[shape_of],
            "manad": np.array([*map(str, months)], object)[cells // len(kommuner()) // len(_SHAPES)],
            "kommun": np.array([*kommuner()], object)[kommun_of],
            "kommunnamn": np.array(names, object)[kommun_of],
            "antal": antal,
            "dagar": dagar,
            "medel_hundredths": (2 * 100 * dagar + n) // (2 * n),
            "median_halves": _median_halves(at, number, waited, antal),
            "samma_dag": total(number * (waited == 0)),
            "over_3": total(number * (waited > 3)),
            "over_7": total(number * (waited > 7)),
            "individuella": _of_cells(counts.alone, cells),
            "antal_somatik": antal - antal_psykiatri,
            "dagar_somatik": dagar - dagar_psykiatri,
            "antal_psykiatri": antal_psykiatri,
            "dagar_psykiatri": dagar_psykiatri,
            "aterinskrivna": _of_cells(counts.back, cells),
        }
    )


def _cell(frame: pd.DataFrame) -> Counts:
    """Month, shape and kommun as one number, in that order."""
    month, shape, kommun = (frame[name].to_numpy() for name in ("month", "shape", "kommun"))
    return np.asarray((month * len(_SHAPES) + shape) * len(kommuner()) + kommun)


def _of_cells(frame: pd.DataFrame, cells: Counts) -> Counts:
    """The cases of the frame, for each cell."""
    return _total(np.searchsorted(cells, _cell(frame)), frame["antal"].to_numpy(), len(cells))


def _total(at: NDArray[np.intp], each: Counts, size: int) -> Counts:
    summed = np.zeros(size, np.int64)
    np.add.at(summed, at, each)
    return summed


def _median_halves(at: NDArray[np.intp], number: Counts, waited: Counts, antal: Counts) -> Counts:
    """The median of each cell in half days: the two middle cases' days together, or twice those of the one in the
    middle; 0 where no case is counted."""
    if not len(at):
        return np.zeros(len(antal), np.int64)
    order = np.lexsort((waited, at))
    through, ordered = np.cumsum(number[order]), waited[order]
    before = np.cumsum(antal) - antal
    middle = [np.searchsorted(through, before + nth) for nth in ((antal + 1) // 2, antal // 2 + 1)]
    lower, upper = (ordered[place.clip(max=len(ordered) - 1)] for place in middle)
    return np.where(antal > 0, lower + upper, 0)
