"""Tariffs and agreements as text: what is known, from when, by which source, and the gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from betalningsansvar.data.kommuner import region_names
from betalningsansvar.reports.words.columns import CONDITION_WORDS
from betalningsansvar.reports.words.numbers import counted, kronor_text, period
from betalningsansvar.reports.words.swedish import MODELS, rule_heading, rule_text, vardform_text
from betalningsansvar.tariffs.belopp import Tariffs
from betalningsansvar.tariffs.partly_known import PartlyKnown
from betalningsansvar.tariffs.records import Agreement, Belopp, Genomsnitt, Individuell, Rule, Schablon
from betalningsansvar.tariffs.schablon_underlag import load_schablon

if TYPE_CHECKING:
    from betalningsansvar.billing.coverage import Coverage, Stretch

MARKS = "[T] läst i författningen eller beslutet, [S] från andrahandskälla, [I] härledd, räknas bara på begäran"


def tariff_lines(tariffs: Tariffs, today: date) -> Iterator[str]:
    """Every series with its amounts, oldest first, and its gaps up to the end of this year."""
    gaps = tariffs.gaps(today)
    for serie in tariffs.serier().values():
        yield f"{serie.id}: {serie.namn}, {period(serie.fran, serie.tom)}"
        rows = [(b.fran, _belopp_line(b)) for b in tariffs.belopp() if b.serie == serie.id]
        rows += [
            (gap.fran, f"  {gap.fran}–{gap.tom}  LUCKA: inget belopp känt ({vardform_text(gap.vardform)})")
            for gap in gaps
            if gap.serie == serie.id
        ]
        yield from (text for _, text in sorted(rows))
        yield ""
    yield MARKS
    yield "En lucka sluts, eller ett belopp ersätts, av ett [[belopp]]-block i en egen fil."


def _belopp_line(belopp: Belopp) -> str:
    days = f"{belopp.fran}–{belopp.tom}"
    known = f" (känt från {belopp.known_from})" if belopp.known_from else ""
    kinds = vardform_text(belopp.vardform)
    return f"  {days}  {kronor_text(belopp.rate_ore):>13}  [{belopp.status}] {kinds}: {belopp.kalla}{known}"


def agreement_list(agreements: Sequence[Agreement], partly: Sequence[PartlyKnown]) -> Iterator[str]:
    """One line per agreement: id, region, from when, models, marks; then those known in part, with what is missing."""
    for agreement in agreements:
        models = ", ".join(dict.fromkeys(MODELS[rule.modell].lower() for rule in agreement.regler))
        marks = "".join(f"[{mark}]" for mark in dict.fromkeys(rule.status for rule in agreement.regler))
        when = period(agreement.start, agreement.end)
        yield f"{agreement.id:<16} {_region(agreement):<28} {when:<32} {models} {marks}"
        yield from (f"  Observera: {text}" for text in notices(agreement.regler))
    yield ""
    yield "Kända till en del. De räknas aldrig, men en fil kan börjas från det som är känt:"
    for one in partly:
        yield f"{one.id:<20} {region_names()[one.region]}, {period(one.fran, one.tom)} [{one.status}]"
        yield f"  Känt: {one.kant}"
        yield f"  Saknas: {', '.join(one.saknas)}. Källa: {one.kalla}."
    yield ""
    yield MARKS


def notices(rules: Sequence[Rule]) -> tuple[str, ...]:
    """What must be said with whatever is billed by the rules (`upplysning`), each sentence once."""
    return tuple(dict.fromkeys(rule.upplysning for rule in rules if rule.upplysning))


def notice_texts(
    agreement: Agreement, replaced: Iterable[tuple[Belopp, Belopp]], first: date, last: date
) -> tuple[str, ...]:
    """What must be said with what is computed by the agreement's rules in force between two days, and of the amounts
    that the user's own take the place of."""
    in_force = [rule for rule in agreement.regler if rule.fran <= last and (rule.tom is None or rule.tom >= first)]
    return (*notices(in_force), *replaced_texts(replaced))


def notice_lines(
    agreement: Agreement, replaced: Iterable[tuple[Belopp, Belopp]], first: date, last: date
) -> Iterator[str]:
    """The same as lines of the terminal."""
    yield from (f"Observera: {text}" for text in notice_texts(agreement, replaced, first, last))


