"""Pictures and tables of what `see` finds: who waits for whom, and whose act each activity is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from irrupt.chronicle.model import Chronicle
from irrupt.groups import party_name
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext
from irrupt.reporting import charts
from irrupt.reporting.parts import Cell, Figure, Table, figure, numeral, text
from irrupt.reporting.sections.columned import columned
from irrupt.reporting.words import Unit, amount, count, digits_for, unit_for, with_interval, word, written
from irrupt.sight.model import FoundChange, Passing, Sight, TimePart
from irrupt.sight.split import PARTS, WORK
from irrupt.sight.words import day, duration, percent

SHOWN_BARS = 12
_SEEN = 0.002
"""Part of the longest bar below which a segment cannot be seen."""
SHOWN_ACTS = 12
SHOWN_OTHERS = 3
SHOWN_SERIES = 6
_PASSES = 0.005
"""Share of those who wait from which on a client passes anybody."""
_BESIDE = 5
"""Parties that have room beside each other, also on paper."""


def time_spent(sight: Sight, of: Literal["client", "team"]) -> Figure | None:
    """What the time of each party's cases is spent on, or what a case spends at each team."""
    mine: dict[str, dict[str, TimePart]] = {}
    for one in sight.time_parts:
        if one.of == of:
            mine.setdefault(one.party, {})[one.part] = one
    if not mine:
        return None
    if of == "team":
        ranked = sorted(mine, key=lambda name: -sum(one.hours * one.cases for one in mine[name].values()))
        mine = {name: mine[name] for name in ranked[:SHOWN_BARS]}
    most = max(sum(one.hours for one in parts.values()) for parts in mine.values())
    known = [part for part in PARTS if any(part in parts and parts[part].hours > 0 for parts in mine.values())]
    shown = [part for part in known if any(part in p and p[part].hours >= _SEEN * most for p in mine.values())]
    unit = unit_for("h", [sum(one.hours for one in parts.values()) for parts in mine.values()])
    stacks = []
    for party, parts in mine.items():
        values = [parts[name].hours * unit.factor if name in parts else 0.0 for name in shown]
        tips = [f"{word(name)} {duration(parts[name].hours, whole=most)}" if name in parts else "" for name in shown]
        whole = sum(one.hours for one in parts.values()) * unit.factor
        total = f"{written(whole, digits_for([whole]))}\u202f{unit.name}"
        borders = _borders(sight, party, unit) if of == "client" and shown[:1] == [WORK] else ()
        stacks.append(charts.Stack(name=party_name(party), values=values, tips=tips, remark=total, borders=borders))
    titles = {"client": _("Who waits for whom"), "team": _("What a case spends at each team")}
    inks = [PARTS.index(part) for part in shown]
    said = "; ".join(f"{one.name}: {', '.join(filter(None, one.tips))}" for one in stacks)
    return figure(
        titles[of],
        _reading(of, bordered=any(one.borders for one in stacks)),
        lambda width: charts.stacked(
            stacks,
            [word(name) for name in shown],
            width=width,
            title=titles[of],
            description=said,
            unit=unit.name,
            inks=inks,
        ),
        _parts_table(mine, known),
    )


def _borders(sight: Sight, party: str, unit: Unit) -> list[tuple[float, float] | None]:
    """Between which lengths the work of a party's cases may end, where start times are estimated."""
    one = next((one for one in sight.ledger if (one.measure, one.party) == ("working for him", party)), None)
    if one is None or one.bracket is None:
        return []
    low, high = one.bracket
    return [(low * unit.factor, high * unit.factor)]


def _reading(of: str, *, bordered: bool) -> str:
    if of == "team":
        return _("Mean over the cases that meet the team; the teams at which all cases together spend most come first.")
    said = _("Mean time of a case, from arrival to end; the parts add up to it exactly.")
    if bordered:
        said += " " + _("Start times are estimated: the line shows where work may end and waiting begin.")
    return said


def _parts_table(mine: dict[str, dict[str, TimePart]], shown: Sequence[str]) -> Table:
    unit = unit_for("h", [one.hours for parts in mine.values() for one in parts.values()])

    def cell(one: TimePart | None) -> Cell:
        if one is None:
            return numeral("–", soft=True)
        value, interval = with_interval(one.hours, one.low, one.high, unit._replace(name=""))
        return numeral(value, notes=[interval] if interval else [])

    heads = (text(_("Party")), *(numeral(word(name), notes=[unit.name]) for name in shown))
    rows = [(text(party_name(party)), *(cell(parts.get(name)) for name in shown)) for party, parts in mine.items()]
    return Table(heads, rows)


