"""The work loop, for people to read: this page is the simulator.

`kernel.py` is the same loop in arrays, hundreds of times faster; both make the same rows, to the bit, and that is how
either is known to be right. Here the organisation is used as it is written, by name (`written.py`).

Time stands in seconds since the origin. `advance` takes the earliest event from a heap, again and again. At one moment,
people whose hours begin come first, then cases on their way, then new cases, then steps that end: so whoever becomes
free sees all that is ready by then.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from irrupt.chronicle.rows import BY_ITSELF, FIRST, LAST, NO_STEP, Rows
from irrupt.engine import arriving, called, parts, streams, together, urgent
from irrupt.engine.asked import InQueue, Place, in_queues
from irrupt.engine.cast import ARRIVE, CALL_OFF, CLOSE, DONE, LEAVE, PASS, READY, WAKE, Asker, Case, Worker, as_rows
from irrupt.engine.choosing import goes_straight_on, patience_ends, preference, waits
from irrupt.engine.crossings import Crossing, Lookout
from irrupt.engine.follow import change, meet_everybody, plan_everything
from irrupt.engine.legends import Numbers
from irrupt.engine.lines import MOST_RISEN
from irrupt.engine.tables import Tables, signs
from irrupt.engine.written import Rank, Written
from irrupt.organisation.model import Route

if TYPE_CHECKING:
    from irrupt.engine.opening import Opened
    from irrupt.engine.planning.planner import Release


class Reference:
    """The readable loop. `compiled.Compiled` has the same methods."""

    def __init__(self, tables: Tables, numbers: Numbers, run: int, limit: float, chunk: int) -> None:
        self.rules, self.numbers = Written(tables), numbers
        self.run, self.limit, self.chunk = run, limit, chunk
        self.now, self.last = 0.0, -math.inf
        self.arrived = self.tickets = 0
        self.events: list[tuple[float, int, tuple[int, int], int, str | Case]] = []
        self.gathering: dict[str, list[Case]] = {}
        """Step -> those that wait for others to come, in order; and when these go, for the sake of which."""
        self.closes: dict[str, tuple[float, Case]] = {}
        self.planned = 0
        self.cases: dict[int, list[Case]] = {}
        """By number: the parts of each."""
        self.waiting: list[Case] = []
        self.held: list[Case] = []
        """Those that whoever did the step before keeps until there is room for them, in order."""
        self.giver: str | None = None
        """Who hands over a case at this moment; or who does, and keeps a part of it for want of room."""
        self.keeper: str | None = None
        self.piled: list[Case] = []
        """Those that were interrupted, and are left to whoever has begun them."""
        self.freed: list[str] = []
        """Whose work was cut short, at this moment."""
        self.pressers: set[str] = set()
        """Of these, for whose sake nobody else was interrupted."""
        self.late: dict[int, str] = {}
        """Case -> by which patience it is called off when no part of it is in a batch any more; then, in `calls`."""
        self.calls: dict[int, str] = {}
        self.presser: str | None = None
        """For whose sake nobody else was interrupted, at this moment."""
        self.workers: dict[str, Worker] = {}
        self.askers: dict[str, Asker] = {}
        self.turn: dict[str, str] = {}
        """Who took the last case of a team that takes turns."""
        self.rows: list[tuple[float, ...]] = []
        self.lookout = Lookout()
        numbers.names(tables)
        meet_everybody(self)
        plan_everything(self)

    # What happens

    def advance(self, until: float) -> tuple[Rows, bool]:
        """Work until *until*, or until a chunk of rows is full: the rows, and whether there is more to do."""
        self.rows = []
        while not self.lookout.crosses(self) and self.anything_left() and self.events and self.events[0][0] < until:
            if len(self.rows) == self.chunk:
                return as_rows(self.rows), True
            self.now, kind, number, order, who = heapq.heappop(self.events)
            if isinstance(who, Case):
                if self.loses_patience(who) if kind == LEAVE else self.still_happens(who, kind, order):
                    self.last = self.now
                    called.gives(self, who, kept=kind != DONE)
                    who.due = math.inf
                    what_happens = (self.pass_on, self.case_is_ready, self.step_is_done, partial(called.given_up, self))
                    what_happens[(PASS, READY, DONE, LEAVE).index(kind)](who)
                    if kind in (PASS, READY):
                        self.tell_end(who)
                    self.let_go()
            elif kind == CALL_OFF:
                called.may_be_off(self, number[0], who)
            elif kind == ARRIVE:
                arriving.client_brings_case(self, who)
            elif kind == CLOSE:
                together.close(self, who, number)
            else:
                self.hours_begin(who)
        return as_rows(self.rows), False

    def look_out(self, crossing: Crossing | None) -> None:
        """Pause when *crossing* comes about, if anything, from now on."""
        self.lookout = Lookout(self, crossing)

    def bring(self, releases: Sequence[Release], numbers: Numbers, now: float) -> range:
        """Cases that a plan releases come *now*, such as they are said to be; their numbers."""
        return arriving.bring(self, releases, numbers, now)

    def open(self, opened: Sequence[Opened], numbers: Numbers, now: float) -> range:
        """Take up cases that are open already *now*; their numbers."""
        return arriving.take_up(self, opened, numbers, now)

    def skips(self, case: Case) -> bool:
        """Whether the case passes through its place without anything being done."""
        return not case.whole and self.rules.skipped(case.client, case.place)

    def case_is_ready(self, case: Case) -> None:
        """It comes into a queue, unless its step is skipped since it was sent there."""
        case.lot = 0
        called.comes_true(self, case.number)
        if case.ends:
            self.send_on(case)
        elif not case.check and self.rules.joins(case.place) and len(parts.parts_of(self, case.number)) > 1:
            case.joined = True
            parts.move(self, [], case.number)
        elif not case.check and self.skips(case):
            self.send_on(case)
        else:
            since = case.ready if case.since == self.now else self.now
            self.take_up_or_wait(case, kept=(self.giver or self.keeper) is not None, since=since)

    def step_is_done(self, case: Case) -> None:
        """A row is written, and the case goes on."""
        self.write(case, case.flags)
        at, case.flags, case.enabled, case.lot = len(self.rows) - 1, 0, self.now, 0
        self.rules.note(case)
        for one in self.cases[case.number] if not case.check and self.rules.step(case.place, "").clock else ():
            one.clock = self.now
        called.comes_true(self, case.number)
        self.pass_on(case)
        self.close(case, at)

    def write(self, case: Case, flags: int) -> None:
        """A row of what was done with a case."""
        numbers = (case.row["client"], case.row["activity"], case.row["team"], case.row["person"])
        times = (case.enabled, case.ready, case.start, self.now)
        self.rows.append((case.number, *numbers, *times, flags, case.deadline, max(case.lot, 1)))

    def close(self, case: Case, at: int) -> None:
        """The row *at* a place is the last of its case, if that is over."""
        if case.number not in self.cases:
            *row, flags, due, together = self.rows[at]
            self.rows[at] = (*row, int(flags) | LAST, due, together)

    def tell_end(self, case: Case) -> None:
        """Of a case that is over with nothing done, as what was still to do is skipped since it was sent there."""
        if case.number in self.cases:
            return
        times = (case.enabled, self.now, self.now, self.now)
        flags = case.flags & FIRST | BY_ITSELF | LAST
        self.rows.append((case.number, case.row["client"], NO_STEP, -1, -1, *times, flags, case.deadline, 1))

    def let_go(self) -> None:
        """Who has handed over a case looks for other work."""
        person, self.giver, self.keeper = self.giver, None, None
        if person is not None:
            self.workers[person].in_hand -= 1
            self.workers[person].touched = self.now
            self.look_for_work(person)
        while self.presser is not None:
            if not urgent.presses(self, self.presser, only_his=False):
                self.presser = None
        freed, self.freed = sorted(set(self.freed)), []
        for name in freed:
            self.look_around(name)
            urgent.press_on(self, name)
        self.pressers.clear()

    def still_happens(self, case: Case, kind: int, order: int) -> bool:
        """Whether work or a delay was not cut short, so that it ends now, and was planned last by this event."""
        return case.due == self.now and case.what == kind and case.order == order and case not in self.piled

    def loses_patience(self, case: Case) -> bool:
        """Whether it still waits, and for what it lost its patience with."""
        return case.leaves == self.now and (case in self.waiting or together.gathers(self, case))

    def hours_begin(self, person: str) -> None:
        begin, until = next(self.rules.hours(person, self.now))
        if begin <= self.now:
            begin, _until = next(self.rules.hours(person, until))
        self.put(begin, WAKE, person, self.rules.people.index(person))
        self.look_around(person)

    def look_around(self, person: str) -> None:
        """He looks for work, and at what he has in hand."""
        self.look_for_work(person)
        while self.rules.begins(person, self.now) and urgent.presses(self, person, only_his=True):
            self.look_for_work(person)

    # Where a case goes

    def pass_on(self, case: Case) -> None:
        """To the next check behind the step; back, if a change comes late; or along a route."""
        check = self.rules.next_check(case.client, case.place, case.check)
        if case.ends or check is None:
            self.send_on(case, None if case.ends else self.late_change(case))
        else:
            case.check, case.rest = check, 0.0
            case.flags = signs(self.rules.step(case.place, check))
            self.take_up_or_wait(case)

    def late_change(self, case: Case) -> Route | None:
        """The way back, if the case makes one of the returns that it has not made yet."""
        for name, rule in self.rules.returns(case.client, case.place):
            luck = (case.key, streams.key_of("return", name), case.occurrence, streams.ROUTE)
            if name not in case.returned and streams.draw(*luck) < rule.share:
                case.returned.add(name)
                return Route(to=rule.back_to, share=1.0)
        return None

    def send_on(self, case: Case, way: Route | None = None) -> None:
        """Along its routes (or *way*, if there is one): it goes on, or parts of it do, until they are at steps."""
        parts.move(self, parts.ways(self, case, way), case.number)

    # Who does what

    def take_up_or_wait(self, case: Case, kept: bool = False, since: float | None = None) -> None:
        """Somebody takes it up, or it waits; one *kept* for want of room leaves that to the next if it needs none.
        *since*: from when on it waits, for others at first."""
        if called.comes_in(self, case, kept) and not together.gather(self, case):
            case.ready, ticket = self.now if since is None else since, case.ticket
            self.take_up(case, comes=True)
            if kept:
                called.handed_over(self, case, ticket)

    def take_up(self, case: Case, comes: bool = False) -> None:
        """Somebody takes the case up, which *comes* now or stands for a batch, or it waits."""
        step = self.rules.step(case.place, case.check)
        if step.team is None:
            self.begin(case, None)
        if step.team is None or goes_straight_on(self, case):
            return
        free = [n for n in self.rules.people if self.rules.does(n, case) and n not in self.freed and self.can_take(n)]
        if free:
            self.begin(case, min(free, key=lambda name: preference(self, case, step.team or "", name)))
            return
        if urgent.interrupts(self, case):
            return
        case.ticket, case.due = self.tickets, math.inf
        self.tickets += 1
        if not comes:
            self.waiting.append(case)
        elif not called.is_kept(self, case, step.team):
            case.leaves = patience_ends(self, case)
            self.waiting.append(case)
            if case.leaves < math.inf:
                self.put(case.leaves, LEAVE, case)

    def room(self, team: str) -> float:
        """For how many cases there is room in its queue."""
        limit = self.rules.organisation.teams[team].limit
        return math.inf if limit is None else limit - self.queued(team)

    def queued(self, team: str) -> int:
        """How many cases wait for it."""
        return sum(1 + len(case.fellows) for case in self.waiting if self.team(case) == team)

    def room_in(self, team: str) -> None:
        """A case has left the queue of a team: the first that is kept for want of room is handed over."""
        kept = [case for case in self.held if self.team(case) == team]
        if kept:
            self.held.remove(kept[0])
            self.plan(kept[0], self.now, READY)

    def can_take(self, person: str) -> bool:
        return self.workers[person].in_hand < self.rules.person(person).at_once and self.rules.begins(person, self.now)

    def look_for_work(self, person: str) -> None:
        """Of the cases first in the queues of his teams, of those that he does, he takes that of the highest rank, then
        what came first (or that at once, or of the first team); before it what he was interrupted at, in its turn."""
        while self.can_take(person):
            queues: dict[str, list[Case]] = {}
            for case in (one for one in self.waiting if self.rules.does(person, one)):
                queues.setdefault(self.team(case), []).append(case)
            firsts = {at: min(queue, key=self.precedence) for at, queue in queues.items()}
            mine = [firsts[at] for at in self.rules.person(person).teams if at in firsts]
            turns = {case: urgent.turn(self, case, person, self.rank(case)) for case in mine}
            best = min(mine, key=lambda case: (turns[case], case.ticket), default=None)
            begun = urgent.top_of_pile(self, person)
            if begun is not None and (best is None or urgent.turn(self, begun, person) <= turns[best]):
                self.piled.remove(begun)
                self.begin(begun, person)
            elif best is not None:
                self.waiting.remove(best)
                for _case in (best, *best.fellows):
                    self.room_in(self.team(best))
                self.begin(best, person)
            else:
                called.call_in(self, person)
                return
        urgent.leaves_pile(self, person)

    def rank(self, case: Case) -> Rank:
        """Its rank in its queue: lower first. It rises with waiting, if the team says so."""
        client, kind, activity = self.rules.rank(case)
        ageing = self.rules.organisation.teams[self.team(case)].ageing
        since = max(case.since, case.ready)
        risen = 0 if ageing is None else min(math.floor((self.now - since) / ageing), MOST_RISEN)
        return -(client + risen), -kind, -activity

    def precedence(self, case: Case) -> tuple[Rank, float, int]:
        """By which the cases in one queue are ordered."""
        order = self.rules.organisation.teams[self.team(case)].order
        urgency = self.work(case) if order == "shortest" else together.most_urgent(case, order)
        return self.rank(case), urgency, -case.ticket if order == "last come" else case.ticket

    def team(self, case: Case) -> str:
        return self.rules.step(case.place, case.check).team or ""

    def begin(self, case: Case, person: str | None) -> None:
        """*person*, or nobody, begins, or goes on; when it will end is known at once, if nothing interrupts it."""
        step = self.rules.step(case.place, case.check)
        case, whole = together.begins_with(self, case)
        work, case.rest = case.rest or whole, 0.0
        case.start, case.person = self.now, person
        case.row["activity"] = self.numbers.activities[step.activity]
        case.row["team"] = -1 if step.whose is None else self.numbers.teams[step.whose]
        if person is None:
            case.row["person"] = -1
            self.plan(case, self.now + work, DONE)
        else:
            case.row["person"] = self.numbers.people[person]
            self.workers[person].in_hand += 1
            self.workers[person].touched = self.now
            if self.rules.organisation.teams[step.team or ""].choice == "in turn":
                self.turn[step.team or ""] = person
            work /= self.rules.person(person).speed
            case.stays = self.rules.organisation.teams[step.team or ""].at_end == "finishes"
            self.plan(case, self.rules.work_ends(person, self.now, work, case.stays), DONE)
        together.begin_others(self, case)

    def work(self, case: Case) -> float:
        """What is to be done, in seconds at speed 1."""
        if case.lot and self.rules.step(case.place, case.check).batch is not None:
            return together.work(self, case)
        return together.own_work(self, case)

    # Plans

    def plan(self, case: Case, time: float, what: int) -> None:
        case.due, case.what = time, what
        self.put(time, what, case)

    def put(self, time: float, what: int, who: str | Case, number: int = 0, part: int = 0) -> None:
        """Among the events. *number*: of the person or client, in the order of names; or of a *part* of a case."""
        self.planned += 1
        if isinstance(who, Case):
            number, part = who.number, who.part
            who.order = who.order if what == LEAVE else self.planned
        heapq.heappush(self.events, (time, what, (number, part), self.planned, who))

    def plan_next_case(self, client: str) -> None:
        asker = self.askers[client]
        self.rules.next_case(client, asker, self.now, self.limit)
        if asker.due < self.limit:
            self.put(asker.due, ARRIVE, client, sorted(self.askers).index(client))

    # Other rules

    def change(self, tables: Tables, numbers: Numbers, now: float) -> None:
        """Go on under other rules. Raises `ModelError` when cases are at steps that are gone."""
        change(self, tables, numbers, now)

    def open_cases(self) -> list[int]:
        """The numbers of the cases that are not over."""
        return list(self.cases)

    def anything_left(self) -> bool:
        return bool(self.cases) or any(asker.due < self.limit for asker in self.askers.values())

    def waiting_at(self) -> dict[str, int]:
        """Team -> cases in its queue, where there are any."""
        return {team: self.queued(team) for team in {self.team(case) for case in self.waiting}}

    def in_queues(self) -> dict[Place, InQueue]:
        """What waits, by what it waits for."""
        return in_queues(waits(self, case) for case in self.waiting)

    @property
    def in_system(self) -> int:
        """How many cases are not finished."""
        return len(self.cases)
