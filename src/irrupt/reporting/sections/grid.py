"""The answer in short: for each side, what moves, scenario by scenario."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from irrupt.experiment.model import Comparison
from irrupt.i18n import gettext as _
from irrupt.i18n import mark
from irrupt.ledgers import ALL_CLIENTS, ALL_TEAMS
from irrupt.ledgers.definitions import STEPS_DONE
from irrupt.regulation.stakes import watched_by
from irrupt.reporting.sections import effects
from irrupt.reporting.sections.claims import Answer, answers
from irrupt.reporting.sections.effects import Row, Sides, Worth
from irrupt.reporting.words import LEDGERS, SPACE, Unit, amount, named, party_name, tried_name, word

SideName = Literal["client", "others", "teams"]
HEADS: dict[SideName, str] = {
    "client": mark("For the client who acts"),
    "others": mark("For other clients"),
    "teams": mark("For the teams concerned"),
}
ARROWS = {"rises": "▲", "falls": "▼"}
WORTH: dict[Worth, str] = {
    "undecided": mark("undecided"),
    "small": mark("too small"),
    "none": mark("none"),
    "same": mark("the same"),
}
ALONE = 4
"""Characters up to which a unit is not put into a line of its own."""
BESIDE = 5
"""Scenarios beside each other on a page."""
TINY_TEAM = 0.03
"""Part of all steps below which a team is tiny."""
SHOWN = 5
"""Measures of one side; all of them stand with each act."""


@dataclass(frozen=True, slots=True)
class GridCell:
    """What one scenario does to one measure of one side."""

    row: Row | None
    """The effect; None where nothing was measured."""
    text: str
    """`▼ −11.2`, or what is to be said where nothing surely moves."""
    reach: str
    """`± 1.1`, or both ends of a lopsided interval; empty where nothing moves."""
    sign: str
    tone: Literal["sure", "perhaps", "still"]
    """Grey where the interval holds zero, or lies within what does not matter."""
    party: str
    """Whose value it is, where the heading of the side does not say it."""
    tip: str


@dataclass(frozen=True, slots=True)
class GridRow:
    """One measure of one side, with a cell for each scenario."""

    measure: str
    head: str
    """The measure in the user's language, with its unit."""
    unit: Unit
    cells: Sequence[GridCell]


@dataclass(frozen=True, slots=True)
class GridSide:
    """What moves for one side."""

    name: SideName
    head: str
    rows: Sequence[GridRow]
    more: int
    """Measures that move as well and are not shown."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Scenarios beside each other."""

    scenarios: Sequence[str]
    claims: Sequence[Sequence[str]]
    """For each scenario, each claim in a few words."""
    claimed: bool
    """Whether anybody said what he claims; else it is what was looked at."""
    sides: Sequence[GridSide]

    @property
    def parts(self) -> list[slice]:
        """Scenarios that stand in one table: as many in each as there is room for, and about as many in all."""
        n = len(self.scenarios)
        each = math.ceil(n / math.ceil(n / BESIDE)) if n else 1
        return [slice(at, at + each) for at in range(0, n, each)]


def grid(comparison: Comparison) -> Grid:
    """What each scenario of *comparison* does to each side, in the measures that move for somebody of it."""
    by_scenario: dict[str, list[Row]] = {tried.name: [] for tried in comparison.tried}
    for row in comparison.effects.to_dicts():
        by_scenario.get(row["scenario"], []).append(row)
    concerned = [effects.sides(comparison, tried, by_scenario[tried.name]) for tried in comparison.tried]
    return Grid(
        scenarios=[tried_name(tried) for tried in comparison.tried],
        claims=[[_claim(answer) for answer in answers(comparison, tried)] for tried in comparison.tried],
        claimed=any(found.claim.given for tried in comparison.tried for found in tried.found),
        sides=[
            _side(name, comparison, by_scenario, concerned)
            for name in HEADS
            if any(_parties(name, whom) for whom in concerned)
        ],
    )


def _claim(answer: Answer) -> str:
    told = _("{author} on {measure}: {found}") if answer.author else _("{measure}: {found}")
    return told.format(author=answer.author, measure=answer.about, found=answer.short)


