"""Parts computed one after the other, by a pool of processes, or by the workers of a Dask cluster.

A part that fails for any reason but the data is tried once more. The second time the run stops and names the part.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from logging import CRITICAL, getLogger
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from betalningsansvar.data.files.parquetparts import Part
from betalningsansvar.data.processes import out_of_hearing, serve_the_program, started_together
from betalningsansvar.data.stop import StopError
from betalningsansvar.data.system_reasons import reason
from betalningsansvar.operations.part import Done, Job
from betalningsansvar.reports.files.destination import OutputError

Compute = Callable[[Part, Job], Done]
Engine = Callable[[Compute, Sequence[Part], Job], Iterator[tuple[Part, Done]]]
"""Yields every part with what it came to, in any order. Raises StopError."""


class PartError(StopError):
    """A part could not be computed twice over, for a reason that is not in the data. `part` is which."""

    def __init__(self, part: Part, why: str) -> None:
        self.part = part
        super().__init__(
            f"{part}: delen gick inte att räkna, och inte heller vid ett nytt försök: {why}. Inget är skrivet. "
            "Oftast räcker inte minnet: kör med färre processer. Pröva annars filen för sig."
        )


class ClusterError(StopError):
    """There is no cluster to compute on."""


def _why(error: BaseException) -> str:
    """In words why a part fell; never what the error says, which may quote a value."""
    if isinstance(error, MemoryError):
        return "minnet tog slut"
    if isinstance(error, BrokenProcessPool) or type(error).__name__ == "KilledWorker":
        return "processen som räknade den dog"
    if isinstance(error, ImportError):
        return "programmet saknas där delen räknades, eller har en annan version"
    return f"ett fel i programmet ({type(error).__name__})"


def one_process(compute: Compute, parts: Sequence[Part], job: Job) -> Iterator[tuple[Part, Done]]:
    """In this process, one part after the other."""
    for part in parts:
        try:
            yield part, compute(part, job)
        except StopError:
            raise
        except Exception:
            try:
                yield part, compute(part, job)
            except StopError:
                raise
            except Exception as error:
                raise PartError(part, _why(error)) from error


def pool_of(processes: int) -> Engine:
    """By `processes` processes, each started anew (as on Windows) and sent one part at a time."""

    def engine(compute: Compute, parts: Sequence[Part], job: Job) -> Iterator[tuple[Part, Done]]:
        with TemporaryDirectory(prefix="betalningsansvar-", ignore_cleanup_errors=True) as folder:
            asked = Asked(compute, _kept(job, Path(folder)), job.secret)
            left: Sequence[Part] = parts
            while left:
                again: dict[Part, str] = {}
                left = yield from _in_pool(asked, left, processes, again)
                # What was under way when a process died, or failed: alone, so that the one at fault is known.
                for part in sorted(again, key=parts.index):
                    failed: dict[Part, str] = {}
                    yield from _in_pool(asked, [part], 1, failed)
                    if failed:
                        raise PartError(part, failed[part])

    return engine


@dataclass(frozen=True)
class Asked:
    """What to compute of a part. The job stands in the file `job`, but for its `secret`: that of a country is larger
    than a pipe, and what is sent through one to a process that dies before it has read it is waited for without end."""

    compute: Compute
    job: Path
    secret: bytes


def _kept(job: Job, folder: Path) -> Path:
    """The file that the job now stands in. Raises OutputError on a full disk."""
    path = folder / "job"
    try:
        path.write_bytes(pickle.dumps(replace(job, secret=b""), pickle.HIGHEST_PROTOCOL))
    except OSError as error:
        raise OutputError(
            f"{folder}: det som delarna ska räknas efter gick inte att skriva ({reason(error)}). Gör plats där datorn "
            "har sina tillfälliga filer."
        ) from error
    return path


@cache
def _job(path: Path, secret: bytes) -> Job:
    """In a process of the pool: the job, which is read once."""
    job: Job = pickle.loads(path.read_bytes())
    return replace(job, secret=secret)


def _compute(asked: Asked, part: Part) -> Done:
    return asked.compute(part, _job(asked.job, asked.secret))


def _in_pool(
    asked: Asked, parts: Sequence[Part], processes: int, again: dict[Part, str]
) -> Generator[tuple[Part, Done], None, list[Part]]:
    """What could be computed; the parts that fell are put in `again` with the reason. Returns those not begun when a
    process died."""
    left = list(parts)
    under_way: dict[Future[Done], Part] = {}
    with _pool(min(processes, len(left))) as pool:
        broken = False
        while not broken and (left or under_way):
            try:
                while left and len(under_way) < processes + 1:
                    with out_of_hearing():
                        under_way[pool.submit(_compute, asked, left[0])] = left[0]
                    left.pop(0)
            except BrokenProcessPool:
                broken = True
            except OSError:  # a process could not be started, or one died while the next was
                broken = True
                again[left.pop(0)] = _why(BrokenProcessPool())
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                part = under_way.pop(future)
                try:
                    done = future.result()
                except StopError:
                    raise
                except Exception as error:
                    again[part] = _why(error)
                    broken |= isinstance(error, BrokenProcessPool)
                else:
                    yield part, done
        again |= dict.fromkeys(under_way.values(), _why(BrokenProcessPool()))
    return left


@contextmanager
def _pool(processes: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of which nothing runs any more after the block: the parts under way are waited for, the others left."""
    pool = started_together(ProcessPoolExecutor(processes, get_context("spawn"), serve_the_program))
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def cluster_at(address: str) -> Engine:
    """By the workers of the Dask scheduler at `address` (`tcp://…`), which must find the files by the same paths."""

    def engine(compute: Compute, parts: Sequence[Part], job: Job) -> Iterator[tuple[Part, Done]]:
        try:
            from distributed import Client, as_completed
        except ImportError:
            raise ClusterError(
                "Ett kluster kräver tillägget kluster: pip install 'betalningsansvar[kluster]'."
            ) from None
        try:
            client = Client(address, timeout="10s", set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise ClusterError(
                f"Klustret på {address} svarar inte ({type(error).__name__}). Är schemaläggaren i gång?"
            ) from None
        for name in ("distributed", "distributed.client"):  # what they have to tell is told here, in Swedish
            getLogger(name).setLevel(CRITICAL)
        with client:
            if not client.scheduler_info()["workers"]:
                raise ClusterError(f"Klustret på {address} har inga arbetare. Starta minst en.")
            # The job goes with each part: scattered, it would be lost with the workers that hold it, and all parts too.
            asked = {client.submit(compute, part, job, pure=False): part for part in parts}
            again: list[Part] = []
            for future in as_completed(list(asked), loop=client.loop):
                try:
                    done: Done = future.result()
                except StopError:
                    raise
                except Exception:
                    _require_running(client, address)
                    again.append(asked[future])
                else:
                    yield asked[future], done
                future.release()
            for part in sorted(again, key=parts.index):  # alone, so that the one at fault is known
                try:
                    done = client.submit(compute, part, job, pure=False).result()
                except StopError:
                    raise
                except Exception as error:
                    _require_running(client, address)
                    raise PartError(part, _why(error)) from None
                yield part, done

    return engine


def _require_running(client: Any, address: str) -> None:
    if client.status != "running":
        raise ClusterError(
            f"Klustret på {address} svarar inte längre. Inget är skrivet. Starta det igen, och kör om."
        ) from None
