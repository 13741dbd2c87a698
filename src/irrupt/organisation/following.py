"""Which step of an organisation a case stands at, told from what was done in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from irrupt.organisation.model import END, START, Organisation

Done = tuple[str, str | None]
"""An activity, and the team that did it or whose it is."""


class Following:
    """Follows cases through an organisation.

    >>> from irrupt.engine.examples import counter
    >>> Following(counter()).place("Public", None, [("Serve", "Desk")])
    'Serve'
    """

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation
        self._ahead: dict[tuple[str | None, str | None, str], dict[Done, str]] = {}
        self._anywhere: dict[Done, str] = {}
        led: dict[str, float] = defaultdict(float)
        for ways in organisation.routes.values():
            for route in ways:
                led[route.to] += route.share
        for name in sorted(organisation.steps, key=lambda name: (-led[name], name)):
            step = organisation.steps[name]
            self._anywhere.setdefault((step.activity, step.whose), name)
            self._anywhere.setdefault((step.activity, None), name)

    def place(self, client: str | None, kind: str | None, done: Sequence[Done]) -> str | None:
        """The step at which a case of *client* and of class *kind* stands after what was *done*; None: none fits.

        The case is followed along the routes. Where it took none that there is, it goes on from the step of that
        activity, and team if there is one, to which most routes lead.
        """
        place: str | None = START
        for one in done:
            ahead = {} if place is None else self._from(client, kind, place)
            place = ahead.get(one) or self._anywhere.get(one) or self._anywhere.get((one[0], None))
        return None if place == START else place

    def _from(self, client: str | None, kind: str | None, place: str) -> dict[Done, str]:
        """The steps to which a case can go from *place*, by what is done there."""
        found = self._ahead.get((client, kind, place))
        if found is None:
            found = self._ahead[client, kind, place] = {}
            routes = self._organisation.routes_of(client, place, kind)
            for route in sorted(routes, key=lambda route: (-route.share, route.to)):
                if route.to != END:
                    step = self._organisation.steps[route.to]
                    found.setdefault((step.activity, step.whose), route.to)
        return found
