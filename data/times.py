"""The forms a time may have in the input, read in bulk into `datetime64[s]`.

Local Swedish time, to the second; a fraction of a second is cut off, since the second in which something
happened is what the rules ask for. A date alone is midnight. Nothing is guessed: what fits no form here or in
`data.timetext`, a day that does not exist, an hour 24, or a year outside 1990–2100 is unreadable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import product
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from betalningsansvar.data.bytematrix import Bytes, Rows, Texts, of_each_length
from betalningsansvar.data.folding import NO_VALUE
from betalningsansvar.data.timetext import FIRST_YEAR, LAST_YEAR, moment_of

Times = npt.NDArray[np.datetime64]
SerialEpoch = Literal[1900, 1904]

_DATES = ("YYYY-MM-DD", "YYYYMMDD")
_CLOCKS = ("hh:mm", "hh:mm:ss", "hhmm", "hhmmss", *("hh:mm:ss." + "f" * n for n in range(1, 10)))
_BLANK_OR_T = " "  # in a form: a blank, or the letter T
_FORMS = (
    *_DATES,
    *(day + _BLANK_OR_T + clock for day, clock in product(_DATES, _CLOCKS)),
    "YYYYMMDDhhmm",
    "YYYYMMDDhhmmss",
)
_FORMAT_PARTS = {"Y": "YYYY", "m": "MM", "d": "DD", "H": "hh", "M": "mm", "S": "ss"}

FormsByLength = Mapping[int, Sequence[str]]


def _by_length(forms: Sequence[str]) -> FormsByLength:
    return {n: [form for form in forms if len(form) == n] for n in {len(form) for form in forms}}


_FORMS_BY_LENGTH = _by_length(_FORMS)

# A number standing in a time column of a workbook is a day count when it falls in 1970–2099; anything larger
# is a date written as digits (20181105).
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_SERIAL_RANGE = (25569, 73050)
_UNIX_EPOCH_SERIAL = {1900: 25569, 1904: 24107}

# Year, month, day and clock in that order mean one moment whatever stands between them.
_LOOSE_CLOCK = r"(?:(?:[ Tt_,]+|-)(?:kl(?:\.|ockan)? ?)?(\d{1,2})[:.](\d\d)(?:[:.](\d\d)(?:[.,]\d{1,9})?)?)?$"
_LOOSE = (
    *((rf"^(\d{{4}}){s}(\d{{1,2}}){s}(\d{{1,2}}){_LOOSE_CLOCK}", r"\1-\2-\3 \4:\5:\6") for s in ("-", "/", r"\.")),
    (rf"^(\d{{4}})(\d\d)(\d\d){_LOOSE_CLOCK}", r"\1-\2-\3 \4:\5:\6"),
    (r"^(\d{8}|\d{12}|\d{14})[.,]0+$", r"\1"),  # a program took the digits for a number
)

_BLOCK = 32_768  # texts read at a time: what is worked on stays in the processor's cache


def parse_times(texts: Texts, serials: SerialEpoch | None = None) -> tuple[Times, npt.NDArray[np.bool_]]:
    """Read every text of `texts` (no missing values) as a time.

    Returns `datetime64[s]` with NaT for blank and unreadable ones, and True where a text is not blank but
    cannot be read. `serials` is the date system of the workbook the texts came from; None where a bare day
    number has no meaning.
    """
    times = np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[s]")
    unreadable = np.zeros(len(texts), dtype=bool)
    left = _parse_forms(texts, times)
    if len(left):
        times[left], unreadable[left] = _parse_rest(pc.utf8_trim_whitespace(texts.take(pa.array(left))), serials)
    return times, unreadable


def given_times(cells: Texts) -> tuple[Times, npt.NDArray[np.bool_]]:
    """The times of a column that its file holds as times (`timestamp("s")`, missing where blank).

    Returns what `parse_times` does of their texts: a year that is no year of a case is unreadable.
    """
    times = cells.to_numpy() if isinstance(cells, pa.ChunkedArray) else cells.to_numpy(zero_copy_only=False)
    unreadable = (times < np.datetime64(f"{FIRST_YEAR}", "s")) | (times >= np.datetime64(f"{LAST_YEAR + 1}", "s"))
    return np.where(unreadable, np.datetime64("NaT"), times), unreadable


def parse_formats(texts: Texts, formats: Sequence[str]) -> tuple[Times, npt.NDArray[np.bool_]]:
    """Read every text of `texts` by the first of `formats` it has, which are given as in `form_of_format`.

    A day or hour of one digit counts as if written with two. Returns what `parse_times` does.
    """
    forms = _by_length([form_of_format(one) for one in formats])
    times = np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[s]")
    unreadable = np.zeros(len(texts), dtype=bool)
    left = _parse_forms(texts, times, forms)
    if len(left):
        rest = np.full(len(left), np.datetime64("NaT"), dtype="datetime64[s]")
        trimmed = pc.utf8_trim_whitespace(texts.take(pa.array(left)))
        unread = _parse_forms(_with_two_digits(trimmed), rest, forms)
        times[left], unreadable[left[unread]] = rest, True
    return times, unreadable


def form_of_format(text: str) -> str:
    """`%d/%m/%Y %H:%M` as one of the forms above, `DD/MM/YYYY hh:mm`.

    Raises ValueError, with the reason, when it is not made of %Y %m %d %H %M %S and signs between them, lacks
    year, month or day, or has one twice.
    """
    parts = re.findall(r"%(.)", text)
    if unknown := [f"%{part}" for part in parts if part not in _FORMAT_PARTS]:
        raise ValueError(f"{unknown[0]} läses inte; använd %Y %m %d %H %M %S")
    if missing := [f"%{part}" for part in "Ymd" if part not in parts]:
        raise ValueError(f"{missing[0]} saknas; år, månad och dag måste vara med")
    if re.search("Y.*d.*m", "".join(parts)):
        raise ValueError("år, dag, månad är en ordning som ingen skriver; kontrollera den")
    if len(set(parts)) < len(parts):
        raise ValueError("en del står två gånger")
    if re.search(r"[^-/.,: T]", re.sub(r"%.", "", text)):
        raise ValueError("mellan delarna får bara - / . , : blank eller T stå")
    return re.sub(r"%(.)", lambda found: _FORMAT_PARTS[found[1]], text.replace("T", _BLANK_OR_T))


def _parse_rest(texts: Texts, serials: SerialEpoch | None) -> tuple[Times, npt.NDArray[np.bool_]]:
    """The same for the texts that had no form as they stood: day numbers, looser forms, and then one by one."""
    times = np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[s]")
    unread = _parse_forms(texts, times)
    if serials is not None:
        unread = _parse_serials(texts, unread, serials, times)
    unread = _parse_loosely(texts, unread, times)
    unread = _parse_one_by_one(texts, unread, times)
    unreadable = np.zeros(len(texts), dtype=bool)
    unreadable[unread] = True
    return times, unreadable


def _parse_loosely(texts: Texts, rows: Rows, times: Times) -> Rows:
    """Fill `times` where year, month, day and clock stand in that order with other signs; return the rows left."""
    for pattern, standard in _LOOSE:
        if not len(rows):
            break
        some = texts.take(pa.array(rows))
        put = pc.utf8_rtrim(pc.replace_substring_regex(some, pattern, standard), " :")
        put = pc.if_else(pc.match_substring_regex(some, pattern), put, "-")
        found = np.full(len(rows), np.datetime64("NaT"), dtype="datetime64[s]")
        left = _parse_forms(_with_two_digits(put), found)
        times[rows] = found
        rows = rows[left]
    return rows


def _with_two_digits(texts: Texts) -> Texts:
    """Months, days and hours of one digit as two. A minute of one digit is left: 10:3 is 10:03, or what is left of
    10:30."""
    return pc.replace_substring_regex(texts, r"(^|[^0-9:])([0-9])\b", r"\10\2")


def _parse_one_by_one(texts: Texts, rows: Rows, times: Times) -> Rows:
    """Fill `times` where `data.timetext` knows the moment, blank for words that stand for nothing; return the rest."""
    known: dict[str, np.datetime64 | None] = {}
    left = []
    for row, text in zip(rows.tolist(), texts.take(pa.array(rows, pa.int64())).to_pylist(), strict=True):
        if text not in known:
            moment = moment_of(text)
            nothing = text.casefold() in NO_VALUE
            known[text] = np.datetime64("NaT", "s") if nothing else np.datetime64(moment, "s") if moment else None
        time = known[text]
        if time is None:
            left.append(row)
        else:
            times[row] = time
    return np.array(left, dtype=np.intp)


def _parse_forms(texts: Texts, times: Times, forms: FormsByLength = _FORMS_BY_LENGTH) -> Rows:
    """Fill `times` where a text has one of the forms; return the rows of the other texts that are not empty."""
    unread = [np.empty(0, dtype=np.intp)]
    for length, rows, matrix in of_each_length(texts, longest=max(forms)):
        if matrix is None or length not in forms:
            unread.append(rows)
            continue
        for start in range(0, len(rows), _BLOCK):
            block = slice(start, start + _BLOCK)
            unread.append(_parse_block(rows[block], matrix[block], times, forms[length]))
    return np.sort(np.concatenate(unread))


def _parse_block(rows: Rows, matrix: Bytes, times: Times, forms: Sequence[str]) -> Rows:
    """The same for texts of one length, `matrix`, that belong in `rows` of `times`."""
    for form in forms:
        seconds, fits = _parse_form(matrix, form)
        if fits.all():
            times[rows] = seconds.view("datetime64[s]")
            return rows[:0]
        times[rows[fits]] = seconds[fits].view("datetime64[s]")
        rows, matrix = rows[~fits], matrix[~fits]
    return rows


def _parse_form(matrix: Bytes, form: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Seconds since 1970 of the texts that have exactly this form, and which those are."""
    fits = np.ones(len(matrix), dtype=bool)
    part: dict[str, npt.NDArray[np.int32]] = {}
    columns = np.ascontiguousarray(matrix.T)
    for letter, byte in zip(form, columns, strict=True):
        if letter.isalpha():
            digit = byte - np.uint8(ord("0"))  # wraps round below "0", so one comparison finds every other byte
            fits &= digit <= 9
            if letter != "f":
                so_far = part.get(letter)
                part[letter] = digit.astype(np.int32) if so_far is None else so_far * np.int32(10) + digit
        elif letter == _BLANK_OR_T:
            fits &= (byte == ord(" ")) | (byte == ord("T"))
        else:
            fits &= byte == ord(letter)
    zero = np.zeros(1, dtype=np.int32)
    hour, minute, second = (part.get(letter, zero) for letter in "hms")
    day = _day_numbers().take(_table_position(part["Y"], part["M"], part["D"]), mode="clip")
    fits &= (day >= 0) & (hour < 24) & (minute < 60) & (second < 60)
    return day.astype(np.int64) * 86400 + (hour * 3600 + minute * 60 + second), fits


