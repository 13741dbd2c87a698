"""Rows of the log that say something else than that a step is done. A piece of the work loop."""

from __future__ import annotations

from irrupt.compiling import piece
from irrupt.engine.layout import PART_BITS


@piece
def note(me, activity, team, person, ready, start, now, flags, row, log):  # type: ignore[no-untyped-def]
    """What became of the case *me* at *now*, in a *row*."""
    log.case[row] = me.case >> PART_BITS
    log.client[row] = me.row_client
    log.activity[row] = activity
    log.team[row] = team
    log.person[row] = person
    log.enabled[row] = me.enabled
    log.ready[row] = ready
    log.start[row] = start
    log.end[row] = now
    log.flags[row] = flags
    log.due[row] = me.due
    log.together[row] = 1
