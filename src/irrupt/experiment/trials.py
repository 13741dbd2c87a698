"""What is tried: each scenario's rules, the parties it is measured for, and the plan of the runs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from irrupt.chronicle.rows import Legend
from irrupt.engine import Simulation, Tables, tables
from irrupt.errors import Fault, Faults, ModelError, did_you_mean
from irrupt.experiment.horizon import Horizon
from irrupt.experiment.runs import MET, Plan
from irrupt.experiment.starting import Start, opening
from irrupt.experiment.watching import Course, Met, State, Watched, subsets, terms, told_of, watched
from irrupt.experiment.written import Written, all_done
from irrupt.groups import ALL_CLIENTS, ALL_TEAMS, OTHER_CLIENTS
from irrupt.i18n import gettext as _
from irrupt.ledgers import measures, on_duty, pair_name, pairs_of
from irrupt.ledgers.autonomy import AutonomyReducer, Bound
from irrupt.ledgers.model import Measure, Parties
from irrupt.ledgers.organising import OrganisingReducer, organised
from irrupt.ledgers.planned import known_for
from irrupt.organisation.model import Organisation
from irrupt.organisation.rules import RuleChange
from irrupt.regulation import Touch, touched
from irrupt.regulation.autonomy import bound_by
from irrupt.regulation.construction import authored
from irrupt.regulation.contradictions import Contradiction, contradictions
from irrupt.regulation.model import Act
from irrupt.regulation.when import IfRefused, When, about_whom, title, waiting_in

AUTONOMY = frozenset(measure.name for measure in AutonomyReducer.measures)
"""Measures that are told in detail, or where a claim is about them."""
ORGANISING = frozenset(measure.name for measure in OrganisingReducer.measures)
"""The same, and where hours are spent on rules."""
NOTHING_MET: Met = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One scenario, ready to run."""

    name: str
    acts: tuple[Act, ...]
    scheduled: tuple[Act, ...]
    """The acts, each with what follows of itself some weeks later."""
    settled: tuple[Act, ...]
    """The same, with what they put in named."""
    changes: tuple[RuleChange, ...]
    """All that they change, done one after the other, as often as they may be: each on what those before leave."""
    told: tuple[RuleChange, ...]
    """Those of them that are told: of what is done again, the first."""
    rules: Organisation
    """The rules with all acts."""
    touches: frozenset[Touch]
    """What the acts set directly, for whom."""
    teams: frozenset[str]
    """The teams whose work they set directly."""
    members: Mapping[str, tuple[str, ...]]
    """Party -> the clients or teams that it stands for."""
    columns: tuple[tuple[Measure, str], ...]
    """What is measured, for whom: the order of the results."""
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Party that is a client at a team or activity -> the teams or activities."""
    subsets: Mapping[Met, Organisation] = field(default_factory=dict)
    """The rules for each set of conditions that may have been met; none where no act waits for its moment."""

    made: Mapping[Met, tuple[RuleChange, ...]] = field(default_factory=dict)
    """The changes that lead to each of these."""
    contradictions: tuple[Contradiction, ...] = ()
    """Pairs of its acts whose rules cannot both hold."""

    @property
    def waiting(self) -> tuple[When, ...]:
        """The acts that wait for their moment."""
        return waiting_in(self.scheduled)

    @property
    def at_once(self) -> tuple[RuleChange, ...]:
        """The changes that are made before any condition is met."""
        return self.made.get(frozenset(), self.changes)

    @property
    def begins(self) -> Organisation:
        """The rules before any condition is met."""
        return self.subsets.get(frozenset(), self.rules)

    @property
    def layout(self) -> list[tuple[str, str]]:
        """What the values of a pair are: measure and party, then for each act that waits when it was done."""
        conditions = ((MET, act.moment) for act in self.waiting)
        return [*((measure.name, party) for measure, party in self.columns), *conditions]


def trials_of(
    organisation: Organisation,
    chosen: Mapping[str, Sequence[Act]],
    horizon: Horizon,
    *,
    detail: bool = False,
    apart: Collection[str] = (),
    stretched: bool = False,
    anyway: Sequence[Act] = (),
) -> list[Trial]:
    """The rules of each scenario: its acts one after the other, each on the rules that the one before left.

    *detail*: every client is told apart, and measured at every team and activity as well. *apart*: clients who are told
    apart in any case. *stretched*: hours that follow what waits are measured in any case, also where none do. *anyway*:
    acts that are done in each scenario before its own, and are not what it tries.

    Raises `ModelError` when an act names what is not there.
    """
    moment = organisation.timeline.after(horizon.warm_up)
    usual = all_done(organisation, anyway, moment).rules
    trials = []
    for name, acts, written in _all_written(organisation, chosen, anyway, moment):
        rules = written.rules
        own = all_done(usual, acts, moment) if anyway else written
        direct = touched([edit for change in own.changes for edit in change.edits], usual)
        authors = {change.author for change in own.told}
        members = _members(rules, [*anyway, *acts], rules.clients if detail else authors.union(apart))
        columns = _columns(rules, members, _left_out(rules, acts, own.told, detail=detail), stretched)
        places: dict[str, tuple[str, ...]] = {}
        if detail:
            pairs, more, places = _in_detail(rules, members)
            members, columns = members | pairs, columns + more
        _refuse_unknown_claims(name, acts, columns)
        done = subsets(written.course(organisation, moment)) if waiting_in(written.scheduled) else {}
        trials.append(
            Trial(
                name=name,
                acts=tuple(acts),
                scheduled=written.scheduled,
                settled=written.settled,
                changes=own.changes,
                told=own.told,
                rules=rules,
                touches=direct | authored(own.told, rules),
                teams=frozenset(team for touch in direct for team in touch.teams),
                members=members,
                columns=columns,
                places=places,
                subsets={met: after for met, (after, _changes) in done.items()},
                made={met: made for met, (_after, made) in done.items()},
                contradictions=contradictions([*anyway, *acts], organisation, moment),
            )
        )
    return trials


def _all_written(
    organisation: Organisation, chosen: Mapping[str, Sequence[Act]], anyway: Sequence[Act], moment: datetime
) -> list[tuple[str, list[Act], Written]]:
    """Each scenario with its acts and what comes of them. Raises `ModelError` with all that is wrong in any of them."""
    found, wrong = [], Faults()
    for name, several in chosen.items():
        with wrong:
            acts = [about_whom(act, organisation.clients, organisation.teams) for act in several]
            _refuse_unanswered(acts)
            found.append((name, acts, all_done(organisation, [*anyway, *acts], moment)))
    wrong.tell()
    return found


def _refuse_unanswered(acts: Sequence[Act]) -> None:
    """Raise `ModelError` for acts that are kept for a refusal: it has not been asked who refuses what."""
    kept = [
        Fault(title(act), _("nobody has answered yet"), remedy="settle()") for act in acts if isinstance(act, IfRefused)
    ]
    if kept:
        raise ModelError(kept)


def _about_authors(rules: Organisation, acts: Sequence[Act]) -> bool:
    """Whether it matters who wrote the rules: the organisation says it, or a claim is about it."""
    return bool(rules.rules) or any(act.claim.measure in AUTONOMY for act in acts)


def _left_out(
    rules: Organisation, acts: Sequence[Act], changes: Sequence[RuleChange], *, detail: bool
) -> frozenset[str]:
    """The measures that would say nothing of these *acts*."""
    found = frozenset[str]()
    if not (detail or _about_authors(rules, acts)):
        found |= AUTONOMY
    spent = any(change.organising_hours for change in changes) or any(
        one.organising for one in rules.calendars.values()
    )
    if not (detail or spent or any(act.claim.measure in ORGANISING for act in acts)):
        found |= ORGANISING
    return found


def told_apart(clients: Collection[str], own: Collection[str | None], about: Collection[str]) -> frozenset[str]:
    """Those of *clients* who are shown by name: who act or are asked for of their *own*, and whom a claim or a measure
    is *about*.

    `other clients`, as the small ones of a log are called together, are among those who are not named. Where they act
    themselves, or nobody else is named, everybody is.

    >>> clients = ["A", "B", "other clients"]
    >>> sorted(told_apart(clients, ["A"], ["other clients"])), len(told_apart(clients, ["other clients"], []))
    (['A'], 3)
    """
    named = {name for name in (*own, *about) if name is not None and name in clients}
    single = named - {OTHER_CLIENTS}
    if OTHER_CLIENTS in named and (OTHER_CLIENTS in own or not single):
        return frozenset(clients)
    return frozenset(single)


def _members(rules: Organisation, acts: Sequence[Act], apart: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The clients whom the acts or their claims are about, and those of *apart*, all others together, all; then every
    team, and all."""
    own = {act.client for act in acts}.union(apart)
    named = sorted(told_apart(rules.clients, own, {act.claim.party for act in acts}))
    others = tuple(sorted(set(rules.clients) - set(named)))
    parties: dict[str, tuple[str, ...]] = {client: (client,) for client in named}
    if named and others:
        parties[OTHER_CLIENTS] = others
    parties[ALL_CLIENTS] = tuple(sorted(rules.clients))
    parties |= {team: (team,) for team in sorted(rules.teams)}
    if len(rules.teams) > 1:
        parties[ALL_TEAMS] = tuple(sorted(rules.teams))
    return parties


