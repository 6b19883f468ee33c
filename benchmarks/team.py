"""Officers at once on one team server as deployed: real nginx, real PostgreSQL, and Locust as the officers.

python -m benchmarks.team [--officers 20 ...] [--cases 5000] [--minutes 4] [--at-once]

For each number of officers a new server is started. They come within a minute, each reads in the notices once and then
looks at each page for 3–10 seconds (`benchmarks/officers.py`). Printed: the times of each page as the browser has them,
the CPU seconds of the servers for each page, which a noisy computer disturbs less, and the memory.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.web.team.deployed import NAME, Deployed, deployed
from tests.web.team.stand import GROUPS

_SECONDS = os.sysconf("SC_CLK_TCK")
_COME_WITHIN = 60


def main() -> None:
    """Print the times, the CPU and the memory for each number of officers."""
    options = argparse.ArgumentParser()
    options.add_argument("--officers", type=int, nargs="+", default=[20])
    options.add_argument("--cases", type=int, default=5000)
    options.add_argument("--minutes", type=float, default=4)
    options.add_argument("--at-once", action="store_true", help="all in the same second, and nobody thinks")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        demo = ["demo", f"{folder}/demo", "--cases", str(chosen.cases), "--year", "2018"]
        subprocess.run([sys.executable, "-m", "betalningsansvar.cli", *demo], check=True, stdout=subprocess.DEVNULL)
        (cases,) = Path(folder, "demo").glob("*.csv")
        for officers in chosen.officers:
            with deployed() as running:
                measure(running, cases, officers, chosen.minutes, at_once=chosen.at_once)


def measure(running: Deployed, cases: Path, officers: int, minutes: float, *, at_once: bool) -> None:
    """One run of Locust against one server."""
    idle = at_rest(running)
    told = running.folder / "locust"
    rate = officers if at_once else officers / _COME_WITHIN
    command = [
        *(sys.executable, "-m", "locust", "--headless", "--only-summary", "--skip-log"),
        *("-f", str(Path(__file__).with_name("officers.py")), "--host", f"https://127.0.0.1:{running.port}"),
        *("-u", str(officers), "-r", str(rate), "-t", f"{round(minutes * 60)}s", "--csv", str(told)),
    ]
    own = {
        "OFFICERS_AT": f"{NAME}:{running.port}",
        "OFFICERS_CASES": str(cases),
        "OFFICERS_GROUPS": GROUPS["utfärda"],
        "OFFICERS_AT_ONCE": "ja" if at_once else "",
    }
    load = os.getloadavg()[0]
    done = subprocess.run(command, env={**os.environ, **own}, capture_output=True, text=True, check=False)
    print(f"\n{officers} officers, {os.cpu_count()} cores, load average {load:.1f} before", flush=True)
    pages = report(Path(f"{told}_stats.csv"), done)
    used = {name: cpu_seconds(root) - idle[name] for name, root in processes(running).items()}
    each = ", ".join(f"{name} {1000 * seconds / pages:.0f} ms" for name, seconds in used.items())
    print(f"  CPU for each request: {each}; of the program in all {used['program']:.0f} s in {60 * minutes:.0f} s")
    print(f"  memory at most: {sum(most_megabytes(process) for process in family(running.program.pid))} MB", flush=True)


def report(stats: Path, done: subprocess.CompletedProcess[str]) -> int:
    """Print a line for each page; how many requests there were in all."""
    assert stats.exists(), done.stderr
    with stats.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        times = " ".join(f"{part} {int(float(row[part] or 0)):6}" for part in ("50%", "95%", "99%", "100%"))
        faults = f"  FAULTS {row['Failure Count']}" if row["Failure Count"] != "0" else ""
        print(f"  {row['Name']:18} {row['Request Count']:>5} requests, ms: {times}{faults}")
    return int(rows[-1]["Request Count"])


def at_rest(running: Deployed) -> dict[str, float]:
    """What each server has used when all of it has started."""
    used: dict[str, float] = {}
    while used != (used := {name: cpu_seconds(root) for name, root in processes(running).items()}):
        time.sleep(2)
    return used


def processes(running: Deployed) -> dict[str, int]:
    """The first process of each server."""
    postgres = (running.postgres.folder / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0]
    return {"program": running.program.pid, "nginx": running.nginx.pid, "postgres": int(postgres)}


def family(process: int) -> Iterator[int]:
    """A process and those it has started."""
    yield process
    for thread in Path(f"/proc/{process}/task").iterdir():
        for child in (thread / "children").read_text(encoding="ascii").split():
            yield from family(int(child))


def cpu_seconds(root: int) -> float:
    """What a process, those it has started and those of them that have ended, have used."""
    total = 0
    for process in family(root):
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        total += sum(int(fields[at]) for at in (11, 12, 13, 14))
    return total / _SECONDS


def most_megabytes(process: int) -> int:
    """The most of its memory that has been resident."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


if __name__ == "__main__":
    main()
