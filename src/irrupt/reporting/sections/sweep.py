"""What a sweep found: response curves, thresholds, what a parameter makes, and who is served best."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from irrupt.experiment.outputs import Output
from irrupt.experiment.swept import Sweep
from irrupt.experiment.today import named as acts_named
from irrupt.experiment.today import said as today_said
from irrupt.experiment.varied import Interval, reach
from irrupt.groups import party_name
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext
from irrupt.reporting import curves
from irrupt.reporting.parts import Cell, Figure, Table, figure, numeral, text
from irrupt.reporting.sections.search import setting, setting_unit
from irrupt.reporting.words import (
    SPACE,
    Unit,
    amount,
    count,
    digits_within,
    joined,
    named,
    parts,
    unit_for,
    with_reach,
    with_unit,
    word,
    written,
)

Limits = Sequence[tuple[str, float]]
LISTED = 25
"""Points that are told in numbers on a page; the rest stands in the file that it carries."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A sweep, and what is asked of it."""

    swept: Sweep
    thresholds: Limits = ()
    """Outputs, and the difference that is looked for in each."""
    best: pl.DataFrame | None = None
    """The points that no other beats (`Sweep.front`)."""


@dataclass(frozen=True, slots=True)
class SweepSection:
    """What the page shows."""

    findings: Sequence[str]
    drawn: Sequence[Figure]
    tables: Sequence[tuple[str, Table]]
    """With the heading of each."""
    facts: Sequence[tuple[str, str]]


def sweep_section(answered: Answered) -> SweepSection:
    """What *answered* says."""
    swept = answered.swept
    tables = [(_("What each parameter makes"), one) for one in shares(swept)]
    if answered.best is not None:
        tables.append((_("Settings that no other beats in every goal"), best_points(swept, answered.best)))
    return SweepSection(
        findings=[*_tried(swept), *(passing(swept, name, level) for name, level in answered.thresholds)],
        drawn=[
            _drawn(answered, at, number) for at in range(len(swept.outputs)) for number in range(len(swept.parameters))
        ],
        tables=[*tables, (_("All settings"), _points(swept))],
        facts=[
            (_("Seed"), str(swept.seed)),
            (_("Pairs of runs at each setting"), count(swept.differences.shape[2])),
        ],
    )


def tried_said(swept: Sweep) -> str:
    """What was tried at each setting; empty where a sweep does not tell."""
    return _("What was tried at each setting: {acts}.").format(acts=acts_named(swept.acts)) if swept.acts else ""


def _tried(swept: Sweep) -> list[str]:
    count_of = len(swept.points)
    text_of = ngettext("{n} setting was tried, of {what}.", "{n} settings were tried, of {what}.", count_of)
    said = [tried_said(swept), text_of.format(n=count(count_of), what=joined([one.name for one in swept.parameters]))]
    if swept.others is not None:
        others = swept.others[0].shape[2]
        told = ngettext(
            "Intervals hold the noise of the runs and the uncertainty of what was learned: each setting was tried "
            "on {n} other organisation that the records support too.",
            "Intervals hold the noise of the runs and the uncertainty of what was learned: each setting was tried "
            "on {n} other organisations that the records support too.",
            others,
        )
        said.append(told.format(n=count(others)))
    said.append(today_said(swept.today))
    if swept.interrupted:
        said.append(ended(swept))
    return [one for one in said if one]


def ended(swept: Sweep) -> str:
    """What is there where Ctrl-C ended a sweep."""
    pairs = swept.with_act.shape[2]
    what = ngettext("{n} pair of runs at each setting", "{n} pairs of runs at each setting", pairs)
    what = what.format(n=count(pairs))
    if not swept.missing:
        return _("Stopped early, with {what}.").format(what=what)
    text = ngettext(
        "Stopped early, with {what}; {n} setting is missing.",
        "Stopped early, with {what}; {n} settings are missing.",
        swept.missing,
    )
    return text.format(what=what, n=count(swept.missing))


def head(output: Output) -> str:
    """What is measured, as the heading of a column."""
    return _("{measure}, {party}: difference").format(measure=word(output.measure), party=party_name(output.party))


def passing(swept: Sweep, name: str, level: float) -> str:
    """From which setting of the only parameter the difference of an output passes *level*."""
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
    unit = setting_unit(parameter, found.value)
    digits = digits_within(*(end * unit.factor for end in found))
    value, *ends = (written(end * unit.factor, digits) if math.isfinite(end) else _("beyond") for end in found)
    return _("{name} passes {level} from {parameter} = {value} on (95 % interval {low} to {high}).").format(
        **what, value=with_unit(value, unit), low=ends[0], high=ends[1]
    )


def difference(row: Mapping[str, Any]) -> str:
    """The difference of a row of `Sweep.table`, its interval, and what that is made of, where both parts are known."""
    unit = unit_for(row["unit"], [row["without"], row["with"]], difference=True)
    ends = row["difference"], row["low"], row["high"]
    learned = math.nan if row["learned"] is None else row["learned"]
    made_of = parts(row["noise"], learned, unit, digits_within(*(end * unit.factor for end in ends)))
    said = with_reach(ends, unit, sign=True)
    return joined([said, made_of]) if made_of and row["low"] < row["high"] else said


def rows_of(swept: Sweep) -> list[tuple[list[str], list[str]]]:
    """Point by point: the settings, and the differences of all outputs; in the order of the only parameter."""
    told, points = swept.table, len(swept.points)
    order = np.argsort(swept.points[:, 0], kind="stable") if len(swept.parameters) == 1 else np.arange(points)
    return [
        (
            [setting(one, swept.points[point, at]) for at, one in enumerate(swept.parameters)],
            [difference(told.row(at * points + point, named=True)) for at in range(len(swept.outputs))],
        )
        for point in order.tolist()
    ]


