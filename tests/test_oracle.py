"""The oracle itself against answers that were worked out by hand or printed by an authority."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from tests.law import AGREEMENTS, CASES, STATUTE, mean, schablon_tables, world
from tests.named_cases import FILES, answer_in_short, case_of_notice, name_of, read, rows_of, wanted_in_short
from tests.oracle import RateGapError, ansvar_fran, bill, half_up, mean_of, schablon_lines, shown


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_named_case(path: Path) -> None:
    named = read(path)
    here = world(named.oracle_agreement())
    here = replace(here, rates={**here.rates, **named.rates})
    if named.error is not None:
        with pytest.raises(RateGapError):
            bill(here, named.cases, named.month, named.as_of)
        return
    assert answer_in_short(bill(here, named.cases, named.month, named.as_of)) == wanted_in_short(named)


@pytest.mark.parametrize("row", rows_of("ansvar_fran.csv"), ids=lambda row: row["note"])
def test_ansvar_fran(row: dict[str, str]) -> None:
    here = world(AGREEMENTS[row["regelverk"]])
    assert ansvar_fran(here, case_of_notice(row), date(2020, 12, 31)) == date.fromisoformat(row["ansvar_fran"])


@pytest.mark.parametrize("row", rows_of("genomsnitt.csv"), ids=lambda row: row["namn"])
def test_genomsnitt(row: dict[str, str]) -> None:
    antal, dagar = int(row["antal"]), int(row["dagar"])
    rule = mean(
        date(2023, 1, 1),
        troskel=Decimal(row["troskel"]),
        decimaler=int(row["decimaler"]) if row["decimaler"] else None,
    )
    # All the days on one case, the others discharged the same day: the mean only knows the sum.
    first, last = datetime(2023, 5, 1), datetime(2023, 5, 1 + dagar % 31)
    whole_months = dagar // 31
    cases = [{"utskrivningsklar": first, "utskriven": first}] * (antal - 1 - whole_months)
    cases += [{"utskrivningsklar": first, "utskriven": datetime(2023, 6, 1)}] * whole_months
    cases += [{"utskrivningsklar": first, "utskriven": last}]
    found = mean_of(cases, rule)
    dygn = max(Fraction(0), found - Fraction(row["troskel"])) * antal
    assert shown(found) == Fraction(row["medel"])
    assert dygn == Fraction(row["dygn"])
    assert half_up(dygn * int(row["dygnsbelopp_kr"])) == int(row["belopp_kr"])


def test_the_twelfths_of_halland_are_the_printed_ones() -> None:
    """RS160373: the rows add to 189 048, the printed total was rounded on its own, twelve are 11 kr short."""
    rows = rows_of("halland-2018.csv")
    printed = {row["kommunkod"]: int(row["tolftedel_kr"]) for row in rows}
    found = {
        line.kommun: line.amount_ore // 100 for line in schablon_lines(world(AGREEMENTS["halland"]), date(2018, 5, 1))
    }
    total, year = printed.pop(""), int(rows[-1]["fakturerat_2017_kr"])
    assert found == printed
    assert (sum(found.values()), total) == (189_048, 189_049)
    assert sum(schablon_tables()["halland-2017"].values()) == year
    assert year - 12 * sum(found.values()) == 11


def test_no_statute_day_has_two_rules() -> None:
    for vardform in ("somatik", "psykiatri", "akut", "geriatrik"):
        for day in (date(2017, 12, 31), date(2018, 1, 1), date(2018, 12, 31), date(2019, 1, 1)):
            own = [r for r in STATUTE if vardform in r.vardform and r.in_force(day)]
            assert len(own) == 1, (vardform, day)


@pytest.mark.parametrize("name", ["oracle.py", "calendar_of_law.py", "law.py"])
def test_the_oracle_takes_nothing_from_the_engine(name: str) -> None:
    """Two readers of the law are worth nothing when one copies the other."""
    tree = ast.parse((CASES.parent / name).read_text(encoding="utf-8"))
    imported = {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    imported |= {alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names}
    assert not [module for module in imported if module.split(".")[0] in ("billing", "reports", "holidays")]
