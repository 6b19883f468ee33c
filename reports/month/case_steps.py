"""The steps that decide one row, from what the stages of the calculation left behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import assert_never

import pandas as pd

from betalningsansvar.billing.days import ABSENT, to_date
from betalningsansvar.billing.explain import (
    CaseExplanation,
    ChargedRun,
    EntryTrace,
    OutsideTrace,
    RuleTrace,
    StayTrace,
    VoidTrace,
)
from betalningsansvar.billing.reasons import REASONS
from betalningsansvar.data.codes import CODES
from betalningsansvar.data.columns import TIME_COLUMNS
from betalningsansvar.data.identity import hide
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.units import MICRO_PER_DYGN
from betalningsansvar.reports.month.steps import Explanation, Step
from betalningsansvar.reports.words.columns import COLUMN_WORDS, CONDITION_WORDS
from betalningsansvar.reports.words.numbers import counted, kronor_text, moment, weekday
from betalningsansvar.reports.words.swedish import DISCHARGE_DAY, STATUS_WORDS, rule_heading
from betalningsansvar.tariffs.records import Individuell, Rule

PAYER = "5 kap. 2 § lag (2017:612)"
OBSTACLE = "5 kap. 5 § lag (2017:612)"
_NOON = time(12)


def case_explanation(found: CaseExplanation) -> Explanation:
    """Every step of one row, from its facts to its kronor."""
    case = found.case
    steps = [*_facts(case), *_findings(found.issues)]
    if case["status"] != "":
        steps.append(_parked(case))
    else:
        steps += _computed(found)
    return Explanation(
        heading=f"Ärende {hide(case['arende_id'])}: {_payer(case)}, {case['vardform']}. Avtal {found.agreement.id}.",
        origin=f"Rad {case['rad']} i {case['fil']}. Räknat till och med {found.as_of}.",
        steps=tuple(steps),
    )


def _payer(case: pd.Series) -> str:
    kommun = case["kommun"]
    return f"{kommuner()[kommun].name} {kommun}" if isinstance(kommun, str) else "ingen betalare"


def _facts(case: pd.Series) -> Iterator[Step]:
    for name in TIME_COLUMNS:
        if (at := case[name]) is not pd.NaT:
            yield Step("uppgift", moment(at), COLUMN_WORDS[name], at=at.to_pydatetime())
    if case["sip_kravs"]:
        yield Step("uppgift", "ja", COLUMN_WORDS["sip_kravs"])
    if not case["kommun_medverkade"]:
        yield Step("uppgift", "nej", COLUMN_WORDS["kommun_medverkade"], "11 a § lag (1990:1404)")


def _findings(issues: pd.DataFrame) -> Iterator[Step]:
    for kod, kolumn, varde in issues[["kod", "kolumn", "varde"]].to_numpy().tolist():
        code = CODES[kod]
        told = f"{kolumn} {varde}".strip()
        where = f" ({told})" if told else ""
        yield Step("iakttagelse", f"{code.meaning}{where} {code.mend}", kod, code.paragraph)


def _parked(case: pd.Series) -> Step:
    code = CODES[case["orsak"]]
    text = (
        f"0 kr: raden är {STATUS_WORDS[case['status']].lower()} och debiteras inte förrän den är rättad. {code.meaning}"
    )
    return Step("summa", text, code.code, code.paragraph, amount_ore=0)


def _computed(found: CaseExplanation) -> list[Step]:
    placed = isinstance(found.case["placeringskommun"], str)
    why = "kommunen som har placerat patienten" if placed else "patientens folkbokföringskommun"
    steps = [Step("betalare", f"{_payer(found.case)}, {why}", paragraph=PAYER)]
    for rule in found.schablon:
        steps.append(_rule(rule))
        text = f"kommunen betalar en schablon varje månad; ärendet räknas nedan enligt {rule.utfall}, bara för bokslut"
        steps.append(Step("rakning", text, rule.label))
    for trace in found.traces:
        steps.append(_rule(trace.rule))
        steps += _of_rule(found.case, trace)
    stops = [step for step in steps if step.kind == "stopp"]
    return [*steps, *_amount(found, stops)]


def _of_rule(case: pd.Series, trace: RuleTrace) -> Iterator[Step]:
    match trace:
        case EntryTrace():
            return _individuell(case, trace)
        case StayTrace():
            return _genomsnitt(case, trace)
        case VoidTrace():
            return _void(case, trace)
        case OutsideTrace():
            text = "parterna har lämnat sådana ärenden utanför: inget debiteras"
            return iter((Step("stopp", text, trace.rule.label, source=trace.rule.kalla, status=trace.rule.status),))
        case _:
            assert_never(trace)


def _void(case: pd.Series, trace: VoidTrace) -> Iterator[Step]:
    if case["makulerad"] is not pd.NaT:
        text = f"underrättelsen är makulerad ({moment(case['makulerad'])}): den har aldrig gällt och ger inga dygn"
    else:
        text = (
            f"underrättelsen återkallades {moment(case['aterkallad'])}, och regeln läser det som makulering: inga dygn"
        )
    yield Step("stopp", text, trace.rule.label)


def _leave(case: pd.Series, trace: EntryTrace | StayTrace) -> Iterator[Step]:
    """What a leave from the ward does to the days, where the patient had one."""
    if case["permission_fran"] is pd.NaT:
        return
    if trace.rule.permission == "debiteras":
        text = "permission: dygnen debiteras, eftersom patienten fortfarande är inskriven och avtalet inte drar av dem"
    elif trace.away is None:
        text = "permission: inget helt dygn borta, så inget dras av"
    else:
        last = min(trace.away[1], trace.end) - timedelta(days=1)
        text = f"permission: hela dygn borta debiteras inte, {trace.away[0]}–{last}"
    yield Step("rakning", text, trace.rule.label)


def _rule(rule: Rule) -> Step:
    return Step("regel", rule_heading(rule), rule.label, source=rule.kalla, status=rule.status)


def count_paragraph(rule: Individuell) -> str:
    """The paragraph by which an individual count runs: the statute's own, or that the parties may agree otherwise."""
    if rule.raknas_fran == "kallelse":
        return "11 § lag (1990:1404)"
    if (rule.dagar, rule.dagtyp, rule.klockslag, rule.klockslag_grans) == (3, "kalenderdag", _NOON, "efter"):
        return "5 kap. 4 § lag (2017:612)"
    if rule.dagar == 30 and rule.vardform == ("psykiatri",) and rule.klockslag is None:
        return "övergångsbestämmelserna p. 2 lag (2017:612)"
    return "4 kap. 5 § lag (2017:612)"


