"""Which cases keep a bound: each kind of bound, judged case by case."""

from __future__ import annotations

from datetime import timedelta
from functools import singledispatch

import polars as pl

from irrupt.agreement.bounds import (
    Always,
    Apart,
    AtMost,
    Bound,
    First,
    Measured,
    Never,
    OnlyAfter,
    OnlyBy,
    OnlyIn,
    Order,
    OtherHands,
    SameHands,
    Within,
)
from irrupt.agreement.hours import passed, time_is_up
from irrupt.agreement.scene import (
    BEGUN,
    NEARLY_ALL,
    PLACE,
    CannotBeToldError,
    Scene,
    known_activities,
    known_team,
    of_bound,
)
from irrupt.agreement.written import working_day
from irrupt.i18n import gettext as _
from irrupt.organisation.staff import Calendar
from irrupt.sight.clock import days_only
from irrupt.units import DAY


def needs_beginning(bound: Bound | Measured | None) -> bool:
    """Whether a case can be held against *bound* only when all is seen that was done in it before."""
    return (
        isinstance(bound, OnlyAfter | Order | OtherHands | SameHands)
        or (isinstance(bound, Always) and bound.after is None)
        or (isinstance(bound, Within) and not bound.begin)
    )


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
    done = _done(scene, bound.activity, bound.team)
    others = _in(_beside(scene, done)) if bound.unless_alone else _EVERY
    if bound.after is None:
        return _answers(scene, _breaks(done.filter(others)), others)
    known_activities(scene, bound.after)
    since = _firsts(scene, bound.after)
    late = done.join(since, on="case", how="inner", maintain_order="left").filter(pl.col(PLACE) > pl.col("since"))
    return _answers(scene, _breaks(late.filter(others)), _in(since) & others)


def _beside(scene: Scene, done: pl.DataFrame) -> pl.DataFrame:
    """The events that are not of *done*; where teams do these, those of teams."""
    rest = scene.events.join(done, on=PLACE, how="anti", maintain_order="left")
    return rest.drop_nulls("team") if done["team"].count() else rest


def _firsts(scene: Scene, activity: str) -> pl.DataFrame:
    """case -> `since`: the place of its first event of *activity*; none for others."""
    return _done(scene, activity).group_by("case").agg(pl.col(PLACE).min().alias("since"))


@judged.register
def _at_most(bound: AtMost, scene: Scene) -> pl.DataFrame:
    done = _done(scene, bound.activity)
    nth = pl.col(PLACE).rank("ordinal").over("case")
    return _answers(scene, _breaks(done.filter(nth == bound.times + 1)))


@judged.register
def _only_by(bound: OnlyBy, scene: Scene) -> pl.DataFrame:
    known_activities(scene, bound.activity)
    done = _done(scene, bound.activity)
    names = {what: scene.names[what] for what in ("team", "resource")}
    # Who is named by his team alone, where people are asked for, or the other way round, may be one of them or not.
    asked = [what for what, known in names.items() if not set(bound.by).isdisjoint(known)] or [
        "team" if names["team"] else "resource"
    ]
    if not any(names.values()):
        raise CannotBeToldError(_("the records name neither teams nor people"))
    one_of_them = pl.any_horizontal(pl.col(what).is_in(list(bound.by)).fill_null(False) for what in asked)
    told = done.filter(one_of_them | pl.all_horizontal(pl.col(what).is_not_null() for what in asked))
    return _answers(scene, _breaks(told.filter(~one_of_them)), _in(told))


@judged.register
def _other_hands(bound: OtherHands, scene: Scene) -> pl.DataFrame:
    known_activities(scene, bound.activity, bound.first)
    who = _done(scene, bound.first).select("case", "resource", pl.col(PLACE).alias("since")).drop_nulls()
    done = _done(scene, bound.activity).filter(pl.col("resource").is_not_null())
    if not who.height:
        raise CannotBeToldError(_("the records do not name who did it"))
    same = done.join(who, on=["case", "resource"], how="inner").filter(pl.col(PLACE) > pl.col("since"))
    return _answers(scene, _breaks(same), _in(done) & _in(who))


