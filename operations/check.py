"""What is wrong in the data: before any money is computed, and for a month with the kronor that hang on it."""

from __future__ import annotations

from datetime import date

from betalningsansvar.operations.inputs import Read
from betalningsansvar.operations.month import MonthWork
from betalningsansvar.reports.files.destination import Destination
from betalningsansvar.reports.files.outputfile import output_file
from betalningsansvar.reports.month.findings import write_findings

SUFFIXES = (".xlsx", ".csv")


def write_check(read: Read, out: Destination) -> None:
    """Write every finding to a workbook or a CSV file, by the suffix of `out`. Raises OutputError."""
    with output_file(out, SUFFIXES) as fresh:
        write_findings(read.issues, fresh, read.today)


def write_month_findings(work: MonthWork, out: Destination, created: date) -> None:
    """Write the findings that concern a month, with the kronor at stake, as `write_check` does. Raises OutputError."""
    with output_file(out, SUFFIXES) as fresh:
        write_findings(work.bill.issues, fresh, created)
