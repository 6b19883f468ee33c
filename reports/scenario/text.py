"""A comparison of scenarios as lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from betalningsansvar.billing.charged_lines import dygn_text
from betalningsansvar.billing.whatif.alternative import alternative_cost
from betalningsansvar.billing.whatif.comparison import Comparison
from betalningsansvar.reports.words.numbers import counted, decimal_text, kronor_text
from betalningsansvar.tariffs.scenario import Alternative

_MOST = 20


def alternative_lines(comparison: Comparison, alternative: Alternative) -> Iterator[str]:
    """What the dygn of the base and of each scenario (the first twenty) would cost elsewhere."""
    rate = kronor_text(alternative.rate_ore)
    yield f"Samma dygn på {alternative.namn}, {rate} per dygn ({alternative.kalla}):"
    for row in comparison.totals().iloc[: _MOST + 1].to_dict("records"):
        micro = int(row["dygn_micro"])
        cost = alternative_cost(micro, alternative.rate_ore)
        less = int(row["belopp_ore"]) - cost
        word = "mindre" if less >= 0 else "mer"
        times = f"{decimal_text(dygn_text(micro))} dygn × {rate} = {kronor_text(cost)}"
        yield f"  {row['scenario']}: {times}, {kronor_text(abs(less))} {word}"


def scenario_lines(comparison: Comparison) -> Iterator[str]:
    """The base, the scenarios (the first twenty) and how they were computed."""
    totals = comparison.totals()
    base = totals.iloc[0]
    period = f"{comparison.months[0]}–{comparison.months[-1]}"
    yield f"Utgångsläge {comparison.agreement.id}, {period}: {kronor_text(int(base['belopp_ore']))}."
    for row in totals.iloc[1 : _MOST + 1].to_dict("records"):
        sign = "+" if row["skillnad_ore"] > 0 else ""
        forecast = " (bygger på en prognos)" if row["prognos"] else ""
        yield (
            f"  {row['scenario']}: {kronor_text(int(row['belopp_ore']))}, "
            f"{sign}{kronor_text(int(row['skillnad_ore']))}{forecast}"
        )
    if len(totals) > _MOST + 1:
        yield f"  … och {len(totals) - _MOST - 1} till i scenarier.csv"
    engine = int((totals["metod"] == "motor").sum())
    yield (
        f"{len(totals) - engine} av {len(totals)} är räknade ur tabeller över dagar"
        + (f", {engine} med någon månad i hela motorn (två regler gäller då samma ärenden)." if engine else ".")
    )
    if comparison.left_out:
        left_out = counted(comparison.left_out, "parkerad eller avvisad rad", "parkerade eller avvisade rader")
        yield f"{left_out} ingår inte i något tal."
