"""A span by sums of batches is `bill` month by month, to the öre and case, however the cases are split and ordered."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from betalningsansvar.billing.data_ends import ENDS
from betalningsansvar.billing.engine import Bill, bill
from betalningsansvar.billing.known import cases_as_of
from betalningsansvar.billing.lines import TariffGapError
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.span.plan import SpanPlan, span_plan
from betalningsansvar.billing.span.sums import added, sums
from betalningsansvar.billing.span.totals import SpanTotals, combined
from betalningsansvar.data.stop import StopError
from betalningsansvar.tariffs.agreements import shipped
from betalningsansvar.tariffs.belopp import Tariffs, load
from betalningsansvar.tariffs.records import Agreement
from tests.engine_adapter import case_frame, no_issues, rates_as_layer
from tests.strategies import random_case, random_month


class Span:
    """Random cases, an agreement and amounts over some months; the data may end within them."""

    def __init__(self, rng: Random, size: int) -> None:
        work = random_month(rng, size)
        first = Month.of(work.month).plus(-rng.randint(0, 4))
        self.months = first.through(first.plus(rng.randint(0, 8)))
        self.agreement = work.world.agreement
        self.tariffs = Tariffs((rates_as_layer(work.world.rates),))
        self.cases = case_frame(work.cases)
        self.as_of = None
        match rng.choice(["all", "ends", "given"]):
            case "ends":
                last = self.months[-1]
                self.cases = cases_as_of(self.cases, last.start + timedelta(days=rng.randint(-3, 28)))
            case "given":
                self.as_of = self.months[-1].start + timedelta(days=rng.randint(0, 60))

    def plan(self) -> SpanPlan:
        return span_plan(self.agreement, self.tariffs, self.months, self.as_of)

    def bills(self) -> list[Bill]:
        law = (self.agreement, self.tariffs)
        return [bill(self.cases, no_issues(), *law, month, self.as_of) for month in self.months]


def split(cases: pd.DataFrame, rng: Random) -> list[pd.DataFrame]:
    """The cases in some batches, in any order; a batch may be empty."""
    cut = np.array([rng.randrange(4) for _ in range(len(cases))], np.int64)
    parts = [cases[cut == number].reset_index(drop=True) for number in range(5)]
    rng.shuffle(parts)
    return parts


def require_same(bills: list[Bill], totals: SpanTotals) -> None:
    wanted = pd.concat([b.kommuner.assign(manad=str(b.period)) for b in bills], ignore_index=True)
    pd.testing.assert_frame_equal(wanted, totals.kommuner[wanted.columns])
    assert totals.amount_ore == sum(b.amount_ore for b in bills) == int(totals.rules["amount_ore"].sum())
    blocked = sum(int((b.cases["status"] == "blockerad").sum()) for b in bills)
    assert int(totals.blocked["antal"].sum()) == blocked
    for month in bills:
        per_rule = {number: int(own["case"].nunique()) for number, own in month.lines.groupby("rule")}
        own = totals.rules[(totals.rules["manad"] == str(month.period)) & (totals.rules["modell"] == "individuell")]
        assert int(own["antal"].sum()) == sum(per_rule.values())
    ends = pd.concat([b.issues[b.issues["kod"] == ENDS] for b in bills], ignore_index=True)
    assert ends[["varde", "stake_ore"]].to_dict("list") == totals.ends[["varde", "stake_ore"]].to_dict("list")


@given(st.randoms(use_true_random=False), st.integers(1, 60))
@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.generate])
@example(Random(3), 300)
@example(Random(11), 300)
def test_the_sums_of_batches_are_the_bills_of_the_months(rng: Random, size: int) -> None:
    span = Span(rng, size)
    try:
        bills = span.bills()
    except StopError:  # which of several faults is told first may differ
        with pytest.raises(StopError):
            combined([sums(part, span.plan()) for part in split(span.cases, rng)], span.plan())
        return
    plan: SpanPlan = pickle.loads(pickle.dumps(span.plan()))
    parts = [pickle.loads(pickle.dumps(sums(part, plan))) for part in split(span.cases, rng)]
    require_same(bills, combined(parts, plan))
    require_same(bills, combined([added(parts[:2]), added(parts[2:])], plan))


@pytest.mark.parametrize("name", ["nationell", "halland", "vastra-gotaland", "sormland", "dalarna"])
def test_shipped_agreements_over_years(name: str) -> None:
    """Schablon, a mean that begins within a month, and a trigger that looks back before the span."""
    agreement: Agreement = replace(shipped(name), region=None) if name == "sormland" else shipped(name)
    months = Month(2018, 10).through(Month(2019, 4))
    if name == "dalarna":
        months = Month(2023, 1).through(Month(2023, 6))
    rng, middle = Random(5), months[2].start
    cases = case_frame([random_case(rng, f"A{n}", middle, [months[0].start, months[-1].last_day]) for n in range(600)])
    plan = span_plan(agreement, load(), months, date(2024, 12, 31))
    bills = [bill(cases, no_issues(), agreement, load(), month, date(2024, 12, 31)) for month in months]
    require_same(bills, combined([sums(part, plan) for part in split(cases, rng)], plan))


def test_months_without_an_amount_stop_the_span_with_all_of_them_named() -> None:
    rng = Random(2)
    months = Month(2020, 11).through(Month(2022, 1))
    cases = case_frame([random_case(rng, f"A{n}", date(2021, 6, 1), [date(2021, 1, 1)]) for n in range(300)])
    plan = span_plan(shipped("nationell"), load(), months, date(2022, 6, 30))
    with pytest.raises(TariffGapError) as stop:
        combined([sums(part, plan) for part in split(cases, rng)], plan)
    assert [missing.year for missing in stop.value.missing] == [2021]
    days = 0
    for month in months:
        try:
            bill(cases, no_issues(), shipped("nationell"), load(), month, date(2022, 6, 30))
        except TariffGapError as gap:
            days += sum(missing.days for missing in gap.missing)
    assert stop.value.missing[0].days == days > 0
