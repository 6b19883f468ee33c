"""The product's calendar of vardagar against the statute's own list, 1990–2035."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from betalningsansvar.billing.vardagar import not_counted
from tests.calendar_of_law import holidays_and_eves, is_vardag, vardag_after

FIRST_YEAR, LAST_YEAR = 1990, 2035


def test_every_weekday_that_is_no_vardag_is_known() -> None:
    days = {date.fromisoformat(str(day)) for day in not_counted(FIRST_YEAR, LAST_YEAR)}
    weekdays = (date(FIRST_YEAR, 1, 1) + timedelta(days=n) for n in range((LAST_YEAR - FIRST_YEAR + 1) * 366))
    wanted = {d for d in weekdays if d.weekday() < 5 and d.year <= LAST_YEAR and not is_vardag(d)}
    assert sorted(days - wanted) == []
    assert sorted(wanted - days) == []


def test_the_days_are_sorted_and_each_stands_once() -> None:
    days = not_counted(FIRST_YEAR, LAST_YEAR)
    assert str(days.dtype) == "datetime64[D]"
    assert list(days) == sorted(set(days))


@pytest.mark.parametrize("day", ["2017-01-05", "2017-04-13", "2018-04-30", "2018-05-11"])
def test_trettondagsafton_skartorsdag_valborg_and_klamdagar_are_vardagar(day: str) -> None:
    assert is_vardag(date.fromisoformat(day))
    assert day not in {str(known) for known in not_counted(2017, 2018)}


def test_a_year_written_out() -> None:
    """2018 by hand: every day that is no vardag although it may fall on Monday–Saturday."""
    assert sorted(holidays_and_eves(2018)) == [
        date(2018, 1, 1),  # nyårsdagen
        date(2018, 1, 6),  # trettondedag jul, a Saturday
        date(2018, 3, 30),  # långfredagen
        date(2018, 4, 2),  # annandag påsk
        date(2018, 5, 1),  # första maj
        date(2018, 5, 10),  # Kristi himmelsfärdsdag
        date(2018, 6, 6),  # nationaldagen
        date(2018, 6, 22),  # midsommarafton
        date(2018, 6, 23),  # midsommardagen
        date(2018, 11, 3),  # alla helgons dag
        date(2018, 12, 24),  # julafton
        date(2018, 12, 25),  # juldagen
        date(2018, 12, 26),  # annandag jul
        date(2018, 12, 31),  # nyårsafton
    ]


@pytest.mark.parametrize("year, holiday", [(2004, date(2004, 5, 31)), (2005, date(2005, 6, 6))])
def test_nationaldagen_took_the_place_of_annandag_pingst_in_2005(year: int, holiday: date) -> None:
    assert not is_vardag(holiday)
    assert is_vardag(date(2004, 6, 7)) and is_vardag(date(2005, 5, 16))
    assert str(holiday) in {str(day) for day in not_counted(year, year)}


@pytest.mark.parametrize(
    "kallelse, count, first",
    [
        ("2017-06-19", 5, "2017-06-27"),  # over midsommar
        ("2017-12-20", 5, "2017-12-29"),  # over jul: the 21st, 22nd, 27th, 28th, 29th
        ("2017-04-12", 5, "2017-04-21"),  # over påsk: skärtorsdag counts
        ("2017-03-06", 30, "2017-04-19"),  # thirty, for psykiatri
        ("2017-12-28", 5, "2018-01-05"),  # over nyår: the 29th, 2nd, 3rd, 4th, and trettondagsafton the 5th
    ],
)
def test_counting_vardagar(kallelse: str, count: int, first: str) -> None:
    assert vardag_after(date.fromisoformat(kallelse), count) == date.fromisoformat(first)
