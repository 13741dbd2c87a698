"""Acts that wait for their moment: a run that is reviewed week by week, and changed when a condition is met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import product

import numpy as np
import numpy.typing as npt

from irrupt.chronicle.goods import Planned
from irrupt.chronicle.rows import WEEK, Legend, Rows
from irrupt.engine import Simulation, Tables
from irrupt.errors import Fault, ModelError, did_you_mean
from irrupt.i18n import gettext as _
from irrupt.ledgers import ALL_CLIENTS, ALL_TEAMS, Ledgers, OnDuty, Parties, Window, measures, on_duty
from irrupt.organisation.model import Organisation
from irrupt.organisation.rules import amended
from irrupt.regulation.conditions import Condition, Term
from irrupt.regulation.model import Act
from irrupt.regulation.when import When

Numbers = npt.NDArray[np.int32]
REVIEW = 1.0
"""Weeks from one review to the next."""
MOST = 5
"""Acts of one scenario that may wait for their moment."""
Met = frozenset[int]
"""The numbers of the conditions that have been met."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What a scenario waits for, and what its rules are once some of it has come."""

    conditions: tuple[Condition | None, ...]
    """As soon as what each act is done; None: when acts begin."""
    lags: tuple[float, ...]
    """Weeks later than that."""
    parties: Mapping[Term, str]
    """Whose measure each term is about."""
    members: Parties
    """The numbers of these parties in the legend."""
    rules: Mapping[Met, Tables]
    on_duty: Mapping[Met, OnDuty]

    @property
    def weeks(self) -> float:
        """How far back the longest condition looks."""
        return max((term.weeks for one in self.conditions if one is not None for term in one.terms), default=0.0)


def subsets(acts: Sequence[Act], organisation: Organisation, moment: datetime) -> dict[Met, Organisation]:
    """The rules of *organisation* for each set of conditions of *acts* that may have been met: the acts that wait for
    none or for these, done one after the other.

    Raises `ModelError` when an act names what is not there, or when more than five wait.
    """
    waiting = [(at, act) for at, act in enumerate(acts) if isinstance(act, When)]
    conditions = len({_awaited(act) for _at, act in waiting})
    if conditions > MOST:
        raise ModelError(Fault("when", _("{n} acts wait").format(n=conditions), _("{n} at most").format(n=MOST)))
    found = {}
    for met in _possible([act for _at, act in waiting]):
        left_out = {at for number, (at, _act) in enumerate(waiting) if number not in met}
        rules = organisation
        for at, act in enumerate(acts):
            if at not in left_out:
                rules = amended(rules, act.changes(rules, moment))
        found[met] = rules
    return found


def _awaited(act: When) -> object:
    """What an act waits for: a condition, with those whom it is about where it does not say."""
    return act.condition and (act.condition, act.act.client, getattr(act.act, "team", None))


def _possible(waiting: Sequence[When]) -> Iterator[Met]:
    """The sets of *waiting* acts that may have been done at some moment: of those that wait for one condition, whoever
    waits longer is done later."""
    groups: dict[object, list[int]] = {}
    for number, act in enumerate(waiting):
        groups.setdefault(_awaited(act), []).append(number)
    reached = [
        [
            frozenset(n for n in group if waiting[n].lag <= lag)
            for lag in (-1.0, *sorted({waiting[n].lag for n in group}))
        ]
        for group in groups.values()
    ]
    for chosen in product(*reached):
        yield frozenset().union(*chosen)


def watched(
    acts: Sequence[Act], rules: Mapping[Met, Organisation], compiled: Mapping[Met, Tables], legend: Legend
) -> Watched:
    """What *acts* wait for. Raises `ModelError` when a condition is about a party that is not there."""
    waiting = [act for act in acts if isinstance(act, When)]
    full = rules[frozenset(range(len(waiting)))]
    parties = {term: _party(term, act.act, full) for act in waiting for term in _terms(act)}
    return Watched(
        conditions=tuple(map(_condition, waiting)),
        lags=tuple(act.lag for act in waiting),
        parties=parties,
        members=_members(set(parties.values()), full, legend),
        rules=compiled,
        on_duty={met: on_duty(one) for met, one in rules.items()},
    )


def _condition(act: When) -> Condition | None:
    assert not isinstance(act.condition, str)
    return act.condition


def _terms(act: When) -> tuple[Term, ...]:
    condition = _condition(act)
    return () if condition is None else condition.terms


def _party(term: Term, act: Act, rules: Organisation) -> str:
    """Whose measure *term* is about: whom it names, or else the act's client or team, or else everybody."""
    teams = measures()[term.measure].of == "team"
    known = [*rules.teams, ALL_TEAMS] if teams else [*rules.clients, ALL_CLIENTS]
    usual = getattr(act, "team", None) or ALL_TEAMS if teams else act.client or ALL_CLIENTS
    name = term.party or usual
    if name not in known:
        found = _('"{measure}" is not measured for "{party}"').format(measure=term.measure, party=name)
        raise ModelError(Fault("when", found, remedy=did_you_mean(name, known)))
    return str(name)


def _members(parties: Iterable[str], rules: Organisation, legend: Legend) -> Parties:
    def numbers(names: tuple[str, ...], side: Iterable[str], everybody: str) -> dict[str, list[int]]:
        number = {name: at for at, name in enumerate(names)}
        groups = {everybody: sorted(number[name] for name in side)} | {name: [number[name]] for name in side}
        return {party: groups[party] for party in sorted(parties) if party in groups}

    return Parties(
        clients=numbers(legend.clients, rules.clients, ALL_CLIENTS),
        teams=numbers(legend.teams, rules.teams, ALL_TEAMS),
    )


