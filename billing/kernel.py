"""One month under one rule book: the kernel. A pure function of a chunk of cases and a plan.

The plan holds everything that does not depend on the cases; a chunk gives charged runs of days, a
status per case and small sums per kommun. Chunks fit the processor's cache and run side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, assert_never

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing import genomsnitt, individuell
from betalningsansvar.billing.agreements import RuleBook, rule_days
from betalningsansvar.billing.days import FAR, CaseArrays, CaseDays, Codes, Days, Flags, Positions, chosen, day_number
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.pricing import Piece, pieces
from betalningsansvar.billing.reasons import NONE
from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.tariffs.belopp import Tariffs
from betalningsansvar.tariffs.records import (
    Belopp,
    CaseRule,
    CaseTerms,
    Genomsnitt,
    Individuell,
    Rule,
    Schablon,
    Utanfor,
)

CHUNK = 1 << 16
_WORKERS = 2
_MANY_RUNS = 32  # fewer are joined sooner than threads start

FRI, BLOCKERAD, GENOMSNITT, DEBITERAS = range(4)

NO_RATE = -1


@dataclass(frozen=True, slots=True)
class Plan:
    """What one month needs to know besides the cases; days as day numbers, `stop` exclusive.

    `order` lists the positions of the rules that have something to say of single cases, by first day: those that are
    computed case by case, and those in force that leave cases outside. `windows` has, for each genomsnitt rule in
    force, the months whose means decide: this one and those of its trigger.
    """

    book: RuleBook
    start: int
    stop: int
    as_of: int
    order: tuple[int, ...]
    pieces: dict[int, list[Piece]]
    rates: tuple[Belopp, ...]
    windows: dict[int, list[tuple[int, int]]]


def plan(book: RuleBook, tariffs: Tariffs, month: Month, as_of: date) -> Plan:
    """Cut the month into pieces of one rule and one rate."""
    cut: dict[int, list[Piece]] = {}
    windows: dict[int, list[tuple[int, int]]] = {}
    order: list[int] = []
    for n, rule in enumerate(book.rules):
        first, stop = rule_days(rule, month.start, month.stop)
        in_force = first < stop
        match rule:
            case Individuell():
                order.append(n)
                if in_force:
                    cut[n] = pieces(n, rule, tariffs, first, stop)
            case Genomsnitt():
                order.append(n)
                if in_force:
                    cut[n] = pieces(n, rule, tariffs, first, stop)
                    months = [month.plus(-back) for back in range(rule.trigger_manader or 1)]
                    windows[n] = [(day_number(m.start), day_number(m.stop)) for m in months]
            case Utanfor():
                order += [n] if in_force else []
            case Schablon():
                pass
            case _:
                assert_never(rule)
    rates = tuple(dict.fromkeys(p.belopp for own in cut.values() for p in own if p.belopp))
    order.sort(key=lambda n: book.rules[n].fran)
    begins, ends, known_to = (day_number(day) for day in (month.start, month.stop, as_of))
    return Plan(book, begins, ends, known_to, tuple(order), cut, rates, windows)


def touching(cases: CaseDays, plan: Plan) -> Flags:
    """The cases that can owe a day of the plan's month or be in one of its means: their notice was sent before it is
    over, and they were not out before it began, or the first month of a trigger did.

    The others change no line and no sum; only their day of liability is left for whoever asks for that.
    """
    begins = min([plan.start, *(start for windows in plan.windows.values() for start, _ in windows)])
    touch: Flags = cases.notice < plan.stop
    touch &= np.minimum(cases.utskriven, cases.aterkallad) >= begins
    return touch


@dataclass(frozen=True, slots=True)
class Runs:
    """Charged runs of days, parallel arrays: case position, rule, rate (NO_RATE in a tariff gap), kommun,
    first day, day after the last."""

    case: Positions
    rule: NDArray[np.int16]
    rate: NDArray[np.int16]
    kommun: NDArray[np.int16]
    start: Days
    stop: Days


@dataclass(slots=True)
class Outcome:
    """What the month says of each case, and the sums of the means.

    `status` is FRI, BLOCKERAD, GENOMSNITT or DEBITERAS; `reason` a code of `billing.reasons`;
    `liable_from` FAR when no rule makes the case liable; `rule` the rule that decided (−1: none in
    force); `obstacle_later` an obstacle that began after liability and changes nothing. `sums` has per
    (rule, months back) the number of cases in the mean and their days, by kommun position.
    """

    status: Codes
    reason: Codes
    liable_from: Days
    rule: NDArray[np.int16]
    obstacle_later: Flags
    runs: list[Runs]
    sums: dict[tuple[int, int], tuple[NDArray[np.int64], NDArray[np.int64]]]

    @classmethod
    def blank(cls, size: int) -> Outcome:
        return cls(
            status=np.full(size, FRI, np.int8),
            reason=np.zeros(size, np.int8),
            liable_from=np.full(size, FAR, np.int32),
            rule=np.full(size, -1, np.int16),
            obstacle_later=np.zeros(size, np.bool_),
            runs=[],
            sums={},
        )

    def window(self, part: slice) -> Outcome:
        """The same arrays seen through a chunk; runs and sums of its own."""
        return Outcome(
            status=self.status[part],
            reason=self.reason[part],
            liable_from=self.liable_from[part],
            rule=self.rule[part],
            obstacle_later=self.obstacle_later[part],
            runs=[],
            sums={},
        )

    def gather(self, parts: list[Outcome]) -> None:
        """Take over the runs and add up the sums of the chunks, in their order."""
        for part in parts:
            self.runs += part.runs
            for key, (antal, days) in part.sums.items():
                before = self.sums.get(key)
                self.sums[key] = (antal, days) if before is None else (before[0] + antal, before[1] + days)


def compute(
    cases: pd.DataFrame | CaseArrays, rows: Positions, plan: Plan, progress: Callable[[int], None] | None = None
) -> Outcome:
    """Run the plan over the chosen rows of a case frame, or of its arrays where several plans read the same cases;
    arrays of the answer are parallel to `rows`."""
    arrays = CaseArrays(cases) if isinstance(cases, pd.DataFrame) else cases
    whole = len(rows) == len(arrays)
    outcome = Outcome.blank(len(rows))

    def chunk(first: int) -> Outcome:
        part = slice(first, first + CHUNK)
        own = outcome.window(part)
        _chunk(CaseDays.of(arrays, part if whole else rows[part]), rows[part], plan, own)
        if progress:
            progress(len(own.status))
        return own

    starts = range(0, len(rows), CHUNK)
    if len(starts) > 1:
        # numpy lets go of the interpreter lock in its loops, so chunks really run side by side.
        with ThreadPoolExecutor(_WORKERS) as pool:
            parts = list(pool.map(chunk, starts))
    else:
        parts = [chunk(0)]
    outcome.gather(parts)
    return outcome


def _chunk(cases: CaseDays, positions: Positions, plan: Plan, outcome: Outcome) -> None:
    size = len(cases)
    everyone = np.arange(size)
    cell = cases.kommun.astype(np.intp) * len(VARDFORMER) + cases.vardform
    for number in plan.order:
        covered = plan.book.covers[number].ravel().take(cell)
        rule = plan.book.rules[number]
        match rule:
            case Individuell() | Genomsnitt():
                pass
            case Utanfor() | Schablon():
                np.copyto(outcome.rule, np.int16(number), where=covered)
                continue
            case _:
                assert_never(rule)
        if number not in plan.pieces:
            _date_liability(cases, covered & (outcome.liable_from == FAR), rule, plan.as_of, outcome)
            continue
        rows = np.flatnonzero(covered)
        if not len(rows):
            continue
        np.copyto(outcome.rule, np.int16(number), where=covered)
        # Where nearly all are covered, computing the rest too and leaving it out is cheaper than picking.
        if 4 * len(rows) > 3 * size:
            own, rows, of_rule = cases, everyone, covered
        else:
            own, of_rule = cases.take(rows), np.ones(len(rows), np.bool_)
        of_rule = of_rule & ~own.void(plan.as_of, rule)
        stage = _stage(own, rule, plan.as_of)
        if isinstance(stage, genomsnitt.Stay):
            _count_in_means(own, rows, of_rule, stage, number, plan, outcome)
        liable_from = chosen(~of_rule, np.int32(FAR), stage.liable_from)
        _keep_first_day(rows, liable_from, stage.blocked, rule, outcome)
        _charge(own, rows, positions, liable_from, stage.blocked, number, plan, outcome)


def _stage(cases: CaseDays, rule: CaseRule, as_of: int) -> individuell.Entry | genomsnitt.Stay:
    """What the rule's own model makes of the cases."""
    match rule:
        case Individuell():
            return individuell.entry(cases, rule)
        case Genomsnitt():
            return genomsnitt.stays(cases, rule, as_of)
        case _:
            assert_never(rule)


