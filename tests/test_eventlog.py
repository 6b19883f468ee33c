"""The event log folds into the cases a case table would hold: whatever the order of rows, and never on a guess."""

import random
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from betalningsansvar.billing.cases import check_cases
from betalningsansvar.billing.engine import bill
from betalningsansvar.billing.period import Month
from betalningsansvar.data.columns import CASE_COLUMNS
from betalningsansvar.data.events.columns import HANDELSER
from betalningsansvar.data.intake import read_cases
from betalningsansvar.tariffs.agreements import shipped
from betalningsansvar.tariffs.belopp import load
from tests.intake_files import found, of_rows, text_of

HEADER = ["vardtillfalle_id", "patient_id", "folkbokforingskommun", "vardform", "tidpunkt", "handelse"]
START = datetime(2018, 11, 1, 8)


def write_log(folder: Path, *events: str, name: str = "log.csv", header: list[str] = HEADER) -> Path:
    """Events as `V1 2018-11-01T08:00 inskriven [kommun [vardform [patient]]]`."""
    rows = []
    for event in events:
        stay, time, handelse, *more = event.split()
        kommun, vardform, patient = (*more, *["0180", "somatik", f"P-{stay}"][len(more) :])
        rows.append([stay, patient, kommun, vardform, time, handelse])
    path = folder / name
    path.write_text(text_of(*rows, header=header), encoding="utf-8")
    return path


def checked(*paths: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    intake = read_cases(paths)
    return check_cases(intake.cases, of_rows(intake.issues))


def codes(issues: pd.DataFrame) -> list[tuple[int, str]]:
    return sorted((rad, kod) for rad, kod, _, _ in found(issues))


STAY = ("V1 2018-11-01T08:00 inskriven", "V1 2018-11-01T09:00 inskrivningsmeddelande")


def test_a_notice_opens_a_case_and_a_new_one_after_withdrawal_another(tmp_path: Path) -> None:
    log = write_log(
        tmp_path,
        *STAY,
        "V1 2018-11-05T10:00 utskrivningsklar",
        "V1 2018-11-06T10:00 aterkallad",
        "V1 2018-11-08T10:00 utskrivningsklar",
        "V1 2018-11-14 utskriven",
    )
    cases, issues = checked(log)
    assert cases["arende_id"].to_list() == ["V1/1", "V1/2"]
    assert cases["rad"].to_list() == [4, 6]
    assert [str(time) for time in cases["aterkallad"]] == ["2018-11-06 10:00:00", "NaT"]
    assert (cases["inskrivningsmeddelande"] == pd.Timestamp("2018-11-01 09:00")).all()
    assert (cases["utskriven"] == pd.Timestamp("2018-11-14")).all() and issues.empty


def test_the_first_notice_keeps_the_clock(tmp_path: Path) -> None:
    log = write_log(tmp_path, *STAY, "V1 2018-11-05T10:00 utskrivningsklar", "V1 2018-11-06T10:00 utskrivningsklar")
    cases, issues = checked(log)
    assert cases["utskrivningsklar"].to_list() == [pd.Timestamp("2018-11-05 10:00")]
    assert codes(issues) == [(5, "UNDERRATTELSE_UPPREPAD")]
    assert issues["arende_id"].to_list() == ["V1/1"]


def test_messages_that_change_nothing_are_told(tmp_path: Path) -> None:
    log = write_log(
        tmp_path,
        *STAY,
        "V1 2018-11-03T10:00 aterkallad",
        "V1 2018-11-05T10:00 utskrivningsklar",
        "V1 2018-11-05T10:00 utskrivningsklar",
        "V1 2018-11-05T11:00 sip_kallelse",
        "V1 2018-11-06T11:00 sip_kallelse",
        "V1 2018-11-09 utskriven",
        "V1 2018-11-10T08:00 aterkallad",
    )
    cases, issues = checked(log)
    assert cases["status"].to_list() == [""] and cases["sip_kallelse"].to_list() == [pd.Timestamp("2018-11-05 11:00")]
    assert codes(issues) == [
        (4, "ATERKALLAD_UTAN_UNDERRATTELSE"),
        (6, "HANDELSE_UPPREPAD"),
        (8, "HANDELSE_UTAN_VERKAN"),
        (10, "HANDELSE_EFTER_UTSKRIVNING"),
    ]


def test_messages_before_the_first_notice_belong_to_every_case_and_later_ones_to_the_open_one(tmp_path: Path) -> None:
    log = write_log(
        tmp_path,
        *STAY,
        "V1 2018-11-02T09:00 kallelse_mottagen",
        "V1 2018-11-05T10:00 utskrivningsklar",
        "V1 2018-11-05T12:00 sip_kallelse",
        "V1 2018-11-06T10:00 aterkallad",
        "V1 2018-11-07T10:00 vardplan_justerad",
        "V1 2018-11-08T10:00 utskrivningsklar",
    )
    cases, _ = checked(log)
    assert cases["kallelse_mottagen"].notna().to_list() == [True, True]
    assert cases["sip_kallelse"].notna().to_list() == [True, False]
    assert cases["sip_kravs"].to_list() == [True, False]
    assert cases["vardplan_justerad"].notna().to_list() == [False, True]


@pytest.mark.parametrize(("end", "avslut"), [("avliden", "avliden"), ("avbruten", "avbruten"), ("utskriven", "")])
def test_what_ends_the_stay_ends_its_case(tmp_path: Path, end: str, avslut: str) -> None:
    log = write_log(tmp_path, *STAY, "V1 2018-11-05T10:00 utskrivningsklar", f"V1 2018-11-09 {end}")
    cases, _ = checked(log)
    assert cases["utskriven"].to_list() == [pd.Timestamp("2018-11-09")] and cases["avslut"].to_list() == [avslut]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("V1 2018-11-06T10:00 flyttklar", "HANDELSE_OKAND"),
        ("V1 snart utskriven", "NODVANDIG_TID_OLASLIG"),
    ],
)
def test_a_row_that_cannot_be_read_parks_the_cases_of_its_stay(tmp_path: Path, bad: str, code: str) -> None:
    other = [event.replace("V1", "V2") for event in STAY]
    log = write_log(
        tmp_path, *STAY, "V1 2018-11-05T10:00 utskrivningsklar", bad, *other, "V2 2018-11-05T10:00 utskrivningsklar"
    )
    cases, issues = checked(log)
    assert cases["status"].to_list() == ["parkerad", ""] and cases["orsak"].to_list() == ["HANDELSE_OLASLIG", ""]
    assert codes(issues) == [(4, "HANDELSE_OLASLIG"), (5, code)]
    (source,) = read_cases([log]).sources
    assert (source.rows, source.cases, source.unreadable, source.form) == (7, 2, 1, "handelselogg")


