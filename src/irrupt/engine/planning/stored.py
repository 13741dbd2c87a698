"""A plan, and hours that follow queues, put down and taken up again: their state as arrays, and as plain values what is
none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy.typing as npt

from irrupt.compiling import text_of
from irrupt.engine import attending
from irrupt.engine.planning import books, capacity, days, luck, planner, queued, stretching, turns
from irrupt.engine.planning.books import Posted
from irrupt.engine.planning.capacity import Level
from irrupt.engine.planning.days import Changed, Other
from irrupt.engine.planning.planner import Planner, Roster
from irrupt.engine.planning.queued import Waiting
from irrupt.engine.planning.stretching import Banked, Stretching, Turn
from irrupt.engine.tables import Tables

Arrays = dict[str, npt.NDArray[Any]]
PARTS = ("goods", "hours", "money", "_orders", "_standing")
"""What of a planner is a named tuple of arrays."""
SOURCES = text_of(attending, books, capacity, days, stretching, luck, planner, queued, turns)
"""Of everything that a state here is the state of."""


def rules_of(plan: Planner) -> list[Tables]:
    """All rules that *plan* refers to, each once."""
    return list({id(rules): rules for rules in (plan._usual, *(one.rules for one in plan.rosters))}.values())


def arrays(plan: Planner) -> Arrays:
    """The arrays of *plan*, by name."""
    found = {f"{part} {name}": column for part in PARTS for name, column in getattr(plan, part)._asdict().items()}
    return found | {"said": plan._said}


def values(plan: Planner, rules: Sequence[Tables]) -> dict[str, Any]:
    """What else *plan* knows, as texts and numbers; *rules* by their places in the list."""
    place = {id(one): at for at, one in enumerate(rules)}
    return {
        "usual": place[id(plan._usual)],
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
    plan = Planner(rules[told["usual"]], run, 0.0)
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


_MONEY = ("flexible", "paid")


def arrays_of_hours(stretching: Stretching) -> Arrays:
    """The arrays of hours that follow queues, by name."""
    return stretching.books.hours._asdict() | {name: getattr(stretching.books, name) for name in _MONEY}


def rules_of_hours(stretching: Stretching) -> list[Tables]:
    """All rules that hours that follow queues refer to."""
    return [stretching.rules, *(one.rules for one in stretching.books.rosters)]


def values_of_hours(stretching: Stretching, rules: Sequence[Tables]) -> dict[str, Any]:
    """What else hours that follow queues know, as texts and numbers; *rules* by their places in the list."""
    place = {id(one): at for at, one in enumerate(rules)}
    books = stretching.books
    return {
        "rules": place[id(stretching.rules)],
        "day": stretching._day,
        "over": stretching._over,
        "days": [[key, list(settled.items())] for key, settled in stretching._days.items()],
        "hired": stretching._hired,
        "temps": stretching._temps,
        "turns": stretching.turns,
        "banked": stretching.banked,
        **{name: list(getattr(stretching, f"_{name}").items()) for name in _BY_PAIRS},
        "teams": books.teams,
        "announced": books._announced,
        "rosters": [[*one[:-1], place[id(one.rules)]] for one in books.rosters],
    }


_BY_PAIRS = ("on", "settled", "account", "overtime", "weeks")


def hours_taken_up(told: Mapping[str, Any], columns: Mapping[str, Any], rules: Sequence[Tables]) -> Stretching:
    """The hours that `values_of_hours` and `arrays_of_hours` were made from."""
    told = {name: _tuples(value) for name, value in told.items()}
    found = Stretching(rules[told["rules"]], 0.0)
    found._day, found._over, found._temps = told["day"], told["over"], told["temps"]
    found._days = {key: {name: Changed(*it) for name, it in settled} for key, settled in told["days"]}
    found._hired = {team: list(spans) for team, spans in told["hired"].items()}
    found.turns = [Turn._make((*turn, Waiting(*waiting), ends)) for *turn, waiting, ends in told["turns"]]
    found.banked = [Banked(*one) for one in told["banked"]]
    for name in _BY_PAIRS:
        setattr(found, f"_{name}", dict(told[name]))
    found._weeks = {name: tuple(Other(*it) for it in week) for name, week in found._weeks.items()}
    books = found.books
    books.hours = type(books.hours)(**{name: columns[name] for name in books.hours._fields})
    books.teams, books._announced = told["teams"], told["announced"]
    for name in _MONEY:
        setattr(books, name, columns[name])
    for *posted, days_of, temps, at in told["rosters"]:
        others = tuple(tuple((name, Changed(*it)) for name, it in day) for day in days_of)
        books.rosters.append(Posted._make((*posted, others, temps, rules[at])))
    return found


def _tuples(value: Any) -> Any:
    """*value* as it was before it was written as JSON, which knows lists only."""
    if isinstance(value, dict):
        return {name: _tuples(one) for name, one in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
