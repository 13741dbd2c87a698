"""What was learned, put together as an organisation: steps, routes, people, and their times."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, Protocol

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.log import Log
from irrupt.discovery.memory import Weights
from irrupt.discovery.queues.straight import Share
from irrupt.discovery.routes.routing import FIRST_SYMBOL, OVER, START, UNTOLD, Automaton
from irrupt.discovery.times.ages import OnClock
from irrupt.organisation import Distribution, Older, Route, Step
from irrupt.organisation.distributions import NONE
from irrupt.organisation.guards import Guard
from irrupt.organisation.model import END, Waiting
from irrupt.organisation.model import START as BEGIN

LEAST_SHARE = 1e-4
NEVER = Share(0.0)
_TINY = 1e-9
_ESCAPE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbols:
    """What steps are told apart by: an activity at a team, and beside which others it is done."""

    of_step: Ints
    """Per step of the log: its symbol, from `FIRST_SYMBOL` on."""
    activity: Ints
    """Per symbol: number of the activity; -1 for the first two."""
    team: Ints
    """Per symbol: number of the team, -1 for none."""
    worked: Flags
    """Per symbol: somebody works on it."""
    alike: Ints
    """Per symbol: the first one of its activity at its team."""
    block: Ints
    """Per symbol: in which of the blocks of ways that a case goes at once it stands; 0: in none."""


class Moves(NamedTuple):
    """Every move: from which symbol and state to which symbol, in which case."""

    symbol: Ints
    state: Ints
    following: Ints
    case: Ints
    weight: Floats
    """What each counts, as the past fades."""

    def at(self, places: Ints) -> Moves:
        """Those at some *places*."""
        return Moves(
            self.symbol[places], self.state[places], self.following[places], self.case[places], self.weight[places]
        )


def symbols(log: Log, team: Ints, worked: Flags) -> Symbols:
    """The symbols of *log*; one is worked on when most of its steps are."""
    base, beside = int(team.max(initial=-1)) + 2, _beside(log)
    many = int(beside.max(initial=0)) + 1
    kinds = (log.activity * base + team + 1) * many + beside
    numbers, first, of_step = np.unique(kinds, return_index=True, return_inverse=True)
    keys = numbers // many
    pad = np.full(FIRST_SYMBOL, -1)
    count = np.bincount(of_step)
    share = np.bincount(of_step, worked.astype(float)) / count
    return Symbols(
        of_step=of_step.astype(np.int64) + FIRST_SYMBOL,
        activity=np.concatenate((pad, keys // base)),
        team=np.concatenate((pad, keys % base - 1)),
        worked=np.concatenate((np.zeros(FIRST_SYMBOL, bool), share >= 0.5)),
        alike=np.concatenate((np.arange(FIRST_SYMBOL), np.searchsorted(keys, keys) + FIRST_SYMBOL)),
        block=np.concatenate(
            (np.zeros(FIRST_SYMBOL, np.int64), np.zeros(len(first)) if log.block is None else log.block[first])
        ).astype(np.int64),
    )


def _beside(log: Log) -> Ints:
    """Per step: in which of the blocks of ways that a case goes at once it stands, where its activity is done in
    several, or also outside of them."""
    if log.block is None:
        return np.zeros(len(log.case), np.int64)
    pairs = np.unique(log.activity * (int(log.block.max()) + 1) + log.block) // (int(log.block.max()) + 1)
    several = np.bincount(pairs, minlength=len(log.activities)) > 1
    found: Ints = np.where(several[log.activity], log.block, 0)
    return found


def named(log: Log, teams: tuple[str, ...], known: Symbols, automaton: Automaton) -> tuple[str, ...]:
    """A readable name per state: `Active @ Group 70`, with the history that makes it differ: `... < New @ Group 25`."""
    plain = [BEGIN] + [symbol_name(log, teams, known, int(symbol)) for symbol in automaton.symbol[1:]]
    shared = Counter(plain)
    found: list[str] = []
    taken: set[str] = {END}
    for state, name in enumerate(plain):
        label = name
        if state and shared[name] > 1:
            past = [symbol_name(log, teams, known, s) if s != START else BEGIN for s in automaton.history[state]]
            label = " < ".join([name, *past])
        while state and label in taken | {BEGIN}:
            label += " *"
        taken.add(label)
        found.append(label)
    return tuple(found)


def symbol_name(log: Log, teams: tuple[str, ...], known: Symbols, symbol: int) -> str:
    """The name of a *symbol*, with a star for each one before it that differs only in what is done beside it."""
    activity = log.activities[known.activity[symbol]]
    team = int(known.team[symbol])
    name = f"{activity} @ {teams[team]}" if team >= 0 else activity
    return name + " *" * (symbol - int(known.alike[symbol]))


def steps(
    log: Log,
    teams: tuple[str, ...],
    known: Symbols,
    automaton: Automaton,
    names: tuple[str, ...],
    work: Mapping[int, str],
    anew: frozenset[int],
) -> dict[str, Step]:
    """A step per state; *work* gives the name of the duration of a symbol that takes time. With activities *anew*, the
    clock of the case begins anew."""
    found = {}
    for state, symbol in enumerate(automaton.symbol.tolist()):
        if state == START:
            continue
        team = teams[known.team[symbol]] if known.team[symbol] >= 0 else None
        duration = work.get(symbol, NONE)
        found[names[state]] = Step(
            activity=log.activities[known.activity[symbol]],
            team=team if known.worked[symbol] else None,
            place=None if known.worked[symbol] else team,
            duration=duration,
            client_act=bool(log.acts[known.activity[symbol]]),
            clock=int(known.activity[symbol]) in anew,
        )
    return found


class Delays(Protocol):
    """Names of delays between symbols, and of the calendars in whose hours they pass."""

    @property
    def delay_of(self) -> Mapping[tuple[int, int], str]:
        """State and next symbol -> delay."""

    @property
    def hours_of(self) -> Mapping[str, str]:
        """Delay -> calendar, for those that do not pass around the clock."""

    @property
    def clock(self) -> OnClock:
        """Those that count on the clock of the case."""

    @property
    def older(self) -> Mapping[str, tuple[Older, ...]]:
        """Delay -> those of older cases."""

    @property
    def straight(self) -> Mapping[tuple[int, int], Share]:
        """Symbol and next symbol -> with what share of cases whoever did the one goes straight on to the other."""


class Onward:
    """Where cases go from the states of an automaton: as many ask for it as there are clients and classes of cases."""

    def __init__(self, log: Log, known: Symbols, automaton: Automaton, names: tuple[str, ...], delays: Delays) -> None:
        self.log, self.known, self.automaton, self.names, self.delays = log, known, automaton, names, delays
        self.out = ways_out(automaton)
        self._symbol, self._activity = automaton.symbol.tolist(), known.activity.tolist()
        self._told: dict[tuple[int, int], partial[Route]] = {}

    def everywhere(self, told: Mapping[int, tuple[Route, ...]]) -> dict[str, tuple[Route, ...]]:
        """The routes from each state; of some states they are *told*."""
        found = {}
        for state, leads in enumerate(self.automaton.routes):
            if state in told:
                found[self.names[state]] = told[state]
                continue
            shares = {symbol: share for symbol, (_to, share) in leads.items() if share >= LEAST_SHARE}
            if state not in self.out:
                shares = {symbol: share * (1 - _ESCAPE) for symbol, share in shares.items()}
                shares[OVER] = shares.get(OVER, 0.0) + (_ESCAPE if shares else 1.0)
            found[self.names[state]] = self.routes(state, shares)
        return found

    def routes(
        self, state: int, shares: Mapping[int, float], only: str | None = None, when: Guard | None = None
    ) -> tuple[Route, ...]:
        """Those from *state* to next symbols in *shares*, for cases of one class *only* or of all, and *when* so."""
        total = sum(shares.values())
        return tuple(
            self._way(state, symbol)(share=shares[symbol] / total, only=only, when=when) for symbol in sorted(shares)
        )

    def _way(self, state: int, symbol: int) -> partial[Route]:
        """The way from *state* to *symbol*, whoever takes it."""
        if (state, symbol) not in self._told:
            self._told[state, symbol] = self._found(state, symbol)
        return self._told[state, symbol]

    def _found(self, state: int, symbol: int) -> partial[Route]:
        if symbol == OVER:
            return partial(Route, to=END)
        log, automaton, delays, here = self.log, self.automaton, self.delays, self._symbol[state]
        leads = automaton.routes[state]
        to = leads[symbol][0] if symbol in leads else automaton.plainest[symbol]
        before, what = self._activity[here], self._activity[symbol]
        client = state != START and bool(log.waits.between(before, what) | log.acts[what])
        straight = NEVER if client else delays.straight.get((here, symbol), NEVER)
        waits_for: Waiting = "client" if client else "nobody"
        way = partial(Route, to=self.names[to], waits_for=waits_for, straight_on=straight.usual)
        named = delays.delay_of.get((state, symbol))
        if named is not None:
            way = partial(way, delay=named, hours=delays.hours_of.get(named))
        if named in delays.clock.delays:
            return partial(way, since="clock")
        older = delays.older.get(named or "", ())
        return partial(way, older=_by_age(named or NONE, older, straight)) if older or straight.late else way

    def of_clients(self, moves: Moves, weight: Floats | None = None) -> dict[str, dict[str, tuple[Route, ...]]]:
        """Routes of clients whose cases go otherwise, where that pays (Bayesian information criterion).

        *weight*: what each case counts.
        """
        log, known, automaton = self.log, self.known, self.automaton
        if len(log.clients) < 2:
            return {}
        client, counts = log.client[moves.case], np.ones(len(moves.case)) if weight is None else weight[moves.case]
        width = int(known.of_step.max()) + 1
        cell, size = client * width + moves.following, len(log.clients) * width
        found: dict[str, dict[str, tuple[Route, ...]]] = {}
        order = np.argsort(moves.state, kind="stable")
        bounds = np.searchsorted(moves.state[order], np.arange(len(automaton.symbol) + 1))
        for state in range(len(automaton.symbol)):
            at = order[bounds[state] : bounds[state + 1]]
            leads = sorted(automaton.routes[state])
            if len(leads) < 2 or len(at) < 20:
                continue
            table = np.bincount(cell[at], counts[at], size).reshape(-1, width)[:, leads]
            everybody = table.sum(axis=0)
            for number in np.flatnonzero(table.sum(axis=1) >= 10):
                shares = _own_shares(table[number], everybody)
                if shares is not None:
                    given = {s: float(p) for s, p in zip(leads, shares, strict=True) if p >= LEAST_SHARE}
                    found.setdefault(log.clients[number], {})[self.names[state]] = self.routes(state, given)
        return found


def _by_age(delay: str | Distribution, older: tuple[Older, ...], straight: Share) -> tuple[Older, ...]:
    """What changes with the age of cases: the *delay* on a way, and with what share people go *straight* on."""
    delays, shares = (
        {0.0: delay} | {one.than: one.delay for one in older},
        {0.0: straight.usual, **dict(straight.late)},
    )
    return tuple(
        Older(
            than=than,
            delay=delays[max(age for age in delays if age <= than)],
            straight_on=shares[max(age for age in shares if age <= than)] if straight.late else None,
        )
        for than in sorted({*delays, *shares} - {0.0})
    )


def afterwards(log: Log, known: Symbols, ends: Flags, in_vain: Mapping[int, str]) -> Ints:
    """Per case: the symbol after its last step, where that is its end or where it waited *in vain*, by the number of
    the case, for an activity: it had been sent there, as others are that went on from where it was."""
    then: Ints = np.where(ends, OVER, UNTOLD)
    here = np.flatnonzero(log.inner)
    base = int(known.of_step.max(initial=0)) + 1
    pairs, count = np.unique(known.of_step[here - 1] * base + known.of_step[here], return_counts=True)
    before, after = pairs // base, pairs % base
    for activity in sorted({*in_vain.values()}):
        cases = np.array([case for case, waited_for in in_vain.items() if waited_for == activity])
        last = known.of_step[log.last[cases]]
        wanted = known.activity[after] == log.activities.index(activity)
        for symbol in np.unique(last).tolist():
            often = np.where(wanted & (before == symbol), count, 0)
            if often.any():
                then[cases[last == symbol]] = after[often.argmax()]
    return then


def moves(log: Log, known: Symbols, automaton: Automaton, then: Ints, worth: Weights) -> Moves:
    """Every move of the cases of *log* that counts at all; *then*: per case, what comes after its last step; *worth*:
    what beginnings and moves count."""
    states = automaton.trace(known.of_step, log.begin)
    following = np.append(known.of_step[1:], OVER)
    following[log.last] = then
    usable = (states >= 0) & (following != UNTOLD) & (worth.move > 0)
    first = states[log.begin] >= 0
    at = np.flatnonzero(usable)
    here = np.concatenate((np.zeros(int(first.sum()), np.int64), states[at]))
    then = np.concatenate((known.of_step[log.begin[first]], following[at]))
    return Moves(
        symbol=automaton.symbol[here],
        state=here,
        following=then,
        case=np.concatenate((np.flatnonzero(first), log.case[at])),
        weight=np.concatenate((worth.arrival[first], worth.move[at])),
    )


def _own_shares(mine: Floats, everybody: Floats) -> Floats | None:
    """A client's own shares, drawn towards everybody's, where they predict his moves better than the others' do: of the
    ways that he takes clearly more or less often than others. What is left of his cases goes as everybody's does."""
    others = everybody - mine
    n, rest = mine.sum(), others.sum()
    if rest < 10:
        return None
    whole = everybody / everybody.sum()
    alone = _gain(mine, n, whole) + _gain(others, rest, whole)
    beside = _gain(n - mine, n, 1 - whole) + _gain(rest - others, rest, 1 - whole)
    ways = np.argsort(-alone - beside, kind="stable")[:-1]
    mine_left, others_left, left = (
        total - np.cumsum(part[ways]) for total, part in ((n, mine), (rest, others), (1.0, whole))
    )
    gains = np.cumsum(alone[ways]) + _gain(mine_left, n, left) + _gain(others_left, rest, left)
    freedom = np.arange(1, len(ways) + 1)
    clear = gains - freedom * np.log(everybody.sum() * len(ways))
    best = int(clear.argmax())
    if clear[best] < 3.0:
        return None
    shares = whole * mine_left[best] / max(n * left[best], _TINY)
    shares[ways[: best + 1]] = mine[ways[: best + 1]] / n
    drawn: Floats = (n * shares + freedom[best] * whole) / (n + freedom[best])
    return drawn


def _gain(count: Floats, total: float, share: Floats) -> Floats:
    """By how much, in nats, their own share of a *total* tells so many moves better than *share* does."""
    seen = count > _TINY
    own = np.where(seen, count, 1.0) / total
    return np.where(seen, count * np.log(own / np.maximum(share, _TINY)), 0.0)


def ways_out(automaton: Automaton) -> dict[int, int]:
    """State -> the next symbol on one of its shortest ways to the end, where any leads there."""
    back: dict[int, list[tuple[int, int]]] = {}
    out: dict[int, int] = {}
    for state, leads in enumerate(automaton.routes):
        for symbol, (to, share) in leads.items():
            if share < LEAST_SHARE:
                continue
            if symbol == OVER:
                out[state] = symbol
            else:
                back.setdefault(to, []).append((state, symbol))
    ends = deque(out)
    while ends:
        for state, symbol in back.get(ends.popleft(), ()):
            if state not in out:
                out[state] = symbol
                ends.append(state)
    return out
