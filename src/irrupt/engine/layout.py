"""The data of the work loop: rules, names, state and log as arrays, and the codes that stand in them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]

FIRST, LAST, CLIENT_ACT, GAVE_UP = 1, 2, 8, 32
"""Flags of rows, as in `irrupt.chronicle.rows`."""

WAKE, PASS, READY, ARRIVE, DONE, LEAVE = 0, 1, 2, 3, 4, 5
"""Kinds of events, in the order in which they happen when they happen at one time; then the lower number goes first (of
the person, the client or the case). Whoever becomes free sees all that is ready by then."""
KIND_SHIFT = 56
PART_BITS = 16
PART_MASK = (1 << PART_BITS) - 1
"""The number of a case and that of its part, in one word: case << 16 | part."""

DELAYED, QUEUED, BEGUN, GONE, JOINED, PARKED = 0, 1, 2, 3, 4, 5
"""Where a part of a case stands: on its way to a step, in its queue, at it, out; at a join that waits for others; over,
while other parts are not."""
ONE, ALL, SOME = 0, 1, 2
"""How many of its routes a case takes."""
PAUSED, FINISHED, LOG_FULL, SLOTS_FULL, EVENTS_FULL = 0, 1, 2, 3, 4
"""What the loop returns."""

PENDING, FREE, LOGGED, CASES, OVER, TICKET, LEAVES, PARTED = 0, 1, 2, 3, 4, 5, 6, 7
"""Places in `State.counts`: events pending, free slots, rows logged, cases arrived, cases over, next ticket, events of
giving up pending (some for cases that wait no more), parts that were ever split off."""

FIRST_COME, LAST_COME, EARLIEST_DUE, SHORTEST = 0, 1, 2, 3
"""Orders of queues."""
LONGEST_IDLE, AT_RANDOM, FASTEST, FEWEST_TEAMS, IN_TURN = 0, 1, 2, 3, 4
"""Who takes a case that comes."""


class Rules(NamedTuple):
    """The rules in force, as arrays. C clients, K classes of cases (0: none), W ways (pairs of clients and classes with
    equal routes and skips), N nodes (`start` and the steps), M: the nodes, then the checks; A activities, J teams, Q
    queues, P people, D distributions. Index -1: none."""

    client_rate: Floats
    """[C, 168] cases a second in each hour of the week, without growth."""
    client_growth: Floats
    client_evenness: Floats
    slot_begin: Ints
    """[C + 1] into `slot_from`."""
    slot_from: Floats
    """Appointments, in seconds of the week."""
    client_way: Ints
    """[C + 1] with `class_way`, a sum: the way of a case; the last stands for clients who are gone."""
    class_way: Ints
    """[K]"""
    client_quantity: Ints
    """[C] distribution; -1: always 1."""
    client_due: Ints
    """[C] distribution of the time from arrival until due; -1: never due."""
    class_begin: Ints
    """[C + 1] into the classes of the client's cases."""
    class_below: Floats
    class_at: Ints
    node_activity: Ints
    """[N]"""
    node_key: Words
    """[M] key of the activity or check, for draws."""
    node_team: Ints
    """[M]"""
    node_place: Ints
    """[M] the team in its rows where nobody works on it."""
    node_time: Ints
    """[M] distribution of its duration."""
    node_unit: Ints
    """[M] distribution of what each unit of the quantity adds."""
    node_pace: Ints
    """[M] row of `pace`; -1: neither class nor quantity matters."""
    node_flags: Bytes
    """[M]"""
    node_split: Bytes
    """[N] whether a case takes one of its routes, all, or some."""
    node_join: Ints
    """[N] number of the join."""
    most_parts: int
    """More parts than one event can split off; 0: nothing splits."""
    reach_row: Ints
    """[C + 1, K] row of `reach`."""
    reach: Bytes
    """[., N, joins] whether a case that is at a place can come to a join from there."""
    pace: Floats
    """[., K] by what the work is multiplied."""
    row_of: Ints
    """[W, N] row of routes."""
    skip: Bytes
    """[W, N]"""
    skips: Bytes
    """[W] 0: nothing is skipped; 1: steps that no team does; 2: work of teams."""
    route_begin: Ints
    """[rows + 1]"""
    route_below: Floats
    """Taken when the uniform is below this, and not below the one before."""
    route_to: Ints
    route_time: Ints
    route_calendar: Ints
    """In whose hours the delay passes."""
    route_flags: Bytes
    route_share: Floats
    route_key: Words
    """Key of draws behind a step that splits."""
    check_begin: Ints
    """[A + 1] into `check_at`."""
    check_at: Ints
    check_client: Ints
    patience_at: Ints
    """[A] row of `patience_of`."""
    patience_of: Ints
    """[., C + 1] number of the patience that a client's cases have there."""
    patience_time: Ints
    patience_key: Words
    patience_to: Ints
    return_begin: Ints
    """[A + 1] into `return_at`."""
    return_at: Ints
    return_client: Ints
    return_key: Words
    return_share: Floats
    return_to: Ints
    level: Ints
    """[J, C + 1] with `class_level`, a sum: which of the team's queues; 0 is served first."""
    class_level: Ints
    """[J, K]"""
    team_order: Bytes
    """[J] the order within a queue."""
    queue_begin: Ints
    """[J + 1]"""
    queue_rank: Longs
    """[Q] of the client, in the upper half, and of the class."""
    member_begin: Ints
    """[J + 1]"""
    member_at: Ints
    team_begin: Ints
    """[P + 1]"""
    team_at: Ints
    """Memberships: teams of the first person, then of the second, ..."""
    team_who: Ints
    """The person of each membership."""
    team_choice: Bytes
    """[J] who takes a case that comes."""
    team_long: Bytes
    """[J] whether a line of idle members is kept: where there are many, each with one step in hand at most."""
    person_key: Words
    speed: Floats
    at_once: Ints
    calendar_begin: Ints
    """First interval of each calendar, and one past the last."""
    hours_begin: Ints
    """[P] first interval of the person's calendar."""
    hours_end: Ints
    """[P] one past its last."""
    hours_from: Floats
    """Seconds in the week."""
    hours_until: Floats
    time_kind: Ints
    """[D]; distribution 0 is "no time"."""
    time_a: Floats
    time_b: Floats
    time_at: Ints
    """First cell."""
    time_cells: Ints
    """Cells of one table."""
    cells: Floats
    """[., 2] value at the lower end and rise, of each cell."""


