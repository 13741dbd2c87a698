"""Acts that wait for their moment: what they wait for, and the rules once it has come."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from irrupt.chronicle.rows import Legend
from irrupt.engine import Tables, tables
from irrupt.errors import Fault, Faults, ModelError, did_you_mean
from irrupt.experiment.horizon import Horizon
from irrupt.groups import ALL_CLIENTS, ALL_TEAMS
from irrupt.i18n import gettext as _
from irrupt.ledgers import Ledgers, OnDuty, Parties, measures, on_duty
from irrupt.ledgers.autonomy import Bound
from irrupt.ledgers.money import has_charges, has_money
from irrupt.ledgers.organising import PRESCRIBERS, THEIR_CHANGES, Organised, organised
from irrupt.ledgers.planned import known_for
from irrupt.ledgers.rolling import MADE_OF, Rolling, RollingTerm
from irrupt.organisation.model import Organisation
from irrupt.organisation.planning import follows_queues
from irrupt.organisation.rules import RuleChange
from irrupt.regulation.autonomy import bound_by
from irrupt.regulation.conditions import Condition, Term
from irrupt.regulation.doing import done_without
from irrupt.regulation.model import Act
from irrupt.regulation.said import whose
from irrupt.regulation.when import When, gone_after, title, waiting_in
from irrupt.units import WEEK

NEARLY = 1e-3
"""Seconds that come of rounding."""
MOST = 5
"""Conditions of one scenario of which every set is made beforehand."""
Met = frozenset[int]
"""The numbers of the conditions that have been met."""
Done = tuple[Organisation, tuple[RuleChange, ...]]
"""The rules after some acts, and the changes that these made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Acts that are done to an organisation, some of them when their moment has come."""

    acts: Sequence[Act]
    organisation: Organisation
    moment: datetime
    settled: Sequence[Act] | None = None
    """The acts, with what they put in named, however many others are done before; None: as they are."""

    def after(self, done: Sequence[int]) -> Done:
        """The rules once the waiting acts numbered in *done* were done, in this order, behind those that do not wait;
        and what was changed."""
        acts = self._done(done)
        gone = gone_after([*acts.values()], self.acts)
        rules, made = self.organisation, list[RuleChange]()
        for number, act in acts.items():
            if act not in gone:
                known = act if self.settled is None else self.settled[number]
                rules, changes = done_without(rules, known, self.moment, gone)
                made += changes
        return rules, tuple(made)

    def gone(self, done: Sequence[int]) -> Met:
        """The waiting acts that have left the repertoires of their authors by then."""
        gone = gone_after([*self._done(done).values()], self.acts)
        return frozenset(number for number, act in enumerate(self.waiting) if act in gone)

    @property
    def waiting(self) -> tuple[When, ...]:
        """The acts that wait for their moment."""
        return waiting_in(self.acts)

    def _done(self, done: Sequence[int]) -> dict[int, Act]:
        """The acts that do not wait, then those *done*, in this order; each with its number among all."""
        waiting = [number for number, act in enumerate(self.acts) if isinstance(act, When)]
        at_once = (number for number in range(len(self.acts)) if number not in waiting)
        return {number: self.acts[number] for number in (*at_once, *(waiting[one] for one in done))}


class State(NamedTuple):
    """What holds once some acts were done."""

    rules: Tables
    on_duty: OnDuty
    bound: Bound | None
    """What somebody else's rules set; None where nobody asks."""
    made: Sequence[RuleChange]
    """The changes that lead there."""
    gone: Met = frozenset()
    """The waiting acts that have left the repertoires of their authors."""


