"""Which cases keep a bound: each kind of bound, judged case by case."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any

import polars as pl

from irrupt.agreement.bounds import Always, AtMost, Bound, First, Measured, Never, OnlyAfter, OnlyBy, Within
from irrupt.agreement.hours import passed
from irrupt.chronicle import Chronicle
from irrupt.i18n import gettext as _

PLACE = "place"
_LONG_GAP = 0.95
_NEARLY_ALL = 0.999
_HARDLY, _FEWEST_BEGUN = 0.01, 20
"""Share of the cases with which so few begin that a case was rather cut off; and cases that tell it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The records, case by case."""

    chronicle: Chronicle
    events: pl.DataFrame
    """Sorted by case and time, with `place`, `begun` (when the step began, or ended where no start is known)."""
    cases: pl.DataFrame
    """case, client, group, arrival, last (its last event), over (whether nothing more is to be expected), cut (whether
    it seems to have begun before the records)."""
    end: pl.Series
    """One moment: the end of the records."""
    timezone: str
    reads: dict[str, list[Any]] = field(default_factory=dict)
    """Party -> the records as rows in which it is told apart: kept, since reading them takes its time."""


class CannotBeToldError(Exception):
    """These records cannot say whether the bound is kept; the message says why."""


def scene_of(chronicle: Chronicle, timezone: str) -> Scene:
    """*chronicle*, of which every event has an end, made ready."""
    events = chronicle.events.with_columns(pl.coalesce("start", "end").alias("begun")).with_row_index(PLACE)
    group = pl.col(chronicle.groups).drop_nulls().first().cast(pl.String) if chronicle.groups else pl.lit(None)
    cases = events.group_by("case", maintain_order=True).agg(
        pl.col("client").drop_nulls().first(),
        group.alias("group"),
        pl.col("begun").min().alias("arrival"),
        pl.col("end").max().alias("last"),
        pl.col("activity").first().alias("first"),
    )
    end = events["end"].max()
    gaps = events.select(pl.col("end").diff().over("case")).to_series().drop_nulls()
    usual = gaps.quantile(_LONG_GAP) if len(gaps) else None
    over = pl.lit(True) if usual is None else pl.col("last") + usual < end
    return Scene(
        chronicle=chronicle,
        events=events,
        cases=cases.with_columns(over.alias("over"), _cut(cases, gaps).alias("cut")).drop("first"),
        end=pl.Series([end], dtype=events.schema["end"]),
        timezone=timezone,
    )


def _cut(cases: pl.DataFrame, gaps: pl.Series) -> pl.Expr:
    """Whether a case seems to have begun before the records: it is seen so early that it may have, and begins with what
    hardly any case begins with that comes later."""
    longest = gaps.quantile(_NEARLY_ALL, interpolation="higher") if len(gaps) else None
    if longest is None:
        return pl.lit(False)
    early = pl.col("arrival") < pl.lit(cases["arrival"].min()) + pl.lit(longest)
    later = cases.filter(~early)
    if later.height < _FEWEST_BEGUN:
        return pl.lit(False)
    begun = later["first"].value_counts().filter(pl.col("count") >= _HARDLY * later.height)["first"]
    return early & ~pl.col("first").is_in(begun.implode())


def needs_beginning(bound: Bound | Measured | None) -> bool:
    """Whether a case can be held against *bound* only when all is seen that was done in it before."""
    return (
        isinstance(bound, OnlyAfter)
        or (isinstance(bound, Always) and bound.after is None)
        or (isinstance(bound, Within) and not bound.begin)
    )


def of_client(scene: Scene, client: str | None) -> pl.DataFrame:
    """The cases of *client*, a client or a group; None: all. Raises `CannotBeToldError` where there are none."""
    if client is None:
        return scene.cases
    his = scene.cases.filter((pl.col("client") == client) | (pl.col("group") == client))
    if not his.height:
        raise CannotBeToldError(_("no case of {client} is in the records").format(client=client))
    return his


@singledispatch
def judged(bound: Bound, scene: Scene) -> pl.DataFrame:
    """case -> `kept` (null: not known yet, or nothing to judge), `broken` (when), `by` (seconds over a limit) and
    `settled`: whether either answer would be known by now, so that the case counts.

    Raises `CannotBeToldError`.
    """
    raise CannotBeToldError(_("records cannot tell this"))


def _done(scene: Scene, activity: str | None, team: str | None = None) -> pl.DataFrame:
    """The events of *activity* by *team*; None: whichever."""
    rows = scene.events
    if team is not None:
        if not rows["team"].count():
            raise CannotBeToldError(_("the records name no team"))
        rows = rows.filter(pl.col("team") == team)
    return rows if activity is None else rows.filter(pl.col("activity") == activity)


def _known(scene: Scene, *activities: str | None) -> None:
    """Raise `CannotBeToldError` for activities that do not occur."""
    from irrupt.errors import did_you_mean

    known = scene.chronicle.activities()
    for activity in activities:
        if activity is not None and activity not in known:
            found = _('no activity "{name}" is in the records').format(name=activity)
            raise CannotBeToldError(f"{found}; {did_you_mean(activity, known)}")


_EVERY = pl.lit(True)
_OVER = pl.col("over")


def _in(cases: pl.DataFrame) -> pl.Expr:
    """Whether a case is among those of *cases*."""
    return pl.col("case").is_in(cases["case"].unique().implode())


def _answers(scene: Scene, broken: pl.DataFrame, asked: pl.Expr = _EVERY, settled: pl.Expr = _OVER) -> pl.DataFrame:
    """Every case with its answer: *broken* has case, broken, by; of those that are not in it, those keep the bound that
    are *asked* something by it and *settled*."""
    first = broken.sort("broken").unique("case", keep="first", maintain_order=True)
    joined = scene.cases.join(first, on="case", how="left", maintain_order="left").with_columns(settled=settled)
    kept = pl.when(asked & pl.col("settled")).then(True)
    return joined.select(
        "case",
        pl.when(pl.col("broken").is_not_null()).then(False).otherwise(kept).alias("kept"),
        "broken",
        "by",
        "settled",
    )


def _breaks(rows: pl.DataFrame, when: str = "end") -> pl.DataFrame:
    return rows.select("case", pl.col(when).alias("broken"), pl.lit(None, dtype=pl.Float64).alias("by"))


@judged.register
def _never(bound: Never, scene: Scene) -> pl.DataFrame:
    return _answers(scene, _breaks(_done(scene, bound.activity, bound.team)))


@judged.register
def _at_most(bound: AtMost, scene: Scene) -> pl.DataFrame:
    done = _done(scene, bound.activity)
    nth = pl.col(PLACE).rank("ordinal").over("case")
    return _answers(scene, _breaks(done.filter(nth == bound.times + 1)))


@judged.register
def _only_by(bound: OnlyBy, scene: Scene) -> pl.DataFrame:
    _known(scene, bound.activity)
    _done(scene, None, bound.team)
    done = _done(scene, bound.activity).filter(pl.col("team").is_not_null())
    wrong = done.filter(pl.col("team") != bound.team)
    return _answers(scene, _breaks(wrong), _in(done))


@judged.register
def _only_after(bound: OnlyAfter, scene: Scene) -> pl.DataFrame:
    _known(scene, bound.activity, bound.first)
    first = _done(scene, bound.first).group_by("case").agg(pl.col(PLACE).min().alias("since"))
    done = _done(scene, bound.activity).join(first, on="case", how="left", maintain_order="left")
    early = done.filter(pl.col("since").is_null() | (pl.col(PLACE) < pl.col("since")))
    return _answers(scene, _breaks(early), _in(done), _in(done) | _OVER)


@judged.register
def _always(bound: Always, scene: Scene) -> pl.DataFrame:
    _known(scene, bound.after)
    done = _done(scene, bound.activity, bound.team).select("case", PLACE)
    if bound.after is None:
        calls = scene.cases.select("case", pl.lit(-1, dtype=pl.Int64).alias("from"), pl.col("last").alias("at"))
    else:
        calls = _done(scene, bound.after).select("case", pl.col(PLACE).cast(pl.Int64).alias("from"), at="end")
    followed = _next(calls, done)
    over = _OVER & _silent_for(scene, followed["place"].drop_nulls())
    state = followed.join(scene.cases.select("case", "over", "last"), on="case", how="left")
    missing = state.filter(pl.col("place").is_null())
    broken = missing.filter(over).select(
        "case", pl.col("last").alias("broken"), pl.lit(None, dtype=pl.Float64).alias("by")
    )
    return _answers(scene, broken, _in(calls), over)


def _silent_for(scene: Scene, places: pl.Series) -> pl.Expr:
    """Whether nothing has come in a case for longer than before the events at *places*: of many, all but a thousandth.
    Whoever closes what was silent for a week may still do so until a week is over."""
    silences = scene.events.select(PLACE, silence=pl.col("end").diff().over("case"))
    longest = silences.filter(pl.col(PLACE).is_in(places.implode()))["silence"].drop_nulls()
    if not len(longest):
        return pl.lit(True)
    until: pl.Expr = pl.col("last") + longest.quantile(_NEARLY_ALL, interpolation="higher")
    return until < pl.lit(scene.end[0])


def _next(calls: pl.DataFrame, done: pl.DataFrame) -> pl.DataFrame:
    """Each of *calls* with the `place` of the first row of *done* behind it in its case; null: none."""
    right = done.with_columns(pl.col(PLACE).cast(pl.Int64).alias("to")).sort("to")
    joined = calls.sort("from").join_asof(
        right, left_on="from", right_on="to", by="case", strategy="forward", allow_exact_matches=False,
        check_sortedness=False,
    )  # fmt: skip
    return joined.drop("to")


@judged.register
def _within(bound: Within, scene: Scene) -> pl.DataFrame:
    _known(scene, *bound.begin, *bound.to)
    rows = scene.events
    if bound.begin:
        calls = rows.filter(pl.col("activity").is_in(bound.begin)).select(
            "case", pl.col(PLACE).cast(pl.Int64).alias("from"), at="end"
        )
    else:
        calls = scene.cases.select("case", pl.lit(-1, dtype=pl.Int64).alias("from"), at="arrival")
    if bound.to:
        found = _next(calls, rows.filter(pl.col("activity").is_in(bound.to)).select("case", PLACE, "end"))
    else:  # A case that has not gone on of late may have ended with its last event, or not.
        found = calls.join(scene.cases.select("case", end="last"), on="case", how="left")
    end = found["end"].fill_null(scene.end[0])
    took = passed(found["at"], end, bound.hours, scene.timezone)
    late = found.with_columns(pl.Series("took", took)).filter(pl.col("took") > bound.limit)
    broken = late.select(
        "case", pl.coalesce("end", pl.lit(scene.end[0])).alias("broken"), (pl.col("took") - bound.limit).alias("by")
    )
    # Who is in time would be counted at once, who is not when his time is up: so all wait for that.
    ends = pl.repeat(scene.end[0], found.height, dtype=scene.end.dtype, eager=True)
    since = passed(found["at"], ends, bound.hours, scene.timezone)
    waiting = found.filter(
        (pl.Series(since) < bound.limit) | (pl.col("end").is_null() & pl.Series(took <= bound.limit))
    )
    return _answers(scene, broken, _in(calls), ~_in(waiting) if bound.to else ~_in(waiting) & _OVER)


@judged.register
def _first(bound: First, scene: Scene) -> pl.DataFrame:
    if scene.chronicle.starts != "measured":
        raise CannotBeToldError(_("the records have no start times, so that nobody can see who was taken first"))
    at_team = _done(scene, None, bound.team).filter(pl.col("start").is_not_null())
    his = set(of_client(scene, bound.client)["case"])
    before = scene.events.select("case", PLACE, pl.col("end").shift(1).over("case").alias("ready"))
    queued = at_team.join(before, on=["case", PLACE], how="left").with_columns(
        pl.coalesce("ready", "begun").alias("ready")
    )
    mine = queued.filter(pl.col("case").is_in(his))
    others = queued.filter(~pl.col("case").is_in(his))["start"].sort()
    begin, end = others.search_sorted(mine["ready"], "right"), others.search_sorted(mine["start"], "left")
    return _answers(scene, _breaks(mine.filter(end > begin), "start"), _in(mine), _in(mine) | _OVER)
