"""What the month says of itself: the findings with their kronor, each mean against its threshold, and what may come."""

from __future__ import annotations

import re
from html import unescape

from tests.web.stand import EXAMPLE, Browser

REGION_14 = EXAMPLE.read_text(encoding="utf-8-sig").replace(";1380;", ";1480;").replace(";1381;", ";1481;")


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]*>", " ", html.replace("&shy;", "")).replace("\u00a0", " ")))


def test_the_findings_of_a_month_tell_the_kronor_that_hang_on_them(browser: Browser) -> None:
    address = browser.upload()
    month = browser.get(f"{address}/manad/2018-11?avtal=nationell").text
    assert "på spel" in month and "Avvikelser som rör månaden" in month
    link = unescape(re.search(r'href="([^"]*kontroll\?[^"]*kod=ORIMLIG_TIDSFOLJD[^"]*)#lista"', month)[1])  # type: ignore[index]
    listed = words(browser.get(link).text)
    assert "Avvikelser som rör november 2018" in listed and "På spel" in listed
    assert re.search(r"H18-0118 .* Parkerar \d[\d ]*,00 kr", listed), "what the case would cost"
    assert "På spel" not in browser.get(f"{address}/kontroll").text, "without a month nothing is computed"


def test_a_mean_stands_against_its_threshold_in_word_and_colour(browser: Browser) -> None:
    address = browser.upload([("vgr.csv", REGION_14.encode())])
    shown = browser.get(f"{address}/manad/2018-11?avtal=vastra-gotaland").text
    assert "Läge" in shown and '<span class="ok">under tröskeln</span>' in shown
    over = browser.get(f"{address}/manad/2018-11?avtal=nationell").text
    assert "Läge" not in over, "no mean, no column"


def test_the_rest_of_an_open_month_is_foreseen(browser: Browser) -> None:
    address = browser.upload()
    open_month = words(browser.get(f"{address}/manad/2018-12/forhand?avtal=halland&uttag=2018-12-10").text)
    assert "Hela månaden, om alla som är kvar skrivs ut" in open_month and "Ingen före månadens slut" in open_month
    known = words(browser.get(f"{address}/manad/2018-11/forhand?avtal=halland").text)
    assert "hela månaden är känd" in known and "om alla som är kvar skrivs ut" not in known


def test_what_is_mended_left_and_new_is_told_by_kind(browser: Browser) -> None:
    browser.upload()
    lines = EXAMPLE.read_text(encoding="utf-8-sig").splitlines()
    again = browser.upload([("nytt.csv", "\r\n".join(one for one in lines if "H18-0118" not in one).encode())])
    shown = words(browser.get(f"{again}/kontroll").text)
    assert "1 avvikelse rättad" in shown and "Vad som är rättat, kvar och nytt" in shown
    assert re.search(r"Tidpunkterna står i omöjlig ordning\. 1 0 0", shown)
