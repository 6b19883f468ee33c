"""The same decade in DuckDB's SQL over the Parquet files: the shipped `nationell` written out, per kommun and month."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

_ENTRY = "CASE WHEN hinder_fran <= {day} AND {day} <= hinder_till THEN hinder_till ELSE {day} END"
_SQL = """
WITH facts AS (
    SELECT folkbokforingskommun AS kommun, vardform, utskrivningsklar::DATE AS notice,
           utskrivningsklar::TIME > TIME '12:00:00' AS late,
           inskrivningsmeddelande::DATE AS im, sip_kravs, sip_kallelse::DATE AS sip,
           oppenvard_hinder_fran::DATE AS hinder_fran, oppenvard_hinder_till::DATE AS hinder_till,
           least(coalesce(utskriven::DATE, DATE '2028-07-01'), coalesce(aterkallad::DATE, DATE '2028-07-01')) AS stop,
           unnest(CASE WHEN vardform = 'psykiatri' THEN [1, 2] ELSE [0] END) AS rule
    FROM read_parquet('{files}')
), counted AS (
    SELECT *, CASE WHEN rule = 1 THEN notice + 30 ELSE notice + 3 + late::INT END AS day FROM facts
    WHERE im <= notice AND NOT (sip_kravs AND (sip IS NULL OR sip > notice + 3))
), entered AS (
    SELECT kommun, greatest({entry}, CASE rule WHEN 2 THEN DATE '2019-01-01' ELSE DATE '2018-01-01' END) AS start,
           least(stop, CASE rule WHEN 1 THEN DATE '2019-01-01' ELSE DATE '2028-01-01' END) AS stop
    FROM counted WHERE NOT coalesce(hinder_fran <= day AND hinder_till IS NULL, false)
), months AS (
    SELECT kommun, start, stop,
           unnest(range(date_trunc('month', start), stop::TIMESTAMP, INTERVAL 1 MONTH))::DATE AS month
    FROM entered WHERE start < stop
), charged AS (
    SELECT kommun, month, (least(stop, (month + INTERVAL 1 MONTH)::DATE) - greatest(start, month))::BIGINT AS days
    FROM months
), summed AS (
    SELECT kommun, month, sum(days)::BIGINT AS days FROM charged GROUP BY ALL
)
SELECT sum(days * rate_ore)::BIGINT FROM summed JOIN rates ON year(month) = rates.year
"""


def total_ore(folder: Path, rates: Mapping[int, int]) -> int:
    """The öre of all months, by the rates (öre) of each year."""
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false; CREATE TABLE rates (year BIGINT, rate_ore BIGINT)")
    connection.executemany("INSERT INTO rates VALUES (?, ?)", [[year, ore] for year, ore in rates.items()])
    query = _SQL.format(files=f"{folder.as_posix()}/*.parquet", entry=_ENTRY.format(day="day"))
    found = connection.execute(query).fetchone()
    assert found is not None
    return int(found[0])