def _refuse_unknown_claims(scenario: str, acts: Sequence[Act], columns: Sequence[tuple[Measure, str]]) -> None:
    """Raise `ModelError` for claims about what is not measured."""
    parties: dict[str, set[str]] = {}
    for measure, party in columns:
        parties.setdefault(measure.name, set()).add(party)
    faults = []
    for act in acts:
        claim, where = act.claim, _("{scenario}: claim of {act}").format(scenario=scenario, act=act.name)
        if claim.measure in measures(detail=True) and claim.measure not in parties:
            found = _('"{measure}" cannot be told of this organisation').format(measure=claim.measure)
            faults.append(Fault(where, found))
        elif claim.measure not in parties:
            found = _('no measure "{name}"').format(name=claim.measure)
            faults.append(Fault(where, found, remedy=did_you_mean(claim.measure, parties)))
        elif claim.party not in parties[claim.measure]:
            found = _('"{measure}" is not measured for "{party}"').format(measure=claim.measure, party=claim.party)
            faults.append(Fault(where, found, remedy=did_you_mean(claim.party, parties[claim.measure])))
    if faults:
        raise ModelError(faults)


def _in_detail(
    rules: Organisation, members: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, tuple[str, ...]], tuple[tuple[Measure, str], ...], dict[str, tuple[str, ...]]]:
    """Each client at each team and activity: whom they stand for, their columns, and where they are."""
    told = [measure for measure in measures(detail=True).values() if measure.of.startswith("client at")]
    activities = {name: (name,) for name in rules.activities()}
    clients = {party: who for party, who in members.items() if set(who) <= set(rules.clients)}
    teams = {party: who for party, who in members.items() if set(who) <= set(rules.teams)}
    apart: dict[str, tuple[str, ...]] = {}
    places: dict[str, tuple[str, ...]] = {}
    columns = []
    for measure in told:
        for place, where in (teams if measure.of == "client at team" else activities).items():
            for client, who in clients.items():
                party = pair_name(client, place)
                apart[party], places[party] = who, where
                columns.append((measure, party))
    return apart, tuple(columns), places


