"""Every form a time may have, and every way it is refused."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from betalningsansvar.data.times import parse_times
from betalningsansvar.data.timetext import moment_of, why_unreadable

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


@pytest.mark.parametrize(
    "text",
    ["2018/11/05 10:30", "2018.11.05 10.30", "2018-11-05 10.30", "2018-11-05 10:30:00,000",
     "2018-11-05 10:30:00.0000000",
     "2018-11-05\u00a010:30", "2018-11-05  10:30", "2018-11-05 kl 10:30", "2018-11-05 kl. 10.30", "2018-11-5 10:30",
     "2018-11-05t10:30", "2018-11-05, 10:30:00", "2018-11-05-10.30.00.000000", "2018-11-05_10:30", "201811051030.0",
     "20181105103000.0", "2018-11-05T10:30:00+01:00", "2018-11-05T10:30:00.123+01:00", "2018-11-05 10:30 CET",
     "2018-11-05 10:30:00 +0100", "5 nov 2018 10:30", "5 november 2018 kl. 10.30", "05-NOV-2018 10:30:00",
     "05NOV2018:10:30:00", "Nov  5 2018 10:30AM", "November 5, 2018 10:30 AM", "måndag 5 november 2018 10:30",
     "mån 2018-11-05 10:30", "2018-11-05 10:30 fm", "2018-W45-1 10:30", '="2018-11-05 10:30"', "'2018-11-05 10:30",
     "2018\u201111\u201105 10:30", "２０１８-11-05 10:30", "den 5 november 2018 10:30", "20181105 10:30:00"],
)  # fmt: skip
def test_other_forms_that_mean_one_moment(text):
    times, unreadable = parse_times(pa.array([text]))
    assert times[0] == np.datetime64("2018-11-05T10:30:00") and not unreadable[0] and not why_unreadable(text)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2018-11-05 9:30", "2018-11-05T09:30"),
        ("2018-11-05 9.05", "2018-11-05T09:05"),
        ("2018/1/5", "2018-01-05T00:00"),
        ("2018-W45-1", "2018-11-05T00:00"),
        ("2018-11-05 3.00 em", "2018-11-05T15:00"),
        ("2018-11-05 15:00 em", "2018-11-05T15:00"),
        ("2018-11-05 03:00 PM", "2018-11-05T15:00"),
        ("2018-11-05 12:05 AM", "2018-11-05T00:05"),
        ("2018-11-05 12:05 PM", "2018-11-05T12:05"),
        ("2018-07-05 10:30+02:00", "2018-07-05T10:30"),
        ("2018-10-28 02:30+01:00", "2018-10-28T02:30"),
        ("2018-10-28 02:30+02:00", "2018-10-28T02:30"),
        ("20181105.0", "2018-11-05T00:00"),
        ("5 maj 2018", "2018-05-05T00:00"),
    ],
)
def test_forms_of_other_moments(text, when):
    assert parse_times(pa.array([text]))[0][0] == np.datetime64(when)


@pytest.mark.parametrize("text", ["NULL", "nan", "NaT", "<NA>", "\\N", "None"])
def test_words_that_stand_for_nothing(text):
    times, unreadable = parse_times(pa.array([text]))
    assert np.isnat(times[0]) and not unreadable[0]


def test_swedens_own_time_zone_is_found_by_the_rule_of_the_tables():
    stockholm = ZoneInfo("Europe/Stockholm")
    for hour in range(0, 366 * 24, 7):
        utc = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
        local = utc.astimezone(stockholm)
        assert moment_of(local.isoformat()) == local.replace(tzinfo=None)
        assert moment_of(utc.isoformat()) is None


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
        ("2018-11-05T10:30:00+02:00", "tidszon"),
        ("2018-07-05T10:30:00+01:00", "tidszon"),
        ("2018-03-25 02:30+01:00", "tidszon"),
        ("2018-11-05 10:30 UTC", "tidszon"),
        ("05-NOV-18", "bara två siffror"),
        ("2,0181105E+11", "förkortat"),
        ("1541410200", "sekunder sedan 1970"),
        ("2018-11-05 10:3", "minuterna har bara en siffra"),
        ("2018-11-05 1:0:30", "minuterna har bara en siffra"),
        ("9999-12-31 00:00", "betyder det ingen tid, lämna cellen tom"),
        ("1900-01-01", "betyder det ingen tid, lämna cellen tom"),
        ("15:00 fm", ""),
        ("2018-11-05 15:00 fm", "motsäger"),
        ("2018-11-05 12:30 fm", "natt eller middag"),
        ("tisdag 5 november 2018", "veckodagen"),
        ("2018-11/05", ""),
        ("2018-W54-1", "dagen finns inte"),
        ("2018-11-05 10:30:00.000+0000", "tidszon"),
        ("2018-11-05 10:30 ca", ""),
        ("43409.4375", "kanske 2018-11-05 10:30"),
        ("43409,4375", "dagnummer i Excel"),
        ("okänt", ""),
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
