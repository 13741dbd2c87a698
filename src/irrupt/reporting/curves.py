"""A chart of a response: a difference, with its interval, at each setting of one parameter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from irrupt.experiment.varied import Interval
from irrupt.reporting import svg
from irrupt.reporting.charts import axis, digits_of, finite, legend
from irrupt.reporting.svg import Scale, fixed, label, line, tag, text_width
from irrupt.reporting.words import written

TALL = 260.0
MARGIN = 0.06
"""Share of the range that stays free above and below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What is drawn, all in the units of *heads*."""

    points: Sequence[tuple[float, Interval, str]]
    """Setting, difference there, and what is told when the pointer rests on it."""
    line: Sequence[tuple[float, Interval]] = ()
    """The mean response, in the order of the settings; none where the points are no curve."""
    level: float | None = None
    """A difference that is looked for,"""
    passed: Interval | None = None
    """and from which setting on it is passed."""
    heads: tuple[str, str]
    """What runs across, and what up."""
    names: tuple[str, str]
    """What the line with its band is, and the level."""


def response(shown: Response, *, width: float, title: str, description: str) -> Markup:
    """The drawing of *shown*."""
    items = [(shown.names[0], lambda x, y: line(x - 6, y, x + 6, y, "interval"))] if shown.line else []
    if shown.level is not None:
        items.append((shown.names[1], lambda x, y: line(x - 6, y, x + 6, y, "bound sought")))
    marks, top = legend(items, width)
    marks += label(0, top + 10, "↑ " + shown.heads[1], class_="soft", room=width)
    top += 22
    bottom = top + min(TALL, width * 0.6)
    up = Scale(*_range(shown), bottom, top)
    values = svg.ticks(up.low, up.high, 5)
    digits = digits_of(values[1] - values[0]) if len(values) > 1 else 0
    left = max((text_width(written(value, digits), 11) for value in values), default=0.0) + 14
    settings = [setting for setting, _found, _tip in shown.points]
    free = MARGIN * (max(settings) - min(settings)) or 1.0
    across = Scale(min(settings) - free, max(settings) + free, left, width - 14)
    marks += axis(across, bottom, width, top=top)
    for value in values:
        marks += line(left, up(value), width - 14, up(value), "hair")
        marks += label(left - 6, up(value) + 4, written(value, digits), anchor="end", class_="tick", size=11)
    marks += _sought(shown, across, up) + _band(shown, across, up)
    marks += line(left, up(0), width - 14, up(0), "zero")
    marks += Markup("").join(_mark(point, across, up, bare=bool(shown.line)) for point in shown.points)
    marks += label(width - 14, bottom + 34, shown.heads[0] + " →", anchor="end", class_="soft", room=width - 14)
    return svg.picture(width, bottom + 42, title, description, [marks])


def _range(shown: Response) -> tuple[float, float]:
    ends = [end for _setting, found, _tip in shown.points for end in found]
    ends = [*finite(ends), 0.0, *([] if shown.level is None else [shown.level])]
    low, high = min(ends), max(ends)
    free = MARGIN * (high - low) or 1.0
    return low - free, high + free


def _sought(shown: Response, across: Scale, up: Scale) -> Markup:
    """The level, and the settings between which it is passed."""
    if shown.level is None:
        return Markup("")
    marks = Markup("")
    if shown.passed is not None and math.isfinite(shown.passed.value):
        begin, end = across(shown.passed.low), across(shown.passed.high)
        marks += svg.box(begin, up.end, end - begin, up.begin - up.end, "matters")
        marks += line(across(shown.passed.value), up.end, across(shown.passed.value), up.begin, "bound sought")
    return marks + line(across.begin, up(shown.level), across.end, up(shown.level), "bound sought")


def _band(shown: Response, across: Scale, up: Scale) -> Markup:
    """The line through the means, within the band of their intervals."""
    told = [(across(x), found) for x, found in shown.line if math.isfinite(found.high - found.low)]
    if len(told) < 2:
        return Markup("")
    outline = [(x, up(found.high)) for x, found in told] + [(x, up(found.low)) for x, found in reversed(told)]
    middle = [(x, up(found.value)) for x, found in told]
    around, through = (" ".join(f"{fixed(x)},{fixed(y)}" for x, y in corners) for corners in (outline, middle))
    return tag("polygon", points=around, class_="reach") + tag("polyline", points=through, class_="course")


def _mark(point: tuple[float, Interval, str], across: Scale, up: Scale, *, bare: bool) -> Markup:
    setting, found, tip = point
    if not math.isfinite(found.value):
        return Markup("")
    marks = Markup("")
    if not bare and math.isfinite(found.high - found.low):
        marks += line(across(setting), up(found.low), across(setting), up(found.high), "interval")
    return marks + svg.dot(across(setting), up(found.value), "mark", tip, radius=3.5)
