"""Is it kept? What records say of a rulebook, rule by rule, since when not, and in which cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any

import polars as pl

from irrupt.agreement.announced import Announced, announced_of, bought_from, is_bought, is_on_schedules, whose
from irrupt.agreement.bounds import Bound, Measured, OnlyBy, Within
from irrupt.agreement.cases import judged, needs_beginning
from irrupt.agreement.measured import judged_periods
from irrupt.agreement.model import BROKEN_COLUMNS, EVER, NEVER, Judged, Kept, Rule, Rulebook
from irrupt.agreement.planned import of_schedules
from irrupt.agreement.scene import CannotBeToldError, Scene, not_measured, of_bound, scene_of
from irrupt.agreement.spans import answer, counted_spans, not_kept_since, reached
from irrupt.agreement.written import days_text, working_day
from irrupt.arguments import as_annotated
from irrupt.chronicle import Chronicle, period
from irrupt.errors import DataError, Fault, did_you_mean
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext, number
from irrupt.ledgers import measures
from irrupt.ledgers.planned import PlannedReducer
from irrupt.sight.intervals import wilson
from irrupt.sight.words import day
from irrupt.units import DAY, number_text
from irrupt.wall import aware, local_time


@as_annotated
def kept(rulebook: Rulebook, chronicle: Chronicle) -> Kept:
    """Whether the records in *chronicle* keep each rule of *rulebook*, in each of its wordings that was in force in
    them; of a rule that never was, it is said when else it is.

    A case is judged by the wording that was in force when it arrived, a plan by that when it was issued, and once
    either answer would be known. Measures of plans are held against schedules, all else against events. Raises
    `DataError` when no event has a time, and no plan.

    >>> from irrupt.agreement.files import rulebook_from
    >>> from irrupt.chronicle import read
    >>> book = rulebook_from("{rulebook: Desk, rules: {Once: {text: No reopening, binds: {never: reopen}}}}")
    >>> log = read(pl.DataFrame({"case": ["a", "b", "b", "c"], "activity": ["solve", "solve", "reopen", "solve"],
    ...                          "end": ["2024-01-01", "2024-01-01", "2024-01-02", "2024-02-01"]}))
    >>> answer, = kept(book, log).judged
    >>> answer.answer, answer.judged, answer.cases["case"].to_list()
    ('broken', 2, ['b'])
    """
    events = chronicle.events.drop_nulls("end")
    scene = scene_of(chronicle.with_events(events), rulebook.timezone) if events.height else None
    held = _Held(scene, announced_of(chronicle, rulebook))
    if scene is None and held.announced is None:
        nothing = _("nothing is announced in these records: there are no plans to compare")
        raise DataError(Fault(chronicle.source, nothing if chronicle.schedules.height else _("no event has a time")))
    wordings = groupby(rulebook.versions(), key=lambda one: one[0])
    answers = [answer for _name, some in wordings for answer in _of_rule([*some], held, rulebook.timezone)]
    answers.sort(key=lambda one: one.rule.authority == "inferred")  # What somebody agreed on comes first.
    return Kept(
        rulebook=rulebook,
        source=chronicle.source,
        begin=min(begin for begin, _end in held.extents.values()),
        end=max(end for _begin, end in held.extents.values()),
        judged=tuple(answers),
        notes=tuple(dict.fromkeys(_notes([one for one in answers if one.answer != "not in force"], held))),
    )


@dataclass(frozen=True, slots=True)
class _Held:
    """What is held against rules: an event log, schedules, or both."""

    scene: Scene | None
    announced: Announced | None

    @property
    def extents(self) -> dict[bool, tuple[datetime, datetime]]:
        """Whether these are schedules -> from when to when they reach."""
        found: dict[bool, tuple[datetime, datetime]] = {}
        if self.announced is not None:
            found[True] = (self.announced.begin, self.announced.end)
        if self.scene is not None:
            found[False] = (self.scene.cases["arrival"].min(), self.scene.end[0])  # type: ignore[assignment]
        return found

    def extent(self, rule: Rule) -> tuple[datetime, datetime]:
        """From when to when the records reach that *rule* is about, or, where there are none, the others."""
        extents, about = self.extents, is_on_schedules(rule.binds)
        return extents[about if about in extents else not about]


def _of_rule(wordings: Sequence[tuple[str, Rule, datetime, datetime]], held: _Held, timezone: str) -> Iterator[Judged]:
    """What the records say of the *wordings* of one rule, each with from when until when it holds. Where none was in
    force in them, the last one before them and the first one after them say so; what was only inferred says nothing."""
    before, after, found = [], [], []
    for name, rule, since, until in wordings:
        begin, end = held.extent(rule)
        if until <= begin:
            why = _("in force until {date}, before these records")
            last = day(until - timedelta(microseconds=1), timezone)
            before.append(_not_in_force(name, rule, since, until, why.format(date=last)))
        elif since > end:
            why = _("in force from {date} on, after these records")
            after.append(_not_in_force(name, rule, since, until, why.format(date=day(since, timezone))))
        else:
            found.append(_judged(name, rule, max(since, begin), until, held))
    yield from found or [one for one in (*before[-1:], *after[:1]) if one.rule.authority != "inferred"]


def _not_in_force(name: str, rule: Rule, since: datetime, until: datetime, why: str) -> Judged:
    return Judged(
        name=name,
        rule=rule,
        begin=None if since == EVER else since,
        end=None if until == NEVER else until,
        answer="not in force",
        why=why,
        each="week" if rule.binds is None else rule.binds.each,
    )


def _read_in(scene: Scene) -> Iterator[str]:
    """In which zone times without an offset were read, where nobody named it and the rulebook names one: hours are only
    those of the rules where it is the same."""
    read, zone = scene.chronicle.assumed_zone, scene.timezone
    if read and read != zone:
        text = _(
            "times without an offset were read as {read}, and hours are counted on the clock of the rulebook, {zone}: "
            "name the zone of the times where it is not {read} (--timezone, in Python read(..., timezone=...))"
        )
        yield text.format(read=read, zone=zone)
    elif read and read != "UTC":
        text = _("times without an offset were read as {zone}, the zone of the rulebook; --timezone names another one")
        yield text.format(zone=zone)


def _notes(answers: Sequence[Judged], held: _Held) -> Iterator[str]:
    if held.scene is not None:
        yield from _read_in(held.scene)
        yield from _cut_off(answers, held.scene)
    if held.announced is not None and any(is_on_schedules(one.rule.binds) for one in answers):
        yield from whose(held.announced)
        if any(is_bought(one.rule.binds) and one.answer != "cannot be told" for one in answers):
            yield from bought_from(held.announced)
    for one in answers:
        if held.scene is not None:
            yield from _missing(one, held.scene)
        yield from _as_meant(one)


def _cut_off(answers: Sequence[Judged], scene: Scene) -> Iterator[str]:
    """That some cases began before the records, where a rule is about their beginning."""
    count = int(scene.cases["cut"].sum())
    if count and any(needs_beginning(one.rule.binds) for one in answers):
        text = ngettext(
            "{n} case seems to have begun before the records: rules about what comes first leave it out.",
            "{n} cases seem to have begun before the records: rules about what comes first leave them out.",
            count,
        )
        yield text.format(n=number(count, 0))


def _missing(judged: Judged, scene: Scene) -> Iterator[str]:
    """What the rule names and the records do not: it may be misspelt."""
    bound, known = judged.rule.binds, scene.names
    asked = [
        (_('no activity "{name}" is in the records'), getattr(bound, "activity", None), known["activity"]),
        (_('no team "{name}" is in the records'), getattr(bound, "team", None), known["team"]),
        *(
            (_('neither a team nor a person "{name}" is in the records'), name, known["team"] + known["resource"])
            for name in (bound.by if isinstance(bound, OnlyBy) else ())
        ),
    ]
    for text, name, names in asked if judged.answer != "cannot be told" else ():
        if name is not None and name not in names:
            found = Fault("", text.format(name=name), remedy=did_you_mean(name, names))
            yield _("“{rule}”: {found}").format(rule=judged.name, found=found)


def _as_meant(judged: Judged) -> Iterator[str]:
    """How numbers were taken that may be meant otherwise: days within hours, and what is counted a week."""
    bound = judged.rule.binds
    if isinstance(bound, Within) and bound.hours is not None and bound.limit > 0 and not bound.limit % DAY:
        text = _("“{rule}”: a day counts as 24 hours within these hours, {n} working days in all. Or write “{meant}”.")
        length = working_day(bound.hours)
        if length and length < DAY and bound.working_days is None:
            days = bound.limit / length
            n = number(days, 0 if days == round(days) else 1)
            yield text.format(rule=judged.name, n=n, meant=days_text(bound.limit / DAY))
    if isinstance(bound, Measured) and bound.per is None and bound.each != "week":
        unit = measures()[bound.measure].unit
        limit = bound.at_most if bound.at_least is None else bound.at_least
        if unit.endswith(" a week") and limit is not None:
            text = _("“{rule}”: what each {each} has is held against {n} {unit}; or write “{meant}”")
            meant = f"{number_text(limit)} {unit.removesuffix('week')}{bound.each}"
            n = number_text(limit)
            yield text.format(rule=judged.name, each=_(bound.each), n=n, unit=_(unit), meant=meant)


def _judged(name: str, rule: Rule, begin: datetime, until: datetime, held: _Held) -> Judged:
    """The wording *rule* from *begin* on, *until* not included: what comes then is judged by what follows."""
    end = held.extent(rule)[1]
    each = "week" if rule.binds is None else rule.binds.each
    facts: dict[str, Any] = {"name": name, "rule": rule, "begin": begin, "end": min(until, end), "over": until <= end}
    facts["each"] = each
    try:
        return _answered(rule.binds, held, facts, until)
    except CannotBeToldError as why:
        return Judged(answer="cannot be told", why=str(why), **facts)


def _answered(bound: Bound | None, held: _Held, facts: dict[str, Any], until: datetime) -> Judged:
    if bound is None:
        raise CannotBeToldError(_("it binds nothing that records can keep or break"))
    if is_on_schedules(bound):
        if held.announced is None:
            text = _("“{measure}” is measured on schedules, and these records are an event log")
            raise CannotBeToldError(text.format(measure=_(bound.measure)))
        return of_schedules(bound, held.announced, facts, until)
    if isinstance(bound, Measured):
        if held.scene is None and measures()[bound.measure] in PlannedReducer.measures:
            raise not_measured(bound.measure)  # Nor is it on an event log: it is of runs alone.
        if held.scene is None:
            text = _("“{measure}” is measured on an event log, and these records are schedules")
            raise CannotBeToldError(text.format(measure=_(bound.measure)))
        return _of_measure(bound, held.scene, facts)
    if held.scene is None:
        raise CannotBeToldError(_("it is about cases of an event log, and these records are schedules"))
    return _of_cases(held.scene, facts, until)


def _of_cases(scene: Scene, facts: dict[str, Any], until: datetime) -> Judged:
    bound = facts["rule"].binds
    his = of_bound(scene, bound)
    if needs_beginning(bound):
        his = his.filter(~pl.col("cut"))
    in_force = his.filter((pl.col("arrival") >= facts["begin"]) & (pl.col("arrival") < until))
    cases = in_force.join(judged(bound, scene), on="case", how="left", maintain_order="left")
    broken = cases.filter(~pl.col("kept")).sort("broken")
    known = cases.filter(pl.col("kept").is_not_null() & pl.col("settled"))
    known = known if known.height else broken
    count = known.height
    if not count and cases.height and not cases["settled"].any():
        raise CannotBeToldError(_("no case has been there for long enough"))
    if not count:
        raise CannotBeToldError(_("no case has come that it could bind"))
    spans = tuple(counted_spans(known, "arrival", bound.each, bound.share, scene.timezone))
    share = float(known["kept"].mean())  # type: ignore[arg-type]
    interval = wilson(share, count)
    return Judged(
        answer="broken" if bound.share == 1.0 and broken.height else answer(share, bound.share, interval.high),
        judged=count,
        broken=int((~known["kept"]).sum()),
        open=int((~cases["settled"] & cases["kept"].is_null()).sum()),
        early=broken.height - int((~known["kept"]).sum()),
        free=int((cases["settled"] & cases["kept"].is_null()).sum()),
        share=share,
        low=interval.low,
        high=interval.high,
        first_broken=broken["broken"].min(),  # type: ignore[arg-type]
        broken_since=not_kept_since(spans, facts["begin"]),
        spans=spans,
        cases=broken.select(*BROKEN_COLUMNS),
        **facts,
    )


def _covered(scene: Scene, begin: datetime, end: datetime) -> tuple[datetime, datetime]:
    """From when to when, between *begin* and *end*, periods can be whole: the day on which the records begin is, though
    its first hours have none; hardly any cases before or after the weeks in use are not."""
    used = period(scene.chronicle)
    if begin == scene.cases["arrival"].min():
        begin = aware(datetime.combine(local_time(begin, scene.timezone), time.min), scene.timezone)
    return begin if used.whole else max(begin, used.begin), min(end, used.end)


def _of_measure(bound: Measured, scene: Scene, facts: dict[str, Any]) -> Judged:
    spans = tuple(judged_periods(bound, scene, *_covered(scene, facts["begin"], facts["end"])))
    told = [span for span in spans if span.judged]
    if not spans:
        raise CannotBeToldError(_("no whole period ({each}) lies within the records").format(each=_(bound.each)))
    if not told:
        raise not_measured(bound.measure)
    unsure = sum(span.unsure for span in told)
    broken = [span for span in told if not span.kept and not span.unsure]
    share = 1.0 - len(broken) / len(told)
    if reached(share, bound.share) and not reached(share - unsure / len(told), bound.share):
        raise CannotBeToldError(
            _("the records have no start times, and it depends on the service times that are assumed")
        )
    return Judged(
        answer="kept" if reached(share, bound.share) else "broken",
        judged=len(told),
        broken=len(broken),
        open=unsure,
        share=share,
        first_broken=broken[0].begin if broken else None,
        counted="periods",
        broken_since=not_kept_since(told, facts["begin"], fewest=1),
        spans=spans,
        **facts,
    )
