"""How öre and days are written in running text on the terminal."""

from __future__ import annotations

from datetime import date, datetime

# Not strftime's %a: the terminal is in English whatever the computer's language is.
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def kronor_text(ore: int) -> str:
    """`123450` öre → `1 234,50 kr`, as Swedish readers write it."""
    sign, ore = ("−", -ore) if ore < 0 else ("", ore)
    whole, rest = divmod(ore, 100)
    return f"{sign}{whole:,}".replace(",", " ") + f",{rest:02d} kr"


def weekday(day: date) -> str:
    """A date with its weekday: `Mon 2019-03-04`."""
    return f"{_WEEKDAYS[day.weekday()]} {day:%Y-%m-%d}"


def moment(at: datetime) -> str:
    """A time with its weekday, to the minute unless seconds were given."""
    return f"{weekday(at)} {at:%H:%M:%S}".removesuffix(":00")


def period(fran: date, tom: date | None) -> str:
    return f"{fran}–{tom}" if tom else f"{fran} until further notice"
