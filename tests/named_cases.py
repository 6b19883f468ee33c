"""The named cases under tests/cases: one small TOML file each, with the sentence of law and the answer by hand.

A file says what happened (`[[case]]`), under which agreement and in which month, and what is owed
(`[case.expected]`, `[[mean]]`, `[[schablon]]`, or `error` for a month that must not be billed). Facts left out are the
unremarkable ones: admitted two days before the notice, the inskrivningsmeddelande sent at once, still in.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from betalningsansvar.data.columns import CASE_COLUMNS, VARDFORMER
from betalningsansvar.tariffs.records import Agreement, Genomsnitt, Individuell, Rule, Schablon, Utanfor
from tests.law import AGREEMENTS, CASES, agreement
from tests.oracle import Answer, Case, Rate, shown

FILES = sorted(CASES.glob("*/*.toml"))
KRONA = 100


@dataclass(frozen=True)
class NamedCase:
    """One file, read. `agreement` is an id of the product, or rules of the file's own; `rates` are the file's own."""

    path: Path
    month: date
    as_of: date | None
    agreement: str | Agreement
    rates: dict[str, list[Rate]]
    cases: list[Case]
    outcomes: dict[str, tuple[str, str, date | None]]
    lines: list[tuple[Any, ...]]
    means: list[tuple[Any, ...]]
    schablon: list[tuple[str, int]]
    error: str | None

    def oracle_agreement(self) -> Agreement:
        return AGREEMENTS[self.agreement] if isinstance(self.agreement, str) else self.agreement


def name_of(path: Path) -> str:
    """The name a test shows: `hinder/oppet`."""
    return f"{path.parent.name}/{path.stem}"


def read(path: Path) -> NamedCase:
    """Read one file. A key that is not known raises, so that no fact is silently left out of a case."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    assert content.pop("name").strip() and content.pop("law").strip(), f"{path}: say what is shown, and the law"
    given = content.pop("agreement")
    own = content.pop("case", [])
    expected = [(case["arende_id"], case.pop("expected")) for case in own]
    named = NamedCase(
        path=path,
        month=date.fromisoformat(f"{content.pop('month')}-01"),
        as_of=content.pop("as_of", None),
        agreement=given if isinstance(given, str) else _agreement(given),
        rates=_rates(content.pop("belopp", [])),
        cases=[usual_case(facts) for facts in own],
        outcomes={
            name: (wanted["status"], wanted.get("orsak", ""), wanted.get("ansvar_fran")) for name, wanted in expected
        },
        lines=sorted(_line(name, line) for name, wanted in expected for line in wanted.get("lines", [])),
        means=sorted(_mean(line) for line in content.pop("mean", [])),
        schablon=sorted((line["kommun"], line["kronor"] * KRONA) for line in content.pop("schablon", [])),
        error=content.pop("error", None),
    )
    assert not content, f"{path}: unknown keys {sorted(content)}"
    return named


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of one of the tables of answers."""
    with (CASES / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def case_of_notice(row: dict[str, str]) -> Case:
    """The case of one row of `ansvar_fran.csv`: all conditions met, discharged the same day, so nothing is charged."""
    notice = datetime.fromisoformat(row["utskrivningsklar"])
    facts = {"arende_id": "A", "folkbokforingskommun": "1380", "vardform": row["vardform"]}
    times = {
        name: datetime.fromisoformat(row[name]) for name in ("kallelse_mottagen", "vardplan_justerad") if row[name]
    }
    return usual_case(facts | times | {"utskrivningsklar": notice, "utskriven": notice})


def answer_in_short(answer: Answer) -> tuple[object, ...]:
    """The parts of an answer that a named case writes down."""
    return (
        {name: (o.status, o.orsak, o.ansvar_fran) for name, o in answer.outcomes.items()},
        sorted((x.arende_id, x.regelverk, x.fran, x.tom, x.dygn, x.rate_ore, x.amount_ore) for x in answer.lines),
        sorted(
            (x.kommun, x.antal, x.days, shown(x.mean), x.dygn, x.triggered, x.amount_ore)
            for x in answer.kommun_lines
            if x.modell == "genomsnitt"
        ),
        sorted((x.kommun, x.amount_ore) for x in answer.kommun_lines if x.modell == "schablon"),
    )


def wanted_in_short(named: NamedCase) -> tuple[object, ...]:
    """What the file says, in the form of `answer_in_short`."""
    regelverk = named.oracle_agreement().id
    lines = sorted((name, given or regelverk, *rest) for name, given, *rest in named.lines)
    return named.outcomes, lines, named.means, named.schablon


def usual_case(facts: dict[str, Any]) -> Case:
    without = facts.pop("without", [])
    unknown = facts.keys() - {column.name for column in CASE_COLUMNS}
    assert not unknown, f"{facts['arende_id']}: unknown facts {sorted(unknown)}"
    case: Case = {c.name: c.default if c.kind == "yesno" else "" if c.kind == "text" else None for c in CASE_COLUMNS}
    admitted = facts["utskrivningsklar"] - timedelta(days=2)
    case |= {
        "patient_id": f"P-{facts['arende_id']}",
        "vardform": "somatik",
        "inskriven": admitted,
        "inskrivningsmeddelande": admitted,
    }
    return case | facts | dict.fromkeys(without)


def _agreement(given: dict[str, Any]) -> Agreement:
    rules = [_rule(rule) for rule in given["regel"]]
    return agreement("eget", given.get("region"), rules)


def _rule(given: dict[str, Any]) -> Rule:
    fields = dict(given)
    if isinstance(fields.get("dygnsbelopp"), int):
        fields["dygnsbelopp"] *= KRONA
    if "troskel" in fields:
        fields["troskel"] = Decimal(fields["troskel"])
    fields["vardform"] = tuple(fields.get("vardform", VARDFORMER))
    if "villkor" in fields:
        fields["villkor"] = tuple(fields["villkor"])
    return _KINDS[fields.pop("modell")](**{**_HEAD, **fields})


_KINDS = {kind.modell: kind for kind in (Individuell, Genomsnitt, Schablon, Utanfor)}
_HEAD: dict[str, Any] = {"agreement": "", "number": 0, "tom": None, "kalla": "eget", "status": "T"}


def _rates(given: list[dict[str, Any]]) -> dict[str, list[Rate]]:
    rates: dict[str, list[Rate]] = {}
    for row in given:
        vardform = tuple(row.get("vardform", VARDFORMER))
        rates.setdefault(row["serie"], []).append(Rate(row["fran"], row["tom"], vardform, row["kronor"] * KRONA))
    return rates


def _line(name: str, line: dict[str, Any]) -> tuple[Any, ...]:
    return (
        name,
        line.get("regelverk", ""),
        line["fran"],
        line["tom"],
        line["dygn"],
        line["dygnsbelopp"] * KRONA,
        line["kronor"] * KRONA,
    )


def _mean(line: dict[str, Any]) -> tuple[Any, ...]:
    return (
        line["kommun"],
        line["antal"],
        line["dagar"],
        Fraction(line["medel"]),
        Fraction(line["dygn"]),
        line["triggered"],
        line["kronor"] * KRONA,
    )