class Names(NamedTuple):
    """Numbers in the legend of what the rules number."""

    client: Ints
    node: Ints
    """Activity of each node and check."""
    patience: Ints
    """What is recorded when a case is given up."""
    team: Ints
    person: Ints


class State(NamedTuple):
    """All that changes while work goes on. A slot holds a part of a case in the system: mostly all of it."""

    counts: Longs
    clock: Floats
    """[1] time of the last event of a case."""
    event_time: Floats
    """A binary heap, with the two below: earliest (time, key) first."""
    event_key: Longs
    """kind << 56 | number of the person, client or part: with the time, a total order that no slot, and no order in
    which events were planned, has a part in."""
    event_item: Ints
    """Person, client or slot."""
    arrivals: Longs
    """[C] cases that each client has brought, the pending one included."""
    client_key: Words
    """[C] his key in this run."""
    since: Floats
    """[C] from when `need` counts."""
    need: Floats
    """[C] expected arrivals from `since` until the pending one."""
    raw: Floats
    """[C] of clients with appointments: when the next case would come that has none yet."""
    of_week: Longs
    """[C] cases with appointments in the week at hand."""
    left: Longs
    """[C] how many of these are still to come, the pending one not included."""
    monday: Floats
    """[C] begin of that week."""
    appointed: Floats
    """[C] from when on cases have appointments: the first whole week under the rule."""
    in_hand: Ints
    """[P]"""
    touched: Floats
    """[P] when he last took up or ended something; -1: never."""
    wakes: Bytes
    """[P] whether his next hours are in the events."""
    on_from: Floats
    """[P] hours on duty, current or next, with the three below."""
    on_until: Floats
    on_week: Floats
    """Begin of their week."""
    on_interval: Ints
    room: Ints
    """[J] members who can take more."""
    asleep: Bytes
    """[J] whether all of these are off duty, with events at which their hours begin."""
    idle_head: Ints
    """[J] the line of idle members of a long team, longest idle first: memberships."""
    idle_tail: Ints
    idle_next: Ints
    idle_before: Ints
    turn: Ints
    """[J] who took the last case, where people take turns; -1: nobody."""
    queued: Ints
    """[J] cases waiting."""
    head: Ints
    """[Q]"""
    tail: Ints
    free: Ints
    """Slots to hand out, last first."""
    next: Ints
    """Who is behind, in a queue: the next, or in a queue that is a pairing heap, the next sibling."""
    child: Ints
    """The first child, in a pairing heap."""
    urgency: Floats
    """What a pairing heap is ordered by: the due date, or the work."""
    before: Ints
    """Who is before, in a queue: the one before or, of a first child, the parent. Kept only where cases may leave."""
    leaves: Floats
    """When the case leaves the queue; infinite: never."""
    returned: Longs
    """A bit for each return that the case has made."""
    status: Bytes
    case: Longs
    """case << 16 | part."""
    home: Ints
    """Slot of the first part of the case."""
    parts: Ints
    """Of a home: how many parts are not over."""
    other: Ints
    """The next part of the case."""
    client: Ints
    kind: Ints
    """Class of the case; 0: none."""
    way: Ints
    quantity: Floats
    due: Floats
    key: Words
    """The case's key in this run."""
    node: Ints
    occurrence: Ints
    """Of the node's activity, in this case."""
    check: Ints
    """The check that is being done; -1: the step itself."""
    person: Ints
    ticket: Longs
    """Order of coming into queues."""
    flags: Bytes
    enabled: Floats
    ready: Floats
    start: Floats
    row_client: Ints
    row_activity: Ints
    row_team: Ints
    row_person: Ints
    whole: Bytes
    """Whether the case skips nothing, since nobody else would work on it."""
    seen: Ints
    """[slots, A] how often the case has come to each activity; of homes, as `returned`."""
    pile: Ints
    """[., 3] parts that are to go on, with route and target, while an event happens."""
    moving: Ints
    """Parts that an event sends to their next steps."""


class Log(NamedTuple):
    """A chunk of rows, filled again and again: the columns of `irrupt.chronicle.rows.Rows`."""

    case: Longs
    client: Ints
    activity: Ints
    team: Ints
    person: Ints
    enabled: Floats
    ready: Floats
    start: Floats
    end: Floats
    flags: Bytes
    due: Floats
