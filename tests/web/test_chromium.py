"""The page in a real Chromium: the month's way through it, without script, by keyboard, narrow, on paper and wiped."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import Opened
from tests.web.running import running
from tests.web.stand import EXAMPLE

pytestmark = pytest.mark.browser


def screens(opened: Opened) -> list[str]:
    """Every screen, with real data on it."""
    base, upload = opened.program.base, opened.upload
    month = f"{upload}/manad/2018-11"
    return [
        f"{base}/",
        f"{upload}/kontroll",
        f"{upload}/kontroll?manad=2018-11&avtal=halland",
        f"{upload}/arenden",
        f"{upload}/arende/52?avtal=halland",
        f"{upload}/manad",
        f"{month}?avtal=halland",
        f"{upload}/manad/2018-12/forhand?avtal=halland",
        f"{month}/kommun/1380?avtal=halland",
        f"{month}/filer?avtal=halland",
        f"{month}/utfarda?avtal=halland&utan_efaktura=ja",
        f"{upload}/bokslut",
        f"{upload}/bokslut/2018?avtal=halland",
        f"{upload}/bokslut/2018/kommun/1383?avtal=nationell",
        f"{upload}/scenarier?fran=2018-11&till=2018-12&avtal=nationell&namn1=Fem&dagar1=5&variera=dagar"
        "&fran_varde=2&till_varde=6",
        f"{upload}/jamfor",
        f"{upload}/revisor?manad=2018-11&avtal=halland&aret=ja",
        f"{upload}/avsluta",
        f"{base}/liggare",
        f"{base}/liggare/faktura/1",
        f"{base}/liggare/kontroll",
        f"{base}/liggare/export",
        f"{base}/liggare/installningar",
        f"{base}/tvister",
        f"{base}/tvister/1",
        f"{base}/regler",
        f"{base}/regler/avtal/vastra-gotaland",
        f"{base}/regler/belopp",
        f"{base}/installningar",
        f"{base}/installningar/avsandare",
        f"{base}/installningar/kunder?kommun=1380",
        f"{base}/installningar/belopp",
        f"{base}/installningar/bokforing",
        f"{base}/installningar/objekt",
        f"{base}/installningar/avtal",
        f"{base}/installningar/avtal/eget/nytt",
        f"{base}/hjalp",
        f"{base}/hjalp/server",
        f"{base}/hjalp/bokslut",
        f"{base}/tillganglighet",
        f"{base}/raderat",
    ]


LIGHT, DARK = {"color_scheme": "light"}, {"color_scheme": "dark"}
NARROW = {"viewport": {"width": 320, "height": 640}}
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.mark.parametrize("page", [LIGHT, DARK], ids=["light", "dark"], indirect=True)
def test_axe_finds_nothing_on_any_screen(page: Any, issued_month: Opened) -> None:
    from axe_playwright_python.sync_playwright import Axe

    axe, found = Axe(), []
    for address in screens(issued_month):
        answer = page.goto(address)
        assert answer.status == 200, address
        found += [
            (address, violation["id"], [node["html"][:160] for node in violation["nodes"][:2]])
            for violation in axe.run(page, options=AXE).response["violations"]
        ]
    assert found == []


@pytest.mark.parametrize("page", [NARROW], ids=["320 px"], indirect=True)
def test_nothing_scrolls_sideways_at_320_px(page: Any, issued_month: Opened) -> None:
    wide = []
    for address in screens(issued_month):
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wide.append((address, width))
    assert wide == []


def test_the_first_table_of_bokslut_fits_a_screen_of_1280_px(page: Any, issued_month: Opened) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{issued_month.upload}/bokslut/2018?avtal=halland")
    assert page.evaluate("(e => e.scrollWidth <= e.clientWidth)(document.querySelector('.bred'))")
    page.get_by_text("Ärenden per kommun", exact=True).first.click()
    assert page.get_by_role("table", name="Ärenden per kommun").is_visible()


def test_a_date_is_not_broken_in_a_line(page: Any, issued_month: Opened) -> None:
    page.set_viewport_size({"width": 320, "height": 900})
    page.goto(f"{issued_month.upload}/bokslut/2018?avtal=halland")
    heights = page.evaluate("[...document.querySelectorAll('p .k')].map(e => e.getClientRects().length)")
    assert heights and set(heights) == {1}


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], ids=["no script"], indirect=True)
def test_the_month_without_script(page: Any, opened: Opened) -> None:
    page.goto(opened.program.base)
    page.set_input_files("#filer", str(EXAMPLE))
    page.get_by_role("button", name="Kontrollera").click()
    page.get_by_label("Sök ärende").fill("H18-0118")
    page.get_by_role("button", name="Sök").click()
    assert page.get_by_role("status").first.inner_text().startswith("1\u00a0avvikelse")
    page.get_by_role("link", name="H18-0118").first.click()
    page.get_by_role("heading", name=re.compile("^Ärende ")).wait_for()
    page.get_by_role("link", name="Månaden").click()
    page.get_by_label("Månad", exact=True).fill("2018-11")
    page.get_by_label("Avtal").select_option("halland")
    page.get_by_role("button", name="Räkna").click()
    assert "788\u00a0100,00\u00a0kr" in page.inner_text("main")
    page.get_by_role("link", name="Halmstad").click()
    page.get_by_role("heading", name="Halmstad, november 2018").wait_for()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Fakturan som Excel").click()
    assert fetched.value.suggested_filename == "faktura_1380_2018-11.xlsx"
    page.get_by_role("link", name="Tillbaka till månaden").click()
    page.get_by_role("link", name="Hämta alla filer").click()
    page.get_by_role("button", name="Skriv filerna").click()
    for _ in range(120):
        if page.get_by_role("link", name="Hämta zip-filen").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Hämta zip-filen").click()
    assert fetched.value.suggested_filename == "betalningsansvar_2018-11.zip"


def test_search_as_you_type_and_the_explanation_in_place(page: Any, opened: Opened) -> None:
    page.goto(f"{opened.upload}/kontroll")
    page.get_by_label("Sök ärende").press_sequentially("H18-0118")
    page.get_by_text("1\u00a0avvikelse", exact=False).wait_for()
    assert "q=H18-0118" in page.url
    link = page.locator("#avvikelser a[data-har]").first
    link.click()
    page.locator("#avvikelser a[aria-expanded=true]").wait_for()
    assert "/kontroll" in page.url and "0 kr" in page.inner_text("#avvikelser")
    link.click()
    page.locator("#avvikelser a[aria-expanded=false]").wait_for()


def test_the_progress_of_a_job_is_followed(page: Any, opened: Opened) -> None:
    page.goto(f"{opened.upload}/manad/2018-11/filer?avtal=halland")
    page.get_by_role("button", name="Skriv filerna").click()
    page.get_by_role("link", name="Hämta zip-filen").wait_for(timeout=90_000)


def test_the_keyboard_reaches_everything_in_order(page: Any, opened: Opened) -> None:
    page.goto(opened.program.base)
    reached = []
    for _ in range(20):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("(document.activeElement.id || document.activeElement.innerText || '').trim()"))
    assert reached[:3] == ["Hoppa till innehållet", "Betalningsansvar", "Börja"]
    assert "filer" in reached and "profil" in reached and "Kontrollera" in reached
    assert reached.index("filer") < reached.index("profil") < reached.index("Kontrollera")
    page.get_by_role("button", name="Kontrollera").focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"


def test_a_month_by_keyboard_alone(page: Any, opened: Opened) -> None:
    page.goto(f"{opened.upload}/manad")
    page.get_by_label("Månad", exact=True).focus()
    page.keyboard.type("2018-11")
    page.keyboard.press("Tab")
    page.keyboard.type("Region Halland")
    page.keyboard.press("Enter")
    for _ in range(4):
        if page.evaluate("document.activeElement.tagName") == "BUTTON":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="November 2018").wait_for()


def test_the_field_at_fault_has_the_focus(page: Any, opened: Opened) -> None:
    page.goto(f"{opened.program.base}/installningar/avsandare")
    page.get_by_label("Bankgiro").fill("abc")
    page.get_by_role("button", name="Spara").click()
    page.get_by_role("alert").wait_for()
    assert page.evaluate("document.activeElement.id") == "bankgiro"
    page.get_by_role("link", name="Till fältet").click()
    assert page.url.endswith("#bankgiro")
    assert page.get_by_label("Bankgiro").input_value() == "abc"
    page.seen[:] = [text for text in page.seen if "422" not in text]


def test_targets_are_large_enough(page: Any, opened: Opened) -> None:
    page.goto(f"{opened.upload}/manad/2018-11?avtal=halland")
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, .knapp, nav li a, input:not([type=checkbox]), select')]
        .map(e => [e.innerText || e.id, e.getBoundingClientRect()])
        .filter(([_, box]) => box.width && box.height < 44).map(([name]) => name)"""
    )
    assert small == []


