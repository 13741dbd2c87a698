"""Everything that keeps an organisation from running, found at once.

Values that cannot exist (a negative duration) are refused where they are made; this is about values that
contradict each other: names that nothing bears, shares that do not sum to 1, places that cases never leave.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import get_args

from irrupt.arguments import fields_amiss, told
from irrupt.errors import Fault, Path
from irrupt.i18n import gettext as _
from irrupt.i18n import mark
from irrupt.organisation import validate_batches as batches
from irrupt.organisation import validate_ways as ways
from irrupt.organisation import validate_workforce as workforce
from irrupt.organisation.asked import WHO_DOES_WHAT
from irrupt.organisation.flow import WAYS
from irrupt.organisation.guards import Guard, classes
from irrupt.organisation.model import END, START, Organisation, Patience, Route, Split, Step, same_parts
from irrupt.organisation.placed import (
    Found,
    Placed,
    duration,
    fault,
    in_range,
    of_client,
    unknown,
    whole,
)
from irrupt.organisation.rounds import endless_at_once
from irrupt.organisation.validate_clients import client_faults
from irrupt.organisation.validate_hands import hands
from irrupt.organisation.validate_parties import party_faults
from irrupt.organisation.validate_planning import planning_faults

_READ_FOR_ROUTES = ("routes", "client_routes", "steps", "clients", "products")
"""The parts of an organisation that say whether routes are in order,"""
_NAMED_BY_ROUTES = ("calendars", "distributions")
"""and those that they only name."""
_READ_FOR_HANDS = ("hands", *WHO_DOES_WHAT)
"""The parts that say whether rules of whose hands cases are in can be kept."""
_READ_FOR_SKILLS = (*WHO_DOES_WHAT, "calendars", "origin", "timezone")
"""The parts that say whether somebody does all that is asked of each team."""
MOST_RETURNS = 62
"""The work loop keeps one bit of a word for each."""


def faults(organisation: Organisation, beside: Organisation | None = None) -> list[Fault]:
    """Everything that keeps *organisation* from running; empty when nothing does.

    *beside* is known to run: routes, and where cases can go, are not looked at again if they are the very same there.

    `Fault.where` is the place in the organisation: `steps > Triage > team`.

    >>> from datetime import datetime, timezone
    >>> nothing = Organisation(name="", origin=datetime(2024, 1, 1, tzinfo=timezone.utc), clients={}, steps={},
    ...                        routes={})
    >>> for fault in faults(nothing):
    ...     print(fault)
    clients  there are none; expected at least one client
    routes > start  there are no routes; expected where cases begin
    """
    return [fault for _path, fault in placed_faults(organisation, beside)]


def placed_faults(organisation: Organisation, beside: Organisation | None = None) -> list[Placed]:
    """The same faults, each with its path, so that a file can tell line and column.

    What is of another kind than it should be cannot be held against anything else. Looking for it takes longer than all
    else: in what was learned, or is held beside what runs, it is looked for where something could not be read.
    """
    if organisation.learned is None and beside is None and (wrong := _kinds(organisation, beside)):
        return wrong
    try:
        return _out_of_order(organisation, beside)
    except (AttributeError, LookupError, TypeError, ValueError):
        if wrong := _kinds(organisation, beside):
            return wrong
        raise


def _out_of_order(organisation: Organisation, beside: Organisation | None) -> list[Placed]:
    """The faults of an organisation whose parts are of the right kinds."""

    def same(parts: tuple[str, ...], named: tuple[str, ...] = ()) -> bool:
        return (
            beside is not None
            and same_parts(organisation, beside, parts)
            and all(getattr(organisation, part).keys() >= getattr(beside, part).keys() for part in named)
        )

    found = [
        *party_faults(organisation),
        *client_faults(organisation),
        *_steps(organisation),
        *(() if same(_READ_FOR_ROUTES, _NAMED_BY_ROUTES) else _routes(organisation)),
        *_skips(organisation),
        *_checks(organisation),
        *_patience(organisation),
        *ways.circles(organisation),
        *_returns(organisation),
        *workforce.teams(organisation),
        *workforce.people(organisation),
        *(() if same(_READ_FOR_SKILLS) else workforce.skills(organisation)),
        *(() if same(_READ_FOR_HANDS) else hands(organisation)),
        *workforce.calendars(organisation),
        *planning_faults(organisation),
        *workforce.rules(organisation),
        *workforce.origin(organisation),
    ]
    found += ways.full(organisation)
    if same((*WAYS, "skips", "checks")):
        return found
    trapped = [] if same(WAYS) else [*ways.endless(organisation), *ways.meetings(organisation)]
    return [*found, *(trapped or endless_at_once(organisation))]


def _kinds(organisation: Organisation, beside: Organisation | None) -> list[Placed]:
    """What is of another kind than the parts of organisations are; entries that are the very same *beside* are not."""
    parts = {one.name: getattr(organisation, one.name) for one in fields(Organisation)}
    for name, part in parts.items():
        if beside is not None and isinstance(part, Mapping):
            known = getattr(beside, name)
            parts[name] = {key: one for key, one in part.items() if one is not known.get(key)}
    return [(wrong.place, told(wrong)) for wrong in fields_amiss(Organisation, parts, (), deep=True)]


def _step(organisation: Organisation, path: Path, step: Step) -> Found:
    if step.team is not None:
        yield from unknown((*path, "team"), mark('no team "{name}"'), step.team, organisation.teams)
    if step.place is not None:
        yield from unknown((*path, "place"), mark('no team "{name}"'), step.place, organisation.teams)
        if step.team is not None:
            yield fault((*path, "place"), _("both a team that works on it and a place"), remedy=_("leave out one"))
    yield from duration(organisation, (*path, "duration"), step.duration)
    yield from duration(organisation, (*path, "per unit"), step.per_unit)
    for name, factor in step.by_class.items():
        place = (*path, "by class", name)
        yield from unknown(place, mark('no class "{name}"'), name, organisation.classes())
        yield from in_range(place, factor, lambda value: value >= 0, _("a number, 0 or more"))
    for name, factor in step.by_client.items():
        place = (*path, "by client", name)
        yield from unknown(place, mark('no client "{name}"'), name, organisation.clients)
        yield from in_range(place, factor, lambda value: value >= 0, _("a number, 0 or more"))
    yield from in_range((*path, "again"), step.again, lambda value: value >= 0, _("a number, 0 or more"))


def _steps(organisation: Organisation) -> Found:
    for name, step in organisation.steps.items():
        path = ("steps", name)
        if name in (START, END):
            yield fault(path, _('a step cannot be called "{name}"').format(name=name), remedy=_("rename it"))
        yield from _step(organisation, path, step)
        yield from unknown((*path, "split"), mark('cannot go by "{name}"'), step.split, get_args(Split))
        yield from batches.gathering(organisation, (*path, "batch"), step)
        if step.given_up:
            yield from _given_up(organisation, name, step)


def _given_up(organisation: Organisation, name: str, step: Step) -> Found:
    """A step by which the client takes his case back."""
    path = ("steps", name, "given up")
    own = (routes.get(name, ()) for routes in organisation.client_routes.values())
    leads = {route.to for routes in (organisation.routes.get(name, ()), *own) for route in routes}
    if step.team is not None:
        yield fault(path, _("a team works on it"), _("the client takes his case back by himself: no team"))
    if leads - {END}:
        found = _("it leads on to {steps}").format(steps=", ".join(sorted(leads - {END})))
        yield fault(path, found, _("nowhere but to the end"))


def _routes(organisation: Organisation) -> Found:
    places, known = {START, *organisation.steps}, organisation.classes()
    for name, routes in organisation.routes.items():
        yield from unknown(("routes", name), mark('no step "{name}"'), name, places)
        yield from _routes_at(organisation, ("routes", name), routes, known)
    missing = [name for name in organisation.steps if name not in organisation.routes]
    if START not in organisation.routes:
        yield fault(("routes", START), _("there are no routes"), _("where cases begin"))
    for name in missing:
        yield fault(("routes", name), _("there are no routes"), _("where cases go after this step"))
    for client, changed in organisation.client_routes.items():
        path = ("client routes", client)
        yield from unknown(path, mark('no client "{name}"'), client, organisation.clients)
        for name, routes in changed.items():
            yield from unknown((*path, name), mark('no step "{name}"'), name, places)
            yield from _routes_at(organisation, (*path, name), routes, known)


def _routes_at(organisation: Organisation, path: Path, routes: tuple[Route, ...], known: Sequence[str]) -> Found:
    """Of routes there may be a hundred thousand: what they share is looked up once. *known* are all classes."""
    if not routes:
        yield fault(path, _("there are no routes"), _("at least one"))
        return
    for index, route in enumerate(routes):
        if route.to != END and route.to not in organisation.steps:
            places = (END, *organisation.steps)
            yield from unknown((*path, index, "to"), mark('no step "{name}"'), route.to, places)
        if not (math.isfinite(route.share) and route.share >= 0):
            yield fault((*path, index, "share"), f"{route.share:g}", _("a share from 0 to 1"))
        if isinstance(route.delay, str) and route.delay not in organisation.distributions:
            yield from duration(organisation, (*path, index, "delay"), route.delay)
        if route.hours is not None and route.hours not in organisation.calendars:
            place = (*path, index, "hours")
            yield from unknown(place, mark('no calendar "{name}"'), route.hours, organisation.calendars)
        if route.since != "step" or route.older or route.straight_on:
            yield from ways.timed(organisation, (*path, index), route, organisation.steps.get(str(path[-1])))
        if route.waits_for not in ("nobody", "client"):
            place = (*path, index, "waits for")
            yield from unknown(place, mark('cannot wait for "{name}"'), route.waits_for, ("nobody", "client"))
        yield from _whose((*path, index), route, known)
    step = organisation.steps.get(str(path[-1]))
    of_each: dict[tuple[str | None, Guard | None], list[Route]] = {}
    for route in routes:
        of_each.setdefault(route.whose, []).append(route)
    for alike in of_each.values():
        if step is None or step.split == "one":
            yield from whole(path, [route.share for route in alike])
        else:
            yield from ways.taken_together(path, step.split, alike)


def _whose(path: Path, route: Route, known: Sequence[str]) -> Found:
    if route.only is not None:
        yield from unknown((*path, "only"), mark('no class "{name}"'), route.only, known)
    for name in sorted(classes([route.when])) if route.when is not None else ():
        yield from unknown((*path, "when"), mark('no class "{name}"'), name, known)


def _skips(organisation: Organisation) -> Found:
    for client, steps in organisation.skips.items():
        yield from unknown(("skips", client), mark('no client "{name}"'), client, organisation.clients)
        for step in sorted(steps):
            yield from unknown(("skips", client, step), mark('no step "{name}"'), step, organisation.steps)
            if step in organisation.steps and organisation.steps[step].alone:
                yield fault(("skips", client, step), _("it calls off other parts of a case, and cannot be skipped"))


def _checks(organisation: Organisation) -> Found:
    activities = organisation.step_activities()
    for name, check in organisation.checks.items():
        path = ("checks", name)
        yield from unknown((*path, "after"), mark('no activity "{name}"'), check.after, activities)
        yield from of_client(organisation, path, check.client)
        yield from _step(organisation, path, check.step)
        if check.step.batch is not None:
            yield fault(path, _("a check is done case by case"), remedy=_("make it a step"))
        if check.step.split != "one" or check.step.join or check.step.alone or check.step.given_up:
            yield fault(path, _("a check does not split, join or end a case"), remedy=_("make it a step"))
        if check.step.clock:
            yield fault(path, _("the clock of a case does not begin anew with a check"), remedy=_("make it a step"))


def _patience(organisation: Organisation) -> Found:
    seen: dict[tuple[str, str | None], str] = {}
    for name, rule in organisation.patience.items():
        path = ("patience", name)
        yield from _by_client(organisation, path, rule)
        bearers = [step for step in organisation.steps.values() if step.activity == rule.at]
        known = organisation.step_activities()
        if rule.at is None:
            yield from _called_off(organisation, path, rule)
            continue
        yield from unknown((*path, "at"), mark('no activity "{name}"'), rule.at, known)
        if rule.share != 1.0:
            yield fault(
                (*path, "share"), f"{rule.share:g}", _("only where it is about the case as a whole, without at")
            )
        if bearers and all(step.team is None for step in bearers):
            yield fault((*path, "at"), _("nobody waits there, for no team does it"), _("an activity of a team"))
        if rule.lasts is not None:
            yield from duration(organisation, (*path, "lasts"), rule.lasts)
        elif rule.longest_queue is None:
            yield fault(path, _("nothing makes a case leave"), _("lasts, or longest queue, or both"))
        if rule.longest_queue is not None:
            place = (*path, "longest queue")
            yield from in_range(place, rule.longest_queue, lambda value: value >= 0, _("a number, 0 or more"))
        yield from unknown((*path, "to"), mark('no step "{name}"'), rule.to, (END, *organisation.steps))
        yield from of_client(organisation, path, rule.client)
        other = seen.setdefault((rule.at, rule.client), name)
        if other != name:
            yield fault(path, _("for the same cases as {name}").format(name=other), _("one patience for each"))


def _by_client(organisation: Organisation, path: Path, rule: Patience) -> Found:
    """By what a patience is multiplied for some."""
    for name, factor in rule.by_client.items():
        place = (*path, "by client", name)
        yield from unknown(place, mark('no client "{name}"'), name, organisation.clients)
        yield from in_range(place, factor, lambda value: value > 0, _("a number above 0"))
    if rule.by_client and rule.client is not None:
        yield fault((*path, "by client"), _("only where it is for all clients"), remedy=_("leave out one"))


def _called_off(organisation: Organisation, path: Path, rule: Patience) -> Found:
    """A patience that is about the case as a whole."""
    if rule.lasts is None:
        yield fault(path, _("nothing makes a case leave"), _("lasts, or the activity at which it waits (at)"))
    else:
        yield from duration(organisation, (*path, "lasts"), rule.lasts)
    if rule.longest_queue is not None:
        yield fault((*path, "longest queue"), _("of no queue"), _("an activity (at)"))
    if not rule.again:
        yield fault((*path, "again"), _("of no activity"), _("an activity (at)"))
    yield from in_range((*path, "share"), rule.share, lambda value: 0 <= value <= 1, _("a share from 0 to 1"))
    yield from unknown((*path, "to"), mark('no step "{name}"'), rule.to, (END, *organisation.steps))
    yield from of_client(organisation, path, rule.client)


def _returns(organisation: Organisation) -> Found:
    known = organisation.step_activities()
    for name, rule in organisation.returns.items():
        path = ("returns", name)
        yield from unknown((*path, "during"), mark('no activity "{name}"'), rule.during, known)
        yield from unknown((*path, "back to"), mark('no step "{name}"'), rule.back_to, organisation.steps)
        yield from in_range((*path, "share"), rule.share, lambda value: 0 <= value <= 1, _("a share from 0 to 1"))
        yield from of_client(organisation, path, rule.client)
    if len(organisation.returns) > MOST_RETURNS:
        yield fault(("returns",), str(len(organisation.returns)), _("{n} at most").format(n=MOST_RETURNS))
