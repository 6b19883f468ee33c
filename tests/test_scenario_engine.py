"""Scenarios beside the engine: every figure that a table gives is the figure the engine gives, to the öre."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from betalningsansvar.billing.agreements import RuleGapError
from betalningsansvar.billing.engine import NothingKnownError, bill
from betalningsansvar.billing.lines import TariffGapError
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.whatif.behaviour import behaved
from betalningsansvar.billing.whatif.comparison import Comparison, compare
from betalningsansvar.billing.whatif.overlay import UnaffectedError, changed_world
from betalningsansvar.billing.whatif.priced_readings import priced_readings, reading_amounts
from betalningsansvar.billing.whatif.prognos import parse_forecast, with_forecast
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.tariffs.agreements import shipped
from betalningsansvar.tariffs.belopp import Tariffs, load
from betalningsansvar.tariffs.readings import shipped_points
from betalningsansvar.tariffs.records import Agreement
from betalningsansvar.tariffs.scenario import Behaviour, Change, Scenario
from tests.amounts import amounts_without
from tests.engine_adapter import case_frame, no_issues, rates_as_layer
from tests.strategies import random_case, random_month

CODES = list(kommuner())


def engine_cells(
    cases: pd.DataFrame, agreement: Agreement, tariffs: Tariffs, month: Month, as_of: date
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cases charged or in a mean, millionths of a dygn and öre per kommun, by the engine's own summary."""
    result = bill(cases, no_issues(), agreement, tariffs, month, as_of, allow_inferred=True)
    columns = ["debiteras", "genomsnitt", "dygn_micro", "amount_ore"]
    own = result.kommuner.set_index("kommun")[columns].reindex(CODES, fill_value=0)
    return (
        (own["debiteras"] + own["genomsnitt"]).to_numpy(np.int64),
        own["dygn_micro"].to_numpy(np.int64),
        own["amount_ore"].to_numpy(np.int64),
    )


def assert_like_engine(
    result: Comparison, number: int, cases: pd.DataFrame, agreement: Agreement, tariffs: Tariffs
) -> None:
    cells = result.cells(number)
    for place, month in enumerate(result.months):
        wanted = engine_cells(cases, agreement, tariffs, month, result.as_of)
        found = (cells.cases[place], cells.dygn_micro[place], cells.amount_ore[place])
        for name, one, other in zip(("cases", "dygn", "öre"), wanted, found, strict=True):
            assert one.tolist() == other.tolist(), (result.scenarios[number].namn, str(month), name)


def grid_of(rng: Random, modell: str) -> list[Scenario]:
    """A few scenarios that a table answers, for the rules of one model."""
    if modell == "individuell":
        changes = [Change(dagar=d, dygnsbelopp=r) for d in (0, 2, 5, 31) for r in (None, 815_050)]
        changes += [Change(utskrivningsdag=True), Change(dagtyp="vardag", dagar=4), Change(intrader="dagen_efter")]
    else:
        changes = [Change(individuell_efter=e, troskel=t) for e in (2, 7, "aldrig") for t in (None, Decimal("1.25"))]
        changes += [Change(decimaler="exakt"), Change(decimaler=2, dygnsbelopp=777_700), Change(trigger_manader=2)]
    chosen = rng.sample(changes, 5)
    return [Scenario(f"S{n}", "prov", None, change) for n, change in enumerate(chosen)]


@settings(max_examples=40)
@given(st.integers(0, 10**9), st.sampled_from(["individuell", "genomsnitt"]))
def test_every_scenario_is_what_the_engine_bills_under_the_changed_agreement(seed: int, modell: str) -> None:
    rng = Random(seed)
    world_month = random_month(rng, 25)
    world = world_month.world
    cases, tariffs = case_frame(world_month.cases), Tariffs((rates_as_layer(world.rates),))
    first = Month.of(world_month.month)
    months = [first, first.plus(1)]
    as_of = max(world_month.as_of or months[-1].last_day, months[-1].start) + timedelta(days=rng.randint(0, 20))
    scenarios = []
    for scenario in grid_of(rng, modell):
        try:
            changed_world(world.agreement, tariffs, scenario, months[0], months[-1])
            scenarios.append(scenario)
        except UnaffectedError:
            pass
    try:
        result = compare(cases, world.agreement, tariffs, months, scenarios, as_of, allow_inferred=True)
    except (RuleGapError, TariffGapError):
        return
    assert_like_engine(result, 0, cases, world.agreement, tariffs)
    for number, scenario in enumerate(scenarios, start=1):
        changed = changed_world(world.agreement, tariffs, scenario, months[0], months[-1])
        assert_like_engine(result, number, cases, changed.agreement, changed.tariffs)


