"""The values of one column, read in bulk: kommun, vardform, ja/nej and text. Only distinct values are looked at."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from betalningsansvar.data.bytematrix import Texts
from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.events.columns import HANDELSER
from betalningsansvar.data.folding import NO_VALUE, fold
from betalningsansvar.data.kommuntext import kommun_position
from betalningsansvar.data.regiontext import region_position
from betalningsansvar.data.times import parse_times

BLANK = -1
UNKNOWN = -2
TIMES_FROM = 10**12
YES_AS_TIME = np.datetime64("0001-01-01", "s")
"""A ja in a column of times (`makulerad`), until the case's own notice is known."""

_VERSION_DIGITS = 8  # with eight it may be a date
# Also as databases write it (t, f; −1 is Access's true), as a number, and as a cross in a form.
_YES = frozenset({"ja", "j", "yes", "y", "true", "t", "sant", "1", "-1", "x", "✓", "✔", "☑", "☒"})
_NO = frozenset({"nej", "n", "no", "false", "f", "falskt", "0", "☐"})
_VARDFORMER = {
    "somatik": ("somatisk", "somatisk vård", "somatisk slutenvård", "sluten somatisk vård", "somatisk sluten vård"),
    "psykiatri": ("psykiatrisk", "psykiatrisk vård", "psykiatrisk slutenvård", "sluten psykiatrisk vård", "psyk"),
    "akut": ("akutsjukvård", "somatisk akutsjukvård"),
    "geriatrik": ("geriatrisk", "geriatrisk vård", "sluten geriatrisk vård"),
}
_HANDELSER = {"aterkallad": ("återtagen",)}
_DECIMALS_OF_NOTHING = re.compile(r"(?<=\d)[.,]0+$")  # 1.0: a program took a whole number for another
_THREE_DIGITS = re.compile(r"[0-9]{3}")
_SHORTENED = re.compile(r"\d([.,]\d+)?[Ee]\+\d+")
_ERROR_VALUES = frozenset(
    {"#N/A", "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!"}
    | {"#SAKNAS!", "#SKÄRNING!", "#DIVISION/0!", "#VÄRDEFEL!", "#REFERENS!", "#NAMN?", "#OGILTIGT!"}
)


def read_kommuner(texts: Texts) -> npt.NDArray[np.int16]:
    """Positions among the kommuner in code order; `BLANK` or `UNKNOWN` where there is none.

    What is understood stands in `data.kommuntext`.
    """
    return _by_distinct(texts, _kommun).astype(np.int16)


def read_regions(texts: Texts) -> npt.NDArray[np.int8]:
    """Positions among the regions in the order of länskoder; `BLANK` or `UNKNOWN` where there is none."""
    return _by_distinct(texts, lambda text: UNKNOWN if (at := region_position(text)) is None else at).astype(np.int8)


def lacking_a_digit(texts: Texts) -> npt.NDArray[np.bool_]:
    """True where a kommunkod has three digits."""
    return np.asarray(_by_distinct(texts, lambda text: int(bool(_THREE_DIGITS.fullmatch(text)))) == 1)


def read_vardformer(texts: Texts) -> npt.NDArray[np.int8]:
    """Positions in `VARDFORMER`; `BLANK` or `UNKNOWN` where there is none."""
    positions = _positions(VARDFORMER, _VARDFORMER)
    return _by_distinct(texts, lambda text: positions.get(fold(text), UNKNOWN)).astype(np.int8)


def read_handelser(texts: Texts) -> npt.NDArray[np.int8]:
    """Positions in `HANDELSER`; `BLANK` or `UNKNOWN` where there is none."""
    positions = _positions(HANDELSER, _HANDELSER)
    return _by_distinct(texts, lambda text: positions.get(fold(text), UNKNOWN)).astype(np.int8)


def read_versions(texts: Texts) -> npt.NDArray[np.int64]:
    """Versions as numbers in the order of time: a whole number, or a time as its seconds after `TIMES_FROM`.

    `BLANK` or `UNKNOWN` where it is neither.
    """
    numbers = _by_distinct(texts, _whole_number)
    times, unreadable = parse_times(texts)
    timed = ~np.isnat(times) & (numbers == UNKNOWN) & ~unreadable
    numbers[timed] = TIMES_FROM + times[timed].astype(np.int64)
    return numbers


