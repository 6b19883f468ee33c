"""From rows to money: case tables, event logs and rows of versions in which one row is broken.

Every row of the files is accounted for, every charge has a payer, and the payer and amount of every case that the
change does not touch are as before.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

from betalningsansvar.billing.cases import check_cases
from betalningsansvar.billing.charged_lines import charged_lines
from betalningsansvar.billing.engine import bill
from betalningsansvar.billing.ledger.corrections import wanted_lines
from betalningsansvar.billing.period import Month
from betalningsansvar.data.files.inputs import InputFile
from betalningsansvar.data.intake import read_files
from betalningsansvar.data.profiles.profile import find_profile
from betalningsansvar.data.stop import StopError
from betalningsansvar.reports.files.manifest import ReadFile
from betalningsansvar.reports.month.checks import checks, ledger_checks, require_ties
from betalningsansvar.tariffs.agreements import find_agreement
from betalningsansvar.tariffs.belopp import load
from tests.fuzz.tables import COLUMNS, NASTY, sound_row

LOG = ("vardtillfalle_id", "patient_id", "folkbokforingskommun", "vardform", "tidpunkt", "handelse")
VERSIONS = (
    "MeddelandeId", "Version", "Status", "Statustid", "Pseudonym", "Hemkommun", "Vårdtyp", "Inlagd",
    "Inskrivningsmeddelande", "Hemskriven",
)  # fmt: skip
AGREEMENTS = ("nationell", "halland", "vastra-gotaland")
Amounts = dict[str, tuple[str, int]]
Form = Callable[[int], tuple[tuple[str, ...], list[list[str]], str, str | None]]
_SOUND = 100


@dataclass(frozen=True)
class Sound:
    """Rows without a fault, and what they cost."""

    header: tuple[str, ...]
    rows: list[list[str]]
    together: str
    agreement: str
    profile: str | None
    amounts: Amounts


def case_table(number: int) -> tuple[tuple[str, ...], list[list[str]], str, str | None]:
    """A case table: each row is a case."""
    rng = random.Random(number)
    rows = [[*sound_row(case, rng)] for case in range(1, rng.randint(3, 9))]
    for case, row in enumerate(rows):
        row[COLUMNS.index("patient_id")] = f"PAT-{case}"
    return COLUMNS, rows, "arende_id", None


def event_log(number: int) -> tuple[tuple[str, ...], list[list[str]], str, str | None]:
    """An event log: a broken message may park the cases of its own stay."""
    rng = random.Random(number)
    rows = []
    for stay in range(1, rng.randint(3, 6)):
        about = [f"V{stay}", f"PAT-{stay}", rng.choice(("1380", "1381", "1480", "")), "somatik"]
        day = rng.randint(1, 9)
        for later, handelse in ((0, "inskriven"), (0, "inskrivningsmeddelande"), (3, "utskrivningsklar")):
            rows.append([*about, f"2018-11-{day + later:02d} 0{len(handelse) % 9}:00", handelse])
        if rng.random() < 0.7:
            rows.append([*about, f"2018-11-{day + 12:02d} 09:00", rng.choice(("utskriven", "aterkallad"))])
    rng.shuffle(rows)
    return LOG, rows, "vardtillfalle_id", None


def version_rows(number: int) -> tuple[tuple[str, ...], list[list[str]], str, str | None]:
    """Rows of versions of messages."""
    rng = random.Random(number)
    rows = []
    for message in range(1, rng.randint(3, 6)):
        day = rng.randint(1, 9)
        about = [f"PAT-{message}", rng.choice(("1380", "1383")), "somatik", f"2018-11-{day:02d} 09:15"]
        sent = f"2018-11-{day:02d} 14:00"
        for version in range(1, rng.randint(2, 4)):
            status = "Utskrivningsklar" if version == 1 else rng.choice(("Utskrivningsklar", "Återtagen"))
            rows.append([f"M{message}", str(version), status, f"2018-11-{day + version:02d} 10:30", *about, sent, ""])
    rng.shuffle(rows)
    return VERSIONS, rows, "MeddelandeId", "exempel-statusrader"


@cache
def _sound(form: Form, number: int) -> Sound:
    """The sound rows of this number; many changes are tried on each, for they cost as much to compute as a change."""
    header, rows, together, profile = form(number)
    agreement = AGREEMENTS[number % len(AGREEMENTS)]
    amounts = _amounts(header, rows, agreement, profile)
    assert amounts is not None
    return Sound(header, rows, together, agreement, profile, amounts)


def one_broken_row(form: Form, rng: random.Random) -> None:
    """Break one row of sound rows: cut it, put a field too much in it, or a nasty value in one of its fields."""
    sound = _sound(form, rng.randrange(_SOUND))
    place = sound.header.index(sound.together)
    broken = rng.randrange(len(sound.rows))
    own = sound.rows[broken][place]
    changed = [list(row) for row in sound.rows]
    match rng.randrange(3):
        case 0:
            del changed[broken][rng.randrange(1, len(sound.header)) :]
        case 1:
            changed[broken].insert(rng.randrange(1, len(sound.header)), rng.choice(NASTY))
        case _:
            changed[broken][rng.randrange(len(sound.header))] = rng.choice(NASTY)
    after = _amounts(sound.header, changed, sound.agreement, sound.profile)
    if after is None:
        return
    mine = {changed[broken][place] if place < len(changed[broken]) else own, own}
    for case, amount in sound.amounts.items():
        if case.split("/")[0] not in mine:
            assert after.get(case) == amount, f"{case}: {amount} became {after.get(case)}"


def _amounts(header: tuple[str, ...], rows: list[list[str]], agreement: str, profile: str | None) -> Amounts | None:
    """Payer and öre of every case, after every tie was held; None where the run stops."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\n").writerows([header, *rows])
    content = out.getvalue().encode("utf-8", "replace")
    law = find_agreement(agreement)
    try:
        intake = read_files(
            [InputFile.from_bytes("a.csv", content)], profile=find_profile(profile) if profile else None
        )
        cases, issues = check_cases(intake.cases, intake.issues)
        result = bill(cases, issues, law, load(None), Month(2018, 11), Month(2018, 11).last_day, allow_inferred=True)
    except StopError:
        return None
    files = [ReadFile.of_source(source) for source in intake.sources]
    require_ties((*checks(result, files), *ledger_checks(result, wanted_lines(charged_lines(result)))))
    known = result.cases[result.cases["arende_id"] != ""]
    payers = known["kommun"].astype("object").fillna("")
    return dict(zip(known["arende_id"], zip(payers, known["amount_ore"].tolist(), strict=True), strict=True))


CLASSES = {
    "rows-table": partial(one_broken_row, case_table),
    "rows-log": partial(one_broken_row, event_log),
    "rows-versions": partial(one_broken_row, version_rows),
}
