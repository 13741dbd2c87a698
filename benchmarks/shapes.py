"""What `see` finds in logs of many shapes whose truth is known, made by a generator of their own, not by the engine.

    python benchmarks/shapes.py [--logs N] [--only SHAPE ...] [--json FILE]

A small desk: cases come by hour and weekday, queue for three teams with office hours, and wait for their clients;
rules change, or do not. Shapes: few cases, many clients, no start times, days only, seasons of how many come and of
what they are, growth, growing queues, bursts. Measured: how often a change is told where there is none, how often one
that was planted, how far off its date is, whether the client who led it is named, and how often clients who are all
alike are said to differ.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import irrupt
from irrupt.sight import Sight

ORIGIN = datetime(2023, 1, 2, tzinfo=UTC)
WEEK, HOUR = 7.0, 1 / 24
"""Times are days since the origin."""
TEAM_OF = {
    "Register request": "Intake", "Check documents": "Intake", "Repair file": "Intake", "Quick lane": "Intake",
    "Assess request": "Review", "Calculate offer": "Review", "Second check": "Review", "Decide": "Close",
    "Send answer": "Close", "Archive": "Close",
}  # fmt: skip
LASTS = {
    "Register request": 0.4, "Check documents": 0.6, "Repair file": 0.7, "Quick lane": 0.3, "Assess request": 1.0,
    "Calculate offer": 0.8, "Second check": 0.4, "Decide": 0.5, "Send answer": 0.3, "Archive": 0.2,
}  # fmt: skip
LOAD = {"Intake": 1.3, "Review": 1.9, "Close": 1.0}
"""Hours of work per case, about."""
SUPPLIED = "Receive missing documents"


@dataclass(frozen=True)
class Shape:
    """What a log looks like."""

    weeks: int = 40
    per_week: float = 50.0
    clients: int = 6
    unequal: float = 0.8
    starts: bool = True
    days: bool = False
    season: float = 0.0
    other_cases: float = 0.0
    """How far the share of special cases swings within a year, or"""
    swing: float = 364.0
    """within so many days."""
    growth: float = 1.0
    one_grows: float = 1.0
    differ: bool = False
    bursts: bool = False
    busy: float = 0.8
    wanders: float = 0.0


@dataclass(frozen=True)
class Planted:
    """A change of a rule: what, in which week, led by whom, how many weeks before the others (0: they never follow)."""

    what: str
    week: int
    leader: str = ""
    ahead: int = 0

    def holds(self, moment: float, client: str) -> bool:
        """Whether the new rule holds for a case of *client* at *moment*."""
        if not self.leader or client == self.leader:
            return moment >= self.week * WEEK
        return bool(self.ahead) and moment >= (self.week + self.ahead) * WEEK


SHAPES = {
    "plain": Shape(),
    "few cases": Shape(per_week=8),
    "many clients": Shape(clients=300, unequal=0.5),
    "no starts": Shape(starts=False),
    "days": Shape(days=True),
    "16 weeks": Shape(weeks=16),
    "110 weeks": Shape(weeks=110, per_week=40),
    "8 weeks": Shape(weeks=8),
    "4 weeks": Shape(weeks=4, per_week=100),
    "3 weeks": Shape(weeks=3, per_week=200),
}
WITHOUT = SHAPES | {
    "26 weeks": Shape(weeks=26, per_week=30),
    "a season": Shape(season=0.7, weeks=60),
    "days, a season": Shape(days=True, season=0.6, weeks=60),
    "other cases by season": Shape(other_cases=0.25, weeks=60),
    "other cases by half-year": Shape(other_cases=0.25, weeks=60, swing=182.0),
    "other cases in 18 weeks": Shape(other_cases=0.25, weeks=60, swing=126.0),
    "other cases by quarter": Shape(other_cases=0.25, weeks=60, swing=91.0),
    "growth": Shape(growth=3),
    "clients differ": Shape(differ=True),
    "one that differs grows": Shape(differ=True, one_grows=3),
    "bursts": Shape(bursts=True),
    "growing queues": Shape(growth=2.2, busy=0.9),
    "a share wanders": Shape(wanders=0.08),
    "8 weeks, few cases": Shape(weeks=8, per_week=15),
    "8 weeks, no starts": Shape(weeks=8, starts=False),
    "8 weeks, days": Shape(weeks=8, days=True),
    "8 weeks, growth": Shape(weeks=8, growth=3),
    "8 weeks, growing queues": Shape(weeks=8, growth=2.2, busy=0.9),
    "8 weeks, bursts": Shape(weeks=8, bursts=True),
    "8 weeks, one that differs grows": Shape(weeks=8, differ=True, one_grows=3),
    "8 weeks, a share wanders": Shape(weeks=8, wanders=0.08),
}
KINDS = {
    "check": ("activity",), "check in 30 %": ("activity",), "order": ("order", "path"),
    "path dies": ("activity", "path"), "priority": ("priority",), "hours": ("hours",),
}  # fmt: skip


class Desk:
    """One run of the desk."""

    def __init__(self, shape: Shape, seed: int, planted: Planted | None) -> None:
        self.shape, self.planted, self.random = shape, planted, np.random.default_rng(seed)
        self.clients = [f"Client {chr(65 + at) if at < 26 else at}" for at in range(shape.clients)]
        self.end = shape.weeks * WEEK
        own = self.random.uniform(0.1, 0.5, shape.clients) if shape.differ else np.full(shape.clients, 0.25)
        self.lacks = dict(zip(self.clients, own.tolist(), strict=True))
        self.drift = np.zeros(shape.weeks + 1)
        for week in range(1, shape.weeks + 1):
            self.drift[week] = 0.7 * self.drift[week - 1] + self.random.normal(0, 0.7 * shape.wanders)
        people = {team: max(1, round(shape.per_week * load / 40 / shape.busy)) for team, load in LOAD.items()}
        self.free = {team: [f"{team} {at}" for at in range(count)] for team, count in people.items()}
        self.queue: dict[str, list[tuple[float, int, int]]] = {team: [] for team in people}
        self.wake = dict.fromkeys(people, -1.0)
        self.cases = list(self.arrivals())
        self.ways = [self.way(*one) for one in self.cases]
        self.heap: list[tuple[Any, ...]] = []
        self.rows: list[dict[str, Any]] = []

    def arrivals(self) -> Iterator[tuple[float, str, bool]]:
        """When cases come, of whom, and whether they are special."""
        shape, now = self.shape, 0.0
        weight = 1 / np.arange(1, shape.clients + 1) ** shape.unequal
        most = shape.per_week / WEEK * (1 + shape.season) * max(shape.growth, 1) * 2.8
        while (now := now + self.random.exponential(1 / most)) < self.end:
            year = math.sin(2 * math.pi * now / 364)
            rate = (2.0 if 8 <= now % 1 * 24 < 18 else 0.2) * (1.0 if now % WEEK < 5 else 0.15) * 1.35
            rate *= (1 + shape.season * year) * (1 + (shape.growth - 1) * now / self.end) * shape.per_week / WEEK
            if self.random.random() > rate / most:
                continue
            swing = math.sin(2 * math.pi * now / shape.swing)
            for _again in range(self.random.integers(1, 12) if shape.bursts and self.random.random() < 0.15 else 1):
                chance = weight.copy()
                chance[0] *= shape.one_grows if now > self.end / 2 else 1.0
                client = self.clients[self.random.choice(shape.clients, p=chance / chance.sum())]
                yield now, client, bool(self.random.random() < 0.35 + shape.other_cases * swing)

    def way(self, moment: float, client: str, special: bool) -> list[str]:
        """The steps of a case; `?` waits for its client."""
        what = self.planted.what if self.planted and self.planted.holds(moment, client) else ""
        steps = ["Register request", "Check documents"]
        lacks = self.lacks[client] * (1.8 if special else 0.8) + self.drift[min(int(moment / WEEK), self.shape.weeks)]
        while self.random.random() < min(lacks, 0.9):
            steps += ["?", SUPPLIED, "Repair file"]
            lacks /= 2
        middle = ["Assess request"]
        if self.random.random() < 0.6 * (1.3 if special else 0.7):
            middle.append("Calculate offer")
            if (what == "order") != (self.random.random() < 0.1):
                middle.reverse()
        steps += middle
        if what == "check" or (what == "check in 30 %" and self.random.random() < 0.3):
            steps.append("Second check")
        steps.append("Decide")
        if what != "path dies" and self.random.random() < 0.3:
            steps.append("Quick lane")
        return [*steps, "Send answer", "Archive"]

    def on_duty(self, moment: float, team: str) -> bool:
        moved = (
            self.planted and self.planted.what == "hours" and team == "Review" and moment >= self.planted.week * WEEK
        )
        begin, end = (11, 20) if moved else (8, 17)
        return moment % WEEK < 5 and begin <= moment % 1 * 24 < end

    def log(self) -> pl.DataFrame:
        """What happened until the end."""
        self.heap = [(moment, number, 0, "next") for number, (moment, *_who) in enumerate(self.cases)]
        heapq.heapify(self.heap)
        while self.heap and self.heap[0][0] <= self.end:
            now, number, place, what, *more = heapq.heappop(self.heap)
            if what == "next":
                self.next(now, number, place)
            elif what == "wake":
                self.serve(now, more[0])
            else:
                self.done(now, number, place, *more)
        frame = pl.DataFrame(self.rows).sort("end", maintain_order=True)
        if self.shape.days:
            frame = frame.with_columns(pl.col("end").dt.date())
        return frame if self.shape.starts and not self.shape.days else frame.drop("start")

    def next(self, now: float, number: int, place: int) -> None:
        steps = self.ways[number]
        if place == len(steps):
            return
        if steps[place] == "?":
            later = now + self.random.gamma(1.5, 2.0)
            heapq.heappush(self.heap, (later, number, place + 1, "done", "", "", later))
            return
        team = TEAM_OF[steps[place]]
        self.queue[team].append((now, number, place))
        self.serve(now, team)

    def serve(self, now: float, team: str) -> None:
        queue, free = self.queue[team], self.free[team]
        if queue and not self.on_duty(now, team) and self.wake[team] <= now:
            opens = math.floor(now * 24 + 1 + 1e-6) / 24 + 1e-6
            while not self.on_duty(opens, team):
                opens += HOUR
            self.wake[team] = opens
            heapq.heappush(self.heap, (opens, -1, -1, "wake", team))
        first = self.planted.leader or self.clients[0] if self.planted and self.planted.what == "priority" else ""
        while queue and free and self.on_duty(now, team):
            at = 0
            if first and self.planted and now >= self.planted.week * WEEK:
                at = next((at for at, one in enumerate(queue) if self.cases[one[1]][1] == first), 0)
            _came, number, place = queue.pop(at)
            who = free.pop(int(self.random.integers(len(free))))
            end = now + self.random.gamma(2, LASTS[self.ways[number][place]] / 2) * HOUR
            heapq.heappush(self.heap, (end, number, place, "done", team, who, now))

    def done(self, now: float, number: int, place: int, team: str, who: str, begun: float) -> None:
        row = {"case": f"c{number}", "activity": self.ways[number][place], "resource": who, "team": team}
        times = {"start": _moment(begun), "end": _moment(now)}
        self.rows.append(row | {"client": self.cases[number][1]} | times)
        if who:
            self.free[team].append(who)
        self.next(now, number, place + 1)
        if who:
            self.serve(now, team)


def _moment(days: float) -> datetime:
    return ORIGIN + timedelta(seconds=round(days * 86400))


def seen(shape: Shape, seed: int, planted: Planted | None = None) -> Sight:
    """What is seen in one log, read from a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.csv"
        Desk(shape, seed, planted).log().write_csv(path)
        sight = irrupt.see(irrupt.read(path))
    assert isinstance(sight, Sight)
    return sight


