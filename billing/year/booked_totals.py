"""Control totals of what was issued and what is booked: the ledger, or the schablon in its place, and the accrual."""

from __future__ import annotations

from datetime import date

import numpy as np

from betalningsansvar.billing.year.bokslut import Bokslut
from betalningsansvar.billing.year.two_figures import ControlTotal, Figure, of_column


def of_ledger(bokslut: Bokslut) -> list[ControlTotal]:
    """What was issued, or the schablon that stands for it where there is no ledger."""
    months = bokslut.months
    if bokslut.issued is None:
        shares = months[months["source"] == "schablon"]
        base = {row.kommun: row.month_ore for table in bokslut.schabloner for row in table.rows}
        return [
            ControlTotal(
                "Schablon, beslut och månader",
                "öre",
                Figure(
                    "tryckta andelar gånger månader",
                    sum(base.get(kommun, 0) for kommun in shares["kommun"]),
                    "SELECT coalesce(sum(manad_ore * schablonmanader), 0) FROM 'avrundning.csv'",
                ),
                Figure(
                    "fakturerat som schablon",
                    int(shares["invoiced_ore"].sum()),
                    "SELECT coalesce(sum(fakturerat_ore), 0) FROM 'manader.csv' WHERE kalla = 'schablon'",
                ),
            )
        ]
    invoices = bokslut.issued.invoices
    monthly = invoices[invoices["month"] > 0]
    return [
        ControlTotal(
            "Liggarens fakturor och rader",
            "öre",
            Figure(
                "fakturor",
                int(monthly["amount_ore"].sum()),
                "SELECT coalesce(sum(belopp_ore), 0) FROM 'liggare.csv' WHERE manad > 0",
            ),
            Figure(
                "fakturarader",
                int(bokslut.issued.lines["amount_ore"].sum()),
                "SELECT coalesce(sum(rader_ore), 0) FROM 'liggare.csv' WHERE manad > 0",
            ),
        ),
        ControlTotal(
            "Liggaren och månaderna",
            "öre",
            Figure(
                "fakturor",
                int(monthly["amount_ore"].sum()),
                "SELECT coalesce(sum(belopp_ore), 0) FROM 'liggare.csv' WHERE manad > 0",
            ),
            of_column("manader", "fakturerat_ore", int(months["invoiced_ore"].sum())),
        ),
        ControlTotal(
            "Redan avräknat",
            "öre",
            Figure(
                "avräkningar i liggaren",
                int(invoices.loc[invoices["month"] == 0, "amount_ore"].sum()),
                "SELECT coalesce(sum(belopp_ore), 0) FROM 'liggare.csv' WHERE manad = 0",
            ),
            of_column("avrakning", "redan_avraknat_ore", int(bokslut.settlement["settled_ore"].sum())),
        ),
    ]


def of_accrual(bokslut: Bokslut) -> list[ControlTotal]:
    """What is accrued at the end of the year, and how it is booked."""
    accrual, bookings = bokslut.accrual, bokslut.accrual.bookings()
    waiting = accrual.rows[accrual.rows["slag"].isin(["fryst", "oppen", "kvar"])]
    year_end = bookings[(bookings["day"] < date(bokslut.year + 1, 1, 1)).to_numpy(np.bool_)]
    income = year_end[year_end["konto"] == "intakt"]
    return [
        ControlTotal(
            "Upplupna dygn, rader och slag",
            "öre",
            Figure(
                "rader som inte är fakturerade",
                int(accrual.lines["amount_ore"].sum()),
                "SELECT coalesce(sum(belopp_ore), 0) FROM 'upplupna_rader.csv'",
            ),
            Figure(
                "fryst, öppen och kvar",
                int(waiting["estimate_ore"].sum()),
                "SELECT coalesce(sum(uppskattat_ore), 0) FROM 'upplupet.csv' WHERE slag IN ('fryst', 'oppen', 'kvar')",
            ),
        ),
        ControlTotal(
            "Upplupet och bokföringsorder",
            "öre",
            Figure("upplupet", accrual.estimate_ore, "SELECT coalesce(sum(uppskattat_ore), 0) FROM 'upplupet.csv'"),
            Figure(
                "intäkt i bokföringsordern",
                int(income["kredit_ore"].sum() - income["debet_ore"].sum()),
                "SELECT coalesce(sum(kredit_ore - debet_ore), 0) FROM 'bokforingsorder.csv' "
                f"WHERE konto = 'intakt' AND year(datum) = {bokslut.year}",
            ),
        ),
        ControlTotal(
            "Bokföringsordern balanserar",
            "öre",
            Figure(
                "debet",
                int(bookings["debet_ore"].sum()),
                "SELECT coalesce(sum(debet_ore), 0) FROM 'bokforingsorder.csv'",
            ),
            Figure(
                "kredit",
                int(bookings["kredit_ore"].sum()),
                "SELECT coalesce(sum(kredit_ore), 0) FROM 'bokforingsorder.csv'",
            ),
        ),
    ]
