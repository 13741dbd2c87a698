"""What lies behind a difference: pairs of runs, the spread of times, steps, and the same cases with and without."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
from markupsafe import Markup

from irrupt.experiment.behind import PARTS, Behind, behind_each
from irrupt.experiment.model import Comparison, Tried
from irrupt.groups import party_name
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext, sentence
from irrupt.reporting import svg
from irrupt.reporting.charts import axis, legend
from irrupt.reporting.parts import Figure, Table, figure, numeral, text
from irrupt.reporting.sections.effects import Sides
from irrupt.reporting.svg import Scale
from irrupt.reporting.words import amount, count, digits_for, joined, unit_for, with_unit, word, written
from irrupt.wall import local_time

SHOWN_STEPS, SHOWN_CASES = 8, 5
POINTS = 60
"""Of a line that shows how times are spread."""
MOVED = 1 / 60
"""Hours from which on a case counts as later or sooner."""
TALL = 150.0


@dataclass(frozen=True, slots=True)
class BehindPart:
    """What the page shows behind the differences of one side."""

    side: str
    """`client`, `others` or `teams`: what the grid calls it."""
    party: str
    """Whose cases they are."""
    title: str
    lines: Sequence[str]
    drawn: Figure | None
    tables: Sequence[tuple[str, Table]]


def parts(comparison: Comparison, tried: Tried, concerned: Sides) -> list[BehindPart]:
    """What lies behind the differences for the client who acts, other clients and the team concerned most."""
    if comparison.question is None or comparison.replications < 1:
        return []
    others = [party for party in concerned.clients if party not in concerned.acting]
    sides = {"client": concerned.acting[:1], "others": others[:1], "teams": concerned.teams[:1]}
    chosen = {side: whose[0] for side, whose in sides.items() if whose}
    found = behind_each(comparison, tried.name, list(chosen.values()))
    return [_part(side, one, comparison) for side, one in zip(chosen, found, strict=True) if one.cases.height]


def _part(side: str, one: Behind, comparison: Comparison) -> BehindPart:
    tables = []
    if one.steps.height:
        tables.append((_("Where the time goes, per case: with the act minus without"), steps(one)))
    if one.told.height:
        tables.append((_("The cases that the act delayed most, and sped up most"), cases(one, comparison)))
        tables.append((_("The first of them, step by step"), trace(one, one.told["case"][0], comparison)))
    return BehindPart(
        side=side,
        party=one.party,
        title=_("Behind the difference: {party}").format(party=party_name(one.party)),
        lines=lines(one),
        drawn=_drawn(one),
        tables=tables,
    )


def lines(one: Behind) -> list[str]:
    """What the pairs of runs and the cases of one of them say, in sentences."""
    return [*_pairs(one), *_cases(one)]


def _pairs(one: Behind) -> Iterator[str]:
    known = one.pairs.filter(pl.col("difference").is_finite())["difference"].to_numpy()
    if not len(known):
        return
    rises, falls = int((known > 0).sum()), int((known < 0).sum())
    low, high = (float(end) for end in np.quantile(known, [0.25, 0.75]))
    measure = word("wait at the team") if one.of_team else word("cycle time")
    said = _(
        "{measure}: longer in {rises} of {all} pairs of runs, shorter in {falls}; half of the differences lie between "
        "{low} and {high}. Below is the pair whose difference is nearest to the mean, number {number}."
    )
    yield said.format(
        measure=sentence(measure),
        rises=count(rises),
        falls=count(falls),
        all=count(len(known)),
        low=amount(low, "h", sign=True, difference=True),
        high=amount(high, "h", sign=True, difference=True),
        number=count(one.replication),
    )


def _cases(one: Behind) -> Iterator[str]:
    change = one.cases["difference"].to_numpy()
    later, sooner = change[change > MOVED], change[change < -MOVED]
    said = [ngettext("{n} case in both runs", "{n} cases in both runs", len(change)).format(n=count(len(change)))]
    how = (_("{n} longer, half of them by {half} or more"), _("{n} shorter, half of them by {half} or more"))
    for moved, told in zip((later, sooner), how, strict=True):
        if len(moved):
            half = amount(float(np.median(np.abs(moved))), "h")
            said.append(told.format(n=count(len(moved)), half=half))
    yield joined(said) + "."
    alone = one.only_without + one.only_with
    if alone:
        text = _("Left out: {without} that only came or finished without the act, {with_act} only with it.")
        yield text.format(without=count(one.only_without), with_act=count(one.only_with))


def steps(one: Behind) -> Table:
    """Hours per case that each step takes more or less."""
    unit = unit_for("h", [float(value) for value in one.steps["difference"]])
    digits = digits_for([float(value) * unit.factor for value in one.steps["difference"]])
    heads = [text(_("Activity")), *(numeral(word(part)) for part in PARTS), numeral(with_unit(_("in all,"), unit))]
    rows = [
        [text(row["activity"])]
        + [numeral(written(row[part] * unit.factor, digits, sign=True)) for part in (*PARTS, "difference")]
        for row in one.steps.head(SHOWN_STEPS).iter_rows(named=True)
    ]
    return Table(heads, rows)


def cases(one: Behind, comparison: Comparison) -> Table:
    """The cases that moved most."""
    heads = [
        *(text(_("Case")), text(_("came"))),
        *(numeral(_("without")), numeral(_("with")), numeral(_("difference")), text(_("most of it"))),
    ]
    rows = []
    told = one.told
    longer, shorter = told.filter(pl.col("difference") > 0), told.filter(pl.col("difference") < 0)
    most = pl.concat([longer.head(SHOWN_CASES), shorter.tail(SHOWN_CASES)])
    for row in most.iter_rows(named=True):
        hours = amount(row["hours"], "h", sign=True, difference=True)
        where = f"{row['activity']}, {word(row['part'])} {hours}"
        rows.append(
            [
                *(text(row["case"]), text(moment(row["arrival"], comparison))),
                *(numeral(amount(row["without"], "h")), numeral(amount(row["with"], "h"))),
                *(numeral(amount(row["difference"], "h", sign=True, difference=True)), text(where, soft=True)),
            ]
        )
    return Table(heads, rows)


def trace(one: Behind, case: str, comparison: Comparison) -> Table:
    """One case, step by step, in both runs side by side."""
    runs = {name: rows.rows(named=True) for (name,), rows in one.trace(case).group_by("run", maintain_order=True)}
    sides = [runs.get(name, []) for name in ("without", "with")]
    heads = [text(case), *(text(name) for name in (_("without"), _("with")))]
    longest = max(map(len, sides), default=0)
    rows = []
    for at in range(min(longest, 4 * SHOWN_CASES)):
        told = [_step(side[at], comparison) if at < len(side) else "–" for side in sides]
        rows.append([text(str(at + 1)), *map(text, told)])
    return Table(heads, rows)


def _step(row: dict[str, Any], comparison: Comparison) -> str:
    who = row["person"] or row["team"]
    name = f"{row['activity']} ({who})" if who else row["activity"]
    begins, ends = moment(row["start"], comparison), moment(row["end"], comparison)
    return _("{head}: {said}").format(head=name, said=begins if begins == ends else f"{begins} – {ends}")


def moment(at: datetime, comparison: Comparison) -> str:
    """A moment of a run on the organisation's clock, to the minute."""
    local = local_time(at, comparison.organisation.timezone)
    return f"{local:%Y-%m-%d %H:%M}"


