"""From a Chronicle to an Organisation: the main path of discovery, in one page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from irrupt.chronicle.model import Chronicle
from irrupt.discovery import calibrate, demand, memory, procedure, routing, starts, timing, workforce
from irrupt.discovery import teams as people_and_teams
from irrupt.discovery.calibrate import Target
from irrupt.discovery.censoring import Completeness, completeness
from irrupt.discovery.delays import before_queue
from irrupt.discovery.demand import Demand
from irrupt.discovery.memory import Memory
from irrupt.discovery.log import WEEK, Flags, Floats, Log, aware, read
from irrupt.discovery.procedure import Symbols
from irrupt.discovery.routing import START, Automaton
from irrupt.discovery.starts import Work
from irrupt.discovery.teams import Teams
from irrupt.discovery.workforce import FULL, Workforce
from irrupt.i18n import gettext as _
from irrupt.organisation import Distribution, Learned, Organisation, Team

Progress = Callable[[str, float], None]

_FEWEST_DELAYS = 25
_SCALED_LEAST = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was learned from a log, before it becomes an organisation."""

    log: Log
    complete: Completeness
    teams: Teams
    worked: Flags
    known: Symbols
    automaton: Automaton
    workforce: Workforce
    demand: Demand
    memory: Memory
    weight: Floats
    """Per step: what it counts in distributions of times."""
    work: Floats
    """Seconds of work per step."""


def discover(
    chronicle: Chronicle,
    *,
    clients: Mapping[str, str] | None = None,
    work: Work = "typical",
    fidelity: bool = True,
    seed: int = 1,
    progress: Progress | None = None,
) -> Organisation:
    """Learn the organisation that *chronicle* records: demand, procedure, teams, hours, durations and delays.

    *clients* maps clients of the log to the clients or groups that are to be told apart; without it the larger ones
    stand alone. Where the log has no start times, *work* says which plausible times of work to assume. With *fidelity*
    the distance of simulated to held-out records is measured as well, and kept in `Organisation.learned`. *progress* is
    called with what is being done and the share done.

    Raises `DataError` when nothing can be learned. Cost: seconds for 100,000 steps.
    """
    tell = progress or _silent
    tell(_("reading the records"), 0.0)
    timed = chronicle if chronicle.starts == "measured" else starts.assume_starts(chronicle, work)
    findings = find(timed, clients, tell)
    tell(_("fitting delays"), 0.4 if fidelity else 0.6)
    organisation = build(findings, name=_name(chronicle), seed=seed)
    learned = _learned(chronicle, findings, organisation, work)
    if fidelity:
        tell(_("comparing with held-out records"), 0.6)
        from irrupt.discovery.fidelity import measured

        distances, notes = measured(chronicle, clients=clients, work=work, seed=seed)
        learned = replace(learned, fidelity=distances, notes=learned.notes + notes)
    tell(_("done"), 1.0)
    return replace(organisation, learned=learned)


def _silent(_what: str, _share: float) -> None:
    """Nobody listens."""


def _name(chronicle: Chronicle) -> str:
    return chronicle.source.replace("\\", "/").rsplit("/", 1)[-1] or _("organisation")


def find(chronicle: Chronicle, clients: Mapping[str, str] | None, tell: Progress = _silent) -> Findings:
    """What *chronicle*, which has start times, tells."""
    log = read(chronicle, clients)
    teams = people_and_teams.find(log)
    log = people_and_teams.without(log, teams.systems)
    worked = _worked(log, teams)
    tell(_("learning who works when"), 0.1)
    staff = workforce.learn(log, teams, worked)
    known = procedure.symbols(log, teams.team, worked)
    complete = completeness(log, known.of_step)
    tell(_("learning the routes"), 0.2)
    past = memory.learn(log, known.of_step)
    age = (log.span[1] - log.start[log.begin]) / WEEK
    fresh = complete.weights * memory.fading(age, past.routes)
    automaton = routing.learn(known.of_step, log.begin, complete.begins, complete.ends, fresh)
    spent = np.where(worked, workforce.work_time(log, teams, staff, log.start, log.left), 0.0)
    return Findings(
        log=log,
        complete=complete,
        teams=teams,
        worked=worked,
        known=known,
        automaton=automaton,
        workforce=staff,
        demand=demand.learn(log, complete),
        memory=past,
        weight=(complete.weights * memory.fading(age, past.times))[log.case],
        work=spent,
    )


def _worked(log: Log, teams: Teams) -> Flags:
    """Steps that somebody of the organisation works on, so that they wait for him."""
    if log.starts == "assumed":
        return starts.worked_on(log, teams)
    return (teams.team >= 0) & ~log.acts[log.activity] & (not log.daily)


