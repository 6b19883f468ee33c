"""The points where the sources leave a choice, each with its readings and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.toml_table import Table, read_toml
from betalningsansvar.tariffs.scenario import Behaviour, Change
from betalningsansvar.tariffs.scenariofile import read_behaviour, read_change
from betalningsansvar.tariffs.shipped_files import shipped_file


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a point: what it says, its source, and the parameters it means."""

    id: str
    text: str
    kalla: str
    change: Change
    behaviour: Behaviour


@dataclass(frozen=True, slots=True)
class Point:
    """An unclear point: a title, the question, and at least two readings. `avtal` is the only agreement that has the
    choice, blank where any may have it."""

    id: str
    rubrik: str
    fraga: str
    lasningar: tuple[Reading, ...]
    avtal: str = ""


@cache
def shipped_points() -> tuple[Point, ...]:
    """The points that come with the program."""
    return load_points(shipped_file("lasningar.toml"))


def load_points(file: NamedFile) -> tuple[Point, ...]:
    """Read a file of points. Raises SettingsError with every problem."""
    root = read_toml(file)
    points = [_point(table) for table in root.tables("punkt")]
    root.done()
    root.stop()
    return tuple(points)


def _point(table: Table) -> Point:
    texts = {key: table.text(key, needed=True) or "" for key in ("id", "rubrik", "fraga")}
    avtal = table.text("avtal") or ""
    readings = [_reading(own) for own in table.tables("lasning")]
    if len(readings) == 1:
        table.complain("en punkt behöver minst två [[punkt.lasning]].")
    table.done()
    return Point(**texts, lasningar=tuple(readings), avtal=avtal)


def _reading(table: Table) -> Reading:
    texts = {key: table.text(key, needed=True) or "" for key in ("id", "text", "kalla")}
    change, behaviour = read_change(table), read_behaviour(table)
    if not change.keys and behaviour == Behaviour():
        table.complain("ändrar ingen parameter.")
    table.done()
    return Reading(**texts, change=change, behaviour=behaviour)
