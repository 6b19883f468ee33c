"""The terminal speaks Swedish: help, usage and mending; and every example of the help runs as it is written."""

import ast
import importlib
import pkgutil
import re
import shlex
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import betalningsansvar
from betalningsansvar.billing.lines import Missing, TariffGapError
from betalningsansvar.cli import main
from betalningsansvar.commands.mend import OPTION_OF, OPTION_OF_FACT, mending
from betalningsansvar.commands.parameters import ExampleCommand, ExampleGroup
from betalningsansvar.commands.swedish import WORDS
from betalningsansvar.data.stop import StopError

HOUSE = Path(__file__).parents[1]
ENGLISH = re.compile(
    r"\b(usage|options|commands|error|missing|invalid|write|the|and|of|file|default|required|example|month)\b",
    re.IGNORECASE,
)


def commands(group: click.Group = main, name: str = "") -> Iterator[tuple[str, click.Command]]:
    for part, command in sorted(group.commands.items()):
        own = f"{name} {part}".strip()
        yield own, command
        if isinstance(command, click.Group):
            yield from commands(command, own)


COMMANDS = dict(commands())


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_the_help_is_swedish(name: str) -> None:
    shown = CliRunner().invoke(main, [*name.split(), "--help"]).output
    assert shown.startswith("Användning:") and "Exempel:" in shown
    # What is typed is the machine's: options, names of commands and files, column names.
    prose = re.sub(r"--[\w-]+|betalningsansvar .*|`[^`]*`", "", shown.split("Exempel:")[0])
    assert ENGLISH.findall(prose) == []


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("bill", "Det saknas 'INDATA...'"),
        ("bill x", "Det saknas '--month'"),
        ("bill x --mont 3", "Flaggan --mont finns inte"),
        ("chek", "Kommandot chek finns inte. Menade du 'check'?"),
        ("ledger", "Användning:"),
        ("check x --most z", "z är inget heltal"),
        ("check x --most -1", "-1 är utanför"),
        ("tariffs x", "Oväntat argument: x"),
        ("ledger export --ledger x --out y --format z", "z är inget av 'csv'"),
        ("check x --out", "Flaggan --out behöver ett värde"),
        ("issue x --ledger y", "Ange antingen --month"),
        ("ledger dispute 1 --reason X --ledger y", "Ange antingen --case"),
        ("ledger dispute 1 --row 1 --amount 7k --reason X --ledger y", "7k är inget belopp"),
        ("stats x --from 2018-12 --to 2018-11 --out y", "2018-11 är före --from 2018-12"),
    ],
)
def test_wrong_usage_is_told_in_swedish(typed: str, told: str) -> None:
    result = CliRunner().invoke(main, shlex.split(typed))
    assert result.exit_code == 2 and told in result.output
    assert ENGLISH.findall(re.sub(r"--[\w-]+|'[^']*'", "", result.output)) == []


def test_every_word_of_the_installed_click_is_translated() -> None:
    """Words that no command here can print are left out: prompts, deprecation, the faults of developers."""
    unused = {
        "DeprecationWarning",
        "defined twice",
        "Arguments take exactly",
        "No options defined",
        "Could not determine",
    }
    unused |= {"Do you want", "Confirm the action", "Boolean option", "must be an iterable", "boolean. Recognized"}
    unused |= {"Choice(", "UUID", "does not match the format", "values are required", "{name} {filename!r}"}
    used = set()
    for module in ("core", "decorators", "exceptions", "formatting", "parser", "types"):
        source = importlib.import_module(f"click.{module}").__file__
        assert source
        for node in ast.walk(ast.parse(Path(source).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"_", "ngettext"}:
                texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                used |= set(texts)
    spoken = {text for text in used if not any(part in text for part in unused)} - {"file", "directory", "path"}
    assert spoken - WORDS.keys() == set()


def _errors() -> set[str]:
    """Every class of error that stops a run, in the whole house."""
    for found in pkgutil.walk_packages(betalningsansvar.__path__, "betalningsansvar."):
        if found.name.split(".")[1] in {"data", "tariffs", "billing", "reports", "operations"}:
            importlib.import_module(found.name)
    seen: set[type] = set()
    waiting: list[type] = [StopError]
    while waiting:
        kind = waiting.pop()
        seen.add(kind)
        waiting += [sub for sub in kind.__subclasses__() if sub not in seen]
    return {kind.__name__ for kind in seen}


def test_what_mends_is_an_error_of_ours_and_an_option_of_a_command() -> None:
    options = {name for command in COMMANDS.values() for parameter in command.params for name in parameter.opts}
    assert OPTION_OF.keys() - _errors() == set()
    for option, sentence in (*OPTION_OF.values(), *OPTION_OF_FACT.values()):
        assert option in options
        assert set(re.findall(r"--[\w-]+", sentence)) <= options


def test_only_an_option_that_the_command_has_is_named() -> None:
    gap = TariffGapError([Missing("lag-2017-612", 2025, 214, date(2025, 1, 1))])
    assert "Dygnsbelopp för 2025 saknas i serien lag-2017-612; 214 dygn behöver det (från 2025-01-01)" in str(gap)
    assert "--tariffs" in mending(gap, {"--tariffs", "--allow-inferred"})
    assert "--allow-inferred" not in mending(gap, {"--tariffs", "--allow-inferred"})
    assert mending(gap, {"--out"}) == ""


def _examples() -> list[str]:
    """Every example in an order in which each has what it needs: data first, the ledger made before it is read."""
    shown = [main, *COMMANDS.values()]
    lines = [
        line for c in shown if isinstance(c, ExampleCommand | ExampleGroup) for line in c.example.splitlines() if line
    ]
    first = [line for line in lines if " demo " in line]
    made = [line for line in lines if " issue " in line]
    disputed = [line for line in lines if "ledger dispute " in line]
    rest = [line for line in lines if line not in (*first, *made, *disputed)]
    return list(dict.fromkeys([*first[:1], *made, *disputed, *rest]))


def test_every_example_of_the_help_runs_as_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(HOUSE / "data" / "exempel", tmp_path / "data" / "exempel")
    monkeypatch.chdir(tmp_path)
    for line in _examples():
        assert line.startswith("betalningsansvar ")
        typed = shlex.split(line.removeprefix("betalningsansvar "))
        result = CliRunner().invoke(main, typed)
        assert result.exit_code == 0, f"{line}\n{result.output}\n{result.exception!r}"
