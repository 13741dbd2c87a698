"""How the numbers of one organisation become those of another: found once, and kept."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.engine import forms, layout
from irrupt.engine.amending import Amendment
from irrupt.engine.asking import demand_in
from irrupt.engine.crewing import Crews
from irrupt.engine.impatience import giving_in
from irrupt.engine.layout import Rules
from irrupt.engine.pacing import Calendars, crew_in
from irrupt.engine.passing import Checked, waits_in
from irrupt.engine.renaming import Renamed
from irrupt.engine.sorting import queues_in
from irrupt.engine.tables import Tables
from irrupt.lately import Between
from irrupt.organisation.hands import groups

WEIGHTY: dict[str, tuple[str, ...]] = {"teams": ("limit",)}
"""Rules on which it depends where all work in hand stands, and which of their fields (none: all). Others touch a part
of it (demand, ranks and order, hours and speed, what is skipped or checked, how cases gather, patience, who is in which
team), or can simply be exchanged (routes, shares, durations, delays)."""
STEPS = ("team", "split", "join", "alone")
"""The same, of the steps among the nodes."""
TIES: dict[str, tuple[str, ...]] = dict.fromkeys(("tie_of", "ties", "rests_on", "tied", "in_crew"), ())
CELLS: dict[str, tuple[str, ...]] = {"quantities": (), "givens": ()}
CHECKED: dict[str, tuple[str, ...]] = {
    "activities": ("check_begin", "check_end"),
    "check_at": (),
    "check_client": (),
}
"""Rules on which it depends whether cases wait in vain, beside which of the steps they skip."""
CREWS: dict[str, tuple[str, ...]] = {
    "teams": ("member_begin", "member_end", "lined"),
    "member_at": (),
    "members": (),
    "people": ("team_begin", "team_end"),
}
"""Rules that say who is in which team, and which have lines of idle members."""
QUEUES: dict[str, tuple[str, ...]] = {"queue_rank": (), "teams": ("queue_begin", "queue_end")}
HOURS: dict[str, tuple[str, ...]] = {"people": ("hours_begin", "hours_cycle", "hours_end"), "hours": ()}
DRAWN: dict[str, tuple[str, ...]] = {"times": (), "cells": ()}
WORK = {"nodes": ("time", "unit", "pace"), "pace": (), "batches": ("set_up", "in_turn"), **DRAWN}
"""Rules on which the order of a queue depends where the shortest work is taken first."""
NAMES = ("clients", "activities", "nodes", "classes", "returns", "patience")
GIVING_UP = {"activities": ("patience",), "patience_of": (), "patience": (), "bears": (), "calls": (), **DRAWN}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Passage:
    """How the numbers of one organisation become those of another; -1: not there."""

    amends: Amendment | None
    """What is touched of work in hand; None: all."""
    client: Ints
    """Old -> new; clients who are gone, and those who were, -> one past the last."""
    node: Ints
    checks: Checked
    kind: Ints
    """Old -> new class of cases, 0: none."""
    returns: Ints
    """Old -> new."""
    late: Ints
    """Old -> new, of 1 + the number of what cases are called off by, as in `layout.SLOT.late`; 0: that is gone."""
    crews: Crews
    client_keys: layout.Words
    """Of the new ones."""
    old_client: Ints
    """New -> old."""
    old_activity: Ints
    old_desk: Ints
    old_noted: Ints
    """Of the groups of activities that ties rest on."""
    demand: Ints
    """Clients, new or with another demand than before: their next arrival is planned anew."""
    pace: Flags
    """Per person: whether hours or speed changed."""
    calendars: Calendars
    loses: bool
    """Whether steps are gone, at which there may be cases."""


_FOUND = Between[Tables, Passage]()


def passage(old: Tables, new: Tables) -> Passage:
    """The way from *old* to *new*, found once for each pair."""
    return _FOUND.of(old, new, lambda: _passage(old, new))


def _passage(old: Tables, new: Tables) -> Passage:
    client, node = _places(old.clients, new.clients), _places(old.nodes, new.nodes)
    crews = _crews(old, new)
    old_client = _places(new.clients, old.clients)
    demand = [c for c, o in enumerate(old_client) if o < 0 or _demand_differs(old.rules, o, new.rules, c)]
    pace = [o >= 0 and _pace_differs(old.rules, o, new.rules, p) for p, o in enumerate(crews.old_person)]
    way = Passage(
        amends=None,
        client=np.append(np.where(client < 0, len(new.clients), client), len(new.clients)),
        node=node,
        checks=_checks(old, new),
        kind=np.append(0, _places(old.classes, new.classes) + 1),
        returns=_places(old.returns, new.returns),
        late=np.append(0, _places(old.patience, new.patience) + 1),
        crews=crews,
        client_keys=np.array(new.client_keys, np.uint64),
        old_client=old_client,
        old_activity=_places(new.activities, old.activities),
        old_desk=_places(new.desks, old.desks),
        old_noted=_places(groups(new.organisation), groups(old.organisation)),
        demand=np.array(demand, np.int64),
        pace=np.array(pace, bool),
        calendars=_calendars(old, new),
        loses=bool((node < 0).any()),
    )
    return way if _touches_all(old, new, way) else replace(way, amends=forms.AMENDMENT(_amends(old, new, way)))


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
    """Person and desk of each membership."""
    members = tables.rules.members
    return [(tables.people[person], tables.desks[desk]) for desk, person, _more in members.tolist()]


def _touches_all(old: Tables, new: Tables, way: Passage) -> bool:
    """Whether the change touches all work in hand."""
    one, other = old.rules, new.rules
    known = np.flatnonzero(way.crews.old_person >= 0)
    return (
        _ties_differ(old, new, way)
        or old.desks != new.desks
        or not (
            _alike(one, other, WEIGHTY)
            and _same_steps(old, new, way)
            and np.array_equal(one.people["at_once"][way.crews.old_person[known]], other.people["at_once"][known])
        )
    )


def _ties_differ(old: Tables, new: Tables, way: Passage) -> bool:
    """Whether cases may stand at other desks for what they are, or for who did what in them."""
    one, other = old.rules, new.rules
    if not (len(one.ties) or len(other.ties)):
        return False
    names = all(getattr(old, name) == getattr(new, name) for name in ("clients", "classes", "people"))
    if not names or not _alike(one, other, TIES | CELLS) or groups(old.organisation) != groups(new.organisation):
        return True
    stays, checks = np.flatnonzero(way.node >= 0), np.flatnonzero(way.checks.check >= 0)
    before = np.append(stays, len(old.nodes) + checks)
    after = np.append(way.node[stays], len(new.nodes) + way.checks.check[checks])
    return not _same(one.nodes[before], other.nodes[after], ("tie", "notes"))


def _gather_differently(old: Tables, new: Tables, way: Passage) -> bool:
    """Whether cases gather in another way, or others do, or they go at another time."""
    one, other = old.rules, new.rules
    if not (len(one.batches) or len(other.batches)):
        return False
    stays = np.flatnonzero(way.node >= 0)
    same = _same(one.nodes[stays], other.nodes[way.node[stays]], ("batch",))
    return not (same and _closings(one) == _closings(other)) or _waits_differ(old, new, way)


def _closings(rules: Rules) -> list[tuple[Any, ...]]:
    """Of each batch, on what it depends when it goes."""
    return [
        (
            float(batch["wait"]),
            int(batch["size"]),
            _hours(rules, rules.calendars[batch["calendar"]]) if batch["calendar"] >= 0 else None,
        )
        for batch in rules.batches
    ]


def _come_together_differently(old: Tables, new: Tables, way: Passage) -> bool:
    """Whether parts of cases may come to other joins, or at once."""
    one, other = old.rules, new.rules
    if not (one.reach.shape[2] or other.reach.shape[2]):
        return False
    stays = np.flatnonzero(way.node >= 0)
    if one.reach.shape[2] != other.reach.shape[2] or not _alike(one, other, CELLS):
        return True
    rows = np.stack([one.reach_row, other.reach_row[way.client][:, way.kind]]).reshape(2, -1)
    same = all(
        np.array_equal(one.reach[before, stays], other.reach[after, way.node[stays]])
        for before, after in np.unique(rows, axis=1).T
    )
    return not same or _waits_differ(old, new, way)


def _same_steps(old: Tables, new: Tables, way: Passage) -> bool:
    """Whether the steps that stay are the same, and the teams of the checks that do."""
    one, other = old.rules.nodes, new.rules.nodes
    stays, checks = np.flatnonzero(way.node >= 0), np.flatnonzero(way.checks.check >= 0)
    before, after = one[stays], other[way.node[stays]]
    activity = np.append(_places(old.activities, new.activities), -1)
    return (
        _same(before, after, STEPS)
        and np.array_equal(activity[before["activity"]], after["activity"])
        and np.array_equal(
            one["team"][len(old.nodes) + checks], other["team"][len(new.nodes) + way.checks.check[checks]]
        )
    )


def _reckons(one: Rules, other: Rules, gathers: bool) -> Flags:
    """Per team: whether it takes cases in another order, or in that of another work. *gathers*: whether cases do so in
    another way."""
    reckons: Flags = one.teams["order"] != other.teams["order"]
    if gathers or not _alike(one, other, WORK):
        reckons |= other.teams["order"] == layout.SHORTEST
    return reckons


def _amends(old: Tables, new: Tables, way: Passage) -> Amendment:
    """What a change touches that does not touch all work in hand."""
    one, other, crews = old.rules, new.rules, way.crews
    changes = {name: getattr(old, name) != getattr(new, name) for name in NAMES}
    gathers, joins = _gather_differently(old, new, way), _come_together_differently(old, new, way)
    reckons, paced = _reckons(one, other, gathers), way.pace | (crews.old_person < 0)
    ranks = reckons | _ranks_differ(one, other, way)
    interrupts = _interrupts_differ(old, new)
    looks = _looks(other, crews, paced, ranks | interrupts)
    crewed = old.people != new.people or not _alike(one, other, CREWS)
    works = bool(crewed or looks.any() or interrupts.any() or one.teams["stays"].any() or other.teams["stays"].any())
    return Amendment(
        renamed=Renamed(way.client, way.kind, way.node, way.returns, way.late, way.old_activity),
        client_keys=way.client_keys,
        old_client=way.old_client,
        demand=way.demand,
        demands=(demand_in(one), demand_in(other)),
        ranks=ranks,
        reckons=reckons,
        queues=(queues_in(one), queues_in(other)),
        hands=interrupts | (other.teams["interrupts"] > 0) if crewed else interrupts,
        paced=paced,
        looks=looks,
        crew=(crew_in(one), crew_in(other)),
        crews=crews,
        calendars=way.calendars,
        waits=(waits_in(one), waits_in(other)),
        checks=way.checks,
        giving=giving_in(other),
        names=any(changes.values()),
        clients=changes["clients"],
        activities=changes["activities"],
        passes=gathers or joins or _waits_differ(old, new, way),
        gathers=gathers,
        joins=joins,
        asks=bool(len(way.demand)),
        lines=bool(ranks.any()) or not _alike(one, other, QUEUES),
        crewed=crewed,
        works=works or old.calendars != new.calendars or not _alike(one, other, HOURS),
        gives_up=bool(old.patience or new.patience) and (any(changes.values()) or not _alike(one, other, GIVING_UP)),
        arms=bool(other.most_rows and not one.most_rows),
    )


def _interrupts_differ(old: Tables, new: Tables) -> Flags:
    """Per team: whether its work may be interrupted from now on, or not any more, or other work may be its own."""
    before, after = old.rules.teams["interrupts"], new.rules.teams["interrupts"]
    differ: Flags = (before != after) | ((old.checks != new.checks) & (after > 0))
    return differ


def _looks(rules: Rules, crews: Crews, paced: Flags, ranks: Flags) -> Flags:
    """Per person: whether he looks at once whether there is work for him. *ranks*: teams at which other cases may
    interrupt work."""
    looks = paced.copy()
    looks[rules.members["person"][crews.old_member < 0]] = True
    presses = ranks & (rules.teams["interrupts"] > 0)
    looks[rules.members["person"][presses[rules.members["team"]]]] = True
    return looks


def _waits_differ(old: Tables, new: Tables, way: Passage) -> bool:
    """Whether cases may wait in vain, or go another way."""
    one, other = old.rules, new.rules
    stays = np.flatnonzero(way.node >= 0)
    checked = bool(old.checks or new.checks)
    return (checked and (old.checks != new.checks or not _alike(one, other, CHECKED))) or not (
        _alike(one, other, CELLS)
        and np.array_equal(one.clients["way"], other.clients["way"][way.client])
        and np.array_equal(one.class_way, other.class_way[way.kind])
        and np.array_equal(one.ways["skip"][:, stays], other.ways["skip"][:, way.node[stays]])
    )


def _ranks_differ(one: Rules, other: Rules, way: Passage) -> Flags:
    """Per team: whether it ranks cases in another way."""
    stays, checks = np.flatnonzero(way.node >= 0), np.flatnonzero(way.checks.check >= 0)
    before = one.nodes[np.append(stays, one.ways.shape[1] + checks)]
    after = other.nodes[np.append(way.node[stays], other.ways.shape[1] + way.checks.check[checks])]
    teams = np.arange(len(other.teams))
    alike = np.array([_ranks_alike(one, other, way, team) for team in teams.tolist()], bool)
    return ~alike | np.isin(teams, before["team"][before["level"] != after["level"]])


def _ranks_alike(one: Rules, other: Rules, way: Passage, team: int) -> bool:
    """Whether a team ranks clients and classes in the same way, and has queues of the same ranks."""
    one_team, other_team = one.teams[team], other.teams[team]
    return bool(
        np.array_equal(one.level[team], other.level[team, way.client])
        and np.array_equal(one.class_level[team], other.class_level[team, way.kind])
        and np.array_equal(
            one.queue_rank[one_team["queue_begin"] : one_team["queue_end"]],
            other.queue_rank[other_team["queue_begin"] : other_team["queue_end"]],
        )
    )


def _alike(one: Rules, other: Rules, part: dict[str, tuple[str, ...]]) -> bool:
    return all(_same(getattr(one, name), getattr(other, name), fields) for name, fields in part.items())


def _same(one: npt.NDArray[Any], other: npt.NDArray[Any], fields: tuple[str, ...]) -> bool:
    return all(np.array_equal(one[name], other[name]) for name in fields) if fields else np.array_equal(one, other)


def _places(names: Sequence[object], among: Sequence[object]) -> Ints:
    where = {name: place for place, name in enumerate(among)}
    return np.array([where.get(name, -1) for name in names], dtype=np.int64)


def _after(rules: Rules) -> Ints:
    after = np.zeros(len(rules.check_at), dtype=np.int64)
    many = rules.activities["check_end"] - rules.activities["check_begin"]
    after[rules.check_at] = np.repeat(np.arange(len(many)), many)
    return after


def _demand_differs(old: Rules, o: int, new: Rules, n: int) -> bool:
    asked, asks = old.clients[o], new.clients[n]
    same = all(asked[name] == asks[name] for name in ("growth", "evenness", "mean_size"))
    same = same and np.array_equal(old.client_rate[o], new.client_rate[n])
    same = same and np.array_equal(old.dated[asked["year"]], new.dated[asks["year"]])
    same = same and (old.dates is new.dates or np.array_equal(old.dates, new.dates))
    same = same and _sizes(old, o) == _sizes(new, n)
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
    before, after = old.people[o], new.people[n]
    same = before["speed"] == after["speed"] and before["spare"] == after["spare"]
    return not same or _hours(old, before) != _hours(new, after)
