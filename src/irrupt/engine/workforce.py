"""Teams and their queues, people and their hours, as arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from irrupt.engine.columns import ragged
from irrupt.engine.desks import Desks
from irrupt.engine.layout import ANY_QUEUE, BY_TEAM, CALENDAR, HOURS, MEMBER, PERSON, TEAM, Records, records
from irrupt.engine.streams import key_of
from irrupt.organisation.dated import Clock, calendar_clock, clock_of
from irrupt.organisation.model import END, Choice, Interruption, Order, Organisation, Team
from irrupt.organisation.staff import Serves

CHOICES, ORDERS, INTERRUPTIONS, SERVES = map(get_args, (Choice, Order, Interruption, Serves))
"""In the order of their codes in `layout`."""


def lines_up(organisation: Organisation, team: str, crew: Sequence[str]) -> bool:
    """Whether a line of the idle members of *team* is kept: where the first in it takes a case that comes."""
    at_once = all(organisation.people[name].at_once == 1 for name in crew)
    return len(crew) > 1 and organisation.teams[team].choice == CHOICES[0] and at_once


def queues(
    organisation: Organisation,
    of: Desks,
    clients: Sequence[str],
    kinds: Sequence[str],
    people: Sequence[str],
) -> dict[str, Any]:
    """The part of `layout.Rules` that is about the desks of teams: each has a queue for each rank of clients with each
    rank of classes and each of activities, the first served first. *kinds*: "", then the classes."""
    teams = [organisation.teams[name] for name in of.teams]
    rise, rank_of = _packed(teams)
    level = np.zeros((len(teams), len(clients) + 1), dtype=np.int32)
    class_level = np.zeros((len(teams), len(kinds)), dtype=np.int32)
    begin, ranks = [0], list[int]()
    for number, team in enumerate(teams):
        of_clients = [*(team.priority.get(client, 0) for client in clients), 0]
        of_classes = [team.class_priority.get(kind, 0) if kind else 0 for kind in kinds]
        upper, lower = sorted({*of_clients}, reverse=True), sorted({*of_classes}, reverse=True)
        lowest = activity_ranks(team)
        level[number] = [upper.index(rank) * len(lower) * len(lowest) for rank in of_clients]
        class_level[number] = [lower.index(rank) * len(lowest) for rank in of_classes]
        ranks.extend(rank_of(*each) for each in product(upper, lower, lowest))
        begin.append(len(ranks))
    member_begin, _at = ragged(of.members)
    crewed = [[people[number] for number in crew] for crew in of.members]
    return {
        "level": level,
        "class_level": class_level,
        "queue_rank": np.array(ranks, dtype=np.int64),
        "teams": records(
            TEAM,
            len(teams),
            ageing=[team.ageing or 0.0 for team in teams],
            rise=[rise] * len(teams),
            limit=[ANY_QUEUE if team.limit is None else team.limit for team in teams],
            queue_begin=begin[:-1],
            queue_end=begin[1:],
            begin=of.begin,
            end=of.end,
            member_begin=member_begin[:-1],
            member_end=member_begin[1:],
            order=[ORDERS.index(team.order) for team in teams],
            choice=[CHOICES.index(team.choice) for team in teams],
            stays=[team.at_end == "finishes" for team in teams],
            interrupts=[INTERRUPTIONS.index(team.interrupts) for team in teams],
            lined=[lines_up(organisation, *crew) for crew in zip(of.teams, crewed, strict=True)],
        ),
    }


def _packed(teams: Sequence[Team]) -> tuple[int, Callable[[int, int, int], int]]:
    """By what the rank of a queue rises with that of its clients; and how it is made of those of client, class and
    activity, the first of which counts most."""
    of_class = sorted({0}.union(*(team.class_priority.values() for team in teams)))
    of_activity = sorted({0}.union(*(team.activity_priority.values() for team in teams)))
    rise = len(of_class) * len(of_activity)

    def rank(client: int, kind: int, activity: int) -> int:
        return client * rise + of_class.index(kind) * len(of_activity) + of_activity.index(activity)

    return rise, rank


def activity_ranks(team: Team) -> list[int]:
    """The ranks that activities have at a *team*, the highest first."""
    return sorted({0, *team.activity_priority.values()}, reverse=True)


def most_rows(organisation: Organisation, most_parts: int) -> int:
    """More rows than an event can write beside its own: none where no work is cut short; *most_parts*: more than a case
    can have."""
    interrupts = any(team.interrupts != "never" for team in organisation.teams.values())
    splits = most_parts > 0
    calls_off = any(rule.at is None or (splits and rule.to == END) for rule in organisation.patience.values())
    calls_off = calls_off or any(step.alone for step in organisation.steps.values())
    hands = sum(person.at_once for person in organisation.people.values())
    return most_parts + 1 + hands if interrupts or calls_off else 0


def workforce(
    organisation: Organisation,
    of: Desks,
    names: Sequence[str],
    calendars: Sequence[str],
    more: Sequence[Clock] = (),
) -> dict[str, Any]:
    """The part of `layout.Rules` that is about people, their desks and hours; *more* hours stand behind the
    calendars."""
    people = [organisation.people[name] for name in names]
    # With one team there is nothing to choose between.
    serves = [SERVES.index(person.serves) if len({*person.teams}) > 1 else 0 for person in people]
    theirs = [
        mine if own == BY_TEAM else sorted(mine) for mine, own in zip(of.of_people(organisation), serves, strict=True)
    ]
    begin_of_desks, desk_at = ragged(theirs)
    _begin, member_at = ragged(of.members)
    clocks = [*(calendar_clock(organisation, name) for name in calendars), *more]
    absent = [person for person in people if person.absent]
    of_people = iter(range(len(clocks), len(clocks) + len(absent)))
    own = [next(of_people) if person.absent else calendars.index(person.calendar) for person in people]
    whose = np.array(own, dtype=np.int64)
    hours, found = hours_of([*clocks, *(clock_of(organisation, person) for person in absent)])
    return {
        "member_at": member_at,
        "members": records(
            MEMBER,
            len(desk_at),
            team=desk_at,
            person=np.repeat(np.arange(len(people)), np.diff(begin_of_desks)),
            more=_more(theirs, of.begin),
        ),
        "people": records(
            PERSON,
            len(people),
            key=np.array([key_of("person", name) for name in names], dtype=np.uint64),
            speed=[person.speed for person in people],
            spare=[person.winds_down for person in people],
            at_once=[person.at_once for person in people],
            team_begin=begin_of_desks[:-1],
            team_end=begin_of_desks[1:],
            teams=[len({*person.teams}) for person in people],
            serves=serves,
            **{name: found[name][whose] for name in CALENDAR.names or ()},
        ),
        "calendars": found[: len(calendars) + len(more)],
        "hours": hours,
    }


def may_go_straight_on(parts: Mapping[str, Any]) -> npt.NDArray[np.uint8]:
    """[P, N] who may go straight on to which node, by the other *parts* of `layout.Rules`: whoever is at its desk,
    where work is not interrupted nor done in batches. Nothing where nobody ever does."""
    if not any((parts[table]["straight"] > 0.0).any() for table in ("routes", "older")):
        return np.zeros((0, 0), np.uint8)
    nodes = parts["nodes"][: parts["ways"].shape[1]]
    alone = (nodes["batch"] < 0) | np.append(parts["batches"]["size"] == 1, False)[nodes["batch"]]
    found = np.zeros((len(parts["people"]), len(nodes)), np.uint8)
    for team, person, _more in parts["members"].tolist():
        if parts["teams"]["interrupts"][team] == 0:
            found[person, (nodes["team"] == team) & alone] = 1
    return found


def _more(theirs: Sequence[Sequence[int]], first: Sequence[int]) -> list[int]:
    """Of each desk of each person: how many of the same team stand behind it."""
    found = list[int]()
    for mine in theirs:
        left = Counter(first[desk] for desk in mine)
        for desk in mine:
            left[first[desk]] -= 1
            found.append(left[first[desk]])
    return found


def hours_of(clocks: Sequence[Clock]) -> tuple[Records, Records]:
    """All hours of *clocks*, and where in them those of each stand."""
    spans = [[*clock.dated, clock.week(len(clock.dated))] for clock in clocks]
    begin, minutes = ragged([[minute for week in weeks for pair in week for minute in pair] for weeks in spans])
    places = records(CALENDAR, len(clocks), hours_begin=begin[:-1] // 2, hours_end=begin[1:] // 2)
    places["hours_cycle"] = places["hours_end"] - np.array([len(clock.weekly) for clock in clocks], dtype=np.int32)
    seconds = minutes * 60.0
    return records(HOURS, len(seconds) // 2, begin=seconds[0::2], end=seconds[1::2]), places
