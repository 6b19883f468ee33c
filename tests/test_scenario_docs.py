"""docs/analys.md is run as it stands, and says what the code says."""

from __future__ import annotations

import re
import shlex
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from betalningsansvar import billing, cli

HOUSE = Path(__file__).parents[1]
TEXT = (HOUSE / "docs" / "analys.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n((?:(?!```).)*)```\s+```text\n(.*?)```", TEXT, flags=re.DOTALL)


def test_the_examples_print_what_the_page_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HOUSE)
    assert len(EXAMPLES) == 3
    names: dict[str, object] = {}
    for code, expected in EXAMPLES:
        out = StringIO()
        with redirect_stdout(out):
            exec(code, names)
        assert [line.rstrip() for line in out.getvalue().splitlines()] == [
            line.rstrip() for line in expected.splitlines()
        ]


def test_the_commands_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(HOUSE)
    commands = re.findall(r"^\$ betalningsansvar (.*)$", TEXT, flags=re.MULTILINE)
    assert len(commands) == 2
    for number, command in enumerate(commands):
        *arguments, _ = shlex.split(command)
        result = CliRunner().invoke(cli.main, [*arguments, str(tmp_path / str(number))])
        assert result.exit_code == 0, result.output


def test_every_public_name_is_there_and_documented() -> None:
    for name in billing.__all__:
        assert getattr(billing, name).__doc__
    with pytest.raises(AttributeError, match="has no attribute 'missing'"):
        _ = billing.missing
