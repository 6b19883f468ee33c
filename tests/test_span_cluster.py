"""The parts of a span on a Dask cluster: a scheduler and two workers, processes of their own on this computer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from threading import Thread

import pytest

from betalningsansvar.operations.part_engines import ClusterError, PartError, cluster_at, one_process
from tests import nation_files
from tests.test_cli import run
from tests.test_span_batches import SPAN, TABLES, work

pytest.importorskip("distributed")
HOUSE = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def mark(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kluster") / "dog"


@contextmanager
def cluster(mark: Path, workers: int) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address of a scheduler with so many workers, and its process."""
    known = mark.with_name("scheduler.json")
    path = os.pathsep.join([str(HOUSE), os.environ.get("PYTHONPATH", "")])
    fails = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1", "DASK_DISTRIBUTED__ADMIN__TICK__LIMIT": "60s"}
    environment = os.environ | fails | {nation_files.MARK: str(mark), "PYTHONPATH": path}
    common = ("--scheduler-file", str(known), "--no-dashboard")
    commands = (
        ("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", *common),
        ("distributed.cli.dask_worker", "--nworkers", f"{workers}", "--nthreads", "1", *common, "--host", "127.0.0.1"),
    )
    started = []
    with mark.with_name("log").open("wb") as log:
        for module, *words in commands:
            words += ["--local-directory", str(mark.parent)] if "worker" in module else []
            command = [sys.executable, "-m", module, *words]
            started.append(
                subprocess.Popen(command, env=environment, cwd=HOUSE, stdout=log, stderr=log, start_new_session=True)
            )
        try:
            yield _ready(known, workers), started[0]
        finally:
            for process in reversed(started):
                process.terminate()
            for process in started:
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:  # one that is starting a worker anew
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait(30)


@pytest.fixture(scope="module")
def address(mark: Path) -> Iterator[str]:
    with cluster(mark, 2) as (address, _):
        yield address


def _ready(known: Path, workers: int) -> str:
    from distributed import Client

    until = time.monotonic() + 120
    while not known.exists() and time.monotonic() < until:
        time.sleep(0.1)
    address = str(json.loads(known.read_text("utf-8"))["address"])
    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=120)
    return address


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nation") / "uttag"
    rng = Random(9)
    nation_files.write(nation_files.with_twins(nation_files.faulty_cases(rng, 500), rng), folder, 60)
    return folder


@pytest.mark.parametrize("law", [("--agreement", "nationell"), ("--agreements", "region")])
def test_a_cluster_gives_the_folder_of_one_process(address: str, data: Path, tmp_path: Path, law: tuple[str]) -> None:
    for name, how in (("ett", ("--processes", "1")), ("kluster", ("--cluster", address))):
        done = run("bill", data, *SPAN, *law, *how, "--out", tmp_path / name)
        assert done.exit_code == 0, done.output
    for table in (*TABLES, "avvikelser.csv", "manifest.json"):
        assert (tmp_path / "ett" / table).read_bytes() == (tmp_path / "kluster" / table).read_bytes(), table


def test_workers_find_the_files_wherever_they_run(
    address: str, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(data.parent)
    done = run("bill", data.name, *SPAN, "--cluster", address, "--out", tmp_path / "ut")
    assert done.exit_code == 0, done.output


def test_a_cluster_gives_the_statistics_of_all_cases_in_memory(address: str, data: Path, tmp_path: Path) -> None:
    asked = ("stats", data, "--from", "2018-07", "--to", "2018-12", "--agreements", "region", "--out")
    for name, how in (("minne", ()), ("kluster", ("--cluster", address))):
        done = run(*asked, tmp_path / f"{name}.csv", *how)
        assert done.exit_code == 0, done.output
    assert (tmp_path / "minne.csv").read_bytes() == (tmp_path / "kluster.csv").read_bytes()


def test_a_worker_killed_in_the_middle_changes_nothing(address: str, data: Path, mark: Path) -> None:
    wanted = work(data, one_process).report.totals.kommuner.to_csv()
    assert work(data, cluster_at(address), nation_files.dies_once).report.totals.kommuner.to_csv() == wanted
    assert mark.exists()


def test_a_part_that_kills_every_worker_is_named(address: str, data: Path) -> None:
    with pytest.raises(PartError) as stop:
        work(data, cluster_at(address), nation_files.dies_always)
    assert stop.value.part.file.name == "uttag-1.parquet"


def test_a_cluster_that_is_not_there_is_told(data: Path, tmp_path: Path) -> None:
    done = run("bill", data, *SPAN, "--cluster", "tcp://127.0.0.1:9", "--out", tmp_path / "ut")
    assert done.exit_code == 1 and "Klustret på tcp://127.0.0.1:9 svarar inte" in done.output
    with pytest.raises(ClusterError):
        work(data, cluster_at("inget"))
    assert not (tmp_path / "ut").exists()


def test_a_scheduler_that_dies_in_the_middle_is_told(data: Path, tmp_path: Path) -> None:
    mark = tmp_path / "börjat"
    with cluster(mark, 1) as (address, scheduler):

        def kill() -> None:
            while not mark.exists():
                time.sleep(0.1)
            scheduler.kill()

        Thread(target=kill, daemon=True).start()
        with pytest.raises(ClusterError, match="svarar inte längre"):
            work(data, cluster_at(address), nation_files.waits)
