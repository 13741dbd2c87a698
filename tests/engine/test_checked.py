"""The debug mode: what must hold after every event does, whatever is mixed, and what does not is told."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from irrupt.engine import Simulation, checked, layout
from irrupt.engine.checked import check
from irrupt.engine.compiled import Compiled
from irrupt.engine.examples import counter
from irrupt.errors import InvariantError, ModelError
from irrupt.organisation import Calendar, Client, Distribution, Organisation, Person, Route, Step, Team
from irrupt.organisation.batch import Batch

RANDOM = settings(max_examples=settings().max_examples // 8, deadline=None, suppress_health_check=list(HealthCheck))


@RANDOM
@given(data=st.data())
def test_all_that_must_hold_does_after_every_event(make: SimpleNamespace, data: Any) -> None:
    """Of random models that change into others, with work in hand, queues, piles and batches; and looking changes
    nothing."""
    rules = [data.draw(make.stretched()) for _ in range(2)]
    moments = data.draw(st.lists(st.sampled_from([3600.0, 130_000.0, 400_000.0]), min_size=1, max_size=2, unique=True))
    pauses = [(moment, data.draw(st.sampled_from(rules))) for moment in sorted(moments)]
    how = {"seed": 3, "weeks": 1.0, "run_out_weeks": 0.5, "pauses": pauses}
    try:
        rows = make.whole(rules[0], **how)
    except ModelError:
        assume(False)
    assert make.same(make.whole(rules[0], **how, checked=True), rows)


def test_queues_are_as_long_as_before_when_they_are_sorted_anew(make: SimpleNamespace) -> None:
    """Cases alone at one team, and in pairs at another, whoever came first."""
    early = Client(cases_per_week=40.0, profile=tuple(float(hour == 1) for hour in range(168)))
    long = Distribution.fixed(40_000.0)
    rules = replace(
        counter(),
        clients={"A": early, "B": early},
        steps={
            "Alone": Step(activity="Alone", team="One", duration=long),
            "Pairs": Step(activity="Pairs", team="Two", duration=long, batch=Batch(size=2)),
        },
        routes={
            "start": (Route(to="Alone", share=0.5), Route(to="Pairs", share=0.5)),
            **{name: (Route(to="end", share=1.0),) for name in ("Alone", "Pairs")},
        },
        teams={"One": Team(), "Two": Team()},
        people={name: Person(teams=(name,), calendar="always") for name in ("One", "Two")},
        calendars={"always": Calendar(hours=((0, 7 * 1440),))},
    )
    after = replace(rules, teams={"One": Team(), "Two": Team(priority={"A": 1})})
    run = Simulation(rules, seed=2, weeks=1.0, checked=True)
    for _rows in run.run(10_000.0):
        pass
    waiting = run.waiting
    run.change(after)
    assert run.waiting == waiting
    assert min(waiting.values()) > 2
    for _rows in run.run():
        pass
    assert run.in_system <= 1


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda state: state.desks["queued"].__iadd__(1), "queue is said to hold"),
        (lambda state: state.desks["room"].__iadd__(1), "room of"),
        (lambda state: state.workers["in_hand"].__iadd__(1), "in hand are said"),
        (lambda state: state.counts.__setitem__(layout.OVER, 0), "are over"),
        (lambda state: state.free.__setitem__(0, state.free[1]), "are empty"),
        (lambda state: state.events["time"].__setitem__(0, 1e9), "above earlier ones"),
        (lambda state: state.events["time"].__setitem__(1, 0.0), "are past"),
        (lambda state: state.slots["status"].__setitem__(state.free[0], layout.BEGUN), "none is planned for case"),
    ],
)
def test_what_is_wrong_is_told(spoil: Any, told: str) -> None:
    run = Simulation(counter(), seed=1, weeks=1.0)
    for _rows in run.run(126_000.0):
        pass
    loop = run._loop
    assert isinstance(loop, Compiled)
    check(loop.state, loop.tables.rules, run.now)
    spoil(loop.state)
    with pytest.raises(InvariantError, match=told):
        check(loop.state, loop.tables.rules, run.now)


def in_a_row(limit: int | None) -> Organisation:
    """Two desks, of which the second is slower."""
    steps = {
        "One": Step(activity="One", team="First", duration=Distribution.fixed(600.0)),
        "Two": Step(activity="Two", team="Second", duration=Distribution.fixed(3600.0)),
    }
    return replace(
        counter(),
        steps=steps,
        routes={at: (Route(to=to, share=1.0),) for at, to in (("start", "One"), ("One", "Two"), ("Two", "end"))},
        teams={"First": Team(), "Second": Team(limit=limit)},
        people={
            f"{name} {n}": Person(teams=(name,), calendar="always") for name in ("First", "Second") for n in (1, 2)
        },
        calendars={"always": Calendar(hours=((0, 7 * 1440),))},
        clients={"A": Client(cases_per_week=600.0)},
    )


@pytest.mark.parametrize(
    ("limit", "other", "told"),
    [
        (None, {"limit": 0}, "in which there was no room"),
        (1, {"limit": 9}, "in which there is room for"),
        (None, {"at_once": 0}, "in hand, of 0 at most"),
    ],
)
def test_limits_that_do_not_hold_are_told(
    monkeypatch: pytest.MonkeyPatch, limit: int | None, other: dict[str, int], told: str
) -> None:
    """They are others for who looks than for the loop."""

    def looks(state: layout.State, rules: layout.Rules, *more: Any) -> None:
        teams, people = rules.teams.copy(), rules.people.copy()
        for name, number in other.items():
            (teams if name == "limit" else people)[name] = number
        check(state, rules._replace(teams=teams, people=people), *more)

    run = Simulation(in_a_row(limit), seed=1, weeks=1.0, checked=True)
    for _rows in run.run(20_000.0):
        pass
    monkeypatch.setattr(checked, "check", looks)
    with pytest.raises(InvariantError, match=told):
        for _rows in run.run():
            pass
