"""The data of the work loop, and the codes that stand in them: rules, names, state and log.

What has many values is an array of records, one for each client, step, person, case: all that the loop needs to know of
one stands together in memory, and goes by one name. Python takes a field of all of them as `slots["node"]`, the loop
that of one as `slots[slot].node`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from irrupt.arraytypes import Floats, Ints, Ints32
from irrupt.organisation.model import DueFrom

Words = npt.NDArray[np.uint64]
Bytes = npt.NDArray[np.uint8]
Records = npt.NDArray[np.void]

FIRST, LAST, CLIENT_WAIT, CLIENT_ACT, BY_ITSELF, GAVE_UP, INTERRUPTED, CUT_SHORT = 1, 2, 4, 8, 16, 32, 128, 192
"""Flags of rows, as in `irrupt.chronicle.rows`."""
NO_STEP = -2
"""In place of an activity, as there."""

WAKE, PASS, READY, ARRIVE, DONE, LEAVE, CLOSE, CALL_OFF = 0, 1, 2, 3, 4, 5, 6, 7
"""Kinds of events, in the order in which they happen when they happen at one time; then the lower number goes first (of
the person, the client or the case, and of those that call off one case, of the patience). Whoever becomes free sees all
that is ready by then."""
KIND_SHIFT = 56
PART_BITS = 16
PART_MASK = (1 << PART_BITS) - 1
"""The number of a case and that of its part, in one word: case << 16 | part."""

DELAYED, QUEUED, BEGUN, GONE, JOINED, PARKED, HELD, PILED = 0, 1, 2, 3, 4, 5, 6, 7
"""Where a part of a case stands: on its way to a step, in its queue, at it, out; at a join that waits for others; over,
while other parts are not; kept by whoever did the step before, until there is room in the queue; interrupted, and left
to whoever has begun it."""
GATHERS, ALONG = 8, 9
"""The same, where steps are done in batches: it waits for others to come; it is in a batch that another stands for."""
ONE, ALL, SOME, SOONEST = 0, 1, 2, 3
"""Which of its routes a case takes: one by share, all, some by their probabilities, that whose delay is over first."""
ANY_QUEUE = (1 << 31) - 1
"""Longer than any queue."""
PAUSED, FINISHED, LOG_FULL, SLOTS_FULL, EVENTS_FULL, CROSSED = 0, 1, 2, 3, 4, 5
"""What the loop returns."""

PENDING, FREE, LOGGED, CASES, OVER, TICKET, VOID, PARTED, STOPPED, BATCHED = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9
"""Places in `State.counts`: events pending, free slots, rows logged, cases arrived, cases over, next ticket, events
pending that may be void by then (of giving up and calling off, of what was cut short, of cases that gathered and have
gone), parts that were ever split off, works and delays that were ever cut short, batches that were ever made."""

FIRST_COME, LAST_COME, EARLIEST_DUE, SHORTEST, SMALLEST, LARGEST, OLDEST = 0, 1, 2, 3, 4, 5, 6
"""Orders of queues."""
RESUME, RESTART = 1, 2
"""What becomes of work that is interrupted; 0: none is."""
PRESSES = 2
"""In `WORKER.wakes`: he looks for work at this moment, and nobody else was interrupted since he does."""
LONGEST_IDLE, AT_RANDOM, FASTEST, FEWEST_TEAMS, IN_TURN = 0, 1, 2, 3, 4
"""Who takes a case that comes."""
BY_TEAM, BY_COMING = 1, 2
"""Whose case somebody of several teams takes; 0: that of the highest rank."""


def record(fields: str) -> np.dtype[np.void]:
    """A record of *fields*, such as `"begin:i4 share:f8"`, as a compiler of C would lay it out.

    >>> record("flags:u1 share:f8").itemsize
    16
    """
    parts = [tuple(field.split(":")) for field in fields.split()]
    return np.dtype(parts, align=True)


def records(kind: np.dtype[np.void], number: int, /, **columns: Any) -> Records:
    """*number* records of a *kind* with these *columns*; fields without a column are 0."""
    made = np.zeros(number, kind)
    for name, values in columns.items():
        made[name] = values
    return made


# The rules in force. C clients, K classes of cases (0: none), W ways (pairs of clients and classes with equal routes
# and skips), N nodes (`start` and the steps), M: the nodes, then the checks; A activities, J teams, Q queues, P people,
# D distributions. Index -1: none. `begin` and `end`: the first of a part of another array, and one past its last.

CLIENT = record(
    "growth:f8 evenness:f8 mean_size:f8 slot_begin:i4 slot_end:i4 class_begin:i4 class_end:i4 size_begin:i4 size_end:i4"
    " year:i4 quantity:i4 due:i4 due_unit:i4 way:i4 by_quantity:u1 counted:u1"
)
"""slot_*: into `slot_from`; class_*: into `lots`, the classes of his cases. size_*: into `sizes`, how many of them come
at a time; mean_size: in the mean. year: in `dated`. quantity: a distribution; -1: always 1.
due: a distribution of the time from arrival until due; -1: never. due_unit: of what each unit of the quantity adds.
counted: how, of `COUNTED`.
by_quantity: whether the luck of the quantity tells
the class. way: with `class_way`, a sum: the way of a case. The
last stands for clients who are gone."""
COUNTED: tuple[DueFrom, ...] = ("arrival", "day", "working day")
"""How the time counts until a case is due."""
WORKING_DAYS = COUNTED.index("working day")
LOT = record("below:f8 kind:i4 quantity:i4 due:i4")
"""A class of cases: drawn when the uniform is below this, and not below the one before. quantity, due: as of its
`CLIENT`."""
SIZE = record("below:f8 count:i8")
"""How many cases come at a time: drawn in the same way."""
NODE = record(
    "key:u8 activity:i4 team:i4 place:i4 time:i4 unit:i4 pace:i4 join:i4 batch:i4 level:i4 tie:i4 notes:i8 flags:u1"
    " split:u1 alone:u1 clock:u1"
)
"""key: of the activity or check, for draws. place: the team in its rows where nobody works on it. time: a distribution
of its duration; unit: of what each unit of the quantity adds. pace: of `Rules.pace`; -1: none of these nor quantity
matters. join, batch: its number. tie: a row of `tie_of`, where its desk is a matter of the case; notes: a
bit for each column of `State.did` in which it stands who does it. level: of its queue, beside those of `Rules`. split:
which of its routes a case takes. alone: whether the first part of a case that comes calls off the others. clock:
whether that of the case begins anew."""
WAY = record("begin:i4 end:i4 skip:u1")
"""The routes that a case takes from a node, in `routes`; and whether it skips it."""
ROUTE = record("share:f8 key:u8 straight:f8 to:i4 time:i4 calendar:i4 older_begin:i4 older_end:i4 flags:u1 since:u1")
"""share and key are for a node that splits. time: a distribution of the delay; calendar: in whose hours it passes;
since: 1: it counts on the clock of the case. older_*: into `older`. straight: with what share of cases whoever did
the step before goes straight on."""
OLDER = record("than:f8 straight:f8 time:i4")
"""A distribution of the delay of cases older than that, in seconds on their clock. straight: as of a `ROUTE`."""
ACTIVITY = record("check_begin:i4 check_end:i4 return_begin:i4 return_end:i4 patience:i4")
"""check_*: into `check_at`; return_*: into `return_at`; patience: a row of `patience_of`."""
PATIENCE = record("share:f8 key:u8 time:i4 longest:i4 to:i4 client:i4 again:i4")
"""time: a distribution; -1: it lasts for ever. longest: where so many wait already, a case is turned away. share,
client: of cases that are called off."""
RETURN = record("share:f8 key:u8 client:i4 to:i4")
TEAM = record(
    "ageing:f8 rise:i8 limit:i4 queue_begin:i4 queue_end:i4 member_begin:i4 member_end:i4 begin:i4 end:i4 order:u1"
    " choice:u1 lined:u1 interrupts:u1 stays:u1"
)
"""A desk of a team (`desks.py`): mostly all of it. begin, end: the desks of the team. limit: how many cases have room
in its queues. ageing: seconds of waiting that raise a rank by one; 0: ranks stay. rise: by what that raises the rank of
a queue. order: within a queue. choice: who takes a case that comes. lined: whether a line of idle members is kept:
where the longest idle takes it, and each has one step in hand at most. interrupts: what becomes of work in hand when a
case of a higher rank comes. stays: whether whoever has begun work finishes it beyond his hours."""
PERSON = record(
    "key:u8 speed:f8 spare:f8 at_once:i4 team_begin:i4 team_end:i4 teams:i4 hours_begin:i4 hours_cycle:i4 hours_end:i4"
    " serves:u1"
)
"""team_*: into `members`. teams: in how many he is. serves: whose case is taken, of those that are first in their
queues. hours_*: as of a `CALENDAR`, of his own where he is absent at times. spare: at their ends, for nothing new."""
MEMBER = record("team:i4 person:i4 more:i4")
"""Somebody at a desk. more: how many of his desks of the same team stand behind it."""
HOURS = record("begin:f8 end:f8")
"""Seconds since the origin."""
CALENDAR = record("hours_begin:i4 hours_cycle:i4 hours_end:i4")
"""Into `hours`: first those of the weeks that are not all as usual; from `hours_cycle` on those of the week behind
them, which come round every week."""
TIME = record("a:f8 b:f8 cell:i4 cells:i4 kind:u1")
"""A distribution; number 0 is "no time". cell: its first one, cells: how many there are in one of its tables."""


BATCH = record("wait:f8 size:i4 calendar:i4 set_up:i4 in_turn:u1")
"""How cases gather for a step: until so many are there, the first has waited so long, or the hours of a calendar begin.
set_up: a distribution. in_turn: whether they are done one by one."""


TIE = record("begin:i4 size:i4 first:i4 last:i4 crew:i4")
"""A table of desks, by who did the last of some activities. begin: in `tied`; size: 1 + people who do the step; first,
last: into `rests_on`. crew: a row of `in_crew`."""


class Rules(NamedTuple):
    """The rules in force."""

    clients: Records
    """[C + 1] of `CLIENT`."""
    client_rate: Floats
    """[C, 168] cases a second in each hour of the week, without growth and dates."""
    dated: Floats
    """[Y, 2821] by what that is multiplied on each day of a year, see `organisation.year`: kinds of years."""
    dates: Ints32
    """[10227] which of these days each day since the origin is, until they come round."""
    slot_from: Floats
    """Appointments, in seconds of the week."""
    lots: Records
    sizes: Records
    class_way: Ints32
    """[K]"""
    quantities: Floats
    """Bounds with which guards of routes compare quantities, rising; with `givens`, they tell which cell a case is in,
    the last part of the sum that is its way."""
    givens: Floats
    """The same of the milliseconds from when a case comes until it is due."""
    nodes: Records
    """[M]"""
    pace: Floats
    """[., C + 1, K, 2] by what the work is multiplied, the first time and again."""
    ways: Records
    """[W, N]"""
    skips: Bytes
    """[W] 0: nothing is skipped; 1: steps that no team does; 2: work of teams."""
    routes: Records
    older: Records
    route_below: Floats
    """Each is taken when the uniform is below this, and not below the one before."""
    straight: Bytes
    """[P, N] whether somebody may go straight on with what he has done to a node; none, where nobody ever does."""
    most_parts: int
    """More parts than one event can split off; 0: nothing splits."""
    most_rows: int
    """More rows than one event can write beside its own; 0: nothing cuts work or delays short."""
    reach_row: Ints32
    """[C + 1, K, cells that guards tell apart] row of `reach`; the cell is the last part of the number of a way."""
    reach: Bytes
    """[., N, joins] whether a case that is at a place can come to a join from there."""
    activities: Records
    """[A]"""
    check_at: Ints32
    check_client: Ints32
    """Of each check."""
    patience: Records
    patience_of: Ints32
    """[., C + 1] number of the patience that a client's cases have there."""
    bears: Floats
    """[patience, C + 1] by what its time is multiplied for a client's cases."""
    calls: Ints32
    """Those of `patience` by which cases are called off, wherever they are."""
    return_at: Ints32
    returns: Records
    tie_of: Ints32
    """[., C + 1, K, cells that guards tell apart] number of the tie that a client's cases of a class have at a node;
    -1: none. The cell is the last part of the number of a way."""
    ties: Records
    rests_on: Ints32
    """Columns of `State.did`."""
    tied: Ints32
    """Desks: for each tie, [size] for each group of activities that it rests on, the first where nobody did any."""
    in_crew: Ints32
    """[., P] where in a tie's table somebody is; 0: he is none of those who do the step."""
    batches: Records
    teams: Records
    """[J]"""
    level: Ints32
    """[J, C + 1] with `class_level` and that of a `NODE`, a sum: which of the team's queues; 0 is served first."""
    class_level: Ints32
    """[J, K]"""
    queue_rank: Ints
    """[Q] of the client, in the upper half, and of the class."""
    member_at: Ints32
    """The people of the first team, then of the second, ..."""
    people: Records
    """[P]"""
    members: Records
    """The memberships of the first person, then of the second, ..."""
    calendars: Records
    hours: Records
    times: Records
    """[D]"""
    cells: Floats
    """[., 2] value at the lower end and rise, of each cell."""


