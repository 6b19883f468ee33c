"""The kommun's own side: an invoice it got held against its own data, what to answer, and what the next will be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from betalningsansvar.billing.charged_lines import charged_lines, rows_of
from betalningsansvar.billing.engine import Bill, bill
from betalningsansvar.billing.ledger.answering import ReceivedReport, received_report
from betalningsansvar.billing.ledger.corrections import wanted_lines
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.preview import Preview, preview
from betalningsansvar.billing.span.findings import of_all_months
from betalningsansvar.data.files.inputs import InputFile
from betalningsansvar.data.received import Received, read_received
from betalningsansvar.data.stop import StopError
from betalningsansvar.operations.inputs import Read
from betalningsansvar.operations.law import Law
from betalningsansvar.operations.requests import RequestError, require_months
from betalningsansvar.reports.files.destination import Destination
from betalningsansvar.reports.files.outputfile import output_file
from betalningsansvar.reports.issued.answer import Answer, Forecast
from betalningsansvar.reports.issued.answer_files import write_answer_book, write_answer_rows
from betalningsansvar.reports.issued.einvoice import KOMMUN_LINES
from betalningsansvar.reports.words.swedish import MODELS
from betalningsansvar.reports.words.why import why

_MODELS = {text: model for model, text in chain(MODELS.items(), KOMMUN_LINES.items())}
ANSWER_SUFFIXES = (".xlsx", ".csv")


@dataclass(frozen=True)
class ReceivedRequest:
    """The kommun's own data, and what it got: an invoice, or an invoice and its credit notes. Months from `first`
    through `last`; by default those invoiced. `kommun` is a code, for an e-invoice that names its buyer otherwise.
    `alternative_ore` is what a dygn costs elsewhere (a korttidsplats), 0 when that is not asked for."""

    read: Read
    law: Law
    received: tuple[InputFile, ...]
    first: Month | None = None
    last: Month | None = None
    as_of: date | None = None
    allow_inferred: bool = False
    kommun: str = ""
    alternative_ore: int = 0


def read_invoice(file: InputFile, kommun: str = "") -> Received:
    """One invoice, credit note or `fakturarader.csv`. Raises InputError."""
    return read_received(file, _MODELS, kommun)


def answer_received(request: ReceivedRequest) -> Answer:
    """Compare, and foresee the month after; nothing is written. Raises RequestError, InputError, and what billing
    raises; a forecast that the amounts do not reach is left out, and says why."""
    got = tuple(read_invoice(file, request.kommun) for file in request.received)
    kommuner = sorted({code for each in got for code in each.kommuner})
    months = _months(request, got)
    lines = pd.concat([each.lines for each in got], ignore_index=True)
    reports: list[ReceivedReport] = []
    words: dict[tuple[str, str], str] = {}
    found: list[pd.DataFrame] = []
    for month in months:
        result = _billed(request, month)
        found.append(result.issues)
        own = lines[lines["fran"].str[:7] == str(month)]
        report = received_report(own, _wanted(result), str(month), kommuner)
        reports.append(report)
        words |= _own_words(result, report)
    foreseen, why_not = _forecast(request, kommuner, months[-1])
    issues = of_all_months(found, request.read.issues)
    return Answer(
        got, tuple(kommuner), months, tuple(reports), words, issues, foreseen, why_not, request.alternative_ore
    )


def write_answer(answer: Answer, out: Destination, today: date) -> None:
    """Write the answer as a workbook for people, or as CSV for programs, by the name's end. Raises OutputError."""
    with output_file(out, ANSWER_SUFFIXES) as fresh:
        if fresh.suffix.lower() == ".xlsx":
            write_answer_book(answer, fresh, today)
        else:
            write_answer_rows(answer, fresh)


def _months(request: ReceivedRequest, got: tuple[Received, ...]) -> tuple[Month, ...]:
    billed = sorted({Month.parse(name) for each in got for name in each.months})
    if not billed and not (request.first and request.last):
        raise RequestError("Fakturan säger inte vilka månader den gäller. Ange första och sista månaden.")
    first, last = request.first or billed[0], request.last or billed[-1]
    require_months(first, last, request.as_of, request.read.today)
    return tuple(first.through(last))


def _billed(request: ReceivedRequest, month: Month) -> Bill:
    read, law = request.read, request.law
    return bill(
        read.cases,
        read.issues,
        law.agreement,
        law.tariffs,
        month,
        request.as_of,
        allow_inferred=request.allow_inferred,
    )


def _wanted(result: Bill) -> pd.DataFrame:
    """The month's own lines, each with its agreement and the source of its rule."""
    charged = charged_lines(result)
    rules = np.array([f"{rule.agreement}: {rule.kalla}" for rule in result.rules], dtype=object)
    return wanted_lines(charged.assign(regelverk=rules[charged["rule"].to_numpy()]))


def _own_words(result: Bill, report: ReceivedReport) -> dict[tuple[str, str], str]:
    """By month and case that is disputed: what the kommun's own data say of it."""
    wanted = {case for case in report.cases["arende_id"] if case}
    own = result.cases[result.cases["arende_id"].isin(wanted)]
    said = {row.arende_id: _own_word(row, result) for row in rows_of(own)}
    return {(report.period, case): said.get(case, "Ärendet finns inte i de egna uppgifterna.") for case in wanted}


def _own_word(row: Any, result: Bill) -> str:
    if row.status == "genomsnitt":
        return "Ärendet räknas in i månadens genomsnitt."
    return why(row, result.rules, result.period, mean_days=None, under_schablon=False, warnings=())


def _forecast(request: ReceivedRequest, kommuner: list[str], last: Month) -> tuple[Forecast | None, str]:
    """The month after the last one invoiced, and why there is none."""
    month = last.plus(1)
    as_of = max(request.as_of, month.start) if request.as_of else None
    read, law = request.read, request.law
    try:
        seen = preview(
            read.cases, read.issues, law.agreement, law.tariffs, month, as_of, within_days=7,
            allow_inferred=request.allow_inferred,
        )  # fmt: skip
    except StopError as error:
        return None, str(error)
    return _foreseen(seen, kommuner), ""


def _foreseen(seen: Preview, kommuner: list[str]) -> Forecast:
    def of(result: Bill) -> int:
        rows = result.kommuner
        return int(rows.loc[rows["kommun"].isin(kommuner), "amount_ore"].sum())

    leaving = tuple((each.day, of(each.bill)) for each in seen.leaving)
    return Forecast(seen.so_far.period, seen.so_far.as_of, of(seen.so_far), of(seen.expected), leaving)
