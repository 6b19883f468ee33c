"""Dygnsbelopp: dated amounts per vårddygn, in named series, shipped and from the user's own file.

A year without an amount stays a gap: nothing is carried forward. An amount in the user's file takes
the place of the shipped one for the days it covers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.files.named import NamedFile, as_named
from betalningsansvar.data.toml_table import Table, read_toml
from betalningsansvar.tariffs.records import Belopp
from betalningsansvar.tariffs.shipped_files import shipped_file

MARKS = ("T", "S", "I")


@dataclass(frozen=True, slots=True)
class Serie:
    """A named series of amounts and the time it is meant to cover (`tom` None = still in force)."""

    id: str
    namn: str
    fran: date
    tom: date | None


@dataclass(frozen=True, slots=True)
class Layer:
    """The content of one tariff file; `sha256` identifies its bytes."""

    origin: str
    sha256: str
    serier: tuple[Serie, ...]
    belopp: tuple[Belopp, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Days of a series without an amount for some vardformer."""

    serie: str
    vardform: tuple[str, ...]
    fran: date
    tom: date


@dataclass(frozen=True, slots=True)
class Tariffs:
    """All amounts known in a run. `layers` are in order of precedence: the user's file first."""

    layers: tuple[Layer, ...]

    def rate(self, serie: str, vardform: str, day: date) -> Belopp | None:
        """The amount of `serie` for one kind of care on one day, or None where it is not known.

        Of two amounts in a file for the same day, the one that became known last holds.
        """
        for layer in self.layers:
            found = [b for b in layer.belopp if b.serie == serie and b.covers(vardform, day)]
            if found:
                return max(found, key=lambda b: b.known_from or date.min)
        return None

    def as_known(self, day: date) -> Tariffs:
        """Only the amounts known on `day`; those without `known_from` count as always known."""
        return Tariffs(
            tuple(
                replace(layer, belopp=tuple(b for b in layer.belopp if b.known_from is None or b.known_from <= day))
                for layer in self.layers
            )
        )

    def serier(self) -> dict[str, Serie]:
        """Every series by id. One that only has amounts spans from its first amount to its last."""
        found: dict[str, Serie] = {}
        for layer in self.layers:
            for serie in layer.serier:
                found.setdefault(serie.id, serie)
        for belopp in self.belopp():
            if belopp.serie not in found:
                own = [b for b in self.belopp() if b.serie == belopp.serie]
                found[belopp.serie] = Serie(
                    belopp.serie, belopp.serie, min(b.fran for b in own), max(b.tom for b in own)
                )
        return found

    def belopp(self) -> list[Belopp]:
        """Every amount, by series and date, the user's first among equals."""
        rows = [b for layer in self.layers for b in layer.belopp]
        return sorted(rows, key=lambda b: (b.serie, b.fran, b.vardform))

    def replaced(self, first: date, last: date) -> list[tuple[Belopp, Belopp]]:
        """The amounts of the user's file between two days, each with the other that it takes the place of."""
        own, *rest = self.layers
        return [
            (mine, other)
            for mine in own.belopp
            for other in (b for layer in rest for b in layer.belopp)
            if mine.serie == other.serie
            and set(mine.vardform) & set(other.vardform)
            and max(mine.fran, other.fran, first) <= min(mine.tom, other.tom, last)
            and mine.rate_ore != other.rate_ore
        ]

    def gaps(self, through: date) -> list[Gap]:
        """Where each series lacks an amount, up to the end of the year of `through`."""
        found: list[Gap] = []
        for serie in self.serier().values():
            last = min(serie.tom or date.max, date(through.year, 12, 31))
            by_vardform = {v: tuple(self._holes(serie, v, last)) for v in VARDFORMER}
            for hole in sorted({h for holes in by_vardform.values() for h in holes}):
                kinds = tuple(v for v in VARDFORMER if hole in by_vardform[v])
                found.append(Gap(serie.id, kinds, *hole))
        return found

    def _holes(self, serie: Serie, vardform: str, last: date) -> Iterable[tuple[date, date]]:
        covered = sorted((b.fran, b.tom) for b in self.belopp() if b.serie == serie.id and vardform in b.vardform)
        next_day = serie.fran
        for fran, tom in covered:
            if fran > next_day:
                yield next_day, min(fran - timedelta(days=1), last)
            next_day = max(next_day, tom + timedelta(days=1))
        if next_day <= last:
            yield next_day, last


def load_layer(file: Path | NamedFile) -> Layer:
    """Read one tariff file. Raises SettingsError with every problem: unknown key, overlap, missing source."""
    named = as_named(file)
    root = read_toml(named)
    serier = tuple(s for t in root.tables("serie", needed=False) if (s := _serie(t)))
    belopp = tuple(b for t in root.tables("belopp") if (b := _belopp(t)))
    root.done()
    for told in _overlaps(belopp):
        root.complain(told)
    root.stop()
    return Layer(named.name, named.sha256, serier, belopp)


@cache
def shipped() -> Layer:
    """The amounts that come with the program."""
    return load_layer(shipped_file("dygnsbelopp.toml"))


def load(extra: Path | NamedFile | None = None) -> Tariffs:
    """The shipped amounts, with those of the user's file before them."""
    return Tariffs((shipped(),) if extra is None else (load_layer(extra), shipped()))


def _serie(table: Table) -> Serie | None:
    name, title = table.text("id", needed=True), table.text("namn", needed=True)
    fran, tom = table.day("fran", needed=True), table.day("tom")
    table.done()
    return Serie(name, title, fran, tom) if name and title and fran else None


def _belopp(table: Table) -> Belopp | None:
    serie = table.text("serie", needed=True)
    fran, tom = table.day("fran", needed=True), table.day("tom", needed=True)
    vardform = table.texts("vardform", VARDFORMER) or VARDFORMER
    rate_ore = table.ore("kronor", needed=True)
    kalla = table.text("kalla", needed=True)
    status = table.text("status", needed=True, allowed=MARKS)
    known_from = table.day("known_from")
    table.done()
    if not (serie and fran and tom and rate_ore and kalla and status):
        return None
    if fran > tom:
        table.complain(f"fran {fran} är efter tom {tom}.", "fran")
        return None
    # Under the 1990 law somatik counts as akut.
    if "akut" in vardform and "somatik" not in vardform:
        vardform = (*vardform, "somatik")
    return Belopp(serie, fran, tom, vardform, rate_ore, kalla, status, table.file, known_from)


def _overlaps(belopp: tuple[Belopp, ...]) -> Iterable[str]:
    for serie, known_from in dict.fromkeys((b.serie, b.known_from) for b in belopp):
        same = [b for b in belopp if (b.serie, b.known_from) == (serie, known_from)]
        found: dict[tuple[Belopp, Belopp], list[str]] = {}
        for vardform in VARDFORMER:
            own = sorted((b for b in same if vardform in b.vardform), key=lambda b: b.fran)
            for one, other in pairwise(own):
                if other.fran <= one.tom:
                    found.setdefault((one, other), []).append(vardform)
        for (one, other), kinds in found.items():
            yield (
                f"serien {serie} har två belopp för {', '.join(kinds)} den {other.fran} "
                f"({one.rate_ore // 100} och {other.rate_ore // 100} kr). Låt det ena sluta innan det andra börjar, "
                "eller ge det rättade beloppet known_from."
            )
