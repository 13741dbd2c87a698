"""Results on a terminal: few words, aligned numbers, colour only where it helps."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from irrupt.chronicle.model import Chronicle
from irrupt.experiment.model import Comparison
from irrupt.experiment.power import Power
from irrupt.experiment.rigidity import Rigidity
from irrupt.experiment.searched import Search
from irrupt.groups import party_name
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext
from irrupt.ledgers.definitions import WORKING
from irrupt.organisation.model import Organisation
from irrupt.reporting.differences import show_comparison, widest_word
from irrupt.reporting.ink import Unbroken, captioned, dim, frame, grid, line, lines, more_parties, more_teams, numbered
from irrupt.reporting.powers import show_power
from irrupt.reporting.rigidities import show_rigidity
from irrupt.reporting.searches import show_search
from irrupt.reporting.sections import announced, log, made, trust
from irrupt.reporting.words import (
    PARTS,
    Unit,
    amount,
    count,
    digits_for,
    joined,
    named,
    part_of,
    trust_sentences,
    unit_for,
    unit_of_row,
    word,
    written,
)
from irrupt.sight.announced import ScheduleSight
from irrupt.sight.model import ClientAct, Entry, Sight
from irrupt.sight.split import CLOCK_TIME, REST
from irrupt.sight.words import day

SHOWN_PARTIES = 4
SHOWN_TEAMS = 8
INDENT = 2
MOST_NAMES, LEAST_NAMES = 32, 12
"""Characters that the names of measures may take where room is scarce, and keep in any case."""


def show(result: Chronicle | Sight | ScheduleSight | Organisation | Comparison | Power | Rigidity | Search) -> Unbroken:
    """*result* for a terminal of any width, in the language in use."""
    if isinstance(result, Chronicle):
        return Unbroken(show_problems(result))
    if isinstance(result, Sight):
        return Unbroken(show_sight(result))
    if isinstance(result, ScheduleSight):
        return Unbroken(show_schedules(result))
    if isinstance(result, Power):
        return Unbroken(show_power(result))
    if isinstance(result, Rigidity):
        return Unbroken(show_rigidity(result))
    if isinstance(result, Search):
        return Unbroken(show_search(result))
    return Unbroken(show_organisation(result) if isinstance(result, Organisation) else show_comparison(result))


def show_problems(chronicle: Chronicle) -> Group:
    """How a log was read, what was wrong with it, and what was done about it."""
    size = _("{cases}, {events}").format(cases=log.cases(chronicle.cases), events=log.events(chronicle.events.height))
    if chronicle.schedules.height and not chronicle.events.height:
        size = announced.rows(chronicle.schedules.height)
    parts: list[RenderableType] = [line(size), *dim(chronicle.notes), line(log.problem_summary(chronicle))]
    for problem in chronicle.problems:
        parts += [
            lines("\n", (problem.found, "bold"), joined(["", problem.done])),
            *(Padding(one, (0, 0, 0, 2)) for one in dim([joined(problem.places)] if problem.places else [])),
        ]
    return Group(*parts)


def show_sight(sight: Sight) -> Group:
    """What clients do in a log, for the terminal."""
    parts: list[RenderableType] = [line(log.size(sight)), *dim(sight.chronicle.notes)]
    parts.append(line(log.problem_summary(sight.chronicle), style="dim"))
    of_clients: list[Entry] = []
    of_teams: list[Entry] = []
    for entry in sight.ledger:
        (of_teams if entry.of == "team" else of_clients).append(entry)
    if of_clients:
        parts += ["", Clients(with_other_times(of_clients, sight))]
    if of_teams:
        parts += ["", Teams(of_teams)]
    parts += ["", line(_("What clients do"), style="bold"), _what_clients_do(sight)]
    if sight.findings:
        parts += ["", line(_("Findings"), style="bold"), numbered([finding.text for finding in sight.findings])]
    return Group(*parts, *acts_to_try(sight))


def acts_to_try(sight: Sight, most: int | None = None) -> Iterator[RenderableType]:
    """The acts that *sight* suggests, or the first of them, and what to type to try one."""
    command, acts = made.to_try(sight)
    if acts:
        yield from ("", lines((_("To try"), "bold"), (f"  {command} …", "dim")))
        yield from (Padding(line(one), (0, 0, 0, 2)) for one in acts[:most])


def with_other_times(entries: Sequence[Entry], sight: Sight) -> list[Entry]:
    """*entries* with the time of cases that is in no measure of the ledger, before the time of work, so that what is
    shown adds up to the cycle time."""
    times = [
        Entry(
            ledger=WORKING.ledger,
            measure=one.part,
            party=one.party,
            unit="h",
            value=one.hours,
            low=one.low,
            high=one.high,
        )
        for one in sight.time_parts
        if one.of == "client" and one.part in (CLOCK_TIME, REST)
    ]
    at = next((place for place, one in enumerate(entries) if one.measure == WORKING.name), len(entries))
    return [*entries[:at], *times, *entries[at:]]


def show_schedules(sight: ScheduleSight) -> Group:
    """What clients do with their schedules or orders, for the terminal."""
    parts: list[RenderableType] = [line(announced.summary(sight)), *dim(sight.chronicle.notes)]
    parts.append(line(log.problem_summary(sight.chronicle), style="dim"))
    parts += [line(said, style="dim") for said in announced.bought(sight)]
    if sight.ledger:
        parts += ["", Clients(sight.ledger)]
    if any(one.counted for curve in sight.curves.values() for one in curve):
        table = announced.curve_table(sight)
        drawn = frame([cell.text for cell in table.heads])
        for name, *cells in table.rows:
            drawn.add_row(line("  " + name.text), *(line(cell.text) for cell in cells))
        parts += ["", lines((announced.curve_title(), "bold"), (" " + _("(on the right its bias)"), "dim")), drawn]
    parts += ["", line(_("Findings"), style="bold"), numbered([finding.text for finding in sight.findings])]
    return Group(*parts)


@dataclass(frozen=True, slots=True)
class Clients:
    """Measures of clients, ledger by ledger, a column for each of as many parties as the terminal has room for."""

    entries: Sequence[Entry]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        parties = list(dict.fromkeys(entry.party for entry in self.entries))
        known, nil = self._measures()
        rows = [(measure, self._row(ledger, measure, parties)) for ledger, measure in known]
        names = INDENT + max(cell_len(row[0].plain) for _measure, row in rows)
        widths = [
            max(
                widest_word(party_name(party)),
                *(cell_len(part) for _m, row in rows for part in row[at].plain.split("\n")),
            )
            for at, party in enumerate(parties, 1)
        ]
        room = min(SHOWN_PARTIES, len(parties))
        while room > 1 and min(names, MOST_NAMES) + sum(width + 2 for width in widths[:room]) > options.max_width:
            room -= 1
        spare = options.max_width - sum(width + 2 for width in widths[:room])
        table = frame(["", *map(party_name, parties[:room])], max(min(names, spare), LEAST_NAMES))
        heads = [max(cell_len(party_name(party)), width) for party, width in zip(parties, widths, strict=True)]
        whole = names + sum(head + 2 for head in heads[:room]) <= options.max_width
        for column, width in zip(table.columns[1:], (heads if whole else widths)[:room], strict=True):
            column.width = width
        ledger = ""
        for (name, _measure), (_same, row) in zip(known, rows, strict=True):
            if name != ledger:
                table.add_row(line(word(name), style="dim italic"))
                ledger = name
            table.add_row(Padding(row[0], (0, 0, 0, INDENT)), *row[1 : room + 1])
        zero = (
            _("0 for all: {measures}").format(measures=joined([word(measure) for _ledger, measure in nil]))
            if nil
            else ""
        )
        yield captioned(table, "\n".join(filter(None, (zero, more_parties(len(parties) - room)))))

    def _measures(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Ledger, or part of it, and measure of each row; and those that are 0 for everybody, unless all are."""
        known = dict.fromkeys(map(_place, self.entries))
        ordered = sorted(known, key=lambda one: PARTS.index(one[0]))
        tells = {_place(entry) for entry in self.entries if entry.value != 0}
        if not tells:
            return ordered, []
        return [one for one in ordered if one in tells], [one for one in ordered if one not in tells]

    def _row(self, ledger: str, measure: str, parties: Sequence[str]) -> list[Text]:
        mine = {entry.party: entry for entry in self.entries if _place(entry) == (ledger, measure)}
        unit = unit_of_row([*mine.values()], self.entries)
        most = digits_for([entry.value * unit.factor for entry in mine.values()]) + 1
        return [_head(measure, unit), *(_value(mine.get(party), unit, most) for party in parties)]


