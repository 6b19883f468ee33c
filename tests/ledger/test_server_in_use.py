"""PostgreSQL as an organisation runs it: a role that can only add, kept connections, two officers at once, a server
that stops, and a backup that is restored."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("psycopg")

from betalningsansvar.billing.ledger.approving import approve
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.copying import copy_ledger
from betalningsansvar.billing.ledger.errors import DatabaseError, LedgerError, NotApprovedError
from betalningsansvar.billing.ledger.issuing import upgrade_ledger
from betalningsansvar.billing.ledger.settings import change_settings
from tests.ledger.stand import NOW, facts, issue_lines, line, lines, proof
from tests.ledger.test_proof import A, B, run_sql
from tests.postgres import MISSING, Server, database_url, server_programs, started_server

ROLES = Path(__file__).parents[2] / "deploy" / "postgresql" / "roller.sql"
TABLES = ("entry", "run", "invoice", "line", "law_text", "ledger_schema", "setting", "approval", "dispute")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of this module's own, since it is stopped and started."""
    if server_programs() is None:
        pytest.skip(MISSING)
    with started_server() as started:
        yield started


def new_database(server: Server) -> str:
    name = f"s{uuid.uuid4().hex}"
    database_url(server.address, name)
    return name


def as_role(server: Server, database: str, role: str) -> Ledger:
    return Ledger.parse(f"postgresql://{role}@/{database}?{server.address}", lock_seconds=3)


