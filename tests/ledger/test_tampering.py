"""Every kind of change past the program is found and named; a damaged file is always a sentence."""

from __future__ import annotations

import csv
import random
import re
import shutil
import sqlite3
from pathlib import Path

import pytest

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.errors import BrokenLedgerError, LedgerError
from betalningsansvar.billing.ledger.reading import invoice_heads, invoices
from betalningsansvar.billing.ledger.verify import require_sound
from tests.ledger.stand import PERIOD, issue_lines, proof
from tests.ledger.tampered import A, change_rows, change_structure, fill

HERE = Path(__file__).parent
with (HERE / "tamperings.tsv").open(encoding="utf-8", newline="") as _file:
    TAMPERINGS = [tuple(row.values()) for row in csv.DictReader(_file, delimiter="\t", quoting=csv.QUOTE_NONE)]
DAMAGED_FILES = 160


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filled") / "ledger.db"
    fill(at(path))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def at(path: Path) -> Ledger:
    return Ledger.parse(f"sqlite:///{path.as_posix()}", lock_seconds=1)


def test_there_are_sixty_kinds() -> None:
    assert len({statement for _, statement, _ in TAMPERINGS}) >= 60


@pytest.mark.parametrize(("how", "statement", "named"), TAMPERINGS)
def test_it_is_found_and_named(filled: Path, tmp_path: Path, how: str, statement: str, named: str) -> None:
    path = tmp_path / "ledger.db"
    shutil.copy(filled, path)
    {"rows": change_rows, "structure": change_structure}[how](path, statement)
    with pytest.raises(BrokenLedgerError, match=re.escape(named)):
        proof(at(path))
    if how == "structure":
        with pytest.raises(BrokenLedgerError, match=re.escape(named)):
            issue_lines(at(path), A)


def test_an_untouched_ledger_holds(filled: Path) -> None:
    assert proof(at(filled)).entries == 16


@pytest.mark.parametrize("seed", range(DAMAGED_FILES))
def test_a_damaged_file_is_a_sentence(filled: Path, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    content = bytearray(filled.read_bytes())
    _DAMAGES[seed % len(_DAMAGES)](content, rng)
    path = tmp_path / "ledger.db"
    path.write_bytes(content)
    ledger = at(path)
    for work in (_prove, _list, _read, lambda ledger: issue_lines(ledger, A, PERIOD)):
        try:
            work(ledger)
        except LedgerError as stopped:
            sentence = str(stopped)
            assert "H-1" not in sentence and "K-1" not in sentence and len(sentence) < 600


def _bits(content: bytearray, rng: random.Random) -> None:
    for _ in range(rng.choice([1, 3, 30])):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)


def _words(content: bytearray, rng: random.Random) -> None:
    for _ in range(rng.choice([1, 3, 30])):
        where = rng.randrange(len(content) - 8)
        content[where : where + 8] = rng.randbytes(8)


def _blank(content: bytearray, rng: random.Random) -> None:
    where = rng.randrange(len(content) - 400)
    content[where : where + 400] = bytes(400)


def _cut(content: bytearray, rng: random.Random) -> None:
    del content[rng.randrange(len(content)) :]


def _pages(content: bytearray, rng: random.Random) -> tuple[slice, slice]:
    first, second = (_PAGE * number for number in rng.sample(range(len(content) // _PAGE), 2))
    return slice(first, first + _PAGE), slice(second, second + _PAGE)


def _swapped(content: bytearray, rng: random.Random) -> None:
    first, second = _pages(content, rng)
    content[first], content[second] = content[second], content[first]


def _twice(content: bytearray, rng: random.Random) -> None:
    first, second = _pages(content, rng)
    content[first] = content[second]


def _taken_out(content: bytearray, rng: random.Random) -> None:
    del content[_pages(content, rng)[0]]


def _head(content: bytearray, rng: random.Random) -> None:
    """The hundred bytes that tell SQLite what the file is, or the table of what is in it."""
    content[rng.randrange(_PAGE)] = rng.randrange(256)
    content[rng.randrange(100)] = rng.randrange(256)


_PAGE = 4096
_DAMAGES = (_bits, _words, _blank, _cut, _swapped, _twice, _taken_out, _head)


def _prove(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        require_sound(connection)


def _list(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        invoice_heads(connection)


def _read(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        invoices(connection)
