"""Stakes: with which weights a party watches which measures, and in which zones rules allow it to act.

A figure of the client is no more than that. The defaults are irrupt's own, plain enough to be argued with; results say
how far they depend on the weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from irrupt.errors import Fault, UsageError, did_you_mean
from irrupt.i18n import gettext as _
from irrupt.i18n import mark
from irrupt.ledgers.run import measures
from irrupt.organisation.durations import number_in, shown
from irrupt.organisation.yaml_marks import read_text

Zone = Literal["volume", "schedule", "priority", "method", "verdict", "hours", "stock", "order", "pace"]
"""What is uncertain for others, and what somebody controls by it."""

ZONES: Mapping[Zone, str] = {
    "volume": mark("the volume of cases"),
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

    def and_money(self, money: Mapping[str, float]) -> Stakes:
        """The same, and what is watched where prices and pay are known."""
        return replace(self, watches={**self.watches, **money})


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
        rights=frozenset({"volume", "schedule", "priority", "verdict"}),
    ),
}
"""Figure of a client -> his stakes, where nothing else is said."""

ORDERING = Stakes(
    watches={"call-offs delivered in full and on time": 4, "lacking at the client": 3, "stock at the client": 3},
    rights=frozenset({"volume", "schedule", "priority", "verdict"}),
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

PAYING: Mapping[str, float] = {"price per case": 3}
SELLING: Mapping[str, float] = {"turnover": 4, "cost of hours": 3}
EARNING: Mapping[str, float] = {"pay": 3}
"""What a client, the firm and a team watch besides where prices and pay are known."""

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
