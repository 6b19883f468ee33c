"""One amount, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from betalningsansvar.billing.explain import explain_case, explain_mean
from betalningsansvar.billing.period import Month
from betalningsansvar.data.kommuner import find_kommun
from betalningsansvar.operations.inputs import Read
from betalningsansvar.operations.law import Law
from betalningsansvar.operations.requests import RequestError, require_extract, require_month
from betalningsansvar.reports.month.case_steps import case_explanation
from betalningsansvar.reports.month.mean_steps import mean_explanation
from betalningsansvar.reports.month.steps import Explanation


@dataclass(frozen=True)
class ExplainRequest:
    """A case by its `arende_id`, or by its `row` of the case frame, over its whole time or in one `month`; or the mean
    of a `kommun` (code or name) in a month."""

    read: Read
    law: Law
    arende_id: str | None = None
    row: int | None = None
    kommun: str | None = None
    month: Month | None = None
    as_of: date | None = None


def explain(request: ExplainRequest) -> tuple[Explanation, ...]:
    """Explain each row with the arende_id and each mean it counts in, or each mean of the kommun.

    Raises UnknownCaseError, UnknownKommunError and RequestError.
    """
    if request.month:
        require_month(request.month, request.as_of, request.read.today)
    elif request.as_of:
        require_extract(request.as_of, date.min, request.read.today)
    if sum(asked is not None for asked in (request.arende_id, request.row, request.kommun)) != 1:
        raise RequestError("Ange antingen ett ärende eller en kommun att förklara.")
    if request.kommun is not None:
        return _means(request, find_kommun(request.kommun).code)
    return _cases(request)


def _cases(request: ExplainRequest) -> tuple[Explanation, ...]:
    read, law, as_of = request.read, request.law, request.as_of
    ids = read.cases["arende_id"]
    arende_id = request.arende_id if request.row is None else str(ids.iloc[request.row])
    assert arende_id is not None
    rows = explain_case(read.cases, read.issues, arende_id, law.agreement, law.tariffs, request.month, as_of)
    if request.row is not None:
        # Rows that share an arende_id are explained in their order; the one asked for is one of them.
        rows = [rows[int((ids.iloc[: request.row] == arende_id).sum())]]
    found = [case_explanation(row) for row in rows]
    for row in rows:
        if row.mean_month:
            means = explain_mean(read.cases, str(row.case["kommun"]), law.agreement, law.tariffs, row.mean_month, as_of)
            found += [mean_explanation(mean) for mean in means if row.case["vardform"] in mean.rule.vardform]
    return tuple(found)


def _means(request: ExplainRequest, kommun: str) -> tuple[Explanation, ...]:
    law, month = request.law, request.month
    if month is None:
        raise RequestError("Ett medelvärde hör till en kalendermånad. Ange vilken.")
    means = explain_mean(request.read.cases, kommun, law.agreement, law.tariffs, month, request.as_of)
    if not means:
        raise RequestError(f"Ingen regel om genomsnitt i {law.agreement.id} gäller kommun {kommun} i {month}.")
    return tuple(mean_explanation(mean) for mean in means)
