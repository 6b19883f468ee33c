"""One case, step by step: the engine's own intermediate days, kept instead of thrown away.

Nothing is derived a second time: the stages of the month run on one case, and this module only gathers
what they left behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import assert_never

import numpy as np
import pandas as pd

from betalningsansvar.billing import genomsnitt, individuell
from betalningsansvar.billing.agreements import RuleBook, outcome_book, rule_book
from betalningsansvar.billing.data_ends import require_reaching, still_in_after
from betalningsansvar.billing.days import FAR, CaseDays, day_number, to_date
from betalningsansvar.billing.kernel import compute
from betalningsansvar.billing.known import computable, newest_day
from betalningsansvar.billing.lines import case_lines
from betalningsansvar.billing.month_outcome import GENOMSNITT, NO_RATE
from betalningsansvar.billing.month_plan import plan
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.pricing import mean_rate
from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.identity import hide
from betalningsansvar.data.stop import StopError
from betalningsansvar.tariffs.belopp import Tariffs
from betalningsansvar.tariffs.records import (
    Agreement,
    Belopp,
    CaseRule,
    Genomsnitt,
    Individuell,
    Rule,
    Schablon,
    Utanfor,
)


class UnknownCaseError(StopError):
    """No row has the arende_id that was asked for."""


@dataclass(frozen=True, slots=True)
class EntryTrace:
    """What an individuell rule makes of the case: the stage's own answer, arrays of length 1.

    `end` is the first day not charged under the rule, `away` the whole days of leave [first, stop) that it does not
    charge."""

    rule: Individuell
    entry: individuell.Entry
    end: date
    away: tuple[date, date] | None


@dataclass(frozen=True, slots=True)
class StayTrace:
    """The same of a genomsnitt rule: in the mean, or out of it and charged on its own."""

    rule: Genomsnitt
    stay: genomsnitt.Stay
    end: date
    away: tuple[date, date] | None


@dataclass(frozen=True, slots=True)
class VoidTrace:
    """A rule for which the notice was never valid: annulled, or withdrawn where the rule reads that as annulled."""

    rule: CaseRule


@dataclass(frozen=True, slots=True)
class OutsideTrace:
    """A rule by which the parties left the case outside: nothing is charged."""

    rule: Utanfor


RuleTrace = EntryTrace | StayTrace | VoidTrace | OutsideTrace


@dataclass(frozen=True, slots=True)
class ChargedRun:
    """Days [start, stop) charged under one rule; `belopp` is None where the tariffs have a gap."""

    rule: CaseRule
    start: date
    stop: date
    belopp: Belopp | None

    @property
    def days(self) -> int:
        return (self.stop - self.start).days

    @property
    def amount_ore(self) -> int | None:
        return None if self.belopp is None else self.days * self.belopp.rate_ore


@dataclass(frozen=True, slots=True)
class CaseExplanation:
    """Everything that decides one row. `case` is its row of the case frame; a parked or rejected row has
    no traces but its issues. `outcome` marks a case under schablon, whose runs are for bokslut only.
    `mean_month` is the month in whose mean the case counts."""

    case: pd.Series
    issues: pd.DataFrame
    agreement: Agreement
    as_of: date
    months: tuple[Month, ...]
    traces: tuple[RuleTrace, ...]
    runs: tuple[ChargedRun, ...]
    schablon: tuple[Schablon, ...]
    mean_month: Month | None


def explain_case(
    cases: pd.DataFrame,
    issues: pd.DataFrame,
    arende_id: str,
    agreement: Agreement,
    tariffs: Tariffs,
    month: Month | None = None,
    as_of: date | None = None,
) -> list[CaseExplanation]:
    """Explain every row with the `arende_id`, over its whole time or in one month.

    Raises UnknownCaseError when there is none, and DataEndsError when nothing of the `month` is known.
    """
    found = np.flatnonzero((cases["arende_id"] == arende_id).to_numpy())
    if not len(found):
        counted = "1 rad är" if len(cases) == 1 else f"{len(cases)} rader är"
        raise UnknownCaseError(
            f"Inget ärende har arende_id {hide(arende_id)} ({counted} lästa). Kontrollera hur det är skrivet."
        )
    return [_explain_row(cases, int(row), issues, agreement, tariffs, month, as_of) for row in found]


def _explain_row(
    cases: pd.DataFrame,
    row: int,
    issues: pd.DataFrame,
    agreement: Agreement,
    tariffs: Tariffs,
    month: Month | None,
    as_of: date | None,
) -> CaseExplanation:
    frame = cases.iloc[[row]].reset_index(drop=True)
    case = frame.iloc[0]
    own = issues[(issues["rad"] == case["rad"]) & (issues["fil"] == str(case["fil"]))]
    rows_known = computable(cases)
    extract_given = as_of is not None
    if month and not extract_given:
        require_reaching(cases, rows_known, month.start)
    as_of = as_of or newest_day(cases, rows_known, month.last_day if month else date.min)
    if case["status"] != "":
        return CaseExplanation(case, own, agreement, as_of, (), (), (), (), None)

    book = rule_book(agreement)
    rows = np.zeros(1, np.int64)
    days = CaseDays.of(frame)
    months = (month,) if month else _months(days, as_of)
    if month and not extract_given:
        newest = newest_day(cases, rows_known, date.min)
        ends = still_in_after(frame, rows, [plan(book, tariffs, month, as_of)], newest, month.last_day)
        own = pd.concat([ends, own], ignore_index=True) if len(ends) else own
    covered = book.covers[:, days.kommun[0], days.vardform[0]]
    replacing = (rule for rule, mine in zip(book.rules, covered, strict=True) if mine and _meets(rule, months))
    schablon = tuple(rule for rule in replacing if isinstance(rule, Schablon))
    books = [book] + ([utfall] if schablon and (utfall := outcome_book(book)) else [])
    traces: list[RuleTrace] = []
    runs: list[ChargedRun] = []
    mean_month = None
    for one in books:
        traces += [trace for rule in _covering(one, days, months) if (trace := _trace(rule, days, as_of))]
        for each in months:
            month_plan = plan(one, tariffs, each, as_of)
            outcome = compute(frame, rows, month_plan)
            if outcome.status[0] == GENOMSNITT:
                mean_month = each
            lines, _ = case_lines(outcome, month_plan)
            for number, start, stop, position in lines[["rule", "start", "stop", "rate"]].to_numpy().tolist():
                rule = one.rules[number]
                assert isinstance(rule, Individuell | Genomsnitt)
                belopp = month_plan.rates[position] if position != NO_RATE else None
                runs.append(ChargedRun(rule, to_date(start), to_date(stop), belopp))
    return CaseExplanation(case, own, agreement, as_of, months, tuple(traces), tuple(runs), schablon, mean_month)


def _months(days: CaseDays, as_of: date) -> tuple[Month, ...]:
    """The months from the notice to the last day the patient waited."""
    first = Month.of(to_date(days.notice[0]))
    out = int(days.out(day_number(as_of))[0])
    # The day of discharge may be charged, the day of withdrawal and the day after the data ends never.
    last = Month.of(to_date(out if out == int(days.utskriven[0]) else max(out - 1, int(days.notice[0]))))
    months = [first]
    while months[-1] < last:
        months.append(months[-1].plus(1))
    return tuple(months)


def _meets(rule: Rule, months: tuple[Month, ...]) -> bool:
    return rule.fran < months[-1].stop and (rule.tom is None or rule.tom >= months[0].start)


def _covering(book: RuleBook, days: CaseDays, months: tuple[Month, ...]) -> list[Rule]:
    covered = book.covers[:, days.kommun[0], days.vardform[0]]
    rules = (rule for rule, mine in zip(book.rules, covered, strict=True) if mine and _meets(rule, months))
    return sorted(rules, key=lambda rule: rule.fran)


def _trace(rule: Rule, days: CaseDays, as_of: date) -> RuleTrace | None:
    """The rule's own account of the case; None for a schablon, which looks at no case."""
    known_to = day_number(as_of)
    match rule:
        case Individuell() | Genomsnitt() if days.void(known_to, rule)[0]:
            return VoidTrace(rule)
        case Individuell():
            end = to_date(days.end(known_to, rule)[0])
            return EntryTrace(rule, individuell.entry(days, rule), end, _away(rule, days))
        case Genomsnitt():
            end = to_date(days.end(known_to, rule)[0])
            return StayTrace(rule, genomsnitt.stays(days, rule, known_to), end, _away(rule, days))
        case Utanfor():
            return OutsideTrace(rule)
        case Schablon():
            return None
        case _:
            assert_never(rule)


