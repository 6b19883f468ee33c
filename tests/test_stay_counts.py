"""Statistics of batches are those of all cases at once, to the last figure, however the cases are split."""

from __future__ import annotations

import pickle
from datetime import date, timedelta
from pathlib import Path
from random import Random
from secrets import token_bytes
from statistics import median

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from betalningsansvar.billing.days import CaseDays, day_number
from betalningsansvar.billing.known import computable
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.statistics import NATIONELL, statistics_table
from betalningsansvar.billing.stay_counts import StayPlan, count_stays, counts_added, with_returns
from betalningsansvar.data.bytematrix import SECRET
from betalningsansvar.data.files.inputs import find_files
from betalningsansvar.data.patients import patient_keys, patient_marks, same_patients
from betalningsansvar.operations.inputs import ReadRequest, read
from betalningsansvar.operations.law import LawRequest, find_law
from betalningsansvar.operations.part_engines import one_process
from betalningsansvar.operations.parts import PartsRequest
from betalningsansvar.operations.statistics import StatisticsRequest, statistics
from betalningsansvar.tariffs.agreements import shipped
from tests import nation_files
from tests.engine_adapter import monthly_statistics
from tests.test_cli import run
from tests.test_nation_batches import of_regions
from tests.test_span_sums import Span, split

IDS = (
    *("19850101-9809", "198501019809", "850101-9809", "8501019809", "18850101-9809", "19850101-9809.0", "", " "),
    *("P1", "p1", " P1", "19121212-T123", "121212T123", "ÅÄÖ", "x" * 70, "x" * 69 + "y", "1985\u20110101-9809"),
)
MONTHS = ("--from", "2018-07", "--to", "2018-12")


@given(st.lists(st.sampled_from(IDS), max_size=12))
def test_a_patient_is_the_same_by_marks_and_by_keys(ids: list[str]) -> None:
    """Marks of ids that are read apart tell the same patients as keys of all ids at once."""
    secret = token_bytes(SECRET)
    marks = [patient_marks(pa.array([one], pa.string()), secret) for one in ids]
    order, number = same_patients(np.concatenate([patient_marks(pa.array([], pa.string()), secret), *marks]))
    found = np.empty(len(ids), np.int64)
    found[order] = number
    keys = patient_keys(pa.array(ids, pa.string()))
    assert [[a == b for a in found] for b in found] == [[a == b for a in keys] for b in keys]


def test_marks_tell_nobody_without_the_secret_of_the_run() -> None:
    ids = pa.array([f"19850101{n:04}" for n in range(1000)] + ["P1"])
    one, other, same = (
        patient_marks(ids, secret) for secret in (bytes(range(48)), bytes(range(1, 49)), bytes(range(48)))
    )
    assert (one == same).all() and not np.isin(one["key"], other["key"]).any()
    assert len(np.unique(one["key"])) == len(np.unique(one["key"] >> np.uint64(40))) == 1001


def with_patients(rng: Random, size: int) -> Span:
    span = Span(rng, size)
    span.cases["patient_id"] = pd.Series([rng.choice(IDS) for _ in range(len(span.cases))], dtype="str")
    if rng.random() < 0.5:
        span.agreement = shipped(rng.choice(["vastra-gotaland", "halland", "nationell", "sormland"]))
    return span


@given(st.integers(0, 2**32), st.integers(1, 80))
@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.generate])
@example(39, 150)
@example(4, 300)
def test_batches_added_up_are_the_whole(seed: int, size: int) -> None:
    rng = Random(seed)
    span = with_patients(rng, size)
    as_of = span.as_of or span.months[-1].last_day
    whole = monthly_statistics(span.cases, span.agreement, span.months, as_of)
    plan: StayPlan = pickle.loads(
        pickle.dumps(StayPlan(span.agreement, tuple(span.months), as_of, token_bytes(SECRET)))
    )
    counted = [count_stays(part, plan) for part in split(span.cases, rng)]
    total = counts_added([counts_added(one for one, _ in counted[:2]), counts_added(one for one, _ in counted[2:])])
    records = np.concatenate([records for _, records in counted])
    total = with_returns(total, [records], plan)
    pd.testing.assert_frame_equal(statistics_table(total, plan.months), whole)


@given(st.integers(0, 2**32), st.integers(1, 80))
@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate])
def test_the_national_shape_as_a_slow_count(seed: int, size: int) -> None:
    span = with_patients(Random(seed), size)
    as_of = span.as_of or span.months[-1].last_day
    found = monthly_statistics(span.cases, span.agreement, span.months, as_of)
    wanted = slow(span.cases, as_of)
    first, last = str(span.months[0]), str(span.months[-1])
    wanted = {key: value for key, value in wanted.items() if first <= key[0] <= last}
    rows = found[found["matt"] == NATIONELL].to_dict("records")
    names = ("antal", "dagar", "median_halves", "samma_dag", "over_3", "over_7", "antal_psykiatri", "aterinskrivna")
    assert {(row["manad"], row["kommun"]): tuple(row[name] for name in names) for row in rows} == wanted


