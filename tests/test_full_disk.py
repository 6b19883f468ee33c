"""The disk is full at each write in turn, whatever command writes: a sentence, nothing half-written, all that stood
still stands; and what was issued is in the ledger, which is told."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from itertools import count
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.errors import NoLedgerError
from betalningsansvar.billing.ledger.verify import Proof
from betalningsansvar.cli import main
from betalningsansvar.data.files.named import NamedFile, read_named
from betalningsansvar.operations.settings import SettingsFolderError, save_setting
from tests.full_disk import disk, full_database
from tests.ledger.stand import proof, standing

HOUSE = Path(__file__).parents[1]
EXAMPLE = HOUSE / "data" / "exempel"
LEDGER = "sqlite:///faktura.db"
MONTH = ("data.csv", "--month", "2018-11", "--agreement", "halland")
ISSUE = ("issue", *MONTH, "--ledger", LEDGER, "--confirm")
SPAN = ("data.csv", "--from", "2018-11", "--to", "2018-12")
PARTIES = ("--avsandare", "avsandare.toml", "--kunder", "kunder.toml")
BOOKS = ("--avsandare", "avsandare.toml", "--bokforing", "bokforing.toml")
FULL = "disken är full"
ROOMS = (*range(8), *range(9, 400, 3))
"""Every write of a small command, and of one that writes many files every third."""


OUT = "ut"
COMMANDS: dict[str, tuple[str, ...]] = {
    "bill": ("bill", *MONTH, "--out", OUT),
    "reconcile": ("reconcile", "data.csv", "--year", "2018", "--agreement", "halland", "--out", OUT),
    "scenario": ("scenario", *SPAN, "--vary", "dagar=2..3", "--out", OUT),
    "demo": ("demo", OUT, "--cases", "50"),
    "export csv": ("ledger", "export", "--ledger", LEDGER, "--out", OUT),
    "export xlsx": ("ledger", "export", "--ledger", LEDGER, "--format", "xlsx", "--number", "1", "--out", OUT),
    "export ubl": ("ledger", "export", "--ledger", LEDGER, "--format", "ubl", *PARTIES, "--out", OUT),
    "export sie": ("ledger", "export", "--ledger", LEDGER, "--format", "sie", *BOOKS, "--out", OUT),
    "rules": ("ledger", "show", "1", "--ledger", LEDGER, "--rules", OUT),
    "check csv": ("check", "data.csv", "--out", "ut.csv"),
    "check xlsx": ("check", "data.csv", "--out", "ut.xlsx"),
    "stats": ("stats", *SPAN, "--befolkning", "folk.csv", "--out", "ut.csv"),
    "compare": ("ledger", "compare", "data.csv", "--ledger", LEDGER, "--agreement", "halland", "--out", "ut.csv"),
    "disputes": ("ledger", "disputes", "--ledger", LEDGER, "--out", "ut.xlsx"),
    "letter": ("ledger", "letter", "1", "--ledger", LEDGER, *PARTIES, "--out", "ut.pdf"),
    "agreements new": ("agreements", "new", "ut.toml"),
    "profile new": ("profile", "new", "ut.toml"),
}
REPLACING = ("bill", "reconcile", "scenario", "export csv", "export xlsx", "check csv", "check xlsx", "letter")
IN_LEDGER: dict[str, tuple[str, ...]] = {
    "issue": ("issue", "data.csv", "--month", "2018-12", *ISSUE[4:]),
    "a new ledger": (*ISSUE[:-2], "sqlite:///ny.db", "--confirm"),
    "correction": ("issue", "shorter.csv", *ISSUE[2:], "--allow-missing"),
    "dispute": ("ledger", "dispute", "2", "--row", "1", "--reason", "FEL_DATUM", "--ledger", LEDGER),
    "decide": ("ledger", "decide", "1", "--decision", "medges", "--ledger", LEDGER),
    "approve": ("ledger", "approve", *MONTH, "--by", "bo", "--ledger", LEDGER),
    "settings": ("ledger", "settings", "--four-eyes", "--ledger", LEDGER),
    "copy": ("ledger", "copy", "--ledger", LEDGER, "--to", "sqlite:///kopia.db"),
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with data, settings, and a ledger with a dispute in it."""
    folder = tmp_path_factory.mktemp("prepared")
    for name in ("avsandare.toml", "kunder.toml", "bokforing.toml", "logo.png"):
        shutil.copy(EXAMPLE / name, folder)
    rows = (EXAMPLE / "halland-2018-11-12.csv").read_text(encoding="utf-8-sig").splitlines()
    (folder / "data.csv").write_text("\n".join(rows[:40]) + "\n", encoding="utf-8")
    (folder / "shorter.csv").write_text("\n".join(rows[:10]) + "\n", encoding="utf-8")
    (folder / "folk.csv").write_text("kommun;invanare\n1380;100000\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        typed(*ISSUE)
        typed("ledger", "dispute", "1", "--row", "1", "--reason", "FEL_DATUM", "--ledger", LEDGER)
        with sqlite3.connect("faktura.db", isolation_level=None) as connection:
            # Small pages, so that the least that is written asks for a new one.
            for statement in ("journal_mode = DELETE", "page_size = 512"):
                connection.execute(f"PRAGMA {statement}")
            connection.execute("VACUUM")
    return folder


@pytest.fixture
def here(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it to stand in."""
    copy = tmp_path / "har"
    shutil.copytree(prepared, copy)
    monkeypatch.chdir(copy)
    return copy


def typed(*words: str) -> Result:
    done = CliRunner().invoke(main, list(words))
    assert done.exit_code == 0, (words, done.output, done.exception)
    return done


def stopped(words: Sequence[str], room: int) -> str | None:
    """What the command says when the disk has that much room; None when that was enough."""
    with disk(Path.cwd(), room) as there:
        done = CliRunner().invoke(main, list(words))
    if there.written <= room:
        assert done.exit_code == 0, done.output
        return None
    assert done.exit_code == 1 and isinstance(done.exception, SystemExit), (room, done.output, done.exception)
    assert FULL in done.stderr and len(done.stderr) < 1000, done.stderr
    return done.stderr


def everything(folder: Path) -> dict[str, bytes]:
    """Every file and folder, but the ledger, whose bytes change when it is opened."""
    found = (path for path in folder.rglob("*") if "faktura.db" not in path.name)
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"" for path in found}


@pytest.mark.parametrize("name", COMMANDS)
def test_full_at_every_write(name: str, here: Path) -> None:
    before = everything(here)
    for room in ROOMS:
        if stopped(COMMANDS[name], room) is None:
            break
        assert everything(here) == before, room
    assert room >= 1 and everything(here).keys() > before.keys()


@pytest.mark.parametrize("name", REPLACING)
def test_what_was_to_be_replaced_still_stands(name: str, here: Path) -> None:
    words = COMMANDS[name] if "." in COMMANDS[name][-1] else (*COMMANDS[name], "--force")
    typed(*words)
    before = everything(here)
    for room in ROOMS[::3]:
        if stopped(words, room) is None:
            break
        assert everything(here) == before, room


def test_what_was_issued_stands_in_the_ledger_and_is_told(here: Path) -> None:
    words = ("issue", "data.csv", "--month", "2018-12", *ISSUE[4:], "--out", OUT)
    before = everything(here)
    ledger = (here / "faktura.db").read_bytes()
    for room in ROOMS[::2]:
        for left in here.glob("faktura.db*"):
            left.unlink()
        (here / "faktura.db").write_bytes(ledger)
        told = stopped(words, room)
        if told is None:
            break
        assert everything(here) == before, room
        assert "står i liggaren, som körning" in told and "ledger export --format xlsx --run" in told, told
        assert standing(Ledger.parse(LEDGER), "2018-12")
    assert room > 5


@pytest.mark.parametrize("name", IN_LEDGER)
def test_the_disk_of_the_ledger_is_full(name: str, here: Path) -> None:
    """At every page that the database would grow by."""
    words = IN_LEDGER[name]
    written = words[-1] if name == "copy" else words[words.index("--ledger") + 1]
    before, standing_files = proved(written), everything(here).keys()
    for pages in count(pages_of(here / written.removeprefix("sqlite:///"))):
        with full_database(pages):
            done = CliRunner().invoke(main, list(words))
        if done.exit_code == 0:
            break
        assert done.exit_code == 1 and isinstance(done.exception, SystemExit), (pages, done.output, done.exception)
        assert FULL in done.stderr, done.stderr
        assert proved(written) == before, pages
        assert {name for name in everything(here) if not name.startswith(("ny.db", "kopia.db"))} == standing_files
    assert proved(written) != before


def proved(url: str) -> Proof | None:
    try:
        return proof(Ledger.parse(url))
    except NoLedgerError:
        return None


def pages_of(database: Path) -> int:
    if not database.exists():
        return 1
    with sqlite3.connect(database) as connection:
        return int(connection.execute("PRAGMA page_count").fetchone()[0])


def test_a_setting_and_the_picture_it_names_are_replaced_whole(tmp_path: Path) -> None:
    folder = tmp_path / "installningar"
    file = read_named(EXAMPLE / "avsandare.toml")
    assert file.beside, "the example has a picture"
    save_setting(folder, "avsandare.toml", file)
    before = everything(folder)
    changed = NamedFile(file.name, file.content + b"\n", tuple(NamedFile(p.name, p.content) for p in file.beside))
    for room in count():
        try:
            with disk(folder, room):
                save_setting(folder, "avsandare.toml", changed)
            break
        except SettingsFolderError as told:
            assert FULL in str(told)
            assert everything(folder) == before
    assert room > 3 and everything(folder) != before
