"""Inställningar: the files of the settings folder as forms, each fault at its field, each file to download."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from flask import Response, abort, request

from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.stop import StopError
from betalningsansvar.data.toml_file import parse
from betalningsansvar.operations.toml_text import toml_text
from betalningsansvar.web import settingforms
from betalningsansvar.web.choices import kommun_choices, settings
from betalningsansvar.web.holds import NOTHING
from betalningsansvar.web.pages import TOML, download, go, page
from betalningsansvar.web.place import place
from betalningsansvar.web.settingforms import Field, faults_of, shown_values, typed_table, typing_faults
from betalningsansvar.web.words import kommun_name


@dataclass(frozen=True, slots=True)
class _Form:
    """One form: what it is called, the file it fills in, and its fields. `rows` names the list that a form of one
    row belongs to, `key` the field that tells the rows apart."""

    title: str
    file: str
    fields: tuple[Field, ...]
    rows: str = ""
    key: str = ""


FORMS = {
    "avsandare": _Form("Avsändare", "avsandare.toml", settingforms.SENDER),
    "kunder": _Form("Kommunernas adresser", "kunder.toml", settingforms.CUSTOMER, "kund", "kommunkod"),
    "belopp": _Form("Egna belopp", "belopp.toml", settingforms.AMOUNT, "belopp"),
    "bokforing": _Form("Bokföring", "bokforing.toml", settingforms.BOOKKEEPING),
}
LISTS = {"avtal": "Egna avtal", "profiler": "Egna profiler"}


def show() -> Response:
    """What there is to fill in, and what is wrong in files that are there."""
    found = settings()
    filled = {
        "avsandare": found.sender,
        "kunder": found.customers,
        "belopp": found.amounts,
        "bokforing": found.bookkeeping,
    }
    return page(
        "installningar.html",
        forms=FORMS,
        lists=LISTS,
        filled={name: file is not None for name, file in filled.items()},
        own={"avtal": found.agreements, "profiler": found.profiles},
        faults=found.faults,
    )


def form(name: str) -> Response:
    """One form as it stands, or the list of own agreements or profiles."""
    if name in LISTS:
        return page("egna.html", name=name, title=LISTS[name], files=_own(name))
    return _page(_form(name), name)


def save(name: str) -> Response:
    """Keep what was typed, or show it again with each fault at its field."""
    if name in LISTS:
        return _save_file(name)
    own = _form(name)
    table = typed_table(own.fields, request.form)
    faults = typing_faults(own.fields, request.form)
    content = {**_content(own), **table} if not own.rows else _with_row(own, table)
    try:
        if not faults:
            _keep(own.file, content)
    except StopError as error:
        faults = faults_of(error, own.fields)
        if not faults:
            return _page(own, name, 422, error=error)
    if faults:
        told = StopError("Rätta fälten nedan. Det du har skrivit finns kvar, och det sparade är oförändrat.")
        return _page(
            own, name, 422, error=told, faults=faults, field=next(f.name for f in own.fields if f.name in faults)
        )
    return go("installningar_form", name=name, sparat="ja", **({"kommun": request.form["kommun"]} if own.key else {}))


def remove(name: str) -> Response:
    """Take away one amount, one kommun's address, or one own agreement or profile."""
    try:
        _take_away(name, request.form.get("rad", ""))
    except StopError as error:
        if name in LISTS:
            return page("egna.html", 422, name=name, title=LISTS[name], files=_own(name), error=error)
        return _page(_form(name), name, 422, error=error)
    return go("installningar_form", name=name)


def _take_away(name: str, chosen: str) -> None:
    from betalningsansvar.operations.settings import remove_setting

    if name in LISTS:
        if chosen not in _own(name):
            abort(404)
        remove_setting(place().settings, f"{name}/{chosen}.toml")
        return
    own = _form(name)
    content = _content(own)
    rows = content.get(own.rows, [])
    if not own.rows or not chosen.isdecimal() or len(chosen) > 6 or int(chosen) >= len(rows):
        abort(404)
    content[own.rows] = [row for number, row in enumerate(rows) if number != int(chosen)]
    if content[own.rows]:
        _keep(own.file, content)
    else:
        remove_setting(place().settings, own.file)


