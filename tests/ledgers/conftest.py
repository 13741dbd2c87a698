"""Logs to measure, and a plain reading of every definition to measure them by."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from itertools import groupby, pairwise

import numpy as np
import pytest

from irrupt.chronicle.rows import BY_ITSELF, CLIENT_ACT, CLIENT_WAIT, CLOCK, FIRST, GAVE_UP, LAST, Legend, Rows
from irrupt.ledgers import Window
from irrupt.units import WEEK

HOUR = 3600.0
DAY = 86400.0
TYPES = ("i8", "i4", "i4", "i4", "i4", "f8", "f8", "f8", "f8", "u1", "f8")


def make_rows(steps):
    """Steps (tuples in the order of `Rows`) as rows ordered by end; equal ends keep their order."""
    columns = list(zip(*sorted(steps, key=lambda step: step[8]), strict=True)) or [()] * 10
    return Rows(*(np.array(column, kind) for column, kind in zip(columns, TYPES, strict=False)))


def make_legend(clients=3, activities=4, teams=2, people=4):
    return Legend(
        origin=datetime(2024, 1, 1, tzinfo=UTC),
        clients=tuple(f"client {n}" for n in range(clients)),
        activities=tuple(f"activity {n}" for n in range(activities)),
        teams=tuple(f"team {n}" for n in range(teams)),
        people=tuple(f"person {n}" for n in range(people)),
    )


def make_log(seed, *, cases=12, weeks=6, legend=None, ready=True, starts=True, finished=True, lost=False, due=False):
    """A random log, some of it outside the window (weeks 1 to weeks - 1), as steps for `make_rows`."""
    legend = legend or make_legend()
    random = np.random.default_rng(seed)
    arrivals = np.sort(random.uniform(0, weeks * WEEK, cases))
    steps = []
    for case, arrival in enumerate(arrivals):
        client = int(random.integers(len(legend.clients)))
        when = float(arrival) + (int(random.integers(1, 20)) * 6 * HOUR if due and case % 4 else math.inf)
        enabled, length = float(arrival), int(random.integers(1, 7))
        for place in range(length):
            flags = int(FIRST * (place == 0)) | int(LAST * (place == length - 1 and (finished or case % 3 > 0)))
            flags |= int(GAVE_UP * (lost and place == length - 1 and case % 5 == 0))
            flags |= int(CLIENT_WAIT * (random.random() < 0.3)) | int(CLIENT_ACT * (random.random() < 0.2))
            moments = enabled + np.cumsum(random.exponential(6 * HOUR, 3) * (random.random(3) < 0.8))
            team = int(random.integers(-1, len(legend.teams)))
            person = int(random.integers(-1, len(legend.people))) if team >= 0 else -1
            flags |= int(BY_ITSELF * (person < 0 and not flags & CLIENT_ACT and random.random() < 0.5))
            steps.append(
                (
                    *(case, client, int(random.integers(len(legend.activities))), team, person, enabled),
                    *(float(moments[0]) if ready else math.nan, float(moments[1]) if starts else math.nan),
                    *(float(moments[2]), flags, *([when] if due else [])),
                )
            )
            enabled = float(moments[2])
    return steps


def in_office(moment):
    """Whether office hours are on at *moment*."""
    day, clock = int(moment // DAY) % 7, moment % DAY
    return day < 5 and 9 * HOUR <= clock <= 17 * HOUR


OFFICE = tuple((day * 1440 + 540, day * 1440 + 1020) for day in range(5))


def common(begin, end, weekly):
    """The stretches between two moments that lie within weekly hours (in minutes)."""
    first, last = int(begin // WEEK), int(end // WEEK)
    stretches = [(week * WEEK + 60 * a, week * WEEK + 60 * b) for week in range(first, last + 1) for a, b in weekly]
    return [(max(a, begin), min(b, end)) for a, b in stretches if max(a, begin) < min(b, end)]


def seconds(stretches):
    """How long stretches are, in sum."""
    return sum(end - begin for begin, end in stretches)


def worked(step, begin, end, hours):
    """The stretches between two moments in which a step is worked on: *hours* by number of the person, if known."""
    if not begin < end:
        return []
    return common(begin, end, hours[step[4]]) if step[4] in hours else [(begin, end)]


def mean(values):
    return sum(values) / len(values) if values else math.nan


def plain_cases(steps, window, clients, hours=None):
    """The measures of clients, each read off the steps as its definition says; nothing shared with the kernels."""
    by_case = {}
    for step in sorted(steps, key=lambda step: step[8]):
        by_case.setdefault(step[0], []).append(step)
    mine = [case for case in by_case.values() if case[0][1] in clients]
    arrival = [case[0][5] for case in mine]
    finish = [case[-1][8] if case[-1][9] & LAST else math.inf for case in mine]
    counted = [
        case
        for case, a, f in zip(mine, arrival, finish, strict=True)
        if window.begin <= a < window.end and f < math.inf and not any(step[9] & GAVE_UP for step in case)
    ]
    weekly = [
        sum(window.begin + w * WEEK <= a < window.begin + (w + 1) * WEEK for a in arrival)
        for w in range(int(window.weeks))
    ]
    daily = [
        sum(window.begin + d * DAY <= a < window.begin + (d + 1) * DAY for a in arrival)
        for d in range(int(window.weeks * 7))
    ]
    came = [case for case, a in zip(mine, arrival, strict=True) if window.begin <= a < window.end]
    cycles = [case[-1][8] - case[0][5] for case in counted]
    late = [(case[-1][8] - case[-1][10]) / HOUR for case in counted if case[-1][10:] not in ((), (math.inf,))]
    parts = [plain_parts(case, hours or {}) for case in counted]
    told = any(part["starts"] for part in parts) and sum(p["untold"] for p in parts) <= 0.05 * sum(cycles)
    ready = bool(counted) and any(not math.isnan(step[6]) for step in steps)
    teams = [[step[3] for step in case if step[3] >= 0] for case in counted]
    activities = [[step[2] for step in case] for case in counted]
    variance = np.var(weekly, ddof=1) if len(weekly) > 1 else math.nan
    return {
        "arrivals": sum(window.begin <= a < window.end for a in arrival) / window.weeks,
        "dispersion of arrivals": variance / mean(weekly) if len(weekly) >= 4 and any(weekly) else math.nan,
        "peak to mean of arrivals": max(daily) / mean(daily) if any(daily) else math.nan,
        "cycle time": mean(cycles) / HOUR,
        "cycle time, 90th percentile": float(np.quantile(cycles, 0.9)) / HOUR if cycles else math.nan,
        "on time": mean([a <= 0 for a in late]),
        "lateness": mean([max(a, 0.0) for a in late]),
        "waiting for us": mean([p["us"] for p in parts]) / HOUR if told else math.nan,
        "throughput": sum(
            window.begin <= f < window.end and not any(step[9] & GAVE_UP for step in case)
            for case, f in zip(mine, finish, strict=True)
        )
        / window.weeks,
        "given up": mean([any(step[9] & GAVE_UP for step in case) for case in came]),
        "waiting for the client": mean([p["client"] for p in parts]) / HOUR,
        "unexplained delay": mean([p["unexplained"] for p in parts]) / HOUR if ready else math.nan,
        "working for him": mean([p["work"] for p in parts]) / HOUR if told else math.nan,
        "steps per case": mean([len(case) for case in counted]),
        "rework": mean([len(set(done)) < len(done) for done in activities]),
        "handovers": math.nan if not any(teams) else mean([sum(a != b for a, b in pairwise(t)) for t in teams]),
        "work in progress": sum(
            max(min(f, window.end) - max(a, window.begin), 0.0) for a, f in zip(arrival, finish, strict=True)
        )
        / (window.end - window.begin),
        "cases waiting for the client": mean([any(plain_waited(step) for step in case) for case in counted]),
    }


def plain_waited(step):
    """Whether the organisation waited for the client before or during a step."""
    return bool(step[9] & CLIENT_WAIT) or bool(step[9] & CLIENT_ACT and step[8] > step[5] + 60)


def plain_parts(case, hours):
    """How the time of one case divides."""
    part = {"us": 0.0, "client": 0.0, "unexplained": 0.0, "work": 0.0, "untold": 0.0, "starts": 0}
    for step in case:
        *_who, enabled, ready, start, end, flags = step[:10]
        wait, act = bool(flags & CLIENT_WAIT), bool(flags & CLIENT_ACT)
        ours = "unexplained" if flags & BY_ITSELF else "us"
        if not math.isnan(ready):
            part["client" if wait or act else ours] += 0.0 if flags & CLOCK else ready - enabled
            part[ours] += start - ready
        elif not math.isnan(start):
            part["client" if wait or act else ours] += start - enabled
        else:
            part["client" if wait or act else "untold"] += end - enabled
        if not math.isnan(start):
            if act:
                part["client"] += end - start
            elif flags & BY_ITSELF:
                part["unexplained"] += end - start
            else:
                work = seconds(worked(step, start, end, hours))
                part["work"] += work
                part["us"] += end - start - work
                part["starts"] += 1
    return part


def plain_visits(steps):
    """The visits of all cases to all teams: each a list of steps in a row, without what has no team."""
    by_case = {}
    for step in sorted(steps, key=lambda step: step[8]):
        if step[3] >= 0 and not step[9] & CLIENT_ACT:
            by_case.setdefault(step[0], []).append(step)
    return [list(visit) for case in by_case.values() for _team, visit in groupby(case, key=lambda step: step[3])]


def plain_wait(step, hours):
    """What one step adds to the wait of its visit; None where it is not told."""
    if math.isnan(step[7]) or step[9] & BY_ITSELF or (math.isnan(step[6]) and step[9] & CLIENT_WAIT):
        return None
    pause = step[8] - step[7] - seconds(worked(step, step[7], step[8], hours))
    return step[7] - (step[5] if math.isnan(step[6]) else step[6]) + pause


def plain_waits(steps, window, teams, hours):
    """The wait of each visit to *teams* whose first told step is done in the window."""
    waits = []
    for visit in plain_visits(steps):
        told = [step for step in visit if plain_wait(step, hours) is not None]
        if visit[0][3] in teams and told and window.begin <= told[0][8] < window.end:
            waits.append(sum(plain_wait(step, hours) for step in told))
    return waits


def plain_asked(steps):
    """The steps that begin a case, or come right after the client was waited for or has acted."""
    asked, last = [], {}
    for step in sorted(steps, key=lambda step: step[8]):
        after = last.get(step[0])
        if step[9] & (FIRST | CLIENT_WAIT) or (after and after[9] & CLIENT_ACT and not step[7] < after[8]):
            asked.append(step)
        last[step[0]] = step
    return asked


def plain_teams(steps, window, teams, hours=None):
    """The measures of teams, read off the steps. *hours*: number of a person -> his weekly hours, where known."""
    hours = hours or {}
    mine = [step for step in steps if step[3] in teams and not step[9] & CLIENT_ACT]
    done = [step for step in mine if window.begin <= step[8] < window.end]
    timed = [step for step in done if not math.isnan(step[7])]
    work = [
        (step[4], stretch)
        for step in mine
        if step[7] < window.end and step[8] > window.begin and not step[9] & BY_ITSELF
        for stretch in worked(step, max(step[7], window.begin), min(step[8], window.end), hours)
    ]
    total = seconds([stretch for _person, stretch in work])
    told = any(not math.isnan(step[7]) for step in steps) and len(timed) >= 0.95 * len(done)
    in_hours = [stretch for person, stretch in work if person in hours]
    outside = mean([not in_office(step[8]) for step in done])
    if in_hours:
        outside = 1 - sum(seconds(common(*one, OFFICE)) for one in in_hours) / seconds(in_hours)
    people = {(int((step[8] - window.begin) // WEEK), step[4]) for step in done if step[4] >= 0}
    posts = {(int((step[8] - window.begin) // WEEK), step[4], step[2]) for step in done if step[4] >= 0}
    asked = plain_asked(steps)
    return {
        "activities per person": len(posts) / len(people) if people else math.nan,
        "steps that clients ask for directly": mean([step in asked for step in done]),
        "work done": total / HOUR / window.weeks if told else math.nan,
        "steps done": len(done) / window.weeks,
        "wait at the team": mean(plain_waits(steps, window, teams, hours)) / HOUR if told else math.nan,
        "cases waiting at the team": sum(plain_waits(steps, window, teams, hours)) / (window.end - window.begin)
        if told
        else math.nan,
        "work outside office hours": outside,
        "people active": len(people) / window.weeks if people or not done else math.nan,
    }


@pytest.fixture
def legend():
    return make_legend()


@pytest.fixture
def window():
    return Window(begin=1 * WEEK, end=6 * WEEK)


@pytest.fixture
def build():
    """`make_rows`, `make_log`, `make_legend` and the plain definitions, by name."""
    return type(
        "Build",
        (),
        {
            "rows": staticmethod(make_rows),
            "log": staticmethod(make_log),
            "legend": staticmethod(make_legend),
            "cases": staticmethod(plain_cases),
            "teams": staticmethod(plain_teams),
            "seconds": staticmethod(seconds),
            "common": staticmethod(common),
        },
    )
