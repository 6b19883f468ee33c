"""ledger dispute, decide, letter, disputes, reasons: what the kommuner object to, and what becomes of it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from betalningsansvar.commands.files import Files
from betalningsansvar.commands.kronor import ore_of
from betalningsansvar.commands.parameters import (
    DATE,
    PATH,
    ExampleCommand,
    by_option,
    customers_option,
    ledger_option,
    option,
    sender_option,
    shape_option,
)
from betalningsansvar.commands.printing import say
from betalningsansvar.commands.stopping import stopping, wrong_usage

if TYPE_CHECKING:
    from betalningsansvar.reports.words.listing import Shape


@click.command(
    name="dispute",
    cls=ExampleCommand,
    example="betalningsansvar ledger dispute 1 --row 1 --reason FEL_DATUM --ledger sqlite:///faktura.db",
)
@click.argument("number", type=click.IntRange(1), required=False, metavar="FAKTURA")
@ledger_option
@option("--case", "arende_id", metavar="ARENDE_ID", help="Ärendet som bestrids: alla dess rader i månaden.")
@option(
    "--row",
    type=click.IntRange(1),
    metavar="N",
    help="Den enda rad som bestrids, som fakturan och `ledger show` numrerar den.",
)
@option("--reason", metavar="KOD", help="Varför: se `ledger reasons`.")
@option("--amount", metavar="KRONOR", help="Bestritt belopp, om det är mindre än raderna.")
@option("--from", "source", type=PATH, metavar="FIL.xlsx", help="Eller: listan med kommunens egna rader ifyllda.")
@by_option
def ledger_dispute(
    number: int | None,
    ledger: str,
    arende_id: str | None,
    row: int | None,
    reason: str | None,
    amount: str | None,
    source: Path | None,
    by: str,
) -> None:
    """Registrera att en kommun bestrider ett ärende eller en rad på en faktura, eller allt i en ifylld lista."""
    if source is not None:
        if any(given is not None for given in (number, arende_id, row, reason, amount)):
            raise wrong_usage("--from FIL.xlsx anges för sig: fakturor och orsaker står i filen.")
        _register_file(ledger, source, by)
        return
    if number is None or reason is None:
        raise wrong_usage("Ange FAKTURA och --reason KOD, eller --from FIL.xlsx.")
    if (arende_id is None) == (row is None):
        raise wrong_usage("Ange antingen --case ARENDE_ID eller --row N.")
    amount_ore = ore_of(amount) if amount else None
    with stopping():
        from betalningsansvar.billing.ledger.disputing import Objection
        from betalningsansvar.operations.disputes import register_dispute

        objection = Objection(number, reason, arende_id=arende_id, row=row, amount_ore=amount_ore)
        dispute = register_dispute(ledger, objection, datetime.now().astimezone(), by)
    say([f"Bestridande {dispute} är registrerat, på steg 1."])


def _register_file(ledger: str, source: Path, by: str) -> None:
    with stopping():
        from betalningsansvar.data.files.inputs import InputFile
        from betalningsansvar.operations.dispute_file import import_disputes
        from betalningsansvar.reports.words.numbers import counted

        made = import_disputes(ledger, InputFile(source.name, source), datetime.now().astimezone(), by)
        say([f"{counted(len(made), 'bestridande är registrerat', 'bestridanden är registrerade')}, på steg 1."])


@click.command(
    name="decide",
    cls=ExampleCommand,
    example="betalningsansvar ledger decide 1 --decision medges --ledger sqlite:///faktura.db",
)
@click.argument("dispute", type=click.IntRange(1), metavar="BESTRIDANDE")
@ledger_option
@option("--step", type=click.IntRange(1, 4), metavar="N", help="Trappans steg: se `ledger reasons`.")
@option("--decision", metavar="ORD", help="Beslutet: se `ledger reasons`.")
@option("--preskriberas", type=DATE, metavar="DATUM", help="Dagen kravet preskriberas; krävs för steget till domstol.")
@by_option
def ledger_decide(
    dispute: int, ledger: str, step: int | None, decision: str | None, preskriberas: date | None, by: str
) -> None:
    """Flytta ett bestridande uppåt, eller besluta; det som medges krediteras nästa gång månaden utfärdas."""
    if step is None and decision is None:
        raise wrong_usage("Ange --step, --decision eller båda.")
    with stopping():
        from betalningsansvar.operations.disputes import Ruling, decide_dispute

        decide_dispute(ledger, Ruling(dispute, step, decision, preskriberas), datetime.now().astimezone(), by)
    say([f"Bestridande {dispute}: {decision or f'flyttat till steg {step}'}."])


@click.command(
    name="letter",
    cls=ExampleCommand,
    example="betalningsansvar ledger letter 1 --ledger sqlite:///faktura.db --avsandare data/exempel/avsandare.toml "
    "--kunder data/exempel/kunder.toml --out ut/brev.pdf",
)
@click.argument("dispute", type=click.IntRange(1), metavar="BESTRIDANDE")
@ledger_option
@option("--out", required=True, type=PATH, metavar="FIL.pdf", help="Filen som skrivs.")
@sender_option
@customers_option
def ledger_letter(dispute: int, ledger: str, out: Path, avsandare: Path | None, kunder: Path | None) -> None:
    """Skriv brevet till kommunen: vad den invände, vad som är beslutat och vad som följer."""
    if avsandare is None:
        raise wrong_usage("Brevet behöver --avsandare FIL: vem det är från.")
    files = Files()
    with stopping():
        from betalningsansvar.operations.dispute_letter import LetterRequest, write_dispute_letter
        from betalningsansvar.operations.parties import read_parties

        parties = read_parties(files.named(avsandare), files.named(kunder))
        address = files.ledger(ledger)
        request = LetterRequest(address, dispute, files.destination(out), parties, date.today())
        write_dispute_letter(request)
    say([f"Brevet är skrivet: {out}"])


@click.command(
    name="disputes", cls=ExampleCommand, example="betalningsansvar ledger disputes --ledger sqlite:///faktura.db"
)
@ledger_option
@option("--out", type=PATH, metavar="FIL.xlsx", help="Skriv listan, som kommunen fyller i och skickar tillbaka.")
@shape_option
def ledger_disputes(ledger: str, out: Path | None, shape: Shape | None) -> None:
    """Lista bestridandena, och per kommun och månad: fakturerat, bestritt, krediterat, netto."""
    files = Files()
    today = date.today()
    with stopping():
        from betalningsansvar.operations.dispute_file import export_disputes
        from betalningsansvar.operations.disputes import list_disputes
        from betalningsansvar.reports.issued.text import dispute_lines, dispute_report_lines
        from betalningsansvar.reports.words.listing import DISPUTES, listing

        if out:
            export_disputes(files.ledger(ledger), files.destination(out), today)
            say([f"Listan är skriven: {out}"])
            return
        found = list_disputes(ledger, today)
        if shape:
            say(listing(found.disputes, DISPUTES, shape))
            return
        say([*dispute_lines(found.disputes), "", *dispute_report_lines(found.report)])


@click.command(name="reasons", cls=ExampleCommand, example="betalningsansvar ledger reasons")
@shape_option
def ledger_reasons(shape: Shape | None) -> None:
    """Lista orsakerna till bestridanden och krediter, stegen och besluten."""
    from betalningsansvar.billing.ledger.credit_reasons import CORRECTIONS, DISPUTES
    from betalningsansvar.billing.ledger.dispute_words import DECISIONS, STEPS

    steps = {str(step): meaning for step, meaning in STEPS.items()}
    parts = {"Orsaker till bestridande": DISPUTES, "Orsaker till rättelse": CORRECTIONS}
    parts |= {"Steg": steps, "Beslut": DECISIONS}
    if shape:
        from betalningsansvar.reports.words.law_rows import REASONS
        from betalningsansvar.reports.words.listing import rows_listing

        rows = [
            {"slag": kind, "kod": word, "betyder": meaning}
            for kind, words in parts.items()
            for word, meaning in words.items()
        ]
        say(rows_listing(rows, REASONS, shape))
        return
    for title, words in parts.items():
        say([f"{title}:", *(f"  {word:<22}{meaning}" for word, meaning in words.items())])
