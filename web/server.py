"""From the command to an answering page: take a port, tell the address, answer until Ctrl-C, and leave nothing."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import ErrorTask

from betalningsansvar.data.stop import StopError
from betalningsansvar.web.access import OPENER
from betalningsansvar.web.app import make_app
from betalningsansvar.web.guard import with_headers
from betalningsansvar.web.intake import read_at_start
from betalningsansvar.web.memory import MOST_BYTES
from betalningsansvar.web.place import Place
from betalningsansvar.web.plainpage import plain_page
from betalningsansvar.web.runfolder import new_run_folder

# What waitress keeps in memory before it would write to a file: more than any answer or request is.
_IN_MEMORY = 1 << 30
_SWEEP_SECONDS = 30


class PortTakenError(StopError):
    """Another program answers on the port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"Port {port} används redan av ett annat program. Stäng det, eller låt datorn välja en ledig.")


@dataclass(frozen=True, slots=True)
class Start:
    """What the command was given."""

    inputs: tuple[Path, ...]
    ledger: str | None
    settings: Path | None
    port: int
    open_browser: bool


def serve(start: Start) -> None:
    """Answer until Ctrl-C. Raises StopError when the page cannot be started."""
    prepare_process()
    listener = listen(start.port)
    run_folder = new_run_folder()
    # Whatever any library writes on its way to a file lies there too, and goes with it.
    tempfile.tempdir = str(run_folder)
    here = Place(
        port=listener.getsockname()[1],
        run_folder=run_folder,
        settings=start.settings or run_folder / "installningar",
        settings_kept=start.settings is not None,
        ledger=start.ledger or "",
    )
    server = new_server(here, listener)
    try:
        if start.inputs:
            here.waiting = here.pool.submit(read_at_start, start.inputs)
        print(_new_address(here), flush=True)
        if start.open_browser:
            _open_browser(here)
        threading.Thread(target=_more_keys, args=(here,), daemon=True).start()
        threading.Thread(target=wipe_idle, args=(here,), daemon=True).start()
        server.run()
    finally:
        here.state.end()
        here.pool.shutdown(wait=False, cancel_futures=True)
        shutil.rmtree(run_folder, ignore_errors=True)
        click.echo("Avslutat. Allt som lästs in är raderat.", err=True)


def new_server(here: Place, listener: socket.socket, channel: type[Channel] | None = None, *, threads: int = 6) -> Any:
    """A server of the page that keeps all of a request and of an answer in memory; `run` answers until Ctrl-C. So many
    requests as there are `threads` are answered at a time."""
    server: Any = create_server(
        make_app(here),
        sockets=[listener],
        ident=None,
        threads=threads,
        inbuf_overflow=_IN_MEMORY,
        outbuf_overflow=_IN_MEMORY,
        # Twice ours: the application answers 413 in words, and waitress what is larger still.
        max_request_body_size=2 * MOST_BYTES,
    )
    server.channel_class = channel or Channel
    return server


def prepare_process() -> None:
    """Our log on stderr, and an end from outside that leaves as little as Ctrl-C."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
    logging.getLogger("waitress").setLevel(logging.ERROR)
    signal.signal(signal.SIGTERM, _interrupt)


def _interrupt(*_: object) -> None:
    """Ended from outside: leave as by Ctrl-C, with nothing left behind."""
    raise KeyboardInterrupt


def listen(port: int) -> socket.socket:
    """A socket on 127.0.0.1 and nowhere else; port 0 takes a free one. Raises PortTakenError."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if sys.platform == "win32":
        # Without it another program could take the port from under us there.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.close()
        raise PortTakenError(port) from None
    return listener


class _ErrorTask(ErrorTask):  # type: ignore[misc]
    """What waitress itself refuses (too large, not HTTP), in words and with our headers."""

    def execute(self) -> None:
        code = self.request.error.code
        heading, sentence = (
            (
                "Det är för mycket på en gång",
                "Filerna får vara högst 32 MB tillsammans. Det du läst in förut finns kvar.",
            )
            if code == 413
            else ("Det som skickades gick inte att läsa", "Gå tillbaka och försök igen.")
        )
        body = plain_page(heading, sentence)
        self.status = f"{code} {self.request.error.reason}"
        self.response_headers.extend(with_headers([("Content-Type", "text/html; charset=utf-8")]))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection whose refusals are in words."""

    error_task_class = _ErrorTask


def _new_address(here: Place) -> str:
    return f"{here.address}/?nyckel={here.keys.new()}"


def _open_browser(here: Place) -> None:
    """Open the page through a file that sends the browser on: a key on its command line could be read by others.

    The file can be read by this user only, and lies in the run folder, which is removed at the end.
    """
    descriptor, name = tempfile.mkstemp(prefix=OPENER, suffix=".html", dir=here.run_folder)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(
            '<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>Betalningsansvar</title>'
            f'<meta http-equiv="refresh" content="0; url={_new_address(here)}"></head>'
            "<body><p>Sidan öppnas …</p></body></html>"
        )
    webbrowser.open_new(Path(name).as_uri())


def _more_keys(here: Place) -> None:
    """Enter in the terminal prints a fresh address, for whoever has lost the first."""
    for _ in sys.stdin:
        print(_new_address(here), flush=True)


def wipe_idle(here: Place) -> None:
    """Wipe what has been idle too long, as long as the process lives."""
    stop = threading.Event()
    while not stop.wait(_SWEEP_SECONDS):
        here.state.sweep()
