"""Records made ready to be measured: the part in use, as rows, with start times or with their bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import numpy as np
import polars as pl

from irrupt.arraytypes import Flags, Floats
from irrupt.chronicle import Chronicle, Legend, Rows, group_clients
from irrupt.chronicle import period as period_of
from irrupt.chronicle import rows as rows_of
from irrupt.chronicle.arrays import case_names
from irrupt.chronicle.checks import from_zero
from irrupt.chronicle.rows import CLIENT_ACT, CLIENT_WAIT, CLOCK, FIRST
from irrupt.chronicle.stretch import cut_short, ended_since
from irrupt.errors import DataError
from irrupt.groups import ALL_CLIENTS, ALL_TEAMS, OTHER_CLIENTS
from irrupt.i18n import date_text, first_of
from irrupt.i18n import gettext as _
from irrupt.ledgers import Ledgers, Parties, Window, conditions, people
from irrupt.ledgers import definitions as measure
from irrupt.ledgers.cases import Cases
from irrupt.ledgers.hours import hours_known
from irrupt.ledgers.organising import organised_in
from irrupt.ledgers.worked import Worked, as_read
from irrupt.organisation.dated import Clock
from irrupt.sight import clock, timers
from irrupt.sight.assumed import NOTHING_ASSUMED, Assumed, assumed, kept
from irrupt.sight.split import hours_seen, nights
from irrupt.sight.turns import closing, rested
from irrupt.sight.ways import by_case
from irrupt.sight.words import percent
from irrupt.units import WEEK
from irrupt.wall import aware, local_time

RATES = frozenset(
    one.name
    for one in (
        measure.ARRIVALS, measure.DISPERSION, measure.PEAK, measure.THROUGHPUT, measure.OPEN, measure.STEPS_DONE,
        measure.WORK_DONE, measure.PEOPLE, measure.QUEUE,
    )
)  # fmt: skip
"""Measures that are counted per week, or over the whole time."""
_MOST_CASES, _FEW_OF, _FEW_WEEKS = 0.6, 0.2, 8
"""Records are uneven where this share of the cases arrives in this part of the weeks, of which there are several."""
_MUCH = 0.05
"""Share of the time told as work from which it is told how much of it may be none."""
_NAMED = 5
"""Names that a note lists."""

Starts = Callable[..., Chronicle]
"""Estimates start times: called with a Chronicle and `work=` "shortest", "typical" or "longest"."""

OF_CLOCKS = frozenset(
    one.name
    for one in (
        conditions.DAY_LENGTH,
        conditions.LONG_DAYS,
        conditions.LONG_WEEKS,
        conditions.SHORT_RESTS,
        conditions.NIGHTS,
        conditions.VARIED_DAYS,
    )
)
"""Measures that need the time of day."""
OF_CLIENT = frozenset({measure.FOR_CLIENT.name, measure.WAITED.name})
"""Measures that need records of when the client is waited for."""
OF_PACE = frozenset(
    {
        *(conditions.UNBROKEN.name, conditions.SIDE_BY_SIDE.name, conditions.INTERRUPTIONS.name),
        *(conditions.CHECKS_LOAD.name, measure.CO_PRODUCTION.name),
    }
)
"""Measures that need start times from the records: estimated ones would only tell how they were estimated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """The whole log, measured within the period in use."""

    whole: Chronicle
    used: Chronicle
    """The cases that begin in the period, with estimated starts where the log has none."""
    grouping: Mapping[str, str]
    window: Window
    rows: Rows
    legend: Legend
    ledgers: Ledgers
    bounds: tuple[Ledgers, Ledgers] | None
    """With the shortest and with the longest plausible service times, where starts are assumed."""
    days_only: bool
    hours: Mapping[int, Clock]
    """Number of a team (-1: none) -> the hours in which somebody of it is on duty, as far as they are seen."""
    names: pl.Series
    """The name of each case, by its number in the rows."""
    uneven: str
    """Why weekly numbers of these records say little; empty where they do."""
    known: Assumed
    """In whose hours work was estimated."""

    @property
    def closes(self) -> Flags:
        """Per activity: whether cases are over after it."""
        return closing(self.rows, len(self.legend.activities))

    def worked(self, rows: Rows) -> Floats:
        """Seconds of work on each of *rows*, within the hours of who does it."""
        return _worked(rows, self.legend, self.known)

    @property
    def dateless(self) -> bool:
        """Neither hours of the day nor days of the week are known."""
        return from_zero(self.whole.events["end"])

    @property
    def clockless(self) -> bool:
        """No hours of the day are known."""
        return self.days_only or self.dateless

    @property
    def hidden(self) -> frozenset[str]:
        """Measures that these records cannot tell, though there are numbers."""
        hours = {measure.OUT_OF_HOURS.name, *OF_CLOCKS} if self.clockless else set()
        days = {conditions.WEEKENDS.name} if self.dateless else set()
        pace = OF_PACE if self.whole.starts != "measured" else frozenset()
        waits = set() if names_client_steps(self.whole, self.rows) else OF_CLIENT
        acts = set() if self.ledgers.cases.client_steps.any() else {measure.HIS_STEPS.name, measure.CO_PRODUCTION.name}
        lost = set() if self.ledgers.cases.given_up.any() else {measure.GIVEN_UP.name}
        told = ~np.isnan(self.rows.ready)
        told &= (self.rows.flags & CLOCK == 0) | ~np.isnan(self.rows.start).all()
        delays = set() if told.any() else {measure.UNEXPLAINED.name}
        return frozenset(hours | days | waits | acts | lost | delays | pace)


