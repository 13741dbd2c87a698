"""The ledgers of what records show: a table for the measures of clients, one or several for those of teams."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from irrupt.groups import party_name
from irrupt.i18n import gettext as _
from irrupt.i18n import more
from irrupt.reporting.parts import Cell, Table, numeral, text
from irrupt.reporting.words import Unit, digits_within, named, span, unit_of_row, with_interval, word
from irrupt.sight.model import Entry

SHOWN_ROWS = 10
MANY_PARTIES = 5
MANY_ROWS = 14
MANY_MEASURES = 6
"""Measures beside each other in one table, at most."""


@dataclass(frozen=True, slots=True)
class LedgerPart:
    """One ledger: its tables, and what is to be said when it is empty."""

    name: str
    tables: Sequence[Table]
    empty: str


def ledger_part(name: str, entries: Sequence[Entry]) -> LedgerPart:
    """The ledger called *name*, of its *entries*: a table for all measures that are known of the same parties."""
    groups: dict[frozenset[str], list[str]] = {}
    for measure in dict.fromkeys(entry.measure for entry in entries):
        parties = frozenset(entry.party for entry in entries if entry.measure == measure)
        groups.setdefault(parties, []).append(measure)
    tables = [table for measures in groups.values() for table in _tables(entries, measures)]
    if entries:
        return LedgerPart(word(name), tables, "")
    said = {
        "power": _(
            "Records of what happened do not show what each party could do. irrupt power finds it, by running the "
            "organisation at each party's settings."
        ),
    }.get(name, _("The records do not tell."))
    return LedgerPart(word(name), (), said)


def _tables(entries: Sequence[Entry], measures: Sequence[str]) -> list[Table]:
    """A row for each measure, or, where there are many parties, for each of these: then as many tables as let all
    measures stand on a page."""
    mine = {(entry.measure, entry.party): entry for entry in entries if entry.measure in measures}
    parties = list(dict.fromkeys(party for _measure, party in mine))
    units = {
        measure: unit_of_row([entry for (name, _party), entry in mine.items() if name == measure], entries)
        for measure in measures
    }

    def cell(measure: str, party: str) -> Cell:
        return _value(mine.get((measure, party)), units[measure])

    def columns(shown: Sequence[str]) -> Table:
        heads = (text(_("Measure")), *(numeral(party_name(party)) for party in shown))
        rows = [
            (text(word(name), notes=named(units[name], name)), *(cell(name, party) for party in shown))
            for name in measures
        ]
        return Table(heads, rows)

    hidden = parties[MANY_PARTIES:]
    if len(parties) <= MANY_ROWS and len(measures) > 1:
        table = columns(parties[:MANY_PARTIES])
        return [replace(table, more=columns(hidden), fold=_more(hidden, entries)) if hidden else table]

    def rows(some: Sequence[str]) -> Table:
        heads = (text(_("Party")), *(numeral(word(name), notes=named(units[name], name)) for name in some))
        each = [(text(party_name(party)), *(cell(name, party) for name in some)) for party in parties]
        hidden = parties[SHOWN_ROWS:]
        others = Table(heads, each[SHOWN_ROWS:]) if hidden else None
        return Table(heads, each[:SHOWN_ROWS], more=others, fold=_more(hidden, entries))

    size = math.ceil(len(measures) / math.ceil(len(measures) / MANY_MEASURES))
    return [rows(measures[at : at + size]) for at in range(0, len(measures), size)]


def _more(hidden: Sequence[str], entries: Sequence[Entry]) -> str:
    teams = any(entry.of == "team" and entry.party in hidden for entry in entries)
    return more(len(hidden), "team" if teams else "client")


def _value(entry: Entry | None, unit: Unit) -> Cell:
    if entry is None:
        return numeral("–", soft=True)
    value, interval = with_interval(entry.value, entry.low, entry.high, unit._replace(name=""))
    notes = [interval] if interval and entry.low < entry.high else []
    if entry.bracket is not None and entry.bracket[0] < entry.bracket[1]:
        low, high = entry.bracket
        digits = digits_within(entry.value * unit.factor, entry.low * unit.factor, entry.high * unit.factor)
        notes.append(f"[{span(low, high, unit, digits)}]")
    return numeral(value, notes=notes, soft=not math.isfinite(entry.value))
