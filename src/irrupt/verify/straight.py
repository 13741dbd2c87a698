"""Cases with which people go straight on."""

from __future__ import annotations

from irrupt.i18n import gettext as _
from irrupt.i18n import number
from irrupt.organisation.distributions import Distribution
from irrupt.organisation.model import END, START, Route, Step
from irrupt.verify import theory
from irrupt.verify.building import loaded, longer, people, squared, station, waits
from irrupt.verify.model import UNIT, Case

AGAIN = 0.5
"""With this probability the same is done again."""


def straight_on() -> list[Case]:
    """A step that is done again: by whoever did it, at once, always or sometimes."""
    return [always(3, 0.8), sometimes(0.8, 0.5)]


def always(servers: int, load: float) -> Case:
    """What is done again straight on is work of a geometric number of exponential parts: exponential work, as in
    M/M/c. Nothing waits for its later parts."""
    busy, spare = theory.erlang_c(servers, servers * load), servers * (1.0 - load)
    time = Distribution.exponential(UNIT * (1.0 - AGAIN))
    ends = Route(to=END, share=1.0 - AGAIN)
    organisation = station(
        servers * load,
        steps={name: Step(activity=name, team="Desk", duration=time) for name in ("First", "Later")},
        routes={
            START: (Route(to="First", share=1.0),),
            **{name: (Route(to="Later", share=AGAIN, straight_on=1.0), ends) for name in ("First", "Later")},
        },
        people=people(servers),
    )
    mean = busy / spare
    return Case(
        key=f"straight {servers}",
        name=loaded(_("M/M/{servers}, done again straight on").format(servers=servers), load),
        source="Erlang 1917",
        organisation=organisation,
        # Of all visits so many are first ones, and only these wait.
        checks=(
            waits(mean, _("mean wait at {place}").format(place="First"), activity=0),
            longer(busy * (1.0 - AGAIN), 0.0),
            squared(2.0 * busy / spare**2 * (1.0 - AGAIN)),
        ),
    )


def sometimes(load: float, share: float) -> Case:
    """With a *share* of what is to be done again somebody goes straight on; the rest waits once more: a queue with
    feedback of what is done in one go."""
    in_one_go = 1.0 - AGAIN * share
    rate, mean = load * (1.0 - AGAIN) / in_one_go, load / (1.0 - load)
    organisation = station(
        rate,
        time=Distribution.exponential(UNIT * in_one_go),
        routes={
            START: (Route(to="Serve", share=1.0),),
            "Serve": (Route(to="Serve", share=AGAIN, straight_on=share), Route(to=END, share=1.0 - AGAIN)),
        },
    )
    return Case(
        key=f"straight {share:g}",
        name=_("done again straight on, {share} % of the time").format(share=number(100 * share, 0)),
        source="Takács 1963",
        organisation=organisation,
        checks=(waits(mean * (1.0 - AGAIN * share)),),
    )
