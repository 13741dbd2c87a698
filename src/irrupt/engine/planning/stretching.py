"""Hours that follow what waits for a team: looked at when a day begins, settled at their notice, and over by rule.

Each way in which hours are stretched (modulated hours, overtime, temps) goes on or ends by what waits in the queue; the
hours of the day that is its notice ahead are settled by that, person by person. What is settled stays.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import NamedTuple

from irrupt.engine.planning.books import Books, Ruled
from irrupt.engine.planning.capacity import WEEK_DAYS
from irrupt.engine.planning.days import (
    AS_EVER,
    USUAL,
    Changed,
    Hours,
    Other,
    Week,
    added,
    first,
    fitting,
    last,
    minutes,
    otherwise,
    spare,
    whole_week,
)
from irrupt.engine.planning.queued import Queued, Waiting, waiting_for
from irrupt.engine.tables import Tables
from irrupt.organisation.hours import joined, reduced
from irrupt.organisation.planning import Capacity, Modulation, Overtime, Temps
from irrupt.units import DAY

Who = tuple[str, str]
"""A team, and somebody in it."""


class Turn(NamedTuple):
    """Hours begin to be stretched in some way, or end to be."""

    day: int
    """Since the origin: when it is decided, as it begins."""
    team: str
    kind: str
    begins: bool
    since: int
    """The first day for which it holds."""
    waiting: Waiting
    rule_ends: bool = False
    """Whether it ends since the rule does, whatever waits."""


class Banked(NamedTuple):
    """Hours that somebody had worked more when the rule by which they are given back ended, or he left the team."""

    day: int
    """Since the origin."""
    team: str
    person: str
    minutes: int


class Stretching:
    """Lets the hours of one run follow its queues, from the first midnight at or after *now* on, up to when it had been
    ruled as *before* tells, if by other rules; cases come for *weeks*.

    `next` is when it is to be asked again.
    """

    def __init__(self, rules: Tables, weeks: float, now: float = 0.0, before: Ruled = ()) -> None:
        self.rules, self.teams = rules, stretched_teams(rules)
        self._day = math.ceil(now / DAY)
        self._over = False
        self.books = Books(before or [(0.0, rules)], weeks, self._day)
        self._on: dict[tuple[str, str], bool] = {}
        """(team, way of stretching) -> whether it goes on."""
        self._settled: dict[tuple[str, str], int] = {}
        """(team, way) -> the first day that is not settled."""
        self._days: dict[tuple[int, str], dict[str, Changed]] = {}
        """(day, team) -> who works other hours on it, as far as it is settled."""
        self._hired: dict[str, list[tuple[int, int, int]]] = {}
        """Team -> from which day to which (not included) how many temps are hired."""
        self._account: dict[Who, tuple[int, int]] = {}
        """Minutes that he has worked more, as far as days are settled, and the first day on which he did."""
        self._overtime: dict[tuple[str, str, int], int] = {}
        """(team, person, week) -> minutes of overtime."""
        self._weeks: dict[str, Week] = {}
        """The weeks of hours that are in force, of those for whom they are not as usual."""
        self._temps: dict[str, int] = {}
        self.turns: list[Turn] = []
        self.banked: list[Banked] = []

    @property
    def next(self) -> float:
        """When the next day begins; infinite: nothing is left to do."""
        return math.inf if self._over else self._day * DAY

    def review(self, queued: Queued, *, over: bool) -> None:
        """A day begins, and so much waits for steps. *over*: no case is left, and none will come."""
        day = self._day
        self._day += 1
        self._over = over
        if day:
            self.books.meet(self, day)
        for team, capacity in self.teams.items():
            waiting = waiting_for(self.rules, team, queued, day * DAY)
            for kind, rule in capacity.kinds.items():
                last_day = day + rule.notice
                begin = max(self._settled.get((team, kind), last_day), day)
                # Under other rules, days may be nearer than their notice and not settled yet: what went on goes on.
                for one in range(begin, last_day):
                    self._settle(day, team, kind, one)
                self._turn(day, team, kind, waiting, last_day)
                if begin <= last_day:
                    self._settle(day, team, kind, last_day)
                self._settled[team, kind] = max(begin, last_day + 1)
        self.books.announce(self, day)
        self.books.work(self, day)
        self._put_in_force(day)
        self._forget(day)

    def wake(self, now: float) -> None:
        """Cases come *now*, though none were expected any more: on the days since then nothing waited."""
        while self._over and self._day * DAY < now:
            self.review({}, over=True)
        self._over = False

    def _turn(self, day: int, team: str, kind: str, waiting: Waiting, since: int) -> None:
        """What waits lets hours be stretched in some way, or ends it, from the day *since* on."""
        rule, before = self.teams[team].kinds[kind], self._on.get((team, kind), False)
        assert rule.when is not None
        goes_on = before and rule.until is not None and not waiting.less_than(rule.until)
        begins = waiting.more_than(rule.when) and not (before and rule.until is not None)
        now = (goes_on or begins) and self._valid(team, since)
        self._on[team, kind] = now
        if now != before:
            self.turns.append(Turn(day, team, kind, now, since, waiting))

    def _valid(self, team: str, day: int) -> bool:
        spans = self.rules.organisation.capacity[team].valid
        moment = self.rules.organisation.timeline.begin + timedelta(days=day)
        return not spans or any(begin <= moment < end for begin, end in spans)

    # Days are settled

    def _settle(self, today: int, team: str, kind: str, day: int) -> None:
        """The hours of *team* on *day* are settled in one way of stretching them."""
        rule, on = self.teams[team].kinds[kind], self._on.get((team, kind), False)
        if isinstance(rule, Temps):
            self._hire(today, team, rule, day, on)
            return
        if not on and (isinstance(rule, Overtime) or not any(its == team for its, _name in self._account)):
            return
        settled = self._days.setdefault((day, team), {})
        differs = 0
        for name in sorted(self.rules.organisation.members(team)):
            before = settled.get(name, USUAL)
            if isinstance(rule, Modulation):
                after = self._modulated((team, name), rule, day, on, before)
            else:
                after = self._longer((team, name), rule, day, on, before)
            if after != before:
                settled[name] = after
                differs += minutes_of(after) - minutes_of(before)
        self.books.changed(team, today, day, differs)

    def _hire(self, today: int, team: str, rule: Temps, day: int, on: bool) -> None:
        if on and not self.hired(team, day) and rule.most:
            end = day + (7 * rule.weeks if rule.weeks else 1)
            self._hired.setdefault(team, []).append((day, end, rule.most))
            for one in range(day, end):
                self.books.changed(team, today, one, self.books.temps(self.rules, team, one, rule.most))

    def hired(self, team: str, day: int) -> int:
        """How many temps a team has on a *day*, as far as it is settled."""
        return sum(count for begin, end, count in self._hired.get(team, ()) if begin <= day < end)

    def _modulated(self, who: Who, rule: Modulation, day: int, on: bool, before: Changed) -> Changed:
        """Hours are added, or given back where nothing is added any more or no later day is left for it."""
        account, since = self._account.get(who, (0, day))
        if not (account or on):
            return before
        more = self._added(rule, who[1], day) if on else ()
        later = self._later(who, rule, day, since, account + minutes(more))
        if account and (not on or account > later):
            gone = last(spare(self.rules, rule, who[1], day), account)
            self._keep(who, account - minutes(gone), since)
            return before._replace(less=gone)
        more = first(more, min(60 * rule.account, later) - account)
        self._keep(who, account + minutes(more), since)
        return before._replace(more=more)

    def _keep(self, who: Who, account: int, since: int) -> None:
        if account:
            self._account[who] = (account, since)
        else:
            self._account.pop(who, None)

    def _later(self, who: Who, rule: Modulation, day: int, since: int, enough: int) -> float:
        """Minutes that can be given back to somebody behind *day*, as long as they have to be; or *enough* of them."""
        if rule.within_weeks is None:
            return math.inf
        found = 0
        for one in range(day + 1, since + WEEK_DAYS * rule.within_weeks):
            if found >= enough:
                break
            found += minutes(spare(self.rules, rule, who[1], one))
        return found

    def _longer(self, who: Who, rule: Overtime, day: int, on: bool, before: Changed) -> Changed:
        """Overtime is worked, but by nobody to whom hours are given back on that day."""
        if not on or before.less:
            return before
        overtime = self._capped(who, rule, day, self._added(rule, who[1], day), self._overtime)
        return before._replace(overtime=overtime)

    def _capped(
        self, who: Who, rule: Modulation | Overtime, day: int, hours: Hours, spent: dict[tuple[str, str, int], int]
    ) -> Hours:
        """Those of *hours* that the cap of a week leaves; they are counted as *spent*."""
        if isinstance(rule, Modulation) or rule.most is None or not hours:
            return hours
        key = (*who, day // WEEK_DAYS)
        before = spent.get(key, self._overtime.get(key, 0))
        hours = first(hours, 60 * rule.most - before)
        spent[key] = before + minutes(hours)
        return hours

    def _added(self, rule: Modulation | Overtime, name: str, day: int) -> Hours:
        """What *rule* adds to the hours of somebody on a *day*, as far as nothing else does, for whichever team."""
        hours = added(self.rules, rule, name, day)
        for it in self._settled_for(name, day) if hours else ():
            hours = reduced(hours, (*it.more, *it.overtime))
        return hours

    def _settled_for(self, name: str, day: int) -> list[Changed]:
        """What is settled for somebody on a *day*, for each of his teams."""
        person = self.rules.organisation.people.get(name)
        days = (self._days.get((day, team), {}) for team in (person.teams if person else ()))
        return [it for settled in days if (it := settled.get(name))]

    def changed_on(self, team: str, day: int) -> Mapping[str, Changed]:
        """Who of *team* works other hours on a *day* than usual, as far as it is settled."""
        return self._days.get((day, team), {})

    # Rules

    def _put_in_force(self, day: int) -> None:
        """The hours of today hold. Where they do already, those of later days stay as they are; or else they are those
        to be expected, so that hours which stay the same need no other rules from day to day."""
        names = {*self._weeks, *(name for team in self.teams for name in self.changed_on(team, day))}
        for name in sorted(names):
            hours = self._settled_on(name, day)
            if name not in self._weeks or self._weeks[name][day % WEEK_DAYS] != hours:
                self._weeks[name] = self._expected(name, day)
        self._weeks = {name: week for name, week in self._weeks.items() if any(it != AS_EVER for it in week)}
        self._temps = {team: count for team in self.teams if (count := self.hired(team, day))}

    def _settled_on(self, name: str, day: int) -> Other:
        """What somebody works otherwise on a *day*, as far as it is settled, for all his teams together."""
        mine = self._settled_for(name, day)
        if not mine:
            return AS_EVER
        more = joined(one for it in mine for one in (*it.more, *it.overtime))
        return Other(more, joined(one for it in mine for one in it.less))

    def _expected(self, name: str, day: int) -> Week:
        """What somebody works otherwise in the days from *day* on: as it is settled, and beyond that as far as what
        goes on now goes on."""
        found = [AS_EVER] * WEEK_DAYS
        person = self.rules.organisation.people.get(name)
        teams = [team for team in (person.teams if person else ()) if team in self.teams]
        back = {team: self._account.get((team, name), (0, 0))[0] for team in teams}
        spent: dict[tuple[str, str, int], int] = {}
        for one in range(day, day + WEEK_DAYS):
            more, less = self._settled_on(name, one)
            for team in teams:
                for kind, rule in self.teams[team].kinds.items():
                    if isinstance(rule, Temps) or one < self._settled.get((team, kind), 0):
                        continue
                    if self._on.get((team, kind), False):
                        hours = self._capped((team, name), rule, one, added(self.rules, rule, name, one), spent)
                        more = joined((*more, *hours))
                    elif isinstance(rule, Modulation) and back[team]:
                        gone = last(spare(self.rules, rule, name, one), back[team])
                        back[team] -= minutes(gone)
                        less = joined((*less, *gone))
            found[one % WEEK_DAYS] = Other(more, less)
        if person and sum(minutes(it.less) for it in found) >= whole_week(self.rules, name):
            # Somebody has hours in every week, whatever is expected.
            found = [it if at == day % WEEK_DAYS else AS_EVER for at, it in enumerate(found)]
        return tuple(found)

    def on(self, rules: Tables) -> Tables:
        """*rules* with the hours of today."""
        if not (self._weeks or self._temps):
            return rules
        people = rules.organisation.people
        weeks = tuple((name, self._weeks[name]) for name in sorted(self._weeks) if name in people)
        return otherwise(rules, weeks, tuple(sorted(self._temps.items())))

    def follow(self, rules: Tables, queued: Callable[[], Queued], now: float) -> None:
        """From *now* on, under other rules, where so much waits for steps. What is settled stays so, as far as there is
        a rule for it, and the team, and its people, in hours that they have."""
        day, teams = int(now // DAY), stretched_teams(rules)
        ways = {(team, kind) for team, capacity in teams.items() for kind in capacity.kinds}
        for team, kind in sorted(way for way, on in self._on.items() if on and way not in ways):
            waiting = waiting_for(self.rules, team, queued(), now)
            self.turns.append(Turn(day, team, kind, False, self._day, waiting, rule_ends=True))
        for who in self._touched(rules, teams):
            self._fit(who, rules, teams)
        for who in sorted(self._account):
            if (who[0], "modulation") not in ways or not _member(rules, who):
                self.banked.append(Banked(day, *who, self._account.pop(who)[0]))
                self.books.pay(self, who[0], day, self.banked[-1].minutes)
        self._temps = {team: count for team, count in self._temps.items() if (team, "temps") in ways}
        for team in [team for team in self._hired if (team, "temps") not in ways]:
            self._hired[team] = [(one, min(end, self._day), n) for one, end, n in self._hired[team] if one < self._day]
        self.books.close(self, [team for team in self.teams if team not in teams], day)
        self._on = {way: on for way, on in self._on.items() if way in ways}
        self.rules, self.teams = rules, teams

    def _touched(self, rules: Tables, teams: Mapping[str, Capacity]) -> list[Who]:
        """For whom hours are settled that may be others under *rules*."""
        settled = {(team, name) for (day, team), names in self._days.items() if day >= self._day for name in names}
        stays = {team for team in teams if team in self.teams and [*teams[team].kinds] == [*self.teams[team].kinds]}
        hours = {name: _hours_of(self.rules, name) == _hours_of(rules, name) for _team, name in settled}
        return sorted(who for who in settled if not (who[0] in stays and _member(rules, who) and hours[who[1]]))

    def _fit(self, who: Who, rules: Tables, teams: Mapping[str, Capacity]) -> None:
        """What was settled for somebody fits *rules*. Nobody gives back what he does not work more any more."""
        team, name = who
        kinds = teams[team].kinds if team in teams and _member(rules, who) else {}
        mine = {day: self._days[day, team] for day, its in sorted(self._days) if its == team and day >= self._day}
        mine = {day: settled for day, settled in mine.items() if name in settled}
        account, since = self._account.get(who, (0, 0))
        account -= sum(minutes(settled[name].more) - minutes(settled[name].less) for settled in mine.values())
        for day, settled in mine.items():
            before, fit = settled.pop(name), USUAL
            if kinds:
                fit = fitting(rules, name, day, before)
            if "modulation" not in kinds:
                fit = fit._replace(more=(), less=())
            if "overtime" not in kinds:
                fit = fit._replace(overtime=())
            fit = fit._replace(less=last(fit.less, account))
            account += minutes(fit.more) - minutes(fit.less)
            if (spent := (team, name, day // WEEK_DAYS)) in self._overtime:
                self._overtime[spent] -= minutes(before.overtime) - minutes(fit.overtime)
            if fit != USUAL:
                settled[name] = fit
        self._keep(who, account, since)

    def _forget(self, day: int) -> None:
        """What is over is not needed any more."""
        if day % WEEK_DAYS == 0:
            week = day // WEEK_DAYS
            self._days = {key: settled for key, settled in self._days.items() if key[0] >= day - WEEK_DAYS}
            self._overtime = {key: worked for key, worked in self._overtime.items() if key[2] >= week}
            past = day - 2 * WEEK_DAYS
            for team, spans in self._hired.items():
                self._hired[team] = [span for span in spans if span[1] > past]

    def fork(self) -> Stretching:
        """The same as it stands; neither disturbs the other."""
        other = copy.copy(self)
        other.books = self.books.fork()
        other.turns, other.banked = list(self.turns), list(self.banked)
        for name in ("_on", "_settled", "_account", "_overtime", "_weeks", "_temps"):
            setattr(other, name, dict(getattr(self, name)))
        other._days = {key: dict(settled) for key, settled in self._days.items()}
        other._hired = {team: list(spans) for team, spans in self._hired.items()}
        return other


def stretched_teams(rules: Tables) -> dict[str, Capacity]:
    """Those whose hours follow what waits, in the order of names."""
    capacity = rules.organisation.capacity
    return {team: capacity[team] for team in sorted(capacity) if capacity[team].follows_queue}


def _member(rules: Tables, who: Who) -> bool:
    person = rules.organisation.people.get(who[1])
    return person is not None and who[0] in person.teams


def _hours_of(rules: Tables, name: str) -> object:
    """What the usual hours of somebody are made of."""
    person = rules.organisation.people.get(name)
    return person and (rules.organisation.calendars[person.calendar], person.absent)


def minutes_of(it: Changed) -> int:
    """Minutes that are other than usual."""
    return sum(minutes(hours) for hours in it)
