"""How long cases wait before they are given up, from those that were and those that were not.

Who was served in time might have waited longer: his wait is a lower bound of his patience (a censored observation).
Distributions are fitted by maximum likelihood, and the likeliest is taken.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from irrupt.chronicle.giving_up import means_giving_up
from irrupt.discovery.log import Flags, Floats, Ints, Log
from irrupt.organisation import Distribution, Organisation, Patience
from irrupt.organisation.model import END

_FEWEST = 5
"""Cases of a client that must have been given up for a patience to be told."""
_ALWAYS = 0.98
_FEWEST_UNNAMED, _SOON = 25, 60.0
"""Cases that end with something whose name does not say that they are given up, and the seconds that they waited for
it, for it to be looked at;"""
_CLEARLY, _BEFORE_OTHERS = 4.0, 0.6
"""standard errors by which cases that came next must wait longer than usual, and the share of these that must be served
later than such a case was gone."""
_GRID = 25
_REFINED = 4
_erfc = np.frompyfunc(math.erfc, 1, 1)


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
    nearly all were gone before whoever came next was served, and it happens when cases wait long."""
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
    rank = np.searchsorted(np.sort(wait), wait[behind]) / len(wait)
    crowded = float(rank.mean()) > 0.5 + _CLEARLY * np.sqrt(1 / 12 / max(len(behind), 1))
    return bool(crowded and np.mean(log.end[gone][told] <= begun[behind]) >= _BEFORE_OTHERS)


def learn(log: Log, worked: Flags, given_up: GivenUp | None) -> dict[str, Patience]:
    """The patience of each client before each activity that cases of his waited for in vain."""
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
        for client in np.unique(log.client[given_up.case[mine]]).tolist():
            lost = given_up.waited[mine & (log.client[given_up.case] == client)]
            if len(lost) < _FEWEST:
                continue
            his = served[log.client[log.case[served]] == client]
            bounds = np.maximum(log.start[his] - log.end[his - 1], 1.0)
            what = int(given_up.what[mine][0])
            name = f"{log.clients[client]} before {log.activities[activity]}"
            found[name] = Patience(
                at=log.activities[activity],
                lasts=fitted(lost, bounds),
                activity=log.activities[what],
                client=log.clients[client],
            )
    return found


def fitted(ended: Floats, bounds: Floats) -> Distribution:
    """The likeliest distribution of times of which some *ended*, and others are only known to exceed *bounds*.

    Exponential, lognormal or Weibull (given as quantiles), by likelihood; a second parameter has to pay (Akaike).

    >>> lasts = -600.0 * np.log1p(-(np.arange(100) + 0.5) / 100)  # of which those beyond 500 s are not seen to end
    >>> found = fitted(lasts[lasts < 500.0], np.full((lasts >= 500.0).sum(), 500.0))
    >>> found.kind, round(found.mean, -1)
    ('exponential', 600.0)
    """
    mean = float((ended.sum() + bounds.sum()) / len(ended))
    plain = -len(ended) * (math.log(mean) + 1.0)
    lognormal, shape = _best(ended, bounds, _lognormal, mean)
    weibull, power = _best(ended, bounds, _weibull, mean)
    best = max(plain, lognormal - 1.0, weibull - 1.0)
    if best == plain:
        return Distribution.exponential(round(mean, 1))
    if best == lognormal - 1.0:
        level, sigma = shape
        cv = math.sqrt(math.expm1(min(sigma**2, 20.0)))
        return Distribution.lognormal(round(math.exp(level + sigma**2 / 2), 1), round(cv, 4))
    level, exponent = power
    chance = np.append(np.linspace(0.0, 1.0, 65)[:-1], 1 - 1e-4)
    points = math.exp(level) * (-np.log1p(-chance)) ** (1 / exponent)
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
