"""Section 4: what each act does to whom."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass

from irrupt.experiment.model import Comparison, Tried
from irrupt.groups import party_name
from irrupt.i18n import Counted, and_more, date_text, first_of, mark, ngettext
from irrupt.i18n import gettext as _
from irrupt.organisation.model import Organisation
from irrupt.organisation.rules import RuleChange
from irrupt.regulation.stakes import EARNING, WORKING, watched_by
from irrupt.regulation.verbs import DOES, verbs
from irrupt.reporting import forest
from irrupt.reporting.evidenced import organising_said
from irrupt.reporting.parts import Cell, Figure, Table, figure, numeral, text
from irrupt.reporting.sections import effects
from irrupt.reporting.sections.behind import BehindPart
from irrupt.reporting.sections.behind import parts as parts_behind
from irrupt.reporting.sections.claims import Answer, answers
from irrupt.reporting.sections.effects import Row, Sides, number
from irrupt.reporting.sections.why import reasons
from irrupt.reporting.words import (
    EMPLOYMENT,
    PARTS,
    Unit,
    amount,
    authors_said,
    count,
    digits_for,
    joined,
    listed,
    named,
    part_of,
    parts,
    roughly,
    tried_name,
    word,
    written,
)
from irrupt.units import WEEK
from irrupt.wall import local_time

SHOWN_OTHERS = 5
"""Teams that the act does not touch, drawn for one measure."""
SHOWN_PARTIES = 12
"""Parties in the numbers of one measure."""
SHOWN_SHARING = 6
"""Teams that share people with those concerned."""
BOUNDS = {"shortest": mark("shortest service times"), "longest": mark("longest service times")}
FORCES = {
    "imposed": mark("imposed by {author}"),
    "negotiated": mark("negotiated by {author}"),
    "carried up": mark("carried up by {author}"),
}
CHANNELS = {
    "instrument": mark("through a contract or the like"),
    "relay": mark("through front-line staff"),
    "schedule": mark("through a schedule"),
}


@dataclass(frozen=True, slots=True)
class LedgerEffects:
    """The effects on one ledger: drawn, what did not move, and all of them in numbers."""

    name: str
    figure: Figure | None
    remarks: Sequence[str]
    """What did not move, what is not drawn, or why there is nothing."""
    table: Table | None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario: rule changes, claims beside findings, effects ledger by ledger."""

    name: str
    anchor: str
    rules: Sequence[tuple[str, str]]
    """What the rule says, and who makes it, how, since when."""
    answers: Sequence[Answer]
    ledgers: Sequence[LedgerEffects]
    looked_through: str
    why: Sequence[str]
    """Why it moves nothing of what it was to move."""
    behind: Sequence[BehindPart]
    in_common: str
    """Which other teams share people with those whose rules are touched; empty: none."""


def scenarios(comparison: Comparison) -> list[Scenario]:
    """Every scenario of *comparison*, in its order."""
    with ThreadPoolExecutor() as pool:
        # Looking behind differences runs pairs again: the loop lets others work meanwhile.
        told = [
            pool.submit(copy_context().run, _scenario, comparison, tried, index)
            for index, tried in enumerate(comparison.tried, 1)
        ]
        return [one.result() for one in told]


def _scenario(comparison: Comparison, tried: Tried, index: int) -> Scenario:
    rows = [row for row in comparison.effects.to_dicts() if row["scenario"] == tried.name]
    concerned = effects.sides(tried, rows)
    claimed = {(one.claim.measure, one.claim.party) for one in tried.found}
    watched = watched_by(comparison.organisation, (*concerned.clients, *concerned.teams))
    parts = {name: [row for row in rows if part_of(row["ledger"], row["measure"]) == name] for name in PARTS}
    return Scenario(
        name=tried_name(tried),
        anchor=f"act-{index}",
        rules=[(change.rule, signature(change, comparison)) for change in tried.changes],
        answers=answers(comparison, tried),
        ledgers=[_ledger(name, mine, concerned, claimed, watched) for name, mine in parts.items()],
        looked_through=looked_through(rows),
        why=reasons(tried),
        behind=parts_behind(comparison, tried, concerned),
        in_common=in_common(comparison, concerned),
    )


