"""Scenarios beside the engine: every figure that a table gives is the figure the engine gives, to the öre."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.agreements import RuleGapError
from billing.engine import bill
from billing.lines import TariffGapError
from billing.overlay import UnaffectedError, changed_world
from billing.period import Month
from billing.scenario import Comparison, compare
from data.kommuner import kommuner
from tariffs.belopp import Tariffs
from tariffs.records import Agreement
from tariffs.scenario import Change, Scenario
from tests.engine_adapter import case_frame, no_issues, rates_as_layer
from tests.strategies import random_month

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


@settings(max_examples=60)
@given(st.integers(0, 10**9), st.sampled_from(["individuell", "genomsnitt"]))
def test_every_scenario_is_what_the_engine_bills_under_the_changed_agreement(seed: int, modell: str) -> None:
    rng = Random(seed)
    world_month = random_month(rng, 25)
    world = world_month.world
    cases, tariffs = case_frame(world_month.cases), Tariffs((rates_as_layer(world.rates),))
    first = Month.of(world_month.month)
    months = [first, first.plus(1)]
    as_of = max(world_month.as_of or months[-1].last_day, months[0].start) + timedelta(days=rng.randint(-20, 20))
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
