"""Ärenden: every row that was read, and one of them explained step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, abort, request

from betalningsansvar.billing.period import Month
from betalningsansvar.reports.words.swedish import STATUS_WORDS
from betalningsansvar.web.access import upload
from betalningsansvar.web.choices import Choice, agreement_choices, chosen_month, kommun_choices
from betalningsansvar.web.handing import note
from betalningsansvar.web.holds import Holds
from betalningsansvar.web.pages import go, page
from betalningsansvar.web.screens.month import computed
from betalningsansvar.web.tables import chosen, matching, shown, without_identities

if TYPE_CHECKING:
    import pandas as pd

    from betalningsansvar.web.state import Upload

_ROWS = 100


def show(id: str) -> Response:
    """All cases, 100 a page: of the data as checked, or of a month when one is chosen."""
    own, choice = upload(id), Choice.of_request()
    month = chosen_month(request.args.get("manad", ""))
    listed = own.answer(("arenden", month, choice), lambda: _listed(own, month, choice))
    names = {"kommun": "kommun", "vardform": "vardform", "status": "status"}
    rows = matching(chosen(listed, names), request.args.get("q", ""), ("arende_id", "enhet"))
    return page(
        "arenden.html",
        upload=own,
        step="arenden",
        found=shown(rows, _ROWS),
        asked=request.args,
        month=month,
        choice=choice,
        statuses=STATUS_WORDS if month else {"parkerad": "Parkerad", "avvisad": "Avvisad"},
        kommunval=kommun_choices(listed["kommun"].unique()),
        vardformval=[(kind, kind) for kind in sorted(listed["vardform"].unique()) if kind],
    )


def explain(id: str, row: int) -> Response:
    """One case: what is known, the rules that decide, its days on a strip, and its kronor."""
    own = upload(id)
    _require_row(own, row)
    choice = Choice.of_request()
    return page(
        "arende.html",
        upload=own,
        step="arenden",
        row=row,
        rad=int(own.read.cases["rad"].iloc[row]),
        kommun=str(own.read.cases["kommun"].iloc[row]),
        explanations=_explained(own, row, choice),
        choice=choice,
        agreements=agreement_choices(),
        patient=str(own.read.cases["patient_id"].iloc[row]) if row in own.patients_shown else None,
    )


def show_patient(id: str, row: int) -> Response:
    """Show who the patient is, on this case's page and until the upload is wiped."""
    own = upload(id)
    _require_row(own, row)
    payer = own.read.cases["kommun"].iloc[row]
    note(Holds(str(payer) if payer == payer else "", 1))
    own.patients_shown.add(row)
    return go("arende", id=id, row=row, **request.args.to_dict())


def _require_row(own: Upload, row: int) -> None:
    if not 0 <= row < len(own.read.cases):
        abort(404)


def _explained(own: Upload, row: int, choice: Choice) -> list[tuple[object, object]]:
    from betalningsansvar.operations.explain import ExplainRequest, explain
    from betalningsansvar.reports.month.strip import strip

    month = chosen_month(request.args.get("manad", ""))
    asked = ExplainRequest(own.read, choice.law(), row=row, month=month, as_of=choice.as_of)
    found = own.answer(("arende", row, month, choice), lambda: explain(asked))
    return [(one, strip(one)) for one in found]


def _listed(own: Upload, month: Month | None, choice: Choice) -> pd.DataFrame:
    """The columns of the list, with each case's position, and no identity; with `month` what became of it then."""
    cases = own.read.cases if month is None else computed(own, month, choice).bill.cases
    counted = [] if month is None else ["dygn", "amount_ore"]
    listed: pd.DataFrame = cases[["enhet", "utskrivningsklar", "utskriven", *counted]].assign(
        row=range(len(cases)),
        arende_id=without_identities(cases["arende_id"]),
        kommun=cases["kommun"].astype("str").where(cases["kommun"].notna(), ""),
        vardform=cases["vardform"].astype("str").where(cases["vardform"].notna(), ""),
        status=cases["status"].astype("str"),
        orsak=cases["orsak"].astype("str"),
    )
    return listed
