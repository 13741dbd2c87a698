"""Rigidity on a terminal, for machines, and as the story of a report: what was asked for, and what came of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from rich.console import Group

from irrupt.experiment.rigidity import PerCase, Rigidity
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext
from irrupt.regulation.acts.demand import percent
from irrupt.reporting.ink import dim, frame, line, numbered
from irrupt.reporting.words import amount, unit_for, with_interval

SHOWN = frozenset({1, 2, 3, 4, 6, 8, 13, 26, 52})
"""Weeks that are shown on a terminal, and the last."""


def sentences(found: Rigidity) -> Iterator[str]:
    """What was found."""
    more = _("All clients ask for {change} % more: {cases} a week.")
    less = _("All clients ask for {change} % less: {cases} a week.")
    asked = {"change": percent(abs(found.change)), "cases": amount(abs(found.asked), "cases")}
    yield (more if found.change > 0 else less).format(**asked)
    yield _followed(found)
    share, ends = with_interval(*found.reached, unit_for("share", [found.reached.value]))
    yield _("In the last four weeks, {share} ({ends}) of what is asked for comes.").format(share=share, ends=ends)
    if math.isfinite(found.hours.usual.value):
        yield _each(
            found.hours,
            "h",
            _("A case takes {usual} of work as things are; each in addition takes {more}."),
            _("A case takes {usual} of work as things are; what each in addition takes, these runs do not tell."),
        )
    if math.isfinite(found.cost.usual.value):
        yield _each(
            found.cost,
            "",
            _("A case costs {usual} in hours on duty as things are; each in addition costs {more}."),
            _(
                "A case costs {usual} in hours on duty as things are; what each in addition costs, these runs do "
                "not tell."
            ),
        )


def _followed(found: Rigidity) -> str:
    """When output follows, and between which weeks that lies."""
    weeks, low, high = found.within
    n = found.follows.height
    if weeks is None:
        sooner = _("Output does not follow in {n} weeks (perhaps after {low}).")
        return (sooner if low else _("Output does not follow in {n} weeks.")).format(n=n, low=low)
    said = ngettext("Output follows within {n} week.", "Output follows within {n} weeks.", weeks).format(n=weeks)
    if low == high:
        return said
    ends = _("{low} to {high}").format(low=low, high=high) if high else _("{low} to more than {n}").format(low=low, n=n)
    return f"{said[:-1]} ({ends})."


def _each(found: PerCase, unit: str, told: str, untold: str) -> str:
    """What a case takes, with intervals: as things are, and in addition."""
    values = [one for one in found if math.isfinite(one.value)]
    shown = unit_for(unit, [one.value for one in values])
    usual, *more = (f"{value} ({ends})" for value, ends in (with_interval(*one, shown) for one in values))
    return told.format(usual=usual, more=more[0]) if more else untold.format(usual=usual)


def _method(found: Rigidity) -> str:
    return _("{n} pairs of runs over {weeks} weeks; 95 % intervals").format(
        n=found.comparison.replications, weeks=found.follows.height
    )


def _rows(found: Rigidity) -> Iterator[tuple[str, str, str]]:
    for week, share, low, high in found.follows.iter_rows():
        value, ends = with_interval(share, low, high, unit_for("share", [share]))
        yield str(week), value, ends


def _heads() -> tuple[str, str, str]:
    return _("week"), _("of what is asked for, comes"), _("95 % interval")


def show_rigidity(found: Rigidity) -> Group:
    """What was found, for the terminal."""
    table = frame(list(_heads()))
    for week, *cells in _rows(found):
        if int(week) in SHOWN or int(week) == found.follows.height:
            table.add_row(line(week), *map(line, cells))
    return Group(*dim([_method(found)]), "", numbered([*sentences(found)]), "", table)


def story(found: Rigidity) -> str:
    """What was found, for a report whose comparison tells what else it does, and to whom."""
    table = [
        "| " + " | ".join(_heads()) + " |",
        "|---|---|---|",
        *("| " + " | ".join(row) + " |" for row in _rows(found)),
    ]
    points = "\n".join(f"- {text}" for text in sentences(found))
    title = _("Are we rigid?")
    return "\n\n".join([f"# {title}", points, _method(found), "\n".join(table)])


def rigidity_json(found: Rigidity) -> dict[str, Any]:
    """The same for machines."""
    return {
        "change": found.change,
        "asked": found.asked,
        "within": found.within._asdict(),
        "reached": found.reached._asdict(),
        "hours": {name: one._asdict() for name, one in found.hours._asdict().items()},
        "cost": {name: one._asdict() for name, one in found.cost._asdict().items()},
        "follows": found.follows.to_dicts(),
        "replications": found.comparison.replications,
        "text": [*sentences(found)],
    }
