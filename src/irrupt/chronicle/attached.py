"""Tables that tell more of what another one names: cases beside their events, clients beside cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from irrupt.chronicle.flattening import texts_of
from irrupt.chronicle.hints import name_score, plain
from irrupt.chronicle.journal import ROW, Raw
from irrupt.chronicle.several import Table
from irrupt.chronicle.times import readable_share
from irrupt.chronicle.titles import tells_schedules
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext, number
from irrupt.lately import Lately

_NAMED = 0.5
"""How well the name of a column tells of activities where it is one, more than that."""
_IDENTIFIER, _SOME = r"^(?:\pL{0,4}[-/ ]?)?\d[\d/-]{5,}$", 1000
"""`0004500000`, `INC0001234`: long enough for tables to share none by chance. And how many values are looked at."""
_KNOWN = 0.9
"""Share of what the rows name that a table beside them must know, for it to tell of that."""


def attached(tables: Sequence[Table], name: str) -> Raw | None:
    """The one of *tables* that has several rows for what the others tell of, with their columns beside its own: each of
    the others has a column of one name with it, in which each value stands once. None where that does not hold of all.

    >>> rows = ({"no": ["1", "1", "2"], "step": ["a", "b", "a"]}, {"No": ["1", "2"], "client": ["x", "y"]})
    >>> tables = [Table("", Raw(frame=pl.DataFrame(one), name="", locate=lambda _rows: ())) for one in rows]
    >>> attached(tables, "").frame["client"].to_list()
    ['x', 'x', 'y']
    """
    try:
        return _attached(tables, name)
    finally:
        _ASKED.forget()


def _attached(tables: Sequence[Table], name: str) -> Raw | None:
    longest = sorted(tables, key=lambda table: -table.raw.frame.height)
    if sum(not _once(table.raw.frame) for table in tables) > 1:
        return None  # Only the main one need have no value once.
    return next(
        (raw for join in _JOINS for main in longest if (raw := _around(main, tables, name, join)) is not None), None
    )


def odd_one(tables: Sequence[Table], name: str) -> str | None:
    """The name of the shortest of *tables* without which all others belong together; None where no one alone is odd."""
    shortest = sorted(tables, key=lambda table: table.raw.frame.height) if len(tables) > 2 else ()
    try:
        return next((odd.name for odd in shortest if _attached([one for one in tables if one is not odd], name)), None)
    finally:
        _ASKED.forget()


def in_a_workbook(tables: Sequence[Table], name: str) -> tuple[Raw, Sequence[Table]] | None:
    """Of the sheets *tables*, the events with the columns of those that tell more of them, and the sheets that do not;
    None where none does, or where they are schedules: a plan has a row for each part as well."""
    try:
        return _in_a_workbook(tables, name)
    finally:
        _ASKED.forget()


def _in_a_workbook(tables: Sequence[Table], name: str) -> tuple[Raw, Sequence[Table]] | None:
    for main in sorted(tables, key=lambda table: -table.raw.frame.height):
        told = [one for one in tables if one is not main and _key(main.raw.frame, one.raw.frame) is not None]
        more = [one for one in tables if one in (main, *told) or any(_tells_of(other, one) for other in told)]
        if told and not tells_schedules(main.raw.frame) and not _plans(main, told):
            raw = _around(main, more, name, _key)
            return None if raw is None else (raw, [one for one in tables if one not in more])
    return None


def _tells_of(table: Table, other: Table) -> bool:
    return table is not other and _key(table.raw.frame, other.raw.frame, again=False) is not None


def _plans(main: Table, others: Sequence[Table]) -> bool:
    """Whether one of *others* is a plan, of which *main*, in which nothing is called an activity, may tell anything."""
    steps = any(name_score("activity", name) > _NAMED for name in main.raw.frame.columns)
    return not steps and any(tells_schedules(one.raw.frame) for one in others)


def _around(main: Table, tables: Sequence[Table], name: str, join: Join) -> Raw | None:
    """The *main* one of *tables* with the columns of all others beside its own; None where one has none with it."""
    frame, left, notes = main.raw.frame, [table for table in tables if table is not main], []
    keyed: dict[str, str] = {}
    while left:
        found = next(((one, key) for one in left if (key := _asked(join, main, frame, one)) is not None), None)
        if found is None:
            return None
        one, (own, others) = found
        text = _('"{table}" tells more of each "{column}" in "{main}": its columns are put beside')
        notes.append(text.format(table=one.name, column=own, main=main.name))
        unnamed = one.raw.frame.height - int(_texts(one.raw.frame[others]).is_in(_texts(frame[own]).implode()).sum())
        if unnamed:
            text = ngettext("{n} row of it is of none of them", "{n} rows of it are of none of them", unnamed)
            notes.append(text.format(n=number(unnamed, 0)))
        before = frame.columns
        frame = _beside(frame, own, one, others)
        keyed |= dict.fromkeys((column for column in frame.columns if column not in before), own)
        left.remove(one)
    said = (note for table in tables for note in table.raw.notes)
    problems = tuple(problem for table in tables for problem in table.raw.problems)
    aside = tuple(part for table in tables for part in table.raw.aside)
    above = tuple(one for table in tables for one in table.raw.above)
    notes += dict.fromkeys(said)
    return replace(
        main.raw, frame=frame, name=name, notes=tuple(notes), problems=problems, above=above, aside=aside, keyed=keyed
    )


def _key(frame: pl.DataFrame, beside: pl.DataFrame, *, again: bool = True) -> tuple[str, str] | None:
    """The columns of one name, in *frame* and in the table *beside* it, of which the latter tells each value once, and
    the former some *again*."""
    names = _once(beside)
    for own in frame.columns if names else ():
        other = names.get(plain(own)) if own != ROW else None
        if other is None:
            continue
        values = _texts(frame[own]).drop_nulls()
        known = values.is_in(_texts(beside[other]).implode())
        if (values.n_unique() < len(values) or not again) and int(known.sum()) >= _KNOWN * len(values):
            return own, other
    return None


def _key_once(frame: pl.DataFrame, beside: pl.DataFrame) -> tuple[str, str] | None:
    """The same where each value may stand once in both, as the head of a change and its only position: in no plans,
    whose parts stand once in each of several."""
    found = _key(frame, beside) or _key(frame, beside, again=False)
    return None if found is None or _schedules(frame) or _schedules(beside) else found


_ASKED = Lately[Any](most=1_000_000)
"""What tables are asked again and again where many lie beside each other, until it is found how they are joined."""


def _asked(join: Join, main: Table, frame: pl.DataFrame, beside: Table) -> tuple[str, str] | None:
    """How *frame*, the *main* table with what was put beside it, is joined with the table *beside* it."""
    whole = beside.raw.frame
    return (
        join(frame, whole)
        if frame is not main.raw.frame
        else _ASKED.of((frame, whole, join), lambda: join(frame, whole))
    )


def _schedules(frame: pl.DataFrame) -> bool:
    """The same as `tells_schedules`, asked once."""
    return bool(_ASKED.of((frame,), lambda: tells_schedules(frame), "schedules"))


def _once(frame: pl.DataFrame) -> dict[str, str]:
    """The columns of *frame* in which each row has another value, by their plain names."""

    def make() -> dict[str, str]:
        names = {plain(name): name for name in frame.columns if name != ROW}
        return {
            called: name
            for called, name in names.items()
            if not frame[name].has_nulls() and frame[name].n_unique() == frame.height
        }

    found: dict[str, str] = _ASKED.of((frame,), make, "once")
    return found


def _key_by_values(frame: pl.DataFrame, beside: pl.DataFrame) -> tuple[str, str] | None:
    """The columns of *frame* and of the table *beside* it that hold the same identifiers, whatever they are called: an
    order is `VBELN` in one table of SAP and `OBJECTID` in another."""
    found = _key_once(frame, beside)
    if found is not None or _schedules(frame) or _schedules(beside):
        return found
    single = [name for name in _numbers(beside) if name in _once(beside).values()]
    for own in _numbers(frame) if single else ():
        values = _texts(frame[own])
        for other in single:
            if int(values.is_in(_texts(beside[other]).implode()).sum()) >= _KNOWN * len(values):
                return own, other
    return None


def _numbers(frame: pl.DataFrame) -> list[str]:
    """The columns of *frame* that hold long numbers of something, asked once."""
    named = (name for name in frame.columns if name != ROW)
    found: list[str] = _ASKED.of((frame,), lambda: [name for name in named if _identifies(frame[name])], "numbers")
    return found


def _identifies(column: pl.Series) -> bool:
    """Whether *column* holds long numbers of something in all rows: no amounts, and no times."""
    if column.has_nulls() or not len(column):
        return False
    texts = _texts(column.head(_SOME))
    return bool(texts.str.contains(_IDENTIFIER).all()) and readable_share(column.head(_SOME)) < _KNOWN


Join = Callable[[pl.DataFrame, pl.DataFrame], "tuple[str, str] | None"]
_JOINS: tuple[Join, ...] = (_key, _key_once, _key_by_values)
"""How a table is joined with one beside it: the plainest way first."""


def _beside(frame: pl.DataFrame, own: str, table: Table, other: str) -> pl.DataFrame:
    """*frame* with the columns of *table* beside its own; what is called as one of its own bears its name, too."""
    more = table.raw.frame.drop(ROW, strict=False)
    called = {name: f"{name} ({table.name})" for name in more.columns if name in frame.columns and name != other}
    key = f"{ROW} key"
    more = more.rename(called).with_columns(_texts(more[other]).alias(key)).drop(other)
    return (
        frame.with_columns(_texts(frame[own]).alias(key))
        .join(more, on=key, how="left", maintain_order="left")
        .drop(key)
    )


def _texts(values: pl.Series) -> pl.Series:
    return texts_of(values).str.strip_chars()
