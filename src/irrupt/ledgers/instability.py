"""How much clients change what they announced, and how far it is from what they buy.

`sums` goes once through all versions of all plans and adds up, for each party, lead and period, what the measures are
ratios of. The measures themselves follow from these sums, so that an interval can be made from the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from irrupt.arraytypes import Flags, Floats, Ints
from irrupt.chronicle.schedules.steps import DAYS
from irrupt.ledgers.plans import Plans

ALPHA = 0.5
"""Weight of a week, or of a period where it is longer, relative to the one before: near ones weigh more (Sridharan et
al. 1988)."""
TOLERANCE = 0.05
"""Share by which a quantity may move and still count as unchanged."""
BAND = 0.2
"""Share by which what is bought may leave what was announced, where no contract says it."""
REFERENCE = 4
"""Periods ahead at which one number stands for the whole curve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Sums for one party, lead × period (the period that the quantities are for) unless said otherwise."""

    moved: Floats
    """Absolute changes from one version to the next, at the lead at which they came."""
    before: Floats
    """What the version before had announced, where the two can be compared."""
    changes: Floats
    """How many of these quantities moved by more than the tolerance."""
    compared: Floats
    """How many could be compared."""
    planned: Floats
    """What was announced, where it is known what was bought."""
    bought: Floats
    """What was bought of it."""
    wrong: Floats
    """Absolute differences between the two."""
    relative: Floats
    """The same, each as a share of what was bought, where something was."""
    nonzero: Floats
    """How many quantities *relative* adds up."""
    outside: Floats
    """How many of the bought quantities lie outside of the band around the announced ones."""
    counted: Floats
    """How many were looked at."""
    drift: Floats
    """Absolute differences between what was announced and the last word on it."""
    settled: Floats
    """What was announced, where the last word is known."""
    notice: Floats
    """Days of notice -> quantity moved by more than the tolerance with so many days' notice."""
    firm: Ints
    """Number of nearest periods marked as firm -> versions; the last entry: versions that do not say."""
    days: float
    """Length of a period."""


CELLS = (
    "moved", "before", "changes", "compared", "planned", "bought", "wrong", "relative", "nonzero", "outside",
    "counted", "drift", "settled",
)  # fmt: skip


Band = float | tuple[float, float]
"""A share either way, or how far down and how far up."""


def sums(
    plans: Plans,
    parties: Sequence[Ints],
    *,
    band: Band = BAND,
    tolerance: float = TOLERANCE,
    versions: Ints | None = None,
) -> list[Sums]:
    """The sums of each of *parties*, given as the numbers of its series; of these *versions* only, given by number, and
    what they change of those before them.

    Quantities that were announced for a longer period, and are only spread over this one, are left out.
    """
    group = np.full(plans.series.height, -1)
    apart = _apart(parties, group)
    some = np.arange(len(plans.of)) if versions is None else versions
    found = [_sums(plans, some[np.isin(plans.of[some], members)], band, tolerance) for members in apart]
    return [_added([found[one] for one in pieces]) for pieces in _pieces(parties, group)]


def _apart(parties: Sequence[Ints], group: Ints) -> list[Ints]:
    """Sets of series that no party divides; *group* is set to the number of each series' set."""
    if not parties:
        return []
    inside = np.zeros((len(group), len(parties)), dtype=bool)
    for at, members in enumerate(parties):
        inside[members, at] = True
    some = inside.any(axis=1)
    _kinds, number = np.unique(inside[some], axis=0, return_inverse=True)
    group[some] = number.ravel()
    return [np.flatnonzero(group == one) for one in range(int(group.max()) + 1)]


def _pieces(parties: Sequence[Ints], group: Ints) -> list[list[int]]:
    return [sorted(set(group[members].tolist())) for members in parties]


def _added(found: list[Sums]) -> Sums:
    names = (*CELLS, "notice", "firm")
    return Sums(**{name: np.sum([getattr(one, name) for one in found], axis=0) for name in names}, days=found[0].days)


def _sums(plans: Plans, rows: Ints, band: Band, tolerance: float) -> Sums:
    shape = (plans.leads, plans.periods)
    cells = {name: np.zeros(shape) for name in CELLS}
    notice = np.zeros(int(np.ceil(plans.leads * 31 + 32)))
    at = plans.base[rows] - plans.first
    for lead in range(plans.leads):
        period = at + lead
        said = plans.announced[rows, lead]
        known = ~np.isnan(said) & ~plans.spread[rows, lead]
        for name, values in _accuracy(plans, rows, period, said, known, band).items():
            cells[name][lead] = np.bincount(period, np.where(known, values, 0.0), shape[1])
        before = said_before(plans, rows, lead)
        pair = known & ~np.isnan(before)
        moved = np.where(pair, np.abs(said - before), 0.0)
        far = moved > tolerance * np.abs(np.where(pair, before, 0.0))
        cells["moved"][lead] = np.bincount(period, moved, shape[1])
        cells["before"][lead] = np.bincount(period, np.where(pair, before, 0.0), shape[1])
        cells["changes"][lead] = np.bincount(period, far.astype(float), shape[1])
        cells["compared"][lead] = np.bincount(period, pair.astype(float), shape[1])
        days = np.clip(notice_of(plans, rows, lead), 0, len(notice) - 1).astype(np.int64)
        notice += np.bincount(days, np.where(far, moved, 0.0), len(notice))
    return Sums(**cells, notice=notice, firm=_firm(plans, rows), days=DAYS[plans.step])


