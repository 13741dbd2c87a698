"""A log while it is learned from: what is found in it is found once, however often it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from irrupt.chronicle.checks import unclear_dates
from irrupt.chronicle.model import Chronicle
from irrupt.chronicle.stretch import period
from irrupt.discovery.begins.starts import Bounds, bounded, not_left, with_starts
from irrupt.discovery.begins.work_limits import Work
from irrupt.discovery.building import Unweighted, unweighted
from irrupt.discovery.findings import Findings, Progress, find, silent
from irrupt.discovery.trust.held_out import Split, split
from irrupt.errors import DataError
from irrupt.i18n import date_text, ngettext, number
from irrupt.i18n import gettext as _
from irrupt.units import WEEK

_MOST = 0.9
"""Share of the cases that must begin in a stretch of less than half of the log for it alone to be used."""
_STRAYS = 0.02
"""Share of the cases, at most, that begin before all others do."""


class Study:
    """The records of a Chronicle as `discover` and `alternatives` use them: hand it to several of them instead of the
    Chronicle, and none finds out again what another one knows.

    *clients* maps clients of the log to the clients or groups that are to be told apart; without it the larger ones
    stand alone. Raises `DataError` when nothing can be learned.

    >>> import irrupt
    >>> Study(irrupt.bundled()).chronicle.cases
    23972
    """

    def __init__(self, chronicle: Chronicle, clients: Mapping[str, str] | None = None) -> None:
        self.chronicle, about_period = in_use(chronicle)
        self.notes = (*unclear_dates(chronicle), *about_period)
        if chronicle.work_said and chronicle.starts == "measured":
            self.notes += (_("The log has start times: what you say of how long work takes is not used."),)
        self.clients = clients
        self._found: dict[Work, tuple[Findings, Unweighted]] = {}
        self._bounds: Bounds | None = None
        self._parts: Split | None = None
        self._train: Study | None = None

    def found(self, work: Work, tell: Progress = silent) -> tuple[Findings, Unweighted]:
        """What the records tell, with times of *work* as assumed where they have no start times."""
        if work not in self._found:
            findings = self._find(work, tell)
            self._found[work] = findings, unweighted(findings)
        return self._found[work]

    def _find(self, work: Work, tell: Progress) -> Findings:
        if self.chronicle.starts != "missing":
            return find(self.chronicle, self.clients, work, tell)
        if self._bounds is None:
            self._bounds = bounded(self.chronicle)
            self.notes += not_left(self._bounds)
        timed = with_starts(self.chronicle, work, bounds=self._bounds)
        return find(timed, self.clients, work, tell, bounds=self._bounds)

    @property
    def parts(self) -> Split | None:
        """Records to learn from, and records held out; None when there are too few cases."""
        if self._parts is None:
            self._parts = split(self.chronicle)
        return self._parts

    @property
    def train(self) -> Study | None:
        """The study of the first part alone."""
        if self._train is None and self.parts is not None:
            self._train = Study(self.parts.train, self.clients)
        return self._train

    def prepare(self, *works: Work) -> None:
        """Find out all that takes no simulation to be known: with times of *works* in all records, and with the first
        of them in those that are not held out."""
        for work in works:
            self.found(work)
        if self.train is not None:
            self.train.found(works[0])


def in_use(chronicle: Chronicle) -> tuple[Chronicle, tuple[str, ...]]:
    """The cases of the period that *chronicle* really covers, and a note where that is much less than the whole.

    Where traffic merely changes, all of it is kept: the past fades as fast as the records say.
    """
    ends = pl.coalesce("end", "start")
    events = chronicle.events.with_columns(ends.alias("end")).drop_nulls("end")
    if events.is_empty():
        raise DataError(_("The log has no step with a readable time: nothing can be learned from it."))
    chronicle, notes = _without_strays(chronicle.with_events(events))
    stretch = period(chronicle)
    if stretch.whole or stretch.share_of_cases < _MOST or stretch.weeks > _weeks(chronicle) / 2:
        return chronicle, notes
    note = _("{weeks} weeks are used, in which {share} % of the cases begin.").format(
        weeks=stretch.weeks, share=number(100 * stretch.share_of_cases, 0)
    )
    return chronicle.between(stretch.begin, stretch.end), (*notes, note)


def _without_strays(chronicle: Chronicle) -> tuple[Chronicle, tuple[str, ...]]:
    """*chronicle* without the few cases that begin before what it covers does, where these are half of its time or
    more: dates that were mistyped, or cases that were open for years."""
    begin = period(chronicle).begin
    begins = chronicle.events.group_by("case").agg(pl.coalesce("start", "end").min())["start"]
    first, last = begins.min(), begins.max()
    early = int((begins < begin).sum())
    assert isinstance(first, datetime)
    assert isinstance(last, datetime)
    if not 0 < early <= _STRAYS * len(begins) or begin - first < last - begin:
        return chronicle, ()
    text = ngettext(
        "{n} case that begins before {date}, long before the others, is left out.",
        "{n} cases that begin before {date}, long before the others, are left out.",
        early,
    )
    return chronicle.between(begin, None), (text.format(n=number(early, 0), date=date_text(begin)),)


def _weeks(chronicle: Chronicle) -> float:
    ends = chronicle.events["end"]
    return float((ends.max() - ends.min()).total_seconds()) / WEEK  # type: ignore[operator, union-attr]
