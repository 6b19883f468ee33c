"""Why an issued line is credited, or disputed: the codes, and what a kommun reads."""

from __future__ import annotations

CORRECTIONS = {
    "ANDRAD": "Ärendets dygn eller belopp har ändrats; en ny rad ersätter den krediterade.",
    "ANNAN_KOMMUN": "Ärendet debiteras i stället en annan kommun.",
    "BORTFALLEN": "Dygnen ska inte längre debiteras.",
}
"""Reasons that follow from corrected data."""

DISPUTES = {
    "UNDERRATTELSE_SAKNAS": "Underrättelse om utskrivningsklar saknas eller nådde inte kommunen.",
    "OPPENVARD_EJ_KLAR": "Regionens öppna vård var inte klar att ta emot patienten.",
    "FEL_KOMMUN": "Kommunen är inte rätt betalningsansvarig.",
    "FEL_DATUM": "Datum eller tidpunkt är fel.",
    "VARDNIVA": "Patientens vårdnivå: sluten vård behövdes fortfarande.",
    "PATIENT_AVBOJDE": "Patienten tackade nej till den hjälp som kommunen erbjöd.",
    "OVRIGT": "Annan orsak enligt kommunens bestridande.",
}
"""Reasons a kommun gives when it disputes, and that follow the credit when the region agrees."""

REASON_TEXTS = CORRECTIONS | DISPUTES
"""Every code that can stand as reason on a credit, with its sentence in Swedish."""
