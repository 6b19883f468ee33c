"""What stands on each kommun's underlag: every case that touches the month, with status, times and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing import genomsnitt
from betalningsansvar.billing.charged_lines import rows_of
from betalningsansvar.billing.days import CaseDays, day_number
from betalningsansvar.billing.overlaps import ELSEWHERE
from betalningsansvar.billing.summary import COUNTED
from betalningsansvar.data.categories import codes_of
from betalningsansvar.data.codes import CODES
from betalningsansvar.data.columns import TIME_COLUMNS, VARDFORMER
from betalningsansvar.reports.month.invoice_record import Invoice, Line
from betalningsansvar.reports.words.swedish import month_name
from betalningsansvar.reports.words.why import why
from betalningsansvar.tariffs.records import Genomsnitt, Schablon

if TYPE_CHECKING:
    from betalningsansvar.billing.engine import Bill

PERSONAL_DATA = "Innehåller personuppgifter. Lämnas endast till den som behöver uppgifterna, skilt från fakturan."
# The order in which a reader looks: what costs, what stopped, what was free.
_STATUS_ORDER = ("debiteras", "genomsnitt", "blockerad", "parkerad", "avvisad", "fri")


@dataclass(frozen=True, slots=True)
class UnderlagCase:
    """One case of the underlag. `times` holds those of the time columns that have a value, by column name.

    `mean_days` are its days in the month's mean, None when it is in none.
    """

    arende_id: str
    reference: str
    patient_id: str
    vardform: str
    enhet: str
    times: Mapping[str, datetime]
    status: str
    why: str
    ansvar_fran: date | None
    mean_days: int | None
    dygn: int
    amount_ore: int


@dataclass(frozen=True, slots=True)
class UnderlagLine:
    """A line of one of the kommun's documents: what the document is called, the case, and the line."""

    document: str
    arende_id: str
    line: Line


@dataclass(frozen=True, slots=True)
class Underlag:
    """One kommun's underlag; it has no `documents` for the bucket without a payer.

    `antal` counts all the kommun's cases by status, `outside` how many of them do not touch the month and are not
    listed. `documents` are the invoices and credits that it explains, `lines` theirs.
    """

    kommun: str
    kommunnamn: str
    period: str
    heading: str
    sender_name: str
    created: date
    documents: tuple[Invoice, ...]
    lines: tuple[UnderlagLine, ...]
    cases: tuple[UnderlagCase, ...]
    antal: Mapping[str, int]
    outside: int

    @property
    def numbered(self) -> tuple[str, ...]:
        """What the documents are called, once they have numbers."""
        return tuple(document.title for document in self.documents if document.is_numbered)

    @property
    def has_own_references(self) -> bool:
        """Whether cases are called something else on the invoice."""
        return any(case.reference not in ("", case.arende_id) for case in self.cases)


def underlag(bill: Bill, invoices: Sequence[Invoice], references: Mapping[int, str]) -> Iterator[Underlag]:
    """One underlag per kommun with a document, and one for the cases without a payer when there are any."""
    cases = _cases_by_kommun(bill, references)
    by_code: dict[str, list[Invoice]] = {}
    for invoice in invoices:
        by_code.setdefault(invoice.kommun, []).append(invoice)
    for row in rows_of(bill.kommuner.sort_values("kommun")):
        documents = tuple(by_code.get(row.kommun, ()))
        if not documents and row.kommun:
            continue
        listed = tuple(cases.get(row.kommun, ()))
        yield Underlag(
            kommun=row.kommun,
            kommunnamn=row.kommunnamn,
            period=str(bill.period),
            heading=f"Underlag till betalningsansvar {month_name(bill.period)}",
            sender_name=invoices[0].sender_name if invoices else "",
            created=bill.period.last_day,
            documents=documents,
            lines=tuple(_lines(bill, documents)),
            cases=listed,
            antal={status: int(getattr(row, status)) for status in COUNTED},
            outside=int(row.antal_arenden) - len(listed),
        )


def _lines(bill: Bill, documents: Sequence[Invoice]) -> Iterator[UnderlagLine]:
    names = bill.cases["arende_id"]
    for document in documents:
        for line in document.lines:
            # The ledger keeps cases by their arende_id, so there the reference is the name.
            name = "" if line.case < 0 else line.reference if document.is_numbered else names.iloc[line.case]
            yield UnderlagLine(document.title, name, line)