def share(one: Interval) -> str:
    """A share of the variance, with its interval, in per cent."""
    if not math.isfinite(one.value):
        return "–"
    ends = [max(min(value, 1.0), 0.0) * 100 for value in one]
    return f"{written(ends[0], 0)}{SPACE}% ({written(ends[1], 0)}–{written(ends[2], 0)})"


def shares(swept: Sweep) -> list[Table]:
    """For each output, what share of the variance of its difference each parameter makes, where that was asked for."""
    if swept.kind != "sensitivity" or swept.missing:
        return []
    caption = _("share of the variance of the difference that each parameter makes; 95 % interval")
    return [
        Table(
            [text(head(output)), numeral(_("alone")), numeral(_("with all others"))],
            [
                [text(name), numeral(share(index.first)), numeral(share(index.total))]
                for name, index in swept.sensitivity(output.name).items()
            ],
            _with_few(caption, swept, output),
        )
        for output in swept.outputs
    ]


def _with_few(said: str, swept: Sweep, output: Output) -> str:
    """What is *said*, and what is to be borne in mind where too few base points tell of the variance."""
    needed = swept.lacking(output.name)
    if needed is None:
        return said
    text = _(
        "{said}. A few settings make nearly all of the variance: these intervals miss more often than they say. "
        "About {n} base points would do (--points), or ask from which setting on (--threshold)."
    )
    return text.format(said=said, n=count(needed))


def best_points(swept: Sweep, best: pl.DataFrame) -> Table:
    """The points that no other beats."""
    goals = [name for name in best.columns if name not in {one.name for one in swept.parameters} | {"share"}]
    outputs = [swept.outputs[swept.output(name)] for name in goals]
    heads = [*(text(one.path[-1]) for one in swept.parameters), *(numeral(head(one)) for one in outputs)]
    rows: list[list[Cell]] = []
    for row in best.to_dicts():
        cells = [text(setting(one, row[one.name])) for one in swept.parameters]
        cells += [
            numeral(amount(row[name], one.unit, sign=True, difference=True))
            for name, one in zip(goals, outputs, strict=True)
        ]
        rows.append([*cells, numeral(amount(row["share"], "share"))])
    said = _("goals of different parties are never added up; surely: share of resamples of the runs")
    return Table([*heads, numeral(_("how surely"))], rows, said)


def _points(swept: Sweep) -> Table:
    heads = [*(text(one.name) for one in swept.parameters), *(numeral(head(one)) for one in swept.outputs)]
    rows = [[*map(text, settings), *map(numeral, found)] for settings, found in rows_of(swept)]
    more = len(rows) - LISTED
    said = ngettext(
        "{n} more setting stands in the data that the page carries.",
        "{n} more settings stand in the data that the page carries.",
        max(more, 0),
    )
    return Table(heads, rows[:LISTED], said.format(n=count(more)) if more > 0 else "")


def _drawn(answered: Answered, at: int, number: int) -> Figure:
    """The differences of one output over one parameter, and their mean over all others where settings come again."""
    swept = answered.swept
    output, parameter = swept.outputs[at], swept.parameters[number]
    found = swept.curve(at).found
    unit = unit_for(output.unit, [end for one in found for end in one], difference=True)
    times = setting_unit(parameter, parameter.low, parameter.high)
    level = next((level for name, level in answered.thresholds if name == output.name), None)
    passed = None if level is None else swept.threshold(output.name, level)
    shown = curves.Response(
        points=[
            (swept.points[point, number] * times.factor, _scaled(one, unit.factor), _tip(swept, point, one, unit))
            for point, one in enumerate(found)
        ],
        line=[(x * times.factor, _scaled(one, unit.factor)) for x, one in _course(swept, at, number)],
        level=None if level is None else level * unit.factor,
        passed=None if passed is None else _scaled(passed, times.factor),
        heads=(", ".join([parameter.name, *([times.name] if times.name else [])]), _named(output, unit)),
        names=(
            _("mean, and its interval") if len(swept.parameters) == 1 else _("mean over the other settings"),
            "" if level is None else amount(level, output.unit, sign=True, difference=True),
        ),
    )
    title = _("{output} over {parameter}").format(
        output=f"{word(output.measure)}, {party_name(output.party)}", parameter=parameter.name
    )
    said = _("With the acts minus without them. All settings have the same luck.")
    return figure(title, said, lambda width: curves.response(shown, width=width, title=title, description=said))


def _course(swept: Sweep, at: int, number: int) -> list[tuple[float, Interval]]:
    """The mean response over one parameter: where there are no others, or where each setting comes with several of
    theirs, as on a grid."""
    settings = np.unique(swept.points[:, number])
    if len(swept.parameters) > 1 and (swept.kind != "grid" or swept.missing):
        return []
    which = [swept.points[:, number] == one for one in settings]
    means = np.array([swept.differences[at][some].mean(axis=0) for some in which])
    drawn = swept.drawn
    elsewhere = None if drawn is None else np.array([drawn[at][some].mean(axis=0) for some in which])
    return list(zip(settings.tolist(), reach(means, elsewhere).found, strict=True))


def _tip(swept: Sweep, point: int, found: Interval, unit: Unit) -> str:
    settings = [f"{one.name} = {setting(one, swept.points[point, at])}" for at, one in enumerate(swept.parameters)]
    return f"{joined(settings)}: {with_reach(found, unit, sign=True)}"


def _named(output: Output, unit: Unit) -> str:
    return ", ".join([word(output.measure), party_name(output.party), *named(unit, output.measure)])


def _scaled(found: Interval, factor: float) -> Interval:
    return Interval(*(value * factor for value in found))