def prepare(
    chronicle: Chronicle, clients: Mapping[str, str] | None, use_period: bool, starts: Starts | None
) -> Records:
    """*chronicle* measured within its period in use. Raises `DataError` when no event has a time."""
    chronicle = _timed(chronicle)
    grouping = dict(group_clients(chronicle) if clients is None else clients)
    begin, end = _limits(chronicle, use_period)
    days_only = clock.days_only(chronicle)
    taken, bounds, notes = chronicle, None, []
    known = kept(chronicle) if chronicle.starts == "measured" and not days_only else NOTHING_ASSUMED
    if chronicle.starts == "missing" and not days_only:
        assume, known = _assuming(chronicle, starts)
        taken = known.marked(assume(chronicle, work="typical"))
        bounds = _bounded(lambda work: known.marked(assume(chronicle, work=work)), grouping, (begin, end), known)
        notes.append(_("start times are estimated: work and waiting are given with the shortest and the longest work"))
    rows, legend = _rows(taken, grouping, days_only)
    known = known.on(legend)
    if chronicle.starts == "measured":
        ours = np.isnan(rows.start) & (rows.flags & CLIENT_ACT == 0)  # what the client does is no work of ours
        bounds = _between(rows, ours, lambda some: _measured(some, legend, begin, end, known), notes)
        rows = _begun(rows, rows.end)
    ledgers = _measured(rows, legend, begin, end, known)
    ledgers.organised(organised_in(chronicle.rules, legend))
    restless = people.leave_out_restless(ledgers.team_weeks.people)
    if restless and legend.teams and not days_only:
        notes.append(_no_people([legend.people[person] for person in restless]))
    hours = _hours(rows, legend, known, days_only)
    notes += _told_or_not(chronicle, rows, _nights(rows, legend, known, hours))
    return Records(
        whole=chronicle,
        used=_noted(taken.between(begin, end), notes),
        grouping=grouping,
        window=ledgers.window,
        rows=rows,
        legend=legend,
        ledgers=ledgers,
        bounds=bounds,
        days_only=days_only,
        hours=hours,
        names=case_names(taken),
        uneven=_uneven(ledgers.cases, ledgers.window, legend),
        known=known,
    )


def _noted(chronicle: Chronicle, notes: Sequence[str]) -> Chronicle:
    return replace(chronicle, notes=(*chronicle.notes, *notes))


def _nights(rows: Rows, legend: Legend, known: Assumed, hours: Mapping[int, Clock]) -> Iterator[str]:
    """A note where much counts as work that may have been left overnight."""
    if known.team_hours and known.there:
        return
    own = np.array([name in known.on_duty for name in legend.people], bool)
    share = nights(rows, hours, own) / max(float(_worked(rows, legend, known).sum()), 1.0)
    if share >= _MUCH:
        text = _(
            "{share} of the time told as work lies outside the hours in which teams are seen at work, between start "
            "and end of steps of people who keep no hours: they may have left it overnight"
        )
        yield text.format(share=percent(share))


