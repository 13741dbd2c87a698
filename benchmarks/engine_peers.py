"""The benchmark's model in SimPy and in Ciw, written as their users would for speed, not for beauty."""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

DAY = 86400.0
WEEK = 7 * DAY
OPENS, CLOSES = 9 * 3600.0, 17 * 3600.0


@dataclass(frozen=True)
class Model:
    """What the benchmark runs."""

    means: tuple[float, ...]
    teams: int
    people: int
    on: float
    cases_per_week: float


def opening(time: float) -> float:
    """*time*, or when the office opens next."""
    day, of_day = divmod(time, DAY)
    if day % 7 < 5 and of_day < CLOSES:
        return max(time, day * DAY + OPENS)
    day += 1
    while day % 7 >= 5:
        day += 1
    return day * DAY + OPENS


def closing(time: float) -> float:
    """When the office closes, which is open at *time*."""
    return math.floor(time / DAY) * DAY + CLOSES


def work_ends(time: float, work: float) -> float:
    """When *work*, begun at *time* in office hours, is done."""
    while True:
        closes = closing(time)
        if work <= closes - time:
            return time + work
        work -= closes - time
        time = opening(closes)


class Office:
    """A team in SimPy: a queue, and people who sleep when there is nothing to do."""

    def __init__(self, env: Any, people: int) -> None:
        self.env = env
        self.queue: deque[tuple[Any, float, list[float]]] = deque()
        self.idle: deque[Any] = deque()
        for _ in range(people):
            env.process(self.person())

    def person(self) -> Generator[Any, Any, None]:
        env = self.env
        while True:
            if not self.queue:
                woken = env.event()
                self.idle.append(woken)
                yield woken
            opens = opening(env.now)
            if opens > env.now:
                yield env.timeout(opens - env.now)
            if not self.queue:
                continue
            done, work, row = self.queue.popleft()
            row[1] = env.now
            yield env.timeout(work_ends(env.now, work) - env.now)
            row[2] = env.now
            done.succeed()

    def ask(self, work: float, row: list[float]) -> Any:
        done = self.env.event()
        self.queue.append((done, work, row))
        if self.idle:
            self.idle.popleft().succeed()
        return done


def ran(
    env: Any,
    case: Callable[[], Generator[Any, Any, None]],
    rows: list[list[float]],
    model: Model,
    cases: int,
    luck: random.Random,
) -> tuple[int, float]:
    """Activities done and mean wait when so many *cases* have come and gone in SimPy; they fill *rows*."""

    def arrivals() -> Generator[Any, Any, None]:
        for _ in range(cases):
            yield env.timeout(luck.expovariate(model.cases_per_week / WEEK))
            env.process(case())

    env.process(arrivals())
    env.run()
    return len(rows), sum(row[1] - row[0] for row in rows) / len(rows)


def in_simpy(model: Model, cases: int, seed: int) -> tuple[int, float]:
    """Activities done and mean wait, in seconds, as SimPy's documentation does it: a team is a `Resource`, people are
    its capacity, and a case that holds one waits for the office to open."""
    import simpy

    luck = random.Random(seed)
    env = simpy.Environment()
    teams = [simpy.Resource(env, capacity=model.people) for _ in range(model.teams)]
    rows: list[list[float]] = []

    def case() -> Generator[Any, Any, None]:
        place = 0
        while True:
            row = [env.now, 0.0, 0.0]
            with teams[place % model.teams].request() as turn:
                yield turn
                yield from open_office()
                row[1] = env.now
                left = luck.expovariate(1.0 / model.means[place])
                while left > (until := closing(env.now) - env.now):
                    yield env.timeout(until)
                    left -= until
                    yield from open_office()
                yield env.timeout(left)
            row[2] = env.now
            rows.append(row)
            if luck.random() >= model.on:
                return
            place = (place + 1) % len(model.means)

    def open_office() -> Generator[Any, Any, None]:
        opens = opening(env.now)
        if opens > env.now:
            yield env.timeout(opens - env.now)

    return ran(env, case, rows, model, cases, luck)


def in_simpy_by_hand(model: Model, cases: int, seed: int) -> tuple[int, float]:
    """The same with queues and people of one's own, and the end of work computed: SimPy's clock and little else."""
    import simpy

    luck = random.Random(seed)
    env = simpy.Environment()
    offices = [Office(env, model.people) for _ in range(model.teams)]
    rows: list[list[float]] = []

    def case() -> Generator[Any, Any, None]:
        place = 0
        while True:
            row = [env.now, 0.0, 0.0]
            yield offices[place % model.teams].ask(luck.expovariate(1.0 / model.means[place]), row)
            rows.append(row)
            if luck.random() >= model.on:
                return
            place = (place + 1) % len(model.means)

    return ran(env, case, rows, model, cases, luck)


def in_ciw(model: Model, cases: int, seed: int) -> tuple[int, float]:
    """Activities done and mean wait, in seconds. An activity is a customer class that changes after service."""
    import ciw

    classes = [f"activity {place}" for place in range(len(model.means))]
    teams = range(model.teams)

    class Route(ciw.routing.NodeRouting):
        """On to the team of the next activity, which becomes the customer's class."""

        def next_node(self, individual: Any) -> Any:
            if random.random() >= model.on:
                return self.simulation.nodes[-1]
            place = (classes.index(individual.customer_class) + 1) % len(classes)
            individual.customer_class = classes[place]
            return self.simulation.nodes[1 + place % model.teams]

    week = [point for day in range(5) for point in ((0, day * DAY + OPENS), (model.people, day * DAY + CLOSES))]
    schedule = [*week, (0, WEEK)]
    network = ciw.create_network(
        arrival_distributions={
            name: [
                ciw.dists.Exponential(model.cases_per_week / WEEK) if place == 0 and team == 0 else None
                for team in teams
            ]
            for place, name in enumerate(classes)
        },
        service_distributions={
            name: [ciw.dists.Exponential(1.0 / model.means[place]) for _ in teams] for place, name in enumerate(classes)
        },
        routing={name: ciw.routing.NetworkRouting(routers=[Route() for _ in teams]) for name in classes},
        number_of_servers=[
            ciw.Schedule(
                numbers_of_servers=[number for number, _ in schedule],
                shift_end_dates=[date for _, date in schedule],
                preemption="resume",
            )
            for _ in teams
        ],
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(cases, method="Finish")
    records = simulation.get_all_records(only=["service"])
    return len(records), sum(record.waiting_time for record in records) / len(records)
