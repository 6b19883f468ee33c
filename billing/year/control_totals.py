"""Control totals of a bokslut: each figure found in two ways, with the queries that find it again in the files.

A query is SQL over the CSV files of the report's own folder, as DuckDB reads them.
"""

from __future__ import annotations

import numpy as np

from betalningsansvar.billing.duplicates import DROPPED
from betalningsansvar.billing.year.bokslut import Bokslut
from betalningsansvar.billing.year.booked_totals import of_accrual, of_ledger
from betalningsansvar.billing.year.named_lines import named_lines
from betalningsansvar.billing.year.outcome import MONTHS
from betalningsansvar.billing.year.two_figures import ControlTotal, Figure, of_column
from betalningsansvar.billing.year.waterfall import CAUSES

STATUSES = ("debiteras", "genomsnitt", "fri", "blockerad", "parkerad", "avvisad")


def control_totals(bokslut: Bokslut, rows_read: int) -> tuple[ControlTotal, ...]:
    """Every tie of the report, in the order an auditor follows the money.

    `rows_read` are the cases the rows of the files gave: in a case table every row is one.
    """
    return (*_rows(bokslut, rows_read), *_money(bokslut), *of_ledger(bokslut), *of_accrual(bokslut))


def _rows(bokslut: Bokslut, rows_read: int) -> list[ControlTotal]:
    cases, settlement = bokslut.cases, bokslut.settlement
    copies = int(bokslut.issues["kod"].isin(DROPPED).sum())
    with_payer = int(cases["kommun"].notna().sum())
    by_status = cases["status"].value_counts()
    found = [
        ControlTotal(
            "Lästa rader",
            "rader",
            Figure("ärenden i filerna", rows_read, "SELECT sum(arenden) FROM 'kallor.csv'"),
            Figure(
                "ärenden och borttagna kopior",
                len(cases) + copies,
                "SELECT (SELECT count(*) FROM 'arenden.csv') + "
                f"(SELECT count(*) FROM 'avvikelser.csv' WHERE kod IN {DROPPED})",
            ),
        ),
        ControlTotal(
            "Ärenden har en status",
            "rader",
            Figure("ärenden", len(cases), "SELECT count(*) FROM 'arenden.csv'"),
            Figure(
                "summa per status",
                int(sum(by_status.get(s, 0) for s in STATUSES)),
                "SELECT count(*) FROM 'arenden.csv' WHERE status IN (" + ", ".join(f"'{s}'" for s in STATUSES) + ")",
            ),
        ),
        ControlTotal(
            "Ärenden med betalare",
            "rader",
            Figure("ärenden", with_payer, "SELECT count(*) FROM 'arenden.csv' WHERE kommun IS NOT NULL"),
            Figure(
                "summa per kommun",
                int(settlement["antal_arenden"].sum()),
                "SELECT sum(antal_arenden) FROM 'avrakning.csv'",
            ),
        ),
    ]
    paying = cases["kommun"].notna()
    for status in STATUSES:
        found.append(
            ControlTotal(
                f"Ärenden med status {status}",
                "rader",
                Figure(
                    "ärenden",
                    int((paying & (cases["status"] == status)).sum()),
                    f"SELECT count(*) FROM 'arenden.csv' WHERE kommun IS NOT NULL AND status = '{status}'",
                ),
                Figure("summa per kommun", int(settlement[status].sum()), f"SELECT sum({status}) FROM 'avrakning.csv'"),
            )
        )
    return found


