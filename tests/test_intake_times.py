"""Every form a time may have, and every way it is refused."""

from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from betalningsansvar.data.times import parse_times, why_unreadable

FORMS = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y%m%d %H%M%S",
    "%Y%m%dT%H%M%S",
    "%Y%m%d%H%M%S",
    "%Y-%m-%d %H:%M:%S.000",
    "%Y-%m-%d %H:%M:%S.1234567",
    "  %Y-%m-%d %H:%M:%S ",
]
instants = st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 31, 23, 59, 59)).map(
    lambda t: t.replace(microsecond=0)
)


@given(st.lists(st.tuples(instants, st.sampled_from([*FORMS, ""])), max_size=20))
def test_what_is_written_in_any_form_is_read_back(written):
    times, unreadable = parse_times(pa.array([when.strftime(form) for when, form in written], pa.string()))
    expected = [np.datetime64(when if form else "NaT", "s") for when, form in written]
    np.testing.assert_array_equal(times, np.array(expected, dtype="datetime64[s]"))
    assert not unreadable.any()


@pytest.mark.parametrize(
    "text",
    ["2018-11-05 10:30", "2018-11-05T10:30", "20181105 1030", "20181105T1030", "201811051030", "20181105 10:30",
     "2018-11-05 1030", "2018-11-05T10:30:00"],
)  # fmt: skip
def test_forms_with_a_clock(text):
    times, unreadable = parse_times(pa.array([text]))
    assert times[0] == np.datetime64("2018-11-05T10:30:00") and not unreadable[0]


@pytest.mark.parametrize("text", ["2018-11-05", "20181105"])
def test_a_date_alone_is_midnight(text):
    assert parse_times(pa.array([text]))[0][0] == np.datetime64("2018-11-05T00:00:00")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2018-02-30", "dagen finns inte"),
        ("2019-02-29 10:00", "dagen finns inte"),
        ("2018-13-01", "dagen finns inte"),
        ("2018-00-10", "dagen finns inte"),
        ("2018-11-00", "dagen finns inte"),
        ("2018-11-05 24:00", "klockslaget finns inte"),
        ("2018-11-05 10:60", "klockslaget finns inte"),
        ("1989-12-31", "året ligger utanför"),
        ("2101-01-01", "året ligger utanför"),
        ("0000-01-01", "året ligger utanför"),
        ("05/11/2018", "förväxlas"),
        ("5.11.2018 10:30", "förväxlas"),
        ("05-11-2018", "förväxlas"),
        ("11/05/18", "förväxlas"),
        ("2018-11-05T10:30Z", "tidszon"),
        ("2018-11-05T10:30:00+01:00", "tidszon"),
        ("2018-11-05 10:30:00.000+0100", "tidszon"),
        ("2018-11-05 10:30 ca", ""),
        ("43409.4375", ""),
        ("okänt", ""),
        ("2018/11/05", ""),
        ("2018-11-05 1O:30", ""),
        ("٢٠١٨-١١-٠٥", ""),
        ("x" * 200, ""),
    ],
)
def test_what_is_no_time_is_unreadable_with_its_reason(text, why):
    times, unreadable = parse_times(pa.array([text, "2018-11-05"]))
    assert unreadable.tolist() == [True, False] and np.isnat(times[0])
    assert why in why_unreadable(text) and bool(why) == bool(why_unreadable(text))


@given(st.text(max_size=24))
def test_any_text_is_a_time_or_unreadable_or_blank(text):
    times, unreadable = parse_times(pa.array([text], pa.string()))
    assert (not np.isnat(times[0])) + bool(unreadable[0]) + (not text.strip()) == 1
    why_unreadable(text)


def test_blank_is_neither_time_nor_problem():
    times, unreadable = parse_times(pa.array(["", "  ", "\u00a0"]))
    assert np.isnat(times).all() and not unreadable.any()


@pytest.mark.parametrize(
    ("epoch", "number", "when"),
    [
        (1900, "43409.4375", "2018-11-05T10:30:00"),
        (1904, "41947.4375", "2018-11-05T10:30:00"),
        (1900, "43409", "2018-11-05T00:00:00"),
        (1900, "43409.43749999", "2018-11-05T10:30:00"),
        (1900, "20181105", "2018-11-05T00:00:00"),
        (1904, "201811051030", "2018-11-05T10:30:00"),
    ],
)
def test_day_numbers_of_a_workbook(epoch, number, when):
    assert parse_times(pa.array([number]), epoch)[0][0] == np.datetime64(when)


def test_day_numbers_outside_the_years_are_unreadable():
    _, unreadable = parse_times(pa.array(["10000", "25568.9", "73051", "99999", "1e5"]), 1900)
    assert unreadable.all()


def test_many_chunks_give_the_same_as_one():
    texts = ["2018-11-05", "", "fel", "2018-11-05 10:30", "20181105 1030"] * 7
    whole, parts = pa.array(texts), pa.chunked_array([texts[:3], texts[3:4], [], texts[4:]])
    for one, other in zip(parse_times(whole), parse_times(parts), strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(parse_times(whole)[0][3:9], parse_times(whole.slice(3, 6))[0])
