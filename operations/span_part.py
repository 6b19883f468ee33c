"""One part of a file computed: what a process, of a pool or of a cluster, is sent and sends back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing.duplicates import newest_times
from betalningsansvar.billing.span.checked import checked, together
from betalningsansvar.billing.span.plan import SpanPlan
from betalningsansvar.billing.span.sums import Sums, added, sums
from betalningsansvar.data.caseparts import Batch, batches
from betalningsansvar.data.files.headers import Layout
from betalningsansvar.data.files.parquetparts import Part
from betalningsansvar.data.issues import row_positions

ROWS = 250_000
"""Rows held at a time by each process."""

Hashes = NDArray[np.uint64]


@dataclass(frozen=True)
class Job:
    """What every part of a run shares. Frozen and picklable. Rows whose `arende_id` has a hash in `apart` (sorted) are
    not computed but sent back, to be computed with their twins."""

    plan: SpanPlan
    today: date
    layouts: Mapping[str, Layout]
    apart: Hashes


@dataclass(frozen=True)
class Done:
    """A part computed: its `sums`; its findings counted (`billing.span.checked`); the hashes of its ids in order, 0
    left out; the newest time of its rows; and the rows apart with their issues."""

    sums: Sums
    found: pd.DataFrame
    ids: Hashes
    newest: int
    apart: tuple[Batch, ...]


def compute_part(part: Part, job: Job) -> Done:
    """Read, check and add up one part. Pure but for the reading. Raises InputError."""
    done, found, ids, apart = [], [], [], []
    newest = np.iinfo(np.int64).min
    for batch in batches(part, job.layouts[part.file.name], ROWS):
        ids.append(batch.ids[batch.ids != 0])
        newest = max(newest, int(newest_times(batch.cases).max(initial=newest)))
        rest, taken = _parted(batch, job.apart)
        if taken:
            apart.append(taken)
        cases, counted = checked(rest.cases, rest.issues, job.today, job.plan.as_of)
        done.append(sums(cases, job.plan))
        found.append(counted)
    return Done(added(done), together(found), np.sort(np.concatenate(ids)), newest, tuple(apart))


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
