"""Worlds of random structure whose truth is known, for `worlds.py`: logs that nobody has looked at.

    python benchmarks/invented.py FOLDER [--seeds FIRST LAST] [--pairs N] [--finish] [--holidays]
    python benchmarks/worlds.py FOLDER/world-* [--json FILE]

Each seed invents an organisation (clients and classes of cases, teams and shifts, people with several skills, rework,
waits for clients, work side by side, due dates, quantities, patience, orders of queues), writes the log of one run of
it, acts of several kinds, and their true effects from paired runs of the organisation itself. The structure is that of
the worlds that `worlds.py` reads, except that irrupt's own engine makes the truth: what it cannot do is not tried.
With `--finish` people finish what they have in hand before they go home; with `--holidays` nobody works on some days of
the log, and what came meanwhile is worked off after them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml

import irrupt
from irrupt.engine import simulate
from irrupt.organisation import Calendar, Client, Distribution, Organisation, Patience, Person, Route, Step, Team
from irrupt.special import student_quantile
from worlds import act_of, interval, key_of

ORIGIN = datetime(2024, 1, 1, tzinfo=UTC)
WARM_UP, WEEKS, RUN_OUT = 6, 26, 6
HOUR, DAY = 3600.0, 86400.0
SHIFTS: dict[str, tuple[tuple[range, int, int], ...]] = {
    "office": ((range(5), 9, 17),),
    "early": ((range(5), 6, 14),),
    "late": ((range(5), 13, 21),),
    "lunch": ((range(5), 8, 12), (range(5), 13, 17)),
    "three days": ((range(3), 8, 18),),
    "mornings": ((range(5), 8, 13),),
    "with Saturday": ((range(1, 6), 8, 16),),
    "night": ((range(5), 20, 24), (range(1, 6), 0, 4)),
    "weekend": ((range(3, 7), 7, 17),),
}


class World:
    """An organisation while it is invented."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(np.random.SeedSequence([seed, 0x1AE7]))
        self.steps: dict[str, Step] = {}
        self.routes: dict[str, tuple[Route, ...]] = {}
        self.own: dict[str, dict[str, tuple[Route, ...]]] = {}
        self.loops: list[tuple[str, str]] = []
        self.silent: list[str] = []
        self.clients = [f"client {letter}" for letter in "ABCDEF"[: int(self.random.choice([1, 2, 3, 4, 6]))]]
        self.classes = ["plain", "special", "large"][: int(self.random.choice([1, 2, 3]))]
        self.teams = [f"team {number}" for number in range(1, int(self.random.integers(2, 5)) + 1)]

    def chance(self, share: float) -> bool:
        return bool(self.random.random() < share)

    def pick(self, names: list[str]) -> str:
        return names[int(self.random.integers(len(names)))]

    def work(self, name: str) -> Step:
        """A step that a team works on."""
        mean, cv = self.random.uniform(12, 90) * 60.0, self.random.uniform(0.3, 1.1)
        kind = self.pick(["lognormal", "gamma", "exponential"])
        time = {
            "lognormal": Distribution.lognormal(mean, cv),
            "gamma": Distribution.gamma(mean, cv),
            "exponential": Distribution.exponential(mean),
        }[kind]
        by_class = {name: float(self.random.uniform(0.6, 1.8)) for name in self.classes[1:] if self.chance(0.4)}
        unit = Distribution.gamma(mean / 40, 0.2) if self.chance(0.2) else Distribution.fixed(0.0)
        return Step(activity=name, team=self.pick(self.teams), duration=time, by_class=by_class, per_unit=unit)

    def passing(self, name: str) -> Step:
        """A step that takes its time, which is nobody's work: an answer of the client, a third party."""
        mean = float(self.random.uniform(0.3, 4.0)) * DAY
        return Step(activity=name, duration=Distribution.gamma(mean, float(self.random.uniform(0.4, 1.0))))

    def procedure(self) -> None:
        """Steps one after the other, with ways around, back, apart and together again."""
        count = int(self.random.integers(3, 7))
        chain = [f"do {number}" for number in range(1, count + 1)]
        self.steps = {"arrive": Step(activity="arrive")} | {name: self.work(name) for name in chain}
        self.routes = {"start": (Route(to="arrive", share=1.0),), "arrive": (Route(to=chain[0], share=1.0),)}
        for here, then in zip(chain, [*chain[1:], "end"], strict=True):
            self.routes[here] = (Route(to=then, share=1.0),)
        if self.chance(0.5):
            self.apart(chain)
        for here in chain[:-1]:
            if len(self.routes[here]) == 1 and self.routes[here][0].to in chain and self.chance(0.5):
                self.back(here, chain)
            elif len(self.routes[here]) == 1 and self.routes[here][0].to in chain and self.chance(0.5):
                self.around(here, chain)

    def apart(self, chain: list[str]) -> None:
        """Work side by side after one of the steps."""
        here = chain[int(self.random.integers(len(chain) - 1))]
        begin, end, routes = f"{here} splits", f"{here} joins", []
        for branch in range(int(self.random.choice([2, 2, 3]))):
            names = [f"{here} {'xyz'[branch]}{part}" for part in range(int(self.random.choice([1, 1, 2])))]
            for name, then in zip(names, [*names[1:], end], strict=True):
                self.steps[name] = self.work(name)
                self.routes[name] = (Route(to=then, share=1.0),)
            routes.append(Route(to=names[0], share=1.0))
        self.steps[begin], self.steps[end] = Step(activity=begin, split="all"), Step(activity=end, join=True)
        self.routes[end], self.routes[begin] = self.routes[here], tuple(routes)
        self.routes[here] = (Route(to=begin, share=1.0),)
        self.silent += [begin, end]

    def back(self, here: str, chain: list[str]) -> None:
        """Rework: the client is asked, and answers in his time; or the step is simply repeated."""
        (onward,) = self.routes[here]
        ask, answer, share = f"ask after {here}", f"answer after {here}", float(self.random.uniform(0.1, 0.35))
        target = self.pick(chain[: chain.index(here) + 1])
        if self.chance(0.6):
            self.steps[ask] = replace(self.work(ask), duration=Distribution.gamma(600.0, 0.5), by_class={})
            self.steps[answer] = self.passing(answer)
            self.routes[ask] = (Route(to=answer, share=1.0),)
            self.routes[answer] = (Route(to=target, share=1.0),)
        else:
            ask = f"correct {here}"
            self.steps[ask] = self.work(ask)
            self.routes[ask] = (Route(to=target, share=1.0),)
        self.loops.append((here, ask))
        self.vary(here, ask, onward.to, share)

    def around(self, here: str, chain: list[str]) -> None:
        """Some cases leave a step out, or go to a third party before it."""
        (onward,) = self.routes[here]
        other, share = f"elsewhere after {here}", float(self.random.uniform(0.1, 0.6))
        self.steps[other] = self.passing(other) if self.chance(0.5) else self.work(other)
        after = self.routes[onward.to] if self.chance(0.5) and onward.to != chain[-1] else (onward,)
        self.routes[other] = after if len(after) == 1 else (onward,)
        self.vary(here, other, onward.to, share)

    def vary(self, here: str, other: str, onward: str, share: float) -> None:
        """Two ways, whose shares may depend on the class and on the client."""

        def ways(share: float, only: str | None = None) -> tuple[Route, ...]:
            return (Route(to=other, share=share, only=only), Route(to=onward, share=1.0 - share, only=only))

        self.routes[here] = ways(share)
        if len(self.classes) > 1 and self.chance(0.5):
            for name in self.classes[1:]:
                self.routes[here] += ways(min(0.9, share * float(self.random.uniform(0.3, 2.5))), name)
        for client in self.clients[1:]:
            if self.chance(0.25):
                self.own.setdefault(client, {})[here] = ways(min(0.9, share * float(self.random.uniform(0.2, 2.5))))

    def organisation(self) -> Organisation:
        self.procedure()
        weights = self.random.dirichlet(np.full(len(self.clients), 3.0))
        rate = float(self.random.uniform(35, 80))
        quantity = any(step.per_unit != Distribution.fixed(0.0) for step in self.steps.values())
        order = {team: self.pick(["first come", "first come", "earliest due", "class"]) for team in self.teams}
        due = "earliest due" in order.values()
        clients = {
            name: Client(
                cases_per_week=rate * float(weight),
                profile=self.profile(),
                classes=self.mix() if len(self.classes) > 1 else {},
                quantity=Distribution.gamma(float(self.random.uniform(5, 25)), 0.6) if quantity else None,
                due=Distribution.uniform(4 * DAY, float(self.random.uniform(6, 15)) * DAY) if due else None,
            )
            for name, weight in zip(self.clients, weights, strict=True)
        }
        teams = {
            name: Team(
                order="earliest due" if how == "earliest due" else "first come",
                class_priority={self.classes[-1]: 1} if how == "class" and len(self.classes) > 1 else {},
            )
            for name, how in order.items()
        }
        first = self.routes["arrive"][0].to
        patience = {
            "given up": Patience(
                at=first,
                lasts=Distribution.exponential(float(self.random.uniform(1, 4)) * DAY),
                activity="client gives up",
            )
        }
        made = Organisation(
            name="invented",
            origin=ORIGIN,
            clients=clients,
            steps=self.steps,
            routes=self.routes,
            client_routes=self.own,
            skips={client: frozenset(self.silent) for client in self.clients if self.silent},
            patience=patience if self.chance(0.25) and not self.silent else {},
            teams={name: team for name, team in teams.items() if any(s.team == name for s in self.steps.values())},
            calendars={name: _calendar(parts) for name, parts in SHIFTS.items()},
        )
        return self.staffed(made)

    def profile(self) -> tuple[float, ...]:
        begin, end, days = (
            int(self.random.integers(6, 9)),
            int(self.random.integers(15, 21)),
            int(self.random.integers(5, 8)),
        )
        shape = 1.0 + 0.5 * np.sin(np.arange(24) * float(self.random.uniform(0.2, 0.6)))
        return tuple(
            float(round(shape[hour], 3)) if day < days and begin <= hour < end else 0.0
            for day in range(7)
            for hour in range(24)
        )

    def mix(self) -> dict[str, float]:
        shares = self.random.dirichlet(np.full(len(self.classes), 2.0)) * 0.9 + 0.1 / len(self.classes)
        *first, _last = (round(float(share), 3) for share in shares)
        return dict(zip(self.classes, [*first, round(1.0 - sum(first), 3)], strict=True))

    def staffed(self, made: Organisation) -> Organisation:
        """People for the work that there is."""
        plenty = {f"any of {team}": Person(teams=(team,), calendar="always", at_once=1000) for team in made.teams}
        everybody = replace(made, people=plenty, calendars={"always": Calendar(hours=((0, 10080),))}, patience={})
        log = simulate(everybody, weeks=20, seed=1).events.filter(pl.col("team").is_not_null())
        spent = dict(log.group_by("team").agg((pl.col("end") - pl.col("start")).dt.total_seconds().sum() / 20).rows())
        people: dict[str, Person] = {}
        usual = self.pick(list(SHIFTS))
        for team in made.teams:
            needed = spent.get(team, 0.0) / float(self.random.uniform(0.68, 0.86))
            number = 0
            while needed > 0.15 * 40 * HOUR:
                number += 1
                shift = usual if self.chance(0.4) else self.pick(list(SHIFTS))
                speed = float(np.round(np.exp(self.random.normal(0, 0.18)), 2))
                also = self.pick(list(made.teams)) if self.chance(0.15) else team
                hours = made.calendars[shift].minutes_per_week * 60.0
                people[f"{team[-1]}{number} {'abcdefghijklmnopqrstuvwxyz'[number % 26]}"] = Person(
                    teams=tuple(sorted({team, also})), calendar=shift, speed=speed
                )
                needed -= hours * speed * (0.7 if also != team else 1.0)
            if not number:
                people[f"{team[-1]}1"] = Person(teams=(team,), calendar="office")
        used = {person.calendar for person in people.values()}
        return replace(
            made, people=people, calendars={name: one for name, one in made.calendars.items() if name in used}
        )

    def acts(self, made: Organisation, begin: datetime) -> Iterator[dict[str, Any]]:
        """Acts of the kinds that make sense here."""
        client = self.pick(self.clients)
        worked = [name for name, step in made.steps.items() if step.team and not name.startswith("ask")]
        step = made.steps[self.pick(worked)]
        team = self.pick(list(made.teams))
        if len(self.clients) > 1:
            yield {"kind": "priority", "client": client, "pool": team}
            yield {"kind": "volume", "client": client, "change": float(self.random.choice([-0.3, 0.15, 0.25]))}
        yield {
            "kind": "imposed_check",
            "client": client,
            "after": step.activity,
            "activity": "new check",
            "pool": team,
            "duration": {"dist": "lognormal", "minutes": int(self.random.integers(10, 40)), "cv": 0.5},
        }
        if self.loops:
            here, then = self.loops[int(self.random.integers(len(self.loops)))]
            seen = {"after": here, "next": then}
            yield {
                "kind": "certification",
                "client": None,
                "activity": here,
                "added_minutes": 4,
                "observed_as": seen,
                "probability_multiplied_by": 0.5,
            }
            yield {"kind": "complete_file", "client": client, "observed_as": seen, "probability_multiplied_by": 0.3}
        yield {"kind": "appointment", "client": client, "slots": ["Tue 9-12", "Thu 13-16"]}
        yield {"kind": "flexibility", "pool": team, "shifts": ["Sat 8-14"]}
        yield {
            "kind": "bypass",
            "client": client,
            "activity": self.pick([made.steps[n].activity for n in worked[1:] or worked]),
        }
        members = [name for name in made.members(team) if made.people[name].teams == (team,)]
        if len(members) > 2:
            yield {"kind": "staff_leave", "client": None, "pool": team, "resource": self.pick(members)}
        chain = [name for name in worked if name.startswith("do ") and " " not in name[3:]]
        if len(chain) > 2:
            yield {
                "kind": "late_change",
                "client": client,
                "during": chain[-1],
                "back_to": chain[0],
                "probability": 0.15,
            }


