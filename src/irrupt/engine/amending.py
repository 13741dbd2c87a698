"""Changes of rules that touch little: the demand of some clients, the ranks or the order of some teams, the hours or
the speed of some people, what is skipped and checked, how cases gather and come together, patience, who is in which
team; and clients, steps, classes and returns that come and go. What they do not touch stays where it is.

Row for row, what comes of them is what `change.py` makes of every change, where it puts all work in hand in order anew.
Most acts are of this kind, and a pause for one of them costs a tenth of that.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Ints
from irrupt.compiling import Straight, compiled_from, piece
from irrupt.engine import (
    asking,
    batches,
    calling,
    crewing,
    duty,
    impatience,
    interrupting,
    layout,
    lines,
    pacing,
    passing,
    pieces,
    regathering,
    renaming,
    sorting,
)
from irrupt.engine.asking import Demand, goes_on, met, starts
from irrupt.engine.crewing import Crews, crew_anew
from irrupt.engine.impatience import Giving, arm, lose_patience, take_in_hands
from irrupt.engine.layout import (
    ARRIVE,
    EVENT,
    GATHERING,
    KIND_SHIFT,
    LINE,
    PENDING,
    QUEUE,
    STOPPED,
    VOID,
    WORKER,
    Rules,
    State,
    records,
)
from irrupt.engine.lines import rise, sink
from irrupt.engine.pacing import Calendars, Crew, go_on_anew
from irrupt.engine.passing import Checked, Waits, let_in, pass_on, places_in
from irrupt.engine.regathering import gather_anew, look_at_joins
from irrupt.engine.renaming import WAS, Renamed, lost, renumber
from irrupt.engine.sorting import Queues, sort_anew
from irrupt.engine.state import room_for_parts

for_python = compiled_from(
    asking,
    batches,
    calling,
    crewing,
    duty,
    impatience,
    interrupting,
    layout,
    lines,
    pacing,
    passing,
    pieces,
    regathering,
    renaming,
    sorting,
)
"""Compiles what Python calls here from this file, and from those of what moves cases, people and their work."""


class Amendment(NamedTuple):
    """What a change of rules touches, and the rules before and after."""

    renamed: Renamed
    client_keys: layout.Words
    old_client: Ints
    """New -> old; -1: new."""
    demand: Ints
    """Clients whose demand is another."""
    demands: tuple[Demand, Demand]
    ranks: Flags
    """Per team: whether it ranks cases in another way, or takes them in another order..."""
    reckons: Flags
    """... and whether it is another thing by which it orders them."""
    queues: tuple[Queues, Queues]
    hands: Flags
    """Per team: whether other work in hand may be interrupted, or none any more."""
    paced: Flags
    """Per person: whether hours or speed are others, or he is new..."""
    looks: Flags
    """... and whether he looks at once whether there is work for him."""
    crew: tuple[Crew, Crew]
    crews: Crews
    calendars: Calendars
    waits: tuple[Waits, Waits]
    checks: Checked
    giving: Giving
    names: bool
    """Whether clients, steps, classes, returns or what patience there is bear other numbers..."""
    clients: bool
    """... clients do..."""
    activities: bool
    """... activities do..."""
    passes: bool
    """... cases may wait for nothing, or for others..."""
    gathers: bool
    """... cases gather in another way, or others do..."""
    joins: bool
    """... parts of cases can come to other joins..."""
    asks: bool
    """... the demand of anybody is another..."""
    lines: bool
    """... cases stand in other queues..."""
    crewed: bool
    """... others are in a team..."""
    works: bool
    """... work may end at other times, or may be interrupted..."""
    gives_up: bool
    """... cases are given up or called off at other times..."""
    arms: bool
    """... or any work or delay may be cut short, where none could be."""


@piece
def ask_anew(changed, before, old, demand, now, limit, askers, events, counts):  # type: ignore[no-untyped-def]
    """Clients whose demand *changed* bring their next cases when that says; *before*: the numbers that all had."""
    pending = counts[PENDING]
    for client in changed:
        if before[client] < 0:
            time = starts(client, now, limit, demand, askers)
        else:
            time = goes_on(client, before[client], old, demand, now, limit, askers)
        key = (ARRIVE << KIND_SHIFT) | client
        at = 0
        while at < pending and events[at].key != key:
            at += 1
        if at < pending:
            # Those above it come down, so that the root is free.
            while at > 0:
                above = (at - 1) >> 2
                events[at] = events[above]
                at = above
            if time < limit:
                sink(events, pending, time, key, client)
            else:
                pending -= 1
                sink(events, pending, events[pending].time, events[pending].key, events[pending].item)
        elif time < limit:
            rise(events, pending, time, key, client)
            pending += 1
    counts[PENDING] = pending


@Straight
@for_python
def names_follow(renamed, was, known, seen, slots, events, counts):  # type: ignore[no-untyped-def]
    renumber(renamed, was, known, seen, slots, events, counts)


@Straight
@for_python
def is_lost(slots, node):  # type: ignore[no-untyped-def]
    return lost(slots, node)


@Straight
@for_python
def demand_follows(changed, before, old, demand, now, limit, askers, events, counts):  # type: ignore[no-untyped-def]
    ask_anew(changed, before, old, demand, now, limit, askers, events, counts)


@Straight
@for_python
def queues_follow(changed, reckons, old, new, before, queues, slots):  # type: ignore[no-untyped-def]
    sort_anew(changed, reckons, old, new, before, queues, slots)


@Straight
@for_python
def cases_follow(new, checks, gathers, joins, now, cutting, was, places):  # type: ignore[no-untyped-def]
    if joins:
        look_at_joins(now, places)
    if gathers:
        gather_anew(new, now, was, places)
    pass_on(new, checks, now, cutting, was, places)
    let_in(now, places)


@Straight
@for_python
def patience_follows(giving, now, last, slots, seen, events, counts):  # type: ignore[no-untyped-def]
    lose_patience(giving, now, last, slots, seen, events, counts)


@Straight
@for_python
def work_follows(  # type: ignore[no-untyped-def]
    paced, looks, crews, calendars, changed, old, new, now, cutting, workers, hands, slots, events, counts
):
    go_on_anew(paced, looks, crews, calendars, old, new, now, cutting, workers, slots, events, counts)
    take_in_hands(changed, new, slots, hands)


@Straight
@for_python
def crews_follow(  # type: ignore[no-untyped-def]
    paced,
    looks,
    crews,
    calendars,
    changed,
    old,
    new,
    now,
    cutting,
    known,
    workers,
    known_idle,
    idle,
    desks,
    hands,
    slots,
    events,
    counts,
):
    crew_anew(crews, old, new, now, known, workers, known_idle, idle, desks, slots, events, counts)
    go_on_anew(paced, looks, crews, calendars, old, new, now, cutting, workers, slots, events, counts)
    take_in_hands(changed, new, slots, hands)


@Straight
@for_python
def ends_are_kept(slots, events, pending):  # type: ignore[no-untyped-def]
    arm(slots, events, pending)


NOTHING = np.zeros(0, WAS)
NOT_SEEN = np.zeros((0, 0), np.int32)


def amended(state: State, what: Amendment, new: Rules, run: int, now: float, limit: float) -> State:
    """The state under the rules *new*, from *now* on."""
    if what.arms and not state.counts[STOPPED]:
        ends_are_kept(state.slots, state.events, state.counts[PENDING])
    cutting = bool(new.most_rows or state.counts[STOPPED])
    if what.clients or what.crewed or what.gives_up or what.gathers:
        state = _with_room(state, what, new)
    if len(state.moving) != new.most_parts + 1:
        state = state._replace(**room_for_parts(new))
    was = NOTHING
    if what.names:
        state, was = _renamed(state, what, run, now)
    if what.passes:
        state = _passed_on(state, what, new, now, cutting, was)
    if what.asks:
        demand = (what.demand, what.old_client, *what.demands)
        demand_follows(*demand, now, limit, state.askers, state.events, state.counts)
    if what.lines:
        queues = np.full(2 * len(new.queue_rank), -1, np.int32).view(QUEUE)
        queues_follow(what.ranks, what.reckons, *what.queues, state.queues, queues, state.slots)
        state = state._replace(queues=queues)
    if what.crewed:
        state = _crewed(state, what, new, now, cutting)
    elif what.works:
        work_follows(
            *(what.paced, what.looks, what.crews, what.calendars, what.hands, *what.crew, now, cutting),
            *(state.workers, state.hands, state.slots, state.events, state.counts),
        )
    if what.gives_up:
        patience_follows(what.giving, now, state.clock[0], state.slots, state.seen, state.events, state.counts)
    return state


def _with_room(state: State, what: Amendment, new: Rules) -> State:
    """The state with room for the events of all who are new. Nothing counts whether those have room; where events can
    be void, the loop looks itself."""
    least = len(state.slots) + len(new.clients) + len(new.people) + new.most_rows + int(state.counts[VOID])
    least += len(new.batches)
    if what.gives_up:
        least += len(state.slots) * (1 + len(new.calls))
    if len(state.events) >= least:
        return state
    events = np.zeros(least, EVENT)
    events[: len(state.events)] = state.events
    return state._replace(events=events)


def _renamed(state: State, what: Amendment, run: int, now: float) -> tuple[State, layout.Records]:
    """The state in the numbers of the new rules; and what numbers cases bore."""
    was = np.zeros(len(state.slots), WAS)
    known, seen = NOT_SEEN, state.seen
    if what.activities:
        known, seen = seen, np.zeros((len(seen), len(what.renamed.activity)), np.int32)
    names_follow(what.renamed, was, known, seen, state.slots, state.events, state.counts)
    if what.clients:
        state = state._replace(askers=met(state.askers, what.old_client, what.client_keys, run, now))
    return state._replace(seen=seen), was


def _passed_on(state: State, what: Amendment, new: Rules, now: float, cutting: bool, was: layout.Records) -> State:
    """The state in which nobody waits in vain. *was*: what numbers cases bore."""
    if what.gathers:
        state = state._replace(gathering=records(GATHERING, len(new.batches), head=-1, tail=-1))
    before, after = what.waits
    cases_follow(after, what.checks, what.gathers, what.joins, now, cutting, was, places_in(state, before))
    return state


def _crewed(state: State, what: Amendment, new: Rules, now: float, cutting: bool) -> State:
    """The state with other people, or in other teams."""
    workers, idle = np.zeros(len(new.people), WORKER), np.full(2 * len(new.members), -1, np.int32).view(LINE)
    crews_follow(
        *(what.paced, what.looks, what.crews, what.calendars, what.hands, *what.crew, now, cutting),
        *(state.workers, workers, state.idle, idle),
        *(state.desks, state.hands, state.slots, state.events, state.counts),
    )
    return state._replace(workers=workers, idle=idle)
