"""What a log will take is told from its beginning, and what is free from what the system says."""

from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest

from irrupt.chronicle import room
from irrupt.chronicle.room import free_memory, room_for

GIGA = 1_000_000_000
LINE = "case {n:07d},Opened,2024-01-01T09:00:00Z,2024-01-01T09:10:00Z,Anna,Desk,Hospital A\n"
TIME = '<date key="time:timestamp" value="2024-01-01T09:00:00Z"/>'
EVENT = f'<event><string key="concept:name" value="Opened"/>{TIME}</event>\n'


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_LEAST", 50_000)
    monkeypatch.setattr(room, "_SAMPLE", 1 << 14)


def meminfo(root: Path, free: int) -> None:
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/meminfo").write_text(f"MemTotal: 99 kB\nMemAvailable: {free // 1024} kB\nSwapFree: 0 kB\n")


def group(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("_at_", ".")).write_text(text)


def test_as_many_events_as_there_are_in_every_form(tmp_path: Path) -> None:
    lines = [LINE.format(n=n) for n in range(4_000)]
    text = "case,activity,start,end,resource,team,client\n" + "".join(lines)
    (tmp_path / "log.csv").write_text(text)
    (tmp_path / "log.csv.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "log.xes").write_text("<log><trace>" + EVENT * 4_000 + "</trace></log>")
    pl.read_csv(text.encode()).write_parquet(tmp_path / "log.parquet")
    for name in ("log.csv", "log.csv.gz", "log.xes", "log.parquet"):
        found = room_for(tmp_path / name, free=GIGA)
        assert found is not None, name
        assert found.events == pytest.approx(4_000, rel=0.25), name
        assert not found.short


def test_it_is_short_beyond_what_is_free_and_far_too_short_beyond_twice_that(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("a,b\n" + LINE * 4_000)
    needed = room_for(log, free=GIGA).needed  # type: ignore[union-attr]
    told = [room_for(log, free=free) for free in (needed, needed - 1, needed // 2 - 1)]
    assert [(one.short, one.far_too_short) for one in told if one] == [(False, False), (True, False), (True, True)]


def test_learning_takes_more(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("a,b\n" + LINE * 4_000)
    seen, learned = (room_for(log, free=GIGA, learns=learns).needed for learns in (False, True))  # type: ignore[union-attr]
    assert learned - room.BASE == pytest.approx(1.6 * (seen - room.BASE), abs=2)


def test_small_files_and_what_is_no_log_are_not_asked_about(tmp_path: Path) -> None:
    (tmp_path / "small.csv").write_text("a,b\n1,2\n")
    (tmp_path / "damaged.gz").write_bytes(b"\x1f\x8b" + b"x" * 100_000)
    (tmp_path / "damaged.parquet").write_bytes(b"PAR1" + b"x" * 100_000)
    (tmp_path / "nothing.csv").write_bytes(b"x" * 100_000)
    (tmp_path / "binary.csv").write_bytes(b"\0" * 100_000)
    for name in ("small.csv", "damaged.gz", "damaged.parquet", "nothing.csv", "binary.csv", "absent.csv", "."):
        assert room_for(tmp_path / name, free=1) is None, name


def test_nothing_is_told_where_the_system_says_nothing(tmp_path: Path) -> None:
    assert free_memory(tmp_path) is None
    meminfo(tmp_path, 0)
    (tmp_path / "proc/meminfo").write_text("MemTotal: many\n")
    assert free_memory(tmp_path) is None


def test_the_machine_has_what_it_says(tmp_path: Path) -> None:
    meminfo(tmp_path, 3 * GIGA)
    assert free_memory(tmp_path) == 3 * GIGA // 1024 * 1024


@pytest.mark.parametrize(
    ("inside", "within"), [("/", ""), ("/job/step", "job"), ("/job/step", "job/step"), ("/gone", "")]
)
def test_a_group_of_processes_may_take_no_more_than_its_limit(tmp_path: Path, inside: str, within: str) -> None:
    """Of groups that lie within each other, the narrowest counts; pages of files are given up when needed."""
    meminfo(tmp_path, 8 * GIGA)
    (tmp_path / "proc/self/cgroup").write_text(f"0::{inside}\n")
    group(tmp_path / "sys/fs/cgroup", memory_at_max="max\n", memory_at_current="5\n")
    group(
        tmp_path / "sys/fs/cgroup" / within,
        memory_at_max=f"{2 * GIGA}\n",
        memory_at_current=f"{GIGA}\n",
        memory_at_stat=f"anon 3\ninactive_file {GIGA // 2}\n",
    )
    assert free_memory(tmp_path) == GIGA + GIGA // 2


def test_an_older_group_of_processes_counts_as_well(tmp_path: Path) -> None:
    meminfo(tmp_path, 8 * GIGA)
    (tmp_path / "proc/self/cgroup").write_text("4:cpu,cpuacct:/a\n3:memory:/a\n")
    limits = {"memory_at_limit_in_bytes": f"{GIGA}", "memory_at_usage_in_bytes": f"{2 * GIGA}"}
    group(tmp_path / "sys/fs/cgroup/memory/a", **limits)
    assert free_memory(tmp_path) == 0
    group(tmp_path / "sys/fs/cgroup/memory/a", memory_at_limit_in_bytes="9223372036854771712")
    assert free_memory(tmp_path) == 8 * GIGA // 1024 * 1024


def test_a_limit_of_the_process_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")
    meminfo(tmp_path, 8 * GIGA)
    (tmp_path / "proc/self/statm").write_text("1000 1 1\n")
    monkeypatch.setattr(resource, "getrlimit", lambda _what: (GIGA, GIGA))
    assert free_memory(tmp_path) == GIGA - 1000 * resource.getpagesize()