def _calendar(parts: tuple[tuple[range, int, int], ...]) -> Calendar:
    hours = sorted((day * 1440 + begin * 60, day * 1440 + end * 60) for days, begin, end in parts for day in days)
    joined: list[tuple[int, int]] = []
    for begin, end in hours:
        if joined and joined[-1][1] == begin:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return Calendar(hours=tuple(joined))


HOLIDAYS = ((91, 4), (140, 1), (217, 5), (358, 8), (476, 4), (525, 1), (609, 5))
"""Days from the origin on on which nobody works, and how many each time: never on the same dates of two years, so that
none is to be expected again."""


def make(seed: int, folder: Path, pairs: int, finish: bool = False, holidays: bool = False) -> None:
    """Invent a world, and write its log, its acts and its truth."""
    world = World(seed)
    made = world.organisation()
    if finish:
        made = replace(made, teams={name: replace(team, at_end="finishes") for name, team in made.teams.items()})
    weeks = int(world.random.integers(52, 97))
    begin = ORIGIN + timedelta(weeks=weeks)
    every = list(world.acts(made, begin))
    chosen = [every[i] for i in sorted(world.random.choice(len(every), min(4, len(every)), replace=False))]
    acts = [{"id": f"{number}_{act['kind']}", **act, "from": begin.isoformat()} for number, act in enumerate(chosen)]
    result = irrupt.compare(
        made,
        scenarios={one["id"]: (act,) for one in acts if (act := act_of(as_work(one, made))) is not None},
        replications=pairs,
        seed=seed + 1_000_000,
        weeks=WEEKS,
        warm_up_weeks=WARM_UP,
        run_out_weeks=RUN_OUT,
        detail=True,
    )
    pools = {team: sorted(made.members(team)) for team in made.teams}
    truth: dict[str, dict[str, Any]] = {one["id"]: {} for one in acts}
    for row in result.effects.iter_rows(named=True):
        key = key_of(row, pools)
        if key is not None:
            truth[row["scenario"]][key] = _true(key, row)
    folder.mkdir(parents=True, exist_ok=True)
    horizon = {"start": begin.isoformat(), "weeks": WEEKS, "warm_up_weeks": WARM_UP, "run_out_weeks": RUN_OUT}
    (folder / "truth.json").write_text(json.dumps({"world": folder.name, "horizon": horizon, "acts": truth}, indent=1))
    (folder / "act.yaml").write_text(
        yaml.safe_dump({"world": folder.name, "pools": pools, "acts": acts}, sort_keys=False)
    )
    irrupt.dump(made, folder / "organisation.yaml")
    write_log(closed(made) if holidays else made, weeks, seed, folder / "baseline.csv.gz")