def build(findings: Findings, *, name: str, seed: int) -> Organisation:
    """The organisation of *findings*, its delays fitted by simulation."""
    log, known, teams = findings.log, findings.known, findings.teams
    names = procedure.named(log, teams.names, known, findings.automaton)
    durations, work_of, speeds = _durations(findings)
    durations, scaled = _bearable(findings, durations, work_of)
    targets, plain, delay_of = _delays(findings)
    steps = procedure.steps(log, teams.names, known, findings.automaton, names, work_of)
    counted = findings.complete.ends
    organisation = Organisation(
        name=name,
        timezone=log.timezone,
        origin=aware(log.origin + timedelta(seconds=float(np.ceil((log.span[1] + 1) / WEEK) * WEEK)), log.timezone),
        clients=findings.demand.clients,
        steps=steps,
        routes=procedure.routes(log, known, findings.automaton, names, delay_of),
        client_routes=procedure.client_routes(log, known, findings.automaton, names, delay_of, counted),
        teams={step.team: Team() for step in steps.values() if step.team is not None},
        people=_people(findings, steps, speeds),
        distributions={**durations, **plain, **{key: timing.as_distribution(t.delay) for key, t in targets.items()}},
    )
    organisation = replace(
        organisation,
        calendars={
            key: value
            for key, value in findings.workforce.calendars.items()
            if any(person.calendar == key for person in organisation.people.values())
        },
    )
    begin, end = log.span
    return calibrate.fitted(
        organisation,
        targets,
        _groups(findings, names, delay_of),
        with_work=log.starts != "measured",
        expected_steps=len(log.case) / max((end - begin) / WEEK, 1.0),
        seed=seed,
    )


def _people(findings: Findings, steps: Mapping[str, object], speeds: Mapping[int, float]) -> dict[str, object]:
    used = {step.team for step in steps.values()}
    found = {}
    for name, person in findings.workforce.people.items():
        teams = tuple(team for team in person.teams if team in used)
        if teams:
            number = findings.log.people.index(name) if name in findings.log.people else -1
            found[name] = replace(person, teams=teams, speed=speeds.get(number, 1.0))
    return found


def _durations(findings: Findings) -> tuple[dict[str, Distribution], dict[int, str], dict[int, float]]:
    """Durations by name, the name for each symbol that is worked on, and people's speeds."""
    log, known = findings.log, findings.known
    usable = findings.worked & known.worked[known.of_step]
    speeds = timing.speeds(log, known.of_step, findings.work, usable) if log.starts == "measured" else {}
    pace = np.ones(len(log.people) + 1)
    for person, speed in speeds.items():
        pace[person] = speed
    normal = findings.work * pace[log.person]
    everything = np.zeros(len(log.case), np.int64)
    levels = [known.of_step, log.activity, everything]
    chosen = timing.grouped(levels, usable)
    found: dict[str, Distribution] = {}
    work_of: dict[int, str] = {}
    first = {int(s): int(i) for s, i in zip(*np.unique(known.of_step, return_index=True), strict=True)}
    for symbol, at in first.items():
        if not known.worked[symbol]:
            continue
        level = int(chosen[at])
        label = _work_name(findings, symbol, level)
        work_of[symbol] = label
        if label not in found:
            mine = usable & (levels[level] == levels[level][at])
            found[label] = timing.quantiles(normal[mine], findings.weight[mine])
    return found, work_of, speeds


def _work_name(findings: Findings, symbol: int, level: int) -> str:
    activity = findings.log.activities[findings.known.activity[symbol]]
    team = int(findings.known.team[symbol])
    if level == 0 and team >= 0:
        return f"work: {activity} @ {findings.teams.names[team]}"
    return f"work: {activity}" if level < 2 else "work: any"


def _bearable(
    findings: Findings, durations: dict[str, Distribution], work_of: Mapping[int, str]
) -> tuple[dict[str, Distribution], dict[str, float]]:
    """Durations cut down where a team's work would not fit in its hours; and by how much, per team."""
    loads = team_loads(findings)
    factors = {team: FULL / load for team, load in loads.items() if load > FULL}
    if not factors:
        return durations, {}
    changed = dict(durations)
    for label in set(work_of.values()):
        teams = {
            findings.teams.names[findings.known.team[symbol]] for symbol, name in work_of.items() if name == label
        }
        factor = min(factors.get(team, 1.0) for team in teams)
        if factor < 1.0:
            changed[label] = scaled(durations[label], factor)
    return changed, factors


