"""Strict reading of TOML tables: every key is asked for by name, and what nobody asked for is an error.

Problems are collected, not raised one by one, so that the author of a file sees all of them at once.
"""

from __future__ import annotations

import pathlib
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from operator import itemgetter
from typing import Any

from betalningsansvar.data.files.named import NamedFile, as_named
from betalningsansvar.data.identity import identifies
from betalningsansvar.data.toml_file import SettingsError, forbidden_mark, parse
from betalningsansvar.data.toml_lines import Path, key_lines

_LONGEST_SHOWN = 60
_MOST_UNKNOWN = 20
# These may look like a personal number, and are none; of a telephone number it is asked that it is written as one.
_NUMBERS = frozenset({"organisationsnummer", "momsregistreringsnummer", "peppol_id"})
_TELEFON = re.compile(r"(?:\+\d|0[1-9])[\d ]+|0[1-9]\d{0,2}[-/ ][-\d ]+", re.ASCII)
_Problem = tuple[int, str]  # line (0 where it is not known), and the sentence


def read_toml(file: pathlib.Path | NamedFile) -> Table:
    """The file's outermost table. Raises SettingsError when the text is no TOML, FileUnreadableError for a path."""
    named = as_named(file)
    content, text = parse(named)
    return Table(content, named.name, (), key_lines(text), [])


