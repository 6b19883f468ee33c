"""One month from files to a Bill, as the commands make it."""

from datetime import date
from pathlib import Path

from betalningsansvar.billing.cases import check_cases
from betalningsansvar.billing.engine import Bill, bill
from betalningsansvar.billing.period import Month
from betalningsansvar.data.intake import read_cases
from betalningsansvar.data.profiles.profile import find_profile
from betalningsansvar.tariffs.agreements import find_agreement
from betalningsansvar.tariffs.belopp import load

FAULTS = Path(__file__).parent / "faults"


def month_of(
    *paths: Path,
    month: str = "2018-11",
    agreement: str = "nationell",
    as_of: date | None = None,
    profile: str | None = None,
    today: date | None = None,
) -> Bill:
    intake = read_cases(paths, profile=find_profile(profile) if profile else None)
    cases, issues = check_cases(intake.cases, intake.issues, today)
    return bill(cases, issues, find_agreement(agreement), load(None), Month.parse(month), as_of, allow_inferred=True)


def fault(name: str, **how: object) -> Bill:
    """The month of one of the files in `tests/faults`."""
    return month_of(FAULTS / name, **how)  # type: ignore[arg-type]


def amounts(result: Bill) -> dict[str, int]:
    """What each kommun pays, in whole kronor."""
    rows = result.kommuner[result.kommuner["amount_ore"] != 0]
    return {str(k): int(ore) // 100 for k, ore in zip(rows["kommun"], rows["amount_ore"], strict=True)}


def told(result: Bill, kod: str) -> list[tuple[str, int, str]]:
    """Where a code is told: (file, row, column)."""
    rows = result.issues[result.issues["kod"] == kod]
    return [(str(f), int(r), str(k)) for f, r, k in rows[["fil", "rad", "kolumn"]].itertuples(index=False)]
