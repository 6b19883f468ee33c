"""What must hold for every agreement and every set of cases, shown on random ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from betalningsansvar.billing import kernel
from betalningsansvar.tariffs.records import Genomsnitt, Individuell, Rule
from tests.engine_adapter import answer_of, differences, run_engine
from tests.law import NATIONELL, agreement
from tests.oracle import Answer, Case, bill, days_of, payer
from tests.strategies import Month, months, random_case, random_month

FEW = settings(max_examples=20)
INDIVIDUELL = months(models=("individuell",))


def engine(work: Month, cases: list[Case] | None = None) -> Answer:
    return answer_of(run_engine(work.world, work.cases if cases is None else cases, work.month, work.as_of))


def days_charged(answer: Answer) -> dict[tuple[str, date], int]:
    """Öre of each charged day of each case."""
    return {
        (line.arende_id, line.fran + timedelta(days=n)): line.rate_ore
        for line in answer.lines
        for n in range(line.dygn)
    }


@given(months(40))
@settings(max_examples=80)
@example(random_month(Random(0), 300))
def test_the_engine_is_the_oracle(work: Month) -> None:
    wanted = bill(work.world, work.cases, work.month, work.as_of)
    assert differences(wanted, engine(work)) == []


@given(months(), st.randoms(use_true_random=False))
@FEW
def test_the_order_of_rows_changes_nothing(work: Month, rng: Random) -> None:
    shuffled = rng.sample(work.cases, len(work.cases))
    assert engine(work, shuffled) == engine(work)


@given(months())
@FEW
def test_a_kommun_owes_the_same_whoever_else_is_in_the_data(work: Month) -> None:
    whole = engine(work)
    for kommun in {payer(case) for case in work.cases[:2]} - {None}:
        alone = engine(work, [case for case in work.cases if payer(case) == kommun])
        assert alone.lines == [line for line in whole.lines if line.kommun == kommun]
        own = [line for line in whole.kommun_lines if line.kommun == kommun]
        assert [line for line in alone.kommun_lines if line.kommun == kommun] == own


@given(months(30))
@FEW
def test_chunks_change_nothing(work: Month) -> None:
    whole = engine(work)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "CHUNK", 4)
        assert engine(work) == whole


@given(months(30))
@FEW
def test_everything_ties(work: Month) -> None:
    """Rows in = rows out; days × rate = line; lines = cases = kommuner = the bill."""
    found = run_engine(work.world, work.cases, work.month, work.as_of)
    lines, kommun_lines, kommuner = found.lines, found.kommun_lines, found.kommuner
    assert (lines["days"] == lines["stop"] - lines["start"]).all()
    assert (lines["amount_ore"] == lines["days"] * lines["rate_ore"]).all()
    assert found.cases["amount_ore"].sum() == lines["amount_ore"].sum()
    assert found.cases["dygn"].sum() == lines["days"].sum()
    assert found.amount_ore == lines["amount_ore"].sum() + kommun_lines["amount_ore"].sum()
    assert kommuner["amount_ore"].sum() == found.amount_ore
    assert not kommuner["kommun"].duplicated().any()
    counted = {name: int(kommuner[name].sum()) for name in ("debiteras", "genomsnitt", "fri", "blockerad", "parkerad")}
    assert counted == {name: int((found.cases["status"] == name).sum()) for name in counted}
    assert kommuner["antal_arenden"].sum() == len(work.cases) == sum(counted.values())
    assert ((kommuner["amount_ore"] == 0) == kommuner["nollfaktura"])[kommuner["kommun"] != ""].all()


@given(INDIVIDUELL, st.integers(1, 60))
@FEW
def test_a_later_discharge_never_costs_less(work: Month, days: int) -> None:
    later = [
        case | {"utskriven": case["utskriven"] and case["utskriven"] + timedelta(days=days)} for case in work.cases
    ]
    before, after = days_charged(engine(work)), days_charged(engine(work, later))
    assert before.items() <= after.items()


@given(INDIVIDUELL, st.integers(1, 60))
@FEW
def test_newer_data_only_adds_days(work: Month, days: int) -> None:
    """Unless what became known is that the notice was never valid."""
    work = _no_notice_annulled(work)
    if work.as_of is not None:
        newer = engine(replace(work, as_of=work.as_of + timedelta(days=days)))
        assert days_charged(engine(work)).items() <= days_charged(newer).items()


@given(INDIVIDUELL, st.randoms(use_true_random=False))
@FEW
def test_cutting_a_rule_in_two_adds_up(work: Month, rng: Random) -> None:
    """The same rule written as two that follow each other charges the same days at the same rates."""
    cut = rng.choice(days_of(work.month))
    world = replace(work.world, agreement=agreement("prov", work.world.agreement.region, _cut(work, cut)))
    whole, parts = engine(work), engine(replace(work, world=world))
    assert days_charged(parts) == days_charged(whole)
    assert {name: o.ansvar_fran for name, o in parts.outcomes.items()} == {
        name: o.ansvar_fran for name, o in whole.outcomes.items()
    }


def _no_notice_annulled(work: Month) -> Month:
    rules = [
        replace(rule, aterkallad="avbrott") if isinstance(rule, Individuell | Genomsnitt) else rule
        for rule in work.world.agreement.regler
    ]
    world = replace(work.world, agreement=agreement("prov", work.world.agreement.region, rules))
    return replace(work, world=world, cases=[case | {"makulerad": None} for case in work.cases])


def _cut(work: Month, day: date) -> list[Rule]:
    rules: list[Rule] = []
    for rule in work.world.agreement.regler:
        if rule.fran < day and (rule.tom is None or day <= rule.tom):
            rules += [replace(rule, tom=day - timedelta(days=1)), replace(rule, fran=day)]
        else:
            rules.append(rule)
    return rules


@given(months(12), st.randoms(use_true_random=False), st.integers(1, 40))
@FEW
def test_later_knowledge_changes_no_day_that_does_not_depend_on_it(work: Month, rng: Random, later: int) -> None:
    """What happens from a day on leaves the days charged before it as they were: an obstacle that begins, a leave, the
    end of a stay, a withdrawal. A mean is one number for the whole month, and is left out of this."""
    work = _no_notice_annulled(work)
    before = days_charged(engine(work))
    for case in work.cases[:3]:
        own = {day for name, day in before if name == case["arende_id"]}
        if not own:
            continue
        at = datetime.combine(min(own) + timedelta(days=1 + rng.randrange(later)), time(9))
        changes: list[dict[str, Any]] = [{"permission_fran": at, "permission_till": None}]
        if case["oppenvard_hinder_fran"] is None and not _reads_obstacles_anywhere(work):
            changes.append({"oppenvard_hinder_fran": at, "oppenvard_hinder_till": None})
        if case["utskriven"] is None or at <= case["utskriven"]:
            changes += [{"utskriven": at, "avslut": "hem"}, {"aterkallad": at}]
        for change in changes:
            cases = [one | change if one is case else one for one in work.cases]
            after = days_charged(engine(work, cases))
            assert _until(before, at.date()) == _until(after, at.date()), change


def _until(days: dict[tuple[str, date], int], day: date) -> dict[tuple[str, date], int]:
    return {key: rate for key, rate in days.items() if key[1] < day}


def _reads_obstacles_anywhere(work: Month) -> bool:
    return any(isinstance(rule, Genomsnitt) and rule.uttrade_hinder == "alltid" for rule in work.world.agreement.regler)


def test_the_months_of_a_case_add_up() -> None:
    """By the statute from 2019 a case is charged each day from its entry to its end, cut where months end."""
    rng, month, as_of = Random(1), date(2019, 3, 1), date(2020, 12, 31)
    somatik = {"vardform": "somatik", "folkbokforingskommun": "1380", "makulerad": None}
    cases = [random_case(rng, f"A{n}", month, [month]) | somatik for n in range(300)]
    world = replace(random_month(rng, 0).world, agreement=NATIONELL)
    months = [date(2018 + n // 12, n % 12 + 1, 1) for n in range(36)]
    answers = [engine(Month(world, cases, first, as_of)) for first in months]
    charged = [day for answer in answers for day in days_charged(answer)]
    entries = [{name: outcome.ansvar_fran for name, outcome in answer.outcomes.items()} for answer in answers]

    wanted = []
    for case in cases:
        entry = entries[0][case["arende_id"]]
        ends = [case[name].date() for name in ("utskriven", "aterkallad") if case[name] is not None]
        end = min([as_of + timedelta(days=1), *ends])
        if entry is not None:
            first = max(entry, date(2018, 1, 1))
            wanted += [(case["arende_id"], first + timedelta(days=n)) for n in range((end - first).days)]
    assert sorted(charged) == sorted(wanted)
    assert len(charged) > 1_000
    assert all(shown == entries[0] for shown in entries)


@given(st.dates(date(2019, 1, 1), date(2030, 12, 31)), st.sampled_from(["somatik", "psykiatri", "akut", "geriatrik"]))
@settings(max_examples=40)
def test_one_minute_past_noon_moves_entry_one_day(day: date, vardform: str) -> None:
    facts: dict[str, Any] = {
        "vardform": vardform,
        "folkbokforingskommun": "1380",
        "utskriven": datetime.combine(day, time(23, 59)),
        "inskrivningsmeddelande": datetime.combine(day, time()),
        "sip_kravs": False,
        "oppenvard_hinder_fran": None,
        "oppenvard_hinder_till": None,
        "aterkallad": None,
    }
    cases = [
        random_case(Random(1), name, day, [day]) | facts | {"utskrivningsklar": datetime.combine(day, clock)}
        for name, clock in (("NOON", time(12)), ("LATER", time(12, 1)))
    ]
    world = replace(random_month(Random(1), 0).world, agreement=NATIONELL)
    entries = {
        name: o.ansvar_fran for name, o in engine(Month(world, cases, day.replace(day=1), None)).outcomes.items()
    }
    assert entries == {"NOON": day + timedelta(days=3), "LATER": day + timedelta(days=4)}
