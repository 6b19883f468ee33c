"""The columns of the case table: one row per notice of utskrivningsklar.

This list is the only place that knows them. Readers, checks, the generator and the templates ask it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "time", "kommun", "region", "vardform", "yesno", "answer", "handelse", "version"]
"""What a column holds. `answer` is a ja/nej that may be left open, `version` the number or time of a row version."""

VARDFORMER = ("somatik", "psykiatri", "akut", "geriatrik")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `needed` columns must be in the file; `default` is what a blank yes/no means. A time that is
    `or_yes` may also be ja (at the time of the notice) or nej (blank)."""

    name: str
    kind: Kind
    needed: bool = False
    default: bool = False
    or_yes: bool = False


CASE_COLUMNS = (
    Column("arende_id", "text", needed=True),
    Column("vardtillfalle_id", "text"),
    Column("patient_id", "text", needed=True),
    Column("folkbokforingskommun", "kommun", needed=True),
    Column("placeringskommun", "kommun"),
    Column("vardform", "vardform", needed=True),
    Column("enhet", "text"),
    Column("inskriven", "time", needed=True),
    Column("inskrivningsmeddelande", "time"),
    Column("utskrivningsklar", "time", needed=True),
    Column("aterkallad", "time"),
    Column("sip_kravs", "yesno", default=False),
    Column("sip_kallelse", "time"),
    Column("oppenvard_hinder_fran", "time"),
    Column("oppenvard_hinder_till", "time"),
    Column("kallelse_mottagen", "time"),
    Column("vardplan_justerad", "time"),
    Column("kommun_medverkade", "yesno", default=True),
    Column("utskriven", "time"),
    Column("avslut", "text"),
    Column("makulerad", "time", or_yes=True),
    Column("behov_upptackt", "time"),
    Column("permission_fran", "time"),
    Column("permission_till", "time"),
    Column("region", "region"),
)

TIME_COLUMNS = tuple(c.name for c in CASE_COLUMNS if c.kind == "time")
