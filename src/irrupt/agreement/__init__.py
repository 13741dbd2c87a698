"""What parties agree on: a rulebook with its history, and whether new records keep it."""

from irrupt.agreement.files import dump_rulebook, load_rulebook, rulebook_schema
from irrupt.agreement.findings import with_findings
from irrupt.agreement.habits import with_habits
from irrupt.agreement.kept import kept
from irrupt.agreement.model import Evidence, Judged, Kept, Rule, Rulebook
from irrupt.agreement.signing import agree, confirm, end, refute, sign

__all__ = [
    "Evidence",
    "Judged",
    "Kept",
    "Rule",
    "Rulebook",
    "agree",
    "confirm",
    "dump_rulebook",
    "end",
    "kept",
    "load_rulebook",
    "refute",
    "rulebook_schema",
    "sign",
    "with_findings",
    "with_habits",
]
