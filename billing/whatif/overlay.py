"""A scenario's change put on an agreement: the same rules with some parameters replaced."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, TypeVar, assert_never

from betalningsansvar.billing.period import Month
from betalningsansvar.billing.pricing import serie_of
from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.stop import StopError
from betalningsansvar.tariffs.belopp import Layer, Tariffs
from betalningsansvar.tariffs.records import (
    Agreement,
    Belopp,
    CaseRule,
    Genomsnitt,
    Head,
    Individuell,
    Rule,
    Schablon,
    Utanfor,
)
from betalningsansvar.tariffs.scenario import GENOMSNITT_KEYS, INDIVIDUELL_KEYS, Change, Scenario

# The source of a rule that a scenario has changed.
BY_SCENARIO = "scenario"

# Keys that concern a case charged on its own, also one that has left a mean.
_OF_SINGLE_CASES = ("utskrivningsdag", "dodsdag", "aterkallad", "permission", "uttrade_fran", "uttrade_hinder")
_MEAN_CONDITIONS = ("inskrivningsmeddelande", "sip_kallelse", "oppenvard")
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)


class ScenarioError(StopError):
    """A scenario or a grid that cannot be computed as it is written."""


class UnaffectedError(ScenarioError):
    """The change reaches no rule in force in the period."""


@dataclass(frozen=True, slots=True)
class World:
    """An agreement and amounts to bill by. `notice_days` has, for a rule that follows the notice (`styrs_av`),
    the days on which a notice must have been sent; `paused` the rules an obstacle pauses."""

    agreement: Agreement
    tariffs: Tariffs
    notice_days: dict[Rule, tuple[date, date]]
    paused: frozenset[Rule]


def changed_world(agreement: Agreement, tariffs: Tariffs, scenario: Scenario, first: Month, last: Month) -> World:
    """The agreement as the scenario has it, for the months from its start through `last`.

    Rules the change reaches get BY_SCENARIO as their source. With a start month they begin on its first day,
    as a new rule of an agreement would. Raises UnaffectedError when a key reaches no rule in force between
    `first` and `last`, and ScenarioError for a series that does not exist, or when a mean over several kinds of care
    would have to be cut in two.
    """
    change = scenario.change
    if not change.keys:
        return World(agreement, tariffs, {}, frozenset())
    if isinstance(change.dygnsbelopp, str) and change.dygnsbelopp not in tariffs.serier():
        raise ScenarioError(
            f'{scenario.label}: dygnsbelopp = "{change.dygnsbelopp}" är ingen känd serie. Skriv någon av '
            f"{', '.join(tariffs.serier())}, eller hela kronor utan citattecken."
        )
    start = max(first.start, scenario.fran or first.start)
    in_force = [r for r in agreement.regler if r.fran <= last.last_day and (r.tom is None or r.tom >= start)]
    for key in change.keys:
        if not any(_reached(rule, change, key) for rule in in_force):
            raise UnaffectedError(
                f"{scenario.label}: {key} ändrar inget: avtalet {agreement.id} har ingen regel som det gäller "
                f"mellan {max(first, Month.of(start))} och {last}"
                f"{' för ' + ', '.join(change.vardform) if change.vardform else ''}. Modeller som gäller då: "
                f"{', '.join(sorted({r.modell for r in in_force})) or 'ingen'}."
            )
    rules: list[Rule] = []
    notice_days: dict[Rule, tuple[date, date]] = {}
    paused: set[Rule] = set()
    for rule in agreement.regler:
        own, rest = _parts(rule, change, scenario)
        if rest is not None:
            rules.append(rest)
        if own is None:
            continue
        new = _changed(own, change, scenario)
        if change.styrs_av == "underrattelse" and isinstance(new, Individuell):
            period = (_first_notice(rule, agreement, change), new.tom or _LAST_DAY)
            new = replace(new, tom=_until_another_model(new, agreement))
            notice_days[new] = period
        if change.hinder == "pausar" and isinstance(new, Individuell | Genomsnitt):
            paused.add(new)
        rules.append(new)
    tariffs = _with_year(tariffs, rules, change, scenario)
    return World(replace(agreement, regler=tuple(rules)), tariffs, notice_days, frozenset(paused))


def _reached(rule: Rule, change: Change, key: str | None = None) -> bool:
    """Whether the change, or one key of it, has something to say to the rule."""
    if change.vardform and not set(change.vardform) & set(rule.vardform):
        return False
    if change.galler_dagtyp and not (isinstance(rule, Individuell) and rule.dagtyp == change.galler_dagtyp):
        return False
    keys = (key,) if key else change.keys
    if change.modell and change.modell != rule.modell:
        # Another model is tried on what the parties left outside only when its kind of care is named.
        return not isinstance(rule, Utanfor) or bool(change.vardform)
    match rule:
        case Individuell():
            return any(name not in GENOMSNITT_KEYS and _matters(name, rule, change) for name in keys)
        case Genomsnitt():
            return any(name not in INDIVIDUELL_KEYS and _bends(name, rule, change) for name in keys)
        case Schablon() | Utanfor():
            return False
        case _:
            assert_never(rule)


def _matters(name: str, rule: Individuell, change: Change) -> bool:
    """The hour that is late matters only where a rule has one, a late message only where one is asked for."""
    if name == "klockslag_grans":
        return rule.klockslag is not None or change.klockslag is not None
    return name != "inskrivningsmeddelande_sent" or "inskrivningsmeddelande" in rule.villkor


def _bends(name: str, rule: Genomsnitt, change: Change) -> bool:
    """What concerns a case's own liability matters to a mean only where a case can leave it."""
    leaves = rule.individuell_efter is not None or change.individuell_efter is not None
    if name in _OF_SINGLE_CASES:
        return leaves
    if name == "hinder" and change.hinder != "ingen_verkan":
        return leaves
    return name != "inskrivningsmeddelande_sent" or "inskrivningsmeddelande" in rule.villkor


