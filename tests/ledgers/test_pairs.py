"""Clients at teams and activities, against a plain reading of the definitions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.chronicle.rows import CLIENT_ACT, CLIENT_WAIT, FIRST
from irrupt.ledgers import Duty, Ledgers, Parties, measure, pair_name, pairs_of, parties_of
from irrupt.ledgers.pairs import PairReducer

HOUR = 3600.0
LONG = tuple((day * 1440 + 480, day * 1440 + 1140) for day in range(6))
OFFICE = tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5))
ON_DUTY = {f"person {n}": Duty(teams=(f"team {n % 2}",), hours=LONG) for n in range(4)}

quick = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def measured(rows, legend, window):
    clients = {name: (number,) for number, name in enumerate(legend.clients)}
    teams = {name: (number,) for number, name in enumerate(legend.teams)}
    activities = {name: (number,) for number, name in enumerate(legend.activities)}
    parties = Parties(at_teams=pairs_of(clients, teams), at_activities=pairs_of(clients, activities))
    reducer = PairReducer(ON_DUTY)
    state = reducer.begin(legend, window)
    reducer.add(state, rows)
    return reducer.result(state, parties)


def steps_of(rows):
    told = [column for column in rows if len(column)]
    return [dict(zip(rows._fields, step, strict=False)) for step in zip(*(c.tolist() for c in told), strict=True)]


@quick
@given(seed=st.integers(0, 10_000))
def test_waits_are_those_of_the_definition(build, legend, window, seed):
    rows = build.rows(build.log(seed))
    steps = steps_of(rows)
    inside = {s["case"] for s in steps if s["flags"] & FIRST and window.begin <= s["enabled"] < window.end}
    waits = {}
    for s in steps:
        if s["team"] >= 0 and not s["flags"] & CLIENT_ACT and s["case"] in inside:
            since = s["ready"] if s["flags"] & CLIENT_WAIT else s["enabled"]
            pair = pair_name(legend.clients[s["client"]], legend.activities[s["activity"]])
            waits.setdefault(pair, []).append((s["start"] - since) / HOUR)
    found = measured(rows, legend, window)["wait before the activity"]
    assert {pair: value for pair, value in found.items() if not math.isnan(value)} == pytest.approx(
        {pair: float(np.mean(values)) for pair, values in waits.items()}
    )


@quick
@given(seed=st.integers(0, 10_000))
def test_time_at_work_is_that_within_hours_and_window(build, legend, window, seed):
    rows = build.rows(build.log(seed))
    theirs, work, outside = {}, {}, {}
    for s in steps_of(rows):
        if s["team"] < 0 or s["person"] < 0 or s["flags"] & CLIENT_ACT:
            continue
        begin, end = max(s["start"], window.begin), min(s["end"], window.end)
        pair = pair_name(legend.clients[s["client"]], legend.teams[s["team"]])
        spent = build.seconds(build.common(begin, end, LONG)) if begin < end else 0.0
        within = build.seconds(build.common(begin, end, OFFICE)) if begin < end else 0.0
        his = pair_name(legend.clients[s["client"]], f"team {s['person'] % 2}")
        theirs[his] = theirs.get(his, 0.0) + spent
        work[pair] = work.get(pair, 0.0) + spent
        outside[pair] = outside.get(pair, 0.0) + spent - within
    on_duty = 2 * build.seconds(build.common(window.begin, window.end, LONG))
    found = measured(rows, legend, window)
    for pair, share in found["share of team time for him"].items():
        assert share == pytest.approx(theirs.get(pair, 0.0) / on_duty, abs=1e-9)
        told = found["work for him outside office hours"][pair]
        if work.get(pair, 0.0) > 1e-3:
            assert told == pytest.approx(outside[pair] / work[pair], abs=1e-6)


@pytest.mark.parametrize("moves", [False, True])
def test_the_shares_of_clients_add_up_to_the_time_at_work(build, legend, window, moves):
    """Also of a team whose people work for others too, and where somebody changes teams in between."""
    known = {f"person {n}": Duty(teams=("team 0", "team 1")[: 1 + n % 2], hours=LONG) for n in range(4)}
    ledgers = Ledgers(legend, window, known, detail=True)
    rows = build.rows(build.log(3, cases=60))
    rows = rows._replace(flags=rows.flags & ~np.uint8(CLIENT_ACT))
    half = len(rows.case) // 2
    ledgers.add(type(rows)._make(column[:half] if len(column) else column for column in rows))
    if moves:
        after = {**known, "person 0": Duty(teams=("team 1",), hours=LONG)}
        ledgers.on_duty_from((window.begin + window.end) / 2, after)
    ledgers.add(type(rows)._make(column[half:] if len(column) else column for column in rows))
    parties = parties_of(legend)
    parties = Parties(clients=parties.clients, teams=parties.teams, at_teams=pairs_of(parties.clients, parties.teams))
    values = ledgers.result(parties)
    share = values["share of team time for him"]
    for team in legend.teams:
        each = sum(share[pair_name(client, team)] for client in legend.clients)
        assert each == pytest.approx(share[pair_name("all clients", team)])
        assert each == pytest.approx(values["share of time at work"][team])


def test_they_are_measured_only_on_request(build, legend, window):
    rows = [build.rows(build.log(1))]
    assert "wait before the activity" not in measure(rows, legend, window, parties_of(legend))
