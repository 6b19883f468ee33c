"""A small sound table of cases, and nasty things to put in it."""

from __future__ import annotations

import random

COLUMNS = (
    "arende_id", "vardtillfalle_id", "patient_id", "folkbokforingskommun", "placeringskommun", "vardform", "enhet",
    "inskriven", "inskrivningsmeddelande", "utskrivningsklar", "aterkallad", "sip_kravs", "sip_kallelse", "utskriven",
    "avslut",
)  # fmt: skip
PATIENTS = ("19320706-9889", "19380412-9881", "19410101-9884", "194509099886", "320102-9968")
KOMMUNER = ("1380", "Halmstad", "1382", "Varbergs kommun", "1383", "0180", "Göteborg", "1384 Kungsbacka")
UNSEEN = "\x01\x07\x0b\x0c\x1b\x7f\u0085\u009f\u00a0\u00ad\u200b\u200e\u2028\u202e\u2060\ufeff\ufffe\uffff\ufffd"
NASTY = (
    "", " ", "-", "?", "0", "-1", "1e999", "1,38E+03", "1380.0", "180", "１３８０", "NULL", "nan", "\\N",
    "#N/A", "#SAKNAS!",
    "2018-02-30", "05/11/2018 10:00", "2018-11-05 24:00", "2018-11-05T10:30:00Z", "2018-11-05T10:30+01:00",
    "43409.4375",
    "9999-12-31 23:59:59.6", "0000-00-00", "5 nov 2018", "=1+1", "=cmd|' /C calc'!A0", "<script>", "' OR 1=1 --",
    "Totalt",
    "(2 rows)", "x" * 5_000, "\U0001f600", "e\u0301", "ÅÄÖ", "Ã¶", "G\ufffdteborg", "ja", "kanske", "True", "x",
    "Anna 19320706-9889", "19320706\u20119889", "193207069889.0", "１９３２０７０６-９８８９", "19320706 9880",
    "somatik",
    "S\u00a0", '"', '""', "'", '="1380"', "a;b", "a,b", "a|b", "a\tb", *UNSEEN,
)  # fmt: skip


def sound_row(number: int, rng: random.Random) -> list[str]:
    """A case that is read without a finding, told apart by its number."""
    day = 1 + number % 9
    values = {
        "arende_id": f"F{number:03d}",
        "vardtillfalle_id": f"V{number:03d}",
        "patient_id": PATIENTS[number % len(PATIENTS)],
        "folkbokforingskommun": rng.choice(KOMMUNER),
        "vardform": rng.choice(("somatik", "Psykiatri")),
        "enhet": rng.choice(("", "Avd Öst", "Akuten, Hylte")),
        "inskriven": f"2018-11-{day:02d} 08:00",
        "inskrivningsmeddelande": f"2018-11-{day:02d} 09:30",
        "utskrivningsklar": f"2018-11-{day + 3:02d} 10:00",
        "sip_kravs": rng.choice(("", "nej", "ja")),
        "sip_kallelse": f"2018-11-{day + 4:02d} 10:00",
        "utskriven": rng.choice(("", f"2018-11-{day + 10:02d} 11:00")),
    }
    return [values.get(name, "") for name in COLUMNS]


def sound_table(rng: random.Random) -> list[list[str]]:
    return [[*COLUMNS], *(sound_row(number, rng) for number in range(1, rng.randint(2, 9)))]
