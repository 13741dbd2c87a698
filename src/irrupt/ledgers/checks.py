"""Which activities check or record what others do."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

import numpy as np
import numpy.typing as npt

from irrupt.chronicle.lexicon import word_list, words_of


def checking(activities: Collection[str], known: Collection[str] = ()) -> npt.NDArray[np.bool_]:
    """Whether each of *activities* checks or records: those of *known*, and those whose name says so.

    >>> checking(["Resolve", "Check file", "Qualitätsprüfung", "Sign"], {"Sign"}).tolist()
    [False, True, True, True]
    """
    return np.array([name in known or _says_so(name) for name in activities], np.bool_)


@cache
def _says_so(name: str) -> bool:
    words = words_of(name, {})
    ends = tuple(word_list("checking"))
    return any(word.startswith(ends) for word in words)
