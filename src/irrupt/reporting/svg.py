"""Small drawing kit for static SVG: text that fits, scales, ticks, tags."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup, escape

SIZE = 12.0
"""Height of chart text, in pixels."""

_OUTLINED = 60
"""Columns beyond which no single one can be pointed at."""

BOLD = 1.15
"""How much wider bold letters are."""

_WIDTHS = {
    0.30: "'ijlIJ",
    0.36: " ,./:;\\|f-\xa0’",
    0.42: "()[]t!r‹›",
    0.53: '"*_`sz?cç“”',
    0.60: "LFkvxyPTYao",
    0.65: "eESbdghnpqu$0123456789{}éèêëàâîïôûù«»",
    0.70: "KAVBRXZC",
    0.80: "UHNDG&OQw",
    0.86: "#+<=>^~M→←−×±",
    1.00: "%mW@…—œŒæÆ",
}
_ADVANCE = {character: width for width, characters in _WIDTHS.items() for character in characters} | {"\u202f": 0.21}

Anchor = Literal["start", "middle", "end"]


def text_width(text: str, size: float = SIZE) -> float:
    """Width of *text* in pixels at most, in the widest of the usual system fonts (DejaVu Sans, Verdana).

    >>> text_width("ill") < text_width("WWW")
    True
    """
    return size * sum(_ADVANCE.get(character) or _unusual(character) for character in text)


def _unusual(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    return 1.3 if ord(character) > 0x2E7F or unicodedata.east_asian_width(character) in "WF" else 1.0


def clean(text: str) -> str:
    """*text* without characters that no page can show: controls, lone surrogates, marks that turn text around.

    >>> clean("a\\x00b\\nc")
    'ab c'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " " if character in "\n\r\t" else character
        for character in text
        if character in "\n\r\t" or not (unicodedata.category(character) in ("Cc", "Cs", "Cn") or character in _TURNING)
    )


_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff")


def shorten(text: str, width: float, size: float = SIZE) -> str:
    """*text*, cut with … where it is wider than *width* pixels.

    >>> shorten("Service desk", 1000), shorten("Service desk", 60)
    ('Service desk', 'Service…')
    """
    if text_width(text, size) <= width:
        return text
    room = width - text_width("…", size)
    kept = 0
    while room >= (next_width := text_width(text[kept], size)):
        room -= next_width
        kept += 1
    return text[:kept].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Scale:
    """Takes values between *low* and *high* to pixels between *begin* and *end*; anything beyond is held at the edge.

    >>> Scale(0, 10, 100, 200)(5)
    150.0
    """

    low: float
    high: float
    begin: float
    end: float

    def __call__(self, value: float) -> float:
        span = self.high - self.low
        share = (value - self.low) / span if span > 0 and math.isfinite(span) else 0.0
        return self.begin + min(max(share, 0.0), 1.0) * (self.end - self.begin)


def ticks(low: float, high: float, count: int = 4) -> list[float]:
    """About *count* round values from *low* to *high*.

    >>> ticks(0, 87, 4)
    [0.0, 20.0, 40.0, 60.0, 80.0]
    """
    span = high - low
    if not math.isfinite(span) or span <= 0 or span / count < 1e-300:
        return [low] if math.isfinite(low) else []
    size = 10.0 ** math.floor(math.log10(span / count))
    step = next(factor * size for factor in (1, 2, 5, 10) if factor * size >= span / count * 0.8)
    if not math.isfinite(step) or abs(low) / step > 1e12:
        return [low]
    return [index * step for index in range(math.ceil(low / step), math.floor(high / step + 1e-9) + 1)]


def fixed(value: float) -> str:
    """A coordinate with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def tag(name: str, *children: str, tip: str = "", **attributes: str | float) -> Markup:
    """An element. *children* that are not `Markup` are escaped; *tip* is shown when the pointer rests on it."""
    inside = Markup("").join(children)
    if tip:
        inside = Markup("<title>{}</title>").format(clean(tip)) + inside
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{fixed(value) if isinstance(value, int | float) else escape(value)}"'
        for key, value in attributes.items()
        if value != ""
    )
    return Markup(f"<{name}{written}>") + inside + Markup(f"</{name}>")


def diamond(x: float, y: float) -> Markup:
    """A hollow diamond."""
    return tag("path", d=f"M{fixed(x)} {fixed(y - 5)}l5 5l-5 5l-5 -5z", class_="floor")


def arrow(x: float, y: float, class_: str, tip: str = "") -> Markup:
    """An arrow head that points right: the value lies beyond the picture."""
    return tag("path", tip=tip, d=f"M{fixed(x + 4)} {fixed(y)}l-9 -5v10z", class_=class_)


def label(
    x: float,
    y: float,
    text: str,
    *,
    room: float = math.inf,
    anchor: Anchor = "start",
    class_: str = "",
    size: float = SIZE,
) -> Markup:
    """Text with its baseline at *y*, shortened to *room* pixels; the whole of it is then in the tip.

    The class `strong` stands for bold, and takes more room.
    """
    text = clean(text)
    shown = shorten(text, room / BOLD if class_ == "strong" else room, size)
    return tag(
        "text",
        shown,
        tip=text if shown != text else "",
        x=x,
        y=y,
        text_anchor="" if anchor == "start" else anchor,
        font_size="" if size == SIZE else size,
        class_=class_,
    )


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """A straight line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def box(x: float, y: float, width: float, height: float, class_: str, tip: str = "", **more: str | float) -> Markup:
    """A rectangle."""
    return tag("rect", tip=tip, x=x, y=y, width=max(width, 0.0), height=max(height, 0.0), class_=class_, **more)


def columns(x: float, floor: float, each: float, heights: Sequence[float], tips: Sequence[str]) -> Markup:
    """Columns from *x* on, each so wide, standing on the *floor*; a great many are one outline, without tips."""
    if len(heights) > _OUTLINED:
        tops = "".join(f"V{fixed(floor - tall)}h{fixed(each)}" for tall in heights)
        return tag("path", d=f"M{fixed(x)} {fixed(floor)}{tops}V{fixed(floor)}z", class_="column")
    gap = 1.0 if each > 3 else 0.0
    boxes = (
        box(x + index * each, floor - tall, each - gap, tall, "column", tip)
        for index, (tall, tip) in enumerate(zip(heights, tips, strict=True))
    )
    return Markup("").join(boxes)


def dot(x: float, y: float, class_: str, tip: str = "", radius: float = 4.5) -> Markup:
    """A round mark."""
    return tag("circle", tip=tip, cx=x, cy=y, r=radius, class_=class_)


def picture(width: float, height: float, title: str, description: str, marks: Iterable[str]) -> Markup:
    """A whole chart: `role=img`, with a name and a description for those who cannot see it."""
    return tag(
        "svg",
        tag("title", clean(title)),
        tag("desc", clean(description)),
        *marks,
        viewBox=f"0 0 {fixed(width)} {fixed(height)}",
        width=width,
        height=height,
        role="img",
        font_size=SIZE,
    )
