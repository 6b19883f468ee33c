"""The whole of it as deployed: real nginx with the shipped example, real PostgreSQL with the shipped roles, the program
on a socket, and a sign-on service that says who a browser's cookie is. Everything answers on this computer only."""

from __future__ import annotations

import datetime
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPResponse, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from betalningsansvar.operations.ledger_settings import SettingsRequest, set_ledger
from tests.ledger.test_server_in_use import as_role, give_roles, new_database
from tests.postgres import Server, server_programs, started_server
from tests.web.stand import EXAMPLE, NOW
from tests.web.team.stand import GROUPS, SECRET, team_file

DEPLOY = Path(__file__).parents[3] / "deploy"
NAME = "betalningsansvar.region.example"


def nginx_program() -> str | None:
    return shutil.which("nginx") or next((str(p) for p in [Path("/usr/sbin/nginx")] if p.exists()), None)


def missing() -> str:
    """What is not installed that is needed, blank when everything is."""
    wanted = {"nginx": nginx_program(), "PostgreSQL": server_programs()}
    return ", ".join(name for name, found in wanted.items() if found is None)


def free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        port: int = asking.getsockname()[1]
        return port


class _SignOn(BaseHTTPRequestHandler):
    """Says who the cookie `vem=name:group+group` is; nobody without it."""

    def do_GET(self) -> None:
        found = re.search(r"vem=([^:;]+):([^;]*)", self.headers.get("Cookie", ""))
        self.send_response(202 if found else 401)
        if found:
            self.send_header("X-Auth-Request-User", found[1])
            self.send_header("X-Auth-Request-Groups", found[2].replace("+", ";"))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def write_certificate(folder: Path) -> None:
    """A certificate of one day for NAME, that is its own issuer."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "server.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    kept = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "server.key").write_bytes(kept)


@dataclass
class Deployed:
    """What runs, and where it lies."""

    folder: Path
    port: int
    postgres: Server
    database: str
    ledger: str
    team_file: Path
    program: Any = None
    nginx: Any = None

    @property
    def address(self) -> str:
        return f"https://{NAME}:{self.port}"

    def start_program(self) -> None:
        self.program = subprocess.Popen(
            [sys.executable, "-m", "betalningsansvar.cli", "web", "--team", str(self.team_file)],
            stdout=subprocess.PIPE,
            stderr=(self.folder / "program.log").open("ab"),
            text=True,
            env={**os.environ, "TMPDIR": str(self.folder / "tmp"), "PYTHONUTF8": "1"},
        )
        line = self.program.stdout.readline()
        assert line.strip() == self.address, (line, (self.folder / "program.log").read_text(encoding="utf-8"))

    def children(self) -> list[int]:
        """The processes that the program has started."""
        tasks = Path(f"/proc/{self.program.pid}/task").glob("*/children")
        return [int(child) for task in tasks for child in task.read_text(encoding="ascii").split()]

    def start_nginx(self) -> None:
        program = nginx_program()
        assert program
        own = ["-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), "-e", str(self.folder / "nginx.log")]
        self.nginx = subprocess.Popen([program, *own], stderr=subprocess.DEVNULL)
        for _ in range(200):
            with socket.socket() as asking:
                if asking.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError((self.folder / "nginx.log").read_text(encoding="utf-8"))

    def officer(self, name: str, *roles: str) -> Officer:
        return Officer(self, {"vem": f"{name}:{'+'.join(GROUPS[role] for role in roles)}"})


class _ByName(HTTPSConnection):
    """A connection to this computer for NAME, whatever name servers say."""

    def connect(self) -> None:
        plain = socket.create_connection(("127.0.0.1", self.port), self.timeout)
        self.sock = self._context.wrap_socket(plain, server_hostname=NAME)  # type: ignore[attr-defined]


@dataclass
class Officer:
    """A browser that has signed in."""

    at: Deployed
    cookies: dict[str, str] = field(default_factory=dict)

    def connection(self) -> HTTPSConnection:
        trusted = ssl.create_default_context(cafile=str(self.at.folder / "server.crt"))
        return _ByName(NAME, self.at.port, timeout=60, context=trusted)

    def headers(self, **more: str) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        host = f"{NAME}:{self.at.port}"
        own = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Host": host, "Cookie": cookies, "Origin": self.at.address, **own}

    def ask(self, method: str, path: str, body: bytes | None = None, **more: str) -> tuple[HTTPResponse, str]:
        connection = self.connection()
        connection.request(method, path, body, self.headers(**more))
        answer = connection.getresponse()
        told = answer.read().decode("utf-8", "replace")
        connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer, told

    def form(self, path: str, fields: dict[str, str]) -> tuple[HTTPResponse, str]:
        from urllib.parse import urlencode

        return self.ask("POST", path, urlencode(fields).encode(), Content_Type="application/x-www-form-urlencoded")

    def upload(self, content: bytes = b"") -> str:
        self.ask("GET", "/")
        body = (
            b'--x\r\nContent-Disposition: form-data; name="filer"; filename="uttag.csv"\r\n\r\n'
            + (content or EXAMPLE.read_bytes())
            + b"\r\n--x--\r\n"
        )
        answer, told = self.ask("POST", "/uppgifter", body, Content_Type="multipart/form-data; boundary=x")
        assert answer.status == 303, told
        return (answer.getheader("Location") or "").removesuffix("/kontroll")


def ask_socket(path: Path, lines: list[str]) -> str:
    """The status line of a request that goes past nginx, straight to the program's socket."""
    with socket.socket(socket.AF_UNIX) as straight:
        straight.settimeout(30)
        straight.connect(str(path))
        straight.sendall("\r\n".join(["GET /liggare HTTP/1.1", *lines, "Connection: close", "", ""]).encode())
        return straight.recv(65536).decode("utf-8", "replace").splitlines()[0]


