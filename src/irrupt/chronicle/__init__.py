"""What happened: records of an organisation, real or simulated, as four tables."""

from irrupt.chronicle.model import EVENT_COLUMNS, PM4PY_NAMES, Chronicle, Problem
from irrupt.chronicle.rows import Legend, Rows

__all__ = ["EVENT_COLUMNS", "PM4PY_NAMES", "Chronicle", "Legend", "Problem", "Rows"]
