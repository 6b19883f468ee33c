"""Every form of the page × every kind of stop: told once, in words and with the way to mend it; nothing is lost."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from betalningsansvar.data.files.inputs import InputError
from betalningsansvar.data.stop import StopError
from betalningsansvar.web.guard import HEADERS
from betalningsansvar.web.mend import SCREENS
from betalningsansvar.web.refusal import RefusedError
from betalningsansvar.web.routes import ROUTES
from tests.stop_examples import SENTENCE, every_stop, example_of
from tests.web.border import Border
from tests.web.forms import Field, Page
from tests.web.furnished import PROFILE, THEIRS_BY_PROFILE, Furnished, Standing
from tests.web.stand import EXAMPLE, Stand

ENDPOINTS = sorted(endpoint for _, endpoint, _, *methods in ROUTES if "POST" in methods)
WITHOUT_OPERATION = {"fortsatt", "avsluta_gor", "jobb_avbryt", "arende_patient", "scenarier_in", "para_ihop_igen"}
PLANS = {"utfarda_gor", "godkann", "avrakna_gor", "avrakna_godkann"}
OF_THE_PLAN = {"kod", "manad", "summa", "granskat"}
"""What was typed of a plan that has changed belongs to the plan that was shown: it is typed anew for the new one."""

TYPED = {
    "rad": "1",
    "belopp": "77,00",
    "dag": "2018-12-20",
    "preskription": "2028-12-20",
    "alternativ": "4900",
    "losenord": "Ett långt lösenord 1",
    "fakturadatum": "2019-01-10",
    "fran": "2019-01-01",
    "tom": "2019-12-31",
    "kronor": "7200",
    "id": "eget-nytt",
    "regel.fran": "2018-01-01",
    "dimension": "6",
    "objekt": "H1",
}
FREE = {"namn", "regel.kalla", "dimension_namn", "kalla", "kontakt", "kontoplan", "invandning", "intakt.namn"}
LEFT = {"regel.villkor"}
"""Belongs to another choice than the one that is made."""
TEXT = 'Åsa & "Bo" <Ek>'
FILES = {
    "uppgifter": ("uttag.csv", THEIRS_BY_PROFILE),
    "installningar_sparaavtal": ("egen.toml", (PROFILE + "\n[[regel]]").encode()),
    "installningar_sparaprofiler": ("egen.toml", PROFILE.encode()),
    "jamfor_mottagen": ("faktura.xml", (EXAMPLE.parent / "mottagen-e-faktura.xml").read_bytes()),
}


@pytest.fixture(scope="module")
def border() -> Iterator[Border]:
    with pytest.MonkeyPatch.context() as patch:
        yield Border(patch)


def test_every_form_of_the_map_stands_on_some_page(own: Furnished) -> None:
    posts = {rule.endpoint for rule in own.stand.app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert posts == set(ENDPOINTS) == {standing.endpoint for standing in own.forms.values()}


def typed_in(own: Furnished, standing: Standing) -> dict[str, str]:
    """What a person types in the form: something in every field, and not what stood there already."""
    page = own.browser.get(standing.page).text
    total = re.search(r"netto</dt><dd>([^<]+)", page)
    of_plan = {"summa": total[1] if total else "", "manad": "2018" if "bokslut" in standing.page else "2018-12"}
    return {one.name: _typed(one, of_plan) for one in typed_fields(standing)}


def typed_fields(standing: Standing) -> list[Field]:
    return [one for one in standing.form.fields if one.name not in {"", *LEFT} and one.kind != "file"]


def _typed(one: Field, of_plan: dict[str, str]) -> str:
    if one.kind == "select" and not re.match(r"k\d|fast\.|kod\.|format|regel\.(?!modell)", one.name):
        return one.choices[-1]
    if one.kind in ("hidden", "checkbox", "select"):
        return one.value
    return {**TYPED, **of_plan}.get(one.name) or (TEXT if one.name in FREE else one.value)


def send(own: Furnished, standing: Standing, typed: dict[str, str]) -> Any:
    name, content = FILES.get(standing.name, ("uttag.csv", EXAMPLE.read_bytes()))
    files = {one.name: (io.BytesIO(content), name) for one in standing.form.fields if one.kind == "file"}
    return own.browser.post(standing.form.action, {**typed, **files})


def ended(own: Furnished, address: str) -> Any:
    """The page of a job when it has ended."""
    job = own.session.jobs.find(address.rpartition("/")[2])
    while job and job.running:
        time.sleep(0.001)
    return own.browser.get(address)


def operations_of(own: Furnished, standing: Standing, border: Border) -> tuple[list[str], list[str]]:
    """Those that sending the form calls and its page does not, and those that both call."""
    typed = typed_in(own, standing)
    border.called.clear()
    own.browser.get(standing.page)
    of_page = set(border.called)
    border.called.clear()
    with own.put_back():
        answer = send(own, standing, typed)
        if "/jobb/" in answer.headers.get("Location", "") and standing.endpoint != "jobb_avbryt":
            ended(own, answer.headers["Location"])
    called = list(dict.fromkeys(border.called))
    return [name for name in called if name not in of_page], [name for name in called if name in of_page]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_stop_is_told_on_every_form(own: Furnished, border: Border, endpoint: str) -> None:
    for standing in [one for one in own.forms.values() if one.endpoint == endpoint]:
        acting, asked = operations_of(own, standing, border)
        assert bool(acting) != (endpoint in WITHOUT_OPERATION), f"{standing.name} calls {acting or asked}"
        typed, before, unread = typed_in(own, standing), own.kept(), own.session.unread
        at_first, others = (acting or [""])[0], [*acting[1:], *asked]
        field = next((one.id for one in standing.form.fields if one.id), "manad")
        every = [(at_first, example_of(kind, field=field)) for kind in every_stop()]
        border.forget()
        for operation, error in [*every, *((operation, StopError(SENTENCE)) for operation in others)]:
            if operation != at_first:
                border.forget()
            check(own, standing, border, operation, error, typed)
            if isinstance(error, InputError):
                own.session.unread = unread  # what was not recognised is offered to be paired
            assert own.kept() == before, f"{error!r} at {operation}"


def check(
    own: Furnished, standing: Standing, border: Border, operation: str, error: StopError, typed: dict[str, str]
) -> None:
    """Send the form; `error` is raised by the operation, or by what answers the form where it calls none."""
    told = f"{standing.name}, {type(error).__name__} at {operation or 'the view'}"
    views = own.stand.app.view_functions
    view = views[standing.endpoint]

    def stop(**_: object) -> None:
        raise error

    border.at, border.error = operation, error
    border.called.clear()
    if not operation:
        views[standing.endpoint] = stop
    try:
        answer = send(own, standing, typed)
        if job := answer.headers.get("Location", ""):
            assert "/jobb/" in job, told
            answer = ended(own, job)
            assert answer.status_code == 200, told
    finally:
        border.at, views[standing.endpoint] = "", view
    page = Page(answer.text)
    changed = type(error).__name__ == "PlanChangedError" and standing.endpoint in PLANS
    if not job:
        refused = isinstance(error, RefusedError) and answer.status_code == 403
        assert answer.status_code == (409 if changed and operation else 403 if refused else 422), told
    sentence = " ".join(str(error).split())
    at_field = standing.endpoint == "installningar_spara" and page.inside["faltfel"]  # told there in the field's words
    assert (page.told("fel") + page.told("")).count(sentence) == (not at_field), f"{told}: {answer.text}"
    assert page.told("faltfel").count(sentence) <= 1, told
    everything = " ".join(page.told(place) for place in page.inside)
    assert not re.search(r"(?<![\w-])--[a-z]", everything) and "Traceback" not in everything, told
    assert [name for name in patients(own) if name in answer.text] == [], told
    for header, value in HEADERS:
        assert answer.headers.getlist(header) == [value], told
    link = next((SCREENS[base.__name__][1] for base in type(error).__mro__ if base.__name__ in SCREENS), "")
    assert not link or link in everything or not operation or at_field or here(own, error, standing), told
    if page.inside["fel"]:
        named = getattr(error, "field", "")
        ids = {one.id for one in fields_of(page)}
        (focused,) = page.focused
        assert focused == named if named in ids - {""} else focused in ids | {"fel"}, told
    if answer.status_code == 403:
        return
    if job:
        page = own.page(back_of(own, job))
    lost = {name: value for name, value in kept_of(standing, typed, changed).items() if not stands(page, name, value)}
    assert lost == {}, f"{told}: {lost}"
    own.session.jobs.end_of(own.uploads[-1].rpartition("/")[2])


def patients(own: Furnished) -> set[str]:
    return {"1212", *(name for one in own.session.uploads.values() for name in one.read.cases["patient_id"])}


def fields_of(page: Page) -> list[Field]:
    return [one for form in page.forms for one in form.fields]


def kept_of(standing: Standing, typed: dict[str, str], changed: bool) -> dict[str, str]:
    """What must stand on the page again: everything but passwords and files."""
    kinds = {one.name: one.kind for one in standing.form.fields}
    gone = OF_THE_PLAN if changed else set()
    return {name: value for name, value in typed.items() if kinds[name] != "password" and name not in gone}


def stands(page: Page, name: str, value: str) -> bool:
    """Whether the value stands in a field of that name, or goes with the form that tries again."""
    return any(one.name == name and one.value == value for one in fields_of(page)) and any(
        form.values.get(name) == value for form in page.forms
    )


def here(own: Furnished, error: StopError, standing: Standing) -> bool:
    """Whether the screen where it is mended is the one that is shown."""
    endpoint = next(SCREENS[base.__name__][0] for base in type(error).__mro__ if base.__name__ in SCREENS)
    path = own.stand.app.url_map.bind(own.browser.host).build(endpoint)
    return standing.form.action.partition("?")[0] == path


def back_of(own: Furnished, address: str) -> str:
    job = own.session.jobs.find(address.rpartition("/")[2])
    assert job
    return job.form or job.back


def test_the_screens_of_the_ways_to_mend_are_there(stand: Stand, tmp_path: Path) -> None:
    names = {kind.__name__ for kind in every_stop()}
    assert set(SCREENS) <= names, "a link for a kind of stop that is no more"
    assert {endpoint for endpoint, _ in SCREENS.values()} <= set(stand.app.view_functions)
