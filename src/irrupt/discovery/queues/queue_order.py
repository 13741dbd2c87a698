"""In which order a team takes the cases that wait: told from whom it takes while others wait as well.

Each time somebody takes a case while others of his team's wait, one rule or another explains the choice: first come,
last come, earliest due, the oldest case, a client, a class or an activity that passes before others, the smallest or
the largest. Where who has done a step goes straight on, that is no choice (`straight`), unless the order that others
tell would have him take the same. First come is believed until another rule explains clearly more choices.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.kinds.attributes import Attribute
from irrupt.discovery.log import Log
from irrupt.discovery.queues import ageing
from irrupt.discovery.queues.choices import (
    SAME,
    Choices,
    always_before,
    among,
    behind,
    explained,
    in_queue,
    late,
    made,
    outranked,
)
from irrupt.discovery.routes.cells import Cells
from irrupt.organisation import Team
from irrupt.organisation.model import Order

if TYPE_CHECKING:
    from irrupt.discovery.findings import Findings

_FEWEST = 50
"""Choices from which an order is told."""
_MORE = 0.05
"""Share of the choices that another rule must explain more than first come does."""
_MOST = 0.9
"""Share of the choices that it must explain, or half of what first come does not explain, if that is less."""
_BY_SIZE: dict[Order, float] = {"smallest": -1.0, "largest": 1.0}
"""Orders by quantity, and by what that is multiplied for the first to be the greatest."""


class _Queue(NamedTuple):
    """The steps of a team that tell in which order it takes cases."""

    at: Ints
    """In the log."""
    choices: Choices
    straight: Choices
    """Whom those passed over who went straight on."""


class _Order(NamedTuple):
    """The order in which a team takes cases."""

    team: Team
    share: float
    """Of its choices that it explains."""


def of_teams(findings: Findings) -> Findings:
    """*findings* with the order in which each team takes cases, and with the classes that have a rank in any.

    Beside the classes on which all else depends, of all attributes that could be one is taken that tells most of the
    orders of teams; where nothing else depends on quantities, so it is with these.
    """
    late = findings.workforce.finishing.tolist()
    teams = {name: Team(at_end="finishes" if late[i] else "pauses") for i, name in enumerate(findings.teams.names)}
    asked = np.flatnonzero(findings.worked & findings.timed)
    queues = {
        name: _queue(findings, asked[findings.teams.team[asked] == number])
        for number, name in enumerate(findings.teams.names)
    }

    def orders(kind: Attribute | None, amount: str | None) -> dict[str, _Order]:
        return {name: _learnt(findings, queues[name], team, kind, amount) for name, team in teams.items()}

    variety = findings.variety
    usual = chosen = None if variety.cells is None else variety.cells.kind
    own = best = orders(usual, variety.amount)
    for kind in variety.table.kinds:
        by_it = orders(kind, variety.amount) if kind is not usual else own
        both = {name: _clearer(by_it[name], own[name]) for name in teams}
        if _explained(both) >= _explained(best) + _MORE:
            best, chosen = both, kind
    found = {name: order.team for name, order in best.items()}
    findings = _not_straight(findings, queues, found, [kind for kind in (usual, chosen) if kind is not None])
    if chosen is not None and _ranked(found):
        findings, found = _told_apart(findings, chosen, found, {name for name in teams if best[name] is own[name]})
    for amount in sorted(variety.table.amounts) if variety.amount is None else ():
        by_size = {name: team for name, (team, _share) in orders(None, amount).items() if team.order in _BY_SIZE}
        if by_size:
            return replace(findings, variety=replace(findings.variety, ranked_by=amount), orders=found | by_size)
    return replace(findings, orders=found)


def _ranked(orders: Mapping[str, Team]) -> int:
    """How many teams rank classes."""
    return sum(bool(team.class_priority) for team in orders.values())


def _clearer(one: _Order, own: _Order) -> _Order:
    """The order that *one* attribute tells, where it ranks by it and explains clearly more than its *own* does."""
    least = own.share + (_MORE if own.team.class_priority else 0.0)
    return one if one.team.class_priority and one.share >= least else own


def _explained(orders: Mapping[str, _Order]) -> float:
    """The shares of the choices of teams that *orders* explain, added up."""
    return sum(order.share for order in orders.values())


def _told_apart(
    findings: Findings, kind: Attribute, orders: dict[str, Team], own: Collection[str]
) -> tuple[Findings, dict[str, Team]]:
    """*findings* that tell cases apart by *kind* too, and *orders* by what they are then; *own*: teams that rank by
    what cases were told apart by before."""
    cells = findings.variety.cells
    finer = (cells or Cells(kind=None, sets={})).beside(kind)
    if cells is None or cells.kind is None:
        return replace(findings, variety=replace(findings.variety, cells=finer)), orders
    if finer.finer is None:
        return findings, orders
    usual = cells.kind

    def told(team: Team, by: Attribute) -> Team:
        ranks = {value: team.class_priority.get(value, 0) for value in by.values}
        ranked = {name: ranks[value] for at, value in enumerate(by.values) for name in finer.named(at, by)}
        return replace(team, class_priority={name: rank for name, rank in ranked.items() if rank})

    variety = replace(findings.variety, cells=finer)
    told_apart = {name: told(team, usual if name in own else kind) for name, team in orders.items()}
    return replace(findings, variety=variety), told_apart


def _queue(findings: Findings, every: Ints) -> _Queue | None:
    """What *every* step of a team tells of its order; None: too little does."""
    log, straight = findings.log, findings.straight
    others = every[~straight.on[every]]
    if len(others) < _FEWEST:
        return None
    at = np.sort(np.append(in_queue(log, findings.known, others, _FEWEST), every[straight.on[every]]))
    on = straight.on[at]
    plain = made(log.enabled[at], log.start[at], ~on & (log.start[at] - log.enabled[at] > SAME))
    choices = _could_choose(findings, at, among(plain, ~on[plain.passed]))
    if choices.size < _FEWEST:
        return None
    gone = _could_choose(findings, at, made(log.enabled[at], log.start[at], on & straight.waited[at]))
    return _Queue(at, choices, gone)


def _not_straight(
    findings: Findings, queues: Mapping[str, _Queue | None], orders: Mapping[str, Team], kinds: list[Attribute]
) -> Findings:
    """*findings* in which nobody goes straight on with what comes first in his team's order anyway: he takes it as
    others would. *kinds*: those by which *orders* may rank."""
    dropped = np.zeros(len(orders), bool)
    for number, (name, team) in enumerate(orders.items()):
        queue = queues[name]
        if queue is None or not queue.straight.size or team.order in _BY_SIZE or team == Team(at_end=team.at_end):
            continue
        rank, moment = ranks_at(findings, queue.at, team, kinds), moments_at(findings, queue.at)[team.order]
        share = explained(queue.straight, outranked(queue.straight, rank, moment))
        dropped[number] = share >= _MOST
    if not dropped.any():
        return findings
    on, known, straight = np.append(dropped, False), findings.known, findings.straight
    hops = {pair: hop for pair, hop in straight.hops.items() if not on[known.team[pair[1]]]}
    left = straight.on & ~on[known.team[known.of_step]]
    return replace(findings, straight=replace(straight, on=left, hops=hops))


def _learnt(findings: Findings, queue: _Queue | None, team: Team, kind: Attribute | None, amount: str | None) -> _Order:
    """*team* with the order in which it takes cases, where its *queue* tells another than first come.

    *kind*: the classes that may have ranks; *amount*: what is small or large of a case. Ranks and an order besides are
    believed where they explain clearly more than either.
    """
    if queue is None:
        return _Order(team, 1.0)
    choices, moments = queue.choices, moments_at(findings, queue.at)
    came = moments["first come"]
    ranked = _ranked_in(findings, queue, team, kind)
    one_rule = [(replace(team, order=order), late(choices, moment)) for order, moment in moments.items()]
    sizes = {} if amount is None else _sizes_at(findings, queue.at, amount)
    one_rule += [(replace(team, order=order), outranked(choices, size, came)) for order, size in sizes.items()]
    moments |= {order: -size for order, size in sizes.items()}
    one_rule += [(one, outranked(choices, rank, came)) for one, rank in ranked]
    plain = explained(choices, late(choices, came))
    found, best = _best(choices, one_rule, team, _asked_of(plain))
    for several in (ranked, _both(findings.log, queue, ranked)):
        rules = [
            (replace(one, order=order), outranked(choices, rank, moment))
            for one, rank in several
            for order, moment in moments.items()
        ]
        if rules:
            found, best = _best(choices, rules, found, best if found is team else best + _MORE)
    return _Order(_rising(findings, queue, team, found, kind), plain if found is team else best)


def _rising(findings: Findings, queue: _Queue, plain: Team, team: Team, kind: Attribute | None) -> Team:
    """*team*, which is *plain* with what its *queue* tells, with the time in which ranks rise there, if they do. Where
    they do, ranks are told from choices between cases that have risen as far."""
    choices, begun = queue.choices, findings.log.start[queue.at]
    if team.order != "first come":
        return team
    kinds = [] if kind is None else [kind]
    came = moments_at(findings, queue.at)["first come"]
    broken = outranked(choices, ranks_at(findings, queue.at, team, kinds), came)
    if (1.0 - explained(choices, broken)) * choices.size < _FEWEST:
        return team
    waits = ageing.Waits.of(choices, came, begun)
    ranked = [team] if _has_ranks(team) else []
    for some in ageing.alike(choices, waits):
        alone = queue._replace(choices=some)
        told = _ranked_in(findings, alone, plain, kind)
        ranked += [one for one, _rank in (*told, *_both(findings.log, alone, told)) if one not in ranked]
    standings = [ageing.Standing(*_standing(findings, queue.at, one, kinds)) for one in ranked]
    found = ageing.rising(choices, came, waits, standings, broken)
    return team if found is None else replace(ranked[found[0]], ageing=found[1])


def _has_ranks(team: Team) -> bool:
    return bool(team.priority or team.class_priority or team.activity_priority)


def _asked_of(first_come: float) -> float:
    """The share of the choices that another rule must explain, where *first_come* explains as much."""
    return max(first_come + _MORE, min(_MOST, (1.0 + first_come) / 2.0))


def _best(choices: Choices, rules: list[tuple[Team, Flags]], found: Team, best: float) -> tuple[Team, float]:
    """Of teams with *rules*, each with whom these would not have passed over, the one that explains most, if more than
    the share *best*; else the one *found* before.

    Hardly anybody serves first what comes last. Where this explains most, but not nearly all, what came before waits
    for something that the records do not tell, and no rule is believed.
    """
    share, one = max(((explained(choices, wrong), team) for team, wrong in rules), key=lambda each: each[0])
    believed = share > best and (one.order != "last come" or share > _MOST)
    return (one, share) if believed else (found, best)


def _ranked_in(findings: Findings, queue: _Queue, team: Team, kind: Attribute | None) -> list[tuple[Team, Ints]]:
    """*team* with each of the ranks that its *queue* tells, and the rank of each step."""
    found = []
    for field, number, names in _groups(findings, queue, kind):
        rank = always_before(queue.choices, number, len(names))
        if rank.any():
            ranks = {label: int(one) for label, one in zip(names, rank.tolist(), strict=True) if one}
            found.append((replace(team, **{field: ranks}), rank[number]))  # type: ignore[arg-type]
    ranks, of_step = _of_activities(findings.log, queue.at, queue.choices)
    return [*found, (replace(team, activity_priority=ranks), of_step)] if ranks else found


def _both(log: Log, queue: _Queue, ranked: list[tuple[Team, Ints]]) -> list[tuple[Team, Ints]]:
    """Teams that rank clients or classes, and activities besides: those that tell it of cases of one rank."""
    found = []
    for one, above in ranked:
        alike = among(queue.choices, above[queue.choices.taken] == above[queue.choices.passed])
        if one.activity_priority or alike.size < _FEWEST:
            continue
        ranks, rank = _of_activities(log, queue.at, alike)
        if ranks:
            found.append((replace(one, activity_priority=ranks), behind(above, rank)))
    return found


def _of_activities(log: Log, at: Ints, choices: Choices) -> tuple[dict[str, int], Ints]:
    """The ranks of activities that *choices* among the steps *at* tell, 0 for the commonest that waits, and that of
    each step. What never waits in the records (of what comes, perhaps only its begin is known) stands before all."""
    activities, number = np.unique(log.activity[at], return_inverse=True)
    number = number.ravel()
    rank = always_before(choices, number, len(activities))
    waited = np.bincount(number, log.start[at] - log.enabled[at] > SAME, len(activities))
    if rank.any():
        rank[waited == 0] = rank.max() + 1
        rank -= rank[np.where(waited > 0, np.bincount(number), 0).argmax()]
    ranks = {log.activities[one]: int(own) for one, own in zip(activities, rank, strict=True) if own}
    return ranks, rank[number]


def moments_at(findings: Findings, at: Ints) -> dict[Order, Floats]:
    """By what each of the steps *at* comes first in each order, the earlier the sooner."""
    log, case = findings.log, findings.log.case[at]
    found: dict[Order, Floats] = {"first come": log.enabled[at], "last come": -log.enabled[at]}
    if findings.variety.table.due is not None:
        moment = (findings.variety.table.due + log.start[log.begin])[case]
        found["earliest due"] = np.where(np.isfinite(moment), moment, np.inf)
    return found | {"oldest": log.enabled[log.begin][case]}


def _sizes_at(findings: Findings, at: Ints, amount: str) -> dict[Order, Floats]:
    """What is the greatest of each of the steps *at* that comes first in each order by an *amount*."""
    size = findings.variety.table.amounts[amount][findings.log.case[at]]
    return {order: np.nan_to_num(sign * size, nan=-np.inf) for order, sign in _BY_SIZE.items()}


def ranks_at(findings: Findings, at: Ints, team: Team, kinds: list[Attribute]) -> Ints:
    """The rank that each of the steps *at* has at a *team*, which ranks clients, or classes of one of these *kinds*,
    and activities."""
    return behind(*_standing(findings, at, team, kinds))


def _standing(findings: Findings, at: Ints, team: Team, kinds: list[Attribute]) -> tuple[Ints, Ints]:
    """The rank of the client of each of the steps *at*, and that of its class and activity, by which those of one rank
    are told apart."""
    log, case = findings.log, findings.log.case[at]
    names = {name: team.priority.get(name, 0) for name in log.clients}
    of_client: Ints = np.array([*names.values(), 0])[log.client[case]]
    of_class: Ints = np.zeros(len(at), np.int64)
    for kind in kinds:
        if team.class_priority and team.class_priority.keys() <= set(kind.values):
            ranks = [team.class_priority.get(value, 0) for value in kind.values]
            of_class = np.array([*ranks, 0])[kind.of_case[case]]
            break
    of_activity = np.array([team.activity_priority.get(name, 0) for name in log.activities])
    return of_client, behind(of_class, of_activity[log.activity[at]])


def _groups(findings: Findings, queue: _Queue, kind: Attribute | None) -> list[tuple[str, Ints, tuple[str, ...]]]:
    """What may have ranks beside activities: clients, and classes where there are any."""
    log, case = findings.log, findings.log.case[queue.at]
    clients = tuple(name for name in log.clients if name in findings.demand.clients)
    found: list[tuple[str, Ints, tuple[str, ...]]] = []
    if len(clients) == len(log.clients) > 1 and bool((log.client >= 0).all()):
        found.append(("priority", log.client[case], clients))
    if kind is not None and bool((kind.of_case >= 0).all()):
        found.append(("class_priority", kind.of_case[case], kind.values))
    return found


def _could_choose(findings: Findings, at: Ints, choices: Choices) -> Choices:
    """*choices* among the steps *at*, without what whoever chose does not do."""
    skills, tied = findings.workforce.skills, findings.workforce.tied
    person, passed = findings.log.person[at][choices.taken], at[choices.passed]
    return among(choices, (person < 0) | (skills.may(person, passed) & tied.may(person, passed)))
