"""Whichever comes first, an answer or a time-out: the way whose delay is over first is taken."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from irrupt.engine import Simulation
from irrupt.engine.examples import counter
from irrupt.organisation import Client, Distribution, Organisation, Route, Step, faults

HOUR, DAY = 3600.0, 86400.0
LOOPS = pytest.mark.parametrize("reference", [False, True])
END = (Route(to="end", share=1.0),)
ANSWER = Distribution.exponential(2 * DAY)


def asked(*ways: Route, split: Any = "first", cases: float = 300.0, **more: Any) -> Organisation:
    """Each case asks; then its answer comes, or a time-out."""
    return replace(
        counter(),
        clients={"A": Client(cases_per_week=cases)},
        steps={
            "Ask": Step(activity="Ask", split=split),
            "Answer": Step(activity="Answer"),
            "Out": Step(activity="Out"),
        },
        routes={"start": (Route(to="Ask", share=1.0),), "Ask": ways, "Answer": END, "Out": END},
        **more,
    )


def came(make: SimpleNamespace, rules: Organisation, **how: Any) -> dict[str, Any]:
    """Activity -> delays of those who came by it."""
    rows = make.whole(rules, **how)
    names = Simulation(rules, seed=1, weeks=0.0).legend.activities
    return {name: (rows.ready - rows.enabled)[rows.activity == number] for number, name in enumerate(names)}


@pytest.mark.one_in(2)
@LOOPS
def test_an_answer_comes_first_or_the_time_is_out(make: SimpleNamespace, reference: bool) -> None:
    """Both have the luck that they have alone: answers that come in time come as they would without a time-out."""
    answer, out = Route(to="Answer", share=1.0, delay=ANSWER), Route(to="Out", share=1.0, delay=Distribution.fixed(DAY))
    found = came(make, asked(answer, out), reference=reference)
    # Of two ways that are both taken, each has its own luck: that of the race.
    alone = came(make, asked(answer, out, split="all"), reference=reference)["Answer"]
    assert sorted(found["Answer"]) == sorted(alone[alone <= DAY])
    assert np.allclose(found["Out"], DAY)
    assert len(found["Out"]) == (alone > DAY).sum() > 100


@LOOPS
def test_of_two_that_come_at_once_the_first_by_name_is_taken(make: SimpleNamespace, reference: bool) -> None:
    ways = [Route(to=to, share=1.0, delay=Distribution.fixed(DAY)) for to in ("Out", "Answer")]
    found = came(make, asked(*ways, cases=20.0), reference=reference)
    assert len(found["Answer"])
    assert not len(found["Out"])
    at_once = came(make, asked(*(replace(way, delay=Distribution.fixed(0.0)) for way in ways)), reference=reference)
    assert len(at_once["Answer"])
    assert not len(at_once["Out"])


@LOOPS
def test_a_time_out_passes_where_what_follows_it_is_skipped(make: SimpleNamespace, reference: bool) -> None:
    """Nobody is reminded; but what comes behind that comes no sooner, and at once where no time passes."""
    for time in (DAY, 0.0):
        out = Route(to="Out", share=1.0, delay=Distribution.fixed(time))
        answer = Route(to="Answer", share=1.0, delay=Distribution.fixed(2 * DAY))
        rules = asked(answer, out, cases=20.0, skips={"A": frozenset({"Out"})})
        steps = {**rules.steps, "Close": Step(activity="Close")}
        routes = {**rules.routes, "Out": (Route(to="Close", share=1.0),), "Close": END}
        found = came(make, replace(rules, steps=steps, routes=routes), reference=reference)
        assert len(found["Out"]) == len(found["Answer"]) == 0 < len(found["Close"])
        rows = make.whole(replace(rules, steps=steps, routes=routes), reference=reference)
        asking, closing = (np.sort(rows.end[rows.activity == number]) for number in (1, 2))
        assert np.allclose(closing - asking, time)


@LOOPS
def test_hours_in_which_a_delay_passes_decide_too(make: SimpleNamespace, reference: bool) -> None:
    """Nine hours at any time are over before two hours at night, mostly, of cases that come in the afternoon."""
    nights = Route(to="Out", share=1.0, delay=Distribution.fixed(2 * HOUR), hours="night")
    plain = Route(to="Answer", share=1.0, delay=Distribution.fixed(9 * HOUR))
    mornings = tuple(float(hour % 24 in (8, 16)) for hour in range(168))
    rules = asked(nights, plain, calendars={**counter().calendars, **make.calendars})
    rules = replace(rules, clients={"A": Client(cases_per_week=100.0, profile=mornings)})
    rows = make.whole(rules, reference=reference)
    asks, outs = rows.activity == 1, rows.activity == 2
    hour = {case: end % DAY // HOUR for case, end in zip(rows.case[asks], rows.end[asks], strict=True)}
    assert {hour[case] for case in rows.case[outs]} == {16.0}
    assert {hour[case] for case in rows.case[rows.activity == 0]} == {8.0}


def test_shares_have_no_say_in_a_race() -> None:
    ways = Route(to="Answer", share=0.5, delay=ANSWER), Route(to="Out", share=0.5)
    told = [str(fault) for fault in faults(asked(*ways))]
    assert told == ["routes > Ask  delays decide, and a share is not 1; expected the share 1 for each"]
