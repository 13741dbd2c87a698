"""What is read from who stands where in a label: who waits for whom, who does it, and to whom it goes.

Each rule takes a label as a short sentence of known words (see `sentences`); the first that fits tells (see `labels`).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from irrupt.chronicle.lexicon import reminding, word_list
from irrupt.chronicle.sentences import Label
from irrupt.chronicle.shortened import DONE
from irrupt.chronicle.told import ACT, INSIDE, TOWARD, WAITING, Told

_FINITE = re.compile(r"^\w{2,}(?:[^s]s|[^s]t)$")
"""Ends like a verb in the third person, in English, German and Dutch."""
_INFINITIVE = re.compile(r"^\w{2,}[aei]re?$")
"""Ends like an infinitive in French, Spanish, Italian and Portuguese."""
_FEW = 4
"""Words of a label that says of the client that he does not agree, and nothing else."""
_STILL_TO = frozenset({"a", "be", "da", "por"})
"""Before a verb, that it is still to be done."""


def _negated(label: Label) -> Told | None:
    if not label.has("not") or label.has("wait"):
        return None
    if label.at(0, "send") and label.after(0, "client", "deed", "does"):
        return None
    if label.words[0] in word_list("notices"):
        return None
    if label.at(0, "client") and label.at(1, "not") and label.after(1, "answered") and len(label.words) <= _FEW:
        return Told(ACT, 0.75)  # he does not agree
    if label.at(0, "client") and any(word.startswith(stem) for word in label.words for stem in word_list("answering")):
        return Told(WAITING, 0.75)  # he does not answer
    left = next((at for at, told in enumerate(label.told) if "send" in told and "deed" not in told), 0)
    unanswered = label.at(0, "not") and any(told & {"deed", "does"} for told in label.told[1:left])
    return Told(TOWARD, 0.6) if unanswered else Told(INSIDE, 0.6)


def _he_calls(label: Label) -> Told | None:
    """A call of the client's, by which he asks for something (`Chiamata del cliente per chiedere rinvio`)."""
    of = label.at(1, "from", "by") or label.words[1:2] == ("of",)
    called = of and label.at(2, "client") and label.begins("calls") and label.after(2, "ask")
    return Told(ACT, 0.9) if called else None


def _wait(label: Label) -> Told | None:
    if len(label.words) == 2 and label.has("client") and label.words_in("holds"):
        return Told(WAITING, 0.8)
    if any(label.at(at, "wait") and label.at(at + 1, "client") for at in range(len(label.words))):
        return Told(WAITING, 0.93)
    if not any(label.at(at, "wait") for at in (0, 1, -1)):
        return None
    if label.has("client"):
        return Told(WAITING, 0.93)
    if label.has("third", "own"):
        return Told(INSIDE, 0.88)
    if label.at(0, "offer"):
        return Told(WAITING, 0.7)
    if label.words[-1] in word_list("reached"):
        return Told(WAITING, 0.7)
    if label.words_in("granted"):
        return Told(INSIDE, 0.6)
    if label.has("deed", "pay", "piece", "lack", "protest", "submit", "answered", "fill"):
        return Told(WAITING, 0.75)
    return Told(INSIDE, 0.7) if label.has("inside", "given", "send") else Told(WAITING, 0.45)


def _ready(label: Label) -> Told | None:
    """What is ready, for whatever is done with it next; but for clients who fetch it."""
    place = next((at for at, word in enumerate(label.words) if word in word_list("ready")), None)
    if place is None or label.words_in("fetched") or label.has("client") or (place and label.at(0, "send", "given")):
        return None
    last = place == len(label.words) - 1
    onward = last or label.words[place + 1] in word_list("onward")
    return Told(INSIDE, 0.65) if onward else None


def _himself(label: Label) -> Told | None:
    """Something that he does himself (`self-discharged`)."""
    return Told(ACT, 0.75) if label.words[0] in word_list("self") and len(label.words) > 1 else None


def _on_a_site(label: Label) -> Told | None:
    """On a site it is clients who view, select and start."""
    if not label.browsing or label.has("third", "own", "not") or label.verb[1] == "ask":
        return None
    if label.words_in("browsing"):
        return Told(ACT, 0.75)
    return Told(ACT, 0.65) if label.words_in("browsed") else None


