"""The letter that answers an objection: what was objected, what was decided, what follows; and no more than that."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from betalningsansvar import cli
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.disputing import Objection, decide, register
from betalningsansvar.billing.ledger.errors import LedgerError
from betalningsansvar.billing.ledger.plan import plan_issue
from betalningsansvar.data.files.named import as_named
from betalningsansvar.operations.dispute_letter import LetterRequest, LetterSenderError, write_dispute_letter
from betalningsansvar.operations.parties import Parties, read_parties
from betalningsansvar.reports.files.destination import Destination, OutputError
from tests.ledger.stand import NOW, issue_lines, line, lines
from tests.ledger.tampered import fill

EXAMPLES = Path(__file__).parents[2] / "data" / "exempel"
PARTIES = read_parties(as_named(EXAMPLES / "avsandare.toml"), as_named(EXAMPLES / "kunder.toml"))
TODAY = date(2019, 1, 2)


def ask(ledger: Ledger, path: Path, dispute: int = 1, parties: Parties = PARTIES) -> LetterRequest:
    return LetterRequest(ledger.address, dispute, Destination.of(path), parties, TODAY)


def told(ledger: Ledger, path: Path, dispute: int = 1) -> str:
    write_dispute_letter(ask(ledger, path, dispute))
    return " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    return tmp_path / "brev.pdf"


def test_an_open_objection_is_told_with_its_step(sqlite_ledger: Ledger, letter: Path) -> None:
    fill(sqlite_ledger)
    text = told(sqlite_ledger, letter)
    for said in (
        "Besked om invändning 1",
        "2019-01-02",
        "EXEMPEL Region Halland",
        "Kungsbacka kommun",
        "BA-102",
        "K-1",
        "november 2018",
        "Datum eller tidpunkt är fel.",
        "14 200,00 kr",
        "steg 2 av 4: enhetschef",
        "Beloppet kvarstår tills beslut är fattat.",
        "går frågan till nästa steg i trappan: chef med MAS/MLA.",
        "Frågor besvaras av Eva Exempel",
    ):
        assert said in text, (said, text)
    assert "förfallodag" not in text, "the invoice states none"
    raw = letter.read_bytes()
    assert b"pdfuaid:part" in raw and PdfReader(letter).trailer["/Root"]["/Lang"] == "sv"
    assert told(sqlite_ledger, letter) == text and letter.read_bytes() == raw


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        ("medges", ("Regionen medger invändningen.", "Raden krediteras när november 2018 utfärdas nästa gång")),
        ("rattas", ("Regionen rättar uppgifterna", "det som är rätt faktureras på nytt.")),
        ("avslas", ("Regionen avslår invändningen.", "Beloppet kvarstår.", "trappan: chef med MAS/MLA.")),
    ],
)
def test_a_decision_with_its_day_and_what_follows(
    sqlite_ledger: Ledger, letter: Path, decision: str, said: tuple[str, ...]
) -> None:
    fill(sqlite_ledger)
    decide(sqlite_ledger, 1, NOW, decision=decision, decided_on=date(2018, 12, 28))
    text = told(sqlite_ledger, letter)
    assert "Beslut om invändning 1" in text and "Beslutet fattades 2018-12-28." in text
    assert all(part in text for part in said), text
    assert ("nästa steg" in text) == (decision == "avslas")


def test_the_due_date_stands_as_on_the_invoice(sqlite_ledger: Ledger, letter: Path) -> None:
    fill(sqlite_ledger)
    register(sqlite_ledger, Objection(104, "FEL_DATUM", row=1), NOW)
    text = told(sqlite_ledger, letter, 2)
    assert "Halmstads kommun" in text and "Fakturans förfallodag är 2019-01-12." in text


def test_to_court_with_the_day_the_claim_lapses(sqlite_ledger: Ledger, letter: Path) -> None:
    fill(sqlite_ledger)
    decide(sqlite_ledger, 1, NOW, step=3)
    assert "nästa steg i trappan: domstol." in told(sqlite_ledger, letter)
    decide(sqlite_ledger, 1, NOW, step=4, limitation_date=date(2021, 11, 30))
    text = told(sqlite_ledger, letter)
    assert "frågan går till domstol" in text and "Kravet preskriberas 2021-11-30" in text


def test_what_is_credited_by_now_is_not_promised(sqlite_ledger: Ledger, letter: Path) -> None:
    wanted = lines(line("H-1"), line("H-1", fran="2018-11-20", tom="2018-11-24"), line("H-2"))
    issue_lines(sqlite_ledger, wanted)
    register(sqlite_ledger, Objection(1, "FEL_DATUM", arende_id="H-1"), NOW)
    decide(sqlite_ledger, 1, NOW, decision="medges")
    assert "Raderna krediteras när" in told(sqlite_ledger, letter)
    assert not plan_issue(sqlite_ledger, wanted, "2018-11", None).nothing_to_do
    issue_lines(sqlite_ledger, wanted)
    assert "Raderna är krediterade med kreditfaktura 2." in told(sqlite_ledger, letter)


def test_a_row_of_the_kommun_as_a_whole(sqlite_ledger: Ledger, letter: Path) -> None:
    issue_lines(sqlite_ledger, lines(line("", modell="genomsnitt")))
    register(sqlite_ledger, Objection(1, "OVRIGT", row=1), NOW)
    assert "Ärende Genomsnitt" in told(sqlite_ledger, letter)


def test_what_is_refused_leaves_no_file(sqlite_ledger: Ledger, letter: Path) -> None:
    fill(sqlite_ledger)
    with pytest.raises(LedgerError, match="inget bestridande 9"):
        write_dispute_letter(ask(sqlite_ledger, letter, 9))
    with pytest.raises(LetterSenderError, match="avsändare"):
        write_dispute_letter(ask(sqlite_ledger, letter, parties=Parties()))
    assert not letter.exists()
    letter.write_text("mitt eget\n")
    with pytest.raises(OutputError, match="annan sorts fil"):
        write_dispute_letter(ask(sqlite_ledger, letter))
    assert letter.read_text() == "mitt eget\n"


def test_the_command(sqlite_ledger: Ledger, letter: Path) -> None:
    fill(sqlite_ledger)
    words = ["ledger", "letter", "1", "--ledger", sqlite_ledger.address, "--out", str(letter)]
    assert "--avsandare" in CliRunner().invoke(cli.main, words).output and not letter.exists()
    sender = EXAMPLES / "avsandare.toml"
    done = CliRunner().invoke(cli.main, [*words, "--avsandare", str(sender)])
    assert done.exit_code == 0 and done.output == f"Brevet är skrivet: {letter}\n"
    into = ["--out", str(Path(sqlite_ledger.address.removeprefix("sqlite:///")))]
    assert CliRunner().invoke(cli.main, [*words, *into, "--avsandare", str(sender)]).exit_code != 0
