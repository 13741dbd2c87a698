"""Several columns for each period, side by side (`Plan W08`, `Ist W08`, `Plan W09`, ...), made rows that a column tells
from each other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import polars as pl

from irrupt.chronicle.hints import plain
from irrupt.chronicle.journal import ROW, Raw
from irrupt.chronicle.schedules.fitting import can_be
from irrupt.chronicle.schedules.lines import COUNTED, FIRM, OPEN, SUM, meaning
from irrupt.chronicle.schedules.periods import WEEK_WORDS, is_period
from irrupt.chronicle.schedules.roles import score
from irrupt.chronicle.stamps import month_of
from irrupt.i18n import gettext as _

_BETWEEN = re.compile(r"[\s_/|:()\[\]–-]+")
_WEEK = re.compile(rf"(?i)^(?:{WEEK_WORDS})[\s.\-]*\d{{1,2}}$")
_OF_WEEK = re.compile(rf"(?i)^(?:{WEEK_WORDS})[\s.\-]*\d")
_WORDS = re.compile(r"^[^\d]*[^\W\d_]{2}[^\d]*$")
_DIFFERENCE = re.compile(r"(?<!\w)(?:[Δ∆±]|\+\s?/\s?[-–−])(?!\w)")
"""Signs for the difference from the plan before."""
_FEWEST, _KNOWN = 3, 0.5
"""Periods at least; share of the kinds of columns that are known."""


@cache
def apart(name: str) -> tuple[str, str] | None:
    """What a column holds and for when, by its *name*; None where it does not tell both.

    >>> apart("Plan W08"), apart("2026-02 Actual"), apart("Ist (KW 8/26)"), apart("W08"), apart("Plan A")
    (('Plan', 'W08'), ('Actual', '2026-02'), ('Ist', 'KW 8/26'), None, None)
    >>> apart("Δ W08"), apart("+/- W08"), apart("Kassel KW 8/26"), apart("Nb UC 5.1.2026")
    (('Diff', 'W08'), ('Diff', 'W08'), ('Kassel', 'KW 8/26'), ('Nb UC', '5.1.2026'))
    """
    name = _DIFFERENCE.sub("Diff", name.strip())
    for match in _BETWEEN.finditer(name):
        one, other = name[: match.start()].strip(" (["), name[match.end() :].strip(" )]")
        for words, period in ((one, other), (other, one)):
            if not _WORDS.match(words) or not tells_when(period) or _begins_with_words(period):
                continue
            if _OF_WEEK.match(period) or not _names_month(words):
                return words, period
    return None


def _begins_with_words(period: str) -> bool:
    """Whether a word stands before a *period* that is none of it: `UC 05/01/2026`."""
    word, _blank, rest = period.partition(" ")
    return word.isalpha() and not _OF_WEEK.match(period) and is_period(rest)


def tells_when(text: str) -> bool:
    """Whether *text* names a period, with its year or without.

    >>> tells_when("KW 8"), tells_when("2026-02"), tells_when("Teil")
    (True, True, False)
    """
    return bool(text) and (is_period(text) or _WEEK.match(text) is not None or _names_month(text))


def _names_month(text: str) -> bool:
    """Whether *text* is a month, and no word for what is announced that begins like one (`Prognose`: prosinec)."""
    word = re.fullmatch(r"[^\W\d_]{3,10}\.?", text) is not None and month_of(text) is not None
    return word and meaning(text) is None


def side_by_side(raw: Raw) -> Raw:
    """*raw* with a row for each kind of column, where there are several columns for each period."""
    frame = raw.frame
    told = {name: found for name in frame.columns if name != ROW and (found := apart(name)) is not None}
    kinds = list(dict.fromkeys(plain(words) for words, _period in told.values()))
    if not _belong(told, kinds):
        months = {name: period for name, (_words, period) in told.items() if _names_month(period)}
        alone = len(kinds) == 1 and len(set(months.values()) - set(frame.columns)) == len(months) >= _FEWEST
        return replace(raw, frame=frame.rename(months)) if alone else raw
    shown = {kind: next(words for words, _period in told.values() if plain(words) == kind) for kind in kinds}
    keep = [name for name in frame.columns if name not in told]
    line = " | ".join(shown.values())
    frames = []
    for kind, words in shown.items():
        own = {name: period for name, (told_words, period) in told.items() if plain(told_words) == kind}
        frames.append(frame.select(*keep, pl.lit(words).alias(line), *own).rename(own))
    periods = list(dict.fromkeys(period for _words, period in told.values()))
    whole = pl.concat(frames, how="diagonal_relaxed").select(*keep, line, *periods).sort(ROW, maintain_order=True)
    text = _("for each period columns stand side by side: {names}")
    if len(periods) == len(told):
        text = _("the names of columns tell which periods are firm, and which are foreseen: {names}")
    note = text.format(names=", ".join(shown.values()))
    return replace(raw, frame=whole, notes=(*raw.notes, note))


def _belong(told: Mapping[str, tuple[str, str]], kinds: Sequence[str]) -> bool:
    """Whether columns named so are several for each period: some of a quantity, some of another kind that is known;
    or firm ones and foreseen ones, be it of other periods."""
    if len(kinds) < 2 or len({period for _words, period in told.values()}) < _FEWEST:
        return False
    means = [meaning(kind) for kind in kinds]
    if set(means) == {FIRM, OPEN}:
        return True
    known = [one for one in means if one is not None]
    enough = len(known) >= _KNOWN * len(kinds) and set(known) & {*COUNTED, SUM} and len(set(known)) > 1
    return bool(enough and _beside_each_other(told, kinds))


def _beside_each_other(told: Mapping[str, tuple[str, str]], kinds: Sequence[str]) -> bool:
    """Whether each of *kinds* has columns of its own for periods that another one has, too."""
    several = len(told) == len({(plain(words), period) for words, period in told.values()})
    of = {kind: {period for words, period in told.values() if plain(words) == kind} for kind in kinds}
    return several and all(any(of[kind] & of[other] for other in kinds if other != kind) for kind in kinds)


def unknown_kinds(frame: pl.DataFrame) -> list[str]:
    """What columns hold that stand side by side for several periods, beside a column for whose they are, where it is
    not known which of them tell quantities; nothing where none stand so.

    >>> names = [f"{kind} W0{n}" for n in (1, 2, 3) for kind in ("Red", "Blue")]
    >>> unknown_kinds(pl.DataFrame({"Part": ["x"], **dict.fromkeys(names, 5)}))
    ['Red', 'Blue']
    """
    told = {name: found for name in frame.columns if name != ROW and (found := apart(name)) is not None}
    shown = {plain(words): words for words, _period in reversed(told.values())}
    kinds = list(dict.fromkeys(plain(words) for words, _period in told.values()))
    if len(kinds) < 2 or len({period for _words, period in told.values()}) < _FEWEST or _belong(told, kinds):
        return []
    others = [name for name in frame.columns if name not in told]
    whose = any(score(role, name) > 0 for name in others for role in ("part", "client", "plant", "plan"))
    counted = whose and _beside_each_other(told, kinds) and all(can_be("quantity", frame[name]) for name in told)
    return [shown[kind] for kind in kinds] if counted else []
