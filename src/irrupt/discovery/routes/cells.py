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
from irrupt.discovery.kinds.attributes import Attribute, CaseTable, crossed
from irrupt.discovery.log import Log, parts
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
    folds = log.folds[moves.case]
    places = list(parts(moves.symbol))

    def predicted(features: Mapping[str, Ints], chosen: Sequence[str]) -> Floats:
        return np.array([_predicted(features, chosen, at, folds, moves.following)[0] for at in places])

    plain = predicted({"client": log.client[moves.case]}, ("client",))
    told = {kind.name: predicted(_features(log, kind, moves), ("client", "class")) for kind in table.kinds}
    gains = [float(np.maximum(told[kind.name] - plain, 0.0).sum()) for kind in table.kinds]
    if max(gains, default=0.0) <= _WORTH:
        return None
    best = table.kinds[int(np.argmax(gains))]
    symbols = [int(moves.symbol[at[0]]) for at in places]
    second = _second(table, best, told, np.maximum(told[best.name], plain))
    found = Cells(kind=best, sets={})
    if second is not None:
        better = (told[second.name] - told[best.name] > _CLEAR).tolist()
        its = frozenset(symbol for symbol, one in zip(symbols, better, strict=True) if one)
        found = found.beside(second)._replace(second=second, its=its)
    features = {kind.name: _features(log, kind, moves) for kind in found.attributes}
    sets, priors = {}, {}
    for symbol, at in zip(symbols, places, strict=True):
        kind = found.at(symbol) or best
        sets[symbol], priors[symbol], _paid = _chosen(features[kind.name], at, folds, moves.following)
    return found._replace(sets=sets, priors=priors)


def by_amount(log: Log, found: Cells | None, amount: Amount, moves: Moves) -> tuple[Cells | None, float]:
    """*found*, where the *amount* of a case counts after some symbols, too; and how many nats that is worth.

    Each half of the weeks sets its limits, which are to predict the moves of the other one.
    """
    folds, known = log.folds[moves.case], found or Cells(kind=None, sets={})
    places = {int(moves.symbol[at[0]]): at for at in parts(moves.symbol)}
    better = {
        symbol: told
        for symbol, at in places.items()
        if (told := _limited(_features(log, known.at(symbol), moves), at, folds, moves, amount)) is not None
    }
    if not better:
        return found, 0.0
    sets, priors = dict(known.sets), dict(known.priors)
    for symbol in places.keys() - sets.keys():
        features = _features(log, known.at(symbol), moves)
        sets[symbol], priors[symbol], _paid = _chosen(features, places[symbol], folds, moves.following)
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


def _limited(features: dict[str, Ints], at: Ints, folds: Ints, moves: Moves, amount: Amount) -> _Limited | None:
    """That after the symbol of the moves *at*; None where an amount does not count there."""
    number, following, folds_at = amount.of_case[moves.case[at]], moves.following[at], folds[at]
    whole, *told = (limits(number[mine], following[mine]) for mine in (folds_at >= 0, folds_at != 0, folds_at != 1))
    if not whole or not all(told):
        return None
    features["amount"] = np.stack([amount.beyond(of_half, moves.case) for of_half in told])
    without = _chosen(features, at, folds, moves.following)[2]
    best, prior, paid = _chosen(features, at, folds, moves.following, _BY_AMOUNT)
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
        mine = {name: feature[at] for name, feature in _features(log, kind, moves).items()}
        sizes: list[int | None] = [None]
        if cells.amount is not None and "amount" in chosen:
            mine["amount"] = cells.amount.beyond(cells.limits[symbol], moves.case[at])
            sizes = list(range(len(cells.limits[symbol]), -1, -1))  # A case goes by the first guard that it meets.
        pooled = _Pooled(mine, moves.following[at], weight[moves.case[at]], width, prior)
        for state in np.unique(mine["history"]).tolist():
            told = mine["client"][mine["history"] == state] if _how_before_whose(chosen) else mine["client"]
            for client in [None, *(np.unique(told).tolist() if "client" in chosen else ())]:
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


def _chosen(
    features: Mapping[str, Ints], at: Ints, folds: Ints, following: Ints, sets: Sequence[tuple[str, ...]] = _SETS
) -> tuple[tuple[str, ...], float, float]:
    """Of the *sets* of features the one that predicts best, each one more having to pay; its prior; and how well it
    predicts, beyond that."""
    if len(np.unique(following[at])) < 2:
        return (), float(_PRIORS[0]), 0.0
    usable = [one for one in sets if all(len(np.unique(features[name][..., at])) > 1 for name in one)]
    told = {one: _predicted(features, one, at, folds, following) for one in usable}
    paid = {one: predicted - _CLEAR * len(one) for one, (predicted, _prior) in told.items()}
    best = max(usable, key=lambda one: paid[one])
    return best, told[best][1], paid[best]


def _predicted(
    features: Mapping[str, Ints], chosen: Sequence[str], at: Ints, folds: Ints, following: Ints
) -> tuple[float, float]:
    """Log likelihood of the moves of each half of the weeks, given those of the other half, with the prior that
    predicts best; and that prior."""
    names, then = np.unique(following[at], return_inverse=True)
    size, priors = len(names), _PRIORS[:, None]
    if size == 1:
        return 0.0, float(_PRIORS[0])
    total = np.zeros(len(_PRIORS))
    keys = _keys(features, chosen, at, 0)
    for fold in (0, 1):
        told, asked = np.flatnonzero(folds[at] != fold), np.flatnonzero(folds[at] == fold)
        if not len(told) or not len(asked):
            continue
        if fold and "amount" in chosen:
            keys = _keys(features, chosen, at, fold)
        likely: Floats = np.full((1, len(asked)), 1.0 / size)
        for depth, key in enumerate(keys):
            cell, number = key * size + then, int(key.max()) + 1
            seen = np.bincount(cell[told], minlength=number * size)[cell[asked]]
            whole = np.bincount(key[told], minlength=number)[key[asked]]
            prior = priors if depth else _PLAIN
            likely = (seen + prior * likely) / (whole + prior)
        total += np.log(likely).sum(axis=1)
    best = int(total.argmax())
    return float(total[best]), float(_PRIORS[best])


def _keys(features: Mapping[str, Ints], chosen: Sequence[str], at: Ints, fold: int) -> list[Ints]:
    """Numbers of what moves are alike in, in ever more of the *chosen* features; where a feature has a row for each
    half of the weeks that is asked, that of one *fold*."""
    keys = [np.zeros(len(at), np.int64)]
    for name in chosen:
        feature = features[name] if features[name].ndim == 1 else features[name][fold]
        keys.append(np.unique(keys[-1] * (1 << 20) + feature[at] + 1, return_inverse=True)[1])
    return keys


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
