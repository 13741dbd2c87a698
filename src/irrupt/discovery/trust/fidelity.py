"""How far a learned organisation is from records that were held out, beside a plain copy of the past and chance alone.

The protocol is that of the literature: learn from the cases that end within the first four fifths of the events, then
simulate the cases that begin after. Most held-out logs hold only cases that were over when the log stopped, so of the
simulated cases, too, those are taken that are over first, as many as were held out. A log that shows what happened
between two days, whether cases were over or not, is predicted as such a log: cases as far as they had come.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
import polars as pl

from irrupt.chronicle.model import Chronicle
from irrupt.discovery.begins.work_limits import Work
from irrupt.discovery.log import clock_of, read
from irrupt.discovery.study import Study
from irrupt.discovery.trust.distances import NAMES, distances_from
from irrupt.engine import Tables, simulate, tables
from irrupt.i18n import gettext as _
from irrupt.organisation import Distance, Organisation, Route
from irrupt.organisation.hours import WEEK_MINUTES
from irrupt.organisation.learned import SIMULATIONS
from irrupt.wall import aware, local_time, local_times, moments_of

_WEEK = timedelta(weeks=1)
_LONGEST = 520.0
"""Weeks that cases are waited for at most."""


def measured(study: Study, *, work: Work, seed: int) -> tuple[tuple[Distance, ...], tuple[str, ...]]:
    """The six distances for an organisation learned from the first part of the records, and notes."""
    from irrupt.discovery.learning import discover

    parts, train = study.parts, study.train
    if parts is None or train is None:
        return (), (_("There are too few cases to hold some out: how far the model can be trusted was not measured."),)
    organisation = discover(train, work=work, fidelity=False, seed=seed)
    log = read(study.chronicle)
    follow_up = timedelta(seconds=log.span[1] - (float(log.start.max()) if parts.by_cases else log.arrivals_end))
    found = compared(organisation, parts.train, parts.test, seed=seed, follow_up=follow_up, clipped=parts.clipped)
    if parts.by_cases:
        return found, (_("The log is short: the last fifth of the cases was held out, whenever they ended."),)
    return found, ()


def fidelity(
    chronicle: Chronicle, *, clients: Mapping[str, str] | None = None, work: Work = "typical", seed: int = 1
) -> tuple[Distance, ...]:
    """The six distances of the literature between held-out records and simulations of them.

    An organisation is learned from the first 80 % of the events and run ten times; each distance stands beside that of
    a replay of the last cases before the cut and that of held-out cases drawn with replacement. Empty when there are
    too few cases. Without measured start times, ends alone are compared.
    """
    return measured(Study(chronicle, clients), work=work, seed=seed)[0]


def compared(
    organisation: Organisation,
    train: Chronicle,
    test: Chronicle,
    *,
    seed: int = 1,
    follow_up: timedelta = timedelta(0),
    clipped: bool = False,
) -> tuple[Distance, ...]:
    """The six distances from *test* of ten simulations of *organisation*, of a replay of *train*, and of chance."""
    ends_only = test.starts != "measured" or test.events["start"].null_count() > 0
    days = read(test).daily
    start, cases = _begin(test), test.cases

    from_test = distances_from(test, ends_only=ends_only)

    def to(other: Chronicle) -> dict[str, float]:
        return from_test(by_days(other, test) if days else other)

    swing = in_swing(organisation, start)

    def once(run: int) -> dict[str, float]:
        return to(like(swing, start, cases, seed=seed, replication=run, follow_up=follow_up, clipped=clipped))

    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        model = list(threads.map(once, range(SIMULATIONS)))
    again = to(replay(train, start, cases))
    rng = np.random.default_rng(np.random.SeedSequence([seed, 0xF1DE]))
    floor = [to(redrawn(test, rng)) for _i in range(SIMULATIONS)]
    return tuple(
        Distance(
            name=name,
            unit=unit,
            model=float(np.mean([d[key] for d in model])),
            spread=float(np.std([d[key] for d in model], ddof=1)),
            replay=again[key],
            floor=float(np.mean([d[key] for d in floor])),
        )
        for key, (name, unit) in NAMES.items()
    )


def _begin(log: Chronicle) -> datetime:
    begin = log.events.select(pl.coalesce("start", "end").min()).item()
    assert isinstance(begin, datetime)
    return begin


class Swing(NamedTuple):
    """An organisation that begins to work some weeks before a moment, so that its queues are in swing by then."""

    rules: Tables
    warm_up: int
    """Weeks."""
    span: float
    """Weeks that a case takes, about."""
    rate: float
    """Cases a week."""


def in_swing(organisation: Organisation, start: datetime) -> Swing:
    """*organisation*, compiled, so that its queues are in swing at *start*."""
    local = local_time(start, organisation.timezone)
    monday = (local - timedelta(days=local.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    span = _usual_span(organisation)
    warm_up = int(np.clip(np.ceil(span), 1, 26))
    origin = aware(monday - warm_up * _WEEK, organisation.timezone)
    rate = sum(client.cases_per_week for client in organisation.clients.values())
    return Swing(tables(replace(organisation, origin=origin)), warm_up, span, rate)


def like(
    swing: Swing,
    start: datetime,
    cases: int,
    *,
    seed: int,
    replication: int = 0,
    follow_up: timedelta = timedelta(0),
    clipped: bool = False,
) -> Chronicle:
    """A simulated log of *cases* cases that begin from *start* on: those that a log would hold first which stops
    *follow_up* after its last arrivals and leaves out cases that are not over by then; or, *clipped*, those that begin
    first, as far as they have come when all of them have done a step.
    """
    line = swing.rules.organisation.timeline
    weeks = swing.warm_up + 1 + 1.3 * cases / swing.rate + 2 * swing.span
    while True:
        log = simulate(swing.rules, weeks=weeks, seed=seed, replication=replication, attributes=False)
        begin, first, over = pl.col("start").min(), pl.col("end").min(), pl.col("end").max()
        whole = log.events.group_by("case").agg(begin.alias("begin"), first.alias("first"), over.alias("over"))
        qualifies = pl.col("first") if clipped else pl.max_horizontal("begin", pl.col("over") - follow_up)
        eligible = whole.filter(pl.col("begin") >= start).with_columns(qualifies.alias("qualifies"))
        stop = line.after(weeks)
        if eligible.filter(pl.col("qualifies") <= stop).height >= cases or weeks > 100_000:
            break
        weeks *= 1.5
    taken = eligible.sort("qualifies", "begin", "case").head(cases)
    events = log.events.join(taken, on="case", how="semi", maintain_order="left")
    return log.with_events(events.filter(pl.col("end") <= taken["qualifies"].max()) if clipped else events)


def _usual_span(organisation: Organisation) -> float:
    """Weeks that a case takes, about: the mean of delays and durations on the way through."""
    names = list(organisation.steps)
    place = {name: i for i, name in enumerate(names)}
    size = len(names)
    move, passed = np.zeros((size, size)), np.zeros(size)
    for name in names:
        i = place[name]
        passed[i] += organisation.distribution(organisation.steps[name].duration).mean
        for route, share in _common(organisation.routes[name]):
            open_for = organisation.calendars[route.hours].minutes_per_week if route.hours else WEEK_MINUTES
            delays = [
                organisation.distribution(one).mean for one in (route.delay, *(part.delay for part in route.older))
            ]
            delay = float(np.mean(delays)) * WEEK_MINUTES / max(open_for, 1)
            passed[i] += share * delay
            if route.to in place:
                move[i, place[route.to]] += share
    begin = np.zeros(size)
    for route, share in _common(organisation.routes["start"]):
        if route.to in place:
            begin[place[route.to]] += share
    try:
        span = float(begin @ np.linalg.solve(np.eye(size) - move, passed))
    except np.linalg.LinAlgError:
        span = float(passed.sum())
    return min(max(span, 0.0) / 604800.0, _LONGEST)


def _common(routes: Sequence[Route]) -> list[tuple[Route, float]]:
    """The ways that cases of any class take, or of all classes where each has its own; and their shares among these."""
    common = [route for route in routes if route.only is None] or list(routes)
    total = sum(route.share for route in common) or 1.0
    return [(route, route.share / total) for route in common]


def replay(train: Chronicle, start: datetime, cases: int) -> Chronicle:
    """The last *cases* cases of *train*, moved by whole weeks, at the same hours, to begin at about *start*."""
    begins = train.events.group_by("case").agg(
        pl.coalesce("start", "end").min().alias("begin"), pl.col("end").max().alias("over")
    )
    last = begins.sort("begin", "over", "case").tail(cases)
    weeks = round((start - last["begin"].min()) / _WEEK)  # type: ignore[operator]
    events = train.events.join(last.select("case"), on="case", how="semi", maintain_order="left")
    zone = clock_of(train)
    times = [local_times(events[name], zone) + weeks * _WEEK for name in ("start", "end")]
    return train.with_events(events.with_columns(moments_of(time, zone) for time in times))


def redrawn(test: Chronicle, rng: np.random.Generator) -> Chronicle:
    """As many cases of *test* as it has, drawn with replacement."""
    names = test.events["case"].unique(maintain_order=True)
    drawn = pl.DataFrame({"case": names.gather(rng.integers(0, len(names), len(names)))}).with_row_index("copy")
    events = drawn.join(test.events, on="case", how="left", maintain_order="left_right")
    return test.with_events(events.with_columns(pl.col("copy").cast(pl.String).alias("case")).drop("copy"))


def by_days(log: Chronicle, seen: Chronicle) -> Chronicle:
    """*log* as one that only records days would show it, at the time of day at which the days of *seen* stand on the
    clock of those."""
    zone = clock_of(seen)
    shown = local_times(seen.events["end"].drop_nulls(), zone)
    hour = (shown - shown.dt.truncate("1d")).mode().min()
    days = [local_times(log.events[name], zone).dt.truncate("1d") + hour for name in ("start", "end")]
    return log.with_events(log.events.with_columns(moments_of(day, zone) for day in days))
