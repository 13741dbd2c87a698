"""Cases that are open when a run begins: both loops take them up alike, and where they are follows from the rules."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.chronicle.rows import Rows
from irrupt.engine import Simulation, tables
from irrupt.engine.examples import counter
from irrupt.engine.opening import OpenCase, Standing, standing
from irrupt.engine.streams import run_key
from irrupt.errors import UsageError
from irrupt.organisation import Calendar, Client, Distribution, Older, Organisation, Person, Route, Step, Team
from irrupt.organisation.following import Following, Stand, unrecorded
from irrupt.organisation.guards import guard_in

HOUR = 3600.0
AGO = st.sampled_from([0.0, HOUR, 100 * HOUR])


def asked(delay: Distribution, share: float = 1.0) -> Organisation:
    """The counter, at which cases are served a second time after a delay."""
    plain = counter()
    again = (Route(to="again", share=share, delay=delay), Route(to="end", share=1.0 - share))
    routes = {**plain.routes, "Serve": again, "again": (Route(to="end", share=1.0),)}
    return replace(plain, steps={**plain.steps, "again": plain.steps["Serve"]}, routes=routes)


def one(name: str = "x", *, since: float = 0.0, silent: float = math.inf) -> OpenCase:
    return OpenCase(name=name, client="Public", stands=(Stand("Serve", since),), seen={"Serve": 1}, silent=silent)


def ready(found: Standing, runs: int) -> list[float]:
    """When the cases are ready, over many runs."""
    drawn = [case for run in range(runs) for case in found.drawn(run_key(1, run))]
    return [part.ready - found.now for case in drawn for part in case.parts]


@settings(max_examples=settings().max_examples // 5, deadline=None)
@given(data=st.data())
def test_both_loops_take_up_open_cases_alike(make: SimpleNamespace, data: Any) -> None:
    organisation = data.draw(make.organisations())
    rules, steps = tables(organisation), sorted(organisation.steps)
    begin = data.draw(st.sampled_from([0.0, 12.5 * HOUR, 200 * HOUR]))
    cases = [
        OpenCase(
            name=str(number),
            client=data.draw(st.sampled_from(sorted(organisation.clients))),
            stands=(Stand(place := data.draw(st.sampled_from(steps)), begin - data.draw(AGO)),),
            seen={organisation.steps[place].activity: data.draw(st.integers(1, 3))},
            silent=data.draw(st.sampled_from([HOUR, math.inf])),
        )
        for number in range(data.draw(st.integers(1, 300 if begin == 0.0 else 20)))
    ]
    branches = [route.to for route in organisation.routes.get("fork", ())]
    if branches and organisation.steps["fork"].split != "first":
        going = data.draw(st.lists(st.sampled_from(branches), min_size=1, unique=True))
        parts = tuple(Stand("fork", begin - data.draw(AGO), to=to, share=0.7) for to in going)
        cases += [replace(cases[0], name="in parts", stands=parts)]
    found = standing(rules, cases, {("A", "B"): np.array([60.0, 7200.0]), ("B", "B"): np.array([HOUR * 48])}, begin)
    made = []
    for reference in (False, True):
        run = Simulation(rules, seed=1, weeks=2.0, run_out_weeks=30.0, reference=reference)
        before = make.collected(run.run(begin))
        run.open(found.drawn(run_key(1, 0)))
        made += [(before, make.collected(run.run()), run.arrived, run.in_system)]
    assert make.same(made[0][0], made[1][0])
    assert make.same(made[0][1], made[1][1])
    assert made[0][2:] == made[1][2:]


def test_what_is_left_of_an_exponential_delay_does_not_depend_on_what_has_passed() -> None:
    rules = tables(asked(Distribution.exponential(10 * HOUR)))
    for passed in (0.0, 5 * HOUR, 30 * HOUR):
        left = ready(standing(rules, [one(since=-passed)], {}, 0.0), 2000)
        assert np.mean(left) == pytest.approx(10 * HOUR, rel=0.1)
        assert np.mean(np.array(left) > 10 * HOUR) == pytest.approx(math.exp(-1.0), abs=0.04)


def test_what_counts_on_the_clock_of_a_case_ends_when_its_clock_says() -> None:
    plain = asked(Distribution.fixed(10 * HOUR))
    again, out = plain.routes["Serve"]
    rules = tables(replace(plain, routes={**plain.routes, "Serve": (replace(again, since="clock"), out)}))
    case = replace(one(since=-1 * HOUR), clock=-4 * HOUR)
    assert ready(standing(rules, [case], {}, 0.0), 3) == [6 * HOUR] * 3
    assert ready(standing(rules, [replace(case, clock=None)], {}, 0.0), 3) == [9 * HOUR] * 3
    overdue = replace(case, clock=-30 * HOUR)
    assert ready(standing(rules, [overdue], {}, 0.0), 3) == [0.0] * 3


def test_the_delay_of_an_open_case_is_that_of_its_age_when_it_went_on() -> None:
    plain = asked(Distribution.fixed(10 * HOUR))
    again, out = plain.routes["Serve"]
    older = (Older(than=3 * HOUR, delay=Distribution.fixed(20 * HOUR)), Older(than=9 * HOUR, delay="fast"))
    made = replace(plain, distributions={"fast": Distribution.fixed(2 * HOUR)})
    rules = tables(replace(made, routes={**plain.routes, "Serve": (replace(again, older=older), out)}))
    case = one(since=-1 * HOUR)
    for age, left in ((2, 9), (3, 19), (8, 19), (9, 1), (50, 1)):
        assert ready(standing(rules, [replace(case, clock=-(1 + age) * HOUR)], {}, 0.0), 3) == [left * HOUR] * 3


def urgent() -> Organisation:
    """Cases that are due within two days of their coming are served again."""
    plain = asked(Distribution.fixed(HOUR))
    again = (
        Route(to="again", share=1.0, delay=Distribution.fixed(HOUR), when=guard_in("due < 2 days")),
        Route(to="end", share=1.0),
    )
    (client,) = plain.clients.values()
    clients = {name: replace(client, cases_per_week=0.0) for name in plain.clients}
    return replace(plain, clients=clients, routes={**plain.routes, "Serve": again})


def test_a_guard_on_what_is_due_counts_from_when_a_case_came() -> None:
    """As the log says it: not from when something was done in it last."""
    rules = tables(urgent())
    for came, due, open_still in ((-80 * HOUR, -80 * HOUR + 40 * HOUR, 1), (-80 * HOUR, -80 * HOUR + 60 * HOUR, 0)):
        case = replace(one(since=-0.5 * HOUR, silent=0.5 * HOUR), came=came, due=due)
        assert ready(standing(rules, [case], {}, 0.0), 1) == pytest.approx([0.5 * HOUR] * open_still)


@pytest.mark.parametrize("due", ["known", "drawn"])
def test_both_loops_ask_from_when_an_open_case_came_until_it_is_due(make: SimpleNamespace, due: str) -> None:
    """In 30 hours from the last step, but in 50 from when it came; and in 40 of another."""
    rules, made = urgent(), []
    first = (Route(to="Serve", share=1.0, delay=Distribution.fixed(HOUR)),)
    rules = replace(rules, steps={**rules.steps, "sort": rules.steps["Serve"]}, routes={**rules.routes, "sort": first})
    if due == "drawn":
        asks = {name: replace(c, due=Distribution.fixed(50 * HOUR)) for name, c in rules.clients.items()}
        rules = replace(rules, clients=asks)
    sorted_out = (Stand("sort", 0.0),)
    cases = [replace(one(), stands=sorted_out, came=-20 * HOUR, due=30 * HOUR if due == "known" else None)]
    cases.append(replace(one("y"), stands=sorted_out, came=-5 * HOUR, due=35 * HOUR))
    for reference in (False, True):
        run = Simulation(rules, seed=1, weeks=1.0, reference=reference)
        run.open(standing(tables(rules), cases, {}, 0.0).drawn(run_key(1, 0)))
        made.append(make.collected(run.run()))
    assert make.same(*made)
    assert [int((made[0].case == case).sum()) for case in (0, 1)] == [1, 2]
    assert made[0].due[made[0].case == 0] == pytest.approx(30 * HOUR)
    assert len(made[0].case) == 3


def test_a_fixed_delay_ends_when_it_would_have() -> None:
    rules = tables(asked(Distribution.fixed(10 * HOUR)))
    assert ready(standing(rules, [one(since=-4 * HOUR)], {}, 0.0), 3) == pytest.approx([6 * HOUR] * 3)
    assert ready(standing(rules, [one(since=96 * HOUR)], {}, 100 * HOUR), 1) == pytest.approx([6 * HOUR])


def test_a_case_whose_delay_is_over_waits_and_the_one_that_waits_longest_is_first() -> None:
    rules = tables(asked(Distribution.fixed(HOUR)))
    cases = [one("late", since=-20 * HOUR), one("early", since=-40 * HOUR)]
    found = standing(rules, cases, {("Serve", "Serve"): np.array([50 * HOUR])}, 0.0)
    drawn = found.drawn(run_key(1, 0))
    assert [part[3:5] for case in drawn for part in case.parts] == [(-40 * HOUR, 0.0), (-20 * HOUR, 0.0)]
    run = Simulation(replace(rules.organisation, clients=counter(0.0).clients), seed=1, weeks=1.0)
    run.open(drawn)
    rows = next(iter(run.run()))
    assert rows.case[0] == 0
    assert rows.enabled[0] == -40 * HOUR
    assert not rows.flags[0] & 1


def test_the_longer_nothing_is_done_the_surer_the_case_is_over() -> None:
    rules = tables(asked(Distribution.exponential(10 * HOUR), share=0.5))
    expected = [
        standing(rules, [one(since=-hours * HOUR, silent=hours * HOUR)], {}, 0.0).expected for hours in (0, 5, 20)
    ]
    # Bayes: 0.5 exp(-t/10) / (0.5 exp(-t/10) + 0.5)
    assert expected == pytest.approx([1 / (1 + math.exp(hours / 10)) for hours in (0, 5, 20)], abs=0.003)
    assert standing(rules, [one(since=-20 * HOUR)], {}, 0.0).expected == 1.0


def test_a_case_that_stands_still_for_longer_than_anything_lasts_is_left_out_and_counted() -> None:
    rules = tables(asked(Distribution.fixed(HOUR)))
    found = standing(rules, [one(since=-9 * HOUR, silent=9 * HOUR), one("y", since=0.0, silent=0.0)], {}, 0.0)
    assert (found.lost, found.looked_at, found.expected) == (1, 2, 1.0)
    assert [case.key for case in found.drawn(run_key(1, 0))] == [
        case.key for case in standing(rules, [one("y")], {}, 0.0).drawn(run_key(1, 0))
    ]


def test_of_two_ways_the_soonest_is_the_likelier_one() -> None:
    """With twice the rate, a way is taken twice as often; what follows comes to the step where it leads."""
    plain = asked(Distribution.exponential(10 * HOUR))
    other = replace(plain.steps["again"], activity="Other")
    first = replace(plain.steps["Serve"], split="first")
    ways = (
        Route(to="again", share=1.0, delay=Distribution.exponential(10 * HOUR)),
        Route(to="other", share=1.0, delay=Distribution.exponential(20 * HOUR)),
    )
    steps = {**plain.steps, "Serve": first, "other": other}
    routes = {**plain.routes, "Serve": ways, "other": plain.routes["again"]}
    found = standing(tables(replace(plain, steps=steps, routes=routes)), [one()], {}, 0.0)
    places = [case.parts[0].place for run in range(2000) for case in found.drawn(run_key(1, run))]
    assert places.count("again") / len(places) == pytest.approx(2 / 3, abs=0.03)


def test_a_case_cannot_be_ready_before_the_run_stands_there() -> None:
    run = Simulation(counter(), seed=1, weeks=1.0)
    list(run.run(HOUR))
    found = standing(tables(asked(Distribution.fixed(HOUR))), [one()], {("Serve", "Serve"): np.array([9 * HOUR])}, 0.0)
    with pytest.raises(UsageError, match="3600 or more"):
        run.open([replace(case, parts=(case.parts[0]._replace(ready=0.0),)) for case in found.drawn(run_key(1, 0))])


def test_a_delay_passes_in_its_hours_before_time_began_too() -> None:
    daily = Calendar(hours=tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5)))
    plain = asked(Distribution.fixed(10 * HOUR))
    (again, out), calendars = plain.routes["Serve"], {**plain.calendars, "office": daily}
    routes = {**plain.routes, "Serve": (replace(again, hours="office"), out)}
    rules = tables(replace(plain, routes=routes, calendars=calendars))
    # Friday 12:00, a weekend ago: five of its ten hours have passed.
    assert ready(standing(rules, [one(since=-60 * HOUR)], {}, 0.0), 1) == pytest.approx([14 * HOUR])
    # Monday 10:00: its ten hours end on Tuesday at 12:00, a day from Monday 12:00.
    assert ready(standing(rules, [one(since=10 * HOUR)], {}, 12 * HOUR), 1) == pytest.approx([24 * HOUR])


@st.composite
def in_parts(draw: st.DrawFn) -> Organisation:
    """Every case comes to all steps, once: some in a row, others at once. Where a case splits and comes together,
    nobody works, and records may not show it."""
    steps: dict[str, Step] = {}
    routes: dict[str, list[Route]] = {}
    delays = st.sampled_from([0.0, 1.0, 50.0]).map(lambda hours: Distribution.exponential(hours * HOUR))

    def added(**how: Any) -> str:
        name = f"{len(steps):02d}"
        steps[name], routes[name] = Step(activity=f"do {name}", **how), []
        return name

    def led(names: tuple[str, str], then: tuple[str, str]) -> tuple[str, str]:
        routes[names[1]].append(Route(to=then[0], share=1.0, delay=draw(delays)))
        return names[0], then[1]

    def block(depth: int) -> tuple[str, str]:
        """The first step and the last one."""
        kind = draw(st.sampled_from(["work", "row", "fork"])) if 0 < depth < 3 else "work" if depth else "fork"
        if kind == "work":
            name = added(team="Desk", duration=Distribution.exponential(HOUR))
            return name, name
        if kind == "row":
            return led(block(depth + 1), block(depth + 1))
        fork, join = added(split="all"), added(join=True)
        for _branch in range(draw(st.integers(2, 3))):
            led(led((fork, fork), block(depth + 1)), (join, join))
        return fork, join

    begin, end = led(led(block(9), block(0)), block(9))
    return replace(
        counter(),
        clients={"Public": Client(cases_per_week=60.0)},
        steps=steps,
        routes={name: tuple(ways) for name, ways in routes.items()}
        | {"start": (Route(to=begin, share=1.0),), end: (Route(to="end", share=1.0),)},
        teams={"Desk": Team()},
        people={name: Person(teams=("Desk",), calendar="always", at_once=9) for name in ("Ann", "Bob")},
    )


def cut(rows: Rows, names: Sequence[str], rules: Organisation, past: Collection[str]) -> list[OpenCase]:
    """The cases that are open behind *rows*, which do not show the steps that are *past*."""
    following, cases = Following(rules, past), []
    kept = [rules.steps[name].activity for name in rules.steps if name not in past]
    for number in np.unique(rows.case).tolist():
        mine = [at for at in np.flatnonzero(rows.case == number) if names[rows.activity[at]] in kept]
        done = [(names[rows.activity[at]], "Desk" if rows.team[at] >= 0 else None) for at in mine]
        stands = following.stands("Public", None, done, rows.end[mine].tolist(), begin=0.0)
        if stands and len(done) < len(kept):
            seen = Counter(activity for activity, _team in done)
            cases.append(OpenCase(name=str(number), client="Public", stands=stands, seen=seen, silent=math.inf))
    return sorted(cases, key=lambda case: (case.since, case.name))


@settings(max_examples=settings().max_examples // 2, deadline=None)
@given(rules=in_parts(), weeks=st.floats(0.3, 1.7), shown=st.booleans())
def test_of_an_open_case_in_parts_all_is_done_once(
    make: SimpleNamespace, rules: Organisation, weeks: float, shown: bool
) -> None:
    """Whatever of it is recorded when a run takes it up: the rest is done then, in both loops alike."""
    moment = weeks * 168 * HOUR
    run = Simulation(rules, seed=1, weeks=2.0)
    past = frozenset() if shown else unrecorded(rules, {step.activity for step in rules.steps.values() if step.team})
    cases = cut(make.collected(run.run(moment)), run.legend.activities, rules, past)
    found = standing(tables(rules), cases, {}, moment, past).drawn(run_key(1, 0))
    quiet, made = replace(rules, clients={"Public": Client(cases_per_week=0.0)}), []
    for reference in (False, True):
        then = Simulation(quiet, seed=1, weeks=2.0, reference=reference)
        list(then.run(moment))
        then.open(found)
        made.append(make.collected(then.run()))
        assert then.in_system == 0
    assert make.same(*made)
    names = then.legend.activities
    for at, case in enumerate(cases):
        later = Counter(names[one] for one in made[0].activity[made[0].case == at])
        for name in rules.steps.keys() - past:
            assert case.seen.get(f"do {name}", 0) + later[f"do {name}"] == 1


TWO = (("again", 1.0), ("other", 0.3))
"""Steps at which a case is at once, with how likely that is."""


def test_a_part_that_there_may_be_is_as_likely_as_it_was_unless_it_had_been_done_by_now() -> None:
    plain = asked(Distribution.fixed(HOUR))
    fork = replace(plain.steps["Serve"], split="some")
    other = replace(plain.steps["again"], activity="Other")
    ways = tuple(Route(to=to, share=share, delay=Distribution.exponential(9 * HOUR)) for to, share in TWO)
    steps = {**plain.steps, "Serve": fork, "other": other, "meet": Step(activity="meet", join=True)}
    meet = (Route(to="meet", share=1.0),)
    routes = {**plain.routes, "Serve": ways, "again": meet, "other": meet, "meet": (Route(to="end", share=1.0),)}
    rules = tables(replace(plain, steps=steps, routes=routes))
    for since, share in ((0.0, 0.3), (-9.0 * HOUR, 0.3 / math.e / (0.3 / math.e + 0.7))):
        stands = (Stand("Serve", since, to="other", share=0.3), Stand("Serve", since, to="again"))
        found = standing(rules, [replace(one(), stands=stands)], {}, 0.0)
        parts = [len(case.parts) for run in range(2000) for case in found.drawn(run_key(1, run))]
        assert len(parts) == 2000
        assert parts.count(2) / 2000 == pytest.approx(share, abs=0.03)


def test_of_many_parts_each_is_on_its_way_by_luck_of_its_own() -> None:
    """Sixteen at once: half of them are over their delays, and wait, whatever the others do."""
    plain = asked(Distribution.fixed(HOUR))
    ways = tuple(Route(to=f"{n:02d}", share=1.0, delay=Distribution.exponential(9 * HOUR)) for n in range(16))
    steps = {route.to: replace(plain.steps["again"], activity=route.to) for route in ways}
    steps |= {"Serve": replace(plain.steps["Serve"], split="all"), "meet": Step(activity="meet", join=True)}
    routes = dict.fromkeys(steps, (Route(to="meet", share=1.0),)) | {"Serve": ways, "meet": plain.routes["again"]}
    rules = tables(replace(plain, steps=steps, routes={**routes, "start": plain.routes["start"]}))
    half = 9 * HOUR * math.log(2.0)
    spans = {(route.to, "Serve"): np.array([1e9]) for route in ways}
    waits = ready(standing(rules, [one(since=-half)], spans, 0.0), 250)
    assert len(waits) == 16 * 250
    assert np.mean(np.array(waits) == 0.0) == pytest.approx(0.5, abs=0.03)
    assert np.mean([left for left in waits if left]) == pytest.approx(9 * HOUR, rel=0.08)
