"""A scenario file in the form and out of it again: the same knobs, every key, and the same report as the terminal's."""

from __future__ import annotations

import io
import re
import tomllib
from dataclasses import fields
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from betalningsansvar.billing.whatif.grids import KINDS
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.tariffs.scenario import Behaviour, Change
from betalningsansvar.web.choices import FieldsError
from betalningsansvar.web.knobs import AXES, EXACT, KNOBS, Knob
from betalningsansvar.web.scenarioform import MOST, fields_of, numbers_in, says_the_same, scenario_file
from tests.web.stand import EXAMPLE, Browser
from tests.web.test_same_as_terminal import fetched, files_in, same, terminal, today  # noqa: F401

FILE = EXAMPLE.parent / "scenarier.toml"
MONTHS = "fran=2018-11&till=2018-12"


def load(browser: Browser, address: str, content: bytes, name: str = "egna.toml") -> dict[str, str]:
    """Read a file into the form: what the form then holds."""
    answer = browser.post(f"{address}/scenarier", {"vad": "scenariofil", "filer": [(io.BytesIO(content), name)]})
    assert answer.status_code == 303, unescape(answer.text)
    assert browser.get(answer.headers["Location"]).status_code == 200
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def test_every_key_of_the_file_is_a_knob() -> None:
    keys = {field.name for record in (Change, Behaviour) for field in fields(record)} | {"fran"}
    assert {knob.key for knob in KNOBS} == keys
    assert {name for name, _ in AXES if name} == set(KINDS)


def values(knob: Knob) -> st.SearchStrategy[str]:
    if knob.key == "kommun":
        return st.sampled_from(["Halmstad", "1381, Falkenberg"])
    if knob.key == "vardform":
        return st.sampled_from(["somatik", "somatik, psykiatri"])
    if knob.choices:
        return st.sampled_from([name for name, _ in knob.choices if name])
    if knob.word:
        return st.sampled_from([knob.word, "2" if knob.kind == "heltal" else "09:30"])
    return {
        "fran": st.just("2018-12"),
        "dygnsbelopp": st.sampled_from(["9000", "lag-2017-612"]),
        "dygnsbelopp_ar": st.just("2019"),
    }.get(knob.key, st.sampled_from(["0,50"] if knob.kind == EXACT else ["1", "12"]))


KEYS = st.lists(st.sampled_from(KNOBS), max_size=4, unique=True)
ROWS = KEYS.flatmap(lambda knobs: st.fixed_dictionaries({knob.key: values(knob) for knob in knobs}))
FORMS = st.dictionaries(st.integers(1, 4), ROWS, min_size=1)


@settings(max_examples=150, deadline=None)
@given(FORMS, st.booleans())
def test_what_is_saved_and_read_again_is_what_was_typed(rows: dict[int, dict[str, str]], elsewhere: bool) -> None:
    typed = {f"{key}{n}": text for n, row in rows.items() for key, text in row.items()}
    typed |= {f"namn{n}": f"Prov {n}" for n in rows} | {f"skal{n}": "Ett skäl" for n in rows}
    if elsewhere:
        typed |= {"alternativ.namn": "korttidsplats", "alternativ.kronor": "4900", "alternativ.kalla": "egen"}
    try:
        file = scenario_file(typed, "halland", ["lag-2017-612"])
    except FieldsError as error:
        assert set(error.faults) <= {*typed, *(f"{key}{n}" for n in rows for key in ("dagar", "troskel"))} | {
            "alternativ.namn"
        }
        return
    assert file is not None
    again = fields_of(file)
    order = {n: place for place, n in enumerate(sorted(rows), 1)}
    moved = {
        re.sub(r"\d+$", lambda found: str(order[int(found[0])]), k) if "." not in k else k: v for k, v in typed.items()
    }
    assert again == {"avtal": "halland", **moved}
    assert scenario_file(again, again["avtal"], ["lag-2017-612"]).content == file.content  # type: ignore[union-attr]


def test_the_example_is_read_into_the_form_and_saved_as_it_was(browser: Browser) -> None:
    address = browser.upload()
    typed = load(browser, address, FILE.read_bytes())
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    assert [typed[f"namn{n}"] for n in range(1, 8)] == [one["namn"] for one in told["scenario"]]
    assert typed["vardform1"] == "somatik, akut, geriatrik" and typed["alternativ.kronor"] == "4900"
    shown = browser.get(f"{address}/scenarier?{urlencode(typed)}").text
    assert 'value="korttidsplats"' in shown and "Kungsbacka en dag snabbare" in shown and "är inläst" in shown
    assert '<option value="somatik, akut, geriatrik" selected>' in shown
    saved = browser.get(f"{address}/scenarier/scenarier.toml?{urlencode(typed)}")
    assert saved.data == FILE.read_bytes(), "nothing was changed: the file is the one that was read"
    changed = browser.get(f"{address}/scenarier/scenarier.toml?{urlencode({**typed, 'dagar1': '6'})}").data
    assert b"dagar = 6" in changed and not says_the_same(NamedFile("a.toml", changed), NamedFile("b.toml", saved.data))


