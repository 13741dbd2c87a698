"""The client's footprint: what he does in his cases beyond asking, how far they go another way, and whom they pass.

Every comparison is of one client with all others, and all comparisons of a kind are tested together (Holm).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from irrupt.arraytypes import Flags, Ints, Ints32
from irrupt.chronicle.hints import plain
from irrupt.chronicle.lexicon import begins_with, word_list
from irrupt.chronicle.rows import CLIENT_ACT, CLIENT_WAIT
from irrupt.i18n import mark
from irrupt.ledgers.kernels import AT_ONCE
from irrupt.sight import intervals
from irrupt.sight.entries import week_of
from irrupt.sight.model import Footprint
from irrupt.sight.over import Places
from irrupt.sight.scene import Scene
from irrupt.sight.turns import cancels, turns
from irrupt.sight.ways import first_of_case

REPAIRS = mark("work is done again after an act of the client")
COMPLETES = mark("the client is waited for")
REQUALIFIES = mark("class, priority, date or quantity changes")
REOPENS = mark("what was over is taken up again")
CANCELS = mark("something is cancelled or withdrawn")
ESCALATES = mark("the case is escalated")
AT_NIGHT = mark("the case arrives outside office hours")
DEEDS = (REPAIRS, COMPLETES, REQUALIFIES, REOPENS, CANCELS, ESCALATES, AT_NIGHT)
"""What is looked for in each case."""
_CLASSES = 50
"""Values above which an attribute is no class of cases."""
_BACK = 2
"""Changes of a class of cases, for each other value that it takes in a case, at most."""
_HELD = 0.5
"""Share of the steps at which a date or a quantity that a case is asked for is another one than at the step before, at
most: one that changes oftener is that of each step."""


def footprints(scene: Scene) -> tuple[Footprint, ...]:
    """Share of each party's cases in which each deed happens; of named clients also the difference from all others."""
    found: list[Footprint] = []
    ended, number = scene.ended, scene.cases.number
    whole, over = dict[str, tuple[Places, Places]](), dict[str, tuple[Places, Places]]()
    for party, clients in scene.parties.clients.items():
        own = np.isin(scene.cases.client, np.asarray(clients))
        whole[party] = over[party] = np.flatnonzero(ended & own), np.flatnonzero(ended & ~own)
        if party in scene.named:
            over[party] = scene.over.both(*whole[party], number)
    for deed, happens in deeds(scene):
        mine = happens[number]
        if not mine[ended].any():
            continue
        for party, (at, rest) in (whole if deed == AT_NIGHT else over).items():
            if not len(at):
                continue
            ends = intervals.of_share(mine[at], week_of(scene.cases.arrival[at], scene.ledgers.window))
            tested = party in scene.named and min(len(at), len(rest)) >= intervals.FEWEST
            difference = _difference(scene, mine, at, rest) if tested else intervals.NO_DIFFERENCE
            found.append(
                Footprint(
                    party=party,
                    deed=deed,
                    share=float(mine[at].mean()),
                    low=ends.low,
                    high=ends.high,
                    others=float(mine[rest].mean()) if len(rest) else math.nan,
                    difference=(difference.low, difference.high),
                    p=difference.p,
                )
            )
    return tuple(found)


def _difference(
    scene: Scene, happens: Flags, at: npt.NDArray[np.intp], rest: npt.NDArray[np.intp]
) -> intervals.Difference:
    """A difference of shares, where cases of one week may resemble each other: the wider of two intervals,
    and the stricter of two tests."""
    values = happens.astype(np.float64)
    alone = intervals.of_shares((int(happens[at].sum()), int(happens[rest].sum())), (len(at), len(rest)))
    weekly = intervals.of_difference(scene.per_case(values, at), scene.per_case(values, rest))
    low, high = min(alone.low, weekly.low), max(alone.high, weekly.high)
    return weekly._replace(low=max(low, -1.0), high=min(high, 1.0), p=max(alone.p, weekly.p))


