"""Effects drawn as a forest: differences with intervals around zero, measure by measure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from irrupt.reporting import svg
from irrupt.reporting.charts import Frame, finite, frame
from irrupt.reporting.svg import Scale, label, line, text_width

PAGE = 800.0
"""How high a picture is at most that fits on a page below its heading."""
NEAR = 2.5
"""How many times the farthest interval a band may reach to be drawn whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One difference with its interval."""

    party: str
    difference: float
    low: float
    high: float
    matters: float
    decided: bool
    set_directly: bool
    text: str
    tip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The effects on one measure; all of one unit."""

    measure: str
    """Its name and unit."""
    effects: Sequence[Effect] = field(default_factory=tuple)


def forest(panels: Sequence[Panel], ends: tuple[str, str], *, width: float, title: str, description: str) -> Markup:
    """Differences with intervals around one line at zero. Each measure has its own scale, set by its intervals; *ends*
    name what lies left and right of zero. Bands of what is too small to matter are cut where the picture ends.

    Wide ones are drawn as several pictures below each other where one would not fit on a page of paper."""
    effects = [effect for panel in panels for effect in panel.effects]
    shape = frame(width, [effect.party for effect in effects], [effect.text for effect in effects])
    reach = [_reach(panel) for panel in panels]
    left, right = (max([0.12, *(sides[side] for sides in reach)]) for side in (0, 1))
    zero = Scale(-left, right, shape.begin + 6, shape.end - 6)(0.0)
    drawn = Markup("")
    for some in _pages(panels, shape) if shape.names else [panels]:
        marks, y = _heads(ends, zero, shape), 22.0
        names = Markup("")
        for panel in some:
            most = _most(panel)
            scale = Scale(-left * most, right * most, shape.begin + 6, shape.end - 6)
            names += label(0, y + 14, panel.measure, room=width, class_="strong")
            for index, effect in enumerate(panel.effects):
                marks += _band(effect, scale, shape.middle(y + 22 + index * shape.pitch))
            marks += _zero(zero, shape, y + 22, len(panel.effects))
            names += _effects(panel, shape, scale, y + 22)
            y += _height(panel, shape)
        drawn += svg.picture(width, y, title, description, [marks, names])
    return drawn


def _height(panel: Panel, shape: Frame) -> float:
    return 22 + shape.pitch * len(panel.effects) + 8


def _pages(panels: Sequence[Panel], shape: Frame) -> list[list[Panel]]:
    """*panels*, in order, in as few pictures as fit on a page each, about equally high."""
    heights = [_height(panel, shape) for panel in panels]
    share = sum(heights) / max(math.ceil(sum(heights) / PAGE), 1)
    found, at = [list[Panel]()], 0.0
    for panel, height in zip(panels, heights, strict=True):
        if found[-1] and at + height / 2 > share * len(found):
            found.append([])
        found[-1].append(panel)
        at += height
    return found


def _ends(panel: Panel) -> list[float]:
    """What the scale must reach: the intervals, and the edge of a band that lies not far beyond them; where all bands
    do, that of the narrowest, as what is next to nothing is to stand next to zero."""
    found = finite([end for effect in panel.effects for end in (effect.low, effect.high, effect.difference)])
    most = max(map(abs, found), default=0.0)
    bands = [effect for effect in panel.effects if 0 < effect.matters < math.inf]
    near = [effect for effect in bands if effect.matters <= NEAR * most]
    shown = near or sorted(bands, key=lambda effect: effect.matters)[:1]
    return [*found, *finite([math.copysign(effect.matters, effect.difference) for effect in shown])]


def _most(panel: Panel) -> float:
    """How far from zero the scale must reach at most."""
    return max(map(abs, _ends(panel)), default=0.0) or 1.0


def _reach(panel: Panel) -> tuple[float, float]:
    """How far a panel reaches left and right of zero, as shares of its largest reach."""
    found, most = _ends(panel), _most(panel)
    return max([0.0, *(-end / most for end in found)]), max([0.0, *(end / most for end in found)])


def _heads(ends: tuple[str, str], zero: float, shape: Frame) -> Markup:
    """What lies left and right of zero."""
    left, right = f"← {ends[0]}", f"{ends[1]} →"
    room = (zero - 8, shape.width - zero - 8)
    marks = label(zero - 8, 12, left, anchor="end", class_="tick", size=11) if text_width(left, 11) <= room[0] else ""
    return Markup(marks) + (
        label(zero + 8, 12, right, class_="tick", size=11) if text_width(right, 11) <= room[1] else Markup("")
    )


def _effects(panel: Panel, shape: Frame, scale: Scale, y: float) -> Markup:
    marks = Markup("")
    for effect in panel.effects:
        marks += shape.words(y, effect.party, effect.text) + _mark(effect, scale, shape.middle(y))
        y += shape.pitch
    return marks


def _zero(zero: float, shape: Frame, y: float, rows: int) -> Markup:
    """The line at zero beside the marks of so many *rows* from *y* on: never through words, which stand above the marks
    where there is no room for them on the left."""
    if shape.names:
        return line(zero, y, zero, y + rows * shape.pitch, "zero")
    middles = [shape.middle(y + row * shape.pitch) for row in range(rows)]
    return Markup("").join(line(zero, middle - 9, zero, middle + 12, "zero") for middle in middles)


def _band(effect: Effect, scale: Scale, middle: float) -> Markup:
    if not (math.isfinite(effect.matters) and effect.matters > 0):
        return Markup("")
    left = scale(-effect.matters)
    return svg.box(left, middle - 9, scale(effect.matters) - left, 18, "matters")


def _mark(effect: Effect, scale: Scale, middle: float) -> Markup:
    if not math.isfinite(effect.difference):
        return Markup("")
    tone = "on" if effect.decided else "off"
    marks = Markup("")
    if not math.isnan(effect.low) and not math.isnan(effect.high):
        marks += line(scale(effect.low), middle, scale(effect.high), middle, f"interval {tone}")
    hollow = " hollow" if effect.set_directly else ""
    return marks + svg.dot(scale(effect.difference), middle, f"mark {tone}{hollow}", effect.tip)
