"""Parts computed one after the other, by a pool of processes, or by the workers of a Dask cluster.

A part that fails for any reason but the data is tried once more. The second time the run stops and names the part.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from logging import CRITICAL, getLogger
from multiprocessing import get_context
from typing import Any

from betalningsansvar.data.files.parquetparts import Part
from betalningsansvar.data.stop import StopError
from betalningsansvar.operations.part import Done, Job

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
        left: Sequence[Part] = parts
        while left:
            again: dict[Part, str] = {}
            left = yield from _in_pool(compute, left, job, processes, again)
            # What was under way when a process died, or failed: alone, so that the one at fault is known.
            for part in sorted(again, key=parts.index):
                failed: dict[Part, str] = {}
                yield from _in_pool(compute, [part], job, 1, failed)
                if failed:
                    raise PartError(part, failed[part])

    return engine


def _in_pool(
    compute: Compute, parts: Sequence[Part], job: Job, processes: int, again: dict[Part, str]
) -> Generator[tuple[Part, Done], None, list[Part]]:
    """What could be computed; the parts that fell are put in `again` with the reason. Returns those not begun when a
    process died."""
    left = list(parts)
    under_way: dict[Future[Done], Part] = {}
    with _pool(min(processes, len(left)), compute, job) as pool:
        broken = False
        while not broken and (left or under_way):
            try:
                while left and len(under_way) < processes + 1:
                    under_way[pool.submit(_compute, left[0])] = left[0]
                    left.pop(0)
            except BrokenProcessPool:
                broken = True
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
def _pool(processes: int, compute: Compute, job: Job) -> Iterator[ProcessPoolExecutor]:
    """A pool whose processes have the job; ended at once, without waiting for what it computes, on an error."""
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, (compute, job))
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown(wait=True, cancel_futures=True)


_own: dict[str, Any] = {}


def _begin(compute: Compute, job: Job) -> None:
    _own.update(compute=compute, job=job)


def _compute(part: Part) -> Done:
    done: Done = _own["compute"](part, _own["job"])
    return done


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
