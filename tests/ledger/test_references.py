"""No reference that tells who a patient is comes into the ledger."""

from __future__ import annotations

import pandas as pd
import pytest

from betalningsansvar.billing.ledger.anonymous import require_anonymous
from betalningsansvar.billing.ledger.errors import LedgerError


def cases(arende_id: str, patient_id: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "arende_id": ["H-0", arende_id],
            "patient_id": ["P-0", patient_id],
            "fil": ["export.csv"] * 2,
            "rad": [2, 3],
        }
    )


@pytest.mark.parametrize(
    ("arende_id", "patient_id"),
    [
        ("H-19850101-9809", "198501019809"),
        ("850101+9809/1", "198501019809"),
        ("198501019809", "p-boy37jw53be6dg5f"),  # the patient behind a code, the number in the reference
        ("R99-123-456X/2", "R99123456X"),
        ("H-RES12345", "RES-12345"),
    ],
)
def test_a_telling_reference_is_refused_without_being_shown(arende_id: str, patient_id: str) -> None:
    with pytest.raises(LedgerError, match=r"export\.csv rad 3: arende_id") as stopped:
        require_anonymous(cases(arende_id, patient_id))
    assert arende_id not in str(stopped.value) and patient_id not in str(stopped.value)


@pytest.mark.parametrize(
    ("arende_id", "patient_id"), [("H-2018-0017", "198501019809"), ("H-123456-1", "1234"), ("A-1", "")]
)
def test_a_reference_of_its_own_is_let_in(arende_id: str, patient_id: str) -> None:
    require_anonymous(cases(arende_id, patient_id))
