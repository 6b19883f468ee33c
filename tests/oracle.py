"""A second reading of the law: slow, plain Python, one day at a time, and nothing of it from billing/.

It answers what the engine answers (lines, status, reason, ansvar_fran, means) from the same facts, so that
the two can be held against each other. Cases are dicts with the columns of the case table, typed: times are
`datetime` or None, yes/no are bool, kommun are four-digit codes or None.

Where statute and agreements leave room, the reading is stated beside the line that takes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from betalningsansvar.tariffs.records import Agreement, Genomsnitt, Individuell, Rule, Schablon, Utanfor
from tests.calendar_of_law import vardag_after

Case = dict[str, Any]
ONE_DAY = timedelta(days=1)
NEVER = date.max


@dataclass(frozen=True)
class Rate:
    """`ore` per vårddygn of a series from `fran` through `tom`, for some kinds of care."""

    fran: date
    tom: date
    vardform: tuple[str, ...]
    ore: int


@dataclass(frozen=True)
class World:
    """What holds whatever the cases are. `schablon`: kronor of the base year by table and kommun. `lan`: by kommun."""

    agreement: Agreement
    statute: tuple[Rule, ...]
    rates: Mapping[str, Sequence[Rate]]
    schablon: Mapping[str, Mapping[str, int]]
    lan: Mapping[str, str]


@dataclass(frozen=True, order=True)
class CaseLine:
    """An unbroken run of charged days of one case, under one rule at one rate; `tom` is the last of them."""

    arende_id: str
    fran: date
    tom: date
    kommun: str
    regelverk: str
    regel: int
    dygn: int
    rate_ore: int
    amount_ore: int


@dataclass(frozen=True, order=True)
class KommunLine:
    """A kommun's mean or schablon of one month. `rate_ore` is 0 for schablon."""

    kommun: str
    regelverk: str
    regel: int
    fran: date
    tom: date
    modell: str
    antal: int
    days: int
    mean: Fraction
    dygn: Fraction
    triggered: bool
    rate_ore: int
    amount_ore: int


@dataclass(frozen=True)
class Outcome:
    """What the month says about one case."""

    status: str
    orsak: str
    ansvar_fran: date | None


@dataclass
class Answer:
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    lines: list[CaseLine] = field(default_factory=list)
    kommun_lines: list[KommunLine] = field(default_factory=list)


class RateGapError(Exception):
    """A charged day has no amount: `serie`, `day`."""

    def __init__(self, serie: str, day: date) -> None:
        super().__init__(f"no amount in {serie} on {day}")
        self.serie = serie
        self.day = day


@dataclass(frozen=True)
class Judgement:
    """One case under one rule: charged on [first, end) unless `reasons` says which conditions fail.

    `first_if_met` is the first day had those conditions been met. NEVER: not charged day by day.
    """

    first: date
    first_if_met: date
    end: date
    reasons: tuple[str, ...]


# --- calendar and rounding -------------------------------------------------------------------------------------


def days_of(month: date) -> list[date]:
    """Every day of the month that begins on `month`."""
    days = [month]
    while (following := days[-1] + ONE_DAY).month == month.month:
        days.append(following)
    return days


def month_before(month: date) -> date:
    return (month - ONE_DAY).replace(day=1)


