"""Words compared without regard to case, diacritics, blanks and punctuation."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """`text` with only its letters and digits left, in lower case, without diacritics: `Ärende-ID` → `arendeid`."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if letter.isalnum()).casefold()


def compact(text: str) -> str:
    """`text` in lower case and without blanks, its å, ä and ö kept."""
    return "".join(unicodedata.normalize("NFC", text).split()).casefold()
