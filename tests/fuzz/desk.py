"""An officer's desk: a folder of input, the program run on it in this process, and everything that came out."""

from __future__ import annotations

import io
import os
import random
import re
import shutil
import tempfile
import traceback
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from click.testing import CliRunner

from betalningsansvar.cli import main

HOUSE = Path(__file__).parents[2]
EXAMPLES = HOUSE / "data" / "exempel"
LEDGER = "sqlite:///liggare.db"
_NOT_OUTPUT = ("in", "liggare.db")


@dataclass
class Desk:
    """What lies in `in` is the officer's own; what the program printed is in `told`."""

    folder: Path
    told: list[str] = field(default_factory=list)

    def put(self, name: str, content: str | bytes) -> str:
        """A file of the officer's, and what its path is called on the command line."""
        path = self.folder / "in" / name
        path.write_bytes(content.encode("utf-8", "replace") if isinstance(content, str) else content)
        return f"in/{name}"

    def run(self, *words: str) -> bool:
        """One command; whether it did what was asked. Its output may be no traceback, and no terminal's command."""
        done = CliRunner().invoke(main, [*words], input="")
        error = done.exception
        told = "" if error is None or isinstance(error, SystemExit) else "".join(traceback.format_exception(error)[-6:])
        assert not told, f"{words[0]}\n{told}"
        self.told.append(done.output)
        return done.exit_code == 0

    def written(self) -> dict[str, bytes]:
        """Every file that the program wrote, by its path."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            name = path.relative_to(self.folder)
            if path.is_file() and name.parts[0] not in _NOT_OUTPUT and not path.name.startswith("liggare.db"):
                found[name.as_posix()] = path.read_bytes()
        return found


@contextmanager
def desk() -> Iterator[Desk]:
    """A fresh desk, with the settings of the example, in which the program runs."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        inside = Path(folder) / "bord"
        shutil.copytree(_settings(), inside / "in", copy_function=lambda a, b: shutil.copyfile(a, b))
        os.chdir(inside)
        try:
            yield Desk(inside)
            assert [path.name for path in Path(folder).iterdir()] == ["bord"], "something was written outside"
        finally:
            os.chdir(before)


@cache
def _settings() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="betalningsansvar-fuzz-"))
    for name in ("avsandare.toml", "kunder.toml", "bokforing.toml", "logo.png"):
        shutil.copyfile(EXAMPLES / name, folder / name)
    return folder


def texts_of(content: bytes) -> list[str]:
    """What stands in a file, or in each part of a workbook."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    return [content.decode("utf-8", "replace")]


def toml_text(value: str) -> str:
    """The text as a TOML string that holds just it."""
    return '"' + "".join(mark if mark.isalnum() or mark == " " else f"\\U{ord(mark):08x}" for mark in value) + '"'


def other_text(content: str, word: str, rng: random.Random) -> str:
    """A settings file in which one text, or the author's own name of something, is another word."""
    places = [*re.finditer(r'"[^"\n]*"', content)]
    place = rng.choice(places)
    return content[: place.start()] + toml_text(word) + content[place.end() :]


SETTINGS = {
    "avsandare.toml": EXAMPLES / "avsandare.toml",
    "kunder.toml": EXAMPLES / "kunder.toml",
    "bokforing.toml": EXAMPLES / "bokforing.toml",
    "scenarier.toml": EXAMPLES / "scenarier.toml",
    "nationell.toml": HOUSE / "tariffs" / "avtal" / "nationell.toml",
    "dalarna.toml": HOUSE / "tariffs" / "avtal" / "dalarna.toml",
    "belopp-exempel.toml": EXAMPLES / "belopp-exempel.toml",
    "exempel-arendetabell.toml": HOUSE / "data" / "profiles" / "exempel-arendetabell.toml",
}
"""Every kind of file that an officer keeps, by a name it may have."""


def shows(text: str, number: str) -> bool:
    """Whether the last eight signs of the number stand in the text, whatever but letters and digits is between them."""
    return bool(_in_any_dress(number).search(_plain(text)))


def _plain(text: str) -> str:
    if text.isascii():
        return text
    normal = unicodedata.normalize("NFKC", text)
    return "".join(
        str(unicodedata.digit(m)) if unicodedata.category(m) == "Nd" else m
        for m in normal
        if unicodedata.category(m) != "Cf"
    )


@cache
def _in_any_dress(number: str) -> re.Pattern[str]:
    signs = [mark for mark in number if mark.isalnum()][-8:]
    return re.compile("[^0-9A-Za-z,;<>\\n\\r\\t]{0,3}".join(signs), re.IGNORECASE)
