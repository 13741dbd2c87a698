"""Guards of routes: which cases may take one, told from what a case is like. Read by hand, never evaluated as code.

    guard       =  comparison  { "and" comparison }  { "or" ... }        "and" binds closer than "or"
    comparison  =  "quantity" RELATION NUMBER  |  "due" RELATION TIME  |  "class" ( "is" | "is not" ) NAME

`due` is the time from when a case comes until it is due; one that is never due has more than any. A class whose name
holds one of these words is written in quotes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from irrupt.errors import did_you_mean
from irrupt.i18n import gettext as _
from irrupt.lately import Lately
from irrupt.units import is_number, number_in, number_text, parsed, shown, written

if TYPE_CHECKING:
    from irrupt.organisation.model import Organisation, Route

ATTRIBUTES = ("quantity", "due", "class")
_JOINT = re.compile(r'"[^"]*"|\s+(and|or)\s+', re.IGNORECASE)
_COMPARISON = re.compile(r"\s*(\w+)\s*(<=|>=|<|>|≤|≥|\bis\s+not\b|\bis\b)\s*(.*?)\s*", re.IGNORECASE | re.DOTALL)
_SIGNS = {"≤": "<=", "≥": ">="}
MILLI = 1000.0


class Like(NamedTuple):
    """What a case is like, as far as guards ask."""

    name: str | None
    """Its class."""
    quantity: float = 1.0
    due: float = math.inf
    """Seconds from when it came until it is due."""


CaseClass = str | Like | None
"""A class of cases (None: cases without one) with whatever else they are like; or what one case is like."""


class Term(NamedTuple):
    """One comparison."""

    attribute: str
    relation: str
    value: float | str
    """Due: in seconds."""

    def holds(self, like: Like) -> bool:
        """Whether a case that is so meets it."""
        if isinstance(self.value, str):
            return (like.name == self.value) == (self.relation == "is")
        has, bound = like.quantity, self.value
        if self.attribute == "due":
            has, bound = whole(like.due), whole(bound)
        return {"<": has < bound, "<=": has <= bound, ">": has > bound, ">=": has >= bound}[self.relation]

    def __str__(self) -> str:
        if isinstance(self.value, str):
            plain = not re.search(r'"|\b(and|or|is|not)\b', self.value, re.IGNORECASE)
            return f"class {self.relation} " + (self.value if plain else f'"{self.value}"')
        value = written(self.value) if self.attribute == "due" else number_text(self.value)
        return f"{self.attribute} {self.relation} {value}"


@dataclass(frozen=True, slots=True)
class Guard:
    """Comparisons, of which all of one way must hold."""

    ways: tuple[tuple[Term, ...], ...]

    def holds(self, like: Like) -> bool:
        """Whether a case that is so may take the route.

        >>> guard_in("quantity > 10 and class is large").holds(Like("large", 12.0))
        True
        """
        return any(all(term.holds(like) for term in way) for way in self.ways)

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every comparison, in the order in which it is written."""
        return tuple(term for way in self.ways for term in way)

    def also(self, named: Mapping[str, str]) -> Guard:
        """The same, where cases of a class may be of another one instead, old -> new; as it is where they may already.

        >>> str(guard_in("class is large and quantity > 3").also({"large": "huge"}))
        'class is large and quantity > 3 or class is huge and quantity > 3'
        """
        found: dict[tuple[Term, ...], None] = {}
        for way in self.ways:
            ways: list[tuple[Term, ...]] = [()]
            for term in way:
                new = named.get(str(term.value))
                other = () if term.attribute != "class" or new is None else (term._replace(value=new),)
                if term.relation == "is":
                    ways = [(*before, one) for before in ways for one in (term, *other)]
                else:
                    ways = [(*before, term, *other) for before in ways]
            found |= dict.fromkeys(tuple(dict.fromkeys(one)) for one in ways)
        return Guard(tuple(found))

    def __str__(self) -> str:
        return " or ".join(" and ".join(map(str, way)) for way in self.ways)


def whole(due: float) -> float:
    """A time in whole milliseconds: what was reckoned from two moments is a little off."""
    return due if math.isinf(due) else math.floor(due * MILLI + 0.5)


def guard_in(text: object) -> Guard:
    """The guard in *text*. Raises `ValueError` that says what is wrong.

    >>> str(guard_in("quantity>=10 and due < 48 h or class is large"))
    'quantity >= 10 and due < 2 days or class is large'
    """
    if not isinstance(text, str):
        raise ValueError(_("{found} is no condition such as quantity > 10").format(found=shown(text)))
    ways: list[list[Term]] = [[]]
    at = 0
    for joint in [*_JOINT.finditer(text), None]:
        if joint is not None and joint[1] is None:
            continue
        ways[-1].append(_term(text[at : len(text) if joint is None else joint.start()]))
        if joint is not None:
            at = joint.end()
            ways += [[]] if joint[1].lower() == "or" else []
    return Guard(tuple(map(tuple, ways)))


def above(number: float) -> Guard:
    """That a case asks for more than a *number*.

    >>> str(above(5000.0))
    'quantity > 5000'
    """
    return Guard(((Term("quantity", ">", number),),))


