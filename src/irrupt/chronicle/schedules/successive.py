"""Versions of a plan that bear numbers, where nothing tells when each was issued: they are not orders."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import polars as pl

from irrupt.chronicle.journal import ROW, Journal
from irrupt.chronicle.schedules.periods import read_periods
from irrupt.chronicle.schedules.words import DELIVERED, ORDER
from irrupt.errors import DataError, Fault
from irrupt.i18n import gettext as _
from irrupt.i18n import number

ISSUED = "issued"
OF_ORDERS = re.compile(r"(?i)order|command|bestell|auftrag|pedid|ordin|zam[oó]wi|invoice|factur|rechnung")
"""Names of columns that tell of orders."""
_SERIES = ("client", "plant", "part")
_COUNTED = frozenset({"quantity", "cumulative"})
_PERIODS, _SHARED, _ONCE = 3, 0.5, 0.95
"""Periods that a version usually names of one part; share of them that the version before names too; share of the rows
that name them once: orders name one or few, and the next order others."""
_SEVERAL = 3
"""Versions of one part, usually, from which on they are told from a few contracts that run side by side."""
_UNNAMED = 5
"""Versions from which on a column that is not called after plans may number them."""
_ADVANCE = 0.9
"""Share of the versions that begin later than the one before; none begins earlier."""
_FIGURES = re.compile(r"\d+")
_LETTER = re.compile(r"[A-Za-z]")


def with_issues(
    long: pl.DataFrame,
    now: dict[str, str],
    roles: dict[str, str],
    form: str | None,
    journal: Journal,
) -> tuple[pl.DataFrame, dict[str, str], dict[str, str]]:
    """*long*, *now* and *roles* with a column that tells when each quantity was announced, where a column numbers
    versions of a plan and nothing tells when they were issued: when the first period of each begins, if that advances
    from version to version.

    Versions they are where the same periods of a part stand under several numbers again and again, in a column that is
    not called after orders. Raises `DataError` where a column called after plans numbers versions, but does not date
    them: to add them up would count every quantity several times.
    """
    if "period" not in now or {"issued", "lead"} & now.keys() or not _COUNTED & now.keys():
        return long, now, roles
    if OF_ORDERS.search(now.get("plan", "")) or OF_ORDERS.search(now["period"]):
        return long, now, roles
    free = [name for name in long.columns if name != ROW and name not in now.values()]
    for column in [now["plan"]] if "plan" in now else free:
        table = _announced(long, now, column, form)
        if table is None or ("plan" not in now and table["version"].n_unique() < _UNNAMED) or not _succeed(table):
            continue
        issues = _first_periods(table)
        if issues is not None:
            text = _(
                "“{column}” numbers {n} versions of a plan that nothing dates: each is taken to be issued when its "
                'first period begins; --map "issued=…" names a column that tells it'
            )
            journal.note(text.format(column=column, n=number(table["version"].n_unique(), 0)))
            long = long.join(issues, on=ROW, how="left", maintain_order="left").rename({"first": _free(long)})
            now = {**now, "plan": column, "issued": long.columns[-1]}
            return long, now, {"plan": column, **roles} if column in journal.raw.frame.columns else roles
        if "plan" in now and _several(table):
            raise DataError(_undated(journal.raw.name, column, table))
    return long, now, roles


def by_orders(roles: Mapping[str, str], asked: Mapping[str, str]) -> str | None:
    """The column that numbers the orders, not the plans, of which it is announced when they are due; None where there
    is none, or the user *asked* for it to be the plan."""
    called = "plan" not in asked and OF_ORDERS.search(roles.get("plan", ""))
    return roles["plan"] if called and "issued" in roles else None


def together(table: pl.DataFrame, column: str, journal: Journal) -> pl.DataFrame:
    """*table* where what is announced at one time, for whatever order in *column*, is one plan; it is told."""
    journal.note(_("“{column}” numbers orders: all that is announced at one time is one plan").format(column=column))
    ordered = pl.col("kind").is_in([DELIVERED, ORDER])
    return table.with_columns(plan=pl.when(ordered).then("plan").otherwise(None))


def _undated(name: str, column: str, table: pl.DataFrame) -> Fault:
    text = _(
        "“{column}” seems to number {n} versions of a plan, for the same periods again and again, but nothing tells "
        "when each was issued"
    )
    remedy = _(
        'add a column with the date of each version, and name it: --map "issued=…"; if they are orders, call '
        "“{column}” so (Order)"
    )
    return Fault(
        name,
        text.format(column=column, n=number(table["version"].n_unique(), 0)),
        remedy=remedy.format(column=column),
    )


def _announced(long: pl.DataFrame, now: Mapping[str, str], column: str, form: str | None) -> pl.DataFrame | None:
    """What the versions that *column* numbers announce: `version`, in the order of the numbers, client, plant and part,
    and `begin` of the period, with the number of the row. None where *column* holds no such numbers."""
    known = long[column].drop_nulls()
    names = known.unique()
    if known.dtype.is_nested() or known.dtype.is_temporal() or not 1 < len(names) <= len(known) / _PERIODS:
        return None
    order = _in_order(names.cast(pl.String).to_list())
    if order is None or not read_periods(names.cast(pl.String).alias(column), form=form).begin.has_nulls():
        return None  # names that are dates tell themselves when they were issued
    counted = [long[now[role]].is_not_null() for role in _COUNTED & now.keys()]
    apart = [long[now[role]].cast(pl.String).alias(role) for role in (*_SERIES, "firm", "kind") if role in now]
    version = long[column].cast(pl.String).replace_strict(order, default=None, return_dtype=pl.Int64)
    begin = read_periods(long[now["period"]], form=form).begin
    table = pl.DataFrame([long[ROW], version.alias("version"), begin.alias("begin"), *apart])
    return table.filter(pl.any_horizontal(counted)).drop_nulls(["version", "begin"])


def _in_order(names: Sequence[str]) -> dict[str, int] | None:
    """Name -> its place in the order of the numbers in them; None where they differ in more than these.

    >>> _in_order(["V10", "V9"]), _in_order(["B", "A"]), _in_order(["Golf", "Passat"]), _in_order(["7", "A"])
    ({'V9': 0, 'V10': 1}, {'A': 0, 'B': 1}, None, None)
    """
    if len({_FIGURES.sub("#", name.strip()) for name in names}) > 1 and not all(map(_LETTER.fullmatch, names)):
        return None
    ordered = sorted(names, key=lambda name: ([int(figures) for figures in _FIGURES.findall(name)], name))
    return {name: at for at, name in enumerate(ordered)}


def _series(table: pl.DataFrame) -> list[str]:
    return [role for role in _SERIES if role in table.columns]


def _succeed(table: pl.DataFrame) -> bool:
    """Whether each version names several periods of a part, most of which the version before names too."""
    series = _series(table)
    lines = table.drop(ROW).unique()
    if lines.height < _ONCE * table.height:
        return False
    cells = lines.select("version", "begin", *series).unique()
    each = cells.group_by("version", *series).agg(pl.len().alias("periods"), "begin")
    if float(each["periods"].median() or 0.0) < _PERIODS:  # type: ignore[arg-type]
        return False
    before = pl.col("begin", "periods").shift(1)
    pairs = each.sort(*series, "version", nulls_last=False).with_columns(
        (before.over(series) if series else before).name.suffix(" before")
    )
    pairs = pairs.drop_nulls("periods before").select(
        shared=pl.col("begin").list.set_intersection("begin before").list.len(),
        fewer=pl.min_horizontal("periods", "periods before"),
    )
    return bool(pairs.height) and int(pairs["shared"].sum()) >= _SHARED * int(pairs["fewer"].sum())


def _several(table: pl.DataFrame) -> bool:
    """Whether a part usually stands in so many versions that they are no contracts side by side."""
    series = _series(table)
    counts = table.group_by(series).agg(pl.col("version").n_unique()) if series else table.select(
        pl.col("version").n_unique()
    )  # fmt: skip
    return float(counts["version"].median() or 0.0) >= _SEVERAL  # type: ignore[arg-type]


def _first_periods(table: pl.DataFrame) -> pl.DataFrame | None:
    """Number of the row -> the begin of the first period that its version names; None where this does not advance from
    version to version. Versions are those of a client, or else those of a part."""
    for keys in ([role for role in ("client",) if role in table.columns], _series(table)):
        first = table.group_by(*keys, "version").agg(pl.col("begin").min().dt.date().alias("first"))
        first = first.sort(*keys, "version", nulls_last=False)
        step = pl.col("first").diff()
        steps = first.select((step.over(keys) if keys else step).dt.total_days().alias("days"))["days"].drop_nulls()
        if len(steps) and (steps >= 0).all() and int((steps > 0).sum()) >= _ADVANCE * len(steps):
            rows = table.join(first, on=[*keys, "version"], how="left", nulls_equal=True)
            return rows.select(ROW, "first").unique(ROW)
    return None


def _free(long: pl.DataFrame) -> str:
    name = ISSUED
    while name in long.columns:
        name += " (2)"
    return name
