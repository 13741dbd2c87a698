"""Which activities check or record what others do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache

import numpy as np

from irrupt.arraytypes import Flags, Floats
from irrupt.chronicle.lexicon import word_list, words_of
from irrupt.organisation.model import Organisation


def checking(activities: Collection[str], known: Collection[str] = ()) -> Flags:
    """Whether each of *activities* checks or records: those of *known*, and those whose name says so.

    >>> checking(["Resolve", "Check file", "Qualitätsprüfung", "Sign"], {"Sign"}).tolist()
    [False, True, True, True]
    """
    return np.array([name in known or _says_so(name) for name in activities], np.bool_)


Recording = Mapping[str, float]
"""Activity -> the share of its time that goes into recording what is done."""


def recording(organisation: Organisation) -> dict[str, float]:
    """What of the time of each activity goes into records under the rules of *organisation*, in the mean of its steps;
    of others nothing is known.

    >>> from dataclasses import replace
    >>> from irrupt.engine.examples import counter
    >>> from irrupt.organisation import Distribution
    >>> usual = counter()
    >>> serve = replace(usual.steps["Serve"], duration=Distribution.fixed(600.0), recording=150.0)
    >>> recording(replace(usual, steps={"Serve": serve}))
    {'Serve': 0.25}
    """
    found: dict[str, list[tuple[float, float]]] = {}
    for step in organisation.steps.values():
        found.setdefault(step.activity, []).append((step.recording, organisation.distribution(step.duration).mean))
    sums = {name: [sum(part) for part in zip(*parts, strict=True)] for name, parts in found.items()}
    return {name: min(records / whole, 1.0) for name, (records, whole) in sums.items() if records > 0 and whole > 0}


def checks_of(activities: Collection[str], known: Collection[str], shares: Recording) -> Floats:
    """Of each of *activities*, the share of its time that goes into checks and records."""
    recorded = np.array([shares.get(name, 0.0) for name in activities], np.float64)
    whole: Floats = np.where(checking(activities, known), 1.0, recorded)
    return whole


@cache
def _says_so(name: str) -> bool:
    words = words_of(name, {})
    ends = tuple(word_list("checking"))
    return any(word.startswith(ends) for word in words)
