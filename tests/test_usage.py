"""What is called with the wrong kind of thing says so in words of ours, and what makes the right kind."""

from __future__ import annotations

import sys
from collections.abc import Callable
from copy import copy
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import irrupt as ir
from irrupt.agreement import Kept, Rulebook, agree, confirm, end, kept, load_rulebook, refute, sign
from irrupt.engine import Simulation, snapshot
from irrupt.engine.examples import counter
from irrupt.errors import DataError, Fault, InvariantError, ModelError, UsageError
from irrupt.experiment import Behind, Rigidity, Search, Sweep, search, sweep
from irrupt.experiment.settling import settle

FIRST = ir.acts.Volume(client="Public", change=0.1)
WRONG: dict[str, Callable[[Any, Any], object]] = {
    "read": lambda _log, _desk: ir.read(3),
    "see": lambda _log, _desk: ir.see("x"),
    "discover": lambda _log, _desk: ir.discover("x"),  # type: ignore[arg-type]
    "alternatives": lambda log, _desk: ir.alternatives(log, "x"),  # type: ignore[arg-type]
    "alternatives of nothing": lambda _log, desk: ir.alternatives("x", desk),  # type: ignore[arg-type]
    "start_of": lambda log, _desk: ir.start_of(log, "x"),  # type: ignore[arg-type]
    "start_of nothing": lambda _log, desk: ir.start_of("x", desk),  # type: ignore[arg-type]
    "simulate": lambda _log, _desk: ir.simulate("x", weeks=1, seed=1),  # type: ignore[arg-type]
    "compare": lambda _log, _desk: ir.compare("x"),  # type: ignore[arg-type]
    "power": lambda _log, _desk: ir.power("x"),  # type: ignore[arg-type]
    "power by parts": lambda _log, desk: ir.power(desk, replications=2.5),  # type: ignore[arg-type]
    "power for long": lambda _log, desk: ir.power(desk, weeks="long"),  # type: ignore[arg-type]
    "simulate an act": lambda _log, desk: ir.simulate(desk, weeks=1, seed=1, changes=[FIRST]),  # type: ignore[list-item]
    "simulate for ever": lambda _log, desk: ir.simulate(desk, weeks=10**30, seed=1),
    "simulate no time": lambda _log, desk: ir.simulate(desk, weeks="6", seed=1),  # type: ignore[arg-type]
    "compare what has no names": lambda _log, desk: ir.compare(desk, scenarios=[FIRST]),  # type: ignore[arg-type]
    "compare what is no act": lambda _log, desk: ir.compare(desk, scenarios={"a": 3}),  # type: ignore[dict-item]
    "compare at no bound": lambda _log, desk: ir.compare(desk, FIRST, bounds={"short": desk}),
    "alternatives of no work": lambda log, desk: ir.alternatives(log, desk, work="short"),  # type: ignore[arg-type]
    "compare in nothing": lambda _log, desk: ir.compare(desk, FIRST, store=3),  # type: ignore[arg-type]
    "read what is no mapping": lambda _log, _desk: ir.read("x.csv", mapping="client=place"),  # type: ignore[arg-type]
    "search within no limit": lambda _log, desk: search(desk, FIRST, at_most=["rework of Public"]),  # type: ignore[list-item]
    "search with no act": lambda _log, desk: search(desk, FIRST, lower=["rework of Public"], today=["x"]),  # type: ignore[list-item]
    "sweep one text": lambda _log, desk: sweep(desk, FIRST, vary="x", outputs=["rework of Public"]),
    "between texts": lambda log, _desk: log.between("2024-01-01", "2024-01-02"),
    "agree at a text": lambda _log, _desk: agree(
        Rulebook(name="Desk"), "Once", by="Desk", becomes={}, time="2024-01-01"
    ),  # type: ignore[arg-type]
    "behind nothing": lambda _log, _desk: ir.behind("x"),  # type: ignore[arg-type]
    "load what no file is called": lambda _log, _desk: ir.load("a\0b"),
    "load half a character": lambda _log, _desk: ir.load_scenario("\ud800"),
    "dump to what no file is called": lambda _log, desk: ir.dump(desk, "a\0b"),
    "read what is said nowhere": lambda log, _desk: ir.read(log.events, said="\ud800"),
    "report to what no file is called": lambda _log, desk: ir.report("a\0b.html", desk),
    "compare in what no file is called": lambda _log, desk: ir.compare(desk, FIRST, store=""),
    "compare for ever": lambda _log, desk: ir.compare(desk, FIRST, replications=10**30),
    "compare by too many": lambda _log, desk: ir.compare(desk, FIRST, workers=10**30),
    "power for ever": lambda _log, desk: ir.power(desk, replications=10**30),
    "rigidity for ever": lambda _log, desk: ir.rigidity(desk, weeks=10**30),
    "too many alternatives": lambda log, desk: ir.alternatives(log, desk, count=10**30),
    "run what is no organisation": lambda _log, _desk: Simulation("x", seed=1, weeks=2.0),  # type: ignore[arg-type]
    "run for a text": lambda _log, desk: Simulation(desk, seed=1, weeks="2"),  # type: ignore[arg-type]
    "run until a text": lambda _log, desk: Simulation(desk, seed=1, weeks=2).run("1 week"),  # type: ignore[arg-type]
    "change a run by an act": lambda _log, desk: Simulation(desk, seed=1, weeks=2).change(FIRST),  # type: ignore[arg-type]
    "keep what is no run": lambda _log, _desk: snapshot.save("run", "run.npz"),  # type: ignore[arg-type]
    "go on with nothing": lambda _log, _desk: snapshot.load(None),  # type: ignore[arg-type]
    "power by nobody": lambda _log, desk: ir.power(desk, executor=3),  # type: ignore[arg-type]
    "compare by nobody": lambda _log, desk: ir.compare(
        desk, ir.acts.Volume(client="everybody", change=0.1), executor=3
    ),  # type: ignore[typeddict-item]
    "search": lambda _log, _desk: search("x", lower=["rework of all clients"]),  # type: ignore[arg-type]
    "sweep": lambda _log, _desk: sweep("x", vary=[], outputs=[]),  # type: ignore[arg-type]
    "settle": lambda _log, _desk: settle("x", {}, []),  # type: ignore[arg-type]
    "settle by parts": lambda _log, desk: settle(desk, {}, [], replications=2.5),  # type: ignore[arg-type]
    "load": lambda _log, _desk: ir.load(3),  # type: ignore[arg-type]
    "load_rulebook": lambda _log, _desk: load_rulebook(3),  # type: ignore[arg-type]
    "dump": lambda _log, _desk: ir.dump("x", "x.yaml"),  # type: ignore[arg-type]
    "write": lambda _log, _desk: ir.write("x", "x.csv"),  # type: ignore[arg-type]
    "report": lambda _log, _desk: ir.report("x.html", "y"),  # type: ignore[arg-type]
    "report of nothing": lambda _log, _desk: ir.report("x.html"),
    "kept": lambda log, _desk: kept("x", log),  # type: ignore[arg-type]
    "kept by nothing": lambda _log, _desk: kept(Rulebook(name="Desk"), "x"),  # type: ignore[arg-type]
    "agree": lambda _log, _desk: agree("x", "Once", by="Desk", becomes={}),  # type: ignore[arg-type]
    **{
        does.__name__: lambda _log, _desk, does=does: does("x", "Once", by="Desk")
        for does in (sign, confirm, refute, end)
    },
}


