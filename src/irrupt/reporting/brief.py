"""The answer that fits one screen: who does what, claimed beside found, how far to trust it. The rest comes on demand.

Nothing is computed here: what is left out is counted, and `irrupt.reporting.show`, the report and JSON have it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from rich.console import Group, RenderableType

from irrupt.experiment.model import Comparison
from irrupt.i18n import gettext as _
from irrupt.i18n import more, ngettext
from irrupt.ledgers import schedules
from irrupt.ledgers.definitions import WORKING
from irrupt.organisation.model import Organisation
from irrupt.reporting.brief_acts import in_brief
from irrupt.reporting.differences import the_parties
from irrupt.reporting.ink import Unbroken, dim, grid, line, lines
from irrupt.reporting.parts import ASKED, chosen
from irrupt.reporting.sections import announced, log, made, trust
from irrupt.reporting.terminal import Clients, acts_to_try, with_other_times
from irrupt.reporting.words import (
    count,
    joined,
    number_of,
    trust_sentences,
)
from irrupt.sight.announced import ScheduleSight
from irrupt.sight.model import Entry, Finding, Sight
from irrupt.sight.split import CLOCK_TIME, REST
from irrupt.sight.words import days

CYCLE, SHORT = "cycle time", 0.005
"""Part of the time of a case below which something is not told."""
TOLD = (
    *("arrivals", CYCLE, "waiting for us", "waiting for the client", "unexplained delay", CLOCK_TIME, REST),
    WORKING.name,
)
"""Measures of clients: how much they ask for, and where the time of their cases goes."""
TOLD_OF_PLANS = (
    *(schedules.NERVOUSNESS.name, schedules.ERROR.name, schedules.BIAS.name, schedules.BREACHES.name),
    *(schedules.NOTICE.name, schedules.EFFECTIVE_FROZEN.name, schedules.HOURS_MOVED.name),
)
"""Measures of what clients announce."""
NARROW = 0.05
"""Part of a value below which the reach of its bounds is not told."""
SHOWN_NOTES = 3
SHOWN_TRIES = 2
SHOWN_ACTS = 4
"""Where there are more scenarios, each is told in fewer words."""
LONG, LONGER = 150, 260
"""Characters from which on a finding is told without its last clauses: about two lines, or three of what cases wait
for."""
BRIEF = (Sight, ScheduleSight, Organisation, Comparison)
"""What is told in brief."""


def brief(result: Sight | ScheduleSight | Organisation | Comparison) -> Unbroken:
    """*result* in one screen of a terminal of 80 columns; names of users may make it longer."""
    if isinstance(result, Organisation):
        return Unbroken(Group(*_organisation(result)))
    if isinstance(result, Comparison):
        return Unbroken(Group(*_comparison(result)))
    if isinstance(result, ScheduleSight):
        return Unbroken(Group(*_announced(result)))
    return Unbroken(Group(*_sight(result)))


def seen_in_short(sight: Sight, kinds: Collection[str]) -> Unbroken:
    """What was read, and the findings of *sight* that are of *kinds*."""
    told = chosen(sight.findings, kinds, len(kinds))
    return Unbroken(Group(line(_read(sight), style="bold"), _told(sight.findings, told)))


def _read(sight: Sight) -> str:
    """How much was read, and what of it is used."""
    clients = ngettext("{n} client", "{n} clients", sight.clients).format(n=count(sight.clients))
    whole = _("{cases} of {clients}").format(cases=log.cases(sight.cases), clients=clients)
    period = days(sight.used_begin, sight.used_end, sight.chronicle.timezone)
    used = _("{cases}, {days}").format(cases=log.cases(sight.used_cases), days=period)
    return joined([whole, _("used: {period}").format(period=used)])


def _sight(sight: Sight) -> Iterator[RenderableType]:
    yield line(log.size(sight))
    notes = sight.chronicle.notes
    yield from dim(notes)
    yield line(log.problem_summary(sight.chronicle), style="dim")
    everything = with_other_times(sight.ledger, sight)
    of_clients = [_plainly(one) for one in everything if one.of == "client" and one.measure in TOLD]
    told = [one for one in of_clients if one.measure not in _little(of_clients)]
    if told:
        yield from ("", Clients(told))
    heading = _("What clients do, and what cases wait for")
    yield from ("", *_findings(sight.findings, heading, ASKED, LONG))
    yield from acts_to_try(sight, SHOWN_TRIES)


def _little(entries: Sequence[Entry]) -> set[str]:
    """What hardly takes time in anybody's cases, beside other things that take time; work is always told."""
    whole = max((one.value for one in entries if one.measure == CYCLE), default=0.0)
    longest: dict[str, float] = {}
    for one in entries:
        if one.unit == "h" and one.measure != WORKING.name:
            longest[one.measure] = max(longest.get(one.measure, 0.0), one.value)
    return {measure for measure, value in longest.items() if value < SHORT * whole}


