"""Own order, speed and method: by hand, from steps that were done and rules that others wrote."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from irrupt.chronicle.rows import BY_ITSELF, CLIENT_ACT, FIRST, LAST, Legend
from irrupt.ledgers import Ledgers, Parties, Window
from irrupt.ledgers.autonomy import OWN, THEIRS, unbound
from irrupt.units import WEEK

HOUR = 3600.0
LEGEND = Legend(
    origin=datetime(2024, 1, 1, tzinfo=UTC),
    clients=("Hospital A", "Shops"),
    activities=("Repair",),
    teams=("Network", "Desk"),
    people=("Ann", "Bob"),
)
PARTIES = Parties(teams={"Network": [0], "Desk": [1], "all": [0, 1]})
ORDER, SPEED, METHOD = range(3)


def step(case, client, team, hour, *, person=0, flags=0):
    end = hour * HOUR
    return (case, client, 0, team, person, end - HOUR, end - HOUR, end - HOUR, end, FIRST | LAST | flags)


STEPS = [
    *(step(0, 0, 0, 10), step(1, 1, 0, 11), step(2, 1, 0, 12), step(3, 0, 1, 13, person=1)),
    # What the client does, what comes by itself, what nobody is named for and what ends too late is no step of theirs.
    *(step(4, 0, 0, 14, flags=CLIENT_ACT), step(5, 0, 0, 15, flags=BY_ITSELF), step(6, 0, 0, 16, person=-1)),
    step(7, 0, 0, 24 * 7 + 1),
]
"""Network does one step for Hospital A and two for Shops; Desk one for Hospital A."""


def told(build, bound, later=None):
    ledgers = Ledgers(LEGEND, Window(begin=0.0, end=WEEK), bound=bound)
    rows = build.rows(STEPS)
    first = [column[: 2 if later is not None else None] for column in rows]
    ledgers.add(type(rows)._make(first))
    if later is not None:
        ledgers.bound_from_now(later)
        ledgers.add(type(rows)._make([column[2:] for column in rows]))
    return ledgers.result(PARTIES)


def test_steps_that_no_rule_of_others_sets_are_the_teams_own(build):
    found = told(build, unbound(LEGEND))
    for name in ("own order", "own speed", "own method"):
        assert found[name] == {"Network": 1.0, "Desk": 1.0, "all": 1.0}


def test_each_rule_counts_for_the_steps_of_its_client_and_team_by_hand(build):
    """A rule on the method of Shops at Network binds two steps of three; one on all orders at Desk its only one."""
    bound = unbound(LEGEND)
    bound.work[METHOD, 1, :, 0] = THEIRS
    bound.work[ORDER, :, :, 1] = THEIRS
    found = told(build, bound)
    assert found["own method"] == pytest.approx({"Network": 1 / 3, "Desk": 1.0, "all": 2 / 4})
    assert found["own order"] == pytest.approx({"Network": 1.0, "Desk": 0.0, "all": 3 / 4})
    assert found["own speed"]["all"] == 1.0


def test_a_rule_counts_from_its_moment_on(build):
    """Written between the second step and the third, it binds the third only."""
    bound = unbound(LEGEND)
    bound.work[SPEED, :, :, 0] = THEIRS
    assert told(build, unbound(LEGEND), later=bound)["own speed"]["Network"] == pytest.approx(2 / 3)


def test_nothing_is_told_where_nobody_knows_who_wrote_the_rules_or_nothing_is_done(build):
    assert all(math.isnan(value) for value in told(build, None)["own method"].values())
    empty = Ledgers(LEGEND, Window(begin=0.0, end=WEEK), bound=unbound(LEGEND)).result(PARTIES)
    assert math.isnan(empty["own order"]["all"])


def test_what_those_who_do_it_wrote_is_counted_of_what_somebody_is_known_to_have_written(build):
    """Network wrote how it works for Shops, two steps; others wrote its method for Hospital A, one step; of Desk nobody
    knows."""
    bound = unbound(LEGEND)
    bound.work[METHOD, 1, :, 0] = OWN
    bound.work[METHOD, 0, :, 0] = THEIRS
    found = told(build, bound)
    assert found["method written by those who do it"] == pytest.approx(
        {"Network": 2 / 3, "Desk": math.nan, "all": 2 / 3}, nan_ok=True
    )
    assert found["own method"] == pytest.approx({"Network": 2 / 3, "Desk": 1.0, "all": 3 / 4})


def test_a_rule_of_one_activity_binds_no_other(build):
    bound = unbound(replace(LEGEND, activities=("Repair", "Report")))
    bound.work[METHOD, :, 1, :] = THEIRS
    legend = replace(LEGEND, activities=("Repair", "Report"))
    ledgers = Ledgers(legend, Window(begin=0.0, end=WEEK), bound=bound)
    reported = [(*one[:2], 1, *one[3:]) if one[0] == 1 else one for one in STEPS]
    ledgers.add(build.rows(reported))
    assert ledgers.result(PARTIES)["own method"]["Network"] == pytest.approx(2 / 3)


def test_moves_into_a_team_and_out_of_one_that_somebody_elses_rule_has_him_in_are_asked_for(build):
    """Ann goes from Network to Desk, to another activity there, back, on to another one, and to Desk again; Bob, whose
    own rule it is, from one to another at Network."""
    legend = replace(LEGEND, activities=("Repair", "Report"))
    bound = unbound(legend)
    bound.posts[0, 1], bound.posts[1, 0] = THEIRS, OWN
    posts = [(0, 0, 0), (0, 0, 0), (0, 0, 1), (0, 1, 1), (0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 1, 1), (1, 1, 0)]
    steps = []
    for case, (person, activity, team) in enumerate(posts):
        one = step(case, 0, team, 10 + case, person=person)
        steps.append((*one[:2], activity, *one[3:]))
    ledgers = Ledgers(legend, Window(begin=0.0, end=WEEK), bound=bound)
    rows = build.rows(steps)
    for first, last in ((0, 4), (4, 9)):
        ledgers.add(type(rows)._make(column[first:last] for column in rows))
    found = ledgers.result(PARTIES)["moves that others ask for"]
    assert found == {"Network": 1 / 3, "Desk": 1.0, "all": 4 / 6}
    plain = Ledgers(legend, Window(begin=0.0, end=WEEK), bound=unbound(legend))
    plain.add(rows)
    assert plain.result(PARTIES)["moves that others ask for"] == {"Network": 0.0, "Desk": 0.0, "all": 0.0}
    days = plain.result(PARTIES)["moves between posts"]["all"]
    assert days == 6 / 2, "as many moves, on a day of each of two people"


def test_there_may_be_many_teams(build):
    """Numbers of teams and of who wrote a rule do not fit into a byte together."""
    many = replace(LEGEND, teams=tuple(f"team {n}" for n in range(200)))
    bound = unbound(many)
    bound.work[METHOD, :, :, 150] = THEIRS
    ledgers = Ledgers(many, Window(begin=0.0, end=WEEK), bound=bound)
    ledgers.add(build.rows([step(0, 0, 150, 10), step(1, 0, 199, 11)]))
    found = ledgers.result(Parties(teams={"theirs": [150], "own": [199]}))
    assert found["own method"] == {"theirs": 0.0, "own": 1.0}
