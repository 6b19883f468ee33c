"""Swedish personal numbers in bulk: the control digit (Luhn), computed on numpy bytes.

Reserve numbers and pseudonyms have no control digit to check and are left alone.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from betalningsansvar.data.bytematrix import Bytes, Texts, of_each_length

_ZERO = ord("0")
_WEIGHTS = np.array([2, 1, 2, 1, 2, 1, 2, 1, 2], dtype=np.uint8)
_DAYS_IN_MONTH = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.uint8)
_COORDINATION_OFFSET = 60  # a samordningsnummer carries the day of birth plus sixty


def control_digit(nine_digits: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The tenth digit of each row of `nine_digits` (shape (n, 9), values 0–9): YYMMDD and the birth number.

    Returns n values 0–9. Raises ValueError when the shape is another.
    """
    if nine_digits.ndim != 2 or nine_digits.shape[1] != 9:
        raise ValueError(f"nine digits a row are needed, got shape {nine_digits.shape}")
    products = nine_digits * _WEIGHTS
    digit_sums = products - np.where(products > 9, 9, 0).astype(np.uint8)
    total = digit_sums.sum(axis=1, dtype=np.uint16)
    control: npt.NDArray[np.uint8] = ((10 - total % 10) % 10).astype(np.uint8)
    return control


def wrong_control_digit(ids: Texts) -> npt.NDArray[np.bool_]:
    """True where an id looks like a personnummer or samordningsnummer but its control digit is wrong.

    `ids` is an array of text without missing values. Looked at: 10 or 12 digits, optionally with `-` or `+`
    before the last four, whose date could exist (12 digits: born 1800–2099). Everything else is False.
    """
    plausible, right = _examine(ids)
    return plausible & ~right


def is_personnummer(texts: Texts) -> npt.NDArray[np.bool_]:
    """True where a text is a personnummer or samordningsnummer with the right control digit."""
    plausible, right = _examine(texts)
    return plausible & right


def _examine(ids: Texts) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Where an id has the form and a possible date, and where those have the right control digit."""
    plausible, right = np.zeros(len(ids), dtype=bool), np.zeros(len(ids), dtype=bool)
    for length, rows, texts in of_each_length(ids, longest=13):
        if texts is not None and length >= 10:
            plausible[rows], right[rows] = _examine_texts(texts, has_sign=length in (11, 13))
    return plausible, right


def _examine_texts(texts: Bytes, has_sign: bool) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """The same for texts of one length: with the century or without, with a sign or without."""
    plausible = np.ones(len(texts), dtype=bool)
    if has_sign:
        sign = texts[:, -5]
        plausible &= (sign == ord("-")) | (sign == ord("+"))
        texts = np.delete(texts, texts.shape[1] - 5, axis=1)
    digits = texts - np.uint8(_ZERO)  # wraps round below "0", so one comparison finds every other byte
    plausible &= (digits <= 9).all(axis=1)
    if digits.shape[1] == 12:
        century = digits[:, 0] * np.uint8(10) + digits[:, 1]
        plausible &= (century >= 18) & (century <= 20)
        digits = digits[:, 2:]
    plausible &= _date_possible(digits)
    return plausible, control_digit(digits[:, :9]) == digits[:, 9]


def _date_possible(digits: Bytes) -> npt.NDArray[np.bool_]:
    """True where YYMMDD could be a date; 29 February needs a leap year of some century."""
    year = digits[:, 0] * np.uint8(10) + digits[:, 1]
    month = digits[:, 2] * np.uint8(10) + digits[:, 3]
    day = digits[:, 4] * np.uint8(10) + digits[:, 5]
    day = np.where(day > _COORDINATION_OFFSET, day - np.uint8(_COORDINATION_OFFSET), day)
    longest = np.take(_DAYS_IN_MONTH, month, mode="clip")
    no_leap_day = (month == 2) & (day == 29) & (year % 4 != 0)
    possible: npt.NDArray[np.bool_] = (month >= 1) & (month <= 12) & (day >= 1) & (day <= longest) & ~no_leap_day
    return possible
