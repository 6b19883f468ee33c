"""Agreements: dated rules in TOML, one file per agreement, read strictly.

The statutes themselves are two such files, `nationell` (2017:612) and `lag-1990-1404`; together they
are what holds where no agreement does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import combinations
from pathlib import Path

from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.files.named import NamedFile, as_named
from betalningsansvar.data.kommuner import region_names
from betalningsansvar.data.toml_file import SettingsError
from betalningsansvar.data.toml_table import Table, read_toml, shown
from betalningsansvar.tariffs.downtime import downtimes
from betalningsansvar.tariffs.records import MODELLER, Agreement, Rule
from betalningsansvar.tariffs.schablon_underlag import load_schablon
from betalningsansvar.tariffs.shipped_files import shipped_file, shipped_names

VILLKOR = ("inskrivningsmeddelande", "sip_kallelse", "oppenvard", "vardplan")
MARKS = ("T", "S", "I", "S+I", "T+S", "T+I")

# Conditions follow from where the count starts, when the file does not list them: 5 kap. 3–5 §§ lag
# (2017:612) for the notice, 10 and 11 a §§ lag (1990:1404) for the kallelse.
_STATUTE_VILLKOR = {
    "underrattelse": ("inskrivningsmeddelande", "sip_kallelse", "oppenvard"),
    "kallelse": ("vardplan", "oppenvard"),
}


def shipped_ids() -> tuple[str, ...]:
    """The ids of the agreements that come with the program."""
    return shipped_names("avtal")


@cache
def shipped(agreement_id: str) -> Agreement:
    """One of the shipped agreements."""
    return load_agreement(shipped_file("avtal", f"{agreement_id}.toml"))


def find_agreement(chosen: str | NamedFile) -> Agreement:
    """An agreement by its shipped id, or a file that was read. Raises SettingsError naming what is known."""
    if isinstance(chosen, NamedFile):
        return load_agreement(chosen)
    if chosen in shipped_ids():
        return shipped(chosen)
    known = ", ".join(shipped_ids())
    raise SettingsError([f"Avtalet {shown(chosen)} finns inte. Det finns {known}."])


def statute() -> tuple[Rule, ...]:
    """What holds without an agreement: lag (1990:1404) through 2017, lag (2017:612) from 2018."""
    return shipped("lag-1990-1404").regler + shipped("nationell").regler


def outcome_rules(rule: Rule) -> tuple[Rule, ...]:
    """The rules by which the cases under a schablon rule are computed for bokslut (`utfall`).

    The named agreement's last rules are taken as they stand and moved to the schablon's own days.
    """
    assert rule.utfall is not None
    regler = shipped(rule.utfall).regler
    last_day = max(r.tom or date.max for r in regler)
    in_force = [r for r in regler if r.in_force(last_day)]
    return tuple(replace(r, fran=rule.fran, tom=rule.tom) for r in in_force)


def load_agreement(file: Path | NamedFile) -> Agreement:
    """Read one agreement file.

    Raises SettingsError with every problem at once: unknown key, wrong type, missing source, rules that
    cover the same day twice for a vardform, a schablon table or outcome that does not exist.
    """
    named = as_named(file)
    root = read_toml(named)
    agreement_id, namn = root.text("id", needed=True), root.text("namn", needed=True)
    region = root.text("region", allowed=tuple(region_names()))
    invandning_dag = root.whole("invandning_dag", minimum=1, maximum=28)
    tables = root.tables("regel")
    driftstopp = downtimes(root)
    root.done()
    regler = [
        rule
        for number, table in enumerate(tables, start=1)
        if (rule := _rule(table, agreement_id or named.name, number, named.beside))
    ]
    for told in _overlaps(regler):
        root.complain(told)
    root.stop()
    assert agreement_id and namn
    return Agreement(
        agreement_id,
        namn,
        region,
        tuple(regler),
        named.name,
        named.sha256,
        (named, *named.beside),
        invandning_dag,
        driftstopp,
    )


def uncovered(regler: tuple[Rule, ...], vardform: str, first: date, last: date) -> list[tuple[date, date]]:
    """The runs of days between `first` and `last` (inclusive) that no rule covers for `vardform`."""
    holes: list[tuple[date, date]] = []
    next_day = first
    for rule in sorted((r for r in regler if vardform in r.vardform), key=lambda r: r.fran):
        if next_day > last:
            break
        if rule.fran > next_day:
            holes.append((next_day, min(rule.fran - timedelta(days=1), last)))
        if rule.tom is None:
            return [h for h in holes if h[0] <= h[1]]
        next_day = max(next_day, rule.tom + timedelta(days=1))
    if next_day <= last:
        holes.append((next_day, last))
    return holes


def _rule(table: Table, agreement_id: str, number: int, beside: Sequence[NamedFile]) -> Rule | None:
    fran, tom = table.day("fran", needed=True), table.day("tom")
    vardform = table.texts("vardform", VARDFORMER) or VARDFORMER
    modell = table.text("modell", needed=True, allowed=MODELLER)
    kalla = table.text("kalla", needed=True)
    status = table.text("status", needed=True, allowed=MARKS)
    if fran and tom and fran > tom:
        table.complain(f"fran {fran} är efter tom {tom}.", "fran")
    if modell is None:
        return None  # which keys belong to the rule is not known either
    rule = Rule(agreement_id, number, fran or date.min, tom, vardform, modell, kalla or "", status or "")
    if modell == "individuell":
        rule = _individuell(table, rule)
    elif modell == "genomsnitt":
        rule = _genomsnitt(table, rule)
    else:
        rule = _schablon(table, rule, beside)
    table.done()
    return rule if table.sound else None


def _individuell(table: Table, rule: Rule) -> Rule:
    raknas_fran = table.text("raknas_fran", allowed=("underrattelse", "kallelse")) or "underrattelse"
    if table.has("klockslag_grans") and not table.has("klockslag"):
        table.complain(
            "klockslag_grans säger inget utan klockslag. Skriv klockslag, eller utelämna båda.", "klockslag_grans"
        )
    return replace(
        rule,
        dagar=table.whole("dagar", minimum=0, maximum=366, needed=True),
        dagtyp=table.text("dagtyp", allowed=("kalenderdag", "vardag")) or "kalenderdag",
        raknas_fran=raknas_fran,
        klockslag=table.clock("klockslag"),
        klockslag_grans=table.text("klockslag_grans", allowed=("efter", "fran")) or "efter",
        intrader=table.text("intrader", allowed=("sista_dagen", "dagen_efter")) or "sista_dagen",
        villkor=_villkor(table, raknas_fran),
        # Under the 1990 law each started vårddygn is charged (F 1991:1278), so the last day too.
        utskrivningsdag=table.flag("utskrivningsdag", default=raknas_fran == "kallelse"),
        dygnsbelopp=table.series_or_ore("dygnsbelopp", needed=True),
    )


def _genomsnitt(table: Table, rule: Rule) -> Rule:
    return replace(
        rule,
        troskel=table.decimal("troskel", places=3, needed=True),
        decimaler=table.whole("decimaler", minimum=0, maximum=3),
        individuell_efter=table.whole("individuell_efter", minimum=1, maximum=366),
        trigger_manader=table.whole("trigger_manader", minimum=1, maximum=12),
        villkor=_villkor(table, "underrattelse"),
        utskrivningsdag=table.flag("utskrivningsdag", default=False),
        dygnsbelopp=table.series_or_ore("dygnsbelopp", needed=True),
    )


def _schablon(table: Table, rule: Rule, beside: Sequence[NamedFile]) -> Rule:
    underlag = table.text("underlag", needed=True)
    if underlag:
        try:
            load_schablon(underlag, beside)
        except SettingsError as error:
            table.complain(f"underlag = {shown(underlag)}: {error}", "underlag")
    return replace(
        rule,
        underlag=underlag,
        andel=table.whole("andel", minimum=1, maximum=366, needed=True),
        utfall=table.text("utfall", needed=True, allowed=("lag-1990-1404", "nationell")),
    )


def _villkor(table: Table, raknas_fran: str) -> tuple[str, ...]:
    if table.is_empty_list("villkor"):
        return ()
    return table.texts("villkor", VILLKOR) or _STATUTE_VILLKOR[raknas_fran]


def _overlaps(regler: list[Rule]) -> Iterator[str]:
    for one, other in combinations(regler, 2):
        shared = [v for v in one.vardform if v in other.vardform]
        first = max(one.fran, other.fran)
        last = min(one.tom or date.max, other.tom or date.max)
        if shared and first <= last:
            yield (
                f"regel {one.number} och regel {other.number} gäller båda {', '.join(shared)} från {first}. "
                "Ett dygn får ha en regel per vardform."
            )
