"""From an answer to a page: templates, redirects, files to fetch, and a form shown again with its faults."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response, g, make_response, redirect, render_template, request, url_for
from markupsafe import Markup

from betalningsansvar.data.stop import StopError
from betalningsansvar.web.access import session
from betalningsansvar.web.handing import note
from betalningsansvar.web.holds import Holds
from betalningsansvar.web.log import log_stop
from betalningsansvar.web.mend import mending

FRAGMENT = "X-Del"
"""The header by which the page's own script asks for the main part of a page only."""


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A whole page, or its main part when the script asks for that.

    With an `error` it tells where that is mended, and the field that it names (or `field`) has the focus.
    """
    if error := values.get("error"):
        log_stop(error)
        values = {"mending": mending(error), "field": getattr(error, "field", None), **values}
    g.field, g.focused = values.get("field"), False
    frame = "del.html" if request.headers.get(FRAGMENT) else "sida.html"
    return make_response(render_template(template, frame=frame, **values), status)


def faulty(template: str, error: StopError, **values: Any) -> Response:
    """A form again (422) with what stopped it, and everything that was typed."""
    return page(template, 422, error=error, typed=request.form, **values)


def focus(name: str) -> Markup:
    """What gives the field of that name the focus, when it is the one at fault; a page has one at most."""
    if g.get("field") != name or g.focused:
        return Markup()
    g.focused = True
    return Markup(" autofocus")


def go(endpoint: str, **values: Any) -> Response:
    """On to another page after something was done (303)."""
    answer = redirect(url_for(endpoint, **values), 303)
    assert isinstance(answer, Response)
    return answer


def download(content: bytes, name: str, kind: str, holds: Holds) -> Response:
    """A file to keep. `name` is made by us from kommunkod and period, never from what came in; `holds` is what is told
    of it where it is kept who took what."""
    note(holds)
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name)}"
    return answer


ZIP = "application/zip"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
PDF = "application/pdf"
TOML = "application/toml; charset=utf-8"
TEXT = "text/plain; charset=utf-8"


def open_uploads() -> list[Any]:
    """The session's uploads, newest first, for the pages that stand above them."""
    return list(reversed(session().uploads.values()))
