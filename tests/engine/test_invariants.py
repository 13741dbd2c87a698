"""What holds in every log of every organisation."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from irrupt.chronicle.rows import FIRST, INTERRUPTED, LAST, NO_STEP, Legend, Rows
from irrupt.engine import Simulation
from irrupt.organisation import Organisation, faults
from irrupt.organisation.dated import clock_of

WEEK = 604800.0
RANDOM = settings(max_examples=settings().max_examples // 8, deadline=None, suppress_health_check=list(HealthCheck))
CLOSE = 1e-6
"""Seconds: sums of times are rounded."""


def on_duty(organisation: Organisation, person: str, time: float) -> bool:
    return any(begin - CLOSE <= time <= end + CLOSE for begin, end in hours(organisation, person, time, time))


def hours(organisation: Organisation, person: str, begin: float, end: float) -> list[tuple[float, float]]:
    """His hours in the weeks from one moment to another, and in the week before."""
    clock = clock_of(organisation, organisation.people[person])
    weeks = range(max(int(begin // WEEK) - 1, 0), int(end // WEEK) + 1)
    return [(a * 60.0, b * 60.0) for week in weeks for a, b in clock.week(week)]


def worked(organisation: Organisation, person: str, begin: float, end: float) -> float:
    return sum(max(0.0, min(end, b) - max(begin, a)) for a, b in hours(organisation, person, begin, end))


def given_up(organisation: Organisation, legend: Legend, row: SimpleNamespace) -> bool:
    """Whether a row says that a case left a queue, or was called off."""
    gone = row.person < 0 and row.start == row.end
    some = gone and row.activity >= 0
    return some and legend.activities[row.activity] in {rule.activity for rule in organisation.patience.values()}


def calls_off(organisation: Organisation) -> bool:
    """Whether cases, or parts of them, can be called off."""
    whole = any(rule.at is None for rule in organisation.patience.values())
    return whole or any(step.alone for step in organisation.steps.values())


def gone_on_with(rows: list[SimpleNamespace]) -> set[tuple[int, int, float]]:
    """Case, activity and moment at which work was left."""
    return {(row.case, row.activity, row.end) for row in rows if row.flags & INTERRUPTED}


def begun(rows: list[SimpleNamespace]) -> list[SimpleNamespace]:
    """The rows without those of work that goes on after an interruption, which waits for one person."""
    left = gone_on_with(rows)
    return [row for row in rows if (row.case, row.activity, row.ready) not in left]


def table(rows: Rows) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(**dict(zip(Rows._fields, values, strict=True)))
        for values in zip(*(column.tolist() for column in rows), strict=True)
    ]


def run_of(
    make: SimpleNamespace,
    data: Any,
    *,
    limits: bool = True,
    batches: bool = True,
    skills: bool = True,
    straight: bool = True,
    hands: bool = True,
) -> tuple[Organisation, Legend, list[SimpleNamespace]]:
    organisation = make.in_time(data.draw(make.organisations()))
    if not batches:
        organisation = make.without_batches(organisation)
    if not straight:
        organisation = make.without_straight(organisation)
    if not skills:
        people = {
            name: replace(one, does_not=(), not_of_class={}, not_for_client={}, not_when={})
            for name, one in organisation.people.items()
        }
        organisation = replace(organisation, people=people)
    if not (skills and hands):
        people = {name: replace(one, team_hours={}) for name, one in organisation.people.items()}
        organisation = replace(organisation, hands={}, people=people)
    if not limits:
        teams = {name: replace(team, limit=None) for name, team in organisation.teams.items()}
        organisation = replace(organisation, teams=teams)
    run = Simulation(organisation, seed=data.draw(st.integers(0, 9)), weeks=1.5, run_out_weeks=2000.0)
    rows = table(make.collected(run.run()))
    assert run.in_system == 0
    return organisation, run.legend, rows


@RANDOM
@given(data=st.data())
def test_times_are_in_order(make: SimpleNamespace, data: Any) -> None:
    _organisation, _legend, rows = run_of(make, data)
    assert all(r.enabled <= r.ready <= r.start <= r.end for r in rows)
    assert all(one.end <= other.end for one, other in pairwise(rows))


@RANDOM
@given(data=st.data())
def test_every_case_begins_once_ends_once_and_is_at_one_place_at_a_time(make: SimpleNamespace, data: Any) -> None:
    organisation, _legend, rows = run_of(make, data)
    apart = any(step.split != "one" for step in organisation.steps.values())
    cases: dict[int, list[SimpleNamespace]] = {}
    for row in rows:
        cases.setdefault(row.case, []).append(row)
    for steps in cases.values():
        firsts = [bool(step.flags & FIRST) for step in steps]
        assert firsts == [True] + [False] * (len(steps) - 1) or (apart and sum(firsts) <= 1)
        assert [bool(step.flags & LAST) for step in steps] == [False] * (len(steps) - 1) + [True]
        assert apart or all(one.end == other.enabled for one, other in pairwise(steps))
        ends = {step.end for step in steps}
        assert all(step.enabled in ends for step in steps if step.enabled != steps[0].enabled)
        assert len({step.client for step in steps}) == 1
    arrivals = [min(step.enabled for step in steps) for _case, steps in sorted(cases.items())]
    assert arrivals == sorted(arrivals)


@RANDOM
@given(data=st.data())
def test_nobody_has_more_in_hand_than_he_can(make: SimpleNamespace, data: Any) -> None:
    organisation, legend, rows = run_of(make, data)
    for number, name in enumerate(legend.people):
        mine = [row for row in rows if row.person == number]
        # What ends comes before what begins at the same time; steps without work are in nobody's way.
        moves = sorted(
            [(row.end, -1 / row.together) for row in mine if row.end > row.start]
            + [(row.start, 1 / row.together) for row in mine if row.end > row.start]
        )
        in_hand = np.cumsum([move for _time, move in moves])
        assert not len(in_hand) or in_hand.max() <= organisation.people[name].at_once + CLOSE


@RANDOM
@given(data=st.data())
def test_work_is_done_in_hours_by_members(make: SimpleNamespace, data: Any) -> None:
    organisation, legend, rows = run_of(make, data)
    steps = [*organisation.steps.values(), *(check.step for check in organisation.checks.values())]
    places = {(step.activity, step.place) for step in steps}
    gathered = {step.activity for step in steps if step.batch is not None}
    for row in rows:
        if row.person < 0:
            gone = given_up(organisation, legend, row)
            team = legend.teams[row.team] if row.team >= 0 else None
            assert gone or team is None or (legend.activities[row.activity], team) in places
            assert gone or row.start == row.ready or legend.activities[row.activity] in gathered
        else:
            person = legend.people[row.person]
            assert legend.teams[row.team] in organisation.people[person].teams
            stays = organisation.teams[legend.teams[row.team]].at_end == "finishes"
            along = stays and legend.activities[row.activity] in gathered
            assert along or on_duty(organisation, person, row.start)
            assert stays or row.flags & INTERRUPTED or on_duty(organisation, person, row.end)


@RANDOM
@given(data=st.data())
def test_work_takes_its_time_in_hours(make: SimpleNamespace, data: Any) -> None:
    """All steps take 5000 seconds: that is what everybody works on each, at his speed, hours off not counted where work
    waits for the next ones."""
    organisation = data.draw(make.organisations())
    fixed = make.distribution("fixed", 5000.0)
    same = {
        "duration": fixed,
        "per_unit": make.distribution("fixed", 0.0),
        "by_class": {},
        "by_client": {},
        "again": 1.0,
    }
    steps = {name: replace(step, **same) for name, step in organisation.steps.items()}
    steps = {name: replace(s, batch=s.batch and replace(s.batch, set_up=fixed.times(0.0))) for name, s in steps.items()}
    plain = replace(organisation, steps=steps, checks={}, patience={}, hands={})
    run = Simulation(plain, seed=1, weeks=1.0, run_out_weeks=2000.0)
    sums, done = Counter[tuple[int, ...]](), Counter[tuple[int, ...]]()
    for row in table(make.collected(run.run())):
        if row.person < 0:
            assert row.end == row.start + (0.0 if row.activity == NO_STEP else 5000.0)
            continue
        person, team = run.legend.people[row.person], organisation.teams[run.legend.teams[row.team]]
        stays = team.at_end == "finishes"
        spent = row.end - row.start if stays else worked(organisation, person, row.start, row.end)
        spent *= organisation.people[person].speed
        if team.interrupts == "resume":
            # In one stretch, or in several.
            sums[row.case, row.activity, row.team] += spent
            done[row.case, row.activity, row.team] += not row.flags & INTERRUPTED
        elif row.flags & INTERRUPTED:
            # Of two that end at one moment but for rounding, one may interrupt the other.
            assert spent < 5000.0 + CLOSE
        else:
            assert abs(spent - 5000.0) < CLOSE
    assert calls_off(organisation) or all(abs(sums[at] - 5000.0 * done[at]) < 10 * CLOSE for at in sums)


@RANDOM
@given(data=st.data())
def test_first_come_first_served_within_a_rank(make: SimpleNamespace, data: Any) -> None:
    organisation, legend, rows = run_of(make, data, batches=False, skills=False, straight=False)
    queues: dict[tuple[int, int], list[SimpleNamespace]] = {}
    for row in begun(rows):
        team = organisation.teams[legend.teams[row.team]] if row.person >= 0 else None
        if team is not None and team.order == "first come" and not (team.class_priority or team.activity_priority):
            rank = team.priority.get(legend.clients[row.client], 0)
            if not given_up(organisation, legend, row):
                queues.setdefault((row.team, rank), []).append(row)
    for queue in queues.values():
        queue.sort(key=lambda row: (row.ready, row.start))
        assert all(one.start <= other.start for one, other in pairwise(queue) if one.ready < other.ready)


@RANDOM
@given(data=st.data())
def test_a_higher_rank_is_taken_first(make: SimpleNamespace, data: Any) -> None:
    """When somebody takes a case, no case of a higher rank waits in its queue, which has no limit and where ranks do
    not rise with waiting."""
    organisation, legend, rows = run_of(make, data, limits=False, batches=False, skills=False, straight=False)
    rows = [row for row in rows if row.person >= 0 and organisation.teams[legend.teams[row.team]].ageing is None]
    for row in rows:
        row.rank = organisation.teams[legend.teams[row.team]].priority.get(legend.clients[row.client], 0)
    first = begun(rows)
    for row in rows:
        passed = [o for o in first if o.team == row.team and o.rank > row.rank and o.ready < row.start < o.start]
        assert not passed


@RANDOM
@given(data=st.data())
def test_nobody_is_free_while_his_team_has_cases_waiting(make: SimpleNamespace, data: Any) -> None:
    """Where queues have no limits: who keeps a case until there is room elsewhere has no row of it. Nor where a case is
    in somebody's hands, or he keeps hours for one of his teams."""
    organisation, legend, rows = run_of(make, data, limits=False, batches=False, hands=False)
    for waiting in [row for row in begun(rows) if row.team >= 0 and row.start > row.ready][:200]:
        moment = (waiting.ready + waiting.start) / 2
        for name in organisation.members(legend.teams[waiting.team], legend.activities[waiting.activity]):
            number = legend.people.index(name)
            busy = sum(row.person == number and row.start <= moment <= row.end for row in rows)
            assert busy >= organisation.people[name].at_once or not surely_begins(organisation, name, moment)


