"""The table of the page's promises names tests that exist, for every number; and the promise that had none (19)."""

from __future__ import annotations

import re
from pathlib import Path

from tests.web.stand import EXAMPLE, Browser

HERE = Path(__file__).parent
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in sorted(HERE.rglob("*.py")))
ROWS = re.findall(r"^\| (\d+) \| .* \| (.*) \|$", (HERE / "README.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_every_promise_has_its_tests() -> None:
    assert [int(number) for number, _ in ROWS] == list(range(1, 23))
    named = [name for _, tests in ROWS for name in re.findall(r"`(test_\w+)`", tests)]
    assert [name for name in named if f"def {name}(" not in TESTS] == []


def test_every_promise_of_the_team_server_has_its_tests() -> None:
    table = (HERE / "team" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d) \| .* \| (.*) \|$", table, re.MULTILINE)
    assert {int(number) for number, _ in rows} == {1, 2, 3, 4, 5, 6, 8}
    every = TESTS + "".join(path.read_text(encoding="utf-8") for path in sorted((HERE.parent / "ledger").glob("*.py")))
    named = [re.findall(r"`(test_\w+)`", tests) for _, tests in rows]
    assert all(named) and [name for names in named for name in names if f"def {name}(" not in every] == []


def test_downloads_are_named_by_kommun_and_period_alone(browser: Browser) -> None:
    """Also when the upload's own name, and the names of its cases, tell of a patient."""
    rows = EXAMPLE.read_text(encoding="utf-8-sig").replace("H18-", "19121212-1212-")
    address = browser.upload([("Anna Andersson 191212121212.csv", rows.encode())])
    month, asked = f"{address}/manad/2018-11", "avtal=nationell"
    paths = {
        f"{month}/kommun/1380/faktura.xlsx?{asked}": "faktura_1380_2018-11.xlsx",
        f"{month}/kommun/1380/underlag.xlsx?{asked}": "underlag_1380_2018-11.xlsx",
        f"{address}/kontroll/avvikelser.csv": "avvikelser.csv",
        f"{address}/scenarier/scenarier.toml?dagar1=5": "scenarier.toml",
    }
    for path, name in paths.items():
        answer = browser.get(path)
        assert answer.status_code == 200, path
        told = answer.headers["Content-Disposition"]
        assert re.fullmatch(rf"attachment; filename=\"?{name}\"?(; filename\*=UTF-8''{name})?", told), told
    job = browser.post(f"{month}/filer?{asked}").headers["Location"]
    browser.follow(job)
    assert "betalningsansvar_2018-11.zip" in browser.get(f"{job}/fil").headers["Content-Disposition"]