def slow(cases: pd.DataFrame, as_of: date) -> dict[tuple[str, str], tuple[int, ...]]:
    """By month and kommun what the loop of a person with a pencil comes to."""
    own = cases.iloc[computable(cases)]
    own = own[CaseDays.of(own).makulerad > day_number(as_of)]
    own = own.assign(patient=patient_keys(pa.array(own["patient_id"].array)))
    every = own.to_dict("records")
    found: dict[tuple[str, str], list[tuple[int, bool, bool]]] = {}
    for one in every:
        out, back_of = one["utskriven"], one["aterkallad"]
        if pd.isna(out) or out.date() > as_of or (not pd.isna(back_of) and back_of.date() <= out.date()):
            continue
        days = (out.date() - one["utskrivningsklar"].date()).days
        returns = [
            other["inskriven"].date()
            for other in every
            if other["patient"] == one["patient"] != -1 and not pd.isna(other["inskriven"])
        ]
        back = any(timedelta(1) <= day - out.date() <= timedelta(30) and day <= as_of for day in returns)
        if days >= 1:
            found.setdefault((str(out)[:7], one["kommun"]), []).append((days, one["vardform"] == "psykiatri", back))
    return {
        key: (
            *(len(stays), sum(days for days, _, _ in stays), int(2 * median(days for days, _, _ in stays)), 0),
            *(sum(days > limit for days, _, _ in stays) for limit in (3, 7)),
            *(sum(kind for _, kind, _ in stays), sum(back for _, _, back in stays)),
        )
        for key, stays in found.items()
    }


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files with faults of each kind, cases that stand in two files, and patients who come back in another file."""
    folder = tmp_path_factory.mktemp("statistik") / "uttag"
    rng = Random(17)
    frame = of_regions(rng, 800)
    frame["patient_id"] = [rng.choice([*IDS, f"Q{n}", f"Q{n // 3}"]) for n in range(len(frame))]
    files = nation_files.with_twins(frame, rng)
    nation_files.write([*files, files[0].iloc[:70]], folder, 70)
    return folder


@pytest.mark.parametrize("law", [("--agreement", "vastra-gotaland"), ("--agreements", "region")])
@pytest.mark.parametrize(("suffix", "processes"), [(".csv", 1), (".parquet", 1), (".csv", 2)])
def test_parts_are_the_whole_to_the_byte(data: Path, tmp_path: Path, law: tuple[str], suffix: str, processes: int):
    asked = ("stats", data, *MONTHS, *law, "--as-of", "2019-01-31", "--out")
    whole, parts = tmp_path / f"hela{suffix}", tmp_path / f"delar{suffix}"
    first, second = run(*asked, whole), run(*asked, parts, "--processes", processes)
    assert first.exit_code == second.exit_code == 0, first.output + second.output
    assert whole.read_bytes() == parts.read_bytes()
    said = [done.output.splitlines()[:-2] for done in (first, second)]
    assert said[0] == said[1] and "åter inom 30 dagar 0 %" not in said[0][0]


@pytest.mark.parametrize("rows", [1, 100, 10_000])
@pytest.mark.parametrize("by_region", [True, False])
def test_how_the_files_are_cut_changes_nothing(data: Path, rows: int, by_region: bool) -> None:
    """Also where all rows of a part stand in another file too, and none is its own."""
    files, law, today = find_files([data]).files, find_law(LawRequest("vastra-gotaland")), date.today()
    asked = (law, Month(2018, 7), Month(2018, 12), date(2019, 1, 31), None, by_region)
    whole = statistics(StatisticsRequest(read(ReadRequest(files, today)), *asked))
    parts = statistics(StatisticsRequest(PartsRequest(files, today, rows=rows), *asked), one_process)
    pd.testing.assert_frame_equal(parts.table, whole.table)


def test_the_end_of_the_data_is_told_the_same(data: Path, tmp_path: Path) -> None:
    for months, code in ((("--from", "2018-12", "--to", "2019-06"), 0), (("--from", "2030-01", "--to", "2030-02"), 1)):
        asked = ("stats", data, *months, "--out", tmp_path / "s.csv")
        whole, parts = run(*asked), run(*asked, "--processes", "1")
        assert whole.exit_code == parts.exit_code == code, whole.output + parts.output
        assert code == 0 or whole.output == parts.output


def test_parts_are_of_parquet_in_our_own_columns(data: Path, tmp_path: Path) -> None:
    done = run("stats", data, *MONTHS, "--profile", "mall", "--processes", "2", "--out", tmp_path / "s.csv")
    assert done.exit_code == 2 and "--profile går inte med uppgifter som läses i delar" in done.output
    (tmp_path / "a.csv").write_text("arende_id\nA1\n", encoding="utf-8")
    done = run("stats", tmp_path / "a.csv", *MONTHS, "--processes", "2", "--out", tmp_path / "s.csv")
    assert done.exit_code == 1 and "bara Parquet läses i delar" in done.output
