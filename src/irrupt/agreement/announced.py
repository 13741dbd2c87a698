"""Schedules made ready to be held against rules: their plans, and which of these a rule is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeGuard

import numpy as np
import polars as pl

from irrupt.agreement.amounts import AT_A_LEAD
from irrupt.agreement.bounds import Bound, Measured
from irrupt.agreement.model import Rulebook
from irrupt.agreement.scene import CannotBeToldError, with_remedy
from irrupt.arraytypes import Ints
from irrupt.chronicle import Chronicle
from irrupt.chronicle.schedules.meeting import KEYS, plan_kind
from irrupt.errors import DataError
from irrupt.groups import ALL_CLIENTS
from irrupt.i18n import gettext as _
from irrupt.ledgers import schedules as measure
from irrupt.ledgers.bought import sources_said
from irrupt.ledgers.grid import moment_of
from irrupt.ledgers.plans import Plans, plans
from irrupt.wall import local_times

ON_SCHEDULES = tuple(
    one.name
    for one in (
        measure.NERVOUSNESS, measure.ERROR, measure.BIAS, measure.INFLATION, measure.BREACHES, measure.NOTICE,
        measure.ANNOUNCED_FROZEN, measure.EFFECTIVE_FROZEN, measure.VARIABILITY,
    )
)  # fmt: skip
"""The measures of rules that are taken from schedules or orders, never from events."""
ORDER = "order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What clients announced, or ordered. Days are those of the records; on the rulebook's clock they are moments."""

    chronicle: Chronicle
    timezone: str
    """Of the rulebook."""
    begin: datetime
    end: datetime
    """The first and the last issue, or order."""
    orders: bool
    """Whether these are orders that no plan announced."""
    only: str | None = None
    """Whose all of it is, where the records name no client and the rulebook one alone."""
    read: list[Plans] = field(default_factory=list)
    """Kept, since reading takes its time."""

    def plans(self) -> Plans:
        """The plans. Raises `CannotBeToldError` where there are none."""
        if not self.read:
            try:
                self.read.append(plans(self.chronicle.schedules, self.chronicle.timezone))
            except DataError as none:
                raise CannotBeToldError("; ".join(fault.found for fault in none.faults)) from None
        return self.read[0]

    def moment(self, days: float) -> datetime:
        """The moment at which these days since 1970 begin."""
        return moment_of(days, self.timezone)

    def day_of(self, moment: datetime) -> float:
        """The days since 1970 that a clock of the rulebook shows at *moment*."""
        return float(days_of(pl.Series([moment], dtype=pl.Datetime("us", "UTC")), self.timezone)[0])


def is_on_schedules(bound: Bound | None) -> TypeGuard[Measured]:
    """Whether it is schedules that keep or break *bound*."""
    return isinstance(bound, Measured) and bound.measure in ON_SCHEDULES


def is_bought(bound: Bound | None) -> bool:
    """Whether *bound* is about what is announced beside what is bought."""
    return isinstance(bound, Measured) and bound.measure in AT_A_LEAD


def bought_from(told: Announced) -> Iterator[str]:
    """From where it is known what was bought."""
    said = sources_said(told.plans().sources, told.chronicle.schedules)
    yield _("What was bought: {source}").format(source=_("; ").join(said))


def announced_of(chronicle: Chronicle, rulebook: Rulebook) -> Announced | None:
    """The schedules of *chronicle*; None where it has none that tell when they were issued."""
    table, orders = chronicle.schedules, False
    if table.height:
        orders = set(table["kind"].unique()) == {ORDER}
    dated = table["period"] if orders else table.filter(kind=plan_kind(table))["issued"]
    days = days_of(dated.drop_nulls().unique().sort(), chronicle.timezone)
    if not len(days):
        return None
    return Announced(
        chronicle=chronicle,
        timezone=rulebook.timezone,
        begin=moment_of(days[0], rulebook.timezone),
        end=moment_of(days[-1], rulebook.timezone),
        orders=orders,
        only=None if table["client"].count() else _only_party(rulebook),
    )


def _only_party(rulebook: Rulebook) -> str | None:
    """The one client whose schedules the rules of *rulebook* are about; None where they are several, or none."""
    bounds = (rule.binds for _name, rule, _since, _until in rulebook.versions())
    named = {one.party for one in bounds if is_on_schedules(one)} - {ALL_CLIENTS}
    return named.pop() if len(named) == 1 else None


def days_of(moments: pl.Series, timezone: str) -> Any:
    """Days since 1970 that clocks of *timezone* show at *moments*."""
    return local_times(moments, timezone).dt.epoch("us").to_numpy() / 86_400e6


def members_of(bound: Measured, told: Announced, series: pl.DataFrame) -> Ints:
    """The rows of *series* (`client`, `plant`, `part`) that *bound* is about. Raises `CannotBeToldError` where there
    are none."""
    keep = np.ones(series.height, dtype=bool)
    if bound.party not in (ALL_CLIENTS, told.only):
        keep &= (series["client"] == bound.party).fill_null(False).to_numpy()
        if not keep.any():
            text = _("nothing that {client} announces is in the records").format(client=bound.party)
            raise CannotBeToldError(with_remedy(text, bound.party, series["client"].drop_nulls().unique()))
    called = {name: role for role, name in told.chronicle.mapping.items()}
    for column, values in bound.where:
        name = column if column in KEYS else called.get(column, column)
        if name not in KEYS:
            text = _("of schedules, client, plant and part tell which are meant, not “{column}”").format(column=column)
            raise CannotBeToldError(with_remedy(text, column, KEYS))
        keep &= series[name].is_in(list(values)).fill_null(False).to_numpy()
        if not keep.any():
            text = _("nothing with {column} {values} is in the records")
            text = text.format(column=column, values=", ".join(values))
            raise CannotBeToldError(with_remedy(text, values[0], series[name].drop_nulls().unique()))
    return np.flatnonzero(keep)


def in_force(told: Announced, members: Ints, begin: datetime, until: datetime) -> Ints:
    """The versions of the plans of *members* that were issued from *begin* on, and before *until*. Raises
    `CannotBeToldError` where there are none."""
    found = told.plans()
    mine = np.isin(found.of, members) & (found.issued >= told.day_of(begin))
    if until <= told.end:
        mine &= found.issued < told.day_of(until)
    if not mine.any():
        raise CannotBeToldError(_("no plan was issued while it was in force"))
    return np.flatnonzero(mine)


def whose(told: Announced) -> Iterator[str]:
    """Whose schedules these are taken to be, where they do not say it."""
    if told.only is not None:
        yield _("The records name no client: all of it is taken to be what {client} announces.").format(
            client=told.only
        )
