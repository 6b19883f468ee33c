"""The ends of the calendar, what is no file, and messages that fit on a screen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from betalningsansvar.cli import main
from betalningsansvar.commands.stopping import a_screen

CASES = Path(__file__).parents[1] / "data" / "exempel" / "halland-2018-11-12.csv"


def typed(*words: object, code: int) -> str:
    done = CliRunner().invoke(main, [*map(str, words)])
    assert done.exit_code == code, done.output
    return done.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--month", "9999-12"), "2099-12"),
        (("--month", "2018-11", "--as-of", "0001-01-01"), "0001-01-01 är utanför"),
        (("--month", "2018-11", "--invoice-date", "9999-12-31"), "9999-12-31 är utanför"),
        (("--month", "x" * 100_000), "ingen månad"),
    ],
)
def test_the_ends_of_the_calendar_are_wrong_usage(words: tuple[str, ...], told: str, tmp_path: Path) -> None:
    output = typed("bill", CASES, "--out", tmp_path / "ut", *words, code=2)
    assert len(output) < 1_000 and (told in output or len(words[-1]) > 1_000)
    assert not (tmp_path / "ut").exists()


def test_centuries_are_too_long(tmp_path: Path) -> None:
    out = tmp_path / "s.csv"
    assert "mer än 50 år" in typed("stats", CASES, "--from", "1992-01", "--to", "2099-12", "--out", out, code=1)


@pytest.mark.parametrize("option", ["--tariffs", "--avsandare", "--kunder", "--password-file", "--pseudonym-key"])
@pytest.mark.parametrize("kind", ["fifo", "folder", "/dev/zero"])
def test_what_is_no_file_is_told_at_once(option: str, kind: str, tmp_path: Path) -> None:
    path = Path(kind) if kind.startswith("/") else tmp_path / kind
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    words = ("bill", CASES, "--month", "2018-11", "--out", tmp_path / "ut", option, path)
    assert "ingen vanlig fil" in typed(*words, code=1)


@pytest.mark.skipif(os.name != "posix", reason="pipes have no name elsewhere")
@pytest.mark.parametrize(
    ("words", "end"),
    [
        (("check", CASES), ".xlsx"),
        (("check", CASES), ".csv"),
        (("stats", CASES, "--from", "2018-11", "--to", "2018-11"), ".parquet"),
        (("bill", CASES, "--month", "2018-11"), ""),
    ],
)
def test_a_pipe_is_never_written_to(words: tuple[object, ...], end: str, tmp_path: Path) -> None:
    out = tmp_path / f"ut{end}"
    os.mkfifo(out)
    assert "Välj ett annat namn" in typed(*words, "--out", out, code=1)


@pytest.mark.skipif(os.name != "posix", reason="pipes have no name elsewhere")
@pytest.mark.parametrize("name", ["manifest.json", "egen.xlsx", "fakturor/egen.xlsx"])
def test_a_folder_with_a_pipe_in_it_is_not_replaced(name: str, tmp_path: Path) -> None:
    words = ("bill", CASES, "--month", "2018-11", "--out", tmp_path / "ut")
    typed(*words, code=0)
    (tmp_path / "ut" / name).unlink(missing_ok=True)
    os.mkfifo(tmp_path / "ut" / name)
    assert "ersätts" in typed(*words, "--force", code=1)
    assert (tmp_path / "ut" / name).is_fifo()


def test_a_message_fits_on_a_screen() -> None:
    told = a_screen("\n".join(f"rad {row}: fel" for row in range(50_000)))
    assert told.count("\n") == 10 and "… och 49990 rader till" in told
    assert len(a_screen("x" * 3_000_000)) < 1_000
    assert a_screen("ett\ntvå") == "ett\ntvå"


_NO_TEXT = "ut\udce5"


@pytest.mark.skipif(os.name != "posix", reason="names are always text elsewhere")
@pytest.mark.parametrize(
    "asked",
    [
        ("bill", CASES, "--month", "2018-11", "--parquet", "--out", _NO_TEXT),
        ("bill", CASES, "--from", "2018-11", "--to", "2018-11", "--out", _NO_TEXT),
        ("check", CASES, "--out", f"{_NO_TEXT}.xlsx"),
        ("stats", CASES, "--from", "2018-11", "--to", "2018-11", "--out", f"{_NO_TEXT}.parquet"),
        ("reconcile", CASES, "--year", "2018", "--out", _NO_TEXT),
        ("scenario", CASES, "--from", "2018-11", "--to", "2018-11", "--vary", "dagar=2..3", "--out", _NO_TEXT),
        ("issue", CASES, "--month", "2018-11", "--ledger", f"sqlite:///{_NO_TEXT}.db"),
        ("ledger", "list", "--ledger", f"sqlite:///{_NO_TEXT}.db"),
        ("demo", _NO_TEXT, "--cases", "5", "--parquet"),
    ],
    ids=lambda asked: asked[0],
)
def test_a_name_that_is_no_text_is_told(
    asked: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert typed(*asked, code=1).startswith("Fel: ") and not list(tmp_path.iterdir())
