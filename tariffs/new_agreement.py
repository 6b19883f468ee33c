"""The text of a new agreement file: the commented template, a shipped agreement, or what is known of one in part."""

from __future__ import annotations

import re

from betalningsansvar.data.toml_file import SettingsError
from betalningsansvar.data.toml_table import shown
from betalningsansvar.tariffs.partly_known import partly_known
from betalningsansvar.tariffs.shipped_files import shipped_file, shipped_names


def beginnings() -> tuple[str, ...]:
    """The ids that a new agreement can begin from."""
    return tuple(sorted((*shipped_names("avtal"), *(one.mall for one in partly_known() if one.mall))))


def new_agreement(agreement_id: str, begin_from: str | None = None) -> str:
    """The text of a file whose id is `agreement_id`, from the template or from the agreement `begin_from`.

    What is known in part has its holes marked FYLL I, and cannot be billed before they are filled. Raises
    SettingsError for an id that cannot be a file's name, or a beginning that is not known.
    """
    if not re.fullmatch(r"[\w-]{1,60}", agreement_id):
        told = f"{shown(agreement_id)} kan inte vara ett avtals id. Använd bokstäver, siffror och bindestreck."
        raise SettingsError([told])
    if begin_from is None:
        text = shipped_file("avtalsmall.toml").content.decode()
    elif begin_from in shipped_names("avtal"):
        text = shipped_file("avtal", f"{begin_from}.toml").content.decode()
    elif begin_from in beginnings():
        text = shipped_file("mallar", f"{begin_from}.toml").content.decode()
    else:
        told = f"Det finns inget att börja från som heter {shown(begin_from)}. Det finns {', '.join(beginnings())}."
        raise SettingsError([told])
    return re.sub(r'^id = "[^"]*"', f'id = "{agreement_id}"', text, count=1, flags=re.MULTILINE)
