"""The forms of Inställningar: which fields each file has, what they are called, and what is typed into them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from betalningsansvar.data.stop import StopError
from betalningsansvar.data.toml_file import SettingsError

Kind = Literal["text", "rader", "tal", "val", "dag", "belopp"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `name` is the key of the file (`table.key` in a table), `label` and `hint` what a person reads."""

    name: str
    label: str
    hint: str = ""
    kind: Kind = "text"
    choices: tuple[tuple[str, str], ...] = ()


_PARTY = (
    Field("namn", "Namn"),
    Field("organisationsnummer", "Organisationsnummer", "Till exempel 232100-0115."),
    Field("adress", "Adress", "En rad för varje rad på fakturan.", "rader"),
    Field("postnummer", "Postnummer"),
    Field("postort", "Postort"),
    Field("kontakt", "Kontakt"),
    Field("telefon", "Telefon"),
    Field("epost", "E-post"),
    Field("momsregistreringsnummer", "Momsregistreringsnummer", "SE, organisationsnumrets tio siffror och 01."),
    Field("peppol_id", "Peppol-id", "Tomt: organisationsnumret används."),
)
SENDER = (
    *_PARTY,
    Field("bankgiro", "Bankgiro"),
    Field("plusgiro", "Plusgiro"),
    Field("betalningsvillkor_dagar", "Dagar till betalning", "Från fakturadatum, till exempel 30.", "tal"),
    Field(
        "betalningsreferens",
        "Det kommunen anger vid betalning",
        "",
        "val",
        (
            ("fakturanummer", "Fakturanumret"),
            ("ocr", "OCR-nummer med kontrollsiffra"),
            ("ocr-langd", "OCR-nummer med längd- och kontrollsiffra"),
        ),
    ),
    Field("drojsmalsranta", "Dröjsmålsränta", "Skrivs som den står, till exempel: enligt räntelagen."),
    Field("f_skatt", "F-skatt", "Skrivs som den står."),
    Field("invandning", "Invändningar", "Hur kommunen invänder mot fakturan."),
    Field("momskategori", "Momskategori", "", "val", (("E", "Undantagen från moms"), ("O", "Utanför momsens område"))),
    Field("fakturanummer.prefix", "Före varje fakturanummer", "Tomt: inget."),
    Field("fakturanummer.forsta", "Första fakturanumret i en ny liggare", "Tomt: 1.", "tal"),
)
CUSTOMER = (*_PARTY, Field("referens", "Beställarreferens", "Den kommunen kräver på sina fakturor."))
BOOKKEEPING = (
    Field("verifikationsserie", "Verifikationsserie"),
    Field(
        "verifikationsnummer",
        "Verifikationsnummer",
        "",
        "val",
        (("mottagarens", "Nästa i ekonomisystemet"), ("fakturanummer", "Fakturanumret")),
    ),
    Field("kontoplan", "Kontoplan", "Tomt: sägs inte. BAS95, BAS96, EUBAS97 eller NE2007."),
    Field("kundfordran.konto", "Konto för kundfordran"),
    Field("kundfordran.namn", "Dess namn"),
    Field("intakt.konto", "Konto för intäkten"),
    Field("intakt.namn", "Dess namn"),
    Field("kommun.dimension", "Dimension för kommunen", "20 eller högre är fria.", "tal"),
    Field("kommun.namn", "Dimensionens namn"),
)
AMOUNT = (
    Field("serie", "Serie", "", "val"),
    Field("fran", "Från och med", "Till exempel 2025-01-01.", "dag"),
    Field("tom", "Till och med", "Till exempel 2025-12-31.", "dag"),
    Field("kronor", "Kronor per vårddygn", "", "belopp"),
    Field("kalla", "Källa", "Var beloppet står, till exempel HSLF-FS 2024:60."),
    Field(
        "status",
        "Hur säkert det är",
        "",
        "val",
        (("T", "Läst i föreskriften"), ("S", "Från annan källa"), ("I", "Härlett")),
    ),
)


