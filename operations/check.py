"""What is wrong in the data, before any money is computed."""

from __future__ import annotations

from betalningsansvar.operations.inputs import Read
from betalningsansvar.reports.files.destination import Destination
from betalningsansvar.reports.files.outputfile import output_file
from betalningsansvar.reports.month.findings import write_findings

SUFFIXES = (".xlsx", ".csv")


def write_check(read: Read, out: Destination) -> None:
    """Write every finding to a workbook or a CSV file, by the suffix of `out`. Raises OutputError."""
    with output_file(out, SUFFIXES) as fresh:
        write_findings(read.issues, fresh, read.today)
