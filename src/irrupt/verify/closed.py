"""Cases in which the same few go round for ever: machines that are repaired, jobs of a closed shop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from irrupt.i18n import gettext as _
from irrupt.i18n import number
from irrupt.organisation.model import END, START, Client, Route, Step, Team
from irrupt.verify import theory
from irrupt.verify.building import EXPONENTIAL, check, people, station, waits
from irrupt.verify.model import UNIT, Case

_NEVER = 1e-12
"""The share that ends: an organisation in which nothing ever ends is refused."""
_ROW = {"A": {"B": 1.0}, "B": {"C": 1.0}, "C": {"A": 1.0}}
_SHOP = {"A": {"B": 0.6, "C": 0.4}, "B": {"A": 1.0}, "C": {"A": 1.0}}


def closed() -> tuple[Case, ...]:
    """Machines with one, two or three who repair them; shops in which the next job comes when one is done."""
    return (
        *(repaired(*of) for of in ((5, 1, 5.0), (8, 2, 2.0), (12, 3, 6.0))),
        circle("closed row", _("three stations in a circle, {count} jobs"), 4, _ROW, (1.0, 1.0, 1.0)),
        circle("closed shop", _("a closed shop with a central station, {count} jobs"), 6, _SHOP, (1.0, 0.6, 0.4)),
    )


def repaired(machines: int, repairers: int, runs: float) -> Case:
    """Machines that run so long on average, and are repaired in a unit of time, each by one."""
    wait, waiting, throughput = theory.machine_repair(machines, repairers, runs)
    organisation = station(
        0.0,
        clients={"Public": Client(cases_per_week=0.0)},
        steps={
            "Repair": Step(activity="Repair", team="Desk", duration=EXPONENTIAL),
            "Run": Step(activity="Run", duration=replace(EXPONENTIAL, mean=runs * UNIT)),
        },
        routes=_round({"Run": {"Repair": 1.0}, "Repair": {"Run": 1.0}}, "Run"),
        people=people(repairers),
    )
    share = check(_("share that waits"), waiting, lambda steps: steps.wait[steps.activity == 0] > 0.0)
    name = _("{machines} machines, repaired by {repairers}, that run for {runs}")
    return Case(
        key=f"machines {machines} {repairers}",
        name=name.format(machines=machines, repairers=repairers, runs=number(runs, 1)),
        source="Palm 1947",
        organisation=organisation,
        checks=(waits(wait, activity=0), share),
        going_round=machines,
        rounds=throughput,
    )


def circle(key: str, name: str, jobs: int, ways: Mapping[str, Mapping[str, float]], visits: Sequence[float]) -> Case:
    """Stations of one person each, visited so often in a round, among which so many *jobs* go round."""
    stations = sorted(ways)
    mean, throughput = theory.closed_network(jobs, visits)
    organisation = station(
        0.0,
        clients={"Public": Client(cases_per_week=0.0)},
        steps={one: Step(activity=one, team=one, duration=EXPONENTIAL) for one in stations},
        routes=_round(ways, stations[0]),
        teams={one: Team() for one in stations},
        people={person: staff for one in stations for person, staff in people(1, one).items()},
    )
    checks = tuple(
        waits(wait, _("mean wait at {station}").format(station=one), activity=at)
        for at, (one, wait) in enumerate(zip(stations, mean, strict=True))
    )
    return Case(
        key=key,
        name=name.format(count=jobs),
        source="Reiser & Lavenberg 1980",
        organisation=organisation,
        checks=checks,
        going_round=jobs,
        rounds=throughput,
    )


def _round(ways: Mapping[str, Mapping[str, float]], first: str) -> dict[str, tuple[Route, ...]]:
    """Routes that begin *first* and never end, but for the least share of what comes back there."""
    routes: dict[str, tuple[Route, ...]] = {START: (Route(to=first, share=1.0),)}
    for here, shares in ways.items():
        routes[here] = tuple(Route(to=there, share=share) for there, share in shares.items())
    *others, last = routes[first]
    routes[first] = (*others, replace(last, share=last.share - _NEVER), Route(to=END, share=_NEVER))
    return routes
