"""The conditions for liability that concern messages: 5 kap. 3 § and 4 kap. 3 § lag (2017:612)."""

from __future__ import annotations

import numpy as np

from billing import reasons
from billing.days import ABSENT, CaseDays, Codes

SIP_DAYS = 3


class Blocked:
    """The first failing condition per case, in the order the conditions are put."""

    def __init__(self, size: int) -> None:
        self.codes: Codes = np.zeros(size, np.int8)

    def put(self, fails: np.ndarray, reason: int) -> None:
        """Block the cases that fail, unless an earlier condition already did."""
        self.codes[fails & (self.codes == reasons.NONE)] = reason


def put_inskrivningsmeddelande(blocked: Blocked, cases: CaseDays) -> None:
    """Blocked without an inskrivningsmeddelande, or with one sent on a later date than the notice (5:3)."""
    blocked.put(cases.inskrivningsmeddelande == ABSENT, reasons.INSKRIVNINGSMEDDELANDE_SAKNAS)
    blocked.put(cases.inskrivningsmeddelande > cases.notice, reasons.INSKRIVNINGSMEDDELANDE_SENT)


def put_sip_kallelse(blocked: Blocked, cases: CaseDays) -> None:
    """Where SIP is to be made: blocked without a call, or with one later than three days after the notice."""
    if not cases.sip_kravs.any():
        return
    blocked.put(cases.sip_kravs & (cases.sip_kallelse == ABSENT), reasons.SIP_KALLELSE_SAKNAS)
    blocked.put(cases.sip_kravs & (cases.sip_kallelse > cases.notice + SIP_DAYS), reasons.SIP_KALLELSE_SEN)
