"""Every listing also as CSV and as JSON, the same rows in both."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from betalningsansvar.cli import main

CASES = "data/exempel/halland-2018-11-12.csv"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{(tmp_path_factory.mktemp('liggare') / 'f.db').as_posix()}"
    for typed in (
        ["issue", CASES, "--month", "2018-11", "--agreement", "halland", "--confirm"],
        ["ledger", "dispute", "1", "--row", "1", "--reason", "FEL_DATUM"],
    ):
        done = CliRunner().invoke(main, [*typed, "--ledger", url])
        assert done.exit_code == 0, done.output
    return url


@pytest.mark.parametrize(
    ("typed", "column"),
    [
        ("tariffs", "belopp_ore"),
        ("agreements", "saknas"),
        ("profile", "form"),
        ("ledger reasons", "kod"),
        ("ledger list --ledger URL", "bestritt_ore"),
        ("ledger open --agreement halland --ledger URL", "kan_utfardas"),
        ("ledger disputes --ledger URL", "sista_invandningsdag"),
    ],
)
def test_a_listing_is_csv_and_json(ledger: str, typed: str, column: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[1])
    words = typed.replace("URL", ledger).split()
    as_csv, as_json = (CliRunner().invoke(main, [*words, shape]) for shape in ("--csv", "--json"))
    assert as_csv.exit_code == as_json.exit_code == 0
    rows = [*csv.DictReader(io.StringIO(as_csv.output))]
    objects = json.loads(as_json.output)
    assert rows and column in rows[0] and len(rows) == len(objects)
    for row, own in zip(rows, objects, strict=True):
        assert row == {name: "" if value is None else str(value) for name, value in own.items()}
