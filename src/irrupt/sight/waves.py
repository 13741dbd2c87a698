"""Whether cases come evenly: weeks that differ by more than chance."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from irrupt.arraytypes import Ints
from irrupt.groups import ALL_CLIENTS
from irrupt.i18n import and_more, number
from irrupt.i18n import gettext as _
from irrupt.ledgers import definitions as measure
from irrupt.ledgers.cases import arrivals_per
from irrupt.ledgers.model import Window
from irrupt.organisation import year
from irrupt.sight import intervals, words
from irrupt.sight.model import Finding
from irrupt.sight.scene import Scene
from irrupt.special import normal_quantile, poisson_quantile
from irrupt.units import DAY, WEEK

if TYPE_CHECKING:
    from irrupt.discovery.arrivals.monthly import Month

UNEVEN = 0.1
"""Spread of the weekly arrivals, as a share of their mean, from which on it is told of."""
FEWEST_WEEKS = 5
_SHOWN, _SEVERAL = 3, 2.0
"""Clients who are named, and how many cases come at a time, on average, of whoever is."""
FULL = 0.5
"""Part of the usual number of cases that the first and the last week must have to count."""


def waves(scene: Scene) -> Iterator[tuple[float, Finding]]:
    """That cases come more unevenly than if each came independently of the others, where that is beyond chance."""
    if scene.uneven:
        yield 0.9, Finding(text=scene.uneven, kind="uneven records")
        return
    arrival = scene.cases.arrival[scene.cases.of(scene.parties.clients[ALL_CLIENTS])]
    counts = arrivals_per(WEEK, arrival, scene.ledgers.window)
    weekly, index = _whole(counts), _dispersion(counts[1:-1])
    if not index[1] > 1:
        return
    usual, spread = float(weekly.mean()), float(weekly.std(ddof=1))
    if spread**2 <= usual or spread < UNEVEN * usual:
        return
    low, high = expected_counts(usual)
    text = _(
        "Cases come unevenly: between {fewest} and {most} a week. If each came independently of the others, nearly all "
        "weeks would have {low} to {high}."
    )
    fewest, most = int(weekly.min()), int(weekly.max())
    shown = {"fewest": fewest, "most": most, "low": low, "high": high}
    said = text.format(**{name: words.count(value) for name, value in shown.items()})
    numbers = {measure.DISPERSION.name: list(index), "fewest": fewest, "most": most, "expected": [low, high]}
    yield 0.3 + 0.3 * (1 - 1 / index[1]), Finding(text=said, kind="arrivals", numbers=numbers)


def brought(scene: Scene) -> Iterator[tuple[float, Finding]]:
    """Which clients bring several cases within minutes, far more often than chance would."""
    from irrupt.discovery.arrivals.groups import at_a_time
    from irrupt.engine.columns import mean_size

    sizes: dict[str, float] = {}
    ends: dict[str, tuple[float, float]] = {}
    for client in scene.named if not scene.clockless else ():
        arrival = scene.cases.arrival[scene.cases.of(scene.parties.clients[client])]
        shares = at_a_time(arrival[np.isfinite(arrival)])
        size = mean_size(shares)
        if size >= _SEVERAL:
            sizes[client] = size
            ends[client] = _ends_of_size(shares, size, np.isfinite(arrival).sum() / size)
    if not sizes:
        return
    most = sorted(sizes, key=lambda name: -sizes[name])
    one = _("{client} ({number} on average, interval {low} to {high})")
    said = [
        one.format(client=name, number=number(sizes[name], 1), low=number(low, 1), high=number(high, 1))
        for name, (low, high) in ((name, ends[name]) for name in most)
    ]
    text = _("Several cases come at a time, within minutes of each other: from {clients}.")
    told = text.format(clients=and_more(", ".join(said[:_SHOWN]), len(said) - _SHOWN, "client"))
    yield 0.55, Finding(text=told, kind="brought together", numbers={"at a time": sizes, "interval": ends})


def _ends_of_size(shares: Mapping[int, float], size: float, times: float) -> tuple[float, float]:
    """Interval of how many come at a time in the mean, from so many *times*, each by itself."""
    spread = sum(share * (many - size) ** 2 for many, share in shares.items()) / sum(shares.values())
    half = float(normal_quantile([0.975])[0]) * math.sqrt(spread / times)
    return max(size - half, 1.0), size + half


def dated(scene: Scene) -> Iterator[tuple[float, Finding]]:
    """Whose cases come on some days of the month rather than on others."""
    from irrupt.discovery.arrivals import monthly

    arrival = scene.cases.arrival
    known = arrival[np.isfinite(arrival)]
    if scene.uneven or not len(known):
        return
    days = np.arange(known.min() // DAY, known.max() // DAY + 1)
    records = Window(begin=days[0] * DAY, end=(days[-1] + 1) * DAY)
    names = scene.named or (ALL_CLIENTS,)
    which = [scene.cases.of(scene.parties.clients[name]) for name in names]
    rest = np.setdiff1d(np.arange(len(arrival)), np.concatenate(which))
    came = np.array([arrivals_per(DAY, arrival[at], records) for at in (*which, rest)], np.float64)
    seen = np.ones(len(days))
    seen[[0, -1]] = 0.0
    dates = year.dates(scene.legend.timeline.begin, days.astype(np.int64))
    months = monthly.learn((*names, ""), came, seen, dates)
    told = sorted((name for name in names if name in months), key=lambda name: -months[name].factors.factors.max())
    if len({id(months[name].factors) for name in told}) == 1 and len(told) == len(names) > 1:
        yield _dated(ALL_CLIENTS, months[told[0]])
        return
    for name in told[:_SHOWN]:
        yield _dated(name, months[name])


def _dated(client: str, month: Month) -> tuple[float, Finding]:
    factors, unsure = month.factors.factors, month.factors.unsure
    high, low = int(factors.argmax()), int(factors.argmin())
    ends = factors[high] * np.exp(normal_quantile([0.025, 0.975]) * unsure[high])
    text = (
        _(
            "How many cases come depends on the day of the month: {most} times the average ({low} to {high}) on "
            "{peak}, {least} times on {dip}."
        )
        if client == ALL_CLIENTS
        else _(
            "How many cases come from {client} depends on the day of the month: {most} times the average ({low} to "
            "{high}) on {peak}, {least} times on {dip}."
        )
    )
    said = text.format(
        client=client,
        most=number(factors[high], 1),
        low=number(ends[0], 1),
        high=number(ends[1], 1),
        peak=month.counted.called(high),
        least=number(factors[low], 1),
        dip=month.counted.called(low),
    )
    each = dict(zip(map(str, month.counted.days), factors.round(3).tolist(), strict=True))
    numbers = {"client": client, "working days": month.counted.working, "times": each, "most": [factors[high], *ends]}
    return 0.5 + 0.4 * (1.0 - 1.0 / factors[high]), Finding(text=said, kind="days of the month", numbers=numbers)


def _dispersion(weekly: Ints) -> tuple[float, float, float]:
    """Variance over mean, with its interval, of weeks of which none is cut short."""
    if len(weekly) < FEWEST_WEEKS or not weekly.any():
        return math.nan, math.nan, math.nan
    value = float(weekly.var(ddof=1) / weekly.mean())
    return value, *intervals.of_dispersion(value, len(weekly))


def _whole(weekly: Ints) -> Ints:
    """Weekly counts without first and last weeks in which few cases arrive: the records begin or end in them."""
    full = np.flatnonzero(weekly >= FULL * np.median(weekly))
    if len(full) == 0:
        return weekly
    inner = weekly[full[0] : full[-1] + 1]
    for at in (0, -1):
        if len(inner) > FEWEST_WEEKS and inner[at] < np.delete(inner, at).min():
            inner = np.delete(inner, at)
    return inner


def expected_counts(mean: float) -> tuple[int, int]:
    """Between which two numbers 19 in 20 weekly counts lie when cases come independently of each other (Poisson).

    >>> expected_counts(100.0)
    (81, 120)
    """
    return poisson_quantile(0.025, mean), poisson_quantile(0.975, mean)
