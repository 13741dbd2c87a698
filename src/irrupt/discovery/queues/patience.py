"""How long cases wait before they are given up, from those that were and those that were not.

Who was served in time might have waited longer: his wait is a lower bound of his patience (a censored observation).
Distributions are fitted by maximum likelihood, and the likeliest is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.chronicle.giving_up import means_giving_up
from irrupt.discovery.log import Log
from irrupt.discovery.routes.winding import Numbers
from irrupt.organisation import Organisation, Patience
from irrupt.organisation.model import END

_ALWAYS, _NAMED = 0.98, 0.9
"""Share of the times that an activity ends a case, done by nobody and at once, for it to record that the case is given
up; and where its name says so: work for the case that is already asked for may still be done."""
_AT_ONCE, _OFTEN = 1.0, 0.25
"""Seconds within which something follows at once, and the share of those who leave after the same step who must do so
for it to be a decision: who loses patience hardly does it in the first second."""
_MOSTLY = 0.5
"""Share of cases for which somebody does what comes next, from which on they wait in line; and for which it is done at
all, of several ways that they go at once."""
_FEWEST_UNNAMED, _SOON = 25, 60.0
"""Cases that end with something whose name does not say that they are given up, and the seconds that they waited for
it, for it to be looked at;"""
_COMES_NEXT, _CLEARLY, _BEFORE_OTHERS = 0.25, 4.0, 0.6
"""share of the others for whom an activity comes next, for it to be asked whether they waited for that; standard errors
by which cases that came next must wait longer than usual, or more wait when such a case comes; and the share of these
that must be served later than it was gone, over that of those who are themselves served before the next: where some
pass before others, not all are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """Cases that were given up while they waited, taken out of a log."""

    after: Ints
    """Per such case: the activity behind which it waited, that which was done last."""
    what: Ints
    """The activity that records it."""
    left: Floats
    """When it was given up, in seconds."""
    case: Ints

    def behind(self, log: Log) -> GivenUp:
        """The same, behind what comes last in *log*: where cases went several ways at once, that is what they all
        follow."""
        return replace(self, after=log.activity[log.last[self.case]])

    def waited(self, log: Log) -> Floats:
        """Seconds since what comes last in *log* was over."""
        waited: Floats = np.maximum(self.left - log.over[self.case], 1.0)
        return waited


def taken_back(organisation: Organisation) -> Organisation:
    """*organisation* in which steps that end a case, that nobody works on and whose name says that it is given up are
    known to do so: as records are read."""
    own = [*organisation.client_routes.values()]

    def ends(name: str) -> bool:
        ways = [organisation.routes.get(name, ()), *(routes.get(name, ()) for routes in own)]
        return all(route.to == END for routes in ways for route in routes)

    steps = {
        name: replace(step, given_up=step.team is None and means_giving_up(step.activity) and ends(name))
        for name, step in organisation.steps.items()
    }
    return replace(organisation, steps=steps)


def ends_given_up(log: Log) -> Ints:
    """Where cases of *log* end with what records that they are given up, and are not decided by it."""
    lasts = np.zeros(len(log.case), bool)
    lasts[log.last] = True
    alone = (log.person < 0) & (log.end - log.start < 1.0) & lasts
    alone[log.begin] = False
    total = np.bincount(log.activity, minlength=len(log.activities))
    fitting = np.bincount(log.activity[alone], minlength=len(log.activities))
    named = np.array([means_giving_up(name) for name in log.activities])
    is_one = (total > 0) & (fitting >= np.where(named, _NAMED, _ALWAYS) * total)
    for activity in np.flatnonzero(is_one & ~named).tolist():
        named[activity] = _leave_a_queue(log, np.flatnonzero(alone & (log.activity == activity)))
    is_one &= named
    gone = np.flatnonzero(is_one[log.activity] & alone)
    return gone[~_decided(log, gone)]


def apart(log: Log, gone: Ints, blocks: tuple[Numbers, ...] = ()) -> tuple[Log, GivenUp | None]:
    """*log* without the steps that record that a case was given up while it waited, of those where cases are *gone*
    (`ends_given_up`), and these; *blocks*: ways that cases go at once, where they are known. What was done on such ways
    until then is left out: in one order it would look like ways that nobody goes."""
    on_ways, done = _on_several_ways(log, gone, blocks)
    gone = gone[on_ways | _in_line(log, gone)]
    if not len(gone):
        return log, None
    found = GivenUp(
        after=log.activity[gone - 1],
        what=log.activity[gone],
        left=log.end[gone],
        case=log.case[gone],
    )
    kept = ~np.isin(np.arange(len(log.case)), gone) & ~done
    case = log.case[kept]
    rows = {name: getattr(log, name)[kept] for name in ("activity", "team", "person", "start", "end", "row")}
    return replace(log, case=case, begin=np.flatnonzero(np.diff(case, prepend=-1)), **rows), found


def _decided(log: Log, gone: Ints) -> Flags:
    """Whether cases are given up as soon as what was done last is over, where that is often so by what records it
    behind that: who answers no, waits for nothing, while others may go on and leave the queue after the same answer."""
    pair = log.activity[gone - 1] * len(log.activities) + log.activity[gone]
    _pairs, which = np.unique(pair, return_inverse=True)
    at_once = log.end[gone] - log.end[gone - 1] <= _AT_ONCE
    often: Flags = (np.bincount(which, at_once) >= _OFTEN * np.bincount(which))[which]
    return at_once & often


