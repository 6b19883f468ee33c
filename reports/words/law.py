"""Tariffs and agreements as text: what is known, from when, by which source, and the gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, assert_never

from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.kommuner import region_names
from betalningsansvar.reports.words.numbers import kronor_text, period
from betalningsansvar.tariffs.belopp import Tariffs
from betalningsansvar.tariffs.records import (
    Agreement,
    Belopp,
    CaseRule,
    Genomsnitt,
    Individuell,
    Rule,
    Schablon,
    Utanfor,
)
from betalningsansvar.tariffs.schablon_underlag import load_schablon

if TYPE_CHECKING:
    from betalningsansvar.billing.coverage import Stretch

MARKS = "[T] read in the statute or decision, [S] secondary source, [I] inferred (needs --allow-inferred)"


def tariff_lines(tariffs: Tariffs, today: date) -> Iterator[str]:
    """Every series with its amounts, oldest first, and its gaps up to the end of this year."""
    gaps = tariffs.gaps(today)
    for serie in tariffs.serier().values():
        yield f"{serie.id}: {serie.namn}, {period(serie.fran, serie.tom)}"
        rows = [(b.fran, _belopp_line(b)) for b in tariffs.belopp() if b.serie == serie.id]
        rows += [
            (gap.fran, f"  {gap.fran}–{gap.tom}  GAP: no amount known ({_kinds(gap.vardform)})")
            for gap in gaps
            if gap.serie == serie.id
        ]
        yield from (text for _, text in sorted(rows))
        yield ""
    yield MARKS
    yield "A gap is closed, or an amount replaced, by a [[belopp]] block in a file passed with --tariffs."


def _belopp_line(belopp: Belopp) -> str:
    days = f"{belopp.fran}–{belopp.tom}"
    known = f" (known from {belopp.known_from})" if belopp.known_from else ""
    kinds = _kinds(belopp.vardform)
    return f"  {days}  {kronor_text(belopp.rate_ore):>13}  [{belopp.status}] {kinds}: {belopp.kalla}{known}"


def _kinds(vardformer: tuple[str, ...]) -> str:
    return "all care" if set(vardformer) == set(VARDFORMER) else ", ".join(v for v in VARDFORMER if v in vardformer)


def agreement_list(agreements: Sequence[Agreement]) -> Iterator[str]:
    """One line per agreement: id, region, from when, models and marks."""
    for agreement in agreements:
        models = ", ".join(dict.fromkeys(rule.modell for rule in agreement.regler))
        marks = "".join(f"[{mark}]" for mark in dict.fromkeys(rule.status for rule in agreement.regler))
        last_days = [rule.tom for rule in agreement.regler]
        last = None if None in last_days else max(d for d in last_days if d)
        yield f"{agreement.id:<16} {_region(agreement):<28} {period(agreement.start, last):<32} {models} {marks}"
    yield ""
    yield MARKS
    yield "betalningsansvar agreements show ID prints one whole; --agreement takes an id or a file of your own."


def _region(agreement: Agreement) -> str:
    return region_names()[agreement.region] if agreement.region else "every kommun"


def agreement_page(agreement: Agreement) -> Iterator[str]:
    """One agreement as a readable page with its timeline."""
    yield f"{agreement.id}: {agreement.namn}"
    yield f"Covers {_region(agreement)}. File {agreement.origin}."
    if agreement.region:
        yield "Kommuner outside the region fall under the statute."
    if agreement.invandning_dag:
        yield f"The kommun may object through day {agreement.invandning_dag} of the following month."
    for rule in sorted(agreement.regler, key=lambda rule: (rule.fran, rule.number)):
        yield ""
        yield f"{period(rule.fran, rule.tom)}  {_kinds(rule.vardform)}  (regel {rule.number})"
        yield from (f"  {line}" for line in _rule_terms(rule, agreement))
        yield f"  [{rule.status}] {rule.kalla}"


def _rule_terms(rule: Rule, agreement: Agreement) -> Iterator[str]:
    match rule:
        case Schablon():
            yield from _schablon_terms(rule, agreement)
        case Genomsnitt():
            yield from _mean_terms(rule)
            yield from _case_terms(rule)
        case Individuell():
            kind = "vardagar" if rule.dagtyp == "vardag" else "kalenderdagar"
            yield f"individuell: liable {rule.dagar} {kind} after the {rule.raknas_fran}{_then(rule)}{_clock(rule)}"
            yield f"the day of discharge is {'' if rule.utskrivningsdag else 'not '}charged"
            yield from _case_terms(rule)
        case Utanfor():
            yield "utanfor: nothing is charged by this rule"
        case _:
            assert_never(rule)


def _schablon_terms(rule: Schablon, agreement: Agreement) -> Iterator[str]:
    table = load_schablon(rule.underlag, agreement.files)
    yield f"schablon: one part in {rule.andel} of {table.namn} a month, {len(table.rows)} kommuner"
    short = table.year_ore - rule.andel * table.month_ore
    rows, total, year = map(kronor_text, (table.month_ore, table.printed_month_ore, table.printed_year_ore))
    yield f"the printed rows add to {rows} a month (printed total, rounded on its own: {total})"
    yield f"{rule.andel} printed parts are {kronor_text(short)} short of the year {year}"
    yield f"cases are computed by {rule.utfall} for bokslut"


def _mean_terms(rule: Genomsnitt) -> Iterator[str]:
    rounding = "not rounded" if rule.decimaler is None else f"rounded half up to {rule.decimaler} decimals"
    yield f"genomsnitt: charged when the mean days per kommun and month exceed {rule.troskel}, mean {rounding}"
    if rule.individuell_efter:
        yield f"a case over {rule.individuell_efter} days leaves the mean and is charged day by day"
    if rule.trigger_manader:
        yield f"only when {rule.trigger_manader} months in a row exceed the threshold"


def _case_terms(rule: CaseRule) -> Iterator[str]:
    yield f"conditions: {', '.join(rule.villkor) or 'none'}"
    if isinstance(rule.dygnsbelopp, int):
        yield f"dygnsbelopp {kronor_text(rule.dygnsbelopp)}"
    else:
        yield f"dygnsbelopp by series {rule.dygnsbelopp}"


def _then(rule: Individuell) -> str:
    return ", the day after" if rule.intrader == "dagen_efter" else ""


def _clock(rule: Individuell) -> str:
    if rule.klockslag is None:
        return ""
    word = "after" if rule.klockslag_grans == "efter" else "at or after"
    return f", one more day when sent {word} {rule.klockslag:%H.%M}"


def coverage_lines(agreement: Agreement, stretches: Sequence[Stretch], unknown: Sequence[str]) -> Iterator[str]:
    """Rule and rate of every month since the start, and what is missing; `unknown` series first."""
    yield f"{agreement.id}: {len(agreement.regler)} rules, read without error."
    for serie in unknown:
        yield f"  MISSING: series {serie!r} is not known; see `betalningsansvar tariffs`, or give it with --tariffs."
    for stretch in stretches:
        months = str(stretch.first) if stretch.first == stretch.last else f"{stretch.first}–{stretch.last}"
        rules = ", ".join(f"regel {rule.number} {rule.modell}" for rule in stretch.rules) or "no rule"
        rates = ", ".join(f"{kronor_text(b.rate_ore)} [{b.status}]" for b in stretch.rates)
        yield f"  {months:<17} {_kinds(stretch.vardformer):<28} {rules}{': ' + rates if rates else ''}"
        if stretch.uncovered:
            yield "    MISSING: some day has no rule; add a [[regel]] for it."
        for rule in stretch.unpriced:
            yield f"    MISSING: series {rule.dygnsbelopp} has no amount for some day; add a [[belopp]] (--tariffs)."
