"""What is read from what is done in a label, where nobody is named who does it (see `standing`)."""

from __future__ import annotations

import re
from collections.abc import Callable

from irrupt.chronicle.lexicon import tells, word_list
from irrupt.chronicle.sentences import Label
from irrupt.chronicle.told import ACT, INSIDE, TOWARD, WAITING, Told

_FILLED = re.compile(r"(?:d|t|[dt][ao]|ie?)$")
"""Ends like a participle of verbs that fill something in."""
_ASKED = frozenset({"from", "to", "filed", "client", "offer"})
"""What tells, behind somebody's applying, that he applies for something, and not that a thing is put to use."""
_TO_DO = re.compile(r"i?eren$")
"""Ends like what is to be done: staff do it."""
_TO_NOTE = re.compile(r"^(?!(?:auf|ein|aan|in)?ge).*en$")
"""The same of what is taken down, and not a participle."""
_FEW = 4
"""Words of a label that tells of nothing but the change of a rank."""
_DEEDS = frozenset({"protest", "pay", "deed", "submit", "receive"})


def _answer(label: Label) -> Told | None:
    """An offer that is accepted, refused, signed or sent back."""
    offered = label.has("offer") or (label.words_in("appointments") and label.at(-1, "answered"))
    if offered and label.has("answered") and not label.has("client"):
        return Told(ACT, 0.8)
    if label.words_in("surveys") and (label.at(-1, "replied", "fill", "submit") or label.ends("answering")):
        return Told(ACT, 0.75)
    if label.words_in("ratings") and label.words[-1] in word_list("posting") and not label.others:
        return Told(ACT, 0.7)
    if label.has("payout") and label.ends("verdicts") and label.words[-1][:2] == "ac" and not label.others:
        return Told(ACT, 0.65)
    if len(label.words) > 1 and label.words[-1] in word_list("reporting") and not label.others:
        return Told(ACT, 0.65)
    booked = len(label.words) == 2 and not label.told[0] and label.words[-1] in word_list("reserving")
    if booked:
        return Told(ACT, 0.58)
    if label.words_in("appointments") and label.words[-1] in word_list("reserving") and not label.has("client"):
        return Told(ACT, 0.6)
    if label.ends("verdicts") and len(label.words) > 1 and label.at(0, "filed") and not label.has("client", "offer"):
        return Told(INSIDE, 0.9)
    looked = label.words[-1] in word_list("looked") and label.at(0, "offer", "given", "send")
    return Told(ACT, 0.7) if looked and not label.others and not (label.at(0, "filed") or label.buying) else None


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
    if _elsewhere(label):
        return Told(INSIDE, 0.55)
    if label.words[0] in word_list("petitions") and label.ends("handed") and not label.has("client"):
        return Told(ACT, 0.9)
    if label.has("client", "given", "offer"):
        return Told(TOWARD, 0.92)
    if label.has("filed") and not label.has("lack"):
        return Told(TOWARD, 0.6)
    return Told(TOWARD, 0.72)


def _elsewhere(label: Label) -> bool:
    """It goes to somebody or something last named that is not known: clients would be."""
    last = len(label.words) - 1
    return last > 0 and label.at(last - 1, "to") and not label.told[last] and not label.has("client")


def _ask(label: Label) -> Told | None:
    if label.verb[1] != "ask":
        return None
    if label.others:
        return Told(INSIDE, 0.75)
    if label.has("client", "lack", "piece"):
        return Told(TOWARD, 0.88, asks=True)
    if label.verb[0] and (label.begins("cancelling") or label.begins("changing") or label.at(0, "protest")):
        return Told(ACT, 0.75)
    if label.words[0] in word_list("completing"):
        return Told(TOWARD, 0.75, asks=True)
    if label.verb[0] and label.at(0, "filed", "offer", "given", "send"):
        return Told(ACT, 0.65)
    if label.has("pay", "deed"):
        # what is paid may as well be the organisation's to pay
        return Told(TOWARD, 0.45 if label.has("pay") else 0.62, asks=True)
    # What is asked for is mostly a service, but for papers and what others write.
    asked = 0 < label.verb[0] == len(label.words) - 1 and label.done(-1)
    own = label.words_in("expertise") or label.words[-1] in word_list("obtained")
    return Told(ACT, 0.58) if asked and not own else Told(INSIDE, 0.55)


