"""The queries that find the figures of a month's checks again in the CSV files and the manifest of its folder.

A query is SQL as DuckDB reads the files. A figure that stands in workbooks only has none.
"""

from __future__ import annotations

from betalningsansvar.billing.duplicates import DROPPED
from betalningsansvar.billing.summary import COUNTED

_STATUS = "Rader med status "
_INPUTS = "(SELECT unnest(inputs) AS fil FROM 'manifest.json')"
_CASES = "SELECT count(*) FROM 'arenden.csv'"
_LINES_ORE = "SELECT coalesce(sum(belopp_ore), 0)::BIGINT FROM 'fakturarader.csv'"
_OWN_LINES = f"{_LINES_ORE} WHERE arende_id IS NOT NULL"

QUERIES = {
    "Filernas rader är redovisade": (
        f"SELECT sum(fil.rows)::BIGINT FROM {_INPUTS}",
        f"SELECT ({_CASES}) + (SELECT count(*) FROM 'avvikelser.csv' WHERE kod IN {DROPPED}) "
        f"+ (SELECT sum(fil.messages + fil.unreadable + fil.without_notice)::BIGINT FROM {_INPUTS})",
    ),
    "Lästa rader har fått en status": (
        _CASES,
        f"{_CASES} WHERE status IN {tuple(COUNTED)}",
    ),
    "Lästa rader finns hos en kommun": (_CASES, "SELECT sum(antal_arenden)::BIGINT FROM 'sammanstallning.csv'"),
    "Fakturarader utan betalare": ("SELECT count(*) FROM 'fakturarader.csv' WHERE kommun IS NULL", ""),
    "Ärendenas betalare": (
        "SELECT count(*) FROM 'fakturarader.csv' WHERE arende_id IS NOT NULL",
        "SELECT count(*) FROM 'fakturarader.csv' AS rad JOIN 'arenden.csv' AS arende USING (arende_id) "
        "WHERE rad.kommun = arende.kommun",
    ),
    "Dygn gånger dygnsbelopp": (
        "SELECT coalesce(sum(dygn * dygnsbelopp_ore), 0)::BIGINT FROM 'fakturarader.csv' WHERE arende_id IS NOT NULL",
        _OWN_LINES,
    ),
    "Ärendenas belopp": ("SELECT coalesce(sum(belopp_ore), 0)::BIGINT FROM 'arenden.csv'", _OWN_LINES),
    "Fakturarader och kommuner": (_LINES_ORE, "SELECT sum(belopp_ore)::BIGINT FROM 'sammanstallning.csv'"),
    "Fakturor och kommuner": ("", "SELECT sum(belopp_ore)::BIGINT FROM 'sammanstallning.csv' WHERE kommun IS NOT NULL"),
}
"""By a check's name: the queries of its left and of its right figure."""


def queries(name: str) -> tuple[str, str]:
    """The queries of a check, blank where a figure stands in no CSV file."""
    if name.startswith(_STATUS):
        where = f"FROM 'arenden.csv' WHERE status = '{name.removeprefix(_STATUS)}'"
        per_kommun = f"SELECT kommun, count(*) AS antal {where} GROUP BY kommun"
        return f"SELECT count(*) {where}", f"SELECT coalesce(sum(antal), 0)::BIGINT FROM ({per_kommun})"
    return QUERIES.get(name, ("", ""))