def half_up(value: Fraction) -> int:
    """The nearest whole number, a half away from zero (values here are never negative)."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def shown(mean: Fraction) -> Fraction:
    """A mean as it is printed when the agreement rounds it to nothing: with six decimals."""
    return Fraction(half_up(mean * 1_000_000), 1_000_000)


# --- who pays, and which rule is in force -----------------------------------------------------------------------


def payer(case: Case) -> str | None:
    """5 kap. 2 §: the kommun that placed the patient, else the kommun of folkbokföring."""
    kommun: str | None = case["placeringskommun"] or case["folkbokforingskommun"]
    return kommun


def in_force(rules: Sequence[Rule], vardform: str, day: date) -> Rule | None:
    """The rule of that day. Two rules on one day are a fault of the agreement, caught when it is loaded."""
    for rule in rules:
        if vardform in rule.vardform and rule.fran <= day and (rule.tom is None or day <= rule.tom):
            return rule
    return None


def rule_on(world: World, kommun: str, vardform: str, day: date) -> Rule | None:
    """A day is charged by the rule in force on that day, for that payer and that kind of care."""
    region = world.agreement.region
    # There is no agreement with a kommun of another län: the statute itself applies.
    if region is not None and world.lan[kommun] != region:
        return in_force(world.statute, vardform, day)
    rule = in_force(world.agreement.regler, vardform, day)
    # A schablon binds the kommuner it lists; with the others nothing was agreed for its days.
    if isinstance(rule, Schablon) and kommun not in world.schablon[rule.underlag]:
        return in_force(world.statute, vardform, day)
    return rule


# --- the conditions ---------------------------------------------------------------------------------------------


CaseRule = Individuell | Genomsnitt


def inskrivningsmeddelande_reasons(case: Case, rule: CaseRule) -> list[str]:
    """5 kap. 3 §: an inskrivningsmeddelande, not sent after the notice; where the parties say so, sent in time too.

    Reading: order is judged by calendar date, since many systems give a date without an hour. The 24 hours of 2 kap.
    3 § are hours, from admission or from the later moment when the need was seen.
    """
    if "inskrivningsmeddelande" not in rule.villkor:
        return []
    sent = case["inskrivningsmeddelande"]
    if sent is None:
        return ["INSKRIVNINGSMEDDELANDE_SAKNAS"]
    if sent.date() > case["utskrivningsklar"].date():
        return ["INSKRIVNINGSMEDDELANDE_SENT"]
    if rule.inskrivningsmeddelande_sent == "blockerar":
        count_begins = max(at for at in (case["inskriven"], case["behov_upptackt"]) if at is not None)
        if sent - count_begins > timedelta(hours=24):
            return ["INSKRIVNINGSMEDDELANDE_SENT"]
    return []


def sip_reasons(case: Case, rule: CaseRule) -> list[str]:
    """5 kap. 3 § and 4 kap. 3 §: where a SIP is to be made, the call goes out at the latest three days after."""
    if "sip_kallelse" not in rule.villkor or not case["sip_kravs"]:
        return []
    if case["sip_kallelse"] is None:
        return ["SIP_KALLELSE_SAKNAS"]
    if case["sip_kallelse"].date() > case["utskrivningsklar"].date() + timedelta(days=3):
        return ["SIP_KALLELSE_SEN"]
    return []


def annulled(case: Case, as_of: date) -> bool:
    """A notice that was never valid: it owes nothing and is in no mean, once that is known."""
    return case["makulerad"] is not None and case["makulerad"].date() <= as_of


def without_notice(case: Case, rule: CaseRule, as_of: date) -> bool:
    """Whether there is no notice to count from: annulled, or withdrawn where the parties read that as annulled."""
    withdrawn = case["aterkallad"] is not None and case["aterkallad"].date() <= as_of
    return annulled(case, as_of) or (withdrawn and rule.aterkallad == "makulering")


def away(case: Case, rule: Rule, day: date) -> bool:
    """Whether the patient was on leave the whole day, under a rule that takes such days off.

    Reading: the day the patient leaves and the day of return are days in the ward.
    """
    if rule.permission != "avdrag" or case["permission_fran"] is None or day <= case["permission_fran"].date():
        return False
    return case["permission_till"] is None or day < case["permission_till"].date()


def obstacle(case: Case) -> tuple[date, date] | None:
    """The first and last day on which regional open care was unavailable or unclear; NEVER: it has not ended."""
    if case["oppenvard_hinder_fran"] is None:
        return None
    till = case["oppenvard_hinder_till"]
    return case["oppenvard_hinder_fran"].date(), NEVER if till is None else till.date()


# --- one case under one rule -------------------------------------------------------------------------------------


def end_of(case: Case, as_of: date, *, last_day: bool) -> date:
    """The first day that is no longer charged.

    Reading: a withdrawn notice charges up to, not including, the day of withdrawal; discharge likewise unless that
    day is charged (`last_day`); whichever is earlier ends it. What happened after `as_of` is not known.
    """
    ends: list[date] = [as_of + ONE_DAY]
    if case["utskriven"] is not None:
        ends.append(case["utskriven"].date() + (ONE_DAY if last_day else timedelta(0)))
    if case["aterkallad"] is not None:
        ends.append(case["aterkallad"].date())
    return min(ends)


def charges_last_day(case: Case, rule: CaseRule) -> bool:
    """Whether the day of discharge is charged; the day of death may have its own answer."""
    if case["avslut"] == "avliden" and rule.dodsdag is not None:
        return rule.dodsdag
    return rule.utskrivningsdag


def is_late(sent: datetime, rule: Individuell) -> bool:
    """5 kap. 4 §: sent *after* the hour is late (12.00.00 is not); some agreements say *before* (12.00.00 is)."""
    if rule.klockslag is None:
        return False
    if rule.klockslag_grans == "fran":
        return sent.time() >= rule.klockslag
    return sent.time() > rule.klockslag


def counted_day(sent: datetime, rule: Individuell) -> date:
    """The day on which the count of `dagar` ends.

    Reading of "fem vardagar efter": the fifth vardag is itself the first day, unless the rule says `dagen_efter`.
    """
    dagar = rule.dagar + (1 if is_late(sent, rule) else 0)
    day = vardag_after(sent.date(), dagar) if rule.dagtyp == "vardag" else sent.date() + timedelta(days=dagar)
    return day + ONE_DAY if rule.intrader == "dagen_efter" else day


def judge_individuell(case: Case, rule: Individuell, as_of: date) -> Judgement:
    """From which day the case is charged under a rule of the model individuell, and what stands in the way."""
    reasons = inskrivningsmeddelande_reasons(case, rule)
    possible = []
    counted_from = case["kallelse_mottagen" if rule.raknas_fran == "kallelse" else "utskrivningsklar"]
    if counted_from is None:
        # Had a kallelse been received in good time, the other facts alone would have decided the day.
        reasons.append("KALLELSE_SAKNAS")
    else:
        possible.append(counted_day(counted_from, rule))
    # 11 § lag (1990:1404): not before the day after the patient is utskrivningsklar and the plan justerad.
    if rule.raknas_fran == "kallelse" or "vardplan" in rule.villkor:
        possible.append(case["utskrivningsklar"].date() + ONE_DAY)
    # 11 a §: a kommun that does not take part cannot wait for a plan.
    if "vardplan" in rule.villkor and case["kommun_medverkade"]:
        if case["vardplan_justerad"] is None:
            reasons.append("VARDPLAN_SAKNAS")
        else:
            possible.append(case["vardplan_justerad"].date() + ONE_DAY)
    reasons += sip_reasons(case, rule)
    first = max(possible)
    first_if_met = first
    hinder = obstacle(case) if "oppenvard" in rule.villkor else None
    # 5 kap. 5 §. Reading: only an obstacle that covers the day of entry matters, and entry moves to the day it ends.
    if hinder is not None and hinder[0] <= first <= hinder[1]:
        if hinder[1] == NEVER:
            reasons.append("OPPENVARD_HINDER")
        else:
            first = first_if_met = hinder[1]
    return Judgement(first, first_if_met, end_of(case, as_of, last_day=charges_last_day(case, rule)), tuple(reasons))


def out_of_wait(case: Case, as_of: date) -> date:
    """The day on which the wait was over, or the day after the data ends."""
    return end_of(case, as_of, last_day=False)


def start_in(case: Case, rule: Genomsnitt) -> date:
    """The day a mean begins to count the case: the notice, but not before the rule, or the mean it continues."""
    notice: date = case["utskrivningsklar"].date()
    return max(notice, rule.dagar_fran or rule.fran)


def discharged_on(case: Case, as_of: date) -> date | None:
    """The day of discharge as known on `as_of`; None while in, and for a notice withdrawn by then."""
    if case["utskriven"] is None or case["utskriven"].date() > as_of:
        return None
    discharge: date = case["utskriven"].date()
    if case["aterkallad"] is not None and case["aterkallad"].date() <= discharge:
        return None
    return discharge


def obstacle_while_waiting(case: Case, as_of: date) -> bool:
    """Whether an obstacle in regional open care overlaps the days from notice to discharge.

    One that is over on the day of the notice does not. The day of discharge still counts; the day of withdrawal, or
    the day after the data ends, does not.
    """
    hinder = obstacle(case)
    if hinder is None:
        return False
    notice, discharge = case["utskrivningsklar"].date(), discharged_on(case, as_of)
    last = discharge if discharge is not None else out_of_wait(case, as_of) - ONE_DAY
    return hinder[0] <= last and notice < hinder[1]


def genomsnitt_reasons(case: Case, rule: Genomsnitt, as_of: date) -> list[str]:
    """What keeps a discharged case out of both n and the days of the mean."""
    if rule.vilka_raknas == "alla":
        return []
    if rule.vilka_raknas == "meddelade":
        return ["INSKRIVNINGSMEDDELANDE_SAKNAS"] if case["inskrivningsmeddelande"] is None else []
    reasons = inskrivningsmeddelande_reasons(case, rule) + sip_reasons(case, rule)
    if "oppenvard" in rule.villkor and obstacle_while_waiting(case, as_of):
        reasons.append("OPPENVARD_HINDER")
    return reasons


def exit_day(case: Case, rule: Genomsnitt) -> date:
    """The day on which a case that is still there leaves the mean: counted from the notice, as any liability."""
    assert rule.individuell_efter is not None
    counted_from = case["utskrivningsklar"].date()
    if rule.uttrade_fran == "regelns_borjan":
        counted_from = start_in(case, rule)
    day: date = counted_from + timedelta(days=rule.individuell_efter)
    return day


def leaves_mean(case: Case, rule: Genomsnitt, as_of: date) -> bool:
    """Whether the case waited more than `individuell_efter` days.

    Reading: its days are counted as the mean counts them, so a charged day of discharge never moves a case out.
    """
    return rule.individuell_efter is not None and exit_day(case, rule) < out_of_wait(case, as_of)


def judge_genomsnitt(case: Case, rule: Genomsnitt, as_of: date) -> Judgement:
    """Under a mean only a case of more than `individuell_efter` days is charged day by day, from that day on.

    It is an individual liability like any other: messages as there, and an obstacle only where it covers the day of
    entry, which it postpones to its end; unless the parties read an obstacle anywhere as keeping the case out whole.
    """
    end = end_of(case, as_of, last_day=charges_last_day(case, rule))
    if not leaves_mean(case, rule, as_of):
        return Judgement(NEVER, NEVER, end, ())
    first = exit_day(case, rule)
    reasons = inskrivningsmeddelande_reasons(case, rule) + sip_reasons(case, rule)
    hinder = obstacle(case) if "oppenvard" in rule.villkor else None
    if hinder is not None and rule.uttrade_hinder == "alltid":
        if obstacle_while_waiting(case, as_of):
            reasons.append("OPPENVARD_HINDER")
    elif hinder is not None and hinder[0] <= first <= hinder[1]:
        if hinder[1] == NEVER:
            reasons.append("OPPENVARD_HINDER")
        else:
            first = hinder[1]
    return Judgement(first, first, end, tuple(reasons))


def judge(case: Case, rule: Rule, as_of: date) -> Judgement:
    if isinstance(rule, Schablon | Utanfor):
        # Schablon: the month is paid by the twelfth. Utanför: the parties left it out. No day of a case is charged.
        return Judgement(NEVER, NEVER, NEVER, ())
    if without_notice(case, rule, as_of):
        return Judgement(NEVER, NEVER, NEVER, ())
    if isinstance(rule, Individuell):
        return judge_individuell(case, rule, as_of)
    return judge_genomsnitt(case, rule, as_of)


def ansvar_fran(world: World, case: Case, as_of: date) -> date | None:
    """The first day on which the case is liable under the rule in force that day, also when it ended before it."""
    kommun, vardform = payer(case), case["vardform"]
    assert kommun is not None
    rules = [r for r in (*world.agreement.regler, *world.statute) if vardform in r.vardform]
    firsts = {judge(case, rule, as_of).first for rule in rules} | {rule.fran for rule in rules}
    ended = min((at.date() for at in (case["utskriven"], case["aterkallad"]) if at is not None), default=None)
    # A wait that was over under a schablon made the kommun liable for no day of its own.
    last_rule = rule_on(world, kommun, vardform, ended) if ended else None
    if isinstance(last_rule, Schablon):
        return None
    # Liability can only begin where a rule's count ends or where a rule comes into force.
    for day in sorted(firsts - {NEVER}):
        rule = rule_on(world, kommun, vardform, day)
        if rule is not None:
            judgement = judge(case, rule, as_of)
            if not judgement.reasons and judgement.first <= day:
                return day
    return None


# --- the mean ------------------------------------------------------------------------------------------------------


def would_be_member(world: World, case: Case, rule: Genomsnitt, month: date, as_of: date) -> bool:
    """Whether the case belongs to the rule's mean of the month, its conditions aside."""
    discharge = discharged_on(case, as_of)
    kommun = payer(case)
    if discharge is None or kommun is None or discharge.replace(day=1) != month or without_notice(case, rule, as_of):
        return False
    return rule_on(world, kommun, case["vardform"], discharge) == rule and not leaves_mean(case, rule, as_of)


