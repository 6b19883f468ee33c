"""The month: bill it, check the data, explain an amount, follow the days."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from betalningsansvar.commands.shared import (
    DATE,
    MONTH,
    PATH,
    ExampleCommand,
    agreement_option,
    as_of_option,
    inputs,
    print_counts,
    progress,
    read_checked,
    read_input,
    read_law,
    read_parties,
    stopping,
    tariffs_option,
)

if TYPE_CHECKING:
    import pandas as pd

    from betalningsansvar.billing.period import Month
    from betalningsansvar.tariffs.records import Agreement


driftstopp_option = click.option(
    "--driftstopp", type=PATH, metavar="FILE", help="Times when the message system stood still (TOML)."
)


@click.command(cls=ExampleCommand, example="betalningsansvar bill notices.csv --month 2018-11 --out ut/2018-11")
@inputs
@click.option("--month", required=True, type=MONTH, metavar="YYYY-MM", help="Month to bill.")
@click.option("--out", type=PATH, metavar="DIR", help="Folder to make.")
@agreement_option
@tariffs_option
@as_of_option
@click.option("--as-known", type=DATE, metavar="DATE", help="Only amounts known on this day (known_from).")
@driftstopp_option
@click.option("--preview", is_flag=True, help="Only show a running month: so far, and if nobody leaves.")
@click.option("--within", default=3, show_default=True, type=click.IntRange(0, 60), help="Days ahead in the preview.")
@click.option("--allow-inferred", is_flag=True, help="Bill amounts marked I (inferred) as well.")
@click.option("--avsandare", type=PATH, metavar="FILE", help="Sender of the invoices (TOML).")
@click.option("--kunder", type=PATH, metavar="FILE", help="Recipients of the invoices (TOML).")
@click.option("--invoice-date", type=DATE, metavar="DATE", help="Date on the invoices; today if left out.")
@click.option("--pdf", is_flag=True, help="Write invoices and underlag as PDF too.")
@click.option("--password-file", type=PATH, metavar="FILE", help="Encrypt the underlag with the password in it.")
@click.option("--pseudonym-key", type=PATH, metavar="FILE", help="Codes instead of identities, by this secret key.")
@click.option("--force", is_flag=True, help="Replace the folder if it exists.")
def bill(
    inputs: tuple[Path, ...],
    month: Month,
    out: Path,
    agreement: str,
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
    pdf: bool,
    password_file: Path | None,
    pseudonym_key: Path | None,
    force: bool,
) -> None:
    """Compute a month and write invoices, underlag and summary per kommun."""
    if preview:
        _preview(inputs, month, agreement, tariffs, as_of, within, allow_inferred)
        return
    if out is None:
        raise click.UsageError("give --out DIR, the folder to make, or --preview to only look")
    with stopping():
        from betalningsansvar.reports.files.folder import require_free
        from betalningsansvar.reports.files.manifest import Fingerprint, ReadFile
        from betalningsansvar.reports.month.publish import write_bill

        invoice_date = invoice_date or date.today()
        require_free(out, force=force)
        sender, customers = read_parties(avsandare, kunder)
        password = _password(password_file) if password_file else None
        key = _pseudonym_key(pseudonym_key) if pseudonym_key else None
        known, amounts = read_law(agreement, tariffs)
        if as_known:
            amounts = amounts.as_known(as_known)
        intake = read_input(inputs)

        from betalningsansvar.billing.cases import check_cases
        from betalningsansvar.billing.engine import bill as bill_month

        cases, issues = check_cases(intake.cases, intake.issues)
        if key is not None:
            from betalningsansvar.billing.pseudonyms import pseudonyms
            from betalningsansvar.reports.files.protect import require_anonymous_references

            require_anonymous_references(cases)
            cases = cases.assign(patient_id=pseudonyms(cases["patient_id"], key))
        issues = _flag_downtime(cases, issues, known, driftstopp)
        with progress("Computing", len(cases)) as done:
            result = bill_month(
                cases, issues, known, amounts, month, as_of, allow_inferred=allow_inferred, progress=done
            )
        options = {
            "month": str(month),
            "agreement": agreement,
            "as_of": str(result.as_of),
            "allow_inferred": "ja" if allow_inferred else "nej",
            "invoice_date": str(invoice_date),
            "pseudonyms": "nej" if key is None else "ja",
            "underlag_encrypted": "nej" if password is None else "ja",
            "as_known": str(as_known) if as_known else "",
            **intake.profile_facts,
        }
        with progress("Writing", 1) as written:
            write_bill(
                result,
                out,
                sender=sender,
                customers=customers,
                invoice_date=invoice_date,
                inputs=[ReadFile.of_source(source) for source in intake.sources],
                tariffs=[Fingerprint(layer.origin, layer.sha256) for layer in amounts.layers],
                options=options,
                force=force,
                pdf=pdf,
                password=password,
                progress=written,
            )
    print_counts(result.cases)
    from betalningsansvar.reports.words.numbers import kronor_text

    payers = int((result.kommuner["amount_ore"] > 0).sum())
    click.echo(f"{month}: {kronor_text(result.amount_ore)} to {payers} kommuner by {known.id}. Written to {out}.")


def _password(path: Path) -> str:
    """The password of the underlag, after a look at whether anything can be encrypted here at all."""
    from betalningsansvar.data.settings.secretfiles import read_password
    from betalningsansvar.reports.files.protect import require_encryption

    require_encryption()
    return read_password(path)


def _pseudonym_key(path: Path) -> bytes:
    from betalningsansvar.billing.pseudonyms import require_key
    from betalningsansvar.data.settings.secretfiles import read_key

    key = read_key(path)
    require_key(key)
    return key


def _flag_downtime(
    cases: pd.DataFrame, issues: pd.DataFrame, agreement: Agreement, driftstopp: Path | None
) -> pd.DataFrame:
    from betalningsansvar.billing.downtime import flag_downtime
    from betalningsansvar.tariffs.downtime import load_downtimes

    windows = agreement.driftstopp + (load_downtimes(driftstopp) if driftstopp else ())
    return flag_downtime(cases, issues, windows)


def _preview(
    inputs: tuple[Path, ...],
    month: Month,
    agreement: str,
    tariffs: Path | None,
    as_of: date | None,
    within: int,
    allow_inferred: bool,
) -> None:
    with stopping():
        known, amounts = read_law(agreement, tariffs)
        cases, issues = read_checked(inputs)

        from betalningsansvar.billing.preview import preview
        from betalningsansvar.reports.month.preview_text import preview_lines

        found = preview(cases, issues, known, amounts, month, as_of, within_days=within, allow_inferred=allow_inferred)
        for line in preview_lines(found):
            click.echo(line)


@click.command(cls=ExampleCommand, example="betalningsansvar check notices.csv")
@inputs
@click.option("--out", type=PATH, metavar="FILE", help="Write every finding to a CSV file.")
@click.option("--most", default=40, show_default=True, type=click.IntRange(0), help="Findings to print.")
def check(inputs: tuple[Path, ...], out: Path | None, most: int) -> None:
    """Tell what is wrong in the data, before any money is computed."""
    with stopping():
        from betalningsansvar.reports.month.findings import (
            finding_lines,
            require_findings_file,
            source_lines,
            write_findings,
        )

        if out:
            require_findings_file(out)
        intake = read_input(inputs)

        from betalningsansvar.billing.cases import check_cases

        cases, issues = check_cases(intake.cases, intake.issues)
        if out:
            write_findings(issues, out, date.today())
    for line in source_lines(intake.sources):
        click.echo(line)
    print_counts(cases)
    for line in finding_lines(issues, most):
        click.echo(line)


@click.command(cls=ExampleCommand, example="betalningsansvar explain notices.csv --case H-2018-0017")
@inputs
@click.option("--case", "arende_id", metavar="ARENDE_ID", help="The case to explain.")
@click.option("--kommun", metavar="CODE", help="Explain the kommun's mean instead (with --month).")
@click.option("--month", type=MONTH, metavar="YYYY-MM", help="Only this month.")
@agreement_option
@tariffs_option
@as_of_option
def explain(
    inputs: tuple[Path, ...],
    arende_id: str | None,
    kommun: str | None,
    month: Month | None,
    agreement: str,
    tariffs: Path | None,
    as_of: date | None,
) -> None:
    """Show one amount step by step: fact, rule and paragraph, day, kronor."""
    if (arende_id is None) == (kommun is None):
        raise click.UsageError("give either --case ARENDE_ID, or --kommun CODE with --month")
    if kommun is not None and month is None:
        raise click.UsageError("--kommun needs --month: a mean belongs to a calendar month")
    with stopping():
        from betalningsansvar.data.kommuner import find_kommun

        payer = find_kommun(kommun).code if kommun is not None else ""
        known, amounts = read_law(agreement, tariffs)
        cases, issues = read_checked(inputs)

        from betalningsansvar.billing.explain import explain_case, explain_mean
        from betalningsansvar.reports.month.case_steps import case_explanation
        from betalningsansvar.reports.month.explanation import explanation_text
        from betalningsansvar.reports.month.mean_steps import mean_explanation

        if arende_id is not None:
            rows = explain_case(cases, issues, arende_id, known, amounts, month, as_of)
            texts = [explanation_text(case_explanation(row)) for row in rows]
            for row in rows:
                if row.mean_month:
                    means = explain_mean(cases, str(row.case["kommun"]), known, amounts, row.mean_month, as_of)
                    texts += [
                        explanation_text(mean_explanation(mean))
                        for mean in means
                        if row.case["vardform"] in mean.rule.vardform
                    ]
        else:
            assert month is not None
            texts = [
                explanation_text(mean_explanation(m)) for m in explain_mean(cases, payer, known, amounts, month, as_of)
            ]
            texts = texts or [f"No genomsnitt rule of {known.id} covers kommun {payer} in {month}."]
    click.echo("\n\n".join(texts))


@click.command(cls=ExampleCommand, example="betalningsansvar stats notices.csv --from 2018-11 --to 2018-12 --out s.csv")
@inputs
@click.option("--from", "first", required=True, type=MONTH, metavar="YYYY-MM", help="First month.")
@click.option("--to", "last", required=True, type=MONTH, metavar="YYYY-MM", help="Last month.")
@click.option("--out", required=True, type=PATH, metavar="FILE", help="CSV file to write.")
@click.option("--befolkning", type=PATH, metavar="FILE", help="CSV with kommun, invanare and, if known, invanare_65.")
@agreement_option
@as_of_option
def stats(
    inputs: tuple[Path, ...],
    first: Month,
    last: Month,
    out: Path,
    befolkning: Path | None,
    agreement: str,
    as_of: date | None,
) -> None:
    """Days from notice to discharge per kommun and month, nationally counted and by the agreement."""
    if last < first:
        raise click.UsageError(f"--to {last} is before --from {first}")
    with stopping():
        from betalningsansvar.data.settings.befolkning import load_population

        known, _ = read_law(agreement, None)
        people = load_population(befolkning) if befolkning else {}
        cases, _ = read_checked(inputs)

        from betalningsansvar.billing.statistics import monthly_statistics
        from betalningsansvar.reports.month.statistics_csv import statistics_lines, write_statistics

        found = monthly_statistics(cases, known, first.through(last), as_of or last.last_day)
        write_statistics(found, people, out)
    for line in statistics_lines(found):
        click.echo(line)
