"""From rows to money: case tables, event logs and rows of versions in which one row is broken.

Every row of the files is accounted for, every charge has a payer, and the payer and amount of every case that the
change does not touch are as before.
"""

from __future__ import annotations

import csv
import io
import random

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


def case_table(rng: random.Random) -> None:
    """One row of a case table."""
    rows = [[*sound_row(number, rng)] for number in range(1, rng.randint(3, 9))]
    for number, row in enumerate(rows):
        row[COLUMNS.index("patient_id")] = f"PAT-{number}"
    _one_broken_row(rng, COLUMNS, rows, "arende_id", None)


def event_log(rng: random.Random) -> None:
    """One message of an event log: it may park the cases of its own stay."""
    rows = []
    for number in range(1, rng.randint(3, 6)):
        about = [f"V{number}", f"PAT-{number}", rng.choice(("1380", "1381", "1480", "")), "somatik"]
        day = rng.randint(1, 9)
        for later, handelse in ((0, "inskriven"), (0, "inskrivningsmeddelande"), (3, "utskrivningsklar")):
            rows.append([*about, f"2018-11-{day + later:02d} 0{len(handelse) % 9}:00", handelse])
        if rng.random() < 0.7:
            rows.append([*about, f"2018-11-{day + 12:02d} 09:00", rng.choice(("utskriven", "aterkallad"))])
    rng.shuffle(rows)
    _one_broken_row(rng, LOG, rows, "vardtillfalle_id", None)


def version_rows(rng: random.Random) -> None:
    """One version of a message."""
    rows = []
    for number in range(1, rng.randint(3, 6)):
        day = rng.randint(1, 9)
        about = [f"PAT-{number}", rng.choice(("1380", "1383")), "somatik", f"2018-11-{day:02d} 09:15"]
        sent = f"2018-11-{day:02d} 14:00"
        for version in range(1, rng.randint(2, 4)):
            status = "Utskrivningsklar" if version == 1 else rng.choice(("Utskrivningsklar", "Återtagen"))
            rows.append([f"M{number}", str(version), status, f"2018-11-{day + version:02d} 10:30", *about, sent, ""])
    rng.shuffle(rows)
    _one_broken_row(rng, VERSIONS, rows, "MeddelandeId", "exempel-statusrader")


def _one_broken_row(
    rng: random.Random, header: tuple[str, ...], rows: list[list[str]], together: str, profile: str | None
) -> None:
    agreement = rng.choice(AGREEMENTS)
    before = _amounts(header, rows, agreement, profile)
    assert before is not None
    place = header.index(together)
    broken = rng.randrange(len(rows))
    own = rows[broken][place]
    changed = [list(row) for row in rows]
    match rng.randrange(3):
        case 0:
            del changed[broken][rng.randrange(1, len(header)) :]
        case 1:
            changed[broken].insert(rng.randrange(1, len(header)), rng.choice(NASTY))
        case _:
            changed[broken][rng.randrange(len(header))] = rng.choice(NASTY)
    after = _amounts(header, changed, agreement, profile)
    if after is None:
        return
    mine = {changed[broken][place] if place < len(changed[broken]) else own, own}
    for case, amount in before.items():
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


CLASSES = {"rows-table": case_table, "rows-log": event_log, "rows-versions": version_rows}
