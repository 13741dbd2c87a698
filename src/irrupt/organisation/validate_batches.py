"""Faults of batches: that nothing ends, or at moments that do not exist."""

from __future__ import annotations

from typing import get_args

from irrupt.errors import Path
from irrupt.i18n import gettext as _
from irrupt.i18n import mark
from irrupt.organisation.batch import Doing
from irrupt.organisation.dated import NEVER, begins, calendar_clock
from irrupt.organisation.hours import WEEK_MINUTES
from irrupt.organisation.model import Organisation, Step
from irrupt.organisation.placed import Found, duration, fault, in_range, unknown


def gathering(organisation: Organisation, path: Path, step: Step) -> Found:
    """Faults of the batch of a *step*, where it has one."""
    batch = step.batch
    if batch is None:
        return
    if batch.size is None and batch.longest_wait is None and not batch.at:
        yield fault(path, _("cases would gather for ever"), _("size, longest wait or at, or several of them"))
    if batch.size is not None:
        yield from in_range((*path, "size"), batch.size, lambda value: value >= 1, _("1 or more"))
    if batch.longest_wait is not None:
        place = (*path, "longest wait")
        yield from in_range(place, batch.longest_wait, lambda value: value >= 0, _("a number, 0 or more"))
    if isinstance(batch.at, str):
        yield from unknown((*path, "at"), mark('no calendar "{name}"'), batch.at, organisation.calendars)
        if batch.at in organisation.calendars and begins(calendar_clock(organisation, batch.at)) == NEVER:
            yield fault((*path, "at"), _("these hours never begin"), _("hours that end as well"))
    elif list(batch.at) != sorted({*batch.at}) or not all(0 <= moment < WEEK_MINUTES for moment in batch.at):
        yield fault((*path, "at"), _("moments out of order, twice, or not in the week"))
    yield from unknown((*path, "done"), mark('cannot be done "{name}"'), batch.done, get_args(Doing))
    yield from duration(organisation, (*path, "set up"), batch.set_up)
