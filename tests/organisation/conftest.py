"""Random organisations that can run, with names that YAML readers are known to trip over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import strategies as st

from irrupt.organisation import (
    Batch,
    Calendar,
    Check,
    Client,
    Distance,
    Distribution,
    Hands,
    Learned,
    Older,
    Organisation,
    Patience,
    Person,
    Return,
    Route,
    Step,
    Team,
)

TRAPS = (
    *(
        "No",
        "on",
        "y",
        "null",
        "~",
        "",
        " ",
        "12:30",
        "1_000",
        "2024-01-01",
        "1e3",
        "0x1f",
        ".5",
        ".inf",
        "<<",
        "=",
        "-",
    ),
    *(
        "- a",
        "a: b",
        "a #b",
        "#x",
        "'",
        '"',
        "\\",
        "a\nb",
        "\ttab",
        "{a",
        "[b",
        "&c",
        "*d",
        "!e",
        "%f",
        "@g",
        "`h",
        "| i",
    ),
    *(
        "é",
        "日本",
        "a\u2028b",
        "\x85",
        "\ufeff",
        "😀",
        "5 min",
        "12",
        "1h30",
        "named",
        "a > b",
        "trailing ",
        "x" * 1500,
    ),
)
names = st.one_of(st.sampled_from(TRAPS), st.text(max_size=6), st.text("abc XYZ-.", min_size=1, max_size=8)).filter(
    lambda name: name not in ("start", "end")
)
amounts = st.floats(0, 1e9) | st.integers(0, 10**6).map(float) | st.sampled_from([0.1, 60.0, 90.0, 5400.0, 86400.0])
cvs = st.floats(0, 10)
few = st.lists(names, min_size=1, max_size=3, unique=True)
some_classes = st.lists(names.filter(bool), min_size=1, max_size=2, unique=True)
minutes_of_a_week = st.sets(st.integers(0, 10079), max_size=4).map(lambda minutes: tuple(sorted(minutes)))
profiles = st.sampled_from(
    [(1.0,) * 168, tuple(float(9 <= h % 24 < 17 and h < 120) for h in range(168)), (0.1,) * 167 + (1e-7,)]
)
figures = st.sampled_from(["consumer", "user", "citizen", "patient", "industrial"])
some_ages = st.sets(st.floats(1.0, 1e7), max_size=2).map(sorted)
origins = st.sampled_from(["step", "clock"])
waits = st.sampled_from(["nobody", "client"])
ways_of_doing = st.sampled_from(["at once", "one by one"])
orders = st.sampled_from(["first come", "last come", "earliest due", "shortest"])
some_ageing = st.sampled_from([None, 60.0, 0.1]) | st.floats(1.0, 1e6)
zones = st.sampled_from(["UTC", "Europe/Paris", "America/New_York"])
"""What does not depend on what was drawn is made once: what Hypothesis finds out about a strategy takes long."""


@cache
def _distributions() -> st.SearchStrategy[Distribution]:
    bounds = st.tuples(amounts, amounts).map(sorted)
    return st.one_of(
        amounts.map(Distribution.fixed),
        amounts.map(Distribution.exponential),
        st.builds(Distribution.lognormal, amounts, cvs),
        st.builds(Distribution.weibull, amounts, cvs),
        st.builds(Distribution.gamma, amounts, cvs),
        bounds.map(lambda pair: Distribution.uniform(*pair)),
        st.lists(amounts, min_size=2, max_size=5).map(lambda points: Distribution.quantiles(tuple(sorted(points)))),
    )


@cache
def _named_distributions() -> st.SearchStrategy[dict[str, Distribution]]:
    return st.dictionaries(names, _distributions(), max_size=3)


@cache
def _spans() -> st.SearchStrategy[Any]:
    """None mostly, or some stretches of time in whole minutes."""
    minutes = st.integers(-3000, 100_000)
    some = st.lists(st.tuples(minutes, st.integers(1, 20_000) | st.just(1440)), max_size=2)
    begin = datetime(2024, 1, 1)
    return st.just(()) | some.map(
        lambda pairs: tuple((begin + timedelta(minutes=at), begin + timedelta(minutes=at + n)) for at, n in pairs)
    )


@cache
@st.composite
def _dated(draw: Any) -> Calendar:
    return replace(draw(_calendars()), closed=draw(_spans()), extra=draw(_spans()))


@cache
@st.composite
def _calendars(draw: Any) -> Calendar:
    if draw(st.booleans()):
        minutes = draw(st.lists(st.integers(0, 10080), min_size=2, max_size=8, unique=True).map(sorted))
        hours = [(minutes[at], minutes[at + 1]) for at in range(0, len(minutes) - 1, draw(st.sampled_from([1, 2])))]
        return Calendar(hours=tuple(hours))
    begin, length = draw(st.integers(0, 1439)), draw(st.integers(1, 1440))
    hours = []
    for day in sorted(draw(st.sets(st.integers(0, 6), min_size=1))):
        start, end = day * 1440 + begin, day * 1440 + begin + length
        hours += [(start, min(end, 10080))] + ([(0, end - 10080)] if end > 10080 else [])
    return Calendar(hours=tuple(sorted(hours)))


def _older(timed: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Older, ...]]:
    return some_ages.flatmap(
        lambda found: st.tuples(*(st.builds(Older, than=st.just(age), delay=timed) for age in found))
    )


@st.composite
def _routes(draw: Any, steps: list[str], timed: st.SearchStrategy[Any], calendars: list[str]) -> tuple[Route, ...]:
    """Routes of one step, always with a way to the end."""
    targets = ["end", *draw(st.lists(st.sampled_from(steps), max_size=3))]
    weights = [1 + draw(st.integers(0, 9)) for _ in targets]
    return tuple(
        Route(
            to=to,
            share=weight / sum(weights),
            delay=draw(timed),
            hours=(hours := draw(st.none() | st.sampled_from(calendars))),
            since=(since := "step" if hours is not None else draw(origins)),
            older=draw(_older(timed)) if since == "step" else (),
            waits_for=draw(waits),
        )
        for to, weight in zip(targets, weights, strict=True)
    )


def _batches(timed: Any, calendars: list[str]) -> st.SearchStrategy[Batch | None]:
    return st.none() | st.builds(
        Batch,
        size=st.integers(1, 10**6),
        longest_wait=st.none() | st.floats(0, 1e7),
        at=minutes_of_a_week | st.sampled_from(calendars),
        done=ways_of_doing,
        set_up=timed,
    )


@st.composite
def _organisations(draw: Any) -> Organisation:
    clients, steps, calendars = draw(few), draw(few), draw(few)
    teams = draw(few.filter(lambda some: not set(some) & set(clients)))
    distributions = draw(_named_distributions())
    timed: st.SearchStrategy[Any] = _distributions()
    if distributions:
        timed = timed | st.sampled_from(sorted(distributions))
    classes = draw(some_classes)
    made = st.builds(
        Step,
        activity=st.sampled_from(steps) | names,
        team=st.none() | st.sampled_from(teams),
        duration=timed,
        per_unit=timed,
        by_class=st.dictionaries(st.sampled_from(classes), amounts, max_size=2),
        by_client=st.dictionaries(st.sampled_from(clients), amounts, max_size=2),
        again=amounts,
        client_act=st.booleans(),
    )
    placed = st.builds(Step, activity=st.sampled_from(steps), place=st.sampled_from(teams), duration=timed)
    a_client = st.builds(
        Client,
        cases_per_week=amounts.map(lambda value: min(value, 1e8)),
        growth=st.floats(-1, 1),
        evenness=st.floats(0, 1),
        season=st.tuples(*[st.floats(0, 9)] * 12),
        working_days_of_month=st.dictionaries(st.integers(-23, -1) | st.integers(1, 23), st.floats(0, 9), max_size=4),
        days_of_month=st.dictionaries(st.integers(-31, -1) | st.integers(1, 31), st.floats(0, 9), max_size=4),
        figure=figures,
        group=st.booleans(),
        classes=st.just({name: 1 / len(classes) for name in classes}),
        quantity=st.none() | _distributions(),
        due=st.none() | timed,
        appointments=minutes_of_a_week,
        profile=profiles,
    )
    procedure = {name: replace(draw(made | placed), batch=draw(_batches(timed, calendars))) for name in steps}
    activities = sorted({step.activity for step in procedure.values()})
    a_check = st.builds(
        Check, after=st.sampled_from(activities), step=made, client=st.none() | st.sampled_from(clients)
    )
    people = {f"{team} {at}": ((team,), at) for at, team in enumerate(teams)}
    routes = _guarded(_routes(steps, timed, calendars), classes)
    some_routes = st.dictionaries(st.sampled_from(["start", *steps]), routes, min_size=1)
    return Organisation(
        name=draw(names),
        timezone=draw(zones),
        origin=datetime(2024, 1, 1, tzinfo=UTC),
        clients={name: draw(a_client) for name in clients},
        steps=procedure,
        routes={place: draw(routes) for place in ("start", *steps)},
        client_routes=draw(st.dictionaries(st.sampled_from(clients), some_routes, max_size=2)),
        skips=draw(st.dictionaries(st.sampled_from(clients), st.frozensets(st.sampled_from(steps)), max_size=2)),
        checks=draw(st.dictionaries(names, a_check, max_size=2)),
        patience=_one_each(draw, [s.activity for s in procedure.values() if s.team is not None], clients, steps, timed),
        returns=draw(
            st.dictionaries(
                names,
                st.builds(
                    Return,
                    during=st.sampled_from(activities),
                    back_to=st.sampled_from(steps),
                    share=st.floats(0, 1),
                    client=st.none() | st.sampled_from(clients),
                ),
                max_size=2,
            )
        ),
        hands=_hands(draw, procedure, clients, teams),
        teams={name: draw(_teams(clients, classes, activities)) for name in teams},
        people={
            name: Person(
                teams=draw(st.lists(st.sampled_from(teams), unique=True).map(lambda more, own=own: _with(own, more))),
                calendar=draw(st.sampled_from(calendars)),
                speed=draw(st.floats(0.01, 100)),
                at_once=draw(st.integers(1, 9)),
                absent=draw(_spans()),
            )
            for name, (own, _at) in people.items()
        },
        calendars={name: draw(_dated()) for name in calendars},
        distributions=distributions,
        learned=draw(st.none() | _learned()),
    )


def _one_each(draw: Any, queued: list[str], clients: list[str], steps: list[str], timed: Any) -> dict[str, Patience]:
    """Patience, one at most for each activity and client."""
    if not queued:
        return {}
    whose = st.tuples(st.sampled_from(queued), st.none() | st.sampled_from(clients))
    keys = draw(st.lists(names, max_size=2, unique=True))
    pairs = draw(st.lists(whose, min_size=len(keys), max_size=len(keys), unique=True)) if len(keys) < 2 else []
    lasting = st.one_of(
        st.tuples(timed, st.just("end"), st.none() | st.integers(0, 10**6)),
        st.tuples(st.none(), st.just("end"), st.integers(0, 10**6)),
        st.tuples(st.just(Distribution.exponential(60.0)), st.sampled_from(steps), st.none()),
    )
    return {
        key: draw(st.builds(_patient, st.just(at), st.just(client), lasting, names))
        for key, (at, client) in zip(keys, pairs, strict=False)
    }


def _hands(draw: Any, procedure: dict[str, Step], clients: list[str], teams: list[str]) -> dict[str, Hands]:
    """Whoever did an activity of a team does it again: that he can, and somebody is left."""
    done = sorted({step.activity for step in procedure.values() if step.team is not None})
    batched = {step.activity for step in procedure.values() if step.batch is not None}
    free = [activity for activity in done if activity not in batched]
    keys = draw(st.lists(names, max_size=1)) if free else []
    whose = st.none() | st.sampled_from(clients)
    done = {key: draw(st.sampled_from(free)) for key in keys}
    return {key: Hands(activity=at, by_who_did=(at,), client=draw(whose)) for key, at in done.items()}


def _patient(at: str, client: str | None, lasting: tuple[Any, str, int | None], activity: str) -> Patience:
    lasts, to, longest = lasting
    again = longest is None or longest % 2 == 0
    return Patience(at=at, client=client, lasts=lasts, longest_queue=longest, to=to, activity=activity, again=again)


def _guarded(routes: Any, classes: list[str]) -> Any:
    """Routes for all, and sometimes others for a class."""
    own = st.tuples(st.sampled_from(classes), routes).map(lambda pair: [replace(r, only=pair[0]) for r in pair[1]])
    return st.tuples(routes, st.just([]) | own).map(lambda both: (*both[0], *both[1]))


def _teams(clients: list[str], classes: list[str], activities: list[str]) -> st.SearchStrategy[Team]:
    ranks = {"priority": _ranks(clients), "class_priority": _ranks(classes), "activity_priority": _ranks(activities)}
    return st.builds(Team, order=orders, **ranks) | st.builds(Team, ageing=some_ageing, **ranks)


def _with(own: tuple[str, ...], more: list[str]) -> tuple[str, ...]:
    return (*own, *(team for team in more if team not in own))


def _ranks(clients: list[str]) -> st.SearchStrategy[dict[str, int]]:
    return st.dictionaries(st.sampled_from(clients), st.integers(-3, 3), max_size=2)


@cache
def _learned() -> st.SearchStrategy[Learned]:
    any_number = st.floats(allow_nan=False)
    moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
    return st.builds(
        Learned,
        source=names,
        cases=st.integers(0, 10**9),
        events=st.integers(0, 10**9),
        begin=moments,
        end=moments,
        starts=st.sampled_from(["measured", "assumed", "missing"]),
        work=st.sampled_from(["measured", "shortest", "typical", "longest"]),
        notes=st.lists(names, max_size=2).map(tuple),
        fidelity=st.lists(
            st.builds(
                Distance,
                name=names,
                unit=names,
                model=any_number,
                spread=any_number,
                replay=any_number,
                floor=any_number,
            ),
            max_size=2,
        ).map(tuple),
    )


def _at_midnight(organisation: Organisation) -> Organisation:
    """With an origin that is Monday 00:00 in its own zone."""
    hours = {"UTC": 0, "Europe/Paris": -1, "America/New_York": 5}[organisation.timezone]
    return replace(organisation, origin=datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=hours))


@pytest.fixture(scope="session")
def organisations() -> st.SearchStrategy[Organisation]:
    """Organisations that can run."""
    return _organisations().map(_at_midnight)


@pytest.fixture(scope="session")
def distributions() -> st.SearchStrategy[Distribution]:
    """Distributions of every kind."""
    return _distributions()


@pytest.fixture(scope="session")
def calendars() -> st.SearchStrategy[Calendar]:
    """Calendars whose intervals are in order and apart, or touch."""
    return _calendars()


@pytest.fixture(scope="session")
def hard_names() -> st.SearchStrategy[str]:
    """Names that are hard to write down."""
    return names


@pytest.fixture
def desk() -> Organisation:
    """A small organisation that can run: two clients, two teams, a loop, a wait for the client."""
    office = Calendar(hours=tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5)))
    return Organisation(
        name="Desk",
        timezone="Europe/Paris",
        origin=datetime(2023, 12, 31, 23, tzinfo=UTC),
        clients={"Hospital A": Client(cases_per_week=10.0), "Hospital B": Client(cases_per_week=30.0)},
        steps={
            "Triage": Step(activity="Triage", team="First line", duration=Distribution.lognormal(720.0, 1.2)),
            "Resolve": Step(activity="Resolve", team="Network", duration="resolving", join=True),
            "Answer": Step(activity="Answer", client_act=True),
        },
        routes={
            "start": (Route(to="Triage", share=1.0),),
            "Triage": (
                Route(to="Resolve", share=0.7),
                Route(to="Answer", share=0.1, waits_for="client"),
                Route(to="end", share=0.2),
            ),
            "Resolve": (Route(to="end", share=0.9), Route(to="Triage", share=0.1)),
            "Answer": (Route(to="Triage", share=1.0),),
        },
        teams={"First line": Team(), "Network": Team()},
        people={
            "Ann": Person(teams=("First line",), calendar="office"),
            "Bob": Person(teams=("First line", "Network"), calendar="office"),
        },
        calendars={"office": office},
        distributions={"resolving": Distribution.quantiles((0.0, 600.0, 7200.0))},
    )
