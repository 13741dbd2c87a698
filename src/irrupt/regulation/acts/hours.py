"""The hours of a team's people, and of nobody and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import chain

from irrupt.organisation.model import Organisation
from irrupt.organisation.rules import Edit
from irrupt.organisation.staff import Calendar
from irrupt.regulation.acts.naming import free_name


def members_hours(rules: Organisation, team: str, hours: Callable[[Calendar], Calendar]) -> Iterator[Edit]:
    """The edits that give each member of *team* the *hours* that are made of his calendar; see `own_hours`."""
    kept = {person: rules.calendars[rules.people[person].calendar] for person in rules.members(team)}
    yield from own_hours(rules, team, {person: hours(calendar) for person, calendar in kept.items()})


def own_hours(rules: Organisation, team: str, wanted: Mapping[str, Calendar]) -> Iterator[Edit]:
    """The edits by which each person has the hours that are *wanted* for him, as one of *team*.

    A calendar that others keep, or in which delays pass, batches go, temps of other teams come or somebody works for
    one of his teams only, stays as it is for them: whoever is to have other hours gets one of his own.
    """
    taken, beside = set(rules.calendars), _kept_beside(rules, team)
    groups: dict[str, dict[Calendar, set[str]]] = {}
    for person in sorted(wanted):
        groups.setdefault(rules.people[person].calendar, {}).setdefault(wanted[person], set()).add(person)
    for name in sorted(groups):
        before = rules.calendars[name]
        keepers = {person for person, who in rules.people.items() if who.calendar == name}
        for after, theirs in groups[name].items():
            if after == before:
                continue
            if keepers == theirs and name not in beside:
                yield Edit(part="calendars", key=name, before=before, after=after)
                continue
            own = free_name([f"{name} ({team})"], taken)
            taken.add(own)
            yield Edit(part="calendars", key=own, before=None, after=after)
            for person in sorted(theirs):
                who = rules.people[person]
                yield Edit(part="people", key=person, before=who, after=replace(who, calendar=own))


def _kept_beside(rules: Organisation, team: str) -> set[str]:
    """The calendars that something else keeps than all of somebody's hours: delays, batches, temps of other teams than
    *team*, and hours in which somebody works for one of his teams only."""
    everywhere = (rules.routes, *rules.client_routes.values())
    delays = {route.hours for route in chain.from_iterable(routes for ways in everywhere for routes in ways.values())}
    batches = {step.batch.at for step in rules.steps.values() if step.batch is not None}
    temps = {one.temps.calendar for other, one in rules.capacity.items() if one.temps is not None and other != team}
    of_teams = {calendar for person in rules.people.values() for calendar in person.team_hours.values()}
    return {name for name in (*delays, *batches, *temps, *of_teams) if isinstance(name, str)}
