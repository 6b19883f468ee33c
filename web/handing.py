"""Handing out: on a team server it is kept who took what, before it is given."""

from __future__ import annotations

from flask import g, request

from betalningsansvar.web.holds import Holds
from betalningsansvar.web.place import place


def note(holds: Holds) -> None:
    """The answer to this request holds this. Raises TrailError when it cannot be kept who took it."""
    g.noted = True
    team = place().team
    if team is not None:
        team.trail.keep(g.user.name, str(request.endpoint), holds)
