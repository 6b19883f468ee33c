"""A ledger copied to another database: the same chain and numbers, proved at both ends, or nothing at all."""

from __future__ import annotations

import sqlite3
import uuid
from pathlib import Path

import pytest
from click.testing import CliRunner

from betalningsansvar import cli
from betalningsansvar.billing.ledger import copying
from betalningsansvar.billing.ledger.book import Book
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.copying import TargetNotEmptyError, copy_ledger
from betalningsansvar.billing.ledger.disputing import Objection, decide, register
from betalningsansvar.billing.ledger.errors import BrokenLedgerError, LedgerError, NoLedgerError
from betalningsansvar.billing.ledger.schema import METADATA
from betalningsansvar.billing.ledger.settings import change_settings
from tests.ledger.stand import NOW, issue_lines, line, lines, proof, standing
from tests.ledger.test_proof import A, B
from tests.postgres import database_url

# Every kind of entry, and rows that tab, line break and backslash would break apart.
ODD = lines(line("H-1\t2", 4), line("H\\2\n3", 3), line("Å-1", 2, kommun="1384"))


def fill(ledger: Ledger) -> Ledger:
    change_settings(ledger, NOW, by="driften", first_number=101, prefix="BA-")
    for wanted in (A, B, ODD):
        issue_lines(ledger, wanted, by="cecilia")
    last = proof(ledger).next_number - 1
    number = register(ledger, Objection(last, "FEL_DATUM", row=1), NOW, by="bo")
    decide(ledger, number, NOW, step=2, by="bo")
    return ledger


@pytest.fixture
def target(request: pytest.FixtureRequest, ledger_url: str) -> Ledger:
    """An empty database of the other kind."""
    if ledger_url.startswith("sqlite"):
        return Ledger.parse(database_url(request.getfixturevalue("postgres_server"), f"k{uuid.uuid4().hex}"))
    return Ledger.parse(f"sqlite:///{request.getfixturevalue('tmp_path') / 'kopia.db'}")


def test_the_copy_is_the_ledger(ledger: Ledger, target: Ledger) -> None:
    fill(ledger)
    copied = copy_ledger(ledger, target)
    assert copied == proof(ledger) == proof(target)
    assert standing(target) == standing(ledger)


def test_the_copy_goes_on_where_the_ledger_was(ledger: Ledger, target: Ledger) -> None:
    fill(ledger)
    copy_ledger(ledger, target)
    for each in (ledger, target):
        issue_lines(each, A, by="cecilia")
    assert proof(target) == proof(ledger)


def test_only_to_an_empty_database(ledger: Ledger, target: Ledger) -> None:
    fill(ledger)
    copy_ledger(ledger, target)
    before = proof(target)
    for other in (target, ledger):
        with pytest.raises(TargetNotEmptyError, match="inte tom"):
            copy_ledger(ledger, other)
    assert proof(target) == before


def test_a_ledger_that_does_not_hold_is_not_copied(
    sqlite_ledger: Ledger, sqlite_path: Path, postgres_server: str
) -> None:
    fill(sqlite_ledger)
    with sqlite3.connect(sqlite_path) as connection:
        connection.execute("DROP TRIGGER line_no_update")
        connection.execute("UPDATE line SET amount_ore = amount_ore + 1 WHERE id = 1")
    target = Ledger.parse(database_url(postgres_server, f"k{uuid.uuid4().hex}"))
    with pytest.raises(BrokenLedgerError):
        copy_ledger(sqlite_ledger, target)
    with pytest.raises(NoLedgerError), target.reading():
        pass


def test_a_copy_that_is_not_whole_is_not_kept(ledger: Ledger, target: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(ledger)
    monkeypatch.setattr(copying, "_IN_ORDER", copying._IN_ORDER[:-4])
    with pytest.raises(LedgerError):
        copy_ledger(ledger, target)
    with pytest.raises(NoLedgerError), target.reading():
        pass
    monkeypatch.undo()
    copy_ledger(ledger, target)


def test_every_row_of_the_chain_is_proved(sqlite_ledger: Ledger) -> None:
    """A table that the proof did not read could be copied in part, and nobody would know."""
    fill(sqlite_ledger)
    with sqlite_ledger.reading() as connection:
        read = Book(connection)
    chained = {name for name, table in METADATA.tables.items() if "entry" in table.columns}
    assert read.rows_by_kind().keys() == chained
    rest = {"ledger_schema": read.versions, "entry": read.entries, "law_text": read.texts, "line": read.lines}
    assert chained | rest.keys() == METADATA.tables.keys() and all(rest.values())


def test_the_command_says_what_to_do_next(tmp_path: Path) -> None:
    source = Ledger.parse(f"sqlite:///{tmp_path / 'faktura.db'}")
    fill(source)
    asked = ["ledger", "copy", "--ledger", f"sqlite:///{tmp_path / 'faktura.db'}"]
    result = CliRunner().invoke(cli.main, [*asked, "--to", f"sqlite:///{tmp_path / 'kopia.db'}"])
    assert result.exit_code == 0, result.output
    assert proof(source).head.hash in result.output and "lägg undan den gamla" in result.output
    again = CliRunner().invoke(cli.main, [*asked, "--to", f"sqlite:///{tmp_path / 'kopia.db'}"])
    assert again.exit_code == 1 and "inte tom" in again.output
