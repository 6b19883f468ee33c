"""A whole month as a folder: what is in it, that it ties, and that a fault publishes nothing."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from betalningsansvar.billing.engine import Bill
from betalningsansvar.reports.files.destination import OutputError
from betalningsansvar.reports.files.manifest import Fingerprint
from betalningsansvar.reports.files.readback import ReadBackError
from betalningsansvar.reports.month import papers
from betalningsansvar.reports.month import publish as month_publish
from betalningsansvar.reports.month.publish import write_bill
from tests.report_bills import CUSTOMERS, INVOICE_DATE, PATIENT, SENDER, bill_of, orsa, row

ROWS = [
    row("A-1"),
    row("A-2", inskrivningsmeddelande=""),
    row("A-3", folkbokforingskommun="0180"),
    row("A-4", folkbokforingskommun=""),
]


def publish(bill: Bill, out: Path, **options: Any) -> Path:
    given: dict[str, Any] = {"inputs": [], "tariffs": [], "options": {}} | options
    write_bill(bill, out, sender=SENDER, customers=CUSTOMERS, invoice_date=INVOICE_DATE, **given)
    return out


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def sheet_rows(path: Path, sheet: str) -> list[tuple]:
    return list(load_workbook(path, data_only=True)[sheet].iter_rows(values_only=True))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("run")
    return publish(bill_of(ROWS, home, agreement="halland"), home / "ut")


def test_everything_agreed_is_there(folder: Path) -> None:
    found = files(folder)
    region = ("1315", "1380", "1381", "1382", "1383", "1384")
    assert found == {
        *(f"fakturor/faktura_{kod}_2018-11.xlsx" for kod in (*region, "0180")),
        *(f"underlag/underlag_{kod}_2018-11.xlsx" for kod in (*region, "0180", "saknas")),
        "sammanstallning_2018-11.xlsx",
        "fakturarader.csv",
        "arenden.csv",
        "sammanstallning.csv",
        "avvikelser.csv",
        "avvikelser.xlsx",
        "manifest.json",
    }


def test_the_summary_ties_to_the_csv(folder: Path) -> None:
    rows = sheet_rows(folder / "sammanstallning_2018-11.xlsx", "Sammanställning")
    head = next(n for n, r in enumerate(rows) if r[0] == "Kod")
    by_code = {r[0]: dict(zip(rows[head], r, strict=True)) for r in rows[head + 1 :] if r[1] or r[0]}
    assert by_code["1380"]["Belopp"] == 21300 and by_code["0180"]["Grupp"] == "Utomläns"
    assert by_code["1315"]["Nollfaktura"] == "ja"
    assert by_code["Summa"]["Belopp"] == 42600 and by_code["Summa"]["Ärenden"] == 4
    assert by_code[None]["Parkerade"] == 1


def test_every_check_is_ok_and_live(folder: Path) -> None:
    path = folder / "sammanstallning_2018-11.xlsx"
    verdicts = [r[5] for r in sheet_rows(path, "Kontroller") if r[5] in ("OK", "FEL")]
    formulas = [r[5].value for r in load_workbook(path)["Kontroller"].iter_rows() if r[5].data_type == "f"]
    assert set(verdicts) == {"OK"} and len(verdicts) == len(formulas) > 8
    assert all(formula.startswith("=IF(") for formula in formulas)


def test_the_summary_links_to_files_that_exist(folder: Path) -> None:
    sheet = load_workbook(folder / "sammanstallning_2018-11.xlsx")["Sammanställning"]
    links = [str(cell.value) for r in sheet.iter_rows() for cell in r if "HYPERLINK" in str(cell.value)]
    targets = [link.split('"')[1] for link in links]
    assert len(targets) == 15
    assert all((folder / target).is_file() for target in targets)


def test_the_deviations_say_what_is_wrong_and_how_to_mend_it(folder: Path) -> None:
    rows = sheet_rows(folder / "avvikelser.xlsx", "Avvikelser")
    assert any(r[3] == "KOMMUN_SAKNAS" and r[8] for r in rows)


def test_no_identity_outside_the_underlag(folder: Path) -> None:
    for path in (folder / name for name in files(folder) if not name.startswith("underlag/")):
        content = path.read_bytes()
        if path.suffix == ".xlsx":
            with ZipFile(path) as archive:
                content = b"".join(archive.read(name) for name in archive.namelist())
        assert PATIENT.encode() not in content, path.name


def test_the_manifest_proves_the_run(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["totals_ore"]["amount"] == 4_260_000
    assert manifest["counts"]["cases"] == 4
    assert all(check["holds"] for check in manifest["checks"])
    told = {file["name"]: file["sha256"] for file in manifest["files"]}
    assert told.keys() == files(folder) - {"manifest.json"}
    assert all(sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in told.items())


def test_the_same_run_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = publish(bill_of(ROWS, tmp_path, agreement="halland"), tmp_path / "igen")
    assert files(again) == files(folder)
    assert all((again / name).read_bytes() == (folder / name).read_bytes() for name in files(folder))


def test_several_processes_write_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "_ROWS_OF_A_PROCESS", 1)
    bill = bill_of(ROWS, tmp_path, agreement="halland")
    one, two = (publish(bill, tmp_path / f"{number}", processes=number, pdf=True) for number in (1, 2))
    assert {name: (one / name).read_bytes() for name in files(one)} == {
        name: (two / name).read_bytes() for name in files(two)
    }
    assert sum(name.endswith(".pdf") for name in files(one)) > 1


def test_a_pdf_that_cannot_be_set_publishes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(month_publish, "write_underlag_pdf", fail)
    with pytest.raises(OutputError):
        publish(bill_of(ROWS, tmp_path, agreement="halland"), tmp_path / "ut", pdf=True)
    assert not (tmp_path / "ut").exists()


def test_inputs_and_options_are_told(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("x", encoding="utf-8")
    out = publish(
        bill_of([row("A-1")], tmp_path), tmp_path / "ut", inputs=[Fingerprint.of(source)], options={"month": "2018-11"}
    )
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["inputs"] == [{"name": "in.csv", "sha256": sha256(b"x").hexdigest()}]
    assert manifest["options"] == {"month": "2018-11"}
    assert str(tmp_path) not in (out / "manifest.json").read_text(encoding="utf-8")


def test_progress_counts_to_the_end(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    publish(bill_of([row("A-1")], tmp_path), tmp_path / "ut", progress=lambda *step: told.append(step))
    assert told == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]


def test_an_existing_folder_is_kept(folder: Path, tmp_path: Path) -> None:
    before = (folder / "manifest.json").read_bytes()
    with pytest.raises(OutputError, match="finns redan"):
        publish(bill_of([row("A-1")], tmp_path), folder)
    assert (folder / "manifest.json").read_bytes() == before


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), ReadBackError("fel")])
def test_a_fault_in_the_middle_publishes_nothing(
    fault: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr("betalningsansvar.reports.month.publish.write_summary", broken)
    bill = bill_of([row("A-1")], tmp_path)
    with pytest.raises(type(fault)):
        publish(bill, tmp_path / "ut")
    assert [path.name for path in tmp_path.iterdir()] == ["rader.csv"]


def test_a_bill_that_does_not_tie_is_not_published(tmp_path: Path) -> None:
    bill = bill_of([row("A-1")], tmp_path)
    wrong = replace(bill, kommuner=bill.kommuner.assign(amount_ore=bill.kommuner["amount_ore"] + 1))
    with pytest.raises(ReadBackError, match="2130001"):
        publish(wrong, tmp_path / "ut")
    assert not (tmp_path / "ut").exists()


def test_a_month_of_means(tmp_path: Path) -> None:
    out = publish(bill_of(orsa(), tmp_path, agreement="dalarna", month="2023-03"), tmp_path / "ut")
    rows = sheet_rows(out / "sammanstallning_2023-03.xlsx", "Genomsnitt")
    orsa_row = next(r for r in rows if r[0] == "2034")
    assert orsa_row[5:10] == (6, 32, 5.33, 3, "över tröskeln")
    assert orsa_row[11:] == (13.98, 10500, 146790)
    overview = sheet_rows(out / "sammanstallning_2023-03.xlsx", "Sammanställning")
    assert any("HÄRLETT" in str(cell) for r in overview for cell in r)


def test_a_month_without_rows_of_the_region(tmp_path: Path) -> None:
    out = publish(bill_of([row("A-1", folkbokforingskommun="")], tmp_path), tmp_path / "ut")
    assert "underlag/underlag_saknas_2018-11.xlsx" in files(out)
    assert (out / "fakturor").is_dir()