def program_of(name: str) -> str:
    """A client program: on the path, or where Debian keeps those of its server."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = str(debian[-1]) if debian else shutil.which(name)
    assert found, f"{name} is not installed"
    return found


def psql(server: Server, database: str, *more: str) -> subprocess.CompletedProcess[str]:
    command = [program_of("psql"), "-h", str(server.folder), "-U", "ledger", "-d", database, *more]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def give_roles(server: Server, database: str) -> None:
    done = psql(server, database, "-f", str(ROLES))
    assert done.returncode == 0, done.stderr


@pytest.fixture
def shared(server: Server) -> tuple[Ledger, Ledger]:
    """A ledger that its owner has made, as its owner and as the program."""
    database = new_database(server)
    give_roles(server, database)
    owner = as_role(server, database, "betalningsansvar_agare")
    change_settings(owner, NOW, by="driften", first_number=1001)
    return owner, as_role(server, database, "betalningsansvar")


def test_the_program_issues_with_a_role_that_can_only_add(shared: tuple[Ledger, Ledger]) -> None:
    owner, program = shared
    issue_lines(program, A, by="anna")
    issue_lines(program, B, by="bo")
    assert proof(program) == proof(owner)
    assert proof(program).invoices == 4


def test_the_role_can_do_nothing_else(shared: tuple[Ledger, Ledger]) -> None:
    _, program = shared
    column = {"ledger_schema": "upgraded_at", "law_text": "body", "line": "reason", "entry": "at", "setting": "name"}
    for table in TABLES:
        for change in ("DELETE FROM {0}", "UPDATE {0} SET {1} = {1}", "TRUNCATE {0}", "DROP TABLE {0}"):
            with pytest.raises(Exception, match=r"permission denied|must be owner"):
                run_sql(program, change.format(table, column.get(table, "period")))


def test_the_role_cannot_open_the_guards(shared: tuple[Ledger, Ledger]) -> None:
    owner, program = shared
    issue_lines(program, A)
    for statement in (
        "ALTER TABLE line DISABLE TRIGGER ALL",
        "DROP TRIGGER line_no_change ON line",
        "CREATE TABLE annat (a int)",
        "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$",
        "SET session_replication_role = replica",
        "CREATE ROLE annan",
    ):
        with pytest.raises(Exception, match=r"permission denied|must be owner"):
            run_sql(program, statement)
    run_sql(program, "GRANT UPDATE ON line TO PUBLIC")  # PostgreSQL warns, and grants nothing
    with pytest.raises(Exception, match="permission denied"):
        run_sql(program, "UPDATE line SET reason = reason")
    proof(owner)


def test_the_role_cannot_make_or_upgrade_a_ledger_and_says_so(server: Server) -> None:
    database = new_database(server)
    give_roles(server, database)
    program = as_role(server, database, "betalningsansvar")
    with pytest.raises(DatabaseError, match="saknar rätt") as caught:
        issue_lines(program, A)
    assert caught.value.code == "42501"


def test_the_readers_role_reads(server: Server, shared: tuple[Ledger, Ledger]) -> None:
    owner, program = shared
    issue_lines(program, A)
    reader = Ledger(owner.url.set(username="betalningsansvar_las"))
    assert proof(reader) == proof(owner)
    with pytest.raises(LedgerError, match="saknar rätt"):
        issue_lines(reader, B)


def test_the_roles_can_be_given_again(server: Server, shared: tuple[Ledger, Ledger]) -> None:
    owner, program = shared
    give_roles(server, str(owner.url.database))
    upgrade_ledger(owner, NOW)
    issue_lines(program, A)
    proof(program)


def test_a_ledger_moves_from_sqlite_and_the_program_goes_on(server: Server, tmp_path: Path) -> None:
    """As docs/server.md says: the owner copies into the empty database, and the program numbers on from there."""
    source = Ledger.parse(f"sqlite:///{tmp_path / 'faktura.db'}")
    change_settings(source, NOW, by="driften", first_number=101, four_eyes=True)
    approve(source, A, facts(), NOW, by="bo")
    issue_lines(source, A, by="anna")
    database = new_database(server)
    give_roles(server, database)
    owner, program = (as_role(server, database, f"betalningsansvar{end}") for end in ("_agare", ""))
    with pytest.raises(LedgerError, match="saknar rätt"):
        copy_ledger(source, program)
    copied = copy_ledger(source, owner)
    assert copied == proof(source) == proof(owner) == proof(program)
    with pytest.raises(NotApprovedError, match="inte de som bo godkände"):
        issue_lines(program, B, by="anna")
    approve(program, B, facts(), NOW, by="bo")
    assert issue_lines(program, B, by="anna").numbers[0] == copied.next_number


def connections(ledger: Ledger) -> list[int]:
    import psycopg

    url = ledger.url.set(drivername="postgresql", username="ledger").render_as_string(hide_password=False)
    query = "SELECT pid FROM pg_stat_activity WHERE usename = 'betalningsansvar' ORDER BY pid"
    with psycopg.connect(url) as connection:
        return [pid for (pid,) in connection.execute(query)]


def test_connections_are_kept_and_then_given_back(shared: tuple[Ledger, Ledger]) -> None:
    _, program = shared
    with program.kept():
        issue_lines(program, A)
        first = connections(program)
        for _ in range(5):
            proof(program)
        assert connections(program) == first != []
    deadline = time.monotonic() + 60
    while connections(program) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert connections(program) == []


def test_two_officers_at_once(shared: tuple[Ledger, Ledger]) -> None:
    _, program = shared
    faults: list[BaseException] = []

    def work(name: str) -> None:
        try:
            year = {"anna": 2018, "bo": 2019}[name]
            for month in range(1, 7):
                wanted = lines(line(f"{name}-{month}", 3), line(f"{name}-{month}b", 2, kommun="1384"))
                issue_lines(program, wanted, period=f"{year}-{month:02d}", by=name)
        except BaseException as error:
            faults.append(error)

    with program.kept():
        threads = [threading.Thread(target=work, args=(name,)) for name in ("anna", "bo")]
        for each in threads:
            each.start()
        for each in threads:
            each.join(timeout=120)
    assert faults == []
    found = proof(program)
    assert (found.runs, found.invoices, found.next_number) == (12, 24, 1025)


def test_the_server_stops_and_starts_in_the_middle(server: Server, shared: tuple[Ledger, Ledger]) -> None:
    """What was told as issued is there; what was told as stopped is not; and the work goes on by itself after."""
    _, program = shared
    issued: list[int] = []
    told: list[LedgerError] = []
    over = threading.Event()

    def work() -> None:
        month = 0
        while not over.is_set() and month < 400:
            try:
                issue_lines(program, lines(line(f"H-{month}")), period=f"{2000 + month // 12}-{month % 12 + 1:02d}")
                issued.append(month)
                month += 1
            except LedgerError as error:
                told.append(error)
                # What was in doubt when the line broke: it is there or not, and the next plan sees which.
                time.sleep(0.05)

    with program.kept():
        officer = threading.Thread(target=work)
        officer.start()
        while len(issued) < 3:
            time.sleep(0.01)
        server.stop()
        time.sleep(0.3)
        server.start()
        before = len(issued)
        deadline = time.monotonic() + 30
        while len(issued) < before + 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        over.set()
        officer.join(timeout=60)
        assert len(issued) >= before + 3, "the work went on"
        assert told and all("Inget är ändrat" in str(error) for error in told)
        found = proof(program)
    assert found.invoices == found.runs == len(issued)
    assert found.next_number == 1001 + len(issued)


def test_a_server_that_is_down_is_told_in_words(server: Server, shared: tuple[Ledger, Ledger]) -> None:
    _, program = shared
    server.stop()
    try:
        with pytest.raises(DatabaseError, match="svarar inte"), program.kept(), program.reading():
            pass
    finally:
        server.start()


def test_a_backup_is_restored_and_holds(server: Server, shared: tuple[Ledger, Ledger], tmp_path: Path) -> None:
    """As docs/server.md says: dump, restore in an empty database, give the roles, verify against the receipt."""
    owner, program = shared
    issue_lines(program, A, by="anna")
    issue_lines(program, B, by="bo")
    receipt = proof(program)
    dump, of_server = tmp_path / "faktura.dump", ["-h", str(server.folder), "-U", "ledger"]
    saved = [program_of("pg_dump"), *of_server, "-Fc", "-f", dump, str(owner.url.database)]
    subprocess.run([str(part) for part in saved], check=True)
    issue_lines(program, A, by="anna")  # after the backup: not in it

    restored = new_database(server)
    back = [program_of("pg_restore"), *of_server, "--exit-on-error", "-d", restored, dump]
    subprocess.run([str(part) for part in back], check=True)
    give_roles(server, restored)
    again = as_role(server, restored, "betalningsansvar")
    assert proof(again) == receipt
    with pytest.raises(Exception, match="permission denied"):
        run_sql(again, "DELETE FROM line")
    issue_lines(again, A, by="anna")
    assert proof(again).invoices == proof(program).invoices
