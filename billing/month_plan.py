"""What one month needs to know besides the cases, and which cases it needs to look at.

The plan holds everything that does not depend on the cases: the kernel (`billing.kernel`) runs it over chunks of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import assert_never

import numpy as np

from betalningsansvar.billing.agreements import RuleBook, rule_days
from betalningsansvar.billing.days import CaseDays, Flags, day_number
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.pricing import Piece, pieces
from betalningsansvar.tariffs.belopp import Tariffs
from betalningsansvar.tariffs.records import Belopp, Genomsnitt, Individuell, Schablon, Utanfor


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