def whose_acts(chronicle: Chronicle) -> Table | None:
    """Whose act each activity is, the client's part first, with what tells."""
    order = ["client act", "waiting for the client", "toward the client", "unknown", "inside"]
    if not chronicle.whose_acts:
        return None
    acts = sorted(chronicle.whose_acts, key=lambda one: (order.index(one.role), -one.sure, one.activity))
    heads = (text(_("Activity")), text(_("What it is")), numeral(_("certainty")), text(_("What tells")))
    rows = [
        (
            text(one.activity),
            text(word(one.role)),
            numeral(f"{written(100 * one.sure, 0)}\u202f%" if one.role != "unknown" else "–"),
            text(_("; ").join(one.because), soft=True),
        )
        for one in acts
    ]
    hidden = len(rows) - SHOWN_ACTS
    table = Table(heads, rows[:SHOWN_ACTS])
    if hidden <= 0:
        return table
    fold = ngettext("{n} more activity", "{n} more activities", hidden).format(n=count(hidden))
    return replace(table, more=Table(heads, rows[SHOWN_ACTS:]), fold=fold)


def found_changes(sight: Sight) -> Table | None:
    """Rules that seem to have changed: since when, for whom, and what the user said of it."""
    if not sight.changes:
        return None
    zone, daily = sight.chronicle.timezone, any(one.days for one in sight.changes)
    since = text(_("Day") if daily else _("Week of"), notes=[_("interval")])
    heads = (text(_("What changed")), since, text(_("For whom")))
    rows = [
        (
            text(one.text, notes=[*one.others[:SHOWN_OTHERS], *([word(one.verdict)] if one.verdict else [])]),
            text(day(one.begin, zone), notes=[f"{day(one.first, zone)} – {day(one.last, zone)}", _by_chance(one)]),
            text(_whose_cases(one), notes=_followed(one, zone)),
        )
        for one in sight.changes
        if one.verdict != "refuted"
    ]
    said = _("Of twenty logs without any change, one has such a finding at most.")
    return Table(heads, rows, said) if rows else None


_RARELY = 0.001
"""How seldom chance shows as much, below which it is not told more exactly."""


def _by_chance(change: FoundChange) -> str:
    """In how many logs without a change chance alone shows as much."""
    share = percent(change.p) if change.p >= _RARELY else f"< {percent(_RARELY)}"
    return _("by chance in {share} of logs").format(share=share)


def _whose_cases(change: FoundChange) -> str:
    if change.leads:
        return _("{client} first").format(client=party_name(change.leads))
    moved = [party_name(one.party) for one in change.parties if not one.low <= 0 <= one.high]
    return ", ".join(moved) if 0 < len(moved) < len(change.parties) else _("everybody")


def _followed(change: FoundChange, zone: str) -> list[str]:
    """Since when the others follow, where one client's cases lead."""
    text = _("{client} since {week}")
    followed = [text.format(client=party_name(who), week=day(week, zone)) for who, week in change.then]
    if change.followed is not None:
        followed.append(_("all others since {week}").format(week=day(change.followed, zone)))
    return followed


def _before_and_after(change: FoundChange) -> str:
    """The shares before and after, and whose they are, where one client leads."""
    shares = {name: amount(getattr(change, name), "share") for name in ("before", "after")}
    if change.leads and change.kind != "priority":
        text = _("cases of {client}: {before} before, {after} after")
        return text.format(client=party_name(change.leads), **shares)
    return _("{before} before, {after} after").format(**shares)


def changed_shares(sight: Sight) -> Figure | None:
    """The shares that changed, week by week; in short records, day by day."""
    shown = [one for one in sight.changes if one.verdict != "refuted"][:SHOWN_SERIES]
    begins = next((list(one.days) for one in shown if one.days), sight.weeks)
    if not shown or not begins:
        return None
    labels = [day(begin, sight.chronicle.timezone) for begin in begins]
    marks = [next((at for at, begin in enumerate(begins) if begin >= one.begin), math.nan) for one in shown]
    panels = [
        charts.Series(
            mark=mark,
            name=" → ".join(filter(None, one.what)),
            values=[100 * value for value in one.weekly[: len(labels)]],
            beside=[100 * value for value in one.weekly_others[: len(labels)]],
            remark=_before_and_after(one),
        )
        for one, mark in zip(shown, marks, strict=True)
    ]
    title, reading = _by_period(daily=begins is not sight.weeks)
    if any(one.beside for one in panels):
        reading += " " + _("Where one client leads, the columns are of his cases, the dashed line of all others.")
    return columned(title, reading, panels, labels)


