"""A chart of periods held against a limit: which were kept, and which were not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from irrupt.reporting import svg
from irrupt.reporting.charts import GAP, finite
from irrupt.reporting.svg import Scale, label, line, text_width

_TALL = 72.0
_TOP = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A period: its value, whether it keeps the limit, and what is said when one points at it."""

    value: float
    kept: bool
    tip: str


def against(
    columns: Sequence[Column],
    limits: Sequence[tuple[float, str]],
    ends: tuple[str, str],
    *,
    width: float,
    title: str,
    description: str,
) -> Markup:
    """One column for each period, those that do not keep a limit marked; each of *limits* is a line with its name.

    *ends* name the first and the last period. Columns of values below nought hang down from it.
    """
    names = max((text_width(name, 11) for _value, name in limits), default=0.0)
    room = width - names - GAP
    shown = [*finite([one.value for one in columns]), *(value for value, _name in limits)]
    scale = Scale(min([*shown, 0.0]), max([*shown, 1e-9]), 0.0, _TALL)
    base, floor = _TOP + _TALL, _TOP + _TALL - scale(0.0)
    each = room / max(len(columns), 1)
    wide = each - (1.5 if each > 4 else 0.0)
    marks = Markup("")
    for index, one in enumerate(columns):
        known = one.value == one.value
        tall = max(abs(scale(one.value) - scale(0.0)), 1.0) if known else 0.0
        top = floor if one.value < 0 else floor - tall
        marks += svg.box(index * each, top, wide, tall, "kept" if one.kept else "unkept", one.tip)
    for value, name in limits:
        y = base - scale(value)
        marks += line(0, y, room, y, "reference") + label(room + GAP, y + 4, name, class_="tick", size=11)
    marks += line(0, floor + 0.5, room, floor + 0.5, "rule")
    marks += label(0, base + 15, ends[0], class_="tick", size=11, room=room / 2 - 4)
    if len(columns) > 1:
        marks += label(room, base + 15, ends[1], anchor="end", class_="tick", size=11, room=room / 2 - 4)
    return svg.picture(width, base + 20, title, description, [marks])
