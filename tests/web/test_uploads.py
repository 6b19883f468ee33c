"""What is sent is read in memory, whatever it is called and whatever it holds; what cannot be read changes nothing."""

from __future__ import annotations

import html
import io
import random
import re
import sys
import time
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from betalningsansvar.web import intake, memory, state
from tests.web.running import running
from tests.web.stand import BASE, EXAMPLE, Browser, Stand

CONTENT = EXAMPLE.read_bytes()


def test_files_lead_to_what_was_found(browser: Browser) -> None:
    answer = browser.send([(EXAMPLE.name, CONTENT)])
    assert answer.status_code == 303
    assert re.fullmatch(r"/u/[0-9a-f]{32}/kontroll", answer.headers["Location"])
    shown = browser.get(answer.headers["Location"])
    assert shown.status_code == 200 and "238" in shown.text


@pytest.mark.parametrize(
    "name",
    [
        "../../x.csv",
        "..\\..\\x.csv",
        "/etc/x.csv",
        "C:\\x.csv",
        "con.csv",
        "<script>alert(1)</script>.csv",
        "å ä ö.csv",
    ],
)
def test_a_hostile_name_is_a_name_only(browser: Browser, name: str) -> None:
    address = browser.upload([(name, CONTENT)])
    shown = browser.get(f"{address}/kontroll")
    assert shown.status_code == 200
    assert "<script>alert" not in shown.text and "../" not in shown.text and "..\\" not in shown.text


def zip_of(content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("x.csv", content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.exe", b"MZ\x90"),
        ("x", CONTENT),
        ("", CONTENT),
        ("x.csv", b""),
        ("x.csv", b"\x00" * 100),
        ("x.csv", zip_of(CONTENT)),
        ("x.xlsx", b"PK\x03\x04 but no workbook"),
        ("x.xlsx", CONTENT),
        ("x.xls", b"\xd0\xcf\x11\xe0"),
        ("x.csv", b"en;annan;fil\r\n1;2;3\r\n"),
    ],
    ids=[
        "exe",
        "no suffix",
        "no name",
        "empty",
        "NUL",
        "zip as csv",
        "bad xlsx",
        "csv as xlsx",
        "xls",
        "other headers",
    ],
)
def test_what_cannot_be_read_is_told_and_the_earlier_stays(browser: Browser, name: str, content: bytes) -> None:
    earlier = browser.upload()
    answer = browser.send([(name, content)])
    assert answer.status_code == 422
    assert 'id="fel"' in answer.text and 'href="#filer"' in answer.text
    assert "--" not in re.sub(r"<[^>]*>", "", answer.text)
    assert browser.get(f"{earlier}/kontroll").status_code == 200
    assert answer.text.count("/kontroll") == 1


def test_nothing_sent_is_told(browser: Browser) -> None:
    assert browser.post("/uppgifter", {"profil": ""}).status_code == 422


def test_the_profile_chosen_is_chosen_still(browser: Browser) -> None:
    (profil, *_) = re.findall(r'<option value="([\w-]+)"', browser.get("/").text)
    answer = browser.send([("x.csv", b"a;b\r\n1;2\r\n")], profil)
    assert answer.status_code == 422 and f'<option value="{profil}" selected>' in answer.text


@pytest.mark.parametrize("profil", ["/etc/passwd", "../../x", "C:\\x.toml", "finns-inte"])
def test_only_a_listed_profile_is_opened(browser: Browser, profil: str) -> None:
    answer = browser.send([(EXAMPLE.name, CONTENT)], profil)
    assert answer.status_code == 404 and "TOML" not in answer.text


def test_too_much_is_told_in_words(browser: Browser) -> None:
    earlier = browser.upload()
    answer = browser.send([("x.csv", b"x" * (memory.MOST_BYTES + 1))])
    assert answer.status_code == 413 and "32 MB" in answer.text
    assert browser.get(f"{earlier}/kontroll").status_code == 200


def test_too_many_parts_are_refused(browser: Browser) -> None:
    answer = browser.send([(f"{n}.csv", b"x") for n in range(memory.MOST_PARTS + 1)])
    assert answer.status_code == 413


