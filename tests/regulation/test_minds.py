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
from irrupt.organisation import Organisation, Patience, amended
from irrupt.regulation import Act, acts


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
