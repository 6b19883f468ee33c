"""A new kind of rule must be decided everywhere: the type checker names each place that does not."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("tariffs", "billing", "reports", "operations")
FIFTH = """

@dataclass(frozen=True, slots=True, kw_only=True)
class Femte(Head):
    modell = "femte"


Rule = Individuell | Genomsnitt | Schablon | Utanfor | Femte
"""
_RULE = re.compile(r"^Rule = .*$", re.MULTILINE)


def places_that_decide() -> set[tuple[str, int]]:
    """Every `assert_never(rule)`: file and line, but where only the rules that look at cases are matched."""
    found = set()
    for path in (file for room in ROOMS for file in (ROOT / room).rglob("*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, start=1):
            if line.strip() != "assert_never(rule)":
                continue
            opened = max(n for n in range(number) if lines[n].strip() == "match rule:")
            if "case Schablon" in (text := "\n".join(lines[opened:number])) or "Utanfor" in text:
                found.add((str(path.relative_to(ROOT)), number))
    return found


def test_a_fifth_kind_of_rule_fails_the_type_check_at_every_place_that_decides(tmp_path: Path) -> None:
    records = ROOT / "tariffs" / "records.py"
    changed = tmp_path / "records.py"
    changed.write_text(_RULE.sub(lambda _: FIFTH.strip(), records.read_text(encoding="utf-8")), encoding="utf-8")
    seen = ROOT / ".venv" / "typed" / "betalningsansvar" / "tariffs" / "records.py"
    shadowed = seen if seen.exists() else records
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache"), "--no-error-summary",
         "--shadow-file", str(shadowed), str(changed)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    told = {
        (re.sub(r"^.*?betalningsansvar/", "", file), int(line))
        for file, line in re.findall(r"^(\S+?\.py):(\d+): error: .*assert_never", done.stdout, re.MULTILINE)
    }
    wanted = places_that_decide()
    assert len(wanted) > 15
    assert wanted <= told, (sorted(wanted - told), done.stdout[-2000:], done.stderr[-500:])
