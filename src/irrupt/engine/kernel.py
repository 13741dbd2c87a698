"""The work loop, compiled. `reference.py` is the same loop for people to read; their logs are equal to the bit.

The loop allocates nothing and raises nothing; it returns a code, and Python makes room and calls it again. What is done
at each event stands here, in one function: helpers that are handed many arrays cost more than what they do. What is
needed less often is in `pieces.py`, `lines.py`, `coming.py` and `branches.py`; the data are explained in `layout.py`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from irrupt.compiling import Straight, compiled, text_of
from irrupt.engine import (
    batches,
    branches,
    calling,
    coming,
    crossings,
    duty,
    interrupting,
    layout,
    lines,
    noting,
    pieces,
    shelves,
    takers,
    ties,
)
from irrupt.engine.batches import (
    begin_along,
    closing,
    first_come,
    gather,
    gives_up_at,
    leave_line,
    most_urgent,
    own_work,
    share_out,
    together,
    told_urgency,
    work_of_batch,
)
from irrupt.engine.branches import Parts, go_on, goes_straight, of_age, ways_in
from irrupt.engine.calling import IN_BATCH, call_in, call_off, first_kept, goes_on, have_no_room, keeps_others, stop
from irrupt.engine.coming import come, expect, next_case
from irrupt.engine.crossings import crosses
from irrupt.engine.duty import roll, stand_in
from irrupt.engine.interrupting import (
    Posts,
    about_to_look,
    first_in_line,
    interrupt,
    leave_pile,
    look_at_clock,
    on_top,
    out_of_queue,
    place_of,
    presses,
    put_down,
    take_in_hand,
    take_off,
    takes_it_himself,
    team_of,
    turn_of,
    weakest,
)
from irrupt.engine.layout import (
    ARRIVE,
    BATCHED,
    BEGUN,
    BY_ITSELF,
    CALL_OFF,
    CLIENT_ACT,
    CLOSE,
    CROSSED,
    DELAYED,
    DONE,
    EVENTS_FULL,
    FINISHED,
    FIRST,
    FIRST_COME,
    FREE,
    GATHERS,
    GAVE_UP,
    GONE,
    HELD,
    IN_TURN,
    KIND_SHIFT,
    LAST,
    LAST_COME,
    LEAVE,
    LOG_FULL,
    LOGGED,
    NO_STEP,
    ONE,
    OVER,
    PARKED,
    PART_BITS,
    PART_MASK,
    PARTED,
    PASS,
    PAUSED,
    PENDING,
    PRESSES,
    QUEUED,
    READY,
    SHORTEST,
    SLOTS_FULL,
    TICKET,
    VOID,
    WAKE,
)
from irrupt.engine.lines import (
    melded,
    queued_at,
    rise,
    settled,
    sink,
    stand_by_ticket,
    without_root,
)
from irrupt.engine.noting import note
from irrupt.engine.pieces import (
    AWAY,
    FIXED,
    FOR_DELAY,
    FOR_ROUTE,
    WEEK,
    beyond,
    draw,
    seconds,
    taken,
    work_ends,
)
from irrupt.engine.shelves import fetch, put_back, set_apart, shelve
from irrupt.engine.takers import chosen, first_for, has_room, if_there, is_full, longest_idle
from irrupt.engine.ties import tied_desk

SOURCES = text_of(
    *(batches, branches, calling, coming, crossings, duty, interrupting, layout, lines, noting, pieces, shelves),
    *(takers, ties),
)
"""Of everything that is compiled into the loop and stands in other files."""


def loop(sources: int, batched: bool, cutting: bool) -> Any:
    """The loop, compiled from this and *sources*; *batched*: with what steps need that are done in batches; *cutting*:
    with what is needed where work and delays are cut short."""

    @Straight
    @compiled
    def work(until, limit, rules, names, state, far, log, watch):  # type: ignore[no-untyped-def]
        """Handle the events before *until*; clients bring cases until *limit*. Seconds since the origin.

        Each turn of the outer loop is one event, in four parts: what happened; where the case goes on; who is free for
        it; what this plans. The earliest event stays at the root of the heap until one is planned, which takes its
        place ("lazy pop"). Where a threshold is watched, what is crossed is told when a moment is over.
        """
        nodes = rules.nodes
        ways = rules.ways
        routes = rules.routes
        route_below = rules.route_below
        activities = rules.activities
        teams = rules.teams
        people = rules.people
        members = rules.members
        member_at = rules.member_at
        hours = rules.hours
        times = rules.times
        cells = rules.cells
        queue_rank = rules.queue_rank
        most_parts = rules.most_parts
        first_check = ways.shape[1]
        minds_change = rules.returns.shape[0] > 0
        straight_on = rules.straight.shape[0] > 0
        tight = have_no_room(teams)
        held_up = minds_change or rules.check_at.shape[0] > 0
        impatient = rules.patience.shape[0] > 0 or rules.most_rows > 0
        counts = state.counts
        events = state.events
        workers = state.workers
        desks = state.desks
        idle = state.idle
        queues = state.queues
        held = state.held
        slots = state.slots
        free = state.free
        seen = state.seen
        along = ways_in(rules)
        did = state.did
        notes = did.shape[1] > 0
        parts = Parts(counts, slots, free, seen, state.pile, state.moving, did)
        # What the pieces need that cut work and delays short.
        posts = Posts(
            teams,
            people,
            members,
            nodes,
            rules.level,
            rules.class_level,
            queue_rank,
            hours,
            rules.calendars,
            rules.batches,
            first_check,
            workers,
            desks,
            idle,
            queues,
            held,
            state.hands,
            state.gathering,
            slots,
            events,
            counts,
        )
        most_rows = rules.most_rows
        log_size = log.end.shape[0] - most_rows
        events_room = events.shape[0] - slots.shape[0] - rules.clients.shape[0] - workers.shape[0]
        parallel = most_parts > 0 or counts[PARTED] > 0
        most_new = rules.calls.shape[0] + (3 * most_parts + 4 if batched else 0)
        fellow = -1
        before = -1
        until_then = 0.0
        pending = counts[PENDING]
        logged = counts[LOGGED]
        last = state.clock[0]
        nobody = np.int32(-1)
        code = PAUSED
        watched = watch[0].on != 0
        pauses = -math.inf if watched else until
        pending = set_apart(events, pending, until, far)
        near = far.about[0].near

        while True:
            while near < math.inf and (pending == 0 or events[0].time >= near):
                pending = fetch(events, pending, until, far)
                near = far.about[0].near
            if pending == 0:
                code = CROSSED if watched and crosses(watch[0], desks, counts) else FINISHED
                break
            now = events[0].time
            if now >= pauses:
                # Looked at whenever something is watched, and costs nothing where nothing is.
                if watched and now > watch[0].moment and crosses(watch[0], desks, counts):
                    code = CROSSED
                    break
                if now >= until:
                    break
                watch[0].moment = now
            event_is = events[0].key
            kind = event_is >> KIND_SHIFT
            slot = events[0].item
            if (kind > WAKE or most_rows > 0) and logged >= log_size:
                code = LOG_FULL
                break
            if (impatient or cutting or batched) and counts[VOID] + most_rows + most_new >= events_room:
                code = EVENTS_FULL
                break
            if counts[FREE] <= most_parts and (kind == ARRIVE or most_parts > 0):
                code = SLOTS_FULL
                break

            # 1. What happened.
            row = person = arriving = -1
            leaving = full = False
            onward = True
            over = enters = arrives = again = False
            forced = -2
            moves = moved = 0
            freed = -1
            presser = -1
            frees = 1
            opens = off = off_at = offered = keeper = -1
            number = event_is & ((np.int64(1) << KIND_SHIFT) - 1)
            rooted = True
            if kind == WAKE:
                person = slot
                slot = 0
                if cutting and workers[person].wakes == PRESSES:
                    presser = person
                workers[person].wakes = 0
                onward = False
                for at in range(people[person].team_begin, people[person].team_end):
                    desks[members[at].team].asleep = 0
            elif kind == ARRIVE:
                last = now
                arriving = slot
                counts[PENDING] = pending
                slot = come(arriving, now, rules, state)
                if cutting:
                    expect(slot, now, rules, state)
                pending = counts[PENDING]
                slots[slot].row_client = names.client[arriving]
            elif batched and kind == CLOSE:
                # Those who have gathered go, unless they have gone.
                counts[VOID] -= 1
                onward = False
                line = state.gathering[slot]
                if line.head >= 0 and line.closes == now and line.opener == number:
                    last = now
                    opens = slot
                    enters = True
                    slot = together(slot, nodes[slots[line.head].node].team, now, rules, state)
                else:
                    slot = 0
            me = slots[slot]
            void = False
            if cutting and kind in (DONE, READY, PASS):
                # What was cut short does not end.
                void = me.status != (BEGUN if kind == DONE else DELAYED) or me.when != now or me.case != number
                me.when = me.when if void else -1.0
            if cutting and void:
                counts[VOID] -= 1
                onward = False
            elif kind == DONE:
                last = now
                if cutting and me.person >= 0 and me.lot == 0:
                    put_down(slot, posts)
                row = logged
                logged += 1
                log.case[row] = me.case >> PART_BITS
                log.client[row] = me.row_client
                log.activity[row] = me.row_activity
                log.team[row] = me.row_team
                log.person[row] = me.row_person
                log.enabled[row] = me.enabled
                log.ready[row] = me.ready
                log.start[row] = me.start
                log.end[row] = now
                log.flags[row] = me.flags
                log.due[row] = me.due
                log.together[row] = 1
                me.flags = 0
                me.enabled = now
                if me.check < 0:
                    seen[me.home, nodes[me.node].activity] |= 1
                    if nodes[me.node].clock != 0:
                        slots[me.home].clock = now
                person = me.person
                me.person = -1
                if notes and person >= 0:
                    bits = nodes[first_check + me.check if me.check >= 0 else me.node].notes
                    for at in range(did.shape[1] if bits != 0 else 0):
                        if bits >> at & 1 != 0:
                            did[me.home, at] = person
                if batched:
                    log.together[row] = max(me.lot, 1)
                    me.lot = 0
                    if me.keeps:
                        person = -1
                        me.keeps = 0
                leaving = person >= 0
            elif kind == READY:
                last = now
                person = me.person
                me.person = -1
                leaving = person >= 0
                arrives = parallel and me.check < 0 and nodes[me.node].join >= 0 and slots[me.home].parts > 1
                onward = arrives or (me.check < 0 and me.whole == 0 and ways[me.way, me.node].skip != 0)
                if cutting and me.ends != 0:
                    arrives = False
                    onward = True
                enters = not onward
                # It waited for others, and does so no longer by an edit at this moment.
                again = batched and enters and me.since == now
                me.lot = 0
                if person >= 0 and enters:
                    # It was kept for want of room, and there is some now.
                    offered = nodes[first_check + me.check if me.check >= 0 else me.node].team
            elif kind == PASS:
                last = now
                person = me.person
                me.person = -1
                leaving = person >= 0
            elif kind == LEAVE:
                counts[VOID] -= 1
                gathers = batched and me.status == GATHERS
                onward = (me.status == QUEUED or gathers) and me.case == number and me.leaves == now
                at_team = me.desk if nodes[me.node].tie >= 0 else nodes[me.node].team
                if onward and gathers:
                    if leave_line(slot, state.gathering[nodes[me.node].batch], slots):
                        opens = nodes[me.node].batch
                elif onward:
                    # It is given up, unless it waits no more, or for another step by now.
                    out_of_queue(slot, posts)
                if onward:
                    last = now
                    me.lot = 0
                    me.status = DELAYED
                    at = rules.patience_of[activities[nodes[me.node].activity].patience, me.client]
                    forced = rules.patience[at].to
                    if cutting and forced < 0 and slots[me.home].parts > 1:
                        pending = settled(rooted, events, pending, counts)
                        rooted = False
                        logged = call_off(slot, now, logged, posts, parts, log)
                        pending = counts[PENDING]
                    if not gathers and held[teams[at_team].begin].head >= 0:
                        freed = teams[at_team].begin
                    row = logged
                    logged += 1
                    flags = me.flags | CLIENT_ACT | GAVE_UP
                    note(me, names.patience[at], names.team[at_team], nobody, me.ready, now, now, flags, row, log)
                    me.flags = 0
                    me.enabled = now

            elif cutting and kind == CALL_OFF:
                counts[VOID] -= 1
                onward = me.status != GONE and me.home == slot and me.case >> PART_BITS == number >> PART_BITS
                if onward:
                    at = goes_on(slot, slots)
                    onward = at >= 0
                    if me.late == -1 - (number & PART_MASK):
                        me.late = 0
                    if at == IN_BATCH and me.late == 0:
                        # A batch is done first.
                        me.late = 1 + (number & PART_MASK)
                    slot = at if onward else slot
                if onward:
                    # What is pending at this moment from now on must not pass the root of the heap.
                    last = now
                    pending = settled(rooted, events, pending, counts)
                    rooted = False
                    me = slots[slot]
                    row = stop(slot, now, call_off(slot, now, logged, posts, parts, log), posts, log)
                    pending = counts[PENDING]
                    logged = row + 1
                    at = number & PART_MASK
                    forced = rules.patience[at].to
                    flags = me.flags | (CLIENT_ACT | GAVE_UP if forced < 0 else CLIENT_ACT)
                    note(me, names.patience[at], nobody, nobody, me.ready, now, now, flags, row, log)
                    me.flags = 0
                    me.enabled = now

            if parallel and not void and kind in (READY, PASS):
                if leaving and keeps_others(slot, person, slots):
                    keeper = person
                    person = -1
                    leaving = False
                me.keeps = 0

            if batched and cutting and (onward or kind == READY) and not void and slots[me.home].late > 0:
                # Its batch may be done, for which calling it off had to wait.
                off_at = me.home
                if goes_on(off_at, slots) != IN_BATCH:
                    off = slots[off_at].late - 1
                    slots[off_at].late = -1 - off

            # 2. Where the case goes on to: a check, a step (past those that are skipped), or out.
            ready_at = -1.0
            leaves_at = math.inf
            if onward:
                here = me.node
                nth = me.occurrence
                if cutting:
                    me.rest = 0.0
                found = -1
                if cutting and me.ends != 0:
                    forced = -1
                elif held_up and kind in (DONE, PASS) and here > 0:
                    activity = activities[nodes[here].activity]
                    for at in range(activity.check_begin, activity.check_end):
                        other = rules.check_at[at]
                        if other > me.check and (
                            rules.check_client[other] < 0 or rules.check_client[other] == me.client
                        ):
                            found = other
                            break
                    if minds_change and found < 0:
                        # A change that comes late: back, once at most.
                        for at in range(activity.return_begin, activity.return_end):
                            other = rules.return_at[at]
                            change = rules.returns[other]
                            bit = np.int64(1) << other
                            if (
                                slots[me.home].returned & bit == 0
                                and (change.client < 0 or change.client == me.client)
                                and draw(me.key, change.key, nth, FOR_ROUTE) < change.share
                            ):
                                slots[me.home].returned |= bit
                                forced = change.to
                                break
                me.check = found
                giver = nobody
                if straight_on and leaving:
                    giver = if_there(np.int32(person), people, workers, hours, now)
                if found >= 0:
                    me.flags = nodes[first_check + found].flags
                    enters = True
                elif parallel and (
                    arrives or nodes[here].split != ONE or me.home != slot or me.parts > 1 or rules.skips[me.way] != 0
                ):
                    moves = go_on(slot, forced, arrives, giver, now, along, parts)
                    over = moves < 0
                else:
                    there = -1
                    nth_there = 0
                    number = 0
                    while True:
                        if forced > -2:
                            number = -1
                            there = forced
                            forced = -2
                        else:
                            u = draw(me.key, nodes[here].key, nth, FOR_ROUTE)
                            way = ways[me.way, here]
                            number = taken(route_below, way.begin, way.end, u)
                            there = routes[number].to
                        if there < 0:
                            break
                        nth_there = seen[slot, nodes[there].activity] >> 1
                        seen[slot, nodes[there].activity] += 2
                        if ways[me.way, there].skip == 0 or me.whole != 0:
                            break
                        here = there
                        nth = nth_there
                    if there < 0:
                        me.status = GONE
                        free[counts[FREE]] = slot
                        counts[FREE] += 1
                        counts[OVER] += 1
                        over = True
                    else:
                        me.node = there
                        me.occurrence = nth_there
                        me.flags = (me.flags & FIRST) | nodes[there].flags
                        enters = True
                        if number >= 0:
                            route = routes[number]
                            me.flags |= route.flags
                            if straight_on and goes_straight(giver, slot, number, here, nth, now, along, parts):
                                me.straight = 1
                            elif route.time > 0 or route.older_end > route.older_begin:
                                u = draw(me.key, nodes[here].key, nth, FOR_DELAY)
                                if route.since == 0:
                                    time = route.time
                                    if route.older_end > route.older_begin:
                                        time = of_age(route, rules.older, now - slots[me.home].clock)
                                    delay = seconds(times, cells, time, u)
                                else:
                                    passed = now - slots[me.home].clock
                                    delay = beyond(times, cells, route.time, u, passed) - passed
                                until_ready = now + delay
                                me.within = route.calendar
                                if route.calendar >= 0:
                                    until_ready = work_ends(hours, rules.calendars[route.calendar], now, delay)
                                if until_ready > now:
                                    ready_at = until_ready
                                    me.status = DELAYED
                                    enters = False

            if over:
                if row < 0:
                    # With nothing done: what was still to do is skipped since it was sent there.
                    row = logged
                    logged += 1
                    flags = (me.flags & FIRST) | BY_ITSELF
                    note(me, np.int32(NO_STEP), nobody, nobody, now, now, now, flags, row, log)
                log.flags[row] |= LAST

            # 3. Who is free for it, and 4. what this plans: at most one new event in each turn.
            waking = -1
            member = 0
            team = -1
            while True:
                begins = -2
                event_at = now
                event_of = slot
                if batched and fellow >= 0:
                    # The others of a batch that is begun.
                    until_then = begin_along(fellow, before, until_then, nodes[slots[fellow].node], rules, slots)
                    event_at = until_then
                    event_is = (DONE << KIND_SHIFT) | slots[fellow].case
                    event_of = fellow
                    before = fellow
                    fellow = slots[fellow].fellow
                elif batched and opens >= 0:
                    event_of = opens
                    opens = -1
                    if state.gathering[event_of].head < 0:
                        continue
                    event_at = closing(event_of, now, rules, state)
                    event_is = (CLOSE << KIND_SHIFT) | state.gathering[event_of].opener
                    if event_at == math.inf:
                        continue
                    counts[VOID] += 1
                elif ready_at >= 0.0:
                    event_at = ready_at
                    event_is = (READY << KIND_SHIFT) | me.case
                    ready_at = -1.0
                    me.when = event_at
                elif batched and cutting and off >= 0:
                    event_is = (CALL_OFF << KIND_SHIFT) | (slots[off_at].case >> PART_BITS << PART_BITS) | off
                    event_of = off_at
                    off = -1
                    counts[VOID] += 1
                elif leaves_at < math.inf:
                    event_at = leaves_at
                    event_is = (LEAVE << KIND_SHIFT) | me.case
                    counts[VOID] += 1
                    leaves_at = math.inf
                elif freed >= 0:
                    # There is room for the first case that is kept for want of it.
                    other = held[freed].head
                    held[freed].head = slots[other].next
                    frees -= 1
                    if frees == 0 or held[freed].head < 0:
                        freed = -1
                        frees = 1
                    slots[other].status = DELAYED
                    slots[other].when = now
                    event_is = (READY << KIND_SHIFT) | slots[other].case
                    event_of = other
                elif arriving >= 0:
                    event_at = next_case(arriving, now, limit, rules, state)
                    event_is = (ARRIVE << KIND_SHIFT) | np.int64(arriving)
                    event_of = arriving
                    arriving = -1
                    if event_at >= limit:
                        continue
                elif enters:
                    enters = False
                    if batched and cutting and me.lot == 0 and slots[me.home].late < 0:
                        # It is called off at this moment: nothing else is done with it before.
                        me.status = BEGUN
                        me.ready = now
                        me.when = -1.0
                        if offered >= 0 and held[teams[offered].begin].head >= 0:
                            freed = teams[offered].begin
                        continue
                    node = nodes[first_check + me.check if me.check >= 0 else me.node]
                    if cutting and node.alone != 0 and slots[me.home].parts > 1:
                        pending = settled(rooted, events, pending, counts)
                        rooted = False
                        logged = call_off(slot, now, logged, posts, parts, log)
                        pending = counts[PENDING]
                    team = node.team
                    if node.tie >= 0:
                        team = tied_desk(me, node, rules, did)
                        me.desk = team
                    comes = True
                    if batched and me.lot > 0:
                        comes = False
                    elif batched and node.batch >= 0:
                        if rules.batches[node.batch].size == 1:
                            me.lot = 1
                            counts[BATCHED] += 1
                            me.since = now
                            me.rest = 0.0
                        else:
                            line = state.gathering[node.batch]
                            gather(slot, now, line, counts, slots)
                            if line.count < rules.batches[node.batch].size:
                                if impatient and team >= 0:
                                    queued = queued_at(teams[team], desks)
                                    leaves_at = gives_up_at(me, node.activity, queued, now, rules, seen)
                                    me.leaves = leaves_at
                                if line.head == slot:
                                    opens = node.batch
                                continue
                            slot = together(node.batch, team, now, rules, state)
                            me = slots[slot]
                            comes = False
                            opens = node.batch
                    if comes and not again:
                        me.ready = now
                    if team < 0:
                        begins = -1
                    else:
                        desk = desks[team]
                        rule = teams[team]
                        if me.straight != 0:
                            # Whoever hands it over goes straight on with it.
                            me.straight = 0
                            if leaving:
                                leaving = False
                                workers[person].touched = now
                                full = workers[person].in_hand == people[person].at_once
                                workers[person].in_hand -= 1
                                begins = person
                                person = -1
                        if begins < 0 and desk.room > 0 and desk.asleep == 0:
                            if rule.lined != 0:
                                begins = longest_idle(desk, rules, state, now)
                            else:
                                begins = chosen(me, node, rule, rules, state, now)
                        if begins < 0 and cutting and rule.interrupts != 0:
                            # Work of a lower rank is left, unless somebody is about to look for the case: who hands it
                            # over, or who is free at this moment.
                            by = np.int32(person) if leaving else np.int32(-1)
                            soon = np.int32(-1)
                            if desk.room > 0 and queued_at(rule, desks) < rule.limit:
                                soon = about_to_look(team, member_at, now, posts)
                            if soon >= 0:
                                workers[soon].wakes = PRESSES
                            elif (
                                by < 0
                                or queued_at(rule, desks) >= rule.limit
                                or not takes_it_himself(by, team, now, posts)
                            ):
                                other = weakest(team, place_of(me, team, posts), np.int32(-1), now, posts)
                                if other >= 0:
                                    begins = interrupt(other, now, logged, posts, log)
                                    logged += 1
                            else:
                                presser = person
                        if comes and begins >= 0 and offered == node.team and queued_at(rule, desks) < rule.limit:
                            # It needs no place in the queue: the next one that is kept may have it.
                            freed = rule.begin if held[rule.begin].head >= 0 else freed
                        if begins < 0:
                            keeps = comes and (leaving or keeper >= 0) and queued_at(rule, desks) >= rule.limit
                            if not keeps or offered != node.team:
                                me.ticket = counts[TICKET]
                                counts[TICKET] += 1
                            me.next = -1
                            if keeps:
                                # Who hands it over keeps it until there is room.
                                me.status = HELD
                                me.keeps = 0 if leaving else 1
                                keeper = person if leaving else keeper
                                me.person = keeper
                                stand_by_ticket(slot, held[rule.begin], slots)
                                leaving = False
                                person = -1
                                if rule.limit == 0 and desk.room > 0 and desk.asleep == 0:
                                    waking = team
                                    member = rule.member_begin
                                continue
                            me.status = QUEUED
                            if impatient:
                                me.before = -1
                                if comes:
                                    me.leaves = math.inf
                                    if me.check < 0:
                                        queued = queued_at(rule, desks)
                                        leaves_at = gives_up_at(me, node.activity, queued, now, rules, seen)
                                        me.leaves = leaves_at
                            queue = queues[rule.queue_begin + place_of(me, team, posts)]
                            if rule.order == FIRST_COME:
                                if queue.head < 0:
                                    queue.head = slot
                                else:
                                    slots[queue.tail].next = slot
                                    me.before = queue.tail
                                queue.tail = slot
                            elif rule.order == LAST_COME:
                                me.next = queue.head
                                if queue.head >= 0:
                                    slots[queue.head].before = slot
                                queue.head = slot
                            else:
                                me.child = -1
                                if batched and me.lot > 0 and node.batch >= 0:
                                    if rule.order == SHORTEST:
                                        me.urgency = work_of_batch(slot, -1, node, rules, slots)
                                    else:
                                        me.urgency = most_urgent(slot, rule.order, slots)
                                elif rule.order != SHORTEST:
                                    me.urgency = told_urgency(me, rule.order)
                                else:
                                    me.urgency = own_work(me, me.quantity, node, rules)
                                queue.head = melded(queue.head, slot, slots)
                            desk.queued += max(me.lot, 1) if batched else 1
                            if (desk.room > 0 and desk.asleep == 0) or (cutting and rule.interrupts != 0):
                                waking = team
                                member = rule.member_begin
                            continue
                elif waking >= 0:
                    # Members with room are all off duty: wake them when their hours begin.
                    other = -1
                    while member < teams[waking].member_end:
                        other = member_at[member]
                        if workers[other].wakes == 0:
                            if workers[other].in_hand < people[other].at_once:
                                break
                            if cutting and teams[waking].interrupts != 0 and not look_at_clock(other, now, posts):
                                break
                        member += 1
                    if member == teams[waking].member_end:
                        desks[waking].asleep = 1
                        waking = -1
                        continue
                    workers[other].wakes = 1
                    event_at = workers[other].on_from
                    event_is = np.int64(other)
                    event_of = other
                elif moved < moves:
                    slot = state.moving[moved]
                    me = slots[slot]
                    moved += 1
                    if me.status == GONE or me.status == PARKED:
                        continue
                    if me.status == DELAYED:
                        ready_at = me.ready
                    else:
                        enters = True
                    continue
                elif person >= 0:
                    worker = workers[person]
                    somebody = people[person]
                    if leaving:
                        leaving = False
                        worker.touched = now
                        full = worker.in_hand == somebody.at_once
                        worker.in_hand -= 1
                    best = -1
                    best_rank = np.int64(0)
                    team = -1
                    if worker.in_hand < somebody.at_once:
                        team, best, best_rank = first_for(
                            somebody, members, teams, desks, queues, queue_rank, slots, now
                        )
                    piled = np.int32(-1)
                    victim = np.int32(-1)
                    if cutting:
                        if worker.pile >= 0 and worker.in_hand < somebody.at_once:
                            piled, turn, rank = on_top(worker.pile, somebody, posts)
                            if best >= 0:
                                its_turn = turn_of(team, somebody, posts)
                                if its_turn < turn or (its_turn == turn and rank < best_rank):
                                    piled = np.int32(-1)
                        elif kind == WAKE and worker.in_hand >= somebody.at_once:
                            team, victim = presses(np.int32(person), True, now, posts)
                            if victim >= 0:
                                look_at_clock(np.int32(person), now, posts)
                    some = best >= 0 or piled >= 0 or victim >= 0
                    kept = tight and not some and worker.in_hand < somebody.at_once and first_kept(somebody, posts) >= 0
                    if (some or kept) and now >= worker.on_until:
                        roll(worker, somebody, hours, now)
                    takes = some and worker.on_from <= now
                    if full and not takes:
                        full = False
                        has_room(somebody, teams, members, workers, desks, idle)
                    calls = kept and worker.on_from <= now
                    gone = cutting and not takes and worker.pile >= 0 and worker.on_from - now > AWAY
                    if calls or (gone and worker.in_hand < somebody.at_once):
                        pending = settled(rooted, events, pending, counts)
                        rooted = False
                        if calls:
                            call_in(person, now, posts)
                        elif cutting:
                            leave_pile(worker, now, posts)
                        pending = counts[PENDING]
                    if not takes:
                        event_of = person
                        person = -1
                        if calls or not (some or kept) or worker.wakes != 0:
                            continue
                        worker.wakes = 1
                        event_at = worker.on_from
                        event_is = np.int64(event_of)
                    elif cutting and piled >= 0:
                        slot = piled
                        me = slots[slot]
                        take_off(slot, worker, slots)
                        team = team_of(me, posts)
                        begins = person
                    else:
                        if cutting and victim >= 0:
                            best = first_in_line(team, posts)
                            interrupt(victim, now, logged, posts, log)
                            logged += 1
                        slot = queues[best].head
                        me = slots[slot]
                        if teams[team].order <= LAST_COME:
                            queues[best].head = me.next
                        else:
                            queues[best].head = without_root(slot, slots)
                        frees = max(me.lot, 1) if batched else 1
                        desks[team].queued -= frees
                        if held[teams[team].begin].head >= 0:
                            freed = teams[team].begin
                        begins = person
                elif cutting and presser >= 0:
                    # What waits for somebody who took something else interrupts others.
                    team, victim = presses(np.int32(presser), False, now, posts)
                    if victim < 0:
                        presser = -1
                        continue
                    best = first_in_line(team, posts)
                    begins = interrupt(victim, now, logged, posts, log)
                    logged += 1
                    slot = queues[best].head
                    me = slots[slot]
                    if teams[team].order <= LAST_COME:
                        queues[best].head = me.next
                    else:
                        queues[best].head = without_root(slot, slots)
                    frees = max(me.lot, 1) if batched else 1
                    desks[team].queued -= frees
                    if held[teams[team].begin].head >= 0:
                        freed = teams[team].begin
                else:
                    break

                if begins >= -1:
                    doing = first_check + me.check if me.check >= 0 else me.node
                    node = nodes[doing]
                    if batched and me.lot > 0 and node.batch >= 0:
                        in_turn = rules.batches[node.batch].in_turn != 0
                        first = first_come(slot, slots) if in_turn else slot
                        event_at = work_of_batch(slot, first, node, rules, slots)
                        slot = first
                        me = slots[slot]
                        fellow = share_out(slot, in_turn, slots)
                        before = slot
                    elif cutting and me.rest > 0.0:
                        event_at = me.rest
                        me.rest = 0.0
                    elif node.pace < 0 and times[node.time].kind == FIXED:
                        event_at = times[node.time].a
                    else:
                        event_at = own_work(me, me.quantity, node, rules)
                    me.row_activity = names.node[doing]
                    me.status = BEGUN
                    me.start = now
                    me.person = begins
                    if begins < 0:
                        me.row_team = names.team[node.place] if node.place >= 0 else -1
                        me.row_person = -1
                        event_at += now
                    else:
                        worker = workers[begins]
                        somebody = people[begins]
                        me.row_team = names.team[team]
                        me.row_person = names.person[begins]
                        if teams[team].choice == IN_TURN:
                            desks[teams[team].begin].turn = begins
                        worker.touched = now
                        worker.in_hand += 1
                        if worker.in_hand == somebody.at_once:
                            if full:
                                full = False
                            else:
                                is_full(somebody, teams, members, desks, idle)
                        # He works on it through his hours, or until it is done.
                        left = event_at if somebody.speed == 1.0 else event_at / somebody.speed
                        begin = now
                        end = worker.on_week + hours[worker.on_interval].end
                        me.stays = teams[team].stays
                        if left > end - begin and me.stays == 0:
                            interval = worker.on_interval
                            week = worker.on_week
                            gap = 0.0
                            while left > end - begin:
                                left -= end - begin
                                interval += 1
                                if interval == somebody.hours_end:
                                    interval = somebody.hours_cycle
                                    week += WEEK
                                gap = week + hours[interval].begin - end
                                if gap > AWAY:  # He finishes it before he goes.
                                    begin = end
                                    break
                                begin = week + hours[interval].begin
                                end = week + hours[interval].end
                            if somebody.at_once == 1 and gap <= AWAY:
                                stand_in(worker, somebody, hours, interval, week)
                        event_at = begin + left
                    if cutting:
                        me.when = event_at
                        if begins >= 0 and teams[team].interrupts != 0 and me.lot == 0:
                            take_in_hand(slot, team, posts)
                    event_is = (DONE << KIND_SHIFT) | me.case
                    event_of = slot
                    until_then = event_at

                if event_at >= near:
                    shelve(event_at, event_is, event_of, far)
                elif rooted:
                    rooted = False
                    sink(events, pending, event_at, event_is, event_of)
                else:
                    rise(events, pending, event_at, event_is, event_of)
                    pending += 1

            if rooted:
                # Nothing was planned: the last event of the heap sinks from the root.
                pending -= 1
                sink(events, pending, events[pending].time, events[pending].key, events[pending].item)

        if near < math.inf:
            pending = put_back(events, pending, far)
        sources  # noqa: B018
        counts[PENDING] = pending
        counts[LOGGED] = logged
        state.clock[0] = last
        return code

    return work


work = loop(SOURCES, False, False)
LOOPS = {(False, False): work} | {how: loop(SOURCES, *how) for how in ((False, True), (True, False), (True, True))}
"""By what they have: batches, and what is cut short. Each is compiled when a model first needs it."""
