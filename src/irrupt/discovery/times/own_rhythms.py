"""Clients who answer at hours of their own: some from nine to five, some in the evening, some at any hour.

What they answer comes to whoever works on it next, at once or the next morning: by its hours a client's cases wait for
long, or hardly. So a client whose answers are told clearly better by his own rhythm than by everybody's has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Flags, Ints
from irrupt.discovery.findings import Findings
from irrupt.discovery.log import Log
from irrupt.discovery.people import rhythm
from irrupt.discovery.people.calendars import Hours
from irrupt.discovery.people.rhythm import Rhythm
from irrupt.discovery.times import passing
from irrupt.discovery.times.passing import NO_EVIDENCE
from irrupt.discovery.times.shared_delays import FEWEST, Delay, Moments, hours_matter
from irrupt.organisation import Calendar

_SURELY = 0.05
"""Nats for each answer by which an own rhythm must tell better, beside what is clear: there are many clients."""


class Apart(NamedTuple):
    """Delays of clients who answer at hours of their own."""

    delays: list[Delay]
    """Of all, those of such clients apart,"""
    of: dict[str, dict[str, str]]
    """which are called so: delay -> client -> his."""
    hours_of: dict[str, str | None]
    """Delay -> the calendar in which it passes; None: those of the others pass around the clock."""
    calendars: dict[str, Calendar]


def apart(findings: Findings, moments: Moments, delays: list[Delay], usual: Flags) -> Apart:
    """*delays* with those apart of clients who answer at hours of their own; *usual*: steps that no closed day made
    wait. The others' rhythm is told without theirs."""
    log, activity = findings.log, findings.known.activity
    judged = _Judged(findings, moments, usual, rhythm.halves(log.case))
    theirs = {delay.name: list(_clients(judged, delay)) for delay in delays if _answers(findings, delay)}
    of_activity: dict[int, set[int]] = {}
    for delay in delays:
        of_activity.setdefault(int(activity[delay.symbol]), set()).update(one for one, *_ in theirs.get(delay.name, ()))
    found = Apart([], {}, {}, {})
    for delay in delays:
        what, rest = log.activities[activity[delay.symbol]], delay.steps
        for client, his, own in theirs.get(delay.name, ()):
            name, calendar = f"{delay.name}, {log.clients[client]}", f"rhythm of {what}, {log.clients[client]}"
            rest = rest[~np.isin(rest, his)]
            found.delays.append(replace(delay, name=name, steps=his, hours=own.hours))
            found.of.setdefault(delay.name, {})[log.clients[client]] = name
            found.hours_of[name], found.calendars[calendar] = calendar, own.calendar
        others = replace(delay, steps=rest)
        if len(rest) < len(delay.steps):
            number = int(activity[delay.symbol])
            told = _rhythm(log, number, ~np.isin(log.client, [*of_activity[number]]))
            if told is not None and judged.clearly(others, rest, told, 0.0):
                calendar = _free(f"rhythm of {what}, others", log, what)
                others = replace(others, hours=told.hours)
                found.hours_of[delay.name], found.calendars[calendar] = calendar, told.calendar
            elif delay.hours is not None and not judged.passes(delay.hours, rest):
                others, found.hours_of[delay.name] = replace(others, hours=None), None
        found.delays.append(others)
    return found


@dataclass(frozen=True, slots=True)
class _Judged:
    """By what it is told in which hours a delay passes."""

    findings: Findings
    moments: Moments
    usual: Flags
    half: Flags
    """Every second case, of each step."""

    def passes(self, hours: Hours, steps: Ints) -> bool:
        """Whether what passes before *steps* does so in *hours* rather than around the clock."""
        asked = steps[self.usual[steps]]
        return passing.evidence(self.moments.enabled[asked], self.moments.until[asked], hours, waits=False).gain > 0

    def clearly(self, delay: Delay, steps: Ints, own: Rhythm, margin: float) -> bool:
        """Whether a *delay* before these *steps* is told clearly better by an *own* rhythm than by its hours, by a
        *margin* for each besides."""
        asked = steps[self.usual[steps]]
        begin, end = self.moments.enabled[asked], self.moments.until[asked]
        if not hours_matter(end - begin):
            return False
        half = self.half[asked]
        told = passing.evidence(begin, end, own.hours, waits=False, apart=(half, own.first, own.second))
        told = told._replace(gain=told.gain - margin * told.judged)
        if delay.hours is None:
            return passing.clearly(told, NO_EVIDENCE)
        # Told from other halves, the same hours say more or less by chance: by far more than what is clear.
        ways = (half, delay.hours, delay.hours), None
        rivals = [passing.evidence(begin, end, delay.hours, waits=False, apart=way) for way in ways]
        return all(passing.clearly(told, one) for one in rivals)


def _free(name: str, log: Log, what: str) -> str:
    """*name*, or another where a client's rhythm of *what* is called so."""
    while name in {f"rhythm of {what}, {client}" for client in log.clients}:
        name += " (2)"
    return name


def _answers(findings: Findings, delay: Delay) -> bool:
    """Whether a *delay* is before steps of one kind, that nobody works on, with times of the day."""
    known = findings.known
    alone = not known.worked[delay.symbol] and not findings.log.daily and len(delay.steps) >= FEWEST
    return alone and delay.of_one(known)


def _clients(judged: _Judged, delay: Delay) -> Iterator[tuple[int, Ints, Rhythm]]:
    """Clients whose part of a *delay* passes in a rhythm of their own, with their steps and it; some are left."""
    log, left = judged.findings.log, len(delay.steps)
    client = log.client[log.case[delay.steps]]
    for number in np.unique(client[client >= 0]).tolist():
        his = delay.steps[client == number]
        if min(len(his), left - len(his)) >= FEWEST:
            own = _rhythm(log, int(judged.findings.known.activity[delay.symbol]), log.client == number)
            if own is not None and judged.clearly(delay, his, own, _SURELY):
                left -= len(his)
                yield number, his, own


def _rhythm(log: Log, activity: int, cases: Flags) -> Rhythm | None:
    """The rhythm of an *activity* in some *cases*."""
    return rhythm.of(log, (log.activity == activity) & cases[log.case])