def _paid(label: Label) -> Told | None:
    if label.has("payout") and label.words_in("transfers") and label.verb[1] in ("", "send"):
        return Told(INSIDE if label.others or label.buying else TOWARD, 0.75)
    booked = label.words_in("booked") and label.words_in("takings") and not label.others and not label.buying
    if label.words_in("settled") and label.has("given") and not (label.others or label.buying):
        return Told(ACT, 0.7)
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
    if label.words_in("dues") and label.at(0, "pay") and not label.at(0, "given"):
        return Told(ACT, 0.75)
    if label.has("given") and label.verb[1] != "submit":
        last = label.told[-1]
        return Told(ACT, 0.75) if "pay" in last and "deed" not in last else Told(TOWARD, 0.68)
    return Told(ACT, 0.82)


def _note(label: Label) -> Told | None:
    if label.verb[1] != "note":
        return None
    if label.has("send") and not label.others and not label.buying:
        return Told(TOWARD, 0.65)
    if _is_taken_down(label):
        return Told(INSIDE, 0.9)
    if any(told & _DEEDS and not told & {"filed"} for told in label.told):
        return Told(INSIDE, 0.75) if label.buying else Told(ACT, 0.68)
    if label.has("given"):
        return Told(INSIDE, 0.75) if label.buying else Told(TOWARD, 0.65)
    if label.verb[0] == len(label.words) - 1 and _TO_NOTE.search(label.words[-1]):
        return Told(INSIDE, 0.75)
    return Told(INSIDE, 0.45 if label.has("filed") else 0.6)


def _is_taken_down(label: Label) -> bool:
    """Whether nothing but what somebody comes with is named, which staff take down (`Log complaint`): that is what they
    do, where it is not said that it is done. Of an appeal, or a payment, a note tells that it came."""
    rest = [word for word in label.words if len(word) > 2 and word not in word_list("of") and "from" not in tells(word)]
    came = any(word.startswith(stem) for word in rest for stem in word_list("complaints"))
    place = label.verb[0]
    does = not label.words[0].endswith("ed") if place == 0 else label.ends("taking down")
    return came and len(rest) == 2 and does


def _receive(label: Label) -> Told | None:
    if label.verb[1] != "receive":
        return None
    if label.others or label.buying:
        return Told(INSIDE, 0.82)
    if label.words_in("dues"):
        return Told(ACT, 0.7)
    if label.words_in("expertise") and not label.has("client"):
        return Told(INSIDE, 0.6)
    if label.words[0] in word_list("places") and len(label.words) > 1 and not label.has("filed", "piece", "client"):
        return Told(INSIDE, 0.6)
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
    if _is_put_to_use(label):
        return Told(INSIDE, 0.6)
    if label.words[label.verb[0]].startswith("chas") and label.has("lack", "piece"):
        return Told(TOWARD, 0.75, asks=True)
    if label.words[-1] in word_list("applied") and len(label.words) > 1 and not label.has("client", "filed"):
        return Told(INSIDE, 0.6)
    if label.at(0, "offer") and label.words[0] in word_list("priced") and not (label.has("answered") or label.buying):
        return Told(TOWARD, 0.7)
    if label.words_in("decrees") and label.words[-1] not in word_list("decrees"):
        return Told(INSIDE, 0.6)
    if (label.others and not label.has("protest")) or (label.buying and not label.has("client")):
        return Told(INSIDE, 0.7)
    if label.has("filed", "piece", "pay", "protest", "offer", "client", "deed"):
        return Told(ACT, 0.85)
    if label.words[0] in word_list("places") and len(label.words) > 1:
        return Told(INSIDE, 0.6)
    return Told(ACT, 0.5 if label.has("reopen") else 0.6)


def _is_put_to_use(label: Label) -> bool:
    """Whether a thing is applied, and nobody applies for it (`Apply fix`)."""
    alone = len(label.words) < 2 or label.words[1] in word_list("of") or bool(label.told[1] & _ASKED)
    return label.verb[0] == 0 and label.begins("applying") and not alone


def _complete(label: Label) -> Told | None:
    """A form that is completed, with the client: he knows what is to be in it."""
    if label.at(0, "filed", "piece") and label.at(len(label.words) - 1, "fill") and _FILLED.search(label.words[-1]):
        return Told(ACT, 0.65)
    return Told(TOWARD, 0.6) if label.verb[1] == "fill" else None


def _protest(label: Label) -> Told | None:
    if label.others and label.buying:
        return Told(INSIDE, 0.75)
    if label.others and any(word.startswith("escalat") or word.startswith("eskal") for word in label.words):
        return Told(INSIDE, 0.75)
    if label.others and label.words_in("against") and label.has("protest") and label.at(-1, "third", "own"):
        return Told(INSIDE, 0.65)
    answers = any(label.words[0].startswith(stem) for stem in word_list("answering"))
    if answers and label.after(0, "protest") and not label.has("client"):
        return Told(TOWARD, 0.85)
    if answers and label.at(0, "deed") and label.at(1, "to") and label.after(1, "given", "ask") and not label.others:
        return Told(ACT, 0.7)
    opened = label.verb[0] and label.ends("opening") and not label.others and not _TO_DO.search(label.words[-1])
    if opened and label.begins("cancelling") and len(label.words) == 2:
        return Told(ACT, 0.65)
    if label.has("protest") and (opened or label.verb[1] not in ("inside", "send")):
        return Told(ACT, 0.85)
    return None


