"""Who goes straight on: whoever has done a step does the next one of the case at once, though others wait.

That a person takes a case that he hands over himself tells nothing where nobody else's waits. Where others have waited
for longer, it tells that he goes straight on, unless whoever becomes free takes what came last, or what is of this
kind, from others' hands as well: that is an order of the queue (`queue_order`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.log import Log
from irrupt.discovery.queues.choices import explained, in_queue, late, made
from irrupt.units import WEEK

if TYPE_CHECKING:
    from irrupt.discovery.people.workforce import Workforce
    from irrupt.discovery.procedure import Symbols

_AT_ONCE = 60.0
"""Seconds within which a step begins at once."""
_FEWEST = 20
"""Cases handed over while others waited, between two steps, from which it is told;"""
_LEAST, _SURE = 0.1, 4.0
"""the share of them, and the standard errors, by which more must be taken at once by whoever hands them over than by
others."""
_STRAY = 0.01
"""Cases that others are left to take, for each that is taken at once by whoever hands it over, of which so few tell
nothing: no order of the queue is seen in them."""
_TRIES = 4
"""Of the steps that begin after one came, how many are looked at for the first that is not by who handed it over."""
_EDGES, _NATS = 20, 3.0
"""Ages that are tried, by parts of the cases, and nats that one must gain beside the logarithm of their number."""


class Hop(NamedTuple):
    """Between two steps."""

    steps: Ints
    """The later ones, of whom whoever did the earlier one could do the later one, too."""
    alone: float
    """How often, about, all others who do it are busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Straight:
    """With what people go straight on."""

    on: Flags
    """Per step: whether whoever had done the step before began with it at once, where people go straight on."""
    waited: Flags
    """Per step: whether others had waited for longer when it came."""
    hops: Mapping[tuple[int, int], Hop] = field(default_factory=dict)
    """Symbol and next symbol between which they do."""


class Share(NamedTuple):
    """With what share of cases people go straight on."""

    usual: float
    late: tuple[tuple[float, float], ...] = ()
    """And with what share of those that are so old (seconds), where that differs."""


class _Chance(NamedTuple):
    """How often something happened of how many times it could have."""

    times: float
    of: float


