"""Classes of cases that are told apart anew: whatever holds for a class holds for the part of it that is taken out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any, TypeVar

from irrupt.organisation.distributions import Distribution
from irrupt.organisation.guards import classes as guarded
from irrupt.organisation.likes import asked_of, blended
from irrupt.organisation.model import Client, Organisation, Route
from irrupt.organisation.rules import Edit
from irrupt.organisation.staff import Person
from irrupt.regulation.acts.naming import free_name

T = TypeVar("T")
ORDINARY = "ordinary"
"""The class of cases that had none, unless something else is called so."""
ROUNDING = 1e-12
"""Share of cases that comes of rounding."""
_SPOKEN = " spoken for by "
SPOKEN_FOR = ", {client}" + _SPOKEN + "{team}"
"""What is put behind the name of a class, for those of it for which a team speaks in a client's name."""


def folded(classes: Mapping[str, float], tail: str) -> dict[str, float]:
    """*classes* without those that end with *tail*, whose shares go back; "" is the class of cases without any.

    >>> folded({"ordinary": 0.75, "ordinary, spoken for": 0.25}, ", spoken for"), folded({}, "")
    ({'ordinary': 1.0}, {'': 1.0})
    """
    found: dict[str, float] = {}
    for name, share in classes.items():
        plain = name.removesuffix(tail)
        found[plain] = found.get(plain, 0.0) + share
    return found or {"": 1.0}


def unclassed(rules: Organisation, client: str) -> str:
    """What cases of *client* without a class are called when they are told apart: as no class is of which *rules* say
    anything, nor of which others have cases, for what holds for it would hold for his."""
    others = {one for name, other in rules.clients.items() if name != client for one in other.classes}
    return free_name([ORDINARY, f"{ORDINARY} for {client}"], {*others, *rules.products, *_said(rules)})


def with_classes(rules: Organisation, client: Client, shares: Mapping[str, float]) -> Client:
    """*client* with other *shares* of his classes; one that differs by rounding alone stays as it is. One that is left
    without cases stays, with none, where *rules* say something of it: they are about a class that there is."""
    said = _said(rules) | {*client.quantity_by_class, *client.due_by_class}
    left = {name: share for name, share in shares.items() if share > 0 or name in said}
    same = {name: was for name, was in client.classes.items() if abs(left.get(name, math.inf) - was) < ROUNDING}
    return replace(client, classes=left | same)


def _said(rules: Organisation) -> set[str]:
    """The classes of which steps, routes, teams and people say something."""
    everywhere = (rules.routes, *rules.client_routes.values())
    found = {route.only for ways in everywhere for routes in ways.values() for route in routes if route.only}
    found |= {name for step in rules.steps.values() for name in step.by_class}
    found |= {name for person in rules.people.values() for name in _unskilled(person)}
    return found | {name for team in rules.teams.values() for name in team.class_priority} | guarded(rules.guards())


def copied(rules: Organisation, classes: Mapping[str, str], *, except_team: str) -> Iterator[Edit]:
    """The edits by which whatever *rules* say of a class holds for another: old name -> new name. Priorities at
    *except_team*, and when cases are due, which is for each client to say, are left to the caller."""
    for name, step in sorted(rules.steps.items()):
        times = mapped(step.by_class, classes)
        if times != step.by_class:
            yield Edit(part="steps", key=name, before=step, after=replace(step, by_class=times))
    for name, routes in sorted(rules.routes.items()):
        if (more := _routes(routes, classes)) != routes:
            yield Edit(part="routes", key=name, before=routes, after=more)
    for client, own in sorted(rules.client_routes.items()):
        changed = {name: _routes(routes, classes) for name, routes in own.items()}
        if changed != own:
            yield Edit(part="client_routes", key=client, before=own, after=changed)
    for name, team in sorted(rules.teams.items()):
        ranks = mapped(team.class_priority, classes)
        if name != except_team and ranks != team.class_priority:
            yield Edit(part="teams", key=name, before=team, after=replace(team, class_priority=ranks))
    for name, person in sorted(rules.people.items()):
        if (after := _as_skilled(person, classes)) != person:
            yield Edit(part="people", key=name, before=person, after=after)


