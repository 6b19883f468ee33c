"""Bokslut: issued month by month, corrected afterwards, settled: every öre accounted for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from betalningsansvar.billing.charged_lines import charged_lines
from betalningsansvar.billing.engine import bill
from betalningsansvar.billing.known import computable, newest_day
from betalningsansvar.billing.ledger.corrections import wanted_lines
from betalningsansvar.billing.ledger.invoices import IssuedInvoice, IssuedLine
from betalningsansvar.billing.lines import TariffGapError
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.statuses import ORSAK_DTYPE, STATUS_DTYPE
from betalningsansvar.billing.year.accrual import KINDS
from betalningsansvar.billing.year.bokslut import Bokslut, reconcile
from betalningsansvar.billing.year.control_totals import control_totals
from betalningsansvar.billing.year.issued import LedgerYear
from betalningsansvar.billing.year.two_figures import ControlTotalError, require_ties
from betalningsansvar.billing.year.waterfall import CAUSES
from betalningsansvar.data.columns import TIME_COLUMNS
from betalningsansvar.data.demo.synthetic import generate
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.tariffs.agreements import shipped
from betalningsansvar.tariffs.belopp import Tariffs, load
from tests.amounts import amounts_without
from tests.engine_adapter import no_issues

EXAMPLE_AMOUNTS = Path(__file__).parents[1] / "data" / "exempel" / "belopp-exempel.toml"
AGREEMENTS = {
    "halland": ("13", 2018),
    "nationell": ("13", 2019),
    "stockholm": ("01", 2020),
    "skane": ("12", 2019),
    "sormland": ("04", 2018),
    "vastra-gotaland": ("14", 2020),
}


@cache
def tariffs() -> Tariffs:
    return load(EXAMPLE_AMOUNTS)


def case_frame(region: str, year: int, cases: int, seed: int) -> pd.DataFrame:
    """Synthetic cases as the checks would leave them."""
    made = generate(cases, region, year, seed)
    dtype = pd.CategoricalDtype(list(kommuner()))
    untold = {name: np.full(len(made), np.datetime64("NaT", "s")) for name in TIME_COLUMNS if name not in made}
    frame = made.assign(
        **untold,
        folkbokforingskommun=pd.Categorical(made["folkbokforingskommun"].replace("", None), dtype=dtype),
        placeringskommun=pd.Categorical(made["placeringskommun"].replace("", None), dtype=dtype),
        vardform=pd.Categorical(made["vardform"], categories=["somatik", "psykiatri", "akut", "geriatrik"]),
        sip_kravs=made["sip_kravs"] == "ja",
        kommun_medverkade=made["kommun_medverkade"] == "ja",
        fil=pd.Categorical(["prov.csv"] * cases),
        rad=np.arange(2, cases + 2, dtype=np.int32),
    )
    placed = frame["placeringskommun"].cat.codes.to_numpy()
    payer = np.where(placed >= 0, placed, frame["folkbokforingskommun"].cat.codes.to_numpy())
    return frame.assign(
        kommun=pd.Categorical.from_codes(payer, dtype=dtype),
        status=pd.Categorical(np.where(payer < 0, "parkerad", ""), dtype=STATUS_DTYPE),
        orsak=pd.Categorical(np.where(payer < 0, "KOMMUN_SAKNAS", ""), dtype=ORSAK_DTYPE),
    )


def issue_months(
    cases: pd.DataFrame, name: str, year: int, amounts: Tariffs, months: range = range(1, 13), first_number: int = 1
) -> list[IssuedInvoice]:
    """What issuing each month gives: one invoice per kommun with lines, dated on the 15th of the month after."""
    invoices: list[IssuedInvoice] = []
    for month in (Month(year, m) for m in months):
        as_of = newest_day(cases, computable(cases), month.last_day)
        lines = wanted_lines(charged_lines(bill(cases, no_issues(), shipped(name), amounts, month, as_of)))
        for kommun, own in lines.groupby("kommun"):
            rows = tuple(
                IssuedLine(
                    r.arende_id, r.regelverk, r.modell, date.fromisoformat(r.fran), date.fromisoformat(r.tom),
                    r.dygn_micro, r.rate_ore, r.amount_ore, "",
                )
                for r in own.itertuples()
            )  # fmt: skip
            invoices.append(
                IssuedInvoice(
                    first_number + len(invoices), str(kommun), str(month), "invoice", None,
                    month.stop + timedelta(days=14), sum(r.amount_ore for r in rows), rows,
                )
            )  # fmt: skip
    return invoices


def ledger_of(invoices: Sequence[IssuedInvoice], year: int, months: Iterable[int] = range(1, 13)) -> LedgerYear:
    """The ledger after the invoices of `months`, each issued on the 15th of the month after."""
    return LedgerYear(tuple(invoices), {str(Month(year, m)): Month(year, m).stop + timedelta(days=14) for m in months})


def corrected(cases: pd.DataFrame, rng: Random, region: str) -> pd.DataFrame:
    """The same cases after a year of corrections: dropped, moved to another kommun, withdrawn, other times."""
    frame = cases.copy()
    codes = frame["kommun"].cat.codes.to_numpy(copy=True)
    inside = [n for n, kommun in enumerate(kommuner().values()) if kommun.lanskod == region]
    hit = [n for n in range(len(frame)) if rng.random() < 0.15]
    for n in hit:
        match rng.randrange(4):
            case 0:
                codes[n] = rng.choice(inside) if codes[n] >= 0 else codes[n]
            case 1:
                frame.loc[n, "aterkallad"] = frame.loc[n, "utskrivningsklar"] + pd.Timedelta(days=rng.randrange(6))
            case 2:
                frame.loc[n, "utskriven"] = frame.loc[n, "utskrivningsklar"] + pd.Timedelta(days=rng.randrange(40))
            case 3:
                frame.loc[n, "inskrivningsmeddelande"] = pd.NaT
    frame["kommun"] = pd.Categorical.from_codes(codes, dtype=frame["kommun"].dtype)
    kept = [n for n in range(len(frame)) if n not in hit or rng.random() > 0.2]
    return frame.iloc[kept].reset_index(drop=True)


def raised(amounts: Tariffs, ore: int) -> Tariffs:
    return Tariffs(
        tuple(
            replace(layer, belopp=tuple(replace(b, rate_ore=b.rate_ore + ore) for b in layer.belopp))
            for layer in amounts.layers
        )
    )


def assert_ties(bokslut: Bokslut) -> None:
    settlement = bokslut.settlement
    parts = settlement[["invoiced_ore", "settled_ore", "not_issued_ore", "settlement_ore"]].sum(axis=1)
    assert parts[settlement["known"]].tolist() == settlement["outcome_ore"][settlement["known"]].tolist()
    require_ties(control_totals(bokslut, len(bokslut.cases)))


@settings(max_examples=8)
@given(
    name=st.sampled_from(sorted(AGREEMENTS)),
    seed=st.integers(0, 10_000),
    new_rate=st.sampled_from([0, 0, 10_000]),
    months=st.sampled_from([range(1, 13), range(1, 13), range(1, 12), range(3, 9)]),
)
def test_issued_and_settlement_make_the_outcome(name: str, seed: int, new_rate: int, months: range) -> None:
    region, year = AGREEMENTS[name]
    cases = case_frame(region, year, 150, seed)
    invoices = issue_months(cases, name, year, tariffs(), months)
    today, amounts = corrected(cases, Random(seed), region), raised(tariffs(), new_rate)
    bokslut = reconcile(today, no_issues(), shipped(name), amounts, year, ledger=ledger_of(invoices, year, months))
    assert_ties(bokslut)
    assert int(bokslut.settlement["invoiced_ore"].sum()) == sum(i.amount_ore for i in invoices)
    if months == range(1, 13):
        assert int(bokslut.settlement["not_issued_ore"].sum()) == 0
    if not (bokslut.months["source"] == "schablon").any() and name != "halland":
        again = issue_months(today, name, year, amounts)
        assert int(bokslut.settlement["outcome_ore"].sum()) == sum(i.amount_ore for i in again)


@pytest.mark.parametrize("name", sorted(set(AGREEMENTS) - {"halland"}))
def test_nothing_changed_nothing_to_settle(name: str) -> None:
    region, year = AGREEMENTS[name]
    cases = case_frame(region, year, 300, 4)
    bokslut = reconcile(
        cases,
        no_issues(),
        shipped(name),
        tariffs(),
        year,
        ledger=ledger_of(issue_months(cases, name, year, tariffs()), year),
    )
    assert bokslut.settlement_ore == 0 and not bokslut.causes.any()
    assert (bokslut.settlement["settlement_ore"] == 0).all()


def test_a_settlement_that_was_issued_leaves_nothing() -> None:
    cases = case_frame("13", 2018, 300, 5)
    invoices = issue_months(cases, "halland", 2018, tariffs())
    first = reconcile(cases, no_issues(), shipped("halland"), tariffs(), 2018, ledger=ledger_of(invoices, 2018))
    settled = [
        IssuedInvoice(1000 + n, row.kommun, "2018", "settlement", None, date(2019, 2, 1), row.settlement_ore, ())
        for n, row in enumerate(first.settlement.itertuples())
        if row.settlement_ore
    ]
    assert settled
    second = reconcile(
        cases, no_issues(), shipped("halland"), tariffs(), 2018, ledger=ledger_of([*invoices, *settled], 2018)
    )
    assert (second.settlement["settlement_ore"] == 0).all()
    assert_ties(second)


def causes_of(before: pd.DataFrame, after: pd.DataFrame, amounts: Tariffs | None = None) -> dict[str, int]:
    """Öre by cause for 2019 by the statute, issued as `before` and settled as `after`; the zeros left out."""
    invoices = issue_months(before, "nationell", 2019, tariffs())
    bokslut = reconcile(
        after, no_issues(), shipped("nationell"), amounts or tariffs(), 2019, ledger=ledger_of(invoices, 2019)
    )
    assert_ties(bokslut)
    return {cause: int(ore) for cause, ore in zip(CAUSES, bokslut.causes.sum(axis=0), strict=True) if ore}


@pytest.fixture
def four() -> pd.DataFrame:
    """Four cases of Halmstad, each charged ten days in May 2019."""
    cases = case_frame("13", 2019, 4, 1)
    day = pd.Timestamp("2019-05-01 09:00")
    blank = dict.fromkeys(("aterkallad", "oppenvard_hinder_fran", "oppenvard_hinder_till", "sip_kallelse"), pd.NaT)
    return cases.assign(
        inskriven=day - pd.Timedelta(days=3),
        inskrivningsmeddelande=day - pd.Timedelta(days=2),
        utskrivningsklar=day,
        utskriven=day + pd.Timedelta(days=13),
        sip_kravs=False,
        vardform=pd.Categorical(["somatik"] * 4, dtype=cases["vardform"].dtype),
        kommun=pd.Categorical(["1380"] * 4, dtype=cases["kommun"].dtype),
        status=pd.Categorical([""] * 4, dtype=cases["status"].dtype),
        orsak=pd.Categorical([""] * 4, dtype=cases["orsak"].dtype),
        **blank,
    ).astype(dict.fromkeys(TIME_COLUMNS, "datetime64[s]"))


def test_a_case_that_came_late(four: pd.DataFrame) -> None:
    assert causes_of(four.iloc[:3], four) == {"sena_uppgifter": 10 * 780_000}


def test_a_withdrawn_notice(four: pd.DataFrame) -> None:
    after = four.copy()
    after.loc[0, "aterkallad"] = pd.Timestamp("2019-05-06 10:00")
    assert causes_of(four, after) == {"aterkallad": -8 * 780_000}


def test_another_payer_moves_the_amount(four: pd.DataFrame) -> None:
    after = four.assign(kommun=pd.Categorical(["1384", "1380", "1380", "1380"], dtype=four["kommun"].dtype))
    invoices = issue_months(four, "nationell", 2019, tariffs())
    bokslut = reconcile(after, no_issues(), shipped("nationell"), tariffs(), 2019, ledger=ledger_of(invoices, 2019))
    payer = bokslut.causes[:, CAUSES.index("andrad_betalare")]
    assert dict(zip(bokslut.settlement["kommun"], payer, strict=True)) == {"1380": -7_800_000, "1384": 7_800_000}
    assert bokslut.causes.sum() == 0
    assert_ties(bokslut)


def test_another_payer_and_fewer_days(four: pd.DataFrame) -> None:
    after = four.assign(kommun=pd.Categorical(["1384", "1380", "1380", "1380"], dtype=four["kommun"].dtype))
    after.loc[0, "utskriven"] = pd.Timestamp("2019-05-10 10:00")
    assert causes_of(four, after) == {"sena_uppgifter": -4 * 780_000}


def test_a_corrected_tariff(four: pd.DataFrame) -> None:
    assert causes_of(four, four, raised(tariffs(), 10_000)) == {"taxa": 40 * 10_000}


def test_another_rule(four: pd.DataFrame) -> None:
    invoices = [
        replace(i, lines=tuple(replace(line, regelverk="gammalt-avtal") for line in i.lines))
        for i in issue_months(four, "nationell", 2019, tariffs())
    ]
    bokslut = reconcile(
        four.iloc[:3], no_issues(), shipped("nationell"), tariffs(), 2019, ledger=ledger_of(invoices, 2019)
    )
    found = {cause: int(ore) for cause, ore in zip(CAUSES, bokslut.causes.sum(axis=0), strict=True) if ore}
    assert found == {"regel": -10 * 780_000}


def test_halland_settles_the_schablon_against_the_outcome() -> None:
    cases = case_frame("13", 2018, 800, 2)
    bokslut = reconcile(cases, no_issues(), shipped("halland"), tariffs(), 2018)
    rows = bokslut.settlement.set_index("kommun")
    assert_ties(bokslut)
    for code, month_kr in {"1382": 420, "1384": 125_134, "1383": 35_714, "1380": 13_025, "1381": 14_755}.items():
        own = bokslut.months[(bokslut.months["kommun"] == code) & (bokslut.months["month"] <= 10)]
        assert (own["invoiced_ore"] == month_kr * 100).all()
        difference = int((own["outcome_ore"] - own["invoiced_ore"]).sum())
        assert rows.loc[code, "settlement_ore"] == difference
    assert [n.kind for n in bokslut.notices] == ["ingen_liggare"]


def test_without_the_amounts_the_gap_is_named_and_the_statute_shown() -> None:
    cases = case_frame("13", 2018, 800, 2)
    bokslut = reconcile(cases, no_issues(), shipped("halland"), load(), 2018)
    halland = bokslut.settlement[bokslut.settlement["grupp"] == "region"]
    assert not halland["known"].any() and (halland["settlement_ore"] == 0).all()
    assert int(halland["statute_ore"].sum()) > 0
    assert bokslut.notices[0].kind == "belopp_saknas" and bokslut.notices[0].text == "lag-1990-1404 2018"
    assert_ties(bokslut)


def test_a_gap_outside_a_schablon_stops() -> None:
    cases = case_frame("13", 2021, 300, 2)
    with pytest.raises(TariffGapError, match=r"för 2021 saknas i serien lag-2017-612; \d+ dygn"):
        reconcile(cases, no_issues(), shipped("nationell"), amounts_without(2021), 2021)


def test_a_missing_month_and_a_half_issued_one_are_named() -> None:
    cases = case_frame("12", 2019, 600, 3)
    invoices = issue_months(cases, "skane", 2019, tariffs())
    march = {i.kommun for i in invoices if i.period == "2019-03"}
    victim = sorted(march)[0]
    left = [i for i in invoices if i.period != "2019-07" and not (i.period == "2019-03" and i.kommun == victim)]
    bokslut = reconcile(
        cases, no_issues(), shipped("skane"), tariffs(), 2019, ledger=ledger_of(left, 2019, set(range(1, 13)) - {7})
    )
    july = sum(i.amount_ore for i in invoices if i.period == "2019-07")
    found = {(n.kind, n.months): n.amount_ore for n in bokslut.notices}
    assert found["manader_ej_utfardade", (7,)] == july == int(bokslut.settlement["not_issued_ore"].sum())
    lost = next(i.amount_ore for i in invoices if i.period == "2019-03" and i.kommun == victim)
    assert found["halvt_utfardad", (3,)] == lost == bokslut.settlement_ore
    assert_ties(bokslut)


def test_data_that_does_not_cover_the_year_is_named() -> None:
    cases = case_frame("13", 2019, 600, 3)
    cases = cases[cases["utskrivningsklar"] < pd.Timestamp("2019-10-20")].reset_index(drop=True)
    bokslut = reconcile(cases, no_issues(), shipped("nationell"), tariffs(), 2019, date(2019, 10, 20))
    kinds = [(n.kind, n.months) for n in bokslut.notices]
    assert ("uttaget_fore_arsslut", ()) in kinds
    assert ("manader_utan_underrattelser", (11, 12)) in kinds


def test_the_accrual_is_the_outcome_less_what_was_issued_by_the_years_end() -> None:
    cases = case_frame("13", 2019, 800, 6)
    invoices = issue_months(cases, "nationell", 2019, tariffs(), range(1, 11))
    bokslut = reconcile(
        cases,
        no_issues(),
        shipped("nationell"),
        tariffs(),
        2019,
        date(2019, 12, 31),
        ledger=ledger_of(invoices, 2019, range(1, 11)),
    )
    issued = sum(i.amount_ore for i in invoices)
    assert bokslut.accrual.estimate_ore == int(bokslut.settlement["outcome_ore"].sum()) - issued
    by_kind = bokslut.accrual.rows.groupby("slag")["estimate_ore"].sum()
    assert set(by_kind.index) <= set(KINDS) and by_kind["fryst"] > 0 and by_kind["oppen"] > 0 and by_kind["kvar"] > 0
    assert not bokslut.accrual.actual_known
    bookings = bokslut.accrual.bookings()
    for _, voucher in bookings.groupby("day"):
        assert voucher["debet_ore"].sum() == voucher["kredit_ore"].sum()
    assert bookings["debet_ore"].sum() == 2 * abs(bokslut.accrual.rows.groupby("kommun")["estimate_ore"].sum()).sum()


def test_the_later_actual_stands_beside_the_estimate() -> None:
    cases = case_frame("13", 2019, 400, 7)
    cases = cases.assign(oppenvard_hinder_fran=pd.NaT, oppenvard_hinder_till=pd.NaT).astype(
        {"oppenvard_hinder_fran": "datetime64[s]", "oppenvard_hinder_till": "datetime64[s]"}
    )
    open_cases = cases["utskriven"].isna() & cases["aterkallad"].isna() & (cases["status"] == "")
    later = cases["utskriven"].where(~open_cases, pd.Timestamp("2020-01-20 10:00").as_unit("s"))
    bokslut = reconcile(
        cases.assign(utskriven=later), no_issues(), shipped("nationell"), tariffs(), 2019, date(2020, 2, 1)
    )
    before = reconcile(cases, no_issues(), shipped("nationell"), tariffs(), 2019, date(2019, 12, 31))
    assert bokslut.accrual.actual_known
    compared = ["kommun", "slag", "estimate_ore"]
    pd.testing.assert_frame_equal(bokslut.accrual.rows[compared], before.accrual.rows[compared])
    assert (bokslut.accrual.rows["estimate_ore"] == bokslut.accrual.rows["actual_ore"]).all()


def test_a_granted_dispute_is_not_charged_again() -> None:
    cases = case_frame("13", 2019, 200, 9)
    invoices = issue_months(cases, "nationell", 2019, tariffs())
    credited, line = next((i, line) for i in invoices for line in i.lines)
    credit = replace(
        credited, number=999, kind="credit", credits=credited.number, amount_ore=-line.amount_ore,
        lines=(replace(line, amount_ore=-line.amount_ore, dygn_micro=-line.dygn_micro, reason="FEL_DATUM"),),
    )  # fmt: skip
    ledger = ledger_of([*invoices, credit], 2019)
    one = pd.DataFrame([{"period": credited.period, "kommun": credited.kommun, "arende_id": line.arende_id}])
    bokslut = reconcile(
        cases, no_issues(), shipped("nationell"), tariffs(), 2019, ledger=replace(ledger, waived_cases=one)
    )
    assert bokslut.settlement_ore == 0 and not bokslut.causes.any()
    assert ("medgivna_bestridanden", line.amount_ore) in [(n.kind, n.amount_ore) for n in bokslut.notices]
    assert_ties(bokslut)


def test_a_failing_tie_says_expected_found_and_the_difference() -> None:
    cases = case_frame("13", 2019, 60, 1)
    bokslut = reconcile(cases, no_issues(), shipped("nationell"), tariffs(), 2019)
    with pytest.raises(ControlTotalError, match=r"väntat 61 rader .* funnet 60 rader .* 1 rader för lite"):
        require_ties(control_totals(bokslut, 61))


def test_row_order_changes_nothing() -> None:
    cases = case_frame("13", 2018, 300, 8)
    one = reconcile(cases, no_issues(), shipped("halland"), tariffs(), 2018)
    other = reconcile(cases.iloc[::-1].reset_index(drop=True), no_issues(), shipped("halland"), tariffs(), 2018)
    pd.testing.assert_frame_equal(one.settlement, other.settlement)
    pd.testing.assert_frame_equal(one.months, other.months)
    pd.testing.assert_frame_equal(one.accrual.rows, other.accrual.rows)
