"""What a case is called on an invoice, where no patient may be recognised."""

from __future__ import annotations

import pandas as pd

from betalningsansvar.data.identity import identifies


def invoice_references(lines: pd.DataFrame, cases: pd.DataFrame) -> dict[int, str]:
    """What each charged case (row of the case frame) is called on its invoice.

    It is the arende_id, unless some charged case of the month has an arende_id that holds its patient_id or looks
    like a personal number; then all are numbered R0001 … by first charged day, and the underlag carries the map.
    `lines` are those of `reports.month.lines.charged_lines`.
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
