"""Section 4: what each act does to whom."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from irrupt.experiment.model import Comparison, Tried
from irrupt.i18n import gettext as _
from irrupt.i18n import mark, ngettext
from irrupt.organisation.rules import RuleChange
from irrupt.reporting import charts
from irrupt.reporting.parts import Cell, Figure, Table, figure, numeral, text
from irrupt.reporting.sections.claims import Answer, answers
from irrupt.reporting.words import (
    GROUPS,
    LEDGERS,
    Unit,
    amount,
    count,
    day,
    digits_for,
    digits_within,
    joined,
    named,
    party_name,
    unit_for,
    with_interval,
    word,
    written,
)

Row = Mapping[str, Any]


NOTHING = 1e-9
"""Differences below this share of the level come from the order of sums."""
FEW_PARTIES, SHOWN_PARTIES = 6, 12
"""Up to how many parties a panel shows all, and how many it shows at most."""
BOUNDS = {"shortest": mark("shortest service times"), "longest": mark("longest service times")}


@dataclass(frozen=True, slots=True)
class LedgerEffects:
    """The effects on one ledger, drawn and written; what is said when there are none."""

    name: str
    figure: Figure | None
    table: Table | None
    remarks: Sequence[str]
    """What is left out, or why there is nothing."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario: rule changes, claims beside findings, effects ledger by ledger."""

    name: str
    anchor: str
    rules: Sequence[tuple[str, str]]
    """What the rule says, and who makes it, how, since when."""
    answers: Sequence[Answer]
    ledgers: Sequence[LedgerEffects]
    by_chance: str


def scenarios(comparison: Comparison) -> list[Scenario]:
    """Every scenario of *comparison*, in its order."""
    return [_scenario(comparison, tried, index) for index, tried in enumerate(comparison.tried, 1)]


def _scenario(comparison: Comparison, tried: Tried, index: int) -> Scenario:
    rows = [row for row in comparison.effects.to_dicts() if row["scenario"] == tried.name]
    return Scenario(
        name=tried.name,
        anchor=f"act-{index}",
        rules=[(change.rule, signature(change, comparison.organisation.timezone)) for change in tried.changes],
        answers=answers(comparison, tried),
        ledgers=[_ledger(name, [row for row in rows if row["ledger"] == name]) for name in LEDGERS],
        by_chance=by_chance(rows),
    )


def by_chance(rows: Sequence[Row]) -> str:
    """A warning where so many intervals are shown that some miss by chance."""
    uncertain = sum(not unchanged(row) for row in rows)
    missing = round(uncertain * 0.05)
    if missing < 1:
        return ""
    return ngettext(
        "Of {all} intervals of this act, about {n} misses the true value by chance.",
        "Of {all} intervals of this act, about {n} miss the true value by chance.",
        missing,
    ).format(all=count(uncertain), n=count(missing))


def signature(change: RuleChange, timezone: str) -> str:
    """Who makes a rule change, how, and since when in the simulated time."""
    said = _("by {author}, {force}, through {channel}, from {day}").format(
        author=change.author, force=word(change.force), channel=word(change.channel), day=day(change.time, timezone)
    )
    return joined([said, change.reason]) if change.reason else said


def _ledger(name: str, rows: Sequence[Row]) -> LedgerEffects:
    if not rows:
        empty = {"power": _("Nothing is measured here yet.")}.get(name, _("No run could tell anything here."))
        return LedgerEffects(word(name), None, None, [empty])
    measures = list(dict.fromkeys((row["measure"], row["of"]) for row in rows))
    everyone = [[row for row in rows if (row["measure"], row["of"]) == key] for key in measures]
    moving = [group for group in everyone if not all(map(unchanged, group))]
    groups = [_shown(group) for group in moving]
    still = [word(group[0]["measure"]) for group in everyone if group not in moving]
    remarks = [_("Exactly the same with and without: {measures}.").format(measures=", ".join(still))] if still else []
    remarks += _left_out(moving, groups)
    drawn = [group for group in groups if any(row["verdict"] != "no measurable effect" for row in group)]
    calm = [word(group[0]["measure"]) for group in groups if group not in drawn]
    if calm:
        remarks.insert(0, _("No measurable effect on anybody: {measures}.").format(measures=", ".join(calm)))
    return LedgerEffects(
        word(name), _figure(name, drawn) if drawn else None, _table(groups) if groups else None, remarks
    )


def _figure(name: str, groups: Sequence[Sequence[Row]]) -> Figure:
    title = _("Effects, ledger {ledger}").format(ledger=word(name))
    panels = [_panel(group) for group in groups]
    said = "; ".join(f"{panel.measure}: " + ", ".join(effect.tip for effect in panel.effects) for panel in panels)
    return figure(title, "", lambda width: charts.forest(panels, width=width, title=title, description=said))


