"""A comparison on a terminal: for each act, claimed beside found, then who gains and bears what, ledger by ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from irrupt.experiment.model import Comparison, Tried
from irrupt.groups import party_name
from irrupt.i18n import gettext as _
from irrupt.i18n import mark, ngettext
from irrupt.reporting.gridview import Beside
from irrupt.reporting.ink import GLUE, captioned, frame, line, lines, more_parties
from irrupt.reporting.sections import acts, effects, made, trust
from irrupt.reporting.sections.claims import answers
from irrupt.reporting.sections.effects import Row
from irrupt.reporting.sections.grid import grid
from irrupt.reporting.sections.why import reasons
from irrupt.reporting.words import (
    EMPLOYMENT,
    PARTS,
    Unit,
    count,
    joined,
    listed,
    named,
    part_of,
    tried_name,
    word,
)

SHOWN_OTHERS = 6
LONG_UNIT = 6
"""Units with more characters than this stand beside the measure, not in every cell."""
LEAST_NAMES = 18
"""Characters that the names of measures keep where room is scarce."""
WORTH = {"undecided": mark("undecided"), "small": mark("too small"), "none": mark("none"), "same": "·"}
STILL = {
    "undecided": mark("undecided: {measures}"),
    "small": mark("too small to matter: {measures}"),
    "none": mark("no measurable effect: {measures}"),
    "same": mark("exactly the same: {measures}"),
}
FEW = ("none", "same")
"""Of what does not move a few names do: the report has all. What is undecided, or small, is named whole."""


def show_comparison(comparison: Comparison) -> Group:
    """What each act does to whom, for the terminal."""
    head = joined([made.pairs(comparison), made.horizon(comparison), _("seed {seed}").format(seed=comparison.seed)])
    parts: list[RenderableType] = [line(head, style="dim"), line(trust.briefly(comparison.organisation))]
    parts += map(line, made.precision(comparison))
    parts += [line(one, style="yellow") for one in comparison.notes]
    if len(comparison.tried) > 1:
        parts += ["", Beside(grid(comparison))]
    for tried in comparison.tried:
        parts += ["", *_scenario(comparison, tried)]
    return Group(*parts, *the_parties(comparison), "", line(_legend(comparison), style="dim"))


def the_parties(comparison: Comparison) -> Iterator[RenderableType]:
    """What they answered before anything was compared; nothing where nobody was asked."""
    if comparison.parties:
        yield from ("", line(_("What the parties did"), style="bold"))
        yield from (line(said) for _party, sentences in comparison.parties for said in sentences)


def _legend(comparison: Comparison) -> str:
    said = [
        _("±: half of the interval"),
        _("*: the act itself sets it, or what it counts"),
        _("?: may be too small to matter"),
        *([_("▲ rises, ▼ falls")] if len(comparison.tried) > 1 else []),
        _("·: exactly the same"),
        _("none: no measurable effect"),
    ]
    if any(map(effects.bounds_differ, comparison.effects.to_dicts())):
        said.append(_("(a … b): with the shortest and longest plausible service times"))
    return joined(said)


def _scenario(comparison: Comparison, tried: Tried) -> list[RenderableType]:
    parts: list[RenderableType] = [line(tried_name(tried), style="bold underline")]
    for answer in answers(comparison, tried):
        verdict = (" " if answer.found else "", (answer.says_text, "bold")) if answer.says_text else ()
        parts += [line(answer.claimed), lines(answer.found, *verdict)]
        parts += map(line, answer.more)
    parts += map(line, reasons(tried))
    for change in tried.changes:
        parts.append(line(joined([change.rule, acts.signature(change, comparison)]) + ".", "dim"))
    rows = [row for row in comparison.effects.to_dicts() if row["scenario"] == tried.name]
    claimed = {(one.claim.measure, one.claim.party) for one in tried.found}
    concerned = effects.sides(tried, rows)
    parts.append(Sheet(rows, concerned, frozenset(measure for measure, _party in claimed)))
    remarks = (acts.in_common(comparison, concerned), acts.looked_through(rows))
    return [*parts, *(line(remark, style="dim") for remark in remarks if remark)]


@dataclass(frozen=True, slots=True)
class Block:
    """Measures of one side of one ledger: a row for each that moves, and the names of the others."""

    head: str
    rows: Sequence[tuple[Text, dict[str, Text]]]
    still: Sequence[Text]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The effects of one act, a block for each ledger, as wide as the terminal allows."""

    rows: Sequence[Row]
    sides: effects.Sides
    claimed: frozenset[str]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        clients = (*self.sides.clients, *self.sides.everybody)
        by_side = {"client": clients, "team": self.sides.teams}
        in_part = {name: [r for r in self.rows if part_of(r["ledger"], r["measure"]) == name] for name in PARTS}
        blocks = {
            (name, of): _block(_head(name, of), [r for r in mine if r["of"] == of], parties, self.claimed)
            for name, mine in in_part.items()
            for of, parties in by_side.items()
        }
        for name, mine in in_part.items():
            if name == EMPLOYMENT and not mine:
                continue
            yield ""
            if not mine:
                yield lines(
                    (word(name), "italic"),
                    "  ",
                    (
                        _("not what one act does: irrupt power measures it")
                        if name == "power"
                        else _("nothing measured"),
                        "dim",
                    ),
                )
                continue
            headed = False
            for of, parties in by_side.items():
                block = blocks[name, of]
                if block.rows or block.still:
                    headed = True
                    alike = [other for (_name, side), other in blocks.items() if side == of]
                    yield from _shown(block, alike, parties, self.sides.everybody, options.max_width)
            elsewhere = [*_elsewhere(mine, self.sides.teams)]
            yield from [line(word(name), style="italic")] if elsewhere and not headed else []
            yield from elsewhere


