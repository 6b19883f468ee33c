"""The points where the sources leave a choice, each with its readings and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from betalningsansvar.data.toml_file import SettingsError, read_toml
from betalningsansvar.tariffs.scenario import Change
from betalningsansvar.tariffs.scenariofile import read_change
from betalningsansvar.tariffs.strict import Table


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a point: what it says, its source, and the parameters it means."""

    id: str
    text: str
    kalla: str
    change: Change


@dataclass(frozen=True, slots=True)
class Point:
    """An unclear point: a title, the question, and at least two readings."""

    id: str
    rubrik: str
    fraga: str
    lasningar: tuple[Reading, ...]


@cache
def shipped_points() -> tuple[Point, ...]:
    """The points that come with the program."""
    with as_file(files("betalningsansvar.tariffs").joinpath("lasningar.toml")) as path:
        return load_points(path)


def load_points(path: Path) -> tuple[Point, ...]:
    """Read a file of points. Raises SettingsError with every problem."""
    content, _ = read_toml(path)
    problems: list[str] = []
    root = Table(content, path.name, problems)
    points = [_point(table) for table in root.tables("punkt")]
    root.done()
    if problems:
        raise SettingsError(problems)
    return tuple(points)


def _point(table: Table) -> Point:
    texts = {key: table.text(key, needed=True) or "" for key in ("id", "rubrik", "fraga")}
    readings = [_reading(own) for own in table.tables("lasning")]
    if len(readings) == 1:
        table.complain("a point needs two [[punkt.lasning]] or more.")
    table.done()
    return Point(**texts, lasningar=tuple(readings))


def _reading(table: Table) -> Reading:
    texts = {key: table.text(key, needed=True) or "" for key in ("id", "text", "kalla")}
    change = read_change(table)
    if not change.keys:
        table.complain("changes no parameter.")
    table.done()
    return Reading(**texts, change=change)
