"""Cases, and parts of them, that are called off wherever they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from irrupt.chronicle.rows import GAVE_UP, LAST
from irrupt.i18n import gettext as _
from irrupt.i18n import number
from irrupt.organisation.distributions import Distribution
from irrupt.organisation.model import END, START, Patience, Route, Step
from irrupt.verify import theory
from irrupt.verify.building import EXPONENTIAL, check, station
from irrupt.verify.model import UNIT, Case, Steps


def cases_called_off() -> tuple[Case, ...]:
    """Work and waiting that end when the client thinks better of it."""
    return *(called_off(*of) for of in ((1, 0.9, 3.0), (3, 3.3, 4.0))), thought_better()


def called_off(servers: int, load: float, time: float) -> Case:
    """Cases that are called off wherever they are; work in hand stops."""
    rule = Patience(lasts=Distribution.exponential(time * UNIT), activity="Withdrawn")
    organisation = station(load, servers, patience={"Withdrawn": rule})
    gone = check(_("share called off"), theory.withdrawn(servers, load, time), shares_called_off)
    return Case(
        key=f"called off {servers}",
        name=_("M/M/{servers}, called off after a time, load {load}").format(
            servers=servers, load=number(load / servers, 1)
        ),
        source="Feller 1950",
        organisation=organisation,
        checks=(gone,),
    )


def thought_better(load: float = 0.8, time: float = 2.0) -> Case:
    """The same in parts: the client thinks better of it beside the work, and what comes first calls off the other."""
    end = (Route(to=END, share=1.0),)
    after = Distribution.exponential(time * UNIT)
    organisation = station(
        load,
        steps={
            "Fork": Step(activity="Fork", split="all"),
            "Off": Step(activity="Off", alone=True),
            "Serve": Step(activity="Serve", team="Desk", duration=EXPONENTIAL),
            "Sent": Step(activity="Sent", alone=True),
        },
        routes={
            START: (Route(to="Fork", share=1.0),),
            "Fork": (Route(to="Serve", share=1.0), Route(to="Off", share=1.0, delay=after)),
            "Serve": (Route(to="Sent", share=1.0),),
            **dict.fromkeys(("Off", "Sent"), end),
        },
    )
    # Activities in the order of names: Fork, Off, Sent, Serve.
    off = check(
        _("share called off"),
        theory.withdrawn(1, load, time),
        lambda steps: (steps.activity == 1)[(steps.activity == 1) | (steps.activity == 2)],
    )
    name = _("M/M/1, the first of two parts calls off the other")
    return Case(key="thought better", name=name, source="Feller 1950", organisation=organisation, checks=(off,))


def shares_called_off(steps: Steps) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Of the records with which cases end: which are of those that were called off."""
    gone: np.ndarray[Any, np.dtype[np.bool_]] = steps.flags & GAVE_UP > 0
    return gone[steps.flags & LAST > 0]
