"""One part of a file computed: what a process, of a pool or of a cluster, is sent and sends back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing.duplicates import newest_times
from betalningsansvar.billing.span.checked import checked, together
from betalningsansvar.data.bytematrix import mixed
from betalningsansvar.data.caseparts import Batch, batches
from betalningsansvar.data.files.headers import Layout
from betalningsansvar.data.files.parquetparts import Part
from betalningsansvar.data.issues import row_positions

ROWS = 250_000
"""Rows held at a time by each process."""

Hashes = NDArray[np.uint64]
Records = NDArray[np.void]
"""Of single cases, what must be held against those of other parts: a field `key` (uint64, its first bits as good as
random) and others."""

NO_RECORDS: Records = np.empty(0, [("key", np.uint64)])


class Counting(Protocol):
    """What a run counts in every part. Frozen and picklable; how the cases were split changes nothing."""

    @property
    def as_of(self) -> date | None:
        """The day the data was extracted, where somebody said it."""

    def sums(self, cases: pd.DataFrame) -> tuple[Any, Records]:
        """Of a batch of checked cases the sums, small and picklable, and the records."""

    def added(self, parts: Sequence[Any]) -> Any:
        """The sums of batches together; of no batch too."""

    def completed(self, total: Any, records: Iterator[Records]) -> Any:
        """The sums of all batches with what only their records together tell; those of one key come at once."""


@dataclass(frozen=True)
class Job:
    """What every part of a run shares. Frozen and picklable. Rows whose `arende_id` has a hash in `apart` (sorted) are
    not computed but sent back, to be computed with their twins. The random `secret` obscures the hashes, which
    are kept on disk; it is not."""

    counting: Counting
    today: date
    layouts: Mapping[str, Layout]
    apart: Hashes
    secret: bytes


@dataclass(frozen=True)
class Done:
    """A part computed: the `sums` and, by their keys, the `records` of the job's counting; its findings counted
    (`billing.span.checked`); the hashes of its ids in order, 0 left out; the newest time of its rows; and the rows
    apart with their issues."""

    sums: Any
    records: Records
    found: pd.DataFrame
    ids: Hashes
    newest: int
    apart: tuple[Batch, ...]


def compute_part(part: Part, job: Job) -> Done:
    """Read, check and add up one part. Pure but for the reading. Raises InputError."""
    done, records, found, ids, apart = [], [], [], [], []
    newest = np.iinfo(np.int64).min
    for batch in batches(part, job.layouts[part.file.name], ROWS):
        batch = replace(batch, ids=np.where(batch.ids == 0, np.uint64(0), mixed(batch.ids, job.secret)))
        ids.append(batch.ids[batch.ids != 0])
        newest = max(newest, int(newest_times(batch.cases).max(initial=newest)))
        rest, taken = _parted(batch, job.apart)
        if taken:
            apart.append(taken)
        cases, counted = checked(rest.cases, rest.issues, job.today, job.counting.as_of)
        sums, of_cases = job.counting.sums(cases)
        done.append(sums)
        records.append(of_cases)
        found.append(counted)
    own_ids, own_records = np.sort(np.concatenate(ids)), by_key(joined(records))
    return Done(job.counting.added(done), own_records, together(found), own_ids, newest, tuple(apart))


def joined(records: Sequence[Records]) -> Records:
    """The records one after the other; those of no case have no fields but the key."""
    return np.concatenate([some for some in records if len(some)] or [NO_RECORDS])


def by_key(records: Records) -> Records:
    """The records in the order of their keys."""
    return records[np.argsort(records["key"])]


def _parted(batch: Batch, hashes: Hashes) -> tuple[Batch, Batch | None]:
    """The batch without the rows that have one of the hashes, and those rows."""
    taken = np.isin(batch.ids, hashes) if len(hashes) else np.zeros(len(batch.ids), np.bool_)
    if not taken.any():
        return batch, None
    return _chosen(batch, ~taken), _chosen(batch, taken)


def _chosen(batch: Batch, rows: NDArray[np.bool_]) -> Batch:
    place = row_positions(batch.cases, batch.issues)
    kept = batch.issues[(place >= 0) & rows[place]].reset_index(drop=True)
    return Batch(batch.cases[rows].reset_index(drop=True), kept, batch.ids[rows])
