"""On which days of the month clients bring their cases, drawn where that was found."""

from __future__ import annotations

from collections.abc import Iterator

from irrupt.groups import party_name
from irrupt.i18n import gettext as _
from irrupt.reporting import charts
from irrupt.reporting.parts import Figure
from irrupt.reporting.sections.columned import columned
from irrupt.reporting.words import written
from irrupt.sight.model import Finding, Sight


def months(sight: Sight) -> Iterator[Figure]:
    """A figure for each way in which days of the month are counted."""
    alike: dict[tuple[bool, tuple[str, ...]], list[Finding]] = {}
    for one in sight.findings:
        if one.kind == "days of the month":
            alike.setdefault((one.numbers["working days"], tuple(one.numbers["times"])), []).append(one)
    for (working, days), found in alike.items():
        yield _month(working, list(days), found)


def _month(working: bool, days: list[str], found: list[Finding]) -> Figure:
    title = _("Cases by working day of the month") if working else _("Cases by day of the month")
    reading = _("Cases that come on each day, in % of the average.")
    if days[-1] == "-1":
        reading += " " + _("Days below 0 are counted from the end of the month: −1 is the last one.")
    if working:
        reading += " " + _("Monday to Friday; other days are not counted.")
    shown = [day.replace("-", "−") for day in days]
    panels = [
        charts.Series(
            name=party_name(one.numbers["client"]),
            values=[100.0 * times for times in one.numbers["times"].values()],
            remark=_("most {most} %").format(most=written(100.0 * max(one.numbers["times"].values()), 0)),
        )
        for one in found
    ]
    return columned(title, reading, panels, shown, _("Day"))
