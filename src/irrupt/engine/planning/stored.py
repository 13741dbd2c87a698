"""A plan that is put down and taken up again: its state as arrays, and as plain values what is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy.typing as npt

from irrupt.compiling import text_of
from irrupt.engine.planning import capacity, luck, planner, turns
from irrupt.engine.planning.capacity import Level
from irrupt.engine.planning.planner import Planner, Roster
from irrupt.engine.tables import Tables

Arrays = dict[str, npt.NDArray[Any]]
PARTS = ("goods", "hours", "money", "_orders", "_standing")
"""What of a planner is a named tuple of arrays."""
SOURCES = text_of(capacity, luck, planner, turns)
"""Of everything that a plan's state is the state of."""


def rules_of(plan: Planner) -> list[Tables]:
    """All rules that *plan* refers to, each once: first those that it plans under."""
    return list({id(rules): rules for rules in (plan._usual, *(one.rules for one in plan.rosters))}.values())


def arrays(plan: Planner) -> Arrays:
    """The arrays of *plan*, by name."""
    found = {f"{part} {name}": column for part in PARTS for name, column in getattr(plan, part)._asdict().items()}
    return found | {"said": plan._said}


def values(plan: Planner, rules: Sequence[Tables]) -> dict[str, Any]:
    """What else *plan* knows, as texts and numbers; *rules* by their places in the list."""
    place = {id(one): at for at, one in enumerate(rules)}
    return {
        "loop": SOURCES,
        "limit": plan._limit,
        "teams": list(plan.teams),
        "begun": plan._begun,
        "levels": {team: [_plain(level) for level in levels] for team, levels in plan._levels.items()},
        "ahead": {team: float(hours) for team, hours in plan._ahead.items()},
        "rosters": [
            [one.team, int(one.week), _plain(one.level), float(one.announced), one.worked, place[id(one.rules)]]
            for one in plan.rosters
        ],
    }


def _plain(level: Level) -> list[int]:
    return [int(shifts) for shifts in level]


def taken_up(told: Mapping[str, Any], columns: Mapping[str, Any], rules: Sequence[Tables], run: int) -> Planner:
    """The planner that `values` and `arrays` were made from; *run* is the run's key."""
    plan = Planner(rules[0], run, 0.0)
    plan._limit, plan._begun, plan.teams = told["limit"], told["begun"], tuple(told["teams"])
    for part in PARTS:
        kind = type(getattr(plan, part))
        setattr(plan, part, kind(**{name: columns[f"{part} {name}"] for name in kind._fields}))
    plan._said = columns["said"]
    plan._luck = luck.luck(plan.products, run, plan.goods.need.shape[1], plan.goods.announced.shape[2])
    plan._levels = {team: [Level(*level) for level in levels] for team, levels in told["levels"].items()}
    plan._ahead = dict(told["ahead"])
    plan.rosters = [
        Roster(team, week, Level(*level), announced, worked, rules[at])
        for team, week, level, announced, worked, at in told["rosters"]
    ]
    return plan
