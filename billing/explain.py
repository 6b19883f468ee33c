"""One case, step by step: the engine's own intermediate days, kept instead of thrown away.

Nothing is derived a second time: the stages of the month run on one case, and this module only gathers
what they left behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from betalningsansvar.billing import genomsnitt, individuell
from betalningsansvar.billing.agreements import RuleBook, outcome_book, rule_book
from betalningsansvar.billing.days import CaseDays, to_date
from betalningsansvar.billing.engine import newest_day
from betalningsansvar.billing.kernel import GENOMSNITT, NO_RATE, compute, plan
from betalningsansvar.billing.lines import case_lines
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.pricing import rate
from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.stop import StopError
from betalningsansvar.tariffs.belopp import Tariffs
from betalningsansvar.tariffs.records import Agreement, Belopp, Rule


class UnknownCaseError(StopError):
    """No row has the arende_id that was asked for."""


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """What one rule makes of the case: the stage's own answer, arrays of length 1.

    `end` is the first day not charged under the rule.
    """

    rule: Rule
    entry: individuell.Entry | None
    stay: genomsnitt.Stay | None
    end: date


@dataclass(frozen=True, slots=True)
class ChargedRun:
    """Days [start, stop) charged under one rule; `belopp` is None where the tariffs have a gap."""

    rule: Rule
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
    schablon: tuple[Rule, ...]
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

    Raises UnknownCaseError when there is none.
    """
    found = np.flatnonzero((cases["arende_id"] == arende_id).to_numpy())
    if not len(found):
        raise UnknownCaseError(f"no row has arende_id {arende_id!r} ({len(cases)} rows read).")
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
    computable = np.flatnonzero(cases["status"].cat.codes.to_numpy() == 0)
    as_of = as_of or newest_day(cases, computable, month.last_day if month else date.min)
    if case["status"] != "":
        return CaseExplanation(case, own, agreement, as_of, (), (), (), (), None)

    book = rule_book(agreement)
    rows = np.zeros(1, np.int64)
    days = CaseDays.of(frame)
    months = (month,) if month else _months(days, as_of)
    covered = book.covers[:, days.kommun[0], days.vardform[0]]
    schablon = tuple(book.rules[n] for n in book.schabloner if covered[n] and _meets(book.rules[n], months))
    books = [book] + ([utfall] if schablon and (utfall := outcome_book(book)) else [])
    traces, runs, mean_month = [], [], None
    for one in books:
        traces += [_trace(rule, days, as_of) for rule in _covering(one, days, months)]
        for each in months:
            month_plan = plan(one, tariffs, each, as_of)
            outcome = compute(frame, rows, month_plan)
            if outcome.status[0] == GENOMSNITT:
                mean_month = each
            lines, _ = case_lines(outcome, month_plan)
            runs += [
                ChargedRun(
                    one.rules[rule],
                    to_date(start),
                    to_date(stop),
                    month_plan.rates[rate_position] if rate_position != NO_RATE else None,
                )
                for rule, start, stop, rate_position in lines[["rule", "start", "stop", "rate"]].to_numpy().tolist()
            ]
    return CaseExplanation(case, own, agreement, as_of, months, tuple(traces), tuple(runs), schablon, mean_month)


def _months(days: CaseDays, as_of: date) -> tuple[Month, ...]:
    """The months from the notice to the last day the patient waited."""
    first = Month.of(to_date(days.notice[0]))
    last = Month.of(to_date(int(days.end((as_of - date(1970, 1, 1)).days, utskrivningsdag=True)[0]) - 1))
    months = [first]
    while months[-1] < last:
        months.append(months[-1].plus(1))
    return tuple(months)


def _meets(rule: Rule, months: tuple[Month, ...]) -> bool:
    return rule.fran < months[-1].stop and (rule.tom is None or rule.tom >= months[0].start)


def _covering(book: RuleBook, days: CaseDays, months: tuple[Month, ...]) -> list[Rule]:
    covered = book.covers[:, days.kommun[0], days.vardform[0]]
    rules = [rule for rule, mine in zip(book.rules, covered, strict=True) if mine and rule.modell != "schablon"]
    return sorted((rule for rule in rules if _meets(rule, months)), key=lambda rule: rule.fran)


def _trace(rule: Rule, days: CaseDays, as_of: date) -> RuleTrace:
    known_to = (as_of - date(1970, 1, 1)).days
    end = to_date(days.end(known_to, utskrivningsdag=rule.utskrivningsdag)[0])
    if rule.modell == "genomsnitt":
        return RuleTrace(rule, None, genomsnitt.stays(days, rule, known_to), end)
    return RuleTrace(rule, individuell.entry(days, rule), None, end)


@dataclass(frozen=True, slots=True)
class MeanExplanation:
    """The mean of one kommun, one month and one rule. `members` are the rows of the case frame counted in
    it; `mean` has one element; `months` are those of the trigger, this one first, with their means."""

    kommun: str
    month: Month
    rule: Rule
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
    """Explain each mean of a kommun in a month; empty when no genomsnitt rule covers it then."""
    computable = np.flatnonzero(cases["status"].cat.codes.to_numpy() == 0)
    as_of = as_of or newest_day(cases, computable, month.last_day)
    known_to = (as_of - date(1970, 1, 1)).days
    own = cases.iloc[computable]
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
        mine = own[own["vardform"].isin([v for v, covered in zip(VARDFORMER, kinds, strict=True) if covered])]
        mine = mine.reset_index(drop=True)
        stay = genomsnitt.stays(CaseDays.of(mine), rule, known_to)
        means = []
        members = mine.iloc[:0]
        for back, (start, stop) in enumerate(windows):
            counted = genomsnitt.in_month(stay, rule, start, stop) & (stay.blocked == 0)
            sums = genomsnitt.count(np.zeros(int(counted.sum()), np.int16), stay.days[counted], 1)
            means.append((month.plus(-back), genomsnitt.mean(*sums, rule)))
            if back == 0:
                members = mine[counted].assign(dagar=stay.days[counted])
        belopp = rate(rule, tariffs, rule.vardform[0], month.last_day)
        found.append(MeanExplanation(kommun, month, rule, members, means[0][1], tuple(means), belopp))
    return found
