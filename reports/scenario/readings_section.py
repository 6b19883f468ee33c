"""What an unclear reading of law or agreement costs: every reading beside the others, and what is in dispute."""

from __future__ import annotations

import pandas as pd

from betalningsansvar.reports.files.htmltext import Cell, Content, counted, table, text
from betalningsansvar.reports.scenario.view import View


def readings_section(view: View) -> str:
    """The section; blank where no readings were asked for."""
    if view.readings is None:
        return ""
    amounts = view.reading_amounts
    parts = [
        "<p>Där lag och avtal kan läsas på mer än ett sätt visas beloppet under varje läsning, med allt annat lika. "
        "Tvistebeloppet är skillnaden mellan den högsta och den lägsta läsningen.</p>"
    ]
    names = {k.code: k.name for k in view.kommuner}
    for point in view.readings.points:
        own = amounts[amounts["punkt"] == point.id]
        of_reading = {str(name): frame for name, frame in own.groupby("lasning", sort=False)}
        rows: list[list[Content]] = [
            [
                reading.text,
                reading.kalla,
                Cell.kr(int(of_reading[reading.id]["belopp_ore"].sum())),
                Cell.kr(int(of_reading[reading.id]["skillnad_ore"].sum()), signed=True),
            ]
            for reading in point.lasningar
        ]
        head = ["Läsning", "Källa", "Belopp, kr", "Mot avtalet, kr"]
        parts.append(f"<h3>{text(point.rubrik)}</h3><p>{text(point.fraga)}</p>")
        parts.append(table(f"{point.rubrik}: alla kommuner", head, rows))
        ids = [reading.id for reading in point.lasningar]
        per_kommun = _disputed(of_reading, ids, names)
        if not per_kommun:
            parts.append("<p>Ingen kommun påverkas av läsningen i dessa ärenden.</p>")
            continue
        caption = f"{point.rubrik}: per kommun, kronor"
        made = table(caption, ["Kommun", *(f"{i}, kr" for i in ids), "Tvistebelopp, kr"], per_kommun, css="sortable")
        parts.append(
            f"<details><summary>{text(caption)} ({counted(len(per_kommun), 'kommun', 'kommuner')})</summary>{made}"
            "</details>"
        )
    if view.readings.elsewhere:
        titles = "; ".join(text(point.rubrik) for point in view.readings.elsewhere)
        parts.append(f'<p class="quiet">Avtalet lämnar inget val under perioden i: {titles}.</p>')
    return "".join(parts)


def _disputed(of_reading: dict[str, pd.DataFrame], ids: list[str], names: dict[str, str]) -> list[list[Content]]:
    """A row per kommun with something in dispute: each reading's amount and the difference, largest first."""
    first = of_reading[ids[0]]
    kommuner = first["kommun"].astype("str").tolist()
    amounts = [of_reading[i]["belopp_ore"].tolist() for i in ids]
    disputes = first["tvist_ore"].tolist()
    order = sorted((k for k in range(len(kommuner)) if disputes[k]), key=lambda k: -disputes[k])
    return [[names[kommuner[k]], *(Cell.kr(own[k]) for own in amounts), Cell.kr(disputes[k])] for k in order]
