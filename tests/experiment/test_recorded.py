"""Chronicles of runs kept on request: what they are, how large, and that they change nothing."""

from __future__ import annotations

import json
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

from irrupt.chronicle import read
from irrupt.engine.chronicles import simulate
from irrupt.engine.examples import workshop
from irrupt.errors import UsageError
from irrupt.experiment import behind, compare
from irrupt.experiment.recorded import Size
from irrupt.organisation import Distribution, Organisation, load
from irrupt.regulation import ImposedCheck, Price, Priority, Volume, When

ACTS = (
    Priority(client="A", team="Network"),
    ImposedCheck(client="A", after="Repair", activity="Check", team="Desk", duration="10 min"),
)
DESK = Path(__file__).parents[2] / "docs" / "examples" / "desk.yaml"
TIMES = {"weeks": 3, "warm_up_weeks": 1, "run_out_weeks": 2}


def test_chronicles_are_those_of_the_runs_and_as_large_as_said(desk: Organisation, tmp_path: Path) -> None:
    said: list[Size] = []
    folder = tmp_path / "kept"
    result = compare(desk, *ACTS, replications=3, chronicles=folder, sized=said.append, **TIMES)
    plain = compare(desk, *ACTS, replications=3, **TIMES)
    assert result.effects.equals(plain.effects, null_equal=True)
    files = sorted(folder.glob("*.parquet"))
    assert len(files) == 3 * 3
    assert sum(file.stat().st_size for file in files) == pytest.approx(said[0].bytes, rel=0.1)
    assert said[0].pairs == 3
    assert json.loads((folder / "made.json").read_text())["files"]["1-priority-a"] == "priority: A"
    checked = read(folder / "00001.2-imposed-check-a.parquet").events
    found = behind(result, "imposed check: A", "A", replication=1)
    written = set(checked.select("activity", "resource", "end").rows())
    for case in found.told["case"]:
        assert set(found.trace(case).filter(run="with").select("activity", "person", "end").rows()) <= written


@pytest.mark.parametrize("planned", [False, True])
def test_a_kept_run_has_all_tables_as_one_that_is_simulated(tmp_path: Path, planned: bool) -> None:
    """Rules, schedules, rosters, classes, quantities and due dates, the zone, and what kind of log it is."""
    rules = workshop() if planned else load(DESK)
    if not planned:
        shops = replace(rules.clients["Shops"], due=Distribution.fixed(86400.0), classes={"big": 0.3, "small": 0.7})
        rules = replace(rules, clients={**rules.clients, "Shops": shops})
    client = next(iter(sorted(rules.clients)))
    act = Price(client=client, change=0.1) if planned else Volume(client="Shops", change=0.2)
    if planned:
        rules = replace(rules, clients={name: replace(one, price=1.0) for name, one in rules.clients.items()})
    waits = When(act=act, condition="throughput >= 0 cases a week over 1 week", lag=1.0)
    folder = tmp_path / "kept"
    compare(rules, scenarios={"act": [act], "waits": [waits]}, replications=2, chronicles=folder, **TIMES)
    for name, week in (("without", None), ("1-act", 1.0), ("2-waits", 2.0)):
        changes = () if week is None else act.changes(rules, rules.timeline.after(week))
        alone = simulate(rules, weeks=6, seed=1, replication=1, changes=changes)
        kept = read(folder / f"00001.{name}.parquet")
        assert kept.events.equals(alone.events, null_equal=True)
        for table in ("schedules", "rosters"):
            assert getattr(kept, table).equals(getattr(alone, table), null_equal=True)
            assert getattr(kept, table).is_empty() != planned
        assert kept.rules["time", "author", "rule", "before", "after"].equals(
            alone.rules["time", "author", "rule", "before", "after"]
        )
        assert len(kept.rules) == (week is not None)
        for fact in ("kind", "timezone", "starts", "source", "client_acts", "waits_for_client"):
            assert getattr(kept, fact) == getattr(alone, fact)
    assert {"class", "due"} <= {*kept.events.columns}


def test_what_is_in_the_store_is_run_again_where_its_chronicle_is_missing(desk: Organisation, tmp_path: Path) -> None:
    store, folder = tmp_path / "kept.sqlite", tmp_path / "kept"
    compare(desk, ACTS[0], replications=3, store=store, **TIMES)
    said: list[Size] = []

    def again() -> int:
        return compare(desk, ACTS[0], replications=3, store=store, chronicles=folder, sized=said.append, **TIMES).stored

    assert again() == 0
    assert again() == 3
    (folder / "00002.without.parquet").unlink()
    assert again() == 2
    assert [one.pairs for one in said] == [3, 0, 1]


def test_another_comparison_a_full_disk_and_a_folder_that_is_none_are_refused(
    desk: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kept"
    compare(desk, ACTS[0], replications=2, chronicles=folder, **TIMES)
    with pytest.raises(UsageError, match="another comparison"):
        compare(desk, ACTS[1], replications=2, chronicles=folder, **TIMES)
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(UsageError, match="cannot be written"):
        compare(desk, ACTS[0], replications=2, chronicles=tmp_path / "file", **TIMES)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("irrupt.experiment.recorded.shutil.disk_usage", lambda place: usage(10, 9, 1))
    with pytest.raises(UsageError, match="MB are free"):
        compare(desk, ACTS[0], replications=5, chronicles=folder, **TIMES)
