"""Everything that findings are drawn from: records as rows, measured, with the parties told apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.chronicle import Chronicle
from irrupt.chronicle.rows import Legend, Rows
from irrupt.ledgers import Ledgers, Parties
from irrupt.ledgers.cases import Cases
from irrupt.sight.classes import ClassOfCases, classes
from irrupt.sight.entries import week_of
from irrupt.sight.model import Entry
from irrupt.sight.over import Over
from irrupt.sight.periods import Periods, periods
from irrupt.sight.queues import Queues, queues
from irrupt.sight.split import Split


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The records in use, measured."""

    chronicle: Chronicle
    """The records in use."""
    rows: Rows
    """Of the cases in use, case by case."""
    with_given_up: Rows
    """The same with the cases that clients gave up."""
    legend: Legend
    names: pl.Series
    """The name of each case, by its number in the rows."""
    days_only: bool
    """Times are known to the day only."""
    clockless: bool
    """No hours of the day are known."""
    ledgers: Ledgers
    parties: Parties
    cases: Cases
    entries: Mapping[tuple[str, str], Entry]
    """By measure and party."""
    named: tuple[str, ...]
    """Parties that are one client, largest first; empty when no client is visible."""
    counts: Mapping[str, int]
    """Client of the whole log -> number of his cases in use, largest first."""
    closes: Flags
    """Per activity: whether cases are over after it, as far as all of the records tell."""
    parts: Split
    """Who waits for whom, row by row."""
    uneven: str
    """Why weekly numbers of these records say little; empty where they do."""
    bounded: bool
    """Work and waiting are bounds, for want of start times."""

    @cached_property
    def queues(self) -> Queues:
        """How each of the rows fared in its queue."""
        return queues(self.rows)

    @cached_property
    def periods(self) -> Periods:
        """The weeks in which changes are looked for, or the days."""
        return periods(self.ledgers.window, self.rows.end)

    @cached_property
    def classes(self) -> tuple[ClassOfCases, ...]:
        """The classes of cases by what their attributes say."""
        return tuple(classes(self))

    @cached_property
    def over(self) -> Over:
        """Which cases are over, those that clients gave up among them."""
        return Over(self)

    @cached_property
    def of_all_ended(self) -> Scene:
        """The same with the cases that clients gave up among its rows."""
        return self if self.rows is self.with_given_up else replace(self, rows=self.with_given_up)

    @property
    def size(self) -> int:
        """How many numbers of cases there are; not every case counts, nor does every one have rows in use."""
        return len(self.names)

    @property
    def arrivals(self) -> Floats:
        """When each case arrived, by its number; nan for those that do not count."""
        found = np.full(self.size, np.nan)
        found[self.cases.number] = self.cases.arrival
        return found

    @property
    def ended(self) -> Flags:
        """Whether each case counts as one that came to an end, or that its client gave up."""
        return self.ledgers.ended

    def which(self, cases: pl.Series) -> Flags:
        """By the number of the case in the rows: whether it is one of *cases*, given by name."""
        return self.names.is_in(cases.implode()).to_numpy()

    def used_of(self, party: str) -> npt.NDArray[np.intp]:
        """Where the cases of *party* that are counted stand."""
        at = self.cases.of(self.parties.clients[party])
        return at[self.cases.counted[at]]

    def others_than(self, party: str) -> npt.NDArray[np.intp]:
        """Where the counted cases of everybody but *party* stand."""
        mine = np.isin(self.cases.client, np.asarray(self.parties.clients[party]))
        return np.flatnonzero(self.cases.counted & ~mine)

    def per_case(self, column: Floats, at: npt.NDArray[np.intp]) -> tuple[Floats, Ints]:
        """Values of the cases at *at*, and the weeks in which they arrived."""
        return column[at].astype(np.float64), week_of(self.cases.arrival[at], self.ledgers.window)
