"""The conditions for liability that concern messages: 5 kap. 3 § and 4 kap. 3 § lag (2017:612)."""

from __future__ import annotations

import numpy as np

from betalningsansvar.billing import reasons
from betalningsansvar.billing.days import ABSENT, CaseDays, Codes, Flags

SIP_DAYS = 3


class Blocked:
    """The failing condition per case that was put last: the one to be told goes last."""

    def __init__(self, size: int) -> None:
        self.codes: Codes = np.zeros(size, np.int8)

    def put(self, fails: Flags, reason: int) -> None:
        """Block the cases that fail, also those that an earlier condition blocked."""
        np.copyto(self.codes, np.int8(reason), where=fails)


def put_inskrivningsmeddelande(blocked: Blocked, cases: CaseDays) -> None:
    """Blocked without an inskrivningsmeddelande, or with one sent on a later date than the notice (5:3)."""
    blocked.put(cases.inskrivningsmeddelande > cases.notice, reasons.INSKRIVNINGSMEDDELANDE_SENT)
    blocked.put(cases.inskrivningsmeddelande == ABSENT, reasons.INSKRIVNINGSMEDDELANDE_SAKNAS)


def put_sip_kallelse(blocked: Blocked, cases: CaseDays) -> None:
    """Where SIP is to be made: blocked without a call, or with one later than three days after the notice."""
    if not cases.sip_kravs.any():
        return
    blocked.put(cases.sip_kravs & (cases.sip_kallelse > cases.notice + np.int32(SIP_DAYS)), reasons.SIP_KALLELSE_SEN)
    blocked.put(cases.sip_kravs & (cases.sip_kallelse == ABSENT), reasons.SIP_KALLELSE_SAKNAS)
