"""One `[[regel]]` of an agreement read into the record of its model: every fault of a rule at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.toml_file import SettingsError
from betalningsansvar.data.toml_table import Table, shown
from betalningsansvar.tariffs.belopp import shipped as shipped_amounts
from betalningsansvar.tariffs.meanrates import different_amounts
from betalningsansvar.tariffs.records import (
    MODELLER,
    Genomsnitt,
    Individuell,
    Rule,
    Schablon,
    Utanfor,
)
from betalningsansvar.tariffs.schablon_underlag import load_schablon

MARKS = ("T", "S", "I", "S+I", "T+S", "T+I")
PERMISSION = ("debiteras", "avdrag")
LATE_MESSAGE = ("varnar", "blockerar")
WITHDRAWN = ("avbrott", "makulering")
WHO_COUNTS = ("villkoren", "meddelade", "alla")
EXIT_FROM = ("underrattelse", "regelns_borjan")
EXIT_OBSTACLE = ("intradet", "alltid")

_MEAN_VILLKOR = ("inskrivningsmeddelande", "sip_kallelse", "oppenvard")
_VILLKOR = (*_MEAN_VILLKOR, "vardplan")
# Conditions follow from where the count starts, when the file does not list them: 5 kap. 3–5 §§ lag
# (2017:612) for the notice, 10 and 11 a §§ lag (1990:1404) for the kallelse.
_STATUTE_VILLKOR = {"underrattelse": _MEAN_VILLKOR, "kallelse": ("vardplan", "oppenvard")}


def read_rule(
    table: Table, agreement_id: str, number: int, files: Sequence[NamedFile], late_message: str
) -> Rule | None:
    """The rule of a table, or None when something is wrong in it: the table has been told all of it.

    `late_message` is what the agreement as a whole says of an inskrivningsmeddelande sent late.
    """
    fran, tom = table.day("fran", needed=True), table.day("tom")
    modell = table.text("modell", needed=True, allowed=MODELLER)
    head: dict[str, Any] = {
        "agreement": agreement_id,
        "number": number,
        "fran": fran,
        "tom": tom,
        "vardform": table.texts("vardform", VARDFORMER) or VARDFORMER,
        "kalla": table.text("kalla", needed=True),
        "status": table.text("status", needed=True, allowed=MARKS),
        "upplysning": table.text("upplysning") or "",
        "permission": table.text("permission", allowed=PERMISSION) or "debiteras",
    }
    if fran and tom and fran > tom:
        table.complain(f"fran = {fran} ligger efter tom = {tom}. Rätta den dag som är fel.", "fran")
    match modell:
        case "individuell":
            fields = _individuell(table, late_message, needed=True)
        case "genomsnitt":
            fields = _genomsnitt(table, late_message, needed=True)
        case "schablon":
            fields = _schablon(table, files, needed=True)
        case "utanfor":
            fields = {}
        case _:
            # Which keys it needs is not known, but what stands in those it has is judged all the same.
            _individuell(table, late_message, needed=False)
            _genomsnitt(table, late_message, needed=False)
            _schablon(table, files, needed=False)
    table.done()
    if not table.sound:
        return None
    rule = _KINDS[modell or ""](**head, **fields)
    return rule if _priced_alike(rule, table) else None


_KINDS: dict[str, type[Individuell] | type[Genomsnitt] | type[Schablon] | type[Utanfor]] = {
    kind.modell: kind for kind in (Individuell, Genomsnitt, Schablon, Utanfor)
}


def _terms(
    table: Table, villkor: tuple[str, ...], late_message: str, *, needed: bool, last_day: bool
) -> dict[str, Any]:
    """What the models that look at cases have in common; `last_day` is whether the day of discharge is charged when
    the file does not say."""
    own = table.text("inskrivningsmeddelande_sent", allowed=LATE_MESSAGE)
    if own == "blockerar" and "inskrivningsmeddelande" not in villkor:
        table.complain(
            'inskrivningsmeddelande_sent = "blockerar" prövas bara där villkor har "inskrivningsmeddelande"; lägg till '
            "det i villkor, eller ta bort nyckeln.",
            "inskrivningsmeddelande_sent",
        )
    return {
        "villkor": villkor,
        "utskrivningsdag": table.flag("utskrivningsdag", default=last_day),
        "dygnsbelopp": table.series_or_ore("dygnsbelopp", needed=needed),
        "inskrivningsmeddelande_sent": own or late_message,
        "aterkallad": table.text("aterkallad", allowed=WITHDRAWN) or "avbrott",
        "dodsdag": table.flag("dodsdag", default=False) if table.has("dodsdag") else None,
    }


def _individuell(table: Table, late_message: str, *, needed: bool) -> dict[str, Any]:
    raknas_fran = table.text("raknas_fran", allowed=("underrattelse", "kallelse")) or "underrattelse"
    if needed and table.has("klockslag_grans") and not table.has("klockslag"):
        table.complain(
            "klockslag_grans säger inget utan klockslag. Skriv klockslag, eller utelämna båda.", "klockslag_grans"
        )
    return {
        "dagar": table.whole("dagar", minimum=0, maximum=366, needed=needed),
        "dagtyp": table.text("dagtyp", allowed=("kalenderdag", "vardag")) or "kalenderdag",
        "raknas_fran": raknas_fran,
        "klockslag": table.clock("klockslag"),
        "klockslag_grans": table.text("klockslag_grans", allowed=("efter", "fran")) or "efter",
        "intrader": table.text("intrader", allowed=("sista_dagen", "dagen_efter")) or "sista_dagen",
        # Under the 1990 law each started vårddygn is charged (F 1991:1278), so the last day too.
        **_terms(
            table,
            _villkor(table, _VILLKOR, _STATUTE_VILLKOR[raknas_fran]),
            late_message,
            needed=needed,
            last_day=raknas_fran == "kallelse",
        ),
    }


def _genomsnitt(table: Table, late_message: str, *, needed: bool) -> dict[str, Any]:
    # A model that is not known may be any of them, and the conditions have then been judged already.
    villkor = _villkor(table, _MEAN_VILLKOR if needed else _VILLKOR, _MEAN_VILLKOR)
    return {
        "troskel": table.decimal("troskel", places=3, needed=needed),
        "decimaler": table.whole("decimaler", minimum=0, maximum=3),
        "individuell_efter": table.whole("individuell_efter", minimum=1, maximum=366),
        "trigger_manader": table.whole("trigger_manader", minimum=1, maximum=12),
        "vilka_raknas": table.text("vilka_raknas", allowed=WHO_COUNTS) or "villkoren",
        "uttrade_fran": table.text("uttrade_fran", allowed=EXIT_FROM) or "underrattelse",
        "uttrade_hinder": table.text("uttrade_hinder", allowed=EXIT_OBSTACLE) or "intradet",
        **_terms(table, villkor, late_message, needed=needed, last_day=False),
    }


def _schablon(table: Table, files: Sequence[NamedFile], *, needed: bool) -> dict[str, Any]:
    underlag = table.text("underlag", needed=needed)
    if underlag:
        try:
            load_schablon(underlag, files)
        except SettingsError as error:
            table.complain(f"underlag = {shown(underlag)}: {error}", "underlag")
    return {
        "underlag": underlag,
        "andel": table.whole("andel", minimum=1, maximum=366, needed=needed),
        "utfall": table.text("utfall", needed=needed, allowed=("lag-1990-1404", "nationell")),
    }


def _villkor(table: Table, allowed: tuple[str, ...], usual: tuple[str, ...]) -> tuple[str, ...]:
    if table.is_empty_list("villkor"):
        return ()
    return table.texts("villkor", allowed) or usual


def _priced_alike(rule: Rule, table: Table) -> bool:
    """A mean is one number for all its cases, so its days can have one amount only."""
    if not isinstance(rule, Genomsnitt):
        return True
    differ = different_amounts(rule, (shipped_amounts(),), rule.fran, rule.tom or date.max)
    if differ:
        table.complain(f"{differ} Gör en regel för varje vårdform (vardform), eller ange ett dygnsbelopp i kronor.")
    return not differ
