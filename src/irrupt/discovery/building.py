"""What was learned, made into an organisation whose simulated times agree with the recorded ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from irrupt.arraytypes import Ints
from irrupt.discovery import procedure
from irrupt.discovery.arrivals import demand
from irrupt.discovery.arrivals.season import EVEN
from irrupt.discovery.findings import Findings
from irrupt.discovery.kinds import variety
from irrupt.discovery.people import absences, closures, hands, loads
from irrupt.discovery.people.workforce import FULL
from irrupt.discovery.queues.patience import taken_back
from irrupt.discovery.routes import splitting
from irrupt.discovery.times import calibrate, gaps, own_delays, timing
from irrupt.discovery.times.simulated import Between, Runs, rounds
from irrupt.organisation import Calendar, Distribution, Learned, Older, Organisation, Person, Route, Step, Team
from irrupt.units import WEEK
from irrupt.wall import aware

_ALIKE = 1e-9
"""By how much, as a share, what is the same may differ in reckoning."""
_PARTS = 12
"""Parts of the time that tell how well the whole of it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unweighted:
    """What does not hang on how much each case counts."""

    delays: gaps.Alike
    times: Mapping[str, tuple[timing.Ranked, Ints]]
    """Duration -> how long the steps took that it is learned from, and these steps."""
    time_of: Mapping[int, str]
    """Symbol -> duration."""
    speeds: Mapping[int, float]
    """Person -> speed, where it is not 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An organisation whose delays are still to be made to fit."""

    organisation: Organisation
    targets: Mapping[str, calibrate.Target]
    """What the delays are to come to."""
    groups: Mapping[tuple[str, str], str]
    """Step and next step -> name of the delay between them,"""
    older: Mapping[str, tuple[Older, ...]]
    """and those of older cases."""
    cut: Mapping[str, float]
    least: Mapping[str, Distribution]
    """Durations that must not be gone below."""

    def with_delays(self, fitted: Mapping[str, Distribution]) -> Organisation:
        """The organisation with delays before queues as they were *fitted*, or as they are to begin with."""
        return calibrate.with_delays(self.organisation, self.targets, fitted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """An organisation, and what had to give."""

    organisation: Organisation
    cut: Mapping[str, float]
    """Team -> share of its work that was left, where all of it would not fit in its hours or made longer queues than
    recorded."""
    tuned: Mapping[str, float]
    """Team -> by what its work was multiplied for its queue to be as long as recorded."""


def unweighted(findings: Findings) -> Unweighted:
    """Which times of *findings* are alike."""
    times, time_of, speeds = _times(findings)
    return Unweighted(delays=gaps.alike(findings), times=times, time_of=time_of, speeds=speeds)


def draft(
    findings: Findings, plain: Unweighted, *, name: str, learned: Learned | None, typical: Organisation | None = None
) -> Draft:
    """The organisation of *findings*, in which times are alike as in *plain*; *learned*: from what.

    *typical* is the organisation with typical times of work, when the findings assume the shortest or the longest: what
    it could bear, the longest are not cut below, and the shortest are not above.
    """
    log, known, teams = findings.log, findings.known, findings.teams
    names = procedure.named(log, teams.names, known, findings.automaton)
    block_of = dict(zip(names, known.block[findings.automaton.symbol].tolist(), strict=True))
    durations, work_of = _durations(findings, plain)
    durations, cut = _bearable(findings, durations, work_of)
    durations, least = _beside(durations, typical.distributions if typical else {}, findings.work_assumed)
    delays = gaps.learn(findings, plain.delays)
    steps = procedure.steps(log, teams.names, known, findings.automaton, names, work_of, delays.clock.anew)
    people = _people(findings, steps, plain.speeds)
    onward = procedure.Onward(log, known, findings.automaton, names, delays)
    routes, own = _routes(findings, onward)
    organisation = Organisation(
        name=name,
        timezone=log.timezone,
        origin=_next_monday(findings),
        clients=findings.demand.clients,
        steps=steps,
        routes=routes,
        client_routes=own,
        teams={step.whose: Team() for step in steps.values() if step.whose is not None},
        people=people,
        patience=findings.patience,
        calendars=_closed({**_calendars(findings, people), **delays.calendars}, findings),
        distributions={**durations, **delays.plain},
        learned=learned,
    )
    organisation = own_delays.applied(variety.applied(organisation, findings, work_of), delays.own, delays.hours_of)
    organisation = hands.applied(taken_back(organisation), findings.workforce.tied)
    return Draft(
        organisation=splitting.split(organisation, findings.beside, block_of),
        targets=delays.targets,
        groups=_groups(findings, steps, names, delays.delay_of, block_of),
        older=delays.older,
        cut=cut,
        least=least,
    )


def build(findings: Findings, drawn: Draft, *, seed: int) -> Built:
    """The organisation *drawn* from *findings*, its delays fitted by simulation."""
    log, cut, risen = findings.log, dict(drawn.cut), findings.demand.risen
    steps_per_week = len(log.case) / log.cases * sum(one.cases_per_week for one in findings.demand.clients.values())
    closed, away = closures.recorded(findings.closures, log), findings.workforce.away
    dated = len(closed) > 0 or len(away) > 0 or len(findings.demand.dated.seasons) > 0
    runs = rounds(steps_per_week, closures.length(log) if dated else None)
    rules = drawn.with_delays({})
    recorded = calibrate.Recorded(
        loads={team: load * cut.get(team, 1.0) / risen for team, load in loads.of_teams(findings).items()},
        with_work=not findings.begins_told,
        closed=closures.since(closed, log, runs.warm_up),
        away={name: closures.since(begins, log, runs.warm_up) for name, begins in away.items()},
        least=drawn.least,
        sure=_sure(findings),
        single=findings.workforce.single,
    )
    between = Between(drawn.groups, drawn.older)
    then = _then(findings, rules, runs)
    fitted = calibrate.fitted(then, drawn.targets, between, recorded, runs=runs, seed=seed)
    for team, share in fitted.relieved.items():
        cut[team] = cut.get(team, 1.0) * share
    made = replace(fitted.organisation, clients=rules.clients, origin=rules.origin)
    return Built(organisation=made, cut=cut, tuned=fitted.tuned)


def _then(findings: Findings, rules: Organisation, runs: Runs) -> Organisation:
    """*rules* as they were in the records: runs are held against what was asked for then, not against what will be.

    What depends on the date goes on at the dates of the records; where these are too long for that, without seasons.
    """
    clients = demand.steady(findings.demand, rules.clients)
    if not findings.demand.dated:
        return replace(rules, clients=clients)
    log = findings.log
    if runs.weeks < closures.length(log) + runs.warm_up:
        clients = {name: replace(client, season=EVEN) for name, client in clients.items()}
    begin = log.origin - timedelta(weeks=runs.warm_up)
    return replace(rules, clients=clients, origin=aware(begin, log.timezone))


def _routes(
    findings: Findings, onward: procedure.Onward
) -> tuple[dict[str, tuple[Route, ...]], dict[str, dict[str, tuple[Route, ...]]]]:
    """Where cases go from each state, and the routes of clients whose cases go otherwise."""
    if findings.variety.routes is not None:
        everybody, own = variety.routes(findings, findings.variety.routes, onward)
    else:
        everybody, own = {}, onward.of_clients(findings.moves, findings.worth)
    known = {client: routes for client, routes in own.items() if client in findings.demand.clients}
    return onward.everywhere(everybody), known


def _next_monday(findings: Findings) -> datetime:
    """The first Monday after the last arrivals: simulated time goes on where the records stop."""
    return aware(_next_week(findings), findings.log.timezone)


def _next_week(findings: Findings) -> datetime:
    """The same, on local clocks."""
    log = findings.log
    return log.origin + timedelta(seconds=float(np.ceil((log.arrivals_end + 1) / WEEK) * WEEK))


def _closed(calendars: dict[str, Calendar], findings: Findings) -> dict[str, Calendar]:
    """*calendars* with the dates on which nobody works in any year."""
    spans = findings.closures.spans(_next_week(findings))
    return {name: replace(calendar, closed=spans) for name, calendar in calendars.items()} if spans else calendars


def _beside(
    durations: dict[str, Distribution], typical: Mapping[str, Distribution], work: str
) -> tuple[dict[str, Distribution], dict[str, Distribution]]:
    """Durations on their side of the typical ones, and those that must not be gone below."""
    longest = work == "longest"
    bounded = {
        label: typical[label]
        if label in typical and (time.mean < typical[label].mean) == longest and time.mean != typical[label].mean
        else time
        for label, time in durations.items()
    }
    return bounded, {label: typical[label] for label in bounded if longest and label in typical}


def _calendars(findings: Findings, people: Mapping[str, Person]) -> dict[str, Calendar]:
    """The hours of *people*, and those at which they take up the work of one team, by the names that they go by."""
    staff, used = findings.workforce, {person.calendar for person in people.values()}
    found = {name: calendar for name, calendar in staff.calendars.items() if name in used}
    of_teams = {one: staff.parted[name, team] for name, who in people.items() for team, one in who.team_hours.items()}
    return found | of_teams


def _people(findings: Findings, steps: Mapping[str, Step], speeds: Mapping[int, float]) -> dict[str, Person]:
    """Who works."""
    used = {step.team for step in steps.values()}
    number_of = {name: number for number, name in enumerate(findings.log.people)}
    found, absent = {}, absences.ahead(findings.workforce, findings.log, _next_week(findings))
    for name, person in findings.workforce.people.items():
        teams = tuple(team for team in person.teams if team in used)
        if teams:
            number, parted = number_of.get(name, -1), findings.workforce.parted_teams(name)
            found[name] = replace(
                person,
                teams=teams,
                speed=speeds.get(number, 1.0),
                absent=absent.get(name, ()),
                team_hours={team: f"hours of {name} for {team}" for team in parted if team in used and len(teams) > 1},
            )
    return found


def _times(
    findings: Findings,
) -> tuple[dict[str, tuple[timing.Ranked, Ints]], dict[int, str], dict[int, float]]:
    """By name of a duration, the times that it is learned from; the name for each symbol; and people's speeds."""
    log, known = findings.log, findings.known
    of_kind = known.worked[known.of_step]
    usable = findings.worked == of_kind
    judged = usable & of_kind
    sized = findings.variety.sizes
    speeds = dict(sized.speeds) if sized is not None else {}
    pace = np.ones(len(log.people) + 1)
    for person, speed in speeds.items():
        pace[person] = speed
    relative = np.ones(len(log.case)) if sized is None else sized.relative
    normal = findings.work * np.where(judged, pace[log.person], 1.0) / relative
    levels = [known.alike[known.of_step], log.activity * 2 + of_kind, of_kind.astype(np.int64)]
    chosen = timing.grouped(levels, usable)
    found: dict[str, tuple[timing.Ranked, Ints]] = {}
    name_of: dict[int, str] = {}
    for symbol, at in zip(*np.unique(known.of_step, return_index=True), strict=True):
        level = int(chosen[at])
        label = _time_name(findings, int(symbol), level)
        name_of[int(symbol)] = label
        if label not in found:
            mine = np.flatnonzero(usable & (levels[level] == levels[level][at]))
            found[label] = timing.ranked(normal[mine]), mine
    return found, name_of, speeds


def _durations(findings: Findings, plain: Unweighted) -> tuple[dict[str, Distribution], dict[int, str]]:
    """Durations by name, and the name for each symbol that takes time."""
    found = {
        label: timing.scaled(times.quantiles(findings.weight[steps]), _in_all(findings, times, steps))
        for label, (times, steps) in plain.times.items()
    }
    lasting = {label: time for label, time in found.items() if time.mean != 0}
    return lasting, {symbol: label for symbol, label in plain.time_of.items() if label in lasting}


def _in_all(findings: Findings, times: timing.Ranked, steps: Ints) -> float:
    """By what *times*, those of *steps* as a usual case at usual speed would take them, must be multiplied for all work
    to be what it was: where it does not grow quite as it is told to, the mean of parts is not their share of the whole.
    """
    usual, work, weight = times.stood, findings.work[steps], findings.weight[steps]
    longer = np.where(usual > 0.0, work / np.maximum(usual, 1e-12), 1.0)
    mean = float((weight * usual).sum() / weight.sum())
    if mean <= 0.0 or np.ptp(longer) <= _ALIKE * longer.mean():
        return 1.0
    return float((weight * work).sum() / (weight * longer).sum()) / mean


def _time_name(findings: Findings, symbol: int, level: int) -> str:
    log, known = findings.log, findings.known
    kind = "work" if known.worked[symbol] else "time"
    if level == 0:
        return f"{kind}: {procedure.symbol_name(log, findings.teams.names, known, int(known.alike[symbol]))}"
    return f"{kind}: {log.activities[known.activity[symbol]]}" if level < 2 else f"{kind}: any"


def _bearable(
    findings: Findings, durations: dict[str, Distribution], work_of: Mapping[int, str]
) -> tuple[dict[str, Distribution], dict[str, float]]:
    """Durations cut down where a team's work would not fit in its hours; and by how much, per team."""
    busy = loads.of_teams(findings)
    full = {team: calibrate.MOST_LOAD if team in findings.workforce.sure else FULL for team in busy}
    factors = {team: full[team] / load for team, load in busy.items() if load > full[team]}
    if not factors:
        return durations, {}
    changed = dict(durations)
    for label in set(work_of.values()):
        teams = {findings.teams.names[findings.known.team[symbol]] for symbol, name in work_of.items() if name == label}
        factor = min((factors.get(team, 1.0) for team in teams), default=1.0)
        if factor < 1.0:
            changed[label] = timing.scaled(durations[label], factor)
    return changed, factors


def _sure(findings: Findings) -> dict[str, calibrate.Sure]:
    """How well the records tell how busy those teams are whose hours are known, by parts of the time."""
    log, found = findings.log, {}
    begin, end = log.span
    part = np.minimum((log.start - begin) / max(end - begin, 1.0) * _PARTS, _PARTS - 1).astype(np.int64)
    wait = log.start - log.enabled
    for name in sorted(findings.workforce.sure):
        mine = findings.worked & (findings.teams.team == findings.teams.names.index(name))
        work, count, waited = (
            np.bincount(part[mine], one[mine], _PARTS) for one in (findings.in_hours, np.ones(len(wait)), wait)
        )
        if work.sum() > 0 and waited.sum() > 0:
            of_load = work.std(ddof=1) / work.mean() / np.sqrt(_PARTS)
            far = waited - count * waited.sum() / count.sum()
            of_queue = np.sqrt((far**2).sum() * _PARTS / (_PARTS - 1)) / waited.sum()
            found[name] = calibrate.Sure(float(of_load), float(of_queue))
    return found


def _groups(
    findings: Findings,
    steps: Mapping[str, Step],
    names: tuple[str, ...],
    delay_of: Mapping[tuple[int, int], str],
    block_of: Mapping[str, int],
) -> dict[tuple[str, str], str]:
    """Step and next step -> name of the delay between them; *block_of*: as in `splitting.split`."""
    found = {}
    for state, leads in enumerate(findings.automaton.routes):
        for symbol, (to, _share) in leads.items():
            if to >= 0 and (state, symbol) in delay_of:
                found[names[state], names[to]] = delay_of[state, symbol]
    activity_of = {name: step.activity for name, step in steps.items()}
    return splitting.either_way(found, activity_of, findings.beside, block_of)
