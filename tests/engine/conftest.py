"""Random organisations, and helpers to run them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import strategies as st

from irrupt.chronicle.rows import Rows
from irrupt.compiling import Straight
from irrupt.engine import Simulation, Tables, amending, asking, kernel
from irrupt.organisation import (
    Batch,
    Calendar,
    Check,
    Client,
    Distribution,
    Hands,
    Older,
    Organisation,
    Patience,
    Person,
    Return,
    Route,
    Step,
    Team,
)
from irrupt.organisation.dated import spans_in
from irrupt.organisation.distributions import NONE
from irrupt.organisation.guards import guard_in
from irrupt.organisation.hands import doers
from irrupt.organisation.hours import shared
from irrupt.organisation.model import Order
from irrupt.organisation.planning import Capacity, Modulation, Overtime, Queue, Temps
from irrupt.organisation.room import stuck
from irrupt.organisation.validate import faults

ORIGIN = datetime(2024, 1, 1, tzinfo=UTC)
OFFICE = Calendar(hours=tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5)))
NIGHT = Calendar(
    hours=((0, 360), *((day * 1440 + 1320, day * 1440 + 1800) for day in range(6)), (6 * 1440 + 1320, 10080))
)
ALWAYS = Calendar(hours=((0, 10080),))
SPLIT = Calendar(hours=((480, 720), (720, 780), (800, 1100), (1440, 1441), (9000, 10080)))
CLASSES = ("large", "small")
CALENDARS = {"always": ALWAYS, "night": NIGHT, "office": OFFICE, "split": SPLIT}


@lru_cache(maxsize=None, typed=True)
def among(*values: Any) -> st.SearchStrategy[Any]:
    """One of *values*. Each is made once: what Hypothesis finds out about a strategy takes longer than to draw."""
    return st.sampled_from(values)


@cache
def up_to_three(*values: str) -> st.SearchStrategy[list[str]]:
    return st.lists(among(*values), min_size=1, max_size=3)


@cache
def pairs_of(activities: tuple[str, ...], clients: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """Activities, each with a client or for all."""
    return st.lists(st.tuples(among(*activities), among(None, *clients)), max_size=3, unique=True)


@cache
def memberships(teams: tuple[str, ...]) -> st.SearchStrategy[Any]:
    return st.lists(st.lists(among(*teams), min_size=1, unique=True).map(tuple), max_size=3)


@cache
def any_two(*values: str) -> st.SearchStrategy[list[str]]:
    return st.lists(among(*values), max_size=2)


@lru_cache(maxsize=None, typed=True)
def some_among(*values: Any) -> st.SearchStrategy[Any]:
    """Up to two of *values*."""
    return st.lists(among(*values), unique=True, max_size=2)


SPANS = st.lists(
    among(
        *("2024-01-02", "2024-01-03 06:00 - 2024-01-11 10:00", "2024-01-05 22:00 - 2024-01-06 02:00"),
        *("2024-01-01", "2024-01-06 09:00-11:00", "2024-01-15 - 2024-01-21", "2024-01-09 17:00-18:00"),
    ),
    max_size=2,
).map(spans_in)
MAYBE_SPANS = st.just(()) | SPANS

seconds = among(3600.0, 600.0, 30000.0, 100000.0, 60.0, 1.0, 0.0)
"""Few values, so that events coincide."""
POINTS = st.lists(seconds, min_size=2, max_size=6)


@cache
@st.composite
def distributions(draw: st.DrawFn) -> Distribution:
    kind = draw(among("fixed", "exponential", "lognormal", "gamma", "uniform", "quantiles"))
    mean = draw(seconds)
    if kind == "fixed":
        return Distribution.fixed(mean)
    if kind == "exponential":
        return Distribution.exponential(mean)
    if kind == "uniform":
        return Distribution.uniform(mean, mean + draw(seconds))
    if kind == "quantiles":
        points = draw(POINTS)
        return Distribution.quantiles(tuple(sorted(points)))
    make = Distribution.lognormal if kind == "lognormal" else Distribution.gamma
    return make(mean, draw(among(0.0, 0.01, 0.5, 1.0, 3.0)))


NO_TIME, SLOW = st.just(Distribution.fixed(0.0)), st.just("slow")
DELAYS = st.one_of(NO_TIME, distributions(), SLOW)
DURATIONS = st.one_of(SLOW, distributions())
AGES = st.sets(among(60.0, 3600.0, 90000.0), max_size=2).map(sorted)
UNITS = st.one_of(NO_TIME, SLOW, distributions())
HANDED_ON = st.sampled_from([{"waits_for": "client"}, {}, {"straight_on": 0.6}, {"straight_on": 1.0}])
NOBODY = st.just(dict[str, Any]())
HANDED_ON_LATE = st.sampled_from([{}, {}, {"straight_on": 0.0}, {"straight_on": 1.0}])
LASTS = st.one_of(distributions(), SLOW)
SOME_TIME = among(Distribution.fixed(30000.0), Distribution.uniform(30000.0, 100000.0))
EITHER = st.one_of(distributions(), SLOW, SOME_TIME)
PROFILES = among((1.0,) * 168, tuple(float(hour % 24 in range(8, 18)) for hour in range(168)))
DAYS_OF_MONTH = among((), (), ((1, 3.0), (-2, 0.0)), ((25, 0.3), (-7, 5.0), (-31, 0.0))).map(dict)
SEASONS = among((1.0,) * 12, (1.0,) * 12, (0.5, 2.0, *(1.0,) * 10), (1.0, 0.0, *(1.0,) * 10))
WHEN = st.sampled_from(
    [
        *({}, {}, {"appointments": (600,)}, {"appointments": (540, 1980, 1981)}),
        *({"at_a_time": {2: 1.0}}, {"at_a_time": {1: 0.5, 3: 0.25, 7: 0.25}}),
        {"at_a_time": {1: 0.5, 3: 0.25, 7: 0.25}, "appointments": (540, 1980, 1981)},
    ]
)
"""What of its cases come by appointment, or several at a time."""


def by_quantity(**parts: Any) -> Client:
    """A client whose larger cases are of another class, where they differ by quantity and class at all."""
    same = parts["classes"] and parts["quantity"]
    return Client(**parts, by_quantity=("small", "large") if same else ())


def quantity_by_class(**parts: Any) -> Client:
    """A client whose cases of one class ask for what others do not."""
    return Client(**parts, quantity_by_class={"large": Distribution.uniform(0.5, 3.0)} if parts["classes"] else {})


AS_IT_IS_OR = among(Client, by_quantity, quantity_by_class)
SHARES = among((), (("small", 0.3), ("large", 0.7)))
DUES = st.one_of(st.none(), distributions(), SLOW)
DUE_BY_CLASS = st.dictionaries(among("large"), SLOW, max_size=1)
FACTORS = among(0.0, 0.5, 3.0)
BY_CLASS = st.dictionaries(among(*CLASSES), FACTORS, max_size=1)
CLASS_PRIORITY = st.dictionaries(among(*CLASSES), st.integers(-1, 1), max_size=1)


@cache
@st.composite
def routes(draw: st.DrawFn, steps: tuple[str, ...]) -> tuple[Route, ...]:
    """Routes to some steps, always with a way to the end; sometimes others for a class of cases, or for those that meet
    a guard."""
    found = draw(some_routes(steps))
    if not draw(st.integers(0, 3)):
        kind = draw(among(*CLASSES))
        found = (*found, *(replace(route, only=kind) for route in draw(some_routes(steps))))
    for guard in draw(some_guards) if not draw(st.integers(0, 4)) else ():
        found = (*(replace(route, when=guard) for route in draw(some_routes(steps))), *found)
    return found


GUARDS = [
    guard_in(text)
    for text in (
        "quantity > 1",
        "quantity <= 0.5 or due < 6 h",
        "due >= 2 days and class is not large",
        "quantity > 0.3 and quantity < 1.5",
        "due <= 25 h",
    )
]
some_guards = st.lists(st.sampled_from(GUARDS), min_size=1, max_size=2, unique=True)


@cache
@st.composite
def some_routes(draw: st.DrawFn, steps: tuple[str, ...]) -> tuple[Route, ...]:
    targets = draw(up_to_three(*steps, "end"))
    weights = [draw(among(3.0, 2.0, 1.0, 0.0)) for _ in targets]
    weights = [*weights, 0.5]
    total = sum(weights)
    return tuple(
        replace(draw(way()), to=to, share=weight / total) for to, weight in zip([*targets, "end"], weights, strict=True)
    )


@cache
@st.composite
def way(draw: st.DrawFn) -> Route:
    hours = draw(among(None, None, *CALENDARS))
    since = "step" if hours else draw(among("step", "step", "clock"))
    ages, handed_on = draw(AGES) if since == "step" else (), draw(HANDED_ON)
    late = NOBODY if "waits_for" in handed_on else HANDED_ON_LATE
    return Route(
        to="end",
        share=1.0,
        delay=draw(DELAYS),
        hours=hours,
        since=since,
        older=tuple(Older(than=age, delay=draw(DURATIONS), **draw(late)) for age in ages),
        **handed_on,
    )


def not_straight(routes: tuple[Route, ...]) -> tuple[Route, ...]:
    """The same where nobody has had the cases before."""
    return tuple(
        replace(route, straight_on=0.0, older=tuple(replace(one, straight_on=None) for one in route.older))
        for route in routes
    )


@cache
@st.composite
def step(draw: st.DrawFn, teams: tuple[str, ...]) -> Step:
    team = draw(among(*teams, None))
    return Step(
        activity=draw(among(*"ABCDE")),
        team=team,
        place=draw(among(*teams, None)) if team is None else None,
        duration=draw(DURATIONS),
        per_unit=draw(UNITS),
        by_class=draw(BY_CLASS),
        client_act=draw(st.booleans()),
        clock=draw(among(False, False, True)),
    )


@cache
@st.composite
def batches(draw: st.DrawFn) -> Batch | None:
    """Mostly none."""
    if draw(st.integers(0, 2)):
        return None
    size, wait = draw(among(2, 3, 1, None)), draw(among(None, 30000.0, 600.0, 0.0))
    at: Any = draw(among((), (600, 1980, 1981), "office", "split", "night"))
    return Batch(
        size=size,
        longest_wait=40000.0 if size is None and not at else wait,
        at=at,
        done=draw(among("at once", "one by one")),
        set_up=draw(UNITS),
    )


def without_straight(organisation: Organisation) -> Organisation:
    """Nobody goes straight on with a case that he hands over."""
    own = {
        name: {place: not_straight(ways) for place, ways in places.items()}
        for name, places in organisation.client_routes.items()
    }
    ways = {place: not_straight(ways) for place, ways in organisation.routes.items()}
    return replace(organisation, routes=ways, client_routes=own)


def without_batches(organisation: Organisation) -> Organisation:
    """Every case is done by itself."""
    return replace(organisation, steps={name: replace(s, batch=None) for name, s in organisation.steps.items()})


def in_time(organisation: Organisation) -> Organisation:
    """No case gathers for ever, nor longer than any patience: it might come back to the same place for ever."""
    steps = {
        name: replace(s, batch=replace(s.batch, longest_wait=10000.0)) if s.batch and not s.batch.at else s
        for name, s in organisation.steps.items()
    }
    return replace(organisation, steps=steps)


@st.composite
def block(draw: st.DrawFn, teams: tuple[str, ...], steps: tuple[str, ...]) -> tuple[dict[str, Step], dict[str, Any]]:
    """Nothing, or steps with their routes at which a case is at once, and where it comes together again."""
    if draw(st.integers(0, 2)):
        return {}, {}
    split = draw(among("all", "some", "first"))
    branches = ["left", "right", "third"][: draw(st.integers(2, 3))]
    made = {name: replace(draw(step(teams)), activity=draw(among(*"PQ"))) for name in branches}
    made["fork"] = replace(draw(step(teams)), split=split)
    join, alone = draw(among((True, False), (True, False), (False, True), (True, True)))
    made["meet"] = replace(draw(step(teams)), join=join, alone=alone, batch=draw(batches()))
    ways: dict[str, Any] = {
        name: (
            Route(to="meet", share=0.5, delay=draw(DELAYS)),
            Route(to=draw(among(name, "end", "meet")), share=0.5, waits_for="client"),
        )
        for name in branches
    }
    share = among(0.0, 0.3, 0.7, 1.0) if split == "some" else st.just(1.0)
    ways["fork"] = tuple(
        Route(to=name, share=draw(share) if name != "left" else 0.4 if split == "some" else 1.0, delay=draw(DELAYS))
        for name in branches
    )
    if draw(st.booleans()):
        ways["fork"] = tuple(replace(way, hours=draw(among(None, *CALENDARS))) for way in ways["fork"])
    ways["meet"] = draw(routes((*steps, "fork")))
    return made, ways


@st.composite
def patience(
    draw: st.DrawFn, made: dict[str, Step], clients: Sequence[str], steps: Sequence[str]
) -> dict[str, Patience]:
    """None, or some; some about cases as a whole."""
    return draw(patience_in_queues(made, clients, steps)) | {
        name: Patience(
            lasts=draw(LASTS),
            share=draw(among(0.3, 1.0, 0.7)),
            to=draw(among("end", *steps)),
            client=client,
            by_client=draw(by_client_of(clients)) if client is None else {},
            activity=draw(among("A", "called off")),
        )
        for name in draw(among((), (), ("called off",), ("called off", "other wishes")))
        for client in [draw(among(None, *clients))]
    }


def by_client_of(clients: Sequence[str]) -> st.SearchStrategy[dict[str, float]]:
    """For nobody, or for some, another time."""
    return st.dictionaries(st.sampled_from(clients), among(0.5, 2.0), max_size=2) if clients else st.just({})


@st.composite
def patience_in_queues(
    draw: st.DrawFn, made: dict[str, Step], clients: Sequence[str], steps: Sequence[str]
) -> dict[str, Patience]:
    """None, or some; one at most for each activity and client.

    Cases go on elsewhere after hours only: they may come back to the same queue, at night and for sixty weeks.
    """
    queued = sorted({step.activity for step in made.values() if step.team})
    if not queued or draw(st.booleans()):
        return {}
    whose = draw(pairs_of(tuple(queued), tuple(clients)))
    return {
        f"patience {number}": Patience(
            at=at,
            client=client,
            lasts=draw(SOME_TIME) if to != "end" else draw(EITHER),
            longest_queue=draw(among(None, 0, 1, 3)) if to == "end" else None,
            to=to,
            activity=draw(among("A", "given up")),
            by_client=draw(by_client_of(clients)) if client is None else {},
            again=draw(among(True, True, False)),
        )
        for number, (at, client) in enumerate(whose)
        for to in [draw(among("end", "end", *steps))]
    }


@cache
def sharing(calendar: str) -> tuple[str, ...]:
    """The calendars that share some hours with one."""
    mine = CALENDARS[calendar].hours
    return tuple(name for name, one in sorted(CALENDARS.items()) if shared(mine, one.hours))


@cache
@st.composite
def people(draw: st.DrawFn, teams: tuple[str, ...]) -> dict[str, Person]:
    """At least one person for each team, and some in several."""
    must = [(team,) for team in teams]
    more = draw(memberships(teams)) if teams else []
    return {
        f"person {number}": Person(
            teams=of,
            calendar=(calendar := draw(among(*sorted(CALENDARS)))),
            team_hours={team: draw(among(*sharing(calendar))) for team in draw(among((), (), of[:1], of[1:]))},
            speed=draw(among(1.0, 0.7, 2.0)),
            at_once=draw(among(1, 1, 1, 2, 3)),
            serves=draw(among("longest waiting", "longest waiting", "teams in order", "first come")),
            winds_down=draw(among(0.0, 0.0, 0.0, 900.0, 5400.0)),
            does_not=draw(among((), (), ("B",), ("A", "D"))),
            absent=draw(MAYBE_SPANS),
        )
        for number, of in enumerate([*must, *more])
    }


@cache
@st.composite
def organisations(draw: st.DrawFn) -> Organisation:
    """Small organisations with everything in them."""
    rules = draw(without_limits())
    if not draw(st.integers(0, 2)):
        rules = draw(with_a_last_step(rules))
    last = [name for name in rules.teams if name == "team last"] or [*rules.teams]
    limits = {name: draw(among(1, None, 2, 0)) for name in last}
    teams = {name: replace(team, limit=limits.get(name)) for name, team in rules.teams.items()}
    limited = replace(rules, teams=teams)
    found = draw(with_hands(draw(with_skills(rules if stuck(limited) else limited))))
    # Whoever kept a queue moving may not do all of its work any more.
    return replace(found, teams=rules.teams) if stuck(found) else found


def free_of_limits(rules: Organisation) -> list[str]:
    """The activities of teams of which it may hang on the case who does them."""
    steps = [*rules.steps.values(), *(check.step for check in rules.checks.values())]
    limited = {team for team, rule in rules.teams.items() if rule.limit is not None}
    done = {step.activity for step in steps if step.team}
    return sorted(done - {step.activity for step in steps if step.batch or step.team in limited})


@st.composite
def with_skills(draw: st.DrawFn, rules: Organisation) -> Organisation:
    """The same; some may do this or that not for a client, not of a class, or not above a limit, where others do."""
    free = free_of_limits(rules)
    names = draw(st.lists(among(*rules.people), max_size=2)) if free and draw(among(False, True, False)) else []
    for name in names:
        kinds = {"not_for_client": [*rules.clients], "not_of_class": rules.classes(), "not_when": GUARDS}
        key = draw(among(*(one for one, some in kinds.items() if some)))
        those = draw(st.lists(among(*kinds[key]), max_size=2, unique=True))
        lacks: Any = {draw(among(*free)): tuple(those)}
        if key == "not_when":
            lacks = dict.fromkeys(lacks, those[0]) if those else {}
        told: Any = {key: {**getattr(rules.people[name], key), **lacks}}
        skilled = replace(rules, people={**rules.people, name: replace(rules.people[name], **told)})
        rules = rules if faults(skilled) else skilled
    return rules


@st.composite
def with_hands(draw: st.DrawFn, rules: Organisation) -> Organisation:
    """The same; who does this or that may depend on who did others in the case, where that can be."""
    steps = [*rules.steps.values(), *(check.step for check in rules.checks.values())]
    done = sorted({step.activity for step in steps if step.team})
    free = free_of_limits(rules)
    for name in draw(among((), ("hands",), ("hands", "other hands"))) if free else ():
        activity = draw(among(*free))
        who = doers(rules)
        others = [one for one in done if who[one] & who[activity]]
        on = tuple(draw(st.lists(among(*others), min_size=1, max_size=2, unique=True)))
        how: dict[str, Any] = {draw(among("by_who_did", "not_by_who_did")): on}
        rule = Hands(activity=activity, client=draw(among(None, *rules.clients)), **how)
        bound = replace(rules, hands={**rules.hands, name: rule})
        rules = rules if faults(bound) else bound
    return rules


@cache
@st.composite
def stretched(draw: st.DrawFn) -> Organisation:
    """The same; the hours of some teams may follow what waits for them."""
    rules = draw(organisations())
    if not rules.teams or not draw(st.integers(0, 2)):
        return rules
    found = replace(rules, capacity={team: draw(STRETCHED) for team in draw(some_among(*rules.teams))})
    # More may be asked to wait than a limit lets in.
    return rules if faults(found) else found


QUEUES = st.builds(Queue, cases=among(1, 0, 4), oldest=among(None, 3600.0), load=among(None, 0.02))
SHIFTS = among((), (((480, 560), (2000, 2100)), ((8640, 9100),)))
NOTICES = among(1, 0, 3)
STRETCHED = st.builds(
    Capacity,
    roster_weeks=among(1, 0, 2),
    overtime=st.none()
    | st.builds(Overtime, shifts=SHIFTS, daily=among(1.0, 3.5), most=among(None, 5.0), when=QUEUES, notice=NOTICES),
    modulation=st.none()
    | st.builds(
        Modulation,
        more=SHIFTS,
        daily=among(1.0, 3.5),
        account=among(6.0, 30.0),
        within_weeks=among(None, 1, 2),
        when=QUEUES,
        until=among(None, Queue(cases=0, load=0.01)),
        notice=NOTICES,
    ),
    temps=st.builds(
        Temps,
        most=among(1, 2),
        calendar=among(*CALENDARS),
        speed=among(1.0, 2.0),
        weeks=among(None, 1),
        when=QUEUES,
        notice=NOTICES,
    ),
)


def without_calls(organisation: Organisation) -> Organisation:
    """The same, where nothing is called off while it is in progress."""
    steps = {name: replace(s, join=s.join or s.alone, alone=False) for name, s in organisation.steps.items()}
    patience = {name: rule for name, rule in organisation.patience.items() if rule.at is not None}
    return replace(organisation, steps=steps, patience=patience)


@st.composite
def with_a_last_step(draw: st.DrawFn, rules: Organisation) -> Organisation:
    """All that ends is done by one more team, before whose queue nobody can wait for himself."""
    whole = {name for name in rules.routes if name == "start" or name.startswith("step")}
    ways = {
        name: tuple(replace(route, to="last") if route.to == "end" else route for route in routes)
        if name in whole
        else routes
        for name, routes in rules.routes.items()
    }
    last = replace(draw(step(("team last",))), team="team last", place=None, activity="A")
    somebody = Person(teams=("team last",), calendar=draw(among(*sorted(CALENDARS))), at_once=2)
    return replace(
        rules,
        steps={**rules.steps, "last": last},
        routes={**ways, "last": (Route(to="end", share=1.0),)},
        teams={**rules.teams, "team last": Team(choice="random")},
        people={**rules.people, "person last": somebody},
    )


@cache
@st.composite
def without_limits(draw: st.DrawFn) -> Organisation:
    """Small organisations with everything else in them."""
    clients = [f"client {n}" for n in range(draw(among(2, 1, 3)))]
    steps = tuple(f"step {n}" for n in range(draw(st.integers(2, 5))))
    teams = tuple(f"team {n}" for n in range(draw(among(2, 1, 3, 0))))
    by_client = st.dictionaries(among(*clients), FACTORS, max_size=1)
    made = {
        name: replace(draw(step(teams)), by_client=draw(by_client), again=draw(among(1.0, 0.5)), batch=draw(batches()))
        for name in steps
    }
    inside, ways = draw(block(teams, steps))
    entered = (*steps, *(["fork"] if inside else []))
    passed = [*steps, *(name for name, one in inside.items() if not one.alone)]
    done = tuple(sorted({one.activity for one in made.values()}))
    after = among(*done)
    some_clients = some_among(*clients)
    rules = Organisation(
        name="random",
        origin=ORIGIN,
        clients={
            name: draw(AS_IT_IS_OR)(
                cases_per_week=draw(among(20.0, 40.0, 5.0, 0.0)),
                profile=draw(PROFILES),
                growth=draw(among(0.0, 0.0, 0.5, -0.8)),
                evenness=draw(among(0.0, 0.0, 0.7, 1.0)),
                classes=dict(draw(SHARES) if n else (("large", 0.5), ("small", 0.5))),
                quantity=draw(among(None, Distribution.uniform(0.0, 2.0), Distribution.exponential(1.0))),
                due=(due := draw(DUES)),
                due_by_class=draw(DUE_BY_CLASS) if n == 0 else {},
                due_per_unit=draw(among(NONE, Distribution.exponential(40_000.0))) if due is not None else NONE,
                due_from=draw(among("arrival", "day", "working day")),
                season=draw(SEASONS),
                days_of_month=draw(DAYS_OF_MONTH),
                working_days_of_month=draw(among((), (), ((2, 0.0), (-1, 4.0))).map(dict)),
                **draw(WHEN),
            )
            for n, name in enumerate(clients)
        },
        steps={**made, **inside},
        routes={"start": not_straight(draw(routes(entered))), **{name: draw(routes(entered)) for name in steps}} | ways,
        client_routes={
            name: {at: draw(routes(entered)) if at != "start" else not_straight(draw(routes(entered)))}
            for name in draw(some_clients)
            for at in [draw(among("start", *steps))]
        },
        skips={name: frozenset(draw(any_two(*passed))) for name in draw(some_clients)},
        checks={
            name: Check(
                after=draw(st.one_of(after, among(*(one.activity for one in inside.values()))) if inside else after),
                step=replace(draw(step(teams)), clock=False),
                client=draw(among(None, *clients)),
            )
            for name in draw(among((), ("one",), ("one", "two")))
        },
        patience=draw(patience(made, clients, steps)),
        returns={
            name: Return(
                during=draw(after),
                back_to=draw(among(*steps)),
                share=draw(among(0.5, 1.0)),
                client=draw(among(None, *clients)),
            )
            for name in draw(among((), ("late",), ("late", "later")))
        },
        teams={
            name: Team(
                priority={client: draw(among(-1, 0, 1, 2)) for client in draw(some_clients)},
                class_priority=draw(CLASS_PRIORITY),
                activity_priority={one: draw(among(-1, 0, 1)) for one in draw(among((), (), done))},
                order=(order := draw(among(*get_args(Order)))),
                interrupts=(interrupts := draw(among("never", "resume", "never", "restart"))),
                ageing=draw(among(None, 40_000.0, 600.0)) if order == "first come" and interrupts == "never" else None,
                choice=draw(among("longest idle", "random", "fastest", "fewest teams", "in turn")),
                at_end=draw(among("pauses", "pauses", "finishes")),
            )
            for name in teams
        },
        people=draw(people(teams)) if teams else {},
        calendars={
            **CALENDARS,
            "office": replace(OFFICE, closed=draw(MAYBE_SPANS), extra=draw(MAYBE_SPANS)),
        },
        distributions={"slow": draw(distributions())},
    )
    return with_somebody(by_rank(rules))


def with_somebody(rules: Organisation) -> Organisation:
    """*rules*, where somebody does what a team is asked for, and nobody is said not to do what is not there."""
    there = rules.activities()
    does_not = {name: tuple(one for one in person.does_not if one in there) for name, person in rules.people.items()}
    rules = replace(rules, people={name: replace(one, does_not=does_not[name]) for name, one in rules.people.items()})
    steps = [*rules.steps.values(), *(check.step for check in rules.checks.values())]
    for team, activity in sorted({(step.team, step.activity) for step in steps if step.team}):
        if not [*rules.members(team, activity)]:
            name = min(rules.members(team))
            one = replace(rules.people[name], does_not=())
            rules = replace(rules, people={**rules.people, name: one})
    return rules


def by_rank(rules: Organisation) -> Organisation:
    """*rules*, where nobody takes what came first of several teams while one of them interrupts work, which is
    refused."""
    pressed = {name for name, team in rules.teams.items() if team.interrupts != "never"}
    refused = {
        name
        for name, one in rules.people.items()
        if one.serves == "first come" and len(one.teams) > 1 and pressed & {*one.teams}
    }
    people = {
        name: replace(one, serves="longest waiting") if name in refused else one for name, one in rules.people.items()
    }
    return replace(rules, people=people)


def collected(chunks: Any) -> Rows:
    """All rows of a run."""
    kept = [Rows(*(column.copy() for column in rows)) for rows in chunks]
    if not kept:
        return Rows(*(np.empty(0) for _ in Rows._fields))
    return Rows(*(np.concatenate(columns) for columns in zip(*kept, strict=True)))


def whole(organisation: Organisation | Tables, *, pauses: Sequence[tuple[float, Any]] = (), **how: Any) -> Rows:
    """The rows of a whole run, with pauses at (seconds, other rules or None)."""
    run = Simulation(organisation, **{"seed": 1, "weeks": 2.0, "run_out_weeks": 60.0, **how})
    parts = []
    for until, rules in pauses:
        parts.append(collected(run.run(until)))
        if rules is not None:
            run.change(rules)
    parts.append(collected(run.run()))
    full = [part for part in parts if len(part.case)]
    return collected(full) if full else parts[-1]


def same(one: Rows, other: Rows) -> bool:
    """Whether two runs are equal to the bit."""
    return all(a.tobytes() == b.tobytes() for a, b in zip(one, other, strict=True))


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """Strategies and helpers, for test modules (which do not import each other)."""
    return SimpleNamespace(
        organisations=organisations,
        distributions=distributions,
        distribution=lambda kind, mean: Distribution(kind=kind, mean=mean),
        whole=whole,
        same=same,
        collected=collected,
        stretched=stretched,
        hours=STRETCHED,
        without_batches=without_batches,
        without_straight=without_straight,
        without_calls=without_calls,
        in_time=in_time,
        calendars=CALENDARS,
        origin=ORIGIN,
    )


@cache
def entered_straight() -> tuple[Straight, ...]:
    """What Python calls without asking it what it is handed."""
    found = [one for module in (amending, asking) for one in vars(module).values() if isinstance(one, Straight)]
    return (*found, *kernel.LOOPS.values())


@pytest.fixture(autouse=True)
def asked_what_it_is_handed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Here all that is entered straight elsewhere asks at each call, and is compiled in one form whatever it met."""
    for one in entered_straight():
        monkeypatch.setattr(one, "enter", one.function)
    yield
    assert [one.function for one in entered_straight() if len(one.function.overloads) > 1] == []
