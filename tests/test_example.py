"""The shipped examples: what their README promises is what the engine says."""

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from betalningsansvar.billing.cases import check_cases
from betalningsansvar.billing.engine import Bill, bill
from betalningsansvar.billing.period import Month
from betalningsansvar.data.intake import read_cases
from betalningsansvar.tariffs.agreements import find_agreement
from betalningsansvar.tariffs.belopp import load

EXAMPLES = Path(__file__).parents[1] / "data" / "exempel"
RATE_ORE = 710_000

# arende_id: payer, status, orsak, dygn in November, dygn in December 2018
NAMED = {
    "H18-0002": ("1384", "debiteras", "", 30, 13),
    "H18-0011": ("1380", "debiteras", "", 5, 0),
    "H18-0049": ("1380", "debiteras", "", 1, 0),
    "H18-0082": ("1380", "debiteras", "", 3, 0),
    "H18-0053": ("1383", "debiteras", "", 4, 0),
    "H18-0063": ("1383", "blockerad", "INSKRIVNINGSMEDDELANDE_SAKNAS", 0, 0),
    "H18-0067": ("1381", "blockerad", "SIP_KALLELSE_SEN", 0, 0),
    "H18-0071": ("1382", "debiteras", "", 4, 0),
    "H18-0073": ("1382", "blockerad", "OPPENVARD_HINDER", 0, 0),
    "H18-0078": ("1380", "debiteras", "", 2, 0),
    "H18-0087": ("1384", "blockerad", "SIP_KALLELSE_SAKNAS", 0, 0),
    "H18-0090": (None, "parkerad", "KOMMUN_SAKNAS", 0, 0),
    "H18-0098": ("1380", "blockerad", "INSKRIVNINGSMEDDELANDE_SENT", 0, 0),
    "H18-0101": ("1381", "debiteras", "", 2, 0),
    "H18-0102": ("1381", "debiteras", "", 1, 0),
    "H18-0112": ("1384", "debiteras", "", 7, 31),
    "H18-0114": ("1463", "debiteras", "", 4, 0),
    "H18-0118": ("1383", "parkerad", "ORIMLIG_TIDSFOLJD", 0, 0),
    "H18-0123": ("1384", "debiteras", "", 4, 0),
    "H18-0211": ("1383", "fri", "", 0, 0),
}


@cache
def billed(month: str) -> Bill:
    intake = read_cases([EXAMPLES / "halland-2018-11-12.csv"])
    cases, issues = check_cases(intake.cases, intake.issues)
    return bill(cases, issues, find_agreement("halland"), load(), Month.parse(month))


@pytest.mark.parametrize("arende_id", NAMED)
def test_a_named_case_is_charged_as_described(arende_id: str) -> None:
    kommun, status, orsak, november, december = NAMED[arende_id]
    case = billed("2018-11").cases.set_index("arende_id").loc[arende_id]
    assert (case["status"], case["orsak"], case["dygn"]) == (status, orsak, november)
    assert case["amount_ore"] == november * RATE_ORE
    assert pd.isna(case["kommun"]) if kommun is None else case["kommun"] == kommun
    assert billed("2018-12").cases.set_index("arende_id").loc[arende_id, "dygn"] == december


def test_every_named_case_and_its_dygn_is_in_the_readme() -> None:
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert [arende_id for arende_id in NAMED if arende_id not in readme] == []


def test_one_kommun_owes_nothing_and_the_others_differ() -> None:
    kommuner = billed("2018-11").kommuner.set_index("kommun")
    assert kommuner.loc["1315", "nollfaktura"] and kommuner.loc["1315", "antal_arenden"] > 0
    charged = kommuner.loc[["1380", "1381", "1382", "1383", "1384"], "amount_ore"]
    assert (charged > 0).all() and charged.max() > 3 * charged.min()
    assert kommuner.loc["1463", "grupp"] == "utomlans"
    assert kommuner.loc["", "antal_arenden"] == 1


def test_the_workbook_holds_the_same_rows_as_the_csv() -> None:
    provenance = ["fil", "rad"]
    from_csv, from_excel = (
        read_cases([EXAMPLES / f"halland-2018-11-12.{kind}"]).cases.drop(columns=provenance) for kind in ("csv", "xlsx")
    )
    assert len(from_csv) == 238
    pd.testing.assert_frame_equal(from_csv, from_excel)


def test_the_broken_rows_show_each_fault_once_or_more() -> None:
    intake = read_cases([EXAMPLES / "trasiga-rader.csv"])
    _, issues = check_cases(intake.cases, intake.issues)
    assert set(issues["kod"]) == {
        *("RAD_TRASIG", "ARENDE_ID_SAKNAS", "TID_SAKNAS", "NODVANDIG_TID_OLASLIG"),
        *("KOMMUN_SAKNAS", "KOMMUN_OKAND", "VARDFORM_OKAND", "ORIMLIG_TIDSFOLJD", "DUBBLETT", "HINDER_UTAN_BORJAN"),
        *("AVSLUT_UTAN_TID", "PATIENT_SAKNAS", "TID_OLASLIG", "JANEJ_OLASLIG", "CELLFEL", "SIFFROR_FORLORADE"),
        *("DUBBLETT_IDENTISK", "INSKRIVNINGSMEDDELANDE_OVER_24H", "SAMMA_DYGN_FLERA_ARENDEN"),
        *("PERSONNUMMER_KONTROLLSIFFRA", "KOLUMN_SAKNAS", "KOLUMN_TOM"),
    }
    assert "19400120" not in issues.to_csv(), "an identity is told"
