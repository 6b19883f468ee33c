"""How wide a text is in Arial, and how many lines it fills: a file must hold its row heights, which not every program
works out when it opens one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import ceil

# Letters by their width, in 250ths of the font's size; every other letter is as wide as a digit.
_DIGIT = 139
_BY_WIDTH = {
    48: "'",
    56: "ijl’",
    70: " !,./:;I[\\]ft|\u00a0",
    83: "()-`r{}”",
    97: '"*°',
    125: "Jcksvxyz",
    146: "+<=>~×",
    153: "FTZ",
    167: "&ABEKPSVXYÅÄ",
    181: "CDHNRUw",
    195: "GOQÖ",
    208: "Mm½",
    222: "%",
    250: "W@…",
}
_CODEPAGE = "cp1252"
_WIDTHS = bytearray([_DIGIT]) * 256
for _width, _letters in _BY_WIDTH.items():
    for _letter in _letters.encode(_CODEPAGE):
        _WIDTHS[_letter] = _width
_BOLD = 1.08
# A screen gives each letter whole pixels, so a line holds somewhat less there than on paper.
_SCREEN = 1.03
_WORDS = re.compile(r"[^ -]*[ -]?")


def width_of(text: str, *, bold: bool = False) -> int:
    """The width in digits, as column widths are counted, rounded up."""
    return ceil(_width_of(text) * (_BOLD if bold else 1) / _DIGIT)


def lines_of(text: str, width: float, *, bold: bool = False) -> int:
    """How many lines the text fills in a column `width` digits wide, broken at spaces and hyphens, and inside a word
    that is too long.
    """
    room = width * _DIGIT / _SCREEN / (_BOLD if bold else 1)
    return 1 if _width_of(text) <= room else _broken(text, room)


@lru_cache(maxsize=16_384)
def _broken(text: str, room: float) -> int:
    lines, used = 1, 0.0
    for word in _WORDS.findall(text):
        bare = _width_of(word.rstrip())
        if used and used + bare > room:
            lines, used = lines + 1, 0.0
        used += _width_of(word)
        while used > room and bare > room:
            lines, used = lines + 1, used - room
    return lines


@lru_cache(maxsize=16_384)
def _width_of(text: str) -> int:
    # ASCII is the same in the code page, and encoded in a tenth of the time.
    return sum((text.encode() if text.isascii() else text.encode(_CODEPAGE, "replace")).translate(_WIDTHS))
