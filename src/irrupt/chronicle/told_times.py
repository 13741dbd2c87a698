"""What is told of times: in which zone they were read, whose hours are counted, and how dates were taken."""

from __future__ import annotations

from irrupt.chronicle.journal import Journal
from irrupt.chronicle.times import Times
from irrupt.chronicle.zones import Zone
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext, number


def note_times(journal: Journal, end: Times, start: Times | None, zone: Zone, asked: str | None) -> None:
    """*asked*: the zone that needs no telling, since it was asked for, or since times are days and have no hours."""
    both = [times for times in (end, start) if times is not None]
    if any(times.naive for times in both):
        journal.note(_("times read as {zone}").format(zone=asked or "UTC"))
    offsets = ", ".join(zone.offsets[:4])
    if asked is None and zone.basis == "fixed":
        text = _("hours are counted at the offset that the times carry, {offset} ({zone})")
        journal.note(text.format(zone=zone.name, offset=offsets or zone.name))
    elif asked is None and zone.basis == "switching":
        text = _("hours are those of {zone}, a zone whose summer time fits the offsets {offsets}")
        journal.note(text.format(zone=zone.name, offsets=offsets))
    elif zone.basis == "midnights":
        text = _("times are midnights of {zone} told in UTC: days are those of {zone}")
        journal.note(text.format(zone=zone.name))
    elif asked is None and zone.basis == "hours":
        text = _(
            "hours of the day move with summer time: they are those of {zone}, or of a zone whose clocks change with "
            "it; name it where it is another one (--timezone)"
        )
        journal.note(text.format(zone=zone.name))
    elif asked is None and zone.basis == "named":
        journal.note(_("hours are those of {zone}, the zone of the times").format(zone=zone.name))
    elif asked is None and zone.basis == "unclear":
        text = _("times carry offsets that fit no one zone ({offsets}): hours are those of UTC")
        journal.note(text.format(offsets=offsets))
    if zone.offsets and end.naive:
        text = ngettext(
            "{n} time carries no offset from UTC, others do", "{n} times carry no offset from UTC, others do", end.naive
        )
        journal.note(text.format(n=number(end.naive, 0)))
    for times in both:
        if times.mixed:
            journal.note(_("some dates can only be day first, others only month first: each is read as it can be"))
        if times.skipped:
            text = ngettext(
                "{n} time falls into the hour that the clock skips in spring: taken to be at its end",
                "{n} times fall into the hour that the clock skips in spring: taken to be at its end",
                times.skipped,
            )
            journal.note(text.format(n=number(times.skipped, 0)))
