"""The store: nothing is run twice, nothing is lost, and what goes wrong is said."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irrupt.errors import DataError, UsageError
from irrupt.experiment import Comparison, Store, Threads, compare, export
from irrupt.experiment.runs import Pair, Plan, Replication, Task
from irrupt.organisation import Organisation, dump
from irrupt.regulation import Bypass, ImposedCheck, Priority
from irrupt.reporting.machine import to_json

SHORT = {"weeks": 5, "warm_up_weeks": 1, "run_out_weeks": 2}
PRIORITY = Priority(client="A", team="Network")
CHECK = ImposedCheck(client="A", after="Repair", activity="Check", team="Desk", duration="10 min")
COLUMNS = [("cycle time", "A"), ("rework", "B")]


class Counting:
    """Threads that count what they are asked to run."""

    def __init__(self) -> None:
        self.asked: list[Task] = []

    at_once = 2

    def run(self, plan: Plan, tasks: Iterable[Task]) -> Iterator[Replication]:
        tasks = list(tasks)
        self.asked += tasks
        return Threads(2).run(plan, tasks)


def said(result: Comparison) -> str:
    """All that a comparison says but for how long it took, and where its pairs came from."""
    return json.dumps(to_json(replace(result, seconds=0.0, stored=0)), sort_keys=True)


def pair(*values: float) -> Pair:
    return Pair(np.array(values), np.array(values) / 2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store(path) as opened:
        opened.open_scenario("k", COLUMNS, {"scenario": "s", "organisation": "o", "seed": 1, "weeks": 5.0})
        yield opened


def test_what_is_stored_is_not_run_again_and_the_answer_is_the_same(desk: Organisation, path: Path) -> None:
    plain = compare(desk, PRIORITY, CHECK, replications=8, **SHORT)
    first, second = Counting(), Counting()
    stored = compare(desk, PRIORITY, CHECK, replications=8, store=path, executor=first, **SHORT)
    again = compare(desk, PRIORITY, CHECK, replications=8, store=path, executor=second, **SHORT)
    assert said(plain) == said(stored) == said(again)
    assert (len(first.asked), len(second.asked)) == (8, 0)
    assert (stored.stored, again.stored) == (0, 8)


def test_more_pairs_run_only_those_that_are_missing(desk: Organisation, path: Path) -> None:
    compare(desk, PRIORITY, replications=6, store=path, **SHORT)
    counting = Counting()
    more = compare(desk, PRIORITY, replications=10, store=path, executor=counting, **SHORT)
    assert [task.number for task in counting.asked] == [6, 7, 8, 9]
    assert more.effects.equals(compare(desk, PRIORITY, replications=10, **SHORT).effects, null_equal=True)
    assert any("shown before" in note and "10 %" in note for note in more.notes)
    fewer = compare(desk, PRIORITY, replications=6, store=path, **SHORT)
    assert fewer.effects.equals(compare(desk, PRIORITY, replications=6, **SHORT).effects, null_equal=True)
    assert not any("shown before" in note for note in fewer.notes)


def test_another_act_runs_itself_and_not_those_that_are_there(desk: Organisation, path: Path) -> None:
    compare(desk, PRIORITY, replications=5, store=path, **SHORT)
    counting = Counting()
    both = compare(desk, PRIORITY, CHECK, replications=5, store=path, executor=counting, **SHORT)
    assert {task.scenarios for task in counting.asked} == {("imposed check: A",)}
    assert said(both) == said(compare(desk, PRIORITY, CHECK, replications=5, **SHORT))


@pytest.mark.slow
def test_a_precision_extends_what_is_stored(desk: Organisation, path: Path) -> None:
    compare(desk, PRIORITY, replications=30, store=path, **SHORT)
    counting = Counting()
    precise = compare(desk, PRIORITY, precision="8 %", store=path, executor=counting, **SHORT)
    assert precise.effects.equals(compare(desk, PRIORITY, precision="8 %", **SHORT).effects, null_equal=True)
    assert counting.asked
    assert all(task.number >= 30 for task in counting.asked)


@pytest.mark.one_in(2)
@pytest.mark.parametrize(
    "changed",
    [
        {"seed": 2},
        {"weeks": 6},
        {"warm_up_weeks": 2},
        {"run_out_weeks": 3},
    ],
)
def test_what_values_depend_on_is_part_of_the_key(desk: Organisation, path: Path, changed: dict[str, int]) -> None:
    compare(desk, PRIORITY, replications=2, store=path, **SHORT)
    assert compare(desk, PRIORITY, replications=2, store=path, **(SHORT | changed)).stored == 0


def test_other_rules_are_another_scenario_and_other_names_are_not(desk: Organisation, path: Path) -> None:
    compare(desk, PRIORITY, replications=2, store=path, **SHORT)
    quick = replace(desk, people={name: replace(person, speed=1.1) for name, person in desk.people.items()})
    assert compare(quick, PRIORITY, replications=2, store=path, **SHORT).stored == 0
    turned = replace(desk, name="another", people=dict(reversed(desk.people.items())))
    renamed = compare(turned, scenarios={"first": (PRIORITY,)}, replications=2, store=path, **SHORT)
    assert renamed.stored == 2
    assert compare(desk, Bypass(client="A", skips="Triage"), replications=2, store=path, **SHORT).stored == 0


SCRIPT = """
import sys
from irrupt.experiment import compare
from irrupt.organisation import load
from irrupt.regulation import Priority
result = compare(load(sys.argv[1]), Priority(client="A", team="Network"), replications=int(sys.argv[3]), weeks=5,
                 warm_up_weeks=1, run_out_weeks=2, store=sys.argv[2], workers=2)
