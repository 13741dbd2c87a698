"""Acts by which a client changes his mind: what they edit, and what becomes of his cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from irrupt.chronicle.rows import GAVE_UP, INTERRUPTED, LAST, Rows
from irrupt.engine import Simulation
from irrupt.engine.examples import counter
from irrupt.errors import ModelError
from irrupt.experiment import compare
from irrupt.organisation import Client, Distribution, Organisation, Patience, Route, Step, amended, faults
from irrupt.organisation.model import Split
from irrupt.regulation import Act, acts, touched


def done(rules: Organisation, *several: Act) -> Organisation:
    for act in several:
        rules = amended(rules, act.changes(rules, rules.origin))
    return rules


def test_it_is_an_activity_or_an_age() -> None:
    with pytest.raises(ModelError, match='cancellation: after  either "after" or "age" is needed; expected one of'):
        acts.Cancellation(client="A", share=0.1)
    with pytest.raises(ModelError, match='either "during" or "age" is needed'):
        acts.LateChange(client="A", back_to="X", during="X", age="1 h", share=0.1)
    with pytest.raises(ModelError, match=r"cancellation: age  .*soon"):
        acts.Cancellation(client="A", age="soon", share=0.1)


def test_an_age_is_a_patience_with_the_case_as_a_whole() -> None:
    act = acts.Cancellation(client="Public", age="2 days", share=0.5)
    rules = done(counter(), act)
    (rule,) = rules.patience.values()
    assert rule == Patience(lasts=act.age, share=0.5, activity="Cancellation", client="Public")  # type: ignore[arg-type]
    assert act.changes(rules, rules.origin) == ()
    (change,) = act.changes(counter(), rules.origin)
    assert change.rule == "50 % of the cases of Public are taken back 48 h after they came"
    again = acts.LateChange(client="Public", age="30 min", back_to="Serve", share=0.5)
    assert done(counter(), again).patience["Change of Public"].to == "Serve"
    assert acts.Cancellation(client="Public", age="1 h", share=0).changes(counter(), rules.origin) == ()


def together(chunks: Iterable[Rows]) -> Rows:
    """*chunks* as one."""
    kept = [Rows._make(column.copy() for column in rows) for rows in chunks]
    return Rows._make(np.concatenate(columns) for columns in zip(*kept, strict=True))


@pytest.mark.parametrize("reference", [True, False])
def test_so_many_are_taken_back_and_work_on_them_stops(reference: bool) -> None:
    """Three in ten of those that are not over five minutes after they came."""
    rules = done(counter(), acts.Cancellation(client="Public", age="5 min", share=0.3))
    rows, plain = (
        together(Simulation(one, seed=1, weeks=2.0, reference=reference).run()) for one in (rules, counter())
    )
    gone = rows.flags & GAVE_UP > 0
    assert (rows.flags[gone] & LAST > 0).all()
    slow = np.isin(plain.case, plain.case[plain.end - plain.enabled > 300.0])
    assert gone.sum() / slow.sum() == pytest.approx(0.3, abs=0.1)
    assert (rows.flags & INTERRUPTED > 0).any()


@pytest.mark.parametrize(
    "act",
    [
        acts.Cancellation(client="Public", age="0 s", share=0.3),
        acts.Cancellation(client="Public", after="Serve", share=0.3),
    ],
)
def test_whoever_takes_back_counts_as_giving_up_by_construction(act: Act) -> None:
    """Whether before or after the work: it is no throughput, and no cycle time that ends early."""
    found = compare(counter(), act, replications=12, weeks=4, seed=2).effects.to_dicts()
    of = {row["measure"]: row for row in found if row["party"] in ("Public", "all clients")}
    assert of["given up"]["with"] == pytest.approx(0.3, abs=0.02)
    assert of["given up"]["kind"] == "by construction"
    assert of["throughput"]["with"] == pytest.approx(0.7 * of["throughput"]["without"], rel=0.02)
    assert of["throughput"]["kind"] == "emergent"


def test_a_step_of_the_same_name_is_no_end() -> None:
    rules = counter()
    taken = replace(rules, steps={"Cancellation": rules.steps["Serve"]})
    taken = replace(taken, routes={"start": rules.routes["start"], "Cancellation": rules.routes["Serve"]})
    with pytest.raises(ModelError, match='activity  "Cancellation" is there already; expected another name'):
        acts.Cancellation(client="Public", after="Serve", share=0.1, activity="Cancellation").changes(
            taken, rules.origin
        )
    unnamed = done(taken, acts.Cancellation(client="Public", after="Serve", share=0.1))
    assert unnamed.steps["Cancellation by Public"].given_up


def at_once(split: Split) -> Organisation:
    """Opened, then twenty hours of Dig and ten of Wire beside each other, or as *split* says; then both are joined."""
    shares = {"Dig": 0.8, "Wire": 0.5} if split == "some" else {"Dig": 1.0, "Wire": 1.0}
    hours = {"Open": 0.0, "Dig": 20.0, "Wire": 10.0, "Join": 0.0}
    steps = {name: Step(activity=name, duration=Distribution.fixed(3600.0 * long)) for name, long in hours.items()}
    steps |= {"Open": replace(steps["Open"], split=split), "Join": replace(steps["Join"], join=True)}
    ways = {name: (Route(to=to, share=1.0),) for name, to in (("start", "Open"), ("Dig", "Join"), ("Wire", "Join"))}
    ways |= {
        "Open": tuple(
            Route(to=to, share=share, delay=Distribution.exponential(3600.0)) for to, share in shares.items()
        ),
        "Join": (Route(to="end", share=1.0),),
    }
    public = {"Public": Client(cases_per_week=300.0)}
    rules = replace(counter(), clients=public, steps=steps, routes=ways)
    assert not faults(rules)
    return rules


@pytest.mark.one_in(2)
@pytest.mark.parametrize("reference", [True, False])
@pytest.mark.parametrize("split", ["all", "some", "first"])
@pytest.mark.parametrize("after", ["Open", "Wire"])
def test_a_case_at_several_steps_at_once_is_taken_back_as_a_whole(reference: bool, split: Split, after: str) -> None:
    """The cancellation went beside the other ways, or the other parts went on."""
    plain = at_once(split)
    act = acts.Cancellation(client="Public", after=after, share=0.5)
    rules = done(plain, act)
    assert not faults(rules)
    assert "ending" in {touch.aspect for touch in touched(act.changes(plain, plain.origin)[0].edits, plain)}
    rows = together(Simulation(rules, seed=1, weeks=4.0, reference=reference).run())
    gone = rows.flags & GAVE_UP > 0
    over = dict(zip(rows.case[gone].tolist(), rows.end[gone].tolist(), strict=True))
    came = np.unique(rows.case[rows.activity == sorted(rules.activities()).index(after)])
    assert len(over) / len(came) == pytest.approx(0.5, abs=0.05)
    assert all(end <= over.get(case, end) for case, end in zip(rows.case.tolist(), rows.end.tolist(), strict=True))


def test_cancellations_behind_a_split_add_up_as_others_do() -> None:
    act = acts.Cancellation(client="Public", after="Open", share=0.5)
    (rule,) = done(at_once("all"), act, replace(act, share=0.4)).returns.values()
    assert rule.share == pytest.approx(0.7)
    assert replace(act, share=0.0).changes(at_once("all"), counter().origin) == ()


@pytest.mark.one_in(2)
@pytest.mark.parametrize("reference", [True, False])
@pytest.mark.parametrize("split", ["all", "some"])
def test_a_case_goes_back_as_a_whole_from_one_of_several_ways_at_once(reference: bool, split: Split) -> None:
    """Its part went back alone, and was in the way of the others: such an organisation was refused."""
    act = acts.LateChange(client="Public", during="Wire", back_to="Open", share=0.5)
    plain = at_once(split)
    rules = done(plain, act)
    assert not faults(rules)
    assert act.changes(rules, rules.origin) == ()
    rarer = done(rules, replace(act, share=0.25))
    assert next(iter(rarer.returns.values())).share == 0.25
    rows = together(Simulation(rules, seed=1, weeks=4.0, reference=reference).run())
    names = sorted(rules.activities())
    at = {name: rows.activity == names.index(name) for name in names}
    changed, wired = np.unique(rows.case[at["Change"]]), np.unique(rows.case[at["Wire"]])
    assert len(changed) == at["Change"].sum(), "once in each case at most"
    assert 0.5 <= len(changed) / len(wired) + 0.05 <= 0.8
    opened = np.bincount(rows.case[at["Open"]])
    assert (opened[changed] == 2).mean() > 0.9
    assert set(np.flatnonzero(opened > 1)) <= set(changed)
    joined = np.bincount(rows.case[at["Join"]])
    assert joined.max() == 1, "what was begun on the other ways is called off"


def test_a_case_goes_back_within_one_of_several_ways_by_itself() -> None:
    rules = done(at_once("all"), acts.LateChange(client="Public", during="Wire", back_to="Wire", share=0.5))
    assert "Change" not in rules.activities()
    assert next(iter(rules.returns.values())).back_to == "Wire"
