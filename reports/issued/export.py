"""Issued invoices written for other systems into one folder: e-invoices, or a bookkeeping file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from betalningsansvar.billing.ledger.invoices import IssuedInvoice
from betalningsansvar.data.settings.avsandare import Avsandare
from betalningsansvar.data.settings.bokforing import Bokforing
from betalningsansvar.data.settings.kunder import Kund
from betalningsansvar.reports.files.destination import Destination
from betalningsansvar.reports.files.folder import output_folder
from betalningsansvar.reports.files.manifest import PROGRAM, installed_version, write_manifest
from betalningsansvar.reports.issued.content import issued_name
from betalningsansvar.reports.issued.einvoice import is_sent, ubl
from betalningsansvar.reports.issued.einvoice_texts import require_einvoice
from betalningsansvar.reports.issued.sie import sie_vouchers


def write_einvoices(
    invoices: Sequence[IssuedInvoice],
    out: Path | Destination,
    *,
    sender: Avsandare,
    customers: Mapping[str, Kund],
    settles: Mapping[int, Sequence[int]] | None = None,
) -> int:
    """Write `faktura_<number>_<kommun>_<period>.xml`, or `kreditfaktura_…`, for each invoice with an amount.

    `settles` are, by number of a settlement, the year's invoices that it settles. Returns how many were written.
    Raises SettingsError naming everything that is missing, before any file is written, EInvoiceError, ReadBackError
    and OutputError.
    """
    sent = [invoice for invoice in invoices if is_sent(invoice)]
    cases = [line.arende_id for invoice in sent for line in invoice.lines]
    require_einvoice(sender, customers, [invoice.kommun for invoice in sent], cases)
    with output_folder(out) as folder:
        for invoice in sent:
            (folder / _einvoice_name(invoice)).write_bytes(
                ubl(invoice, sender, customers[invoice.kommun], (settles or {}).get(invoice.number, ()))
            )
        write_manifest(folder, "efaktura", **issued_facts(sent))
    return len(sent)


def write_bookkeeping(
    invoices: Sequence[IssuedInvoice],
    out: Path | Destination,
    *,
    sender: Avsandare,
    config: Bokforing,
    generated: date,
) -> int:
    """Write `bokforing.si` (SIE 4I) with a voucher for each invoice with an amount, and return how many.

    Raises SieError, ReadBackError and OutputError.
    """
    booked = [invoice for invoice in invoices if invoice.amount_ore != 0]
    content = sie_vouchers(booked, sender, config, generated=generated, program_version=installed_version(PROGRAM))
    with output_folder(out) as folder:
        (folder / "bokforing.si").write_bytes(content)
        write_manifest(folder, "bokforing", **issued_facts(booked))
    return len(booked)


def _einvoice_name(invoice: IssuedInvoice) -> str:
    return f"{issued_name(invoice)}.xml"


def issued_facts(invoices: Sequence[IssuedInvoice]) -> dict[str, Any]:
    """The invoices by number, as a manifest tells them."""
    told = [
        {"number": i.number, "kommun": i.kommun, "amount_ore": i.amount_ore, "receipt": i.receipt} for i in invoices
    ]
    return {"invoices": told}
