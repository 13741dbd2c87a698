"""Times between steps: which are alike, whether they pass in somebody's hours, and what the model has to make of them.

What passes before a step that somebody works on is a delay and a wait in his queue: together they must agree with the
records, and `calibrate` sees to it. What passes before other steps is the delay, as recorded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.discovery.findings import Findings
from irrupt.discovery.people import closures, rhythm
from irrupt.discovery.people.calendars import Hours, presence, usual_hours
from irrupt.discovery.people.calendars import hours as as_hours
from irrupt.discovery.people.rhythm import Rhythm
from irrupt.discovery.queues import straight
from irrupt.discovery.queues.straight import Share
from irrupt.discovery.routes.routing import START
from irrupt.discovery.times import (
    ages,
    histories,
    older,
    own_delays,
    own_rhythms,
    passing,
    set_delays,
    set_moments,
    sizes,
    timing,
)
from irrupt.discovery.times.ages import OnClock, Waited
from irrupt.discovery.times.calibrate import Target
from irrupt.discovery.times.delays import RARELY, before_queue, begun_at_once, everybody_seen, left_waiting, seen_of
from irrupt.discovery.times.own_delays import Own
from irrupt.discovery.times.passing import NO_EVIDENCE, Evidence
from irrupt.discovery.times.shared_delays import FEWEST, Asked, Delay, Moments, grouped, hours_matter
from irrupt.discovery.times.timing import ranked
from irrupt.organisation import Calendar, Distribution, Older

_TELL = 600
"""Delays that tell in which hours they pass."""
_INSTANT = 1.0
"""Seconds that pass at a set moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """Delays by name."""

    targets: Mapping[str, Target]
    """Those to be fitted."""
    plain: Mapping[str, Distribution]
    """Those that the log gives as they are."""
    delay_of: Mapping[tuple[int, int], str]
    """State and next symbol -> the name of the delay between them."""
    hours_of: Mapping[str, str]
    """Delay -> the calendar in whose hours it passes, where it does not pass around the clock."""
    calendars: Mapping[str, Calendar]
    """Those calendars."""
    clock: OnClock
    """Those that count on the clock of the case."""
    older: Mapping[str, tuple[Older, ...]]
    """Delay -> those of older cases."""
    own: Own
    """Delay -> client -> his, where clients differ."""
    straight: Mapping[tuple[int, int], Share]
    """Symbol and next symbol -> with what share of cases whoever did the one goes straight on to the other."""


@dataclass(slots=True)
class _Place:
    """The calendar of a team or of an activity."""

    name: str
    worked: bool
    calendars: tuple[Calendar, ...]
    """What its hours may be: the likeliest are taken."""
    delays: list[Delay] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """What does not hang on how much each case counts: which times share a delay, and in whose hours it passes."""

    delays: tuple[Delay, ...]
    delay_of: Mapping[tuple[int, int], str]
    hours_of: Mapping[str, str]
    calendars: Mapping[str, Calendar]
    clock: OnClock
    older: Mapping[str, tuple[Older, ...]]
    own: Own
    """Those of clients who answer at hours of their own."""


def alike(findings: Findings) -> Alike:
    """Which times between the steps of a log are alike, and in whose hours they pass.

    Times that count on the clock of the case depend on how it came there, by how long that took: they have no
    histories.
    """
    log, known = findings.log, findings.known
    enabled = log.enabled
    moments = Moments(
        enabled=enabled,
        until=np.maximum(log.start if findings.begins_told else log.end, enabled),
        free=before_queue(log, findings.teams.team, findings.worked, enabled, findings.workforce, findings.teams.names),
        seen=everybody_seen(log),
        pair=np.append(START, known.of_step[:-1]) * (int(known.of_step.max()) + 1) + known.of_step,
        state=np.append(-1, findings.automaton.trace(known.of_step, log.begin)[:-1]),
    )
    usual = ~closures.touched(findings.closures, log, enabled, moments.until)
    asked, apart = Asked(findings, moments, usual, rhythm.halves(log.case)), np.zeros(len(log.case), bool)
    plain = _told(asked, apart)
    passed = np.where(known.worked[known.of_step], moments.free, moments.until - enabled)
    inner = np.flatnonzero(log.inner & ~findings.straight.on)
    apart[inner] = histories.matter(moments.pair[inner], moments.state[inner], passed[inner], log.case[inner], FEWEST)
    for delay in plain.delays:
        if delay.name in plain.clock.delays:
            apart[delay.steps] = False
    return _told(asked, apart) if apart.any() else plain


