"""Chronicles of runs kept on request: what they are, how large, and that they change nothing."""

from __future__ import annotations

import json
from collections import namedtuple
from pathlib import Path

import pytest

from irrupt.chronicle import read
from irrupt.errors import UsageError
from irrupt.experiment import behind, compare
from irrupt.experiment.recorded import Size
from irrupt.organisation import Organisation
from irrupt.regulation import ImposedCheck, Priority

ACTS = (
    Priority(client="A", team="Network"),
    ImposedCheck(client="A", after="Repair", activity="Check", team="Desk", duration="10 min"),
)
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
