"""Who of a team takes a case that comes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.engine import Simulation
from irrupt.engine.examples import counter
from irrupt.organisation import Client, Distribution, Organisation, Person, Route, Step, Team

CHOICES = ["longest idle", "random", "fastest", "fewest teams", "in turn"]


def desk(choice: Any, **people: Person) -> Organisation:
    """A case in each half hour, and a minute of work for it, so that all are free when one comes."""
    plain = counter(0.01)
    step = Step(activity="Serve", team="Desk", duration=Distribution.fixed(60.0))
    usual = {name: Person(teams=("Desk",), calendar="always") for name in "abc"}
    usual["z"] = Person(teams=("Other",), calendar="always")
    return replace(
        plain,
        clients={name: Client(cases_per_week=336.0, evenness=1.0) for name in plain.clients},
        steps={**plain.steps, "Serve": step},
        teams={**plain.teams, "Desk": Team(choice=choice), "Other": Team()},
        people={**usual, **people},
    )


def takers(make: SimpleNamespace, organisation: Organisation, **how: Any) -> list[str]:
    names = Simulation(organisation, seed=1, weeks=0.0).legend.people
    rows = make.whole(organisation, weeks=4.0, **how)
    free = [rows.start[n] == rows.ready[n] for n in range(len(rows.case))]
    return [names[person] for person, at_once in zip(rows.person, free, strict=True) if at_once]


@pytest.mark.parametrize("reference", [False, True])
def test_in_turn_everybody_takes_the_next(make: SimpleNamespace, reference: bool) -> None:
    took = takers(make, desk("in turn"), reference=reference)
    assert len(took) > 20
    assert took == ["abc"[n % 3] for n in range(len(took))]


def test_the_fastest_takes_it(make: SimpleNamespace) -> None:
    fast = Person(teams=("Desk",), calendar="always", speed=1.5)
    assert set(takers(make, desk("fastest", b=fast))) == {"b"}


def test_whoever_can_do_least_else_takes_it(make: SimpleNamespace) -> None:
    both = Person(teams=("Desk", "Other"), calendar="always")
    took = takers(make, desk("fewest teams", a=both, c=both))
    assert set(took) == {"b"}


def test_at_random_everybody_takes_as_many(make: SimpleNamespace) -> None:
    took = takers(make, desk("random"), seed=3)
    count = Counter(took)
    assert set(count) == {"a", "b", "c"}
    assert max(count.values()) < 0.6 * len(took)
    assert took != takers(make, desk("random"), seed=4)[: len(took)]


@pytest.mark.parametrize("choice", CHOICES)
def test_nobody_off_duty_is_chosen_while_somebody_is_on(make: SimpleNamespace, choice: str) -> None:
    """The fastest, most special, first in turn works at night only: by day, others take what comes at once."""
    night = Person(teams=("Desk",), calendar="night", speed=9.0)
    organisation = desk(choice, a=night)
    organisation = replace(organisation, calendars={**organisation.calendars, "night": make.calendars["night"]})
    rows = make.whole(organisation, weeks=4.0)
    assert (rows.start == rows.ready).all()


def test_with_one_person_the_choice_does_not_matter(make: SimpleNamespace) -> None:
    alone = replace(desk("random"), people={"a": Person(teams=("Desk",), calendar="always")})
    one, *others = [make.whole(replace(alone, teams={"Desk": Team(choice=choice)})) for choice in CHOICES]  # type: ignore[arg-type]
    assert all(make.same(one, other) for other in others)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("reference", [False, True])
def test_whoever_serves_his_teams_in_order_leaves_the_second_waiting(make: SimpleNamespace, reference: bool) -> None:
    """Whose team is named first is served first, whoever waited longer."""
    plain = desk("longest idle")
    steps = {
        "Serve": Step(activity="Serve", team="Desk", duration=Distribution.fixed(1500.0)),
        "Help": Step(activity="Help", team="Other", duration=Distribution.fixed(1500.0)),
    }
    routes = {**plain.routes, "start": tuple(Route(to=name, share=0.5) for name in steps)}
    routes |= {name: (Route(to="end", share=1.0),) for name in steps}
    waits = {}
    for teams in (("Desk", "Other"), ("Other", "Desk")):
        for serves in ("longest waiting", "teams in order"):
            both = Person(teams=teams, calendar="always", serves=serves)  # type: ignore[arg-type]
            clients = {name: Client(cases_per_week=336.0) for name in plain.clients}
            organisation = replace(
                plain, clients=clients, steps={**plain.steps, **steps}, routes=routes, people={"a": both}
            )
            names = Simulation(organisation, seed=1, weeks=0.0).legend.activities
            rows = make.whole(organisation, weeks=4.0 if reference else 12.0, reference=reference)
            waits[teams[0], serves] = {
                name: float(np.mean((rows.start - rows.ready)[rows.activity == names.index(name)]))
                for name in ("Serve", "Help")
            }
    assert waits["Desk", "longest waiting"] == waits["Other", "longest waiting"]
    assert waits["Desk", "teams in order"]["Serve"] < 0.5 * waits["Desk", "teams in order"]["Help"]
    assert waits["Other", "teams in order"]["Help"] < 0.5 * waits["Other", "teams in order"]["Serve"]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("reference", [False, True])
def test_ranks_count_within_a_queue_only_for_whoever_takes_what_came_first(
    make: SimpleNamespace, reference: bool
) -> None:
    """Whoever looks at ranks leaves the other team waiting for those of a rank at his."""
    plain = desk("longest idle")
    (client,) = plain.clients
    steps = {
        "Serve": Step(activity="Serve", team="Desk", duration=Distribution.fixed(1500.0)),
        "Help": Step(activity="Help", team="Other", duration=Distribution.fixed(1500.0)),
    }
    routes = {**plain.routes, "start": tuple(Route(to=name, share=0.5) for name in steps)}
    routes |= {name: (Route(to="end", share=1.0),) for name in steps}
    teams = {**plain.teams, "Desk": replace(plain.teams["Desk"], priority={client: 1})}
    waits = {}
    for serves in ("longest waiting", "first come"):
        both = Person(teams=("Desk", "Other"), calendar="always", serves=serves)  # type: ignore[arg-type]
        organisation = replace(
            plain,
            clients={client: Client(cases_per_week=336.0)},
            steps={**plain.steps, **steps},
            routes=routes,
            teams=teams,
            people={"a": both},
        )
        names = Simulation(organisation, seed=1, weeks=0.0).legend.activities
        rows = make.whole(organisation, weeks=4.0 if reference else 12.0, reference=reference)
        waits[serves] = [float(np.mean((rows.start - rows.ready)[rows.activity == names.index(n)])) for n in steps]
    assert waits["longest waiting"][0] < 0.5 * waits["longest waiting"][1]
    assert waits["first come"][0] == pytest.approx(waits["first come"][1], rel=0.2)
