"""Tables of charged days for a family of scenarios: each case is dated once, not once per scenario.

Exact by counts: any `dagar` counted in kalenderdagar, any `individuell_efter`, any amount, threshold and
rounding. Cases with an obstacle, and rules in vardagar, are dated by the engine's stages once per value. In a
month in which two rules cover the same cases, or a rule has no table, the whole engine runs, once per value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, assert_never

import numpy as np
import pandas as pd

from betalningsansvar.billing import genomsnitt, individuell
from betalningsansvar.billing.agreements import RuleBook, rule_book
from betalningsansvar.billing.days import ABSENT, CaseDays, Days, Flags, Positions, day_number
from betalningsansvar.billing.kernel import compute
from betalningsansvar.billing.lines import schablon_lines
from betalningsansvar.billing.month_outcome import GENOMSNITT, NO_RATE
from betalningsansvar.billing.month_plan import Plan, plan, touching
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.pricing import mean_day, mean_rate
from betalningsansvar.billing.whatif.counting import Counts, Waiting, days_by_date, days_by_value, lengths_by_value
from betalningsansvar.billing.whatif.daytable import Charge, DayTable, Fixed, MeanSums
from betalningsansvar.billing.whatif.overlay import BY_SCENARIO, World
from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.tariffs.records import CaseRule, Genomsnitt, Individuell, Rule, Schablon, Utanfor


@dataclass(frozen=True, slots=True)
class Swept:
    """The parameter that differs inside a family, `dagar` or `individuell_efter`, and its values (none: nothing
    differs but amounts)."""

    parameter: str
    values: tuple[int | None, ...]

    def of(self, rule: CaseRule) -> tuple[int | None, ...]:
        """The values the rule takes: its own one, unless the scenario reaches it and it has the parameter."""
        reached = bool(self.values) and rule.kalla == BY_SCENARIO
        match rule:
            case Individuell():
                return self.values if reached and self.parameter == "dagar" else (rule.dagar,)
            case Genomsnitt():
                return self.values if reached and self.parameter == "individuell_efter" else (rule.individuell_efter,)
            case _:
                assert_never(rule)


def has_table(rule: Rule) -> bool:
    """Whether counts give the rule's days exactly; a month in which a rule has no table is run by the engine."""
    match rule:
        case Individuell() | Genomsnitt():
            # Days of leave are cut out of the middle of a run.
            return rule.permission == "debiteras"
        case Schablon() | Utanfor():
            return True
        case _:
            assert_never(rule)


def count_days(
    cases: pd.DataFrame, everyone: CaseDays, world: World, months: Sequence[Month], as_of: date, swept: Swept
) -> DayTable:
    """Count the charged days of every case for each month, kommun and swept value.

    `cases` are computable, all of them, and `everyone` is the same cases as day numbers.
    """
    book = rule_book(world.agreement)
    plans = [plan(book, world.tariffs, month, as_of) for month in months]
    size = max(len(swept.values), 1)
    kommuner = book.covers.shape[1]
    table = DayTable(tuple(months), np.zeros((size, len(months), kommuner), np.int64))
    for number, month in enumerate(months):
        lines = schablon_lines(book, month)
        if len(lines):
            share = np.zeros(kommuner, np.int64)
            np.add.at(share, lines["kommun"].to_numpy(), lines["amount_ore"].to_numpy())
            table.fixed.append(Fixed(number, share))
        tabled = all(has_table(book.rules[n]) for n in plans[number].pieces)
        if not tabled or _covered_twice(book, plans[number], world):
            table.engine_months.add(number)
    cell = everyone.kommun * np.int16(len(VARDFORMER)) + everyone.vardform
    for number, rule in enumerate(book.rules):
        active = [m for m, p in enumerate(plans) if number in p.pieces and m not in table.engine_months]
        if active:
            assert isinstance(rule, Individuell | Genomsnitt)
            covered = book.covers[number].ravel()[cell] & ~everyone.void(plans[0].as_of, rule)
            if rule in world.notice_days:
                covered = covered & _sent_within(everyone.notice, world.notice_days[rule])
            rows = np.flatnonzero(covered)
            own = everyone if len(rows) == len(cases) else everyone.take(rows)
            count = _Counter(table, plans, number, rule, own, world, swept)
            count.months(active)
    for number in sorted(table.engine_months):
        _run_engine(cases, everyone, world, months[number], number, as_of, swept, table)
    return table


def _covered_twice(book: RuleBook, month_plan: Plan, world: World) -> bool:
    """Whether two rules can charge the same case in the month, so that counts per rule count it twice."""
    times = np.zeros(book.covers.shape[1:], np.int64)
    for number in month_plan.pieces:
        if book.rules[number] not in world.notice_days:
            times += book.covers[number]
    return bool((times > 1).any())


def _sent_within(notice: Days, days: tuple[date, date]) -> Flags:
    inside: Flags = (notice >= day_number(days[0])) & (notice <= day_number(days[1]))
    return inside


