"""What if: the same cases under other rules, amounts and behaviour, beside the base they are compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from betalningsansvar.billing.agreements import require_rules, rule_book
from betalningsansvar.billing.data_ends import require_reaching, still_in_after, told_of_end
from betalningsansvar.billing.days import CaseDays, Positions
from betalningsansvar.billing.engine import require_known
from betalningsansvar.billing.known import computable, newest_day
from betalningsansvar.billing.lines import Missing, TariffGapError
from betalningsansvar.billing.month_plan import plan
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.statuses import coded
from betalningsansvar.billing.whatif.behaviour import behaved
from betalningsansvar.billing.whatif.daytable import Cells, DayTable, Price, priced
from betalningsansvar.billing.whatif.overlay import ScenarioError, changed_world
from betalningsansvar.billing.whatif.sweep import Swept, count_days
from betalningsansvar.data.categories import codes_of
from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.tariffs.belopp import Tariffs
from betalningsansvar.tariffs.records import Agreement, Belopp
from betalningsansvar.tariffs.scenario import Behaviour, Change, Scenario

BASE = Scenario("bas", "Avtalet som det är")
MOST_POINTS = 100_000

COLUMNS = ("scenario", "kommun", "month", "cases", "dygn", "belopp_ore", "skillnad_ore", "prognos")

# What a table answers without being counted again.
_PRICE_KEYS = ("troskel", "decimaler")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a scenario's figures come from: a table, the place of its value in it, and its price."""

    table: DayTable
    value: int
    price: Price
    from_month: int


@dataclass(frozen=True)
class Comparison:
    """Scenarios beside their base, per kommun and month. The base is scenario 0.

    `kommuner` are the positions (in `data.kommuner`) that are shown: the region's and every payer in the
    data. `left_out` counts the rows that could not be computed (parked or rejected) and are in no figure. `ends` is
    the finding, if any, that data which ends within the months leaves something to rest on (`billing.data_ends`).
    Figures are worked out when asked for, so that a grid of many thousand points needs little memory.
    """

    agreement: Agreement
    months: tuple[Month, ...]
    as_of: date
    scenarios: tuple[Scenario, ...]
    sources: tuple[Source, ...]
    kommuner: tuple[int, ...]
    left_out: int
    used_cases: int
    ends: pd.DataFrame

    def cells(self, scenario: int) -> Cells:
        """Cases, dygn and öre of one scenario: arrays [month, kommun] over all 290 kommuner."""
        source = self.sources[scenario]
        cells = priced(source.table, source.value, source.price)
        if source.from_month == 0:
            return cells
        before = self.cells(0)
        first = source.from_month
        return Cells(
            cases=np.concatenate([before.cases[:first], cells.cases[first:]]),
            dygn_micro=np.concatenate([before.dygn_micro[:first], cells.dygn_micro[first:]]),
            amount_ore=np.concatenate([before.amount_ore[:first], cells.amount_ore[first:]]),
            prognos=np.concatenate([before.prognos[:first], cells.prognos[first:]]),
            missing=cells.missing,
            inferred=cells.inferred,
        )

    def frame(self, first: int = 0, stop: int | None = None) -> pd.DataFrame:
        """One row per scenario, kommun and month of the scenarios [first, stop).

        Columns: `scenario` (category), `kommun` (category of codes), `month` (category, 2018-01), `cases`
        int64 (charged in the month or in its mean), `dygn_micro` int64 (millionths of a dygn), `belopp_ore`
        and `skillnad_ore` int64 (against the base), `prognos` bool (a forecast amount is in the figure).
        """
        stop = len(self.scenarios) if stop is None else min(stop, len(self.scenarios))
        shown = np.array(self.kommuner, np.int64)
        base = self.cells(0).amount_ore[:, shown].T
        parts = [self.cells(number) for number in range(first, stop)]
        rows, size = len(shown), len(self.months)

        def column(name: str) -> np.ndarray:
            own = [getattr(cells, name)[:, shown].T.ravel() for cells in parts]
            return np.concatenate(own) if own else np.zeros(0, np.int64)

        amount_ore = column("amount_ore")
        codes = list(kommuner())
        count = len(parts)
        return pd.DataFrame(
            {
                "scenario": _category(np.repeat(np.arange(first, stop), rows * size), [s.namn for s in self.scenarios]),
                "kommun": _category(np.tile(np.repeat(shown, size), count), codes),
                "month": _category(np.tile(np.arange(size), rows * count), [str(m) for m in self.months]),
                "cases": column("cases"),
                "dygn_micro": column("dygn_micro"),
                "belopp_ore": amount_ore,
                "skillnad_ore": amount_ore - np.tile(base.ravel(), count),
                "prognos": column("prognos").astype(np.bool_),
            }
        )

    def totals(self) -> pd.DataFrame:
        """One row per scenario: its values on the axes of the grid, cases, dygn_micro, belopp_ore, skillnad_ore,
        prognos and `metod` ("tabell", or "motor" where some month was run case by case)."""
        return self._totals.copy()

    @cached_property
    def _totals(self) -> pd.DataFrame:
        cells = (self.cells(number) for number in range(len(self.scenarios)))
        rows = []
        for scenario, source, own in zip(self.scenarios, self.sources, cells, strict=True):
            rows.append(
                {
                    "scenario": scenario.namn,
                    "skal": scenario.skal,
                    **dict(scenario.punkt),
                    "cases": int(own.cases.sum()),
                    "dygn_micro": int(own.dygn_micro.sum()),
                    "belopp_ore": int(own.amount_ore.sum()),
                    "prognos": bool(own.prognos.any()),
                    "metod": "motor" if source.table.engine_months else "tabell",
                }
            )
        frame = pd.DataFrame(rows)
        frame.insert(len(frame.columns) - 2, "skillnad_ore", frame["belopp_ore"] - frame["belopp_ore"].iloc[0])
        return frame

    def per_kommun(self) -> pd.DataFrame:
        """One row per scenario and kommun, the months added: scenario, kommun, cases, dygn_micro, belopp_ore,
        skillnad_ore."""
        frame = self.frame()
        keys = ["scenario", "kommun"]
        return (
            frame.groupby(keys, observed=True, sort=False)[["cases", "dygn_micro", "belopp_ore", "skillnad_ore"]]
            .sum()
            .reset_index()
        )


