"""Distributions as tables of cells: one uniform number in, one duration out.

A cell covers a small range of probability and is a line: its mean is the mean of the distribution over the cell, its
slope gives the variance over the cell. So mean and variance of what is drawn are exact, to rounding, and only the shape
within a cell is approximate. (For a lognormal with a coefficient of variation above 8 the variance comes out smaller,
since much of it stands beyond the last cell: 0.8 % at 10, 4 % at 15.)

The first and the last of the 256 cells are the tails: each is divided into 256 cells again, twice. The smallest cells
stand for a probability of 2**-24.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.engine import pieces, streams
from irrupt.engine.layout import TIME, records
from irrupt.organisation.distributions import Distribution
from irrupt.special import (
    gamma_lower,
    gamma_lower_inverse,
    gamma_upper,
    gamma_upper_inverse,
    normal_cdf,
    normal_quantile,
    weibull_power,
)

CELLS = 256
"""Cells of each table."""
TABLES = 5
"""The whole, then its lower and upper tail, then the tails of these."""

IS_LOGNORMAL = 0.02
"""Below this coefficient of variation gamma and Weibull distributions are drawn as lognormal ones: they can hardly be
told apart, and incomplete gamma functions lose their digits."""

LOST = 1e-8
"""The variance of a cell, in squares of its mean, below which rounding shows: the cell rises by its width instead."""


@lru_cache(maxsize=512)
def cells(kind: str, cv: float) -> Floats:
    """The cells of a lognormal, gamma or Weibull distribution with mean 1 and coefficient of variation *cv*.

    Shape (1280, 2): value at the lower end and rise over the cell. Tables one after the other, in the order whole,
    lower tail, upper tail, lower tail of the lower, upper tail of the upper.
    """
    if cv < IS_LOGNORMAL:
        kind = "lognormal"
    grid = np.arange(CELLS + 1) / CELLS
    middle = CELLS // 2
    tables = [np.concatenate([_lines(kind, cv, grid[: middle + 1], False), _lines(kind, cv, grid[middle:], True)])]
    for width in (1 / CELLS, 1 / CELLS**2):
        tables.append(_lines(kind, cv, grid * width, False))
        tables.append(_lines(kind, cv, 1.0 - grid, True, width))
    return np.concatenate(tables)


def _lines(kind: str, cv: float, at: Floats, upper: bool, width: float = 1.0) -> Floats:
    """The cells between the probabilities *at*; for *upper*, between survival probabilities, to keep the tail sharp."""
    tail = (1.0 - at) * width if upper and width == 1.0 else at * width if upper else at
    value, first, second = _moments(kind, cv, tail, upper)
    mass = np.abs(np.diff(tail))
    mean = np.abs(np.diff(first)) / mass
    variance = np.maximum(np.abs(np.diff(second)) / mass - mean * mean, 0.0)
    narrow = (variance < LOST * mean * mean) & (tail[1:] > 0.0) & (tail[:-1] > 0.0)
    across = np.abs(np.diff(value))
    rise = np.minimum(np.where(narrow, across, np.sqrt(12.0 * variance)), 2.0 * mean)
    return np.column_stack([mean - rise / 2.0, rise])


def _moments(kind: str, cv: float, tail: Floats, upper: bool) -> tuple[Floats, Floats, Floats]:
    """Where the tail (lower, or *upper*) of probability *tail* begins; E[X; X in it], and E[X²; X in it]."""
    if kind == "lognormal":
        sigma2 = np.log1p(cv * cv)
        sigma = np.sqrt(sigma2)
        z = normal_quantile(tail)
        shift = sigma if upper else -sigma
        x = np.exp(-shift * z - sigma2 / 2.0)
        return x, normal_cdf(z + shift), np.exp(sigma2) * normal_cdf(z + 2.0 * shift)
    if kind == "weibull":
        power = weibull_power(cv)
        with np.errstate(divide="ignore"):
            hazard = -np.log(tail) if upper else -np.log1p(-tail)
        part = gamma_upper if upper else gamma_lower
        x = hazard**power / math.gamma(1.0 + power)
        return x, part(1.0 + power, hazard), (1.0 + cv * cv) * part(1.0 + 2.0 * power, hazard)
    shape = 1.0 / (cv * cv)
    within = gamma_upper if upper else gamma_lower
    x = (gamma_upper_inverse if upper else gamma_lower_inverse)(shape, tail)
    return x / shape, within(shape + 1.0, x), (1.0 + cv * cv) * within(shape + 2.0, x)


def distributions(times: Iterable[Distribution]) -> dict[str, Any]:
    """The distributions, in the order of their numbers, as the `times` and `cells` of the rules."""
    columns: list[tuple[int, float, float, int, int]] = []
    tables: list[Floats] = []
    at = 0
    for time in times:
        kind, a, b, table, count = _distribution(time)
        columns.append((kind, a, b, at, count))
        tables.append(table)
        at += len(table)
    kinds, a_s, b_s, ats, counts = zip(*columns, strict=True)
    return {
        "times": records(TIME, len(columns), kind=kinds, a=a_s, b=b_s, cell=ats, cells=counts),
        "cells": np.ascontiguousarray(np.concatenate(tables)),
    }


def _distribution(time: Distribution) -> tuple[int, float, float, Floats, int]:
    """Kind, a, b, cells and the number of cells in one table."""
    nothing = np.zeros((0, 2))
    if time.kind == "uniform":
        return pieces.UNIFORM, time.low, time.high - time.low, nothing, 0
    if time.kind == "exponential":
        return pieces.EXPONENTIAL, time.mean, 0.0, nothing, 0
    if time.kind == "quantiles":
        points = np.array(time.points)
        return pieces.LINES, 1.0, 0.0, np.column_stack([points[:-1], np.diff(points)]), len(points) - 1
    if time.kind != "fixed" and time.cv > 0.0 and time.mean > 0.0:
        return pieces.TAILS, time.mean, 0.0, cells(time.kind, time.cv), CELLS
    return pieces.FIXED, time.mean, 0.0, nothing, 0


def taken(shares: list[float], uniform: float) -> int:
    """Which of *shares* that *uniform* takes.

    >>> taken([0.5, 0.25, 0.25], 0.6)
    1
    """
    total = 0.0
    for share in shares:
        total += share
    reached = 0.0
    for number, share in enumerate(shares[:-1]):
        reached += share
        if uniform < reached / total:
            return number
    return len(shares) - 1


def value(time: Distribution, uniform: float) -> float:
    """The quantile of *time* at *uniform*.

    >>> value(Distribution.uniform(60.0, 120.0), 0.25)
    75.0
    """
    if time.kind == "uniform":
        return time.low + (time.high - time.low) * uniform
    if time.kind == "exponential":
        return time.mean * streams.exponential(uniform)
    if time.kind == "quantiles":
        position = uniform * (len(time.points) - 1)
        below = int(position)
        return time.points[below] + (time.points[below + 1] - time.points[below]) * (position - below)
    if time.kind == "fixed" or time.cv == 0.0 or time.mean == 0.0:
        return time.mean
    return time.mean * _from_cells(time.kind, time.cv, uniform)


def _from_cells(kind: str, cv: float, uniform: float) -> float:
    """The value, for mean 1, in the tables of `quantiles.cells`: the whole, then a tail, then that tail's own."""
    sides: list[int] = []
    while True:
        position = uniform * CELLS
        cell = int(position)
        uniform = position - cell
        outer = cell in (0, CELLS - 1)
        if len(sides) == 2 or not outer or (sides and cell != sides[0]):
            break
        sides.append(cell)
    table = 0 if not sides else 2 * len(sides) - (1 if sides[0] == 0 else 0)
    low, rise = cells(kind, cv)[table * CELLS + cell].tolist()
    return float(low + rise * uniform)
