"""Who does which steps of the work of his teams: what is done, and in whose cases, makes kinds of work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple, TypeVar

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.kinds.attributes import Attribute
from irrupt.discovery.kinds.bands import Bands
from irrupt.discovery.log import Log
from irrupt.organisation import Organisation
from irrupt.organisation.asked import asked_of_teams, crews, guards_on, occurs

Lack = TypeVar("Lack")
CLIENT = "client"
"""What an attribute is called that says whose cases are."""


def whose(log: Log) -> Attribute:
    """Whose the cases of *log* are, as an attribute of theirs."""
    return Attribute(name=CLIENT, values=log.clients, of_case=log.client)


class Told(NamedTuple):
    """What is told of who does which cases, by what these are like."""

    by: dict[int, Attribute]
    """Activity -> the attribute that tells it."""
    lacks: dict[int, Flags]
    """Activity -> [people, values] what is not done."""
    weight: Floats
    """Per activity: how many steps people would have done that they did not."""

    @property
    def whole(self) -> float:
        """The same of all activities."""
        return float(self.weight.sum())


class Skills(NamedTuple):
    """What people do not do of the work of their teams."""

    lacks: Flags = np.zeros((0, 0), bool)
    """[people, kinds of work] of the log; none where everybody does everything."""
    kind: Ints = np.zeros(0, np.int64)
    """Per step of the log: its kind of work, which is its activity, or that in cases with one value of an attribute."""
    first: Mapping[int, int] = {}
    """Activity of which it matters what a case is like -> the kind of work in cases with the first value,"""
    by: Mapping[int, Attribute] = {}
    """and the attribute that says so."""

    def may(self, person: Ints, step: Ints) -> Flags:
        """Whether each *person* does each *step*."""
        if not self.lacks.size:
            return np.ones(len(step), bool)
        able: Flags = ~self.lacks[person, self.kind[step]]
        return able

    def alike(self, steps: Ints, people: Ints) -> Iterator[tuple[Ints, Ints]]:
        """The *steps* by those of *people* who do them."""
        if not self.lacks.size:
            yield steps, people
            return
        kinds, of = np.unique(self.kind[steps], return_inverse=True)
        sets, which = np.unique(self.lacks[np.ix_(people, kinds)], axis=1, return_inverse=True)
        for number in range(sets.shape[1]):
            yield steps[which.ravel()[of.ravel()] == number], people[~sets[:, number]]

    def sets(self, steps: Ints, people: int) -> Ints:
        """Of that many *people*, each: the number of the set of kinds of work among the *steps* that he does not do."""
        if not self.lacks.size:
            return np.zeros(people, np.int64)
        _sets, number = np.unique(self.lacks[:, np.unique(self.kind[steps])], axis=0, return_inverse=True)
        return number.ravel()

    def activities(self, person: int) -> Ints:
        """The activities that a *person* does not do at all."""
        return np.flatnonzero(self.lacks[person, : self._activities])

    def values(self, person: int) -> Iterator[tuple[int, Attribute, Ints]]:
        """The activities that a *person* does, but not in cases with some values of an attribute: that and these."""
        for activity, first in self.first.items():
            attribute = self.by[activity]
            lacks = np.flatnonzero(self.lacks[person, first : first + len(attribute.values)])
            if len(lacks) and not self.lacks[person, activity]:
                yield activity, attribute, lacks

    @property
    def attribute(self) -> Attribute | None:
        """That by which classes of cases are done by different people, if any is."""
        several = (one for one in self.by.values() if not isinstance(one, Bands))
        return next((one for one in several if one.name != CLIENT), None)

    @property
    def amount(self) -> str | None:
        """That which is done up to some limit by some people, if anything is."""
        return next((one.name for one in self.by.values() if isinstance(one, Bands)), None)

    @property
    def _activities(self) -> int:
        return min(self.first.values(), default=self.lacks.shape[1])


def left_to_somebody(organisation: Organisation) -> Organisation:
    """*organisation* in which each team has somebody for whatever cases may come to it. What people lack is told by
    all that they do: at a desk to which such cases hardly ever come they may lack it all; then anybody there does
    it."""
    people = dict(organisation.people)
    for team, activity in sorted(asked_of_teams(organisation)):
        guards = guards_on(organisation, team, activity)
        asked = crews(organisation, team, activity).items()
        if all(crew or not occurs(organisation, whose, guards) for whose, crew in asked):
            continue
        for name in organisation.members(team):
            one = people[name]
            people[name] = replace(
                one,
                not_of_class=_but(activity, one.not_of_class),
                not_for_client=_but(activity, one.not_for_client),
                not_when=_but(activity, one.not_when),
            )
    return replace(organisation, people=people)


def _but(activity: str, lacks: Mapping[str, Lack]) -> dict[str, Lack]:
    return {name: lacks[name] for name in lacks if name != activity}
