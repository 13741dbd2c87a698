"""Hours and speed change while work is in hand, and delays pass: pieces of a change of rules (`amending.py`)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Ints
from irrupt.compiling import piece
from irrupt.engine.duty import look_at_hours
from irrupt.engine.layout import BEGUN, DELAYED, DONE, KIND_SHIFT, PENDING, READY, WAKE, Records, Rules
from irrupt.engine.lines import rise
from irrupt.engine.pieces import done_by, goes_on_at, hours_at, on_duty, work_ends, worked


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


class Calendars(NamedTuple):
    """How calendars change in whose hours delays pass."""

    place: Ints
    """Old -> new number; -1: gone."""
    moved: Flags
    """Per old one: whether it stays, with other hours."""
    old: Records
    new: Records


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
            look_at_hours(worker, somebody, hours, now)
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
        begin = left_to_end(me.start, now, stayed, stays, before, after, old_hours, new_hours)
        me.start = begin if stays != 0 else min(goes_on_at(new_hours, after, begin), end)
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
    left = time - now if stayed != 0 else worked(old_hours, before, now, time)
    left = left * before.speed / after.speed
    return now + left if stays != 0 else done_by(new_hours, after, now, left)
