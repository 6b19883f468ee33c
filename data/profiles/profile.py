"""Source profiles: how another system's export says what our columns hold.

A profile is one TOML file, named as its id: their headers = our columns, their codes = ours, their date formats, what
is the same on every row, and their words for no value. With a profile only what it names is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path, PurePath

import pyarrow as pa

from betalningsansvar.data.columns import VARDFORMER, Column
from betalningsansvar.data.events.columns import HANDELSER
from betalningsansvar.data.files.headers import CASE_TABLE, EVENT_LOG, STATUS_ROWS, Form
from betalningsansvar.data.files.named import NamedFile, as_named
from betalningsansvar.data.folding import fold
from betalningsansvar.data.times import form_of_format
from betalningsansvar.data.toml_file import SettingsError
from betalningsansvar.data.toml_table import Table, read_toml, shown
from betalningsansvar.data.values import read_kommuner

FORMS: dict[str, Form] = {form.name: form for form in (CASE_TABLE, EVENT_LOG, STATUS_ROWS)}
STATUSES = ("utskrivningsklar", "aterkallad")
TEMPLATE = "mall.toml"

_STATUS_COLUMNS = {"kolumn": "handelse", "meddelande": "arende_id", "version": "version", "tidpunkt": "tidpunkt"}
_CONSTANT_KINDS = ("text", "kommun", "region", "vardform", "yesno", "answer")
_OF_ONE_ROW = ("arende_id", "vardtillfalle_id", "patient_id")
_ALLOWED_CODES: dict[str, tuple[str, ...]] = {
    "vardform": VARDFORMER,
    "handelse": HANDELSER,
    "yesno": ("ja", "nej"),
    "answer": ("ja", "nej"),
}


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
    (compared without regard to case) to ours, and `formats` are those a time may have (none: ours). `constants` holds
    by column what is the same on every row, and `blanks` the words (as `code_key` gives them) that stand for nothing.
    """

    id: str
    namn: str
    form: Form
    columns: Mapping[str, str]
    split_times: tuple[SplitTime, ...]
    codes: Mapping[str, Mapping[str, str]]
    formats: tuple[str, ...]
    constants: Mapping[str, str]
    blanks: frozenset[str]
    origin: str
    sha256: str

    @property
    def source_form(self) -> Form:
        """Their headers, all of which must be there."""
        split = [header for one in self.split_times for header in (one.date_header, one.clock_header)]
        return Form(f"profil {self.id}", tuple(Column(h, "text", needed=True) for h in [*self.columns, *split]))


def constant_columns(form: Form) -> tuple[Column, ...]:
    """The columns of the form that can be the same on every row (`[fast]`)."""
    return tuple(c for c in form.columns if c.kind in _CONSTANT_KINDS and c.name not in _OF_ONE_ROW)


def shipped_profiles() -> tuple[str, ...]:
    """The ids of the profiles that come with the program."""
    names = [entry.name for entry in files("betalningsansvar.data").joinpath("profiles").iterdir()]
    return tuple(sorted(n.removesuffix(".toml") for n in names if n.endswith(".toml") and n != TEMPLATE))


def template(identity: str = "mall") -> str:
    """A commented profile to begin from, to be kept in a file named as its id."""
    text = files("betalningsansvar.data").joinpath("profiles", TEMPLATE).read_text(encoding="utf-8")
    return text.replace('id = "mall"', f"id = {json.dumps(identity, ensure_ascii=False)}")


def find_profile(chosen: str | NamedFile) -> Profile:
    """A profile by the id of a shipped one, or a file that was read. Raises SettingsError with every fault."""
    if isinstance(chosen, NamedFile):
        return load_profile(chosen)
    if chosen not in shipped_profiles():
        raise SettingsError([f"Profilen {chosen} finns inte. Det finns {', '.join(shipped_profiles())}."])
    content = files("betalningsansvar.data").joinpath("profiles", f"{chosen}.toml").read_bytes()
    return load_profile(NamedFile(f"{chosen}.toml", content))


