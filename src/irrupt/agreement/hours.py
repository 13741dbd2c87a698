"""Time that passes in the hours of a calendar, between any two moments."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from irrupt.organisation.model import Calendar

_WEEK = 10080.0
_MONDAY = 4 * 1440
"""Minutes from 1 January 1970, a Thursday, to the first Monday."""


def passed(begin: pl.Series, end: pl.Series, calendar: Calendar | None, timezone: str) -> npt.NDArray[np.float64]:
    """Seconds from each *begin* to each *end* that lie in the hours of *calendar* on the clock of *timezone*.

    Without a calendar, all of them; nan where a moment is missing.
    """
    if calendar is None:
        micros = (end - begin).dt.total_microseconds()
        return micros.cast(pl.Float64).fill_null(np.nan).to_numpy() / 1e6
    return _open_until(end, calendar, timezone) - _open_until(begin, calendar, timezone)


def _open_until(moments: pl.Series, calendar: Calendar, timezone: str) -> npt.NDArray[np.float64]:
    """Seconds in the hours of *calendar* from a Monday long ago until each moment."""
    local = moments.dt.convert_time_zone(timezone).dt.replace_time_zone(None)
    minutes = local.cast(pl.Int64).cast(pl.Float64).fill_null(np.nan).to_numpy() / 60e6 - _MONDAY
    weeks = np.floor(minutes / _WEEK)
    edges, total = [0.0], [0.0]
    for opens, closes in sorted(calendar.hours):
        edges += [float(opens), float(closes)]
        total += [total[-1], total[-1] + closes - opens]
    edges.append(_WEEK)
    total.append(total[-1])
    inside = np.interp(minutes - weeks * _WEEK, edges, total)
    return (weeks * calendar.minutes_per_week + inside) * 60.0
