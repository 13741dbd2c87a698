"""Power: who can move what others watch, and how far; found by running the baseline at each party's settings.

P(A, B) = over all that A controls, and all that B watches: B's stake times the range of what A's settings do to it
(the form of SocLab: Sibertin-Blanc, Roggero, Adreit et al. 2013, A formal framework for the study of power; after
Crozier & Friedberg 1977). There the effects are set by hand; here each is a paired difference on the same random
numbers. A range counts in multiples of the smallest effect that matters, so that measures of all units add up.

The largest of several noisy differences overstates. So the extreme settings are chosen in one half of the runs, and
what they do is read in the other half, both ways round: where nothing moves, the range is 0 on average.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from irrupt.arguments import as_annotated
from irrupt.arraytypes import Floats
from irrupt.engine import tables
from irrupt.engine.streams import MOST_RUNS, seed_faults
from irrupt.errors import Fault, UsageError, did_you_mean, whole_faults
from irrupt.experiment.answering import Question, question
from irrupt.experiment.begun import with_past
from irrupt.experiment.effects import smallest
from irrupt.experiment.gathering import Gathering
from irrupt.experiment.horizon import settled
from irrupt.experiment.levers import Lever, Setting, cases_of, levers_of, scenarios_of, work_of_teams
from irrupt.experiment.running import Running
from irrupt.experiment.runs import Executor, Outcome
from irrupt.experiment.statistics import mean_of
from irrupt.groups import ALL_CLIENTS, OTHER_CLIENTS, all_teams
from irrupt.i18n import gettext as _
from irrupt.ledgers.model import Measure
from irrupt.organisation.model import Organisation
from irrupt.regulation.acts.signature import MANAGEMENT
from irrupt.regulation.stakes import FIGURES, ZONES, Stakes, stakes_faults, usual_stakes
from irrupt.showing import in_notebook

LEAST = 8
"""Fewest pairs of runs: each half chooses settings, and judges those of the other."""
SHOWN_CLIENTS, SHOWN_TEAMS = 3, 2

RANGE_COLUMNS: dict[str, pl.DataType] = {
    "holder": pl.String(),
    "zone": pl.String(),
    "allowed": pl.Boolean(),
    "over": pl.String(),
    "measure": pl.String(),
    "unit": pl.String(),
    "stake": pl.Float64(),
    "least at": pl.String(),
    "most at": pl.String(),
    "range": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "matters": pl.Float64(),
    "exercised": pl.Float64(),
}
"""What *holder* can move by a lever: the range of the mean of a measure over his settings, today's among them, with its
95 % interval, in the measure's unit; the settings at which it is least and most; and what his use of the lever today
does to it, against leaving it alone."""
POWER_COLUMNS: dict[str, pl.DataType] = {
    "holder": pl.String(),
    "over": pl.String(),
    "zone": pl.String(),
    "allowed": pl.Boolean(),
    "held": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "exercised": pl.Float64(),
    "exercised low": pl.Float64(),
    "exercised high": pl.Float64(),
    "fewest": pl.Float64(),
    "most": pl.Float64(),
}
"""Power of *holder* over another party, lever by lever and, where *zone* is null, in all: in multiples of the smallest
effect that matters, weighted with the other's stakes. *allowed*: whether rules allow it; null for sums. *fewest*,
*most*: what it is at least and at most, whatever weights the other gives to the measures that he watches."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Power:
    """Who holds how much power over whom, and how much of it is exercised."""

    organisation: Organisation
    parties: tuple[str, ...]
    stakes: Mapping[str, Stakes]
    levers: tuple[Lever, ...]
    table: pl.DataFrame
    """`POWER_COLUMNS`."""
    ranges: pl.DataFrame
    """`RANGE_COLUMNS`."""
    replications: int
    weeks: float
    seed: int
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    _repr_html_ = in_notebook

    def __repr__(self) -> str:
        return (
            f"<Power of {len(self.parties)} parties in {self.organisation.name!r}; {self.replications} pairs of runs>"
        )


