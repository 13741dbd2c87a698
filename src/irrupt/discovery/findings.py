"""What a log tells, before it becomes an organisation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.chronicle.model import Chronicle
from irrupt.discovery import memory, procedure
from irrupt.discovery.arrivals import demand
from irrupt.discovery.arrivals.censoring import Completeness, completeness
from irrupt.discovery.arrivals.demand import Demand
from irrupt.discovery.begins import starts
from irrupt.discovery.begins.starts import Bounds
from irrupt.discovery.kinds import variety
from irrupt.discovery.kinds.attributes import CaseTable, case_table
from irrupt.discovery.kinds.variety import Variety
from irrupt.discovery.log import Log, read
from irrupt.discovery.memory import Memory, Weights
from irrupt.discovery.people import absences, closures, desks, hands, skills, third_parties, workforce
from irrupt.discovery.people import teams as people_and_teams
from irrupt.discovery.people.closures import Closures
from irrupt.discovery.people.desks import Desks
from irrupt.discovery.people.teams import Teams
from irrupt.discovery.people.workforce import Workforce
from irrupt.discovery.procedure import Moves, Symbols
from irrupt.discovery.queues import patience, queue_order, straight, waits, whom_first
from irrupt.discovery.queues.patience import GivenUp
from irrupt.discovery.queues.straight import Straight
from irrupt.discovery.queues.waits import Borne
from irrupt.discovery.routes import beside, routing, turns
from irrupt.discovery.routes.beside import Ways
from irrupt.discovery.routes.routing import Automaton
from irrupt.discovery.routes.winding import Numbers
from irrupt.discovery.times import turned
from irrupt.i18n import gettext as _
from irrupt.organisation import Patience, Team

_FEWEST = 20
_LEAST_PART = 0.01
"""Steps of a team, as a number and as a share of all, below both of which nothing is told of its people: a handful of
steps shows them on duty for a few hours of the week, and makes queues that nobody had."""
_NEARLY_ALL = 0.95
_FAINT = 1e-6
"""What a step counts whose time was another: as good as nothing, where there are others."""
Progress = Callable[[str, float], None]


def silent(_what: str, _share: float) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was learned from a log, before it becomes an organisation."""

    log: Log
    complete: Completeness
    teams: Teams
    worked: Flags
    timed: Flags
    """Steps of which it is known, or told well enough, how long the work on them took."""
    few: tuple[str, ...]
    """Teams with too few steps for their people and hours to be told."""
    known: Symbols
    automaton: Automaton
    moves: Moves
    workforce: Workforce
    straight: Straight
    """With what people go straight on."""
    demand: Demand
    memory: Memory
    weight: Floats
    """Per step: what it counts in distributions of times."""
    work_assumed: str
    """`typical`, `shortest`, `longest`, or `measured`."""
    work: Floats
    """Seconds of work per step; where nobody works on it, seconds that pass."""
    in_hours: Floats
    """Seconds of work per step that its person did in his hours; its part where several cases are done in one."""
    variety: Variety
    borne: tuple[Borne, ...]
    """How long clients bear waits before they give up."""
    given_up: GivenUp | None
    """Cases that were given up while they waited."""
    fresh: Floats
    """Per case: how much it counts, as the past fades and cases are missing."""
    closures: Closures
    """Days on which nobody worked though such days are worked."""
    orders: Mapping[str, Team] = field(default_factory=dict)
    """Team -> the order in which it takes cases."""
    beside: tuple[Ways, ...] = ()
    """Activities that are done side by side, on each of the ways that cases go at once."""
    counts: Floats | None = None
    """Per case: what it counts in shares of routes of single clients; None: all alike."""
    drawn: Mapping[str, Patience] | None = None
    """The patience of clients as it may be, too; None: as it most likely is."""

    @property
    def begins_told(self) -> bool:
        """Whether it is known, or told well enough of nearly all work, when it began."""
        return self.log.starts == "measured" or bool(self.timed[self.worked].sum() > _NEARLY_ALL * self.worked.sum())

    @property
    def patience(self) -> Mapping[str, Patience]:
        """How long clients wait before they give up."""
        return waits.told(self.borne) if self.drawn is None else self.drawn

    @property
    def worth(self) -> Floats:
        """Per case: what it counts in shares of routes of some cases alone."""
        return self.fresh if self.counts is None else self.fresh * self.counts


