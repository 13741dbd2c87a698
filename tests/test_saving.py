"""Files are written whole or not at all, wherever they lie."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import polars as pl
import pytest

from irrupt.chronicle import Chronicle, read, write
from irrupt.errors import UsageError
from irrupt.saving import refuse, save_table, save_text, saving


def test_a_link_goes_on_pointing_and_the_file_keeps_its_rights(tmp_path: Path) -> None:
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_text("old", encoding="utf-8")
    real.chmod(0o640)
    link.symlink_to(real)
    save_text(link, "new")
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == "new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_pipe_is_written_straight_and_stays_a_pipe(tmp_path: Path) -> None:
    """As with `-o /dev/stdout`: a device must not become a file."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        save_text(pipe, "told")
        assert os.read(reader, 10) == b"told"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_what_fails_on_the_way_leaves_the_old_file_and_no_debris(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    save_text(path, "old")

    def interrupted() -> None:
        with saving(path) as stream:
            stream.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text(encoding="utf-8") == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["file.txt"]


def test_all_that_cannot_be_written_is_refused_at_once(tmp_path: Path) -> None:
    file = tmp_path / "file.txt"
    save_text(file, "")
    with pytest.raises(UsageError) as refused:
        refuse(tmp_path, tmp_path / "none" / "a.html", file / "b.html", None, file, tmp_path / "new.html")
    assert [fault.found.removeprefix("cannot be written: ") for fault in refused.value.faults] == [
        "this is a folder",
        "no such file or folder",
        "a part of the path is a file, not a folder",
    ]


def little() -> Chronicle:
    return read(pl.DataFrame({"case": ["a", "a"], "activity": ["open", "close"], "end": ["2024-01-01", "2024-01-02"]}))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize(
    "name", ["log.csv", "log.csv.gz", "log.parquet", "log.xes", "log.xes.gz", "table.csv", "table.parquet"]
)
def test_a_full_disk_is_told_in_each_kind_of_file(tmp_path: Path, name: str) -> None:
    """What writes Parquet wraps what the system says."""
    path = tmp_path / name
    path.symlink_to("/dev/full")
    with pytest.raises(UsageError, match="cannot be written: no space is left"):
        write(little(), path) if name.startswith("log") else save_table(path, little().events)
