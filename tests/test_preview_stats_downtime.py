"""A running month looked at, statistics in two shapes, and messages sent during a downtime."""

import csv
from datetime import date, datetime
from pathlib import Path

import pytest

from betalningsansvar.billing.downtime import flag_downtime
from betalningsansvar.billing.forecast import leaving_days
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.preview import preview
from betalningsansvar.billing.statistics import AVTAL, NATIONELL
from betalningsansvar.data.settings.befolkning import Population, load_population
from betalningsansvar.data.toml_file import SettingsError
from betalningsansvar.reports.month.preview_text import preview_lines
from betalningsansvar.reports.month.statistics_csv import statistics_lines, write_statistics
from betalningsansvar.tariffs import belopp
from betalningsansvar.tariffs.agreements import load_agreement, shipped
from betalningsansvar.tariffs.downtime import load_downtimes
from betalningsansvar.tariffs.records import Downtime
from tests.engine_adapter import case_frame, monthly_statistics, no_issues
from tests.intake_files import row, write
from tests.named_cases import usual_case
from tests.oracle import Case
from tests.test_cli import rows, run

NOVEMBER = Month(2018, 11)


def waiting(arende_id: str, notice: str, discharge: str | None = None, **facts: object) -> Case:
    times = {"utskrivningsklar": datetime.fromisoformat(notice)}
    if discharge:
        times["utskriven"] = datetime.fromisoformat(discharge)
    return usual_case({"arende_id": arende_id, "folkbokforingskommun": "1380", "vardform": "somatik", **times, **facts})