def _head(ledger: str, of: str) -> str:
    """What stands above a block: teams are told where most of a ledger is about clients."""
    if (ledger, of) == ("organisation", "team"):
        return _("{ledger}, teams").format(ledger=word(ledger))
    return word(ledger)


def _block(head: str, rows: Sequence[Row], parties: Sequence[str], claimed: frozenset[str]) -> Block:
    groups = effects.by_measure(row for row in rows if row["party"] in parties)
    shown = [g for g in groups if any(map(effects.decided, g)) or g[0]["measure"] in claimed]
    still = effects.still(group for group in groups if group not in shown)
    return Block(
        head,
        [_row(group) for group in shown],
        [
            line(_(STILL[one]).format(measures=said), style="dim")
            for one, names in still.items()
            for said in [acts.briefly_listed(names, "measure") if one in FEW else listed(names)]
        ],
    )


def _row(group: Sequence[Row]) -> tuple[Text, dict[str, Text]]:
    unit = effects.difference_unit(group)
    measure = group[0]["measure"]
    name = next(iter(named(unit, measure)), "")
    beside = len(name) > LONG_UNIT
    head = lines(word(measure), (f", {name}" if beside else "", "dim"))
    inside = unit._replace(name="" if beside else name)
    return head, {row["party"]: _cell(row, inside) for row in group}


def _cell(row: Row, unit: Unit) -> Text:
    if not effects.decided(row):
        worth = effects.worth(row)
        said: list[str | tuple[str, str]] = [(_(WORTH[worth]) if worth != "same" else WORTH[worth], "dim")]
        sign = ""
    else:
        value, _interval = effects.difference_in(row, unit)
        said = [(value, "bold"), (" " + effects.reach_in(row, unit), "dim")]
        sign = effects.sign(row)
    bounds = (f"\n({effects.ends_of(row, unit)})" + GLUE, "dim") if effects.bounds_differ(row) else ""
    return lines(*said, sign or GLUE, bounds)


def _shown(
    block: Block, alike: Sequence[Block], parties: Sequence[str], first_to_go: Sequence[str], width: int
) -> Iterator[RenderableType]:
    """*block* with columns as wide as those of the blocks that are *alike*, and as many as there is room for."""
    names, widths, kept = _fitted(alike, list(parties), first_to_go, width)
    if block.rows:
        table = frame([block.head, *map(party_name, kept)], names)
        for column, party in zip(table.columns[1:], kept, strict=True):
            column.width, column.no_wrap = widths[party], False
        for head, cells in block.rows:
            table.add_row(Padding(head, (0, 0, 0, 2)), *(cells.get(party, line("–", "dim")) for party in kept))
        hidden = [party for party in parties if party not in (*kept, *first_to_go)]
        yield captioned(table, more_parties(len(hidden)))
    else:
        yield line(block.head, "italic")
    yield from (Padding(one, (0, 0, 0, 2)) for one in block.still)


def _fitted(
    blocks: Sequence[Block], parties: list[str], first_to_go: Sequence[str], width: int
) -> tuple[int, dict[str, int], list[str]]:
    """Width of the names, width of each column, and the columns for which there is room."""
    rows = [row for block in blocks for row in block.rows]
    names = max([cell_len(head.plain) + 2 for head, _cells in rows] + [cell_len(block.head) for block in blocks])
    widths, spread = {}, {}
    for party in parties:
        cells = [part for _head, cells in rows if party in cells for part in cells[party].plain.split("\n")]
        widths[party] = max([widest_word(party_name(party)), *map(cell_len, cells)])
        spread[party] = max(widths[party], cell_len(party_name(party)))

    def room(least: int) -> bool:
        return least + sum(widths[party] + 2 for party in parties) + 2 <= width

    for party in first_to_go:
        if party in parties and not room(names) and len(parties) > 1:
            parties.remove(party)
    while not room(min(names, LEAST_NAMES)) and len(parties) > 1:
        parties.pop()
    if names + sum(spread[party] + 2 for party in parties) + 2 <= width:
        widths = spread
    spare = width - sum(widths[party] + 2 for party in parties) - 2
    return max(min(names, spare), 8), widths, parties


def widest_word(name: str) -> int:
    """How wide the longest word of *name* is on a terminal."""
    return max(map(cell_len, name.split()), default=0)


def _elsewhere(rows: Sequence[Row], shown: Sequence[str]) -> Iterator[RenderableType]:
    """Teams that the act does not touch and for whom something surely moves."""
    others = [row for row in rows if row["of"] == "team" and row["party"] not in shown]
    moved = [row for row in effects.most_telling(others) if effects.sure(row)]
    if not moved:
        return
    by_team: dict[str, list[str]] = {}
    for row in moved[:SHOWN_OTHERS]:
        by_team.setdefault(party_name(row["party"]), []).append(f"{word(row['measure'])} {effects.moved(row)}")
    said = [f"{party}, {', '.join(measures)}" for party, measures in by_team.items()]
    if len(moved) > SHOWN_OTHERS:
        rest = len(moved) - SHOWN_OTHERS
        said.append(
            ngettext("{n} more effect: see the report", "{n} more effects: see the report", rest).format(n=count(rest))
        )
    told = _("other teams: {what}").format(what=joined(said)) if shown else joined(said)
    yield Padding(line(told), (0, 0, 0, 2))