def deeds(scene: Scene) -> Iterator[tuple[str, Flags]]:
    """Deed -> whether it happens, per number of a case."""
    rows = scene.with_given_up
    size = scene.size
    if not len(rows.case):
        return

    def cases(where: Flags) -> Flags:
        happens = np.zeros(size, bool)
        happens[rows.case[where]] = True
        return happens

    his = rows.flags & CLIENT_ACT != 0
    first = np.zeros(len(rows.case), bool)
    first[first_of_case(rows)] = True
    after_him = ~first & np.roll(his, 1)
    yield REPAIRS, cases(after_him & ~his & _again(rows.case, rows.activity))
    over, stopped = turns(rows, scene.legend.activities, scene.closes)
    asked = his & ~first & ~over & ~stopped & (rows.end > np.roll(rows.end, 1) + AT_ONCE)  # as in the ledger
    yield COMPLETES, cases((rows.flags & CLIENT_WAIT != 0) | asked)
    reopens = _called(scene, lambda name: begins_with(name, "reopening"))[rows.activity]
    cancelled = _called(scene, cancels)[rows.activity]
    yield REOPENS, cases(reopens | (over & his & ~cancelled)) | _counted_up(scene, size, "reopen")
    yield CANCELS, cases(cancelled)
    yield ESCALATES, cases(_called(scene, lambda name: begins_with(name, "escalating"))[rows.activity])
    yield (
        REQUALIFIES,
        _requalified(scene, size) | cases(~first & np.append(_of_what_is_asked(scene), False)[rows.activity]),
    )
    if not scene.clockless:
        arrival = scene.arrivals
        hour = np.nan_to_num(arrival) // 3600 % 168
        yield AT_NIGHT, ~np.isnan(arrival) & ((hour // 24 >= 5) | (hour % 24 < 9) | (hour % 24 >= 17))


def _again(case: Ints, activity: Ints32) -> Flags:
    """Whether the activity was done in the case before."""
    key = case * (int(activity.max(initial=0)) + 2) + activity + 1
    seen = np.ones(len(key), bool)
    seen[np.unique(key, return_index=True)[1]] = False
    return seen


def _called(scene: Scene, said: Callable[[str], bool]) -> Flags:
    """Per activity, and False for none: whether its name says it."""
    return np.array([*map(said, scene.legend.activities), False], bool)


def _of_what_is_asked(scene: Scene) -> Flags:
    """The activities that say that something of what was asked for was changed: its class, date or quantity."""
    asked = word_list("classes") | word_list("asked")
    stems, changed = tuple(sorted(word_list("asked in one word"))), word_list("altered")
    found = []
    for name in scene.legend.activities:
        words = plain(name).split()
        of_it = not asked.isdisjoint(words) or any(stem in word for word in words for stem in stems)
        found.append(of_it and not changed.isdisjoint(words))
    return np.array(found, bool)


def _requalified(scene: Scene, size: int) -> Flags:
    """Cases in which an attribute that classes them, or says when or how much is asked for, changes."""
    events = scene.chronicle.events
    names = [name for name in scene.chronicle.attributes if not name.startswith("case:")]
    columns = [name for name in names if _classes(events, name) or _asked(events, name)]
    happens = np.zeros(size, bool)
    if not columns:
        return happens
    changed = (
        events.lazy()
        .group_by("case", maintain_order=True)
        .agg(pl.any_horizontal(pl.col(name).drop_nulls().n_unique() > 1 for name in columns).alias("changed"))
    )
    return scene.which(changed.filter(pl.col("changed")).collect()["case"])


def _classes(events: pl.DataFrame, name: str) -> bool:
    """Whether the attribute *name* classes cases."""
    return (
        not word_list("classes").isdisjoint(plain(name).split())
        and events.schema[name] in (pl.String, pl.Int64)
        and 1 < events[name].n_unique() <= _CLASSES
        and _of_the_case(events, name)
    )


def _asked(events: pl.DataFrame, name: str) -> bool:
    """Whether the attribute *name* says by when, or how much, is asked for in a case."""
    kind = events.schema[name]
    told = "asked when" if kind.is_temporal() else "asked how much" if kind.is_numeric() else ""
    if not told or word_list(told).isdisjoint(plain(name).split()):
        return False
    return _of_the_case(events, name, _HELD)


def _of_the_case(events: pl.DataFrame, name: str, most: float = 1.0) -> bool:
    """Whether the attribute *name* tells of cases rather than of steps: it seldom goes back to what it was before, and
    changes at a share *most* of the steps at most."""
    filled = events.lazy().select("case", name).drop_nulls().group_by("case", maintain_order=True)
    counted = filled.agg(
        changes=pl.col(name).ne(pl.col(name).shift(1)).sum(),
        others=pl.col(name).n_unique().cast(pl.Int64) - 1,
        steps=pl.len().cast(pl.Int64) - 1,
    )
    changes, others, steps = counted.select(pl.col("changes", "others", "steps").sum()).collect().row(0)
    return bool(changes <= _BACK * others and changes <= most * steps)


def _counted_up(scene: Scene, size: int, word: str) -> Flags:
    """Cases in which a counter of that name rises."""
    events = scene.chronicle.events
    columns = [
        name
        for name in scene.chronicle.attributes
        if word in plain(name) and events.schema[name].is_numeric() and not name.startswith("case:")
    ]
    if not columns:
        return np.zeros(size, bool)
    risen = (
        events.lazy()
        .group_by("case", maintain_order=True)
        .agg(pl.any_horizontal(pl.col(name).max() > pl.col(name).min() for name in columns).alias("risen"))
    )
    return scene.which(risen.filter(pl.col("risen")).collect()["case"])