class _Counter:
    """One rule's share of a table."""

    def __init__(
        self,
        table: DayTable,
        plans: list[Plan],
        number: int,
        rule: CaseRule,
        own: CaseDays,
        world: World,
        swept: Swept,
    ) -> None:
        self.table, self.plans, self.number, self.rule, self.own = table, plans, number, rule, own
        self.world, self.values = world, swept.of(rule)
        self.kommuner = table.cases.shape[2]
        self.as_of = plans[0].as_of
        self.end = own.end(self.as_of, rule)

    def months(self, active: list[int]) -> None:
        """Add the days of the months in `active`."""
        match self.rule:
            case Individuell():
                self._individuell(self.rule, active)
            case Genomsnitt():
                self._genomsnitt(self.rule, active)
            case _:
                assert_never(self.rule)

    def _individuell(self, rule: Individuell, active: list[int]) -> None:
        own = self.own
        dagar = [0 if v is None else v for v in self.values]
        one_by_one = np.ones(len(own), np.bool_) if rule.dagtyp == "vardag" else self._hindered()
        counted = individuell.entry(own, replace(rule, dagar=min(dagar)))
        plain = np.flatnonzero(~one_by_one & (counted.blocked == 0) & (counted.first_day < self.end))
        waiting = Waiting(own.kommun, own.vardform, counted.counted, counted.earliest, self.end).chosen(plain)
        bent = np.flatnonzero(one_by_one)
        bent_cases = own.take(bent)
        dated = [individuell.entry(bent_cases, replace(rule, dagar=d)) for d in dagar]
        for month in active:
            self._charge(month, waiting, [d - min(dagar) for d in dagar])
            self._charge_dated(month, bent_cases, self.end[bent], dated)

    def _genomsnitt(self, rule: Genomsnitt, active: list[int]) -> None:
        own = self.own
        nobody_leaves = replace(rule, individuell_efter=None)
        stay = genomsnitt.stays(own, nobody_leaves, self.as_of)
        # A case leaves on the day its own count gives, and that runs from the notice also before the rule began.
        counted_from = own.notice if rule.uttrade_fran == "underrattelse" else stay.start
        waited = stay.out - counted_from
        met = stay.left_out == 0
        sums: dict[tuple[int, int], tuple[Counts, Counts]] = {}
        for month in active:
            windows = self.plans[month].windows[self.number]
            for window in windows:
                if window not in sums:
                    counted = np.flatnonzero(genomsnitt.in_month(stay, nobody_leaves, *window) & met)
                    sums[window] = lengths_by_value(
                        own.kommun[counted], stay.days[counted], waited[counted], self.values, self.kommuner
                    )
            period = self.table.months[month]
            antal = np.stack([sums[w][0] for w in windows], axis=1)
            days = np.stack([sums[w][1] for w in windows], axis=1)
            belopp = mean_rate(rule, self.world.tariffs, period)
            if len(own):
                self.table.means.append(MeanSums(month, rule, mean_day(rule, period), belopp, antal, days))
            self.table.cases[:, month] += antal[:, 0]
        if any(v is not None for v in self.values):
            self._charge_leavers(rule, active, counted_from)

    def _charge_leavers(self, rule: Genomsnitt, active: list[int], counted_from: Days) -> None:
        """Cases over `individuell_efter` days, charged from that day on. None charges nobody."""
        own = self.own
        values = [v for v in self.values if v is not None]
        # Who leaves is decided by the wait, and what is charged by `end`: counts need the two to be one.
        plain = np.zeros(len(own), np.bool_)
        if len(values) == len(self.values) and not (rule.utskrivningsdag or rule.dodsdag):
            plain = ~self._hindered()
        first = genomsnitt.stays(own, replace(rule, individuell_efter=min(values)), self.as_of)
        hit = np.flatnonzero(plain & first.leaves_mean & (first.blocked == 0))
        no_earliest = np.full(len(own), ABSENT, np.int32)
        waiting = Waiting(own.kommun, own.vardform, counted_from, no_earliest, self.end).chosen(hit)
        bent = np.flatnonzero(~plain)
        bent_cases = own.take(bent)
        dated = [genomsnitt.stays(bent_cases, replace(rule, individuell_efter=v), self.as_of) for v in self.values]
        for month in active:
            if len(hit):
                self._charge(month, waiting, values)
            self._charge_dated(month, bent_cases, self.end[bent], dated)

    def _hindered(self) -> Flags:
        """The cases that an obstacle in regional open care may bend."""
        if "oppenvard" not in self.rule.villkor:
            return np.zeros(len(self.own), np.bool_)
        hindered: Flags = self.own.hinder_fran != ABSENT
        return hindered

    def _charge(self, month: int, cases: Waiting, values: list[int]) -> None:
        pieces = self.plans[month].pieces[self.number]
        for piece in pieces:
            own = cases
            if len(piece.vardformer) < len(self.rule.vardform):
                own = cases.chosen(np.isin(cases.vardform, piece.vardformer))
            days, charged = days_by_value(own, piece.start, piece.stop, values, self.kommuner)
            self.table.charges.append(Charge(month, self.rule, piece.start, piece.belopp, days))
            if len(pieces) == 1:
                self.table.cases[:, month] += charged
        if len(pieces) > 1:
            first, stop = min(p.start for p in pieces), max(p.stop for p in pieces)
            self.table.cases[:, month] += days_by_value(cases, first, stop, values, self.kommuner)[1]

    def _charge_dated(
        self, month: int, cases: CaseDays, end: Days, stages: Sequence[individuell.Entry | genomsnitt.Stay]
    ) -> None:
        """Cases dated one by one: a stage per swept value says from when, and whom a condition blocks."""
        if not len(cases):
            return
        liable_from = [stage.liable_from for stage in stages]
        met = [stage.blocked == 0 for stage in stages]
        pause = _pause(cases) if self.rule in self.world.paused else None
        pieces = self.plans[month].pieces[self.number]
        for piece in pieces:
            mine = met
            if len(piece.vardformer) < len(self.rule.vardform):
                inside = np.isin(cases.vardform, piece.vardformer)
                mine = [holds & inside for holds in met]
            days, _ = days_by_date(cases.kommun, end, piece.start, piece.stop, liable_from, mine, self.kommuner, pause)
            self.table.charges.append(Charge(month, self.rule, piece.start, piece.belopp, days))
        first, stop = min(p.start for p in pieces), max(p.stop for p in pieces)
        self.table.cases[:, month] += days_by_date(
            cases.kommun, end, first, stop, liable_from, met, self.kommuner, pause
        )[1]


