"""What had been announced for a period one, two or more periods before, beside what was bought then: a row for each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from irrupt.chronicle.journal import ROW, Raw
from irrupt.chronicle.schedules.fitting import can_be
from irrupt.chronicle.schedules.periods import read_periods
from irrupt.chronicle.schedules.roles import told_by
from irrupt.i18n import gettext as _

_LAG = re.compile(
    r"(?:(?<![^\W_])(?:lag|vorlauf|d[ée]calage|retardo|ritardo)[\s_.:-]*|"
    r"(?:forecast|fcst|plan|pr[ée]v(?:ision)?|prognose|vorschau|pron[óo]stico|previsione|previs[ãa]o)\W+[tmwsn]\s?-\s?)(\d{1,2})\b"
)
"""`Forecast lag 2`, `Plan M-2`."""
_FEWEST = 2
_STEPS = {1: "{}d", 7: "{}w", 28: "{}mo", 29: "{}mo", 30: "{}mo", 31: "{}mo"}
"""Days from one period to the next, and how far back one of them is."""
ISSUED, QUANTITY = "issued", "quantity"


def with_lags(raw: Raw, mapping: Mapping[str, str]) -> Raw:
    """*raw* with a row for each column that tells what had been announced so many periods before, and when that was.

    >>> rows = {ROW: [0, 1], "Month": ["2024-05", "2024-06"], "Actual": [9, 8], "Lag 1": [7, 6], "Lag 2": [5, 4]}
    >>> raw = with_lags(Raw(frame=pl.DataFrame(rows), name="", locate=lambda _rows: ()), {})
    >>> raw.frame["issued"].to_list()
    ['2024-04-01', '2024-03-01', '2024-05-01', '2024-04-01']
    """
    frame = raw.frame
    lags = {name: int(found[1]) for name in frame.columns if (found := _LAG.search(name.lower())) is not None}
    others = [name for name in frame.columns if name not in (*lags, ROW)]
    if len(lags) < _FEWEST or {ISSUED, QUANTITY} & {*others, *mapping}:
        return raw
    period = mapping.get("period") or told_by("period", frame, others)
    if period not in others:
        return raw
    if told_by("issued", frame, [name for name in others if name != period]) or not all(
        can_be("quantity", frame[name]) for name in lags
    ):
        return raw
    begin = read_periods(frame[period]).begin
    apart = begin.unique().sort().diff().dt.total_days().drop_nulls()
    step = _STEPS.get(int(apart.median() or 0))  # type: ignore[arg-type]
    if step is None:
        return raw
    parts = [
        frame.drop(lags).with_columns(
            begin.dt.offset_by("-" + step.format(lag)).dt.to_string("%Y-%m-%d").alias(ISSUED),
            frame[name].cast(pl.String).alias(QUANTITY),
        )
        for name, lag in lags.items()
    ]
    text = _("{names} tell what had been announced that many periods before {period}")
    note = text.format(names=", ".join(lags), period=period)
    return replace(raw, frame=pl.concat(parts).sort(ROW, maintain_order=True), notes=(*raw.notes, note))
