"""Labels as words, and words as what they tell; compounds are taken apart, and letters before labels spelt out."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from irrupt.chronicle.hints import plain
from irrupt.chronicle.inflected import infinitives
from irrupt.chronicle.shortened import Known, known_by, letters_out, spelt_out

_CODE = re.compile(r"^[a-z]{0,2}\d+[a-z]?$|^(?:hoofd|srm|hr|or)$")
_NUMBERED = re.compile(r"^[A-Z]{2,6}[_-]\d+\w?\s+(?=.*[^\W\d_]{4})")
"""A code before a label (`BEZ_600 Bezwaar ontvangen`): its letters are no word."""
_NON = re.compile(r"\bnon-(\w)", re.IGNORECASE)
"""Before a word, that it is of another kind, which denies nothing of what is done."""
_INITIALS = {"a": "application", "o": "offer"}
"""Single letters before labels where no word of the log tells what they stand for."""
_ACCENTED = re.compile(r"\w*[^\W\d_a-zA-Z]\w*")
"""Words with letters that plain form changes."""
_PREFIX = re.compile(r"^([A-Za-z])[_ ](?=\w)")


@cache
def _lists() -> dict[str, dict[str, str]]:
    """What a word tells -> the words that tell it; and groups of words with what stands for them."""
    return tomllib.loads(files("irrupt.chronicle").joinpath("words.toml").read_text(encoding="utf-8"))


@cache
def word_list(name: str) -> frozenset[str]:
    """One of the lists that single rules use."""
    return frozenset(_lists()["lists"][name].split())


def begins_with(label: str, some: str) -> bool:
    """Whether a word of *label* begins with one of the list called *some*, or several, one after the other, do.

    >>> begins_with("Order cancelled", "cancelling"), begins_with("Order called off", "cancelling")
    (True, True)
    >>> begins_with("Call from customer", "cancelling")
    False
    """
    words = f" {plain(label)} "
    return any(f" {stem.replace('_', ' ')}" in words for stem in word_list(some))


_WORDS, _FURTHER = "words", "further"
"""Tables of words by what they tell; short forms are spelt out by the first only."""


@cache
def _exact(*tables: str) -> dict[str, frozenset[str]]:
    return _by_word(tables or (_WORDS, _FURTHER), stems=False)


@cache
def _stems(*tables: str) -> dict[str, frozenset[str]]:
    return _by_word(tables or (_WORDS, _FURTHER), stems=True)


def _by_word(tables: Iterable[str], stems: bool) -> dict[str, frozenset[str]]:
    """What each word of *tables* tells, or each stem."""
    told: dict[str, set[str]] = {}
    for table in tables:
        for concept, words in _lists()[table].items():
            for word in words.split():
                if word.endswith("*") == stems:
                    told.setdefault(word.removesuffix("*"), set()).add(concept)
    return {word: frozenset(concepts) for word, concepts in told.items()}


@cache
def _known() -> Known:
    """By what short forms are spelt out."""
    told = _exact(_WORDS) | _stems(_WORDS)
    words = {word: told[word] for word in told if len(word) > 3 or told[word] & {"by", "from", "to"}}
    return known_by(words, _lists()["short"], _lists()["letters"], word_list("ordinary"))


_PLURAL = 6
"""Letters that a word has more than, of which an *s* at its end is taken for that of many."""
_JOINED = ("ungs", "heits", "keits")
"""Ends of first parts of German compounds, which are no plurals."""
_VERBS = frozenset({"inside", "send", "ask", "note", "submit", "receive"})
"""What a participle tells as its infinitive does."""
_AGAIN = re.compile(r"^re(?=\w{5})")
"""Before a verb, that it is done again."""


@cache
def tells(word: str) -> frozenset[str]:
    """What *word*, in plain form, tells: names of concepts, none where it is not known.

    >>> sorted(tells("customers")), sorted(tells("zahlung")), sorted(tells("xyz"))
    (['client'], ['deed', 'pay'], [])
    """
    known = _exact().get(word, frozenset()) | _stems().get(word, frozenset())
    if known:
        return known
    for length in range(len(word), 3, -1):
        stem = _stems().get(word[:length])
        if stem and length >= len(word) - 5:
            return stem
    many = word[-1:] == "s" and len(word) > _PLURAL and not word.endswith(_JOINED)
    if many and word[:-1] in _exact():
        return _exact()[word[:-1]]
    for verb in infinitives(word):
        if told := _exact().get(verb, frozenset()) & _VERBS:
            return told
    again = _AGAIN.match(word)
    return tells(word[again.end() :]) & {"inside", "send", "ask", "filed"} if again else frozenset()


def reminding(word: str) -> bool:
    """Whether *word* tells that somebody is reminded.

    >>> reminding("mahnung"), reminding("relance"), reminding("rechnung")
    (True, True, False)
    """
    return any(stem in word for stem in word_list("reminding"))


_SHORT = 4
"""Letters of a first part that may as well be a word before another (`selfservice`)."""
_LINKS = ("", "s", "n", "en", "es")
"""Letters that join the parts of a German or Dutch compound."""


@cache
def parted(word: str) -> tuple[str, ...]:
    """*word*, or the two known words that it is made of.

    >>> parted("kundenanfrage"), parted("betalingsherinnering"), parted("payment")
    (('kunden', 'anfrage'), ('betalings', 'herinnering'), ('payment',))
    """
    if len(word) < 9 or tells(word):
        return (word,)
    for at in range(len(word) - 4, 3, -1):
        left, right = word[:at], word[at:]
        if not tells(right):
            continue
        for link in _LINKS:
            bare = left.removesuffix(link)
            if len(bare) >= 4 and tells(bare):
                return (left if _only_describes(bare, left, right) else bare, right)
        exact = _exact().get(right, frozenset()) & {"inside", "given", "send", "filed", "protest"}
        if right in word_list("heads") or (len(right) >= 7 and (exact or _is_other(at, right))):
            return (left, right)
    return (word,)


def _only_describes(bare: str, left: str, right: str) -> bool:
    """Whether the first part of a compound, work of staff, only says of which kind a thing is (`prüfungsanmeldung`)."""
    return bare != left and tells(bare) == {"inside"} and bool(tells(right) & {"filed", "protest"}) and not tells(left)


def _is_other(at: int, right: str) -> bool:
    """Whether the last part of a compound, from *at*, is somebody else than the client."""
    return at > _SHORT and tells(right) <= {"third", "own"}


def begins_with_client(label: str) -> bool:
    """Whether *label* begins with an article and the client, as a sentence does of which he is the subject."""
    first, _space, rest = plain(label).partition(" ")
    return first in word_list("articles") and "client" in tells(rest.partition(" ")[0])


def words_of(label: str, initials: Mapping[str, str]) -> tuple[str, ...]:
    """The words of *label* in plain form, without numbers and articles, compounds apart.

    *initials*: what single letters before labels stand for, see `initials_of`.

    >>> words_of("O_Sent (2)", {}), words_of("Kundenanfrage prüfen", {})
    (('offer', 'sent'), ('kunden', 'anfrage', 'prufen'))
    """
    initials = _INITIALS | dict(initials)
    prefix = _PREFIX.match(label)
    head = initials.get(prefix.group(1).lower(), "") if prefix and "_" in prefix.group(0) else None
    label = _NUMBERED.sub("", label) if head is None else label[2:]
    text = _spelt_out(label)
    if head:
        text = f"{head} {text}"
    for phrase, word in _lists()["phrases"].items():
        if phrase in text:
            text = re.sub(rf"\b{phrase}\b", word, text)
    kept = [word for word in text.split() if not _CODE.match(word) and word not in word_list("articles")]
    return tuple(part for word in kept for part in parted(word))


_SMALL = ("articles", "auxiliaries", "ways", "via", "of", "came", "went", "directions", "holds")
"""Lists of words that are never shortened ones."""


@cache
def _small() -> frozenset[str]:
    return frozenset().union(*map(word_list, _SMALL))


@cache
def _spelt_out(label: str) -> str:
    """*label* in plain form, its shortened words spelt out."""
    label = _ACCENTED.sub(lambda found: _lists()["accented"].get(found.group().lower(), found.group()), label)
    label = letters_out(_NON.sub(lambda found: f"non{found.group(1).lower()}", label), _known().letters)
    text = plain(label)
    kept = [word for word in text.split() if tells(word) or word in _small()]
    return spelt_out(label, text, _known(), kept)


def initials_of(labels: Iterable[str]) -> dict[str, str]:
    """What single letters before *labels* stand for: the thing of that initial that other labels name most.

    >>> initials_of(["A_Created", "W_Completeren aanvraag", "O_Sent", "W_Nabellen offertes"])
    {'a': 'aanvraag', 'o': 'offertes'}
    """
    labels = list(labels)
    letters = {match.group(1).lower() for label in labels if (match := _PREFIX.match(label))}
    words = Counter(word for label in labels for word in plain(label).split() if len(word) > 2)
    things = [(word, n) for word, n in words.items() if tells(word) & {"filed", "offer"}]
    found = {}
    for letter in sorted(letters):
        mine = [(-n, word) for word, n in things if word.startswith(letter)]
        if mine:
            found[letter] = min(mine)[1]
    return found