def _side(
    name: SideName, comparison: Comparison, by_scenario: dict[str, list[Row]], concerned: Sequence[Sides]
) -> GridSide:
    tried = comparison.tried
    chosen = [rows_of(name, by_scenario[one.name], whom) for one, whom in zip(tried, concerned, strict=True)]
    claimed = {found.claim.measure for one in tried for found in one.found} if name == "client" else set()
    known = dict.fromkeys(measure for rows in chosen for measure in rows)
    told = {measure: [rows[measure] for rows in chosen if measure in rows] for measure in known}
    moving = [m for m, rows in told.items() if any(map(effects.decided, rows)) or m in claimed]
    watched = watched_by(comparison.organisation, {party for whom in concerned for party in _parties(name, whom)})
    ranked = sorted(moving, key=lambda measure: (measure not in claimed, *_rank(told[measure], watched)))
    shown = set(ranked[:SHOWN])
    ordered = sorted(shown, key=lambda m: (LEDGERS.index(told[m][0]["ledger"]), list(known).index(m)))
    return GridSide(
        name=name,
        head=_head(name, concerned),
        rows=[_row(measure, told[measure], [rows.get(measure) for rows in chosen], name) for measure in ordered],
        more=sum(any(map(effects.decided, told[measure])) for measure in ranked[SHOWN:]),
    )


def _head(name: SideName, concerned: Sequence[Sides]) -> str:
    """The heading of a side: where no client is told apart, all act."""
    parties = {party for whom in concerned for party in _parties(name, whom)}
    return _("For all clients") if parties == {ALL_CLIENTS} else _(HEADS[name])


def _parties(name: SideName, concerned: Sides) -> Sequence[str]:
    """Who stands on a side, in the order of whom it is about."""
    if name == "client":
        return concerned.acting
    if name == "others":
        return [party for party in concerned.clients if party not in concerned.acting]
    return [party for party in concerned.teams if party not in effects.GROUPS] or list(concerned.teams)


def _rank(rows: Sequence[Row], watched: Collection[str]) -> tuple[bool, bool, bool, float]:
    """How telling a measure is, by the most telling of its effects."""
    return effects.telling(next(iter(effects.most_telling(rows)), rows[0]), watched)


def rows_of(name: SideName, rows: Sequence[Row], concerned: Sides) -> dict[str, Row]:
    """Measure -> the effect that stands for the side: the one that tells most, where it is of several parties."""
    parties, of = _parties(name, concerned), "team" if name == "teams" else "client"
    small = tiny_teams(rows) if name == "teams" else frozenset[str]()
    found: dict[str, Row] = {}
    for group in effects.by_measure(row for row in rows if row["of"] == of and row["party"] in parties):
        ordered = sorted(group, key=lambda row: parties.index(row["party"]))
        large = [row for row in group if row["party"] not in small]
        most = next(iter([*effects.most_telling(large), *effects.most_telling(group)]), ordered[0])
        found[group[0]["measure"]] = most
    return found


def tiny_teams(rows: Iterable[Row]) -> frozenset[str]:
    """The teams that do next to nothing of the work: a side is not told by one of them where another one tells."""
    steps = {row["party"]: row["without"] for row in rows if row["measure"] == STEPS_DONE.name}
    whole = steps.get(ALL_TEAMS, sum(steps.values()))
    return frozenset(team for team, done in steps.items() if done is not None and done < TINY_TEAM * whole)


def _row(measure: str, told: Sequence[Row], rows: Sequence[Row | None], side: SideName) -> GridRow:
    unit = effects.difference_unit(told)
    head = word(measure)
    for name in named(unit, measure):
        head += (f",{SPACE}" if len(name) <= ALONE else ", ") + name
    return GridRow(measure, head, unit, [_cell(row, unit, side) for row in rows])


def _cell(row: Row | None, unit: Unit, side: SideName) -> GridCell:
    if row is None:
        return GridCell(None, "–", "", "", "still", "", "")
    party = party_name(row["party"]) if side == "teams" else ""
    smallest = amount(effects.number(row, "matters"), row["unit"], difference=True)
    tip = _("{party}: {verdict}, {kind}; matters from {smallest} on").format(
        party=party_name(row["party"]), verdict=word(row["verdict"]), kind=word(row["kind"]), smallest=smallest
    )
    if not effects.decided(row):
        return GridCell(row, _(WORTH[effects.worth(row)]), "", "", "still", party, tip)
    value, _interval = effects.difference_in(row, unit._replace(name=""))
    return GridCell(
        row=row,
        text=f"{ARROWS[row['verdict']]} {value}",
        reach=effects.reach_in(row, unit),
        sign=effects.sign(row),
        tone="sure" if effects.sure(row) else "perhaps",
        party=party,
        tip=tip,
    )
