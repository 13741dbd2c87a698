"""Measures of the ledgers, period by period, against what was agreed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

import numpy as np
import polars as pl

from irrupt.agreement.bounds import Each, Measured
from irrupt.agreement.model import Span
from irrupt.agreement.scene import CannotBeToldError, Scene, of_bound, of_client
from irrupt.agreement.spans import TRUNCATED, holds
from irrupt.arraytypes import Floats
from irrupt.chronicle import Chronicle, Legend, Rows
from irrupt.chronicle import rows as rows_of
from irrupt.errors import Fault, did_you_mean
from irrupt.groups import ALL_CLIENTS, ALL_TEAMS
from irrupt.i18n import gettext as _
from irrupt.ledgers import Ledgers, OnDuty, Parties, TeamHours, Window, measures
from irrupt.sight.assumed import assumed
from irrupt.sight.clock import days_only
from irrupt.wall import aware, local_times

_DIGITS = 9
"""Behind the point, of what is counted: a number of cases that was divided by a time and multiplied is whole again."""


@dataclass(frozen=True, slots=True)
class Read:
    """Records as rows, with the hours that were assumed for them."""

    rows: Rows
    legend: Legend
    on_duty: OnDuty
    team_hours: TeamHours
    first: Floats = field(init=False)
    """Per case: its arrival."""
    last: Floats = field(init=False)
    """Per case: the end of its last step."""

    def __post_init__(self) -> None:
        first, last = (np.full(int(self.rows.case.max(initial=-1)) + 1, start) for start in (np.inf, -np.inf))
        np.minimum.at(first, self.rows.case, self.rows.enabled)
        np.maximum.at(last, self.rows.case, self.rows.end)
        object.__setattr__(self, "first", first)
        object.__setattr__(self, "last", last)

    def between(self, since: float, until: float) -> Rows:
        """All rows of the cases that were under way between two moments (seconds since the origin), numbered anew:
        nothing else counts for clients then, and to read all for each of thousands of days would take minutes."""
        under_way = (self.first <= until) & (self.last >= since)
        under_way[:1] = True  # Where no case is under way, none came: it is not that nothing tells of any.
        at = np.flatnonzero(under_way[self.rows.case])
        rows = Rows._make(column[at] if len(column) else column for column in self.rows)
        return rows._replace(case=(np.cumsum(under_way) - 1)[rows.case])


def judged_periods(bound: Measured, scene: Scene, begin: datetime, end: datetime) -> Iterator[Span]:
    """Whether *bound* is kept in each whole period between *begin* and *end*, from the first to the last.

    A period is unsure where service times had to be assumed and the answer depends on them. Raises `CannotBeToldError`
    where the records do not have the party.
    """
    grouping = _grouping(bound, scene)
    reads = scene.reads.setdefault((bound.party if grouping else "", bound.where), [])
    reads += [] if reads else _reads(_on_clock(_about(scene.chronicle, bound, scene), scene.timezone), grouping)
    periods = [*_periods(begin, end, bound.each, scene.timezone)]
    asked = [(read, _parties(bound, read.legend)) for read in reads] if periods else []
    for period in periods:
        since = aware(period[0], scene.timezone)
        values = [_value(bound, read, parties, *period) for read, parties in asked]
        if math.isnan(values[0]):
            yield Span(begin=since, judged=0, broken=0, value=math.nan, kept=True)
            continue
        answers = {holds(bound, value) for value in values}
        kept, unsure = holds(bound, values[0]), len(answers) > 1
        broken = int(not kept and not unsure)
        yield Span(begin=since, judged=1, broken=broken, value=values[0], kept=kept, unsure=unsure)


def _grouping(bound: Measured, scene: Scene) -> Mapping[str, str]:
    """Client -> party, so that the party of *bound* is told apart."""
    if measures()[bound.measure].of == "team" or bound.party == ALL_CLIENTS:
        return {}
    return dict.fromkeys(of_client(scene, bound.party)["client"].drop_nulls().unique(), bound.party)


def _about(chronicle: Chronicle, bound: Measured, scene: Scene) -> Chronicle:
    """The records of the cases that *bound* is about."""
    if not bound.where:
        return chronicle
    his = of_bound(scene, bound)
    return chronicle.with_events(chronicle.events.join(his, on="case", how="semi", maintain_order="left"))


def _reads(chronicle: Chronicle, grouping: Mapping[str, str]) -> Iterator[Read]:
    """The records with typical, and, where starts had to be assumed, with the shortest and longest service times."""
    if chronicle.starts != "missing" or days_only(chronicle):
        yield Read(*rows_of(chronicle, grouping), {}, {})
        return
    from irrupt.discovery.begins.starts import bounded, with_starts

    bounds = bounded(chronicle)
    known = assumed(chronicle, bounds)
    ends: tuple[Literal["typical", "shortest", "longest"], ...] = ("typical", "shortest", "longest")
    for work in ends:
        marked = known.marked(with_starts(chronicle, work, bounds=bounds))
        rows, legend = rows_of(marked, grouping)
        there = known.on(legend)
        yield Read(rows, legend, there.on_duty, there.team_hours)


def _on_clock(chronicle: Chronicle, timezone: str) -> Chronicle:
    """*chronicle* as clocks of *timezone*, the rulebook's, show it: on any other its days and weeks would be an hour
    longer or shorter where clocks change."""
    return chronicle if chronicle.timezone == timezone else replace(chronicle, timezone=timezone)


def _value(bound: Measured, read: Read, parties: Parties, begin: datetime, end: datetime) -> float:
    """The measure from *begin* until *end*, local times. What is counted is so much in these days, however many hours
    they have: the day on which clocks are put back is one day."""
    window = Window(begin=_second(read, begin), end=_second(read, end))
    measure = measures()[bound.measure]
    ledgers = Ledgers(read.legend, window, read.on_duty, read.team_hours, asked={measure.name})
    # People's days and moves go on from what they did before.
    ledgers.add(read.rows if measure.of == "team" else read.between(window.begin, window.end))
    value = ledgers.result(parties)[measure.name][bound.party]
    if not measure.unit.endswith(" a week"):
        return value
    weeks = 1.0 if bound.per is not None else (end - begin) / timedelta(weeks=1)
    return round(value * window.weeks / weeks, _DIGITS)


def _second(read: Read, local: datetime) -> float:
    return read.legend.second(aware(local, read.legend.timezone))


def _parties(bound: Measured, legend: Legend) -> Parties:
    if measures()[bound.measure].of == "team":
        number = {name: (at,) for at, name in enumerate(legend.teams)}
        everybody = {ALL_TEAMS: tuple(range(len(legend.teams)))}
        if bound.party not in number | everybody:
            found = _('no team "{name}" is in the records').format(name=bound.party)
            raise CannotBeToldError(str(Fault("", found, remedy=did_you_mean(bound.party, number))))
        return Parties(teams={bound.party: (number | everybody)[bound.party]})
    if bound.party == ALL_CLIENTS:
        return Parties(clients={ALL_CLIENTS: tuple(range(len(legend.clients)))})
    return Parties(clients={bound.party: (legend.clients.index(bound.party),)})


def _periods(begin: datetime, end: datetime, each: Each, timezone: str) -> Iterator[tuple[datetime, datetime]]:
    """The whole periods between *begin* and *end*, as clocks of *timezone* show them."""
    local: datetime = local_times(pl.Series([begin]), timezone).dt.truncate(TRUNCATED[each])[0]
    while aware(local, timezone) <= end:
        following = period_after(local, each)
        if aware(local, timezone) >= begin and aware(following, timezone) <= end:
            yield local, following
        local = following


def period_after(begin: datetime, each: Each) -> datetime:
    """The begin of the next period, as local time."""
    if each == "month":
        return begin.replace(year=begin.year + begin.month // 12, month=begin.month % 12 + 1)
    return begin + timedelta(days=1 if each == "day" else 7)
