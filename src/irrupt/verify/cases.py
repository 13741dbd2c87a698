"""The cases: queues whose waits are known, one or more for each mechanism of the work loop."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from irrupt.i18n import gettext as _
from irrupt.i18n import number
from irrupt.organisation.distributions import NONE, Distribution
from irrupt.organisation.model import END, START, Patience, Route, Step, Team
from irrupt.organisation.returns import Return
from irrupt.organisation.staff import Person
from irrupt.verify import theory
from irrupt.verify.batches import in_batches
from irrupt.verify.blocking import kept_back
from irrupt.verify.building import EXPONENTIAL, asks, check, loaded, longer, people, squared, station, waits
from irrupt.verify.called import cases_called_off
from irrupt.verify.closed import closed
from irrupt.verify.model import UNIT, Case, Check
from irrupt.verify.parallel import fork_and_join, soonest
from irrupt.verify.straight import straight_on
from irrupt.verify.urgent import interruptions


def one_server(load: float) -> Case:
    wait, square = theory.single_server(load, 2.0, 6.0)
    tail = load * math.exp(-(1.0 - load) * 2.0 * wait)
    gaps = check(_("mean square of the gaps"), 2.0 / load**2, lambda steps: np.diff(steps.came) ** 2)
    checks = (waits(wait), squared(square), longer(load, 0.0), longer(tail, 2.0 * wait), gaps)
    return Case(
        key=f"M/M/1 {load:g}",
        name=loaded("M/M/1", load),
        source="Erlang 1909",
        organisation=station(load),
        checks=checks,
    )


def several(servers: int, load: float, name: str = "", **parts: Any) -> Case:
    offered = servers * load
    busy, spare = theory.erlang_c(servers, offered), servers - offered
    checks = (waits(busy / spare), squared(2.0 * busy / spare**2), longer(busy, 0.0))
    organisation = station(offered, servers, **parts)
    kind = f"M/M/{servers}"
    return Case(
        key=f"{kind} {load:g} {sorted(parts)}",
        name=name or loaded(kind, load),
        source="Erlang 1917",
        organisation=organisation,
        checks=checks,
    )


def any_time(load: float, time: Distribution, kind: str, third: float = math.nan) -> Case:
    second = 1.0 + (time.cv**2 if time.kind in ("lognormal", "gamma") else (time.high - time.low) ** 2 / UNIT**2 / 12)
    wait, square = theory.single_server(load, second, third)
    work = check(_("mean square of the work"), second, lambda steps: steps.work**2)
    checks = (waits(wait), work, *(() if math.isnan(third) else (squared(square),)))
    name = loaded(kind, load)
    return Case(
        key=f"{kind} {load:g}", name=name, source="Pollaczek 1930", organisation=station(load, time=time), checks=checks
    )


def rush(share: float, load: float = 0.85) -> Case:
    """The table of the theory of client-organisers: rush jobs are paid for by the others, and no mean shows it."""
    first, others = theory.by_rank([load * share, load * (1.0 - share)])
    clients = {"Rush": asks(load * share), "Usual": asks(load * (1.0 - share))}
    organisation = station(load, clients=clients, teams={"Desk": Team(priority={"Rush": 1})})
    checks = (
        waits(first, _("mean wait of rush jobs"), client=0),
        waits(others, _("mean wait of the others"), client=1),
        waits(load / (1.0 - load), _("mean wait of all")),
    )
    name = _("priority, {share} % rush jobs").format(share=number(100 * share, 0))
    return Case(key=f"rush {share:g}", name=name, source="Cobham 1954", organisation=organisation, checks=checks)


def ranks(by: str) -> Case:
    """Three classes, or their activities, with ranks, in one queue; each has one of its own, so that waits can be told
    apart."""
    shares = {"a": 0.3, "b": 0.3, "c": 0.4}
    end = (Route(to=END, share=1.0),)
    organisation = station(
        0.8,
        clients={"Public": asks(0.8, classes=shares)},
        steps={name: Step(activity=name, team="Desk", duration=EXPONENTIAL) for name in shares},
        routes={START: tuple(Route(to=name, share=1.0, only=name) for name in shares), **dict.fromkeys(shares, end)},
        teams={"Desk": Team(**{f"{by}_priority": {"a": 2, "b": 1}})},  # type: ignore[arg-type]
    )
    each = theory.by_rank([0.8 * share for share in shares.values()])
    checks = tuple(
        waits(wait, _("mean wait of class {name}").format(name=name), activity=at)
        for at, (name, wait) in enumerate(zip(shares, each, strict=True))
    )
    name = _("priority by class") if by == "class" else _("priority by activity")
    return Case(key=f"ranks by {by}", name=name, source="Cobham 1954", organisation=organisation, checks=checks)


def mixed_work() -> Case:
    """A class that takes four times as long: work is hyperexponential."""
    shares, factors = {"long": 0.2, "short": 0.8}, {"long": 2.5, "short": 0.625}
    moments = [
        math.factorial(power) * sum(shares[name] * factors[name] ** power for name in shares) for power in (2, 3)
    ]
    step = Step(activity="Serve", team="Desk", duration=EXPONENTIAL, by_class=factors)
    organisation = station(0.7, clients={"Public": asks(0.7, classes=shares)}, steps={"Serve": step})
    wait, square = theory.single_server(0.7, *moments)
    checks = (waits(wait), squared(square))
    name = _("M/H/1, work by class")
    return Case(key="mixed", name=name, source="Pollaczek 1930", organisation=organisation, checks=checks)


def quantities() -> Case:
    """Work in proportion to a quantity that is uniform from 0 to 2."""
    step = Step(activity="Serve", team="Desk", duration=NONE, per_unit=EXPONENTIAL)
    client = asks(0.7, quantity=Distribution.uniform(0.0, 2.0))
    organisation = station(0.7, clients={"Public": client}, steps={"Serve": step})
    wait, square = theory.single_server(0.7, 2.0 * 4.0 / 3.0, 6.0 * 2.0)
    return Case(
        key="quantities",
        name=_("M/G/1, work by quantity"),
        source="Pollaczek 1930",
        organisation=organisation,
        checks=(waits(wait), squared(square)),
    )


def ordered(order: Any, load: float = 0.8) -> Case:
    """Orders that do not look at the work leave the mean wait as it is; only its spread changes."""
    wait, square = theory.single_server(load, 2.0, 6.0)
    client = asks(load, due=Distribution.fixed(UNIT))
    organisation = station(load, clients={"Public": client}, teams={"Desk": Team(order=order)})
    if order == "shortest":
        checks: tuple[Check, ...] = (waits(theory.shortest_first(load)), longer(load, 0.0))
    else:
        checks = (waits(wait), squared(square / (1.0 - load) if order == "last come" else square))
    source = {"shortest": "Phipps 1956", "last come": "Takács 1963"}.get(order, "Erlang 1909")
    names = {
        "last come": _("M/M/1, last come first served"),
        "earliest due": _("M/M/1, earliest due date first"),
        "shortest": _("M/M/1, shortest work first"),
        "oldest": _("M/M/1, oldest case first"),
    }
    return Case(key=order, name=names[order], source=source, organisation=organisation, checks=checks)


def giving_up(servers: int, load: float, patience: float) -> Case:
    lost, wait = theory.impatient(servers, load, patience)
    rule = Patience(at="Serve", lasts=Distribution.exponential(patience * UNIT), activity="Gone")
    organisation = station(load, servers, patience={"Gone": rule})
    gone = check(_("share given up"), lost, lambda steps: steps.person < 0)
    name = loaded(f"M/M/{servers}+M", load / servers)
    return Case(
        key=f"patience {servers}", name=name, source="Palm 1957", organisation=organisation, checks=(gone, waits(wait))
    )


def lost_calls(servers: int, load: float, time: Distribution, kind: str) -> Case:
    rule = Patience(at="Serve", lasts=NONE, activity="Gone")
    organisation = station(load, servers, time=time, patience={"Gone": rule})
    gone = check(_("share lost"), theory.erlang_b(servers, load), lambda steps: steps.person < 0)
    name = loaded(kind, load / servers)
    return Case(key=kind, name=name, source="Erlang 1917", organisation=organisation, checks=(gone,))


def short_queue(servers: int, load: float, places: int) -> Case:
    lost, wait = theory.limited(servers, load, places)
    full = Patience(at="Serve", longest_queue=places, activity="Gone")
    organisation = station(load, servers, patience={"Gone": full})
    gone = check(_("share turned away"), lost, lambda steps: steps.person < 0)
    kind = f"M/M/{servers}/{servers + places}"
    return Case(
        key=kind,
        name=loaded(kind, load / servers),
        source="Erlang 1917",
        organisation=organisation,
        checks=(gone, waits(wait)),
    )


def network(
    key: str, name: str, load: float, routes: Mapping[str, Mapping[str, float]], flow: Mapping[str, float]
) -> Case:
    """One person at each station (Jackson 1957): each is as if alone. *flow*: cases that pass each, per case."""
    stations = sorted(flow)
    organisation = station(
        load,
        steps={at: Step(activity=at, team=at, duration=EXPONENTIAL) for at in stations},
        routes={at: tuple(Route(to=to, share=share) for to, share in ways.items()) for at, ways in routes.items()},
        teams={at: Team() for at in stations},
        people={name: person for at in stations for name, person in people(1, at).items()},
    )
    busy = [load * flow[at] for at in stations]
    checks = tuple(
        waits(rho / (1.0 - rho), _("mean wait at {place}").format(place=place), activity=at)
        for at, (place, rho) in enumerate(zip(stations, busy, strict=True))
    )
    return Case(key=key, name=name, source="Jackson 1957", organisation=organisation, checks=checks)


def sent_back(load: float = 0.6, share: float = 0.3) -> Case:
    """A late change makes a second visit of some cases: both kinds of visit see the same queue (Kelly 1979)."""
    back = {"late": Return(during="Serve", back_to="Serve", share=share)}
    busy = load * (1.0 + share)
    organisation = station(load, returns=back)
    checks = (waits(busy / (1.0 - busy)),)
    return Case(key="returns", name=_("late changes"), source="Kelly 1979", organisation=organisation, checks=checks)


def two_teams() -> Case:
    """Somebody of two teams takes what waits longest: one queue."""
    load = 0.8
    steps = {name: Step(activity=name, team=name, duration=EXPONENTIAL) for name in ("A", "B")}
    routes = {
        START: tuple(Route(to=to, share=0.5) for to in steps),
        **{at: (Route(to=END, share=1.0),) for at in steps},
    }
    teams = {name: Team() for name in steps}
    worker = {"Ann": Person(teams=("A", "B"), calendar="always")}
    organisation = station(load, steps=steps, routes=routes, teams=teams, people=worker)
    wait, square = theory.single_server(load, 2.0, 6.0)
    checks = (waits(wait), squared(square))
    name = _("one person in two teams")
    return Case(key="two teams", name=name, source="Erlang 1909", organisation=organisation, checks=checks)


def chosen(choice: Any, first: float) -> Case:
    """Two people of unequal speed; the *first* takes this share of the cases that find both free."""
    load, speeds = 1.2, (1.5, 0.5)
    organisation = station(
        load,
        teams={"Desk": Team(choice=choice)},
        people={f"{n}": Person(teams=("Desk",), calendar="always", speed=speed) for n, speed in enumerate(speeds)},
    )
    names = {"fastest": _("M/M/2, the fastest takes it"), "random": _("M/M/2 of unequal speeds, whoever")}
    checks = (waits(theory.unequal(load, speeds, first)),)
    return Case(
        key=f"choice {choice}", name=names[choice], source="Gumbel 1960", organisation=organisation, checks=checks
    )


def even(load: float) -> Case:
    """Cases that come at equal distances."""
    share = theory.even_arrivals(load)
    organisation = station(load, clients={"Public": asks(load, evenness=1.0)})
    wait = share / (1.0 - share)
    checks = (waits(wait), longer(share, 0.0), squared(2.0 * share / (1.0 - share) ** 2))
    name = loaded("D/M/1", load)
    return Case(key=f"D/M/1 {load:g}", name=name, source="Kendall 1953", organisation=organisation, checks=checks)


def several_at_a_time(load: float, sizes: Mapping[int, float]) -> Case:
    """Cases that come together."""
    mean, share = theory.at_a_time(load, sizes)
    organisation = station(load, clients={"Public": asks(load, at_a_time=sizes)})
    name = loaded(_("M/M/1, several cases at a time ({sizes})").format(sizes=", ".join(map(str, sizes))), load)
    checks = (waits(mean), longer(share, 0.0))
    return Case(key=f"at a time {len(sizes)}", name=name, source="Burke 1975", organisation=organisation, checks=checks)


def ranks_of_several(servers: int, load: float, share: float) -> Case:
    loads = [servers * load * part for part in (share, 1.0 - share)]
    first, others = theory.by_rank_of(servers, loads)
    clients = {"Rush": asks(loads[0]), "Usual": asks(loads[1])}
    organisation = station(servers * load, servers, clients=clients, teams={"Desk": Team(priority={"Rush": 1})})
    checks = (
        waits(first, _("mean wait of rush jobs"), client=0),
        waits(others, _("mean wait of the others"), client=1),
    )
    kind = _("priority, M/M/{servers}").format(servers=servers)
    return Case(
        key=f"ranks {servers} {load:g}",
        name=loaded(kind, load),
        source="Cobham 1954",
        organisation=organisation,
        checks=checks,
    )


ROW = {START: {"A": 1.0}, "A": {"B": 1.0}, "B": {END: 1.0}}
LONG = {START: {"A": 1.0}, "A": {"B": 1.0}, "B": {"C": 1.0}, "C": {"D": 1.0}, "D": {END: 1.0}}
AGAIN = {START: {"A": 1.0}, "A": {"A": 0.25, END: 0.75}}
LOOP = {
    START: {"A": 0.6, "B": 0.4},
    "A": {"B": 0.5, "C": 0.5},
    "B": {"C": 0.75, END: 0.25},
    "C": {"A": 0.2, END: 0.8},
}
A_VISITS = (0.6 + 0.2 * 0.75 * 0.4) / (1.0 - 0.2 * (0.5 + 0.5 * 0.75))
FLOW = {"A": A_VISITS, "B": 0.4 + 0.5 * A_VISITS, "C": 0.5 * A_VISITS + 0.75 * (0.4 + 0.5 * A_VISITS)}


def queues_of_one_kind() -> tuple[Case, ...]:
    """Arrivals, work and people of several kinds; first come, first served."""
    return (
        *(one_server(load) for load in (0.3, 0.5, 0.7, 0.8, 0.9)),
        *(several(servers, load) for servers, load in ((2, 0.5), (2, 0.8), (3, 0.7), (5, 0.85), (10, 0.9), (20, 0.9))),
        *(even(load) for load in (0.5, 0.8, 0.9)),
        *(several_at_a_time(*of) for of in ((0.6, {5: 1.0}), (0.7, {1: 0.8, 10: 0.2}))),
        *(ranks_of_several(*of) for of in ((2, 0.8, 0.5), (5, 0.9, 0.2))),
        *(chosen(*of) for of in (("fastest", 1.0), ("random", 0.5))),
        several(3, 0.85, _("M/M/3, one person with three cases at once"), people=people(1, at_once=3)),
        several(
            1,
            0.8,
            _("M/M/1, at twice the speed"),
            people=people(1, speed=2.0),
            time=replace(EXPONENTIAL, mean=2 * UNIT),
        ),
        any_time(0.5, Distribution.uniform(UNIT, UNIT), "M/D/1", 1.0),
        any_time(0.7, Distribution.uniform(UNIT, UNIT), "M/D/1", 1.0),
        any_time(0.9, Distribution.uniform(UNIT, UNIT), "M/D/1", 1.0),
        any_time(0.7, Distribution.uniform(0.0, 2 * UNIT), "M/U/1", 2.0),
        any_time(0.7, Distribution.gamma(UNIT, 0.5), "M/E4/1", 1.875),
        any_time(0.9, Distribution.gamma(UNIT, 0.5), "M/E4/1", 1.875),
        any_time(0.5, Distribution.gamma(UNIT, 2.0), "M/G/1", 45.0),
        any_time(0.7, Distribution.lognormal(UNIT, 1.5), "M/LN/1"),
    )


def cases_that_differ() -> tuple[Case, ...]:
    """Classes, quantities, ranks and orders."""
    return (
        mixed_work(),
        quantities(),
        *(rush(share) for share in (0.1, 0.3, 0.5, 0.7)),
        *(ranks(by) for by in ("class", "activity")),
        *(ordered(order) for order in ("last come", "earliest due", "shortest", "oldest")),
    )


def cases_that_leave() -> tuple[Case, ...]:
    """Patience, and calls that are lost."""
    return (
        *(giving_up(*of) for of in ((1, 0.9, 2.0), (2, 3.0, 0.5), (5, 5.5, 1.0), (10, 8.0, 1.0), (20, 19.0, 5.0))),
        *cases_called_off(),
        lost_calls(1, 0.8, EXPONENTIAL, "M/M/1/1"),
        lost_calls(2, 1.0, Distribution.uniform(UNIT, UNIT), "M/D/2/2"),
        lost_calls(10, 9.0, Distribution.gamma(UNIT, 0.5), "M/E4/10/10"),
        lost_calls(20, 18.0, EXPONENTIAL, "M/M/20/20"),
        lost_calls(5, 4.0, EXPONENTIAL, "M/M/5/5"),
        lost_calls(5, 4.0, Distribution.lognormal(UNIT, 1.5), "M/LN/5/5"),
        *(short_queue(*of) for of in ((1, 0.9, 2), (3, 3.3, 5))),
    )


def networks() -> tuple[Case, ...]:
    """Several stations."""
    return (
        network("tandem", _("two stations in a row"), 0.8, ROW, {"A": 1.0, "B": 1.0}),
        network("feedback", _("a station with a loop"), 0.6, AGAIN, {"A": 1.0 / 0.75}),
        network("long", _("four stations in a row"), 0.7, LONG, dict.fromkeys("ABCD", 1.0)),
        network("open", _("three stations with loops"), 0.8, LOOP, FLOW),
        sent_back(),
        two_teams(),
        *kept_back(),
        *straight_on(),
        *fork_and_join(),
        soonest(),
        *closed(),
    )


def cases() -> tuple[Case, ...]:
    """All cases, in the order in which they are run, with names in the language in use.

    >>> len(cases()) >= 60
    True
    """
    some = (*queues_of_one_kind(), *cases_that_differ(), *interruptions(), *cases_that_leave())
    return (*some, *in_batches(), *networks())
