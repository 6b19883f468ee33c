"""The days that are no vardag, written down from the statutes, without the library the product uses.

Lag (1989:253) om allmänna helgdagar lists the public holidays; 11 § lag (1990:1404) adds Saturdays, midsommarafton,
julafton and nyårsafton. Annandag pingst was a holiday through 2004, nationaldagen from 2005 (SFS 2004:1320).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from dateutil.easter import easter

SATURDAY, SUNDAY = 5, 6


def first_saturday_from(day: date) -> date:
    while day.weekday() != SATURDAY:
        day += timedelta(days=1)
    return day


def holidays_and_eves(year: int) -> Iterator[date]:
    """Every allmän helgdag of the year that can fall on a Monday–Saturday, and the three eves."""
    yield date(year, 1, 1)  # nyårsdagen
    yield date(year, 1, 6)  # trettondedag jul
    yield easter(year) - timedelta(days=2)  # långfredagen
    yield easter(year) + timedelta(days=1)  # annandag påsk
    yield date(year, 5, 1)  # första maj
    yield easter(year) + timedelta(days=39)  # Kristi himmelsfärdsdag
    if year <= 2004:
        yield easter(year) + timedelta(days=50)  # annandag pingst
    else:
        yield date(year, 6, 6)  # nationaldagen
    midsommardagen = first_saturday_from(date(year, 6, 20))
    yield midsommardagen - timedelta(days=1)  # midsommarafton
    yield midsommardagen
    yield first_saturday_from(date(year, 10, 31))  # alla helgons dag
    yield date(year, 12, 24)  # julafton
    yield date(year, 12, 25)  # juldagen
    yield date(year, 12, 26)  # annandag jul
    yield date(year, 12, 31)  # nyårsafton


@cache
def _holidays_and_eves(year: int) -> frozenset[date]:
    return frozenset(holidays_and_eves(year))


def is_vardag(day: date) -> bool:
    """Whether the day counts when 11 § lag (1990:1404) counts vardagar."""
    return day.weekday() not in (SATURDAY, SUNDAY) and day not in _holidays_and_eves(day.year)


def vardag_after(day: date, count: int) -> date:
    """The `count`-th vardag after `day`, found by walking one day at a time."""
    while count > 0:
        day += timedelta(days=1)
        if is_vardag(day):
            count -= 1
    return day
