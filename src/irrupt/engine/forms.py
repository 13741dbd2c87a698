"""What compiled code is handed has one form, always: it is looked at where it is made, and not when it is handed over
(`irrupt.compiling.Straight`)."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeVar

import numpy as np

Given = TypeVar("Given")


def form(given: object) -> Hashable:
    """What compiled code takes *given* for: the form of an array, of each part of a tuple, or else whether it is a
    fraction.

    >>> import numpy as np
    >>> form(np.zeros(3)) == form(np.ones(5)), form(np.zeros(3)) == form(np.zeros(6)[::2])
    (True, False)
    """
    if isinstance(given, np.ndarray):
        how = given.flags
        return given.dtype, given.ndim, how.c_contiguous, how.aligned, how.writeable
    return tuple(map(form, given)) if isinstance(given, tuple) else isinstance(given, float | np.floating)


class OneForm:
    """Whatever passes here has the form of the first that did.

    >>> import numpy as np
    >>> same = OneForm()
    >>> _ = same(np.zeros(3))
    >>> same(np.zeros((3, 1)))
    Traceback (most recent call last):
        ...
    TypeError: of another form than usual: (dtype('float64'), 2, True, True, True), not (dtype('float64'), 1, True, ...
    """

    def __init__(self) -> None:
        self._usual: Hashable = None

    def __call__(self, given: Given) -> Given:
        """*given*. Raises `TypeError` where it is of another form."""
        found = form(given)
        if self._usual is None:
            self._usual = found
        elif found != self._usual:
            raise TypeError(f"of another form than usual: {found}, not {self._usual}")
        return given


RULES, STATE, AMENDMENT = OneForm(), OneForm(), OneForm()