def _told_or_not(chronicle: Chronicle, rows: Rows, by_night: Iterable[str]) -> Iterator[str]:
    """Notes on what is told in vain, on what is not told, and on work *by_night* where its begin is recorded."""
    if chronicle.starts == "measured" and chronicle.work_said:
        yield _("the log has start times: what you say of how long work takes is not used")
    if not names_client_steps(chronicle, rows):
        yield _("nothing tells when the client is waited for: waiting for us may hold waiting for him")
    yield from by_night if chronicle.starts == "measured" else ()


def _bounded(
    assume: Callable[[str], Chronicle], grouping: Mapping[str, str], within: tuple[datetime, datetime], known: Assumed
) -> tuple[Ledgers, Ledgers]:
    """With the shortest and the longest work: one after the other, so that the rows of one are not kept while those of
    the other are made."""
    shortest, longest = (
        _measured(*_rows(assume(work), grouping, days_only=False), *within, known) for work in ("shortest", "longest")
    )
    return shortest, longest


def _rows(chronicle: Chronicle, grouping: Mapping[str, str], days_only: bool) -> tuple[Rows, Legend]:
    """*chronicle* as rows, where what a clock lets come is told apart from what waits for somebody."""
    rows, legend = rows_of(chronicle, grouping)
    if chronicle.kind == "simulated":
        return rows, legend
    assumed = chronicle.starts == "assumed"
    return timers.marked(rows, len(legend.activities), days_only, assumed), legend


