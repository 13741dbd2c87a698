"""What is asked where a table is one of schedules but for its periods, which are written in a way that is not known:
as an event log it would tell nothing."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from irrupt.chronicle.at_once import filled
from irrupt.chronicle.hints import name_score as log_score
from irrupt.chronicle.journal import ISSUED, ROW, Raw
from irrupt.chronicle.schedules.fitting import can_be, is_number
from irrupt.chronicle.schedules.headings import unknown_periods, with_known_years
from irrupt.chronicle.schedules.near_and_far import either_of_both
from irrupt.chronicle.schedules.pairs import unknown_kinds
from irrupt.chronicle.schedules.periods import names_weeks
from irrupt.chronicle.schedules.roles import ROLES, by_names, score
from irrupt.chronicle.schedules.stems import MOST
from irrupt.chronicle.schedules.years import named_after_days
from irrupt.errors import DataError, Fault
from irrupt.i18n import first_of
from irrupt.i18n import gettext as _

_SAMPLE, _FORMS, _SHOWN = 2_000, 6, 5
"""Cells that are looked at; ways in which periods are written, at most, but for figures; names that are shown."""


def with_known_columns(raw: Raw, mapping: Mapping[str, str]) -> None:
    """Raise `DataError` where periods above the columns of a table of plans bear no year, and nothing tells it, or
    where several columns stand for each, and nothing tells which of them hold quantities."""
    with_known_years(raw, mapping)
    kinds = unknown_kinds(raw.frame) if all(role in ROLES for role in mapping) else []
    if kinds:
        found = _("for each period columns stand side by side, and which of them are quantities is not known: {names}")
        remedy = _(
            "keep those of one kind; or call them Quantity, Cumulative, Boxes, Firm, Forecast, Delivered; or give each "
            "client or part rows of its own"
        )
        raise DataError(Fault(raw.name, found.format(names=first_of(kinds, _SHOWN)), remedy=remedy))


def with_known_periods(raw: Raw, mapping: Mapping[str, str]) -> None:
    """Raise `DataError` where *raw*, which is not read as schedules, has their columns but for periods that are known:
    in its column of periods, or above its columns. *mapping*: as asked,
    see `irrupt.read`; whoever names columns of an event log is not asked."""
    if any(role not in ROLES for role in mapping):
        return
    faults = unknown_periods(raw.frame, raw.name) if ISSUED in raw.frame.columns else []
    faults = faults or _odd_periods(raw.frame, raw.name) or _bare_days(raw.frame, raw.name)
    faults = faults or _no_quantities(raw.frame, raw.name)
    if faults:
        raise DataError(faults)


def _odd_periods(frame: pl.DataFrame, name: str) -> list[Fault]:
    """What to do about a column called as periods are, beside parts and their quantities, in which something stands in
    one way, with figures, that is no period; nothing where there is none."""
    if not {"part", "quantity"} <= by_names(frame, {}, exact=True).keys():
        return []
    column = next((one for one in frame.columns if one != ROW and _is_odd(frame[one])), None)
    if column is None:
        return []
    found = _("“{column}” is called as periods are, and holds none that is known: {text}")
    remedy = _(
        "write 2025-W42, 2025-10 or 2025-10-13 there, or name another column: {option}; if this is an event log, "
        "{other} tells what was done"
    )
    text = found.format(column=column, text=filled(frame[column])[0])
    return [Fault(name, text, remedy=remedy.format(option='--map "period=…"', other='--map "activity=…"'))]


def _bare_days(frame: pl.DataFrame, name: str) -> list[Fault]:
    """What to do about columns named after days without a year, beside parts; nothing where there are none."""
    either = either_of_both(frame)
    if either and "part" in by_names(frame, {}):
        found = _("{first} to {last} may be weeks as well as months").format(first=either[0], last=either[-1])
        remedy = _("say {weeks} or {months}").format(weeks='--map "across=weeks"', months='--map "across=months"')
        return [Fault(name, found, remedy=remedy)]
    days = named_after_days(frame.columns)
    if not days or "part" not in by_names(frame, {}) or not all(can_be("quantity", frame[day]) for day in days):
        return []
    found = _("{first} to {last} stand above columns without their year")
    remedy = _("tell when the plan was issued: a line above the table (Issued: 2026-02-16), or the name of the file")
    return [Fault(name, found.format(first=days[0], last=days[-1]), remedy=remedy)]


def _no_quantities(frame: pl.DataFrame, name: str) -> list[Fault]:
    """What to do about a column called as quantities are, beside parts, periods and issues or clients, in which nothing
    is a number, as where a workbook keeps formulas without what they come to, and about a table of all these in which
    none is called so; nothing where there is one, or where a column is called as activities are."""
    roles = by_names(frame, {}, exact=True)
    columns = [one for one in frame.columns if one != ROW]
    called = [one for one in columns if score("quantity", one) > MOST]
    of_logs = any(log_score("activity", one) > MOST for one in columns)
    if of_logs or not {"part", "period"} <= roles.keys() or any(can_be("quantity", frame[one]) for one in called):
        return []
    if not called:
        whole = {"issued", "client"} <= roles.keys() and not by_names(frame, {}).keys() & {"quantity", "cumulative"}
        remedy = _('name it: --map "{role}=…"; columns: {columns}').format(
            role="quantity", columns=first_of(columns, 20)
        )
        return [Fault(name, _("no column holds quantities"), remedy=remedy)] if whole else []
    if not {"issued", "client"} & roles.keys():
        return []
    text = next((str(one) for column in called for one in filled(frame[column]).head(1)), "")
    found = _("“{column}” is called as quantities are, and is empty")
    if text:
        found = _("“{column}” is called as quantities are, and holds no numbers: {text}")
    remedy = _("write plain numbers there; a formula counts once a spreadsheet has saved what it comes to")
    return [Fault(name, found.format(column=called[0], text=text), remedy=remedy)]


def _is_odd(column: pl.Series) -> bool:
    some = filled(column).head(_SAMPLE)
    if not len(some) or some.dtype != pl.String or is_number(some) or can_be("period", some):
        return False
    if not names_weeks(column.name) and score("period", column.name) <= MOST:
        return False
    return bool(some.str.contains(r"\d").all()) and some.str.replace_all(r"\d+", "#").n_unique() <= _FORMS
