"""A job that runs: how far it has come, Avbryt, and what it made."""

from __future__ import annotations

from flask import Response, abort, url_for

from betalningsansvar.web.access import session
from betalningsansvar.web.jobs import Job
from betalningsansvar.web.mend import mending
from betalningsansvar.web.pages import XLSX, ZIP, download, go, page

_SECONDS = 2


def show(job: str) -> Response:
    """The progress page; without script it asks again by itself. When the job made a page, on to that."""
    found = _own(job)
    if found.state == "klart" and found.after:
        return go(found.after, id=found.result)
    return page(
        "jobb.html",
        job=found,
        refresh=_SECONDS if found.running else None,
        link=mending(found.error) if found.error else None,
        file=url_for("jobb_fil", job=job) if found.state == "klart" else None,
    )


def stop(job: str) -> Response:
    """Ask the job to stop; it does at its next step, and leaves nothing."""
    _own(job).cancel()
    return go("jobb", job=job)


def fetch(job: str) -> Response:
    """What the job made."""
    found = _own(job)
    if found.state != "klart" or found.after:
        abort(404)
    name, content = found.result
    return download(content, name, XLSX if name.endswith(".xlsx") else ZIP, found.holds)


def _own(job: str) -> Job:
    found = session().jobs.find(job)
    if found is None:
        abort(404)
    return found
