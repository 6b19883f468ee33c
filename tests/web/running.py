"""The program as it is started: a process, the address it prints first, and its end."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from threading import Event, Thread

FIRST_LINE = re.compile(r"http://127\.0\.0\.1:(\d+)/\?nyckel=([\w-]{43})")


@dataclass
class Running:
    """A started page: its process, port and first key."""

    process: subprocess.Popen[str]
    port: int
    key: str

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self, method: str, address: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[HTTPResponse, bytes]:
        """One request over a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, address, body, dict(headers or {}))
        answer = connection.getresponse()
        return answer, answer.read()

    def upload(self, name: str, content: bytes, cookie: str) -> tuple[HTTPResponse, bytes]:
        """Send one file as the form on Börja does."""
        head = f'--grans\r\nContent-Disposition: form-data; name="filer"; filename="{name}"\r\n\r\n'.encode()
        kind = {"Content-Type": "multipart/form-data; boundary=grans", "Origin": self.base, "Cookie": cookie}
        return self.ask("POST", "/uppgifter", head + content + b"\r\n--grans--\r\n", kind)

    @contextmanager
    def watched(self) -> Iterator[list[int]]:
        """The most memory of the page and the processes it began, at one moment, in bytes; Linux tells it."""
        most, ended = [0], Event()

        def watch() -> None:
            while not ended.wait(0.01):
                most[0] = max(most[0], sum(map(_resident, [self.process.pid, *self.children])))

        watching = Thread(target=watch, daemon=True)
        watching.start()
        try:
            yield most
        finally:
            ended.set()
            watching.join()

    @property
    def children(self) -> list[int]:
        """The processes it began that live."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [int(child) for task in tasks for child in _text_of(task).split()]

    def cookie(self) -> str:
        """The cookie that the first key gives."""
        answer, _ = self.ask("GET", f"/?nyckel={self.key}")
        assert answer.status == 303
        return (answer.getheader("Set-Cookie") or "").split(";")[0]


def _resident(process: int) -> int:
    """How much of a process is in memory; nothing when it has ended."""
    fields = _text_of(Path(f"/proc/{process}/statm")).split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") if fields else 0


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return ""


@contextmanager
def running(*arguments: str, temporary: Path) -> Iterator[Running]:
    """Start the page without a browser; it is ended as Ctrl-C ends it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "betalningsansvar.cli", "web", "--no-open", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "TMPDIR": str(temporary), "PYTHONUTF8": "1"},
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        found = FIRST_LINE.fullmatch(line.strip())
        assert found, f"{line!r} {process.stderr.read() if process.stderr and process.poll() is not None else ''}"
        yield Running(process, int(found[1]), found[2])
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=30)
