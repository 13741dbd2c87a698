"""Tables with a column for each part, and a row for each week, made long."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from irrupt.chronicle.journal import ROW
from irrupt.chronicle.schedules.fitting import can_be
from irrupt.chronicle.schedules.leads import leads_across
from irrupt.chronicle.schedules.roles import ROLES, names_issue, periods_across, score
from irrupt.chronicle.schedules.stems import tells_sum

_CODE = re.compile(r"^(?=.*\d.*\d)[\w .\-/]{3,}$")
"""The number of a part: two figures at least."""
_FEWEST = 2


def parts_across(frame: pl.DataFrame) -> list[str]:
    """The columns of *frame* that are named after parts: numbers of parts above numbers, where no column tells the part
    or a quantity, one tells the period, and another the issue or the client.

    >>> parts_across(pl.DataFrame({"Stand": ["2024-01-02"], "KW": ["2024-W02"], "A-100": [5], "A-200": [7]}))
    ['A-100', 'A-200']
    """
    names = [name for name in frame.columns if name != ROW]
    coded = [name for name in names if _CODE.match(name) and not any(score(role, name) > 0 for role in ROLES)]
    if len(coded) < _FEWEST or periods_across(names) or leads_across(names):
        return []
    others = [name for name in names if name not in coded and not tells_sum(name)]
    told = any(score(role, name) > 0 for name in others for role in ("part", "quantity", "cumulative", "value"))
    period = any(score("period", name) > 0 and can_be("period", frame[name]) for name in others)
    whose = names_issue(frame) or any(score("client", name) > 0 for name in others)
    found = [name for name in coded if can_be("quantity", frame[name]) or frame[name].null_count() == frame.height]
    return found if period and whose and not told and found == coded else []


def below(frame: pl.DataFrame, mapping: Mapping[str, str]) -> pl.DataFrame:
    """*frame* with a row for each filled cell, where its columns are named after parts."""
    parts = [] if {"part", "quantity"} & mapping.keys() else parts_across(frame)
    if not parts:
        return frame
    keep = [name for name in frame.columns if name not in parts and not tells_sum(name)]
    names = [next(text for text in (role, f"{role} (2)") if text not in keep) for role in ("part", "quantity")]
    text = frame.with_columns(pl.col(parts).cast(pl.String))
    return text.unpivot(parts, index=keep, variable_name=names[0], value_name=names[1]).drop_nulls(names[1])