def _decided(label: Label) -> Told | None:
    """A letter that says what was decided, or money or a letter that is issued."""
    informs = len(label.words) == 2 and label.at(0, "given") and label.words[1] in word_list("outcomes")
    says = len(label.words) == 2 and label.words[0] in word_list("outcomes") and label.at(1, "given", "send")
    told = label.has("payout", "piece") or label.words_in("letters") or label.words_in("outcomes")
    issued = label.words[-1] in word_list("issued") and told
    return Told(TOWARD, 0.75) if (says or informs or issued) and not (label.buying or label.others) else None


def _its_own(label: Label) -> Told | None:
    """What only the organisation changes: the state of a case or its rank, a bill that it takes back, what happens by
    itself."""
    if len(label.words) < 2 or label.has("client"):
        return None
    state = any(label.words[0].endswith(end) for end in word_list("states"))
    ranks = label.words_in("ranks") and len(label.words) <= _FEW and not label.others
    changed = (state and _is_change(label, -1)) or (ranks and (_is_change(label, 0) or _is_change(label, -1)))
    taken_back = label.words[0] in word_list("letters") and label.at(0, "given") and label.ends("cancelling")
    by_itself = label.words_in("automatic") and label.verb[1] not in ("send", "ask") and not label.has("given")
    return Told(INSIDE, 0.9) if changed or taken_back or by_itself else None


def _is_change(label: Label, at: int) -> bool:
    return any(label.words[at] in word_list(some) for some in ("altered", "changing"))


def _inside(label: Label) -> Told | None:
    if label.at(0, "given") and label.at(1, "client") and label.at(2, "and", "from", "to"):
        return Told(TOWARD, 0.75)
    to_do = label.verb[0] > 0 and _TO_DO.search(label.words[-1])
    return Told(INSIDE, 0.9 if to_do else 0.86) if label.verb[1] == "inside" else None


def _done_inside(label: Label) -> bool:
    """The deed is one that staff does as well (`update`), and is done to something that has to do with no client."""
    return any({"deed", "inside"} <= told for told in label.told) and not all(label.told)


def _named(label: Label) -> Told | None:
    """Things alone."""
    if label.others:  # What is done at somebody else's (`plating at subcontractor`) is surely none of the client's.
        return Told(INSIDE, 0.9 if len(label.words) > 1 and label.at(-1, "third") else 0.65)
    if label.at(0, "ask") and (label.after(0, "lack") or label.words_in("papers")):
        return Told(TOWARD, 0.75, asks=True)
    if label.has("lack") and label.has("piece"):
        asks = label.has("ask", "given", "send")
        return Told(TOWARD, 0.8, asks=True) if asks else Told(WAITING, 0.6 if label.has("client") else 0.5)
    if label.words[0] in word_list("completing") and label.at(-1, "ask"):
        return Told(TOWARD, 0.75, asks=True)
    if label.has("lack") and label.has("filed") and len(label.words) == 2:
        return Told(WAITING, 0.65)
    if all(word in word_list("cleared") or told <= {"and"} for word, told in zip(label.words, label.told, strict=True)):
        return Told(INSIDE, 0.55) if label.words_in("cleared") else None
    if label.has("lack") and len(label.words) == 1:
        return Told(WAITING, 0.55)
    if label.has("deed") and not label.has("given"):
        return Told(INSIDE, 0.55) if _done_inside(label) else Told(ACT, 0.58)
    if label.has("given", "offer", "payout"):
        return Told(TOWARD, 0.8 if label.has("client") else 0.7 if label.has("given", "payout") else 0.5)
    if label.has("filed"):
        if label.words[0] == "order" and len(label.words) > 1 and not label.told[1]:
            return Told(INSIDE, 0.55)
        made = label.words[-1] in word_list("made") and len(label.words) == 2
        named = label.at(0, "filed") and not label.at(0, "submit") and label.words[0] not in word_list("orders")
        return Told(ACT, 0.65 if made else 0.55 if (named and not label.done(-1)) or all(label.told) else 0.45)
    return None


DOING: tuple[Callable[[Label], Told | None], ...] = (
    _its_own, _answer, _receipt, _send, _paid, _ask, _decided, _note, _receive, _protest, _submit, _complete, _inside,
    _named,
)  # fmt: skip
"""In the order in which they are tried."""
