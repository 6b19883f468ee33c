"""What a scenario may change, as fields of a form: every key that a scenario file knows."""

from __future__ import annotations

from dataclasses import dataclass

from betalningsansvar.data.columns import VARDFORMER

WHOLE, EXACT, MONTH, CLOCK, KRONOR, WORDS = "heltal", "tal", "manad", "klocka", "kronor", "ord"
_AS_AGREED = ("", "Som i avtalet")
_YES_NO = (_AS_AGREED, ("ja", "Debiteras"), ("nej", "Debiteras inte"))


@dataclass(frozen=True, slots=True)
class Knob:
    """One key of the scenario file: its words, and what is written in it: what `kind` says, one of `choices`, or the
    `word` that stands in place of a number. `group` says where in the form it stands: `""` among the first, else
    under that heading."""

    key: str
    label: str
    hint: str = ""
    kind: str = WHOLE
    choices: tuple[tuple[str, str], ...] = ()
    word: str = ""
    group: str = ""


_ENTRY, _MEAN, _CHARGE, _WAYS = "När ansvaret inträder", "Genomsnittet", "Vad som debiteras", "Arbetssätt"

KNOBS = (
    Knob("vardform", "Gäller", kind=WORDS, choices=(("", "All vård"), *((kind, kind) for kind in VARDFORMER))),
    Knob("dagar", "Dagar till ansvar"),
    Knob("dygnsbelopp", "Kronor per dygn", "Eller en serie.", KRONOR),
    Knob("troskel", "Tröskel", "I genomsnittet.", EXACT),
    Knob("kortare_dygn", "Dygn kortare", "Väntan på hemgång."),
    Knob(
        "modell",
        "Modell",
        "Dag för dag behöver dagar, genomsnitt en tröskel.",
        choices=(_AS_AGREED, ("individuell", "Dag för dag"), ("genomsnitt", "Genomsnitt")),
        group=_ENTRY,
    ),
    Knob("fran", "Från och med månad", "Tomt: hela tiden.", MONTH, group=_ENTRY),
    Knob(
        "dagtyp",
        "Dagar räknas som",
        choices=(_AS_AGREED, ("kalenderdag", "Kalenderdagar"), ("vardag", "Vardagar")),
        group=_ENTRY,
    ),
    Knob(
        "galler_dagtyp",
        "Bara regler som räknar",
        choices=(("", "Alla dagar"), ("kalenderdag", "Kalenderdagar"), ("vardag", "Vardagar")),
        group=_ENTRY,
    ),
    Knob(
        "intrader",
        "Ansvaret inträder",
        choices=(_AS_AGREED, ("sista_dagen", "Den sista dagen"), ("dagen_efter", "Dagen efter den sista")),
        group=_ENTRY,
    ),
    Knob(
        "klockslag",
        "Klockslag för sen underrättelse",
        "Till exempel 12:00, eller inget.",
        CLOCK,
        word="inget",
        group=_ENTRY,
    ),
    Knob(
        "klockslag_grans",
        "På klockslaget är",
        choices=(_AS_AGREED, ("efter", "I tid: senare är sent"), ("fran", "Sent")),
        group=_ENTRY,
    ),
    Knob(
        "styrs_av",
        "Regeln väljs efter",
        choices=(_AS_AGREED, ("dygnet", "Varje dygn"), ("underrattelse", "Underrättelsens dag")),
        group=_ENTRY,
    ),
    Knob(
        "hinder",
        "Hinder i öppenvården",
        choices=(
            _AS_AGREED,
            ("skjuter_upp", "Skjuter upp ansvaret"),
            ("ingen_verkan", "Har ingen verkan"),
            ("pausar", "Pausar också debiteringen"),
        ),
        group=_ENTRY,
    ),
    Knob(
        "inskrivningsmeddelande_sent",
        "För sent inskrivningsmeddelande",
        choices=(_AS_AGREED, ("varnar", "Ger en varning"), ("blockerar", "Hindrar ansvaret")),
        group=_ENTRY,
    ),
    Knob("decimaler", "Decimaler i genomsnittet", "Eller exakt.", word="exakt", group=_MEAN),
    Knob("individuell_efter", "Lämnar genomsnittet efter", "Antal dagar, eller aldrig.", word="aldrig", group=_MEAN),
    Knob("trigger_manader", "Månader i rad över tröskeln", group=_MEAN),
    Knob(
        "vilka_raknas",
        "Vilka som räknas",
        choices=(
            _AS_AGREED,
            ("villkoren", "De som uppfyller villkoren"),
            ("meddelade", "De som har inskrivningsmeddelande"),
            ("alla", "Alla utskrivna"),
        ),
        group=_MEAN,
    ),
    Knob(
        "uttrade_fran",
        "Dagarna till utträdet räknas från",
        choices=(_AS_AGREED, ("underrattelse", "Underrättelsen"), ("regelns_borjan", "Regelns början")),
        group=_MEAN,
    ),
    Knob(
        "uttrade_hinder",
        "Hinder vid utträdet prövas",
        choices=(_AS_AGREED, ("intradet", "Den dagen"), ("alltid", "När det än inträffar")),
        group=_MEAN,
    ),
    Knob("dygnsbelopp_ar", "Belopp av år", "Till exempel 2019.", group=_CHARGE),
    Knob("utskrivningsdag", "Utskrivningsdagen", choices=_YES_NO, group=_CHARGE),
    Knob("dodsdag", "Dödsdagen", choices=_YES_NO, group=_CHARGE),
    Knob(
        "permission",
        "Permission",
        choices=(_AS_AGREED, ("debiteras", "Debiteras"), ("avdrag", "Hela dygn dras av")),
        group=_CHARGE,
    ),
    Knob(
        "aterkallad",
        "En återkallelse",
        choices=(_AS_AGREED, ("avbrott", "Slutar dygnen"), ("makulering", "Tar bort alla dygn")),
        group=_CHARGE,
    ),
    Knob("samma_dag_andel", "Andel hem samma dag", "Till exempel 0,50.", EXACT, group=_WAYS),
    Knob("tillvaxt", "Fler eller färre ärenden", "0,05 är fem procent fler.", EXACT, group=_WAYS),
    Knob("kommun", "Bara kommunerna", "Namn eller koder med komma mellan. Tomt: alla.", WORDS, group=_WAYS),
    Knob(
        "andra_underrattelsen",
        "En andra underrättelse",
        choices=(
            _AS_AGREED,
            ("var_for_sig", "Är ett eget ärende"),
            ("borjar_om", "Börjar om räkningen"),
            ("forsta_galler", "Ändrar inget: den första gäller"),
        ),
        group=_WAYS,
    ),
)

BEHAVIOUR = ("kortare_dygn", "samma_dag_andel", "tillvaxt", "kommun", "andra_underrattelsen")
"""Keys of how people are sent home; the others change the agreement's rules."""

WHERE = ("vardform", "galler_dagtyp", "fran", "kommun")
"""Keys that say where a change holds: alone they change nothing."""

AXES = (
    ("", "Ingenting"),
    ("dagar", "Dagar till ansvar"),
    ("dygnsbelopp", "Kronor per vårddygn"),
    ("troskel", "Tröskel i genomsnittet"),
    ("decimaler", "Decimaler i genomsnittet"),
    ("individuell_efter", "Dagar då ärendet lämnar genomsnittet"),
    ("trigger_manader", "Månader i rad över tröskeln"),
    ("kortare_dygn", "Dygn kortare väntan"),
    ("samma_dag_andel", "Andel hem samma dag"),
    ("tillvaxt", "Fler eller färre ärenden"),
)
