"""The kernel's own shortcuts change no answer: what is left out touches nothing, and choosing is np.where."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from betalningsansvar.billing.agreements import rule_book
from betalningsansvar.billing.days import ABSENT, FAR, CaseDays, chosen
from betalningsansvar.billing.kernel import compute
from betalningsansvar.billing.known import computable, newest_day
from betalningsansvar.billing.lines import case_lines, mean_lines
from betalningsansvar.billing.month_outcome import FRI
from betalningsansvar.billing.month_plan import plan, touching
from betalningsansvar.billing.period import Month as BilledMonth
from betalningsansvar.tariffs.agreements import shipped, shipped_ids
from betalningsansvar.tariffs.belopp import Tariffs
from tests.engine_adapter import case_frame, rates_as_layer
from tests.strategies import Month, months, random_month

DAYS = st.sampled_from([ABSENT, -1, 0, 1, 17_865, FAR])


@given(months(40))
@settings(max_examples=60)
@example(random_month(Random(1), 300))
def test_cases_that_do_not_touch_the_month_change_nothing_in_it(work: Month) -> None:
    frame, month = case_frame(work.cases), BilledMonth.of(work.month)
    rows = computable(frame)
    tariffs = Tariffs((rates_as_layer(work.world.rates),))
    as_of = work.as_of or newest_day(frame, rows, month.last_day)
    month_plan = plan(rule_book(work.world.agreement), tariffs, month, as_of)
    touches = touching(CaseDays.of(frame, rows), month_plan)
    whole, part = compute(frame, rows, month_plan), compute(frame, rows[touches], month_plan)
    assert (whole.status[~touches] == FRI).all()
    assert (whole.status[touches] == part.status).all()
    assert (whole.reason[touches] == part.reason).all()
    assert (whole.liable_from[touches] == part.liable_from).all()
    assert case_lines(whole, month_plan)[0].equals(case_lines(part, month_plan)[0])
    means = [mean_lines(outcome, month_plan, tariffs, month, [])[0] for outcome in (whole, part)]
    assert means[0].equals(means[1])


@given(st.lists(st.tuples(st.booleans(), DAYS, DAYS)))
def test_choosing_is_where(cells: list[tuple[bool, int, int]]) -> None:
    mask = np.array([cell[0] for cell in cells], np.bool_)
    one, other = (np.array([cell[n] for cell in cells], np.int32) for n in (1, 2))
    assert (chosen(mask, one, other) == np.where(mask, one, other)).all()
    assert chosen(mask, one, other).dtype == np.int32
    assert (chosen(mask, np.int32(FAR), other) == np.where(mask, FAR, other)).all()


@given(st.lists(st.one_of(st.none(), st.integers(-(10**11), 10**11))))
def test_days_and_seconds_of_any_time(seconds: list[int | None]) -> None:
    times = np.array([np.datetime64("NaT") if s is None else np.datetime64(s, "s") for s in seconds], "datetime64[s]")
    frame = case_frame([]).reindex(range(len(times))).assign(utskrivningsklar=times)
    days = CaseDays.of(frame)
    known = ~np.isnat(times)
    assert (days.notice[known] == times[known].astype("datetime64[D]").astype(np.int64)).all()
    assert (days.notice[~known] == ABSENT).all()
    assert (days.notice_second[known] == times[known].astype(np.int64) % 86_400).all()


@pytest.mark.parametrize("agreement", shipped_ids())
@pytest.mark.parametrize("month", ["2016-11", "2018-09", "2018-11", "2019-11", "2023-11"])
def test_what_the_models_compute_on_is_at_most_60_bytes_a_case(
    agreement: str, month: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame, billed = case_frame(random_month(Random(1), 300).cases), BilledMonth.parse(month)
    rows = np.arange(len(frame))
    read = CaseDays.of(frame, rows)
    monkeypatch.setattr(CaseDays, "of", lambda *_: read)
    book = rule_book(replace(shipped(agreement), region=None))
    compute(frame, rows, plan(book, Tariffs(()), billed, billed.last_day))
    taken = sum(array.nbytes for array in vars(read).values() if isinstance(array, np.ndarray))
    assert 0 < taken <= 60 * len(rows)