def members(world: World, cases: Sequence[Case], rule: Genomsnitt, month: date, as_of: date) -> list[Case]:
    return [
        case
        for case in cases
        if would_be_member(world, case, rule, month, as_of) and not genomsnitt_reasons(case, rule, as_of)
    ]


def days_in_mean(case: Case, rule: Genomsnitt) -> int:
    """From notice to discharge; discharged the same day is 0 days and still a case."""
    days: int = (case["utskriven"].date() - start_in(case, rule)).days
    return days


def mean_of(counted: Sequence[Case], rule: Genomsnitt) -> Fraction:
    """Days per case, rounded half up to the agreement's decimals, if it has any: rounding is money."""
    if not counted:
        return Fraction(0)
    mean = Fraction(sum(days_in_mean(case, rule) for case in counted), len(counted))
    if rule.decimaler is None:
        return mean
    return Fraction(half_up(mean * 10**rule.decimaler), 10**rule.decimaler)


def exceeded(world: World, cases: Sequence[Case], rule: Genomsnitt, month: date, as_of: date) -> bool:
    """Whether the month's mean is over the threshold. A month without cases is not."""
    return mean_of(members(world, cases, rule, month, as_of), rule) > Fraction(rule.troskel)


def mean_line(
    world: World, kommun: str, cases: Sequence[Case], rule: Genomsnitt, month: date, as_of: date
) -> KommunLine | None:
    """The kommun's mean of the month, or None where it has no case in it."""
    counted = members(world, cases, rule, month, as_of)
    if not counted:
        return None
    mean = mean_of(counted, rule)
    months = [month]
    while len(months) < (rule.trigger_manader or 1):
        months.append(month_before(months[-1]))
    triggered = all(exceeded(world, cases, rule, m, as_of) for m in months)
    dygn = max(Fraction(0), mean - Fraction(rule.troskel)) * len(counted) if triggered else Fraction(0)
    rate_ore = mean_rate(world, rule, month, charged=dygn > 0)
    return KommunLine(
        kommun,
        rule.agreement,
        rule.number,
        *span(rule, month),
        "genomsnitt",
        len(counted),
        sum(days_in_mean(case, rule) for case in counted),
        mean,
        dygn,
        triggered,
        rate_ore,
        half_up(dygn * rate_ore),
    )


