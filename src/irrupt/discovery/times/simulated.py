"""Times between steps, as an organisation that is being learned makes them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.chronicle.rows import FIRST
from irrupt.discovery.keys import least_first
from irrupt.discovery.people.closures import days_off
from irrupt.discovery.queues.patience import expanded
from irrupt.discovery.routes.going_round import COPY
from irrupt.discovery.times.ages import clocks
from irrupt.discovery.times.repeats import told_again
from irrupt.engine import Simulation, Tables
from irrupt.organisation import Hands, Older, Organisation, Person, Team
from irrupt.organisation.hands import doers

_STEPS = 100_000
"""Steps to simulate in each round, about."""
_WARM_UP = 0.15
"""Share of the cases of a run, the first ones, that do not count."""


class Stretches(NamedTuple):
    """Between steps, in seconds of simulated time, whose origin is a Monday 00:00."""

    begin: Floats
    end: Floats
    straight: int
    """How many there are beside these, in which people went straight on."""


class Runs(NamedTuple):
    """What is simulated in each round."""

    weeks: float
    """Of each run."""
    number: int = 1

    @property
    def warm_up(self) -> float:
        """Weeks at the beginning of a run whose cases do not count."""
        return float(np.floor(self.weeks * _WARM_UP))


class Between(NamedTuple):
    """Which delay is between which steps."""

    groups: Mapping[tuple[str, str], str]
    """Step and next step -> name of the delay between them,"""
    older: Mapping[str, tuple[Older, ...]] = MappingProxyType({})
    """and those of older cases."""


def rounds(steps_per_week: float, length: float | None = None) -> Runs:
    """The runs of each round.

    With days off, queues hang on when these were, and on how long they were given to grow: each run then warms up and
    goes on for the *length* of the records, in weeks. Where that is too long, and without days off, there is one run.
    """
    weeks = float(np.clip(_STEPS / max(steps_per_week, 1e-6), 2.0, 5_000.0))
    if length is None or length > weeks:
        return Runs(weeks)
    each = length + float(np.ceil(length * _WARM_UP / (1.0 - _WARM_UP)))
    return Runs(each, max(round(weeks / each), 1))


def marked(organisation: Organisation, closed: Floats, away: Mapping[str, Floats]) -> Organisation:
    """*organisation* with steps that bear their own names as activities, so that rows tell which step they are, and
    with the days that were off instead of those to come.

    *closed*: seconds from the beginning of a run to each day on which nobody works; *away*: the same of each person.
    """
    origin = organisation.origin.replace(tzinfo=None)
    spans = days_off(closed, origin)
    calendars = {name: replace(one, closed=spans) for name, one in organisation.calendars.items()}
    steps = {name: replace(step, activity=name) for name, step in told_again(organisation).items()}
    waits = {name: step.activity for name, step in organisation.steps.items() if step.team is not None}
    patience = expanded(organisation.patience, waits)
    absent = {name: days_off(begins, origin) for name, begins in away.items()}
    people = {
        name: replace(_by_steps(one, waits), absent=absent.get(name, ())) for name, one in organisation.people.items()
    }
    teams = {name: replace(one, activity_priority=_ranks_of(waits, one)) for name, one in organisation.teams.items()}
    staffed = replace(organisation, people=people, teams=teams, hands=_hands_of(organisation))
    return replace(staffed, steps=steps, patience=patience, calendars=calendars)


def _ranks_of(activity: Mapping[str, str], team: Team) -> dict[str, int]:
    """The ranks of steps at a *team*; *activity*: of each."""
    ranks = team.activity_priority
    return {name: ranks[one] for name, one in activity.items() if one in ranks} if ranks else {}


def _hands_of(organisation: Organisation) -> dict[str, Hands]:
    """The rules of whose hands cases are in, one for each step that they are about, where they can bind anybody."""
    if not organisation.hands:
        return {}
    named: dict[str, list[str]] = {}
    for name, step in organisation.steps.items():
        if step.team is not None:
            named.setdefault(step.activity, []).append(name)
    who, found = doers(organisation), {}
    for name, rule in organisation.hands.items():
        by, not_by = (
            tuple(one for activity in activities for one in named.get(activity, ()))
            for activities in (rule.by_who_did, rule.not_by_who_did)
        )
        before = {person for activity in rule.rests_on for person in who.get(activity, ())}
        for one in named.get(rule.activity, ()):
            if not before.isdisjoint(organisation.members(organisation.steps[one].team or "", rule.activity)):
                found[f"{name}: {one}"] = replace(rule, activity=one, by_who_did=by, not_by_who_did=not_by)
    return found


def _by_steps(person: Person, activity: Mapping[str, str]) -> Person:
    """*person* with the steps that he does not do, in place of their activities; *activity*: of each."""
    if not person.lacks:
        return person
    of_class, for_client = (
        {name: lacks[one] for name, one in activity.items() if one in lacks}
        for lacks in (person.not_of_class, person.not_for_client)
    )
    when = {name: person.not_when[one] for name, one in activity.items() if one in person.not_when}
    does_not = tuple(name for name, one in activity.items() if one in person.does_not)
    return replace(person, does_not=does_not, not_of_class=of_class, not_for_client=for_client, not_when=when)


def stretches(
    rules: Tables, between: Between, runs: Runs, turn: int, *, seed: int, with_work: bool
) -> dict[str, Stretches]:
    """Name of a delay -> simulated stretches from the end of the step before to the start (or end: *with_work*) of the
    next, in all *runs* of a *turn*, under *rules* whose steps bear their own names as their activities."""
    found: dict[str, list[Stretches]] = {}
    for number in range(turn * runs.number, (turn + 1) * runs.number):
        run = Simulation(rules, seed=seed, replication=number, weeks=runs.weeks)
        for name, one in _times_between(run, rules, between, with_work=with_work).items():
            found.setdefault(name, []).append(one)
    return {
        name: Stretches(
            np.concatenate([one.begin for one in several]),
            np.concatenate([one.end for one in several]),
            sum(one.straight for one in several),
        )
        for name, several in found.items()
    }


def _times_between(run: Simulation, rules: Tables, between: Between, *, with_work: bool) -> dict[str, Stretches]:
    """The same of a single *run*."""
    chunks = [
        (
            rows.case.copy(),
            rows.activity.copy(),
            rows.flags.copy(),
            rows.enabled.copy(),
            (rows.end if with_work else rows.start).copy(),
            rows.end.copy(),
            rows.person.copy(),
            rows.start == rows.enabled,
        )
        for rows in run.run()
    ]
    if not chunks:
        return {}
    case, node, flags, begin, end, done, person, at_once = (
        np.concatenate(columns) for columns in zip(*chunks, strict=True)
    )
    order = least_first(case)
    case, begin, end = case[order], begin[order], end[order]
    node = node[order].astype(np.int64)
    after = np.flatnonzero((flags[order] & FIRST == 0) & (case >= _WARM_UP * run.arrived))
    after = after[after > 0]
    names = run.legend.activities
    person = person[order]
    straight = at_once[order][after] & (person[after] == person[after - 1]) & (person[after] >= 0)
    straight &= _straight(rules, names)[node[after - 1], node[after]]
    found = _by_group(names, between.groups, node[after - 1], node[after])
    if between.older:
        steps = rules.organisation.steps
        anew = np.array([name in steps and steps[name].clock for name in names])
        first = np.maximum.accumulate(np.where(np.diff(case, prepend=-1) != 0, np.arange(len(case)), 0))
        ages = begin[after] - clocks(after, first[after], begin, done[order], np.flatnonzero(anew[node]))
        found = dict(_by_age(found, between.older, ages))
    return {
        label: Stretches(begin[after[at[~straight[at]]]], end[after[at[~straight[at]]]], int(straight[at].sum()))
        for label, at in found.items()
        if len(at)
    }


def _straight(rules: Tables, names: tuple[str, ...]) -> Flags:
    """Step and next step, by their places among *names* -> whether people go straight on from one to the other: what
    passes then is no delay."""
    number = {name: i for i, name in enumerate(names)}
    found = np.zeros((len(names), len(names)), bool)
    if not rules.rules.straight.size:
        return found  # Most organisations have none, and routes by the thousand.
    for places in (rules.organisation.routes, *rules.organisation.client_routes.values()):
        for place, routes in places.items():
            for route in routes:
                on = route.straight_on > 0.0 or (route.older and any(one.straight_on for one in route.older))
                if on and place in number and route.to in number:
                    found[number[place], number[route.to]] = True
    return found


def _by_age(
    found: Mapping[str, Ints], older: Mapping[str, tuple[Older, ...]], ages: Floats
) -> Iterator[tuple[str, Ints]]:
    """The rows of each delay, those of older cases apart."""
    for label, at in found.items():
        apart = older.get(label, ())
        part = np.searchsorted([one.than for one in apart], ages[at], "right")
        yield label, at[part == 0]
        for number, one in enumerate(apart, 1):
            yield str(one.delay), at[part == number]


def _of_copies(groups: Mapping[tuple[str, str], str], names: Collection[str]) -> dict[tuple[str, str], str]:
    """*groups* of steps that are on a way of several done at a time and stand there as copies, among *names*: their
    delays are fitted, too.

    >>> _of_copies({("price", "price again"): "delay"}, ["price", "price again", "price again ∥"])
    {('price', 'price again ∥'): 'delay'}
    """
    like: dict[str, list[str]] = {}
    for name in names:
        like.setdefault(name.removesuffix(COPY), []).append(name)
    return {
        (before, after): label
        for (one, other), label in groups.items()
        for before in like.get(one, ())
        for after in like.get(other, ())
        if (before, after) != (one, other)
    }


def _by_group(
    names: tuple[str, ...], groups: Mapping[tuple[str, str], str], before: Ints, here: Ints
) -> dict[str, Ints]:
    number = {name: i for i, name in enumerate(names)}
    groups = {**groups, **_of_copies(groups, number)}
    labels = sorted(set(groups.values()))
    place = {label: i for i, label in enumerate(labels)}
    table = np.full((len(names), len(names)), len(labels), np.int64)
    for (a, b), label in groups.items():
        if a in number and b in number:
            table[number[a], number[b]] = place[label]
    group = table[before, here]
    order = least_first(group)
    bounds = np.searchsorted(group[order], np.arange(len(labels) + 1))
    return {label: order[bounds[i] : bounds[i + 1]] for i, label in enumerate(labels)}
