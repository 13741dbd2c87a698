"""The clock on the wall: between moments, which are told in UTC, and what clocks of a zone show.

Whatever counts (the engine, the ledgers, discovery) counts on the clock by which people live: its weeks are always 168
hours long, and nine o'clock is nine o'clock in summer and in winter. Moments are converted here, and nowhere else.

Where clocks are put back, they show an hour twice. It is counted once, as it passes first; for as long as it passes
again, they count as standing at its end. Where clocks are put on, what is said of the time that they leap over is at
the leap. So order is kept both ways: what is later is never counted earlier, what is at once stays at once, and all but
these hours comes back as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import polars as pl

from irrupt.arguments import as_annotated
from irrupt.arraytypes import Floats, Ints
from irrupt.errors import Fault, UsageError
from irrupt.i18n import gettext as _

MOMENT = pl.Datetime("us", "UTC")
"""Every moment of ours."""

Converted = Callable[[Ints, str], Ints]

_EPOCH = datetime(1970, 1, 1)
_MICRO = timedelta(microseconds=1)
_SECOND = 1_000_000
_DAY = 86400 * _SECOND
_WEEK = 604800.0
"""Seconds."""
_LOCAL = pl.Datetime("us")
_FIRST, _LAST = datetime(1840, 1, 1), datetime(2101, 1, 1)
"""Between these the offsets of zones are known; before and after they stay what they were."""
_LONG_AGO = np.iinfo(np.int64).min


class _Changes(NamedTuple):
    """When clocks of a zone are put on or back: arrays of microseconds, the first of each for the time before all."""

    at: Ints
    """The moment."""
    offset: Ints
    """What clocks are ahead of UTC from then on."""
    shown: Ints
    """The latest that they have shown until then."""


def known(zone: str) -> bool:
    """Whether there is a zone of that name.

    >>> known("Europe/Paris"), known("Mars"), known("\\ud800")
    (True, False, False)
    """
    try:
        return bool(zone) and bool(len(_changes(zone).at))
    except (pl.exceptions.PolarsError, TypeError, UnicodeEncodeError):
        return False


def local_times(moments: pl.Series, zone: str) -> pl.Series:
    """What clocks of *zone* show at *moments*, as times without a zone.

    >>> moments = pl.Series([datetime(2024, 10, 27, hour, 30, tzinfo=UTC) for hour in (0, 1, 2)])
    >>> local_times(moments, "Europe/Paris").dt.to_string("%H:%M").to_list()
    ['02:30', '03:00', '03:30']
    """
    return _mapped(moments, shown, zone, _LOCAL)


def moments_of(local: pl.Series, zone: str) -> pl.Series:
    """The moments at which clocks of *zone* show *local* times.

    >>> times = pl.Series([datetime(2024, 3, 31, 1, 30), datetime(2024, 3, 31, 2, 30), datetime(2024, 3, 31, 3)])
    >>> moments_of(times, "Europe/Paris").dt.to_string("%H:%M").to_list()
    ['00:30', '01:00', '01:00']
    """
    return _mapped(local, passed, zone, MOMENT)


def local_time(moment: datetime, zone: str) -> datetime:
    """What clocks of *zone* show at a *moment* that knows its own zone.

    >>> local_time(datetime(2024, 7, 1, tzinfo=UTC), "Europe/Paris").isoformat()
    '2024-07-01T02:00:00'
    """
    return _EPOCH + _one(shown, moment.astimezone(UTC).replace(tzinfo=None), zone)


def aware(local: datetime, zone: str) -> datetime:
    """The moment, in UTC, at which clocks of *zone* show *local*.

    >>> aware(datetime(2024, 7, 1), "Europe/Paris").isoformat()
    '2024-06-30T22:00:00+00:00'
    """
    return (_EPOCH + _one(passed, local, zone)).replace(tzinfo=UTC)


def in_utc(moment: date, zone: str) -> datetime:
    """*moment* in UTC: what clocks of *zone* show, where it knows no zone of its own. A day is its midnight.

    >>> in_utc(datetime(2024, 7, 1), "Europe/Paris").isoformat()
    '2024-06-30T22:00:00+00:00'
    >>> in_utc(datetime(2024, 7, 1, tzinfo=UTC), "Europe/Paris").isoformat()
    '2024-07-01T00:00:00+00:00'
    """
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time.min)
    return aware(moment, zone) if moment.tzinfo is None else moment.astimezone(UTC)


def changes_within_a_year(moment: datetime, zone: str) -> bool:
    """Whether clocks of *zone* are put on or back in the year after *moment*.

    >>> moment = datetime(2024, 7, 1, tzinfo=UTC)
    >>> changes_within_a_year(moment, "Europe/Paris"), changes_within_a_year(moment, "Asia/Tokyo")
    (True, False)
    """
    since = (moment.astimezone(UTC).replace(tzinfo=None) - _EPOCH) // _MICRO
    before, after = np.searchsorted(_changes(zone).at, [since, since + 365 * _DAY])
    return bool(after > before)


def shown(micros: Ints, zone: str) -> Ints:
    """What clocks of *zone* show at moments: both in microseconds since 1970."""
    changes = _changes(zone)
    if len(changes.at) == 1 or not len(micros):
        return np.asarray(micros + changes.offset[0])
    number, some = _since(changes.at, micros, changes)
    found: Ints = np.maximum(micros + some.offset[number], some.shown[number])
    return found


def passed(local: Ints, zone: str) -> Ints:
    """The moments at which clocks of *zone* show *local* times: both in microseconds since 1970."""
    changes = _changes(zone)
    if len(changes.at) == 1 or not len(local):
        return np.asarray(local - changes.offset[0])
    number, some = _since(changes.shown, local, changes)
    found: Ints = np.maximum(local - some.offset[number], some.at[number])
    return found


@dataclass(frozen=True, slots=True)
class Timeline:
    """Time as it is counted: seconds on the clock of a zone since the Monday 00:00 that clocks show at the origin."""

    origin: datetime
    zone: str

    def second(self, moment: datetime) -> float:
        """The second at a *moment*.

        >>> line = Timeline(datetime(2024, 3, 24, 23, tzinfo=UTC), "Europe/Paris")
        >>> line.second(datetime(2024, 3, 31, 22, tzinfo=UTC)) / 86400.0
        7.0
        """
        return (local_time(moment, self.zone) - self.begin).total_seconds()

    def moment(self, second: float) -> datetime:
        """The moment of a *second*."""
        return aware(self.begin + timedelta(seconds=second), self.zone)

    @as_annotated
    def after(self, weeks: float) -> datetime:
        """The moment *weeks* after the origin, at the same hour and day of the week. Raises `UsageError` where no
        calendar has it.

        >>> Timeline(datetime(2023, 12, 31, 23, tzinfo=UTC), "Europe/Paris").after(26).isoformat()
        '2024-06-30T22:00:00+00:00'
        """
        try:
            return self.moment(weeks * _WEEK)
        except (OverflowError, ValueError):
            raise UsageError(Fault("weeks", f"{weeks:g}", _("a moment in the years 1 to 9999"))) from None

    def seconds(self, moments: pl.Series) -> Floats:
        """The second at each of *moments*; nan where there is none."""
        since = local_times(moments, self.zone).cast(pl.Int64) - (self.begin - _EPOCH) // _MICRO
        return (since.cast(pl.Float64) / 1e6).fill_null(np.nan).to_numpy().astype(np.float64)

    def moments(self, seconds: Floats) -> pl.Series:
        """The moments of *seconds*, to the microsecond."""
        micros = (self.begin - _EPOCH) // _MICRO + np.rint(seconds * 1e6).astype(np.int64)
        return pl.Series(passed(micros, self.zone)).cast(MOMENT)

    @property
    def begin(self) -> datetime:
        """What clocks show at the origin."""
        return _begin(self.origin, self.zone)


@lru_cache(maxsize=256)
def _begin(origin: datetime, zone: str) -> datetime:
    """What clocks show at *origin*: midnight also on a day that, where clocks are put on, begins later."""
    local = local_time(origin, zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if aware(midnight, zone) == origin else local


def _one(how: Converted, moment: datetime, zone: str) -> timedelta:
    return timedelta(microseconds=int(how(np.array([(moment - _EPOCH) // _MICRO]), zone)[0]))


def _mapped(column: pl.Series, how: Converted, zone: str, kind: pl.DataType) -> pl.Series:
    if column.null_count() == len(column):
        return pl.Series(column.name, [None], dtype=kind).new_from_index(0, len(column))
    numbers = column.cast(pl.Datetime("us", getattr(column.dtype, "time_zone", None))).cast(pl.Int64)
    known = numbers.is_not_null() if numbers.null_count() else None
    found = pl.Series(column.name, how((numbers if known is None else numbers.fill_null(0)).to_numpy(), zone))
    if known is not None:
        found = found.zip_with(known, pl.Series([None], dtype=pl.Int64))
    return found.cast(kind)


def _since(edges: Ints, values: Ints, changes: _Changes) -> tuple[Ints, _Changes]:
    """Which of the changes each of *values* comes after, by the *edges* of these; only those that matter are looked
    through, of which there are two a year at most."""
    low, high = np.searchsorted(edges[1:], (values.min(), values.max()), "right")
    some = _Changes._make(column[low : high + 1] for column in changes)
    if low == high:
        return np.zeros(1, np.int64), some
    return np.searchsorted(edges[low + 1 : high + 1], values, "right"), some


@lru_cache(maxsize=1024)
def _changes(zone: str) -> _Changes:
    """All changes of the clocks of *zone*."""
    days = pl.datetime_range(_FIRST, _LAST, "1d", eager=True, time_unit="us").to_physical().to_numpy() // _SECOND
    changed = np.flatnonzero(np.diff(_offsets(days, zone)))
    low, high = days[changed], days[changed + 1]
    before, after = _offsets(low, zone), _offsets(high, zone)
    while len(low) and (high - low).max() > 1:
        middle = (low + high) // 2
        late = _offsets(middle, zone) != before
        low, high = np.where(late, low, middle), np.where(late, middle, high)
    at = np.concatenate([[_LONG_AGO], high * _SECOND])
    offset = np.concatenate([_offsets(days[:1], zone), after]) * _SECOND
    latest = np.maximum.accumulate(high * _SECOND + offset[:-1])
    return _Changes(at, offset, np.concatenate([[_LONG_AGO], latest]))


def _offsets(seconds: Ints, zone: str) -> Ints:
    """By how many seconds clocks of *zone* are ahead of UTC."""
    moments = pl.Series(seconds * _SECOND).cast(MOMENT)
    local = moments.dt.convert_time_zone(zone).dt.replace_time_zone(None)
    found: Ints = local.to_physical().to_numpy() // _SECOND - seconds
    return found
