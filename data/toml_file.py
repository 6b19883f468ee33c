"""The files that a user keeps in TOML, as text: what stops the reading of one, told with its line and what to write.

Every kind of such a file goes one way: `NamedFile` (the caller read the bytes) → `parse` → `data.toml_table.Table`.
Nothing here opens a path. Limits are asked before the library sees the text, so that no file costs more than a second.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.shown import quotable
from betalningsansvar.data.stop import StopError, first_ten
from betalningsansvar.data.toml_syntax import syntax_sentence

LARGEST_BYTES = 1_000_000
LONGEST_LINE = 10_000
LONGEST_WORD = 120
DEEPEST = 16
MOST_DOTS = 32

# What stands between the marks that nest: strings and comments are passed over whole. Nothing is tried twice (`*+`).
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?|\'\'\'(?:[^\']|\'(?!\'\'))*+(?:\'\'\')?'
    r'|"(?:\\.|[^"\\\n])*+"|\'[^\'\n]*+\'|#[^\n]*|[\[{\]}.\n]'
    rf"|[\w+\-:.]{{{LONGEST_WORD + 1},}}",
    re.DOTALL,
)


class SettingsError(StopError):
    """A settings file cannot be used. `problems` has one sentence per fault: file, line, key and what to write."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(map(quotable, problems))
        super().__init__(first_ten(self.problems))


def parse(file: NamedFile) -> tuple[dict[str, Any], str]:
    """The parsed content and its text. Raises SettingsError with file, line and what to write."""
    text = _text(file)
    fault = next(_over_the_limits(text), None)
    if fault is None:
        try:
            return tomllib.loads(text), text
        except (ValueError, RecursionError) as error:
            fault = syntax_sentence(error, text)
    raise SettingsError([f"{file.name} {fault}"])


def _text(file: NamedFile) -> str:
    raw = file.content
    if len(raw) > LARGEST_BYTES:
        size = f"{len(raw) / 1_000_000:.1f}".replace(".", ",")
        raise SettingsError([f"{file.name} är {size} MB; en sådan fil har högst 1 MB. Är det rätt fil?"])
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SettingsError([f"{file.name} är sparad som UTF-16. Spara den som UTF-8."])
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        letter = raw[error.start : error.start + 1].decode("cp1252", errors="replace")
        guess = f" Tecknet är ett {letter} i Windows-1252 (ANSI)." if letter.isalpha() else ""
        raise SettingsError([f"{file.name} rad {line}: är inte UTF-8-text.{guess} Spara filen som UTF-8."]) from None


def _over_the_limits(text: str) -> Iterator[str]:
    for number, written in enumerate(text.split("\n"), start=1):
        if len(written) > LONGEST_LINE:
            yield f"rad {number}: har {len(written)} tecken; en rad har högst {LONGEST_LINE}. Dela upp den."
        for mark in written:
            if _forbidden(mark):
                yield f"rad {number}: innehåller {_name(mark)}, som inte syns. Skriv om raden."
    line, depth, dots = 1, 0, 0
    for token in _TOKEN.finditer(text):
        found = token[0]
        if found == "\n":
            line, dots = line + 1, 0
        elif found in "[{":
            depth += 1
        elif found in "]}":
            depth -= 1
        elif found == ".":
            dots += 1
        elif found[0] in "\"'#":
            line += found.count("\n")
        elif found.replace("_", "").isdecimal():
            yield f"rad {line}: talet har {len(found)} siffror. Skriv ett rimligt tal."
        elif found.count(".") > MOST_DOTS:
            yield f"rad {line}: nyckeln har {found.count('.') + 1} delar. Skriv nyckelns namn utan punkter."
        else:
            yield f"rad {line}: ett ord har {len(found)} tecken utan citattecken. Skriv text inom citattecken."
        if depth > DEEPEST:
            yield f"rad {line}: hakparenteser eller klamrar i fler än {DEEPEST} nivåer. Skriv en nyckel per rad."
        if dots > MOST_DOTS:
            yield f"rad {line}: nyckeln har fler än {MOST_DOTS} delar. Skriv nyckelns namn utan punkter."


def forbidden_mark(value: str) -> str | None:
    """What a text holds that can be neither seen nor written to an XML file, in words."""
    return next((_name(mark) for mark in value if _forbidden(mark)), None)


def _forbidden(mark: str) -> bool:
    if " " <= mark <= "~" or mark in "\t\n":
        return False
    return unicodedata.category(mark) in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") or mark in _INVISIBLE


# Marks of direction and width: they change how a name looks, and hide in it.
_INVISIBLE = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")


def _name(mark: str) -> str:
    return f"styrtecknet U+{ord(mark):04X}"