def test_at_most_four_uploads_are_open(browser: Browser) -> None:
    addresses = [browser.upload([(f"{n}.csv", CONTENT)]) for n in range(state.MOST_UPLOADS)]
    assert len(set(addresses)) == state.MOST_UPLOADS
    assert browser.send([("x.csv", CONTENT)]).status_code == 422
    assert browser.post(f"{addresses[0]}/avsluta").status_code == 303
    assert browser.send([("x.csv", CONTENT)]).status_code == 303


def test_no_byte_of_an_upload_reaches_the_disk(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file opened for writing while an upload is read is named by the interpreter itself."""
    opened: list[str] = []
    listening = [True]

    def listen(event: str, args: tuple[object, ...]) -> None:
        if listening[0] and event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
            opened.append(str(args[0]))

    sys.addaudithook(listen)
    large = CONTENT + b"\r\n" * 900_000
    try:
        assert sent_whole(browser, large) == 303
        assert sent_whole(browser, b"\x00" * 3_000_000) == 422
        assert sent_whole(browser, b"x" * (memory.MOST_BYTES + 1)) == 413
    finally:
        listening[0] = False
    assert opened == []


def sent_whole(browser: Browser, content: bytes) -> int:
    """The status of an upload whose body is made here: the test client would itself spool it to a file."""
    head = b'--grans\r\nContent-Disposition: form-data; name="filer"; filename="stor.csv"\r\n\r\n'
    answer = browser.client.post(
        "/uppgifter",
        base_url=BASE,
        data=head + content + b"\r\n--grans--\r\n",
        content_type="multipart/form-data; boundary=grans",
        headers=browser.headers,
    )
    status: int = answer.status_code
    return status


def test_a_large_upload_is_read_as_a_job(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "AS_JOB_BYTES", 1000)
    answer = browser.send([(EXAMPLE.name, CONTENT)])
    assert re.fullmatch(r"/jobb/[0-9a-f]{32}", answer.headers["Location"])
    done = browser.follow(answer.headers["Location"])
    assert done.status_code == 303 and browser.get(done.headers["Location"]).status_code == 200


def test_a_large_upload_that_cannot_be_read_is_told_and_the_earlier_stays(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = browser.upload()
    monkeypatch.setattr(intake, "AS_JOB_BYTES", 1000)
    answer = browser.follow(browser.send([("x.csv", b"a;b\r\n" * 1000)]).headers["Location"])
    assert answer.status_code == 200 and "Det gick inte" in answer.text and "x.csv" in answer.text
    assert browser.get(f"{earlier}/kontroll").status_code == 200
    assert browser.get("/").text.count("/kontroll") == 1


TEXT = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def test_text_in_cells_is_text(browser: Browser) -> None:
    rows = CONTENT.decode("utf-8-sig").splitlines()
    head = rows[0].split(";")
    cells = rows[1].split(";")
    for name in ("enhet", "vardform", "avslut", "arende_id"):
        cells[head.index(name)] = TEXT if name != "arende_id" else "a/b?c#d<script>"
    address = browser.upload([("x.csv", "\r\n".join([rows[0], ";".join(cells), *rows[2:]]).encode())])
    for page in ("/kontroll", "/arenden", "/arende/0"):
        shown = browser.get(address + page)
        assert shown.status_code == 200
        assert "<script>alert" not in shown.text and "<img" not in shown.text and "c#d<script>" not in shown.text


PERSON = re.compile(r"(?<!\d)(?:19|20)?\d{6}[-+]?[0-9]{4}(?!\d)")


def test_no_patient_is_told_but_on_the_case_that_was_opened(browser: Browser) -> None:
    address = browser.upload()
    for page in ("/kontroll", "/arenden", "/manad/2018-11", "/manad/2018-11/kommun/1380"):
        assert PERSON.findall(browser.get(address + page).text) == []
    case = f"{address}/arende/3"
    assert PERSON.findall(browser.get(case).text) == []
    assert browser.post(f"{case}/patient").headers["Location"] == case
    assert len(PERSON.findall(browser.get(case).text)) == 1
    assert PERSON.findall(browser.get(f"{address}/arende/4").text) == []


def test_a_case_named_by_a_personal_number_is_hidden_in_lists(browser: Browser) -> None:
    rows = CONTENT.decode("utf-8-sig").splitlines()
    cells = rows[1].split(";")
    cells[rows[0].split(";").index("arende_id")] = "19800101-9802"
    address = browser.upload([("x.csv", "\r\n".join([rows[0], ";".join(cells), *rows[2:]]).encode())])
    for page in ("/kontroll", "/arenden", "/manad/2018-11/kommun/1382"):
        assert "9802" not in browser.get(address + page).text


def test_sessions_do_not_see_each_other(stand: Stand) -> None:
    one, other = stand.browser(), stand.browser()
    address = one.upload()
    job = one.post(f"{address}/manad/2018-11/filer?avtal=halland").headers["Location"]
    for page in ("/kontroll", "/arenden", "/arende/1", "/manad/2018-11", "/avsluta"):
        assert other.get(address + page).status_code == 404
    assert other.post(f"{address}/avsluta").status_code == 404
    assert other.get(job).status_code == 404 and other.get(f"{job}/fil").status_code == 404
    assert other.post(f"{job}/avbryt").status_code == 404
    assert other.get(f"/u/{'0' * 32}/kontroll").status_code == 404
    assert one.get(f"{address}/kontroll").status_code == 200
    one.follow(job)


@pytest.mark.parametrize("row", ["-1", "238", "99999999999999999999", "x", "1.5"])
def test_a_row_that_is_not_there(browser: Browser, row: str) -> None:
    assert browser.get(f"{browser.upload()}/arende/{row}").status_code == 404


def test_what_was_wiped_is_gone(browser: Browser) -> None:
    address = browser.upload()
    assert browser.post(f"{address}/avsluta").headers["Location"] == "/raderat"
    assert "raderade" in browser.get("/raderat").text
    answer = browser.get(f"{address}/kontroll")
    assert answer.status_code == 404 and "238" not in answer.text
    assert address not in browser.get("/").text


def test_what_is_idle_is_wiped(stand: Stand) -> None:
    seconds = [0.0]
    stand.here.state._clock = lambda: seconds[0]
    own = stand.browser()
    address = own.upload()
    seconds[0] += state.IDLE_SECONDS - 1
    assert own.post("/fortsatt").status_code == 303
    seconds[0] += state.IDLE_SECONDS - 1
    assert own.get(f"{address}/kontroll").status_code == 200
    seconds[0] += state.IDLE_SECONDS + 1
    assert own.get(f"{address}/kontroll").status_code == 404
    assert own.get("/").status_code == 200, "the browser itself is not thrown out"


def test_the_invented_example(browser: Browser) -> None:
    answer = browser.post("/exempel")
    assert answer.status_code == 303
    assert "5\u00a0000" in browser.get(answer.headers["Location"]).text


def test_mended_left_and_new_since_the_upload_before(browser: Browser, tmp_path: Path) -> None:
    browser.upload()
    rows = CONTENT.decode("utf-8-sig").splitlines()
    kommun = rows[0].split(";").index("folkbokforingskommun")
    mended = [
        ";".join([*r.split(";")[:kommun], r.split(";")[kommun] or "1380", *r.split(";")[kommun + 1 :]]) for r in rows
    ]
    address = browser.upload([("x.csv", "\r\n".join(mended).encode())])
    assert "1\u00a0avvikelse rättad" in browser.get(f"{address}/kontroll").text


THEIRS = (
    "Ärendenr;Personnummer;Hemkommun;Vårdtyp;Inlagd;Medd;Klar;Hemskriven\r\n"
    "1;19121212-1212;1380;somatik;2018-11-01 10:00;2018-11-01 11:00;2018-11-03 10:00;2018-11-09 10:00\r\n"
)


def test_other_headers_are_paired_and_kept_as_a_profile(browser: Browser) -> None:
    answer = browser.send([("uttag.csv", THEIRS.encode())])
    assert answer.status_code == 422 and 'href="/para-ihop"' in answer.text
    shown = browser.get("/para-ihop").text
    assert "Hemkommun" in shown and "2018-11-03 10:00" in shown and "1212" not in shown
    names = re.findall(r'<label for="(k\d)">([^<]+)</label>', shown)
    ours = {
        "Ärendenr": "arende_id",
        "Personnummer": "patient_id",
        "Hemkommun": "folkbokforingskommun",
        "Vårdtyp": "vardform",
        "Inlagd": "inskriven",
        "Medd": "inskrivningsmeddelande",
        "Klar": "utskrivningsklar",
        "Hemskriven": "utskriven",
    }
    chosen = {field: ours[header] for field, header in names}
    lacking = browser.post("/para-ihop", chosen | {"k0": "", "namn": "Vårt uttag"})
    assert lacking.status_code == 422 and 'value="Vårt uttag"' in lacking.text
    read = browser.post("/para-ihop", chosen | {"namn": "Vårt uttag"})
    assert read.status_code == 303 and "Klara att räkna" in browser.get(read.headers["Location"]).text
    assert browser.get("/para-ihop").headers["Location"] == "/"
    (profil,) = re.findall(r'<option value="([\w-]+)"[^>]*>Vårt uttag', browser.get("/").text)
    assert browser.send([("uttag.csv", THEIRS.encode())], profil).status_code == 303


def bomb(unpacked: int, beside: int = 0) -> bytes:
    """A workbook that unpacks to so many bytes of blanks, with so many bytes beside them that cannot be packed."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/media/image1.png", random.Random(1).randbytes(beside))
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(unpacked // 1_000_000):
                sheet.write(b" " * 1_000_000)
    return made.getvalue()


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="Linux tells how much memory is used")
def test_a_workbook_that_unpacks_to_gigabytes_is_refused_and_memory_stays_below_500_mb(tmp_path: Path) -> None:
    """`data/files/archive.py` decides, the page tells: a small one at once, a large one as the end of its job. Each
    unpacks to more than the limit."""
    with running(temporary=tmp_path) as page:
        cookie = page.cookie()
        page.ask("GET", "/", headers={"Cookie": cookie})
        with page.watched() as most:
            answer, told = page.upload("bomb.xlsx", bomb(520_000_000), cookie)
            assert answer.status == 422 and "zip-bomb" in told.decode()
            answer, _ = page.upload("bomb.xlsx", bomb(520_000_000, intake.AS_JOB_BYTES), cookie)
            assert answer.status == 303
            job, text = answer.getheader("Location") or "", "data-pagar"
            while "data-pagar" in text:
                time.sleep(0.05)
                text = page.ask("GET", job, headers={"Cookie": cookie})[1].decode()
            assert "zip-bomb" in text
        assert 20_000_000 < most[0] < 500_000_000


