"""How the readable loop goes on under other rules, and how it begins: `change.py`, for people to read."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from irrupt.engine import called, streams, together
from irrupt.engine.cast import ARRIVE, DONE, LEAVE, PASS, READY, WAKE, Asker, Case, Worker
from irrupt.engine.change import refuse_lost
from irrupt.engine.choosing import patience_ends
from irrupt.engine.columns import drawn_sizes
from irrupt.engine.parts import parts_of
from irrupt.engine.written import Written
from irrupt.organisation import year
from irrupt.organisation.dated import calendar_clock
from irrupt.organisation.model import START, Client
from irrupt.units import WEEK

if TYPE_CHECKING:
    from irrupt.engine.legends import Numbers
    from irrupt.engine.reference import Reference
    from irrupt.engine.tables import Tables


def change(loop: Reference, tables: Tables, numbers: Numbers, now: float) -> None:
    """Go on under other rules. Raises `ModelError` when cases are at steps that are gone."""
    known = {START, *tables.organisation.steps}
    cases = everything(loop)
    lost = Counter(case.place for case in cases if case.place not in known)
    refuse_lost(sorted(lost.items()))
    numbers.names(tables)
    before, loop.rules, loop.now = loop.rules, Written(tables), now
    people, teams = loop.rules.organisation.people, loop.rules.organisation.teams
    loop.turn = {team: person for team, person in loop.turn.items() if team in teams and person in people}
    meet_everybody(loop, before)
    patience = loop.rules.organisation.patience
    loop.late, loop.calls = (
        {number: name for number, name in calls.items() if name in patience} for calls in (loop.late, loop.calls)
    )
    together.carry_over(loop)
    for case in cases:
        _carry_over(loop, case, before)
    for team in teams:
        for _place in range(int(max(0, min(len(loop.held), loop.room(team))))):
            loop.room_in(team)
    plan_everything(loop)


def _carry_over(loop: Reference, case: Case, before: Written) -> None:
    """What the new rules mean for a case in the system."""
    rules = loop.rules
    # What is in hand is finished, even when somebody is interrupted at it.
    keeps = case in loop.piled and before.skipped(case.client, case.place)
    case.client = case.client if case.client in loop.askers else None
    case.kind = case.kind if case.kind in rules.organisation.classes() else None
    case.returned &= set(rules.organisation.returns)
    for activity in set(case.seen) - set(rules.organisation.step_activities()):
        del case.seen[activity]
    case.done &= set(rules.organisation.step_activities())
    kept = {what: who for what, who in case.did.items() if what in rules.noted and who in loop.workers}
    case.did.clear()
    case.did.update(kept)
    if case.what == READY and case.within is not None and loop.now < case.due < math.inf:
        _wait_on(loop, case, case.within, before)
    if case.joined:
        case.joined, case.due, case.what = False, loop.now, READY
    if case.person is not None and case.person not in loop.workers:
        case.person = None
    waits = any(case in stay for stay in (loop.waiting, loop.held, loop.piled))
    if (waits or case.what == READY) and case.check and not rules.imposed(case.check, case.client, case.place):
        case.what = PASS
    elif waits and (loop.team(case) == "" or (not case.check and not keeps and loop.skips(case))):
        case.what = READY
    elif case in loop.piled and case.person is None:
        loop.piled.remove(case)
        case.due, case.what = loop.now, READY
        return
    elif waits:
        case.takers = rules.takers(case)
        return
    case.check = max((name for name in rules.organisation.checks if name <= case.check), default="")
    if waits:
        stay = next(stay for stay in (loop.waiting, loop.held, loop.piled) if case in stay)
        stay.remove(case)
        case.due, case.rest = loop.now, 0.0
        case.person = None if stay is loop.piled else case.person
    if case.person is not None and case.what == DONE:
        _go_on(loop, case, case.person, before)


def _wait_on(loop: Reference, case: Case, calendar: str, before: Written) -> None:
    """What the new rules mean for a delay that passes in the hours of a *calendar*."""
    if calendar not in loop.rules.organisation.calendars:
        case.within = None
        return
    clocks = [calendar_clock(rules.organisation, calendar) for rules in (before, loop.rules)]
    if clocks[0] != clocks[1]:
        case.due = loop.rules.passed(calendar, loop.now, before.within(clocks[0], loop.now, case.due))


def _go_on(loop: Reference, case: Case, person: str, before: Written) -> None:
    """What the new rules mean for work in hand, and for what a batch keeps somebody from."""
    rules = loop.rules
    stayed, team = case.stays, rules.organisation.teams.get(loop.team(case))
    goes_on = stayed if team is None else team.at_end == "finishes"
    if _paced(person, before) == _paced(person, rules) and goes_on == stayed:
        return
    case.stays = goes_on and (stayed or rules.on_duty(person, loop.now))

    def ends(time: float) -> float:
        left = before.worked(person, loop.now, time, stayed)
        left = left * before.person(person).speed / rules.person(person).speed
        return rules.work_ends(person, loop.now, left, case.stays)

    case.due = ends(case.due)
    if case.start > loop.now:
        # Others of its batch are done before.
        case.start = ends(case.start)
        if not case.stays:
            case.start = min(rules.goes_on_at(person, case.start), case.due)


def _paced(person: str, rules: Written) -> tuple[object, ...]:
    return rules.person(person).speed, rules.person(person).winds_down, rules.clocks[person]


def meet_everybody(loop: Reference, before: Written | None = None) -> None:
    """Clients and people as the rules name them; who is new begins, whose demand is new is planned anew."""
    loop.workers = {name: loop.workers.get(name, Worker()) for name in loop.rules.organisation.people}
    loop.askers = {
        name: met(name, loop.askers.get(name), loop.rules, before, run=loop.run, now=loop.now, limit=loop.limit)
        for name in sorted(loop.rules.organisation.clients)
    }


def met(
    name: str, asker: Asker | None, rules: Written, before: Written | None, *, run: int, now: float, limit: float
) -> Asker:
    """A client as the rules name him from *now* on: who is new begins, whose demand is new is planned anew."""
    client = rules.organisation.clients[name]
    if asker is None or before is None:
        asker = Asker(streams.client_key(run, streams.key_of("client", name)))
        rules.starts_demand(name, asker, now, limit)
        return asker
    was = before.organisation.clients[name]
    same = (rules.rates[name], rules.begin) == (before.rates[name], before.begin)
    if same and _asks(client) == _asks(was):
        return asker
    planned = asker.of_week and (asker.monday < now or asker.left < asker.of_week - 1)
    if planned and client.appointments:
        rules.keep_week(name, asker, before, now, limit)
        return asker
    if planned or (was.appointments and asker.first >= limit + WEEK):
        rules.starts_demand(name, asker, now, limit)
        return asker
    since = asker.monday if asker.of_week else now
    if was.appointments:
        asker.need = before.expected(name, since, asker.first)
    else:
        asker.need = max(0.0, asker.need - before.expected(name, asker.since, min(now, limit)))
    rules.take_share(name, asker, before, 0)
    rules.begin_demand(name, asker, since, math.ceil(since / WEEK) * WEEK, now, limit)
    return asker


def _asks(client: Client) -> tuple[object, ...]:
    sizes = drawn_sizes(client.at_a_time)
    days = client.days_of_month.items(), client.working_days_of_month.items()
    dated = year.factors(client.season, *days).tolist()
    return client.growth, dated, client.evenness, sizes, client.appointments


def everything(loop: Reference) -> list[Case]:
    """The parts of all cases."""
    return [case for parts in loop.cases.values() for case in parts]


def plan_everything(loop: Reference) -> None:
    """All events anew; everybody looks at once whether there is work for him."""
    loop.events = []
    for number, name in enumerate(loop.rules.people):
        loop.put(loop.now, WAKE, name, number)
    for number, (name, asker) in enumerate(loop.askers.items()):
        if asker.due < loop.limit:
            loop.put(asker.due, ARRIVE, name, number)
    along = [case for leader in loop.waiting for case in leader.fellows]
    for number in loop.cases:
        called.expect(loop, parts_of(loop, number)[0], loop.last)
        if number in loop.calls:
            called.plan_call(loop, number)
    for case in everything(loop):
        if case in loop.held or case in loop.piled or case in along or together.gathers(loop, case):
            continue
        if case not in loop.waiting:
            loop.put(case.due, case.what, case)
            continue
        case.leaves = math.inf if case.fellows else patience_ends(loop, case, comes=False)
        if case.leaves < math.inf:
            loop.put(case.leaves, LEAVE, case)
    together.plan_all(loop)
