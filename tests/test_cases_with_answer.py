"""The product against the answers worked out by hand: shipped rules and amounts, and the engine."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from betalningsansvar.billing import genomsnitt
from betalningsansvar.billing.engine import Bill, bill
from betalningsansvar.billing.lines import TariffGapError
from betalningsansvar.billing.period import Month
from betalningsansvar.data.units import MICRO_PER_DYGN
from betalningsansvar.tariffs import belopp
from betalningsansvar.tariffs.agreements import shipped
from tests.engine_adapter import answer_of, case_frame, no_issues, rates_as_layer
from tests.law import mean
from tests.named_cases import FILES, NamedCase, answer_in_short, case_of_notice, name_of, read, rows_of, wanted_in_short
from tests.oracle import Case


def engine(named: NamedCase, cases: list[Case]) -> Bill:
    agreement = shipped(named.agreement) if isinstance(named.agreement, str) else named.agreement
    tariffs = belopp.Tariffs((rates_as_layer(named.rates), *belopp.load().layers))
    return bill(case_frame(cases), no_issues(), agreement, tariffs, Month.of(named.month), named.as_of)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_named_case(path: Path) -> None:
    named = read(path)
    if named.error is not None:
        with pytest.raises(TariffGapError, match=named.error):
            engine(named, named.cases)
        return
    wanted = wanted_in_short(named)
    assert answer_in_short(answer_of(engine(named, named.cases))) == wanted
    if len(named.cases) > 1:
        assert answer_in_short(answer_of(engine(named, named.cases[::-1]))) == wanted, "in another order of rows"


@pytest.mark.parametrize("row", rows_of("ansvar_fran.csv"), ids=lambda row: row["note"])
def test_ansvar_fran(row: dict[str, str]) -> None:
    case = case_of_notice(row)
    month = Month.of(case["utskrivningsklar"].date())
    found = bill(case_frame([case]), no_issues(), shipped(row["regelverk"]), belopp.load(), month)
    assert found.cases["ansvar_fran"].dt.date.tolist() == [date.fromisoformat(row["ansvar_fran"])]
    assert found.amount_ore == 0


@pytest.mark.parametrize("row", rows_of("genomsnitt.csv"), ids=lambda row: row["namn"])
def test_genomsnitt(row: dict[str, str]) -> None:
    decimaler = int(row["decimaler"]) if row["decimaler"] else None
    rule = mean(date(2023, 1, 1), troskel=Decimal(row["troskel"]), decimaler=decimaler)
    found = genomsnitt.mean(np.array([int(row["antal"])]), np.array([int(row["dagar"])]), rule)
    kronor = genomsnitt.amount_ore(found.dygn_micro, int(row["dygnsbelopp_kr"]) * 100) // 100
    micro = [int(Decimal(row[name]) * MICRO_PER_DYGN) for name in ("medel", "dygn")]
    assert [*found.mean_micro, *found.dygn_micro, *kronor] == [*micro, int(row["belopp_kr"])]


def test_there_are_cases_for_every_rule() -> None:
    """An empty folder would pass silently."""
    assert len(FILES) > 70
    assert len({path.parent for path in FILES}) >= 10
