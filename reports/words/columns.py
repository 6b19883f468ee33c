"""What the columns of the case table, the event log and the rows of versions are called where a person reads them."""

from __future__ import annotations

COLUMN_WORDS = {
    "arende_id": "Ärende",
    "vardtillfalle_id": "Vårdtillfälle",
    "patient_id": "Patient",
    "folkbokforingskommun": "Folkbokföringskommun",
    "placeringskommun": "Placeringskommun",
    "vardform": "Vårdform",
    "enhet": "Enhet",
    "inskriven": "Inskriven",
    "inskrivningsmeddelande": "Inskrivningsmeddelande",
    "behov_upptackt": "Behovet upptäckt",
    "utskrivningsklar": "Utskrivningsklar",
    "aterkallad": "Återkallad",
    "makulerad": "Makulerad",
    "sip_kravs": "SIP krävs",
    "sip_kallelse": "Kallelse till SIP",
    "oppenvard_hinder_fran": "Hinder i öppenvård från",
    "oppenvard_hinder_till": "Hinder i öppenvård till",
    "kallelse_mottagen": "Kallelse mottagen",
    "vardplan_justerad": "Vårdplan justerad",
    "kommun_medverkade": "Kommunen medverkade",
    "permission_fran": "Permission från",
    "permission_till": "Permission till",
    "region": "Region",
    "utskriven": "Utskriven",
    "avslut": "Avslut",
    "tidpunkt": "Tidpunkt",
    "handelse": "Händelse",
    "version": "Version",
}

CONDITION_WORDS = {
    "inskrivningsmeddelande": "inskrivningsmeddelande",
    "sip_kallelse": "kallelse till SIP",
    "oppenvard": "regionens öppna vård",
    "vardplan": "justerad vårdplan",
}
