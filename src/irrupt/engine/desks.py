"""Desks: the activities of a team that the same members do stand in one queue of their own.

A team all of whose members do all that is asked of it has one desk. A team some of whose members do not do this or that
has a desk more for each set of them, since whoever becomes free looks only at what he does; and so has one at whose
steps it hangs on the case who does them (`ties.py`). For everything that a user sees, the desks of a team are one team
with one queue.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from irrupt.organisation.asked import asked_of_teams
from irrupt.organisation.hands import alike, left_at, may_do, on_the_case
from irrupt.organisation.model import Organisation

_WITHOUT = "\0"
"""Between the name of a team and those of its members who are not at a desk: the desks of a team stand together in the
order of names, that of all its members first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks:
    """The desks of an organisation, and what is done at each."""

    names: tuple[str, ...]
    """In order: those of a team stand together, and the first bears its name."""
    at: Mapping[tuple[str, str], int]
    """Team and activity -> the number of the desk, where it is not the team's first."""
    first: Mapping[str, int]
    """Team -> the number of its first."""
    members: tuple[tuple[int, ...], ...]
    """Of each: the numbers of the people, in the order of their names."""
    crews: Mapping[str, frozenset[str]]
    """Team -> all its members."""
    named: Mapping[str, int]
    """Name of a desk -> its number."""

    @property
    def teams(self) -> tuple[str, ...]:
        """The team of each."""
        return tuple(team_of(name) for name in self.names)

    @property
    def begin(self) -> list[int]:
        """Of each: the first of its team."""
        return [self.first[team] for team in self.teams]

    @property
    def end(self) -> list[int]:
        """Of each: one past the last of its team."""
        last = {team: number + 1 for number, team in enumerate(self.teams)}
        return [last[team] for team in self.teams]

    def of(self, team: str, activity: str) -> int:
        """The number of the desk at which an *activity* of a *team* is done."""
        return self.at.get((team, activity), self.first[team])

    def name(self, team: str, members: Collection[str]) -> str:
        """The name of the desk of a *team* at which these *members* are."""
        return _name(team, self.crews[team], members)

    def of_people(self, organisation: Organisation) -> list[list[int]]:
        """The desks of each person, team by team in his order of them."""
        people = [organisation.people[name] for name in sorted(organisation.people)]
        theirs: list[list[int]] = [[] for _ in people]
        for desk, members in enumerate(self.members):
            for person in members:
                theirs[person].append(desk)
        teams = self.teams
        return [
            sorted(mine, key=lambda desk, own=person.teams: own.index(teams[desk]))  # type: ignore[misc]
            for person, mine in zip(people, theirs, strict=True)
        ]


def team_of(desk: str) -> str:
    r"""The team of a *desk*, by its name.

    >>> team_of("Nurses"), team_of("Nurses\0Ann")
    ('Nurses', 'Nurses')
    """
    return desk.partition(_WITHOUT)[0]


def _name(team: str, crew: Collection[str], members: Collection[str]) -> str:
    return _WITHOUT.join((team, *sorted({*crew} - {*members})))


def desks(organisation: Organisation) -> Desks:
    """The desks of *organisation*."""
    crews: dict[str, set[str]] = {team: set() for team in organisation.teams}
    for name, person in organisation.people.items():
        for team in person.teams:
            crews[team].add(name)
    found: dict[str, Collection[str]] = {**crews}
    at: dict[tuple[str, str], str] = {}
    tied, known = on_the_case(organisation), set()
    partly = bool(tied) or any(one.does_not for one in organisation.people.values())
    for team, activity in asked_of_teams(organisation) if partly else ():
        usual = {*organisation.members(team, activity)}
        if usual != crews[team]:
            at[team, activity] = _name(team, crews[team], usual)
            found[at[team, activity]] = usual
        for doing, rules in may_do(organisation, team, activity).values() if activity in tied else ():
            if (kind := (team, doing, alike(rules))) not in known:
                known.add(kind)
                found |= {_name(team, crews[team], left): left for _who, left in left_at(doing, rules)}
    names = tuple(sorted(found))
    place = {name: n for n, name in enumerate(names)}
    number = {name: n for n, name in enumerate(sorted(organisation.people))}
    return Desks(
        names=names,
        at={key: place[name] for key, name in at.items()},
        first={team: place[team] for team in organisation.teams},
        members=tuple(tuple(sorted(number[one] for one in found[name])) for name in names),
        crews={team: frozenset(crew) for team, crew in crews.items()},
        named=place,
    )
