"""How much memory a log will take, told before it is read, and how much there is.

Both are estimates: the first from the size of the file and the rows of its beginning, the second from what the system
says. Where it says nothing (it does on Linux only), nothing is told.
"""

from __future__ import annotations

import re
import sys
import zlib
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import polars as pl

BASE = 150_000_000
"""Bytes that the program itself takes."""
EVENT, CELL, TEXT = 290.0, 22.0, 1.6
"""Bytes that `see` takes for each event, for each of its cells, and for each byte of its text: see docs/figures.md."""
LEARNING = 1.6
"""How many times as much of it learning an organisation takes as `see` does."""
ATTRIBUTES = 2.0
"""Bytes for each byte of an XES file, whose attributes are gathered one by one."""
_EVENT = re.compile(rb"<event[\s>]")
_SAMPLE = 1 << 20
_LEAST = 20_000_000
"""Bytes of a file, or rows of Parquet times fifty, below which nothing has to be asked."""
_NO_LIMIT = 1 << 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What a log will take beside what there is, in bytes."""

    events: int
    """About how many events it has."""
    needed: int
    free: int

    @property
    def short(self) -> bool:
        """Whether it will probably not do."""
        return self.needed > self.free

    @property
    def far_too_short(self) -> bool:
        """Whether it will not do even if the estimate is twice too high."""
        return self.needed > 2 * self.free


def room_for(path: Path, free: int | None = None, *, learns: bool = False) -> Room | None:
    """What the log in *path* will take beside the *free* memory, more if an organisation is learned from it (*learns*);
    None where it is small or nothing tells."""
    if not path.is_file() or path.stat().st_size < _LEAST // 50:
        return None
    free = free_memory() if free is None else free
    told = None if free is None else _taken(path)
    if free is None or told is None:
        return None
    events, needed = told
    return Room(events=round(events), needed=round(BASE + needed * (LEARNING if learns else 1.0)), free=free)


def _taken(path: Path) -> tuple[float, float] | None:
    """About how many events *path* holds, and how many bytes they take."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE)
    if head[:4] == b"PAR1":
        return _parquet(path)
    if head[:2] == b"\x1f\x8b":
        inflater = zlib.decompressobj(wbits=31)
        try:
            text = inflater.decompress(head, 16 * _SAMPLE)
        except zlib.error:
            return None
        used = len(head) - len(inflater.unconsumed_tail) - len(inflater.unused_data)
        size, head = round(size * len(text) / max(used, 1)), text
    if size < _LEAST or head[:4] == b"PK\x03\x04" or b"\0" in head[:4096]:
        return None
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        events = size * len(_EVENT.findall(head)) / len(head)
        return events, events * EVENT + size * ATTRIBUTES
    lines = head.count(b"\n")
    if not lines:
        return None
    first = head[: head.index(b"\n")]
    events, cells = size * lines / len(head), 1 + max(first.count(sign) for sign in (b",", b";", b"\t", b"|"))
    return events, events * (EVENT + CELL * cells) + size * TEXT


def _parquet(path: Path) -> tuple[float, float] | None:
    try:
        frame = pl.scan_parquet(path, hive_partitioning=False)
        events, columns = frame.select(pl.len()).collect().item(), len(frame.collect_schema())
    except (pl.exceptions.PolarsError, OSError):
        return None
    return (events, events * (EVENT + 2 * CELL * columns)) if events * 50 >= _LEAST else None


def free_memory(root: Path = Path("/")) -> int | None:
    """Bytes that this process can still take: what the machine has free, also by swapping, but no more than its group
    of processes, or the process itself, is allowed. None where the system under *root* does not say."""
    try:
        said = (root / "proc/meminfo").read_text(encoding="ascii").splitlines()
        table = {name: int(rest.split()[0]) * 1024 for name, _colon, rest in (line.partition(":") for line in said)}
        machine = table["MemAvailable"] + table.get("SwapFree", 0)
    except (OSError, ValueError, KeyError, IndexError):
        return None
    return max(min(machine, *_groups(root), _process(root)), 0)


def _groups(root: Path) -> list[int]:
    """What each of the groups of processes that this one is in, one within the other, may still take."""
    found = [_NO_LIMIT]
    try:
        lines = (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return found
    for line in lines:
        _number, kinds, inside = [*line.split(":", 2), "", ""][:3]
        if kinds == "":
            top, most, used, given = root / "sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"
        elif "memory" in kinds.split(","):
            top, most, used, given = (
                root / "sys/fs/cgroup/memory",
                "memory.limit_in_bytes",
                "memory.usage_in_bytes",
                "total_inactive_file",
            )
        else:
            continue
        # within a container, its own group may be what is mounted: then only the top is there
        for folder in accumulate(
            (part for part in inside.split("/") if part not in ("", "..")), Path.joinpath, initial=top
        ):
            limit, taken = _count(folder / most), _count(folder / used)
            if limit is not None and taken is not None and limit < _NO_LIMIT:
                found.append(limit - taken + _stated(folder / "memory.stat", given))
    return found


def _count(file: Path) -> int | None:
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):  # no such file, or "max"
        return None


def _stated(file: Path, name: str) -> int:
    """Pages of files, which the group counts but gives up where they are needed."""
    try:
        rows = (line.split() for line in file.read_text(encoding="ascii").splitlines())
        return next((int(row[1]) for row in rows if row[0] == name), 0)
    except (OSError, ValueError, IndexError):
        return 0


def _process(root: Path) -> int:
    """What the process may still take of addresses (`ulimit -v`), if that is limited."""
    if sys.platform == "win32":
        return _NO_LIMIT
    import resource

    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    pages = (root / "proc/self/statm") if limit != resource.RLIM_INFINITY else None
    if pages is None:
        return _NO_LIMIT
    try:
        return limit - int(pages.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return _NO_LIMIT
