"""A comparison of scenarios as a folder that appears whole or not at all: CSV, workbook, report and manifest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from betalningsansvar.billing.whatif.comparison import Comparison
from betalningsansvar.billing.whatif.priced_readings import Readings
from betalningsansvar.reports.files.destination import Destination
from betalningsansvar.reports.files.folder import output_folder
from betalningsansvar.reports.files.manifest import Fingerprint, Origin, told_of_files, write_manifest
from betalningsansvar.reports.scenario.csv import write_reading_csv, write_scenario_csv
from betalningsansvar.reports.scenario.html import scenario_html
from betalningsansvar.reports.scenario.view import view_of
from betalningsansvar.reports.scenario.workbook import WORKBOOK, write_scenario_workbook
from betalningsansvar.tariffs.scenario import Alternative

REPORT = "rapport.html"


def write_comparison(
    comparison: Comparison,
    out: Path | Destination,
    *,
    readings: Readings | None,
    population: Mapping[str, int],
    alternative: Alternative | None = None,
    inputs: Sequence[Fingerprint],
    tariffs: Sequence[Fingerprint],
    options: Mapping[str, str],
    issues: pd.DataFrame,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write the comparison into `out`.

    `readings` are the unclear points that were priced, None when they were not asked for; `population` is
    inhabitants by kommunkod, empty when not given; `alternative` is what the same dygn cost
    elsewhere; `issues` are those of the data. `progress` is told (done, total) files. Raises OutputError when the
    folder cannot be written or replaced; nothing is published then.
    """
    tell = progress or (lambda _done, _total: None)
    with output_folder(out) as folder:
        write_scenario_csv(comparison, folder, alternative)
        view = view_of(comparison, readings, population, alternative)
        if readings is not None:
            write_reading_csv(view.reading_amounts, folder)
        tell(1, 3)
        (folder / REPORT).write_text(scenario_html(view), encoding="utf-8", newline="\n")
        tell(2, 3)
        write_scenario_workbook(view, folder / WORKBOOK)
        tell(3, 3)
        origin = Origin(comparison.agreement, comparison.as_of, options, inputs, tariffs, ())
        write_manifest(folder, "scenario", origin, told_of_files=told_of_files(issues), **_facts(comparison))


def _facts(comparison: Comparison) -> dict[str, Any]:
    totals = comparison.totals()
    return {
        "months": [str(month) for month in comparison.months],
        "counts": {
            "scenarier": len(totals) - 1,
            "cases": comparison.used_cases,
            "parkerade_eller_avvisade": comparison.left_out,
            "beraknade_med_motorn": int((totals["metod"] == "motor").sum()),
            "med_prognos": int(totals["prognos"].sum()),
        },
        "bas_ore": int(totals["belopp_ore"].iloc[0]),
    }