def mean_rate(world: World, rule: Genomsnitt, month: date, *, charged: bool) -> int:
    """The amount of the last day on which the rule is in force in the month; a month that charges nothing can do
    without one (0)."""
    try:
        return rate_on(world, rule, rule.vardform[0], span(rule, month)[1])
    except RateGapError:
        if charged:
            raise
        return 0


def span(rule: Rule, month: date) -> tuple[date, date]:
    """The first and last day of the month on which the rule is in force."""
    days = [day for day in days_of(month) if rule.fran <= day and (rule.tom is None or day <= rule.tom)]
    return days[0], days[-1]


def schablon_lines(world: World, month: date) -> Iterator[KommunLine]:
    """Each listed kommun pays its share of the base year, rounded to whole kronor on its own."""
    for rule in world.agreement.regler:
        if isinstance(rule, Schablon) and overlaps(rule, month):
            for kommun, kronor in world.schablon[rule.underlag].items():
                amount_ore = 100 * half_up(Fraction(kronor, rule.andel))
                yield KommunLine(
                    kommun, rule.agreement, rule.number, *span(rule, month), "schablon",
                    0, 0, Fraction(0), Fraction(0), False, 0, amount_ore,
                )  # fmt: skip


def overlaps(rule: Rule, month: date) -> bool:
    days = days_of(month)
    return rule.fran <= days[-1] and (rule.tom is None or days[0] <= rule.tom)