def test_preview_forgets_what_came_after_the_day_it_looks_from() -> None:
    cases = case_frame(
        [
            waiting("inne", "2018-11-05 10:00", "2018-11-20 11:00"),  # liable from the 8th, discharged later
            waiting("snart", "2018-11-10 10:00"),  # liable from the 13th
            waiting("senare", "2018-11-14 10:00"),  # not yet noticed on the 12th
        ]
    )
    found = preview(
        cases, no_issues(), shipped("nationell"), belopp.load(), NOVEMBER, date(2018, 11, 12), within_days=3
    )
    assert found.so_far.amount_ore == 5 * 710_000  # 8–12 November
    assert found.expected.amount_ore == (23 + 18) * 710_000  # 8–30 and 13–30 November
    assert found.approaching["arende_id"].to_list() == ["snart"]
    told = "\n".join(preview_lines(found))
    assert "35 500,00 kr" in told and "291 100,00 kr" in told and "från 2018-11-13" in told
    # Both gone on a day: charged up to it, the 8th and the 13th onwards.
    gone = {leaving.day: leaving.bill.amount_ore // 710_000 for leaving in found.leaving}
    assert gone == {date(2018, 11, 12): 4, date(2018, 11, 19): 11 + 6, date(2018, 11, 30): 22 + 17}
    assert "i dag (2018-11-12)" in told and "om en vecka (2018-11-19)" in told
    assert found.passing.empty


def test_preview_shows_the_mean_so_far_and_who_leaves_it() -> None:
    cases = case_frame([waiting("ute", "2018-11-01 10:00", "2018-11-06 10:00"), waiting("kvar", "2018-11-06 10:00")])
    agreement = shipped("vastra-gotaland")
    in_region = cases.assign(kommun=cases["kommun"].cat.set_categories(cases["kommun"].cat.categories))
    in_region["kommun"] = in_region["kommun"].map(lambda _: "1480").astype(cases["kommun"].dtype)
    found = preview(in_region, no_issues(), agreement, belopp.load(), NOVEMBER, date(2018, 11, 12), within_days=3)
    assert found.so_far.amount_ore == 2 * 710_000  # one case of five days, threshold three
    assert found.approaching["arende_id"].to_list() == ["kvar"]
    assert found.approaching["ansvar_fran"].dt.date.to_list() == [date(2018, 11, 13)]
    assert found.passing["arende_id"].to_list() == ["kvar"]
    # Gone today, the other case counts six days in the mean: (5 + 6) / 2 − 3 = 2,5, times two cases. Later it is over
    # seven days, and charged on its own from the 13th.
    gone = {leaving.day: leaving.bill.amount_ore // 710_000 for leaving in found.leaving}
    assert gone == {date(2018, 11, 12): 5, date(2018, 11, 19): 2 + 6, date(2018, 11, 30): 2 + 17}
    told = "\n".join(preview_lines(found))
    assert "5 (1 ärende)" in told and "lämnar medelvärdet inom en vecka: 1 ärende" in told


def test_the_forecast_has_each_day_once_and_none_after_the_month() -> None:
    assert leaving_days(date(2018, 11, 27), NOVEMBER) == (date(2018, 11, 27), date(2018, 11, 30))
    assert leaving_days(date(2018, 11, 30), NOVEMBER) == (date(2018, 11, 30),)


def test_statistics_count_the_same_discharges_in_two_shapes(tmp_path: Path) -> None:
    cases = case_frame(
        [
            waiting("samma dag", "2018-11-05 10:00", "2018-11-05 15:00"),
            waiting("två", "2018-11-05 10:00", "2018-11-07 15:00"),
            waiting("fem", "2018-11-05 10:00", "2018-11-10 15:00"),
            waiting("utan meddelande", "2018-11-05 10:00", "2018-11-09 15:00") | {"inskrivningsmeddelande": None},
            waiting("december", "2018-11-28 10:00", "2018-12-01 15:00"),
        ]
    )
    found = monthly_statistics(cases, shipped("nationell"), [NOVEMBER], date(2018, 12, 31))
    national = found[found["matt"] == NATIONELL].iloc[0]
    assert (national["antal"], national["dagar"], national["medel_hundredths"]) == (3, 11, 367)
    assert (national["median_halves"], national["samma_dag"], national["over_3"], national["over_7"]) == (8, 0, 2, 0)
    agreed = found[found["matt"] == AVTAL].iloc[0]
    assert (agreed["antal"], agreed["dagar"], agreed["medel_hundredths"]) == (3, 7, 233)
    assert (agreed["median_halves"], agreed["samma_dag"], agreed["over_3"]) == (4, 1, 1)

    write_statistics(found, {"1380": Population(100_000, 20_000)}, tmp_path / "s.csv")
    rows = (tmp_path / "s.csv").read_text(encoding="utf-8").splitlines()
    assert rows[1] == (
        "nationell,2018-11,1380,Halmstad,3,11,3.67,4,0.0000,0.6667,0.0000,0,0.11,0.55,3,11,3.67,ja,0,0,,nej,0,0.0000,"
        "0.55,0.00"
    )
    told = list(statistics_lines(found))
    assert told[0] == "nationell  3 ärenden, 11 dagar, medel 3,67, samma dag 0 %, åter inom 30 dagar 0 %"
    assert told[1] == "  somatik   n = 3, medel 3,67. Färre än 10 ärenden: medelvärdet säger lite."


def test_days_per_1000_of_65_years_by_kommun_month_and_kind_of_care(tmp_path: Path) -> None:
    """SKR's measure, exact to the hundredth; twelve somatic cases are enough for a mean, nine and two are few."""
    many = [waiting(f"s{n}", "2018-11-05 10:00", "2018-11-08 10:00") for n in range(12)]
    psychiatry = [waiting(f"p{n}", "2018-11-05 10:00", "2018-11-25 10:00", vardform="psykiatri") for n in range(2)]
    december = [waiting(f"d{n}", "2018-12-03 10:00", "2018-12-04 10:00") for n in range(9)]
    elsewhere = [waiting("v", "2018-11-05 10:00", "2018-11-09 10:00", folkbokforingskommun="1383")]
    unknown = [waiting("k", "2018-11-05 10:00", "2018-11-09 10:00", folkbokforingskommun="1384")]
    cases = case_frame([*many, *psychiatry, *december, *elsewhere, *unknown])
    months = [NOVEMBER, Month(2018, 12)]
    people = {"1380": Population(100_000, 18_000), "1383": Population(64_000, 14_000), "1384": Population(80_000)}
    write_statistics(
        monthly_statistics(cases, shipped("nationell"), months, date(2018, 12, 31)), people, tmp_path / "s.csv"
    )
    with (tmp_path / "s.csv").open(encoding="utf-8", newline="") as file:
        rows = {(r["manad"], r["kommun"]): r for r in csv.DictReader(file) if r["matt"] == NATIONELL}
    names = ("antal", "dagar_per_1000_65plus")
    kinds = [f"{name}_{kind}" for kind in ("somatik", "psykiatri") for name in ("antal", "fa", names[1])]
    found = {key: [row[name] for name in (*names, *kinds)] for key, row in rows.items()}
    assert found == {
        # 12 × 3 + 2 × 20 = 76 days of 18 000 inhabitants: 4,222…; 36 of them somatik, 40 psykiatri.
        ("2018-11", "1380"): ["14", "4.22", "12", "nej", "2.00", "2", "ja", "2.22"],
        ("2018-11", "1383"): ["1", "0.29", "1", "ja", "0.29", "0", "nej", "0.00"],
        ("2018-11", "1384"): ["1", "", "1", "ja", "", "0", "nej", ""],
        ("2018-12", "1380"): ["9", "0.50", "9", "ja", "0.50", "0", "nej", "0.00"],
    }


def test_the_agreements_shape_leaves_out_who_is_charged_alone() -> None:
    cases = case_frame([waiting("a", "2018-11-01 10:00", "2018-11-03 10:00"), waiting("b", "2018-11-01", "2018-11-20")])
    cases["kommun"] = cases["kommun"].map(lambda _: "1480").astype(cases["kommun"].dtype)
    found = monthly_statistics(cases, shipped("vastra-gotaland"), [NOVEMBER], date(2018, 11, 30))
    agreed = found[found["matt"] == AVTAL].iloc[0]
    assert (agreed["antal"], agreed["dagar"], agreed["individuella"]) == (1, 2, 1)


def test_population_names_every_fault(tmp_path: Path) -> None:
    path = tmp_path / "folk.csv"
    path.write_text("kommunkod;invanare;invanare_65\n1380;100;20\n9999;1;1\n1381;10;20\n", encoding="utf-8")
    with pytest.raises(SettingsError) as stopped:
        load_population(path)
    assert [problem.split(":")[0] for problem in stopped.value.problems] == [
        "folk.csv rad 3, kolumn kommun",
        "folk.csv rad 4, kolumn invanare_65",
    ]
    path.write_text("kommun;folk\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="kolumnerna kommun och invanare behövs"):
        load_population(path)


def test_messages_inside_a_downtime_are_flagged_and_charged() -> None:
    cases = case_frame([waiting("inne", "2018-11-05 08:00"), waiting("före", "2018-11-05 07:59")])
    window = Downtime(datetime(2018, 11, 5, 8), datetime(2018, 11, 7, 16, 30), "Driftmeddelande")
    issues = flag_downtime(cases, no_issues(), [window])
    assert issues[["arende_id", "kod", "kolumn", "varde"]].to_numpy().tolist() == [
        ["inne", "DRIFTSTOPP", "utskrivningsklar", "2018-11-05 08:00 (Driftmeddelande)"]
    ]


def test_downtimes_are_read_strictly_also_in_an_agreement(tmp_path: Path) -> None:
    path = tmp_path / "stopp.toml"
    path.write_text('[[driftstopp]]\nfran = 2018-11-05T08:00:00\ntom = 2018-11-04T08:00:00\nkalla = "x"\n', "utf-8")
    with pytest.raises(SettingsError, match=r"stopp.toml rad 2 \(driftstopp 1\): fran .* är efter tom"):
        load_downtimes(path)
    text = Path(__file__).parents[1].joinpath("tariffs/avtal/stockholm.toml").read_text(encoding="utf-8")
    path = tmp_path / "stockholm.toml"
    path.write_text(
        text + '\n[[driftstopp]]\nfran = 2020-01-05T08:00:00\ntom = 2020-01-06T08:00:00\nkalla = "x"\n', "utf-8"
    )
    assert load_agreement(path).driftstopp == (Downtime(datetime(2020, 1, 5, 8), datetime(2020, 1, 6, 8), "x"),)


def test_through_includes_both_ends() -> None:
    assert [str(m) for m in Month(2018, 11).through(Month(2019, 1))] == ["2018-11", "2018-12", "2019-01"]
    assert Month(2019, 1).through(Month(2018, 12)) == []


@pytest.mark.parametrize("regions", [(), ("--agreements", "region")])
def test_statistics_of_cases_that_can_none_be_computed(tmp_path: Path, regions: tuple[str, ...]) -> None:
    path = write(tmp_path, row(folkbokforingskommun="9999"))
    months = ("--from", "2018-11", "--to", "2018-11", "--as-of", "2018-12-01")
    done = run("stats", path, *months, *regions, "--out", tmp_path / "stat.csv")
    assert done.exit_code == 0 and "1 fel som parkerar" in done.output
    assert rows(tmp_path / "stat.csv") == []