def find(
    chronicle: Chronicle,
    clients: Mapping[str, str] | None,
    work: str = "typical",
    tell: Progress = silent,
    *,
    bounds: Bounds | None = None,
) -> Findings:
    """What *chronicle*, which has start times (assumed for *work*, within *bounds*, or measured), tells."""
    told = () if bounds is None else bounds.beside
    log, given_up, teams, blocks, cut = _in_order(read(chronicle, clients), told, chronicle)
    log, worked, few = _worked(log, teams)
    tell(_("learning who works when"), 0.1)
    closed, timed, table = closures.learn(log, worked), _timed(log, bounds), case_table(chronicle, log)
    staff, known = _staff(log, teams, worked, timed, closed, table), procedure.symbols(log, teams.team, worked)
    complete, judged = _complete(log, known, given_up, cut), _judged(known, worked) & timed
    tell(_("learning the routes"), 0.2)
    borne, in_vain = waits.learn(log, worked, given_up)
    automaton, moves, past, fresh = _routes(log, known, complete, in_vain, np.where(worked, teams.team, -1))
    inside, spent = _spent(log, teams, staff, worked)
    past, weight = _fading(log, known, judged, spent, complete, fresh, past)
    varied = variety.learn(table, log, known, moves, spent, judged, staff.skills)
    staff = _with_limits(staff, varied, log, teams, worked)
    found = Findings(
        log=log,
        complete=complete,
        teams=teams,
        worked=worked,
        timed=timed,
        few=few,
        known=known,
        automaton=automaton,
        moves=moves,
        workforce=staff,
        straight=straight.learn(log, known, worked, staff, inside),
        demand=demand.learn(log, complete, closures.quiet(closed, log)),
        memory=past,
        fresh=fresh.arrival,
        beside=tuple(tuple(tuple(log.activities[one] for one in way) for way in ways) for ways in blocks),
        weight=weight,
        closures=closed,
        work_assumed="measured" if log.starts == "measured" else work,
        work=spent,
        in_hours=inside,
        borne=borne,
        given_up=given_up,
        variety=varied,
    )
    return whom_first.of_people(queue_order.of_teams(found))


def _in_order(
    every: Log, told: tuple[Ways, ...], chronicle: Chronicle
) -> tuple[Log, GivenUp | None, Teams, tuple[Numbers, ...], Ints]:
    """*every* step in order (`_each_way`) but those that record that a case was given up, and these. Who waits on one
    of several ways is known once these are."""
    gone = patience.ends_given_up(every)
    others, given_up = patience.apart(every, gone)
    log, teams, blocks, cut = _each_way(others, told, desks.learn(chronicle, others))
    less, more = patience.apart(every, gone, blocks) if blocks else (others, given_up)
    if len(less.case) < len(others.case):
        given_up = more
        log, teams, blocks, cut = _each_way(less, told, desks.learn(chronicle, less))
    return log, given_up, teams, blocks, cut


def _each_way(
    log: Log, told: tuple[Ways, ...], apart: Mapping[int, Desks]
) -> tuple[Log, Teams, tuple[Numbers, ...], Ints]:
    """*log* without systems, with the ways that cases go at once in order; its teams; these ways; and which cases were
    still on them. Ways that were *told* by ends alone count where something on them has no start, so that nothing is
    seen to overlap."""
    teams = people_and_teams.find(log, apart)
    log = people_and_teams.without(log, teams.systems)
    blocks = beside.together(log)
    known = {activity for ways in blocks for way in ways for activity in way}
    lasts = np.bincount(log.activity, log.end > log.start, len(log.activities)) > 0
    for named in told:
        ways = tuple(tuple(log.activities.index(name) for name in way) for way in named)
        group = {activity for way in ways for activity in way}
        if not group & known and not lasts[list(group)].all():
            blocks = (*blocks, ways)
    if not blocks:
        return beside.awaiting(log), teams, blocks, np.empty(0, np.int64)
    aside = beside.ordered(log, blocks)
    return beside.awaiting(aside), people_and_teams.find(aside, apart), blocks, beside.cut(log, aside)


def teams_found(chronicle: Chronicle) -> dict[str, str]:
    """Activity of *chronicle*, which names no teams -> the team that is found to work on it, or on most of it, from who
    does what; no activity where it names nobody."""
    log, _given_up, teams, _blocks, _cut = _in_order(read(chronicle), (), chronicle)
    counts = np.zeros((len(log.activities), len(teams.names) + 1), np.int64)
    np.add.at(counts, (log.activity, teams.team), 1)
    known = np.flatnonzero(counts[:, :-1].any(axis=1))
    return {log.activities[at]: teams.names[counts[at, :-1].argmax()] for at in known}