def _term(text: str) -> Term:
    found = _COMPARISON.fullmatch(text)
    if found is None or not found[3]:
        raise ValueError(_("{found} is no condition such as quantity > 10").format(found=shown(text.strip())))
    attribute, value = found[1].lower(), found[3]
    relation = _SIGNS.get(found[2], " ".join(found[2].lower().split()))
    if attribute not in ATTRIBUTES:
        wrong = _('"{name}" is nothing that a case has: quantity, due, or class').format(name=found[1])
        raise ValueError("; ".join(filter(None, (wrong, did_you_mean(attribute, ATTRIBUTES)))))
    if (attribute == "class") != relation.startswith("is"):
        raise ValueError(_("write class is …, quantity > … or due < …, not: {found}").format(found=text.strip()))
    if attribute == "class":
        return Term(attribute, relation, value.strip('"'))
    if attribute == "due":
        seconds = parsed(value)
        if seconds is None or math.isinf(seconds):
            raise ValueError(_("{found} is no time such as 2 days").format(found=shown(value)))
        return Term(attribute, relation, seconds)
    if not is_number(value) or math.isinf(number_in(value)):
        raise ValueError(_("{value} is not a number").format(value=shown(value)))
    return Term(attribute, relation, number_in(value))


_OPEN = Lately["tuple[Route, ...]"](most=100_000)
"""Whoever follows cases through an organisation asks for each kind of them, at each step, again and again."""


def tell_apart(routes: Iterable[Route]) -> bool:
    """Whether any of *routes* is for some cases only."""
    return any(route.only is not None or route.when is not None for route in routes)


def open_to(routes: Iterable[Route], case_class: CaseClass) -> tuple[Route, ...]:
    """Those of the *routes* of a step that cases of a class may take: its own, if it has any, or those for all. Of a
    class alone, under any guard; where it is said what a case is like, under the first guard that it meets.

    >>> from irrupt.organisation.model import Route
    >>> [route.to for route in open_to([Route(to="A", share=1.0), Route(to="B", share=1.0, only="large")], "large")]
    ['B']
    """
    routes = tuple(routes)
    if isinstance(case_class, Like):
        return _OPEN.of((routes,), lambda: _open(routes, case_class), case_class)
    return _open(routes, case_class)


def _open(routes: tuple[Route, ...], case_class: CaseClass) -> tuple[Route, ...]:
    if not tell_apart(routes):
        return routes
    name = case_class.name if isinstance(case_class, Like) else case_class
    own = tuple(route for route in routes if route.only == name)
    found = own or tuple(route for route in routes if route.only is None)
    if not isinstance(case_class, Like):
        return found
    guards = dict.fromkeys(route.when for route in found if route.when is not None)
    met = next((guard for guard in guards if guard.holds(case_class)), None)
    return tuple(route for route in found if route.when == met)


def bounds(guards: Iterable[Guard], attribute: str) -> tuple[float, ...]:
    """The numbers with which *guards* compare an *attribute*, each once, rising; due: in whole milliseconds."""
    terms = [term for guard in guards for term in guard.terms if term.attribute == attribute]
    found = {term.value for term in terms if not isinstance(term.value, str)}
    return tuple(sorted({whole(value) for value in found} if attribute == "due" else found))


def compared(guards: Iterable[Guard]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The `bounds` of quantities that *guards* ask for, and those of the time until cases are due.

    >>> compared([guard_in("quantity > 10"), guard_in("due < 2 s and quantity > 5")])
    ((5.0, 10.0), (2000,))
    """
    several = tuple(guards)
    return bounds(several, "quantity"), bounds(several, "due")


def classes(guards: Iterable[Guard]) -> set[str]:
    """The classes that *guards* name."""
    return {term.value for guard in guards for term in guard.terms if isinstance(term.value, str)}


def between(rising: Sequence[float]) -> list[float]:
    """A number below the first of *rising* bounds, that bound, one between it and the next, ..., one above the last:
    one for each answer that guards can give.

    >>> between([10.0, 20.0])
    [9.0, 10.0, 15.0, 20.0, 21.0]
    """
    if not rising:
        return [1.0]
    inner = [value for low, high in pairwise(rising) for value in (low, (low + high) / 2)]
    return [rising[0] - 1.0, *inner, rising[-1], rising[-1] + 1.0]


@lru_cache(maxsize=1024)
def cells(quantities: tuple[float, ...], dues: tuple[float, ...]) -> tuple[tuple[float, float], ...]:
    """A quantity, and seconds until it is due, for each answer that guards with these bounds can give (`cell`)."""
    times = [value / MILLI for value in between(dues)] if dues else [math.inf]
    return tuple((quantity, due) for quantity in between(quantities) for due in times)


def cell(quantities: Sequence[float], dues: Sequence[float], quantity: float, due: float) -> int:
    """Which of `cells` a case is in."""
    at = sum((quantity > bound) + (quantity >= bound) for bound in quantities)
    given = whole(due)
    return at * (2 * len(dues) + 1) + sum((given > bound) + (given >= bound) for bound in dues)


def clients_with(named: Collection[str], organisation: Organisation) -> list[str | None]:
    """The clients whose cases may be of the classes *named*; [None]: everybody, or nobody says who; none where none are
    named."""
    if not named:
        return []
    found = [name for name, client in organisation.clients.items() if set(named) & set(client.classes)]
    some = 0 < len(found) < max(len(organisation.clients), 2)
    return [*found] if some else [None]