def _columns(
    rules: Organisation, members: Mapping[str, Sequence[str]], left_out: Collection[str], stretched: bool
) -> tuple[tuple[Measure, str], ...]:
    sides = {"client": rules.clients, "team": rules.teams}
    told = told_of(rules)
    told["stretched"] |= stretched
    return tuple(
        (measure, party)
        for measure in measures().values()
        if known_for(measure, **told) and measure.name not in left_out
        for party, who in members.items()
        if set(who) <= set(sides[measure.of])
    )


def plan_of(
    baseline: Tables,
    trials: Sequence[Trial],
    horizon: Horizon,
    seed: int,
    *,
    detail: bool = False,
    start: Start | None = None,
    anyway: Sequence[Act] = (),
) -> Plan:
    """The runs: rules compiled once, used by every replication. *anyway*: acts that wait for their moment in the
    baseline too."""
    scenarios = {trial.name: tables(trial.begins, baseline) for trial in trials}
    usual = trials_of(baseline.organisation, {"": anyway}, horizon) if anyway else []
    every = [*usual, *trials]
    compiled = {trial.name: {met: tables(rules, baseline) for met, rules in trial.subsets.items()} for trial in every}
    common = [*compiled.get("", {}).values()]
    legends = {"": _legend(baseline, *common)}
    legends |= {name: _legend(baseline, *common, rules, *compiled[name].values()) for name, rules in scenarios.items()}
    bound = _bound(baseline, every, legends)
    return Plan(
        baseline=baseline,
        scenarios=scenarios,
        horizon=horizon,
        seed=seed,
        measured={trial.name: _parties(trial, legends[trial.name]) for trial in trials},
        columns={trial.name: trial.layout for trial in trials},
        legends=legends,
        on_duty={"": on_duty(baseline.organisation)} | {trial.name: on_duty(trial.begins) for trial in trials},
        watched={
            trial.name: _watched(trial, baseline, compiled[trial.name], legends[trial.name], bound, horizon)
            for trial in every
            if trial.subsets
        },
        asked=frozenset(measure.name for trial in trials for measure, _party in trial.columns),
        detail=detail,
        bound={name: one[NOTHING_MET] for name, one in bound.items()},
        organised={trial.name: organised(trial.at_once, lambda _change: horizon.window.begin) for trial in trials},
        opening=None if start is None else opening(start, baseline, seed),
    )


