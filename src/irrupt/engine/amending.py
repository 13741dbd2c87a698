"""Changes of rules that touch little: the demand of some clients, the ranks of some teams, the hours or the speed of
some people, what is skipped and checked, who is in which team. What they do not touch stays where it is.

Row for row, what comes of them is what `change.py` makes of every change, where it puts all work in hand in order anew.
Most acts are of this kind, and a pause for one of them costs a tenth of that.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from irrupt.compiling import compiled, piece, text_of
from irrupt.engine import asking, calling, crewing, interrupting, layout, lines, passing, pieces
from irrupt.engine.asking import Demand, goes_on
from irrupt.engine.crewing import Crews, crew_anew
from irrupt.engine.layout import (
    ARRIVE,
    BEGUN,
    DELAYED,
    DONE,
    EVENT,
    FIRST_COME,
    KIND_SHIFT,
    LAST_COME,
    LINE,
    PENDING,
    QUEUE,
    READY,
    STOPPED,
    VOID,
    WAKE,
    WORKER,
    Records,
    Rules,
    State,
)
from irrupt.engine.lines import melded, rise, sink, without_root
from irrupt.engine.passing import Checked, Waits, pass_on, places_in
from irrupt.engine.pieces import done_by, hours_at, on_duty, work_ends


class Crew(NamedTuple):
    """Those of the rules on which it depends who does work, and when it ends."""

    people: Records
    members: Records
    hours: Records
    nodes: Records
    teams: Records
    first_check: int
    """Place in `nodes`."""


def crew_in(rules: Rules) -> Crew:
    """The crew that *rules* name."""
    return Crew(rules.people, rules.members, rules.hours, rules.nodes, rules.teams, rules.ways.shape[1])


class Queues(NamedTuple):
    """Those of the rules by which cases are put into queues."""

    teams: Records
    level: layout.Ints
    class_level: layout.Ints


def queues_in(rules: Rules) -> Queues:
    """The queues that *rules* make."""
    return Queues(rules.teams, rules.level, rules.class_level)


class Calendars(NamedTuple):
    """How calendars change in whose hours delays pass."""

    place: layout.Longs
    """Old -> new number; -1: gone."""
    moved: npt.NDArray[np.bool_]
    """Per old one: whether it stays, with other hours."""
    old: Records
    new: Records


class Amendment(NamedTuple):
    """What a change of rules touches, and the rules before and after."""

    demand: layout.Longs
    """Clients."""
    demands: tuple[Demand, Demand]
    ranks: npt.NDArray[np.bool_]
    """Per team: whether it ranks cases in another way."""
    queues: tuple[Queues, Queues]
    paced: npt.NDArray[np.bool_]
    """Per person: whether hours or speed are others, or he is new..."""
    looks: npt.NDArray[np.bool_]
    """... and whether he looks at once whether there is work for him."""
    crew: tuple[Crew, Crew]
    crews: Crews
    calendars: Calendars
    waits: tuple[Waits, Waits]
    checks: Checked
    passes: bool
    """Whether cases may wait for nothing..."""
    asks: bool
    """... the demand of anybody is another..."""
    lines: bool
    """... cases stand in other queues..."""
    crewed: bool
    """... others are in a team..."""
    works: bool
    """... or work may end at other times."""


@piece
def ask_anew(changed, old, demand, now, limit, askers, events, counts):  # type: ignore[no-untyped-def]
    """Clients whose demand *changed* bring their next cases when that says."""
    pending = counts[PENDING]
    for client in changed:
        time = goes_on(client, client, old, demand, now, limit, askers)
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


@piece
def sort_anew(changed, old, new, before, queues, slots):  # type: ignore[no-untyped-def]
    """Put into empty *queues* the cases that stood in those *before*, sorted anew at teams whose ranks *changed*."""
    for team in range(changed.size):
        rule = new.teams[team]
        first = old.teams[team].queue_begin
        end = old.teams[team].queue_end
        if not changed[team]:
            for at in range(first, end):
                queues[rule.queue_begin + at - first] = before[at]
            continue
        while True:
            best = -1
            for at in range(first, end):
                if before[at].head >= 0:
                    ticket = slots[before[at].head].ticket
                    sooner = best < 0 or (ticket < slots[before[best].head].ticket) == (rule.order == FIRST_COME)
                    best = at if sooner else best
            if best < 0:
                break
            slot = before[best].head
            me = slots[slot]
            queue = queues[rule.queue_begin + new.level[team, me.client] + new.class_level[team, me.kind]]
            if rule.order <= LAST_COME:
                before[best].head = me.next
                me.next = -1
                me.before = queue.tail
                if queue.tail >= 0:
                    slots[queue.tail].next = slot
                else:
                    queue.head = slot
                queue.tail = slot
            else:
                before[best].head = without_root(slot, slots)
                me.next = -1
                me.child = -1
                queue.head = melded(queue.head, slot, slots)


@piece
def go_on_anew(  # type: ignore[no-untyped-def]
    paced, looks, crews, calendars, old, new, now, cutting, workers, slots, events, counts
):
    """Work in hand of those whose hours or speed are others ends when what is left of it is done; and whoever *looks*
    does so at once. *cutting*: work may have been cut short, so that its end is void."""
    keep_hours(paced, crews.old_person, old.people, new.people, new.hours, now, workers)
    wait_on(calendars, old.hours, new.hours, now, cutting, slots, events, counts[PENDING])
    # The heap is made anew.
    pending = 0
    for at in range(counts[PENDING]):
        time = events[at].time
        key = events[at].key
        item = events[at].item
        if key >> KIND_SHIFT == DONE:
            me = slots[item]
            number = key - (DONE << KIND_SHIFT)
            ends = not cutting or (me.status == BEGUN and me.when == time and me.case == number)
            if ends and me.person >= 0:
                team = new.nodes[new.first_check + me.check if me.check >= 0 else me.node].team
                stays = me.stays if team < 0 else new.teams[team].stays
                if paced[me.person] or stays != me.stays:
                    before = old.people[crews.old_person[me.person]]
                    after = new.people[me.person]
                    time = end_of_work(me, time, now, stays, before, after, old.hours, new.hours)
        elif key >> KIND_SHIFT == WAKE:
            person = crews.person[item]
            if person < 0:
                continue
            key = person
            item = np.int32(person)
            if looks[person]:
                time = now
        rise(events, pending, time, key, item)
        pending += 1
    for person in range(workers.size):
        if looks[person]:
            if workers[person].wakes == 0:
                rise(events, pending, now, np.int64(person), person)
                pending += 1
            workers[person].wakes = 1
    counts[PENDING] = pending


@piece
def keep_hours(paced, old_person, old_people, people, hours, now, workers):  # type: ignore[no-untyped-def]
    """Everybody keeps his hours, those who are *paced* from *now* on, others at another place among all hours."""
    for person in range(workers.size):
        worker = workers[person]
        somebody = people[person]
        if paced[person]:
            at, week = hours_at(hours, somebody, now)
            worker.on_week = week
            worker.on_interval = at
            worker.on_from = week + hours[at].begin
            worker.on_until = week + hours[at].end
        else:
            worker.on_interval += somebody.hours_begin - old_people[old_person[person]].hours_begin


@piece
def end_of_work(me, time, now, stays, before, after, old_hours, new_hours):  # type: ignore[no-untyped-def]
    """When work that would end at a *time* does under other rules for whoever has it in hand, if he *stays*."""
    stayed = me.stays
    if stays != 0 and stayed == 0:
        at, week = hours_at(new_hours, after, now)
        stays = 1 if week + new_hours[at].begin <= now else 0
    me.stays = stays
    end = left_to_end(time, now, stayed, stays, before, after, old_hours, new_hours)
    if me.start > now:
        # Others of its batch are done before.
        me.start = left_to_end(me.start, now, stayed, stays, before, after, old_hours, new_hours)
    if me.when == time:
        me.when = end
    return end


@piece
def wait_on(calendars, old_hours, new_hours, now, cutting, slots, events, pending):  # type: ignore[no-untyped-def]
    """Delays that pass in the hours of a calendar are over when what is left of them has passed in its new ones. Events
    keep their places, whatever their times."""
    for at in range(pending):
        event = events[at]
        if event.key >> KIND_SHIFT != READY or event.time <= now:
            continue
        me = slots[event.item]
        ends = not cutting or (me.when == event.time and me.case == event.key - (READY << KIND_SHIFT))
        if ends and me.status == DELAYED and me.within >= 0 and calendars.moved[me.within]:
            left = on_duty(old_hours, calendars.old[me.within], now, event.time)
            here = calendars.new[calendars.place[me.within]]
            event.time = work_ends(new_hours, here, now, left)
            me.when = event.time
    for slot in range(slots.size):
        me = slots[slot]
        if me.within >= 0:
            me.within = calendars.place[me.within] if me.status == DELAYED else -1


@piece
def left_to_end(time, now, stayed, stays, before, after, old_hours, new_hours):  # type: ignore[no-untyped-def]
    """When what is left until a *time* of work is done."""
    left = time - now if stayed != 0 else on_duty(old_hours, before, now, time)
    left = left * before.speed / after.speed
    return now + left if stays != 0 else done_by(new_hours, after, now, left)


def entries_of_cases(sources: int) -> tuple[Any, Any, Any]:
    """What moves cases, for Python to call, compiled from this file and from *sources*."""

    @compiled
    def demand_follows(changed, old, demand, now, limit, askers, events, counts):  # type: ignore[no-untyped-def]
        sources  # noqa: B018
        ask_anew(changed, old, demand, now, limit, askers, events, counts)

    @compiled
    def queues_follow(changed, old, new, before, queues, slots):  # type: ignore[no-untyped-def]
        sources  # noqa: B018
        sort_anew(changed, old, new, before, queues, slots)

    @compiled
    def cases_follow(new, checks, now, cutting, places):  # type: ignore[no-untyped-def]
        sources  # noqa: B018
        pass_on(new, checks, now, cutting, places)

    return demand_follows, queues_follow, cases_follow


def entries_of_people(sources: int) -> tuple[Any, Any]:
    """The same of what moves people and their work."""

    @compiled
    def work_follows(  # type: ignore[no-untyped-def]
        paced, looks, crews, calendars, old, new, now, cutting, workers, slots, events, counts
    ):
        sources  # noqa: B018
        go_on_anew(paced, looks, crews, calendars, old, new, now, cutting, workers, slots, events, counts)

    @compiled
    def crews_follow(  # type: ignore[no-untyped-def]
        paced,
        looks,
        crews,
        calendars,
        old,
        new,
        now,
        cutting,
        known,
        workers,
        known_idle,
        idle,
        desks,
        slots,
        events,
        counts,
    ):
        sources  # noqa: B018
        crew_anew(crews, old, new, now, known, workers, known_idle, idle, desks, slots, events, counts)
        go_on_anew(paced, looks, crews, calendars, old, new, now, cutting, workers, slots, events, counts)

    return work_follows, crews_follow


SOURCES = text_of(asking, calling, crewing, interrupting, layout, lines, passing, pieces)
demand_follows, queues_follow, cases_follow = entries_of_cases(SOURCES)
work_follows, crews_follow = entries_of_people(SOURCES)


def amended(state: State, what: Amendment, new: Rules, now: float, limit: float) -> State:
    """The state under the rules *new*, from *now* on."""
    cutting = bool(new.most_rows or state.counts[STOPPED])
    if what.passes:
        before, after = what.waits
        cases_follow(after, what.checks, now, cutting, places_in(state, before))
    if what.asks:
        demand_follows(what.demand, *what.demands, now, limit, state.askers, state.events, state.counts)
    if what.lines:
        queues = np.full(2 * len(new.queue_rank), -1, np.int32).view(QUEUE)
        queues_follow(what.ranks, *what.queues, state.queues, queues, state.slots)
        state = state._replace(queues=queues)
    if what.crewed:
        return _crewed(state, what, new, now, cutting)
    if what.works:
        work_follows(
            *(what.paced, what.looks, what.crews, what.calendars, *what.crew, now, cutting),
            *(state.workers, state.slots, state.events, state.counts),
        )
    return state


def _crewed(state: State, what: Amendment, new: Rules, now: float, cutting: bool) -> State:
    """The state with other people, or in other teams."""
    workers, idle = np.zeros(len(new.people), WORKER), np.full(2 * len(new.members), -1, np.int32).view(LINE)
    # Nothing counts whether those have room who are new; where events can be void, the loop looks itself.
    least = len(state.slots) + len(new.clients) + len(new.people) + new.most_rows + int(state.counts[VOID])
    if len(state.events) < least:
        events = np.zeros(least, EVENT)
        events[: len(state.events)] = state.events
        state = state._replace(events=events)
    crews_follow(
        *(what.paced, what.looks, what.crews, what.calendars, *what.crew, now, cutting),
        *(state.workers, workers, state.idle, idle),
        *(state.desks, state.slots, state.events, state.counts),
    )
    return state._replace(workers=workers, idle=idle)
