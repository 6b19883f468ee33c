"""The manifest.json of a month."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from betalningsansvar.billing.charged_lines import charged_lines
from betalningsansvar.billing.summary import COUNTED
from betalningsansvar.data.codes import CODES
from betalningsansvar.reports.files.manifest import LIBRARIES, PROGRAM, Fingerprint, by_name, installed_version, written
from betalningsansvar.reports.month.checks import Check

if TYPE_CHECKING:
    from betalningsansvar.billing.engine import Bill


def manifest(
    bill: Bill,
    *,
    inputs: Sequence[Fingerprint],
    tariffs: Sequence[Fingerprint],
    options: Mapping[str, str],
    checks: Sequence[Check],
    folder: Path,
) -> bytes:
    """The manifest of a run whose other files stand finished in `folder`. The same run gives the same bytes."""
    content = {
        "program": {"name": PROGRAM, "version": installed_version(PROGRAM), "python": platform.python_version()},
        "libraries": {name: installed_version(name) for name in LIBRARIES},
        "month": str(bill.period),
        "as_of": bill.as_of.isoformat(),
        "agreement": {
            "id": bill.agreement.id,
            "namn": bill.agreement.namn,
            "origin": Path(bill.agreement.origin).name,
            "sha256": bill.agreement.sha256,
        },
        "options": dict(options),
        "inputs": by_name(inputs),
        "tariffs": by_name(tariffs),
        "rates": [
            {
                "serie": rate.serie,
                "fran": rate.fran.isoformat(),
                "tom": rate.tom.isoformat(),
                "dygnsbelopp_ore": rate.rate_ore,
                "kalla": rate.kalla,
                "status": rate.status,
            }
            for rate in bill.rates
        ],
        "counts": {
            "cases": len(bill.cases),
            "status": {name: int((bill.cases["status"] == name).sum()) for name in COUNTED},
            "issues": bill.issues["kod"].map(lambda kod: CODES[kod].severity).value_counts().to_dict(),
            "lines": len(charged_lines(bill)),
            "kommuner": int((bill.kommuner["kommun"] != "").sum()),
            "nollfakturor": int(bill.kommuner["nollfaktura"].sum()),
        },
        "told_of_files": bill.issues.loc[bill.issues["rad"] == 0, ["fil", "kod", "varde"]].to_dict("records"),
        "totals_ore": {
            "amount": int(bill.kommuner["amount_ore"].sum()),
            "individuell": int(bill.lines["amount_ore"].sum()),
            "genomsnitt_schablon": int(bill.kommun_lines["amount_ore"].sum()),
        },
        "checks": [asdict(check) | {"holds": check.holds} for check in checks],
        "files": by_name(written(folder)),
    }
    return (json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
