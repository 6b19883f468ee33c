"""The rules of the house that a reader can rely on, held by walking the code: which room may import which, no clock
and no file in the arithmetic, no float near money, nothing public without a docstring, every data file readable."""

import ast
import csv
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from betalningsansvar import cli

HOUSE = Path(__file__).parents[1]

NAME = "betalningsansvar"

# A room and the rooms it may import, besides itself.
MAY_IMPORT = {
    "data": set(),
    "tariffs": {"data"},
    "billing": {"data", "tariffs"},
    "reports": {"data", "tariffs", "billing"},
    "operations": {"data", "tariffs", "billing", "reports"},
    "commands": {"data", "tariffs", "billing", "reports", "operations"},
    "web": {"data", "tariffs", "billing", "reports", "operations"},
    "cli": {"commands", "web"},
}
# A sub-room and the sub-rooms of its own room it may import, besides itself; "" is the top of the room.
SUB_ROOMS = {
    "billing": {"": set(), "ledger": {""}, "span": {""}, "year": {"", "ledger"}, "whatif": {""}},
    "reports": {
        "files": set(),
        "words": {"files"},
        "month": {"files", "words"},
        "issued": {"files", "words", "month"},
        "bokslut": {"files", "words", "month"},
        "scenario": {"files", "words", "month"},
        "span": {"files", "words", "month"},
        "nation": {"files", "words", "month", "span"},
    },
}
CLOCKS = {"now", "today", "utcnow", "time", "time_ns", "localtime", "gmtime", "monotonic"}
NOT_IN_THE_ARITHMETIC = {
    "click",
    "openpyxl",
    "xlsxwriter",
    "os",
    "pathlib",
    "io",
    "random",
    "secrets",
    "subprocess",
    "time",
}
# The one place where whole öre become the number Excel keeps in a cell, and the one that reads it back.
EXCEL_BORDER = {"reports/files/workbook.py", "reports/files/readback.py"}


def modules(*rooms: str) -> list[Path]:
    found = [
        p for room in rooms for p in (sorted((HOUSE / room).rglob("*.py")) if room != "cli" else [HOUSE / "cli.py"])
    ]
    assert found
    return found


def parametrized(*rooms: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", modules(*rooms), ids=lambda p: p.relative_to(HOUSE).as_posix())


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path)))


def at(path: Path, node: ast.AST, what: str) -> str:
    return f"{path.relative_to(HOUSE).as_posix()}:{getattr(node, 'lineno', 0)}: {what}"