def _shown(group: Sequence[Row]) -> list[Row]:
    """The rows of one measure that are worth showing: all of a few, or else the groups and those with an effect."""
    if len(group) <= FEW_PARTIES:
        return list(group)
    groups = [row for row in group if row["party"] in GROUPS]
    moved = [row for row in group if decided(row) and row not in groups]
    kept = [*groups, *moved][:SHOWN_PARTIES] or list(group[:FEW_PARTIES])
    return [row for row in group if row in kept]


def _left_out(all_rows: Sequence[Sequence[Row]], shown: Sequence[Sequence[Row]]) -> list[str]:
    hidden = [row for group, few in zip(all_rows, shown, strict=True) for row in group if row not in few]
    if not hidden:
        return []
    moved = sum(decided(row) for row in hidden)
    said = ngettext("{n} row is left out here", "{n} rows are left out here", len(hidden)).format(n=count(len(hidden)))
    if not moved:
        return [_("{rows}: none of them shows an effect that matters.").format(rows=said)]
    text = ngettext(
        "{rows}; {n} of them shows an effect that matters.", "{rows}; {n} of them show an effect that matters.", moved
    )
    return [text.format(rows=said, n=count(moved))]


def _panel(group: Sequence[Row]) -> charts.Panel:
    unit = difference_unit(group)
    measure = ", ".join([word(group[0]["measure"]), *named(unit, group[0]["measure"])])
    return charts.Panel(measure=measure, effects=[_effect(row, unit) for row in group])


def difference_unit(group: Sequence[Row]) -> Unit:
    """The unit in which one measure is shown: that of its levels, so that differences can be set against them."""
    levels = [number(row, column) for row in group for column in ("without", "with")]
    return unit_for(group[0]["unit"], levels, difference=True)


def difference_in(row: Row, unit: Unit) -> tuple[str, str]:
    """The difference of *row* and its interval, written in *unit*."""
    difference, low, high, matters = (number(row, column) for column in ("difference", "low", "high", "matters"))
    return with_interval(difference, low, high, unit, sign=True, matters=matters)


def unchanged(row: Row) -> bool:
    """Whether every run gave the same with the act as without it."""
    return all(abs(number(row, column)) < NOTHING * max(abs(number(row, "without")), 1) for column in ("low", "high"))


def number(row: Row, column: str) -> float:
    """A value of *row*; nan where there is none."""
    value = row[column]
    return math.nan if value is None else float(value)


def decided(row: Row) -> bool:
    """Whether the effect is told apart from nothing, and large enough to matter."""
    return row["verdict"] in ("rises", "falls")


def _effect(row: Row, unit: Unit) -> charts.Effect:
    difference, low, high = (number(row, column) for column in ("difference", "low", "high"))
    value, interval = difference_in(row, unit._replace(name=""))
    party = party_name(row["party"])
    said = f"{value} ({interval})" if interval else value
    return charts.Effect(
        party=party,
        difference=difference * unit.factor,
        low=low * unit.factor,
        high=high * unit.factor,
        matters=number(row, "matters") * unit.factor,
        decided=decided(row),
        set_directly=row["kind"] == "by construction",
        text=said,
        tip=f"{party} {said} {unit.name}, {word(row['verdict'])}, {word(row['kind'])}",
    )


def _table(groups: Sequence[Sequence[Row]]) -> Table:
    ends = [end for end in BOUNDS if any(math.isfinite(number(row, end)) for group in groups for row in group)]
    heads = [
        text(_("Party")),
        numeral(_("Without")),
        numeral(_("With")),
        numeral(_("Difference"), notes=[_("95 % interval")]),
        *(numeral(_("Difference"), notes=[_(BOUNDS[end])]) for end in ends),
        text(_("Verdict")),
    ]
    rows: list[Sequence[Cell]] = []
    for group in groups:
        unit = difference_unit(group)
        rows.append([text(word(group[0]["measure"]), notes=_units(unit, group[0]))])
        rows += [_row(row, unit, ends) for row in group]
    return Table(heads, rows)


def _units(unit: Unit, row: Row) -> list[str]:
    return [_("%, differences in points")] if row["unit"] == "share" else named(unit, row["measure"])


def _row(row: Row, unit: Unit, ends: Sequence[str]) -> list[Cell]:
    value, interval = difference_in(row, unit._replace(name=""))
    digits = digits_within(*(number(row, column) * unit.factor for column in ("difference", "low", "high", "matters")))
    bounds = [written(number(row, end) * unit.factor, digits, sign=True) for end in ends]
    levels = [number(row, column) * unit.factor for column in ("without", "with")]
    tone = ("on" if decided(row) else "off") + (" hollow" if row["kind"] == "by construction" else "")
    return [
        text(party_name(row["party"])),
        *(numeral(written(level, digits_for(levels)), soft=True) for level in levels),
        numeral(value, notes=[interval] if interval else ()),
        *(numeral(bound, soft=True) for bound in bounds),
        Cell(word(row["verdict"]), notes=[word(row["kind"])], mark=tone, tip=_matters(row)),
    ]


def _matters(row: Row) -> str:
    smallest = amount(number(row, "matters"), row["unit"], difference=True)
    return _("matters from {smallest} on").format(smallest=smallest)
