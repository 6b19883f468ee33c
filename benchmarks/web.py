"""The page beside the operations it asks: seconds for each, and their ratio, on synthetic cases; start and memory.

python benchmarks/web.py [--cases 5000] [--rows 165000]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from betalningsansvar.billing.period import Month
from betalningsansvar.data.demo.folder import write_csv, write_xlsx
from betalningsansvar.data.demo.synthetic import generate
from betalningsansvar.data.files.inputs import InputFile
from betalningsansvar.operations.explain import ExplainRequest, explain
from betalningsansvar.operations.inputs import ReadRequest, read
from betalningsansvar.operations.law import LawRequest, find_law
from betalningsansvar.operations.month import MonthRequest, compute_month, month_papers
from betalningsansvar.operations.parties import Parties
from tests.web.running import running
from tests.web.stand import NOW, new_stand

MONTH = Month(2018, 11)


def seconds(work: Callable[[], Any]) -> float:
    """How long it takes once."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def told(what: str, page: Callable[[], Any], alone: Callable[[], Any], times: int = 7) -> None:
    """One line: the page, the operation alone, and how many times as long the page takes. They take turns."""
    took = [(seconds(page), seconds(alone)) for _ in range(times)]
    by_page, by_operation = (median(each) for each in zip(*took, strict=True))
    print(f"{what:<34}{1000 * by_page:>9.0f} ms {1000 * by_operation:>9.0f} ms {by_page / by_operation:>7.2f}")


def measure(cases: int, folder: Path) -> None:
    """Every screen of the month on the same cases as the operations."""
    path = folder / "uttag.csv"
    write_csv(generate(cases, "13", 2018, 1), path)
    content = path.read_bytes()
    stand = new_stand(folder)
    browser = stand.browser()
    law = find_law(LawRequest("halland"))

    def upload() -> str:
        address = browser.upload([(path.name, content)])
        assert browser.get(f"{address}/kontroll").status_code == 200
        return address

    def wiped() -> None:
        assert browser.post(f"{upload()}/avsluta").status_code == 303

    def read_alone() -> Any:
        return read(ReadRequest((InputFile.from_bytes(path.name, content),), NOW.date()))

    data = read_alone()
    address = upload()
    own = next(iter(stand.here.state._sessions.values())).uploads[address.removeprefix("/u/")]
    asked = MonthRequest(data, law, MONTH)
    work = compute_month(asked)
    print(f"{cases} cases{'':<22}{'page':>12} {'operation':>12} {'ratio':>7}")
    told("upload to findings", wiped, read_alone)

    def month() -> None:
        own._answers.clear()
        assert browser.get(f"{address}/manad/2018-11?avtal=halland").status_code == 200

    def month_alone() -> None:
        for wanted in (asked, MonthRequest(data, law, MONTH.plus(-1))):
            computed = compute_month(wanted)
        month_papers(computed, Parties(), NOW.date())

    told("month, and the one before", month, month_alone)
    told(
        "month, asked again",
        lambda: browser.get(f"{address}/manad/2018-11?avtal=halland"),
        month_alone,
    )

    def explained() -> None:
        own._answers.clear()
        browser.get(f"{address}/arende/52?avtal=halland")

    told("explanation", explained, lambda: explain(ExplainRequest(data, law, row=52)))
    invoice = f"{address}/manad/2018-11/kommun/1380?avtal=halland"
    browser.get(invoice)
    told(
        "invoice and underlag",
        lambda: browser.get(invoice),
        lambda: month_papers(work, Parties(), NOW.date()),
    )

    job = browser.post(f"{address}/manad/2018-11/filer?avtal=halland").headers["Location"]
    meanwhile = []
    while "data-pagar" in browser.get(job).text:
        meanwhile.append(seconds(lambda: browser.get(f"{address}/kontroll")))
    if meanwhile:
        print(f"findings while all files are written: median {1000 * median(meanwhile):.0f} ms of {len(meanwhile)}")
    stand.here.state.end()


def large(rows: int, folder: Path) -> None:
    """A workbook of some 16 MB read as a job, and stopped while it is opened; memory of the page and its process."""
    path = folder / "stor.xlsx"
    write_xlsx(generate(rows, "14", 2018, 1), path)
    content = path.read_bytes()
    with running(temporary=folder) as page:
        cookie = page.cookie()

        def get(address: str) -> str:
            return page.ask("GET", address, headers={"Cookie": cookie})[1].decode()

        def sent() -> str:
            return page.upload(path.name, content, cookie)[0].headers["Location"]

        get("/")
        others = []
        with page.watched() as most:
            began, job = time.perf_counter(), sent()
            while "data-pagar" in get(job):
                others.append(seconds(lambda: get("/")))
                time.sleep(0.2)
            took = time.perf_counter() - began
        print(f"workbook of {len(content) / 1e6:.1f} MB: {took:.0f} s, at most {most[0] / 1e6:.0f} MB, ", end="")
        print(f"other pages meanwhile: median {1000 * median(others):.0f} ms of {len(others)}")
        job = sent()
        while "Öppnar" not in get(job):
            time.sleep(0.05)
        began = time.perf_counter()
        page.ask("POST", f"{job}/avbryt", b"", {"Cookie": cookie, "Origin": page.base})
        while "data-pagar" in get(job):
            time.sleep(0.02)
        print(f"stopped while it is opened: {time.perf_counter() - began:.2f} s, processes left: {len(page.children)}")


def start(folder: Path) -> float:
    """Seconds from the command to the first page."""
    began = time.perf_counter()
    with running(temporary=folder) as program:
        answer, _ = program.ask("GET", "/", headers={"Cookie": program.cookie()})
        assert answer.status == 200
        return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--rows", type=int, default=165_000, help="of the large workbook; 0 leaves it out")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(f"first page after start: {start(Path(folder)):.2f} s")
        measure(given.cases, Path(folder))
        if given.rows:
            large(given.rows, Path(folder))


if __name__ == "__main__":
    main()
