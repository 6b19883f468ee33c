"""Inställningar as forms: what stands in a file is what is shown and what is kept, and every key has a field."""

from __future__ import annotations

import io
import re
import shutil
import tomllib
from datetime import date
from html import unescape
from typing import Any

import pytest

from betalningsansvar.tariffs.agreements import load_agreement, shipped, shipped_ids
from betalningsansvar.web.screens.settings import FORMS
from betalningsansvar.web.settingfields import AGREEMENT, RULE
from betalningsansvar.web.settingforms import shown_values, typed_table
from tests.web.stand import EXAMPLE, Browser, Stand
from tests.web.test_issuing import issued
from tests.web.test_month_told import words

FOLDER = EXAMPLE.parent


def kept(stand: Stand, name: str) -> dict[str, Any]:
    return tomllib.loads((stand.here.settings / name).read_text(encoding="utf-8"))


def faulty_fields(html: str) -> set[str]:
    return set(re.findall(r'id="([^"]+)"[^>]*aria-invalid="true"', html))


def posted(shown: dict[str, str]) -> dict[str, Any]:
    """As a browser sends what is shown: of boxes in one field each that is ticked."""
    boxes = ("vardform", "regel.vardform", "regel.villkor")
    return {key: [word for word in text.split(", ") if word] if key in boxes else text for key, text in shown.items()}


@pytest.fixture
def filled(stand: Stand) -> None:
    """The example files in the settings folder."""
    stand.here.settings.mkdir()
    for name in ("avsandare.toml", "kunder.toml", "bokforing.toml", "logo.png"):
        shutil.copy(FOLDER / name, stand.here.settings / name)
    shutil.copy(FOLDER / "belopp-exempel.toml", stand.here.settings / "belopp.toml")


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("name", FORMS)
def test_what_is_shown_is_kept_when_it_is_saved_unchanged(stand: Stand, browser: Browser, name: str) -> None:
    own = FORMS[name]
    before = kept(stand, own.file)
    rows = before.get(own.rows, []) if own.rows else [before]
    assert rows
    for number, row in enumerate(rows):
        plain = {
            key for key, value in row.items() if not isinstance(value, dict | list) or key in ("adress", "vardform")
        }
        assert plain - {own.key} <= {field.name for field in own.fields}, "a key without a field"
        typed = {key: text for key, text in posted(shown_values(own.fields, row)).items() if key != "logotyp"}
        where = {"kommun": row[own.key]} if own.key else {"rad": str(number)} if own.rows else {}
        assert browser.get(f"/installningar/{name}?{'&'.join(f'{k}={v}' for k, v in where.items())}").status_code == 200
        assert browser.post(f"/installningar/{name}", {**typed, **where}).status_code == 303
    assert kept(stand, own.file) == before


@pytest.mark.usefixtures("filled")
def test_a_field_that_is_emptied_is_empty(stand: Stand, browser: Browser) -> None:
    typed = shown_values(FORMS["avsandare"].fields, kept(stand, "avsandare.toml"))
    assert browser.post("/installningar/avsandare", {**typed, "telefon": "", "bankgiro": ""}).status_code == 303
    now = kept(stand, "avsandare.toml")
    assert "telefon" not in now and "bankgiro" not in now and now["logotyp"], "what was not emptied stays"


@pytest.mark.usefixtures("filled")
def test_a_logo_is_sent_kept_and_taken_away(stand: Stand, browser: Browser) -> None:
    typed = shown_values(FORMS["avsandare"].fields, kept(stand, "avsandare.toml"))
    png = (FOLDER / "logo.png").read_bytes()
    wrong = browser.post("/installningar/avsandare", {**typed, "logotyp": (io.BytesIO(b"GIF89a"), "../x.gif")})
    assert wrong.status_code == 422 and faulty_fields(wrong.text) == {"logotyp"}
    right = browser.post("/installningar/avsandare", {**typed, "logotyp": (io.BytesIO(png), "../../x.png")})
    assert right.status_code == 303
    assert kept(stand, "avsandare.toml")["logotyp"] == "logotyp.png"
    assert (stand.here.settings / "logotyp.png").read_bytes() == png
    assert browser.post("/installningar/avsandare", {**typed, "utan_logotyp": "ja"}).status_code == 303
    assert "logotyp" not in kept(stand, "avsandare.toml")


