"""Whether a reference tells who the patient is: it must not stand on an invoice, in the ledger or beside a code."""

from __future__ import annotations

import re

import pandas as pd

# A personal or coordination number: century or not, year, month, day (or day + 60), four more. The control digit is
# not asked for: a mistyped number identifies too. Reserve numbers are found by the case's own patient_id.
_PERSONAL_NUMBER = re.compile(
    r"(?<!\d)(?:19|20|21)?\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]|[678]\d|9[01])[-+ ]?[0-9A-Za-z]\d{3}(?!\d)"
)
_SEPARATORS = str.maketrans("", "", " -+/_.")
_TELLING_LENGTH = 6


def identifies(reference: str, patient_id: str) -> bool:
    """Whether the reference holds the patient_id, with or without separators, or looks like a personal number."""
    name, patient = (text.translate(_SEPARATORS).casefold() for text in (reference, patient_id))
    return bool((patient and patient in name) or _PERSONAL_NUMBER.search(reference))


def telling_row(cases: pd.DataFrame, column: str) -> int | None:
    """The first row of the case frame whose reference in `column` tells who its patient is; None when none does.

    A patient known by a running number of a few digits is found in many references by chance, and is not looked for.
    """
    for row, (reference, patient) in enumerate(zip(cases[column], cases["patient_id"], strict=True)):
        if identifies(reference, patient if len(patient) >= _TELLING_LENGTH else ""):
            return row
    return None
