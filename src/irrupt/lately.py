"""What was made lately, by what it was made of: replications and candidates ask again with the same things."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

Made = TypeVar("Made")
Thing = TypeVar("Thing", bound=Hashable)

_FEW = 1000
"""Texts that take less time to compare than to read."""


class Lately(Generic[Made]):
    """Keeps what was made last; when *most* of it is kept, it begins anew.

    Things are told apart by who they are, since comparing them takes longer than finding that they are the same. They
    are kept with what was made, so that nothing else can take their place: whoever is done with them calls `forget`.

    >>> kept, hours = Lately[int](most=2), [480, 1020]
    >>> [kept.of((one,), lambda: made) for one, made in ((hours, 1), (hours, 2), ([480, 1020], 3))]
    [1, 1, 3]
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[Hashable, tuple[tuple[object, ...], Made]] = {}
        _ALL.append(self)

    def forget(self) -> None:
        """Keep nothing."""
        self._kept.clear()

    def of(self, things: tuple[object, ...], make: Callable[[], Made], *plain: Hashable) -> Made:
        """What *make* made, or makes, of *things* and of *plain* values, which are compared."""
        key = (*map(id, things), *plain)
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= self._most:
                self._kept.clear()
            found = self._kept[key] = things, make()
        return found[1]

    def of_few(self, texts: Collection[Hashable], make: Callable[[], Made], *plain: Hashable) -> Made:
        """What *make* made, or makes, of *texts*, which are compared, and of *plain* values; of many texts it is made
        anew.

        >>> kept = Lately[int](most=2)
        >>> [kept.of_few(texts, lambda: made) for texts, made in (("ab", 1), ("ab", 2), ("ba", 3))]
        [1, 1, 3]
        """
        return self.of((), make, *plain, *texts) if len(texts) <= _FEW else make()


_ALL: list[Lately[Any]] = []


def forget() -> None:
    """Keep nothing of what was made lately: what is done next has other things to do with.

    >>> kept = Lately[int](most=2)
    >>> _ = kept.of((), lambda: 1), forget()
    >>> kept.of((), lambda: 2)
    2
    """
    for one in _ALL:
        one.forget()


class Between(Generic[Thing, Made]):
    """Keeps what was made of two things as long as both are there; what is made must hold neither.

    >>> class Place: ...
    >>> here, there, kept = Place(), Place(), Between[Place, str]()
    >>> [kept.of(here, there, lambda: way) for way in ("road", "path")]
    ['road', 'road']
    >>> del there
    >>> kept.of(here, Place(), lambda: "path")
    'path'
    """

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[Thing, WeakKeyDictionary[Thing, Made]] = WeakKeyDictionary()

    def of(self, one: Thing, other: Thing, make: Callable[[], Made]) -> Made:
        """What *make* made, or makes, of *one* and the *other*."""
        kept = self._kept.get(one)
        if kept is None:
            kept = self._kept[one] = WeakKeyDictionary()
        found = kept.get(other)
        if found is None:
            found = kept[other] = make()
        return found