@dataclass(frozen=True, slots=True)
class _Watched:
    """A measure that a party watches, and its range under one lever."""

    over: str
    measure: Measure
    stake: float
    matters: float
    gains: Floats
    """Per pair of runs: what the highest setting does more than the lowest, chosen in the other half."""
    exercised: Floats
    least: str
    most: str


@as_annotated
def power(
    organisation: Organisation,
    *,
    parties: Sequence[str] | None = None,
    stakes: Mapping[str, Stakes] | None = None,
    levers: Sequence[Lever] | None = None,
    replications: int = 40,
    weeks: float | None = None,
    seed: int = 1,
    workers: int | None = None,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Power:
    """Who can move what others watch in *organisation*, by running it at each party's settings.

    *parties*: clients, teams and `Management`; by default the three largest clients, the two busiest teams, and
    Management. *stakes*: party -> what he watches and may do, where it is not that of his figure. *levers*: what is
    controlled, by default that of `levers_of`. Everything is run *replications* times over *weeks* (13, or as many
    as are enough), on the same random numbers; the result depends on *seed*, never on *workers*.

    Raises `UsageError` for unknown parties, levers of others, stakes in what is not measured, or too few replications.

    >>> from irrupt.engine.examples import counter
    >>> found = power(counter(), replications=8, weeks=2)
    >>> found.parties
    ('Public', 'Desk', 'Management')
    """
    begun = time.perf_counter()
    refuse_few(replications, seed)
    running = Running(weeks=weeks, seed=seed, workers=workers, executor=executor)
    named = _parties(organisation, parties)
    held = _levers(organisation, named, levers)
    scenarios = scenarios_of(held)
    if not scenarios:
        raise UsageError(_("these parties control nothing that could be tried"))
    known = _stakes(organisation, named, stakes or {})
    rules = tables(organisation)
    horizon = settled(rules, seed=seed, weeks=weeks)
    chosen = {name: setting.acts for name, (_lever, setting) in scenarios.items()}
    apart = [name for name in named if name in organisation.clients]
    asked = question(with_past(organisation, horizon.warm_up), chosen, horizon, seed, apart=apart)
    gathering = Gathering(
        plan=asked.plan,
        executor=running.by,
        outcome=Outcome.none(asked.plan),
        told=None if progress is None else lambda count: progress(count, replications),
    )
    gathering.up_to(replications)
    return replace(
        _answer(asked, gathering.outcome, known, scenarios), levers=held, seconds=time.perf_counter() - begun
    )


def refuse_few(replications: int, seed: int) -> None:
    """Raise `UsageError` for fewer pairs of runs than ranges can be told from, and for a seed that is none."""
    expected = _("at least {n}").format(n=LEAST)
    if faults := whole_faults("replications", replications, LEAST, expected, MOST_RUNS) + seed_faults(seed):
        raise UsageError(faults)


def _parties(organisation: Organisation, given: Sequence[str] | None) -> tuple[str, ...]:
    possible = (*organisation.clients, *organisation.teams, MANAGEMENT)
    if given is not None:
        given = [given] if isinstance(given, str) else given
        unknown = [name for name in given if name not in possible]
        if unknown:
            raise UsageError(
                Fault("parties", _('no client or team "{name}"').format(name=name), remedy=did_you_mean(name, possible))
                for name in unknown
            )
        return tuple(dict.fromkeys(given))
    single = [name for name in organisation.clients if name != OTHER_CLIENTS] or list(organisation.clients)
    clients = sorted(single, key=lambda name: (-cases_of(organisation, name), name))
    work = work_of_teams(organisation, clients)
    teams = sorted(work, key=lambda name: (-work[name], name))
    return (*clients[:SHOWN_CLIENTS], *teams[:SHOWN_TEAMS], MANAGEMENT)


def _stakes(organisation: Organisation, named: Sequence[str], given: Mapping[str, Stakes]) -> dict[str, Stakes]:
    """The stakes of everybody: of the parties, and of the other clients."""
    known = {name: usual_stakes(organisation, name) for name in named}
    if any(name in organisation.clients for name in named) and not set(organisation.clients) <= set(named):
        known.setdefault(OTHER_CLIENTS, FIGURES["user"])
    faults = [*_not_among("stakes", given, known)]
    faults += [fault for name, one in given.items() for fault in stakes_faults(f"stakes: {name}", one)]
    if faults:
        raise UsageError(faults)
    return known | dict(given)


def _not_among(where: str, names: Iterable[str], parties: Collection[str]) -> Iterator[Fault]:
    for name in dict.fromkeys(names):
        if name not in parties:
            found = _('"{name}" is not among the parties').format(name=name)
            yield Fault(where, found, remedy=did_you_mean(name, parties))


def _levers(organisation: Organisation, named: Sequence[str], given: Sequence[Lever] | None) -> tuple[Lever, ...]:
    """The levers that are tried: those *given*, or what parties control. Raises `UsageError` for a holder who is none
    of them, and for a zone that there is not."""
    if given is None:
        return levers_of(organisation, named)
    faults = [*_not_among("levers", (one.holder for one in given), named)]
    faults += [
        Fault("levers", _('no zone "{name}"').format(name=one.zone), remedy=did_you_mean(one.zone, ZONES))
        for one in given
        if one.zone not in ZONES
    ]
    if faults:
        raise UsageError(faults)
    return tuple(given)


def _answer(
    asked: Question, outcome: Outcome, stakes: Mapping[str, Stakes], scenarios: Mapping[str, tuple[Lever, Setting]]
) -> Power:
    by_lever: dict[int, tuple[Lever, dict[str, Setting]]] = {}
    for name, (lever, setting) in scenarios.items():
        by_lever.setdefault(id(lever), (lever, {}))[1][name] = setting
    rows: list[dict[str, Any]] = []
    ranges: list[dict[str, Any]] = []
    found: dict[tuple[str, str], list[_Watched]] = {}
    for lever, settings in by_lever.values():
        allowed = lever.allowed if lever.allowed is not None else lever.zone in stakes[lever.holder].rights
        for over, stake in stakes.items():
            watched = _watched(asked, outcome, settings, over, stake)
            if watched:
                found.setdefault((lever.holder, over), []).extend(watched)
                rows.append(
                    {"holder": lever.holder, "over": over, "zone": lever.zone, "allowed": allowed, **_sum(watched)}
                )
                ranges += [_range(lever, allowed, one) for one in watched]
    totals = [
        {"holder": holder, "over": over, "zone": None, "allowed": None, **_sum(watched)}
        for (holder, over), watched in found.items()
    ]
    return Power(
        organisation=asked.organisation,
        parties=tuple(stakes),
        stakes=stakes,
        levers=(),
        table=pl.DataFrame([*totals, *rows], schema=POWER_COLUMNS, orient="row"),
        ranges=pl.DataFrame(ranges, schema=RANGE_COLUMNS, orient="row"),
        replications=int(outcome.done.sum()),
        weeks=asked.horizon.weeks,
        seed=asked.seed,
        notes=(_("What a party could do that stands in no lever is not in it; neither is what others would answer."),),
    )


def _watched(
    asked: Question, outcome: Outcome, settings: Mapping[str, Setting], over: str, stakes: Stakes
) -> list[_Watched]:
    """What *over* watches, under the settings of one lever; measures that the runs do not tell are left out, and the
    weights of the others made to sum to 1."""
    first = next(iter(settings))
    trial = next(one for one in asked.trials if one.name == first)
    places = {(measure.name, party): at for at, (measure, party) in enumerate(trial.columns)}
    measures = {measure.name: measure for measure, _party in trial.columns}
    watched = []
    for name, weight in stakes.weights().items():
        party = over
        if over == MANAGEMENT and name in measures:
            party = ALL_CLIENTS if measures[name].of == "client" else all_teams(asked.organisation.teams)
        at = places.get((name, party))
        if at is None:
            continue
        moved = np.array([_moved(asked, outcome, one, name, party) for one in settings])
        if moved.shape[1] < LEAST or not np.isfinite(moved).all() or not weight > 0:
            continue
        level = float(outcome.without[first][outcome.done][:, at].mean())
        watched.append(_under(over, measures[name], weight, smallest(measures[name], level), moved, settings))
    total = sum(one.stake for one in watched)
    return [replace(one, stake=one.stake / total) for one in watched]


def _moved(asked: Question, outcome: Outcome, scenario: str, name: str, party: str) -> Floats:
    """The paired differences of one measure; NaN where a run does not tell it."""
    trial = next(one for one in asked.trials if one.name == scenario)
    at = next(at for at, (measure, who) in enumerate(trial.columns) if (measure.name, who) == (name, party))
    difference: Floats = outcome.differences(scenario)[outcome.done, at]
    return difference


def _under(
    over: str,
    measure: Measure,
    stake: float,
    matters: float,
    moved: Floats,
    settings: Mapping[str, Setting],
) -> _Watched:
    labels = [_("as today"), *(setting.label for setting in settings.values())]
    all_of = np.vstack([np.zeros(moved.shape[1]), moved])
    back = [index for index, setting in enumerate(settings.values(), 1) if setting.takes_back]
    means = all_of.mean(axis=1)
    return _Watched(
        over=over,
        measure=measure,
        stake=stake,
        matters=matters,
        gains=gains(all_of),
        exercised=gains(all_of[[0, *back]]),
        least=labels[int(means.argmin())],
        most=labels[int(means.argmax())],
    )


def gains(moved: Floats) -> Floats:
    """What the highest setting does more than the lowest, in each pair of runs; *moved* has shape (settings, pairs).

    The two settings are those of the highest and lowest mean in the other half of the pairs, so that the mean of what
    is returned never overstates the range.

    >>> gains(np.array([[0.0, 0.0, 0.0, 0.0], [3.0, 1.0, 3.0, 1.0]]))
    array([3., 1., 3., 1.])
    """
    found = np.empty(moved.shape[1])
    for half in (0, 1):
        other = moved[:, 1 - half :: 2].mean(axis=1)
        mine = moved[:, half::2]
        found[half::2] = mine[other.argmax()] - mine[other.argmin()]
    return found


def _sum(watched: Sequence[_Watched]) -> dict[str, float]:
    """Power in all: ranges over what matters, weighted."""
    held = np.sum([one.stake * one.gains / one.matters for one in watched], axis=0)
    used = np.sum([one.stake * one.exercised / one.matters for one in watched], axis=0)
    value, low, high = _mean(held)
    exercised, exercised_low, exercised_high = _mean(used)
    alone: dict[str, float] = {}
    for one in watched:
        alone[one.measure.name] = alone.get(one.measure.name, 0.0) + float((one.gains / one.matters).mean())
    return {
        "held": value,
        "low": low,
        "high": high,
        "exercised": exercised,
        "exercised low": exercised_low,
        "exercised high": exercised_high,
        "fewest": max(min(alone.values()), 0.0),
        "most": max(*alone.values(), 0.0),
    }


def _mean(values: Floats) -> tuple[float, float, float]:
    """Mean, never below 0, and its interval."""
    mean, low, high = (max(one, 0.0) for one in mean_of(values))
    return mean, low, high


def _range(lever: Lever, allowed: bool, one: _Watched) -> dict[str, Any]:
    value, low, high = _mean(one.gains)
    return {
        "holder": lever.holder,
        "zone": lever.zone,
        "allowed": allowed,
        "over": one.over,
        "measure": one.measure.name,
        "unit": one.measure.unit,
        "stake": one.stake,
        "least at": one.least,
        "most at": one.most,
        "range": value,
        "low": low,
        "high": high,
        "matters": one.matters,
        "exercised": _mean(one.exercised)[0],
    }
