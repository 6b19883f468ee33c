"""A fault stands at its field on every form; and what the screens promise of a month, a file and a received invoice."""

from __future__ import annotations

import io
import re

import pytest

from tests.web.stand import EXAMPLE, Browser
from tests.web.test_month_told import words

LINES = EXAMPLE.read_text(encoding="utf-8-sig").splitlines()


def faulty(html: str) -> list[str]:
    return re.findall(r'id="([^"]+)"[^>]*aria-invalid="true"', html)


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("~/manad?manad=nov", "manad"),
        ("~/manad?uttag=i+går", "uttag"),
        ("~/manad/2018-11?uttag=i+går", "uttag"),
        ("~/bokslut?ar=tjugo", "ar"),
        ("~/bokslut/2018?uttag=x", "uttag"),
        ("~/scenarier?fran=x&till=2018-12&dagar1=5", "fran"),
        ("~/scenarier?fran=2018-11&till=2018-12&dagar1=5&uttag=x", "uttag"),
        ("~/jamfor?mot=liggare&fran=x", "fran"),
        ("~/jamfor?mot=liggare&uttag=x", "uttag"),
        ("~/revisor?manad=2018-11&uttag=x", "uttag"),
        ("~/jamfor?mot=liggare&till=x", "till"),
        ("~/revisor?manad=x", "manad"),
    ],
)
def test_what_is_asked_for_in_the_address(browser: Browser, address: str, field: str) -> None:
    answer = browser.get(address.replace("~", browser.upload()))
    assert answer.status_code == 422 and faulty(answer.text) == [field]
    assert f'href="#{field}"' in answer.text, "the summary leads to it"


@pytest.mark.parametrize("address", ["/uppgifter", "/tvister", "~/jamfor", "/installningar/avtal", "/liggare/kontroll"])
def test_a_file_that_cannot_be_used(browser: Browser, address: str) -> None:
    upload = browser.upload()
    answer = browser.post(address.replace("~", upload), {"filer": [(io.BytesIO(b"\x00\x01"), "x.exe")]})
    assert answer.status_code == 422 and faulty(answer.text) == ["filer"]


def test_the_kommun_chooses_its_agreement(browser: Browser) -> None:
    workbook = browser.get(f"{browser.upload()}/manad/2018-11/kommun/1380/faktura.xlsx?avtal=halland").data
    own = [LINES[0], *(line for line in LINES[1:] if ";1380;" in line and "H18-0049" not in line)]
    address = browser.upload([("kommunens.csv", "\n".join(own).encode())])
    assert 'id="mottagen-avtal"' in browser.get(f"{address}/jamfor").text
    answer = browser.post(f"{address}/jamfor", {"filer": [(io.BytesIO(workbook), "f.xlsx")], "avtal": "halland"})
    shown = words(browser.get(answer.headers["Location"]).text)
    assert "Halmstad H18-0049 7 100,00 kr 0,00 kr Fakturerat men ska inte betalas" in shown
    assert "Bestrids rad för rad 7 100,00 kr" in shown and "Godtas rad för rad 85 200,00 kr" in shown
    wrong = {"filer": [(io.BytesIO(workbook), "f.xlsx")], "avtal": "halland", "alternativ": "mycket"}
    assert faulty(browser.post(f"{address}/jamfor", wrong).text) == ["alternativ"]


def test_data_that_end_within_the_month_are_told(browser: Browser) -> None:
    place = LINES[0].split(";").index("utskrivningsklar")
    out = LINES[0].split(";").index("utskriven")

    def early(line: str) -> bool:
        cells = line.split(";")
        return cells[place] < "2018-11-15" and (cells[out] or "0") < "2018-11-16"

    address = browser.upload([("del.csv", "\n".join([LINES[0], *filter(early, LINES[1:])]).encode())])
    shown = words(browser.get(f"{address}/manad/2018-11?avtal=halland").text)
    assert re.search(r"Uppgifterna når till 2018-11-1\d : det som har hänt senare i månaden är inte med", shown)
    whole = words(browser.get(f"{browser.upload()}/manad/2018-11?avtal=halland").text)
    assert "är inte med. Ta ut dem igen" not in whole


def test_the_kronor_at_stake_are_a_click_away(browser: Browser) -> None:
    address = browser.upload()
    link = re.search(r'href="(/u/[^"]*kontroll\?[^"]*manad=2018-11[^"]*)"', browser.get(f"{address}/kontroll").text)
    assert link and "På spel" in browser.get(link[1].replace("&amp;", "&")).text


def test_a_file_that_was_read_can_be_paired_otherwise(browser: Browser) -> None:
    address = browser.upload([("uttag.csv", "\n".join(LINES).replace("enhet", "Klinik", 1).encode())])
    assert "Klinik" in browser.get(f"{address}/kontroll").text, "a column that is not read"
    assert browser.post(f"{address}/para-ihop").headers["Location"] == "/para-ihop"
    shown = browser.get("/para-ihop").text
    field = re.search(r'<label for="(k\d+)">Klinik</label>', shown)
    assert field and re.search(r'<option value="utskrivningsklar" selected>', shown), "our own headers are known"
