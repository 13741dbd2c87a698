"""What conditions look back at: the rows of the last weeks of a run, and the rules under which they came about."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from irrupt.chronicle.goods import Planned
from irrupt.chronicle.rows import Legend, Rows
from irrupt.experiment.watching import Met, State, Watched
from irrupt.ledgers import Ledgers, OnDuty, Window
from irrupt.ledgers.checks import recording
from irrupt.ledgers.money import penalties, prices
from irrupt.ledgers.organising import Organised
from irrupt.regulation.conditions import Condition, Term
from irrupt.units import WEEK


class Turn(NamedTuple):
    """What holds from a moment on."""

    moment: float
    duty: OnDuty
    state: State


@dataclass(slots=True)
class Recent:
    """The rows of the last weeks of a run, in the numbers of *legend*, and under what rules they came about."""

    legend: Legend
    weeks: float
    turns: list[Turn]
    organised: list[Organised] = field(default_factory=list)
    """The changes of rules made so far."""
    chunks: list[Rows] = field(default_factory=list)
    told: dict[Term, bool] = field(default_factory=dict)
    """What was looked at so far, and whether it was known at any review."""

    def never_told(self, condition: Condition) -> bool:
        """Whether *condition* could not be met, as what each of its ways asks first was looked at and never known."""
        return all(self.told.get(way[0]) is False for way in condition.ways)

    def turn(self, moment: float, duty: OnDuty, state: State | None = None) -> None:
        """From *moment* on people are on duty in other hours and, where it is given, another *state* holds."""
        self.turns.append(Turn(moment, duty, state or self.turns[-1].state))

    def add(self, rows: Rows) -> None:
        """Take in *rows*, numbered as in the legend: in one piece with those before, which is looked at faster, unless
        something turned after these."""
        if self.chunks and self.turns[-1].moment < self.chunks[-1].end[-1]:
            before = self.chunks[-1]
            self.chunks[-1] = Rows._make(np.concatenate([before[at], rows[at]]) for at in range(len(rows)))
        else:
            self.chunks.append(Rows._make(column.copy() for column in rows))

    def since(self, begin: float) -> list[Rows]:
        """The rows of steps that ended after *begin*."""
        return [Rows._make(c[rows.end > begin] for c in rows) for rows in self.chunks if rows.end[-1] > begin]

    def forget(self, now: float) -> None:
        """Keep what the longest condition still looks at."""
        self.chunks = self.since(now - self.weeks * WEEK)


@dataclass(slots=True)
class Looking:
    """What ledgers over the last weeks tell at one review, of what is looked back at."""

    watch: Watched
    recent: Recent
    now: float
    planned: Planned | None
    values: dict[float, dict[str, dict[str, float]]] = field(default_factory=dict)

    def met(self, pending: Met) -> Met:
        """Which of the *pending* conditions hold."""
        conditions = ((at, self.watch.conditions[at]) for at in sorted(pending))
        return frozenset(at for at, one in conditions if one is not None and one.holds(self._value))

    def _value(self, term: Term) -> float:
        if self.now < term.weeks * WEEK:
            return math.nan
        if term.weeks not in self.values:
            self.values[term.weeks] = self._measured(self.now - term.weeks * WEEK)
        value = self.values[term.weeks][term.measure][self.watch.parties[term]]
        self.recent.told[term] = self.recent.told.get(term, False) or not math.isnan(value)
        return value

    def _measured(self, begin: float) -> dict[str, dict[str, float]]:
        """Measure -> party -> value, over the steps that ended between *begin* and now."""
        turns = [turn for turn in self.recent.turns if turn.moment <= begin][-1:]
        turns += [turn for turn in self.recent.turns if turn.moment > begin]
        ledgers = self._ledgers(begin, turns.pop(0))
        chunks = self.recent.since(begin)
        first = min((int(rows.case.min()) for rows in chunks if len(rows.case)), default=0)
        for rows in chunks:
            while turns and turns[0].moment < rows.end[-1]:
                _turned(ledgers, turns.pop(0))
            ledgers.add(rows._replace(case=rows.case - first))
        for turn in turns:
            _turned(ledgers, turn)
        ledgers.plan(self.planned)
        return ledgers.result(self.watch.members)

    def _ledgers(self, begin: float, turn: Turn) -> Ledgers:
        """Ledgers that begin at *begin*, where *turn* holds."""
        rules = turn.state.rules.organisation
        return Ledgers(
            self.recent.legend,
            Window(begin=begin, end=self.now),
            turn.duty,
            prices=prices(rules),
            penalties=penalties(rules),
            bound=turn.state.bound,
            changes=self.recent.organised,
            asked=self.watch.asked,
            recording=recording(rules),
        )


def _turned(ledgers: Ledgers, turn: Turn) -> None:
    """Tell *ledgers* what holds from a moment on."""
    rules = turn.state.rules.organisation
    ledgers.on_duty_from(turn.moment, turn.duty)
    ledgers.prices_from_now(prices(rules), penalties(rules))
    ledgers.recording_from_now(recording(rules))
    if turn.state.bound is not None:
        ledgers.bound_from_now(turn.state.bound)
