"""Runs: what is said about them, and what is refused."""

from __future__ import annotations

import math
import os
import pickle
import runpy
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from irrupt.chronicle.rows import Rows
from irrupt.compiling import text_of
from irrupt.engine import (
    Simulation,
    batches,
    branches,
    bringing,
    calling,
    coming,
    crossings,
    duty,
    interrupting,
    kernel,
    layout,
    lines,
    noting,
    pieces,
    shelves,
    tables,
    takers,
    ties,
)
from irrupt.engine.examples import counter
from irrupt.errors import ModelError, UsageError
from irrupt.organisation import Check, Client, Person, Route, Step, Team

WEEK = 604800.0


@pytest.mark.parametrize("reference", [False, True])
def test_a_run_knows_where_it_stands(make: SimpleNamespace, reference: bool) -> None:
    run = Simulation(counter(0.9), seed=1, weeks=0.5, reference=reference)
    assert (run.now, run.arrived, run.in_system) == (0.0, 0, 0)
    rows = make.collected(run.run(100_000.0))
    assert run.now == 100_000.0
    assert run.arrived - run.in_system == len(rows.case)
    rest = make.collected(run.run())
    assert run.in_system == 0
    assert run.now == rest.end[-1]
    assert len(rows.case) + len(rest.case) == run.arrived


@pytest.mark.parametrize("chunk", [16384, 50])
def test_rows_of_some_time_come_as_one_where_they_are_wanted_so(chunk: int) -> None:
    """Whether they fit into one chunk or not; they stay what they are while another run goes on."""
    run = Simulation(counter(), seed=1, weeks=2, chunk=chunk)
    other = run.fork()
    found = run.rows_until(WEEK)
    expected = [Rows._make(column.copy() for column in rows) for rows in other.run(WEEK)]
    assert len(expected) == 1 if chunk > 1000 else len(expected) > 1
    list(other.run())
    for one, column in zip(found, zip(*expected, strict=True), strict=True):
        assert np.array_equal(one, np.concatenate(column), equal_nan=one.dtype.kind == "f")
    assert len(run.rows_until(WEEK).case) == 0


def test_rows_come_in_chunks_in_order_of_end() -> None:
    ends = [rows.end.copy() for rows in Simulation(counter(), seed=1, weeks=1, chunk=100).run()]
    assert {len(part) for part in ends[:-1]} == {100}
    assert (np.diff(np.concatenate(ends)) >= 0).all()


def test_a_run_that_is_left_in_the_middle_goes_on(make: SimpleNamespace) -> None:
    run = Simulation(counter(), seed=1, weeks=1, chunk=100)
    first = make.collected([next(iter(run.run()))])
    rest = make.collected(run.run())
    assert np.concatenate([first.end, rest.end]).tobytes() == make.whole(counter(), seed=1, weeks=1).end.tobytes()


@pytest.mark.parametrize("number", [int, np.int32, np.float32])
def test_times_may_be_numbers_of_any_kind(number: Callable[[int], float]) -> None:
    """Whatever kind the first is of, those that come later are what they are."""
    run = Simulation(counter(0.9), seed=1, weeks=number(2), run_out_weeks=number(9))
    rows = sum(len(chunk.case) for until in (number(200_000), 200_000.5, np.inf) for chunk in run.run(until))
    assert rows == run.arrived
    run = Simulation(counter(0.9), seed=1, weeks=number(2))
    assert list(run.run(number(200_000)))
    run.change(counter(0.5))
    assert type(run.now) is float


def test_seeds_and_replications_differ_and_repeat(make: SimpleNamespace) -> None:
    ends = {
        (seed, number): make.whole(counter(), seed=seed, replication=number, weeks=1).end.tobytes()
        for seed in (1, 2)
        for number in (0, 1)
    }
    assert len(set(ends.values())) == 4
    assert ends[1, 0] == make.whole(counter(), seed=1, replication=0, weeks=1).end.tobytes()


def test_an_overloaded_organisation_stops_at_the_horizon(make: SimpleNamespace) -> None:
    run = Simulation(counter(load=3.0), seed=1, weeks=1, run_out_weeks=1)
    rows = make.collected(run.run())
    assert rows.end.max() < 2 * WEEK
    assert run.in_system == run.arrived - len(rows.case) > 0


def test_many_cases_in_the_system_find_room(make: SimpleNamespace) -> None:
    """Slots are doubled while the run goes on: the rows are those of the readable loop."""
    crowd = counter(load=2.0, cases_per_week=1500.0)
    kept = make.whole(crowd, weeks=1, run_out_weeks=0.0)
    assert make.same(kept, make.whole(crowd, weeks=1, run_out_weeks=0.0, reference=True))
    assert len(kept.case) < 1000


def test_compiled_tables_are_used_again_and_can_be_sent_elsewhere(make: SimpleNamespace) -> None:
    compiled = tables(counter())
    plain = make.whole(counter())
    assert make.same(plain, make.whole(compiled))
    assert make.same(plain, make.whole(pickle.loads(pickle.dumps(compiled))))  # noqa: S301


def test_names_keep_their_numbers_when_rules_change() -> None:
    plain = counter()
    more = replace(
        plain,
        clients={"Aunt": Client(cases_per_week=5.0), **plain.clients},
        checks={"check": Check(after="Serve", step=Step(activity="Audit"))},
        teams={**plain.teams, "Archive": Team()},
        people={**plain.people, "Abe": Person(teams=("Archive",), calendar="always")},
    )
    run = Simulation(plain, seed=1, weeks=1)
    run.change(more)
    assert run.legend.clients == ("Public", "Aunt")
    assert run.legend.activities == ("Serve", "Audit")
    assert run.legend.teams == ("Desk", "Archive")
    assert run.legend.people == ("Ann", "Abe")
    run.change(plain)
    assert run.legend.people == ("Ann", "Abe")


