"""Life cycles: several records of one step made into one.

Standard transitions (IEEE 1849): `start` and `complete` of one step become one row with both times; first started,
first completed. Other words in the same column are states of the ticket and become part of the activity's name.
"""

from __future__ import annotations

import polars as pl

from irrupt.chronicle.hints import TRANSITIONS
from irrupt.chronicle.journal import ROW, Journal
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext, number

JOIN = " / "
_DONE = ("complete", "unknown", "")


def fold(table: pl.DataFrame, journal: Journal, instance: str | None) -> pl.DataFrame:
    """*table* without its column `lifecycle`: pairs joined, other states named in the activity.

    *instance* is a column that tells steps of one activity apart. Where the table has start times already, only states
    that are no standard transition matter.
    """
    state = table["lifecycle"].cast(pl.String).str.strip_chars()
    word = state.str.to_lowercase().fill_null("")
    table = table.drop("lifecycle")
    standard = word.is_in(list(TRANSITIONS | {""}))
    if (standard.mean() or 0.0) < 0.5:  # type: ignore[operator]
        return _states(table, state, journal)
    if not standard.all():
        table = _some_states(table, state, standard, journal)
        word = word.zip_with(standard, pl.Series(["complete"]))
    return _pairs(table.with_columns(word.alias("word")), journal, instance)


def _states(table: pl.DataFrame, state: pl.Series, journal: Journal) -> pl.DataFrame:
    journal.note(_('life-cycle states are read as part of the activity: "activity / state"'))
    return _some_states(table, state, pl.Series([False]).new_from_index(0, table.height), None)


def _some_states(table: pl.DataFrame, state: pl.Series, plain: pl.Series, journal: Journal | None) -> pl.DataFrame:
    joined = pl.concat_str(pl.col("activity"), pl.lit(JOIN), state.replace("", None))
    odd = ~plain & state.is_not_null() & (state != "")
    if journal is not None:
        found = ngettext(
            "{n} event has a life-cycle state of its own",
            "{n} events have life-cycle states of their own",
            int(odd.sum()),
        )
        journal.problem(
            "life-cycle state",
            table[ROW].filter(odd),
            found.format(n=int(odd.sum())),
            _("kept, as part of the activity"),
        )
    return table.with_columns(pl.when(odd).then(joined).otherwise(pl.col("activity")).alias("activity"))


def _pairs(table: pl.DataFrame, journal: Journal, instance: str | None) -> pl.DataFrame:
    words = set(table["word"].unique())
    if words <= set(_DONE):
        return table.drop("word")
    for word in sorted(words - set(_DONE) - {"start"}):
        rows = table.filter(pl.col("word") == word)[ROW]
        found = ngettext('{n} event "{word}"', '{n} events "{word}"', len(rows)).format(
            n=number(len(rows), 0), word=word
        )
        journal.problem("other transition", rows, found, _("set aside: only start and completion of work are used"))
        journal.set_aside(rows, _('life-cycle transition "{word}"').format(word=word))
    table = table.filter(pl.col("word").is_in(["start", *_DONE]))
    if "start" not in words:
        return table.drop("word")
    keys = ["case", "activity", *([instance] if instance else [])]
    ordered = table.sort(*keys, "end", ROW, maintain_order=True, nulls_last=True)
    group = ordered.select(pl.struct(keys).rle_id()).to_series().to_list()
    partner = _first_in_first_out(group, (ordered["word"] == "start").to_list())
    starts = ordered["end"].gather(pl.Series(partner, dtype=pl.Int64).replace(-1, None).cast(pl.UInt32))
    used = set(partner)
    open_ = pl.Series([w == "start" and i not in used for i, w in enumerate(ordered["word"])], dtype=pl.Boolean)
    rows = ordered[ROW].filter(open_)
    found = ngettext("{n} step was started but not completed", "{n} steps were started but not completed", len(rows))
    journal.problem("never completed", rows, found.format(n=number(len(rows), 0)), _("set aside"))
    journal.set_aside(rows, _("started but not completed"))
    known = pl.col("start") if "start" in ordered.columns else pl.lit(None, dtype=ordered["end"].dtype)
    return (
        ordered.with_columns(pl.coalesce(known, starts).alias("start"))
        .filter(pl.col("word") != "start")
        .drop("word")
        .sort(ROW)
    )


def _first_in_first_out(group: list[int], begins: list[bool]) -> list[int]:
    """For each completion the row of the earliest open start of its group, else -1."""
    partner = [-1] * len(group)
    waiting: list[int] = []
    head = 0
    current = -1
    for i, (g, begin) in enumerate(zip(group, begins, strict=True)):
        if g != current:
            current, head = g, len(waiting)
        if begin:
            waiting.append(i)
        elif head < len(waiting):
            partner[i] = waiting[head]
            head += 1
    return partner