def _place(entry: Entry) -> tuple[str, str]:
    return part_of(entry.ledger, entry.measure), entry.measure


def _head(measure: str, unit: Unit) -> Text:
    names = named(unit, measure)
    return lines(word(measure), (", " + names[0] if names else "", "dim"))


def _value(entry: Entry | None, unit: Unit, most: int) -> Text:
    """A value, with its bounds where start times are assumed; with *most* decimals, as it stands beside larger ones."""
    if entry is None:
        return line("–", style="dim")
    ends = entry.bracket or ()
    digits = min(digits_for([one * unit.factor for one in (entry.value, *ends)]), most)
    value = written(entry.value * unit.factor, digits)
    low, high = (written(end * unit.factor, digits) for end in ends or (0.0, 0.0))
    if not ends or low == high == value:
        return line(value)
    return lines(value, (f"\n({low}–{high})", "dim"))


@dataclass(frozen=True, slots=True)
class Teams:
    """Measures of teams, a row for each team, with as many measures as the terminal has room for."""

    entries: Sequence[Entry]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        known = {(entry.party, entry.measure): entry for entry in self.entries}
        parties = list(dict.fromkeys(entry.party for entry in self.entries))
        measures = list(dict.fromkeys(entry.measure for entry in self.entries))
        columns = [self._column(measure, [known.get((party, measure)) for party in parties]) for measure in measures]
        names = [word("work"), *("  " + party_name(party) for party in parties[:SHOWN_TEAMS])]
        first = min(max(map(cell_len, names)), MOST_NAMES)
        room, taken = options.max_width - first, 0
        while taken < len(columns) and (room := room - 2 - columns[taken][1]) >= 0:
            taken += 1
        table = frame([names[0], *(head for head, _width, _cells in columns[:taken])], first)
        for column, (_head, width, _cells) in zip(table.columns[1:], columns, strict=False):
            column.width = width
        for row, name in enumerate(names[1:]):
            table.add_row(line(name), *(cells[row] for _head, _width, cells in columns[:taken]))
        left = more_teams(len(parties) - SHOWN_TEAMS), _more_measures(len(columns) - taken)
        yield captioned(table, "\n".join(filter(None, left)))

    def _column(self, measure: str, entries: Sequence[Entry | None]) -> tuple[str, int, list[Text]]:
        """The head of a measure, the width that it needs, and its cells."""
        given = [entry for entry in entries if entry is not None]
        unit = unit_for(given[0].unit, [entry.value for entry in given])
        head = ", ".join([word(measure), *named(unit, measure)])
        values = [entry.value * unit.factor if entry else math.nan for entry in entries[:SHOWN_TEAMS]]
        cells = [line(written(value, digits_for([value]))) for value in values]
        return head, max(widest_word(head), *(cell_len(cell.plain) for cell in cells)), cells


