"""The hours of a team's people, and of nobody and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain

from irrupt.organisation.model import Calendar, Organisation
from irrupt.organisation.rules import Edit
from irrupt.regulation.acts.naming import free_name


def members_hours(rules: Organisation, team: str, hours: Callable[[str, Calendar], Calendar]) -> Iterator[Edit]:
    """The edits that give each member of *team* the *hours* that are made of his calendar, told by its name.

    A calendar that people of other teams keep, or in which delays pass, batches go or temps of other teams come, stays
    as it is for them: the members get one of their own.
    """
    members = set(rules.members(team))
    taken, beside = set(rules.calendars), _kept_beside(rules, team)
    for name in sorted({rules.people[person].calendar for person in members}):
        before = rules.calendars[name]
        after = hours(name, before)
        if after == before:
            continue
        keepers = {person for person, who in rules.people.items() if who.calendar == name}
        if keepers <= members and name not in beside:
            yield Edit(part="calendars", key=name, before=before, after=after)
            continue
        own = free_name([f"{name} ({team})"], taken)
        taken.add(own)
        yield Edit(part="calendars", key=own, before=None, after=after)
        for person in sorted(keepers & members):
            who = rules.people[person]
            yield Edit(part="people", key=person, before=who, after=replace(who, calendar=own))


def _kept_beside(rules: Organisation, team: str) -> set[str]:
    """The calendars that something else keeps than people: delays, batches, and temps of other teams than *team*."""
    everywhere = (rules.routes, *rules.client_routes.values())
    delays = {route.hours for route in chain.from_iterable(routes for ways in everywhere for routes in ways.values())}
    batches = {step.batch.at for step in rules.steps.values() if step.batch is not None}
    temps = {one.temps.calendar for other, one in rules.capacity.items() if one.temps is not None and other != team}
    return {name for name in (*delays, *batches, *temps) if isinstance(name, str)}
