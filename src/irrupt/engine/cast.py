"""Who and what the readable loop moves: cases, people at work, clients who bring cases; and what happens to them."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np

from irrupt.chronicle.rows import FIRST, Rows
from irrupt.organisation.guards import Like
from irrupt.organisation.hands import Group
from irrupt.organisation.model import START

WAKE, PASS, READY, ARRIVE, DONE, LEAVE, CLOSE, CALL_OFF = range(8)
"""What happens, in the order in which it happens at one moment: a person's hours begin; a case goes on without anything
being done; a case comes into a queue; a client brings a case; a step is done; a case has waited too long; cases that
have gathered go; a case is called off."""


@dataclass(slots=True, eq=False)
class Case:
    """A case in the system, or a part of one that is at several steps at once, and where it stands."""

    number: int
    client: str | None
    """None: he is gone."""
    key: int
    enabled: float
    """When the step before was done."""
    came: float = 0.0
    """When the case came."""
    clock: float = 0.0
    """When the clock of the case began: alike in all its parts."""
    part: int = 0
    kind: str | None = None
    """Its class."""
    quantity: float = 1.0
    deadline: float = math.inf
    """When it is due."""
    place: str = START
    """The step it is on its way to, in the queue of, or at."""
    occurrence: int = 0
    """How often it was at the activity of this step before."""
    check: str = ""
    """The check behind that step which is asked or being done; "": the step itself."""
    straight: bool = False
    """Whether whoever hands it over goes straight on with it."""
    due: float = math.inf
    """When the next thing happens to it; infinite in a queue."""
    order: int = 0
    """The number of that event; one planned before, for the same moment, happens no more."""
    what: int = READY
    """What happens then."""
    person: str | None = None
    """Who has it in hand, or on his pile."""
    rest: float = 0.0
    """What is left of work that was interrupted, at speed 1; 0: all of it."""
    ready: float = 0.0
    start: float = 0.0
    ticket: int = 0
    """Its place in the order of all that ever came into queues."""
    flags: int = FIRST
    row: dict[str, int] = field(default_factory=dict)
    """Numbers of client, activity, team and person, for its next row."""
    seen: Counter[str] = field(default_factory=Counter)
    """How often it came to each activity, in all its parts."""
    done: set[str] = field(default_factory=set)
    """The activities that were done in it, in all its parts."""
    did: dict[Group, str] = field(default_factory=dict)
    """Who did the last of those activities that it matters for, in all its parts."""
    takers: frozenset[str] | None = None
    """Who may do what it waits for, by who did others in it; None: all who do it."""
    by: str | None = None
    """Who has had it in hand."""
    leaves: float = math.inf
    """When it is given up, in a queue."""
    returned: set[str] = field(default_factory=set)
    """The returns that it made, in all its parts."""
    joined: bool = False
    """Whether it waits at a join for other parts."""
    within: str | None = None
    """In the hours of which calendar the delay that is going on passes; None: all the time."""
    whole: bool = False
    """Whether it skips nothing, since nobody else would work on it."""
    lot: int = 0
    """How many cases are in its batch; 0: it is in none."""
    since: float = -1.0
    """When that was made; or when new rules took it apart, or took the case from those that gather."""
    fellows: list[Case] = field(default_factory=list)
    """The others of a batch that it stands for, first come."""
    behind: int = 0
    """How many of these came before it."""
    stays: bool = False
    """Whether whoever has it in hand finishes it beyond his hours."""
    keeps: bool = False
    """Whether who has done it goes on with others of its batch; or keeps another part of the case, too, with the same
    hand."""
    ends: bool = False
    """Whether it is over when its batch is done, since the case went on without it."""

    def another(self, part: int) -> Case:
        """A part that is where this one is."""
        return replace(self, part=part, flags=self.flags & ~FIRST, row=dict(self.row), fellows=[])

    @property
    def like(self) -> Like:
        """What it is like, as far as guards of routes ask."""
        return Like(self.kind, self.quantity, self.deadline - self.came)

    @property
    def on_its_way(self) -> bool:
        """Whether it is to come to its place yet, when it is not waiting there."""
        return self.what in (READY, PASS)


@dataclass(slots=True)
class Worker:
    """A person at work."""

    in_hand: int = 0
    touched: float = -1.0
    """When he last took something up or ended it."""


@dataclass(slots=True)
class Asker:
    """A client who brings cases."""

    key: int
    since: float = 0.0
    need: float = 0.0
    """Arrivals to be expected from `since` until he brings the next case."""
    behind: int = 0
    """Cases that come together with the next one, after it."""
    brought: int = 0
    due: float = math.inf
    raw: float = 0.0
    """With appointments: when the next case would come that has none yet;"""
    first: float = 0.0
    """and when the first of the week at hand would come, or the pending one where it has no appointment."""
    of_week: int = 0
    """Cases with appointments in the week that begins at `monday`, and how many of these are still to come."""
    left: int = 0
    monday: float = 0.0
    appointed: float = 0.0
    """From when on his cases have appointments: the first whole week under that rule."""


def as_rows(rows: list[tuple[float, ...]]) -> Rows:
    """Tuples as columns."""
    columns = list(zip(*rows, strict=True)) or [()] * 12
    kinds = (np.int64, *[np.int32] * 4, *[np.float64] * 4, np.uint8, np.float64, np.int32)
    return Rows._make(np.array(column, dtype=kind) for column, kind in zip(columns, kinds, strict=True))
