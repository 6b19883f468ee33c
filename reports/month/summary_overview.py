"""Page one of the summary: a row per kommun as those who follow the month know it, and what to look at first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from betalningsansvar.billing.charged_lines import rows_of
from betalningsansvar.reports.files.cells import Column
from betalningsansvar.reports.files.workbook import Sheet
from betalningsansvar.reports.month.findings import findings_summary
from betalningsansvar.reports.month.invoice_content import invoiced
from betalningsansvar.reports.words.numbers import counted, decimal_text
from betalningsansvar.reports.words.swedish import vardform_text
from betalningsansvar.tariffs.records import Genomsnitt

if TYPE_CHECKING:
    from betalningsansvar.billing.engine import Bill

GROUPS = {"region": "Regionen", "utomlans": "Utomläns", "saknas": "Utan betalare"}
OVER, UNDER, NO_CASES = "över tröskeln", "under tröskeln", "inga ärenden"
_NOTICE_COLUMNS, _NOTICE_WIDTH = 9, 115
_OPEN = "öppna"
_ALONE = ("somatik", "psykiatri")


@dataclass(frozen=True, slots=True)
class KommunFiles:
    """Where a kommun's invoice and underlag stand, counted from the summary's folder; blank = there is none."""

    invoice: str = ""
    underlag: str = ""


@dataclass(frozen=True, slots=True)
class PayerRow:
    """One row: a payer, those out-of-county payers that get no document taken together, or the cases without one."""

    kod: str
    name: str
    grupp: str
    counts: Mapping[str, int]
    dygn_micro: int
    amount_ore: int
    codes: tuple[str, ...]

    def files(self, files: Mapping[str, KommunFiles]) -> KommunFiles:
        """Where its own documents stand; several payers in one row have none."""
        return (
            files.get(self.kod, KommunFiles()) if len(self.codes) == 1 and self.kod == self.codes[0] else KommunFiles()
        )

    @property
    def nollfaktura(self) -> str:
        return "ja" if self.amount_ore == 0 and self.kod else ""


def write_overview(
    sheet: Sheet,
    bill: Bill,
    files: Mapping[str, KommunFiles],
    notices: tuple[str, ...],
    previous: Mapping[str, int] | None,
) -> None:
    """Write the page. `previous` are the öre invoiced for the month before by kommun, None when they are not known."""
    for notice in notices:
        sheet.paragraph(sheet.row, 0, _NOTICE_COLUMNS, notice, "missing_wrap", width=_NOTICE_WIDTH)
        sheet.row += 1
    sheet.text(sheet.row, 0, findings_summary(bill.issues, "avvikelser.xlsx"))
    sheet.row += 2
    rows = payer_rows(bill)
    fields = _fields(bill, files, previous)
    columns = tuple(column for column, _ in fields)
    first = sheet.row + 1
    sheet.native.freeze_panes(first, 2)
    sheet.table(columns, [tuple(value(row) for _, value in fields) for row in rows])
    for at, column in enumerate(columns):
        if column.heading.startswith("Läge"):
            sheet.mark_words(first, at, first + len(rows), {"över": "over", "under": "under"})
    for number, row in enumerate(rows, start=first):
        own = row.files(files)
        for at, target in ((len(columns) - 2, own.invoice), (len(columns) - 1, own.underlag)):
            if target:
                sheet.link(number, at, target, _OPEN)


def payer_rows(bill: Bill) -> list[PayerRow]:
    """The region's kommuner by code, other payers with a document, the rest of them together, and no payer."""
    shown = {*invoiced(bill)["kommun"], ""}
    rows: list[PayerRow] = []
    others: list[PayerRow] = []
    ordered = bill.kommuner.assign(order=bill.kommuner["grupp"].map(list(GROUPS).index))
    for row in rows_of(ordered.sort_values(["order", "kommun"])):
        counts = {name: int(getattr(row, name)) for name in ("antal_arenden", "debiteras", "blockerad", "parkerad")}
        made = PayerRow(
            row.kommun, row.kommunnamn, row.grupp, counts, int(row.dygn_micro), int(row.amount_ore), (row.kommun,)
        )
        (rows if row.kommun in shown else others).append(made)
    if others:
        at = sum(row.grupp != "saknas" for row in rows)
        rows.insert(at, _together(others))
    return rows


def _together(rows: list[PayerRow]) -> PayerRow:
    return PayerRow(
        kod="",
        name=f"{counted(len(rows), 'annan kommun', 'andra kommuner')}, inget att betala",
        grupp="utomlans",
        counts={name: sum(row.counts[name] for row in rows) for name in rows[0].counts},
        dygn_micro=sum(row.dygn_micro for row in rows),
        amount_ore=sum(row.amount_ore for row in rows),
        codes=tuple(row.kod for row in rows),
    )