def _drawn(one: Behind) -> Figure:
    spread = [np.sort(one.cases[side].to_numpy()) for side in ("without", "with")]
    unit = unit_for("h", [float(np.quantile(values, 0.98)) for values in spread])
    ends = [float(np.quantile(values, 0.98)) * unit.factor for values in spread]

    def draw(width: float) -> Markup:
        marks, top = legend(
            [(name, lambda x, y, ink=ink: svg.line(x - 6, y, x + 6, y, ink)) for name, ink in _INKS()],  # type: ignore[misc]
            width,
        )
        across, up = Scale(0.0, max(*ends, 1e-9), 40.0, width - 12), Scale(0.0, 1.0, top + TALL, top)
        marks += axis(across, top + TALL, width, top=top, unit=unit.name)
        for share in (0.0, 0.5, 1.0):
            marks += svg.line(40, up(share), width - 12, up(share), "hair")
            marks += svg.label(34, up(share) + 4, f"{share:.0%}", anchor="end", class_="tick", size=11)
        for values, (_name, ink) in zip(spread, _INKS(), strict=True):
            marks += svg.tag("path", d=_path(values * unit.factor, across, up), class_=ink)
        return svg.picture(width, top + TALL + 22, _("Share of cases by time"), _("Share of cases by time"), [marks])

    reading = _("Share of the cases that took no longer than this, in both runs of the pair.")
    return figure(_("How times are spread"), reading, draw)


def _INKS() -> list[tuple[str, str]]:  # noqa: N802
    return [(_("without the act"), "l1"), (_("with it"), "l0")]


def _path(values: Any, across: Scale, up: Scale) -> str:
    shares = np.linspace(0, 1, POINTS)
    points = zip(np.quantile(values, shares).tolist(), shares.tolist(), strict=True)
    return "M" + "L".join(f"{svg.fixed(across(time))} {svg.fixed(up(share))}" for time, share in points)