def _accuracy(plans: Plans, rows: Ints, period: Ints, said: Floats, known: Floats, band: Band) -> dict[str, Floats]:
    """What each cell of one lead adds to the sums about what was bought; nought where nothing is known."""
    series = plans.of[rows]
    bought, last = plans.bought[series, period], plans.last[series, period]
    both = known & ~np.isnan(bought)
    sold = both & (bought > 0)
    wrong = np.abs(said - bought)
    ended = known & ~np.isnan(last)
    return {
        "planned": np.where(both, said, 0.0),
        "bought": np.where(both, bought, 0.0),
        "wrong": np.where(both, wrong, 0.0),
        "relative": np.divide(wrong, bought, out=np.zeros_like(wrong), where=sold),
        "nonzero": sold.astype(float),
        "outside": (both & outside(said, bought, band)).astype(float),
        "counted": both.astype(float),
        "drift": np.where(ended, np.abs(said - last), 0.0),
        "settled": np.where(ended, said, 0.0),
    }


def outside(said: Floats, bought: Floats, band: Band) -> Flags:
    """Whether what was *bought* lies outside of the *band* around what was *said* before.

    >>> outside(np.array([100.0, 100.0, 100.0]), np.array([80.0, 79.0, 121.0]), (0.2, 0.25)).tolist()
    [False, True, False]
    """
    down, up = band if isinstance(band, tuple) else (band, band)
    room = np.abs(said)
    wide: Flags = (bought > said + up * room + 1e-9) | (bought < said - down * room - 1e-9)
    return wide


def notice_of(plans: Plans, rows: Ints, lead: int) -> Floats:
    """Days from the issue of versions to the period so far ahead; none where it has begun."""
    days = plans.begin_of(plans.base[rows] + lead) - np.floor(plans.issued[rows])
    return np.maximum(days, 0.0)


def said_before(plans: Plans, rows: Ints, lead: int) -> Floats:
    """What the version before each of *rows* had announced for the same period; nan where it says nothing."""
    previous = np.maximum(rows - 1, 0)
    same = (rows > 0) & (plans.of[previous] == plans.of[rows])
    column = lead + plans.base[rows] - plans.base[previous]
    same &= (column >= 0) & (column < plans.leads)
    column = np.where(same, column, 0)
    usable = same & ~plans.spread[previous, column]
    return np.where(usable, plans.announced[previous, column], np.nan)


def _firm(plans: Plans, rows: Ints) -> Ints:
    count = firm_periods(plans, rows)
    return np.bincount(np.where(count < 0, plans.leads + 1, count), minlength=plans.leads + 2)


def firm_periods(plans: Plans, rows: Ints) -> Ints:
    """How many of the nearest periods versions mark as firm; -1 where they say nothing of it."""
    marks = plans.firm[rows]
    says = (marks >= 0).any(axis=1)
    # Plans that leave out the period in which they are issued begin with the next one.
    nearest = (marks >= 0).argmax(axis=1)
    not_firm = (marks != 1) & (np.arange(marks.shape[1]) >= nearest[:, None])
    count = np.where(not_firm.any(axis=1), not_firm.argmax(axis=1), marks.shape[1]) - nearest
    firm: Ints = np.where(says, count, -1).astype(np.int64)
    return firm


def ratio(above: Floats, below: Floats) -> float:
    """The sum of *above* over that of *below*; nan without anything below.

    >>> ratio(np.array([1.0, 2.0]), np.array([2.0, 4.0]))
    0.5
    """
    total = float(below.sum())
    return float(above.sum()) / total if total > 0 else float("nan")


def weights_of(leads: int, days: float) -> Floats:
    """The weight of each of so many *leads*, in periods of so many *days*: days weigh as the weeks that they make up.

    >>> weights_of(15, 1.0)[[0, 7, 14]].tolist(), weights_of(3, 30.4).tolist()
    ([1.0, 0.5, 0.25], [1.0, 0.5, 0.25])
    """
    return np.asarray(ALPHA ** (np.arange(leads) * min(days / 7.0, 1.0)), dtype=np.float64)


def weighted(one: Sums) -> tuple[Floats, Floats]:
    """What nervousness is the ratio of, period by period: changes, and what they are changes of, weighted by lead.

    Sridharan, Berry and Udayabhanu (1988) add up the changes with weights that fall by `ALPHA` with each lead and
    divide by the number of orders; here by the quantities announced, so that large and small parts compare.
    """
    weights = weights_of(one.moved.shape[0], one.days)
    return weights @ one.moved, weights @ one.before


def reference(one: Sums) -> int:
    """The lead at which one number stands for the curve: `REFERENCE`, or the farthest at which anything is known; -1
    where nothing is."""
    known = np.flatnonzero(one.counted.sum(axis=1) > 0)
    return int(known[known <= REFERENCE].max()) if len(known[known <= REFERENCE]) else -1


def frozen(moves: Floats, tolerance: float = TOLERANCE) -> int:
    """For how many of the nearest periods *moves*, one for each lead, stay within *tolerance*.

    >>> frozen(np.array([0.0, 0.01, 0.2, 0.0]))
    2
    """
    over = ~(moves <= tolerance)
    return int(over.argmax()) if over.any() else len(moves)


def quantile(weights: Floats, share: float) -> float:
    """The position below which this *share* of the *weights* lies; nan without any.

    >>> quantile(np.array([0.0, 1.0, 1.0, 2.0]), 0.5)
    2.0
    """
    total = weights.sum()
    return float(np.searchsorted(np.cumsum(weights) / total, share - 1e-12)) if total > 0 else float("nan")
