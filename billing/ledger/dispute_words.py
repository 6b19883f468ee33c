"""How far a dispute can go and what it can end in, in words."""

from __future__ import annotations

COURT = 4
STEPS = {1: "handläggare", 2: "enhetschef", 3: "chef med MAS/MLA", COURT: "till domstol"}
"""The ladder: who on both sides tries to agree, and at last the court, with the day on which the claim lapses."""

DECISIONS = {
    "medges": "Regionen håller med: raderna krediteras vid nästa utfärdande och debiteras inte igen.",
    "rattas": "Uppgifterna rättas i källsystemet; krediten som följer bär kommunens orsak.",
    "avslas": "Raderna står kvar.",
}
"""What a dispute can end in; until then it is open (`""`)."""