def _away(rule: CaseRule, days: CaseDays) -> tuple[date, date] | None:
    away = days.whole_days_away(rule)
    if away is None or away[0][0] >= away[1][0]:
        return None
    return to_date(away[0][0]), date.max if away[1][0] == FAR else to_date(away[1][0])


@dataclass(frozen=True, slots=True)
class MeanExplanation:
    """The mean of one kommun, one month and one rule. `members` are the rows of the case frame counted in
    it; `mean` has one element; `months` are those of the trigger, this one first, with their means."""

    kommun: str
    month: Month
    rule: Genomsnitt
    members: pd.DataFrame
    mean: genomsnitt.Mean
    months: tuple[tuple[Month, genomsnitt.Mean], ...]
    belopp: Belopp | None

    @property
    def charged(self) -> bool:
        return all(bool(mean.exceeds[0]) for _, mean in self.months)

    @property
    def amount_ore(self) -> int | None:
        if not self.charged:
            return 0
        return (
            None if self.belopp is None else int(genomsnitt.amount_ore(self.mean.dygn_micro, self.belopp.rate_ore)[0])
        )


def explain_mean(
    cases: pd.DataFrame, kommun: str, agreement: Agreement, tariffs: Tariffs, month: Month, as_of: date | None = None
) -> list[MeanExplanation]:
    """Explain each mean of a kommun in a month; empty when no genomsnitt rule covers it then. Raises DataEndsError."""
    rows_known = computable(cases)
    if as_of is None:
        require_reaching(cases, rows_known, month.start)
    as_of = as_of or newest_day(cases, rows_known, month.last_day)
    known_to = day_number(as_of)
    own = cases.iloc[rows_known]
    own = own[(own["kommun"] == kommun).to_numpy()].reset_index(drop=True)
    book = rule_book(agreement)
    month_plan = plan(book, tariffs, month, as_of)
    position = list(cases["kommun"].cat.categories).index(kommun)
    found = []
    for number, windows in month_plan.windows.items():
        kinds = book.covers[number, position]
        if not kinds.any():
            continue
        rule = book.rules[number]
        assert isinstance(rule, Genomsnitt)
        mine = own[own["vardform"].isin([v for v, covered in zip(VARDFORMER, kinds, strict=True) if covered])]
        mine = mine.reset_index(drop=True)
        stay = genomsnitt.stays(CaseDays.of(mine), rule, known_to)
        means = []
        members = mine.iloc[:0]
        for back, (start, stop) in enumerate(windows):
            counted = genomsnitt.in_month(stay, rule, start, stop) & (stay.left_out == 0)
            sums = genomsnitt.count(np.zeros(int(counted.sum()), np.int16), stay.days[counted], 1)
            means.append((month.plus(-back), genomsnitt.mean(*sums, rule)))
            if back == 0:
                members = mine[counted].assign(dagar=stay.days[counted])
        belopp = mean_rate(rule, tariffs, month)
        found.append(MeanExplanation(kommun, month, rule, members, means[0][1], tuple(means), belopp))
    return found
