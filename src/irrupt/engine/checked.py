"""What must hold of the compiled loop's state after every event: its debug mode, `Simulation(checked=True)`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from irrupt.arraytypes import Ints
from irrupt.chronicle.rows import INTERRUPTED, Rows
from irrupt.engine import layout
from irrupt.engine.change import teams
from irrupt.engine.layout import Records, Rules, State
from irrupt.errors import Fault, InvariantError

if TYPE_CHECKING:
    from irrupt.engine.compiled import Compiled


class Before(NamedTuple):
    """What is looked at again when a moment is over."""

    in_hand: Ints
    ticket: int


def advance(loop: Compiled, until: float) -> tuple[Rows, bool]:
    """Work until the next moment at which something happens is over, as `Compiled.advance` does until *until*: the
    rows, and whether there is more to do."""
    state = loop.state
    now = _next(state.events, state.counts)
    if now >= until:
        return loop.advance(until)
    before = Before(state.workers["in_hand"].astype(np.int64), int(state.counts[layout.TICKET]))
    rows, full = loop.advance(min(float(np.nextafter(now, np.inf)), until))
    if not full:
        check(loop.state, loop.tables.rules, now, before, rows)
    return rows, loop.lookout.crossed is None


def check(state: State, rules: Rules, now: float, before: Before | None = None, rows: Rows | None = None) -> None:
    """Raise `InvariantError` with everything that is wrong with *state*, *now* that an event is over. *before*, *rows*:
    how it was before, and what has been done at this moment.

    >>> from irrupt.engine import Simulation
    >>> from irrupt.engine.examples import counter
    >>> run = Simulation(counter(), seed=1, weeks=1, checked=True)
    >>> sum(len(rows.case) for rows in run.run()) == run.arrived
    True
    """
    faults = [Fault(f"{what}, {now} s", found) for what, found in _broken(state, rules, now, before, rows)]
    if faults:
        raise InvariantError(faults)


def _broken(
    state: State, rules: Rules, now: float, before: Before | None, rows: Rows | None
) -> Iterator[tuple[str, str]]:
    yield from _events(state, now)
    yield from _slots(state)
    yield from _queues(state, rules)
    yield from _limits(state, rules)
    yield from _people(state, rules, now)
    if before is not None:
        yield from _hands(state, rules, before)
    if before is not None and rows is not None and state.counts[layout.BATCHED] == 0:
        yield from _handed_over(state, rules, now, before, rows)


def _events(state: State, now: float) -> Iterator[tuple[str, str]]:
    """The heap is one, nothing in it is past, and whatever is on its way or being done has an event."""
    events = state.events[: state.counts[layout.PENDING]]
    above = events[(np.arange(1, len(events)) - 1) // 4]
    below = events[1:]
    late = (below["time"] < above["time"]) | ((below["time"] == above["time"]) & (below["key"] < above["key"]))
    if late.any():
        yield "events", f"{int(late.sum())} stand above earlier ones"
    if (events["time"] < now).any():
        yield "events", f"{(events['time'] < now).sum()} are past"
    kind, whose = events["key"] >> layout.KIND_SHIFT, events["key"] & ((1 << layout.KIND_SHIFT) - 1)
    going = whose[(kind == layout.PASS) | (kind == layout.READY) | (kind == layout.DONE)]
    status = state.slots["status"]
    waits = state.slots["case"][(status == layout.DELAYED) | (status == layout.BEGUN)]
    if lost := {*waits.tolist()} - {*going.tolist()}:
        numbers = [str(case >> layout.PART_BITS) for case in sorted(lost)]
        yield "events", f"none is planned for case {', '.join(numbers[:5])}"


def _slots(state: State) -> Iterator[tuple[str, str]]:
    """Each slot is free or somebody's, and whoever came is in the system or over."""
    free = np.sort(state.free[: state.counts[layout.FREE]])
    gone = np.flatnonzero(state.slots["status"] == layout.GONE)
    if not np.array_equal(free, gone):
        yield "slots", f"{len(free)} are free, {len(gone)} are empty"
    inside = len(np.unique(state.slots["case"][state.slots["status"] != layout.GONE] >> layout.PART_BITS))
    came, over = int(state.counts[layout.CASES]), int(state.counts[layout.OVER])
    if came != over + inside:
        yield "cases", f"{came} came, {over} are over, {inside} are here"


def _queues(state: State, rules: Rules) -> Iterator[tuple[str, str]]:
    """Whoever waits stands in the queue of his team, which is as long as it says."""
    slots = state.slots
    queued = np.flatnonzero(slots["status"] == layout.QUEUED)
    team = teams(state, rules, queued)
    length = np.bincount(team[team >= 0], np.maximum(slots["lot"][queued], 1)[team >= 0], minlength=len(state.desks))
    for wrong in np.flatnonzero(length != state.desks["queued"]).tolist():
        said, found = int(state.desks["queued"][wrong]), int(length[wrong])
        yield f"team {wrong}", f"its queue is said to hold {said}, and holds {found}"
    standing = [
        slot
        for one in range(len(state.desks))
        for queue in state.queues["head"][rules.teams["queue_begin"][one] : rules.teams["queue_end"][one]].tolist()
        for slot in _line(slots, queue, heap=rules.teams["order"][one] > layout.LAST_COME)
    ]
    if sorted(standing) != queued.tolist():
        yield "queues", f"{len(standing)} stand in them, {len(queued)} should"


