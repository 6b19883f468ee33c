"""A span of months of cases that do not fit in memory: Parquet in parts, computed side by side and added up.

An `arende_id` that stands in several parts is found by a hash of each id (8 bytes a case, on disk): those rows are
taken out of their parts and checked together, as all rows are of data that fits in memory.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing.cases import check_cases
from betalningsansvar.billing.duplicates import DROPPED
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.span.checked import counted, of_computed, together
from betalningsansvar.billing.span.plan import span_plan
from betalningsansvar.billing.span.sums import Sums, added, sums
from betalningsansvar.billing.span.totals import SpanTotals, combined
from betalningsansvar.data.caseparts import Batch, Source, sources
from betalningsansvar.data.files.inputs import InputFile
from betalningsansvar.data.files.parquetparts import Part
from betalningsansvar.data.issues import about_files, settle
from betalningsansvar.data.stop import StopError
from betalningsansvar.data.unread import told_of_files
from betalningsansvar.operations.law import Law
from betalningsansvar.operations.part_engines import Compute, Engine
from betalningsansvar.operations.requests import Progress, require_extract, require_months
from betalningsansvar.operations.span_part import Done, Hashes, Job, compute_part
from betalningsansvar.reports.files.manifest import Fingerprint, ReadFile
from betalningsansvar.reports.span.record import SpanReport

MOST_APART, PART = 2_000_000, 1_000_000
_BUCKETS, _AT_A_TIME = 16, 8
_NO_HASHES = np.empty(0, np.uint64)


class SharedIdsError(StopError):
    """More rows share their `arende_id` with others than can be held against each other in memory."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        super().__init__(
            f"{rows} rader har samma arende_id som någon annan rad, fler än {MOST_APART} som kan prövas mot varandra. "
            "Dela upp uppgifterna så att varje ärende står i ett uttag, det nyaste."
        )


@dataclass(frozen=True)
class BatchRequest:
    """The months `first` through `last` of Parquet files on disk, in parts of about `rows` rows. The rest as
    `operations.span.SpanRequest`."""

    files: tuple[InputFile, ...]
    law: Law
    first: Month
    last: Month
    today: date
    as_of: date | None = None
    allow_inferred: bool = False
    passed_over: tuple[str, ...] = ()
    rows: int = PART


@dataclass(frozen=True)
class BatchWork:
    """The report, and the files that were read as a manifest lists them."""

    report: SpanReport
    inputs: tuple[Fingerprint, ...]


def compute_batches(
    request: BatchRequest, engine: Engine, progress: Progress | None = None, compute: Compute = compute_part
) -> BatchWork:
    """Compute every month. Raises what `operations.span.compute_span` does, InputError, PartError, ClusterError and
    SharedIdsError."""
    require_months(request.first, request.last, request.as_of, request.today)
    require_extract(request.as_of, request.last.start, request.today)
    read = sources(request.files, request.rows)
    law = request.law
    plan = span_plan(law.agreement, law.tariffs, request.first.through(request.last), request.as_of)
    job = Job(plan, request.today, {source.file.name: source.layout for source in read}, _NO_HASHES)
    with TemporaryDirectory(prefix="betalningsansvar-") as folder, ThreadPoolExecutor(1) as beside:
        digests = [(source, beside.submit(Fingerprint.of, source.file.path)) for source in read if source.file.path]
        kept = _Kept(Path(folder))
        parts = [part for source in read for part in source.parts]
        _run(engine, compute, parts, job, kept, progress)
        shared = kept.shared_ids(parts)
        if len(shared):
            _run(engine, compute, kept.holding(parts, shared), replace(job, apart=shared), kept, progress)
        twins, found = _together(kept, read, job)
        total = added([kept.total(parts), *twins])
        totals = combined([total], plan, allow_inferred=request.allow_inferred)
        inputs = tuple(
            ReadFile.of_source(replace(source.told, sha256=digest.result().sha256)) for source, digest in digests
        )
    told = [source.told for source in read]
    issues = [totals.ends, told_of_files(told, request.passed_over), *_issues(found, totals)]
    every = pd.concat(issues, ignore_index=True)
    return BatchWork(SpanReport(totals, every.assign(antal=every["antal"].fillna(1).astype("int64"))), inputs)


def _run(
    engine: Engine, compute: Compute, parts: Sequence[Part], job: Job, kept: _Kept, progress: Progress | None
) -> None:
    size, done = sum(part.rows for part in parts), 0
    for part, result in engine(compute, parts, job):
        kept.put(part, result)
        done += part.rows
        if progress:
            progress("Räknar", done, size)