# --- money -------------------------------------------------------------------------------------------------------


def rate_on(world: World, rule: CaseRule, vardform: str, day: date) -> int:
    """Öre for the vårddygn of that day (5 kap. 6 §: by the calendar year of the day itself)."""
    if isinstance(rule.dygnsbelopp, int):
        return rule.dygnsbelopp
    serie = rule.dygnsbelopp
    for rate in world.rates.get(serie, ()):
        if vardform in rate.vardform and rate.fran <= day <= rate.tom:
            return rate.ore
    raise RateGapError(serie, day)


def lines_of(case: Case, charged: Sequence[tuple[date, Rule, int]]) -> Iterator[CaseLine]:
    """Join the charged days to unbroken runs of one rule and rate."""
    runs: list[list[tuple[date, Rule, int]]] = []
    for day, rule, rate_ore in charged:
        if runs and runs[-1][-1] == (day - ONE_DAY, rule, rate_ore):
            runs[-1].append((day, rule, rate_ore))
        else:
            runs.append([(day, rule, rate_ore)])
    for run in runs:
        (first, rule, rate_ore), (last, _, _) = run[0], run[-1]
        yield CaseLine(
            case["arende_id"], first, last, payer(case) or "", rule.agreement, rule.number,
            len(run), rate_ore, len(run) * rate_ore,
        )  # fmt: skip


