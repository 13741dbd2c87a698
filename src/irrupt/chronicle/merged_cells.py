"""The number of a case that stands on its first row only, as cells of a sheet that are merged are written out."""

from __future__ import annotations

import polars as pl

from irrupt.chronicle.journal import Journal
from irrupt.chronicle.times import Times
from irrupt.i18n import gettext as _

_FORWARD = 0.9
"""Share of the rows below the first of a case that must be no earlier than the row above them,"""
_BACK = 0.05
"""and of the first rows that must be: else all may stand in the order of time, and nothing tells whose a row is."""


def with_cases_below(frame: pl.DataFrame, column: str, end: Times, journal: Journal) -> pl.DataFrame:
    """*frame* with the case of its first row on all rows below, where *column* names each case once and is empty
    below, and time goes on there; as it is otherwise.

    *end*: when each row ended.
    """
    cases = frame[column].cast(pl.String).str.strip_chars()
    cases = cases.replace("", None)
    empty, named = cases.null_count(), cases.drop_nulls()
    if empty < len(named) or not len(named) or cases[0] is None or named.n_unique() < len(named):
        return frame
    onward = end.moments.diff().dt.total_microseconds() >= 0
    below, first = (float(onward.filter(rows).mean() or 0.0) for rows in (cases.is_null(), cases.is_not_null()))  # type: ignore[arg-type]
    if below < _FORWARD or first > 1.0 - _BACK:
        return frame
    text = _('"{column}" names each case on its first row: rows below belong to it')
    journal.note(text.format(column=column))
    return frame.with_columns(cases.forward_fill().alias(column))
