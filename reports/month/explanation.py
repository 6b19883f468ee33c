"""An explanation as text on the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from betalningsansvar.reports.month.steps import Explanation, Step
from betalningsansvar.reports.words.swedish import mark_text


def explanation_text(explanation: Explanation) -> str:
    """The whole explanation, a heading per section and a line per step."""
    return "\n".join(_lines(explanation))


def _lines(explanation: Explanation) -> Iterator[str]:
    yield explanation.heading
    if explanation.origin:
        yield explanation.origin
    for heading, steps in explanation.sections():
        yield ""
        yield f"{heading} {steps[0].label}: {steps[0].text}" if steps[0].kind == "regel" else heading
        for step in steps:
            yield from _step(step)


def _step(step: Step) -> Iterator[str]:
    paragraph = f" ({step.paragraph})" if step.paragraph else ""
    match step.kind:
        case "regel":
            yield f"  källa: {step.source} ({mark_text(step.status)})"
        case "uppgift":
            yield f"  {step.label:<24} {step.text}{paragraph}"
        case "iakttagelse":
            yield f"  {step.label}: {step.text}{paragraph}"
        case "stopp":
            code = f"{step.label}: " if step.label.isupper() else ""
            yield f"  STOPP {code}{step.text}{paragraph}"
        case "belopp":
            yield f"  {step.text}"
            if step.source:
                yield f"    {step.label}, källa: {step.source} ({mark_text(step.status)})"
        case _:
            yield f"  {step.text}{paragraph}"
