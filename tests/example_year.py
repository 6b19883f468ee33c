"""The example year: Region Halland 2018 as extracted at the year's end, and again in March with what came later.

Most rows are synthetic; a few named cases (HB-…) show what a year-end has to cope with. The same call gives the
same bytes, so the files shipped in `data/exempel/halland-2018` can be made again and compared.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from betalningsansvar.data.columns import CASE_COLUMNS
from betalningsansvar.data.demo.folder import write_csv
from betalningsansvar.data.demo.persons import patient_ids
from betalningsansvar.data.demo.synthetic import generate

DECEMBER, MARCH = "arenden-2018-12-31.csv", "arenden-2019-03-15.csv"
_CASES, _SEED = 460, 2018
_OTHERS_OUT = pd.Timestamp("2019-01-09 11:00")

# arende_id, kommun, vardform, notice, discharge (blank = still in on 31 December)
_NAMED = (
    ("HB-01", "1384", "somatik", "2017-12-18 10:00", "2018-01-15 11:00"),
    ("HB-02", "1383", "somatik", "2018-10-15 09:30", "2018-11-20 11:00"),
    ("HB-03", "1380", "somatik", "2018-12-10 10:15", ""),
    ("HB-04", "1384", "somatik", "2018-11-05 09:00", "2018-11-20 10:00"),
    ("HB-05", "1380", "somatik", "2018-11-07 11:30", "2018-11-21 10:00"),
    ("HB-06", "1382", "somatik", "2018-11-19 10:00", "2018-11-29 10:00"),
    ("HB-07", "1381", "somatik", "2018-12-12 10:00", ""),
    ("HB-08", "1463", "somatik", "2018-11-12 08:45", "2018-11-20 12:00"),
    ("HB-09", "1383", "psykiatri", "2018-11-02 10:00", ""),
)
_LATE = "HB-06"


def write_example_year(folder: Path) -> tuple[Path, Path]:
    """Write the extract of 31 December and that of 15 March into `folder`; return their paths. Raises OSError."""
    december, march = december_extract(), march_extract()
    paths = folder / DECEMBER, folder / MARCH
    write_csv(december, paths[0])
    write_csv(march, paths[1])
    return paths


def december_extract() -> pd.DataFrame:
    """The year as known on 31 December 2018: the case table's columns, in order of the notices."""
    named = _named_cases()
    return _in_order(pd.concat([generate(_CASES, "13", 2018, _SEED), named[named["arende_id"] != _LATE]]))


def march_extract() -> pd.DataFrame:
    """The same cases as known on 15 March 2019.

    Everybody has been discharged; HB-04 was withdrawn, HB-05 turned out to be placed by Laholm, HB-06 was
    registered late, and for HB-07 the obstacle in regional open care has got an end.
    """
    frame = _in_order(pd.concat([generate(_CASES, "13", 2018, _SEED), _named_cases()]))
    still_in = frame["utskriven"].isna() & frame["aterkallad"].isna()
    frame.loc[still_in, "utskriven"] = _OTHERS_OUT
    frame.loc[still_in, "avslut"] = "hem"
    for arende_id, column, value in (
        ("HB-03", "utskriven", pd.Timestamp("2019-01-22 10:00")),
        ("HB-04", "aterkallad", pd.Timestamp("2018-11-12 13:00")),
        ("HB-05", "placeringskommun", "1381"),
        ("HB-07", "oppenvard_hinder_till", pd.Timestamp("2018-12-19 09:00")),
    ):
        frame.loc[frame["arende_id"] == arende_id, column] = value
    return frame


def _named_cases() -> pd.DataFrame:
    """The named cases as on 31 December; each has every message that both laws ask for."""
    ids, kommun, vardform, notices, discharges = (list(column) for column in zip(*_NAMED, strict=True))
    count = len(_NAMED)
    notice = pd.Series(pd.to_datetime(notices)).astype("datetime64[s]")
    blank = pd.Series([pd.NaT] * count).astype("datetime64[s]")
    obstacle = notice.where(pd.Series(ids) == "HB-07") + pd.Timedelta(days=1)
    columns = {
        "arende_id": ids,
        "vardtillfalle_id": [f"V-{arende_id}" for arende_id in ids],
        "patient_id": _text(patient_ids(np.random.default_rng(_SEED), np.zeros(count, np.bool_), 2018)),
        "folkbokforingskommun": kommun,
        "placeringskommun": [""] * count,
        "vardform": vardform,
        "enhet": ["Medicin"] * count,
        "inskriven": notice - pd.Timedelta(days=6),
        "inskrivningsmeddelande": notice - pd.Timedelta(days=5, hours=20),
        "utskrivningsklar": notice,
        "aterkallad": blank,
        "sip_kravs": ["nej"] * count,
        "sip_kallelse": blank,
        "oppenvard_hinder_fran": obstacle,
        "oppenvard_hinder_till": blank,
        "kallelse_mottagen": notice - pd.Timedelta(days=2),
        "vardplan_justerad": notice + pd.Timedelta(hours=5),
        "kommun_medverkade": ["ja"] * count,
        "utskriven": pd.Series(pd.to_datetime(discharges)).astype("datetime64[s]"),
        "avslut": ["hem" if discharge else "" for discharge in discharges],
    }
    return pd.DataFrame({column.name: columns[column.name] for column in CASE_COLUMNS if column.name in columns})


def _in_order(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(["utskrivningsklar", "arende_id"], kind="stable").reset_index(drop=True)


def _text(values: pa.Array) -> list[str]:
    return [str(value) for value in values.to_pylist()]