@pytest.mark.usefixtures("filled")
def test_one_amount_is_changed_and_one_kommun_and_one_object_taken_away(stand: Stand, browser: Browser) -> None:
    before = kept(stand, "belopp.toml")["belopp"]
    shown = browser.get("/installningar/belopp?rad=0").text
    assert 'name="rad" value="0"' in shown and f'value="{before[0]["kronor"]}"' in shown
    typed = posted(shown_values(FORMS["belopp"].fields, before[0])) | {"kronor": "4 321", "rad": "0"}
    assert browser.post("/installningar/belopp", typed).status_code == 303
    now = kept(stand, "belopp.toml")["belopp"]
    assert now[0]["kronor"] == 4321 and now[1:] == before[1:]
    assert browser.post("/installningar/belopp", {**typed, "rad": "99"}).status_code == 404
    kommuner = kept(stand, "kunder.toml")["kund"]
    assert "Ta bort" in browser.get(f"/installningar/kunder?kommun={kommuner[0]['kommunkod']}").text
    assert browser.post("/installningar/kunder/bort", {"rad": "0"}).status_code == 303
    assert kept(stand, "kunder.toml")["kund"] == kommuner[1:]
    assert browser.post("/installningar/objekt/bort", {"rad": "0"}).status_code == 303
    left = kept(stand, "bokforing.toml")
    assert "objekt" not in left and left["intakt"], "the rest of the file stays"
    wrong = browser.post("/installningar/objekt", {"dimension": "mycket", "objekt": "1"})
    assert wrong.status_code == 422 and faulty_fields(wrong.text) == {"dimension"}


def rules() -> list[Any]:
    found = []
    for name in shipped_ids():
        text = shipped(name).files[0].content.decode("utf-8")
        for number, rule in enumerate(tomllib.loads(text)["regel"]):
            if rule["modell"] != "schablon":
                found.append(pytest.param(rule, id=f"{name} {number}"))
    return found


USUAL = {
    "dagtyp": "kalenderdag",
    "raknas_fran": "underrattelse",
    "intrader": "sista_dagen",
    "klockslag_grans": "efter",
    "vilka_raknas": "villkoren",
    "uttrade_fran": "underrattelse",
    "uttrade_hinder": "intradet",
    "aterkallad": "avbrott",
    "permission": "debiteras",
}


@pytest.mark.parametrize("rule", rules())
def test_every_rule_that_is_known_can_be_typed(rule: dict[str, Any]) -> None:
    """What the fields show of a rule is, typed again, the rule; a key that says the usual may be left out."""
    again = typed_table(RULE, shown_values(RULE, {"regel": rule}))["regel"]
    again = {key: [] if value == () else value for key, value in again.items() if USUAL.get(key) != value}
    assert again == {key: value for key, value in rule.items() if USUAL.get(key) != value}


NEW = {"id": "region-x", "namn": "Region X", "region": "13", "regel.modell": "individuell", "regel.fran": "2018-01-01"}
NEW |= {"regel.dagar": "5", "regel.dygnsbelopp": "7 000", "regel.kalla": "Protokoll § 7", "regel.status": "S"}