def _unskilled(person: Person) -> set[str]:
    """The classes of which *person* does not do this or that."""
    return set(chain.from_iterable(person.not_of_class.values())) | guarded(person.not_when.values())


def _as_skilled(person: Person, classes: Mapping[str, str]) -> Person:
    """*person*, who does of new classes what he does of others: old name -> new name."""
    lacks = {
        activity: (*those, *(new for old, new in sorted(classes.items()) if old in those and new not in those))
        for activity, those in person.not_of_class.items()
    }
    guards = {activity: guard.also(classes) for activity, guard in person.not_when.items()}
    return replace(person, not_of_class=lacks, not_when=guards)


def mapped(of_class: Mapping[str, T], classes: Mapping[str, str]) -> dict[str, T]:
    """*of_class* with what it says of a class said of another: old name -> new name."""
    return {**of_class, **{new: of_class[old] for old, new in classes.items() if old in of_class}}


def whole_of(name: str, among: Iterable[str]) -> str:
    """The class *among* others of which the one called *name* is the part that is spoken for; itself where it is none.

    >>> whole_of("large, A spoken for by Desk", ["large", "small"]), whole_of("large, or so", ["large"])
    ('large', 'large, or so')
    """
    wholes = [one for one in among if name.startswith(f"{one}, ") and _SPOKEN in name[len(one) :]]
    return max(wholes, key=len, default=name)


def asked_where(client: Client, moved: float, of: str, becomes: str) -> Mapping[str, Distribution]:
    """What cases of each class of *client* ask for, when those of a share that is *moved* from one to another keep what
    they ask for."""
    parts = {asked_of(client, of): moved}
    there = asked_of(client, becomes)
    parts[there] = parts.get(there, 0.0) + client.classes.get(becomes, 0.0)
    alike = client.by_quantity or not client.quantity_by_class
    return client.quantity_by_class if alike else {**client.quantity_by_class, becomes: blended(parts)}


def parts_as(classes: Iterable[str], whole: str, other: str) -> dict[str, str]:
    """The class called *whole*, and those parts of it among *classes* that are spoken for; and what the same parts of
    the *other* class are called.

    >>> parts_as(["large", "large, A spoken for by Desk", "small"], "large", "small")
    {'large': 'small', 'large, A spoken for by Desk': 'small, A spoken for by Desk'}
    """
    among = {name: whole_of(name, classes) for name in classes}
    wholes = [name for name, one in among.items() if name == one]
    parts = [name for name in among if whole_of(name, wholes) == whole]
    return {name: other + name.removeprefix(whole) for name in (whole, *parts)}


def with_parts(rules: Organisation, whole: str, parts: Mapping[str, str]) -> Organisation:
    """*rules* that say of new parts of the class called *whole*, like old ones of another class (new name -> old name),
    what they say of that class, and rank them beside it as the old ones are ranked beside theirs."""
    for new, old in parts.items():
        for edit in copied(rules, {whole: new}, except_team=""):
            rules = replace(rules, **{edit.part: {**getattr(rules, edit.part), edit.key: edit.after}})  # type: ignore[arg-type]
        other = old.removesuffix(new.removeprefix(whole))
        teams = {}
        for name, team in rules.teams.items():
            ranks = team.class_priority
            rank = ranks.get(whole, 0) + ranks.get(old, 0) - ranks.get(other, 0)
            teams[name] = replace(team, class_priority={**ranks, new: rank}) if rank or new in ranks else team
        rules = replace(rules, teams=teams)
    return rules


def moved_between(old: Mapping[str, float], new: Mapping[str, float]) -> tuple[frozenset[str], dict[str, str]]:
    """The classes whose shares differ between *old* and *new*, and the parts of classes whose shares do, each with its
    class: what passes from a class to its part moves no case out of the class.

    >>> moved_between({"large": 0.3, "small": 0.7}, {"large": 0.2, "large, A spoken for by Desk": 0.1, "small": 0.7})
    (frozenset(), {'large, A spoken for by Desk': 'large'})
    """
    both = {*old, *new}
    wholes = {name: whole_of(name, both) for name in both}
    shares = dict.fromkeys(wholes.values(), 0.0)
    for name, whole in wholes.items():
        shares[whole] += new.get(name, 0.0) - old.get(name, 0.0)
    moved = frozenset(whole for whole, share in shares.items() if abs(share) > ROUNDING)
    return moved, {name: one for name, one in wholes.items() if name != one and old.get(name) != new.get(name)}