def _by_whom(label: Label) -> Told | None:
    for at in range(len(label.words)):
        if label.words[at] in ("at", "on") and label.at(at + 1, "client") and label.words[-1] == "request":
            return Told(ACT, 0.8)
        if label.at(at, "by") and (label.at(at + 1, "client") or label.at(at + 2, "client")):
            if at > 1 and label.words[at - 2] in _STILL_TO and label.words[at - 1].endswith(("er", "ir", "re", "ed")):
                return Told(WAITING, 0.8)
            if label.verb[1] == "ask":
                his = at and label.at(at - 1, "ask") and not label.at(at, "from")
                return Told(ACT, 0.85) if his else Told(TOWARD, 0.85, asks=True)
            told_of = label.at(0, "inside") and not label.at(0, "given", "offer", "filed") and at > 1
            told_of = told_of and label.at(at - 1, "does", "submit", "send")
            return Told(INSIDE, 0.75) if told_of else Told(ACT, 0.92)
        if label.at(at, "by") and at and label.at(at + 1, "employee"):
            # Who asks for something is whom it is for; what else employees do, they do for the organisation.
            his = label.serving_staff or label.verb[1] in ("submit", "ask")
            return Told(ACT, 0.6) if his else Told(INSIDE, 0.6)
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


def _basket(label: Label) -> Told | None:
    """What a shopper does with his basket."""
    return (
        Told(ACT, 0.75) if label.has("basket") and not (label.has("third", "own") or label.verb[1] == "send") else None
    )


def _subject(label: Label) -> Told | None:
    """The client stands first: he does something, or something of his is dealt with."""
    if not label.at(0, "client") or len(label.words) < 2:
        return None
    if label.words[1].startswith("chased") and (len(label.words) == 2 or label.at(2, "send")):
        return Told(TOWARD, 0.75, asks=True)
    if label.subject and label.at(1, "does"):
        return _he_does(label)
    return _thing_of_his(label) or _he_does(label) or _about_him(label)


def _thing_of_his(label: Label) -> Told | None:
    last = len(label.words) - 1
    if last < 2 or not label.at(1, "filed", "deed", "protest", "pay", "piece"):
        return None
    if label.at(last, "inside", "note"):
        return Told(ACT, 0.6) if label.at(last, "does") else Told(INSIDE, 0.88)
    if label.at(last, "send", "ask") and not label.at(last, "receive"):
        return Told(TOWARD, 0.85, asks=label.at(last, "ask"))
    return None


def _he_does(label: Label) -> Told | None:
    if label.at(1, "does", "submit", "pay"):
        return Told(ACT, 0.92)
    his = label.at(2, "filed", "deed", "given", "protest", "receive")
    if label.words[1].endswith("ed") and label.at(1, "inside") and his:
        return Told(ACT, 0.75)
    if label.words[1] in word_list("auxiliaries") and len(label.words) > 2 and not label.words_in("passive"):
        gets = label.at(-1, "receive") and not label.at(-1, "submit", "does")
        return Told(TOWARD, 0.7) if gets else Told(ACT, 0.92)
    if label.words[1].endswith("t") and label.at(len(label.words) - 1, "inside") and len(label.words) > 2:
        return None
    unknown = len(label.words) > 2 and label.words[1].endswith("ed") and not label.told[1]
    if unknown and not label.at(2, "to", "from", "by"):
        return Told(ACT, 0.65)
    finite = _FINITE.search(label.words[1]) and not label.words[0].endswith("s")
    return Told(ACT, 0.65) if finite and not label.told[1] - {"inside"} else None


def _about_him(label: Label) -> Told | None:
    last = len(label.words) - 1
    if label.at(last, "ask"):
        if label.at(last, "filed") and any(label.words[1].startswith(stem) for stem in word_list("cancelling")):
            return Told(ACT, 0.75)
        return Told(TOWARD, 0.88, asks=True)
    if last > 1 and label.at(last, "receive") and not label.at(1, "inside"):
        return Told(ACT, 0.8)
    if label.at(1, "deed", "protest", "filed") and not label.at(1, "given"):
        return Told(ACT, 0.85)
    if label.at(1, "send") and label.words[1].endswith("eert"):  # Dutch: he informs (who is informed: `-eerd`, `-eren`)
        return Told(ACT, 0.75)
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


def _reminder(label: Label) -> Told | None:
    """Something that reminds stands first."""
    own = label.has("own") and not label.words_in("levels")
    paid = label.at(-1, "submit", "receive") or label.has("wait")
    reminds = reminding(label.words[0]) and (label.at(0, "given", "send") or not label.told[0])
    if not reminds or own or paid or label.has("third"):
        return None
    if label.verb[1] in ("inside", "note"):
        return None
    return Told(TOWARD, 0.8)


