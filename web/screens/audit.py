"""Revisor: read only, from each invoiced krona back to rule, paragraph, source, file and row."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from flask import Response, request

from betalningsansvar.data.stop import StopError
from betalningsansvar.web.access import upload
from betalningsansvar.web.choices import Choice, agreement_choices, chosen_month
from betalningsansvar.web.pages import page
from betalningsansvar.web.place import place
from betalningsansvar.web.screens.month import computed, papers
from betalningsansvar.web.screens.year import settled
from betalningsansvar.web.tables import of_rows

if TYPE_CHECKING:
    from betalningsansvar.billing.ledger.invoices import IssuedInvoice
    from betalningsansvar.reports.month.invoice_record import Basis

_ROWS = 100


def show(id: str) -> Response:
    """The month's lines, each with where it comes from, and the fingerprints of everything that gave them."""
    from betalningsansvar.operations.overview import months_in
    from betalningsansvar.reports.month.invoice_record import Basis

    own = upload(id)
    values: dict[str, Any] = {"upload": own, "step": "revisor", "agreements": agreement_choices()}
    try:
        choice, month = Choice.of_request(), chosen_month(request.args.get("manad", ""))
        if month is None:
            months = months_in(own.read)
            return page("revisor.html", found=None, months=months, asked=request.args, choice=choice, **values)
        work, found = computed(own, month, choice), papers(own, month, choice)
        year = settled(own, month.year, choice).totals if request.args.get("aret") == "ja" else ()
    except StopError as error:
        return page(
            "revisor.html",
            422,
            found=None,
            months=(),
            asked=request.args,
            error=error,
            **values,
        )
    cases, numbered = own.read.cases, _numbered(str(month))
    origin = list(zip(cases["fil"].astype("str"), cases["rad"].tolist(), strict=True))
    # The same rule and amount has another number on each invoice: here it has one.
    bases = list(dict.fromkeys(_said(basis) for one in found.invoices for basis in one.bases))
    number_of = {key: number for number, key in enumerate(bases, 1)}
    names = cases["arende_id"].astype("str").tolist()
    rows = [
        (
            invoice,
            line,
            number_of[_said(invoice.bases[line.basis - 1])] if line.basis else None,
            origin[line.case] if line.case >= 0 else None,
            numbered.get((invoice.kommun, names[line.case] if line.case >= 0 else "", line.fran, line.tom)),
        )
        for invoice in found.invoices
        for line in invoice.lines
    ]
    return page(
        "revisor.html",
        found=of_rows(rows, _ROWS),
        month=month,
        work=work,
        checks=found.checks,
        law=choice.law(),
        year=year,
        bases=[Basis(number, *key) for key, number in number_of.items()],
        asked=request.args,
        choice=choice,
        **values,
    )


def _said(basis: Basis) -> tuple[str, tuple[str, ...]]:
    return basis.heading, basis.sentences


def _numbered(period: str) -> dict[tuple[str, str, date, date], tuple[IssuedInvoice, int]]:
    """By kommun, case and days the newest invoice of the ledger on which a line stands, and its row there."""
    from betalningsansvar.operations.issued_invoices import all_invoices

    every = all_invoices(place().ledger) if place().ledger else ()
    own = [one.invoice for one in every if one.invoice.period == period and one.invoice.kind == "invoice"]
    return {
        (invoice.kommun, line.arende_id, line.fran, line.tom): (invoice, number)
        for invoice in reversed(own)
        for number, line in enumerate(invoice.lines, 1)
    }
