"""For what it counts what a message says on its way: for one line, or for all that follow."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence

from irrupt.chronicle.schedules.cumulative import RESET
from irrupt.chronicle.schedules.entries import Entry

_Goods = tuple[str | None, str | None, str | None]
"""Client, plant and part."""


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


class Received:
    """What had been received of one line's part when its plan was issued: in all, or for each of its plants."""

    def __init__(self, plant: str | None = None) -> None:
        self.usual = plant
        """The plant at the begin of the line: what is told there counts for all its plants."""
        self.known: dict[str | None, float | None] = {}

    def tell(self, plant: str | None, amount: float | None, *, again: bool = True) -> None:
        """Take in an *amount*; where one is known, instead of it only where it may be told *again*."""
        if again or self.known.get(plant) is None:
            self.known[plant] = amount

    def of(self, plant: str | None) -> float | None:
        """What had been received for *plant*, as far as it is told."""
        return self.known.get(plant, self.known.get(self.usual))

    def fill(self, entries: list[Entry], begin: int) -> None:
        """Fill in what is told behind the quantities that it is for: those from *begin* on without it."""
        for at in range(begin, len(entries)):
            if entries[at].received is None:
                entries[at] = entries[at]._replace(received=self.of(entries[at].plant))


def counted_by_lines(entries: Sequence[Entry], begins: Sequence[int]) -> list[Entry]:
    """*entries* of a message whose lines begin at *begins*, where each line counts running totals of its own.

    Where several lines tell totals of one part for one plant, as for its unloading points or contracts, these are taken
    apart line by line; where a line does not say what it counts from, its first quantity is not known.
    """
    found = list(entries)
    lines: dict[_Goods, list[tuple[list[int], float]]] = {}
    for begin, end in itertools.pairwise([*begins, len(found)]):
        own: dict[_Goods, list[int]] = {}
        owed: dict[_Goods, float] = {}
        for at, one in enumerate(found[begin:end], start=begin):
            key = one.client, one.plant, one.part
            if one.quantity is None and one.cumulative is not None and one.period is not None:
                own.setdefault(key, []).append(at)
            elif one.backlog or (one.period and one.issued and one.period <= one.issued):
                owed[key] = owed.get(key, 0.0) + (one.quantity or 0.0)
        for key, totals in own.items():
            lines.setdefault(key, []).append((totals, owed.get(key, 0.0)))
    for totals, due in itertools.chain.from_iterable(several for several in lines.values() if len(several) > 1):
        for at, quantity in _differences(found, totals, due):
            total = None if quantity is None else found[at].cumulative
            found[at] = found[at]._replace(quantity=quantity, cumulative=total)
    return found


def _differences(entries: Sequence[Entry], totals: Sequence[int], due: float) -> Iterator[tuple[int, float | None]]:
    """Where the *totals* of one line stand among *entries*, and how much each is above the one before it: the first
    above what was received, and what is *due* at once."""
    received = entries[totals[0]].received
    before = None if received is None else received + due
    known = [
        (one.period, at, one.cumulative) for at in totals if (one := entries[at]).period and one.cumulative is not None
    ]
    for _period, at, total in sorted(known, key=lambda one: one[0]):
        set_back = before is not None and total < RESET * before
        yield at, None if before is None else total if set_back else total - before
        before = total
