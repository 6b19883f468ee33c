"""Source profiles: how another system's export says what our columns hold.

A profile is one TOML file: their headers = our columns, their codes = ours, their date formats. With a profile
only what it names is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow as pa

from betalningsansvar.data.columns import VARDFORMER, Column
from betalningsansvar.data.events.columns import HANDELSER
from betalningsansvar.data.events.statusrows import STATUS_ROWS
from betalningsansvar.data.files.headers import CASE_TABLE, EVENT_LOG, Form
from betalningsansvar.data.files.inputs import InputError
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.folding import fold
from betalningsansvar.data.times import form_of_format
from betalningsansvar.data.toml_file import complaints, read_toml
from betalningsansvar.data.values import read_kommuner

FORMS: dict[str, Form] = {form.name: form for form in (CASE_TABLE, EVENT_LOG, STATUS_ROWS)}
STATUSES = ("utskrivningsklar", "aterkallad")
TEMPLATE = "mall.toml"

_KEYS: dict[str, type] = {
    "id": str,
    "namn": str,
    "form": str,
    "kolumner": dict,
    "koder": dict,
    "tider": dict,
    "tid": list,
    "status": dict,
}
_STATUS_KEYS: dict[str, type] = {"kolumn": str, "varden": dict, "meddelande": str, "version": str, "tidpunkt": str}
_STATUS_COLUMNS = {"kolumn": "handelse", "meddelande": "arende_id", "version": "version", "tidpunkt": "tidpunkt"}
_SPLIT_KEYS: dict[str, type] = {"kolumn": str, "datum": str, "tid": str}
_ALLOWED_CODES = {"vardform": VARDFORMER, "handelse": HANDELSER, "yesno": ("ja", "nej"), "answer": ("ja", "nej")}


@dataclass(frozen=True, slots=True)
class SplitTime:
    """A time of ours (`column`) that stands in two columns of theirs: a date and a clock."""

    column: str
    date_header: str
    clock_header: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One source's shape.

    `form` is ours, `columns` maps a header of theirs to a column of ours, `codes` by column a code of theirs
    (compared without regard to case) to ours, and `formats` are those a time may have (none: ours).
    """

    id: str
    namn: str
    form: Form
    columns: Mapping[str, str]
    split_times: tuple[SplitTime, ...]
    codes: Mapping[str, Mapping[str, str]]
    formats: tuple[str, ...]
    origin: str
    sha256: str

    @property
    def source_form(self) -> Form:
        """Their headers, all of which must be there."""
        split = [header for one in self.split_times for header in (one.date_header, one.clock_header)]
        return Form(f"profil {self.id}", tuple(Column(h, "text", needed=True) for h in [*self.columns, *split]))


def shipped_profiles() -> tuple[str, ...]:
    """The ids of the profiles that come with the program."""
    names = [entry.name for entry in files("betalningsansvar.data").joinpath("profiles").iterdir()]
    return tuple(sorted(n.removesuffix(".toml") for n in names if n.endswith(".toml") and n != TEMPLATE))


def template() -> str:
    """A commented profile to begin from."""
    return files("betalningsansvar.data").joinpath("profiles", TEMPLATE).read_text(encoding="utf-8")


def find_profile(chosen: str | NamedFile) -> Profile:
    """A profile by the id of a shipped one, or a file that was read. Raises InputError with every fault of the file."""
    if isinstance(chosen, NamedFile):
        return load_profile(chosen)
    if chosen not in shipped_profiles():
        raise InputError([f"Profilen {chosen} finns inte. Det finns {', '.join(shipped_profiles())}."])
    content = files("betalningsansvar.data").joinpath("profiles", f"{chosen}.toml").read_bytes()
    return load_profile(NamedFile(f"{chosen}.toml", content))


def load_profile(file: Path | NamedFile) -> Profile:
    """Read a profile strictly. Raises InputError with every fault: file, table, key, and what would be right."""
    raw, digest = read_toml(file)
    reading = _Reading(raw, file.name)
    profile = reading.profile(digest)
    if profile is None or reading.problems:
        raise InputError(reading.problems)
    return profile