def typed_table(fields: tuple[Field, ...], typed: Mapping[str, str]) -> dict[str, Any]:
    """What was typed as a table of the file. A number or a day that is none stays text, for the file's own reader."""
    table: dict[str, Any] = {}
    for field in fields:
        value = _typed(field.kind, typed.get(field.name, "").strip())
        where, _, key = field.name.rpartition(".")
        if value not in ("", []):
            (table.setdefault(where, {}) if where else table)[key] = value
    return table


def _typed(kind: Kind, text: str) -> Any:
    match kind:
        case "rader":
            return [line.strip() for line in text.splitlines() if line.strip()]
        case "tal":
            return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else text
        case "dag":
            try:
                return date.fromisoformat(text)
            except ValueError:
                return text
        case "belopp":
            plain = text.replace("\u00a0", "").replace(" ", "").replace(",", ".").removesuffix(".00").removesuffix("kr")
            return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 12 else plain
        case _:
            return text


def shown_values(fields: tuple[Field, ...], table: Mapping[str, Any]) -> dict[str, str]:
    """What stands in a table of the file, as the form shows it."""
    shown = {}
    for field in fields:
        where, _, key = field.name.rpartition(".")
        inside = table.get(where, {}) if where else table
        value = inside.get(key, "") if isinstance(inside, Mapping) else ""
        shown[field.name] = "\n".join(map(str, value)) if isinstance(value, list) else str(value)
    return shown


def typing_faults(fields: tuple[Field, ...], typed: Mapping[str, str]) -> dict[str, str]:
    """Fields in which a number or a day was asked for and something else was typed."""
    wanted: dict[Kind, tuple[type, str]] = {
        "tal": (int, "Skriv ett heltal med siffror."),
        "dag": (date, "Skriv datumet som 2025-01-01."),
        "belopp": (int, "Skriv hela kronor med siffror, till exempel 7100."),
    }
    return {
        field.name: wanted[field.kind][1]
        for field in fields
        if field.kind in wanted
        and (text := typed.get(field.name, "").strip())
        and not isinstance(_typed(field.kind, text), wanted[field.kind][0])
    }


# `FIL rad N (tabell 1): nyckel = värde mening`, as the strict reader tells a fault.
_PROBLEM = re.compile(r"[^:]*?(?:\((?P<table>\D+?)(?: (?P<number>\d+))?\))?: (?P<key>\w+)(?P<rest>.*)", re.DOTALL)
_VALUE = re.compile(r'^ = (?:"(?:[^"\\]|\\.)*"|\S+?)(?=[ :]):? ?')


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of a file: the `table` (blank: the file itself) and its `number` among several, the `key`, and what is
    said of it as a sentence of its own. `missing` tells that it is not there."""

    table: str
    number: int
    key: str
    sentence: str
    missing: bool


def read_problem(problem: str) -> Problem | None:
    """A fault as the strict reader tells it; None for one that is about no key."""
    told = _PROBLEM.fullmatch(problem)
    if told is None:
        return None
    missing = told["rest"].startswith(" saknas")
    sentence = "Fyll i fältet." if missing else _VALUE.sub("", told["rest"]).strip(" :")
    return Problem(
        told["table"] or "", int(told["number"] or 0), told["key"], sentence[:1].upper() + sentence[1:], missing
    )


def faults_of(error: StopError, fields: tuple[Field, ...]) -> dict[str, str]:
    """The sentences of a faulty file by the field they are about; those about none of them are left out."""
    problems = error.problems if isinstance(error, SettingsError) else (str(error),)
    found: dict[str, str] = {}
    for told in filter(None, map(read_problem, problems)):
        names = (f"{told.table}.{told.key}", told.key)
        for field in fields:
            if field.name in names or (told.missing and field.name.startswith(f"{told.key}.")):
                found.setdefault(field.name, told.sentence)
    return found
