"""Scenario files: named overlays in TOML, read strictly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.files.named import NamedFile, as_named
from betalningsansvar.data.toml_file import SettingsError
from betalningsansvar.data.toml_table import Table, read_toml, shown
from betalningsansvar.tariffs.rules import (
    EXIT_FROM,
    EXIT_OBSTACLE,
    LATE_MESSAGE,
    PERMISSION,
    WHO_COUNTS,
    WITHDRAWN,
)
from betalningsansvar.tariffs.scenario import (
    ANDRA_UNDERRATTELSEN,
    HINDER,
    STYRS_AV,
    Alternative,
    Behaviour,
    Change,
    Scenario,
    ScenarioFile,
)

BASE_NAME = "bas"
_MOST_GROWTH = 10


def load_scenarios(file: Path | NamedFile) -> ScenarioFile:
    """Read one scenario file.

    Raises SettingsError with every problem at once, each naming file, line, scenario and key, and what is allowed.
    """
    named = as_named(file)
    root = read_toml(named)
    avtal = root.text("avtal")
    other = root.table("alternativ", holds=("namn", "kronor", "kalla"))
    alternative = _alternative(other) if other else None
    found = [scenario for table in root.tables("scenario") if (scenario := _scenario(table))]
    root.done()
    names = [s.namn for s in found]
    for name in dict.fromkeys(n for n in names if names.count(n) > 1):
        root.complain(f"två scenarier heter {shown(name)}. Ge vart och ett sitt namn.")
    root.stop()
    return ScenarioFile(avtal, tuple(found), named.name, named.sha256, alternative)


def _alternative(table: Table) -> Alternative | None:
    namn, kalla = table.text("namn", needed=True), table.text("kalla", needed=True)
    rate_ore = table.ore("kronor", needed=True)
    table.done()
    return Alternative(namn, rate_ore, kalla) if namn and rate_ore and kalla else None


def _scenario(table: Table) -> Scenario | None:
    namn, skal = table.text("namn", needed=True), table.text("skal", needed=True)
    if namn is not None and namn.casefold() == BASE_NAME:
        table.complain(f"namn = {shown(namn)} är namnet på basen. Välj ett annat.", "namn")
    fran = _month(table)
    change, behaviour = read_change(table), read_behaviour(table)
    table.done()
    if behaviour.kommun and change.keys:
        table.complain(
            f"kommun begränsar beteendet, men {change.keys[0]} ändrar avtalet för alla kommuner. Gör två scenarier.",
            "kommun",
        )
    return (
        Scenario(namn, skal, fran, change, behaviour, where=f"{table.file} scenario {shown(namn)}")
        if namn and skal
        else None
    )


def read_change(table: Table) -> Change:
    """The parameters of rules that a table changes."""
    change = Change(
        vardform=table.texts("vardform", VARDFORMER),
        galler_dagtyp=table.text("galler_dagtyp", allowed=("kalenderdag", "vardag")),
        modell=table.text("modell", allowed=("individuell", "genomsnitt")),
        dagar=table.whole("dagar", minimum=0, maximum=366),
        dagtyp=table.text("dagtyp", allowed=("kalenderdag", "vardag")),
        intrader=table.text("intrader", allowed=("sista_dagen", "dagen_efter")),
        klockslag=table.text("klockslag", allowed=("inget",))
        if table.is_text("klockslag")
        else table.clock("klockslag"),
        klockslag_grans=table.text("klockslag_grans", allowed=("efter", "fran")),
        styrs_av=table.text("styrs_av", allowed=STYRS_AV),
        troskel=table.decimal("troskel", places=3),
        decimaler=_whole_or(table, "decimaler", 0, 3, "exakt"),
        individuell_efter=_whole_or(table, "individuell_efter", 1, 366, "aldrig"),
        trigger_manader=table.whole("trigger_manader", minimum=1, maximum=12),
        vilka_raknas=table.text("vilka_raknas", allowed=WHO_COUNTS),
        uttrade_fran=table.text("uttrade_fran", allowed=EXIT_FROM),
        uttrade_hinder=table.text("uttrade_hinder", allowed=EXIT_OBSTACLE),
        utskrivningsdag=table.flag("utskrivningsdag", default=False) if table.has("utskrivningsdag") else None,
        dodsdag=table.flag("dodsdag", default=False) if table.has("dodsdag") else None,
        inskrivningsmeddelande_sent=table.text("inskrivningsmeddelande_sent", allowed=LATE_MESSAGE),
        aterkallad=table.text("aterkallad", allowed=WITHDRAWN),
        permission=table.text("permission", allowed=PERMISSION),
        hinder=table.text("hinder", allowed=HINDER),
        dygnsbelopp=table.series_or_ore("dygnsbelopp"),
        dygnsbelopp_ar=table.whole("dygnsbelopp_ar", minimum=1990, maximum=2100),
    )
    if change.modell == "genomsnitt" and change.troskel is None:
        table.complain('modell = "genomsnitt" behöver troskel, ett exakt tal inom citattecken som "3.00".', "modell")
    if change.modell == "individuell" and change.dagar is None:
        table.complain('modell = "individuell" behöver dagar, ett helt tal från 0.', "modell")
    if change.dygnsbelopp is not None and change.dygnsbelopp_ar is not None:
        table.complain("dygnsbelopp och dygnsbelopp_ar sätter båda beloppet. Behåll ett av dem.", "dygnsbelopp")
    return change


def read_behaviour(table: Table) -> Behaviour:
    """The behaviour that a table changes."""
    kommun = table.words("kommun")
    return Behaviour(
        kommun=kommun,
        vardform=table.texts("vardform", VARDFORMER),
        kortare_dygn=table.whole("kortare_dygn", minimum=0, maximum=366) or 0,
        samma_dag_andel=share(table, "samma_dag_andel", Decimal(0), Decimal(1)),
        tillvaxt=share(table, "tillvaxt", Decimal(-1), Decimal(_MOST_GROWTH)),
        andra_underrattelsen=table.text("andra_underrattelsen", allowed=ANDRA_UNDERRATTELSEN),
    )


def share(table: Table, key: str, least: Decimal, most: Decimal) -> Decimal | None:
    """A share as exact text such as "0.70"; outside `least`–`most` is a problem."""
    text = table.text(key)
    if text is None:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not least <= number <= most:
        table.complain(
            f'{key} = {shown(text)}: skriv en andel inom citattecken som "0.10", från {least} till {most}.', key
        )
        return None
    return number


def _whole_or(table: Table, key: str, minimum: int, maximum: int, word: str) -> int | str | None:
    if table.is_text(key):
        return table.text(key, allowed=(word,))
    return table.whole(key, minimum=minimum, maximum=maximum)


def _month(table: Table) -> date | None:
    text = table.text("fran")
    if text is None:
        return None
    found = re.fullmatch(r"(\d{4})-(\d{2})", text)
    if not found or not 1 <= int(found[2]) <= 12 or not 1990 <= int(found[1]) <= 2200:
        table.complain(f'fran = {shown(text)} är ingen månad. Skriv den inom citattecken som "2018-07".', "fran")
        return None
    return date(int(found[1]), int(found[2]), 1)


def with_kommun_codes(scenarios: Sequence[Scenario], code_of: dict[str, str]) -> tuple[Scenario, ...]:
    """The scenarios with `kommun` as codes; `code_of` maps codes and lower-case names to codes.

    Raises SettingsError naming the kommuner that are not known.
    """
    problems = []
    done = []
    for scenario in scenarios:
        names = scenario.behaviour.kommun or ()
        unknown = [n for n in names if n.strip().casefold() not in code_of]
        problems += [
            f"{scenario.label}: kommun = {shown(name)} är ingen av de 290. Skriv den fyrsiffriga koden eller namnet."
            for name in unknown
        ]
        if names and not unknown:
            codes = tuple(code_of[n.strip().casefold()] for n in names)
            scenario = replace(scenario, behaviour=replace(scenario.behaviour, kommun=codes))
        done.append(scenario)
    if problems:
        raise SettingsError(problems)
    return tuple(done)
