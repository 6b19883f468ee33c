"""Amounts by the day they became known: a correction takes effect; the month can be computed as known before it."""

from datetime import date
from pathlib import Path

import pytest

from betalningsansvar.data.toml_file import SettingsError
from betalningsansvar.tariffs.belopp import Tariffs, load_layer

BLOCK = """[[belopp]]
serie = "prov"
fran = 2025-01-01
tom = 2025-12-31
kronor = {kronor}
kalla = "beslut"
status = "T"
{known}
"""


def tariffs(tmp_path: Path, *blocks: tuple[int, str]) -> Tariffs:
    path = tmp_path / "belopp.toml"
    path.write_text("".join(BLOCK.format(kronor=kronor, known=known) for kronor, known in blocks), encoding="utf-8")
    return Tariffs((load_layer(path),))


def rate(known: Tariffs) -> int | None:
    found = known.rate("prov", "somatik", date(2025, 3, 1))
    return found.rate_ore if found else None


def test_the_amount_known_last_holds_and_the_earlier_can_be_asked_for(tmp_path: Path) -> None:
    known = tariffs(tmp_path, (12_100, "known_from = 2025-03-01"), (12_000, "known_from = 2024-12-01"))
    assert rate(known) == 1_210_000
    assert rate(known.as_known(date(2025, 2, 28))) == 1_200_000
    assert rate(known.as_known(date(2025, 3, 1))) == 1_210_000
    assert rate(known.as_known(date(2024, 11, 30))) is None


def test_an_amount_without_the_day_is_always_known(tmp_path: Path) -> None:
    assert rate(tariffs(tmp_path, (12_000, "")).as_known(date(1999, 1, 1))) == 1_200_000


@pytest.mark.parametrize("known", ["", "known_from = 2025-03-01"])
def test_two_amounts_known_the_same_day_are_an_overlap(tmp_path: Path, known: str) -> None:
    with pytest.raises(SettingsError, match="två belopp"):
        tariffs(tmp_path, (12_100, known), (12_000, known))