def without(name: str, logs: int) -> dict[str, Any]:
    """Shares of logs without a change in which one is told, and in which clients are told to differ."""
    changed, differ = 0, 0
    for seed in range(logs):
        sight = seen(WITHOUT[name], seed)
        changed += bool(sight.changes)
        kinds = {"footprint", "overtaking", "another procedure", "client procedure", "waits of a client"}
        differ += any(one.kind in kinds for one in sight.findings)
    alike = not (WITHOUT[name].differ or WITHOUT[name].one_grows > 1)
    return {"logs": logs, "a change is told": changed / logs} | (
        {"clients are told to differ": differ / logs} if alike else {}
    )


def found(name: str, planted: Planted, logs: int) -> dict[str, Any]:
    """How often *planted* is found, with its date, and who is said to lead."""
    moment = ORIGIN + timedelta(weeks=planted.week)
    off, inside, leads = [], 0, Counter[str]()
    for seed in range(logs):
        right = [one for one in seen(SHAPES[name], 1000 + seed, planted).changes if one.kind in KINDS[planted.what]]
        for one in right[:1]:
            off.append(abs((one.begin - moment).days) / 7)
            inside += one.first <= moment <= one.last
            leads[one.leads or "nobody"] += 1
    told = max(len(off), 1)
    return {
        "logs": logs,
        "found": len(off) / logs,
        "weeks off": sum(off) / told,
        "within": inside / told,
        "leads": leads,
    }


