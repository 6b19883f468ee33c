"""The wall round the page: only the page itself, opened on this computer, is answered.

Any web site open in the same browser can send requests to 127.0.0.1. Three things keep them out: the name they must
call us by (a foreign name that resolves to this computer is refused), the origin of whatever changes anything, and
the cookie (in `access`). Cookies and SameSite do not tell ports apart, so the origin must.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from betalningsansvar.web.log import log_fault
from betalningsansvar.web.plainpage import plain_page

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

HEADERS: tuple[tuple[str, str], ...] = (
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    # Not no-referrer: with it Chromium sends `Origin: null` from our own forms, and they would be refused.
    ("Referrer-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)
"""On every answer, unless the answer has the header already."""

_READING = ("GET", "HEAD", "OPTIONS")


class Guard:
    """WSGI middleware: refuses foreign names and foreign origins, and puts HEADERS on every answer."""

    def __init__(self, application: WSGIApplication, hosts: Collection[str], scheme: str) -> None:
        self._application, self._hosts, self._scheme = application, hosts, scheme

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            return start_response(status, with_headers(headers), exc_info)

        if environ.get("HTTP_HOST", "") not in self._hosts:
            return _refuse(
                start, "421 Misdirected Request", "Fel adress", "Öppna sidan med adressen som programmet skrev."
            )
        if environ["REQUEST_METHOD"] not in _READING and not same_origin(environ, self._scheme):
            return _refuse(
                start,
                "403 Forbidden",
                "Inte tillåtet",
                "Det som skickades kom inte från den här sidan, så ingenting har gjorts.",
            )
        try:
            return self._application(environ, start)
        except Exception as error:
            # The page for faults has one itself.
            number = secrets.token_hex(4)
            log_fault(number, error)
            return _refuse(start, "500 Internal Server Error", "Ett fel i programmet", f"Fel nummer {number}.")


def with_headers(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers of an answer together with those of HEADERS it lacks."""
    own = {name.lower() for name, _ in headers}
    return [*headers, *(pair for pair in HEADERS if pair[0].lower() not in own)]


def same_origin(environ: Mapping[str, Any], scheme: str) -> bool:
    """Whether a request that changes something says that it comes from this page; one that says nothing does not."""
    site, origin = environ.get("HTTP_SEC_FETCH_SITE"), environ.get("HTTP_ORIGIN")
    if site is None and origin is None:
        return False
    return site in (None, "same-origin") and origin in (None, f"{scheme}://{environ['HTTP_HOST']}")


def _refuse(start: Any, status: str, heading: str, sentence: str) -> list[bytes]:
    body = plain_page(heading, sentence)
    start(status, [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]
