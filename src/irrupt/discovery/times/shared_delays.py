"""Which times between steps are alike: those between the same two, or before the same one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery import procedure
from irrupt.discovery.findings import Findings
from irrupt.discovery.people import rhythm
from irrupt.discovery.people.calendars import Hours
from irrupt.discovery.people.rhythm import Rhythm
from irrupt.discovery.procedure import Symbols
from irrupt.discovery.routes.routing import START, Automaton
from irrupt.discovery.times import timing
from irrupt.discovery.times.passing import NO_EVIDENCE, Evidence
from irrupt.discovery.times.timing import Ranked, ranked
from irrupt.units import HOUR

FEWEST = 25
"""Times between two steps for these to have a distribution of their own."""
_LONG, _OFTEN = HOUR, 0.1
"""Seconds, and the share of delays that must take longer, for hours in which they pass to matter."""
NO_TIMES = ranked(np.empty(0))
Told = TypeVar("Told")


@dataclass(slots=True)
class Delay:
    """One delay, while it is learned."""

    name: str
    symbol: int
    steps: Ints
    """The steps of the log that end it."""
    straight: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    """Those with which people went straight on instead."""
    evidence: Evidence = NO_EVIDENCE
    hours: Hours | None = None
    """The hours in which it passes; None: around the clock. Times count in them."""
    passed: Ranked = NO_TIMES
    """Seconds from when each step could begin until it began, or ended where that is not told well."""
    entered: Floats | None = None
    """The age that each case had when it could go on, where ages count; `passed` holds that at which it did."""
    free: Ranked = NO_TIMES
    """Seconds from when each step could begin until somebody had time for it; none where nobody works on it."""
    midst: Floats | None = None
    """And until halfway between that and when it began, step by step; None where that is not told well."""
    told: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    """The steps of which that is seen."""
    always: float | None = None
    """Seconds that it always lasts, where it does; 0: whenever somebody has time for such a step, he begins it."""
    unlike: bool = False
    """Clients differ in how long it takes."""
    at_set_moments: bool = False
    """Nothing passes but the time until a set moment of the week (see `set_moments`)."""

    def of_one(self, known: Symbols) -> bool:
        """Whether all steps that end it are of its symbol, and not of all that somebody works on, or nobody."""
        return bool((known.of_step[self.steps] == self.symbol).all())

    @property
    def times(self) -> Hashable:
        """Which times it is about, and in which hours: the same of any other that is about these."""
        hours = None if self.hours is None else tuple(part.tobytes() for part in self.hours)
        return self.symbol, self.steps.tobytes(), hours


def hours_matter(lasts: Floats) -> bool:
    """Whether enough delays, of so many seconds, are long for the hours in which they pass to matter."""
    return int(np.count_nonzero(lasts > _LONG)) >= max(FEWEST, _OFTEN * len(lasts))


class Moments(NamedTuple):
    """Of each step of a log."""

    enabled: Floats
    """When it could begin."""
    until: Floats
    """When it began, or ended where that is not told well."""
    free: Floats
    """Seconds from when it could begin until somebody had time for it."""
    seen: Flags
    """Whether it is seen who had time then."""
    pair: Ints
    """Which step it is, and which came before it."""
    state: Ints
    """What the routes tell of how its case came to the step before; -1: nothing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What delays are told by; and what was told of them before: where some are told apart by history, most others stay
    the same."""

    findings: Findings
    moments: Moments
    usual: Flags
    """Steps that no closed day made wait."""
    half: Flags
    """Every second case, of each step."""
    _told: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, what: Hashable, find: Callable[[], Told]) -> Told:
        """What *find* tells of *what* is asked, when it is asked first."""
        if what not in self._told:
            self._told[what] = find()
        found: Told = self._told[what]
        return found

    def rhythm(self, activity: int, client: int | None = None, but: Collection[int] = ()) -> Rhythm | None:
        """The rhythm of an *activity*, in the cases of one *client* or in all *but* those of some clients."""
        log = self.findings.log

        def find() -> Rhythm | None:
            cases = ~np.isin(log.client, list(but)) if client is None else log.client == client
            return rhythm.of(log, (log.activity == activity) & cases[log.case])

        return self.once(("rhythm", activity, client, frozenset(but)), find)


def grouped(findings: Findings, moments: Moments, apart: Flags) -> tuple[list[Delay], dict[tuple[int, int], str]]:
    """Which times between steps share a delay: those between the same two in cases that came there in the same way,
    where that matters, or in all cases; or those before the same one, or all."""
    log, known, automaton = findings.log, findings.known, findings.automaton
    before = np.append(START, known.of_step[:-1])
    size = int(known.of_step.max()) + 1
    pair, state, inner = moments.pair, moments.state, log.inner & ~findings.straight.on
    levels = [state * size + known.of_step, pair, known.of_step, known.worked[known.of_step].astype(np.int64)]
    chosen = 1 + timing.grouped(levels[1:], inner, FEWEST)
    chosen[apart & (chosen == 1)] = 0
    if log.way is not None:
        # the ways that a case goes at once begin together, whatever came before them
        chosen = np.where((log.way > 0) & (np.append(0, log.way[:-1]) != log.way), np.maximum(chosen, 2), chosen)
    delays: dict[str, Delay] = {}
    of_pair: dict[tuple[int, int], str] = {}
    of_state: dict[tuple[int, int], str] = {}
    members = _members(levels, inner)
    names = procedure.named(log, findings.teams.names, known, automaton)
    key = np.where(chosen == 0, levels[0] + size * size, pair)
    # those with a history of their own last: the others stand for histories that no case shows
    for at in np.flatnonzero(inner)[np.unique(key[inner], return_index=True)[1]].tolist():
        level, symbol = int(chosen[at]), int(known.of_step[at])
        name = _name(findings, names[state[at]] if level == 0 else "", int(before[at]), symbol, level)
        of_pair.setdefault((int(before[at]), symbol), name)
        if level == 0:
            of_state[int(state[at]), symbol] = name
        if name not in delays:
            steps = members[level][int(levels[level][at])]
            alone = steps[chosen[steps] == level]
            delays[name] = Delay(name, symbol, alone if level == 1 and len(alone) >= FEWEST else steps)
    _go_straight(delays, np.flatnonzero(findings.straight.on), of_pair, of_state, moments, size)
    return list(delays.values()), _by_state(automaton, of_pair) | of_state


def _go_straight(
    delays: Mapping[str, Delay],
    gone: Ints,
    of_pair: Mapping[tuple[int, int], str],
    of_state: Mapping[tuple[int, int], str],
    moments: Moments,
    size: int,
) -> None:
    """Tell *delays* of the steps *gone* straight on with between which they would be; *size*: how many steps differ."""
    whose: dict[str, list[int]] = {}
    for step, pair, state in zip(
        *(each.tolist() for each in (gone, moments.pair[gone], moments.state[gone])), strict=True
    ):
        name = of_state.get((state, pair % size), of_pair.get((pair // size, pair % size), ""))
        whose.setdefault(name, []).append(step)
    for name in whose.keys() & delays.keys():
        delays[name].straight = np.array(whose[name], np.int64)


def _by_state(automaton: Automaton, of_pair: Mapping[tuple[int, int], str]) -> dict[tuple[int, int], str]:
    """State and next symbol -> delay, for all states that bear a symbol."""
    states: dict[int, list[int]] = {}
    for state, symbol in enumerate(automaton.symbol.tolist()):
        states.setdefault(symbol, []).append(state)
    return {(state, after): name for (before, after), name in of_pair.items() for state in states.get(before, ())}


def _members(levels: list[Ints], inner: Flags) -> list[dict[int, Ints]]:
    """Per level: key -> the steps that have it."""
    at = np.flatnonzero(inner)
    found = []
    for keys in levels:
        order = at[np.argsort(keys[at], kind="stable")]
        names, begin = np.unique(keys[order], return_index=True)
        bounds = [*begin.tolist(), len(order)]
        found.append({name: order[bounds[i] : bounds[i + 1]] for i, name in enumerate(names.tolist())})
    return found


def _name(findings: Findings, came: str, before: int, symbol: int, level: int) -> str:
    """The name of a delay; *came*: that of the state before, which tells how a case came there."""

    def plain(number: int) -> str:
        return procedure.symbol_name(findings.log, findings.teams.names, findings.known, number)

    if level < 2:
        return f"delay: {came or plain(before)} > {plain(symbol)}"
    if level == 2:
        return f"delay: > {plain(symbol)}"
    return "delay: > work" if findings.known.worked[symbol] else "delay: > any"