print(result.stored)
"""


def child(organisation: Path, store: Path, replications: int) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", SCRIPT, str(organisation), str(store), str(replications)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


def rows(path: Path) -> list[tuple[object, ...]]:
    """What is in a store, to the bit."""
    query = "SELECT s.key, p.* FROM pair p JOIN scenario s ON s.number = p.scenario ORDER BY s.key, p.replication"
    database = sqlite3.connect(path)
    found = database.execute(query).fetchall()
    database.close()
    return found


@pytest.mark.slow
def test_killed_at_any_moment_it_goes_on_where_it_was_and_ends_the_same(desk: Organisation, tmp_path: Path) -> None:
    """kill -9 after ever more pairs; each time the store opens, holds what was finished, and the end is identical."""
    model, killed, whole = tmp_path / "desk.yaml", tmp_path / "killed.sqlite", tmp_path / "whole.sqlite"
    dump(desk, model)
    seen = 0
    for more in (2, 30):
        process = child(model, killed, 400)
        while process.poll() is None and count_of(killed) < seen + more:
            time.sleep(0.002)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        there = count_of(killed)
        assert there >= seen + more
        seen = there
    assert seen < 400
    assert compare(desk, PRIORITY, replications=seen + 6, store=killed, **SHORT).stored == seen
    compare(desk, PRIORITY, replications=seen + 6, store=whole, **SHORT)
    assert rows(killed) == rows(whole)


def count_of(path: Path) -> int:
    if not path.exists():
        return 0
    try:
        with closing(sqlite3.connect(path, timeout=60)) as database:
            found = int(database.execute("SELECT count(*) FROM pair").fetchone()[0])
    except sqlite3.OperationalError:  # its tables are not there yet
        return 0
    return found


def test_many_may_make_one_store_at_the_same_moment(tmp_path: Path) -> None:
    """Whoever comes while another makes it finds it whole, or nothing yet; never a file that is no store."""

    def opened(number: int) -> bool:
        with Store(tmp_path / f"{number // 6}.sqlite"):
            return True

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(opened, range(6 * 40)))


@pytest.mark.slow
def test_two_processes_on_one_store_do_not_harm_each_other(desk: Organisation, tmp_path: Path) -> None:
    model, shared, alone = tmp_path / "desk.yaml", tmp_path / "shared.sqlite", tmp_path / "alone.sqlite"
    dump(desk, model)
    processes = [child(model, shared, 30) for _ in range(2)]
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0, 0]
    compare(desk, PRIORITY, replications=30, store=alone, **SHORT)
    assert rows(shared) == rows(alone)


def test_ctrl_c_keeps_finished_pairs_and_they_are_not_run_again(desk: Organisation, path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done >= 5:
            raise KeyboardInterrupt

    stopped = compare(desk, PRIORITY, replications=300, store=path, progress=stop, **SHORT)
    assert 5 <= stopped.replications < 300
    assert compare(desk, PRIORITY, replications=5, store=path, **SHORT).stored >= 3


def test_a_full_disk_is_said_and_what_was_kept_stays(store: Store, path: Path) -> None:
    store.put(Replication(0, 0, {"s": pair(1.0, 2.0)}), {"s": "k"})
    (pages,) = store._database.execute("PRAGMA page_count").fetchone()
    store._database.execute(f"PRAGMA max_page_count = {pages}")

    def fill() -> None:
        for number in range(1, 10_000):
            store.put(Replication(number, 0, {"s": pair(1.0, 2.0)}), {"s": "k"})

    with pytest.raises(UsageError, match="the disk is full"):
        fill()
    store._database.execute("PRAGMA max_page_count = 1000000")
    before = len(list(store.pairs("k", "s", 10_000)))
    store.put(Replication(before, 0, {"s": pair(3.0, 4.0)}), {"s": "k"})
    assert len(list(store.pairs("k", "s", 10_000))) == before + 1 >= 2


LIMITED = (
    SCRIPT.replace(", store=sys.argv[2]", "").replace("int(sys.argv[3])", "2")
    + """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (120_000, 120_000))
