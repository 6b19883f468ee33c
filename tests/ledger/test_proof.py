"""A ledger that was tampered with, is locked, read-only, full, newer, older or no ledger at all."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.errors import BrokenLedgerError, LedgerError, NoLedgerError
from betalningsansvar.billing.ledger.issuing import upgrade_ledger
from betalningsansvar.billing.ledger.reading import invoice_heads
from betalningsansvar.billing.ledger.verify import require_sound
from tests.ledger.stand import NOW, issue_lines, line, lines, proof

A = lines(line("H-1"), line("H-2", 3), line("K-1", 2, kommun="1384"))
B = lines(line("H-1", 4), line("H-2", 3), line("K-1", 2, kommun="1384"))


@pytest.fixture
def issued(ledger: Ledger) -> Ledger:
    """Four entries of invoices: 1 and 2, the credit 3 of 1, and 4."""
    issue_lines(ledger, A)
    issue_lines(ledger, B)
    return ledger


@pytest.fixture
def issued_file(sqlite_ledger: Ledger, sqlite_path: Path) -> Path:
    issue_lines(sqlite_ledger, A)
    issue_lines(sqlite_ledger, B)
    return sqlite_path


def run_sql(ledger: Ledger, statement: str) -> None:
    """As a person with a database tool would."""
    engine = create_engine(ledger.url)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def test_a_sound_ledger_is_counted(issued: Ledger) -> None:
    found = proof(issued)
    assert (found.entries, found.runs, found.invoices, found.lines) == (7, 2, 4, 5)
    assert found.amount_ore == int(B["amount_ore"].sum())


@pytest.mark.parametrize("table", ["entry", "law_text", "run", "invoice", "line", "ledger_schema"])
@pytest.mark.parametrize("change", ["DELETE FROM {0}", "UPDATE {0} SET {1} = {1}"])
def test_the_database_refuses_to_change_what_is_written(issued: Ledger, table: str, change: str) -> None:
    column = {"ledger_schema": "upgraded_at", "law_text": "body", "line": "reason", "entry": "at"}.get(table, "period")
    with pytest.raises(DBAPIError, match="append-only"):
        run_sql(issued, change.format(table, column))


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO invoice SELECT number, entry, run, '0180', period, kind, credits, invoice_date, 1, "
        "'', '' FROM invoice WHERE number = 1",
        "INSERT INTO invoice SELECT 9, entry, run, kommun, period, kind, credits, invoice_date, 1, '', '' FROM invoice "
        "LIMIT 1",
        "INSERT OR REPLACE INTO line SELECT 6, invoice, arende_id, regelverk, modell, fran, tom, dygn_micro, rate_ore, "
        "amount_ore, reason, reverses FROM line WHERE reverses IS NOT NULL",
        "INSERT OR REPLACE INTO law_text SELECT sha256, name, '' FROM law_text",
        "INSERT OR REPLACE INTO run SELECT entry, '2018-12', as_of, agreement, invoice_date, program, options, inputs, "
        "law, '' FROM run",
    ],
)
def test_replacing_and_skipping_numbers_is_refused(issued_file: Path, statement: str) -> None:
    with sqlite3.connect(issued_file) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)


def test_a_truncated_table_is_refused_in_postgresql(issued: Ledger) -> None:
    if issued.url.get_backend_name() == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(DBAPIError, match="append-only"):
        run_sql(issued, "TRUNCATE invoice CASCADE")


TAMPERINGS = {
    "UPDATE line SET amount_ore = amount_ore - 100 WHERE id = 2": "faktura 1 eller en av dess rader har ändrats",
    "UPDATE line SET arende_id = 'H-9' WHERE id = 3": "faktura 2 eller en av dess rader har ändrats",
    "UPDATE invoice SET kommun = '1315' WHERE number = 2": "faktura 2 eller en av dess rader har ändrats",
    "UPDATE run SET inputs = '[]' WHERE entry = 1": "körningen i post 1 har ändrats",
    "UPDATE entry SET at = '2018-01-01' WHERE seq = 3": "post 3 .* har ändrats",
    "UPDATE law_text SET body = 'x'": "den sparade texten halland.toml har ändrats",
    "DELETE FROM law_text": "den sparade texten halland.toml till körningen i post 1 saknas",
    "DELETE FROM line WHERE id = 2": "faktura 1 eller en av dess rader har ändrats",
    "DELETE FROM line WHERE id = 5": "faktura 4 eller en av dess rader har ändrats",
    "DELETE FROM entry WHERE seq = 2": "post 2 saknas",
    "DELETE FROM invoice WHERE number = 4": "post 7 .invoice, .* har inte kvar det den visar på",
}


@pytest.mark.parametrize(("statement", "named"), TAMPERINGS.items())
def test_the_first_thing_wrong_is_named(issued_file: Path, statement: str, named: str) -> None:
    ledger = Ledger.parse(f"sqlite:///{issued_file.as_posix()}")
    _tamper(issued_file, statement)
    with pytest.raises(BrokenLedgerError, match=named):
        proof(ledger)


def test_nothing_is_issued_on_an_edited_ledger(issued_file: Path) -> None:
    ledger = Ledger.parse(f"sqlite:///{issued_file.as_posix()}")
    _tamper(issued_file, "UPDATE line SET amount_ore = amount_ore - 100 WHERE id = 2")
    with pytest.raises(BrokenLedgerError, match="Inget är ändrat"):
        issue_lines(ledger, A)
    with ledger.reading() as connection:
        assert len(invoice_heads(connection)) == 4


def test_a_removed_guard_is_missed(issued_file: Path) -> None:
    with sqlite3.connect(issued_file) as connection:
        connection.execute("DROP TRIGGER line_no_update")
    with pytest.raises(BrokenLedgerError, match="line_no_update"):
        proof(Ledger.parse(f"sqlite:///{issued_file.as_posix()}"))


def test_a_hash_noted_earlier_shows_what_was_cut_off(issued_file: Path, tmp_path: Path) -> None:
    ledger = Ledger.parse(f"sqlite:///{issued_file.as_posix()}")
    noted = proof(ledger).head.hash
    with ledger.reading() as connection:
        require_sound(connection, noted)
    with pytest.raises(BrokenLedgerError, match="finns inte i kedjan"), ledger.reading() as connection:
        require_sound(connection, "0" * 64)


def _tamper(path: Path, statement: str) -> None:
    """Change a row past the guards, and put the guards back so that only the row tells."""
    connection = sqlite3.connect(path)
    guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in guards:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(statement)
    for _, sql in guards:
        connection.execute(sql)
    connection.commit()
    connection.close()


def test_a_locked_ledger(sqlite_ledger: Ledger, issued_file: Path) -> None:
    other = sqlite3.connect(issued_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerError, match=r"låst.*Inget är ändrat"):
        issue_lines(sqlite_ledger, A)
    other.execute("ROLLBACK")
    assert issue_lines(sqlite_ledger, A).run is not None


def test_a_ledger_locked_by_another_user_in_postgresql(ledger: Ledger) -> None:
    if ledger.url.get_backend_name() == "sqlite":
        pytest.skip("the same in SQLite is tested above")
    issue_lines(ledger, A)
    with ledger.writing("2018-12-13T10:00:00+00:00"), pytest.raises(LedgerError, match=r"låst.*Inget är ändrat"):
        issue_lines(Ledger.parse(ledger.url.render_as_string(hide_password=False), lock_seconds=1), B)


def test_a_read_only_ledger(issued_file: Path, unprivileged: Callable[[str], str]) -> None:
    issued_file.chmod(0o444)
    issued_file.parent.chmod(0o755)
    said = unprivileged(
        "from tests.ledger.stand import *\n"
        "from tests.ledger.test_proof import A, Ledger, LedgerError\n"
        f"ledger = Ledger.parse('sqlite:///{issued_file}', lock_seconds=1)\n"
        "try: issue_lines(ledger, A)\n"
        "except LedgerError as error: print(error)\n"
    )
    assert "Inget är ändrat" in said or "saknar rätt" in said, said


@pytest.fixture
def unprivileged(tmp_path: Path) -> Callable[[str], str]:
    """Run Python as a user who is not root; root may write everything."""
    setpriv = shutil.which("setpriv")
    if sys.platform == "win32" or not setpriv:
        pytest.skip("needs setpriv to run as another user")
    import os

    user = ["--reuid=65534", "--regid=65534", "--clear-groups"] if os.getuid() == 0 else []
    for folder in [tmp_path, *tmp_path.parents]:
        if os.access(folder, os.W_OK) and folder.is_relative_to("/tmp") and folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o055)

    def run(code: str) -> str:
        done = subprocess.run(
            [setpriv, *user, sys.executable, "-B", "-c", code],
            capture_output=True,
            text=True,
            check=False,
            cwd=Path(__file__).parents[2],
        )
        if done.returncode:
            pytest.skip(f"cannot run Python as another user here: {done.stderr[-200:]}")
        return done.stdout

    return run


def test_a_newer_schema(issued: Ledger) -> None:
    run_sql(issued, "INSERT INTO ledger_schema (version, upgraded_at) VALUES (99, 'x')")
    for attempt in (proof, lambda ledger: issue_lines(ledger, A), lambda ledger: upgrade_ledger(ledger, NOW)):
        with pytest.raises(LedgerError, match=r"schemaversion 99.*Uppdatera programmet"):
            attempt(issued)


def test_an_older_schema_is_brought_up_by_upgrade(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    from betalningsansvar.billing.ledger import migrations

    with monkeypatch.context() as first_release:
        first_release.setattr(migrations, "STEPS", migrations.STEPS[:1])
        first_release.setattr(migrations, "VERSION", 1)
        with ledger.writing("2018-12-13T10:00:00+00:00"):
            pass
    with pytest.raises(LedgerError, match=r"schemaversion 1.*uppgradera"):
        proof(ledger)
    assert upgrade_ledger(ledger, NOW) == migrations.VERSION
    assert proof(ledger).entries == 1


def test_no_ledger(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(NoLedgerError):
        proof(ledger)
    with pytest.raises(NoLedgerError):
        upgrade_ledger(ledger, NOW)
    assert list(tmp_path.iterdir()) == []


def test_another_kind_of_file(tmp_path: Path) -> None:
    text = tmp_path / "brev.txt"
    text.write_text("Hej, detta är inget register. " * 100, encoding="utf-8")
    other = tmp_path / "annat.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE kunder (namn TEXT)")
    for path, said in ((text, "ingen SQLite-databas"), (other, "ingen liggare")):
        before = path.read_bytes()
        with pytest.raises(LedgerError, match=said):
            issue_lines(Ledger.parse(f"sqlite:///{path.as_posix()}"), A)
        assert path.read_bytes() == before


@pytest.mark.parametrize("address", ["", "ledger.db", "sqlite://", "sqlite:///:memory:", "mysql://a@b/c"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(LedgerError, match="sqlite:///"):
        Ledger.parse(address)


def test_the_password_is_never_shown() -> None:
    ledger = Ledger.parse("postgresql://anna:hemligt@127.0.0.1:1/ledger", lock_seconds=1)
    with pytest.raises(LedgerError) as stopped, ledger.reading():
        pass
    assert "hemligt" not in str(stopped.value)
    assert "anna" in str(stopped.value)