def replaced_texts(replaced: Iterable[tuple[Belopp, Belopp]]) -> Iterator[str]:
    """Of each amount of the user's own, what it takes the place of (`Tariffs.replaced`)."""
    for own, other in replaced:
        yield (
            f"{own.origin} ersätter {other.serie} för {vardform_text(other.vardform)} "
            f"{period(max(own.fran, other.fran), min(own.tom, other.tom))}: {kronor_text(own.rate_ore)} i stället för "
            f"{kronor_text(other.rate_ore)} per dygn."
        )


def _region(agreement: Agreement) -> str:
    return region_names()[agreement.region] if agreement.region else "alla kommuner"


def agreement_page(agreement: Agreement) -> Iterator[str]:
    """One agreement as a readable page with its timeline."""
    yield f"{agreement.id}: {agreement.namn}"
    yield f"Gäller {_region(agreement)}. Fil {agreement.origin}."
    if agreement.region:
        yield "Kommuner utanför regionen faktureras enligt lagen."
    if agreement.invandning_dag:
        yield f"Kommunen kan invända till och med dag {agreement.invandning_dag} i följande månad."
    for rule in sorted(agreement.regler, key=lambda rule: (rule.fran, rule.number)):
        yield ""
        yield f"Regel {rule.number}. {rule_heading(rule)}"
        yield f"  {rule_text(rule)}"
        yield from (f"  {line}" for line in _terms(rule, agreement))
        yield f"  [{rule.status}] {rule.kalla}"


def _terms(rule: Rule, agreement: Agreement) -> Iterator[str]:
    if isinstance(rule, Schablon):
        table = load_schablon(rule.underlag, agreement.files)
        short = table.year_ore - rule.andel * table.month_ore
        rows, total, year = map(kronor_text, (table.month_ore, table.printed_month_ore, table.printed_year_ore))
        number = counted(len(table.rows), "kommun", "kommuner")
        yield f"{table.namn}: {number}, {rows} i månaden (tryckt summa: {total})."
        yield f"{rule.andel} tryckta månadsbelopp är {kronor_text(short)} mindre än året {year}."
        yield f"Ärendena räknas enligt {rule.utfall} för bokslutet."
    if isinstance(rule, Individuell | Genomsnitt):
        yield f"Villkor: {', '.join(CONDITION_WORDS[name] for name in rule.villkor) or 'inga'}."
        own = isinstance(rule.dygnsbelopp, int)
        yield f"Dygnsbelopp: {kronor_text(int(rule.dygnsbelopp)) if own else f'serien {rule.dygnsbelopp}'}."


def coverage_lines(agreement: Agreement, coverage: Coverage) -> Iterator[str]:
    """Rule and rate of every month since the start, and what is missing; series that nobody has first."""
    yield f"{agreement.id}: {counted(len(agreement.regler), 'regel', 'regler')}, lästa utan fel."
    yield from (f"  Observera: {text}" for text in notices(agreement.regler))
    for serie in coverage.unknown:
        yield f"  SAKNAS: serien {serie} finns inte. Ange den i en egen fil med belopp."
    for stretch in coverage.stretches:
        yield from _stretch_lines(stretch)
    for low in coverage.below_geriatric:
        yield (
            f"  Observera: {low.rule.label} har {kronor_text(low.belopp.rate_ore)} från {low.first}, mindre än "
            f"beloppet för geriatrisk vård, {kronor_text(low.geriatric.rate_ore)}, som är det lägsta parterna får "
            "avtala om (12 § lag 1990:1404). Kontrollera beloppet."
        )
    if agreement.end and agreement.end < coverage.through.last_day:
        yield f"Avtalet slutar {agreement.end}. Därefter gäller inget i filen."
    yield "Någon månad kan inte faktureras." if coverage.unbillable else "Alla månader kan faktureras."


def _stretch_lines(stretch: Stretch) -> Iterator[str]:
    months = str(stretch.first) if stretch.first == stretch.last else f"{stretch.first}–{stretch.last}"
    rules = ", ".join(f"regel {rule.number} {MODELS[rule.modell].lower()}" for rule in stretch.rules) or "ingen regel"
    rates = ", ".join(f"{kronor_text(b.rate_ore)} [{b.status}]" for b in stretch.rates)
    yield f"  {months:<17} {vardform_text(stretch.vardformer):<28} {rules}{': ' + rates if rates else ''}"
    if stretch.uncovered:
        yield "    SAKNAS: någon dag har ingen regel. Lägg till en [[regel]]."
    for rule in stretch.unpriced:
        yield f"    SAKNAS: serien {rule.dygnsbelopp} har inget belopp för någon dag. Lägg till ett [[belopp]]."
