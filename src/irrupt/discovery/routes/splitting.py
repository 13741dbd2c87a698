"""Ways that a case goes at once, learned one after the other (see `beside`), made into a split and a join.

Where a way ends, the case goes to where the next one begins, or behind the last one to what comes then. So what leads
from way to way tells where each way ends, and how often; what leads out of the last one tells what follows all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from irrupt.discovery.routes import going_round
from irrupt.discovery.routes.beside import Ways
from irrupt.discovery.routes.going_round import ALMOST, at_once
from irrupt.discovery.routes.winding import TOGETHER
from irrupt.organisation import Organisation, Route, Step
from irrupt.organisation.flow import come_to
from irrupt.organisation.guards import CaseClass, Guard, Like, above, between, bounds
from irrupt.organisation.model import START
from irrupt.organisation.parallel import meet

MARK = " ∥ "
"""Between the first activities of the ways, in the names of the places where cases split and come together."""

Leads = Mapping[str, list[str]]
"""Step -> those to which it leads."""
Routes = tuple[Route, ...]
Taken = Callable[[str], Routes]
"""The routes that somebody takes from a step."""


class _Block(NamedTuple):
    """Steps of ways that cases go at once."""

    ways: tuple[frozenset[str], ...]
    heads: tuple[tuple[str, ...], ...]
    """With which each way begins: of the first, whichever the case comes to; of others, where the one before leads."""
    comes: tuple[float, ...] = ()
    """How often cases come to each beginning of the first way, as a share."""
    round: frozenset[str] = frozenset()
    """Where the last way goes round by steps of no way, before it comes to what follows all of them."""

    @property
    def steps(self) -> frozenset[str]:
        """The steps of all ways."""
        return frozenset(chain(*self.ways))

    def entered(self, often: Mapping[str, float], routes: Iterable[tuple[str, Route]]) -> _Block:
        """The same, to which cases come by *routes* from elsewhere; *often*: how often they are at each step."""
        coming = dict.fromkeys(self.heads[0], 1e-12)
        for name, route in routes:
            if route.to in coming and name not in self.ways[0]:
                coming[route.to] += often[name] * route.share
        return self._replace(comes=tuple(one / sum(coming.values()) for one in coming.values()))

    def after(self, number: int, step: str) -> bool:
        """Whether who goes to *step* has gone way *number* to its end."""
        if number + 1 < len(self.ways):
            return step in self.ways[number + 1]
        return step not in self.ways[number] | self.round

    def stays(self, number: int, step: str) -> bool:
        """Whether who goes to *step* is still on way *number*."""
        return step in self.ways[number] or (number + 1 == len(self.ways) and step in self.round)


def _blocks(leads: Leads, activity_of: Mapping[str, str], ways: Ways) -> Iterator[_Block]:
    """Where the procedure has *ways* one after the other; what shares a step is one block, with several beginnings."""
    outside = {to for one, others in leads.items() for to in others if activity_of.get(one) not in ways[0]}
    left = [name for name in activity_of if activity_of[name] == ways[0][0] and name in outside]
    while left:
        first = [left.pop(0)]
        block = _block(leads, activity_of, ways, first)
        while more := [name for name in left if _block(leads, activity_of, ways, [name]).steps & block.steps]:
            first, left = [*first, *more], [name for name in left if name not in more]
            block = _block(leads, activity_of, ways, first)
        if all(block.heads):
            yield block


def _block(leads: Leads, activity_of: Mapping[str, str], ways: Ways, first: list[str]) -> _Block:
    """The steps of *ways* of which the first begins with the *first* ones."""
    heads, found = [tuple(first)], [_along(leads, activity_of, first, ways[0])]
    for way in ways[1:]:
        then = {to for one in found[-1] for to in leads.get(one, ()) if activity_of.get(to) in way}
        heads.append(tuple(name for name in activity_of if name in then))
        found.append(_along(leads, activity_of, heads[-1], way))
    return _Block(tuple(found), tuple(heads))


def _along(
    leads: Leads, activity_of: Mapping[str, str], first: list[str] | tuple[str, ...], way: tuple[str, ...]
) -> frozenset[str]:
    """The steps that cases come to from the *first* ones on, as long as they bear activities of one *way*."""
    found, new = set[str](), set(first)
    while new:
        found |= new
        new = {to for one in new for to in leads.get(one, ()) if activity_of.get(to) in way} - found
    return frozenset(found)


def split(organisation: Organisation, blocks: tuple[Ways, ...], block_of: Mapping[str, int]) -> Organisation:
    """*organisation*, learned with the ways of each of *blocks* one after the other, with all begun at once and
    awaited; *block_of*: step -> the number of its block, from 1 on. Ways on which parts of one case could meet stay one
    after the other."""
    if not blocks:
        return organisation
    activity_of = {name: step.activity for name, step in organisation.steps.items()}
    leads: dict[str, list[str]] = {}
    for routes in (organisation.routes, *organisation.client_routes.values()):
        for name, some in routes.items():
            leads.setdefault(name, []).extend(route.to for route in some)
    plain = [(name, route) for name, some in organisation.routes.items() for route in _plain(some)]
    often = come_to([START, *organisation.steps], plain, {START: 1.0}, ALMOST)
    for number, ways in enumerate(blocks, 1):
        here = _of_block(activity_of, block_of, number)
        for block in (one.entered(often, plain) for one in list(_blocks(leads, here, ways))):
            if _goes_all(organisation, block):
                ways_at_once = (_split(organisation, one) for one in (*_round(organisation, block, plain), block))
                found = next((one for one in ways_at_once if not meet(one)), None)
                if found is not None:
                    organisation = found
    return organisation


def _round(organisation: Organisation, block: _Block, routes: list[tuple[str, Route]]) -> Iterator[_Block]:
    """*block*, where its last way may go round by others before it comes to what follows all ways; *routes*: all that
    cases take."""
    *_inner, (after, _lost) = _passed(_taken(organisation, None, None), block)
    leads = {to: route.share for to, route in after.items()}
    others = going_round.others(organisation, leads, block.steps, routes)
    if others:
        yield block._replace(round=others)


def _of_block(activity_of: Mapping[str, str], block_of: Mapping[str, int], number: int) -> dict[str, str]:
    """The activities of the steps that stand in block *number*: what comes behind its ways may bear the name of what is
    done on them."""
    return {name: activity for name, activity in activity_of.items() if block_of[name] == number}


def _plain(routes: Routes) -> Routes:
    """Those of the *routes* of a step that no class has to itself; of several guards, each counts as much."""
    common = [route for route in routes if route.only is None]
    guards = max(len({route.when for route in common}), 1)
    return tuple(replace(route, share=route.share / guards) for route in common)


def _taken(organisation: Organisation, client: str | None, like: CaseClass) -> Taken:
    """The routes of a *client* (None: of others) for cases that are so (None: of a class without routes of its own)."""
    return lambda step: organisation.routes_of(client, step, like)


def _told_apart(routes: Iterable[Route]) -> list[tuple[str | None, Guard | None, CaseClass]]:
    """Whose *routes* there are, classes and what is above limits, the highest first; and like what these are."""
    routes = list(routes)
    rising = bounds((route.when for route in routes if route.when is not None), "quantity")
    sizes = between(rising)[::2]
    guards = [None, *map(above, rising)]
    classes = [None, *sorted({route.only for route in routes if route.only is not None})]
    if not rising:
        return [(only, None, only) for only in classes]
    return [
        (only, guard, Like(only, size))
        for only in classes
        for guard, size in reversed(list(zip(guards, sizes, strict=True)))
    ]


def _leaving(taken: Taken, block: _Block, number: int, heads: Mapping[str, float]) -> tuple[dict[str, Route], float]:
    """Where cases go that begin way *number* at *heads*, by share, and have gone it to its end, by share; and the share
    that leaves it otherwise."""
    much: dict[str, float] = {}
    most: dict[str, tuple[float, Route]] = {}
    lost = 0.0
    steps = sorted(block.ways[number])
    routes = [(name, route) for name in steps for route in taken(name)]
    visits = come_to(steps, routes, heads, ALMOST)
    for name, route in routes:
        flow = visits[name] * route.share
        if block.after(number, route.to):
            much[route.to] = much.get(route.to, 0.0) + flow
            most[route.to] = max(most.get(route.to, (0.0, route)), (flow, route), key=lambda one: one[0])
        elif route.to not in block.ways[number]:
            lost += flow
    total = sum(much.values())
    found = {to: replace(route, share=much[to] / total) for to, (_flow, route) in most.items() if much[to] > 0}
    return found, lost / max(total + lost, 1e-12)


def _passed(taken: Taken, block: _Block) -> Iterator[tuple[dict[str, Route], float]]:
    """For each way, one after the other, where cases go behind it, and the share that leaves it otherwise."""
    heads = dict(zip(block.heads[0], block.comes, strict=True))
    for number in range(len(block.ways)):
        left, lost = _leaving(taken, block, number, heads)
        yield left, lost
        heads = {to: route.share for to, route in left.items()}


def _goes_all(organisation: Organisation, block: _Block) -> bool:
    """Whether cases go all ways. Of what cases that stopped on their ways seem to do, as rare as they must be, nothing
    is kept."""
    routes = (route for step in block.steps for route in organisation.routes[step])
    every = [list(_passed(_taken(organisation, None, like), block)) for _only, _guard, like in _told_apart(routes)]
    return all(left and lost <= 1.0 - TOGETHER for passed in every for left, lost in passed)


class _Places(NamedTuple):
    """Where cases that go the ways of a block begin and end them."""

    begins: dict[str, str]
    """Step with which the first way begins -> the place before it, where the ways part."""
    choices: dict[int, str]
    """Way that begins with one of several steps -> the place before these."""
    end: str
    """Where the ways come together."""

    @classmethod
    def of(cls, block: _Block) -> _Places:
        """Those of a *block*."""
        first = [heads[0] for heads in block.heads]
        several = [number for number, heads in enumerate(block.heads) if number and len(heads) > 1]
        return cls(
            begins={entry: MARK.join((entry, *first[1:])) for entry in block.heads[0]},
            choices={number: f"{MARK.strip()} {first[number]}" for number in several},
            end=MARK.join(first[::-1]),
        )

    def steps(self, activities: list[str]) -> dict[str, Step]:
        """What stands there, where the ways begin with *activities*: nothing is done."""
        return {
            **dict.fromkeys(self.begins.values(), Step(activity=MARK.join(activities), split="all")),
            **{name: Step(activity=f"{MARK.strip()} {activities[number]}") for number, name in self.choices.items()},
            self.end: Step(activity=MARK.join(activities[::-1]), join=True),
        }


def _split(organisation: Organisation, block: _Block) -> Organisation:
    """*organisation* in which the ways of a *block* begin at once."""
    places = _Places.of(block)
    silent = places.steps([organisation.steps[heads[0]].activity for heads in block.heads])
    routes = _led(organisation, block, places, None)
    own = {}
    for client in organisation.client_routes:
        mine = _led(organisation, block, places, client)
        own[client] = {name: some for name, some in mine.items() if some != routes[name]}
    skips = {client: organisation.skips.get(client, frozenset()) | silent.keys() for client in organisation.clients}
    found = replace(
        organisation,
        steps={**organisation.steps, **silent},
        routes=routes,
        client_routes={client: mine for client, mine in own.items() if mine},
        skips=skips,
    )
    if not block.round:
        return found
    *_others, (left, _lost), _after = _passed(_taken(organisation, None, None), block)
    return going_round.apart(found, block.ways[-1], block.round, places, tuple(left.values()))


def _led(organisation: Organisation, block: _Block, places: _Places, client: str | None) -> dict[str, Routes]:
    """The routes of a *client*, or those of all, with the ways of a *block* at once."""
    way_of = {name: number for number, way in enumerate(block.ways) for name in way}
    routes = organisation.routes if client is None else organisation.client_routes[client]
    found = {
        name: _ended(some, block, way_of[name], places.end) if name in way_of else _turned(some, places.begins)
        for name, some in routes.items()
    }
    return found | _between(organisation, block, places, client)


def _between(organisation: Organisation, block: _Block, places: _Places, client: str | None) -> dict[str, Routes]:
    """The routes of a *client*, or those of all, from the *places* where ways begin and end."""
    own = organisation.client_routes[client] if client is not None else {}
    some = [own.get(step, organisation.routes[step]) for step in block.steps]
    found: dict[str, Routes] = {}
    for only, when, like in _told_apart(chain(*some)):
        *inner, (after, _lost) = _passed(_taken(organisation, client, like), block)
        if not after:
            continue
        here = {places.end: _turned(tuple(after.values()), places.begins)}
        begun = [tuple(left.values()) for left, _rest in inner]
        here |= {places.choices[number]: routes for number, routes in enumerate(begun, 1) if number in places.choices}
        if only is None and when is None:
            to = [
                Route(to=places.choices[number], share=1.0)
                if number in places.choices
                else replace(routes[0], share=1.0, only=None, when=None)
                for number, routes in enumerate(begun, 1)
            ]
            found |= {name: (_entering(organisation, own, block, at), *to) for at, name in places.begins.items()}
        for name, routes in here.items():
            made = tuple(replace(route, only=only, when=when) for route in routes)
            if _unlike(made, found.get(name, ())):
                found[name] = (*found.get(name, ()), *made)
    return found


def _unlike(made: Routes, others: Routes) -> bool:
    """Whether routes of one class differ from those of *others*, or what a case is like matters there."""
    guarded = any(route.when is not None for route in (*made, *others))
    return guarded or {replace(r, only=None) for r in made} != {route for route in others if route.only is None}


def _entering(organisation: Organisation, own: Mapping[str, Routes], block: _Block, entry: str) -> Route:
    """The route by which cases come to the first way, at *entry*, with the delay before it."""
    for routes in (own, organisation.routes):
        for name, some in routes.items():
            for route in some:
                if route.to == entry and name not in block.ways[0]:
                    return replace(route, share=1.0, only=None, when=None)
    return Route(to=entry, share=1.0)


def _ended(routes: Routes, block: _Block, number: int, end: str) -> Routes:
    """The *routes* of a step on way *number* of a *block*, with the *end* in place of what is behind it."""
    found: Routes = ()
    whose = sorted(dict.fromkeys(route.whose for route in routes), key=lambda one: (one[0] is not None, one[0] or ""))
    for only, when in whose:
        mine = [route for route in routes if route.whose == (only, when)]
        inside = [route for route in mine if block.stays(number, route.to)]
        over = sum(route.share for route in mine if block.after(number, route.to))
        total = over + sum(route.share for route in inside)
        made = tuple(replace(route, share=route.share / total) for route in inside)
        if over or not inside:
            made = (*made, Route(to=end, share=over / total if inside else 1.0, only=only, when=when))
        if _unlike(made, found):
            found = (*found, *made)
    return found


def _turned(routes: Routes, begins: Mapping[str, str]) -> Routes:
    """*routes* that lead to where ways begin led to the place before instead, where no time passes."""
    return tuple(at_once(route, begins[route.to]) if route.to in begins else route for route in routes)


def either_way(
    groups: Mapping[tuple[str, str], str],
    activity_of: Mapping[str, str],
    blocks: tuple[Ways, ...],
    block_of: Mapping[str, int],
) -> dict[tuple[str, str], str]:
    """*groups* (a step and the next -> the name of the delay between them) with what may follow what where activities
    are done side by side, whichever ends first."""
    found = dict(groups)
    leads: dict[str, list[str]] = {}
    for one, other in groups:
        leads.setdefault(one, []).append(other)
    for number, ways in enumerate(blocks, 1):
        for block in list(_blocks(leads, _of_block(activity_of, block_of, number), ways)):
            found |= _whichever(groups, block)
    return found


def _whichever(groups: Mapping[tuple[str, str], str], block: _Block) -> dict[tuple[str, str], str]:
    """A step and the next -> the name of the delay before the next, on and behind the ways of a *block*.

    A step may come behind any of another way; behind the step before all of them the first one of any way may come, and
    what comes after all of them behind the last one of any.
    """
    inside, found = block.steps, dict[tuple[str, str], str]()
    before = [
        (one, other, label) for (one, other), label in groups.items() if other in block.heads[0] and one not in inside
    ]
    for number, way in enumerate(block.ways):
        within = {other: label for (one, other), label in groups.items() if other in way and one in inside}
        within |= {other: label for (one, other), label in groups.items() if other in way and one in way}
        others = inside - way
        found |= {(one, then): label for then, label in within.items() for one in others}
        if number:
            heads = {then: within[then] for then in block.heads[number] if then in within}
            found |= {(one, then): label for one, _first, _label in before for then, label in heads.items()}
    found |= {(one, first): label for _one, first, label in before for one in inside - block.ways[0]}
    last = block.ways[-1]
    after = {other: label for (one, other), label in groups.items() if one in last and other not in last}
    found |= {(one, other): label for other, label in after.items() for one in inside}
    return {pair: label for pair, label in found.items() if pair not in groups}
