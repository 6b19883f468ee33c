"""Jämför: what is billed held against what is owed, both ways; or an invoice that a kommun got."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, request

from betalningsansvar.data.stop import StopError
from betalningsansvar.web import files
from betalningsansvar.web.access import upload
from betalningsansvar.web.choices import Choice, ChoiceError, agreement_choices, chosen_month
from betalningsansvar.web.holds import Holds
from betalningsansvar.web.pages import CSV, XLSX, download, go, page
from betalningsansvar.web.place import ledger_address
from betalningsansvar.web.tables import shown, without_identities
from betalningsansvar.web.typed import ore_typed

if TYPE_CHECKING:
    from betalningsansvar.operations.compare import Differences
    from betalningsansvar.reports.issued.answer import Answer
    from betalningsansvar.web.state import Upload

_ROWS = 100
_MOST_ORE_A_DYGN = 100_000_000


def show(id: str) -> Response:
    """The form; and the differences when something has been chosen to compare with."""
    own = upload(id)
    if not request.args.get("mot"):
        return _page(own)
    try:
        return _page(own, found=_compared(own))
    except StopError as error:
        return _page(own, 422, error=error)


def receive(id: str) -> Response:
    """An invoice that somebody got: kept with the upload, and compared on the page that follows."""
    from betalningsansvar.data.files.inputs import InputFile
    from betalningsansvar.operations.received import read_invoice

    own = upload(id)
    try:
        sent = [InputFile.from_bytes(f.filename or "fil", f.stream.read()) for f in request.files.getlist("filer")]
        if not sent or not sent[0].content:
            raise StopError("Välj en fil: fakturarader.csv, fakturan som Excel, eller en e-faktura.")
        read_invoice(sent[0])
        _alternative(request.form.get("alternativ", ""))
        choice = Choice.of(request.form)
        own.received = sent[0]
    except StopError as error:
        return _page(own, 422, error=error, field=getattr(error, "field", "filer"))
    asked = {"alternativ": request.form["alternativ"]} if request.form.get("alternativ") else {}
    return go("jamfor", id=id, mot="mottagen", **asked, **choice.args)


def fetch(id: str) -> Response:
    """The differences or the answer as a file, the same as `ledger compare` writes."""
    from betalningsansvar.operations.compare import Differences, write_comparison
    from betalningsansvar.operations.received import write_answer
    from betalningsansvar.reports.files.destination import Destination

    own = upload(id)
    found = _compared(own)
    if not isinstance(found, Differences):
        content = files.made("svar.xlsx", lambda path: write_answer(found, Destination(path), own.read.today))
        return download(content, "svar.xlsx", XLSX, Holds(count=len(own.read.cases)))
    content = files.made("skillnader.csv", lambda path: write_comparison(found, Destination(path)))
    return download(content, "skillnader.csv", CSV, Holds(count=len(own.read.cases)))


def _compared(own: Upload) -> Differences | Answer:
    from betalningsansvar.operations.compare import CompareRequest, compare
    from betalningsansvar.operations.received import ReceivedRequest, answer_received

    choice = Choice.of_request()
    first, last = (chosen_month(request.args.get(name, ""), name) for name in ("fran", "till"))
    if request.args.get("mot") == "mottagen" and own.received:
        asked = ReceivedRequest(
            own.read,
            choice.law(),
            (own.received,),
            first,
            last,
            choice.as_of,
            choice.inferred,
            alternative_ore=_alternative(request.args.get("alternativ", "")),
        )
        return answer_received(asked)
    return compare(CompareRequest(own.read, choice.law(), ledger_address(), first, last, choice.as_of, choice.inferred))


def _alternative(typed: str) -> int:
    """What a dygn costs on a korttidsplats, in öre; 0 where nothing was typed."""
    ore = ore_typed(typed) if typed else 0
    if ore is None or (typed and not 0 < ore <= _MOST_ORE_A_DYGN):
        raise ChoiceError(
            "alternativ", "Skriv vad ett dygn på en korttidsplats kostar, till exempel 4900 eller 4900,50."
        )
    return ore


def _page(own: Upload, status: int = 200, found: Differences | Answer | None = None, **values: object) -> Response:
    from betalningsansvar.billing.ledger.completeness import KINDS
    from betalningsansvar.reports.issued.answer import Answer, alternative_line

    table = found.table.assign(arende_id=without_identities(found.table["arende_id"])) if found else None
    return page(
        "jamfor.html",
        status,
        upload=own,
        step="jamfor",
        found=found,
        rows=shown(table, _ROWS) if table is not None else None,
        elsewhere=alternative_line(found) if isinstance(found, Answer) else "",
        kinds=KINDS,
        agreements=agreement_choices(),
        asked=request.values,
        **values,
    )
