"""Every region's law at once: its own agreement where one is known, the statute where none is.

The rules of a region are those of the agreements that come with the program and cover it, each in its own time. For
days that none of them covers, the statute's rules stand in, which is told wherever an agreement is known to exist.
In a region that is one legal person with its only kommun nobody owes anything (1 kap. 1 § andra stycket lag 2017:612).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.kommuner import region_names
from betalningsansvar.data.toml_file import SettingsError
from betalningsansvar.tariffs.agreements import overlaps, shipped, shipped_ids, statute, uncovered
from betalningsansvar.tariffs.partly_known import PartlyKnown, partly_known
from betalningsansvar.tariffs.records import Agreement, Rule, Utanfor

_KINDS = ("somatik", "psykiatri")
"""The kinds of care that both laws know; the others of 1990:1404 are somatik under every agreement."""


@dataclass(frozen=True, slots=True)
class RegionalLaw:
    """What holds in one region. `agreement` covers its kommuner on every day that the statute knows; `own` are the
    agreements it is made of (none: the statute alone), `partly` those that are known to exist but not in full."""

    region: str
    agreement: Agreement
    own: tuple[Agreement, ...]
    partly: tuple[PartlyKnown, ...]

    def unknown_days(self, first: date, last: date) -> list[tuple[date, date]]:
        """The runs of days from `first` to `last` on which the statute stands in for an agreement that existed."""
        rules = tuple(rule for one in self.own for rule in one.regler)
        holes = [hole for kind in _KINDS for hole in uncovered(rules, kind, first, last)] if rules else []
        for one in self.partly:
            if not one.utan_fordran:
                holes.append((max(first, one.fran), min(last, one.tom or date.max)))
        return _joined(sorted(hole for hole in holes if hole[0] <= hole[1]))


def regional_law(region: str) -> RegionalLaw:
    """The law of the region with this länskod. Raises SettingsError when two of its agreements cover the same day."""
    return _laws()[region]


@cache
def _laws() -> dict[str, RegionalLaw]:
    every = [shipped(one) for one in shipped_ids()]
    return {
        region: _law(region, name, tuple(one for one in every if one.region == region))
        for region, name in region_names().items()
    }


def _law(region: str, name: str, own: tuple[Agreement, ...]) -> RegionalLaw:
    rules: list[Rule] = [rule for one in own for rule in one.regler]
    if told := [*overlaps(rules)]:
        raise SettingsError([f"{name}: {one}" for one in told])
    partly = tuple(one for one in partly_known() if one.region == region)
    rules += [_nothing(one) for one in partly if one.utan_fordran]
    for rule in statute():
        rules += _where_uncovered(rule, tuple(rules))
    first = own[0] if len(own) == 1 else shipped("nationell")
    law = replace(
        first,
        namn=own[0].namn if len(own) == 1 else name,
        region=region,
        regler=tuple(rules),
        files=tuple(file for one in (*own, shipped("nationell")) for file in one.files),
    )
    return RegionalLaw(region, law, own, partly)


def _nothing(one: PartlyKnown) -> Utanfor:
    """The rule of a region without a claim, for as long as there has been a law."""
    return Utanfor(
        number=1,
        agreement=one.id,
        fran=date(1990, 1, 1),
        tom=None,
        vardform=VARDFORMER,
        kalla=one.kalla,
        status=one.status,
    )


def _where_uncovered(rule: Rule, others: tuple[Rule, ...]) -> list[Rule]:
    """The parts of the rule on days and kinds of care that none of the others covers."""
    parts: list[Rule] = []
    last = rule.tom or date.max
    for vardform in rule.vardform:
        for fran, tom in uncovered(others, vardform, rule.fran, last):
            parts.append(replace(rule, fran=fran, tom=None if tom == date.max else tom, vardform=(vardform,)))
    return _together(parts)


def _together(parts: list[Rule]) -> list[Rule]:
    """Parts of one rule on the same days as one part, for their kinds of care together."""
    found: dict[tuple[date, date | None], Rule] = {}
    for part in parts:
        days = (part.fran, part.tom)
        before = found.get(days)
        found[days] = replace(part, vardform=(*before.vardform, *part.vardform)) if before else part
    return [*found.values()]


def _joined(runs: list[tuple[date, date]]) -> list[tuple[date, date]]:
    """Overlapping runs of days as one."""
    joined: list[tuple[date, date]] = []
    for fran, tom in runs:
        if joined and fran <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(tom, joined[-1][1]))
        else:
            joined.append((fran, tom))
    return joined
