"""Liggarens inställningar: where its numbers begin, what stands before them, and whether issuing takes two people."""

from __future__ import annotations

from flask import Response, request

from betalningsansvar.data.stop import StopError
from betalningsansvar.web.access import acting, session
from betalningsansvar.web.choices import ChoiceError
from betalningsansvar.web.pages import go, page
from betalningsansvar.web.place import ledger_address, place


def show() -> Response:
    """What holds now."""
    return _page()


def change() -> Response:
    """Keep what was changed, as an entry of the ledger's chain."""
    from betalningsansvar.operations.ledger_settings import SettingsRequest, held_settings, set_ledger

    try:
        held, by = held_settings(ledger_address()), acting()
        first, prefix = request.form.get("forsta", "").strip(), request.form.get("prefix", "").strip()
        if first and not (first.isascii() and first.isdecimal() and len(first) < 12):
            raise ChoiceError("forsta", "Skriv ett heltal med siffror.")
        two = request.form.get("tva", "")
        asked = SettingsRequest(
            int(first) if first and int(first) != held.first_number else None,
            prefix if "prefix" in request.form and prefix != held.prefix else None,
            (two == "ja") if two in ("ja", "nej") and (two == "ja") != held.four_eyes else None,
        )
        if asked != SettingsRequest():
            set_ledger(ledger_address(), asked, place().now(), by)
    except StopError as error:
        return _page(422, error)
    session().by = by or session().by
    return go("liggare_satt", sparat="ja")


def _page(status: int = 200, error: StopError | None = None) -> Response:
    from betalningsansvar.operations.issued_invoices import all_invoices
    from betalningsansvar.operations.ledger_settings import held_settings

    try:
        held = held_settings(ledger_address())
        issued = bool(all_invoices(ledger_address()))
    except StopError as stopped:
        return page("liggare_satt.html", 422, held=None, error=stopped)
    return page(
        "liggare_satt.html",
        status,
        held=held,
        issued=issued,
        typed=request.form,
        by=session().by,
        saved=request.args.get("sparat") == "ja",
        error=error,
    )
