"""An event log as arrays of numbers, in the clock that the organisation lives by: what all of discovery reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import numpy as np
import polars as pl

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.chronicle.client import Waited, waited
from irrupt.chronicle.model import Chronicle
from irrupt.chronicle.parties import group_clients
from irrupt.chronicle.zones import zone_of_hours, zone_of_midnights
from irrupt.errors import DataError
from irrupt.groups import ALL_CLIENTS, OTHER_CLIENTS, UNKNOWN_CLIENT
from irrupt.i18n import gettext as _
from irrupt.units import DAY, WEEK
from irrupt.wall import aware, local_times

HOURS = 168
"""Hours in a week."""
_NO_ACTIVITY = "?"
_SILENCE = 20.0
"""Arrivals that must have failed to come for them to count as having ceased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """One row per step, cases one after the other in order of arrival, each case in order of its steps.

    Times are seconds on the clock of *timezone* since *origin*, see `irrupt.wall`; numbers stand for positions in the
    tuples of names, -1 for none.
    """

    case: Ints
    activity: Ints
    team: Ints
    person: Ints
    start: Floats
    end: Floats
    row: Ints
    """The row of each step in the Chronicle's events."""
    begin: Ints
    """Position of the first step of each case."""
    client: Ints
    """Per case."""
    activities: tuple[str, ...]
    teams: tuple[str, ...]
    people: tuple[str, ...]
    clients: tuple[str, ...]
    groups: frozenset[str]
    """Clients that stand for several."""
    origin: datetime
    """A Monday 00:00, local time without zone."""
    timezone: str
    starts: Literal["measured", "assumed", "missing"]
    daily: bool
    """True when times are days: no hour of the day can be learned."""
    waits: Waited
    """Between which activities the organisation waits for the client."""
    acts: Flags
    """Per activity: the client does it himself."""
    untimed: Flags
    """Per activity: most of its steps have no start, though others of the log have one."""
    way: Ints | None = None
    """Per step: on which of several ways it stands that its case goes at once, from 1, one way after the other; 0: on
    none. None: none is."""
    block: Ints | None = None
    """Per step: the number of all these ways together, from 1; 0: it is on none."""
    others_over: Floats | None = None
    """Per step: when what it had to wait for was over, of steps that stand before the last one; else minus infinity.
    None: no step is known to."""

    def moment(self, second: float) -> datetime:
        """The moment of a *second*."""
        return aware(self.origin + timedelta(seconds=second), self.timezone)

    @property
    def cases(self) -> int:
        """How many cases."""
        return len(self.begin)

    @property
    def last(self) -> Ints:
        """Position of the last step of each case."""
        return np.append(self.begin[1:], len(self.case)) - 1

    @property
    def inner(self) -> Flags:
        """Steps that do not begin a case."""
        inner = np.ones(len(self.case), bool)
        inner[self.begin] = False
        return inner

    @property
    def over(self) -> Floats:
        """When each case was over: the end of whichever of its steps ended last."""
        ends: Floats = np.maximum.reduceat(self.end, self.begin)
        return ends

    def on_clock(self, moments: pl.Series) -> pl.Series:
        """*moments* of the events that this was read from, one for each of these, as `start` and `end` tell theirs."""
        shift = (self.origin - datetime(1970, 1, 1)).total_seconds()
        return local_times(moments, self.timezone).dt.epoch("us") / 1e6 - shift

    @property
    def folds(self) -> Ints:
        """Per case: 0 if it came in an even week, 1 in an odd one. Each half of the records tells what holds of the
        other."""
        return np.floor(self.start[self.begin] / WEEK).astype(np.int64) % 2

    @property
    def enabled(self) -> Floats:
        """When each step could have begun: the end of the step before, but not after its own start; of first steps,
        their own start. Ways that a case goes at once could begin together, what follows them when all were done; and
        so with what is seen to wait for others than the step before."""
        before = np.append(self.end[0], self.end[:-1])
        before[self.begin] = self.start[self.begin]
        if self.way is not None and self.way.any():
            inside, first, head, split = self._ways
            over = np.maximum.reduceat(np.where(inside, self.end, -np.inf), first)
            behind = np.flatnonzero(inside[:-1] & (~inside[1:] | np.isin(np.arange(1, len(before)), first))) + 1
            behind = behind[self.case[behind] == self.case[behind - 1]]
            before[behind] = over[np.searchsorted(first, behind - 1, "right") - 1]
            before[head] = before[split]
        if self.others_over is not None:
            before = np.maximum(before, self.others_over)
        earliest: Floats = np.minimum(before, self.start)
        return earliest

    @property
    def left(self) -> Floats:
        """When each step stops holding its case: its end, or the start of the next step where that comes before."""
        after = np.append(self.start[1:], self.end[-1])
        after[self.last] = self.end[self.last]
        if self.way is not None and self.way.any():
            inside, _first, head, _split = self._ways
            last = inside & np.append(~inside[1:] | np.isin(np.arange(1, len(after)), head), True)
            after[last] = self.end[last]
        until: Floats = np.maximum(np.minimum(self.end, after), self.start)
        return until

    @property
    def follows(self) -> Ints:
        """Per step: the position of the step that it follows; of the first on each way that a case goes at once, that
        of the step before all of them."""
        before = np.arange(len(self.case)) - 1
        if self.way is not None and self.way.any():
            _inside, _first, head, split = self._ways
            before[head] = split - 1
        return before

    @property
    def way_begins(self) -> Flags:
        """Per step: whether it is the first on one of the ways that its case goes at once."""
        found = np.zeros(len(self.case), bool)
        if self.way is not None and self.way.any():
            found[self._ways[2]] = True
        return found

    @property
    def _ways(self) -> tuple[Flags, Ints, Ints, Ints]:
        """Which steps stand on ways that cases go at once; where these begin; where each single way does; and for each
        of them, where those begin that it is one of."""
        assert self.way is not None
        inside = self.way > 0
        before = np.append(0, self.way[:-1])
        before[self.begin] = 0
        begins = inside & ((before == 0) | (self.way < before))
        first, head = np.flatnonzero(begins), np.flatnonzero(inside & (begins | (self.way != before)))
        return inside, first, head, first[np.searchsorted(first, head, "right") - 1]

    @property
    def arrivals_end(self) -> float:
        """When cases ceased to arrive: the end of the log, or the day of the last arrival where the log goes on long
        after it with cases that were open then."""
        arrived, end = self.start[self.begin], self.span[1]
        last = float(arrived[-1])
        # how many came at the same times of the weeks before, of one week at most
        silent = min(end - last, WEEK)
        ago = 1 + np.arange(8)
        usual = np.searchsorted(arrived, last + silent - ago * WEEK) - np.searchsorted(arrived, last - ago * WEEK)
        known = last - ago * WEEK >= arrived[0]
        if silent < DAY or not known.any():
            return end
        if usual[known].mean() * (end - last) / silent < _SILENCE or self._left_out(arrived, last, end):
            return end
        return min(float(np.ceil(last / DAY + 1e-9)) * DAY, end)

    def _left_out(self, arrived: Floats, last: float, end: float) -> bool:
        """Whether no cases are seen to arrive after the *last* one because they would not have been over at the *end*:
        hardly any could have been, and those before thin out as they do who take longer than was left."""
        silent = end - last
        lasting = (self.over - arrived)[arrived < last - silent]
        # in how much of so much time before the end a case may arrive that is over by then
        time = [float(np.maximum(times * silent - lasting, 0.0).mean()) for times in (1, 2, 4)] if len(lasting) else []
        before, seen = (
            int(((arrived > end - b * silent) & (arrived <= end - a * silent)).sum()) for a, b in ((2, 4), (1, 2))
        )
        if not time or before < _SILENCE:
            return False
        usual = before / (time[2] - time[1])
        return usual * time[0] < _SILENCE and seen < usual * float(np.sqrt((time[1] - time[0]) * silent))

    @property
    def span(self) -> tuple[float, float]:
        """First and last moment."""
        return float(self.start.min()), float(self.end.max())

    @property
    def since(self) -> float:
        """The moment since which it is recorded what ends. What was in hand then may have begun long before."""
        return float(self.end.min())


