"""When clients bring their cases, for people to read: what the readable loop asks of the demand that rules set."""

from __future__ import annotations

import math
from calendar import monthrange
from datetime import date, timedelta
from functools import cache

from irrupt.engine import streams
from irrupt.engine.cast import Asker
from irrupt.engine.columns import drawn_sizes, hourly, mean_size
from irrupt.engine.pieces import CYCLE, NO_CASE
from irrupt.engine.quantiles import taken
from irrupt.organisation.model import Organisation
from irrupt.units import HOUR, WEEK


@cache
def dated(day: date) -> tuple[int, tuple[int, int], tuple[int, int]]:
    """The month of a *day*; which one of it the day is, from its begin and from its end, -1; and which working day."""
    length = monthrange(day.year, day.month)[1]
    works = [other for other in range(1, length + 1) if day.replace(day=other).weekday() < 5]
    working = (works.index(day.day) + 1, works.index(day.day) - len(works)) if day.day in works else (0, 0)
    return day.month, (day.day, day.day - length - 1), working


class Arrivals:
    """The demand of an organisation."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self.rates = {c: hourly(d.cases_per_week, d.profile).tolist() for c, d in organisation.clients.items()}
        self.begin = organisation.timeline.begin.date()

    def pace(self, client: str, hour: int) -> float:
        """Cases that *client* brings a second in an *hour* since the origin."""
        asks = self.organisation.clients[client]
        rising = max(0.0, 1.0 + asks.growth * ((hour + 0.5) / 168.0))
        month, days, working = dated(self.begin + timedelta(days=hour // 24 % CYCLE))
        times = asks.season[month - 1]
        for named, of_day in ((asks.days_of_month, days), (asks.working_days_of_month, working)):
            times *= next((named[day] for day in sorted(of_day, key=abs) if day in named), 1.0)
        return float(self.rates[client][hour % 168] * rising * times)

    def arrival(self, client: str, time: float, need: float, limit: float) -> float:
        """When *need* more arrivals of *client* are expected after *time*; infinite from *limit* on."""
        hour = int(time / HOUR)
        while time < limit:
            pace, turn = self.pace(client, hour), (hour + 1) * HOUR
            if pace > 0.0 and need <= pace * (turn - time) + NO_CASE:
                time = min(time + need / pace, turn)
                return time if time < limit else math.inf
            need -= pace * (turn - time)
            time, hour = turn, hour + 1
        return math.inf

    def starts_demand(self, client: str, asker: Asker, now: float, limit: float) -> None:
        """Plan the first case of a client who begins *now*; where he has appointments, of the week at hand those that
        are still ahead."""
        asker.need = self.gap(client, asker, 0)
        since = math.floor(now / WEEK) * WEEK if self.organisation.clients[client].appointments else now
        self.begin_demand(client, asker, since, since, now, limit)

    def begin_demand(self, client: str, asker: Asker, since: float, appointed: float, now: float, limit: float) -> None:
        """Plan his next case, when `asker.need` more are expected than until *since*, under a demand that begins or
        changes *now*. From *appointed* on his cases have appointments, where any have."""
        asker.since, asker.of_week, asker.left = since, 0, 0
        asker.behind = self.size(client, asker) - 1
        if not self.organisation.clients[client].appointments:
            asker.due = self.arrival(client, since, asker.need, limit)
            return
        asker.appointed = appointed
        asker.raw = self.arrival(client, since, asker.need, limit + WEEK)
        asker.due = self.appointment(client, asker, limit)
        while asker.due < now:
            asker.brought += 1
            asker.due = self.appointment(client, asker, limit)

    def keep_week(self, client: str, asker: Asker, before: Arrivals, now: float, limit: float) -> None:
        """The week for which he has appointments stays as it was planned; the demand that changes *now* brings the
        cases of the weeks behind it."""
        turn = asker.monday + WEEK
        asker.need = max(0.0, asker.need - before.expected(client, asker.since, turn))
        self.take_share(client, asker, before, 1 + asker.left)
        asker.since, asker.behind = turn, self.size(client, asker, 1 + asker.left) - 1
        asker.raw = self.arrival(client, turn, asker.need, limit + WEEK)
        asker.due = max(self.place_in_week(client, asker), now)

    def take_share(self, client: str, asker: Asker, before: Arrivals, ahead: int) -> None:
        """Of the gap before his next case, or that many later, the same share is still needed, where it is another."""
        was, asks = before.organisation.clients[client], self.organisation.clients[client]
        if was.evenness != asks.evenness or mean_size(was.at_a_time) != mean_size(asks.at_a_time):
            share = asker.need / before.gap(client, asker, ahead)
            asker.need = self.gap(client, asker, ahead) * share

    def next_case(self, client: str, asker: Asker, now: float, limit: float) -> None:
        """Plan his next case, now that he has brought one."""
        if self.organisation.clients[client].appointments:
            asker.due = self.appointment(client, asker, limit)
        elif asker.behind > 0:
            asker.behind, asker.due = asker.behind - 1, now
        else:
            asker.due = self.group(client, asker, 0, now, limit)

    def size(self, client: str, asker: Asker, ahead: int = 0) -> int:
        """How many cases come at a time, of which the next one of *client*, or that many later, is the first."""
        sizes = drawn_sizes(self.organisation.clients[client].at_a_time)
        if not sizes:
            return 1
        return sizes[taken([share for _count, share in sizes], streams.size_luck(asker.key, asker.brought + ahead))][0]

    def gap(self, client: str, asker: Asker, ahead: int) -> float:
        """What passes, in cases to be expected, before the next case of *client*, or that many later."""
        asks = self.organisation.clients[client]
        return mean_size(asks.at_a_time) * streams.gap(asker.key, asker.brought + ahead, asks.evenness)

    def group(self, client: str, asker: Asker, ahead: int, time: float, limit: float) -> float:
        """When those come that follow so many cases, the last of which came at a *time*; all but one are `behind`."""
        asker.since, asker.need = time, self.gap(client, asker, ahead)
        asker.behind = self.size(client, asker, ahead) - 1
        return self.arrival(client, time, asker.need, limit)

    def appointment(self, client: str, asker: Asker, limit: float) -> float:
        """When the next case of a client with appointments comes: one by one, those that would come together, too."""
        # The week in which the run ends is whole, too: what comes of it before the end must not depend on the end.
        last = limit + WEEK
        if asker.left == 0:
            time = asker.raw
            asker.first, asker.of_week = min(time, last), 0
            if time >= last:
                return math.inf
            if time < asker.appointed:
                asker.behind -= 1
                asker.raw = time if asker.behind >= 0 else self.group(client, asker, 1, time, last)
                return time
            asker.monday = math.floor(time / WEEK) * WEEK
            while time < asker.monday + WEEK:
                asker.of_week += asker.behind + 1
                time = self.group(client, asker, asker.of_week, time, last)
            asker.raw, asker.left = time, asker.of_week
        asker.left -= 1
        return self.place_in_week(client, asker)

    def place_in_week(self, client: str, asker: Asker) -> float:
        """When the case with an appointment comes after which so many are `left` of its week: in the middle of its
        part."""
        slots = sorted(self.organisation.clients[client].appointments)
        place = (2 * (asker.of_week - asker.left - 1) + 1) * len(slots) // (2 * asker.of_week)
        return asker.monday + slots[place] * 60.0

    def expected(self, client: str, begin: float, end: float) -> float:
        """Arrivals of *client* expected between two times."""
        total, hour = 0.0, int(begin / HOUR)
        while begin < end:
            turn = min((hour + 1) * HOUR, end)
            total += self.pace(client, hour) * (turn - begin)
            begin, hour = turn, hour + 1
        return total
