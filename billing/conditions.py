"""The conditions for liability: 5 kap. 3 and 5 §§, 4 kap. 3 § and 2 kap. 3 § lag (2017:612)."""

from __future__ import annotations

import numpy as np

from betalningsansvar.billing import reasons
from betalningsansvar.billing.days import ABSENT, FAR, CaseDays, Codes, Days, Flags, chosen
from betalningsansvar.tariffs.records import CaseTerms

SIP_DAYS = 3


class Blocked:
    """The failing condition per case that was put last: the one to be told goes last."""

    def __init__(self, size: int) -> None:
        self.codes: Codes = np.zeros(size, np.int8)

    def put(self, fails: Flags, reason: int) -> None:
        """Block the cases that fail, also those that an earlier condition blocked."""
        self.codes = chosen(fails, np.int8(reason), self.codes)


def put_inskrivningsmeddelande(blocked: Blocked, cases: CaseDays, terms: CaseTerms) -> None:
    """Blocked without an inskrivningsmeddelande, or with one sent on a later date than the notice (5 kap. 3 §); where
    the parties read it so, also with one sent more than 24 hours late."""
    if terms.inskrivningsmeddelande_sent == "blockerar":
        blocked.put(cases.message_late, reasons.INSKRIVNINGSMEDDELANDE_SENT)
    blocked.put(cases.inskrivningsmeddelande > cases.notice, reasons.INSKRIVNINGSMEDDELANDE_SENT)
    blocked.put(cases.inskrivningsmeddelande == ABSENT, reasons.INSKRIVNINGSMEDDELANDE_SAKNAS)


def put_sip_kallelse(blocked: Blocked, cases: CaseDays) -> None:
    """Where SIP is to be made: blocked without a call, or with one later than three days after the notice."""
    if not cases.sip_kravs.any():
        return
    blocked.put(cases.sip_kravs & (cases.sip_kallelse > cases.notice + np.int32(SIP_DAYS)), reasons.SIP_KALLELSE_SEN)
    blocked.put(cases.sip_kravs & (cases.sip_kallelse == ABSENT), reasons.SIP_KALLELSE_SAKNAS)


def put_obstacle(blocked: Blocked, cases: CaseDays, first_day: Days) -> Days:
    """An obstacle in regional open care that covers the first day postpones it to the day it ends; one that has not
    ended blocks. One that is over by then, or begins later, changes nothing (5 kap. 5 §). Returns the day of entry."""
    hindered = (cases.hinder_fran != ABSENT) & (cases.hinder_fran <= first_day) & (first_day <= cases.hinder_till)
    if not hindered.any():
        return first_day
    open_ended = cases.hinder_till == FAR
    blocked.put(hindered & open_ended, reasons.OPPENVARD_HINDER)
    return chosen(hindered & ~open_ended, cases.hinder_till, first_day)
