"""Protected underlag: keyed codes instead of identities, and files that open only with the password."""

import sys
from pathlib import Path

import msoffcrypto
import openpyxl
import pandas as pd
import pypdf
import pytest
import typst
from click.testing import CliRunner

from betalningsansvar import cli
from betalningsansvar.billing.pseudonyms import WeakKeyError, pseudonyms
from betalningsansvar.data.settings.secretfiles import SecretFileError, read_key, read_password
from betalningsansvar.reports.files.protect import (
    ProtectionError,
    encrypt,
    protect_underlag,
    require_anonymous_references,
)

KEY = bytes(range(32))
IDS = pd.Series(["19850101-9809", "198501019809", "8501019809", "R-123", "r-123 ", "", "19850101-9809"], dtype="str")


def test_the_same_patient_keeps_the_code_from_month_to_month() -> None:
    november, december = pseudonyms(IDS, KEY), pseudonyms(IDS.iloc[::-1], KEY)
    assert november[0] == november[1] == november[6] == december[0] == "p-boy37jw53be6dg5f"
    assert november[3] == november[4]
    assert november[5] == ""
    assert november[0] == november[2]
    assert november.dtype == IDS.dtype and november.index.equals(IDS.index)


def test_a_number_without_its_century_is_the_patient_who_stands_with_it() -> None:
    dressed = ["19850101-9809", "8501019809", "850101-9809", "１９８５０１０１-９８０９", "198501019809.0"]
    assert pseudonyms(pd.Series(dressed, dtype="str"), KEY).nunique() == 1
    born_later = pd.Series(["18850101-9809", "19850101-9809"], dtype="str")
    assert pseudonyms(born_later, KEY).nunique() == 2
    alone = pd.Series(["850101-9809", "8501019809"], dtype="str")
    assert pseudonyms(alone, KEY).nunique() == 1


def test_another_key_gives_other_codes_and_no_code_holds_the_identity() -> None:
    codes, others = pseudonyms(IDS, KEY), pseudonyms(IDS, KEY[::-1])
    assert not set(codes) & set(others) - {""}
    assert not any("9809" in code or "123" in code for code in codes)


def test_many_patients_many_codes() -> None:
    ids = pd.Series([f"1985{n:08d}" for n in range(20_000)], dtype="str")
    assert pseudonyms(ids, KEY).nunique() == 20_000


@pytest.mark.parametrize("key", [b"", KEY[:31], b"hemligt " * 5, b"\0" * 64])
def test_a_weak_key_is_refused_without_being_shown(key: bytes) -> None:
    with pytest.raises(WeakKeyError) as stopped:
        pseudonyms(IDS, key)
    assert "hemligt" not in str(stopped.value)


PASSWORD = "Räksmörgås 4711"


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "underlag_1384_2018-11.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = "19850101-9809"
    book.save(path)
    return path


def test_an_encrypted_workbook_opens_with_the_password_only(workbook: Path) -> None:
    before = workbook.read_bytes()
    encrypt(workbook, PASSWORD)
    assert workbook.read_bytes() != before
    with workbook.open("rb") as sealed, (workbook.parent / "open.xlsx").open("wb") as opened:
        file = msoffcrypto.OfficeFile(sealed)
        assert file.is_encrypted()
        with pytest.raises(msoffcrypto.exceptions.InvalidKeyError):
            file.load_key(password="Raksmorgas 4711", verify_password=True)
        file.load_key(password=PASSWORD, verify_password=True)
        file.decrypt(opened, verify_integrity=True)
    assert openpyxl.load_workbook(workbook.parent / "open.xlsx").active["A1"].value == "19850101-9809"


def test_an_encrypted_workbook_is_the_format_excel_writes(workbook: Path) -> None:
    """An OLE file with the two streams of MS-OFFCRYPTO, agile: AES-256, SHA-512."""
    encrypt(workbook, PASSWORD)
    assert workbook.read_bytes().startswith(bytes.fromhex("D0CF11E0A1B11AE1"))
    with workbook.open("rb") as sealed:
        info = msoffcrypto.OfficeFile(sealed).info
    assert info["keyDataHashAlgorithm"] == "SHA512"
    assert info["spinValue"] >= 100_000


def test_an_encrypted_pdf_opens_with_the_password_only(tmp_path: Path) -> None:
    path = tmp_path / "underlag_1384_2018-11.pdf"
    path.write_bytes(typst.compile(b"#set page(height: 5cm)\nHALLAND\n#pagebreak()\n19850101-9809"))
    encrypt(path, PASSWORD)
    assert b"19850101" not in path.read_bytes()
    sealed = pypdf.PdfReader(path)
    assert sealed.is_encrypted
    assert sealed.decrypt("fel lösenord") == pypdf.PasswordType.NOT_DECRYPTED
    assert sealed.decrypt(PASSWORD)
    assert "19850101-9809" in sealed.pages[1].extract_text()


