"""What must hold before anything is published or issued."""

from dataclasses import replace

import pytest

from betalningsansvar.billing.charged_lines import charged_lines
from betalningsansvar.billing.ledger.corrections import wanted_lines
from betalningsansvar.data.intake import read_cases
from betalningsansvar.reports.files.manifest import ReadFile
from betalningsansvar.reports.files.readback import ReadBackError
from betalningsansvar.reports.month.checks import checks, ledger_checks, require_ties
from tests.month_of import FAULTS, month_of


@pytest.mark.parametrize(
    ("name", "profile"),
    [
        *(("handelser-en-trasig-rad.csv", None), ("handelser-utan-kommun-sist.csv", None)),
        *(("handelser-inga-fall-en-trasig-rad.csv", None), ("handelser-fel-datumformat-2.csv", None)),
        *(("overlappande-manader", None), ("rorig-export-ansi.csv", None)),
        ("statusrader-trasig-rad.csv", "exempel-statusrader"),
    ],
)
def test_every_row_is_accounted_for(name: str, profile: str | None) -> None:
    from betalningsansvar.data.profiles.profile import find_profile

    result = month_of(FAULTS / name, profile=profile)
    sources = read_cases([FAULTS / name], profile=find_profile(profile) if profile else None).sources
    files = [ReadFile.of_source(source) for source in sources]
    ties = (*checks(result, files), *ledger_checks(result, wanted_lines(charged_lines(result))))
    assert ties[0].name == "Filernas rader är redovisade"
    require_ties(ties)


def test_a_row_too_few_a_charge_without_payer_and_a_line_too_many_are_found() -> None:
    result = month_of(FAULTS / "handelser-hel.csv")
    files = [ReadFile.of_source(source) for source in read_cases([FAULTS / "handelser-hel.csv"]).sources]
    with pytest.raises(ReadBackError, match="redovisade"):
        require_ties(checks(result, [replace(files[0], rows=files[0].rows + 1)]))
    to_nobody = replace(result, lines=result.lines.assign(kommun=-1))
    with pytest.raises(ReadBackError, match="utan betalare"):
        require_ties(checks(to_nobody, files))
    wanted = wanted_lines(charged_lines(result))
    with pytest.raises(ReadBackError, match="liggaren"):
        require_ties(ledger_checks(result, wanted.iloc[1:]))
