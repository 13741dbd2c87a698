"""Rulebooks, and whether they are kept, on a terminal and for machines."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Group, RenderableType

from irrupt.agreement.bounds import Measured, Within
from irrupt.agreement.files import plain_changes, rule_data
from irrupt.agreement.measured import period_after
from irrupt.agreement.model import Judged, Kept, Rulebook
from irrupt.groups import party_name
from irrupt.i18n import date_text, mark, ngettext
from irrupt.i18n import gettext as _
from irrupt.organisation.rules import RuleChange
from irrupt.regulation import rules_table
from irrupt.regulation.organising import authors, rhythm
from irrupt.reporting.evidenced import bound_said, change_said, evidence_said, moved, organising_said, standing
from irrupt.reporting.ink import dim, grid, line, lines
from irrupt.reporting.limits import exactly, shares, unit_of
from irrupt.reporting.plan_rules import counted, found_in_plans, in_plans, terms_said, worst
from irrupt.reporting.ruled import in_words
from irrupt.reporting.words import (
    amount,
    authors_said,
    count,
    joined,
    number_of,
    unit_for,
    with_unit,
    word,
    written,
)
from irrupt.saving import save_table
from irrupt.sight.words import day, days
from irrupt.units import HOUR
from irrupt.wall import local_time

ANSWERS = {
    "kept": (mark("is kept"), "green"),
    "broken": (mark("is broken"), "bold red"),
    "within chance": (mark("within chance"), "yellow"),
    "cannot be told": (mark("cannot be told"), "dim"),
    "not in force": (mark("not in force"), "dim"),
}
"""Answer -> its word, and its colour on a terminal."""
_NOT_KEPT = {
    "day": mark("not kept on {n} of {all} days"),
    "week": mark("not kept in {n} of {all} weeks"),
    "month": mark("not kept in {n} of {all} months"),
}
_SINCE = {
    "day": mark("without interruption in what came since {day}"),
    "week": mark("without interruption in what came since the week of {day}"),
    "month": mark("without interruption in what came since the month of {day}"),
}
_SHOWN_CASES = 3


def show_kept(kept: Kept) -> Group:
    """What records say of a rulebook, for the terminal."""
    zone = kept.rulebook.timezone
    table = grid("left", "left")
    for judged in kept.judged:
        name, style = ANSWERS[judged.answer]
        table.add_row(line(word(name), style), lines((judged.name, "bold"), "\n", in_words(judged.rule)))
        table.add_row("", Group(line(found(judged)), *dim(details(judged, zone))))
    return Group(line(headline(kept)), *dim(kept.notes), "", table, "", line(summary(kept)))


def headline(kept: Kept) -> str:
    """Which rulebook, held against which records."""
    zone = kept.rulebook.timezone
    return _("{rulebook}, held against {log}: {days}").format(
        rulebook=kept.rulebook.name, log=kept.source, days=days(kept.begin, kept.end, zone)
    )


def summary(kept: Kept) -> str:
    """How many rules are kept, broken, within chance, cannot be told, or are not in force."""
    answers = [judged.answer for judged in kept.judged]
    if not {*answers} - {"not in force"}:
        none = _("no rule was in force while these records were made")
        begin = min((change.time for change in kept.rulebook.changes), default=kept.end)
        if begin <= kept.end:
            return none
        first = _("the first one begins on {date}: irrupt agree --date says from when on")
        return joined([none, first.format(date=day(begin, kept.rulebook.timezone))])
    numbers = {word(name): sum(answer == key for answer in answers) for key, (name, _style) in ANSWERS.items()}
    said = [_("{head}: {said}").format(head=name, said=count(n)) for name, n in numbers.items() if n]
    return joined(said)


def found(judged: Judged) -> str:
    """What was found, in numbers."""
    bound = judged.rule.binds
    if bound is None or judged.answer in ("cannot be told", "not in force"):
        return judged.why
    if in_plans(judged):
        return found_in_plans(judged)
    said = _("usual: {share}") if judged.rule.authority == "inferred" else _("agreed: {share}")
    asked = said.format(share=exactly(bound.share, "share"))
    share = amount(judged.share, "share")
    if judged.counted == "periods":
        text = ngettext(
            "kept in {share} of {n} period ({asked})",
            "kept in {share} of {n} periods ({asked})",
            judged.judged,
        )
        return text.format(share=share, n=count(judged.judged), asked=asked) + _values(judged)
    text = ngettext(
        "kept in {share} of {n} case (95 % interval {low} to {high}; {asked})",
        "kept in {share} of {n} cases (95 % interval {low} to {high}; {asked})",
        judged.judged,
    )
    share, low, high = shares(judged.share, judged.low, judged.high)
    return text.format(share=share, n=count(judged.judged), low=low, high=high, asked=asked)


def _values(judged: Judged) -> str:
    """Between which values the measure lay."""
    bound = judged.rule.binds
    assert isinstance(bound, Measured)
    values = [span.value for span in judged.spans if span.judged]
    ends = [amount(end, unit_of(bound)) for end in (min(values), max(values))]
    if ends[0] == ends[1]:
        return _(": {measure} {value}").format(measure=word(bound.measure), value=ends[0])
    return _(": {measure} between {low} and {high}").format(
        measure=word(bound.measure), **dict(zip(("low", "high"), ends, strict=True))
    )


def details(judged: Judged, zone: str) -> list[str]:
    """Since when it is not kept, and in which cases."""
    said = [_("inferred from records: nobody has confirmed it")] if judged.rule.authority == "inferred" else []
    said += evidence_said(judged.rule, zone)
    if judged.begin is None or judged.end is None or judged.answer == "not in force":
        return said
    last = max(judged.begin, judged.end - timedelta(microseconds=1 if judged.over else 0))
    said += [_("in force here from {begin} to {end}").format(begin=day(judged.begin, zone), end=day(last, zone))]
    said[-1] = joined([said[-1], *_whole(judged, zone)])
    if judged.open:
        said[-1] += joined(["", _("not known yet: {n}").format(n=counted(judged, judged.open))])
    if judged.free:
        free = ngettext("does not apply to {n} case", "does not apply to {n} cases", judged.free)
        said[-1] += joined(["", free.format(n=count(judged.free))])
    said[-1] = joined([said[-1], *terms_said(judged)])
    if judged.first_broken is not None or judged.broken_since is not None:
        said.append(joined(_broken(judged, zone)))
    said += worst(judged, zone)
    if judged.cases.height:
        slowest = judged.cases.sort("by", descending=True, nulls_last=True).head(_SHOWN_CASES)
        bound = judged.rule.binds
        in_hours = isinstance(bound, Within) and bound.hours is not None
        names = [_case(row, in_hours) for row in slowest.to_dicts()]
        more = judged.cases.height - len(names)
        shown = ", ".join(names) + (", …" if more > 0 else "")
        text = _broken_in(judged)
        said.append(text.format(n=count(judged.cases.height), early=count(judged.early), names=shown))
    return said


_WHOLE = {"day": mark("whole days: {ends}"), "week": mark("whole weeks: {ends}"), "month": mark("whole months: {ends}")}


def _whole(judged: Judged, zone: str) -> Iterator[str]:
    """From when to when the periods reach that are whole, and so tell of a measure on events."""
    if judged.counted == "periods" and judged.spans and not in_plans(judged):
        first, last = (local_time(judged.spans[at].begin, zone) for at in (0, -1))
        ends = [date_text(first), date_text(period_after(last, judged.each) - timedelta(days=1))]
        yield _(_WHOLE[judged.each]).format(ends=_("{begin} to {end}").format(begin=ends[0], end=ends[1]))


def _broken_in(judged: Judged) -> str:
    """How many cases break it, and how many of these the share that keeps it leaves out."""
    if not judged.early:
        return ngettext("broken in {n} case: {names}", "broken in {n} cases: {names}", judged.cases.height)
    return ngettext(
        "broken in {n} case ({early} too recent for the share: of others that came then it is not known yet): {names}",
        "broken in {n} cases ({early} too recent for the share: of others that came then it is not known yet): {names}",
        judged.cases.height,
    )


def _broken(judged: Judged, zone: str) -> Iterator[str]:
    """When it was first broken, in how many periods it is not kept, and since when in all of them: the one date is not
    the other where it was kept in between, or where it was broken later than the case came, or in a longer period."""
    first = None if judged.first_broken is None else day(judged.first_broken, zone)
    since = None if judged.broken_since is None or judged.answer == "kept" else judged.broken_since
    begin = None if since is None else day(since, zone)
    if begin is not None and first in (None, begin):
        yield _("not kept since {day}").format(day=begin)
    elif first is not None:
        yield _("first broken on {day}").format(day=first)
    told = [span for span in judged.spans if span.judged]
    number = sum(not span.kept and not span.unsure for span in told)
    if number and len(told) > 1:
        yield _(_NOT_KEPT[judged.each]).format(n=count(number), all=count(len(told)))
    if begin is not None and first not in (None, begin) and len(told) > 1:
        assert judged.first_broken is not None
        later = since is not None and since > judged.first_broken
        yield _("without interruption since {day}" if later else _SINCE[judged.each]).format(day=begin)


def _case(row: dict[str, Any], in_hours: bool) -> str:
    """The case, and by how much it breaks the rule; hours of a calendar are not made days, which they would not be."""
    if row["by"] is None:
        return str(row["case"])
    hours = row["by"] / HOUR
    by = with_unit(number_of(hours), unit_for("h", ())) if in_hours else amount(hours, "h")
    return f"{row['case']} (+{by})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a rulebook."""

    moment: datetime
    """The rules in force then, ..."""
    since: datetime | None = None
    """... and what differs from those in force then; None: nothing is compared."""
    changes: Sequence[RuleChange] = ()
    """The changes that are shown."""

    def who(self) -> list[str]:
        """Who organises, of the changes that are shown; what is inferred nobody has made."""
        known = [change for change in self.changes if change.authority != "inferred"]
        return who_organises(known, since=self.since, until=self.moment) if known else []


