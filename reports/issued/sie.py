"""Issued invoices as vouchers for the accounts: SIE 4, type 4I (transactions to import).

One voucher per invoice, dated with the invoice: kundfordran against intäkt, the kommun as object on both rows. A
voucher has the invoice's number where the settings say so; otherwise the system that imports it numbers it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from betalningsansvar.billing.ledger.invoices import IssuedInvoice
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.settings.avsandare import Avsandare
from betalningsansvar.data.settings.bokforing import Bokforing
from betalningsansvar.data.stop import StopError
from betalningsansvar.reports.files.readback import ReadBackError

CHARACTERS = "cp437"


class SieError(StopError):
    """The invoices cannot be written as SIE; the text says why and what to do."""


def sie_vouchers(
    invoices: Sequence[IssuedInvoice],
    sender: Avsandare,
    config: Bokforing,
    *,
    generated: date,
    program_version: str,
) -> bytes:
    """A SIE 4I file in code page 437 with one voucher per invoice; a nollfaktura is not booked.

    Amounts are kronor with two decimals, debit positive. A credit's voucher has the opposite signs of the one it
    reverses. Raises SieError (the sender lacks name or organisationsnummer, or a text has a character that the format
    does not have) and ReadBackError (an invoice's lines do not add up).
    """
    lacking = [key for key in ("namn", "organisationsnummer") if not getattr(sender, key).strip()]
    if lacking:
        raise SieError(f"SIE: avsändaren saknar {', '.join(lacking)}. Fyll i avsändarfilen.")
    booked = [invoice for invoice in invoices if invoice.amount_ore != 0]
    rows = [*_identity(sender, config, generated, program_version), *_plan(booked, config)]
    for invoice in booked:
        rows += _voucher(invoice, config)
    text = "".join(f"{row}\r\n" for row in rows)
    try:
        return text.encode(CHARACTERS)
    except UnicodeEncodeError as error:
        raise SieError(
            f"SIE: tecknet {text[error.start]!r} finns inte i teckentabell 437, som formatet kräver. "
            "Skriv namnet eller kontots text utan det."
        ) from None


def _identity(sender: Avsandare, config: Bokforing, generated: date, program_version: str) -> Iterator[str]:
    yield "#FLAGGA 0"
    yield f"#PROGRAM betalningsansvar {_field(program_version)}"
    yield "#FORMAT PC8"
    yield f"#GEN {generated:%Y%m%d}"
    yield "#SIETYP 4"
    yield f"#ORGNR {sender.organisationsnummer}"
    yield f"#FNAMN {_field(sender.namn)}"
    if config.kontoplan:
        yield f"#KPTYP {config.kontoplan}"
    yield "#VALUTA SEK"


def _plan(invoices: Sequence[IssuedInvoice], config: Bokforing) -> Iterator[str]:
    for konto in (config.kundfordran, config.intakt):
        yield f"#KONTO {konto.konto} {_field(konto.namn)}"
    yield f"#DIM {config.kommun.dimension} {_field(config.kommun.namn)}"
    for objekt in config.objekt:
        yield f"#DIM {objekt.dimension} {_field(objekt.dimension_namn)}"
    for kommun in sorted({invoice.kommun for invoice in invoices}):
        yield f"#OBJEKT {config.kommun.dimension} {_field(kommun)} {_field(kommuner()[kommun].name)}"
    for objekt in config.objekt:
        yield f"#OBJEKT {objekt.dimension} {_field(objekt.objekt)} {_field(objekt.namn)}"


def _voucher(invoice: IssuedInvoice, config: Bokforing) -> Iterator[str]:
    amount_ore = sum(line.amount_ore for line in invoice.lines)
    if amount_ore != invoice.amount_ore:
        raise ReadBackError(
            f"SIE, faktura {invoice.printed_number}: raderna är {amount_ore} öre, fakturan {invoice.amount_ore} öre."
        )
    text = _voucher_text(invoice)
    payer = f"{config.kommun.dimension} {_field(invoice.kommun)}"
    own = [f"{objekt.dimension} {_field(objekt.objekt)}" for objekt in config.objekt]
    number = str(invoice.number) if config.verifikationsnummer == "fakturanummer" else ""
    yield f"#VER {_field(config.verifikationsserie)} {_field(number)} {invoice.invoice_date:%Y%m%d} {_field(text)}"
    yield "{"
    yield f"\t#TRANS {config.kundfordran.konto} {{{payer}}} {_kronor(amount_ore)}"
    yield f"\t#TRANS {config.intakt.konto} {{{' '.join([payer, *own])}}} {_kronor(-amount_ore)}"
    yield "}"


def _voucher_text(invoice: IssuedInvoice) -> str:
    if invoice.credits is not None:
        credited = f"{invoice.prefix}{invoice.credits}"
        return f"Kreditfaktura {invoice.printed_number} av {credited}, betalningsansvar {invoice.period}"
    what = "slutavräkning" if invoice.kind == "settlement" else "betalningsansvar"
    return f"{invoice.swedish_kind.capitalize()} {invoice.printed_number}, {what} {invoice.period}"


def _field(text: str) -> str:
    """A field in quotes, inner quotes escaped; the format allows no control characters and escapes no backslash."""
    if not text.isprintable() or "\\" in text:
        raise SieError(
            f"SIE: {text!r} har ett styrtecken (tabb eller radbrytning) eller ett bakstreck. Skriv det utan."
        )
    return '"' + text.replace('"', '\\"') + '"'


def earlier_vouchers(runs: Sequence[tuple[date, Sequence[int]]]) -> str:
    """What an earlier export of the same month held: `runs` are invoice date and numbers of each, oldest first.

    A month that was corrected has several runs; a file made before the last of them already held the vouchers of the
    others, and importing both books those twice. Blank when there was only one run.
    """
    if len(runs) < 2:
        return ""
    earlier = sorted(number for _, numbers in runs[:-1] for number in numbers)
    held = f"faktura {earlier[0]}" if len(earlier) == 1 else f"fakturorna {earlier[0]}–{earlier[-1]}"
    return (
        f"En bokföringsfil gjord före rättelsen {runs[-1][0]} innehöll redan verifikationerna för {held}. "
        "Ta ut bara den senaste körningen om de redan är bokförda."
    )


def _kronor(ore: int) -> str:
    sign, ore = ("-", -ore) if ore < 0 else ("", ore)
    return f"{sign}{ore // 100}.{ore % 100:02d}"
