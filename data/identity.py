"""Whether a text tells who a patient is: one test for what is shown, issued, kept in the ledger or put beside a code.

A personal or coordination number counts with or without its century, however it is separated (also by a hyphen that
does not break), in full-width digits, with a name before it or with the `.0` of a spreadsheet after it. The control
digit is not asked for: a mistyped number identifies too. Other numbers are found by the case's own `patient_id`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from betalningsansvar.data.bytematrix import Texts

HIDDEN = "(dold)"
"""What stands in place of an identity."""

_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:[0-2]\d|3[01]|[678]\d|9[01])"  # a coordination number has the day + 60
_CENTURY, _LAST = r"(?:18|19|20|21)", r"[0-9A-Za-z]\d{3}"
# Year, month and day in one run, or with signs between them; a date with signs needs a sign before the last four
# too, and what follows must not make it the second of two dates
# (2018-11-01 - 2018-11-30); /1 after it is the first case of a stay.
_NUMBER = (
    rf"{_CENTURY}?[ -]?\d\d{_MONTH}{_DAY}[^0-9A-Za-z]{{0,3}}{_LAST}",
    rf"{_CENTURY}?\d\d[-./ ]{_MONTH}[-./ ]{_DAY} ?[-+ ] ?{_LAST}",
)
_TOLD = "|".join(f"(?:{number})" for number in _NUMBER)
_AFTER = r"(?:[.,]0+(?:$|[^0-9])|(?:/[0-9]{1,3})?[-./:]*(?:$|[^-./:0-9]))"
_TELLING = rf"(?:^|[^0-9])(?:{_TOLD}){_AFTER}"
_SHOWN = re.compile(rf"(?<!\d)(?:{_TOLD})(?={_AFTER})", re.ASCII)
# A number that lost or won a sign: without the one that stands between two digits and is no part of a time, or cut.
_STRAY = re.compile(r"(?<=\d)[^-./:+T\d](?=\d)")
# What somebody who wrote a time may have written, right or wrong: a date with its signs and a clock with its own. Where
# a time should stand also a date alone; a date and a clock in one run of digits look like a mistyped personal number.
_CLOCK = r"\d{1,2}[:.]\d{1,2}(?:[:.]\d{1,2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?"
_LIKE_A_TIME = re.compile(rf"\D*\d{{1,5}}[-./]\d{{1,2}}[-./]\d{{1,4}}\D{{1,6}}{_CLOCK}\D*", re.ASCII)
_YEAR = r"(?:1[89]|2[01])\d\d"
_LIKE_A_DATE = re.compile(
    rf"\D*(?:{_YEAR}[-./][01]?\d[-./][0-3]?\d|[0-3]?\d[-./][0-3]?\d[-./]{_YEAR}|{_YEAR}\d{{4}})\D*", re.ASCII
)
_DIGITS_OF_A_PIECE = 8
_SEPARATORS = str.maketrans("", "", " -+/_.")
_TELLING_LENGTH = 6


def identifies(reference: str, patient_id: str = "") -> bool:
    """Whether the reference holds the patient_id, with or without separators, or looks like a personal number."""
    plain = _plain(reference)
    name, patient = (text.translate(_SEPARATORS).casefold() for text in (plain, _plain(patient_id)))
    return bool((patient and patient in name) or _SHOWN.search(plain))


def hide(text: str) -> str:
    """The text with every personal number in it replaced by `HIDDEN`; a text without one as it stands."""
    plain = _plain(text)
    hidden = _SHOWN.sub(HIDDEN, plain)
    return hidden if hidden != plain else text


def tells_patient(texts: Texts) -> npt.NDArray[np.bool_]:
    """True where a text (none missing) holds a personal number: `identifies` for a whole column."""
    # Every error asks `hide`, also in commands that read no table: they need not wait for these libraries.
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    told = pc.match_substring_regex(texts, _TELLING).to_numpy(zero_copy_only=False).copy()
    other = ~pc.ascii_is_printable(texts).to_numpy(zero_copy_only=False)
    if other.any():
        some = texts.filter(pa.array(other))
        plain = pa.array([_plain(text) for text in some.to_pylist()], pa.string())
        told[other] = pc.match_substring_regex(plain, _TELLING).to_numpy(zero_copy_only=False)
    return np.asarray(told, dtype=bool)


def has_a_piece(text: str, time: bool = False) -> bool:
    """Whether a garbled text may hold so much of a personal number that it tells the patient: the month, the day and
    the last four. So many digits are enough, unless they stand as those of a time do, or, where a `time` should stand,
    as those of a date."""
    plain = _plain(text)
    many = sum(map(str.isdigit, plain)) >= _DIGITS_OF_A_PIECE and not _LIKE_A_TIME.fullmatch(plain)
    many = many and not (time and _LIKE_A_DATE.fullmatch(plain))
    return many or bool(_SHOWN.search(_STRAY.sub("", plain)))


def hidden_names(references: pd.Series) -> dict[str, str]:
    """What each reference that tells who a patient is is called instead: `(dold 1)` …, by their own order.

    The same in every file of a run, whatever order its rows came in, and two cases keep two names.
    """
    import pyarrow as pa

    told = tells_patient(pa.array(references, pa.string()))
    telling = sorted(set(references[told]))
    return {reference: f"{HIDDEN[:-1]} {number})" for number, reference in enumerate(telling, start=1)}


def telling_row(cases: pd.DataFrame, column: str) -> int | None:
    """The first row of the case frame whose reference in `column` tells who its patient is; None when none does.

    A patient known by a running number of a few digits is found in many references by chance, and is not looked for.
    """
    import numpy as np
    import pyarrow as pa

    references = pa.array(cases[column], pa.string())
    names, patients = (_bare(texts) for texts in (references, pa.array(cases["patient_id"], pa.string())))
    own = [len(patient) >= _TELLING_LENGTH and patient in name for name, patient in zip(names, patients, strict=True)]
    rows = np.flatnonzero(tells_patient(references) | np.array(own, dtype=bool))
    return int(rows[0]) if len(rows) else None


def _bare(texts: Texts) -> list[str]:
    import pyarrow.compute as pc

    plain = pc.utf8_lower(pc.utf8_normalize(texts, "NFKC"))
    bare: list[str] = pc.replace_substring_regex(plain, r"[-+/_.\p{Pd}\p{Zs}\p{Cf}]", "").to_pylist()
    return bare


def _plain(text: str) -> str:
    """The text with ordinary digits, hyphens and blanks, and without what cannot be seen."""
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFKC", text).translate(_PLAIN)


class _PlainLetters(dict[int, str]):
    """What each letter is in plain text, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = plain = _plain_letter(chr(code))
        return plain


_PLAIN = _PlainLetters()


def _plain_letter(letter: str) -> str:
    kind = unicodedata.category(letter)
    if letter in "\t\r\n" or kind[0] == "Z":
        return " "
    if kind in ("Cf", "Cc"):
        return ""
    if kind == "Nd":
        return str(unicodedata.digit(letter))
    return "-" if kind == "Pd" or letter == "\u2212" else letter
