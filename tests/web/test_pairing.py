"""Para ihop: every form of table, codes, dates in two columns and what is the same on every row, kept as a profile that
reads the file as a profile written by hand does."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from betalningsansvar.data.files.inputs import InputFile
from betalningsansvar.data.intake import read_files
from betalningsansvar.data.profiles.profile import find_profile, load_profile, shipped_profiles
from tests.web.stand import EXAMPLE, Browser, Stand

EXAMPLES = EXAMPLE.parent / "profiler"


def fields(html: str) -> dict[str, str]:
    """What the form holds as it is shown: every field of it by name."""
    form = html[html.index('action="/para-ihop"') :]
    chosen = {}
    for name, inside in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        found = re.search(r'value="([^"]*)" selected', inside)
        chosen[name] = unescape(found[1]) if found else ""
    inputs = re.findall(r'<input [^>]*name="([^"]+)"[^>]*?(?: value="([^"]*)")', form)
    return chosen | {name: unescape(value) for name, value in inputs}


def field_of(html: str, header: str) -> str:
    return re.search(rf'<label for="(k\d+)">{re.escape(header)}</label>', html)[1]  # type: ignore[index]


def opened(browser: Browser, name: str, content: bytes) -> str:
    assert browser.send([(name, content)]).status_code == 422
    return browser.get("/para-ihop").text


def cases_read(path: Path, profile: object) -> pd.DataFrame:
    cases = read_files((InputFile.from_bytes(path.name, path.read_bytes()),), None, profile).cases  # type: ignore[arg-type]
    return cases.drop(columns="fil")


@pytest.mark.parametrize("name", shipped_profiles())
def test_each_form_of_table_is_paired_as_by_hand(stand: Stand, browser: Browser, name: str) -> None:
    by_hand = find_profile(name)
    path = EXAMPLES / f"{by_hand.form.name}.csv"
    shown = opened(browser, path.name, path.read_bytes())
    chosen = fields(shown)
    assert chosen["form"] == by_hand.form.name
    # Every code has a meaning, suggested or chosen here as it stands in the profile written by hand.
    for label, field in re.findall(r'<label for="(kod\.[^"]+)">([^<]+)</label>', shown):
        column = label.split(".")[2]
        told = by_hand.codes[column]
        chosen[label] = chosen[label] or told.get(" ".join(unescape(field).split()).casefold(), "")
    answer = browser.post("/para-ihop", {**chosen, "namn": "Vårt system"})
    assert answer.status_code == 303, unescape(answer.text)
    kept = load_profile(next((stand.here.settings / "profiler").glob("*.toml")))
    assert kept.form == by_hand.form and dict(kept.columns) == dict(by_hand.columns)
    assert kept.split_times == by_hand.split_times
    pd.testing.assert_frame_equal(cases_read(path, kept), cases_read(path, by_hand))
    assert browser.send([(path.name, path.read_bytes())], kept.id).status_code == 303


def test_another_form_can_be_chosen(browser: Browser) -> None:
    path = EXAMPLES / "statusrader.csv"
    opened(browser, path.name, path.read_bytes())
    shown = browser.get("/para-ihop?form=handelselogg").text
    assert '<option value="handelse"' in shown and '<option value="sip_kallelse"' not in shown
    assert browser.get("/para-ihop?form=/etc/passwd").status_code == 404


LOG = (
    "Kontakt;Pnr;Hemkommun;När;Vad\r\nV1;PAT-1;1380;2018-11-01 09:15;Inlagd\r\nV1;PAT-1;1380;2018-11-05 10:30;Klar\r\n"
)


def test_what_is_the_same_on_every_row_is_said_once(stand: Stand, browser: Browser) -> None:
    shown = opened(browser, "logg.csv", LOG.encode())
    shown = browser.get("/para-ihop?form=handelselogg").text
    told = fields(shown) | {
        field_of(shown, header): ours
        for header, ours in {
            "Kontakt": "vardtillfalle_id",
            "Pnr": "patient_id",
            "Hemkommun": "folkbokforingskommun",
            "När": "tidpunkt",
            "Vad": "handelse",
        }.items()
    }
    lacking = browser.post("/para-ihop", told)
    assert lacking.status_code == 422 and "Vårdform måste finnas" in lacking.text
    assert re.search(r'id="fast.vardform" aria-invalid="true"', lacking.text), "where it can be said for all rows"
    told["fast.vardform"] = "somatik"
    asked = browser.post("/para-ihop", {key: value for key, value in told.items() if not key.startswith("kod.")})
    assert asked.status_code == 422 and "Vad koderna i Vad betyder" in asked.text
    told |= {
        name: ours
        for (name, label) in re.findall(r'<label for="(kod[^"]+)">([^<]+)<', asked.text)
        for ours in [{"Inlagd": "inskriven", "Klar": "utskrivningsklar"}[label]]
    }
    answer = browser.post("/para-ihop", {**told, "namn": "Logg"})
    assert answer.status_code == 303
    kept = load_profile(stand.here.settings / "profiler" / "logg.toml")
    assert kept.constants == {"vardform": "somatik"}
    assert "1" in browser.get(answer.headers["Location"]).text


def test_day_and_month_that_cannot_be_told_apart_are_asked(browser: Browser, stand: Stand) -> None:
    text = "Nr;Pnr;Kommun;Typ;Inskriven;Klar\r\nA;PAT-1;1380;somatik;03/04/2018;05/04/2018\r\n"
    shown = opened(browser, "uttag.csv", text.encode())
    told = fields(shown)
    told |= {field_of(shown, "Nr"): "arende_id", field_of(shown, "Pnr"): "patient_id"}
    told |= {field_of(shown, "Inskriven"): "inskriven", field_of(shown, "Klar"): "utskrivningsklar"}
    told |= {field_of(shown, "Typ"): "vardform", field_of(shown, "Kommun"): "folkbokforingskommun"}
    open_ = browser.post("/para-ihop", told)
    assert open_.status_code == 422 and 'id="format.0" aria-invalid="true"' in open_.text
    assert "dag/månad/år" in open_.text and "månad/dag/år" in open_.text
    answer = browser.post("/para-ihop", {**told, "format.0": "%d/%m/%Y", "tomt": "-, saknas", "namn": "Dagar"})
    assert answer.status_code == 303
    kept = load_profile(stand.here.settings / "profiler" / "dagar.toml")
    assert kept.formats == ("%d/%m/%Y",) and kept.blanks == {"-", "saknas"}


def test_a_column_chosen_twice_and_a_clock_alone_are_told_at_their_fields(browser: Browser) -> None:
    path = EXAMPLES / "arendetabell.csv"
    shown = opened(browser, path.name, path.read_bytes())
    told = fields(shown)
    ward, day = field_of(shown, "Avdelning"), field_of(shown, "Klar datum")
    twice = browser.post("/para-ihop", {**told, ward: "vardform", "namn": "Kvar"})
    assert twice.status_code == 422 and 'value="Kvar"' in twice.text
    assert re.search(r'id="k\d+" aria-invalid="true"', twice.text) and "samma kolumn" in twice.text
    alone = browser.post("/para-ihop", {**told, day: ""})
    assert alone.status_code == 422 and "ett klockslag, men ingen kolumn har dess datum" in alone.text
    assert not re.search(r"value=\"[^\"]*\" selected>Utskrivningsklar", alone.text)
