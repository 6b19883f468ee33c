"""How figures and days are written on the page: as on paper, with spaces that do not break."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from markupsafe import Markup, escape

from betalningsansvar.billing.period import MONTH_NAMES, Month
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.reports.words.columns import COLUMN_WORDS
from betalningsansvar.reports.words.numbers import kronor_text
from betalningsansvar.reports.words.swedish import (
    MODELS,
    STATUS_WORDS,
    mark_text,
    month_name,
    rate_text,
    rule_heading,
    rule_text,
    vardform_text,
)
from betalningsansvar.tariffs.texts import ROLES

NO_BREAK = "\u00a0"
_IN_AMOUNT = re.compile(r"(?<=\d) (?=\d{3}(?:\D|$))|(?<=\d) (?=kr\b)")
_DATE = re.compile(r"\b\d{4}-\d\d(?:-\d\d)?\b")


def kr(ore: int) -> str:
    """Öre as `1 234 567,00 kr`."""
    return kronor_text(int(ore)).replace(" ", NO_BREAK)


def count(number: int) -> str:
    """A whole number with spaces between thousands."""
    return f"{int(number):,}".replace(",", NO_BREAK)


def dygn(micro: int) -> str:
    """Millionths of a dygn with decimal comma."""
    # pandas takes most of a second to load: not before the first page is shown.
    from betalningsansvar.reports.files import htmltext

    return htmltext.dygn(int(micro))


def mean_of(micro: int) -> str:
    """A mean as the invoice tells it."""
    from betalningsansvar.reports.words.numbers import mean_figure

    return mean_figure(int(micro))


def number_of(number: int, one: str, many: str) -> str:
    """`1 ärende`, `2 ärenden`."""
    return f"{count(number)}{NO_BREAK}{one if number == 1 else many}"


def day(at: Any) -> str:
    """A date as 2018-11-05; a missing one is a dash."""
    if at is None or at != at:
        return "–"
    return at.date().isoformat() if isinstance(at, datetime) else str(at)


def clock(at: datetime) -> str:
    """A moment as `2018-11-05 kl. 12.00`."""
    return f"{at:%Y-%m-%d} kl.{NO_BREAK}{at:%H.%M}"


def month_words(month: Month | str) -> str:
    """`november 2018` of a month or of its text."""
    return month_name(Month.parse(month) if isinstance(month, str) else month)


def year_or_month(period: str) -> str:
    """The period of an invoice in words: a month, or the year of a settlement."""
    return month_words(period) if "-" in period else f"år {period}"


def kommun_name(code: str) -> str:
    """A kommun by its code; the bucket without a payer has words of its own."""
    known = kommuner()
    return known[code].name if code in known else "Betalare saknas"


_SEVERITIES = {
    "avvisar": "Avvisar",
    "parkerar": "Parkerar",
    "blockerar": "Blockerar",
    "varning": "Varning",
    "upplysning": "Upplysning",
}
_FORMS = {"arendetabell": "tabell med ärenden", "handelselogg": "händelselogg", "statusrader": "rader av versioner"}
_ROLES = {role: word.capitalize() for role, word in ROLES.items()}
_DELIMITERS = {",": "komma", ";": "semikolon", "\t": "tabb", "|": "lodstreck"}


def short_month(at: date) -> str:
    """`nov 2018`."""
    return f"{MONTH_NAMES[at.month - 1][:3]} {at.year}"


def mean_words(mean: Any) -> str:
    """How a mean became dygn, as the invoice says it."""
    from betalningsansvar.reports.month.invoice_content import mean_text

    return mean_text(mean)


def kind_of_invoice(invoice: Any) -> str:
    """What a document of the ledger is."""
    if invoice.kind == "settlement":
        return "avräkning"
    return "kreditfaktura" if invoice.kind == "credit" else "faktura"


def moment_words(at: str) -> str:
    """A moment of the ledger, kept as ISO text in UTC, in the time of this computer."""
    return clock(datetime.fromisoformat(at).astimezone())


def cell(value: Any, kind: str) -> str:
    """A value of a table of the house by the kind of its column; what is not known is a dash."""
    if value is None or str(value) == "<NA>" or value != value:
        return "–"
    match kind:
        case "ore":
            return kr(value)
        case "antal":
            return count(value)
        case "dygn":
            return dygn(value)
        case "dag":
            return day(value)
        case _:
            return str(value)


def column_word(column: str) -> str:
    """What a column of ours is called where a person reads it."""
    return COLUMN_WORDS.get(column, column)


def whole_dates(text: Any) -> Markup:
    """A text whose dates are not broken at the end of a line."""
    return Markup(_DATE.sub(r'<span class="k">\g<0></span>', str(escape(unbroken(str(text))))))


def unbroken(text: str) -> str:
    """A text whose amounts are not broken at the end of a line."""
    return _IN_AMOUNT.sub(NO_BREAK, text)


def first_sentence(text: str) -> str:
    """The first sentence of several; a point in `5 kap. 3 §` ends none."""
    return re.split(r"(?<=[.!?]) (?=[A-ZÅÄÖ])", text, maxsplit=1)[0]


_SHOWN = {"%d": "dag", "%m": "månad", "%Y": "år", "%H": "timme", "%M": "minut", "%S": "sekund"}


def time_format(text: str) -> tuple[str, str]:
    """How a time is written, as a choice: `%d/%m/%Y` and `dag/månad/år`."""
    return text, re.sub("%[dmYHMS]", lambda found: _SHOWN[found[0]], text)


def hide_identity(text: str) -> str:
    """A text without the personal numbers in it."""
    from betalningsansvar.data.identity import hide

    return hide(text)


FILTERS = {
    "kr": kr,
    "antal": count,
    "dygn": dygn,
    "medel": mean_of,
    "dag": day,
    "tid": clock,
    "manad": month_words,
    "period": year_or_month,
    "kommun": kommun_name,
    "status": lambda status: STATUS_WORDS.get(status, status),
    "allvar": lambda severity: _SEVERITIES.get(severity, severity),
    "form": lambda form: _FORMS.get(form, form),
    "skiljetecken": lambda delimiter: _DELIMITERS.get(delimiter, delimiter),
    "kolumn": column_word,
    "sakerhet": mark_text,
    "regel": lambda rule: unbroken(rule_text(rule)),
    "regelrubrik": rule_heading,
    "modell": lambda model: MODELS.get(model, model),
    "vardformer": vardform_text,
    "belopp": lambda belopp: unbroken(rate_text(belopp)),
    "genomsnitt": mean_words,
    "cell": cell,
    "slag": kind_of_invoice,
    "roll": lambda role: _ROLES.get(role, role),
    "stund": moment_words,
    "dygn_med_tecken": lambda micro: dygn(micro) if micro >= 0 else f"−{dygn(-micro)}",
    "utan_identitet": hide_identity,
    "kort_manad": short_month,
    "datum": whole_dates,
    "datumform": time_format,
    "forsta_mening": first_sentence,
    "par": lambda code: (code, code),
}
