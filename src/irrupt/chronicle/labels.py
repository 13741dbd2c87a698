"""Whose act a label tells of: the client's own, directed to him, a wait for him, or one inside the organisation.

A label is read as a short sentence of known words (see `sentences`): who stands first, which verb leads, what it is
done with. Rules are tried in order, and the first that fits tells. Nothing is looked up by whole labels.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from irrupt.chronicle.lexicon import begins_with_client, reminding, tells, word_list, words_of
from irrupt.chronicle.model import Role
from irrupt.chronicle.sentences import Label

ACT: Role = "client act"
TOWARD: Role = "toward the client"
WAITING: Role = "waiting for the client"
INSIDE: Role = "inside"
UNKNOWN: Role = "unknown"
ROLES: tuple[Role, ...] = (ACT, TOWARD, WAITING, INSIDE)
"""The four answers, beside `unknown`."""


class Told(NamedTuple):
    """What a label tells."""

    role: Role
    sure: float
    """How often a label of this kind is what it seems, from 0 to 1: a judgement, checked against known logs."""
    asks: bool = False
    """It asks the client for something: the organisation waits for him afterwards."""


_FINITE = re.compile(r"^\w{2,}(?:[^s]s|[^s]t)$")
"""Ends like a verb in the third person, in English, German and Dutch."""
_WORDY = re.compile(r"[^\W\d_]{4}")
_NAMELESS = re.compile(r"unknown|n/a\b|inconnu|unbekannt|onbekend|desconocid|sconosciut|nieznan", re.IGNORECASE)
"""Labels that say that nobody knows what was done."""
_DEEDS = frozenset({"protest", "pay", "deed", "submit", "receive"})
_KNOWN = 0.3
"""Share of labels that must tell something for their language to count as known."""


def _negated(label: Label) -> Told | None:
    return Told(INSIDE, 0.6) if label.has("not") and not label.has("wait") else None


def _wait(label: Label) -> Told | None:
    if not any(label.at(at, "wait") for at in (0, 1, -1)):
        return None
    if label.has("client"):
        return Told(WAITING, 0.93)
    if label.has("third", "own"):
        return Told(INSIDE, 0.88)
    if label.words_in("granted"):
        return Told(INSIDE, 0.6)
    if label.has("deed", "pay", "piece", "lack", "protest", "submit"):
        return Told(WAITING, 0.75)
    return Told(INSIDE, 0.7) if label.has("inside", "given", "send") else Told(WAITING, 0.45)


def _by_whom(label: Label) -> Told | None:
    for at in range(len(label.words)):
        if label.words[at] == "at" and label.at(at + 1, "client") and label.words[-1] == "request":
            return Told(ACT, 0.8)
        if label.at(at, "by") and (label.at(at + 1, "client") or label.at(at + 2, "client")):
            if label.verb[1] == "ask":
                his = at and label.at(at - 1, "ask") and not label.at(at, "from")
                return Told(ACT, 0.85) if his else Told(TOWARD, 0.85, asks=True)
            told_of = label.at(0, "inside") and not label.at(0, "given", "offer", "filed") and at > 1
            told_of = told_of and label.at(at - 1, "does", "submit", "send")
            return Told(INSIDE, 0.75) if told_of else Told(ACT, 0.92)
        if label.at(at, "by") and at and label.at(at + 1, "employee"):
            # Who asks for something is whom it is for; what else employees do, they do for the organisation.
            return Told(ACT, 0.6) if label.verb[1] in ("submit", "ask") else Told(INSIDE, 0.6)
        if label.at(at, "by") and at and label.at(at + 1, "own", "third"):
            return Told(INSIDE, 0.88)
        if at == 1 and label.at(at, "from") and label.at(2, "client") and label.at(0, "send", "deed", "ask"):
            if label.words[0] in word_list("hearings"):
                return Told(TOWARD, 0.75)
            return Told(TOWARD, 0.8, asks=True) if reminding(label.words[0]) else Told(ACT, 0.8)
        if label.at(at, "from") and at and (label.at(at + 1, "client") or label.at(at + 2, "client")):
            return _from_client(label, at)
    return None


def _from_client(label: Label, at: int) -> Told | None:
    verb = label.verb[1]
    if at > 1 and verb == "" and label.words[0] in word_list("orders") and label.words[1] not in word_list("of"):
        return Told(TOWARD, 0.8, asks=True)
    if verb in ("receive", "submit", ""):
        return Told(ACT, 0.88) if label.has("receive", "deed", "filed", "protest", "piece", "pay", "submit") else None
    return Told(TOWARD, 0.85, asks=True) if verb == "ask" else None


def _subject(label: Label) -> Told | None:
    """The client stands first: he does something, or something of his is dealt with."""
    if not label.at(0, "client") or len(label.words) < 2:
        return None
    if label.subject and label.at(1, "does"):
        return _he_does(label)
    return _thing_of_his(label) or _he_does(label) or _about_him(label)


def _thing_of_his(label: Label) -> Told | None:
    last = len(label.words) - 1
    if last < 2 or not label.at(1, "filed", "deed", "protest", "pay", "piece"):
        return None
    if label.at(last, "inside", "note"):
        return Told(ACT, 0.6) if label.at(last, "does") else Told(INSIDE, 0.8)
    if label.at(last, "send", "ask") and not label.at(last, "receive"):
        return Told(TOWARD, 0.85, asks=label.at(last, "ask"))
    return None


def _he_does(label: Label) -> Told | None:
    if label.at(1, "does", "submit", "pay"):
        return Told(ACT, 0.92)
    if label.words[1] in word_list("auxiliaries") and label.after(1, "does", "submit", "pay", "send", "ask"):
        return Told(ACT, 0.92)
    if label.words[1].endswith("t") and label.at(len(label.words) - 1, "inside") and len(label.words) > 2:
        return None
    finite = _FINITE.search(label.words[1]) and not label.words[0].endswith("s")
    return Told(ACT, 0.65) if finite and not label.told[1] - {"inside"} else None


def _about_him(label: Label) -> Told | None:
    last = len(label.words) - 1
    if label.at(last, "ask"):
        return Told(TOWARD, 0.88, asks=True)
    if label.at(1, "deed", "protest", "filed") and not label.at(1, "given"):
        return Told(ACT, 0.85)
    if label.at(1, "send") or label.at(last, "send"):
        return Told(TOWARD, 0.88)
    if label.after(0, "does", "submit", "receive") and not label.after(0, "inside"):
        return Told(ACT, 0.75)
    if label.subject and not label.has("by"):
        return Told(ACT, 0.8)
    if label.after(0, "given"):
        return Told(TOWARD, 0.8)
    return Told(INSIDE, 0.75) if label.after(0, "inside") else None


def _to_client(label: Label) -> Told | None:
    """Something to him or with him."""
    for at in range(1, len(label.words)):
        if label.at(at, "to") and (label.at(at + 1, "client") or label.at(at + 2, "client")):
            asks = label.has("ask", "lack", "answered")
            return Told(TOWARD, 0.62 if label.verb[1] == "inside" else 0.85, asks)
    return None


def _way(label: Label) -> Told | None:
    """Something that comes in or goes out (`incoming call`), whoever is behind it."""
    if label.others or not label.has("send", "deed", "filed", "protest", "piece", "given"):
        return None
    if label.has("incoming"):
        return Told(ACT, 0.8)
    return Told(TOWARD, 0.8) if label.has("outgoing") and label.verb[1] != "inside" else None


def _staff_answers(label: Label) -> Told | None:
    """Somebody of the organisation stands first, and answers."""
    if not label.at(0, "own") or label.has("third") or len(label.words) < 2:
        return None
    return Told(TOWARD, 0.75) if label.at(1, "replied") else None


def _by_his_way(label: Label) -> Told | None:
    """Something that comes by a way that clients use."""
    here = [at for at, word in enumerate(label.words) if at and word in word_list("portals")]
    online = here[-1:] == [len(label.words) - 1] and label.words[-1] == "online"
    if not (online or any(label.words[at - 1] in word_list("via") for at in here)) or label.has(
        "send", "ask", "third", "own"
    ):
        return None
    return Told(ACT, 0.75) if label.has("filed", "deed", "protest", "piece", "pay") else None


def _answer(label: Label) -> Told | None:
    """An offer that is accepted, refused, signed or sent back."""
    if label.has("offer") and label.has("answered") and not label.has("client"):
        return Told(ACT, 0.8)
    return None


def _receipt(label: Label) -> Told | None:
    """A confirmation of receipt, by itself or sent."""
    if (
        label.has("given")
        and label.has("receive")
        and label.verb[1] in ("", "receive")
        and label.at(0, "given", "deed")
    ):
        confirms = label.at(0, "given") and label.at(0, "deed")
        return Told(TOWARD, 0.8) if confirms else None
    return None


def _send(label: Label) -> Told | None:
    if label.verb[1] != "send":
        return None
    if label.others:
        return Told(INSIDE, 0.82)
    if label.buying and label.has("given") and not label.has("client"):
        return Told(INSIDE, 0.75)
    if label.has("client", "given", "offer"):
        return Told(TOWARD, 0.92)
    if label.has("filed") and not label.has("lack"):
        return Told(TOWARD, 0.6)
    return Told(TOWARD, 0.72)


def _ask(label: Label) -> Told | None:
    if label.verb[1] != "ask":
        return None
    if label.others:
        return Told(INSIDE, 0.75)
    if label.has("client", "lack", "piece"):
        return Told(TOWARD, 0.88, asks=True)
    if label.verb[0] and any(label.words[0].startswith(stem) for stem in word_list("cancelling")):
        return Told(ACT, 0.75)
    if label.verb[0] and label.at(0, "filed", "offer", "given"):
        return Told(ACT, 0.65)
    if label.has("pay", "deed"):
        # what is paid may as well be the organisation's to pay
        return Told(TOWARD, 0.45 if label.has("pay") else 0.62, asks=True)
    return Told(INSIDE, 0.55)


def _paid(label: Label) -> Told | None:
    if label.has("payout") and label.words_in("transfers") and label.verb[1] in ("", "send"):
        return Told(INSIDE if label.others or label.buying else TOWARD, 0.75)
    booked = label.words_in("booked") and label.words_in("takings") and not label.others and not label.buying
    if not label.has("pay") or (label.verb[1] in ("inside", "send") and not booked):
        return None
    if label.at(0, "submit") and label.at(1, "client"):
        return Told(TOWARD, 0.8)
    if label.verb == (0, "ask"):
        return None
    if label.others or label.buying:
        return Told(INSIDE, 0.75)
    if label.has("payout"):
        return Told(TOWARD, 0.75)
    if label.words[0] in word_list("takings"):
        return Told(ACT, 0.8)
    if label.has("given") and label.verb[1] != "submit":
        last = label.told[-1]
        return Told(ACT, 0.75) if "pay" in last and "deed" not in last else Told(TOWARD, 0.68)
    return Told(ACT, 0.82)


def _note(label: Label) -> Told | None:
    if label.verb[1] != "note":
        return None
    if any(told & _DEEDS and not told & {"filed"} for told in label.told):
        return Told(INSIDE, 0.75) if label.buying else Told(ACT, 0.68)
    if label.has("given"):
        return Told(INSIDE, 0.75) if label.buying else Told(TOWARD, 0.65)
    return Told(INSIDE, 0.45 if label.has("filed") else 0.6)


def _receive(label: Label) -> Told | None:
    if label.verb[1] != "receive":
        return None
    if label.others or label.buying:
        return Told(INSIDE, 0.82)
    if label.has("filed", "piece", "deed", "pay", "protest", "submit", "client"):
        return Told(ACT, 0.82)
    if label.has("given", "offer"):
        return Told(INSIDE, 0.6)
    return Told(ACT, 0.55)


def _submit(label: Label) -> Told | None:
    if label.verb[1] != "submit":
        return None
    if label.verb[0] == 0 and label.at(1, "client") and not label.at(0, "filed", "deed", "protest", "pay"):
        return Told(TOWARD, 0.75)
    if label.words[label.verb[0]].startswith("chas") and label.has("lack", "piece"):
        return Told(TOWARD, 0.75, asks=True)
    if (label.others and not label.has("protest")) or (label.buying and not label.has("client")):
        return Told(INSIDE, 0.7)
    if label.has("filed", "piece", "pay", "protest", "offer", "client", "deed"):
        return Told(ACT, 0.85)
    if label.words[0] in word_list("places") and len(label.words) > 1:
        return Told(INSIDE, 0.6)
    return Told(ACT, 0.5 if label.has("reopen") else 0.6)


def _basket(label: Label) -> Told | None:
    """What a shopper does with his basket."""
    return (
        Told(ACT, 0.75) if label.has("basket") and not (label.has("third", "own") or label.verb[1] == "send") else None
    )


def _complete(label: Label) -> Told | None:
    """A form that is completed, with the client: he knows what is to be in it."""
    return Told(TOWARD, 0.6) if label.verb[1] == "fill" else None


def _protest(label: Label) -> Told | None:
    if label.others and any(word.startswith("escalat") or word.startswith("eskal") for word in label.words):
        return Told(INSIDE, 0.75)
    if label.has("protest") and label.verb[1] not in ("inside", "send"):
        return Told(ACT, 0.85)
    return None


def _decided(label: Label) -> Told | None:
    """A letter that says what was decided, or money or a letter that is issued."""
    says = len(label.words) == 2 and label.words[0] in word_list("outcomes") and label.at(1, "given")
    issued = label.words[-1] == "issued" and (label.has("payout") or label.words_in("letters"))
    return Told(TOWARD, 0.75) if (says or issued) and not (label.buying or label.others) else None


def _inside(label: Label) -> Told | None:
    if label.at(0, "given") and label.at(1, "client") and label.at(2, "and", "from", "to"):
        return Told(TOWARD, 0.75)
    return Told(INSIDE, 0.86) if label.verb[1] == "inside" else None


def _done_inside(label: Label) -> bool:
    """The deed is one that staff does as well (`update`), and is done to something that has to do with no client."""
    return any({"deed", "inside"} <= told for told in label.told) and not all(label.told)


def _named(label: Label) -> Told | None:
    """Things alone."""
    if label.others:
        return Told(INSIDE, 0.65)
    if label.at(0, "ask") and (label.after(0, "lack") or label.words_in("papers")):
        return Told(TOWARD, 0.75, asks=True)
    if label.has("lack") and label.has("piece"):
        return Told(TOWARD, 0.8, asks=True) if label.has("ask", "given", "send") else Told(WAITING, 0.5)
    if label.has("lack") and label.has("filed") and len(label.words) == 2:
        return Told(WAITING, 0.65)
    if all(word in word_list("cleared") for word in label.words):
        return Told(INSIDE, 0.55)
    if label.has("deed") and not label.has("given"):
        return Told(INSIDE, 0.55) if _done_inside(label) else Told(ACT, 0.58)
    if label.has("given", "offer"):
        return Told(TOWARD, 0.8 if label.has("client") else 0.7 if label.has("given") else 0.5)
    if label.has("filed"):
        return Told(ACT, 0.55 if all(label.told) else 0.45)
    return None


PLAIN = Told(INSIDE, 0.55)
"""Words that name neither the client nor anything of his: most such steps are inside."""
_RULES: tuple[Callable[[Label], Told | None], ...] = (
    _wait, _negated, _by_whom, _basket, _subject, _to_client, _way, _by_his_way, _staff_answers, _answer, _receipt,
    _send, _paid, _ask, _decided, _note, _receive, _protest, _submit, _complete, _inside, _named,
)  # fmt: skip


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
        told = next(
            (found for rule in _RULES if words and (found := rule(Label(words, begins_with_client(part), buying)))),
            None,
        )
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
