"""Delays made to fit: simulated times between steps come to agree with recorded ones.

What passes between two steps is a delay, a wait in the team's queue, and (where begins are not told well) the work
itself. Queues follow from the model. So the model is run, its times are set beside the recorded ones quantile by
quantile, and the delays take up the difference; a few rounds are enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.discovery.people.calendars import Hours
from irrupt.discovery.times.simulated import Between, Runs, Stretches, marked, stretches
from irrupt.discovery.times.timing import as_distribution, quantile, scaled
from irrupt.engine import Tables, tables
from irrupt.organisation import Distribution, Organisation

ROUNDS = 4
_MOST_ROUNDS = 14
_DAMPED = 0.8
"""Part of a difference that is made up for in a round; later ones do less, for the luck of single runs to even out."""
_FEWEST = 12
_LATE_WITH_WORK, _LATE = 1.25, 2.0
"""Simulated over recorded time before a team's steps, with the work on them or without, from which its queue counts as
too long."""
_LEAST_LATE = 1800.0
_RELIEF, _SOONEST = 0.9, 0.85
"""How much of its work or load a team is left in a round, and below which share of recorded work none is taken off."""
_SENSITIVE, MOST_LOAD = 0.8, 0.985
"""Load from which a queue tells it well, and the highest that is believed;"""
_UNSURE = 0.05
"""and by what share it may differ from work over hours, as recorded."""
_NOISE = 0.1
"""Error of the simulated length of a queue, as a share of it."""
_NO_SURER = 2.0
"""Variance of the load that a queue tells, at least, over that of what work tells: near full load the mean of a queue
hangs on how the same work came about, and spreads so over records of any length (Whitt 1989, Planning queueing
simulations)."""
_DIRECT = 0.05
"""Share of the times between two steps that may be a delay for them to tell how long a queue is."""
_BUSY = 0.6
"""Load above which a long queue is a matter of too much work; below, people are merely off duty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The recorded times between two symbols: what a delay and the queue behind it have to make together."""

    wanted: Floats
    """Quantiles of the recorded times, at equally spaced probabilities."""
    delay: Floats
    """Quantiles of the delay to begin with, at the same probabilities."""
    team: str
    """The team in whose queue the next step waits."""
    hours: Hours | None = None
    """The hours in which the delay passes: all times here count in them. None: around the clock."""
    own: Mapping[str, float] = field(default_factory=dict)
    """Delays of single clients -> by what they are longer."""
    known: bool = False
    """The delay always lasts as long, or not at all: it is not to be fitted."""
    straight: float = 0.0
    """Share of cases, beside these, with which people go straight on."""

    def beside(self, straight: float) -> Target:
        """What is wanted of the others where people go *straight* on with such a share of cases instead: if these are
        too few, nothing is to pass with some of the others, and if too many, the shortest times are done."""
        if straight == self.straight or straight >= 1.0:
            return self
        level = np.linspace(0.0, 1.0, len(self.wanted))
        place = (straight + (1.0 - straight) * level - self.straight) / max(1.0 - self.straight, 1e-9)
        wanted = np.where(place < 0.0, 0.0, np.interp(place, level, self.wanted))
        return replace(self, wanted=wanted)


class Sure(NamedTuple):
    """How well the records tell how busy a team is whose hours are known: standard errors, as shares of either."""

    load: float
    """Of its work."""
    queue: float
    """Of the time that its cases wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """What calibration found."""

    organisation: Organisation
    relieved: Mapping[str, float]
    """Team -> share of its work (where begins are not told well), or of its load, that was left so that its queues are
    no longer than recorded."""
    tuned: Mapping[str, float]
    """Team -> by what its work was multiplied for its queue to be as long as recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What the records tell of teams and their work, beside the times between steps."""

    loads: Mapping[str, float]
    """Team -> work over hours."""
    with_work: bool
    """Begins are not told well, and times count to the end of the next step rather than to its start."""
    closed: Floats = field(default_factory=lambda: np.empty(0))
    """Seconds from the beginning of a run to that of each day on which nobody works."""
    away: Mapping[str, Floats] = field(default_factory=dict)
    """Person -> the same of the days on which he is not there."""
    least: Mapping[str, Distribution] | None = None
    """Work -> what it takes at least."""
    sure: Mapping[str, Sure] = field(default_factory=dict)
    """The teams whose hours are known."""
    single: Set[str] = frozenset()
    """People with one thing in hand at a time."""


