"""Para ihop: an export with other headers than ours, each paired with one of ours, and kept as a profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, abort, request

from betalningsansvar.data.stop import StopError
from betalningsansvar.web.access import may, session, upload
from betalningsansvar.web.choices import kommun_choices
from betalningsansvar.web.pages import go, page
from betalningsansvar.web.pairing import code_fields, constant_choices, form_choices, header_choices, typed_pairing
from betalningsansvar.web.place import place

if TYPE_CHECKING:
    from betalningsansvar.operations.headers import TheirHeaders


def show() -> Response:
    """The headers of the file that was not recognised, with a few values of each."""
    if not session().unread:
        return go("borja")
    return _page(_headers(), {})


def again(id: str) -> Response:
    """Pair the headers of files that were read, to read more of their columns or to read them otherwise."""
    session().unread = upload(id).files
    return go("para_ihop")


def pair() -> Response:
    """Read the files by the pairs that were chosen; keep them as a profile when asked to. What the pairs make us ask
    (codes, how dates are written) is asked first."""
    from betalningsansvar.data.files.inputs import InputFile
    from betalningsansvar.operations.headers import profile_of
    from betalningsansvar.operations.inputs import ReadRequest, read
    from betalningsansvar.operations.settings import PROFILES, save_setting

    own = session()
    if not own.unread:
        return go("borja")
    found, typed = _headers(), request.form.to_dict()
    try:
        name = typed.get("namn", "").strip()
        if name and not may("installningar_spara"):
            raise StopError("Att spara en profil kräver rollen administrera. Lämna namnet tomt så läses filen ändå.")
        pairing = typed_pairing(found, typed)
        profile = profile_of(found, pairing, name)
        named = tuple(InputFile.from_bytes(*file) for file in own.unread)
        made = own.add(own.unread, read(ReadRequest(named, place().today, profile)))
        try:
            if name:
                save_setting(place().settings, f"{PROFILES}/{profile.name}", profile)
        except StopError:
            own.wipe(made.id)  # both are kept, or neither
            raise
        own.unread = ()
    except StopError as error:
        return _page(found, typed, error)
    return go("kontroll", id=made.id)


def _headers() -> TheirHeaders:
    from betalningsansvar.data.files.inputs import InputFile
    from betalningsansvar.data.profiles.profile import FORMS
    from betalningsansvar.operations.headers import their_headers

    form = request.values.get("form", "")
    if form and form not in FORMS:
        abort(404)
    return their_headers(InputFile.from_bytes(*session().unread[0]), form)


def _page(found: TheirHeaders, typed: dict[str, str], error: StopError | None = None) -> Response:
    from betalningsansvar.data.kommuner import kommuner
    from betalningsansvar.operations.headers import PairingError, codes_asked, formats_asked

    chosen = {
        column.header: typed.get(f"k{n}", column.suggested) if typed else column.suggested
        for n, column in enumerate(found.columns)
    }
    formats = formats_asked(found, chosen)
    faults = _at_fields(found, error.faults if isinstance(error, PairingError) else {})
    constants = constant_choices(found.constants, kommun_choices(kommuner()))
    values: dict[str, Any] = {
        "found": found,
        "typed": typed,
        "chosen": chosen,
        "forms": form_choices(),
        "choices": header_choices(found.form),
        "asked": [(one, code_fields(found, one)) for one in codes_asked(found, chosen)],
        "formats": formats,
        "constants": constants,
        "constants_told": any(typed.get(name) or name in faults for name, *_ in constants),
        "faults": faults,
        "field": next(iter(faults), getattr(error, "field", None)),
    }
    return page("para_ihop.html", 422 if error else 200, error=error, **values)


def _at_fields(found: TheirHeaders, faults: dict[str, str]) -> dict[str, str]:
    """The faults by the fields of the form: a header's own, that of what is the same on every row, or the first."""
    place_of = {column.header: f"k{n}" for n, column in enumerate(found.columns)}
    constant = {column.name: f"fast.{column.name}" for column in found.constants}
    fields: dict[str, str] = {}
    for where, sentence in faults.items():
        field = place_of.get(where) or (where if where.startswith(("kod.", "format.")) else constant.get(where, "k0"))
        fields[field] = f"{fields[field]} {sentence}" if field in fields else sentence
    return fields
