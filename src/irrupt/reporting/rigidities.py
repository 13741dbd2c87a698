"""Rigidity on a terminal, for machines, and as the story of a report: what was asked for, and what came of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from rich.console import Group

from irrupt.experiment.rigidity import Rigidity
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext
from irrupt.regulation.acts.demand import percent
from irrupt.reporting.ink import dim, frame, line, numbered
from irrupt.reporting.words import amount, count, unit_for, with_interval, written

SHOWN = frozenset({1, 2, 3, 4, 6, 8, 13, 26, 52})
"""Weeks that are shown on a terminal, and the last."""


def sentences(found: Rigidity) -> Iterator[str]:
    """What was found."""
    more = _("All clients ask for {change} % more: {cases} cases a week.")
    less = _("All clients ask for {change} % less: {cases} cases a week.")
    asked = {"change": percent(abs(found.change)), "cases": count(abs(found.asked))}
    yield (more if found.change > 0 else less).format(**asked)
    if found.weeks is None:
        yield _("Output does not follow in {n} weeks.").format(n=found.follows.height)
    else:
        text = ngettext("Output follows within {n} week.", "Output follows within {n} weeks.", found.weeks)
        yield text.format(n=found.weeks)
    share, ends = with_interval(*found.reached, unit_for("share", [found.reached.share]))
    yield _("In the last four weeks, {share} ({ends}) of what is asked for comes.").format(share=share, ends=ends)
    if math.isfinite(found.hours.more):
        usual, each = (amount(value, "h") for value in found.hours)
        yield _("A case takes {usual} of work as things are; each in addition takes {more}.").format(
            usual=usual, more=each
        )
    if math.isfinite(found.cost.more):
        usual, each = (written(value, 2) for value in found.cost)
        yield _("A case costs {usual} in hours on duty as things are; each in addition costs {more}.").format(
            usual=usual, more=each
        )


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
        "weeks": found.weeks,
        "reached": found.reached._asdict(),
        "hours": found.hours._asdict(),
        "cost": found.cost._asdict(),
        "follows": found.follows.to_dicts(),
        "replications": found.comparison.replications,
        "text": [*sentences(found)],
    }