def _told(asked: Asked, apart: Flags) -> Alike:
    """Which times are alike, where those of some steps are told *apart* by history; and in whose hours they pass."""
    findings, moments, begins_told = asked.findings, asked.moments, asked.findings.begins_told
    every, delay_of = grouped(findings, moments, apart)
    hours_of, calendars = set_moments.mark(findings, moments, every)
    mine = set_moments.apart(findings, moments, [delay for delay in every if delay.name not in hours_of])
    at_moments = [*(delay for delay in every if delay.name in hours_of), *mine.delays]
    hours_of, calendars, delays = hours_of | mine.hours_of, calendars | mine.calendars, mine.others
    set_delays.mark(findings, moments, delays)
    for delay, name, calendar in _in_hours(asked, delays):
        hours_of[delay.name], calendars[name] = name, calendar
    for delay, name, often in _rhythms(asked, delays):
        hours_of[delay.name], delay.hours = name, often.hours
        calendars[name] = often.calendar
    clock = _on_clock(findings, moments, delays)
    on_clock = [delay for delay in delays if delay.name in clock.delays]
    own = own_rhythms.apart(asked, [delay for delay in delays if delay.name not in clock.delays])
    every_hours = (hours_of | own.hours_of).items()
    hours_of = {name: hours for name, hours in every_hours if hours is not None and name not in clock.delays}
    calendars = {name: one for name, one in (calendars | own.calendars).items() if name in hours_of.values()}
    set_delays.mark(findings, moments, own.delays)
    delays, by_age = _by_age(asked, [*on_clock, *own.delays], clock, own.hours_of)
    return Alike(
        delays=tuple(
            delay if delay.name in clock.delays or delay.at_set_moments else _timed(asked, delay, begins_told)
            for delay in (*delays, *at_moments)
        ),
        delay_of=delay_of,
        hours_of=hours_of,
        calendars=calendars,
        clock=clock,
        older=by_age,
        own={name: {**mine.of.get(name, {}), **own.of.get(name, {})} for name in {**mine.of, **own.of}},
    )


def _in_hours(asked: Asked, delays: list[Delay]) -> Iterator[tuple[Delay, str, Calendar]]:
    """The *delays* that pass in the hours of the team or the activity that comes next, which they are given."""
    moments, usual, closed = asked.moments, asked.usual, asked.findings.workforce.closed
    for place in _places(asked.findings, delays):
        judged = []
        for delay in place.delays:
            steps = delay.steps[usual[delay.steps]] if usual[delay.steps].any() else delay.steps
            told = seen_of(steps, moments.seen)
            if delay.always is None and (not place.worked or left_waiting(moments.free[told]) > RARELY * len(told)):
                judged.append(delay)
        calendar, evidence = _likeliest(asked, place, judged)
        shared, hours = passing.together(evidence), as_hours(calendar, closed)
        for delay, own in zip(judged, evidence, strict=True):
            delay.evidence = own
            if own.judged and passing.passes_in(own, shared):
                delay.hours = hours
                yield delay, place.name, calendar


def _timed(asked: Asked, delay: Delay, begins_told: bool) -> Delay:
    """A *delay*, with how long it took, and whether clients differ in that."""
    find = partial(_lasting, replace(delay), asked.findings, asked.moments, begins_told)
    told = asked.once(("long", delay.times, delay.always), find)
    return replace(told, name=delay.name, straight=delay.straight, evidence=delay.evidence)


def _lasting(delay: Delay, findings: Findings, moments: Moments, begins_told: bool) -> Delay:
    """The same of one that was not looked at before."""
    begin, until = moments.enabled[delay.steps], moments.until[delay.steps]
    if not findings.known.worked[delay.symbol]:
        delay.passed = passing.waits(begin, until, delay.hours)
        delay.unlike = sizes.clients_differ(delay.passed.stood, findings.log, delay.steps)
        return delay
    delay.passed = passing.times(begin, until, delay.hours)
    _who_was_free(delay, moments, begins_told)
    if delay.midst is not None and delay.always is None:
        bounds = delay.free.stood, delay.midst
        delay.unlike = all(sizes.clients_differ(one, findings.log, delay.told) for one in bounds)
    return delay


