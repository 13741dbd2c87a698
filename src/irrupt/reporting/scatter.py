"""A chart of points with intervals both ways: measures of two parties against each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from irrupt.experiment.varied import Interval
from irrupt.reporting import svg
from irrupt.reporting.charts import axis, finite, legend
from irrupt.reporting.svg import Scale, label, line, text_width
from irrupt.reporting.words import written

TALL = 360.0
MARGIN = 0.06
"""Share of the range that stays free around the points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One candidate."""

    name: str
    across: Interval
    up: Interval
    on: bool
    tip: str


def scatter(
    points: Sequence[Point],
    heads: tuple[str, str],
    names: tuple[str, str, str],
    *,
    width: float,
    title: str,
    description: str,
) -> Markup:
    """*points* with the intervals of both coordinates; *heads* say what runs across and what up, *names* what filled
    marks, grey marks and the diamond at the origin are."""
    marks, top = legend(
        [
            (names[0], lambda x, y: svg.dot(x, y, "mark on")),
            (names[1], lambda x, y: svg.dot(x, y, "mark off")),
            (names[2], svg.diamond),
        ],
        width,
    )
    marks += label(0, top + 10, "↑ " + heads[1], class_="soft", room=width)
    top += 22
    bottom = top + min(TALL, width * 0.75)
    up = Scale(*_range([one.up for one in points]), bottom, top)
    values = svg.ticks(up.low, up.high, 5)
    digits = _digits(values)
    left = max((text_width(written(value, digits), 11) for value in values), default=0.0) + 8
    across = Scale(*_range([one.across for one in points]), left, width - 14)
    marks += axis(across, bottom, width, top=top)
    for value in values:
        marks += line(left, up(value), width - 14, up(value), "hair")
        marks += label(left - 6, up(value) + 4, written(value, digits), anchor="end", class_="tick", size=11)
    marks += line(across(0), top, across(0), bottom, "zero") + line(left, up(0), width - 14, up(0), "zero")
    marks += svg.diamond(across(0), up(0))
    for one in sorted(points, key=lambda point: point.on):
        marks += _mark(one, across, up)
    marks += label(width - 14, bottom + 34, heads[0] + " →", anchor="end", class_="soft", room=width - 14)
    return svg.picture(width, bottom + 42, title, description, [marks])


def _range(found: Sequence[Interval]) -> tuple[float, float]:
    ends = [*finite([end for one in found for end in one]), 0.0]
    low, high = min(ends), max(ends)
    free = MARGIN * (high - low) or 1.0
    return low - free, high + free


def _digits(values: Sequence[float]) -> int:
    step = values[1] - values[0] if len(values) > 1 else 1.0
    return max(0, min(6, -math.floor(math.log10(step) + 1e-9)))


def _mark(one: Point, across: Scale, up: Scale) -> Markup:
    x, y = one.across, one.up
    if not (math.isfinite(x.value) and math.isfinite(y.value)):
        return Markup("")
    tone = "on" if one.on else "off"
    marks = Markup("")
    if math.isfinite(x.high - x.low):
        marks += line(across(x.low), up(y.value), across(x.high), up(y.value), f"interval {tone}")
    if math.isfinite(y.high - y.low):
        marks += line(across(x.value), up(y.low), across(x.value), up(y.high), f"interval {tone}")
    marks += svg.dot(across(x.value), up(y.value), f"mark {tone}", one.tip)
    return marks + label(across(x.value) + 7, up(y.value) - 6, one.name, class_="strong" if one.on else "soft", size=11)
