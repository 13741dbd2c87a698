"""Whether the memory will do for a log, told before it is read: what takes too much is ended without a word."""

from __future__ import annotations

from pathlib import Path

from irrupt.cli.guard import needs_less, tell
from irrupt.errors import DataError, Fault
from irrupt.i18n import gettext as _
from irrupt.i18n import number


def foresee(log: Path, *, anyway: bool, learns: bool = False) -> None:
    """Tell where *log* will probably take more memory than there is, if it is also learned from (*learns*); raise
    `DataError` where it is far too much, unless it is to be read *anyway*."""
    from irrupt.chronicle.room import room_for

    room = room_for(log, learns=learns)
    if room is None or not room.short:
        return
    text = _("about {events} events will take about {needed} GB of memory, and {free} GB are free")
    found = text.format(events=number(room.events, 0), needed=_giga(room.needed), free=_giga(room.free))
    if room.far_too_short and not anyway:
        raise DataError(Fault(log.name, found, remedy=f"{needs_less()}, " + _("or --anyway, to try it")))
    tell(str(Fault(log.name, found, remedy=needs_less())))


def _giga(size: int) -> str:
    return number(size / 1e9, 1)