def _who_was_free(delay: Delay, moments: Moments, begins_told: bool) -> None:
    """For how long nobody had time for the steps of a *delay*, as far as it is seen, and whether that was all."""
    told = delay.told = seen_of(delay.steps, moments.seen)
    begin = moments.enabled[told]
    delay.free = passing.times(begin, begin + moments.free[told], delay.hours)
    if begins_told:
        if begun_at_once(moments.until[told] - begin, moments.free[told], FEWEST):
            delay.always = 0.0
        free = delay.free.stood
        delay.midst = (free + np.maximum(passing.times(begin, moments.until[told], delay.hours).stood, free)) / 2


def _by_age(
    asked: Asked, delays: list[Delay], clock: OnClock, whole: Collection[str]
) -> tuple[list[Delay], dict[str, tuple[Older, ...]]]:
    """*delays*, those apart that are of older cases; and these, by name. Those stay *whole* whose names stand there."""
    known, moments = asked.findings.known, asked.moments
    found: list[Delay] = []
    by_age = {}
    for delay in delays:
        own = delay.always is None and delay.of_one(known) and delay.name not in {*clock.delays, *whole}
        parted = _parts(asked, delay, clock) if own else []
        if len(parted) < 2:
            found.append(delay)
            continue
        part = np.searchsorted(
            [one.than for one in parted[1:]], moments.enabled[delay.straight] - clock.began[delay.straight], "right"
        )
        found += [
            replace(delay, name=delay.name + one.told, steps=delay.steps[one.mine], straight=delay.straight[part == at])
            for at, one in enumerate(parted)
        ]
        by_age[delay.name] = tuple(Older(than=one.than, delay=delay.name + one.told) for one in parted[1:])
    return found, by_age


def _parts(asked: Asked, delay: Delay, clock: OnClock) -> list[older.Part]:
    """The parts into which a *delay* falls by the ages of cases."""
    at, moments = delay.steps, asked.moments

    def find() -> list[older.Part]:
        begin = moments.enabled[at]
        free = moments.free[at] if asked.findings.known.worked[delay.symbol] else moments.until[at] - begin
        times = free if delay.hours is None else delay.hours.between(begin, begin + free)
        return older.parts(times, begin - clock.began[at], asked.half[at])

    return asked.once(("parts", delay.times, clock.anew), find)


def _straight(weight: Floats, delay: Delay) -> float:
    """With what share of the cases for which there is a *delay* people go straight on instead."""
    gone = float(weight[delay.straight].sum())
    return gone / (gone + float(weight[delay.steps].sum())) if gone else 0.0


def _rhythms(asked: Asked, delays: list[Delay]) -> list[tuple[Delay, str, Rhythm]]:
    """The delays before steps that nobody works on which pass in the rhythm of the activity that comes next: where it
    clearly tells better when they end."""
    log, known, found = asked.findings.log, asked.findings.known, []
    for delay in delays:
        activity = int(known.activity[delay.symbol])
        told = (
            None if known.worked[delay.symbol] else asked.once(("in", delay.times), partial(_in_rhythm, asked, delay))
        )
        if told is not None:
            own, evidence = told
            if passing.clearly(evidence, delay.evidence if delay.hours is not None else NO_EVIDENCE):
                delay.evidence = evidence
                found.append((delay, f"rhythm of {log.activities[activity]}", own))
    return found


def _in_rhythm(asked: Asked, delay: Delay) -> tuple[Rhythm, Evidence] | None:
    """The rhythm of the activity behind a *delay*, and whether it passes in that; None: nothing tells."""
    known, moments = asked.findings.known, asked.moments
    steps = delay.steps[asked.usual[delay.steps]]
    steps = steps[np.unique(np.linspace(0, len(steps) - 1, _TELL).astype(np.int64))] if len(steps) else steps
    begin, end = moments.enabled[steps], moments.until[steps]
    alone = (known.of_step[steps] == delay.symbol).all() and hours_matter(end - begin)
    own = asked.rhythm(int(known.activity[delay.symbol])) if alone else None
    if own is None:
        return None
    apart = asked.half[steps], own.first, own.second
    return own, passing.evidence(begin, end, own.hours, waits=False, apart=apart)


