"""Days on which nobody worked although such days are worked: holidays, told from the silence of the records.

A log shows past days. They are no forecast: a day is taken to be closed again only where its date was so in every year
that the log covers, and in two at least. Feasts that move are told, and left to whoever knows their dates.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats
from irrupt.discovery.log import Log
from irrupt.organisation.staff import Span
from irrupt.units import DAY, WEEK

_NEAR = 6
"""Days of the same kind, before and after, that tell how much is usually done."""
_STRAY = 0.02
"""Share of that which may be done on a closed day."""
_CHANCE = 0.01
"""Probability with which a log without any closed day may seem to have one."""
_WORKED = 0.8
"""Share of the days of the week of one kind on which something must be done for its silence to tell."""
_FEWEST = 8
_COME = 0.5
"""Share of the cases of other days that must come on closed days for work to pile up."""
_AHEAD = 5
"""Years for which dates that repeat are written down."""


class Closures(NamedTuple):
    """The days on which nobody worked."""

    days: tuple[date, ...]
    again: tuple[tuple[int, int], ...]
    """Month and day of those that were closed in every year."""

    def begins(self, origin: datetime) -> Floats:
        """Seconds from the *origin* of a log to the begin of each closed day."""
        return np.array([(day - origin.date()).days * DAY for day in self.days])

    def spans(self, since: datetime) -> tuple[Span, ...]:
        """The days that will be closed in the years after *since*, a moment without a zone.

        >>> Closures((), ((12, 25),)).spans(datetime(2025, 12, 26))[0]
        (datetime.datetime(2026, 12, 25, 0, 0), datetime.datetime(2026, 12, 26, 0, 0))
        """
        days = [datetime(since.year + later, *one) for later in range(_AHEAD + 1) for one in self.again]
        return tuple((day, day + timedelta(days=1)) for day in sorted(days) if day >= since)


def learn(log: Log, worked: Flags) -> Closures:
    """The closed days of *log*, in which *worked* says on which steps somebody worked."""
    moments = log.end[worked]
    # once no cases come any more, silence tells nothing
    first, last = (int(moment // DAY) for moment in (log.since, log.arrivals_end))
    if log.daily or not len(moments) or last - first < 7 * _FEWEST:
        return Closures((), ())
    count = np.bincount((moments // DAY).astype(np.int64) - first, minlength=last - first + 1).astype(float)
    count = count[1 : last - first]
    bar = np.log(_CHANCE / len(count))
    silent, chance, again = np.zeros(len(count), bool), np.zeros(len(count)), np.zeros(len(count))
    tells = np.zeros(len(count), bool)
    for kind in range(7):
        at = np.arange(kind, len(count), 7)
        if len(at) >= _FEWEST and np.mean(count[at] > 0) >= _WORKED:
            silent[at], chance[at] = _silent(count[at])
            tells[at] = True
            # of the silences that chance may explain, not all that it does not are holidays
            often = np.maximum(chance[at], np.log(max(silent[at].mean() / 2, 1e-300)))
            again[at] = np.where(chance[at] < bar, chance[at], often)
    begin = (log.origin + timedelta(days=first + 1)).date()
    dates = [begin + timedelta(days=number) for number in range(len(count))]
    yearly = _yearly(dates, silent, again)
    together = np.zeros(len(count))
    together[tells] = in_a_row(silent[tells], chance[tells])
    closed = silent & (together < bar)
    days = (day for day, alone in zip(dates, closed.tolist(), strict=True) if alone)
    repeated = (day for day, is_so in zip(dates, silent.tolist(), strict=True) if is_so and _date(day) in yearly)
    return Closures(tuple(sorted({*days, *repeated})), yearly)


def _silent(count: Floats) -> tuple[Flags, Floats]:
    """Which days of one kind are silent, and the logarithm of the probability that each is so by chance."""
    usual = np.array([_around(count, number) for number in range(len(count))])
    busy = count > _STRAY * usual
    ratio = float(np.mean((count - usual)[busy] ** 2 / np.maximum(usual[busy], 1.0))) if busy.any() else 1.0
    # numbers that vary more than chance are silent more often, too: a negative binomial distribution
    spread = max(ratio, 1.0 + 1e-6)
    return ~busy, -usual * np.log(spread) / (spread - 1.0)


def in_a_row(silent: Flags, chance: Floats) -> Floats:
    """Per day, the sum of *chance* over the days in a row with it that are *silent* as it is, or are not.

    >>> in_a_row(np.array([False, True, True, False]), np.array([0.0, 2.0, 3.0, 0.0])).tolist()
    [0.0, 5.0, 5.0, 0.0]
    """
    run = np.cumsum(np.diff(silent, prepend=False))
    found: Floats = np.bincount(run, chance)[run]
    return found


def _around(count: Floats, number: int) -> float:
    near = np.append(count[max(number - _NEAR, 0) : number], count[number + 1 : number + 1 + _NEAR])
    return float(np.median(near))


def _yearly(dates: list[date], silent: Flags, chance: Floats) -> tuple[tuple[int, int], ...]:
    """Dates that were silent in every year in which they fall on a working day: in two at least, too often for luck."""
    seen: dict[tuple[int, int], list[tuple[bool, float]]] = {}
    for day, is_silent, log in zip(dates, silent.tolist(), chance.tolist(), strict=True):
        if log < 0 and _date(day) != (2, 29):
            seen.setdefault(_date(day), []).append((is_silent, log))
    bar = np.log(_CHANCE / 366)
    return tuple(
        sorted(
            one
            for one, years in seen.items()
            if len(years) > 1 and all(was for was, _log in years) and sum(log for _was, log in years) < bar
        )
    )


def _date(day: date) -> tuple[int, int]:
    return day.month, day.day


def touched(closures: Closures, log: Log, begin: Floats, end: Floats) -> Flags:
    """Whether a closed day lies, in part at least, between moments of *log*."""
    days = closures.begins(log.origin)
    low, high = np.floor(begin / DAY) * DAY, np.floor(end / DAY) * DAY
    found: Flags = np.searchsorted(days, high, "right") > np.searchsorted(days, low, "left")
    return found


def recorded(closures: Closures, log: Log) -> Floats:
    """The begins of the closed days of *log*, in seconds from its origin on.

    None where as few cases came on these days as were worked on: then nothing piled up.
    """
    begins = closures.begins(log.origin)
    return begins if len(begins) and _piles_up(begins, log) else np.empty(0)


def quiet(closures: Closures, log: Log) -> Floats:
    """The begins of the closed days of *log* where hardly any cases came on these days either."""
    begins = closures.begins(log.origin)
    return begins if len(begins) and not _piles_up(begins, log) else np.empty(0)


def open_part(weeks: Floats, quiet: Floats, arrived: Floats, end: float) -> Floats:
    """How much there is of each of the *weeks* before the *end*, the last one first, without *quiet* days: each of them
    takes as much of a week away as usually comes on such days of those that *arrived*.

    >>> monday, mondays = np.array([7 * 86400.0]), np.arange(4) * WEEK
    >>> came = np.concatenate((np.delete(mondays, 1), mondays + DAY))
    >>> open_part(np.ones(4), monday, came, 4 * WEEK).round(2).tolist()
    [1.0, 1.0, 0.5, 1.0]
    """
    if not len(quiet):
        return weeks
    days: Floats = np.arange(np.floor((end - len(weeks) * WEEK) / DAY), np.ceil(end / DAY), dtype=np.float64) * DAY
    came: Floats = np.floor(arrived / DAY) * DAY
    often, usual = _by_weekday(days[~np.isin(days, quiet)]), _by_weekday(came[~np.isin(came, quiet)])
    share = usual / np.maximum(often, 1.0)
    share /= max(float(share.sum()), 1e-12)
    lost = np.zeros(len(weeks))
    back = ((end - quiet - DAY / 2) // WEEK).astype(np.int64)
    here = (back >= 0) & (back < len(weeks))
    np.add.at(lost, back[here], share[(quiet[here] % WEEK // DAY).astype(np.int64)])
    return np.maximum(weeks * (1.0 - lost), 1e-3)


def _by_weekday(days: Floats) -> Floats:
    """How many of *days*, told by when they begin, are Mondays, Tuesdays, ..."""
    return np.bincount((days % WEEK // DAY).astype(np.int64), minlength=7).astype(np.float64)


def length(log: Log) -> float:
    """Weeks from the Monday before the first record of *log* to that after its last arrivals."""
    return float(max(np.ceil((log.arrivals_end - _first(log)) / WEEK), 1.0))


def since(begins: Floats, log: Log, warm: float) -> Floats:
    """Days of *log* that have such *begins*, in simulated time that is like the log after *warm* weeks: the seconds
    from its begin to that of each."""
    return begins - _first(log) + warm * WEEK


def _first(log: Log) -> float:
    return float(np.floor(log.since / WEEK) * WEEK)


def repeated_days(begins: Floats, log: Log, weeks: float) -> Floats:
    """Days of *log* that have such *begins*, in simulated *weeks* that go on as the records did, again and again: the
    seconds from their begin to that of each."""
    long = length(log) * WEEK
    turns = np.arange(np.ceil(weeks * WEEK / long)) * long
    return np.sort((turns[:, None] + begins - _first(log)).ravel())


def _piles_up(begins: Floats, log: Log) -> bool:
    """Whether cases came on closed days, about as on others."""
    days = np.floor(log.start[log.begin] / DAY) * DAY
    closed = np.isin(days, begins)
    usual = np.bincount((days[~closed] % WEEK // DAY).astype(np.int64), minlength=7) / (log.span[1] - log.since) * WEEK
    expected = usual[(begins % WEEK // DAY).astype(np.int64)].sum()
    return bool(closed.sum() >= _COME * expected)


def days_off(begins: Floats, origin: datetime) -> tuple[Span, ...]:
    """Days that begin so many seconds after *origin*, a moment without a zone, those in a row together.

    >>> days_off(np.array([0.0, 86400.0, 259200.0]), datetime(2024, 1, 1))[0][1]
    datetime.datetime(2024, 1, 3, 0, 0)
    """
    if not len(begins):
        return ()
    edges = np.flatnonzero(np.diff(begins) != DAY) + 1
    return tuple(
        (origin + timedelta(seconds=float(part[0])), origin + timedelta(seconds=float(part[-1] + DAY)))
        for part in np.split(begins, edges)
    )
