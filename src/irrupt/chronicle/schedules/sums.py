"""Rows of sums among the rows of plans: told by words for a sum, or by their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from irrupt.chronicle.hints import plain
from irrupt.chronicle.journal import ROW, Journal
from irrupt.chronicle.schedules.leads import leads_across
from irrupt.chronicle.schedules.numbers import read_numbers
from irrupt.chronicle.schedules.points import points_of
from irrupt.chronicle.schedules.roles import periods_across
from irrupt.chronicle.schedules.stems import is_sum_of, is_total
from irrupt.i18n import first_of, ngettext, number
from irrupt.i18n import gettext as _

_PARTIES = ("client", "plant", "part")
NAMED = (*_PARTIES, "issued")
"""What names the rows of a plan."""
SUMS, KEPT = "sums", "kept"
"""The role that says what becomes of rows that seem to be sums, and what it says of articles that others make up."""
_SHOWN = 5
"""Names of rows that are told."""
_ROUNDED = 0.5
"""By how much a sum may be off."""
_CELLS, _SHARES = 6, 3
"""Different sums, and different shares of the largest of what is summed, from which on that is no chance."""
_OPTION = f"--map {SUMS}={KEPT}"
_PLAN, _AT, _CELL, _SUM, _WHO = (f"{ROW} {name}" for name in ("plan", "at", "cell", "sum", "who"))


def without_sums(frame: pl.DataFrame, roles: Mapping[str, str], journal: Journal, *, keep: bool) -> pl.DataFrame:
    """*frame* without rows that bear no name and hold the sums of all others in their plan, if it is a matrix, and
    without rows named by words for sums, unless the user says to *keep* these."""
    names = [roles[role] for role in NAMED if role in roles]
    texts = [name for name in names if frame.schema[name] in (pl.String, pl.Categorical)]
    frame = _without_unnamed(frame, names, roles, journal)
    if not texts or keep:
        return frame
    own = {name: [one for one in frame[name].cast(pl.String).unique() if one] for name in texts}
    known = {plain(one) for values in own.values() for one in values}
    totals = {name: [one for one in values if is_total(one) or is_sum_of(one, known)] for name, values in own.items()}
    if not any(totals.values()):
        return frame
    sums = frame.select(
        pl.any_horizontal(pl.col(name).cast(pl.String).is_in(totals[name]).fill_null(False) for name in texts)
    ).to_series()
    shown = first_of(sorted({one for values in totals.values() for one in values}), _SHOWN)
    text = ngettext("{n} row holds sums: {names}", "{n} rows hold sums: {names}", _rows(frame, sums))
    return _set_aside(frame, sums, text, shown, journal)[0]


def without_sums_by_number(frame: pl.DataFrame, roles: Mapping[str, str], journal: Journal) -> pl.DataFrame:
    """*frame* without the rows of a name whose numbers are the sum of all other rows, or of all others of their client,
    in every plan. Names for a sum are more than we know words for.

    Cells that rise and fall in step tell nothing, as those of a set and its parts would in a levelled plan.
    """
    columns = {role: roles[role] for role in _PARTIES if role in roles}
    cells = _cells(frame, roles, columns, journal) if columns else None
    if cells is None:
        return frame
    found: set[int] = set()
    scopes = [(["client"], "part"), (["client"], "plant"), ([], "part"), ([], "plant"), ([], "client")]
    for scope, role in scopes:
        if {*scope, role} <= columns.keys():
            rows = _rows_of_sums(cells, scope, role)
            cells = cells.filter(~pl.col(ROW).is_in(rows)) if rows else cells
            found |= set(rows)
    if not found:
        return frame
    sums = frame[ROW].is_in(list(found))
    called = frame.filter(sums).select(pl.concat_str(list(columns.values()), separator=" ", ignore_nulls=True))
    text = ngettext(
        "{n} row holds the sum of others in every plan: {names}",
        "{n} rows hold the sum of others in every plan: {names}",
        _rows(frame, sums),
    )
    names = first_of(called.to_series().unique().sort().to_list(), _SHOWN)
    rest, found_so = _set_aside(frame, sums, text, names, journal)
    said = _("{found} (set aside; if these are articles of their own, say {option})")
    journal.note(said.format(found=found_so, option=_OPTION))
    return rest


def _cells(
    frame: pl.DataFrame, roles: Mapping[str, str], columns: Mapping[str, str], journal: Journal
) -> pl.DataFrame | None:
    """A row for each number of each plan, with what its row is called; None where *frame* is no table of plans."""
    across = periods_in(frame)
    if not across and not {"issued", "period", "quantity"} <= roles.keys():
        return None
    called = [pl.col(name).cast(pl.String).fill_null("").alias(role) for role, name in columns.items()]
    plan = _plan(frame, roles)
    if across:
        wide = frame.select(ROW, *called, plan, *_numbers(frame, across, journal))
        cells = wide.unpivot(across, index=[ROW, *columns, _PLAN], variable_name=_AT, value_name=_CELL)
    else:
        quantity = _numbers(frame, [roles["quantity"]], journal)[0].alias(_CELL)
        at = pl.col(roles["period"]).cast(pl.String).alias(_AT)
        cells = frame.select(ROW, *called, plan, at, quantity)
    return cells.drop_nulls(_CELL).with_columns(pl.struct(list(columns)).hash().alias(_WHO))


def _rows_of_sums(cells: pl.DataFrame, scope: Sequence[str], role: str) -> list[int]:
    """The rows whose name in *role* is that of a sum of all others: of all, or of those with the same *scope*. A name
    that is one of a sum somewhere is one, too, where a single other row stands beside it."""
    both = [*scope, _SUM]
    sums = _likely(cells, scope, role)
    if not sums.height:
        return []
    paired = cells.join(sums, on=list(scope)) if scope else cells.join(sums, how="cross")
    own = pl.col(role) == pl.col(_SUM)
    others = pl.col(_CELL).filter(~own)
    compared = paired.group_by(*both, _PLAN, _AT).agg(
        pl.col(_CELL).filter(own).sum().alias("sum"),
        others.sum().alias("rest"),
        others.max().alias("largest"),
        pl.col(_WHO).filter(~own & (pl.col(_CELL) > 0)).n_unique().alias("several"),
    )
    told = compared.group_by(both).agg(
        ((pl.col("sum") - pl.col("rest")).abs() < _ROUNDED).all().alias("right"),
        pl.col("sum").filter(pl.col("sum") > 0).n_unique().alias("cells"),
        (pl.col("largest") / pl.col("rest")).round(3).n_unique().alias("shares"),
        pl.col("several").max(),
    )
    plainly = (pl.col("cells") >= _CELLS) & (pl.col("shares") >= _SHARES) & (pl.col("several") > 1)
    right = told.filter("right", pl.col("cells") > 0)
    names = right.filter(plainly)[_SUM].unique()
    found = right.filter(pl.col(_SUM).is_in(names.implode())).select(both)
    return cells.join(found.rename({_SUM: role}), on=[*scope, role], how="semi")[ROW].unique().to_list()


def _likely(cells: pl.DataFrame, scope: Sequence[str], role: str) -> pl.DataFrame:
    """*scope* and name (`_SUM`) of what is half of all that stands there, as the sum of the rest is."""
    sums = cells.lazy().group_by(*scope, role).agg(pl.col(_CELL).sum(), pl.len().alias("n"))
    sums = sums.with_columns(
        (pl.col(name).sum().over(scope) if scope else pl.col(name).sum()).alias(f"all {name}") for name in (_CELL, "n")
    )
    half = (2 * pl.col(_CELL) - pl.col(f"all {_CELL}")).abs() <= _ROUNDED * pl.col("all n")
    return sums.filter(half & (pl.col("n") < pl.col("all n"))).select(*scope, pl.col(role).alias(_SUM)).collect()


def _without_unnamed(
    frame: pl.DataFrame, names: Sequence[str], roles: Mapping[str, str], journal: Journal
) -> pl.DataFrame:
    across = periods_in(frame)
    called = [name for name in names if name != roles.get("issued")]
    unnamed = frame.select(pl.all_horizontal(pl.col(called).is_null())).to_series() if across and called else None
    if unnamed is None or not 0 < unnamed.sum() <= frame.height / 2:
        return frame
    cells = frame.select(_plan(frame, roles), *_numbers(frame, across, journal)).with_columns(unnamed.alias(_SUM))
    rest = pl.col(across).filter(~pl.col(_SUM)).sum().over(_PLAN)
    gaps = cells.select((pl.col(across) - rest).abs().fill_null(0) < _ROUNDED)
    right = gaps.select(pl.all_horizontal(pl.all())).to_series()
    several = cells.select(pl.sum_horizontal(pl.col(across).is_not_null()) > 1).to_series()
    text = ngettext("{n} row holds sums", "{n} rows hold sums", _rows(frame, unnamed & right & several))
    return _set_aside(frame, unnamed & right & several, text, "", journal)[0]


def _plan(frame: pl.DataFrame, roles: Mapping[str, str]) -> pl.Expr:
    """Of which plan each row is; a row that does not say so is of the only one there is."""
    parts = []
    for column in (roles[role] for role in ("plan", "issued") if role in roles):
        said = frame[column].drop_nulls().unique().cast(pl.String)
        parts.append(pl.col(column).cast(pl.String).fill_null(said[0] if len(said) == 1 else ""))
    return pl.concat_str(parts or [pl.lit("")], separator="\n").alias(_PLAN)


def periods_in(frame: pl.DataFrame) -> list[str]:
    """The columns of *frame* that are periods, or so many periods ahead, side by side."""
    return periods_across(frame.columns) or list(leads_across(frame.columns))


def _numbers(frame: pl.DataFrame, names: Sequence[str], journal: Journal) -> list[pl.Series]:
    """The columns of these *names* as numbers."""
    others = [frame[name] for name in frame.columns if name not in names]
    counts = [frame[name] for name in names]
    grouped = points_of(counts, [pl.Series(names), *others], others, frame.columns, journal.raw.separator).group
    return [read_numbers(one, grouped) for one in counts]


def _rows(frame: pl.DataFrame, sums: pl.Series) -> int:
    """How many rows of the table as it came *sums* marks: one has several lines where columns stand side by side."""
    return frame.filter(sums)[ROW].n_unique()


def _set_aside(
    frame: pl.DataFrame, sums: pl.Series, text: str, names: str, journal: Journal
) -> tuple[pl.DataFrame, str]:
    """*frame* without these *sums*, and what was found of them; those with *names* may be kept."""
    rows = frame.filter(sums)[ROW].unique().sort()
    if not len(rows):
        return frame, ""
    found = text.format(n=number(len(rows), 0), names=names)
    done = _("set aside; {option} keeps them").format(option=_OPTION) if names else _("set aside")
    journal.problem("sum", rows, found, done)
    journal.set_aside(rows, "sum")
    return frame.filter(~sums), found
