"""bill: a month computed and written, or a running month looked at."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from betalningsansvar.commands.asking import read_data, read_law
from betalningsansvar.commands.files import Files
from betalningsansvar.commands.nation import bill_nation
from betalningsansvar.commands.parameters import (
    DATE,
    PATH,
    ExampleCommand,
    agreement_option,
    agreements_option,
    as_of_option,
    cluster_option,
    customers_option,
    first_option,
    force_option,
    inferred_option,
    inputs,
    invoice_date_option,
    last_option,
    month_option,
    option,
    parquet_option,
    processes_option,
    sender_option,
    tariffs_option,
)
from betalningsansvar.commands.printing import list_by, list_in, say, say_counts, say_findings
from betalningsansvar.commands.progress import progress, working
from betalningsansvar.commands.span import SpanAsked, bill_span, require_span
from betalningsansvar.commands.stopping import stopping, wrong_usage

if TYPE_CHECKING:
    from betalningsansvar.billing.period import Month


@click.command(
    cls=ExampleCommand,
    short_help="Räkna en månad (eller flera): fakturor, underlag, sammanställning.",
    example="betalningsansvar bill data/exempel/halland-2018-11-12.csv --month 2018-11 --agreement halland "
    "--out ut/halland-2018-11\n"
    "betalningsansvar bill data/exempel/halland-2018-11-12.csv --month 2018-11 --as-of 2018-11-12 --preview\n"
    "betalningsansvar bill data/exempel/halland-2018 --from 2018-01 --to 2018-12 --agreement halland --out ut/2018",
)
@inputs
@month_option("Månaden som räknas.")
@first_option("Första månaden av flera, i stället för --month: tabeller, inga fakturor.")
@last_option("Sista månaden av flera.")
@option("--out", type=PATH, metavar="MAPP", help="Mappen som skapas.")
@agreement_option
@agreements_option
@tariffs_option
@as_of_option
@option("--as-known", type=DATE, metavar="DATUM", help="Bara belopp som var kända den dagen (known_from).")
@option("--driftstopp", type=PATH, metavar="FIL", help="Tider då meddelandesystemet låg nere (TOML).")
@option("--preview", is_flag=True, help="Visa bara en pågående månad: hittills, och om ingen skrivs ut.")
@option("--within", default=3, show_default=True, type=click.IntRange(0, 60), metavar="N", help="Dagar framåt i den.")
@inferred_option
@sender_option
@customers_option
@invoice_date_option
@option("--ledger", metavar="URL", help="Liggaren, för jämförelsen med förra månaden i sammanställningen.")
@parquet_option
@option("--pdf", is_flag=True, help="Skriv fakturor och underlag som PDF också.")
@option("--password-file", type=PATH, metavar="FIL", help="Kryptera underlagen med lösenordet i filen.")
@option("--pseudonym-key", type=PATH, metavar="FIL", help="Koder i stället för identiteter, med den hemliga nyckeln.")
@processes_option("Med --from: läs Parquet i delar, N processer.")
@cluster_option("Med --from: räkna delarna på ett Dask-kluster (tcp://dator:8786).")
@force_option
def bill(
    inputs: tuple[Path, ...],
    profile: str | None,
    month: Month | None,
    first: Month | None,
    last: Month | None,
    out: Path | None,
    agreement: str,
    agreements: str | None,
    tariffs: Path | None,
    as_of: date | None,
    as_known: date | None,
    driftstopp: Path | None,
    preview: bool,
    within: int,
    allow_inferred: bool,
    avsandare: Path | None,
    kunder: Path | None,
    invoice_date: date | None,
    ledger: str | None,
    parquet: bool,
    pdf: bool,
    password_file: Path | None,
    pseudonym_key: Path | None,
    processes: int | None,
    cluster: str | None,
    force: bool,
) -> None:
    """Räkna en månad och skriv fakturor, underlag och sammanställning per kommun.

    Med --from och --to räknas flera månader i en läsning: sammanställning per kommun och månad, fakturarader och
    ärenden, men inga fakturor; de skrivs månad för månad.
    """
    if agreements and agreement != "nationell":
        raise wrong_usage("Ange --agreement eller --agreements region, inte båda.")
    if first or last or agreements:
        of_month = {
            "--month": month,
            "--preview": preview,
            "--avsandare": avsandare,
            "--kunder": kunder,
            "--invoice-date": invoice_date,
            "--ledger": ledger,
            "--pdf": pdf,
            "--password-file": password_file,
            "--pseudonym-key": pseudonym_key,
        }
        if agreements and month:
            first, last, of_month["--month"] = month, month, first or last
        first, last, out = require_span(first, last, out, [name for name, given in of_month.items() if given])
        chosen = (agreement, tariffs, as_of, as_known, driftstopp, allow_inferred)
        asked = SpanAsked(first, last, *chosen, profile, force, processes, cluster, parquet)
        (bill_nation if agreements else bill_span)(inputs, out, asked)
        return
    if processes or cluster:
        raise wrong_usage("--processes och --cluster går bara med --from och --to.")
    if month is None:
        raise wrong_usage("Det saknas '--month'; flera månader anges med --from och --to.")
    if out is None and not preview:
        raise wrong_usage("Ange --out MAPP, mappen som skapas, eller --preview för att bara titta.")
    files = Files()
    with stopping():
        from betalningsansvar.data.settings.secretfiles import read_key, read_password
        from betalningsansvar.operations.month import (
            MonthRequest,
            WriteRequest,
            bill_folder,
            compute_month,
            write_month,
        )
        from betalningsansvar.operations.parties import read_parties
        from betalningsansvar.operations.preview import PreviewRequest, preview_month
        from betalningsansvar.reports.files.folder import require_free
        from betalningsansvar.reports.files.sidebyside import MOST
        from betalningsansvar.reports.month.preview_text import preview_lines
        from betalningsansvar.reports.month.withheld import withheld_lines
        from betalningsansvar.reports.words.law import notice_lines
        from betalningsansvar.reports.words.numbers import counted, kronor_text

        law = read_law(files, agreement, tariffs, as_known)
        if preview or out is None:
            read = read_data(files, inputs, profile)
            with working("Räknar"):
                shown = preview_month(PreviewRequest(read, law, month, as_of, within, allow_inferred))
            say(preview_lines(shown))
            say_findings(shown.so_far.issues, list_by(f"bill --month {month}"))
            return
        parties = read_parties(files.named(avsandare), files.named(kunder))
        password = read_password(password_file) if password_file else None
        key = read_key(pseudonym_key) if pseudonym_key else None
        stopped = files.named(driftstopp)
        files.found(inputs)
        where = bill_folder(files.destination(out, force=force), month)
        require_free(where)
        read = read_data(files, inputs, profile)
        request = MonthRequest(read, law, month, as_of, allow_inferred, stopped, key)
        with progress() as told:
            work = compute_month(request, told)
            before = files.ledger(ledger) if ledger else None
            wanted = WriteRequest(where, parties, invoice_date or date.today(), pdf, password, before, MOST, parquet)
            write_month(work, wanted, told)
    say_counts(work.bill.cases)
    payers = counted(int((work.bill.kommuner["amount_ore"] > 0).sum()), "kommun", "kommuner")
    say([f"{month}: {kronor_text(work.bill.amount_ore)} från {payers} enligt {law.agreement.id}. Skrivet i {out}."])
    say(notice_lines(law.agreement, work.bill.replaced, month.start, month.last_day))
    say(withheld_lines(work.bill))
    say_findings(work.bill.issues, list_in(out))
