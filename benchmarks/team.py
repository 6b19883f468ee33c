"""Officers at once on one team server: each with an upload of their own, going through the pages as people do.

python benchmarks/team.py --officers 20 --cases 5000 --rounds 5 [--pause 1] [--wrk]

The program is started as deployed (`web --team`) on 127.0.0.1, with a SQLite ledger; the officers are threads that send
what the proxy would. `--wrk` also lets wrk, where it is installed, ask for one officer's pages as fast as it can.
Traffic goes to this computer only, and ends after the rounds.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path

NAME = "last.region.example"
SECRET = "0123456789abcdef0123456789abcdef"
PAGES = (
    "/liggare",
    "{u}/kontroll",
    "{u}/arenden?sida=3",
    "{u}/arenden?q=17",
    "{u}/manad/{m}?avtal=halland",
    "{u}/manad/{m}/kommun/1380?avtal=halland",
    "{u}/arende/{row}?avtal=halland&manad={m}",
    "{u}/manad/{m}/utfarda?avtal=halland",
)
MONTHS = ("2018-10", "2018-11", "2018-12")


def write_team(folder: Path, port: int) -> Path:
    """A team.toml, its secret and an empty ledger."""
    from betalningsansvar.operations.ledger_settings import SettingsRequest, set_ledger

    ledger = f"sqlite:///{folder / 'faktura.db'}"
    set_ledger(ledger, SettingsRequest(first_number=1), datetime.now().astimezone(), "driften")
    (folder / "hemlighet").write_text(SECRET, encoding="ascii")
    (folder / "hemlighet").chmod(0o600)
    file = folder / "team.toml"
    file.write_text(
        f'adress = "https://{NAME}"\nport = {port}\nliggare = "{ledger}"\ninstallningar = "{folder / "inst"}"\n'
        f'spar = "{folder / "spar"}"\n[proxy]\nadresser = ["127.0.0.1"]\nhemlighet = "{folder / "hemlighet"}"\n'
        '[roller]\nutfarda = ["g"]\n',
        encoding="utf-8",
    )
    return file


class Officer:
    """One signed-in browser, and how long each of its pages took."""

    def __init__(self, number: int, port: int, seconds: dict[str, list[float]], faults: list[str]) -> None:
        self.number, self.port, self.seconds, self.faults = number, port, seconds, faults
        self.headers = {
            "Host": NAME,
            "Origin": f"https://{NAME}",
            "X-Betalningsansvar-Proxy": SECRET,
            "X-Remote-User": f"person{number}",
            "X-Remote-Groups": "g",
        }
        self.upload = ""

    def ask(self, what: str, method: str, path: str, body: bytes | None = None, kind: str = "") -> str:
        """One request; returns where it leads."""
        start = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request(method, path, body, {**self.headers, **({"Content-Type": kind} if kind else {})})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        self.seconds[what].append(time.perf_counter() - start)
        if cookie := answer.getheader("Set-Cookie"):
            self.headers["Cookie"] = cookie.partition(";")[0]
        if answer.status not in (200, 303):
            self.faults.append(f"{answer.status} {what}")
        return answer.getheader("Location") or ""

    def open(self, cases: bytes) -> None:
        self.ask("/", "GET", "/")
        body = (
            b'--x\r\nContent-Disposition: form-data; name="filer"; filename="u.csv"\r\n\r\n' + cases + b"\r\n--x--\r\n"
        )
        to = self.ask("uppladdning", "POST", "/uppgifter", body, "multipart/form-data; boundary=x")
        self.upload = to.removesuffix("/kontroll")

    def work(self, rounds: int, pause: float) -> None:
        # People do not press at the same moment; the pauses are the same in every run.
        chance = random.Random(self.number)
        time.sleep(pause * chance.random() * len(PAGES) / 2)
        for turn in range(rounds):
            for page in PAGES:
                month = MONTHS[(turn + self.number) % len(MONTHS)]
                row = (self.number * 97 + turn * 13) % 1000
                self.ask(page, "GET", page.format(u=self.upload, m=month, row=row))
                time.sleep(pause * (0.5 + chance.random()))


def together(officers: list[Officer], *asked: object, what: str) -> None:
    threads = [threading.Thread(target=getattr(officer, what), args=asked) for officer in officers]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def megabytes(process: int) -> tuple[int, int]:
    """Resident memory now and at most."""
    text = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    found = {line.split(":")[0]: int(line.split()[1]) // 1024 for line in text.splitlines() if line.startswith("Vm")}
    return found["VmRSS"], found["VmHWM"]


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def main() -> None:
    """Print p50, p95 and the most of each page, the memory, and how many answers were wrong."""
    options = argparse.ArgumentParser()
    options.add_argument("--officers", type=int, default=20)
    options.add_argument("--cases", type=int, default=5000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--pause", type=float, default=1.0, help="seconds a person looks at a page")
    options.add_argument("--port", type=int, default=8117)
    options.add_argument("--wrk", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        demo = ["demo", str(folder / "demo"), "--cases", str(chosen.cases), "--year", "2018"]
        subprocess.run([sys.executable, "-m", "betalningsansvar.cli", *demo], check=True, stdout=subprocess.DEVNULL)
        cases = max((folder / "demo").rglob("*.csv"), key=lambda path: path.stat().st_size).read_bytes()
        program = subprocess.Popen(
            [sys.executable, "-m", "betalningsansvar.cli", "web", "--team", str(write_team(folder, chosen.port))],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "TMPDIR": name},
        )
        try:
            assert program.stdout is not None and program.stdout.readline()
            measure(chosen, cases, program.pid)
        finally:
            program.terminate()
            program.wait(timeout=60)


def measure(chosen: argparse.Namespace, cases: bytes, process: int) -> None:
    """Go through the pages and print what they took."""
    seconds: dict[str, list[float]] = defaultdict(list)
    faults: list[str] = []
    officers = [Officer(number, chosen.port, seconds, faults) for number in range(chosen.officers)]
    print(f"load average at start {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    together(officers, cases, what="open")
    print(f"{chosen.officers} uploads at once: memory {megabytes(process)[0]} MB")
    together(officers, 1, chosen.pause, what="work")
    print("first round, each month computed for the first time:")
    report(seconds)
    seconds.clear()
    together(officers, chosen.rounds, chosen.pause, what="work")
    print(f"{chosen.rounds} rounds after:")
    report(seconds)
    now, most = megabytes(process)
    print(f"wrong answers {len(faults)} {faults[:3]}; memory {now} MB, at most {most} MB")
    if chosen.wrk and (wrk := shutil.which("wrk")):
        own = officers[0]
        headers = [part for name, value in own.headers.items() for part in ("-H", f"{name}: {value}")]
        for page in ("/liggare", f"{own.upload}/kontroll", f"{own.upload}/arenden?sida=3"):
            address = f"http://127.0.0.1:{chosen.port}{page}"
            command = [wrk, "-t2", f"-c{chosen.officers}", "-d5s", "--latency", *headers, address]
            told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
            kept = [
                line.strip()
                for line in told.splitlines()
                if any(w in line for w in ("50%", "99%", "Requests/sec", "Non-2xx"))
            ]
            print(f"wrk {page.rpartition('/')[2]}: {', '.join(kept)}")


def report(seconds: dict[str, list[float]]) -> None:
    """A line for each page, and one for all."""
    every = [value for own in seconds.values() for value in own]
    for page, values in [*seconds.items(), ("all", every)]:
        middle = statistics.median(values)
        print(f"  {page:42} n {len(values):4} p50 {middle:6.2f} p95 {p95(values):6.2f} max {max(values):6.2f} s")


if __name__ == "__main__":
    main()
