"""The generator: right shape, no living person, consistent rows, the proportions that are published."""

import re
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from personnummer.personnummer import Personnummer

from betalningsansvar.data.columns import CASE_COLUMNS, TIME_COLUMNS
from betalningsansvar.data.demo.folder import write_demo
from betalningsansvar.data.demo.synthetic import RequestError, generate


@pytest.fixture(scope="module", params=[("13", 2018), ("20", 2023), ("14", 2017)], ids=str)
def made(request: pytest.FixtureRequest) -> tuple[pd.DataFrame, str, int]:
    region, year = request.param
    return generate(4_000, region, year, seed=3), region, year


def days_waited(frame: pd.DataFrame) -> pd.Series:
    whole = frame[frame["aterkallad"].isna() & frame["utskriven"].notna()]
    return (whole["utskriven"].dt.normalize() - whole["utskrivningsklar"].dt.normalize()).dt.days


def test_the_shape_is_the_case_table(made: tuple[pd.DataFrame, str, int]) -> None:
    frame, region, year = made
    assert list(frame) == [c.name for c in CASE_COLUMNS if c.name in frame]
    assert not {c.name for c in CASE_COLUMNS if c.needed} - set(frame)
    assert len(frame) == 4_000
    assert frame["arende_id"].is_unique
    assert all(frame[name].dtype == np.dtype("datetime64[s]") for name in TIME_COLUMNS if name in frame)
    assert all(frame[c.name].dtype == "str" for c in CASE_COLUMNS if c.kind != "time" and c.name in frame)
    assert not frame[[c.name for c in CASE_COLUMNS if c.kind != "time" and c.name in frame]].isna().any(axis=None)
    assert frame["utskrivningsklar"].is_monotonic_increasing
    assert frame["utskrivningsklar"].min() >= pd.Timestamp(f"{year - 1}-12-20")
    assert not (frame[[name for name in TIME_COLUMNS if name in frame]] >= pd.Timestamp(f"{year + 1}-01-01")).any(
        axis=None
    )
    assert (frame["folkbokforingskommun"].str[:2] == region).mean() > 0.95


def test_times_are_in_a_possible_order(made: tuple[pd.DataFrame, str, int]) -> None:
    frame, _, _ = made
    day = frame[[name for name in TIME_COLUMNS if name in frame]].apply(lambda times: times.dt.normalize())

    def no_row_has(later: str, before: str) -> None:
        assert not (day[later] < day[before]).any(), f"{later} before {before}"

    no_row_has("utskrivningsklar", before="inskriven")
    no_row_has("utskriven", before="utskrivningsklar")
    no_row_has("aterkallad", before="utskrivningsklar")
    no_row_has("inskrivningsmeddelande", before="inskriven")
    no_row_has("kallelse_mottagen", before="inskriven")
    no_row_has("oppenvard_hinder_till", before="oppenvard_hinder_fran")
    assert frame.loc[frame["oppenvard_hinder_fran"].isna(), "oppenvard_hinder_till"].isna().all()
    assert (frame["utskriven"].isna() == (frame["avslut"] == "")).all()


def test_a_new_notice_follows_the_withdrawal_within_the_stay(made: tuple[pd.DataFrame, str, int]) -> None:
    frame, _, _ = made
    again = frame[frame.duplicated("vardtillfalle_id", keep=False)].groupby("vardtillfalle_id")
    assert 100 < len(again) < 200
    for _, notices in again:
        first, second = notices.to_dict("records")
        assert first["aterkallad"] < second["utskrivningsklar"]
        assert first["patient_id"] == second["patient_id"]


def test_the_messages_are_those_of_the_law_of_the_year(made: tuple[pd.DataFrame, str, int]) -> None:
    frame, _, year = made
    old, new = year <= 2018, year >= 2018
    assert frame["kallelse_mottagen"].notna().any() == old
    assert frame["vardplan_justerad"].notna().any() == old
    assert frame["sip_kallelse"].notna().any() == new
    assert set(frame["vardform"]) == ({"somatik", "psykiatri"} if new else {"akut", "geriatrik", "psykiatri"})


def test_every_number_is_from_the_test_range_with_its_control_digit(made: tuple[pd.DataFrame, str, int]) -> None:
    frame, _, _ = made
    pseudonym = frame["patient_id"].str.fullmatch(r"P-\d{7}")
    assert 0 < pseudonym.mean() < 0.03
    numbers = frame.loc[~pseudonym, "patient_id"]
    assert numbers.str.fullmatch(r"(19|20)\d{6}-9[89]\d\d").all()
    parsed = [Personnummer(number) for number in numbers]  # raises for an impossible date or a wrong control digit
    assert 0 < sum(p.is_coordination_number() for p in parsed) < 0.03 * len(parsed)


