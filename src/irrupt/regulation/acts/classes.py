"""Classes of cases that are told apart anew: whatever holds for a class holds for the part of it that is taken out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from irrupt.organisation.guards import classes as guarded
from irrupt.organisation.model import Client, Organisation, Route
from irrupt.organisation.rules import Edit
from irrupt.regulation.acts.naming import free_name

T = TypeVar("T")
ORDINARY = "ordinary"
"""The class of cases that had none, unless something else is called so."""
SPOKEN_FOR = ", {client} spoken for by {team}"
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
    """*client* with other *shares* of his classes. One that is left without cases stays, with none, where *rules* say
    something of it: they are about a class that there is."""
    said = _said(rules) | {*client.quantity_by_class, *client.due_by_class}
    return replace(client, classes={name: share for name, share in shares.items() if share > 0 or name in said})


def _said(rules: Organisation) -> set[str]:
    """The classes of which steps, routes and teams say something."""
    everywhere = (rules.routes, *rules.client_routes.values())
    found = {route.only for ways in everywhere for routes in ways.values() for route in routes if route.only}
    found |= {name for step in rules.steps.values() for name in step.by_class}
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


def mapped(of_class: Mapping[str, T], classes: Mapping[str, str]) -> dict[str, T]:
    """*of_class* with what it says of a class said of another: old name -> new name."""
    return {**of_class, **{new: of_class[old] for old, new in classes.items() if old in of_class}}


def _routes(routes: tuple[Route, ...], classes: Mapping[str, str]) -> tuple[Route, ...]:
    routes = tuple(replace(one, when=one.when.also(classes)) if one.when is not None else one for one in routes)
    there = {route.only for route in routes}
    more = (
        replace(route, only=new)
        for old, new in classes.items()
        if new not in there
        for route in routes
        if route.only == old
    )
    return (*routes, *more)
