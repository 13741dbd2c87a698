"""What acts put in between an activity and what follows it: audits with what they find, and cases taken back.

Shares of what follows an activity are of the times that it is done: each holds whatever else was put in there before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from irrupt.organisation.model import Organisation, Route, Step

Routes = tuple[Route, ...]


def audits_behind(rules: Organisation, name: str) -> list[str]:
    """The steps, sorted, at which is audited what was done at *name*: some of its cases are led there."""
    made = {key for key, step in rules.steps.items() if _behind(key, step, name)}
    return sorted(made & set(_next(rules, name))) if made else []


def put_in(rules: Organisation) -> frozenset[str]:
    """The steps of audits, and of what they find."""
    found = set[str]()
    for name in rules.steps if any(" after " in key for key in rules.steps) else ():
        for audit in audits_behind(rules, name):
            found |= {audit, *_findings(rules, audit, name)}
    return frozenset(found)


def in_between(rules: Organisation) -> frozenset[str]:
    """The same, and the steps at which cases are taken back."""
    return put_in(rules) | {key for key, step in rules.steps.items() if step.client_act and step.given_up}


def unaudited(rules: Organisation, client: str | None, name: str, audits: Collection[str]) -> Routes:
    """The routes of *client* (None: those that hold for all) from *name*, had he nothing audited at any of *audits*."""
    own = rules.client_routes.get(client or "", {})
    routes = own.get(name) or rules.routes[name]
    for audit in (audit for _again in audits for audit in audits):
        routes = _without(routes, {audit}) or _without(
            own.get(audit) or rules.routes[audit], _findings(rules, audit, name)
        )
    return routes


def of_the_rest(routes: Routes, whose: object, kept: Collection[str]) -> float:
    """Which share of the cases that *whose* tells are led to none of those *kept*."""
    return 1.0 - sum(route.share for route in routes if route.whose == whose and route.to in kept)


def _next(rules: Organisation, name: str) -> Iterator[str]:
    """The steps to which somebody's cases are led from *name*."""
    for ways in (rules.routes, *rules.client_routes.values()):
        yield from (route.to for route in ways.get(name, ()) if route.to in rules.steps)


def _behind(key: str, step: Step, name: str) -> bool:
    plain = f"{step.activity} after {name}"
    return key == plain or key.startswith(f"{plain} for ")


def _findings(rules: Organisation, audit: str, name: str) -> set[str]:
    """The steps at which is recorded what *audit*, of what was done at *name*, finds."""
    led = {key: rules.steps[key] for key in _next(rules, audit)}
    return {key for key, step in led.items() if step.whose is None and _behind(key, step, name)}


def _without(routes: Routes, gone: Collection[str]) -> Routes:
    """*routes*, those who were led to one of *gone* spread over the others; nothing where no others are left."""
    rest = [route for route in routes if route.to not in gone]
    if len(rest) == len(routes):
        return routes
    left = {route.whose: of_the_rest(routes, route.whose, gone) for route in rest}
    return tuple(replace(route, share=route.share / left[route.whose]) for route in rest)
