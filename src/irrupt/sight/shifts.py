"""Whether a team's hours of work moved, or only what is done within them.

In weeks with longer queues steps end more evenly over the day, and where longer steps come to be more, more end late:
the shares of the parts of the day change, the hours do not. They move where hours are worked that were not before, or
are no longer, or all together before or after an hour. A day of the weekend on which nothing was ever done, and since
some week something is in most weeks, is a new day of work, however little is left to be done on it.
"""

from __future__ import annotations

from datetime import timedelta
from math import comb

import numpy as np

from irrupt.arraytypes import Ints
from irrupt.sight.scene import Scene
from irrupt.sight.series import WEEKEND, Series, done_by, local_hours
from irrupt.wall import changes_within_a_year

_USED = 0.03
"""Part of the steps that end in an hour of the weekdays, or on a day of the weekend, from which on it is worked."""
_TIMES = 3.0
"""So many times as many end there on one side of a change as on the other."""
_PLAIN = 3.0
"""Standard errors by which the two differ: some thirty hours are looked at."""

_MOSTLY = 0.5
"""Part of the steps of a day in the hours beside midnight, from which on clocks may have moved them there."""
_WEEKS, _MOST = 6, 2 / 3
"""Weeks on each side of a new day of work that it takes, and the part of those on its side with work on it."""


def new_day(one: Series) -> float:
    """How likely chance puts all weeks with work on a day of the weekend on one side of a week, in most weeks of which
    there is some, with none at all on the other side; 1 where it is not so. Weeks count, not steps: a single rush is
    one week.

    >>> weeks = np.repeat([0.0, 2.0], 20)[None]
    >>> one = Series(kind="hours", what=("Desk", "Sat"), hits=weeks, chances=np.full((1, 40), 90.0))
    >>> new_day(one) < 1e-9
    True
    """
    some = one.hits.sum(axis=0)[one.chances.sum(axis=0) > 0] > 0
    if one.kind != "hours" or one.what[1] not in WEEKEND or not some.any():
        return 1.0
    first, last = int(some.argmax()), len(some) - int(some[::-1].argmax())
    mine = min(len(some) - first, last)
    if min(mine, len(some) - mine) < _WEEKS or some.sum() < _MOST * mine:
        return 1.0
    return 2.0 * comb(mine, int(some.sum())) / comb(len(some), int(some.sum()))


def moved_by_clocks(scene: Scene, one: Series, week: int) -> bool:
    """Whether the clocks change about then, and most of what is done on the day of the weekend that *one* is about is
    done in the hours beside midnight: of the day beside it, on clocks that go on or back."""
    if not _clocks_change(scene, week):
        return False
    rows, (team, day) = scene.rows, one.what
    hour = local_hours(rows)[done_by(rows, scene.legend.teams.index(team) if team else -1)]
    clock = hour[hour // 24 == 5 + WEEKEND.index(day)] % 24
    return bool(np.isin(clock, (0, 23)).mean() > _MOSTLY) if len(clock) else False


def hours_moved(scene: Scene, team: str, week: int) -> bool:
    """Whether there is an hour, or all up to or from one, that *team* (empty: everybody) works before *week* and hardly
    from then on, or the other way round; of each activity the same part counts on both sides. Where the clocks change
    about then, only days of the weekend tell, without the hours beside midnight."""
    rows, teams = scene.rows, scene.legend.teams
    mine = np.flatnonzero(done_by(rows, teams.index(team) if team else -1))
    hour = local_hours(rows)[mine]
    clocks = _clocks_change(scene, week)
    weekend = (hour >= 5 * 24) & ~(clocks & np.isin(hour % 24, (0, 23)))
    part = np.where(weekend, 24 + (hour - 5 * 24) // 24, hour % 24)
    later = (scene.periods.of(rows.end[mine]) >= week).astype(np.int64)
    shape = 2, len(scene.legend.activities) + 1, 26
    at = np.ravel_multi_index((later, rows.activity[mine] + 1, part), shape)
    return _moved(np.bincount(at, minlength=int(np.prod(shape))).reshape(shape), days_only=clocks)


def _moved(steps: Ints, *, days_only: bool) -> bool:
    """The same of *steps*, by side of the change, activity and hour; *days_only*: only of days of the weekend."""
    each = steps.sum(axis=2)
    alike = each.min(axis=0)
    if not alike.any():
        return False
    single = np.einsum("a,sah->sh", alike / alike.sum(), steps / np.maximum(each, 1)[:, :, None])
    days, weekend = single[:, :24], single[:, 24:]
    each_way = [days, days.cumsum(axis=1), days[:, ::-1].cumsum(axis=1)]
    shares = np.hstack([weekend, *([] if days_only else each_way)]).clip(0.0, 1.0)
    least, most = shares.min(axis=0), shares.max(axis=0)
    error = np.sqrt((least * (1 - least) + most * (1 - most)) / alike.sum())
    return bool(((most >= _USED) & (most >= _TIMES * least) & (most - least > _PLAIN * error)).any())


def _clocks_change(scene: Scene, week: int) -> bool:
    """Whether clocks go on or back about then (the last Sunday of March or October in Europe, the second of March and
    the first of November in America) where the log's clock knows no summer time: then the hours may only seem to move.
    """
    begin = scene.legend.moment(scene.periods.begin(week))
    if changes_within_a_year(begin, scene.chronicle.timezone) or scene.chronicle.kind == "simulated":
        return False
    days = [begin + timedelta(days=days) for days in range(-10, 11)]
    return any(
        day.weekday() == 6 and (day.month, week) in ((3, 2), (3, 4), (3, 5), (10, 4), (10, 5), (11, 1))
        for day in days
        for week in ((day.day - 1) // 7 + 1,)
        if (day.month, week) not in ((3, 4), (10, 4)) or (day + timedelta(days=7)).month != day.month
    )
