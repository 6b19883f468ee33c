"""Cases that do not fit in memory: Parquet in parts, computed side by side and added up.

An `arende_id` that stands in several parts is found by a hash of each id (8 bytes a case, on disk): those rows are
taken out of their parts and checked together, as all rows are of data that fits in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from secrets import token_bytes
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from betalningsansvar.billing.cases import check_cases
from betalningsansvar.billing.duplicates import DROPPED
from betalningsansvar.billing.span.checked import counted, of_computed, together
from betalningsansvar.data.bytematrix import SECRET
from betalningsansvar.data.caseparts import Source, sources
from betalningsansvar.data.files.inputs import InputFile
from betalningsansvar.data.files.parquetparts import Part
from betalningsansvar.data.issues import about_files, settle
from betalningsansvar.data.unread import told_of_files
from betalningsansvar.operations.part import NO_RECORDS, Counting, Job, Records, compute_part
from betalningsansvar.operations.part_engines import Compute, Engine
from betalningsansvar.operations.parts_kept import NO_HASHES, Kept
from betalningsansvar.operations.requests import Progress
from betalningsansvar.reports.files.manifest import Fingerprint, ReadFile

PART = 1_000_000


@dataclass(frozen=True)
class PartsRequest:
    """Parquet `files` on disk, to be read in parts of about `rows` rows; `passed_over` as
    `operations.inputs.ReadRequest`. `hashed`: the files' SHA-256 are asked for."""

    files: tuple[InputFile, ...]
    today: date
    passed_over: tuple[str, ...] = ()
    rows: int = PART
    hashed: bool = True


@dataclass(frozen=True)
class PartsWork:
    """The `total` of what was counted; the files that were read as a manifest lists them, none where nobody asked for
    their SHA-256; and what was found: an issue per file, code and column, about so many rows (`antal`)."""

    total: Any
    inputs: tuple[ReadFile, ...]
    issues: pd.DataFrame


def compute_parts(
    request: PartsRequest,
    counting: Counting,
    engine: Engine,
    progress: Progress | None = None,
    compute: Compute = compute_part,
) -> PartsWork:
    """Count in every part, and add up. Raises InputError, PartError, ClusterError and SharedIdsError."""
    read = sources(request.files, request.rows)
    layouts = {source.file.name: source.layout for source in read}
    job = Job(counting, request.today, layouts, NO_HASHES, token_bytes(SECRET))
    # Windows removes no file that is still mapped, as those of the records may be when an error is on its way.
    kept_in = TemporaryDirectory(prefix="betalningsansvar-", ignore_cleanup_errors=True)
    with kept_in as folder, ThreadPoolExecutor(1) as beside:
        asked = [source for source in read if request.hashed and source.file.path]
        digests = [(source, beside.submit(Fingerprint.of, source.file.path)) for source in asked if source.file.path]
        kept = Kept(Path(folder))
        parts = [part for source in read for part in source.parts]
        _run(engine, compute, parts, job, kept, progress)
        shared = kept.shared_ids(parts)
        if len(shared):
            _run(engine, compute, kept.holding(parts, shared), replace(job, apart=shared), kept, progress)
        twins, records, found = _together(kept, read, job)
        total = counting.added([kept.total(parts, counting), *twins])
        total = counting.completed(total, kept.records(parts, records))
        inputs = tuple(
            ReadFile.of_source(replace(source.told, sha256=digest.result().sha256)) for source, digest in digests
        )
    of_files = told_of_files([source.told for source in read], request.passed_over)
    return PartsWork(total, inputs, pd.concat([of_files, *_issues(found)], ignore_index=True))


def _run(
    engine: Engine, compute: Compute, parts: Sequence[Part], job: Job, kept: Kept, progress: Progress | None
) -> None:
    size, done = sum(part.rows for part in parts), 0
    for part, result in engine(compute, parts, job):
        kept.put(part, result)
        done += part.rows
        if progress:
            progress("Räknar", done, size)


def _together(kept: Kept, read: Sequence[Source], job: Job) -> tuple[list[Any], Records, pd.DataFrame]:
    """The rows apart, checked together as `check_cases` does all rows; their sums and records, and all findings
    counted."""
    found = list(kept.found.values())
    taken = [batch for part in kept.apart for batch in kept.apart[part]]
    if not taken:
        return [], NO_RECORDS, together(found)
    names = [source.file.name for source in read]
    cases = pd.concat([batch.cases.assign(fil=batch.cases["fil"].astype("str")) for batch in taken])
    cases["fil"] = pd.Categorical(cases["fil"], categories=names)
    cases = cases.sort_values(["fil", "rad"]).reset_index(drop=True)
    issues = pd.concat([batch.issues for batch in taken], ignore_index=True)
    newest = np.array([kept.newest.get(name, np.iinfo(np.int64).min) for name in names])
    checked, told = check_cases(settle(cases, issues), issues, job.today, newest)
    dropped = int(told["kod"].isin(DROPPED).sum())
    assert len(cases) == len(checked) + dropped, "a row was lost among those that share an id"
    found += [counted(told), *of_computed(checked, job.counting.as_of)]
    sums, records = job.counting.sums(checked)
    return [sums], records, together(found)


def _issues(found: pd.DataFrame) -> list[pd.DataFrame]:
    """The counted findings as issues of whole files, after what parts do not look for."""
    told = [about_files([("", "LAST_I_DELAR", "")]).assign(antal=1)]
    for row in found.to_dict("records"):
        number = int(row["antal"])
        one = about_files([(row["fil"], row["kod"], _rows_text(number, str(row["rader"])))], row["kolumn"])
        told.append(one.assign(antal=number))
    return told


def with_counts(issues: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Issues under each other, each about so many rows (`antal`); one where nothing is said."""
    every = pd.concat(issues, ignore_index=True)
    return every.assign(antal=every["antal"].fillna(1).astype("int64"))


def _rows_text(number: int, rows: str) -> str:
    first = ", ".join(rows.split())
    return f"rad {first}" if number == len(rows.split()) else f"{number} rader, först {first}"
