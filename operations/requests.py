"""What every operation's request has in common: what cannot be asked for, and how progress is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from betalningsansvar.billing.period import Month
from betalningsansvar.data.stop import StopError

Progress = Callable[[str, int, int], None]
"""Told what is being done (Swedish, such as `Läser`), how many steps are done and how many there are. An exception
that it raises ends the operation, which leaves nothing behind."""

FIRST_MONTH = Month(1992, 1)
"""Lag (1990:1404) entered into force: no kommun owed anything before it."""


MOST_MONTHS = 600
"""The longest time that is computed at once."""


class RequestError(StopError):
    """A request that no data could answer: days in the wrong order, or before there was any law."""


class ExtractError(RequestError):
    """The day of the extract cannot be: before the period, or after today."""


def require_month(month: Month, as_of: date | None, today: date) -> None:
    """Raise RequestError for a month before the law, or an extract from before the month or after today."""
    if month < FIRST_MONTH:
        raise RequestError(f"{month} är före {FIRST_MONTH}, då betalningsansvaret infördes. Välj en senare månad.")
    require_extract(as_of, month.start, today)


def require_months(first: Month, last: Month, as_of: date | None, today: date) -> None:
    """Raise RequestError for months in the wrong order or more than MOST_MONTHS, or as `require_month` of the first."""
    if len(first.through(last)) > MOST_MONTHS:
        raise RequestError(f"{first}–{last} är mer än {MOST_MONTHS // 12} år. Välj en kortare tid.")
    if last < first:
        raise RequestError(f"Den sista månaden, {last}, är före den första, {first}. Byt plats på dem.")
    require_month(first, as_of, today)


def require_extract(as_of: date | None, first_day: date, today: date) -> None:
    """Raise ExtractError when the data was extracted before the period began, or later than today."""
    if as_of is None:
        return
    if as_of < first_day:
        raise ExtractError(
            f"Uppgifterna är uttagna {as_of}, innan perioden började {first_day}: ingen dag av den är känd. "
            "Ange dagen för uttaget, eller en annan period."
        )
    if as_of > today:
        raise ExtractError(f"Uppgifterna kan inte vara uttagna {as_of}: det är efter i dag, {today}. Ange rätt dag.")


def require_span(first: Month, last: Month, as_of: date | None, today: date) -> None:
    """As `require_months`, for months that are all computed: an extract from before the last of them raises too."""
    require_months(first, last, as_of, today)
    require_extract(as_of, last.start, today)
