"""How long work takes, by who does it, how much is asked for, and of which class the case is.

The work on a step is its base time, plus a time for each unit of the quantity, times factors of the class, of the
client and of what is done again (see `repeats`), over the speed of the person, times luck. What passes while nobody
works on a step has a factor of the class, too, and of the client. A part of this is taken only where it predicts the
work of one half of the weeks from that of the other half clearly better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.keys import parts
from irrupt.discovery.kinds.attributes import Attribute, CaseTable
from irrupt.discovery.log import Log
from irrupt.discovery.times.repeats import ONCE, Again

_FEWEST = 80
_WORTH = 6.0
"""Nats by which a part must predict better to be taken."""
_AS_WELL = 0.95
"""What a quantity with few numbers must predict better by, over what each number by itself does."""
_ROUNDS, _MOST_ROUNDS, _ALIKE = 3, 12, 1e-3
_STILL = 0.05
"""By how much of itself the time for each unit may still change, from one round to the next, for it to be told."""
_TURNS = 8
_SLOWEST, _FASTEST = 0.4, 2.5
_LEAST_BASE = 0.02
"""Share of the mean time that the base time is at least."""


Whose = tuple[Ints, int]
"""The class of each step, and how many there are."""


class Sizes(NamedTuple):
    """What makes work longer or shorter than its base time."""

    relative: Floats
    """Per step: its expected work at speed 1, over the base time."""
    per_unit: Mapping[int, float]
    """Symbol -> time for each unit, over the base time."""
    factors: Mapping[int, Mapping[str, float]]
    """Symbol -> class -> factor."""
    clients: Mapping[int, tuple[Ints, Floats]]
    """Symbol -> steps, and the work on them, that tell the factors of clients."""
    speeds: Mapping[int, float]
    """Number of a person -> work done per hour."""
    amount: str | None
    """The attribute that is the quantity."""
    again: Again = ONCE
    """Factors of what is done again for its case."""
    kinds: Mapping[int, Attribute] = {}
    """Symbol -> the attribute whose values are its classes, where they have factors."""


def learn(log: Log, kinds: Ints, work: Floats, judged: Flags, table: CaseTable, classes: Sequence[Attribute]) -> Sizes:
    """What makes the *work* on steps of some *kinds* differ, from the steps that are *judged*: for each kind, of the
    *classes* by whichever attribute tells most.

    An attribute with few numbers is a quantity where it predicts (nearly) as well as each number by itself does.
    """
    at = np.flatnonzero(judged & (work > 0) & (log.person >= 0))
    plain = Sizes(np.ones(len(work)), {}, {}, {}, _speeds(log, kinds, work, at), None)

    def fitted(amount: str | None, *told: Attribute) -> tuple[Sizes, float]:
        return _fitted(log, kinds, work, at, amount, told, plain, None if amount is None else table.amounts[amount])

    best, most = fitted(None, *classes)
    named = {one.name: one for one in table.kinds}
    for name in sorted(table.amounts.keys() - {one.name for one in classes}):
        found, gain = fitted(name, *classes)
        few = named.get(name)
        if gain > most + _WORTH and (few is None or fitted(name)[1] >= _AS_WELL * fitted(None, few)[1]):
            best, most = found, gain
    return best


def _fitted(
    log: Log,
    kinds: Ints,
    work: Floats,
    at: Ints,
    amount: str | None,
    classes: Sequence[Attribute],
    plain: Sizes,
    quantity: Floats | None = None,
) -> tuple[Sizes, float]:
    """Sizes with one attribute as the quantity, and how much better than none they predict."""
    fold, client = log.folds[log.case], log.client[log.case]
    own, of_its_class, speeds = np.ones(len(work)), np.ones(len(work)), plain.speeds
    per_unit: dict[int, float] = {}
    for turn in range(_MOST_ROUNDS):
        # what told something beside less that was known need not do so any more
        before, per_unit = per_unit, {}
        factors: dict[int, dict[str, float]] = {}
        clients: dict[int, tuple[Ints, Floats]] = {}
        of_symbol: dict[int, Attribute] = {}
        normal = work * _pace(log, speeds)
        relative, gain = np.ones(len(work)), 0.0
        for mine in np.split(at[np.argsort(kinds[at], kind="stable")], _bounds(kinds, at)):
            if len(mine) < _FEWEST:
                continue
            symbol = int(kinds[mine[0]])
            alike = normal[mine] / (own[mine] * of_its_class[mine])
            each, size, more = _each(alike, None if quantity is None else quantity[log.case[mine]], fold[mine])
            if each > 0:
                per_unit[symbol], gain = each, gain + more
            kind, whose = _telling(normal[mine] / size / own[mine], classes, log.case[mine], fold[mine])
            found, of_class, own[mine], more = _apart(normal[mine] / size, whose, client[mine], fold[mine], own[mine])
            gain, size, of_its_class[mine] = gain + more, size * of_class, of_class
            if kind is not None and found is not None:
                factors[symbol] = dict(zip(kind.values, found.round(4).tolist(), strict=True))
                of_symbol[symbol] = kind
            if np.ptp(own[mine]) > 0:
                clients[symbol] = mine, normal[mine] / size
            relative[mine] = size * own[mine]
        speeds = _speeds(log, kinds, work / relative, at)
        if turn >= _ROUNDS - 1 and _settled(before, per_unit):
            break
    return Sizes(relative, per_unit, factors, clients, speeds, amount if per_unit else None, kinds=of_symbol), gain


def _settled(before: Mapping[int, float], after: Mapping[int, float]) -> bool:
    """Whether the times for each unit are, nearly, what they were *before*."""
    return all(abs(each - before.get(symbol, 0.0)) <= _STILL * each for symbol, each in after.items())


def _telling(
    work: Floats, classes: Sequence[Attribute], case: Ints, fold: Ints
) -> tuple[Attribute, Whose] | tuple[None, None]:
    """Of *classes*, the attribute by whose values the *work* on steps is told best; None where there are none."""
    if not classes:
        return None, None
    numbers = [(kind.of_case[case], len(kind.values)) for kind in classes]
    told = [_factors(work, of_step, fold, size)[1] for of_step, size in numbers] if len(classes) > 1 else [0.0]
    best = int(np.argmax(told))
    return classes[best], numbers[best]


def _apart(
    work: Floats, whose: Whose | None, client: Ints, fold: Ints, own: Floats
) -> tuple[Floats | None, Floats, Floats, float]:
    """The factors of classes, those of each step, by what the *work* is longer for its client, and by how much both
    predict better: told from each other by turns, since clients bring more of one class or another. *own*: what
    clients are taken to make at first."""
    found, of_class = None, np.ones(len(work))
    for _turn in range(_TURNS):
        before, first = own, 0.0
        if whose is not None:
            found, first = _factors(work / own, whose[0], fold, whose[1])
            of_class = np.ones(len(work)) if found is None else np.append(found, 1.0)[whose[0]]
        own, second = _of_clients(work / of_class, client, fold)
        if found is None or np.abs(own / before - 1.0).max() < _ALIKE:
            break
    return found, of_class, own, first + second


def with_passing(sized: Sizes, log: Log, kinds: Ints, lasting: Floats, at: Ints, classes: Sequence[Attribute]) -> Sizes:
    """*sized*, and the same for what is *lasting* at the steps *at*, on which nobody works: of clients, and of the
    values of whichever of *classes* tells most."""
    fold, client, relative = log.folds[log.case], log.client[log.case], sized.relative.copy()
    factors, clients, of_symbol = dict(sized.factors), dict(sized.clients), dict(sized.kinds)
    for group in parts(kinds[at]):
        mine = at[group]
        if len(mine) < _FEWEST:
            continue
        symbol, times, own = int(kinds[mine[0]]), lasting[mine], np.ones(len(mine))
        number = [kind.of_case[log.case[mine]] + 1 for kind in classes]
        told = [_of_clients(times, of_class, fold[mine])[1] for of_class in number]
        best = int(np.argmax(told)) if max(told, default=0.0) > 0 else None
        alike, more = own, 0.0
        for _round in range(_ROUNDS):
            if best is not None:
                alike, _better = _of_clients(times / own, number[best], fold[mine])
            own, more = _of_clients(times / alike, client[mine], fold[mine])
        relative[mine] = alike * own
        if best is not None:
            kind = of_symbol[symbol] = classes[best]
            each = dict(zip((number[best] - 1).tolist(), alike.round(4).tolist(), strict=True))
            factors[symbol] = {value: each.get(at, 1.0) for at, value in enumerate(kind.values)}
        if more > 0:
            clients[symbol] = mine, times / alike
    return sized._replace(relative=relative, factors=factors, clients=clients, kinds=of_symbol)


def clients_differ(lasting: Floats, log: Log, steps: Ints) -> bool:
    """Whether what is *lasting* before *steps* is one client's longer than another's."""
    many = len(steps) >= _FEWEST and bool(lasting.any())
    return many and _of_clients(lasting, log.client[log.case[steps]], log.folds[log.case][steps])[1] > 0


def by_client(times: Floats, log: Log, steps: Ints, weight: Floats) -> dict[str, float]:
    """Client -> by what the *times* at his *steps* are longer than everybody's, where they are."""
    factors = of_clients(times, log.client[log.case[steps]], weight).round(4)
    return {log.clients[one]: factor for one, factor in enumerate(factors.tolist()) if factor != 1.0}


