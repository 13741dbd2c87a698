"""A search on a terminal and as JSON: who is beaten by nobody, and how surely."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType

from irrupt.experiment.searched import Search, Served
from irrupt.i18n import gettext as _
from irrupt.regulation import act_to_dict
from irrupt.reporting.ink import dim, frame, line, lines
from irrupt.reporting.sections.search import difference, done, findings, head, limits, method, share

SHOWN = 15
"""Candidates that are shown on a terminal; all of them stand in the report, in JSON and in the file."""


def show_search(search: Search) -> Group:
    """*search* for a terminal."""
    parts: list[RenderableType] = [line(one) for one in findings(search)]
    if search.found:
        table = frame(["", *(head(search, goal) for goal in search.goals), _("On the front")])
        for number, one in enumerate(search.found[:SHOWN], 1):
            style = "" if one.on else "dim"
            cells = [difference(search, one, at) for at in range(len(search.goals))]
            table.add_row(*(line(cell, style) for cell in [str(number), *cells, share(one.share)]))
        parts += ["", table, ""]
        for number, one in enumerate(search.found[:SHOWN], 1):
            styles = ("bold", "") if one.on else ("dim", "dim")
            parts.append(lines((f"{number}  ", styles[0]), (done(search, one), styles[1])))
            named = _("{head}: {said}")
            kept = [named.format(head=name, said=told) for name, told in limits(search, one)]
            parts += [line(f"   {said}", "yellow") for said in kept]
    return Group(*parts, "", *dim(method(search)))


def search_json(search: Search) -> dict[str, Any]:
    """*search* for JSON."""
    return {
        "goals": [asdict(one.output) | {"better": _BETTER[one.sign]} for one in search.goals],
        "limits": [asdict(one.output) | {_LIMIT[one.sign]: one.level} for one in search.limits],
        "found": [_served(one) for one in search.found],
        "tried": search.tried,
        "impossible": search.impossible,
        "all_tried": search.every,
        "measured_again": search.again,
        "left_out": search.left_out,
        "interrupted": search.interrupted,
        "pairs": search.pairs,
        "alternatives": search.alternatives,
        "today": [act_to_dict(act) for act in search.today],
        "weeks": search.weeks,
        "seed": search.seed,
        "seconds": search.seconds,
    }


_BETTER = {1: "higher", -1: "lower"}
_LIMIT = {1: "at_most", -1: "at_least"}


def _served(one: Served) -> dict[str, Any]:
    return {
        "acts": [act_to_dict(act) for act in one.acts],
        "settings": dict(one.settings),
        "goals": [
            found._asdict() | {"noise": noise, "learned": _known(learned), "in_search": seen}
            for found, noise, learned, seen in zip(one.goals, one.noise, one.learned, one.first, strict=True)
        ],
        "limits": [found._asdict() | {"kept": kept} for found, kept in zip(one.levels, one.kept, strict=True)],
        "on_front": one.on,
        "share": one.share,
    }


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