def plain_cases(rng: Random, months: list[Month], size: int) -> pd.DataFrame:
    """Cases whose notices fall in and before the months."""
    pivots = [months[0].start, months[-1].last_day]
    return case_frame([random_case(rng, f"A{n:04d}", rng.choice(months).start, pivots) for n in range(size)])


@settings(max_examples=15)
@given(
    st.integers(0, 10**9),
    st.sampled_from(
        [
            ("nationell", Month(2018, 11), 4, "individuell"),
            ("halland", Month(2018, 10), 3, "individuell"),
            ("stockholm", Month(2022, 1), 2, "individuell"),
            ("vastra-gotaland", Month(2018, 10), 4, "genomsnitt"),
            ("sormland", Month(2019, 1), 3, "genomsnitt"),
            ("dalarna", Month(2023, 1), 2, "genomsnitt"),
        ]
    ),
)
def test_under_shipped_agreements_tables_alone_give_the_engines_figures(
    seed: int, period: tuple[str, Month, int, str]
) -> None:
    name, first, size, modell = period
    rng = Random(seed)
    months = first.through(first.plus(size - 1))
    agreement, tariffs = shipped(name), load()
    cases = plain_cases(rng, months, 60)
    scenarios = []
    for scenario in grid_of(rng, modell):
        try:
            changed_world(agreement, tariffs, scenario, months[0], months[-1])
            scenarios.append(scenario)
        except UnaffectedError:
            pass
    result = compare(cases, agreement, tariffs, months, scenarios, months[-1].last_day)
    assert set(result.totals()["metod"]) == {"tabell"}
    assert_like_engine(result, 0, cases, agreement, tariffs)
    for number, scenario in enumerate(scenarios, start=1):
        changed = changed_world(agreement, tariffs, scenario, months[0], months[-1])
        assert_like_engine(result, number, cases, changed.agreement, changed.tariffs)


NOVEMBER_ON = Month(2018, 11).through(Month(2019, 2))


def one_comparison(seed: int, scenarios: list[Scenario], agreement: str = "nationell") -> Comparison:
    cases = plain_cases(Random(seed), NOVEMBER_ON, 80)
    return compare(cases, shipped(agreement), load(), NOVEMBER_ON, scenarios, date(2019, 2, 28))


@pytest.mark.parametrize("agreement", ["nationell", "vastra-gotaland", "halland"])
def test_an_empty_scenario_is_the_base_to_the_ore(agreement: str) -> None:
    empty = [Scenario("Tomt", "ingen ändring"), Scenario("Tomt från januari", "", date(2019, 1, 1))]
    result = one_comparison(1, empty, agreement)
    base = result.cells(0)
    assert base.amount_ore.any()
    for number in (1, 2):
        cells = result.cells(number)
        for name in ("cases", "dygn_micro", "amount_ore"):
            assert (getattr(cells, name) == getattr(base, name)).all()


@pytest.mark.parametrize("agreement", ["nationell", "vastra-gotaland"])
def test_a_scenario_is_the_base_before_its_start(agreement: str) -> None:
    start = date(2019, 1, 1)
    scenarios = [
        Scenario("belopp", "", start, Change(dygnsbelopp=500_000)),
        Scenario("utskrivningsdag", "", start, Change(utskrivningsdag=True)),
        Scenario("kortare", "", start, behaviour=Behaviour(kortare_dygn=2)),
        Scenario("fler", "", start, behaviour=Behaviour(tillvaxt=Decimal("0.5"))),
    ]
    result = one_comparison(2, scenarios, agreement)
    base = result.cells(0).amount_ore
    for number in range(1, 5):
        amounts = result.cells(number).amount_ore
        assert (amounts[:2] == base[:2]).all()
        assert (amounts[2:] != base[2:]).any()