def test_on_paper_there_is_no_navigation(page: Any, opened: Opened, tmp_path: Path) -> None:
    page.goto(f"{opened.upload}/manad/2018-11/kommun/1380?avtal=halland")
    page.emulate_media(media="print")
    assert not page.locator("header.topp").is_visible() and not page.locator("nav.steg").is_visible()
    assert not page.get_by_role("link", name="Fakturan som Excel").is_visible()
    assert page.get_by_role("heading", name="Halmstad, november 2018").is_visible()
    assert page.pdf(format="A4")[:5] == b"%PDF-"


def test_nothing_is_kept_in_the_browser(page: Any, issued_month: Opened) -> None:
    for address in screens(issued_month)[:12]:
        page.goto(address)
    kept = page.evaluate(
        """async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
        (await caches.keys()).length, document.cookie]"""
    )
    assert kept == [0, 0, 0, 0, ""]


def test_back_after_the_wipe_shows_nothing(page: Any, opened: Opened) -> None:
    page.goto(opened.program.base)
    page.set_input_files("#filer", str(EXAMPLE))
    page.get_by_role("button", name="Kontrollera").click()
    page.get_by_role("heading", name="Kontrollera").wait_for()
    page.get_by_role("link", name="Avsluta och radera").click()
    page.get_by_role("button", name="Avsluta och radera").click()
    page.get_by_role("heading", name="Uppgifterna är raderade").wait_for()
    page.go_back()
    page.go_back()
    page.get_by_role("heading", name="Sidan finns inte").wait_for()
    assert "H18-" not in page.content()
    page.seen[:] = [text for text in page.seen if "404" not in text]