def fitted(
    organisation: Organisation,
    targets: Mapping[str, Target],
    between: Between,
    recorded: Recorded,
    *,
    runs: Runs,
    seed: int,
) -> Fitted:
    """*organisation* with the delays named in *targets* changed until simulated times agree with the wanted ones.

    *between*: which delay is between which steps. Each round takes such *runs*. Where queues alone take longer than
    recorded, a team that is busy gets less work (where begins are not told well; no duration below the least) or more
    hands (else; not who has one thing in hand at a time: he has less work, too). Of busy teams whose hours are sure,
    queues tell their load, too: it is fitted to both.
    """
    fit = _Fit(organisation, targets, recorded)
    while fit.turn < fit.last:
        fit.take_in(stretches(fit.rules(), between, runs, fit.turn, seed=seed, with_work=recorded.with_work))
    return Fitted(
        organisation=with_delays(fit.organisation, fit.targets, fit.delays), relieved=fit.relieved, tuned=fit.tuned
    )


class _Fit:
    """An organisation on its way to be fitted, turn by turn."""

    def __init__(self, organisation: Organisation, targets: Mapping[str, Target], recorded: Recorded) -> None:
        self.organisation = self.before = organisation
        """As it is now; and with durations as they were, but for what teams were relieved of."""
        self.recorded, self.wanted, self.targets = recorded, targets, targets
        """*targets*: what is wanted where people went straight on as they did in the runs."""
        self.delays = {name: target.delay for name, target in targets.items()}
        self.relieved: dict[str, float] = {}
        self.tuned = {team: 1.0 for team in sorted(recorded.sure) if recorded.loads.get(team, 0.0) > _SENSITIVE}
        self.turn = 0
        self.last = (ROUNDS + 2 if self.tuned else ROUNDS) if targets else 0
        self._behind: set[str] = set()
        self._by_work = _by_work(organisation, recorded)
        self._marked = marked(organisation, recorded.closed, recorded.away)
        self._tables: Tables | None = None

    def rules(self) -> Tables:
        """The organisation with the delays of this turn, as the work loop takes it."""
        self.organisation = with_delays(self.organisation, self.targets, self.delays)
        marked, people = self._marked, self.organisation.people
        if any(marked.people[name].at_once != one.at_once for name, one in people.items()):
            hands = {name: replace(marked.people[name], at_once=one.at_once) for name, one in people.items()}
            marked = replace(marked, people=hands)
        self._marked = replace(marked, distributions=self.organisation.distributions)
        self._tables = tables(self._marked, self._tables)
        return self._tables

    def take_in(self, found: Mapping[str, Stretches]) -> None:
        """Bring delays, work and hands nearer to what is recorded, after a run in which times were as *found*."""
        recorded, turn = self.recorded, self.turn
        seen, self.targets = _in_hours(found, self.wanted, recorded.closed), _wanted(self.wanted, found)
        queues = _queues(self.targets, seen, self.delays)
        self.tuned = _tuned(self.tuned, recorded.loads, queues, recorded.sure, turn)
        behind = self._late_teams(seen)
        # a busy team may have bad luck once: whoever gets a second hand waits for nothing afterwards
        late, self._behind = behind & self._behind, behind
        part = _DAMPED / (1.0 + max(turn - 1, 0) / 2.0)
        for name, target in self.targets.items():
            if len(seen.get(name, ())) >= _FEWEST and not target.known:
                self.delays[name] = _closer(target, self.delays[name], seen[name], part)
        if behind and turn < _MOST_ROUNDS - 2:
            if late:
                self._relieve(late)
            self.last = min(max(self.last, turn + (3 if late else 2)), _MOST_ROUNDS)
        self.organisation = _at_loads(self.organisation, self.before.distributions, self.tuned)
        self.turn += 1

    def _late_teams(self, seen: Mapping[str, Floats]) -> set[str]:
        """Busy teams whose queues alone take longer than recorded."""
        recorded = self.recorded
        late = {
            team
            for team in _late(self.targets, seen, self.delays, _LATE_WITH_WORK if recorded.with_work else _LATE)
            if team not in self.tuned and recorded.loads.get(team, 0.0) * self.relieved.get(team, 1.0) > _BUSY
        }
        return late - {
            team for team in self._by_work if not recorded.with_work and self.relieved.get(team, 1.0) < _SOONEST
        }

    def _relieve(self, late: set[str]) -> None:
        self.organisation, self.before = (
            _relieved(one, late, self._by_work, self.recorded) for one in (self.organisation, self.before)
        )
        self.relieved.update({team: self.relieved.get(team, 1.0) * _RELIEF for team in late})


