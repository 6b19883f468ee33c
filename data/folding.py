"""Words compared without regard to case, diacritics, blanks and punctuation, and the words that stand for nothing."""

from __future__ import annotations

import unicodedata

NO_VALUE = ("null", "(null)", "[null]", "<null>", "\\n", "nan", "nat", "<na>", "none")
"""What databases and programs write where there is no value, in lower case."""


def fold(text: str) -> str:
    """`text` with only its letters and digits left, in lower case, without diacritics: `Ärende-ID` → `arendeid`."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if letter.isalnum()).casefold()


def compact(text: str) -> str:
    """`text` in lower case and without blanks, its å, ä and ö kept."""
    return "".join(unicodedata.normalize("NFC", text).split()).casefold()
