"""Tables of charged days for a family of scenarios: each case is dated once, not once per scenario.

Exact by counts: any `dagar` counted in kalenderdagar, any `individuell_efter`, any amount, threshold and
rounding. Cases with an obstacle, and rules in vardagar, are dated by the engine's stages once per value. In a
month in which two rules cover the same cases the whole engine runs, once per value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from betalningsansvar.billing import genomsnitt, individuell
from betalningsansvar.billing.agreements import RuleBook, rule_book
from betalningsansvar.billing.days import ABSENT, CaseDays, Days, Flags, Positions, day_number
from betalningsansvar.billing.kernel import GENOMSNITT, NO_RATE, Plan, compute, plan
from betalningsansvar.billing.lines import schablon_lines
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.pricing import rate
from betalningsansvar.billing.whatif.counting import Counts, Waiting, days_by_date, days_by_value, lengths_by_value
from betalningsansvar.billing.whatif.daytable import Charge, DayTable, Fixed, MeanSums
from betalningsansvar.billing.whatif.overlay import BY_SCENARIO, World
from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.tariffs.records import Rule


@dataclass(frozen=True, slots=True)
class Swept:
    """The parameter that differs inside a family, `dagar` or `individuell_efter`, and its values (none: nothing
    differs but amounts)."""

    parameter: str
    values: tuple[int | None, ...]

    def of(self, rule: Rule) -> tuple[int | None, ...]:
        """The values the rule takes: its own one, unless the scenario reaches it and it has the parameter."""
        modell = "individuell" if self.parameter == "dagar" else "genomsnitt"
        if self.values and rule.kalla == BY_SCENARIO and rule.modell == modell:
            return self.values
        return (rule.dagar if rule.modell == "individuell" else rule.individuell_efter,)


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
        if _covered_twice(book, plans[number], world):
            table.engine_months.add(number)
    cell = everyone.kommun * np.int16(len(VARDFORMER)) + everyone.vardform
    for number, rule in enumerate(book.rules):
        active = [m for m, p in enumerate(plans) if number in p.pieces and m not in table.engine_months]
        if active:
            covered = book.covers[number].ravel()[cell]
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
        rule: Rule,
        own: CaseDays,
        world: World,
        swept: Swept,
    ) -> None:
        self.table, self.plans, self.number, self.rule, self.own = table, plans, number, rule, own
        self.world, self.values = world, swept.of(rule)
        self.kommuner = table.cases.shape[2]
        self.as_of = plans[0].as_of
        self.end = own.end(self.as_of, utskrivningsdag=rule.utskrivningsdag)

    def months(self, active: list[int]) -> None:
        """Add the days of the months in `active`."""
        if self.rule.modell == "genomsnitt":
            self._genomsnitt(active)
        else:
            self._individuell(active)

    def _individuell(self, active: list[int]) -> None:
        rule, own = self.rule, self.own
        dagar = [0 if v is None else v for v in self.values]
        obstacle = (own.hinder_fran != ABSENT) if "oppenvard" in rule.villkor else np.zeros(len(own), np.bool_)
        one_by_one = np.ones(len(own), np.bool_) if rule.dagtyp == "vardag" else obstacle
        counted = individuell.entry(own, replace(rule, dagar=min(dagar)))
        plain = np.flatnonzero(~one_by_one & (counted.blocked == 0) & (counted.first_day < self.end))
        waiting = Waiting(own.kommun, own.vardform, counted.counted, counted.earliest, self.end).chosen(plain)
        bent = np.flatnonzero(one_by_one)
        bent_cases = own.take(bent)
        dated = [individuell.entry(bent_cases, replace(rule, dagar=d)) for d in dagar]
        pause = _pause(bent_cases) if rule in self.world.paused else None
        for month in active:
            self._charge(month, waiting, [d - min(dagar) for d in dagar])
            self._charge_dated(
                month,
                bent_cases,
                self.end[bent],
                [e.liable_from for e in dated],
                [e.blocked == 0 for e in dated],
                pause,
            )

    def _genomsnitt(self, active: list[int]) -> None:
        rule, own = self.rule, self.own
        nobody_leaves = replace(rule, individuell_efter=None)
        stay = genomsnitt.stays(own, nobody_leaves, self.as_of)
        met = stay.blocked == 0
        sums: dict[tuple[int, int], tuple[Counts, Counts]] = {}
        for month in active:
            windows = self.plans[month].windows[self.number]
            for window in windows:
                if window not in sums:
                    counted = np.flatnonzero(genomsnitt.in_month(stay, nobody_leaves, *window) & met)
                    sums[window] = lengths_by_value(own.kommun[counted], stay.days[counted], self.values, self.kommuner)
            period = self.table.months[month]
            antal = np.stack([sums[w][0] for w in windows], axis=1)
            days = np.stack([sums[w][1] for w in windows], axis=1)
            belopp = rate(rule, self.world.tariffs, rule.vardform[0], period.last_day)
            if len(own):
                self.table.means.append(MeanSums(month, rule, period.last_day, belopp, antal, days))
            self.table.cases[:, month] += antal[:, 0]
        if any(v is not None for v in self.values):
            self._charge_leavers(active, stay, met)

    def _charge_leavers(self, active: list[int], stay: genomsnitt.Stay, met: Flags) -> None:
        """Cases over `individuell_efter` days, charged from that day on. None charges nobody."""
        values = [v for v in self.values if v is not None]
        if len(values) == len(self.values) and not self.rule.utskrivningsdag:
            own = self.own
            plain = np.flatnonzero(met & (stay.start + np.int32(min(values)) < self.end))
            no_earliest = np.full(len(own), ABSENT, np.int32)
            waiting = Waiting(own.kommun, own.vardform, stay.start, no_earliest, self.end).chosen(plain)
            for month in active:
                self._charge(month, waiting, values)
            return
        stages = [genomsnitt.stays(self.own, replace(self.rule, individuell_efter=v), self.as_of) for v in self.values]
        for month in active:
            self._charge_dated(
                month,
                self.own,
                self.end,
                [s.liable_from for s in stages],
                [met for _ in stages],
                None,
            )

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
        self,
        month: int,
        cases: CaseDays,
        end: Days,
        liable_from: list[Days],
        met: list[Flags],
        pause: Callable[[Positions, Days, Days], Days] | None,
    ) -> None:
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
    rows: Positions = np.arange(len(cases))
    kommuner = table.cases.shape[2]
    size = table.cases.shape[0]
    charges: dict[tuple[Rule, Any], Counts] = {}
    means: dict[tuple[Rule, Any], tuple[Counts, Counts]] = {}
    for value in range(size):
        rules = [_valued(rule, swept, value) for rule in world.agreement.regler]
        original = dict(zip(rules, world.agreement.regler, strict=True))
        book = rule_book(replace(world.agreement, regler=tuple(rules)))
        month_plan = plan(book, world.tariffs, month, as_of)
        outcome = compute(cases, rows, month_plan)
        counted = outcome.status == GENOMSNITT
        for run in outcome.runs:
            rule = original.get(book.rules[run.rule[0]], book.rules[run.rule[0]])
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
            belopp = rate(rule, world.tariffs, rule.vardform[0], month.last_day)
            shape = (size, len(windows), kommuner)
            antal, total = means.setdefault((rule, belopp), (np.zeros(shape, np.int64), np.zeros(shape, np.int64)))
            for back in range(len(windows)):
                antal[value, back], total[value, back] = outcome.sums[position, back]
    first = day_number(month.start)
    table.charges += [Charge(number, rule, first, belopp, days) for (rule, belopp), days in charges.items()]
    table.means += [
        MeanSums(number, rule, month.last_day, belopp, antal, total) for (rule, belopp), (antal, total) in means.items()
    ]


def _valued(rule: Rule, swept: Swept, value: int) -> Rule:
    values = swept.of(rule)
    own = values[value if len(values) > 1 else 0]
    return (
        replace(rule, dagar=own)
        if rule.modell == "individuell"
        else (replace(rule, individuell_efter=own) if rule.modell == "genomsnitt" else rule)
    )
