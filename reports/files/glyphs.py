"""The signs that the fonts of the PDF have. A PDF/UA page with any other is not made at all, so `?` stands for those:
the workbook beside it has the text as it is."""

from __future__ import annotations

import re
import unicodedata

# Latin, Greek and Cyrillic, and the marks of print; a test sets every one of them.
DRAWN = (
    "\u0020-\u007e\u00a0-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u0482\u048a-\u04ff"
    "\u1e00-\u1eff\u2010-\u2015\u2018-\u201e\u2020-\u2022\u2026\u202f\u2030\u2032\u2033\u2039\u203a\u20ac\u2116\u2122"
    "\u2190-\u2193\u2212\u2248\u2260\u2264\u2265"
)
_OTHER = re.compile(f"[^\t\r\n{DRAWN}]")


def drawable(said: object) -> object:
    """Every text in a value made of dicts, lists and texts, as the fonts can draw it."""
    match said:
        case str():
            return said if said.isascii() else _OTHER.sub(_nearest, unicodedata.normalize("NFC", said))
        case dict():
            return {key: drawable(value) for key, value in said.items()}
        case list() | tuple():
            return [drawable(value) for value in said]
        case _:
            return said


def _nearest(found: re.Match[str]) -> str:
    """A sign in full width or in a ring as the ordinary one; what the fonts lack as `?`."""
    return _OTHER.sub("?", unicodedata.normalize("NFKC", found[0]))
