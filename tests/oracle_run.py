"""The engine against the oracle on many random months: `python -m tests.oracle_run --cases 200000 --seed 1`.

Prints the number of lines that differ and the first of them; exit code 1 if there is any.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import click

from tests.engine_adapter import answer_of, differences, run_engine
from tests.figures import keep
from tests.oracle import bill
from tests.strategies import Month, random_month

CASES_A_MONTH = 250
SHOWN = 20


def compare(work: Month) -> list[str]:
    """Where engine and oracle differ on one month."""
    wanted = bill(work.world, work.cases, work.month, work.as_of)
    return differences(wanted, answer_of(run_engine(work.world, work.cases, work.month, work.as_of)))


def smallest(work: Month) -> Iterator[str]:
    """The facts of one differing month, cut down to the first case that differs alone."""
    for case in work.cases:
        alone = replace(work, cases=[case])
        found = compare(alone)
        if found:
            yield from found
            yield f"  month {work.month:%Y-%m}, as_of {work.as_of}"
            yield f"  case { {k: str(v) for k, v in case.items() if v not in (None, '')} }"
            yield from (f"  {rule}" for rule in work.world.agreement.regler)
            return


@click.command(epilog="Example: python -m tests.oracle_run --cases 2000 --seed 7")
@click.option("--cases", default=200_000, show_default=True, help="Number of random cases.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, other cases.")
@click.option("--figures", is_flag=True, help="Write the figures into docs/sakerhet.md.")
def main(cases: int, seed: int, figures: bool) -> None:
    """Hold the engine against the day-by-day oracle."""
    rng = Random(seed)
    found: list[str] = []
    example: list[str] = []
    with click.progressbar(length=cases, label="engine = oracle", file=sys.stderr) as bar:
        for done in range(0, cases, CASES_A_MONTH):
            size = min(CASES_A_MONTH, cases - done)
            work = random_month(rng, size)
            differing = compare(work)
            if differing and not example:
                example = list(smallest(work))
            found += differing
            bar.update(size)
    click.echo(f"{cases} cases, seed {seed}: {len(found)} differing lines")
    for text in [*example, *found[:SHOWN]]:
        click.echo(text)
    if figures:
        keep("oracle", [f"Frö {seed}: {cases} slumpade ärenden, {len(found)} rader som skiljer."])
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
