"""Scenarier: what the same cases would cost under other rules, amounts and ways of working."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Response, copy_current_request_context, request, url_for
from markupsafe import Markup

from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.stop import StopError
from betalningsansvar.operations.toml_text import toml_text
from betalningsansvar.web.access import session, upload
from betalningsansvar.web.choices import Choice, ChoiceError, agreement_choices, chosen_month
from betalningsansvar.web.files import zipped
from betalningsansvar.web.holds import NOTHING, Holds
from betalningsansvar.web.jobs import Progress
from betalningsansvar.web.mend import mending
from betalningsansvar.web.pages import TOML, download, go, page

if TYPE_CHECKING:
    from betalningsansvar.operations.whatif import WhatIfWork
    from betalningsansvar.web.state import Upload

ROWS = 3


@dataclass(frozen=True, slots=True)
class Knob:
    """One thing a scenario may change: the key of the scenario file, its words, and whether it is a whole number."""

    key: str
    label: str
    hint: str
    whole: bool = True


KNOBS = (
    Knob("dagar", "Dagar till ansvar", "Lagen: 3."),
    Knob("dygnsbelopp", "Kronor per vårddygn", "Till exempel 9000."),
    Knob("troskel", "Tröskel i genomsnittet", "Till exempel 3.00.", whole=False),
    Knob("kortare_dygn", "Dygn kortare väntan", "Varje patient går hem så många dygn tidigare."),
)
AXES = (
    ("", "Ingenting"),
    ("dagar", "Dagar till ansvar"),
    ("dygnsbelopp", "Kronor per vårddygn"),
    ("troskel", "Tröskel i genomsnittet"),
    ("kortare_dygn", "Dygn kortare väntan"),
)


def show(id: str) -> Response:
    """The knobs; and the comparison when there is something to compare."""
    own = upload(id)
    if not request.args.get("fran"):
        return _page(own)
    try:
        return _page(own, work=_compared(own))
    except StopError as error:
        return _page(own, 422, error)


def fetch(id: str) -> Response:
    """The scenarios as a file, to save and to use again."""
    upload(id)
    file = _file(request.args)
    return download(file.content if file else b"", "scenarier.toml", TOML, NOTHING)


def make_report(id: str) -> Response:
    """The whole report as files, as a job."""
    from betalningsansvar.operations.whatif import write_what_if
    from betalningsansvar.reports.files.destination import Destination

    own = upload(id)
    try:
        work = _compared(own)

        def write(folder: Path, step: Progress) -> tuple[str, bytes]:
            out = folder / "scenarier"
            write_what_if(work, Destination(out), lambda _what, done, total: step(done, total))
            return "scenarier.zip", zipped(out)

        job = session().jobs.start(
            own.id,
            "Skriver rapporten",
            copy_current_request_context(write),
            back=f"{url_for('scenarier', id=id)}?{request.query_string.decode('ascii', 'replace')}",
            holds=Holds(count=len(own.read.cases)),
        )
    except StopError as error:
        return _page(own, 422, error)
    return go("jobb", job=job.id)


def _compared(own: Upload) -> WhatIfWork:
    from betalningsansvar.operations.whatif import WhatIfRequest, what_if

    given, choice = request.args, Choice.of_request()
    first, last = chosen_month(given.get("fran", ""), "fran"), chosen_month(given.get("till", ""), "till")
    if first is None or last is None:
        raise ChoiceError("till", "Skriv första och sista månaden, till exempel 2018-01 och 2018-12.")
    file, vary = _file(given), _axis(given)
    readings = given.get("lasningar") == "ja"
    asked = WhatIfRequest(
        own.read, choice.law(), first, last, file, vary, readings, as_of=choice.as_of, allow_inferred=choice.inferred
    )
    key = ("scenarier", first, last, file.sha256 if file else "", vary, readings, choice)
    return own.answer(key, lambda: what_if(asked))


def _file(given: Mapping[str, str]) -> NamedFile | None:
    """The rows of the form as a scenario file; None when no row changes anything."""
    rows = [row for number in range(1, ROWS + 1) if (row := _row(given, number))]
    return NamedFile("scenarier.toml", toml_text({"scenario": rows}).encode()) if rows else None


def _row(given: Mapping[str, str], number: int) -> dict[str, Any] | None:
    changes: dict[str, Any] = {}
    for knob in KNOBS:
        text = given.get(f"{knob.key}{number}", "").strip().replace(" ", "").replace(",", ".")
        if text:
            if knob.whole and not (text.isascii() and text.isdecimal() and len(text) < 9):
                raise ChoiceError(f"{knob.key}{number}", f"{knob.label}: skriv ett heltal med siffror.")
            changes[knob.key] = int(text) if knob.whole else text
    name = given.get(f"namn{number}", "").strip()
    if not changes:
        return None
    return {"namn": name or f"Scenario {number}", "skal": "Ställt på sidan", **changes}


def _axis(given: Mapping[str, str]) -> tuple[str, ...]:
    name = given.get("variera", "")
    if name not in dict(AXES) or not name:
        return ()
    low, high, step = (given.get(key, "").strip().replace(",", ".") for key in ("fran_varde", "till_varde", "steg"))
    for key, text in (("fran_varde", low), ("till_varde", high)):
        if not text.replace(".", "", 1).isdecimal():
            raise ChoiceError(key, "Skriv ett tal med siffror.")
    if step and not step.replace(".", "", 1).isdecimal():
        raise ChoiceError("steg", "Skriv ett tal med siffror.")
    return (f"{name}={low}..{high}{f':{step}' if step else ''}",)


def _page(own: Upload, status: int = 200, error: StopError | None = None, work: WhatIfWork | None = None) -> Response:
    from betalningsansvar.operations.overview import months_in

    months = months_in(own.read)
    return page(
        "scenarier.html",
        status,
        upload=own,
        step="scenarier",
        agreements=agreement_choices(),
        knobs=KNOBS,
        axes=AXES,
        rows=range(1, ROWS + 1),
        asked=request.args,
        first=months[-1] if months else "",
        last=months[0] if months else "",
        parts=_parts(work) if work else (),
        error=error,
        field=getattr(error, "field", None),
        mending=mending(error) if error else None,
    )


def _parts(work: WhatIfWork) -> list[tuple[str, str, Markup]]:
    """The report's own parts: their text is escaped where it is made."""
    from betalningsansvar.reports.files.svgchart import HATCH
    from betalningsansvar.reports.scenario.html import sections
    from betalningsansvar.reports.scenario.view import view_of

    found = sections(view_of(work.comparison, work.readings, work.population))
    return [
        (name, title, Markup(HATCH + html if place == 0 else html)) for place, (name, title, html) in enumerate(found)
    ]