def _line(slots: Records, head: int, *, heap: bool) -> Iterator[int]:
    """The slots in a queue from *head* on: a list, or a pairing heap whose children are lists."""
    left = [head]
    for _turn in range(len(slots) + 1):
        while left and left[-1] < 0:
            left.pop()
        if not left:
            return
        slot = left.pop()
        yield slot
        left.append(int(slots["next"][slot]) if not heap or slot != head else -1)
        if heap:
            left.append(int(slots["child"][slot]))


def _queued(state: State, rules: Rules) -> Ints:
    """Of each team, at its first desk: how many wait for it."""
    queued = np.zeros(len(state.desks), np.int64)
    np.add.at(queued, rules.teams["begin"], state.desks["queued"])
    return queued


def _limits(state: State, rules: Rules) -> Iterator[tuple[str, str]]:
    """No case is kept for want of room where there is some."""
    kept = np.flatnonzero(state.slots["status"] == layout.HELD)
    queued = _queued(state, rules)
    for team in np.unique(rules.teams["begin"][teams(state, rules, kept)]).tolist():
        room = int(rules.teams["limit"][team]) - int(queued[team])
        if room > 0:
            yield f"team {team}", f"cases are kept for want of room in its queue, in which there is room for {room}"


def _handed_over(state: State, rules: Rules, now: float, before: Before, rows: Rows) -> Iterator[tuple[str, str]]:
    """What somebody has handed over at this moment has come into a queue in which there was room: of those that stand
    before it, fewer than the limit. Whoever goes straight on with one part hands over no other; where something else
    was recorded of the case, nobody may have."""
    slots = state.slots
    case, now_done = slots["case"] >> layout.PART_BITS, rows.end == now
    by_somebody = (rows.person >= 0) & (rows.flags & INTERRUPTED == 0)
    straight = (slots["status"] == layout.BEGUN) & (slots["start"] == now)
    by = np.setdiff1d(rows.case[now_done & by_somebody], rows.case[now_done & ~by_somebody])
    by = np.setdiff1d(by, case[straight]) if len(rules.straight) else by
    waits = np.flatnonzero(slots["status"] == layout.QUEUED)
    team = rules.teams["begin"][teams(state, rules, waits)]
    came = (slots["ticket"][waits] >= before.ticket) & (slots["enabled"][waits] == now) & np.isin(case[waits], by)
    for slot, at in zip(waits[came], team[came], strict=True):
        ahead = int((slots["ticket"][waits[team == at]] < slots["ticket"][slot]).sum())
        if ahead >= rules.teams["limit"][at]:
            yield f"team {at}", f"case {case[slot]} was handed over to its queue, in which there was no room"


def _hands(state: State, rules: Rules, before: Before) -> Iterator[tuple[str, str]]:
    """Nobody takes more than he can have in hand; what he had before rules changed he may end."""
    in_hand, most = state.workers["in_hand"], rules.people["at_once"]
    for person in np.flatnonzero((in_hand > most) & (in_hand > before.in_hand)).tolist():
        yield f"person {person}", f"has {int(in_hand[person])} in hand, of {int(most[person])} at most"


def _people(state: State, rules: Rules, now: float) -> Iterator[tuple[str, str]]:
    """Everybody has in hand the cases that name him (of a batch, and of parts that he keeps, one), who has room is
    counted, and nobody who could work is idle."""
    workers, slots, members = state.workers, state.slots, rules.members
    begun = (slots["status"] == layout.BEGUN) | (slots["status"] == layout.HELD)
    mine = slots["person"][begun & (slots["person"] >= 0) & (slots["keeps"] == 0)]
    in_hand = np.bincount(mine, minlength=len(workers))
    for person in np.flatnonzero(in_hand != workers["in_hand"]).tolist():
        said, found = int(workers["in_hand"][person]), int(in_hand[person])
        yield f"person {person}", f"{said} in hand are said, {found} are there"
    room = workers["in_hand"] < rules.people["at_once"]
    count = np.bincount(members["team"][room[members["person"]]], minlength=len(state.desks))
    for team in np.flatnonzero(count != state.desks["room"]).tolist():
        said, found = int(state.desks["room"][team]), int(count[team])
        yield f"team {team}", f"room of {said} is said, of {found} is there"
    if _next(state.events, state.counts) > now:
        there = (workers["on_from"] <= now) & (now < workers["on_until"]) & room
        idle = members[there[members["person"]] & (state.desks["queued"][members["team"]] > 0)]["person"]
        for person in sorted(set(idle.tolist())):
            yield f"person {person}", "is free and on duty while cases wait for the team"


def _next(events: Records, counts: Ints) -> float:
    return float(events["time"][0]) if counts[layout.PENDING] else np.inf
