"""One amount as text, step by step: fact → rule and paragraph → day → kronor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pandas as pd

from betalningsansvar.billing.charged_lines import dygn_text
from betalningsansvar.billing.days import ABSENT, FAR, to_date
from betalningsansvar.billing.explain import CaseExplanation, ChargedRun, MeanExplanation, RuleTrace
from betalningsansvar.billing.reasons import REASONS
from betalningsansvar.data.codes import CODES
from betalningsansvar.data.columns import TIME_COLUMNS
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.reports.words.numbers import kronor_text, moment, period, weekday
from betalningsansvar.tariffs.records import Belopp, Rule


def case_text(explanation: CaseExplanation) -> str:
    """The whole explanation of one row."""
    return "\n".join(_case_lines(explanation))


def _case_lines(explanation: CaseExplanation) -> Iterator[str]:
    case = explanation.case
    kommun = case["kommun"]
    payer = f"{kommuner()[kommun].name} {kommun}" if isinstance(kommun, str) else "no payer"
    yield f"Case {case['arende_id']}: {payer}, {case['vardform']}. Agreement {explanation.agreement.id}."
    yield f"Row {case['rad']} of {case['fil']}, data as of {explanation.as_of}."
    yield ""
    yield "Facts"
    yield from _facts(case)
    if len(explanation.issues):
        yield ""
        yield "Noticed in the row"
        for kod, kolumn, varde in explanation.issues[["kod", "kolumn", "varde"]].to_numpy().tolist():
            code = CODES[kod]
            yield f"  {kod} ({code.severity}): {code.meaning} {kolumn} {varde}".rstrip()
            yield f"    {code.mend}"
    if case["status"] != "":
        yield ""
        yield f"0 kr: the row is {case['status']} ({case['orsak']}) and is not charged until it is mended."
        return
    yield ""
    source = "placeringskommun" if isinstance(case["placeringskommun"], str) else "folkbokforingskommun"
    yield f"Payer: {payer}, the {source} (5 kap. 2 § lag (2017:612))."
    for rule in explanation.schablon:
        yield ""
        yield f"{_rule_name(rule)}: the kommun pays a monthly schablon instead of dygn."
        yield f"The case is computed by {rule.utfall} below, for bokslut only."
    for trace in explanation.traces:
        yield ""
        yield _rule_name(trace.rule)
        yield from _individuell(case, trace) if trace.entry else _genomsnitt(trace)
    yield ""
    yield from _amount(explanation)


def _facts(case: pd.Series) -> Iterator[str]:
    for name in TIME_COLUMNS:
        at = case[name]
        if at is not pd.NaT:
            yield f"  {name:<24}{moment(at)}"
    if case["sip_kravs"]:
        yield "  sip_kravs               ja"
    if not case["kommun_medverkade"]:
        yield "  kommun_medverkade       nej"


def _rule_name(rule: Rule) -> str:
    return f"Rule {rule.label}, {period(rule.fran, rule.tom)}: {rule.modell} [{rule.status}] {rule.kalla}"


def _individuell(case: pd.Series, trace: RuleTrace) -> Iterator[str]:
    rule, entry = trace.rule, trace.entry
    assert entry is not None and rule.dagar is not None
    fact = "kallelse_mottagen" if rule.raknas_fran == "kallelse" else "utskrivningsklar"
    if entry.counted_from[0] == ABSENT:
        yield f"  {fact} is blank: the count never starts."
    else:
        late = bool(entry.late[0])
        yield f"  counted from {fact} {moment(case[fact])}{_hour(rule, late)}"
        kind = "vardagar" if rule.dagtyp == "vardag" else "kalenderdagar"
        number = f"{rule.dagar} + 1" if late else str(rule.dagar)
        then = ", liable the day after" if rule.intrader == "dagen_efter" else ""
        yield f"  {number} {kind}{then} → {weekday(to_date(entry.counted[0]))}"
    if entry.earliest[0] != ABSENT:
        both = " and the vårdplan justerad" if "vardplan" in rule.villkor and case["kommun_medverkade"] else ""
        yield f"  at the earliest the day after utskrivningsklar{both} → {weekday(to_date(entry.earliest[0]))}"
    if entry.liable_from[0] != entry.first_day[0]:
        yield f"  obstacle in regional open care (5 kap. 5 §): postponed → {weekday(to_date(entry.liable_from[0]))}"
    blocked = REASONS[entry.blocked[0]]
    if blocked:
        yield f"  BLOCKED {_code(blocked)}"
        return
    yield f"  conditions met: {', '.join(rule.villkor) or 'none required'}"
    first = max(to_date(entry.liable_from[0]), rule.fran)
    if rule.tom and first > rule.tom:
        yield f"  liable from {first}, after the rule's last day {rule.tom}: this rule charges nothing"
        return
    yield f"  liable from {weekday(first)}{_rule_start(to_date(entry.liable_from[0]), rule)}"
    yield _end(case, trace)
    if trace.end <= first:
        yield "  0 dygn: the wait ended before liability entered"


def _hour(rule: Rule, late: bool) -> str:
    if rule.klockslag is None:
        return " (the hour does not matter)"
    limit = f"{rule.klockslag:%H.%M}"
    if rule.klockslag_grans == "efter":
        return f": after {limit}, one more day" if late else f": not after {limit}"
    return f": not before {limit}, one more day" if late else f": before {limit}"


def _rule_start(liable_from: date, rule: Rule) -> str:
    return f", the rule's first day (counted: {liable_from})" if liable_from < rule.fran else ""


def _end(case: pd.Series, trace: RuleTrace) -> str:
    last = trace.end - timedelta(days=1)
    if case["aterkallad"] is not pd.NaT and case["aterkallad"].date() == trace.end:
        return f"  withdrawn {weekday(trace.end)}: charged up to but not including that day"
    if case["utskriven"] is not pd.NaT and case["utskriven"].date() in (trace.end, last):
        charged = "is" if trace.rule.utskrivningsdag else "is not"
        return f"  utskriven {weekday(case['utskriven'])}: the day of discharge {charged} charged"
    return f"  still in: charged through {last}, as far as the data reaches"


def _genomsnitt(trace: RuleTrace) -> Iterator[str]:
    rule, stay = trace.rule, trace.stay
    assert stay is not None
    yield f"  from {weekday(to_date(stay.start[0]))} to {weekday(to_date(stay.out[0]))}: {stay.days[0]} days"
    blocked = REASONS[stay.blocked[0]]
    if blocked:
        yield f"  BLOCKED {_code(blocked)}"
        yield "  neither in the mean nor charged on its own"
    elif stay.leaves_mean[0] and stay.liable_from[0] != FAR:
        yield (
            f"  more than {rule.individuell_efter} days: leaves the mean, charged day by day from "
            f"{weekday(to_date(stay.liable_from[0]))}"
        )
    elif stay.discharged[0]:
        month = to_date(stay.out[0])
        yield f"  counts in the kommun's mean of {month:%Y-%m} with {stay.days[0]} days"
    else:
        yield "  not discharged: in no month's mean"


def _code(name: str) -> str:
    code = CODES[name]
    return f"{name} ({code.paragraph}): {code.meaning}"


def _amount(explanation: CaseExplanation) -> Iterator[str]:
    if not explanation.runs and explanation.mean_month:
        yield "Amount: no kronor of its own; the kommun pays by the mean."
        return
    if not explanation.runs:
        yield (
            "Amount: 0 kr, for the reason above."
            if explanation.traces
            else ("Amount: 0 kr; no rule of the agreement is in force in the case's months.")
        )
        return
    yield "Amount" if not explanation.schablon else "Outcome for bokslut (not charged in the month)"
    total = 0
    for run in explanation.runs:
        amount_ore = run.amount_ore
        yield f"  {_run(run)}"
        total += amount_ore or 0
    if any(run.belopp is None for run in explanation.runs):
        yield "  The sum cannot be told: add the missing amount with --tariffs."
    else:
        yield f"  Sum {kronor_text(total)}"
    if any(run.belopp and run.belopp.status == "I" for run in explanation.runs):
        yield "  An amount marked I is inferred: bill charges it only with --allow-inferred."


def _run(run: ChargedRun) -> str:
    last = run.stop - timedelta(days=1)
    days = f"{run.start}–{last}  {run.days} dygn"
    if run.belopp is None:
        return f"{days} × no amount for {run.start.year} in series {run.rule.dygnsbelopp}"
    return (
        f"{days} × {kronor_text(run.belopp.rate_ore)} = {kronor_text(run.days * run.belopp.rate_ore)}  "
        f"({run.rule.label}; {_source(run.belopp)})"
    )


def _source(belopp: Belopp) -> str:
    return f"{belopp.serie} {belopp.fran}–{belopp.tom} [{belopp.status}] {belopp.kalla}"


def mean_text(explanation: MeanExplanation) -> str:
    """The whole explanation of one kommun's mean."""
    return "\n".join(_mean_lines(explanation))


