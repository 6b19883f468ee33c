"""A case reference goes into the ledger and onto invoices, so it must not be the patient's number."""

from __future__ import annotations

import pandas as pd

from betalningsansvar.billing.ledger.errors import UNCHANGED, LedgerError
from betalningsansvar.data.identity import telling_row


def require_anonymous(cases: pd.DataFrame) -> None:
    """Raise LedgerError when an `arende_id` tells who its patient is, naming file and row but no number."""
    row = telling_row(cases, "arende_id")
    if row is not None:
        at = cases.iloc[row]
        raise LedgerError(
            f"{at['fil']} rad {at['rad']}: arende_id innehåller patientens nummer eller ser ut som ett personnummer, "
            f"och det skulle stå i liggaren och på fakturan. Ge ärendena egna beteckningar i källsystemet. {UNCHANGED}"
        )
