"""How the numbers of one organisation become those of another: found once, and kept."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from irrupt.engine import layout
from irrupt.engine.amending import Amendment, Calendars, crew_in, queues_in
from irrupt.engine.asking import demand_in
from irrupt.engine.crewing import Crews
from irrupt.engine.layout import Floats, Rules
from irrupt.engine.passing import Checked, waits_in
from irrupt.engine.tables import Tables

Numbers = npt.NDArray[np.int64]

WEIGHTY: dict[str, tuple[str, ...]] = {
    "batches": (),
    "most_parts": (),
    "most_rows": (),
    "reach_row": (),
    "reach": (),
    "teams": ("ageing", "limit", "order", "choice", "lined", "interrupts", "stays"),
}
"""Rules on which it depends where all work in hand stands, and which of their fields (none: all). Others touch a part
of it (demand, ranks, hours and speed, what is skipped or checked, who is in which team), or can simply be exchanged
(routes, shares, durations, delays)."""
STEPS = ("activity", "team", "split", "join", "batch", "alone")
"""The same, of the steps among the nodes."""
WAITING: dict[str, tuple[str, ...]] = {
    "clients": ("way",),
    "class_way": (),
    "quantities": (),
    "givens": (),
    "ways": ("skip",),
    "activities": ("check_begin", "check_end"),
    "check_at": (),
    "check_client": (),
}
"""Rules on which it depends whether cases wait in vain."""
CREWS: dict[str, tuple[str, ...]] = {
    "teams": ("member_begin", "member_end"),
    "member_at": (),
    "members": (),
    "people": ("team_begin", "team_end"),
}
"""Rules that say who is in which team."""
RANKS: dict[str, tuple[str, ...]] = {
    "level": (),
    "class_level": (),
    "queue_rank": (),
    "teams": ("queue_begin", "queue_end"),
}
HOURS: dict[str, tuple[str, ...]] = {"people": ("hours_begin", "hours_cycle", "hours_end"), "hours": ()}
CLOSING = {"calendars": (), **HOURS}
"""Rules on which it depends when batches go."""
DRAWN: dict[str, tuple[str, ...]] = {"times": (), "cells": ()}
WORK = {"nodes": ("time", "unit", "pace"), "pace": (), **DRAWN}
"""Rules on which the order of a queue depends where the shortest work is taken first."""
GIVING_UP = {"activities": ("patience",), "patience_of": (), "patience": (), "calls": (), **DRAWN}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Passage:
    """How the numbers of one organisation become those of another; -1: not there."""

    amends: Amendment | None
    """What is touched of work in hand; None: all."""
    client: Numbers
    """Old -> new; clients who are gone, and those who were, -> one past the last."""
    node: Numbers
    checks: Checked
    kind: Numbers
    """Old -> new class of cases, 0: none."""
    returns: tuple[tuple[int, int], ...]
    """Old and new numbers of the returns that stay."""
    late: Numbers
    """As `layout.SLOT.late`: old -> new, by the number and, below 0, from the end; 0: that patience is gone."""
    crews: Crews
    old_client: Numbers
    """New -> old."""
    old_activity: Numbers
    old_team: Numbers
    demand: Numbers
    """Clients, new or with another demand than before: their next arrival is planned anew."""
    pace: npt.NDArray[np.bool_]
    """Per person: whether hours or speed changed."""
    calendars: Calendars


@lru_cache(maxsize=64)
def passage(old: Tables, new: Tables) -> Passage:
    """The way from *old* to *new*, found once for each pair."""
    client = _places(old.clients, new.clients)
    checks = _checks(old, new)
    crews = _crews(old, new)
    calendars = _calendars(old, new)
    old_client = _places(new.clients, old.clients)
    demand = np.array(
        [c for c, o in enumerate(old_client) if o < 0 or _demand_differs(old.rules, o, new.rules, c)], np.int64
    )
    pace = np.array(
        [o >= 0 and _pace_differs(old.rules, o, new.rules, p) for p, o in enumerate(crews.old_person)], bool
    )
    return Passage(
        amends=_amends(old, new, checks, crews, calendars, demand, pace),
        client=np.append(np.where(client < 0, len(new.clients), client), len(new.clients)),
        node=_places(old.nodes, new.nodes),
        checks=checks,
        kind=np.append(0, _places(old.classes, new.classes) + 1),
        returns=tuple((o, n) for o, n in enumerate(_places(old.returns, new.returns).tolist()) if n >= 0),
        late=_late(_places(old.patience, new.patience) + 1),
        crews=crews,
        old_client=old_client,
        old_activity=_places(new.activities, old.activities),
        old_team=_places(new.teams, old.teams),
        demand=demand,
        pace=pace,
        calendars=calendars,
    )


def _checks(old: Tables, new: Tables) -> Checked:
    check = _places(old.checks, new.checks)
    behind = np.array([bisect_left(new.checks, name) - 1 for name in old.checks], np.int64)
    return Checked(check, np.where(check < 0, behind, check), _after(new.rules))


def _crews(old: Tables, new: Tables) -> Crews:
    one, other = _members(old), _members(new)
    people = _places(old.people, new.people), _places(new.people, old.people)
    return Crews(*people, _places(one, other), _places(other, one))


def _calendars(old: Tables, new: Tables) -> Calendars:
    place = _places(old.calendars, new.calendars)
    one, other = old.rules, new.rules
    moved = [n >= 0 and _hours(one, one.calendars[o]) != _hours(other, other.calendars[n]) for o, n in enumerate(place)]
    return Calendars(place, np.array(moved, bool), one.calendars, other.calendars)


def _members(tables: Tables) -> list[tuple[str, str]]:
    """Person and team of each membership."""
    members = tables.rules.members
    return [(tables.people[person], tables.teams[team]) for team, person in members.tolist()]


def _touches_all(old: Tables, new: Tables, checks: Checked, old_person: Numbers) -> bool:
    """Whether the change touches all work in hand."""
    names = ("clients", "activities", "nodes", "teams", "classes", "patience", "returns")
    if any(getattr(old, name) != getattr(new, name) for name in names):
        return True
    one, other = old.rules, new.rules
    parts = [WEIGHTY, *([WORK] if layout.SHORTEST in other.teams["order"] else ())]
    parts += [GIVING_UP] if new.patience else []
    # Cases that gather, and work that can be interrupted, stand in lists by what they are for and who has them.
    parts += [CLOSING, WAITING] if len(other.batches) else []
    interrupts = bool(other.teams["interrupts"].any())
    parts += [CREWS] if len(other.batches) or interrupts else []
    stay, known = np.flatnonzero(checks.check >= 0), np.flatnonzero(old_person >= 0)
    return (interrupts and old.checks != new.checks) or not (
        all(_alike(one, other, part) for part in parts)
        and _same(one.nodes[: len(old.nodes)], other.nodes[: len(new.nodes)], STEPS)
        and np.array_equal(
            one.nodes["team"][len(old.nodes) + stay], other.nodes["team"][len(new.nodes) + checks.check[stay]]
        )
        and np.array_equal(one.people["at_once"][old_person[known]], other.people["at_once"][known])
    )


def _amends(
    old: Tables,
    new: Tables,
    checks: Checked,
    crews: Crews,
    calendars: Calendars,
    demand: Numbers,
    pace: npt.NDArray[np.bool_],
) -> Amendment | None:
    """What the change touches; None: all work in hand."""
    if _touches_all(old, new, checks, crews.old_person):
        return None
    one, other = old.rules, new.rules
    paced = pace | (crews.old_person < 0)
    ranks = np.array([_ranks(one, team) != _ranks(other, team) for team in range(len(new.teams))], bool)
    looks = paced.copy()
    looks[other.members["person"][crews.old_member < 0]] = True
    if other.teams["interrupts"].any():
        looks[other.members["person"][ranks[other.members["team"]]]] = True
    crewed = old.people != new.people or not _alike(one, other, CREWS)
    works = bool(crewed or looks.any() or other.teams["stays"].any()) or not _alike(one, other, HOURS)
    works = works or old.calendars != new.calendars
    return Amendment(
        demand=demand,
        demands=(demand_in(one), demand_in(other)),
        ranks=ranks,
        queues=(queues_in(one), queues_in(other)),
        paced=paced,
        looks=looks,
        crew=(crew_in(one), crew_in(other)),
        crews=crews,
        calendars=calendars,
        waits=(waits_in(one), waits_in(other)),
        checks=checks,
        passes=old.checks != new.checks or not _alike(one, other, WAITING),
        asks=bool(len(demand)),
        lines=not _alike(one, other, RANKS),
        crewed=crewed,
        works=works,
    )


def _ranks(rules: Rules, team: int) -> tuple[list[int], ...]:
    """How a team ranks cases."""
    of_team = slice(rules.teams["queue_begin"][team], rules.teams["queue_end"][team])
    return rules.level[team].tolist(), rules.class_level[team].tolist(), rules.queue_rank[of_team].tolist()


def _alike(one: Rules, other: Rules, part: dict[str, tuple[str, ...]]) -> bool:
    return all(_same(getattr(one, name), getattr(other, name), fields) for name, fields in part.items())


def _same(one: npt.NDArray[Any], other: npt.NDArray[Any], fields: tuple[str, ...]) -> bool:
    return all(np.array_equal(one[name], other[name]) for name in fields) if fields else np.array_equal(one, other)


def _places(names: Sequence[object], among: Sequence[object]) -> Numbers:
    where = {name: place for place, name in enumerate(among)}
    return np.array([where.get(name, -1) for name in names], dtype=np.int64)


def _late(new: Numbers) -> Numbers:
    return np.concatenate([[0], new, -new[::-1]])


def _after(rules: Rules) -> Numbers:
    after = np.zeros(len(rules.check_at), dtype=np.int64)
    many = rules.activities["check_end"] - rules.activities["check_begin"]
    after[rules.check_at] = np.repeat(np.arange(len(many)), many)
    return after


def _demand_differs(old: Rules, o: int, new: Rules, n: int) -> bool:
    asked, asks = old.clients[o], new.clients[n]
    same = all(asked[name] == asks[name] for name in ("growth", "evenness", "mean_size"))
    same = same and np.array_equal(old.client_rate[o], new.client_rate[n])
    same = same and np.array_equal(old.client_season[o], new.client_season[n])
    same = same and np.array_equal(old.months, new.months) and _sizes(old, o) == _sizes(new, n)
    return not (same and np.array_equal(_slots(old, o), _slots(new, n)))


def _sizes(rules: Rules, client: int) -> list[tuple[float, int]]:
    found: list[tuple[float, int]] = rules.sizes[
        rules.clients["size_begin"][client] : rules.clients["size_end"][client]
    ].tolist()
    return found


def _slots(rules: Rules, client: int) -> Floats:
    slots: Floats = rules.slot_from[rules.clients["slot_begin"][client] : rules.clients["slot_end"][client]]
    return slots


def _hours(rules: Rules, who: Any) -> tuple[int, list[tuple[float, float]]]:
    """The hours of somebody, or of a calendar."""
    return who["hours_cycle"] - who["hours_begin"], rules.hours[who["hours_begin"] : who["hours_end"]].tolist()


def _pace_differs(old: Rules, o: int, new: Rules, n: int) -> bool:
    return bool(old.people["speed"][o] != new.people["speed"][n]) or _hours(old, old.people[o]) != _hours(
        new, new.people[n]
    )