def test_a_change_that_is_refused_changes_nothing(make: SimpleNamespace) -> None:
    """Neither an organisation that cannot run, nor one that lacks a step where cases are."""
    plain = counter(0.9)
    ways = {"start": (Route(to="Other", share=1.0),), "Other": (Route(to="end", share=1.0),)}
    lacks = replace(plain, steps={"Other": plain.steps["Serve"]}, routes=ways)
    run = Simulation(plain, seed=1, weeks=2, run_out_weeks=60)
    parts = [make.collected(run.run(300_000.0))]
    assert run.in_system
    for refused in (lacks, replace(plain, teams={})):
        with pytest.raises(ModelError):
            run.change(refused)
    parts.append(make.collected(run.run()))
    assert make.same(make.collected(parts), make.whole(plain, seed=1))


def test_bad_arguments_are_refused() -> None:
    for bad in (
        {"weeks": -1.0},
        {"weeks": math.inf},
        {"weeks": 1.0, "run_out_weeks": math.nan},
        {"weeks": 1.0, "chunk": 0},
    ):
        with pytest.raises(UsageError):
            Simulation(counter(), seed=1, **bad)
    run = Simulation(counter(), seed=1, weeks=1)
    list(run.run(1000.0))
    for past in (999.0, math.nan):
        with pytest.raises(UsageError, match="1000 or more"):
            run.run(past)


def test_an_organisation_that_cannot_run_is_refused_with_every_fault() -> None:
    broken = replace(
        counter(),
        steps={"Serve": Step(activity="Serve", team="Dask"), "Trap": Step(activity="Trap")},
        routes={"start": (Route(to="Serv", share=0.7),), "Serve": (Route(to="end", share=1.0),)},
    )
    with pytest.raises(ModelError) as refusal:
        tables(broken)
    assert len(refusal.value.faults) >= 4
    assert 'did you mean "Desk"?' in str(refusal.value)


def test_rules_that_share_parts_are_looked_at_for_all_that_may_be_wrong_in_the_others() -> None:
    plain = tables(counter())
    assert tables(plain) is plain
    favoured = replace(counter(), teams={"Desk": Team(priority={"Public": 1})})
    alone, beside = tables(favoured), tables(favoured, plain)
    for one, other in zip(alone.rules, beside.rules, strict=True):
        assert np.array_equal(one, other)
    trap = replace(plain.organisation, routes={**plain.organisation.routes, "Serve": (Route(to="Serve", share=1.0),)})
    with pytest.raises(ModelError, match="from here no case ever ends"):
        tables(trap, plain)
    with pytest.raises(ModelError, match="nobody works in this team"):
        tables(replace(plain.organisation, people={}), plain)


def test_shares_that_almost_sum_to_one_are_taken_for_one(make: SimpleNamespace) -> None:
    plain = counter()
    nearly = {**plain.routes, "start": tuple(Route(to="Serve", share=share) for share in (0.3333333, 0.6666666))}
    assert make.same(make.whole(plain), make.whole(replace(plain, routes=nearly)))


def test_what_is_compiled_from_several_files_is_cached_by_the_text_of_all(tmp_path: Path) -> None:
    module = ModuleType("edited")
    module.__file__ = str(tmp_path / "edited.py")
    numbers = set()
    for text in ("A = 1", "A = 2"):
        Path(module.__file__).write_text(text)
        numbers.add(text_of(module))
    assert len(numbers) == 2
    sources = {
        kernel.work: (
            *(batches, branches, calling, coming, crossings, duty, interrupting, layout, lines, noting, pieces),
            shelves,
            takers,
            ties,
        ),
        bringing.bring: (coming, layout, lines, pieces),
    }
    for function, others in sources.items():
        compiled = getattr(function, "function", function)
        held = [cell.cell_contents for cell in compiled.py_func.__closure__]
        assert text_of(*others) in held


def test_the_loop_keeps_within_its_arrays(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Run as plain Python, where an index out of range is an error, it makes the rows that it makes compiled."""
    script = Path(__file__).with_name("everything.py")
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    command = [sys.executable, "-W", "ignore:overflow encountered:RuntimeWarning", str(script)]
    plain = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    monkeypatch.syspath_prepend(script.parent)
    runpy.run_path(str(script), run_name="__main__")
    assert plain == capsys.readouterr().out
    assert int(plain.split()[0]) > 1500


def test_runs_on_threads_are_the_runs_one_after_the_other(make: SimpleNamespace) -> None:
    rules, favoured = tables(counter(0.9)), tables(replace(counter(0.9), teams={"Desk": Team(priority={"Public": 1})}))

    def end(number: int) -> bytes:
        rows = make.whole(rules, replication=number, pauses=[(200_000.0, favoured), (400_000.0, rules)])
        return bytes(rows.end.tobytes())

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(end, range(12))) == [end(number) for number in range(12)]


@pytest.mark.one_in(2)
@pytest.mark.parametrize("reference", [False, True])
def test_a_forked_run_goes_on_as_the_one_it_was_forked_from(make: SimpleNamespace, reference: bool) -> None:
    run = Simulation(counter(0.9), seed=1, weeks=1, reference=reference)
    list(run.run(200_000.0))
    fork, second = run.fork(), run.fork()
    second.change(counter(0.2))
    assert not rows_equal(make.collected(second.run()), make.collected(run.run()))
    whole = Simulation(counter(0.9), seed=1, weeks=1, reference=reference)
    list(whole.run(200_000.0))
    assert rows_equal(make.collected(fork.run()), make.collected(whole.run()))


def rows_equal(one: Rows, other: Rows) -> bool:
    return all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in zip(one, other, strict=True))
