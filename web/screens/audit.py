"""Revisor: read only, from each invoiced krona back to rule, paragraph, source, file and row."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from betalningsansvar.data.stop import StopError
from betalningsansvar.web.access import upload
from betalningsansvar.web.choices import Choice, agreement_choices, chosen_month
from betalningsansvar.web.mend import mending
from betalningsansvar.web.pages import page
from betalningsansvar.web.screens.month import computed, papers
from betalningsansvar.web.tables import of_rows

_ROWS = 100


def show(id: str) -> Response:
    """The month's lines, each with where it comes from, and the fingerprints of everything that gave them."""
    own = upload(id)
    values: dict[str, Any] = {"upload": own, "step": "revisor", "agreements": agreement_choices()}
    try:
        choice, month = Choice.of_request(), chosen_month(request.args.get("manad", ""))
        if month is None:
            return page("revisor.html", found=None, asked=request.args, choice=choice, **values)
        work, found = computed(own, month, choice), papers(own, month, choice)
    except StopError as error:
        return page(
            "revisor.html",
            422,
            found=None,
            asked=request.args,
            error=error,
            field=getattr(error, "field", None),
            mending=mending(error),
            **values,
        )
    cases = own.read.cases
    origin = list(zip(cases["fil"].astype("str"), cases["rad"].tolist(), strict=True))
    rows = [
        (
            invoice,
            line,
            invoice.bases[line.basis - 1] if line.basis else None,
            origin[line.case] if line.case >= 0 else None,
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
        asked=request.args,
        choice=choice,
        **values,
    )
