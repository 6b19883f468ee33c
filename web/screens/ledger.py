"""Liggare: what has been issued, one invoice, whether the ledger holds, and its files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from flask import Response, abort, copy_current_request_context, request, url_for

from betalningsansvar.data.stop import StopError
from betalningsansvar.web import files
from betalningsansvar.web.access import session
from betalningsansvar.web.choices import Choice, ChoiceError, chosen_month, day_of, kommun_choices, settings
from betalningsansvar.web.files import zipped
from betalningsansvar.web.holds import Holds
from betalningsansvar.web.jobs import Progress
from betalningsansvar.web.pages import PDF, XLSX, go, page
from betalningsansvar.web.pages import download as sent
from betalningsansvar.web.place import ledger_address, place
from betalningsansvar.web.tables import of_rows
from betalningsansvar.web.typed import ore_typed

if TYPE_CHECKING:
    from betalningsansvar.billing.period import Month
    from betalningsansvar.operations.export import Form

_ROWS = 100
_KINDS: dict[str, tuple[Form, str]] = {"xlsx": ("xlsx", XLSX), "pdf": ("pdf", PDF)}
_LARGEST = 2**63 - 1  # that a database can hold
LEDGER_JOB = "liggare"
"""What a job on the ledger holds on to, as others do to an upload."""


def show() -> Response:
    """Every invoice, newest first."""
    from betalningsansvar.operations.issued_invoices import all_invoices

    every = all_invoices(place().ledger) if place().ledger else ()
    rows = [
        row
        for row in every
        if request.args.get("manad", "") in ("", row.invoice.period)
        and request.args.get("kommun", "") in ("", row.invoice.kommun)
    ]
    return page(
        "liggare.html",
        found=of_rows(rows, _ROWS),
        asked=request.args,
        periods=_periods(every),
        kommunval=kommun_choices({row.invoice.kommun for row in every}),
        waiting=waiting() if every else (),
    )


def invoice(number: int) -> Response:
    """One invoice, and everything needed to compute it again."""
    return _invoice_page(number)


def paper(number: int, kind: str) -> Response:
    """One invoice as it was sent."""
    from betalningsansvar.operations.export import ExportRequest, export
    from betalningsansvar.reports.files.destination import Destination

    if kind not in _KINDS:
        abort(404)
    here, (form, mimetype) = place(), _KINDS[kind]

    with files.folder() as folder:
        out = folder / "ut"
        asked = ExportRequest(
            ledger_address(), form, Destination(out), here.today, settings().parties, numbers=(number,)
        )
        export(asked)
        made = next(path for path in sorted(out.rglob(f"*.{kind}")))
        return sent(made.read_bytes(), made.name, mimetype, Holds(_kommun(number), 1))


def dispute(number: int) -> Response:
    """Register that the kommun objects to a line."""
    from betalningsansvar.billing.ledger.disputing import Objection
    from betalningsansvar.operations.disputes import register_dispute

    try:
        row, amount = request.form.get("rad", "").strip(), request.form.get("belopp", "").strip()
        if not row.isdecimal() or len(row) > 6:
            raise ChoiceError("rad", "Skriv radens nummer med siffror.")
        if amount and ore_typed(amount) is None:
            raise ChoiceError("belopp", "Skriv beloppet som 7 100 eller 7 100,50.")
        objection = Objection(
            number,
            request.form.get("orsak", ""),
            row=int(row),
            amount_ore=ore_typed(amount) if amount else None,
            raised_on=day_of(request.form.get("dag", ""), "dag"),
        )
        made = register_dispute(ledger_address(), objection, place().now(), session().by)
    except StopError as error:
        return _invoice_page(number, 422, error)
    return go("tvist", number=made)


def verify() -> Response:
    """Prove the ledger, and that a hash noted earlier is still in it."""
    from betalningsansvar.operations.ledger import verify_ledger

    receipts = request.args.get("kvitton", "")
    try:
        proof = verify_ledger(ledger_address(), request.args.get("hash", "").strip() or None)
    except StopError as error:
        field = "hash" if request.args.get("hash") else None
        return page("liggare_kontroll.html", 422, proof=None, error=error, field=field, asked=request.args)
    shown = int(receipts) if receipts.isdecimal() and len(receipts) < 7 else 0
    return page("liggare_kontroll.html", proof=proof, receipts=shown, asked=request.args)


def hold_against() -> Response:
    """Hold the ledger against the receipts in files that were sent."""
    from betalningsansvar.data.files.named import NamedFile
    from betalningsansvar.operations.ledger_receipts import verify_against

    named = [NamedFile(file.filename or "fil", file.stream.read()) for file in request.files.getlist("filer")]
    try:
        found = verify_against(ledger_address(), named)
    except StopError as error:
        return page("liggare_kontroll.html", 422, proof=None, error=error, field="filer", asked={})
    return go("liggare_kontroll", kvitton=found.receipts)


def ask_export() -> Response:
    """Which files to make of the ledger."""
    return _export_page()


def make_export() -> Response:
    """The files as a job."""
    from betalningsansvar.operations.export import ExportRequest, Form, export
    from betalningsansvar.reports.files.destination import Destination

    here = place()
    try:
        found = settings()
        form: Form | None = next((one for one in get_args(Form) if one == request.form.get("form")), None)
        if form is None:
            abort(404)
        ledger, month = ledger_address(), chosen_month(request.form.get("manad", ""))

        def write(folder: Path, step: Progress) -> tuple[str, bytes]:
            out = folder / f"liggare_{form}"
            asked = ExportRequest(
                ledger,
                form,
                Destination(out),
                here.today,
                found.parties,
                found.bookkeeping,
                month,
            )
            export(asked)
            return f"{out.name}.zip", zipped(out)

        job = session().jobs.start(
            LEDGER_JOB,
            "Skriver filerna",
            copy_current_request_context(write),
            back=url_for("liggare"),
            form=url_for("liggare_export", form=form, manad=request.form.get("manad")),
            holds=Holds(count=_invoices(month)),
        )
    except StopError as error:
        return _export_page(422, error)
    return go("jobb", job=job.id)


def waiting() -> Any:
    """The months after the first one issued that are not issued yet, by the agreement this session goes by."""
    from betalningsansvar.operations.ledger import waiting_months

    return waiting_months(ledger_address(), Choice.of({}).law(), place().today)


def _invoices(month: Month | None) -> int:
    from betalningsansvar.operations.ledger import list_invoices

    return len(list_invoices(ledger_address(), month))


def _kommun(number: int) -> str:
    from betalningsansvar.operations.ledger import show_invoice

    return show_invoice(ledger_address(), number).invoice.kommun


def _periods(rows: Any) -> list[tuple[str, str]]:
    return [(period, period) for period in sorted({row.invoice.period for row in rows}, reverse=True)]


def _invoice_page(number: int, status: int = 200, error: StopError | None = None) -> Response:
    from betalningsansvar.billing.ledger.credit_reasons import DISPUTES, REASON_TEXTS
    from betalningsansvar.billing.ledger.errors import UnknownInvoiceError
    from betalningsansvar.operations.ledger import show_invoice

    if number > _LARGEST:
        abort(404)
    try:
        shown = show_invoice(ledger_address(), number)
    except UnknownInvoiceError:
        abort(404)
    return page(
        "faktura.html",
        status,
        shown=shown,
        reasons=REASON_TEXTS,
        dispute_reasons=list(DISPUTES.items()),
        typed=request.form,
        error=error,
    )


def _export_page(status: int = 200, error: StopError | None = None) -> Response:
    from betalningsansvar.operations.issued_invoices import all_invoices

    return page(
        "liggare_export.html",
        status,
        periods=_periods(all_invoices(place().ledger)) if place().ledger else [],
        typed=request.values,
        error=error,
    )