@pytest.mark.parametrize("what", WRONG)
def test_the_wrong_kind_of_thing_is_told_as_such(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    log = ir.read(
        pl.DataFrame({"case": ["a", "a"], "activity": ["open", "close"], "end": ["2024-01-01", "2024-01-02"]})
    )
    with pytest.raises(UsageError):
        WRONG[what](log, counter())
    assert not list(tmp_path.iterdir()), "nothing is written"


RESULTS = (ir.Chronicle, ir.Sight, ir.ScheduleSight, ir.Comparison, ir.Power, Behind, Kept, Rigidity, Search, Sweep)


@pytest.mark.parametrize("kind", RESULTS, ids=lambda kind: kind.__name__)
def test_what_holds_frames_is_compared_and_hashed_as_itself(kind: type) -> None:
    """Frames can be neither: two results could not be told apart, found in a list, or be keys."""
    assert kind.__eq__ is object.__eq__
    assert kind.__hash__ is object.__hash__


def test_errors_arrive_whole_from_other_processes() -> None:
    faults = [Fault("a", "found", "expected", "remedy"), Fault("b", "found")]
    for kind in (DataError, ModelError, UsageError, InvariantError):
        sent = kind(faults)
        arrived = copy(sent)  # As pickling does it.
        assert (type(arrived), arrived.faults, str(arrived)) == (kind, sent.faults, str(sent))


def test_pandas_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    log = ir.read(pl.DataFrame({"case": ["a"], "activity": ["open"], "end": ["2024-01-01"]}))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError, match=r"pip install irrupt\[pandas\]"):
        log.to_pandas()


def test_what_a_report_is_made_of_is_told() -> None:
    with pytest.raises(UsageError, match=r"a value of type str; expected Sight \| .*Power \| .*Search \| Sweep"):
        ir.report("x.html", "y")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"two results of one kind \(Organisation\)"):
        ir.report("x.html", counter(), counter())


def test_a_role_that_there_is_none_of_is_told_as_python_says_it() -> None:
    log = pl.DataFrame({"case": ["a"], "activity": ["open"], "end": ["2024-01-01"]})
    with pytest.raises(UsageError, match=r'^mapping  no role "clint"; did you mean "client"'):
        ir.read(log, mapping={"clint": "case"})