def _pause(cases: CaseDays) -> Callable[[Positions, Days, Days], Days]:
    """Days of a run on which an obstacle lasts: the reading that it pauses the charge also after entry."""

    def days(rows: Positions, first: Days, stop: Days) -> Days:
        fran, till = cases.hinder_fran[rows], cases.hinder_till[rows]
        inside = np.minimum(stop, till) - np.maximum(first, fran)
        return np.where(fran != ABSENT, np.maximum(inside, 0), 0).astype(np.int32)

    return days


def _run_engine(
    cases: pd.DataFrame,
    everyone: CaseDays,
    world: World,
    month: Month,
    number: int,
    as_of: date,
    swept: Swept,
    table: DayTable,
) -> None:
    """One month by the engine itself, once per swept value; fills the table's cells of that month."""
    kommuner = table.cases.shape[2]
    size = table.cases.shape[0]
    charges: dict[tuple[CaseRule, Any], Counts] = {}
    means: dict[tuple[Genomsnitt, Any], tuple[Counts, Counts]] = {}
    for value in range(size):
        rules = [_valued(rule, swept, value) for rule in world.agreement.regler]
        original = dict(zip(rules, world.agreement.regler, strict=True))
        book = rule_book(replace(world.agreement, regler=tuple(rules)))
        month_plan = plan(book, world.tariffs, month, as_of)
        rows = np.flatnonzero(touching(everyone, month_plan))
        outcome = compute(cases, rows, month_plan)
        counted = np.zeros(len(cases), np.bool_)
        counted[rows] = outcome.status == GENOMSNITT
        for run in outcome.runs:
            if not len(run.rule):
                continue
            rule = original.get(book.rules[run.rule[0]], book.rules[run.rule[0]])
            assert isinstance(rule, Individuell | Genomsnitt)
            days = (run.stop - run.start).astype(np.int64)
            if rule in world.notice_days:
                days *= _sent_within(everyone.notice[run.case], world.notice_days[rule])
            if rule in world.paused:
                days -= np.minimum(days, _pause(everyone)(run.case, run.start, run.stop))
            counted[run.case[days > 0]] = True
            belopp = month_plan.rates[run.rate[0]] if run.rate[0] != NO_RATE else None
            own = charges.setdefault((rule, belopp), np.zeros((size, kommuner), np.int64))
            np.add.at(own[value], run.kommun, days)
        np.add.at(table.cases[value, number], everyone.kommun[counted], 1)
        for position, windows in month_plan.windows.items():
            if (position, 0) not in outcome.sums:
                continue
            rule = original.get(book.rules[position], book.rules[position])
            assert isinstance(rule, Genomsnitt)
            belopp = mean_rate(rule, world.tariffs, month)
            shape = (size, len(windows), kommuner)
            antal, total = means.setdefault((rule, belopp), (np.zeros(shape, np.int64), np.zeros(shape, np.int64)))
            for back in range(len(windows)):
                antal[value, back], total[value, back] = outcome.sums[position, back]
    first = day_number(month.start)
    table.charges += [Charge(number, rule, first, belopp, days) for (rule, belopp), days in charges.items()]
    table.means += [
        MeanSums(number, rule, mean_day(rule, month), belopp, antal, total)
        for (rule, belopp), (antal, total) in means.items()
    ]


def _valued(rule: Rule, swept: Swept, value: int) -> Rule:
    match rule:
        case Individuell():
            own = _at(swept.of(rule), value)
            return rule if own is None else replace(rule, dagar=own)
        case Genomsnitt():
            return replace(rule, individuell_efter=_at(swept.of(rule), value))
        case Schablon() | Utanfor():
            return rule
        case _:
            assert_never(rule)


def _at(values: tuple[int | None, ...], value: int) -> int | None:
    return values[value if len(values) > 1 else 0]
