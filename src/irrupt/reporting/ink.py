"""Text and tables as a terminal shows them: names are never markup, numbers never leave their units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, JustifyMethod, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from irrupt.i18n import ngettext
from irrupt.reporting.svg import clean
from irrupt.reporting.words import SPACE, count

GLUE = "\ue000"
"""Stands for a narrow space until lines are broken: a character of private use, one column wide."""


@dataclass(frozen=True, slots=True)
class Unbroken:
    """Shows *inside* so that no line is broken at a narrow space: rich takes it for any other space."""

    inside: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for segment in console.render(self.inside, options):
            yield segment._replace(text=segment.text.replace(GLUE, SPACE))


def glued(value: str) -> str:
    """*value* without what no terminal can show, its narrow spaces kept from breaking."""
    return "\n".join(map(clean, value.split("\n"))).replace(SPACE, GLUE)


def line(value: str, style: str = "") -> Text:
    """Words in one style."""
    return Text(glued(value), style=style)


def lines(*parts: str | tuple[str, str]) -> Text:
    """Words one after the other, each with its own style."""
    return Text.assemble(*(glued(part) if isinstance(part, str) else (glued(part[0]), part[1]) for part in parts))


def dim(texts: Iterable[str]) -> list[Text]:
    """Lines in small voice."""
    return [line(one, style="dim") for one in texts]


def grid(*justify: JustifyMethod) -> Table:
    """A table without heads."""
    made = Table.grid(padding=(0, 2))
    for one in justify:
        made.add_column(justify=one)
    return made


def numbered(texts: Sequence[str]) -> RenderableType:
    """Sentences with their numbers."""
    made = grid("right", "left")
    for index, one in enumerate(texts, 1):
        made.add_row(line(str(index), style="dim"), line(one))
    return made


def frame(heads: Sequence[str], first: int | None = None) -> Table:
    """A table of numbers, each row with its name in front; *first*: width of the names."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold", show_edge=False)
    for index, head in enumerate(heads):
        table.add_column(
            line(head),
            justify="right" if index else "left",
            overflow="ellipsis",
            no_wrap=index == 0 and first is None,
            width=None if index else first,
        )
    return table


def batches(widths: Sequence[int], room: int) -> Iterator[tuple[int, int]]:
    """Columns with these *widths* that stand side by side where *room* is for them, from one up to another.

    >>> list(batches([6, 6, 6, 30, 6], 16))
    [(0, 2), (2, 3), (3, 4), (4, 5)]
    """
    begin = 0
    while begin < len(widths):
        end = begin + 1
        while end < len(widths) and sum(width + 2 for width in widths[begin : end + 1]) <= room:
            end += 1
        yield begin, end
        begin = end


def captioned(table: Table, caption: str) -> Table:
    """*table*, with a line below it."""
    table.caption, table.caption_justify = line(caption, "dim") if caption else None, "left"
    return table


def more_parties(hidden: int) -> str:
    """How many clients or groups of them are left out; empty when none."""
    if hidden <= 0:
        return ""
    text = ngettext("{n} more client or group: see the report", "{n} more clients or groups: see the report", hidden)
    return text.format(n=count(hidden))


def more_teams(hidden: int) -> str:
    """How many teams are left out; empty when none."""
    if hidden <= 0:
        return ""
    text = ngettext("{n} more team: see the report", "{n} more teams: see the report", hidden)
    return text.format(n=count(hidden))
