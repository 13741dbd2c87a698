"""A run that was put into a file goes on as it would have, to the bit; anything else is refused."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.engine import Simulation, kernel, snapshot
from irrupt.engine.examples import counter, workshop
from irrupt.engine.planning import stored
from irrupt.errors import DataError, UsageError
from irrupt.organisation import Batch, Check, Distribution

DAY = 86400.0


@settings(
    max_examples=settings().max_examples // 2,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_a_run_goes_on_as_it_would_have(make: SimpleNamespace, tmp_path: Path, data: Any) -> None:
    run = Simulation(data.draw(make.stretched()), seed=3, replication=2, weeks=2.0, run_out_weeks=30.0, chunk=50)
    make.collected(run.run(data.draw(st.sampled_from([0.0, 3.3 * DAY, 9 * DAY]))))
    snapshot.save(run, tmp_path / "run.npz")
    again = snapshot.load(tmp_path / "run.npz")
    assert again.legend == run.legend
    assert (again.now, again.arrived, again.in_system) == (run.now, run.arrived, run.in_system)
    assert make.same(make.collected(run.run()), make.collected(again.run()))


def test_rules_that_changed_are_those_in_force(make: SimpleNamespace, tmp_path: Path) -> None:
    run = Simulation(counter(0.5), seed=3, weeks=2.0)
    list(run.run(DAY))
    run.change(counter(0.9))
    list(run.run(2 * DAY))
    snapshot.save(run, tmp_path / "run.npz")
    again = snapshot.load(tmp_path / "run.npz")
    assert make.same(make.collected(run.run()), make.collected(again.run()))


@pytest.mark.parametrize("batched", [False, True])
def test_a_run_from_a_file_is_of_the_same_kind_and_follows_other_rules(
    make: SimpleNamespace, tmp_path: Path, batched: bool
) -> None:
    """To the compiled loop, records that are laid out in another way are another kind, for which all is compiled anew;
    and where both kinds meet, nothing is."""
    rules = counter(0.9)
    serve = replace(rules.steps["Serve"], batch=Batch(size=2) if batched else None)
    rules = replace(rules, steps={"Serve": serve})
    run = Simulation(rules, seed=3, weeks=2.0)
    list(run.run(DAY))
    snapshot.save(run, tmp_path / "run.npz")
    again = snapshot.load(tmp_path / "run.npz")
    for one, other in zip(again._loop.state, run._loop.state, strict=True):  # type: ignore[union-attr]
        assert (one.dtype, one.dtype.isalignedstruct) == (other.dtype, other.dtype.isalignedstruct)
    more = replace(rules, clients={**rules.clients, "New": next(iter(rules.clients.values()))})
    for each in (run, again):
        each.change(more)
    assert make.same(make.collected(run.run()), make.collected(again.run()))


def test_checks_and_batches_of_earlier_rules_are_known_as_such(make: SimpleNamespace, tmp_path: Path) -> None:
    """Whoever is at one finishes it after the change, and rows are read by the legend of the run."""
    plain = counter(0.9)
    serve = plain.steps["Serve"]
    check = Check(after="Serve", step=replace(serve, activity="Look"))
    whole = replace(serve, batch=Batch(size=2, set_up=Distribution.fixed(60.0)))
    run = Simulation(replace(plain, checks={"1": check}, steps={**plain.steps, "Serve": whole}), seed=3, weeks=2.0)
    list(run.run(DAY))
    run.change(plain)
    snapshot.save(run, tmp_path / "run.npz")
    again = snapshot.load(tmp_path / "run.npz")
    assert run.legend.checks == {"Look"}
    assert run.legend.set_ups
    assert again.legend == run.legend
    assert make.same(make.collected(run.run()), make.collected(again.run()))


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(period=st.sampled_from(["week", "day"]), at=st.sampled_from([0.0, 3.3 * DAY, 21 * DAY]), edited=st.booleans())
def test_a_plan_goes_on_as_it_would_have(
    make: SimpleNamespace, tmp_path: Path, period: Any, at: float, edited: bool
) -> None:
    """Rows, goods, hours, what they cost, what is told of them: all is the same, with rules that changed before too."""
    rules = workshop()
    programmes = {name: replace(one, period=period) for name, one in rules.programmes.items()}
    rules = replace(rules, programmes=programmes)
    run = Simulation(rules, seed=3, weeks=6.0)
    list(run.run(at))
    if edited:
        longer = {name: replace(one, horizon=10, level=400.0) for name, one in programmes.items()}
        run.change(replace(rules, programmes=longer))
        list(run.run(at + 8 * DAY))
    snapshot.save(run, tmp_path / "run.npz")
    again = snapshot.load(tmp_path / "run.npz")
    assert make.same(make.collected(run.run()), make.collected(again.run()))
    for part in ("goods", "hours", "money"):
        for one, other in zip(getattr(run.planned, part), getattr(again.planned, part), strict=True):
            assert np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    assert again.brought == run.brought
    assert again.legend == run.legend
    assert [when for when, *_rules in again.hours_changed] == [when for when, *_rules in run.hours_changed]
    organisations = [[one.rules.organisation for one in each.rosters] for each in (run, again)]
    assert organisations[0] == organisations[1]
    assert [one._replace(rules=None) for one in run.rosters] == [one._replace(rules=None) for one in again.rosters]  # type: ignore[arg-type]


def test_a_plan_of_another_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot.save(Simulation(workshop(), seed=1, weeks=1.0), tmp_path / "run.npz")
    monkeypatch.setattr(stored, "SOURCES", 1)
    with pytest.raises(DataError, match="another version of the work loop"):
        snapshot.load(tmp_path / "run.npz")


def test_what_cannot_be_put_down_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="one of the compiled loop"):
        snapshot.save(Simulation(counter(), seed=1, weeks=1.0, reference=True), tmp_path / "run.npz")
    with pytest.raises(UsageError, match="cannot be written"):
        snapshot.save(Simulation(counter(), seed=1, weeks=1.0), tmp_path / "nowhere" / "run.npz")
    assert not list(tmp_path.iterdir())


def test_what_is_no_snapshot_of_this_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "run.npz"
    with pytest.raises(DataError, match="no such file"):
        snapshot.load(file)
    for content in (b"", b"something else", b"PK\x03\x04 broken"):
        file.write_bytes(content)
        with pytest.raises(DataError, match="not a snapshot of a run"):
            snapshot.load(file)
    np.savez(file, other=np.zeros(2))
    with pytest.raises(DataError, match="not a snapshot of a run"):
        snapshot.load(file)
    snapshot.save(Simulation(counter(), seed=1, weeks=1.0), file)
    shutil.copy(file, tmp_path / "cut.npz")
    (tmp_path / "cut.npz").write_bytes(file.read_bytes()[:500])
    with pytest.raises(DataError, match="not a snapshot of a run"):
        snapshot.load(tmp_path / "cut.npz")
    monkeypatch.setattr(kernel, "SOURCES", 1)
    with pytest.raises(DataError, match="another version of the work loop"):
        snapshot.load(file)
