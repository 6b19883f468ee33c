"""The kronor that hang on findings, and the end of the data."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from betalningsansvar.billing.data_ends import DataEndsError
from betalningsansvar.billing.engine import Bill
from betalningsansvar.data.files.inputs import InputError
from tests.intake_files import row, write
from tests.month_of import FAULTS, amounts, fault, month_of, told

KRONA = 100


def stakes(result: Bill) -> dict[tuple[int, str], int | None]:
    """Whole kronor by row and code, None where nothing is computed."""
    rows = result.issues[["rad", "kod", "stake_ore"]].itertuples(index=False, name=None)
    return {(rad, kod): None if pd.isna(ore) else int(ore) // KRONA for rad, kod, ore in rows}


def test_days_of_one_patient_in_two_places() -> None:
    found = stakes(fault("samma-patient-tre-arenden.csv"))
    assert found[3, "PATIENT_PA_TVA_PLATSER"] == found[4, "PATIENT_PA_TVA_PLATSER"] == 85_200


def test_notices_without_an_hour_hang_on_one_dygn_each() -> None:
    result = fault("11-datum-utan-klockslag.csv")
    assert amounts(result) == {"1380": 127_800} and stakes(result)[0, "KLOCKSLAG_SAKNAS"] == 21_300
    assert amounts(fault("11b-eftermiddag.csv")) == {"1380": 106_500}
    assert result.issues.loc[result.issues["kod"] == "KLOCKSLAG_SAKNAS", "varde"].item() == "alla 3 ärenden, 3 dygn"


def test_notices_without_an_hour_where_no_rule_asks_for_one() -> None:
    result = fault("hinder-efter-uttrade.csv", agreement="vastra-gotaland")
    assert not told(result, "KLOCKSLAG_SAKNAS") and amounts(result) == {"1480": 213_000}


@pytest.mark.parametrize(("month", "dygn"), [("2018-10", 24), ("2018-11", 30), ("2018-12", 23)])
def test_an_obstacle_after_the_exit_costs_no_day_and_is_told(month: str, dygn: int) -> None:
    result = fault("hinder-efter-uttrade.csv", agreement="vastra-gotaland", month=month)
    assert amounts(result) == {"1480": dygn * 7_100}
    assert len(told(result, "HINDER_EFTER_INTRADE")) == 1
    if month == "2018-12":
        assert stakes(result)[2, "HINDER_EFTER_INTRADE"] == 2 * 7_100


def test_blocked_and_parked_cases_tell_what_they_would_cost_at_most(tmp_path: Path) -> None:
    left = "2018-11-14 10:00"
    result = month_of(
        write(
            tmp_path,
            row(arende_id="A1", inskrivningsmeddelande="", utskriven=left, enhet="Öst"),
            row(arende_id="A2", folkbokforingskommun="", utskriven=left, enhet="Öst"),
            row(arende_id="A3", utskriven="2018-11-04 10:00"),
            row(arende_id="A4", vardform="x", utskriven=left),
        )
    )
    found = stakes(result)
    assert found[2, "INSKRIVNINGSMEDDELANDE_SAKNAS"] == found[3, "KOMMUN_SAKNAS"] == 6 * 7_100
    assert found[4, "ORIMLIG_TIDSFOLJD"] == 23 * 7_100 and found[5, "VARDFORM_OKAND"] == 6 * 7_100
    withheld = result.withheld.set_index(["status", "orsak", "enhet"])["amount_ore"] // KRONA
    assert withheld["blockerad", "INSKRIVNINGSMEDDELANDE_SAKNAS", "Öst"] == 6 * 7_100
    assert withheld["parkerad", "KOMMUN_SAKNAS", "Öst"] == 6 * 7_100


def test_a_case_of_unknown_vardform_hangs_on_the_dearest_kind(tmp_path: Path) -> None:
    called = {"kallelse_mottagen": "2016-11-01 10:00", "vardplan_justerad": "2016-11-01 10:00"}
    stay = {"inskriven": "2016-10-31 10:00", "utskrivningsklar": "2016-11-01 10:00", "utskriven": "2016-12-30 10:00"}
    kinds = {
        kind: row(vardform=kind, inskrivningsmeddelande="", **called, **stay)
        for kind in ("akut", "geriatrik", "psykiatri", "kirurgi")
    }
    of = {"agreement": "lag-1990-1404", "month": "2016-12", "as_of": date(2016, 12, 31)}
    known = [sum(amounts(month_of(write(tmp_path, case), **of)).values()) for case in list(kinds.values())[:3]]
    assert stakes(month_of(write(tmp_path, kinds["kirurgi"]), **of))[2, "VARDFORM_OKAND"] == max(known) > min(known) > 0


def test_a_blocked_case_under_a_mean_tells_what_it_would_do_to_the_mean(tmp_path: Path) -> None:
    rows = [row(arende_id=f"A{n}", folkbokforingskommun="1480", utskriven="2018-11-09 10:00") for n in range(2)]
    blocked = row(arende_id="A9", folkbokforingskommun="1480", utskriven="2018-11-11 10:00", inskrivningsmeddelande="")
    result = month_of(write(tmp_path, *rows, blocked), agreement="vastra-gotaland", as_of=date(2018, 11, 30))
    assert amounts(result) == {"1480": 2 * 7_100}
    assert stakes(result)[4, "INSKRIVNINGSMEDDELANDE_SAKNAS"] == 3 * 7_100


def test_a_kommunkod_without_its_zero_and_a_late_message_hang_on_the_whole_amount(tmp_path: Path) -> None:
    late = {"inskrivningsmeddelande": "2018-11-04 10:00"}
    left = "2018-11-14 10:00"
    found = stakes(month_of(write(tmp_path, row(folkbokforingskommun="180", utskriven=left, **late))))
    assert found[2, "KOMMUNKOD_UTFYLLD"] == found[2, "INSKRIVNINGSMEDDELANDE_OVER_24H"] == 6 * 7_100


def test_data_that_ends_before_the_month_stops() -> None:
    with pytest.raises(DataEndsError, match="2018-11-05") as stop:
        fault("gammalt-uttag.csv", month="2019-11")
    assert stop.value.newest == date(2018, 11, 5)
    given = fault("gammalt-uttag.csv", month="2019-11", as_of=date(2019, 11, 30))
    assert given.extract_given and amounts(given) == {"1381": 30 * 7_800}


def test_data_that_ends_inside_the_month_is_told_once_with_what_rests_on_it() -> None:
    result = fault("gammalt-uttag.csv")
    assert amounts(result) == {"1381": 163_300} and not result.extract_given
    assert stakes(result)[0, "UTTAG_SLUTAR_I_MANADEN"] == 163_300
    told_of = result.issues.loc[result.issues["kod"] == "UTTAG_SLUTAR_I_MANADEN", "varde"]
    assert told_of.to_list() == ["senaste dag 2018-11-05; 1 ärende räknas som kvar (23 dygn)"]
    assert not told(fault("gammalt-uttag.csv", as_of=date(2018, 11, 30)), "UTTAG_SLUTAR_I_MANADEN")


def test_a_time_after_today_parks_its_case_and_moves_nothing() -> None:
    result = fault("69-arsfel.csv", today=date(2026, 11, 25))
    by_id = result.cases.set_index("arende_id")
    assert by_id["orsak"]["F001"] == "TID_I_FRAMTIDEN" and result.as_of == date(2018, 11, 30)
    assert amounts(result) == {"1380": (23 + 8) * 7_100}
    assert stakes(result)[2, "TID_I_FRAMTIDEN"] == 23 * 7_100


def test_leave_hangs_on_the_whole_days_away(tmp_path: Path) -> None:
    away = {"permission_fran": "2018-11-08 10:00", "permission_till": "2018-11-11 15:00"}
    result = month_of(write(tmp_path, row(utskriven="2018-11-14 10:00", **away)))
    assert amounts(result) == {"0180": 6 * 7_100} and stakes(result)[2, "PERMISSION"] == 2 * 7_100


def test_a_log_tells_the_columns_that_only_a_case_table_has(tmp_path: Path) -> None:
    text = (FAULTS / "handelser-hel.csv").read_text(encoding="utf-8").splitlines()
    delimiter = ";" if ";" in text[0] else ","
    added = [delimiter.join([text[0], "makulerad", "permission_fran"]), *(line + delimiter * 2 for line in text[1:])]
    (tmp_path / "logg.csv").write_text("\n".join(added), encoding="utf-8")
    issues = month_of(tmp_path / "logg.csv", agreement="halland").issues
    assert issues.loc[issues["kod"] == "KOLUMN_EJ_LAST", "varde"].to_list() == ["makulerad, permission_fran"]


def test_the_discharge_under_its_own_header_gives_the_right_amount(tmp_path: Path) -> None:
    text = (FAULTS / "60-utskriven-annan-rubrik.csv").read_text(encoding="utf-8")
    with pytest.raises(InputError, match="utskrivningsdatum liknar utskriven"):
        fault("60-utskriven-annan-rubrik.csv")
    (tmp_path / "a.csv").write_text(text.replace("utskrivningsdatum", "utskriven"), encoding="utf-8")
    assert sum(amounts(month_of(tmp_path / "a.csv")).values()) == 85_200
