"""The pages for what went wrong, in words, each with the way on."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from betalningsansvar.data.stop import StopError
from betalningsansvar.data.system_reasons import machine_error
from betalningsansvar.web.log import log_fault, log_refusal, log_stop
from betalningsansvar.web.mend import mending
from betalningsansvar.web.pages import page
from betalningsansvar.web.refusal import RefusedError

_TEXTS = {
    400: ("Det som skickades gick inte att läsa", "Gå tillbaka och försök igen."),
    403: (
        "Du behöver en ny adress",
        "Adressen med nyckel fungerar en gång, och bara så länge programmet är igång. Gå till fönstret där "
        "programmet startades och tryck på Enter: då skrivs en ny adress som du kan öppna.",
    ),
    404: (
        "Sidan finns inte",
        "Uppgifterna kan vara raderade: det sker när du avslutar, efter 60 minuter utan aktivitet, och när "
        "programmet stängs. Läs in dem igen från Börja.",
    ),
    405: ("Så går det inte att göra", "Gå tillbaka till sidan och använd dess knappar."),
    413: (
        "Det är för mycket på en gång",
        "Filerna får vara högst 32 MB tillsammans, och högst 50 till antalet. Dela uttaget, eller spara det som CSV "
        "eller .xlsx med bara de kolumner som behövs. Det du hade läst in förut finns kvar.",
    ),
}


def register(app: Flask) -> None:
    """Give the application its pages for errors."""
    app.register_error_handler(HTTPException, _known)
    app.register_error_handler(RefusedError, _refused)
    app.register_error_handler(StopError, _stopped)
    app.register_error_handler(Exception, _fault)


def _known(error: HTTPException) -> Response:
    code = error.code or 500
    if code in (301, 302, 303, 307, 308):
        answer = error.get_response()
        assert isinstance(answer, Response)
        return answer
    heading, sentence = _TEXTS.get(code, _TEXTS[400] if code < 500 else ("Något gick fel", "Försök igen."))
    # A browser that came here from a file does not send the strict cookie: the second, own request does.
    again = (
        code == 403
        and request.path == "/"
        and not request.args
        and request.headers.get("Sec-Fetch-Site") == "cross-site"
    )
    return page("fel.html", code, heading=heading, sentence=sentence, again=again, inside=_inside())


def _refused(error: RefusedError) -> Response:
    log_refusal(error.reason)
    return page("fel.html", 403, heading=error.heading, sentence=str(error), inside=_inside())


def _stopped(error: StopError) -> Response:
    """What stops a page that has no form of its own to show again."""
    log_stop(error)
    return page(
        "fel.html",
        422,
        heading="Det gick inte",
        sentence=str(error),
        link=mending(error) if _inside() else None,
        inside=_inside(),
        again_too=True,
    )


def _fault(error: Exception) -> Response:
    if told := machine_error(error):
        return _stopped(told)
    number = secrets.token_hex(4)
    log_fault(number, error)
    return page(
        "fel.html",
        500,
        heading="Ett fel i programmet",
        sentence=f"Fel nummer {number}. Ingenting har ändrats av det du just gjorde, och dina uppgifter finns kvar. "
        "Numret står i programmets logg tillsammans med var i programmet felet finns, utan uppgifter om någon patient.",
        inside=_inside(),
    )


def _inside() -> bool:
    return "session" in g
