"""How large Parquet files are computed: in parts, by processes here or by a cluster."""

from __future__ import annotations

from collections.abc import Sequence
from os import cpu_count
from typing import TYPE_CHECKING

from betalningsansvar.commands.stopping import wrong_usage

if TYPE_CHECKING:
    from betalningsansvar.data.files.inputs import InputFile
    from betalningsansvar.operations.part_engines import Engine

_MOST_IN_MEMORY = 2_000_000
"""Parquet files with more rows than this together are read in parts, by all processors, where nothing else is asked."""


def engine_for(
    files: Sequence[InputFile], processes: int | None, cluster: str | None, whole: Sequence[str]
) -> Engine | None:
    """How the parts of the files are computed; None where all cases are held in memory at once. `whole` are the options
    given that need them so. Raises click's UsageError for those beside `processes` or `cluster`, and InputError."""
    from betalningsansvar.data.files.parquetparts import rows_of
    from betalningsansvar.operations.part_engines import cluster_at, one_process, pool_of

    if (processes or cluster) and whole:
        raise wrong_usage(f"{', '.join(whole)} går inte med uppgifter som läses i delar (--processes, --cluster).")
    if cluster:
        return cluster_at(cluster)
    if processes:
        return pool_of(processes) if processes > 1 else one_process
    if not whole and all(file.is_parquet for file in files) and sum(map(rows_of, files)) > _MOST_IN_MEMORY:
        return pool_of(cpu_count() or 1)
    return None
