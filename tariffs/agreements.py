"""Agreements: dated rules in TOML, one file per agreement, read strictly.

The statutes themselves are two such files, `nationell` (2017:612) and `lag-1990-1404`; together they
are what holds where no agreement does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import combinations
from pathlib import Path

from betalningsansvar.data.files.named import NamedFile, as_named
from betalningsansvar.data.kommuner import region_names
from betalningsansvar.data.toml_file import SettingsError
from betalningsansvar.data.toml_table import read_toml, shown
from betalningsansvar.tariffs.downtime import downtimes
from betalningsansvar.tariffs.partly_known import partly_known
from betalningsansvar.tariffs.records import Agreement, Rule, Schablon
from betalningsansvar.tariffs.rules import LATE_MESSAGE, read_rule
from betalningsansvar.tariffs.shipped_files import shipped_file, shipped_names


def shipped_ids() -> tuple[str, ...]:
    """The ids of the agreements that come with the program."""
    return shipped_names("avtal")


@cache
def shipped(agreement_id: str) -> Agreement:
    """One of the shipped agreements."""
    return load_agreement(shipped_file("avtal", f"{agreement_id}.toml"))


def find_agreement(chosen: str | NamedFile) -> Agreement:
    """An agreement by its shipped id, or a file that was read. Raises SettingsError naming what is known."""
    if isinstance(chosen, NamedFile):
        return load_agreement(chosen)
    if chosen in shipped_ids():
        return shipped(chosen)
    known = ", ".join(shipped_ids())
    for one in partly_known():
        if one.id == chosen:
            lacking = ", ".join(one.saknas)
            raise SettingsError(
                [f"Avtalet {chosen} är bara känt till en del: {lacking} saknas. Därför räknas det aldrig."]
            )
    raise SettingsError([f"Avtalet {shown(chosen)} finns inte. Det finns {known}."])


def statute() -> tuple[Rule, ...]:
    """What holds without an agreement: lag (1990:1404) through 2017, lag (2017:612) from 2018."""
    return shipped("lag-1990-1404").regler + shipped("nationell").regler


def outcome_rules(rule: Schablon) -> tuple[Rule, ...]:
    """The rules by which the cases under a schablon rule are computed for bokslut (`utfall`).

    The named agreement's last rules are taken as they stand and moved to the schablon's own days; of leave the
    schablon itself decides.
    """
    regler = shipped(rule.utfall).regler
    last_day = max(r.tom or date.max for r in regler)
    in_force = [r for r in regler if r.in_force(last_day)]
    return tuple(replace(r, fran=rule.fran, tom=rule.tom, permission=rule.permission) for r in in_force)


def load_agreement(file: Path | NamedFile) -> Agreement:
    """Read one agreement file.

    Raises SettingsError with every problem at once: an id that is not the file's name, unknown key, wrong type,
    missing source, rules that cover the same day twice for a vardform, a schablon table or outcome that does not
    exist, a mean over kinds of care whose amounts differ.
    """
    named = as_named(file)
    root = read_toml(named)
    agreement_id, namn = root.text("id", needed=True), root.text("namn", needed=True)
    region = root.text("region", allowed=tuple(region_names()))
    invandning_dag = root.whole("invandning_dag", minimum=1, maximum=28)
    late_message = root.text("inskrivningsmeddelande_sent", allowed=LATE_MESSAGE) or "varnar"
    tables = root.tables("regel")
    driftstopp = downtimes(root)
    root.done()
    stem = named.name.removesuffix(".toml")
    if agreement_id and agreement_id != stem:
        told = f"id = {shown(agreement_id)}, men filen heter {named.name}. De ska vara lika: skriv id = {shown(stem)}."
        root.complain(told, "id")
    regler = [
        rule
        for number, table in enumerate(tables, start=1)
        if (rule := read_rule(table, agreement_id or stem, number, named.beside, late_message))
    ]
    for told in overlaps(regler):
        root.complain(told)
    root.stop()
    assert agreement_id and namn
    return Agreement(
        agreement_id,
        namn,
        region,
        tuple(regler),
        named.name,
        named.sha256,
        (named, *named.beside),
        invandning_dag,
        driftstopp,
    )


def uncovered(regler: tuple[Rule, ...], vardform: str, first: date, last: date) -> list[tuple[date, date]]:
    """The runs of days between `first` and `last` (inclusive) that no rule covers for `vardform`."""
    holes: list[tuple[date, date]] = []
    next_day = first
    for rule in sorted((r for r in regler if vardform in r.vardform), key=lambda r: r.fran):
        if next_day > last:
            break
        if rule.fran > next_day:
            holes.append((next_day, min(rule.fran - timedelta(days=1), last)))
        if rule.tom is None:
            return [h for h in holes if h[0] <= h[1]]
        next_day = max(next_day, rule.tom + timedelta(days=1))
    if next_day <= last:
        holes.append((next_day, last))
    return holes


def overlaps(regler: list[Rule]) -> Iterator[str]:
    """What is wrong with rules of which two cover one day of one vardform, a sentence for each two."""
    for one, other in combinations(regler, 2):
        shared = [v for v in one.vardform if v in other.vardform]
        first = max(one.fran, other.fran)
        last = min(one.tom or date.max, other.tom or date.max)
        if shared and first <= last:
            yield (
                f"regel {one.number} och regel {other.number} gäller båda {', '.join(shared)} från {first}, men ett "
                "dygn har en enda regel per vårdform. Ge den ena tom = dagen före den andras fran."
            )