@pytest.mark.parametrize("host", ["127.0.0.1", "evil.example"])
def test_a_form_of_another_page_does_nothing(chromium: Any, opened: Opened, host: str) -> None:
    """From another port of this computer our cookie goes along (SameSite and cookies know no ports); the origin keeps
    the form out. From another site neither does."""
    context = chromium.new_context()
    context.add_cookies(opened.cookies)
    page = context.new_page()
    page.route(
        f"http://{host}:1/**",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f'<form method="post" action="{opened.upload}/avsluta"><button>Klicka</button></form>',
        ),
    )
    page.goto(f"http://{host}:1/")
    with page.expect_response(lambda answer: answer.url.endswith("/avsluta")) as got:
        page.get_by_role("button").click()
    assert got.value.status == 403
    assert page.goto(f"{opened.upload}/kontroll").status == 200
    context.close()


def test_the_page_opens_from_a_file(chromium: Any, tmp_path: Path) -> None:
    """The strict cookie is not sent with what a file began; the page asks once more by itself."""
    with running(temporary=tmp_path) as program:
        opener = tmp_path / "oppna.html"
        opener.write_text(
            f'<meta http-equiv="refresh" content="0; url={program.base}/?nyckel={program.key}">', encoding="utf-8"
        )
        page = chromium.new_context().new_page()
        page.goto(opener.as_uri())
        page.get_by_role("heading", name="Från uttag till faktura").wait_for()
        page.context.close()


def test_the_pictures_of_the_handbook_are_still_true(chromium: Any, tmp_path: Path) -> None:
    """Each screen says what it said when its picture was taken; `python -m tests.web.pictures` takes them anew."""
    from tests.web.pictures import FOLDER, SAID, take

    was = json.loads((FOLDER / SAID).read_text(encoding="utf-8"))
    now = take(chromium, tmp_path, pictures=False)
    assert now == was, "run: python -m tests.web.pictures"
    assert {path.stem for path in FOLDER.glob("*.png")} == set(now)


def test_a_foreign_name_for_this_computer_is_refused(chromium: Any, opened: Opened) -> None:
    """A web site may let its name resolve to 127.0.0.1 (DNS rebinding): the name is refused before anything else."""
    own = chromium.browser_type.launch(
        executable_path=shutil.which("chromium"), args=["--host-resolver-rules=MAP evil.example 127.0.0.1"]
    )
    page = own.new_page()
    answer = page.goto(f"http://evil.example:{opened.program.port}/?nyckel={opened.program.key}")
    assert answer.status == 421
    own.close()


def test_the_page_cannot_be_framed(chromium: Any, opened: Opened) -> None:
    context = chromium.new_context()
    context.add_cookies(opened.cookies)
    page = context.new_page()
    page.route("http://127.0.0.1:1/**", lambda route: route.fulfill(content_type="text/html", body="<p>x</p>"))
    page.goto("http://127.0.0.1:1/")
    page.set_content(f'<iframe src="{opened.upload}/kontroll"></iframe>')
    page.wait_for_timeout(700)
    assert "Kontrollera" not in "".join(frame.content() for frame in page.frames)
    context.close()
