"""Bestridanden: registered, moved up the ladder, decided, and credited by the next issue."""

from __future__ import annotations

import pytest

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.dispute_reading import disputes, issued_amounts
from betalningsansvar.billing.ledger.disputes import dispute_report, share_permille
from betalningsansvar.billing.ledger.disputing import Objection, decide, register
from betalningsansvar.billing.ledger.errors import LedgerError
from betalningsansvar.billing.ledger.reading import invoices
from tests.ledger.stand import NOW, as_counter, issue_lines, line, lines, proof, standing

H1 = line("H-1")
OTHERS = (line("H-2", 3), line("K-1", 2, kommun="1384"), line("", 1, "1384", modell="genomsnitt"))
A = lines(H1, *OTHERS)


@pytest.fixture
def issued(ledger: Ledger) -> Ledger:
    issue_lines(ledger, A)
    return ledger


def test_a_granted_case_is_credited_with_the_kommuns_reason_and_not_charged_again(issued: Ledger) -> None:
    dispute = register(issued, Objection(1, "UNDERRATTELSE_SAKNAS", arende_id="H-1"), NOW)
    assert issue_lines(issued, A).run is None, "an open dispute changes nothing"
    decide(issued, dispute, NOW, step=2)
    decide(issued, dispute, NOW, decision="medges")
    assert issue_lines(issued, A).numbers == (3,)
    with issued.reading() as connection:
        (credit,) = invoices(connection, numbers=[3])
    assert [(row.arende_id, row.reason, row.amount_ore) for row in credit.lines] == [
        ("H-1", "UNDERRATTELSE_SAKNAS", -5 * 710_000)
    ]
    assert issue_lines(issued, A).run is None
    assert proof(issued).entries == 1 + 3 + 4 + 2


def test_a_granted_line_of_a_mean(issued: Ledger) -> None:
    dispute = register(issued, Objection(2, "FEL_DATUM", row=1), NOW)
    decide(issued, dispute, NOW, decision="medges")
    issue_lines(issued, A)
    assert standing(issued) == as_counter(A[A["arende_id"] != ""])
    assert issue_lines(issued, A).run is None


def test_a_rejected_dispute_changes_nothing(issued: Ledger) -> None:
    decide(issued, register(issued, Objection(1, "VARDNIVA", arende_id="H-2"), NOW), NOW, decision="avslas")
    assert issue_lines(issued, A).run is None


def test_a_part_is_not_granted_as_the_whole(issued: Ledger) -> None:
    dispute = register(issued, Objection(1, "FEL_DATUM", arende_id="H-1", amount_ore=710_000), NOW)
    with pytest.raises(LedgerError, match=r"7 100,00 kr och dess rader är nu 35 500,00 kr.*rattas"):
        decide(issued, dispute, NOW, decision="medges")
    assert issue_lines(issued, A).run is None
    decide(issued, dispute, NOW, decision="rattas")


def test_a_case_that_grew_since_it_was_disputed_is_not_granted_unseen(issued: Ledger) -> None:
    dispute = register(issued, Objection(1, "FEL_DATUM", arende_id="H-1"), NOW)
    issue_lines(issued, lines(line("H-1", 7), *OTHERS))
    with pytest.raises(LedgerError, match="är nu 49 700,00 kr"):
        decide(issued, dispute, NOW, decision="medges")


def test_a_case_is_disputed_with_its_lines_of_later_invoices(issued: Ledger) -> None:
    later = line("H-1", 2, fran="2018-11-20", tom="2018-11-21")
    issue_lines(issued, lines(H1, *OTHERS, later))
    decide(issued, register(issued, Objection(3, "OVRIGT", arende_id="H-1"), NOW), NOW, decision="medges")
    with issued.reading() as connection:
        assert disputes(connection)["amount_ore"].tolist() == [7 * 710_000]
    issue_lines(issued, lines(H1, *OTHERS, later))
    assert standing(issued) == as_counter(A[A["arende_id"] != "H-1"])


