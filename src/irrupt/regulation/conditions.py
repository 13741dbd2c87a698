"""Conditions on measures, as people write them: `on time < 95 % over 4 weeks`. Read by hand, never evaluated as code.

    condition   =  comparison  { "and" comparison }  { "or" ... }        "and" binds closer than "or"
    comparison  =  MEASURE  RELATION  VALUE  [ "for" PARTY ]  "over" TIME
    RELATION    =  "<" | "<=" | ">" | ">="

The clauses after the value come in any order. A party whose name holds one of these words is written in quotes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from irrupt.errors import did_you_mean
from irrupt.i18n import gettext as _
from irrupt.units import HOUR, MONTH, MOST_PLAIN, WEEK, is_number, number_in, number_text, parsed, ratio_in, written

Relation = Literal["<", "<=", ">", ">="]
_RELATION = re.compile(r"\s*(<=|>=|<|>|≤|≥)\s*")
_AMOUNT = re.compile(r"\d+(?:\.\d+)?(?![\d.eE])")
_SIGNS: Mapping[str, Relation] = {"≤": "<=", "≥": ">="}
_QUOTED = re.compile(r"(?<!\S)(?:\"[^\"]*\"|'[^']*')(?!\S)")
"""Not what stands between the apostrophes of two names."""
_CLAUSE = re.compile(r"\s+(over|for|and|or)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One measure of a party over some weeks, and the side of a value on which it is to be.

    >>> term = parse("cycle time, 90th percentile <= 1.5 days over 4 weeks").ways[0][0]
    >>> term.measure, term.relation, term.value, term.weeks
    ('cycle time, 90th percentile', '<=', 36.0, 4.0)
    """

    measure: str
    relation: Relation
    value: float
    """In the measure's unit."""
    weeks: float
    """Over how long it is measured."""
    party: str | None = None
    """Whose measure; None: of whoever it stands beside."""

    def holds(self, value: float) -> bool | None:
        """Whether *value* is on that side; None when it is not known."""
        if math.isnan(value):
            return None
        return _HOLDS[self.relation](value, self.value)

    def __str__(self) -> str:
        parts = [self.measure, self.relation, _value_text(self.measure, self.value)]
        if self.party is not None:
            parts.append(f"for {_quoted(self.party)}")
        return " ".join([*parts, "over", weeks_text(self.weeks)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Terms of which all of one way must hold."""

    ways: tuple[tuple[Term, ...], ...]

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every term, in the order in which it is written."""
        return tuple(term for way in self.ways for term in way)

    def holds(self, value_of: Callable[[Term], float]) -> bool:
        """Whether the values that *value_of* tells meet the condition; what is not known meets nothing.

        >>> parse("cycle time > 8 h over 1 week or rework > 5 % over 1 week").holds(lambda term: 0.1)
        True
        """
        return any(all(term.holds(value_of(term)) is True for term in way) for way in self.ways)

    def __and__(self, other: Condition) -> Condition:
        """That both hold.

        >>> either = parse("arrivals > 9 over 1 week or lateness > 1 h over 1 week")
        >>> print(parse("rework > 5 % over 1 week") & either)
        rework > 5 % over 1 week and arrivals > 9 cases a week over 1 week or rework > 5 % over 1 week and ...
        """
        return Condition(
            ways=tuple((*one, *(term for term in two if term not in one)) for one in self.ways for two in other.ways)
        )

    def __str__(self) -> str:
        return " or ".join(" and ".join(map(str, way)) for way in self.ways)


_HOLDS: Mapping[Relation, Callable[[float, float], bool]] = {
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
}


def parse(text: str) -> Condition:
    """The condition in *text*.

    >>> str(parse("rework>5% for A over 4 weeks  AND cycle time ≥ 90 min over 1 week"))
    'rework > 5 % for A over 4 weeks and cycle time >= 1.5 h over 1 week'

    Raises `ValueError` that says what is wrong.
    """
    ways: list[list[Term]] = [[]]
    rest = text.strip()
    while True:
        term, joint, rest = _term(rest)
        ways[-1].append(term)
        if not joint:
            return Condition(ways=tuple(map(tuple, ways)))
        if joint == "or":
            ways.append([])


def _term(text: str) -> tuple[Term, str, str]:
    """The first term of *text*, the word that joins it to the next, and what follows."""
    measure, rest = _measure(text)
    sign = _RELATION.match(rest)
    if sign is None and (early := _CLAUSE.match(rest)) is not None:
        found = _('"{word}" comes behind the value: {measure} > … {word} …').format(
            word=early[1].lower(), measure=measure
        )
        raise ValueError(found)
    if sign is None:
        found = _('no comparison after "{measure}": write <, <=, > or >=').format(measure=measure)
        raise ValueError(found)
    if more := re.match(r"[<>=≤≥]+", rest[sign.end() :]):
        found = _('"{signs}" is no comparison: write <, <=, > or >=').format(
            signs=rest[: sign.end() + len(more[0])].strip()
        )
        raise ValueError(found)
    pieces = list(_pieces(rest[sign.end() :]))
    relation: Relation = _SIGNS.get(sign[1], sign[1])  # type: ignore[arg-type]
    told: dict[str, str] = {}
    joint, after = "", ""
    for word, content, following in pieces[1:]:
        if word in ("and", "or"):
            joint, after = word, f"{content}{following}"
            break
        if word in told:
            raise ValueError(_('"{word}" stands there twice').format(word=word))
        told[word] = content
    if "over" not in told:
        raise ValueError(_("over how long is missing: write over 4 weeks"))
    term = Term(
        measure=measure,
        relation=relation,
        value=_value(measure, pieces[0][1]),
        weeks=_weeks(told["over"]),
        party=told["for"].strip("\"'") if "for" in told else None,
    )
    return term, joint, after


def _pieces(text: str) -> Iterator[tuple[str, str, str]]:
    """What stands before the first clause, then each clause: its word, its content, and all that follows it."""
    hidden = _QUOTED.sub(lambda quoted: "\0" * len(quoted[0]), text)
    marks = list(_CLAUSE.finditer(hidden))
    ends = [*(mark.start() for mark in marks[1:]), len(text)][: len(marks)]
    yield "", text[: marks[0].start() if marks else len(text)].strip(), ""
    for mark, end in zip(marks, ends, strict=True):
        yield mark[1].lower(), text[mark.end() : end].strip(), text[end:]


@cache
def _units() -> dict[str, str]:
    """Measure -> its unit, longest names first."""
    from irrupt.ledgers import measures

    known = measures()
    return {name: known[name].unit for name in sorted(known, key=lambda name: (-len(name), name))}


def unit_of(measure: str) -> str:
    """The unit of a *measure* that conditions name."""
    return _units()[measure]


def _measure(text: str) -> tuple[str, str]:
    for name in _units():
        if text.lower().startswith(name.lower()) and not text[len(name) : len(name) + 1].isalnum():
            return name, text[len(name) :]
    word = re.split(r"\s*(?:[<>≤≥]|$)", text, maxsplit=1)[0]
    found = _('no measure "{name}"').format(name=word)
    raise ValueError("; ".join(filter(None, (found, did_you_mean(word, sorted(_units()))))))


def _value(measure: str, text: str) -> float:
    value = value_in(measure, text)
    if unit_of(measure) != "share":
        return value
    if is_number(text) and value > MOST_PLAIN:
        raise ValueError(_no_share(measure, text))
    return _possible(measure, value)


def level_in(measure: str, text: str) -> float:
    """The same where a number alone, of whatever unit, is in that of *measure*.

    >>> level_in("cycle time", "2"), level_in("cycle time", "30 min")
    (2.0, 0.5)
    """
    return float(text) if is_number(text) else value_in(measure, text)


def value_in(measure: str, text: str) -> float:
    """The number in *text*, in the unit of *measure*: of hours a time, of a share per cent, of cases a week `3 cases a
    week` or the number alone. Raises `ValueError` for what the measure is not told in.

    >>> value_in("cycle time", "1 day"), value_in("rework", "5 %"), value_in("throughput", "1 case a week")
    (24.0, 0.05, 1.0)
    """
    unit = _units()[measure]
    one = unit.replace("cases", "case", 1)  # 1 case a week
    plain = text.removesuffix(unit).removesuffix(one).rstrip() if unit else text
    if unit == "share":
        if is_number(text.removesuffix("%")):
            return ratio_in(text)
        raise ValueError(_no_share(measure, text))
    seconds = parsed(text)
    if unit == "h" and seconds is not None and math.isfinite(seconds):
        return seconds / HOUR
    if unit != "h" and is_number(plain) and math.isfinite(float(plain)):
        return number_in(plain)
    amount = _amount(text) or ("8" if unit == "h" else "3")
    if unit != "h" and amount == "1":
        amount = "3"  # units are of several
    example = f"{amount} {unit}".rstrip()
    if unit == "h" and is_number(text):
        raise ValueError(_('"{text}" has no unit: write {example}').format(text=text, example=example))
    found = _('{measure} is not told in "{text}": write {example}')
    raise ValueError(found.format(measure=measure, text=text, example=example))


def _no_share(measure: str, text: str) -> str:
    found = _('{measure} is a share: write {share} %, not "{text}"')
    return found.format(measure=measure, share=_amount(text) or "5", text=text)


def _amount(text: str) -> str:
    """The number that *text* begins with; empty where it begins with none."""
    found = _AMOUNT.match(text)
    return found[0] if found else ""


def _possible(measure: str, share: float) -> float:
    from irrupt.ledgers import measures

    if wrong := measures()[measure].impossible(share):
        raise ValueError(wrong)
    return share


def _weeks(text: str) -> float:
    seconds = parsed(text)
    if not seconds:
        raise ValueError(_('"{text}" is no time: write over 4 weeks').format(text=text))
    return seconds / WEEK


def _value_text(measure: str, value: float) -> str:
    unit = _units()[measure]
    if unit == "h":
        return written(value * HOUR) if value < 1 else f"{number_text(value)} h"
    if unit == "share":
        return f"{number_text(100 * value)} %"
    return f"{number_text(value)} {unit}".rstrip()


def weeks_text(weeks: float) -> str:
    """So many *weeks* in words that `parse` reads.

    >>> weeks_text(4.0), weeks_text(0.5), weeks_text(MONTH / WEEK)
    ('4 weeks', '3.5 days', '1 month')
    """
    months = months_in(weeks)
    for name, count in (("week", weeks), ("month", months)):
        if count and float(count).is_integer():
            return f"{int(count)} {name}" + ("" if count == 1 else "s")
    return written(weeks * WEEK)


def months_in(weeks: float) -> int:
    """How many months so many *weeks* are, as they are read; 0 where they are not whole ones."""
    months = round(weeks * WEEK / MONTH)
    return months if months * MONTH / WEEK == weeks else 0


def _quoted(party: str) -> str:
    return f'"{party}"' if _CLAUSE.search(f" {party} ") else party
