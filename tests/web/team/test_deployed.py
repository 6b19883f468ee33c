"""The flow through real nginx and real PostgreSQL: who is let in, what is forged, and what breaks in the middle."""

from __future__ import annotations

import csv
import os
import re
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path

import pytest

pytest.importorskip("psycopg")

from betalningsansvar.operations.ledger import list_invoices, verify_ledger
from tests.web.team.deployed import NAME, Deployed, Officer, ask_socket, deployed, missing, proxy_lines
from tests.web.test_issuing import filled


@pytest.fixture(scope="module")
def at() -> Iterator[Deployed]:
    lacking = missing()
    if lacking and os.environ.get("CI"):
        pytest.fail(f"{lacking} is not installed; .ci/run installs it")
    if lacking:
        pytest.skip(f"needs {lacking}")
    with deployed() as running:
        yield running


def plan_of(officer: Officer, upload: str) -> tuple[str, dict[str, str]]:
    form = f"{upload}/manad/2018-11/utfarda?avtal=halland"
    answer, told = officer.ask("GET", form)
    assert answer.status == 200, told
    return form, filled(told)


def test_who_is_not_signed_in_is_sent_to_sign_on(at: Deployed) -> None:
    answer, _ = Officer(at).ask("GET", "/liggare")
    assert answer.status == 302 and "/oauth2/start" in (answer.getheader("Location") or "")


def test_who_is_signed_in_is_known(at: Deployed) -> None:
    anna = at.officer("anna", "kontrollera")
    answer, told = anna.ask("GET", "/")
    assert answer.status == 200 and "Inloggad: anna (kontrollera)" in told
    cookie = answer.getheader("Set-Cookie") or ""
    assert "__Host-" in cookie and "Secure" in cookie
    assert answer.getheader("Strict-Transport-Security") and "nginx/" not in (answer.getheader("Server") or "")


def test_forged_headers_through_the_proxy_are_replaced(at: Deployed) -> None:
    answer, told = at.officer("anna", "läsa").ask(
        "GET", "/liggare", X_Remote_User="chefen", X_Remote_Groups="g-utfarda", X_Betalningsansvar_Proxy="x"
    )
    assert answer.status == 200 and "Inloggad: anna (läsa)" in told and "chefen" not in told


def test_without_a_group_nothing(at: Deployed) -> None:
    assert at.officer("gast").ask("GET", "/")[0].status == 403


def test_past_the_proxy_nobody_is_believed(at: Deployed) -> None:
    def status(*lines: str) -> str:
        return ask_socket(at.folder / "sida.sock", list(lines)).split()[1]

    signed = ("X-Remote-User: anna", "X-Remote-Groups: g-las")
    assert status(*proxy_lines(at.port, *signed)) == "200"
    assert status(f"Host: {NAME}:{at.port}", *signed) == "403"
    assert status(*proxy_lines(at.port, *signed, "X-Remote-User: chefen")) == "403"
    assert status(*proxy_lines(at.port, *signed, "x-remote-groups: g-utfarda")) == "403"
    assert status(*proxy_lines(at.port, *signed, "X-Betalningsansvar-Proxy: x")) == "403"
    assert status(*proxy_lines(at.port, "X_Remote_User: anna", "X-Remote-Groups: g-las")) == "403"
    assert status(*proxy_lines(at.port, "X-Remote-User: a, b", "X-Remote-Groups: g-las")) == "403"
    assert (at.folder / "sida.sock").stat().st_mode & 0o007 == 0
    log = (at.folder / "program.log").read_text(encoding="utf-8")
    assert "nekad:" in log and "chefen" not in log and "anna" not in log


def test_tls_is_the_certificates(at: Deployed) -> None:
    officer = at.officer("anna", "läsa")
    connection = officer.connection()
    connection.connect()
    assert connection.sock.version() in ("TLSv1.2", "TLSv1.3")
    connection.close()
    connection._context = ssl.create_default_context()  # type: ignore[attr-defined]
    with pytest.raises(ssl.SSLCertVerificationError):
        connection.connect()


def test_another_name_and_another_origin_are_refused(at: Deployed) -> None:
    anna = at.officer("anna", "kontrollera")
    anna.ask("GET", "/")
    assert anna.ask("GET", "/", Host="evil.example")[0].status == 421
    for origin in (f"http://{NAME}:{at.port}", "https://evil.example", "null"):
        assert anna.ask("POST", "/fortsatt", b"", Origin=origin)[0].status == 403
    assert anna.ask("POST", "/fortsatt", b"")[0].status == 303


