"""What was bought in the end of what plans announce: from call-offs, deliveries, or the last plan."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from irrupt.arraytypes import Floats
from irrupt.chronicle.schedules.meeting import KEYS, LAST, ORIGIN
from irrupt.chronicle.schedules.steps import Step, is_longer
from irrupt.chronicle.schedules.words import CALL_OFF, DELIVERED
from irrupt.i18n import gettext as _
from irrupt.ledgers.grid import number_of, whole

_AGAIN = 0.5
"""Share of what lies within the next call-off that it says again, from which on it takes back what it leaves out."""
_MOMENT = pl.duration(microseconds=1)


def what_was_bought(
    table: pl.DataFrame, sources: Mapping[str, str], series: pl.DataFrame, last: Floats, first: int, step: Step
) -> Floats:
    """What was bought in each period, as the source of each client tells: what he called off, however late it was
    delivered, and where he called off nothing, what was. Between his first call-off, or delivery, and his last, it is
    nought where none is told, but only of what is ever called off by him, or delivered to him: of anything else it is
    not known. Nor is it where the records begin or end within a period, or tell only what a longer one brought."""
    bought = last.copy()
    client = series["client"].fill_null("")
    taken = table.filter(pl.col("quantity").is_not_null() & ~pl.col("backlog"))
    for name, source in sources.items():
        if source == LAST:
            continue
        rows = taken.filter(pl.col("client").fill_null("") == name)
        rows = rows.join(series, on=KEYS, how="left", nulls_equal=True)
        mine = (client == name).to_numpy()
        bought[mine] = _told(rows.filter(kind=DELIVERED), bought.shape, first, step)[mine]
        if source == CALL_OFF:
            called = _told(last_called(rows.filter(kind=CALL_OFF)), bought.shape, first, step)
            bought[mine] = np.where(np.isnan(called), bought, called)[mine]
    return bought


def sources_said(sources: Mapping[str, str], table: pl.DataFrame) -> list[str]:
    """From where it is known what was bought, as *sources* of clients of a schedules *table* tell."""
    texts = {
        CALL_OFF: _("from the last call-off for each period"),
        DELIVERED: _("from the deliveries in the records"),
        LAST: _("taken to be what the last plan says: deliveries are not in the records"),
    }
    if (table["kind"] == DELIVERED).any():
        texts[CALL_OFF] = _("from the last call-off for each period; where nothing is called off, from the deliveries")
    return [texts[source] for source in sorted(set(sources.values()))]


def _told(rows: pl.DataFrame, shape: tuple[int, ...], first: int, step: Step) -> Floats:
    """Series × period -> what *rows* of one kind tell; nan where they do not."""
    found = np.full(shape, np.nan)
    single = rows.filter(~is_longer(step))
    if single.height:
        _fill(found, single, first, step)
    _forget(found, rows.filter(is_longer(step)), first, step)
    return found


def _fill(bought: Floats, rows: pl.DataFrame, first: int, step: Step) -> None:
    """Set what *rows* tell, which are for one period each."""
    cells = rows.select("series", number_of(pl.col("period"), step).alias("period"), "quantity")
    cells = cells.group_by("series", "period").agg(pl.col("quantity").sum())
    begin, end = whole(rows["period"].dt.date(), step)
    begin, end = max(begin - first, 0), min(end - first + 1, bought.shape[1])
    if begin >= end:
        return
    at = cells["period"].to_numpy() - first
    inside = (at >= begin) & (at < end)
    bought[cells["series"].unique().to_numpy(), begin:end] = 0.0
    bought[cells["series"].to_numpy()[inside], at[inside]] = cells["quantity"].to_numpy()[inside]


def _forget(bought: Floats, rows: pl.DataFrame, first: int, step: Step) -> None:
    """Unset the periods of which *rows*, which are for longer ones, tell a part."""
    begin, end = (number_of(at, step) - first for at in (pl.col("period"), pl.col("until") - _MOMENT))
    for one, low, high in rows.select("series", begin.alias("begin"), end.alias("end")).iter_rows():
        bought[one, max(low, 0) : max(high + 1, 0)] = np.nan


def last_called(rows: pl.DataFrame) -> pl.DataFrame:
    """Those of call-offs, *rows* of a meeting's table, that are the last for their periods. Where call-offs of a client
    say again what the ones before them said, what one leaves out within its horizon is taken back."""
    keys = (*KEYS, ORIGIN)
    plan = ("client", "plan", "issued")
    horizon = (pl.col("period").min().over(plan).alias("begin"), pl.col("period").max().over(plan).alias("end"))
    calls = rows.select(*keys, "issued", *horizon).group_by(*keys, "issued").agg(pl.min("begin"), pl.max("end"))
    calls = calls.sort("issued")
    following = calls.with_columns(pl.col("issued", "begin", "end").shift(-1).over(keys).name.prefix("next "))
    said = rows.select(*keys, "period", "issued").unique().sort("issued")
    said = said.with_columns(later=pl.col("issued").shift(-1).over(*keys, "period"))
    said = said.join(following, on=[*keys, "issued"], how="left", nulls_equal=True)
    within = pl.col("period").is_between("next begin", "next end").fill_null(value=False)
    again = (pl.col("later") == pl.col("next issued")).fill_null(value=False)
    replaced = (within & again).sum().over("client") >= _AGAIN * within.sum().over("client")
    stays = said.filter(pl.col("later").is_null() & ~(within & replaced))
    return rows.join(stays, on=[*keys, "period", "issued"], how="semi", nulls_equal=True)
