"""What records keep as a habit, though nobody may have agreed on it: inferred rules, until somebody confirms them.

A habit is learned from the cases of the first half of the records, and told only where those of the second half keep it
as well.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from irrupt.agreement.bounds import Always, Bound, OnlyAfter, OnlyBy, OtherHands, SameHands, Within
from irrupt.agreement.cases import judged, who_did
from irrupt.agreement.hours import passed
from irrupt.agreement.model import Rule, Rulebook
from irrupt.agreement.scene import CannotBeToldError, Scene, scene_of
from irrupt.chronicle import Chronicle
from irrupt.i18n import gettext as _
from irrupt.sight.intervals import wilson
from irrupt.units import DAY, HOUR, time_said

LEAST = 0.95
"""Share of cases from which on something is a habit."""
FEWEST = 50
"""Cases in each half that say something of it."""
BY_CHANCE = 0.15
"""Share of cases of which it must differ from chance whether one person does two things in them."""
ACTIVITIES = 12
"""Most frequent activities that are looked at."""
_ROUND = (1, 2, 3, 4, 6, 8, 12)


def with_habits(rulebook: Rulebook, chronicle: Chronicle) -> Rulebook:
    """*rulebook* with the habits of *chronicle* that none of its rules says, as rules that are inferred.

    >>> from irrupt.chronicle import read
    >>> rows = [(f"c{n}", step, f"2024-{1 + n // 28:02}-{1 + n % 28:02} {hour}:00")
    ...         for n in range(300) for step, hour in (("solve", 10), ("close", 12))]
    >>> log = read(pl.DataFrame(rows, schema=["case", "activity", "end"], orient="row"))
    >>> found = with_habits(Rulebook(name="Desk"), log).founding
    >>> rule = found["close after solve"]
    >>> rule.text, rule.authority, rule.binds.share
    ('After solve comes close.', 'inferred', 0.97)
    """
    said = {_what(rule.binds) for rule in (*rulebook.founding.values(), *_later(rulebook)) if rule.binds is not None}
    new = {name: rule for name, rule in habits(chronicle, rulebook.timezone).items() if _what(rule.binds) not in said}
    return replace(rulebook, founding={**new, **rulebook.founding})


def _later(rulebook: Rulebook) -> Iterator[Rule]:
    """The rules that changes made."""
    for change in rulebook.changes:
        yield from (edit.after for edit in change.edits if edit.after is not None)


def _what(bound: Bound | None) -> Bound | None:
    """What is bound, whatever its share and limit."""
    if bound is None:
        return None
    same = replace(bound, share=1.0, each="week")
    return replace(same, limit=0.0) if isinstance(same, Within) else same


def habits(chronicle: Chronicle, timezone: str = "UTC") -> dict[str, Rule]:
    """Name -> rule that *chronicle* keeps, most frequent activities first; each holds in the share of cases below which
    the 95 % interval of both halves does not reach."""
    scene = scene_of(chronicle.with_events(chronicle.events.drop_nulls("end")), timezone)
    if not scene.cases.height:
        return {}
    middle = scene.cases["arrival"].median()
    early = scene.cases.select("case", first=pl.col("arrival") < middle)
    found: dict[str, Rule] = {}
    for name, text, bound in _candidates(scene, early):
        share = _share(bound, scene, early)
        if share >= LEAST:
            kept = math.floor(100 * share) / 100
            found[name] = Rule(text=text, binds=replace(bound, share=kept), authority="inferred", written=False)
    return found


def _share(bound: Bound, scene: Scene, early: pl.DataFrame) -> float:
    """In which share of cases *bound* is kept for certain, in the half that says less; 0 where it says too little."""
    try:
        answers = judged(bound, scene).join(early, on="case").filter(pl.col("kept").is_not_null() & pl.col("settled"))
    except CannotBeToldError:
        return 0.0
    halves = [answers.filter(part)["kept"] for part in (pl.col("first"), ~pl.col("first"))]
    if min(map(len, halves)) < FEWEST:
        return 0.0
    return min(wilson(float(half.mean()), len(half)).low for half in halves)  # type: ignore[arg-type]


def _candidates(scene: Scene, early: pl.DataFrame) -> Iterator[tuple[str, str, Bound]]:
    """What may be a habit: name, text and bound. For each activity, what mostly comes behind it and before it, who
    mostly does it, and whether it is done by who did another one; for cases, how long nineteen in twenty take."""
    events = scene.events.join(early.filter("first"), on="case", how="semi")
    frequent = events["activity"].drop_nulls().value_counts(sort=True).head(ACTIVITIES)["activity"].to_list()
    behind, before, by = _mostly(events, -1), _mostly(events, 1), _team(events)
    for activity in frequent:
        yield _("{activity} in each case").format(activity=activity), *_always(activity)
        if (then := behind.get(activity)) is not None:
            text = _("After {first} comes {then}.").format(first=activity, then=then)
            yield (
                _("{then} after {first}").format(first=activity, then=then),
                text,
                Always(activity=then, after=activity),
            )
        if (first := before.get(activity)) is not None:
            text = _("{activity} does not come before {first}.").format(activity=activity, first=first)
            bound = OnlyAfter(activity=activity, first=first)
            yield _("{activity} only after {first}").format(activity=activity, first=first), text, bound
        if (team := by.get(activity)) is not None:
            text = _("{activity} is done by nobody but {team}.").format(activity=activity, team=team)
            name = _("{activity} only by {team}").format(activity=activity, team=team)
            yield name, text, OnlyBy(activity=activity, by=(team,))
    yield from _in_hands(events, frequent)
    lasted = scene.cases.join(early.filter("first"), on="case", how="semi").filter("over")
    took = passed(lasted["arrival"], lasted["last"], None, scene.clock(None))
    seconds = pl.Series(took).floor().quantile(0.99)
    if seconds:
        limit = _rounded(seconds)
        yield (
            _("How long a case takes"),
            _("A case is over within {time}.").format(time=time_said(limit)),
            Within(limit=limit),
        )


def _in_hands(events: pl.DataFrame, frequent: list[str]) -> Iterator[tuple[str, str, Bound]]:
    """Of each activity, the other one whose doer mostly does it, too, or hardly ever, as far as chance would have it
    otherwise."""
    told = pl.DataFrame(
        [row for first in frequent for row in _by_hands(events, first).iter_rows()],
        schema={"activity": pl.String, "first": pl.String, "same": pl.Float64, "chance": pl.Float64},
        orient="row",
    ).filter(pl.col("activity").is_in(frequent), pl.col("activity") != pl.col("first"))
    mostly = told.filter((pl.col("same") >= LEAST) & (pl.col("chance") <= 1.0 - BY_CHANCE)).sort(
        "same", descending=True
    )
    for activity, first in mostly.unique("activity", keep="first", maintain_order=True)["activity", "first"].rows():
        text = _("{activity} is done by who did {first} before.").format(activity=activity, first=first)
        name = _("{activity} by who did {first}").format(activity=activity, first=first)
        yield name, text, SameHands(activity=activity, others=(first,))
    hardly = told.filter(pl.col("same") <= 1.0 - LEAST, pl.col("chance") >= BY_CHANCE).sort("same")
    for activity, first in hardly.unique("activity", keep="first", maintain_order=True)["activity", "first"].rows():
        text = _("{activity} is not done by who did {first} before.").format(activity=activity, first=first)
        name = _("{activity} not by who did {first}").format(activity=activity, first=first)
        yield name, text, OtherHands(activity=activity, first=first)


def _by_hands(events: pl.DataFrame, first: str) -> pl.DataFrame:
    """Activity, *first*, and in which share of its events it is done by who did that last before; and by chance."""
    pairs = events.select("activity", "resource", before=who_did(first)).drop_nulls()
    shares = [
        pairs.group_by("activity", pl.col(whose).alias("who"))
        .len()
        .select("activity", "who", (pl.col("len") / pl.col("len").sum().over("activity")).alias(whose))
        for whose in ("resource", "before")
    ]
    chance = (
        shares[0]
        .join(shares[1], on=["activity", "who"])
        .group_by("activity")
        .agg((pl.col("resource") * pl.col("before")).sum().alias("chance"))
    )
    same = pairs.group_by("activity").agg((pl.col("resource") == pl.col("before")).mean().alias("same"))
    found = same.join(chance, on="activity", how="left").with_columns(pl.col("chance").fill_null(0.0))
    return found.select("activity", pl.lit(first).alias("first"), "same", "chance").sort("activity")


def _always(activity: str) -> tuple[str, Bound]:
    return _("{activity} is done in each case.").format(activity=activity), Always(activity=activity)


def _mostly(events: pl.DataFrame, shift: int) -> Mapping[str, str]:
    """Activity -> the other one that mostly stands next to it in its case: behind it (-1), or before it (1)."""
    other = pl.col("activity").shift(shift).over("case")
    pairs = events.select("activity", other=other).drop_nulls().filter(pl.col("activity") != pl.col("other"))
    counted = pairs.group_by("activity", "other").len().sort("len", "other", descending=[True, False])
    most = counted.unique("activity", keep="first", maintain_order=True)
    return dict(most.select("activity", "other").iter_rows())


def _team(events: pl.DataFrame) -> Mapping[str, str]:
    """Activity -> the team that mostly does it; none where there is only one team."""
    if events["team"].drop_nulls().n_unique() < 2:
        return {}
    counted = events.drop_nulls("team").group_by("activity", "team").len().sort("len", "team", descending=[True, False])
    return dict(counted.unique("activity", keep="first", maintain_order=True).select("activity", "team").iter_rows())


def _rounded(seconds: float) -> float:
    """The next time that people would write."""
    unit = DAY if seconds > DAY else HOUR
    number = seconds / unit
    if number > _ROUND[-1]:
        return math.ceil(number / 5) * 5 * unit
    return next(float(one) for one in _ROUND if one >= number) * unit
