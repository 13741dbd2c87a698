"""The work loop, compiled. `reference.py` is the same loop for people to read; their logs are equal to the bit.

The loop allocates nothing and raises nothing; it returns a code, and Python makes room and calls it again. It is one
function because helpers that are handed arrays cost more than what they do; what is rarely needed is in `pieces.py`,
and the arrays are explained in `layout.py`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from irrupt.engine import branches, layout, pieces
from irrupt.engine.branches import Parts, Ways, go_on
from irrupt.engine.layout import (
    ARRIVE,
    AT_RANDOM,
    BEGUN,
    CASES,
    CLIENT_ACT,
    DELAYED,
    DONE,
    EARLIEST_DUE,
    EVENTS_FULL,
    FASTEST,
    FEWEST_TEAMS,
    FINISHED,
    FIRST,
    FIRST_COME,
    FREE,
    GAVE_UP,
    GONE,
    IN_TURN,
    KIND_SHIFT,
    LAST,
    LAST_COME,
    LEAVE,
    LEAVES,
    LOG_FULL,
    LOGGED,
    ONE,
    OVER,
    PART_BITS,
    PARTED,
    PASS,
    PAUSED,
    PENDING,
    QUEUED,
    READY,
    SLOTS_FULL,
    TICKET,
    WAKE,
)
from irrupt.engine.pieces import (
    EXPONENTIAL,
    FIXED,
    FOR_CASE,
    FOR_DELAY,
    FOR_DURATION,
    FOR_ROUTE,
    GOLDEN,
    LINES,
    TAILS,
    UNIFORM,
    WEEK,
    appointment,
    compiled,
    draw,
    from_cells,
    gap,
    logarithm,
    melded,
    mix,
    next_arrival,
    seconds,
    stand_in_line,
    text_of,
    unlink,
    without,
    without_root,
    work_ends,
    work_of,
)

SOURCES = text_of(branches, layout, pieces)
"""Of everything that is compiled into the loop and stands in other files."""


def loop(sources: int) -> Any:
    """The loop, compiled from this *sources*."""

    @compiled
    def work(until, limit, rules, names, state, log):  # type: ignore[no-untyped-def]
        """Handle the events before *until*; clients bring cases until *limit*. Seconds since the origin.

        Each turn of the outer loop is one event, in four parts: what happened; where the case goes on to; who is free
        for it; what this plans. The earliest event stays at the root of the heap until the first one that is planned
        takes its place ("lazy pop").
        """
        client_rate = rules.client_rate
        client_growth = rules.client_growth
        client_evenness = rules.client_evenness
        slot_begin = rules.slot_begin
        slot_from = rules.slot_from
        client_way = rules.client_way
        class_way = rules.class_way
        client_quantity = rules.client_quantity
        client_due = rules.client_due
        class_begin = rules.class_begin
        class_below = rules.class_below
        class_at = rules.class_at
        node_activity = rules.node_activity
        node_key = rules.node_key
        node_team = rules.node_team
        node_place = rules.node_place
        node_time = rules.node_time
        node_unit = rules.node_unit
        node_pace = rules.node_pace
        node_flags = rules.node_flags
        most_parts = rules.most_parts
        node_split = rules.node_split
        node_join = rules.node_join
        pace = rules.pace
        row_of = rules.row_of
        skip = rules.skip
        skips = rules.skips
        route_begin = rules.route_begin
        route_below = rules.route_below
        route_to = rules.route_to
        route_time = rules.route_time
        route_calendar = rules.route_calendar
        route_flags = rules.route_flags
        check_begin = rules.check_begin
        check_at = rules.check_at
        check_client = rules.check_client
        patience_at = rules.patience_at
        patience_of = rules.patience_of
        patience_time = rules.patience_time
        patience_key = rules.patience_key
        patience_to = rules.patience_to
        return_begin = rules.return_begin
        return_at = rules.return_at
        return_client = rules.return_client
        return_key = rules.return_key
        return_share = rules.return_share
        return_to = rules.return_to
        level = rules.level
        class_level = rules.class_level
        team_order = rules.team_order
        queue_begin = rules.queue_begin
        queue_rank = rules.queue_rank
        member_begin = rules.member_begin
        member_at = rules.member_at
        team_begin = rules.team_begin
        team_at = rules.team_at
        team_who = rules.team_who
        team_long = rules.team_long
        team_choice = rules.team_choice
        person_key = rules.person_key
        turn = state.turn
        staff = rules.speed.shape[0]
        speed = rules.speed
        at_once = rules.at_once
        calendar_begin = rules.calendar_begin
        hours_begin = rules.hours_begin
        hours_end = rules.hours_end
        hours_from = rules.hours_from
        hours_until = rules.hours_until
        time_kind = rules.time_kind
        time_a = rules.time_a
        time_b = rules.time_b
        time_at = rules.time_at
        time_cells = rules.time_cells
        cells = rules.cells
        times = (time_kind, time_a, time_b, time_at, time_cells)
        nodes = row_of.shape[1]
        minds_change = return_key.shape[0] > 0
        impatient = patience_key.shape[0] > 0
        name_client = names.client
        name_node = names.node
        name_patience = names.patience
        name_team = names.team
        name_person = names.person
        counts = state.counts
        event_time = state.event_time
        event_key = state.event_key
        event_item = state.event_item
        arrivals = state.arrivals
        client_key = state.client_key
        since = state.since
        need_of = state.need
        raw = state.raw
        of_week = state.of_week
        left_of = state.left
        monday = state.monday
        appointed = state.appointed
        in_hand = state.in_hand
        touched = state.touched
        wakes = state.wakes
        on_from = state.on_from
        on_until = state.on_until
        on_week = state.on_week
        on_interval = state.on_interval
        room = state.room
        asleep = state.asleep
        idle_head = state.idle_head
        idle_tail = state.idle_tail
        idle_next = state.idle_next
        idle_before = state.idle_before
        queued = state.queued
        head = state.head
        tail = state.tail
        free = state.free
        following = state.next
        child = state.child
        urgency = state.urgency
        before = state.before
        leaves = state.leaves
        returned = state.returned
        status = state.status
        case = state.case
        home = state.home
        parts = state.parts
        client = state.client
        kind_of = state.kind
        way_of = state.way
        quantity = state.quantity
        due = state.due
        key = state.key
        node = state.node
        occurrence = state.occurrence
        check = state.check
        person_of = state.person
        ticket = state.ticket
        flags = state.flags
        enabled = state.enabled
        ready = state.ready
        start = state.start
        row_client = state.row_client
        row_activity = state.row_activity
        row_team = state.row_team
        row_person = state.row_person
        whole = state.whole
        seen = state.seen
        moving = state.moving
        log_case = log.case
        log_client = log.client
        log_activity = log.activity
        log_team = log.team
        log_person = log.person
        log_enabled = log.enabled
        log_ready = log.ready
        log_start = log.start
        log_end = log.end
        log_flags = log.flags
        log_due = log.due
        log_size = log.end.shape[0]
        events_room = event_time.shape[0] - case.shape[0] - client_way.shape[0] - in_hand.shape[0]
        # What `go_on` needs: fewer arrays compile faster.
        ways = Ways(
            times,
            calendar_begin,
            cells,
            hours_from,
            hours_until,
            node_activity,
            node_flags,
            node_join,
            node_key,
            node_split,
            rules.reach,
            rules.reach_row,
            route_begin,
            route_below,
            route_calendar,
            route_flags,
            rules.route_key,
            rules.route_share,
            route_time,
            route_to,
            row_of,
            skip,
        )
        places = Parts(
            case,
            check,
            client,
            counts,
            due,
            enabled,
            flags,
            free,
            home,
            key,
            kind_of,
            parts,
            moving,
            node,
            occurrence,
            state.other,
            state.pile,
            quantity,
            ready,
            row_client,
            seen,
            status,
            way_of,
            whole,
        )
        parallel = rules.most_parts > 0 or counts[PARTED] > 0
        pending = counts[PENDING]
        free_count = counts[FREE]
        logged = counts[LOGGED]
        last = state.clock[0]
        code = PAUSED

        while True:
            if pending == 0:
                code = FINISHED
                break
            if event_time[0] >= until:
                break
            kind = event_key[0] >> KIND_SHIFT
            slot = event_item[0]
            if kind >= DONE and logged == log_size:
                code = LOG_FULL
                break
            if impatient and counts[LEAVES] >= events_room:
                code = EVENTS_FULL
                break
            if free_count <= most_parts and (kind == ARRIVE or most_parts > 0):
                code = SLOTS_FULL
                break
            now = event_time[0]
            if kind not in (WAKE, LEAVE):
                last = now

            # 1. What happened.
            row = -1
            person = -1
            leaving = False
            arriving = -1
            onward = True
            enters = False
            forced = -2
            arrives = False
            moves = 0
            moved = 0
            if kind == DONE:
                row = logged
                logged += 1
                log_case[row] = case[slot] >> PART_BITS
                log_client[row] = row_client[slot]
                log_activity[row] = row_activity[slot]
                log_team[row] = row_team[slot]
                log_person[row] = row_person[slot]
                log_enabled[row] = enabled[slot]
                log_ready[row] = ready[slot]
                log_start[row] = start[slot]
                log_end[row] = now
                log_flags[row] = flags[slot]
                log_due[row] = due[slot]
                flags[slot] = 0
                enabled[slot] = now
                person = person_of[slot]
                leaving = person >= 0
            elif kind == READY:
                arrives = parallel and check[slot] < 0 and node_join[node[slot]] >= 0 and parts[home[slot]] > 1
                onward = check[slot] < 0 and whole[slot] == 0 and skip[way_of[slot], node[slot]] != 0
                onward = onward or arrives
                enters = not onward
            elif kind == ARRIVE:
                arriving = slot
                free_count -= 1
                slot = free[free_count]
                case[slot] = counts[CASES] << PART_BITS
                counts[CASES] += 1
                client[slot] = arriving
                key[slot] = mix(client_key[arriving] + GOLDEN * np.uint64(arrivals[arriving]))
                node[slot] = 0
                occurrence[slot] = 0
                check[slot] = -1
                flags[slot] = FIRST
                enabled[slot] = now
                row_client[slot] = name_client[arriving]
                for activity in range(seen.shape[1]):
                    seen[slot, activity] = 0
                whole[slot] = 0
                returned[slot] = 0
                kind_of[slot] = 0
                if class_begin[arriving] < class_begin[arriving + 1]:
                    at = class_begin[arriving]
                    u = draw(key[slot], node_key[0], 0, FOR_CASE)
                    while u >= class_below[at]:
                        at += 1
                    kind_of[slot] = class_at[at]
                quantity[slot] = 1.0
                if client_quantity[arriving] >= 0:
                    quantity[slot] = seconds(
                        times, cells, client_quantity[arriving], draw(key[slot], node_key[0], 1, FOR_CASE)
                    )
                due[slot] = math.inf
                if client_due[arriving] >= 0:
                    due[slot] = now + seconds(
                        times, cells, client_due[arriving], draw(key[slot], node_key[0], 2, FOR_CASE)
                    )
                row = client_way[arriving] + class_way[kind_of[slot]]
                way_of[slot] = row
                if skips[row] != 0 and most_parts == 0:
                    # Its luck is known: would anybody work on it? If not, it skips nothing.
                    here = 0
                    nth = 0
                    while True:
                        route = route_begin[row_of[row, here]]
                        u = draw(key[slot], node_key[here], nth, FOR_ROUTE)
                        while u >= route_below[route]:
                            route += 1
                        there = route_to[route]
                        if there < 0:
                            whole[slot] = 1
                            break
                        if skip[row, there] == 0 and (node_team[there] >= 0 or skips[row] == 1):
                            break
                        activity = node_activity[there]
                        nth = seen[slot, activity]
                        seen[slot, activity] = nth + 1
                        here = there
                    for activity in range(seen.shape[1]):
                        seen[slot, activity] = 0
                row = -1
            elif kind == WAKE:
                person = slot
                wakes[person] = 0
                onward = False
                for at in range(team_begin[person], team_begin[person + 1]):
                    asleep[team_at[at]] = 0
            elif kind == LEAVE:
                counts[LEAVES] -= 1
                number = event_key[0] & ((np.int64(1) << KIND_SHIFT) - 1)
                onward = status[slot] == QUEUED and case[slot] == number and leaves[slot] == now
                if onward:
                    # It is given up, unless it waits no more, or for another step by now.
                    last = now
                    team = node_team[node[slot]]
                    queue = queue_begin[team] + level[team, client[slot]] + class_level[team, kind_of[slot]]
                    if team_order[team] <= LAST_COME:
                        unlink(slot, queue, head, tail, following, before)
                    else:
                        head[queue] = without(slot, head[queue], child, following, before, urgency, ticket)
                    queued[team] -= 1
                    status[slot] = DELAYED
                    at = patience_of[patience_at[node_activity[node[slot]]], client[slot]]
                    forced = patience_to[at]
                    row = logged
                    logged += 1
                    log_case[row] = number >> PART_BITS
                    log_client[row] = row_client[slot]
                    log_activity[row] = name_patience[at]
                    log_team[row] = name_team[team]
                    log_person[row] = -1
                    log_enabled[row] = enabled[slot]
                    log_ready[row] = ready[slot]
                    log_start[row] = now
                    log_end[row] = now
                    log_flags[row] = flags[slot] | CLIENT_ACT | GAVE_UP
                    log_due[row] = due[slot]
                    flags[slot] = 0
                    enabled[slot] = now

            # 2. Where the case goes on to: a check, a step (past those that are skipped), or out.
            ready_at = -1.0
            leaves_at = math.inf
            if onward:
                here = node[slot]
                nth = occurrence[slot]
                who = client[slot]
                found = -1
                if kind in (DONE, PASS):
                    activity = node_activity[here]
                    for at in range(check_begin[activity], check_begin[activity + 1]):
                        other = check_at[at]
                        if other > check[slot] and (check_client[other] < 0 or check_client[other] == who):
                            found = other
                            break
                check[slot] = found
                if minds_change and found < 0 and kind in (DONE, PASS):
                    # A change that comes late: back, once at most.
                    for at in range(return_begin[activity], return_begin[activity + 1]):
                        other = return_at[at]
                        bit = np.int64(1) << other
                        if (
                            returned[home[slot]] & bit == 0
                            and (return_client[other] < 0 or return_client[other] == who)
                            and draw(key[slot], return_key[other], nth, FOR_ROUTE) < return_share[other]
                        ):
                            returned[home[slot]] |= bit
                            forced = return_to[other]
                            break
                if found >= 0:
                    flags[slot] = node_flags[nodes + found]
                    enters = True
                elif parallel and (
                    arrives
                    or node_split[here] != ONE
                    or home[slot] != slot
                    or parts[slot] > 1
                    or skips[way_of[slot]] != 0
                ):
                    counts[FREE] = free_count
                    moves = go_on(slot, forced, arrives, now, ways, places)
                    free_count = counts[FREE]
                    if moves < 0 and row >= 0:
                        log_flags[row] |= LAST
                else:
                    there = -1
                    nth_there = 0
                    route = 0
                    while True:
                        if forced > -2:
                            route = -1
                            there = forced
                            forced = -2
                        else:
                            route = route_begin[row_of[way_of[slot], here]]
                            u = draw(key[slot], node_key[here], nth, FOR_ROUTE)
                            while u >= route_below[route]:
                                route += 1
                            there = route_to[route]
                        if there < 0:
                            break
                        activity = node_activity[there]
                        nth_there = seen[slot, activity]
                        seen[slot, activity] = nth_there + 1
                        if skip[way_of[slot], there] == 0 or whole[slot] != 0:
                            break
                        here = there
                        nth = nth_there
                    if there < 0:
                        status[slot] = GONE
                        free[free_count] = slot
                        free_count += 1
                        counts[OVER] += 1
                        if row >= 0:
                            log_flags[row] |= LAST
                    else:
                        node[slot] = there
                        occurrence[slot] = nth_there
                        flags[slot] = (flags[slot] & FIRST) | node_flags[there]
                        enters = True
                        time = 0
                        if route >= 0:
                            flags[slot] |= route_flags[route]
                            time = route_time[route]
                        if time > 0:
                            u = draw(key[slot], node_key[here], nth, FOR_DELAY)
                            how = time_kind[time]
                            delay = time_a[time]
                            if how == EXPONENTIAL:
                                delay *= -logarithm(1.0 - u)
                            elif how == UNIFORM:
                                delay += time_b[time] * u
                            elif how >= LINES:
                                delay *= from_cells(cells, time_at[time], time_cells[time], how == TAILS, u)
                            if delay > 0.0:
                                ready_at = now + delay
                                at = route_calendar[route]
                                if at >= 0:
                                    ready_at = work_ends(
                                        hours_from, hours_until, calendar_begin[at], calendar_begin[at + 1], now, delay
                                    )
                                status[slot] = DELAYED
                                enters = False

            # 3. Who is free for it, and 4. what this plans: at most one new event in each turn.
            rooted = True
            waking = -1
            member = 0
            while True:
                begins = -2
                if ready_at >= 0.0:
                    event_at = ready_at
                    event_is = (READY << KIND_SHIFT) | case[slot]
                    event_of = slot
                    ready_at = -1.0
                elif leaves_at < math.inf:
                    event_at = leaves_at
                    event_is = (LEAVE << KIND_SHIFT) | case[slot]
                    event_of = slot
                    counts[LEAVES] += 1
                    leaves_at = math.inf
                elif arriving >= 0:
                    if slot_begin[arriving] < slot_begin[arriving + 1]:
                        event_at = appointment(
                            client_rate,
                            client_growth,
                            client_evenness[arriving],
                            slot_from[slot_begin[arriving] : slot_begin[arriving + 1]],
                            client_key[arriving],
                            arrivals[arriving],
                            limit,
                            raw,
                            of_week,
                            left_of,
                            monday,
                            appointed,
                            arriving,
                        )
                    else:
                        since[arriving] = now
                        need_of[arriving] = gap(client_key[arriving], arrivals[arriving], client_evenness[arriving])
                        event_at = next_arrival(client_rate, client_growth, arriving, now, need_of[arriving], limit)
                    arrivals[arriving] += 1
                    event_is = (ARRIVE << KIND_SHIFT) | np.int64(arriving)
                    event_of = arriving
                    arriving = -1
                    if event_at >= limit:
                        continue
                elif enters:
                    enters = False
                    ready[slot] = now
                    doing = nodes + check[slot] if check[slot] >= 0 else node[slot]
                    team = node_team[doing]
                    if team < 0:
                        begins = -1
                    else:
                        if room[team] > 0 and asleep[team] == 0:
                            # The one with the least in hand, then the one who has been idle longest: of all members or,
                            # in a long team, the first on duty in the line of those who are idle.
                            long = team_long[team] != 0
                            choice = team_choice[team]
                            worth = best_worth = 0.0
                            at = idle_head[team] if long else member_begin[team]
                            while True:
                                if long:
                                    if at < 0:
                                        break
                                    other = team_who[at]
                                    at = idle_next[at]
                                else:
                                    if at == member_begin[team + 1]:
                                        break
                                    other = member_at[at]
                                    at += 1
                                    if in_hand[other] >= at_once[other]:
                                        continue
                                while now >= on_until[other]:
                                    interval = on_interval[other] + 1
                                    if interval == hours_end[other]:
                                        interval = hours_begin[other]
                                        on_week[other] += WEEK
                                    on_interval[other] = interval
                                    on_from[other] = on_week[other] + hours_from[interval]
                                    on_until[other] = on_week[other] + hours_until[interval]
                                if on_from[other] <= now:
                                    if long:
                                        begins = other
                                        break
                                    if choice == AT_RANDOM:
                                        luck = node_key[doing] + person_key[other]
                                        worth = draw(key[slot], luck, occurrence[slot], FOR_CASE)
                                    elif choice == FASTEST:
                                        worth = -speed[other]
                                    elif choice == FEWEST_TEAMS:
                                        worth = np.float64(team_begin[other + 1] - team_begin[other])
                                    elif choice == IN_TURN:
                                        worth = np.float64((other - turn[team] - 1) % staff)
                                    if (
                                        begins < 0
                                        or worth < best_worth
                                        or (
                                            worth == best_worth
                                            and (
                                                in_hand[other] < in_hand[begins]
                                                or (
                                                    in_hand[other] == in_hand[begins]
                                                    and touched[other] < touched[begins]
                                                )
                                            )
                                        )
                                    ):
                                        begins = other
                                        best_worth = worth
                        if begins < 0:
                            status[slot] = QUEUED
                            ticket[slot] = counts[TICKET]
                            counts[TICKET] += 1
                            following[slot] = -1
                            if impatient:
                                before[slot] = -1
                                leaves[slot] = math.inf
                                at = patience_at[node_activity[doing]] if check[slot] < 0 else -1
                                if at >= 0 and patience_of[at, client[slot]] >= 0:
                                    at = patience_of[at, client[slot]]
                                    u = draw(key[slot], patience_key[at], occurrence[slot], FOR_DELAY)
                                    leaves_at = now + seconds(times, cells, patience_time[at], u)
                                    leaves[slot] = leaves_at
                            queue = queue_begin[team] + level[team, client[slot]] + class_level[team, kind_of[slot]]
                            order = team_order[team]
                            if order == FIRST_COME:
                                if head[queue] < 0:
                                    head[queue] = slot
                                else:
                                    following[tail[queue]] = slot
                                    if impatient:
                                        before[slot] = tail[queue]
                                tail[queue] = slot
                            elif order == LAST_COME:
                                following[slot] = head[queue]
                                if head[queue] >= 0:
                                    before[head[queue]] = slot
                                head[queue] = slot
                            else:
                                child[slot] = -1
                                if order == EARLIEST_DUE:
                                    urgency[slot] = due[slot]
                                else:
                                    at = node_pace[doing]
                                    u = draw(key[slot], node_key[doing], occurrence[slot], FOR_DURATION)
                                    urgency[slot] = work_of(
                                        times,
                                        cells,
                                        node_time[doing],
                                        node_unit[doing],
                                        quantity[slot],
                                        pace[at, kind_of[slot]] if at >= 0 else 1.0,
                                        u,
                                    )
                                head[queue] = melded(head[queue], slot, child, following, before, urgency, ticket)
                            queued[team] += 1
                            if room[team] > 0 and asleep[team] == 0:
                                waking = team
                                member = member_begin[team]
                            continue
                elif waking >= 0:
                    # Members with room are all off duty: wake them when their hours begin.
                    while member < member_begin[waking + 1]:
                        other = member_at[member]
                        if in_hand[other] < at_once[other] and wakes[other] == 0:
                            break
                        member += 1
                    if member == member_begin[waking + 1]:
                        asleep[waking] = 1
                        waking = -1
                        continue
                    wakes[other] = 1
                    event_at = on_from[other]
                    event_is = np.int64(other)
                    event_of = other
                elif moved < moves:
                    slot = moving[moved]
                    moved += 1
                    if status[slot] == DELAYED:
                        ready_at = ready[slot]
                    else:
                        enters = True
                    continue
                elif person >= 0:
                    if leaving:
                        leaving = False
                        touched[person] = now
                        if in_hand[person] == at_once[person]:
                            for at in range(team_begin[person], team_begin[person + 1]):
                                other = team_at[at]
                                room[other] += 1
                                asleep[other] = 0
                                if team_long[other] != 0:
                                    stand_in_line(
                                        at, other, touched, team_who, idle_head, idle_tail, idle_next, idle_before
                                    )
                        in_hand[person] -= 1
                    # The first of his teams' queues: highest rank, then the one who waits longest.
                    best = -1
                    team = -1
                    if in_hand[person] < at_once[person]:
                        for at in range(team_begin[person], team_begin[person + 1]):
                            other = team_at[at]
                            if queued[other] > 0:
                                queue = queue_begin[other]
                                while head[queue] < 0:
                                    queue += 1
                                if (
                                    best < 0
                                    or queue_rank[queue] > queue_rank[best]
                                    or (
                                        queue_rank[queue] == queue_rank[best]
                                        and ticket[head[queue]] < ticket[head[best]]
                                    )
                                ):
                                    best = queue
                                    team = other
                    if best < 0:
                        person = -1
                        continue
                    while now >= on_until[person]:
                        interval = on_interval[person] + 1
                        if interval == hours_end[person]:
                            interval = hours_begin[person]
                            on_week[person] += WEEK
                        on_interval[person] = interval
                        on_from[person] = on_week[person] + hours_from[interval]
                        on_until[person] = on_week[person] + hours_until[interval]
                    if on_from[person] <= now:
                        slot = head[best]
                        if team_order[team] <= LAST_COME:
                            head[best] = following[slot]
                        else:
                            head[best] = without_root(slot, child, following, before, urgency, ticket)
                        queued[team] -= 1
                        begins = person
                    elif wakes[person] == 0:
                        wakes[person] = 1
                        event_at = on_from[person]
                        event_is = np.int64(person)
                        event_of = person
                        person = -1
                    else:
                        person = -1
                        continue
                else:
                    break

                if begins >= -1:
                    doing = nodes + check[slot] if check[slot] >= 0 else node[slot]
                    row_activity[slot] = name_node[doing]
                    time = node_time[doing]
                    event_at = time_a[time]
                    how = time_kind[time]
                    if node_pace[doing] >= 0:
                        event_at = work_of(
                            times,
                            cells,
                            time,
                            node_unit[doing],
                            quantity[slot],
                            pace[node_pace[doing], kind_of[slot]],
                            draw(key[slot], node_key[doing], occurrence[slot], FOR_DURATION),
                        )
                    elif how != FIXED:
                        u = draw(key[slot], node_key[doing], occurrence[slot], FOR_DURATION)
                        if how == EXPONENTIAL:
                            event_at *= -logarithm(1.0 - u)
                        elif how == UNIFORM:
                            event_at += time_b[time] * u
                        else:
                            event_at *= from_cells(cells, time_at[time], time_cells[time], how == TAILS, u)
                    status[slot] = BEGUN
                    start[slot] = now
                    person_of[slot] = begins
                    if begins < 0:
                        at = node_place[doing]
                        row_team[slot] = name_team[at] if at >= 0 else -1
                        row_person[slot] = -1
                        event_at += now
                    else:
                        row_team[slot] = name_team[team]
                        if team_choice[team] == IN_TURN:
                            turn[team] = begins
                        row_person[slot] = name_person[begins]
                        touched[begins] = now
                        in_hand[begins] += 1
                        if in_hand[begins] == at_once[begins]:
                            for at in range(team_begin[begins], team_begin[begins + 1]):
                                other = team_at[at]
                                room[other] -= 1
                                if team_long[other] != 0:
                                    unlink(at, other, idle_head, idle_tail, idle_next, idle_before)
                        # He works on it through his hours.
                        left = event_at / speed[begins]
                        begin = now
                        end = on_until[begins]
                        if left > end - begin:
                            interval = on_interval[begins]
                            week = on_week[begins]
                            while left > end - begin:
                                left -= end - begin
                                interval += 1
                                if interval == hours_end[begins]:
                                    interval = hours_begin[begins]
                                    week += WEEK
                                begin = week + hours_from[interval]
                                end = week + hours_until[interval]
                            if at_once[begins] == 1:
                                on_interval[begins] = interval
                                on_week[begins] = week
                                on_from[begins] = begin
                                on_until[begins] = end
                        event_at = begin + left
                    event_is = (DONE << KIND_SHIFT) | case[slot]
                    event_of = slot

                if rooted:
                    rooted = False
                    at = 0
                    while True:
                        below = 2 * at + 1
                        if below >= pending:
                            break
                        other = below + 1
                        if other < pending and (
                            event_time[other] < event_time[below]
                            or (event_time[other] == event_time[below] and event_key[other] < event_key[below])
                        ):
                            below = other
                        if event_at < event_time[below] or (
                            event_at == event_time[below] and event_is < event_key[below]
                        ):
                            break
                        event_time[at] = event_time[below]
                        event_key[at] = event_key[below]
                        event_item[at] = event_item[below]
                        at = below
                else:
                    at = pending
                    pending += 1
                    while at > 0:
                        above = (at - 1) >> 1
                        if event_time[above] < event_at or (
                            event_time[above] == event_at and event_key[above] < event_is
                        ):
                            break
                        event_time[at] = event_time[above]
                        event_key[at] = event_key[above]
                        event_item[at] = event_item[above]
                        at = above
                event_time[at] = event_at
                event_key[at] = event_is
                event_item[at] = event_of

            if rooted:
                # Nothing was planned: the last event of the heap sinks from the root.
                pending -= 1
                event_at = event_time[pending]
                event_is = event_key[pending]
                event_of = event_item[pending]
                at = 0
                while True:
                    below = 2 * at + 1
                    if below >= pending:
                        break
                    other = below + 1
                    if other < pending and (
                        event_time[other] < event_time[below]
                        or (event_time[other] == event_time[below] and event_key[other] < event_key[below])
                    ):
                        below = other
                    if event_at < event_time[below] or (event_at == event_time[below] and event_is < event_key[below]):
                        break
                    event_time[at] = event_time[below]
                    event_key[at] = event_key[below]
                    event_item[at] = event_item[below]
                    at = below
                event_time[at] = event_at
                event_key[at] = event_is
                event_item[at] = event_of

        sources  # noqa: B018
        counts[PENDING] = pending
        counts[FREE] = free_count
        counts[LOGGED] = logged
        state.clock[0] = last
        return code

    return work


work = loop(SOURCES)
