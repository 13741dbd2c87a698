"""Tables with a column for each part, and a row for each week, made long."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from irrupt.chronicle.journal import ROW
from irrupt.chronicle.schedules.fitting import can_be
from irrupt.chronicle.schedules.leads import leads_across
from irrupt.chronicle.schedules.periods import read_periods
from irrupt.chronicle.schedules.roles import ROLES, lies_before, names_issue, periods_across, score, told_by
from irrupt.chronicle.schedules.stems import MOST, tells_sum

_CODE = re.compile(r"^(?=.*\d.*\d)[\w .\-/]{3,}$")
"""The number of a part: two figures at least."""
_FEWEST = 2
_NEARLY_ALL, _AGAIN = 0.95, 0.3
"""Share of rows whose issue is no later than their period; share of periods that are announced at several issues."""


def parts_across(frame: pl.DataFrame) -> list[str]:
    """The columns of *frame* that are named after parts: numbers of parts above numbers, where no column tells the part
    or a quantity, one tells the period, and another the issue or the client; or any names above all other columns of
    numbers, where periods are announced at several issues or by a client.

    >>> parts_across(pl.DataFrame({"Stand": ["2024-01-02"], "KW": ["2024-W02"], "A-100": [5], "A-200": [7]}))
    ['A-100', 'A-200']
    """
    names = [name for name in frame.columns if name != ROW]
    coded = [name for name in names if _CODE.match(name) and not any(score(role, name) > 0 for role in ROLES)]
    if periods_across(names) or leads_across(names):
        return []
    if len(coded) < _FEWEST:
        return _under_any_name(frame, names)
    others = [name for name in names if name not in coded and not tells_sum(name)]
    period = any(score("period", name) > 0 and can_be("period", frame[name]) for name in others)
    whose = names_issue(frame) or any(score("client", name) > 0 for name in others)
    found = [name for name in coded if _counts(frame[name])]
    return found if period and whose and not _told(others) and found == coded else []


def _under_any_name(frame: pl.DataFrame, names: Sequence[str]) -> list[str]:
    """The columns of *frame* that hold numbers, none of them called as anything else than a part is, or all of them,
    where the others tell nothing but by whom they are announced, when and for when: again and again, or by a client,
    each after its issue."""
    dates = [told_by(role, frame, names) for role in ("issued", "period")]
    issued, period = dates
    if issued is None or period is None or issued == period:
        return []
    others = [name for name in names if name not in dates and not tells_sum(name)]
    found = [name for name in others if _counts(frame[name])]
    called = [max(score(role, name) for role in ROLES) for name in found]
    if len(found) < _FEWEST or (any(called) and not all(0 < score("part", name) <= MOST for name in found)):
        return []
    beside = [name for name in others if name not in found]
    if not all(any(score(role, name) > 0 for role in ("client", "plant", "plan")) for name in beside):
        return []
    moments = pl.DataFrame({role: read_periods(frame[name]).begin for role, name in (("i", issued), ("p", period))})
    again = float(moments.group_by("p").agg(pl.col("i").n_unique() > 1)["i"].mean() or 0.0)  # type: ignore[arg-type]
    whose = any(score("client", name) > MOST for name in beside)
    early = lies_before(moments["p"] - moments["i"], within=7)
    return found if early >= _NEARLY_ALL and (again >= _AGAIN or whose) else []


def _told(names: Iterable[str]) -> bool:
    """Whether one of *names* tells of a part or a quantity."""
    return any(score(role, name) > 0 for name in names for role in ("part", "quantity", "cumulative", "value"))


def _counts(column: pl.Series) -> bool:
    return can_be("quantity", column) or column.null_count() == len(column)


def below(frame: pl.DataFrame, mapping: Mapping[str, str]) -> pl.DataFrame:
    """*frame* with a row for each filled cell, where its columns are named after parts."""
    parts = [] if {"part", "quantity"} & mapping.keys() else parts_across(frame)
    if not parts:
        return frame
    keep = [name for name in frame.columns if name not in parts and not tells_sum(name)]
    names = [next(text for text in (role, f"{role} (2)") if text not in keep) for role in ("part", "quantity")]
    text = frame.with_columns(pl.col(parts).cast(pl.String))
    return text.unpivot(parts, index=keep, variable_name=names[0], value_name=names[1]).drop_nulls(names[1])
