"""Of what the cases are made: small organisations, and what is checked in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import numpy as np

from irrupt.i18n import gettext as _
from irrupt.i18n import number
from irrupt.organisation.distributions import Distribution
from irrupt.organisation.model import END, START, Client, Organisation, Route, Step, Team
from irrupt.organisation.staff import ALWAYS, Person
from irrupt.units import WEEK
from irrupt.verify.model import UNIT, Check, Steps

EXPONENTIAL = Distribution.exponential(UNIT)


def asks(load: float, **more: Any) -> Client:
    """A client who brings *load* cases in a unit of time."""
    return Client(cases_per_week=load * WEEK / UNIT, **more)


def people(servers: int, team: str = "Desk", **more: Any) -> dict[str, Person]:
    return {f"{team} {n:03d}": Person(teams=(team,), calendar="always", **more) for n in range(servers)}


def station(load: float, servers: int = 1, time: Distribution = EXPONENTIAL, **parts: Any) -> Organisation:
    """One step, done by one team."""
    usual: dict[str, Any] = {
        "clients": {"Public": asks(load)},
        "steps": {"Serve": Step(activity="Serve", team="Desk", duration=time)},
        "routes": {START: (Route(to="Serve", share=1.0),), "Serve": (Route(to=END, share=1.0),)},
        "teams": {"Desk": Team()},
        "people": people(servers),
        "calendars": {"always": ALWAYS},
    }
    return Organisation(name="", origin=datetime(2024, 1, 1, tzinfo=UTC), **usual | parts)


def loaded(kind: str, load: float) -> str:
    """The name of a case: Kendall's notation, and the load per server."""
    return _("{queue}, load {load}").format(queue=kind, load=number(load, 2))


def waits(mean: float, name: str = "", **of: int) -> Check:
    """The mean wait, of steps with certain numbers of client or activity."""
    return Check(name=name or _("mean wait"), expected=mean, values=partial(_waits, of=of))


def _waits(steps: Steps, of: Mapping[str, int]) -> np.ndarray[Any, np.dtype[np.float64]]:
    wait = steps.wait
    for column, which in of.items():
        wait = wait[getattr(steps, column) == which]
    return wait


def check(name: str, expected: float, values: Callable[[Steps], Any]) -> Check:
    return Check(name=name, expected=expected, values=values)


def longer(expected: float, than: float) -> Check:
    longer_than = _("share that waits longer than {time}").format(time=number(than, 1))
    return check(longer_than if than else _("share that waits"), expected, lambda steps: steps.wait > than)


def squared(expected: float) -> Check:
    return check(_("mean square of the wait"), expected, lambda steps: steps.wait**2)