def _individuell(case: pd.Series, trace: EntryTrace) -> Iterator[Step]:
    rule, entry = trace.rule, trace.entry
    fact = "kallelse_mottagen" if rule.raknas_fran == "kallelse" else "utskrivningsklar"
    if entry.counted_from[0] != ABSENT:
        late = bool(entry.late[0])
        at = case[fact]
        text = f"räknas från {COLUMN_WORDS[fact].lower()} {moment(at)}{_hour(rule, late)}"
        yield Step("rakning", text, rule.label, at=at.to_pydatetime())
        number = f"{rule.dagar} + 1" if late else str(rule.dagar)
        then = ", ansvar dagen efter" if rule.intrader == "dagen_efter" else ""
        counted_to = to_date(entry.counted[0])
        text = f"{number} {_days(rule, rule.dagar + late)}{then} → {weekday(counted_to)}"
        yield Step("rakning", text, rule.label, count_paragraph(rule), at=counted_to)
    if entry.earliest[0] != ABSENT:
        both = " och vårdplanen justerad" if "vardplan" in rule.villkor and case["kommun_medverkade"] else ""
        earliest = to_date(entry.earliest[0])
        text = f"tidigast dagen efter att patienten är utskrivningsklar{both} → {weekday(earliest)}"
        yield Step("rakning", text, rule.label, "11 § lag (1990:1404)", at=earliest)
    liable_from = to_date(entry.liable_from[0]) if entry.liable_from[0] > ABSENT else None
    if entry.liable_from[0] != entry.first_day[0] and liable_from:
        text = f"hinder i regionens öppna vård: ansvaret skjuts upp → {weekday(liable_from)}"
        yield Step("rakning", text, rule.label, OBSTACLE, at=liable_from)
    if blocked := REASONS[entry.blocked[0]]:
        yield _stop(blocked)
        return
    conditions = ", ".join(CONDITION_WORDS.get(name, name) for name in rule.villkor)
    yield Step("villkor", f"villkor uppfyllda: {conditions}" if conditions else "inga villkor krävs", rule.label)
    yield from _liable(case, trace, to_date(entry.liable_from[0]))


