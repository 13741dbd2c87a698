"""Other organisations that the same records could have come from: how sure what was learned is.

A log is one sample. Had other weeks been recorded, shares, times and numbers of cases would have come out a little
otherwise. Each alternative is learned from the same records with other weights: the weeks in which cases arrive count
as much as independent exponential numbers say (the Bayesian bootstrap, Rubin 1981, over blocks of time, so that what
hangs together within a week stays together). Where the past fades, few weeks tell, and numbers vary the more. Seasons,
of which few years tell, are drawn as far as these leave them open. Who works where and when is taken as it was learned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from irrupt.arguments import as_annotated
from irrupt.arraytypes import Floats, Ints
from irrupt.chronicle.model import Chronicle
from irrupt.discovery import building
from irrupt.discovery.arrivals.dated import day_of, of_days
from irrupt.discovery.arrivals.demand import Demand
from irrupt.discovery.arrivals.factors import Factors, written
from irrupt.discovery.arrivals.groups import at_a_time
from irrupt.discovery.begins.starts import checked
from irrupt.discovery.begins.work_limits import Work
from irrupt.discovery.findings import Findings
from irrupt.discovery.kinds.variety import Variety
from irrupt.discovery.log import HOURS, Log
from irrupt.discovery.routes.routing import Automaton
from irrupt.discovery.study import Study
from irrupt.discovery.times import timing
from irrupt.engine.streams import MOST_RUNS, seed_faults
from irrupt.errors import UsageError, whole_faults
from irrupt.i18n import gettext as _
from irrupt.organisation import Client, Organisation, year
from irrupt.units import DAY, HOUR, WEEK

COUNT = 12
"""Alternatives, when nobody asks for another number."""
_FEWEST_BLOCKS = 12
_FAINTEST = 1e-12
"""What a block counts, at least, however long ago it was."""


@as_annotated
def alternatives(
    chronicle: Chronicle | Study,
    organisation: Organisation,
    *,
    count: int = COUNT,
    clients: Mapping[str, str] | None = None,
    work: Work = "typical",
    seed: int = 1,
) -> tuple[Organisation, ...]:
    """Other organisations that the same log supports as well: a bootstrap of what `discover` learned.

    *count* of them are learned from *chronicle* with its weeks and cases weighted at random. Given to `compare`,
    `sweep` or `search`, they widen intervals by the uncertainty of learning. *organisation* is what `discover` learned;
    *clients*, *work* and *seed* must be those that it was learned with. A `Study` may be passed instead of *chronicle*;
    it has clients of its own. Each alternative costs about as much as counting routes and durations once.

    Raises `UsageError` for other arguments than these, a wrong seed or a wrong count.

    >>> from irrupt.engine import simulate
    >>> from irrupt.engine.examples import counter
    >>> from irrupt.discovery import discover
    >>> log = simulate(counter(), weeks=4, seed=1)
    >>> others = alternatives(log, discover(log, fidelity=False), count=2)
    >>> [len(other.clients) for other in others]
    [1, 1]
    """
    checked(work)
    if faults := seed_faults(seed) + whole_faults("count", count, 0, _("0 or more"), MOST_RUNS):
        raise UsageError(faults)
    study = chronicle if isinstance(chronicle, Study) else Study(chronicle, clients)
    findings, plain = study.found(work)
    fitted = organisation.distributions

    def drawn(findings: Findings) -> Organisation:
        made = building.draft(findings, plain, name=organisation.name, learned=organisation.learned)
        return made.with_delays(fitted)

    as_counted = drawn(findings)
    arrivals = _hourly(findings.log)
    blocks = _blocks(findings.log, findings.demand.half_life)
    own = _own_fades(findings, blocks)
    came, expected = _came(findings.log, blocks, own), _expected(findings, blocks, own)
    lasts = blocks.on_days(findings.log)
    found = []
    for number in range(count):
        random = np.random.Generator(np.random.Philox(key=[seed, number]))
        weight = random.exponential(size=len(blocks.fades))
        times = came @ (weight * blocks.fades) / (expected @ (weight * blocks.fades))
        other = _reweighted(findings, weight[blocks.of_case] / weight.mean(), times, arrivals, random)
        other = replace(other, demand=_otherwise_dated(other.demand, lasts, random))
        made = drawn(replace(other, variety=_or_as_at_first(other.variety, random)))
        found.append(_beside(made, as_counted, organisation))
    return tuple(found)


class _Blocks(NamedTuple):
    """Stretches of time that are drawn as wholes."""

    of_case: Ints
    """The one in which each case arrives,"""
    edges: Floats
    """the seconds at which each begins, and the last one ends,"""
    fades: Floats
    """and what it counts in numbers of cases, where the past fades."""

    def on_days(self, log: Log) -> Floats:
        """How much time that counts lies on each day of a year, [`DAYS`], of *log*."""
        begins = np.arange(np.floor(self.edges[0] / DAY), self.edges[-1] / DAY) * DAY
        within = np.clip(np.searchsorted(self.edges, begins + DAY / 2, side="right") - 1, 0, len(self.fades) - 1)
        return np.bincount(day_of(log.origin, begins), self.fades[within], year.DAYS).astype(np.float64)


def _blocks(log: Log, half_life: float) -> _Blocks:
    """Weeks in which cases arrive, days where few weeks count, or the cases themselves: from one to the next.

    As many count as equal ones that would tell as much (Kish 1965).
    """
    arrived = np.sort(log.start[log.begin])
    for length in (WEEK, DAY):
        begins = np.arange(arrived[0], np.maximum(log.arrivals_end, arrived[-1]) + 1.0, length)
        fades = _fades(log, begins, half_life)
        if fades.sum() ** 2 >= _FEWEST_BLOCKS * (fades**2).sum():
            break
    else:
        begins, fades = arrived, _fades(log, arrived, half_life)
    of_case = np.searchsorted(begins, log.start[log.begin], "right") - 1
    return _Blocks(of_case, np.append(begins, max(log.arrivals_end, begins[-1] + 1.0)), fades)


def _fades(log: Log, begins: Floats, half_life: float) -> Floats:
    ago = np.maximum(log.arrivals_end - begins, 0.0) / WEEK
    return np.maximum(0.5 ** (ago / half_life), _FAINTEST)


def _or_as_at_first(variety: Variety, random: np.random.Generator) -> Variety:
    """*variety*, or as often that what is hardly ever done again takes as long as at first, where it is taken to do as
    other activities: no record tells which of both."""
    sized = variety.sizes
    if sized is None or sized.again.elsewhere == 1.0 or random.random() < 0.5:
        return variety
    return replace(variety, sizes=sized._replace(again=sized.again._replace(elsewhere=1.0)))


def _own_fades(findings: Findings, blocks: _Blocks) -> Floats:
    """How much more than it does for all each block counts for each client, (clients, blocks): his share may have
    changed."""
    log, table = findings.log, np.ones((len(findings.log.clients), len(blocks.fades)))
    for number, name in enumerate(log.clients):
        if name in findings.demand.shares.memory:
            memory = findings.demand.shares.memory[name]
            table[number] = _fades(log, blocks.edges[:-1], memory) / blocks.fades
    return table


def _came(log: Log, blocks: _Blocks, own: Floats) -> Floats:
    """Cases of each client in each block, as shares of what all of his count: (clients, blocks)."""
    table = np.zeros((len(log.clients), len(blocks.fades)))
    np.add.at(table, (log.client, blocks.of_case), 1.0)
    table *= own
    counts = table @ blocks.fades
    return table / np.where(counts > 0, counts, 1.0)[:, None]


def _expected(findings: Findings, blocks: _Blocks, own: Floats) -> Floats:
    """The same as the hours of the week in which he brings cases make it expected."""
    table = np.ones((len(findings.log.clients), len(blocks.fades)))
    hour = blocks.edges % DAY / HOUR
    number = (blocks.edges // DAY).astype(np.int64)
    days = np.arange(number[0], number[-1] + 1)
    dates = day_of(findings.log.origin, days * DAY)
    for place, name in enumerate(findings.log.clients):
        known = findings.demand.clients.get(name)
        if known is not None:
            profile = np.array(known.profile).reshape(7, 24)
            times = of_days(known)[dates]
            passed = np.append(0.0, np.cumsum(profile.sum(axis=1)[days % 7] * times))
            of_day = np.column_stack((np.zeros(7), np.cumsum(profile, axis=1)))
            whole = hour.astype(np.int64)
            reached = of_day[number % 7, whole] + (hour - whole) * profile[number % 7, whole]
            table[place] = np.diff(passed[number - days[0]] + reached * times[number - days[0]])
    table *= own
    counts = table @ blocks.fades
    return table / np.where(counts > 0, counts, 1.0)[:, None]


def _hourly(log: Log) -> Floats:
    """Arrivals of each client in each hour of the week."""
    hour = (log.start[log.begin] % WEEK // HOUR).astype(np.int64) % HOURS
    table = np.zeros((len(log.clients), HOURS))
    np.add.at(table, (log.client, hour), 1.0)
    return table


def _reweighted(
    findings: Findings, weight: Floats, times: Floats, arrivals: Floats, random: np.random.Generator
) -> Findings:
    """*findings* as they would be if each case counted as *weight* says, and each client brought so many *times* as
    many cases."""
    return replace(
        findings,
        automaton=_rerouted(findings, weight),
        demand=_brought(findings.demand, findings.log, weight, times, arrivals, random),
        weight=findings.weight * weight[findings.log.case],
        counts=weight,
        drawn={name: rule for one in findings.borne for name, rule in one.drawn(weight, random)},
    )


def _rerouted(findings: Findings, weight: Floats) -> Automaton:
    """Shares of routes, each tilted by what its moves count on average."""
    automaton, moves = findings.automaton, findings.moves
    width = int(findings.known.of_step.max()) + 1
    pairs, pair = np.unique(moves.state * width + moves.following, return_inverse=True)
    mean = np.bincount(pair, weight[moves.case] * moves.weight) / np.bincount(pair, moves.weight)
    tilt = dict(zip(pairs.tolist(), mean.tolist(), strict=True))
    routes = []
    for state, leads in enumerate(automaton.routes):
        shares = {symbol: share * tilt.get(state * width + symbol, 1.0) for symbol, (_to, share) in leads.items()}
        total = sum(shares.values())
        routes.append({symbol: (to, shares[symbol] / total) for symbol, (to, _share) in leads.items()})
    return replace(automaton, routes=tuple(routes))


def _brought(
    demand: Demand, log: Log, weight: Floats, times: Floats, arrivals: Floats, random: np.random.Generator
) -> Demand:
    """So many *times* the cases a week, how many come at a time as their weights say, and hours of the week as
    uncertain as the numbers of arrivals in them."""
    clients: dict[str, Client] = {}
    for number, name in enumerate(log.clients):
        known = demand.clients.get(name)
        if known is None:
            continue
        mine = log.client == number
        several = at_a_time(log.start[log.begin[mine]], weight[mine]) if known.at_a_time else {}
        profile = np.array(known.profile)
        seen = arrivals[number] + 1.0
        drawn = profile * random.gamma(seen) / seen
        total = drawn.sum()
        clients[name] = replace(
            known,
            cases_per_week=known.cases_per_week * float(times[number]),
            at_a_time=several or known.at_a_time,
            profile=tuple((drawn * profile.sum() / total).tolist()) if total > 0 else known.profile,
        )
    return replace(demand, clients=clients)


def _otherwise_dated(demand: Demand, lasts: Floats, random: np.random.Generator) -> Demand:
    """*demand* with seasons and days of the month that the records support as well, one for all who share one, in which
    as many cases come in all of the time, which *lasts* so long on each day of a year."""
    clients, drawn, dated = dict(demand.clients), {}, demand.dated

    def other(factors: Factors) -> Floats:
        if id(factors) not in drawn:
            drawn[id(factors)] = factors.drawn(random)
        found: Floats = drawn[id(factors)]
        return found

    for name, known in demand.clients.items():
        made = known
        if name in dated.seasons:
            made = replace(made, season=written(other(dated.seasons[name])))
        if name in dated.months:
            made = dated.months[name].put(made, other(dated.months[name].factors))
        if made is not known:
            rate = known.cases_per_week * float(lasts @ of_days(known) / (lasts @ of_days(made)))
            clients[name] = replace(made, cases_per_week=rate)
    return replace(demand, clients=clients)


def _beside(made: Organisation, as_counted: Organisation, learned: Organisation) -> Organisation:
    """*made* with what else was fitted by simulation taken over from *learned*, which was *as_counted* before it."""
    distributions = dict(made.distributions)
    for name, drawn in made.distributions.items():
        fitted, plain = learned.distributions.get(name), as_counted.distributions.get(name)
        if fitted is not None and plain is not None and fitted != plain and plain.mean > 0:
            distributions[name] = timing.scaled(drawn, fitted.mean / plain.mean)
    people = {
        name: replace(person, at_once=learned.people[name].at_once) if name in learned.people else person
        for name, person in made.people.items()
    }
    return replace(made, distributions=distributions, people=people)
