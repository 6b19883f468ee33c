"""The event log, one row per message: its kinds of event and its columns."""

from __future__ import annotations

from betalningsansvar.data.columns import Column

HANDELSER = (
    "inskriven",
    "inskrivningsmeddelande",
    "kallelse_mottagen",
    "aterkallad",
    "utskrivningsklar",
    "sip_kallelse",
    "oppenvard_klar",
    "oppenvard_hinder",
    "vardplan_justerad",
    "hemgangsklar",
    "avliden",
    "avbruten",
    "utskriven",
)
"""Every kind of event, in the order in which those of one moment are taken: what ends goes before what begins anew.

`hemgangsklar` (Halland) is a later state than utskrivningsklar and does not move the clock: it is told as without
effect."""

EVENT_COLUMNS = (
    Column("vardtillfalle_id", "text", needed=True),
    Column("patient_id", "text", needed=True),
    Column("folkbokforingskommun", "kommun", needed=True),
    Column("placeringskommun", "kommun"),
    Column("vardform", "vardform", needed=True),
    Column("enhet", "text"),
    Column("tidpunkt", "time", needed=True),
    Column("handelse", "handelse", needed=True),
    Column("sip_kravs", "answer"),
    Column("kommun_medverkade", "yesno", default=True),
    Column("region", "region"),
)