def _positions(names: Sequence[str], others: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The position of each name, folded, under that name and under its other words."""
    return {fold(word): n for n, name in enumerate(names) for word in (name, *others.get(name, ()))}


def _whole_number(text: str) -> int:
    text = _DECIMALS_OF_NOTHING.sub("", text)
    return int(text) if text.isdecimal() and text.isascii() and len(text) < _VERSION_DIGITS else UNKNOWN


def read_yes_no(texts: Texts) -> npt.NDArray[np.int8]:
    """1 for ja, 0 for nej; `BLANK` or `UNKNOWN` where it is neither."""
    return _by_distinct(texts, _yes_no).astype(np.int8)


def yes_as_time(texts: Texts) -> tuple[npt.NDArray[np.bool_], Texts]:
    """Where a time column that may be answered ja or nej says ja, and its texts with every such answer blanked."""
    answer = read_yes_no(texts)
    return answer == 1, pc.if_else(pa.array(answer >= 0), "", texts)


def at_the_notice(times: npt.NDArray[np.datetime64], notices: npt.NDArray[np.datetime64]) -> npt.NDArray[np.datetime64]:
    """`times` with every `YES_AS_TIME` replaced by the time of the notice."""
    return np.where(times == YES_AS_TIME, notices, times)


def read_text(texts: Texts) -> Texts:
    """The texts without blanks around them; a word that stands for nothing is blank."""
    trimmed = pc.utf8_trim_whitespace(texts)
    if pc.any(pc.starts_with(trimmed, '="')).as_py():  # how some programs keep Excel from taking an id for a number
        trimmed = pc.replace_substring_regex(trimmed, '^="([^"]*)"$', r"\1")
    nothing = pc.is_in(trimmed, value_set=_nothing())
    return pc.if_else(nothing, "", trimmed) if pc.any(nothing).as_py() else trimmed


@cache
def _nothing() -> pa.Array:
    """Made when first asked for: pyarrow imports pandas to make an array, and a listing of profiles needs neither."""
    words = [form(word) for word in NO_VALUE for form in (str.lower, str.upper, str.title)]
    return pa.array([*words, "NaN", "NaT"])


def lost_digits(texts: Texts) -> npt.NDArray[np.bool_]:
    """True where a long number was shortened by a spreadsheet (`1,98E+11`), so that ids run together."""
    return _among(texts, pc.match_substring(texts, "+"), lambda text: bool(_SHORTENED.fullmatch(text)))


def error_values(texts: Texts) -> npt.NDArray[np.bool_]:
    """True where a text is what a spreadsheet shows for an error (`#N/A`, in Swedish `#SAKNAS!`)."""
    return _among(texts, pc.starts_with(texts, "#"), lambda text: text.upper() in _ERROR_VALUES)


def _among(texts: Texts, suspects: Texts, wanted: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
    """True where a text is among the `suspects` and is `wanted`."""
    mask = np.zeros(len(texts), dtype=bool)
    for row in np.flatnonzero(suspects.to_numpy(zero_copy_only=False)).tolist():
        mask[row] = wanted(texts[row].as_py())
    return mask


def _by_distinct(texts: Texts, position: Callable[[str], int]) -> npt.NDArray[np.int64]:
    """`position` of each distinct text that is not blank, spread over all rows."""
    known: dict[str, int] = {}
    parts = [np.empty(0, dtype=np.int64)]
    for array in texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]:
        encoded = array.dictionary_encode()
        distinct = encoded.dictionary.to_pylist()
        for text in distinct:
            if text not in known:
                bare = text.strip()
                known[text] = position(bare) if bare and bare.casefold() not in NO_VALUE else BLANK
        values = np.array([known[text] for text in distinct], dtype=np.int64)
        parts.append(values[encoded.indices.to_numpy()])
    return np.concatenate(parts)


def _yes_no(text: str) -> int:
    word = _DECIMALS_OF_NOTHING.sub("", text.casefold().rstrip(".!").strip("\"'"))
    return 1 if word in _YES else 0 if word in _NO else UNKNOWN


def _kommun(text: str) -> int:
    position = kommun_position(text)
    return UNKNOWN if position is None else position
