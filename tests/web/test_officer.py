"""The finance officer's own ways through the page, in a real Chromium: what the screens promise is tried."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.web.conftest import Opened
from tests.web.running import running
from tests.web.signing import confirm
from tests.web.stand import EXAMPLE

pytestmark = pytest.mark.browser


def without(page: Any, *codes: str) -> None:
    """The console tells of an answer that refused: that one is asked for here."""
    page.seen[:] = [text for text in page.seen if not any(code in text for code in codes)]


@pytest.fixture
def alone(chromium: Any, tmp_path: Path) -> Iterator[Any]:
    """A page of a program of its own, with sender, addresses and an empty ledger."""
    settings = tmp_path / "installningar"
    settings.mkdir()
    for name in ("avsandare.toml", "kunder.toml", "bokforing.toml", "logo.png"):
        shutil.copy(EXAMPLE.parent / name, settings / name)
    options = ("--ledger", f"sqlite:///{tmp_path / 'egen.db'}", "--installningar", str(settings), str(EXAMPLE))
    with running(*options, temporary=tmp_path) as program:
        context = chromium.new_context(locale="sv-SE", accept_downloads=True)
        page = context.new_page()
        page.goto(f"{program.base}/?nyckel={program.key}")
        page.get_by_role("link", name=EXAMPLE.name).click()
        page.base, page.upload = program.base, page.url.rsplit("/", 1)[0]
        yield page
        context.close()


def test_an_unknown_event_log_is_paired_and_kept_as_a_profile(alone: Any) -> None:
    page, log = alone, EXAMPLE.parent / "profiler" / "handelselogg.csv"
    page.goto(page.base)
    page.set_input_files("#filer", str(log))
    page.get_by_role("button", name="Kontrollera").click()
    page.get_by_role("link", name="Para ihop rubrikerna").click()
    page.get_by_role("heading", name="Para ihop rubrikerna").wait_for()
    assert page.get_by_label("En rad i filen är").input_value() == "handelselogg"
    assert page.get_by_label("Meddelandetyp", exact=True).input_value() == "handelse"
    assert "Somatisk vård" in page.inner_text("main"), "a value of each column"
    page.get_by_label("Hemkommun", exact=True).select_option("enhet")
    page.get_by_role("button", name="Läs filen så här").click()
    page.get_by_role("alert").wait_for()
    assert "Folkbokföringskommun måste finnas" in page.inner_text("#fel")
    page.get_by_label("Hemkommun", exact=True).select_option("folkbokforingskommun")
    assert page.get_by_label("Återtagen underrättelse", exact=True).input_value() == "aterkallad"
    page.get_by_label("Kallelse SIP", exact=True).select_option("sip_kallelse")
    page.get_by_label("Spara som profil").fill("Vår logg")
    page.get_by_role("button", name="Läs filen så här").click()
    page.get_by_role("heading", name="Kontrollera", exact=True).wait_for()
    assert "händelselogg, med profilen Vår logg" in page.inner_text("main")
    page.goto(page.base)
    assert page.get_by_label("Hur filen ser ut").locator("option", has_text="Vår logg (egen)").count() == 1


def test_a_scenario_is_saved_and_read_back(page: Any, opened: Opened, tmp_path: Path) -> None:
    page.goto(f"{opened.upload}/scenarier")
    page.get_by_label("Namn", exact=True).first.fill("Sju vardagar")
    page.get_by_label("Dagar till ansvar", exact=True).first.fill("7")
    page.get_by_text("Fler värden i scenario 1").click()
    page.locator("#dagtyp1").select_option("vardag")
    page.get_by_role("button", name="Jämför").click()
    page.get_by_role("heading", name="Vem betalar mer och mindre").wait_for()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Spara scenarierna").click()
    file = tmp_path / "mina.toml"
    fetched.value.save_as(file)
    page.goto(f"{opened.upload}/scenarier")
    page.get_by_text("Läs in ett sparat scenario").click()
    page.set_input_files("#scenariofil", str(file))
    page.get_by_role("button", name="Läs in scenarierna").click()
    page.get_by_text("mina.toml är inläst").wait_for()
    assert page.get_by_label("Namn", exact=True).first.input_value() == "Sju vardagar"
    assert page.locator("#dagar1").input_value() == "7" and page.locator("#dagtyp1").input_value() == "vardag"
    assert page.locator("#dagtyp1").is_visible(), "what is filled in is not hidden"


def test_from_the_year_to_a_case(page: Any, issued_month: Opened) -> None:
    page.goto(f"{issued_month.upload}/bokslut/2018?avtal=nationell")
    page.get_by_role("link", name="Varberg").first.click()
    page.get_by_role("heading", name="Varberg, bokslut 2018").wait_for()
    page.get_by_role("link", name="Månad som inte är utfärdad").first.click()
    page.get_by_role("heading", name="Månad som inte är utfärdad i").wait_for()
    page.locator("a[data-har]").first.click()
    page.locator("a[aria-expanded=true]").wait_for()
    assert "Uppgifter" in page.inner_text("main"), "the explanation in place"
    page.goto(f"{issued_month.upload}/bokslut/2018?avtal=nationell")
    page.get_by_role("link", name="December 2018").click()
    page.get_by_role("heading", level=1, name="Utfärda december 2018").wait_for()
    without(page, "422")


def test_a_new_upload_says_what_is_mended_left_and_new(alone: Any, tmp_path: Path) -> None:
    page = alone
    lines = EXAMPLE.read_text(encoding="utf-8-sig").splitlines()
    for name, kept in (("forst.csv", lines), ("sedan.csv", [line for line in lines if "H18-0118" not in line])):
        (tmp_path / name).write_text("\n".join(kept), encoding="utf-8")
        page.goto(page.base)
        page.set_input_files("#filer", str(tmp_path / name))
        page.get_by_role("button", name="Kontrollera").click()
        page.get_by_role("heading", name="Kontrollera", exact=True).wait_for()
    assert "1\u00a0avvikelse rättad" in page.inner_text("main")
    page.get_by_text("Vad som är rättat, kvar och nytt").click()
    assert page.get_by_role("table", name="Jämfört med förra uttaget").is_visible()


def test_the_head_of_a_long_table_stays(page: Any, opened: Opened) -> None:
    page.set_viewport_size({"width": 1280, "height": 700})
    page.goto(f"{opened.upload}/arenden")
    page.evaluate("window.scrollTo(0, 2000)")
    assert page.evaluate("Math.round(document.querySelector('thead th').getBoundingClientRect().top)") == 0
    page.set_viewport_size({"width": 400, "height": 700})
    page.evaluate("document.querySelector('.bred').scrollLeft = 300")
    lefts = page.evaluate("['thead th', 'tbody th'].map(e => document.querySelector(e).getBoundingClientRect().left)")
    assert len(set(map(round, lefts))) == 1 and lefts[0] >= 0, "and its first column"


def planned(page: Any) -> str:
    """The sum of a plan as it stands on the page."""
    return str(page.locator(".tal dd").first.inner_text())


def test_two_people_a_stale_plan_and_a_dispute_to_its_letter(alone: Any, tmp_path: Path) -> None:
    page = alone
    page.goto(f"{page.base}/liggare/installningar")
    page.get_by_label("Utfärda", exact=True).select_option("ja")
    page.get_by_label("Ditt namn").fill("Eva Exempel")
    page.get_by_role("button", name="Spara").click()
    page.get_by_text("Två personer behövs").wait_for()
    plan = f"{page.upload}/manad/2018-11/utfarda?avtal=halland&utan_efaktura=ja"
    page.goto(plan)
    confirm(page, "2018-11", planned(page), "Eva Exempel")
    page.get_by_role("alert").wait_for()
    assert "godkän" in page.inner_text("#fel") and page.get_by_label("Ditt namn").input_value() == "Eva Exempel"
    page.get_by_text("Godkänn utan att utfärda").click()
    page.get_by_label("Namn på den som godkänner").fill("Otto Exempel")
    page.get_by_role("button", name="Godkänn", exact=True).click()
    page.get_by_text("Underlaget är godkänt").wait_for()
    # The same plan stands in two windows: what the one issues, the other may not issue again.
    other = page.context.new_page()
    other.goto(plan)
    confirm(page, "2018-11", planned(page), "Eva Exempel")
    page.get_by_role("heading", name="November 2018 är utfärdad").wait_for()
    confirm(other, "2018-11", planned(other), "Eva Exempel")
    other.get_by_role("alert").wait_for()
    assert "2018-11" in other.inner_text("#fel") or "ändrats" in other.inner_text("#fel")
    assert other.get_by_role("heading", level=1).inner_text() == "November 2018 är utfärdad"
    page.get_by_role("link", name=re.compile("^2$")).click()
    page.get_by_role("link", name="Bestrid rad 2").click()
    assert page.get_by_label("Rad", exact=True).input_value() == "2"
    page.get_by_role("button", name="Registrera bestridandet").click()
    page.get_by_role("heading", name="Tvist 1").wait_for()
    page.get_by_role("link", name="Alla tvister").click()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Hämta listan som Excel").click()
    fetched.value.save_as(tmp_path / "lista.xlsx")
    book = openpyxl.load_workbook(tmp_path / "lista.xlsx")
    assert "H18-0049" in {cell.value for row in book.active.iter_rows() for cell in row}
    page.get_by_role("row", name=re.compile("Halmstad.*Faktura 2")).get_by_role("link").click()
    page.get_by_label("Beslut").select_option("medges")
    page.get_by_role("button", name="Spara").click()
    page.get_by_text("Medges").first.wait_for()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Hämta brevet").click()
    assert fetched.value.suggested_filename == "brev_1_1380_2018-11.pdf"
    page.goto(plan)
    assert "krediteras" in page.inner_text("main").lower() and "7\u00a0100,00\u00a0kr" in page.inner_text("main")


def test_an_agreement_of_ones_own_is_typed_and_used(alone: Any) -> None:
    page = alone
    page.goto(f"{page.base}/installningar")
    page.get_by_role("link", name="Egna avtal").click()
    page.get_by_role("link", name="Nytt avtal").click()
    page.get_by_label("Kort namn").fill("region-x")
    page.get_by_label("Avtalets namn").fill("Region X och kommunerna")
    page.get_by_label("Första dagen").fill("1 januari")
    page.get_by_role("button", name="Spara").click()
    page.get_by_role("alert").wait_for()
    assert "Skriv datumet som 2025-01-01" in page.inner_text("main")
    assert page.get_by_label("Avtalets namn").input_value() == "Region X och kommunerna"
    page.get_by_label("Första dagen").fill("2018-01-01")
    page.get_by_label("Dagar till ansvar").fill("5")
    page.get_by_label("Belopp per vårddygn").fill("7 000")
    page.get_by_label("Källa", exact=True).fill("Protokoll § 7")
    page.get_by_label("Psykiatri").check()
    page.get_by_label("Somatik").check()
    page.get_by_role("button", name="Spara").click()
    page.get_by_text("Sparat.").wait_for()
    page.get_by_role("link", name="Se avtalet månad för månad").click()
    page.get_by_role("heading", name="Region X och kommunerna").wait_for()
    page.goto(f"{page.upload}/manad")
    page.get_by_label("Månad", exact=True).fill("2018-11")
    page.get_by_label("Avtal").select_option("region-x")
    page.get_by_role("button", name="Räkna").click()
    page.get_by_text("Region X och kommunerna").first.wait_for()
    assert "7\u00a0000,00\u00a0kr per vårddygn" in page.inner_text("main"), "an amount is not broken in a line"
