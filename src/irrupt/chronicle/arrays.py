"""A Chronicle's events as arrays: the only place where names become numbers."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from irrupt.arraytypes import Flags, Floats, Ints, Ints32
from irrupt.chronicle.client import waited
from irrupt.chronicle.giving_up import means_giving_up
from irrupt.chronicle.model import EVENT_COLUMNS, MOMENT, Chronicle
from irrupt.chronicle.parties import group_clients
from irrupt.chronicle.rows import BY_ITSELF, CLIENT_ACT, CLIENT_WAIT, FIRST, GAVE_UP, LAST, Legend, Rows
from irrupt.chronicle.succession import first_known
from irrupt.errors import DataError, Fault
from irrupt.groups import ALL_CLIENTS, OTHER_CLIENTS
from irrupt.i18n import gettext as _
from irrupt.wall import Timeline, aware, local_time

_DUE = re.compile(
    r"(^|[^a-z])(due|deadline|promised|target[ _-]?(date|time)|échéance|echeance|fällig|frist|termin|vervaldatum)",
    re.IGNORECASE,
)
OTHERWISE = 0.01
"""Share of moments `ready` that may lie after the begin of work, for want of precision, and are moved to it."""


def rows(chronicle: Chronicle, clients: Mapping[str, str] | None = None) -> tuple[Rows, Legend]:
    """The events of *chronicle* as arrays, in the order in which steps end, and what the numbers stand for.

    *clients* maps a client to his party; clients not in it are `other clients`. By default the large clients are
    parties, see `group_clients`; with an empty mapping, or where no client is visible, all are `all clients`. Seconds
    count on the clock of the organisation from the Monday 00:00 at or before the first moment. Where events have a
    moment `ready`, as simulated ones do, it is taken. Raises `DataError` when there are no events.
    """
    columns, legend = _case_by_case(chronicle, clients)
    order = np.lexsort((columns.case, columns.end))
    unordered: list[Any] = list(columns)[::-1]
    del columns  # each column is let go when it has been put in order
    return Rows._make([np.ascontiguousarray(unordered.pop()[order]) for _name in Rows._fields]), legend


def _case_by_case(chronicle: Chronicle, clients: Mapping[str, str] | None) -> tuple[Rows, Legend]:
    """The same, in the order of the events."""
    events = chronicle.events
    if not events.height:
        raise DataError(Fault(chronicle.source, _("there are no events")))
    line = _timeline(chronicle)
    end, start = line.seconds(events["end"]), line.seconds(events["start"])
    begun = np.where(np.isnan(start), end, start)
    block = events["case"].rle_id().to_numpy().astype(np.int64)
    ready = _ready(events, line, begun)
    come = np.fmin(begun, ready)
    case = _by_arrival(block, come)[block]
    party, parties = _parties(chronicle, clients, block)
    (activity, activities), (team, teams), (person, people) = map(
        _numbered, (events["activity"], events["team"], events["resource"])
    )
    before = _before(block, begun, end)
    enabled = np.where(before >= 0, end[before], _earliest(block, come)[block])
    flags = _flags(chronicle, block, before, activity, activities)
    flags |= np.where(_by_itself(chronicle, ready, person) & (flags & CLIENT_ACT == 0), BY_ITSELF, 0).astype(np.uint8)
    gave_up = np.array([*map(means_giving_up, activities), False])[activity] & (person < 0)
    flags |= np.where(gave_up & (flags & LAST != 0) & (flags & FIRST == 0), GAVE_UP, 0).astype(np.uint8)
    columns = Rows(
        case=case,
        client=party,
        activity=activity,
        team=team,
        person=person,
        enabled=enabled,
        ready=np.clip(ready, enabled, begun),
        start=start,
        end=end,
        flags=flags,
        due=_due(events, line, block),
        together=_together(events),
    )
    legend = Legend(
        origin=line.origin, timezone=line.zone, clients=parties, activities=activities, teams=teams, people=people
    )
    return columns, legend


def case_names(chronicle: Chronicle) -> pl.Series:
    """The name of each case of *chronicle*, by its number in its rows. Raises `DataError` when there are no events."""
    events = chronicle.events
    if not events.height:
        raise DataError(Fault(chronicle.source, _("there are no events")))
    line = _timeline(chronicle)
    start = line.seconds(events["start"])
    begun = np.where(np.isnan(start), line.seconds(events["end"]), start)
    block = events["case"].rle_id().to_numpy().astype(np.int64)
    number = _by_arrival(block, np.fmin(begun, _ready(events, line, begun)))
    first = np.flatnonzero(np.diff(block, prepend=-1))
    return events["case"].gather(first[np.argsort(number)])


def week_begin(moment: dt.datetime, timezone: str) -> dt.datetime:
    """The Monday, 00:00 on the clock of *timezone*, at or before *moment*, as a moment in UTC.

    >>> week_begin(dt.datetime(2024, 1, 3, 12, tzinfo=dt.timezone.utc), "UTC").isoformat()
    '2024-01-01T00:00:00+00:00'
    """
    local = local_time(moment, timezone)
    monday = local.date() - dt.timedelta(days=local.weekday())
    return aware(dt.datetime.combine(monday, dt.time()), timezone)


def _timeline(chronicle: Chronicle) -> Timeline:
    first: dt.datetime = chronicle.events.select(pl.min_horizontal(pl.col("start").min(), pl.col("end").min())).item()
    return Timeline(week_begin(first, chronicle.timezone), chronicle.timezone)


def _ready(events: pl.DataFrame, line: Timeline, begun: Floats) -> Floats:
    """When each case came into the queue of its step; nan where the events do not say.

    A column of this name whose moments often lie after the step *begun* means something else.
    """
    unknown = np.full(events.height, np.nan)
    if "ready" not in events.columns or not isinstance(events.schema["ready"], pl.Datetime):
        return unknown
    ready = line.seconds(events["ready"].cast(MOMENT))
    return unknown if (ready > begun).mean() > OTHERWISE else ready


def _together(events: pl.DataFrame) -> Ints32:
    """With how many cases each step was done at once, where the events have a column of this name with such numbers."""
    told = events["together"] if "together" in events.columns else None
    if told is None or not told.dtype.is_integer():
        return np.ones(events.height, np.int32)
    return told.fill_null(1).clip(1, events.height).to_numpy().astype(np.int32)


def _due(events: pl.DataFrame, line: Timeline, block: Ints) -> Floats:
    """When each row's case is due: the latest moment that it has in the one column that its name calls a due date;
    infinite where there is none."""
    named = [
        name
        for name in events.columns
        if name not in EVENT_COLUMNS and isinstance(events.schema[name], pl.Datetime) and _DUE.search(name)
    ]
    if len(named) != 1:
        return np.full(events.height, np.inf)
    moments = line.seconds(events[named[0]].cast(MOMENT))
    latest = np.full(block[-1] + 1, -np.inf)
    np.fmax.at(latest, block, moments)
    return np.where(np.isfinite(latest), latest, np.inf)[block]


def _earliest(block: Ints, moment: Floats) -> Floats:
    """The earliest *moment* of each case."""
    first = np.full(block[-1] + 1, np.inf)
    np.minimum.at(first, block, moment)
    return first


def _by_arrival(block: Ints, begun: Floats) -> Ints:
    """The number of each case, in order of their first moments; equal moments by the order of the cases' names."""
    first = _earliest(block, begun)
    number = np.empty(len(first), dtype=np.int64)
    number[np.argsort(first, kind="stable")] = np.arange(len(first))
    return number