class Table:
    """One TOML table read key by key. Messages begin with file, line and table: `halland.toml rad 9 (regel 2): …`."""

    def __init__(
        self, values: Mapping[str, Any], file: str, path: Path, lines: Mapping[Path, int], problems: list[_Problem]
    ) -> None:
        self._values = values
        self._path = path
        self._lines = lines
        self._asked: set[str] = set()
        self.problems = problems
        """What has been found wrong in the whole file, in the order it was found."""
        self.file = file
        self.sound = True
        """Whether nothing has been found wrong in this table."""

    @property
    def where(self) -> str:
        """File, line and table, as messages begin."""
        return self.at(None)

    @property
    def name(self) -> str:
        """The table's name in messages, e.g. `regel 2`; empty for the file itself."""
        return " ".join(str(part) for part in self._path)

    def at(self, key: str | None) -> str:
        """File and line of a key of this table (of the table where the key has none), and the table."""
        line = self._line(key)
        return self.file + (f" rad {line}" if line else "") + (f" ({self.name})" if self._path else "")

    def _line(self, key: str | None) -> int:
        """The line of the key, else of the table; 0 where neither is known."""
        line = self._lines.get((*self._path, key)) if key is not None else None
        return line or self._lines.get(self._path) or 0

    def complain(self, text: str, key: str | None = None) -> None:
        """Note a fault, at the line of `key`."""
        self.sound = False
        self.problems.append((self._line(key), f"{self.at(key)}: {text}"))

    def stop(self) -> None:
        """Raise SettingsError with everything found wrong in the file, if anything was."""
        if self.problems:
            raise SettingsError([text for _, text in sorted(dict.fromkeys(self.problems), key=itemgetter(0))])

    def has(self, key: str) -> bool:
        self._asked.add(key)
        return key in self._values

    def is_text(self, key: str) -> bool:
        self._asked.add(key)
        return isinstance(self._values.get(key), str)

    def is_empty_list(self, key: str) -> bool:
        """Whether the author wrote `key = []`: none of them, said on purpose."""
        self._asked.add(key)
        return self._values.get(key) == []

    def _take(self, key: str, kind: type | tuple[type, ...], wanted: str, needed: bool) -> Any:
        self._asked.add(key)
        if key not in self._values:
            if needed:
                self.complain(f"{key} saknas. Skriv {wanted}.")
            return None
        value = self._values[key]
        # bool is an int and datetime a date in Python, but neither is what the author meant.
        wrong_subclass = (isinstance(value, bool) and kind is not bool) or isinstance(value, datetime)
        if not isinstance(value, kind) or wrong_subclass:
            self.complain(f"{key} = {shown(value)} är av fel slag. Skriv {wanted}.", key)
            return None
        return value

    def _one_line(self, key: str, value: str) -> bool:
        """Whether the text can be printed as it stands; what cannot is told."""
        if mark := forbidden_mark(value):
            self.complain(f"{key} innehåller {mark}, som inte syns. Skriv om värdet.", key)
        elif "\n" in value or "\t" in value:
            path = " En sökväg skrivs med snedstreck: C:/mapp/fil." if re.match(r"[A-Za-z]:", value) else ""
            self.complain(f"{key} innehåller radbrytning eller tabb. Skriv på en rad.{path}", key)
        elif identifies(value) and key not in _NUMBERS and not (key == "telefon" and _TELEFON.fullmatch(value)):
            told = "ser ut som ett personnummer, och det som står här skrivs ut. Är det ett annat nummer, dela det: "
            self.complain(f"{key} {told}070-000 00 00.", key)
        else:
            return True
        return False

    def text(
        self, key: str, *, needed: bool = False, allowed: Sequence[str] = (), wanted: str = "text inom citattecken"
    ) -> str | None:
        """One line of text that is not blank; blank is told."""
        value: str | None = self._take(key, str, wanted, needed)
        if value is None or not self._one_line(key, value):
            return None
        if not value.strip():
            self.complain(f"{key} är tom. Skriv {wanted}, eller ta bort raden.", key)
            return None
        if allowed and value not in allowed:
            self.complain(f"{key} = {shown(value)} är okänt{_meant(value, allowed)} Välj bland: {_some(allowed)}.", key)
            return None
        return value

    def optional_text(self, key: str) -> str:
        """One line of text; blank and absent are the same, the empty text."""
        value = self._take(key, str, "text inom citattecken", needed=False)
        return value.strip() if value is not None and self._one_line(key, value) else ""

    def texts(self, key: str, allowed: Sequence[str]) -> tuple[str, ...] | None:
        """A list of known words; one word alone is read as a list of one."""
        value = self._take(key, (list, str), f'en lista som ["{allowed[0]}"]', needed=False)
        if value is None:
            return None
        words = [value] if isinstance(value, str) else value
        unknown = [w for w in words if w not in allowed]
        if unknown or not words or len(set(map(str, words))) != len(words):
            meant = _meant(str(unknown[0]), allowed) if unknown else "."
            told = f"{key} = {shown(value)}: varje ord en gång, bland {', '.join(allowed)}{meant}"
            self.complain(told, key)
            return None
        return tuple(words)

    def words(self, key: str) -> tuple[str, ...] | None:
        """A list of texts that somebody else judges; one text alone is read as a list of one."""
        value = self._take(key, (list, str), 'en lista av text som ["Rad 1", "Rad 2"]', needed=False)
        if value is None:
            return None
        words = [value] if isinstance(value, str) else value
        if not words or not all(isinstance(word, str) and word.strip() for word in words):
            self.complain(f'{key} = {shown(value)}: skriv en lista av text som ["Rad 1", "Rad 2"].', key)
            return None
        return tuple(words) if all(self._one_line(key, word) for word in words) else None

    def day(self, key: str, *, needed: bool = False) -> date | None:
        value: date | None = self._take(key, date, "ett datum utan citattecken som 2018-01-01", needed)
        if value is not None and not 1900 <= value.year <= 2200:
            self.complain(f"{key} = {value} är inget rimligt datum. Utelämna tom för tills vidare.", key)
            return None
        return value

    def moment(self, key: str, *, needed: bool = False) -> datetime | None:
        self._asked.add(key)
        value = self._values.get(key)
        if isinstance(value, datetime) and value.tzinfo is None and 1900 <= value.year <= 2200:
            return value
        if value is not None or needed:
            written = f"{key} = {shown(value)}" if key in self._values else f"{key} saknas"
            self.complain(f"{written}. Skriv en lokal tid utan citattecken som 2018-11-05T08:00:00.", key)
        return None

    def clock(self, key: str) -> time | None:
        value: time | None = self._take(key, time, "ett klockslag utan citattecken som 12:00:00", needed=False)
        return value

    def flag(self, key: str, default: bool) -> bool:
        value = self._take(key, bool, "true (ja) eller false (nej) utan citattecken", needed=False)
        return default if value is None else bool(value)

    def whole(self, key: str, *, minimum: int, maximum: int = 10_000, needed: bool = False) -> int | None:
        wanted = f"ett helt tal utan citattecken, {minimum}–{maximum}"
        value: int | None = self._take(key, int, wanted, needed)
        if value is not None and not minimum <= value <= maximum:
            self.complain(f"{key} = {shown(value)} ligger utanför {minimum}–{maximum}.", key)
            return None
        return value

    def decimal(
        self, key: str, *, places: int, needed: bool = False, wanted: str = 'ett exakt tal inom citattecken som "3.00"'
    ) -> Decimal | None:
        """A number that must be exact: a whole number, or decimals in quotes (`"3.00"`), never a float."""
        value = self._take(key, (int, str), wanted, needed)
        if value is None:
            return None
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int) or number < 0 or -exponent > places or number > 10**9:
            point = " Decimaltecknet är punkt." if isinstance(value, str) and re.search(r"\d,\d", value) else ""
            told = f"{key} = {shown(value)}: skriv {wanted}, inte negativt, högst {places} decimaler.{point}"
            self.complain(told, key)
            return None
        return number

    def ore(self, key: str, *, needed: bool = False) -> int | None:
        """Kronor (whole, or in quotes with at most two decimals) as whole öre, more than zero."""
        wanted = 'kronor, hela utan citattecken (7100) eller med decimaler inom citattecken ("7100.50")'
        kronor = self.decimal(key, places=2, needed=needed, wanted=wanted)
        if kronor is None:
            return None
        if not 0 < kronor < 10_000_000:
            self.complain(f"{key} = {kronor} kronor är inget rimligt dygnsbelopp.", key)
            return None
        return int(kronor * 100)

    def series_or_ore(self, key: str, *, needed: bool = False) -> str | int | None:
        """The name of a series of amounts, or whole kronor as whole öre."""
        wanted = "hela kronor utan citattecken, eller namnet på en serie inom citattecken"
        if self.is_text(key):
            name = self.text(key, needed=needed)
            if name and name.translate({ord(mark): None for mark in " .,"}).isdecimal():
                self.complain(f"{key} = {shown(name)} är ingetdera. Skriv {wanted}.", key)
            return name
        kronor = self._take(key, int, wanted, needed)
        return None if kronor is None else self.ore(key)

    def tables(self, key: str, *, needed: bool = True) -> list[Table]:
        """The `[[key]]` tables, each numbered from 1 in messages."""
        values = self._take(key, list, f"ett [[{key}]]-block eller flera", needed) or []
        if needed and key in self._values and self._values[key] == []:
            self.complain(f"{key} är tom. Skriv ett [[{key}]]-block eller flera.", key)
        found = []
        for number, value in enumerate(values, start=1):
            if isinstance(value, dict):
                found.append(Table(value, self.file, (*self._path, key, number), self._lines, self.problems))
            else:
                self.complain(f"{key} skrivs som [[{key}]]-block.", key)
                break
        return found

    def table(self, key: str, *, holds: Sequence[str], needed: bool = False) -> Table | None:
        """The `[key]` table; `holds` are keys of it that the message names when it is not there."""
        value = self._take(key, dict, f"ett [{key}]-block med {', '.join(holds)}", needed)
        return None if value is None else Table(value, self.file, (*self._path, key), self._lines, self.problems)

    def entries(self) -> dict[str, str]:
        """The table's keys and texts, where the keys are the author's own words (headers, codes)."""
        self._asked |= self._values.keys()
        found = {}
        for key, value in self._values.items():
            if not isinstance(value, str) or not value.strip() or not key.strip():
                self.complain(f'{shown(key)} = {shown(value)}: skriv rader som "deras ord" = "vårt ord".', key)
            elif self._one_line(shown(key), key) and self._one_line(shown(key), value):
                found[key] = value
        return found

    def keys(self) -> tuple[str, ...]:
        """The table's own keys, as they stand."""
        return tuple(self._values)

    def done(self) -> None:
        """Everything has been asked for: what remains is unknown, and an error."""
        known = sorted(self._asked)
        unknown = [key for key in self._values if key not in self._asked]
        for key in unknown[:_MOST_UNKNOWN]:
            near = _meant(key, known)
            choice = near if near != "." else f". Här finns: {_some(known)}."
            self.complain(f"okänd nyckel {shown(key)}{choice}", key)
        if len(unknown) > _MOST_UNKNOWN:
            self.complain(f"{len(unknown) - _MOST_UNKNOWN} okända nycklar till. Är det rätt fil?")


def shown(value: Any) -> str:
    """A value as its author would write it, shortened."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = f'"{value}"'
    elif isinstance(value, list):
        text = f"[{', '.join(map(shown, value[:5]))}{', …' if len(value) > 5 else ''}]"
    elif isinstance(value, dict):
        text = "{…}"
    elif isinstance(value, datetime):
        text = value.isoformat(sep="T")
    else:
        text = str(value)
    text = "".join(mark if mark.isprintable() else "·" for mark in text)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"


def _meant(word: str, known: Sequence[str]) -> str:
    near = get_close_matches(word[:80], known, n=1, cutoff=0.7)
    return f"; menade du {near[0]}?" if near else "."


def _some(words: Sequence[str]) -> str:
    return ", ".join(words if len(words) <= 30 else [*words[:30], "…"])