def test_hemgangsklar_is_told_and_moves_no_clock(tmp_path: Path) -> None:
    bare = [*STAY, "V1 2018-11-05T10:00 utskrivningsklar", "V1 2018-11-11T10:00 utskriven"]
    expected, _ = checked(write_log(tmp_path, *bare))
    cases, issues = checked(write_log(tmp_path, *bare, "V1 2018-11-08T10:00 Hemgångsklar"))
    pd.testing.assert_frame_equal(cases, expected)
    assert codes(issues) == [(6, "HANDELSE_UTAN_VERKAN")]


def test_a_ragged_row_parks_the_stay_it_names(tmp_path: Path) -> None:
    log = write_log(tmp_path, *STAY, "V1 2018-11-05T10:00 utskrivningsklar")
    log.write_bytes(log.read_bytes() + b"V1;utskriven\r\n")
    cases, issues = checked(log)
    assert cases["orsak"].to_list() == ["HANDELSE_OLASLIG"]
    assert codes(issues) == [(4, "HANDELSE_OLASLIG"), (5, "RAD_TRASIG")]


def test_a_notice_without_a_readable_time_is_a_rejected_case(tmp_path: Path) -> None:
    log = write_log(tmp_path, *STAY, "V1 2018-13-05 utskrivningsklar")
    cases, issues = checked(log)
    assert cases["arende_id"].to_list() == ["V1/1"] and cases["status"].to_list() == ["avvisad"]
    assert (4, "NODVANDIG_TID_OLASLIG") in codes(issues)


def test_without_admission_the_case_is_rejected_as_in_the_case_table(tmp_path: Path) -> None:
    cases, issues = checked(write_log(tmp_path, "V1 2018-11-05T10:00 utskrivningsklar"))
    assert cases["status"].to_list() == ["avvisad"] and codes(issues) == [(2, "TID_SAKNAS")]