def fetch(name: str) -> Response:
    """The file as it is kept."""
    found = settings()
    file = {
        "avsandare": found.sender,
        "kunder": found.customers,
        "belopp": found.amounts,
        "bokforing": found.bookkeeping,
    }.get(name)
    if file is None:
        abort(404)
    return download(file.content, file.name, TOML, NOTHING)


def template() -> Response:
    """A commented agreement to begin from."""
    from importlib.resources import files

    content = files("betalningsansvar.tariffs").joinpath("avtalsmall.toml").read_bytes()
    return download(content, "mitt-avtal.toml", TOML, NOTHING)


def _form(name: str) -> _Form:
    if name not in FORMS:
        abort(404)
    return FORMS[name]


def _own(name: str) -> Mapping[str, NamedFile]:
    found = settings()
    return found.agreements if name == "avtal" else found.profiles


def _file(own: _Form) -> NamedFile | None:
    found = settings()
    return {
        f.file: s
        for f, s in zip(FORMS.values(), (found.sender, found.customers, found.amounts, found.bookkeeping), strict=True)
    }[own.file]


def _content(own: _Form) -> dict[str, Any]:
    """The file as it stands, as a table; empty when there is none that can be used."""
    file = _file(own)
    return parse(file)[0] if file else {}


def _with_row(own: _Form, table: dict[str, Any]) -> dict[str, Any]:
    """The file with the typed row in it: in the place of the one with the same key, else last."""
    content = _content(own)
    rows = list(content.get(own.rows, []))
    if own.key:
        code = request.form.get("kommun", "")
        if code not in kommuner():
            abort(404)
        table = {own.key: code, **table}
        rows = [row for row in rows if row.get(own.key) != code]
    return {**content, own.rows: [*rows, table]}


def _keep(file: str, content: Mapping[str, Any]) -> None:
    from betalningsansvar.operations.settings import load_settings, save_setting

    here = place()
    before = load_settings(here.settings)
    beside = before.sender.beside if file == "avsandare.toml" and before.sender else ()
    save_setting(here.settings, file, NamedFile(file, toml_text(content).encode(), beside))


def _save_file(name: str) -> Response:
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
        stem = _plain_name(str(parse(NamedFile(*main[0]))[0].get("id", "")))
        save_setting(place().settings, f"{name}/{stem}.toml", NamedFile(f"{stem}.toml", main[0][1], beside))
    except StopError as error:
        return page("egna.html", 422, name=name, title=LISTS[name], files=_own(name), error=error, field="filer")
    return go("installningar_form", name=name)


def _plain_name(name: str) -> str:
    """An id of plain letters only: it becomes part of addresses, and the name of a file of ours."""
    return re.sub(r"[^a-zåäö0-9_-]", "", name.lower())[:60] or "eget"


def _page(own: _Form, name: str, status: int = 200, faults: Mapping[str, str] | None = None, **values: Any) -> Response:
    from betalningsansvar.tariffs.belopp import load

    content = _content(own)
    kommun = request.form.get("kommun") or request.args.get("kommun", "")
    if own.key:
        table: dict[str, Any] = next((row for row in content.get(own.rows, []) if row.get(own.key) == kommun), {})
    else:
        table = {} if own.rows else content
    shown = dict(request.form) if status != 200 else shown_values(own.fields, table)
    return page(
        "installning.html",
        status,
        name=name,
        form=own,
        rows=content.get(own.rows, []) if own.rows else [],
        kommun=kommun if kommun in kommuner() else "",
        kommun_title=kommun_name(kommun),
        kommunval=kommun_choices(kommuner()),
        series=[(serie, serie) for serie in load(settings().amounts).serier()],
        shown=shown,
        faults=faults or {},
        exists=_file(own) is not None,
        saved=request.args.get("sparat") == "ja",
        **values,
    )
