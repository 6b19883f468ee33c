"""From the oracle's plain cases to the engine's frames, and from the engine's `Bill` back to plain lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd

from betalningsansvar.billing.days import to_date
from betalningsansvar.billing.engine import Bill
from betalningsansvar.billing.engine import bill as engine_bill
from betalningsansvar.billing.known import computable, newest_day
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.statuses import ORSAK_DTYPE, STATUS_DTYPE
from betalningsansvar.billing.stay_counts import StayPlan
from betalningsansvar.data.bytematrix import SECRET
from betalningsansvar.data.columns import CASE_COLUMNS, VARDFORMER
from betalningsansvar.data.kommuner import kommuner, region_names
from betalningsansvar.operations.statistics import StatisticsCounting
from betalningsansvar.tariffs.belopp import Layer, Tariffs
from betalningsansvar.tariffs.records import Agreement, Belopp
from tests.oracle import Answer, Case, CaseLine, KommunLine, Outcome, Rate, World, payer, shown

ISSUE_COLUMNS = {"fil": "str", "rad": "int64", "arende_id": "str", "kod": "str", "kolumn": "str", "varde": "str"}
MICRO = 1_000_000


def case_frame(cases: Sequence[Case]) -> pd.DataFrame:
    """Typed and checked cases as the checks would leave them; a case without payer is parked."""
    kommun_dtype = pd.CategoricalDtype(list(kommuner()))
    columns: dict[str, pd.Series] = {}
    for column in CASE_COLUMNS:
        values = [case.get(column.name) for case in cases]
        match column.kind:
            case "time":
                columns[column.name] = pd.Series(pd.to_datetime(values), dtype="datetime64[s]")
            case "yesno":
                columns[column.name] = pd.Series(values, dtype="bool")
            case "kommun":
                columns[column.name] = pd.Series(values, dtype=kommun_dtype)
            case "vardform":
                columns[column.name] = pd.Series(values, dtype=pd.CategoricalDtype(list(VARDFORMER)))
            case "region":
                columns[column.name] = pd.Series(values, dtype=pd.CategoricalDtype(list(region_names())))
            case "text":
                columns[column.name] = pd.Series(values, dtype="str")
    payers = [payer(case) for case in cases]
    size = len(cases)
    return pd.DataFrame(columns).assign(
        kommun=pd.Series(payers, dtype=kommun_dtype),
        fil=pd.Series(["fall.csv"] * size, dtype="category"),
        rad=pd.Series(range(2, size + 2), dtype="int32"),
        status=pd.Series(["" if p else "parkerad" for p in payers], dtype=STATUS_DTYPE),
        orsak=pd.Series(["" if p else "KOMMUN_SAKNAS" for p in payers], dtype=ORSAK_DTYPE),
    )


def monthly_statistics(cases: pd.DataFrame, agreement: Agreement, months: Sequence[Month], as_of: date) -> pd.DataFrame:
    """The statistics of all the cases at once, as `stats` counts them."""
    counting = StatisticsCounting({0: StayPlan(agreement, tuple(months), as_of, bytes(SECRET))}, by_region=False)
    sums, records = counting.sums(cases)
    return counting.table(counting.completed(counting.added([sums]), [records]))


def no_issues() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in ISSUE_COLUMNS.items()})


def rates_as_layer(rates: Mapping[str, Sequence[Rate]]) -> Layer:
    """Amounts as the product's records, like a tariff file of the user's own."""
    belopp = tuple(
        Belopp(serie, rate.fran, rate.tom, rate.vardform, rate.ore, "prov", "T", "prov.toml")
        for serie, own in rates.items()
        for rate in own
    )
    return Layer("prov.toml", "", (), belopp)


def run_engine(world: World, cases: Sequence[Case], month: date, as_of: date | None = None) -> Bill:
    """The engine on the same facts the oracle gets. The statute is the shipped one."""
    tariffs = Tariffs((rates_as_layer(world.rates),))
    frame, billed = case_frame(cases), Month.of(month)
    # The oracle takes data that ends before the month as still true at its end; the engine asks who said so.
    as_of = as_of or newest_day(frame, computable(frame), billed.last_day)
    return engine_bill(frame, no_issues(), world.agreement, tariffs, billed, as_of)


def _rows(frame: pd.DataFrame) -> Iterator[Any]:
    return iter(frame.itertuples(index=False))


def answer_of(bill: Bill) -> Answer:
    """A `Bill` in the oracle's words. Lines of the kommun that neither count a case nor charge are left out."""
    cases = bill.cases
    answer = Answer()
    for arende_id, status, orsak, first in zip(
        cases["arende_id"], cases["status"], cases["orsak"], cases["ansvar_fran"], strict=True
    ):
        answer.outcomes[arende_id] = Outcome(status, orsak, None if first is pd.NaT else first.date())
    codes = list(kommuner())
    ids = cases["arende_id"].tolist()
    for line in _rows(bill.lines):
        rule, rate = bill.rules[line.rule], bill.rates[line.rate]
        assert rate.rate_ore == line.rate_ore
        answer.lines.append(
            CaseLine(
                ids[line.case],
                to_date(line.start),
                to_date(line.stop - 1),
                codes[line.kommun],
                rule.agreement,
                rule.number,
                int(line.days),
                int(line.rate_ore),
                int(line.amount_ore),
            )
        )
    for line in _rows(bill.kommun_lines):
        rule = bill.rules[line.rule]
        if rule.modell == "genomsnitt" and line.antal == 0:
            assert line.amount_ore == 0
            continue
        answer.kommun_lines.append(
            KommunLine(
                codes[line.kommun],
                rule.agreement,
                rule.number,
                to_date(line.start),
                to_date(line.stop - 1),
                rule.modell,
                int(line.antal),
                int(line.days),
                Fraction(int(line.mean_micro), MICRO),
                Fraction(int(line.dygn_micro), MICRO),
                bool(line.triggered),
                int(line.rate_ore),
                int(line.amount_ore),
            )
        )
    answer.lines.sort()
    answer.kommun_lines.sort()
    return answer


def differences(wanted: Answer, found: Answer) -> list[str]:
    """Each line, kommun line and outcome in which the engine (`found`) differs from the oracle (`wanted`)."""
    # The engine keeps the mean as it is printed; days and amounts are exact in both.
    printed = [replace(line, mean=shown(line.mean)) for line in wanted.kommun_lines]
    return [
        *_only_in_one(wanted.lines, found.lines),
        *_only_in_one(printed, found.kommun_lines),
        *_only_in_one(list(wanted.outcomes.items()), list(found.outcomes.items())),
    ]


def _only_in_one(wanted: Sequence[object], found: Sequence[object]) -> list[str]:
    if wanted == found:
        return []
    common = set(wanted) & set(found)
    return [
        *(f"oracle only: {item}" for item in wanted if item not in common),
        *(f"engine only: {item}" for item in found if item not in common),
    ] or [f"the same items, another number of times: {len(wanted)} and {len(found)}"]