def test_how_each_file_was_read_is_told(browser: Browser) -> None:
    content = b"Uttag ur systemet;;\r\n" + CONTENT
    shown = browser.get(f"{browser.upload([('titel.csv', content)])}/kontroll").text
    row = re.search(r'<tr><th scope="row">titel.csv</th>(.*?)</tr>', shown, re.DOTALL)
    assert row and "tabell med ärenden" in row[1] and '<td class="n">2</td>' in row[1]
    assert "Nyaste tidpunkt i uppgifterna: 20" in re.sub("<[^>]+>", "", shown)


def test_a_parquet_file_is_read_as_its_csv(browser: Browser, tmp_path: Path) -> None:
    table = pacsv.read_csv(
        pa.BufferReader(CONTENT.removeprefix(b"\xef\xbb\xbf")), parse_options=pacsv.ParseOptions(delimiter=";")
    )
    pq.write_table(table, tmp_path / "a.parquet")
    shown = browser.get(f"{browser.upload([('a.parquet', (tmp_path / 'a.parquet').read_bytes())])}/kontroll")
    assert shown.status_code == 200 and "238" in shown.text and "a.parquet" in shown.text


def test_the_findings_of_a_month_are_fetched_with_their_kronor(browser: Browser) -> None:
    address = browser.upload()
    month = browser.get(f"{address}/kontroll?manad=2018-11&avtal=halland").text
    links = [html.unescape(link) for link in re.findall(r'href="([^"]+/kontroll/avvikelser\.\w+\?[^"]+)"', month)]
    assert len(links) == 2
    for link in links:
        fetched = browser.get(link)
        name = fetched.headers["Content-Disposition"]
        assert fetched.status_code == 200 and "avvikelser_2018-11." in name
    told = browser.get(next(link for link in links if ".csv" in link)).data.decode("utf-8-sig").splitlines()
    stake = told[0].split(";").index("pa_spel_ore")
    assert any(line.split(";")[stake] not in ("", "0") for line in told[1:])
    assert browser.get(f"{address}/kontroll/avvikelser.csv?manad=2018-13").status_code == 422
