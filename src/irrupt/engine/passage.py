"""How the numbers of one organisation become those of another: found once, and kept."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from irrupt.engine import layout
from irrupt.engine.layout import Floats, Rules
from irrupt.engine.tables import Tables

Numbers = npt.NDArray[np.int64]

WEIGHTY = (
    *(
        "client_rate",
        "client_growth",
        "client_evenness",
        "slot_begin",
        "slot_from",
        "client_way",
        "class_way",
        "skip",
        "node_activity",
        "node_team",
        "node_split",
        "node_join",
        "most_parts",
        "reach_row",
        "reach",
    ),
    *("check_begin", "check_at", "check_client", "level", "class_level", "team_order", "queue_begin", "queue_rank"),
    *("member_begin", "member_at", "team_choice", "team_long", "team_begin", "team_at", "speed", "at_once"),
    *("hours_begin", "hours_end", "hours_from", "hours_until"),
)
"""Rules that the state depends on. The others (routes, shares, durations, delays) can simply be exchanged."""
WORK = (
    "node_time",
    "node_unit",
    "node_pace",
    "pace",
    "time_kind",
    "time_a",
    "time_b",
    "time_at",
    "time_cells",
    "cells",
)
"""Rules on which the order of a queue depends where the shortest work is taken first."""
APPOINTED = ("raw", "of_week", "left", "monday", "appointed")
GIVING_UP = ("patience_at", "patience_of", "patience_time", *WORK[4:])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Passage:
    """How the numbers of one organisation become those of another; -1: not there."""

    light: bool
    """True when the state stays as it is."""
    client: Numbers
    """Old -> new; clients who are gone, and those who were, -> one past the last."""
    node: Numbers
    check: Numbers
    check_behind: Numbers
    """Old -> the last new check before it in the order of ids, itself included."""
    check_after: Numbers
    """New -> the activity behind which it stands."""
    kind: Numbers
    """Old -> new class of cases, 0: none."""
    returns: tuple[tuple[int, int], ...]
    """Old and new numbers of the returns that stay."""
    person: Numbers
    old_client: Numbers
    """New -> old."""
    old_activity: Numbers
    old_person: Numbers
    old_team: Numbers
    demand: Numbers
    """Clients, new or with another demand than before: their next arrival is planned anew."""
    pace: npt.NDArray[np.bool_]
    """Per person: whether hours or speed changed."""


@lru_cache(maxsize=64)
def passage(old: Tables, new: Tables) -> Passage:
    """The way from *old* to *new*, found once for each pair."""
    client = _places(old.clients, new.clients)
    check = _places(old.checks, new.checks)
    behind = [bisect_left(new.checks, name) - 1 for name in old.checks]
    old_client = _places(new.clients, old.clients)
    old_person = _places(new.people, old.people)
    return Passage(
        light=_light(old, new),
        client=np.append(np.where(client < 0, len(new.clients), client), len(new.clients)),
        node=_places(old.nodes, new.nodes),
        check=check,
        check_behind=np.where(check < 0, np.array(behind, dtype=np.int64), check),
        check_after=_after(new.rules),
        kind=np.append(0, _places(old.classes, new.classes) + 1),
        returns=tuple((o, n) for o, n in enumerate(_places(old.returns, new.returns).tolist()) if n >= 0),
        person=_places(old.people, new.people),
        old_client=old_client,
        old_activity=_places(new.activities, old.activities),
        old_person=old_person,
        old_team=_places(new.teams, old.teams),
        demand=np.array(
            [c for c, o in enumerate(old_client) if o < 0 or _demand_differs(old.rules, o, new.rules, c)], int
        ),
        pace=np.array([o >= 0 and _pace_differs(old.rules, o, new.rules, p) for p, o in enumerate(old_person)], bool),
    )


def _light(old: Tables, new: Tables) -> bool:
    names = ("clients", "activities", "nodes", "checks", "teams", "people", "classes", "patience", "returns")
    rules = [*WEIGHTY, *(WORK if layout.SHORTEST in new.rules.team_order else ())]
    rules += GIVING_UP if new.patience else ()
    return all(getattr(old, name) == getattr(new, name) for name in names) and all(
        np.array_equal(getattr(old.rules, name), getattr(new.rules, name)) for name in rules
    )


def _places(names: Sequence[str], among: Sequence[str]) -> Numbers:
    where = {name: place for place, name in enumerate(among)}
    return np.array([where.get(name, -1) for name in names], dtype=np.int64)


def _after(rules: Rules) -> Numbers:
    after = np.zeros(len(rules.check_at), dtype=np.int64)
    after[rules.check_at] = np.repeat(np.arange(len(rules.check_begin) - 1), np.diff(rules.check_begin))
    return after


def _demand_differs(old: Rules, o: int, new: Rules, n: int) -> bool:
    same = np.array_equal(old.client_rate[o], new.client_rate[n]) and old.client_growth[o] == new.client_growth[n]
    same = same and old.client_evenness[o] == new.client_evenness[n]
    return not (same and np.array_equal(_slots(old, o), _slots(new, n)))


def _slots(rules: Rules, client: int) -> Floats:
    slots: Floats = rules.slot_from[rules.slot_begin[client] : rules.slot_begin[client + 1]]
    return slots


def _hours(rules: Rules, person: int) -> list[tuple[float, float]]:
    part = slice(rules.hours_begin[person], rules.hours_end[person])
    return list(zip(rules.hours_from[part].tolist(), rules.hours_until[part].tolist(), strict=True))


def _pace_differs(old: Rules, o: int, new: Rules, n: int) -> bool:
    return bool(old.speed[o] != new.speed[n]) or _hours(old, o) != _hours(new, n)
