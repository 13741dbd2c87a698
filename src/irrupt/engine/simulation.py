"""A run of an organisation: rows of work done, with pauses in which the rules may change."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Sequence

import numpy as np

from irrupt.arguments import as_annotated
from irrupt.chronicle.goods import Planned
from irrupt.chronicle.rows import Legend, Rows, joined
from irrupt.engine import attending, lengths, streams
from irrupt.engine import checked as checking
from irrupt.engine.attending import Attendance
from irrupt.engine.compiled import Compiled
from irrupt.engine.crossings import Crossing
from irrupt.engine.legends import Numbers
from irrupt.engine.opening import Opened
from irrupt.engine.orders import Order, released
from irrupt.engine.planning import Planner, Stretching, planned_people
from irrupt.engine.planning.books import Posted, Ruled, as_usual, planned_with
from irrupt.engine.planning.history import changes
from irrupt.engine.planning.planner import Release, Roster
from irrupt.engine.planning.stretching import Banked, Turn
from irrupt.engine.reference import Reference
from irrupt.engine.standing import Stands, gathering, kept, stand
from irrupt.engine.tables import Tables, tables
from irrupt.errors import Fault, UsageError
from irrupt.i18n import gettext as _
from irrupt.organisation.model import Organisation
from irrupt.organisation.planning import follows_queues
from irrupt.organisation.rules import RuleChange
from irrupt.units import WEEK


class Simulation:
    """One run. Clients bring cases for *weeks*; the same *seed* and *replication* give the same run, to the bit.

    *organisation* may be compiled before (`tables`), once for many runs. *chunk* is the greatest number of rows that
    are handed out at a time. *reference* takes the readable loop instead of the compiled one: same rows, much slower.
    *checked* looks after every event of the compiled loop whether all that must hold of its state does, and raises
    `InvariantError` where it does not: same rows, much slower. *run_out_weeks* limits how long open cases are followed
    when no cases arrive any more.

    Raises `ModelError` when the organisation cannot run.

    >>> from irrupt.engine.examples import counter
    >>> run = Simulation(counter(), seed=1, weeks=1)
    >>> sum(len(rows.case) for rows in run.run()) == run.arrived
    True
    """

    @as_annotated
    def __init__(
        self,
        organisation: Organisation | Tables,
        *,
        seed: int,
        replication: int = 0,
        weeks: float,
        run_out_weeks: float = 520.0,
        chunk: int = 65536,
        reference: bool = False,
        checked: bool = False,
    ) -> None:
        lengths.check(weeks, run_out_weeks, chunk)
        weeks, run_out_weeks = float(weeks), float(run_out_weeks)
        compiled = tables(organisation)
        self._usual = self._hours = compiled
        self._ruled: list[tuple[float, Tables]] = [(0.0, compiled)]
        """Which rules, without hours that follow something, have been in force since when."""
        self._attendance = attending.begun(compiled, 0.0)
        self._numbers = Numbers()
        self._checked = checked
        self._end = (weeks + run_out_weeks) * WEEK
        self._now = 0.0
        self._rests = True
        """Whether the chunk handed out last stays until somebody lets the run go on."""
        loop = Reference if reference else Compiled
        run = streams.run_key(seed, replication)
        self._tables = attending.on(self._attendance, compiled)
        self._loop = loop(self._tables, self._numbers, run, weeks * WEEK, chunk)
        self._weeks = weeks
        self._planner = Planner(compiled, run, weeks) if compiled.organisation.products else None
        self._stretching = Stretching(compiled, weeks) if follows_queues(compiled.organisation.capacity) else None
        self.brought: dict[int, Release] = {}
        """The cases that a plan released or that were brought, by number."""
        self.opened: dict[int, Opened] = {}
        """Those that were open already when they were taken up, by number."""
        self.hours_changed: list[tuple[float, Tables, Tables]] = []
        """When people's hours came to follow the plan or the queues, the rules with these hours, and those without."""
        self._meet_temps()

    @classmethod
    def taken_up(
        cls,
        loop: Compiled,
        numbers: Numbers,
        ruled: Ruled,
        hours: Tables,
        *,
        now: float,
        end: float,
        planner: Planner | None,
        stretching: Stretching | None,
        attendance: Attendance | None,
    ) -> Simulation:
        """A run that goes on with *loop* where that stands (`irrupt.engine.snapshot`), *ruled* so until then, in these
        *hours* now."""
        run = cls(hours, seed=0, weeks=0.0)
        run._loop, run._numbers, run._now, run._end, run._planner = loop, numbers, now, end, planner
        run._usual, run._ruled, run._tables = ruled[-1][1], list(ruled), loop.tables
        run._stretching, run._attendance, run._weeks = stretching, attendance, loop.limit / WEEK
        return run

    @property
    def legend(self) -> Legend:
        """What the numbers in the rows stand for. Names keep their numbers when rules change; new ones come behind."""
        return self._numbers.legend(self._tables)

    @property
    def rules(self) -> Organisation:
        """Those in force where the run stands."""
        return self._tables.organisation

    @property
    def ruled(self) -> tuple[tuple[float, Tables], ...]:
        """Since when, in seconds, which rules are in force, without hours that follow something."""
        return tuple(self._ruled)

    @property
    def now(self) -> float:
        """Seconds since the origin: the pause at which the run stands, or its last event."""
        return self._now

    @property
    def arrived(self) -> int:
        """How many cases have arrived."""
        return self._loop.arrived

    @property
    def in_system(self) -> int:
        """How many cases are not finished."""
        return self._loop.in_system

    @property
    def waiting(self) -> dict[str, int]:
        """Team -> cases in its queue, where there are any."""
        return self._loop.waiting_at()

    @property
    def gathering(self) -> dict[str, int]:
        """Step -> cases that wait there for others to come, where there are any."""
        return gathering(self._loop)

    @property
    def kept(self) -> dict[tuple[str, str], float]:
        """(team, other) -> share of the hands of that team in which cases are kept for want of room in the queue of the
        other, where any are."""
        return kept(self._loop, self.rules)

    @property
    def stands(self) -> set[Stands]:
        """Where cases stand that are not over, in the compiled loop."""
        assert isinstance(self._loop, Compiled)
        return stand(self._loop, self.rules)

    @property
    def crossed(self) -> bool:
        """Whether the run stands where it is because what it was watched for has come about."""
        return self._loop.lookout.crossed is not None

    @as_annotated
    def run(self, until: float | None = None, *, watch: Crossing | None = None) -> Iterator[Rows]:
        """Go on until *until* (seconds since the origin; what happens at *until* itself comes after it), until what
        *watch* says has come about (with all that happens at that moment), or until every case is finished. Yields the
        steps done, in the order in which they end, in chunks.

        The arrays of a chunk are views that the next chunk overwrites: copy what you keep. A run that is paused and
        goes on is equal to one that is not, to the bit.

        Raises `UsageError` when *until* is past, or *watch* is about a team that is not there.

        >>> from irrupt.engine.examples import counter
        >>> run = Simulation(counter(0.9), seed=1, weeks=1)
        >>> rows = list(run.run(watch=Crossing(team="Desk", above=3)))
        >>> run.crossed, run.waiting
        (True, {'Desk': 4})
        """
        if until is not None and not until >= self._now:
            raise UsageError(Fault("until", f"{until:g}", _("{now:g} or more").format(now=self._now)))
        if watch is not None:
            watch.check(self._tables.teams)
        self._loop.look_out(watch)
        # Compiled code is not asked what it is handed (`forms.py`): a whole number would make all later ones whole.
        return self._rows(None if until is None else float(until))

    def _rows(self, until: float | None) -> Iterator[Rows]:
        stop = self._end if until is None else until
        while (pause := self._next_review) < stop:
            yield from self._advanced(pause)
            if self.crossed:
                return
            self._now = pause
            self._review()
        yield from self._advanced(stop, last=True)
        if until is not None and not self.crossed:
            self._now = until

    def rows_until(self, until: float) -> Rows:
        """Go on as in `run`; all steps done, as one chunk, which stays what it is until the run goes on."""
        return joined([rows if self._rests else Rows._make(c.copy() for c in rows) for rows in self.run(until)])

    def _advanced(self, stop: float, *, last: bool = False) -> Iterator[Rows]:
        more = True
        while more:
            if self._checked and isinstance(self._loop, Compiled):
                rows, more = checking.advance(self._loop, stop)
            else:
                rows, more = self._loop.advance(stop)
            self._now = max(self._now, self._loop.last, self._loop.lookout.crossed or 0.0)
            self._rests = last and not more
            if len(rows.case):
                yield rows

    @property
    def _next_review(self) -> float:
        """When a plan, hours that follow queues, or who is at which team, are looked at next; infinite: never."""
        return min((it.next for it in (self._planner, self._stretching, self._attendance) if it), default=math.inf)

    def _review(self) -> None:
        """A period begins, and orders are released; or a day does, or hours of a team. Hours may follow."""
        planner, releases = self._planner, []
        if planner is not None and planner.next <= self._now:
            releases = planner.review(np.array(self._loop.open_cases(), np.int64))
        over = self._now >= self._weeks * WEEK and self.in_system == 0
        if self._stretching is not None and self._stretching.next <= self._now:
            self._stretching.review(self._loop.in_queues(), over=over)
        if self._attendance is not None and self._attendance.next <= self._now:
            self._attendance.review(over=over)
        self._follow()
        if planner is not None and releases:
            planner.released(self._bring(releases))

    def _follow(self) -> None:
        """Hours are as the plan and the queues want them now."""
        rules = self._usual if self._planner is None else self._planner.rules
        if self._stretching is not None:
            rules = self._stretching.on(rules)
        if rules is not self._hours:
            self._hours = rules
            self.hours_changed.append((self._now, rules, self._usual))
        self._put_in_force(rules)

    def _put_in_force(self, hours: Tables) -> None:
        rules = attending.on(self._attendance, hours)
        if rules is not self._tables:
            self._loop.change(rules, self._numbers, self._now)
            self._tables = rules

    def _meet_temps(self) -> None:
        for name in planned_people(self._tables.organisation):
            self._numbers.people.setdefault(name, len(self._numbers.people))

    @property
    def planned(self) -> Planned | None:
        """What the plan, and hours that follow queues, came to so far; None where there is neither."""
        planned = None if self._planner is None else self._planner.planned
        return planned if self._stretching is None else planned_with(self._stretching, planned)

    @property
    def hours(self) -> Planned:
        """The same; where there is neither, hours as they usually are."""
        planned = self.planned
        return as_usual(tuple(self._ruled), self._weeks) if planned is None else planned

    @property
    def turns(self) -> list[Turn]:
        """When hours that follow queues began to be stretched, and when that ended."""
        return [] if self._stretching is None else self._stretching.turns

    @property
    def banked(self) -> list[Banked]:
        """Hours that people had worked more, to be given back, when the rule that gives them back ended."""
        return [] if self._stretching is None else self._stretching.banked

    @property
    def changes(self) -> tuple[RuleChange, ...]:
        """What hours that follow a plan or the queues changed in the rules so far, with before and after: for a
        `History` of the run. It is no organising work, for the rule foresees it.

        >>> from irrupt.engine.examples import workshop
        >>> run = Simulation(workshop(), seed=1, weeks=30)
        >>> before = sum(len(rows.case) for rows in run.run())
        >>> run.changes[0].rule
        'Assembly: 4 people, 180.0 h a week'
        """
        return tuple(changes(self.hours_changed, self.turns))

    @property
    def rosters(self) -> list[Roster | Posted]:
        """Hours that follow the plan or the queues, as they were announced and as they were in the end."""
        of_plan = [] if self._planner is None else self._planner.rosters
        return [*of_plan, *([] if self._stretching is None else self._stretching.books.rosters)]

    @as_annotated
    def bring(self, orders: Sequence[Order]) -> None:
        """Clients bring *orders* where the run stands, beside what they bring by themselves.

        Raises `UsageError` with everything that is wrong with them.

        >>> from irrupt.engine.examples import counter
        >>> run = Simulation(counter(), seed=1, weeks=1)
        >>> before = sum(len(rows.case) for rows in run.run(86400.0))
        >>> run.bring([Order(client=run.legend.clients[0], name="rush 1")])
        >>> before + sum(len(rows.case) for rows in run.run()) == run.arrived
        True
        """
        brought = {int(release.key) for release in self.brought.values()}
        self._bring(released(orders, self._tables, self._loop.run, self._now, brought))

    def _bring(self, releases: Sequence[Release]) -> range:
        self._wake()
        numbers = self._loop.bring(releases, self._numbers, self._now)
        self.brought |= dict(zip(numbers, releases, strict=True))
        return numbers

    @as_annotated
    def open(self, cases: Sequence[Opened]) -> None:
        """Take up *cases* that are open already, where the run stands (`irrupt.engine.opening`). They count as arrived,
        but their arrivals are in no row.

        Raises `UsageError` when a case is ready before that.
        """
        early = [part.ready for one in cases for part in one.parts if part.ready < self._now]
        if early:
            raise UsageError(Fault("ready", f"{early[0]:g}", _("{now:g} or more").format(now=self._now)))
        self._wake()
        self.opened |= dict(zip(self._loop.open(cases, self._numbers, self._now), cases, strict=True))

    def _wake(self) -> None:
        """Hours follow queues, and people their hours, again, if no cases were expected any more."""
        for asleep in (it for it in (self._stretching, self._attendance) if it and math.isinf(it.next)):
            asleep.wake(self._now)
            self._follow()

    def fork(self) -> Simulation:
        """The same run as it stands, to go on with in another way; neither disturbs the other.

        >>> from irrupt.engine.examples import counter
        >>> run = Simulation(counter(), seed=1, weeks=2)
        >>> before = sum(len(rows.case) for rows in run.run(604800.0))
        >>> other = run.fork()
        >>> [sum(len(rows.case) for rows in one.run()) + before == one.arrived for one in (run, other)]
        [True, True]
        """
        other = copy.copy(self)
        shared = {id(self._tables): self._tables, id(self._tables.organisation): self._tables.organisation}
        other.brought, other.opened, other.hours_changed = (
            dict(self.brought),
            dict(self.opened),
            list(self.hours_changed),
        )
        other._ruled = list(self._ruled)
        other._planner = None if self._planner is None else self._planner.fork()
        other._stretching = None if self._stretching is None else self._stretching.fork()
        other._attendance = copy.copy(self._attendance)
        other._numbers = self._numbers.copy()
        # Loop and run number names together.
        other._loop = copy.deepcopy(self._loop, {**shared, id(self._numbers): other._numbers})
        return other

    def change(self, organisation: Organisation | Tables) -> None:
        """From now on, work under the rules of *organisation*. Cases in the system follow: what is in hand is finished
        by whoever has it, at the pace and in the hours of the new rules; what waits is sorted by the new priorities, or
        goes on at once when nothing is to be done any more.

        Luck stays what it was: everything that the change does not touch comes out as it would have.

        Raises `ModelError` when the organisation cannot run, or lacks a step at which cases are.
        """
        compiled = tables(organisation)
        if self._planner is not None:
            self._planner.follow(compiled)
        if self._stretching is not None:
            self._stretching.follow(compiled, self._loop.in_queues, self._now)
        elif follows_queues(compiled.organisation.capacity):
            self._stretching = Stretching(compiled, self._weeks, self._now, before=self._ruled)
        if compiled is not self._usual:
            self._ruled.append((self._now, compiled))
        self._usual = compiled
        self._attendance = attending.begun(compiled, self._now)
        if self._planner is not None or self._stretching is not None:
            self._follow()
            self._meet_temps()
        else:
            self._hours = compiled
            self._put_in_force(compiled)