def in_common(comparison: Comparison, concerned: Sides) -> str:
    """Which other teams share people with those concerned: why an act is felt where no rule of it reaches."""
    own = set(concerned.teams) & set(comparison.organisation.teams)
    people = [set(person.teams) for person in comparison.organisation.people.values()]
    shared = Counter(team for teams in people if teams & own for team in teams - own)
    if not own or not shared:
        return ""
    most = [team for team, _people in sorted(shared.items(), key=lambda item: (-item[1], item[0]))]
    named = first_of(most, SHOWN_SHARING)
    return _("People of {teams} also work for {others}: what they do there is felt here too.").format(
        teams=listed(sorted(own)), others=named
    )


def looked_through(rows: Sequence[Row]) -> str:
    """How intervals are made where many differences are looked through for what moves."""
    uncertain = sum(not effects.unchanged(row) for row in rows)
    if uncertain < 2:
        return ""
    return _(
        "{all} differences were looked through for this act. Where no claim names them beforehand, their intervals are "
        "wider than 95 %: so wide that of the differences told apart, at most one in twenty is wrong on average."
    ).format(all=count(uncertain))


def signature(change: RuleChange, comparison: Comparison) -> str:
    """Who makes a rule change, how, from when on, what he does by it, and who sees it."""
    rules = comparison.organisation
    who = _(FORCES[change.force]).format(author=authors_said(change.authors))
    if change.force == "imposed" and change.author in {*rules.teams, *rules.people}:
        how = [_("on the initiative of {author}").format(author=party_name(change.author))]
    else:
        how = [who, _(CHANNELS[change.channel])]
    said = [", ".join([*how, _since(change, rules)])]
    does = ", ".join(_(DOES[verb]) for verb in verbs(change))
    said += [_("it serves {does}").format(does=does)] if does else []
    said += [] if change.written else [_("unwritten")]
    said += [_("seen by {parties}").format(parties=", ".join(change.visible_to))] if change.visible_to else []
    if change.organising_hours:
        said.append(organising_said(change.organising_hours))
    return joined([*said, change.reason] if change.reason else said)


def _since(change: RuleChange, rules: Organisation) -> str:
    """From when on it holds: by its date where runs go on where records stop, else by the week of each run."""
    if rules.learned is not None:
        return _("from {date} on").format(date=date_text(local_time(change.time, rules.timezone).date()))
    week = math.floor(rules.timeline.second(change.time) / WEEK) + 1
    return _("from week {week} of each run on").format(week=week)


def _ledger(
    name: str, rows: Sequence[Row], concerned: Sides, claimed: set[tuple[str, str]], watched: Collection[str]
) -> LedgerEffects:
    if not rows:
        empty = {
            "power": _(
                "Power is what a party could do, at all its settings, not what one act does: irrupt power measures it."
            ),
            EMPLOYMENT: _("Nothing is known of contracts: they are told where hours follow a plan, or what waits."),
        }.get(name, _("No run could tell anything here."))
        return LedgerEffects(word(name), None, [empty], None)
    groups = effects.by_measure(rows)
    drawn = [_drawn(group, concerned, claimed, watched) for group in groups]
    remarks = [*_still(zip(groups, drawn, strict=True), concerned), *_others(groups, drawn)]
    shown = [group for group in drawn if group]
    table, left_out = _numbers(groups, drawn, concerned)
    return LedgerEffects(word(name), _figure(name, shown) if shown else None, remarks, _table(table, left_out))


def _drawn(
    group: Sequence[Row], concerned: Sides, claimed: set[tuple[str, str]], watched: Collection[str]
) -> list[Row]:
    """The rows of one measure worth drawing: those concerned for whom it moves, and teams for whom it surely does. What
    is undecided for all of them is drawn where it is *watched*, or claimed."""
    kept = []
    for party in (*concerned.clients, *concerned.teams):
        kept += [r for r in group if r["party"] == party and (effects.tells(r) or (r["measure"], party) in claimed)]
    rest = [row for row in group if row["of"] == "team" and row not in kept and effects.sure(row)]
    if not rest and group[0]["measure"] not in watched and all(effects.worth(row) == "undecided" for row in kept):
        kept = [row for row in kept if (row["measure"], row["party"]) in claimed]
    return kept + effects.most_telling(rest)[:SHOWN_OTHERS]


