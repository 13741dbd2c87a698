"""Runs that begin with the cases that are open at the end of a log, instead of warming up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import polars as pl

from irrupt.arguments import as_annotated
from irrupt.arraytypes import Floats, Ints
from irrupt.chronicle.arrays import OTHERWISE
from irrupt.chronicle.model import Chronicle
from irrupt.chronicle.parties import group_clients
from irrupt.chronicle.rows import Rows
from irrupt.discovery.kinds.attributes import case_table, class_of
from irrupt.discovery.log import Log
from irrupt.discovery.log import read as read_log
from irrupt.engine import Simulation, Tables, tables
from irrupt.engine.opening import OpenCase, Spans, Standing, standing, unlike_quantities
from irrupt.engine.streams import run_key
from irrupt.errors import Fault, UsageError
from irrupt.experiment.begun import begun
from irrupt.experiment.horizon import PILOT
from irrupt.groups import ALL_CLIENTS, OTHER_CLIENTS, UNKNOWN_CLIENT
from irrupt.i18n import gettext as _
from irrupt.organisation.following import Done, Following, unrecorded
from irrupt.organisation.hands import Group, groups
from irrupt.organisation.model import Client, Organisation
from irrupt.units import WEEK
from irrupt.wall import Timeline, aware, local_time

SPAN_WEEKS = 8.0
"""Weeks of the run that shows how long steps take."""
QUANTITY = "quantity"
MOST_UNLIKE = 0.1
"""By how much shares of cases up to some number may differ from those in the rules for this to be the quantity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A case as far as the log shows it."""

    name: str
    client: str
    done: tuple[Done, ...]
    """What was done in it, in order."""
    ended: tuple[float, ...]
    """When each of these did, in seconds after the Monday 00:00 before the moment at which runs begin."""
    by: tuple[str | None, ...]
    """Who did each; None: nobody who is named."""
    begin: float
    """When it came, on the same clock: when it was ready for its first step, or when that began."""
    silent: float
    """For how long after that the log shows nothing more; infinite: it goes on after the moment."""
    labels: frozenset[str]
    """Values of its attributes that may be classes."""
    amounts: Mapping[str, float]
    """Its attributes that are numbers."""
    due: float | None
    """When it is due, on the same clock."""

    @property
    def last(self) -> float:
        """When the last of it ended."""
        return max(self.ended)

    def did(self, groups: Collection[Group], people: Collection[str]) -> dict[Group, str]:
        """Who of these *people* did the last of some *groups* of activities."""
        pairs = [(activity, who) for (activity, _team), who in zip(self.done, self.by, strict=True)]
        last = {group: who for activity, who in pairs for group in groups if activity in group}
        return {group: who for group, who in last.items() if who is not None and who in people}

    def clock(self, anew: Collection[str]) -> float:
        """When its clock began, which begins *anew* with these activities."""
        found = [time for (activity, _team), time in zip(self.done, self.ended, strict=True) if activity in anew]
        return max(found, default=self.begin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The end of a log: where runs begin."""

    source: str
    """The log."""
    monday: datetime
    """The Monday 00:00 before it."""
    timezone: str
    """The zone on whose clock its times count."""
    weeks: float
    """How long after that runs begin."""
    cases: tuple[Recorded, ...]

    @property
    def now(self) -> float:
        """The same in seconds."""
        return self.weeks * WEEK

    @property
    def moment(self) -> datetime:
        """The same on the clock."""
        return Timeline(self.monday, self.timezone).moment(self.now)

    def made(self) -> dict[str, str]:
        """What tells this start from others, for a result that is to be made again."""
        return {"log": self.source, "moment": self.moment.isoformat(timespec="seconds")}

    def rebased(self, organisation: Organisation) -> Organisation:
        """*organisation* with its time beginning on that Monday of its own clock; what changes with time is there what
        it was."""
        monday = aware(local_time(self.monday, self.timezone), organisation.timezone)
        return begun(organisation, monday)

    def standing(self, rules: Tables, seed: int) -> Standing:
        """Where the cases may be, under *rules*."""
        organisation = rules.organisation
        past = unrecorded(organisation, {activity for case in self.cases for activity, _team in case.done})
        following = Following(organisation, past)
        clocks = {step.activity for step in organisation.steps.values() if step.clock}
        amount, on = quantity_of(self.cases, rules), groups(organisation)
        found = []
        for case in self.cases:
            client = _known(case.client, organisation.clients)
            if client is None:
                continue
            kind = class_of(case.labels, organisation.clients[client].classes)
            stands = following.stands(client, kind, case.done, case.ended, begin=case.begin)
            if not stands:
                continue
            seen = Counter(activity for activity, _team in case.done)
            found.append(
                OpenCase(
                    name=case.name,
                    client=client,
                    stands=stands,
                    seen=seen,
                    silent=case.silent,
                    came=case.begin,
                    clock=case.clock(clocks),
                    did=case.did(on, organisation.people),
                    kind=kind,
                    quantity=case.amounts.get(amount),
                    due=case.due,
                )
            )
        return standing(rules, found, spans(rules, seed), self.now, past)


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """How every replication begins."""

    quiet: Tables
    """The same rules with nobody bringing cases, until the moment comes."""
    standing: Standing

    def begun(self, rules: Tables, seed: int, number: int, weeks: float) -> Simulation:
        """A run that stands at the moment, with the open cases in it."""
        run = Simulation(self.quiet, seed=seed, replication=number, weeks=weeks)
        for _rows in run.run(self.standing.now):
            pass
        run.change(rules)
        run.open(self.standing.drawn(run_key(seed, number)))
        return run