def _money(bokslut: Bokslut) -> list[ControlTotal]:
    lines, months, settlement = named_lines(bokslut.outcome, bokslut.cases), bokslut.months, bokslut.settlement
    own = lines[lines["case"] >= 0]
    known = settlement[settlement["known"]]
    line_ore = Figure(
        "utfallsrader", int(lines["amount_ore"].sum()), "SELECT coalesce(sum(belopp_ore), 0) FROM 'utfallsrader.csv'"
    )
    found = [
        ControlTotal(
            "Dygn gånger dygnsbelopp",
            "öre",
            Figure(
                "uträknat",
                int((own["days"] * own["rate_ore"]).sum()),
                "SELECT coalesce(sum(dygn * dygnsbelopp_ore), 0)::BIGINT FROM 'utfallsrader.csv' "
                "WHERE arende_id IS NOT NULL",
            ),
            Figure(
                "ärendenas rader",
                int(own["amount_ore"].sum()),
                "SELECT coalesce(sum(belopp_ore), 0) FROM 'utfallsrader.csv' WHERE arende_id IS NOT NULL",
            ),
        ),
        ControlTotal(
            "Ärendenas belopp",
            "öre",
            Figure(
                "ärendenas rader",
                int(own["amount_ore"].sum()),
                "SELECT coalesce(sum(belopp_ore), 0) FROM 'utfallsrader.csv' WHERE arende_id IS NOT NULL",
            ),
            Figure("ärenden", int(bokslut.cases["amount_ore"].sum()), "SELECT sum(belopp_ore) FROM 'arenden.csv'"),
        ),
        ControlTotal(
            "Utfall, rader och månader",
            "öre",
            line_ore,
            of_column("manader", "utfall_ore", int(months["outcome_ore"].sum())),
        ),
    ]
    if bokslut.statute_known:
        found += _statute(bokslut)
    found += [
        ControlTotal(
            "Fakturerat, månader och kommuner",
            "öre",
            of_column("manader", "fakturerat_ore", int(months["invoiced_ore"].sum())),
            of_column("avrakning", "fakturerat_ore", int(settlement["invoiced_ore"].sum())),
        ),
        ControlTotal(
            "Utfall, månader och kommuner",
            "öre",
            Figure(
                "månader",
                int(months.loc[months["kommun"].isin(known["kommun"]), "outcome_ore"].sum()),
                "SELECT coalesce(sum(utfall_ore), 0) FROM 'manader.csv' "
                "WHERE kommun IN (SELECT kommun FROM 'avrakning.csv' WHERE utfall_ore IS NOT NULL)",
            ),
            of_column("avrakning", "utfall_ore", int(known["outcome_ore"].sum())),
        ),
    ]
    parts = known[["invoiced_ore", "settled_ore", "not_issued_ore", "settlement_ore"]].sum()
    found.append(
        ControlTotal(
            "Fakturerat, avräknat, ej utfärdat och avräkning ger utfallet",
            "öre",
            Figure(
                "utfall",
                int(known["outcome_ore"].sum()),
                "SELECT coalesce(sum(utfall_ore), 0) FROM 'avrakning.csv' WHERE avrakning_ore IS NOT NULL",
            ),
            Figure(
                "delarna",
                int(parts.sum()),
                "SELECT coalesce(sum(fakturerat_ore + redan_avraknat_ore + ej_utfardat_ore + avrakning_ore), 0) "
                "FROM 'avrakning.csv' WHERE avrakning_ore IS NOT NULL",
            ),
        )
    )
    return [*found, _waterfall(bokslut), _not_issued(bokslut)]


def _statute(bokslut: Bokslut) -> list[ControlTotal]:
    in_months = int(bokslut.months["statute_ore"].sum())
    return [
        ControlTotal(
            "Lagens utfall, rader och månader",
            "öre",
            Figure(
                "lagens rader",
                int(bokslut.statute.lines["amount_ore"].sum()),
                "SELECT coalesce(sum(belopp_ore), 0) FROM 'lagens_rader.csv'",
            ),
            of_column("manader", "lagens_utfall_ore", in_months),
        ),
        ControlTotal(
            "Lagens utfall, månader och kommuner",
            "öre",
            of_column("manader", "lagens_utfall_ore", in_months),
            of_column("avrakning", "lagens_utfall_ore", int(bokslut.settlement["statute_ore"].sum())),
        ),
    ]


def _waterfall(bokslut: Bokslut) -> ControlTotal:
    """Tied kommun by kommun: a total could hide two errors of opposite signs."""
    months = bokslut.months
    difference = np.where(months["known"], months["outcome_ore"] - months["invoiced_ore"], 0)
    per_kommun = difference.reshape(-1, MONTHS).sum(axis=1)
    return ControlTotal(
        "Orsakerna förklarar skillnaden hos varje kommun",
        "kommuner",
        Figure("kommuner", len(per_kommun), "SELECT count(*) FROM 'avrakning.csv'"),
        Figure(
            "kommuner vars orsaker går jämnt upp",
            int((bokslut.causes.sum(axis=1) == per_kommun).sum()),
            "SELECT count(*) FROM (SELECT kommun, coalesce(sum(skillnad_ore), 0) s FROM 'manader.csv' GROUP BY kommun) "
            "JOIN (SELECT kommun, sum(belopp_ore) o FROM 'orsaker.csv' GROUP BY kommun) USING (kommun) WHERE s = o",
        ),
    )


def _not_issued(bokslut: Bokslut) -> ControlTotal:
    return ControlTotal(
        "Månader som inte är utfärdade, kommuner och orsaker",
        "öre",
        Figure(
            "kommuner",
            int(bokslut.settlement["not_issued_ore"].sum()),
            "SELECT coalesce(sum(utfall_ore), 0) FROM 'manader.csv' WHERE kalla = 'ej_utfardad'",
        ),
        Figure(
            "orsaker",
            int(bokslut.causes[:, CAUSES.index("ej_utfardad")].sum()),
            "SELECT coalesce(sum(belopp_ore), 0) FROM 'orsaker.csv' WHERE orsak = 'ej_utfardad'",
        ),
    )