# --- the month -----------------------------------------------------------------------------------------------------


def newest_day(cases: Sequence[Case]) -> date:
    return max(
        (value.date() for case in cases for value in case.values() if isinstance(value, datetime)), default=date.min
    )


def bill(world: World, cases: Sequence[Case], month: date, as_of: date | None = None) -> Answer:
    """The whole month (`month` is its first day). Raises RateGapError where a charged day has no amount."""
    if as_of is None:
        as_of = max(days_of(month)[-1], newest_day(cases))
    answer = Answer()
    by_kommun: dict[str, list[Case]] = {}
    for case in cases:
        kommun = payer(case)
        if kommun is None:
            answer.outcomes[case["arende_id"]] = Outcome("parkerad", "KOMMUN_SAKNAS", None)
        else:
            by_kommun.setdefault(kommun, []).append(case)
            _bill_case(world, case, month, as_of, answer)
    for kommun, own in by_kommun.items():
        for rule in world.agreement.regler:
            if isinstance(rule, Genomsnitt) and overlaps(rule, month):
                line = mean_line(world, kommun, own, rule, month, as_of)
                if line is not None:
                    answer.kommun_lines.append(line)
    answer.kommun_lines.extend(schablon_lines(world, month))
    answer.lines.sort()
    answer.kommun_lines.sort()
    return answer


def _bill_case(world: World, case: Case, month: date, as_of: date, answer: Answer) -> None:
    kommun, vardform = payer(case), case["vardform"]
    assert kommun is not None
    charged: list[tuple[date, Rule, int]] = []
    in_mean = False
    missed: list[str] = []  # why, for everything that a failing condition kept from being charged or counted
    judged: dict[int, Judgement] = {}
    for day in days_of(month):
        rule = rule_on(world, kommun, vardform, day)
        if rule is None:
            continue
        if id(rule) not in judged:
            judged[id(rule)] = judge(case, rule, as_of)
            if isinstance(rule, Genomsnitt) and would_be_member(world, case, rule, month, as_of):
                if left_out := genomsnitt_reasons(case, rule, as_of):
                    missed.append(left_out[0])
                else:
                    in_mean = True
        judgement = judged[id(rule)]
        if isinstance(rule, Schablon | Utanfor) or away(case, rule, day):
            continue
        if not judgement.reasons and judgement.first <= day < judgement.end:
            charged.append((day, rule, rate_on(world, rule, vardform, day)))
        elif judgement.reasons and judgement.first_if_met <= day < judgement.end:
            missed.append(judgement.reasons[0])
    answer.lines.extend(lines_of(case, charged))
    if charged:
        status, orsak = "debiteras", ""
    elif in_mean:
        status, orsak = "genomsnitt", ""
    elif missed:
        # Two rules may each fail on their own grounds; the earlier rule's is named.
        status, orsak = "blockerad", missed[0]
    else:
        status, orsak = "fri", ""
    answer.outcomes[case["arende_id"]] = Outcome(status, orsak, ansvar_fran(world, case, as_of))