def _in_hours(seen: Mapping[str, Stretches], targets: Mapping[str, Target], closed: Floats) -> dict[str, Floats]:
    """Seconds that simulated stretches last, in the hours in which their delays pass."""
    found = {}
    for name, target in targets.items():
        if name in seen:
            begin, end, _straight = seen[name]
            hours = None if target.hours is None else target.hours._replace(closed=closed)
            found[name] = end - begin if hours is None else hours.between(begin, end)
    return found


def _wanted(targets: Mapping[str, Target], seen: Mapping[str, Stretches]) -> dict[str, Target]:
    """*targets* where people went straight on with such shares of simulated cases."""
    gone = {name: one.straight / max(len(one.begin) + one.straight, 1) for name, one in seen.items()}
    return {name: target.beside(gone.get(name, 0.0)) for name, target in targets.items()}


def _closer(target: Target, delay: Floats, seen: Floats, part: float) -> Floats:
    """The delay's quantiles after the difference between wanted and *seen* times is made up for, a *part* of it.

    Quantiles give the shape. A delay cannot be negative, so shape alone would lengthen it on average; the means say how
    long it has to be.
    """
    level = np.linspace(0.0, 1.0, len(target.wanted))
    change = part * (target.wanted - quantile(seen, level))
    # the outermost quantiles of a sample are extremes: they follow their neighbours
    change[0] = change[1]
    if len(seen) < 50 * len(level):
        change[-1] = change[-2]
    closer: Floats = np.maximum.accumulate(np.maximum(delay + change, 0.0))
    mean = _mean(closer)
    wanted = max(_mean(delay) + part * (_mean(target.wanted) - float(seen.mean())), 0.0)
    if mean > wanted:
        closer *= wanted / mean
    return closer


def _late(
    targets: Mapping[str, Target], seen: Mapping[str, Floats], delays: Mapping[str, Floats], limit: float
) -> set[str]:
    """Teams before whose steps more time passes than recorded although hardly any of it is a delay."""
    totals: dict[str, Floats] = {}
    for name, target in targets.items():
        values = seen.get(name)
        if values is not None and len(values) >= _FEWEST:
            count = len(values)
            row = (count, count * _mean(target.wanted), float(values.sum()), count * _mean(delays[name]))
            totals[target.team] = totals.get(target.team, np.zeros(4)) + np.array(row)
    late = set()
    for team, (count, wanted, found, delayed) in totals.items():
        queued = found - delayed
        if queued > limit * wanted and found > limit * wanted + count * _LEAST_LATE:
            late.add(team)
    return late


def _queues(
    targets: Mapping[str, Target], seen: Mapping[str, Floats], delays: Mapping[str, Floats]
) -> dict[str, tuple[float, float]]:
    """Team -> seconds in its queue in all, as recorded and as simulated.

    Of a delay, the records tell the least that it can have been. So a queue is told by steps that mostly come into it
    at once, where there are any.
    """
    found: dict[str, tuple[float, float]] = {}
    direct = {target.team for target in targets.values() if _at_once(target)}
    for name, target in targets.items():
        values = seen.get(name)
        if values is not None and len(values) >= _FEWEST and (target.team not in direct or _at_once(target)):
            recorded, simulated = found.get(target.team, (0.0, 0.0))
            recorded += len(values) * max(_mean(target.wanted) - _mean(target.delay), 0.0)
            simulated += max(float(values.sum()) - len(values) * _mean(delays[name]), 0.0)
            found[target.team] = recorded, simulated
    return found