class Names(NamedTuple):
    """Numbers in the legend of what the rules number."""

    client: Ints32
    node: Ints32
    """Activity of each node and check."""
    patience: Ints32
    """What is recorded when a case is given up."""
    team: Ints32
    person: Ints32


EVENT = record("time:f8 key:i8 item:i4")
"""key: kind << 56 | number of the person, client or part: with the time, a total order that no slot, and no order in
which events were planned, has a part in. item: person, client or slot."""
ASKER = record(
    "key:u8 arrivals:i8 since:f8 need:f8 behind:i8 raw:f8 first:f8 of_week:i8 left:i8 monday:f8 appointed:f8"
)
"""A client. key: his in this run. arrivals: cases that he has brought, the pending one included. need: arrivals
expected from `since` until the pending one; behind: how many come together with that, after it. With appointments, raw:
when the next case would come that has none yet, and `behind` others with it; of_week: cases with appointments in the
week at hand, which begins on `monday`; first: when its first case would come, or the pending one where it has no
appointment; left: how many of the week are still to come, the pending one not included; appointed: from when on cases
have them, the first whole week under the rule."""
WORKER = record("touched:f8 on_from:f8 on_until:f8 on_week:f8 on_interval:i4 in_hand:i4 pile:i4 wakes:u1")
"""A person. touched: when he last took up or ended something; -1: never. on_*: his hours, current or next, until
he begins nothing more, the begin of their week, and which of `hours` they are. pile: the first of the works that he was
interrupted at; -1: none. wakes: whether his next hours are in the events."""
DESK = record("room:i4 queued:i4 turn:i4 head:i4 tail:i4 asleep:u1")
"""A desk. room: members who can take more; asleep: whether all of these are off duty, with events at which their hours
begin. queued: cases waiting. turn: of the first of a team, who took the last case, where people take turns; -1:
nobody. head, tail: of the
line of idle members (places in `idle`), longest idle first, where one is kept."""
LINE = record("next:i4 before:i4")
QUEUE = record("head:i4 tail:i4")
GATHERING = record("opener:i8 closes:f8 head:i4 tail:i4 count:i4")
"""Cases that gather, first come; when they go, whatever comes, for the sake of which case (the first, as in events)."""
SHELVES = 2048
"""Shelves for events that are far off (`shelves.py`); one more is for those behind them all."""
SHELVED = record("time:f8 key:i8 item:i4 next:i4")
"""An event on a shelf, and which stands behind it."""
SHELVING = record("near:f8 beyond:f8 per:f8 at:i8 turn:i8 free:i4 used:i4 held:i4")
"""near: from when on events stand on shelves; infinite: none do. per: shelves for each second. at: the shelf whose
events are in the heap, counted from the origin; turn: the first behind them all, which is for the time `beyond`. free:
the first place in `Shelves.later` that is free again; used: places that ever were taken; held: events on shelves."""
SLOT = record(
    "case:i8 key:u8 enabled:f8 ready:f8 start:f8 due:f8 quantity:f8 node:i4 occurrence:i4 check:i4 person:i4 client:i4"
    " kind:i4 way:i4 home:i4 row_client:i4 row_activity:i4 row_team:i4 row_person:i4 next:i4 lot:i4 status:u1 flags:u1"
    " whole:u1 keeps:u1 ends:u1 stays:u1 straight:u1 ticket:i8 returned:i8 leaves:f8 urgency:f8 when:f8 rest:f8"
    " since:f8 came:f8 clock:f8 parts:i4 other:i4 before:i4 child:i4 fellow:i4 behind:i4 late:i4 within:i4 desk:i4"
)
"""A part of a case in the system: mostly all of it.

case: case << 16 | part; key: the case's in this run; home: the slot of its first part; parts, of a home: how many are
not over; other: the next part. kind: class of the case. occurrence: of the node's activity, in this case. check: the
one that is being done; -1: the step itself. returned: a bit for each return that the case has made. ticket: order of
coming into queues and piles. next: who is behind in a queue or another list or, where that is a pairing heap, the next
sibling; child: the first child there; urgency: what it is ordered by, the due date or the work; before: who is before
in a queue or, of a first child, the parent. leaves: when the case leaves the queue; infinite: never. when: where work
and delays may be cut short, when the one that is going on ends; -1: none is. straight: whether whoever hands it over
goes straight on with it. rest: what is left of work that was interrupted, at speed 1; 0: all. came, clock, of homes:
when the case came, and when its clock began. whole: whether the case skips nothing, since nobody else would work on it.
lot: in how large a batch it is; 0: in none. since: when that was made, or taken apart by new rules, as what gathers may
be. fellow: the next in its batch; behind, of the one that stands for it: how many of it came before. keeps:
whether who has done it goes on with others of the batch; or keeps another part of the case, too, with the same hand.
ends: whether it is over when its batch is, since the case went on without it. stays: whether whoever has it in hand
finishes it beyond his hours. within: in the hours of which calendar the delay that is going on passes; -1: all the
time. desk: that at which it waits, or is in hand, where its node is tied.
late, of homes: 1 + by which patience the case is called off when no part is in a batch any more; below 0: the same, and
that is among the events of this moment; 0: by none."""