def moved_in_rank(
    old: Mapping[str, float], new: Mapping[str, float], before: Mapping[str, int], after: Mapping[str, int]
) -> float:
    """The share of cases whose rank is another one, where the shares of classes and their ranks were *old* and *before*
    and are *new* and *after*: those that come to be of another class, or spoken for, or whose class has another rank.

    >>> moved_in_rank({"urgent": 0.1, "plain": 0.9}, {"urgent": 0.25, "plain": 0.75}, {"urgent": 1}, {"urgent": 1})
    0.15
    >>> spoken = "ordinary, A spoken for by Desk"
    >>> moved_in_rank({}, {"ordinary": 0.8, spoken: 0.2}, {}, {spoken: 1})
    0.2
    """
    both = {*old, *new}
    wholes = {name: whole_of(name, both) for name in both}
    old = old or {next(iter(wholes.values()), ""): 1.0}
    moved: dict[tuple[str, int], float] = {}
    for sign, shares, ranks in ((-1, old, before), (1, new or old, after)):
        for name, share in shares.items():
            at = (wholes.get(name, name), ranks.get(name, 0))
            moved[at] = moved.get(at, 0.0) + sign * share
    by_rank = {rank: sum(share for (_name, one), share in moved.items() if one == rank) for _name, rank in moved}
    if all(abs(share) < ROUNDING for share in by_rank.values()):
        return 0.0  # Classes of one rank that others come to be of.
    return round(sum(map(abs, moved.values())) / 2, 12)


def sets_apart(ranks: Mapping[str, int], parts: Mapping[str, str]) -> bool:
    """Whether one of *parts*, each of a class, has another of the *ranks* than its class."""
    return any(ranks.get(part, 0) != ranks.get(whole, 0) for part, whole in parts.items())


def told_apart(edit: Edit) -> Edit:
    """*edit*, whose side before says the same of classes and of those parts of them that are told apart by it: what is
    only said of the part, too, is no change.

    >>> from irrupt.organisation.model import Team
    >>> new, old = {"large, A spoken for by Desk": 2, "large": 2}, {"large": 2}
    >>> edit = Edit(part="teams", key="Desk", before=Team(class_priority=old), after=Team(class_priority=new))
    >>> told_apart(edit).before == edit.after
    True
    """
    if edit.part not in _COPIED or edit.before is None or edit.after is None:
        return edit
    named, copy = _COPIED[edit.part]
    before = named(edit.before)
    parts = {whole_of(name, before): name for name in named(edit.after) - before}
    parts = {whole: part for whole, part in parts.items() if whole != part}
    return replace(edit, before=copy(edit.before, parts)) if parts else edit


def _named(routes: Iterable[Route]) -> set[str]:
    """The classes of which *routes* say something."""
    several = tuple(routes)
    return {one.only for one in several if one.only} | guarded([one.when for one in several if one.when is not None])


_COPIED: Mapping[str, tuple[Callable[[Any], set[str]], Callable[[Any, Mapping[str, str]], Any]]] = {
    "steps": (
        lambda step: set(step.by_class),
        lambda step, classes: replace(step, by_class=mapped(step.by_class, classes)),
    ),
    "teams": (
        lambda team: set(team.class_priority),
        lambda team, classes: replace(team, class_priority=mapped(team.class_priority, classes)),
    ),
    "people": (_unskilled, _as_skilled),
    "routes": (_named, lambda routes, classes: _routes(routes, classes)),
    "client_routes": (
        lambda own: _named(chain.from_iterable(own.values())),
        lambda own, classes: {name: _routes(routes, classes) for name, routes in own.items()},
    ),
}
"""Part of an organisation that says something of classes -> which it names, and how it says the same of others."""


def _routes(routes: tuple[Route, ...], classes: Mapping[str, str]) -> tuple[Route, ...]:
    routes = tuple(replace(one, when=one.when.also(classes)) if one.when is not None else one for one in routes)
    there = {route.only for route in routes}
    more = (
        replace(route, only=new)
        for old, new in sorted(classes.items())
        if new not in there
        for route in routes
        if route.only == old
    )
    return (*routes, *more)
