"""What is typed into the fields of Inställningar, as a table of their file, and what a file holds as it is typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from betalningsansvar.data.stop import StopError
from betalningsansvar.data.toml_file import SettingsError
from betalningsansvar.web.settingfields import Field, Kind

SEVERAL = ", "
"""What stands between the words that are ticked in one field."""

NONE_AT_ALL: tuple[str, ...] = ()
"""What a field of several holds when it is said that none of them counts; saying nothing is []."""


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
        case "flera":
            words = [word for word in text.split(SEVERAL) if word]
            return NONE_AT_ALL if "inga" in words else words
        case "janej":
            return {"ja": True, "nej": False}.get(text, text)
        case "klocka":
            found = re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)", text, re.ASCII)
            return time(int(found[1]), int(found[2])) if found else text
        case "exakt":
            return re.sub(r"\s", "", text).replace(",", ".")
        case "serie":
            plain = re.sub(r"\s", "", text)
            return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 9 else text
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
        shown[field.name] = _shown(field.kind, value)
    return shown


def _shown(kind: Kind, value: Any) -> str:
    if kind == "flera":
        return SEVERAL.join(value or ["inga"]) if isinstance(value, list) else ""
    if isinstance(value, list):
        return "\n".join(map(str, value))
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value).replace(".", ",") if kind == "exakt" else str(value)


def left_by(fields: tuple[Field, ...], content: Mapping[str, Any]) -> dict[str, Any]:
    """What a file holds that the fields do not: a field that is left blank takes its key away."""
    filled = {field.name.partition(".")[0] for field in fields}
    return {key: value for key, value in content.items() if key not in filled}


def typing_faults(fields: tuple[Field, ...], typed: Mapping[str, str]) -> dict[str, str]:
    """Fields in which a number or a day was asked for and something else was typed."""
    wanted: dict[Kind, tuple[type, str]] = {
        "tal": (int, "Skriv ett heltal med siffror."),
        "dag": (date, "Skriv datumet som 2025-01-01."),
        "belopp": (int, "Skriv hela kronor med siffror, till exempel 7100."),
        "klocka": (time, "Skriv klockslaget som 12:00."),
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
