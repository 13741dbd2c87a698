"""How long records go on after the last arrivals that are held out, told from how many cases these are.

Whoever is given the first part of some records, cut after a known share of their events, and the number of cases that
begin after the cut, does not see where the records end. Where they end with the last arrivals, the cases that are held
out are the short ones; where they follow all cases to the end, there are long ones among them. After the cut there are
as many events as the share leaves: those of the cases that were open then, and those of the cases held out. That tells
how many steps the latter have on average. What is known beforehand, that records seldom stop at the moment of the last
arrival, counts as far as this says little.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
import polars as pl

from irrupt.arraytypes import Floats, Ints
from irrupt.discovery.findings import Findings
from irrupt.discovery.log import Log
from irrupt.discovery.trust.fidelity import Swing
from irrupt.discovery.trust.held_out import SHARE
from irrupt.engine import simulate
from irrupt.units import WEEK

_SPANS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
"""What is considered, as multiples of the time that a case takes,"""
_LIKELY = (0.25, 0.15, 0.15, 0.15, 0.15, 0.1, 0.05)
"""and how likely each is beforehand."""
_CUTS = 15
"""Moments at which it is looked how many cases are open."""
_LONG = 0.9
"""Share of the cases that are over when a moment can tell."""
_OF_LOG = 0.25
"""Share of the time before that within which these moments lie."""
_UNSURE = 0.1
"""How unsure the number of events of open cases is at least, as a share;"""
_DOUBT = 0.5
"""how much more so where cases take a part of the records, or come more or less often than they did;"""
_STEPS_UNSURE = 0.05
"""and the model's steps per case."""
_LEAST = 1e-6
_MOST_WEEKS = 5_000.0


class Open(NamedTuple):
    """Events of the cases that are open at a moment, on average."""

    before: float
    after: float
    unsure: float
    """By which share these may differ at the end of the records."""


def follow_up(findings: Findings, swing: Swing, start: datetime, cases: int, *, seed: int = 1) -> timedelta:
    """How long records may go on after the last of the *cases* that begin from *start* on and are in them.

    *findings* are those of what came before, all cases of which are over, and *swing* is the organisation made of them.
    Records of the cases that ended between two days stop with them: then it is nothing.
    """
    if findings.complete.ended_since is not None:
        return timedelta(0)
    log = findings.log
    held = _open(log, swing.rate)
    steps = ((1 - SHARE) / SHARE * (len(log.case) + held.before) - held.after) / cases
    begin, over, count = _ahead(swing, start, cases, seed)
    if not len(begin):
        return timedelta(0)
    told = np.array([_first(begin, over - many * swing.span, count, cases).mean() for many in _SPANS])
    error = np.sqrt(
        (held.unsure * (held.after + (1 - SHARE) / SHARE * held.before) / cases) ** 2
        + float(count.var()) / cases
        + (_STEPS_UNSURE * steps) ** 2
    )
    distance = ((told - steps) / max(error, _LEAST)) ** 2 / 2
    weight = np.array(_LIKELY) * np.exp(distance.min() - distance)
    middle = int(np.searchsorted(np.cumsum(weight) / weight.sum(), 0.5))
    return timedelta(weeks=_SPANS[middle] * swing.span)


def _open(log: Log, rate: float) -> Open:
    """Events of open cases at the end of *log*, which was cut there and holds none of them: as many as at other
    moments, in proportion to the *rate* of arrivals a week."""
    arrived = log.start[log.begin]
    over = log.over
    first, cut = float(arrived.min()), float(over.max())
    long = float(np.quantile(over - arrived, _LONG))
    low, high = max(first + long, cut - long - _OF_LOG * (cut - first)), cut - long
    if high <= low:
        low, high = first + (cut - first) / 3, first + (cut - first) * 2 / 3
    before = after = 0.0
    for moment in np.linspace(low, high, _CUTS):
        here = ((arrived <= moment) & (over > moment))[log.case]
        before += float((here & (log.end <= moment)).sum()) / _CUTS
        after += float((here & (log.end > moment)).sum()) / _CUTS
    came = float(((arrived >= low) & (arrived < high)).sum())
    grown = rate * max(high - low, 1.0) / WEEK / max(came, 1.0)
    doubt = _UNSURE + _DOUBT * (long / max(cut - first, 1.0) + abs(float(np.log(grown))))
    return Open(before * grown, after * grown, doubt)


def _ahead(swing: Swing, start: datetime, cases: int, seed: int) -> tuple[Floats, Floats, Ints]:
    """Of cases that are simulated from *start* on: weeks from then until they begin and until they are over, and how
    many steps they have."""
    weeks = min(1.5 * (swing.warm_up + 1 + 1.3 * cases / swing.rate + 4 * swing.span), _MOST_WEEKS)
    events = simulate(swing.rules, weeks=weeks, seed=seed, attributes=False).events

    def since(moment: pl.Expr) -> pl.Expr:
        return (moment - start).dt.total_microseconds() / (WEEK * 1e6)

    whole = (
        events.group_by("case")
        .agg(since(pl.col("start").min()).alias("begin"), since(pl.col("end").max()).alias("over"), pl.len())
        .filter(pl.col("begin") >= 0)
        .sort("begin", "case")
    )
    return whole["begin"].to_numpy(), whole["over"].to_numpy(), whole["len"].cast(pl.Int64).to_numpy()


def _first(begin: Floats, qualifies: Floats, count: Ints, cases: int) -> Ints:
    """*count* of the *cases* that are first to be in the records."""
    first: Ints = count[np.argsort(np.maximum(begin, qualifies), kind="stable")[:cases]]
    return first
