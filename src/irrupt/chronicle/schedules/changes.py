"""Histories of changes, put together as plans: a row for each quantity that was changed from an old to a new one, or
that was added, changed or deleted, as a column says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import polars as pl

from irrupt.chronicle.hints import plain, word_set
from irrupt.chronicle.journal import ROW, Raw
from irrupt.chronicle.schedules.actions import ADDED, DELETED, actions, tells_actions
from irrupt.chronicle.schedules.fitting import can_be
from irrupt.chronicle.schedules.numbers import read_numbers
from irrupt.chronicle.schedules.periods import read_periods
from irrupt.chronicle.schedules.roles import told_by
from irrupt.i18n import first_of
from irrupt.i18n import gettext as _

_OLD = word_set(
    "old before previous prior alt alte alter altes bisher bisherige vorher ancien ancienne avant anterior antes "
    "vecchia vecchio precedente oude oud stara stary"
)
_NEW = word_set(
    "new after neu neue neuer neues nachher nouveau nouvelle apres nuevo nueva despues nuova nuovo dopo nieuwe nieuw "
    "novo nova nowa nowy"
)
_ORDER = re.compile(
    r"\b(?:order|orders|auftrag\w*|bestell\w*|commande|pedido|ordine|line|item|pos|position|ligne|linea)\b"
)
"""Names of columns that tell orders and their lines from each other."""
_ANEW = 0.75
"""Share of the days between the first and the last on which a quantity is told, from which on no changes are told."""
_UNCHANGED = 0.005
"""Share of the rows in which nothing changes, from which on plans are told again, and not changes alone."""
_LINKED = 0.9
"""Share of the changes of what was changed before that begin with what it was changed to."""
_OF_LOGS = frozenset({"case", "activity", "end", "start"})
"""Roles of event logs."""
_SHOWN = 8
"""Names of columns that are told."""
_MOST = 5_000_000
"""Rows of all plans together from which on a history is left as it is."""


class _Change(NamedTuple):
    """The columns that tell of a change."""

    old: str
    """The old quantity, or what was done: added, changed, deleted,"""
    new: str
    """and the quantity that there is now, or was before it was deleted."""
    issued: str
    period: str
    whose: list[str]
    """Whose plan it changes,"""
    part: list[str]
    lines: list[str]
    """and the line of which order."""
    by_action: bool


def with_changes(raw: Raw, mapping: Mapping[str, str]) -> Raw:
    """*raw* with what was planned after each day of changes, for all periods that had not passed by then.

    >>> rows = {"Changed": ["2026-01-05", "2026-01-05", "2026-01-12", "2026-01-19"], "Part": ["x"] * 4,
    ...     "Due date": ["2026-01-26", "2026-02-09", "2026-02-02", "2026-02-09"], "Old qty": [0, 7, 0, 5],
    ...     "New qty": [9, 5, 4, 8]}
    >>> raw = with_changes(Raw(frame=pl.DataFrame({ROW: range(4), **rows}), name="", locate=lambda _rows: ()), {})
    >>> raw.frame.filter(Changed="2026-01-12").select("Due date", "New qty").rows()
    [('2026-01-26', 9.0), ('2026-02-02', 4.0), ('2026-02-09', 5.0)]
    """
    found = _found(raw.frame, mapping)
    if found is None:
        return raw
    keys = [*found.whose, *found.part, *found.lines, found.period]
    moment, new = read_periods(raw.frame[found.issued]).begin, read_numbers(raw.frame[found.new])
    old = pl.lit(None, dtype=pl.Float64) if found.by_action else pl.lit(read_numbers(raw.frame[found.old]))
    gone = pl.lit(actions(raw.frame[found.old]) == DELETED) if found.by_action else pl.lit(value=False)
    table = raw.frame.select(
        ROW,
        pl.col(keys).cast(pl.String).fill_null(""),
        begin=read_periods(raw.frame[found.period]).begin,
        moment=moment,
        issued=moment.dt.truncate("1d"),
        old=pl.when(old > 0).then(old),  # what was nothing was not planned at all
        new=pl.when(gone).then(0.0).otherwise(new),
    )
    table = table.drop_nulls(["begin", "issued", "new"]).sort("moment", maintain_order=True)
    days, things = table.select("issued", *found.whose).unique(), table.select(*keys, "begin").unique()
    plans = days.select(found.whose).n_unique() if found.whose else 1
    if not table.height or days.height * things.height / plans > _MOST or _told_anew(table, days, found):
        return raw
    text = _(
        "each row changes a quantity, from {old} to {new}: what was planned after each day is put together from them"
    )
    if found.by_action:
        text = _(
            "each row changes the plan before it, as {old} says: what was planned after each day is put together from "
            "them; what is deleted is nought, what is not named stays"
        )
    notes = [*raw.notes, text.format(old=found.old, new=found.new)]
    frame = _carried(table, days, things, found)
    left = [name for name in raw.frame.columns if name not in (*frame.columns, found.old, *found.lines)]
    if left:
        text = _("what else stands beside each change is not used: {names}")
        notes.append(text.format(names=first_of(left, _SHOWN)))
    return replace(raw, frame=frame, notes=tuple(notes))


def _told_anew(table: pl.DataFrame, days: pl.DataFrame, found: _Change) -> bool:
    """Whether everything is told again on nearly each day: plans beside the ones before, rather than changes. Plans
    tell what has not changed, too; and where only changes are told, each begins with what the last one left. Where it
    is said what each change is, that is known."""
    if found.by_action:
        return False
    keys = [*found.whose, *found.part, *found.lines, found.period]
    unchanged = (table["old"].fill_null(0.0) == table["new"]).sum()
    chain = table.select("old", before=pl.col("new").shift().over(keys)).drop_nulls()
    linked = chain.height > 0 and (chain["old"] == chain["before"]).sum() >= _LINKED * chain.height
    if linked and unchanged < _UNCHANGED * table.height:
        return False
    told = table.group_by(keys).agg(
        pl.col("issued").n_unique().alias("times"), first=pl.col("issued").min(), last=pl.col("issued").max()
    )
    again = told.filter(pl.col("times") > 1)
    days = days.sort("issued").with_columns(
        at=pl.int_range(pl.len()).over(found.whose) if found.whose else pl.int_range(pl.len())
    )
    for name in ("first", "last"):
        place = days.rename({"issued": name, "at": f"{name} at"})
        again = again.join(place, on=[*found.whose, name])
    between = (again["last at"] - again["first at"] + 1).sum()
    return bool(between) and float(again["times"].sum()) >= _ANEW * float(between)


def _carried(table: pl.DataFrame, days: pl.DataFrame, things: pl.DataFrame, found: _Change) -> pl.DataFrame:
    """For each day and each thing, the new quantity of the last change, or the old one of the next; lines of orders
    together."""
    keys = [*found.whose, *found.part, *found.lines, found.period]
    whole = days.join(things, on=found.whose) if found.whose else days.join(things, how="cross")
    whole = whole.filter(pl.col("begin") + pl.duration(days=7) > pl.col("issued")).sort("issued")
    last = whole.join_asof(table.select(*keys, "issued", "new", ROW), on="issued", by=keys, check_sortedness=False)
    older = table.select(*keys, "issued", "old")
    both = last.join_asof(older, on="issued", by=keys, strategy="forward", check_sortedness=False)
    known = both.with_columns(pl.coalesce("new", "old").alias(found.new)).drop_nulls(found.new)
    summed = known.group_by("issued", *found.whose, *found.part, found.period, maintain_order=True)
    plans = summed.agg(pl.col(ROW).max().fill_null(0), pl.col(found.new).sum())
    plans = plans.sort("issued", *found.whose, *found.part, found.period)
    return plans.with_columns(pl.col("issued").dt.to_string("%Y-%m-%d")).rename({"issued": found.issued})


def _found(frame: pl.DataFrame, mapping: Mapping[str, str]) -> _Change | None:
    names = [name for name in frame.columns if name != ROW]
    if _OF_LOGS & mapping.keys():
        return None
    pair = _old_and_new(frame, names)
    action = None if pair else next((name for name in names if tells_actions(frame[name])), None)
    if action is not None and (quantity := mapping.get("quantity") or told_by("quantity", frame, names)) in names:
        pair = (action, quantity)
    if pair is None:
        return None
    others = [name for name in names if name not in pair]
    period = mapping.get("period") or told_by("period", frame, others)
    dates = [name for name in others if name != period and can_be("issued", frame[name])]
    issued = mapping.get("issued") or told_by("issued", frame, dates) or (dates[0] if len(dates) == 1 else None)
    if period not in others or issued not in others or issued == period:
        return None
    free = [name for name in others if name not in (period, issued)]
    whose = [name for role in ("client", "plant") if (name := mapping.get(role) or told_by(role, frame, free)) in free]
    parts = mapping.get("part") or told_by("part", frame, [name for name in free if name not in whose])
    lines = [name for name in free if name not in whose and name != parts and _ORDER.search(plain(name))]
    found = _Change(*pair, issued, period, list(dict.fromkeys(whose)), [parts] if parts else [], lines, bool(action))
    return found if action is None or _added_once(frame, found) else None


def _added_once(frame: pl.DataFrame, found: _Change) -> bool:
    """Whether what is added was not there before, or was deleted, in nearly all rows, and what is changed or deleted
    was: else the same words tell how each thing stands."""
    keys = [*found.whose, *found.part, *found.lines, found.period]
    done = frame.select(*keys, what=actions(frame[found.old]), at=read_periods(frame[found.issued]).begin)
    done = done.sort("at", maintain_order=True).with_columns(before=pl.col("what").shift().over(keys))
    absent = (pl.col("before").is_null() | (pl.col("before") == DELETED)) == (pl.col("what") == ADDED)
    return float(done.drop_nulls("what").select(absent.mean()).item() or 0.0) >= _LINKED


def _old_and_new(frame: pl.DataFrame, names: Sequence[str]) -> tuple[str, str] | None:
    """The columns of the old and the new quantity, called alike but for that."""
    told = {name: plain(name).split() for name in names}
    told = {
        name: words
        for name, words in told.items()
        if not (_OLD | _NEW).isdisjoint(words) and can_be("quantity", frame[name])
    }
    olds = {_without(words, _OLD): name for name, words in told.items() if not _OLD.isdisjoint(words)}
    news = {_without(words, _NEW): name for name, words in told.items() if not _NEW.isdisjoint(words)}
    both = olds.keys() & news.keys()
    return next(((olds[rest], news[rest]) for rest in both), None) if len(both) == 1 else None


def _without(words: Sequence[str], what: frozenset[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in what)
