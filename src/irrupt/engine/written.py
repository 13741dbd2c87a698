"""The rules in force as they are written, by name: what the readable loop asks of an organisation."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import count, pairwise

from irrupt.engine import streams
from irrupt.engine.arrivals import Arrivals
from irrupt.engine.batching import moments
from irrupt.engine.cast import Case
from irrupt.engine.demand import drawn_classes
from irrupt.engine.pieces import AWAY
from irrupt.engine.quantiles import taken, value
from irrupt.engine.tables import Tables
from irrupt.engine.ways import in_order
from irrupt.organisation.batch import Batch
from irrupt.organisation.dated import Clock, calendar_clock, clock_of
from irrupt.organisation.distributions import NONE, Distribution
from irrupt.organisation.flow import after, onward
from irrupt.organisation.guards import CaseClass
from irrupt.organisation.hands import bound, groups, left
from irrupt.organisation.model import END, START, Patience, Route, Split, Step
from irrupt.organisation.parallel import likeliest
from irrupt.organisation.promised import due_by
from irrupt.organisation.returns import Return
from irrupt.organisation.staff import Person
from irrupt.units import WEEK

Rank = tuple[int, int, int]
"""Of the client of a case, of its class and of what is done next."""


class Written(Arrivals):
    """An organisation, and the answers to what the loop asks."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables.organisation)
        self.people = sorted(self.organisation.people)
        self.clocks = {name: clock_of(self.organisation, who) for name, who in self.organisation.people.items()}
        self.away = tables.away
        self.guarded = bool(self.organisation.guards())
        self.noted = groups(self.organisation)
        self.ahead: dict[tuple[str | None, CaseClass, str], set[str]] = {}

    def like(self, case: Case) -> CaseClass:
        """What a *case* is like, as far as anybody asks."""
        return case.like if self.guarded else case.kind

    def does(self, person: str, case: Case) -> bool:
        """Whether *person* does what a case waits for, or what is done with it."""
        step, who = self.step(case.place, case.check), self.organisation.people[person]
        able = self.at_team(person, step.team) and who.does(step.activity, case.client, self.like(case))
        return able and (case.takers is None or person in case.takers)

    def at_team(self, person: str, team: str | None) -> bool:
        """Whether *person* takes up the work of a *team* now."""
        return team in self.organisation.people[person].teams and (person, team) not in self.away

    def note(self, case: Case) -> None:
        """Keep in mind what was done with a case, and by whom."""
        activity = self.step(case.place, case.check).activity
        if not case.check:
            case.done.add(activity)
        for group in self.noted:
            if case.by is not None and activity in group:
                case.did[group] = case.by

    def takers(self, case: Case) -> frozenset[str] | None:
        """Who may do what a case waits for, by who did others in it; None: all who do it."""
        step = None if case.place == START else self.step(case.place, case.check)
        rules = () if step is None else bound(self.organisation, step.activity, case.client)
        if step is None or step.team is None or not rules:
            return None
        people, asked = self.organisation.people, (step.activity, case.client, self.like(case))
        crew = {name for name in self.organisation.members(step.team) if people[name].does(*asked)}
        return left(rules, crew, case.did)

    def goes_straight(self, person: str, case: Case, way: Route, uniform: float, age: float) -> bool:
        """Whether *person*, who has done the step before, goes straight on with a case of an *age* that came along a
        *way*."""
        step = self.step(case.place, "")
        reached = [one.share(way.straight_on) for one in way.older if age >= one.than]
        alone, case.takers = step.batch is None or step.batch.size == 1, self.takers(case)
        if not uniform < [way.straight_on, *reached][-1] or not alone or not self.does(person, case):
            return False
        return self.organisation.teams[step.team or ""].interrupts == "never"

    def skipped(self, client: str | None, step: str) -> bool:
        """Whether cases of *client* pass through *step* without anything being done."""
        return client is not None and step in self.organisation.skips.get(client, frozenset())

    def rank(self, case: Case) -> Rank:
        """How the team that a *case* waits for ranks its client, among his cases its class, and among these what is
        done next: higher first."""
        step = self.step(case.place, case.check)
        team = self.organisation.teams[step.team or ""]
        client = 0 if case.client is None else team.priority.get(case.client, 0)
        kind = 0 if case.kind is None else team.class_priority.get(case.kind, 0)
        return client, kind, team.activity_priority.get(step.activity, 0)

    def attributes(self, client: str, key: int, now: float) -> tuple[str | None, float, float]:
        """Class, quantity and due date of the case with that *key* that *client* brings *now*."""
        rules, kind = self.organisation.clients[client], None
        if classes := drawn_classes(rules):
            luck = self.luck(key, streams.QUANTITY if rules.by_quantity else streams.CLASS)
            kind = classes[taken([share for _name, share in classes], luck)][0]
        asked = rules.quantity if kind is None else rules.quantity_by_class.get(kind, rules.quantity)
        quantity = 1.0 if asked is None else value(asked, self.luck(key, streams.QUANTITY))
        due = rules.due if kind is None else rules.due_by_class.get(kind, rules.due)
        if due is None:
            return kind, quantity, math.inf
        luck = self.luck(key, streams.DUE)
        after = self.seconds(due, luck) + quantity * self.seconds(rules.due_per_unit, luck)
        return kind, quantity, due_by(rules.due_from, now, after)

    def luck(self, key: int, what: int) -> float:
        """The uniform number that says what a case is like: its class, its quantity or its due date."""
        return streams.draw(key, self.key(START), what, streams.CASE)

    def key(self, place: str) -> int:
        """The key of draws at `start` or at a step."""
        if place == START:
            return streams.key_of("place", START)
        return streams.key_of("activity", self.organisation.steps[place].activity)

    def ways(self, case: Case, place: str) -> list[Route]:
        """The routes that are open to a case from *place*, in the order in which a draw passes them."""
        return in_order(self.organisation.routes_of(case.client, place, self.like(case))) or [Route(to=END, share=1.0)]

    def route(self, case: Case, place: str, uniform: float) -> Route:
        """Where *uniform* sends a case from *place*."""
        routes = self.ways(case, place)
        return routes[taken([route.share for route in routes], uniform)]

    def work_key(self, case: Case) -> int:
        """The key of draws for what is to be done with a case: its step, or the check behind it."""
        return streams.key_of("check", case.check) if case.check else self.key(case.place)

    def split(self, place: str) -> Split:
        """How many of its routes a case takes from *place*."""
        return "one" if place == START else self.organisation.steps[place].split

    def joins(self, place: str) -> bool:
        """Whether parts of a case come together at *place*."""
        return place != START and self.organisation.steps[place].join and not self.organisation.steps[place].alone

    def taken_together(self, case: Case) -> list[Route]:
        """The routes that a case takes from a place that splits."""
        routes = self.ways(case, case.place)
        if self.split(case.place) == "all":
            return routes
        keys = [self.delay_key(case.place, route) for route in routes]
        luck = [streams.draw(case.key, key, case.occurrence, streams.ROUTE) for key in keys]
        found = [route for route, uniform in zip(routes, luck, strict=True) if uniform < route.share]
        return found or [routes[likeliest(routes)]]

    def soonest(self, case: Case, now: float) -> Route:
        """The route from a place whose delay, beginning *now*, is over first; of several, the first in order."""
        routes = self.ways(case, case.place)
        keys = [self.delay_key(case.place, route) for route in routes]
        luck = [streams.draw(case.key, key, case.occurrence, streams.DELAY) for key in keys]
        delays = [self.seconds(route.delay, uniform) for route, uniform in zip(routes, luck, strict=True)]
        ends = [self.passed(route.hours, now, delay) for route, delay in zip(routes, delays, strict=True)]
        return routes[ends.index(min(ends))]

    def delay_key(self, place: str, route: Route) -> int:
        """The key of a route's delay: that of its place, or its own where one delay does not decide alone."""
        return self.key(place) if self.split(place) == "one" else streams.key_of("way", f"{place}>{route.to}")

    def leads(self, case: Case, place: str, join: str) -> bool:
        """Whether a *case* can come from *place* to *join*."""
        like = self.like(case)
        at = (case.client, like, place)
        if at not in self.ahead:
            self.ahead[at] = after(onward(self.organisation, case.client, like), place)
        return join in self.ahead[at]

    def next_check(self, client: str | None, place: str, last: str) -> str | None:
        """The check that follows the check *last* ("": the step itself) when the step *place* is done."""
        names = (name for name in sorted(self.organisation.checks) if name > last)
        return next((name for name in names if self.imposed(name, client, place)), None)

    def imposed(self, check: str, client: str | None, place: str) -> bool:
        """Whether *check* stands, behind the step *place*, for *client*."""
        found = self.organisation.checks.get(check)
        if found is None or place == START or found.after != self.organisation.steps[place].activity:
            return False
        return found.client is None or found.client == client

    def patience(self, client: str | None, place: str) -> tuple[str, Patience] | None:
        """The patience of *client* in the queue of a step, with its name."""
        activity = self.organisation.steps[place].activity
        found = [(name, rule) for name, rule in self.organisation.patience.items() if rule.at == activity]
        own = [(name, rule) for name, rule in found if rule.client == client and client is not None]
        return next(iter(own or [(name, rule) for name, rule in found if rule.client is None]), None)

    def returns(self, client: str | None, place: str) -> list[tuple[str, Return]]:
        """The returns, with their names, that a case of *client* may make when a step is done, in order."""
        if place == START:
            return []
        activity = self.organisation.steps[place].activity
        rules = sorted(self.organisation.returns.items())
        return [item for item in rules if item[1].during == activity and item[1].client in (None, client)]

    def step(self, place: str, check: str) -> Step:
        """What is to be done at the step *place*: the step itself, or the *check* behind it."""
        return self.organisation.checks[check].step if check else self.organisation.steps[place]

    def seconds(self, named: str | Distribution, uniform: float) -> float:
        """The time that *uniform* gives from a distribution."""
        return value(self.organisation.distribution(named), uniform)

    def delay(self, route: Route, uniform: float, age: float) -> float:
        """The delay that *uniform* gives on a *route*, to a case whose clock shows *age*."""
        if route.since == "step":
            reached = [one.delay for one in route.older if age >= one.than]
            return self.seconds([route.delay, *reached][-1], uniform)
        return max(self.seconds(route.delay, self._beyond(route.delay, uniform, age)), age) - age

    def _beyond(self, named: str | Distribution, uniform: float, age: float) -> float:
        """*uniform*, among those that give a time greater than *age*."""
        if age <= 0.0 or self.seconds(named, 0.0) > age:
            return uniform
        low, high = 0.0, 1.0
        for _i in range(48):
            middle = 0.5 * (low + high)
            if self.seconds(named, middle) <= age:
                low = middle
            else:
                high = middle
        return min(high + uniform * (1.0 - high), 1.0 - 2.0**-53)

    def work(self, step: Step, case: Case, quantity: float, uniform: float) -> float:
        """The work, at speed 1, that a *case*, or one like it with a *quantity*, needs at *step*."""
        work = self.seconds(step.duration, uniform)
        per_unit = self.organisation.distribution(step.per_unit)
        if per_unit != NONE:
            work += quantity * value(per_unit, uniform)
        of_class = 1.0 if case.kind is None else step.by_class.get(case.kind, 1.0)
        return work * (step.by_client.get(case.client or "", 1.0) * of_class * (step.again if case.occurrence else 1.0))

    def hours(self, person: str, time: float) -> Iterator[tuple[float, float]]:
        """The hours on duty of *person* that are not over at *time*, from the earliest."""
        return self.open(self.clocks[person], time)

    def open(self, clock: Clock, time: float) -> Iterator[tuple[float, float]]:
        """The hours of *clock* that are not over at *time*, from the earliest."""
        for week in count(math.floor(time / WEEK)):
            for begin, until in clock.week(week):
                if until * 60.0 > time:
                    yield begin * 60.0, until * 60.0

    def on_duty(self, person: str, time: float) -> bool:
        """Whether *person* is on duty at *time*."""
        begin, _until = next(self.hours(person, time))
        return begin <= time

    def begins_at(self, person: str, time: float) -> float:
        """From when on *person*, who is asked at *time*, begins something: before it, or when his hours begin next."""
        spare = self.person(person).winds_down
        for (begin, until), (then, _until) in pairwise(self.hours(person, time)):
            if until - (spare if then > until else 0.0) > time:
                return begin
        raise AssertionError("hours never end")

    def begins(self, person: str, time: float) -> bool:
        """Whether *person* begins something at *time*: he is on duty, and for long enough."""
        return self.begins_at(person, time) <= time

    def person(self, name: str) -> Person:
        """Somebody who works."""
        return self.organisation.people[name]

    def work_ends(self, person: str, time: float, left: float, stays: bool = False) -> float:
        """When *person*, who begins or goes on at *time*, has done what is *left*, in his hours, or beyond them where
        he *stays*, or is then away for long."""
        return time + left if stays else self._spent(self.clocks[person], time, left, AWAY)

    def goes_on_at(self, person: str, time: float) -> float:
        """When *person*, who has more to do at *time*, goes on: at once, or when his hours begin, unless he is then
        away for long."""
        begin, _until = next(self.hours(person, time))
        return max(begin, time) if begin - time <= AWAY else time

    def passed(self, calendar: str | None, time: float, left: float) -> float:
        """When *left* has passed from *time* on, in the hours of *calendar*; None: all the time."""
        if calendar is None:
            return time + left
        return self._spent(calendar_clock(self.organisation, calendar), time, left)

    def _spent(self, clock: Clock, time: float, left: float, most: float = math.inf) -> float:
        """When *left* has passed from *time* on, in the hours of *clock*; what is left before a break that is longer
        than the *most* passes at once."""
        if left <= 0.0:
            return time + left
        left_off = time
        for begin, until in self.open(clock, time):
            begin = max(begin, time)
            if begin - left_off > most:
                return left_off + left
            left_off = until
            if left <= until - begin:
                return begin + left
            left -= until - begin
        raise AssertionError("hours never end")

    def next_moment(self, batch: Batch, time: float) -> float:
        """The first of the moments at which a batch goes, from *time* on."""
        clock = moments(self.organisation, batch)
        return next(
            begin * 60.0
            for week in count(math.floor(time / WEEK))
            for begin, _until in clock.week(week)
            if begin * 60.0 >= time
        )

    def worked(self, person: str, begin: float, end: float, stays: bool = False) -> float:
        """Seconds that *person* works between two times on what is done by the second; all of them where he *stays*."""
        if stays:
            return end - begin
        total, left_off = 0.0, begin
        for on, off in self.open(self.clocks[person], begin):
            if on >= end or on - left_off > AWAY:
                break
            total, left_off = total + (min(end, off) - max(begin, on)), off
        return total + max(0.0, end - left_off) if on - left_off > AWAY else total

    def within(self, clock: Clock, begin: float, end: float) -> float:
        """Seconds of the hours of *clock* between two times."""
        total = 0.0
        for on, off in self.open(clock, begin):
            if on >= end:
                break
            total += min(end, off) - max(begin, on)
        return total
