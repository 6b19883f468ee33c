"""Amounts, gaps and agreements as rows for another program: the same that the listings of `words.law` tell."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.tariffs.belopp import Tariffs
from betalningsansvar.tariffs.partly_known import PartlyKnown
from betalningsansvar.tariffs.records import Agreement

TARIFFS = ("serie", "fran", "tom", "vardform", "belopp_ore", "status", "kalla")
AGREEMENTS = ("id", "namn", "region", "fran", "tom", "modeller", "status", "saknas")
PROFILES = ("id", "form", "namn")
REASONS = ("slag", "kod", "betyder")


def tariff_rows(tariffs: Tariffs, today: date) -> list[dict[str, object]]:
    """Every amount, and every gap up to the end of this year (status `lucka`, no amount); oldest first in a series."""
    rows: list[dict[str, object]] = [
        _row(b.serie, b.fran, b.tom, b.vardform, b.rate_ore, b.status, b.kalla) for b in tariffs.belopp()
    ]
    rows += [_row(gap.serie, gap.fran, gap.tom, gap.vardform, None, "lucka", "") for gap in tariffs.gaps(today)]
    return sorted(rows, key=lambda row: (str(row["serie"]), str(row["fran"]), str(row["vardform"])))


def agreement_rows(agreements: Sequence[Agreement], partly: Sequence[PartlyKnown]) -> list[dict[str, object]]:
    """One row per agreement; of those known in part also what is missing."""
    rows: list[dict[str, object]] = []
    for own in agreements:
        models = " ".join(dict.fromkeys(rule.modell for rule in own.regler))
        marks = " ".join(dict.fromkeys(rule.status for rule in own.regler))
        values = (own.id, own.namn, own.region or "", _day(own.start), _day(own.end), models, marks, "")
        rows.append(dict(zip(AGREEMENTS, values, strict=True)))
    for one in partly:
        missing = ", ".join(one.saknas)
        part = (one.id, "", one.region, _day(one.fran), _day(one.tom), "", one.status, missing)
        rows.append(dict(zip(AGREEMENTS, part, strict=True)))
    return rows


def _row(
    serie: str, fran: date, tom: date | None, vardform: Collection[str], ore: int | None, status: str, kalla: str
) -> dict[str, object]:
    kinds = " ".join(kind for kind in VARDFORMER if kind in vardform)
    return dict(zip(TARIFFS, (serie, _day(fran), _day(tom), kinds, ore, status, kalla), strict=True))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
