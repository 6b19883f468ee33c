"""What a kommun reads on the invoice: until when it can object, and a minus that is a minus."""

from datetime import date

import pytest

from betalningsansvar.data.settings.avsandare import Avsandare
from betalningsansvar.reports.month.invoice_parties import objection_text
from betalningsansvar.reports.words.numbers import decimal_text

SENDER = Avsandare(namn="Region Exempel", epost="ekonomi@region.example")
FROZEN = date(2019, 6, 12)


@pytest.mark.parametrize(
    ("last_day", "dated", "to_pay", "told"),
    [
        (FROZEN, date(2019, 6, 12), True, "Invändningar lämnas skriftligt senast 2019-06-12"),
        (FROZEN, date(2019, 6, 15), True, "Invändningar lämnas skriftligt före förfallodagen"),
        (FROZEN, date(2019, 6, 15), False, "Invändningar lämnas skriftligt snarast"),
        (None, date(2019, 6, 15), True, "Invändningar lämnas skriftligt före förfallodagen"),
    ],
)
def test_no_document_asks_for_an_objection_before_it_was_made(
    last_day: date | None, dated: date, to_pay: bool, told: str
) -> None:
    text = objection_text(SENDER, last_day, dated, to_pay=to_pay)
    assert told in text
    frozen = "Månadens uppgifter kunde kommunen invända mot senast 2019-06-12." in text
    assert frozen == (last_day is not None and last_day < dated)


def test_a_minus_in_running_text_is_one() -> None:
    assert decimal_text("-13.98") == "−13,98"