@dataclass
class _Kept:
    """What the parts came to, kept on disk until all are there: in memory they would be as many as the parts."""

    folder: Path
    found: dict[Part, pd.DataFrame] = field(default_factory=dict)
    newest: dict[str, int] = field(default_factory=dict)
    apart: dict[Part, tuple[Batch, ...]] = field(default_factory=dict)
    rows_apart: int = 0

    def put(self, part: Part, done: Done) -> None:
        """Keep a part, in place of what it came to before."""
        name = part.file.name
        np.save(self._path(part, "npy"), done.ids)
        self._path(part, "sums").write_bytes(pickle.dumps(done.sums))
        self.found[part] = done.found
        self.newest[name] = max(self.newest.get(name, done.newest), done.newest)
        if done.apart:
            self.apart[part] = done.apart
            self.rows_apart += sum(len(batch.cases) for batch in done.apart)
            if self.rows_apart > MOST_APART:
                raise SharedIdsError(self.rows_apart)

    def total(self, parts: Sequence[Part]) -> Sums:
        """All parts added up, some at a time."""
        total = added([])
        for first in range(0, len(parts), _AT_A_TIME):
            own = [self._path(part, "sums").read_bytes() for part in parts[first : first + _AT_A_TIME]]
            total = added([total, *map(pickle.loads, own)])
        return total

    def shared_ids(self, parts: Sequence[Part]) -> Hashes:
        """The hashes that stand more than once, in order."""
        edges = np.arange(_BUCKETS, dtype=np.uint64) << np.uint64(60)  # the first four bits
        found = []
        for number, low in enumerate(edges):
            own = []
            for ids in self._ids(parts):
                stop = len(ids) if number == _BUCKETS - 1 else int(np.searchsorted(ids, edges[number + 1]))
                own.append(np.array(ids[int(np.searchsorted(ids, low)) : stop]))
            ordered = np.sort(np.concatenate(own))
            found.append(np.unique(ordered[1:][ordered[1:] == ordered[:-1]]))
        return np.concatenate(found)

    def holding(self, parts: Sequence[Part], hashes: Hashes) -> list[Part]:
        """The parts with a row whose id has one of the hashes."""
        return [
            part
            for part, ids in zip(parts, self._ids(parts), strict=True)
            if len(ids) and (ids[np.searchsorted(ids, hashes).clip(max=len(ids) - 1)] == hashes).any()
        ]

    def _ids(self, parts: Sequence[Part]) -> list[NDArray[np.uint64]]:
        return [np.load(self._path(part, "npy"), mmap_mode="r") for part in parts]

    def _path(self, part: Part, suffix: str) -> Path:
        name = f"{part.file.name}-{part.first}".encode().hex()
        return self.folder / f"{name}.{suffix}"


def _together(kept: _Kept, read: Sequence[Source], job: Job) -> tuple[list[Sums], pd.DataFrame]:
    """The rows apart, checked together as `check_cases` does all rows; their sums, and all findings counted."""
    found = list(kept.found.values())
    taken = [batch for part in kept.apart for batch in kept.apart[part]]
    if not taken:
        return [], together(found)
    names = [source.file.name for source in read]
    cases = pd.concat([batch.cases.assign(fil=batch.cases["fil"].astype("str")) for batch in taken])
    cases["fil"] = pd.Categorical(cases["fil"], categories=names)
    cases = cases.sort_values(["fil", "rad"]).reset_index(drop=True)
    issues = pd.concat([batch.issues for batch in taken], ignore_index=True)
    newest = np.array([kept.newest.get(name, np.iinfo(np.int64).min) for name in names])
    checked, told = check_cases(settle(cases, issues), issues, job.today, newest)
    dropped = int(told["kod"].isin(DROPPED).sum())
    assert len(cases) == len(checked) + dropped, "a row was lost among those that share an id"
    found += [counted(told), *of_computed(checked, job.plan.as_of)]
    return [sums(checked, job.plan)], together(found)


def _issues(found: pd.DataFrame, totals: SpanTotals) -> list[pd.DataFrame]:
    """The counted findings as issues of whole files, what is blocked, and what batches do not look for."""
    told = []
    for row in found.to_dict("records"):
        number = int(row["antal"])
        one = about_files([(row["fil"], row["kod"], _rows_text(number, str(row["rader"])))], row["kolumn"])
        told.append(one.assign(antal=number))
    blocked = totals.blocked.groupby("orsak")["antal"].sum()
    for kod, number in blocked.items():
        told.append(about_files([("", str(kod), f"{number}, räknade i varje månad")]).assign(antal=int(number)))
    return [about_files([("", "LAST_I_DELAR", "")]), *told]


def _rows_text(number: int, rows: str) -> str:
    first = ", ".join(rows.split())
    return f"rad {first}" if number == len(rows.split()) else f"{number} rader, först {first}"