Fields = list[tuple[Column, Callable[[PayerRow], Any]]]


def _fields(bill: Bill, files: Mapping[str, KommunFiles], previous: Mapping[str, int] | None) -> Fields:
    fields: Fields = [
        (Column("Kod", "text", 5), lambda row: row.kod),
        (Column("Kommun", "text", 12, 34), lambda row: row.name),
        (Column("Grupp", "text", 9), lambda row: GROUPS[row.grupp]),
        *_mean_fields(bill),
        (Column("Ärenden", "antal", summed=True), lambda row: row.counts["antal_arenden"]),
        (Column("Debiteras", "antal", summed=True), lambda row: row.counts["debiteras"]),
        (Column("Blockerade", "antal", summed=True), lambda row: row.counts["blockerad"]),
        (Column("Parkerade", "antal", summed=True), lambda row: row.counts["parkerad"]),
        (Column("Dygn", "dygn", 7, summed=True), lambda row: row.dygn_micro),
        (Column("Belopp", "ore", 15, summed=True), lambda row: row.amount_ore),
    ]
    if previous is not None:
        before = dict(previous)
        fields += [
            (Column("Föregående månad", "ore", 15, summed=True), lambda row: _sum(before, row)),
            (Column("Skillnad", "ore", 15, summed=True), lambda row: row.amount_ore - _sum(before, row)),
        ]
    fields += [
        (Column("Nollfaktura", "text", 7), lambda row: row.nollfaktura),
        (Column("Faktura", "text", 8), lambda row: _OPEN if row.files(files).invoice else ""),
        (Column("Underlag", "text", 8), lambda row: _OPEN if row.files(files).underlag else ""),
    ]
    return fields


def _sum(by_kommun: Mapping[str, int], row: PayerRow) -> int:
    return sum(by_kommun.get(code, 0) for code in row.codes)


def _mean_fields(bill: Bill) -> Fields:
    """Cases in the mean, the mean against its threshold, and the long cases charged on their own."""
    codes = list(bill.cases["kommun"].cat.categories)
    means: dict[str, dict[str, Any]] = {}
    rules = {number: rule for number, rule in enumerate(bill.rules) if isinstance(rule, Genomsnitt)}
    for row in rows_of(bill.kommun_lines.sort_values("start")):
        if row.rule in rules:
            means.setdefault(vardform_text(rules[row.rule].vardform), {})[codes[row.kommun]] = row
    fields: Fields = []
    for kinds, own in means.items():
        apart = f" {kinds}" if len(means) > 1 else ""
        fields += [
            (Column(f"I genom- snittet{apart}", "antal", 8, summed=True), _of(own, lambda row: int(row.antal))),
            (
                Column(f"Genom- snitt{apart}", "medel", 8),
                _of(own, lambda row: int(row.mean_micro) if row.antal else None),
            ),
            (Column(f"Läge{apart}", "text", 14), _of(own, lambda row: _against(row, rules[row.rule]))),
        ]
    leaving = [rule.individuell_efter for rule in rules.values() if rule.individuell_efter is not None]
    if leaving:
        alone = _alone(bill, rules)
        for vardform in _ALONE:
            heading = f"Över {min(leaving)} dagar {vardform}"
            fields.append((Column(heading, "antal", 8, summed=True), _counted_alone(alone, vardform)))
    return fields


def _of(own: Mapping[str, Any], value: Callable[[Any], Any]) -> Callable[[PayerRow], Any]:
    return lambda row: value(own[row.kod]) if row.kod in own else None


def _against(row: Any, rule: Any) -> str:
    told = verdict(row, rule)
    return f"{told} {decimal_text(str(rule.troskel))}" if told in (OVER, UNDER) else told


def verdict(row: Any, rule: Any) -> str:
    """The mean against its threshold, in words."""
    if not row.antal:
        return NO_CASES
    if row.mean_micro <= int(rule.troskel.scaleb(6)):
        return UNDER
    return OVER if row.triggered else f"över, men inte {rule.trigger_manader} mån. i rad"


def _alone(bill: Bill, rules: Mapping[int, Any]) -> dict[tuple[str, str], int]:
    """How many cases under a mean are charged on their own, by kommun and kind of care."""
    lines = bill.lines[bill.lines["rule"].isin(list(rules))]
    cases = bill.cases.iloc[lines["case"].drop_duplicates().to_numpy()]
    return dict(Counter(zip(cases["kommun"].astype("str"), cases["vardform"].astype("str"), strict=True)))


def _counted_alone(alone: Mapping[tuple[str, str], int], vardform: str) -> Callable[[PayerRow], Any]:
    return lambda row: sum(alone.get((code, vardform), 0) for code in row.codes)
