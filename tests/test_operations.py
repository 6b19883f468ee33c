"""The use cases as terminal and page call them: bytes or paths give the same bytes, and what cannot be is refused."""

import ast
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from betalningsansvar.billing.period import Month
from betalningsansvar.data.files.inputs import InputFile, find_files
from betalningsansvar.data.files.named import NamedFile, read_named
from betalningsansvar.data.stop import StopError
from betalningsansvar.operations.explain import ExplainRequest, explain
from betalningsansvar.operations.inputs import Read, ReadRequest, read
from betalningsansvar.operations.issuing import IssueRequest, PlanRequest, issue_month, plan_month
from betalningsansvar.operations.law import Law, LawRequest, find_law
from betalningsansvar.operations.month import (
    MonthRequest,
    WriteRequest,
    compute_month,
    month_papers,
    paper_file,
    write_month,
)
from betalningsansvar.operations.parties import Parties, read_parties
from betalningsansvar.operations.preview import PreviewRequest, preview_month
from betalningsansvar.operations.requests import RequestError
from betalningsansvar.operations.statistics import StatisticsRequest, statistics
from betalningsansvar.operations.whatif import WhatIfRequest, what_if
from betalningsansvar.operations.year import YearRequest, settle_year, write_year
from betalningsansvar.reports.files.destination import Destination

HOUSE = Path(__file__).parents[1]
EXAMPLES = HOUSE / "data" / "exempel"
DATA = EXAMPLES / "halland-2018-11-12.csv"
TODAY, NOW = date(2019, 1, 15), datetime(2019, 1, 15, 9).astimezone()
NOVEMBER = Month(2018, 11)
BELOW = ("data", "tariffs", "billing", "reports", "operations")


@pytest.fixture(scope="module")
def data() -> Read:
    return read(ReadRequest(find_files([DATA]).files, TODAY))


@pytest.fixture(scope="module")
def law() -> Law:
    return find_law(LawRequest("halland"))


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_bytes_and_paths_give_the_same_month_to_the_byte(law: Law, tmp_path: Path) -> None:
    by_path = find_files([DATA]).files
    by_bytes = (InputFile.from_bytes(DATA.name, DATA.read_bytes()),)
    parties = read_parties(read_named(EXAMPLES / "avsandare.toml"), read_named(EXAMPLES / "kunder.toml"))
    for name, files in (("a", by_path), ("b", by_bytes)):
        work = compute_month(MonthRequest(read(ReadRequest(files, TODAY)), law, NOVEMBER))
        write_month(work, WriteRequest(Destination(tmp_path / name), parties, date(2018, 12, 13)))
    first, second = contents(tmp_path / "a"), contents(tmp_path / "b")
    assert first == second and len(first) > 10


def test_an_agreement_in_memory_gives_the_year_of_its_file_to_the_byte(data: Read, tmp_path: Path) -> None:
    text = HOUSE.joinpath("tariffs", "avtal", "halland.toml").read_bytes()
    (tmp_path / "halland.toml").write_bytes(text)
    for name, agreement in (("a", read_named(tmp_path / "halland.toml")), ("b", NamedFile("halland.toml", text))):
        settled = settle_year(YearRequest(data, find_law(LawRequest(agreement)), 2018, allow_inferred=True))
        write_year(settled, Destination(tmp_path / name))
    first, second = contents(tmp_path / "a"), contents(tmp_path / "b")
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name] and not name.endswith(".pdf")] == []


def test_one_paper_is_the_paper_of_the_folder(data: Read, law: Law, tmp_path: Path) -> None:
    work = compute_month(MonthRequest(data, law, NOVEMBER))
    write_month(work, WriteRequest(Destination(tmp_path / "ut"), Parties(), date(2018, 12, 13)))
    papers = month_papers(work, Parties(), date(2018, 12, 13))
    for paper, folder in (("faktura", "fakturor"), ("underlag", "underlag")):
        name, content = paper_file(papers, "1383", paper, ".xlsx")  # type: ignore[arg-type]
        assert content == (tmp_path / "ut" / folder / name).read_bytes()
    with pytest.raises(StopError, match="Kommun 0180 har inget papper"):
        paper_file(papers, "0180", "faktura", ".xlsx")


def test_a_case_is_explained_by_its_row_as_by_its_name(data: Read, law: Law) -> None:
    row = int((data.cases["arende_id"] == "H18-0053").to_numpy().argmax())
    by_row = explain(ExplainRequest(data, law, row=row, month=NOVEMBER))
    assert by_row == explain(ExplainRequest(data, law, arende_id="H18-0053", month=NOVEMBER))
    assert by_row[0].amount_ore == 2_840_000


