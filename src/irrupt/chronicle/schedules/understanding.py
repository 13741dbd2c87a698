"""From raw records to the schedules table of a Chronicle, with everything said that was guessed or mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from irrupt.chronicle.checks import without_markers
from irrupt.chronicle.journal import ROW, Journal, Raw
from irrupt.chronicle.model import EVENT_COLUMNS, SCHEDULE_COLUMNS, Chronicle, empty
from irrupt.chronicle.schedules import checks, words
from irrupt.chronicle.schedules.categories import periods_by_lengths, read_lengths
from irrupt.chronicle.schedules.choices import chosen, tell_columns
from irrupt.chronicle.schedules.cumulative import period_quantities
from irrupt.chronicle.schedules.daycounts import counted_days
from irrupt.chronicle.schedules.horizons import Plan, binds, told_of
from irrupt.chronicle.schedules.leads import Lead, begins, leads_across
from irrupt.chronicle.schedules.lengths import tells_last_days, with_ends
from irrupt.chronicle.schedules.lines import taken_apart
from irrupt.chronicle.schedules.matrix import IS_AT_ONCE, filled_down, lengthened, unread
from irrupt.chronicle.schedules.numbers import dashes, is_text, names_in, read_numbers
from irrupt.chronicle.schedules.parts import below
from irrupt.chronicle.schedules.periods import Periods, read_periods
from irrupt.chronicle.schedules.points import Points, points_of
from irrupt.chronicle.schedules.roles import resolve
from irrupt.chronicle.schedules.running import CELLS, running
from irrupt.chronicle.schedules.scales import factors
from irrupt.chronicle.schedules.successive import OF_ORDERS, by_orders, together, with_issues
from irrupt.chronicle.schedules.sums import KEPT, SUMS
from irrupt.chronicle.times import read_times
from irrupt.chronicle.zones import zone_of, zone_of_midnights
from irrupt.errors import DataError, Fault
from irrupt.i18n import first_of
from irrupt.i18n import gettext as _
from irrupt.wall import local_times, moments_of

_NAMED = ("client", "plant", "part", "plan")
_LONG = 200_000
"""Rows from which on memory counts."""
_WEEKS = Lead(0, 7)
_TIMES = ("issued", "period", "until")
_WITH_OFFSET = r"\d{2}[+-]\d{2}:?\d{2}$"
_COUNTED = ("quantity", "actual", "cumulative", "received", "value")


def compact(raw: Raw) -> Raw:
    """*raw* with each text that occurs often kept once: a long history takes a fifth of the memory."""
    frame = raw.frame
    if frame.height < _LONG:
        return raw
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    few = [name for name in texts if frame[name].head(_LONG).n_unique() < _LONG // 10]
    for name in few:
        frame = frame.with_columns(pl.col(name).cast(pl.Categorical))
    return replace(raw, frame=frame)


def understood(raw: Raw, mapping: Mapping[str, str], timezone: str | None, form: str | None = None) -> Chronicle:
    """The Chronicle of schedules in *raw*, its columns taken for roles as *mapping* says, or else as guessed.
    *form* tells how dates are written where they do not tell it themselves.

    Raises `DataError`, with all faults, when no row can be used.
    """
    journal = Journal(raw)
    said, mapping = chosen(mapping)
    frame = without_markers(raw.frame, journal)
    frame = frame if raw.schedules else _with_parts(frame, mapping, journal)
    own = {name: name for name in frame.columns if name != ROW} if raw.schedules else {}
    roles = {**own, **mapping} if own else resolve(frame, raw.name, mapping)
    frame = filled_down(frame, roles, journal, keep=said.get(SUMS) == KEPT)
    long, roles_now = lengthened(frame, roles)
    points = _points(long, roles_now, raw)
    wide = roles_now != roles
    lead = next(iter(leads_across(frame.columns).values()), _WEEKS)
    if not own:
        long, roles_now = taken_apart(long, roles_now, lead, points.group, journal)
        firm = {"firm": roles_now["firm"]} if "firm" in roles_now else {}
        roles = {role: column for role, column in roles.items() if column not in firm.values()} | firm
    if roles_now.get("issued", ROW) not in frame.columns:
        journal.note(_("the columns are plans, the rows periods: dates of the rows come after those of the columns"))
    elif wide:
        long, roles_now, roles = _counted_up(long, roles_now, roles, said.get(CELLS), points.group, journal)
    long, roles_now, roles = with_issues(long, roles_now, roles, form, journal)
    _tell(long, roles_now, points.note, unread(frame, roles_now), journal)
    checks.dated(long, [roles_now[role] for role in _TIMES if role in roles_now], form, journal)
    zone = timezone or _zone(long[roles_now.get("period", roles_now.get("issued", ROW))], journal)
    scales = factors(long, roles_now, (*_COUNTED, "backlog"), journal)
    table = _typed(long, roles_now, zone, form, lead, points.group, scales)
    table = _checked(table, zone, by_orders(roles_now, {**own, **mapping}), journal)
    if not own:
        tell_columns(frame, roles, roles_now.values(), mapping, journal)
    return Chronicle(
        events=empty(EVENT_COLUMNS),
        schedules=conformed(table),
        source=raw.name,
        timezone=zone,
        mapping={} if own else roles | {role: text for role, text in said.items() if role == SUMS},
        notes=tuple(journal.notes),
        problems=tuple(journal.problems),
        set_aside=journal.aside(),
    )


def _checked(table: pl.DataFrame, zone: str, orders: str | None, journal: Journal) -> pl.DataFrame:
    """*table* without what cannot be used, with all quantities and all ends of periods; what is found is told.
    *orders*: the column, if there is one, that tells of which order each announced quantity is."""
    table = checks.usable(checks.noughts(table, journal), journal)
    if not table.height:
        name = journal.raw.name
        faults = [Fault(name, one.found, remedy=", ".join(one.places[:3])) for one in journal.problems]
        raise DataError(faults or Fault(name, _("there are no quantities")))
    table = checks.once(table, journal)
    table = table if orders is None else together(table, orders, journal)
    table = checks.counted(period_quantities(table), journal)
    local = table.with_columns(local_times(table[name], zone) for name in _TIMES)
    if not journal.raw.schedules and not journal.raw.settled and tells_last_days(local):
        journal.note(_("each period is told by its first and its last day"))
        local = local.with_columns(pl.col("until").dt.offset_by("1d"))
    local = with_ends(local)
    table = checks.due(local.with_columns(moments_of(local[name], zone) for name in _TIMES), journal)
    checks.look(table, zone, journal)
    return table


def _with_parts(frame: pl.DataFrame, mapping: Mapping[str, str], journal: Journal) -> pl.DataFrame:
    """*frame* with a row for each part where it has a column for each."""
    long = below(frame, mapping)
    if long is not frame:
        parts = [name for name in frame.columns if name not in long.columns]
        journal.note(_("columns are named after parts: {names}").format(names=first_of(parts, 5)))
    return long


def _counted_up(
    long: pl.DataFrame,
    now: dict[str, str],
    roles: dict[str, str],
    cells: str | None,
    grouped: bool,
    journal: Journal,
) -> tuple[pl.DataFrame, dict[str, str], dict[str, str]]:
    """The cells of a matrix as running totals where they are some, by what *cells* says or by what stands in them; and
    *roles* with what they are."""
    total, from_nothing = running(long, now["quantity"], now.get("received"), grouped)
    if cells is None and total:
        text = _(
            "the numbers of a row do not fall from period to period: they are read as running totals; if they are "
            'quantities of each period, say --map "{role}=quantity"'
        )
        journal.note(text.format(role=CELLS))
    if cells != "cumulative" and (cells is not None or not total):
        return long, now, roles if cells is None else {**roles, CELLS: cells}
    now = {**{role: column for role, column in now.items() if role != "quantity"}, "cumulative": now["quantity"]}
    if from_nothing and "received" not in now:
        long, now = long.with_columns(pl.lit("0").alias("received")), {**now, "received": "received"}
    return long, now, {**roles, CELLS: "cumulative"}


def _tell(long: pl.DataFrame, roles: Mapping[str, str], points: str, not_read: Sequence[str], journal: Journal) -> None:
    """Note what is guessed of the cells in the columns of *roles*, of *points*, and which columns are *not_read*."""
    journal.columns = roles
    if not_read:
        text = _("numbers below {names} are not read, though quantities may stand there")
        journal.note(text.format(names=", ".join(not_read)))
        checks.left_out(long, not_read, journal)
    for text in filter(None, (points, *counted_days(long[roles[role]] for role in _TIMES if role in roles))):
        journal.note(text)
    across = roles.get("period", ROW) not in journal.raw.frame.columns
    dates = read_periods(long[roles["plan"]].unique()).begin if _named_by_dates(roles) else None
    announced = "issued" in roles or (dates is not None and not dates.has_nulls())
    if across and not announced and not _undated(roles):
        text = _(
            "nothing tells when quantities were announced: they are read as orders; a column or a line above the table "
            "may tell (Issued: 2026-02-16)"
        )
        journal.note(text)
    elif _undated(roles):
        text = _(
            "nothing tells when quantities were announced: each is compared with what was delivered as if it had been "
            "announced when its period began; a column or a line above the table may tell (Issued: 2026-02-16)"
        )
        journal.note(text)
    if "firm" in roles:
        journal.notes.extend(told_of(long[roles["firm"]]))


def _zone(column: pl.Series, journal: Journal) -> str:
    """The zone whose offsets the times of *column* carry, or whose midnights they are; UTC where neither tells."""
    if isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone == "UTC":
        name = zone_of_midnights(column)
        if name is not None:
            text = _("times are midnights of {zone} told in UTC: days are those of {zone}")
            journal.note(text.format(zone=name))
        return name or "UTC"
    texts = column.drop_nulls().unique().cast(pl.String) if column.dtype in (pl.String, pl.Categorical) else None
    if texts is None or not texts.str.contains(_WITH_OFFSET).any():
        return "UTC"
    times = read_times(texts)
    name = zone_of(times.moments, times.offsets).name
    if name != "UTC":
        journal.note(_("hours are those of {zone}, the zone of the times").format(zone=name))
    return name


def conformed(table: pl.DataFrame) -> pl.DataFrame:
    """*table* with the columns of a schedules table, in order and typed, sorted by client, plant, part, issue and
    period."""
    columns = [
        pl.col(name).cast(dtype) if name in table.columns else pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in SCHEDULE_COLUMNS.items()
    ]
    order = ("client", "plant", "part", "issued", "plan", "period")
    known = [name for name in SCHEDULE_COLUMNS if name in table.columns]
    return table.select(known).sort(order, nulls_last=False, maintain_order=True).select(columns)


def _typed(
    frame: pl.DataFrame,
    roles: Mapping[str, str],
    timezone: str,
    form: str | None,
    lead: Lead,
    grouped: bool,
    scales: pl.DataFrame,
) -> pl.DataFrame:
    """The columns of the roles, read as what they are; rows of a column of actual quantities of their own."""
    columns: dict[str, pl.Series] = {ROW: frame[ROW]}
    for role in _NAMED:
        column = frame[roles[role]] if role in roles else _nothing(frame.height, pl.String())
        columns[role] = column if column.dtype == pl.Categorical else names_in(column)
    for role in _COUNTED:
        if role in roles:
            columns[role] = _times_scale(read_numbers(frame[roles[role]], grouped), role, scales)
        elif role != "actual":
            columns[role] = _nothing(frame.height, pl.Float64())
    if "quantity" in roles and columns["quantity"].null_count() > frame[roles["quantity"]].null_count():
        columns["dash"] = dashes(frame[roles["quantity"]])
    owed = read_numbers(frame[roles["backlog"]], grouped) if "backlog" in roles else None
    if owed is not None and not owed.drop_nulls().is_in([0.0, 1.0]).all():
        columns["owed"] = _times_scale(owed, "backlog", scales)
        roles = {role: column for role, column in roles.items() if role != "backlog"}
    columns |= _times(frame, roles, timezone, form, lead)
    plan = Plan(columns["client"], columns["issued"], columns["period"])
    for role, read in (
        ("firm", lambda column: binds(column, plan, timezone, form)),
        ("kind", words.kind),
        ("backlog", words.yes),
        ("cancelled", words.cancelled),
    ):
        if role in roles:
            columns[role] = read(frame[roles[role]])
    table = pl.DataFrame([series.alias(name) for name, series in columns.items()])
    if "period" in roles and frame.schema[roles["period"]] in (pl.String, pl.Categorical):
        table = _overdue(table, words.overdue(frame[roles["period"]]))
    elif IS_AT_ONCE in frame.columns:
        table = _overdue(table, frame.select(pl.when(IS_AT_ONCE).then(False)).to_series())
    return _with_backlog(_with_actuals(_with_kinds(table, roles)))


def _times_scale(numbers: pl.Series, role: str, scales: pl.DataFrame) -> pl.Series:
    return numbers * scales[role] if role in scales.columns else numbers


def _points(frame: pl.DataFrame, roles: Mapping[str, str], raw: Raw) -> Points:
    """What points are in the numbers of *frame*, which is *raw* with a row for each quantity."""
    counts, dates = ([frame[roles[one]] for one in some if one in roles] for some in ((*_COUNTED, "backlog"), _TIMES))
    others = [frame[name] for name in frame.columns if name not in (ROW, *roles.values())]
    return points_of(counts, dates, others, frame.columns, raw.separator)


def _overdue(table: pl.DataFrame, told: pl.Series) -> pl.DataFrame:
    """*table* where what stands as overdue, or as due at once, in the place of a period is of the day of issue."""
    named = told.is_not_null()
    if not named.any():
        return table
    known = pl.col("backlog") if "backlog" in table.columns else pl.lit(None, dtype=pl.Boolean)
    return table.with_columns(
        period=pl.when(named).then("issued").otherwise("period"),
        days=pl.when(named).then(1).otherwise("days"),
        backlog=pl.when(named).then(told).otherwise(known),
    )


def _nothing(height: int, dtype: pl.DataType) -> pl.Series:
    return pl.Series([None], dtype=dtype).new_from_index(0, height)


def _times(
    frame: pl.DataFrame, roles: Mapping[str, str], timezone: str, form: str | None, lead: Lead
) -> dict[str, pl.Series]:
    none = _nothing(frame.height, SCHEDULE_COLUMNS["issued"])
    found: dict[str, pl.Series] = {"days": _nothing(frame.height, pl.Int64()), "until": none}
    found["issued"] = read_periods(frame[roles["issued"]], timezone, form).begin if "issued" in roles else none
    if _named_by_dates(roles):
        found["issued"] = read_periods(frame[roles["plan"]], timezone, form).begin
    if "period" in roles:
        periods = _periods(frame, roles, timezone, form)
        found |= {"period": periods.begin, "days": periods.days}
    else:
        ahead = frame[roles["lead"]].cast(pl.Float64, strict=False)
        known = pl.DataFrame({"issued": local_times(found["issued"], timezone), "lead": ahead})
        begin = known.select(begins(pl.col("issued"), pl.col("lead"), lead)).to_series()
        found |= {
            "period": moments_of(begin, timezone),
            "days": pl.repeat(lead.days, frame.height, dtype=pl.Int64, eager=True),
        }
    if "until" in roles:
        found["until"] = read_periods(frame[roles["until"]], timezone, form).begin
    if "length" in roles:
        found["days"] = read_lengths(frame[roles["length"]], found["days"])
    return found


def _periods(frame: pl.DataFrame, roles: Mapping[str, str], timezone: str, form: str | None) -> Periods:
    column = frame[roles["period"]]
    if "length" in roles and is_text(column):
        return periods_by_lengths(column, frame[roles["length"]], timezone, form)
    return read_periods(column, timezone, form)


def _with_kinds(table: pl.DataFrame, roles: Mapping[str, str]) -> pl.DataFrame:
    """*table* with a kind in each row: orders where nothing is announced beforehand."""
    usual = words.FORECAST if table["issued"].null_count() < table.height else words.ORDER
    if usual == words.ORDER and _undated(roles):
        usual, table = words.FORECAST, table.with_columns(issued=pl.col("period"))
    if usual == words.ORDER:
        table = table.with_columns(issued=pl.col("period"), days=pl.lit(1, dtype=pl.Int64))
    if "kind" in table.columns:
        table = table.with_columns(kind=pl.col("kind").fill_null(usual))
    else:
        table = table.with_columns(kind=pl.lit(usual))
    binding = pl.col("firm") if "firm" in table.columns else pl.lit(None, dtype=pl.Boolean)
    called = pl.when(pl.col("kind") == words.CALL_OFF).then(pl.lit(True)).otherwise(None)
    table = table.with_columns(firm=pl.coalesce(binding, called))
    if "cancelled" in table.columns:
        firm = pl.when(pl.col("cancelled").fill_null(False)).then(False).otherwise("firm")
        table = table.with_columns(firm=firm).drop("cancelled")
    delivered = pl.col("kind").is_in([words.DELIVERED, words.ORDER, words.RECEIPT])
    table = table.with_columns(issued=pl.when(delivered).then("period").otherwise("issued"))
    return table if "backlog" in table.columns else table.with_columns(backlog=pl.lit(None, dtype=pl.Boolean))


def _named_by_dates(roles: Mapping[str, str]) -> bool:
    """Whether the names of plans may be the dates on which they were announced."""
    return "issued" not in roles and "plan" in roles and ("part" in roles or "firm" in roles)


def _undated(roles: Mapping[str, str]) -> bool:
    """Whether plans stand beside what was delivered, and nothing tells when they were announced."""
    if "actual" not in roles or {"issued", "plan"} & roles.keys():
        return False
    return not any(OF_ORDERS.search(roles.get(role, "")) for role in ("quantity", "period", "actual"))


def _with_backlog(table: pl.DataFrame) -> pl.DataFrame:
    """A column of quantities that are overdue becomes rows of their own: one for each plan of a part."""
    if "owed" not in table.columns:
        return table
    keys = ["client", "plant", "part", "plan", "issued"]
    owed = table.filter((pl.col("owed") > 0) & pl.col("issued").is_not_null() & (pl.col("kind") != words.DELIVERED))
    once = owed.unique(keys, keep="first", maintain_order=True).with_columns(
        quantity=pl.col("owed"),
        period=pl.col("issued"),
        until=pl.lit(None, dtype=SCHEDULE_COLUMNS["until"]),
        days=pl.lit(1, dtype=pl.Int64),
        cumulative=pl.lit(None, dtype=pl.Float64),
        backlog=pl.lit(True),
    )
    return pl.concat([table, once]).drop("owed")


def _with_actuals(table: pl.DataFrame) -> pl.DataFrame:
    """A column of actual quantities beside the plan becomes rows of their own: one for each period, not for each time
    that it was planned. One of noughts alone tells of no deliveries."""
    if "actual" not in table.columns:
        return table
    keys = ["client", "plant", "part", "period"]
    known = table.filter(pl.col("actual").is_not_null()).unique([*keys, "actual"], keep="last", maintain_order=True)
    known = known if (known["actual"] != 0).any() else known.clear()
    nothing = pl.all_horizontal(pl.col("quantity", "cumulative", "value").is_null())
    table = table.filter(pl.col("actual").is_null() | ~nothing)
    table = table.with_columns(pl.struct(keys).is_in(known.select(pl.struct(keys)).to_series().implode()).alias("met"))
    last = known.unique(keys, keep="last", maintain_order=True).with_columns(
        quantity=pl.col("actual"),
        kind=pl.lit(words.DELIVERED),
        issued=pl.col("period"),
        plan=pl.lit(None, dtype=pl.String),
        firm=pl.lit(None, dtype=pl.Boolean),
        cumulative=pl.lit(None, dtype=pl.Float64),
        backlog=pl.lit(None, dtype=pl.Boolean),
    )
    return pl.concat([table, last.with_columns(met=pl.lit(False))]).drop("actual")
