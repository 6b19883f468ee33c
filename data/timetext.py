"""Times as people and programs write them, one text at a time: what can mean one moment only, or why it cannot.

`data.times` reads the common forms in bulk; what it leaves comes here. Read are month names (`5 nov 2018`), ISO weeks,
`10:30 PM`, `3.00 em`, and a time zone that is Sweden's own on that day: then the local time is what stands. Told are
day and month that can be mixed up, two-digit years, other time zones, and numbers that may be day counts.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta

FIRST_YEAR, LAST_YEAR = 1990, 2100

_MONTHS = ("jan", "feb", "mar", "apr", "ma[jy]", "jun", "jul", "aug", "sep", "o[kc]t", "nov", "dec")
_MONTH = rf"(?P<month>(?:{'|'.join(_MONTHS)})[a-z]*)\.?"
_WEEKDAYS = ("m[åo]n", "ti[su]e?", "ons|wed", "to[rs]|thu", "fre|fri", "lör|sat", "sön|sun")
_WEEKDAY = rf"(?:(?P<weekday>{'|'.join(_WEEKDAYS)})[a-zåäö]*\.?,? )?(?:den )?"
_CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:[.,:]\d{1,9})?)?"
_HALF = r"(?: ?(?P<half>am|pm|a\.m\.|p\.m\.|fm|em|f\.m\.|e\.m\.))?"
_ZONE = r"(?: ?(?P<zone>z|utc|gmt|cest|cet|[+-]\d\d(?::?\d\d)?))?"
_REST = rf"(?:(?:[ t_,]+|-|:)(?:kl(?:\.|ockan)? ?)?{_CLOCK}{_HALF}{_ZONE})?"
_FORMS = [
    re.compile(_WEEKDAY + form + _REST, re.ASCII | re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})(?P<sign>[-/.])(?P<number>\d{1,2})(?P=sign)(?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<number>\d\d)(?P<day>\d\d)",
        rf"(?P<day>\d{{1,2}})[. -]{{0,2}}{_MONTH}[ ,-]{{0,2}}(?P<year>\d{{4}})",
        rf"{_MONTH} {{1,2}}(?P<day>\d{{1,2}}),? (?P<year>\d{{4}})",
        r"(?P<year>\d{4})-?W(?P<week>\d\d)-?(?P<day>[1-7])",
    )
]
_COMPACT = re.compile(r"(\d{8})[ t]?(\d\d)(\d\d)(\d\d)?", re.ASCII | re.IGNORECASE)
_QUOTED = re.compile(r"""=?"([^"]*)"|'([^']*)'?""")
_MIXED = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-](\d{4}|\d{2})\b", re.ASCII)
_SHORT_YEAR = re.compile(rf"\d{{1,2}}[. -]{{0,2}}{_MONTH}[ ,-]{{0,2}}\d\d\b", re.IGNORECASE)
_DAY_COUNT = re.compile(r"(\d{5})(?:[.,](\d+))?", re.ASCII)
_DAY_COUNTS = range(25569, 73051)  # 1970–2099
_SECONDS = re.compile(r"1\d{9}(\d{3})?", re.ASCII)
_EARLIEST_SUMMER_TIME = 1996  # from then on it ends in October
_NO_TIME = (1, 1753, 1899, 1900, 2999, 9999)  # what databases and spreadsheets write where there is no time


def moment_of(text: str) -> datetime | None:
    """The moment the text means, to the second; None where it means none, or may mean two."""
    found = _understood(text)
    return found if isinstance(found, datetime) else None


def why_unreadable(text: str) -> str:
    """What is wrong with an unreadable time, in Swedish; empty when there is nothing more to say than that."""
    found = _understood(text)
    return "" if isinstance(found, datetime) else found


def _understood(text: str) -> datetime | str:
    plain = _plain(text)
    for form in _FORMS:
        if found := form.fullmatch(plain):
            return _moment(found)
    return _why_no_form(plain)


