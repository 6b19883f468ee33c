"""A bokslut as a folder that appears whole or not at all: workbook, CSV, PDF of the overview and manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from betalningsansvar.billing.year.bokslut import Bokslut
from betalningsansvar.billing.year.control_totals import control_totals
from betalningsansvar.billing.year.two_figures import ControlTotal, require_ties
from betalningsansvar.data.files.inputs import SourceFile
from betalningsansvar.reports.bokslut import accrual_tables, evidence_tables, line_tables, tables
from betalningsansvar.reports.bokslut.columns import Table
from betalningsansvar.reports.bokslut.csv import write_bokslut_csv
from betalningsansvar.reports.bokslut.pdf import write_bokslut_pdf
from betalningsansvar.reports.bokslut.workbook import write_bokslut_workbook
from betalningsansvar.reports.files.csvfiles import issue_rows, write_table
from betalningsansvar.reports.files.destination import Destination
from betalningsansvar.reports.files.folder import output_folder
from betalningsansvar.reports.files.manifest import Fingerprint, Origin, ReadFile, told_of_files, write_manifest
from betalningsansvar.reports.files.readback import hold
from betalningsansvar.reports.files.typeset import pdf_is_possible


def write_bokslut(
    bokslut: Bokslut,
    out: Path | Destination,
    *,
    sources: Sequence[SourceFile],
    tariffs: Sequence[Fingerprint],
    options: Mapping[str, str],
) -> tuple[ControlTotal, ...]:
    """Write the year into `out` and return its control totals. The PDF needs the extra `[pdf]` and is else left out.

    Raises ControlTotalError when two figures that must be equal are not, OutputError when the folder cannot be
    written or replaced, ReadBackError when the workbook does not say the same; nothing is published then.
    """
    totals = control_totals(bokslut, sum(source.cases for source in sources))
    require_ties(totals)
    with output_folder(out) as folder:
        write_bokslut_csv(_csv_tables(bokslut, totals, sources), folder)
        write_table(folder / "avvikelser.csv", issue_rows(bokslut.issues))
        workbook = folder / "bokslut.xlsx"
        hold(workbook, write_bokslut_workbook(bokslut, totals, workbook).written, twice=True)
        if pdf_is_possible():
            write_bokslut_pdf(bokslut, totals, folder / "bokslut.pdf")
        read = [ReadFile.of_source(source) for source in sources]
        origin = Origin(bokslut.agreement, bokslut.as_of, options, read, tariffs, bokslut.rates)
        write_manifest(folder, "bokslut", origin, **_facts(bokslut, totals))
    return totals


def _csv_tables(bokslut: Bokslut, totals: Sequence[ControlTotal], sources: Sequence[SourceFile]) -> list[Table]:
    ledger = evidence_tables.ledger_table(bokslut)
    return [
        tables.settlement_table(bokslut),
        tables.month_table(bokslut),
        tables.cause_table(bokslut),
        accrual_tables.accrual_table(bokslut),
        accrual_tables.booking_table(bokslut),
        tables.residue_table(bokslut),
        evidence_tables.finding_table(bokslut),
        evidence_tables.control_table(totals),
        evidence_tables.rate_table(bokslut),
        evidence_tables.source_table(sources),
        line_tables.case_table(bokslut),
        *line_tables.line_tables(bokslut),
        *([ledger] if ledger else []),
    ]


def _facts(bokslut: Bokslut, totals: Sequence[ControlTotal]) -> dict[str, Any]:
    settlement = bokslut.settlement
    return {
        "year": bokslut.year,
        "told_of_files": told_of_files(bokslut.issues),
        "outcome_known": bokslut.outcome_known,
        "totals_ore": {
            name: int(settlement[f"{name}_ore"].sum())
            for name in ("invoiced", "outcome", "statute", "settled", "not_issued", "settlement")
        }
        | {"accrual": bokslut.accrual.estimate_ore},
        "notices": [notice.kind for notice in bokslut.notices],
        "checks": [
            {"name": t.name, "unit": t.unit, "expected": t.expected.value, "found": t.found.value, "holds": t.holds}
            for t in totals
        ],
    }