def _watched(
    trial: Trial,
    baseline: Tables,
    compiled: Mapping[Met, Tables],
    legend: Legend,
    bound: Mapping[str, Mapping[Met, Bound]],
    horizon: Horizon,
) -> Watched:
    organisation, known = baseline.organisation, bound.get(trial.name, {})
    moment = organisation.timeline.after(horizon.warm_up)
    course = Course(acts=trial.scheduled, settled=trial.settled, organisation=organisation, moment=moment)
    states = {
        met: State(rules, on_duty(rules.organisation), known.get(met), trial.made[met], course.gone(sorted(met)))
        for met, rules in compiled.items()
    }
    return watched(course, states, baseline, legend, horizon)


def _bound(baseline: Tables, trials: Sequence[Trial], legends: Mapping[str, Legend]) -> dict[str, dict[Met, Bound]]:
    """Scenario, or "" for the baseline -> what somebody else's rules set, for each set of conditions that are met; none
    where no scenario measures it or waits for it."""
    asked = {measure.name for trial in trials for measure, _party in trial.columns}
    asked |= {term.measure for trial in trials for act in trial.waiting for term in terms(act)}
    if asked.isdisjoint(AUTONOMY):
        return {}
    founding = baseline.organisation
    found = {"": {NOTHING_MET: bound_by((), founding, legends[""])}}
    for trial in trials:
        made = trial.made or {NOTHING_MET: trial.changes}
        found[trial.name] = {met: bound_by(changes, founding, legends[trial.name]) for met, changes in made.items()}
    return found


def _legend(baseline: Tables, *after: Tables) -> Legend:
    """What the rows of a run name that begins under *baseline* and goes on under the rules of *after*."""
    simulation = Simulation(baseline, seed=0, weeks=0.0)
    for rules in after:
        simulation.change(rules)
    return simulation.legend


def _parties(trial: Trial, legend: Legend) -> Parties:
    clients = {name: number for number, name in enumerate(legend.clients)}
    teams = {name: number for number, name in enumerate(legend.teams)}

    def numbers(side: Mapping[str, int], parties: Mapping[str, Sequence[str]]) -> dict[str, list[int]]:
        return {party: [side[n] for n in who] for party, who in parties.items() if set(who) <= set(side)}

    plain = {party: who for party, who in trial.members.items() if party not in trial.places}
    found = Parties(clients=numbers(clients, plain), teams=numbers(teams, plain))
    if not trial.places:
        return found
    activities = {name: [number] for number, name in enumerate(legend.activities)}
    return replace(
        found, at_teams=pairs_of(found.clients, found.teams), at_activities=pairs_of(found.clients, activities)
    )
