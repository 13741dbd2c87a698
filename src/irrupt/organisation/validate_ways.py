"""Ways that cannot be: cases that never end, that no route is for, or whose parts meet wrongly."""

from __future__ import annotations

import math
from collections.abc import Iterable

from irrupt.errors import Path
from irrupt.i18n import gettext as _
from irrupt.i18n import mark
from irrupt.organisation import flow, parallel, room
from irrupt.organisation.dead_ends import lost
from irrupt.organisation.guards import CaseClass, Like
from irrupt.organisation.model import END, Organisation, Route, Split, Step
from irrupt.organisation.placed import Found, duration, fault, unknown


def endless(organisation: Organisation) -> Found:
    """Places from which a client's cases never get out."""
    shared: set[str] = set()
    guards = organisation.guards()
    plain = [name for name in organisation.clients if not organisation.client_routes.get(name)]
    if plain or not organisation.clients:
        shared, shut = lost(organisation, None, guards)
        for name in sorted(shared):
            path: Path = ("routes", name)
            yield fault(path, _("from here no case ever ends"), _('a way to "{end}"').format(end=END))
        yield from _closed(organisation, None, shut)
    for client, changed in organisation.client_routes.items():
        if client not in organisation.clients or not changed:
            continue
        trapped, shut = lost(organisation, client, guards)
        yield from _closed(organisation, client, shut)
        for name in sorted(trapped - shared):
            path = ("client routes", client, name) if name in changed else ("routes", name)
            found = _("from here no case of {client} ever ends").format(client=client)
            yield fault(path, found, _('a way to "{end}"').format(end=END))


def _closed(organisation: Organisation, client: str | None, shut: Iterable[tuple[str, CaseClass]]) -> Found:
    """Places at which a class of a client's cases has no routes, or cases that meet no guard."""
    own = flow.own_routes(organisation, client)
    unmet: set[str] = set()
    for place, kind in shut:
        path = ("client routes", client, place) if client is not None and own.get(place) else ("routes", place)
        if isinstance(kind, Like):
            if organisation.routes_of(client, place, kind.name):
                if place not in unmet:
                    found = _("no route is for cases that meet none of the conditions")
                    yield fault(path, found, _('routes for all others, without "when"'))
                unmet.add(place)
                continue
            kind = kind.name
        without = _("no route is for cases without a class")
        found = without if kind is None else _("no route is for cases of the class {name}").format(name=kind)
        yield fault(path, found, _('routes for them, or for all, without "only"'))


def circles(organisation: Organisation) -> Found:
    for name in flow.circles(organisation):
        found = _("cases would be given up for ever, at one moment")
        yield fault(("patience", name), found, _("some time, or another way"))


def full(organisation: Organisation) -> Found:
    """Teams whose people could all wait, in a circle, for room in each other's queues."""
    for name in room.stuck(organisation):
        found = _("people could wait for room in this queue for ever, in a circle")
        yield fault(("teams", name, "limit"), found, _("ways that do not come back, or no limit"))


def meetings(organisation: Organisation) -> Found:
    """Places at which parts of one case would be at once, and joins that would wait for each other."""
    twice: set[str] = set()
    stuck: set[tuple[str, str]] = set()
    for more in parallel.every_wrong(organisation):
        twice |= more[0]
        stuck |= more[1]
    for name in sorted(twice):
        found = _("parts of one case can be here at once")
        yield fault(("steps", name), found, _("join: true, here or before, or a step for each part"))
    for name, other in sorted(stuck):
        found = _("this join can wait for {other}, which waits for it").format(other=other)
        yield fault(("steps", name), found, _("ways on which one comes before the other"))


def timed(organisation: Organisation, path: Path, route: Route, step: Step | None) -> Found:
    """Delays that look at the clock of a case, and routes on which none passes in some."""
    for number, one in enumerate(route.older):
        yield from duration(organisation, (*path, "older", number, "delay"), one.delay)
    yield from _on_clock(path, route, step)
    yield from _by_age(path, route, step)
    yield from _straight_on(path, route, step)


def _on_clock(path: Path, route: Route, step: Step | None) -> Found:
    """Delays that count from when the clock of a case began."""
    if route.since not in ("step", "clock"):
        yield from unknown((*path, "since"), mark('nothing is counted since "{name}"'), route.since, ("step", "clock"))
    elif route.since == "clock" and route.hours is not None:
        yield fault((*path, "since"), _("the clock of a case goes on all the time"), _("no hours"))
    elif route.since == "clock" and step is not None and step.split == "first":
        yield fault((*path, "since"), _("the first delay to be over decides, and all begin together"), _("no since"))


def _by_age(path: Path, route: Route, step: Step | None) -> Found:
    """Delays that depend on the age of a case."""
    if route.older and route.since == "clock":
        yield fault((*path, "older"), _("the delay counts on the clock of the case already"), _("no older"))
    elif route.older and step is not None and step.split == "first":
        yield fault((*path, "older"), _("the first delay to be over decides, and all begin together"), _("no older"))
    for number, one in enumerate(route.older):
        least = route.older[number - 1].than if number else 0.0
        if not (math.isfinite(one.than) and one.than > least):
            yield fault((*path, "older", number, "than"), f"{one.than:g} s", _("ages that rise, above 0"))


def _straight_on(path: Path, route: Route, step: Step | None) -> Found:
    """Cases with which whoever did a step goes straight on."""
    place = (*path, "straight on")
    shares = [route.straight_on, *(one.share(route.straight_on) for one in route.older)]
    if not all(0.0 <= share <= 1.0 for share in shares):
        yield fault(place, f"{next(s for s in shares if not 0.0 <= s <= 1.0):g}", _("a share from 0 to 1"))
    elif not any(shares):
        return
    elif step is None:
        yield fault(place, _("nobody has had a case before it begins"), _("no straight on"))
    elif step.split != "one":
        yield fault(place, _("a case takes several ways here, or that which is over first"), _("no straight on"))
    elif route.waits_for == "client":
        yield fault(place, _("nobody goes straight on while the client is waited for"), _("no straight on"))


def taken_together(path: Path, split: Split, routes: list[Route]) -> Found:
    """Routes that a case does not take by share."""
    if split in ("all", "first") and any(route.share != 1.0 for route in routes):
        found = _("all are taken, and a share is not 1") if split == "all" else _("delays decide, and a share is not 1")
        yield fault(path, found, _("the share 1 for each"))
    if any(route.share > 1.0 for route in routes):
        yield fault(path, _("a probability above 1"), _("shares from 0 to 1"))
    if not any(route.share > 0.0 for route in routes):
        yield fault(path, _("no route can be taken"), _("a share above 0"))
    if len({route.to for route in routes}) < len(routes):
        yield fault(path, _("several ways to one step at once"), _("each step once"))