def test_a_large_upload_is_not_written_by_the_proxy(at: Deployed) -> None:
    before = sorted((at.folder / "nginx-tmp").rglob("*"))
    bo = at.officer("bo", "kontrollera")
    bo.upload()
    rows = b"\n" * 3_000_000
    from tests.web.stand import EXAMPLE

    bo.upload(EXAMPLE.read_bytes() + rows)
    assert sorted((at.folder / "nginx-tmp").rglob("*")) == before
    assert not [path for path in (at.folder / "tmp").rglob("*") if path.is_file()]


def test_two_officers_press_utfarda_at_once(at: Deployed) -> None:
    officers = [at.officer(name, "utfärda") for name in ("cecilia", "david")]
    forms = [(officer, *plan_of(officer, officer.upload())) for officer in officers]
    answers: list[int] = []
    words: list[str] = []
    together = threading.Barrier(2)

    def press(officer: Officer, form: str, fields: dict[str, str]) -> None:
        together.wait()
        answer, told = officer.form(form, fields)
        answers.append(answer.status)
        words.extend(re.findall(r'role="alert".*?</div>', told, re.DOTALL))

    threads = [threading.Thread(target=press, args=each) for each in forms]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=120)
    assert sorted(answers) == [303, 409], words
    proof = verify_ledger(at.ledger)
    assert proof.runs == 1 and proof.next_number == proof.invoices + 1
    assert len(list_invoices(at.ledger)) == proof.invoices


def test_what_is_computed_beside_the_program_is_told_as_ever(at: Deployed) -> None:
    """Month, forecast and year come from a worker, which asks the database itself; and so does what stops them."""
    anna = at.officer("anna", "kontrollera")
    upload = anna.upload()
    for address, told in (
        ("manad/2018-11?avtal=halland", "788\xa0100,00\xa0kr"),
        ("manad/2018-12/forhand?avtal=halland", "december 2018"),
        ("bokslut/2018?avtal=halland", "Fakturerat"),
    ):
        answer, page = anna.ask("GET", f"{upload}/{address}")
        assert answer.status == 200 and told in page, address
    answer, page = anna.ask("GET", f"{upload}/manad/2019-06?avtal=halland")
    assert answer.status == 422 and "Uppgifterna slutar" in page
    assert not re.search(r"^fel [0-9a-f]{8}:", (at.folder / "program.log").read_text(encoding="utf-8"), re.MULTILINE)


def test_no_patient_is_in_the_database(at: Deployed) -> None:
    """What is uploaded stays in memory, also when months of it have been issued."""
    from tests.ledger.test_server_in_use import program_of
    from tests.web.stand import EXAMPLE

    with EXAMPLE.open(encoding="utf-8-sig", newline="") as file:
        patients = {row["patient_id"] for row in csv.DictReader(file, delimiter=";")}
    command = [program_of("pg_dump"), "-h", str(at.postgres.folder), "-U", "ledger", at.database]
    dumped = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "COPY public.line" in dumped and "H18-" in dumped
    assert len(patients) > 100 and not any(patient in dumped for patient in patients)


def test_the_database_stops_in_the_middle_of_issuing(at: Deployed) -> None:
    """What was pressed is done whole or not at all; when the database is back the same officer goes on."""
    cecilia = at.officer("cecilia", "utfärda")
    form = f"{cecilia.upload()}/manad/2018-12/utfarda?avtal=halland"

    def fields() -> dict[str, str]:
        told = cecilia.ask("GET", form)[1]
        found = re.findall(r"netto</dt><dd>([^<]*)</dd>", told)
        return filled(told, manad="2018-12", summa=found[0]) if found else {}

    before, sent = verify_ledger(at.ledger), fields()
    answers: list[int] = []
    pressing = threading.Thread(target=lambda: answers.append(cecilia.form(form, sent)[0].status))
    pressing.start()
    time.sleep(0.05)
    at.postgres.stop()
    pressing.join(timeout=120)
    assert answers and answers[0] in (303, 409, 422)
    at.postgres.start()
    between = verify_ledger(at.ledger)
    assert between.runs - before.runs in ((1,) if answers == [303] else (0, 1)), "what was told as done is there"
    if again := fields():
        assert cecilia.form(form, again)[0].status == 303
    after = verify_ledger(at.ledger)
    assert after.runs == before.runs + 1 and after.next_number == after.invoices + 1


def test_the_database_stops_and_comes_back(at: Deployed) -> None:
    anna = at.officer("anna", "läsa")
    assert anna.ask("GET", "/liggare")[0].status == 200
    at.postgres.stop()
    answer, told = anna.ask("GET", "/liggare")
    assert answer.status == 422 and "databasen svarar inte" in told
    assert "stopp: DatabaseError" in (at.folder / "program.log").read_text(encoding="utf-8")
    at.postgres.start()
    assert anna.ask("GET", "/liggare")[0].status == 200