def test_a_stated_amount_multiplies_the_days() -> None:
    result = one_comparison(3, [Scenario("10 000 kr", "", None, Change(dygnsbelopp=1_000_000))])
    cells = result.cells(1)
    assert (cells.amount_ore == cells.dygn_micro // 1_000_000 * 1_000_000).all()


def test_next_years_amount_holds_on_every_day() -> None:
    result = one_comparison(4, [Scenario("2020", "", None, Change(dygnsbelopp_ar=2020))])
    cells = result.cells(1)
    assert (cells.amount_ore == cells.dygn_micro // 1_000_000 * 820_000).all()


def stay(sent: datetime, out: datetime, vardform: str, hinder: tuple[datetime, datetime] | None = None) -> Any:
    case = random_case(Random(1), "A", date(2018, 12, 1), [date(2018, 12, 1)])
    return case | {
        "folkbokforingskommun": "1384",
        "placeringskommun": None,
        "vardform": vardform,
        "inskriven": sent,
        "inskrivningsmeddelande": sent,
        "utskrivningsklar": sent,
        "aterkallad": None,
        "sip_kravs": False,
        "oppenvard_hinder_fran": hinder[0] if hinder else None,
        "oppenvard_hinder_till": hinder[1] if hinder else None,
        "utskriven": out,
    }


def days_of_one(case: Any, change: Change) -> list[int]:
    """Days charged per month, November 2018 to February 2019, of one case under the statute."""
    scenarios = [Scenario("S", "", None, change)]
    result = compare(case_frame([case]), shipped("nationell"), load(), NOVEMBER_ON, scenarios, date(2019, 2, 28))
    return (result.cells(1).dygn_micro.sum(axis=1) // 1_000_000).tolist()


def test_the_rule_of_the_notice_follows_a_psychiatric_case_over_the_turn_of_the_year() -> None:
    case = stay(datetime(2018, 12, 20, 9), datetime(2019, 1, 25, 9), "psykiatri")
    assert days_of_one(case, Change(vardform=("psykiatri",), styrs_av="dygnet")) == [0, 0, 24, 0]
    # Thirty days after 20 December is 19 January.
    assert days_of_one(case, Change(vardform=("psykiatri",), styrs_av="underrattelse")) == [0, 0, 6, 0]


def test_a_notice_from_the_time_of_a_schablon_is_decided_by_the_first_rule_after_it() -> None:
    case = stay(datetime(2018, 10, 20, 9), datetime(2018, 12, 30, 9), "psykiatri")
    scenarios = [Scenario("S", "", None, Change(vardform=("psykiatri",), styrs_av="underrattelse"))]
    result = compare(case_frame([case]), shipped("halland"), load(), NOVEMBER_ON, scenarios, date(2019, 2, 28))
    assert result.cells(0).amount_ore.any()
    assert (result.cells(1).amount_ore == result.cells(0).amount_ore).all()


def test_the_rule_of_the_notice_leaves_what_lag_1990_1404_decided_as_it_was() -> None:
    case = stay(datetime(2018, 9, 10, 9), datetime(2018, 11, 5, 9), "psykiatri")
    cases, agreement = case_frame([case | {"folkbokforingskommun": "1480"}]), shipped("vastra-gotaland")
    months = Month(2018, 8).through(Month(2018, 12))
    readings = priced_readings(shipped_points(), agreement, load(), months)
    result = compare(cases, agreement, load(), months, readings.scenarios, date(2018, 12, 31))
    amounts = reading_amounts(result, readings.points)
    own = amounts[(amounts["punkt"] == "psykiatri-december-2018") & (amounts["kommun"] == "1480")]
    # Thirty days after 10 September is 10 October; neither reading concerns what comes before the turn of the year.
    assert own["belopp_ore"].tolist() == [26 * 710_000] * 2


def test_an_obstacle_after_entry_pauses_the_charge_when_read_so() -> None:
    hinder = datetime(2018, 12, 10, 8), datetime(2018, 12, 13, 8)
    case = stay(datetime(2018, 12, 3, 9), datetime(2018, 12, 20, 9), "somatik", hinder)
    # Liable from 6 December; 10, 11 and 12 December are the days of the obstacle.
    assert days_of_one(case, Change(hinder="skjuter_upp")) == [0, 14, 0, 0]
    assert days_of_one(case, Change(hinder="pausar")) == [0, 11, 0, 0]
    before = datetime(2018, 12, 5, 8), datetime(2018, 12, 8, 8)
    case = stay(datetime(2018, 12, 3, 9), datetime(2018, 12, 20, 9), "somatik", before)
    assert days_of_one(case, Change(hinder="pausar")) == [0, 12, 0, 0]
    assert days_of_one(case, Change(hinder="ingen_verkan")) == [0, 14, 0, 0]


@given(st.integers(0, 10**6), st.integers(1, 9), st.sampled_from(["0.3", "0.5", "1"]))
@settings(max_examples=20)
def test_behaviour_changes_whole_cases_and_never_lengthens_a_stay(seed: int, days: int, share: str) -> None:
    cases = plain_cases(Random(seed), NOVEMBER_ON, 40)
    own = behaved(cases, Behaviour(), None)
    shorter = behaved(cases, Behaviour(kortare_dygn=days), None)
    known = own["utskriven"].notna()
    assert (shorter["utskriven"][known] <= own["utskriven"][known]).all()
    first_day = own["utskrivningsklar"].dt.normalize()
    assert (shorter["utskriven"][known] >= first_day[known]).all()
    assert shorter["utskriven"][~known].isna().all()
    grown = behaved(cases, Behaviour(tillvaxt=Decimal(share)), None)
    assert len(own) <= len(grown) <= 2 * len(own)
    everyone = behaved(cases, Behaviour(tillvaxt=Decimal(1)), None)
    assert len(everyone) == 2 * len(own)
    assert len(behaved(cases, Behaviour(tillvaxt=Decimal(-1)), None)) == 0
    same_day = behaved(cases, Behaviour(samma_dag_andel=Decimal(1)), None)
    assert (same_day["utskriven"][known] <= own["utskriven"][known]).all()
    day = same_day["utskriven"][known].dt.normalize()
    assert (day == first_day[known]).all()


@pytest.mark.parametrize("agreement", ["nationell", "vastra-gotaland"])
def test_a_behaviour_costs_what_the_engine_bills_for_the_changed_cases(agreement: str) -> None:
    behaviours = [
        Behaviour(kortare_dygn=2),
        Behaviour(samma_dag_andel=Decimal("0.6")),
        Behaviour(kommun=("1480", "1384"), vardform=("somatik",), kortare_dygn=3, tillvaxt=Decimal("0.4")),
    ]
    scenarios = [Scenario(f"B{n}", "", behaviour=b) for n, b in enumerate(behaviours)]
    cases = plain_cases(Random(6), NOVEMBER_ON, 80)
    result = compare(cases, shipped(agreement), load(), NOVEMBER_ON, scenarios, date(2019, 2, 28))
    for number, behaviour in enumerate(behaviours, start=1):
        assert_like_engine(result, number, behaved(cases, behaviour, None), shipped(agreement), load())


def test_half_of_the_cases_go_home_the_same_day() -> None:
    sent = datetime(2018, 11, 5, 9)
    cases = case_frame([stay(sent, sent + timedelta(days=d), "somatik") for d in (0, 4, 2, 9)])
    out = behaved(cases, Behaviour(samma_dag_andel=Decimal("0.5")), None)["utskriven"]
    assert (out - pd.Timestamp(sent)).dt.days.tolist() == [0, 4, 0, 9]


def test_a_gap_stops_the_comparison_and_a_forecast_bridges_and_marks_it() -> None:
    months = Month(2020, 12).through(Month(2021, 1))
    case = stay(datetime(2020, 12, 20, 9), datetime(2021, 1, 6, 9), "somatik")
    agreement, known = shipped("nationell"), amounts_without(2021)
    with pytest.raises(TariffGapError, match=r"för 2021 saknas") as caught:
        longer = case | {"utskriven": datetime(2021, 2, 3, 9)}
        compare(case_frame([longer]), agreement, known, [*months, Month(2021, 2)], [], date(2021, 2, 28))
    assert len(str(caught.value).splitlines()) == 1
    bridged = with_forecast(known, parse_forecast("index=1.05"), date(2021, 1, 31))
    result = compare(case_frame([case]), agreement, bridged, months, [], date(2021, 1, 31))
    frame = result.frame().set_index("month")
    assert frame["belopp_ore"].tolist() == [9 * 820_000, 5 * 861_000]
    assert frame["prognos"].tolist() == [False, True]
    stated = with_forecast(known, parse_forecast("kronor=8500"), date(2021, 1, 31))
    assert compare(case_frame([case]), agreement, stated, months, [], date(2021, 1, 31)).cells(0).amount_ore.sum() == (
        9 * 820_000 + 5 * 850_000
    )


def test_a_month_after_the_extract_is_refused_not_zero() -> None:
    cases = plain_cases(Random(1), NOVEMBER_ON, 5)
    with pytest.raises(NothingKnownError, match="2019-02"):
        compare(cases, shipped("nationell"), load(), NOVEMBER_ON, [], date(2019, 1, 31))


def test_readings_are_priced_where_the_agreement_has_the_choice() -> None:
    readings = priced_readings(shipped_points(), shipped("nationell"), load(), NOVEMBER_ON)
    of_means = {"medelvardets-avrundning", "vilka-raknas", "uttrade-hinder", "uttrade-fran"}
    assert {point.id for point in readings.elsewhere} == {"femte-vardagen", "stockholm-psykiatri", *of_means}
    result = one_comparison(5, list(readings.scenarios))
    amounts = reading_amounts(result, readings.points)
    for point in readings.points:
        own = amounts[amounts["punkt"] == point.id]
        # The reading that the statute's agreement stands for is the base itself.
        assert own[own["lasning"] == point.lasningar[0].id]["skillnad_ore"].eq(0).all()
        spread = own.groupby("kommun", observed=True)["belopp_ore"].agg(lambda v: v.max() - v.min())
        assert own.drop_duplicates("kommun").set_index("kommun")["tvist_ore"].to_dict() == spread.to_dict()
    assert amounts["tvist_ore"].gt(0).any()
