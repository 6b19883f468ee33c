"""The same month in DuckDB's SQL: the rules of the shipped `nationell` (2018) written out, with the same answers."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd

from betalningsansvar.billing import reasons
from betalningsansvar.billing.days import FAR
from betalningsansvar.billing.month_outcome import BLOCKERAD, DEBITERAS, FRI
from betalningsansvar.data.categories import codes_of

# Every condition, the noon rule, obstacles, withdrawals and the day of discharge, as the engine has them. A case
# that cannot enter under the rules of 2018 is dated by that of 2019, which counts three days for all.
_ENTRY = """CASE WHEN hinder_fran <= {day} AND {day} <= hinder_till THEN hinder_till ELSE {day} END"""
_HINDERED = "(hinder_fran <= {day} AND hinder_till IS NULL)"
SQL = f"""
CREATE OR REPLACE TEMP TABLE answers AS
WITH facts AS (
    SELECT row AS "case", kommun, vardform,
           utskrivningsklar::DATE AS notice,
           utskrivningsklar::TIME > TIME '12:00:00' AS late,
           inskrivningsmeddelande::DATE AS im,
           sip_kravs, sip_kallelse::DATE AS sip,
           oppenvard_hinder_fran::DATE AS hinder_fran, oppenvard_hinder_till::DATE AS hinder_till,
           coalesce(makulerad::DATE <= DATE '2018-12-20', false) AS void,
           least(coalesce(utskriven::DATE, DATE '2018-12-01'), coalesce(aterkallad::DATE, DATE '2018-12-01'),
                 DATE '2018-12-01') AS stop
    FROM cases
), counted AS (
    SELECT *, notice + 3 + late::INT AS three, CASE WHEN vardform = 1 THEN notice + 30 ELSE notice + 3 + late::INT END
              AS first_day,
           CASE WHEN im IS NULL THEN {reasons.INSKRIVNINGSMEDDELANDE_SAKNAS}
                WHEN im > notice THEN {reasons.INSKRIVNINGSMEDDELANDE_SENT}
                WHEN sip_kravs AND sip IS NULL THEN {reasons.SIP_KALLELSE_SAKNAS}
                WHEN sip_kravs AND sip > notice + 3 THEN {reasons.SIP_KALLELSE_SEN} ELSE 0 END AS messages
    FROM facts
), entered AS (
    SELECT *, {_ENTRY.format(day="first_day")} AS entry,
           CASE WHEN messages > 0 THEN messages
                WHEN {_HINDERED.format(day="first_day")} THEN {reasons.OPPENVARD_HINDER} ELSE 0 END AS blocked,
           CASE WHEN messages > 0 OR {_HINDERED.format(day="three")} THEN NULL
                ELSE greatest({_ENTRY.format(day="three")}, DATE '2019-01-01') END AS next_entry
    FROM counted
), inside AS (
    SELECT *, NOT void AND greatest(entry, DATE '2018-11-01') < stop AS touches FROM entered
)
SELECT "case", kommun,
       (CASE WHEN NOT touches THEN {FRI} WHEN blocked > 0 THEN {BLOCKERAD} ELSE {DEBITERAS} END)::TINYINT AS status,
       (CASE WHEN touches THEN blocked ELSE 0 END)::TINYINT AS reason,
       CASE WHEN void THEN NULL WHEN blocked = 0 AND entry < DATE '2019-01-01' THEN greatest(entry, DATE '2018-01-01')
            ELSE next_entry END AS liable_from,
       greatest(entry, DATE '2018-11-01') AS start, stop
FROM inside;
CREATE OR REPLACE TEMP TABLE lines AS
SELECT "case", kommun, start, stop, (stop - start)::BIGINT AS days, 710000::BIGINT AS rate_ore,
       (stop - start)::BIGINT * 710000 AS amount_ore
FROM answers WHERE status = {DEBITERAS}
"""


def database(cases: pd.DataFrame) -> duckdb.DuckDBPyConnection:
    """The cases as DuckDB's own columns, so that its time is that of the rules and not of reading a pandas frame."""
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    flat = cases.assign(
        row=np.arange(len(cases)),
        kommun=codes_of(cases["kommun"]).astype(np.int16),
        vardform=codes_of(cases["vardform"]),
    ).drop(columns=["status", "orsak"])
    connection.register("flat", flat)
    connection.execute("CREATE TABLE cases AS SELECT * FROM flat")
    connection.unregister("flat")
    return connection


def answers(connection: duckdb.DuckDBPyConnection) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Status, reason and day of liability of every case, in their order, as the engine has them."""
    found = connection.execute(
        f"""SELECT status, reason, coalesce(liable_from - DATE '1970-01-01', {FAR})::INT AS liable_from
        FROM answers ORDER BY "case" """
    ).fetchnumpy()
    return found["status"], found["reason"], found["liable_from"]
