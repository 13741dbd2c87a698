"""Lists of what comes and goes of a material, with what is left then: requirements lists of planning systems, of which
only the demand of clients is a schedule."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from irrupt.chronicle.hints import plain
from irrupt.chronicle.journal import ROW, SHOWN, Raw
from irrupt.chronicle.model import Problem
from irrupt.chronicle.schedules.fitting import can_be
from irrupt.chronicle.schedules.numbers import is_text, read_numbers
from irrupt.chronicle.schedules.points import points_of
from irrupt.chronicle.schedules.roles import score
from irrupt.chronicle.schedules.stems import tells_movement, tells_stock, tells_sum
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext, number

_RIGHT, _FEWEST = 0.8, 5
"""Share of the rows in which what is left must be what was left before and what came or went, and rows at least: where
another material begins, it is not."""
_ROUNDED, _CLOSE = 0.5, 0.05
"""How far what is left may be off at most, as where it is rounded: in units, and as a share of what usually moves."""
_OUT = 0.3
"""Share of the movements, at least, that must go out where no name tells what comes and goes: a few quantities below
nought are corrections."""
_FEW, _SAMPLE = 30, 2_000
"""Kinds of what comes and goes at most; rows that are looked at."""
_BELOW = r"^\s*-\d|\d-\s*$|^\(\d"
_INNER = re.compile(
    r"sek\b|sek ?bed|sekundar|dep(?:endent)? ?req|dependent|(?:ar|mat|u|tr|ord) ?res\b|reserv|sich\b|sich ?bs|"
    r"sicherheit|safety|safe ?st|securite|seguridad|sicurezza|bs abr|umlag|stock transfer|transfert|traslad|"
    r"ind ?req|vp bed|vsf|vorplan|planprimar|independent|lb bed|sub ?req|besoins? dependants?|necesidad(?:es)? dep|"
    r"necesidad(?:es)? sec|fabbisogn\w* dip|production order|fertigungsauftrag|ordre de fabrication|"
    r"orden de (?:fabricacion|produccion)"
)
"""Demand that does not come from clients, in plain form: of our own production, stores and sites, and what is foreseen
by ourselves."""


def with_demand(raw: Raw, mapping: Mapping[str, str]) -> Raw:
    """*raw*, if it lists what comes and goes of a material, with the demand of clients only, its quantities above
    nought; without the column of what is left. Other rows are set aside, and it is told.

    >>> cells = {"Date": ["2026-02-02", "2026-02-03", "2026-02-04"], "Receipt/Reqmt": [None, "840", "380-"],
    ...     "Available qty": ["883", "1723", "1343"]}
    >>> raw = with_demand(Raw(frame=pl.DataFrame({ROW: range(3), **cells}), name="", locate=lambda _rows: ()), {})
    >>> raw.frame.drop(ROW).rows()
    [('2026-02-04', 380.0)]
    """
    found = _found(raw, mapping)
    if found is None:
        return raw
    moves, left, numbers = found
    text = _("“{moves}” tells what comes and what goes (below nought): only what goes is demand")
    if left is not None:
        text = _("“{moves}” tells what comes and what goes, “{left}” what is left: only what goes is demand")
    comes = (numbers >= 0).fill_null(value=True)
    n = int(comes.sum())
    why = ngettext(
        "{n} row holds no demand, but stock or what comes", "{n} rows hold no demand, but stock or what comes", n
    )
    rest = _without(raw, comes, "no demand", why.format(n=number(n, 0)))
    rest = _of_clients(rest, moves)
    frame = rest.frame.with_columns(-numbers.filter(raw.frame[ROW].is_in(rest.frame[ROW].implode())).alias(moves))
    frame = frame if left is None else frame.drop(left)
    return replace(rest, frame=frame, notes=(*raw.notes, text.format(moves=moves, left=left)))


def _found(raw: Raw, mapping: Mapping[str, str]) -> tuple[str, str | None, pl.Series] | None:
    """The column of what comes and goes, that of what is left where there is one, and the numbers of the first."""
    frame, asked = raw.frame, mapping.get("quantity")
    called = [name for name in frame.columns if tells_movement(name) or score("quantity", name) > 0]
    moving = [name for name in called if asked in (None, name) and _may_move(frame[name])]
    if not moving:
        return None
    counted = [name for name in frame.columns if name != ROW and name not in mapping.values() and _counts(frame[name])]
    names = {*counted, *moving}
    others = [frame[name] for name in frame.columns if name not in (ROW, *names)]
    grouped = points_of([frame[name] for name in names], others, (), frame.columns, raw.separator).group
    some = frame.head(_SAMPLE).select(read_numbers(frame[name].head(_SAMPLE), grouped).alias(name) for name in names)
    pairs = itertools.product(moving, filter(_may_be_left, counted))
    running = ((one, left) for one, left in pairs if left != one and _runs(some[one], some[left]))
    named = ((one, next(filter(tells_stock, counted), None)) for one in moving if tells_movement(one))
    pair = next(running, None) or next(named, None)
    return None if pair is None else (*pair, read_numbers(frame[pair[0]], grouped))


def _may_move(column: pl.Series) -> bool:
    """Whether *column* holds numbers, some of them below nought."""
    if column.dtype.is_numeric():
        return bool((column < 0).any())
    return is_text(column) and bool(column.cast(pl.String).str.contains(_BELOW).any()) and _counts(column)


def _counts(column: pl.Series) -> bool:
    return can_be("quantity", column) and not (is_text(column) and can_be("period", column))


def _may_be_left(name: str) -> bool:
    """Whether a column of this *name* may tell what is left: it is no sum of what was announced so far."""
    return score("cumulative", name) == 0 and (tells_stock(name) or not tells_sum(name))


def _runs(moves: pl.Series, left: pl.Series) -> bool:
    """Whether *left* is what was left in the row before and what *moves* in this one, in nearly all rows; where no name
    tells it, much must go out, too."""
    steps = pl.DataFrame({"moves": moves, "step": left.diff()}).drop_nulls().filter(pl.col("moves") != 0)
    usual = float(steps["moves"].abs().median() or 0.0)  # type: ignore[arg-type]
    close = (steps["step"] - steps["moves"]).abs() < min(_ROUNDED, _CLOSE * usual)
    right = close & (steps["step"] != 0)
    if len(right) < _FEWEST or float(right.mean() or 0.0) < _RIGHT:  # type: ignore[arg-type]
        return False
    named = tells_stock(left.name) or tells_movement(moves.name)
    return named or float((steps["moves"] < 0).mean() or 0.0) >= _OUT  # type: ignore[arg-type]


def _of_clients(raw: Raw, moves: str) -> Raw:
    """*raw* without the demand of our own that a column of few texts tells."""
    for name in raw.frame.columns:
        if name in (ROW, moves) or not is_text(raw.frame[name]):
            continue
        texts = raw.frame[name].drop_nulls().cast(pl.String).unique().sort()
        inner = [text for text in texts if _INNER.search(plain(text))] if len(texts) <= _FEW else []
        if inner:
            own = raw.frame[name].cast(pl.String).is_in(inner).fill_null(value=False)
            several = int(own.sum())
            text = ngettext(
                "{n} row is demand of our own, not of clients: {names}",
                "{n} rows are demand of our own, not of clients: {names}",
                several,
            )
            return _without(raw, own, "own demand", text.format(n=number(several, 0), names=", ".join(inner)))
    return raw


def _without(raw: Raw, rows: pl.Series, code: str, found: str) -> Raw:
    """*raw* without some *rows*, which are set aside for what was *found*."""
    aside = raw.frame.filter(rows)
    if not aside.height:
        return raw
    places = raw.locate(aside[ROW].head(SHOWN).to_list())
    problem = Problem(code=code, count=aside.height, found=found, done=_("set aside"), places=places)
    parts = (*raw.aside, (aside.drop(ROW), code))
    return replace(raw, frame=raw.frame.filter(~rows), problems=(*raw.problems, problem), aside=parts)