@pytest.mark.usefixtures("today")
def test_the_report_of_a_file_is_the_terminals(browser: Browser, tmp_path: Path) -> None:
    out, people = tmp_path / "ut", tmp_path / "invanare.csv"
    people.write_text(
        "kommun;invanare\n" + "".join(f"{code};{code}0\n" for code in range(1380, 1385)), encoding="utf-8"
    )
    asked = ["--from", "2018-11", "--to", "2018-12", "--vary", "dagar=2..4", "--vardform", "somatik", "--lasningar"]
    more = ["--prognos", "kronor=9000", "--befolkning", str(people)]
    terminal("scenario", str(EXAMPLE), *asked, *more, "--scenarios", str(FILE), "--out", str(out))
    address = browser.upload()
    typed = load(browser, address, FILE.read_bytes(), FILE.name)
    sent = {"vad": "befolkning", "filer": [(io.BytesIO(people.read_bytes()), people.name)]}
    assert browser.post(f"{address}/scenarier", sent).status_code == 303
    knobs = urlencode({k: v for k, v in typed.items() if k != "inlast"})
    rest = "variera=dagar&fran_varde=2&till_varde=4&variera_vardform=somatik&lasningar=ja"
    rest += "&prognos=kronor&prognosvarde=9+000"
    answer = browser.post(f"{address}/scenarier/rapport?{MONTHS}&{knobs}&{rest}")
    assert answer.status_code == 303, unescape(answer.text)
    same(files_in(out), fetched(browser, answer.headers["Location"]))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[scenario]]\nnamn = "A"\nskal = "B"\ndagr = 3\n', 'okänd nyckel "dagr"; menade du dagar?'),
        ('[[scenario]]\nnamn = "A"\nskal = "B"\ndagar = 999\n', "utanför 0–366"),
        ('avtal = "finns-inte"\n[[scenario]]\nnamn = "A"\nskal = "B"\ndagar = 3\n', "som inte finns här"),
        ("inte toml", "egna.toml rad 1"),
        ("\n".join(f'[[scenario]]\nnamn = "{n}"\nskal = "B"\ndagar = 3' for n in range(MOST + 1)), "Dela filen"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_and_the_form_stands(browser: Browser, text: str, told: str) -> None:
    address = browser.upload()
    sent = {"vad": "scenariofil", "filer": [(io.BytesIO(text.encode()), "egna.toml")]}
    answer = browser.post(f"{address}/scenarier?{MONTHS}&dagar1=5", sent)
    assert answer.status_code == 422 and told in unescape(answer.text) and 'href="#scenariofil"' in answer.text
    assert 'id="dagar1" value="5"' in answer.text


def test_faults_stand_at_their_fields(browser: Browser) -> None:
    address = browser.upload()

    def faulty(asked: str) -> set[str]:
        answer = browser.get(f"{address}/scenarier?{MONTHS}&{asked}")
        assert answer.status_code == 422
        return set(re.findall(r'id="([^"]+)"[^>]* aria-invalid="true"', answer.text))

    assert faulty("dagar1=999&namn2=B&troskel2=x") == {"troskel2"}
    assert faulty("dagar1=999&namn2=B&individuell_efter2=500") == {"dagar1", "individuell_efter2"}
    assert faulty("modell1=genomsnitt&klockslag2=25:00&kommun3=Ankeborg") == {"troskel1", "klockslag2", "kommun3"}
    assert faulty("dygnsbelopp1=9000&dygnsbelopp_ar1=2019") == {"dygnsbelopp_ar1"}
    assert faulty("dagar1=5&kommun1=Halmstad") == {"kommun1"}
    assert faulty("namn1=A&dagar1=5&namn2=A&dagar2=6") == {"namn2"}
    assert faulty("namn1=bas&dagar1=5") == {"namn1"}
    assert faulty("trigger_manader1=2&avtal=nationell") == {"trigger_manader1"}, "no rule that it reaches"
    assert faulty("dagar1=5&alternativ.namn=plats") == {"alternativ.kronor", "alternativ.kalla"}
    assert faulty("alternativ.namn=plats") == {"alternativ.namn"}
    assert faulty("dagar1=5&prognos=index&prognosvarde=9") == {"prognosvarde"}
    assert faulty("variera=dagar&fran_varde=5&till_varde=2") == {"fran_varde"}


def test_a_scenario_more_than_is_filled_in_is_shown() -> None:
    assert numbers_in({}) == [1, 2, 3]
    assert numbers_in({"namn3": "C", "dagar7": "3"}) == list(range(1, 9))
    assert numbers_in({f"dagar{MOST}": "3"})[-1] == MOST


def test_the_inhabitants_are_kept_and_taken_away(browser: Browser) -> None:
    address = browser.upload()
    wrong = browser.post(f"{address}/scenarier", {"vad": "befolkning", "filer": [(io.BytesIO(b"x"), "x.csv")]})
    assert wrong.status_code == 422 and 'href="#befolkning"' in wrong.text
    people = {"vad": "befolkning", "filer": [(io.BytesIO(b"kommun;invanare\n1380;100000\n"), "scb.csv")]}
    kept = browser.post(f"{address}/scenarier?{MONTHS}&dagar1=5", people)
    assert kept.status_code == 303 and "dagar1=5" in kept.headers["Location"]
    shown = browser.get(kept.headers["Location"]).text
    assert "scb.csv" in shown and "1 000 invånare" in shown.replace("\u00a0", " ")
    browser.post(f"{address}/scenarier", {"vad": "bort"})
    assert "scb.csv" not in browser.get(f"{address}/scenarier").text
