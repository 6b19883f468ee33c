"""Para ihop: an export with other headers than ours, each paired with one of ours, and kept as a profile."""

from __future__ import annotations

from flask import Response, request

from betalningsansvar.data.stop import StopError
from betalningsansvar.web.access import may, session
from betalningsansvar.web.pages import go, page
from betalningsansvar.web.place import place
from betalningsansvar.web.words import column_word


def show() -> Response:
    """The headers of the file that was not recognised, with a few values of each."""
    return _page()


def pair() -> Response:
    """Read the files by the pairs that were chosen; keep them as a profile when asked to."""
    from betalningsansvar.data.files.inputs import InputFile
    from betalningsansvar.operations.headers import OURS, profile_of, their_headers
    from betalningsansvar.operations.inputs import ReadRequest, read
    from betalningsansvar.operations.settings import PROFILES, save_setting

    own = session()
    if not own.unread:
        return go("borja")
    named = tuple(InputFile.from_bytes(name, content) for name, content in own.unread)
    try:
        found = their_headers(named[0])
        chosen = [(column.header, request.form.get(f"k{n}", "")) for n, column in enumerate(found.columns)]
        pairs = {header: ours for header, ours in chosen if ours in OURS}
        name = request.form.get("namn", "").strip()
        if name and not may("installningar_spara"):
            raise StopError("Att spara en profil kräver rollen administrera. Lämna namnet tomt så läses filen ändå.")
        profile = profile_of(found, pairs, name)
        upload = own.add(own.unread, read(ReadRequest(named, place().today, profile)))
        if name:
            save_setting(place().settings, f"{PROFILES}/{profile.name}", profile)
        own.unread = ()
    except StopError as error:
        return _page(422, error)
    return go("kontroll", id=upload.id)


def _page(status: int = 200, error: StopError | None = None) -> Response:
    from betalningsansvar.data.columns import CASE_COLUMNS
    from betalningsansvar.data.files.inputs import InputFile
    from betalningsansvar.operations.headers import their_headers

    own = session()
    if not own.unread:
        return go("borja")
    found = their_headers(InputFile.from_bytes(*own.unread[0]))
    needed = [column_word(column.name) for column in CASE_COLUMNS if column.needed]
    choices = [("", "Läs inte"), *((c.name, column_word(c.name) + (" *" if c.needed else "")) for c in CASE_COLUMNS)]
    return page("para_ihop.html", status, found=found, choices=choices, needed=needed, typed=request.form, error=error)
