"""The Chronicle of a run as a file: one Parquet file per run, with all tables, which `irrupt.read` reads as it was."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from irrupt.chronicle.model import Chronicle
from irrupt.chronicle.rows import NO_STEP, Rows
from irrupt.chronicle.writing import write_parquet
from irrupt.engine import Simulation
from irrupt.engine.chronicles import Attributes, attributes_of, events_of, moments_told, told_by
from irrupt.engine.streams import run_key
from irrupt.experiment.turning import Weeks, changed_at, turns
from irrupt.i18n import gettext as _
from irrupt.organisation.likes import ever_asks
from irrupt.organisation.rules import RuleChange
from irrupt.saving import saving
from irrupt.units import WEEK

if TYPE_CHECKING:
    from irrupt.experiment.runs import Plan

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


def write(folder: str | Path, number: int, name: str, chronicle: Chronicle) -> None:
    """Write the *chronicle* of a run, wholly or not at all. Raises `UsageError` when the file cannot be written."""
    remedy = _("make room, or name another folder, and run again")
    with saving(path_of(folder, number, name), remedy=remedy) as stream:
        write_parquet(chronicle, stream)


def size(chronicle: Chronicle) -> int:
    """How many bytes the file of a run takes."""
    file = io.BytesIO()
    write_parquet(chronicle, file)
    return len(file.getvalue())


class Over(NamedTuple):
    """A run that is over."""

    number: int
    """Of the replication."""
    rows: Sequence[Rows]
    """Numbered as in the legend of its scenario."""
    run: Simulation
    met: Weeks
    """When each act that waits was done."""


def chronicle_of(plan: Plan, name: str, over: Over) -> Chronicle:
    """The Chronicle of a run that is *over*, of the scenario of this *name*, with all its tables."""
    run, rows = over.run, over.rows
    rules = run.ruled[-1][1].organisation
    told = attributes_told(plan, over.number, run)
    events = events_of(rows, plan.legends[name], run.arrived, told)
    if "due" not in told and events.height and any(np.isfinite(chunk.due).any() for chunk in rows):
        due = np.concatenate([chunk.due[chunk.activity != NO_STEP] for chunk in rows])
        events = events.with_columns(due=moments_told(due, rules.timeline))
    changes = [*plan.made.get(name, ()), *_made_at(plan, name, over.met)]
    return told_by(run, events, rules, changes, seed=plan.seed, replication=over.number)


def attributes_told(plan: Plan, number: int, run: Simulation) -> Attributes:
    """Classes and quantities of cases, and when these are due, where any client brings cases of several kinds; of those
    that were open already, as they were drawn where the log did not tell."""
    asked = [client for _begin, rules in run.ruled for client in rules.organisation.clients.values()]
    if not (run.brought or any(one.classes or ever_asks(one) for one in asked)):
        return {}
    return attributes_of(run.ruled, run_key(plan.seed, number), plan.horizon.total * WEEK, run.brought, run.opened)


def _made_at(plan: Plan, name: str, met: Weeks) -> Iterator[RuleChange]:
    """The changes of rules at the reviews of a run, each at its moment."""
    if (watch := plan.watched.get(name)) is None:
        return
    for turn in turns(met):
        moment = watch.course.organisation.timeline.after(plan.horizon.warm_up + turn.week)
        yield from (replace(change, time=moment) for change in changed_at(watch.course, turn))
