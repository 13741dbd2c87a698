"""Who holds how much power over whom: sentences, a picture, tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from irrupt.experiment.power import Power
from irrupt.groups import party_name
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext
from irrupt.regulation.stakes import ZONES
from irrupt.reporting import charts
from irrupt.reporting.parts import Cell, Figure, Table, figure, numeral, text
from irrupt.reporting.words import SPACE, amount, count, digits_within, joined, word, written

Row = Mapping[str, Any]
SHOWN = 3
MOVES = 1.0
"""Power from which on somebody surely moves what matters to another."""


@dataclass(frozen=True, slots=True)
class PowerSection:
    """What the page shows."""

    findings: Sequence[str]
    drawn: Figure
    matrix: Table
    levers: Table
    method: Sequence[str]


def power_section(power: Power) -> PowerSection:
    """What *power* says."""
    return PowerSection(
        findings=findings(power),
        drawn=_drawn(power),
        matrix=_matrix(power),
        levers=_levers(power),
        method=method(power),
    )


def rows_of(power: Power, **chosen: object) -> list[Row]:
    """The rows of the table of *power* whose columns have the values *chosen*."""
    return [row for row in power.table.to_dicts() if all(row[name] == value for name, value in chosen.items())]


def findings(power: Power) -> list[str]:
    """What tells most: who can move most for whom, what no rule covers, and what is used today."""
    totals = [row for row in rows_of(power, zone=None) if row["holder"] != row["over"]]
    sure = sorted((row for row in totals if row["low"] > 0), key=lambda row: (-row["held"], row["holder"], row["over"]))
    said = [
        _("{holder} can move what is watched by {over} by {held} times what matters ({low} to {high}).").format(
            **_names(row), **_numbers(row)
        )
        for row in sure[:SHOWN]
    ]
    levers = [row for row in rows_of(power) if row["zone"] is not None and row["holder"] != row["over"]]
    gaps = [row for row in levers if not row["allowed"] and row["low"] > MOVES]
    said += [
        _("The largest that no rule covers: {holder} over {over} through {zone}, {held} ({low} to {high}).").format(
            **_names(row), zone=zone(row), **_numbers(row)
        )
        for row in sorted(gaps, key=lambda row: -row["held"])[:1]
    ]
    used = [row for row in levers if row["exercised low"] > 0]
    said += [
        _("Used today most: {zone}, by {holder}; it moves what is watched by {over} by {exercised}.").format(
            **_names(row), zone=zone(row), exercised=written(row["exercised"], 1)
        )
        for row in sorted(used, key=lambda row: -row["exercised"])[:1]
    ]
    if not used:
        said.append(_("Nobody is found to use over others today what he holds."))
    return said or [_("Nobody can surely move what another watches.")]


def _names(row: Row) -> dict[str, str]:
    return {"holder": party_name(row["holder"]), "over": party_name(row["over"])}


def _numbers(row: Row) -> dict[str, str]:
    digits = digits_within(row["held"], row["low"], row["high"])
    return {name: written(row[name], digits) for name in ("held", "low", "high")}


def zone(row: Row) -> str:
    """The zone of *row* in words."""
    name = ZONES[row["zone"]]
    return _(name)


def holders(power: Power) -> list[str]:
    """Who controls something, in the order of the parties."""
    return list(dict.fromkeys(lever.holder for lever in power.levers))


def _drawn(power: Power) -> Figure:
    named = [name for name in ZONES if rows_of(power, zone=name)]
    stacks = []
    for holder in holders(power):
        parts = {
            name: [row for row in rows_of(power, holder=holder, zone=name) if row["over"] != holder] for name in named
        }
        values = [sum(row["held"] for row in parts[name]) for name in named]
        tips = [f"{_(ZONES[name])}: {written(value, 1)}" for name, value in zip(named, values, strict=True)]
        remark = _("all: {power}").format(power=written(sum(values), 1))
        stacks.append(charts.Stack(name=party_name(holder), values=values, tips=tips, remark=remark))
    title = _("Power over all others, by what it rests on")
    said = joined([f"{stack.name}: {', '.join(stack.tips)}" for stack in stacks])
    reading = _("Power over the other parties in sum, in multiples of the smallest effect that matters to them.")
    segments = [_(ZONES[name]) for name in named]
    return figure(
        title, reading, lambda width: charts.stacked(stacks, segments, width=width, title=title, description=said)
    )


def _matrix(power: Power) -> Table:
    heads = [text(_("Who holds it")), *(numeral(party_name(over)) for over in power.parties)]
    body = []
    for holder in holders(power):
        by_party = {row["over"]: row for row in rows_of(power, holder=holder, zone=None)}
        body.append([text(party_name(holder)), *(_cell(by_party.get(over)) for over in power.parties)])
    return Table(heads, body, _("Power of the party on the left over the one above, with 95 % intervals."))


def _cell(row: Row | None) -> Cell:
    if row is None:
        return numeral("–", soft=True)
    numbers = _numbers(row)
    spread = _("whatever the stakes: {low} to {high}").format(
        low=written(row["fewest"], 1), high=written(row["most"], 1)
    )
    return numeral(
        numbers["held"], notes=[_("{low} to {high}").format(**numbers)], tip=spread, soft=row["holder"] == row["over"]
    )


def _levers(power: Power) -> Table:
    heads = [
        text(_("What it rests on")),
        text(_("Rules allow it")),
        text(_("Over")),
        numeral(_("Held"), notes=[_("interval")]),
        numeral(_("Used today")),
        text(_("What moves most")),
    ]
    body: list[Sequence[Cell]] = []
    for holder in holders(power):
        body.append([text(party_name(holder))])
        for row in rows_of(power, holder=holder):
            if row["zone"] is not None and row["over"] != holder and row["high"] > 0:
                numbers = _numbers(row)
                body.append(
                    [
                        text(zone(row)),
                        text(_("yes") if row["allowed"] else _("no rule covers it")),
                        text(party_name(row["over"])),
                        numeral(numbers["held"], notes=[_("{low} to {high}").format(**numbers)]),
                        numeral(written(row["exercised"], 1) if row["exercised"] > 0 else "–"),
                        text(moves(power, row)),
                    ]
                )
    return Table(heads, body)


def moves(power: Power, row: Row) -> str:
    """The measure that the lever of *row* moves most, by how much, and between which settings."""
    same = ("holder", "zone", "over")
    found = [one for one in power.ranges.to_dicts() if all(one[name] == row[name] for name in same)]
    most = max(found, key=lambda one: one["stake"] * one["range"] / one["matters"])
    if not most["range"] > 0:
        return "–"
    return _("{measure} by {range}: {least} / {most}").format(
        measure=word(most["measure"]),
        range=amount(most["range"], most["unit"], difference=True),
        least=most["least at"],
        most=most["most at"],
    )


def method(power: Power) -> list[str]:
    """How it was found, and what it is not."""
    settings = sum(len(lever.settings) for lever in power.levers)
    said = [
        ngettext("{n} setting was tried", "{n} settings were tried", settings).format(n=count(settings))
        + ", "
        + ngettext("each in {n} pair of runs.", "each in {n} pairs of runs.", power.replications).format(
            n=count(power.replications)
        ),
        _(
            "Power is the range of what a party can do to the measures that another watches, each counted in multiples "
            "of the smallest effect that matters and weighted with the other's stakes."
        ),
    ]
    for party, stakes in power.stakes.items():
        shares = [f"{word(name)} {written(100 * weight, 0)}{SPACE}%" for name, weight in stakes.weights().items()]
        said.append(_("Watched by {party}: {what}.").format(party=party_name(party), what=joined(shares)))
    return [*said, *power.notes]