def _impossible() -> list[tuple[str, Callable[[Read, Law], object], str]]:
    before, later = date(2018, 10, 31), date(2019, 1, 16)
    return [
        ("before the law", lambda r, k: compute_month(MonthRequest(r, k, Month(1991, 12))), "infördes"),
        ("before the month", lambda r, k: compute_month(MonthRequest(r, k, NOVEMBER, before)), "ingen dag av den"),
        ("after today", lambda r, k: compute_month(MonthRequest(r, k, NOVEMBER, later)), "efter i dag"),
        ("preview", lambda r, k: preview_month(PreviewRequest(r, k, NOVEMBER, later)), "efter i dag"),
        ("months", lambda r, k: statistics(StatisticsRequest(r, k, NOVEMBER, Month(2018, 10))), "Byt plats"),
        ("what if", lambda r, k: what_if(WhatIfRequest(r, k, NOVEMBER, Month(2018, 10))), "Byt plats"),
        ("nothing to vary", lambda r, k: what_if(WhatIfRequest(r, k, NOVEMBER, NOVEMBER)), "inget att jämföra"),
        ("year", lambda r, k: settle_year(YearRequest(r, k, 1980)), "infördes"),
        ("explain what", lambda r, k: explain(ExplainRequest(r, k)), "Ange antingen"),
        ("mean of when", lambda r, k: explain(ExplainRequest(r, k, kommun="1383")), "kalendermånad"),
    ]


@pytest.mark.parametrize(("ask", "told"), [pytest.param(a, t, id=name) for name, a, t in _impossible()])
def test_what_cannot_be_asked_is_refused(ask: Callable[[Read, Law], object], told: str, data: Read, law: Law) -> None:
    with pytest.raises(RequestError, match=told):
        ask(data, law)


def test_an_operation_is_ended_by_its_progress_and_leaves_nothing(data: Read, law: Law, tmp_path: Path) -> None:
    class Enough(Exception):
        pass

    def stop(what: str, done: int, total: int) -> None:
        if what == "Skriver" and done == 3:
            raise Enough(total)

    work = compute_month(MonthRequest(data, law, NOVEMBER))
    with pytest.raises(Enough):
        write_month(work, WriteRequest(Destination(tmp_path / "ut"), Parties(), TODAY), stop)
    assert list(tmp_path.iterdir()) == []


def test_only_the_plan_that_was_shown_is_issued(data: Read, law: Law, tmp_path: Path) -> None:
    ledger = f"sqlite:///{tmp_path / 'faktura.db'}"
    shown = plan_month(PlanRequest(compute_month(MonthRequest(data, law, NOVEMBER)), ledger))
    other = plan_month(PlanRequest(compute_month(MonthRequest(data, law, Month(2018, 12))), ledger))
    assert issue_month(IssueRequest(other, NOW, TODAY)).numbers
    with pytest.raises(StopError, match="Planen gäller inte längre"):
        issue_month(IssueRequest(shown, NOW, TODAY))
    again = plan_month(replace(shown.request))
    with pytest.raises(StopError, match="Planen gäller inte längre"):
        issue_month(IssueRequest(again, NOW, TODAY, code=shown.code))
    with pytest.raises(StopError, match="ingen plans kod"):
        issue_month(IssueRequest(again, NOW, TODAY, code="abc"))
    assert issue_month(IssueRequest(again, NOW, TODAY, code=again.code)).numbers


def test_cases_that_the_input_lacks_are_credited_only_on_an_explicit_word(law: Law, tmp_path: Path) -> None:
    ledger = f"sqlite:///{tmp_path / 'faktura.db'}"
    lines = DATA.read_bytes().splitlines(keepends=True)
    part = InputFile.from_bytes(DATA.name, b"".join(lines[:60]))
    whole = InputFile.from_bytes(DATA.name, DATA.read_bytes())
    plans = []
    for file in (whole, part):
        work = compute_month(MonthRequest(read(ReadRequest((file,), TODAY)), law, NOVEMBER))
        plans.append(plan_month(PlanRequest(work, ledger)))
    issue_month(IssueRequest(plans[0], NOW, TODAY))
    later = plan_month(plans[1].request)
    assert len(later.plan.vanished)
    with pytest.raises(StopError, match="finns inte alls i underlaget"):
        issue_month(IssueRequest(later, NOW, TODAY))
    assert issue_month(IssueRequest(later, NOW, TODAY, allow_missing=True)).numbers


@pytest.mark.parametrize(
    "path",
    [
        p
        for room in ("data", "tariffs", "billing", "reports", "operations")
        for p in sorted((HOUSE / room).rglob("*.py"))
    ],
    ids=lambda p: p.relative_to(HOUSE).as_posix(),
)
def test_nothing_below_the_border_looks_at_the_clock_prints_or_knows_click(path: Path) -> None:
    """The clock and the terminal belong to commands and web (a leftover's age in the file system is no clock)."""
    wrong = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            clock = called.split(".")[-1] in {"today", "now", "utcnow"}
            if called == "print" or (clock and not called.startswith("self.")):
                wrong.append(f"{path.name}:{node.lineno}: {called}")
        if isinstance(node, ast.Import | ast.ImportFrom) and "click" in ast.unparse(node):
            wrong.append(f"{path.name}:{node.lineno}: {ast.unparse(node)}")
    assert wrong == []
