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

    def cookie(self) -> str:
        """The cookie that the first key gives."""
        answer, _ = self.ask("GET", f"/?nyckel={self.key}")
        assert answer.status == 303
        return (answer.getheader("Set-Cookie") or "").split(";")[0]


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
