"""A comparison of scenarios as lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from betalningsansvar.billing.whatif.comparison import Comparison
from betalningsansvar.reports.words.numbers import kronor_text

_MOST = 20


def scenario_lines(comparison: Comparison) -> Iterator[str]:
    """The base, the scenarios (the first twenty) and how they were computed."""
    totals = comparison.totals()
    base = totals.iloc[0]
    period = f"{comparison.months[0]}–{comparison.months[-1]}"
    yield f"Base {comparison.agreement.id}, {period}: {kronor_text(int(base['belopp_ore']))}."
    for row in totals.iloc[1 : _MOST + 1].to_dict("records"):
        sign = "+" if row["skillnad_ore"] > 0 else ""
        forecast = " (rests on a forecast)" if row["prognos"] else ""
        yield (
            f"  {row['scenario']}: {kronor_text(int(row['belopp_ore']))}, "
            f"{sign}{kronor_text(int(row['skillnad_ore']))}{forecast}"
        )
    if len(totals) > _MOST + 1:
        yield f"  … and {len(totals) - _MOST - 1} more in scenarier.csv"
    engine = int((totals["metod"] == "motor").sum())
    yield (
        f"{len(totals) - engine} of {len(totals)} computed from tables of days"
        + (f", {engine} with some month by the full engine (two rules cover the same cases in it)." if engine else ".")
    )
    if comparison.left_out:
        yield f"{comparison.left_out} parked or rejected rows are in no figure."