def load_profile(file: Path | NamedFile) -> Profile:
    """Read a profile strictly. Raises SettingsError with every fault: file, line, table, key, and what to write."""
    named = as_named(file)
    root = read_toml(named)
    identity, title = root.text("id", needed=True), root.text("namn", needed=True)
    form = FORMS.get(root.text("form", needed=True, allowed=tuple(FORMS)) or "")
    reading = _Reading(root)
    if form is None:  # what the other tables should hold is not known; their names are
        for key in ("kolumner", "koder", "tider", "tid", "status", "fast", "tomt"):
            root.has(key)
        root.done()
        root.stop()
    assert form is not None
    split_times, codes = reading.tables(form)
    formats = reading.formats()
    blanks = frozenset(map(code_key, root.words("tomt") or ()))
    stem = PurePath(named.name).stem
    if identity and identity != stem:
        root.complain(f"id = {shown(identity)}, men filen heter {named.name}. Skriv id = {shown(stem)}.", "id")
    root.done()
    root.stop()
    assert identity and title
    return Profile(
        identity,
        title,
        form,
        reading.columns,
        split_times,
        codes,
        formats,
        reading.constants,
        blanks,
        named.name,
        named.sha256,
    )


class _Reading:
    """Reads one file's tables; what is wrong is noted in them."""

    def __init__(self, root: Table) -> None:
        self._root = root
        self.columns: dict[str, str] = {}
        self.constants: dict[str, str] = {}

    def tables(self, form: Form) -> tuple[tuple[SplitTime, ...], dict[str, dict[str, str]]]:
        """The columns, the times in two columns, and the codes by column, checked against the form."""
        headers = self._root.table("kolumner", holds=("deras rubrik = vår kolumn",))
        if headers:
            self._take_columns(headers, headers.entries())
        statuses = self._status(form)
        split_times = self._split_times(form)
        self._take_constants(form)
        self._check_columns(form, split_times)
        kinds = self._root.table("koder", holds=("en tabell per kolumn",))
        codes = {}
        for column in kinds.keys() if kinds else ():
            table = kinds.table(column, holds=("deras kod = vår kod",)) if kinds else None
            codes[column] = self._codes(column, table, form) if table else {}
        return split_times, codes | ({"handelse": statuses} if statuses else {})

    def _take_columns(self, table: Table, columns: Mapping[str, str]) -> None:
        """Note header = column."""
        for header, column in columns.items():
            if not fold(header):
                table.complain(f"{shown(header)} är ingen rubrik: den har varken bokstav eller siffra.", header)
            elif header in self.columns:
                table.complain(f"rubriken {shown(header)} står i [kolumner] också. Ta bort den där.", header)
            else:
                self.columns[header] = column

    def _take_constants(self, form: Form) -> None:
        """The columns of `[fast]`: what is the same on every row."""
        table = self._root.table("fast", holds=("vår kolumn = värdet på varje rad",))
        allowed = {column.name for column in constant_columns(form)}
        for column, value in table.entries().items() if table else ():
            kind = _kind(form, column)
            if table and column not in allowed:
                told = f"{shown(column)} är ingen kolumn i en {form.name} som kan vara lika på alla rader."
                table.complain(told, column)
            elif table and not _is_value(kind, value):
                table.complain(f"{column} = {shown(value)} är okänt.{_choice(kind)}", column)
            else:
                self.constants[column] = value

    def _status(self, form: Form) -> dict[str, str]:
        """The columns of `[status]`, and its status words; only and always for rows of versions."""
        if form is not STATUS_ROWS:
            if self._root.has("status"):
                self._root.complain(f"[status] hör bara till form = {shown(STATUS_ROWS.name)}.", "status")
            return {}
        table = self._root.table("status", holds=("kolumn", "varden", "meddelande", "version", "tidpunkt"), needed=True)
        if table is None:
            return {}
        named = {header: column for key, column in _STATUS_COLUMNS.items() if (header := table.text(key))}
        self._take_columns(table, named)
        words = table.table("varden", holds=("deras ord = utskrivningsklar eller aterkallad",), needed=True)
        found = words.entries() if words else {}
        if words and words.sound and set(found.values()) != set(STATUSES):
            wanted = '{ Utskrivningsklar = "utskrivningsklar", "Återtagen" = "aterkallad" }'
            table.complain(f"varden ska ge båda: varden = {wanted}.", "varden")
        table.done()
        return {code_key(word): status for word, status in found.items()}

    def _split_times(self, form: Form) -> tuple[SplitTime, ...]:
        found = []
        for table in self._root.tables("tid", needed=False):
            column, day, clock = (table.text(key, needed=True) for key in ("kolumn", "datum", "tid"))
            table.done()
            if column and _kind(form, column) != "time":
                table.complain(f"kolumn = {shown(column)} är ingen tid i en {form.name}.", "kolumn")
            if column and day and clock:
                found.append(SplitTime(column, day, clock))
        return tuple(found)

    def _check_columns(self, form: Form, split_times: Sequence[SplitTime]) -> None:
        """Every column known, each once, every needed one there, every header once."""
        known = {column.name for column in form.columns}
        targets = [*self.columns.values(), *(one.column for one in split_times), *self.constants]
        for column in dict.fromkeys(targets):
            if column not in known:
                told = f"{shown(column)} är ingen kolumn i en {form.name}. Där finns {', '.join(sorted(known))}."
                self._root.complain(told)
            if targets.count(column) > 1:
                told = f"{column} står {targets.count(column)} gånger. Det går inte att veta vilken som gäller."
                self._root.complain(told)
        missing = [column.name for column in form.columns if column.needed and column.name not in targets]
        if missing:
            self._root.complain(f"ingen rubrik är angiven för {', '.join(missing)}, som en {form.name} behöver.")
        headers = [*self.columns, *(h for one in split_times for h in (one.date_header, one.clock_header))]
        folded = [fold(header) for header in headers]
        for header, word in zip(headers, folded, strict=True):
            if folded.count(word) > 1 and folded.index(word) == headers.index(header):
                told = f"rubriken {shown(header)} står mer än en gång (skiftläge, å, ä och ö gör ingen skillnad)."
                self._root.complain(told)

    def _codes(self, column: str, table: Table, form: Form) -> dict[str, str]:
        kind = _kind(form, column)
        if kind is None or kind in ("time", "version"):
            table.complain(f"{shown(column)} är ingen kolumn i en {form.name} som har koder.")
            return {}
        found = table.entries()
        for code, ours in found.items():
            if not _is_value(kind, ours):
                table.complain(f"{shown(code)} = {shown(ours)} är okänt.{_choice(kind)}", code)
        return {code_key(code): ours for code, ours in found.items()}

    def formats(self) -> tuple[str, ...]:
        """The formats that times may have."""
        table = self._root.table("tider", holds=("format",))
        if table is None:
            return ()
        formats = table.words("format") or ()
        shapes: dict[str, str] = {}
        for text in formats:
            try:
                shape = re.sub(r"[A-Za-z]", "x", form_of_format(text))
            except ValueError as error:
                table.complain(f"format {shown(text)}: {error}.", "format")
                continue
            if shape in shapes:
                told = f"{shown(shapes[shape])} och {shown(text)} ser likadana ut. En tid kunde läsas som endera."
                table.complain(told, "format")
            shapes[shape] = text
        table.done()
        return formats


def _kind(form: Form, name: str) -> str | None:
    return next((column.kind for column in form.columns if column.name == name), None)


def _is_value(kind: str | None, ours: str) -> bool:
    """Whether a column of the kind holds `ours`, written as we write it."""
    if kind == "kommun":
        return bool(read_kommuner(pa.array([ours]))[0] >= 0)
    return kind not in _ALLOWED_CODES or ours in _ALLOWED_CODES[kind]


def _choice(kind: str | None) -> str:
    if kind == "kommun":
        return " Skriv en kommunkod eller en kommuns namn."
    return f" Välj bland: {', '.join(_ALLOWED_CODES[kind])}." if kind in _ALLOWED_CODES else ""


def code_key(text: str) -> str:
    """A code or a word as it is compared."""
    return " ".join(text.split()).casefold()