def scaled(distribution: Distribution, factor: float) -> Distribution:
    """*distribution* with every value multiplied by *factor*."""
    if distribution.kind == "quantiles":
        return timing.as_distribution(np.array(distribution.points) * factor)
    return Distribution.fixed(distribution.mean * factor)


def team_loads(findings: Findings) -> dict[str, float]:
    """Team -> work a week over hours a week."""
    begin, end = findings.log.span
    weeks = max((end - begin) / WEEK, 1.0)
    weight = findings.complete.weights[findings.log.case]
    work = {
        name: float((findings.work * weight)[findings.teams.team == number].sum()) / weeks
        for number, name in enumerate(findings.teams.names)
    }
    loads = {}
    for name, seconds in work.items():
        capacity = findings.workforce.weekly_seconds(name, work)
        if seconds > 0 and capacity > 0:
            loads[name] = seconds / capacity
    return loads


def _delays(findings: Findings) -> tuple[dict[str, Target], dict[str, Distribution], dict[tuple[int, int], str]]:
    """Delays that are to be fitted, delays that the log gives as they are, and the name of each pair's delay."""
    log, known = findings.log, findings.known
    inner = np.ones(len(log.case), bool)
    inner[log.begin] = False
    before = np.append(START, known.of_step[:-1])
    enabled = log.enabled
    until = log.start if log.starts == "measured" else log.end
    gap = np.maximum(until - enabled, 0.0)
    queue_free = before_queue(
        log, findings.teams.team, findings.worked, enabled, findings.workforce, findings.teams.names
    )
    size = int(known.of_step.max()) + 1
    pair = before * size + known.of_step
    levels = [pair, known.of_step, known.worked[known.of_step].astype(np.int64)]
    chosen = timing.grouped(levels, inner, _FEWEST_DELAYS)
    weight = findings.weight
    targets: dict[str, Target] = {}
    plain: dict[str, Distribution] = {}
    delay_of: dict[tuple[int, int], str] = {}
    pairs, first = np.unique(pair[inner], return_index=True)
    places = np.flatnonzero(inner)[first]
    members = _members(levels, inner)
    for at in places.tolist():
        level = int(chosen[at])
        symbol = int(known.of_step[at])
        label = _delay_name(findings, int(before[at]), symbol, level)
        delay_of[int(before[at]), symbol] = label
        if label in targets or label in plain:
            continue
        mine = members[level][int(levels[level][at])]
        if known.worked[symbol]:
            targets[label] = Target(
                wanted=timing.points(gap[mine], weight[mine]), delay=timing.points(queue_free[mine], weight[mine])
            )
        else:
            plain[label] = timing.quantiles(gap[mine], weight[mine])
    return targets, plain, delay_of


def _members(levels: list[np.ndarray], inner: Flags) -> list[dict[int, np.ndarray]]:
    """Per level: key -> the steps that have it."""
    at = np.flatnonzero(inner)
    found = []
    for keys in levels:
        order = at[np.argsort(keys[at], kind="stable")]
        names, begin = np.unique(keys[order], return_index=True)
        found.append(dict(zip(names.tolist(), np.split(order, begin[1:]), strict=True)))
    return found


def _delay_name(findings: Findings, before: int, symbol: int, level: int) -> str:
    def plain(number: int) -> str:
        team = int(findings.known.team[number])
        activity = findings.log.activities[findings.known.activity[number]]
        return f"{activity} @ {findings.teams.names[team]}" if team >= 0 else activity

    if level == 0:
        return f"delay: {plain(before)} > {plain(symbol)}"
    if level == 1:
        return f"delay: > {plain(symbol)}"
    return "delay: > work" if findings.known.worked[symbol] else "delay: > any"


def _groups(
    findings: Findings, names: tuple[str, ...], delay_of: Mapping[tuple[int, int], str]
) -> dict[tuple[str, str], str]:
    """Step and next step -> name of the delay between them."""
    found = {}
    for state, leads in enumerate(findings.automaton.routes):
        here = int(findings.automaton.symbol[state])
        for symbol, (to, _share) in leads.items():
            if to >= 0 and (here, symbol) in delay_of:
                found[names[state], names[to]] = delay_of[here, symbol]
    return found


def _learned(chronicle: Chronicle, findings: Findings, organisation: Organisation, work: Work) -> Learned:
    log = findings.log
    begin, end = log.span
    return Learned(
        source=chronicle.source,
        cases=log.cases,
        events=len(log.case),
        begin=aware(log.origin + timedelta(seconds=begin), log.timezone),
        end=aware(log.origin + timedelta(seconds=end), log.timezone),
        starts=chronicle.starts if chronicle.starts != "missing" else "assumed",
        work="measured" if chronicle.starts == "measured" else work,
        notes=(),
    )
