"""The settings that a user keeps in TOML: read once, and every fault told at once."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from betalningsansvar.data.files.named import NamedFile, as_named
from betalningsansvar.data.stop import StopError


class SettingsError(StopError):
    """A settings file cannot be used. `problems` has one sentence per fault: file, table, key and what is right."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def read_toml(file: Path | NamedFile) -> tuple[dict[str, Any], str]:
    """The parsed file and the SHA-256 of its bytes. Raises SettingsError naming the file, and FileUnreadableError."""
    named = as_named(file)
    try:
        return tomllib.loads(named.content.decode("utf-8-sig")), named.sha256
    except UnicodeDecodeError as error:
        raise SettingsError([f"{named.name}: is not UTF-8 text (byte {error.start}). Save it as UTF-8."]) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"{named.name}: is not valid TOML: {error}."]) from error


def complaints(table: dict[str, Any], kinds: dict[str, type], where: str) -> list[str]:
    """One sentence per key that is unknown or holds another type than `kinds` says (str, int, or list = of text)."""
    found = [f"{where}: unknown key {key!r}. The keys are {', '.join(kinds)}." for key in table if key not in kinds]
    for key, kind in kinds.items():
        if key in table and not _is(table[key], kind):
            found.append(f"{where}: {key} = {table[key]!r} must be {_WORDS[kind]}.")
    return found


_WORDS = {dict: "a table", str: "text in quotes", int: "a whole number", list: 'a list of text, as ["Box 1", "Plan 2"]'}


def _is(value: Any, kind: type) -> bool:
    if kind is list:
        return isinstance(value, list) and all(type(item) is str for item in value)
    return type(value) is kind