def _by_period(*, daily: bool) -> tuple[str, str]:
    """What the picture of shares that changed is called, and how it is read."""
    if daily:
        return _("Shares that changed, day by day"), _(
            "Per cent, of the cases that arrived or the steps that ended on each day of work; the line stands where it "
            "changed. Each has its own scale."
        )
    return _("Shares that changed, week by week"), _(
        "Per cent, of the cases that arrived or the steps that ended in each week; the line stands where it "
        "changed. Each has its own scale."
    )


def beside(parties: Sequence[str]) -> list[Sequence[str]]:
    """*parties* in as many tables of about equal width as they need."""
    size = math.ceil(len(parties) / max(math.ceil(len(parties) / _BESIDE), 1))
    return [parties[at : at + size] for at in range(0, len(parties), max(size, 1))]


def footprint(sight: Sight) -> list[Table]:
    """What happens in the cases of each party, party by party."""
    deeds = list(dict.fromkeys(one.deed for one in sight.footprints))
    parties = list(dict.fromkeys(one.party for one in sight.footprints))
    known = {(one.deed, one.party): one for one in sight.footprints}
    unit = unit_for("share", [1.0])

    def cell(deed: str, party: str) -> Cell:
        one = known.get((deed, party))
        if one is None:
            return numeral("–", soft=True)
        value, interval = with_interval(one.share, one.low, one.high, unit._replace(name=""))
        return numeral(value, notes=[interval] if interval else [])

    def table(shown: Sequence[str]) -> Table:
        heads = (text(_("Share of cases in which")), *(numeral(party_name(name)) for name in shown))
        return Table(
            heads, [(text(word(deed), notes=[unit.name]), *(cell(deed, party) for party in shown)) for deed in deeds]
        )

    return [table(shown) for shown in beside(parties)]


def _in_order(sight: Sight) -> list[str]:
    """The teams that serve all in the order of arrival."""
    most: dict[str, float] = {}
    for one in sight.passings:
        most[one.team] = max(most.get(one.team, 0.0), one.share, one.others)
    return [team for team, share in most.items() if share == 0]


def _nobody_passes(team: str) -> tuple[Cell, Cell, Cell, Cell, Cell, Cell]:
    none, nothing = numeral(amount(0.0, "share")), numeral("–", soft=True)
    return text(_("nobody passes another"), soft=True), text(party_name(team)), none, none, nothing, nothing


def overtaking(sight: Sight) -> Table | None:
    """Whom the cases of clients pass, and what the order of service gives and takes."""
    if not sight.passings:
        return None
    in_order = _in_order(sight)
    told = sorted((one for one in sight.passings if one.team not in in_order), key=lambda one: one.others - one.share)
    passing = [one for one in told if one.share >= _PASSES][:SHOWN_ACTS]
    heads = (
        text(_("Client")),
        text(_("At team")),
        numeral(_("pass"), notes=[_("of those who wait")]),
        numeral(_("all others")),
        numeral(_("his steps begin"), notes=[_("on average")]),
        numeral(_("others' steps begin"), notes=[_("on average")]),
    )

    def row(one: Passing) -> tuple[Cell, ...]:
        passed = (numeral(amount(share, "share")) for share in (one.share, one.others))
        moved = (_moved(one.gained), _moved((-one.cost[0], -one.cost[2], -one.cost[1])))
        return text(party_name(one.client)), text(party_name(one.team)), *passed, *moved

    rows = [*map(row, passing), *map(_nobody_passes, in_order)]
    said = _(
        "Of those who wait when a step begins, the share that came before it: 0 % where all are served in the order of "
        "arrival, about 50 % where the order is left to chance."
    )
    hidden = [row(one) for one in told if one not in passing]
    if not rows or not hidden:
        return Table(heads, rows or hidden, said)
    fold = ngettext("{n} more line: who passes few or nobody", "{n} more lines: who passes few or nobody", len(hidden))
    return Table(heads, rows, said, more=Table(heads, hidden), fold=fold.format(n=count(len(hidden))))


def _moved(sooner: tuple[float, float, float]) -> Cell:
    """By how much steps begin sooner, with its interval; or later, where that is negative."""
    value, low, high = sooner
    late = value < 0
    said, _open, ends = duration(*((-value, -high, -low) if late else sooner)).partition(" (")
    which = (_("{time} later") if late else _("{time} sooner")).format(time=said)
    return numeral(which if value else said, notes=[ends.rstrip(")")] if ends else [])


