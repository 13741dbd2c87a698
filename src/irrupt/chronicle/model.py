"""What happened: the Chronicle and its columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl

from irrupt.arguments import as_annotated
from irrupt.chronicle.succession import begins, first_rows, in_order
from irrupt.errors import Fault, UsageError
from irrupt.i18n import gettext as _
from irrupt.showing import in_notebook
from irrupt.wall import in_utc

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["real", "simulated"]
Role = Literal["client act", "toward the client", "waiting for the client", "inside", "unknown"]
"""Whose act an activity is."""

MOMENT = pl.Datetime("us", "UTC")

EVENT_COLUMNS: dict[str, pl.DataType] = {
    "case": pl.String(),
    "activity": pl.String(),
    "start": MOMENT,
    "end": MOMENT,
    "resource": pl.String(),
    "team": pl.String(),
    "client": pl.String(),
}
"""Columns that every event log has here, in this order; null where the log does not say. Any further column is an
attribute of the event, or of the case where its name begins with `case:`."""

PM4PY_NAMES = {
    "case": "case:concept:name",
    "activity": "concept:name",
    "start": "start_timestamp",
    "end": "time:timestamp",
    "resource": "org:resource",
    "team": "org:group",
    "client": "case:client",
}

RULE_COLUMNS: dict[str, pl.DataType] = {
    "time": MOMENT,
    "author": pl.String(),
    "rule": pl.String(),
    "before": pl.String(),
    "after": pl.String(),
    "claim": pl.String(),
    "channel": pl.String(),
    "force": pl.String(),
    "reason": pl.String(),
    "answers": pl.String(),
    "authority": pl.String(),
    "written": pl.Boolean(),
    "visible_to": pl.List(pl.String()),
    "organising_hours": pl.Float64(),
    "agreed_by": pl.List(pl.String()),
    "learned": pl.Boolean(),
}
"""Organising work done: who changed which rule. `before`, `after` and `claim` are JSON; `authority` says what the
change rests on, `visible_to` who can see it (nobody named: everybody), `organising_hours` how long it took each of its
authors, `agreed_by` who they are beside `author`, and `learned` whether nobody changed a rule by it: people got
used to one, or its time was over."""

SCHEDULE_COLUMNS: dict[str, pl.DataType] = {
    "client": pl.String(),
    "plant": pl.String(),
    "part": pl.String(),
    "plan": pl.String(),
    "issued": MOMENT,
    "period": MOMENT,
    "until": MOMENT,
    "quantity": pl.Float64(),
    "value": pl.Float64(),
    "firm": pl.Boolean(),
    "kind": pl.String(),
    "cumulative": pl.Float64(),
    "backlog": pl.Boolean(),
}
"""What clients announced: at *issued*, in the version *plan* of the schedule, a *quantity* of a *part* for a *plant* in
the time from *period* to *until* (not included).

