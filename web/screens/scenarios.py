"""Scenarier: what the same cases would cost under other rules, amounts and ways of working."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, copy_current_request_context, request, url_for
from markupsafe import Markup

from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.stop import StopError
from betalningsansvar.web.access import session, upload
from betalningsansvar.web.choices import (
    Choice,
    ChoiceError,
    FieldsError,
    agreement_choices,
    chosen_month,
    listed_agreement,
    settings,
)
from betalningsansvar.web.files import zipped
from betalningsansvar.web.holds import NOTHING, Holds
from betalningsansvar.web.jobs import Progress
from betalningsansvar.web.knobs import AXES, KNOBS
from betalningsansvar.web.mend import mending
from betalningsansvar.web.pages import TOML, download, go, page
from betalningsansvar.web.scenarioform import (
    OTHER,
    axes_of,
    field_of_stop,
    fields_of,
    forecast_of,
    numbers_in,
    says_the_same,
    scenario_file,
)

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
    """The scenarios as a file, to save and to use again: the one that was read, while the form says what it says."""
    own = upload(id)
    try:
        file = _scenarios(own, Choice.of_request())
    except StopError as error:
        return _page(own, 422, error)
    if file is None:
        return go("scenarier", id=id)
    return download(file.content, "scenarier.toml", TOML, NOTHING)


def receive(id: str) -> Response:
    """A scenario file into the form, or a file of inhabitants to be kept with the upload. Nothing is computed."""
    from betalningsansvar.data.settings.befolkning import load_population

    own, which = upload(id), request.form.get("vad", "")
    sent = [NamedFile(f.filename or "fil", f.stream.read()) for f in request.files.getlist("filer") if f.filename]
    try:
        if which == "bort":
            own.population = None
        elif not sent:
            raise ChoiceError(which, "Välj en fil.")
        elif which == "befolkning":
            load_population(sent[0])
            own.population = sent[0]
        else:
            typed = fields_of(sent[0])
            if "avtal" in typed and typed["avtal"] not in dict(agreement_choices()):
                raise StopError(f"{sent[0].name} bygger på avtalet {typed['avtal']}, som inte finns här.")
            own.scenarios = sent[0]
            return go("scenarier", id=id, inlast="ja", **typed)
    except StopError as error:
        return _page(own, 422, error, received=which)
    return go("scenarier", id=id, **request.args.to_dict())


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


def _scenarios(own: Upload, choice: Choice) -> NamedFile | None:
    from betalningsansvar.tariffs.belopp import load

    # Another computer does not have an agreement of one's own: the file names only one that everybody has.
    shipped = choice.agreement if isinstance(listed_agreement(choice.agreement), str) else ""
    file = scenario_file(request.args, shipped, load(settings().amounts).serier())
    return own.scenarios if file and own.scenarios and says_the_same(own.scenarios, file) else file


def _compared(own: Upload) -> WhatIfWork:
    from betalningsansvar.operations.whatif import WhatIfRequest, what_if

    given, choice = request.args, Choice.of_request()
    first, last = chosen_month(given.get("fran", ""), "fran"), chosen_month(given.get("till", ""), "till")
    if first is None or last is None:
        raise ChoiceError("till", "Skriv första och sista månaden, till exempel 2018-01 och 2018-12.")
    file = _scenarios(own, choice)
    asked = WhatIfRequest(
        own.read,
        choice.law(),
        first,
        last,
        file,
        axes_of(given),
        given.get("lasningar") == "ja",
        forecast_of(given),
        own.population,
        choice.as_of,
        choice.inferred,
        (given["variera_vardform"],) if given.get("variera_vardform") else (),
    )
    files = tuple(one.sha256 if one else "" for one in (file, own.population))
    key = ("scenarier", first, last, files, asked.vary, asked.vardform, asked.readings, asked.prognos, choice)
    return own.answer(key, lambda: what_if(asked))


def _page(
    own: Upload,
    status: int = 200,
    error: StopError | None = None,
    work: WhatIfWork | None = None,
    received: str = "",
) -> Response:
    from betalningsansvar.operations.overview import months_in

    months, numbers = months_in(own.read), numbers_in(request.args)
    field = received or getattr(error, "field", None) or (field_of_stop(error, request.args) if error else None)
    return page(
        "scenarier.html",
        status,
        upload=own,
        step="scenarier",
        agreements=agreement_choices(),
        knobs=KNOBS,
        groups=list(dict.fromkeys(knob.group for knob in KNOBS if knob.group)),
        axes=AXES,
        other=OTHER,
        rows=numbers,
        asked=request.args,
        used={n: {knob.key for knob in KNOBS if request.args.get(f"{knob.key}{n}")} for n in numbers},
        first=months[-1] if months else "",
        last=months[0] if months else "",
        parts=_parts(work) if work else (),
        also_changed=work.also_changed if work else (),
        rules=_rules(work) if work else (),
        error=error,
        field=field,
        faults=error.faults if isinstance(error, FieldsError) else {field: str(error)} if field else {},
        mending=mending(error) if error and not received else None,
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