def _in_line(log: Log, gone: Ints) -> Flags:
    """Whether what comes next for the others, behind what was done last for cases that are *gone*, is mostly done by
    somebody of the organisation, so that they were in his queue. Who leaves while nobody is to do anything, but he
    himself or a third party for him, goes another way than the others; so does whoever leaves where dates or names are
    too few to tell of queues."""
    inner = log.inner
    inner[gone] = False
    others = np.flatnonzero(inner)
    after, number = log.activity[others - 1], len(log.activities)
    served = np.bincount(after, _queued_for(log)[others], number)
    found: Flags = (served > 0) & (served >= _MOSTLY * np.bincount(after, minlength=number))
    return found[log.activity[gone - 1]]


def _queued_for(log: Log) -> Flags:
    """The steps that somebody of the organisation did, where dates tell of queues."""
    ours: Flags = ((log.person >= 0) | (log.team >= 0)) & ~log.acts[log.activity] & (not log.daily)
    return ours


def _on_several_ways(log: Log, gone: Ints, blocks: tuple[Numbers, ...]) -> tuple[Flags, Flags]:
    """Whether cases that are *gone* went several ways at once, of *blocks*, and were in a queue on one; and the
    steps that were done on these ways until then."""
    found, done = np.zeros(len(gone), bool), np.zeros(len(log.case), bool)
    if not blocks:
        return found, done
    count = np.bincount(log.activity, minlength=len(log.activities))
    ours = np.bincount(log.activity, _queued_for(log), len(log.activities)) >= _MOSTLY * count
    every = [{one for way in ways for one in way} for ways in blocks]
    among = set[int]().union(*every)
    for number, at in enumerate(gone.tolist()):
        first = at
        while int(log.activity[first - 1]) in among and first - 1 > log.begin[log.case[at]]:
            first -= 1
        there = set(log.activity[first:at].tolist())
        those = [(ways, group) for ways, group in zip(blocks, every, strict=True) if there and there <= group]
        left = [_left_on(ways, there, count, max(count[list(group)])) for ways, group in those]
        if left and all(any(ours[one] for one in next_ones) for next_ones in left):
            found[number] = done[first:at] = True
    return found, done


def _left_on(ways: Numbers, there: set[int], count: Ints, most: int) -> list[int]:
    """What comes next on each of *ways* when those *there* are done, of what is done in most cases."""
    left = ([one for one in way if one not in there and count[one] >= _MOSTLY * most] for way in ways)
    return [way[0] for way in left if way]


def _leave_a_queue(log: Log, gone: Ints) -> bool:
    """Whether what is done at *gone*, the last step of cases, records that they left a queue, whatever its name says:
    that for one of the activities which often come next for the others."""
    if len(gone) < _FEWEST_UNNAMED or not len(log.people):
        return False
    after = int(np.bincount(log.activity[gone - 1]).argmax())
    gone = gone[log.activity[gone - 1] == after]
    inner = log.inner
    inner[gone] = False
    served = np.flatnonzero(inner)
    served = served[(log.activity[served - 1] == after) & (log.person[served] >= 0)]
    if len(gone) < _FEWEST_UNNAMED or np.median(log.end[gone] - log.end[gone - 1]) < _SOON:
        return False
    often = np.bincount(log.activity[served])
    queues = np.flatnonzero(often >= np.maximum(_COMES_NEXT * often.sum(), len(gone))).tolist()
    return any(_left(log, gone, served[log.activity[served] == activity]) for activity in queues)


def _left(log: Log, gone: Ints, served: Ints) -> bool:
    """Whether cases that are *gone* left the queue in which others were *served*: nearly all were gone before whoever
    came next was served, and it happens when cases wait long, or many do."""
    served = served[np.argsort(log.end[served - 1], kind="stable")]
    came, left = log.end[gone - 1], log.end[gone]
    reached, begun = log.end[served - 1], log.start[served]
    behind = np.searchsorted(reached, came, "right")
    behind = behind[behind < len(served)]
    wait = begun - reached
    next_ones = _rank(wait[behind], wait)
    # those who wait already when a case comes: a short queue may be gone before the next one comes
    there = _rank(_waiting(came, reached, begun), _waiting(reached, reached, begun))
    before, usual = (1.0 - too_late(*who, reached, begun) for who in ((came, left), (reached, begun)))
    return max(next_ones, there) > _CLEARLY and before >= _BEFORE_OTHERS * usual


def too_late(came: Floats, left: Floats, reached: Floats, begun: Floats) -> float:
    """Share of those who *came* and *left* unserved who did so after whoever came to the queue next was served: who
    waits in line leaves before. *reached*, *begun*: when others came to it, in order, and were served."""
    behind = np.searchsorted(reached, came, "right")
    told = behind < len(reached)
    return float(np.mean(left[told] > begun[behind[told]])) if told.any() else 1.0


def _waiting(moment: Floats, came: Floats, begun: Floats) -> Floats:
    """How many of those who *came* have not *begun* at each *moment*."""
    there = np.searchsorted(came, moment, "left") - np.searchsorted(np.sort(begun), moment, "right")
    return there.astype(float)


def _rank(some: Floats, every: Floats) -> float:
    """By how many standard errors *some* rank above the middle of *every*."""
    ordered = np.sort(every)
    rank = np.searchsorted(ordered, some) + np.searchsorted(ordered, some, "right")
    return float((rank.mean() / (2 * len(every)) - 0.5) * np.sqrt(12 * len(some))) if len(some) else 0.0


def expanded(patience: Mapping[str, Patience], names: Mapping[str, str]) -> dict[str, Patience]:
    """*patience* where each step bears its own name as its activity; *names*: step -> activity."""
    return {
        f"{key} ({step})": replace(rule, at=step)
        for key, rule in patience.items()
        for step, activity in names.items()
        if activity == rule.at
    }