def _table_position(
    year: npt.NDArray[np.integer], month: npt.NDArray[np.integer], day: npt.NDArray[np.integer]
) -> npt.NDArray[np.integer]:
    """Where year, month and day stand in `_day_numbers`; months and days that cannot exist find a −1 there."""
    possible = (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month <= 12) & (day <= 31)
    return np.where(possible, ((year - FIRST_YEAR) * 13 + month) * 32 + day, 0)


@cache
def _day_numbers() -> npt.NDArray[np.int32]:
    """Days since 1970 for every (year, month 0–12, day 0–31) laid out in a row, −1 where there is no such day."""
    table = np.full((LAST_YEAR - FIRST_YEAR + 1) * 13 * 32, -1, dtype=np.int32)
    days = np.arange(f"{FIRST_YEAR}-01-01", f"{LAST_YEAR + 1}-01-01", dtype="datetime64[D]")
    months = days.astype("datetime64[M]")
    month_number = months.astype(np.int64) - (FIRST_YEAR - 1970) * 12
    day_of_month = (days - months).astype(np.int64) + 1
    table[(month_number // 12 * 13 + month_number % 12 + 1) * 32 + day_of_month] = days.astype(np.int32)
    return table


def _parse_serials(texts: Texts, rows: Rows, epoch: SerialEpoch, times: Times) -> Rows:
    """Fill `times` where a text is a workbook's day number, rounded to the second; return the rows left."""
    left = []
    for row in rows.tolist():
        text = texts[row].as_py()
        days = float(text) - _UNIX_EPOCH_SERIAL[epoch] if _SERIAL.fullmatch(text) else None
        if days is not None and _SERIAL_RANGE[0] <= days + _UNIX_EPOCH_SERIAL[1900] <= _SERIAL_RANGE[1]:
            times[row] = np.datetime64(round(days * 86400), "s")
        else:
            left.append(row)
    return np.array(left, dtype=np.intp)
