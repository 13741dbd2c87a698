"""Charts of schedules: how wrong a plan is by lead, and who said what when for each period."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from irrupt.reporting import charts, svg
from irrupt.reporting.svg import Scale, label, line, text_width
from irrupt.reporting.words import written

HEIGHT = 210.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Values by lead, each with the ends of its interval; nan where nothing is known."""

    name: str
    values: Sequence[float]
    lows: Sequence[float]
    highs: Sequence[float]
    tips: Sequence[str]


def curves(
    lines: Sequence[Curve], labels: Sequence[str], axis: str, *, width: float, title: str, description: str
) -> Markup:
    """Lines with bands over leads, nearest on the right: time runs towards the date. *axis* names the leads."""
    marks, top = charts.legend(
        [
            (one.name, lambda x, y, at=at: line(x - 6, y, x + 6, y, f"l{at % 4}"))  # type: ignore[misc]
            for at, one in enumerate(lines)
        ],
        width,
    )
    top += 8
    ends = charts.finite([end for one in lines for end in (*one.values, *one.highs)])
    most = min(max(ends, default=0.0), 4 * max(charts.finite([v for one in lines for v in one.values]), default=1.0))
    up = svg.ticks(0.0, most or 1.0, 4)
    left = max(text_width(_percent(tick), 11) for tick in up) + 8
    high = Scale(0.0, max(most, up[-1]) or 1.0, top + HEIGHT, top)
    count = max(len(labels), 2)
    across = [width - 8 - (width - 16 - left) * at / (count - 1) for at in range(count)]
    for tick in up:
        marks += line(left, high(tick), width - 8, high(tick), "hair")
        marks += label(left - 6, high(tick) + 4, _percent(tick), anchor="end", class_="tick", size=11)
    for at, one in enumerate(lines):
        marks += _band(one, across, high, at % 4)
    for at, one in enumerate(lines):
        marks += _line(one, across, high, at % 4)
    marks += _leads(labels, across, top + HEIGHT, axis, width)
    return svg.picture(width, top + HEIGHT + 36, title, description, [marks])


def _percent(value: float) -> str:
    return written(100 * value, 0) + "\u202f%"


def _band(one: Curve, across: Sequence[float], high: Scale, number: int) -> Markup:
    known = [at for at in range(len(one.values)) if math.isfinite(one.lows[at]) and math.isfinite(one.highs[at])]
    if len(known) < 2:
        return Markup("")
    there = [f"{svg.fixed(across[at])},{svg.fixed(high(one.highs[at]))}" for at in known]
    back = [f"{svg.fixed(across[at])},{svg.fixed(high(max(one.lows[at], 0.0)))}" for at in reversed(known)]
    return svg.tag("polygon", points=" ".join([*there, *back]), class_=f"s{number}", fill_opacity=0.16)


def _line(one: Curve, across: Sequence[float], high: Scale, number: int) -> Markup:
    known = [at for at in range(len(one.values)) if math.isfinite(one.values[at])]
    points = " ".join(f"{svg.fixed(across[at])},{svg.fixed(high(one.values[at]))}" for at in known)
    marks = svg.tag("polyline", points=points, class_=f"l{number}")
    for at in known:
        marks += svg.dot(across[at], high(one.values[at]), f"s{number}", one.tips[at], radius=3.0)
    return marks


def _leads(labels: Sequence[str], across: Sequence[float], y: float, axis: str, width: float) -> Markup:
    marks, free = line(across[-1], y, across[0], y, "rule"), math.inf
    for text, x in zip(labels, across, strict=False):
        half = text_width(text, 11) / 2
        if x + half < free and x - half >= 0:
            marks += label(x, y + 15, text, anchor="middle", class_="tick", size=11)
            free = x - half - 6
    return marks + label(width / 2, y + 31, axis, anchor="middle", class_="tick", size=11, room=width)


def triangle(
    quantity: Sequence[Sequence[float]],
    final: Sequence[float],
    rows: Sequence[str],
    columns: Sequence[str],
    last: str,
    tip: Callable[[int, int], str],
    *,
    width: float,
    title: str,
    description: str,
    heads: tuple[str, str, str],
) -> Markup:
    """A row for each issue, a column for each period, coloured by how far what was said is from what was bought in the
    end: *heads* name less, the same and more. The row *last* shows what was bought."""
    marks, top = _shades(heads, width)
    left = max((text_width(text, 11) for text in [*rows, last]), default=0.0) + 8
    each = (width - left) / max(len(columns), 1)
    tall = min(max(each * 0.7, 11.0), 18.0)
    y = top + 6
    for at, cells in enumerate(quantity):
        if tall >= 14 or at % 2 == 0:
            marks += label(left - 8, y + tall - 4, rows[at], anchor="end", class_="tick", size=11)
        for period, value in enumerate(cells):
            if math.isfinite(value):
                marks += _cell(value, final[period], left + period * each, y, each, tall, tip(at, period))
        y += tall
    y += 4
    marks += label(left - 8, y + tall - 4, last, anchor="end", class_="tick", size=11)
    most = max(charts.finite(final), default=0.0)
    for period, value in enumerate(final):
        if math.isfinite(value):
            opacity = 0.15 + 0.6 * (value / most if most > 0 else 0.0)
            tips = tip(-1, period)
            marks += svg.box(left + period * each, y, each - 1, tall - 1, "s2", tips, fill_opacity=opacity)
    marks += _under(columns, left, each, y + tall, width)
    return svg.picture(width, y + tall + 20, title, description, [marks])


def _cell(value: float, final: float, x: float, y: float, each: float, tall: float, tip: str) -> Markup:
    if not math.isfinite(final):
        return svg.box(x, y, each - 1, tall - 1, "s2", tip, fill_opacity=0.12)
    away = (value - final) / final if final > 0 else (1.0 if value > 0 else 0.0)
    if abs(away) < 0.005:
        return svg.box(x, y, each - 1, tall - 1, "s2", tip, fill_opacity=0.25)
    class_ = "s1" if away > 0 else "s0"
    return svg.box(x, y, each - 1, tall - 1, class_, tip, fill_opacity=0.12 + 0.88 * min(abs(away), 1.0))


def _shades(heads: tuple[str, str, str], width: float) -> tuple[Markup, float]:
    """The legend: less, the same, more."""
    less, same, more = heads
    return charts.legend(
        [
            (less, lambda x, y: svg.box(x - 6, y - 6, 11, 11, "s0", fill_opacity=0.8)),
            (same, lambda x, y: svg.box(x - 6, y - 6, 11, 11, "s2", fill_opacity=0.25)),
            (more, lambda x, y: svg.box(x - 6, y - 6, 11, 11, "s1", fill_opacity=0.8)),
        ],
        width,
    )


def _under(columns: Sequence[str], left: float, each: float, y: float, width: float) -> Markup:
    """The names of the columns; of one for which there is no room, its first word (a week, without its year)."""
    marks, free = Markup(""), left - 20
    for at, name in enumerate(columns):
        for text in dict.fromkeys((name, name.partition(" ")[0])):
            half = text_width(text, 11) / 2
            x = min(left + (at + 0.5) * each, width - half)
            if x - half >= free + 6 and (text != name or half <= each or " " not in name):
                marks += label(x, y + 14, text, anchor="middle", class_="tick", size=11)
                free = x + half
                break
    return marks
