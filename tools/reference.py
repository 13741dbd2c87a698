"""Write the reference pages that follow from the code: `python tools/reference.py`.

The tests compare the committed pages with what this makes, so they cannot go stale.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

from irrupt import i18n
from irrupt.ledgers import measures
from irrupt.regulation import acts_by_name

PAGES = Path(__file__).resolve().parent.parent / "docs" / "reference"

SET_BY_NOTHING = "emergent always"


def measures_page() -> str:
    """Every measure, ledger by ledger."""
    lines = [
        "# Measures",
        "",
        "Each is defined once and computed from real and simulated records alike. *By construction*: effects through",
        "these aspects of the rules are marked so for the parties that an act touches; all others are emergent.",
        "*Matters*: smallest effect that matters, as a share of the baseline and at least so much.",
    ]
    ledger = ""
    for measure in measures().values():
        if measure.ledger != ledger:
            ledger = measure.ledger
            lines += ["", f"## {ledger.capitalize()} ledger", ""]
            lines += ["| Measure | Of | Unit | Definition | By construction | Matters |", "|---|---|---|---|---|---|"]
        by = ", ".join(sorted(measure.set_by)) or SET_BY_NOTHING
        source = f" Source: {measure.source}." if measure.source else ""
        matters = f"{measure.matters:.0%}, {measure.matters_least:g} {measure.unit}".strip()
        lines.append(
            f"| **{measure.name}** | {measure.of} | {measure.unit or 'ratio'} | {measure.definition}{source} | {by} | {matters} |"
        )
    lines += ["", "## Power ledger", "", "Nothing is measured in it yet: it needs the range of effects over settings."]
    return "\n".join(lines) + "\n"


def acts_page() -> str:
    """Every act with its parameters."""
    lines = ["# Acts", "", "In scenario files and after `--act`, spaces stand where Python writes underscores.", ""]
    for name, act in acts_by_name().items():
        lines += [f"## {name}", "", (act.__doc__ or "").strip().split("\n\n")[0].replace("\n    ", "\n"), ""]
        lines += ["| Parameter | Needed |", "|---|---|"]
        for field in dataclasses.fields(act):
            needed = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
            lines.append(f"| `{field.name.replace('_', ' ')}` | {'yes' if needed else 'no'} |")
        lines.append("")
    return "\n".join(lines)


def pages() -> dict[str, str]:
    """File name -> content."""
    i18n.use("en")
    return {"measures.md": measures_page(), "acts.md": acts_page()}


if __name__ == "__main__":
    for name, content in pages().items():
        (PAGES / name).write_text(content, encoding="utf-8")
