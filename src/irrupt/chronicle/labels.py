"""Whose act a label tells of: the client's own, directed to him, a wait for him, or one inside the organisation.

A label is read as a short sentence of known words (see `sentences`) by rules that are tried in order (see `standing`
and `doing`). Nothing is looked up by whole labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from irrupt.chronicle.doing import DOING
from irrupt.chronicle.lexicon import begins_with_client, tells, word_list, words_of
from irrupt.chronicle.sentences import Label
from irrupt.chronicle.standing import STANDING
from irrupt.chronicle.told import INSIDE, Told

_WORDY = re.compile(r"[^\W\d_]{4}")
_NAMELESS = re.compile(r"unknown|n/a\b|inconnu|unbekannt|onbekend|desconocid|sconosciut|nieznan", re.IGNORECASE)
"""Labels that say that nobody knows what was done."""
_KNOWN = 0.3
"""Share of labels that must tell something for their language to count as known."""
PLAIN = Told(INSIDE, 0.55)
"""Words that name neither the client nor anything of his: most such steps are inside."""


def read_label(
    label: str, *, initials: Mapping[str, str] | None = None, buying: bool = False, known: bool = False
) -> Told | None:
    """What *label* tells, None where it tells nothing. *initials*: what a single letter before labels stands for.

    *known*: the language of the log is, so that words which tell nothing tell of no client.

    >>> read_label("Call customer")
    Told(role='toward the client', sure=0.92, asks=False)
    >>> read_label("Kunde reicht Unterlagen nach").role, read_label("Beoordelen fraude").role
    ('client act', 'inside')
    """
    parts = label.split(" / ")
    for part in dict.fromkeys((parts[-1], label)):
        words = words_of(part, initials or {})
        read = Label(words, begins_with_client(part), buying)
        told = next((found for rule in (*STANDING, *DOING) if words and (found := rule(read))), None)
        if told is not None:
            return told
    return PLAIN if known and _WORDY.search(label) and not _NAMELESS.match(label) else None


def knows(labels: Iterable[str]) -> bool:
    """Whether *labels* are in a language that is read here: some of them tell something."""
    told = [read_label(label) is not None for label in labels if _WORDY.search(label)]
    return sum(told) >= max(_KNOWN * len(told), 1)


def buys(labels: Iterable[str]) -> bool:
    """Whether *labels* are those of an organisation that buys: they tell of its orders or suppliers, and of no client.

    >>> buys(["Create purchase order", "Vendor creates invoice"]), buys(["Wait for supplier", "Call customer"])
    (True, False)
    """
    words = [words_of(label, {}) for label in labels]
    clients = any("client" in tells(word) and word not in word_list("asking") for some in words for word in some)
    return not clients and any(not word_list("buying").isdisjoint(some) for some in words)