def counted(one: Ints, other: Ints, size: int, width: int) -> Floats:
    """How often each number below *size* of *one* stands beside each below *width* of the *other*: a table.

    >>> counted(np.array([0, 1, 1]), np.array([2, 0, 0]), 2, 3).tolist()
    [[0.0, 0.0, 1.0], [2.0, 0.0, 0.0]]
    """
    return np.bincount(one * width + other, minlength=size * width).reshape(size, width).astype(np.float64)


def hour_of_day(moments: Floats) -> Ints:
    """The hour in which each moment lies: 0 to 23 of a day from Monday to Friday, 24 to 47 of one at the weekend.

    >>> hour_of_day(np.array([9.5 * 3600.0, 5 * DAY])).tolist()
    [9, 24]
    """
    hour: Ints = (moments % WEEK >= 5 * DAY) * 24 + (moments % DAY // 3600).astype(np.int64)
    return hour


def read(chronicle: Chronicle, clients: Mapping[str, str] | None = None) -> Log:
    """*chronicle* as a `Log`; *clients* maps the clients it names to the clients or groups that are to be told apart.

    Raises `DataError` when no step has a time.
    """
    order = pl.int_range(pl.len()).alias("order")
    events = chronicle.events.with_columns(pl.coalesce("end", "start").alias("end"), order).drop_nulls("end")
    if events.is_empty():
        raise DataError(_("The log has no step with a readable time: nothing can be learned from it."))
    zone = clock_of(chronicle)
    has_starts = chronicle.starts != "missing" and events["start"].null_count() < events.height
    start = pl.min_horizontal(pl.coalesce("start", "end"), "end") if has_starts else pl.col("end")
    named, groups = _clients(chronicle, clients)
    table = events.select(
        pl.col("case").fill_null(""),
        pl.col("activity").fill_null(_NO_ACTIVITY).replace("", _NO_ACTIVITY),
        pl.col("team").replace("", None),
        pl.col("resource").replace("", None),
        named.alias("client"),
        start.alias("start"),
        pl.col("start").is_null().alias("untimed"),
        "end",
        "order",
    )
    table = table.with_columns(local_times(table[name], zone).dt.epoch("us") / 1e6 for name in ("start", "end"))
    table = _in_order(table, by_end=events["start"].null_count() > 0)
    first = float(table["start"].to_numpy().min())
    origin = datetime(1970, 1, 5) + timedelta(seconds=(first - 4 * DAY) // WEEK * WEEK)
    shift = (origin - datetime(1970, 1, 1)).total_seconds()
    return _as_log(table, chronicle, zone, origin, shift, has_starts, groups)


def _in_order(table: pl.DataFrame, *, by_end: bool) -> pl.DataFrame:
    """Cases by their first and last moments and their length, never by name; steps by time, then as recorded.

    *by_end*: where only some steps have a start, by the time that all have: what is recorded while a step is worked on
    comes before it, and does not cut it short.
    """
    times = ("end", "start") if by_end else ("start", "end")
    table = table.with_columns(
        pl.col("start").min().over("case").alias("arrives"),
        pl.col("end").max().over("case").alias("leaves"),
        pl.len().over("case").alias("steps"),
        pl.col("order").min().over("case").alias("rank"),
    )
    return table.sort("arrives", "leaves", "steps", "rank", *times, "order").with_columns(
        (pl.col("rank") != pl.col("rank").shift()).fill_null(True).cum_sum().alias("number") - 1
    )


def _as_log(
    table: pl.DataFrame,
    chronicle: Chronicle,
    zone: str,
    origin: datetime,
    shift: float,
    has_starts: bool,
    groups: frozenset[str],
) -> Log:
    case = table["number"].cast(pl.Int64).to_numpy()
    begin = np.flatnonzero(np.diff(case, prepend=-1))
    activity, activities = _coded(table["activity"])
    team, teams = _coded(table["team"])
    person, people = _coded(table["resource"])
    client, names = _coded(table["client"])
    start, end = table["start"].to_numpy() - shift, table["end"].to_numpy() - shift
    return Log(
        case=case,
        activity=activity,
        team=team,
        person=person,
        start=start,
        end=end,
        row=table["order"].cast(pl.Int64).to_numpy(),
        begin=begin,
        client=client[begin],
        activities=activities,
        teams=teams,
        people=people,
        clients=names,
        groups=groups & frozenset(names),
        origin=origin,
        timezone=zone,
        starts=chronicle.starts if has_starts else "missing",
        daily=len(end) > 1 and len(np.unique(np.concatenate((start, end)) % DAY)) == 1,
        waits=waited(chronicle, activities),
        acts=np.array([name in chronicle.client_acts for name in activities], bool),
        untimed=_mostly(table["untimed"].to_numpy() & has_starts, activity, len(activities)),
    )


def clock_of(chronicle: Chronicle) -> str:
    """The zone on whose clock the records of *chronicle* are to be read: its own, or where its times are told in UTC
    and are days of another zone, or follow the summer time of one, that one."""
    if chronicle.timezone != "UTC":
        return chronicle.timezone
    moments = chronicle.events["end"]
    return zone_of_midnights(moments) or zone_of_hours(moments) or "UTC"


def _mostly(flag: Flags, activity: Ints, size: int) -> Flags:
    """Per activity: most of its steps have the *flag*."""
    share = np.bincount(activity, flag.astype(float), size) / np.maximum(np.bincount(activity, minlength=size), 1)
    most: Flags = share > 0.5
    return most


def _coded(column: pl.Series) -> tuple[Ints, tuple[str, ...]]:
    names = sorted(name for name in column.unique().to_list() if name is not None)
    codes = column.cast(pl.Enum(names)).to_physical().cast(pl.Int64)
    return np.array(codes.fill_null(-1)), tuple(names)


def _clients(chronicle: Chronicle, clients: Mapping[str, str] | None) -> tuple[pl.Expr, frozenset[str]]:
    """The client of each step's case, as mapped, and the names that stand for several."""
    known = dict(group_clients(chronicle)) if clients is None else dict(clients)
    named = chronicle.events["client"].drop_nulls().unique().to_list()
    known = {name: known.get(name, OTHER_CLIENTS) for name in sorted(named) if name}
    if not known:
        return pl.lit(ALL_CLIENTS), frozenset({ALL_CLIENTS})
    several = {name for name, count in Counter(known.values()).items() if count > 1}
    of_case = pl.col("client").replace("", None).drop_nulls().first().over("case")
    mapped = of_case.replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.String())
    return mapped.fill_null(UNKNOWN_CLIENT), frozenset({*several, OTHER_CLIENTS, UNKNOWN_CLIENT})


def last_of_person(log: Log) -> Floats:
    """When the same person last completed another step; nan where that is not known."""
    last = np.full(len(log.end), np.nan)
    by = np.flatnonzero(log.person >= 0)
    order = by[np.lexsort((by, log.end[by], log.person[by]))]
    same = np.diff(log.person[order], prepend=-1) == 0
    last[order[same]] = log.end[order[np.flatnonzero(same) - 1]]
    return last