def _date_liability(cases: CaseDays, undated: Flags, rule: CaseRule, as_of: int, outcome: Outcome) -> None:
    """A rule that is not in force this month charges nothing, but tells from which day a case is liable."""
    if rule.tom is not None:
        undated &= cases.notice <= day_number(rule.tom)
    undated &= ~cases.void(as_of, rule)
    rows = np.flatnonzero(undated)
    if not len(rows):
        return
    stage = _stage(cases.take(rows), rule, as_of)
    _keep_first_day(rows, stage.liable_from, stage.blocked, rule, outcome)


def _keep_first_day(rows: Positions, liable_from: Days, blocked: Codes, rule: Rule, outcome: Outcome) -> None:
    first = np.maximum(liable_from, np.int32(day_number(rule.fran)))
    last = FAR - 1 if rule.tom is None else day_number(rule.tom)
    inside = (blocked == 0) & (first <= last)
    if len(rows) == len(outcome.liable_from):
        np.minimum(outcome.liable_from, chosen(~inside, np.int32(FAR), first), out=outcome.liable_from)
    else:
        hit = np.flatnonzero(inside)
        outcome.liable_from[rows[hit]] = np.minimum(outcome.liable_from[rows[hit]], first[hit])


def _count_in_means(
    cases: CaseDays,
    rows: Positions,
    of_rule: Flags,
    stay: genomsnitt.Stay,
    number: int,
    plan: Plan,
    outcome: Outcome,
) -> None:
    rule = plan.book.rules[number]
    assert isinstance(rule, Genomsnitt)
    met = stay.left_out == 0
    for back, (start, stop) in enumerate(plan.windows[number]):
        belongs = genomsnitt.in_month(stay, rule, start, stop) & of_rule
        counted = belongs & met
        outcome.sums[number, back] = genomsnitt.count(
            cases.kommun[counted], stay.days[counted], plan.book.covers.shape[1]
        )
        if back == 0:
            _raise_status(outcome, rows[counted], GENOMSNITT)
            _block(outcome, rows, belongs & ~met, stay.left_out)


