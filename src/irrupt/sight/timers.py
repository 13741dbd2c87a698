"""Steps that a clock lets come, whoever is named: a fixed time after the one before, or when a program runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.chronicle.clockwork import by_program, commonest, dated, near
from irrupt.chronicle.rows import BY_ITSELF, CLIENT_ACT, CLIENT_WAIT, CLOCK, Rows
from irrupt.i18n import gettext as _
from irrupt.sight import intervals, words
from irrupt.sight.entries import week_of
from irrupt.sight.model import Finding
from irrupt.sight.scene import Scene
from irrupt.units import DAY, HOUR

_LEAST = 50
"""Times that a pair of steps must follow each other."""
_SHORTEST, _SHORTEST_DAYS = DAY / 2, 10 * DAY
"""Shortest time that a clock is seen to keep: in records that give hours, and in those that give days only."""
_AROUND, _STANDS_OUT = 3, 5.0
"""In records of days, as many days on both sides of the time, and how much rarer each must be on average."""
_OFTEN = 0.2
_SHOWN = 3
_WORKED = 60.0
"""Seconds; a step that is known to have lasted longer was somebody's work."""


class Timer(NamedTuple):
    """A pair of steps that often follow each other after one fixed time."""

    pair: int
    before: int
    after: int
    seconds: float
    at: Ints
    """The rows of the pair, case by case,"""
    fixed: Flags
    """and whether the time is kept."""


def gaps(ordered: Rows, activities: int) -> tuple[Ints, Floats]:
    """Per row, case by case: a number for the pair of its step and the one before, and the seconds between; -1 and nan
    for none."""
    pair = (np.roll(ordered.activity, 1).astype(np.int64) + 1) * (activities + 1) + ordered.activity + 1
    first = np.diff(ordered.case, prepend=-1) != 0
    pair[first] = -1
    return pair, np.where(first, np.nan, ordered.end - np.roll(ordered.end, 1))


def find(ordered: Rows, activities: int, days_only: bool) -> list[Timer]:
    """Pairs of steps of which a fifth at least follow each other after one fixed time, of half a day or more.

    Where records give days only, of all steps or of one of the pair, the time is ten days or more, and stands out from
    the days around it.
    """
    if not len(ordered.case):
        return []
    pair, gap = gaps(ordered, activities)
    by_day = np.append(dated(ordered.activity, ordered.end, activities) | days_only, days_only)
    known, count = np.unique(pair[pair >= 0], return_counts=True)
    found = []
    for number in known[count >= _LEAST].tolist():
        at = np.flatnonzero(pair == number)
        before, after = (one - 1 for one in divmod(number, activities + 1))
        days = bool(by_day[before] | by_day[after])
        mine = np.rint(gap[at] / DAY) * DAY if days else gap[at]
        long = mine[mine >= (_SHORTEST_DAYS if days else _SHORTEST)]
        if len(long) < _OFTEN * len(at):
            continue
        length = commonest(long)
        fixed = near(mine, length)
        if fixed.mean() >= _OFTEN and (not days or _stands_out(mine, length)):
            found.append(Timer(number, before, after, length, at, fixed))
    return found


def _stands_out(gap: Floats, length: float) -> bool:
    around = np.abs(gap - length) <= (_AROUND + 0.5) * DAY
    exact = np.abs(gap - length) <= 0.5 * DAY
    return bool(exact.sum() >= _STANDS_OUT * (around & ~exact).sum() / (2 * _AROUND))


def marked(rows: Rows, activities: int, days_only: bool, assumed: bool) -> Rows:
    """*rows*, in any order, where what a clock lets come waits for nobody and is nobody's work.

    *assumed*: start times are estimated; where they are measured, what lasted is somebody's work all the same.
    """
    order = np.argsort(rows.case, kind="stable")
    ordered = Rows._make(column[order] for column in rows)
    clock = np.zeros(len(order), bool)
    for one in find(ordered, activities, days_only):
        clock[one.at[one.fixed]] = True
    if not days_only:
        _pair, since = gaps(ordered, activities)
        program = by_program(ordered.activity, ordered.end, since, activities) > 0
        clock |= np.append(program, False)[ordered.activity]
        clock[np.diff(ordered.case, prepend=-1) != 0] = False
    clock &= ordered.flags & (CLIENT_ACT | CLIENT_WAIT) == 0
    clock &= assumed | np.isnan(ordered.start) | (ordered.end - ordered.start <= _WORKED)
    at = order[clock]
    flags, ready, start = rows.flags.copy(), rows.ready.copy(), rows.start.copy()
    flags[at] |= np.uint8(CLOCK | BY_ITSELF)
    start[at] = rows.end[at] if assumed else start[at]
    ready[at] = np.where(np.isnan(start[at]), rows.end[at], start[at])
    return rows._replace(flags=flags, ready=ready, start=start)


