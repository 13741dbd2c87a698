"""What a search found: who is beaten by nobody, drawn for two parties at a time, and in numbers."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from irrupt.experiment.candidates import Arranged
from irrupt.experiment.designs import Parameter
from irrupt.experiment.searched import Goal, Limit, Search, Served
from irrupt.experiment.today import said as today_said
from irrupt.experiment.varied import Interval
from irrupt.groups import party_name
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext
from irrupt.regulation.model import Act
from irrupt.regulation.when import title
from irrupt.reporting import scatter
from irrupt.reporting.parts import Cell, Figure, Table, figure, numeral, text
from irrupt.reporting.words import (
    SPACE,
    Unit,
    count,
    digits_within,
    joined,
    named,
    number_of,
    parts,
    unit_for,
    with_reach,
    with_unit,
    word,
    written,
)

SURELY = 0.95
"""Share of resamples from which on something is called sure."""
DRAWN = 3
"""Pairs of goals that are drawn."""


@dataclass(frozen=True, slots=True)
class SearchSection:
    """What the page shows."""

    findings: Sequence[str]
    drawn: Sequence[Figure]
    table: Table
    method: Sequence[str]
    facts: Sequence[tuple[str, str]]


def search_section(search: Search) -> SearchSection:
    """What *search* says."""
    pairs = list(itertools.combinations(range(len(search.goals)), 2))[:DRAWN]
    return SearchSection(
        findings=findings(search),
        drawn=[_drawn(search, *pair) for pair in pairs] if search.found else [],
        table=_table(search),
        method=method(search),
        facts=[(_("Seed"), str(search.seed)), (_("Pairs of runs"), count(search.pairs))],
    )


def findings(search: Search) -> list[str]:
    """How many were tried, and how many nobody beats."""
    said = [_tried(search)]
    if search.interrupted:
        said.append(_("Stopped early: a longer search may find more."))
    front = search.front
    if not front:
        said.append(_("No candidate keeps to the limits.") if search.limits else _("Nothing could be measured."))
        return [*said, *_nearest(search)]
    sure = sum(one.share >= SURELY for one in front)
    text = ngettext(
        "{n} is beaten by nobody in all goals at once, {sure} of them surely.",
        "{n} are beaten by nobody in all goals at once, {sure} of them surely.",
        len(front),
    )
    said.append(text.format(n=count(len(front)), sure=count(sure)))
    if any(not one.acts for one in front):
        said.append(_("To leave everything as it is, is one of them."))
    others = len(search.found) - len(front)
    return [*said, _besides(others, bool(search.limits))] if others else said


def _nearest(search: Search) -> Iterator[str]:
    """Where nobody keeps to the limits, by how much who comes nearest misses them."""
    one = search.nearest
    if one is None:
        return
    missed = [
        _missed(limit, found)
        for limit, found in zip(search.limits, one.levels, strict=True)
        if not limit.passed(found.value) <= 0
    ]
    yield _("Nearest comes number {number} ({what}): {missed}.").format(
        number=1 + search.found.index(one), what=done(search, one), missed=joined(missed)
    )


def _missed(limit: Limit, found: Interval) -> str:
    """What was *found* where *limit* is not kept, beside that limit."""
    if math.isnan(found.value):
        return _("{measure} could not be measured").format(measure=_named(limit))
    unit = unit_for(limit.output.unit, [found.value, limit.level])
    if limit.sign > 0:
        text = _("{measure}: {level}, where at most {limit} is allowed")
    else:
        text = _("{measure}: {level}, where at least {limit} is asked for")
    asked = with_unit(number_of(limit.level * unit.factor), unit)
    return text.format(measure=_named(limit), level=with_reach(found, unit), limit=asked)


def _besides(others: int, limited: bool) -> str:
    """How many stand in the table though they are not on the front."""
    if limited:
        text = ngettext(
            "Shown besides: {n} that is beaten or breaks a limit, perhaps by chance; the last column says how surely.",
            "Shown besides: {n} that are beaten or break a limit, perhaps by chance; the last column says how surely.",
            others,
        )
    else:
        text = ngettext(
            "Shown besides: {n} that is beaten, perhaps by chance; the last column says how surely.",
            "Shown besides: {n} that are beaten, perhaps by chance; the last column says how surely.",
            others,
        )
    return text.format(n=count(others))


def _tried(search: Search) -> str:
    text = ngettext("{n} candidate was tried", "{n} candidates were tried", search.tried).format(n=count(search.tried))
    said = [text, _("all there are") if search.every else _("proposed one batch after the other")]
    if search.impossible:
        one = ngettext("{n} cannot be done", "{n} cannot be done", search.impossible)
        said.append(one.format(n=count(search.impossible)))
    return joined(said) + "."


def method(search: Search) -> list[str]:
    """How it was looked for, and what the numbers are worth."""
    said = [_("Goals of different parties are never added up: who gives up what to whom is yours to judge.")]
    said += filter(None, [today_said(search.today)])
    if search.again:
        said.append(
            _(
                "What is told was measured again, with other luck than the search had: what is picked because it looks "
                "best, looks better than it is. {n} pairs of runs each; intervals hold the true difference in 95 cases "
                "of 100, each for itself."
            ).format(n=count(search.pairs))
        )
    elif search.found:
        said.append(
            _("Not measured again with other luck: what was picked because it looks best, looks better than it is.")
        )
    if search.alternatives:
        text = ngettext(
            "Intervals hold the noise of the runs and the uncertainty of what was learned: what is told was measured "
            "on {n} other organisation that the records support too.",
            "Intervals hold the noise of the runs and the uncertainty of what was learned: what is told was measured "
            "on {n} other organisations that the records support too.",
            search.alternatives,
        )
        said.append(text.format(n=count(search.alternatives)))
    said.append(
        _(
            "On the front: share of resamples of the pairs of runs in which nobody found beats it and it keeps to the "
            "limits. Candidates that were beaten early are not looked at again."
        )
    )
    if search.left_out:
        text = ngettext(
            "{n} more may be on the front, and was left out since there are many.",
            "{n} more may be on the front, and were left out since there are many.",
            search.left_out,
        )
        said.append(text.format(n=count(search.left_out)))
    return said


def done(search: Search, one: Served) -> str:
    """What is done, in words."""
    acts = [_told_apart(search, act) for act in one.acts if not isinstance(act, Arranged)]
    places = {place.name: place for place in search.space.parameters}
    settings = [f"{name} = {setting(places[name], value)}" for name, value in one.settings.items()]
    return joined([*([" + ".join(acts)] if acts else []), *settings]) or _("everything as it is")


def _told_apart(search: Search, act: Act) -> str:
    """What *act* is called; by its rule, where others that could be done are called the same."""
    name = title(act, _)
    if sum(title(other, _) == name for other in search.space.acts) < 2:
        return name
    rules = search.space.organisation
    return joined(dict.fromkeys(change.rule for change in act.changes(rules, rules.origin))) or name


def setting(parameter: Parameter, value: float) -> str:
    """A setting in words, rounded for the eye.

    >>> from irrupt.experiment.designs import parameter_in
    >>> share, speed = parameter_in("clients > A > share of cases: 10 %, 9 %"), parameter_in("people > B > speed: 1, 2")
    >>> setting(share, 0.5662), setting(speed, 1.5), setting(speed, 2.0)
    ('56.62\u202f%', '1.5', '2')
    """
    unit = setting_unit(parameter, value)
    shown = value * unit.factor
    decimals = f"{float(f'{shown:.4g}'):.9f}".rstrip("0").partition(".")[2]
    return with_unit(written(shown, len(decimals)), unit)


def setting_unit(parameter: Parameter, *values: float) -> Unit:
    """The unit in which settings of *parameter* are shown, of which *values* are to read well."""
    if parameter.time:
        unit = unit_for("h", [value / 3600 for value in values])
        return Unit(unit.factor / 3600, unit.name)
    return unit_for("share" if parameter.percent else "", values)


def head(search: Search, goal: Goal) -> str:
    """A goal with whose it is and which way is better, and the unit of its differences."""
    better = _("{measure}, {party}: higher is better") if goal.sign > 0 else _("{measure}, {party}: lower is better")
    said = better.format(measure=word(goal.output.measure), party=party_name(goal.output.party))
    return ", ".join([said, *named(unit_of(search, goal), goal.output.measure)])


def unit_of(search: Search, goal: Goal) -> Unit:
    """The unit in which all differences of *goal* are told."""
    at = search.goals.index(goal)
    values = [end for one in search.found for end in one.goals[at] if math.isfinite(end)]
    return unit_for(goal.output.unit, values, difference=True)


def difference(search: Search, one: Served, at: int) -> str:
    """The difference in a goal, by its place, without its unit: `−2.42 ± 0.46`, and what the interval is made of, where
    both parts are known."""
    found, unit = one.goals[at], unit_of(search, search.goals[at])
    digits = digits_within(*(value * unit.factor for value in found))
    made_of = parts(one.noise[at], one.learned[at], unit, digits)
    return with_reach(found, unit._replace(name=""), sign=True) + (f"; {made_of}" if made_of else "")


def limits(search: Search, one: Served) -> list[tuple[str, str]]:
    """The limits that are not surely kept, each with its level, interval and how surely it is kept."""
    return [
        (name, told)
        for (name, told), kept in zip(_limits(search, one), one.kept, strict=True)
        if not kept >= 1 - (1 - SURELY) / 10
    ]


def _limits(search: Search, one: Served) -> Iterator[tuple[str, str]]:
    for limit, found, kept in zip(search.limits, one.levels, one.kept, strict=True):
        unit = unit_for(limit.output.unit, [found.value, limit.level])
        name = _named(limit)
        told = _("{level}, kept in {share} %").format(level=with_reach(found, unit), share=written(100 * kept, 0))
        yield name, told


def share(value: float) -> str:
    """How surely, in per cent."""
    return f"{written(100 * value, 0)}{SPACE}%"


def _table(search: Search) -> Table:
    heads = [text(_("What is done")), *(numeral(head(search, goal)) for goal in search.goals)]
    heads += [text(_("Limits"))] if search.limits else []
    rows = [_row(search, number, one) for number, one in enumerate(search.found, 1)]
    return Table((*heads, numeral(_("On the front"))), rows)


def _row(search: Search, number: int, one: Served) -> list[Cell]:
    cells = [text(f"{number}. {done(search, one)}", soft=not one.on)]
    for at, (goal, found, seen) in enumerate(zip(search.goals, one.goals, one.first, strict=True)):
        unit = unit_of(search, goal)
        first = written(seen * unit.factor, digits_within(*(value * unit.factor for value in found)), sign=True)
        tip = _("in the search: {value}").format(value=first)
        cells.append(numeral(difference(search, one, at), tip=tip if search.again else "", soft=not one.on))
    if search.limits:
        told = limits(search, one)
        cells.append(Cell("" if told else _("all kept"), lines=told))
    return [*cells, numeral(share(one.share), soft=not one.on)]


def _drawn(search: Search, across: int, up: int) -> Figure:
    goals = (search.goals[across], search.goals[up])
    units = [unit_of(search, goal) for goal in goals]
    points = [
        scatter.Point(
            name=str(number),
            across=_scaled(one.goals[across], units[0]),
            up=_scaled(one.goals[up], units[1]),
            on=one.on,
            tip=f"{number}: {done(search, one)}",
        )
        for number, one in enumerate(search.found, 1)
    ]
    heads = (head(search, goals[0]), head(search, goals[1]))
    said = _("{first} and {second}: who is beaten by nobody").format(
        first=word(goals[0].output.measure), second=word(goals[1].output.measure)
    )
    legend = (_("beaten by nobody"), _("beaten, but perhaps by chance"), _("everything as it is"))
    return figure(
        _("{first} against {second}").format(first=_named(goals[0]), second=_named(goals[1])),
        _(
            "Each number is a candidate of the table, with the intervals of both differences; where the lines cross, "
            "nothing changes."
        ),
        lambda width: scatter.scatter(points, heads, legend, width=width, title=said, description=joined(heads)),
    )


def _scaled(found: Interval, unit: Unit) -> Interval:
    return Interval(*(value * unit.factor for value in found))


def _named(one: Goal | Limit) -> str:
    return f"{word(one.output.measure)}, {party_name(one.output.party)}"