def test_the_underlag_is_encrypted_and_the_invoices_are_not(workbook: Path) -> None:
    folder = workbook.parent / "ut"
    for room in ("underlag", "fakturor"):
        (folder / room).mkdir(parents=True)
        (folder / room / workbook.name).write_bytes(workbook.read_bytes())
    protect_underlag(folder, PASSWORD)
    assert (folder / "fakturor" / workbook.name).read_bytes() == workbook.read_bytes()
    with (folder / "underlag" / workbook.name).open("rb") as sealed:
        assert msoffcrypto.OfficeFile(sealed).is_encrypted()


def test_what_cannot_be_encrypted_does_not_stay_readable(tmp_path: Path) -> None:
    path = tmp_path / "underlag.xlsx"
    path.write_text("19850101-9809", encoding="utf-8")
    with pytest.raises(ProtectionError, match=r"underlag\.xlsx: gick inte att kryptera") as stopped:
        encrypt(path, PASSWORD)
    assert not path.exists()
    assert PASSWORD not in str(stopped.value) and "9809" not in str(stopped.value)


def test_without_the_library_the_extra_is_named(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "msoffcrypto", None)
    with pytest.raises(ProtectionError, match=r"betalningsansvar\[skydd\]"):
        encrypt(workbook, PASSWORD)


def test_a_password_file_holds_one_line(tmp_path: Path) -> None:
    file = tmp_path / "losenord.txt"
    file.write_text(f"{PASSWORD}\r\n", encoding="utf-8-sig")
    assert read_password(file) == PASSWORD


@pytest.mark.parametrize("content", [b"", b"\n", b"hemlig", b"x" * 256, b"hemlighet\nrad 2", b"hemligh\xe5t"])
def test_an_unfit_password_file_is_refused_without_being_shown(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "losenord.txt"
    file.write_bytes(content)
    with pytest.raises(SecretFileError) as stopped:
        read_password(file)
    assert "hemlig" not in str(stopped.value)


def test_a_key_file_is_its_bytes(tmp_path: Path) -> None:
    file = tmp_path / "nyckel"
    file.write_bytes(KEY)
    assert read_key(file) == KEY
    with pytest.raises(SecretFileError, match="kan inte läsas"):
        read_key(tmp_path / "saknas")


@pytest.mark.parametrize(
    ("arende_id", "vardtillfalle_id", "patient_id", "column"),
    [
        ("H-19850101-9809", "V-1", "19850101-9809", "arende_id"),
        ("H-1", "198501019809/2", "19850101-9809", "vardtillfalle_id"),
        ("H-RES12345", "V-1", "RES-12345", "arende_id"),
    ],
)
def test_codes_are_refused_where_a_reference_tells_who_the_patient_is(
    arende_id: str, vardtillfalle_id: str, patient_id: str, column: str
) -> None:
    rows = {
        "arende_id": ["H-0", arende_id],
        "vardtillfalle_id": ["V-0", vardtillfalle_id],
        "patient_id": ["0", patient_id],
        "fil": ["export.csv"] * 2,
        "rad": [2, 3],
    }
    with pytest.raises(ProtectionError, match=rf"export\.csv rad 3: {column}") as stopped:
        require_anonymous_references(pd.DataFrame(rows))
    assert patient_id not in str(stopped.value)


EXAMPLE = Path(__file__).parents[1] / "data" / "exempel" / "halland-2018-11-12.csv"
PATIENTS = set(pd.read_csv(EXAMPLE, sep=";", dtype="str", encoding="utf-8-sig")["patient_id"].dropna())


def billed(out: Path, *options: str) -> None:
    arguments = ["bill", str(EXAMPLE), "--month", "2018-11", "--agreement", "halland", "--out", str(out), *options]
    done = CliRunner().invoke(cli.main, arguments)
    assert done.exit_code == 0, done.output


def texts(workbook: Path) -> set[str]:
    book = openpyxl.load_workbook(workbook, data_only=True)
    return {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell}


def test_a_password_leaves_no_identity_readable_in_the_folder(tmp_path: Path) -> None:
    secret = tmp_path / "losenord.txt"
    secret.write_text(PASSWORD, encoding="utf-8")
    billed(tmp_path / "ut", "--password-file", str(secret))
    sealed = list((tmp_path / "ut" / "underlag").iterdir())
    assert sealed and all(file.read_bytes().startswith(bytes.fromhex("D0CF11E0A1B11AE1")) for file in sealed)
    readable = [file for file in (tmp_path / "ut").rglob("*.*") if file not in sealed]
    workbooks = [file for file in readable if file.suffix == ".xlsx"]
    assert len(workbooks) > 5
    assert [file.name for file in workbooks if texts(file) & PATIENTS] == []
    others = [file.read_text(encoding="utf-8") for file in readable if file.suffix in (".csv", ".json")]
    assert not any(patient in text for patient in PATIENTS for text in others)
    assert not any(PASSWORD in text for text in others)


def test_keyed_codes_stand_where_the_identities_stood(tmp_path: Path) -> None:
    secret = tmp_path / "nyckel"
    secret.write_bytes(KEY)
    billed(tmp_path / "ut", "--pseudonym-key", str(secret))
    (underlag,) = (tmp_path / "ut" / "underlag").glob("underlag_1384_*.xlsx")
    shown = texts(underlag)
    assert shown & set(pseudonyms(pd.Series(sorted(PATIENTS), dtype="str"), KEY))
    assert not shown & PATIENTS
