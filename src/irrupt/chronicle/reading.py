"""`read`: from any file or frame to a Chronicle, with everything said that was guessed or mended on the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from irrupt.arguments import as_annotated
from irrupt.chronicle import checks
from irrupt.chronicle.attributes import typed
from irrupt.chronicle.client import acts_of, waits_of, whose_acts
from irrupt.chronicle.clocks import with_clocks
from irrupt.chronicle.delimited import SEPARATOR
from irrupt.chronicle.durations import DURATION, both_times, fills, lasting
from irrupt.chronicle.encodings import ENCODING
from irrupt.chronicle.field_changes import with_changed_fields
from irrupt.chronicle.flattening import flattened
from irrupt.chronicle.himself import told_apart
from irrupt.chronicle.journal import ROW, SHOWN, Journal, Raw
from irrupt.chronicle.lifecycle import fold
from irrupt.chronicle.limits import Limits
from irrupt.chronicle.merged_cells import with_cases_below
from irrupt.chronicle.milestones import with_steps
from irrupt.chronicle.model import EVENT_COLUMNS, Chronicle, conform
from irrupt.chronicle.overruling import ASKED, WORK, Said, beside, load_said, overruled, said_notes, said_times
from irrupt.chronicle.parties import grouped, own_names, own_names_said, own_teams
from irrupt.chronicle.refining import refined
from irrupt.chronicle.repeats import merged
from irrupt.chronicle.restoring import OWN, holds_schedules, restored
from irrupt.chronicle.roles import TIMES, resolve
from irrupt.chronicle.schedules import understanding as schedules
from irrupt.chronicle.schedules.asking import with_known_columns, with_known_periods
from irrupt.chronicle.schedules.day_first import as_plans_show
from irrupt.chronicle.schedules.daycounts import with_dates
from irrupt.chronicle.schedules.headings import unknown_periods
from irrupt.chronicle.schedules.parts import below
from irrupt.chronicle.schedules.recognising import looks_like_schedules, may_be_schedules
from irrupt.chronicle.schedules.shaping import shaped
from irrupt.chronicle.several import issues_in
from irrupt.chronicle.sources import raw_from
from irrupt.chronicle.spreadsheet import SHEET
from irrupt.chronicle.times import Times, is_form, read_times
from irrupt.chronicle.told_times import note_times
from irrupt.chronicle.xes import STEP
from irrupt.chronicle.zones import Zone, checked_zone, zone_named, zone_of
from irrupt.errors import DataError, Fault, UsageError
from irrupt.i18n import first_of, ngettext, number
from irrupt.i18n import gettext as _

if TYPE_CHECKING:
    import pandas as pd

Moment = dt.datetime | dt.date | str


@as_annotated
def read(
    source: str | Path | pl.DataFrame | pl.LazyFrame | pd.DataFrame,
    *,
    mapping: Mapping[str, str] | None = None,
    timezone: str | None = None,
    local: str = "UTC",
    begin: Moment | None = None,
    end: Moment | None = None,
    separator: str | None = None,
    encoding: str | None = None,
    merge_repeats: bool | None = None,
    client: str | None = None,
    groups: str | None = None,
    said: str | Path | None = None,
    case_type: str | None = None,
    limits: Limits | None = None,
) -> Chronicle:
    """Read an event log: XES, CSV and its kin, Parquet, OCEL 2.0 (also packed), or a frame of pandas or polars.

    *mapping* says which column plays which role (`case`, `activity`, `start`, `end`, `resource`, `team`, `client`,
    `lifecycle`), `waits` and `acts` which activities, separated by commas, are waits for the client or his own acts,
    `work` how long work on some takes on average (`Test line: 20 min, Repair: 1 h .. 2 h`), where starts are not
    recorded, `times` how times are written (`day first`, `month first`, or a pattern such as `%d.%m.%y %H:%M`), and
    `separator` and `encoding`, as the arguments of these names, what parts the cells of a text (`;`, `tab`), and how
    its letters are written (`cp1254`);
    *client* is short for the column of the client, which may be any attribute, and *groups* names the one by which
    clients are shown together (their place, their branch). What is not said is guessed from names and contents.
    *timezone* is the clock of times without an offset, and of the organisation; where it is not said and times carry
    no offset, *local* is, and `assumed_zone` tells so. *begin* and *end* keep the cases that
    begin between them. *merge_repeats* settles whether rows that only repeat the state before are merged. *case_type*
    is the type of the objects that are the cases of an object-centric log (OCEL 2.0 as JSON, XML or SQLite); other
    types become columns, so that *client* may be one of them.

    Delivery schedules and orders are recognised and become the table `schedules` instead of `events`: CSV, Excel (with
    `pip install irrupt[excel]`) or a frame, long or with a column for each period, EDIFACT DELFOR and DELJIT, VDA 4905
    and 4915, ANSI X12 830 and 862, also a folder of such messages. Their roles are those of
    `irrupt.chronicle.schedules.roles`, and `across`, which says what numbers above columns are (`months`, `weeks`,
    `months ahead`, `weeks ahead`), `cells`, what stands in the cells of a matrix (`quantity`, or `cumulative` for
    running totals), and `sums` (`kept`: rows whose numbers are the sums of others are articles, too);
    *begin* and *end* keep what is announced for the time between them. Where sheets
    or files are versions of a plan that nothing dates, `issued` does: `V1: 2026-01-05, V2: 2026-01-12`.

    What was guessed stands in `mapping` and `notes`, what was found wrong in `problems`, rows that cannot be used in
    `set_aside`. Raises `DataError` for records that cannot be used, `UsageError` for arguments that make no sense; both
    carry all faults.

    >>> frame = pl.DataFrame({"Case ID": ["a", "a"], "Activity": ["open", "close"],
    ...                       "Timestamp": ["2024-01-01 09:00", "2024-01-01 17:00"]})
    >>> read(frame).events["activity"].to_list()
    ['open', 'close']
    """
    for zone in (timezone, local):
        if zone is not None:
            checked_zone(zone)
    issued = issues_in((mapping or {}).get("issued", ""))
    mapping = {role: column for role, column in (mapping or {}).items() if not (issued and role == "issued")}
    sheet, separator = mapping.pop(SHEET, None), mapping.pop(SEPARATOR, separator)
    encoding = mapping.pop(ENCODING, encoding)
    chosen = {"sheet": sheet, "separator": separator, "encoding": encoding, "case_type": case_type}
    raw = raw_from(source, limits or Limits(), issued=issued, **chosen)
    if separator is not None and not raw.separator:
        raise UsageError(Fault(SEPARATOR, f'"{separator}"', _("a table of text, such as CSV")))
    form = _form(mapping)
    asked = {role: column for role, column in mapping.items() if role not in (TIMES, DURATION)}
    asked |= {"client": client} if client is not None else {}
    plain = not mapping and client is None and merge_repeats is None and said is None
    if holds_schedules(raw) and plain and groups is None and timezone is None:
        return _between(restored(raw, None), begin, end)
    dated = raw if raw.schedules else shaped(raw, asked, form)
    with_known_columns(dated, asked)
    if raw.schedules or looks_like_schedules(below(dated.frame, asked), asked):
        if groups is not None:
            raise UsageError(Fault("groups", f'"{groups}"', _("an event log; schedules are shown by client")))
        as_told, form = (raw, form) if raw.schedules else as_plans_show(raw, asked, form)
        raw = schedules.compact(dated if as_told is raw else shaped(as_told, asked, form))
        del dated, as_told  # the rows as they came are let go of
        return _between(schedules.understood(raw, asked, timezone, form), begin, end)
    with_known_periods(dated, asked)
    if OWN in raw.meta and plain:
        chronicle = restored(raw, timezone)
    else:
        journal = Journal(raw if raw.settled else _rows_of_steps(raw, asked), local=local, groups=groups)
        del raw, dated  # the journal lets go of the rows as they came when it needs them no more
        chronicle = _understood(journal, mapping, timezone, merge_repeats, client)
        chronicle = _told(chronicle, source, said, mapping)
    if groups is not None:
        chronicle = grouped(chronicle, groups)
    return _between(chronicle, begin, end)


def _rows_of_steps(raw: Raw, asked: Mapping[str, str]) -> Raw:
    """*raw*, made a row for each step where it is laid out otherwise."""
    return with_steps(with_clocks(with_changed_fields(with_dates(raw), asked), asked.values()), asked)


def _understood(
    journal: Journal, mapping: Mapping[str, str], timezone: str | None, merge_repeats: bool | None, client: str | None
) -> Chronicle:
    raw = journal.raw
    if not raw.frame.height and not raw.aside:
        raise DataError(Fault(raw.name, _("there are no rows below the names of the columns"), _("a row per event")))
    table, roles, clock, days, odd_starts = _usable(journal, mapping, timezone, client)
    if not raw.own:
        table = checks.distinct(table, journal, daily=days)
        table = checks.upright(checks.named(table, journal), journal)
    if "lifecycle" in table.columns:
        steps = STEP if raw.own else "concept:instance"
        table = fold(table, journal, steps if steps in table.columns else None)
    del raw
    journal.forget_rows()
    table = checks.started(table, odd_starts, roles, journal)
    raw = journal.raw
    table = checks.ordered(table, journal)
    table = merged(table, journal, bool(merge_repeats) if raw.own or raw.identified else merge_repeats)
    checks.look_at_times(table, clock, journal)
    checks.look_at_rest(table, journal)
    table = told_apart(_with_own_names(_of_one_client(table, journal), journal), journal)
    table = _finished(table, raw, clock)
    return _chronicle(conform(table), journal, roles, clock)


def _usable(
    journal: Journal, mapping: Mapping[str, str], timezone: str | None, client: str | None
) -> tuple[pl.DataFrame, dict[str, str], str, bool, pl.Series | None]:
    """The rows that have a case, an activity and a time, the columns of the roles, the zone on whose clock hours count,
    whether times are days, and the numbers of the rows whose start cannot be read."""
    raw = journal.raw
    frame = checks.without_markers(raw.frame, journal)
    roles = _roles(journal, frame, mapping, client)
    if not raw.settled and not raw.own:
        fixed = {*mapping, *raw.roles, *(("client",) if client is not None else ())}
        roles = refined(frame, roles, fixed, journal)
    if "end" not in mapping and "start" in roles and frame[roles["end"]].null_count() == frame.height:
        # a column of ends in which nothing stands: the other time is all that is known of a step
        roles["end"] = roles.pop("start")
    form = _form(mapping)
    lasts = lasting(frame, roles, mapping, journal)
    end = read_times(frame[roles["end"]], timezone or journal.local, form=form)
    zone = _zone(frame[roles["end"]], end)
    end = end.without_offsets()
    frame = with_cases_below(frame, roles["case"], end, journal)
    start = None
    if lasts is not None and fills(frame[roles["case"]], end, lasts):
        text = _('"{column}" reaches from each step to the next: it is not taken for work')
        journal.note(text.format(column=lasts.column))
        lasts = None
    if lasts is not None:
        start, end = both_times(end, lasts, journal)
    elif "start" in roles:
        start = read_times(frame[roles["start"]], timezone or journal.local, end.order, form).without_offsets()
    timezone = timezone or _assumed(journal, end, start)
    clock = timezone or zone.name
    journal.columns = roles
    table = checks.usable(checks.trimmed(_table(frame, roles, end, start), journal), end, journal)
    if not table.height:
        raise DataError(Fault(raw.name, p.found, remedy=", ".join(p.places[:3])) for p in journal.problems)
    days = checks.daily(table["end"], clock)
    note_times(journal, end, start, zone, clock if days and not end.naive else timezone)
    if lasts is not None:
        known = roles.pop("end")
        roles |= {"start" if lasts.begins else "end": known, DURATION: lasts.column}
    for times, role in ((end, "end"), (start, "start")):
        if times is not None and role in roles:
            checks.undecided(frame, roles[role], times, journal)
    return table, roles, clock, days, None if start is None else raw.frame[ROW].filter(start.unreadable)


def _roles(journal: Journal, frame: pl.DataFrame, mapping: Mapping[str, str], client: str | None) -> dict[str, str]:
    try:
        return resolve(journal.raw, frame, mapping, client, journal.groups)
    except (DataError, UsageError) as error:
        name = journal.raw.name
        if not mapping and (faults := unknown_periods(frame, name)):
            raise DataError(faults) from error
        raise type(error)([*error.faults, *may_be_schedules(frame, name)]) from error


def _form(mapping: Mapping[str, str]) -> str | None:
    """How the user says that times are written."""
    form = mapping.get(TIMES)
    if form is not None and not is_form(form):
        expected = _("day first, month first, or a pattern such as %d.%m.%Y %H:%M")
        raise UsageError(Fault(TIMES, f'"{form}"', expected))
    return form


def _chronicle(events: pl.DataFrame, journal: Journal, roles: dict[str, str], clock: str) -> Chronicle:
    whose = whose_acts(events, clock)
    journal.note(_("columns: {roles}").format(roles=", ".join(f"{r} = {c}" for r, c in roles.items())))
    return Chronicle(
        events=events,
        source=journal.raw.name,
        timezone=clock,
        assumed_zone=journal.assumed_zone,
        starts="measured" if events["start"].null_count() < events.height else "missing",
        waits_for_client=waits_of(whose),
        client_acts=acts_of(whose),
        whose_acts=whose,
        mapping=roles,
        notes=tuple(journal.notes),
        problems=tuple(journal.problems),
        set_aside=journal.aside(),
    )


def _told(chronicle: Chronicle, source: object, said: str | Path | None, mapping: Mapping[str, str]) -> Chronicle:
    """*chronicle* as the user knows it better, in the file *said* or in one beside *source*, or in *mapping*."""
    file = Path(said) if said is not None else beside(source) if isinstance(source, str | Path) else None
    notes = []
    if file is not None and (said is not None or file.is_file()):
        told_in_file = load_said(file, chronicle.activities())
        chronicle = overruled(chronicle, told_in_file, mapping, file.name)
        notes += said_notes(told_in_file, file.name)
    elif {*ASKED, WORK} & mapping.keys():
        chronicle = overruled(chronicle, Said(), mapping)
    told = (
        (_("waits for the client: {names}"), chronicle.waits_for_client),
        (_("acts of the client: {names}"), chronicle.client_acts),
    )
    notes += [text.format(names=", ".join(sorted(names))) for text, names in told if names]
    if chronicle.work_said:
        notes.append(_("how long work takes, as you say: {times}").format(times=said_times(chronicle)))
    return replace(chronicle, notes=(*chronicle.notes[:-1], *notes, *chronicle.notes[-1:]))


def _table(frame: pl.DataFrame, roles: dict[str, str], end: Times, start: Times | None) -> pl.DataFrame:
    """The columns of the roles under their own names, then all others as attributes."""
    columns: dict[str, pl.Series] = {ROW: frame[ROW]}
    for role, column in roles.items():
        columns[role] = _text(frame[column]) if role not in ("start", "end") else frame[column]
    columns["end"] = end.moments
    if start is not None:
        columns["start"] = start.moments
    for name in frame.columns:
        if name in roles.values() or name == ROW:
            continue
        free = name
        while free in columns or free in EVENT_COLUMNS or free == "lifecycle":
            free = f"{free} (2)"
        columns[free] = frame[name]
    return pl.DataFrame([series.alias(name) for name, series in columns.items()])


def _text(column: pl.Series) -> pl.Series:
    """Names as text; whole numbers that a missing value has made into floats, without their `.0`."""
    if column.dtype.is_float():
        whole = column.fill_nan(None)
        if (whole.drop_nulls() % 1 == 0).all():
            return whole.cast(pl.Int64, strict=False).cast(pl.String)
    return flattened(column.to_frame("name"))["name"].cast(pl.String)


def _assumed(journal: Journal, *both: Times | None) -> str | None:
    """The zone in which times without an offset were read, where there are some and it is one of its own."""
    if not any(times is not None and times.naive for times in both):
        return None
    journal.assumed_zone = journal.local
    return None if journal.local == "UTC" else journal.local


def _zone(column: pl.Series, end: Times) -> Zone:
    if isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone not in (None, "UTC"):
        return zone_named(str(column.dtype.time_zone))
    return zone_of(end.moments, end.offsets)


def _of_one_client(table: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """The client is the client of the case: the first one named."""
    if "client" not in table.columns:
        return table
    same = table["case"] == table["case"].shift(1)
    if not (same & table["client"].ne_missing(table["client"].shift(1))).any():
        return table
    first = pl.col("client").drop_nulls().first().over("case")
    fixed = table.with_columns(first.alias("client"))
    other = table["client"].is_not_null() & (table["client"] != fixed["client"])
    rows = table[ROW].filter(other)
    found = ngettext(
        "{n} event names another client than its case", "{n} events name another client than their cases", len(rows)
    )
    done = _("the first client of the case is taken; the column is kept as an attribute")
    journal.problem("several clients", rows, found.format(n=number(len(rows), 0)), done)
    return fixed.with_columns(table["client"].alias("client of the event")) if len(rows) else fixed


def _with_own_names(table: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """*table* in which no client is called as a team is, and neither as several parties together are."""
    if "team" in table.columns and (teams := own_teams(table["team"].drop_nulls().unique())):
        text = _("teams that are called as several parties together are marked: {names}")
        journal.note(text.format(names=first_of([*teams.values()], SHOWN)))
        table = table.with_columns(pl.col("team").cast(pl.String).replace(teams))
    new = own_names(set(table["client"].drop_nulls().unique()), table) if "client" in table.columns else {}
    if not new:
        return table
    for said in own_names_said(new):
        journal.note(said)
    return table.with_columns(pl.col("client").cast(pl.String).replace(new))


def _finished(table: pl.DataFrame, raw: Raw, clock: str) -> pl.DataFrame:
    """*table* without its row numbers, attributes typed."""
    if raw.own:
        table = table.drop(STEP, strict=False)
    attributes = [name for name in table.columns if name not in EVENT_COLUMNS and name != ROW]
    return table.drop(ROW).with_columns(
        typed(table[name], clock, text=raw.typed and name not in raw.dates) for name in attributes
    )


def _between(chronicle: Chronicle, begin: Moment | None, end: Moment | None) -> Chronicle:
    if begin is None and end is None:
        return chronicle
    kept = chronicle.between(_moment("begin", begin, chronicle.timezone), _moment("end", end, chronicle.timezone))
    if not kept.events.height and not kept.schedules.height:
        logged = bool(chronicle.events.height)
        moments = chronicle.events["end"] if logged else chronicle.schedules["period"]
        found = _("no case begins in this period") if logged else _("nothing is announced for this period")
        span: Any = (moments.min(), moments.max())
        first, last = (f"{moment:%Y-%m-%d}" for moment in span)
        there = _("the records go from {first} to {last}").format(first=first, last=last)
        raise DataError(Fault(chronicle.source, found, remedy=there))
    return kept


def _moment(name: str, value: Moment | None, timezone: str) -> dt.datetime | None:
    if value is None:
        return None
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value
    text = value if isinstance(value, str) else value.isoformat()
    moment: Any = read_times(pl.Series([text]), timezone).moments[0]
    if moment is None:
        raise UsageError(Fault(name, f'"{text}"', _("a date such as 2024-03-31")))
    return moment  # type: ignore[no-any-return]
