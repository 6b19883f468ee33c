"""From the command to a server for several officers: everything it needs is there, or it does not start."""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

import click
from waitress.parser import HTTPRequestParser

from betalningsansvar.data.stop import StopError
from betalningsansvar.data.system_reasons import reason
from betalningsansvar.web.intake import load_libraries
from betalningsansvar.web.place import Place, now
from betalningsansvar.web.runfolder import new_run_folder
from betalningsansvar.web.server import Channel, listen, new_server, prepare_process, wipe_idle
from betalningsansvar.web.team.settings import TeamSettings
from betalningsansvar.web.team.team import Team, load
from betalningsansvar.web.team.workers import Workers

_THREADS = 24
"""Most of them wait: for a worker, or for the database, whose connections are as many (`billing.ledger.pool`)."""


class SocketTakenError(StopError):
    """Another program answers on the socket, or it cannot be made there."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        super().__init__(f"{path}: där kan programmet inte svara ({reason}).")


def serve_team(file: Path) -> None:
    """Answer the proxy until the process is ended. Raises StopError when something it needs is not there."""
    from betalningsansvar.operations.ledger import connections_kept, verify_current

    team = load(file, now)
    with connections_kept(team.settings.ledger):
        verify_current(team.settings.ledger)
        listener = _listener(team.settings)
        prepare_process()
        _answer(team, listener)
    click.echo("Avslutat. Allt som lästs in är raderat.", err=True)


def _answer(team: Team, listener: socket.socket) -> None:
    settings = team.settings
    workers = Workers()
    run_folder = new_run_folder()
    # Whatever any library writes on its way to a file lies there too, and goes with it.
    tempfile.tempdir = str(run_folder)
    here = Place(
        port=settings.port or 0,
        run_folder=run_folder,
        settings=settings.folder,
        settings_kept=True,
        ledger=settings.ledger,
        now=now,
        team=team,
        compute=workers.compute,
    )
    server = new_server(here, listener, _channel(settings.proxy.headers), threads=_THREADS)
    # What the first of several officers would wait for.
    load_libraries()
    try:
        print(settings.address, flush=True)
        threading.Thread(target=wipe_idle, args=(here,), daemon=True).start()
        server.run()
    finally:
        here.state.end()
        here.pool.shutdown(wait=False, cancel_futures=True)
        workers.end()
        if settings.socket:
            settings.socket.unlink(missing_ok=True)
        shutil.rmtree(run_folder, ignore_errors=True)


def _listener(settings: TeamSettings) -> socket.socket:
    if settings.port is not None:
        return listen(settings.port)
    assert settings.socket is not None
    return listen_in_file(settings.socket)


def listen_in_file(path: Path) -> socket.socket:
    """A socket in the file system, for this user and its group. One that a dead process left is taken over. Raises
    SocketTakenError."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with suppress(ConnectionRefusedError, FileNotFoundError), socket.socket(socket.AF_UNIX) as asking:
            asking.connect(str(path))
            raise SocketTakenError(path, "ett annat program svarar där")
        if path.is_socket():
            path.unlink()
        listener.bind(str(path))
        path.chmod(0o660)
    except OSError as error:
        listener.close()
        raise SocketTakenError(path, reason(error)) from error
    except SocketTakenError:
        listener.close()
        raise
    return listener


def _channel(headers: tuple[str, ...]) -> type[Channel]:
    """A connection on which a header of the proxy that comes twice is as if it had not come: whose is the right one?"""
    named = [name.lower().encode() for name in headers]

    class Parser(HTTPRequestParser):  # type: ignore[misc]
        def parse_header(self, header_plus: bytes) -> None:
            super().parse_header(header_plus)
            names = [line.partition(b":")[0].strip().lower() for line in header_plus.split(b"\r\n")[1:]]
            for name in named:
                if names.count(name) > 1:
                    self.headers.pop(name.decode().upper().replace("-", "_"), None)

    class ProxyChannel(Channel):
        parser_class = Parser

    return ProxyChannel
