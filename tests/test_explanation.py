"""The explanation as a record of steps: what each step holds, and that its sum is the bill's."""

from datetime import date
from pathlib import Path

import pytest

from betalningsansvar.billing.explain import explain_case, explain_mean
from betalningsansvar.billing.period import Month
from betalningsansvar.data.columns import CASE_COLUMNS
from betalningsansvar.reports.month.case_steps import case_explanation
from betalningsansvar.reports.month.mean_steps import mean_explanation
from betalningsansvar.reports.month.steps import Explanation
from betalningsansvar.reports.words.columns import COLUMN_WORDS
from betalningsansvar.tariffs.agreements import find_agreement
from betalningsansvar.tariffs.belopp import load
from tests.report_bills import bill_of, checked, orsa, row

NOVEMBER = Month(2018, 11)


def explained(folder: Path, **values: str) -> Explanation:
    cases, issues = checked([row("A1", **values)], folder)
    (found,) = explain_case(cases, issues, "A1", find_agreement("nationell"), load(None), NOVEMBER)
    return case_explanation(found)


def test_a_charged_case_goes_from_fact_by_paragraph_to_kronor(tmp_path: Path) -> None:
    told = explained(tmp_path)
    assert [step.kind for step in told.steps] == [
        *["uppgift"] * 4, "betalare", "regel", *["rakning"] * 2, "villkor", *["rakning"] * 2, "belopp", "summa"
    ]  # fmt: skip
    count = next(step for step in told.steps if step.paragraph.startswith("5 kap. 4 §"))
    assert count.at == date(2018, 11, 8) and count.text == "3 kalenderdagar → tor 2018-11-08"
    charge = told.steps[-2]
    assert (charge.dygn_micro, charge.rate_ore, charge.amount_ore) == (3_000_000, 710_000, 2_130_000)
    assert charge.source and charge.status == "T"
    assert told.amount_ore == 2_130_000 == bill_of([row("A1")], tmp_path).amount_ore


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"inskrivningsmeddelande": ""}, "Inget inskrivningsmeddelande har skickats"),
        ({"utskriven": "2018-11-08 09:00"}, "samma dag som ansvaret skulle ha inträtt"),
        ({"utskriven": "2018-11-06 09:00"}, "innan ansvaret skulle ha inträtt"),
        ({"folkbokforingskommun": ""}, "raden är parkerad"),
    ],
)
def test_nothing_to_pay_says_why(values: dict[str, str], why: str, tmp_path: Path) -> None:
    told = explained(tmp_path, **values)
    last = told.steps[-1]
    assert last.kind == "summa" and last.amount_ore == 0 and last.text.startswith("0 kr") and why in last.text


def test_a_mean_goes_from_its_cases_to_kronor(tmp_path: Path) -> None:
    cases, _ = checked(orsa(), tmp_path)
    (found,) = explain_mean(cases, "2034", find_agreement("dalarna"), load(None), Month(2023, 3))
    told = mean_explanation(found)
    assert [step.label for step in told.steps[:6]] == [f"D-{n}" for n in range(6)]
    assert told.steps[-2].dygn_micro == 13_980_000 and told.amount_ore == 14_679_000


def test_the_rule_opens_a_section_of_its_own(tmp_path: Path) -> None:
    told = explained(tmp_path)
    headings = [heading for heading, _ in told.sections()]
    assert headings == ["Uppgifter", "Betalare", "Regel", "Belopp"]
    assert [step for _, steps in told.sections() for step in steps] == list(told.steps)


def test_every_column_has_a_word() -> None:
    assert [column.name for column in CASE_COLUMNS if column.name not in COLUMN_WORDS] == []
