"""The command line typed at random: any command, any options, values from the ends of the calendar, the disk and the
alphabet. It ends with 0, 1 or 2, says it on less than a screen, in time, and shows no traceback and no patient.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import click
from click.testing import CliRunner

from betalningsansvar.cli import main
from tests.fuzz.tables import PATIENTS

EXAMPLES = Path(__file__).parents[2] / "data" / "exempel"
_MOST_ON_SCREEN = 8_000
MONTHS = ("2018-11", "2018-12", "9999-12", "0001-01", "1990-01", "2099-12", "2100-01", "2018-13", "nov", "2018-11 ")
DAYS = ("2018-11-30", "0001-01-01", "9999-12-31", "2018-02-30", "1990-01-01", "2099-12-31", "i dag", "20181130")
NUMBERS = ("1", "0", "-1", "2", "9" * 5_000, "1e9", "\N{FULLWIDTH DIGIT ONE}", "999999999999", "1.0", "2018")
PATHS = (
    "a.csv", "a.xlsx", "finns-inte.csv", "mapp", "ror", "ror.xlsx", "ror.toml", "tom.csv", "tom.toml", "byte.bin",
    "avsandare.toml", "kunder.toml", "bokforing.toml", "faktura.xml", "fakturarader.csv", "/dev/null", ".", "..",
    "ny/ut", "ut", "ut.xlsx", "ut.csv", "~", "a.csv/inuti", "x" * 300, "\udce5.csv",
)  # fmt: skip
LEDGERS = (
    "sqlite:///f.db", "sqlite:///ny.db", "sqlite://", "sqlite:///", "sqlite:///mapp", "sqlite:///ror",
    "sqlite:///byte.bin", "sqlite:///a.csv", "sqlite:////dev/null", "sqlite:///:memory:", "sqlite:///f.db?mode=ro",
    "mysql://a/b", "file:///etc/passwd", "://", "", "x" * 5_000, "postgresql+evil://x", "sqlite:///ny/f.db",
)  # fmt: skip
WORDS = (
    "nationell", "halland", "vastra-gotaland", "", " ", "\n", "x" * 20_000, "'; DROP TABLE invoice; --", "\u202e",
    "=1+1", "../..", "FEL_DATUM", "medges", "H18-0053", "1383", "dagar=2..3", "7100,50", "1e999", "NaN", "å" * 10,
)  # fmt: skip
_NEVER = {"web"}


def typed(rng: random.Random) -> None:
    """One line typed in a folder with sound and strange files."""
    command, path = rng.choice(_commands())
    words = [*path, *_arguments(command, rng)]
    with _folder():
        result = CliRunner().invoke(main, words, input="")
    error = result.exception
    told = "" if error is None or isinstance(error, SystemExit) else "".join(traceback.format_exception(error)[-6:])
    assert not told, f"{_short(words)}\n{told}"
    assert result.exit_code in (0, 1, 2), f"{_short(words)}: exit {result.exit_code}"
    assert "Traceback" not in result.output, _short(words)
    if result.exit_code:
        assert len(result.stderr) < _MOST_ON_SCREEN, f"{_short(words)}: {len(result.stderr)} characters"
    shown = [patient for patient in PATIENTS if patient[-4:] in result.output and patient in result.output]
    assert not shown, f"{_short(words)}: a patient is shown"


@cache
def _commands() -> tuple[tuple[click.Command, tuple[str, ...]], ...]:
    """Every command with the words that lead to it."""

    def inside(group: click.Command, path: tuple[str, ...]) -> Iterator[tuple[click.Command, tuple[str, ...]]]:
        yield group, path
        if isinstance(group, click.Group):
            for name, command in group.commands.items():
                if name not in _NEVER:
                    yield from inside(command, (*path, name))

    return tuple(inside(main, ()))


def _arguments(command: click.Command, rng: random.Random) -> list[str]:
    words: list[str] = []
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            words += [_value(parameter, rng) for _ in range(1 + (parameter.nargs == -1 and rng.random() < 0.2))]
        elif isinstance(parameter, click.Option) and rng.random() < (0.95 if parameter.required else 0.2):
            words.append(parameter.opts[0])
            if not parameter.is_flag:
                words.append(_value(parameter, rng))
    if rng.random() < 0.1:
        words.insert(rng.randrange(len(words) + 1), rng.choice(("--finns-inte", "-", "--", "x" * 9_000, "--help", "ö")))
    return words


def _value(parameter: click.Parameter, rng: random.Random) -> str:
    """Mostly one of the parameter's own kind, else anything."""
    name, kind = parameter.name or "", parameter.type.name
    pools = {"månad": MONTHS, "datum": DAYS, "integer range": NUMBERS, "integer": NUMBERS, "path": PATHS}
    pool = LEDGERS if name == "ledger" else pools.get(kind, WORDS)
    if rng.random() < 0.1:
        pool = rng.choice((MONTHS, DAYS, NUMBERS, PATHS, LEDGERS, WORDS))
    if rng.random() < 0.5:
        return {"inputs": "a.csv", "month": "2018-11", "ledger": "sqlite:///f.db"}.get(name, pool[0])
    return rng.choice(pool)


@contextmanager
def _folder() -> Iterator[None]:
    """A fresh folder with files of every sort, in which the line is typed; so is the one above it."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as above:
        folder = Path(above) / "har"
        shutil.copytree(_prepared(), folder, dirs_exist_ok=True, copy_function=_copy)
        for name in ("ror", "ror.xlsx", "ror.toml"):
            os.mkfifo(folder / name)
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def _copy(source: str, target: str) -> str:
    return str(shutil.copyfile(source, target))


@cache
def _prepared() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="betalningsansvar-fuzz-"))
    rows = (EXAMPLES / "halland-2018-11-12.csv").read_text(encoding="utf-8").splitlines()[:40]
    (folder / "a.csv").write_text("\n".join(rows), encoding="utf-8")
    for name in ("avsandare.toml", "kunder.toml", "bokforing.toml", "logo.png"):
        shutil.copyfile(EXAMPLES / name, folder / name)
    shutil.copyfile(EXAMPLES / "mottagen-e-faktura.xml", folder / "faktura.xml")
    (folder / "mapp").mkdir()
    for name in ("tom.csv", "tom.toml"):
        (folder / name).touch()
    (folder / "byte.bin").write_bytes(bytes(range(256)) * 40)
    issue = ["issue", str(folder / "a.csv"), "--month", "2018-11", "--ledger", f"sqlite:///{folder / 'f.db'}"]
    done = CliRunner().invoke(main, [*issue, "--confirm"])
    assert done.exit_code == 0, done.output
    return folder


def _short(words: list[str]) -> str:
    return " ".join(repr(word if len(word) < 60 else f"{word[:50]}…({len(word)})") for word in words)


CLASSES = {"kommandorad": typed}
