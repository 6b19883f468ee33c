"""Tvister: what the kommuner object to, moved up the ladder and decided."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, request

from betalningsansvar.data.stop import StopError
from betalningsansvar.web.access import session
from betalningsansvar.web.pages import go, page
from betalningsansvar.web.place import place


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
        ruling = Ruling(number, None if chosen == row["step"] and decision else chosen, decision or None)
        decide_dispute(place().ledger, ruling, place().now(), session().by)
    except StopError as error:
        return _page(number, 422, error)
    return go("tvist", number=number)


def _found() -> Any:
    from betalningsansvar.billing.ledger.errors import NoLedgerError
    from betalningsansvar.operations.disputes import list_disputes

    if not place().ledger:
        return None
    try:
        return list_disputes(place().ledger)
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
    return page("tvist.html", status, row=_row(number), typed=request.form, error=error, mending=None, **_words())


def _words() -> dict[str, Any]:
    from betalningsansvar.billing.ledger.credit_reasons import DISPUTES
    from betalningsansvar.billing.ledger.disputes import DECISIONS, STEPS

    names = {"medges": "Medges", "rattas": "Rättas", "avslas": "Avslås"}
    return {
        "reasons": DISPUTES,
        "steps": STEPS,
        "stepval": [(number, text.capitalize()) for number, text in STEPS.items()],
        "decisions": names,
        "decisionval": [(key, f"{names.get(key, key)}: {text}") for key, text in DECISIONS.items()],
    }
