"""The Chronicle of a run as a file: one Parquet file per run, which `irrupt.read` reads like any log."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from irrupt.chronicle.rows import Legend, Rows
from irrupt.engine.chronicles import events_of
from irrupt.i18n import gettext as _
from irrupt.saving import saving

WITHOUT = "without"


def named(scenario: str, scenarios: Iterable[str]) -> str:
    """What a scenario's files are called among those of *scenarios*; "" is the baseline.

    >>> named("", ["a"]), named("priority: Hospital A", ["a", "priority: Hospital A"])
    ('without', '2-priority-hospital-a')
    """
    if not scenario:
        return WITHOUT
    slug = re.sub(r"[^a-z0-9]+", "-", scenario.lower()).strip("-")[:60]
    return f"{list(scenarios).index(scenario) + 1}-{slug}".rstrip("-")


def path_of(folder: str | Path, number: int, name: str) -> Path:
    """The file of a run."""
    return Path(folder) / f"{number:05d}.{name}.parquet"


def write(folder: str | Path, number: int, name: str, rows: Sequence[Rows], legend: Legend) -> None:
    """Write the events of a run, wholly or not at all. Raises `UsageError` when the file cannot be written."""
    remedy = _("make room, or name another folder, and run again")
    with saving(path_of(folder, number, name), remedy=remedy) as stream:
        _table(rows, legend).write_parquet(stream)


def size(rows: Sequence[Rows], legend: Legend) -> int:
    """How many bytes the file of a run takes."""
    file = io.BytesIO()
    _table(rows, legend).write_parquet(file)
    return len(file.getvalue())


def _table(rows: Sequence[Rows], legend: Legend) -> pl.DataFrame:
    cases = max((int(chunk.case.max()) + 1 for chunk in rows if len(chunk.case)), default=0)
    return events_of(rows, legend, cases, {})
