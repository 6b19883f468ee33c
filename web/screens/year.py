"""Bokslut: a year's invoiced amounts against its outcome, and what is left of it issued as settlement."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Response, abort, copy_current_request_context, redirect, request, url_for

from betalningsansvar.data.stop import StopError
from betalningsansvar.web.access import acting, session, upload
from betalningsansvar.web.choices import Choice, ChoiceError, agreement_choices, chosen_month, settings
from betalningsansvar.web.confirm import approve_as_shown, invoice_date, require_confirmed, typed_still
from betalningsansvar.web.files import zipped
from betalningsansvar.web.holds import Holds
from betalningsansvar.web.jobs import Progress
from betalningsansvar.web.pages import go, page
from betalningsansvar.web.place import ledger_address, place
from betalningsansvar.web.tables import of_rows

if TYPE_CHECKING:
    from betalningsansvar.operations.parties import Parties
    from betalningsansvar.operations.settlement import ShownSettlement
    from betalningsansvar.operations.year import YearWork
    from betalningsansvar.reports.bokslut.columns import Table
    from betalningsansvar.web.state import Upload

_YEARS = (1992, 2099)
_ROWS = 100


def choose(id: str) -> Response:
    """Which year, by which agreement."""
    from betalningsansvar.operations.overview import months_in

    own = upload(id)
    years = sorted({month.year for month in months_in(own.read)}, reverse=True)
    values: dict[str, Any] = {"upload": own, "step": "bokslut_val", "agreements": agreement_choices(), "years": years}
    try:
        choice = Choice.of_request()
        text = request.args.get("ar", "").strip()
        if text and not (text.isascii() and text.isdecimal() and _YEARS[0] <= int(text[:6]) <= _YEARS[1]):
            raise ChoiceError("ar", "Skriv året med fyra siffror, till exempel 2018.")
    except ChoiceError as error:
        return page("bokslut_val.html", 422, error=error, field=error.field, asked=request.args, **values)
    if text:
        answer = redirect(url_for("bokslut", id=id, year=int(text), **choice.args), 303)
        assert isinstance(answer, Response)
        return answer
    return page("bokslut_val.html", asked=request.args, choice=choice, **values)


def show(id: str, year: int) -> Response:
    """The year: the sum that adds up, what the reader must know, and every table."""
    return _page(upload(id), _in_range(year))


def kommun(id: str, year: int, kommun: str) -> Response:
    """One kommun's year: its months, the causes of each month's difference, and the cases behind them."""
    from betalningsansvar.operations.year_parts import kommun_year

    own = upload(id)
    try:
        choice = Choice.of_request()
        month = chosen_month(request.args.get("manad", ""))
        work = settled(own, _in_range(year), choice)
    except StopError as stopped:
        return _page(own, year, 422, stopped)
    found = kommun_year(work.bokslut, kommun)
    if found is None:
        abort(404)
    cause = request.args.get("orsak", "")
    cases = [one for one in found.cases if month in (None, one.month) and cause in ("", one.cause.code)]
    return page(
        "bokslut_kommun.html",
        upload=own,
        step="bokslut_val",
        year=year,
        found=found,
        row=work.bokslut.settlement.set_index("kommun").loc[kommun],
        cases=of_rows(cases, _ROWS),
        month=month,
        cause=next((one.cause.name for one in cases), "") if cause else "",
        choice=choice,
    )


def make_files(id: str, year: int) -> Response:
    """The bokslut as files, as a job."""
    from betalningsansvar.operations.year import write_year
    from betalningsansvar.reports.files.destination import Destination

    own = upload(id)
    try:
        choice = Choice.of_request()
        work = settled(own, _in_range(year), choice)

        def write(folder: Path, step: Progress) -> tuple[str, bytes]:
            step(0, 0)
            write_year(work, Destination(folder / f"bokslut_{year}"))
            return f"bokslut_{year}.zip", zipped(folder / f"bokslut_{year}")

        job = session().jobs.start(
            own.id,
            "Skriver bokslutet",
            copy_current_request_context(write),
            back=url_for("bokslut", id=id, year=year, **choice.args),
            holds=Holds(count=len(own.read.cases)),
        )
    except StopError as error:
        return _page(own, year, 422, error)
    return go("jobb", job=job.id)


def plan(id: str, year: int) -> Response:
    """What settling the year would issue. Nothing is written."""
    return _plan_page(upload(id), _in_range(year))


def settle(id: str, year: int) -> Response:
    """Number and freeze the settlement as it was shown."""
    from betalningsansvar.billing.ledger.errors import PlanChangedError
    from betalningsansvar.operations.plan_summary import summarize
    from betalningsansvar.operations.settlement import issue_year

    own = upload(id)
    try:
        shown = _shown(own, _in_range(year), Choice.of_request())
        code, by = request.form.get("kod", ""), acting()
        if code == shown.code:
            require_confirmed(str(year), summarize(shown).change_ore)
        issue_year(shown, place().now(), invoice_date(), code, by)
    except PlanChangedError as error:
        return _plan_page(own, year, 409, error)
    except StopError as error:
        return _plan_page(own, year, 422, error)
    session().by = by
    return go("liggare", manad=str(year))


def approve(id: str, year: int) -> Response:
    """Record that somebody approves what settling the year would issue, for another to settle."""
    from betalningsansvar.billing.ledger.errors import PlanChangedError

    own = upload(id)
    try:
        choice = Choice.of_request()
        approve_as_shown(_shown(own, _in_range(year), choice))
    except PlanChangedError as error:
        return _plan_page(own, year, 409, error)
    except StopError as error:
        return _plan_page(own, year, 422, error)
    without = {"utan_manader": "ja"} if request.form.get("utan_manader") == "ja" else {}
    return go("avrakna", id=id, year=year, godkant="ja", **choice.args, **without)


def _in_range(year: int) -> int:
    if not _YEARS[0] <= year <= _YEARS[1]:
        abort(404)
    return year


def settled(own: Upload, year: int, choice: Choice) -> YearWork:
    """The year settled. The ledger may grow while the page is open, so it is asked every time."""
    from betalningsansvar.billing.ledger.errors import NoLedgerError
    from betalningsansvar.operations.year import YearRequest, settle_year

    asked = YearRequest(own.read, choice.law(), year, place().ledger or None, choice.as_of, choice.inferred)
    try:
        return place().compute(settle_year, asked)
    except NoLedgerError:
        # None has been made yet: nothing is issued.
        return place().compute(settle_year, replace(asked, ledger=None))


def _page(own: Upload, year: int, status: int = 200, error: StopError | None = None) -> Response:
    from betalningsansvar.operations.year_parts import not_issued_months
    from betalningsansvar.reports.bokslut.figures import key_figures
    from betalningsansvar.reports.bokslut.words import notice_texts

    try:
        choice = Choice.of_request()
        work = settled(own, year, choice)
    except StopError as stopped:
        return page(
            "bokslut_val.html",
            422,
            upload=own,
            step="bokslut_val",
            agreements=agreement_choices(),
            years=[],
            error=stopped,
            asked={**request.args.to_dict(), "ar": str(year)},
        )
    return page(
        "bokslut.html",
        status,
        upload=own,
        step="bokslut_val",
        year=year,
        work=work,
        figures=key_figures(work.bokslut),
        notices=notice_texts(work.bokslut),
        tables=_tables(work),
        links=_links(own, year, work, choice),
        waiting=not_issued_months(work.bokslut),
        choice=choice,
        error=error,
    )


def _links(own: Upload, year: int, work: YearWork, choice: Choice) -> dict[str, str]:
    """By a kommun's name the page where its year is taken apart."""
    rows = work.bokslut.settlement[["kommun", "kommunnamn"]].itertuples(index=False)
    return {
        name: url_for("bokslut_kommun", id=own.id, year=year, kommun=code, **choice.args) for code, name in rows if code
    }