@RANDOM
@given(data=st.data())
def test_only_a_higher_rank_interrupts_and_what_is_left_is_gone_on_with_by_the_same_person(
    make: SimpleNamespace, data: Any
) -> None:
    organisation, legend, rows = run_of(make, data)

    def rank(row: SimpleNamespace) -> int:
        return organisation.teams[legend.teams[row.team]].priority.get(legend.clients[row.client], 0)

    for row in [row for row in rows if row.flags & INTERRUPTED and not calls_off(organisation)]:
        assert not row.flags & LAST
        assert organisation.teams[legend.teams[row.team]].interrupts != "never"
        instead = [o for o in rows if (o.start, o.person, o.team) == (row.end, row.person, row.team)]
        assert any(rank(o) >= rank(row) for o in instead)
        after = [o for o in rows if (o.case, o.activity, o.ready) == (row.case, row.activity, row.end)]
        assert any(o.person == row.person and o.start >= row.end for o in after)


def surely_begins(organisation: Organisation, person: str, time: float) -> bool:
    """Whether somebody is on duty, and for longer than he winds down."""
    spare = organisation.people[person].winds_down
    stays = worked(organisation, person, time, time + spare) >= spare - CLOSE
    return stays and all(on_duty(organisation, person, at) for at in (time - 2 * CLOSE, time + spare + 2 * CLOSE))