def as_work(act: dict[str, Any], made: Organisation) -> dict[str, Any]:
    """*act*, whose minutes are those that an average member of the team takes, with those of somebody of speed 1."""
    if "duration" in act:
        minutes = act["duration"]["minutes"] * _pace(made, act["pool"])
        return {**act, "duration": {**act["duration"], "minutes": minutes}}
    if "added_minutes" in act:
        team = next(step.team for step in made.steps.values() if step.activity == act["activity"])
        return {**act, "added_minutes": act["added_minutes"] * _pace(made, team or "")}
    return act


def _pace(made: Organisation, team: str) -> float:
    """The mean speed of the people of a *team*, by the hours that they have for it."""
    people = [made.people[name] for name in made.members(team)]
    hours = [made.calendars[one.calendar].minutes_per_week / len(one.teams) for one in people]
    return float(np.average([one.speed for one in people], weights=hours))


def closed(made: Organisation) -> Organisation:
    """*made* with holidays."""
    begins = [(ORIGIN.replace(tzinfo=None) + timedelta(days=first), days) for first, days in HOLIDAYS]
    spans = tuple((begin, begin + timedelta(days=days)) for begin, days in begins)
    return replace(made, calendars={name: replace(one, closed=spans) for name, one in made.calendars.items()})


def _true(key: str, row: dict[str, Any]) -> dict[str, Any]:
    low, high = interval(row)
    freedom = np.full(1, max(row["freedom"], 1.0))
    error = (high - low) / 2 / float(student_quantile(np.array([0.975]), freedom)[0])
    known = math.isfinite(row["difference"])
    return {
        "kpi": key.split(" | ")[0],
        "baseline": row["without"] if math.isfinite(row["without"]) else None,
        "with_act": row["with"],
        "difference": row["difference"] if known else None,
        "difference_se": error,
        "significant": bool(known and abs(row["difference"]) > 3 * error),
    }


