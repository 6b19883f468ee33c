"""An emptied, cut or rewritten ledger is found by the receipts beside what was sent, without a noted hash."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.errors import BrokenLedgerError, NoLedgerError
from betalningsansvar.billing.ledger.reading import invoices
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.operations.ledger_receipts import NoReceiptError, verify_against
from betalningsansvar.reports.issued.text import receipt_lines
from tests.ledger.stand import issue_lines, line, lines, proof
from tests.ledger.tampered import A, change_rows
from tests.postgres import fresh_database_url

B = lines(line("H-1", 4), line("H-2", 3), line("K-1", 2, kommun="1384"))
LAST = {"line": "invoice >= 3", "invoice": "number >= 3", "run": "entry >= 5", "entry": "seq >= 5"}


@pytest.fixture
def sent(sqlite_ledger: Ledger) -> NamedFile:
    """The receipts of two runs."""
    issue_lines(sqlite_ledger, A)
    issue_lines(sqlite_ledger, B)
    with sqlite_ledger.reading() as connection:
        text = "\n".join(receipt_lines(invoices(connection)))
    return NamedFile("kvitto.txt", text.encode())


def test_every_invoice_has_a_receipt_that_the_ledger_holds(sqlite_ledger: Ledger, sent: NamedFile) -> None:
    assert verify_against(sqlite_ledger.address, [sent]).receipts == 4


def test_a_ledger_cut_off_is_found(sqlite_ledger: Ledger, sqlite_path: Path, sent: NamedFile) -> None:
    for table, rows in LAST.items():
        change_rows(sqlite_path, f"DELETE FROM {table} WHERE {rows}")
    assert proof(sqlite_ledger).invoices == 2, "by itself it holds"
    with pytest.raises(BrokenLedgerError, match=r"kvitto\.txt är kvitto på post 6 .*slutar vid post 4"):
        verify_against(sqlite_ledger.address, [sent])


def test_a_ledger_emptied_is_found(sqlite_ledger: Ledger, sqlite_path: Path, sent: NamedFile) -> None:
    for path in sqlite_path.parent.glob("ledger.db*"):
        path.unlink()
    with pytest.raises(NoLedgerError):
        verify_against(sqlite_ledger.address, [sent])
    with sqlite_ledger.writing("2019-01-01T00:00:00+00:00"):
        pass
    with pytest.raises(BrokenLedgerError, match="poster har tagits bort"):
        verify_against(sqlite_ledger.address, [sent])


def test_a_ledger_written_anew_is_found(sqlite_ledger: Ledger, sqlite_path: Path, sent: NamedFile) -> None:
    for path in sqlite_path.parent.glob("ledger.db*"):
        path.unlink()
    issue_lines(sqlite_ledger, B)
    issue_lines(sqlite_ledger, A)
    with pytest.raises(BrokenLedgerError, match="en annan post där"):
        verify_against(sqlite_ledger.address, [sent])


def test_a_copy_holds_and_a_file_without_receipts_proves_nothing(
    sqlite_ledger: Ledger, sqlite_path: Path, sent: NamedFile, tmp_path: Path
) -> None:
    with sqlite3.connect(sqlite_path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = tmp_path / "copy.db"
    shutil.copy(sqlite_path, copy)
    assert verify_against(f"sqlite:///{copy.as_posix()}", [sent]).receipts == 4
    with pytest.raises(NoReceiptError, match=r"brev\.txt"):
        verify_against(sqlite_ledger.address, [NamedFile("brev.txt", b"Hej")])


def test_in_postgresql_one_emptied_or_cut_off_is_found(postgres_server: str) -> None:
    ledger = Ledger.parse(fresh_database_url(postgres_server, "receipts"))
    issue_lines(ledger, A)
    issue_lines(ledger, B)
    with ledger.reading() as connection:
        text = "\n".join(receipt_lines(invoices(connection)))
    sent = NamedFile("kvitto.txt", text.encode())
    url = ledger.url.render_as_string(hide_password=False)
    assert verify_against(url, [sent]).receipts == 4
    engine = create_engine(ledger.url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for table, rows in LAST.items():
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE {rows}")
    assert proof(ledger).invoices == 2, "by itself it holds"
    with pytest.raises(BrokenLedgerError, match=r"kvitto\.txt är kvitto på post 6 .*slutar vid post 4"):
        verify_against(url, [sent])
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    with pytest.raises(NoLedgerError):
        verify_against(url, [sent])
    with ledger.writing("2019-01-01T00:00:00+00:00"):
        pass
    with pytest.raises(BrokenLedgerError, match="poster har tagits bort"):
        verify_against(url, [sent])
