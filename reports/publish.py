"""Everything a person opens after a run, written into one folder that appears whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from data.avsandare import Avsandare
from data.kunder import Kund
from reports.checks import checks
from reports.csvfiles import write_csv_files
from reports.folder import MANIFEST, output_folder
from reports.manifest import Fingerprint, manifest
from reports.protect import protect_underlag
from reports.readback import ReadBackError

if TYPE_CHECKING:
    from billing.engine import Bill

Progress = Callable[[int, int], None]


def write_bill(
    bill: Bill,
    out: Path,
    *,
    sender: Avsandare,
    customers: Mapping[str, Kund],
    invoice_date: date,
    inputs: Sequence[Fingerprint],
    tariffs: Sequence[Fingerprint],
    options: Mapping[str, str],
    force: bool = False,
    pdf: bool = False,
    password: str | None = None,
    progress: Progress | None = None,
) -> None:
    """Write the invoices, underlag, summary, avvikelser, CSV files and manifest of one month into `out`.

    `customers` are the recipients by kommunkod. `inputs` and `tariffs` are the files of the run, taken with
    `Fingerprint.of` when they were read; `options` what the user chose, as text. `progress(done, total)` is
    called after each workbook. Every workbook is read back before the folder is published. With a `password`, the
    underlag is then encrypted.

    Raises OutputError (the folder cannot be written or replaced), ProtectionError (the underlag cannot be
    encrypted) and ReadBackError (figures that must be equal are not); nothing is published.
    """
    ties = checks(bill)
    if broken := [tie.sentence for tie in ties if not tie.holds]:
        raise ReadBackError("; ".join(broken))
    with output_folder(out, force=force) as folder:
        write_csv_files(bill, folder)
        if password is not None:
            protect_underlag(folder, password)
        content = manifest(bill, inputs=inputs, tariffs=tariffs, options=options, checks=ties, folder=folder)
        (folder / MANIFEST).write_bytes(content)
