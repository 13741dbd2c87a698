"""Measures of clients over the last periods, told at the beginning of each without looking at all rows again.

The same measures as in the ledgers, from sums per period: what conditions watch day by day. Of measures that are no
such sums (`MADE_OF` does not have them) only the ledgers tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from irrupt.chronicle.rows import Legend, Rows
from irrupt.ledgers import definitions as measure
from irrupt.ledgers import kernels
from irrupt.ledgers.cases import CaseState
from irrupt.ledgers.kernels import HOUR


class Made(NamedTuple):
    """What a measure is made of; see `kernels`."""

    kind: int
    above: int
    below: int = kernels.COUNTED
    scale: float = 1.0
    guard: int = kernels.ANYBODY


MADE_OF: Mapping[str, Made] = {
    measure.ARRIVALS.name: Made(kernels.RATE, kernels.CAME),
    measure.THROUGHPUT.name: Made(kernels.RATE, kernels.GONE),
    measure.GIVEN_UP.name: Made(kernels.RATIO, kernels.LOST, kernels.CAME),
    measure.OPEN.name: Made(kernels.OPEN, kernels.PRESENT),
    measure.CYCLE_90.name: Made(kernels.NINE_IN_TEN, kernels.CYCLE),
    measure.CYCLE.name: Made(kernels.RATIO, kernels.CYCLE, scale=1 / HOUR),
    measure.ON_TIME.name: Made(kernels.RATIO, kernels.ON_TIME, kernels.DUE),
    measure.LATENESS.name: Made(kernels.RATIO, kernels.LATE, kernels.DUE, 1 / HOUR),
    measure.FOR_US.name: Made(kernels.RATIO, kernels.OURS, scale=1 / HOUR, guard=kernels.TIMED_ONLY),
    measure.WORKING.name: Made(kernels.RATIO, kernels.WORKED, scale=1 / HOUR, guard=kernels.TIMED_ONLY),
    measure.FOR_CLIENT.name: Made(kernels.RATIO, kernels.CLIENTS, scale=1 / HOUR),
    measure.UNEXPLAINED.name: Made(kernels.RATIO, kernels.NOBODYS, scale=1 / HOUR),
    measure.STEPS.name: Made(kernels.RATIO, kernels.TAKEN),
    measure.REWORK.name: Made(kernels.RATIO, kernels.REDONE),
    measure.HANDOVERS.name: Made(kernels.RATIO, kernels.PASSED, guard=kernels.TEAMS_ONLY),
    measure.WAITED.name: Made(kernels.RATIO, kernels.KEPT),
}
"""Measure -> what it is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RollingTerm:
    """A measure of *clients* over the last *periods*, and the side of a *bound* on which it is to be."""

    measure: str
    clients: tuple[int, ...]
    periods: int
    above: bool
    """Whether it is to be above the bound, not below."""
    bound: float
    equal: bool = False
    """Whether it may be the bound."""


Conditions = Mapping[int, Sequence[Sequence[RollingTerm]]]
"""Number of a condition -> its ways, of which one must hold; all terms of a way must hold."""


