"""Words of labels that clerks shortened (`Rückm. Kd. erh.`, `CUST CONF RCVD`), spelt out by the words that are known.

A word counts as shortened where a full stop follows it, where none of several letters is a vowel, or where the whole
label is in capitals. It stands for what most known words tell that begin so, or whose consonants it keeps. Its place
tells, too: what comes last was mostly done (`verz.`, `env.`), so that participles count double there; behind a client
stands what he does; behind `by`, `from` and `to` stands somebody. Customary short forms that no rule gives (`dde`,
`kd`) are listed, and hold without a mark, too, unless they are words of their own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from irrupt.chronicle.hints import plain

_STOPPED = re.compile(r"([^\W\d_]{2,})\.")
_LETTER = re.compile(r"(?<![^\W_])([a-z])[./](?=\s)")
_ELIDED = re.compile(r"['’]d\b", re.IGNORECASE)
"""The end of an English participle (`rec'd`)."""
_VOWELS = frozenset("aeiouy")
_LONGEST = 7
"""Letters of a word in a label in capitals that may still be shortened."""
_BEGUN, _BEGUN_ELSEWHERE = 2, 3
"""Letters from which on a word that is begun can be told, with a full stop and without."""
_AGREE = 0.5
"""Share of the words that a short form may stand for which tell a thing, for the short form to tell it, too."""
_HIS = frozenset({"submit", "does", "protest", "deed"})
"""What clients do, as a verb or as a noun: where most tell one of these, the commonest is taken."""
_BARE = 4
"""Letters without a vowel that are no name of something (`CRM`)."""
_PEOPLE, _BEFORE_WHOM = frozenset({"client", "third", "own", "employee"}), frozenset({"by", "from", "to"})
"""What words tell of who it is, and of what stands before him."""
_KEPT = 3
"""How many times as long as what is kept of it a word is at most, where vowels are left out."""
_PART, _TAIL = 4, 3
"""Letters that the first part of a compound has at least, and its shortened last one."""

DONE = re.compile(
    r"(?:ed|sent|[aiu]d[oa]s?|[aiu]t[oai]|iest[oaie]|ee|n[aoey])$|^(?:ge|ver|be|zu|mit|aus|over|mede).*(?:t|d|en)$"
    r"|^(?:re|pre|with)?(?:paid|made|done|held|lost|found|told|met|left|given|taken|drawn|written|shown|chosen)$"
    r"|^(?:ab|an|auf|ein|frei|fest|nach|vor|um|weiter|zuruck|durch)ge\w+(?:t|en)$"
    r"|(?:[klnrv]ad|erat|ckat|slutat|(?<!int)eret|taget|[dl]elt|endt|eldt|inkommen)$"
)
"""Ends like a participle, or like a German or Dutch infinitive, which stands last; last of all in Nordic languages."""

NOUN = re.compile(r"(?:ss|ment|ance|sis|[st]ion|[sz]ione|[cs]ion|cao|ura|ung|ing)$")
"""Ends like a noun of what is done."""

_DONE_SO = re.compile(rf"{DONE.pattern}|[aiu][dt]$")
"""The same of words without their last letter, too."""


class Known(NamedTuple):
    """The words by which short forms are spelt out; see `known_by`."""

    words: Mapping[str, frozenset[str]]
    """What each known word tells,"""
    beginning: Mapping[str, Sequence[tuple[str, frozenset[str]]]]
    """and the same by their first letter."""
    customary: Mapping[str, str]
    """Short forms, and what they stand for."""
    letters: Mapping[str, str]
    """Single letters, and what they stand for with a full stop or a stroke behind them."""
    ordinary: Collection[str]
    """Those of them that are words of their own, too."""


def known_by(
    words: Mapping[str, frozenset[str]],
    customary: Mapping[str, str],
    letters: Mapping[str, str],
    ordinary: Collection[str],
) -> Known:
    """What spells short forms out, from what each known word tells and the customary ones."""
    beginning: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for word, told in words.items():
        beginning.setdefault(word[0], []).append((word, told))
    return Known(words, beginning, customary, letters, ordinary)


def letters_out(label: str, letters: Mapping[str, str]) -> str:
    """*label* with single letters that stand for small words spelt out.

    >>> letters_out("Rückruf d. Kd.", {"d": "durch"}), letters_out("a/c opened", {"a": "auf"})
    ('Rückruf durch Kd.', 'a/c opened')
    """
    label = _ELIDED.sub("d", label)
    return _LETTER.sub(lambda found: letters.get(found.group(1), found.group()), label)


def spelt_out(label: str, text: str, known: Known, kept: Collection[str]) -> str:
    """*text*, *label* in plain form, with its shortened words spelt out; words in *kept* stay.

    >>> words = {"received": frozenset({"receive"}), "customer": frozenset({"client"}), "check": frozenset({"inside"})}
    >>> known = known_by(words, {"kd": "kunde"}, {}, ())
    >>> spelt_out("CUST RCVD", "cust rcvd", known, ()), spelt_out("Chequers Kd.", "chequers kd", known, ())
    ('customer received', 'chequers kunde')
    """
    stopped = {plain(word) for word in _STOPPED.findall(label)}
    capitals = label.upper() == label
    words = text.split()
    for at, word in enumerate(words):
        if word in kept and word not in stopped:
            continue
        bare = len(word) >= _BARE and _VOWELS.isdisjoint(word)
        marked = word in stopped or bare or (capitals and len(word) <= _LONGEST)
        last = 0 < at == len(words) - 1
        he_does = at == 1 and not last and "client" in known.words.get(words[0], ())
        behind = at > 0 and not _BEFORE_WHOM.isdisjoint(known.words.get(words[at - 1], ()))
        words[at] = _spelt(word, known, _Place(last, he_does, behind, marked, word in stopped, word in kept))
    return " ".join(words)


class _Place(NamedTuple):
    """Where a word stands, and how it is written."""

    last: bool
    """It was mostly done."""
    he_does: bool
    """After the client, and before a thing: he does it."""
    behind: bool
    """Behind a word after which is said who does it, or for whom."""
    marked: bool
    """Something marks it as shortened,"""
    stopped: bool
    """a full stop,"""
    known: bool
    """and it is a word of its own, too."""


def _spelt(word: str, known: Known, place: _Place) -> str:
    """*word*, spelt out: by custom where it stands for what fits its place, else by what known words tell."""
    custom = known.customary.get(word) if place.marked or word not in known.ordinary else None
    if custom is not None and (DONE.search(custom) or not (place.last or place.he_does)):
        return custom
    found = None
    if place.marked and word.isalpha():
        found = (None if place.known else _stands_for(word, known, place)) or _compound(word, known)
    if custom is None or found is None:
        return found or custom or word
    fits = DONE.search(found) if place.last else "does" in known.words.get(found, ())
    return found if fits else custom


def _stands_for(word: str, known: Known, place: _Place) -> str | None:
    """The known word that *word* stands for."""
    like = known.beginning.get(word[0], ())
    if len(word) >= (_BEGUN if place.stopped else _BEGUN_ELSEWHERE):
        found = _commonest([one for one in like if one[0].startswith(word)], len(word), place)
        if found:
            return found
    return _commonest([one for one in like if _keeps(word, one[0])], len(word), place)


def _compound(word: str, known: Known) -> str | None:
    """*word*, with its last part spelt out where it is made of a known word and a customary short form."""
    for at in range(_PART, len(word) - _TAIL + 1):
        if word[:at] in known.words and word[at:] in known.customary:
            return f"{word[:at]} {known.customary[word[at:]]}"
    return None


def _keeps(word: str, full: str) -> bool:
    """Whether *word* is what is left of *full* where vowels are left out: its first consonants, or some up to the last.

    >>> _keeps("rcvd", "received"), _keeps("dcm", "document"), _keeps("pmt", "payment"), _keeps("pmt", "permitted")
    (True, True, True, False)
    """
    if full[0] != word[0] or not 2 < len(word) < len(full) <= _KEPT * len(word):
        return False
    bare, short = (one[0] + "".join(letter for letter in one[1:] if letter not in _VOWELS) for one in (full, word))
    if not max(3, len(word) - 1) <= len(short) <= len(bare):
        return False
    letters = iter(bare)
    some = len(bare) <= 2 * len(short) - 2 and bare[-1] == short[-1] and all(letter in letters for letter in short)
    return bare.startswith(short) or some


def _commonest(words: Iterable[tuple[str, frozenset[str]]], length: int, place: _Place) -> str | None:
    """Of *words*, the shortest that tells what most of them tell; forms of one word count once."""
    words = sorted(words, key=lambda one: (len(one[0]), one[0]))
    if place.behind:
        words = [one for one in words if not _PEOPLE.isdisjoint(one[1])] or words
    if place.he_does:
        words = [one for one in words if "does" in one[1]] or words
    roots: dict[str, tuple[frozenset[str], int]] = {}
    for full, told in words:
        roots.setdefault(full[: length + 2], (told, 2 if place.last and _DONE_SO.search(full) else 1))
    votes: Counter[str] = Counter()
    for told, weight in roots.values():
        votes.update(dict.fromkeys(told, weight))
    enough = _AGREE * sum(weight for _told, weight in roots.values())
    agreed = {concept for concept, count in votes.items() if count >= enough}
    if not agreed and sum(weight for told, weight in roots.values() if told & _HIS) > enough:
        agreed = {max(sorted(_HIS), key=lambda concept: votes[concept])}
    if not agreed:
        return None
    fits = [(len(told & agreed) - len(told - agreed), "client" in told, -len(full), full) for full, told in words]
    return max(fits, key=lambda one: one[:3])[-1]
