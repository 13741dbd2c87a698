"""A sweep on a terminal and as JSON: response, threshold, sensitivity, who is served best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Group, RenderableType

from irrupt.experiment import Sweep
from irrupt.experiment.today import said as today_said
from irrupt.experiment.varied import Interval
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext
from irrupt.regulation import act_to_dict
from irrupt.reporting.ink import Unbroken, captioned, frame, line
from irrupt.reporting.machine import SCHEMA_VERSION, plain
from irrupt.reporting.parts import Table
from irrupt.reporting.sections.sweep import Answered, best_points, ended, head, passing, rows_of, shares, tried_said
from irrupt.reporting.words import count, joined

SHOWN = 25
"""Points of a sweep; the rest stands in the file."""


def show_sweep(answered: Answered) -> Unbroken:
    """*answered* for a terminal of any width."""
    swept = answered.swept
    tried = tried_said(swept)
    parts: list[RenderableType] = [line(tried)] if tried else []
    parts += [line(_legend(swept), style="dim"), "", _points(swept)]
    parts += [line(passing(swept, name, level)) for name, level in answered.thresholds]
    if today := today_said(swept.today):
        parts.append(line(today, style="dim"))
    if swept.interrupted:
        parts.append(line(ended(swept), style="yellow"))
    for table in shares(swept):
        parts += ["", _framed(table, table.rows)]
    if answered.best is not None:
        parts += ["", line(_("Settings that no other beats in every goal"), style="bold")]
        table = best_points(swept, answered.best)
        parts.append(
            _framed(table, table.rows[:SHOWN]) if table.rows else line(_("none: no setting keeps to the limits"))
        )
    return Unbroken(Group(*parts))


def _legend(swept: Sweep) -> str:
    """What a difference and its interval are, for those who read nothing but the table."""
    n = swept.differences.shape[2]
    pairs = ngettext("{n} pair of runs at each setting", "{n} pairs of runs at each setting", n).format(n=count(n))
    return joined([_("With the act minus without it"), _("±: half of a 95 % interval"), pairs])


def _points(swept: Sweep) -> RenderableType:
    table = frame([*(one.path[-1] for one in swept.parameters), *map(head, swept.outputs)])
    rows = rows_of(swept)
    for settings, found in rows[:SHOWN]:
        table.add_row(*map(line, [*settings, *found]))
    more = len(rows) - SHOWN
    said = ngettext("{n} more point: --output writes it", "{n} more points: --output writes them", max(more, 0))
    return captioned(table, said.format(n=count(more)) if more > 0 else "")


def _framed(table: Table, rows: Sequence[Sequence[Any]]) -> RenderableType:
    """A table of the page, for the terminal."""
    framed = frame([cell.text for cell in table.heads])
    for row in rows:
        framed.add_row(*(line(cell.text) for cell in row))
    return captioned(framed, table.caption)


def sweep_json(answered: Answered) -> dict[str, Any]:
    """*answered* for JSON."""
    swept = answered.swept
    told: dict[str, Any] = {"schema_version": SCHEMA_VERSION, "what": "sweep", "design": swept.kind, "seed": swept.seed}
    told["acts"] = [act_to_dict(act) for act in swept.acts]
    told["today"] = [act_to_dict(act) for act in swept.today]
    told["parameters"] = [one.name for one in swept.parameters]
    told["points"] = plain(swept.table.to_dicts())
    told["thresholds"] = [
        {"output": name, "level": level, "found": plain(_listed(swept.threshold(name, level)))}
        for name, level in answered.thresholds
    ]
    told |= {"interrupted": swept.interrupted, "missing_points": swept.missing, "replications": swept.with_act.shape[2]}
    told["alternatives"] = 0 if swept.others is None else swept.others[0].shape[2]
    if swept.kind == "sensitivity" and not swept.missing:
        told["sensitivity"] = {
            one.name: {
                name: {"first": _listed(index.first), "total": _listed(index.total)}
                for name, index in swept.sensitivity(one.name).items()
            }
            for one in swept.outputs
        }
        told["base_points_needed"] = {one.name: swept.lacking(one.name) for one in swept.outputs}
    if answered.best is not None:
        told["best"] = plain(answered.best.to_dicts())
    return dict(plain(told))


def _listed(found: Interval | None) -> dict[str, float] | None:
    return None if found is None else found._asdict()
