"""A sheet that holds one table in blocks, each below lines of its own: of which part it is, for which client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from irrupt.chronicle.titles import said
from irrupt.i18n import gettext as _

Cells = Sequence[str]
_LINES, _FILLED = 5, 2
"""Lines above a block that tell of it, at most; cells that are filled in each."""
_ROLES = ("client", "plant", "part", "issued")


@dataclass(frozen=True, slots=True)
class Blocks:
    """The rows of all blocks."""

    rows: list[int]
    """Places of the rows that hold something of the table."""
    columns: dict[str, list[str | None]]
    """Label -> for each of these rows, what the lines above its block say."""
    note: str


def in_blocks(header: Cells, above: Sequence[Cells], body: Sequence[Cells]) -> Blocks | None:
    """The blocks in *body*, which stands below *header* and the lines *above* it; None where the header does not come
    again, or nothing above it tells its block from the others.

    >>> lines = [["W01", "5"], ["Part: B", ""], ["Week", "Qty"], ["W01", "7"]]
    >>> found = in_blocks(["Week", "Qty"], [["Part: A"]], lines)
    >>> found.rows, found.columns
    ([0, 3], {'Part': ['A', 'B']})
    """
    heads = [at for at, row in enumerate(body) if _same(row, header)]
    if not heads:
        return None
    begins = [_begin(body, at) for at in heads]
    told = [said(above), *(said(body[begin:at]) for begin, at in zip(begins, heads, strict=True))]
    roles = [role for role in _ROLES if any(role in one for one in told[1:])]
    if not roles:
        return None
    labels = {role: next(one[role][0] for one in told if role in one) for role in roles}
    rows: list[int] = []
    columns: dict[str, list[str | None]] = {label: [] for label in labels.values()}
    known: dict[str, str] = {}
    for one, begin, end in zip(told, [0, *(at + 1 for at in heads)], [*begins, len(body)], strict=True):
        known |= {role: one[role][1] for role in roles if role in one}
        own = [at for at in range(begin, end) if any(body[at])]
        rows += own
        for role, label in labels.items():
            columns[label] += [known.get(role)] * len(own)
    text = _("the table stands in {n} blocks; above each stands its {labels}")
    return Blocks(rows, columns, text.format(n=len(told), labels=", ".join(columns)))


def _same(row: Cells, header: Cells) -> bool:
    return any(row) and [cell for cell in row if cell] == [cell for cell in header if cell]


def _begin(body: Sequence[Cells], head: int) -> int:
    """Where the lines above a block begin."""
    at = head
    while at > max(head - _LINES, 0) and sum(map(bool, body[at - 1])) <= _FILLED and not _is_row(body[at - 1]):
        at -= 1
    return at


def _is_row(row: Cells) -> bool:
    """Whether a line of few cells is a row of the table rather than one that tells of a block."""
    return len([cell for cell in row if cell]) > 1 and not said([row])
