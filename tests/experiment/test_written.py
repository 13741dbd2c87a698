"""Acts in the order in which they are written, and in others: what is put in is called the same whenever it begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import permutations
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irrupt.engine import tables
from irrupt.errors import InvariantError
from irrupt.experiment import compare
from irrupt.experiment.horizon import Horizon
from irrupt.experiment.model import Tried
from irrupt.experiment.runs import Task, replicate
from irrupt.experiment.trials import Trial, plan_of, trials_of
from irrupt.experiment.watching import Course
from irrupt.experiment.written import all_done
from irrupt.organisation import Claim, Edit, Organisation, Person, RuleChange
from irrupt.regulation import (
    Act,
    Audit,
    Cancellation,
    ImposedCheck,
    LateChange,
    Traceability,
    When,
    act_to_dict,
)
from irrupt.regulation.when import title_among
from irrupt.reporting.machine import plain

HORIZON = Horizon(warm_up=1.0, weeks=4.0, run_out=0.0)
CLIENTS = (None, "A", "B")
SHARE = {"share": 0.3, "team": "Desk"}
NAMELESS: tuple[Act, ...] = (
    *(ImposedCheck(client=client, after=after) for client in CLIENTS for after in ("Triage", "Repair")),
    *(Audit(client=client, after="Repair", finds=0.5, back_to="Triage", **SHARE) for client in "AB"),
    *(Traceability(client=client, activity="Triage") for client in CLIENTS),
    *(LateChange(client=client, age="1 day", back_to="Triage", share=0.3) for client in "AB"),
    Cancellation(client="A", age="1 day", share=0.3),
    Cancellation(client="B", after="Triage", share=0.3),
    *(ImposedCheck(client="A", after="Triage", activity=name) for name in ("Change", "Audit finding", "Check")),
)
MOMENTS = st.builds(
    dict,
    lag=st.sampled_from([0.0, 1.0, 2.0, 3.0]),
    condition=st.sampled_from([None, "arrivals > 1 for A over 1 week", "arrivals > 20 for A over 1 week"]),
)


@st.composite
def several(draw: st.DrawFn) -> list[Act]:
    """Acts that put something in, most of which do not say what it is called, each with its moment or with none."""
    acts = draw(st.lists(st.sampled_from(NAMELESS), min_size=2, max_size=4, unique_by=id))
    moments = [draw(MOMENTS) for _act in acts]
    return [
        act if not (moment["lag"] or moment["condition"]) else When(act=act, **moment)
        for act, moment in zip(acts, moments, strict=True)
    ]


def course_of(desk: Organisation, trial: Trial) -> Course:
    moment = desk.timeline.after(HORIZON.warm_up)
    return Course(acts=trial.scheduled, settled=trial.settled, organisation=desk, moment=moment)


@given(several())
def test_names_do_not_depend_on_when_acts_begin(desk: Organisation, acts: list[Act]) -> None:
    """Whatever came first had the plain name, and a run in another order named what nothing was reserved for."""
    (trial,) = trials_of(desk, {"it": acts}, HORIZON)
    course, legend = course_of(desk, trial), plan_of(tables(desk), [trial], HORIZON, 1).legends["it"]
    for order in permutations(range(len(course.waiting))):
        for count in range(len(order)):
            assert {*course.after(order[:count])[0].activities()} <= {*legend.activities}
        assert {*course.after(order)[0].activities()} == {*trial.rules.activities()}


@given(several(), st.integers(0, 3))
@settings(max_examples=settings().max_examples // 5)
def test_runs_go_on_in_whatever_order_acts_begin(desk: Organisation, acts: list[Act], number: int) -> None:
    trials = trials_of(desk, {"it": acts, "reversed": acts[::-1]}, HORIZON)
    found = replicate(plan_of(tables(desk), trials, HORIZON, 1), Task(number, ("it", "reversed"))).pairs
    for trial in trials:
        values = dict(zip(trial.layout, found[trial.name].with_act.tolist(), strict=True))
        assert np.isfinite(values["steps per case", "all clients"])


def test_settled_names_are_no_parameters(desk: Organisation) -> None:
    """The act is the same one, is called the same, and is written down as before."""
    every, his = (ImposedCheck(client=client, after="Repair") for client in CLIENTS[:2])
    settled = all_done(desk, [every, his], desk.origin).settled
    assert settled == (every, his)
    assert [act.names for act in settled] == [{"Check": "Check"}, {"Check": "Check for A"}]  # type: ignore[attr-defined]
    assert [act_to_dict(act) for act in settled] == [act_to_dict(act) for act in (every, his)]
    assert plain(settled[1]) == plain(his)
    assert title_among(settled[1], [his, replace(his, after="Triage")]) == "imposed check: A (after Repair)"


@dataclass(frozen=True)
class Hire:
    """Somebody joins Network, called by how many there are."""

    name: ClassVar[str] = "hire"

    settled: str = ""
    client: None = None

    @property
    def claim(self) -> Claim:
        return Claim(author="Boss", aim="rigidity", measure="cycle time", party="all clients", expects="fall")

    def changes(self, rules: Organisation, moment: datetime) -> Sequence[RuleChange]:
        new = self.settled or f"New {len(rules.people)}"
        person = Person(teams=("Network",), calendar="office")
        edits = (Edit(part="people", key=new, before=None, after=person),)
        return [RuleChange(time=moment, author="Boss", rule=f"{new} joins", edits=edits, claim=self.claim)]


class HireNamed(Hire):
    """The same, who is called the same whenever he comes."""

    def named(self, rules: Organisation) -> HireNamed:
        return replace(self, settled=f"New {len(rules.people)}")


def test_own_acts_settle_the_names_that_they_give(desk: Organisation) -> None:
    """Or are told what an act has to keep to. Each time that one is done, somebody else comes."""

    def done(kind: type[Hire]) -> Tried:
        soon = When(act=Hire(settled="Soon"), condition="arrivals > 1 over 1 week")
        often = When(act=kind(), condition="arrivals > 20 for A over 1 week", again=1)
        (tried,) = compare(
            desk, scenarios={"it": [often, soon]}, weeks=6, warm_up_weeks=2, replications=3, seed=2
        ).tried
        return tried

    assert [one.done for one in done(HireNamed).found] == [None]
    with pytest.raises(InvariantError, match="'New 6' was not to come: an act gives the same names"):
        done(Hire)
