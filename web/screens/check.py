"""Kontrollera: what is wrong in the data, by severity, and what became of it since the upload before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, abort, request

from betalningsansvar.web import files
from betalningsansvar.web.access import session, upload
from betalningsansvar.web.choices import Choice, chosen_month
from betalningsansvar.web.holds import Holds
from betalningsansvar.web.pages import CSV, XLSX, download, page
from betalningsansvar.web.screens.month import computed
from betalningsansvar.web.tables import chosen, matching, shown, without_identities

if TYPE_CHECKING:
    import pandas as pd

    from betalningsansvar.web.state import Upload

_ROWS = 50
_KINDS = {"csv": CSV, "xlsx": XLSX}


def show(id: str) -> Response:
    """The findings, those asked for, 50 a page, and how each file was read; of a month when one is chosen, with the
    kronor that hang on them."""
    from betalningsansvar.operations.findings import changed_findings, finding_kinds
    from betalningsansvar.operations.overview import months_in, newest_in

    own, choice = upload(id), Choice.of_request()
    month = chosen_month(request.args.get("manad", ""))
    issues = computed(own, month, choice).bill.issues if month else own.read.issues
    before = session().uploads.get(own.previous)
    rows = matching(
        chosen(
            own.answer(("avvikelser", month, choice), lambda: _listed(issues, own)), {"allvar": "allvar", "kod": "kod"}
        ),
        request.args.get("q", ""),
        ("arende_id", "kod", "kolumn", "varde", "fel", "fil"),
    )
    return page(
        "kontroll.html",
        upload=own,
        step="kontroll",
        newest=newest_in(own.read),
        several=len(own.read.sources) > 1,
        statuses=own.read.cases["status"].astype("str").value_counts().to_dict(),
        kinds=finding_kinds(issues),
        month=month,
        months=() if month else months_in(own.read)[:6],
        choice=choice,
        found=shown(rows, _ROWS),
        asked=request.args,
        changed=changed_findings(before.read.issues, own.read.issues) if before and not month else None,
    )


def fetch(id: str, kind: str) -> Response:
    """Every finding as a file, the same as `check` writes; of a month when one is chosen, with the kronor at stake."""
    from betalningsansvar.operations.check import write_check
    from betalningsansvar.reports.files.destination import Destination

    if kind not in _KINDS:
        abort(404)
    own, month = upload(id), chosen_month(request.args.get("manad", ""))
    issues = computed(own, month, Choice.of_request()).bill.issues if month else own.read.issues
    name = f"avvikelser_{month}.{kind}" if month else f"avvikelser.{kind}"
    content = files.made(name, lambda path: write_check(issues, Destination(path), own.read.today))
    return download(content, name, _KINDS[kind], Holds(count=len(issues)))


def _listed(issues: pd.DataFrame, own: Upload) -> pd.DataFrame:
    """The findings as they are shown, worst first."""
    from betalningsansvar.operations.findings import listed_findings

    found = listed_findings(issues, own.read.cases)
    return found.assign(arende_id=without_identities(found["arende_id"]))
