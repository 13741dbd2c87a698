"""Whether a table is one of schedules or orders, rather than an event log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from irrupt.chronicle.hints import name_score as log_score
from irrupt.chronicle.hints import plain
from irrupt.chronicle.journal import ROW
from irrupt.chronicle.schedules.choices import CHOICES
from irrupt.chronicle.schedules.fitting import can_be, is_number
from irrupt.chronicle.schedules.leads import leads_across
from irrupt.chronicle.schedules.periods import read_periods
from irrupt.chronicle.schedules.roles import (
    OWN,
    ROLES,
    by_names,
    guess,
    periods_across,
    score,
    versions,
)
from irrupt.chronicle.schedules.stems import MOST
from irrupt.chronicle.schedules.words import tells_firm
from irrupt.errors import Fault
from irrupt.i18n import gettext as _

_OWN_ROW = 0.6
_STATUS = frozenset(
    {"state", "statut", "etat", "zustand", "estado", "stato", "situacao", "stan", "toestand", "fase", "stav"}
)
"""Other names of a column that tells how an order stands."""
_PLAN = frozenset({"issued", "period", "quantity", "part", "client"})
_LINES = """
    pos; position; pos nr; posnr; positionsnummer; posten; zeile; auftragsposition; bestellposition; line; line no;
    line number; line item; order line; item no; item number; ligne; no ligne; numero de ligne; poste; linea; numero de
    linea; posicion; riga; numero riga; posizione; linha; regel; regelnummer; pozycja
"""
_LINE = frozenset(" ".join(name.split()) for name in _LINES.split(";"))
"""Names of a column that numbers the lines of an order."""
_NEARLY_ALL = 0.95
_SAMPLE = 2_000
_MOSTLY = 0.49
"""Share of times with an hour from which on they are those of a log."""


def looks_like_schedules(frame: pl.DataFrame, asked: Mapping[str, str]) -> bool:
    """Whether *frame* is a table of schedules or orders rather than an event log.

    It is one when a role is asked for that only schedules have; it is none when a role is asked for that they do not
    have, or when a column is called as activities are, unless it tells what is firm, or a status: one that is the same
    in all rows, or that of what is announced in a table whose columns name issue, period, quantity, part and client, or
    of orders that stand in a row each, or a row for each of their lines, with their client, date and quantity or value.
    Else a quantity and a period must
    be there by name, and an issue, a part, or a client; or, where their names are not known as a whole, a quantity, an
    issue, a period and a part by the words in them, or the same period announced several times. Times of the day beside
    all these are those of a log.
    """
    if any(role not in ROLES and role not in CHOICES for role in asked):
        return False
    if any(role in OWN or role in CHOICES for role in asked):
        return True
    columns = [name for name in frame.columns if name != ROW]
    known = by_names(frame, {}, exact=True)
    if periods_across(columns) and _suffice(frame, known, columns):
        return True
    with_status = set(known) | {"quantity"} >= _PLAN and "quantity" in by_names(frame, {})
    with_status = with_status or _orders_by_row(frame, known)
    if any(_of_logs(name) and not _may_be_told(frame[name], with_status) for name in columns):
        return False
    if _suffice(frame, known, columns):
        return not any(_tells_moments(frame[name]) for name in columns if name not in known.values())
    roles = by_names(frame, {})
    if any(_tells_moments(frame[name]) for name in columns if name != roles.get("issued")):
        return False
    plainly = {"issued", "period", "part"} <= set(roles) and bool({"quantity", "cumulative"} & set(roles))
    return plainly or versions(frame, guess(frame, {}))


def may_be_schedules(frame: pl.DataFrame, name: str) -> list[Fault]:
    """What to do if *frame*, from the source *name*, which could not be read as an event log, is a table of schedules;
    nothing where no column names a part, or none a quantity.

    >>> [one.remedy for one in may_be_schedules(pl.DataFrame({"Part": ["x"], "Qty": ["5"]}), "plan.csv")]
    ['--map "period=…" says for when each quantity is, --map "issued=…" when it was announced']
    """
    if not {"part", "quantity"} <= by_names(frame, {}).keys():
        return []
    remedy = _('--map "period=…" says for when each quantity is, --map "issued=…" when it was announced')
    return [
        Fault(name, _("or it holds delivery schedules or orders: for when they are, no column tells"), remedy=remedy)
    ]


def could_hold_quantities(frame: pl.DataFrame) -> str | None:
    """The column of *frame*, read as an event log, that is called as quantities of orders are; None where none is.

    >>> could_hold_quantities(pl.DataFrame({"Stato": ["Evaso"], "Quantità": [158.0]}))
    'Quantità'
    """
    return by_names(frame.head(_SAMPLE), {}, exact=True).get("quantity")


def _tells_moments(column: pl.Series) -> bool:
    """Whether *column* holds times of the day, as logs do: what is announced is announced for days."""
    some = column.drop_nulls().head(_SAMPLE)
    if not len(some) or is_number(some) or not can_be("period", some):
        return False
    moments = read_periods(some).begin.drop_nulls()
    return bool(len(moments)) and float((moments.dt.hour() + moments.dt.minute() != 0).mean() or 0.0) > _MOSTLY  # type: ignore[arg-type]


def _may_be_told(column: pl.Series, with_status: bool) -> bool:
    """Whether *column*, called as activities are, may be one of a plan: what is firm, or a status."""
    return tells_firm(column) or (_is_status(column.name) and (with_status or column.n_unique() == 1))


def _of_logs(name: str) -> bool:
    return log_score("activity", name) > 0.5 or "lifecycle" in plain(name)


def _is_status(name: str) -> bool:
    return score("firm", name) > MOST or plain(name) in _STATUS


def _orders_by_row(frame: pl.DataFrame, roles: Mapping[str, str]) -> bool:
    """Whether each row of *frame* is an order, or a line of one, with its number, client and date: no step of an
    order's handling."""
    if not {"plan", "period", "client"} <= set(roles) or not {"quantity", "value"} & set(roles):
        return False
    return _own_rows(frame, roles["plan"]) or _own_lines(frame, roles)


