"""At the door of a team server: who comes, with which session, and whether that person may do what is asked."""

from __future__ import annotations

import hmac

from flask import Response, after_this_request, g, request

from betalningsansvar.web.access import OPEN_TO_ALL
from betalningsansvar.web.log import log_stop
from betalningsansvar.web.place import place
from betalningsansvar.web.refusal import RefusedError
from betalningsansvar.web.team.roles import ASKED_FOR, may
from betalningsansvar.web.team.signon import User, sign_on
from betalningsansvar.web.team.trail import TrailError

_READING = ("GET", "HEAD", "OPTIONS")


class NotAllowedError(RefusedError):
    """Who signed in has none of the roles that are asked for."""

    def __init__(self, user: User, endpoint: str) -> None:
        wanted = " eller ".join(sorted(ASKED_FOR.get(endpoint, ()))) or "en roll som ingen har"
        super().__init__(
            "Det får du inte göra",
            f"Det här kräver rollen {wanted}. Du är inloggad som {user.name} och har: {', '.join(sorted(user.roles))}. "
            "Ingenting har gjorts.",
            f"rollen saknas för {endpoint}",
        )


class NotOpenedError(RefusedError):
    """Something was sent without the cookie of the sender's own session."""

    def __init__(self) -> None:
        super().__init__(
            "Öppna sidan på nytt",
            "Programmet har startats om, eller så är sidan öppen sedan en annan inloggning. Ingenting har gjorts. Gå "
            "till Börja och gör om det sista steget.",
            "formuläret saknar sessionens kaka",
        )


def let_in() -> None:
    """Before every answer: the user's session, and 403 for whoever is not signed in or may not."""
    if request.endpoint in OPEN_TO_ALL:
        return
    here = place()
    assert here.team is not None
    user = sign_on(request.environ, here.team)
    own = here.state.of_user(user.name)
    g.user, g.session = user, own
    known = hmac.compare_digest(
        request.cookies.get(here.cookie, "").encode("utf-8", "surrogatepass"), own.token.encode()
    )
    if request.method not in _READING:
        if not known:
            raise NotOpenedError
        if request.endpoint is not None and not may(request.endpoint, user.roles):
            raise NotAllowedError(user, request.endpoint)
    elif not known:

        @after_this_request
        def with_cookie(answer: Response) -> Response:
            answer.set_cookie(here.cookie, own.token, secure=True, httponly=True, samesite="Strict", path="/")
            return answer


def keep(answer: Response) -> Response:
    """After every answer: who changed something, or was not allowed to, is kept; who took something is already."""
    user: User | None = g.get("user")
    refused = answer.status_code == 403
    if user is None or g.get("noted") or not (refused or (request.method == "POST" and answer.status_code == 303)):
        return answer
    here = place()
    assert here.team is not None
    try:
        here.team.trail.keep(user.name, str(request.endpoint), answer=answer.status_code)
    except TrailError as error:
        # What was changed is in the ledger with who did it; it cannot be taken back here.
        log_stop(error)
    return answer
