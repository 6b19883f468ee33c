"""Invented patients: personal numbers that no living person has.

Skatteverket keeps the birth numbers 980–999 for tests. Every number made here has one of them, and the right control
digit, so that the checks are exercised without anybody's identity.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from betalningsansvar.data.personnummer import control_digit

_FIRST_TEST_NUMBER, _LAST_TEST_NUMBER = 980, 999
_SAMORDNING_SHARE = 0.015
_PSEUDONYM_SHARE = 0.01
_YOUNGEST, _OLDEST = 19, 103


def patient_ids(rng: np.random.Generator, psychiatry: npt.NDArray[np.bool_], year: int) -> pa.Array:
    """One patient per stay, as text: mostly `19340512-9804`, some samordningsnummer and some pseudonyms.

    `psychiatry` is True where the stay is in psykiatri, whose patients are younger. Ages are those of `year`.
    """
    n = len(psychiatry)
    age = np.where(psychiatry, rng.normal(49, 17, n), rng.normal(81, 9, n)).clip(_YOUNGEST, _OLDEST)
    born = np.datetime64(f"{year}-07-01", "D") - (age * 365.25).astype(np.int64).astype("timedelta64[D]")
    birth_year = born.astype("datetime64[Y]").astype(np.int64) + 1970
    month = born.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (born - born.astype("datetime64[M]")).astype(np.int64) + 1
    day = np.where(rng.random(n) < _SAMORDNING_SHARE, day + 60, day)
    birth_number = rng.integers(_FIRST_TEST_NUMBER, _LAST_TEST_NUMBER + 1, n)

    short = (birth_year % 100) * 10_000 + month * 100 + day
    nine = short * 1_000 + birth_number
    digits = (nine[:, None] // 10 ** np.arange(8, -1, -1) % 10).astype(np.uint8)
    last_four = birth_number * 10 + control_digit(digits)
    numbers = pc.binary_join_element_wise(
        pc.cast(pa.array(birth_year * 10_000 + month * 100 + day), pa.string()),
        pc.cast(pa.array(last_four), pa.string()),
        "-",
    )
    pseudonyms = pc.binary_join_element_wise("P", numbered(rng.permutation(n) + 1, 7), "-")
    return pc.if_else(pa.array(rng.random(n) < _PSEUDONYM_SHARE), pseudonyms, numbers)


def numbered(numbers: npt.NDArray[np.int64], width: int) -> pa.Array:
    """The whole numbers as text with leading zeros to `width`."""
    return pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width=width, padding="0")
