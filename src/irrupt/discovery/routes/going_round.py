"""A way, of several that cases go at once, that goes round by steps of none before it comes to what follows them all.

Who is called back while his bill is written is examined again, and then comes to what waits for the bill. Had the ways
come together before that, what follows them would not know who was called back. So what is done on the way round has
steps of its own, and the ways come together behind it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Protocol

from irrupt.organisation import Organisation, Route
from irrupt.organisation.distributions import NONE
from irrupt.organisation.flow import come_to, reachable

_BACK = 0.9
"""Share of those who go round that must come back."""
ALMOST = 1.0 - 1e-9
"""Share of the moves that go on, at most: none goes round for ever."""
COPY = " ∥"
"""Behind the name of a step that stands on a way round."""

Routes = tuple[Route, ...]


class Places(Protocol):
    """Where cases that go several ways at once begin and end them."""

    @property
    def begins(self) -> Mapping[str, str]:
        """Step with which the first way begins -> the place before it, where the ways part."""

    @property
    def end(self) -> str:
        """Where the ways come together."""


def others(
    organisation: Organisation, after: Mapping[str, float], ways: Collection[str], routes: list[tuple[str, Route]]
) -> frozenset[str]:
    """Where the last of several *ways* goes that goes round; nothing where it does not, or seldom comes back.

    *after*: the steps to which it leads, by share: one activity mostly, which follows all ways, and others that are on
    none of these and lead to it by *routes* that cases take. What may follow in its place is no way round.
    """
    usual = max(after, key=lambda to: (after[to], to), default="")
    if usual not in organisation.steps:
        return frozenset()
    alike = _alike(organisation, usual)
    away = {to for to in after if to not in alike}
    on_ways = {organisation.steps[name].activity for name in ways}
    goes = all(to in organisation.steps and organisation.steps[to].activity not in on_ways for to in away)
    if not (goes and away):
        return frozenset()
    region = _reached(organisation, away, alike)
    inside = [(name, route) for name, route in routes if name in region]
    back = (_comes(sorted(region), to, inside, alike) for to in sorted(away))
    return frozenset(away) if all(share >= _BACK for share in back) else frozenset()


def _comes(region: list[str], begin: str, routes: list[tuple[str, Route]], to: set[str]) -> float:
    """How often cases that are at a step of a *region* come *to* one of some, by *routes* that lead from there."""
    often = come_to(region, routes, {begin: 1.0}, ALMOST)
    return sum(often[name] * route.share for name, route in routes if route.to in to)


def apart(
    organisation: Organisation, way: Collection[str], away: Collection[str], places: Places, last: Routes
) -> Organisation:
    """*organisation*, whose cases go ways at once, in which what leads *away* from the last *way* has steps of its own
    until it comes to the end of all ways, in place of what follows them. Where it would go all ways again it goes the
    *last*, to which these routes lead: the others are being gone."""
    follow = set[str]().union(*(_alike(organisation, route.to) for route in organisation.routes[places.end]))
    begins = {*places.begins.values()}
    round_ = _reached(organisation, away, follow | begins | {places.end, *way})
    copy = {name: name + COPY for name in sorted(round_)}

    def led(route: Route) -> Routes:
        if route.to in begins:
            return tuple(replace(to, share=route.share * to.share, only=route.only, when=route.when) for to in last)
        if route.to in follow:
            return (at_once(route, places.end),)
        return (replace(route, to=copy.get(route.to, route.to)),)

    def turned(routes: Mapping[str, Routes]) -> dict[str, Routes]:
        names = {**copy, **{name: name for name in way}}
        mine = {names[name]: some for name, some in routes.items() if name in names}
        return {**routes, **{name: _merged(one for route in some for one in led(route)) for name, some in mine.items()}}

    skips = {
        client: some | {copy[name] for name in some if name in copy} for client, some in organisation.skips.items()
    }
    return replace(
        organisation,
        steps={**organisation.steps, **{new: organisation.steps[name] for name, new in copy.items()}},
        routes=turned(organisation.routes),
        client_routes={client: turned(routes) for client, routes in organisation.client_routes.items()},
        skips=skips,
    )


def _alike(organisation: Organisation, step: str) -> set[str]:
    """The steps of the activity of *step*; the end alone."""
    if step not in organisation.steps:
        return {step}
    activity = organisation.steps[step].activity
    return {name for name, one in organisation.steps.items() if one.activity == activity}


def _reached(organisation: Organisation, begins: Iterable[str], stop: Collection[str]) -> set[str]:
    """The steps that cases come to from where they begin (*begins*), but for those where they *stop*."""
    inside = organisation.steps.keys() - {*stop}
    ahead: dict[str, set[str]] = {}
    for routes in (organisation.routes, *organisation.client_routes.values()):
        for name, some in routes.items():
            ahead.setdefault(name, set()).update(route.to for route in some if route.share and route.to in inside)
    return reachable(ahead, *begins)


def at_once(route: Route, to: str) -> Route:
    """*route*, led *to* another place, where no time passes."""
    return replace(route, to=to, delay=NONE, hours=None, older=(), since="step")


def _merged(routes: Iterable[Route]) -> Routes:
    """*routes* of which those to one step, for the same cases, are one."""
    found: dict[tuple[object, ...], Route] = {}
    for route in routes:
        key = route.to, route.whose
        found[key] = replace(route, share=route.share + (found[key].share if key in found else 0.0))
    return tuple(found.values())