def write_changes(rulebook: Rulebook, asked: Asked, path: Path) -> None:
    """Write the changes asked for as a table, `chronicle.RULE_COLUMNS`. Raises `UsageError` for another ending than
    .csv and .parquet, or when it cannot be written."""
    table = rules_table(plain_changes(replace(rulebook, changes=tuple(asked.changes))))
    if path.suffix == ".csv":
        table = table.with_columns(pl.col("visible_to", "agreed_by").list.join("; "))
    save_table(path, table)


def _differences(rulebook: Rulebook, asked: Asked) -> list[RenderableType]:
    """What differs between two dates, rule by rule."""
    if asked.since is None:
        return []
    zone = rulebook.timezone
    table = grid("left", "left")
    for name, (before, after) in rulebook.between(asked.since, asked.moment).items():
        if before is None or after is None:
            text, how = (in_words(after), _("new")) if after else ("", _("not there any more"))
            table.add_row(line(name, "bold"), lines((text, ""), (f" ({how})" if text else how, "dim")))
            continue
        table.add_row(line(name, "bold"), line(moved(before, after, zone)))
    head = _("What differs from {day}").format(day=day(asked.since, zone))
    nothing = [] if table.row_count else [line(_("nothing"))]
    return ["", line(head, "bold"), table, *nothing]


