"""What a dispute is about: the amount per kommun under each reading of an unclear point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from betalningsansvar.billing.period import Month
from betalningsansvar.billing.whatif.comparison import Comparison
from betalningsansvar.billing.whatif.overlay import UnaffectedError, changed_world
from betalningsansvar.tariffs.belopp import Tariffs
from betalningsansvar.tariffs.readings import Point
from betalningsansvar.tariffs.records import Agreement
from betalningsansvar.tariffs.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Readings:
    """The unclear points an agreement meets in some months, with one scenario per reading, and the points it
    does not meet: no rule in force has such a choice."""

    points: tuple[Point, ...]
    elsewhere: tuple[Point, ...]
    scenarios: tuple[Scenario, ...]


def priced_readings(
    points: Sequence[Point], agreement: Agreement, tariffs: Tariffs, months: Sequence[Month]
) -> Readings:
    """The scenarios whose comparison prices each reading."""
    met: list[Point] = []
    elsewhere: list[Point] = []
    scenarios: list[Scenario] = []
    for point in points:
        own = [Scenario(reading_name(point, r.id), r.text, None, r.change, r.behaviour) for r in point.lasningar]
        if point.avtal not in ("", agreement.id):
            elsewhere.append(point)
            continue
        try:
            for scenario in own:
                changed_world(agreement, tariffs, scenario, months[0], months[-1])
        except UnaffectedError:
            elsewhere.append(point)
        else:
            met.append(point)
            scenarios += own
    return Readings(tuple(met), tuple(elsewhere), tuple(scenarios))


def reading_name(point: Point, reading_id: str) -> str:
    """The name of the scenario of one reading."""
    return f"{point.id}: {reading_id}"


def reading_amounts(comparison: Comparison, points: Sequence[Point]) -> pd.DataFrame:
    """One row per point, reading and kommun, the months added.

    Columns: punkt, lasning, kommun (code), cases, dygn_micro, belopp_ore, skillnad_ore (against the agreement
    as it stands), tvist_ore (the highest reading of the point minus the lowest, for the kommun).
    """
    amounts = comparison.per_kommun()
    frames = []
    for point in points:
        names = {reading_name(point, r.id): r.id for r in point.lasningar}
        own = amounts[amounts["scenario"].isin(list(names))].copy()
        if own.empty:
            continue
        own.insert(0, "punkt", point.id)
        own.insert(1, "lasning", own["scenario"].astype("str").map(names))
        by_kommun = own.groupby("kommun", observed=True)["belopp_ore"]
        own["tvist_ore"] = by_kommun.transform("max") - by_kommun.transform("min")
        frames.append(own.drop(columns="scenario"))
    columns = ["punkt", "lasning", "kommun", "cases", "dygn_micro", "belopp_ore", "skillnad_ore", "tvist_ore"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