@lru_cache(maxsize=256)
def on_duty_under(rules: Tables) -> OnDuty:
    """When people are on duty under *rules*, kept for the next run that asks."""
    return on_duty(rules.organisation)


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
    previous: tuple[tuple[int, ...], ...]
    """Of acts that are done again, the numbers of the time before and of what follows of it; of others none."""
    pauses: tuple[float, ...]
    """Weeks that pass at least since then."""
    states: dict[tuple[int, ...], State]
    """What holds once the waiting acts of these numbers were done, in this order: in that in which they are written
    from the beginning, in others once they come about."""
    leads: tuple[int | None, ...]
    """Of what follows of itself, the number of the act that it follows; of others their own. None: it follows an act
    that waits for nothing."""
    course: Course
    baseline: Tables
    legend: Legend
    horizon: Horizon

    def state(self, done: tuple[int, ...]) -> State:
        """What holds once the waiting acts numbered in *done* were done, one after the other."""
        if done not in self.states:
            rules, made = self.course.after(done)
            usual = self.states.get(tuple(sorted(done)))
            compiled = usual.rules if usual and usual.rules.organisation == rules else tables(rules, self.baseline)
            told = self.states[()].bound is not None
            bound = bound_by(made, self.course.organisation, self.legend) if told else None
            self.states[done] = State(compiled, on_duty(rules), bound, made, self.course.gone(done))
        return self.states[done]

    @property
    def usual(self) -> State:
        """What holds before anything is done."""
        rules = self.course.organisation
        told = self.states[()].bound is not None
        bound = bound_by((), rules, self.legend) if told else None
        return State(self.baseline, on_duty_under(self.baseline), bound, ())

    @property
    def asked(self) -> frozenset[str]:
        """The measures that conditions are about."""
        return frozenset(term.measure for term in self.parties)

    def organised(self, before: State, after: State, now: float) -> list[Organised]:
        """The changes of rules that come with what has been done since *before*."""
        old, new = (Counter(organised(state.made, lambda _change: now)) for state in (before, after))
        return list((new - old).elements())

    @property
    def period(self) -> float:
        """Seconds from one review to the next, whole ones."""
        return float(round(self.horizon.review * WEEK))

    @property
    def last(self) -> float:
        """Seconds since the origin: the last review at which something may begin, before what is measured is over."""
        window = self.horizon.window
        return window.begin + max(math.ceil((window.end - window.begin - NEARLY) / self.period) - 1, 0) * self.period

    @property
    def slow(self) -> Met:
        """The conditions that only ledgers over the last weeks tell."""
        return frozenset(
            number
            for number, one in enumerate(self.conditions)
            if one is not None and not all(self._quick(term) for term in one.terms)
        )

    @property
    def weeks(self) -> float:
        """How far back the longest of these looks."""
        slow = (self.conditions[number] for number in self.slow)
        return max((term.weeks for one in slow if one is not None for term in one.terms), default=0.0)

    def _quick(self, term: Term) -> bool:
        """Whether the measure is a sum over cases or steps, and the weeks are whole periods between reviews."""
        periods = term.weeks * WEEK / self.period
        return term.measure in MADE_OF and abs(periods - round(periods)) < 1e-9

    def rolling(self, ledgers: Ledgers) -> Rolling:
        """What the other conditions look at in a run that *ledgers* measure."""
        slow = self.slow
        conditions = {
            number: [[self._rolling(term) for term in way] for way in one.ways]
            for number, one in enumerate(self.conditions)
            if one is not None and number not in slow
        }
        window = self.horizon.window
        times = {"begin": window.begin, "end": self.horizon.total * WEEK, "period": self.period}
        table, usual = ledgers.table, self.usual.on_duty
        return Rolling(legend=ledgers.legend, conditions=conditions, table=table, on_duty=usual, **times)

    def _rolling(self, term: Term) -> RollingTerm:
        parties = self.members.teams if measures()[term.measure].of == "team" else self.members.clients
        return RollingTerm(
            measure=term.measure,
            who=tuple(parties[self.parties[term]]),
            periods=round(term.weeks * WEEK / self.period),
            above=term.relation in (">", ">="),
            bound=term.value,
            equal=term.relation in ("<=", ">="),
        )


def subsets(course: Course) -> dict[Met, Done]:
    """The rules for each set of conditions that may have been met: the acts that wait for none, then those that wait
    for these, in the order in which they are written; and what they changed.

    Of acts that are done again, these are the first times of all, all times of each, and all times of all; of more than
    five conditions, each alone and all together. What else comes about is made when it does (see `Watched.state`).

    Raises `ModelError` when an act names what is not there.
    """
    waiting = course.waiting
    return {met: course.after(sorted(met)) for met in dict.fromkeys(_possible(waiting))}


def _awaited(act: When) -> object:
    """What an act waits for: a condition, with those whom it is about where it does not say."""
    return act.condition and (act.condition, act.act.client, getattr(act.act, "team", None))


def _possible(waiting: Sequence[When]) -> Iterator[Met]:
    """The sets of *waiting* acts that may have been done at some moment: of those that wait for one condition, whoever
    waits longer is done later, and each time after the time before."""
    groups: dict[object, list[int]] = {}
    for number, act in enumerate(waiting):
        groups.setdefault((_awaited(act), act.again, act.pause), []).append(number)
    once, often = list[list[Met]](), list[list[Met]]()
    for group in groups.values():
        turns = {number: (waiting[number].nth, waiting[number].lag) for number in group}
        steps = [(0, 0.0), *sorted(set(turns.values()))]
        once.append([frozenset(n for n in group if turns[n] <= step) for step in steps if step[0] <= 1])
        often.append([frozenset(n for n in group if turns[n] <= step) for step in steps if step[0] > 1])
    if len(once) <= MOST:
        often.append([frozenset().union(*chosen) for chosen in product(*once)])
    for each in [*once, *often]:
        yield from each
    yield frozenset(range(len(waiting)))