def _on_clock(findings: Findings, moments: Moments, delays: list[Delay]) -> OnClock:
    """The delays that count on the clock of the case, with their ages set."""
    known, enabled, until = findings.known, moments.enabled, moments.until
    served = enabled + moments.free
    ready = {one.name: (served if known.worked[one.symbol] else until)[one.steps] for one in delays}
    waited = {
        one.name: Waited(one.steps, ready[one.name], one.evidence.gain / max(one.evidence.judged, 1))
        for one in delays
        if one.of_one(known)
    }
    found = ages.learn(findings.log, waited)
    for one in delays:
        if one.name in found.delays:
            began = found.began[one.steps]
            one.passed = ranked(ready[one.name] - began)
            one.entered = np.maximum(enabled[one.steps] - began, 0.0)
    return found


def _likeliest(asked: Asked, place: _Place, judged: list[Delay]) -> tuple[Calendar, list[Evidence]]:
    """In which of the hours that *place* may have delays pass for which they say most, and what they say then."""
    found = []
    for number, calendar in enumerate(place.calendars):
        hours = as_hours(calendar)
        evidence = [
            asked.once((place.name, number, at.tobytes()), partial(_evidence, asked.moments, place, hours, at))
            for at in (delay.steps for delay in judged)
        ]
        found.append((calendar, evidence))
    return max(found, key=lambda one: sum(max(own.gain, 0.0) for own in one[1]))


def _evidence(moments: Moments, place: _Place, hours: Hours, at: Ints) -> Evidence:
    """Whether what passes before the steps *at* does so in the *hours* of a *place*."""
    free = moments.free[at] if place.worked else None
    return passing.evidence(moments.enabled[at], moments.until[at], hours, waits=place.worked, free=free)


def learn(findings: Findings, same: Alike) -> Gaps:
    """The delays between the steps of a log, in which times are alike as in *same*."""
    known = findings.known
    targets, plain = {}, {}
    own: dict[str, Mapping[str, str]] = dict(same.own)
    for delay in same.delays:
        weight = findings.weight[delay.steps]
        if delay.at_set_moments:
            plain[delay.name] = Distribution.fixed(_INSTANT)
        elif delay.entered is not None:
            plain[delay.name] = ages.over_at(delay.passed, delay.entered, weight)
        elif known.worked[delay.symbol]:
            wanted = delay.passed.points(weight)
            factors = own_delays.before_work(delay, findings) if delay.unlike else {}
            own |= own_delays.named(delay, factors, own)
            targets[delay.name] = Target(
                wanted=wanted,
                delay=own_delays.before(delay, factors, findings, len(wanted)),
                own={own[delay.name][client]: by for client, by in factors.items()},
                known=delay.always is not None,
                team=findings.teams.names[known.team[delay.symbol]],
                hours=delay.hours,
                straight=_straight(findings.weight, delay),
            )
        else:
            stood = delay.passed.stood
            factors = sizes.by_client(stood, findings.log, delay.steps, weight) if delay.unlike else {}
            own |= own_delays.named(delay, factors, own)
            usual = own_delays.evened(delay.passed, factors, delay.steps, findings).quantiles(weight)
            plain[delay.name] = usual
            plain |= {own[delay.name][client]: timing.scaled(usual, by) for client, by in factors.items()}
    return Gaps(
        targets=targets,
        plain=plain,
        delay_of=same.delay_of,
        hours_of=same.hours_of,
        calendars=same.calendars,
        clock=same.clock,
        older=same.older,
        own=own,
        straight=straight.shares(findings.straight, findings.log.enabled - same.clock.began, findings.weight),
    )


def _places(findings: Findings, delays: list[Delay]) -> list[_Place]:
    """The hours in which each delay may pass: those of the team that comes next, or of the activity that does."""
    log, known = findings.log, findings.known
    if log.daily:
        return []
    seen = presence(log, np.ones(len(log.case), bool), log.activity, len(log.activities), people=False)
    places: dict[str, _Place] = {}
    for delay in delays:
        worked = bool(known.worked[delay.symbol])
        team, activity = int(known.team[delay.symbol]), int(known.activity[delay.symbol])
        name = f"hours at {findings.teams.names[team]}" if worked else f"hours of {log.activities[activity]}"
        if name not in places:
            places[name] = _Place(
                name, worked, (findings.workforce.team_calendars[team],) if worked else usual_hours(seen[activity])
            )
        places[name].delays.append(delay)
    return list(places.values())
