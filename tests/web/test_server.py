"""The start contract: the first line is the address, the page answers here alone, and the end leaves nothing."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from betalningsansvar import cli
from betalningsansvar.web.guard import HEADERS
from betalningsansvar.web.memory import MOST_BYTES
from tests.web.running import FIRST_LINE, Running, running
from tests.web.stand import EXAMPLE


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tmp")


@pytest.fixture(scope="module")
def started(temporary: Path) -> Iterator[Running]:
    with running(str(EXAMPLE), temporary=temporary) as found:
        yield found


@pytest.fixture(scope="module")
def cookie(started: Running) -> str:
    return started.cookie()


def test_the_page_answers_when_the_address_is_printed(started: Running, cookie: str) -> None:
    answer, body = started.ask("GET", "/", headers={"Cookie": cookie})
    assert answer.status == 200
    assert EXAMPLE.name in body.decode(), "what was named at the start is on the page as if it had been dropped there"
    assert "238" in body.decode()


def test_without_the_key_nothing(started: Running) -> None:
    for address in ("/", "/liggare", "/?nyckel=x"):
        answer, _ = started.ask("GET", address)
        assert answer.status == 403


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_it_listens_on_this_computer_only(started: Running) -> None:
    inodes = {link for link in map(read_link, Path(f"/proc/{started.process.pid}/fd").iterdir()) if "socket" in link}
    listening = []
    for table in ("tcp", "tcp6"):
        for row in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
            fields = row.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in inodes:
                listening.append(fields[1])
    assert listening == [f"0100007F:{started.port:04X}"]


def read_link(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:
        return ""


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2"])
def test_another_address_is_refused(host: str) -> None:
    result = CliRunner().invoke(cli.main, ["web", "--host", host, "--no-open"])
    assert result.exit_code == 2 and "127.0.0.1" in result.output


def test_a_taken_port_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = CliRunner().invoke(cli.main, ["web", "--no-open", "--port", str(taken.getsockname()[1])])
    assert result.exit_code == 1 and "används redan" in result.output


def test_what_is_larger_than_anything_read_is_refused_with_the_headers(started: Running, cookie: str) -> None:
    with socket.create_connection(("127.0.0.1", started.port), timeout=30) as connection:
        connection.sendall(
            f"POST /uppgifter HTTP/1.1\r\nHost: 127.0.0.1:{started.port}\r\nCookie: {cookie}\r\n"
            f"Origin: {started.base}\r\nContent-Length: {10 * MOST_BYTES}\r\n\r\n".encode()
        )
        answer = connection.recv(100_000).decode()
        while "</html>" not in answer:
            answer += connection.recv(100_000).decode()
    assert answer.startswith("HTTP/1.1 413") and "32 MB" in answer
    assert all(f"{name}: {value}" in answer for name, value in HEADERS)
    assert "waitress" not in answer.lower()


def test_no_waitress_file_for_a_large_body(started: Running, cookie: str, temporary: Path) -> None:
    before = {path for path in temporary.rglob("*") if path.is_file()}
    body = b"x" * (MOST_BYTES + 1000)
    headers = {"Cookie": cookie, "Origin": started.base, "Content-Type": "multipart/form-data; boundary=x"}
    answer, told = started.ask("POST", "/uppgifter", body, headers)
    assert answer.status == 413 and "32 MB" in told.decode()
    assert {path for path in temporary.rglob("*") if path.is_file()} == before
    assert started.ask("GET", "/", headers={"Cookie": cookie})[0].status == 200


def test_enter_prints_a_fresh_address(temporary: Path) -> None:
    with running(temporary=temporary) as own:
        assert own.process.stdin and own.process.stdout
        own.process.stdin.write("\n")
        own.process.stdin.flush()
        found = FIRST_LINE.fullmatch(own.process.stdout.readline().strip())
        assert found and found[2] != own.key
        assert own.ask("GET", f"/?nyckel={found[2]}")[0].status == 303


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_end_leaves_nothing(tmp_path: Path, how: signal.Signals) -> None:
    with running(str(EXAMPLE), temporary=tmp_path) as own:
        cookie = own.cookie()
        own.ask("GET", "/", headers={"Cookie": cookie})
        assert [path.name for path in tmp_path.iterdir()] != []
        own.process.send_signal(how)
        _, told = own.process.communicate(timeout=30)
        assert own.process.returncode == 0 and "raderat" in told
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_gone_after_the_next_start(tmp_path: Path) -> None:
    with running(temporary=tmp_path) as first:
        first.process.kill()
        first.process.wait()
    (left,) = tmp_path.iterdir()
    with running(temporary=tmp_path):
        assert not left.exists()


def test_a_file_that_is_not_there_is_told_on_the_page(tmp_path: Path) -> None:
    with running(str(tmp_path / "finns-inte.csv"), temporary=tmp_path) as own:
        answer, body = own.ask("GET", "/", headers={"Cookie": own.cookie()})
        assert answer.status == 422 and "finns-inte.csv" in body.decode()


def test_the_first_page_comes_before_the_large_libraries(tmp_path: Path) -> None:
    code = (
        "import sys; import betalningsansvar.web.server; "
        "print([name for name in ('pandas', 'numpy', 'pyarrow', 'sqlalchemy', 'openpyxl') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_extra_is_asked_for_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "flask", None)
    result = CliRunner().invoke(cli.main, ["web", "--no-open"])
    assert result.exit_code == 1 and "betalningsansvar[web]" in result.output


def test_the_opener_is_this_users_and_goes_when_the_key_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from betalningsansvar.web import server
    from tests.web.stand import new_stand

    stand = new_stand(tmp_path)
    opened: list[str] = []
    monkeypatch.setattr(server.webbrowser, "open_new", opened.append)
    server._open_browser(stand.here)
    (file,) = stand.here.run_folder.iterdir()
    assert opened == [file.as_uri()] and file.stat().st_mode & 0o077 == 0
    (key,) = re.findall(r"nyckel=([\w-]{43})", file.read_text(encoding="utf-8"))
    assert key not in opened[0]
    assert stand.stranger().get(f"/?nyckel={key}").status_code == 303
    assert not file.exists()