def show_rulebook(rulebook: Rulebook, asked: Asked) -> Group:
    """The rules in force, what differs from another date, and the history of rules, for the terminal."""
    zone, moment = rulebook.timezone, asked.moment
    in_force = rulebook.at(moment)
    rules = grid("left", "left")
    for name, rule in sorted(in_force.items(), key=lambda one: one[1].authority == "inferred"):
        said = [*bound_said(rule), standing(rule, zone), *evidence_said(rule, zone)]
        rules.add_row(line(name, "bold"), Group(line(in_words(rule)), *dim(said)))
    text = ngettext("{n} rule in force on {day}", "{n} rules in force on {day}", len(in_force))
    parts: list[RenderableType] = [
        lines((rulebook.name, "bold")),
        line(text.format(n=count(len(in_force)), day=day(moment, zone))),
        "",
        rules,
        *_differences(rulebook, asked),
    ]
    if asked.changes:
        history = grid("left", "left", "left")
        for change in asked.changes:
            author = authors_said(change.authors) or "–"
            history.add_row(line(day(change.time, zone), "dim"), line(author), line(change_said(change, zone)))
        parts += ["", line(_("History"), "bold"), history]
        who = asked.who()
        parts += ["", line(_("Who organises"), "bold"), *map(line, who)] if who else []
    return Group(*parts)


