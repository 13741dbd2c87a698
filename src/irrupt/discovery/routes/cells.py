"""Routes by client and class of cases, as far as they predict cases that were not looked at.

After a step, a case goes on as others that are like it. What makes cases alike there (of which class they are, whose
they are, how they came) is chosen step by step: each set of these is asked to predict the moves of one half of the
weeks from those of the other half, and a larger set is taken only where it does so clearly better. Two attributes may
make classes: one tells after some steps, another after others, as the kind of a fault tells who repairs it, and its
urgency who is asked before it is closed. An amount may tell as well, behind each step by limits of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats, Ints
from irrupt.discovery.keys import parts, ranks
from irrupt.discovery.kinds.attributes import Attribute, CaseTable, crossed
from irrupt.discovery.log import Log
from irrupt.discovery.procedure import LEAST_SHARE, Moves
from irrupt.discovery.routes.limits import Amount, limits

_SETS: tuple[tuple[str, ...], ...] = (
    (),
    ("class",),
    ("client",),
    ("history",),
    ("class", "client"),
    ("class", "history"),
    ("client", "history"),
    ("history", "client"),
    ("class", "client", "history"),
    ("class", "history", "client"),
)
_BY_AMOUNT = tuple(
    one for names in _SETS if len(names) < 3 for one in {("amount", *names): None, (*names, "amount"): None}
)
"""The same, with what an amount is above."""
_PLAIN = 4.0
"""Moves that equal shares of all count for, and"""
_PRIORS = np.array([4.0, 16.0, 64.0, 256.0])
"""moves that the shares of cases which are less alike may count for: by whatever predicts best. The more alike cases
are in what they do next, the less the few of a small client tell of him alone."""
_CLEAR = 3.0
"""Nats by which a set must predict better for each feature more that it has."""
_WORTH = 8.0
"""Nats by which classes must make moves more predictable to be told apart at all."""
_MOST_CLASSES = 24
"""Classes that two attributes may make, for both to tell where cases go."""
_RARE = 0.05
"""How often, at least, the records make one expect a move among the cases that are alike, for it to be told, where"""
_SMALL = 0.01
"""its share is below this. What is drawn from all others knows of every move that any case ever made: told everywhere,
they would be nine in ten of all routes, and hardly a case in three hundred goes one of them."""
Cell = tuple[tuple[str, int], ...]
"""Features with their values, the one that counts most first."""
Where = tuple[int, int | None, int | None, int | None]
"""State, client, class, how many limits the amount is above; None: of all clients, of all classes, whatever it is."""


class Cells(NamedTuple):
    """What makes cases alike after each symbol."""

    kind: Attribute | None
    """What tells most; None: nothing but an amount does."""
    sets: Mapping[int, tuple[str, ...]]
    """Symbol -> features that count there; empty where routes do not depend on classes."""
    priors: Mapping[int, float] = {}
    """Symbol -> moves that the shares of cases which are less alike count for."""
    second: Attribute | None = None
    """What tells after other steps, if anything does,"""
    its: frozenset[int] = frozenset()
    """and the symbols after which its values are the classes, not those of `kind`."""
    finer: tuple[Attribute, Mapping[str, Ints]] | None = None
    """Where more attributes than `kind` make classes: these, and the value of each by the name of the attribute."""
    amount: Amount | None = None
    """The amount that tells where cases go,"""
    limits: Mapping[int, tuple[float, ...]] = {}
    """and the numbers above which they go otherwise, after some symbols."""

    @property
    def classes(self) -> Attribute | None:
        """All that are told apart."""
        return self.kind if self.finer is None else self.finer[0]

    def at(self, symbol: int) -> Attribute | None:
        """The attribute whose values are the classes after a *symbol*."""
        return self.second if self.second is not None and symbol in self.its else self.kind

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """Those whose values are the classes after some symbol."""
        return tuple(kind for kind in (self.kind, self.second) if kind is not None)

    def beside(self, other: Attribute) -> Cells:
        """The same with classes that *other* tells apart, too."""
        classes = self.classes
        if self.kind is None or classes is None:
            return self._replace(kind=other)
        known = {self.kind.name: np.arange(len(self.kind.values))} if self.finer is None else self.finer[1]
        if other.name in known:
            return self
        finer, of_classes, of_other = crossed(classes, other)
        values = {name: numbers[of_classes] for name, numbers in known.items()}
        return self._replace(finer=(finer, {**values, other.name: of_other}))

    def named(self, number: int, kind: Attribute) -> tuple[str, ...]:
        """The names of the classes with one value of an attribute, `kind` or another one that tells them apart."""
        if self.finer is None:
            return (kind.values[number],)
        finer, values = self.finer
        own = values[kind.name]
        return tuple(finer.values[at] for at in np.flatnonzero(own == number).tolist())


def learn(log: Log, table: CaseTable, moves: Moves) -> Cells | None:
    """The attributes that make moves most predictable, and what counts where; None where no attribute does."""
    folds = log.folds
    places = [moves.at(at) for at in parts(moves.symbol)]
    sets = [("client",), *(("client", kind.name) for kind in table.kinds)]
    by_kind = [_After(_by_kind(log, table, one), one.following, folds[one.case]).predicted(sets) for one in places]
    plain, *others = (np.array([one[names][0] for one in by_kind]) for names in sets)
    told = {kind.name: one for kind, one in zip(table.kinds, others, strict=True)}
    gains = [float(np.maximum(told[kind.name] - plain, 0.0).sum()) for kind in table.kinds]
    if max(gains, default=0.0) <= _WORTH:
        return None
    best = table.kinds[int(np.argmax(gains))]
    symbols = [int(one.symbol[0]) for one in places]
    second = _second(table, best, told, np.maximum(told[best.name], plain))
    found = Cells(kind=best, sets={})
    if second is not None:
        better = (told[second.name] - told[best.name] > _CLEAR).tolist()
        its = frozenset(symbol for symbol, one in zip(symbols, better, strict=True) if one)
        found = found.beside(second)._replace(second=second, its=its)
    chosen, priors = {}, {}
    for symbol, one in zip(symbols, places, strict=True):
        kind = found.at(symbol) or best
        after = _After(_features(log, kind, one), one.following, folds[one.case])
        chosen[symbol], priors[symbol], _paid = after.best()
    return found._replace(sets=chosen, priors=priors)


def by_amount(log: Log, found: Cells | None, amount: Amount, moves: Moves) -> tuple[Cells | None, float]:
    """*found*, where the *amount* of a case counts after some symbols, too; and how many nats that is worth.

    Each half of the weeks sets its limits, which are to predict the moves of the other one.
    """
    folds, known = log.folds, found or Cells(kind=None, sets={})
    places = {int(moves.symbol[at[0]]): moves.at(at) for at in parts(moves.symbol)}
    better = {
        symbol: told
        for symbol, one in places.items()
        if (told := _limited(_features(log, known.at(symbol), one), one, folds, amount)) is not None
    }
    if not better:
        return found, 0.0
    sets, priors = dict(known.sets), dict(known.priors)
    for symbol in places.keys() - sets.keys():
        one = places[symbol]
        after = _After(_features(log, known.at(symbol), one), one.following, folds[one.case])
        sets[symbol], priors[symbol], _paid = after.best()
    sets |= {symbol: one.names for symbol, one in better.items()}
    priors |= {symbol: one.prior for symbol, one in better.items()}
    above = {symbol: one.limits for symbol, one in better.items()}
    found = known._replace(sets=sets, priors=priors, amount=amount, limits=above)
    return found, sum(one.gain for one in better.values())


class _Limited(NamedTuple):
    """What counts after a symbol where an amount does."""

    names: tuple[str, ...]
    prior: float
    limits: tuple[float, ...]
    gain: float


def _limited(features: dict[str, Ints], moves: Moves, folds: Ints, amount: Amount) -> _Limited | None:
    """That after the symbol of *moves*; None where an amount does not count there."""
    number, fold = amount.of_case[moves.case], folds[moves.case]
    halves = (fold >= 0, fold != 0, fold != 1)
    whole, *told = (limits(number[mine], moves.following[mine]) for mine in halves)
    if not whole or not all(told):
        return None
    features["amount"] = np.stack([amount.beyond(of_half, moves.case) for of_half in told])
    after = _After(features, moves.following, fold)
    without = after.best()[2]
    best, prior, paid = after.best(_BY_AMOUNT)
    return _Limited(best, prior, whole, paid - without) if paid - without > _WORTH else None


def _second(table: CaseTable, best: Attribute, told: Mapping[str, Floats], known: Floats) -> Attribute | None:
    """The attribute that makes most moves more predictable than the *best* one does, where it is clearly worth it, of
    those with few values; *told*: what each predicts, and what is *known* by the best, after each symbol."""
    found, most = None, _WORTH
    for kind in table.kinds:
        gain = float(np.maximum(told[kind.name] - known - _CLEAR, 0.0).sum())
        if kind is not best and gain > most and len(kind.values) * len(best.values) <= _MOST_CLASSES:
            found, most = kind, gain
    return found


def shares(
    log: Log, cells: Cells, moves: Moves, weight: Floats, out: Mapping[int, int]
) -> dict[Where, dict[int, float]]:
    """The share of each next symbol, for whoever counts after each state; *weight*: what each case counts.

    *out* is the next symbol on the way to the end from each state: it is told however seldom it is taken. In a state in
    which no case of a client ever was, his go as they did after that symbol elsewhere; where how cases came tells more
    than whose they are, he has no shares of his own there.
    """
    width = int(moves.following.max()) + 1
    found: dict[Where, dict[int, float]] = {}
    for at in parts(moves.symbol):
        symbol = int(moves.symbol[at[0]])
        chosen, prior, kind = cells.sets[symbol], cells.priors[symbol], cells.at(symbol)
        classes = [None, *(range(len(kind.values)) if kind is not None and "class" in chosen else ())]
        mine = _features(log, kind, moves.at(at))
        sizes: list[int | None] = [None]
        if cells.amount is not None and "amount" in chosen:
            mine["amount"] = cells.amount.beyond(cells.limits[symbol], moves.case[at])
            sizes = list(range(len(cells.limits[symbol]), -1, -1))  # A case goes by the first guard that it meets.
        pooled = _Pooled(mine, moves.following[at], weight[moves.case[at]], width, prior)
        everybody = np.unique(mine["client"]).tolist() if "client" in chosen else []
        for state in np.unique(mine["history"]).tolist():
            his = mine["client"][mine["history"] == state] if _how_before_whose(chosen) else None
            for client in [None, *(everybody if his is None else np.unique(his).tolist())]:
                for number, size in product(classes, sizes):
                    wanted = {"class": number, "client": client, "history": state, "amount": size}
                    alike = tuple((name, value) for name in chosen if (value := wanted[name]) is not None)
                    share, seen, _ = pooled.alike(alike)
                    found[state, client, number, size] = _told(share, seen, out.get(state))
    return found


def _how_before_whose(chosen: Sequence[str]) -> bool:
    """Whether, of the features *chosen*, how a case came tells more of where it goes than whose it is."""
    return "history" in chosen and "client" in chosen[chosen.index("history") :]


def _told(share: Floats, seen: float, out: int | None) -> dict[int, float]:
    """Those moves after cases that were *seen* so often that are worth telling, with their shares."""
    least = max(LEAST_SHARE, min(_RARE / max(seen, 1e-12), _SMALL))
    worth = share >= least
    if not worth.any():
        worth = share >= LEAST_SHARE
    elif out is not None:
        worth[out] = share[out] >= LEAST_SHARE
    return {int(symbol): float(share[symbol]) for symbol in np.flatnonzero(worth)}


def _features(log: Log, kind: Attribute | None, moves: Moves) -> dict[str, Ints]:
    classes = np.zeros(len(moves.case), np.int64) if kind is None else kind.of_case[moves.case]
    return {"class": classes, "client": log.client[moves.case], "history": moves.state}


def _by_kind(log: Log, table: CaseTable, moves: Moves) -> dict[str, Ints]:
    return {"client": log.client[moves.case], **{kind.name: kind.of_case[moves.case] for kind in table.kinds}}


class _After:
    """The moves after one symbol: how well what makes cases alike tells those of one half of the weeks from those of
    the other. A feature may have a row for each half that is asked."""

    def __init__(self, features: Mapping[str, Ints], following: Ints, fold: Ints) -> None:
        self.features, self.then = features, ranks(following)
        self.size = int(self.then.max()) + 1
        first, second = np.flatnonzero(fold == 0), np.flatnonzero(fold == 1)
        self.halves = ((second, first), (first, second))

    def best(self, sets: Sequence[tuple[str, ...]] = _SETS) -> tuple[tuple[str, ...], float, float]:
        """Of the *sets* of features the one that predicts best, each one more having to pay; its prior; and how well it
        predicts, beyond that."""
        if self.size < 2:
            return (), float(_PRIORS[0]), 0.0
        unlike = {name for name, feature in self.features.items() if feature.min() < feature.max()}
        usable = [one for one in sets if unlike.issuperset(one)]
        told = self.predicted(usable)
        paid = {one: told[one][0] - _CLEAR * len(one) for one in usable}
        best = max(usable, key=lambda one: paid[one])
        return best, told[best][1], paid[best]

    def predicted(self, sets: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], tuple[float, float]]:
        """Log likelihood of the moves of each half of the weeks, given those of the other half and each of the *sets*,
        with the prior that predicts best; and that prior."""
        total = {one: np.zeros(len(_PRIORS)) for one in sets}
        if self.size > 1 and all(map(len, self.halves[0])):
            nothing = np.zeros(len(self.then), np.int64)
            equal = [np.full((1, len(asked)), 1.0 / self.size) for _told, asked in self.halves]
            self._add(total, (), [nothing, nothing], equal)
        best = {names: int(one.argmax()) for names, one in total.items()}
        return {names: (float(total[names][at]), float(_PRIORS[at])) for names, at in best.items()}

    def _add(
        self, total: dict[tuple[str, ...], Floats], chosen: tuple[str, ...], keys: list[Ints], likely: list[Floats]
    ) -> None:
        """Add to the *total* of each set that begins with what is *chosen*; *keys*: numbers of what moves are alike in,
        for each half; *likely*: how likely its moves are by all but the last of what is chosen."""
        prior = _PRIORS[:, None] if chosen else _PLAIN
        likely = [self._likely(*one, prior) for one in zip(self.halves, keys, likely, strict=True)]
        if chosen in total:
            for one in likely:
                total[chosen] += np.log(one).sum(axis=1)
        longer = [one for one in total if len(one) > len(chosen) and one[: len(chosen)] == chosen]
        for name in dict.fromkeys(one[len(chosen)] for one in longer):
            self._add(total, (*chosen, name), self._keys(keys, name), likely)

    def _likely(self, half: tuple[Ints, Ints], key: Ints, likely: Floats, prior: Floats | float) -> Floats:
        told, asked = half
        cell, number = key * self.size + self.then, int(key.max()) + 1
        seen = np.bincount(cell[told], minlength=number * self.size)[cell[asked]]
        whole = np.bincount(key[told], minlength=number)[key[asked]]
        found: Floats = (seen + prior * likely) / (whole + prior)
        return found

    def _keys(self, keys: list[Ints], name: str) -> list[Ints]:
        """*keys* of what moves are alike in, in one feature more."""
        feature = self.features[name]
        width = int(feature.max()) + 2
        if feature.ndim == 1 and keys[0] is keys[1]:
            return [ranks(keys[0] * width + feature + 1)] * 2
        rows = feature if feature.ndim == 2 else (feature, feature)
        return [ranks(key * width + row + 1) for key, row in zip(keys, rows, strict=True)]


class _Pooled:
    """The moves after one symbol: few that are alike in much, drawn towards more that are alike in less."""

    def __init__(self, mine: Mapping[str, Ints], following: Ints, counts: Floats, width: int, prior: float) -> None:
        self.mine, self.following, self.counts, self.width, self.prior = mine, following, counts, width, prior
        seen = np.bincount(following, counts, width)
        share: Floats = seen / max(float(seen.sum()), 1e-12)
        self.known: dict[Cell, tuple[Floats, float, Ints]] = {(): (share, float(seen.sum()), np.arange(len(following)))}

    def alike(self, cell: Cell) -> tuple[Floats, float, Ints]:
        """The share of each next symbol among the moves that are alike in all of *cell*, what these count, and which
        they are."""
        if cell not in self.known:
            share, _seen, at = self.alike(cell[:-1])
            name, value = cell[-1]
            at = at[self.mine[name][at] == value]
            seen = np.bincount(self.following[at], self.counts[at], self.width)
            whole = float(seen.sum())
            self.known[cell] = (seen + self.prior * share) / (whole + self.prior), whole, at
        return self.known[cell]
