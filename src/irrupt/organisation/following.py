"""Where a case stands in an organisation, told from what was done in it: mostly at one step, sometimes at several."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from irrupt.organisation.distributions import NONE
from irrupt.organisation.flow import after, onward
from irrupt.organisation.model import END, START, Organisation, Route

Done = tuple[str, str | None]
"""An activity, and the team that did it or whose it is."""


class Stand(NamedTuple):
    """Where a case stands, or a part of one that is at several steps at once."""

    place: str
    """The step that was done last."""
    since: float
    """When it was, in seconds."""
    to: str | None = None
    """The step to which it is on its way; None: whichever of its routes it takes."""
    share: float = 1.0
    """How likely it is that there is this part."""


def unrecorded(organisation: Organisation, recorded: Collection[str]) -> frozenset[str]:
    """The steps that pass in no time, done by nobody, and that no record shows: only activities *recorded* are."""
    return frozenset(
        name
        for name, step in organisation.steps.items()
        if step.activity not in recorded
        and step.whose is None
        and step.batch is None
        and organisation.distribution(step.duration) == organisation.distribution(step.per_unit) == NONE
    )


class Following:
    """Follows cases through an organisation, past the steps that are *unrecorded*.

    >>> from irrupt.engine.examples import counter
    >>> Following(counter()).stands("Public", None, [("Serve", "Desk")], [60.0], begin=0.0)
    (Stand(place='Serve', since=60.0, to=None, share=1.0),)
    """

    def __init__(self, organisation: Organisation, unrecorded: Collection[str] = ()) -> None:
        self._organisation, self._unrecorded = organisation, unrecorded
        self._ahead: dict[tuple[str | None, str | None, str, str | None], dict[Done, tuple[str, ...]]] = {}
        self._reached: dict[tuple[str | None, str | None, str], set[str]] = {}
        self._anywhere: dict[Done, str] = {}
        led: dict[str, float] = defaultdict(float)
        for ways in organisation.routes.values():
            for route in ways:
                led[route.to] += route.share
        for name in sorted(organisation.steps, key=lambda name: (-led[name], name)):
            step = organisation.steps[name]
            self._anywhere.setdefault((step.activity, step.whose), name)
            self._anywhere.setdefault((step.activity, None), name)

    def stands(
        self, client: str | None, kind: str | None, done: Sequence[Done], ended: Sequence[float], *, begin: float
    ) -> tuple[Stand, ...]:
        """Where a case of *client* and of class *kind*, which came at *begin*, stands after what was *done*, each until
        it *ended*; nothing where no step fits.

        The case is followed along the routes, in parts where it splits. What is on none of its ways sets the part that
        moved last to the step of that activity, and team if there is one, to which most routes lead.
        """
        found, now = [Stand(START, begin)], begin
        for one, end in zip(done, ended, strict=True):
            now = max(now, end)
            found = self._went(client, kind, found, one, now)
        return tuple(stand for stand in found if stand.place != START)

    def _went(self, client: str | None, kind: str | None, stands: list[Stand], one: Done, now: float) -> list[Stand]:
        """The same after one more thing was done."""
        for stand in stands:
            way = self._ways(client, kind, stand).get(one)
            if way is not None:
                return self._moved(client, kind, stands, stand, way, now)
        place = self._anywhere.get(one) or self._anywhere.get((one[0], None))
        last = max(stands, key=lambda stand: stand.since, default=None)
        kept = [stand for stand in stands if stand is not last]
        return kept if place is None else [*kept, Stand(place, now)]

    def _moved(
        self, client: str | None, kind: str | None, stands: list[Stand], moved: Stand, way: Sequence[str], now: float
    ) -> list[Stand]:
        """The same after one of them *moved* along a *way*: others begin where it splits, and end where they meet."""
        here, to, since = moved.place, moved.to, moved.since
        others = [stand for stand in stands if stand is not moved]
        for place in way:
            split = "one" if here == START else self._organisation.steps[here].split
            if to is None and split in ("all", "some"):
                beside = [route for route in self._routes(client, kind, here) if route.to not in (place, END)]
                others += [Stand(here, since, route.to, route.share) for route in beside if route.share > 0.0]
            step = self._organisation.steps[place]
            if step.join and not step.alone:
                met = [stand for stand in others if self._leads(client, kind, stand, place)]
                others = [stand for stand in others if stand not in met]
                since = max([since, *(stand.since for stand in met)])
            here, to, others = place, None, [] if step.alone else others
        return [*others, Stand(here, now)]

    def _leads(self, client: str | None, kind: str | None, stand: Stand, join: str) -> bool:
        """Whether a part that stands so can come to a *join*."""
        at = (client, kind, stand.place if stand.to is None else stand.to)
        if at not in self._reached:
            self._reached[at] = after(onward(self._organisation, client, kind), at[2])
        return join in self._reached[at] or stand.to == join

    def _routes(self, client: str | None, kind: str | None, place: str) -> list[Route]:
        """The routes from *place*, the likeliest first."""
        routes = self._organisation.routes_of(client, place, kind)
        return sorted(routes, key=lambda route: (-route.share, route.to))

    def _ways(self, client: str | None, kind: str | None, stand: Stand) -> dict[Done, tuple[str, ...]]:
        """By what is done next where a case stands: the steps by which it comes there, the last of which that is."""
        at = (client, kind, stand.place, stand.to)
        if at not in self._ahead:
            found = self._ahead[at] = {}
            for way in self._onward(client, kind, stand):
                step = self._organisation.steps[way[-1]]
                found.setdefault((step.activity, step.whose), way)
        return self._ahead[at]

    def _onward(self, client: str | None, kind: str | None, stand: Stand) -> Iterator[tuple[str, ...]]:
        """The ways to the steps that come next, the shortest first."""
        first = [stand.to] if stand.to else [route.to for route in self._routes(client, kind, stand.place)]
        todo: list[tuple[str, ...]] = [(name,) for name in first]
        passed: set[str] = set()
        for way in todo:
            name = way[-1]
            if name == END or name not in self._unrecorded:
                yield from [] if name == END else [way]
            elif name not in passed:
                passed.add(name)
                todo += [(*way, route.to) for route in self._routes(client, kind, name)]
