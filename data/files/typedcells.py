"""The values of a typed column (Parquet) as cells, and what type it has: a value with one meaning is read as that.

A timestamp with a zone is one moment, and becomes Swedish local time. One without is local time as it stands. A whole
number is its digits, a decimal number without decimals too, true and false are ja and nej.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from betalningsansvar.data.bytematrix import Texts
from betalningsansvar.data.harmless import harmless_texts
from betalningsansvar.data.localtime import swedish

_ANSWERS = ("nej", "ja", "")
_EXACT_BELOW = 2**53  # beyond it a double skips whole numbers


@dataclass(frozen=True, slots=True)
class CellType:
    """What a column says that it holds. `name` is the file's own name of the type; `zone` the time zone of its times.

    `clock` is a time without a day; `other` are types that no cell of ours can have: nested, a length of time.
    """

    kind: Literal["text", "time", "number", "yesno", "clock", "other"]
    name: str
    zone: str = ""


def cell_type(type_: pa.DataType, physical: str) -> CellType:
    """The type of a column of the Arrow type `type_`, stored as `physical`."""
    inner = _inner(type_)
    name = f"{type_}"
    if physical == "INT96":  # written in UTC by some programs and in local time by others: it has two meanings
        return CellType("other", "INT96")
    if pa.types.is_timestamp(inner):
        return CellType("time", name, inner.tz or "")
    if pa.types.is_date(inner):
        return CellType("time", name)
    if pa.types.is_boolean(inner):
        return CellType("yesno", name)
    if pa.types.is_integer(inner) or pa.types.is_floating(inner) or pa.types.is_decimal(inner):
        return CellType("number", name)
    if pa.types.is_time(inner):
        return CellType("clock", name)
    if pa.types.is_null(inner) or _is_text(inner) or _is_bytes(inner):
        return CellType("text", name)
    return CellType("other", name)


def _inner(type_: pa.DataType) -> pa.DataType:
    """The type of the values, without dictionary or extension around it."""
    while pa.types.is_dictionary(type_) or isinstance(type_, pa.BaseExtensionType):
        type_ = type_.value_type if pa.types.is_dictionary(type_) else type_.storage_type
    return type_


def _is_text(type_: pa.DataType) -> bool:
    return bool(pa.types.is_string(type_) or pa.types.is_large_string(type_) or pa.types.is_string_view(type_))


def _is_bytes(type_: pa.DataType) -> bool:
    """Bytes of any length: older programs write text so. It is text where it is UTF-8."""
    return bool(pa.types.is_binary(type_) or pa.types.is_large_binary(type_) or pa.types.is_binary_view(type_))


def to_cells(array: pa.Array, kind: CellType) -> tuple[Texts, Mapping[int, str]]:
    """The cells of one array, and by position those whose value lost digits before it came here.

    Raises pa.ArrowInvalid where text is not UTF-8, or the array is not sound.
    """
    array.validate(full=True)
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    inner = _inner(array.type)
    match kind.kind:
        case "other":
            return pa.repeat(pa.scalar("", pa.string()), len(array)), {}
        case "time":
            return _times(_plain(array), inner), {}
        case "yesno":
            answers = pc.fill_null(_plain(array).cast(pa.int32()), len(_ANSWERS) - 1)
            return pa.DictionaryArray.from_arrays(answers, pa.array(_ANSWERS)), {}
        case "clock":
            return pc.fill_null(_plain(array).cast(pa.time64("ns")).cast(pa.string()), ""), {}
        case "number":
            return _numbers(_plain(array), inner)
        case "text":
            return _texts(array, inner), {}


def _plain(array: pa.Array) -> pa.Array:
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _times(array: pa.Array, inner: pa.DataType) -> Texts:
    if pa.types.is_date(inner):
        return array.cast(pa.timestamp("s"), safe=False)
    if not inner.tz:
        return _seconds(array, inner.unit)
    utc = _seconds(array.cast(pa.timestamp(inner.unit)), inner.unit)
    return pa.array(swedish(utc.to_numpy(zero_copy_only=False)), pa.timestamp("s"))


def _seconds(array: pa.Array, unit: str) -> pa.Array:
    """Times to the second; a fraction is cut off, as of times in text."""
    per_second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    return array.cast(pa.timestamp("s"), safe=False) if per_second > 1 else array


def _numbers(array: pa.Array, inner: pa.DataType) -> tuple[Texts, Mapping[int, str]]:
    if pa.types.is_integer(inner):
        return pc.fill_null(array.cast(pa.string()), ""), {}
    if pa.types.is_decimal(inner):
        return pc.replace_substring_regex(pc.fill_null(array.cast(pa.string()), ""), r"\.0+$", ""), {}
    numbers = pc.fill_null(array.cast(pa.float64()), np.nan).to_numpy(zero_copy_only=False)
    known = ~np.isnan(numbers)
    vast = known & ~(np.abs(numbers) < _EXACT_BELOW)
    whole = known & ~vast
    whole[whole] = numbers[whole] == np.trunc(numbers[whole])
    digits = pa.array(np.where(whole, numbers, 0).astype(np.int64), mask=~whole).cast(pa.string())
    others = {row: repr(float(numbers[row])) for row in np.flatnonzero(known & ~whole & ~vast).tolist()}
    lost = {row: _lost(float(numbers[row])) for row in np.flatnonzero(vast).tolist()}
    others |= lost
    texts = pc.fill_null(digits, "")
    if others:
        mask = np.zeros(len(texts), dtype=bool)
        mask[list(others)] = True
        texts = pc.replace_with_mask(texts, pa.array(mask), pa.array([others[n] for n in sorted(others)], pa.string()))
    return texts, lost


def _lost(number: float) -> str:
    return f"{number:.0f} (ett flyttal behåller bara 15 siffror)" if np.isfinite(number) else f"{number}"


def _texts(array: pa.Array, inner: pa.DataType) -> Texts:
    if pa.types.is_null(inner):
        return pa.repeat(pa.scalar("", pa.string()), len(array))
    if not pa.types.is_dictionary(array.type):
        return harmless_texts(pc.fill_null(array.cast(pa.string()), ""))
    words = harmless_texts(pc.fill_null(array.dictionary.cast(pa.string()), ""))
    indices = pc.fill_null(array.indices.cast(pa.int32()), len(words))
    return pa.DictionaryArray.from_arrays(indices, pa.concat_arrays([words, pa.array([""], pa.string())]))
