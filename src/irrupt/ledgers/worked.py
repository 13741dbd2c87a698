"""The work on each step, counted once for all reducers that read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from irrupt.arraytypes import Floats, Ints32
from irrupt.chronicle.rows import Rows
from irrupt.ledgers import kernels
from irrupt.ledgers.hours import Hours

_TYPES = tuple(np.dtype(name) for name in ("i8", "i4", "i4", "i4", "i4", "f8", "f8", "f8", "f8", "u1", "f8", "i4"))
"""Of the columns of `Rows`, in their order."""


def as_read(rows: Rows) -> Rows:
    """*rows* as compiled loops read them; the same where they are."""
    columns: tuple[npt.NDArray[Any], ...] = rows
    if all(one.dtype == kind and one.flags.carray for one, kind in zip(columns, _TYPES, strict=True)):
        return rows
    return Rows._make(np.require(one, kind, ["C", "W"]) for one, kind in zip(columns, _TYPES, strict=True))


def together(rows: Rows) -> Ints32:
    """With how many cases each of *rows* was done at once: people's time is shared out among them."""
    return rows.together if len(rows.together) else np.ones(len(rows.case), np.int32)


@dataclass(slots=True)
class Worked:
    """Remembers the seconds of work on the latest rows: shared by the reducers of one set of ledgers."""

    rows: Rows | None = None
    hours: Hours | None = None
    seconds: Floats | None = None

    def of(self, rows: Rows, hours: Hours) -> Floats:
        """Seconds of work on each of *rows* within *hours*; nobody writes into them."""
        if self.seconds is None or rows is not self.rows or hours is not self.hours:
            self.rows, self.hours, self.seconds = rows, hours, np.empty(len(rows.case))
            kernels.add_worked(rows, hours, self.seconds)
        return self.seconds

    def forget(self) -> None:
        """Keep no rows that nobody will ask about again."""
        self.rows = self.hours = self.seconds = None