def who_did(*activities: str) -> pl.Expr:
    """Of each event: who is named to have done the last of *activities* before it in its case."""
    his = pl.when(pl.col("activity").is_in(activities)).then(pl.col("resource"))
    return his.forward_fill().shift(1).over("case", order_by=PLACE)


@judged.register
def _same_hands(bound: SameHands, scene: Scene) -> pl.DataFrame:
    known_activities(scene, bound.activity, *bound.others)
    if not scene.events["resource"].count():
        raise CannotBeToldError(_("the records do not name who did it"))
    done = scene.events.with_columns(before=who_did(*bound.others)).filter(
        pl.col("activity") == bound.activity, pl.col("before").is_not_null(), pl.col("resource").is_not_null()
    )
    return _answers(scene, _breaks(done.filter(pl.col("resource") != pl.col("before"))), _in(done))


def _needs_hours(scene: Scene) -> None:
    if days_only(scene.chronicle):
        raise CannotBeToldError(_("the records hold days, not times of the day"))


@judged.register
def _only_in(bound: OnlyIn, scene: Scene) -> pl.DataFrame:
    known_activities(scene, bound.activity)
    _needs_hours(scene)
    done = _done(scene, bound.activity, bound.team)
    known_team(scene, bound.team)
    ends = ("start", "end") if scene.chronicle.starts == "measured" else ("end",)
    outside = done.filter(~pl.all_horizontal(_open(done[end], bound.hours, scene.timezone) for end in ends))
    return _answers(scene, _breaks(outside), _in(done))


def _open(moments: pl.Series, hours: Calendar, timezone: str) -> pl.Series:
    """Whether each of *moments* lies in *hours*, or on their edge; those that are not known do."""
    around = timedelta(milliseconds=1)
    inside = pl.Series(passed(moments - around, moments + around, hours, timezone))
    return (inside > 0.0) | moments.is_null()


@judged.register
def _order(bound: Order, scene: Scene) -> pl.DataFrame:
    known_activities(scene, *bound.activities)
    number = {activity: place for place, activity in enumerate(bound.activities)}
    firsts = (
        scene.events.filter(pl.col("activity").is_in(bound.activities))
        .unique(["case", "activity"], keep="first", maintain_order=True)
        .with_columns(pl.col("activity").replace_strict(number, return_dtype=pl.Int64).alias("number"))
    )
    late = firsts.filter(pl.col("number") < pl.col("number").cum_max().over("case"))
    several = firsts.filter(pl.len().over("case") > 1)
    return _answers(scene, _breaks(late), _in(several))


@judged.register
def _only_after(bound: OnlyAfter, scene: Scene) -> pl.DataFrame:
    known_activities(scene, bound.activity, bound.first)
    done = _done(scene, bound.activity).join(_firsts(scene, bound.first), on="case", how="left", maintain_order="left")
    early = done.filter(pl.col("since").is_null() | (pl.col(PLACE) < pl.col("since")))
    return _answers(scene, _breaks(early), _in(done), _in(done) | _OVER)


@judged.register
def _always(bound: Always, scene: Scene) -> pl.DataFrame:
    known_activities(scene, bound.after)
    done = _done(scene, bound.activity, bound.team).select("case", PLACE)
    if bound.after is None:
        calls = scene.cases.select("case", pl.lit(-1, dtype=pl.Int64).alias("from"), pl.col("last").alias("at"))
    else:
        calls = _done(scene, bound.after).select("case", pl.col(PLACE).cast(pl.Int64).alias("from"), at="end")
    followed = _next(calls, done)
    over = _OVER & _silent_for(scene, followed[PLACE].drop_nulls())
    state = followed.join(scene.cases.select("case", "over", "last"), on="case", how="left")
    missing = state.filter(pl.col(PLACE).is_null())
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
    until: pl.Expr = pl.col("last") + longest.quantile(NEARLY_ALL, interpolation="higher")
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
    calls, found = _answered(bound, scene)
    end = found["end"].fill_null(scene.end[0])
    took = passed(found["at"], end, bound.hours, scene.clock(bound.hours))
    late = found.with_columns(pl.Series("took", took)).filter(pl.col("took") > bound.limit)
    over = time_is_up(
        late["at"], late["end"].fill_null(scene.end[0]), bound.limit, bound.hours, scene.clock(bound.hours)
    )
    broken = late.select("case", over.alias("broken"), (pl.col("took") - bound.limit).alias("by"))
    # Who is in time would be counted at once, who is not when his time is up: so all wait for that.
    early = _until_now(bound, scene, found) < bound.limit
    waiting = found.filter(early | (pl.col("end").is_null() & pl.Series(took <= bound.limit)))
    return _answers(scene, broken, _in(calls), ~_in(waiting) if bound.to else ~_in(waiting) & _OVER)