def _still(groups: Iterable[tuple[Sequence[Row], Sequence[Row]]], concerned: Sides) -> list[str]:
    """Which measures did not move for those concerned, or may have."""
    near = (*concerned.clients, *concerned.everybody, *concerned.teams)
    same: list[str] = []
    little: list[str] = []
    unsure: list[str] = []
    for group, drawn in groups:
        if not drawn:
            mine = [row for row in group if row["party"] in near] or group
            theirs = (row for row in mine if row["party"] in (*concerned.clients, *concerned.teams))
            hidden = any(effects.worth(row) == "undecided" for row in theirs)
            of = same if all(map(effects.unchanged, mine)) else unsure if hidden else little
            of.append(word(group[0]["measure"]))
    remarks = []
    if unsure:
        remarks.append(_("Undecided, and not what those concerned watch: {measures}.").format(measures=listed(unsure)))
    if little:
        remarks.append(
            _("No measurable effect, or one far too small to matter: {measures}.").format(measures=listed(little))
        )
    if same:
        remarks.append(_("Exactly the same with and without: {measures}.").format(measures=listed(same)))
    return remarks


def briefly_listed(names: Sequence[str], of: Counted, shown: int = 3) -> str:
    """The first few of *names*, and how many more there are *of* what.

    >>> briefly_listed(["arrivals", "rework", "handovers", "given up", "night work"], "measure")
    'arrivals, rework, handovers and 2 more measures'
    """
    rest = len(names) - shown
    return and_more(listed(names[:shown]), rest, of) if rest > 1 else listed(names)


def _others(groups: Sequence[Sequence[Row]], drawn: Sequence[Sequence[Row]]) -> list[str]:
    """What is not drawn for teams that the act does not touch."""
    hidden = [row for group, few in zip(groups, drawn, strict=True) for row in group if row not in few]
    teams = [row for row in hidden if row["of"] == "team" and row["party"] not in effects.GROUPS]
    moving = sum(map(effects.decided, teams))
    watched = {*WORKING.watches, *EARNING}
    unsure = [row for row in teams if row["measure"] in watched and effects.worth(row) == "undecided"]
    said = []
    if moving:
        said.append(
            ngettext("{n} effect may be too small to matter", "{n} effects may be too small to matter", moving).format(
                n=count(moving)
            )
        )
    if unsure:
        said.append(undecided_said(unsure))
    return [_("Not drawn, on teams: {what}.").format(what=joined(said))] if said else []


def undecided_said(rows: Sequence[Row]) -> str:
    """Of what is watched, what is undecided, and about how many more pairs of runs would settle it."""
    of: dict[str, list[str]] = {}
    for row in rows:
        of.setdefault(word(row["measure"]), []).append(party_name(row["party"]))
    named = briefly_listed([f"{measure} ({briefly_listed(teams, 'team')})" for measure, teams in of.items()], "measure")
    said = _("undecided of what teams watch: {measures}").format(measures=named)
    needed = [row["more"] for row in rows if row["more"] is not None and math.isfinite(row["more"])]
    if not needed:
        return said
    more = roughly(math.ceil(max(needed)))
    pairs = ngettext("about {n} more pair would settle it", "about {n} more pairs would settle it", more)
    return joined([said, pairs.format(n=count(more))])


def _figure(name: str, groups: Sequence[Sequence[Row]]) -> Figure:
    title = _("Effects, ledger {ledger}").format(ledger=word(name))
    panels = [_panel(group) for group in groups]
    said = "; ".join(f"{panel.measure}: " + ", ".join(effect.tip for effect in panel.effects) for panel in panels)
    ends = (_("falls"), _("rises"))
    return figure(title, "", lambda width: forest.forest(panels, ends, width=width, title=title, description=said))