def _tables(work: YearWork) -> list[Table]:
    from betalningsansvar.reports.bokslut import accrual_tables, evidence_tables, tables
    from betalningsansvar.reports.bokslut.columns import in_words

    own = work.bokslut
    every = [
        tables.settlement_table(own),
        tables.month_table(own),
        tables.cause_matrix(own),
        accrual_tables.accrual_table(own),
        accrual_tables.booking_table(own),
        tables.residue_table(own),
        evidence_tables.rate_table(own),
        evidence_tables.control_table(work.totals),
    ]
    return [shown for table in every if len((shown := in_words(table)).rows)]


def _shown(own: Upload, year: int, choice: Choice) -> ShownSettlement:
    from betalningsansvar.operations.settlement import SettlementRequest, plan_year

    ledger_address()
    without = request.values.get("utan_manader") == "ja"
    return plan_year(SettlementRequest(settled(own, year, choice), _parties(), without))


def _parties() -> Parties | None:
    found = settings()
    without = request.values.get("utan_efaktura") == "ja"
    return found.parties if found.sender and found.customers and not without else None


def _plan_page(own: Upload, year: int, status: int = 200, error: StopError | None = None) -> Response:
    from betalningsansvar.operations.approval import approvals_of
    from betalningsansvar.operations.plan_summary import summarize

    values: dict[str, Any] = {"upload": own, "step": "bokslut_val", "year": year, "args": request.args.to_dict()}
    try:
        choice = Choice.of_request()
        shown = _shown(own, year, choice)
    except StopError as stopped:
        return page("avrakna_stopp.html", 422, error=stopped, **values)
    return page(
        "avrakna.html",
        status,
        shown=shown,
        plan=shown.plan,
        vouched=approvals_of(shown),
        approved=request.args.get("godkant") == "ja",
        summary=summarize(shown),
        choice=choice,
        error=error,
        typed=typed_still(status),
        by=session().by,
        today=place().today,
        sendable=_parties() is not None,
        without_months=request.values.get("utan_manader") == "ja",
        **values,
    )
