"""The tables of a bokslut's accrual: what was earned but not invoiced at the year's end, and its voucher."""

from __future__ import annotations

import numpy as np
import pandas as pd

from betalningsansvar.billing.year.bokslut import Bokslut
from betalningsansvar.reports.bokslut import words
from betalningsansvar.reports.bokslut.columns import KOMMUN, Column, Table, if_known, kommun_of, ore, text


def accrual_table(bokslut: Bokslut) -> Table:
    """What was earned but not invoiced at the year's end: the estimate, and the actual where it is known."""
    rows = bokslut.accrual.rows
    later = np.full(len(rows), bokslut.accrual.actual_known)
    frame = pd.DataFrame(
        {
            **kommun_of(rows),
            "slag": rows["slag"],
            "forklaring": rows["slag"].map(words.KINDS),
            "dygn": rows["dygn_micro"],
            "uppskattat_ore": rows["estimate_ore"],
            "senare_dygn": if_known(rows["actual_dygn_micro"], later),
            "senare_utfall_ore": if_known(rows["actual_ore"], later),
            "avvikelse_ore": if_known(rows["actual_ore"] - rows["estimate_ore"], later),
        }
    )
    columns = (
        *KOMMUN,
        text("slag", "Slag"),
        text("forklaring", "Förklaring"),
        Column("dygn", "Dygn", "dygn"),
        ore("uppskattat_ore", "Upplupet 31 december"),
        Column("senare_dygn", "Dygn med dagens uppgifter", "dygn"),
        ore("senare_utfall_ore", "Med dagens uppgifter"),
        ore("avvikelse_ore", "Avvikelse"),
    )
    return Table("upplupet", "Upplupet", columns, frame)


def booking_table(bokslut: Bokslut) -> Table:
    """The voucher of 31 December and its reversal in January."""
    rows = bokslut.accrual.bookings()
    frame = pd.DataFrame(
        {
            "datum": rows["day"],
            **kommun_of(rows),
            "konto": rows["konto"],
            "text": [
                f"{'Upplupet' if day.year == bokslut.year else 'Återfört upplupet'} betalningsansvar {bokslut.year}"
                for day in rows["day"]
            ],
            "debet_ore": rows["debet_ore"],
            "kredit_ore": rows["kredit_ore"],
        }
    )
    columns = (
        Column("datum", "Datum", "dag"),
        *KOMMUN,
        text("konto", "Konto", words.ACCOUNTS),
        text("text", "Text"),
        ore("debet_ore", "Debet"),
        ore("kredit_ore", "Kredit"),
    )
    return Table("bokforingsorder", "Bokföringsorder", columns, frame)
