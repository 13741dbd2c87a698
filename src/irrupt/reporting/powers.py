"""Power on a terminal and for machines: who can move what others watch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType

from irrupt.experiment.power import Power
from irrupt.groups import party_name
from irrupt.i18n import gettext as _
from irrupt.reporting.differences import LEAST_NAMES, widest_word
from irrupt.reporting.ink import batches, dim, frame, line, numbered
from irrupt.reporting.sections.power import Row, findings, holders, method, moves, rows_of, zone
from irrupt.reporting.words import SPACE, Unit, digits_for, digits_within, joined, with_reach, written

SHOWN = 8
_HEAD = 10
"""Characters of the words of a head that are shown at least."""


def show_power(power: Power) -> Group:
    """Who can move what others watch, for the terminal."""
    levers = [
        row for row in rows_of(power) if row["zone"] is not None and row["holder"] != row["over"] and row["low"] > 0
    ]
    levers.sort(key=lambda row: (-row["held"], row["holder"], row["over"]))
    parts: list[RenderableType] = [*dim(method(power)[:2]), "", numbered(findings(power)), "", _Held(power), ""]
    parts += [line(_("What it rests on"), style="bold"), numbered([_lever(power, row) for row in levers[:SHOWN]]), ""]
    legend = [
        _("*: no rule covers it; ±: half of the 95 % interval"),
        _("<: not told apart from nothing, and at most so much"),
    ]
    return Group(*parts, *dim([joined(legend), *power.notes]))


@dataclass(frozen=True, slots=True)
class _Held:
    """Who has how much power over whom, as wide as the terminal allows: no figure is cut, parties for whom there is no
    room come in a further table."""

    power: Power

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        names = [party_name(holder) for holder in holders(self.power)]
        columns = [self._column(over) for over in self.power.parties]
        first = min(max(map(cell_len, [_("power over"), *names])), LEAST_NAMES)
        widths = [_width(head, cells) for head, cells in columns]
        for begin, end in batches(widths, options.max_width - first):
            if begin:
                yield ""
            table = frame([_("power over"), *(head for head, _cells in columns[begin:end])], first)
            spare = options.max_width - first - sum(width + 2 for width in widths[begin:end])
            for at, column in enumerate(table.columns[1:], begin):
                head, cells = columns[at]
                more = min(spare, max(map(cell_len, [head, *cells])) - widths[at])
                column.width, spare = widths[at] + more, spare - more
            for at, name in enumerate(names):
                table.add_row(line(name), *(line(cells[at]) for _head, cells in columns[begin:end]))
            yield table

    def _column(self, over: str) -> tuple[str, list[str]]:
        """The head of a party, and what each holder has over it."""
        by_holder = {row["holder"]: row for row in rows_of(self.power, over=over, zone=None)}
        cells = [_in_table(by_holder[one]) if one in by_holder else "–" for one in holders(self.power)]
        return party_name(over), cells


def _width(head: str, cells: Sequence[str]) -> int:
    """Characters that a column needs for its figures, and for most of its head."""
    return max(min(widest_word(head), _HEAD), *(cell_len(part) for cell in cells for part in cell.split(" ")))


def _lever(power: Power, row: Row) -> str:
    head = f"{party_name(row['holder'])} → {party_name(row['over'])}, {zone(row)}{'' if row['allowed'] else '*'}"
    parts = [_("{head}: {said}").format(head=head, said=_with_half(row)), moves(power, row)]
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
