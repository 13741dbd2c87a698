"""Stakes: with which weights a party watches which measures, and in which zones rules allow it to act.

A figure of the client is no more than that. The defaults are irrupt's own, plain enough to be argued with; results say
how far they depend on the weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from irrupt.errors import Fault, UsageError, did_you_mean
from irrupt.groups import ALL_CLIENTS, OTHER_CLIENTS
from irrupt.i18n import gettext as _
from irrupt.i18n import mark
from irrupt.ledgers.money import has_charges, has_money, penalties
from irrupt.ledgers.run import measures
from irrupt.organisation.likes import made_for
from irrupt.organisation.model import Organisation
from irrupt.regulation.acts.signature import MANAGEMENT
from irrupt.units import is_number, number_in, shown
from irrupt.yaml_marks import read_text

Zone = Literal["volume", "date", "schedule", "priority", "method", "verdict", "hours", "stock", "order", "pace"]
"""What is uncertain for others, and what somebody controls by it."""

ZONES: Mapping[Zone, str] = {
    "volume": mark("the volume of cases"),
    "date": mark("when cases are due"),
    "schedule": mark("what may still change in the schedule"),
    "priority": mark("priority"),
    "method": mark("the steps of the work"),
    "verdict": mark("checks"),
    "hours": mark("hours and staff"),
    "stock": mark("finished goods kept"),
    "order": mark("the order of work"),
    "pace": mark("the pace of work"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakes:
    """What a party watches and what it may do.

    >>> Stakes(watches={"cycle time": 3.0, "rework": 1.0}).weights()
    {'cycle time': 0.75, 'rework': 0.25}
    """

    watches: Mapping[str, float]
    """Measure -> weight, 0 or more. Only their ratios count."""
    rights: frozenset[Zone] = frozenset()
    """Zones in which rules allow the party to act. What it can do in the others, no rule covers."""

    def weights(self) -> dict[str, float]:
        """The weights, so that they sum to 1."""
        total = sum(self.watches.values())
        return {name: weight / total for name, weight in self.watches.items()} if total > 0 else {}

    def and_also(self, more: Mapping[str, float]) -> Stakes:
        """The same, and *more* measures that are watched."""
        return replace(self, watches={**self.watches, **more})


FIGURES: Mapping[str, Stakes] = {
    "consumer": Stakes(
        watches={"cycle time": 5, "waiting for us": 3, "cycle time, 90th percentile": 2}, rights=frozenset({"volume"})
    ),
    "user": Stakes(watches={"waiting for us": 4, "cycle time": 3, "rework": 3}, rights=frozenset({"volume"})),
    "citizen": Stakes(watches={"cycle time, 90th percentile": 5, "cycle time": 3, "steps per case": 2}),
    "patient": Stakes(
        watches={"waiting for us": 5, "cycle time, 90th percentile": 3, "handovers": 2}, rights=frozenset({"volume"})
    ),
    "industrial": Stakes(
        watches={"cycle time, 90th percentile": 4, "cycle time": 3, "throughput": 3},
        rights=frozenset({"volume", "date", "schedule", "priority", "verdict"}),
    ),
}
"""Figure of a client -> his stakes, where nothing else is said."""

ORDERING = Stakes(
    watches={"call-offs delivered in full and on time": 4, "lacking at the client": 3, "stock at the client": 3},
    rights=frozenset({"volume", "date", "schedule", "priority", "verdict"}),
)
"""The stakes of an industrial client who orders by programme, where nothing else is said."""

MANAGING = Stakes(
    watches={"throughput": 3, "cycle time": 3, "work in progress": 2, "work done": 2},
    rights=frozenset({"hours", "stock", "method", "priority"}),
)
"""The stakes of the firm: of all clients and all teams together."""

WORKING = Stakes(
    watches={
        "share of time at work": 3,
        "work outside office hours": 2,
        "cases waiting at the team": 2,
        "work without a pause": 2,
        "rests under 11 hours": 1,
    }
)
"""The stakes of a team. What it controls, it mostly controls because no rule covers it."""

PLANNING: Mapping[str, float] = {"call-offs delivered in full and on time": 3, "finished stock": 2}
"""What the firm watches besides where it plans production."""
PAYING: Mapping[str, float] = {"price per case": 3}
CHARGED: Mapping[str, float] = {"cost of changes": 3}
"""What a client who orders by programme watches besides where what he changes has a price."""
SELLING: Mapping[str, float] = {"turnover": 4, "cost of hours": 3}
EARNING: Mapping[str, float] = {"pay": 3}
"""What a client, the firm and a team watch besides where prices and pay are known."""
PENALTY = 2.0
"""With which weight the firm watches what lateness, backlog and stock cost it, each where that is known."""


def usual_stakes(organisation: Organisation, name: str, figure: str | None = None) -> Stakes:
    """What *name*, a client with the eyes of *figure* (his own when not said), a team or Management, watches and may do
    in *organisation* where nothing else is said.

    >>> from irrupt.engine.examples import counter
    >>> sorted(usual_stakes(counter(), "Management").watches)
    ['cycle time', 'throughput', 'work done', 'work in progress']
    """
    client = organisation.clients.get(name)
    if client is not None:
        kind = figure or client.figure
        usual = ORDERING if kind == "industrial" and made_for(organisation, name) else FIGURES[kind]
        if has_charges(organisation) and made_for(organisation, name):
            usual = usual.and_also(CHARGED)
        return usual if client.price is None else usual.and_also(PAYING)
    money = has_money(organisation)
    if name == MANAGEMENT:
        usual = MANAGING.and_also(PLANNING) if organisation.products else MANAGING
        return usual.and_also(SELLING).and_also(_costs(organisation)) if money else usual
    return WORKING.and_also(EARNING) if money else WORKING


def watched_by(organisation: Organisation, parties: Iterable[str]) -> frozenset[str]:
    """The measures that anybody of *parties* watches where nothing else is said; of groups of clients, what anybody in
    *organisation* watches as a client.

    >>> from irrupt.engine.examples import counter
    >>> "waiting for us" in watched_by(counter(), ["other clients"])
    True
    """
    found: set[str] = set()
    for party in parties:
        group = organisation.clients if party in (ALL_CLIENTS, OTHER_CLIENTS) else (party,)
        found.update(*(usual_stakes(organisation, name).watches for name in group))
    return frozenset(found)


def _costs(organisation: Organisation) -> dict[str, float]:
    """What costs the firm something beside hours, where *organisation* tells how much."""
    owed = [organisation.clients[one.client].penalty for one in organisation.programmes.values()]
    held = [product.holding for product in organisation.products.values()]
    told = {
        "cost of lateness": bool(penalties(organisation)),
        "cost of backlog": any(penalty is not None for penalty in owed),
        "cost of stock": any(holding is not None for holding in held),
    }
    return {name: PENALTY for name, known in told.items() if known}


def stakes_faults(where: str, stakes: Stakes) -> list[Fault]:
    """What is wrong with *stakes*, those of *where*, that somebody made in Python.

    >>> [str(fault) for fault in stakes_faults("Shops", Stakes(watches={"cycle time": -1}))]
    ['Shops: cycle time  "-1"; expected a weight, 0 or more']
    """
    known = measures()
    faults = [
        Fault(where, _('no measure "{name}"').format(name=name), remedy=did_you_mean(name, known))
        for name in sorted(stakes.watches.keys() - known.keys())
    ]
    faults += [
        Fault(f"{where}: {name}", shown(weight), _("a weight, 0 or more"))
        for name, weight in stakes.watches.items()
        if isinstance(weight, str) or not is_number(weight) or not 0 <= weight < float("inf")
    ]
    odd = sorted(stakes.rights - ZONES.keys())
    return faults + [
        Fault(where, _('no zone "{name}"').format(name=one), remedy=did_you_mean(one, ZONES)) for one in odd
    ]


MAY = "may"


def stakes_in(text: str, where: str) -> dict[str, Stakes]:
    """Party -> stakes, from text such as `Hospital A: {waiting for us: 3, rework: 1, may: [volume]}`.

    >>> stakes_in("Shops: {cycle time: 2, may: [volume]}", "here")["Shops"].weights()
    {'cycle time': 1.0}

    Raises `UsageError` with all that is wrong.
    """
    faults: list[Fault] = []
    found: dict[str, Stakes] = {}
    data = read_text(text, where).data
    for party, said in (data if isinstance(data, Mapping) else {}).items():
        if isinstance(said, Mapping):
            found[str(party)] = _stakes(f"{where}: {party}", said, faults)
        else:
            faults.append(Fault(f"{where}: {party}", shown(said), _("measures with their weights, in braces")))
    if not found and not faults:
        faults.append(Fault(where, shown(data), _("a party, with what it watches")))
    if faults:
        raise UsageError(faults)
    return found


def _stakes(where: str, said: Mapping[str, object], faults: list[Fault]) -> Stakes:
    known = measures()
    watches: dict[str, float] = {}
    zones = said.get(MAY) or []
    zones = zones if isinstance(zones, list) else [zones]
    for name, written in said.items():
        if name == MAY:
            continue
        if name not in known:
            faults.append(Fault(where, _('no measure "{name}"').format(name=name), remedy=did_you_mean(name, known)))
            continue
        try:
            watches[name] = number_in(str(written))
        except ValueError:
            watches[name] = -1.0
        if not 0 <= watches[name] < float("inf"):
            faults.append(Fault(f"{where}: {name}", shown(written), _("a weight, 0 or more")))
    faults += [
        Fault(where, _('no zone "{name}"').format(name=one), remedy=did_you_mean(str(one), ZONES))
        for one in zones
        if one not in ZONES
    ]
    return Stakes(watches=watches, rights=frozenset(one for one in ZONES if one in zones))