def of_clients(work: Floats, client: Ints, weight: Floats) -> Floats:
    """Client -> by what his *work* is longer than everybody's, drawn towards that by as much as clients are alike: by
    the spread between them that chance does not make (DerSimonian, Laird 1986)."""
    count = np.bincount(client, weight)
    whole = float((weight * work).sum() / count.sum())
    mean = np.where(count > 0, np.bincount(client, weight * work) / np.maximum(count, 1e-12) / whole, 1.0)
    noise = float((weight * (work / whole - mean[client]) ** 2).sum() / count.sum())
    beyond = float((count * (mean - 1.0) ** 2).sum()) - noise * (np.count_nonzero(count) - 1)
    spread = max(beyond, 0.0) / max(float(count.sum() - (count**2).sum() / count.sum()), 1e-12)
    found: Floats = 1.0 + (mean - 1.0) * spread / (spread + noise / np.maximum(count, 1e-12) + 1e-12)
    return found


def _of_clients(work: Floats, client: Ints, fold: Ints) -> tuple[Floats, float]:
    """By what the *work* on each step is longer for its client, and by how much that predicts better; (ones, 0) where
    it does not."""
    same = np.ones(len(work))
    size, better = int(client.max(initial=0)) + 1, 0.0
    if len(np.unique(client)) < 2:
        return same, 0.0
    for part in (0, 1):
        here = fold == part
        if min(here.sum(), (~here).sum()) < _FEWEST / 4 or not work[~here].any():
            return same, 0.0
        own = np.ones(size)
        told = of_clients(work[~here], client[~here], same[~here])
        own[: len(told)] = told
        better += _gain(work[here], work[~here].mean(), work[~here].mean() * own[client[here]])
    return (of_clients(work, client, same)[client], better) if better > _WORTH else (same, 0.0)