def _way(label: Label) -> Told | None:
    """Something that comes in or goes out (`incoming call`), whoever is behind it."""
    if label.others or not label.has("send", "deed", "filed", "protest", "piece", "given"):
        return None
    last = label.words[-1:] if len(label.words) > 1 else ()
    came, went = (not word_list(name).isdisjoint(last) for name in ("came", "went"))
    if label.has("incoming") or (came and label.verb[1] not in ("inside", "send")):
        return Told(ACT, 0.8)
    out = label.has("outgoing") and label.verb[1] != "inside"
    return Told(TOWARD, 0.8) if out or (went and label.has("given")) else None


def _his_thing(label: Label) -> Told | None:
    """The client is named behind what is his (`Frage Kd. zu Prod.`), or between it and what he did with it."""
    last = len(label.words) - 1
    done = last > 0 and bool(DONE.search(label.words[last]))
    if label.at(1, "client") and label.at(0, "filed", "protest") and not label.at(0, "given", "ask", "inside"):
        return None if done and label.at(last, "inside", "send", "ask") else Told(ACT, 0.7)
    if done and label.at(last - 1, "client") and label.at(last, "submit", "does"):
        return None if label.has("send", "ask") or label.at(last, "inside") else Told(ACT, 0.75)
    return None


def _he_last(label: Label) -> Told | None:
    """The client is named last, after what he did (`Oferta acept. cte.`), or after what he is asked for."""
    last = len(label.words) - 1
    if last < 2 or not label.at(last, "client") or label.at(last, "filed", "deed"):
        return None
    if label.at(last - 1, "ask"):
        return Told(TOWARD, 0.8, asks=True) if label.at(last - 2, "piece", "lack") else None
    if label.at(0, "protest") and not label.at(0, "given", "inside"):
        return Told(ACT, 0.8)
    if label.at(last - 1, "send"):
        return None
    done = bool(DONE.search(label.words[last - 1])) or (label.at(last - 1, "does") and label.words[last - 1][-1] == "e")
    answered = label.at(0, "offer", "filed", "piece") and label.at(last - 1, "answered")
    if answered or (done and (label.at(0, "offer") or label.at(last - 1, "does", "submit", "answered", "receive"))):
        return Told(ACT, 0.75)
    if label.at(0, "filed") and not label.told[1]:
        return Told(ACT, 0.6)
    signs = label.at(0, "deed") and not label.at(0, "given", "inside", "send")
    return Told(ACT, 0.7) if signs and label.told[1].isdisjoint(("to", "from", "client", "inside", "send")) else None


def _done_to_him(label: Label) -> Told | None:
    """Something that is not known is done to him (`cobrar cliente`, `Kunde beraten`)."""
    if len(label.words) != 2 or not label.has("client"):
        return None
    verb = 0 if label.at(1, "client") else 1
    german = label.words[1].endswith("en") and not DONE.search(label.words[1])
    ends = _INFINITIVE.search(label.words[0]) if verb == 0 else german
    return Told(TOWARD, 0.6) if ends and not label.told[verb] else None


def _staff_answers(label: Label) -> Told | None:
    """Somebody of the organisation stands first, and answers; or he is answered."""
    if label.at(0, "replied") and label.at(1, "to") and label.at(2, "own"):
        return Told(ACT, 0.65)
    if len(label.words) > 2 and label.at(-1, "replied") and label.done(-1) and label.at(-2, "own", "client"):
        return Told(ACT if label.at(-2, "client") else TOWARD, 0.75)
    if not label.at(0, "own") or label.has("third") or len(label.words) < 2:
        return None
    return Told(TOWARD, 0.75) if label.at(1, "replied") else None


def _by_his_way(label: Label) -> Told | None:
    """Something that comes by a way that clients use."""
    here = [at for at, word in enumerate(label.words) if at and word in word_list("portals")]
    plain = label.words[-1] == "online" or label.verb[1] in ("", "receive", "submit")
    online = here[-1:] == [len(label.words) - 1] and plain
    if label.words[-2:-1] == ("online",) and label.done(-1) and not label.others:
        return Told(ACT, 0.65)
    by_it = online or any(label.words[at - 1] in word_list("via") for at in here)
    if not by_it or label.has("third", "own") or label.verb[1] in ("send", "ask"):
        return None
    if label.has("filed", "deed", "protest", "piece", "pay"):
        return Told(ACT, 0.75)
    done = DONE.search(label.words[0]) or (len(label.words) == 2 and label.words[1] == "online")
    return Told(ACT, 0.6) if len(label.words) > 1 and done else None


STANDING: tuple[Callable[[Label], Told | None], ...] = (
    _he_calls, _wait, _negated, _ready, _by_whom, _himself, _on_a_site, _basket, _subject, _to_client, _reminder, _way,
    _by_his_way, _his_thing, _he_last, _done_to_him, _staff_answers,
)  # fmt: skip
"""In the order in which they are tried."""
