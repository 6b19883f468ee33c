"""What is wrong with a line that is no TOML, in the words of the one who wrote it.

Only a key and a plain number are ever quoted: the file may be another than the user thinks, with patients in it.
"""

from __future__ import annotations

import re

_AT = re.compile(r"at line (\d+), column \d+")
_KEY = r"(?P<key>[A-Za-z_][\w-]{0,40})"
_LINE = re.compile(rf"\s*{_KEY}\s*=\s*(?P<value>.*?)\s*$")
_HEADER = re.compile(r"\s*(?P<open>\[\[?)\s*(?P<name>[\w.\- ]{1,60})\s*\]\]?\s*(?:#.*)?$")


def syntax_sentence(error: Exception, text: str) -> str:
    """`rad 8: …` for what the TOML reader stopped at: which key, why, and what to write instead."""
    lines = text.split("\n")
    found = _AT.search(str(error))
    number = min(int(found[1]), len(lines)) if found else len(lines)
    # A value that never ends is told at the end of the file or at the line after it.
    return f"rad {number}: {_sentence(str(error), lines, number)}"


def _sentence(message: str, lines: list[str], number: int) -> str:
    line = lines[number - 1]
    if twice := _twice(message, lines, number):
        return twice
    if any(mark in line for mark in "”“„’‘"):
        return 'citattecknen är krökta (som i Word). Skriv raka citattecken: "…".'
    parts = _LINE.match(line)
    if parts and not parts["key"].isascii():
        return f'en nyckel med å, ä eller ö ska stå inom citattecken. Skriv "{parts["key"]}" = ….'
    if parts:
        return f"{parts['key']}: {_value_sentence(parts['key'], parts['value'], message)}"
    if _HEADER.match(line):
        return "rubriken kan inte läsas. Skriv [[namn]] för block som får finnas flera gånger, annars [namn]."
    return (
        "kan inte läsas. En rad är en rubrik som [[regel]], en kommentar efter # eller nyckel = värde, med text inom "
        "citattecken."
    )


def _value_sentence(key: str, value: str, message: str) -> str:
    plain = re.sub(r"\s*#.*$", "", value)
    if re.fullmatch(r"[-+]?\d[\d ]{0,20},\d{1,20}", plain):
        number = plain.replace(" ", "").replace(",", ".")
        return f'{plain} har decimalkomma. Skriv talet med punkt, inom citattecken: {key} = "{number}".'
    if re.fullmatch(r"\d{1,3}([ \u00a0]\d{3}){1,6}", plain):
        return f"talet har mellanslag. Skriv {key} = {re.sub(r'[^0-9]', '', plain)}."
    if re.fullmatch(r"\d{1,2}[:.]\d{2}", plain):
        return f"klockslaget behöver sekunder. Skriv {key} = {plain.replace('.', ':').zfill(5)}:00."
    if re.fullmatch(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}", plain):
        return f"datumet finns inte eller är skrivet på ett annat sätt. Skriv som {key} = 2018-01-31, utan citattecken."
    if plain.startswith('"') and "\\" in plain:
        return (
            "omvänt snedstreck har en egen betydelse inom dubbla citattecken. Skriv sökvägen med snedstreck "
            f"({key} = \"C:/mapp/fil\") eller inom enkla citattecken ({key} = 'C:\\mapp\\fil')."
        )
    if plain.casefold() in ("ja", "nej", "yes", "no", "sant", "falskt", "true", "false"):
        return f"skriv {key} = true (ja) eller {key} = false (nej), med små bokstäver och utan citattecken."
    if not plain:
        return "värdet fattas. Skriv det efter likhetstecknet, eller ta bort raden."
    if plain[0] in "\"'" and plain.count(plain[0]) % 2:
        return f'citattecknet stängs inte på raden. Skriv {key} = "…".'
    if plain[0] == "[" or "array" in message:
        return f'listan kan inte läsas. Skriv {key} = ["…", "…"], med komma emellan och ] sist.'
    if plain[0] == "{" or "inline" in message:
        return 'klamrarna kan inte läsas. Skriv { nyckel = "värde", nyckel = "värde" } på en rad.'
    if re.match(r"[^\W\d]", plain):
        return f'text ska stå inom citattecken. Skriv {key} = "…".'
    return f'värdet kan inte läsas. Skriv text och decimaltal inom citattecken ({key} = "…"), hela tal och datum utan.'


def _twice(message: str, lines: list[str], number: int) -> str | None:
    """A key or heading that stands twice: the reader stops on or after the second."""
    if not any(word in message for word in ("overwrite", "twice", "already", "mutate", "immutable", "redefine")):
        return None
    line = lines[number - 1]
    if heading := _HEADER.match(line):
        name = heading["name"].strip()
        return f"[{name}] står mer än en gång. Skriv [[{name}]] på varje ställe, eller behåll ett av dem."
    parts = _LINE.match(line)
    if not parts:
        return "samma nyckel står mer än en gång. Behåll en av dem."
    earlier = None
    for before in range(number - 1, 0, -1):
        other = _LINE.match(lines[before - 1])
        if other and other["key"] == parts["key"]:
            earlier = before
            break
        if _HEADER.match(lines[before - 1]):
            break
    also = f" (även på rad {earlier})" if earlier else ""
    return f"nyckeln {parts['key']} står två gånger{also}. Behåll en av dem."
