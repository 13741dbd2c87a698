"""Clients who differ from all others only since one or a few of these do: beside them they fare as everybody does."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from statistics import median
from typing import NamedTuple, TypeVar

One = TypeVar("One")


class Compared(NamedTuple):
    """A client's value beside that of all others, in a comparison of all clients."""

    client: str
    his: float
    others: float
    difference: tuple[float, float]
    """Interval of his value minus the others'."""


def without_echoes(found: Sequence[Compared], values: dict[str, float], matters: float) -> set[str]:
    """The clients of *found*, the largest difference first, whose difference is no echo of the first one's.

    An echo goes the other way, and from what is usual for all clients but the first it is no further that way than
    *matters*, or than chance reaches; *values*: that of each client who is compared, whether he differs or not. Nor is
    told of who is within *matters* of what is usual where a few of the others are far from it, as far as all of them
    together or more.

    >>> one, two = Compared("A", 0.3, 0.05, (0.2, 0.3)), Compared("B", 0.05, 0.1, (-0.08, -0.02))
    >>> without_echoes([one, two], {"A": 0.3, "B": 0.05, "C": 0.06}, 0.05)
    {'A'}
    >>> without_echoes([Compared("B", 0.0, 0.13, (-0.17, -0.09))], {"A": 0.3, "B": 0.0, "C": 0.0, "D": 0.0}, 0.05)
    set()
    """
    if not found:
        return set()
    first = found[0]
    rest = [value for client, value in values.items() if client != first.client]
    usual = median(rest) if rest else first.others
    away = first.others - usual
    few = any((value - usual) * away > 0 and abs(value - usual) >= abs(away) for value in rest)

    def differs(one: Compared) -> bool:
        if (one.his > one.others) == (first.his > first.others):
            return not few or abs(one.his - usual) >= matters
        beyond = one.his - usual if one.his > one.others else usual - one.his
        return beyond >= max(matters, (one.difference[1] - one.difference[0]) / 2)

    return {one.client for one in found if differs(one)}


def told_once(
    found: Sequence[One],
    thing: Callable[[One], Hashable],
    compared: Callable[[One], Compared],
    usual: Callable[[One], tuple[dict[str, float], float]],
) -> list[One]:
    """*found*, the largest difference first, without echoes among those that are about the same *thing*; *usual*: the
    values of all clients there, and what matters (see `without_echoes`)."""
    told: dict[Hashable, set[str]] = {}
    for one in found:
        if thing(one) not in told:
            here = [compared(other) for other in found if thing(other) == thing(one)]
            told[thing(one)] = without_echoes(here, *usual(one))
    return [one for one in found if compared(one).client in told[thing(one)]]
