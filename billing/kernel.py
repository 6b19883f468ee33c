"""One month under one rule book: the kernel. A pure function of a chunk of cases and a plan (`billing.month_plan`).

A chunk gives charged runs of days, a status per case and small sums per kommun (`billing.month_outcome`). Chunks fit
the processor's cache and run side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import assert_never

import numpy as np
import pandas as pd

from betalningsansvar.billing import genomsnitt, individuell
from betalningsansvar.billing.days import FAR, CaseArrays, CaseDays, Codes, Days, Flags, Positions, chosen, day_number
from betalningsansvar.billing.month_outcome import DEBITERAS, GENOMSNITT, NO_RATE, WORKERS, Outcome, Runs
from betalningsansvar.billing.month_plan import Plan
from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.tariffs.records import CaseRule, CaseTerms, Genomsnitt, Individuell, Rule, Schablon, Utanfor

CHUNK = 1 << 16


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
        with ThreadPoolExecutor(WORKERS) as pool:
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
            outcome.raise_status(rows[counted], GENOMSNITT)
            outcome.block(rows, belongs & ~met, stay.left_out)


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
        outcome.block(rows, inside & ~met, blocked)
        hit = np.flatnonzero(inside & met)
        if not len(hit):
            continue
        outcome.raise_status(rows[hit], DEBITERAS)
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