@dataclass(slots=True)
class Memory:
    """The rows of the last weeks of a run, in the numbers of *legend*, and how new ones are put into these."""

    legend: Legend
    weeks: float
    chunks: list[Rows] = field(default_factory=list)

    def add(self, chunks: Iterable[Rows], theirs: Legend) -> Iterator[Rows]:
        """Take in *chunks*, which are numbered as in *theirs*, and hand them on, numbered as in the legend."""
        for rows in chunks:
            mine = _renumbered(rows, theirs, self.legend)
            self.chunks.append(Rows._make(column.copy() for column in mine))
            yield mine

    def since(self, begin: float) -> list[Rows]:
        """The rows of steps that ended after *begin*."""
        return [Rows._make(c[rows.end > begin] for c in rows) for rows in self.chunks if rows.end[-1] > begin]

    def forget(self, now: float) -> None:
        """Keep what the longest condition still looks at."""
        begin = now - self.weeks * WEEK
        self.chunks = [rows for rows in self.chunks if rows.end[-1] > begin]


def _renumbered(rows: Rows, theirs: Legend, mine: Legend) -> Rows:
    names = ("clients", "activities", "teams", "people")
    if all(getattr(mine, name)[: len(getattr(theirs, name))] == getattr(theirs, name) for name in names):
        return rows

    def moved(column: Numbers, old: tuple[str, ...], new: tuple[str, ...]) -> Numbers:
        place = {name: at for at, name in enumerate(new)}
        numbers = np.array([*(place[name] for name in old), -1], np.int32)
        taken: Numbers = numbers[column]
        return taken

    return rows._replace(
        client=moved(rows.client, theirs.clients, mine.clients),
        activity=moved(rows.activity, theirs.activities, mine.activities),
        team=moved(rows.team, theirs.teams, mine.teams),
        person=moved(rows.person, theirs.people, mine.people),
    )


@lru_cache(maxsize=256)
def _on_duty(rules: Tables) -> OnDuty:
    return on_duty(rules.organisation)


@dataclass(slots=True)
class HoursFollowed:
    """How far ledgers know that people's hours follow the plan of a run."""

    count: int = 0

    def follow(self, run: Simulation, ledgers: Ledgers) -> None:
        """Tell *ledgers* of the hours that changed since they were told last."""
        for moment, rules in run.hours_changed[self.count :]:
            ledgers.on_duty_from(moment, _on_duty(rules))
        self.count = len(run.hours_changed)


def run_watched(
    simulation: Simulation,
    ledgers: Ledgers,
    memory: Memory,
    hours: HoursFollowed,
    watch: Watched,
    *,
    begin: float,
    end: float,
) -> list[float]:
    """Go on from *begin* to *end*, with a review every week from *begin* on: as soon as a condition is met, and its lag
    is over, its act is done. When each was done, in weeks after *begin*; nan: never."""
    met: Met = frozenset()
    when = [float("nan")] * len(watch.conditions)
    due: dict[int, float] = {}
    now = begin
    while True:
        for number in _reviewed(memory, watch, now, met | due.keys(), watch.on_duty[met], simulation.planned):
            due[number] = now + watch.lags[number] * WEEK
        holding = frozenset(number for number, moment in due.items() if moment <= now and number not in met)
        if holding:
            for number in holding:
                when[number] = (now - begin) / WEEK
            met |= holding
            simulation.change(watch.rules[met])
            ledgers.on_duty_from(now, watch.on_duty[met])
        done = len(met) == len(watch.conditions)
        until = end if done else min(now + REVIEW * WEEK, end)
        chunks = simulation.run(until)
        for rows in memory.add(chunks, simulation.legend):
            hours.follow(simulation, ledgers)
            ledgers.add(rows)
        if until >= end:
            return when
        now = until
        memory.forget(now)


def _reviewed(
    memory: Memory, watch: Watched, now: float, before: Met, duty: OnDuty, planned: Planned | None = None
) -> Met:
    """The conditions that are met now and were not *before*."""
    values: dict[float, dict[str, dict[str, float]]] = {}

    def value(term: Term) -> float:
        if now < term.weeks * WEEK:
            return float("nan")
        if term.weeks not in values:
            values[term.weeks] = _measured(memory, watch, now - term.weeks * WEEK, now, duty, planned)
        return values[term.weeks][term.measure][watch.parties[term]]

    pending = ((at, one) for at, one in enumerate(watch.conditions) if at not in before)
    return frozenset(at for at, one in pending if one is None or one.holds(value))


def _measured(
    memory: Memory, watch: Watched, begin: float, end: float, duty: OnDuty, planned: Planned | None
) -> dict[str, dict[str, float]]:
    """Measure -> party -> value, over the steps that ended between two moments."""
    ledgers = Ledgers(memory.legend, Window(begin=begin, end=end), duty)
    chunks = memory.since(begin)
    first = min((int(rows.case.min()) for rows in chunks if len(rows.case)), default=0)
    for rows in chunks:
        ledgers.add(rows._replace(case=rows.case - first))
    ledgers.plan(planned)
    return ledgers.result(watch.members)
