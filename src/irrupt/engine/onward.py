"""Where open cases may be going from where they stand: by which routes, and in how many parts.

A step that passes in no time and that no record shows may be over by now: a case is followed through it, where it
splits there into parts, and where these come together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import product
from typing import NamedTuple

from irrupt.engine.tables import Tables
from irrupt.engine.ways import in_order
from irrupt.organisation.following import Stand
from irrupt.organisation.guards import CaseClass, Like, cell
from irrupt.organisation.likes import likes_of
from irrupt.organisation.races import soonest

LEAST = 1e-4
"""Ways that are less likely are not followed past steps that no record shows."""


class Target(NamedTuple):
    """Where a route leads, and what the delay on it is."""

    place: str
    activity: str
    flags: int
    time: int
    calendar: int
    """In whose hours the delay passes; -1: all the time."""
    on_clock: bool
    """Whether it counts on the clock of the case."""
    older: tuple[tuple[float, int], ...]
    """From which age on the delay is another one, and which."""

    def at(self, age: float) -> Target:
        """The same for a case of an *age* when it went on."""
        reached = [time for than, time in self.older if age >= than]
        return self._replace(time=reached[-1]) if reached else self


class Going(NamedTuple):
    """A case, or a part of one, that has left a step."""

    target: Target
    before: str
    """The activity of the step that it left; nothing where that was skipped."""
    of: tuple[int, ...]
    """From which of the places at which the case stood it comes: it left when the last of them was done."""
    awaited: bool = False
    """Whether it comes to a join at which other parts are still to come."""


class _Left(NamedTuple):
    """A part at a step that is over, of which it is to be told where it goes."""

    place: str
    to: str | None
    share: float
    of: tuple[int, ...]


class Given(NamedTuple):
    """What is known of what a case is like."""

    kind: str | None
    """Its class."""
    quantity: float | None
    """None: not known, or nobody asks."""
    due: float | None
    """For how long after it came it is not due; None: the same."""


Outcome = tuple[float, tuple[Going, ...]]
"""How likely it is, and where the parts of a case are going; nowhere: it is over."""


def outcomes(
    rules: Tables,
    client: str,
    given: Given,
    stands: Sequence[Stand],
    unrecorded: Collection[str],
) -> list[Outcome]:
    """What may have become of a case that *stands* so. Where guards ask what cases are like, each is as likely as there
    are such cases; but for what is *given*."""
    found: list[Outcome] = []
    left = tuple(_Left(stand.place, stand.to, stand.share, (at,)) for at, stand in enumerate(stands))
    known = {name: has for name, has in given._asdict().items() if name != "kind" and has is not None}
    for like, part in likes_of(rules.organisation, client, given.kind).items():
        if part > 0.0:
            one = like._replace(**known) if isinstance(like, Like) else like
            onward = _Onward(rules, client, one, unrecorded)
            found += [(part * share, going) for share, going in onward.from_where(1.0, (), left)]
    return found


class _Onward:
    """Follows cases of a client that are alike."""

    def __init__(self, rules: Tables, client: str, like: CaseClass, unrecorded: Collection[str]) -> None:
        self._rules, self._client, self._like, self._unrecorded = rules, client, like, unrecorded
        of, data = like if isinstance(like, Like) else Like(like), rules.rules
        kind, at = 0 if of.name is None else 1 + rules.classes.index(of.name), rules.clients.index(client)
        self._way = data.clients["way"][at] + data.class_way[kind]
        told = cell(data.quantities.tolist(), data.givens.tolist(), of.quantity, of.due)
        self._way += told
        self._reach = data.reach[data.reach_row[at, kind, told]] if data.reach.shape[2] else None

    def from_where(self, share: float, going: tuple[Going, ...], left: tuple[_Left, ...]) -> Iterator[Outcome]:
        """What may become of parts, some of which are *going* somewhere already, and others have *left* a step."""
        if not left:
            yield from self._met(share, going)
            return
        one, rest = left[0], left[1:]
        for part, targets in self._leaves(one):
            known, open_yet = [*going], [*rest]
            for target in targets:
                if self._passes(target, share * part) and not self._joins(target.place):
                    open_yet.append(_Left(target.place, None, 1.0, one.of))
                else:
                    known.append(Going(target, self._shown(one.place), one.of))
            yield from self.from_where(share * part, tuple(known), tuple(open_yet))

    def _met(self, share: float, going: tuple[Going, ...]) -> Iterator[Outcome]:
        """The same once all parts are going somewhere: through a join to which no other can come."""
        waits = [self._awaited(one, going) for one in going]
        for one, awaited in zip(going, waits, strict=True):
            place = one.target.place
            met = [other for other in going if other.target.place == place]
            if self._joins(place) and not awaited and all(self._passes(other.target, share) for other in met):
                of = tuple(sorted({at for other in met for at in other.of}))
                others = tuple(other for other in going if other not in met)
                yield from self.from_where(share, others, (_Left(place, None, 1.0, of),))
                return
        yield share, tuple(one._replace(awaited=awaited) for one, awaited in zip(going, waits, strict=True))

    def _awaited(self, one: Going, going: tuple[Going, ...]) -> bool:
        """Whether parts that are elsewhere can come to the join to which *one* is going."""
        node = self._rules.nodes.index(one.target.place)
        join = self._rules.rules.nodes["join"][node]
        if self._reach is None or join < 0:
            return False
        places = {other.target.place for other in going} - {one.target.place}
        return any(self._reach[self._rules.nodes.index(place), join] for place in places)

    def _shown(self, place: str) -> str:
        """What a run shows of a step."""
        skipped = self._rules.rules.ways["skip"][self._way, self._rules.nodes.index(place)]
        return "" if skipped else self._rules.organisation.steps[place].activity

    def _joins(self, place: str) -> bool:
        step = self._rules.organisation.steps[place]
        return step.join and not step.alone

    def _passes(self, target: Target, share: float) -> bool:
        return target.place in self._unrecorded and target.time == 0 and not target.older and share > LEAST

    def _leaves(self, left: _Left) -> list[tuple[float, tuple[Target, ...]]]:
        """Which routes a part may have taken from a step, with how likely that is; none: it is over."""
        routes = self._routes(left.place)
        split = self._rules.organisation.steps[left.place].split
        if left.to is not None:
            targets = tuple(target for _share, target in routes if target is not None and target.place == left.to)
            found = [(left.share, targets), (1.0 - left.share, ())]
            return [one for one in found if one[0] > 0.0]
        if split == "all":
            return [(1.0, tuple(target for _share, target in routes if target is not None))]
        if split == "some":
            return list(_some(routes))
        return [(share, () if target is None else (target,)) for share, target in routes]

    def _routes(self, place: str) -> list[tuple[float, Target | None]]:
        """The routes from *place*, with their shares, or with the chance that each is over first; None: out."""
        rules, data = self._rules, self._rules.rules
        way = data.ways[self._way, rules.nodes.index(place)]
        routes = data.routes[way["begin"] : way["end"]]
        # With some of those that left, whoever did the step went straight on: they stand elsewhere by now.
        stayed = routes["share"] * (1.0 - routes["straight"])
        shares = (stayed if stayed.sum() > 0.0 else routes["share"]).tolist()
        if rules.organisation.steps[place].split == "first":
            ways = in_order(rules.organisation.routes_of(self._client, place, self._like))
            shares = soonest([rules.organisation.distribution(route.delay) for route in ways]) if ways else shares
        found: list[tuple[float, Target | None]] = []
        for share, route in zip(shares, routes, strict=True):
            target = None
            if route["to"] >= 0:
                to = rules.nodes[route["to"]]
                target = Target(
                    place=to,
                    activity=rules.organisation.steps[to].activity,
                    flags=int(data.nodes["flags"][route["to"]] | route["flags"]),
                    time=int(route["time"]),
                    calendar=int(route["calendar"]),
                    on_clock=bool(route["since"]),
                    older=tuple(data.older[["than", "time"]][route["older_begin"] : route["older_end"]].tolist()),
                )
            found.append((share, target))
        return found


def _some(routes: Sequence[tuple[float, Target | None]]) -> Iterator[tuple[float, tuple[Target, ...]]]:
    """Which of *routes* are taken where each has its own chance; the likeliest where luck takes none."""
    likeliest = max(routes, key=lambda route: route[0])
    for taken in product((True, False), repeat=len(routes)):
        chance = 1.0
        for (share, _target), yes in zip(routes, taken, strict=True):
            chance *= share if yes else 1.0 - share
        if chance > 0.0:
            mine = [route for route, yes in zip(routes, taken, strict=True) if yes] or [likeliest]
            yield chance, tuple(target for _share, target in mine if target is not None)
