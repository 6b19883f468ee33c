"""Small commands start fast: they do not import the large libraries that they have no use for."""

from __future__ import annotations

import subprocess
import sys

import pytest

SMALL = ("tariffs", "tariffs --csv", "agreements", "agreements show halland", "profile", "ledger reasons")
HELP = ("--help", "bill --help", "scenario --help", "ledger --help", "web --help")
CODE = """
import sys
from betalningsansvar.cli import main
try:
    main(sys.argv[1:])
finally:
    print(sorted({{{names}}} & set(sys.modules)), file=sys.stderr)
"""


def imported(command: str, *names: str) -> str:
    code = CODE.format(names=", ".join(map(repr, names)))
    done = subprocess.run([sys.executable, "-c", code, *command.split()], capture_output=True, text=True, check=True)
    assert done.stdout
    return done.stderr.strip()


@pytest.mark.parametrize("command", SMALL)
def test_small_commands_do_without_pandas(command: str) -> None:
    assert imported(command, "pandas", "sqlalchemy", "openpyxl", "xlsxwriter", "flask") == "[]"


@pytest.mark.parametrize("command", HELP)
def test_help_needs_no_library_but_click(command: str) -> None:
    assert imported(command, "pandas", "numpy", "pyarrow", "sqlalchemy", "openpyxl", "xlsxwriter", "flask") == "[]"