def proxy_lines(port: int, *more: str) -> list[str]:
    return [f"Host: {NAME}:{port}", f"X-Betalningsansvar-Proxy: {SECRET}", *more]


def _nginx_conf(folder: Path, port: int, sign_on: int) -> None:
    site = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for old, new in (
        ("listen 443 ", f"listen 127.0.0.1:{port} "),
        ("unix:/run/betalningsansvar/sida.sock", f"unix:{folder / 'sida.sock'}"),
        ("/etc/betalningsansvar/", f"{folder}/"),
        ("/var/log/nginx/", f"{folder}/"),
        ("127.0.0.1:4180", f"127.0.0.1:{sign_on}"),
    ):
        assert old in site, old
        site = site.replace(old, new)
    (folder / "nginx-hemlighet.conf").write_text(
        f'proxy_set_header X-Betalningsansvar-Proxy "{SECRET}";\n', encoding="ascii"
    )
    temporary = "".join(
        f"{kind}_temp_path {folder}/nginx-tmp/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.getuid() == 0 else ""
    (folder / "nginx-tmp").mkdir()
    (folder / "nginx.conf").write_text(
        f"{user}daemon off;\npid {folder}/nginx.pid;\nworker_processes 1;\nevents {{}}\nhttp {{\n{temporary}{site}}}\n",
        encoding="utf-8",
    )


@contextmanager
def deployed() -> Iterator[Deployed]:
    """Everything started, and ended when the block is."""
    folder = Path(tempfile.mkdtemp(prefix="ba"))
    (folder / "tmp").mkdir()
    sign_on = ThreadingHTTPServer(("127.0.0.1", 0), _SignOn)
    threading.Thread(target=sign_on.serve_forever, daemon=True).start()
    try:
        with started_server() as postgres:
            database = new_database(postgres)
            give_roles(postgres, database)
            owner = as_role(postgres, database, "betalningsansvar_agare").url.set(drivername="postgresql")
            set_ledger(owner.render_as_string(hide_password=False), SettingsRequest(first_number=1), NOW, "driften")
            ledger = owner.set(username="betalningsansvar").render_as_string(hide_password=False)
            port = free_port()
            own = team_file(folder, ledger=ledger, port=None, address=f"https://{NAME}:{port}")
            write_certificate(folder)
            _nginx_conf(folder, port, sign_on.server_address[1])
            running = Deployed(folder, port, postgres, database, ledger, own)
            try:
                running.start_program()
                running.start_nginx()
                yield running
            finally:
                for process in (running.nginx, running.program):
                    if process is not None and process.poll() is None:
                        process.terminate()
                        process.wait(timeout=30)
    finally:
        sign_on.shutdown()
        shutil.rmtree(folder, ignore_errors=True)
