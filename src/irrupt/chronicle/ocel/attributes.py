"""What objects add to the rows of a flattened log: those of other types as columns, and attributes that change."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from irrupt.chronicle.ocel.gathered import EVENT, TIME, Gathered
from irrupt.chronicle.ocel.sound import Sound
from irrupt.chronicle.times import read_times
from irrupt.i18n import gettext as _

_NAMED = 5
"""Objects of one type that an event names one by one; of more only the number is told."""
_ONE = 0.95
"""Share of the cases that belong to one object of a type at most, for the case to be taken for that object's."""


def with_other_objects(rows: pl.DataFrame, log: Sound, chosen: str) -> tuple[pl.DataFrame, list[str]]:
    """*rows* with a column for each type but the *chosen*: the object, or objects, that the event belongs to.

    Where the event names none, the object that the case itself belongs to stands in, if cases belong to one at most.
    Also returns the names of these columns.
    """
    columns = []
    named = log.links.filter(pl.col("type") != chosen)["type"].unique(maintain_order=True).to_list()
    beside = log.among.filter(type=chosen)["other_type"].unique(maintain_order=True).to_list()
    for kind in (*named, *(kind for kind in beside if kind not in (*named, chosen))):
        of_cases = _of_cases(log, chosen, kind)
        if kind not in named and of_cases is None:
            continue
        name = kind if kind not in rows.columns else _("object: {type}").format(type=kind)
        of_events = (
            log.links.filter(type=kind)
            .group_by("event", maintain_order=True)
            .agg(pl.col("object").unique(maintain_order=True))
        )
        many = pl.col("object").list.len()
        told = (
            pl.when(many <= _NAMED)
            .then(pl.col("object").list.join(" + "))
            .otherwise(pl.format("{} × {}", many, pl.lit(kind)))
        )
        rows = rows.join(of_events.select("event", told.alias(name)), left_on=EVENT, right_on="event", how="left")
        if of_cases is not None:
            rows = rows.join(of_cases, on="case", how="left").with_columns(pl.coalesce(name, "\x1fother").alias(name))
            rows = rows.drop("\x1fother")
        columns.append(name)
    return rows, columns


def _of_cases(log: Sound, chosen: str, kind: str) -> pl.DataFrame | None:
    """Case -> the one object of this *kind* that it belongs to; nothing where cases often belong to several."""
    pairs = log.among.filter(type=chosen, other_type=kind)
    counts = pairs.group_by("object", maintain_order=True).agg(pl.col("other").first(), pl.len().alias("many"))
    if not counts.height or float((counts["many"] == 1).mean() or 0.0) < _ONE:  # type: ignore[arg-type]
        return None
    return counts.filter(many=1).select(pl.col("object").alias("case"), pl.col("other").alias("\x1fother"))


def with_case_attributes(rows: pl.DataFrame, made: Gathered, chosen: str) -> pl.DataFrame:
    """*rows* with the attributes of the object that is the case, as they were at the time of the event.

    What never changes held before it was recorded, too; what changes had no value yet.
    """
    schema = dict.fromkeys(("case", "attribute", "since", "value"), pl.String)
    values = pl.DataFrame(made.object_values, schema=schema, orient="row")
    values = values.join(rows.select("case").unique(), on="case", how="semi")
    if not values.height or not rows.height:
        return rows
    always = datetime(1, 1, 1, tzinfo=UTC)  # what is told without a time
    values = values.with_columns(_moments(values["since"]).fill_null(always).alias("since")).sort("since")
    place, moment = "\x1fplace", "\x1fmoment"
    rows = rows.with_row_index(place).with_columns(_moments(rows[TIME]).alias(moment)).sort(moment, nulls_last=False)
    for attribute in values["attribute"].unique(maintain_order=True).to_list():
        name = attribute if attribute not in rows.columns else f"{chosen}: {attribute}"
        made.limited(rows.width)
        mine = values.filter(attribute=attribute).select(
            "case", pl.col("since").alias(moment), pl.col("value").alias(name)
        )
        rows = rows.join_asof(mine, on=moment, by="case", check_sortedness=False)
        if not mine["case"].is_duplicated().any():
            only = mine.select("case", pl.col(name).alias("\x1fonly"))
            rows = rows.join(only, on="case", how="left").with_columns(pl.coalesce(name, "\x1fonly").alias(name))
            rows = rows.drop("\x1fonly")
    return rows.sort(place).drop(place, moment)


def _moments(texts: pl.Series) -> pl.Series:
    return read_times(texts, "UTC").moments.cast(pl.Datetime("us", "UTC"))
