"""Set-up work by hand, from the names of activities and from batches; and that of a run."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from irrupt.chronicle.rows import CLIENT_ACT, FIRST, LAST
from irrupt.engine import Simulation
from irrupt.engine.examples import counter
from irrupt.experiment import compare
from irrupt.ledgers import Ledgers, Window, parties_of
from irrupt.organisation import Batch, Distribution
from irrupt.regulation import acts
from irrupt.units import WEEK

HOUR = 3600.0


def told(legend, rows, weeks=2.0):
    ledgers = Ledgers(legend, Window(begin=0.0, end=weeks * WEEK))
    ledgers.add(rows)
    return ledgers.result(parties_of(legend))["set-up work"]


def steps(build, *several):
    """Activity, team, hours, flags: one case each, one after the other, by person 0."""
    number = count()
    made = [
        (
            case := next(number),
            0,
            activity,
            team,
            0,
            *[case * 10 * HOUR] * 3,
            (case * 10 + hours) * HOUR,
            FIRST | LAST | flags,
        )
        for activity, team, hours, flags in several
    ]
    return build.rows(made)


def test_activities_that_say_so_count_for_their_team(build, legend):
    """Three hours at one team and one at the other, in two weeks; what the client does himself is nobody's work."""
    named = replace(legend, activities=("Change-over of the press", "Press", "activity 2", "activity 3"))
    rows = steps(build, (0, 0, 2, 0), (1, 0, 5, 0), (0, 0, 1, 0), (0, 1, 1, 0), (0, 1, 9, CLIENT_ACT))
    assert told(named, rows) == {"team 0": 1.5, "team 1": 0.5, "all teams": 2.0}
    assert all(math.isnan(value) for value in told(legend, rows).values())


def test_before_each_batch_it_is_what_the_rules_say(build, legend):
    """A batch of three and one of two, half an hour before each; other work has none."""
    rows = steps(build, *[(1, 0, 1, 0)] * 5, (2, 0, 4, 0))
    rows = rows._replace(together=np.array([3, 3, 3, 2, 2, 1], np.int32))
    found = told(replace(legend, set_ups=(("activity 1", 1800.0),)), rows)
    assert found == pytest.approx({"team 0": 0.5, "team 1": 0.0, "all teams": 0.5})


def test_smaller_batches_take_more_set_ups():
    """Of ten cases an hour, batches of five take two set-ups of six minutes; those of two, five of them."""
    batch = Batch(size=5, set_up=Distribution.fixed(360.0))
    plain = counter(cases_per_week=1680.0)
    step = replace(plain.steps["Serve"], duration=Distribution.fixed(60.0), batch=batch)
    rules = replace(plain, steps={"Serve": step})
    act = acts.Gathering(activity="Serve", size=2)
    found = compare(rules, act, replications=3, weeks=6, warm_up_weeks=1)
    row = found.effects.filter(measure="set-up work").row(0, named=True)
    assert row["without"] == pytest.approx(1680 / 5 / 10, rel=0.05)
    assert row["with"] == pytest.approx(1680 / 2 / 10, rel=0.05)
    assert row["kind"] == "by construction"
    assert Simulation(rules, seed=1, weeks=0.0).legend.set_ups == (("Serve", 360.0),)
    in_turn = replace(step, batch=replace(batch, done="one by one"))
    assert Simulation(replace(rules, steps={"Serve": in_turn}), seed=1, weeks=0.0).legend.set_ups == ()
