"""Clients who answer at hours of their own: some from nine to five, some in the evening, some at any hour.

What they answer comes to whoever works on it next, at once or the next morning: by its hours a client's cases wait for
long, or hardly. So a client whose answers are told clearly better by his own rhythm than by everybody's has it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Ints
from irrupt.discovery.findings import Findings
from irrupt.discovery.log import Log
from irrupt.discovery.people.calendars import Hours
from irrupt.discovery.people.rhythm import Rhythm
from irrupt.discovery.times import passing
from irrupt.discovery.times.passing import NO_EVIDENCE
from irrupt.discovery.times.shared_delays import FEWEST, Asked, Delay, hours_matter
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


def apart(asked: Asked, delays: list[Delay]) -> Apart:
    """*delays* with those apart of clients who answer at hours of their own. The others' rhythm is told without
    theirs."""
    log, activity = asked.findings.log, asked.findings.known.activity
    theirs = {
        delay.name: asked.once(("clients", delay.times), partial(_clients, asked, delay))
        for delay in delays
        if _answers(asked.findings, delay)
    }
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
            told = asked.rhythm(number, but=of_activity[number])
            if told is not None and _clearly(asked, others, rest, told, 0.0):
                calendar = _free(f"rhythm of {what}, others", log, what)
                others = replace(others, hours=told.hours)
                found.hours_of[delay.name], found.calendars[calendar] = calendar, told.calendar
            elif delay.hours is not None and not _passes(asked, delay.hours, rest):
                others, found.hours_of[delay.name] = replace(others, hours=None), None
        found.delays.append(others)
    return found


def _passes(asked: Asked, hours: Hours, steps: Ints) -> bool:
    """Whether what passes before *steps* does so in *hours* rather than around the clock."""
    steps = steps[asked.usual[steps]]
    begin, end = asked.moments.enabled[steps], asked.moments.until[steps]
    return passing.evidence(begin, end, hours, waits=False).gain > 0


def _clearly(asked: Asked, delay: Delay, steps: Ints, own: Rhythm, margin: float) -> bool:
    """Whether a *delay* before these *steps* is told clearly better by an *own* rhythm than by its hours, by a *margin*
    for each besides."""
    steps = steps[asked.usual[steps]]
    begin, end = asked.moments.enabled[steps], asked.moments.until[steps]
    if not hours_matter(end - begin):
        return False
    half = asked.half[steps]
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


def _clients(asked: Asked, delay: Delay) -> list[tuple[int, Ints, Rhythm]]:
    """Clients whose part of a *delay* passes in a rhythm of their own, with their steps and it; some are left."""
    log, left, found = asked.findings.log, len(delay.steps), []
    activity, client = int(asked.findings.known.activity[delay.symbol]), log.client[log.case[delay.steps]]
    for number in np.unique(client[client >= 0]).tolist():
        his = delay.steps[client == number]
        if min(len(his), left - len(his)) >= FEWEST:
            own = asked.rhythm(activity, number)
            if own is not None and _clearly(asked, delay, his, own, _SURELY):
                left -= len(his)
                found.append((number, his, own))
    return found
