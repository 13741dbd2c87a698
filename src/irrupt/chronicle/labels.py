"""Whose act a label tells of: the client's own, directed to him, a wait for him, or one inside the organisation.

A label is read as a short sentence of known words (see `sentences`) by rules that are tried in order (see `standing`
and `doing`); what they tell is weighed against labels whose role is known (see `likeness`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from irrupt.arraytypes import Floats
from irrupt.chronicle.doing import DOING
from irrupt.chronicle.hints import plain
from irrupt.chronicle.lexicon import begins_with_client, initials_of, tells, word_list, words_of
from irrupt.chronicle.likeness import Likeness, likeness
from irrupt.chronicle.sentences import Label
from irrupt.chronicle.shortened import DONE
from irrupt.chronicle.standing import STANDING
from irrupt.chronicle.told import ACT, INSIDE, ROLES, TOWARD, WAITING, Told

_WORDY = re.compile(r"[^\W\d_]{4}")
_NAMELESS = re.compile(r"unknown|n/a\b|inconnu|unbekannt|onbekend|desconocid|sconosciut|nieznan", re.IGNORECASE)
"""Labels that say that nobody knows what was done."""
_KNOWN = 0.3
"""Share of labels that must tell something for their language to count as known."""
_CLAUSES = re.compile(r"[,;]\s+|\s[-–—]\s")
"""Between what was done and the state that it led to."""
_PLAIN_WAIT = 0.7
_BY = re.compile(r"^\w+\s*(?:[-–:]\s*|\()\w+\)?$")
"""What was done, and by whom (`Fixed - user`)."""
_BRACKETED = re.compile(r"\s*[(\[]([^()\[\]]+)[)\]]$")
"""What stands in brackets behind a label."""
_SUREST = 0.75
"""How sure it is at most what labels alike tell: behaviour may outweigh it."""
_SURE = 0.9
"""From which on rules stand."""
_RULES = 0.75
"""How much rules count, whose sureness who wrote them told of labels that he knew. With this weight, and that of
labels alike, what is said to be 60, 80 or 95 % sure was right as often, in six lists that neither had read."""
_RULED = frozenset({"third", "own", "employee", "wait", "not"})
"""Where others are named, something is waited for or did not happen, rules stand: they know of whom it tells."""
_BROWSED, _FEWEST, _MOSTLY = 0.25, 3, 0.6
"""Share of the labels that tell of a site, and how many they are at least, if they are not most of very few."""
PLAIN = Told(INSIDE, 0.55)
"""Words that name neither the client nor anything of his: most such steps are inside."""


class Setting(NamedTuple):
    """What the labels of a log tell together of the organisation."""

    initials: Mapping[str, str] = {}
    """What a single letter before labels stands for."""
    known: bool = False
    """Their language is known, so that words which tell nothing tell of no client."""
    buying: bool = False
    """It buys: payments and invoices are its own."""
    browsing: bool = False
    """It is a site, on which clients do things themselves."""
    serving_staff: bool = False
    """It serves its own employees."""

    @property
    def of_its_own(self) -> bool:
        """Labels do not tell here what they tell elsewhere."""
        return self.buying or self.browsing or self.serving_staff


ALONE = Setting()
"""A label by itself."""


def setting_of(labels: Iterable[str]) -> Setting:
    """What *labels* of a log tell together.

    >>> setting_of(["Create purchase order", "Vendor creates invoice"]).buying
    True
    """
    labels = list(labels)
    return Setting(initials_of(labels), knows(labels), buys(labels), browses(labels), serves_staff(labels))


def read_label(label: str, setting: Setting = ALONE, like: Likeness | None = None) -> Told | None:
    """What *label* tells in a log of this *setting*, None where it tells nothing.

    What rules tell is weighed against what labels say that share words with it; *like*: those that are known, else all.

    >>> read_label("Call customer")
    Told(role='toward the client', sure=0.92, asks=False)
    >>> read_label("Kunde reicht Unterlagen nach").role, read_label("Beoordelen fraude").role
    ('client act', 'inside')
    """
    told, part = _by_rules(label, setting)
    like = likeness() if like is None else like
    words = words_of(part, setting.initials)
    ruled = setting.of_its_own or any(tells(word) & _RULED for word in words)
    if told is not None and (ruled or told.sure >= _SURE):
        return told
    chances = like.chances(words)
    return told if chances is None else _weighed(told, chances)


def _weighed(told: Told | None, chances: Floats) -> Told:
    """What rules and labels alike, by their *chances* of each role, tell together."""
    if told is not None:
        ruled = np.full(len(ROLES), (1 - told.sure) / (len(ROLES) - 1))
        ruled[ROLES.index(told.role)] = told.sure
        chances = chances * ruled**_RULES
    best = int(chances.argmax())
    sure = round(min(float(chances[best] / chances.sum()), _SUREST), 2)
    if told is not None and ROLES[best] == told.role:
        return told._replace(sure=max(told.sure, sure))
    return Told(ROLES[best], sure)


def _by_rules(label: str, setting: Setting) -> tuple[Told | None, str]:
    """What rules tell of *label*, and the part of it of which they do: the state that it led to, or all of it."""
    states = [clause for clause in _CLAUSES.split(label)[1:] if _waits(clause, setting)]
    parts = [*states[-1:], *dict.fromkeys((label.split(" / ")[-1], label))]
    if (begun := _begun_by_a_way(label, setting)) is not None:
        return begun
    for part in parts:
        if (told := _read(part, setting)) is not None:
            return told, part
    plain = setting.known and _WORDY.search(label) and not _NAMELESS.match(label)
    return PLAIN if plain else None, label


def _begun_by_a_way(label: str, setting: Setting) -> tuple[Told, str] | None:
    """What is told of a *label* behind which a way stands in brackets by which clients come (`Ticket opened (phone)`),
    without it; and that part of it. What begins by such a way, a client begins."""
    behind = _BRACKETED.search(label)
    ways = plain(behind.group(1)).split() if behind else []
    if behind is None or not word_list("ways").union(word_list("channels")).issuperset(ways):
        return None
    bare = label[: behind.start()]
    words = words_of(bare, setting.initials)
    told = _read(bare, setting)
    begins = (
        1 < len(words) < 4 and words[-1] in word_list("creating") and not any(tells(word) & {"own"} for word in words)
    )
    if begins and not setting.of_its_own and (told is None or told.role == INSIDE):
        return Told(ACT, _SURE), bare
    return None if told is None else (told, bare)


def _read(label: str, setting: Setting) -> Told | None:
    words = words_of(label, setting.initials)
    if not words:
        return None
    read = Label(words, begins_with_client(label), setting.buying, setting.browsing, setting.serving_staff)
    told = next((found for rule in (*STANDING, *DOING) if (found := rule(read))), None)
    inside = told is None or told.role == INSIDE
    if inside and len(words) == 2 and read.at(1, "client") and _BY.search(label) and DONE.search(words[0]):
        return Told(ACT, 0.65)
    bought = told is not None and setting.buying and told.role == TOWARD and not read.has("client")
    return Told(INSIDE, 0.7) if bought else told


def _waits(clause: str, setting: Setting) -> bool:
    """Whether *clause* tells of a wait for the client."""
    told = _read(clause, setting)
    return told is not None and told.role == WAITING and told.sure >= _PLAIN_WAIT


def knows(labels: Iterable[str]) -> bool:
    """Whether *labels* are in a language that is read here: some of them tell something."""
    told = [_by_rules(label, ALONE)[0] is not None for label in labels if _WORDY.search(label)]
    return sum(told) >= max(_KNOWN * len(told), 1)


def buys(labels: Iterable[str]) -> bool:
    """Whether *labels* are those of an organisation that buys: they tell of its orders or suppliers, of no client, and
    of nothing that is sold.

    >>> buys(["Create purchase order", "Vendor creates invoice"]), buys(["Wait for supplier", "Call customer"])
    (True, False)
    """
    words = [words_of(label, {}) for label in labels]
    clients = any("client" in tells(word) and word not in word_list("asking") for some in words for word in some)
    sells = any(not word_list("selling").isdisjoint(some) or _is_paid(some) for some in words)
    return not (clients or sells) and any(not word_list("buying").isdisjoint(some) for some in words)


def _is_paid(words: Sequence[str]) -> bool:
    """Whether *words* say that a payment came."""
    told = [tells(word) for word in words]
    return any("pay" in one for one in told) and any("receive" in one and "pay" not in one for one in told)


def browses(labels: Iterable[str]) -> bool:
    """Whether *labels* are those of a site on which clients do things themselves: they tell of pages, clicks, carts.

    >>> browses(["view_item", "add_to_cart", "purchase", "page_view"]), browses(["Search file", "Check", "Close"])
    (True, False)
    """
    words = [words_of(label, {}) for label in labels]
    told = sum(not word_list("browsing").isdisjoint(some) for some in words)
    return told >= max(_BROWSED * len(words), min(_FEWEST, max(_MOSTLY * len(words), 2)))


def serves_staff(labels: Iterable[str]) -> bool:
    """Whether *labels* are those of an organisation that serves its own employees: they ask it for something.

    >>> serves_staff(["Declaration SUBMITTED by EMPLOYEE", "Payment handled"])
    True
    """
    words = [words_of(label, {}) for label in labels]
    asked = [some for some in words if len(some) > 2 and "employee" in tells(some[-1]) and "by" in tells(some[-2])]
    asks = [some for some in words if len(some) > 2 and "employee" in tells(some[0])]
    return any(tells(word) & {"submit", "ask"} for word in [*(some[-3] for some in asked), *(some[1] for some in asks)])