def _uneven(cases: Cases, window: Window, legend: Legend) -> str:
    """Why weekly numbers say little: too short a time, most cases arrive within a small part of it, or the records hold
    those that ended in one."""
    over = ~np.isnan(cases.finish)
    if over.any():
        finish = cases.finish[over]
        since = ended_since(cases.arrival[over], finish - cases.arrival[over], float(finish.max()))
        if since is not None:
            text = _(
                "The records hold cases that ended since {date}, whenever they began: of those that came before, only "
                "the long ones, and weekly numbers are left out."
            )
            return text.format(date=date_text(legend.moment(since)))
    arrival = cases.arrival[window.contains(cases.arrival)]
    if not len(arrival):
        return ""
    if arrival.max() - arrival.min() < WEEK:
        return _("All cases arrive within less than a week: weekly numbers are left out.")
    weekly = np.bincount(((arrival - window.begin) // WEEK).astype(np.int64))
    ordered = np.sort(weekly)[::-1]
    few = int(np.searchsorted(np.cumsum(ordered), _MOST_CASES * len(arrival))) + 1
    if len(weekly) < _FEW_WEEKS or few > _FEW_OF * len(weekly):
        return ""
    text = _(
        "{share} of the cases arrive in {few} of {weeks} weeks: the records begin or end by and by, and weekly "
        "numbers are left out."
    )
    return text.format(share=percent(float(ordered[:few].sum() / len(arrival))), few=few, weeks=len(weekly))


def _without_start(share: float) -> str:
    text = _("{share} of the steps have no start time: they are taken to last no time, or all the time there was")
    return text.format(share=percent(share))


def _no_people(names: Sequence[str]) -> str:
    text = _("machines, or names that many share: they never rest, and no working days are told of them: {names}")
    return text.format(names=first_of(names, _NAMED))


def _worked(rows: Rows, legend: Legend, known: Assumed) -> Floats:
    return Worked().of(as_read(rows), hours_known(legend, known.on_duty, known.team_hours))


def _hours(rows: Rows, legend: Legend, known: Assumed, days_only: bool) -> dict[int, Clock]:
    """The hours of the teams: those within which work was counted, else those in which they are seen."""
    if days_only:
        return {}
    if known.there and legend.teams:
        return {at: known.there[name] for at, name in enumerate(legend.teams) if name in known.there}
    return hours_seen(rows)


def _timed(chronicle: Chronicle) -> Chronicle:
    """*chronicle* with an end for every event: events without any time, which tell nothing, are left out."""
    events = chronicle.events
    if events["end"].null_count():
        ends = events.with_columns(pl.coalesce("end", "start").alias("end")).drop_nulls("end")
        events = ends.sort("case", "end", maintain_order=True)
    if events.is_empty():
        raise DataError(_("The log has no event with a readable time: there is nothing to see in it."))
    return chronicle.with_events(events)


def names_client_steps(chronicle: Chronicle, rows: Rows) -> bool:
    """Whether it is known what the client does, or when he is waited for: reminders tell it, too."""
    return bool(chronicle.client_acts | chronicle.waits_for_client) or bool((rows.flags & CLIENT_WAIT).any())


def _begun(rows: Rows, at: Floats) -> Rows:
    """*rows* with steps without start begun *at* these moments."""
    return rows._replace(start=np.where(np.isnan(rows.start), at, rows.start))


def _between(
    rows: Rows, ours: Flags, measured: Callable[[Rows], Ledgers], notes: list[str]
) -> tuple[Ledgers, Ledgers] | None:
    """With the shortest and the longest work on the steps of *ours* without start, which is noted; None without any."""
    if not ours.any():
        return None
    notes.append(_without_start(float(ours.mean())))
    return measured(_begun(rows, rows.end)), measured(_begun(rows, np.where(ours, rows.enabled, rows.end)))


def _assuming(chronicle: Chronicle, starts: Starts | None) -> tuple[Starts, Assumed]:
    """What estimates start times: *starts*, or discovery; and what is known of the steps."""
    from irrupt.discovery.begins.starts import bounded, with_starts

    bounds = bounded(chronicle)
    return starts or partial(with_starts, bounds=bounds), assumed(chronicle, bounds)


def _limits(chronicle: Chronicle, use_period: bool) -> tuple[datetime, datetime]:
    """Begin and end of what is measured: the period in use, or whole days around all events."""
    if use_period:
        period = period_of(chronicle)
        return period.begin, period.end
    moments = chronicle.events.lazy().select(clock.FIRST.alias("first"), clock.LAST.alias("last"))
    first, last = (
        local_time(moment, chronicle.timezone).replace(hour=0, minute=0, second=0, microsecond=0)
        for moment in moments.collect().row(0)
    )
    return aware(first, chronicle.timezone), aware(last + timedelta(days=1), chronicle.timezone)


def _measured(rows: Rows, legend: Legend, begin: datetime, end: datetime, known: Assumed = NOTHING_ASSUMED) -> Ledgers:
    window = Window(begin=legend.second(begin), end=legend.second(end))
    if window.weeks == window.whole(WEEK):
        arrived = rows.enabled[rows.flags & FIRST != 0] - window.begin
        window = replace(window, cut=cut_short(arrived, window.whole(WEEK)))
    known = known.on(legend)
    ledgers = Ledgers(legend, window, known.on_duty, known.team_hours)
    ledgers.add(rested(rows, legend.activities))
    return ledgers


def rows_in_use(rows: Rows, cases: Cases, which: Flags) -> Rows:
    """The rows of those of *cases* *which* count, case by case."""
    counts = np.zeros(int(rows.case.max()) + 1 if len(rows.case) else 0, bool)
    counts[cases.number[which]] = True
    return by_case(rows, np.flatnonzero(counts[rows.case]))


def week_begins(records: Records, weeks: int) -> list[datetime]:
    """The begin of each of the first *weeks* weeks of the window."""
    return [records.legend.moment(records.window.begin + week * WEEK) for week in range(weeks)]


def by_size(records: Records) -> tuple[dict[str, int], tuple[str, ...]]:
    """Party -> its number of cases in use, the remainder last, the largest first; and who has a name of his own. Cases
    that are still open do not count."""
    cases = records.ledgers.cases
    counts = np.bincount(cases.client[records.ledgers.ended], minlength=len(records.legend.clients))
    own = set(records.legend.clients) - {ALL_CLIENTS, OTHER_CLIENTS}
    size = dict(zip(records.legend.clients, counts.tolist(), strict=True))
    if set(size) == {OTHER_CLIENTS}:
        size = {ALL_CLIENTS: size[OTHER_CLIENTS]}
    ordered = sorted(size, key=lambda name: (name not in own, -size[name], name))
    return {name: size[name] for name in ordered if size[name]}, tuple(n for n in ordered if n in own and size[n])


def parties_in_order(records: Records, sizes: Mapping[str, int], teams: Mapping[str, int]) -> Parties:
    """All clients first, then each party; all teams first, then each team, the largest first."""
    client = {name: at for at, name in enumerate(records.legend.clients)}
    team = {name: at for at, name in enumerate(records.legend.teams)}
    single = {name: (client[name],) for name in sizes if name != ALL_CLIENTS}
    clients: dict[str, tuple[int, ...]] = {ALL_CLIENTS: tuple(client.values())} | single
    everybody: dict[str, tuple[int, ...]] = {ALL_TEAMS: tuple(team.values())} if team else {}
    return Parties(clients=clients, teams=everybody | {name: (team[name],) for name in teams})
