"""The values of one column, read in bulk: kommun, vardform, ja/nej and text. Only distinct values are looked at."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from betalningsansvar.data.bytematrix import Texts
from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.events.columns import HANDELSER
from betalningsansvar.data.folding import compact, fold
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.times import parse_times

BLANK = -1
UNKNOWN = -2
TIMES_FROM = 10**12
YES_AS_TIME = np.datetime64("0001-01-01", "s")
"""A ja in a column of times (`makulerad`), until the case's own notice is known."""

_VERSION_DIGITS = 8  # with eight it may be a date
_YES = frozenset({"ja", "j", "yes", "y", "true", "sant", "1"})
_NO = frozenset({"nej", "n", "no", "false", "falskt", "0"})
_SHORTENED = re.compile(r"\d([.,]\d+)?E\+\d+")
_ERROR_VALUES = frozenset(
    {"#N/A", "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!"}
    | {"#SAKNAS!", "#SKÄRNING!", "#DIVISION/0!", "#VÄRDEFEL!", "#REFERENS!", "#NAMN?", "#OGILTIGT!"}
)
_KOMMUN_SUFFIXES = ("kommun", "stad")


def read_kommuner(texts: Texts) -> npt.NDArray[np.int16]:
    """Positions among the kommuner in code order; `BLANK` or `UNKNOWN` where there is none.

    A kommun is its code (`0180`, also `180` when the zero was lost) or its name, also as `Göteborgs stad` or
    `Kungsbacka kommun`. A name is matched as written first; without å, ä and ö only where that leaves one.
    """
    return _by_distinct(texts, _kommun_position).astype(np.int16)


def read_vardformer(texts: Texts) -> npt.NDArray[np.int8]:
    """Positions in `VARDFORMER`; `BLANK` or `UNKNOWN` where there is none."""
    positions = {name: n for n, name in enumerate(VARDFORMER)}
    return _by_distinct(texts, lambda text: positions.get(fold(text), UNKNOWN)).astype(np.int8)


def read_handelser(texts: Texts) -> npt.NDArray[np.int8]:
    """Positions in `HANDELSER`; `BLANK` or `UNKNOWN` where there is none."""
    positions = {fold(name): n for n, name in enumerate(HANDELSER)}
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


def _whole_number(text: str) -> int:
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
    """The texts without blanks around them."""
    return pc.utf8_trim_whitespace(texts)


def lost_digits(texts: Texts) -> npt.NDArray[np.bool_]:
    """True where a long number was shortened by a spreadsheet (`1,98E+11`), so that ids run together."""
    return _among(texts, pc.match_substring(texts, "E+"), lambda text: bool(_SHORTENED.fullmatch(text)))


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
                known[text] = position(text.strip()) if text.strip() else BLANK
        values = np.array([known[text] for text in distinct], dtype=np.int64)
        parts.append(values[encoded.indices.to_numpy()])
    return np.concatenate(parts)


def _yes_no(text: str) -> int:
    word = text.casefold()
    return 1 if word in _YES else 0 if word in _NO else UNKNOWN


def _kommun_position(text: str) -> int:
    if text.isdecimal() and text.isascii():
        return _positions_by_code().get(text.zfill(4), UNKNOWN)
    by_name, by_folded_name = _positions_by_name()
    for names, key in ((by_name, compact(text)), (by_folded_name, fold(text))):
        for candidate in _without_suffix(key):
            if candidate in names:
                return names[candidate]
    return UNKNOWN


def _without_suffix(name: str) -> list[str]:
    """The name itself, and what is left of `Göteborgs stad` and `Kungsbacka kommun`, with and without the s."""
    candidates = [name]
    for suffix in _KOMMUN_SUFFIXES:
        bare = name.removesuffix(suffix)
        if bare != name:
            candidates += [bare, bare.removesuffix("s")]
    return candidates


@cache
def _positions_by_code() -> dict[str, int]:
    return {code: position for position, code in enumerate(kommuner())}


@cache
def _positions_by_name() -> tuple[dict[str, int], dict[str, int]]:
    """Positions by name, and by name without å, ä and ö where that leaves only one kommun (not Habo and Håbo)."""
    by_name: dict[str, int] = {}
    by_folded: dict[str, set[int]] = defaultdict(set)
    for position, kommun in enumerate(kommuner().values()):
        by_name[compact(kommun.name)] = position
        by_folded[fold(kommun.name)].add(position)
    return by_name, {name: next(iter(found)) for name, found in by_folded.items() if len(found) == 1}
