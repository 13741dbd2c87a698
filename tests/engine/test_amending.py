"""Changes of rules that touch little: what they do not touch stays, and the rows are those of the readable loop."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.chronicle.rows import INTERRUPTED
from irrupt.engine import Simulation, tables
from irrupt.engine.examples import counter
from irrupt.engine.passage import passage
from irrupt.errors import ModelError
from irrupt.organisation import (
    Batch,
    Calendar,
    Check,
    Client,
    Distribution,
    Organisation,
    Patience,
    Person,
    Return,
    Route,
    Step,
    Team,
)
from irrupt.organisation.guards import guard_in
from irrupt.organisation.validate import faults

RANDOM = settings(max_examples=settings().max_examples // 5, deadline=None, suppress_health_check=list(HealthCheck))
ORDERS = ["first come", "last come", "earliest due", "shortest"]
EARLY = Calendar(hours=tuple((day * 1440 + 300, day * 1440 + 700) for day in range(7)))
MOMENTS = [0.0, 3600.0, 122400.0, 200000.0, 381600.0, 651600.0, 1e6]


def demand(data: Any, rules: Organisation) -> Organisation:
    name = data.draw(st.sampled_from(sorted(rules.clients)))
    client = rules.clients[name]
    often = st.sampled_from([0.0, 0.5, 1.0, 3.0])
    evenness, growth = (data.draw(st.sampled_from([before, 0.3])) for before in (client.evenness, client.growth))
    more = replace(client, cases_per_week=client.cases_per_week * data.draw(often), evenness=evenness, growth=growth)
    return replace(rules, clients={**rules.clients, name: more})


def ranks(data: Any, rules: Organisation) -> Organisation:
    name = data.draw(st.sampled_from(sorted(rules.teams)))
    priority = {client: data.draw(st.integers(-1, 2)) for client in rules.clients}
    kinds = {kind: data.draw(st.integers(0, 1)) for kind in rules.classes()}
    done = {activity: data.draw(st.integers(-1, 1)) for activity in rules.activities()}
    team = replace(rules.teams[name], priority=priority, class_priority=kinds, activity_priority=done)
    return replace(rules, teams={**rules.teams, name: team})


def hours(data: Any, rules: Organisation) -> Organisation:
    name = data.draw(st.sampled_from(sorted(rules.people)))
    moved = replace(rules.people[name], calendar=data.draw(st.sampled_from(["early", *sorted(rules.calendars)])))
    return replace(rules, people={**rules.people, name: moved}, calendars={**rules.calendars, "early": EARLY})


def all_hours(_data: Any, rules: Organisation) -> Organisation:
    return replace(rules, calendars={**rules.calendars, "office": EARLY})


def speed(data: Any, rules: Organisation) -> Organisation:
    name = data.draw(st.sampled_from(sorted(rules.people)))
    return replace(rules, people={**rules.people, name: replace(rules.people[name], speed=1.3)})


def skips(data: Any, rules: Organisation) -> Organisation:
    name = data.draw(st.sampled_from(sorted(rules.clients)))
    skipped = data.draw(st.sets(st.sampled_from(sorted(rules.steps)), max_size=2))
    return replace(rules, skips={**rules.skips, name: frozenset(skipped)})


def checks(data: Any, rules: Organisation) -> Organisation:
    """One more, or one less."""
    kept = {name: check for name, check in rules.checks.items() if data.draw(st.booleans())}
    check = Check(
        after=data.draw(st.sampled_from(sorted(rules.step_activities()))),
        client=data.draw(st.sampled_from([None, *sorted(rules.clients)])),
        step=Step(
            activity=data.draw(st.sampled_from(["Look", *sorted(rules.step_activities())])),
            team=data.draw(st.sampled_from(sorted(rules.teams))),
            duration=Distribution.exponential(7200.0),
        ),
    )
    return replace(rules, checks={**kept, data.draw(st.sampled_from(["a first", "the last"])): check})


def members(data: Any, rules: Organisation) -> Organisation:
    """Somebody leaves a team, or comes into one; nobody is missing who is needed."""
    name = data.draw(st.sampled_from(["Aaron", "Zoe", *sorted(rules.people)]))
    teams = tuple(data.draw(st.lists(st.sampled_from(sorted(rules.teams)), unique=True)))
    others = {person: one for person, one in rules.people.items() if person != name}
    left = {team for team in rules.teams if not any(team in one.teams for one in others.values())}
    teams = (*teams, *sorted(left.difference(teams)))
    if not teams:
        return replace(rules, people=others)
    who = rules.people.get(name) or Person(teams=teams, calendar=data.draw(st.sampled_from(sorted(rules.calendars))))
    return replace(rules, people={**others, name: replace(who, teams=teams)})


def skill(data: Any, rules: Organisation) -> Organisation:
    """Somebody does this or that no more, or all again."""
    name = data.draw(st.sampled_from(sorted(rules.people)))
    whose: dict[str, list[Any]] = {"not_for_client": [*rules.clients], "not_of_class": rules.classes()}
    whose["not_when"] = [*map(guard_in, ("quantity > 12", "quantity < 9 or due < 2 days", "class is small"))]
    key = data.draw(st.sampled_from(["does_not", *(one for one, some in whose.items() if some)]))
    activities = data.draw(st.sampled_from([(), ("A",), ("B", "C")]))
    lacks: Any = activities
    if key in whose:
        those = tuple(data.draw(st.lists(st.sampled_from(whose[key]), min_size=1, max_size=2, unique=True)))
        lacks = dict.fromkeys(activities, those[0] if key == "not_when" else those)
    return replace(rules, people={**rules.people, name: replace(rules.people[name], **{key: lacks})})


def comes_and_goes(data: Any, rules: Organisation) -> Organisation:
    """A client, with cases of a class of his own; or he is gone."""
    name = data.draw(st.sampled_from(["a first client", "the last client"]))
    others = {client: one for client, one in rules.clients.items() if client != name}
    came = Client(cases_per_week=30.0, classes={"odd": 0.5, "small": 0.5}, due=Distribution.fixed(90000.0))
    return replace(rules, clients=others if name in rules.clients else {**others, name: came})


def steps(data: Any, rules: Organisation) -> Organisation:
    """One more, to which a few go; or, where it is there, nobody goes any more."""
    name, start = data.draw(st.sampled_from(["a first step", "the last step"])), rules.routes["start"]
    if name in rules.steps:
        return replace(rules, routes={**rules.routes, "start": tuple(r for r in start if r.to != name) or start})
    team = data.draw(st.sampled_from(sorted(rules.teams)))
    more = Step(activity=data.draw(st.sampled_from(["A", "Odd"])), team=team, duration=Distribution.fixed(5000.0))
    plain = tuple(replace(route, share=0.7 * route.share) for route in start if not route.only and not route.when)
    ways = (*plain, *(r for r in start if r.only or r.when), Route(to=name, share=0.3))
    onward = (Route(to=data.draw(st.sampled_from(sorted(rules.steps))), share=1.0),)
    return replace(rules, steps={**rules.steps, name: more}, routes={**rules.routes, "start": ways, name: onward})


def gone(data: Any, rules: Organisation) -> Organisation:
    """A client is gone, with his routes and all that names him."""
    name = data.draw(st.sampled_from(sorted(rules.clients)))
    clients = {client: one for client, one in rules.clients.items() if client != name}
    return replace(
        rules,
        clients=clients,
        client_routes={client: ways for client, ways in rules.client_routes.items() if client != name},
        skips={client: skipped for client, skipped in rules.skips.items() if client != name},
        checks={key: check for key, check in rules.checks.items() if check.client != name},
        patience={key: one for key, one in rules.patience.items() if one.client != name},
        returns={key: one for key, one in rules.returns.items() if one.client != name},
        teams={
            key: replace(team, priority={client: rank for client, rank in team.priority.items() if client != name})
            for key, team in rules.teams.items()
        },
    )


def gives_up(data: Any, rules: Organisation) -> Organisation:
    name = data.draw(st.sampled_from(["a first patience", "the last patience"]))
    others = {key: one for key, one in rules.patience.items() if key != name}
    at = data.draw(st.sampled_from([None, *sorted(rules.step_activities())]))
    client = data.draw(st.sampled_from([None, *sorted(rules.clients)]))
    if any((one.at, one.client) == (at, client) for one in others.values()) and at is not None:
        return replace(rules, patience=others)
    lasts = data.draw(st.sampled_from([Distribution.exponential(90000.0), Distribution.fixed(20000.0)]))
    share = 1.0 if at else data.draw(st.sampled_from([0.3, 1.0]))
    return replace(
        rules, patience={**others, name: Patience(activity="Gone", at=at, client=client, lasts=lasts, share=share)}
    )


def changes_mind(data: Any, rules: Organisation) -> Organisation:
    name = data.draw(st.sampled_from(["a first return", "the last return"]))
    during = data.draw(st.sampled_from(sorted(rules.step_activities())))
    back_to = data.draw(st.sampled_from(sorted(rules.steps)))
    others = {key: one for key, one in rules.returns.items() if key != name and data.draw(st.booleans())}
    return replace(rules, returns={**others, name: Return(during=during, back_to=back_to, share=0.5)})


def order(data: Any, rules: Organisation) -> Organisation:
    name = data.draw(st.sampled_from(sorted(rules.teams)))
    team = replace(rules.teams[name], order=data.draw(st.sampled_from(ORDERS)), ageing=None)  # type: ignore[arg-type]
    return replace(rules, teams={**rules.teams, name: team})


def interrupts(data: Any, rules: Organisation) -> Organisation:
    name = data.draw(st.sampled_from(sorted(rules.teams)))
    how = data.draw(st.sampled_from(["never", "resume", "restart"]))
    team = replace(rules.teams[name], interrupts=how, ageing=None, limit=None)
    return replace(rules, teams={**rules.teams, name: team})


def choice(data: Any, rules: Organisation) -> Organisation:
    name = data.draw(st.sampled_from(sorted(rules.teams)))
    how = data.draw(st.sampled_from(["random", "fastest", "in turn", "longest idle"]))
    team = replace(rules.teams[name], choice=how, at_end=data.draw(st.sampled_from(["pauses", "finishes"])))
    return replace(rules, teams={**rules.teams, name: team})


def durations(data: Any, rules: Organisation) -> Organisation:
    name = data.draw(st.sampled_from(sorted(rules.steps)))
    step = replace(rules.steps[name], duration=data.draw(st.sampled_from([Distribution.exponential(9000.0)])))
    return replace(rules, steps={**rules.steps, name: step})


def gathers(data: Any, rules: Organisation) -> Organisation:
    """At a step, in batches or in other ones; or each case by itself."""
    name = data.draw(st.sampled_from(sorted(rules.steps)))
    batch = data.draw(st.sampled_from(BATCHES))
    step = replace(rules.steps[name], batch=batch and replace(batch, set_up=rules.steps[name].duration))
    return replace(rules, steps={**rules.steps, name: step})


def ways(data: Any, rules: Organisation) -> Organisation:
    """Cases come to some steps no more from a place, or straight to the end."""
    name = data.draw(st.sampled_from(sorted(rules.steps)))
    plain = [route for route in rules.routes[name] if not route.only and not route.when]
    others = [route for route in rules.routes[name] if route.only or route.when]
    if rules.steps[name].split != "one" or not plain:
        return rules
    to = data.draw(st.sampled_from([*sorted(rules.steps), "end"]))
    return replace(rules, routes={**rules.routes, name: (replace(plain[0], to=to, share=1.0), *others)})


def limits(data: Any, rules: Organisation) -> Organisation:
    name = data.draw(st.sampled_from(sorted(rules.teams)))
    team = replace(rules.teams[name], limit=data.draw(st.sampled_from([None, 0, 1, 3])), interrupts="never")
    return replace(rules, teams={**rules.teams, name: team})


def at_once(data: Any, rules: Organisation) -> Organisation:
    name = data.draw(st.sampled_from(sorted(rules.people)))
    who = replace(rules.people[name], at_once=data.draw(st.integers(1, 3)))
    return replace(rules, people={**rules.people, name: who})


def other_team(data: Any, rules: Organisation) -> Organisation:
    name = data.draw(st.sampled_from(sorted(rules.steps)))
    step = replace(rules.steps[name], team=data.draw(st.sampled_from([None, *sorted(rules.teams)])), place=None)
    return replace(rules, steps={**rules.steps, name: step})


BATCHES = [
    *(None, Batch(size=2), Batch(size=3, longest_wait=30000.0), Batch(size=2, done="one by one"), Batch(size=1)),
    *(Batch(at=(600, 1980, 3000)), Batch(at="office", done="one by one"), Batch(longest_wait=20000.0)),
]
OF_ALL = [demand, skips, comes_and_goes, gone, gives_up, changes_mind, durations, gathers, gathers, ways]
OF_TEAMS = [steps, order, interrupts, choice, limits, at_once, other_team, skill, skill]


def nothing(_data: Any, rules: Organisation) -> Organisation:
    return replace(rules)


@RANDOM
@given(data=st.data())
def test_both_loops_follow_small_changes_alike(make: SimpleNamespace, data: Any) -> None:
    rules = [data.draw(make.stretched())]
    kinds = [nothing, *OF_ALL]
    kinds += [ranks, hours, all_hours, speed, checks, members, *OF_TEAMS] if rules[0].teams else []
    for _ in range(data.draw(st.integers(1, 3))):
        after = rules[0]
        for edit in data.draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=3)):
            then = edit(data, after)
            after = after if faults(then) else then
        rules.append(after)
    moments = data.draw(st.lists(st.sampled_from(MOMENTS), min_size=1, max_size=4))
    pauses = [(moment, data.draw(st.sampled_from(rules))) for moment in sorted(moments)]
    one, other = (outcome(make, rules[0], pauses=pauses, reference=reference) for reference in (False, True))
    assert one == other if isinstance(one, str) or isinstance(other, str) else make.same(one, other)


def outcome(make: SimpleNamespace, rules: Organisation, **how: Any) -> Any:
    """The rows of a run; or why its rules cannot change as they should."""
    try:
        return make.whole(rules, **how)
    except ModelError as refused:
        return str(refused)


def busy(order: str = "first come", **team: Any) -> Organisation:
    """A queue that grows, of cases of two clients, for three people in office hours."""
    plain = counter(0.9)
    client = plain.clients[next(iter(plain.clients))]
    office = Calendar(hours=tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5)))
    return replace(
        plain,
        clients={name: replace(client, cases_per_week=130.0, due=Distribution.exponential(90000.0)) for name in "AB"},
        teams={"Desk": Team(order=order, **team)},  # type: ignore[arg-type]
        people={name: Person(teams=("Desk",), calendar="office") for name in ("Ann", "Bob", "Cid")},
        calendars={**plain.calendars, "office": office, "early": EARLY},
        steps={name: replace(step, duration=Distribution.exponential(3600.0)) for name, step in plain.steps.items()},
    )


def edited(rules: Organisation) -> dict[str, Organisation]:
    (desk,) = rules.teams.values()
    more = replace(rules.clients["B"], cases_per_week=210.0, growth=0.1)
    look = Step(activity="Look", team="Desk", duration=Distribution.exponential(1800.0))
    return {
        "demand": replace(rules, clients={**rules.clients, "B": more}),
        "ranks": replace(rules, teams={"Desk": replace(desk, priority={"B": 1})}),
        "hours": replace(rules, people={**rules.people, "Bob": Person(teams=("Desk",), calendar="early")}),
        "speed": replace(rules, people={**rules.people, "Ann": replace(rules.people["Ann"], speed=2.0)}),
        "skips": replace(rules, skips={"A": frozenset(rules.steps)}),
        "checks": replace(rules, checks={"imposed": Check(after="Serve", client="A", step=look)}),
        "comes": replace(rules, people={**rules.people, "Abe": Person(teams=("Desk",), calendar="early")}),
        "leaves": replace(rules, people={name: rules.people[name] for name in ("Ann", "Cid")}),
        "chooses": replace(rules, teams={"Desk": replace(desk, choice="random")}),
        "is alone": replace(rules, people={"Ann": rules.people["Ann"]}),
        "gathers": replace(rules, steps={"Serve": replace(rules.steps["Serve"], batch=Batch(size=3))}),
    }


@pytest.mark.one_in(6)
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("interrupts", ["never", "resume"])
@pytest.mark.parametrize("at_end", ["pauses", "finishes"])
@pytest.mark.parametrize("edit", sorted(edited(busy())))
def test_a_growing_queue_goes_on_as_in_the_readable_loop(
    make: SimpleNamespace, order: str, interrupts: str, at_end: str, edit: str
) -> None:
    """At noon, at night, back again in the evening: while some wait, and others are served."""
    rules = busy(order, interrupts=interrupts, at_end=at_end)
    other = edited(rules)[edit]
    assert passage(tables(rules), tables(other)).amends is not None
    hours = (36.0, 51.0, 66.5, 90.25, 110.0)
    pauses = [(hour * 3600.0, (other, rules)[at % 2]) for at, hour in enumerate(hours)]
    one, two = (make.whole(rules, pauses=pauses, weeks=0.7, reference=reference) for reference in (False, True))
    assert len(one.case) > 150
    assert make.same(one, two)


CREW = {"Ann": "Front", "Bob": "Front Side", "Cid": "Front", "Dan": "Back", "Eve": "Back", "Fay": "Side", "Gil": "Back"}


def crowded(data: Any) -> Organisation:
    """Teams one behind the other, with more work than they can do: cases wait, are kept for want of room, are left for
    others, and are given up."""
    one, hour = busy(), Distribution.exponential(3600.0)
    interrupts, order = data.draw(st.sampled_from(["never", "resume"])), data.draw(st.sampled_from(ORDERS))
    choice, limit = data.draw(st.sampled_from(["fastest", "longest idle"])), data.draw(st.sampled_from([None, 2, 0]))
    patience = Patience(activity="Give up", at="Solve", lasts=Distribution.exponential(90000.0))
    look = Step(activity="Look", team="Side", duration=hour)
    return replace(
        one,
        steps={
            "sort": Step(activity="Sort", team="Front", duration=hour),
            "solve": Step(activity="Solve", team="Back", duration=hour),
        },
        routes={
            "start": (Route(to="sort", share=1.0),),
            "sort": (Route(to="solve", share=0.8), Route(to="end", share=0.2)),
            "solve": (Route(to="end", share=1.0),),
        },
        teams={
            "Front": Team(order=order, interrupts=interrupts, priority={"A": 1} if interrupts == "resume" else {}),
            "Back": Team(limit=limit, choice=choice),
            "Side": Team(),
        },
        people={
            name: Person(teams=tuple(teams.split()), calendar="office", speed=0.8 + 0.1 * number)
            for number, (name, teams) in enumerate(CREW.items())
        },
        patience={"gives up": patience} if data.draw(st.booleans()) else {},
        checks={"some": Check(after="Sort", client="A", step=look)},
        skips={"B": frozenset({"solve"})} if data.draw(st.booleans()) else {},
    )


def forked(data: Any, rules: Organisation) -> Organisation:
    """The same, where cases are solved and asked about at once, and come together behind both; some are solved in
    batches."""
    hour, shares = Distribution.exponential(3600.0), data.draw(st.sampled_from([(1.0, 1.0), (0.7, 0.4)]))
    split = "all" if shares[0] == 1.0 else "some"
    ask, meet = Step(activity="Ask", team="Side", duration=hour), Step(activity="Meet", team="Front", join=True)
    more = {"ask": replace(ask, batch=data.draw(st.sampled_from(BATCHES))), "meet": meet}
    ways = tuple(Route(to=to, share=share) for to, share in zip(("solve", "ask"), shares, strict=True))
    again = (Route(to="meet", share=0.7), Route(to="ask", share=0.3, delay=hour))
    return replace(
        rules,
        steps={**rules.steps, **more, "sort": replace(rules.steps["sort"], split=split)},  # type: ignore[arg-type]
        routes={
            **rules.routes,
            "sort": ways,
            "solve": (Route(to="meet", share=1.0),),
            "ask": again,
            "meet": (Route(to="sort", share=0.2), Route(to="end", share=0.8)),
        },
        teams={**rules.teams, "Back": replace(rules.teams["Back"], limit=None)},
    )


@pytest.mark.slow
@RANDOM
@given(data=st.data())
def test_both_loops_follow_small_changes_alike_where_much_waits(make: SimpleNamespace, data: Any) -> None:
    rules = [crowded(data)]
    if data.draw(st.booleans()):
        rules = [forked(data, rules[0])]
    assert not faults(rules[0])
    for _ in range(data.draw(st.integers(1, 3))):
        after = data.draw(st.sampled_from(rules))
        kinds = [checks, members, ranks, hours, *OF_ALL, *OF_TEAMS]
        for edit in data.draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=2)):
            then = edit(data, after)
            after = after if faults(then) else then
        rules.append(after)
    often = st.sampled_from([122400.0, 133000.0, 150000.0, 210000.0, 381600.0])
    moments = data.draw(st.lists(often, min_size=1, max_size=4))
    pauses = [(moment, data.draw(st.sampled_from(rules))) for moment in sorted(moments)]
    how = {"pauses": pauses, "weeks": 1.0}
    one, other = (outcome(make, rules[0], reference=reference, **how) for reference in (False, True))
    assert one == other if isinstance(one, str) or isinstance(other, str) else make.same(one, other)


@pytest.mark.parametrize("batch", [Batch(size=3, at="office"), Batch(size=3, at=(600, 1980))])
def test_batches_of_three_go_at_set_moments_too_from_now_on(make: SimpleNamespace, batch: Batch) -> None:
    rules = edited(busy())["gathers"]
    set_moments = replace(rules, steps={"Serve": replace(rules.steps["Serve"], batch=batch)})
    pauses = [(36.0 * 3600.0, set_moments), (66.5 * 3600.0, rules), (90.25 * 3600.0, set_moments)]
    one, two = (make.whole(rules, pauses=pauses, weeks=1.0, reference=reference) for reference in (False, True))
    assert len(one.case) > 150
    assert make.same(one, two)


def test_a_client_who_falls_silent_brings_no_case_and_begins_again(make: SimpleNamespace) -> None:
    rules = busy()
    silent = replace(rules, clients={name: replace(one, cases_per_week=0.0) for name, one in rules.clients.items()})
    pauses = [(100000.0, silent), (300000.0, rules)]
    one, two = (make.whole(rules, pauses=pauses, reference=reference) for reference in (False, True))
    assert make.same(one, two)
    first = {int(case): at for case, at in zip(one.case, one.enabled, strict=True)}
    assert not any(100000.0 <= at < 300000.0 for at in first.values())
    assert any(at >= 300000.0 for at in first.values())


def test_work_that_was_begun_off_duty_is_finished_once_his_hours_come_though_nothing_else_changes(
    make: SimpleNamespace,
) -> None:
    """Whoever is off duty when his team begins to finish its work does so from the next change on: whatever it is."""
    plain = busy()
    long = {name: replace(step, duration=Distribution.fixed(72000.0)) for name, step in plain.steps.items()}
    rules = replace(plain, steps=long)
    (desk,) = rules.teams.values()
    finishes = replace(rules, teams={"Desk": replace(desk, at_end="finishes")})
    ways = {
        name: (*routes, Route(to="Serve", share=0.0)) for name, routes in finishes.routes.items() if name != "start"
    }
    shares = replace(finishes, routes={**finishes.routes, **ways})
    pauses = [(28.0 * 3600.0, finishes), (34.0 * 3600.0, shares)]
    assert make.same(*(make.whole(rules, pauses=pauses, reference=reference) for reference in (False, True)))


def test_other_changes_touch_all_work_in_hand() -> None:
    rules = busy()
    others = [
        replace(rules, people={**rules.people, "Ann": replace(rules.people["Ann"], at_once=2)}),
        replace(rules, teams={"Desk": Team(limit=3)}),
    ]
    assert all(passage(tables(rules), tables(other)).amends is None for other in others)


def test_who_was_interrupted_finishes_what_is_skipped_since_he_began_it_whatever_else_changes(
    make: SimpleNamespace,
) -> None:
    """A pause without an edit changes nothing: neither does it take from anybody what he is to go on with."""
    rules = busy(interrupts="resume", priority={"B": 1})
    skips = replace(rules, skips={"A": frozenset(rules.steps)})
    at_noon = (36.0 * 3600.0, skips)
    nothing = [(hour * 3600.0, replace(skips)) for hour in (37.0, 40.0, 58.0, 61.0, 63.0)]
    for reference in (False, True):
        one = make.whole(rules, pauses=[at_noon], weeks=1.0, reference=reference)
        assert (one.flags & INTERRUPTED).any()
        assert make.same(one, make.whole(rules, pauses=[at_noon, *nothing], weeks=1.0, reference=reference))


@pytest.mark.parametrize("all_anew", [False, True])
@pytest.mark.parametrize("reference", [False, True])
def test_a_delay_in_some_hours_is_over_when_what_is_left_has_passed_in_the_new_ones(
    make: SimpleNamespace, reference: bool, all_anew: bool
) -> None:
    """Eight hours from 10 to 18 that begin in the evening are over at 16 where these hours begin at 8 from then on."""
    rules = counter(0.1)
    late, early = (
        Calendar(hours=tuple((day * 1440 + at * 60, day * 1440 + 1080) for day in range(5))) for at in (10, 8)
    )
    wait = Route(to="Serve", share=1.0, delay=Distribution.fixed(8 * 3600.0), hours="some")
    rules = replace(rules, calendars={**rules.calendars, "some": late}, routes={**rules.routes, "start": (wait,)})
    people = {name: replace(one, at_once=1 + all_anew) for name, one in rules.people.items()}
    after = replace(rules, calendars={**rules.calendars, "some": early}, people=people)
    other = (20.0 * 3600.0, after)
    assert (passage(tables(rules), tables(after)).amends is None) == all_anew
    for pauses, over in (([], 42.0), ([other], 40.0), ([other, (21.0 * 3600.0, rules)], 42.0)):
        rows = make.whole(rules, pauses=pauses, weeks=0.119, reference=reference)
        evening = rows.enabled > 18.0 * 3600.0
        assert evening.any()
        assert rows.ready[evening] == pytest.approx(over * 3600.0)


def test_a_pause_without_an_edit_leaves_the_state_as_it_is() -> None:
    rules = busy()
    run = Simulation(rules, seed=1, weeks=2.0)
    for _rows in run.run(200000.0):
        pass
    events = run._loop.state.events.copy()
    run.change(replace(rules))
    assert (run._loop.state.events == events).all()