def _days(rule: Individuell, number: int) -> str:
    kind = "vardag" if rule.dagtyp == "vardag" else "kalenderdag"
    return kind if number == 1 else f"{kind}ar"


def _hour(rule: Individuell, late: bool) -> str:
    if rule.klockslag is None:
        return ", klockslaget saknar betydelse"
    limit = f"kl. {rule.klockslag:%H.%M}"
    if rule.klockslag_grans == "efter":
        return f": efter {limit}, en dag till" if late else f": inte efter {limit}"
    return f": inte före {limit}, en dag till" if late else f": före {limit}"


def _liable(case: pd.Series, trace: EntryTrace | StayTrace, liable_from: date) -> Iterator[Step]:
    rule = trace.rule
    first = max(liable_from, rule.fran)
    if rule.tom and first > rule.tom:
        text = f"ansvar från {weekday(first)}, efter regelns sista dag {rule.tom}: regeln debiterar inget"
        yield Step("stopp", text, rule.label, at=first)
        return
    start = f", regelns första dag (räknat: {liable_from})" if liable_from < rule.fran else ""
    yield Step("rakning", f"ansvar från {weekday(first)}{start}", rule.label, at=first)
    yield _end(case, trace)
    yield from _leave(case, trace)
    if trace.end == first:
        text = f"0 dygn: patienten var ute samma dag som ansvaret skulle ha inträtt, {first}"
        yield Step("stopp", text, rule.label, at=first)
    elif trace.end < first:
        text = f"0 dygn: väntan var slut innan ansvaret skulle ha inträtt, {first}"
        yield Step("stopp", text, rule.label, at=first)


def _end(case: pd.Series, trace: EntryTrace | StayTrace) -> Step:
    last = trace.end - timedelta(days=1)
    if case["aterkallad"] is not pd.NaT and case["aterkallad"].date() == trace.end:
        text = f"underrättelsen återkallad {weekday(trace.end)}: debiteras till men inte med den dagen"
    elif case["utskriven"] is not pd.NaT and case["utskriven"].date() in (trace.end, last):
        terms = trace.rule
        died = terms.dodsdag is not None and case["avslut"].casefold() == "avliden"
        name, charged = ("dödsdagen", terms.dodsdag) if died else ("utskrivningsdagen", terms.utskrivningsdag)
        text = f"utskriven {weekday(case['utskriven'])}: {name} {DISCHARGE_DAY[bool(charged)]}"
    else:
        text = f"fortfarande inskriven: debiteras till och med {weekday(last)}, så långt uppgifterna når"
    return Step("rakning", text, trace.rule.label, at=last)


def _genomsnitt(case: pd.Series, trace: StayTrace) -> Iterator[Step]:
    rule, stay = trace.rule, trace.stay
    if stay.leaves_mean[0]:
        yield from _exit(case, trace)
        return
    start, out, days = to_date(stay.start[0]), to_date(stay.out[0]), int(stay.days[0])
    text = f"från {weekday(start)} till {weekday(out)}: {counted(days, 'dag', 'dagar')}"
    yield Step("rakning", text, rule.label, dygn_micro=days * MICRO_PER_DYGN)
    if left_out := REASONS[stay.left_out[0]]:
        yield _stop(left_out)
    elif stay.discharged[0]:
        text = f"räknas in i kommunens genomsnitt för {out:%Y-%m} med {counted(days, 'dag', 'dagar')}"
        yield Step("rakning", text, rule.label, at=out)
    else:
        yield Step("stopp", "inte utskriven: ingår inte i någon månads genomsnitt", rule.label)