def test_a_message_without_its_stay_is_reported(tmp_path: Path) -> None:
    log = write_log(tmp_path, *STAY, "V1 2018-11-05T10:00 utskrivningsklar")
    log.write_bytes(log.read_bytes() + b";P;0180;somatik;2018-11-06;utskriven\r\n")
    cases, issues = checked(log)
    assert cases["status"].to_list() == [""] and codes(issues) == [(5, "VARDTILLFALLE_ID_SAKNAS")]


def test_a_stay_that_moves_keeps_the_values_of_its_notice(tmp_path: Path) -> None:
    log = write_log(
        tmp_path,
        *STAY,
        "V1 2018-11-05T10:00 utskrivningsklar 1380 psykiatri P-V1",
        "V1 2018-11-09 utskriven 0180 somatik P-V1",
    )
    cases, issues = checked(log)
    assert (cases["kommun"].to_list(), cases["vardform"].to_list()) == (["1380"], ["psykiatri"])
    assert [(kod, varde) for _, kod, _, varde in found(issues)] == [
        ("VARDTILLFALLE_FLYTTAT", "1380 gäller"),
        ("VARDTILLFALLE_FLYTTAT", "psykiatri gäller"),
    ]


@pytest.mark.parametrize(
    ("others", "kommun", "told"),
    [
        (("1380", "1380", ""), "1380", "KOMMUN_FRAN_ANNAN_RAD"),
        (("", "", "1380"), "1380", "KOMMUN_FRAN_ANNAN_RAD"),
        (("1380", "0180", ""), None, "KOMMUN_SAKNAS"),
        (("1380", "Atlantis", ""), None, "KOMMUN_SAKNAS"),
        (("", "", ""), None, "KOMMUN_SAKNAS"),
    ],
)
def test_a_notice_without_kommun_takes_the_one_its_stay_agrees_on(
    tmp_path: Path, others: tuple[str, str, str], kommun: str | None, told: str
) -> None:
    kinds = ("inskriven", "inskrivningsmeddelande", "utskriven")
    rows = [
        ["V1", "P-V1", name, "somatik", f"2018-11-0{day} 08:00", kind]
        for name, day, kind in zip(others, (1, 2, 9), kinds, strict=True)
    ]
    rows.append(["V1", "P-V1", "", "somatik", "2018-11-05 08:00", "utskrivningsklar"])
    rows.append(["V2", "P-V2", "1384", "somatik", "2018-11-01 08:00", "inskriven"])
    log = tmp_path / "log.csv"
    log.write_text(text_of(*rows, header=HEADER), encoding="utf-8")
    cases, issues = checked(log)
    assert cases["kommun"].astype("object").where(cases["kommun"].notna(), None).to_list() == [kommun]
    assert codes(issues) == [(5, told)] and cases["orsak"].to_list() == ["" if kommun else told]


@pytest.mark.parametrize(
    "contradiction",
    [
        ["V1 2018-11-09 utskriven", "V1 2018-11-12 utskriven"],
        ["V1 2018-11-09 utskriven 0180 somatik SOMEONE-ELSE"],
    ],
)
def test_a_stay_that_contradicts_itself_is_parked(tmp_path: Path, contradiction: list[str]) -> None:
    log = write_log(tmp_path, *STAY, "V1 2018-11-05T10:00 utskrivningsklar", *contradiction)
    cases, issues = checked(log)
    assert cases["orsak"].to_list() == ["VARDTILLFALLE_MOTSAGT"]
    assert "SOMEONE-ELSE" not in issues.to_csv()


def test_two_notices_of_one_moment_that_differ_are_parked(tmp_path: Path) -> None:
    log = write_log(
        tmp_path, *STAY, "V1 2018-11-05T10:00 utskrivningsklar 0180", "V1 2018-11-05T10:00 utskrivningsklar 1380"
    )
    cases, _ = checked(log)
    assert cases["orsak"].to_list() == ["DUBBLETT"]


def test_a_notice_after_discharge_is_parked(tmp_path: Path) -> None:
    log = write_log(tmp_path, *STAY, "V1 2018-11-09 utskriven", "V1 2018-11-10T10:00 utskrivningsklar")
    cases, _ = checked(log)
    assert cases["orsak"].to_list() == ["ORIMLIG_TIDSFOLJD"]


