"""What rosters tell: hours as they were announced, beside hours as they were worked, of real and simulated records.

The same measures as of a plan in a run (`planned`), from the Chronicle's table of rosters.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Literal

import numpy as np
import polars as pl

from irrupt.chronicle.goods import NOTICE_DAYS
from irrupt.groups import ALL_TEAMS
from irrupt.ledgers.notice import CLASSES, by_notice
from irrupt.ledgers.planned import BY_TEMPS, CHANGED, OTHERWISE, SHIFT_NOTICE, VARIED_WEEKS
from irrupt.units import DAY, MINUTE
from irrupt.wall import local_times

NAN = float("nan")
TOLERANCE = MINUTE
"""Seconds by which hours may differ and still count as announced."""
MEASURES = (OTHERWISE, CHANGED, SHIFT_NOTICE, *CLASSES, VARIED_WEEKS, BY_TEMPS)
_WHO = ["team", "week", "person"]


def rosters(
    table: pl.DataFrame, timezone: str = "UTC", *, temps: Collection[str] | None = None
) -> dict[str, dict[str, float]]:
    """Measure -> team, or all teams -> value, from *table*: `chronicle.ROSTER_COLUMNS`, shifts as they were announced
    (`worked` is false, `announced` when) and as they were worked.

    Weeks count, on the clock of *timezone*, of which both are known. What was announced first is what later
    announcements and the hours worked are held against: to each person, but for temps, of whom nothing was announced
    where it was not when the team's week was. *temps*: who is hired for the plan, or for what waits; None: nobody
    knows, and what hangs on it is not told. nan: not told.

    >>> from datetime import datetime, timezone
    >>> from irrupt.chronicle.model import ROSTER_COLUMNS
    >>> def shift(hours, worked):
    ...     begin, end = (datetime(2024, 1, 8, hour, tzinfo=timezone.utc) for hour in hours)
    ...     return ("Ann", "Desk", datetime(2024, 1, 1, tzinfo=timezone.utc), begin, end, worked)
    >>> told = pl.DataFrame([shift((8, 16), False), shift((10, 18), True)], schema=ROSTER_COLUMNS, orient="row")
    >>> rosters(told)["hours other than announced"]["Desk"]
    0.5
    """
    times = (local_times(table[name], timezone) for name in ("announced", "start", "end"))
    shifts = table.with_columns(*times).filter(pl.col("end") > pl.col("start"))
    shifts = shifts.with_columns(
        week=pl.col("start").dt.truncate("1w"),
        day=pl.col("start").dt.truncate("1d"),
        first=pl.col("start").dt.epoch("us") / 1e6,
        last=pl.col("end").dt.epoch("us") / 1e6,
        told=pl.col("announced").dt.epoch("us") / 1e6,
        seconds=(pl.col("end") - pl.col("start")).dt.total_microseconds() / 1e6,
    )
    announced, worked = shifts.filter(~pl.col("worked")), shifts.filter("worked")
    both = announced.select("team", "week").unique().join(worked.select("team", "week").unique(), on=["team", "week"])
    announced, worked = (side.join(both, on=["team", "week"]) for side in (announced, worked))
    of_team = pl.col("person").is_in(list(temps or ()))
    earliest = (
        pl.when(of_team).then(pl.col("told").min().over("team", "week")).otherwise(pl.col("told").min().over(_WHO))
    )
    at_first = announced.filter(pl.col("told") == earliest)
    weeks, days = _weeks(at_first, worked, announced), _days(at_first, worked, announced)
    found: dict[str, dict[str, float]] = {one.name: {} for one in MEASURES}
    teams = both["team"].unique().sort().to_list()
    for party in [*teams, *([ALL_TEAMS] if teams else [])]:
        mine = weeks if party == ALL_TEAMS else weeks.filter(team=party)
        hours = worked if party == ALL_TEAMS else worked.filter(team=party)
        changed = days if party == ALL_TEAMS else days.filter(team=party)
        by_class = [float(changed.filter(kind=kind)["differs"].sum()) for kind in range(len(CLASSES))]
        told = _values(mine, hours, temps) | by_notice(by_class, float(mine["spent"].sum()))
        for name, value in told.items():
            found[name][party] = value
    return found


def _beside(announced: pl.DataFrame, worked: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Seconds worked and seconds that differ from those *announced*, by whatever tells shifts apart."""
    pairs = announced.join(worked, on=by, suffix="_worked")
    overlap = pl.min_horizontal("last", "last_worked") - pl.max_horizontal("first", "first_worked")
    same = pairs.group_by(by).agg(same=overlap.clip(0.0).sum())
    own = _seconds(announced, "announced", by).join(_seconds(worked, "spent", by), on=by, how="full", coalesce=True)
    own = own.join(same, on=by, how="left").with_columns(pl.col("announced", "spent", "same").fill_null(0.0))
    return own.with_columns(differs=pl.col("announced") + pl.col("spent") - 2 * pl.col("same"))