def _plain(text: str) -> str:
    """The text with single ordinary blanks and hyphens, and without quotes around it."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join("-" if unicodedata.category(letter) == "Pd" or letter == "\u2212" else letter for letter in text)
    text = " ".join(text.split())
    if found := _QUOTED.fullmatch(text):
        text = (found[1] or found[2] or "").strip()
    if found := _COMPACT.fullmatch(text):
        text = f"{found[1]} {found[2]}:{found[3]}:{found[4] or '00'}"
    return text


def _moment(found: re.Match[str]) -> datetime | str:
    part = found.groupdict()
    year = int(part["year"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        no_time = "; betyder det ingen tid, lämna cellen tom" if year in _NO_TIME else ""
        return f"året ligger utanför {FIRST_YEAR}–{LAST_YEAR}{no_time}"
    try:
        day = _day(year, part)
    except ValueError:
        return "dagen finns inte"
    if part["weekday"] and not re.match(_WEEKDAYS[day.weekday()], part["weekday"], re.IGNORECASE):
        return "veckodagen stämmer inte med datumet"
    hour = _hour(int(part["hour"] or 0), part["half"])
    if isinstance(hour, str):
        return hour
    minute, second = int(part["minute"] or 0), int(part["second"] or 0)
    if hour == 24 and not minute and not second:
        return "klockslaget finns inte, skriv 00:00 och nästa dag"
    if hour > 23 or minute > 59 or second > 59:
        return "klockslaget finns inte"
    moment = datetime(day.year, day.month, day.day, hour, minute, second)
    if part["zone"] and not _is_swedish(moment, part["zone"].lower()):
        return "tidszon ska inte anges, skriv svensk lokal tid"
    return moment


def _day(year: int, part: dict[str, str]) -> date:
    """The day the parts name. Raises ValueError when there is none."""
    if part.get("week"):
        return date.fromisocalendar(year, int(part["week"]), int(part["day"]))
    if part.get("number"):
        return date(year, int(part["number"]), int(part["day"]))
    month = next(n for n, name in enumerate(_MONTHS, start=1) if re.match(name, part["month"], re.IGNORECASE))
    return date(year, month, int(part["day"]))


def _hour(hour: int, half: str | None) -> int | str:
    """The hour of the day, of an hour that may say which half of the day it is in."""
    if not half:
        return hour
    swedish, afternoon = half[0] in "fFeE", half[0] in "pPeE"
    if hour == 12 and swedish and not afternoon:
        return "12 fm kan vara natt eller middag, skriv klockslaget med 24 timmar"
    if (afternoon and hour == 0) or (not afternoon and hour > 12):
        return f"klockslaget motsäger {half}"
    if hour == 12:
        return 12 if afternoon else 0
    return hour + 12 if afternoon and hour < 12 else hour


def _is_swedish(local: datetime, zone: str) -> bool:
    """Whether the zone is what Swedish clocks showed at this local time; in the doubled hour of October both are."""
    hours = {"z": 0.0, "utc": 0.0, "gmt": 0.0, "cet": 1.0, "cest": 2.0}.get(zone)
    if hours is None:
        hours = float(zone[:3]) + float(zone[3:].lstrip(":") or "0") / 60
    if local.year < _EARLIEST_SUMMER_TIME:
        return False
    spring, autumn = (_last_sunday(local.year, month) for month in (3, 10))
    if spring + timedelta(hours=2) <= local < spring + timedelta(hours=3):
        return False  # an hour that did not exist
    summer = spring + timedelta(hours=3) <= local < autumn + timedelta(hours=3)
    doubled = autumn + timedelta(hours=2) <= local < autumn + timedelta(hours=3)
    return hours == (2.0 if summer else 1.0) or (doubled and hours == 1.0)


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def _why_no_form(text: str) -> str:
    if _MIXED.match(text):
        return "dag och månad kan förväxlas, skriv år-månad-dag"
    if re.fullmatch(r"[\d-]{8,10} kl\.? \d{1,2}", text):
        return "klockslaget saknar minuter"
    if re.search(r"\d[ T]\d{1,2}[:.]\d(?:[:.]\d{1,2})?$", text, re.ASCII):
        return "minuterna har bara en siffra"
    if _SHORT_YEAR.match(text):
        return "året har bara två siffror"
    if re.fullmatch(r"\d[.,]?\d*[Ee]\+?\d+", text):
        return "ett kalkylprogram har förkortat talet, ta ut kolumnen som text"
    if (found := _DAY_COUNT.fullmatch(text)) and int(found[1]) in _DAY_COUNTS:
        seconds = round(float(f"0.{found[2] or 0}") * 86_400)
        meant = datetime(1899, 12, 30) + timedelta(days=int(found[1]), seconds=seconds)
        return f"ser ut som ett dagnummer i Excel, kanske {meant:%Y-%m-%d %H:%M}; spara kolumnen som datum"
    if _SECONDS.fullmatch(text):
        return "ser ut som sekunder sedan 1970, skriv svensk lokal tid"
    return ""