def imported(path: Path) -> Iterator[tuple[ast.AST, str]]:
    """Every module imported, also those named after `import` in `from room import module`."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, at(path, node, "relative import; name the room")
            module = node.module or ""
            named = [f"{module}.{alias.name}" for alias in node.names]
            yield from ((node, name if is_module(name) else module) for name in named)


def is_module(name: str) -> bool:
    own = HOUSE.joinpath(*name.split(".")[1:])
    return name.startswith(f"{NAME}.") and (own.with_suffix(".py").exists() or own.is_dir())


def rooms_imported(path: Path) -> Iterator[tuple[ast.AST, tuple[str, str]]]:
    """Each import of our own as (room, sub-room); a bare room name would be a second copy of the module."""
    for node, name in imported(path):
        top, *rest = name.split(".")
        assert top not in MAY_IMPORT, at(path, node, f"{name}: import it by its installed name")
        if top == NAME and rest:
            yield node, (rest[0], sub_room(HOUSE.joinpath(*rest)))


def sub_room(path: Path) -> str:
    """The sub-room a module (or the folder of one) lies in: "" for the top of a room."""
    parts = path.relative_to(HOUSE).with_suffix("").parts
    inside = parts[1:] if path.is_dir() else parts[1:-1]
    return inside[0] if inside else ""


def called_name(node: ast.Call) -> str:
    return (
        node.func.id
        if isinstance(node.func, ast.Name)
        else node.func.attr
        if isinstance(node.func, ast.Attribute)
        else ""
    )


def test_the_database_is_reached_from_the_ledger_alone() -> None:
    wrong, reached = [], 0
    for path in modules(*MAY_IMPORT):
        for node, name in imported(path):
            if name.split(".")[0] in ("sqlalchemy", "sqlite3", "psycopg"):
                reached += 1
                if not path.is_relative_to(HOUSE / "billing" / "ledger"):
                    wrong.append(at(path, node, name))
    assert reached and not wrong, wrong


@parametrized(*MAY_IMPORT)
def test_imports_go_one_way(path: Path) -> None:
    room, own = path.relative_to(HOUSE).parts[0].removesuffix(".py"), sub_room(path)
    wrong = []
    for node, (other, sub) in rooms_imported(path):
        if other != room:
            if other not in MAY_IMPORT[room]:
                wrong.append(at(path, node, f"{room} imports {other}"))
        elif path.name == "__init__.py":
            continue  # a room's door names what is behind it
        elif room in SUB_ROOMS and sub != own and sub not in SUB_ROOMS[room].get(own, {sub}):
            wrong.append(at(path, node, f"{room}/{own} imports {room}/{sub or '(top)'}"))
    assert wrong == []


def test_the_direction_of_imports_is_really_tested() -> None:
    """The rooms do import each other by the installed name, so the test above has something to look at."""
    seen = {(p.relative_to(HOUSE).parts[0], other) for p in modules(*MAY_IMPORT) for _, (other, _) in rooms_imported(p)}
    assert {("tariffs", "data"), ("billing", "tariffs"), ("reports", "billing"), ("cli.py", "commands")} <= seen


def test_one_module_reads_toml() -> None:
    readers = [
        p.relative_to(HOUSE).as_posix() for p in modules(*MAY_IMPORT) if "import tomllib" in p.read_text("utf-8")
    ]
    assert readers == ["data/toml_file.py"]


def test_what_the_architecture_names_is_there() -> None:
    told = (HOUSE / "docs" / "arkitektur.md").read_text(encoding="utf-8")
    have = {path.name for room in MAY_IMPORT for path in modules(room)}
    assert {name.rpartition("/")[2] for name in re.findall(r"`([\w/]+\.py)`", told)} - have == {"test_house.py"}


DISTRIBUTION = {
    "dateutil": "python-dateutil",
    "markupsafe": "flask",  # Flask's own parts, part of what it promises
    "msoffcrypto": "msoffcrypto-tool",
    "python_calamine": "python-calamine",
    "werkzeug": "flask",
}


@parametrized(*MAY_IMPORT)
def test_every_library_imported_is_declared(path: Path) -> None:
    """What is not in pyproject.toml is missing on the next machine, however well it works on this one."""
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = project["dependencies"] + [one for extra, some in extras.items() if extra != "dev" for one in some]
    declared = {re.split(r"[\[<>=;]", one)[0].strip().lower() for one in wanted}
    known = {NAME, *sys.stdlib_module_names}
    tops = {(node, name.split(".")[0]) for node, name in imported(path)}
    wrong = [at(path, node, top) for node, top in tops if top not in known and distribution(top) not in declared]
    assert wrong == []


def distribution(module: str) -> str:
    return DISTRIBUTION.get(module, module).lower()


@parametrized("billing")
def test_the_arithmetic_has_no_clock_no_file_and_no_surroundings(path: Path) -> None:
    wrong = [at(path, node, name) for node, name in imported(path) if name.split(".")[0] in NOT_IN_THE_ARITHMETIC]
    wrong += [
        at(path, node, f"{called_name(node)}()")
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and called_name(node) in {*CLOCKS, "open", "print", "input", "getenv", "read_text"}
    ]
    assert wrong == []


@parametrized("billing", "tariffs")
def test_no_float_where_money_is_computed(path: Path) -> None:
    wrong = []
    for node in nodes(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            wrong.append(at(path, node, f"float literal {node.value}"))
        elif isinstance(node, ast.Name) and node.id == "float":
            wrong.append(at(path, node, "float"))
        elif isinstance(node, ast.Attribute) and node.attr in {"float16", "float32", "float64", "true_divide"}:
            wrong.append(at(path, node, node.attr))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("float"):
            wrong.append(at(path, node, node.value))
        elif isinstance(node, ast.Call) and called_name(node) in {"mean", "average"} and not node.args:
            wrong.append(at(path, node, f"{called_name(node)}() of a frame is a float"))
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div) and not joins_paths(node):
            wrong.append(at(path, node, "true division; use // on whole öre or Fraction"))
    assert wrong == []


def joins_paths(node: ast.BinOp | ast.AugAssign) -> bool:
    """True for `folder / name` and `path.parent / "x.toml"`."""
    if not isinstance(node, ast.BinOp):
        return False
    text = isinstance(node.right, ast.JoinedStr) or (
        isinstance(node.right, ast.Constant) and isinstance(node.right.value, str)
    )
    return text or bool(names_in(node.left) & {"folder", "path", "parent", "beside", "target"})


@parametrized("reports")
def test_reports_leave_ore_whole_until_the_cell(path: Path) -> None:
    if path.relative_to(HOUSE).as_posix() in EXCEL_BORDER:
        return
    wrong = [
        at(path, node, ast.unparse(node))
        for node in nodes(path)
        if (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and "ore" in names_in(node))
        or (isinstance(node, ast.Call) and called_name(node) == "float" and "ore" in names_in(node))
    ]
    assert wrong == []


def names_in(node: ast.AST) -> set[str]:
    """The last words of every name, attribute and subscript text below a node: `line.amount_ore` gives `ore`."""
    found = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    found |= {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
    found |= {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return {name.rsplit("_", 1)[-1] for name in found}


@parametrized(*MAY_IMPORT)
def test_everything_public_says_what_it_is(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if path.name != "__init__.py":
        assert ast.get_docstring(tree), at(path, tree, "module without docstring")
    public = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef) and not n.name.startswith("_")]
    wrong = [
        at(path, n, f"{n.name} without docstring") for n in public if not (ast.get_docstring(n) or tells_itself(n))
    ]
    assert wrong == []


def tells_itself(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """True for a function of one statement whose name, types and body say it all."""
    return isinstance(node, ast.FunctionDef) and len(node.body) == 1


@parametrized(*MAY_IMPORT)
def test_identifiers_are_plain_letters(path: Path) -> None:
    named = [
        (node, name)
        for node in nodes(path)
        for name in (getattr(node, "id", None), getattr(node, "name", None), getattr(node, "arg", None))
        if isinstance(name, str)
    ]
    assert [at(path, node, name) for node, name in named if not name.isascii()] == []


@parametrized(*MAY_IMPORT)
def test_text_files_say_their_encoding(path: Path) -> None:
    """Windows reads text as cp1252 unless told."""
    wrong = []
    for node in nodes(path):
        if not isinstance(node, ast.Call) or ast.unparse(node.func).startswith(("formatter.", "self._zip.", "os.")):
            continue
        if called_name(node) != "open" and not (
            isinstance(node.func, ast.Attribute) and node.func.attr in {"read_text", "write_text"}
        ):
            continue
        texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        binary = any("b" in text and set(text) <= set("rwxab+") for text in texts)
        if not binary and "encoding" not in {k.arg for k in node.keywords}:
            wrong.append(at(path, node, f"{called_name(node)} without encoding"))
    assert wrong == []


DATA_FILES = [p for room in ("data", "tariffs") for p in sorted((HOUSE / room).rglob("*"))]


@pytest.mark.parametrize("path", [p for p in DATA_FILES if p.suffix == ".toml"], ids=lambda p: p.name)
def test_every_toml_file_parses(path: Path) -> None:
    assert tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "path", [p for p in DATA_FILES if p.suffix == ".csv" and p.stem != "trasiga-rader"], ids=lambda p: p.name
)
def test_every_csv_file_is_rectangular(path: Path) -> None:
    text = path.read_text(encoding="utf-8-sig")
    delimiter = ";" if ";" in text.splitlines()[0] else ","
    rows = list(csv.reader(text.splitlines(), delimiter=delimiter))
    assert len(rows) > 1 and {len(row) for row in rows} == {len(rows[0])}


def commands(group: click.Group, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in sorted(group.commands.items()):
        full = f"{prefix}{name}"
        yield full, command
        if isinstance(command, click.Group):
            yield from commands(command, f"{full} ")


COMMANDS = list(commands(cli.main))


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_command_has_help_with_an_example(name: str, command: click.Command) -> None:
    help_text = command.get_help(click.Context(command, info_name=f"betalningsansvar {name}"))
    assert "Exempel" in help_text or "Example" in help_text
    assert f"betalningsansvar {name}" in re.split("Exempel|Example", help_text)[-1]
    unexplained = [option.opts[0] for option in command.params if isinstance(option, click.Option) and not option.help]
    assert unexplained == []


@pytest.mark.parametrize("name", [name for name, _ in COMMANDS])
def test_every_command_is_in_the_readme(name: str) -> None:
    readme = (HOUSE / "README.md").read_text(encoding="utf-8")
    assert f"betalningsansvar {name}" in readme, f"README.md does not mention `betalningsansvar {name}`"


def test_every_file_of_the_project_has_a_name_that_all_systems_take() -> None:
    """A name of other signs cannot be checked out everywhere; an empty one of them came from a run in the checkout."""
    if not (HOUSE / ".git").exists():
        pytest.skip("no checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=HOUSE, capture_output=True, check=True).stdout
    assert [name for name in listed.split(b"\0")[:-1] if not re.fullmatch(rb"[A-Za-z0-9_./-]+", name)] == []
