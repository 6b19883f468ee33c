"""Tvister: what the kommuner object to, moved up the ladder and decided."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, request

from betalningsansvar.data.stop import StopError
from betalningsansvar.web import files
from betalningsansvar.web.access import session
from betalningsansvar.web.choices import day_of, settings
from betalningsansvar.web.holds import Holds
from betalningsansvar.web.pages import PDF, XLSX, download, go, page
from betalningsansvar.web.place import ledger_address, place


def show() -> Response:
    """Every dispute as it stands, and what each kommun's come to."""
    return page("tvister.html", found=_found(), **_words())


def one(number: int) -> Response:
    """One dispute."""
    return _page(number)


def decide(number: int) -> Response:
    """Move it to a step, decide it, or both."""
    from betalningsansvar.operations.disputes import Ruling, decide_dispute

    row = _row(number)
    step, decision = request.form.get("steg", ""), request.form.get("beslut", "")
    chosen = int(step) if step.isdecimal() and len(step) < 3 else None
    try:
        lapses = day_of(request.form.get("preskription", ""), "preskription")
        ruling = Ruling(number, None if chosen == row["step"] and decision else chosen, decision or None, lapses)
        decide_dispute(place().ledger, ruling, place().now(), session().by)
    except StopError as error:
        return _page(number, 422, error)
    return go("tvist", number=number)


def fetch() -> Response:
    """Every dispute as a workbook, which the kommun fills in and sends back."""
    from betalningsansvar.operations.dispute_file import export_disputes
    from betalningsansvar.reports.files.destination import Destination

    here, ledger = place(), ledger_address()
    found = _found()
    content = files.made("bestridanden.xlsx", lambda path: export_disputes(ledger, Destination(path), here.today))
    return download(content, "bestridanden.xlsx", XLSX, Holds(count=0 if found is None else len(found.disputes)))


def letter(number: int) -> Response:
    """The letter to the kommun about where its objection stands; without a sender, on to where one is filled in."""
    from betalningsansvar.operations.dispute_letter import LetterRequest, write_dispute_letter
    from betalningsansvar.reports.files.destination import Destination

    row, here, parties = _row(number), place(), settings().parties
    if not parties.sender.namn.strip():
        return go("installningar")
    name = f"brev_{number}_{row['kommun']}_{row['period']}.pdf"
    try:
        content = files.made(
            name,
            lambda path: write_dispute_letter(
                LetterRequest(here.ledger, number, Destination(path), parties, here.today)
            ),
        )
    except StopError as error:
        return _page(number, 422, error)
    return download(content, name, PDF, Holds(row["kommun"], 1))


def receive() -> Response:
    """The kommun's file: every row is registered, or none and each fault is told with its cell."""
    from betalningsansvar.data.files.inputs import InputFile
    from betalningsansvar.operations.dispute_file import import_disputes

    try:
        sent = [InputFile.from_bytes(f.filename or "fil", f.stream.read()) for f in request.files.getlist("filer")]
        if not sent:
            raise StopError("Välj filen som kommunen har fyllt i.")
        import_disputes(ledger_address(), sent[0], place().now(), session().by)
    except StopError as error:
        return page("tvister.html", 422, found=_found(), error=error, field="filer", **_words())
    return go("tvister")


def _found() -> Any:
    from betalningsansvar.billing.ledger.errors import NoLedgerError
    from betalningsansvar.operations.disputes import list_disputes

    if not place().ledger:
        return None
    try:
        return list_disputes(place().ledger, place().today)
    except NoLedgerError:
        return None


def _row(number: int) -> dict[str, Any]:
    found = _found()
    rows = [] if found is None else found.disputes[found.disputes["id"] == number].to_dict("records")
    if not rows:
        abort(404)
    row: dict[str, Any] = rows[0]
    return row


def _page(number: int, status: int = 200, error: StopError | None = None) -> Response:
    return page(
        "tvist.html",
        status,
        row=_row(number),
        typed=request.form,
        error=error,
        **_words(),
    )


def _words() -> dict[str, Any]:
    from betalningsansvar.billing.ledger.credit_reasons import DISPUTES
    from betalningsansvar.billing.ledger.dispute_words import DECISIONS, STEPS

    names = {"medges": "Medges", "rattas": "Rättas", "avslas": "Avslås"}
    return {
        "reasons": DISPUTES,
        "steps": STEPS,
        "stepval": [(number, text.capitalize()) for number, text in STEPS.items()],
        "decisions": names,
        "decisionval": [(key, f"{names.get(key, key)}: {text}") for key, text in DECISIONS.items()],
    }
