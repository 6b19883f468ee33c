"""A month's checks can be made again by anybody: each figure by its query over the folder's own files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from betalningsansvar.billing.period import Month
from betalningsansvar.data.files.inputs import find_files
from betalningsansvar.operations.inputs import ReadRequest, read
from betalningsansvar.operations.law import LawRequest, find_law
from betalningsansvar.operations.month import MonthRequest, WriteRequest, compute_month, month_papers, write_month
from betalningsansvar.operations.parties import read_parties
from betalningsansvar.reports.files.destination import Destination
from tests.month_of import FAULTS

EXAMPLE = Path(__file__).parents[1] / "data" / "exempel" / "halland-2018-11-12.csv"
ONLY_IN_WORKBOOKS = {("Fakturor och kommuner", 0), ("Fakturarader utan betalare", 1)}


@pytest.mark.parametrize(
    ("path", "agreement"),
    [
        (EXAMPLE, "halland"),
        (EXAMPLE, "vastra-gotaland"),
        (FAULTS / "handelser-en-trasig-rad.csv", "nationell"),
        (FAULTS / "overlappande-manader", "nationell"),
    ],
    ids=["a month", "a mean", "an event log", "rows twice"],
)
def test_every_figure_is_found_again_by_its_query(
    path: Path, agreement: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = read(ReadRequest(find_files([path]).files, date(2019, 1, 1)))
    work = compute_month(MonthRequest(data, find_law(LawRequest(agreement, None)), Month(2018, 11)))
    parties = read_parties(None, None)
    found = month_papers(work, parties, date(2019, 1, 1)).checks
    write_month(work, WriteRequest(Destination(tmp_path / "ut"), parties, date(2019, 1, 1)))
    monkeypatch.chdir(tmp_path / "ut")
    without = set()
    for check in found:
        for place, figure in enumerate(check.figures):
            if figure.query:
                assert duckdb.sql(figure.query).fetchall() == [(figure.value,)], (check.name, figure.query)
            else:
                without.add((check.name, place))
    assert without == ONLY_IN_WORKBOOKS