def _more_measures(hidden: int) -> str:
    if hidden <= 0:
        return ""
    text = ngettext("{n} more measure: see the report", "{n} more measures: see the report", hidden)
    return text.format(n=count(hidden))


def _what_clients_do(sight: Sight) -> RenderableType:
    made = grid("left", "left")
    acts_done = [_co_production(act) for act in sight.co_production]
    made.add_row(
        line("  " + _("co-production")),
        line(joined(acts_done)) if acts_done else line(_("none is visible in the records"), style="dim"),
    )
    rules = "\n".join([*sight.organising, *_changes(sight)])
    made.add_row(
        line("  " + _("organising")),
        line(rules) if rules else line(_("no rule change is visible in the records"), style="dim"),
    )
    return made


def _changes(sight: Sight) -> list[str]:
    """The changes of rules that the records show: which findings tell them, or else each in a line."""
    shown = [one for one in sight.changes if one.verdict != "refuted"]
    told = [str(number) for number, one in enumerate(sight.findings, 1) if one.kind == "rule change"]
    if shown and len(told) == len(shown):
        text = ngettext(
            "a rule seems to have changed: finding {numbers}",
            "rules seem to have changed: findings {numbers}",
            len(told),
        )
        if all(one.verdict == "confirmed" for one in shown):
            text = ngettext("a rule changed: finding {numbers}", "rules changed: findings {numbers}", len(told))
        return [text.format(numbers=", ".join(told))]
    return [
        _("{day}: {what} ({state})").format(
            day=day(one.begin, sight.chronicle.timezone), what=one.text, state=word(one.verdict or "inferred")
        )
        for one in shown
    ]


def _co_production(act: ClientAct) -> str:
    """What the client does, or after what he is waited for: that it is no act of his is said."""
    name = act.activity if act.role == "client act" else f"{act.activity}, {word(act.role)}"
    shares = list(act.share_of_cases.items())[:2]
    said = ", ".join(f"{amount(share, 'share')} {party_name(party)}" for party, share in shares)
    return f"{name} ({said})" if said else name


def show_organisation(organisation: Organisation) -> Group:
    """What was learned, and how far to trust it, for the terminal."""
    made = grid("left", "left")
    for head, said in trust.facts(organisation):
        made.add_row(line(head, style="dim"), line(said))
    parts: list[RenderableType] = [made]
    if organisation.fidelity:
        parts += [
            "",
            line(_("How far to trust it"), style="bold"),
            line(trust.how_tested(), "dim"),
            *map(line, trust_sentences(organisation.fidelity)),
            _distances(organisation),
        ]
    if organisation.learned and organisation.learned.notes:
        parts += ["", line(_("Assumed"), style="bold"), numbered(organisation.learned.notes)]
    return Group(*parts)


def _distances(organisation: Organisation) -> RenderableType:
    found = trust.distance_table(organisation.fidelity)
    table = frame([cell.text for cell in found.heads[:-1]])
    for row in found.rows:
        name, *values = row[:-1]
        table.add_row(line(name.text), *(lines(cell.text, (" " + " ".join(cell.notes), "dim")) for cell in values))
    return Padding(table, (1, 0, 0, 0))
