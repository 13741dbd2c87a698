"""What lies behind a difference, on a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from rich.console import Group, RenderableType

from irrupt.experiment.behind import Behind
from irrupt.experiment.model import Comparison
from irrupt.groups import party_name
from irrupt.i18n import gettext as _
from irrupt.reporting.ink import Unbroken, captioned, frame, line
from irrupt.reporting.parts import Table
from irrupt.reporting.sections.behind import cases, lines, steps, trace
from irrupt.reporting.words import tried_name

QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


def show_behind(one: Behind, comparison: Comparison) -> Unbroken:
    """*one* for a terminal."""
    return Unbroken(Group("", *_parts(one, comparison)))


def _parts(one: Behind, comparison: Comparison) -> Iterator[RenderableType]:
    title = _("Behind the difference: {party}").format(party=party_name(one.party))
    name = next(tried_name(tried) for tried in comparison.tried if tried.name == one.scenario)
    yield line(f"{name}. {title}", style="bold")
    yield from (line(said) for said in lines(one))
    if one.steps.height:
        yield ""
        yield _table(steps(one), _("Where the time goes, per case: with the act minus without"))
    if one.told.height:
        yield ""
        yield _table(cases(one, comparison), _("The cases that the act delayed most, and sped up most"))
        yield ""
        yield _table(trace(one, one.told["case"][0], comparison), _("The first of them, step by step"))


def _table(table: Table, caption: str) -> RenderableType:
    made = frame([cell.text for cell in table.heads])
    for row in table.rows:
        made.add_row(*(line(cell.text) for cell in row))
    return captioned(made, caption)


def behind_json(one: Behind) -> dict[str, Any]:
    """*one* for JSON: every pair of runs, quantiles of the times of cases, and those that moved most, step by step."""
    quantiles: dict[str, Any] = {"share": QUANTILES}
    for side in ("without", "with") if one.cases.height else ():
        quantiles[side] = np.quantile(one.cases[side].to_numpy(), QUANTILES).tolist()
    return {
        "scenario": one.scenario,
        "party": one.party,
        "replication": one.replication,
        "pairs": one.pairs.to_dict(as_series=False),
        "cases": one.cases.height,
        "only_without": one.only_without,
        "only_with": one.only_with,
        "quantiles": quantiles,
        "steps": one.steps.to_dicts(),
        "moved_most": [row | {"trace": one.trace(row["case"]).to_dicts()} for row in one.told.to_dicts()],
    }
