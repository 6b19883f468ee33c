"""Inställningar: the files of the settings folder as forms, each fault at its field, each file to download."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, request

from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.stop import StopError
from betalningsansvar.data.toml_file import parse
from betalningsansvar.operations.toml_text import toml_text
from betalningsansvar.web import settingfields
from betalningsansvar.web.choices import kommun_choices, settings
from betalningsansvar.web.holds import NOTHING
from betalningsansvar.web.pages import TOML, download, go, page
from betalningsansvar.web.place import place
from betalningsansvar.web.screens import own_files
from betalningsansvar.web.settingfields import Field
from betalningsansvar.web.settingforms import SEVERAL, faults_of, left_by, shown_values, typed_table, typing_faults
from betalningsansvar.web.words import kommun_name

_LOGO = "logotyp.png"


@dataclass(frozen=True, slots=True)
class _Form:
    """One form: what it is called, the file it fills in, and its fields. `rows` names the list that a form of one
    row belongs to, `key` the field that tells the rows apart, `columns` the fields by which a row is known in a list,
    and `add` what adding one is called."""

    title: str
    file: str
    fields: tuple[Field, ...]
    rows: str = ""
    key: str = ""
    columns: tuple[str, ...] = ()
    add: str = ""


_AMOUNT_COLUMNS = ("serie", "fran", "tom", "vardform", "kronor", "kalla")
FORMS = {
    "avsandare": _Form("Avsändare", "avsandare.toml", settingfields.SENDER),
    "kunder": _Form("Kommunernas adresser", "kunder.toml", settingfields.CUSTOMER, "kund", "kommunkod"),
    "belopp": _Form(
        "Egna belopp",
        "belopp.toml",
        settingfields.AMOUNT,
        "belopp",
        columns=_AMOUNT_COLUMNS,
        add="Lägg till ett belopp",
    ),
    "bokforing": _Form("Bokföring", "bokforing.toml", settingfields.BOOKKEEPING),
    "objekt": _Form(
        "Fasta objekt i bokföringen",
        "bokforing.toml",
        settingfields.BOOKED_OBJECT,
        "objekt",
        columns=("dimension", "dimension_namn", "objekt", "namn"),
        add="Lägg till ett objekt",
    ),
}
_KEPT = {
    "avsandare.toml": "sender",
    "kunder.toml": "customers",
    "belopp.toml": "amounts",
    "bokforing.toml": "bookkeeping",
}


def show() -> Response:
    """What there is to fill in, and what is wrong in files that are there."""
    found = settings()
    return page(
        "installningar.html",
        forms=FORMS,
        lists=own_files.LISTS,
        filled={name: bool(_content(own).get(own.rows) if own.rows else _file(own)) for name, own in FORMS.items()},
        own={"avtal": found.agreements, "profiler": found.profiles},
        faults=found.faults,
    )


def form(name: str) -> Response:
    """One form as it stands, or the list of own agreements or profiles."""
    if name in own_files.LISTS:
        return own_files.listed(name)
    return _page(_form(name), name)


def save(name: str) -> Response:
    """Keep what was typed, or show it again with each fault at its field."""
    if name in own_files.LISTS:
        return own_files.receive(name)
    own, typed = _form(name), typed_fields()
    content, beside = _content(own), _beside(own)
    if name == "avsandare":
        typed["logotyp"], beside = _logo(content, beside)
    table = typed_table(own.fields, typed)
    faults = typing_faults(own.fields, typed)
    try:
        if not faults:
            changed = _with_row(own, content, table) if own.rows else {**left_by(own.fields, content), **table}
            _keep(own.file, changed, beside)
    except StopError as error:
        faults = faults_of(error, own.fields)
        if not faults:
            return _page(own, name, 422, error=error)
    if faults:
        told = StopError("Rätta fälten nedan. Det du har skrivit finns kvar, och det sparade är oförändrat.")
        first = next(f.name for f in own.fields if f.name in faults)
        return _page(own, name, 422, error=told, faults=faults, field=first)
    return go("installningar_form", name=name, sparat="ja", **({"kommun": request.form["kommun"]} if own.key else {}))


def remove(name: str) -> Response:
    """Take away one row of a list, or one own agreement or profile."""
    chosen = request.form.get("rad", "")
    try:
        if name in own_files.LISTS:
            own_files.take_away(name, chosen)
        else:
            _remove_row(_form(name), chosen)
    except StopError as error:
        return (
            own_files.listed(name, 422, error)
            if name in own_files.LISTS
            else _page(_form(name), name, 422, error=error)
        )
    return go("installningar_form", name=name)


def fetch(name: str) -> Response:
    """The file as it is kept."""
    file = _file(FORMS[name]) if name in FORMS else None
    if file is None:
        abort(404)
    return download(file.content, file.name, TOML, NOTHING)


def template() -> Response:
    """A commented agreement to begin from."""
    from importlib.resources import files

    content = files("betalningsansvar.tariffs").joinpath("avtalsmall.toml").read_bytes()
    return download(content, "mitt-avtal.toml", TOML, NOTHING)


def typed_fields() -> dict[str, str]:
    """What was typed, by field; of several boxes ticked in one field all."""
    return {name: SEVERAL.join(values) for name, values in request.form.lists()}


def _shown(own: _Form, table: Mapping[str, Any], *, again: bool) -> dict[str, str]:
    """What stands in the fields: what is kept, or `again` what was typed, and the picture that is kept."""
    kept = shown_values(own.fields, table)
    if not again:
        return kept
    return {**{field.name: kept.get(field.name, "") for field in own.fields if field.kind == "bild"}, **typed_fields()}


def _form(name: str) -> _Form:
    if name not in FORMS:
        abort(404)
    return FORMS[name]


def _file(own: _Form) -> NamedFile | None:
    found: NamedFile | None = getattr(settings(), _KEPT[own.file])
    return found


def _beside(own: _Form) -> tuple[NamedFile, ...]:
    file = _file(own)
    return file.beside if file else ()


def _content(own: _Form) -> dict[str, Any]:
    """The file as it stands, as a table; empty when there is none that can be used."""
    file = _file(own)
    return parse(file)[0] if file else {}


def _logo(content: Mapping[str, Any], beside: tuple[NamedFile, ...]) -> tuple[str, tuple[NamedFile, ...]]:
    """The name of the logo and the files beside the sender's: the picture that was sent, or that which is kept."""
    sent = request.files.get("logotyp")
    if sent and sent.filename:
        return _LOGO, (NamedFile(_LOGO, sent.stream.read()),)
    if request.form.get("utan_logotyp") == "ja":
        return "", ()
    return str(content.get("logotyp", "")), beside