"""
)
"""A first run has the loop compiled, and its cache written, before files may not grow any more."""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no limits of processes")
def test_where_files_may_not_grow_it_is_said_and_what_was_finished_is_kept(desk: Organisation, tmp_path: Path) -> None:
    """A real end of room, below SQLite: the store opens again, holds whole pairs, and the run goes on where it was."""
    model, limited, whole = tmp_path / "desk.yaml", tmp_path / "limited.sqlite", tmp_path / "whole.sqlite"
    dump(desk, model)
    ended = subprocess.run(
        [sys.executable, "-c", LIMITED + SCRIPT, str(model), str(limited), "400"], capture_output=True, text=True
    )
    assert "may not grow" in ended.stderr
    assert "will not be run twice" in ended.stderr
    seen = count_of(limited)
    assert 0 < seen < 400
    assert compare(desk, PRIORITY, replications=seen + 4, store=limited, **SHORT).stored == seen
    compare(desk, PRIORITY, replications=seen + 4, store=whole, **SHORT)
    assert rows(limited) == rows(whole)


def test_a_store_that_may_not_be_written_is_said(store: Store) -> None:
    store._database.execute("PRAGMA query_only = ON")
    with pytest.raises(UsageError, match="may not be written"):
        store.put(Replication(0, 0, {"s": pair(1.0, 2.0)}), {"s": "k"})


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be opened or made"):
        Store(tmp_path / "nowhere" / "results.sqlite")
    with pytest.raises(UsageError, match="no such file"):
        Store(tmp_path / "results.sqlite", read_only=True)


def test_what_is_no_store_is_left_alone(tmp_path: Path) -> None:
    text, other = tmp_path / "notes.txt", tmp_path / "other.sqlite"
    text.write_text("not a database, but long enough to look at" * 50)
    database = sqlite3.connect(other)
    database.execute("CREATE TABLE mine (a)")
    database.close()
    for path in (text, other):
        before = path.read_bytes()
        with pytest.raises(DataError, match="no store of results"):
            Store(path)
        assert path.read_bytes() == before


def test_a_later_format_is_refused(path: Path) -> None:
    Store(path).close()
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(DataError, match="later irrupt"):
        Store(path)


def test_a_damaged_pair_is_found_out(store: Store) -> None:
    store.put(Replication(0, 3, {"s": pair(1.0, 2.0)}), {"s": "k"})
    store._database.execute("UPDATE pair SET without = zeroblob(16)")
    with pytest.raises(DataError, match="damaged"):
        list(store.pairs("k", "s", 10))


VALUES = st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=2, max_size=2)


@given(st.dictionaries(st.integers(0, 10**6), VALUES, max_size=6))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_values_come_back_to_the_bit(tmp_path_factory: pytest.TempPathFactory, kept: dict[int, list[float]]) -> None:
    with Store(tmp_path_factory.mktemp("store") / "s.sqlite") as store:
        store.open_scenario("k", COLUMNS, {"scenario": "s"})
        for number, values in kept.items():
            store.put(Replication(number, 1, {"s": pair(*values)}), {"s": "k"})
        found = list(store.pairs("k", "s", 10**6 + 1))
        assert [one.number for one in found] == sorted(kept)
        for one in found:
            expected = pair(*kept[one.number])
            assert one.pairs["s"].without.tobytes() == expected.without.tobytes()
            assert one.pairs["s"].with_act.tobytes() == expected.with_act.tobytes()
        read = store.values("rework", "B")
        assert read["replication"].to_list() == sorted(kept)
        assert read["with"].to_numpy().tobytes() == np.array([kept[n][1] / 2 for n in sorted(kept)]).tobytes()


def test_pairs_of_who_died_are_read_where_nothing_may_be_written(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They lie beside the file until somebody opens it who may write: half of the pairs were missing, in silence."""
    there = tmp_path / "there"
    there.mkdir()
    with Store(path) as store:
        store.open_scenario("k", [("rework", "A")], {})
        for number in range(5):
            store.put(Replication(number, 0, {"s": pair(1.0, 2.0)}), {"s": "k"})
        for file in path.parent.glob(f"{path.name}*"):
            (there / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr("irrupt.experiment.store.os.access", lambda *_asked: False)
    with Store(there / path.name, read_only=True) as left:
        assert left.contents()["pairs"].to_list() == [5]


def test_what_is_there_is_told_and_written_as_parquet(desk: Organisation, path: Path, tmp_path: Path) -> None:
    result = compare(desk, PRIORITY, CHECK, replications=4, store=path, **SHORT)
    with Store(path, read_only=True) as store:
        contents = store.contents()
        assert contents["scenario"].to_list() == ["priority: A", "imposed check: A"]
        assert contents["pairs"].to_list() == [4, 4]
        assert export(store, tmp_path / "values.parquet") == 4 * contents["measures"].sum()
    table = pl.read_parquet(tmp_path / "values.parquet")
    chosen = (pl.col("measure") == "cycle time") & (pl.col("party") == "A") & (pl.col("scenario") == "priority: A")
    mean = table.filter(chosen).select((pl.col("with") - pl.col("without")).mean()).item()
    row = result.effects.filter(chosen)
    assert mean == pytest.approx(row["difference"].item(), rel=1e-12)


def test_the_same_pairs_give_the_same_parquet_whoever_added_them_first(desk: Organisation, tmp_path: Path) -> None:
    written = []
    for name, order in (("one", (PRIORITY, CHECK)), ("two", (CHECK, PRIORITY))):
        for act in order:
            compare(desk, act, replications=3, store=tmp_path / f"{name}.sqlite", **SHORT)
        with Store(tmp_path / f"{name}.sqlite") as store:
            export(store, tmp_path / f"{name}.parquet")
        written.append((tmp_path / f"{name}.parquet").read_bytes())
    assert written[0] == written[1]


def test_what_lies_beside_a_store_may_vanish_while_that_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever made it puts what lies beside in its place, and takes it away, between any two looks."""
    path = tmp_path / "runs.sqlite"
    with Store(path):
        pass
    beside = tmp_path / "runs.sqlite-wal"
    is_file = Path.is_file

    def gone_then(self: Path, **rest: bool) -> bool:
        if self == beside:
            beside.unlink(missing_ok=True)
            return True
        return is_file(self, **rest)

    monkeypatch.setattr(Path, "is_file", gone_then)
    with Store(path, read_only=True) as store:
        assert store.path == path
