"""Results on a terminal: few words, aligned numbers, colour only where it helps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Group, JustifyMethod, RenderableType
from rich.padding import Padding
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
    Unit,
    amount,
    count,
    digits_for,
    named,
    party_name,
    span,
    trust_sentences,
    unit_for,
    word,
    written,
)
from irrupt.sight.model import Entry, Sight

SHOWN_PARTIES = 4
SHOWN_TEAMS = 8
SHOWN_EFFECTS = 12
_EFFECT_COLUMNS: tuple[JustifyMethod, ...] = ("left", "left", "right", "left", "left")


def show(result: Chronicle | Sight | Organisation | Comparison) -> Group:
    """*result* for a terminal of any width, in the language in use."""
    if isinstance(result, Chronicle):
        return show_problems(result)
    if isinstance(result, Sight):
        return show_sight(result)
    return show_organisation(result) if isinstance(result, Organisation) else show_comparison(result)


def show_problems(chronicle: Chronicle) -> Group:
    """How a log was read, what was wrong with it, and what was done about it."""
    size = _("{cases}, {events}").format(cases=log.cases(chronicle.cases), events=log.events(chronicle.events.height))
    parts: list[RenderableType] = [Text(size), *_dim(chronicle.notes), Text(log.problem_summary(chronicle))]
    for problem in chronicle.problems:
        parts += [
            Text.assemble("\n", (count(problem.count), "bold"), "  ", clean(problem.found), "; ", clean(problem.done)),
            *_dim(["  " + ", ".join(problem.places)] if problem.places else []),
        ]
    return Group(*parts)


def show_sight(sight: Sight) -> Group:
    """What clients do in a log, for the terminal."""
    parts: list[RenderableType] = [Text(_line(sight)), *_dim(sight.chronicle.notes)]
    parts.append(Text(log.problem_summary(sight.chronicle), style="dim"))
    teams = {*sight.teams, "all teams"}
    of_teams = [entry for entry in sight.ledger if entry.ledger == "work" and entry.party in teams]
    of_clients = [entry for entry in sight.ledger if entry not in of_teams]
    for table in (_clients(of_clients), _teams(of_teams)):
        if table is not None:
            parts += ["", table]
    parts += ["", Text(_("What clients do"), style="bold"), _what_clients_do(sight)]
    if sight.findings:
        parts += ["", Text(_("Findings"), style="bold"), _numbered([finding.text for finding in sight.findings])]
    return Group(*parts)


def _line(sight: Sight) -> str:
    clients = ngettext("{n} client", "{n} clients", sight.clients).format(n=count(sight.clients))
    said = [log.whole(sight), clients if sight.clients else _("the records name no client")]
    if (sight.used_cases, sight.used_events) != (sight.cases, sight.events):
        said.append(_("used: {period}").format(period=log.period(sight)))
    return "; ".join(said)


def _dim(lines: Iterable[str]) -> list[Text]:
    return [Text(clean(one), style="dim") for one in lines]


def _grid(*justify: JustifyMethod) -> Table:
    grid = Table.grid(padding=(0, 2))
    for one in justify:
        grid.add_column(justify=one)
    return grid


def _numbered(lines: Sequence[str]) -> RenderableType:
    grid = _grid("right", "left")
    for index, one in enumerate(lines, 1):
        grid.add_row(Text(str(index), style="dim"), Text(clean(one)))
    return grid


def _cell(value: str, note: str = "") -> Text:
    return Text.assemble(value, (f" ({note})", "dim")) if note else Text(value)


def _frame(heads: Sequence[str]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold", show_edge=False)
    for index, head in enumerate(heads):
        table.add_column(
            Text(clean(head)), justify="right" if index else "left", overflow="ellipsis", no_wrap=index == 0
        )
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
            table.add_row(Text(word(name), style="dim italic"))
        for measure in measures:
            mine = {entry.party: entry for entry in entries if (entry.measure, entry.ledger) == (measure, name)}
            unit = unit_for(next(iter(mine.values())).unit, [entry.value for entry in mine.values()])
            table.add_row(_head(measure, unit), *(_value(mine.get(party), unit) for party in shown))
    return _with_hidden(table, len(parties) - len(shown))


def _head(measure: str, unit: Unit) -> Text:
    names = named(unit, measure)
    return Text.assemble("  ", word(measure), (", " + names[0] if names else "", "dim"))


def _value(entry: Entry | None, unit: Unit) -> Text:
    """A value, with its bounds where start times are assumed."""
    if entry is None:
        return Text("–", style="dim")
    ends = sorted(end for end in (entry.shortest, entry.longest) if math.isfinite(end))
    digits = digits_for([one * unit.factor for one in (entry.value, *ends)])
    value = written(entry.value * unit.factor, digits)
    if len(ends) < 2 or ends[0] == ends[1]:
        return Text(value)
    return Text.assemble(value, (f"\n({span(ends[0], ends[1], unit, digits)})", "dim"))


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
            cells.append(Text(written(value, digits_for([value]))))
        table.add_row(Text("  " + clean(party_name(party))), *cells)
    return _with_hidden(table, len(parties) - SHOWN_TEAMS)


def _with_hidden(table: Table, hidden: int) -> Table:
    if hidden > 0:
        text = ngettext("{n} more: see the report", "{n} more: see the report", hidden)
        table.caption, table.caption_justify = text.format(n=count(hidden)), "left"
    return table


def _what_clients_do(sight: Sight) -> RenderableType:
    grid = _grid("left", "left")
    acts_done = [_co_production(act.activity, act.share_of_cases) for act in sight.co_production]
    grid.add_row(
        "  " + _("co-production"),
        Text(clean("; ".join(acts_done))) if acts_done else Text(_("none is visible in the records"), style="dim"),
    )
    rules = "\n".join(sight.organising)
    grid.add_row(
        "  " + _("organising"),
        Text(clean(rules)) if rules else Text(_("no rule change is visible in the records"), style="dim"),
    )
    return grid


def _co_production(activity: str, shares: Mapping[str, float]) -> str:
    said = ", ".join(f"{amount(share, 'share')} {party_name(party)}" for party, share in list(shares.items())[:2])
    return f"{activity} ({said})" if said else activity


def show_organisation(organisation: Organisation) -> Group:
    """What was learned, and how far to trust it, for the terminal."""
    grid = _grid("left", "left")
    for head, said in trust.facts(organisation):
        grid.add_row(Text(head, style="dim"), Text(clean(said)))
    parts: list[RenderableType] = [grid]
    if organisation.fidelity:
        parts += [
            "",
            Text(_("How far to trust it"), style="bold"),
            *map(Text, trust_sentences(organisation.fidelity)),
            _distances(organisation),
        ]
    if organisation.learned and organisation.learned.notes:
        parts += ["", Text(_("Assumed"), style="bold"), _numbered(organisation.learned.notes)]
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
        Text(
            _("{runs}; {horizon}; seed {seed}").format(
                runs=_("pairs of runs: {runs}").format(runs=made.runs(comparison)),
                horizon=made.horizon(comparison),
                seed=comparison.seed,
            ),
            style="dim",
        ),
        *(Text(clean(one), style="yellow") for one in comparison.notes),
    ]
    for tried in comparison.tried:
        parts += ["", *_scenario(comparison, tried)]
    return Group(*parts)


def _scenario(comparison: Comparison, tried: Tried) -> list[RenderableType]:
    timezone = comparison.organisation.timezone
    parts: list[RenderableType] = [Text(clean(tried.name), style="bold underline")]
    parts += [
        Text.assemble(clean(change.rule), "  ", (clean(acts.signature(change, timezone)), "dim"))
        for change in tried.changes
    ]
    for answer in answers(comparison, tried):
        style = {"as claimed": "green", "the opposite": "red"}.get(answer.says, "yellow")
        parts += [
            Text(clean(answer.claimed)),
            Text.assemble(clean(answer.found), " ", (answer.says_text, style), " ", clean(answer.elsewhere)),
        ]
    rows = [row for row in comparison.effects.to_dicts() if row["scenario"] == tried.name]
    chance = acts.by_chance(rows)
    for name in LEDGERS:
        parts += ["", *_effects(name, [row for row in rows if row["ledger"] == name])]
    return [*parts, *([Text(chance, style="dim")] if chance else [])]


def _effects(name: str, rows: Sequence[acts.Row]) -> list[RenderableType]:
    """The effects on one ledger that matter, and how many others there are."""
    moved = [row for row in rows if acts.decided(row)]
    counts: dict[str, int] = {}
    for row in rows:
        if not acts.decided(row):
            verdict = _("exactly the same") if acts.unchanged(row) else word(row["verdict"])
            counts[verdict] = counts.get(verdict, 0) + 1
    rest = ", ".join(f"{n} {verdict}" for verdict, n in counts.items())
    head = Text.assemble((word(name), "italic"), "  ", (rest if rows else _("nothing measured"), "dim"))
    if not moved:
        return [head]
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    for justify in _EFFECT_COLUMNS:
        table.add_column(justify=justify)
    for row in moved[:SHOWN_EFFECTS]:
        table.add_row(*_effect(row))
    return [head, _with_hidden(table, len(moved) - SHOWN_EFFECTS)]


def _effect(row: acts.Row) -> list[Text]:
    value, interval = acts.difference_in(row, acts.difference_unit([row]))
    kind = word(row["kind"]) if row["kind"] == "by construction" else ""
    return [
        Text("  " + word(row["measure"])),
        Text(clean(party_name(row["party"]))),
        Text(value, style="bold"),
        Text(interval, style="dim"),
        Text(kind, style="dim"),
    ]
