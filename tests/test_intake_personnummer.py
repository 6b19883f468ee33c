"""The control digit: held against the `personnummer` package, and against numbers that are none."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from personnummer import personnummer

from betalningsansvar.data.personnummer import control_digit, wrong_control_digit


def digits_of(text: str) -> np.ndarray:
    return np.array([[int(d) for d in text]], dtype=np.uint8)


@given(st.dates(), st.integers(980, 999), st.integers(0, 9), st.sampled_from(["", "-"]), st.booleans(), st.booleans())
def test_agrees_with_the_personnummer_package(day, birth_number, control, sign, with_century, coordination):
    year = 1950 + day.year % 70
    month, shown_day = day.month, min(day.day, 28) + (60 if coordination else 0)
    number = f"{year if with_century else year % 100:02d}{month:02d}{shown_day:02d}{sign}{birth_number}{control}"
    assert wrong_control_digit(pa.array([number]))[0] != personnummer.valid(number)


def test_control_digit_of_known_numbers():
    assert control_digit(digits_of("811218987")).tolist() == [6]
    assert control_digit(np.vstack([digits_of("640823323"), digits_of("670919953")])).tolist() == [4, 0]


def test_control_digit_refuses_another_shape():
    with pytest.raises(ValueError, match="nine digits"):
        control_digit(np.zeros((2, 10), dtype=np.uint8))


@pytest.mark.parametrize(
    "other",
    ["", "P000123", "19810199A980", "991201019801", "8113010001", "198102309801", "19810229-9801", "1981010109801",
     "811218/9877", "ÅÄÖÅÄÖ", "810100-9801", "811200000"],
)  # fmt: skip
def test_reserve_numbers_pseudonyms_and_impossible_dates_are_left_alone(other):
    assert not wrong_control_digit(pa.array([other, "811218-9876"])).any()


def test_only_the_wrong_row_is_marked_among_mixed_forms():
    ids = pa.array(["811218-9876", "198112189876", "811218-9875", "", "pseudonym", "8112189876", "19811218+9870"])
    assert wrong_control_digit(ids).tolist() == [False, False, True, False, False, False, True]