def opening(start: Start, rules: Tables, seed: int) -> Opening:
    """How runs of *rules*, whose time begins as *start* says, begin with its open cases.

    Where goods are planned, their plan begins anew with its opening stock, on the Monday before. Raises `UsageError`
    where nothing is open but orders of that plan.
    """
    organisation = rules.organisation
    standing = start.standing(rules, seed)
    if standing.orders and not standing.cases:
        found = _("nothing is open but orders of planned goods: no log tells the stock that they are for")
        raise UsageError(Fault("open", found, _("a log with other open cases, or runs that begin empty")))
    silent = {name: replace(client, cases_per_week=0.0) for name, client in organisation.clients.items()}
    quiet = tables(replace(organisation, clients=silent), rules)
    return Opening(quiet=quiet, standing=standing)


@as_annotated
def start_of(chronicle: Chronicle, organisation: Organisation) -> Start:
    """Where runs of *organisation* begin: at the end of *chronicle*, or where its time begins, if the log goes on then.

    Which cases are open at that moment is a question to the rules of each organisation. Raises `DataError` when no step
    of the log has a time.

    >>> from irrupt.engine import simulate
    >>> from irrupt.engine.examples import counter
    >>> start = start_of(simulate(counter(), seed=1, weeks=2), counter())
    >>> start.monday.date().isoformat(), round(start.weeks, 2)
    ('2024-01-08', 1.0)
    """
    known = group_clients(chronicle)
    log = read_log(chronicle, {**known, **{name: name for name in known if name in organisation.clients}})
    moment = _moment(log, organisation)
    monday = np.floor(moment / WEEK) * WEEK
    table = case_table(chronicle, log)
    names = chronicle.events["case"].gather(log.row[log.begin]).to_list()
    dues = None if table.due is None else table.due + log.start[log.begin] - monday
    cases, until, came = [], log.span[1], _came(chronicle, log)
    for number, (begin, last) in enumerate(zip(log.begin.tolist(), log.last.tolist(), strict=True)):
        done = begin + np.flatnonzero(log.end[begin : last + 1] <= moment)
        if not len(done):
            continue
        labels = {kind.values[kind.of_case[number]] for kind in table.kinds if kind.of_case[number] >= 0}
        due = None if dues is None or not np.isfinite(dues[number]) else float(dues[number])
        ended = log.end[done] - monday
        cases.append(
            Recorded(
                name=str(names[number]),
                client=log.clients[log.client[number]],
                done=_done(log, done),
                ended=tuple(ended.tolist()),
                by=tuple(log.people[who] if who >= 0 else None for who in log.person[done].tolist()),
                begin=float(came[number] - monday),
                silent=np.inf if len(done) <= last - begin else until - monday - float(ended.max()),
                labels=frozenset(labels),
                amounts={name: float(of[number]) for name, of in table.amounts.items() if np.isfinite(of[number])},
                due=due,
            )
        )
    return Start(
        source=chronicle.source,
        monday=log.moment(float(monday)),
        timezone=log.timezone,
        weeks=float(moment - monday) / WEEK,
        cases=tuple(cases),
    )


