"""What a scenario may change, as fields of a form: read into the same file that the terminal takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.operations.toml_text import toml_text
from betalningsansvar.web.choices import ChoiceError, chosen_month

ROWS = 3
"""How many scenarios the form has."""

WHOLE, EXACT = "heltal", "tal"
_AS_AGREED = ("", "Som i avtalet")
_NUMBERS = {WHOLE: r"\d{1,8}", EXACT: r"-?\d{1,8}(\.\d{1,4})?"}
_SAY = {WHOLE: "skriv ett heltal med siffror.", EXACT: "skriv ett tal med siffror, till exempel 3,00."}


@dataclass(frozen=True, slots=True)
class Knob:
    """One key of the scenario file: its words, what is written in it (a number, or one of `choices`), and whether it
    stands among the first or behind `Fler värden`."""

    key: str
    label: str
    hint: str = ""
    kind: str = WHOLE
    choices: tuple[tuple[str, str], ...] = ()
    first: bool = False


KNOBS = (
    Knob("vardform", "Gäller", choices=(("", "All vård"), *((kind, kind) for kind in VARDFORMER)), first=True),
    Knob("dagar", "Dagar till ansvar", first=True),
    Knob("dygnsbelopp", "Kronor per vårddygn", first=True),
    Knob("troskel", "Tröskel i genomsnittet", kind=EXACT, first=True),
    Knob("kortare_dygn", "Dygn kortare väntan", first=True),
    Knob("fran", "Från och med månad", "Tomt: hela tiden."),
    Knob("modell", "Modell", choices=(_AS_AGREED, ("individuell", "Dag för dag"), ("genomsnitt", "Genomsnitt"))),
    Knob("dagtyp", "Dagar räknas som", choices=(_AS_AGREED, ("kalenderdag", "Kalenderdagar"), ("vardag", "Vardagar"))),
    Knob("utskrivningsdag", "Utskrivningsdagen", choices=(_AS_AGREED, ("ja", "Debiteras"), ("nej", "Debiteras inte"))),
    Knob("individuell_efter", "Lämnar genomsnittet efter", "Antal dagar."),
    Knob("decimaler", "Decimaler i genomsnittet"),
    Knob("trigger_manader", "Månader i rad över tröskeln"),
    Knob("dygnsbelopp_ar", "Belopp av år", "Till exempel 2019."),
    Knob("samma_dag_andel", "Andel hem samma dag", "Till exempel 0,50.", kind=EXACT),
    Knob("tillvaxt", "Fler eller färre ärenden", "0,05 är fem procent fler.", kind=EXACT),
)

AXES = (
    ("", "Ingenting"),
    ("dagar", "Dagar till ansvar"),
    ("dygnsbelopp", "Kronor per vårddygn"),
    ("troskel", "Tröskel i genomsnittet"),
    ("individuell_efter", "Dagar då ärendet lämnar genomsnittet"),
    ("trigger_manader", "Månader i rad över tröskeln"),
    ("kortare_dygn", "Dygn kortare väntan"),
    ("samma_dag_andel", "Andel hem samma dag"),
    ("tillvaxt", "Fler eller färre ärenden"),
)


def scenario_file(given: Mapping[str, str]) -> NamedFile | None:
    """The rows of the form as a scenario file; None when no row changes anything. Raises ChoiceError."""
    rows = [row for number in range(1, ROWS + 1) if (row := _row(given, number))]
    return NamedFile("scenarier.toml", toml_text({"scenario": rows}).encode()) if rows else None


def axes_of(given: Mapping[str, str]) -> tuple[str, ...]:
    """What is varied, one thing or two, as `dagar=2..6:1`. Raises ChoiceError."""
    return tuple(axis for number in ("", "2") if (axis := _axis(given, number)))


def _row(given: Mapping[str, str], number: int) -> dict[str, Any] | None:
    changes: dict[str, Any] = {}
    for knob in KNOBS:
        name = f"{knob.key}{number}"
        if text := given.get(name, "").strip():
            changes[knob.key] = _value(knob, name, text)
    # A kind of care or a first month says where a change holds: alone it changes nothing.
    if not changes.keys() - {"vardform", "fran"}:
        return None
    own = given.get(f"namn{number}", "").strip() or f"Scenario {number}"
    return {"namn": own, "skal": "Ställt på sidan", **changes}


def _value(knob: Knob, name: str, text: str) -> Any:
    if knob.key == "fran":
        return str(chosen_month(text, name))
    if knob.choices:
        if text not in dict(knob.choices):
            raise ChoiceError(name, f"{knob.label}: välj något i listan.")
        return [text] if knob.key == "vardform" else text == "ja" if text in ("ja", "nej") else text
    plain = _number(text)
    if not re.fullmatch(_NUMBERS[knob.kind], plain, re.ASCII):
        raise ChoiceError(name, f"{knob.label}: {_SAY[knob.kind]}")
    return int(plain) if knob.kind == WHOLE else plain


def _axis(given: Mapping[str, str], number: str) -> str:
    name = given.get(f"variera{number}", "")
    if name not in dict(AXES) or not name:
        return ""
    values = []
    for key in ("fran_varde", "till_varde", "steg"):
        plain = _number(given.get(f"{key}{number}", ""))
        if not (plain or key == "steg") or (plain and not re.fullmatch(_NUMBERS[EXACT], plain, re.ASCII)):
            raise ChoiceError(f"{key}{number}", "Skriv ett tal med siffror.")
        values.append(plain)
    low, high, step = values
    return f"{name}={low}..{high}{f':{step}' if step else ''}"


def _number(text: str) -> str:
    """What was typed, with a point and without the spaces between thousands."""
    return re.sub(r"\s", "", text).replace(",", ".").replace("−", "-")
