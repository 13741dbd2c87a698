"""Acts that wait for their moment: what they wait for, and the rules once it has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from irrupt.chronicle.rows import WEEK, Legend
from irrupt.engine import Tables
from irrupt.errors import Fault, ModelError, did_you_mean
from irrupt.experiment.horizon import Horizon
from irrupt.i18n import gettext as _
from irrupt.ledgers import ALL_CLIENTS, ALL_TEAMS, Ledgers, OnDuty, Parties, measures, on_duty
from irrupt.ledgers.autonomy import Bound
from irrupt.ledgers.organising import Organised, organised
from irrupt.ledgers.rolling import MADE_OF, Rolling, RollingTerm
from irrupt.organisation.model import Organisation
from irrupt.organisation.rules import RuleChange, amended
from irrupt.regulation.conditions import Condition, Term
from irrupt.regulation.model import Act
from irrupt.regulation.when import When, in_repertoire

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
    bound: Mapping[Met, Bound]
    """What somebody else's rules set."""
    made: Mapping[Met, Sequence[RuleChange]]
    """The changes that lead to each of these rules."""
    horizon: Horizon

    def organised(self, before: Met, after: Met, now: float) -> list[Organised]:
        """The changes of rules that come with what has been met since *before*."""
        old, new = (Counter(organised(self.made[met], lambda _change: now)) for met in (before, after))
        return list((new - old).elements())

    @property
    def period(self) -> float:
        """Seconds from one review to the next, whole ones."""
        return float(round(self.horizon.review * WEEK))

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
        """Whether the measure is a sum over cases, and the weeks are whole periods between reviews."""
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
        return Rolling(legend=ledgers.legend, conditions=conditions, table=ledgers.table, **times)

    def _rolling(self, term: Term) -> RollingTerm:
        return RollingTerm(
            measure=term.measure,
            clients=tuple(self.members.clients[self.parties[term]]),
            periods=round(term.weeks * WEEK / self.period),
            above=term.relation in (">", ">="),
            bound=term.value,
            equal=term.relation in ("<=", ">="),
        )


Done = tuple[Organisation, tuple[RuleChange, ...]]
"""The rules after some acts, and the changes that these made."""


def subsets(acts: Sequence[Act], organisation: Organisation, moment: datetime) -> dict[Met, Done]:
    """The rules of *organisation* for each set of conditions of *acts* that may have been met: the acts that wait for
    none or for these, done one after the other; and what they changed.

    Raises `ModelError` when an act names what is not there, or when more than five wait.
    """
    waiting = [(at, act) for at, act in enumerate(acts) if isinstance(act, When)]
    conditions = len({_awaited(act) for _at, act in waiting})
    if conditions > MOST:
        raise ModelError(Fault("when", _("{n} acts wait").format(n=conditions), _("{n} at most").format(n=MOST)))
    found = {}
    for met in _possible([act for _at, act in waiting]):
        left_out = {at for number, (at, _act) in enumerate(waiting) if number not in met}
        rules, made = organisation, list[RuleChange]()
        for act in in_repertoire([act for at, act in enumerate(acts) if at not in left_out]):
            changes = act.changes(rules, moment)
            rules = amended(rules, changes)
            made += changes
        found[met] = rules, tuple(made)
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
    acts: Sequence[Act],
    rules: Mapping[Met, Organisation],
    compiled: Mapping[Met, Tables],
    legend: Legend,
    bound: Mapping[Met, Bound],
    made: Mapping[Met, Sequence[RuleChange]],
    horizon: Horizon,
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
        bound=bound,
        made=made,
        horizon=horizon,
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