def _panel(group: Sequence[Row]) -> forest.Panel:
    unit = effects.difference_unit(group)
    measure = ", ".join([word(group[0]["measure"]), *named(unit, group[0]["measure"])])
    return forest.Panel(measure=measure, effects=[_effect(row, unit) for row in group])


def _effect(row: Row, unit: Unit) -> forest.Effect:
    difference, low, high = (number(row, column) for column in ("difference", "low", "high"))
    value, interval = effects.difference_in(row, unit._replace(name=""))
    party = party_name(row["party"])
    said = f"{value} ({interval})" if interval else value
    return forest.Effect(
        party=party,
        difference=difference * unit.factor,
        low=low * unit.factor,
        high=high * unit.factor,
        matters=number(row, "matters") * unit.factor,
        decided=effects.decided(row),
        set_directly=effects.set_directly(row),
        text=f"{value} {effects.reach_in(row, unit)}".strip(),
        tip=f"{party} {said} {unit.name}, {word(row['verdict'])}, {word(row['kind'])}",
    )


def _numbers(
    groups: Sequence[Sequence[Row]], drawn: Sequence[Sequence[Row]], concerned: Sides
) -> tuple[list[list[Row]], int]:
    """The rows that are given in numbers, and how many are left out: those that show least."""
    near = (*concerned.clients, *concerned.everybody, *concerned.teams)
    chosen, left_out = [], 0
    for group, few in zip(groups, drawn, strict=True):
        if all(map(effects.unchanged, group)):
            continue
        rest = [row for row in group if row["party"] not in near and row not in few]
        rest.sort(key=lambda row: (not effects.decided(row), -effects.strength(row)))
        room = max(SHOWN_PARTIES - (len(group) - len(rest)), 0)
        kept = [row for row in group if row not in rest] + rest[:room]
        left_out += len(rest[room:])
        chosen.append([row for row in group if row in kept])
    return chosen, left_out


def _table(groups: Sequence[Sequence[Row]], left_out: int) -> Table | None:
    if not groups:
        return None
    ends = [end for end in BOUNDS if any(math.isfinite(number(row, end)) for group in groups for row in group)]
    heads = [
        text(_("Party")),
        numeral(_("Without")),
        numeral(_("With")),
        numeral(_("Difference"), notes=[_("interval")]),
        *(numeral(_("Difference"), notes=[_(BOUNDS[end])]) for end in ends),
        text(_("Verdict")),
    ]
    rows: list[Sequence[Cell]] = []
    for group in groups:
        unit = effects.difference_unit(group)
        rows.append([text(word(group[0]["measure"]), notes=_units(unit, group[0]))])
        rows += [_row(row, unit, ends) for row in group]
    caption = ""
    if left_out:
        caption = ngettext(
            "{n} more row, in which least moves, is left out; it stands in the data that the page carries.",
            "{n} more rows, in which least moves, are left out; they stand in the data that the page carries.",
            left_out,
        ).format(n=count(left_out))
    return Table(heads, rows, caption)


def _units(unit: Unit, row: Row) -> list[str]:
    return [_("%, differences in points")] if row["unit"] == "share" else named(unit, row["measure"])


def _row(row: Row, unit: Unit, ends: Sequence[str]) -> list[Cell]:
    value, interval = effects.difference_in(row, unit._replace(name=""))
    digits = effects.digits_of(row, unit)
    made_of = parts(number(row, "noise"), number(row, "learned"), unit, digits)
    bounds = [written(number(row, end) * unit.factor, digits, sign=True) for end in ends]
    levels = [number(row, column) * unit.factor for column in ("without", "with")]
    tone = ("on" if effects.decided(row) else "off") + (" hollow" if effects.set_directly(row) else "")
    return [
        text(party_name(row["party"])),
        *(numeral(written(level, digits_for(levels)), soft=True) for level in levels),
        numeral(value, notes=[note for note in (interval, made_of) if note]),
        *(numeral(bound, soft=True) for bound in bounds),
        Cell(word(row["verdict"]), notes=[word(row["kind"])], mark=tone, tip=_matters(row)),
    ]


def _matters(row: Row) -> str:
    smallest = amount(number(row, "matters"), row["unit"], difference=True)
    return _("matters from {smallest} on").format(smallest=smallest)
