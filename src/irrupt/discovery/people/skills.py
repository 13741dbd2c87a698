"""Who never does what of his team's work, or not in cases of some: told by what he does not do while he is there and
the others do it.

Of an activity of his team, each member would do his part of what is done in the weeks in which he works, and at his
hours. Who does none of it, where dozens were to be expected, does not do it; nor does who lets dozens of cases wait for
it and takes others that came later, as somebody does who is alone at the weekend. So those who could take a case that
waits are fewer than the team; without that, waits come out too short.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter

import numpy as np

from irrupt.arraytypes import Flags, Ints
from irrupt.discovery.kinds.attributes import Attribute
from irrupt.discovery.log import Log
from irrupt.discovery.people import allowed
from irrupt.discovery.people.able import Skills, Told, whose
from irrupt.discovery.people.expected import PASSED, Asked
from irrupt.discovery.people.teams import Teams
from irrupt.discovery.people.workforce import Workforce
from irrupt.discovery.routes.limits import Amount

_OF_SOME = 0.4
"""Who does not do an activity in some cases: the share of what is else to be expected that tells of others, too."""


def noted(
    staff: Workforce,
    log: Log,
    teams: Teams,
    worked: Flags,
    kinds: Sequence[Attribute],
    amounts: Sequence[Amount] = (),
) -> Workforce:
    """*staff*, of whom it is known what they do not do; *worked*: the steps that somebody worked on; *kinds* and
    *amounts*: what may tell cases apart."""
    at = np.flatnonzero(worked & (teams.team >= 0) & (log.person >= 0))
    number_of = {name: number for number, name in enumerate(log.people) if name in staff.people}
    crews = [
        np.array([number for name, number in number_of.items() if team in staff.people[name].teams], np.int64)
        for team in teams.names
    ]
    found = learn(log, teams.team, at, crews, kinds, amounts)
    does_not = {name: tuple(log.activities[n] for n in found.activities(at)) for name, at in number_of.items()}
    people = {name: replace(one, does_not=does_not.get(name, ())) for name, one in staff.people.items()}
    return replace(staff, people=people, skills=found)


def learn(
    log: Log,
    team: Ints,
    at: Ints,
    crews: Sequence[Ints],
    kinds: Sequence[Attribute] = (),
    amounts: Sequence[Amount] = (),
) -> Skills:
    """What each member of the *crews* of teams does not do of what is done there: told by the steps *at*, each of a
    *team*. *kinds* and *amounts*: what may tell cases apart, some of which somebody may not do."""
    asked = Asked(log, team, at, crews)
    expected = np.maximum(*asked.expected(log.activity, len(log.activities)))
    plain = asked.lacks(log.activity, expected)
    told = [_told(asked, plain, kind) for kind in kinds]
    of_classes = max(told, key=attrgetter("whole"), default=None)
    of_amounts = max((allowed.told(asked, plain, one) for one in amounts), key=attrgetter("whole"), default=None)
    of_clients = _told(asked, plain, whose(log))
    kind, lacks = log.activity.copy(), [plain]
    first, by = dict[int, int](), dict[int, Attribute]()
    for activity in range(len(log.activities)):
        several = (one for one in (of_classes, of_clients, of_amounts) if one is not None and activity in one.by)
        one = max(several, key=lambda one: one.weight[activity])
        if one.weight[activity] > 0.0:
            first[activity], by[activity] = sum(each.shape[1] for each in lacks), one.by[activity]
            value = by[activity].of_case[log.case]
            kind = np.where((log.activity == activity) & (value >= 0), first[activity] + value, kind)
            lacks.append(one.lacks[activity])
    return Skills(np.concatenate(lacks, axis=1), kind, first, by)


def _told(asked: Asked, plain: Flags, by: Attribute) -> Told:
    """In cases of which values of an attribute people do not do what they do else; *plain*: what they never do."""
    log, width = asked.log, len(by.values)
    value = by.of_case[log.case]
    cell = np.where(value >= 0, log.activity * width + value, -1)
    expected, let_wait = asked.expected(cell, len(log.activities) * width)
    expected = np.maximum(expected, asked.chosen(cell, width, len(log.activities) * width))
    never = np.repeat(plain, width, axis=1)
    sure = np.where(let_wait >= PASSED, expected, 0.0)
    shape = len(log.people), len(log.activities), width
    lacks = asked.lacks(cell, sure, never) & ~never
    if lacks.any():
        some = np.repeat(lacks.reshape(shape).any(axis=2), width, axis=1)
        lacks = asked.lacks(cell, np.where(some, sure / _OF_SOME, sure), never) & ~never
    weight = np.where(lacks, expected, 0.0).reshape(shape).sum(axis=(0, 2))
    of_each = (lacks | never).reshape(shape).swapaxes(0, 1)
    return Told(dict.fromkeys(range(len(of_each)), by), dict(enumerate(of_each)), weight)
