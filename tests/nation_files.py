"""Parquet files with faults in them, as a nation's regions would send them; and computations of parts that fail."""

from __future__ import annotations

import os
import signal
import time
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from betalningsansvar.data.columns import CASE_COLUMNS
from betalningsansvar.data.files.parquetparts import Part
from betalningsansvar.operations.part import Done, Job, compute_part
from tests.engine_adapter import case_frame
from tests.strategies import random_case

MARK = "BETALNINGSANSVAR_TEST_MARK"
DAYS = [date(2018, 1, 1), date(2018, 12, 31)]


def faulty_cases(rng: Random, size: int) -> pd.DataFrame:
    """Cases of 2018 in the columns of a file; one in twelve has some fault."""
    frame = case_frame([random_case(rng, f"A{n}", date(2018, rng.randint(2, 11), 1), DAYS) for n in range(size)])
    frame = frame[[column.name for column in CASE_COLUMNS]]
    for name in ("folkbokforingskommun", "placeringskommun", "vardform"):
        frame[name] = frame[name].astype("object").where(frame[name].notna(), None)
    some = np.array([rng.random() for _ in range(size)])
    frame.loc[some < 0.01, "folkbokforingskommun"] = "9999"
    frame.loc[(some > 0.01) & (some < 0.02), "vardform"] = "tandvård"
    frame.loc[(some > 0.02) & (some < 0.03), "patient_id"] = ""
    frame.loc[(some > 0.03) & (some < 0.04), "utskriven"] = frame["inskriven"] - pd.Timedelta(days=40)
    frame.loc[(some > 0.04) & (some < 0.05), "arende_id"] = ""
    frame.loc[(some > 0.05) & (some < 0.06), "utskrivningsklar"] = pd.NaT
    frame.loc[(some > 0.06) & (some < 0.07), ["oppenvard_hinder_fran", "permission_fran"]] = pd.NaT
    frame.loc[(some > 0.07) & (some < 0.08), ["folkbokforingskommun", "placeringskommun"]] = None
    return frame


def with_twins(frame: pd.DataFrame, rng: Random) -> list[pd.DataFrame]:
    """The cases in three files; some stand in two: the same, known further, or contradicting."""
    cut = np.array([rng.randrange(3) for _ in range(len(frame))])
    files = [frame[cut == number] for number in range(3)]
    same, further, other = (files[0].sample(8, random_state=rng.randrange(99)) for _ in range(3))
    further = further.assign(utskriven=further["utskriven"].fillna(pd.Timestamp("2018-12-30 10:00")))
    other = other.assign(sip_kravs=~other["sip_kravs"])
    return [files[0], pd.concat([files[1], same, further]), pd.concat([files[2], other, files[2].head(3)])]


def write(files: list[pd.DataFrame], folder: Path, group: int) -> None:
    folder.mkdir()
    for number, frame in enumerate(files):
        table = pa.Table.from_pandas(frame.reset_index(drop=True), preserve_index=False)
        pq.write_table(table, folder / f"uttag-{number}.parquet", row_group_size=group)


def dies_once(part: Part, job: Job) -> Done:
    """As `compute_part`, but the process that first comes to a part in the middle is killed."""
    mark = Path(os.environ[MARK])
    if part.first and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return compute_part(part, job)


def dies_always(part: Part, job: Job) -> Done:
    """As `compute_part`, but whoever computes the last part of the second file is killed."""
    if part.file.name == "uttag-1.parquet" and part.first:
        os.kill(os.getpid(), signal.SIGKILL)
    return compute_part(part, job)


def falls_once(part: Part, job: Job) -> Done:
    """As `compute_part`, but it first fails."""
    mark = Path(os.environ[MARK])
    if not mark.exists():
        mark.touch()
        raise MemoryError
    return compute_part(part, job)


def falls_always(part: Part, job: Job) -> Done:
    raise ZeroDivisionError("199001019802 is told by no error")


def waits(part: Part, job: Job) -> Done:
    """Tells that it began, and takes its time."""
    Path(os.environ[MARK]).touch()
    time.sleep(5)
    return compute_part(part, job)
