"""How long cases wait before they are given up, from those that were and those that were not.

Who was served in time might have waited longer: his wait is a lower bound of his patience (a censored observation).
Distributions are fitted by maximum likelihood, and the likeliest is taken.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from irrupt.chronicle.giving_up import means_giving_up
from irrupt.discovery.log import Flags, Floats, Ints, Log
from irrupt.organisation import Distribution, Organisation, Patience
from irrupt.organisation.model import END

_FEWEST = 5
"""Cases that must have been given up for a patience to be told,"""
_OWN = 4.0
"""and the nats by which what is known of one client alone must be likelier for it to be his own."""
_ALWAYS = 0.98
_FEWEST_UNNAMED, _SOON = 25, 60.0
"""Cases that end with something whose name does not say that they are given up, and the seconds that they waited for
it, for it to be looked at;"""
_CLEARLY, _BEFORE_OTHERS = 4.0, 0.6
"""standard errors by which cases that came next must wait longer than usual, or more wait when such a case comes;
and the share of these that must be served later than it was gone."""
_GRID = 25
_REFINED = 4
_erfc = np.frompyfunc(math.erfc, 1, 1)


class _Law(NamedTuple):
    """A distribution of times, by the logarithm of their level and by their spread or exponent."""

    kind: str
    level: float
    spread: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """Cases that were given up while they waited, taken out of a log."""

    after: Ints
    """Per such case: the activity that was done last."""
    what: Ints
    """The activity that records it."""
    waited: Floats
    """Seconds."""
    case: Ints


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


def apart(log: Log) -> tuple[Log, GivenUp | None]:
    """*log* without the steps that record that a case was given up while it waited, and these."""
    lasts = np.zeros(len(log.case), bool)
    lasts[log.last] = True
    alone = (log.person < 0) & (log.end - log.start < 1.0) & lasts
    alone[log.begin] = False
    total = np.bincount(log.activity, minlength=len(log.activities))
    fitting = np.bincount(log.activity[alone], minlength=len(log.activities))
    named = np.array([means_giving_up(name) for name in log.activities])
    is_one = (total > 0) & (fitting >= _ALWAYS * total)
    for activity in np.flatnonzero(is_one & ~named).tolist():
        named[activity] = _leave_a_queue(log, np.flatnonzero(alone & (log.activity == activity)))
    is_one &= named
    gone = np.flatnonzero(is_one[log.activity] & alone)
    if not len(gone):
        return log, None
    found = GivenUp(
        after=log.activity[gone - 1],
        what=log.activity[gone],
        waited=np.maximum(log.end[gone] - log.end[gone - 1], 1.0),
        case=log.case[gone],
    )
    kept = ~np.isin(np.arange(len(log.case)), gone)
    case = log.case[kept]
    rows = {name: getattr(log, name)[kept] for name in ("activity", "team", "person", "start", "end", "row")}
    return replace(log, case=case, begin=np.flatnonzero(np.diff(case, prepend=-1)), **rows), found


def _leave_a_queue(log: Log, gone: Ints) -> bool:
    """Whether what is done at *gone*, the last step of cases, records that they left a queue, whatever its name says:
    nearly all were gone before whoever came next was served, and it happens when cases wait long, or many do."""
    if len(gone) < _FEWEST_UNNAMED or not len(log.people):
        return False
    after = int(np.bincount(log.activity[gone - 1]).argmax())
    gone = gone[log.activity[gone - 1] == after]
    inner = np.ones(len(log.case), bool)
    inner[log.begin] = inner[gone] = False
    served = np.flatnonzero(inner)
    served = served[(log.activity[served - 1] == after) & (log.person[served] >= 0)]
    came, waited = log.end[gone - 1], log.end[gone] - log.end[gone - 1]
    if len(gone) < _FEWEST_UNNAMED or len(served) < len(gone) or np.median(waited) < _SOON:
        return False
    served = served[np.argsort(log.end[served - 1], kind="stable")]
    reached, begun = log.end[served - 1], log.start[served]
    behind = np.searchsorted(reached, came, "right")
    told = behind < len(served)
    behind = behind[told]
    wait = begun - reached
    next_ones = _rank(wait[behind], wait)
    # those who wait already when a case comes: a short queue may be gone before the next one comes
    there = _rank(_waiting(came, reached, begun), _waiting(reached, reached, begun))
    crowded = max(next_ones, there) > _CLEARLY
    return bool(crowded and np.mean(log.end[gone][told] <= begun[behind]) >= _BEFORE_OTHERS)


def _waiting(moment: Floats, came: Floats, begun: Floats) -> Floats:
    """How many of those who *came* have not *begun* at each *moment*."""
    there = np.searchsorted(came, moment, "left") - np.searchsorted(np.sort(begun), moment, "right")
    return there.astype(float)


def _rank(some: Floats, every: Floats) -> float:
    """By how many standard errors *some* rank above the middle of *every*."""
    ordered = np.sort(every)
    rank = np.searchsorted(ordered, some) + np.searchsorted(ordered, some, "right")
    return float((rank.mean() / (2 * len(every)) - 0.5) * np.sqrt(12 * len(some))) if len(some) else 0.0


def learn(log: Log, worked: Flags, given_up: GivenUp | None) -> dict[str, Patience]:
    """The patience of clients before each activity that cases of his waited for in vain: his own, or everybody's."""
    found: dict[str, Patience] = {}
    if given_up is None:
        return found
    inner = np.ones(len(log.case), bool)
    inner[log.begin] = False
    at = np.flatnonzero(inner & worked)
    before = log.activity[at - 1]
    for after in np.unique(given_up.after).tolist():
        next_ones = at[before == after]
        if not len(next_ones):
            continue
        activity = int(np.bincount(log.activity[next_ones]).argmax())
        served = next_ones[log.activity[next_ones] == activity]
        mine = given_up.after == after
        losing = np.unique(log.client[given_up.case[mine]])
        lost = {int(one): given_up.waited[mine & (log.client[given_up.case] == one)] for one in losing}
        if sum(map(len, lost.values())) < _FEWEST:
            continue
        bounds = {}
        for client in lost:
            his = served[log.client[log.case[served]] == client]
            bounds[client] = np.maximum(log.start[his] - log.end[his - 1], 1.0)
        what = int(given_up.what[mine][0])
        for client, law in _laws(lost, bounds).items():
            name = f"{log.clients[client]} before {log.activities[activity]}"
            found[name] = Patience(
                at=log.activities[activity],
                lasts=_distribution(law),
                activity=log.activities[what],
                client=log.clients[client],
            )
    return found


