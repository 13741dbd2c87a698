"""A whole run as a Chronicle: everything that reads real records reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

import numpy as np
import polars as pl

from irrupt.arguments import as_annotated
from irrupt.arraytypes import Floats, Ints, Ints32
from irrupt.chronicle.lifecycle import JOIN
from irrupt.chronicle.model import MOMENT, Chronicle, conform
from irrupt.chronicle.rows import CUT_SHORT, INTERRUPTED, NO_STEP, Legend, Rows
from irrupt.engine import streams
from irrupt.engine.cast import Asker
from irrupt.engine.follow import met
from irrupt.engine.opening import Opened
from irrupt.engine.planning.planner import Release
from irrupt.engine.planning.records import rosters, schedules
from irrupt.engine.simulation import Simulation
from irrupt.engine.tables import Tables, tables
from irrupt.engine.written import Written
from irrupt.groups import ALL_CLIENTS
from irrupt.i18n import gettext as _
from irrupt.ledgers.changes import rules_table
from irrupt.organisation.asked import all_steps
from irrupt.organisation.likes import ever_asks, ever_due
from irrupt.organisation.model import END, Organisation
from irrupt.organisation.rules import RuleChange, amended
from irrupt.units import WEEK
from irrupt.wall import Timeline, in_utc

Attributes = dict[str, list[Any]]
"""Name of an attribute -> its value for each case."""
Going = Callable[[Simulation, float | None], Iterator[Rows]]
NONE_RELEASED: Mapping[int, Release] = {}
NONE_OPENED: Mapping[int, Opened] = {}


@as_annotated
def simulate(
    organisation: Organisation | Tables,
    *,
    weeks: float,
    seed: int,
    replication: int = 0,
    changes: Sequence[RuleChange] = (),
    attributes: bool = True,
    through: Going = Simulation.run,
) -> Chronicle:
    """Run *organisation*: clients bring cases for *weeks*, and every case is followed to its end.

    Each of *changes* is made at its moment, on the organisation's clock where it has no zone, while work goes on; those
    of the first moment or earlier hold from the beginning, as if they had been made before. Those that are made before
    the last event are the rules of the Chronicle.

    The events have the columns of every event log, and `ready`: when the case came into the queue of its step. Where
    steps were done with several cases at once, `together` says with how many. Where cases have a class, a quantity or a
    due date, there are columns `class`, `quantity` and `due`, unless *attributes* are not wanted. Clients that are not
    told apart have no name, as in the records that were learned from. *through* lets the run go on until a moment, or
    to its end (None): who wants to look at it in between does so there.

    Raises `ModelError` when the organisation cannot run.

    >>> from irrupt.engine.examples import counter
    >>> simulate(counter(), weeks=1, seed=1).events.columns
    ['case', 'activity', 'start', 'end', 'resource', 'team', 'client', 'ready']
    """
    compiled = organisation if isinstance(organisation, Tables) else tables(organisation)
    rules = compiled.organisation
    placed = [replace(change, time=in_utc(change.time, rules.timezone)) for change in changes]
    pending = sorted(placed, key=lambda change: change.time)
    line = rules.timeline
    early = [change for change in pending if change.time <= rules.origin]
    if early:
        rules = amended(rules, early)
        compiled = tables(rules)
    run = Simulation(compiled, seed=seed, replication=replication, weeks=weeks)
    chunks, spans = [], [(0.0, compiled)]
    for moment, together in groupby(pending[len(early) :], key=lambda change: change.time):
        spans.append((line.second(moment), tables(rules := amended(rules, together))))
        chunks += _copied(through(run, spans[-1][0]))
        run.change(spans[-1][1])
    chunks += _copied(through(run, None))
    told = attributes_of(spans, streams.run_key(seed, replication), weeks * WEEK, run.brought) if attributes else {}
    events = events_of(chunks, run.legend, run.arrived, told)
    return told_by(run, events, rules, pending, seed=seed, replication=replication)


def told_by(
    run: Simulation,
    events: pl.DataFrame,
    rules: Organisation,
    changes: Sequence[RuleChange],
    *,
    seed: int,
    replication: int,
) -> Chronicle:
    """The Chronicle of a *run* that is over, of its *events*, under *rules* in the end; of *changes* those that were
    made before the last event."""
    events = conform(events)
    last: Any = events["end"].max() or rules.origin
    last = max(last, rules.origin)
    return Chronicle(
        events=events,
        rules=rules_table(change for change in changes if change.time <= last),
        kind="simulated",
        source=_("{name}, simulated (seed {seed}, run {run})").format(name=rules.name, seed=seed, run=replication),
        timezone=rules.timezone,
        starts="measured",
        waits_for_client=waits_for_client(rules),
        client_acts=client_acts(rules),
        schedules=schedules(run.planned, rules),
        rosters=rosters(run.rosters, rules.timeline),
    )


def _copied(chunks: Iterable[Rows]) -> list[Rows]:
    return [Rows._make(column.copy() for column in rows) for rows in chunks]


def waits_for_client(organisation: Organisation) -> frozenset[str]:
    """Activities after which the organisation mostly waits for the client: by more than half of the shares of the
    routes, other than to the end, out of the steps that bear them."""
    waits: dict[str, float] = {}
    for name, step in organisation.steps.items():
        for route in organisation.routes.get(name, ()):
            if route.to != END:
                share = route.share if route.waits_for == "client" else -route.share
                waits[step.activity] = waits.get(step.activity, 0.0) + share
    return frozenset(activity for activity, balance in waits.items() if balance > 0)


def client_acts(organisation: Organisation) -> frozenset[str]:
    """Activities that only clients do."""
    steps = all_steps(organisation)
    return frozenset(step.activity for step in steps if step.client_act) - frozenset(
        step.activity for step in steps if not step.client_act
    )


def attributes_of(
    spans: Sequence[tuple[float, Tables]],
    run: int,
    limit: float,
    released: Mapping[int, Release] = NONE_RELEASED,
    opened: Mapping[int, Opened] = NONE_OPENED,
) -> Attributes:
    """What the cases are like that clients bring before *limit* seconds, by the number of the case: class (a name or
    None), quantity and due date (seconds; infinite: never), as far as any client says so.

    *spans*: from when on which rules hold; *released*: the cases that a plan released; *opened*: those that were open
    already.
    """
    clients = [client for _begin, compiled in spans for client in compiled.organisation.clients.values()]
    told = {
        "class": any(client.classes for client in clients) or bool(released),
        "quantity": any(map(ever_asks, clients)) or bool(released),
        "due": any(map(ever_due, clients)) or bool(released),
    }
    if not any(told.values()):
        return {}
    ends = [*(begin for begin, _compiled in spans[1:]), limit]
    known = [(begin, min(end, limit), compiled) for (begin, compiled), end in zip(spans, ends, strict=True)]
    names = sorted({name for _begin, compiled in spans for name in compiled.clients})
    brings = (arrival for name in names for arrival in _arrivals(name, known, run, limit))
    # Those who come together stay as they were brought: the order of their keys is none.
    arrived = sorted(brings, key=lambda arrival: arrival[:2])
    written = [Written(compiled) for _begin, compiled in spans]
    brought = iter([written[span].attributes(name, key, time) for time, name, span, key in arrived])
    otherwise = {number: (one.product, one.quantity, one.due) for number, one in released.items()}
    otherwise |= {number: (one.kind, one.quantity, one.due) for number, one in opened.items()}
    found = [otherwise.get(number) or next(brought) for number in range(len(arrived) + len(otherwise))]
    return {name: [values[place] for values in found] for place, (name, is_told) in enumerate(told.items()) if is_told}


def _arrivals(
    name: str, spans: Sequence[tuple[float, float, Tables]], run: int, limit: float
) -> Iterator[tuple[float, str, int, int]]:
    """Each case that a client brings: when, his name, the number of the span, the key of the case."""
    asker: Asker | None = None
    before: Written | None = None
    for at, (begin, end, compiled) in enumerate(spans):
        rules = Written(compiled)
        if name in compiled.clients:
            asker = met(name, asker, rules, before, run=run, now=begin, limit=limit)
            while asker.due < end:
                yield asker.due, name, at, streams.case_key(asker.key, asker.brought)
                asker.brought += 1
                rules.next_case(name, asker, asker.due, limit)
        else:
            asker = None
        before = rules


def events_of(chunks: Iterable[Rows], legend: Legend, cases: int, attributes: Attributes) -> pl.DataFrame:
    """The rows of a run as events, named as in *legend*; *cases*: how many arrived."""
    chunks = list(chunks)
    if not chunks:
        return pl.DataFrame(schema={"case": pl.String, "ready": MOMENT})
    rows = Rows._make(np.concatenate(columns) for columns in zip(*chunks, strict=True))
    done = rows.activity != NO_STEP
    rows = Rows._make(column[done] for column in rows)
    digits, line = len(str(max(cases, 1))), legend.timeline
    clients = tuple(None if name == ALL_CLIENTS else name for name in legend.clients)
    return pl.DataFrame(
        {
            "case": pl.Series(rows.case + 1).cast(pl.String).str.zfill(digits),
            "activity": _activities(rows, legend),
            "start": line.moments(rows.start),
            "end": line.moments(rows.end),
            "resource": _named(rows.person, legend.people),
            "team": _named(rows.team, legend.teams),
            "client": _named(rows.client, clients),
            "ready": line.moments(rows.ready),
            **({"together": pl.Series(rows.together)} if (rows.together > 1).any() else {}),
            **{name: _per_case(name, attributes[name], rows.case, line) for name in attributes},
        }
    )


def _per_case(name: str, values: list[Any], case: Ints, line: Timeline) -> pl.Series:
    if name == "class":
        return pl.Series(values, dtype=pl.String).gather(case)
    of_row = np.array(values, dtype=np.float64)[case]
    if name == "quantity":
        return pl.Series(of_row)
    return moments_told(of_row, line)


def moments_told(seconds: Floats, line: Timeline) -> pl.Series:
    """The moments at these *seconds*; none where these are infinite."""
    never = pl.Series(np.isinf(seconds))
    return pl.select(pl.when(~never).then(line.moments(np.where(np.isinf(seconds), 0.0, seconds)))).to_series()


def _activities(rows: Rows, legend: Legend) -> pl.Series:
    """What was done; where work was interrupted or cut short, in the state of the life cycle that it was left in (IEEE
    1849)."""
    left_in = ("", f"{JOIN}suspend", f"{JOIN}ate_abort")
    names = [f"{name}{state}" for state in left_in for name in legend.activities]
    which = np.where(rows.flags & INTERRUPTED > 0, np.where(rows.flags & CUT_SHORT == CUT_SHORT, 2, 1), 0)
    left = len(legend.activities) * which
    return pl.Series(names, dtype=pl.String).gather(rows.activity + left)


def _named(numbers: Ints32, names: tuple[str | None, ...]) -> pl.Series:
    return pl.Series([*names, None], dtype=pl.String).gather(np.where(numbers < 0, len(names), numbers))