def _parts(rule: Rule, change: Change, scenario: Scenario) -> tuple[Rule | None, Rule | None]:
    """The part of a rule that the change reaches, and the part it leaves."""
    if not _reached(rule, change):
        return None, rule
    left = tuple(v for v in rule.vardform if change.vardform and v not in change.vardform)
    if not left:
        return rule, None
    match rule:
        case Individuell() | Utanfor():
            own = tuple(v for v in rule.vardform if v not in left)
            return replace(rule, vardform=own), replace(rule, vardform=left)
        case Genomsnitt() | Schablon():
            raise ScenarioError(
                f"{scenario.label}: {rule.label} är ett enda {rule.modell} över {', '.join(rule.vardform)} och kan "
                f"inte ändras för {', '.join(change.vardform or ())} för sig. Ta bort vardform."
            )
        case _:
            assert_never(rule)


def _changed(rule: Rule, change: Change, scenario: Scenario) -> Rule:
    fran = rule.fran if scenario.fran is None or _only_amount(change) else max(rule.fran, scenario.fran)
    # A rule that ended before the start is never asked again.
    fran = min(fran, rule.tom or fran)
    if isinstance(rule, Genomsnitt):
        # A mean that only changes its parameters goes on; a stay that began before the change counts from its notice.
        rule = replace(rule, dagar_fran=rule.counts_from)
    rule = replace(rule, fran=fran, kalla=BY_SCENARIO)
    if change.modell and change.modell != rule.modell:
        rule = _other_model(rule, change, scenario)
    match rule:
        case Individuell():
            return _with_terms(_individuell(rule, change), change)
        case Genomsnitt():
            return _with_terms(_genomsnitt(rule, change), change)
        case Schablon() | Utanfor():
            return rule
        case _:
            assert_never(rule)


def _individuell(rule: Individuell, change: Change) -> Individuell:
    rule = replace(
        rule,
        dagar=rule.dagar if change.dagar is None else change.dagar,
        dagtyp=change.dagtyp or rule.dagtyp,
        intrader=change.intrader or rule.intrader,
        klockslag_grans=change.klockslag_grans or rule.klockslag_grans,
    )
    if change.klockslag is None:
        return rule
    return replace(rule, klockslag=None if isinstance(change.klockslag, str) else change.klockslag)


def _genomsnitt(rule: Genomsnitt, change: Change) -> Genomsnitt:
    rule = replace(
        rule,
        troskel=rule.troskel if change.troskel is None else change.troskel,
        trigger_manader=change.trigger_manader or rule.trigger_manader,
        vilka_raknas=change.vilka_raknas or rule.vilka_raknas,
        uttrade_fran=change.uttrade_fran or rule.uttrade_fran,
        uttrade_hinder=change.uttrade_hinder or rule.uttrade_hinder,
    )
    if change.decimaler is not None:
        rule = replace(rule, decimaler=None if isinstance(change.decimaler, str) else change.decimaler)
    if change.individuell_efter is not None:
        days = None if isinstance(change.individuell_efter, str) else change.individuell_efter
        rule = replace(rule, individuell_efter=days)
    return rule


_Terms = TypeVar("_Terms", Individuell, Genomsnitt)


