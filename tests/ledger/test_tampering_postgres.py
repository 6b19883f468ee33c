"""The same changes past the program in PostgreSQL, and those of its own catalog: each is found and named."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, create_engine

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.errors import BrokenLedgerError
from betalningsansvar.billing.ledger.verify import require_sound, require_sound_month
from tests.ledger.stand import PERIOD
from tests.ledger.tampered import fill
from tests.ledger.test_tampering import TAMPERINGS
from tests.postgres import fresh_database_url

ROWS = [(statement, named) for how, statement, named in TAMPERINGS if how == "rows"]
GUARD = "CREATE OR REPLACE TRIGGER line_no_change BEFORE UPDATE"
FOREIGN = "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; "
CATALOG = {
    # guards
    "DROP TRIGGER line_no_change ON line": "saknar spärren line_no_change",
    "DROP TRIGGER entry_no_truncate ON entry": "saknar spärren entry_no_truncate",
    "ALTER TRIGGER line_no_change ON line RENAME TO annan": "saknar spärren line_no_change",
    "ALTER TABLE line DISABLE TRIGGER line_no_change": "spärren line_no_change säger inte",
    "ALTER TABLE line ENABLE REPLICA TRIGGER line_no_change": "spärren line_no_change säger inte",
    "ALTER TABLE entry DISABLE TRIGGER ALL": "spärren entry_next säger inte",
    f"{GUARD} ON line FOR EACH ROW EXECUTE FUNCTION ledger_refuse()": "spärren line_no_change säger inte",
    f"{GUARD} OR DELETE ON line FOR EACH ROW WHEN (false) EXECUTE FUNCTION ledger_refuse()":
        "spärren line_no_change säger inte",
    f"{GUARD} OF reason OR DELETE ON line FOR EACH ROW EXECUTE FUNCTION ledger_refuse()":
        "spärren line_no_change säger inte",
    f"{GUARD} OR DELETE ON line FOR EACH ROW EXECUTE FUNCTION ledger_refuse('x')": "spärren line_no_change säger inte",
    f"{GUARD} OR DELETE ON line FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()":
        "spärren line_no_change säger inte",
    "CREATE TRIGGER line_no_change BEFORE DELETE ON run FOR EACH ROW EXECUTE FUNCTION ledger_refuse()":
        "spärren line_no_change säger inte",
    "CREATE TRIGGER extra AFTER INSERT ON entry FOR EACH ROW EXECUTE FUNCTION ledger_refuse()": "har spärren extra",
    "CREATE CONSTRAINT TRIGGER extra AFTER INSERT ON entry FOR EACH ROW EXECUTE FUNCTION ledger_refuse()":
        "har spärren extra",
    "SET LOCAL session_replication_role = replica": "inställningen session_replication_role säger inte",
    # functions
    "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$":
        "funktionen ledger_refuse säger inte",
    "CREATE FUNCTION ledger_refuse(x int) RETURNS int LANGUAGE sql AS 'SELECT 1'":
        "funktionen ledger_refuse säger inte",
    "CREATE FUNCTION ledger_extra() RETURNS int LANGUAGE sql AS 'SELECT 1'": "har funktionen ledger_extra",
    "ALTER FUNCTION ledger_refuse() SECURITY DEFINER": "funktionen ledger_refuse säger inte",
    "ALTER FUNCTION ledger_refuse() SET search_path = annat": "funktionen ledger_refuse säger inte",
    "ALTER FUNCTION ledger_refuse() RENAME TO ledger_annan": "saknar funktionen ledger_refuse",
    # tables, and what stands beside them
    "CREATE TABLE extra (x int)": "har kolumnen extra.x",
    "CREATE TABLE extra () INHERITS (line)": "har kolumnen extra.amount_ore",
    "CREATE UNLOGGED TABLE extra ()": "har tabellen extra",
    "CREATE TABLE extra (x int) PARTITION BY LIST (x)": "har objektet extra",
    f"{FOREIGN} CREATE FOREIGN TABLE extra (x int) SERVER s": "har objektet extra",
    "CREATE VIEW extra AS SELECT * FROM line": "har vyn extra",
    "CREATE MATERIALIZED VIEW extra AS SELECT * FROM line": "har vyn extra",
    "CREATE SEQUENCE extra": "har objektet extra",
    "ALTER TABLE approval RENAME TO godkannande": "saknar kolumnen approval.agreement",
    "DROP TABLE approval": "saknar spärren approval_no_change",
    "ALTER TABLE dispute_step SET UNLOGGED": "tabellen dispute_step säger inte",
    "ALTER TABLE line ENABLE ROW LEVEL SECURITY": "tabellen line säger inte",
    "ALTER TABLE line FORCE ROW LEVEL SECURITY": "tabellen line säger inte",
    "CREATE POLICY extra ON line USING (false)": "har regeln extra",
    "CREATE RULE extra AS ON UPDATE TO line DO INSTEAD NOTHING": "har regeln extra",
    # columns
    "ALTER TABLE line ADD COLUMN extra text": "har kolumnen line.extra",
    "ALTER TABLE line DROP COLUMN reason": "saknar kolumnen line.reason",
    "ALTER TABLE line RENAME COLUMN reason TO orsak": "saknar kolumnen line.reason",
    "ALTER TABLE line ALTER COLUMN reason DROP NOT NULL": "kolumnen line.reason säger inte",
    "ALTER TABLE line ALTER COLUMN reason SET DEFAULT 'x'": "kolumnen line.reason säger inte",
    "ALTER TABLE line ALTER COLUMN amount_ore TYPE numeric": "kolumnen line.amount_ore säger inte",
    'ALTER TABLE line ALTER COLUMN reason TYPE text COLLATE "C"': "kolumnen line.reason säger inte",
    "ALTER TABLE line ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY": "har objektet line_id_seq",
    # keys and indexes
    "DROP INDEX line_reverses": "saknar indexet line_reverses",
    "DROP INDEX line_reverses; CREATE INDEX line_reverses ON line (reverses)": "indexet line_reverses säger inte",
    "DROP INDEX line_invoice; CREATE INDEX line_invoice ON line (reason)": "indexet line_invoice säger inte",
    "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'line_reverses'::regclass":
        "indexet line_reverses säger inte",
    "CREATE UNIQUE INDEX extra ON invoice (entry)": "har indexet extra",
    "ALTER TABLE line DROP CONSTRAINT line_invoice_fkey": "saknar villkoret line_invoice_fkey",
    "ALTER TABLE line DROP CONSTRAINT line_invoice_fkey; ALTER TABLE line ADD CONSTRAINT line_invoice_fkey "
    "FOREIGN KEY (invoice) REFERENCES invoice (number) NOT VALID": "villkoret line_invoice_fkey säger inte",
    "UPDATE pg_trigger SET tgenabled = 'D' WHERE tgisinternal AND tgrelid = 'setting'::regclass":
        "villkoret setting_entry_fkey säger inte",
    "ALTER TABLE line ADD CONSTRAINT extra CHECK (amount_ore <> 7)": "har villkoret extra",
}  # fmt: skip


@pytest.fixture(scope="module")
def filled(postgres_server: str) -> Iterator[Engine]:
    ledger = Ledger.parse(fresh_database_url(postgres_server, "tampered"))
    fill(ledger)
    engine = create_engine(ledger.url)
    yield engine
    engine.dispose()


@pytest.fixture
def changing(filled: Engine) -> Iterator[Connection]:
    """A transaction that is undone at the end: what a change leaves is looked at inside it."""
    with filled.connect() as connection:
        yield connection
        connection.rollback()


@pytest.mark.parametrize(("statement", "named"), ROWS)
def test_a_changed_row_is_found(changing: Connection, statement: str, named: str) -> None:
    for each in (
        "SET LOCAL session_replication_role = replica",
        statement,
        "SET LOCAL session_replication_role = origin",
    ):
        changing.exec_driver_sql(each)
    with pytest.raises(BrokenLedgerError, match=re.escape(named)):
        require_sound(changing)


@pytest.mark.parametrize(("statement", "named"), CATALOG.items())
def test_it_is_found_in_the_catalog(changing: Connection, statement: str, named: str) -> None:
    changing.exec_driver_sql(statement)
    with pytest.raises(BrokenLedgerError, match=re.escape(named)):
        require_sound(changing)
    with pytest.raises(BrokenLedgerError, match=re.escape(named)):
        require_sound_month(changing, PERIOD)


def test_there_are_sixty_kinds_and_the_untouched_holds(changing: Connection) -> None:
    assert len(ROWS) >= 60 and len(CATALOG) >= 50
    assert require_sound(changing).entries == 16
