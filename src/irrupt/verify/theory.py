"""What is known about queues. The unit of time is the mean work of a step; loads are work that comes in it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np


def erlang_b(servers: int, load: float) -> float:
    """Share of cases lost in M/G/c/c (Erlang 1917), by its recursion.

    >>> round(erlang_b(2, 1.0), 6)
    0.2
    """
    lost = 1.0
    for server in range(1, servers + 1):
        lost = load * lost / (server + load * lost)
    return lost


def erlang_c(servers: int, load: float) -> float:
    """Probability of waiting in M/M/c (Erlang 1917).

    >>> round(erlang_c(1, 0.8), 6)
    0.8
    """
    lost = erlang_b(servers, load)
    return servers * lost / (servers - load * (1.0 - lost))


def single_server(load: float, second: float, third: float = math.nan) -> tuple[float, float]:
    """First and second moment of the wait in M/G/1, first come first served, from the moments E[S²] and E[S³] of work
    with mean 1 (Pollaczek 1930, Takács 1962).

    >>> single_server(0.5, 2.0, 6.0)
    (1.0, 4.0)
    """
    wait = load * second / (2.0 * (1.0 - load))
    return wait, 2.0 * wait * wait + load * third / (3.0 * (1.0 - load))


def by_rank(loads: Sequence[float], second: float = 2.0) -> list[float]:
    """Mean wait of each rank, highest first, in M/G/1 with priority that does not interrupt (Cobham 1954).

    >>> [round(wait, 2) for wait in by_rank([0.085, 0.765])]
    [0.93, 6.19]
    """
    waits, before = [], 0.0
    for load in loads:
        after = before + load
        waits.append(sum(loads) * second / 2.0 / ((1.0 - before) * (1.0 - after)))
        before = after
    return waits


def by_rank_at_once(loads: Sequence[float], seconds: Sequence[float]) -> list[float]:
    """Mean wait, until it is first begun, of each rank, highest first, in M/G/1 with priority that interrupts; what was
    interrupted is resumed. *seconds*: E[S²] of each rank, whose mean work is 1 (Conway, Maxwell & Miller 1967).

    >>> by_rank_at_once([0.5, 0.25], [2.0, 2.0])
    [1.0, 6.0]
    """
    waits, before, moment = [], 0.0, 0.0
    for load, second in zip(loads, seconds, strict=True):
        after = before + load
        moment += load * second / 2.0
        waits.append(moment / ((1.0 - before) * (1.0 - after)))
        before = after
    return waits


def begun_anew(high: float, low: float, work: Sequence[tuple[float, float]]) -> float:
    """Mean wait, until it is first begun, of the lower of two ranks in M/G/1 with priority that interrupts, where what
    was interrupted is done from the beginning, all of it (Gaver 1962). Work of the higher rank is exponential with mean
    1; *work* of the lower one: values and their probabilities.

    From when it is first begun, work of length s takes s, and for each interruption (geometrically many) the part that
    was lost and a busy period of the higher rank. Where nobody of the lower rank is there, such a period may go on.

    >>> round(begun_anew(1e-9, 0.5, [(1.0, 1.0)]), 6)
    0.5
    """
    busy, busy_square = 1.0 / (1.0 - high), 2.0 / (1.0 - high) ** 3
    mean = square = 0.0
    for length, chance in work:
        times = math.expm1(high * length)
        lost = times / high - length
        lost_square = 2.0 * times / high**2 - length**2 - 2.0 * length / high
        away = lost + times * busy
        each_square = lost_square + 2.0 * lost * busy + times * busy_square
        mean += chance * (length + away)
        square += chance * (length**2 + 2.0 * length * away + each_square + 2.0 * away**2)
    return low * square / (2.0 * (1.0 - low * mean)) + high * busy_square / (2.0 * busy)


def withdrawn(servers: int, load: float, time: float) -> float:
    """Share of cases that are called off in M/M/c where each is after an exponential *time* since it came, waiting or
    in service: a birth and death process (Feller 1950).

    >>> round(withdrawn(1, 1e-9, 1.0), 6)  # Nobody waits: of two times, each is the shorter one as often.
    0.5
    """
    weights = [1.0]
    while weights[-1] > 1e-18 * sum(weights) or len(weights) <= servers + load:
        n = len(weights)
        weights.append(weights[-1] * load / (min(n, servers) + n / time))
    return sum(n * weight for n, weight in enumerate(weights)) / time / load / sum(weights)


def fork_join(load: float) -> float:
    """Mean time from the split to the join of two M/M/1 queues that get a part of each case (Flatto & Hahn 1984,
    Nelson & Tantawi 1988).

    >>> round(fork_join(0.5), 3)
    2.875
    """
    return (12.0 - load) / 8.0 / (1.0 - load)


def longest_of(rates: Sequence[float], shares: Sequence[float]) -> float:
    """Mean of the longest of independent exponential times, each there with its own share; 0 where none is.

    >>> longest_of([1.0, 1.0], [1.0, 1.0])
    1.5
    """
    total = 0.0
    for which in range(1, 2 ** len(rates)):
        some = [at for at in range(len(rates)) if which >> at & 1]
        sign = 1.0 if len(some) % 2 else -1.0
        total += sign * math.prod(shares[at] for at in some) / sum(rates[at] for at in some)
    return total


def shortest_first(load: float) -> float:
    """Mean wait in M/M/1 when the shortest work is taken first, without interruption (Phipps 1956).

    >>> round(shortest_first(0.9), 3)  # first come, first served: 9
    3.197
    """
    nodes, weights = np.polynomial.laguerre.laggauss(100)
    below = load * (1.0 - np.exp(-nodes) * (1.0 + nodes))
    return float(load * (weights / (1.0 - below) ** 2).sum())


def by_rank_of(servers: int, loads: Sequence[float]) -> list[float]:
    """Mean wait of each rank, highest first, in M/M/c with priority that does not interrupt (Cobham 1954).

    >>> [round(wait, 2) for wait in by_rank_of(1, [0.085, 0.765])]
    [0.93, 6.19]
    """
    first = erlang_c(servers, sum(loads)) / servers
    waits, before = [], 0.0
    for load in loads:
        after = before + load / servers
        waits.append(first / ((1.0 - before) * (1.0 - after)))
        before = after
    return waits


def even_arrivals(load: float) -> float:
    """Share that waits in D/M/1 (Kendall 1953): the root s of s = exp(-(1 - s) / load); the mean wait is s / (1 - s).

    >>> round(even_arrivals(0.8), 4)
    0.6286
    """
    share = load
    for _ in range(10_000):
        share = math.exp(-(1.0 - share) / load)
    return share


def at_a_time(load: float, sizes: Mapping[int, float]) -> tuple[float, float]:
    """Mean wait, and share that waits, in M/M/1 where cases come several at a time (Burke 1975); *sizes*: how many ->
    share of the times.

    >>> at_a_time(0.5, {1: 1.0})
    (1.0, 0.5)
    """
    mean = sum(size * share for size, share in sizes.items())
    second = sum(size**2 * share for size, share in sizes.items())
    return (second + mean) / (2.0 * mean * (1.0 - load)) - 1.0, 1.0 - (1.0 - load) / mean


def erlang_arrivals(shape: int, load: float) -> float:
    """Share that waits in E/M/1, where gaps between arrivals have Erlang's distribution of a *shape*: the root s of
    s = (shape load / (shape load + 1 - s)) ** shape; the mean wait is s / (1 - s) (Kendall 1953).

    >>> round(erlang_arrivals(1, 0.8), 9)
    0.8
    """
    share = load
    for _ in range(10_000):
        share = (shape * load / (shape * load + 1.0 - share)) ** shape
    return share


def unequal(load: float, speeds: tuple[float, float], first: float) -> float:
    """Mean wait in M/M/2 with unequal *speeds*, where the *first* takes this share of the cases that find both free
    (Gumbel 1960).

    >>> round(unequal(1.6, (1.0, 1.0), 0.5), 6) == round(erlang_c(2, 1.6) / 0.4, 6)
    True
    """
    one, two = speeds
    ratio = load / (one + two)
    balance = np.array(
        [
            [load, -one, -two, 0.0],
            [-load * first, load + one, 0.0, -two],
            [-load * (1.0 - first), 0.0, load + two, -one],
            [1.0, 1.0, 1.0, 1.0 / (1.0 - ratio)],
        ]
    )
    both = float(np.linalg.solve(balance, np.array([0.0, 0.0, 0.0, 1.0]))[3])
    return both * ratio / (1.0 - ratio) ** 2 / load


def impatient(servers: int, load: float, patience: float) -> tuple[float, float]:
    """Share of cases given up and mean wait of all cases in M/M/c+M, with mean *patience* (Palm 1957).

    >>> given_up, wait = impatient(1, 0.5, 1e9)
    >>> round(given_up, 6), round(wait, 4)
    (0.0, 1.0)
    """
    weight = total = 1.0
    queue = 0.0
    for present in range(1, 20_000):
        waiting = max(0, present - servers)
        weight *= load / (min(present, servers) + waiting / patience)
        total += weight
        queue += weight * waiting
        if weight < 1e-18 * total:
            break
    return queue / total / patience / load, queue / total / load


def limited(servers: int, load: float, places: int) -> tuple[float, float]:
    """Share of cases turned away and mean wait of all cases in M/M/c/K, where *places* can wait (Erlang 1917).

    >>> lost, wait = limited(2, 1.0, 0)
    >>> round(lost, 6), wait
    (0.2, 0.0)
    """
    weights = [1.0]
    for present in range(1, servers + places + 1):
        weights.append(weights[-1] * load / min(present, servers))
    waiting = sum(weight * max(0, present - servers) for present, weight in enumerate(weights))
    return weights[-1] / sum(weights), waiting / sum(weights) / load


def blocked(load: float, places: int) -> tuple[float, float]:
    """Share of cases lost, and mean wait before the second of two exponential servers of speed 1, with *places* between
    them; the first keeps what it has done until there is room, and who finds it busy, or keeping, is lost. By the
    equations of balance; with work without end, both do (K + 2) / (K + 3) of what each could (Hunt 1956).

    >>> lost, wait = blocked(1e6, 0)
    >>> round(1e6 * (1 - lost), 3), wait
    (0.667, 0.0)
    """
    idle, busy, keeps = range(3)
    most = places + 1
    states = [(first, second) for first in (idle, busy) for second in range(most + 1)] + [(keeps, most)]
    number = {state: at for at, state in enumerate(states)}
    rates = np.zeros((len(states), len(states)))
    for (first, second), at in number.items():
        if first == idle:
            rates[at, number[busy, second]] += load
        if first == busy:
            rates[at, number[(idle, second + 1) if second < most else (keeps, most)]] += 1.0
        if second:
            rates[at, number[(idle, most) if first == keeps else (first, second - 1)]] += 1.0
    balance = (rates - np.diag(rates.sum(axis=1))).T
    balance[-1] = 1.0
    share = np.linalg.solve(balance, np.eye(len(states))[-1])
    taken = sum(share[at] for (first, _second), at in number.items() if first == idle)
    waiting = sum(share[at] * max(0, second - 1) for (_first, second), at in number.items())
    return float(1.0 - taken), float(waiting / (load * taken))


def machine_repair(machines: int, repairers: int, runs: float) -> tuple[float, float, float]:
    """The mean wait for one of so many *repairers*, the share that waits, and how many are repaired in a unit of time,
    of *machines* that run so long on average and are repaired in a unit, by chance both (Palm 1947).

    >>> [round(one, 6) for one in machine_repair(2, 1, 1.0)]
    [0.5, 0.5, 0.8]
    """

    def broken(among: int) -> list[float]:
        odds = [1.0]
        for down in range(1, among + 1):
            odds.append(odds[-1] * (among - down + 1) / (runs * min(down, repairers)))
        return [one / sum(odds) for one in odds]

    odds = broken(machines)
    throughput = sum(share * (machines - down) / runs for down, share in enumerate(odds))
    queue = sum(share * max(down - repairers, 0) for down, share in enumerate(odds))
    # Who breaks down sees the others as if he were not there.
    return queue / throughput, sum(broken(machines - 1)[repairers:]), throughput


def closed_network(jobs: int, visits: Sequence[float]) -> tuple[list[float], float]:
    """The mean wait at each of several stations of one server that takes a unit on average, by chance, where so many
    *jobs* go round with so many *visits* to each; and how many rounds are done in a unit of time (mean value analysis,
    Reiser & Lavenberg 1980).

    >>> closed_network(1, (1.0, 1.0)), closed_network(2, (1.0, 1.0))
    (([0.0, 0.0], 0.5), ([0.5, 0.5], 0.6666666666666666))
    """
    queue = [0.0] * len(visits)
    waits, throughput = queue, 0.0
    for number in range(1, jobs + 1):
        waits = queue
        throughput = number / sum(often * (1.0 + wait) for often, wait in zip(visits, waits, strict=True))
        queue = [throughput * often * (1.0 + wait) for often, wait in zip(visits, waits, strict=True)]
    return waits, throughput
