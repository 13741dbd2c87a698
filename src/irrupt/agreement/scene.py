"""Records made ready to be held against rules: their events, their cases, and which of these a rule is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from irrupt.agreement.bounds import Bound
from irrupt.chronicle import Chronicle
from irrupt.errors import Fault, did_you_mean
from irrupt.i18n import gettext as _
from irrupt.ledgers import measures
from irrupt.organisation.staff import Calendar
from irrupt.sight.clock import days_only

PLACE, BEGUN = "place of the event", "begin of the event"
_LONG_GAP = 0.95
NEARLY_ALL = 0.999
_HARDLY, _FEWEST = 0.01, 20
"""Share of the cases that begin with it, or go on after it, which is so small that a case was rather cut off, or is
over; and cases that tell it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The records, case by case."""

    chronicle: Chronicle
    events: pl.DataFrame
    """Sorted by case and time, with `PLACE` and `BEGUN` (when the step began, or ended where no start is known)."""
    cases: pl.DataFrame
    """case, client, group, arrival, last (its last event), over (whether nothing more is to be expected), cut (whether
    it seems to have begun before the records)."""
    end: pl.Series
    """One moment: the end of the records."""
    timezone: str
    """Of the rulebook: the hours of its calendars are on the clock of it."""
    passing: str
    """The zone on whose clock time passes where no hours are named."""
    names: Mapping[str, tuple[str, ...]]
    """activity, team, resource -> those that are in the records, in order."""
    reads: dict[tuple[Any, ...], list[Any]] = field(default_factory=dict)
    """Party, and which cases -> the records as rows in which it is told apart: kept, since reading takes its time."""

    def clock(self, hours: Calendar | None) -> str:
        """The zone on whose clock time in *hours* is counted; None: all the time."""
        return self.passing if hours is None else self.timezone


class CannotBeToldError(Exception):
    """These records cannot say whether the bound is kept; the message says why."""


def not_measured(measure: str) -> CannotBeToldError:
    """That these records do not tell of a *measure*, which its definition explains."""
    text = _("“{measure}” cannot be measured here: {definition}")
    return CannotBeToldError(text.format(measure=_(measure), definition=_(measures()[measure].definition)))


def scene_of(chronicle: Chronicle, timezone: str) -> Scene:
    """*chronicle*, of which every event has an end, made ready."""
    events = chronicle.events.with_columns(pl.coalesce("start", "end").alias(BEGUN)).with_row_index(PLACE)
    group = pl.col(chronicle.groups).drop_nulls().first().cast(pl.String) if chronicle.groups else pl.lit(None)
    cases = events.group_by("case", maintain_order=True).agg(
        pl.col("client").drop_nulls().first(),
        group.alias("group"),
        pl.col(BEGUN).min().alias("arrival"),
        pl.col("end").max().alias("last"),
        pl.col("activity").first().alias("first"),
        pl.col("activity").last().alias("stands"),
    )
    end = events["end"].max()
    names = {what: tuple(events[what].drop_nulls().unique().sort()) for what in ("activity", "team", "resource")}
    gaps = events.select(pl.col("end").diff().over("case")).to_series().drop_nulls()
    usual = gaps.quantile(_LONG_GAP) if len(gaps) else None
    over = pl.lit(True) if usual is None else (pl.col("last") + usual < end) | _ended(events, usual)
    return Scene(
        chronicle=chronicle,
        events=events,
        cases=cases.with_columns(over.alias("over"), _cut(cases, gaps).alias("cut")).drop("first", "stands"),
        end=pl.Series([end], dtype=events.schema["end"]),
        timezone=timezone,
        passing=_passing(chronicle),
        names=names,
    )


def _passing(chronicle: Chronicle) -> str:
    """The zone on whose clock time passes: UTC, whose clock no summer changes. Days, and times that do not tell when it
    was, are all that clocks showed; a simulated organisation lives by its clock."""
    if chronicle.kind == "simulated" or days_only(chronicle):
        return chronicle.timezone
    return chronicle.assumed_zone or "UTC"


def _ended(events: pl.DataFrame, usual: Any) -> pl.Expr:
    """Whether a case stands after what hardly any case goes on after, as those tell that could have within a *usual*
    time: what was brought back is over at once."""
    last = pl.col(PLACE) == pl.col(PLACE).max().over("case")
    told = events.select("activity", "end", last.alias("last")).filter(
        pl.col("end") + usual < pl.lit(events["end"].max())
    )
    each = told.group_by("activity").agg(pl.len().alias("times"), pl.col("last").mean().alias("ends"))
    closing = each.filter((pl.col("times") >= _FEWEST) & (pl.col("ends") >= 1.0 - _HARDLY))["activity"]
    return pl.col("stands").is_in(closing.implode())


def _cut(cases: pl.DataFrame, gaps: pl.Series) -> pl.Expr:
    """Whether a case seems to have begun before the records: it is seen so early that it may have, and begins with what
    hardly any case begins with that comes later."""
    longest = gaps.quantile(NEARLY_ALL, interpolation="higher") if len(gaps) else None
    if longest is None:
        return pl.lit(False)
    early = pl.col("arrival") < pl.lit(cases["arrival"].min()) + pl.lit(longest)
    later = cases.filter(~early)
    if later.height < _FEWEST:
        return pl.lit(False)
    begun = later["first"].value_counts().filter(pl.col("count") >= _HARDLY * later.height)["first"]
    return early & ~pl.col("first").is_in(begun.implode())


def of_bound(scene: Scene, bound: Bound) -> pl.DataFrame:
    """The cases that *bound* is about: of its client and with its values. Raises `CannotBeToldError` where there are
    none."""
    his = of_client(scene, bound.client)
    for column, values in bound.where:
        known = _first_values(scene, column)
        his = his.join(known.filter(pl.col("value").is_in(list(values))), on="case", how="semi", maintain_order="left")
        if not his.height:
            found = _("no case with {column} {values} is in the records")
            text = found.format(column=column, values=", ".join(values))
            raise CannotBeToldError(with_remedy(text, values[0], known["value"].drop_nulls().unique()))
    return his


def of_client(scene: Scene, client: str | None) -> pl.DataFrame:
    """The cases of *client*, a client or a group; None: all. Raises `CannotBeToldError` where there are none."""
    if client is None:
        return scene.cases
    his = scene.cases.filter((pl.col("client") == client) | (pl.col("group") == client))
    if not his.height:
        text = _("no case of {client} is in the records").format(client=client)
        known = pl.concat([scene.cases["client"], scene.cases["group"].cast(pl.String)])
        raise CannotBeToldError(with_remedy(text, client, known.drop_nulls().unique()))
    return his


def known_activities(scene: Scene, *activities: str | None) -> None:
    """Raise `CannotBeToldError` for activities that do not occur."""
    known = scene.names["activity"]
    for activity in activities:
        if activity is not None and activity not in known:
            text = _('no activity "{name}" is in the records').format(name=activity)
            raise CannotBeToldError(with_remedy(text, activity, known))


def known_team(scene: Scene, team: str | None) -> None:
    """Raise `CannotBeToldError` for a team that does nothing in the records: a bound on what it does binds nothing."""
    if team is not None and team not in scene.names["team"]:
        text = _('no team "{name}" is in the records').format(name=team)
        raise CannotBeToldError(with_remedy(text, team, scene.names["team"]))


def _first_values(scene: Scene, column: str) -> pl.DataFrame:
    """case -> `value`: what *column* of the records, called as there, says of the case first, as text."""
    called = {name: role for role, name in scene.chronicle.mapping.items()}
    name = column if column in scene.events.columns else called.get(column, column)
    known = [one for one in scene.events.columns if one not in (PLACE, BEGUN)]
    if name not in known:
        text = _('the records have no column "{name}"').format(name=column)
        raise CannotBeToldError(with_remedy(text, column, known))
    value = pl.col(name).drop_nulls().first().cast(pl.String).str.strip_suffix(".0")
    return scene.events.group_by("case", maintain_order=True).agg(value.alias("value"))


def with_remedy(found: str, word: str, known: Iterable[str]) -> str:
    """What was *found*, and what among *known* was meant by *word*."""
    return str(Fault("", found, remedy=did_you_mean(word, known)))