def test_a_stay_without_notice_gives_no_case_and_its_rows_are_counted(tmp_path: Path) -> None:
    other = write_log(tmp_path, "V2 2018-11-02T08:00 inskriven", "V2 2018-11-04 utskriven", name="other.csv")
    log = write_log(tmp_path, *STAY, "V1 2018-11-05T10:00 utskrivningsklar")
    intake = read_cases([log, other])
    assert [(s.rows, s.cases, s.without_notice) for s in intake.sources] == [(3, 1, 0), (2, 0, 2)]
    assert set(intake.issues["kod"]) == {"HANDELSE_SAKNAS", "KOLUMN_SAKNAS", "RADER_UTAN_ARENDE"}


def test_a_stay_goes_on_in_another_file_beside_a_case_table(tmp_path: Path) -> None:
    october = write_log(tmp_path, *STAY, "V1 2018-11-05T10:00 utskrivningsklar", name="1.csv")
    november = write_log(tmp_path, "V1 2018-11-09 utskriven", name="3.csv")
    table = tmp_path / "2.csv"
    good = {"arende_id": "A1", "patient_id": "P", "folkbokforingskommun": "0180", "vardform": "somatik"}
    times = {"inskriven": "2018-11-01", "utskrivningsklar": "2018-11-02"}
    table.write_text(text_of([*good.values(), *times.values()], header=[*good, *times]), encoding="utf-8")
    cases, _ = checked(november, table, october)
    assert cases["arende_id"].to_list() == ["A1", "V1/1"] and cases["fil"].to_list() == ["2.csv", "1.csv"]
    assert cases["utskriven"].iloc[1] == pd.Timestamp("2018-11-09")


def test_days_without_an_hour_are_taken_in_the_order_they_were_lived(tmp_path: Path) -> None:
    log = write_log(
        tmp_path,
        "V1 2018-11-01 inskriven",
        "V1 2018-11-05 utskrivningsklar",
        "V1 2018-11-05 aterkallad",  # ready and worse on one day
        "V2 2018-11-01 inskriven",
        "V2 2018-11-03 utskrivningsklar",
        "V2 2018-11-05 utskrivningsklar",
        "V2 2018-11-05 aterkallad",  # worse and ready again on one day
        "V3 2018-11-05 inskriven",
        "V3 2018-11-05T10:00 utskrivningsklar",
        "V3 2018-11-05 utskriven",
        "V4 2018-11-05 inskriven",
        "V4 2018-11-05 aterkallad",  # its hour is not given, the notice's is
        "V4 2018-11-05T10:00 utskrivningsklar",
    )
    cases, issues = checked(log)
    assert cases[["arende_id", "rad"]].to_numpy().tolist() == [
        ["V1/1", 3],
        ["V2/1", 6],
        ["V2/2", 7],
        ["V3/1", 10],
        ["V4/1", 14],
    ]
    assert cases["aterkallad"].notna().to_list() == [True, True, False, False, True]
    assert set(issues["kod"]) == {"KLOCKSLAG_SAKNAS"} and (cases["status"] == "").all()


HINDER, KLAR = "oppenvard_hinder", "oppenvard_klar"


@pytest.mark.parametrize(
    ("messages", "expected", "status"),
    [
        ([("06", HINDER)], ("2018-11-06", "NaT"), ""),
        ([("06", HINDER), ("09", KLAR)], ("2018-11-06", "2018-11-09"), ""),
        ([("06", HINDER), ("09", KLAR), ("09", HINDER), ("12", KLAR)], ("2018-11-06", "2018-11-12"), ""),
        ([("02", HINDER), ("03", KLAR), ("07", HINDER), ("12", KLAR)], ("2018-11-07", "2018-11-12"), ""),
        ([("06", HINDER), ("07", KLAR), ("09", HINDER)], ("2018-11-06", "2018-11-07"), "HINDER_FLERA"),
        ([("06", KLAR)], ("NaT", "2018-11-06"), "HINDER_UTAN_BORJAN"),
        ([("02", HINDER), ("03", KLAR)], ("NaT", "NaT"), ""),
    ],
)
def test_obstacles(tmp_path: Path, messages: list[tuple[str, str]], expected: tuple[str, str], status: str) -> None:
    told = [f"V1 2018-11-{day} {kind}" for day, kind in messages]
    random.Random(1).shuffle(told)
    log = write_log(tmp_path, *told, *STAY, "V1 2018-11-05T10:00 utskrivningsklar")
    cases, _ = checked(log)
    span = cases[["oppenvard_hinder_fran", "oppenvard_hinder_till"]].iloc[0]
    assert tuple(str(time)[:10] for time in span) == expected
    assert cases["orsak"].to_list() == [status]


