"""Which step follows which: histories of varying length, as long as the records say that history pays.

Every step emits a symbol (an activity at a team). The probability of the next symbol depends on the longest *context*
(the last few symbols) that pays: a context is kept when, leaving out each observation in turn, it predicts what comes
next better than the shorter context (Ron, Singer, Tishby 1996, with the leave-one-out likelihood as the criterion).
Kept contexts, closed under prefixes and suffixes, are the states of an automaton: a state bears the symbol that it
ends with, so states become the steps of the procedure. States that cannot be told apart are merged (Moore 1956).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints

START = 0
"""The symbol before the first step; the state in which cases begin."""
OVER = 1
"""The symbol after the last step."""
UNTOLD = -1
"""What comes after the last step of a case that goes on, nobody knows to what."""
FIRST_SYMBOL = 2

_LONGEST = 8
_FEWEST = 6
_THRESHOLDS = (3.0, 6.0, 12.0, 25.0, 50.0, 100.0, 400.0)
_STATES = 1_500
_ROUTES = 12_000
_PRIOR = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Automaton:
    """States and where they lead. State 0 is `START`; no state stands for the end."""

    symbol: Ints
    """Per state: the symbol it bears."""
    history: tuple[tuple[int, ...], ...]
    """Per state: the symbols before, nearest first, that make it differ from other states with the same symbol."""
    routes: tuple[dict[int, tuple[int, float]], ...]
    """Per state: next symbol -> (next state, share); the next state of `OVER` is -1."""
    plainest: Mapping[int, int]
    """Symbol -> the state with it that says least of how a case came there."""

    def trace(self, symbols: Ints, begin: Ints) -> Ints:
        """The state of each step of the cases that begin at *begin*; -1 where no state fits (an unseen route)."""
        width = int(max(symbols.max(initial=0), self.symbol.max())) + 1
        table = np.full((len(self.symbol) + 1, width), -1, np.int64)
        for state, leads in enumerate(self.routes):
            for symbol, (to, _share) in leads.items():
                table[state, symbol] = to
        states = np.full(len(symbols), -1, np.int64)
        length = np.diff(np.append(begin, len(symbols)))
        now = np.full(len(begin), START)
        for step in range(int(length.max(initial=0))):
            alive = length > step
            at = begin[alive] + step
            now[alive] = states[at] = table[now[alive], symbols[at]]
        return states


class _Counts(NamedTuple):
    """Contexts of one length: id per position, parents, symbols, and how often what comes next."""

    at: Ints
    """Per position: its context of this length, -1 where the case is too short."""
    parent: Ints
    """Per context: the context one symbol shorter (the oldest dropped), in the level before."""
    prefix: Ints
    """Per context: the context without its newest symbol, in the level before."""
    symbol: Ints
    pairs: Ints
    """Context of each (context, next) seen."""
    following: Ints
    weight: Floats


def learn(symbols: Ints, begin: Ints, starts: Flags, then: Ints, arrival: Floats, move: Floats) -> Automaton:
    """The automaton of the sequences in *symbols*, which begin at *begin*.

    *starts* says, per case, whether its first step is its beginning; *then*, what comes after its last, or `UNTOLD`;
    *arrival* is the weight of each case's beginning, *move* that of what follows each step. Cost: some array operations
    per length of context, over all steps.
    """
    stream, following, weight = _stream(symbols, begin, starts, then, arrival, move)
    levels = _contexts(stream, following, weight)
    gains = _gains(levels)
    automaton = None
    for threshold in _THRESHOLDS:
        automaton = _automaton(levels, _kept(levels, gains, threshold))
        if len(automaton.symbol) <= _STATES and sum(map(len, automaton.routes)) <= _ROUTES:
            return automaton
    return _automaton(levels, [np.zeros(len(level.parent), bool) for level in levels])


def _stream(
    symbols: Ints, begin: Ints, starts: Flags, then: Ints, arrival: Floats, move: Floats
) -> tuple[Ints, Ints, Floats]:
    """All sequences in one, a `START` before each, with what follows each position and its weight (0: not counted)."""
    length = np.diff(np.append(begin, len(symbols)))
    number = np.repeat(np.arange(len(begin)), length)
    stream = np.zeros(len(symbols) + len(begin), np.int64)
    place = np.arange(len(symbols)) + number + 1
    stream[place] = symbols
    heads = begin + np.arange(len(begin))
    following = np.full(len(stream), OVER)
    following[place - 1] = symbols
    lasts = place[np.append(begin[1:], len(symbols)) - 1]
    following[lasts] = np.where(then == UNTOLD, OVER, then)
    weight = np.zeros(len(stream))
    weight[heads] = np.where(starts, arrival, 0.0)
    weight[place] = move
    weight[lasts] *= then != UNTOLD
    # a case whose beginning was not seen has no known history there: its first symbol stands alone
    return np.where(np.isin(np.arange(len(stream)), heads[~starts]), -1, stream), following, weight


def _contexts(stream: Ints, following: Ints, weight: Floats) -> list[_Counts]:
    base = int(stream.max()) + 2
    levels: list[_Counts] = []
    for length in range(1, _LONGEST + 1):
        if length == 1:
            key = stream.copy()
        else:
            # the longer context is that of the position before, one shorter, and the symbol here
            before = np.append(-1, levels[-1].at[:-1])
            usable = (before >= 0) & (levels[-1].at >= 0) & (stream != START)
            key = np.where(usable, before * base + stream, -1)
        counted = np.flatnonzero(key >= 0)
        names, inverse, count = np.unique(key[counted], return_inverse=True, return_counts=True)
        enough = np.ones(len(names), bool) if length == 1 else count >= _FEWEST
        renumbered = np.cumsum(enough) - 1
        at = np.full(len(stream), -1)
        at[counted] = np.where(enough[inverse], renumbered[inverse], -1)
        here = np.flatnonzero(at >= 0)
        if not len(here):
            break
        levels.append(_level(levels, at, here, stream, following, weight, int(enough.sum())))
    return levels


def _level(
    levels: list[_Counts], at: Ints, here: Ints, stream: Ints, following: Ints, weight: Floats, size: int
) -> _Counts:
    example = np.zeros(size, np.int64)
    example[at[here]] = here
    seen = here[weight[here] > 0]
    base = int(following.max()) + 1
    pairs, inverse = np.unique(at[seen] * base + following[seen], return_inverse=True)
    return _Counts(
        at=at,
        parent=levels[-1].at[example] if levels else np.full(size, -1),
        prefix=levels[-1].at[example - 1] if levels else np.full(size, -1),
        symbol=stream[example],
        pairs=pairs // base,
        following=pairs % base,
        weight=np.bincount(inverse, weights=weight[seen], minlength=len(pairs)).astype(float),
    )


def _gains(levels: list[_Counts]) -> list[Floats]:
    """Per context: by how much, in nats, it predicts what follows it better than the context one shorter does."""
    gains = [np.zeros(len(levels[0].parent))]
    for shorter, level in pairwise(levels):
        size = len(level.parent)
        total = np.bincount(level.pairs, level.weight, size)
        kinds = np.bincount(level.pairs, minlength=size)
        parent_total = np.bincount(shorter.pairs, shorter.weight, len(shorter.parent))
        base = 1 + max(int(level.following.max(initial=0)), int(shorter.following.max(initial=0)))
        known = shorter.pairs * base + shorter.following
        of_parent = shorter.weight[np.searchsorted(known, level.parent[level.pairs] * base + level.following)]
        n, whole = level.weight, total[level.pairs]
        whole_parent = parent_total[level.parent[level.pairs]]
        one = np.minimum(1.0, n)
        # both leave the observation itself out; the longer context falls back on the shorter for what it has not seen
        without = np.maximum(of_parent - one, _PRIOR * one) / np.maximum(whole_parent - one + _PRIOR, _PRIOR)
        prior = _PRIOR * (1 + kinds[level.pairs])
        mine = (n - one + prior * without) / (whole - one + prior)
        gains.append(np.bincount(level.pairs, n * (np.log(mine) - np.log(without)), size).astype(float))
    return gains


def _kept(levels: list[_Counts], gains: list[Floats], threshold: float) -> list[Flags]:
    """Per level, the contexts that pay: whose own gain, with the gains of kept longer ones, passes *threshold*."""
    worth = [np.zeros(len(level.parent)) for level in levels]
    kept = [np.zeros(len(level.parent), bool) for level in levels]
    for depth in range(len(levels) - 1, 0, -1):
        worth[depth] += gains[depth]
        kept[depth] = worth[depth] > threshold
        np.add.at(worth[depth - 1], levels[depth].parent[kept[depth]], worth[depth][kept[depth]])
    for depth in range(1, len(levels)):
        # a context is used only where the shorter one it refines is
        if depth > 1:
            kept[depth] &= kept[depth - 1][levels[depth].parent]
    return kept


def _automaton(levels: list[_Counts], kept: list[Flags]) -> Automaton:
    """The kept contexts and what closure adds, as states that are told apart only where it makes a difference."""
    states = _closed(levels, kept)
    number = {state: i for i, state in enumerate(states)}
    pays = {(0, i) for i in range(len(levels[0].parent))}
    for depth in range(1, len(levels)):
        pays |= {(depth, int(i)) for i in np.flatnonzero(kept[depth])}
    source = [_longest(state, pays, levels) for state in states]
    words = [_word(state, levels) for state in states]
    known = dict(zip(words, range(len(states)), strict=True))
    follow = _distributions(levels, set(source))
    leads: list[dict[int, int]] = []
    for word, origin in zip(words, source, strict=True):
        leads.append({symbol: _next(word, symbol, known) for symbol, _share in follow[origin]})
    blocks = _merged([(int(levels[d].symbol[i]), number[(d, i)]) for d, i in source], leads)
    return _assembled(blocks, words, source, follow, leads)


def _closed(levels: list[_Counts], kept: list[Flags]) -> list[tuple[int, int]]:
    """Kept contexts with all their prefixes and suffixes, shortest first, `START` at the head."""
    inside = [flags.copy() for flags in kept]
    inside[0][:] = True
    for depth in range(len(levels) - 1, 0, -1):
        at = np.flatnonzero(inside[depth])
        inside[depth - 1][levels[depth].parent[at]] = True
        inside[depth - 1][levels[depth].prefix[at]] = True
    return [(depth, int(i)) for depth in range(len(levels)) for i in np.flatnonzero(inside[depth])]


def _longest(state: tuple[int, int], pays: set[tuple[int, int]], levels: list[_Counts]) -> tuple[int, int]:
    depth, i = state
    while (depth, i) not in pays:
        depth, i = depth - 1, int(levels[depth].parent[i])
    return depth, i


def _word(state: tuple[int, int], levels: list[_Counts]) -> tuple[int, ...]:
    """The symbols of a context, oldest first."""
    depth, i = state
    newest_first = []
    while depth >= 0:
        newest_first.append(int(levels[depth].symbol[i]))
        depth, i = depth - 1, int(levels[depth].prefix[i])
    return tuple(reversed(newest_first))


def _next(word: tuple[int, ...], symbol: int, known: dict[tuple[int, ...], int]) -> int:
    """The state after *symbol*: the longest known end of what was seen."""
    if symbol == OVER:
        return -1
    whole = (*word, symbol)
    return next(known[whole[i:]] for i in range(len(whole)) if whole[i:] in known)


def _distributions(
    levels: list[_Counts], wanted: set[tuple[int, int]]
) -> dict[tuple[int, int], list[tuple[int, float]]]:
    """Shares of what follows each wanted context; a context after which nothing was seen is an end."""
    found: dict[tuple[int, int], list[tuple[int, float]]] = {}
    for depth, level in enumerate(levels):
        edges = np.searchsorted(level.pairs, np.arange(len(level.parent) + 1))
        for i in sorted(i for d, i in wanted if d == depth):
            part = slice(edges[i], edges[i + 1])
            total = level.weight[part].sum()
            shares = level.weight[part] / total if total > 0 else level.weight[part]
            found[depth, i] = list(zip(level.following[part].tolist(), shares.tolist(), strict=True)) or [(OVER, 1.0)]
    return found


def _merged(labels: list[tuple[int, int]], leads: list[dict[int, int]]) -> list[int]:
    """The block of each state: states with the same label whose successors are in the same blocks share one."""
    names: dict[object, int] = {}
    blocks = [names.setdefault(label, len(names)) for label in labels]
    while True:
        names = {}
        signed = [
            names.setdefault(
                (blocks[i], tuple((s, blocks[to] if to >= 0 else -1) for s, to in lead.items())), len(names)
            )
            for i, lead in enumerate(leads)
        ]
        if len(names) == len(set(blocks)):
            return signed
        blocks = signed


def _assembled(
    blocks: list[int],
    words: list[tuple[int, ...]],
    source: list[tuple[int, int]],
    follow: dict[tuple[int, int], list[tuple[int, float]]],
    leads: list[dict[int, int]],
) -> Automaton:
    representative: dict[int, int] = {}
    for i, block in enumerate(blocks):
        representative.setdefault(block, i)
    order = _reachable(representative, blocks, words, leads)
    renumbered = {block: i for i, block in enumerate(order)}
    symbol, history, routes = [], [], []
    for block in order:
        i = representative[block]
        symbol.append(words[i][-1])
        history.append(tuple(reversed(words[i][:-1])))
        routes.append(
            {
                s: (renumbered[blocks[leads[i][s]]] if leads[i][s] >= 0 else -1, share)
                for s, share in follow[source[i]]
                if share > 0
            }
        )
    plainest: dict[int, int] = {}
    for state in sorted(range(len(symbol)), key=lambda state: len(history[state])):
        plainest.setdefault(int(symbol[state]), state)
    return Automaton(symbol=np.array(symbol, np.int64), history=tuple(history), routes=tuple(routes), plainest=plainest)


def _reachable(
    representative: dict[int, int], blocks: list[int], words: list[tuple[int, ...]], leads: list[dict[int, int]]
) -> list[int]:
    """The blocks that a case can come to, `START` first, then by history."""
    begin = blocks[words.index((START,))]
    seen, waiting = {begin}, [begin]
    while waiting:
        for to in leads[representative[waiting.pop()]].values():
            if to >= 0 and blocks[to] not in seen:
                seen.add(blocks[to])
                waiting.append(blocks[to])
    return sorted(seen, key=lambda block: (block != begin, words[representative[block]][::-1]))
