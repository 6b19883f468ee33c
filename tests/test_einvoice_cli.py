"""From the example's case table to e-invoices and vouchers, by the commands a user types."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from betalningsansvar import cli
from tests.einvoice_rules import complaints
from tests.month_of import FAULTS
from tests.sie_reader import read

EXAMPLES = Path(__file__).parents[1] / "data" / "exempel"
NOTICES = str(EXAMPLES / "halland-2018-11-12.csv")
SENDER = ["--avsandare", str(EXAMPLES / "avsandare.toml")]
PARTIES = [*SENDER, "--kunder", str(EXAMPLES / "kunder.toml")]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])


def issue(ledger: Path, *more: object) -> Result:
    url = f"sqlite:///{ledger}"
    return run("issue", NOTICES, "--month", "2018-11", "--agreement", "halland", "--ledger", url, "--confirm", *more)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("ledger") / "faktura.db"
    assert issue(file, "--invoice-date", "2018-12-13", *PARTIES).exit_code == 0
    return f"sqlite:///{file}"


def test_every_issued_invoice_leaves_as_a_valid_einvoice(ledger: str, tmp_path: Path) -> None:
    done = run("ledger", "export", "--ledger", ledger, "--format", "ubl", *PARTIES, "--out", tmp_path / "ut")
    assert done.exit_code == 0, done.output
    files = sorted((tmp_path / "ut").glob("faktura_*_2018-11.xml"))
    assert len(files) == 7
    assert [complaints(file.read_bytes()) for file in files] == [[]] * 7


def test_no_patient_is_in_what_leaves(ledger: str, tmp_path: Path) -> None:
    run("ledger", "export", "--ledger", ledger, "--format", "ubl", *PARTIES, "--out", tmp_path / "ut")
    sent = b"".join(file.read_bytes() for file in (tmp_path / "ut").iterdir())
    header, *rows = (EXAMPLES / "halland-2018-11-12.csv").read_text(encoding="utf-8-sig").splitlines()
    separator = ";" if ";" in header else ","
    place = header.split(separator).index("patient_id")
    patients = {row.split(separator)[place] for row in rows} - {""}
    assert len(patients) > 200
    assert [patient for patient in patients if patient.encode() in sent] == []


def test_the_bookkeeping_file_adds_up_to_the_ledger(ledger: str, tmp_path: Path) -> None:
    accounts = ["--bokforing", EXAMPLES / "bokforing.toml"]
    done = run("ledger", "export", "--ledger", ledger, "--format", "sie", *SENDER, *accounts, "--out", tmp_path / "ut")
    assert done.exit_code == 0, done.output
    sie = read((tmp_path / "ut" / "bokforing.si").read_bytes())
    assert sum(row.amount for voucher in sie.vouchers for row in voucher.rows if row.account == "1511") == 788_100


def test_one_invoice_is_picked_by_its_number_and_an_unknown_one_refused(ledger: str, tmp_path: Path) -> None:
    export = ["ledger", "export", "--ledger", ledger, "--format", "ubl", *PARTIES]
    assert run(*export, "--number", 3, "--out", tmp_path / "ut").exit_code == 0
    assert [file.name for file in (tmp_path / "ut").glob("*.xml")] == ["faktura_3_1381_2018-11.xml"]
    refused = run(*export, "--number", 99, "--out", tmp_path / "ut2")
    assert (refused.exit_code, (tmp_path / "ut2").exists()) == (1, False)


def test_the_workbooks_can_be_written_again(ledger: str, tmp_path: Path) -> None:
    again = run("ledger", "export", "--ledger", ledger, "--format", "xlsx", "--run", 1, "--out", tmp_path / "ut")
    assert again.exit_code == 0, again.output
    assert len(list((tmp_path / "ut" / "fakturor").glob("faktura_*_*_2018-11.xlsx"))) == 7


@pytest.mark.parametrize("form", ["ubl", "sie"])
def test_a_format_without_its_files_is_wrong_usage(ledger: str, form: str, tmp_path: Path) -> None:
    for given in ([], SENDER):
        done = run("ledger", "export", "--ledger", ledger, "--format", form, *given, "--out", tmp_path / "ut")
        assert done.exit_code == 2
        assert f"--format {form} behöver" in done.output


def test_a_missing_reference_stops_issue_before_anything_is_numbered(tmp_path: Path) -> None:
    register = (EXAMPLES / "kunder.toml").read_text(encoding="utf-8").replace('referens = "EXEMPEL-1384"\n', "")
    lacking = tmp_path / "kunder.toml"
    lacking.write_text(register, encoding="utf-8")
    done = issue(tmp_path / "faktura.db", *SENDER, "--kunder", lacking)
    assert done.exit_code == 1
    assert "Kungsbacka (1384) saknar referens" in done.output
    assert not (tmp_path / "faktura.db").exists()


def test_nothing_is_asked_of_a_kommun_that_gets_a_noll_faktura(tmp_path: Path) -> None:
    """Hylte's share of 2017 was 0 kr: no e-invoice is sent to it, so it needs no entry among the recipients."""
    text = (EXAMPLES / "kunder.toml").read_text(encoding="utf-8")
    head, *blocks = text.split("[[kund]]")
    without = head + "".join("[[kund]]" + block for block in blocks if '"1315"' not in block)
    customers = tmp_path / "kunder.toml"
    customers.write_text(without, encoding="utf-8")
    data = tmp_path / "maj.csv"
    data.write_text(
        "arende_id,patient_id,folkbokforingskommun,vardform,inskriven,utskrivningsklar\n"
        "A1,P1,1380,somatik,2018-05-01 08:00,2018-05-03 09:00\n",
        encoding="utf-8",
    )
    url = f"sqlite:///{tmp_path / 'faktura.db'}"
    arguments = ("issue", data, "--month", "2018-05", "--agreement", "halland", "--ledger", url, *SENDER)
    assert run(*arguments, "--kunder", customers, "--confirm").exit_code == 0
    customers.write_text(without.replace('"1381"', '"1382"', 1), encoding="utf-8")
    assert run(*arguments, "--kunder", customers).exit_code == 1


def test_a_case_id_with_a_control_character_leaves_as_a_valid_einvoice(tmp_path: Path) -> None:
    """It was issued and frozen, and then stood in the way of every e-invoice of its month."""
    odd = tmp_path / "arenden.csv"
    odd.write_bytes((FAULTS / "styrtecken-i-arende-id.csv").read_bytes())
    url = f"sqlite:///{tmp_path / 'faktura.db'}"
    issued = run("issue", odd, "--month", "2019-03", "--ledger", url, "--confirm", *PARTIES)
    assert issued.exit_code == 0, issued.output
    done = run("ledger", "export", "--ledger", url, "--format", "ubl", *PARTIES, "--out", tmp_path / "ut")
    assert done.exit_code == 0, done.output
    (file,) = (tmp_path / "ut").glob("faktura_*_1384_2019-03.xml")
    assert complaints(file.read_bytes()) == [] and b"XY" in file.read_bytes()
