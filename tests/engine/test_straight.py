"""Whoever hands over a case may go straight on with it, before all that waits."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.chronicle.rows import Rows
from irrupt.engine.examples import counter
from irrupt.errors import ModelError
from irrupt.organisation import Batch, Client, Distribution, Older, Organisation, Person, Route, Step, Team

HOUR = 3600.0
both = pytest.mark.parametrize("reference", [False, True])


def two_steps(straight: float = 0.0, hands: int = 1, **parts: Any) -> Organisation:
    """An hour of work, then half an hour more, for a case every two hours and a half."""
    route = parts.pop("route", Route(to="Write", share=1.0, straight_on=straight))
    organisation = replace(
        counter(0.01),
        clients={"Public": Client(cases_per_week=168 / 1.6)},
        steps={
            "Look": Step(activity="Look", team="Desk", duration=Distribution.fixed(HOUR)),
            "Write": Step(activity="Write", team="Desk", duration=Distribution.fixed(HOUR / 2)),
        },
        routes={
            "start": (Route(to="Look", share=1.0),),
            "Look": (route,),
            "Write": (Route(to="end", share=1.0),),
        },
        people={f"{n}": Person(teams=("Desk",), calendar="always") for n in range(hands)},
    )
    return replace(organisation, **parts)


def second(rows: Rows) -> tuple[Any, Any]:
    """How long Write waited, from when Look was done, and whether somebody else did it."""
    order = np.lexsort((rows.end, rows.case))
    case, activity = rows.case[order], rows.activity[order]
    later = np.flatnonzero(np.append(False, (case[1:] == case[:-1]) & (activity[1:] != activity[:-1])))
    start, enabled, person = rows.start[order], rows.enabled[order], rows.person[order]
    return start[later] - enabled[later], person[later] != person[later - 1]


@both
def test_whoever_has_done_a_step_does_the_next_one_before_what_waits(make: SimpleNamespace, reference: bool) -> None:
    rows = make.whole(two_steps(1.0, hands=2), weeks=4.0, reference=reference)
    waited, other = second(rows)
    assert len(waited) > 300
    assert not waited.any()
    assert not other.any()
    assert (rows.start - rows.ready).max() > HOUR  # cases did wait


@both
def test_else_he_takes_what_has_waited_longest(make: SimpleNamespace, reference: bool) -> None:
    waited, other = second(make.whole(two_steps(hands=2), weeks=4.0, reference=reference))
    assert waited.mean() > HOUR / 10
    assert other.any()


def test_so_it_is_with_a_share_of_cases(make: SimpleNamespace) -> None:
    waited, _other = second(make.whole(two_steps(0.3), weeks=40.0))
    at_once = (second(make.whole(two_steps(), weeks=40.0))[0] == 0.0).mean()
    assert (waited == 0.0).mean() == pytest.approx(0.3 + 0.7 * at_once, abs=0.05)


@pytest.mark.one_in(2)
@both
def test_no_delay_passes_then(make: SimpleNamespace, reference: bool) -> None:
    route = Route(to="Write", share=1.0, delay=Distribution.fixed(50 * HOUR), straight_on=0.5)
    waited, _other = second(make.whole(two_steps(route=route), weeks=8.0, reference=reference))
    assert ((waited == 0.0) | (waited > 49.9 * HOUR)).all()
    assert 0.4 < (waited == 0.0).mean() < 0.6


def test_older_cases_may_be_handed_over_more_often(make: SimpleNamespace) -> None:
    older = (Older(than=1.5 * HOUR, straight_on=0.0),)
    rows = make.whole(two_steps(route=Route(to="Write", share=1.0, straight_on=1.0, older=older)), weeks=20.0)
    waited, _other = second(rows)
    order = np.lexsort((rows.end, rows.case))
    first = np.flatnonzero(np.diff(rows.case[order], prepend=-1) != 0)
    age = (rows.end - rows.enabled)[order][first]
    assert not waited[age < 1.5 * HOUR].any()
    assert waited[age > 1.5 * HOUR].mean() > HOUR / 4


@pytest.mark.parametrize(
    "why",
    [
        {"people": {"0": Person(teams=("Desk",), calendar="always", does_not=("Write",))}},
        {"teams": {"Desk": Team(interrupts="resume")}},
    ],
    ids=["he does not do it", "work is interrupted"],
)
@both
def test_nobody_goes_on_with_what_he_does_not_do(make: SimpleNamespace, reference: bool, why: dict[str, Any]) -> None:
    """Nor where he would be interrupted, nor where batches gather: then it is as if it were not said."""
    helper = {"1": Person(teams=("Desk",), calendar="always")}
    plain, told = (two_steps(straight, **why) for straight in (0.0, 1.0))
    plain, told = (replace(one, people={**one.people, **helper}) for one in (plain, told))
    rows = make.whole(told, weeks=2.0, reference=reference)
    mine = rows.person == 0
    if "people" in why:
        assert set(rows.activity[mine]) == {0}
    else:
        assert make.same(rows, make.whole(plain, weeks=2.0, reference=reference))


def test_batches_gather_all_the_same(make: SimpleNamespace) -> None:
    plain, told = two_steps(), two_steps(1.0)
    gathers = replace(plain.steps["Write"], batch=Batch(size=3))
    plain, told = (replace(one, steps={**one.steps, "Write": gathers}) for one in (plain, told))
    assert make.same(make.whole(plain), make.whole(told))


@both
def test_whoever_goes_off_duty_leaves_it(make: SimpleNamespace, reference: bool) -> None:
    """He finishes the first step in the evening, and goes home: the delay passes, and it waits like others."""
    people = {"0": Person(teams=("Desk",), calendar="office")}
    route = Route(to="Write", share=1.0, delay=Distribution.fixed(50 * HOUR), straight_on=1.0)
    rules = two_steps(route=route)
    rules = replace(
        rules, people=people, teams={"Desk": Team(at_end="finishes")}, calendars={"office": make.calendars["office"]}
    )
    rows = make.whole(rules, weeks=2.0, reference=reference)
    minute = rows.start / 60.0 % 1440
    assert ((minute >= 540) & (minute < 1020)).all()
    ended, passed = rows.enabled / 60.0 % 1440, rows.ready - rows.enabled
    write = rows.activity == 1
    goes = write & (ended >= 1020)
    assert goes.sum() > 3
    assert passed[goes] == pytest.approx(50 * HOUR)
    assert not passed[write & ~goes].any()


@pytest.mark.parametrize(
    ("routes", "what"),
    [
        ({"start": (Route(to="Look", share=1.0, straight_on=0.5),)}, "nobody has had a case before it begins"),
        ({"Look": (Route(to="Write", share=1.0, straight_on=1.5),)}, "a share from 0 to 1"),
        (
            {"Look": (Route(to="Write", share=1.0, straight_on=0.5, waits_for="client"),)},
            "nobody goes straight on while the client is waited for",
        ),
        (
            {"Look": (Route(to="Write", share=1.0, older=(Older(than=60.0, straight_on=-0.5),)),)},
            "a share from 0 to 1",
        ),
    ],
)
def test_what_cannot_be_is_told(make: SimpleNamespace, routes: dict[str, Any], what: str) -> None:
    plain = two_steps()
    with pytest.raises(ModelError, match=what):
        make.whole(replace(plain, routes={**plain.routes, **routes}))
