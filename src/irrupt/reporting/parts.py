"""Building blocks of the report page: paragraphs of numbers, tables and figures, as plain data for the templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from irrupt.sight.model import Finding

WIDE, NARROW = 720.0, 340.0
"""Widths in pixels at which each chart is drawn: for a page, and for a telephone."""
SHOWN_FINDINGS = 6
"""How many findings are told at once; the others on demand."""
ASKED = ("written procedure",)
"""Kinds of findings that are there only where somebody asked: told in any case."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table."""

    text: str
    number: bool = False
    notes: Sequence[str] = ()
    """Further lines, in small print."""
    tip: str = ""
    mark: str = ""
    """Class of a mark before the text: `on`, `off`, with `hollow`."""
    soft: bool = False
    lines: Sequence[tuple[str, str]] = ()
    """Names with their values, one under the other."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first column names the rows. A row of one cell is the heading of those below it."""

    heads: Sequence[Cell]
    rows: Sequence[Sequence[Cell]]
    caption: str = ""
    more: Table | None = None
    """The rest of it, under a line that unfolds it."""
    fold: str = ""
    """That line."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One chart, drawn at both widths, with the sentence that says how to read it."""

    title: str
    wide: Markup
    narrow: Markup
    reading: str = ""
    numbers: Table | None = None
    """What is drawn, in numbers."""


@dataclass(frozen=True, slots=True)
class Part:
    """A titled piece of a section: sentences, then tables, then charts, whatever there is."""

    anchor: str
    title: str
    reading: str = ""
    lines: Sequence[str] = ()
    tables: Sequence[Table] = ()
    figures: Sequence[Figure] = ()
    """The first may bear the part's own title."""


@dataclass(frozen=True, slots=True)
class Told:
    """A finding, where it is shown, and the cases in which it shows."""

    number: int
    text: str
    anchor: str
    first: bool = True
    """Whether it is among those that are told at once."""
    cases: Sequence[str] = ()
    """The first of them."""
    cases_are: str = ""
    """How many there are, and which."""


def chosen(findings: Sequence[Finding], kinds: Collection[str] = ASKED, shown: int = SHOWN_FINDINGS) -> list[int]:
    """Numbers of those *findings* that are told at once: the first of each of *kinds*, then those that stand first."""
    numbered = list(enumerate(findings, 1))
    first: dict[str, int] = {}
    for number, finding in reversed(numbered):
        first[finding.kind] = number
    wanted = [first[kind] for kind in kinds if kind in first]
    others = [number for number, _finding in numbered if number not in wanted]
    return sorted([*wanted, *others][: shown if len(numbered) > shown + 1 else shown + 1])


def figure(title: str, reading: str, draw: Callable[[float], Markup], numbers: Table | None = None) -> Figure:
    """The figure that *draw* makes when given a width in pixels."""
    return Figure(title, draw(WIDE), _untipped(draw(NARROW)), reading, numbers)


def _untipped(drawn: Markup) -> Markup:
    """*drawn* without the tips of its marks: narrow screens have no pointer. What describes the whole stays."""
    head, end, marks = str(drawn).partition("</desc>")
    return Markup(head + end + re.sub("<title>[^<]*</title>", "", marks))


def text(value: str, *, notes: Sequence[str] = (), tip: str = "", soft: bool = False) -> Cell:
    """A cell of words."""
    return Cell(value, notes=notes, tip=tip, soft=soft)


def numeral(value: str, *, notes: Sequence[str] = (), tip: str = "", soft: bool = False) -> Cell:
    """A cell that holds a number: aligned right."""
    return Cell(value, number=True, notes=notes, tip=tip, soft=soft)
