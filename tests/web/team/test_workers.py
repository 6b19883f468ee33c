"""Computing beside the program: the same answers and stops, no text of a fault, and nothing that outlives it."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from betalningsansvar.billing.lines import TariffGapError
from betalningsansvar.billing.period import Month
from betalningsansvar.data.files.inputs import InputFile
from betalningsansvar.data.stop import StopError
from betalningsansvar.operations.inputs import Read, ReadRequest, read
from betalningsansvar.operations.law import LawRequest, find_law
from betalningsansvar.operations.month import MonthRequest, compute_month, kommun_amounts
from betalningsansvar.web.elsewhere import ElsewhereError
from betalningsansvar.web.team.workers import Workers
from tests.web.stand import EXAMPLE


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    made = Workers()
    yield made
    made.end()


@pytest.fixture(scope="module")
def example() -> Read:
    return read(ReadRequest((InputFile.from_bytes(EXAMPLE.name, EXAMPLE.read_bytes()),), date(2019, 1, 15)))


def asked(example: Read, month: str = "2018-11") -> MonthRequest:
    return MonthRequest(example, find_law(LawRequest("halland")), Month.parse(month))


def test_the_same_month_as_here(workers: Workers, example: Read) -> None:
    here, there = compute_month(asked(example)), workers.compute(compute_month, asked(example))
    for name in ("cases", "lines", "kommun_lines", "kommuner", "issues", "withheld"):
        assert getattr(there.bill, name).equals(getattr(here.bill, name)), name
        assert getattr(there.bill, name).dtypes.equals(getattr(here.bill, name).dtypes), name
    assert there.bill.rules == here.bill.rules and there.bill.rates == here.bill.rates
    assert there.references == here.references and there.options == here.options


def test_the_amounts_alone_are_those_of_the_month(example: Read) -> None:
    for month in Month(2018, 10).through(Month(2018, 12)):
        kommuner = compute_month(asked(example, str(month))).bill.kommuner
        owed = dict(zip(kommuner["kommun"], kommuner["amount_ore"].tolist(), strict=True))
        assert kommun_amounts(asked(example, str(month))) == {code: ore for code, ore in owed.items() if ore}


def test_what_stops_it_is_told_as_here(workers: Workers, example: Read) -> None:
    late = asked(example, "2019-02")
    with pytest.raises(StopError) as here:
        compute_month(late)
    with pytest.raises(type(here.value)) as there:
        workers.compute(compute_month, late)
    assert str(there.value) == str(here.value)


def _every(kind: type[StopError]) -> Iterator[type[StopError]]:
    yield kind
    for one in kind.__subclasses__():
        yield from _every(one)


def test_every_stop_keeps_its_data_on_the_way() -> None:
    for kind in set(_every(StopError)):
        error = kind.__new__(kind, "Så här.")
        error.__dict__.update(month="2018-11", count=3)
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is kind and again.args == ("Så här.",) and again.__dict__ == error.__dict__
    assert TariffGapError in set(_every(StopError))


def _fail(secret: str) -> None:
    raise KeyError(secret)


def test_a_fault_tells_where_and_not_what(workers: Workers) -> None:
    with pytest.raises(ElsewhereError) as caught:
        workers.compute(_fail, "19121212-1212")
    assert caught.value.fault.kind == "KeyError" and caught.value.fault.places.startswith("test_workers.py:")
    seen: BaseException | None = caught.value
    while seen is not None:
        assert "1212" not in f"{seen}{seen.__dict__}"
        seen = seen.__cause__


def _own_number(_: object) -> int:
    return os.getpid()


def test_when_a_worker_is_ended_another_does_its_work(workers: Workers, example: Read) -> None:
    os.kill(workers.compute(_own_number, None), signal.SIGKILL)
    assert workers.compute(kommun_amounts, asked(example)) == kommun_amounts(asked(example))


def test_they_leave_nothing_on_disk(tmp_path: Path, example: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    own = Workers()
    own.compute(compute_month, asked(example))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    own.end()