class State(NamedTuple):
    """All that changes while work goes on."""

    counts: Ints
    clock: Floats
    """[1] time of the last event of a case; -infinite: there was none."""
    events: Records
    """A heap in which four stand below each: earliest (time, key) first."""
    askers: Records
    """[C]"""
    workers: Records
    """[P]"""
    desks: Records
    """[J]"""
    idle: Records
    """Of each of `Rules.members`: who is behind and before, in the line of idle members of a team."""
    queues: Records
    """[Q]"""
    held: Records
    """[J] of `QUEUE`, at the first desks of teams: cases that are kept for want of room, by those who hand them over;
    first come."""
    hands: Records
    """[J] of `QUEUE`, at the first desks of teams: the work in hand where work is interrupted."""
    gathering: Records
    """Of each of `Rules.batches`."""
    slots: Records
    free: Ints32
    """Slots to hand out, last first."""
    seen: Ints32
    """[slots, A] twice how often the case has come to each activity, and 1 more once it was done; of homes, as
    `returned`."""
    did: Ints32
    """[slots, .] who did the last of each group of activities that ties rest on; -1: nobody who is there. Of homes."""
    pile: Ints32
    """[., 3] parts that are to go on, with route and target, while an event happens."""
    moving: Ints32
    """Parts that an event sends to their next steps."""


class Shelves(NamedTuple):
    """Room for events that are far off; all of it is empty while the loop does not run."""

    later: Records
    """[events] of `SHELVED`."""
    heads: Ints32
    """[SHELVES + 1] the first on each; -1: none."""
    about: Records
    """[1] of `SHELVING`."""


WATCH = record("bound:f8 moment:f8 begin:i4 end:i4 above:u1 held:u1 on:u1")
"""A threshold at which the loop pauses. bound: a number of cases; begin, end: of those that wait at these desks; -1: of
all that are not finished; above: on which side. moment: of the last event; held: whether they were on that side when
the moment before was over. on: 0: there is none."""


class Log(NamedTuple):
    """A chunk of rows, filled again and again: the columns of `irrupt.chronicle.rows.Rows`."""

    case: Ints
    client: Ints32
    activity: Ints32
    team: Ints32
    person: Ints32
    enabled: Floats
    ready: Floats
    start: Floats
    end: Floats
    flags: Bytes
    due: Floats
    together: Ints32
