"""README, handbook and Makefile do what they say: every command in them runs, every file they point at is there."""

import doctest
import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from betalningsansvar import cli
from betalningsansvar.data.columns import CASE_COLUMNS
from betalningsansvar.tariffs.belopp import load

HOUSE = Path(__file__).parents[1]
README = HOUSE / "README.md"
HANDBOOK = HOUSE / "docs" / "handbok.md"
DOCUMENTS = [README, HANDBOOK, *(p for p in sorted((HOUSE / "docs").glob("*.md")) if p != HANDBOOK)]
PROGRAM = "betalningsansvar "


def test_every_column_of_the_case_table_is_told_in_its_order() -> None:
    told = re.findall(
        r"^\| `(\w+)` \| (ja)? ?\|", (HOUSE / "docs" / "kolumner.md").read_text("utf-8"), flags=re.MULTILINE
    )
    assert told == [(column.name, "ja" if column.needed else "") for column in CASE_COLUMNS]


def blocks(document: Path, language: str) -> list[str]:
    text = document.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)


def console(document: Path) -> Iterator[tuple[str, str]]:
    """Each command shown with a `$`, and the output shown below it."""
    for block in blocks(document, "console"):
        for shown in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = shown.partition("\n")
            yield command, output


def makefile_commands(target: str) -> list[str]:
    """The recipe of a target with the Makefile's variables filled in, one line per command."""
    text = (HOUSE / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ")
    variables = dict(re.findall(r"^(\w+) := (.*)$", text, flags=re.MULTILINE))
    recipe = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", text, flags=re.MULTILINE)
    assert recipe, f"make {target} is not in the Makefile"
    lines = [line.strip().lstrip("@") for line in recipe[1].splitlines()]
    for _ in range(2):  # variables are made of variables
        lines = [re.sub(r"\$\((\w+)\)", lambda found: variables.get(found[1], found[0]), line) for line in lines]
    return lines


def run(command: str) -> str:
    assert command.startswith(PROGRAM), f"not a command of this program: {command}"
    result = CliRunner().invoke(cli.main, shlex.split(command.removeprefix(PROGRAM)), terminal_width=110)
    assert result.exit_code == 0, f"{command}\nended with {result.exit_code}\n{result.output}\n{result.exception!r}"
    return result.stdout


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in that has the examples where a checkout has them."""
    shutil.copytree(HOUSE / "data" / "exempel", tmp_path / "data" / "exempel")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize("document", [README, HANDBOOK], ids=lambda p: p.name)
def test_the_commands_shown_run_and_print_what_is_shown(document: Path) -> None:
    shown = list(console(document))
    assert len(shown) >= 4
    checker = doctest.OutputChecker()
    for command, want in shown:
        got = run(command)
        if not checker.check_output(want, got, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE):
            pytest.fail(f"{document.name}: {command}\nshows\n{want}\nbut prints\n{got}")


def test_make_demo_bills_the_example(checkout: Path) -> None:
    commands = [re.sub(r"^\S+/betalningsansvar ", PROGRAM, c) for c in makefile_commands("demo") if "mkdir" not in c]
    # The last line tells what to type next; that runs too.
    commands = [command.removeprefix("echo 'Nästa: ").removesuffix("'") for command in commands]
    commands = [re.sub(r"^\S+/betalningsansvar ", PROGRAM, command) for command in commands]
    (checkout / "ut").mkdir()
    for command in commands:
        run(command)
    invoices = sorted(p.name for p in (checkout / "ut" / "halland-2018-11" / "fakturor").glob("*.xlsx"))
    assert [f"faktura_{code}_2018-11.xlsx" for code in ("1315", "1380", "1381", "1382", "1383", "1384")] == [
        name for name in invoices if name.startswith("faktura_13")
    ]


def test_make_test_runs_style_types_and_tests() -> None:
    tools = " ".join(makefile_commands("test"))
    assert all(tool in tools for tool in ("ruff check", "mypy", "pytest"))


def test_every_make_target_mentioned_exists() -> None:
    for document in DOCUMENTS:
        for target in re.findall(r"\bmake ([a-z]+)\b(?=`|\s+#|$)", document.read_text(encoding="utf-8"), re.MULTILINE):
            assert makefile_commands(target)


@pytest.mark.usefixtures("checkout")
def test_the_powershell_lines_do_the_same() -> None:
    (lines,) = blocks(README, "powershell")
    commands = [line.replace(".venv\\Scripts\\", "") for line in lines.splitlines()]
    for command in commands:
        if command.startswith(PROGRAM):
            run(command)
    others = [c for c in commands if not c.startswith(PROGRAM)]
    assert others == [
        "py -3.12 -m venv .venv",
        'python -m pip install --constraint constraints.txt --editable ".[dev]"',
        r"New-Item -ItemType Junction -Force -Path .venv\typed\betalningsansvar -Target .",
        "ruff check .",
        "ruff format --check .",
        "mypy",
        "python -m pytest",
    ]
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["scripts"] == {PROGRAM.strip(): "betalningsansvar.cli:main"}
    mentioned = set(re.findall(r'"\.\[(\w+)\]"', README.read_text(encoding="utf-8")))
    assert mentioned == set(project["optional-dependencies"])


def test_every_pinned_release_is_within_the_bounds() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (HOUSE / "constraints.txt").read_text(encoding="utf-8")
    pinned = {name.lower().replace("_", "-") for name in re.findall(r"^([\w.-]+)==", text, flags=re.MULTILINE)}
    wanted = [*project["dependencies"], *(d for extra in project["optional-dependencies"].values() for d in extra)]
    names = {re.split(r"[>=<\[ ]", dependency)[0].lower() for dependency in wanted} - {project["name"]}
    assert names - pinned == set()
    assert "://" not in text


@pytest.mark.parametrize("document", [README, HANDBOOK], ids=lambda p: p.name)
def test_the_amount_shown_is_a_file_that_loads(document: Path, tmp_path: Path) -> None:
    (shown,) = blocks(document, "toml")
    own = tmp_path / "belopp.toml"
    own.write_text(shown, encoding="utf-8")
    load(own)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.name)
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_map_of_rooms_names_files_that_exist() -> None:
    text = README.read_text(encoding="utf-8").split("## Where a krona is made")[1].split("\n## ")[0]
    room = ""
    for line in text.splitlines():
        if not line.startswith("| ") or line.startswith("| Room"):
            continue
        first, _, last = (cell.strip() for cell in line.strip("|").split("|"))
        room = first.strip("`/") or room
        for name in re.findall(r"`([^`]+)`", last):
            assert list((HOUSE / room).glob(name)), f"{room}/{name} is not there"
