"""The compiled loop with its state: makes room for it, starts it again, and changes its rules between two starts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from irrupt.arraytypes import Ints
from irrupt.chronicle.rows import Rows
from irrupt.engine import kernel, layout
from irrupt.engine.amending import patience_follows
from irrupt.engine.asked import InQueue, Place, in_queues
from irrupt.engine.bringing import as_arrays, bring, take_up
from irrupt.engine.change import changed
from irrupt.engine.crossings import Alarm, Crossing
from irrupt.engine.desks import team_of
from irrupt.engine.gathering import waits
from irrupt.engine.impatience import giving_in
from irrupt.engine.layout import State
from irrupt.engine.state import grown, new_log, new_shelves, new_state, roomier
from irrupt.engine.sweeping import MANY, sweep

if TYPE_CHECKING:
    from irrupt.engine.legends import Numbers
    from irrupt.engine.opening import Opened
    from irrupt.engine.planning.planner import Release
    from irrupt.engine.tables import Tables

NO_LOG = new_log(0)
NO_ROWS = Rows._make(NO_LOG)


def copied(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A copy. Records are copied as bytes: NumPy copies them field by field, which takes twenty times as long."""
    if column.dtype.names is None:
        return column.copy()
    copy: npt.NDArray[Any] = column.view(np.uint8).copy().view(column.dtype)
    return copy


class Compiled:
    """The compiled loop. `reference.Reference` has the same methods."""

    def __init__(self, tables: Tables, numbers: Numbers, run: int, limit: float, chunk: int) -> None:
        self.tables = tables
        self.names = numbers.names(tables)
        self.run = run
        self.limit = limit
        self.chunk = chunk
        self.log = NO_LOG
        self.state = new_state(tables, run, limit)
        self.far = new_shelves(0)
        self.lookout = Alarm()

    def __deepcopy__(self, _memo: dict[int, Any]) -> Compiled:
        """The same loop, with a state of its own. Its log is empty: what was written there has been handed out; room is
        made when it goes on, which many never do."""
        other = Compiled.__new__(Compiled)
        other.__dict__ = self.__dict__ | {"log": NO_LOG, "far": new_shelves(0), "lookout": Alarm()}
        other.state = State._make(copied(column) for column in self.state)
        return other

    def _room(self) -> int:
        """Rows that the log has room for: what one event can write has, whatever the chunk."""
        return max(self.chunk, self.tables.rules.most_rows + 1)

    @property
    def arrived(self) -> int:
        return int(self.state.counts[layout.CASES])

    @property
    def in_system(self) -> int:
        return int(self.state.counts[layout.CASES] - self.state.counts[layout.OVER])

    def waiting_at(self) -> dict[str, int]:
        """Team -> cases in its queue, where there are any."""
        queued, found = self.state.desks["queued"], Counter[str]()
        for desk in np.flatnonzero(queued):
            found[team_of(self.tables.desks[desk])] += int(queued[desk])
        return dict(found)

    def in_queues(self) -> dict[Place, InQueue]:
        """What waits, by what it waits for."""
        return in_queues(waits(self.state, self.tables)) if self.state.desks["queued"].any() else {}

    @property
    def last(self) -> float:
        """Time of the last event."""
        return float(self.state.clock[0])

    def advance(self, until: float) -> tuple[Rows, bool]:
        """Work until *until*, or until a chunk of rows is full: the rows, and whether there is more to do."""
        counts = self.state.counts
        counts[layout.LOGGED] = 0
        if len(self.log.case) != self._room():
            self.log = new_log(self._room())
        rules = self.tables.rules
        batched = bool(len(rules.batches) or counts[layout.BATCHED])
        cutting = bool(rules.most_rows or counts[layout.STOPPED])
        work = kernel.LOOPS[batched, cutting]
        while True:
            if len(self.far.later) < len(self.state.events):
                self.far = new_shelves(len(self.state.events))
            code = work(
                until, self.limit, self.tables.rules, self.names, self.state, self.far, self.log, self.lookout.record
            )
            if code not in (layout.SLOTS_FULL, layout.EVENTS_FULL):
                break
            if code == layout.SLOTS_FULL:
                self.state = grown(self.state)
            else:
                self._sweep(cutting)
            counts = self.state.counts
        self.lookout.told(code == layout.CROSSED)
        done = int(counts[layout.LOGGED])
        rows = Rows._make([column[:done] for column in self.log]) if done else NO_ROWS
        return rows, code == layout.LOG_FULL

    def _sweep(self, cutting: bool) -> None:
        """Make room for events: by those that will not happen, where these are many, or else by more room."""
        room, rules = len(self.state.events), self.tables.rules
        if room >= MANY:
            sweep(cutting, self.state)
        # What one event of the loop may need, as it asks for.
        most = rules.most_rows + len(rules.calls) + 3 * rules.most_parts + 4
        if room < MANY or room - self._usual - most - self.state.counts[layout.VOID] < room // 4:
            self.state = roomier(self.state)

    @property
    def _usual(self) -> int:
        """How many events can be pending that are not void."""
        return len(self.state.slots) + len(self.tables.clients) + len(self.tables.people)

    def look_out(self, crossing: Crossing | None) -> None:
        """Pause when *crossing* comes about, if anything, from now on."""
        self.lookout = Alarm(self, crossing)

    def open_cases(self) -> Ints:
        """The numbers of the cases that are not over."""
        return np.unique(self.state.slots["case"][self.state.slots["status"] != layout.GONE] >> layout.PART_BITS)

    def bring(self, releases: Sequence[Release], numbers: Numbers, now: float) -> range:
        """Cases that a plan releases come *now*; their numbers."""
        first = self.arrived
        while releases:
            if self.state.counts[layout.FREE] == 0:
                self.state = grown(self.state)
            room = int(self.state.counts[layout.FREE])
            self._make_room(room)
            bring(as_arrays(releases[:room], self.tables, numbers), now, self.tables.rules, self.state)
            releases = releases[room:]
        return range(first, self.arrived)

    def open(self, opened: Sequence[Opened], numbers: Numbers, now: float) -> range:
        """Take up cases that are open already *now*; their numbers."""
        first = self.arrived
        for one in opened:
            while self.state.counts[layout.FREE] <= max(self.tables.rules.most_parts, len(one.parts)):
                self.state = grown(self.state)
            take_up(one, self.state, self.tables, numbers)
        self._expect(len(opened), now)
        return range(first, self.arrived)

    def _expect(self, cases: int, now: float) -> None:
        """Plan when cases will be called off, of which so many are new."""
        if self.tables.patience:
            self._make_room(cases)
            giving, state = giving_in(self.tables.rules), self.state
            patience_follows(giving, now, self.last, state.slots, state.seen, state.events, state.counts)

    def _make_room(self, cases: int) -> None:
        """Room for the events at which so many more cases will be called off."""
        calls = cases * len(self.tables.rules.calls)
        while calls and self.state.counts[layout.VOID] + calls >= len(self.state.events) - self._usual:
            self.state = roomier(self.state)

    def change(self, tables: Tables, numbers: Numbers, now: float) -> None:
        """Go on under other rules. Raises `ModelError` when cases are at steps that are gone."""
        self.state = changed(self.state, self.tables, tables, run=self.run, now=now, limit=self.limit)
        self.names = numbers.names(tables, self.tables, self.names)
        self.tables = tables
