"""A case reference goes into the ledger and onto invoices, so it must not be the patient's number."""

from __future__ import annotations

import pandas as pd

from billing.ledger.errors import LedgerError

_DIGITS = 10  # of a personnummer without century


def require_anonymous(cases: pd.DataFrame) -> None:
    """Raise LedgerError when an `arende_id` contains its row's personal number, naming file and row but no number."""
    person = _digits(cases["patient_id"]).str[-_DIGITS:].tolist()
    reference = _digits(cases["arende_id"]).tolist()
    for row, (number, text) in enumerate(zip(person, reference, strict=True)):
        if len(number) == _DIGITS and number in text:
            at = cases.iloc[row]
            raise LedgerError(
                f"{at['fil']} row {at['rad']}: arende_id contains the patient's number, and it would stand in the "
                "ledger and on the invoice. Give the cases references of their own. Nothing was changed."
            )


def _digits(texts: pd.Series) -> pd.Series:
    return texts.str.replace(r"\D", "", regex=True)
