"""Egna avtal och profiler: the rule files and profiles of the settings folder, listed, sent in and taken away."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from flask import Response, abort, request

from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.stop import StopError
from betalningsansvar.data.toml_file import parse
from betalningsansvar.web.choices import settings
from betalningsansvar.web.pages import go, page
from betalningsansvar.web.place import place

LISTS = {"avtal": "Egna avtal", "profiler": "Egna profiler"}


def listed(name: str, status: int = 200, error: StopError | None = None) -> Response:
    """The agreements or profiles of one's own."""
    return page("egna.html", status, name=name, title=LISTS[name], files=own_files(name), error=error, field="filer")


def own_files(name: str) -> Mapping[str, NamedFile]:
    """The files of one's own by their ids: agreements, or profiles."""
    found = settings()
    return found.agreements if name == "avtal" else found.profiles


def receive(name: str) -> Response:
    """An own agreement (with its schablon tables beside it) or profile, as a file."""
    from betalningsansvar.operations.settings import save_setting

    sent = [
        (PurePosixPath((f.filename or "").replace("\\", "/")).name, f.stream.read())
        for f in request.files.getlist("filer")
    ]
    sent = [(own, content) for own, content in sent if own]
    try:
        main = [own for own in sent if b"[[regel]]" in own[1]] if name == "avtal" else sent[:1]
        if len(main) != 1 or not main[0][0].endswith(".toml"):
            raise StopError(
                "Välj en fil som slutar på .toml. Ett avtals schablontabeller väljs tillsammans med avtalet."
            )
        beside = tuple(NamedFile(own, content) for own, content in sent if own != main[0][0])
        # A file of rules is known by the id that stands in it.
        stem = plain_name(str(parse(NamedFile(*main[0]))[0].get("id", "")))
        save_setting(place().settings, f"{name}/{stem}.toml", NamedFile(f"{stem}.toml", main[0][1], beside))
    except StopError as error:
        return listed(name, 422, error)
    return go("installningar_form", name=name)


def take_away(name: str, chosen: str) -> None:
    """Take one away. Raises SettingsFolderError."""
    from betalningsansvar.operations.settings import remove_setting

    if chosen not in own_files(name):
        abort(404)
    remove_setting(place().settings, f"{name}/{chosen}.toml")


def plain_name(name: str) -> str:
    """An id of plain letters only: it becomes part of addresses, and the name of a file of ours."""
    return re.sub(r"[^a-zåäö0-9_-]", "", name.lower())[:60] or "eget"
