"""What cannot be read is told at its field and nothing of it is lost; so is a ledger that cannot take what is asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from betalningsansvar.billing.ledger import connection, migrations
from tests.web.forms import Page
from tests.web.furnished import Furnished
from tests.web.test_stops import send, stands, typed_in

GARBLED = "x<y"


def test_every_field_of_every_form_that_asks(own: Furnished) -> None:
    """A field that cannot be read has the focus; what stands in the others stands there still."""
    wrong = 0
    for standing in own.asking.values():
        for one in (field for field in standing.form.fields if field.kind == "text" and field.name):
            typed = {**standing.form.values, one.name: GARBLED}
            answer = own.browser.get(f"{standing.form.action.partition('?')[0]}?{urlencode(typed)}")
            page, told = Page(answer.text), f"{one.name} of {standing.name} on {standing.page}"
            assert answer.status_code in (200, 422), told
            fields = [field for form in [*page.forms, *page.asking] for field in form.fields]
            lost = {k: v for k, v in typed.items() if v and not any((f.name, f.value) == (k, v) for f in fields)}
            assert lost == {}, told
            if answer.status_code == 422:
                wrong += 1
                (focused,) = page.focused
                assert focused in {field.id for field in standing.form.fields} - {""}, told
    assert wrong > 20


@contextmanager
def locked(ledger: Path, patch: pytest.MonkeyPatch) -> Iterator[None]:
    patch.setattr(connection.Ledger.parse.__func__, "__defaults__", (0.05,))  # type: ignore[attr-defined]
    holder = sqlite3.connect(ledger)
    holder.execute("BEGIN EXCLUSIVE")
    yield
    holder.rollback()
    holder.close()


@contextmanager
def read_only(_ledger: Path, patch: pytest.MonkeyPatch) -> Iterator[None]:
    as_it_is = connection._file_address
    patch.setattr(connection, "_file_address", lambda path, mode: as_it_is(path, "ro"))
    yield


@contextmanager
def newer(_ledger: Path, patch: pytest.MonkeyPatch) -> Iterator[None]:
    patch.setattr(migrations, "VERSION", migrations.VERSION - 1)
    yield


WRITING = ("utfarda_gor", "godkann", "avrakna_gor", "avrakna_godkann", "bestrid", "tvist_gor", "liggare_satt_gor")
STATES = {"låst": locked, "skrivskyddad": read_only, "senare version": newer}


@pytest.mark.parametrize("name", WRITING)
@pytest.mark.parametrize("said", STATES)
def test_a_ledger_that_cannot_be_written_says_so(
    own: Furnished, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    standing = own.forms[name]
    typed, before = typed_in(own, standing), own.kept()
    with STATES[said](own.folder / "faktura.db", monkeypatch):
        answer = send(own, standing, typed)
    page = Page(answer.text)
    everything = page.told("fel") + page.told("")
    assert answer.status_code == 422 and said in everything and "Inget är ändrat" in everything
    assert {key: value for key, value in typed.items() if not stands(page, key, value)} == {}
    assert own.kept() == before