def _previous(waiting: Sequence[When]) -> tuple[tuple[int, ...], ...]:
    """Of each of *waiting*, the numbers of the time before; what follows of itself waits as what it follows does."""
    latest: dict[Act, list[int]] = {}
    before, now = list[int](), list[int]()
    found = []
    for number, act in enumerate(waiting):
        if not act.follows:
            first = replace(act, nth=1)
            before, now = (latest.get(first, []) if act.nth > 1 else []), []
            latest[first] = now
        now.append(number)
        found.append(tuple(before))
    return tuple(found)


def _leads(acts: Sequence[Act]) -> tuple[int | None, ...]:
    """For each of *acts* that waits, which of these it follows of itself: see `Watched.leads`."""
    found, lead = list[int | None](), None
    for act in acts:
        if not isinstance(act, When):
            lead = None
        else:
            lead = lead if act.follows else len(found)
            found.append(lead)
    return tuple(found)


def watched(
    course: Course,
    states: Mapping[Met, State],
    baseline: Tables,
    legend: Legend,
    horizon: Horizon,
) -> Watched:
    """What the acts of *course* wait for. Raises `ModelError` when a condition is about a party that is not there."""
    waiting = course.waiting
    full = states[frozenset(range(len(waiting)))].rules.organisation
    parties = {term: _party(term, act, full) for act in waiting for term in terms(act)}
    return Watched(
        conditions=tuple(map(_condition, waiting)),
        lags=tuple(act.lag for act in waiting),
        parties=parties,
        members=_members(set(parties.values()), full, legend),
        previous=_previous(waiting),
        pauses=tuple(act.pause for act in waiting),
        leads=_leads(course.acts),
        states={tuple(sorted(met)): state for met, state in states.items()},
        course=course,
        baseline=baseline,
        legend=legend,
        horizon=horizon,
    )


def _condition(act: When) -> Condition | None:
    assert not isinstance(act.condition, str)
    return act.condition


def terms(act: When) -> tuple[Term, ...]:
    """What *act* waits for, term by term."""
    condition = _condition(act)
    return () if condition is None else condition.terms


def told_of(rules: Organisation) -> dict[str, bool]:
    """What of *rules* decides which measures can be told."""
    return {
        "planned": bool(rules.products),
        "stretched": follows_queues(rules.capacity),
        "priced": has_money(rules),
        "charged": has_charges(rules),
    }


def refuse_unmeasured(acts: Iterable[Act], rules: Organisation) -> None:
    """Raise `ModelError` for those of *acts* that wait for a measure that *rules* do not tell, or not for whom."""
    wrong = Faults()
    for act in waiting_in(acts):
        for term in terms(act):
            with wrong:
                _party(term, act, rules)
    wrong.tell()


def _party(term: Term, act: When, rules: Organisation) -> str:
    """Whose measure *term* is about: whom it names, or else the act's client or team, or else everybody."""
    about = measures()[term.measure]
    if not known_for(about, **told_of(rules)):
        found = _('"{measure}" cannot be told of this organisation').format(measure=term.measure)
        raise ModelError(Fault(title(act), found))
    teams = about.of == "team"
    known = [*rules.teams, ALL_TEAMS] if teams else [*rules.clients, ALL_CLIENTS]
    if about in (PRESCRIBERS, THEIR_CHANGES):  # told of all teams together
        known = [ALL_TEAMS]
    name = term.party or whose(term.measure, act.act)
    if name not in known:
        found = _('"{measure}" is not measured for "{party}"').format(measure=term.measure, party=name)
        raise ModelError(Fault(title(act), found, remedy=did_you_mean(name, known)))
    return name


def _members(parties: Iterable[str], rules: Organisation, legend: Legend) -> Parties:
    def numbers(names: tuple[str, ...], side: Iterable[str], everybody: str) -> dict[str, list[int]]:
        number = {name: at for at, name in enumerate(names)}
        groups = {everybody: sorted(number[name] for name in side)} | {name: [number[name]] for name in side}
        return {party: groups[party] for party in sorted(parties) if party in groups}

    return Parties(
        clients=numbers(legend.clients, rules.clients, ALL_CLIENTS),
        teams=numbers(legend.teams, rules.teams, ALL_TEAMS),
    )
