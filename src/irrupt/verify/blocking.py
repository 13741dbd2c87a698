"""Cases in which who has done the first step keeps the case until there is room for the second."""

from __future__ import annotations

from irrupt.i18n import gettext as _
from irrupt.i18n import number
from irrupt.organisation.distributions import NONE
from irrupt.organisation.model import END, START, Patience, Route, Step, Team
from irrupt.verify import theory
from irrupt.verify.building import EXPONENTIAL, check, people, station, waits
from irrupt.verify.model import Case

FIRST, GONE, SECOND = 0, 1, 2
"""The activities, by number."""


def kept_back() -> list[Case]:
    """Nobody may wait between two desks, or one or three may."""
    return [kept(0.9, places) for places in (0, 1, 3)]


def kept(load: float, places: int) -> Case:
    """One person at each of two desks. Who comes while the first is busy, or keeps a case, goes away."""
    lost, wait = theory.blocked(load, places)
    organisation = station(
        load,
        steps={name: Step(activity=name, team=name, duration=EXPONENTIAL) for name in ("First", "Second")},
        routes={
            START: (Route(to="First", share=1.0),),
            "First": (Route(to="Second", share=1.0),),
            "Second": (Route(to=END, share=1.0),),
        },
        teams={"First": Team(), "Second": Team(limit=places)},
        people=people(1, "First") | people(1, "Second"),
        patience={"Gone": Patience(at="First", lasts=NONE, activity="Gone")},
    )
    gone = check(_("share lost"), lost, lambda steps: steps.activity[steps.activity != SECOND] == GONE)
    return Case(
        key=f"kept {places}",
        name=_("two stations, room for {places} between them, load {load}").format(places=places, load=number(load, 2)),
        source="Hunt 1956",
        organisation=organisation,
        checks=(gone, *((waits(wait, activity=SECOND),) if places else ())),
    )
