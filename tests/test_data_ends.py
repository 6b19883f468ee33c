"""Where the data ends before or within what is asked for: every use case stops, or tells what rests on it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from betalningsansvar.billing.data_ends import ENDS, DataEndsError
from betalningsansvar.billing.period import Month
from betalningsansvar.data.files.inputs import find_files
from betalningsansvar.operations.explain import ExplainRequest, explain
from betalningsansvar.operations.inputs import Read, ReadRequest, read
from betalningsansvar.operations.law import LawRequest, find_law
from betalningsansvar.operations.month import MonthRequest, compute_month
from betalningsansvar.operations.preview import PreviewRequest, preview_month
from betalningsansvar.operations.statistics import StatisticsRequest, statistics
from betalningsansvar.operations.whatif import WhatIfRequest, what_if
from betalningsansvar.operations.year import YearRequest, settle_year
from tests.intake_files import row, write
from tests.month_of import FAULTS, month_of

LAW = find_law(LawRequest("nationell"))
TODAY = date(2026, 11, 25)
OLD = FAULTS / "gammalt-uttag.csv"  # one patient, still in, and no time after 2018-11-05
KRONA = 100


def data(path: Path = OLD) -> Read:
    return read(ReadRequest(find_files([path]).files, TODAY))


def scenario(read: Read, first: Month, last: Month, as_of: date | None) -> object:
    return what_if(WhatIfRequest(read, LAW, first, last, vary=("dagar=2..3",), as_of=as_of))


USE_CASES: dict[str, Callable[[Read, Month, date | None], object]] = {
    "bill": lambda read, month, as_of: compute_month(MonthRequest(read, LAW, month, as_of)),
    "preview": lambda read, month, as_of: preview_month(PreviewRequest(read, LAW, month, as_of)),
    "explain": lambda read, month, as_of: explain(ExplainRequest(read, LAW, row=0, month=month, as_of=as_of)),
    "scenario": lambda read, month, as_of: scenario(read, month, month, as_of),
    "stats": lambda read, month, as_of: statistics(StatisticsRequest(read, LAW, month, month, as_of)),
    "reconcile": lambda read, month, as_of: settle_year(YearRequest(read, LAW, month.year, as_of=as_of)),
}


@pytest.mark.parametrize("name", USE_CASES)
def test_data_that_ends_before_the_period_stops_unless_its_day_is_given(name: str) -> None:
    with pytest.raises(DataEndsError, match="2018-11-05"):
        USE_CASES[name](data(), Month(2019, 11), None)
    USE_CASES[name](data(), Month(2019, 11), date(2019, 12, 31))


def test_a_comparison_and_a_year_tell_the_kronor_that_rest_on_the_end() -> None:
    november, december = Month(2018, 11), Month(2018, 12)
    expected = (23 + 31) * 7_100 * KRONA
    work = what_if(WhatIfRequest(data(), LAW, november, december, vary=("dagar=2..3",)))
    year = settle_year(YearRequest(data(), LAW, 2018))
    for issues in (work.issues, year.bokslut.issues):
        told = issues[issues["kod"] == ENDS]
        assert told["stake_ore"].to_list() == [expected]
        assert told["varde"].item() == "senaste dag 2018-11-05; 1 ärende räknas som kvar (54 dygn)"
    given = date(2018, 12, 31)
    assert ENDS not in set(scenario_issues(november, december, given))
    assert ENDS not in set(settle_year(YearRequest(data(), LAW, 2018, as_of=given)).bokslut.issues["kod"])


def scenario_issues(first: Month, last: Month, as_of: date) -> list[str]:
    work = what_if(WhatIfRequest(data(), LAW, first, last, vary=("dagar=2..3",), as_of=as_of))
    return work.issues["kod"].to_list()


def test_an_explained_month_and_the_statistics_tell_it_too() -> None:
    november = Month(2018, 11)
    (one,) = explain(ExplainRequest(data(), LAW, row=0, month=november))
    assert [step.label for step in one.steps].count(ENDS) == 1
    (whole,) = explain(ExplainRequest(data(), LAW, row=0))
    assert ENDS not in [step.label for step in whole.steps]
    found = statistics(StatisticsRequest(data(), LAW, november, november))
    assert found.issues.loc[found.issues["kod"] == ENDS, "varde"].to_list() == [
        "senaste dag 2018-11-05; 1 ärende räknas som kvar"
    ]


def test_nothing_is_told_where_no_case_rests_on_the_end(tmp_path: Path) -> None:
    path = write(tmp_path, row(utskriven="2018-11-14 10:00"))
    november = Month(2018, 11)
    assert ENDS not in set(month_of(path).issues["kod"])
    assert ENDS not in set(statistics(StatisticsRequest(data(path), LAW, november, november)).issues["kod"])
    assert ENDS not in set(settle_year(YearRequest(data(path), LAW, 2018)).bokslut.issues["kod"])
