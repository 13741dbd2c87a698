"""What was chosen among the columns of a table, told with the way to choose otherwise."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from irrupt.chronicle.journal import ISSUED, Journal
from irrupt.chronicle.schedules.calendar_weeks import ACROSS
from irrupt.chronicle.schedules.calendar_weeks import KINDS as OF_NUMBERS
from irrupt.chronicle.schedules.categories import said_lengths
from irrupt.chronicle.schedules.matrix import tell_unused
from irrupt.chronicle.schedules.roles import by_names
from irrupt.chronicle.schedules.running import CELLS, KINDS
from irrupt.chronicle.schedules.sums import KEPT, SUMS
from irrupt.errors import Fault, UsageError
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext

CHOICES = {CELLS: KINDS, SUMS: (KEPT,), ACROSS: OF_NUMBERS}
"""What may be said besides the columns of roles."""


def chosen(mapping: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What *mapping* says of `CHOICES`, and the columns that it names. Raises `UsageError` for what is none of them."""
    said = {role: text for role, text in mapping.items() if role in CHOICES}
    faults = [
        Fault(role, f'"{text}"', _("one of: {names}").format(names=", ".join(CHOICES[role])))
        for role, text in said.items()
        if text not in CHOICES[role]
    ]
    if faults:
        raise UsageError(faults)
    return said, {role: column for role, column in mapping.items() if role not in CHOICES}


def tell_columns(
    frame: pl.DataFrame, roles: Mapping[str, str], used: Collection[str], mapping: Mapping[str, str], journal: Journal
) -> None:
    """Note the columns of *roles*, those that are not *used*, and what is doubtful in what *mapping* does not say."""
    own = ((role, column) for role, column in roles.items() if column != ISSUED)  # of that it is told where it stands
    journal.note(_("columns: {roles}").format(roles=", ".join(f"{r} = {c}" for r, c in own)))
    number = by_names(frame, mapping).get("client")
    if number is not None and roles.get("client", number) != number:
        text = _("clients are called by “{name}”, not by their numbers in “{number}”: {option} for these")
        journal.note(text.format(name=roles["client"], number=number, option=f'--map "client={number}"'))
    length = roles.get("length")
    if length in frame.columns and "length" not in mapping and (said := said_lengths(frame[length])):
        each = ", ".join(
            f"{text} = " + ngettext("{n} day", "{n} days", days).format(n=days) for text, days in said.items()
        )
        journal.note(_("“{column}” says how long each period is: {lengths}").format(column=length, lengths=each))
    tell_unused(frame, (*roles.values(), *used), journal)
