"""The country's months of Parquet in parts give the tables of the same data in memory, region by region."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pandas as pd
import pytest

from betalningsansvar.data.kommuner import kommuner
from tests import nation_files
from tests.test_cli import rows, run

TABLES = ("sammanstallning.csv", "regelverk.csv", "blockerade.csv")
SPAN = ("--from", "2018-08", "--to", "2018-12", "--agreements", "region")
AS_OF = ("--as-of", "2019-02-01")
HOSPITALS = ("01", "04", "06", "09", "13", "14", "", "", "Norrland")
TOLD = ("AVTAL_DELVIS_KANT", "REGION_ANTAGEN", "UTTAG_SLUTAR_I_MANADEN")


def of_regions(rng: Random, size: int) -> pd.DataFrame:
    """Cases of many kommuner in hospitals of some regions; of some the region is not told, or not understood."""
    frame = nation_files.faulty_cases(rng, size)
    homes = [code for code in kommuner() if code[:2] in ("01", "04", "06", "09", "13", "14", "20")]
    known = frame["folkbokforingskommun"].isin(list(kommuner()))
    frame.loc[known, "folkbokforingskommun"] = [rng.choice(homes) for _ in range(int(known.sum()))]
    return frame.assign(region=[rng.choice(HOSPITALS) for _ in range(size)])


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("land") / "uttag"
    rng = Random(14)
    nation_files.write(nation_files.with_twins(of_regions(rng, 900), rng), folder, 70)
    return folder


@pytest.fixture(scope="module")
def wanted(data: Path) -> Path:
    """What the country is with all cases in memory."""
    done = run("bill", data, *SPAN, *AS_OF, "--out", data.parent / "minne")
    assert done.exit_code == 0, done.output
    return data.parent / "minne"


def told(folder: Path) -> list[dict[str, str]]:
    found = [row for row in rows(folder / "avvikelser.csv") if row["kod"] in TOLD]
    return sorted(found, key=lambda row: (row["kod"], row["varde"]))


@pytest.mark.parametrize("processes", [1, 2])
def test_parts_are_the_whole_to_the_byte(data: Path, wanted: Path, processes: int) -> None:
    out = data.parent / f"delar-{processes}"
    done = run("bill", data, *SPAN, *AS_OF, "--processes", processes, "--out", out)
    assert done.exit_code == 0, done.output
    for name in TABLES:
        assert (out / name).read_bytes() == (wanted / name).read_bytes(), name
    assert told(out) == told(wanted) and {row["kod"] for row in told(out)} == {*TOLD[:2]}
    assert not (out / "arenden.csv").exists() and "fakturarader.csv och arenden.csv är inte skrivna" in done.output
    assert {row["region"] for row in rows(out / "sammanstallning.csv")} == {*HOSPITALS[:7], "20"}


def test_no_sum_at_stake_is_told_where_most_kronor_are_not_counted(data: Path) -> None:
    """Each agreement that is not known, and what is assumed, has its kronor in the list."""
    whole, parts = (
        run("bill", data, *SPAN, *AS_OF, *how, "--out", data.parent / f"spel-{len(how)}")
        for how in ((), ("--processes", "1"))
    )
    assert "på spel" in whole.output and "på spel" not in parts.output and " varningar" in parts.output
    assert all(row["pa_spel_ore"] for row in told(data.parent / "spel-2"))


def test_the_end_of_the_data_is_that_of_all_regions(data: Path) -> None:
    span = ("bill", data, *SPAN[:2], "--to", "2018-11", *SPAN[4:])
    for name, how in (("hela", ()), ("delat", ("--processes", "1"))):
        done = run(*span, *how, "--out", data.parent / name)
        assert done.exit_code == 0, done.output
    for name in TABLES:
        assert (data.parent / "hela" / name).read_bytes() == (data.parent / "delat" / name).read_bytes(), name
    assert told(data.parent / "hela") == told(data.parent / "delat")


def test_data_that_ends_before_the_months_stops_both_the_same(tmp_path: Path) -> None:
    frame = of_regions(Random(3), 60)
    before = frame[frame["utskrivningsklar"] < pd.Timestamp("2018-06-01")].assign(region="13")
    late = [name for name in before if before[name].dtype.kind == "M"]
    before[late] = before[late].where(before[late] < pd.Timestamp("2018-06-01"))
    nation_files.write([before], tmp_path / "uttag", 10)
    outputs = []
    for how in ((), ("--processes", "1")):
        done = run("bill", tmp_path / "uttag", *SPAN, *how, "--out", tmp_path / "ut")
        assert done.exit_code == 1 and not (tmp_path / "ut").exists()
        outputs.append(done.output)
    assert outputs[0] == outputs[1] and "före 2018-12-01" in outputs[0]


@pytest.mark.parametrize("how", [("--profile", "mall"), ("--driftstopp", "a.toml")])
def test_what_needs_all_cases_is_refused_beside_parts(data: Path, tmp_path: Path, how: tuple[str, str]) -> None:
    (tmp_path / "a.toml").write_text("", "utf-8")
    given = (how[0], tmp_path / how[1] if how[1].endswith("toml") else how[1])
    done = run("bill", data, *SPAN, *given, "--processes", "2", "--out", tmp_path / "ut")
    assert done.exit_code == 2 and f"{how[0]} går inte med uppgifter som läses i delar" in done.output, done.output


def test_all_regions_tell_at_once_which_amounts_they_lack(tmp_path: Path) -> None:
    """The days of 2021 of both regions, as each tells alone."""
    frame = of_regions(Random(8), 400)
    times = [name for name in frame if frame[name].dtype.kind == "M"]
    later = frame.assign(**{name: frame[name] + pd.DateOffset(years=3) for name in times})
    parts = [later.iloc[at::2].assign(region=region) for at, region in enumerate(("13", "09"))]
    span = ("--from", "2021-01", "--to", "2021-12", "--as-of", "2022-02-01", "--agreements", "region")
    days: dict[str, list[int]] = {}
    for name, rows_of in (("13", parts[:1]), ("09", parts[1:]), ("both", parts)):
        nation_files.write(rows_of, tmp_path / name, 100)
        for how in ((), ("--processes", "1")):
            done = run("bill", tmp_path / name, *span, *how, "--out", tmp_path / "ut")
            assert done.exit_code == 1 and not (tmp_path / "ut").exists(), done.output
            (told,) = re.findall(r"Dygnsbelopp för 2021 saknas i serien lag-2017-612; (\d+) dygn", done.output)
            days.setdefault(name, []).append(int(told))
    assert days["both"] == [days["13"][0] + days["09"][0]] * 2 and min(days["13"] + days["09"]) > 0