def loads(sight: Sight) -> list[Table]:
    """What part of each team's steps is for whom, and how much of it comes outside office hours."""
    if len({one.party for one in sight.loads}) < 2:
        return []
    parties = list(dict.fromkeys(one.party for one in sight.loads))
    known = {(one.team, one.party): one for one in sight.loads}
    unit = unit_for("share", [1.0])._replace(name="")

    def cell(team: str, party: str) -> Cell:
        one = known[team, party]
        if one.share[0] == 0:
            most = with_interval(one.share[2], math.nan, math.nan, unit)[0]
            return numeral("0", notes=[_("up to {most}").format(most=most)], soft=True)
        value, interval = with_interval(*one.share, unit)
        notes = [interval] if interval else []
        if math.isfinite(one.outside[0]):
            late = with_interval(one.outside[0], math.nan, math.nan, unit)[0]
            notes.append(_("{share} % out of hours").format(share=late))
        return numeral(value, notes=notes)

    def table(shown: Sequence[str], caption: str) -> Table:
        heads = (text(_("Per cent of the steps of")), *(numeral(party_name(name)) for name in shown))
        return Table(
            heads, [(text(party_name(team)), *(cell(team, party) for party in shown)) for team in teams], caption
        )

    teams = list(dict.fromkeys(one.team for one in sight.loads))
    said = _("Out of hours: of these steps, those that end outside Monday to Friday, 09:00 to 17:00.")
    split = beside(parties)
    return [table(shown, said if shown is split[-1] else "") for shown in split]


def load_by_hour(sight: Sight) -> Figure | None:
    """When the steps for each party end, by the hour of the day."""
    shown = [one for one in sight.loads if one.team == "all teams" and any(one.by_hour)]
    if len(shown) < 2:
        return None
    panels = [
        charts.Series(
            name=party_name(one.party),
            values=one.by_hour,
            remark=_("{n} steps a week").format(n=written(sum(one.by_hour), digits_for([sum(one.by_hour)]))),
        )
        for one in shown
    ]
    title = _("When the work for each party is done")
    hours = [f"{hour}–{hour + 1}\u202fh" for hour in range(24)]
    return columned(title, _("Steps in each hour of the day. Each party has its own scale."), panels, hours)


def written_and_done(sight: Sight) -> list[Table]:
    """How far each party's cases follow the written procedure, and where cases leave it."""
    if sight.prescribed is None:
        return []
    unit = unit_for("share", [1.0])

    def cell(value: tuple[float, float, float], one: Unit) -> Cell:
        said, interval = with_interval(*value, one)
        return numeral(said, notes=[interval] if interval else [])

    heads = (text(_("Party")), numeral(_("follow to the letter")), numeral(_("steps that differ"), notes=[_("a case")]))
    rows = [
        (text(party_name(one.party)), cell(one.share, unit), cell(one.edits, Unit(1.0, "")))
        for one in sight.prescribed.following
    ]
    deviations = [
        (text(one.step), text(word(one.how), soft=True), cell(one.share, unit)) for one in sight.prescribed.deviations
    ]
    tables = [Table(heads, rows)]
    if deviations:
        heads = (text(_("Step")), text(_("how it deviates")), numeral(_("share of all cases")))
        rest = deviations[SHOWN_ACTS:]
        fold = ngettext("{n} more line", "{n} more lines", len(rest)).format(n=count(len(rest)))
        tables.append(Table(heads, deviations[:SHOWN_ACTS], more=Table(heads, rest) if rest else None, fold=fold))
    return tables


PLACES = {
    "written procedure": "prescribed", "written procedure of a client": "prescribed",
    "written procedure since a change": "prescribed",
    "who waits for whom": "waits", "waits": "waits", "waits of a client": "waits", "co-production": "co-production",
    "rule change": "organising", "footprint": "footprint", "overtaking": "overtaking", "another procedure": "ways",
    "client procedure": "ways", "rework": "ways", "load of a client": "load", "arrivals": "weeks",
    "fixed delay": "waits", "program": "waits", "batch": "waits", "concentration": "weeks", "uneven records": "weeks",
    "hours": "hours", "load": "teams", "brought together": "weeks", "not in the queue": "overtaking",
    "days of the month": "month",
}  # fmt: skip
"""Kind of a finding -> the part of the page that shows it; all others stand in the ledgers."""


def place_of(kind: str) -> str:
    """The anchor of the picture or table that shows a finding of this *kind*."""
    return "seen-" + PLACES.get(kind, "ledgers")
