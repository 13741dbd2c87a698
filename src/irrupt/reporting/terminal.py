"""Results on a terminal: few words, aligned numbers, colour only where it helps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, JustifyMethod, RenderableType
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from irrupt.chronicle.model import Chronicle
from irrupt.experiment.model import Comparison, Tried
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext
from irrupt.organisation.model import Organisation
from irrupt.reporting.sections import acts, log, made, trust
from irrupt.reporting.sections.claims import answers
from irrupt.reporting.svg import clean
from irrupt.reporting.words import (
    LEDGERS,
    SPACE,
    Unit,
    amount,
    count,
    digits_for,
    digits_within,
    joined,
    named,
    party_name,
    trust_sentences,
    unit_for,
    word,
    written,
)
from irrupt.sight.model import Entry, Sight

SHOWN_PARTIES = 4
SHOWN_TEAMS = 8
SHOWN_EFFECTS = 12
_GLUE = "\ue000"
"""Stands for a narrow space until lines are broken: a character of private use, one column wide."""
_EFFECT_COLUMNS: tuple[JustifyMethod, ...] = ("left", "left", "right", "left")
_ENDS = ("difference", "low", "high", "matters")


@dataclass(frozen=True, slots=True)
class Unbroken:
    """Shows *inside* so that no line is broken at a narrow space: rich takes it for any other space."""

    inside: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for segment in console.render(self.inside, options):
            yield segment._replace(text=segment.text.replace(_GLUE, SPACE))


def show(result: Chronicle | Sight | Organisation | Comparison) -> Unbroken:
    """*result* for a terminal of any width, in the language in use."""
    if isinstance(result, Chronicle):
        return Unbroken(show_problems(result))
    if isinstance(result, Sight):
        return Unbroken(show_sight(result))
    return Unbroken(show_organisation(result) if isinstance(result, Organisation) else show_comparison(result))


def _text(value: str, style: str = "") -> Text:
    return Text(_glued(value), style=style)


def _texts(*parts: str | tuple[str, str]) -> Text:
    return Text.assemble(*(_glued(part) if isinstance(part, str) else (_glued(part[0]), part[1]) for part in parts))


def _glued(value: str) -> str:
    return "\n".join(map(clean, value.split("\n"))).replace(SPACE, _GLUE)


def show_problems(chronicle: Chronicle) -> Group:
    """How a log was read, what was wrong with it, and what was done about it."""
    size = _("{cases}, {events}").format(cases=log.cases(chronicle.cases), events=log.events(chronicle.events.height))
    parts: list[RenderableType] = [_text(size), *_dim(chronicle.notes), _text(log.problem_summary(chronicle))]
    for problem in chronicle.problems:
        parts += [
            _texts("\n", (problem.found, "bold"), joined(["", problem.done])),
            *_dim(["  " + ", ".join(problem.places)] if problem.places else []),
        ]
    return Group(*parts)


def show_sight(sight: Sight) -> Group:
    """What clients do in a log, for the terminal."""
    parts: list[RenderableType] = [_text(_line(sight)), *_dim(sight.chronicle.notes)]
    parts.append(_text(log.problem_summary(sight.chronicle), style="dim"))
    teams = {*sight.teams, "all teams"}
    of_teams = [entry for entry in sight.ledger if entry.ledger == "work" and entry.party in teams]
    of_clients = [entry for entry in sight.ledger if entry not in of_teams]
    for table in (_clients(of_clients), _teams(of_teams)):
        if table is not None:
            parts += ["", table]
    parts += ["", _text(_("What clients do"), style="bold"), _what_clients_do(sight)]
    if sight.findings:
        parts += ["", _text(_("Findings"), style="bold"), _numbered([finding.text for finding in sight.findings])]
    return Group(*parts)


def _line(sight: Sight) -> str:
    clients = ngettext("{n} client", "{n} clients", sight.clients).format(n=count(sight.clients))
    said = [log.whole(sight), clients if sight.clients else _("the records name no client")]
    if (sight.used_cases, sight.used_events) != (sight.cases, sight.events):
        said.append(_("used: {period}").format(period=log.period(sight)))
    return joined(said)


def _dim(lines: Iterable[str]) -> list[Text]:
    return [_text(one, style="dim") for one in lines]


def _grid(*justify: JustifyMethod) -> Table:
    grid = Table.grid(padding=(0, 2))
    for one in justify:
        grid.add_column(justify=one)
    return grid


def _numbered(lines: Sequence[str]) -> RenderableType:
    grid = _grid("right", "left")
    for index, one in enumerate(lines, 1):
        grid.add_row(_text(str(index), style="dim"), _text(one))
    return grid


def _cell(value: str, note: str = "") -> Text:
    return _texts(value, (f" ({note})", "dim")) if note else _text(value)


def _frame(heads: Sequence[str]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold", show_edge=False)
    for index, head in enumerate(heads):
        table.add_column(_text(head), justify="right" if index else "left", overflow="ellipsis", no_wrap=index == 0)
    return table


def _clients(entries: Sequence[Entry]) -> Table | None:
    """Measures of clients, ledger by ledger, a column for each party."""
    if not entries:
        return None
    parties = list(dict.fromkeys(entry.party for entry in entries))
    shown = parties[:SHOWN_PARTIES]
    table = _frame(["", *map(party_name, shown)])
    for name in LEDGERS:
        measures = dict.fromkeys(entry.measure for entry in entries if entry.ledger == name)
        if measures:
            table.add_row(_text(word(name), style="dim italic"))
        for measure in measures:
            mine = {entry.party: entry for entry in entries if (entry.measure, entry.ledger) == (measure, name)}
            unit = unit_for(next(iter(mine.values())).unit, [entry.value for entry in mine.values()])
            table.add_row(_head(measure, unit), *(_value(mine.get(party), unit) for party in shown))
    return _with_hidden(table, len(parties) - len(shown))


def _head(measure: str, unit: Unit) -> Text:
    names = named(unit, measure)
    return _texts("  ", word(measure), (", " + names[0] if names else "", "dim"))


def _value(entry: Entry | None, unit: Unit) -> Text:
    """A value, with its bounds where start times are assumed."""
    if entry is None:
        return _text("–", style="dim")
    ends = sorted(end for end in (entry.shortest, entry.longest) if math.isfinite(end))
    digits = digits_for([one * unit.factor for one in (entry.value, *ends)])
    value = written(entry.value * unit.factor, digits)
    if len(ends) < 2 or ends[0] == ends[1]:
        return _text(value)
    low, high = (written(end * unit.factor, digits) for end in ends)
    return _texts(value, (f"\n({low}–{high})", "dim"))


def _teams(entries: Sequence[Entry]) -> Table | None:
    """Measures of teams, a row for each team."""
    if not entries:
        return None
    known = {(entry.party, entry.measure): entry for entry in entries}
    measures = list(dict.fromkeys(entry.measure for entry in entries))
    parties = list(dict.fromkeys(entry.party for entry in entries))
    units = {
        measure: unit_for(
            next(entry.unit for entry in entries if entry.measure == measure),
            [entry.value for entry in entries if entry.measure == measure],
        )
        for measure in measures
    }
    table = _frame([word("work"), *(", ".join([word(one), *named(units[one], one)]) for one in measures)])
    for party in parties[:SHOWN_TEAMS]:
        cells = []
        for measure in measures:
            entry = known.get((party, measure))
            value = entry.value * units[measure].factor if entry else math.nan
            cells.append(_text(written(value, digits_for([value]))))
        table.add_row(_text("  " + party_name(party)), *cells)
    return _with_hidden(table, len(parties) - SHOWN_TEAMS)


def _with_hidden(table: Table, hidden: int) -> Table:
    if hidden > 0:
        text = ngettext("{n} more: see the report", "{n} more: see the report", hidden)
        table.caption, table.caption_justify = _text(text.format(n=count(hidden)), "dim"), "left"
    return table


def _what_clients_do(sight: Sight) -> RenderableType:
    grid = _grid("left", "left")
    acts_done = [_co_production(act.activity, act.share_of_cases) for act in sight.co_production]
    grid.add_row(
        _text("  " + _("co-production")),
        _text(joined(acts_done)) if acts_done else _text(_("none is visible in the records"), style="dim"),
    )
    rules = "\n".join(sight.organising)
    grid.add_row(
        _text("  " + _("organising")),
        _text(rules) if rules else _text(_("no rule change is visible in the records"), style="dim"),
    )
    return grid


def _co_production(activity: str, shares: Mapping[str, float]) -> str:
    said = ", ".join(f"{amount(share, 'share')} {party_name(party)}" for party, share in list(shares.items())[:2])
    return f"{activity} ({said})" if said else activity


def show_organisation(organisation: Organisation) -> Group:
    """What was learned, and how far to trust it, for the terminal."""
    grid = _grid("left", "left")
    for head, said in trust.facts(organisation):
        grid.add_row(_text(head, style="dim"), _text(said))
    parts: list[RenderableType] = [grid]
    if organisation.fidelity:
        parts += [
            "",
            _text(_("How far to trust it"), style="bold"),
            *map(_text, trust_sentences(organisation.fidelity)),
            _distances(organisation),
        ]
    if organisation.learned and organisation.learned.notes:
        parts += ["", _text(_("Assumed"), style="bold"), _numbered(organisation.learned.notes)]
    return Group(*parts)


def _distances(organisation: Organisation) -> RenderableType:
    found = trust.distance_table(organisation.fidelity)
    table = _frame([cell.text for cell in found.heads[:-1]])
    for row in found.rows:
        table.add_row(*(_cell(cell.text, ", ".join(cell.notes)) for cell in row[:-1]))
    return Padding(table, (1, 0, 0, 0))


def show_comparison(comparison: Comparison) -> Group:
    """What each act does to whom, for the terminal."""
    parts: list[RenderableType] = [
        _text(
            _("{runs}; {horizon}; seed {seed}").format(
                runs=_("pairs of runs: {runs}").format(runs=made.runs(comparison)),
                horizon=made.horizon(comparison),
                seed=comparison.seed,
            ),
            style="dim",
        ),
        *(_text(one, style="yellow") for one in comparison.notes),
    ]
    for tried in comparison.tried:
        parts += ["", *_scenario(comparison, tried)]
    return Group(*parts)


def _scenario(comparison: Comparison, tried: Tried) -> list[RenderableType]:
    timezone = comparison.organisation.timezone
    parts: list[RenderableType] = [_text(tried.name, style="bold underline")]
    parts += [_texts(change.rule, "  ", (acts.signature(change, timezone), "dim")) for change in tried.changes]
    for answer in answers(comparison, tried):
        style = {"as claimed": "green", "the opposite": "red"}.get(answer.says, "yellow")
        parts += [
            _text(answer.claimed),
            _texts(answer.found, " ", (answer.says_text, style), " ", answer.elsewhere),
        ]
    rows = [row for row in comparison.effects.to_dicts() if row["scenario"] == tried.name]
    chance = acts.by_chance(rows)
    for name in LEDGERS:
        parts += ["", *_effects(name, [row for row in rows if row["ledger"] == name])]
    return [*parts, *([_text(chance, style="dim")] if chance else [])]


def _effects(name: str, rows: Sequence[acts.Row]) -> list[RenderableType]:
    """The effects on one ledger that matter, and how many others there are."""
    moved = [row for row in rows if acts.decided(row)]
    counts: dict[str, int] = {}
    for row in rows:
        if not acts.decided(row):
            verdict = _("exactly the same") if acts.unchanged(row) else word(row["verdict"])
            counts[verdict] = counts.get(verdict, 0) + 1
    rest = ", ".join(f"{n} {verdict}" for verdict, n in counts.items())
    head = _texts((word(name), "italic"), "  ", (rest if rows else _("nothing measured"), "dim"))
    if not moved:
        return [head]
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    for justify in _EFFECT_COLUMNS:
        table.add_column(justify=justify)
    for row in moved[:SHOWN_EFFECTS]:
        table.add_row(*_effect(row))
    return [head, _with_hidden(table, len(moved) - SHOWN_EFFECTS)]


def _effect(row: acts.Row) -> list[Text]:
    unit = acts.difference_unit([row])
    value, interval = acts.difference_in(row, unit)
    half = (acts.number(row, "high") - acts.number(row, "low")) / 2 * unit.factor
    digits = max(digits_within(*(acts.number(row, column) * unit.factor for column in _ENDS)), 0)
    kind = word(row["kind"]) if row["kind"] == "by construction" else ""
    return [
        _text("  " + word(row["measure"])),
        _text(party_name(row["party"])),
        _texts((value, "bold"), (f"{SPACE}±{SPACE}{written(half, digits)}" if interval else "", "dim")),
        _text(kind, style="dim"),
    ]