def _judged(known: Symbols, worked: Flags) -> Flags:
    """Steps whose work is told: those that are worked on as most of their kind are."""
    return worked & known.worked[known.of_step]


def _staff(log: Log, teams: Teams, worked: Flags, timed: Flags, closed: Closures, table: CaseTable) -> Workforce:
    """The people, when each was away, what he does not do, and what is in whose hands."""
    staff = workforce.learn(log, teams, worked, closed.begins(log.origin), timed)
    staff = replace(staff, tied=hands.learn(log, teams, worked))
    staff = absences.noted(staff, log, teams.team, worked)
    return skills.noted(staff, log, teams, worked, table.kinds, table.numbers(table.amounts))


def _with_limits(staff: Workforce, varied: Variety, log: Log, teams: Teams, worked: Flags) -> Workforce:
    """*staff* whose limits are those of the amount that cases ask for, as these are *varied*: there is but one."""
    if staff.skills.amount in (None, varied.amount):
        return staff
    return skills.noted(staff, log, teams, worked, varied.table.kinds, varied.table.numbers([varied.amount]))


def _spent(log: Log, teams: Teams, staff: Workforce, worked: Flags) -> tuple[Floats, Floats]:
    """Seconds of work on each step in the hours of who did it, and all of them; where nobody worked, those that
    passed."""
    inside, whole = workforce.spent(log, teams, staff, worked)
    return inside, np.where(worked, whole, log.left - log.start)


def _complete(log: Log, known: Symbols, given_up: GivenUp | None, cut: Ints) -> Completeness:
    """Which cases are seen from their begin and to their end; those given up ended without one, and those *cut* while
    they went several ways at once go on."""
    complete = completeness(log, known.of_step)
    complete.ends[cut] = False
    if given_up is not None:
        complete.ends[given_up.case] = False
    return complete


def _routes(
    log: Log, known: Symbols, complete: Completeness, in_vain: Mapping[int, str], queue: Ints
) -> tuple[Automaton, Moves, Memory, Weights]:
    """Which step follows which, every move that tells of it, how fast the past fades, with the steps after which ways
    turned, and what cases and moves therefore count. *in_vain*: case -> what it waited for when it was given up;
    *queue*: that of each step."""
    past = memory.learn(log, known.of_step, complete, queue)
    fresh = memory.weights(log, complete, past.routes)
    then = procedure.afterwards(log, known, complete.ends, in_vain)
    past = past._replace(turns=turns.learn(log, known.of_step, then, complete))
    worth = fresh._replace(move=np.where(turns.gone(log, known.of_step, past.turns), 0.0, fresh.move))
    automaton = routing.learn(known.of_step, log.begin, complete.begins, then, worth.arrival, worth.move)
    return automaton, procedure.moves(log, known, automaton, then, worth), past, fresh


def _fading(
    log: Log, known: Symbols, told: Flags, work: Floats, complete: Completeness, fresh: Weights, past: Memory
) -> tuple[Memory, Floats]:
    """The *past* with the steps whose times turned, and per step what it counts in distributions of times."""
    turns = turned.learn(log, known.of_step, told, work, complete)
    weights = fresh if past.times == past.routes else memory.weights(log, complete, past.times)
    gone = turned.gone(log, known.of_step, turns)
    return past._replace(turned=turns), weights.into(log) * np.where(gone, _FAINT, 1.0)


def _timed(log: Log, bounds: Bounds | None) -> Flags:
    """Steps of which it is known how long the work on them took, or told by those who begin it at once."""
    if bounds is None:
        return np.full(len(log.case), log.starts == "measured")
    timed = np.zeros(int(max(log.row.max(), bounds.log.row.max())) + 1, bool)
    timed[bounds.log.row] = bounds.timed
    return timed[log.row]


def _worked(log: Log, teams: Teams) -> tuple[Log, Flags, tuple[str, ...]]:
    """*log* in which what others do in hours of their own is a delay; steps that somebody of the organisation works on,
    so that they wait for him; and the teams of which so little is recorded that nobody can be told to do so."""
    if log.starts == "assumed":
        worked = starts.worked_on(log, teams)
    else:
        worked = (teams.team >= 0) & ~log.acts[log.activity] & (not log.daily)
    steps = np.bincount(teams.team[worked], minlength=len(teams.names))
    few = steps < min(_FEWEST, _LEAST_PART * steps.sum())
    told = worked & ~few[teams.team] if few.any() else worked
    unsure = tuple(name for name, count, little in zip(teams.names, steps, few, strict=True) if count and little)
    return third_parties.as_delays(log, told), told, unsure
