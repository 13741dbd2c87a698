"""What labels whose role is known say of another that shares words with them.

`judged.csv` holds labels of logs, lists of labels and the roles that they were judged to have before they were read
here. How often each word, each pair of neighbours, each first and last word and each begin of a word stands in labels
of each role is counted; taken together, as if each spoke for itself (naive Bayes), they tell how likely each role is.
A label of the same words as one that was judged has its role: so it was in 184 of 186 labels of logs not read before.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.chronicle.lexicon import tells
from irrupt.chronicle.model import Role
from irrupt.chronicle.told import ACT, INSIDE, ROLES, TOWARD, WAITING

_ROLE_OF: dict[str, Role] = {"c": ACT, "t": TOWARD, "w": WAITING, "i": INSIDE}
_BEGIN = 6
"""Letters by which words of one root are alike."""
_LONG = 6
"""Words from which on a label is only said to be long."""
_SMOOTHED = 0.3
"""What is added to each count, since what was never seen may yet be."""
_WEIGHT = 0.5
"""How much each word counts: words of a label do not speak for themselves alone."""
_DOUBT = 0.1
"""How often a label of the same words as one that was judged has each role, beside once the role of that."""
_ENOUGH = 0.5
"""Share of a label's words that must be known."""


class Judged(NamedTuple):
    """A label whose role is known."""

    list: str
    """In which list it was judged."""
    log: str
    """Of which log, empty: of none in particular."""
    language: str
    label: str
    role: Role
    words: tuple[str, ...]
    """Its words, as `lexicon.words_of` finds them; `tools/judged.py` writes them."""


@cache
def judged_labels() -> tuple[Judged, ...]:
    """All labels whose role is known; those of which nobody could be sure are left out.

    >>> judged_labels()[0].language in ("en", "de", "fr", "nl", "es", "it", "pt", "pl")
    True
    """
    text = files("irrupt.chronicle").joinpath("judged.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(
        Judged(
            row["list"],
            row["log"],
            row["language"],
            row["label"],
            _ROLE_OF[row["role"]],
            tuple(row["words"].split()),
        )
        for row in rows
        if row["role"] in _ROLE_OF
    )


class Likeness(NamedTuple):
    """What each mark of a label says."""

    says: Mapping[str, Floats]
    """Mark -> logarithm of how likely labels of each role have it, in the order of `ROLES`."""
    usual: Floats
    """How common the roles are."""
    judged: Mapping[tuple[str, ...], Floats]
    """Words of a label that was judged -> how often it has each role."""

    def chances(self, words: Sequence[str]) -> Floats | None:
        """How likely each role makes a label of *words*, as parts of one; None where too few of them are known."""
        if not words or sum(word in self.says for word in map(_general, words)) < _ENOUGH * len(words):
            return None
        told = np.sum([self.says[mark] for mark in _marks(words) if mark in self.says], axis=0)
        odds = self.usual * np.exp(_WEIGHT * (told - told.max()))
        odds *= self.judged.get(tuple(words), 1.0)
        chances: Floats = odds / odds.sum()
        return chances


@cache
def likeness(without: str = "") -> Likeness:
    """What all labels whose role is known say; *without* those of one list.

    >>> from irrupt.chronicle.lexicon import words_of
    >>> dict(zip(ROLES, likeness().chances(words_of("Customer withdraws order", {})).round(1).tolist()))["client act"]
    1.0
    """
    labels = {(one.label, one.role): one for one in judged_labels() if one.list != without or not without}
    counts = defaultdict[str, list[float]](lambda: [_SMOOTHED] * len(ROLES))
    judged = defaultdict[tuple[str, ...], list[float]](lambda: [_DOUBT] * len(ROLES))
    usual = np.zeros(len(ROLES))
    for one in labels.values():
        role = ROLES.index(one.role)
        usual[role] += 1
        judged[one.words][role] += 1
        for mark in _marks(one.words):
            counts[mark][role] += 1
    table = np.log(np.array(list(counts.values())))
    table -= np.log(np.exp(table).sum(axis=0))
    known = {words: np.array(own) for words, own in judged.items()}
    return Likeness(dict(zip(counts, table, strict=True)), usual / usual.sum(), known)


def _marks(words: Sequence[str]) -> Iterable[str]:
    """By what a label of *words* is like others: each mark once, in the same order each time, as sums depend on it."""
    return dict.fromkeys(_each_mark([_general(word) for word in words]))


def _each_mark(words: Sequence[str]) -> Iterator[str]:
    if not words:
        return
    yield from words
    yield from (f"{one} {other}" for one, other in pairwise(words))
    yield from (f"{word[:_BEGIN]}*" for word in words if len(word) > _BEGIN)
    yield f"^{words[0]}"
    yield f"{words[-1]}$"
    yield f"of {min(len(words), _LONG)}"


def _general(word: str) -> str:
    """*word*, or one word for whoever may be the client."""
    return "client" if "client" in tells(word) else word
