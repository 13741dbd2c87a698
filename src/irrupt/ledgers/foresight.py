"""How far what a client announces is what he calls off, in runs: the same measures as of schedules that were read.

What `instability` adds up over the versions of real plans, period by period for intervals, is here a few sums over the
arrays of a run, at the lead of reference alone.
"""

from __future__ import annotations

import numpy as np

from irrupt.arraytypes import Floats, Ints
from irrupt.chronicle.goods import Goods
from irrupt.ledgers import schedules as measure
from irrupt.ledgers.instability import BAND, REFERENCE, TOLERANCE, quantile
from irrupt.units import DAY, WEEK

NAN = float("nan")

MEASURES = (
    measure.ERROR, measure.BIAS, measure.INFLATION, measure.BREACHES, measure.NOTICE, measure.ANNOUNCED_FROZEN,
    measure.VARIABILITY,
)  # fmt: skip


def foresight(goods: Goods, products: Ints, periods: Ints) -> dict[str, float]:
    """Measure -> value, for some *products* together over *periods*, which follow each other."""
    frozen = np.bincount(goods.frozen[np.ix_(products, periods)].ravel().astype(np.int64))
    found = {
        measure.NOTICE.name: _notice(goods, products, periods),
        measure.ANNOUNCED_FROZEN.name: quantile(frozen.astype(np.float64), 0.5),
        measure.VARIABILITY.name: _variability(goods, products, periods),
    }
    lead = min(goods.announced.shape[2], len(periods), REFERENCE + 1) - 1
    while lead > 0 and np.isnan(goods.announced[np.ix_(products, periods[:-lead])][:, :, lead]).all():
        lead -= 1
    issued = periods[: len(periods) - lead]
    said = goods.announced[np.ix_(products, issued)][:, :, lead]
    bought = goods.call_off[np.ix_(products, issued + lead)]
    known = ~np.isnan(said)
    return found | _accuracy(said[known], bought[known])


def _accuracy(said: Floats, bought: Floats) -> dict[str, float]:
    wrong, planned, total = np.abs(said - bought), said.sum(), bought.sum()
    return {
        measure.ERROR.name: ratio(wrong.sum(), total),
        measure.BIAS.name: ratio(planned - total, total),
        measure.INFLATION.name: ratio(planned - total, planned),
        measure.BREACHES.name: float((wrong > BAND * np.abs(said) + 1e-9).mean()) if len(said) else NAN,
    }


def ratio(above: float, below: float) -> float:
    """*above* over *below*; nan where that is nothing."""
    return float(above) / float(below) if below > 0 else NAN


def _notice(goods: Goods, products: Ints, periods: Ints) -> float:
    """Days to the period with less than which half of what is moved by more than the tolerance comes."""
    later = periods[periods > 0]
    now = goods.announced[np.ix_(products, later)][:, :, :-1]
    before = goods.announced[np.ix_(products, later - 1)][:, :, 1:]
    moved = np.abs(now - before)
    moved = np.where(moved > TOLERANCE * np.abs(before), moved, 0.0).sum(axis=0)
    until = later[:, None] + np.arange(now.shape[2])
    told = until < len(goods.begin) - 1
    days = (goods.begin[until[told]] - np.broadcast_to(goods.begin[later][:, None], told.shape)[told]) / DAY
    return quantile(np.bincount(np.round(days).astype(np.int64), moved[told]).astype(np.float64), 0.5)


def _variability(goods: Goods, products: Ints, periods: Ints) -> float:
    """Over whole weeks."""
    week = (goods.begin[periods] // WEEK).astype(np.int64)
    called = np.bincount(week - week[0], goods.call_off[np.ix_(products, periods)].sum(axis=0))
    return ratio(float(called.std()), float(called.mean()))
