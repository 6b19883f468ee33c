"""The steps by which one kommun's mean of a month became kronor, or 0 kr."""

from __future__ import annotations

from collections.abc import Iterator

from betalningsansvar.billing.charged_lines import dygn_text
from betalningsansvar.billing.explain import MeanExplanation
from betalningsansvar.data.identity import hide
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.units import MICRO_PER_DYGN
from betalningsansvar.reports.month.steps import Explanation, Step
from betalningsansvar.reports.words.numbers import counted, decimal_text, kronor_text
from betalningsansvar.reports.words.swedish import month_name, rule_heading


def mean_explanation(found: MeanExplanation) -> Explanation:
    """Every step of the mean, from the cases counted to the kronor."""
    name = kommuner()[found.kommun].name
    return Explanation(
        heading=f"Genomsnittet för {name} {found.kommun}, {month_name(found.month)}",
        origin="",
        steps=tuple(_steps(found)),
    )


def _steps(found: MeanExplanation) -> Iterator[Step]:
    rule, mean = found.rule, found.mean
    antal, days = int(mean.antal[0]), int(mean.days[0])
    members = found.members.sort_values("arende_id")[["arende_id", "utskrivningsklar", "utskriven", "dagar"]]
    for arende_id, notice, discharge, own in members.to_numpy().tolist():
        text = f"{notice:%Y-%m-%d} → {discharge:%Y-%m-%d}: {counted(own, 'dag', 'dagar')}"
        yield Step("uppgift", text, hide(arende_id), dygn_micro=own * MICRO_PER_DYGN)
    yield Step("regel", rule_heading(rule), rule.label, source=rule.kalla, status=rule.status)
    cases = counted(antal, "ärende", "ärenden")
    yield Step("rakning", f"{cases} utskrivna i månaden med villkoren uppfyllda", rule.label)
    if antal == 0:
        yield Step("summa", "0 kr: inget ärende, alltså inget genomsnitt.", amount_ore=0)
        return
    mean_micro, dygn_micro = int(mean.mean_micro[0]), int(mean.dygn_micro[0])
    how = "exakt, visat med sex decimaler" if rule.decimaler is None else f"avrundat till {rule.decimaler} decimaler"
    text = f"{counted(days, 'dag', 'dagar')} / {cases} = {_swedish(mean_micro)} dygn i genomsnitt ({how})"
    yield Step("rakning", text, rule.label, dygn_micro=mean_micro)
    troskel = decimal_text(str(rule.troskel))
    if dygn_micro == 0:
        yield Step("summa", f"0 kr: genomsnittet överstiger inte tröskeln {troskel}.", rule.label, amount_ore=0)
        return
    text = f"över tröskeln: ({_swedish(mean_micro)} − {troskel}) × {antal} = {_swedish(dygn_micro)} dygn"
    yield Step("rakning", text, rule.label, dygn_micro=dygn_micro)
    for month, other in found.months[1:]:
        other_micro = int(other.mean_micro[0])
        verdict = "över tröskeln" if other.exceeds[0] else "inte över tröskeln"
        text = f"{month_name(month)}: genomsnitt {_swedish(other_micro)}, {verdict}"
        yield Step("rakning", text, rule.label, at=month.start, dygn_micro=other_micro)
    yield from _kronor(found, dygn_micro)


def _kronor(found: MeanExplanation, dygn_micro: int) -> Iterator[Step]:
    rule, belopp, amount_ore = found.rule, found.belopp, found.amount_ore
    if not found.charged:
        text = f"0 kr: betalas först när tröskeln har överskridits {rule.trigger_manader} månader i rad."
        yield Step("summa", text, rule.label, amount_ore=0)
    elif belopp is None or amount_ore is None:
        text = f"Summan går inte att räkna: belopp saknas för {found.month.year} i serien {rule.dygnsbelopp}."
        yield Step("summa", text, rule.label)
    else:
        rate_ore = belopp.rate_ore
        yield Step(
            "belopp",
            f"{_swedish(dygn_micro)} dygn × {kronor_text(rate_ore)} = {kronor_text(amount_ore)}",
            rule.label,
            source=f"{belopp.kalla}, {belopp.fran}–{belopp.tom}",
            status=belopp.status,
            dygn_micro=dygn_micro,
            rate_ore=rate_ore,
            amount_ore=amount_ore,
        )
        yield Step("summa", f"Summa {kronor_text(amount_ore)}", amount_ore=amount_ore)


def _swedish(micro: int) -> str:
    return decimal_text(dygn_text(micro))