def _own_lines(frame: pl.DataFrame, roles: Mapping[str, str]) -> bool:
    """Whether the rows of each order are lines of it: all have its client and its date, and each its own part or its
    own number of a line, in nearly all orders."""
    order = roles["plan"]
    lines = [name for name in frame.columns if plain(name) in _LINE] + ([roles["part"]] if "part" in roles else [])
    some = frame.drop_nulls(order)
    heads = some.group_by(order).agg(pl.col(roles["period"], roles["client"]).n_unique())
    alike = float(heads.select((pl.max_horizontal(pl.exclude(order)) <= 1).mean()).item() or 0.0)
    own = (some.select(order, line).n_unique() >= _NEARLY_ALL * some.height for line in lines if line != order)
    return alike >= _NEARLY_ALL and any(own)


def _own_rows(frame: pl.DataFrame, column: str) -> bool:
    """Whether most of the orders that *column* names stand in one row."""
    orders = frame[column].drop_nulls().head(_SAMPLE)
    return bool(orders.n_unique() >= _OWN_ROW * len(orders))


def _suffice(frame: pl.DataFrame, roles: Mapping[str, str], columns: Sequence[str]) -> bool:
    """Whether *roles*, known by whole names, make a table of schedules."""
    across = periods_across(columns)
    if across or leads_across(columns):
        weeks_by_plans = bool(across) and "period" in roles and all(can_be("quantity", frame[name]) for name in across)
        return weeks_by_plans or "part" in roles or "issued" in roles or "plan" in roles
    if "quantity" not in roles and "cumulative" not in roles:
        return "value" in roles and "period" in roles and "client" in roles
    bare = "issued" not in roles and "part" not in roles and "plan" in roles
    if bare and not _own_rows(frame, roles["plan"]):
        # Several rows of one order that name no part are more likely steps of its handling than orders.
        return False
    return "period" in roles and bool({"issued", "part", "client"} & set(roles))
