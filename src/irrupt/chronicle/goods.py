"""What a plan came to, as arrays: what was needed, announced, planned, made and delivered, product by product.

The planner of a run writes them, period by period; measures and tables read them. Nothing is lost: what was released is
finished or in the making, what was finished is delivered or in stock.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats, Ints


class Goods(NamedTuple):
    """Arrays of shape (products, periods), unless said otherwise; periods from `now[0]` on have not ended yet."""

    now: Ints
    """(1,): how many periods have ended."""
    begin: Floats
    """(periods + 1,): when each begins, in seconds since the origin."""
    need: Floats
    """What the client needs; (products, periods + leads), for plans look beyond the last period."""
    announced: Floats
    """(products, periods, leads): what was announced, when a period began, for the periods ahead; nan: nothing."""
    frozen: Floats
    """For how many periods ahead it was announced as frozen."""
    call_off: Floats
    """What he called off: what was announced when the period began."""
    planned: Floats
    """(products, periods, leads): what the firm planned to have ready in the periods ahead; nan: nothing can be
    planned any more, or not yet."""
    released: Floats
    """What it released when the period began."""
    orders: Floats
    """As how many orders."""
    finished: Floats
    """What was finished during the period."""
    delivered: Floats
    """What was delivered at its end."""
    on_time: Floats
    """What was delivered at its end of what was called off for it."""
    stock: Floats
    """Finished goods at its end, after delivery."""
    backlog: Floats
    """What was called off and not delivered at its end."""
    clients_stock: Floats
    """What the client has at its end: what was delivered less what he needed; below nought, he lacks it."""

    @classmethod
    def empty(cls, products: int, begin: Floats, leads: int) -> Goods:
        """Nothing has happened yet."""
        shape = (products, len(begin) - 1)
        own = ("now", "begin", "need", "announced", "planned")
        plain = {name: np.zeros(shape) for name in cls._fields if name not in own}
        ahead = {name: np.full((*shape, leads), np.nan) for name in ("announced", "planned")}
        need = np.zeros((products, len(begin) - 1 + leads))
        return cls(now=np.zeros(1, np.int64), begin=begin, need=need, **plain, **ahead)


class Hours(NamedTuple):
    """Weekly hours of teams, which may follow the plan: arrays of shape (teams, weeks, kinds), in hours of all its
    people together. Kinds: usual hours, added by modulation, taken away by it, overtime, temps."""

    now: Ints
    """(1,): how many weeks have begun."""
    announced: Floats
    """As announced in the roster."""
    worked: Floats
    """As they were in the end."""
    notice: Floats
    """(teams, weeks): weeks of notice of the last change after they were announced; nan: none came."""
    moved: Floats
    """(teams, weeks, classes of notice): hours that came, or fell away, after they were announced, by how long before
    their day this was told: the same day, the day before, days (less than two weeks), weeks."""

    @classmethod
    def empty(cls, teams: int, weeks: int) -> Hours:
        """Nothing has happened yet."""
        shape = (teams, weeks)
        announced, worked = np.zeros((2, *shape, KINDS))
        moved = np.zeros((*shape, len(NOTICE_DAYS)))
        return cls(np.zeros(1, np.int64), announced, worked, np.full(shape, np.nan), moved)


class Money(NamedTuple):
    """What a plan costs, at the rates in force; nan: not known."""

    delay: Floats
    """(products, periods): what a piece that is owed at the end of a period costs."""
    holding: Floats
    """(products, periods): what a piece that is in stock then costs."""
    price: Floats
    """(products, periods): what a piece brings that is delivered then."""
    flexible: Floats
    """(teams, weeks): what overtime, temps and supplements for short notice cost."""
    charged: Floats
    """(products, periods): what the client pays for what he changes in his schedule when the period begins."""


class Planned(NamedTuple):
    """What a plan came to, and for whom."""

    goods: Goods
    clients: tuple[str, ...]
    """Product -> who orders it."""
    hours: Hours
    teams: tuple[str, ...]
    """Of *hours*."""
    money: Money


USUAL, ADDED, LESS, OVERTIME, TEMPS = range(5)
KINDS = 5
NOTICE_DAYS = (0, 1, 2, 14)
"""Days before their day from which on each class of notice counts."""
