"""What if: other days, amounts, models and behaviour beside the agreement as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import pandas as pd

from betalningsansvar.billing.period import Month
from betalningsansvar.billing.whatif.comparison import Comparison, compare
from betalningsansvar.billing.whatif.grids import grid, parse_axis
from betalningsansvar.billing.whatif.priced_readings import Readings, priced_readings
from betalningsansvar.billing.whatif.prognos import parse_forecast, with_forecast
from betalningsansvar.billing.whatif.reach import also_changed
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.settings.befolkning import load_population
from betalningsansvar.operations.findings import findings_of_months
from betalningsansvar.operations.inputs import Read
from betalningsansvar.operations.law import Law
from betalningsansvar.operations.requests import Progress, RequestError, require_months
from betalningsansvar.reports.files.destination import Destination, Made
from betalningsansvar.reports.scenario.publish import write_comparison
from betalningsansvar.tariffs.readings import shipped_points
from betalningsansvar.tariffs.scenario import Alternative, Scenario
from betalningsansvar.tariffs.scenariofile import load_scenarios, with_kommun_codes


@dataclass(frozen=True)
class WhatIfRequest:
    """Months `first` through `last`, and what to hold against the agreement: named `scenarios` (a file), a grid of
    `vary` (`dagar=0..10`, limited to `vardform`), every reading of the points that the sources leave unclear
    (`readings`). `prognos` (`index=3` or `kronor=12000`) stands in where no amount is known; `befolkning` gives
    figures per 1 000."""

    read: Read
    law: Law
    first: Month
    last: Month
    scenarios: NamedFile | None = None
    vary: tuple[str, ...] = ()
    readings: bool = False
    prognos: str | None = None
    befolkning: NamedFile | None = None
    as_of: date | None = None
    allow_inferred: bool = False
    vardform: tuple[str, ...] = ()


@dataclass(frozen=True)
class WhatIfWork:
    """The comparison, the priced readings if they were asked for, the inhabitants by kommunkod, and what else a change
    reached than what was probably meant (`also_changed`, a sentence each)."""

    request: WhatIfRequest
    comparison: Comparison
    readings: Readings | None
    population: Mapping[str, int]
    alternative: Alternative | None = None
    also_changed: tuple[str, ...] = ()

    @cached_property
    def issues(self) -> pd.DataFrame:
        """What was found in the data, and what hangs on it in the months as the agreement is."""
        request, ends = self.request, self.comparison.ends
        months, inferred = request.first.through(request.last), request.allow_inferred
        return findings_of_months(request.read, request.law, months, request.as_of, ends, allow_inferred=inferred)

    @property
    def options(self) -> dict[str, str]:
        """What was chosen, as the manifest tells it."""
        request = self.request
        return {
            "from": str(request.first),
            "to": str(request.last),
            "agreement": request.law.chosen,
            "scenarios": request.scenarios.sha256 if request.scenarios else "",
            "vary": " ".join(request.vary),
            "vardform": " ".join(request.vardform),
            "lasningar": "ja" if request.readings else "nej",
            "prognos": request.prognos or "",
            "befolkning": request.befolkning.name if request.befolkning else "",
            "allow_inferred": "ja" if request.allow_inferred else "nej",
            **request.read.profile_facts,
        }


def base_agreement(chosen: str | None, scenarios: NamedFile | None) -> str:
    """The agreement to build on: the one chosen, else the scenario file's `avtal`, else nationell. Raises RequestError
    when the two differ, and SettingsError for a faulty file."""
    named = load_scenarios(scenarios).avtal if scenarios else None
    if chosen and named and chosen != named:
        raise RequestError(f"Scenariofilen bygger på avtalet {named}, men {chosen} är valt. Välj samma.")
    return chosen or named or "nationell"


def what_if(request: WhatIfRequest, progress: Progress | None = None) -> WhatIfWork:
    """Compare. Raises RequestError, DataEndsError, SettingsError, ScenarioError, RuleGapError and TariffGapError."""
    read, law = request.read, request.law
    require_months(request.first, request.last, request.as_of, read.today)
    named, axes = _named(request.scenarios), [parse_axis(text) for text in request.vary]
    if request.vardform and not axes:
        raise RequestError("Vårdform begränsar det som varieras, men inget varieras. Välj ett värde att variera.")
    overlays: list[Scenario] = [*named, *grid(axes, request.vardform or None)]
    tariffs = law.tariffs
    if request.prognos:
        tariffs = with_forecast(tariffs, parse_forecast(request.prognos), request.last.last_day)
    months = request.first.through(request.last)
    readings = priced_readings(shipped_points(), law.agreement, tariffs, months) if request.readings else None
    if not overlays and readings is None:
        raise RequestError("Det finns inget att jämföra med. Ange scenarier, något att variera eller läsningarna.")
    people = load_population(request.befolkning) if request.befolkning else {}
    comparison = compare(
        read.cases,
        law.agreement,
        tariffs,
        months,
        [*overlays, *(readings.scenarios if readings else ())],
        request.as_of,
        allow_inferred=request.allow_inferred,
        progress=(lambda done, total: progress("Räknar", done, total)) if progress else None,
    )
    return WhatIfWork(
        replace(request, law=replace(law, tariffs=tariffs)),
        comparison,
        readings,
        {code: counted.invanare for code, counted in people.items()},
        load_scenarios(request.scenarios).alternativ if request.scenarios else None,
        also_changed(law.agreement, named, axes, request.vardform or None, request.first, request.last),
    )


def _named(file: NamedFile | None) -> tuple[Scenario, ...]:
    if file is None:
        return ()
    code_of = {text.casefold(): k.code for k in kommuner().values() for text in (k.code, k.name)}
    return with_kommun_codes(load_scenarios(file).scenarier, code_of)


def what_if_folder(out: Destination, first: Month, last: Month) -> Destination:
    """The folder as that of a comparison, which only another over the same months may replace."""
    return replace(out, made=Made("scenario", f"{first}–{last}"))


def write_what_if(work: WhatIfWork, out: Destination, progress: Progress | None = None) -> None:
    """Write the comparison into one folder that appears whole or not at all. Raises OutputError."""
    request = work.request
    write_comparison(
        work.comparison,
        what_if_folder(out, request.first, request.last),
        readings=work.readings,
        population=work.population,
        alternative=work.alternative,
        inputs=request.read.inputs,
        tariffs=request.law.fingerprints,
        options=work.options,
        issues=work.issues,
        progress=(lambda done, total: progress("Skriver", done, total)) if progress else None,
    )