def _mean_lines(explanation: MeanExplanation) -> Iterator[str]:
    rule, mean = explanation.rule, explanation.mean
    name = kommuner()[explanation.kommun].name
    antal, days = int(mean.antal[0]), int(mean.days[0])
    yield f"{name} {explanation.kommun}, {explanation.month}"
    yield _rule_name(rule)
    yield ""
    yield f"Cases discharged in the month with their conditions met: {antal}"
    members = explanation.members.sort_values("arende_id")
    shown = ["arende_id", "utskrivningsklar", "utskriven", "dagar"]
    for arende_id, notice, discharge, counted in members[shown].to_numpy().tolist():
        yield f"  {arende_id:<24}{notice:%Y-%m-%d} → {discharge:%Y-%m-%d}  {counted} days"
    if antal == 0:
        yield "Amount: 0 kr; no case, so no mean."
        return
    mean_micro, dygn_micro = int(mean.mean_micro[0]), int(mean.dygn_micro[0])
    rounded = (
        "exact, shown to six decimals" if rule.decimaler is None else f"rounded half up to {rule.decimaler} decimals"
    )
    yield f"Mean: {days} days / {antal} cases = {_swedish(mean_micro)} ({rounded})"
    if dygn_micro == 0:
        yield f"Amount: 0 kr; the mean does not exceed the threshold {rule.troskel}."
        return
    yield f"Above the threshold: ({_swedish(mean_micro)} − {rule.troskel}) × {antal} = {_swedish(dygn_micro)} dygn"
    for month, other in explanation.months[1:]:
        verdict = "exceeded" if other.exceeds[0] else "did not exceed"
        yield f"  {month}: mean {_swedish(int(other.mean_micro[0]))} {verdict} the threshold"
    if not explanation.charged:
        yield f"Amount: 0 kr; charged only when {rule.trigger_manader} months in a row exceed the threshold."
    elif explanation.belopp is None or explanation.amount_ore is None:
        yield f"Amount: cannot be told; no amount for {explanation.month.year} in series {rule.dygnsbelopp}."
    else:
        belopp = explanation.belopp
        yield (
            f"Amount: {_swedish(dygn_micro)} dygn × {kronor_text(belopp.rate_ore)} = "
            f"{kronor_text(explanation.amount_ore)}  ({_source(belopp)})"
        )


def _swedish(micro: int) -> str:
    return dygn_text(micro).replace(".", ",")