def test_an_agreement_is_made_changed_and_used(stand: Stand, browser: Browser) -> None:
    form = "/installningar/avtal/eget/nytt"
    assert "Den första regeln" in browser.get(form).text
    made = browser.post(form, {**NEW, "regel.tom": "2018-11-30", "regel.klockslag": "12.00", "regel.villkor": ["inga"]})
    assert made.status_code == 303, unescape(made.text)
    own = load_agreement(stand.here.settings / "avtal" / "region-x.toml")
    assert own.regler[0].villkor == () and own.region == "13"  # type: ignore[union-attr]
    address = browser.upload()
    month = words(browser.get(f"{address}/manad/2018-11?avtal=region-x").text)
    assert "Region X" in month and "7 000,00 kr" in month
    form = "/installningar/avtal/eget/region-x"
    mean = {"regel.fran": "2018-12-01", "regel.modell": "genomsnitt", "regel.troskel": "3,00", "regel.decimaler": "2"}
    mean |= {"regel.dygnsbelopp": "7800", "regel.kalla": "Protokoll § 8", "regel.status": "T", "regel": "1"}
    mean |= {"namn": "Region X", "region": "13"}
    assert browser.post(form, mean).status_code == 303
    shown = browser.get(f"{form}?regel=1").text
    assert 'value="3,00"' in shown and "Ändra regel 2" in shown
    assert browser.post(form, {**mean, "regel.troskel": "2,50"}).status_code == 303
    assert [rule.get("troskel") for rule in kept(stand, "avtal/region-x.toml")["regel"]] == [None, "2.50"]
    assert browser.post(form, {"gor": "bort", "regel": "0"}).status_code == 303
    assert [rule["modell"] for rule in kept(stand, "avtal/region-x.toml")["regel"]] == ["genomsnitt"]
    assert browser.get("/installningar/avtal/eget/finns-inte").status_code == 404


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"id": "Åäö X!"}, {"id"}),
        ({"id": "nationell"}, {"id"}),
        ({"regel.fran": "i år"}, {"regel.fran"}),
        ({"regel.dagar": "999"}, {"regel.dagar"}),
        ({"regel.dagar": "", "regel.kalla": ""}, {"regel.dagar", "regel.kalla"}),
        ({"regel.troskel": "3"}, {"regel.troskel"}),
        ({"regel.klockslag": "lunch"}, {"regel.klockslag"}),
        ({"regel.modell": "genomsnitt"}, {"regel.dagar"}),
        ({"regel.tom": "2017-01-01"}, {"regel.fran"}),
        ({"regel.dygnsbelopp": "7 000,50"}, {"regel.dygnsbelopp"}),
        ({"namn": ""}, {"namn"}),
        ({"invandning_dag": "31"}, {"invandning_dag"}),
    ],
)
def test_a_fault_of_an_agreement_stands_at_its_field(
    browser: Browser, change: dict[str, str], fields: set[str]
) -> None:
    answer = browser.post("/installningar/avtal/eget/nytt", {**NEW, **change})
    assert answer.status_code == 422 and faulty_fields(answer.text) == fields
    assert "Protokoll § 7" in answer.text or "regel.kalla" in change, "nothing typed is lost"
    assert browser.get("/installningar/avtal/eget/region-x").status_code == 404, "nothing faulty is kept"


def test_two_rules_of_one_day_are_told(browser: Browser) -> None:
    assert browser.post("/installningar/avtal/eget/nytt", NEW).status_code == 303
    twice = browser.post("/installningar/avtal/eget/region-x", {**NEW, "regel": "1"})
    assert twice.status_code == 422 and "2018-01-01" in twice.text.partition('role="alert"')[2].partition("</div>")[0]


