"""What parties agree on: a rulebook with its history, and whether new records keep it."""

from irrupt.agreement.files import dump_rulebook, load_rulebook, rulebook_schema
from irrupt.agreement.habits import with_habits
from irrupt.agreement.kept import kept
from irrupt.agreement.model import Judged, Kept, Rule, Rulebook

__all__ = [
    "Judged",
    "Kept",
    "Rule",
    "Rulebook",
    "dump_rulebook",
    "kept",
    "load_rulebook",
    "rulebook_schema",
    "with_habits",
]
