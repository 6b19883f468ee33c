"""What a case is called on an invoice, where no patient may be recognised."""

from __future__ import annotations

import re

import pandas as pd

# A personal or coordination number: century or not, year, month, day (or day + 60), four more. The control digit is
# not asked for: a mistyped number identifies too. Reserve numbers are found by the case's own patient_id.
_PERSONAL_NUMBER = re.compile(
    r"(?<!\d)(?:19|20|21)?\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]|[678]\d|9[01])[-+ ]?[0-9A-Za-z]\d{3}(?!\d)"
)
_SEPARATORS = str.maketrans("", "", " -+/_.")


def invoice_references(lines: pd.DataFrame, cases: pd.DataFrame) -> dict[int, str]:
    """What each charged case (row of the case frame) is called on its invoice.

    It is the arende_id, unless some charged case of the month has an arende_id that holds its patient_id or looks
    like a personal number; then all are numbered R0001 … by first charged day, and the underlag carries the map.
    `lines` are those of `reports.lines.charged_lines`.
    """
    own = lines[lines["case"] >= 0]
    charged = own["case"].drop_duplicates().to_numpy()
    arende_id = dict(zip(charged.tolist(), cases["arende_id"].iloc[charged].tolist(), strict=True))
    patient_id = cases["patient_id"].iloc[charged].tolist()
    if not any(identifies(name, patient) for name, patient in zip(arende_id.values(), patient_id, strict=True)):
        return arende_id
    first_day = own.groupby("case")["fran"].min().to_dict()
    in_order = sorted(arende_id, key=lambda case: (first_day[case], arende_id[case]))
    return {case: f"R{number:04d}" for number, case in enumerate(in_order, start=1)}


def identifies(arende_id: str, patient_id: str) -> bool:
    """Whether the arende_id holds the patient_id, with or without separators, or looks like a personal number."""
    name, patient = (text.translate(_SEPARATORS).casefold() for text in (arende_id, patient_id))
    return bool((patient and patient in name) or _PERSONAL_NUMBER.search(arende_id))
