"""Which encoding a text is in that is not UTF-8: Western, Turkish, or Central European as in Polish or Czech;
or one of another script, where the names of its columns are known in that."""

from __future__ import annotations

import re
from typing import NamedTuple

from irrupt.chronicle.hints import plain
from irrupt.chronicle.schedules.scripts import BY_ROLE
from irrupt.i18n import gettext as _

ENCODING = "encoding"
"""The role that says how the letters of a text are written."""
WESTERN, CENTRAL, TURKISH = "cp1252", "cp1250", "cp1254"
_LOOKED_AT = 4_000_000
_MANY = 20_000
"""Characters beyond ASCII that are looked at, at most."""
_LEAST, _WITHIN = 2, 2
"""Different characters that stand odd from which on an encoding cannot be the right one; one within a word counts as
so many."""
_OTHERS = ("cp1251", "cp1253", "cp932", "gb18030", "cp949", "big5")
"""Cyrillic, Greek, Japanese, Chinese, Korean, and Chinese in Taiwan and Hong Kong."""
_NAMES = frozenset(name for names in BY_ROLE.values() for name in names if len(name) > 1)
_HEAD, _KNOWN = 8_000, 2
"""Bytes in which names of columns stand; names that must be known."""
_STRANGE = re.compile(r"[^\W\d_a-zA-Z]+")
_LONG, _MOSTLY = 3, 0.5
"""Letters beyond ASCII that stand side by side, as in words of another script; share of all such."""
_OF_TURKISH, _BESIDE = frozenset("ğışĞİŞ"), frozenset("çöüâîûÇÖÜÂÎÛ")
"""Letters that Turkish has, and Western encodings do not; others beyond ASCII that stand beside them."""


class _Language(NamedTuple):
    """A language that is written as in Central Europe, by its small letters beyond ASCII."""

    letters: frozenset[str]
    tell: tuple[tuple[frozenset[str], int], ...]
    """Letters that tell it from what Western encodings read there, and how many different ones of them."""

    @classmethod
    def of(cls, letters: str, *tell: tuple[str, int]) -> _Language:
        return cls(frozenset(letters), tuple((frozenset(some), fewest) for some, fewest in tell))

    def tells(self, letters: set[str]) -> bool:
        """Whether it has all *letters*, and enough of those are among them that tell it."""
        return letters <= self.letters and all(len(letters & some) >= fewest for some, fewest in self.tell)


_OF_CENTRAL_EUROPE = (
    _Language.of("áéíóúýšžčďěňřůť", ("ř", 1), ("čďěňřůť", 3)),  # Czech; ř is ø
    _Language.of("áäéíóôúýšžčďĺľňŕť", ("ľť", 1), ("šž", 1)),  # Slovak; ľ is a sign
    _Language.of("ąćęłńóśźż", ("ąćęłńśźż", 3)),  # Polish
    _Language.of("áéíóöőúüű", ("őű", 1), ("öőüű", 3), ("áéí", 1)),  # Hungarian; ő is Portuguese õ, which has no ö
    _Language.of("čćđšž", ("č", 1), ("ćđšž", 2)),  # Croatian, Slovene; č is è
    _Language.of("ăâîşţ", ("ţ", 1), ("ăş", 1)),  # Romanian; ţ is þ
)
_OPENING = frozenset("¿¡")
"""Signs that stand before a word in Spanish."""


def _oddities(data: bytes, encoding: str, other: str) -> int:
    """How many characters of *data*, of those that the two encodings read differently, cannot stand where they do:
    signs before or within a word, and capitals within one."""
    found: dict[str, int] = {}
    text = data[:_LOOKED_AT].decode(encoding, errors="replace")
    differs = {
        one
        for one in (bytes([byte]).decode(encoding, errors="replace") for byte in range(128, 256))
        if one.encode(encoding, errors="replace").decode(other, errors="replace") != one
    }
    for count, match in enumerate(re.finditer(r"[^\x00-\x7f]", text)):
        if count >= _MANY:
            break
        one, at = match[0], match.start()
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if one not in differs:
            continue
        sign = not one.isalpha() and after.islower() and one not in _OPENING
        within = not one.isalpha() and before.isalpha() and after.isalpha()
        if sign or within or (one.isupper() and before.islower()):
            found[one] = max(found.get(one, 0), _WITHIN if within else 1)
    return sum(found.values())


