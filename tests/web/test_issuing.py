"""Utfärda: what was shown is numbered, or nothing is; and what became of it in the ledger."""

from __future__ import annotations

import io
import re
import shutil
import sqlite3
import zipfile
from pathlib import Path

import pytest

from tests.web.stand import EXAMPLE, Browser, Stand, new_stand

MONTH = "2018-11"
SUM = "788 100,00 kr"


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    settings = tmp_path / "installningar"
    settings.mkdir()
    for name in ("avsandare.toml", "kunder.toml", "bokforing.toml", "logo.png"):
        shutil.copy(EXAMPLE.parent / name, settings / name)
    return new_stand(tmp_path, ledger=f"sqlite:///{tmp_path / 'faktura.db'}", settings=settings)


def code_of(page: str) -> str:
    return re.findall(r'name="kod" value="([^"]+)"', page)[0]


def plan(browser: Browser, address: str) -> str:
    return f"{address}/manad/{MONTH}/utfarda?avtal=halland&utan_efaktura=ja"


def filled(page: str, **other: str) -> dict[str, str]:
    return {
        "kod": code_of(page),
        "manad": MONTH,
        "summa": SUM,
        "granskat": "ja",
        "fakturadatum": "2018-12-14",
        "namn": "Eva Exempel",
        "utan_efaktura": "ja",
    } | other


def issued(browser: Browser, address: str) -> str:
    """Issue the month; the address of what was issued."""
    form = plan(browser, address)
    answer = browser.post(form, filled(browser.get(form).text))
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_the_plan_is_told_before_anything_is_written(stand: Stand, browser: Browser, tmp_path: Path) -> None:
    shown = browser.get(plan(browser, browser.upload()))
    assert shown.status_code == 200
    assert "788\u00a0100,00\u00a0kr" in shown.text and "Liggaren är ny" in shown.text
    assert not (tmp_path / "faktura.db").exists()


def test_what_was_shown_is_numbered(browser: Browser, tmp_path: Path) -> None:
    address = browser.upload()
    done = browser.get(issued(browser, address))
    assert done.status_code == 200 and "Kvitto" in done.text
    ledger = browser.get("/liggare")
    assert "Halmstad" in ledger.text and ledger.text.count('href="/liggare/faktura/') >= 7
    one = browser.get("/liggare/faktura/1")
    assert "Eva Exempel" in one.text and "2018-12-14" in one.text
    assert browser.get(plan(browser, address)).text.count("är utfärdad") >= 1
    verified = browser.get("/liggare/kontroll")
    assert verified.status_code == 200 and "Liggaren håller" in verified.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("manad", "2018-12"),
        ("manad", ""),
        ("summa", "788 100,01"),
        ("summa", "hej"),
        ("granskat", ""),
        ("fakturadatum", "i morgon"),
    ],
)
def test_what_is_typed_must_be_what_is_shown(browser: Browser, tmp_path: Path, field: str, value: str) -> None:
    form = plan(browser, browser.upload())
    answer = browser.post(form, filled(browser.get(form).text, **{field: value}))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text and 'value="Eva Exempel"' in answer.text
    assert not (tmp_path / "faktura.db").exists()


def test_a_plan_that_is_no_longer_true_is_shown_anew(stand: Stand, browser: Browser) -> None:
    """Another issuer came between: 409, with what happened and the plan as it is now."""
    other = stand.browser()
    form = plan(browser, browser.upload())
    mine = filled(browser.get(form).text)
    issued(other, other.upload())
    answer = browser.post(form, mine)
    assert answer.status_code == 409
    assert "Planen gäller inte längre" in answer.text and "är utfärdad" in answer.text
    assert browser.get("/liggare").text.count('href="/liggare/faktura/') == 7


def test_sent_twice_it_is_issued_once(browser: Browser) -> None:
    form = plan(browser, browser.upload())
    mine = filled(browser.get(form).text)
    assert browser.post(form, mine).status_code == 303
    assert browser.post(form, mine).status_code == 409
    assert browser.get("/liggare").text.count('href="/liggare/faktura/') == 7


def test_another_upload_gives_another_plan(browser: Browser) -> None:
    """A code belongs to the lines that were shown: with other lines it is refused, whatever is typed."""
    first = browser.upload()
    mine = filled(browser.get(plan(browser, first)).text)
    rows = EXAMPLE.read_bytes().split(b"\r\n")
    other = browser.upload([("x.csv", b"\r\n".join(rows[:60]))])
    answer = browser.post(plan(browser, other), mine)
    assert answer.status_code == 409 and "andra rader" in answer.text


def test_the_files_to_send(browser: Browser) -> None:
    address = browser.upload()
    form = f"{address}/manad/{MONTH}/utfarda?avtal=halland"
    shown = browser.get(form)
    if shown.status_code == 422:  # the example's sender lacks nothing, but a kommun outside the region does
        assert "e-faktura" in shown.text.lower()
        form = plan(browser, address)
        shown = browser.get(form)
    answer = browser.post(form, filled(shown.text))
    job = browser.post(f"{answer.headers['Location']}/filer").headers["Location"]
    assert "Hämta zip-filen" in browser.follow(job).text
    names = zipfile.ZipFile(io.BytesIO(browser.get(f"{job}/fil").data)).namelist()
    assert any("kvitto" in name for name in names) and any("underlag" in name for name in names)
    assert any(name.startswith("bokforing/") for name in names)


