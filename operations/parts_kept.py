"""What the parts of a run came to, kept on disk until all are there: in memory they would be as many as the parts."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.data.caseparts import Batch
from betalningsansvar.data.files.parquetparts import Part
from betalningsansvar.data.stop import StopError
from betalningsansvar.data.system_reasons import reason
from betalningsansvar.operations.part import Counting, Done, Hashes, Records, by_key
from betalningsansvar.reports.files.destination import OutputError

MOST_APART = 2_000_000
NO_HASHES: Hashes = np.empty(0, np.uint64)
_BUCKETS, _AT_A_TIME = 16, 8
_EDGES = np.arange(_BUCKETS, dtype=np.uint64) << np.uint64(60)  # the first four bits


class SharedIdsError(StopError):
    """More rows share their `arende_id` with others than can be held against each other in memory."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        super().__init__(
            f"{rows} rader har samma arende_id som någon annan rad, fler än {MOST_APART} som kan prövas mot varandra. "
            "Dela upp uppgifterna så att varje ärende står i ett uttag, det nyaste."
        )


@dataclass
class Kept:
    """The parts computed so far. What stands in many parts is read a bucket at a time: a sixteenth of all keys."""

    folder: Path
    found: dict[Part, pd.DataFrame] = field(default_factory=dict)
    newest: dict[str, int] = field(default_factory=dict)
    apart: dict[Part, tuple[Batch, ...]] = field(default_factory=dict)
    rows_apart: int = 0
    _numbers: dict[Part, int] = field(default_factory=dict)

    def put(self, part: Part, done: Done) -> None:
        """Keep a part, in place of what it came to before. Raises SharedIdsError, and OutputError on a full disk."""
        name = part.file.name
        try:
            np.save(self._path(part, "ids.npy"), done.ids)
            np.save(self._path(part, "records.npy"), done.records)
            self._path(part, "sums").write_bytes(pickle.dumps(done.sums))
        except OSError as error:
            why = reason(error) if error.errno else "disken är full"  # numpy tells of a short write in its own words
            raise OutputError(
                f"{self.folder.parent}: det som delarna räknats till gick inte att skriva ({why}). Gör plats där "
                "datorn har sina tillfälliga filer, högst 40 byte för varje ärende."
            ) from error
        self.found[part] = done.found
        self.newest[name] = max(self.newest.get(name, done.newest), done.newest)
        if done.apart:
            self.apart[part] = done.apart
            self.rows_apart += sum(len(batch.cases) for batch in done.apart)
            if self.rows_apart > MOST_APART:
                raise SharedIdsError(self.rows_apart)

    def total(self, parts: Sequence[Part], counting: Counting) -> Any:
        """The sums of all parts added up, some at a time."""
        total = counting.added([])
        for first in range(0, len(parts), _AT_A_TIME):
            own = [self._path(part, "sums").read_bytes() for part in parts[first : first + _AT_A_TIME]]
            total = counting.added([total, *map(pickle.loads, own)])
        return total

    def records(self, parts: Sequence[Part], others: Records) -> Iterator[Records]:
        """The records of all parts and the `others`, those of one key together."""
        every = [self._read(part, "records.npy") for part in parts] + [by_key(others)]
        kept = [(records, _places(records["key"])) for records in every if len(records)]
        for number in range(_BUCKETS if kept else 0):
            yield np.concatenate([records[places[number] : places[number + 1]] for records, places in kept])

    def shared_ids(self, parts: Sequence[Part]) -> Hashes:
        """The hashes that stand more than once, in order."""
        every = [(ids, _places(ids)) for ids in self._ids(parts)]
        found = []
        for number in range(_BUCKETS):
            ordered = np.sort(np.concatenate([ids[places[number] : places[number + 1]] for ids, places in every]))
            found.append(np.unique(ordered[1:][ordered[1:] == ordered[:-1]]))
        return np.concatenate(found)

    def holding(self, parts: Sequence[Part], hashes: Hashes) -> list[Part]:
        """The parts with a row whose id has one of the hashes."""
        return [
            part
            for part, ids in zip(parts, self._ids(parts), strict=True)
            if len(ids) and (ids[np.searchsorted(ids, hashes).clip(max=len(ids) - 1)] == hashes).any()
        ]

    def _ids(self, parts: Sequence[Part]) -> list[Hashes]:
        return [self._read(part, "ids.npy") for part in parts]

    def _read(self, part: Part, suffix: str) -> NDArray[Any]:
        found: NDArray[Any] = np.load(self._path(part, suffix), mmap_mode="r")
        return found

    def _path(self, part: Part, suffix: str) -> Path:
        number = self._numbers.setdefault(part, len(self._numbers))
        return self.folder / f"{number}.{suffix}"


def _places(keys: Hashes) -> list[int]:
    """Where each bucket of ordered keys begins, and where the last one ends."""
    return [*np.searchsorted(keys, _EDGES).tolist(), len(keys)]