def test_the_proxy_drops_in_the_middle(at: Deployed) -> None:
    """What was sent is done whole or not at all, and sending it again does nothing twice."""
    bo = at.officer("bo", "bestrida")
    bo.ask("GET", "/")
    before = verify_ledger(at.ledger)
    dropped: list[str] = []

    def send() -> None:
        try:
            bo.form("/liggare/faktura/1/bestrid", {"rad": "1", "orsak": "FEL_DATUM"})
        except (OSError, HTTPException) as error:
            dropped.append(type(error).__name__)

    sending = threading.Thread(target=send)
    sending.start()
    time.sleep(0.02)
    at.nginx.kill()
    at.nginx.wait()
    # The workers of a killed nginx live on until they are told.
    for process in re.findall(r"^\s*(\d+)\s*$", (at.folder / "nginx.pid").read_text(encoding="ascii")):
        assert int(process) == at.nginx.pid
    _end_children(at.nginx.pid, at)
    sending.join(timeout=60)
    at.start_nginx()
    bo.form("/liggare/faktura/1/bestrid", {"rad": "1", "orsak": "FEL_DATUM"})
    after = verify_ledger(at.ledger)
    assert after.entries - before.entries in (1, 2), "one dispute, with its first step where it has one"


def _end_children(parent: int, at: Deployed) -> None:
    """End the workers of our own nginx, known by the folder in their command or their socket."""
    import subprocess

    listening = subprocess.run(["ss", "-ltnp"], capture_output=True, text=True, check=False).stdout
    for line in listening.splitlines():
        if f"127.0.0.1:{at.port} " in line:
            for process in set(re.findall(r"pid=(\d+)", line)):
                os.kill(int(process), signal.SIGKILL)


def test_a_restart_in_the_middle_of_a_job(at: Deployed) -> None:
    bo = at.officer("bo", "kontrollera")
    upload = bo.upload()
    before = verify_ledger(at.ledger)
    answer, told = bo.ask("POST", f"{upload}/manad/2018-11/filer?avtal=halland", b"")
    assert answer.status == 303, told
    job = answer.getheader("Location") or ""
    workers = at.children()
    at.program.kill()
    at.program.wait()
    assert len(workers) >= 2
    for worker in workers:
        wait_until_gone(worker)
    assert bo.ask("GET", "/")[0].status == 502
    at.start_program()
    answer, told = bo.ask("POST", "/fortsatt", b"")
    assert answer.status == 403 and "Öppna sidan på nytt" in told
    answer, told = bo.ask("GET", job)
    assert answer.status == 404 and "Läs in dem igen" in told
    left = [path.name for path in (at.folder / "tmp").iterdir()]
    assert len(left) == 1 and f"-{at.program.pid}-" in left[0], "what the killed process left is gone"
    assert bo.upload() != upload
    assert verify_ledger(at.ledger) == before


def wait_until_gone(process: int) -> None:
    """A worker that outlived the program would keep what it was sent."""
    for _ in range(200):
        try:
            state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return
        if state == "Z":
            return
        time.sleep(0.05)
    raise AssertionError(f"process {process} is still there")


def test_without_its_database_it_does_not_start(at: Deployed) -> None:
    at.program.terminate()
    at.program.wait(timeout=60)
    at.postgres.stop()
    command = [sys.executable, "-m", "betalningsansvar.cli", "web", "--team", str(at.team_file)]
    env = {**os.environ, "TMPDIR": str(at.folder / "tmp"), "PYTHONUTF8": "1"}
    started = subprocess.run(command, capture_output=True, text=True, timeout=120, env=env, check=False)
    assert started.returncode == 1 and "databasen svarar inte" in started.stderr, started.stderr
    assert "Traceback" not in started.stderr and not (at.folder / "sida.sock").exists()
    assert list((at.folder / "tmp").iterdir()) == []
    at.postgres.start()
    at.start_program()
    assert at.officer("anna", "läsa").ask("GET", "/liggare")[0].status == 200


def test_what_was_done_is_in_the_trail_and_no_log_tells_of_anyone(at: Deployed) -> None:
    trail = (at.folder / "spar.jsonl").read_text(encoding="utf-8")
    assert '"vem": "cecilia"' in trail and '"vad": "utfarda_gor"' in trail
    for name in ("program.log", "betalningsansvar.log"):
        told = (at.folder / name).read_text(encoding="utf-8")
        assert told and not re.search(r"cecilia|H18-|/u/[0-9a-f]", told), name