def test_a_rule_in_files_is_left_to_them(stand: Stand, browser: Browser) -> None:
    main, *beside = shipped("halland").files
    sent = [(io.BytesIO(main.content.replace(b'id = "halland"', b'id = "eget"')), "eget.toml")]
    sent += [(io.BytesIO(file.content), file.name) for file in beside]
    assert browser.post("/installningar/avtal", {"filer": sent}).status_code == 303
    before = kept(stand, "avtal/eget.toml")
    places = [number for number, rule in enumerate(before["regel"]) if rule["modell"] == "schablon"]
    other = next(number for number, rule in enumerate(before["regel"]) if rule["modell"] != "schablon")
    shown = browser.get("/installningar/avtal/eget/eget").text
    assert shown.count("Ändras i filen") == len(places) > 0
    assert browser.get(f"/installningar/avtal/eget/eget?regel={places[0]}").status_code == 404
    typed = posted(shown_values((*AGREEMENT, *RULE), {**before, "regel": before["regel"][other]}))
    assert browser.post("/installningar/avtal/eget/eget", {**typed, "regel": str(other)}).status_code == 303
    after = kept(stand, "avtal/eget.toml")
    assert [after["regel"][number] for number in places] == [before["regel"][number] for number in places]
    assert len(after["regel"]) == len(before["regel"])


def test_two_people_are_asked_for_in_the_ledger_itself(browser: Browser) -> None:
    form = "/liggare/installningar"
    assert "En person räcker: den som granskar" in browser.get(form).text
    faulty = browser.post(form, {"tva": "ja", "forsta": "ett", "namn": "Eva"})
    assert faulty.status_code == 422 and faulty_fields(faulty.text) == {"forsta"}
    kept_now = browser.post(form, {"tva": "ja", "forsta": "1001", "prefix": "BA-", "namn": "Eva"})
    assert kept_now.status_code == 303
    shown = words(browser.get(kept_now.headers["Location"]).text)
    assert "Sparat i liggaren" in shown and "Två personer behövs" in shown
    month = f"{browser.upload()}/manad/2018-11"

    def code() -> str:
        plan = browser.get(f"{month}/utfarda?avtal=halland&utan_efaktura=ja").text
        return re.search(r'name="kod" value="([^"]+)"', plan)[1]  # type: ignore[index]

    typed = {"manad": "2018-11", "summa": "788 100,00", "granskat": "ja", "namn": "Eva"}
    alone = browser.post(f"{month}/utfarda?avtal=halland", {**typed, "kod": code(), "utan_efaktura": "ja"})
    assert alone.status_code == 422 and "godkän" in alone.text
    given = {"kod": code(), "namn": "Otto", "utan_efaktura": "ja"}
    assert browser.post(f"{month}/godkann?avtal=halland", given).status_code == 303
    told = {**typed, "kod": code(), "utan_efaktura": "ja"}
    assert browser.post(f"{month}/utfarda?avtal=halland", told).status_code == 303
    assert "Numreringen är fast" in browser.get(form).text and "BA-1001" in browser.get("/liggare").text
    assert browser.post(form, {"tva": "nej", "namn": "Eva"}).status_code == 303
    assert "En person räcker" in words(browser.get(form).text)


def test_a_numbering_that_is_fixed_is_told(browser: Browser) -> None:
    issued(browser, browser.upload())
    answer = browser.post("/liggare/installningar", {"forsta": "5", "tva": "nej"})
    assert answer.status_code == 422 and "Nummerserien kan inte ändras" in answer.text


def test_a_form_leaves_what_it_has_no_field_for(stand: Stand, browser: Browser) -> None:
    stand.here.settings.mkdir()
    (stand.here.settings / "belopp.toml").write_text(
        '[[serie]]\nid = "egen"\nnamn = "Egen serie"\nfran = 2018-01-01\n[[belopp]]\nserie = "egen"\n'
        'fran = 2018-01-01\ntom = 2018-12-31\nkronor = 1\nkalla = "x"\nstatus = "T"\n',
        encoding="utf-8",
    )
    row = {"serie": "egen", "fran": "2019-01-01", "tom": "2019-12-31", "kronor": "2", "kalla": "y", "status": "S"}
    assert browser.post("/installningar/belopp", row).status_code == 303
    now = kept(stand, "belopp.toml")
    assert now["serie"] == [{"id": "egen", "namn": "Egen serie", "fran": date(2018, 1, 1)}] and len(now["belopp"]) == 2