def _charge(
    cases: CaseDays,
    rows: Positions,
    positions: Positions,
    liable_from: Days,
    blocked: Codes,
    number: int,
    plan: Plan,
    outcome: Outcome,
) -> None:
    rule = plan.book.rules[number]
    assert isinstance(rule, CaseTerms)
    end = cases.end(plan.as_of, rule)
    away = cases.whole_days_away(rule)
    met = blocked == 0
    for piece in plan.pieces[number]:
        start = np.maximum(liable_from, np.int32(piece.start))
        stop = np.minimum(end, np.int32(piece.stop))
        parts = [(start, stop)]
        if away is not None:
            # Before the leave and after it; a leave that is empty or elsewhere leaves all days in the first part.
            whole = away[0] >= away[1]
            parts = [
                (start, np.where(whole, stop, np.minimum(stop, away[0]))),
                (np.where(whole, stop, np.maximum(start, away[1])), stop),
            ]
        inside = np.logical_or.reduce([first < last for first, last in parts])
        if len(piece.vardformer) < len(rule.vardform):
            inside &= np.isin(cases.vardform, piece.vardformer)
        _block(outcome, rows, inside & ~met, blocked)
        hit = np.flatnonzero(inside & met)
        if not len(hit):
            continue
        _raise_status(outcome, rows[hit], DEBITERAS)
        obstacle = cases.hinder_fran[hit]
        outcome.obstacle_later[rows[hit]] |= (obstacle > liable_from[hit]) & (obstacle < end[hit])
        for first, last in parts:
            own = hit if away is None else hit[first[hit] < last[hit]]
            outcome.runs.append(
                Runs(
                    case=positions[rows[own]],
                    rule=np.full(len(own), number, np.int16),
                    rate=np.full(len(own), plan.rates.index(piece.belopp) if piece.belopp else NO_RATE, np.int16),
                    kommun=cases.kommun[own],
                    start=first[own],
                    stop=last[own],
                )
            )


def _raise_status(outcome: Outcome, rows: Positions, status: int) -> None:
    outcome.status[rows] = np.maximum(outcome.status[rows], np.int8(status))


def _block(outcome: Outcome, rows: Positions, fails: Flags, blocked: Codes) -> None:
    """Blocked is a result: the case keeps the reason of the month's first rule, unless another rule charges it."""
    hit = np.flatnonzero(fails)
    if len(hit):
        case = rows[hit]
        _raise_status(outcome, case, BLOCKERAD)
        first = outcome.reason[case] == NONE
        outcome.reason[case[first]] = blocked[hit[first]]


def joined_runs(runs: list[Runs]) -> dict[str, NDArray[Any]]:
    """The columns of all runs end to end."""
    empty = Runs(
        np.zeros(0, np.int64),
        np.zeros(0, np.int16),
        np.zeros(0, np.int16),
        np.zeros(0, np.int16),
        np.zeros(0, np.int32),
        np.zeros(0, np.int32),
    )

    def column(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(run, name) for run in runs] or [getattr(empty, name)])

    names = [field.name for field in fields(Runs)]
    if len(runs) < _MANY_RUNS:
        return {name: column(name) for name in names}
    with ThreadPoolExecutor(_WORKERS) as pool:
        return dict(zip(names, pool.map(column, names), strict=True))