def _bounds(kinds: Ints, at: Ints) -> Ints:
    return np.flatnonzero(np.diff(np.sort(kinds[at]))) + 1


def _pace(log: Log, speeds: Mapping[int, float]) -> Floats:
    pace = np.ones(len(log.people) + 1)
    for person, speed in speeds.items():
        pace[person] = speed
    return pace[log.person]


def _each(normal: Floats, asked: Floats | None, fold: Ints) -> tuple[float, Floats, float]:
    """Time for each unit *asked* for over the base time, what it makes each step of that, and by how much it predicts
    better; (0, ones, 0) where it does not, or nothing is known to be asked for."""
    none = 0.0, np.ones(len(normal)), 0.0
    if asked is None:
        return none
    known = np.isfinite(asked)
    if known.mean() < 0.9 or np.ptp(asked[known]) <= 0:
        return none
    normal, quantity, fold = normal[known], asked[known], fold[known]
    better = 0.0
    for part in (0, 1):
        here = fold == part
        if min(here.sum(), (~here).sum()) < _FEWEST / 4:
            return none
        base, each = _line(normal[~here], quantity[~here])
        better += _gain(normal[here], normal[~here].mean(), base + each * quantity[here])
    base, each = _line(normal, quantity)
    return (each / base, 1.0 + each / base * np.nan_to_num(asked), better) if each > 0 and better > _WORTH else none


