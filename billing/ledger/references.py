"""A case reference goes into the ledger and onto invoices, so it must not be the patient's number."""

from __future__ import annotations

import re

import pandas as pd

from billing.ledger.errors import LedgerError

_NOT_A_DIGIT = re.compile(r"\D")
_SHORTEST = 10  # digits of a personnummer without century


def require_anonymous(cases: pd.DataFrame) -> None:
    """Raise LedgerError when an `arende_id` contains its row's personal number, naming file and row but no number."""
    for row, (arende_id, patient_id) in enumerate(zip(cases["arende_id"], cases["patient_id"], strict=True)):
        person = _NOT_A_DIGIT.sub("", patient_id)[-_SHORTEST:]
        if len(person) == _SHORTEST and person in _NOT_A_DIGIT.sub("", arende_id):
            at = cases.iloc[row]
            raise LedgerError(
                f"{at['fil']} row {at['rad']}: arende_id contains the patient's number, and it would stand in the "
                "ledger and on the invoice. Give the cases references of their own. Nothing was changed."
            )