@RANDOM
@given(data=st.data())
def test_littles_law_and_the_number_in_the_system(make: SimpleNamespace, data: Any) -> None:
    """From empty to empty, the cases in the system over time are the times of the cases in the system; and at each
    pause as many are there as came and did not leave: where cases skip all that is left to do, too, and where they come
    to skip it while they are on their way."""
    organisation = make.in_time(data.draw(make.organisations()))
    client, place = (data.draw(st.sampled_from(sorted(names))) for names in (organisation.clients, organisation.steps))
    skips = {**organisation.skips, client: organisation.skips.get(client, frozenset()) | {place}}
    after = replace(organisation, skips=skips)
    assume(not faults(after))
    run = Simulation(organisation, seed=3, weeks=1.0, run_out_weeks=2000.0)
    pauses, parts = [3600.0 * 9, 100_000.0, 300_000.5, 700_000.0], []
    present = []
    for pause in pauses:
        parts.append(make.collected(run.run(pause)))
        present.append((run.arrived, run.in_system))
        if pause == pauses[1]:
            run.change(after)
    parts.append(make.collected(run.run()))
    rows = [row for part in parts for row in table(part)]
    came = Counter({row.case: row.enabled for row in rows if row.flags & FIRST})
    left = {row.case: row.end for row in rows if row.flags & LAST}
    apart = any(step.split != "one" for step in organisation.steps.values())
    assert len(came) == run.arrived or apart
    if len(came) == run.arrived:
        for pause, (arrived, inside) in zip(pauses, present, strict=True):
            assert sum(time < pause for time in came.values()) == arrived
            assert arrived - sum(time < pause for time in left.values()) == inside
        moves = sorted([(time, 1) for time in came.values()] + [(time, -1) for time in left.values()])
        area = sum(
            n * (b[0] - a[0]) for n, (a, b) in zip(np.cumsum([m for _t, m in moves]), pairwise(moves), strict=False)
        )
        assert np.isclose(area, sum(left[case] - came[case] for case in came), rtol=1e-9)
