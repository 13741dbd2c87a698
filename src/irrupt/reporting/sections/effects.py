"""Effects, row by row: what each is worth, how it is written, and which of them tell most."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from irrupt.experiment.model import Tried
from irrupt.groups import ALL_CLIENTS, ALL_TEAMS, OTHER_CLIENTS
from irrupt.i18n import gettext as _
from irrupt.regulation.verdicts import surely_matters
from irrupt.regulation.when import author_of
from irrupt.reporting.words import Unit, digits_within, listed, named, reach, unit_for, with_interval, word, written

Row = Mapping[str, Any]
Worth = Literal["moves", "small", "undecided", "none", "same"]

NOTHING = 1e-9
"""Differences below this share of the level come from the order of sums."""
TINY = 0.1
"""Effects that surely stay below this share of what matters are named, not drawn."""
SHOWN_TOUCHED = 4
GROUPS = (OTHER_CLIENTS, ALL_CLIENTS, ALL_TEAMS)
_WORTH: dict[str, Worth] = {
    "rises": "moves",
    "falls": "moves",
    "smaller than matters": "small",
    "no measurable effect": "none",
}
_STILL: tuple[Worth, ...] = ("undecided", "small", "none", "same")


def number(row: Row, column: str) -> float:
    """A value of *row*; nan where there is none."""
    value = row[column]
    return math.nan if value is None else float(value)


def unchanged(row: Row) -> bool:
    """Whether every run gave the same with the act as without it."""
    return all(abs(number(row, column)) < NOTHING * max(abs(number(row, "without")), 1) for column in ("low", "high"))


def worth(row: Row) -> Worth:
    """What an effect is worth, in one word."""
    return "same" if unchanged(row) else _WORTH.get(row["verdict"], "undecided")


def decided(row: Row) -> bool:
    """Whether the effect is told apart from nothing, and may be large enough to matter."""
    return row["verdict"] in ("rises", "falls")


def sure(row: Row) -> bool:
    """The same, for *row*."""
    return surely_matters(number(row, "low"), number(row, "high"), number(row, "matters"))


def tells(row: Row) -> bool:
    """Whether an effect is worth a line of its own: measured, or undecided, and not far too small to matter."""
    ends = max(abs(number(row, "low")), abs(number(row, "high")))
    return worth(row) in ("moves", "undecided") or (worth(row) == "small" and ends >= TINY * number(row, "matters"))


def set_directly(row: Row) -> bool:
    """Whether the act sets the measure itself."""
    return bool(row["kind"] == "by construction")


def sign(row: Row) -> str:
    """A star for what the act sets itself, a question mark for what may be too small to matter."""
    if set_directly(row):
        return "*"
    return "?" if decided(row) and not sure(row) else ""


def strength(row: Row) -> float:
    """Size of the effect, as a multiple of the smallest one that matters."""
    size, matters = abs(number(row, "difference")), number(row, "matters")
    if not math.isfinite(size):
        return 0.0
    return size / matters if matters > 0 else math.inf if size > 0 else 0.0


def telling(row: Row, watched: Collection[str] = ()) -> tuple[bool, bool, bool, float]:
    """Sorts effects: those that surely matter first, what is *watched* by those whom it is about before what is not,
    what follows from the act before what it sets, larger before smaller."""
    return not sure(row), row["measure"] not in watched, set_directly(row), -strength(row)


def most_telling(rows: Iterable[Row], watched: Collection[str] = ()) -> list[Row]:
    """*rows* that rise or fall, the most telling first; see `telling`."""
    return sorted(filter(decided, rows), key=lambda row: telling(row, watched))


def bounds_differ(row: Row) -> bool:
    """Whether the answer is another one with the shortest or the longest plausible service times."""
    matters = number(row, "matters")

    def side(value: float) -> int:
        return 0 if abs(value) <= matters else 1 if value > 0 else -1

    ends = [number(row, end) for end in ("shortest", "longest")]
    if not all(map(math.isfinite, ends)) or worth(row) == "undecided":
        return False
    return any(side(end) != side(number(row, "difference")) for end in ends)


def by_measure(rows: Iterable[Row]) -> list[list[Row]]:
    """*rows* gathered by measure, in their order."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["measure"], row["of"]), []).append(row)
    return list(groups.values())


