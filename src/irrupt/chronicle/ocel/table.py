"""Object-centric logs as tables: a row for each event, and a column of lists for each type of objects."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from irrupt.chronicle.journal import ROW, Raw
from irrupt.chronicle.limits import Limits
from irrupt.chronicle.ocel.flat import flat
from irrupt.chronicle.ocel.gathered import ACTIVITY, EVENT, TIME, Gathered, as_text
from irrupt.i18n import gettext as _

TYPE = "ocel:type:"
"""Begin of the names of columns that list the objects of a type."""
_NAMED = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""")


def lists_objects(columns: Sequence[str]) -> bool:
    """Whether a table with these *columns* is an object-centric log."""
    return {ACTIVITY, TIME} <= set(columns) and any(name.startswith(TYPE) for name in columns)


def read_table(raw: Raw, limits: Limits, case_type: str | None) -> Raw:
    """The cases in a table of events with lists of objects.

    Raises `UsageError` where the type of the cases is not said and there are several, or none of this name.
    """
    made = Gathered(raw.name, limits)
    frame = raw.frame.drop(ROW)
    types = [name for name in frame.columns if name.startswith(TYPE)]
    others = [name for name in frame.columns if name not in (*types, EVENT, ACTIVITY, TIME)]
    made.object_types |= {name.removeprefix(TYPE) for name in types}
    made.event_types |= set(frame[ACTIVITY].cast(pl.String).drop_nulls())
    seen: dict[str, str] = {}
    for number, row in enumerate(frame.iter_rows(named=True)):
        name = as_text(row.get(EVENT)) or _("event {n}").format(n=number + 1)
        made.events.append((name, as_text(row[ACTIVITY]), as_text(row[TIME])))
        for column in others:
            made.put(number, column, row[column])
        for column in types:
            for one in named(row[column]):
                seen.setdefault(one, column.removeprefix(TYPE))
                made.of_events.append((name, one, None))
    made.objects += list(seen.items())
    return flat(made, case_type)


def named(cell: object) -> list[str]:
    """The objects that a cell lists: a list, or the text of one.

    >>> named("['a', \\"b\\"]"), named(["a"]), named("a"), named("[]"), named(None)
    (['a', 'b'], ['a'], ['a'], [], [])
    """
    if isinstance(cell, list | tuple):
        return [text for text in map(as_text, cell) if text]
    text = (as_text(cell) or "").strip()
    if not text.startswith("["):
        return [text] if text else []
    found = [one or other for one, other in _NAMED.findall(text)]
    return found or [part.strip() for part in text.strip("[]").split(",") if part.strip()]
