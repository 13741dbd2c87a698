"""Which steps the last of several ways goes round by, before it comes to what follows them all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from irrupt.discovery.routes.going_round import others
from irrupt.engine.examples import counter
from irrupt.organisation import Route, Step


@pytest.mark.parametrize(("lost", "found"), [("Meet", {"Recall", "Ask"}), ("end", set())])
def test_a_way_goes_round_where_all_that_it_leads_to_comes_back(lost: str, found: set[str]) -> None:
    """Who is recalled comes to where the ways meet; who is asked does so, too, or goes for good."""
    steps = {name: Step(activity=name) for name in ("Left", "Right", "Recall", "Ask", "Meet")}
    routes = {
        "Left": (Route(to="Right", share=1.0),),
        "Right": (Route(to="Meet", share=0.7), Route(to="Recall", share=0.2), Route(to="Ask", share=0.1)),
        "Recall": (Route(to="Meet", share=1.0),),
        "Ask": (Route(to=lost, share=1.0),),
        "Meet": (Route(to="end", share=1.0),),
    }
    rules = replace(counter(), steps=steps, routes={"start": (Route(to="Left", share=1.0),), **routes})
    taken = [(name, route) for name, some in routes.items() for route in some]
    after = {route.to: route.share for route in routes["Right"]}
    assert others(rules, after, ("Left", "Right"), taken) == found


@pytest.mark.parametrize(
    "after",
    [{"end": 0.8, "Recall": 0.2}, {"Meet": 1.0}, {"Meet": 0.8, "end": 0.2}, {"Meet": 0.8, "Left": 0.2}],
    ids=["over behind the ways", "straight on", "over at times", "back on a way"],
)
def test_a_way_does_not_go_round(after: dict[str, float]) -> None:
    steps = {name: Step(activity=name) for name in ("Left", "Right", "Recall", "Meet")}
    assert others(replace(counter(), steps=steps), after, ("Left", "Right"), []) == set()
