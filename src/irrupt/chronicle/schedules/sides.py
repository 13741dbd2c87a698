"""Columns that say together what one column says elsewhere: firm quantities beside forecasts; dates that end weeks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from irrupt.chronicle.at_once import filled
from irrupt.chronicle.hints import plain
from irrupt.chronicle.journal import ROW, Raw
from irrupt.chronicle.schedules.fitting import can_be
from irrupt.chronicle.schedules.numbers import read_numbers
from irrupt.chronicle.schedules.periods import read_periods
from irrupt.chronicle.schedules.scales import UNIT, unscaled
from irrupt.chronicle.schedules.stems import ends_weeks
from irrupt.chronicle.schedules.words import binds
from irrupt.i18n import gettext as _

_COUNTS = (
    r"\b(?:qty|quantity|quantities|menge|qte|quantite|quantites|stuck|units|bedarf|cantidad(?:es)?|quantita|quantidade|qta|"
    r"aantal|ilosc)\b|menge\b"
)
_DATE = r"(\d{1,4}[-./]\d{1,2}[-./]\d{1,4})"
_SPAN = rf"^\s*{_DATE}\s*(?:-|–|—|bis|to|au|al?|until|t/m)\s*{_DATE}\s*$"
FROM, UNTIL = "from", "until"
_SAMPLE = 2_000
_LAST_DAYS = (5, 6, 7)
"""Days of the week on which one ends, Monday being 1."""


def taken_together(raw: Raw, mapping: Mapping[str, str]) -> Raw:
    """*raw* with one column of quantities, and one that tells which are firm, where each row has its quantity in one of
    two columns, for firm ones and for forecasts; and with weeks in the place of the dates that end them."""
    notes = list(raw.notes)
    frame = raw.frame if {"quantity", "firm"} & mapping.keys() else _one_quantity(raw.frame, notes)
    frame = _weeks(_spans(frame, notes), notes)
    return replace(raw, frame=frame, notes=tuple(notes))


def _one_quantity(frame: pl.DataFrame, notes: list[str]) -> pl.DataFrame:
    names = [name for name in frame.columns if name != ROW]
    told = {name: binds(re.sub(_COUNTS, "", plain(unscaled(name)[0]))) for name in names}
    sure, open_ = ([name for name in names if told[name] is one] for one in (True, False))
    if len(sure) != 1 or len(open_) != 1 or not all(can_be("quantity", frame[name]) for name in (*sure, *open_)):
        return frame
    first, second = sure[0], open_[0]
    fixed, foreseen = (read_numbers(frame[name]).fill_null(0) != 0 for name in (first, second))
    if (fixed & foreseen).any():
        text = _("{firm} and {forecast} both have quantities for one period: say which is meant, --map quantity=…")
        notes.append(text.format(firm=first, forecast=second))
        return frame
    notes.append(_("quantities in {firm} are firm, those in {forecast} are not").format(firm=first, forecast=second))
    quantity = pl.when(fixed).then(pl.col(first)).otherwise(pl.coalesce(second, first))
    one = frame.with_columns(quantity.alias("quantity"), fixed.alias("firm"))
    (bare, factor), also = unscaled(first), unscaled(second)[1]
    if factor == also > 1:
        one = one.with_columns(pl.lit(first.removeprefix(bare)).alias(UNIT))
    return one.drop({first, second} - {"quantity", "firm"})


def _spans(frame: pl.DataFrame, notes: list[str]) -> pl.DataFrame:
    """*frame* with two columns of dates in the place of one that tells the first and the last day of each period."""
    for column in () if {FROM, UNTIL} & set(frame.columns) else frame.get_columns():
        some, name = filled(column).head(_SAMPLE) if column.dtype == pl.String else column.clear(), column.name
        if not len(some) or not re.match(_SPAN, some[0]) or not some.str.contains(_SPAN).all():
            continue
        parts = column.str.extract_groups(_SPAN).struct.unnest()
        if all(can_be("period", part) for part in parts):
            notes.append(_("{column} tells the first and the last day of each period").format(column=name))
            return frame.with_columns(parts["1"].alias(FROM), parts["2"].alias(UNTIL)).drop(name)
    return frame


def _weeks(frame: pl.DataFrame, notes: list[str]) -> pl.DataFrame:
    """*frame* with the week in the place of each date that ends one, as the name of its column says."""
    for name in frame.columns:
        if not ends_weeks(name) or not can_be("period", frame[name]):
            continue
        begin = read_periods(frame[name]).begin
        if begin.drop_nulls().dt.weekday().is_in(_LAST_DAYS).all():
            frame = frame.with_columns(begin.dt.strftime("%G-W%V").alias(name))
            notes.append(_("the dates in {column} end their weeks, which begin on Monday").format(column=name))
    return frame
