"""Charts as static SVG: each takes plain data and a width in pixels, and returns one picture.

Below 500 pixels names stand above their marks instead of beside them, so that a chart reads on a telephone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from irrupt.i18n import gettext as _
from irrupt.reporting import svg
from irrupt.reporting.svg import Scale, label, line, text_width
from irrupt.reporting.words import written

NARROW = 500.0
GAP = 10.0


def digits_of(step: float) -> int:
    """Decimals that ticks so far apart take."""
    return max(0, min(6, -math.floor(math.log10(step) + 1e-9))) if step > 0 else 0


def finite(values: Sequence[float]) -> list[float]:
    """The values that can be drawn."""
    return [value for value in values if math.isfinite(value)]


def axis(scale: Scale, y: float, width: float, *, top: float, unit: str = "") -> Markup:
    """Tick labels below *y* with hair lines up to *top*; labels never overlap nor leave the picture."""
    marks = Markup("")
    values = _readable(scale, max(2, int((scale.end - scale.begin) / 90)))
    digits = digits_of(values[1] - values[0]) if len(values) > 1 else 0
    free = 0.0
    for index, value in enumerate(values):
        x = scale(value)
        marks += line(x, top, x, y, "hair")
        text = written(value, digits) + ("\u202f" + unit if unit and index == len(values) - 1 else "")
        half = text_width(text, 11) / 2
        middle = min(max(x, half), width - half)
        if middle - half >= free and half * 2 <= width:
            marks += label(middle, y + 14, text, anchor="middle", class_="tick", size=11)
            free = middle + half + 6
    return marks


def _readable(scale: Scale, count: int) -> list[float]:
    """About *count* ticks, and two or more where there is a span: one alone tells no scale, nor how it is written."""
    found = [svg.ticks(scale.low, scale.high, times * count) for times in (1, 2, 4)]
    return next((values for values in found if len(values) > 1), found[-1])


def legend(items: Sequence[tuple[str, Callable[[float, float], Markup]]], width: float) -> tuple[Markup, float]:
    """Marks with their meaning, wrapped within *width*; returns them and the height that they take."""
    marks, x, y = Markup(""), 0.0, 12.0
    for text, mark in items:
        room = text_width(text)
        if x > 0 and x + 18 + room > width:
            x, y = 0.0, y + 18
        marks += mark(x + 6, y - 4) + label(x + 18, y, text, room=width - x - 18, class_="soft")
        x += 18 + room + 16
    return marks, y + 12 if items else 0.0


@dataclass(frozen=True, slots=True)
class Frame:
    """Where names, marks and remarks of a chart of rows stand."""

    width: float
    names: float
    """Width of the column of names; 0 where they stand above the marks."""
    remarks: float
    """Width of the column of remarks on the right."""

    @property
    def begin(self) -> float:
        """Left edge of the marks."""
        return self.names + GAP if self.names else 6.0

    @property
    def end(self) -> float:
        """Right edge of the marks."""
        return self.width - 6.0 if not self.names or not self.remarks else self.width - self.remarks - GAP

    @property
    def pitch(self) -> float:
        """Height of a row."""
        return 26.0 if self.names else 42.0

    def words(self, y: float, name: str, remark: str = "") -> Markup:
        """The name and the remark of the row that begins at *y*."""
        taken = min(text_width(remark), self.remarks)
        room = self.names or self.width - (taken + GAP if remark else 0)
        base = y + (17 if self.names else 13)
        marks = label(0, base, name, room=room)
        if not self.names:
            marks = svg.box(0, y, self.width, 17, "paper") + marks
        if remark:
            marks += label(self.width, base, remark, anchor="end", room=taken, class_="soft")
        return marks

    def middle(self, y: float) -> float:
        """Where the marks of the row that begins at *y* stand."""
        return y + (13 if self.names else 26)


def frame(width: float, names: Sequence[str], remarks: Sequence[str] = ()) -> Frame:
    """Room for *names* and *remarks* in a picture of *width*."""
    if width < NARROW:
        return Frame(width, 0.0, min(max(map(text_width, remarks), default=0.0), width * 0.7))
    widest = max((text_width(svg.clean(name)) for name in names), default=0.0)
    rest = max(map(text_width, remarks), default=0.0)
    return Frame(width, max(min(widest, width * 0.36), 20.0), min(rest, width * 0.36))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """One bar: its segments, and for each border between two of them where else it might lie."""

    name: str
    values: Sequence[float]
    tips: Sequence[str]
    remark: str = ""
    borders: Sequence[tuple[float, float] | None] = ()


def stacked(
    rows: Sequence[Stack],
    segments: Sequence[str],
    *,
    width: float,
    title: str,
    description: str,
    unit: str = "",
    inks: Sequence[int] = (),
) -> Markup:
    """Bars of segments that add up, with whiskers where a border is uncertain; *inks*: the colour of each segment."""
    inks = inks or range(len(segments))
    heads: list[tuple[str, Callable[[float, float], Markup]]] = [
        (name, lambda x, y, ink=ink: svg.box(x - 6, y - 6, 11, 11, f"s{ink}"))  # type: ignore[misc]
        for ink, name in zip(inks, segments, strict=True)
    ]
    marks, y = legend(heads, width)
    shape = frame(width, [row.name for row in rows], [row.remark for row in rows])
    ends = [border[1] for row in rows for border in row.borders if border]
    totals = [sum(max(value, 0.0) for value in finite(row.values)) for row in rows]
    scale = Scale(0.0, max(finite([*totals, *ends]), default=0.0) or 1.0, shape.begin, shape.end)
    bottom = y + shape.pitch * len(rows)
    marks += axis(scale, bottom, width, top=y, unit=unit)
    for row in rows:
        middle, total = shape.middle(y), 0.0
        marks += shape.words(y, row.name, row.remark)
        for ink, value, tip in zip(inks, row.values, row.tips, strict=True):
            if math.isfinite(value) and value > 0:
                left, total = scale(total), total + value
                marks += svg.box(left, middle - 8, scale(total) - left, 16, f"s{ink}", tip)
        for border in row.borders:
            if border and all(map(math.isfinite, border)) and border[0] < border[1]:
                marks += whisker(scale(border[0]), scale(border[1]), middle, "bound")
        y += shape.pitch
    return svg.picture(width, bottom + 20, title, description, [marks])


def whisker(low: float, high: float, y: float, class_: str, cap: float = 4.0) -> Markup:
    """A line from *low* to *high* with caps."""
    return (
        line(low, y, high, y, class_)
        + line(low, y - cap, low, y + cap, class_)
        + line(high, y - cap, high, y + cap, class_)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Values over time."""

    name: str
    values: Sequence[float]
    remark: str = ""
    mark: float = math.nan
    """A column before which a line stands."""
    beside: Sequence[float] = ()
    """Values to compare with, drawn as a line over the columns."""