def findings(scene: Scene) -> Iterator[tuple[float, Finding]]:
    """Pairs of steps of which a fifth at least surely follow each other after one fixed time, and what programs do."""
    names, rows, window = scene.legend.activities, scene.rows, scene.ledgers.window
    found = []
    for one in find(rows, len(names), scene.days_only):
        ends = intervals.of_share(one.fixed, week_of(rows.end[one.at], window))
        his = bool((rows.flags[one.at] & CLIENT_ACT).any())
        if ends.low >= _OFTEN and not his:
            found.append((one, (float(one.fixed.mean()), ends.low, ends.high)))
    if found:
        yield _fixed(scene, sorted(found, key=lambda each: -int(each[0].fixed.sum())))
    yield from () if scene.days_only else _programs(scene)


def _fixed(scene: Scene, found: list[tuple[Timer, tuple[float, float, float]]]) -> tuple[float, Finding]:
    """All that comes after a fixed time, in one finding: the commonest first."""
    names, listed, numbers = scene.legend.activities, [], []
    for one, share in found:
        hours, before, after = one.seconds / HOUR, names[one.before], names[one.after]
        text = _("“{after}” comes {time} after “{before}” in {share} of the times")
        if one.before == one.after:
            text = _("“{after}” comes {time} after the one before in {share} of the times")
        time = words.duration(hours)
        listed.append(text.format(after=after, before=before, time=time, share=words.percent(*share)))
        numbers.append({"pair": one.pair, "before": before, "after": after, "hours": hours, "share": list(share)})
    said = _("{list}: a clock lets it come, not work.").format(list=_("; ").join(listed[:_SHOWN]))
    weight = 0.5 + 0.4 * max(share[0] for _timer, share in found)
    return weight, Finding(text=said, kind="fixed delay", numbers={"pairs": numbers})


def _programs(scene: Scene) -> Iterator[tuple[float, Finding]]:
    """Activities that a program does, with the share of their steps that stand at the minute of its run."""
    rows = scene.rows
    names = len(scene.legend.activities)
    every = by_program(rows.activity, rows.end, gaps(rows, names)[1], names)
    for number in np.flatnonzero(every > 0).tolist():
        at, minutes = np.flatnonzero(rows.activity == number), int(every[number])
        minute = np.floor(rows.end[at] / 60.0).astype(np.int64) % minutes
        run = int(np.bincount(minute, minlength=minutes).argmax())
        runs = minute == run
        ends = intervals.of_share(runs, week_of(rows.end[at], scene.ledgers.window))
        share = (float(runs.mean()), ends.low, ends.high)
        text = _("A program does “{activity}”: {share} of them fall on {minutes} of an hour, by chance {chance}.")
        name = scene.legend.activities[number]
        chance = words.percent(1 / minutes)
        said = text.format(activity=name, minutes=_minutes(run, minutes), share=words.percent(*share), chance=chance)
        numbers = {"activity": name, "minutes": minutes, "share": list(share)}
        yield 0.5 + 0.4 * share[0], Finding(text=said, kind="program", numbers=numbers)


def _minutes(run: int, every: int) -> str:
    """The minutes of an hour at which a program runs: every so many, or once.

    >>> _minutes(2, 10), _minutes(31, 60)
    ('the minutes 2, 12, 22, …', 'minute 31')
    """
    if every == 60:
        return _("minute {run}").format(run=run)
    first = [str(minute) for minute in range(run, 60, every)]
    return _("the minutes {list}").format(list=", ".join((*first[:3], "…") if len(first) > 3 else first))