@dataclass(slots=True, kw_only=True)
class Rolling:
    """What has been seen so far of a run that is reviewed from *begin* on, every *period* seconds.

    >>> from datetime import datetime, timezone
    >>> legend = Legend(origin=datetime(2024, 1, 1, tzinfo=timezone.utc), clients=("A",), activities=(), teams=(),
    ...                 people=())
    >>> some = RollingTerm(measure="arrivals", clients=(0,), periods=1, above=True, bound=0.0)
    >>> from irrupt.ledgers.cases import ClientReducer
    >>> from irrupt.ledgers.model import Window
    >>> table = ClientReducer().begin(legend, Window(begin=0.0, end=172800.0))
    >>> rolling = Rolling(legend=legend, conditions={0: [[some]]}, begin=0.0, end=172800.0, period=86400.0, table=table)
    >>> rolling.met_at(0, {0})
    frozenset()
    """

    legend: Legend
    conditions: Conditions
    begin: float
    """Seconds since the origin: the first review."""
    end: float
    """There are no reviews from then on."""
    period: float
    table: CaseState
    """The table of cases of the ledgers that take in the same rows, each time after this."""
    depth: int = field(init=False)
    """How many periods lie before the first review that conditions look back at."""
    sums: kernels.Rolling = field(init=False)
    terms: kernels.Terms = field(init=False)

    def __post_init__(self) -> None:
        placed = [
            (number, way, term)
            for number, ways in sorted(self.conditions.items())
            for way, terms in enumerate(ways)
            for term in terms
        ]
        groups = sorted({term.clients for _number, _way, term in placed})
        self.depth = max((term.periods for _number, _way, term in placed), default=0)
        periods = self.depth + int(np.ceil((self.end - self.begin) / self.period)) + 2
        member = np.zeros((len(groups), len(self.legend.clients)), np.bool_)
        for at, clients in enumerate(groups):
            member[at, list(clients)] = True
        self.sums = kernels.Rolling(
            anchor=self.begin - self.depth * self.period,
            period=self.period,
            member=member,
            sums=np.zeros((len(groups), periods, kernels.ROLLING)),
            open_case=np.empty(0, np.int64),
            place=np.empty(0, np.int64),
            finished=np.empty(0, np.int64),
            used=np.zeros(2, np.int64),
            spare=np.empty(0),
        )
        self.terms = _terms(placed, groups)

    def add(self, rows: Rows, worked: npt.NDArray[np.float64]) -> None:
        """Take in rows of steps that ended before the first review, or between two at which nothing is asked.

        *worked*: seconds of work on each, as the ledgers have it (`Ledgers.work_on`).
        """
        if len(rows.case):
            table, count = self._room(rows), len(rows.case)
            table.known = kernels.add_cases(0, count, rows, worked, table.tables, table.known)
            table.ahead += count
            kernels.add_rolling(0, count, rows, self.sums, table.tables.times, table.tables.counts)

    def met_at(self, review: int, pending: Iterable[int]) -> frozenset[int]:
        """The *pending* conditions that hold at a review."""
        asked, met = self._marks(pending)
        kernels.any_met(self.depth + review, self.terms, asked, met, self.sums, *self.table.tables[:2])
        return frozenset(np.flatnonzero(met).tolist())

    def until_met(
        self, rows: Rows, worked: npt.NDArray[np.float64], review: int, last: int, pending: Iterable[int]
    ) -> tuple[int, int, frozenset[int]]:
        """Take in *rows* of steps that ended between the reviews numbered *review* and *last*, up to the first at which
        one of the *pending* conditions holds: its number, how many rows were taken in, and what holds. *worked*: as in
        `add`."""
        asked, met = self._marks(pending)
        table = self._room(rows)
        reached, used, table.known = kernels.first_met(
            *(rows, worked, self.depth + review, self.depth + last),
            *(self.sums, self.terms, asked, met, table.tables, table.known),
        )
        table.ahead += used
        return reached - self.depth, used, frozenset(np.flatnonzero(met).tolist())

    def _marks(self, pending: Iterable[int]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        asked = np.zeros(max(self.conditions, default=-1) + 1, np.bool_)
        asked[[number for number in pending if number in self.conditions]] = True
        return asked, np.zeros(len(asked), np.bool_)

    def _room(self, rows: Rows) -> CaseState:
        self.table.make_room(int(rows.case.max(initial=-1)) + 1)
        room = len(self.table.tables.times)
        more = room - len(self.sums.place)
        if more:
            nowhere, sums = np.full(more, -1), self.sums
            self.sums = sums._replace(
                open_case=np.concatenate([sums.open_case, nowhere]),
                place=np.concatenate([sums.place, nowhere]),
                finished=np.concatenate([sums.finished, nowhere]),
                spare=np.empty(room),
            )
        return self.table


def _terms(placed: Sequence[tuple[int, int, RollingTerm]], groups: Sequence[tuple[int, ...]]) -> kernels.Terms:
    made = [MADE_OF[term.measure] for _number, _way, term in placed]
    ways = sorted({(number, way) for number, way, _term in placed})

    def whole(values: Iterable[int]) -> npt.NDArray[np.int64]:
        return np.array(list(values), np.int64)

    return kernels.Terms(
        kind=whole(one.kind for one in made),
        above=whole(one.above for one in made),
        below=whole(one.below for one in made),
        guard=whole(one.guard for one in made),
        scale=np.array([one.scale for one in made], np.float64),
        group=whole(groups.index(term.clients) for _number, _way, term in placed),
        periods=whole(term.periods for _number, _way, term in placed),
        least=np.array([term.above for _number, _way, term in placed], np.bool_),
        equal=np.array([term.equal for _number, _way, term in placed], np.bool_),
        bound=np.array([term.bound for _number, _way, term in placed], np.float64),
        way=whole(ways.index((number, way)) for number, way, _term in placed),
        condition=whole(number for number, _way, _term in placed),
    )
