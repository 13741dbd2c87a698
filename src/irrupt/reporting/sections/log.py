"""Section 1: what the log is, how it was read, and what was wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from irrupt.chronicle.journal import ISSUED
from irrupt.chronicle.model import Chronicle, Problem
from irrupt.groups import party_name
from irrupt.i18n import Counted, and_more, ngettext
from irrupt.i18n import gettext as _
from irrupt.reporting.parts import Table, text
from irrupt.reporting.words import count, joined
from irrupt.sight.model import Sight
from irrupt.sight.words import days

BUNDLED = ("incidents.parquet", 24_918)
"""Source and number of cases of the log that comes with irrupt."""
BUNDLED_FROM = (
    "Claudio Aparecido Lira do Amaral, Marcelo Fantinato, Sarajane Marques Peres (2018): Incident management process "
    "enriched event log. UCI Machine Learning Repository, doi:10.24432/C57S4H."
)
SHOWN_PLACES = 3
SHOWN_NAMES = 6


@dataclass(frozen=True, slots=True)
class LogSection:
    """Facts as pairs of a heading and a sentence, what was decided while reading, and what was found wrong."""

    facts: Sequence[tuple[str, str]]
    notes: Sequence[str]
    problems: Table | None
    problem_summary: str
    columns: Table | None
    attribution: str


def log_section(sight: Sight) -> LogSection:
    """What *sight* knows of its log."""
    chronicle = sight.chronicle
    return LogSection(
        facts=facts(sight),
        notes=chronicle.notes,
        problems=problem_table(chronicle.problems) if chronicle.problems else None,
        problem_summary=problem_summary(chronicle),
        columns=_columns(chronicle) if chronicle.mapping else None,
        attribution=attribution(sight),
    )


def attribution(sight: Sight) -> str:
    """Whom to name for the log that comes with irrupt, and what was changed in it; empty for any other."""
    if (sight.chronicle.source, sight.cases) != BUNDLED:
        return ""
    return BUNDLED_FROM + " " + _("Licence CC BY 4.0. All rows are kept, and 20 of 36 columns.")


def facts(sight: Sight) -> list[tuple[str, str]]:
    """What there is, as pairs of a heading and a sentence."""
    chronicle = sight.chronicle
    clients = (
        ngettext("{n} named in the log", "{n} named in the log", sight.clients).format(n=count(sight.clients))
        if sight.clients
        else _("the records name no client")
    )
    said = [
        (_("Source"), chronicle.source or _("records handed over in memory")),
        (_("Whole log"), whole(sight)),
        (_("Period in use"), period(sight)),
        (_("Clients"), clients),
        (_("Teams"), names(list(sight.teams), "team") if sight.teams else _("the records name no team")),
        (_("Clock"), _("hours and days of the week are those of {zone}").format(zone=chronicle.timezone)),
        (_("Start times"), start_times(chronicle)),
    ]
    if chronicle.client_acts:
        said.append((_("Done by clients"), names(sorted(chronicle.client_acts), "activity")))
    if chronicle.waits_for_client:
        waits = names(sorted(chronicle.waits_for_client), "activity")
        said.append((_("Waiting for clients"), _("after {steps}").format(steps=waits)))
    return said


def size(sight: Sight) -> str:
    """What was read, and what of it is used."""
    clients = ngettext("{n} client", "{n} clients", sight.clients).format(n=count(sight.clients))
    said = [whole(sight), clients if sight.clients else _("the records name no client")]
    if (sight.used_cases, sight.used_events) != (sight.cases, sight.events):
        said.append(_("used: {period}").format(period=period(sight)))
    return joined(said)


def whole(sight: Sight) -> str:
    """Size and span of the whole log."""
    return _("{cases}, {events}, {days}").format(
        cases=cases(sight.cases),
        events=events(sight.events),
        days=days(sight.begin, sight.end, sight.chronicle.timezone),
    )


def period(sight: Sight) -> str:
    """Size and span of the part of the log that is used."""
    if (sight.used_cases, sight.used_events) == (sight.cases, sight.events):
        return _("the whole log")
    return _("{days} ({cases}, {events})").format(
        days=days(sight.used_begin, sight.used_end, sight.chronicle.timezone),
        cases=cases(sight.used_cases),
        events=events(sight.used_events),
    )


def cases(n: int) -> str:
    """A number of cases, in words."""
    return ngettext("{n} case", "{n} cases", n).format(n=count(n))


def events(n: int) -> str:
    """A number of events, in words."""
    return ngettext("{n} event", "{n} events", n).format(n=count(n))


def names(known: Sequence[str], of: Counted) -> str:
    """The first few of *known*, and how many more there are *of* what."""
    first = ", ".join(party_name(name) for name in known[:SHOWN_NAMES])
    return and_more(first, len(known) - SHOWN_NAMES, of)


def start_times(chronicle: Chronicle) -> str:
    """What can be told of work and waiting apart."""
    return {
        "measured": _("in the records: work and waiting are measured"),
        "assumed": _(
            "not in the records: work and waiting are estimates, shown with the shortest and longest plausible"
        ),
        "missing": _("not in the records: work and waiting cannot be told apart"),
    }[chronicle.starts]


def problem_summary(chronicle: Chronicle) -> str:
    """How much was found wrong, and how much of it is not used."""
    if not chronicle.problems:
        return _("No problem was found in the records.")
    aside = 0 if chronicle.set_aside is None else chronicle.set_aside.height
    n = len(chronicle.problems)
    if not aside:
        return ngettext("{n} kind of problem, no row lost.", "{n} kinds of problems, no row lost.", n).format(
            n=count(n)
        )
    kinds = ngettext("{n} kind of problem", "{n} kinds of problems", n).format(n=count(n))
    rows = ngettext("{n} row is set aside, not used", "{n} rows are set aside, not used", aside)
    return _("{kinds}; {rows}.").format(kinds=kinds, rows=rows.format(n=count(aside)))


def problem_table(problems: Sequence[Problem]) -> Table:
    """What was found, what was done about it, and where."""
    heads = (text(_("What was found")), text(_("What was done")), text(_("Where first")))
    rows = []
    for problem in problems:
        rest = ["…"] if len(problem.places) > SHOWN_PLACES else []
        where = joined([*problem.places[:SHOWN_PLACES], *rest])
        rows.append(
            (text(problem.found), text(problem.done), text(where, soft=True)),
        )
    return Table(heads, rows)


def _columns(chronicle: Chronicle) -> Table:
    roles = {
        "case": _("case"),
        "activity": _("activity"),
        "start": _("start of a step"),
        "end": _("end of a step"),
        "resource": _("person"),
        "team": _("team"),
        "client": _("client"),
    }
    rows = [
        (text(roles.get(role, role)), text(column)) for role, column in chronicle.mapping.items() if column != ISSUED
    ]
    return Table((text(_("What irrupt needs")), text(_("Taken from"))), rows)