@judged.register
def _apart(bound: Apart, scene: Scene) -> pl.DataFrame:
    _, found = _answered(bound, scene)
    took = pl.Series("took", passed(found["at"], found["end"], bound.hours, scene.clock(bound.hours)))
    early = found.with_columns(took).filter(pl.col("took") < bound.limit)
    if not bound.to:  # Only what is over has come to its end, be it too soon.
        early = early.join(scene.cases.filter(_OVER), on="case", how="semi", maintain_order="left")
    broken = early.select("case", pl.col("end").alias("broken"), (bound.limit - pl.col("took")).alias("by"))
    waiting = found.filter(_until_now(bound, scene, found) < bound.limit)
    return _answers(scene, broken, _in(found.drop_nulls("end")), ~_in(waiting) if bound.to else ~_in(waiting) & _OVER)


def _answered(bound: Within, scene: Scene) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What *bound* counts from, case by case (`at`); and the same with when the other came (`end`, null: not yet)."""
    known_activities(scene, *bound.begin, *bound.to)
    if bound.limit % (DAY if bound.hours is None else working_day(bound.hours) or DAY):
        _needs_hours(scene)
    rows = scene.events
    if bound.begin:
        calls = rows.filter(pl.col("activity").is_in(bound.begin)).select(
            "case", pl.col(PLACE).cast(pl.Int64).alias("from"), at="end"
        )
    else:
        calls = scene.cases.select("case", pl.lit(-1, dtype=pl.Int64).alias("from"), at="arrival")
    if bound.to:
        return calls, _next(calls, rows.filter(pl.col("activity").is_in(bound.to)).select("case", PLACE, "end"))
    # A case that has not gone on of late may have ended with its last event, or not.
    return calls, calls.join(scene.cases.select("case", end="last"), on="case", how="left", maintain_order="left")


def _until_now(bound: Within, scene: Scene, found: pl.DataFrame) -> pl.Series:
    """Seconds from each call to the end of the records."""
    ends = pl.repeat(scene.end[0], found.height, dtype=scene.end.dtype, eager=True)
    return pl.Series(passed(found["at"], ends, bound.hours, scene.clock(bound.hours)))


@judged.register
def _first(bound: First, scene: Scene) -> pl.DataFrame:
    if scene.chronicle.starts != "measured":
        raise CannotBeToldError(_("the records have no start times, so that nobody can see who was taken first"))
    at_team = _done(scene, None, bound.team).filter(pl.col("start").is_not_null())
    known_team(scene, bound.team)
    his = set(of_bound(scene, bound)["case"])
    before = scene.events.select("case", PLACE, pl.col("end").shift(1).over("case").alias("ready"))
    queued = at_team.join(before, on=["case", PLACE], how="left").with_columns(
        pl.coalesce("ready", BEGUN).alias("ready")
    )
    mine = queued.filter(pl.col("case").is_in(his))
    others = queued.filter(~pl.col("case").is_in(his))["start"].sort()
    begin, end = others.search_sorted(mine["ready"], "right"), others.search_sorted(mine["start"], "left")
    return _answers(scene, _breaks(mine.filter(end > begin), "start"), _in(mine), _in(mine) | _OVER)