def measured(names: list[str], logs: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything, one by one."""
    for name in names:
        yield f"{name}: none", without(name, logs)
        if name not in SHAPES:
            continue
        weeks = SHAPES[name].weeks
        week = weeks // 2 - (2 if weeks >= 12 else 0)
        for what in KINDS:
            if SHAPES[name].days and what in ("priority", "hours"):
                continue
            several = SHAPES[name].clients <= 6 and what not in ("priority", "hours")
            for leader, ahead in (("", 0), ("Client A", 0), ("Client B", 8))[: 3 if several else 1]:
                if week + ahead >= weeks:
                    continue
                planted = replace(Planted(what, week), leader=leader, ahead=ahead)
                by = f", {leader} {'first' if ahead else 'alone'}" if leader else ""
                yield f"{name}: {what}{by}", found(name, planted, max(logs // 4, 1))


def main() -> None:
    """Measure, and print as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--logs", type=int, default=40)
    parser.add_argument("--only", nargs="+", default=list(WITHOUT), choices=list(WITHOUT), metavar="SHAPE")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    told = {}
    for name, one in measured(asked.only, asked.logs):
        told[name] = one
        sys.stderr.write(f"{name}: {json.dumps(one)}\n")
    text = json.dumps(told, indent=2)
    print(text)
    if asked.json:
        asked.json.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
