"""Honest comparison: a baseline and its scenarios on the same random numbers, with paired intervals."""

from irrupt.experiment.compare import compare
from irrupt.experiment.model import EFFECT_COLUMNS, Comparison, Found, Reached, Tried, Verdict

__all__ = ["EFFECT_COLUMNS", "Comparison", "Found", "Reached", "Tried", "Verdict", "compare"]