def test_an_obstacle_of_an_earlier_case_lasts_into_the_next(tmp_path: Path) -> None:
    log = write_log(
        tmp_path,
        *STAY,
        "V1 2018-11-05T10:00 utskrivningsklar",
        f"V1 2018-11-06 {HINDER}",
        "V1 2018-11-07T10:00 aterkallad",
        "V1 2018-11-08T10:00 utskrivningsklar",
        f"V1 2018-11-12 {KLAR}",
        "V1 2018-11-14T10:00 aterkallad",
        "V1 2018-11-16T10:00 utskrivningsklar",
    )
    cases, _ = checked(log)
    assert [str(time)[:10] for time in cases["oppenvard_hinder_till"]] == ["2018-11-12", "2018-11-12", "NaT"]
    assert (cases["status"] == "").all()


# --- the same facts, written both ways -----------------------------------------------------------------------------

_COLUMN_OF = {
    "inskriven": "inskriven",
    "inskrivningsmeddelande": "inskrivningsmeddelande",
    "utskrivningsklar": "utskrivningsklar",
    "aterkallad": "aterkallad",
    "sip_kallelse": "sip_kallelse",
    "kallelse_mottagen": "kallelse_mottagen",
    "vardplan_justerad": "vardplan_justerad",
    "oppenvard_hinder": "oppenvard_hinder_fran",
    "oppenvard_klar": "oppenvard_hinder_till",
}
_LOG_COLUMNS = [*HEADER, "placeringskommun", "enhet", "sip_kravs", "kommun_medverkade"]


def _stay(rng: random.Random, number: int) -> list[dict[str, str]]:
    """One stay as rows of a case table: one to three notices, each withdrawn but perhaps the last."""
    minutes = lambda low, high: timedelta(minutes=rng.randint(low, high))  # noqa: E731
    admitted = START + minutes(0, 20 * 1440)
    shared = {
        "vardtillfalle_id": f"V{number}",
        "patient_id": f"P{number}",
        "folkbokforingskommun": rng.choice(["0180", "1380", "1384", ""]),
        "placeringskommun": rng.choice(["", "", "1383"]),
        "vardform": rng.choice(["somatik", "psykiatri"]),
        "enhet": rng.choice(["", "Avd 1"]),
        "inskriven": admitted.isoformat(),
        "inskrivningsmeddelande": rng.choice(["", (admitted + minutes(1, 3000)).isoformat()]),
        "kallelse_mottagen": rng.choice(["", (admitted + minutes(1, 60)).isoformat()]),
    }
    rows, now = [], admitted + minutes(61, 2000)
    notices = rng.randint(1, 3)
    for n in range(1, notices + 1):
        now += minutes(1, 2000)
        row = shared | {"arende_id": f"V{number}/{n}", "utskrivningsklar": now.isoformat()}
        row |= {"sip_kravs": rng.choice(["ja", "nej"]), "kommun_medverkade": rng.choice(["ja", "nej", ""])}
        obstacle = rng.random() < 0.3
        for column, share in (("sip_kallelse", 0.5), ("vardplan_justerad", 0.5), ("oppenvard_hinder_fran", obstacle)):
            now += minutes(1, 1500)
            row[column] = now.isoformat() if rng.random() < share else ""
        now += minutes(1, 4000)
        if row["oppenvard_hinder_fran"] and (n < notices or rng.random() < 0.7):
            row["oppenvard_hinder_till"] = now.isoformat()
            now += timedelta(days=1)
        if n < notices or rng.random() < 0.2:
            row["aterkallad"] = now.isoformat()
            now += timedelta(days=1, minutes=rng.randint(0, 3000))
        rows.append(row)
    if rng.random() < 0.7:
        now += minutes(0, 8000)
        for row in rows:
            row["utskriven"] = now.isoformat()
    return rows


