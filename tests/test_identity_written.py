"""A case named by its patient's number: no command prints the number, and no file but the underlag holds it."""

import re
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import pytest
from click.testing import CliRunner

from betalningsansvar.cli import main

HEADER = (
    "arende_id,patient_id,folkbokforingskommun,vardform,inskriven,inskrivningsmeddelande,utskrivningsklar,utskriven"
)
TIMES = "2018-11-01 08:00,2018-11-01 10:00,2018-11-05 10:00,2018-11-11 13:00"
NUMBER = "19320706-9889"
MONTH = ("--month", "2018-11")
COMMANDS = {
    "check": ("check", "--out", "UT.csv"),
    "check of a month": ("check", *MONTH, "--out", "UT.csv"),
    "bill": ("bill", *MONTH, "--out", "UT"),
    "preview": ("bill", *MONTH, "--as-of", "2018-11-07", "--preview"),
    "explain": ("explain", "--case", NUMBER, *MONTH),
    "explain mean": ("explain", "--kommun", "1280", "--agreement", "skane", *MONTH),
    "reconcile": ("reconcile", "--year", "2018", "--out", "UT"),
    "scenario": ("scenario", "--from", "2018-11", "--to", "2018-11", "--vary", "dagar=2..3", "--out", "UT"),
    "stats": ("stats", "--from", "2018-11", "--to", "2018-11", "--out", "UT.csv"),
    "issue": ("issue", *MONTH, "--ledger", "sqlite:///LIGGARE.db"),
}


def texts(folder: Path) -> dict[str, str]:
    """What stands in every file but the underlag and the input, with what is packed in a workbook."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "uttag.csv" and "underlag" not in path.parts:
            content = path.read_bytes()
            if is_zipfile(path):
                with ZipFile(path) as archive:
                    content = b"\n".join(archive.read(name) for name in archive.namelist())
            found[path.name] = content.decode("utf-8", "replace")
    return found


@pytest.mark.parametrize("command", COMMANDS)
def test_the_number_is_told_nowhere(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    cases = {NUMBER: "1380", f"Ek {NUMBER}": "1280"}
    kept = [f"{case},{NUMBER},{kommun},somatik,{TIMES}" for case, kommun in cases.items()]
    Path("uttag.csv").write_text("\n".join([HEADER, *kept, ""]), encoding="utf-8")
    first, *rest = COMMANDS[command]
    done = CliRunner().invoke(main, [first, "uttag.csv", *rest])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    for file, text in {"the terminal": done.output, **texts(tmp_path)}.items():
        assert not re.search("320706.?9889", text), file


def test_two_hidden_cases_keep_a_name_each_in_every_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    kept = [f"{case},PSEUDONYM{case[:2]},1380,somatik,{TIMES}" for case in ("19410101-9884", NUMBER, "A-1")]
    Path("uttag.csv").write_text("\n".join([HEADER, *kept, ""]), encoding="utf-8")
    CliRunner().invoke(main, ["bill", "uttag.csv", *MONTH, "--out", "ut"], catch_exceptions=False)
    for file in ("arenden.csv", "fakturarader.csv"):
        lines = (tmp_path / "ut" / file).read_text(encoding="utf-8").splitlines()[1:]
        assert [line.split(",")[0] for line in lines] == ["(dold 1)", "(dold 2)", "A-1"]


@pytest.mark.parametrize("received", [False, True])
def test_the_number_is_told_nowhere_by_a_comparison(
    received: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user's own data name a case by the number; what was issued does not."""
    monkeypatch.chdir(tmp_path)
    kept = [f"{case},{NUMBER},1380,somatik,{TIMES}" for case in (NUMBER, f"Ek {NUMBER}", "A-1")]
    Path("uttag.csv").write_text("\n".join([HEADER, *kept[2:], ""]), encoding="utf-8")
    issue = ["issue", "uttag.csv", *MONTH, "--ledger", "sqlite:///LIGGARE.db", "--confirm", "--out", "fakturor"]
    if received:
        CliRunner().invoke(main, ["bill", "uttag.csv", *MONTH, "--out", "ut"], catch_exceptions=False)
        against = ["--received", "ut/fakturarader.csv"]
    else:
        assert CliRunner().invoke(main, issue, catch_exceptions=False).exit_code == 0
        against = ["--ledger", "sqlite:///LIGGARE.db"]
    Path("uttag.csv").write_text("\n".join([HEADER, *kept[:2], ""]), encoding="utf-8")
    outs = ["skillnader.csv", "svar.xlsx"] if received else ["skillnader.csv"]
    for out in outs:
        done = CliRunner().invoke(main, ["ledger", "compare", "uttag.csv", *against, "--out", out])
        assert done.exit_code == 0, done.output
        assert received or all(name in done.output for name in ("(dold 1)", "(dold 2)"))
        for file, text in {"the terminal": done.output, **texts(tmp_path)}.items():
            assert not re.search("320706.?9889", text), file
    for asked in (
        ("explain", "uttag.csv", "--case", "A-1"),
        ("ledger", "disputes", "--ledger", "sqlite:///LIGGARE.db"),
    ):
        assert not re.search("320706.?9889", CliRunner().invoke(main, [*asked]).output)


def test_who_did_it_is_no_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("uttag.csv").write_text(f"{HEADER}\nA-1,{NUMBER},1380,somatik,{TIMES}\n", encoding="utf-8")
    issue = ["issue", "uttag.csv", *MONTH, "--ledger", "sqlite:///LIGGARE.db", "--confirm", "--by"]
    done = CliRunner().invoke(main, [*issue, NUMBER])
    assert done.exit_code == 1 and "inte med ett personnummer" in done.output and "9889" not in done.output
    assert CliRunner().invoke(main, [*issue, "Anna"]).exit_code == 0


def test_a_file_named_by_a_number_is_read_and_its_name_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(f"{NUMBER}.csv").write_text(f"{HEADER}\nA-1,P-1,1380,somatik,{TIMES}\n", encoding="utf-8")
    for words in (("check",), ("check", "--most", NUMBER), ("explain", "--case", "A-1"), ("bill", *MONTH, "--preview")):
        done = CliRunner().invoke(main, [words[0], f"{NUMBER}.csv", *words[1:]])
        assert "9889" not in done.output, words