def _days(announced: pl.DataFrame, worked: pl.DataFrame, all_said: pl.DataFrame) -> pl.DataFrame:
    """Seconds that differ on each day of each team, and the class of notice (`kind`): by how many days the last
    announcement came before that changed somebody's hours of the day, or that of the week where none did; the same day
    where there was no second one."""
    last = pl.when(pl.col("announced").n_unique() > 1).then(pl.col("announced").max())
    of_week = all_said.group_by("team", "week").agg(told=last.dt.truncate("1d"))
    own = _last_changes(announced, all_said)
    days = _beside(announced, worked, [*_WHO, "day"]).join(of_week, on=["team", "week"], how="left")
    days = days.join(own, on=[*_WHO, "day"], how="left").with_columns(told=pl.coalesce("own", "told"))
    ahead = (pl.col("day").dt.date() - pl.col("told").dt.date()).dt.total_days().fill_null(0)
    kind = sum((ahead >= days).cast(pl.Int32) for days in NOTICE_DAYS[1:])
    return days.select("team", "differs", kind=kind)


def _last_changes(at_first: pl.DataFrame, all_said: pl.DataFrame) -> pl.DataFrame:
    """Day of somebody whose hours were announced otherwise than before -> the day of the last such announcement. To
    whom nothing is said in *at_first*, nothing was announced before."""
    shift = pl.concat_str("first", "last", separator=" ")
    of_day = all_said.group_by(*_WHO, "announced", "day").agg(shifts=shift.sort().str.join("|"))
    every = all_said.select(*_WHO, "announced").unique().join(all_said.select(*_WHO, "day").unique(), on=_WHO)
    every = every.join(of_day, on=[*_WHO, "announced", "day"], how="left").sort("announced")
    every = every.with_columns(pl.col("shifts").fill_null(""))
    before = pl.col("shifts").shift(1).over([*_WHO, "day"])
    every = every.join(at_first.select(_WHO).unique().with_columns(known=True), on=_WHO, how="left").with_columns(
        before=pl.when(pl.col("known").is_null()).then(before.fill_null("")).otherwise(before)
    )
    changed = every.filter(pl.col("before").is_not_null() & (pl.col("before") != pl.col("shifts")))
    return changed.group_by(*_WHO, "day").agg(own=pl.col("announced").max().dt.truncate("1d"))


def _weeks(announced: pl.DataFrame, worked: pl.DataFrame, all_said: pl.DataFrame) -> pl.DataFrame:
    """Each week of each team: seconds worked, seconds that differ from those *announced*, and, of weeks that changed,
    seconds of notice."""
    differs = pl.col("differs")
    weeks = (
        _beside(announced, worked, _WHO)
        .group_by("team", "week")
        .agg(spent=pl.col("spent").sum(), differs=differs.sum(), changed=(differs > TOLERANCE).any())
    )
    moments = all_said.group_by("team", "week").agg(
        notice=pl.when(pl.col("told").n_unique() > 1).then(
            (pl.col("week").first().dt.epoch("us") / 1e6 - pl.col("told").max()).clip(0.0)
        )
    )
    return weeks.join(moments, on=["team", "week"], how="left")


def _seconds(shifts: pl.DataFrame, name: Literal["announced", "spent"], by: list[str]) -> pl.DataFrame:
    return shifts.group_by(by).agg(pl.col("seconds").sum().alias(name))


def _values(weeks: pl.DataFrame, worked: pl.DataFrame, temps: Collection[str] | None) -> dict[str, float]:
    total = float(weeks["spent"].sum())
    notice = weeks.filter(pl.col("changed") & pl.col("notice").is_not_null())["notice"]
    told = {
        OTHERWISE.name: float(weeks["differs"].sum()) / total if total > 0 else NAN,
        CHANGED.name: float(np.mean(weeks["changed"].to_numpy())) if weeks.height else NAN,
        SHIFT_NOTICE.name: float(np.mean(notice.to_numpy())) / DAY if len(notice) else NAN,
        VARIED_WEEKS.name: NAN,
        BY_TEMPS.name: NAN,
    }
    if temps is None or not total > 0:
        return told
    is_temp = pl.col("person").is_in(list(temps))
    own = worked.filter(~is_temp).group_by("team", "week").agg(pl.col("seconds").sum())
    own = weeks.select("team", "week").join(own, on=["team", "week"], how="left").fill_null(0.0)
    by_team = own.group_by("team").agg(mean=pl.col("seconds").mean(), variance=pl.col("seconds").var(ddof=0))
    mean = float(by_team["mean"].sum())
    told[VARIED_WEEKS.name] = math.sqrt(float(by_team["variance"].sum())) / mean if mean > 0 else NAN
    told[BY_TEMPS.name] = float(worked.filter(is_temp)["seconds"].sum()) / total
    return told
