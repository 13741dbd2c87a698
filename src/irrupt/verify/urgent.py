"""Cases of a higher rank that interrupt work in hand."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from irrupt.chronicle.rows import FIRST, INTERRUPTED
from irrupt.i18n import gettext as _
from irrupt.organisation.distributions import Distribution
from irrupt.organisation.model import END, START, Organisation, Route, Step, Team
from irrupt.verify import theory
from irrupt.verify.building import EXPONENTIAL, asks, check, station
from irrupt.verify.model import UNIT, Case, Check, Steps


def urgent(loads: Mapping[str, float], times: Sequence[Distribution], interrupts: Any) -> Organisation:
    """One person, and classes of cases, the first one of the highest rank, each with an activity of its own."""
    total = sum(loads.values())
    end = (Route(to=END, share=1.0),)
    return station(
        total,
        clients={"Public": asks(total, classes={name: load / total for name, load in loads.items()})},
        steps={name: Step(activity=name, team="Desk", duration=time) for name, time in zip(loads, times, strict=True)},
        routes={START: tuple(Route(to=name, share=1.0, only=name) for name in loads), **dict.fromkeys(loads, end)},
        teams={"Desk": Team(class_priority={name: -at for at, name in enumerate(loads)}, interrupts=interrupts)},
    )


def waits(expected: float, activity: int, name: str, *, first: bool = True) -> Check:
    """The mean wait of an activity until it is first begun in its case or, after an interruption, gone on with."""
    told = _("mean wait of {name}") if first else _("mean time for which {name} is interrupted")
    values = partial(_waits, activity=activity, first=first)
    return Check(name=told.format(name=name), expected=expected, values=values)


def _waits(steps: Steps, activity: int, *, first: bool) -> np.ndarray[Any, np.dtype[np.float64]]:
    chosen: np.ndarray[Any, np.dtype[np.float64]] = steps.wait[
        (steps.activity == activity) & ((steps.flags & FIRST > 0) == first)
    ]
    return chosen


def left(times: float, activity: int, name: str) -> Check:
    """The share of records of an activity that are of work left, where it is left so many *times* in each case."""
    told = _("share of records of {name} that are of interrupted work").format(name=name)
    return check(told, times / (1.0 + times), lambda steps: steps.flags[steps.activity == activity] & INTERRUPTED > 0)


def resumed(key: str, name: str, loads: Sequence[float], times: Sequence[Distribution], squares: list[float]) -> Case:
    """What was interrupted is resumed: the higher ranks are as if alone, and each interruption lasts as long as they
    keep the person busy."""
    names = dict(zip("abc", loads, strict=False))
    checks: list[Check] = []
    above = 0.0
    each = theory.by_rank_at_once(loads, squares)
    for at, (kind, wait) in enumerate(zip(names, each, strict=True)):
        checks.append(waits(wait, at, kind))
        if at:
            checks += [left(above, at, kind), waits(1.0 / (1.0 - above), at, kind, first=False)]
        above += loads[at]
    return Case(
        key=key,
        name=name,
        source="Conway, Maxwell & Miller 1967",
        organisation=urgent(names, times, "resume"),
        checks=tuple(checks),
    )


def anew(key: str, name: str, loads: Sequence[float], time: Distribution, work: list[tuple[float, float]]) -> Case:
    """What was interrupted is done from the beginning, and takes as long again."""
    high, low = loads
    names = {"a": high, "b": low}
    again = sum(chance * math.expm1(high * length) for length, chance in work)
    return Case(
        key=key,
        name=name,
        source="Gaver 1962",
        organisation=urgent(names, (EXPONENTIAL, time), "restart"),
        checks=(
            waits(high / (1.0 - high), 0, "a"),
            waits(theory.begun_anew(high, low, work), 1, "b"),
            left(again, 1, "b"),
            waits(1.0 / (1.0 - high), 1, "b", first=False),
        ),
    )


def interruptions() -> tuple[Case, ...]:
    """Priority that interrupts: one server, Poisson arrivals."""
    fixed, flat = Distribution.fixed(UNIT), Distribution.uniform(0.5 * UNIT, 1.5 * UNIT)
    gamma = Distribution.gamma(UNIT, 0.5)
    two = _("M/M/1, work interrupted and resumed, load {load}")
    return (
        resumed("urgent 0.6", two.format(load="0.6"), (0.3, 0.3), (EXPONENTIAL,) * 2, [2.0, 2.0]),
        resumed("urgent 0.85", two.format(load="0.85"), (0.25, 0.6), (EXPONENTIAL,) * 2, [2.0, 2.0]),
        resumed(
            "urgent ranks",
            _("M/M/1, work of three ranks interrupted and resumed"),
            (0.2, 0.3, 0.3),
            (EXPONENTIAL,) * 3,
            [2.0] * 3,
        ),
        resumed(
            "urgent times",
            _("M/G/1, work interrupted and resumed"),
            (0.3, 0.4),
            (gamma, flat),
            [1.25, 1.0 + 1.0 / 12.0],
        ),
        anew("anew fixed", _("M/D/1, work interrupted and done anew"), (0.3, 0.3), fixed, [(1.0, 1.0)]),
        anew(
            "anew two",
            _("M/G/1, work interrupted and done anew"),
            (0.25, 0.3),
            Distribution.quantiles((0.5 * UNIT, 0.5 * UNIT, 1.5 * UNIT, 1.5 * UNIT)),
            _lengths(),
        ),
    )


def _lengths(parts: int = 600) -> list[tuple[float, float]]:
    """Half a unit or one and a half, each in a third of all cases, and in a third anything in between."""
    between = [(0.5 + (at + 0.5) / parts, 1.0 / 3.0 / parts) for at in range(parts)]
    return [(0.5, 1.0 / 3.0), (1.5, 1.0 / 3.0), *between]
