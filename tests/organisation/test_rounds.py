"""Loops of no time, round which cases would go for ever, or as good as."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from irrupt.engine.examples import counter
from irrupt.errors import ModelError
from irrupt.experiment import compare
from irrupt.organisation import Check, Distribution, Organisation, Route, Step, faults
from irrupt.organisation.batch import Batch
from irrupt.regulation import Bypass

NEAR = 1.0 - 1e-6
NONE, MINUTE = Distribution.fixed(0.0), Distribution.fixed(60.0)
ROUND = "cases would go through 10,000 steps or more at one moment: no time passes on the way round Look, Turn"


def turning(share: float = NEAR, delay: Distribution = NONE, **turn: Any) -> Organisation:
    """Behind the counter two steps that lead back to each other."""
    rules, look = counter(), Step(activity="Look")
    return replace(
        rules,
        steps={**rules.steps, "Look": look, "Turn": Step(activity="Turn", **turn)},
        routes={
            **rules.routes,
            "Serve": (Route(to="Look", share=1.0),),
            "Look": (Route(to="Turn", share=1.0),),
            "Turn": (Route(to="Look", share=share, delay=delay), Route(to="end", share=1.0 - share)),
        },
    )


def test_a_loop_of_no_time_that_hardly_anybody_leaves_is_refused_by_name() -> None:
    """The run never came to its end, and nothing was told."""
    (found,) = map(str, faults(turning()))
    assert found.startswith(f"routes > Turn  {ROUND}; expected a time of work, a delay")
    with pytest.raises(ModelError, match="no time passes on the way round Look, Turn"):
        compare(turning(), Bypass(client="Public", skips="Turn"), replications=2, weeks=1)


@pytest.mark.parametrize(
    "terms",
    [
        {"share": 0.99},
        {"delay": MINUTE},
        {"duration": MINUTE},
        {"per_unit": MINUTE},
        {"team": "Desk", "batch": Batch(size=3, longest_wait=60.0)},
    ],
)
def test_where_time_passes_or_some_leave_it_runs(terms: dict[str, Any]) -> None:
    assert faults(turning(**terms)) == []


def test_work_that_is_put_in_takes_time_and_what_is_skipped_takes_none() -> None:
    rules = turning()
    check = Check(after="Turn", step=Step(activity="Check", team="Desk", duration=MINUTE))
    assert faults(replace(rules, checks={"Check": check})) == []
    slow = turning(team="Desk", duration=MINUTE)
    bypass = Bypass(client="Public", skips="Turn")
    with pytest.raises(ModelError, match=rf"{ROUND} \(cases of Public skip Turn\)"):
        compare(slow, bypass, replications=2, weeks=1)


def test_only_the_kind_of_cases_that_goes_round_counts() -> None:
    rules = turning()
    classes = {"new": 0.5, "old": 0.5}
    rules = replace(rules, clients={name: replace(one, classes=classes) for name, one in rules.clients.items()})
    ways = {
        kind: (Route(to="Look", share=share, only=kind), Route(to="end", share=1 - share, only=kind))
        for kind, share in (("new", 0.5), ("old", NEAR))
    }
    both = replace(rules, routes={**rules.routes, "Turn": (*ways["new"], *ways["old"])})
    assert [str(one) for one in faults(both) if ROUND in str(one)]
    quick = (*ways["new"], *(replace(one, share=0.5, only="old") for one in ways["new"]))
    assert faults(replace(rules, routes={**rules.routes, "Turn": quick})) == []
