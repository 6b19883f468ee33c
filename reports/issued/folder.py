"""The ledger as files for other programs and for auditors: CSV, and the agreement and tariff files used."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from betalningsansvar.billing.charged_lines import dygn_text
from betalningsansvar.billing.ledger.invoices import IssuedInvoice
from betalningsansvar.reports.files.csvfiles import write_table
from betalningsansvar.reports.files.destination import Destination
from betalningsansvar.reports.files.folder import output_folder
from betalningsansvar.reports.files.manifest import write_manifest
from betalningsansvar.reports.files.safename import safe_name
from betalningsansvar.reports.issued.text import receipt_lines

if TYPE_CHECKING:
    from betalningsansvar.billing.ledger.reading import Run
    from betalningsansvar.tariffs.texts import LawText


def write_ledger(
    invoices: Sequence[IssuedInvoice],
    runs: Sequence[Run],
    disputes: pd.DataFrame,
    texts: Sequence[LawText],
    out: Path | Destination,
) -> None:
    """Write `fakturor.csv`, `fakturarader.csv`, `korningar.csv`, `bestridanden.csv` and `regler/` into a new folder.

    Raises OutputError.
    """
    with output_folder(out) as folder:
        write_table(folder / "fakturor.csv", invoice_table(invoices))
        write_table(folder / "fakturarader.csv", line_table(invoices))
        write_table(folder / "korningar.csv", run_table(runs))
        write_table(folder / "bestridanden.csv", pa.Table.from_pandas(disputes, preserve_index=False))
        write_texts(texts, folder / "regler")
        write_manifest(folder, "liggare")


def invoice_table(invoices: Sequence[IssuedInvoice]) -> pa.Table:
    """One row per invoice and credit, by number."""
    return pa.table(
        {
            "fakturanummer": pa.array([i.number for i in invoices], pa.int64()),
            "kommun": pa.array([i.kommun for i in invoices], pa.string()),
            "period": pa.array([i.period for i in invoices], pa.string()),
            "typ": pa.array([i.kind for i in invoices], pa.string()),
            "krediterar": pa.array([i.credits for i in invoices], pa.int64()),
            "fakturadatum": pa.array([i.invoice_date.isoformat() for i in invoices], pa.string()),
            "antal_rader": pa.array([len(i.lines) for i in invoices], pa.int64()),
            "belopp_ore": pa.array([i.amount_ore for i in invoices], pa.int64()),
        }
    )


def line_table(invoices: Sequence[IssuedInvoice]) -> pa.Table:
    """One row per line: the columns of a month's `fakturarader.csv`, then number, type and reason of the credit."""
    rows = [(invoice, line) for invoice in invoices for line in invoice.lines]
    return pa.table(
        {
            "arende_id": pa.array([line.arende_id for _, line in rows], pa.string()),
            "kommun": pa.array([invoice.kommun for invoice, _ in rows], pa.string()),
            "regelverk": pa.array([line.regelverk for _, line in rows], pa.string()),
            "modell": pa.array([line.modell for _, line in rows], pa.string()),
            "fran": pa.array([line.fran.isoformat() for _, line in rows], pa.string()),
            "tom": pa.array([line.tom.isoformat() for _, line in rows], pa.string()),
            "dygn": pa.array([_signed_dygn(line.dygn_micro) for _, line in rows], pa.string()),
            "dygnsbelopp_ore": pa.array([line.rate_ore for _, line in rows], pa.int64()),
            "belopp_ore": pa.array([line.amount_ore for _, line in rows], pa.int64()),
            "fakturanummer": pa.array([invoice.number for invoice, _ in rows], pa.int64()),
            "period": pa.array([invoice.period for invoice, _ in rows], pa.string()),
            "typ": pa.array([invoice.kind for invoice, _ in rows], pa.string()),
            "orsak": pa.array([line.reason for _, line in rows], pa.string()),
        }
    )


def run_table(runs: Sequence[Run]) -> pa.Table:
    """One row per issue of a month, with the hash of its entry."""
    return pa.table(
        {
            "post": pa.array([run.entry for run in runs], pa.int64()),
            "tidpunkt": pa.array([run.at for run in runs], pa.string()),
            "period": pa.array([run.period for run in runs], pa.string()),
            "avtal": pa.array([run.agreement for run in runs], pa.string()),
            "uttag": pa.array([run.as_of.isoformat() for run in runs], pa.string()),
            "programversion": pa.array([run.program for run in runs], pa.string()),
            "val": pa.array([json.dumps(run.options, ensure_ascii=False) for run in runs], pa.string()),
            "indata": pa.array([json.dumps(run.inputs, ensure_ascii=False) for run in runs], pa.string()),
            "regler": pa.array([json.dumps(run.law, ensure_ascii=False) for run in runs], pa.string()),
            "hash": pa.array([run.hash for run in runs], pa.string()),
        }
    )


def write_texts(texts: Sequence[LawText], folder: Path) -> list[Path]:
    """Write the agreement and tariff files with the bytes they had, each in a folder named by the start of its
    SHA-256, so that two versions of a file can stand side by side. Raises OSError."""
    written = []
    for text in {text.sha256: text for text in texts}.values():
        path = folder / text.sha256[:12] / safe_name(text.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.body.encode())
        written.append(path)
    return written


def _signed_dygn(micro: int) -> str:
    return f"-{dygn_text(-micro)}" if micro < 0 else dygn_text(micro)


def write_receipt(invoices: Sequence[IssuedInvoice], folder: Path) -> None:
    """Write `kvitto.txt`: each invoice with its place in the ledger, to be kept with what was sent. Raises OSError."""
    lines = receipt_lines(invoices)
    if lines:
        (folder / "kvitto.txt").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def write_differences(found: pd.DataFrame, path: Path) -> None:
    """Write the differences of a comparison as CSV. Raises OSError."""
    names = {"modell": "modell", "billed_ore": "fakturerat_ore", "owed_ore": "beraknat_ore", "kind": "skillnad"}
    write_table(path, pa.Table.from_pandas(found.rename(columns=names), preserve_index=False))
