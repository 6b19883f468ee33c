"""Why each case is charged, counted, blocked, parked or free, in words, from the calculation's own columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, assert_never

import pandas as pd

from betalningsansvar.billing.period import Month
from betalningsansvar.data.codes import CODES
from betalningsansvar.reports.words.numbers import counted
from betalningsansvar.tariffs.records import Genomsnitt, Individuell, Rule, Schablon, Utanfor


def why(
    row: Any,
    rules: Sequence[Rule],
    period: Month,
    *,
    mean_days: int | None,
    under_schablon: bool,
    warnings: Sequence[str],
) -> str:
    """One case in a few sentences. `row` is a row of the Bill's case frame, a missing time as NaT or None.

    `mean_days` are its days in the month's mean, None when it is not in one; `under_schablon` tells that its kommun
    pays a schablon for the month or part of it; `warnings` are codes of what is worth a look.
    """
    sentences = []
    match row.status:
        case "blockerad" | "parkerad" | "avvisad":
            sentences.append(_fault(row.orsak, mended=row.status != "blockerad"))
        case "debiteras":
            sentences.append(_charged(row, rules, period))
        case "fri" if mean_days is None:
            sentences.append(_under_schablon(row) if under_schablon else _free(row, rules, period))
    if mean_days is not None:
        sentences.append(f"Räknas in i genomsnittet med {counted(mean_days, 'dag', 'dagar')}.")
    sentences += [f"Obs: {CODES[kod].meaning}" for kod in warnings]
    return " ".join(sentences)


def _fault(orsak: str, *, mended: bool) -> str:
    code = CODES[orsak]
    paragraph = f" ({code.paragraph})" if code.paragraph else ""
    return f"{code.meaning}{paragraph}" + (f" {code.mend}" if mended else "")


def _charged(row: Any, rules: Sequence[Rule], period: Month) -> str:
    text = f"Ansvar från och med {row.ansvar_fran.date()}."
    rule = rules[row.rule]
    if isinstance(rule, Genomsnitt):
        text += f" Mer än {rule.individuell_efter} dagar: debiteras för sig och ingår inte i genomsnittet."
    out = _out(row)
    return text + (f" {_left(row)}." if out and out < period.stop else " Kvar vid periodens slut.")


def _free(row: Any, rules: Sequence[Rule], period: Month) -> str:
    out, liable = _out(row), _day(row.ansvar_fran)
    if _day(row.makulerad) and liable is None:
        return "Underrättelsen är makulerad: den har aldrig gällt och ger inga dygn."
    if row.utskrivningsklar.date() >= period.stop:
        return "Utskrivningsklar efter perioden."
    if out and out < period.start:
        return f"{_left(row)}, före perioden."
    rule = rules[row.rule] if row.rule >= 0 else None
    owes = liable is not None and liable < period.stop and not (out and out <= liable)
    if rule and rule.permission == "avdrag" and owes and _day(row.permission_fran):
        return "Dygnen i perioden är hela dygn på permission och debiteras inte."
    if rule and (told := _free_by_model(row, rule)):
        return told
    if liable is None:
        return "Ansvaret har inte inträtt."
    if liable >= period.stop:
        return f"Ansvaret inträder {liable}, efter perioden."
    if out and out <= liable:
        if out == liable:
            return f"{_left(row)}, samma dag som ansvaret skulle ha inträtt."
        return f"{_left(row)}, innan ansvaret skulle ha inträtt {liable}."
    return f"Inget dygn att debitera i perioden (ansvar från {liable})."


def _free_by_model(row: Any, rule: Rule) -> str:
    """Why a case owes nothing where the model itself says so; blank where its days do."""
    match rule:
        case Genomsnitt():
            if _day(row.aterkallad):
                return f"{_left(row)}: räknas inte i genomsnittet."
            return "Inte utskriven i månaden: räknas i genomsnittet först den månad då patienten skrivs ut."
        case Utanfor():
            return f"Parterna har lämnat ärendet utanför betalningsansvaret ({rule.kalla.rstrip('.')})."
        case Individuell() | Schablon():
            return ""
        case _:
            assert_never(rule)


def _under_schablon(row: Any) -> str:
    text = "Perioden betalas med schablon; ärendet räknas vid bokslut."
    fran = _day(row.utfall_fran)
    return f"{text} Utfall: {row.utfall_dygn} dygn, ansvar från {fran}." if fran and row.utfall_dygn else text


def _out(row: Any) -> date | None:
    """The day the case ended: discharged or withdrawn, whichever came first."""
    ends = [day for day in (_day(row.utskriven), _day(row.aterkallad)) if day]
    return min(ends, default=None)


def _left(row: Any) -> str:
    withdrawn, discharged = _day(row.aterkallad), _day(row.utskriven)
    if withdrawn and (discharged is None or withdrawn <= discharged):
        return f"Underrättelsen återkallades {withdrawn}"
    return f"Utskriven {discharged}"


def _day(at: Any) -> date | None:
    return None if at is None or at is pd.NaT else at.date()