def _touches(bill: Bill) -> NDArray[np.bool_]:
    """Cases with a consequence in the month, a fault to mend, or a patient who waited some day of it."""
    cases = bill.cases
    out = cases[["utskriven", "aterkallad"]].min(axis=1)
    waited = (cases["utskrivningsklar"] < pd.Timestamp(bill.period.stop)) & ~(out < pd.Timestamp(bill.period.start))
    return ((cases["status"] != "fri") | waited).to_numpy(dtype=np.bool_)


def _cases_by_kommun(bill: Bill, references: Mapping[int, str]) -> dict[str, list[UnderlagCase]]:
    """The listed cases of each kommun (`""` = no payer), in the order a reader looks."""
    mean_days, warnings = _mean_days(bill), _warnings(bill.issues)
    codes = bill.cases["kommun"].cat.categories
    schablon = {codes[row.kommun] for row in rows_of(bill.kommun_lines) if isinstance(bill.rules[row.rule], Schablon)}
    rows = np.flatnonzero(_touches(bill))
    frame = bill.cases.iloc[rows].assign(case=rows)
    frame = frame.assign(order=frame["status"].astype("str").map(_STATUS_ORDER.index))
    found: dict[str, list[UnderlagCase]] = {}
    for row in rows_of(frame.sort_values(["order", "arende_id", "fil", "rad"])):
        times = {name: getattr(row, name) for name in TIME_COLUMNS}
        case = UnderlagCase(
            arende_id=row.arende_id,
            reference=references.get(row.case, ""),
            patient_id=row.patient_id,
            vardform="" if pd.isna(row.vardform) else row.vardform,
            enhet=row.enhet,
            times={name: at.to_pydatetime() for name, at in times.items() if at is not pd.NaT},
            status=row.status,
            why=why(
                row,
                bill.rules,
                bill.period,
                mean_days=mean_days.get(row.case),
                under_schablon=row.kommun in schablon,
                warnings=warnings.get((row.fil, row.rad), []),
            ),
            ansvar_fran=None if row.ansvar_fran is pd.NaT else row.ansvar_fran.date(),
            mean_days=mean_days.get(row.case),
            dygn=int(row.dygn),
            amount_ore=int(row.amount_ore),
        )
        found.setdefault("" if pd.isna(row.kommun) else row.kommun, []).append(case)
    return found


def _mean_days(bill: Bill) -> dict[int, int]:
    """Days in the month's mean per case (row of the case frame) that is in one, by the engine's own stage."""
    start, stop = day_number(bill.period.start), day_number(bill.period.stop)
    payer = codes_of(bill.cases["kommun"])
    kind = codes_of(bill.cases["vardform"])
    computed = ~bill.cases["status"].isin(["parkerad", "avvisad"]).to_numpy()
    found: dict[int, int] = {}
    for number, rule in enumerate(bill.rules):
        if not isinstance(rule, Genomsnitt):
            continue
        kommuner = bill.kommun_lines.loc[bill.kommun_lines["rule"] == number, "kommun"].to_numpy()
        kinds = [VARDFORMER.index(vardform) for vardform in rule.vardform]
        rows = np.flatnonzero(computed & np.isin(payer, kommuner) & np.isin(kind, kinds))
        stay = genomsnitt.stays(CaseDays.of(bill.cases, rows), rule, day_number(bill.as_of))
        counted = genomsnitt.in_month(stay, rule, start, stop) & (stay.left_out == 0)
        found |= dict(zip(rows[counted].tolist(), stay.days[counted].tolist(), strict=True))
    return found


def _warnings(issues: pd.DataFrame) -> dict[tuple[str, int], list[str]]:
    """The warnings a kommun is shown of each row. That a patient has a case elsewhere too may be about another
    kommun's, so it is for the region alone."""
    found: dict[tuple[str, int], list[str]] = {}
    told = issues["kod"].map(lambda kod: CODES[kod].severity == "varning") & (issues["kod"] != ELSEWHERE)
    for row in rows_of(issues[told]):
        codes = found.setdefault((row.fil, row.rad), [])
        if row.kod not in codes:
            codes.append(row.kod)
    return found
