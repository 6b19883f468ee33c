"""Codes in place of patients' identities: the same patient keeps the same code, and only the key's holder can tell.

A code is HMAC-SHA256 under a secret key, cut to 80 bits. Without a key an identity could be found again by trying every
personnummer of a century, which takes less than a minute.
"""

from __future__ import annotations

import hmac
from base64 import b32encode

import pandas as pd
import pyarrow as pa

from betalningsansvar.data.patients import patient_keys, plain_ids
from betalningsansvar.data.stop import StopError

KEY_BYTES = 32
_FEWEST_DISTINCT = 16
_CODE_BYTES = 10
_CODE_START = "p-"


class WeakKeyError(StopError):
    """The key would not hide anyone."""


def require_key(key: bytes) -> None:
    """Raise WeakKeyError for a key that is shorter than 32 bytes or plainly not random. The text never shows it."""
    if len(key) < KEY_BYTES:
        raise WeakKeyError(f"Nyckeln för koder har {len(key)} byte; den behöver minst {KEY_BYTES}, slumpvis valda.")
    if len(set(key)) < _FEWEST_DISTINCT:
        raise WeakKeyError(
            f"Nyckeln för koder har bara {len(set(key))} olika byte och är därför inte slumpvis vald. "
            "Gör en ny, till exempel så här: openssl rand -out FIL 32"
        )


def pseudonyms(ids: pd.Series[str], key: bytes) -> pd.Series[str]:
    """Each identity as a code such as `p-mzxw6ytboi4dkmrv`; blank stays blank.

    Ids of one patient, as `data.patients` tells them, share a code: however the number is separated, and with its
    century or without where it stands with it somewhere among `ids`. One that stands without its century everywhere has
    the code of its ten digits. The index is kept. Raises WeakKeyError.
    """
    require_key(key)
    distinct = pa.array(ids.unique(), pa.string())
    written: dict[int, str] = {}
    patients = patient_keys(distinct).tolist()
    plain = [text.replace("-", "").replace("+", "").casefold() for text in plain_ids(distinct).to_pylist()]
    for patient, text in zip(patients, plain, strict=True):
        written[patient] = max(written.get(patient, ""), text, key=lambda one: (len(one), one))
    codes = {patient: _code(text, key) for patient, text in written.items()}
    code_of = dict(zip(distinct.to_pylist(), map(codes.__getitem__, patients), strict=True))
    return ids.map(code_of).astype("str")


def _code(plain: str, key: bytes) -> str:
    if not plain:
        return ""
    digest = hmac.digest(key, plain.encode(), "sha256")
    return _CODE_START + b32encode(digest[:_CODE_BYTES]).decode().lower()
