"""The page gives the files the terminal gives, byte for byte, for the same request."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from betalningsansvar import cli
from tests.web.stand import EXAMPLE, Browser, Stand

CHOSEN = ["--agreement", "halland"]


def terminal(*arguments: str) -> None:
    result = CliRunner().invoke(cli.main, list(arguments))
    assert result.exit_code == 0, result.output


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def fetched(browser: Browser, job: str) -> dict[str, bytes]:
    browser.follow(job)
    with zipfile.ZipFile(io.BytesIO(browser.get(f"{job}/fil").data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def today(stand: Stand) -> None:
    """The terminal asks the computer what day it is; the page, here, too."""
    stand.here.now = lambda: datetime.now(tz=UTC)


def same(one: dict[str, bytes], other: dict[str, bytes]) -> None:
    assert one.keys() == other.keys() and len(one) > 2
    assert [name for name in one if unzipped(one[name]) != unzipped(other[name])] == []


def unzipped(content: bytes) -> object:
    """A workbook as its parts: the container holds the second at which it was closed."""
    if content[:2] != b"PK":
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.usefixtures("today")
def test_a_month(browser: Browser, tmp_path: Path) -> None:
    out = tmp_path / "ut"
    terminal("bill", str(EXAMPLE), "--month", "2018-11", *CHOSEN, "--out", str(out))
    job = browser.post(f"{browser.upload()}/manad/2018-11/filer?avtal=halland").headers["Location"]
    same(files_in(out), fetched(browser, job))


@pytest.mark.usefixtures("today")
def test_one_invoice_is_that_of_the_month(browser: Browser, tmp_path: Path) -> None:
    out = tmp_path / "ut"
    terminal("bill", str(EXAMPLE), "--month", "2018-11", *CHOSEN, "--out", str(out))
    address = browser.upload()
    for paper, folder in (("faktura", "fakturor"), ("underlag", "underlag")):
        content = browser.get(f"{address}/manad/2018-11/kommun/1380/{paper}.xlsx?avtal=halland").data
        (own,) = (out / folder).glob("*_1380_*.xlsx")
        assert unzipped(content) == unzipped(own.read_bytes())


@pytest.mark.usefixtures("today")
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_findings(browser: Browser, tmp_path: Path, kind: str) -> None:
    out = tmp_path / f"avvikelser.{kind}"
    terminal("check", str(EXAMPLE), "--out", str(out))
    content = browser.get(f"{browser.upload()}/kontroll/avvikelser.{kind}").data
    assert unzipped(content) == unzipped(out.read_bytes())


@pytest.mark.usefixtures("today")
def test_a_year(browser: Browser, tmp_path: Path) -> None:
    out = tmp_path / "ut"
    terminal("reconcile", str(EXAMPLE), "--year", "2018", *CHOSEN, "--out", str(out))
    job = browser.post(f"{browser.upload()}/bokslut/2018/filer?avtal=halland").headers["Location"]
    same(files_in(out), fetched(browser, job))


@pytest.mark.usefixtures("today")
def test_scenarios(browser: Browser, tmp_path: Path) -> None:
    out, file = tmp_path / "ut", tmp_path / "scenarier.toml"
    asked = "fran=2018-11&till=2018-12&avtal=nationell&namn1=Fem&dagar1=5"
    address = browser.upload()
    file.write_bytes(browser.get(f"{address}/scenarier/scenarier.toml?{asked}").data)
    months = ["--from", "2018-11", "--to", "2018-12"]
    terminal("scenario", str(EXAMPLE), *months, "--scenarios", str(file), "--out", str(out))
    job = browser.post(f"{address}/scenarier/rapport?{asked}").headers["Location"]
    same(files_in(out), fetched(browser, job))


@pytest.mark.usefixtures("today")
def test_the_ledgers_files(stand: Stand, browser: Browser, tmp_path: Path) -> None:
    from tests.web.test_issuing import issued

    issued(browser, browser.upload())
    out = tmp_path / "ut"
    terminal("ledger", "export", "--ledger", stand.here.ledger, "--format", "csv", "--out", str(out))
    job = browser.post("/liggare/export", {"form": "csv"}).headers["Location"]
    same(files_in(out), fetched(browser, job))
