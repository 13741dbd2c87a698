"""What an object-centric log says, whatever its form: events, objects, what belongs to what.

OCEL 2.0 (Berti et al. 2024, arXiv 2403.01975; ocel-standard.org): events have one type and one time, and belong to any
number of objects; objects have one type, attributes that change over time, and belong to other objects.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from irrupt.chronicle.journal import SHOWN
from irrupt.chronicle.limits import Limits, named
from irrupt.chronicle.model import Problem
from irrupt.i18n import gettext as _
from irrupt.i18n import number

EVENT, ACTIVITY, TIME = "ocel:eid", "ocel:activity", "ocel:timestamp"
"""Columns of events, beside those of their attributes."""


def as_text(value: Any) -> str | None:
    """A value as text, as CSV would have it; nothing for nothing.

    >>> as_text(True), as_text(2.0), as_text(None), as_text(["a"])
    ('true', '2.0', None, '["a"]')
    """
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return value.hex() if isinstance(value, bytes) else str(value)


@dataclass(slots=True)
class Gathered:
    """An object-centric log as lists, in the order of the source."""

    name: str
    limits: Limits
    event_types: set[str] = field(default_factory=set)
    """As declared."""
    object_types: set[str] = field(default_factory=set)
    events: list[tuple[str | None, str | None, str | None]] = field(default_factory=list)
    """Name, type, time."""
    objects: list[tuple[str | None, str | None]] = field(default_factory=list)
    """Name, type."""
    event_values: dict[str, dict[int, str]] = field(default_factory=dict)
    """Attribute -> number of the event -> value."""
    object_values: list[tuple[str, str, str | None, str]] = field(default_factory=list)
    """Object, attribute, time since when, value."""
    of_events: list[tuple[str | None, str | None, str | None]] = field(default_factory=list)
    """Event, object that it belongs to, qualifier."""
    of_objects: list[tuple[str | None, str | None, str | None]] = field(default_factory=list)
    """Object, object that it belongs to, qualifier."""

    def put(self, event: int, attribute: str, value: Any) -> None:
        """Take the value of an attribute of an event. Raises `DataError` beyond the limit of columns."""
        text = as_text(value)
        if text is None or not attribute:
            return
        if attribute not in self.event_values:
            self.limited(len(self.event_values))
            self.event_values[attribute] = {}
        self.event_values[attribute][event] = text

    def limited(self, many: int) -> None:
        """Raise `DataError` where there are *many* attributes already, as many as are allowed."""
        if many >= self.limits.columns:
            raise named(
                self.name,
                _("more than {n} different attributes").format(n=self.limits.columns),
                remedy=_("raise Limits.columns if you trust the file"),
            )

    def event_frame(self) -> pl.DataFrame:
        """A row per event: name, type, time, attributes."""
        names = pl.DataFrame(self.events, schema=dict.fromkeys((EVENT, ACTIVITY, TIME), pl.String), orient="row")
        made = [
            pl.Series(_free(name, names.columns), [values.get(row) for row in range(len(self.events))], dtype=pl.String)
            for name, values in self.event_values.items()
        ]
        return names.with_columns(made)

    def object_frame(self) -> pl.DataFrame:
        """A row per object: `object`, `type`."""
        return pl.DataFrame(self.objects, schema={"object": pl.String, "type": pl.String}, orient="row")


def _free(name: str, taken: list[str]) -> str:
    while name in taken:
        name = f"{name} (2)"
    return name


def told(code: str, places: list[str], found: str, done: str) -> list[Problem]:
    """The problem of this *code*, where there are *places*; *found* with `{n}` for how many there are."""
    if not places:
        return []
    said = found.format(n=number(len(places), 0))
    return [Problem(code=code, count=len(places), found=said, done=done, places=tuple(places[:SHOWN]))]
