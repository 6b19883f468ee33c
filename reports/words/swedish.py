"""The Swedish words of invoices and underlag: months, rules, sources and what became of a case."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

from betalningsansvar.billing.period import MONTH_NAMES, Month
from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.reports.words.numbers import decimal_text, kronor_text, period
from betalningsansvar.tariffs.records import Belopp, CaseRule, Genomsnitt, Individuell, Rule, Schablon, Utanfor

if TYPE_CHECKING:
    from betalningsansvar.billing.engine import Bill

STATUS_WORDS = {
    "debiteras": "Debiteras",
    "genomsnitt": "I genomsnittet",
    "blockerad": "Blockerad",
    "parkerad": "Parkerad",
    "avvisad": "Avvisad",
    "fri": "Fri",
}

MARKS = {
    "T": "läst i författningen eller beslutet",
    "S": "från andrahandskälla",
    "I": "härledd, inte läst i någon källa",
}

DISCHARGE_DAY = {True: "debiteras", False: "debiteras inte"}

_INNER_MARK = re.compile(r" ?\[[TSI+]+\]")

MODELS = {
    "individuell": "Dag för dag",
    "genomsnitt": "Genomsnitt",
    "schablon": "Schablon",
    "utanfor": "Utanför",
    "avrakning": "Slutavräkning",
}


def mark_text(status: str) -> str:
    """A source mark in words; a rule can have two, such as `S+I`."""
    return "; ".join(MARKS[mark] for mark in status.split("+"))


def month_name(month: Month) -> str:
    """`november 2018`."""
    return f"{MONTH_NAMES[month.month - 1]} {month.year}"


def as_of_text(bill: Bill) -> str:
    """The day the data was extracted where that was told, otherwise how far the data was counted."""
    if bill.extract_given:
        return f"Uppgifterna är uttagna {bill.as_of}."
    return f"Räknat till och med {bill.as_of}."


def rule_heading(rule: Rule) -> str:
    """The model, the kinds of care and the days of a rule."""
    return f"{MODELS[rule.modell]}, {vardform_text(rule.vardform)}, {period(rule.fran, rule.tom)}"


def rule_text(rule: Rule) -> str:
    """What the rule says, in a few sentences."""
    match rule:
        case Schablon():
            text = f"Schablon: varje månad betalas 1/{rule.andel} av det fastställda underlaget ({rule.underlag})."
        case Genomsnitt():
            text = _mean_text(rule) + _terms_text(rule)
        case Individuell():
            text = _count_text(rule) + _terms_text(rule)
        case Utanfor():
            text = "Utanför: parterna har lämnat dessa ärenden utanför betalningsansvaret, och inget debiteras."
        case _:
            assert_never(rule)
    return f"{text} {rule.upplysning}".rstrip()


def _terms_text(rule: CaseRule) -> str:
    """What the rule has decided where the law leaves it to the parties; nothing where it leaves it too."""
    text = ""
    if rule.inskrivningsmeddelande_sent == "blockerar":
        text += " Ett inskrivningsmeddelande som skickats mer än 24 timmar för sent hindrar ansvaret."
    if rule.aterkallad == "makulering":
        text += " En återkallad underrättelse ger inga dygn."
    if rule.dodsdag is not None:
        text += f" Dödsdagen {DISCHARGE_DAY[rule.dodsdag]}."
    if rule.permission == "avdrag":
        text += " Hela dygn på permission debiteras inte."
    return text


def rate_text(belopp: Belopp) -> str:
    """The amount per dygn, when it holds and where it stands."""
    serie = f"serie {belopp.serie}, " if belopp.origin else ""
    return (
        f"{kronor_text(belopp.rate_ore)} per vårddygn ({serie}{belopp.fran}–{belopp.tom}). {source_text(belopp.kalla)}"
    )


def source_text(kalla: str) -> str:
    """Where a rule or an amount stands, as the kommun reads it; how well it is known is the region's matter."""
    return f"Källa: {_INNER_MARK.sub('', kalla).rstrip('.')}."


def vardform_text(vardformer: tuple[str, ...]) -> str:
    """The kinds of care something covers."""
    return "all vård" if set(vardformer) == set(VARDFORMER) else ", ".join(v for v in VARDFORMER if v in vardformer)


def _count_text(rule: Individuell) -> str:
    kind = "vardagar" if rule.dagtyp == "vardag" else "dagar"
    day = "dagen efter " if rule.intrader == "dagen_efter" else ""
    if rule.raknas_fran == "kallelse":
        start = "att kommunen tog emot kallelsen till vårdplanering, tidigast dagen efter justerad vårdplan"
        if "vardplan" not in rule.villkor:
            start = "att kommunen tog emot kallelsen till vårdplanering"
    else:
        start = "att underrättelsen om utskrivningsklar skickades"
    clock = ""
    if rule.klockslag is not None:
        word = "efter" if rule.klockslag_grans == "efter" else "från"
        clock = f" Skickad {word} kl. {rule.klockslag:%H.%M}: en dag senare."
    discharge = DISCHARGE_DAY[rule.utskrivningsdag]
    return f"Ansvaret inträder {day}{rule.dagar} {kind} efter {start}.{clock} Utskrivningsdagen {discharge}."


def _mean_text(rule: Genomsnitt) -> str:
    text = (
        "Genomsnitt: för ärenden som skrevs ut i månaden räknas det genomsnittliga antalet dagar från underrättelse "
        f"till utskrivning. Det som överstiger {decimal_text(str(rule.troskel))} betalas gånger antalet ärenden."
    )
    if rule.individuell_efter is not None:
        start = " från regelns början" if rule.uttrade_fran == "regelns_borjan" else ""
        text += f" Ärenden över {rule.individuell_efter} dagar{start} lämnar genomsnittet och debiteras dag för dag."
    if rule.trigger_manader is not None:
        text += f" Betalas först när tröskeln överskridits {rule.trigger_manader} månader i rad."
    return text
