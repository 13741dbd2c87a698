"""Old records fade where ways of working changed, and not where only a queue became long."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from irrupt.discovery import memory
from irrupt.discovery.censoring import completeness
from irrupt.discovery.log import read
from irrupt.engine import simulate
from irrupt.engine.examples import counter
from irrupt.organisation import Distribution, Organisation, Person, Route, Step, Team


def served(load: float) -> Organisation:
    """Clients are let in, one after the other, and served at a counter that has so much *load*."""
    plain = counter(load, cases_per_week=60.0)
    return replace(
        plain,
        steps={"Let in": Step(activity="Let in", team="Door", duration=Distribution.fixed(60.0)), **plain.steps},
        routes={
            "start": (Route(to="Let in", share=1.0),),
            "Let in": (Route(to="Serve", share=1.0),),
            "Serve": (Route(to="end", share=1.0),),
        },
        teams={**plain.teams, "Door": Team()},
        people={**plain.people, "Bob": Person(teams=("Door",), calendar="always")},
    )


def learned(organisation: Organisation) -> tuple[memory.Memory, memory.Memory]:
    """What is learned without knowing who waits where, and with it."""
    log = read(simulate(organisation, weeks=40, seed=1))
    complete = completeness(log, log.activity)
    return memory.learn(log, log.activity, complete), memory.learn(log, log.activity, complete, log.team)


def test_a_queue_that_grows_is_no_change_of_ways() -> None:
    seen, known = learned(served(1.1))
    assert np.isfinite(seen.times)
    assert known.times == np.inf


@pytest.mark.parametrize("load", [0.8, 1.0])
def test_a_team_that_loses_one_of_two_people_has_changed(load: float) -> None:
    alone = served(load)
    gone = alone.origin.replace(tzinfo=None) + timedelta(weeks=20)
    other = replace(alone.people["Ann"], absent=((gone, gone + timedelta(weeks=60)),))
    _seen, known = learned(replace(alone, people={**alone.people, "Cy": other}))
    assert np.isfinite(known.times)