def test_corrected_data_carry_the_reason_of_the_dispute(issued: Ledger) -> None:
    decide(issued, register(issued, Objection(1, "FEL_DATUM", arende_id="H-1"), NOW), NOW, decision="rattas")
    assert issue_lines(issued, A).run is None
    found = issue_lines(issued, lines(line("H-1", 4), *OTHERS)).plan.correction
    assert found.credited["reason"].tolist() == ["FEL_DATUM"]
    assert len(found.new) == 1


def test_a_decision_taken_back_charges_again(issued: Ledger) -> None:
    dispute = register(issued, Objection(1, "OVRIGT", arende_id="H-1"), NOW)
    decide(issued, dispute, NOW, decision="medges")
    issue_lines(issued, A)
    decide(issued, dispute, NOW, decision="avslas")
    issue_lines(issued, A)
    assert standing(issued) == as_counter(A)


def test_the_report_has_what_was_invoiced_disputed_and_credited(issued: Ledger) -> None:
    decide(issued, register(issued, Objection(1, "FEL_KOMMUN", arende_id="H-1"), NOW), NOW, decision="medges")
    register(issued, Objection(2, "FEL_DATUM", arende_id="K-1", amount_ore=710_000), NOW)
    issue_lines(issued, A)
    with issued.reading() as connection:
        report = dispute_report(issued_amounts(connection), disputes(connection)).set_index("kommun")
    halmstad, kungsbacka = report.loc["1380"], report.loc["1384"]
    assert (halmstad["invoiced_ore"], halmstad["credited_ore"], halmstad["net_ore"]) == (
        5_680_000,
        3_550_000,
        2_130_000,
    )
    assert halmstad["credited_after_dispute_ore"] == 3_550_000
    assert (kungsbacka["disputed_ore"], kungsbacka["credited_ore"], kungsbacka["open"]) == (710_000, 0, 1)
    assert share_permille(3_550_000, 5_680_000) == 625
    assert share_permille(0, 0) == 0


@pytest.mark.parametrize(
    ("number", "what", "said"),
    [
        (9, {"arende_id": "H-1"}, "ingen faktura 9"),
        (1, {"arende_id": "K-1"}, "inget av ärende K-1"),
        (1, {"arende_id": "850101-9809"}, r"inget av ärende \(dold\) som"),
        (1, {"row": 7}, "raderna 1–2"),
        (1, {"arende_id": "H-1", "amount_ore": 99_999_999}, "högst"),
        (1, {"arende_id": "H-1", "amount_ore": 0}, "mer än 0"),
    ],
)
def test_what_cannot_be_disputed(issued: Ledger, number: int, what: dict[str, str | int], said: str) -> None:
    with pytest.raises(LedgerError, match=said):
        register(issued, Objection(number, "OVRIGT", **what), NOW)  # type: ignore[arg-type]


def test_a_case_is_disputed_once_at_a_time(issued: Ledger) -> None:
    register(issued, Objection(1, "OVRIGT", arende_id="H-1"), NOW)
    with pytest.raises(LedgerError, match="redan bestritt, som bestridande 1"):
        register(issued, Objection(1, "FEL_DATUM", arende_id="H-1"), NOW)


def test_unknown_words(issued: Ledger) -> None:
    dispute = register(issued, Objection(1, "OVRIGT", arende_id="H-1"), NOW)
    with pytest.raises(LedgerError, match="ingen orsak"):
        register(issued, Objection(1, "ARG", arende_id="H-2"), NOW)
    with pytest.raises(LedgerError, match="inget beslut"):
        decide(issued, dispute, NOW, decision="kanske")
    with pytest.raises(LedgerError, match="inget steg 9"):
        decide(issued, dispute, NOW, step=9)
    with pytest.raises(LedgerError, match="inget bestridande 7"):
        decide(issued, 7, NOW, step=2)
    with pytest.raises(LedgerError, match="står redan där"):
        decide(issued, dispute, NOW, step=1)
