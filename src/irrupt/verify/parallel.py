"""Cases that are at several steps at once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from irrupt.i18n import gettext as _
from irrupt.i18n import number
from irrupt.organisation.distributions import Distribution
from irrupt.organisation.model import END, START, Organisation, Route, Step, Team
from irrupt.verify import theory
from irrupt.verify.building import EXPONENTIAL, check, people, station, waits
from irrupt.verify.model import UNIT, Case, Check, Steps


def passes(mean: float, fork: int) -> Check:
    """The mean time between the moments at which the steps before Fork and Join, each done once in a case, ended.
    *fork*: number of the activity."""
    name = _("half the mean time from split to join")
    return Check(name=name, expected=mean / 2.0, values=partial(_passes, first=fork, last=fork + 1))


def _passes(steps: Steps, first: int, last: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.concatenate([steps.came[steps.activity == last], -steps.came[steps.activity == first]])


def fork(load: float, split: Any, shares: Mapping[str, float], again: float = 0.0, *, served: bool) -> Organisation:
    """A split, a step on each branch (once more with probability *again*), and a join."""
    steps = {name: Step(activity=name, team=name if served else None, duration=EXPONENTIAL) for name in shares}
    steps |= {"Fork": Step(activity="Fork", split=split), "Join": Step(activity="Join", join=True)}
    routes: dict[str, tuple[Route, ...]] = {
        name: (Route(to="Join", share=1.0 - again), Route(to=name, share=again)) for name in shares
    }
    routes |= {START: (Route(to="Fork", share=1.0),), "Join": (Route(to=END, share=1.0),)}
    routes["Fork"] = tuple(Route(to=name, share=share) for name, share in shares.items())
    teams = {name: Team() for name in shares} if served else {}
    staff = {name: person for team in teams for name, person in people(1, team).items()}
    return station(load, steps=steps, routes=routes, teams=teams, people=staff)


def fork_and_join() -> list[Case]:
    """Cases that are at several steps at once. Activities in the order of names: A, B, (C,) Fork, Join."""
    all_three, some, loops = dict.fromkeys("ABC", 1.0), {"A": 0.5, "B": 0.4, "C": 0.8}, {"A": 0.6, "B": 1.0}
    none = math.prod(1.0 - share for share in some.values())
    share = some["A"] / (sum(some.values()) + none + 2.0)
    of_a = check(_("share of steps at {place}").format(place="A"), share, lambda steps: steps.activity == 0)
    kinds = [
        ("fork times", _("split and join of three times"), "all", all_three, 0.0),
        ("fork some", _("split by chance, and join"), "some", some, 0.0),
        ("fork loops", _("split and join, with loops inside"), "some", loops, 0.25),
    ]
    return [*map(two_queues, (0.5, 0.8))] + [
        Case(
            key=key,
            name=name,
            source="Rényi 1953",
            organisation=fork(1.0, split, shares, again, served=False),
            checks=(passes(longest(shares, again), len(shares)), *((of_a,) if key == "fork some" else ())),
        )
        for key, name, split, shares, again in kinds
    ]


def soonest() -> Case:
    """Of two exponential times, each is the shorter one by its rate. Activities in the order of names: A, Ask, B."""
    times = {"A": Distribution.exponential(UNIT), "B": Distribution.exponential(3.0 * UNIT)}
    steps = {"Ask": Step(activity="Ask", split="first"), **{name: Step(activity=name) for name in times}}
    ways = tuple(Route(to=name, share=1.0, delay=time) for name, time in times.items())
    end = (Route(to=END, share=1.0),)
    routes = {START: (Route(to="Ask", share=1.0),), "Ask": ways, "A": end, "B": end}
    return Case(
        key="soonest",
        name=_("whichever of two times is over first"),
        source="Feller 1966",
        organisation=station(1.0, steps=steps, routes=routes, teams={}, people={}),
        checks=(check(_("share of steps at {place}").format(place="A"), 0.375, lambda steps: steps.activity == 0),),
    )


def longest(shares: Mapping[str, float], again: float) -> float:
    """Mean of the longest branch; one is taken where luck takes none."""
    none = math.prod(1.0 - share for share in shares.values())
    return theory.longest_of([1.0 - again] * len(shares), list(shares.values())) + none


def two_queues(load: float) -> Case:
    """Each case has a part in each of two queues."""
    return Case(
        key=f"fork {load:g}",
        name=_("split and join of two queues, load {load}").format(load=number(load, 1)),
        source="Flatto & Hahn 1984",
        organisation=fork(load, "all", dict.fromkeys("AB", 1.0), served=True),
        checks=(
            passes(theory.fork_join(load), 2),
            waits(load / (1.0 - load), _("mean wait at {place}").format(place="A"), activity=0),
        ),
    )