*kind* is `forecast`, `call-off`, `delivered` (what was in the end delivered or bought), `receipt` (a delivery that a
message mentions as the last one; most are never mentioned) or `order` (one order as it came, without plans before it;
*value* is its worth, *firm* is false where it was cancelled). *firm*: binding; null where nobody says. *cumulative*:
the running total at the end of the period, where the records give it. *backlog*: due before the plan was issued."""

ROSTER_COLUMNS: dict[str, pl.DataType] = {
    "person": pl.String(),
    "team": pl.String(),
    "announced": MOMENT,
    "start": MOMENT,
    "end": MOMENT,
    "worked": pl.Boolean(),
}


def empty(columns: dict[str, pl.DataType]) -> pl.DataFrame:
    """A table of *columns* without rows."""
    return pl.DataFrame(schema=columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One kind of trouble found in records: how often, where first, and what was done about it."""

    code: str
    """Stable name, for machines: `repeated state`, `unreadable time`, ..."""
    count: int
    found: str
    """What was found, as a sentence fragment in the user's language."""
    done: str
    """What was done about it, in the user's language: kept as unknown, merged, set aside, ..."""
    places: tuple[str, ...] = ()
    """The first places, at most ten: `line 12`, `case A1, event 3`, ..."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoseAct:
    """Whose act one activity is, as far as the records tell."""

    activity: str
    role: Role
    sure: float
    """From 0 to 1; 1 where the user said so."""
    because: tuple[str, ...] = ()
    """The evidence, in the user's language."""
    asks: bool = False
    """It asks the client for something: the organisation waits for him afterwards."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Chronicle:
    """What happened: events, and three tables that event logs leave out.

    Logs fill *events*, planners' files *schedules*; a simulated run fills all four, and `see` adds the *rules* that it
    infers.

    *events* is sorted by case, then by time (end, then the order of the file). Times are UTC.
    """

    events: pl.DataFrame
    rules: pl.DataFrame = field(default_factory=lambda: empty(RULE_COLUMNS))
    schedules: pl.DataFrame = field(default_factory=lambda: empty(SCHEDULE_COLUMNS))
    rosters: pl.DataFrame = field(default_factory=lambda: empty(ROSTER_COLUMNS))
    kind: Kind = "real"
    source: str = ""
    """Where the records came from: a file name, or what made them."""
    typed: str = ""
    """The file and the options with which a command had it read, as they are typed again; empty where Python did."""
    timezone: str = "UTC"
    """The zone whose clock the organisation lives by: hours of the week are counted in it."""
    assumed_zone: str = ""
    """The zone in which times without an offset were read, though nobody named it; empty: there were none, or it was
    named."""
    starts: Literal["measured", "assumed", "missing"] = "missing"
    """Whether the start times were in the records, were estimated by irrupt, or are not there."""
    waits_for_client: frozenset[str] = frozenset()
    """Activities after which the organisation waits for the client until the next event of the case."""
    client_acts: frozenset[str] = frozenset()
    """Activities that the client himself does: co-production."""
    whose_acts: tuple[WhoseAct, ...] = ()
    """Whose act each activity is, with the evidence; empty where nobody looked."""
    said_of_changes: dict[str, str] = field(default_factory=dict)
    """Name of a rule change found in the records -> whether the user confirmed or refuted it."""
    work_said: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Activity -> the least and the most that work on it takes on average, in seconds, as far as the user says so."""
    groups: str = ""
    """The attribute by which clients are shown together; empty: the large clients by name, all others together."""
    mapping: dict[str, str] = field(default_factory=dict)
    """Role -> column of the source that was taken for it (`case`, `activity`, `end`, ...)."""
    notes: tuple[str, ...] = ()
    """What was decided while reading, in the user's language, for the user to see and overrule."""
    problems: tuple[Problem, ...] = ()
    set_aside: pl.DataFrame | None = None
    """Rows that could not be used (no readable time, no case), as they were: nothing is lost."""

    _repr_html_ = in_notebook

    def __repr__(self) -> str:
        return f"<Chronicle {self.source!r}: {self.cases} cases, {self.events.height} events>"

    @as_annotated
    def with_events(self, events: pl.DataFrame, **changes: object) -> Chronicle:
        """The same Chronicle with other *events*."""
        return replace(self, events=events, **changes)  # type: ignore[arg-type]

    @as_annotated
    def between(self, begin: date | None, end: date | None) -> Chronicle:
        """Only the cases that begin from *begin* on, before *end*, whole; what is announced for that time, and the
        shifts that begin in it. Moments without a zone are on the organisation's clock; a day is its midnight."""
        begin, end = (None if one is None else in_utc(one, self.timezone) for one in (begin, end))

        def inside(moment: pl.Expr) -> pl.Expr:
            return (pl.lit(True) if begin is None else moment >= begin) & (
                pl.lit(True) if end is None else moment < end
            )

        return self.with_events(
            _of_cases(self.events, inside),
            schedules=self.schedules.filter(inside(pl.col("period"))),
            rosters=self.rosters.filter(inside(pl.col("start"))),
        )

    @property
    def only_schedules(self) -> bool:
        """Whether it holds schedules or orders instead of an event log."""
        return not self.events.height and self.schedules.height > 0

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return len(first_rows(self.events["case"])) or self.events["case"].n_unique()

    @property
    def attributes(self) -> tuple[str, ...]:
        """The columns beyond those that every log has."""
        return tuple(name for name in self.events.columns if name not in EVENT_COLUMNS)

    def activities(self) -> list[str]:
        """The names of the activities, sorted."""
        return sorted(self.events["activity"].drop_nulls().unique().to_list())

    def to_pandas(self) -> pd.DataFrame:
        """The events as a pandas frame with pm4py's column names. Needs `pip install irrupt[pandas]`.

        Raises `UsageError` where pandas or pyarrow is not installed.
        """
        try:
            return self.events.rename(PM4PY_NAMES).to_pandas()
        except ImportError as error:
            raise UsageError(Fault("to_pandas", _("a pandas frame"), remedy="pip install irrupt[pandas]")) from error


def _of_cases(events: pl.DataFrame, inside: Callable[[pl.Expr], pl.Expr]) -> pl.DataFrame:
    """The *events* of the cases whose first moment lies *inside*: the table itself where these are all."""
    first = first_rows(events["case"])
    if not len(first):
        return events.filter(inside(pl.coalesce("start", "end").min().over("case")))
    kept = begins(events, first).to_frame().select(inside(pl.col("begin")).fill_null(False)).to_series().to_numpy()
    if kept.all():
        return events
    return events.filter(pl.Series(np.repeat(kept, np.diff(np.append(first, events.height)))))


def conform(events: pl.DataFrame) -> pl.DataFrame:
    """*events* with all of `EVENT_COLUMNS` in order and typed, further columns behind, sorted by case and time."""
    columns: Iterable[pl.Expr] = (
        pl.col(name).cast(dtype) if name in events.columns else pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in EVENT_COLUMNS.items()
    )
    rest = [name for name in events.columns if name not in EVENT_COLUMNS]
    events = events.select(*columns, *rest)
    return events if in_order(events) else events.sort("case", "end", maintain_order=True)