def _by_itself(chronicle: Chronicle, ready: Floats, person: Ints32) -> Flags:
    """Steps that nobody works on: simulated ones that name nobody; of real ones, those known to wait for nobody."""
    if chronicle.kind == "simulated":
        return person < 0
    known = ~np.isnan(ready)
    return known & (not known.all())


def _before(block: Ints, begun: Floats, end: Floats) -> Ints:
    """For each row, the row of its case that ended last at or before its start (its end where no start is known).

    Rows lie case by case in the order of their ends. -1 where no step of the case had ended.
    """
    moments, rank = np.unique(end, return_inverse=True)
    key = block * (len(moments) + 1) + rank
    until = block * (len(moments) + 1) + np.searchsorted(moments, begun, side="right")
    candidate = np.minimum(np.searchsorted(key, until, side="left") - 1, np.arange(len(end)) - 1)
    same = (candidate >= 0) & (block[np.maximum(candidate, 0)] == block)
    return np.where(same, candidate, -1)


def _flags(
    chronicle: Chronicle, block: Ints, before: Ints, activity: Ints32, activities: tuple[str, ...]
) -> npt.NDArray[np.uint8]:
    new = np.concatenate(([True], block[1:] != block[:-1]))
    last = np.concatenate((new[1:], [True]))
    earlier, later = activity[np.maximum(before, 0)].astype(np.int64), activity.astype(np.int64)
    wait = (before >= 0) & waited(chronicle, activities).between(earlier, later)
    acts = _members(activities, chronicle.client_acts)
    flags: Ints = FIRST * new + LAST * last + CLIENT_WAIT * wait + CLIENT_ACT * acts[activity]
    return flags.astype(np.uint8)


def _members(names: tuple[str, ...], some: frozenset[str]) -> Flags:
    return np.array([name in some for name in names], dtype=bool)


def _numbered(column: pl.Series) -> tuple[Ints32, tuple[str, ...]]:
    """Names as numbers in the order of the alphabet; -1 for no name."""
    names = column.drop_nulls().unique().sort()
    table = pl.DataFrame({"name": names, "number": pl.int_range(len(names), dtype=pl.Int32, eager=True)})
    numbers = column.alias("name").to_frame().join(table, on="name", how="left", maintain_order="left")["number"]
    return numbers.fill_null(-1).to_numpy().astype(np.int32), tuple(names.to_list())


def _parties(chronicle: Chronicle, clients: Mapping[str, str] | None, block: Ints) -> tuple[Ints32, tuple[str, ...]]:
    """The party of each row's case, and the parties: by name, `other clients` last."""
    events = chronicle.events
    mapping = group_clients(chronicle) if clients is None else clients
    if not mapping or events["client"].null_count() == events.height:
        return np.zeros(events.height, dtype=np.int32), (ALL_CLIENTS,)
    first = first_known(np.flatnonzero(np.diff(block, prepend=-1)), events["client"])
    party = first.replace_strict(dict(mapping), default=OTHER_CLIENTS, return_dtype=pl.String).fill_null(OTHER_CLIENTS)
    names = sorted(set(party.unique()) - {OTHER_CLIENTS})
    if OTHER_CLIENTS in party:
        names.append(OTHER_CLIENTS)
    numbers = party.replace_strict({name: i for i, name in enumerate(names)}, return_dtype=pl.Int32)
    return numbers.to_numpy().astype(np.int32)[block], tuple(names)
