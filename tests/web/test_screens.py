"""The other screens: what they show is what the operations say, and a fault is told at its field."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime

import pytest

from betalningsansvar.web.screens.help import DOCUMENTS
from tests.web.stand import EXAMPLE, Browser, Stand
from tests.web.test_issuing import issued


def test_an_amount_is_explained_with_its_days(browser: Browser) -> None:
    address = browser.upload()
    shown = browser.get(f"{address}/arende/52?avtal=halland")
    assert "Summa 28\u00a0400,00 kr" in shown.text or "Summa 28 400,00 kr" in shown.text
    assert shown.text.count('class="ansvar"') == 4
    assert "5 kap. 4 § lag (2017:612)" in shown.text


def test_what_became_of_the_cases_in_a_month(browser: Browser) -> None:
    address = browser.upload()
    charged = browser.get(f"{address}/arenden?manad=2018-11&status=debiteras&avtal=halland").text
    assert "27\u00a0ärenden" in charged and "7\u00a0100,00\u00a0kr" in charged
    assert browser.get(f"{address}/arenden?manad=x").status_code == 422


def test_the_underlag_is_offered_with_a_password_first(browser: Browser) -> None:
    address = browser.upload()
    form = f"{address}/manad/2018-11/kommun/1380/underlag?avtal=halland"
    assert 'type="password"' in browser.get(form).text
    assert browser.post(form, {"losenord": ""}).status_code == 422
    job = browser.post(form, {"losenord": "hemligt lösenord 7"}).headers["Location"]
    assert "Hämta filen" in browser.follow(job).text
    fetched = browser.get(f"{job}/fil")
    assert fetched.data[:4] == b"\xd0\xcf\x11\xe0", "an encrypted workbook is no zip"
    assert re.match(r'attachment; filename="underlag_1380_2018-11.xlsx"', fetched.headers["Content-Disposition"])


def test_a_part_of_a_page_is_its_main_part_only(browser: Browser) -> None:
    part = browser.get(f"{browser.upload()}/arende/52", **{"X-Del": "1"})
    assert "<html" not in part.text and 'id="forklaring"' in part.text


def test_a_day_that_is_none_is_told_and_kept(browser: Browser) -> None:
    address = browser.upload()
    answer = browser.get(f"{address}/manad/2018-11?avtal=halland&uttag=i+går")
    assert answer.status_code == 422 and 'value="i går"' in answer.text
    assert browser.get(f"{address}/manad?manad=nov").status_code == 422
    assert browser.get(f"{address}/manad?manad=2018-11&avtal=halland").headers["Location"].endswith("avtal=halland")


def test_a_month_that_cannot_be_computed_is_told(stand: Stand, browser: Browser) -> None:
    address = browser.upload()
    assert browser.get(f"{address}/manad/2018-11?avtal=halland&uttag=2018-10-01").status_code == 422
    assert browser.get(f"{address}/manad/2018-11?avtal=dalarna").status_code == 422, "no rule before 2023"
    stand.here.now = lambda: datetime(2026, 1, 1, tzinfo=UTC)
    rows = EXAMPLE.read_text(encoding="utf-8-sig").replace("2018-", "2025-")
    gap = browser.get(f"{browser.upload([('2025.csv', rows.encode())])}/manad/2025-11")
    assert gap.status_code == 422 and 'href="/regler/belopp"' in gap.text


def test_the_open_month_is_told_ahead(browser: Browser) -> None:
    shown = browser.get(f"{browser.upload()}/manad/2018-12/forhand?avtal=halland&uttag=2018-12-10")
    assert shown.status_code == 200 and "Om ingen skrivs ut" in shown.text


def test_the_year(browser: Browser) -> None:
    address = browser.upload()
    shown = browser.get(f"{address}/bokslut/2018?avtal=halland")
    assert shown.status_code == 200 and "Fakturerat" in shown.text and "Kontroller" in shown.text
    job = browser.post(f"{address}/bokslut/2018/filer?avtal=halland").headers["Location"]
    assert "Hämta zip-filen" in browser.follow(job).text
    assert "bokslut.xlsx" in zipfile.ZipFile(io.BytesIO(browser.get(f"{job}/fil").data)).namelist()
    assert browser.get(f"{address}/bokslut?ar=tjugo").status_code == 422
    assert browser.get(f"{address}/bokslut/1066").status_code == 404
    assert browser.get(f"{address}/bokslut?ar=2018").headers["Location"].startswith(f"{address}/bokslut/2018")


def test_settling_asks_for_the_months_first(browser: Browser) -> None:
    address = browser.upload()
    issued(browser, address)
    plan = browser.get(f"{address}/bokslut/2018/utfarda?avtal=halland&utan_efaktura=ja")
    assert plan.status_code == 422 and "utan_manader=ja" in plan.text


def test_scenarios(browser: Browser) -> None:
    address = browser.upload()
    asked = "fran=2018-11&till=2018-12&avtal=nationell&namn1=Fem+dagar&dagar1=5"
    shown = browser.get(f"{address}/scenarier?{asked}")
    assert shown.status_code == 200 and "Fem dagar" in shown.text and "Vem betalar mer och mindre" in shown.text
    assert " style=" not in shown.text and "<script>" not in shown.text
    assert b"dagar = 5" in browser.get(f"{address}/scenarier/scenarier.toml?{asked}").data
    job = browser.post(f"{address}/scenarier/rapport?{asked}").headers["Location"]
    assert "Hämta zip-filen" in browser.follow(job).text


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("fran=2018-11&till=&dagar1=5", "till"),
        ("fran=hej&till=2018-12&dagar1=5", "fran"),
        ("fran=2018-11&till=2018-12&dagar1=fem", "dagar1"),
        ("fran=2018-11&till=2018-12&variera=dagar&fran_varde=x&till_varde=5", "fran_varde"),
        ("fran=2018-11&till=2018-12", ""),
        ("fran=2018-12&till=2018-11&dagar1=5", ""),
        ("fran=2018-11&till=2018-12&troskel1=mycket", ""),
    ],
)
def test_a_scenario_that_is_none_is_told(browser: Browser, asked: str, field: str) -> None:
    answer = browser.get(f"{browser.upload()}/scenarier?{asked}")
    assert answer.status_code == 422 and (not field or f'href="#{field}"' in answer.text)


def test_a_scenario_named_by_markup_is_text(browser: Browser) -> None:
    asked = "fran=2018-11&till=2018-12&namn1=%3Cscript%3Ealert(1)%3C/script%3E&dagar1=5"
    assert "<script>alert" not in browser.get(f"{browser.upload()}/scenarier?{asked}").text


def test_compared_with_the_ledger(browser: Browser) -> None:
    address = browser.upload()
    assert browser.get(f"{address}/jamfor?mot=liggare").status_code == 422, "no ledger has been made yet"
    issued(browser, address)
    same = browser.get(f"{address}/jamfor?mot=liggare&avtal=halland")
    assert same.status_code == 200 and "0\u00a0skillnader" in same.text
    other = browser.get(f"{address}/jamfor?mot=liggare&avtal=nationell&fran=2018-11&till=2018-12")
    assert other.status_code == 200 and "ska betalas men är inte fakturerat" in other.text.lower()


def test_compared_with_an_invoice_that_was_got(browser: Browser) -> None:
    address = browser.upload()
    workbook = browser.get(f"{address}/manad/2018-11/kommun/1380/faktura.xlsx?avtal=halland").data
    assert browser.post(f"{address}/jamfor", {"filer": [(io.BytesIO(b"x"), "x.exe")]}).status_code == 422
    assert browser.post(f"{address}/jamfor", {}).status_code == 422
    answer = browser.post(f"{address}/jamfor", {"filer": [(io.BytesIO(workbook), "f.xlsx")], "avtal": "halland"})
    if answer.status_code == 303:
        assert "skillnader" in browser.get(answer.headers["Location"]).text


def test_the_kommun_sees_what_the_same_dygn_cost_elsewhere(browser: Browser) -> None:
    address = browser.upload()
    workbook = browser.get(f"{address}/manad/2018-11/kommun/1380/faktura.xlsx?avtal=halland").data

    def sent(alternativ: str) -> dict[str, object]:
        return {"filer": [(io.BytesIO(workbook), "f.xlsx")], "avtal": "halland", "alternativ": alternativ}

    wrong = browser.post(f"{address}/jamfor", sent("mycket"))
    assert wrong.status_code == 422 and "till exempel 4900" in wrong.text
    answer = browser.post(f"{address}/jamfor", sent("4900"))
    assert answer.status_code == 303
    shown = browser.get(answer.headers["Location"]).text.replace("\u00a0", " ")
    assert "På en korttidsplats: " in shown and " dygn × 4 900,00 kr = " in shown


def test_the_auditor_sees_where_a_line_comes_from(browser: Browser) -> None:
    address = browser.upload()
    shown = browser.get(f"{address}/revisor?manad=2018-11&avtal=halland")
    assert f"{EXAMPLE.name}, rad 54" in shown.text and "Stämmer inte" not in shown.text
    assert browser.get(f"{address}/revisor?manad=x").status_code == 422


def test_the_rules_and_the_amounts(browser: Browser) -> None:
    assert "Region Halland" in browser.get("/regler").text
    assert "RS160373" in browser.get("/regler/avtal/halland").text
    amounts = browser.get("/regler/belopp").text
    assert "7\u00a0100,00\u00a0kr" in amounts and "Luckor" in amounts
    for chosen in ("/etc/passwd", "finns-inte"):
        assert browser.get(f"/regler/avtal/{chosen}").status_code == 404


def test_the_handbook_is_on_the_page(browser: Browser) -> None:
    shown = browser.get("/hjalp").text
    assert "<h1" in shown and "<table>" in shown and "|---" not in shown and "```" not in shown
    for name in (f"/hjalp/{name}" for name in DOCUMENTS):
        text = browser.get(name).text
        for link, part in set(re.findall(r'(?:href|src)="(/hjalp[^"#]*)(?:#([^"]+))?"', text)):
            answer = browser.get(link)
            assert answer.status_code == 200, (name, link)
            assert not part or f'id="{part}"' in answer.text, (name, link, part)
        for part in re.findall(r'href="#([^"]+)"', text):
            assert f'id="{part}"' in text, (name, part)
    assert browser.get("/hjalp/../../etc/passwd").status_code == 404
    assert browser.get("/hjalp/bilder/finns-inte.png").status_code == 404


def test_settings_are_kept_and_shown(browser: Browser) -> None:
    answer = browser.post(
        "/installningar/avsandare",
        {"namn": 'Region "X"\\ å', "adress": "Box 1\r\nPlan 2", "betalningsvillkor_dagar": "30", "epost": "a@b.se"},
    )
    assert answer.status_code == 303
    shown = browser.get("/installningar/avsandare").text
    assert "Region &#34;X&#34;\\ å" in shown and "Box 1\nPlan 2" in shown and 'value="30"' in shown
    assert b"betalningsvillkor_dagar = 30" in browser.get("/installningar/avsandare.toml").data


@pytest.mark.parametrize(
    ("form", "field", "value"),
    [
        ("avsandare", "organisationsnummer", "123"),
        ("avsandare", "bankgiro", "abc"),
        ("avsandare", "betalningsvillkor_dagar", "trettio"),
        ("avsandare", "betalningsvillkor_dagar", "9999"),
        ("avsandare", "fakturanummer.prefix", "åäö!"),
        ("belopp", "fran", "i år"),
        ("belopp", "kronor", "mycket"),
        ("bokforing", "kundfordran.konto", "abc"),
    ],
)
def test_a_fault_stands_at_its_field_and_nothing_is_lost(browser: Browser, form: str, field: str, value: str) -> None:
    answer = browser.post(f"/installningar/{form}", {"namn": "Det jag skrev", "kalla": "Det jag skrev", field: value})
    assert answer.status_code == 422
    assert re.search(rf'id="{re.escape(field)}"[^>]*aria-invalid="true"', answer.text)
    assert f'href="#{field}"' in answer.text or form in ("belopp", "bokforing")
    assert f'value="{value}"' in answer.text
    assert browser.get(f"/installningar/{form}.toml").status_code == 404, "nothing faulty is kept"


def test_an_own_amount_is_used_and_taken_away(stand: Stand, browser: Browser) -> None:
    amount = {"serie": "lag-2017-612", "fran": "2018-01-01", "tom": "2018-12-31", "kronor": "1 000"}
    answer = browser.post("/installningar/belopp", {**amount, "kalla": "Beslut", "status": "T"})
    assert answer.status_code == 303
    address = browser.upload()
    assert "111\u00a0000,00\u00a0kr" in browser.get(f"{address}/manad/2018-11?avtal=halland").text
    assert browser.post("/installningar/belopp/bort", {"rad": "7"}).status_code == 404
    assert browser.post("/installningar/belopp/bort", {"rad": "0"}).status_code == 303
    assert "788\u00a0100,00\u00a0kr" in browser.get(f"{address}/manad/2018-11?avtal=halland").text


def test_a_kommuns_address(browser: Browser) -> None:
    kund = {"kommun": "1380", "namn": "Halmstads kommun", "referens": "R-1"}
    assert browser.post("/installningar/kunder", kund).status_code == 303
    assert browser.post("/installningar/kunder", {**kund, "referens": "R-2"}).status_code == 303
    assert 'value="R-2"' in browser.get("/installningar/kunder?kommun=1380").text
    assert browser.get("/installningar/kunder.toml").data.count(b"[[kund]]") == 1
    assert browser.post("/installningar/kunder", {**kund, "kommun": "9999"}).status_code == 404
    assert "R-2" in browser.get(f"{browser.upload()}/manad/2018-11/kommun/1380?avtal=halland").text


def test_an_own_agreement(browser: Browser) -> None:
    from betalningsansvar.tariffs.agreements import shipped

    text = shipped("nationell").files[0].content
    sent = {"filer": [(io.BytesIO(text.replace(b'id = "nationell"', b'id = "eget"')), "../Mitt avtal.toml")]}
    assert browser.post("/installningar/avtal", sent).status_code == 303
    assert "eget" in browser.get("/installningar/avtal").text
    assert browser.get("/regler/avtal/eget").status_code == 200
    assert browser.post("/installningar/avtal", {"filer": [(io.BytesIO(b"x"), "x.toml")]}).status_code == 422
    assert browser.post("/installningar/avtal/bort", {"rad": "../avsandare"}).status_code == 404
    assert browser.post("/installningar/avtal/bort", {"rad": "eget"}).status_code == 303
    assert browser.get("/regler/avtal/eget").status_code == 404
    assert b"[[regel]]" in browser.get("/installningar/avtalsmall.toml").data


def test_a_faulty_file_in_the_folder_is_told_and_left_out(stand: Stand, browser: Browser) -> None:
    stand.here.settings.mkdir()
    (stand.here.settings / "avsandare.toml").write_text("namn = 3\n", encoding="utf-8")
    assert "avsandare.toml kan inte användas" in browser.get("/installningar").text
    assert browser.get(f"{browser.upload()}/manad/2018-11/kommun/1380?avtal=halland").status_code == 200


def test_a_folder_that_cannot_be_written_is_told(stand: Stand, browser: Browser) -> None:
    stand.here.settings.write_text("a file, not a folder", encoding="utf-8")
    answer = browser.post("/installningar/avsandare", {"namn": "X"})
    assert answer.status_code == 422 and "kunde inte sparas" in answer.text and 'value="X"' in answer.text
