"""The answer in short: for each side, what moves, scenario by scenario."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from irrupt.experiment.model import Comparison
from irrupt.groups import ALL_CLIENTS, ALL_TEAMS, OTHER_CLIENTS, party_name
from irrupt.i18n import gettext as _
from irrupt.i18n import mark
from irrupt.ledgers.definitions import STEPS_DONE
from irrupt.regulation.stakes import watched_by
from irrupt.reporting.sections import effects
from irrupt.reporting.sections.claims import Answer, answers
from irrupt.reporting.sections.effects import Row, Sides, Worth
from irrupt.reporting.words import LEDGERS, SPACE, Unit, amount, named, tried_name, word

SideName = Literal["client", "others", "teams"]
Whom = Sequence[Sequence[str]]
"""For each scenario, the parties who stand on a side."""
CONCERNED = mark("For the client concerned")
"""The side of clients, where in some scenario none of them acts."""
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
APART = 4
"""Clients who act together and each have a side of their own."""


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

    def rows_in(self, part: slice) -> list[GridRow]:
        """The rows in which something is told of the scenarios of a *part*, which has a table of its own; all of them
        where that is the only one."""
        return [
            row
            for row in self.rows
            if len(row.cells[part]) == len(row.cells)
            or any(cell.row and effects.worth(cell.row) != "same" for cell in row.cells[part])
        ]


@dataclass(frozen=True, slots=True)
class Grid:
    """Scenarios beside each other."""

    scenarios: Sequence[str]
    claims: Sequence[Sequence[str]]
    """For each scenario, each claim in a few words, with what became of it."""
    looked_at: Sequence[Sequence[str]]
    """For each scenario, what was found in the measures that were looked at though nobody claimed anything of them."""
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
    concerned = [effects.sides(tried, by_scenario[tried.name]) for tried in comparison.tried]
    said = [answers(comparison, tried) for tried in comparison.tried]
    return Grid(
        scenarios=[tried_name(tried) for tried in comparison.tried],
        claims=[[_claim(answer) for answer in one if answer.author] for one in said],
        looked_at=[[_claim(answer) for answer in one if not answer.author] for one in said],
        sides=[
            _side(name, head, comparison, by_scenario, whom)
            for name, head, whom in _sides(concerned, comparison.organisation.clients)
            if any(whom)
        ],
    )


def _sides(concerned: Sequence[Sides], clients: Collection[str]) -> list[tuple[SideName, str, Whom]]:
    """Each side, its heading, and who stands on it in each scenario. Where clients act together, each has a side of his
    own: what one of them gains is not told for another."""
    acting = dict.fromkeys(party for whom in concerned for party in whom.acting)
    found: list[tuple[SideName, str, Whom]] = []
    if any(len(whom.acting) > 1 for whom in concerned) and len(acting) <= APART:
        for client in acting:
            head = _("For {party}").format(party=party_name(client))
            found.append(("client", head, [_as(client, whom, clients) for whom in concerned]))
    else:
        found.append(("client", _head(concerned), [whom.acting for whom in concerned]))
    told = [{party for _name, _head, whom in found for party in whom[at]} for at in range(len(concerned))]
    others = [[party for party in whom.clients if party not in told[at]] for at, whom in enumerate(concerned)]
    teams = [[team for team in whom.teams if team not in effects.GROUPS] or whom.teams for whom in concerned]
    return [*found, ("others", _(HEADS["others"]), others), ("teams", _(HEADS["teams"]), teams)]


def _head(concerned: Sequence[Sides]) -> str:
    """What the side of clients is called: by those who act, where clients do, or else by whom it concerns."""
    acting = {party for whom in concerned for party in whom.acting}
    if acting == {ALL_CLIENTS}:
        return _("For all clients")
    if all(whom.by_client for whom in concerned if ALL_CLIENTS not in whom.acting):
        return _(HEADS["client"])
    return _("For {party}").format(party=party_name(*acting)) if len(acting) == 1 else _(CONCERNED)


def _as(client: str, concerned: Sides, clients: Collection[str]) -> Sequence[str]:
    """The party as which *client*, of all *clients*, is told apart: himself, or all the others where he is the only
    one of these."""
    others = set(clients) - set(concerned.clients)
    alone = OTHER_CLIENTS if others == {client} else client
    return [party for party in concerned.clients if party == alone]


def _claim(answer: Answer) -> str:
    told = _("{author} on {measure}: {found}") if answer.author else _("{measure}: {found}")
    return told.format(author=answer.author, measure=answer.about, found=answer.short)


def _side(name: SideName, head: str, comparison: Comparison, by_scenario: dict[str, list[Row]], whom: Whom) -> GridSide:
    tried = comparison.tried
    mine = [by_scenario[one.name] for one in tried]
    most = _most_moved(name, mine, whom)
    chosen = [rows_of(name, rows, parties, most) for rows, parties in zip(mine, whom, strict=True)]
    claimed = {found.claim.measure for one in tried for found in one.found} if name == "client" else set()
    known = dict.fromkeys(measure for rows in chosen for measure in rows)
    told = {measure: [rows[measure] for rows in chosen if measure in rows] for measure in known}
    moving = [m for m, rows in told.items() if any(map(effects.decided, rows)) or m in claimed]
    watched = watched_by(comparison.organisation, {party for parties in whom for party in parties})
    ranked = sorted(moving, key=lambda measure: (measure not in claimed, *_rank(told[measure], watched)))
    shown = set(ranked[:SHOWN])
    ordered = sorted(shown, key=lambda m: (LEDGERS.index(told[m][0]["ledger"]), list(known).index(m)))
    return GridSide(
        name=name,
        head=head,
        rows=[
            _row(measure, told[measure], [rows.get(measure) for rows in chosen], name, whom, head)
            for measure in ordered
        ],
        more=sum(any(map(effects.decided, told[measure])) for measure in ranked[SHOWN:]),
    )


def _rank(rows: Sequence[Row], watched: Collection[str]) -> tuple[bool, bool, bool, float]:
    """How telling a measure is, by the most telling of its effects."""
    return effects.telling(next(iter(effects.most_telling(rows)), rows[0]), watched)


def _most_moved(name: SideName, scenarios: Sequence[Sequence[Row]], whom: Whom) -> dict[str, str]:
    """Measure -> the party of a side that moves most over all *scenarios*: what stands in one row is about one party
    where that can be."""
    sums: dict[str, dict[str, float]] = {}
    for rows, parties in zip(scenarios, whom, strict=True):
        for row in rows:
            if row["of"] == _of(name) and row["party"] in parties and effects.decided(row):
                moved = sums.setdefault(row["measure"], {})
                moved[row["party"]] = moved.get(row["party"], 0.0) + effects.strength(row)
    return {measure: max(sorted(moved), key=lambda party: moved[party]) for measure, moved in sums.items()}


def _of(name: SideName) -> str:
    return "team" if name == "teams" else "client"


def rows_of(
    name: SideName, rows: Sequence[Row], parties: Sequence[str], most_moved: Mapping[str, str] | None = None
) -> dict[str, Row]:
    """Measure -> the effect that stands for *parties*: that of whom it moves most over all scenarios (*most_moved*),
    where it moves, or else the one that tells most."""
    of = _of(name)
    small = tiny_teams(rows) if name == "teams" else frozenset[str]()
    found: dict[str, Row] = {}
    for group in effects.by_measure(row for row in rows if row["of"] == of and row["party"] in parties):
        ordered = sorted(group, key=lambda row: parties.index(row["party"]))
        large = [row for row in group if row["party"] not in small]
        moved = (most_moved or {}).get(group[0]["measure"])
        first = [row for row in large if row["party"] == moved and effects.decided(row)]
        most = next(iter([*first, *effects.most_telling(large), *effects.most_telling(group)]), ordered[0])
        found[group[0]["measure"]] = most
    return found


def tiny_teams(rows: Iterable[Row]) -> frozenset[str]:
    """The teams that do next to nothing of the work: a side is not told by one of them where another one tells."""
    steps = {row["party"]: row["without"] for row in rows if row["measure"] == STEPS_DONE.name}
    whole = steps.get(ALL_TEAMS, sum(steps.values()))
    return frozenset(team for team, done in steps.items() if done is not None and done < TINY_TEAM * whole)


def _row(
    measure: str, told: Sequence[Row], rows: Sequence[Row | None], side: SideName, whom: Whom, head_of: str
) -> GridRow:
    unit = effects.difference_unit(told)
    head = word(measure)
    for name in named(unit, measure):
        head += (f",{SPACE}" if len(name) <= ALONE else ", ") + name
    several = {party for parties in whom for party in parties} > {ALL_CLIENTS}
    concerned = head_of == _(CONCERNED)  # Whose client it is, no name of a scenario need say.
    told_whose = [side == "teams" or concerned or len(who) > 1 or (several and ALL_CLIENTS in who) for who in whom]
    return GridRow(measure, head, unit, [_cell(row, unit, whose) for row, whose in zip(rows, told_whose, strict=True)])


def _cell(row: Row | None, unit: Unit, told_whose: bool) -> GridCell:
    """*told_whose*: the heading of the side does not say it. “The client who acts” is not all clients, whom an act
    concerns that none of them does."""
    if row is None:
        return GridCell(None, "–", "", "", "still", "", "")
    party = party_name(row["party"]) if told_whose else ""
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
