"""A kommun's invoice exactly as it will be sent, its underlag, and both as files; or everything as one zip."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response, abort, copy_current_request_context, request, url_for

from betalningsansvar.billing.period import Month
from betalningsansvar.data.stop import StopError
from betalningsansvar.web.access import session, upload
from betalningsansvar.web.choices import Choice, ChoiceError, month_in_address, settings
from betalningsansvar.web.files import zipped
from betalningsansvar.web.holds import Holds
from betalningsansvar.web.jobs import Progress
from betalningsansvar.web.pages import PDF, XLSX, download, go, page
from betalningsansvar.web.place import place
from betalningsansvar.web.screens.month import computed, papers
from betalningsansvar.web.words import kommun_name

_KINDS = {"xlsx": XLSX, "pdf": PDF}
NO_PAYER = "saknas"
"""How the bucket without a payer is called in addresses."""


def show(id: str, month: str, kommun: str) -> Response:
    """The invoice and the underlag of one kommun."""
    own, asked, choice, code = upload(id), month_in_address(month), Choice.of_request(), _code(kommun)
    found = papers(own, asked, choice)
    invoice = next((one for one in found.invoices if one.kommun == code), None)
    underlag = next((one for one in found.underlag if one.kommun == code), None)
    if underlag is None and invoice is None:
        abort(404)
    return page(
        "kommun.html",
        upload=own,
        step="manad_val",
        month=asked,
        kommun=kommun,
        name=kommun_name(code),
        invoice=invoice,
        underlag=underlag,
        rows=_positions(own.read.cases["arende_id"].tolist()),
        choice=choice,
    )


def fetch(id: str, month: str, kommun: str, paper: str, kind: str) -> Response:
    """The invoice or the underlag as Excel or PDF."""
    from betalningsansvar.operations.month import paper_file

    if paper not in ("faktura", "underlag") or kind not in _KINDS:
        abort(404)
    own, asked, choice, code = upload(id), month_in_address(month), Choice.of_request(), _code(kommun)
    found = papers(own, asked, choice)
    name, content = paper_file(found, code, paper, f".{kind}")  # type: ignore[arg-type]
    return download(content, name, _KINDS[kind], _cases_of(found, code) if paper == "underlag" else Holds(code, 1))


def ask_underlag(id: str, month: str, kommun: str) -> Response:
    """The form for the underlag: a password first, since it tells of patients."""
    return _underlag_page(id, month, kommun)


def make_underlag(id: str, month: str, kommun: str) -> Response:
    """The underlag, encrypted, as a job."""
    from betalningsansvar.operations.month import paper_file
    from betalningsansvar.reports.files.protect import require_encryption

    try:
        password = request.form.get("losenord", "")
        if not password:
            raise ChoiceError("losenord", "Skriv ett lösenord, eller hämta underlaget utan.")
        require_encryption()
        own, asked, choice, code = upload(id), month_in_address(month), Choice.of_request(), _code(kommun)
        found = papers(own, asked, choice)

        def write(_folder: Path, step: Progress) -> tuple[str, bytes]:
            step(0, 0)
            return paper_file(found, code, "underlag", ".xlsx", password)

        job = session().jobs.start(
            own.id,
            "Krypterar underlaget",
            copy_current_request_context(write),
            back=url_for("kommun", id=id, month=month, kommun=kommun, **choice.args),
            holds=_cases_of(found, code),
        )
    except StopError as error:
        return _underlag_page(id, month, kommun, 422, error)
    return go("jobb", job=job.id)


def _cases_of(found: Any, code: str) -> Holds:
    return Holds(code, sum(len(one.listed) for one in found.underlag if one.kommun == code))


def _underlag_page(id: str, month: str, kommun: str, status: int = 200, error: StopError | None = None) -> Response:
    own, asked, choice = upload(id), month_in_address(month), Choice.of_request()
    if not any(one.kommun == _code(kommun) for one in papers(own, asked, choice).underlag):
        abort(404)
    return page(
        "underlag.html",
        status,
        upload=own,
        step="manad_val",
        month=asked,
        kommun=kommun,
        name=kommun_name(_code(kommun)),
        choice=choice,
        error=error,
    )


def ask_all(id: str, month: str) -> Response:
    """The form for all files: PDF too, and a password for the underlag."""
    own, asked, choice = upload(id), month_in_address(month), Choice.of_request()
    return page("filer.html", upload=own, step="manad_val", month=asked, choice=choice, typed=request.args)


def make_all(id: str, month: str) -> Response:
    """All files of the month as a job, with its progress on a page of its own."""
    from betalningsansvar.reports.files.protect import require_encryption
    from betalningsansvar.reports.files.typeset import require_typst

    own, asked, choice = upload(id), month_in_address(month), Choice.of_request()
    password, pdf = request.form.get("losenord", ""), request.form.get("pdf") == "ja"
    try:
        if password:
            require_encryption()
        if pdf:
            require_typst()
        work = computed(own, asked, choice)
        job = session().jobs.start(
            own.id,
            "Skriver månadens filer",
            copy_current_request_context(_writing(work, asked, password or None, pdf)),
            back=url_for("manad", id=id, month=month, **choice.args),
            form=url_for("filer", id=id, month=month, pdf=request.form.get("pdf"), **choice.args),
            holds=Holds(count=len(own.read.cases)),
        )
    except StopError as error:
        return page(
            "filer.html",
            422,
            upload=own,
            step="manad_val",
            month=asked,
            choice=choice,
            error=error,
            typed=request.form,
        )
    return go("jobb", job=job.id)


def _writing(work: Any, month: Month, password: str | None, pdf: bool) -> Any:
    from betalningsansvar.operations.month import WriteRequest, write_month
    from betalningsansvar.reports.files.destination import Destination
    from betalningsansvar.reports.files.sidebyside import MOST

    parties, today = settings().parties, place().today

    def write(folder: Path, step: Progress) -> tuple[str, bytes]:
        out = folder / f"betalningsansvar_{month}"
        wanted = WriteRequest(Destination(out), parties, today, pdf=pdf, password=password, processes=MOST)
        write_month(work, wanted, lambda _what, done, total: step(done, total))
        return f"{out.name}.zip", zipped(out)

    return write


def _code(kommun: str) -> str:
    return "" if kommun == NO_PAYER else kommun


def _positions(names: list[str]) -> dict[str, int]:
    """The position of each case by its name; of several rows with one name the first."""
    return {name: row for row, name in reversed([*enumerate(names)])}
