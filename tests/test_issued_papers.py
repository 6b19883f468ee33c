"""What leaves the house with `issue --out`: the designed document with its number, and the underlag that names it."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from betalningsansvar import cli
from betalningsansvar.reports.files import sidebyside
from betalningsansvar.reports.month import papers

EXAMPLES = Path(__file__).parents[1] / "data" / "exempel"
HALLAND = EXAMPLES / "halland-2018-11-12.csv"
PARTIES = ("--avsandare", EXAMPLES / "avsandare.toml", "--kunder", EXAMPLES / "kunder.toml")


def run(*words: object) -> None:
    done = CliRunner().invoke(cli.main, [str(word) for word in words])
    assert done.exit_code == 0, done.output


def issue(data: Path, folder: Path, out: str, *more: object) -> Path:
    url = f"sqlite:///{(folder / 'l.db').as_posix()}"
    given = ("--month", "2018-11", "--agreement", "halland", "--ledger", url, "--invoice-date", "2018-12-05")
    run("issue", data, *given, *PARTIES, "--confirm", "--out", folder / out, *more)
    return folder / out


def rows(path: Path, sheet: str = "Faktura") -> list[tuple[Any, ...]]:
    return list(load_workbook(path, data_only=True)[sheet].iter_rows(values_only=True))


def told(path: Path, label: str) -> Any:
    """What stands after a label."""
    for row in rows(path):
        if label in row:
            return next(value for value in row[row.index(label) + 1 :] if value is not None)
    raise AssertionError(f"{label} is not in {path.name}")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return issue(HALLAND, tmp_path_factory.mktemp("issued"), "ut")


def test_a_numbered_invoice_is_the_designed_document(first: Path) -> None:
    path = first / "fakturor" / "faktura_2_1380_2018-11.xlsx"
    assert told(path, "Fakturanummer") == "2" and told(path, "Betalningsreferens") == "2"
    assert told(path, "Betalas senast") == datetime(2019, 1, 4)
    assert told(path, "Bankgiro") == "000-0000" and "räntelagen" in told(path, "Dröjsmålsränta")
    texts = [cell for row in rows(path) for cell in row if isinstance(cell, str)]
    assert "Faktura 2" in texts and "Förhandsvisning" not in texts
    assert any("Invändningar lämnas före förfallodagen." in text for text in texts)
    assert any("Avtal: Region Halland" in text for text in texts) and "Regler och belopp" in texts
    book = load_workbook(path)
    assert book["Faktura"].page_setup.orientation == "portrait"


@pytest.mark.parametrize("most", [1, 2])
def test_several_processes_write_the_same_bytes(
    first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(papers, "_ROWS_OF_A_PROCESS", 1)
    monkeypatch.setattr(sidebyside, "MOST", most)
    again = issue(HALLAND, tmp_path, "ut")
    books = [path.relative_to(first) for path in first.rglob("*.xlsx")]
    assert books and all((again / path).read_bytes() == (first / path).read_bytes() for path in books)


def test_who_owes_nothing_gets_a_message_without_number(first: Path) -> None:
    texts = [cell for row in rows(first / "fakturor" / "faktura_1315_2018-11.xlsx") for cell in row]
    assert "Besked: inget att betala" in texts
    assert not {"Fakturanummer", "Bankgiro", "Betalas senast"} & set(texts)


def test_the_underlag_names_the_invoice(first: Path) -> None:
    path = first / "underlag" / "underlag_1380_2018-11.xlsx"
    assert any("Hör till faktura 2." in str(row[0]) for row in rows(path, "Ärenden"))
    lines = rows(path, "Fakturarader")
    head = next(row for row in lines if row[0] == "Faktura")
    own = [row for row in lines if row[0] == "Faktura 2"]
    assert own and all(row[head.index("Ärende")] == row[head.index("På fakturan")] for row in own)
    assert not (first / "underlag" / "underlag_saknas_2018-11.xlsx").exists()


def test_a_credit_says_which_invoice_and_why(first: Path) -> None:
    fewer = first.parent / "fewer.csv"
    kept = [line for line in HALLAND.read_text(encoding="utf-8").splitlines() if "H18-0053" not in line]
    fewer.write_text("\n".join(kept) + "\n", encoding="utf-8")
    again = issue(fewer, first.parent, "ut2", "--allow-missing")
    assert [path.name for path in (again / "fakturor").iterdir()] == ["kreditfaktura_8_1383_2018-11.xlsx"]
    path = again / "fakturor" / "kreditfaktura_8_1383_2018-11.xlsx"
    assert told(path, "Krediterar") == "faktura 5"
    head = next(row for row in rows(path) if row[0] == "Ärende")
    credited = next(row for row in rows(path) if row[0] == "H18-0053")
    assert credited[head.index("Orsak")] == "Dygnen ska inte längre debiteras."
    assert not any("Bankgiro" in row for row in rows(path))
    assert any("Att kreditera" in row for row in rows(path))
    assert any(
        "kreditfaktura 8" in str(row[0]) for row in rows(again / "underlag" / "underlag_1383_2018-11.xlsx", "Ärenden")
    )


def test_every_pdf_declares_that_it_is_accessible(first: Path) -> None:
    pytest.importorskip("typst")
    url = f"sqlite:///{(first.parent / 'l.db').as_posix()}"
    out = first.parent / "pdf"
    run("ledger", "export", "--ledger", url, "--format", "pdf", "--number", 1, *PARTIES, "--out", out)
    content = (out / "fakturor" / "faktura_1_0483_2018-11.pdf").read_bytes()
    assert b"pdfuaid:part" in content and b"/Lang" in content
    assert not list((out / "fakturor").glob("*.xlsx"))


def test_the_summary_of_the_next_month_shows_the_one_issued(first: Path) -> None:
    url = f"sqlite:///{(first.parent / 'l.db').as_posix()}"
    out = first.parent / "december"
    run("bill", HALLAND, "--month", "2018-12", "--agreement", "halland", "--ledger", url, "--out", out)
    summary = rows(out / "sammanstallning_2018-12.xlsx", "Sammanställning")
    head = next(row for row in summary if row[0] == "Kod")
    halmstad = next(row for row in summary if row[0] == "1380")
    assert halmstad[head.index("Föregående månad")] == 92_300
    assert halmstad[head.index("Skillnad")] == halmstad[head.index("Belopp")] - 92_300


def test_a_file_of_vouchers_says_what_an_earlier_one_held(first: Path) -> None:
    url = f"sqlite:///{(first.parent / 'l.db').as_posix()}"
    settings = ("--avsandare", EXAMPLES / "avsandare.toml", "--bokforing", EXAMPLES / "bokforing.toml")
    words = ("ledger", "export", "--ledger", url, "--format", "sie", "--month", "2018-11", *settings)
    done = CliRunner().invoke(cli.main, [*map(str, words), "--out", str(first.parent / "sie")])
    assert "innehöll redan verifikationerna för fakturorna 1–7" in done.output


def test_a_credit_of_a_case_at_hand_rests_on_the_rule_of_its_kind_of_care(first: Path) -> None:
    later = first.parent / "later.csv"
    text = HALLAND.read_text(encoding="utf-8")
    (own,) = [line for line in text.splitlines() if line.startswith("H18-0042;")]
    later.write_text(text.replace(own, own.replace("2018-11-10 12:34", "2018-11-08 10:00")), encoding="utf-8")
    again = issue(later, first.parent, "ut3", "--allow-missing")
    (path,) = [
        path for path in (again / "fakturor").iterdir() if path.name.startswith("kredit") and "1381" in path.name
    ]
    (lead,) = [row[0] for row in rows(path) if str(row[0]).startswith("1. ")]
    assert "somatik" in lead and "psykiatri" not in lead and "30 dagar" not in lead


def test_rows_are_numbered_as_a_dispute_counts_them(first: Path) -> None:
    table = rows(first / "fakturor" / "faktura_2_1380_2018-11.xlsx")
    (head,) = (at for at, row in enumerate(table) if row[:2] == ("Ärende", "Rad"))
    numbers = [row[1] for row in table[head + 1 :] if isinstance(row[1], int)]
    assert numbers == list(range(1, len(numbers) + 1)) and numbers


def test_what_only_confirm_does_is_said_to_wait(tmp_path: Path) -> None:
    words = ["issue", str(HALLAND), "--month", "2018-11", "--agreement", "halland"]
    words += ["--ledger", f"sqlite:///{(tmp_path / 'l.db').as_posix()}"]
    plain = CliRunner().invoke(cli.main, words).output
    assert "--confirm saknas" not in plain and "Inget är skrivet." in plain
    asked = [*words, "--plan", "0.x.y", "--pdf", "--out", str(tmp_path / "ut")]
    done = CliRunner().invoke(cli.main, asked)
    assert done.exit_code == 0 and not (tmp_path / "ut").exists()
    assert "Inget är skrivet, eftersom --confirm saknas: --out, --pdf, --plan gäller bara med --confirm." in done.output
