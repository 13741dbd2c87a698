"""What must not matter does not: order, what is not used, what others do, where a run was paused."""

from __future__ import annotations

import random
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.chronicle.rows import Rows
from irrupt.engine import Simulation, tables
from irrupt.engine.examples import counter
from irrupt.organisation import Check, Client, Distribution, Organisation, Patience, Person, Return, Route, Step, Team

RANDOM = settings(max_examples=settings().max_examples // 8, deadline=None, suppress_health_check=list(HealthCheck))
HOUR = Distribution.fixed(3600.0)


def named(make: SimpleNamespace, organisation: Organisation, changes: Any = (), **how: Any) -> list[tuple[Any, ...]]:
    """The rows of a run with names for numbers, without the number of the case."""
    run = Simulation(organisation, **{"seed": 5, "weeks": 2.0, "run_out_weeks": 60.0, **how})
    parts = []
    for until, rules in changes:
        parts.append(make.collected(run.run(until)))
        run.change(rules)
    parts.append(make.collected(run.run()))
    legend = run.legend
    people, teams = (*legend.people, None), (*legend.teams, None)
    return [
        (legend.clients[c], legend.activities[a] if a >= 0 else None, teams[t], people[p], *times)
        for rows in parts
        for _case, c, a, t, p, *times in zip(*(column.tolist() for column in rows), strict=True)
    ]


def shuffled(organisation: Organisation, seed: int) -> Organisation:
    """The same organisation, declared in another order, but for orders that say something: of guards, and of the
    teams that somebody serves in order."""
    luck = random.Random(seed)

    def mixed(mapping: Any) -> dict[Any, Any]:
        return dict(luck.sample(list(mapping.items()), len(mapping)))

    def turned(routes: Any) -> dict[str, Any]:
        return {
            place: tuple(sorted(luck.sample(ways, len(ways)), key=order(ways))) for place, ways in mixed(routes).items()
        }

    def order(ways: Any) -> Any:
        guards = [one.when for one in ways if one.when is not None]
        return lambda route: -1 if route.when is None else guards.index(route.when)

    return replace(
        organisation,
        clients={name: replace(c, classes=mixed(c.classes)) for name, c in mixed(organisation.clients).items()},
        steps=mixed(organisation.steps),
        routes=turned(organisation.routes),
        client_routes={client: turned(routes) for client, routes in mixed(organisation.client_routes).items()},
        skips=mixed(organisation.skips),
        checks=mixed(organisation.checks),
        patience=mixed(organisation.patience),
        returns=mixed(organisation.returns),
        teams={
            name: replace(
                team,
                priority=mixed(team.priority),
                class_priority=mixed(team.class_priority),
                activity_priority=mixed(team.activity_priority),
            )
            for name, team in mixed(organisation.teams).items()
        },
        people={
            n: p if p.serves == "teams in order" else replace(p, teams=tuple(luck.sample(p.teams, len(p.teams))))
            for n, p in mixed(organisation.people).items()
        },
        calendars=mixed(organisation.calendars),
    )


def with_unused(organisation: Organisation) -> Organisation:
    """The same organisation with clients who ask nothing, steps that no route leads to, and people who do them."""
    more = {
        "clients": {name: Client(cases_per_week=0.0) for name in ("a", "client 00", "z")},
        "steps": {name: Step(activity=name, team="team 00", duration=HOUR) for name in ("a", "step 00", "z")},
        "routes": {name: (Route(to="end", share=1.0),) for name in ("a", "step 00", "z")},
        "checks": {name: Check(after="z", step=Step(activity="0")) for name in ("a", "zz")},
        "patience": {"a": Patience(at="z", lasts=HOUR, activity="0"), "z": Patience(at="a", lasts=HOUR, activity="z")},
        "returns": {name: Return(during="z", back_to="a", share=1.0) for name in ("a", "later 0", "z")},
        "teams": {"team 00": Team(priority={"z": 3})},
        "people": {name: Person(teams=("team 00",), calendar="night") for name in ("a", "person 00", "z")},
    }
    return replace(organisation, **{part: {**extra, **getattr(organisation, part)} for part, extra in more.items()})


@RANDOM
@given(data=st.data())
def test_the_order_of_declarations_does_not_matter(make: SimpleNamespace, data: Any) -> None:
    organisation = data.draw(make.stretched())
    assert make.same(make.whole(organisation), make.whole(shuffled(organisation, data.draw(st.integers(0, 99)))))


@RANDOM
@given(data=st.data())
def test_what_is_not_used_does_not_matter(make: SimpleNamespace, data: Any) -> None:
    organisation = data.draw(make.stretched())
    assert named(make, organisation) == named(make, with_unused(organisation))


@RANDOM
@given(data=st.data())
def test_a_client_with_his_own_team_leaves_others_alone(make: SimpleNamespace, data: Any) -> None:
    organisation = data.draw(make.stretched())
    apart = replace(
        organisation,
        clients={**organisation.clients, "another": Client(cases_per_week=60.0)},
        client_routes={**organisation.client_routes, "another": {"start": (Route(to="own", share=1.0),)}},
        steps={**organisation.steps, "own": Step(activity="own", team="own team", duration=HOUR)},
        routes={**organisation.routes, "own": (Route(to="end", share=1.0),)},
        checks={name: replace(check, client=check.client or "client 0") for name, check in organisation.checks.items()},
        # Who calls off a case may send it to a step of the others.
        patience={
            name: replace(rule, client=rule.client or "client 0", by_client={}) if rule.at is None else rule
            for name, rule in organisation.patience.items()
        },
        teams={**organisation.teams, "own team": Team()},
        people={**organisation.people, "own person": Person(teams=("own team",), calendar="office")},
    )
    alone = replace(apart, clients=organisation.clients, client_routes=organisation.client_routes)
    rows = named(make, apart)
    assert [row for row in rows if row[0] != "another"] == named(make, alone)
    assert any(row[0] == "another" for row in rows)


@RANDOM
@given(data=st.data())
def test_pauses_and_chunks_do_not_matter(make: SimpleNamespace, data: Any) -> None:
    organisation = data.draw(make.stretched())
    moments = data.draw(st.lists(st.floats(0, 2e6) | st.sampled_from([0.0, 32400.0, 118800.0]), max_size=6))
    chunk = data.draw(st.sampled_from([1, 2, 3, 65536]))
    paused = make.whole(organisation, pauses=[(moment, None) for moment in sorted(moments)], chunk=chunk)
    assert make.same(paused, make.whole(organisation))


@RANDOM
@given(data=st.data())
def test_a_change_that_changes_nothing_changes_nothing(make: SimpleNamespace, data: Any) -> None:
    """Neither to equal rules, nor to rules with something unused in them and back."""
    organisation = data.draw(make.stretched())
    moments = data.draw(st.lists(st.floats(0, 2e6) | st.sampled_from([0.0, 32400.0, 118800.0]), max_size=4))
    others = [tables(with_unused(organisation)), tables(replace(organisation))]
    changes = [(moment, others[turn % 2]) for turn, moment in enumerate(sorted(moments))]
    assert named(make, organisation, changes) == named(make, organisation)


@RANDOM
@given(data=st.data())
def test_rules_that_change_at_the_beginning_are_the_rules(make: SimpleNamespace, data: Any) -> None:
    one, other = data.draw(make.organisations()), data.draw(make.organisations())
    # Where appointments end, what is left of a gap is what is expected in it: its last digit may be another.
    one = replace(one, clients={name: replace(client, appointments=()) for name, client in one.clients.items()})
    assert named(make, one, [(0.0, other)]) == named(make, other)


@RANDOM
@given(data=st.data())
def test_a_change_does_not_reach_back(make: SimpleNamespace, data: Any) -> None:
    one = data.draw(make.organisations())
    other = replace(
        data.draw(make.organisations()), steps=one.steps, routes=one.routes, teams=one.teams, people=one.people
    )
    plain = {part: {} for part in ("client_routes", "skips", "checks", "patience", "returns", "hands")}
    other = replace(other, **plain, clients=one.clients, distributions=one.distributions)
    end = 4 + Rows._fields.index("end") - Rows._fields.index("enabled")
    before = [row[: end + 1] for row in named(make, one) if row[end] < 500_000.0]
    after = [row[: end + 1] for row in named(make, one, [(500_000.0, other)]) if row[end] < 500_000.0]
    assert before == after


def test_a_scenario_shares_the_luck_of_its_baseline(make: SimpleNamespace) -> None:
    """A check is put in for one client: every duration and every way of the cases is what it was, only times move."""
    plain = counter(0.7)
    steps = {**plain.steps, "Close": Step(activity="Close", team="Desk", duration=Distribution.gamma(200.0, 0.5))}
    again = (Route(to="Serve", share=0.3), Route(to="Close", share=0.7, delay=Distribution.exponential(900.0)))
    plain = replace(plain, steps=steps, routes={**plain.routes, "Serve": again, "Close": (Route(to="end", share=1.0),)})
    check = Check(after="Serve", step=Step(activity="Audit", team="Desk", duration=Distribution.lognormal(300.0, 1.0)))
    checked = replace(plain, checks={"audit": check})

    def lived(organisation: Organisation) -> dict[int, list[tuple[int, float]]]:
        rows = make.whole(organisation)
        lives: dict[int, list[tuple[int, float]]] = {}
        for case, activity, start, end in zip(rows.case, rows.activity, rows.start, rows.end, strict=True):
            lives.setdefault(int(case), []).append((int(activity), round(end - start, 5)))
        return lives

    names = Simulation(checked, seed=1, weeks=0.0).legend.activities
    old, new = lived(plain), lived(checked)
    audit = names.index("Audit")
    kept = {case: [(a - (a > audit), d) for a, d in steps if a != audit] for case, steps in new.items()}
    assert kept == old


def test_time_in_other_units_is_the_same_history(make: SimpleNamespace) -> None:
    """Twice as slow a world: half the demand, twice the durations and delays, twice the times."""
    plain = counter(0.8)
    slow = counter(0.8, cases_per_week=500.0)
    one, other = make.whole(plain, weeks=8), make.whole(slow, weeks=16)
    assert one.case.tobytes() == other.case.tobytes()
    assert np.allclose(2 * one.end, other.end, rtol=1e-12)


def two_clients(load: float = 0.9, **team: Any) -> Organisation:
    """A desk with two clients, whose cases are due at the same distance."""
    plain = counter(load)
    client = replace(next(iter(plain.clients.values())), due=HOUR)
    half = replace(client, cases_per_week=client.cases_per_week / 2)
    return replace(plain, clients={"A": half, "B": half}, teams={"Desk": Team(**team)})


def test_equal_ranks_are_no_ranks(make: SimpleNamespace) -> None:
    plain = make.whole(two_clients())
    assert make.same(make.whole(two_clients(priority={"A": 3, "B": 3})), plain)
    assert make.same(make.whole(two_clients(priority={"A": 0, "B": 0})), plain)
    assert make.same(make.whole(two_clients(priority={"A": 1})), make.whole(two_clients(priority={"A": 7, "B": -2})))


def test_orders_that_cannot_tell_cases_apart_are_first_come(make: SimpleNamespace) -> None:
    """Due dates at one distance from arrival; and work that is the same for all."""
    assert make.same(make.whole(two_clients(order="earliest due")), make.whole(two_clients()))
    fixed = Step(activity="Serve", team="Desk", duration=Distribution.fixed(500.0))
    one, other = (replace(two_clients(order=order), steps={"Serve": fixed}) for order in ("shortest", "first come"))
    assert make.same(make.whole(one), make.whole(other))


def test_twice_the_speed_for_twice_the_work_is_the_same(make: SimpleNamespace) -> None:
    plain = counter(0.9)
    step = plain.steps["Serve"]
    double = replace(step, duration=replace(plain.distribution(step.duration), mean=2 * 604.8 * 0.9))
    single = replace(step, duration=replace(plain.distribution(step.duration), mean=604.8 * 0.9))
    fast = {name: replace(person, speed=2.0) for name, person in plain.people.items()}
    one = make.whole(replace(plain, steps={"Serve": single}))
    assert make.same(make.whole(replace(plain, steps={"Serve": double}, people=fast)), one)


def test_a_part_that_nobody_waits_for_leaves_the_rest_alone(make: SimpleNamespace) -> None:
    """Beside its way out, each case leaves a note that takes nobody's time: all other rows are what they were."""
    plain = counter(0.9)
    close = Step(activity="Close", team="Desk", duration=Distribution.exponential(30.0))
    end = (Route(to="end", share=1.0),)
    plain = replace(
        plain,
        steps={**plain.steps, "Close": close},
        routes={**plain.routes, "Serve": (Route(to="Close", share=1.0),), "Close": end},
    )
    noted = replace(
        plain,
        steps={**plain.steps, "Serve": replace(plain.steps["Serve"], split="all"), "Note": Step(activity="Note")},
        routes={**plain.routes, "Serve": (*plain.routes["Serve"], Route(to="Note", share=1.0)), "Note": end},
    )
    rows = named(make, noted)
    assert sum(row[1] == "Note" for row in rows) == sum(row[1] == "Close" for row in rows) > 0
    assert [row[:9] for row in rows if row[1] != "Note"] == [row[:9] for row in named(make, plain)]
