"""The answer to a received invoice, on the terminal: agreed, disputed, not comparable, kronor each way, the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from betalningsansvar.billing.charged_lines import dygn_text, rows_of
from betalningsansvar.billing.ledger.answering import BILLED, ReceivedReport
from betalningsansvar.billing.ledger.completeness import KINDS
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.whatif.alternative import alternative_cost
from betalningsansvar.data.identity import hide
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.received import Received
from betalningsansvar.reports.words.numbers import counted, decimal_text, kronor_text
from betalningsansvar.reports.words.swedish import MODELS

SIDES = {BILLED: "på fakturan", "beraknat": "enligt egna uppgifter"}
"""Whose line it is, as it is said."""
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the kommun's next month comes to: `so_far_ore` as known on `as_of`, `staying_ore` if nobody leaves before
    its end, `leaving` by the day that everybody still in leaves."""

    month: Month
    as_of: date
    so_far_ore: int
    staying_ore: int
    leaving: tuple[tuple[date, int], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a kommun can answer with. `own_words` tells by month and case what its own data say, `issues` what was found
    in them and what hangs on it; `no_forecast` why there is none; `alternative_ore` is what a dygn costs on a
    korttidsplats, 0 when that was not asked for."""

    received: tuple[Received, ...]
    kommuner: tuple[str, ...]
    months: tuple[Month, ...]
    reports: tuple[ReceivedReport, ...]
    own_words: Mapping[tuple[str, str], str]
    issues: pd.DataFrame
    forecast: Forecast | None = None
    no_forecast: str = ""
    alternative_ore: int = 0

    @property
    def amount_ore(self) -> int:
        """What the invoices come to."""
        return sum(each.amount_ore for each in self.received)

    @property
    def agreed(self) -> pd.DataFrame:
        return pd.concat([report.agreed for report in self.reports], ignore_index=True)

    @property
    def disputed(self) -> pd.DataFrame:
        """The lines of both sides, with `period`."""
        parts = [report.disputed.assign(period=report.period) for report in self.reports]
        return pd.concat(parts, ignore_index=True)

    @property
    def table(self) -> pd.DataFrame:
        """The cases that differ, as `billing.ledger.completeness.differences`."""
        return pd.concat([report.cases for report in self.reports], ignore_index=True)

    @property
    def shown(self) -> pd.DataFrame:
        """The lines that cannot be held against a case, with `fil`."""
        return pd.concat([each.shown.assign(fil=each.name) for each in self.received], ignore_index=True)

    @property
    def sums(self) -> list[tuple[str, int]]:
        """What the answer comes to, in words and öre; the first four make the invoice."""
        too_much = sum(report.too_much_ore for report in self.reports)
        too_little = sum(report.too_little_ore for report in self.reports)
        agreed = int(self.agreed["amount_ore"].sum())
        shown = int(self.shown["amount_ore"].sum())
        return [
            ("Fakturerat", self.amount_ore),
            ("Godtas rad för rad", agreed),
            ("Bestrids rad för rad", self.amount_ore - agreed - shown),
            ("Kan inte hållas mot ett ärende", shown),
            ("Fakturerat utöver de egna uppgifterna", too_much),
            ("Enligt de egna uppgifterna men inte fakturerat", too_little),
        ]


def alternative_line(answer: Answer) -> str:
    """What the dygn invoiced, credits taken off, would have cost on a korttidsplats; blank when not asked for."""
    if not answer.alternative_ore:
        return ""
    lines = pd.concat([each.lines for each in answer.received], ignore_index=True)
    by_dygn = lines[lines["rate_ore"] != 0]
    micro, billed = int(by_dygn["dygn_micro"].sum()), int(by_dygn["amount_ore"].sum())
    cost = alternative_cost(micro, answer.alternative_ore)
    less = "mindre" if cost <= billed else "mer"
    told = (
        f"På en korttidsplats: {_dygn(micro)} dygn × {kronor_text(answer.alternative_ore)} = {kronor_text(cost)}, "
        f"{kronor_text(abs(billed - cost))} {less} än de {kronor_text(billed)} som är fakturerade för dem."
    )
    return told + (" Rader som inte kan hållas mot ett ärende är inte med." if len(answer.shown) else "")


def whose(line: Any) -> str:
    """The case of a line, or the model of one that is the kommun's; never a patient."""
    return hide(line.arende_id) if line.arende_id else MODELS.get(line.modell, line.modell)


def answer_lines(answer: Answer, where: str) -> Iterator[str]:
    """The answer in full where it is short; of what is long the first, how many more, and `where` all of it is."""
    yield _heading(answer)
    agreed = answer.agreed
    yield f"Godtas: {counted(len(agreed), 'rad', 'rader')}, {kronor_text(int(agreed['amount_ore'].sum()))}"
    yield from _first([f"  {_line_text(line)}" for line in rows_of(agreed)], where)
    yield from _disputed(answer, where)
    shown = answer.shown
    if len(shown):
        amount = kronor_text(int(shown["amount_ore"].sum()))
        yield f"Kan inte hållas mot ett ärende: {counted(len(shown), 'rad', 'rader')}, {amount}"
        yield from _first(
            [f"  rad {row.row}: {row.text or '(utan text)'}, {kronor_text(row.amount_ore)}: {row.why}"
             for row in rows_of(shown)], where
        )  # fmt: skip
    yield ""
    yield from (f"{name:<48}{kronor_text(ore):>18}" for name, ore in answer.sums)
    yield from kind_lines(answer)
    if told := alternative_line(answer):
        yield told
    yield ""
    yield from forecast_lines(answer)


def kind_lines(answer: Answer) -> Iterator[str]:
    """How many cases differ in each way."""
    span = f"{answer.months[0]}–{answer.months[-1]}" if len(answer.months) > 1 else str(answer.months[0])
    cases = answer.table
    if cases.empty and answer.shown.empty:
        yield f"{span}: det som är fakturerat är det som ska betalas."
    for kind, own in cases.groupby("kind"):
        beyond = kronor_text(int(own["owed_ore"].sum()) - int(own["billed_ore"].sum()))
        yield f"{span}: {len(own)} {KINDS[str(kind)]}, beräknat minus fakturerat {beyond}"


def forecast_lines(answer: Answer) -> Iterator[str]:
    """What the coming invoice will be, by when those still in leave."""
    seen = answer.forecast
    if seen is None:
        yield f"Ingen prognos för nästa faktura: {answer.no_forecast}"
        return
    yield f"Nästa faktura, {seen.month}, enligt de egna uppgifterna till och med {seen.as_of}"
    yield from (f"  {name:<46}{kronor_text(ore):>18}" for name, ore in forecast_rows(seen))


def forecast_rows(seen: Forecast) -> list[tuple[str, int]]:
    """Each end of the month in words, and what it then comes to."""
    leaving = [(f"om alla som är kvar skrivs ut {day}", ore) for day, ore in seen.leaving]
    return [("hittills", seen.so_far_ore), *leaving, ("om ingen skrivs ut före månadens slut", seen.staying_ore)]


def _heading(answer: Answer) -> str:
    numbers = [hide(each.number) for each in answer.received if each.number]
    what = f"Faktura {', '.join(numbers)}" if numbers else ", ".join(each.name for each in answer.received)
    names = [f"{kommuner()[code].name} {code}" for code in answer.kommuner[:_SHOWN]]
    more = [f"och {len(answer.kommuner) - _SHOWN} till"] if len(answer.kommuner) > _SHOWN else []
    return f"{what}, {', '.join([*names, *more])}: {kronor_text(answer.amount_ore)}"


def _disputed(answer: Answer, where: str) -> Iterator[str]:
    cases, lines = answer.table, answer.disputed
    yield f"Bestrids: {counted(len(cases), 'ärende eller månadsbelopp', 'ärenden och månadsbelopp')}"
    blocks = []
    by_case = lines.groupby(["period", "kommun", "arende_id", "modell"], sort=False)
    for (period, _kommun, case, _modell), own in by_case:
        first = next(rows_of(own))
        block = [f"  {period}  {whose(first)}: {KINDS[first.kind]}"]
        for line in rows_of(own):
            rule = f"  ({line.regelverk})" if line.regelverk else ""
            block.append(f"    {SIDES[line.side]:<22}{_days_text(line)}{rule}")
        if said := answer.own_words.get((str(period), str(case))):
            block.append(f"    {said}")
        blocks.append("\n".join(block))
    yield from _first(blocks, where)


def _first(told: list[str], where: str) -> Iterator[str]:
    yield from told[:_SHOWN]
    if len(told) > _SHOWN:
        yield f"  … och {len(told) - _SHOWN} till. {where}"


def _line_text(line: Any) -> str:
    return f"{whose(line):<20} {_days_text(line)}"


def _days_text(line: Any) -> str:
    amount = kronor_text(line.amount_ore)
    if not line.rate_ore:
        return f"{line.fran}–{line.tom}  {amount}"
    return f"{line.fran}–{line.tom}  {_dygn(line.dygn_micro)} dygn × {kronor_text(line.rate_ore)} = {amount}"


def _dygn(micro: int) -> str:
    return f"{'−' if micro < 0 else ''}{decimal_text(dygn_text(abs(micro)))}"