def test_without_a_ledger_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "annan").mkdir()
    alone = new_stand(tmp_path / "annan").browser()
    address = alone.upload()
    answer = alone.get(f"{address}/manad/{MONTH}/utfarda?avtal=halland")
    assert answer.status_code == 422 and "Ingen liggare är vald" in answer.text
    for page in ("/liggare", "/tvister"):
        assert "Ingen liggare är vald" in alone.get(page).text
    assert alone.get("/liggare/kontroll").status_code == 422


@pytest.mark.parametrize("content", [b"not a database", b"SQLite format 3\x00" + b"\x00" * 200])
def test_a_file_that_is_no_ledger_is_told(stand: Stand, browser: Browser, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "faktura.db").write_bytes(content)
    answer = browser.get(plan(browser, browser.upload()))
    assert answer.status_code == 422 and "liggare" in answer.text.lower()


def test_a_locked_ledger_says_so(
    stand: Stand, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from betalningsansvar.billing.ledger.connection import Ledger

    monkeypatch.setattr(Ledger.parse.__func__, "__defaults__", (1,))  # type: ignore[attr-defined]
    address = browser.upload()
    issued(browser, address)
    december = f"{address}/manad/2018-12/utfarda?avtal=halland&utan_efaktura=ja"
    page = browser.get(december).text
    total = re.findall(r"Att utfärda, netto</dt><dd>([^<]+)", page)[0]
    holder = sqlite3.connect(tmp_path / "faktura.db")
    holder.execute("BEGIN EXCLUSIVE")
    try:
        answer = browser.post(december, filled(page, manad="2018-12", summa=total))
    finally:
        holder.rollback()
        holder.close()
    assert answer.status_code == 422 and "låst" in answer.text


def test_a_read_only_ledger_says_so(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    from betalningsansvar.billing.ledger import connection

    address = browser.upload()
    issued(browser, address)
    december = f"{address}/manad/2018-12/utfarda?avtal=halland&utan_efaktura=ja"
    page = browser.get(december).text
    total = re.findall(r"Att utfärda, netto</dt><dd>([^<]+)", page)[0]
    as_it_is = connection._file_address
    monkeypatch.setattr(connection, "_file_address", lambda path, mode: as_it_is(path, "ro"))
    answer = browser.post(december, filled(page, manad="2018-12", summa=total))
    assert answer.status_code == 422 and "skrivskyddad" in answer.text
    assert 'value="2018-12"' in answer.text, "what was typed is kept"
    assert browser.get("/liggare").status_code == 200


def test_the_months_that_wait_are_told_where_the_day_begins(browser: Browser, tmp_path: Path) -> None:
    assert "I liggaren" not in browser.get("/").text
    issued(browser, browser.upload())
    shown = browser.get("/").text
    assert "på att utfärdas" in shown and "december 2018: " in shown
    (tmp_path / "faktura.db").write_bytes(b"not a database")
    shown = browser.get("/")
    assert shown.status_code == 200 and "I liggaren" in shown.text and "på att utfärdas" not in shown.text


def test_a_dispute_from_registered_to_granted(browser: Browser) -> None:
    address = browser.upload()
    issued(browser, address)
    wrong = browser.post("/liggare/faktura/1/bestrid", {"rad": "99", "orsak": "FEL_DATUM", "belopp": "1"})
    assert wrong.status_code == 422 and 'value="99"' in wrong.text
    assert browser.post("/liggare/faktura/1/bestrid", {"rad": "x", "orsak": "FEL_DATUM"}).status_code == 422
    assert browser.post("/liggare/faktura/1/bestrid", {"rad": "1", "orsak": "HITTEPÅ"}).status_code == 422
    answer = browser.post("/liggare/faktura/1/bestrid", {"rad": "1", "orsak": "FEL_DATUM", "dag": "2018-12-20"})
    assert answer.headers["Location"] == "/tvister/1"
    assert "kr" in browser.get("/tvister").text
    assert browser.post("/tvister/1", {"steg": "2"}).status_code == 303
    assert browser.post("/tvister/1", {"steg": "2"}).status_code == 422
    assert browser.post("/tvister/1", {"steg": "2", "beslut": "medges"}).status_code == 303
    assert "Medges" in browser.get("/tvister/1").text
    again = browser.get(plan(browser, address)).text
    assert "Varför något krediteras" in again and "Kreditfakturor" in again


def test_a_dispute_begins_at_the_row(browser: Browser) -> None:
    issued(browser, browser.upload())
    shown = browser.get("/liggare/faktura/1").text
    (link,) = re.findall(r'href="(/liggare/faktura/1\?rad=1)#rad"', shown)
    assert re.search(r'<input type="text" name="rad" id="rad" value="1"', browser.get(link).text)
    assert 'value="&lt;b&gt;"' in browser.get("/liggare/faktura/1?rad=<b>").text


def test_four_eyes(stand: Stand, browser: Browser) -> None:
    from betalningsansvar.operations.ledger_settings import SettingsRequest, set_ledger

    set_ledger(stand.here.ledger, SettingsRequest(four_eyes=True), stand.here.now())
    form = plan(browser, browser.upload())
    mine = filled(browser.get(form).text)
    refused = browser.post(form, mine)
    assert refused.status_code == 422 and "godkän" in refused.text
    approve = form.replace("/utfarda", "/godkann")
    assert browser.post(approve, {**mine, "namn": ""}).status_code == 422
    assert browser.post(approve, {**mine, "kod": "1.2.3"}).status_code == 409
    done = browser.post(approve, {**mine, "namn": "Eva Exempel"})
    assert done.status_code == 303 and "är godkänt" in browser.get(done.headers["Location"]).text
    same = filled(browser.get(form).text)
    assert browser.post(form, same).status_code == 422, "whoever approved may not issue"
    assert browser.post(form, {**same, "namn": "Bo Exempel"}).status_code == 303


def test_a_ledger_of_a_later_release_says_so(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    from betalningsansvar.billing.ledger import migrations

    address = browser.upload()
    issued(browser, address)
    monkeypatch.setattr(migrations, "VERSION", migrations.VERSION - 1)
    for page in ("/liggare", "/liggare/kontroll", "/tvister", plan(browser, address)):
        answer = browser.get(page)
        assert answer.status_code == 422 and "senare version" in answer.text


def test_a_ledger_that_was_tampered_with_says_so(browser: Browser, tmp_path: Path) -> None:
    issued(browser, browser.upload())
    with sqlite3.connect(tmp_path / "faktura.db") as ledger:
        triggers = [name for (name,) in ledger.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for name in triggers:
            ledger.execute(f'DROP TRIGGER "{name}"')
        ledger.execute("UPDATE line SET amount_ore = amount_ore + 100 WHERE id = 1")
    answer = browser.get("/liggare/kontroll")
    assert answer.status_code == 422 and "håller inte" in answer.text


def test_the_kommuns_own_file(browser: Browser) -> None:
    assert browser.get("/tvister/bestridanden.xlsx").status_code == 422, "no ledger yet"
    issued(browser, browser.upload())
    content = browser.get("/tvister/bestridanden.xlsx").data
    assert content[:2] == b"PK"
    for name, sent in (("bestridanden.xlsx", content), ("x.txt", b"x"), ("x.exe", b"MZ")):
        answer = browser.post("/tvister", {"filer": [(io.BytesIO(sent), name)]})
        assert answer.status_code in (303, 422)
    assert browser.post("/tvister", {}).status_code == 422


def test_the_ledger_against_its_receipts(browser: Browser) -> None:
    receipt = re.findall(
        r"<pre[^>]*><code>(.*?)</code>", browser.get(issued(browser, browser.upload())).text, re.DOTALL
    )
    content = receipt[0].encode()
    right = browser.post("/liggare/kontroll", {"filer": [(io.BytesIO(content), "kvitto.txt")]})
    assert right.status_code == 303 and "finns i liggaren" in browser.get(right.headers["Location"]).text
    assert browser.post("/liggare/kontroll", {"filer": [(io.BytesIO(b"x"), "x.txt")]}).status_code == 422
    assert browser.get("/liggare/kontroll?hash=0000").status_code == 422


@pytest.mark.parametrize("form", ["xlsx", "csv", "sie"])
def test_files_of_the_ledger(browser: Browser, form: str) -> None:
    issued(browser, browser.upload())
    job = browser.post("/liggare/export", {"form": form, "manad": MONTH}).headers["Location"]
    assert "Hämta zip-filen" in browser.follow(job).text
    assert zipfile.ZipFile(io.BytesIO(browser.get(f"{job}/fil").data)).namelist()
    assert browser.get("/liggare/faktura/1/faktura.xlsx").data[:2] == b"PK"


def test_an_unknown_invoice_is_not_there(browser: Browser) -> None:
    issued(browser, browser.upload())
    for number in ("0", "99", "999999999999999999999999", "x"):
        assert browser.get(f"/liggare/faktura/{number}").status_code == 404
        assert browser.get(f"/tvister/{number}").status_code == 404


def test_the_letter_about_a_dispute_is_fetched(browser: Browser, tmp_path: Path) -> None:
    issued(browser, browser.upload())
    assert browser.post("/liggare/faktura/1/bestrid", {"rad": "1", "orsak": "FEL_DATUM"}).status_code == 303
    assert "/tvister/1/brev.pdf" in browser.get("/tvister/1").text
    answer = browser.get("/tvister/1/brev.pdf")
    assert answer.data.startswith(b"%PDF-") and answer.mimetype == "application/pdf"
    assert 'filename="brev_1_0483_2018-11.pdf"' in answer.headers["Content-Disposition"]
    assert browser.get("/tvister/9/brev.pdf").status_code == 404
    (tmp_path / "installningar" / "avsandare.toml").unlink()
    assert browser.get("/tvister/1/brev.pdf").headers["Location"] == "/installningar"
