"""How öre, days and counts are written in running text."""

from __future__ import annotations

from datetime import date, datetime

# Not strftime's %a: the text is Swedish whatever the computer's language is.
_WEEKDAYS = ("mån", "tis", "ons", "tor", "fre", "lör", "sön")


def kronor_text(ore: int) -> str:
    """`123450` öre → `1 234,50 kr`, as Swedish readers write it."""
    sign, ore = ("−", -ore) if ore < 0 else ("", ore)
    whole, rest = divmod(ore, 100)
    return f"{sign}{whole:,}".replace(",", " ") + f",{rest:02d} kr"


def counted(number: int, one: str, more: str) -> str:
    """`1 ärende`, `2 ärenden`, `12 000 ärenden`."""
    return f"{number:,}".replace(",", " ") + f" {one if number == 1 else more}"


def decimal_text(text: str) -> str:
    """A number with decimal comma, and a minus that is one."""
    return text.replace(".", ",").replace("-", "−")


def weekday(day: date) -> str:
    """A date with its weekday: `mån 2019-03-04`."""
    return f"{_WEEKDAYS[day.weekday()]} {day:%Y-%m-%d}"


def moment(at: datetime) -> str:
    """A time with its weekday, to the minute unless seconds were given."""
    return f"{weekday(at)} {at:%H:%M:%S}".removesuffix(":00")


def period(fran: date, tom: date | None) -> str:
    """The first and last day of something in force."""
    return f"{fran}–{tom}" if tom else f"från och med {fran}"


def mean_figure(micro: int) -> str:
    """A mean in millionths, shown with two decimals: 5 330 000 → `5,33`, 4 333 333 → `4,33`."""
    hundredths = (micro + 5_000) // 10_000
    return f"{hundredths // 100},{hundredths % 100:02d}"
