"""A sweep on a terminal and as JSON: response, threshold, sensitivity, who is served best."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl
from rich.console import Group, RenderableType

from irrupt.experiment import Sweep
from irrupt.experiment.responses import Interval
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext
from irrupt.reporting.ink import Unbroken, captioned, frame, line
from irrupt.reporting.machine import SCHEMA_VERSION, plain
from irrupt.reporting.sections.search import setting
from irrupt.reporting.words import (
    SPACE,
    amount,
    count,
    digits_within,
    party_name,
    reach,
    unit_for,
    with_unit,
    word,
    written,
)

SHOWN = 25
"""Points of a sweep; the rest stands in the file."""
Limits = Sequence[tuple[str, float]]


def show_sweep(swept: Sweep, thresholds: Limits = (), best: pl.DataFrame | None = None) -> Unbroken:
    """*swept* for a terminal of any width, with the *thresholds* asked for and the points that serve *best*."""
    parts: list[RenderableType] = [_points(swept)]
    parts += [line(_threshold(swept, name, level)) for name, level in thresholds]
    if swept.interrupted:
        parts.append(line(_("Stopped early: only the points that were finished are there."), style="yellow"))
    if swept.kind == "sensitivity" and not swept.interrupted:
        parts += ["", *_sensitivity(swept)]
    if best is not None:
        parts += ["", *_best(swept, best)]
    return Unbroken(Group(*parts))


def _points(swept: Sweep) -> RenderableType:
    heads = [_head(swept, at) for at in range(len(swept.outputs))]
    table = frame([*(one.path[-1] for one in swept.parameters), *heads])
    rows = swept.table
    points = len(swept.points)
    for point in range(min(points, SHOWN)):
        cells = [setting(one, swept.points[point, at]) for at, one in enumerate(swept.parameters)]
        found = [rows.row(at * points + point, named=True) for at in range(len(swept.outputs))]
        table.add_row(*map(line, [*cells, *(_difference(one) for one in found)]))
    more = points - SHOWN
    said = ngettext("{n} more point: --output writes it", "{n} more points: --output writes them", max(more, 0))
    return captioned(table, said.format(n=count(more)) if more > 0 else "")


def _head(swept: Sweep, at: int) -> str:
    output = swept.outputs[at]
    return _("{measure}, {party}: difference").format(measure=word(output.measure), party=party_name(output.party))


def _difference(row: Mapping[str, Any]) -> str:
    unit = unit_for(row["unit"], [row["without"], row["with"]], difference=True)
    scaled = [row[name] * unit.factor for name in ("difference", "low", "high")]
    digits = digits_within(*scaled)
    value = with_unit(written(scaled[0], digits, sign=True), unit)
    return f"{value} {reach(scaled, digits, sign=True)}".strip()


def _threshold(swept: Sweep, name: str, level: float) -> str:
    (parameter,) = swept.parameters
    output = swept.outputs[swept.output(name)]
    what = {
        "name": f"{word(output.measure)}, {party_name(output.party)}",
        "level": amount(level, output.unit, sign=True, difference=True),
        "parameter": parameter.name,
    }
    found = swept.threshold(name, level)
    if found is None:
        return _("{name}: {level} is not reached anywhere between these settings of {parameter}.").format(**what)
    if found.value == -math.inf:
        return _("{name}: {level} is passed already at the first setting of {parameter}.").format(**what)
    ends = [setting(parameter, end) if math.isfinite(end) else _("beyond") for end in (found.low, found.high)]
    return _("{name} passes {level} from {parameter} = {value} on (95 % interval {low} to {high}).").format(
        **what, value=setting(parameter, found.value), low=ends[0], high=ends[1]
    )


def _sensitivity(swept: Sweep) -> Iterator[RenderableType]:
    for at, output in enumerate(swept.outputs):
        table = frame([_head(swept, at), _("alone"), _("with all others")])
        for name, index in swept.sensitivity(output.name).items():
            table.add_row(line(name), line(_share(index.first)), line(_share(index.total)))
        yield captioned(table, _("share of the variance of the difference that each parameter makes; 95 % interval"))


def _share(one: Interval) -> str:
    if not math.isfinite(one.value):
        return "–"
    ends = [max(min(value, 1.0), 0.0) * 100 for value in one]
    return f"{written(ends[0], 0)}{SPACE}% ({written(ends[1], 0)}–{written(ends[2], 0)})"


def _best(swept: Sweep, best: pl.DataFrame) -> Iterator[RenderableType]:
    yield line(_("Settings that no other beats in every goal"), style="bold")
    if not best.height:
        yield line(_("none: no setting keeps to the limits"))
        return
    goals = [name for name in best.columns if name not in {one.name for one in swept.parameters} | {"share"}]
    outputs = {name: swept.outputs[swept.output(name)] for name in goals}
    heads = [_head(swept, swept.output(name)) for name in goals]
    table = frame([*(one.path[-1] for one in swept.parameters), *heads, _("how surely")])
    for row in best.head(SHOWN).to_dicts():
        cells = [setting(one, row[one.name]) for one in swept.parameters]
        cells += [amount(row[name], outputs[name].unit, sign=True, difference=True) for name in goals]
        table.add_row(*map(line, [*cells, amount(row["share"], "share")]))
    yield captioned(table, _("goals of different parties are never added up; surely: share of resamples of the runs"))


def sweep_json(swept: Sweep, thresholds: Limits = (), best: pl.DataFrame | None = None) -> dict[str, Any]:
    """*swept* for JSON."""
    told: dict[str, Any] = {"schema_version": SCHEMA_VERSION, "what": "sweep", "design": swept.kind, "seed": swept.seed}
    told["parameters"] = [one.name for one in swept.parameters]
    told["points"] = plain(swept.table.to_dicts())
    told["thresholds"] = [
        {"output": name, "level": level, "found": plain(_listed(swept.threshold(name, level)))}
        for name, level in thresholds
    ]
    told["interrupted"] = swept.interrupted
    if swept.kind == "sensitivity" and not swept.interrupted:
        told["sensitivity"] = {
            one.name: {
                name: {"first": _listed(index.first), "total": _listed(index.total)}
                for name, index in swept.sensitivity(one.name).items()
            }
            for one in swept.outputs
        }
    if best is not None:
        told["best"] = plain(best.to_dicts())
    return dict(plain(told))


def _listed(found: Interval | None) -> dict[str, float] | None:
    return None if found is None else found._asdict()
