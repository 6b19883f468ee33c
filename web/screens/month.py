"""Månaden: agreement and month, what it comes to per kommun, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Response, redirect, request, url_for

from betalningsansvar.billing.period import Month
from betalningsansvar.data.stop import StopError
from betalningsansvar.web.access import upload
from betalningsansvar.web.charts import kommun_bars, kommun_map
from betalningsansvar.web.choices import (
    Choice,
    ChoiceError,
    agreement_choices,
    chosen_month,
    month_in_address,
    settings,
)
from betalningsansvar.web.pages import page
from betalningsansvar.web.place import place

if TYPE_CHECKING:
    import pandas as pd

    from betalningsansvar.billing.engine import Bill
    from betalningsansvar.operations.month import MonthRequest, MonthWork, Papers
    from betalningsansvar.web.state import Upload


def choose(id: str) -> Response:
    """Which month, by which agreement; a month that was typed leads to its page."""
    from betalningsansvar.operations.overview import months_in

    own = upload(id)
    values: dict[str, Any] = {
        "upload": own,
        "step": "manad_val",
        "agreements": agreement_choices(),
        "months": months_in(own.read),
    }
    try:
        choice = Choice.of_request()
        month = chosen_month(request.args.get("manad", ""))
    except ChoiceError as error:
        return page("manad_val.html", 422, error=error, field=error.field, asked=request.args, **values)
    if month is not None:
        return _to_month(id, month, choice)
    return page("manad_val.html", asked=request.args, choice=choice, **values)


def show(id: str, month: str) -> Response:
    """The month: sum, per kommun with the month before, chart and map, checks, rules and amounts."""
    from betalningsansvar.operations.overview import month_overview, newest_in

    own, asked = upload(id), month_in_address(month)
    try:
        choice = Choice.of_request()
        work = computed(own, asked, choice)
    except StopError as error:
        return page(
            "manad_stopp.html",
            422,
            upload=own,
            step="manad_val",
            month=asked,
            error=error,
            agreements=agreement_choices(),
            asked=request.args,
        )
    newest = newest_in(own.read) or asked.last_day
    overview = own.answer(("oversikt", asked, choice), lambda: month_overview(work, _before(own, asked, choice)))
    return page(
        "manad.html",
        upload=own,
        step="manad_val",
        month=asked,
        work=work,
        overview=overview,
        checks=papers(own, asked, choice).checks,
        bars=kommun_bars(overview),
        map=kommun_map(overview),
        choice=choice,
        newest=newest,
        running=newest < asked.last_day,
        agreements=agreement_choices(),
        asked=request.args,
        only_paying=request.args.get("visa", "betalar") == "betalar",
    )


def ahead(id: str, month: str) -> Response:
    """The open month: so far, if nobody leaves, and if everybody does."""
    from betalningsansvar.operations.kommun_means import kommun_means
    from betalningsansvar.operations.preview import PreviewRequest, preview_month

    own, asked, choice = upload(id), month_in_address(month), Choice.of_request()
    wanted = PreviewRequest(own.read, choice.law(), asked, choice.as_of, allow_inferred=choice.inferred)
    found = own.answer(("forhand", asked, choice), lambda: place().compute(preview_month, wanted))
    so_far = dict(zip(found.so_far.kommuner["kommun"], found.so_far.kommuner["amount_ore"].tolist(), strict=True))
    rows = [
        (row.kommun, so_far.get(row.kommun, 0), row.amount_ore)
        for row in found.expected.kommuner.itertuples()
        if row.amount_ore or so_far.get(row.kommun, 0)
    ]
    return page(
        "forhand.html",
        upload=own,
        step="manad_val",
        month=asked,
        found=found,
        rows=rows,
        means=kommun_means(found.so_far),
        choice=choice,
    )


def computed(own: Upload, month: Month, choice: Choice) -> MonthWork:
    """The month, computed once for each choice. Raises what the operation raises."""
    from betalningsansvar.operations.month import MonthRequest, MonthWork

    wanted = MonthRequest(own.read, choice.law(), month, choice.as_of, choice.inferred)
    return own.answer(("manad", month, choice), lambda: MonthWork(wanted, *place().compute(_parts, wanted)))


def _parts(wanted: MonthRequest) -> tuple[Bill, pd.DataFrame, Mapping[int, str]]:
    """What is computed of a month, without all that was read: where it was asked for, that is there already."""
    from betalningsansvar.operations.month import compute_month

    work = compute_month(wanted)
    return work.bill, work.lines, work.references


def papers(own: Upload, month: Month, choice: Choice) -> Papers:
    """The month's invoices and underlag as records, with the sender and recipients of the settings."""
    from betalningsansvar.operations.month import month_papers

    work, parties, today = computed(own, month, choice), settings().parties, place().today
    return own.answer(("papper", month, choice, today), lambda: month_papers(work, parties, today))


def _before(own: Upload, month: Month, choice: Choice) -> Mapping[str, int] | None:
    """What each kommun owes for the month before; None when it cannot be computed by the same choice."""
    from betalningsansvar.operations.month import MonthRequest, kommun_amounts

    wanted = MonthRequest(own.read, choice.law(), month.plus(-1), choice.as_of, choice.inferred)
    try:
        return place().compute(kommun_amounts, wanted)
    except StopError:
        return None


def _to_month(id: str, month: Month, choice: Choice) -> Response:
    answer = redirect(url_for("manad", id=id, month=str(month), **choice.args), 303)
    assert isinstance(answer, Response)
    return answer