@pytest.mark.parametrize(
    ("year", "same_day", "somatik"), [(2017, 0.13, 4.6), (2020, 0.472, 3.1), (2022, 0.70, 2.1), (2025, 0.70, 2.1)]
)
def test_waits_follow_the_published_figures(year: int, same_day: float, somatik: float) -> None:
    frame = generate(60_000, "12", year, seed=5)
    days = days_waited(frame)
    assert (days == 0).mean() == pytest.approx(same_day, abs=0.01)
    kind = "akut" if year < 2018 else "somatik"
    assert days[(days > 0) & (frame["vardform"] == kind)].mean() == pytest.approx(somatik, rel=0.1)


def test_few_kommuner_and_long_stays_make_the_money() -> None:
    frame = generate(20_000, "20", 2023, seed=1)
    charged = (days_waited(frame) - 3).clip(lower=0)
    per_kommun = charged.groupby(frame["folkbokforingskommun"]).sum().sort_values(ascending=False)
    in_region = per_kommun[per_kommun.index.str[:2] == "20"]
    assert in_region.head(4).sum() > 0.6 * in_region.sum()
    assert (in_region == 0).sum() >= 2
    assert charged[charged > 10].sum() > 0.4 * charged.sum()


def test_the_quirks_of_real_data_are_there() -> None:
    frame = generate(20_000, "13", 2018, seed=2)
    share = {
        "no kommun": (frame["folkbokforingskommun"] == "").mean(),
        "out of county": (~frame["folkbokforingskommun"].str[:2].isin(["13", ""])).mean(),
        "placed": (frame["placeringskommun"] != "").mean(),
        "no message": frame["inskrivningsmeddelande"].isna().mean(),
        "message after the notice": (frame["inskrivningsmeddelande"] > frame["utskrivningsklar"]).mean(),
        "no SIP call": (frame["sip_kallelse"].isna() & (frame["sip_kravs"] == "ja")).mean(),
        "obstacle": frame["oppenvard_hinder_fran"].notna().mean(),
        "still in": frame["utskriven"].isna().mean(),
        "dead": (frame["avslut"] == "avliden").mean(),
        "withdrawn": frame["aterkallad"].notna().mean(),
    }
    assert {name for name, value in share.items() if not 0.001 < value < 0.06} == set()
    assert (frame["vardform"] == "psykiatri").mean() == pytest.approx(0.08, abs=0.01)
    hour = frame["utskrivningsklar"].dt.hour
    assert hour.between(9, 15).mean() > 0.8
    assert 0.25 < (hour >= 12).mean() < 0.55
    assert (frame["utskrivningsklar"].dt.day_of_week >= 5).mean() < 0.12


def test_the_same_seed_gives_the_same_data_and_another_another() -> None:
    pd.testing.assert_frame_equal(generate(500, "25", 2022, seed=9), generate(500, "25", 2022, seed=9))
    assert not generate(500, "25", 2022, seed=9).equals(generate(500, "25", 2022, seed=10))


@pytest.mark.parametrize("cases", [1, 2, 3, 50])
def test_small_numbers(cases: int) -> None:
    assert len(generate(cases, "09", 2024, seed=1)) == cases  # Gotland is a region of one kommun


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, "13", 2018, 1), "0 ärenden"),
        ((10, "99", 2018, 1), "99 är ingen regions länskod.*13 Region Halland"),
        ((10, "13", 1980, 1), "1980 är utanför"),
    ],
)
def test_impossible_orders_are_refused(arguments: tuple[int, str, int, int], message: str) -> None:
    with pytest.raises(RequestError, match=message):
        generate(*arguments)


def test_the_demo_folder(tmp_path: Path) -> None:
    folder = tmp_path / "ny" / "demo"
    csv, workbook, readme = write_demo(folder, cases=60, region="01", year=2023, seed=4)
    content = csv.read_bytes()
    assert content.startswith(b"\xef\xbb\xbfarende_id;vardtillfalle_id;")
    lines = content.decode("utf-8-sig").split("\r\n")
    assert len(lines) == 62 and lines[-1] == ""
    assert all(re.fullmatch(r"[^;]*(;[^;]*){19}", line) for line in lines[:-1])

    sheet = openpyxl.load_workbook(workbook).active
    times = {c.name for c in CASE_COLUMNS if c.kind == "time"}
    for line, cells in zip(lines[1:-1], sheet.iter_rows(min_row=2), strict=True):
        for name, text, cell in zip(lines[0].lstrip("\ufeff").split(";"), line.split(";"), cells, strict=True):
            shown = "" if cell.value is None else f"{cell.value:%Y-%m-%d %H:%M}" if name in times else cell.value
            assert shown == text
    assert "testnummer" in readme.read_text(encoding="utf-8")


def test_the_demo_is_never_written_over_something(tmp_path: Path) -> None:
    (tmp_path / "fakturor.xlsx").touch()
    with pytest.raises(FileExistsError, match="Ange en ny"):
        write_demo(tmp_path, cases=5, region="13", year=2018, seed=1)
    assert [p.name for p in tmp_path.iterdir()] == ["fakturor.xlsx"]
