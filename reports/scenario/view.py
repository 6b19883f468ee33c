"""What the report and the workbook show of a comparison, chosen once so that they show the same.

Figures come from `billing.whatif.comparison`; nothing is computed anew but sums over kommuner or months.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing.whatif.comparison import Comparison
from betalningsansvar.billing.whatif.priced_readings import Readings, reading_amounts
from betalningsansvar.data.kommuner import Kommun, kommuner
from betalningsansvar.tariffs.scenario import Alternative

MOST_SCENARIOS = 8
MOST_ROWS = 200

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shown:
    """One scenario in full: öre per [month, kommun shown], and whether a forecast is in them."""

    number: int
    namn: str
    skal: str
    amount_ore: Counts
    prognos: bool

    @property
    def by_kommun(self) -> Counts:
        own: Counts = self.amount_ore.sum(axis=0)
        return own

    @property
    def by_month(self) -> Counts:
        own: Counts = self.amount_ore.sum(axis=1)
        return own

    @property
    def total_ore(self) -> int:
        return int(self.amount_ore.sum())


@dataclass(frozen=True, slots=True)
class View:
    """The comparison as it is shown.

    `base` and `chosen` are shown in full: the named scenarios, or the dearest and the cheapest point of a
    grid. `totals` has a row per scenario that is not a reading, `grid` those that are points of a grid, and
    `axes` the values of each axis in order. `population` is inhabitants by code, empty when not given; `alternative`
    is what the same dygn cost elsewhere, None when not given.
    """

    comparison: Comparison
    kommuner: tuple[Kommun, ...]
    months: tuple[str, ...]
    base: Shown
    chosen: tuple[Shown, ...]
    not_chosen: int
    totals: pd.DataFrame
    grid: pd.DataFrame
    axes: dict[str, tuple[str, ...]]
    population: dict[str, int]
    readings: Readings | None
    reading_amounts: pd.DataFrame
    alternative: Alternative | None = None

    @property
    def named(self) -> pd.DataFrame:
        """The rows of `totals` that an overview lists: the base, the named scenarios and the points shown in full."""
        shown = self.totals.index.isin([scenario.number for scenario in self.chosen])
        return self.totals[shown | ~self.totals.index.isin(self.grid.index)]

    @property
    def rests_on_forecast(self) -> bool:
        return bool(self.totals["prognos"].any())


def view_of(
    comparison: Comparison,
    readings: Readings | None,
    population: Mapping[str, int],
    alternative: Alternative | None = None,
) -> View:
    """Choose what is shown."""
    codes = list(kommuner())
    payers = tuple(kommuner()[codes[k]] for k in comparison.kommuner)
    names = {s.namn for s in readings.scenarios} if readings else set()
    totals = comparison.totals()
    is_reading = totals["scenario"].isin(names).to_numpy()
    points = np.array([bool(s.punkt) for s in comparison.scenarios])
    grid = totals[points]
    named = np.flatnonzero(~is_reading & ~points)[1:].tolist()
    wanted = named[:MOST_SCENARIOS]
    if not wanted and len(grid):
        amounts = grid["belopp_ore"].to_numpy()
        places = np.flatnonzero(points)
        wanted = sorted({int(places[amounts.argmin()]), int(places[amounts.argmax()])})
    names_of_axes = comparison.scenarios[np.flatnonzero(points)[0]].punkt if points.any() else ()
    axes = {axis: tuple(dict.fromkeys(grid[axis].astype("str"))) for axis, _ in names_of_axes}
    return View(
        comparison=comparison,
        kommuner=payers,
        months=tuple(str(m) for m in comparison.months),
        base=_shown(comparison, 0),
        chosen=tuple(_shown(comparison, number) for number in wanted),
        not_chosen=max(0, len(named) - MOST_SCENARIOS),
        totals=totals[~is_reading],
        grid=grid,
        axes=axes,
        population={k.code: population[k.code] for k in payers if k.code in population},
        readings=readings,
        reading_amounts=reading_amounts(comparison, readings.points) if readings else pd.DataFrame(),
        alternative=alternative,
    )


def _shown(comparison: Comparison, number: int) -> Shown:
    cells = comparison.cells(number)
    scenario = comparison.scenarios[number]
    shown = list(comparison.kommuner)
    return Shown(number, scenario.namn, scenario.skal, cells.amount_ore[:, shown], bool(cells.prognos.any()))