def still(groups: Iterable[Sequence[Row]]) -> dict[Worth, list[str]]:
    """Measures that do not move for anybody, by the most that can be said of one of their rows."""
    found: dict[Worth, list[str]] = {}
    for group in groups:
        said = {worth(row) for row in group}
        most = next((one for one in _STILL if one in said), None)
        if most is not None and "moves" not in said:
            found.setdefault(most, []).append(word(group[0]["measure"]))
    return {one: found[one] for one in _STILL if one in found}


def difference_unit(group: Sequence[Row]) -> Unit:
    """The unit in which one measure is shown: that of its levels, so that differences can be set against them."""
    levels = [number(row, column) for row in group for column in ("without", "with")]
    return unit_for(group[0]["unit"], levels, difference=True)


def difference_in(row: Row, unit: Unit) -> tuple[str, str]:
    """The difference of *row* and its interval, written in *unit*."""
    difference, low, high, matters = (number(row, column) for column in ("difference", "low", "high", "matters"))
    return with_interval(difference, low, high, unit, sign=True, matters=matters)


def digits_of(row: Row, unit: Unit) -> int:
    """Decimals with which the difference of *row* is written."""
    columns = ("difference", "low", "high", "matters")
    return digits_within(*(number(row, column) * unit.factor for column in columns))


def reach_in(row: Row, unit: Unit) -> str:
    """`± 1.1`, or both ends of a lopsided interval; empty where there is none."""
    scaled = (number(row, column) * unit.factor for column in ("difference", "low", "high"))
    return reach(scaled, digits_of(row, unit), sign=True)


def moved(row: Row) -> str:
    """The effect of *row* in a few characters: `−11.2 h ± 1.1`."""
    unit = difference_unit([row])
    name = next(iter(named(unit, row["measure"])), "")
    value, _interval = difference_in(row, unit._replace(name=name))
    return f"{value} {reach_in(row, unit)}".strip()


def ends_of(row: Row, unit: Unit) -> str:
    """The differences with the shortest and the longest plausible service times: `−0.1 … −2.2`."""
    ends = sorted(number(row, end) * unit.factor for end in ("shortest", "longest"))
    digits = digits_of(row, unit)
    return " … ".join(written(end, digits, sign=True) for end in ends)


@dataclass(frozen=True, slots=True)
class Sides:
    """Whom an act concerns."""

    clients: tuple[str, ...]
    """Its client or clients, then all others."""
    acting: tuple[str, ...]
    """Those of them who act, or in whose name somebody does; where nobody does, those who are told apart."""
    everybody: tuple[str, ...]
    """All clients together, where there are others: a mean of the two sides."""
    teams: tuple[str, ...]
    """Teams whose work it changes directly, then all teams together."""
    by_client: bool = True
    """Whether a client does it, and not only others about one."""


def sides(tried: Tried, rows: Sequence[Row]) -> Sides:
    """Whom the act or acts of *tried* concern; *rows* are its effects."""
    known = {of: list(dict.fromkeys(row["party"] for row in rows if row["of"] == of)) for of in ("client", "team")}
    named_clients = [party for party in known["client"] if party not in GROUPS]
    others = [party for party in known["client"] if party == OTHER_CLIENTS]
    everybody = [party for party in known["client"] if party == ALL_CLIENTS]
    direct = tried.teams | {one.claim.party for one in tried.found}
    ordered = most_telling(row for row in rows if row["party"] in direct and row["of"] == "team")
    teams = dict.fromkeys([row["party"] for row in ordered] + sorted(direct & set(known["team"])))
    shown = [team for team in teams if team not in GROUPS][:SHOWN_TOUCHED]
    if not named_clients:
        named_clients, everybody = everybody, []
    authors = {author_of(act) for act in tried.acts} | {change.author for change in tried.changes}
    does = {act.client for act in tried.acts} | authors
    acting = [party for party in named_clients if party in does] or named_clients
    return Sides(
        clients=(*acting, *(party for party in named_clients if party not in acting), *others),
        acting=tuple(acting),
        everybody=tuple(everybody),
        teams=(*shown, *(party for party in known["team"] if party == ALL_TEAMS)),
        by_client=not authors.isdisjoint(known["client"]),
    )


def unmoved(parties: Sequence[str], told: Collection[str]) -> Iterator[tuple[str, str]]:
    """The *parties* for whom nothing moves, or nothing but what was *told* of them with the claims."""
    but, none = ([party for party in parties if (party in told) == beside] for beside in (True, False))
    if but:
        yield _("nothing else"), _("moves for {parties}").format(parties=listed(but))
    if none:
        yield _("nothing moves"), _("for {parties}").format(parties=listed(none))