def _came(chronicle: Chronicle, log: Log) -> Floats:
    """When each case came: when it was ready for its first step where the log tells that, or else when that began."""
    begun, events = log.start[log.begin], chronicle.events
    if not isinstance(events.schema.get("ready"), pl.Datetime):
        return begun
    ready = log.on_clock(events["ready"]).to_numpy()[log.row]
    if (ready > log.start).mean() > OTHERWISE:
        return begun
    came: Floats = np.fmin(ready[log.begin], begun)
    return came


def quantity_of(cases: Sequence[Recorded], rules: Tables) -> str:
    """The attribute that is the quantity of *cases*: the one of this name, or else that whose numbers are most like
    those in the rules; nothing: there is none."""
    values: dict[str, dict[str, list[float]]] = {}
    for case in cases:
        client = _known(case.client, rules.organisation.clients)
        if client is not None:
            for name, value in case.amounts.items():
                values.setdefault(name, {}).setdefault(client, []).append(value)
    unlike = {name: unlike_quantities(rules, of) for name, of in values.items()}
    best = min(unlike, key=lambda name: (name != QUANTITY, unlike[name], name), default="")
    return best if best == QUANTITY or unlike.get(best, 1.0) < MOST_UNLIKE else ""


def _moment(log: Log, organisation: Organisation) -> float:
    """Seconds after the origin of *log*."""
    local = local_time(organisation.origin, log.timezone)
    begins, ends = (local - log.origin).total_seconds(), min(log.arrivals_end, log.span[1])
    return min(begins, ends) if begins > log.span[0] else ends


def spans(rules: Tables, seed: int) -> Spans:
    """How long steps take under *rules* once they could begin, delays and waiting included: from a run of its own."""
    weeks = 2 * SPAN_WEEKS
    run = Simulation(rules, seed=seed, replication=PILOT - 2, weeks=weeks)
    parts = [Rows._make(column.copy() for column in rows) for rows in run.run(weeks * WEEK)]
    if not parts:
        return {}
    rows = Rows._make(np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.lexsort((rows.end, rows.case))
    rows = Rows._make(column[order] for column in rows)
    activity, lasted, before = rows.activity.astype(np.int64), rows.end - rows.enabled, _before(rows)
    later = (before >= 0) & (activity >= 0) & (rows.end >= SPAN_WEEKS * WEEK)
    pair = activity * len(run.legend.activities) + activity[before]
    names, found = run.legend.activities, {}
    for number in np.unique(pair[later]).tolist():
        what, earlier = divmod(number, len(names))
        found[names[what], names[earlier]] = np.sort(lasted[later & (pair == number)])
    for what in np.unique(activity[later]).tolist():
        found[names[what], ""] = np.sort(lasted[later & (activity == what)])
    return found


def _before(rows: Rows) -> Ints:
    """Which row is about the step before: the last one that was done in the case when this one could begin. -1: none.
    *rows* are in the order of cases and of ends."""
    times = np.unique(np.concatenate([rows.end, rows.enabled]))
    ended, enabled = (rows.case * len(times) + np.searchsorted(times, each) for each in (rows.end, rows.enabled))
    found = np.minimum(np.searchsorted(ended, enabled, side="right"), np.arange(len(ended))) - 1
    return np.where((found >= 0) & (ended[found] == enabled), found, -1)


def _done(log: Log, rows: Ints) -> tuple[Done, ...]:
    steps = zip(log.activity[rows].tolist(), log.team[rows].tolist(), strict=True)
    return tuple((log.activities[activity], log.teams[team] if team >= 0 else None) for activity, team in steps)


def _known(client: str, clients: Mapping[str, Client]) -> str | None:
    return next((name for name in (client, OTHER_CLIENTS, ALL_CLIENTS, UNKNOWN_CLIENT) if name in clients), None)
