"""Who takes what comes later, and lets wait what came before."""

from __future__ import annotations

import numpy as np

from irrupt.arraytypes import Flags, Floats


def passed_over(came: Floats, begun: Floats, others_came: Floats, others_begun: Floats) -> Flags:
    """Whether each of some steps, which *came* and were *begun* at these times, was passed over: of the others, sorted
    by when they were begun, one that came later was begun meanwhile.

    >>> passed_over(np.array([0.0, 5.0]), np.array([9.0, 9.0]), np.array([1.0, 3.0]), np.array([2.0, 8.0])).tolist()
    [True, False]
    """
    first, last = np.searchsorted(others_begun, came, "right"), np.searchsorted(others_begun, begun, "left")
    found = np.zeros(len(came), bool)
    some = np.flatnonzero(first < last)
    if len(some):
        ranges = np.column_stack((first[some], last[some])).ravel()
        latest = np.maximum.reduceat(np.append(others_came, -np.inf), ranges)[::2]
        found[some] = latest > came[some]
    return found