def compare(
    cases: pd.DataFrame,
    agreement: Agreement,
    tariffs: Tariffs,
    months: Sequence[Month],
    scenarios: Sequence[Scenario],
    as_of: date | None = None,
    *,
    allow_inferred: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Bill `cases` (checked) for each month by the base and by every scenario.

    `as_of` is the day the data was extracted, by default the last day of the period or the newest time in
    the data, which must then reach into the period; it is the same for every month. `progress` is told (done, total).
    Raises ScenarioError for what cannot be computed, NothingKnownError when `as_of` is before the last month,
    DataEndsError when the data is before the first, RuleGapError for days without a rule, and TariffGapError for
    charged days without an amount, or with only an inferred one and not `allow_inferred`.
    """
    if len(scenarios) > MOST_POINTS:
        raise ScenarioError(f"{len(scenarios)} scenarier; högst {MOST_POINTS} kan jämföras på en gång.")
    if not months:
        raise ScenarioError("Det finns ingen månad att räkna: den sista ligger före den första.")
    everyone = [BASE, *scenarios]
    names = [s.namn for s in everyone]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ScenarioError(f'Två scenarier heter "{twice}". Ge dem olika namn.')
    rows = computable(cases)
    extract_given = as_of is not None
    if not extract_given:
        require_reaching(cases, rows, months[0].start)
    as_of = as_of or newest_day(cases, rows, months[-1].last_day)
    require_known(as_of, months[-1])
    kinds = [VARDFORMER[k] for k in np.unique(codes_of(cases["vardform"])[rows])] or ["somatik"]
    require_rules(agreement, months[0].start, months[-1].last_day, kinds)

    families = _families(everyone)
    sources: dict[int, Source] = {}
    as_they_are = behaved(cases, Behaviour(), None)
    days_as_they_are = CaseDays.of(as_they_are)
    for done, (key, members) in enumerate(families.items()):
        if progress:
            progress(done, len(families))
        start = max(0, _month_index(key.fran, months))
        if key.behaviour.changes_something:
            computed = behaved(cases, key.behaviour, Month.of(key.fran) if key.fran else None)
            computed_days = CaseDays.of(computed)
        else:
            computed, computed_days = as_they_are, days_as_they_are
        world = changed_world(agreement, tariffs, everyone[members[0].number], months[0], months[-1])
        values = tuple(dict.fromkeys(m.value for m in members))
        swept = Swept(key.parameter, values if key.parameter else ())
        table = count_days(computed, computed_days, world, months, as_of, swept)
        for member in members:
            value = values.index(member.value)
            sources[member.number] = Source(table, value, member.price, min(start, len(months)))
    if progress:
        progress(len(families), len(families))
    inside = np.array([agreement.region is not None and k.lanskod == agreement.region for k in kommuner().values()])
    payers = np.bincount(codes_of(cases["kommun"])[rows], minlength=len(kommuner())) > 0
    listed = np.logical_or.reduce([s.amount_ore != 0 for s in sources[0].table.fixed] or [inside])
    result = Comparison(
        agreement=agreement,
        months=tuple(months),
        as_of=as_of,
        scenarios=tuple(everyone),
        sources=tuple(sources[number] for number in range(len(everyone))),
        kommuner=tuple(np.flatnonzero(inside | payers | listed).tolist()),
        left_out=len(cases) - len(rows),
        used_cases=len(rows),
        ends=_ends(cases, rows, agreement, tariffs, months, None if extract_given else as_of),
    )
    _require_amounts(result, allow_inferred=allow_inferred)
    return result


def _ends(
    cases: pd.DataFrame,
    rows: Positions,
    agreement: Agreement,
    tariffs: Tariffs,
    months: Sequence[Month],
    taken: date | None,
) -> pd.DataFrame:
    """What of the base rests on the end of the data, when `as_of` was `taken` from it."""
    if taken is None:
        return told_of_end(date.min, 0)
    book = rule_book(agreement)
    plans = (plan(book, tariffs, month, taken) for month in months)
    return still_in_after(cases, rows, plans, newest_day(cases, rows, date.min), months[-1].last_day)


@dataclass(frozen=True, slots=True)
class _Family:
    """Scenarios that share one table: the same cases and rules but for one swept parameter and the price."""

    fran: date | None
    behaviour: Behaviour
    change: Change
    parameter: str


@dataclass(frozen=True, slots=True)
class _Member:
    number: int
    value: int | None
    price: Price


def _families(scenarios: Sequence[Scenario]) -> dict[_Family, list[_Member]]:
    found: dict[_Family, list[_Member]] = {}
    for number, scenario in enumerate(scenarios):
        change = scenario.change
        rate_ore = change.dygnsbelopp if isinstance(change.dygnsbelopp, int) else None
        price = Price(rate_ore, change.troskel, change.decimaler)
        parameter, value = "", None
        if change.dagar is not None:
            parameter, value = "dagar", change.dagar
        elif change.individuell_efter is not None:
            parameter = "individuell_efter"
            value = None if isinstance(change.individuell_efter, str) else change.individuell_efter
        # What a table answers without a new count is the same for the whole family: it says only that the key
        # is there, so that the change reaches the same rules for each member.
        free = [parameter, *(key for key in _PRICE_KEYS if getattr(change, key) is not None)]
        if rate_ore is not None:
            free.append("dygnsbelopp")
        same = replace(change, **{key: _ANY[key] for key in free if key})
        family = _Family(scenario.fran, scenario.behaviour, same, parameter)
        found.setdefault(family, []).append(_Member(number, value, price))
    return found


_ANY: dict[str, Any] = {"dagar": 0, "individuell_efter": 1, "troskel": Decimal(0), "decimaler": 0, "dygnsbelopp": 1}


def _month_index(fran: date | None, months: Sequence[Month]) -> int:
    if fran is None:
        return 0
    first = months[0]
    return (fran.year - first.year) * 12 + fran.month - first.month


def _require_amounts(result: Comparison, *, allow_inferred: bool) -> None:
    """Refuse scenarios whose charged days have no amount."""
    gaps: dict[tuple[str, int], Missing] = {}
    inferred: dict[Belopp, None] = {}
    asked = set()
    for source in result.sources:
        # Another stated amount meets the same gaps.
        price = replace(source.price, rate_ore=None if source.price.rate_ore is None else 1)
        if (key := (id(source.table), source.value, price)) in asked:
            continue
        asked.add(key)
        cells = priced(source.table, source.value, price)
        for missing in cells.missing:
            key_of_gap = missing.serie, missing.year
            gaps[key_of_gap] = min(missing, gaps.get(key_of_gap, missing), key=lambda one: one.first)
        if not allow_inferred:
            inferred.update(dict.fromkeys(cells.inferred))
    if gaps or inferred:
        # How many days is not known here: a table holds the days of all scenarios.
        raise TariffGapError([replace(missing, days=0) for missing in gaps.values()], list(inferred))


def _category(codes: np.ndarray, names: Sequence[str]) -> pd.Categorical[Any]:
    return coded(codes, pd.CategoricalDtype(list(names)))


def chunks(comparison: Comparison, most_rows: int = 1_000_000) -> Iterator[pd.DataFrame]:
    """The frame of all scenarios in pieces of about `most_rows` rows, for results larger than the memory."""
    each = max(1, len(comparison.kommuner) * len(comparison.months))
    step = max(1, most_rows // each)
    for first in range(0, len(comparison.scenarios), step):
        yield comparison.frame(first, first + step)
