"""Which team does how much of the steps: what clients do themselves at a team's is not work of hers."""

from __future__ import annotations

from dataclasses import replace

from irrupt.engine.chronicles import simulate
from irrupt.engine.examples import counter
from irrupt.organisation import Person, Route, Team
from irrupt.sight import see


def test_the_interval_holds_the_share_where_clients_do_steps_too() -> None:
    """Each case comes to the counter by itself, is served there, and packed behind it."""
    rules = counter(0.3, cases_per_week=100.0)
    step = rules.steps["Serve"]
    rules = replace(
        rules,
        steps={
            "Come": replace(step, activity="Come", client_act=True),
            "Serve": step,
            "Wrap": replace(step, activity="Wrap"),
            "Tie": replace(step, activity="Tie"),
            "Pack": replace(step, activity="Pack", team="Back"),
        },
        routes={
            "start": (Route(to="Come", share=1.0),),
            "Come": (Route(to="Serve", share=1.0),),
            "Serve": (Route(to="Wrap", share=1.0),),
            "Wrap": (Route(to="Tie", share=1.0),),
            "Tie": (Route(to="Pack", share=1.0),),
            "Pack": (Route(to="end", share=1.0),),
        },
        teams={"Desk": Team(), "Back": Team()},
        people={**rules.people, "Bo": Person(teams=("Back",), calendar="always")},
    )
    (finding,) = [one for one in see(simulate(rules, weeks=10, seed=1)).findings if one.kind == "load"]
    share, low, high = finding.numbers["share"]  # type: ignore[misc]
    assert share == 0.75
    assert 0.7 < low < 0.75 < high < 0.8
