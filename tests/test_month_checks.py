"""What must hold before anything is published or issued."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from betalningsansvar.billing.charged_lines import charged_lines
from betalningsansvar.billing.engine import Bill
from betalningsansvar.billing.ledger.corrections import wanted_lines
from betalningsansvar.billing.period import Month
from betalningsansvar.cli import main
from betalningsansvar.data.files.inputs import find_files
from betalningsansvar.data.intake import read_cases
from betalningsansvar.operations import month
from betalningsansvar.operations.inputs import ReadRequest, read
from betalningsansvar.operations.issuing import PlanRequest, plan_month
from betalningsansvar.operations.law import LawRequest, find_law
from betalningsansvar.operations.month import MonthRequest, MonthWork, compute_month
from betalningsansvar.reports.files.manifest import ReadFile
from betalningsansvar.reports.files.readback import ReadBackError
from betalningsansvar.reports.month.checks import checks, ledger_checks, require_ties, settlement_checks
from tests.month_of import FAULTS, month_of


@pytest.mark.parametrize(
    ("name", "profile"),
    [
        *(("handelser-en-trasig-rad.csv", None), ("handelser-utan-kommun-sist.csv", None)),
        *(("handelser-inga-fall-en-trasig-rad.csv", None), ("handelser-fel-datumformat-2.csv", None)),
        *(("overlappande-manader", None), ("rorig-export-ansi.csv", None)),
        ("statusrader-trasig-rad.csv", "exempel-statusrader"),
    ],
)
def test_every_row_is_accounted_for(name: str, profile: str | None) -> None:
    from betalningsansvar.data.profiles.profile import find_profile

    result = month_of(FAULTS / name, profile=profile)
    sources = read_cases([FAULTS / name], profile=find_profile(profile) if profile else None).sources
    files = [ReadFile.of_source(source) for source in sources]
    ties = (*checks(result, files), *ledger_checks(result, wanted_lines(charged_lines(result))))
    assert ties[0].name == "Filernas rader är redovisade"
    require_ties(ties)


def test_a_row_too_few_a_charge_without_payer_and_a_line_too_many_are_found() -> None:
    result = month_of(FAULTS / "handelser-hel.csv")
    files = [ReadFile.of_source(source) for source in read_cases([FAULTS / "handelser-hel.csv"]).sources]
    with pytest.raises(ReadBackError, match="redovisade"):
        require_ties(checks(result, [replace(files[0], rows=files[0].rows + 1)]))
    to_nobody = replace(result, lines=result.lines.assign(kommun=-1))
    with pytest.raises(ReadBackError, match="utan betalare"):
        require_ties(checks(to_nobody, files))
    for case in (-1, len(result.cases)):
        with pytest.raises(ReadBackError, match="Fakturaradernas ärenden"):
            checks(replace(result, lines=result.lines.assign(case=case)), files)
    wanted = wanted_lines(charged_lines(result))
    with pytest.raises(ReadBackError, match="liggaren"):
        require_ties(ledger_checks(result, wanted.iloc[1:]))


def _ledger(folder: Path) -> str:
    return f"sqlite:///{folder / 'faktura.db'}"


def _november() -> MonthWork:
    files = find_files([FAULTS / "handelser-hel.csv"]).files
    data = read(ReadRequest(files, date(2019, 1, 15)))
    return compute_month(MonthRequest(data, find_law(LawRequest("halland")), Month(2018, 11), date(2018, 11, 30)))


def test_a_broken_tie_stops_issuing_before_anything_is_numbered(tmp_path: Path) -> None:
    work, ledger = _november(), _ledger(tmp_path)
    bill = work.bill
    paid = bill.kommuner["amount_ore"] > 0
    broken = [
        replace(work, bill=replace(bill, kommuner=bill.kommuner.assign(amount_ore=bill.kommuner["amount_ore"] + paid))),
        replace(work, bill=replace(bill, cases=bill.cases.assign(amount_ore=bill.cases["amount_ore"] + 1))),
        replace(work, bill=replace(bill, cases=pd.concat([bill.cases, bill.cases.iloc[:1]], ignore_index=True))),
        replace(work, lines=work.lines.iloc[1:]),
        replace(work, lines=work.lines.assign(amount_ore=work.lines["amount_ore"] * 2)),
    ]
    for one in broken:
        with pytest.raises(ReadBackError):
            plan_month(PlanRequest(one, ledger))
    assert list(tmp_path.iterdir()) == []
    plan_month(PlanRequest(work, ledger))


def _less_a_case(bill: Bill) -> Bill:
    return replace(bill, cases=bill.cases.iloc[:-1])


def _less_every_case(bill: Bill) -> Bill:
    return replace(bill, cases=bill.cases.iloc[:0])


def _a_case_twice(bill: Bill) -> Bill:
    return replace(bill, cases=pd.concat([bill.cases, bill.cases.iloc[:1]], ignore_index=True))


def _a_line_twice(bill: Bill) -> Bill:
    return replace(bill, lines=pd.concat([bill.lines, bill.lines.iloc[:1]], ignore_index=True))


def _less_a_line(bill: Bill) -> Bill:
    return replace(bill, lines=bill.lines.iloc[1:].reset_index(drop=True))


def _less_a_payer(bill: Bill) -> Bill:
    return replace(bill, lines=bill.lines.assign(kommun=np.int16(-1)))


def _another_payer(bill: Bill) -> Bill:
    return replace(bill, lines=bill.lines.assign(kommun=(bill.lines["kommun"] + 1).astype(bill.lines["kommun"].dtype)))


def _a_dygn_more(bill: Bill) -> Bill:
    return replace(bill, lines=bill.lines.assign(days=bill.lines["days"] + 1))


def _less_a_kommun(bill: Bill) -> Bill:
    return replace(bill, kommuner=bill.kommuner[bill.kommuner["amount_ore"] == 0])


def _dearer(bill: Bill) -> Bill:
    return replace(bill, kommuner=bill.kommuner.assign(amount_ore=bill.kommuner["amount_ore"] * 2))


@pytest.mark.parametrize("command", ["bill", "issue", "approve"])
@pytest.mark.parametrize(
    "wrong",
    [_less_a_case, _less_every_case, _a_case_twice, _a_line_twice, _less_a_line, _less_a_payer, _another_payer,
     _a_dygn_more, _less_a_kommun, _dearer],
)  # fmt: skip
def test_a_month_computed_wrong_is_told_and_nothing_is_published_or_issued(
    wrong: Callable[[Bill], Bill], command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = month.bill
    monkeypatch.setattr(month, "bill", lambda *given, **how: wrong(right(*given, **how)))
    monkeypatch.chdir(tmp_path)
    asked = [str(FAULTS / "handelser-hel.csv"), "--month", "2018-11", "--agreement", "halland", "--as-of", "2018-11-30"]
    typed = {
        "bill": ["bill", *asked, "--out", "ut"],
        "issue": ["issue", *asked, "--ledger", "sqlite:///f.db", "--confirm", "--out", "ut"],
        "approve": ["ledger", "approve", *asked, "--ledger", "sqlite:///f.db", "--by", "Anna"],
    }
    done = CliRunner().invoke(main, typed[command])
    assert done.exit_code == 1 and isinstance(done.exception, SystemExit), repr(done.exception)
    told = done.stderr
    assert re.search(r"(rader|öre), .* \d+ (rader|öre)", told) and "Traceback" not in told
    assert list(tmp_path.iterdir()) == []


def test_a_settlement_whose_lines_are_not_what_is_left_stops() -> None:
    left = pd.DataFrame({"kommun": ["1380", "1381", "1382"], "settlement_ore": [500, -200, 0]})
    bokslut = SimpleNamespace(settlement=left)
    lines = pd.DataFrame({"kommun": ["1380", "1381"], "amount_ore": [500, -200]})
    require_ties(settlement_checks(bokslut, lines))
    for broken in (lines.iloc[1:], lines.assign(amount_ore=[500, 200]), lines.assign(kommun=["1380", "1382"])):
        with pytest.raises(ReadBackError, match="Avräkningens"):
            require_ties(settlement_checks(bokslut, broken))
