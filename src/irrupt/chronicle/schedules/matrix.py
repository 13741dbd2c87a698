"""Tables in matrix form, a column for each period or lead, made long."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from irrupt.chronicle.hints import plain
from irrupt.chronicle.journal import ROW, Journal
from irrupt.chronicle.schedules.fitting import can_be
from irrupt.chronicle.schedules.headings import YEARS
from irrupt.chronicle.schedules.leads import leads_across
from irrupt.chronicle.schedules.periods import read_periods
from irrupt.chronicle.schedules.roles import ROLES, periods_across, score
from irrupt.chronicle.schedules.stems import is_total
from irrupt.chronicle.schedules.sums import NAMED, periods_in, without_sums, without_sums_by_number
from irrupt.chronicle.schedules.words import is_at_once
from irrupt.i18n import first_of
from irrupt.i18n import gettext as _

IS_AT_ONCE = f"{ROW} at once"
"""The column that tells of the cells of a matrix of leads which are due at once: these have none."""
_SHOWN = 8
"""Names of columns that are told."""
_MERGED = 0.3
"""Share of blank cells from which on they belong to the cell above."""


def filled_down(frame: pl.DataFrame, roles: Mapping[str, str], journal: Journal, *, keep: bool) -> pl.DataFrame:
    """*frame* where names and issues that stand once above several rows stand in each of them: blank cells of merged
    ones, in spreadsheets and matrices. Rows of sums are set aside, unless the user says to *keep* them."""
    frame = without_sums(frame, roles, journal, keep=keep)
    names = [roles[role] for role in NAMED if role in roles]
    may_be_merged = frame.height and (journal.raw.sheets or periods_in(frame))
    merged = [
        name for name in names if may_be_merged and frame[name][0] is not None
        and _MERGED * frame.height < frame[name].null_count()
    ]  # fmt: skip
    if merged:
        journal.note(_("blank cells below a name belong to it: {columns}").format(columns=", ".join(merged)))
    frame = frame.with_columns(pl.col(merged).forward_fill())
    return frame if keep else without_sums_by_number(frame, roles, journal)


def unread(frame: pl.DataFrame, roles: Mapping[str, str]) -> list[str]:
    """The columns of numbers that are not read, though they may be quantities: behind the first period of a matrix,
    since they name no period (what is announced for later, say); elsewhere by their name.

    >>> unread(pl.DataFrame({"part": "x", "2024-W05": 5, "2024-W06": 6, "2024-W07": 7, "later": 90, "Sum": 18}), {})
    ['later']
    """
    across = periods_in(frame)
    behind = frame.columns[frame.columns.index(across[0]) :] if across else _called_quantities(frame)
    sums = {name for name in behind if any(map(is_total, plain(name).split()))}
    free = [name for name in behind if name not in across and name not in roles.values() and name not in sums]
    return [name for name in free if plain(name) not in YEARS and can_be("quantity", frame[name])]


def tell_unused(frame: pl.DataFrame, used: Collection[str], journal: Journal) -> None:
    """Note the columns of *frame* that tell nothing of schedules, those beside *used* ones and periods."""
    across = [*periods_across(frame.columns), *leads_across(frame.columns)]
    across += [name for name in frame.columns if across and is_at_once(name)]
    left = [name for name in frame.columns if name not in (ROW, *used, *across)]
    if left:
        shown = first_of(left, _SHOWN)
        journal.note(_("columns that are not used: {names}").format(names=shown))


def _called_quantities(frame: pl.DataFrame) -> list[str]:
    """The columns that are called as quantities are, rather than as anything else."""
    others = [role for role in ROLES if role not in ("quantity", "value")]
    return [
        name
        for name in frame.columns
        if name != ROW and score("quantity", name) > max(score(role, name) for role in others)
    ]


def lengthened(frame: pl.DataFrame, roles: Mapping[str, str]) -> tuple[pl.DataFrame, dict[str, str]]:
    """*frame* with a row for each filled cell, and *roles* with what the new columns are; as it is when it is long
    already. Empty cells announce nothing.

    >>> wide = pl.DataFrame({ROW: [0], "part": ["x"], "2024-W05": ["5"], "2024-W06": ["6"], "2024-W07": [None]})
    >>> lengthened(wide, {"part": "x"})[0].rows()
    [(0, 'x', '2024-W05', '5'), (0, 'x', '2024-W06', '6')]
    """
    across = periods_across(frame.columns)
    leads = {} if across else leads_across(frame.columns)
    if not across and not ("issued" in roles and leads):
        return frame, dict(roles)
    named = "period" if across else "lead"
    if across and "issued" not in roles and "period" in roles:
        # the rows tell one date, the columns another: which of both is the issue, shows which comes before
        turned = _later(frame, roles["period"], across)
        named, roles = ("issued", roles) if turned else (named, {**roles, "issued": roles["period"]})
    at_once = [name for name in frame.columns if is_at_once(name)]
    cells = [*at_once, *(_in_order(across) or leads)]
    keep = [name for name in frame.columns if name not in cells]
    free = {name: _free(name, keep) for name in (named, "quantity")}
    text = frame.with_columns(pl.col(cells).cast(pl.String))
    long = text.unpivot(cells, index=keep, variable_name=free[named], value_name=free["quantity"])
    long = long.drop_nulls(free["quantity"]).sort(ROW, maintain_order=True)
    if leads:
        numbers = {name: lead.number for name, lead in leads.items()} | dict.fromkeys(at_once)
        if at_once:
            long = long.with_columns(pl.col(free["lead"]).is_in(at_once).alias(IS_AT_ONCE))
        long = long.with_columns(pl.col(free["lead"]).replace_strict(numbers, return_dtype=pl.Int64))
    return long, {**roles, named: free[named], "quantity": free["quantity"]}


def _in_order(across: list[str]) -> list[str]:
    """The columns *across* in the order of their periods, if that is known of each: running totals rise in it."""
    begins = read_periods(pl.Series("period", across)).begin.to_list()
    known = sorted((begin, at) for at, begin in enumerate(begins) if begin is not None)
    return [across[at] for _begin, at in known] if len(known) == len(across) else across


def _later(frame: pl.DataFrame, column: str, across: list[str]) -> bool:
    """Whether the dates in *column* come after those that the filled cells of a matrix stand below."""
    filled = frame.select(column, pl.col(across).is_not_null()).unpivot(across, index=column).filter(pl.col("value"))
    rows, columns = (read_periods(filled[name]).begin for name in (column, "variable"))
    week = pl.duration(days=7)
    table = pl.DataFrame({"row": rows, "column": columns}).drop_nulls()
    before, after = table.select(
        before=(pl.col("row") <= pl.col("column") + week).mean(),
        after=(pl.col("column") <= pl.col("row") + week).mean(),
    ).row(0)
    return (after or 0.0) > (before or 0.0)


def _free(name: str, taken: list[str]) -> str:
    while name in taken:
        name += " (2)"
    return name
