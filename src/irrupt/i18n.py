"""English and French, through gettext.

Messages are written in English in the source and looked up when they are shown, so one process can
speak both. `use("fr")` chooses; without it the environment decides (LANGUAGE, LC_ALL, LC_MESSAGES, LANG).
"""

from __future__ import annotations

import datetime
import gettext as _gettext
import os
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

LANGUAGES = ("en", "fr")
_LOCALE = Path(__file__).parent / "locale"
_chosen: str | None = None
_BEFORE_NAME = re.compile(r"\b(d|qu)e (?=\{(\w+)\})", re.IGNORECASE)
"""Where French elides, if what is filled in begins with a vowel."""
_VOWEL = re.compile(r"[aeiouàâäéèêëîïôöùûü]", re.IGNORECASE)


@cache
def _catalogue(language: str) -> _gettext.NullTranslations:
    return _gettext.translation("irrupt", _LOCALE, [language], fallback=True)


def environment_language() -> str:
    """The first language of the environment that irrupt speaks; English otherwise."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        for entry in os.environ.get(name, "").split(":"):
            if entry[:2].lower() in LANGUAGES:
                return entry[:2].lower()
    return "en"


def use(language: str | None) -> None:
    """Speak *language* ("en" or "fr") from now on; None follows the environment.

    Raises `ValueError` for a language that irrupt does not speak.
    """
    global _chosen
    if language is not None and language not in LANGUAGES:
        raise ValueError(f"language {language!r}: expected one of {', '.join(LANGUAGES)}")
    _chosen = language


def language() -> str:
    """The language in use."""
    return _chosen or environment_language()


class _Eliding(str):
    """A French message that elides before what is filled in: `de {client}` becomes `d'Automobiles`."""

    def format(self, *parts: object, **named: object) -> str:
        def elided(found: re.Match[str]) -> str:
            vowel = _VOWEL.match(str(named.get(found.group(2), "")))
            return f"{found.group(1)}’" if vowel else found.group()

        return _BEFORE_NAME.sub(elided, str(self)).format(*parts, **named)


def _spoken(message: str, spoken: str) -> str:
    return _Eliding(message) if spoken == "fr" and _BEFORE_NAME.search(message) else message


def gettext(message: str) -> str:
    """*message* in the language in use."""
    spoken = language()
    return _spoken(_catalogue(spoken).gettext(message), spoken)


def many(n: float) -> int:
    """1 or 2, as the form for *n* things is, of which there may be a part: in French, less than two are not many.

    >>> use("fr"); many(1.5), use("en"), many(1.5)
    (1, None, 2)
    """
    return 1 if n == 1 or (language() == "fr" and abs(n) < 2) else 2


def ngettext(singular: str, plural: str, n: int) -> str:
    """The form of a message for *n* things, in the language in use."""
    spoken = language()
    return _spoken(_catalogue(spoken).ngettext(singular, plural, n), spoken)


def pgettext(context: str, message: str) -> str:
    """*message* in the language in use, as it is said of what *context* names: in French a word agrees with it. Where
    nothing is known of that, as it is said of anything."""
    spoken = language()
    found = _catalogue(spoken).pgettext(context, message)
    return gettext(message) if found == message else _spoken(found, spoken)


def mark(message: str) -> str:
    """Mark *message* for translation without translating it yet: for names that are shown later."""
    return message


def number(value: float, digits: int = 1) -> str:
    """*value* with *digits* decimals, as written in the language in use.

    >>> use("fr"); number(12345.678), use("en")
    ('12\\u202f345,7', None)
    """
    text = f"{value:,.{digits}f}"
    if text.strip("-0.,") == "":
        text = text.replace("-", "")
    return text.replace(",", "\u202f").replace(".", ",") if language() == "fr" else text


_ = gettext
_MONTHS = (
    *(mark("Jan"), mark("Feb"), mark("Mar"), mark("Apr"), mark("May"), mark("Jun")),
    *(mark("Jul"), mark("Aug"), mark("Sep"), mark("Oct"), mark("Nov"), mark("Dec")),
)


def unit_after(written: str, unit: str) -> str:
    """A *unit* as it stands after a *written* number. In French less than two of something are not many.

    >>> use("fr"); unit_after("−1,5", "jours par mois"), unit_after("2", "jours"), use("en")
    ('jour par mois', 'jours', None)
    """
    first, *more = unit.split(" ")
    if language() == "fr" and re.fullmatch(r"\D*[01](,\d+)?", written):
        first = first.removesuffix("s")
    return " ".join([first, *more])


def first_of(names: Sequence[str], most: int) -> str:
    """The first *most* of *names*, as they stand in a sentence; whether there are more is shown.

    >>> first_of(["A", "B", "C"], 2), first_of(["A"], 2)
    ('A, B, …', 'A')
    """
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")


Counted = Literal[
    "activity",
    "team",
    "client",
    "person",
    "name",
    "day",
    "measure",
    "effect",
    "assumption",
    "finding",
    "value",
    "case",
    "breach",
]
"""What lists in sentences are of."""


def more(n: int, of: Counted) -> str:
    """That there are *n* more, and of what, behind those that are named.

    >>> more(3, "activity"), more(1, "measure")
    ('3 more activities', '1 more measure')
    """
    forms = {
        "activity": ngettext("{n} more activity", "{n} more activities", n),
        "team": ngettext("{n} more team", "{n} more teams", n),
        "client": ngettext("{n} more client or group", "{n} more clients or groups", n),
        "person": ngettext("{n} more person", "{n} more people", n),
        "name": ngettext("{n} more name", "{n} more names", n),
        "day": ngettext("{n} more day", "{n} more days", n),
        "measure": ngettext("{n} more measure", "{n} more measures", n),
        "effect": ngettext("{n} more effect", "{n} more effects", n),
        "assumption": ngettext("{n} more assumption", "{n} more assumptions", n),
        "finding": ngettext("{n} more finding", "{n} more findings", n),
        "value": ngettext("{n} more value", "{n} more values", n),
        "case": ngettext("{n} more case", "{n} more cases", n),
        "breach": ngettext("{n} more breach", "{n} more breaches", n),
    }
    return forms[of].format(n=number(n, 0))


def and_more(said: str, n: int, of: Counted) -> str:
    """A list that is *said*, and how many more there are of what; the list alone where there are none.

    >>> and_more("Desk, Network", 2, "team")
    'Desk, Network and 2 more teams'
    """
    return _("{names} and {more}").format(names=said, more=more(n, of)) if n > 0 else said


def month_text(month: int) -> str:
    """A month, 1 for January, as dates have it.

    >>> month_text(2)
    'Feb'
    """
    return _(_MONTHS[month - 1])


def date_text(date: datetime.date) -> str:
    """A date as written in the language in use.

    >>> from datetime import date
    >>> date_text(date(2016, 2, 29))
    '29 Feb 2016'
    """
    text = _("1 {month} {year}") if date.day == 1 else _("{day} {month} {year}")
    return text.format(day=date.day, month=month_text(date.month), year=date.year)


def sentence(text: str) -> str:
    """*text* with a capital letter at its begin.

    >>> sentence("work is paused")
    'Work is paused'
    """
    return text[:1].upper() + text[1:]
