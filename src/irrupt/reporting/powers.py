"""Power on a terminal and for machines: who can move what others watch."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType

from irrupt.experiment.power import Power
from irrupt.groups import party_name
from irrupt.i18n import gettext as _
from irrupt.reporting.ink import dim, frame, line, numbered
from irrupt.reporting.sections.power import Row, findings, holders, method, moves, rows_of, zone
from irrupt.reporting.words import SPACE, Unit, digits_for, digits_within, joined, with_reach, written

SHOWN = 8


def show_power(power: Power) -> Group:
    """Who can move what others watch, for the terminal."""
    heads = [_("power over"), *map(party_name, power.parties)]
    table = frame(heads)
    for holder in holders(power):
        by_party = {row["over"]: row for row in rows_of(power, holder=holder, zone=None)}
        cells = [_in_table(by_party[over]) if over in by_party else "–" for over in power.parties]
        table.add_row(line(party_name(holder)), *map(line, cells))
    levers = [
        row for row in rows_of(power) if row["zone"] is not None and row["holder"] != row["over"] and row["low"] > 0
    ]
    levers.sort(key=lambda row: (-row["held"], row["holder"], row["over"]))
    parts: list[RenderableType] = [*dim(method(power)[:2]), "", numbered(findings(power)), "", table, ""]
    parts += [line(_("What it rests on"), style="bold"), numbered([_lever(power, row) for row in levers[:SHOWN]]), ""]
    legend = [
        _("*: no rule covers it; ±: half of the 95 % interval"),
        _("<: not told apart from nothing, and at most so much"),
    ]
    return Group(*parts, *dim([joined(legend), *power.notes]))


def _lever(power: Power, row: Row) -> str:
    parts = [
        f"{party_name(row['holder'])} → {party_name(row['over'])}, {zone(row)}{'' if row['allowed'] else '*'}: "
        + _with_half(row),
        moves(power, row),
    ]
    if row["exercised low"] > 0:
        parts.append(_("used today: {power}").format(power=written(row["exercised"], 1)))
    return joined(parts)


def _in_table(row: Row) -> str:
    """The power and half of its interval; where it is not told apart from nothing, only how much it is at most."""
    if row["low"] > 0 or row["high"] <= 0:
        return _with_half(row)
    return f"<{SPACE}{written(row['high'], max(digits_for([row['high']]) - 1, 0))}"


def _with_half(row: Row) -> str:
    ends = row["held"], row["low"], row["high"]
    digits = digits_within(*ends) if row["high"] > row["low"] else 0
    return with_reach(ends, Unit(1.0, ""), digits=digits)


def power_json(power: Power) -> dict[str, Any]:
    """*power* for machines."""
    return {
        "parties": list(power.parties),
        "stakes": {
            party: {"watches": stakes.weights(), "rights": sorted(stakes.rights)}
            for party, stakes in power.stakes.items()
        },
        "power": power.table.to_dicts(),
        "ranges": power.ranges.to_dicts(),
        "replications": power.replications,
        "weeks": power.weeks,
        "seed": power.seed,
        "seconds": power.seconds,
        "notes": list(power.notes),
    }