def _laws(lost: Mapping[int, Floats], bounds: Mapping[int, Floats]) -> dict[int, _Law]:
    """How long each client waits, who has *lost* patience, by that and *bounds*: as all of them together do, unless
    what is known of him alone says clearly otherwise."""
    everybody = _likeliest(np.concatenate(list(lost.values())), np.concatenate(list(bounds.values())))
    found = {}
    for client, ended in lost.items():
        own = _likeliest(ended, bounds[client]) if len(ended) >= _FEWEST else everybody
        better = _likelihood(own, ended, bounds[client]) - _likelihood(everybody, ended, bounds[client])
        found[client] = own if better > _OWN else everybody
    return found


def fitted(ended: Floats, bounds: Floats) -> Distribution:
    """The likeliest distribution of times of which some *ended*, and others are only known to exceed *bounds*.

    Exponential, lognormal or Weibull (given as quantiles), by likelihood; a second parameter has to pay (Schwarz 1978).

    >>> lasts = -600.0 * np.log1p(-(np.arange(100) + 0.5) / 100)  # of which those beyond 500 s are not seen to end
    >>> found = fitted(lasts[lasts < 500.0], np.full((lasts >= 500.0).sum(), 500.0))
    >>> found.kind, round(found.mean, -1)
    ('exponential', 600.0)
    """
    return _distribution(_likeliest(ended, bounds))


def _likeliest(ended: Floats, bounds: Floats) -> _Law:
    """The likeliest law."""
    mean = float((ended.sum() + bounds.sum()) / len(ended))
    plain = _Law("exponential", math.log(mean), 1.0)
    lognormal, shape = _best(ended, bounds, _lognormal, mean)
    weibull, power = _best(ended, bounds, _weibull, mean)
    price = max(0.5 * math.log(len(ended)), 1.0)
    worth = {
        plain: _likelihood(plain, ended, bounds),
        _Law("lognormal", *shape): lognormal - price,
        _Law("weibull", *power): weibull - price,
    }
    return max(worth, key=lambda law: worth[law])


def _likelihood(law: _Law, ended: Floats, bounds: Floats) -> float:
    """Log likelihood of a *law*; an exponential one is Weibull's with the exponent 1."""
    of = _lognormal if law.kind == "lognormal" else _weibull
    return of(ended, bounds, law.level, law.spread)


def _distribution(law: _Law) -> Distribution:
    if law.kind == "exponential":
        return Distribution.exponential(round(math.exp(law.level), 1))
    if law.kind == "lognormal":
        cv = math.sqrt(math.expm1(min(law.spread**2, 20.0)))
        return Distribution.lognormal(round(math.exp(law.level + law.spread**2 / 2), 1), round(cv, 4))
    chance = np.append(np.linspace(0.0, 1.0, 65)[:-1], 1 - 1e-4)
    points = math.exp(law.level) * (-np.log1p(-chance)) ** (1 / law.spread)
    return Distribution.quantiles(tuple(points.round(1).tolist()))


def _best(ended: Floats, bounds: Floats, likelihood: object, mean: float) -> tuple[float, tuple[float, float]]:
    """The greatest log likelihood over two parameters, and where it is: a grid, refined."""
    assert callable(likelihood)
    level, spread, width, ratio = math.log(mean), 1.0, 3.0, 5.0
    best, place = -math.inf, (level, spread)
    for _turn in range(_REFINED):
        for one in np.linspace(level - width, level + width, _GRID):
            for other in spread * np.geomspace(1 / ratio, ratio, _GRID):
                found = float(likelihood(ended, bounds, float(one), float(other)))
                if found > best:
                    best, place = found, (float(one), float(other))
        level, spread = place
        width, ratio = width / 6, ratio ** (1 / 5)
    return best, place


def _lognormal(ended: Floats, bounds: Floats, level: float, sigma: float) -> float:
    z, beyond = (np.log(ended) - level) / sigma, (np.log(bounds) - level) / sigma
    survival = 0.5 * np.asarray(_erfc(beyond / math.sqrt(2.0)), float)
    density = -0.5 * z**2 - np.log(ended * sigma * math.sqrt(2 * math.pi))
    return float(density.sum() + np.log(np.maximum(survival, 1e-300)).sum())


def _weibull(ended: Floats, bounds: Floats, level: float, exponent: float) -> float:
    z, beyond = np.log(ended) - level, np.log(bounds) - level
    density = math.log(exponent) - level + (exponent - 1) * z - np.exp(np.minimum(exponent * z, 50.0))
    return float(density.sum() - np.exp(np.minimum(exponent * beyond, 50.0)).sum())


def expanded(patience: Mapping[str, Patience], names: Mapping[str, str]) -> dict[str, Patience]:
    """*patience* where each step bears its own name as its activity; *names*: step -> activity."""
    return {
        f"{key} ({step})": replace(rule, at=step)
        for key, rule in patience.items()
        for step, activity in names.items()
        if activity == rule.at
    }
