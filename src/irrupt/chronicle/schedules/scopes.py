"""For what it counts what a message says on its way: for one line, or for all that follow."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def of_lines(tags: Sequence[str], named: Collection[str], quantities: Collection[str]) -> frozenset[int]:
    """Where, among segments with these *tags*, those that are *named* count for one line (LIN) only.

    Behind the begin of a line, what stands before some of its *quantities* is about that line. Where the next line
    opens instead, it is the head of those that follow.

    >>> sorted(of_lines("NAD LIN NAD QTY NAD LIN QTY".split(), {"NAD"}, {"QTY"}))
    [2]
    """
    first = tags.index("LIN") if "LIN" in tags else len(tags)
    found, before = set[int](), False
    for at in range(len(tags) - 1, first, -1):
        if tags[at] == "LIN":
            before = False
        elif tags[at] in quantities:
            before = True
        elif before and tags[at] in named:
            found.add(at)
    return frozenset(found)
