"""Who is let in: the browser that used a key, known from then on by a cookie."""

from __future__ import annotations

from flask import Response, abort, g, redirect, request

from betalningsansvar.web.place import place
from betalningsansvar.web.state import Session, Upload
from betalningsansvar.web.team import roles

OPENER = "oppna-"
"""How the files begin that send a browser on to the page with a key; they are gone when a key has been used."""

OPEN_TO_ALL = ("static",)
"""Endpoints that tell nothing and need no cookie."""


def let_in() -> Response | None:
    """Before every answer: a key gives a cookie, a cookie gives its session, everything else 403."""
    if request.endpoint in OPEN_TO_ALL:
        return None
    here = place()
    session = here.state.find(request.cookies.get(here.cookie, ""))
    if request.path == "/" and "nyckel" in request.args:
        return _use_key(request.args["nyckel"], session)
    if session is None:
        abort(403)
    g.session = session
    return None


def session() -> Session:
    """The session of the request."""
    found: Session = g.session
    return found


def acting() -> str:
    """Who does what this request asks for: who is signed in on a team server, else the name as typed."""
    return session().by if place().team else request.form.get("namn", "").strip()


def may(endpoint: str) -> bool:
    """Whether who sent the request may do what the POST of that endpoint does; on one's own computer, everything."""
    user = g.get("user")
    return user is None or roles.may(endpoint, user.roles)


def upload(id: str) -> Upload:
    """One of the session's own uploads; any other is not there (404)."""
    found = session().uploads.get(id)
    if found is None:
        abort(404)
    return found


def _use_key(offered: str, existing: Session | None) -> Response:
    here = place()
    # A HEAD is a machine that looks at a link; it may not spend the key.
    if request.method != "GET" or not here.keys.use(offered):
        abort(403)
    for used in here.run_folder.glob(f"{OPENER}*"):
        used.unlink(missing_ok=True)
    opened = existing or here.state.begin()
    answer = redirect("/", 303)
    answer.set_cookie(here.cookie, opened.token, httponly=True, samesite="Strict", path="/")
    assert isinstance(answer, Response)
    return answer
