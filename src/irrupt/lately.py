"""What was made lately, by what it was made of: replications and candidates ask again with the same things."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Lately(Generic[Made]):
    """Keeps what was made last, *most* of it.

    Things are told apart by who they are, since comparing them takes longer than finding that they are the same. They
    are kept with what was made, so that nothing else can take their place.

    >>> kept, hours = Lately[int](most=2), [480, 1020]
    >>> [kept.of((one,), lambda: made) for one, made in ((hours, 1), (hours, 2), ([480, 1020], 3))]
    [1, 1, 3]
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[Hashable, tuple[tuple[object, ...], Made]] = {}

    def of(self, things: tuple[object, ...], make: Callable[[], Made], *plain: Hashable) -> Made:
        """What *make* made, or makes, of *things* and of *plain* values, which are compared."""
        key = (*map(id, things), *plain)
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= self._most:
                self._kept.clear()
            found = self._kept[key] = things, make()
        return found[1]