def eight_bit(data: bytes) -> str:
    """The encoding of *data*, which is not UTF-8: one in which names of its columns are known, cp1252 where nothing
    speaks against it, cp1250, or else latin-1.

    >>> eight_bit("Müller; 5 £; m³".encode("cp1252")), eight_bit("Żabka; Łódź; Gdańsk".encode("cp1250"))
    ('cp1252', 'cp1250')
    >>> eight_bit("Müşteri; Sipariş tarihi; Çıkış".encode("cp1254"))
    'cp1254'
    >>> eight_bit("Číslo; Žádost podána; Důvěra; Přišlo".encode("cp1250"))
    'cp1250'
    """
    other = _by_names(data)
    if other is not None:
        return other
    western, central = (_oddities(data, one, other) for one, other in ((WESTERN, CENTRAL), (CENTRAL, WESTERN)))
    if western >= _LEAST and not central and _reads(data, CENTRAL):
        return CENTRAL
    letters = {one.lower() for one in _letters(data, CENTRAL)}
    if any(language.tells(letters) for language in _OF_CENTRAL_EUROPE):
        return CENTRAL
    if _is_turkish(data):
        return TURKISH
    return WESTERN if _reads(data, WESTERN) else "latin-1"


def _letters(data: bytes, encoding: str) -> set[str]:
    """The letters of *data* beyond ASCII, read in an *encoding*."""
    text = data[:_LOOKED_AT].decode(encoding, errors="replace")
    return {one for one in set(text) if one.isalpha() and not one.isascii()}


def _is_turkish(data: bytes) -> bool:
    """Whether *data*, read as Turkish, has several of its own letters, and none of other languages beside them."""
    letters = _letters(data, TURKISH)
    return len(letters & _OF_TURKISH) >= _LEAST and letters <= _OF_TURKISH | _BESIDE


def _by_names(data: bytes) -> str | None:
    """The encoding of another script in which names of columns are known; None where there is none."""
    head = data[: max(data[:_HEAD].rfind(b"\n"), 0)]
    known = {one: len(_NAMES & set(map(plain, _cells(head, one)))) for one in _OTHERS}
    best = max(known, key=lambda one: known[one])
    return best if known[best] >= _KNOWN and _reads(data, best) else None


def _cells(head: bytes, encoding: str) -> list[str]:
    return re.split(r'[;,\t|\n\r"]', head.decode(encoding)) if _reads(head, encoding) else []


def as_told(text: str, encoding: str) -> list[str]:
    """What is to be said of *text* that was read in an *encoding* which is guessed."""
    notes = [_("the file is not UTF-8: read as {encoding}").format(encoding=encoding)]
    if doubtful(text, encoding):
        text = _("its letters make no words: it may be in another encoding; save it as UTF-8, or say which: {option}")
        notes.append(text.format(option=f'--map "{ENCODING}=cp1251"'))
    return notes


def doubtful(text: str, encoding: str) -> bool:
    """Whether the letters of *text* beyond ASCII, read as in an *encoding* of Latin letters, stand side by side for the
    most part, as they do in no language.

    >>> doubtful("Ãàçïðîì; Ëóêîéë", "cp1252"), doubtful("Müller; Żabka; naïve", "cp1250")
    (True, False)
    """
    found = [] if encoding in _OTHERS else [len(run) for run in _STRANGE.findall(text[:_MANY])]
    return bool(found) and sum(size >= _LONG for size in found) >= _MOSTLY * len(found)


def _reads(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