def who_organises(
    changes: Sequence[RuleChange], workers: Collection[str] = (), *, since: datetime | None = None, until: datetime
) -> list[str]:
    """Who makes rules, how many and how, in a sentence for each author; then the rhythm of the whole, from *since*
    (None: the first change) to *until*, or to the last change where that is later."""
    said = []
    for row in authors(changes, workers).to_dicts():
        how = [
            _(HOW[kind]).format(n=count(row[kind]))
            for kind in ("control", "joint", "autonomous", "relayed", "unwritten", "shown")
            if row[kind]
        ]
        made = ngettext("{author}: {n} change of rules", "{author}: {n} changes of rules", row["changes"])
        first = made.format(author=party_name(row["author"]), n=count(row["changes"]))
        hours = [organising_said(row["hours"])] if row["hours"] else []
        said.append(joined([first, *how, *hours]) + ".")
    beat = rhythm(changes, since, max([until, *(change.time for change in changes)]))
    if math.isfinite(beat.burstiness):
        regular = _("steadily") if beat.burstiness < -BURSTY else _("now and then")
        kind = _("in bursts") if beat.burstiness > BURSTY else regular
        said.append(
            _("{n} changes in 13 weeks on average, {kind} (burstiness {value}).").format(
                n=number_of(beat.per_quarter), kind=kind, value=written(beat.burstiness, 2, sign=True)
            )
        )
    return said


BURSTY = 0.2
"""Burstiness from which changes are said to come in bursts; at as much below 0, steadily."""
HOW = {
    "control": mark("{n} set alone, from outside the work"),
    "joint": mark("{n} negotiated"),
    "autonomous": mark("{n} by those who do the work"),
    "relayed": mark("{n} through front-line staff"),
    "unwritten": mark("{n} unwritten"),
    "shown": mark("{n} by which more can see a rule"),
}


def kept_data(kept: Kept) -> dict[str, Any]:
    """*kept* in plain types: everything that the terminal shows, all cases included."""
    from irrupt.reporting.machine import plain

    return {
        "rulebook": kept.rulebook.name,
        "log": kept.source,
        "begin": plain(kept.begin),
        "end": plain(kept.end),
        "broken": kept.broken,
        "rules": [_judged_data(judged) for judged in kept.judged],
        "notes": list(kept.notes),
    }


def _judged_data(judged: Judged) -> dict[str, Any]:
    from irrupt.reporting.machine import plain

    names = (
        "begin",
        "end",
        "answer",
        "why",
        "counted",
        "judged",
        "broken",
        "open",
        "early",
        "free",
        "share",
        "low",
        "high",
    )
    of_plans = ("step", "ahead", "value", "value_low", "value_high") if in_plans(judged) else ()
    since = ("first_broken", "broken_since", "spans")
    return {
        "name": judged.name,
        "words": in_words(judged.rule),
        "rule": rule_data(judged.rule),
        **{name: plain(getattr(judged, name)) for name in (*names, *of_plans, "each", *since)},
        "cases": plain(judged.cases.to_dicts()),
        "breaches": plain(judged.breaches.to_dicts()),
    }


def rulebook_data(rulebook: Rulebook, asked: Asked) -> dict[str, Any]:
    """The rules in force, what differs from another date, and the changes asked for, in plain types."""
    from irrupt.reporting.machine import plain

    data = {
        "rulebook": rulebook.name,
        "timezone": rulebook.timezone,
        "at": plain(asked.moment),
        "in_force": {name: rule_data(rule) for name, rule in rulebook.at(asked.moment).items()},
        "changes": plain(rules_table(plain_changes(replace(rulebook, changes=tuple(asked.changes)))).to_dicts()),
    }
    if asked.since is None:
        return data
    differs = {
        name: {"before": before and rule_data(before), "after": after and rule_data(after)}
        for name, (before, after) in rulebook.between(asked.since, asked.moment).items()
    }
    return data | {"since": plain(asked.since), "differs": differs}
