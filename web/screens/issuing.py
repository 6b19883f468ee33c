"""Utfärda: the plan in words, taken only as it was shown, and what became of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Response, abort, copy_current_request_context, request, url_for

from betalningsansvar.billing.period import Month
from betalningsansvar.data.stop import StopError
from betalningsansvar.web.access import acting, session, upload
from betalningsansvar.web.choices import Choice, month_in_address, settings
from betalningsansvar.web.confirm import approve_as_shown, invoice_date, require_confirmed, typed_still
from betalningsansvar.web.files import zipped
from betalningsansvar.web.holds import Holds
from betalningsansvar.web.jobs import Progress
from betalningsansvar.web.pages import go, page
from betalningsansvar.web.place import ledger_address, place
from betalningsansvar.web.screens.month import computed

if TYPE_CHECKING:
    from betalningsansvar.operations.export import Form
    from betalningsansvar.operations.issuing import ShownPlan
    from betalningsansvar.operations.parties import Parties
    from betalningsansvar.web.state import Upload


def plan(id: str, month: str) -> Response:
    """What issuing would do. Nothing is written."""
    own, asked = upload(id), month_in_address(month)
    try:
        choice = Choice.of_request()
        return _plan_page(own, asked, choice, 200)
    except StopError as error:
        return page(
            "utfarda_stopp.html",
            422,
            upload=own,
            step="manad_val",
            month=asked,
            error=error,
            args=request.args.to_dict(),
        )


def issue(id: str, month: str) -> Response:
    """Number and freeze the plan as it was shown; anything else that happened since then stops it (409)."""
    from betalningsansvar.billing.ledger.errors import PlanChangedError
    from betalningsansvar.operations.issuing import IssueRequest, issue_month
    from betalningsansvar.operations.plan_summary import summarize

    own, asked = upload(id), month_in_address(month)
    choice = Choice.of_request()
    try:
        shown = _shown(own, asked, choice)
        # Whether the plan is another one is asked first: what was typed belongs to the plan that was shown.
        if request.form.get("kod", "") == shown.code:
            require_confirmed(str(asked), summarize(shown).change_ore)
        wanted = IssueRequest(
            shown,
            place().now(),
            invoice_date(),
            request.form.get("kod", ""),
            acting(),
            request.form.get("saknade") == "ja",
        )
        issued = issue_month(wanted)
    except PlanChangedError as error:
        return _plan_page(own, asked, choice, 409, error)
    except StopError as error:
        try:
            return _plan_page(own, asked, choice, 422, error)
        except StopError:
            return page("utfarda_stopp.html", 422, upload=own, step="manad_val", month=asked, error=error, args={})
    if issued.run is None:
        return go("utfarda", id=id, month=month, **choice.args)
    session().by = wanted.by
    own.issued[issued.run] = (shown, issued)
    return go("utfardat", id=id, month=month, run=issued.run)


def approve(id: str, month: str) -> Response:
    """Record that somebody approves what the plan would issue, for another to issue."""
    from betalningsansvar.billing.ledger.errors import PlanChangedError

    own, asked = upload(id), month_in_address(month)
    choice = Choice.of_request()
    try:
        approve_as_shown(_shown(own, asked, choice))
    except PlanChangedError as error:
        return _plan_page(own, asked, choice, 409, error)
    except StopError as error:
        return _plan_page(own, asked, choice, 422, error)
    return go("utfarda", id=id, month=month, godkant="ja", **choice.args)


def done(id: str, month: str, run: int) -> Response:
    """What was issued: numbers, receipts, and the files to send."""
    own, asked = upload(id), month_in_address(month)
    if run not in own.issued:
        abort(404)
    return page("utfardat.html", upload=own, step="manad_val", month=asked, run=run, invoices=_issued_invoices(run))


def files(id: str, month: str, run: int) -> Response:
    """Everything to send and to book, as a job: invoices, underlag, receipt, e-invoices and bookkeeping file."""
    own, asked = upload(id), month_in_address(month)
    if run not in own.issued:
        abort(404)
    shown, issued = own.issued[run]
    try:
        job = session().jobs.start(
            own.id,
            "Skriver det som är utfärdat",
            copy_current_request_context(_writing(shown, issued, asked)),
            back=url_for("utfardat", id=id, month=month, run=run),
            holds=Holds(count=len(issued.numbers)),
        )
    except StopError as error:
        return page(
            "utfardat.html",
            422,
            upload=own,
            step="manad_val",
            month=asked,
            run=run,
            invoices=_issued_invoices(run),
            error=error,
        )
    return go("jobb", job=job.id)


def _shown(own: Upload, month: Month, choice: Choice) -> ShownPlan:
    from betalningsansvar.operations.issuing import PlanRequest, plan_month

    return plan_month(PlanRequest(computed(own, month, choice), ledger_address(), _parties()))


def _parties() -> Parties | None:
    """The sender and recipients, when every invoice is to be possible to send as an e-invoice."""
    found = settings()
    without = request.values.get("utan_efaktura") == "ja"
    return found.parties if found.sender and found.customers and not without else None


def _plan_page(own: Upload, month: Month, choice: Choice, status: int, error: StopError | None = None) -> Response:
    from betalningsansvar.operations.approval import approvals_of
    from betalningsansvar.operations.plan_summary import summarize

    shown = _shown(own, month, choice)
    return page(
        "utfarda.html",
        status,
        upload=own,
        step="manad_val",
        month=month,
        shown=shown,
        plan=shown.plan,
        summary=summarize(shown),
        choice=choice,
        error=error,
        sendable=_parties() is not None,
        typed=typed_still(status),
        approved=request.args.get("godkant") == "ja",
        by=session().by,
        today=place().today,
        vouched=approvals_of(shown),
    )


def _issued_invoices(run: int) -> Any:
    from betalningsansvar.operations.issued_invoices import invoices_of

    return invoices_of(ledger_address(), run)


def _writing(shown: ShownPlan, issued: Any, month: Month) -> Any:
    from betalningsansvar.operations.export import ExportRequest, export
    from betalningsansvar.operations.issuing import IssuedFiles, write_issued
    from betalningsansvar.reports.files.destination import Destination
    from betalningsansvar.reports.files.sidebyside import MOST
    from betalningsansvar.reports.files.typeset import require_typst

    found, ledger, today = settings(), ledger_address(), place().today
    parties = found.parties
    try:
        require_typst()
        pdf = True
    except StopError:
        pdf = False

    others: tuple[tuple[Form, str, object], ...] = (
        ("ubl", "e-fakturor", shown.request.parties),
        ("sie", "bokforing", found.sender and found.bookkeeping),
    )

    def write(folder: Path, step: Progress) -> tuple[str, bytes]:
        out = folder / f"utfardat_{month}"
        out.mkdir()
        papers = IssuedFiles(Destination(out / "fakturor-och-underlag"), parties, pdf, processes=MOST)
        step(0, 3)
        write_issued(shown, issued, papers)
        step(1, 3)
        for done, (form, name, needed) in enumerate(others, 2):
            if needed:
                asked = ExportRequest(
                    ledger,
                    form,
                    Destination(out / name),
                    today,
                    parties,
                    found.bookkeeping,
                    run=issued.run,
                )
                export(asked)
            step(done, 3)
        return f"{out.name}.zip", zipped(out)

    return write
