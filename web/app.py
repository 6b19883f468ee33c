"""The application: the wall, the request in memory, the pages and the errors, put together."""

from __future__ import annotations

import time

from flask import Flask, Response, abort, g, request

from betalningsansvar.web import access, errors, memory, words
from betalningsansvar.web.guard import Guard
from betalningsansvar.web.log import log_answer
from betalningsansvar.web.pages import focus
from betalningsansvar.web.place import Place, place
from betalningsansvar.web.routes import ROUTES
from betalningsansvar.web.state import IDLE_SECONDS, WARN_SECONDS
from betalningsansvar.web.team import entry


class _App(Flask):
    request_class = memory.RequestInMemory

    @property
    def debug(self) -> bool:
        """Never: no environment switches on pages that show the program's inside."""
        return False

    @debug.setter
    def debug(self, value: bool) -> None:
        pass

    def log_exception(self, exc_info: object) -> None:
        """Nothing: `errors` has logged it by its number, without the text that may tell of a patient."""


def make_app(here: Place) -> Flask:
    """The page as a WSGI application for one place."""
    app = _App("betalningsansvar.web", static_folder=None)
    app.extensions["betalningsansvar"] = here
    app.config.update(MAX_CONTENT_LENGTH=memory.MOST_BYTES, PROPAGATE_EXCEPTIONS=False, TESTING=False, DEBUG=False)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(words.FILTERS)
    app.jinja_env.globals.update(
        number_of=words.number_of,
        static=lambda name: f"/static/{here.static[name].versioned}",
        idle_minutes=IDLE_SECONDS // 60,
        warn_seconds=WARN_SECONDS,
        here=here,
        may=access.may,
        focus=focus,
        has=lambda endpoint: endpoint in app.view_functions,
    )
    app.before_request(_begin)
    app.before_request(entry.let_in if here.team else access.let_in)
    app.after_request(_told)
    if here.team:
        app.after_request(entry.keep)
    app.context_processor(_own)
    errors.register(app)
    app.add_url_rule("/static/<name>", "static", _static)
    for rule, endpoint, view, *methods in ROUTES:
        app.add_url_rule(rule, endpoint, view, methods=methods or ["GET"])
    app.wsgi_app = Guard(app.wsgi_app, here.hosts, here.address.partition(":")[0])  # type: ignore[method-assign]
    return app


def _own() -> dict[str, object]:
    return {"own_session": g.get("session"), "signed_on": g.get("user")}


def _begin() -> None:
    g.began = time.perf_counter()


def _told(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "okänd"
    log_answer(request.method, route, response.status_code, round(1000 * (time.perf_counter() - g.began)))
    return response


def _static(name: str) -> Response:
    """A file of our own by its versioned name; it never changes, so a browser may keep it."""
    for file in place().static.values():
        if file.versioned == name:
            answer = Response(file.content, content_type=file.type)
            answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
            return answer
    abort(404)