def _plainly(entry: Entry) -> Entry:
    """*entry* without its bounds where these hardly differ from it."""
    bracket = entry.bracket
    if bracket is None or bracket[1] - bracket[0] > NARROW * entry.value:
        return entry
    return replace(entry, shortest=math.nan, longest=math.nan)


def _announced(sight: ScheduleSight) -> Iterator[RenderableType]:
    yield line(announced.summary(sight))
    yield from dim(sight.chronicle.notes)
    yield line(log.problem_summary(sight.chronicle), style="dim")
    yield from (line(said, style="dim") for said in announced.bought(sight))
    told = [one for one in sight.ledger if one.measure in TOLD_OF_PLANS or sight.of == "orders"]
    if told:
        yield from ("", Clients(told))
    heading = _("What clients announce, and what they buy") if sight.of == "plans" else _("What clients order")
    yield from ("", *_findings(sight.findings, heading, (), LONGER))


def _findings(findings: Sequence[Finding], heading: str, kinds: Collection[str], room: int) -> Iterator[RenderableType]:
    """The first of *findings*, and those of *kinds*, with how many there are."""
    told = chosen(findings, kinds)
    said = [(heading, "bold")]
    if len(told) < len(findings):
        some = _("({n} of {all} findings)").format(n=count(len(told)), all=count(len(findings)))
        said.append((" " + some, "dim"))
    yield lines(*said)
    yield _told(findings, told, room)


def _told(findings: Sequence[Finding], numbers: Sequence[int], room: int = LONG) -> RenderableType:
    """The *findings* that have these *numbers*; of some there is more to tell than there is *room* for."""
    told = grid("right", "left")
    for number in numbers:
        finding = findings[number - 1]
        shown = _shortened(finding.text, LONGER if finding.kind == "waits" else room)
        told.add_row(line(str(number), style="dim"), line(shown))
    return told


def _shortened(text: str, room: int = LONG) -> str:
    """*text* without the clauses for which there is no *room*.

    >>> _shortened("A case takes 13 days: it waits for us; we wait for the client.")
    'A case takes 13 days: it waits for us; we wait for the client.'
    """
    first, *more = text.split(_("; "))
    while more and len(first) + len(more[0]) <= room:
        first = joined([first, more.pop(0)])
    return joined([first, "…"]) if more else first


def _organisation(organisation: Organisation) -> Iterator[RenderableType]:
    told = grid("left", "left")
    for head, said in trust.facts(organisation, brief=True):
        told.add_row(line(head, style="dim"), line(said))
    yield told
    notes = organisation.learned.notes if organisation.learned else ()
    if organisation.fidelity:
        yield from ("", line(_("How far to trust it"), style="bold"))
        yield line(trust.how_tested(), "dim")
        yield from map(line, trust_sentences(organisation.fidelity))
    if notes:
        yield from ("", line(_("Assumed"), style="bold"))
        numbered = grid("right", "left")
        for number, note in enumerate(notes[:SHOWN_NOTES], 1):
            numbered.add_row(line(str(number), style="dim"), line(_shortened(note)))
        yield numbered
        if (rest := len(notes) - SHOWN_NOTES) > 0:
            yield line(more(rest, "assumption"), style="dim")


def _comparison(comparison: Comparison) -> Iterator[RenderableType]:
    runs = ngettext("{n} pair of runs", "{n} pairs of runs", comparison.replications)
    weeks = ngettext("{n} week", "{n} weeks", math.ceil(comparison.weeks)).format(n=number_of(comparison.weeks))
    how = _("(with it minus without it, {runs}, {weeks})")
    yield lines(
        (_("What each act would do"), "bold"),
        (" " + how.format(runs=runs.format(n=count(comparison.replications)), weeks=weeks), "dim"),
    )
    legend = [_("±: half of a 95 % interval"), _("*: set by the act"), _("?: perhaps too small to matter")]
    yield line(joined(legend), style="dim")
    if comparison.stored:
        yield line(made.pairs(comparison) + ".", style="dim")
    for tried in comparison.tried:
        yield from in_brief(comparison, tried, few=len(comparison.tried) <= SHOWN_ACTS)
    yield from the_parties(comparison)
    yield from ("", lines((_("How far to trust it") + "  ", "bold"), trust.briefly(comparison.organisation)))
    yield from (line(said, style="yellow") for said in (*made.precision(comparison), *comparison.notes))