def write_log(made: Organisation, weeks: int, seed: int, path: Path) -> None:
    """What happened from the origin on until the end of the log, of cases that began in it."""
    early = replace(made, origin=ORIGIN - timedelta(weeks=WARM_UP))
    events = simulate(early, weeks=WARM_UP + weeks, seed=seed + 500_000).events
    first = pl.col("start").min().over("case")
    seen = events.filter((first >= ORIGIN) & (pl.col("end") <= ORIGIN + timedelta(weeks=weeks))).sort("end", "start")

    def told(name: str) -> pl.Expr:
        return pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%S+00:00")

    told_of = {"class": pl.col("class").alias("kind"), "quantity": pl.col("quantity"), "due": told("due")}
    text = seen.select(
        pl.col("case").alias("case_id"),
        "activity",
        pl.col("resource").fill_null(""),
        told("start").alias("start_time"),
        told("end").alias("end_time"),
        "client",
        *(column for name, column in told_of.items() if name in seen.columns),
    )
    renamed = text.rename({"due": "due_date"}, strict=False)
    path.write_bytes(gzip.compress(renamed.write_csv().encode(), mtime=0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", nargs=2, type=int, default=(1, 8), metavar=("FIRST", "LAST"))
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--finish", action="store_true")
    parser.add_argument("--holidays", action="store_true")
    given = parser.parse_args()
    for seed in range(given.seeds[0], given.seeds[1] + 1):
        make(seed, given.folder / f"world-{seed}", given.pairs, given.finish, given.holidays)
        sys.stderr.write(f"world-{seed} is made\n")


if __name__ == "__main__":
    main()
