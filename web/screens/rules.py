"""Regler: the agreements with their timelines, and the amounts with sources and gaps."""

from __future__ import annotations

from flask import Response

from betalningsansvar.billing.period import Month
from betalningsansvar.web.choices import agreement_choices, listed_agreement, settings
from betalningsansvar.web.pages import page
from betalningsansvar.web.place import place


def show() -> Response:
    """Every agreement that can be chosen."""
    from betalningsansvar.tariffs.agreements import find_agreement
    from betalningsansvar.tariffs.partly_known import partly_known

    found = [find_agreement(listed_agreement(name)) for name, _ in agreement_choices()]
    named = [(name, one) for (name, _), one in zip(agreement_choices(), found, strict=True)]
    return page("regler.html", agreements=named, partly=partly_known())


def agreement(agreement: str) -> Response:
    """One agreement: its rules, and month by month which rule and amount hold and what is missing."""
    from betalningsansvar.billing.coverage import monthly_coverage, unknown_series
    from betalningsansvar.operations.law import LawRequest, find_law

    law = find_law(LawRequest(listed_agreement(agreement), settings().amounts))
    return page(
        "avtal.html",
        agreement=law.agreement,
        stretches=monthly_coverage(law.agreement, law.tariffs, Month.of(place().today)),
        unknown=unknown_series(law.agreement, law.tariffs),
    )


def amounts() -> Response:
    """Every amount known, own ones first, and where each series has none."""
    from betalningsansvar.tariffs.belopp import load

    tariffs = load(settings().amounts)
    return page(
        "belopp.html",
        series=tariffs.serier(),
        amounts=tariffs.belopp(),
        gaps=tariffs.gaps(place().today),
        own=settings().amounts is not None,
    )
