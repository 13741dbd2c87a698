"""What a client pays for what he changes after he announced it: each piece at the price of its zone."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.chronicle.goods import Goods
from irrupt.engine.tables import Tables
from irrupt.organisation.planning import Programme


def charged(usual: Tables, products: tuple[str, ...], goods: Goods, at: int) -> Floats | float:
    """Per product: what is paid for what the schedule that is issued when the period *at* begins changes in the one
    before it."""
    prices = _prices(usual, products, goods.announced.shape[2] - 1)
    if at == 0 or prices is None:
        return 0.0
    moved = np.abs(goods.announced[:, at, :-1] - goods.announced[:, at - 1, 1:])
    found: Floats = np.where(np.isnan(moved), 0.0, moved * prices).sum(axis=1)
    return found


@lru_cache(maxsize=64)
def _prices(usual: Tables, products: tuple[str, ...], leads: int) -> Floats | None:
    """Per product and period ahead, what a piece costs that is changed, which was announced when it was one period
    farther ahead; None where nothing does."""
    programmes = [usual.organisation.programmes[name] for name in products]
    if not any(one.zones for one in programmes):
        return None
    return np.array([[price_of(one, lead + 1) for lead in range(leads)] for one in programmes], np.float64)


def price_of(programme: Programme, lead: int) -> float:
    """What a piece costs that was announced *lead* periods ahead and is changed: that of the nearest zone it lies in.

    >>> from irrupt.organisation.planning import Zone
    >>> near, far = Zone(periods=2, price=5.0), Zone(periods=4, price=2.0)
    >>> rules = Programme(client="A", level=9.0, zones=(near, far))
    >>> [price_of(rules, lead) for lead in range(5)]
    [5.0, 5.0, 2.0, 2.0, 0.0]
    """
    return next((zone.price for zone in programme.zones if lead < zone.periods), 0.0)