def _with_row(own: _Form, content: Mapping[str, Any], table: dict[str, Any]) -> dict[str, Any]:
    """The file with the typed row in it: in the place of the one it is about, else last."""
    rows = list(content.get(own.rows, []))
    place_of = _chosen_row(rows, request.form.get("rad", ""))
    if own.key:
        code = request.form.get("kommun", "")
        if code not in kommuner():
            abort(404)
        table = {own.key: code, **table}
        place_of = next((n for n, row in enumerate(rows) if row.get(own.key) == code), None)
    if place_of is None:
        rows.append(table)
    else:
        rows[place_of] = {**left_by(own.fields, rows[place_of]), **table}
    return {**content, own.rows: rows}


def _chosen_row(rows: list[Any], chosen: str) -> int | None:
    if not chosen:
        return None
    if not chosen.isdecimal() or len(chosen) > 6 or int(chosen) >= len(rows):
        abort(404)
    return int(chosen)


def _remove_row(own: _Form, chosen: str) -> None:
    from betalningsansvar.operations.settings import remove_setting

    content = _content(own)
    rows = content.get(own.rows, [])
    place_of = _chosen_row(rows, chosen or "-") if own.rows else abort(404)
    left = [row for number, row in enumerate(rows) if number != place_of]
    content = {**content, own.rows: left} if left else {k: v for k, v in content.items() if k != own.rows}
    if content:
        _keep(own.file, content, _beside(own))
    else:
        remove_setting(place().settings, own.file)


def _keep(file: str, content: Mapping[str, Any], beside: tuple[NamedFile, ...]) -> None:
    from betalningsansvar.operations.settings import save_setting

    save_setting(place().settings, file, NamedFile(file, toml_text(content).encode(), beside))


def _page(own: _Form, name: str, status: int = 200, faults: Mapping[str, str] | None = None, **values: Any) -> Response:
    from betalningsansvar.tariffs.belopp import load

    content = _content(own)
    rows = content.get(own.rows, []) if own.rows else []
    kommun = request.form.get("kommun") or request.args.get("kommun", "")
    row = _chosen_row(rows, request.values.get("rad", ""))
    if own.key:
        kommun = kommun or ("" if row is None else str(rows[row].get(own.key, "")))
        row = next((n for n, one in enumerate(rows) if one.get(own.key) == kommun), None)
    table: dict[str, Any] = ({} if row is None else rows[row]) if own.rows else content
    return page(
        "installning.html",
        status,
        name=name,
        form=own,
        rows=rows,
        row=row,
        columns=[field for field in own.fields if field.name in own.columns],
        kommun=kommun if kommun in kommuner() else "",
        kommun_title=kommun_name(kommun),
        kommunval=kommun_choices(kommuner()),
        lists={"serie": [(serie, serie) for serie in load(settings().amounts).serier()]},
        shown=_shown(own, table, again=status != 200 and request.endpoint == "installningar_spara"),
        faults=faults or {},
        exists=_file(own) is not None,
        saved=request.args.get("sparat") == "ja",
        **values,
    )
