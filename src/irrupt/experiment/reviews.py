"""A run that is reviewed: it goes on under other rules from the review on at which what acts wait for has come.

Conditions on sums over cases and steps are looked at without pausing: the run goes some weeks ahead, a compiled pass
tells the first review at which one was met, and only then does the run go back there. Other conditions take a pause,
and ledgers over the rows of the last weeks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from irrupt.arraytypes import Ints32
from irrupt.chronicle.rows import Legend, Rows
from irrupt.engine import Simulation
from irrupt.errors import InvariantError
from irrupt.experiment.recent import Looking, Recent, Turn
from irrupt.experiment.watching import NEARLY, Met, State, Watched, on_duty_under
from irrupt.ledgers import Ledgers
from irrupt.ledgers.checks import recording
from irrupt.ledgers.money import penalties, prices
from irrupt.ledgers.organising import Organised, organised
from irrupt.ledgers.rolling import Rolling
from irrupt.units import WEEK

NEVER_TOLD = -math.inf
"""When what nobody could know of was done."""
AHEAD = 4.0
"""Weeks that a run goes ahead, at most, before it is told whether something was met in them: one at first, and twice as
many each time that nothing was."""


def renumbered(rows: Rows, theirs: Legend, mine: Legend) -> Rows:
    """*rows*, numbered as in *theirs*, as they are numbered in *mine*.

    Raises `InvariantError` when *mine* does not know one of the names.
    """
    names = ("clients", "activities", "teams", "people")
    if all(getattr(mine, name)[: len(getattr(theirs, name))] == getattr(theirs, name) for name in names):
        return rows

    def moved(column: Ints32, old: tuple[str, ...], new: tuple[str, ...]) -> Ints32:
        place = {name: at for at, name in enumerate(new)}
        if unknown := [name for name in old if name not in place]:
            raise InvariantError(
                f"{unknown[0]!r} was not to come: an act gives the same names whatever was done before"
            )
        numbers = np.array([*(place[name] for name in old), -1], np.int32)
        taken: Ints32 = numbers[column]
        return taken

    return rows._replace(
        client=moved(rows.client, theirs.clients, mine.clients),
        activity=moved(rows.activity, theirs.activities, mine.activities),
        team=moved(rows.team, theirs.teams, mine.teams),
        person=moved(rows.person, theirs.people, mine.people),
    )


@dataclass(slots=True)
class Measuring:
    """The ledgers of one run, and what a scenario with conditions looks back at."""

    ledgers: Ledgers
    rolling: Rolling | None = None
    recent: Recent | None = None
    hours_told: int = 0
    """How many changes of hours by the plan of the run the ledgers know of."""
    kept: list[Rows] | None = None
    """All rows, where they are kept."""
    waits: bool = False
    """Whether acts may be done in another order than that in which the legend of the ledgers names what they add."""

    @classmethod
    def begun(cls, ledgers: Ledgers, watch: Watched | None) -> Measuring:
        """Nothing is measured yet, of a run that waits for what *watch* says."""
        if watch is None:
            return cls(ledgers)
        usual = watch.usual
        recent = Recent(ledgers.legend, watch.weeks, [Turn(-math.inf, usual.on_duty, usual)]) if watch.slow else None
        return cls(ledgers, watch.rolling(ledgers), recent, waits=True)

    def alike(self, other: Measuring) -> bool:
        """Whether the same rows tell both the same, and nothing else is kept of them here."""
        return self.rolling is None and self.recent is None and self.kept is None and self.ledgers.alike(other.ledgers)

    def go_on_from(self, other: Measuring) -> None:
        """Measure on as if what *other*, which is `alike`, has taken in had been taken in here."""
        self.ledgers.go_on_from(other.ledgers)
        self.hours_told = other.hours_told

    def take_in(self, rows: Rows, run: Simulation) -> None:
        """Measure *rows*, which *run* has just handed out."""
        for moment, rules, usual in run.hours_changed[self.hours_told :]:
            self.ledgers.on_duty_from(moment, on_duty_under(rules), usual=on_duty_under(usual))
            if self.rolling is not None:
                self.rolling.on_duty_from(moment, on_duty_under(rules))
            if self.recent is not None:
                self.recent.turn(moment, on_duty_under(rules))
        self.hours_told = len(run.hours_changed)
        if self.waits:
            rows = renumbered(rows, run.legend, self.ledgers.legend)
        if self.rolling is not None:
            self.rolling.add(rows, self.ledgers.work_on(rows))
        self.add(rows)

    def add(self, rows: Rows) -> None:
        """Measure *rows*, and keep them where they are kept."""
        self.ledgers.add(rows)
        if self.recent is not None:
            self.recent.add(rows)
        if self.kept is not None:
            self.kept.append(Rows._make(column.copy() for column in rows))


@dataclass(slots=True, kw_only=True)
class Reviewed:
    """A run from *begin* to *end*, with reviews from *begin* on: as soon as a condition is met and its lag is over,
    what waited for it is done.

    What is measured is over before the run is, and from then on nothing begins any more: it would be told as tried, and
    judged by what it could not move. What has begun goes on, with what follows of it.
    """

    run: Simulation
    measuring: Measuring
    rolling: Rolling
    watch: Watched
    begin: float
    end: float
    done: tuple[int, ...] = ()
    """The acts that were done, in the order in which they were."""
    due: dict[int, float] = field(default_factory=dict)
    ceased: set[int] = field(default_factory=set)
    """Acts that are done again whose condition has not held at some review since the time before."""
    ahead: float = field(default=1.0, init=False)
    """Weeks to go ahead."""
    when: list[float] = field(init=False)
    """When each act was done, in weeks after *begin*; nan: never, `NEVER_TOLD`: nor was it ever known whether to."""

    def __post_init__(self) -> None:
        self.when = [math.nan] * len(self.watch.conditions)
        self._tell(organised(self._state.made, lambda _change: self.begin), self.begin)

    def _tell(self, made: Sequence[Organised], now: float) -> None:
        """What conditions look back at is that changes were *made*, and that another state holds from *now* on."""
        self.rolling.on_duty_from(now, self._state.on_duty)
        if self.measuring.recent is not None:
            self.measuring.recent.organised += made
            self.measuring.recent.turn(now, self._state.on_duty, self._state)

    def to_end(self) -> None:
        """Go on to the end."""
        review, held = 0, self._held(0) | {at for at, one in enumerate(self.watch.conditions) if one is None}
        while review < self._reviews:
            now = self._moment(review)
            self.due |= {number: now + self.watch.lags[number] * WEEK for number in held}
            self._do(now)
            if len(self.done) == len(self.watch.conditions):
                break
            last = self._next(review)
            review, held = self._look_ahead(review, last) if last > review + 1 else self._step(last)
        self._tell_unknown()
        self.measuring.rolling = self.measuring.recent = None
        self._go_on()

    def _tell_unknown(self) -> None:
        """Of what was not done, tell what could not be, as nothing of what it waits for was ever known."""
        recent = self.measuring.recent
        for number, condition in enumerate(self.watch.conditions):
            if recent is None or condition is None or not math.isnan(self.when[number]):
                continue
            if recent.never_told(condition):
                self.when[number] = NEVER_TOLD

    def _go_on(self) -> None:
        """Go on to the end when nothing begins any more: what follows of what has begun is still done."""
        self.due = {number: moment for number, moment in self.due.items() if self._goes_on(number)}
        for review in sorted(set(self._due_at)):
            self._to(self._moment(review))
            self._do(self._moment(review))
        self._to(self.end)

    def _goes_on(self, number: int) -> bool:
        """Whether it follows of an act that was done."""
        lead = self.watch.leads[number]
        return lead is None or lead in self.done

    @property
    def _reviews(self) -> int:
        """At how many reviews something may begin: those before what is measured is over."""
        return self._review_at(self.watch.horizon.window.end)

    def _review_at(self, moment: float) -> int:
        """The first review that is no earlier."""
        return math.ceil((moment - self.begin - NEARLY) / self.watch.period)

    @property
    def _due_at(self) -> list[int]:
        """The reviews before the end at which something is due that was not done."""
        reviews = (self._review_at(moment) for number, moment in self.due.items() if number not in self.done)
        return [review for review in reviews if self.begin + review * self.watch.period < self.end - NEARLY]

    @property
    def _state(self) -> State:
        return self.watch.state(self.done)

    def _pending(self, now: float) -> Met:
        """The acts whose condition counts now."""
        gone = self._state.gone
        return frozenset(
            number
            for number, before in enumerate(self.watch.previous)
            if number not in self.due
            and number not in gone
            and (not before or (number in self.ceased and self._rested(number, before, now)))
        )

    @property
    def _again(self) -> Met:
        """The acts that are to be done again once their condition has ceased to hold, and they have rested."""
        gone = self._state.gone
        return frozenset(
            number
            for number, before in enumerate(self.watch.previous)
            if before and before[0] in self.done and number not in self.due and number not in gone
        )

    def _rested(self, number: int, before: tuple[int, ...], now: float) -> bool:
        """Whether all that followed of the time before is over, and so is the pause."""
        since = now - self.begin - self.when[before[0]] * WEEK
        return set(before) <= set(self.done) and since >= self.watch.pauses[number] * WEEK - NEARLY

    def _moment(self, review: int) -> float:
        return min(self.begin + review * self.watch.period, self.end)

    def _do(self, now: float) -> None:
        """Do what is due."""
        gone = self._state.gone
        self.due = {n: moment for n, moment in self.due.items() if n in self.done or n not in gone}
        holding = sorted(n for n, moment in self.due.items() if moment <= now + NEARLY and n not in self.done)
        if not holding:
            return
        for number in holding:
            self.when[number] = (now - self.begin) / WEEK
        before, self.done = self._state, (*self.done, *holding)
        after = self._state
        made = self.watch.organised(before, after, now)
        self.measuring.ledgers.organised(made)
        self._tell(made, now)
        self.run.change(after.rules)
        self.measuring.ledgers.on_duty_from(now, after.on_duty)
        if after.bound is not None:
            self.measuring.ledgers.bound_from_now(after.bound)
        rules = after.rules.organisation
        self.measuring.ledgers.prices_from_now(prices(rules), penalties(rules))
        self.measuring.ledgers.recording_from_now(recording(rules))

    def _next(self, review: int) -> int:
        """The review to which the run can go now."""
        if self.run.planned is not None or self._again or self.watch.slow & self._pending(self._moment(review)):
            return review + 1
        ahead = int(min(self.ahead, AHEAD) * WEEK / self.watch.period)
        return max(min(review + ahead, self._reviews, *self._due_at), review + 1)

    def _step(self, review: int) -> tuple[int, Met]:
        """Go to the next *review*, and look what is met."""
        self._to(self._moment(review))
        return review, self._held(review) if review < self._reviews else frozenset()

    def _to(self, until: float) -> None:
        for rows in self.run.run(until):
            self.measuring.take_in(rows, self.run)

    def _held(self, review: int) -> Met:
        """The acts whose condition counts and holds; those that are done again may count from the next review on."""
        now = self._moment(review)
        pending, again = self._pending(now), self._again
        held = self._holding(review, pending | again)
        self.ceased |= again - held
        return held & pending

    def _holding(self, review: int, asked: Met) -> Met:
        held = self.rolling.met_at(review, asked - self.watch.slow)
        recent = self.measuring.recent
        if recent is None:
            return held
        now = self._moment(review)
        recent.forget(now)
        slow = Looking(self.watch, recent, now, self.run.planned)
        return held | slow.met(asked & self.watch.slow)

    def _look_ahead(self, review: int, last: int) -> tuple[int, Met]:
        """Go from *review* to the first at which something is met, or to the *last*; and what is met there."""
        spare, pending = self.run.fork(), self._pending(self._moment(review))
        ledgers = self.measuring.ledgers
        rows = renumbered(self.run.rows_until(self._moment(last)), self.run.legend, ledgers.legend)
        watched = min(last, self._reviews - 1)
        reached, used, held = self.rolling.until_met(rows, ledgers.work_on(rows), review, watched, pending)
        self.ahead = 1.0 if held else 2.0 * self.ahead
        if held and reached < last:
            self.run, rows = spare, Rows._make(column[:used] for column in rows)
            for _again in self.run.run(self._moment(reached)):
                pass
            last = reached
        self.measuring.add(rows)
        return last, held
