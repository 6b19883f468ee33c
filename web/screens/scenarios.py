"""Scenarier: what the same cases would cost under other rules, amounts and ways of working."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, copy_current_request_context, request, url_for
from markupsafe import Markup

from betalningsansvar.data.stop import StopError
from betalningsansvar.web.access import session, upload
from betalningsansvar.web.choices import Choice, ChoiceError, agreement_choices, chosen_month
from betalningsansvar.web.files import zipped
from betalningsansvar.web.holds import NOTHING, Holds
from betalningsansvar.web.jobs import Progress
from betalningsansvar.web.knobs import AXES, KNOBS, ROWS, axes_of, scenario_file
from betalningsansvar.web.mend import mending
from betalningsansvar.web.pages import TOML, download, go, page

if TYPE_CHECKING:
    from betalningsansvar.operations.whatif import WhatIfWork
    from betalningsansvar.tariffs.records import Rule
    from betalningsansvar.web.state import Upload


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
    file = scenario_file(request.args)
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
    file, vary = scenario_file(given), axes_of(given)
    readings = given.get("lasningar") == "ja"
    asked = WhatIfRequest(
        own.read, choice.law(), first, last, file, vary, readings, as_of=choice.as_of, allow_inferred=choice.inferred
    )
    key = ("scenarier", first, last, file.sha256 if file else "", vary, readings, choice)
    return own.answer(key, lambda: what_if(asked))


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
        used={n: {knob.key for knob in KNOBS if request.args.get(f"{knob.key}{n}")} for n in range(1, ROWS + 1)},
        first=months[-1] if months else "",
        last=months[0] if months else "",
        parts=_parts(work) if work else (),
        also_changed=work.also_changed if work else (),
        rules=_rules(work) if work else (),
        error=error,
        field=getattr(error, "field", None),
        mending=mending(error) if error else None,
    )


def _rules(work: WhatIfWork) -> list[Rule]:
    """The rules of the base that are in force in some of the months."""
    first, last = work.request.first.start, work.request.last.last_day
    return [rule for rule in work.request.law.agreement.regler if rule.fran <= last and (rule.tom or last) >= first]


def _parts(work: WhatIfWork) -> list[tuple[str, str, Markup]]:
    """The report's own parts: their text is escaped where it is made."""
    from betalningsansvar.reports.files.svgchart import HATCH
    from betalningsansvar.reports.scenario.html import sections
    from betalningsansvar.reports.scenario.view import view_of

    found = sections(view_of(work.comparison, work.readings, work.population, work.alternative))
    return [
        (name, title, Markup(HATCH + html if place == 0 else html)) for place, (name, title, html) in enumerate(found)
    ]
