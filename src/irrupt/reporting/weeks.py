"""Which weeks a picture shows."""

from __future__ import annotations

import math
from collections.abc import Sequence

_NEXT_TO_NOTHING = 0.02
"""Share of all that weeks before a picture hold together, for them to be left out of it."""


def first_week(series: Sequence[Sequence[float]]) -> tuple[int, float]:
    """From which week on the picture goes, and the share of all that lies before it: 0 and nothing, unless most weeks
    hold next to nothing, as where a log holds the few long cases of years and all of its last weeks.

    >>> first_week([[0, 0, 1, 0, 0, 0, 40, 60]])[0], first_week([[5, 6, 4, 5]])
    (6, (0, 0.0))
    """
    sums = [math.fsum(week) for week in zip(*series, strict=True)]
    before = [math.fsum(sums[:at]) / math.fsum(sums) for at in range(len(sums))]
    first = max((at for at, share in enumerate(before) if share <= _NEXT_TO_NOTHING), default=0)
    return (first, before[first]) if first > len(sums) / 2 and len(sums) - first > 1 else (0, 0.0)