def _line(normal: Floats, quantity: Floats) -> tuple[float, float]:
    """Base time and time for each unit; the spread of work is taken to grow with its mean."""
    mean = np.full(len(normal), normal.mean())
    base, each = float(normal.mean()), 0.0
    for _turn in range(_TURNS):
        weight = 1.0 / mean**2
        centre = float(np.average(quantity, weights=weight))
        spread = float(np.average((quantity - centre) ** 2, weights=weight))
        level = float(np.average(normal, weights=weight))
        each = float(np.average((quantity - centre) * normal, weights=weight)) / max(spread, 1e-12)
        base = max(level - each * centre, _LEAST_BASE * level)
        mean = np.maximum(base + each * quantity, _LEAST_BASE * level)
    return base, each


def _factors(normal: Floats, number: Ints, fold: Ints, size: int) -> tuple[Floats | None, float]:
    """The factor of each class, and by how much they predict better."""
    better = 0.0
    for part in (0, 1):
        here = fold == part
        if min(here.sum(), (~here).sum()) < _FEWEST / 4:
            return None, 0.0
        own = _means(normal[~here], number[~here], size)
        better += _gain(normal[here], normal[~here].mean(), normal[~here].mean() * np.append(own, 1.0)[number[here]])
    return (_means(normal, number, size), better) if better > _WORTH else (None, 0.0)


def _means(normal: Floats, number: Ints, size: int) -> Floats:
    known = number >= 0
    count = np.bincount(number[known], minlength=size)
    total = np.bincount(number[known], normal[known], size)
    mean = float(normal.mean())
    found: Floats = (total + 2 * mean) / (count + 2) / mean
    return found


def _gain(seen: Floats, plain: float, expected: Floats) -> float:
    """Nats by which *expected* predicts better than the *plain* mean: of lognormal work."""
    logs = np.log(np.maximum(seen, 1.0))
    without = logs - np.log(plain)
    given = logs - np.log(np.maximum(expected, 1e-9))
    return float(0.5 * len(seen) * (np.log(max(without.var(), 1e-12)) - np.log(max(given.var(), 1e-12))))


def _speeds(log: Log, kinds: Ints, work: Floats, at: Ints) -> dict[int, float]:
    """Person -> his speed: how much shorter like steps take him, drawn towards 1 by as much as people are alike (see
    `of_clients`)."""
    if not len(at):
        return {}
    logs = np.log(np.maximum(work[at], 1e-3))
    person, kind = log.person[at], kinds[at]
    steps = np.bincount(person, minlength=len(log.people))
    size = int(kind.max()) + 1
    count = np.maximum(np.bincount(kind, minlength=size), 1)
    slow = np.zeros(len(log.people))
    for _turn in range(_TURNS):
        mean = np.bincount(kind, logs - slow[person], size) / count
        own = np.bincount(person, logs - mean[kind], len(log.people)) / np.maximum(steps, 1)
        noise = float(((logs - mean[kind] - own[person]) ** 2).mean())
        beyond = float((steps * own**2).sum()) - noise * (np.count_nonzero(steps) - 1)
        spread = max(beyond, 0.0) / max(float(steps.sum() - (steps**2).sum() / steps.sum()), 1e-12)
        slow = own * spread / (spread + noise / np.maximum(steps, 1) + 1e-12)
    speed = np.clip(np.exp(-slow), _SLOWEST, _FASTEST)
    return {int(one): float(round(speed[one], 4)) for one in np.flatnonzero(steps > 0)}