def learn(log: Log, known: Symbols, worked: Flags, staff: Workforce, work: Floats) -> Straight:
    """Between which steps people go straight on; *work*: per step, seconds of it in the hours of who did it."""
    before = np.arange(len(log.case)) - 1
    told = log.inner & worked & worked[before] & (log.person >= 0) & (log.person[before] >= 0)
    told &= known.worked[known.of_step] & ~log.waits.between(log.activity[before], log.activity)
    if log.way is not None:
        told &= log.way == log.way[before]
    of_team = np.where(worked, known.team[known.of_step], -1)
    waited, first = _looked_at(log, of_team, staff, np.unique(of_team[told]))
    on = told & (log.person == log.person[before]) & (log.start - log.enabled <= _AT_ONCE)
    busy = _busy(log, staff, worked, work)
    size = int(known.of_step.max(initial=0)) + 1
    pair = known.of_step[before] * size + known.of_step
    last = {
        team: _last_first(log, known, np.flatnonzero(worked & ~on & (of_team == team)))
        for team in np.unique(of_team[on & waited]).tolist()
    }
    hops = {}
    steps, able = _by_symbol(known.of_step, worked), _able(log, known, worked)
    for number in np.unique(pair[on & waited]).tolist():
        here = steps[number % size]
        mine = here[told[here] & (pair[here] == number)]
        mine = mine[able[known.alike[number % size], log.person[before[mine]]]]
        others = here[waited[here] & ~on[here]]
        usual, taken = [last[int(known.team[number % size])]], mine[waited[mine]]
        if len(others) > _STRAY * len(taken):
            usual.append(_counted(first, others))
        if _more(_counted(on, taken), usual):
            hops[number // size, number % size] = Hop(mine, _alone(log, here, busy))
    on &= np.isin(pair, [one * size + other for one, other in hops])
    return Straight(on=on, waited=waited, hops=hops)


def shares(straight: Straight, ages: Floats, weight: Floats) -> dict[tuple[int, int], Share]:
    """Symbol and next symbol -> with what share of cases people go *straight* on; *ages*, *weight*: of each step, the
    age of its case when it came, and what it counts."""
    found = {}
    for symbols, hop in straight.hops.items():
        than = _late(ages[hop.steps], straight.on[hop.steps])
        late = ages[hop.steps] >= than
        usual = _share(straight, hop, hop.steps[~late], weight)
        parted = bool(late.any())
        found[symbols] = Share(usual, ((than, _share(straight, hop, hop.steps[late], weight)),) if parted else ())
    return found


def _by_symbol(symbol: Ints, worked: Flags) -> dict[int, Ints]:
    """Symbol -> the steps of it that are *worked* on."""
    at = np.flatnonzero(worked)
    order = at[np.argsort(symbol[at], kind="stable")]
    names, count = np.unique(symbol[order], return_counts=True)
    ends = np.cumsum(count)
    return {name: order[end - n : end] for name, n, end in zip(names.tolist(), count, ends, strict=True)}


def _able(log: Log, known: Symbols, worked: Flags) -> Flags:
    """[symbols, people] who does what is of a symbol, or of one that is alike, of the first of these; nobody else is
    the last of the people, who does nothing."""
    does = np.zeros((len(known.alike), len(log.people) + 1), bool)
    does[known.alike[known.of_step[worked]], log.person[worked]] = True
    does[:, -1] = False
    return does


def _counted(flags: Flags, at: Ints) -> _Chance:
    return _Chance(float(flags[at].sum()), float(len(at)))


def _looked_at(log: Log, of_team: Ints, staff: Workforce, teams: Ints) -> tuple[Flags, Flags]:
    """Of all steps of *teams*: whether others, that whoever took it may do, had waited for longer when each came; and
    whether it was the first that anybody but who handed it over then began with."""
    waited, first = np.zeros(len(log.case), bool), np.zeros(len(log.case), bool)
    enabled = log.enabled
    for team in teams.tolist():
        at = np.flatnonzero(of_team == team)
        first[at] = _taken_first(log, at, enabled[at])
        long = at[log.start[at] - enabled[at] > 2.0 * _AT_ONCE]
        by_came, by_begun = (np.argsort(moment[long], kind="stable") for moment in (enabled, log.start))
        all_came, all_begun = enabled[long[by_came]], log.start[long[by_begun]]
        people = len(log.people)
        alike = np.arange(people) if staff.tied.rules else staff.skills.sets(at, people)
        of_person = np.append(alike, -1)[log.person[at]]
        for number in np.unique(of_person[of_person >= 0]).tolist():
            some = at[of_person == number]
            who = log.person[some[0]]
            his = np.full(len(long), who)
            able = staff.skills.may(his, long) & staff.tied.may(his, long)
            came = np.searchsorted(all_came[able[by_came]], enabled[some] - _AT_ONCE)
            waited[some] = came > np.searchsorted(all_begun[able[by_begun]], enabled[some] + _AT_ONCE, "right")
    return waited, first


def _taken_first(log: Log, at: Ints, came: Floats) -> Flags:
    """Whether each of the steps *at* was the first that anybody but its giver began with after it *came*."""
    begun, giver = log.start[at], np.where(log.inner[at], log.person[at - 1], -2)
    order = np.argsort(begun, kind="stable")
    place = np.searchsorted(begun[order], came, "left")
    found, asked = np.zeros(len(at), bool), np.arange(len(at))
    for _try in range(_TRIES):
        asked = asked[place[asked] < len(at)]
        one = order[place[asked]]
        others = (log.person[at[one]] != giver[asked]) & (begun[one] > came[asked]) | (one == asked)
        found[asked[others]] = one[others] == asked[others]
        asked = asked[~others]
        place[asked] += 1
    return found


def _last_first(log: Log, known: Symbols, at: Ints) -> _Chance:
    """Of choices among the steps *at*: how often what came last was taken."""
    at = in_queue(log, known, at, _FEWEST)
    choices = made(log.enabled[at], log.start[at])
    wrong = late(choices, -log.enabled[at])
    return _Chance(explained(choices, wrong) * choices.size if choices.size else 0.0, float(choices.size))


def _more(mine: _Chance, usual: list[_Chance]) -> bool:
    """Whether people take at once what they hand over clearly more often than is *usual* with what others do."""
    if mine.of < _FEWEST:
        return False
    own = mine.times / mine.of
    for others in usual:
        share = (others.times + 0.5) / (others.of + 1.0)
        error = np.sqrt((own * (1.0 - own) + 0.25 / mine.of) / mine.of + share * (1.0 - share) / (others.of + 1.0))
        if own - share <= max(_LEAST, _SURE * error):
            return False
    return True


def _late(ages: Floats, on: Flags) -> float:
    """The age from which on it clearly differs with what share of cases people go on; infinite: it does not."""
    best, found = _NATS + np.log(max(len(on), 1)), np.inf
    whole = _told(on)
    for than in np.unique(np.quantile(ages, np.linspace(0.0, 1.0, _EDGES + 1)[1:-1])).tolist() if len(on) else ():
        late = ages >= than
        if min(late.sum(), (~late).sum()) >= _FEWEST and (gain := _told(on[late]) + _told(on[~late]) - whole) > best:
            best, found = gain, than
    return found


def _told(on: Flags) -> float:
    """Nats with which the share of those that are *on* tells which are."""
    share = np.clip(on.mean(), 1e-9, 1.0 - 1e-9)
    return float(on.sum() * np.log(share) + (~on).sum() * np.log(1.0 - share))


def _share(straight: Straight, hop: Hop, steps: Ints, weight: Floats) -> float:
    """With what share of the cases at *steps* of a *hop* people go straight on: as many as begin at once while others
    wait; while nobody does, whoever is alone with free hands takes what he hands over in any case."""
    found = count = 0.0
    for some, by_chance in ((straight.waited[steps], 0.0), (~straight.waited[steps], hop.alone)):
        total = float(weight[steps[some]].sum())
        if total > 0.0 and by_chance < 1.0:
            taken = float(weight[steps[some & straight.on[steps]]].sum()) / total
            found += total * max((taken - by_chance) / (1.0 - by_chance), 0.0)
            count += total
    return found / count if count else 0.0


def _busy(log: Log, staff: Workforce, worked: Flags, work: Floats) -> Floats:
    """Per person: the share of his hours in which he has work in hand."""
    mine = worked & (log.person >= 0)
    spent = np.bincount(log.person[mine], work[mine], len(log.people))
    hours = np.array([staff.weekly_seconds(name) if name in staff.people else 0.0 for name in log.people])
    weeks = (log.span[1] - log.since) / WEEK
    return np.minimum(spent / np.maximum(hours * weeks, 1.0), 1.0)


def _alone(log: Log, at: Ints, busy: Floats) -> float:
    """How often, about, all others of those who do the steps *at* are *busy*."""
    parts = np.bincount(log.person[at][log.person[at] >= 0], minlength=len(busy)).astype(np.float64)
    parts /= max(float(parts.sum()), 1.0)
    others = 1.0 / max(float((parts**2).sum()), 1e-6) - 1.0
    return float(float((parts * busy).sum()) ** others) if others > 1e-9 else 1.0
