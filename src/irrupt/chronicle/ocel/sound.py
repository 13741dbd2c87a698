"""What of an object-centric log holds together: names once, relations of what exists; all else is counted and told."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from irrupt.chronicle.model import Problem
from irrupt.chronicle.ocel.gathered import ACTIVITY, EVENT, Gathered, told
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext


class Sound(NamedTuple):
    """An object-centric log whose relations are between what exists."""

    events: pl.DataFrame
    objects: pl.DataFrame
    """`object`, `type`."""
    links: pl.DataFrame
    """`event`, `object`, `type` of the object, `qualifier`."""
    among: pl.DataFrame
    """`object`, `type`, `other`, `other_type`: objects that belong together, in both directions."""
    problems: tuple[Problem, ...]


def sound(made: Gathered) -> Sound:
    """What of *made* holds together, and all that does not."""
    events, objects, problems = made.event_frame(), made.object_frame(), []
    again = events.filter(~pl.col(EVENT).is_first_distinct())
    found = ngettext(
        "{n} event has the name of an earlier one", "{n} events have the name of an earlier one", again.height
    )
    problems += told("shared event name", again[EVENT].to_list(), found, _("left out: events are told by their names"))
    events = events.filter(pl.col(EVENT).is_first_distinct())
    problems += _of_objects(objects)
    objects = objects.drop_nulls().filter(pl.col("object").is_first_distinct())
    links = _pairs(made.of_events, "event")
    known = links.join(objects, on="object").join(events.select(EVENT), left_on="event", right_on=EVENT, how="semi")
    problems += _lost(links, known)
    pairs = _pairs(made.of_objects, "source")
    ends = pairs.join(objects, on="object").join(
        objects.rename({"object": "source", "type": "source_type"}), on="source"
    )
    problems += _lost(pairs.rename({"source": "event"}), ends.rename({"source": "event"}), among=True)
    there = ends.select(
        pl.col("source").alias("object"), pl.col("source_type").alias("type"), other="object", other_type="type"
    )
    back = ends.select("object", "type", pl.col("source").alias("other"), pl.col("source_type").alias("other_type"))
    problems += _undeclared(events, objects, made)
    among = pl.concat([there, back]).unique(maintain_order=True)
    return Sound(events, objects, known, among, tuple(problems))


def _of_objects(objects: pl.DataFrame) -> list[Problem]:
    nameless = objects.filter(pl.any_horizontal(pl.all().is_null()))
    found = ngettext("{n} object has no name or no type", "{n} objects have no name or no type", nameless.height)
    made = told("unknown object", nameless["object"].fill_null("?").to_list(), found, _("left out"))
    again = objects.drop_nulls().filter(~pl.col("object").is_first_distinct())
    found = ngettext(
        "{n} object has the name of an earlier one", "{n} objects have the name of an earlier one", again.height
    )
    return made + told(
        "shared object name", again["object"].to_list(), found, _("read as one object, of the first type")
    )


def _pairs(given: list[tuple[str | None, str | None, str | None]], first: str) -> pl.DataFrame:
    schema = dict.fromkeys((first, "object", "qualifier"), pl.String)
    return pl.DataFrame(given, schema=schema, orient="row").with_row_index("place")


def _lost(given: pl.DataFrame, kept: pl.DataFrame, *, among: bool = False) -> list[Problem]:
    """Relations of which one end does not exist."""
    gone = given.join(kept, on="place", how="anti")
    places = [f"{a or '?'} – {b or '?'}" for a, b in gone.select("event", "object").iter_rows()]
    if among:
        found = ngettext(
            "{n} relation between objects names one that does not exist",
            "{n} relations between objects name one that does not exist",
            len(places),
        )
        return told("broken relation of objects", places, found, _("left out"))
    found = ngettext(
        "{n} relation of an event names an event or object that does not exist",
        "{n} relations of events name an event or object that does not exist",
        len(places),
    )
    return told("broken relation of events", places, found, _("left out"))


def _undeclared(events: pl.DataFrame, objects: pl.DataFrame, made: Gathered) -> list[Problem]:
    """Types that are used, but not among those that the log declares."""
    used = [*events[ACTIVITY].drop_nulls().unique(maintain_order=True), *objects["type"].unique(maintain_order=True)]
    strange = [one for one in used if one not in made.event_types | made.object_types]
    found = ngettext("{n} type is used, but not declared", "{n} types are used, but not declared", len(strange))
    return told("undeclared type", strange, found, _("kept"))
