"""What can be wrong with schedules: everything is counted and told, nothing is dropped silently."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from irrupt.chronicle.checks import undecided
from irrupt.chronicle.journal import ROW, SHOWN, Journal
from irrupt.chronicle.schedules import meeting, words
from irrupt.chronicle.schedules.cumulative import EARLIER, NOTHING
from irrupt.chronicle.schedules.numbers import is_text
from irrupt.chronicle.times import read_times
from irrupt.chronicle.variants import told_variants
from irrupt.i18n import date_text, first_of, ngettext, number
from irrupt.i18n import gettext as _
from irrupt.wall import local_times

_OFTEN = 2 / 3
"""Share of the plans between its first and its last that announce a part which others leave out."""
KEY = ("kind", "client", "plant", "part", "plan", "issued", "period")
_LENGTH = ("days", "until")
FAR = 100.0
"""A quantity of more than so many times the usual one of its part is told of."""
_PLANTS, _NEARLY_ALL = 50, 0.95
"""Plants at most that a column may name, and share of what it tells apart."""
LONG, MISSED, STEADY, WORKING_WEEK, _STEPS = 3.0, 1.75, 0.8, 5.0, 5
"""A pause between plans of more than so many usual steps is told of: fewer where this share of the steps, and no fewer
than so many, are of about one length, and longer than weekends are."""


def _told(journal: Journal, code: str, rows: pl.Series, one: str, many: str, done: str, role: str = "") -> None:
    if n := len(rows):
        journal.problem(code, rows, ngettext(one, many, n).format(n=number(n, 0)), done, role=role)


def _noted(journal: Journal, rows: pl.Series, one: str, many: str) -> None:
    n = int(rows.sum())
    if n:
        journal.note(ngettext(one, many, n).format(n=number(n, 0)))


def noughts(table: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """*table* where a dash in the place of a quantity is nought; before and behind all numbers of its plan, it
    announces nothing."""
    if "dash" not in table.columns:
        return table
    dash = pl.col("dash") & pl.all_horizontal(pl.col("quantity", "cumulative", "value").is_null())
    numbered = pl.col("period").filter(pl.col("quantity").is_not_null())
    plan = ("kind", "client", "plan", "issued")
    within = pl.col("period").is_between(numbered.min().over(plan), numbered.max().over(plan))
    table = table.with_columns(dash=dash, within=within.fill_null(value=False))
    nought, nothing = table["dash"] & table["within"], table["dash"] & ~table["within"]
    _noted(
        journal,
        nought,
        _("{n} dash in the place of a quantity is read as nought"),
        _("{n} dashes in the place of quantities are read as noughts"),
    )
    _noted(
        journal,
        nothing,
        _("{n} dash before or behind all numbers of its plan announces nothing"),
        _("{n} dashes before or behind all numbers of their plans announce nothing"),
    )
    quantity = pl.when("dash").then(0.0).otherwise("quantity")
    return table.with_columns(quantity=quantity).filter(~nothing).drop("dash", "within")


def dated(long: pl.DataFrame, columns: Sequence[str], form: str | None, journal: Journal) -> None:
    """Tell which of the *columns* of dates have none that tells the day from the month. In a matrix, one before a row,
    or above a column, is one date, though it stands beside several quantities."""
    for name in filter(lambda name: is_text(long[name]), columns):
        once = (ROW,) if name in journal.raw.frame.columns else ()
        undecided(long, name, read_times(long[name], form=form), journal, once=once)


def usable(table: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """The rows of *table* with an issue, a period and a quantity; the others are set aside, each for one reason."""
    nothing = pl.all_horizontal(pl.col("quantity", "cumulative", "value").is_null())
    if not table.select((pl.col("period").is_null() | pl.col("issued").is_null() | nothing).any()).item():
        return table
    for code, role, bad, one, many in (
        (
            "unreadable period",
            "period",
            pl.col("period").is_null(),
            _("{n} row has no readable period"),
            _("{n} rows have no readable period"),
        ),
        (
            "unreadable issue",
            "issued",
            pl.col("issued").is_null(),
            _("{n} row does not say when it was announced"),
            _("{n} rows do not say when they were announced"),
        ),
        (
            "unreadable quantity",
            "quantity",
            nothing,
            _("{n} row has no readable quantity"),
            _("{n} rows have no readable quantity"),
        ),
    ):
        rows = table.filter(bad)[ROW].unique()
        _told(journal, code, rows, one, many, _("set aside"), role)
        journal.set_aside(rows, code)
        table = table.filter(~bad)
    return table


def left_out(table: pl.DataFrame, columns: Sequence[str], journal: Journal) -> None:
    """Tell of *columns* of numbers that are not read."""
    n = len(columns)
    found = ngettext(
        "{n} column of numbers tells neither for when they are nor what they are: {names}",
        "{n} columns of numbers tell neither for when they are nor what they are: {names}",
        n,
    )
    rows = table.filter(pl.any_horizontal(pl.col(columns).is_not_null()))[ROW].unique()
    journal.problem("column not read", rows, found.format(n=number(n, 0), names=", ".join(columns)), _("left out"), n)


def _shared(table: pl.DataFrame, *more: str) -> pl.Series:
    """Whether another row tells of the same plan, part and period, of backlog or not, and of the same in *more*. The
    day of issue, on which something is due at once, is not the week that begins on it."""
    return table.select(*KEY, *_LENGTH, *more, pl.col("backlog").fill_null(False)).is_duplicated()


def once(table: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """*table* without rows that say the same twice; what is given several times with different quantities is told."""
    orders = table["kind"] == words.ORDER
    if orders.all():
        return table
    mentioned = table["kind"] == words.RECEIPT
    if mentioned.any():
        said = table.select(pl.struct("client", "plant", "part", "period", "quantity").is_first_distinct()).to_series()
        table = table.filter(~mentioned | said)
        orders = table["kind"] == words.ORDER
    shared = _shared(table) & ~orders
    if journal.raw.settled or not shared.any():
        return table
    column = _telling_apart(table.filter(shared), journal)
    if column is not None:
        text = _("rows of one plan, part and period differ by “{column}”: if that is their plant, say {option}")
        journal.note(text.format(column=column, option=f'--map "plant={column}"'))
    same = [*KEY, *_LENGTH, "quantity", "cumulative", "backlog", "firm"]
    told_before = ~table.filter(shared).select(pl.struct(same).is_first_distinct()).to_series()
    none = pl.repeat(value=False, n=table.height, dtype=pl.Boolean, eager=True)
    repeated = none.scatter(shared.arg_true().filter(told_before), True)
    again = table.filter(repeated)
    _told(
        journal,
        "repeated row",
        again[ROW],
        _("{n} row says again what another row says"),
        _("{n} rows say again what another row says"),
        _("counted once"),
    )
    table = table.filter(~repeated)
    _added_up(table, journal)
    return table


def _added_up(table: pl.DataFrame, journal: Journal) -> None:
    """Tell of quantities that share their plan, part and period with another."""
    planned = table["kind"] != words.ORDER
    several = _shared(table, "firm") & planned
    _told(
        journal,
        "several quantities",
        table[ROW].filter(several),
        _("{n} row shares its plan, part and period with another quantity"),
        _("{n} rows share their plan, part and period with another quantity"),
        _("the quantities are added up"),
    )
    _noted(
        journal,
        _shared(table) & planned & ~several,
        _("{n} quantity is beside another of its period, one firm, one foreseen: they are added up"),
        _("{n} quantities are beside others of their periods, firm ones and foreseen ones: they are added up"),
    )


def _telling_apart(several: pl.DataFrame, journal: Journal) -> str | None:
    """The column of a few texts that is not used, and by which nearly all rows of *several* that share their plan, part
    and period differ; None where there is none, or plants are told already."""
    if "plant" in journal.columns:
        return None
    frame, used = journal.raw.frame, set(journal.columns.values())
    free = [name for name in frame.columns if name not in used and frame.schema[name] == pl.String]
    few = [name for name in free if 1 < frame[name].n_unique() <= _PLANTS]
    few = [name for name in few if words.kind(frame[name]).null_count() == frame.height]
    if not few:
        return None
    own = [f"\x1f{name}" for name in few]  # A column of the file may be called as one of the key.
    told = several.select(ROW, *KEY).join(frame.select(ROW, *few).rename(dict(zip(few, own, strict=True))), on=ROW)
    apart = told.group_by(KEY).agg(pl.col(own).n_unique() == pl.len())
    shares = zip(few, (float(apart[name].mean() or 0.0) for name in own), strict=True)  # type: ignore[arg-type]
    return next((name for name, share in shares if share >= _NEARLY_ALL), None)


def counted(table: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """What was found when running totals were taken apart."""
    found = ("reset", "since", "uncounted")
    if all(table[name].null_count() == table.height for name in found):
        return table.drop(found)
    _told(
        journal,
        "total set back",
        table.filter(pl.col("reset"))[ROW],
        _("{n} running total starts again from nothing"),
        _("{n} running totals start again from nothing"),
        _("counted from nothing"),
    )
    _noted(
        journal,
        table["since"] == EARLIER,
        _("{n} running total is counted from what the plan before says is reached by then"),
        _("{n} running totals are counted from what the plans before say is reached by then"),
    )
    _noted(
        journal,
        table["since"] == NOTHING,
        _("{n} running total is counted from nothing: its plan begins anew"),
        _("{n} running totals are counted from nothing: each plan begins anew"),
    )
    lost = table.filter(pl.col("uncounted"))[ROW]
    _told(
        journal,
        "first total",
        lost,
        _("{n} running total has no total before it to count from"),
        _("{n} running totals have no total before them to count from"),
        _("the quantity of that period is not used"),
    )
    return table.filter(~pl.col("uncounted").fill_null(False)).drop(found)


def due(table: pl.DataFrame, journal: Journal) -> pl.DataFrame:
    """*table* with `backlog` told in each row: what was due before its plan was issued is backlog."""
    wrong = pl.col("until") <= pl.col("period")
    _told(
        journal,
        "empty period",
        table.filter(wrong)[ROW],
        _("{n} period ends before it begins"),
        _("{n} periods end before they begin"),
        _("taken for one day"),
    )
    table = table.with_columns(until=pl.when(wrong).then(pl.col("period").dt.offset_by("1d")).otherwise("until"))
    planned = pl.col("kind").is_in([words.FORECAST, words.CALL_OFF])
    _noted(
        journal,
        table.select(planned & pl.col("backlog") & (pl.col("quantity") != 0)).to_series(),
        _("{n} quantity is told to be backlog: it is kept apart from what is announced"),
        _("{n} quantities are told to be backlog: they are kept apart from what is announced"),
    )
    late = planned & (pl.col("until") <= pl.col("issued")) & pl.col("backlog").is_null()
    if "met" in table.columns:
        over = late & pl.col("met")
        _told(
            journal,
            "over",
            table.filter(over)[ROW],
            _("{n} quantity is for a period that was over, and delivered, before its plan was issued"),
            _("{n} quantities are for periods that were over, and delivered, before their plans were issued"),
            _("not announced any more: left out"),
        )
        table = table.filter(~over)
    _told(
        journal,
        "backlog",
        table.filter(late & (pl.col("quantity") != 0))[ROW],
        _("{n} quantity was due before it was announced"),
        _("{n} quantities were due before they were announced"),
        _("kept as backlog"),
    )
    return table.with_columns(backlog=pl.when(late).then(True).otherwise(pl.col("backlog").fill_null(False)))


def look(table: pl.DataFrame, zone: str, journal: Journal) -> None:
    """What is odd but can be used; days are those of *zone*."""
    planned = table.filter(pl.col("kind").is_in([words.FORECAST, words.CALL_OFF]))
    _told(
        journal,
        "negative quantity",
        table.filter((pl.col("quantity") < 0) & (pl.col("kind") != words.ORDER))[ROW],
        _("{n} quantity is below nought"),
        _("{n} quantities are below nought"),
        _("kept as it is"),
    )
    usual = pl.col("quantity").filter(pl.col("quantity") > 0).median().over("client", "plant", "part")
    far = planned.filter(pl.col("quantity") > FAR * usual)
    _told(
        journal,
        "far quantity",
        far[ROW],
        _("{n} quantity is more than a hundred times the usual one of its part"),
        _("{n} quantities are more than a hundred times the usual one of their part"),
        _("kept as it is: check the unit"),
    )
    meeting.tell(table, journal)
    _left_out(planned, journal)
    if said := told_variants(table["client"]):
        journal.note(said)
    _pauses(planned, zone, journal)


def _left_out(planned: pl.DataFrame, journal: Journal) -> None:
    """Tell of plans of tables that say nothing of a part which those before and after them announce.

    Messages are often about some parts only, and so are plans where parts are missing as often as not.
    """
    if journal.raw.schedules:
        return
    whose = ("kind", "client", "plant")
    planned = planned.filter((pl.col("kind") == words.FORECAST) | pl.col("plan").is_not_null())
    issues = planned.select(*whose, "issued").unique()
    if issues.height <= 2:
        return
    issues = issues.with_columns(at=pl.col("issued").rank("dense").cast(pl.Int64).over(whose))
    seen = planned.group_by(*whose, "part", "issued").agg(pl.col(ROW).min())
    seen = seen.join(issues, on=[*whose, "issued"], nulls_equal=True).sort(*whose, "part", "at")
    at, part = pl.col("at"), (*whose, "part")
    often = pl.len().over(part) >= _OFTEN * (at.max() - at.min() + 1).over(part)
    gaps = seen.with_columns(left=at.diff().over(part) - 1).filter((pl.col("left") > 0) & often)
    n = int(gaps["left"].sum())
    names = first_of(gaps["part"].cast(pl.String).fill_null("–").unique(maintain_order=True).to_list(), SHOWN)
    text = ngettext(
        "{n} plan leaves out a part that those before and after it announce: {names}",
        "{n} plans leave out parts that those before and after them announce: {names}",
        n,
    )
    done = _("what they say of it is not known: if there was no demand, noughts in their rows tell it")
    journal.problem("part left out", gaps[ROW], text.format(n=number(n, 0), names=names), done, n)


def _pauses(planned: pl.DataFrame, zone: str, journal: Journal) -> None:
    """Tell of plans that seem to be missing, where the step from one issue of a client to the next is a long one.

    Where plans come as regularly as from week to week, a single one that is missing shows; else only a pause that is
    much longer tells. Orders come when they come: an order book has no number of a plan.
    """
    planned = planned.filter((pl.col("kind") == words.FORECAST) | pl.col("plan").is_not_null())
    issues = planned.select("client", local_times(planned["issued"], zone)).unique().sort("client", "issued")
    if issues.height <= _STEPS:
        return
    days = pl.col("issued").diff().over("client").dt.total_hours() / 24
    issues = issues.with_columns(days=days, before=pl.col("issued").shift(1).over("client"))
    issues = issues.filter((pl.col("days") >= 0.5) & (pl.len().over("client") > _STEPS))
    usual = pl.col("days").median().over("client")
    steady = (pl.col("days") / usual).is_between(0.75, 1.25).mean().over("client") >= STEADY
    most = pl.when(steady & (usual >= WORKING_WEEK)).then(MISSED).otherwise(LONG)
    long = issues.filter(pl.col("days") > most * usual)
    if long.height:
        text = ngettext(
            "{n} pause between plans is longer than usual: plans may be missing after {dates}",
            "{n} pauses between plans are longer than usual: plans may be missing after {dates}",
            long.height,
        )
        several = issues["client"].n_unique() > 1
        after = [
            f"{date_text(before)} ({client})" if several and client else date_text(before)
            for client, before in long.select("client", pl.col("before").dt.date()).iter_rows()
        ]
        journal.note(text.format(n=number(long.height, 0), dates=first_of(after, SHOWN)))
