"""What is said where no column of a log can be what is needed of it: the case, what was done, when."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from irrupt.chronicle.flattening import texts_of
from irrupt.chronicle.hints import name_score
from irrupt.chronicle.journal import ROW, Raw
from irrupt.chronicle.times import read_times, readable_share
from irrupt.errors import Fault
from irrupt.i18n import first_of
from irrupt.i18n import gettext as _

_CALLED, _SAMPLED, _SHOWN = 0.5, 1000, 3
"""How well a name tells of times, more than that; and values that are looked at, and shown."""


def missing_role(raw: Raw, role: str, likely: str | None) -> Fault:
    """That no column is the *role*, and how to name it; *likely* is what may be the case."""
    columns = [name for name in raw.frame.columns if name != ROW]
    what = {
        "case": _("no column tells which case a row belongs to"),
        "activity": _("no column tells what was done (activity)"),
        "end": _("no column tells when it was done"),
    }[role]
    remedy = _('name it: --map {role}=COLUMN (in Python mapping={{"{role}": COLUMN}}); columns: {columns}').format(
        role=role, columns=first_of(columns, 20)
    )
    if likely is not None:
        text = _("it is probably {column}: {option}; columns: {columns}")
        remedy = text.format(column=likely, option=f'--map "case={likely}"', columns=first_of(columns, 20))
    return Fault(raw.name, what, remedy=remedy)


def unreadable_times(raw: Raw, frame: pl.DataFrame, roles: Mapping[str, str]) -> Fault | None:
    """That a column that is called as times are holds what cannot be read as such, with some of it."""
    named = [name for name in frame.columns if name != ROW and name not in roles.values()]
    named = [name for name in named if max(name_score("end", name), name_score("start", name)) > _CALLED]
    for name in sorted(named, key=lambda name: -name_score("end", name)):
        some = frame.select(ROW, name).drop_nulls(name).unique(name, maintain_order=True).head(_SAMPLED)
        if not some.height or readable_share(some[name]) > _CALLED:
            continue
        some = some.filter(read_times(some[name]).moments.is_null()).head(_SHOWN)
        texts = texts_of(some[name])
        places = raw.locate(some[ROW].to_list())
        shown = "; ".join(f"{place}: {text}" for place, text in zip(places, texts, strict=True))
        found = _('no column tells when it was done: times in "{column}" cannot be read').format(column=name)
        remedy = _("{examples}; say how they are written: {option}")
        return Fault(raw.name, found, remedy=remedy.format(examples=shown, option='--map "times=%d.%m.%Y %H:%M"'))
    return None
