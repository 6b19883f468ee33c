"""Eget avtal: an agreement of one's own as a form, one rule at a time, each fault at its field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, request

from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.kommuner import region_names
from betalningsansvar.data.stop import StopError
from betalningsansvar.data.toml_file import SettingsError, parse
from betalningsansvar.operations.toml_text import toml_text
from betalningsansvar.web.choices import FieldsError, settings
from betalningsansvar.web.pages import go, page
from betalningsansvar.web.place import place
from betalningsansvar.web.screens.own_files import plain_name
from betalningsansvar.web.screens.settings import typed_fields
from betalningsansvar.web.settingfields import AGREEMENT, RULE
from betalningsansvar.web.settingforms import (
    faults_of,
    left_by,
    read_problem,
    shown_values,
    typed_table,
    typing_faults,
)

NEW = "nytt"
"""How an agreement that is not kept yet is called in addresses."""

_IN_FILES = "schablon"
_MODELS = {"individuell": "Dag för dag", "genomsnitt": "Genomsnitt", "utanfor": "Utanför"}


def show(agreement: str) -> Response:
    """The agreement's head, its rules, and one of them to change or a new one to add."""
    return _page(agreement, _content(agreement))


def save(agreement: str) -> Response:
    """Keep the head and the rule as typed, or take a rule away; the file is read strictly first."""
    from betalningsansvar.operations.settings import AGREEMENTS, save_setting

    content = _content(agreement)
    rules, number = list(content.get("regel", [])), _chosen(content)
    try:
        ident = _new_id() if agreement == NEW else agreement
        typed = typed_fields()
        if request.form.get("gor") == "bort":
            changed = {**content, "regel": [rule for n, rule in enumerate(rules) if n != number]}
        else:
            table = _typed(typed)
            rules[number:] = [table.pop("regel", {}), *rules[number + 1 :]]
            changed = {"id": ident, **table, **left_by(AGREEMENT, content), "regel": rules}
        file = NamedFile(f"{ident}.toml", toml_text(changed).encode(), _beside(agreement))
        _save(lambda: save_setting(place().settings, f"{AGREEMENTS}/{file.name}", file), number)
    except StopError as error:
        return _page(agreement, content, 422, error)
    return go("eget_avtal", agreement=ident, sparat="ja")


def _save(keep: Any, number: int) -> None:
    """Keep the file; what its reader says of the head and of this rule stands at its fields. Raises FieldsError."""
    try:
        keep()
    except SettingsError as error:
        told = [(problem, read_problem(problem)) for problem in error.problems]
        own = [text for text, at in told if at and (at.table != "regel" or at.number == number + 1)]
        faults = faults_of(SettingsError(own), (*AGREEMENT, *RULE))
        if faults:
            raise FieldsError(faults) from error
        raise


def _typed(typed: Mapping[str, str]) -> dict[str, Any]:
    fields = (*AGREEMENT, *RULE)
    faults = typing_faults(fields, typed)
    model = typed.get("regel.modell", "")
    for field in RULE:
        if field.models and model not in field.models and typed.get(field.name, "").strip():
            models = " och ".join(_MODELS[one].lower() for one in field.models)
            faults.setdefault(field.name, f"Hör till modellen {models}. Töm fältet, eller byt modell.")
    if faults:
        raise FieldsError({field.name: faults[field.name] for field in fields if field.name in faults})
    return typed_table(fields, typed)


def _new_id() -> str:
    from betalningsansvar.tariffs.agreements import shipped_ids

    ident = request.form.get("id", "").strip()
    if not ident or plain_name(ident) != ident:
        raise FieldsError({"id": "Skriv små bokstäver, siffror och bindestreck, till exempel region-x."})
    if ident in settings().agreements or ident in (*shipped_ids(), NEW):
        raise FieldsError({"id": f"{ident} finns redan. Välj ett annat kort namn."})
    return ident


def _content(agreement: str) -> dict[str, Any]:
    if agreement == NEW:
        return {}
    own = settings().agreements
    if agreement not in own:
        abort(404)
    return parse(own[agreement])[0]


def _beside(agreement: str) -> tuple[NamedFile, ...]:
    file = settings().agreements.get(agreement)
    return file.beside if file else ()


def _chosen(content: Mapping[str, Any]) -> int:
    """The rule that is asked for: its number from 0, or the next one."""
    rules, asked = content.get("regel", []), request.values.get("regel", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 5 else len(rules)
    if number < len(rules) and rules[number].get("modell") == _IN_FILES:
        abort(404)
    return min(number, len(rules))


def _page(agreement: str, content: Mapping[str, Any], status: int = 200, error: StopError | None = None) -> Response:
    from betalningsansvar.tariffs.agreements import load_agreement

    number, rules = _chosen(content), content.get("regel", [])
    table = {**content, "regel": rules[number] if number < len(rules) else {}}
    fields = (*AGREEMENT, *RULE)
    file = settings().agreements.get(agreement)
    regions = sorted(region_names().items(), key=lambda pair: pair[1])
    return page(
        "eget_avtal.html",
        status,
        agreement=agreement,
        new=agreement == NEW,
        title=content.get("namn", "Nytt avtal"),
        rules=load_agreement(file).regler if file else (),
        number=number,
        changing=number < len(rules),
        head=AGREEMENT,
        fields=RULE,
        models=_MODELS,
        shown=typed_fields() if status != 200 else shown_values(fields, table),
        lists={"region": [("", "Alla kommuner"), *regions]},
        faults=error.faults if isinstance(error, FieldsError) else {},
        error=error,
        saved=request.args.get("sparat") == "ja",
    )