def _with_terms(rule: _Terms, change: Change) -> _Terms:
    """What the models that look at cases have in common."""
    rule = replace(
        rule,
        utskrivningsdag=rule.utskrivningsdag if change.utskrivningsdag is None else change.utskrivningsdag,
        dodsdag=rule.dodsdag if change.dodsdag is None else change.dodsdag,
        inskrivningsmeddelande_sent=change.inskrivningsmeddelande_sent or rule.inskrivningsmeddelande_sent,
        aterkallad=change.aterkallad or rule.aterkallad,
        permission=change.permission or rule.permission,
    )
    if change.hinder == "ingen_verkan":
        rule = replace(rule, villkor=tuple(v for v in rule.villkor if v != "oppenvard"))
    elif change.hinder is not None and "oppenvard" not in rule.villkor:
        rule = replace(rule, villkor=(*rule.villkor, "oppenvard"))
    if change.dygnsbelopp is not None:
        return replace(rule, dygnsbelopp=change.dygnsbelopp)
    if change.dygnsbelopp_ar is not None and isinstance(rule.dygnsbelopp, str):
        return replace(rule, dygnsbelopp=_year_series(rule.dygnsbelopp, change.dygnsbelopp_ar))
    return rule


def _first_notice(rule: Rule, agreement: Agreement, change: Change) -> date:
    """The first day of a notice that the rule decides. A notice from a time when cases were not charged one by
    one, or by a rule the change leaves as it is, is decided by the first rule after it that follows the notice."""
    before = [
        r
        for r in agreement.regler
        if isinstance(r, Individuell)
        and r.tom == rule.fran - timedelta(days=1)
        and set(r.vardform) & set(rule.vardform)
        and _reached(r, change)
    ]
    return rule.fran if before else _FIRST_DAY


def _until_another_model(rule: Rule, agreement: Agreement) -> date | None:
    """The last day a rule that follows the notice can charge: a mean or schablon takes every case with it."""
    later = [
        r.fran
        for r in agreement.regler
        if not isinstance(r, Individuell) and r.fran > rule.fran and set(r.vardform) & set(rule.vardform)
    ]
    return min(later) - timedelta(days=1) if later else None


def _only_amount(change: Change) -> bool:
    return set(change.keys) <= {"dygnsbelopp", "dygnsbelopp_ar"}


def _other_model(rule: Rule, change: Change, scenario: Scenario) -> CaseRule:
    """The rule under another model: period and amount stay, the conditions are those of lag (2017:612)."""
    dygnsbelopp: str | int
    match rule:
        case Individuell() | Genomsnitt():
            dygnsbelopp = rule.dygnsbelopp
        case Schablon() | Utanfor():
            dygnsbelopp = "lag-2017-612"
        case _:
            assert_never(rule)
    same: dict[str, Any] = {field.name: getattr(rule, field.name) for field in fields(Head)}
    same |= {"villkor": _MEAN_CONDITIONS, "dygnsbelopp": dygnsbelopp}
    if change.modell == Genomsnitt.modell and change.troskel is not None:
        return Genomsnitt(**same, troskel=change.troskel)
    if change.modell == Individuell.modell and change.dagar is not None:
        return Individuell(**same, dagar=change.dagar)
    raise ScenarioError(
        f"{scenario.label}: modell = {change.modell!r} behöver dagar (individuell) eller troskel (genomsnitt)."
    )


def _year_series(serie: str, year: int) -> str:
    return f"{serie} {year}"


def _with_year(tariffs: Tariffs, rules: list[Rule], change: Change, scenario: Scenario) -> Tariffs:
    """The amounts, and for `dygnsbelopp_ar` a series whose amount of that year holds on every day."""
    year = change.dygnsbelopp_ar
    if year is None:
        return tariffs
    found: list[Belopp] = []
    for serie in tariffs.serier():
        if not any(serie_of(rule) == _year_series(serie, year) for rule in rules):
            continue
        for vardform in VARDFORMER:
            amounts = {tariffs.rate(serie, vardform, day) for day in (date(year, 1, 1), date(year, 12, 31))}
            belopp = next(iter(amounts))
            if len(amounts) > 1:
                raise ScenarioError(
                    f"{scenario.label}: dygnsbelopp_ar = {year}: serien {serie} har mer än ett belopp för {vardform} "
                    "det året, eller inget på någon dag. Skriv kronorna med dygnsbelopp i stället."
                )
            if belopp is not None:
                name = _year_series(serie, year)
                found.append(replace(belopp, serie=name, fran=_FIRST_DAY, tom=_LAST_DAY, vardform=(vardform,)))
    return Tariffs((Layer(BY_SCENARIO, "", (), tuple(found)), *tariffs.layers))
