"""`write`: a Chronicle into a file that irrupt and others read.

Parquet carries everything. CSV and XES carry the events, at the offsets of the organisation's clock: the other tables
and what was noticed while reading stay behind. A file appears whole or not at all.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import IO

import polars as pl

from irrupt.arguments import as_annotated
from irrupt.chronicle.flattening import flattened
from irrupt.chronicle.model import Chronicle
from irrupt.chronicle.restoring import OWN, facts, table_held
from irrupt.chronicle.xeswriting import write_xes
from irrupt.chronicle.zones import written
from irrupt.errors import Fault, UsageError
from irrupt.i18n import gettext as _
from irrupt.i18n import mark
from irrupt.saving import saving


@as_annotated
def write(chronicle: Chronicle, path: str | Path) -> Path:
    """Write *chronicle* to *path*: `.parquet`, `.csv`, `.csv.gz`, `.xes` or `.xes.gz`. Replaces a file of that name.

    Read again, a Parquet file gives the same Chronicle. CSV and XES give the same events, as far as they can say it: an
    empty text becomes no value, a client who is called as a team is marked, and in XES characters that XML forbids
    become U+FFFD and columns without any value vanish; so do those of a simulated log in CSV that tell of nobody.

    Schedules without an event log go into Parquet and CSV as the table that they are.

    Raises `UsageError` for another ending, schedules in XES, and when the file cannot be written.

    >>> from tempfile import TemporaryDirectory
    >>> from irrupt.chronicle import bundled, read
    >>> with TemporaryDirectory() as folder:
    ...     read(write(bundled(), Path(folder, "incidents.parquet")))
    <Chronicle 'incidents.parquet': 24918 cases, 109517 events>
    """
    path = Path(path)
    ending = ending_of(path)
    writers: dict[str, Callable[[Chronicle, IO[bytes]], None]] = {
        ".parquet": write_parquet,
        ".csv": _csv,
        ".xes": write_xes,
    }
    if ending == ".xes" and chronicle.only_schedules:
        raise UsageError(Fault(str(path), _("XES holds event logs, not schedules"), ".parquet, .csv, .csv.gz"))
    with saving(path) as stream:
        if path.name.lower().endswith(".gz"):
            with gzip.GzipFile(filename="", fileobj=stream, mode="wb", compresslevel=6, mtime=0) as packed:
                writers[ending](chronicle, packed)  # type: ignore[arg-type]
        else:
            writers[ending](chronicle, stream)
    return path


def ending_of(path: Path) -> str:
    """What tells of which kind a file at *path* would be. Raises `UsageError` where it is of no kind that is written.

    >>> ending_of(Path("incidents.XES.gz"))
    '.xes'
    """
    name = path.name.lower()
    ending = next((one for one in (".parquet", ".csv", ".xes") if name.removesuffix(".gz").endswith(one)), None)
    if ending is None or (ending == ".parquet" and name.endswith(".gz")):
        raise UsageError(Fault(str(path), _("unknown kind of file"), ".parquet, .csv, .csv.gz, .xes, .xes.gz"))
    return ending


def left_behind(chronicle: Chronicle, path: str | Path) -> tuple[str, ...]:
    """The tables of *chronicle* that a file at *path* does not hold: in other kinds than Parquet all but the events, or
    the schedules where there are no events.

    >>> from irrupt.chronicle import bundled
    >>> left_behind(bundled(), "incidents.parquet")
    ()
    """
    if Path(path).name.lower().endswith(".parquet"):
        return ()
    tables = {
        mark("rules"): chronicle.rules,
        mark("schedules"): None if chronicle.only_schedules else chronicle.schedules,
        mark("rosters"): chronicle.rosters,
        mark("rows set aside"): chronicle.set_aside,
    }
    return tuple(name for name, table in tables.items() if table is not None and table.height)


def write_parquet(chronicle: Chronicle, stream: IO[bytes]) -> None:
    """Write *chronicle*, all its tables, as a Parquet file into *stream*."""
    held: pl.DataFrame = getattr(chronicle, table_held(chronicle))
    held.write_parquet(stream, compression="zstd", metadata={OWN: facts(chronicle)})


def _told(chronicle: Chronicle) -> pl.DataFrame:
    """The events; those of a simulated log without columns for people, teams and clients where nobody is named."""
    events, names = chronicle.events, ("resource", "team", "client") if chronicle.kind == "simulated" else ()
    return events.drop(name for name in names if events[name].null_count() == len(events) > 0)


def _csv(chronicle: Chronicle, stream: IO[bytes]) -> None:
    events = flattened(chronicle.schedules if chronicle.only_schedules else _told(chronicle))
    times = [name for name, dtype in events.schema.items() if isinstance(dtype, pl.Datetime)]
    fine = any((events[name].drop_nulls().dt.timestamp("us") % 1_000_000 != 0).any() for name in times)
    form = "%Y-%m-%dT%H:%M:%S%.6f" if fine else "%Y-%m-%dT%H:%M:%S"
    events.with_columns(written(pl.col(name), form, "Z", chronicle.timezone) for name in times).write_csv(stream)
