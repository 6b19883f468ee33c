"""Which rule covers which case and day.

A rule book is the agreement's rules for the kommuner it covers, and the statute's for all others: there
is no agreement with a kommun outside the region, nor with one that a schablon does not list.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.stop import StopError
from betalningsansvar.tariffs.agreements import outcome_rules, statute, uncovered
from betalningsansvar.tariffs.records import Agreement, Genomsnitt, Individuell, Rule, Schablon, Utanfor
from betalningsansvar.tariffs.schablon_underlag import SchablonTable, load_schablon


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Rules and whom they cover: `covers[rule, kommun, vardform]` by category positions.

    `schabloner` has the table of each schablon rule by its position.
    """

    rules: tuple[Rule, ...]
    covers: NDArray[np.bool_]
    schabloner: dict[int, SchablonTable]


class RuleGapError(StopError):
    """The agreement has no rule for days that are to be billed."""


def rule_book(agreement: Agreement) -> RuleBook:
    """The rules of `agreement` and, for the kommuner it does not reach, those of the statute."""
    codes = tuple(kommuner())
    inside = np.array([agreement.region in (None, k.lanskod) for k in kommuner().values()])
    rules: list[Rule] = []
    payers: list[NDArray[np.bool_]] = []
    schabloner: dict[int, SchablonTable] = {}
    for rule in agreement.regler:
        listed = inside
        match rule:
            case Schablon():
                table = load_schablon(rule.underlag, agreement.files)
                listed = inside & np.isin(codes, [row.kommun for row in table.rows])
                unlisted = inside & ~listed
                if unlisted.any():
                    for own in _clipped(statute(), rule):
                        rules.append(own)
                        payers.append(unlisted)
                schabloner[len(rules)] = table
            case Individuell() | Genomsnitt() | Utanfor():
                pass
            case _:
                assert_never(rule)
        rules.append(rule)
        payers.append(listed)
    if not inside.all():
        for rule in statute():
            rules.append(rule)
            payers.append(~inside)
    kinds = np.array([[v in rule.vardform for v in VARDFORMER] for rule in rules])
    return RuleBook(tuple(rules), np.array(payers)[:, :, None] & kinds[:, None, :], schabloner)


def outcome_book(book: RuleBook) -> RuleBook | None:
    """The rules that compute the cases under the book's schablon rules (`utfall`), None without schablon."""
    rules: list[Rule] = []
    covers: list[NDArray[np.bool_]] = []
    for position in book.schabloner:
        schablon = book.rules[position]
        assert isinstance(schablon, Schablon)
        for rule in outcome_rules(schablon):
            kinds = np.array([v in rule.vardform for v in VARDFORMER])
            rules.append(rule)
            covers.append(book.covers[position] & kinds[None, :])
    return RuleBook(tuple(rules), np.array(covers), {}) if rules else None


def require_rules(agreement: Agreement, first: date, last: date, vardformer: list[str]) -> None:
    """Raise RuleGapError when a day between `first` and `last` has no rule for one of `vardformer`."""
    gaps = []
    for vardform in vardformer:
        for fran, tom in uncovered(agreement.regler, vardform, first, last):
            gaps.append(f"{vardform} {fran}–{tom}")
    if gaps:
        raise RuleGapError(
            f"Avtalet {agreement.id} ({agreement.origin}) har ingen regel för {'; '.join(gaps)}; det börjar gälla "
            f"{agreement.start}. Räkna dessa dygn efter ett annat avtal, eller lägg till en [[regel]] för dem."
        )


def _clipped(rules: tuple[Rule, ...], to: Rule) -> list[Rule]:
    """The parts of `rules` that lie inside the days and vardformer of `to`."""
    parts = []
    for rule in rules:
        fran = max(rule.fran, to.fran)
        tom = min(rule.tom or date.max, to.tom or date.max)
        vardform = tuple(v for v in rule.vardform if v in to.vardform)
        if fran <= tom and vardform:
            parts.append(replace(rule, fran=fran, tom=None if tom == date.max else tom, vardform=vardform))
    return parts


def rule_days(rule: Rule, start: date, stop: date) -> tuple[date, date]:
    """The part of [start, stop) in which the rule is in force; empty when the first is not before the last."""
    return max(start, rule.fran), stop if rule.tom is None else min(stop, rule.tom + timedelta(days=1))
