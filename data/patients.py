"""Which ids mean the same patient: a personal number by its digits, anything else as it stands."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from betalningsansvar.data.bytematrix import SECRET, Bytes, Texts, all_differ, mixed, of_each_length

Keys = npt.NDArray[np.int64]
Marks = npt.NDArray[np.void]
MARK = np.dtype([("key", np.uint64), ("more", np.uint64)])

_LONGEST, _SHORTEST = 13, 10
_ZERO = ord("0")
_OTHERS_FROM = 10**14
_NOBODY, _TEXT = np.uint64(99), np.uint64(2**63)  # no century; a text's second number is at least the latter
_LETTER = r"^(18|19|20|21)?[0-9]{6}[-+]?[A-Z][0-9]{3}$"  # a reserve number may have a letter


def patient_keys(ids: Texts) -> Keys:
    """The same number for ids of the same patient, −1 for a blank id.

    Ten digits that begin with a date are a patient however they are separated, with the century before them or
    without; so is a reserve number with a letter in it. Of those whose ten digits agree, two that both have a century
    must agree on that too, and one without a century is then whoever comes first.
    """
    digits, century, other, texts = _read(ids)
    if len(other):
        digits[other] = _OTHERS_FROM + _text_keys(texts)
        digits[other[_is_blank(texts)]] = -1
    return _apart_by_century(digits, century)


def patient_marks(ids: Texts, secret: bytes) -> Marks:
    """What `same_patients` tells the patient of each id by, also among ids that were never seen together: two numbers,
    from which the id is not read without the `secret` (SECRET bytes).

    A personal number is its ten digits, each of them a number of its own, and its century. Any other text is two hashes
    of 64 bits: of all the patients there are, no two will share both. The first bits of the first number are as good as
    random.
    """
    digits, century, other, texts = _read(ids)
    marks = np.empty(len(digits), MARK)
    marks["key"], marks["more"] = mixed(digits.astype(np.uint64), secret), century
    if len(other):
        values, half = texts.to_numpy(zero_copy_only=False), SECRET // 2
        keys = (secret[:half].hex()[:16], secret[half:].hex()[:16])
        first, second = (pd.util.hash_array(values, hash_key=key, categorize=False) for key in keys)
        blank = _is_blank(texts)
        marks["key"][other] = np.where(blank, 0, first)
        marks["more"][other] = np.where(blank, _NOBODY, second | _TEXT)
    return marks


def are_told(marks: Marks) -> npt.NDArray[np.bool_]:
    """Whether the id of each mark was not blank."""
    return np.asarray(marks["more"] != _NOBODY)


def same_patients(marks: Marks) -> tuple[npt.NDArray[np.intp], Keys]:
    """The order that puts the marks of each patient side by side, and in it a number that grows from patient to
    patient: ids are of the same patient as `patient_keys` has it."""
    order = np.lexsort((marks["more"], marks["key"]))
    key, more = marks["key"][order], marks["more"][order]
    if not len(key):
        return order, np.empty(0, dtype=np.int64)
    begins = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    dated = np.minimum.reduceat(np.where((more > 0) & (more < _NOBODY), more, _TEXT), begins)
    first = np.repeat(np.where(dated < _TEXT, dated, 0), np.diff(begins, append=len(key)))
    more = np.where(more == 0, first, more)  # without a century it is whoever comes first
    return order, np.cumsum(np.append(False, (key[1:] != key[:-1]) | (more[1:] != more[:-1])))


def _read(ids: Texts) -> tuple[Keys, Keys, npt.NDArray[np.intp], Texts]:
    """The ten digits of each personal number and its century (0: not given), the positions of all other ids, and those
    as texts that are equal for the same patient."""
    digits, century = _numbers(ids)
    other = np.flatnonzero(digits < 0)
    rest = ids if len(other) == len(ids) else ids.take(pa.array(other))
    odd = pc.or_(pc.greater_equal(pc.utf8_length(rest), _SHORTEST), pc.invert(pc.string_is_ascii(rest)))
    again = other[odd.to_numpy(zero_copy_only=False)]
    if len(again):
        digits[again], century[again] = _numbers(plain_ids(ids.take(pa.array(again))))
        other = np.flatnonzero(digits < 0)
        rest = ids.take(pa.array(other))
    return digits, century, other, _bare(rest)


def _is_blank(texts: Texts) -> npt.NDArray[np.bool_]:
    blank: npt.NDArray[np.bool_] = pc.equal(texts, "").to_numpy(zero_copy_only=False)
    return blank


def _numbers(texts: Texts) -> tuple[Keys, Keys]:
    """The ten digits of each personal number as a number and its century (0: not given); −1 for any other text."""
    digits, century = np.full(len(texts), -1, dtype=np.int64), np.zeros(len(texts), dtype=np.int64)
    for length, rows, matrix in of_each_length(texts, longest=_LONGEST):
        if matrix is not None and length >= _SHORTEST:
            is_number, ten, hundreds = _numbers_of_one_length(matrix, has_sign=length in (11, 13))
            digits[rows[is_number]], century[rows[is_number]] = ten[is_number], hundreds[is_number]
    return digits, century


def _numbers_of_one_length(texts: Bytes, has_sign: bool) -> tuple[npt.NDArray[np.bool_], Keys, Keys]:
    fits = np.ones(len(texts), dtype=bool)
    if has_sign:
        fits &= (texts[:, -5] == ord("-")) | (texts[:, -5] == ord("+"))
        texts = np.delete(texts, texts.shape[1] - 5, axis=1)
    values = texts - np.uint8(_ZERO)
    fits &= (values <= 9).all(axis=1)
    ten = values[:, -10:].astype(np.int64)
    month, day = ten[:, 2] * 10 + ten[:, 3], ten[:, 4] * 10 + ten[:, 5]
    fits &= (month >= 1) & (month <= 12) & (((day >= 1) & (day <= 31)) | ((day >= 61) & (day <= 91)))
    hundreds = np.zeros(len(texts), dtype=np.int64)
    if values.shape[1] == _SHORTEST + 2:
        hundreds = values[:, 0].astype(np.int64) * 10 + values[:, 1]
        fits &= (hundreds >= 18) & (hundreds <= 21)
    return fits, ten @ (10 ** np.arange(9, -1, -1, dtype=np.int64)), hundreds


def plain_ids(texts: Texts) -> Texts:
    """The ids without blanks, with ordinary digits and hyphens, and without the `.0` of a spreadsheet."""
    plain = pc.replace_substring_regex(pc.utf8_normalize(texts, "NFKC"), r"[\s\p{Cf}\p{Zs}]", "")
    plain = pc.replace_substring_regex(plain, r"\p{Pd}", "-")
    return pc.replace_substring_regex(plain, r"[.,]0+$", "")


def _bare(texts: Texts) -> Texts:
    """Texts without the blanks around them, and a reserve number with a letter by its ten signs."""
    bare = pc.utf8_trim_whitespace(texts)
    long = pc.greater_equal(pc.binary_length(bare), _SHORTEST)
    some = pc.any(long, min_count=0).as_py()
    lettered = pc.match_substring_regex(plain_ids(bare), _LETTER) if some else long
    if pc.any(lettered, min_count=0).as_py():
        short = pc.utf8_slice_codeunits(pc.replace_substring_regex(plain_ids(bare), "[-+]", ""), -_SHORTEST)
        bare = pc.if_else(lettered, short, bare)
    return bare


def _text_keys(texts: Texts) -> Keys:
    """The same number for the same text."""
    if all_differ(texts):
        return np.arange(len(texts), dtype=np.int64)
    return np.asarray(pd.factorize(texts.to_pandas())[0], dtype=np.int64)


def _apart_by_century(digits: Keys, century: Keys) -> Keys:
    """Two people a century apart have the same ten digits: apart where both are written with their century."""
    if not century.any():
        return digits
    dated = np.flatnonzero(century)
    pairs = np.unique(digits[dated] * 100 + century[dated])
    number, count = np.unique(pairs // 100, return_counts=True)
    several = number[count > 1]
    if len(several):
        apart = dated[np.isin(digits[dated], several)]
        first = pairs[np.flatnonzero(np.diff(pairs // 100, prepend=-1) != 0)]
        later = apart[~np.isin(digits[apart] * 100 + century[apart], first)]
        digits[later] = -2 - (digits[later] * 100 + century[later])
    return digits