def _at_once(target: Target) -> bool:
    """Whether hardly any of what passes between two steps has to be a delay."""
    return _mean(target.delay) <= _DIRECT * _mean(target.wanted)


def _tuned(
    shares: Mapping[str, float],
    loads: Mapping[str, float],
    queues: Mapping[str, tuple[float, float]],
    sure: Mapping[str, Sure],
    turn: int,
) -> dict[str, float]:
    """By what the work of each team, of such *loads*, is multiplied, after it was by *shares*: for a load between that
    which work tells and that which its queue does, by how well they do.

    Queues grow about as load over what is left of the hours. Later turns change less.
    """
    found = dict(shares)
    for team, share in shares.items():
        recorded, simulated = queues.get(team, (0.0, 0.0))
        if recorded > 0 and simulated > 0:
            load, error = loads[team], sure[team]
            now = min(share * load, MOST_LOAD)
            odds = now / (1.0 - now) * float(np.clip(recorded / simulated, 0.5, 2.0))
            told = odds / (1.0 + odds)
            own, seen = (error.load * load) ** 2, (error.queue**2 + _NOISE**2) * (now * (1.0 - now)) ** 2
            of_queue = max(seen, _NO_SURER * own)
            wanted = (load * of_queue + told * own) / max(own + of_queue, 1e-12)
            changed = now + _DAMPED / (1.0 + turn / 2.0) * (wanted - now)
            found[team] = float(np.clip(changed, (1.0 - _UNSURE) * load, min((1.0 + _UNSURE) * load, MOST_LOAD))) / load
    return found


def _at_loads(
    organisation: Organisation, plain: Mapping[str, Distribution], tuned: Mapping[str, float]
) -> Organisation:
    """*organisation* with the durations of teams' steps, *plain* before, multiplied as *tuned*."""
    if not tuned:
        return organisation
    shares: dict[str, list[float]] = {}
    for step in organisation.steps.values():
        if step.team is not None and isinstance(step.duration, str):
            shares.setdefault(step.duration, []).append(tuned.get(step.team, 1.0))
    changed = {name: scaled(plain[name], float(np.mean(several))) for name, several in shares.items()}
    return replace(organisation, distributions={**organisation.distributions, **changed})


def _mean(points: Floats) -> float:
    return float((points[:-1] + points[1:]).sum() / (len(points) - 1) / 2)


def _by_work(organisation: Organisation, recorded: Recorded) -> set[str]:
    """Teams that are relieved by less work, not by more hands: all, or those all of whose people are single."""
    able = {team for name, one in organisation.people.items() if name not in recorded.single for team in one.teams}
    return set(organisation.teams) - (set() if recorded.with_work else able)


def _relieved(organisation: Organisation, teams: set[str], by_work: set[str], recorded: Recorded) -> Organisation:
    """Less work for *teams* that are relieved *by_work*, though not less than the least; or more hands, save for who is
    single."""
    people = {
        name: replace(person, at_once=person.at_once + 1)
        if (teams - by_work) & set(person.teams) and name not in recorded.single
        else person
        for name, person in organisation.people.items()
    }
    works = {
        step.duration
        for step in organisation.steps.values()
        if step.team in teams & by_work and isinstance(step.duration, str)
    }
    distributions = dict(organisation.distributions)
    for name in works:
        less = scaled(distributions[name], _RELIEF)
        bound = (recorded.least or {}).get(name, less)
        distributions[name] = bound if less.mean < bound.mean else less
    return replace(organisation, people=people, distributions=distributions)


def with_delays(
    organisation: Organisation, targets: Mapping[str, Target], delays: Mapping[str, Floats | Distribution]
) -> Organisation:
    """*organisation* with the *delays* of *targets*, and those of single clients that go with them."""
    distributions: dict[str, Distribution] = dict(organisation.distributions)
    for name, target in targets.items():
        delay = delays.get(name, target.delay)
        usual = delay if isinstance(delay, Distribution) else as_distribution(delay)
        distributions[name] = usual
        distributions.update({own: scaled(usual, by) for own, by in target.own.items()})
    return replace(organisation, distributions=distributions)
