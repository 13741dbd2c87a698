"""What clients announce, and what they order: findings, pictures, tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from irrupt.groups import party_name
from irrupt.i18n import gettext as _
from irrupt.i18n import more, ngettext
from irrupt.ledgers.bought import sources_said
from irrupt.ledgers.instability import REFERENCE
from irrupt.reporting import announcements, charts
from irrupt.reporting.parts import Cell, Figure, Part, Table, Told, chosen, figure, numeral, text
from irrupt.reporting.sections import log
from irrupt.reporting.words import (
    count,
    digits_for,
    joined,
    span,
    unit_for,
    with_interval,
    word,
    written,
)
from irrupt.sight.announced import Ahead, ScheduleSight, Triangle
from irrupt.sight.model import Entry, Finding
from irrupt.sight.words import day, days

SHOWN_CURVES = 4
SHOWN_LEADS = 13
SHOWN_PARTIES = 5


@dataclass(frozen=True, slots=True)
class AnnouncedSection:
    """Findings first, then pictures, tables, and what the records are."""

    head: str
    findings: Sequence[Told]
    """Each with the anchor of the picture or table that shows it."""
    parts: Sequence[Part]
    measures: Table | None
    measures_said: str
    by_part: Table | None
    facts: Sequence[tuple[str, str]]
    notes: Sequence[str]
    problem_summary: str
    problems: Table | None
    method: Sequence[str]


def announced_section(sight: ScheduleSight) -> AnnouncedSection:
    """What *sight* says."""
    plans = sight.of == "plans"
    said = [_triangle(sight, one) for one in sight.triangles]
    drawn = [
        *_parts("seen-curve", [_curve(sight)]),
        *_parts("seen-said", said),
        *_parts("seen-series", [_series(sight)]),
    ]
    there = {one.anchor for one in drawn} | ({"seen-measures"} if sight.ledger else set())
    chronicle = sight.chronicle
    return AnnouncedSection(
        head=_("What clients announce, and what they buy") if plans else _("What clients order"),
        findings=_told(sight.findings, there),
        parts=drawn,
        measures=_measures(sight.ledger) if sight.ledger else None,
        measures_said=_reference(sight) if plans else _("In small print: the 95 % interval."),
        by_part=_measures(sight.by_part) if sight.by_part and sight.parts > 1 else None,
        facts=_facts(sight),
        notes=chronicle.notes,
        problem_summary=log.problem_summary(chronicle),
        problems=log.problem_table(chronicle.problems) if chronicle.problems else None,
        method=_method(sight),
    )


def _told(findings: Sequence[Finding], there: set[str]) -> list[Told]:
    first = chosen(findings)
    return [Told(at, one.text, _place(one, there), at in first) for at, one in enumerate(findings, 1)]


_PLACES = {
    "error": "curve", "bias": "curve", "frozen horizon": "said", "nervousness": "said", "notice": "said",
    "band": "said", "hours": "said", "waves": "series", "bullwhip": "series", "variability": "series",
    "service": "series", "moves the total": "series",
}  # fmt: skip
"""Kind of a finding -> the picture that shows it; all others stand among the measures."""


def _place(finding: Finding, there: set[str]) -> str:
    wanted = "seen-" + _PLACES.get(finding.kind, "measures")
    return wanted if wanted in there else "seen-measures" if "seen-measures" in there else ""


def _parts(anchor: str, drawn: Sequence[Figure | None]) -> list[Part]:
    """A part for each picture that there is; the first bears the *anchor*."""
    known = [one for one in drawn if one]
    return [Part(f"{anchor}-{at}" if at else anchor, one.title, figures=[one]) for at, one in enumerate(known)]


def rows(n: int) -> str:
    """A number of rows, in words."""
    return ngettext("{n} row of schedules", "{n} rows of schedules", n).format(n=count(n))


def summary(sight: ScheduleSight) -> str:
    """Size and span of the records, and what of them is used, in one line."""
    clients = ngettext("{n} client", "{n} clients", sight.clients).format(n=count(sight.clients))
    said = [_many(sight, sight.versions), clients if sight.clients else _("the records name no client")]
    if sight.parts:
        said.append(ngettext("{n} part", "{n} parts", sight.parts).format(n=count(sight.parts)))
    if sight.plants > 1:
        said.append(ngettext("{n} plant", "{n} plants", sight.plants).format(n=count(sight.plants)))
    zone = sight.chronicle.timezone
    said.append(days(sight.begin, sight.end, zone))
    if sight.used_versions != sight.versions:
        period = _("{days} ({orders})").format(
            days=days(sight.used_begin, sight.used_end, zone), orders=_many(sight, sight.used_versions)
        )
        said.append(_("used: {period}").format(period=period))
    return joined(said)


def _many(sight: ScheduleSight, n: int) -> str:
    many = ngettext("{n} plan", "{n} plans", n) if sight.of == "plans" else ngettext("{n} order", "{n} orders", n)
    return many.format(n=count(n))


def _facts(sight: ScheduleSight) -> list[tuple[str, str]]:
    chronicle = sight.chronicle
    steps = {"day": _("days"), "week": _("weeks"), "month": _("months")}
    said = [
        (_("Source"), chronicle.source or _("records handed over in memory")),
        (_("Size"), summary(sight)),
        (_("Rows"), count(sight.rows)),
        (_("Counted in"), steps[sight.step]),
    ]
    if sight.sources:
        said.append((_("What was bought"), joined(sources_said(sight.sources, chronicle.schedules))))
    return said


def bought(sight: ScheduleSight) -> list[str]:
    """A remark on where what was bought comes from: from other records, or from the last plan that stands for it."""
    sources = sources_said(sight.sources, sight.chronicle.schedules)
    return [_("What was bought: {source}").format(source=joined(sources))] if sources else []


def _reference(sight: ScheduleSight) -> str:
    steps = {"day": _("days"), "week": _("weeks"), "month": _("months")}
    text = _(
        "Where a measure depends on how far ahead one looks, {n} {steps} ahead. In small print: the 95 % interval."
    )
    return text.format(n=REFERENCE, steps=steps[sight.step])


def _method(sight: ScheduleSight) -> list[str]:
    if sight.of == "orders":
        return [
            _("Only whole periods count. Orders that cancel or take back are counted apart, not subtracted."),
            _("Intervals come from resampled blocks of neighbouring periods, or from resampled clients."),
        ]
    return [
        _(
            "A plan that does not mention a period within its horizon announces nothing for it; so far ahead as a "
            "client never announces anything, it is not known."
        ),
        _("Quantities announced for longer than one period are spread evenly, and are left out of all comparisons."),
        _("Plans are compared with the plan before them, for each part and plant on its own; then sums are taken."),
        _(
            "Intervals take into account that a period resembles those before it: errors of plans made {n} periods "
            "ahead share up to {n} moves."
        ).format(n="n"),
    ]


def curve_title() -> str:
    """The name of the curve that planners draw."""
    return _("Error of the plan, by how far ahead it was made")


def _curve(sight: ScheduleSight) -> Figure | None:
    shown = [(name, curve) for name, curve in sight.curves.items() if any(one.counted for one in curve)]
    if not shown:
        return None
    leads = [one.lead for one in max((curve for _name, curve in shown), key=len) if one.counted]
    most = max(leads)
    lines = [_line(name, curve, most) for name, curve in shown[:SHOWN_CURVES]]
    steps = {"day": _("days ahead"), "week": _("weeks ahead"), "month": _("months ahead")}

    def draw(width: float) -> Markup:
        return announcements.curves(
            lines,
            [str(lead) for lead in range(most + 1)],
            steps[sight.step],
            width=width,
            title=curve_title(),
            description=_("Lines that fall towards the date; each has a band for its interval."),
        )

    reading = _(
        "Time runs to the right, towards the date. The line is the weighted mean absolute percentage error; the band "
        "around it is the 95 % interval."
    )
    return figure(curve_title(), reading, draw, curve_table(sight))


def _line(name: str, curve: Sequence[Ahead], most: int) -> announcements.Curve:
    known = {one.lead: one.error for one in curve if one.counted}
    nothing = (math.nan, math.nan, math.nan)
    values = [known.get(lead, nothing) for lead in range(most + 1)]
    tips = [f"{party_name(name)}, {lead}: {_share(value)}" for lead, value in enumerate(values)]
    value, low, high = (tuple(one[at] for one in values) for at in range(3))
    return announcements.Curve(name=party_name(name), values=value, lows=low, highs=high, tips=tips)


def _share(value: tuple[float, float, float]) -> str:
    shown, interval = with_interval(*value, unit_for("share", [value[0]]))
    return f"{shown} ({interval})" if interval else shown


def curve_table(sight: ScheduleSight) -> Table:
    """Error and bias lead by lead, for the largest clients."""
    shown = list(sight.curves.items())[:SHOWN_CURVES]
    heads = [text(_("Ahead"))]
    for name, _curve_of in shown:
        heads += [numeral(party_name(name), notes=[_("error")]), numeral("", notes=[_("bias")])]
    leads = sorted({one.lead for _name, curve in shown for one in curve if one.counted})
    rows = [_lead_row(lead, [curve for _name, curve in shown]) for lead in leads]
    more = Table(heads, rows[SHOWN_LEADS:]) if len(rows) > SHOWN_LEADS else None
    return Table(heads, rows[:SHOWN_LEADS], more=more, fold=_("Farther ahead"))


def _lead_row(lead: int, shown: Sequence[Sequence[Ahead]]) -> list[Cell]:
    cells = [text(str(lead))]
    for curve in shown:
        one = next((one for one in curve if one.lead == lead and one.counted), None)
        for value in (one.error, one.bias) if one else ((math.nan,) * 3, (math.nan,) * 3):
            shown_value, interval = with_interval(*value, unit_for("share", [value[0]]))
            cells.append(numeral(shown_value, notes=[interval] if interval else ()))
    return cells


def _short(moment: datetime, sight: ScheduleSight) -> str:
    """A period as the name of a column or row: calendar week, or date."""
    if sight.step == "week":
        year, week, _day = moment.isocalendar()
        return _("w{week}").format(week=f"{week:02d}") if week > 1 else _("w{week} {year}").format(week="01", year=year)
    return f"{moment:%Y-%m}" if sight.step == "month" else f"{moment:%m-%d}"


def _triangle(sight: ScheduleSight, one: Triangle) -> Figure:
    parts = _("part {part}").format(part=one.part) if one.part else _("all parts")
    title = _("What {client} said when ({parts})").format(client=party_name(one.client), parts=parts)
    periods = [_short(period, sight) for period in one.periods]
    issues = [_short(issue, sight) for issue in one.issues]

    def tip(issue: int, period: int) -> str:
        value = one.bought[period] if issue < 0 else one.quantity[issue][period]
        who = _("bought") if issue < 0 else _("said in {issue}").format(issue=issues[issue])
        return f"{periods[period]}, {who}: {written(value, 0)}"

    def draw(width: float) -> Markup:
        return announcements.triangle(
            one.quantity,
            one.bought,
            issues,
            periods,
            _("bought"),
            tip,
            width=width,
            title=title,
            description=_("A row for each plan, a column for each period."),
            heads=(_("less than bought in the end"), _("as bought"), _("more than bought in the end")),
        )

    reading = _(
        "Each row is a plan, each column a period that it speaks of. Read a column downwards: that is how his word for "
        "this period moved until the date. The stronger the colour, the farther from what he bought in the end."
    )
    first = one is sight.triangles[0]
    return figure(title, reading if first else "", draw, _triangle_table(one, issues, periods))


def _triangle_table(one: Triangle, issues: Sequence[str], periods: Sequence[str]) -> Table:
    heads = (text(_("Said in")), *(numeral(period) for period in periods))
    digits = min(max(digits_for(charts.finite(one.bought)), 0), 1)
    body = [
        (text(issue), *(numeral("" if math.isnan(value) else written(value, digits)) for value in cells))
        for issue, cells in zip(issues, one.quantity, strict=True)
    ]
    last = (text(_("bought")), *(numeral(written(value, digits)) for value in one.bought))
    return Table(heads, [*body, last])


def _series(sight: ScheduleSight) -> Figure | None:
    drawn = [(name, values) for name, values in sight.series.items() if any(values)][:8]
    if not drawn or len(sight.periods) < 3:
        return None
    labels = [day(moment, sight.chronicle.timezone) for moment in sight.periods]
    panels = [
        charts.Series(
            name=party_name(name),
            values=values,
            remark=_("mean {mean}, most {most}").format(
                mean=written(sum(values) / len(values), 0), most=written(max(values), 0)
            ),
        )
        for name, values in drawn
    ]
    each = {"day": _("each day"), "week": _("each week"), "month": _("each month")}[sight.step]
    said = _("What is bought {each}") if sight.of == "plans" else _("What is ordered {each}")
    title = said.format(each=each)

    def draw(width: float) -> Markup:
        return charts.columns(panels, labels, width=width, title=title, description=_("Columns for each period."))

    return figure(title, _("Each party has its own scale. Look at the shape, and at the numbers for the size."), draw)


def _measures(entries: Sequence[Entry]) -> Table:
    """A row for each measure, a column for each of the largest parties; the others unfold."""
    parties = list(dict.fromkeys(entry.party for entry in entries))
    mine = {(entry.measure, entry.party): entry for entry in entries}
    measures = list(dict.fromkeys(entry.measure for entry in entries))

    def columns(shown: Sequence[str]) -> Table:
        heads = (text(_("Measure")), *(numeral(party_name(party)) for party in shown))
        body = []
        for name in measures:
            cells = [_value(mine.get((name, party))) for party in shown]
            body.append((text(word(name)), *cells))
        return Table(heads, body)

    table = columns(parties[:SHOWN_PARTIES])
    hidden = parties[SHOWN_PARTIES:]
    if not hidden:
        return table
    fold = more(len(hidden), "client")
    return Table(table.heads, table.rows, more=columns(hidden), fold=fold)


def _value(entry: Entry | None) -> Cell:
    if entry is None:
        return numeral("–")
    unit = unit_for(entry.unit, [entry.value])
    if entry.unit in ("periods", "days"):
        return numeral(written(entry.value, 0), notes=[span(entry.low, entry.high, unit, 0), unit.name])
    shown, interval = with_interval(entry.value, entry.low, entry.high, unit)
    return numeral(shown, notes=[interval] if interval else ())
