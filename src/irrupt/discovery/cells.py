"""Routes by client and class of cases, as far as they predict cases that were not looked at.

After a step, a case goes on as others that are like it. What makes cases alike there (of which class they are, whose
they are, how they came) is chosen step by step: each set of these is asked to predict the moves of one half of the
weeks from those of the other half, and a larger set is taken only where it does so clearly better. Two attributes may
make classes: one tells after some steps, another after others, as the kind of a fault tells who repairs it, and its
urgency who is asked before it is closed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from irrupt.discovery.attributes import Attribute, CaseTable, crossed
from irrupt.discovery.log import Floats, Ints, Log, parts
from irrupt.discovery.procedure import LEAST_SHARE, Moves

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
Where = tuple[int, int | None, int | None]
"""State, client, class; None: of all clients, of all classes."""


class Cells(NamedTuple):
    """What makes cases alike after each symbol."""

    kind: Attribute
    """What tells most."""
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

    @property
    def classes(self) -> Attribute:
        """All that are told apart."""
        return self.kind if self.finer is None else self.finer[0]

    def at(self, symbol: int) -> Attribute:
        """The attribute whose values are the classes after a *symbol*."""
        return self.second if self.second is not None and symbol in self.its else self.kind

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """Those whose values are the classes after some symbol."""
        return (self.kind,) if self.second is None else (self.kind, self.second)

    def beside(self, other: Attribute) -> Cells:
        """The same with classes that *other* tells apart, too."""
        known = {self.kind.name: np.arange(len(self.kind.values))} if self.finer is None else self.finer[1]
        if other.name in known:
            return self
        finer, of_classes, of_other = crossed(self.classes, other)
        values = {name: numbers[of_classes] for name, numbers in known.items()}
        return self._replace(finer=(finer, {**values, other.name: of_other}))

    def named(self, number: int, kind: Attribute | None = None) -> tuple[str, ...]:
        """The names of the classes with one value of an attribute, `kind` or another one that tells them apart."""
        if self.finer is None:
            return (self.kind.values[number],)
        finer, values = self.finer
        own = values[(kind or self.kind).name]
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
        sets[symbol], priors[symbol] = _chosen(features[found.at(symbol).name], at, folds, moves.following)
    return found._replace(sets=sets, priors=priors)


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

    *out* is the next symbol on the way to the end from each state: it is told however seldom it is taken. A client
    whose cases never were in a state has no shares of his own there.
    """
    told = {kind.name: _features(log, kind, moves) for kind in cells.attributes}
    width = int(moves.following.max()) + 1
    found: dict[Where, dict[int, float]] = {}
    for at in parts(moves.symbol):
        symbol = int(moves.symbol[at[0]])
        chosen, prior, kind = cells.sets[symbol], cells.priors[symbol], cells.at(symbol)
        features = told[kind.name]
        classes = [None, *(range(len(kind.values)) if "class" in chosen else ())]
        mine = {name: features[name][at] for name in ("class", "client", "history")}
        pooled = _Pooled(mine, moves.following[at], weight[moves.case[at]], width, prior)
        for state in np.unique(mine["history"]).tolist():
            here = mine["history"] == state
            for client in [None, *(np.unique(mine["client"][here]).tolist() if "client" in chosen else ())]:
                for number in classes:
                    wanted = {"class": number, "client": client, "history": state}
                    alike = tuple((name, value) for name in chosen if (value := wanted[name]) is not None)
                    share, seen, _ = pooled.alike(alike)
                    found[state, client, number] = _told(share, seen, out.get(state))
    return found


def _told(share: Floats, seen: float, out: int | None) -> dict[int, float]:
    """Those moves after cases that were *seen* so often that are worth telling, with their shares."""
    least = max(LEAST_SHARE, min(_RARE / max(seen, 1e-12), _SMALL))
    worth = share >= least
    if not worth.any():
        worth = share >= LEAST_SHARE
    elif out is not None:
        worth[out] = share[out] >= LEAST_SHARE
    return {int(symbol): float(share[symbol]) for symbol in np.flatnonzero(worth)}


def _features(log: Log, kind: Attribute, moves: Moves) -> dict[str, Ints]:
    return {"class": kind.of_case[moves.case], "client": log.client[moves.case], "history": moves.state}


def _chosen(features: Mapping[str, Ints], at: Ints, folds: Ints, following: Ints) -> tuple[tuple[str, ...], float]:
    """The set of features that predicts best, each one more having to pay, and its prior."""
    if len(np.unique(following[at])) < 2:
        return (), float(_PRIORS[0])
    usable = [one for one in _SETS if all(len(np.unique(features[name][at])) > 1 for name in one)]
    told = {one: _predicted(features, one, at, folds, following) for one in usable}
    best = max(usable, key=lambda one: told[one][0] - _CLEAR * len(one))
    return best, told[best][1]


def _predicted(
    features: Mapping[str, Ints], chosen: Sequence[str], at: Ints, folds: Ints, following: Ints
) -> tuple[float, float]:
    """Log likelihood of the moves of each half of the weeks, given those of the other half, with the prior that
    predicts best; and that prior."""
    names, then = np.unique(following[at], return_inverse=True)
    size, priors = len(names), _PRIORS[:, None]
    if size == 1:
        return 0.0, float(_PRIORS[0])
    keys = [np.zeros(len(at), np.int64)]
    for name in chosen:
        keys.append(np.unique(keys[-1] * (1 << 20) + features[name][at] + 1, return_inverse=True)[1])
    total = np.zeros(len(_PRIORS))
    for fold in (0, 1):
        told, asked = np.flatnonzero(folds[at] != fold), np.flatnonzero(folds[at] == fold)
        if not len(told) or not len(asked):
            continue
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
