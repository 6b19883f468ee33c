"""Every kind of change past the program is found and named; a damaged file is always a sentence."""

from __future__ import annotations

import csv
import random
import re
import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.errors import BrokenLedgerError, LedgerError
from betalningsansvar.billing.ledger.reading import invoice_heads, invoices
from betalningsansvar.billing.ledger.verify import require_sound
from tests.ledger.stand import PERIOD, issue_lines, proof
from tests.ledger.tampered import A, change_rows, change_structure, fill

HERE = Path(__file__).parent
with (HERE / "tamperings.tsv").open(encoding="utf-8", newline="") as _file:
    TAMPERINGS = [tuple(row.values()) for row in csv.DictReader(_file, delimiter="\t", quoting=csv.QUOTE_NONE)]
DAMAGED_FILES = 60


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


IN_POSTGRES = {
    "DROP TRIGGER line_no_change ON line": "saknar spärren line_no_change",
    "ALTER TABLE line DISABLE TRIGGER line_no_change": "spärren line_no_change säger inte",
    "ALTER TABLE entry DISABLE TRIGGER ALL": "spärren entry_next säger inte",
    "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$":
        "funktionen ledger_refuse säger inte",
    "CREATE OR REPLACE TRIGGER line_no_change BEFORE UPDATE ON line FOR EACH ROW EXECUTE FUNCTION ledger_refuse()":
        "spärren line_no_change säger inte",
    "CREATE OR REPLACE TRIGGER line_no_change BEFORE UPDATE OR DELETE ON line FOR EACH ROW WHEN (false) "
    "EXECUTE FUNCTION ledger_refuse()": "spärren line_no_change säger inte",
    "CREATE TRIGGER extra AFTER INSERT ON entry FOR EACH ROW EXECUTE FUNCTION ledger_refuse()": "har spärren extra",
    "CREATE TABLE extra (x int)": "har kolumnen extra.x",
    "CREATE VIEW extra AS SELECT * FROM line": "har vyn extra",
    "ALTER TABLE line ADD COLUMN extra text": "har kolumnen line.extra",
    "ALTER TABLE line ALTER COLUMN reason DROP NOT NULL": "kolumnen line.reason säger inte",
    "ALTER TABLE line ALTER COLUMN amount_ore TYPE numeric": "kolumnen line.amount_ore säger inte",
    "DROP INDEX line_reverses": "saknar indexet line_reverses",
    "ALTER TABLE line DROP CONSTRAINT line_invoice_fkey": "saknar villkoret line_invoice_fkey",
    "ALTER TABLE line ADD CONSTRAINT extra CHECK (amount_ore <> 7)": "har villkoret extra",
    "CREATE RULE extra AS ON UPDATE TO line DO INSTEAD NOTHING": "har regeln extra",
    "ALTER TABLE line ENABLE ROW LEVEL SECURITY": "tabellen line säger inte",
    "CREATE SEQUENCE extra": "har objektet extra",
}  # fmt: skip


@pytest.mark.parametrize(("statement", "named"), IN_POSTGRES.items())
def test_it_is_found_in_the_catalog_of_postgresql(ledger: Ledger, statement: str, named: str) -> None:
    if ledger.url.get_backend_name() == "sqlite":
        pytest.skip("SQLite's own are above")
    issue_lines(ledger, A)
    engine = create_engine(ledger.url)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
    with pytest.raises(BrokenLedgerError, match=re.escape(named)):
        proof(ledger)


@pytest.mark.parametrize("seed", range(DAMAGED_FILES))
def test_a_damaged_file_is_a_sentence(filled: Path, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    content = bytearray(filled.read_bytes())
    kind = seed % 4
    for _ in range(rng.choice([1, 3, 30])):
        where = rng.randrange(len(content))
        if kind == 0:
            content[where] ^= 1 << rng.randrange(8)
        elif kind == 1:
            content[where : where + 8] = rng.randbytes(8)
        elif kind == 2:
            content[where : where + 400] = bytes(400)
        else:
            del content[where:]
            break
    path = tmp_path / "ledger.db"
    path.write_bytes(bytes(content[: len(content)]))
    ledger = at(path)
    before = bytes(content)
    said = []
    for work in (_prove, _list, _read, lambda ledger: issue_lines(ledger, A, PERIOD)):
        try:
            work(ledger)
        except LedgerError as stopped:
            said.append(str(stopped))
    for sentence in said:
        assert "H-1" not in sentence and "K-1" not in sentence and len(sentence) < 600
    assert before == bytes(content)


def _prove(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        require_sound(connection)


def _list(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        invoice_heads(connection)


def _read(ledger: Ledger) -> None:
    with ledger.reading() as connection:
        invoices(connection)
