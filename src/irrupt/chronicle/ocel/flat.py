"""Flattening: each object of one type becomes a case, with the events that it belongs to.

What belongs to several cases is told once for each (*convergence*); what is done for different things within one case
stands side by side there, in an order that says little (*divergence*). Both are counted and told. Cf. van der Aalst
(2019), object-centric process mining: dealing with divergence and convergence in event data.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from irrupt.chronicle.hints import name_score
from irrupt.chronicle.journal import ROW, Raw, cases_without_events
from irrupt.chronicle.model import Problem
from irrupt.chronicle.ocel.attributes import with_case_attributes, with_other_objects
from irrupt.chronicle.ocel.gathered import ACTIVITY, EVENT, TIME, Gathered, told
from irrupt.chronicle.ocel.sound import sound
from irrupt.errors import DataError, Fault, UsageError, did_you_mean
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext, number

CASE = "case"
_ORDER = "\x1forder"
_KNOWN = 0.5
"""Score of a name from which on it is known to tell of a role."""
_FEWEST, _MOST = 2, 100
"""Events of an object, on average, where its type may well be that of the cases."""


def flat(made: Gathered, case_type: str | None) -> Raw:
    """The events of the objects of *case_type*, case by case.

    Raises `UsageError` where the type is not said and there are several, or none of this name.
    """
    checked = sound(made)
    problems = list(checked.problems)
    chosen = _chosen(made.name, checked.links, case_type)
    mine = checked.links.filter(type=chosen).select("event", pl.col("object").alias(CASE)).unique(maintain_order=True)
    events = checked.events.with_row_index(_ORDER)
    rows = mine.join(events, left_on="event", right_on=EVENT, how="inner").sort(_ORDER, CASE).rename({"event": EVENT})
    rows, columns = with_other_objects(rows, checked, chosen)
    rows = with_case_attributes(rows, made, chosen)
    people = _people(columns)
    things = [column for column in columns if column not in people.values()]
    problems += [*_shared(mine, chosen), *_side_by_side(rows, things), *_idle(checked.objects, mine, chosen)]
    outside = checked.events.join(mine, left_on=EVENT, right_on="event", how="anti")
    found = ngettext("{n} event belongs to no case", "{n} events belong to no case", outside.height)
    done = _("kept aside: no object of type {type} is named").format(type=chosen)
    problems += told("event without a case", outside[EVENT].to_list(), found, done)
    named = _free(chosen, rows.columns)
    frame = rows.drop(_ORDER).rename({CASE: named}).with_row_index(ROW)
    names, case_names = frame[EVENT].to_list(), frame[named].to_list()

    def locate(rows: Sequence[int]) -> tuple[str, ...]:
        return tuple(_("event {event} of case {case}").format(event=names[row], case=case_names[row]) for row in rows)

    return Raw(
        frame=frame,
        name=made.name,
        locate=locate,
        identified=True,
        roles={"case": named, "activity": ACTIVITY, "end": TIME} | people,
        problems=tuple(problems),
        notes=(_note(chosen, columns),),
        aside=((outside, done),) if outside.height else (),
    )


def _free(name: str, taken: Sequence[str]) -> str:
    while name in taken and name != CASE:
        name = f"{name} (2)"
    return name


def _people(columns: Sequence[str]) -> dict[str, str]:
    """Role -> the type of objects whose name, in the singular, tells of it: clients, who works, in which team."""
    roles: dict[str, str] = {}
    for role in ("client", "resource", "team"):
        scores = {
            column: max(name_score(role, column[: len(column) - left]) for left in range(3))
            for column in columns
            if column not in roles.values()
        }
        best = max(scores, key=lambda column: scores[column], default=None)
        if best is not None and scores[best] > _KNOWN:
            roles[role] = best
    return roles


def _counts(links: pl.DataFrame) -> list[tuple[str, int, int]]:
    """Each type of objects with the number of its objects and of events that belong to them, most events first."""
    counts = links.group_by("type").agg(
        pl.col("object").n_unique().alias("objects"), pl.col("event").n_unique().alias("events")
    )
    return [(r[0], r[1], r[2]) for r in counts.sort(["events", "type"], descending=[True, False]).iter_rows()]


def _chosen(name: str, links: pl.DataFrame, case_type: str | None) -> str:
    counts = _counts(links)
    if not counts:
        raise DataError(Fault(name, _("no event belongs to any object"), _("events that belong to objects")))
    types = [one for one, _objects, _events in counts]
    if case_type in types:
        return str(case_type)
    if case_type is None and len(types) == 1:
        return types[0]
    text = _("{type} ({objects} objects, {events} events)")
    kinds = "; ".join(text.format(type=t, objects=number(o, 0), events=number(e, 0)) for t, o, e in counts[:12])
    if case_type is None:
        found = _("the log has {n} types of objects: which of them is the case?").format(n=len(types))
        likely = next((t for t, o, e in counts if _FEWEST <= e / o <= _MOST), types[0])
        remedy = _("say it, for example --case-type {type}").format(type=_quoted(likely))
        raise UsageError(Fault(name, found, kinds, remedy))
    raise UsageError(Fault("case type", f'"{case_type}"', kinds, did_you_mean(case_type, types)))


def _quoted(name: str) -> str:
    """*name* as it is typed."""
    return f'"{name}"' if " " in name else name


def _note(chosen: str, columns: Sequence[str]) -> str:
    others = ", ".join(columns)
    text = _("an object-centric log: each object of type {type} is a case; other types are columns: {others}")
    return text.format(type=chosen, others=others or "–")


def _shared(mine: pl.DataFrame, chosen: str) -> list[Problem]:
    """Convergence: events that belong to several cases."""
    many = mine.group_by("event", maintain_order=True).len().filter(pl.col("len") > 1)
    found = ngettext("{n} event belongs to several cases", "{n} events belong to several cases", many.height)
    more = int(many["len"].sum()) - many.height
    done = ngettext(
        "told once for each object of type {type}: {more} row more, which counts as work again",
        "told once for each object of type {type}: {more} rows more, which count as work again",
        more,
    ).format(type=chosen, more=number(more, 0))
    return told("shared event", many["event"].to_list(), found, done)


def _side_by_side(rows: pl.DataFrame, columns: Sequence[str]) -> list[Problem]:
    """Divergence: steps of one activity in one case that are done for different objects of another type."""
    cases: dict[str, None] = {}
    told_of = []
    for column in columns:
        apart = (
            rows.group_by(CASE, ACTIVITY, maintain_order=True)
            .agg(pl.len().alias("steps"), pl.col(column).n_unique().alias("different"))
            .filter((pl.col("steps") > 1) & (pl.col("different") > 1))
        )
        if apart.height:
            cases |= dict.fromkeys(apart[CASE].to_list())
            commonest = apart[ACTIVITY].value_counts(sort=True)[ACTIVITY][0]
            told_of.append(_("“{activity}” for different {type}").format(activity=commonest, type=column))
    found = ngettext(
        "in {n} case a step is done several times, for different objects",
        "in {n} cases a step is done several times, for different objects",
        len(cases),
    )
    done = _("kept; their order, and doing them again, say little: {what}").format(what=", ".join(told_of[:4]))
    return told("steps side by side", list(cases), found, done)


def _idle(objects: pl.DataFrame, mine: pl.DataFrame, chosen: str) -> tuple[Problem, ...]:
    """Objects of the type of the case to which no event belongs."""
    idle = objects.filter(type=chosen).join(mine, left_on="object", right_on=CASE, how="anti")
    found = ngettext(
        "{n} object of the type of the case has no event",
        "{n} objects of the type of the case have no event",
        idle.height,
    )
    return cases_without_events(idle["object"].to_list(), found)