def columns(series: Sequence[Series], labels: Sequence[str], *, width: float, title: str, description: str) -> Markup:
    """One small panel of columns for each series, each with its own height; *labels* name the columns.

    Remarks stand beside the names, or below all of them where one has no room there.
    """
    across = 1 if width < NARROW or len(series) == 1 else 2
    panel = (width - 28 * (across - 1)) / across
    needed = [text_width(one.name) * svg.BOLD + GAP + text_width(one.remark, 11) for one in series]
    below = 14.0 if max(needed, default=0.0) > panel else 0.0
    tall = 92.0 + below
    marks = Markup("")
    for index, one in enumerate(series):
        x, y = (index % across) * (panel + 28), (index // across) * tall
        marks += _panel(one, labels, x, y, panel, below)
    rows = -(-len(series) // across)
    return svg.picture(width, max(rows * tall, 10.0), title, description, [marks])


def _panel(one: Series, labels: Sequence[str], x: float, y: float, width: float, below: float) -> Markup:
    marks = label(x, y + 12, one.name, room=width, class_="strong")
    if below:
        y += below
        marks += label(x, y + 12, one.remark, room=width, class_="tick", size=11)
    else:
        marks += label(x + width, y + 12, one.remark, anchor="end", class_="tick", size=11)
    scale = Scale(0.0, max(finite([*one.values, *one.beside]), default=0.0) or 1.0, 0.0, 44.0)
    each = width / max(len(one.values), 1)
    heights = [scale(value) if math.isfinite(value) else 0.0 for value in one.values]
    counted = _("{head}: {said}")
    tips = [counted.format(head=name, said=written(value, 0)) for name, value in zip(labels, one.values, strict=False)]
    marks += svg.columns(x, y + 64, each, heights, tips)
    marks += line(x, y + 64.5, x + width, y + 64.5, "rule")
    known = [
        (x + (at + 0.5) * each, y + 64 - scale(value)) for at, value in enumerate(one.beside) if math.isfinite(value)
    ]
    path = " ".join(f"{svg.fixed(across)},{svg.fixed(down)}" for across, down in known)
    for class_ in ("halo", "beside") if known else ():
        marks += svg.tag("polyline", points=path, class_=class_)
    if math.isfinite(one.mark):
        marks += line(x + one.mark * each - 0.5, y + 16, x + one.mark * each - 0.5, y + 64, "bound")
    if labels:
        marks += label(x, y + 78, labels[0], class_="tick", size=11, room=width / 2 - 4)
        if len(labels) > 1:
            marks += label(x + width, y + 78, labels[-1], anchor="end", class_="tick", size=11, room=width / 2 - 4)
    return marks


def heat(
    values: Sequence[Sequence[float]],
    names: Sequence[str],
    *,
    width: float,
    title: str,
    description: str,
    tip: Callable[[int, int, float], str],
) -> Markup:
    """A map of the week: a row for each of *names*, a column for each hour; deeper is more."""
    left = max(map(text_width, names), default=0.0) + 8
    each, tall = (width - left) / 24, 18.0
    most = max(finite([value for row in values for value in row]), default=0.0)
    marks = Markup("")
    for row, hours in enumerate(values):
        marks += label(left - 8, row * tall + 13, names[row], anchor="end", class_="tick", size=11)
        for hour, value in enumerate(hours):
            share = value / most if most > 0 and math.isfinite(value) else 0.0
            marks += svg.box(
                *(left + hour * each, row * tall, each - 1.5, tall - 1.5, "heat", tip(row, hour, value)),
                fill_opacity=0.05 + 0.95 * max(share, 0.0),
            )
    y = len(values) * tall
    for hour in range(0, 24, 3 if width >= NARROW else 6):
        marks += label(left + hour * each, y + 12, str(hour), class_="tick", size=11)
    marks += _shades(left, y + 24, most, width)
    return svg.picture(width, y + 38, title, description, [marks])


def _shades(x: float, y: float, most: float, width: float) -> Markup:
    text = written(most, 1 if most < 10 else 0)
    marks = label(x, y + 10, "0", class_="tick", size=11)
    for index in range(5):
        marks += svg.box(x + 12 + index * 16, y, 15, 11, "heat", fill_opacity=0.05 + 0.95 * index / 4)
    return marks + label(x + 98, y + 10, text, class_="tick", size=11, room=width - x - 98)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A distance of the model, and of chance alone, as multiples of what a replay of the past reaches."""

    name: str
    model: float
    half: float
    """Half of its interval."""
    floor: float
    tip: str


def dots(rows: Sequence[Beside], heads: tuple[str, str, str], *, width: float, title: str, description: str) -> Markup:
    """Dots beside the line at 1. *heads* name the model, the replay and the floor. Beyond 3 an arrow stands instead."""
    marks, y = legend(
        [
            (heads[0], lambda x, y: svg.dot(x, y, "mark")),
            (heads[1], lambda x, y: line(x, y - 7, x, y + 7, "reference")),
            (heads[2], svg.diamond),
        ],
        width,
    )
    shape = frame(width, [row.name for row in rows])
    reach = [value for row in rows for value in (row.model + row.half, row.floor)]
    scale = Scale(0.0, min(max([1.25, *finite(reach)]), 3.0), shape.begin, shape.end)
    bottom = y + shape.pitch * len(rows)
    marks += axis(scale, bottom, width, top=y, unit="×") + line(scale(1.0), y, scale(1.0), bottom, "reference")
    for row in rows:
        marks += shape.words(y, row.name)
        middle = shape.middle(y)
        if math.isfinite(row.floor):
            marks += svg.diamond(scale(row.floor), middle)
        if math.isfinite(row.model):
            if math.isfinite(row.half):
                marks += line(scale(row.model - row.half), middle, scale(row.model + row.half), middle, "interval")
            beyond = row.model > scale.high
            marks += (svg.arrow if beyond else svg.dot)(scale(row.model), middle, "mark", row.tip)
        y += shape.pitch
    return svg.picture(width, bottom + 20, title, description, [marks])