def _exit(case: pd.Series, trace: StayTrace) -> Iterator[Step]:
    """A case out of the mean: individually liable, counted from the notice."""
    rule, stay = trace.rule, trace.stay
    first = to_date(stay.exit_day[0])
    start = "underrättelsen" if rule.uttrade_fran == "underrattelse" else "underrättelsen, tidigast regelns första dag,"
    days = counted(rule.individuell_efter or 0, "dag", "dagar")
    lead = f"mer än {days} från {start} till {weekday(to_date(stay.out[0]))}"
    text = f"{lead}: lämnar genomsnittet och debiteras dag för dag från {weekday(first)}"
    yield Step("rakning", text, rule.label, at=first)
    if blocked := REASONS[stay.blocked[0]]:
        yield _stop(blocked)
        return
    liable_from = to_date(stay.liable_from[0])
    if liable_from != first:
        text = f"hinder i regionens öppna vård: ansvaret skjuts upp → {weekday(liable_from)}"
        yield Step("rakning", text, rule.label, OBSTACLE, at=liable_from)
    yield from _liable(case, trace, liable_from)


def _stop(reason: str) -> Step:
    code = CODES[reason]
    return Step("stopp", code.meaning, reason, code.paragraph)


def _amount(found: CaseExplanation, stops: list[Step]) -> Iterator[Step]:
    if not found.runs:
        yield _nothing(found, stops)
        return
    if found.schablon:
        yield Step("belopp", "utfall för bokslut, debiteras inte i månaden")
    yield from map(_run, found.runs)
    amounts = [run.amount_ore for run in found.runs]
    if any(run.belopp and run.belopp.status == "I" for run in found.runs):
        yield Step("belopp", "ett belopp är härlett och inte läst i någon källa; det debiteras bara om du godtar det")
    if None in amounts:
        yield Step("summa", "Summan går inte att räkna förrän det saknade beloppet är känt.")
    else:
        total = sum(amount for amount in amounts if amount is not None)
        yield Step("summa", f"Summa {kronor_text(total)}", amount_ore=total)


def _nothing(found: CaseExplanation, stops: list[Step]) -> Step:
    if found.mean_month:
        return Step("summa", "0 kr för ärendet självt: kommunen betalar genom genomsnittet.", amount_ore=0)
    if stops:
        last = stops[-1]
        return Step(
            "summa",
            f"0 kr: {last.text.removeprefix('0 dygn: ').rstrip('.')}.",
            last.label,
            last.paragraph,
            amount_ore=0,
        )
    if not found.traces:
        return Step("summa", "0 kr: ingen regel i avtalet gäller under ärendets månader.", amount_ore=0)
    return Step("summa", "0 kr: inget dygn med ansvar ligger i den valda tiden.", amount_ore=0)


def _run(run: ChargedRun) -> Step:
    last = run.stop - timedelta(days=1)
    span = f"{run.start}–{last}: {run.days} dygn"
    dygn_micro = run.days * MICRO_PER_DYGN
    if run.belopp is None:
        text = f"{span} × belopp saknas för {run.start.year} i serien {run.rule.dygnsbelopp}"
        return Step("belopp", text, run.rule.label, at=run.start, dygn_micro=dygn_micro)
    rate_ore, amount_ore = run.belopp.rate_ore, run.days * run.belopp.rate_ore
    return Step(
        "belopp",
        f"{span} × {kronor_text(rate_ore)} = {kronor_text(amount_ore)}",
        run.rule.label,
        source=f"{run.belopp.kalla}, {run.belopp.fran}–{run.belopp.tom}",
        status=run.belopp.status,
        at=run.start,
        dygn_micro=dygn_micro,
        rate_ore=rate_ore,
        amount_ore=amount_ore,
    )