class _Reading:
    """Reads one file's tables; what is wrong collects in `problems`."""

    def __init__(self, raw: dict[str, Any], name: str) -> None:
        self._raw, self._name = raw, name
        self._columns: dict[str, str] = {}
        self.problems: list[str] = []

    def profile(self, digest: str) -> Profile | None:
        raw = self._raw
        self.problems += complaints({k: v for k, v in raw.items() if k != "tid"}, _KEYS, self._name)
        form = FORMS.get(str(raw.get("form")))
        if form is None:
            self._complain(f"form = {raw.get('form')!r} is not known; allowed: {', '.join(FORMS)}.")
        for key in ("id", "namn"):
            if not raw.get(key):
                self._complain(f"{key} is missing; write text in quotes.")
        if self.problems or form is None:
            return None
        self._take_columns("kolumner", raw.get("kolumner", {}))
        statuses = self._take_status(form)
        split_times = self._split_times(form)
        self._check_columns(form, split_times)
        codes = {name: self._codes(name, table, form) for name, table in raw.get("koder", {}).items()}
        if statuses:
            codes["handelse"] = statuses
        formats = self._formats()
        return Profile(raw["id"], raw["namn"], form, self._columns, split_times, codes, formats, self._name, digest)

    def _complain(self, text: str) -> None:
        self.problems.append(f"{self._name}: {text}")

    def _take_columns(self, where: str, table: Mapping[str, Any]) -> None:
        """Note header = column, and complain of values that are not text."""
        for header, column in table.items():
            if not isinstance(column, str) or not column:
                self._complain(f"{where}: {header!r} = {column!r} must be the name of a column in quotes.")
            elif not fold(header):
                self._complain(f"{where}: {header!r} is no header: it has no letter or digit.")
            else:
                self._columns[header] = column

    def _take_status(self, form: Form) -> dict[str, str]:
        """The columns of `[status]`, and its status words; only and always for rows of versions."""
        table = self._raw.get("status")
        if form is not STATUS_ROWS:
            if table is not None:
                self._complain(f"[status] belongs to form = {STATUS_ROWS.name!r} only.")
            return {}
        if table is None:
            self._complain("[status] is missing: kolumn, varden, meddelande, version and tidpunkt.")
            return {}
        where = f"{self._name} status"
        self.problems += complaints(table, _STATUS_KEYS, where)
        named = {table[key]: column for key, column in _STATUS_COLUMNS.items() if isinstance(table.get(key), str)}
        for header in named:
            if header in self._columns:
                self._complain(f"status: {header!r} is mapped in [kolumner] too. Remove it there.")
        self._take_columns("status", named)
        words = table.get("varden")
        if not isinstance(words, dict) or set(words.values()) != set(STATUSES):
            wanted = '{ Utskrivningsklar = "utskrivningsklar", "Återtagen" = "aterkallad" }'
            self._complain(f"status: varden must give both statuses, as {wanted}.")
            return {}
        return {_code(word): status for word, status in words.items()}

    def _split_times(self, form: Form) -> tuple[SplitTime, ...]:
        blocks = self._raw.get("tid", [])
        if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
            self._complain("tid must be [[tid]] blocks with kolumn, datum and tid.")
            return ()
        found = []
        for number, block in enumerate(blocks, start=1):
            where = f"{self._name} tid {number}"
            faults = complaints(block, _SPLIT_KEYS, where)
            faults += [f"{where}: {key} is missing; write text in quotes." for key in _SPLIT_KEYS if key not in block]
            self.problems += faults
            if not faults:
                found.append(SplitTime(block["kolumn"], block["datum"], block["tid"]))
                if _kind(form, block["kolumn"]) != "time":
                    self.problems.append(f"{where}: kolumn = {block['kolumn']!r} is no time of {form.name}.")
        return tuple(found)

    def _check_columns(self, form: Form, split_times: Sequence[SplitTime]) -> None:
        """Every column known, each once, every needed one there, every header once."""
        known = {column.name for column in form.columns}
        targets = [*self._columns.values(), *(one.column for one in split_times)]
        for column in dict.fromkeys(targets):
            if column not in known:
                self._complain(f"{column!r} is no column of {form.name}; known: {', '.join(sorted(known))}.")
            if targets.count(column) > 1:
                self._complain(f"{column} is mapped {targets.count(column)} times; it cannot be known which counts.")
        missing = [column.name for column in form.columns if column.needed and column.name not in targets]
        if missing:
            self._complain(f"no header is given for {', '.join(missing)}, which {form.name} needs.")
        headers = [*self._columns, *(h for one in split_times for h in (one.date_header, one.clock_header))]
        folded = [fold(header) for header in headers]
        for header, word in zip(headers, folded, strict=True):
            if folded.count(word) > 1 and folded.index(word) == headers.index(header):
                self._complain(f"the header {header!r} stands more than once (case, å, ä and ö make no difference).")

    def _codes(self, column: str, table: Any, form: Form) -> dict[str, str]:
        where = f"koder.{column}"
        kind = _kind(form, column)
        if kind is None or kind in ("time", "version"):
            self._complain(f"[{where}]: {column!r} is no column of {form.name} that has codes.")
            return {}
        lines = table.items() if isinstance(table, dict) else [("", None)]
        if not all(isinstance(ours, str) and code.strip() for code, ours in lines):
            self._complain(f'[{where}] must be lines such as "their code" = "ours".')
            return {}
        allowed = _ALLOWED_CODES.get(kind)
        for code, ours in table.items():
            if (allowed and ours not in allowed) or (kind == "kommun" and read_kommuner(pa.array([ours]))[0] < 0):
                choice = f"allowed: {', '.join(allowed)}" if allowed else "give a kommunkod or a kommun's name"
                self._complain(f"[{where}] {code!r} = {ours!r} is not known; {choice}.")
        return {_code(code): ours for code, ours in table.items()}

    def _formats(self) -> tuple[str, ...]:
        table = self._raw.get("tider", {})
        faults = complaints(table, {"format": list}, f"{self._name} tider")
        self.problems += faults
        formats = [] if faults else table.get("format", [])
        shapes: dict[str, str] = {}
        for text in formats:
            try:
                shape = re.sub(r"[A-Za-z]", "x", form_of_format(text))
            except ValueError as error:
                self._complain(f"tider: format {text!r}: {error}.")
                continue
            if shape in shapes:
                self._complain(f"tider: {shapes[shape]!r} and {text!r} look alike; a time could be read as either.")
            shapes[shape] = text
        return tuple(formats)


def _kind(form: Form, name: str) -> str | None:
    return next((column.kind for column in form.columns if column.name == name), None)


def _code(text: str) -> str:
    """A code as it is compared."""
    return " ".join(text.split()).casefold()
