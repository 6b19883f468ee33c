"""Readmissions within 30 days: counted by patient and day, whatever the order of the rows."""

from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from betalningsansvar.billing.days import day_number
from betalningsansvar.billing.readmissions import STAY, back_within_30_days
from betalningsansvar.data.bytematrix import SECRET
from betalningsansvar.data.patients import patient_marks

FAR = day_number(date(2030, 1, 1))


def stays(*rows: tuple[str, str, str]) -> np.ndarray:
    """Rows as patient, admitted, discharged (blank = still in)."""
    found = np.zeros(len(rows), STAY)
    marks = patient_marks(pa.array([row[0] for row in rows], pa.string()), bytes(range(SECRET)))
    found["key"], found["more"] = marks["key"], marks["more"]
    for place, name in ((1, "inskriven"), (2, "utskriven")):
        found[name] = [day_number(date.fromisoformat(row[place][:10])) if row[place] else 0 for row in rows]
    return found


@pytest.mark.parametrize(
    ("second", "back"),
    [
        (("P", "2018-11-11 09:00", ""), True),
        (("P", "2018-12-10 09:00", ""), True),
        (("P", "2018-12-11 09:00", ""), False),
        (("P", "2018-11-10 23:00", ""), False),  # the same day: a move between wards
        (("Q", "2018-11-12 09:00", ""), False),
        (("P", "2018-10-01 09:00", "2018-10-02 09:00"), False),
    ],
)
def test_a_patient_is_back_1_to_30_days_after_the_discharge(second: tuple[str, str, str], back: bool) -> None:
    first = ("P", "2018-11-01 09:00", "2018-11-10 12:00")
    assert back_within_30_days(stays(first, second), FAR)[0] == back
    assert back_within_30_days(stays(second, first), FAR)[1] == back


def test_a_patient_is_known_by_the_digits_and_a_blank_one_by_nobody() -> None:
    found = back_within_30_days(
        stays(
            ("19850101-9809", "2018-11-01", "2018-11-10"),
            ("198501019809", "2018-11-20", ""),
            ("", "2018-11-01", "2018-11-10"),
            ("", "2018-11-20", ""),
        ),
        FAR,
    )
    assert found.tolist() == [True, False, False, False]


def test_what_came_later_than_the_extract_is_not_seen() -> None:
    rows = stays(("P", "2018-11-01", "2018-11-10"), ("P", "2018-11-20", ""))
    assert back_within_30_days(rows, day_number(date(2018, 11, 19))).tolist() == [False, False]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 90), st.integers(-1, 40)), max_size=25))
def test_as_a_slow_count(rows: list[tuple[int, int, int]]) -> None:
    begun = datetime(2018, 1, 1)
    frame = stays(
        *(
            (f"P{who}", str(begun + timedelta(days=day)), str(begun + timedelta(days=day + stay)) if stay >= 0 else "")
            for who, day, stay in rows
        )
    )
    slow = [
        stay >= 0 and any(other == who and 1 <= came - (day + stay) <= 30 for other, came, _ in rows)
        for who, day, stay in rows
    ]
    assert np.array_equal(back_within_30_days(frame, FAR), slow)
