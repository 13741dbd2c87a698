"""How cases differ: their classes, quantities and due dates, and what follows from these for routes and work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from irrupt.arraytypes import Flags, Floats
from irrupt.discovery.kinds import dates
from irrupt.discovery.kinds.attributes import Attribute, CaseTable
from irrupt.discovery.kinds.bands import Bands
from irrupt.discovery.kinds.quantities import Asked, asked
from irrupt.discovery.log import Log
from irrupt.discovery.people.able import CLIENT, Skills, left_to_somebody
from irrupt.discovery.procedure import Moves, Onward, Symbols
from irrupt.discovery.routes import cells
from irrupt.discovery.routes.cells import Cells
from irrupt.discovery.routes.limits import Amount
from irrupt.discovery.times import repeats, sizes, timing
from irrupt.discovery.times.sizes import Sizes
from irrupt.organisation import Client, Distribution, Organisation, Person, Route, Step
from irrupt.organisation.distributions import NONE
from irrupt.organisation.guards import Guard, above
from irrupt.organisation.model import DueFrom

if TYPE_CHECKING:
    from irrupt.discovery.findings import Findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Variety:
    """How the cases of a log differ."""

    table: CaseTable
    cells: Cells | None
    sizes: Sizes | None
    """None: how long work takes is not known."""
    ranked_by: str | None = None
    """An attribute by which a queue is ordered, or beyond some of which people leave cases to others, though no work
    grows with it."""

    @property
    def amount(self) -> str | None:
        """The attribute that is the quantity."""
        if self.sizes is not None and self.sizes.amount is not None:
            return self.sizes.amount
        return self.ranked_by if self.cells is None or self.cells.amount is None else self.cells.amount.name

    @property
    def routes(self) -> Cells | None:
        """What tells where cases go; None where nothing does."""
        return self.cells if self.cells is not None and self.cells.sets else None


def learn(
    table: CaseTable, log: Log, known: Symbols, moves: Moves, work: Floats, judged: Flags, skills: Skills
) -> Variety:
    """What of the differences between cases tells where they go and how long steps of them take; *skills* say what
    tells who does them, if anything does."""
    nobody = ~known.worked[known.of_step] & (log.starts == "measured")
    again, factors = repeats.unlike_first(log, work, judged | nobody, judged)
    found = _by_amount(log, moves, _of_work(table, log, known, moves, work / again, judged, skills.attribute))
    if found.amount is None:
        found = replace(found, ranked_by=skills.amount)
    if found.sizes is None:
        return found
    passes = np.flatnonzero(nobody & (work > 0))
    classes = () if found.cells is None else _told_apart(table, found.cells)
    sized = sizes.with_passing(found.sizes, log, known.alike[known.of_step], work / again, passes, classes)
    return replace(found, sizes=sized._replace(relative=sized.relative * again, again=factors))


def _of_work(
    table: CaseTable, log: Log, known: Symbols, moves: Moves, work: Floats, judged: Flags, who: Attribute | None
) -> Variety:
    """The same, of steps that somebody works on."""
    kinds = known.alike[known.of_step]
    led = cells.learn(log, table, moves) if table.kinds else None
    found = led if who is None else (led or Cells(kind=None, sets={})).beside(who)
    if log.starts != "measured" and not judged.any():
        return Variety(table=table, cells=found, sizes=None)
    told = () if found is None else _told_apart(table, found)
    sized = sizes.learn(log, kinds, work, judged, table, told)
    if led is not None or sized.factors:
        return Variety(table=table, cells=found, sizes=sized)
    for kind in (one for one in table.kinds if one.name not in {sized.amount, *(other.name for other in told)}):
        by_it = sizes.learn(log, kinds, work, judged, table, (*told, kind))
        if by_it.factors:
            return Variety(table=table, cells=(found or Cells(kind=None, sets={})).beside(kind), sizes=by_it)
    return Variety(table=table, cells=found, sizes=sized)


def _told_apart(table: CaseTable, found: Cells) -> tuple[Attribute, ...]:
    """The attributes whose values make classes."""
    if found.kind is None or found.finer is None:
        return () if found.kind is None else (found.kind,)
    return tuple(kind for kind in table.kinds if kind.name in found.finer[1])


def _by_amount(log: Log, moves: Moves, found: Variety) -> Variety:
    """The same, where cases go another way above some amount: that with which their work grows, or any other where it
    grows with none."""
    kind = None if found.cells is None else found.cells.kind
    names = {found.amount} if found.amount is not None else found.table.amounts.keys() - {kind and kind.name}
    best, most = found.cells, 0.0
    for name in sorted(names):
        told, gain = cells.by_amount(log, found.cells, Amount(name, found.table.amounts[name]), moves)
        if gain > most:
            best, most = told, gain
    return replace(found, cells=best)


def applied(organisation: Organisation, findings: Findings, work_of: Mapping[int, str]) -> Organisation:
    """*organisation* with clients whose cases differ, and with work that depends on it."""
    variety = findings.variety
    weight = findings.worth
    due = None if variety.table.due is None else _counted(findings, variety.table.due)
    much = None if variety.amount is None else variety.table.amounts[variety.amount]
    told = None if much is None else asked(much, findings.log.client, _classes(findings))
    clients = {
        name: _client(client, name, findings, weight, due, told) for name, client in organisation.clients.items()
    }
    teams = {name: findings.orders.get(name, team) for name, team in organisation.teams.items()}
    people = {name: _skilled(one, name, findings) for name, one in organisation.people.items()}
    organisation = left_to_somebody(replace(organisation, clients=clients, teams=teams, people=people))
    return organisation if variety.sizes is None else _sized(organisation, variety.sizes, work_of, findings)


def _skilled(person: Person, name: str, findings: Findings) -> Person:
    """*person* with what he does not do in cases of some clients or classes, or beyond some amount."""
    log, cells, skills = findings.log, findings.variety.cells, findings.workforce.skills
    of_class, for_client, when = dict[str, tuple[str, ...]](), dict[str, tuple[str, ...]](), dict[str, Guard]()
    for activity, kind, values in skills.values(log.people.index(name)) if name in log.people else ():
        if isinstance(kind, Bands):
            when[log.activities[activity]] = kind.guard(values)
        elif kind.name == CLIENT:
            named = tuple(one for one in (log.clients[value] for value in values) if one in findings.demand.clients)
            for_client |= {log.activities[activity]: named} if named else {}
        elif cells is not None:
            of_class[log.activities[activity]] = tuple(one for value in values for one in cells.named(value, kind))
    return replace(person, not_of_class=of_class, not_for_client=for_client, not_when=when)


def _client(
    client: Client,
    name: str,
    findings: Findings,
    weight: Floats,
    due: tuple[DueFrom, Floats] | None,
    much: Asked | None,
) -> Client:
    """What the cases of *client* are like; *due*: from when the time counts until any case is due, and these times;
    *much*: what cases ask for."""
    log, variety = findings.log, findings.variety
    mine = log.client == log.clients.index(name) if name in log.clients else np.zeros(log.cases, bool)
    kind = None if variety.cells is None else variety.cells.classes
    if kind is not None:
        known = mine & (kind.of_case >= 0)
        if known.any():
            count = np.bincount(kind.of_case[known], weight[known], len(kind.values))
            share = {
                value: float(part) for value, part in zip(kind.values, count / count.sum(), strict=True) if part > 0
            }
            client = replace(client, classes=share)
    if much is not None:
        number = log.clients.index(name) if name in log.clients else -1
        of_class = much.by_class(number, findings.counts)
        told = {value: asks for value, asks in of_class.items() if value in client.classes}
        client = replace(client, quantity=much.of(number, findings.counts), quantity_by_class=told)
    return client if due is None else _due(client, findings, *due, mine)


def _counted(findings: Findings, after: Floats) -> tuple[DueFrom, Floats]:
    """From when the time counts until cases are due, and these times; *after*: seconds after the arrival of each."""
    log = findings.log
    counted, since = dates.counted(log.start[log.begin], after, log.client, _classes(findings))
    return counted, np.maximum(since, 0.0)


def _classes(findings: Findings) -> Attribute | None:
    cells = findings.variety.cells
    return None if cells is None else cells.classes


def _due(client: Client, findings: Findings, counted: DueFrom, since: Floats, mine: Flags) -> Client:
    """When the cases of *client*, which are *mine*, are due: so long *since* then, *counted* from there."""
    amount = findings.variety.amount
    amounts = None if amount is None else findings.variety.table.amounts[amount]
    told = dates.learn(since, mine, _classes(findings), amounts)
    return replace(
        client,
        due=told.spread(findings.counts),
        due_by_class={name: due for name, due in told.by_class(findings.counts).items() if name in client.classes},
        due_per_unit=NONE if told.per_unit == 0.0 else Distribution.fixed(told.per_unit),
        due_from=counted,
    )


def _sized(organisation: Organisation, found: Sizes, work_of: Mapping[int, str], findings: Findings) -> Organisation:
    """Steps whose time depends on the quantity, the class or the client of a case, or on whether they come again."""
    per_unit = {work_of[symbol]: share for symbol, share in found.per_unit.items() if symbol in work_of}
    factors = {work_of[symbol]: by for symbol, by in _factors(findings.variety).items() if symbol in work_of}
    own = {
        work_of[symbol]: sizes.by_client(work, findings.log, steps, findings.weight[steps])
        for symbol, (steps, work) in found.clients.items()
        if symbol in work_of
    }
    again = {findings.log.activities[activity]: factor for activity, factor in found.again.factors.items()}
    distributions = dict(organisation.distributions)
    for label, share in per_unit.items():
        distributions[_unit_name(label)] = timing.scaled(distributions[label], share, digits=6)

    def sized(step: Step) -> Step:
        usual = found.again.elsewhere if step.team is not None else 1.0
        label, step = step.duration, replace(step, again=again.get(step.activity, usual))
        if not isinstance(label, str):
            return step
        unit: str | Distribution = _unit_name(label) if label in per_unit else step.per_unit
        of_clients = {name: factor for name, factor in own.get(label, {}).items() if name in organisation.clients}
        return replace(step, per_unit=unit, by_class=factors.get(label, {}), by_client=of_clients)

    return replace(
        organisation,
        steps={name: sized(step) for name, step in organisation.steps.items()},
        distributions=distributions,
    )


def _factors(variety: Variety) -> dict[int, dict[str, float]]:
    """Symbol -> class -> by what its work is multiplied."""
    if variety.sizes is None or variety.cells is None:
        return {}
    cells, found = variety.cells, {}
    for symbol, by in variety.sizes.factors.items():
        kind = variety.sizes.kinds.get(symbol, cells.kind)
        assert kind is not None
        found[symbol] = {name: by[value] for at, value in enumerate(kind.values) for name in cells.named(at, kind)}
    return found


def _unit_name(label: str) -> str:
    return label.replace("work:", "work per unit:", 1)


def routes(
    findings: Findings, found: Cells, onward: Onward
) -> tuple[dict[int, tuple[Route, ...]], dict[str, dict[str, tuple[Route, ...]]]]:
    """Routes of each class from each state that any case came to, and those of each client, where they count."""
    table = cells.shares(findings.log, found, findings.moves, findings.worth, onward.out)
    everybody: dict[int, tuple[Route, ...]] = {}
    own: dict[str, dict[str, tuple[Route, ...]]] = {}
    for (state, client, number, beyond), share in table.items():
        symbol = int(onward.automaton.symbol[state])
        kind = found.at(symbol)
        when = above(found.limits[symbol][beyond - 1]) if beyond else None
        for only in (None,) if number is None or kind is None else found.named(number, kind):
            made = onward.routes(state, share, only, when)
            if client is None:
                everybody[state] = (*everybody.get(state, ()), *made)
            else:
                of_client = own.setdefault(findings.log.clients[client], {})
                of_client[onward.names[state]] = (*of_client.get(onward.names[state], ()), *made)
    return everybody, own
