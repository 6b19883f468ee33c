"""Every address of the page: its pattern, its name and who answers. What is not here is not there (404).

GET changes nothing; every POST answers 303, or 422 (409) with the form again.
"""

from __future__ import annotations

from typing import Any

from betalningsansvar.web.screens import (
    cases,
    check,
    disputes,
    help,
    issuing,
    jobs,
    ledger,
    month,
    papers,
    rules,
    settings,
    start,
)

_U = "/u/<id>"
_M = f"{_U}/manad/<month>"

ROUTES: tuple[tuple[Any, ...], ...] = (
    ("/", "borja", start.show),
    ("/uppgifter", "uppgifter", start.receive, "POST"),
    ("/exempel", "exempel", start.invented, "POST"),
    ("/fortsatt", "fortsatt", start.stay, "POST"),
    ("/raderat", "raderat", start.wiped),
    (f"{_U}/avsluta", "avsluta", start.leave),
    (f"{_U}/avsluta", "avsluta_gor", start.wipe, "POST"),
    ("/jobb/<job>", "jobb", jobs.show),
    ("/jobb/<job>/avbryt", "jobb_avbryt", jobs.stop, "POST"),
    ("/jobb/<job>/fil", "jobb_fil", jobs.fetch),
    (f"{_U}/kontroll", "kontroll", check.show),
    (f"{_U}/kontroll/avvikelser.<kind>", "avvikelser", check.fetch),
    (f"{_U}/arenden", "arenden", cases.show),
    (f"{_U}/arende/<int:row>", "arende", cases.explain),
    (f"{_U}/arende/<int:row>/patient", "arende_patient", cases.show_patient, "POST"),
    (f"{_U}/manad", "manad_val", month.choose),
    (f"{_M}", "manad", month.show),
    (f"{_M}/forhand", "forhand", month.ahead),
    (f"{_M}/kommun/<kommun>", "kommun", papers.show),
    (f"{_M}/kommun/<kommun>/<paper>.<kind>", "papper", papers.fetch),
    (f"{_M}/filer", "filer", papers.ask_all),
    (f"{_M}/filer", "filer_gor", papers.make_all, "POST"),
    (f"{_M}/utfarda", "utfarda", issuing.plan),
    (f"{_M}/utfarda", "utfarda_gor", issuing.issue, "POST"),
    (f"{_M}/utfardat/<int:run>", "utfardat", issuing.done),
    (f"{_M}/utfardat/<int:run>/filer", "utfardat_filer", issuing.files, "POST"),
    ("/liggare", "liggare", ledger.show),
    ("/liggare/faktura/<int:number>", "liggare_faktura", ledger.invoice),
    ("/liggare/faktura/<int:number>/faktura.<kind>", "liggare_fakturafil", ledger.paper),
    ("/liggare/faktura/<int:number>/bestrid", "bestrid", ledger.dispute, "POST"),
    ("/liggare/kontroll", "liggare_kontroll", ledger.verify),
    ("/liggare/kontroll", "liggare_kvitton", ledger.hold_against, "POST"),
    ("/liggare/export", "liggare_export", ledger.ask_export),
    ("/liggare/export", "liggare_export_gor", ledger.make_export, "POST"),
    ("/tvister", "tvister", disputes.show),
    ("/tvister/<int:number>", "tvist", disputes.one),
    ("/tvister/<int:number>", "tvist_gor", disputes.decide, "POST"),
    ("/regler", "regler", rules.show),
    ("/regler/avtal/<agreement>", "regler_avtal", rules.agreement),
    ("/regler/belopp", "regler_belopp", rules.amounts),
    ("/installningar", "installningar", settings.show),
    ("/installningar/avtalsmall.toml", "installningar_mall", settings.template),
    ("/installningar/<name>", "installningar_form", settings.form),
    ("/installningar/<name>", "installningar_spara", settings.save, "POST"),
    ("/installningar/<name>/bort", "installningar_bort", settings.remove, "POST"),
    ("/installningar/<name>.toml", "installningar_fil", settings.fetch),
    ("/hjalp", "hjalp", help.show),
    ("/hjalp/<name>", "hjalp_dokument", help.document),
    ("/hjalp/bilder/<name>", "hjalp_bild", help.picture),
    ("/tillganglighet", "tillganglighet", help.accessibility),
)