def _events(rng: random.Random, stays: list[list[dict[str, str]]]) -> list[list[str]]:
    log: set[tuple[str, ...]] = set()
    for rows in stays:
        for row in rows:
            told = {handelse: row.get(column, "") for handelse, column in _COLUMN_OF.items()}
            told["utskriven"] = row.get("utskriven", "")
            for handelse, time in told.items():
                event = row | {"tidpunkt": time, "handelse": handelse}
                if handelse not in ("utskrivningsklar", "aterkallad"):
                    event = event | {"sip_kravs": "", "kommun_medverkade": ""}
                if time:
                    log.add(tuple(event.get(name, "") for name in _LOG_COLUMNS))
    events = [list(event) for event in sorted(log)]
    rng.shuffle(events)
    return events


@settings(max_examples=30)
@given(st.randoms(use_true_random=False))
def test_the_same_facts_give_the_same_cases_and_the_same_bill(
    tmp_path_factory: pytest.TempPathFactory, rng: random.Random
) -> None:
    folder = tmp_path_factory.mktemp("log")
    stays = [_stay(rng, number) for number in range(rng.randint(1, 8))]
    names = [column.name for column in CASE_COLUMNS]
    rows = [[row.get(name, "") for name in names] for stay in stays for row in stay]
    (folder / "table.csv").write_text(text_of(*rows, header=names), encoding="utf-8")
    events = _events(rng, stays)
    (folder / "log.csv").write_text(text_of(*events, header=_LOG_COLUMNS), encoding="utf-8")

    by_table, by_log = checked(folder / "table.csv"), checked(folder / "log.csv")
    provenance = ["fil", "rad"]
    expected, folded = (
        cases.sort_values("arende_id", ignore_index=True).drop(columns=provenance) for cases, _ in (by_table, by_log)
    )
    pd.testing.assert_frame_equal(folded, expected)
    amounts = load(None)
    for agreement in ("nationell", "vastra-gotaland"):
        bills = [
            bill(*checked_frames, shipped(agreement), amounts, Month.parse("2018-11"))
            for checked_frames in (by_table, by_log)
        ]
        assert bills[0].amount_ore == bills[1].amount_ore


def test_nothing_but_a_stay_without_notice_is_no_case(tmp_path: Path) -> None:
    intake = read_cases([write_log(tmp_path, *STAY)])
    assert intake.cases.empty and intake.sources[0].without_notice == 2


_TIMES = ["2018-11-05", "2018-11-05T00:00:01", "2018-11-05T10:00", "2018-11-06", "2018-11-06T10:00", "2018-11-09", "x"]


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["V1", "V1", "V2", ""]),
            st.sampled_from(_TIMES),
            st.sampled_from([*HANDELSER, *("utskrivningsklar", "aterkallad") * 3, "hem"]),
            st.sampled_from(["0180", "0180", "1380", "0000"]),
        ),
        min_size=1,
        max_size=16,
    ),
    st.randoms(use_true_random=False),
)
def test_whatever_the_log_says_no_row_is_lost_and_their_order_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[str, str, str, str]], rng: random.Random
) -> None:
    folder = tmp_path_factory.mktemp("log")
    results = []
    for name in ("a.csv", "b.csv"):
        rows = [[stay, f"P-{stay}", kommun, "somatik", time, handelse] for stay, time, handelse, kommun in events]
        (folder / name).write_text(text_of(*rows, header=HEADER), encoding="utf-8")
        intake = read_cases([folder / name])
        (source,) = intake.sources
        reported = set(intake.issues["rad"])
        assert source.rows == len(events) and source.cases == len(intake.cases)
        assert len(reported) >= source.unreadable and source.unreadable + source.without_notice <= source.rows
        cases, _ = check_cases(intake.cases, intake.issues)
        computable = cases[cases["status"] == ""]
        notices = {(stay, handelse) for stay, _, handelse, _ in events}
        assert all((stay, "utskrivningsklar") in notices for stay in cases["vardtillfalle_id"])
        results.append(computable.drop(columns=["fil", "rad"]).sort_values("arende_id", ignore_index=True))
        rng.shuffle(events)
    pd.testing.assert_frame_equal(*results)
