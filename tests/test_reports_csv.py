"""The CSV files: columns, order, bytes and quoting."""

import csv
import random
from io import StringIO
from pathlib import Path

import pytest

from betalningsansvar.billing.charged_lines import dygn_text
from betalningsansvar.reports.files.csvfiles import case_rows, invoice_lines, summary_rows, write_csv_files, write_table
from tests.report_bills import bill_of, mean_row, orsa, row

HEADERS = {
    "fakturarader.csv": "arende_id,kommun,regelverk,modell,fran,tom,dygn,dygnsbelopp_ore,belopp_ore",
    "arenden.csv": "arende_id,kommun,vardform,status,orsak,ansvar_fran,dygn,belopp_ore",
    "sammanstallning.csv": "kommun,kommunnamn,antal_arenden,dygn,belopp_ore,nollfaktura",
    "avvikelser.csv": "fil,rad,arende_id,kod,allvar,kolumn,varde,fel,atgard,pa_spel_ore",
}


def written(rows: list, folder: Path, **options: str) -> dict[str, bytes]:
    folder.mkdir(exist_ok=True)
    write_csv_files(bill_of(rows, folder, **options), folder)
    return {name: (folder / name).read_bytes() for name in HEADERS}


def test_an_ordinary_line_is_written_as_agreed(tmp_path: Path) -> None:
    files = written([row("A-1")], tmp_path)
    assert files["fakturarader.csv"].decode().split("\r\n") == [
        HEADERS["fakturarader.csv"],
        "A-1,1380,nationell,individuell,2018-11-08,2018-11-10,3,710000,2130000",
        "",
    ]
    assert files["arenden.csv"].decode().split("\r\n")[1] == "A-1,1380,somatik,debiteras,,2018-11-08,3,2130000"
    assert files["sammanstallning.csv"].decode().split("\r\n")[1] == "1380,Halmstad,1,3,2130000,nej"


@pytest.mark.parametrize("name", HEADERS)
def test_every_file_is_utf_8_without_mark_and_ends_its_lines_with_crlf(name: str, tmp_path: Path) -> None:
    content = written([row("A-1"), row("Ö-2", folkbokforingskommun="")], tmp_path)[name]
    assert content.startswith(HEADERS[name].encode() + b"\r\n")
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n")
    content.decode("utf-8")


def test_the_order_of_the_rows_read_changes_no_byte(tmp_path: Path) -> None:
    rows = [row(f"A-{n:02}", folkbokforingskommun=kommun) for n in range(12) for kommun in ("1380",)]
    rows += [row(f"B-{n:02}", folkbokforingskommun="1384") for n in range(5)] + [row("C", folkbokforingskommun="")]
    shuffled = rows.copy()
    random.Random(4).shuffle(shuffled)
    first, second = written(rows, tmp_path / "a"), written(shuffled, tmp_path / "b")
    for name in ("fakturarader.csv", "arenden.csv", "sammanstallning.csv"):
        assert first[name] == second[name]


def test_a_value_with_comma_quote_or_line_end_comes_back_whole(tmp_path: Path) -> None:
    names = ["a,b", 'a"b', '"', "a;b", "=1+1", "Åsa"]
    files = written([row(name) for name in names], tmp_path)
    read = list(csv.DictReader(StringIO(files["arenden.csv"].decode(), newline="")))
    assert sorted(r["arende_id"] for r in read) == sorted(names)


def test_a_table_without_rows_is_a_header(tmp_path: Path) -> None:
    table = invoice_lines(bill_of([row("A-1", utskriven="2018-11-06 10:00")], tmp_path))
    write_table(tmp_path / "tom.csv", table)
    assert (tmp_path / "tom.csv").read_bytes() == HEADERS["fakturarader.csv"].encode() + b"\r\n"


def test_a_mean_has_its_decimals_and_no_case(tmp_path: Path) -> None:
    bill = bill_of(orsa(), tmp_path, agreement="dalarna", month="2023-03")
    assert invoice_lines(bill).to_pylist() == [
        {
            "arende_id": "",
            "kommun": "2034",
            "regelverk": "dalarna",
            "modell": "genomsnitt",
            "fran": bill.period.start,
            "tom": bill.period.last_day,
            "dygn": "13.98",
            "dygnsbelopp_ore": 1_050_000,
            "belopp_ore": 14_679_000,
        }
    ]
    orsa_row = next(r for r in summary_rows(bill).to_pylist() if r["kommun"] == "2034")
    assert (orsa_row["dygn"], orsa_row["belopp_ore"], orsa_row["nollfaktura"]) == ("13.98", 14_679_000, "nej")


def test_a_mean_below_the_threshold_is_no_line(tmp_path: Path) -> None:
    bill = bill_of([mean_row("D-1", 2)], tmp_path, agreement="dalarna", month="2023-03")
    assert invoice_lines(bill).num_rows == 0
    assert case_rows(bill).to_pylist()[0]["status"] == "genomsnitt"


def test_a_schablon_has_no_dygn_and_a_kommun_without_one_no_line(tmp_path: Path) -> None:
    bill = bill_of([row("A-1")], tmp_path, agreement="halland", month="2018-05")
    lines = invoice_lines(bill).to_pylist()
    assert [(r["kommun"], r["dygn"], r["dygnsbelopp_ore"], r["belopp_ore"]) for r in lines] == [
        ("1380", "0", 0, 1_302_500),
        ("1381", "0", 0, 1_475_500),
        ("1382", "0", 0, 42_000),
        ("1383", "0", 0, 3_571_400),
        ("1384", "0", 0, 12_513_400),
    ]
    assert {r["modell"] for r in lines} == {"schablon"}


def test_the_bucket_without_a_payer_stands_last(tmp_path: Path) -> None:
    bill = bill_of([row("A-1", folkbokforingskommun=""), row("A-2")], tmp_path)
    rows = summary_rows(bill).to_pylist()
    assert [r["kommun"] for r in rows] == ["1380", ""]
    assert rows[-1]["nollfaktura"] == "nej"


@pytest.mark.parametrize(
    ("micro", "text"), [(0, "0"), (3_000_000, "3"), (13_980_000, "13.98"), (1, "0.000001"), (10_500_000, "10.5")]
)
def test_dygn_have_no_trailing_zeros(micro: int, text: str) -> None:
    assert dygn_text(micro) == text
