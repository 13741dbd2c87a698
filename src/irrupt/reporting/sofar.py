"""What a comparison says before it is finished: what each claim is about, in one line each."""

from __future__ import annotations

from rich.console import RenderableType
from rich.table import Table

from irrupt.experiment.model import Comparison, Found
from irrupt.groups import party_name
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext
from irrupt.reporting.ink import Unbroken, captioned, frame, line
from irrupt.reporting.words import (
    count,
    digits_within,
    tried_name,
    unit_for,
    with_reach,
    word,
)


def show_so_far(comparison: Comparison) -> RenderableType:
    """The differences that claims are about, with intervals that hold however often one looks."""
    return Unbroken(_table(comparison))


def _table(comparison: Comparison) -> Table:
    table = frame([_("So far"), _("Difference"), _("Verdict")])
    for tried in comparison.tried:
        for one in tried.found:
            what = f"{tried_name(tried)}, {word(one.claim.measure)}, {party_name(one.claim.party)}"
            table.add_row(line(what), line(_difference(one)), line(word(one.verdict)))
    pairs = comparison.replications
    return captioned(table, ngettext("after {n} pair of runs", "after {n} pairs of runs", pairs).format(n=count(pairs)))


def _difference(one: Found) -> str:
    """`−0.29 h ± 0.22`."""
    unit = unit_for(one.unit, [one.without, one.without + one.difference], difference=True)
    found = one.difference, one.low, one.high
    digits = digits_within(*(value * unit.factor for value in (*found, one.matters)))
    return with_reach(found, unit, digits=digits, sign=True)
