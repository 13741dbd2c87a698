"""Rows: a Chronicle's events as arrays, for everything that counts.

A real log and a simulated one become the same `Rows`, so a measure written once reads both. The engine writes them
directly, chunk by chunk, in the order in which steps end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from irrupt.arraytypes import Floats, Ints, Ints32
from irrupt.wall import Timeline

FIRST = 1
"""Flag: the first step of its case."""
LAST = 2
"""Flag: the last step of its case."""
CLIENT_WAIT = 4
"""Flag: before this step the organisation waited for the client."""
CLIENT_ACT = 8
"""Flag: the client did this step himself."""
BY_ITSELF = 16
"""Flag: nobody works on this step, whoever is named: it is recorded when it comes, such as an automatic closing."""
GAVE_UP = 32
"""Flag: with this step the client gave the case up while it waited."""
CLOCK = 64
"""Flag: a clock lets this step come, a set time after the one before it or when a program runs."""
INTERRUPTED = 128
"""Flag: work on the step was interrupted at the end; the step is not done with this row, and another one follows."""
CUT_SHORT = INTERRUPTED | CLOCK
"""Flags, both of them: work on the step ended before it was done, and nobody goes on with it: its case was called off,
or goes on elsewhere. No clock has to do with it."""

NO_STEP = -2
"""In place of an activity: nothing was done, the row only says that the case is over. Changes of rules make such."""


class Rows(NamedTuple):
    """One row per step done, and per case that is over without one: arrays of equal length. Times are seconds since
    `Legend.origin`, on the clock of the organisation: where it is put on or back, see `irrupt.wall`.

    `enabled <= ready <= start <= end`. In a real log `ready` is mostly not known (nan), `start` often not (nan).
    The time from `enabled` to `ready` is a delay that no person of the organisation works on; from `ready` to `start`
    the case waits for a person or for his hours.
    """

    case: Ints
    """Number of the case, dense from 0 in order of arrival."""
    client: Ints32
    activity: Ints32
    """-1: not known; `NO_STEP`: none."""
    team: Ints32
    """-1: no team."""
    person: Ints32
    """-1: nobody, or nobody known."""
    enabled: Floats
    """End of the step before; for the first step, the arrival."""
    ready: Floats
    start: Floats
    end: Floats
    flags: npt.NDArray[np.uint8]
    due: Floats = np.empty(0)
    """When the case is due; infinite: never. Empty where nothing tells of due dates."""
    together: Ints32 = np.empty(0, np.int32)
    """With how many cases, this one included, the step was done at once, as one piece of work: whoever did it spent the
    time once. Empty: each was done by itself."""


NO_ROWS = Rows(
    case=np.empty(0, np.int64),
    client=np.empty(0, np.int32),
    activity=np.empty(0, np.int32),
    team=np.empty(0, np.int32),
    person=np.empty(0, np.int32),
    enabled=np.empty(0),
    ready=np.empty(0),
    start=np.empty(0),
    end=np.empty(0),
    flags=np.empty(0, np.uint8),
)


def joined(chunks: Sequence[Rows]) -> Rows:
    """*chunks* as one.

    >>> len(joined([NO_ROWS, NO_ROWS]).case)
    0
    """
    if len(chunks) == 1:
        return chunks[0]
    return Rows._make(np.concatenate(columns) for columns in zip(*chunks, strict=True)) if chunks else NO_ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Legend:
    """What the numbers in `Rows` stand for."""

    origin: datetime
    """A Monday, 00:00 local time, as an aware UTC moment: second 0."""
    clients: tuple[str, ...]
    activities: tuple[str, ...]
    teams: tuple[str, ...]
    people: tuple[str, ...]
    checks: frozenset[str] = frozenset()
    """Activities that are known to check or record what others do; of the rest, names tell."""
    set_ups: tuple[tuple[str, float], ...] = ()
    """Activities done in batches, all cases at once, each with the seconds of work before a batch, in the mean."""
    timezone: str = "UTC"
    """The zone on whose clock seconds count."""

    @property
    def timeline(self) -> Timeline:
        """How moments and seconds are converted."""
        return Timeline(self.origin, self.timezone)

    def second(self, moment: datetime) -> float:
        """The second at a *moment*."""
        return self.timeline.second(moment)

    def moment(self, seconds: float) -> datetime:
        """The moment *seconds* after the origin.

        >>> from datetime import timezone
        >>> legend = Legend(origin=datetime(2024, 1, 1, tzinfo=timezone.utc), clients=(), activities=(), teams=(),
        ...                 people=())
        >>> legend.moment(86400.0).isoformat()
        '2024-01-02T00:00:00+00:00'
        """
        return self.timeline.moment(seconds)


def distinct(numbers: Ints) -> Ints:
    """*numbers* sorted, each once; several times as fast as `np.unique` where most differ.

    >>> distinct(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    ordered = np.sort(numbers)
    once: Ints = ordered[np.diff(ordered, prepend=ordered[:1] - 1) != 0]
    return once
