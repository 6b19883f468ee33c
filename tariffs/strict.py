"""Strict reading of TOML tables: every key is asked for by name, and what nobody asked for is an error.

Problems are collected, not raised one by one, so that the author of a file sees all of them at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any


class Table:
    """One TOML table read key by key. `where` names it in messages, e.g. `halland.toml regel 2`."""

    def __init__(self, values: dict[str, Any], where: str, problems: list[str]) -> None:
        self._values = values
        self.where = where
        self._problems = problems
        self._asked: set[str] = set()
        self.sound = True
        """Whether nothing has been found wrong in this table."""

    def complain(self, text: str) -> None:
        self.sound = False
        self._problems.append(f"{self.where}: {text}")

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
                self.complain(f"{key} is missing; write {wanted}.")
            return None
        value = self._values[key]
        # bool is an int and datetime a date in Python, but neither is what the author meant.
        wrong_subclass = (isinstance(value, bool) and kind is not bool) or isinstance(value, datetime)
        if not isinstance(value, kind) or wrong_subclass:
            self.complain(f"{key} = {value!r} has the wrong type; write {wanted}.")
            return None
        return value

    def text(self, key: str, *, needed: bool = False, allowed: Sequence[str] = ()) -> str | None:
        value: str | None = self._take(key, str, "text in quotes", needed)
        if value is not None and not value.strip():
            self.complain(f"{key} is empty.")
            return None
        if value is not None and allowed and value not in allowed:
            self.complain(f"{key} = {value!r} is not known; allowed: {', '.join(allowed)}.")
            return None
        return value

    def texts(self, key: str, allowed: Sequence[str]) -> tuple[str, ...] | None:
        """A list of known words; one word alone is read as a list of one."""
        value = self._take(key, (list, str), 'a list such as ["somatik"]', needed=False)
        if value is None:
            return None
        words = [value] if isinstance(value, str) else value
        unknown = [w for w in words if w not in allowed]
        if unknown or not words or len(set(map(str, words))) != len(words):
            self.complain(f"{key} = {value!r}: each word once, out of: {', '.join(allowed)}.")
            return None
        return tuple(words)

    def words(self, key: str) -> tuple[str, ...] | None:
        """A list of texts that somebody else judges; one text alone is read as a list of one."""
        value = self._take(key, (list, str), "a list of text in quotes", needed=False)
        if value is None:
            return None
        words = [value] if isinstance(value, str) else value
        if not words or not all(isinstance(word, str) and word.strip() for word in words):
            self.complain(f"{key} = {value!r} must be a list of text in quotes.")
            return None
        return tuple(words)

    def day(self, key: str, *, needed: bool = False) -> date | None:
        value: date | None = self._take(key, date, "a date without quotes such as 2018-01-01", needed)
        if value is not None and not 1900 <= value.year <= 2200:
            self.complain(f"{key} = {value} is not a possible date; leave tom out for until further notice.")
            return None
        return value

    def moment(self, key: str, *, needed: bool = False) -> datetime | None:
        self._asked.add(key)
        value = self._values.get(key)
        if isinstance(value, datetime) and value.tzinfo is None:
            return value
        if value is not None or needed:
            self.complain(f"{key} = {value!r} must be a local time without quotes such as 2018-11-05T08:00:00.")
        return None

    def clock(self, key: str) -> time | None:
        value: time | None = self._take(key, time, "a time without quotes such as 12:00:00", needed=False)
        return value

    def flag(self, key: str, default: bool) -> bool:
        value = self._take(key, bool, "true or false", needed=False)
        return default if value is None else bool(value)

    def whole(self, key: str, *, minimum: int, maximum: int = 10_000, needed: bool = False) -> int | None:
        value: int | None = self._take(key, int, f"a whole number from {minimum}", needed)
        if value is not None and not minimum <= value <= maximum:
            self.complain(f"{key} = {value} is outside {minimum}–{maximum}.")
            return None
        return value

    def decimal(self, key: str, *, places: int, needed: bool = False) -> Decimal | None:
        """A number that must be exact: a whole number, or decimals in quotes (`"3.00"`), never a float."""
        wanted = 'an exact number in quotes such as "3.00"'
        value = self._take(key, (int, str), wanted, needed)
        if value is None:
            return None
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int) or number < 0 or -exponent > places:
            self.complain(f"{key} = {value!r} must be {wanted}, not negative, at most {places} decimals.")
            return None
        return number

    def ore(self, key: str, *, needed: bool = False) -> int | None:
        """Kronor (whole, or in quotes with at most two decimals) as whole öre, more than zero."""
        kronor = self.decimal(key, places=2, needed=needed)
        if kronor is None:
            return None
        if not 0 < kronor < 10_000_000:
            self.complain(f"{key} = {kronor} kronor is not a possible dygnsbelopp.")
            return None
        return int(kronor * 100)

    def series_or_ore(self, key: str, *, needed: bool = False) -> str | int | None:
        """The name of a series of amounts, or whole kronor as whole öre."""
        wanted = "whole kronor without quotes, or the name of a series in quotes"
        if self.is_text(key):
            name = self.text(key, needed=needed)
            if name and name.translate({ord(mark): None for mark in " .,"}).isdecimal():
                self.complain(f"{key} = {name!r} is neither; write {wanted}.")
            return name
        kronor = self._take(key, int, wanted, needed)
        return None if kronor is None else self.ore(key)

    def tables(self, key: str, *, needed: bool = True) -> list[Table]:
        """The `[[key]]` tables, each numbered from 1 in messages."""
        values = self._take(key, list, f"one [[{key}]] block or more", needed) or []
        if needed and self.has(key) and not values:
            self.complain(f"no [[{key}]] block.")
        found = []
        for number, value in enumerate(values, start=1):
            if isinstance(value, dict):
                found.append(Table(value, f"{self.where} {key} {number}", self._problems))
            else:
                self.complain(f"{key} must be [[{key}]] blocks.")
        return found

    def done(self) -> None:
        """Everything has been asked for: what remains is unknown, and an error."""
        for key in self._values.keys() - self._asked:
            self.complain(f"unknown key {key!r}; known here: {', '.join(sorted(self._asked))}.")
