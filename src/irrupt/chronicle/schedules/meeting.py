"""Which deliveries and call-offs belong to which plans: by client, plant and part, or by less where that is enough.

Plans and deliveries often come from two systems, and these name the same place in two ways, or one of them does not
name it at all. Where only one plant, or only one client, can be meant, they are put together, and it is told. Nothing
else is guessed: what was bought of a part is nought only where some deliveries of it are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from irrupt.chronicle.journal import ROW, Journal
from irrupt.chronicle.schedules.steps import is_longer, plan_step
from irrupt.chronicle.schedules.words import CALL_OFF, DELIVERED, FORECAST
from irrupt.i18n import first_of, ngettext, number
from irrupt.i18n import gettext as _

KEYS = ("client", "plant", "part")
LAST, ORIGIN = "last plan", "origin"
_SHOWN = 5
_TO = ("to_client", "to_plant")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """Plans, and what was bought of what they announce."""

    table: pl.DataFrame
    """The schedules, where deliveries and call-offs stand under the client and the plant of their plans; `ORIGIN` tells
    under which they stood, where these are others."""
    moved: pl.DataFrame
    """`kind`, `client`, `plant` and `part` of those that stand under others now: `to_client` and `to_plant`."""
    sources: dict[str, str]
    """Client (empty: not named) -> where it is known from what he bought: `call-off` (and deliveries of what is not
    called off), `delivered` or `last plan`."""
    unbought: pl.DataFrame
    """What is announced until the last delivery, or call-off, of its client, and has none itself: `KEYS`."""
    unplanned: pl.DataFrame
    """What is delivered, or called off, and never announced: `KEYS`."""


def plan_kind(table: pl.DataFrame) -> str:
    """Which rows of a schedules *table* are the plan: forecasts, or call-offs where there are none."""
    return FORECAST if (table["kind"] == FORECAST).any() else CALL_OFF


def meeting(table: pl.DataFrame) -> Meeting:
    """What the plans and the deliveries in a schedules *table* have to do with each other."""
    plan = plan_kind(table)
    known = _series(table)
    planned = known.filter(kind=plan)
    kinds = (DELIVERED,) if plan == CALL_OFF else (DELIVERED, CALL_OFF)
    bought = known.filter(pl.col("kind").is_in(kinds))
    if not bought.height:
        return _without_purchases(table, planned)
    bought = _of_plants(planned, _of_clients(planned, bought))
    moved = bought.filter(pl.struct("client", "plant").ne_missing(pl.struct(client="to_client", plant="to_plant")))
    now = bought.with_columns(client="to_client", plant="to_plant").drop(_TO)
    sources = _sources(planned, now)
    source = pl.col("client").fill_null("").replace_strict(sources, return_dtype=pl.String)
    ends = now.group_by("client").agg(end=pl.col("end").max())
    due = planned.filter(source != LAST).join(ends, on="client", how="left", nulls_equal=True, maintain_order="left")
    due = due.filter(pl.col("begin") <= pl.coalesce("end_right", now["end"].max()))
    some = now.filter(pl.col("begin").is_not_null())
    return Meeting(
        table=_under_others(table, moved.select("kind", *KEYS, *_TO)),
        moved=moved,
        sources=sources,
        unbought=due.join(now, on=KEYS, how="anti", nulls_equal=True).select(KEYS),
        unplanned=(some.join(planned, on=KEYS, how="anti", nulls_equal=True) if planned.height else some.clear())
        .select(KEYS)
        .unique(maintain_order=True),
    )


def _without_purchases(table: pl.DataFrame, planned: pl.DataFrame) -> Meeting:
    nothing = planned.clear()
    moved = nothing.with_columns(to_client="client", to_plant="plant")
    return Meeting(
        table=_under_others(table, moved),
        moved=moved,
        sources=dict.fromkeys(sorted({client or "" for client in planned["client"].unique()}), LAST),
        unbought=nothing.select(KEYS),
        unplanned=nothing.select(KEYS),
    )


def _series(table: pl.DataFrame) -> pl.DataFrame:
    """Each kind and series of *table*, with the first period for which there is any quantity, and the last of all."""
    told = table.lazy().filter(pl.col("quantity").is_not_null() & ~pl.col("backlog").fill_null(value=False))
    period = pl.col("period")
    spans = told.group_by("kind", *KEYS).agg(begin=period.filter(pl.col("quantity") != 0).min(), end=period.max())
    return spans.with_columns(pl.col(KEYS).cast(pl.String)).sort("kind", *KEYS).collect()


def _of_clients(planned: pl.DataFrame, bought: pl.DataFrame) -> pl.DataFrame:
    """*bought* with the client of the plans, `to_client`: another than it names only where the records name one alone,
    or none beside those that do not say it."""
    clients = planned["client"].unique()
    named = pl.concat([clients, bought["client"].unique()]).drop_nulls().unique()
    one = pl.lit(clients[0], pl.String) if len(clients) == 1 and len(named) <= 1 else pl.col("client")
    return bought.with_columns(to_client=one)


def _of_plants(planned: pl.DataFrame, bought: pl.DataFrame) -> pl.DataFrame:
    """*bought* with the plant of the plans, `to_plant`: another than it names only where the plans name one alone.

    Then all that is bought of a part belongs to it if nothing is bought under its own name, or if plans do not name
    plants at all; and so does what is bought for nobody knows where, if no other plant gets any.
    """
    plants = planned.group_by("client", "part").agg(only=pl.col("plant").first(), plants=pl.len())
    plants = plants.rename({"client": "to_client"})
    bought = bought.join(plants, on=["to_client", "part"], how="left", nulls_equal=True, maintain_order="left")
    same = ("kind", "to_client", "part")
    own = pl.col("plant").eq_missing(pl.col("only"))
    all_of_it = ~own.any().over(same) | pl.col("only").is_null() | (own | pl.col("plant").is_null()).all().over(same)
    only = (pl.col("plants") == 1).fill_null(value=False) & all_of_it
    return bought.with_columns(to_plant=pl.when(only).then("only").otherwise("plant")).drop("only", "plants")


def _sources(planned: pl.DataFrame, bought: pl.DataFrame) -> dict[str, str]:
    """Client -> where it is known from what he bought; deliveries to nobody who announces anything may be those of any
    who announces their part."""
    named = bought.with_columns(pl.col("client").fill_null(""))
    whose = named.join(planned.select(pl.col("client").fill_null("")).unique(), on="client", how="anti")
    parts = planned.select(pl.col("client").fill_null(""), "part").unique()
    strays = parts.join(whose.select("kind", "part").unique(), on="part", how="inner", nulls_equal=True)
    own = {client: set(kinds) for client, kinds in named.group_by("client").agg("kind").iter_rows()}
    others = {client: set(kinds) for client, kinds in strays.group_by("client").agg("kind").iter_rows()}
    clients = sorted({*parts["client"], *own})
    return {client: _source(own.get(client) or others.get(client, set())) for client in clients}


def _source(kinds: set[str]) -> str:
    return CALL_OFF if CALL_OFF in kinds else DELIVERED if DELIVERED in kinds else LAST


def _under_others(table: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    if not moved.height:
        return table.with_columns(pl.lit(None, pl.String).alias(ORIGIN))
    where = table.select("kind", pl.col(KEYS).cast(pl.String))
    origin = moved.with_columns(_label(KEYS).alias(ORIGIN))
    found = where.join(origin, on=["kind", *KEYS], how="left", nulls_equal=True, maintain_order="left")
    stays = found[ORIGIN].is_null()
    others = (
        pl.when(stays).then(where[own]).otherwise(found[to]).alias(own) for own, to in zip(KEYS, _TO, strict=False)
    )
    return table.with_columns(*others, found[ORIGIN])


def _label(keys: Sequence[str]) -> pl.Expr:
    return pl.concat_str(pl.col(keys).fill_null("–"), separator=" / ")


def tell(table: pl.DataFrame, journal: Journal) -> None:
    """Tell what plans and deliveries in *table*, whose rows are numbered, have to do with each other."""
    found = meeting(table)
    if found.moved.height:
        pairs = found.moved.select(pl.format("{} → {}", _label(KEYS), _label((*_TO, "part")))).to_series()
        pairs = pairs.unique().sort()
        text = ngettext(
            "{n} part is delivered, or called off, under another client or plant than it is planned, and only this one "
            "can be meant: {names}",
            "{n} parts are delivered, or called off, under other clients or plants than they are planned, and only "
            "these can be meant: {names}",
            len(pairs),
        )
        journal.note(text.format(n=number(len(pairs), 0), names=first_of(pairs.to_list(), _SHOWN)))
    _lacking(
        "not delivered",
        found.unbought,
        table,
        _("{n} announced part has no deliveries or call-offs that name the same client, plant and part: {names}"),
        _("{n} announced parts have no deliveries or call-offs that name the same client, plant and part: {names}"),
        _("what was bought of it is not known"),
        journal,
    )
    _lacking(
        "not announced",
        found.unplanned,
        table,
        _("{n} part that is delivered or called off is never announced for the same client and plant: {names}"),
        _("{n} parts that are delivered or called off are never announced for the same client and plant: {names}"),
        _("not compared with any plan"),
        journal,
    )
    _zeros(found, table, journal)
    _too_long(table, journal)


def _too_long(table: pl.DataFrame, journal: Journal) -> None:
    """Tell of deliveries and call-offs that are told for longer than the periods of the plans: of months, say, where
    these are of weeks."""
    plan = plan_kind(table)
    step = plan_step(table.lazy().filter((pl.col("kind") == plan) & ~pl.col("backlog").fill_null(value=False)))
    others = pl.col("kind").is_in({DELIVERED, CALL_OFF} - {plan})
    rows = table.filter(others & is_longer(step))[ROW] if step is not None else table[ROW].clear()
    text = ngettext(
        "{n} delivery or call-off is told for longer than the periods of the plans",
        "{n} deliveries or call-offs are told for longer than the periods of the plans",
        len(rows),
    )
    journal.problem("longer than plans", rows, text.format(n=number(len(rows), 0)), _("not compared with any plan"))


def _lacking(
    code: str, series: pl.DataFrame, table: pl.DataFrame, one: str, many: str, done: str, journal: Journal
) -> None:
    """Tell of *series* that something is lacking for, with the row of *table* in which each stands first."""
    if not series.height:
        return
    names = series.select(_label(KEYS)).to_series().to_list()
    text = ngettext(one, many, len(names)).format(n=number(len(names), 0), names=first_of(names, _SHOWN))
    journal.problem(code, _first_rows(series, KEYS, table), text, done, len(names))


def _first_rows(series: pl.DataFrame, keys: Sequence[str], table: pl.DataFrame) -> pl.Series:
    if not series.height:
        return table[ROW].clear()
    rows = table.select(ROW, pl.col(keys).cast(pl.String)).join(series, on=keys, how="semi", nulls_equal=True)
    return rows.group_by(keys).agg(pl.col(ROW).min())[ROW]


def _zeros(found: Meeting, table: pl.DataFrame, journal: Journal) -> None:
    """Tell of parts whose numbers in plans and in deliveries differ only by noughts at their begin."""
    if not (found.unbought.height and found.unplanned.height):
        return
    planned, bought = (
        one.select("part").drop_nulls().unique().sort("part") for one in (found.unbought, found.unplanned)
    )
    short = pl.col("part").str.strip_chars_start("0")
    both = (
        planned.with_columns(short=short)
        .join(bought.with_columns(short=short), on="short")
        .filter(pl.col("part") != pl.col("part_right"))
    )
    both = both.sort("part")
    pairs = both.select(pl.format("{} – {}", "part", "part_right")).to_series().to_list()
    text = ngettext(
        "{n} part number of the plans differs from one of the deliveries only by noughts at its begin: {names}",
        "{n} part numbers of the plans differ from those of the deliveries only by noughts at their begin: {names}",
        len(pairs),
    )
    text = text.format(n=number(len(pairs), 0), names=first_of(pairs, _SHOWN))
    rows = _first_rows(both.select(part="part_right"), ("part",), table)
    journal.problem("noughts of parts", rows, text, _("taken for different parts"), len(pairs))
