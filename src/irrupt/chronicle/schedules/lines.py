"""Rows that say several things of one part and period: what is firm, what is foreseen, the sum of both, running totals,
stock, what was delivered. A column tells them from each other, whatever its name."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from irrupt.chronicle.hints import plain
from irrupt.chronicle.journal import ROW, Journal
from irrupt.chronicle.schedules import words
from irrupt.chronicle.schedules.leads import Lead, begins
from irrupt.chronicle.schedules.numbers import dashes, is_text, read_numbers
from irrupt.chronicle.schedules.periods import read_periods
from irrupt.chronicle.schedules.roles import score
from irrupt.chronicle.schedules.scales import counts_parts, unscaled
from irrupt.chronicle.schedules.stems import (
    MOST,
    is_sum_of,
    is_total,
    tells_former,
    tells_packages,
    tells_packing,
    tells_sum,
    word_score,
)
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext, number

FIRM, OPEN, NEEDED, SUM, ACTUAL, OTHER = "firm", "open", "needed", "sum", "actual", "other"
_GONE = "gone"
"""Of what a row says: a delivery of its own day."""
COUNTED = (FIRM, OPEN, NEEDED)
"""Of what a row may say, quantities that are announced."""
_KEYS = ("client", "plant", "part", "plan", "issued", "period", "lead")
_FEW, _KNOWN, _SHARED, _SURELY = 8, 0.5, 0.5, 0.95
"""Kinds of rows at most; share of them that are known; of rows that stand beside another of their part and period; of
cells for which a sum has to be right."""
_STOCK = re.compile(r"\w*bestand$|stocks?$|inventory$|inventaire$|existencias$|scorte$|giacenza$|voorraad$|zapas$")
_NEEDED = re.compile(r"gross$|brutt?o?$|lordo$|\w*bedarf$|besoins?$|requirements?$|fabbisogno$|needs?$|programm?[ea]$")
_PRICES = "price prices preis preise prix precio prezzo preco cena prijs pris ca hodnota"
_WORTH = frozenset(_PRICES.split())
"""Words for what something costs, or is worth, beside the names of values."""
_NOW = frozenset({"neu", "neue", "new", "aktuell", "aktuelle", "current", "nouveau", "nouvelle", "actuel", "actuelle"})
"""Words that change nothing beside what rows say."""
_ORDERED = frozenset({"abruf", "abrufe", "released", "releases"})
"""What rows beside a forecast may be called, too, if they are firm."""


def meaning(text: str) -> str | None:
    """What a row called *text* says; None where that is not known.

    >>> [meaning(text) for text in ("Fest", "Vorschau", "Netto", "Bedarf", "Kumuliert", "Bestand", "Ist", "Farbe")]
    ['firm', 'open', 'sum', 'needed', 'other', 'other', 'actual', None]
    >>> [meaning(text) for text in ("Stk", "Paletten", "Stk/Palette", "Value (EUR)")]
    ['needed', 'other', 'other', 'other']
    """
    own = [word for word in plain(unscaled(text)[0]).split() if word not in _NOW]
    name = " ".join(own)
    if not own:
        return NEEDED if plain(text) else None
    if word_score("cumulative", name) > 0 or tells_former(name) or any(map(_STOCK.match, own)) or name in words.OVERDUE:
        return OTHER
    if counts_parts(text):
        return NEEDED
    if tells_packages(name) or tells_packing(text) or _tells_value(text):
        return OTHER
    if score("actual", name) > score("quantity", name) or name in words.RETURNS:
        return ACTUAL
    told = words.binds_or_not(name) if re.match(r"[a-z]{3}|[fpv]$", name) else None
    if told is not None:
        return FIRM if told else OPEN
    if tells_sum(name):
        return SUM
    return NEEDED if any(map(_NEEDED.match, own)) or score("quantity", name) > 0 else None


def _tells_value(text: str) -> bool:
    """Whether *text* says what something is worth; a sum (`Total`) may be one of pieces."""
    words_of_it = plain(text).split()
    worth = score("value", text) > MOST and "amount" not in words_of_it and not is_total(text)
    return worth or bool(_WORTH & set(words_of_it))


def taken_apart(
    long: pl.DataFrame, roles: Mapping[str, str], lead: Lead, grouped: bool, journal: Journal
) -> tuple[pl.DataFrame, dict[str, str]]:
    """*long*, a row for each quantity, where rows that hold none of their own (sums, running totals, stock) are set
    aside, and what is firm is told from what is foreseen; and *roles* with that. *lead*: what the leads of a matrix
    are; *grouped*: points group thousands.
    """
    now = dict(roles)
    found = _column(long, now)
    if found is None:
        return long, now
    column, means = found
    said = long[column].cast(pl.String).replace_strict(means, default=OTHER, return_dtype=pl.String).fill_null(OTHER)
    table = long.with_columns(said.alias(_SAYS), read_numbers(long[now["quantity"]], grouped).alias(_NUMBER))
    keys = [now[role] for role in _KEYS if role in now and now[role] != column]
    kinds = set(means.values())
    if {FIRM, OPEN} <= kinds:
        table = _without_noughts(_summed(table, keys, now["quantity"], column, journal), keys)
        now = {role: name for role, name in now.items() if name != column} | {"firm": column}
    elif SUM in kinds and not kinds & set(COUNTED):
        table = table.with_columns(pl.col(_SAYS).replace(SUM, NEEDED))
    table, now = _delivered(*_of_their_day(table, now, column, journal), lead, column, journal)
    table = _set_aside(table, ~pl.col(_SAYS).is_in([*COUNTED, ACTUAL, _GONE]), column, journal)
    if now.get("firm") == column:
        table = table.with_columns(pl.col(_SAYS).replace_strict({FIRM: True, OPEN: False}, default=None).alias(column))
    return table.drop(_SAYS, _NUMBER), now


_SAYS, _NUMBER = "\x1fsays", "\x1fnumber"


def _column(long: pl.DataFrame, roles: Mapping[str, str]) -> tuple[str, dict[str, str]] | None:
    """The column that tells what rows say, and what each of its texts means."""
    if "quantity" not in roles:
        return None
    taken = {column for role, column in roles.items() if role not in ("firm", "kind")}
    for name in long.columns:
        if name in taken or not is_text(long[name]):
            continue
        texts = long[name].drop_nulls().cast(pl.String).unique().sort().to_list()
        if not 1 < len(texts) <= _FEW or (name == roles.get("kind") and words.tells_kind(long[name])):
            continue
        names = {plain(text) for text in texts}
        if any(is_sum_of(text, names - {plain(text)}) for text in texts):
            continue  # these are names of something, and sums of what is called so
        means = {text: found for text in texts if (found := meaning(text)) is not None}
        if OPEN in means.values() and FIRM not in means.values():
            means |= {text: FIRM for text in texts if set(plain(text).split()) & _ORDERED}
        called = zip(texts, words.kind(pl.Series(texts, dtype=pl.String)), strict=True)
        means = {text: NEEDED for text, kind in called if kind == words.CALL_OFF} | means
        kinds = set(means.values())
        apart = {FIRM, OPEN} <= kinds or kinds & {SUM, ACTUAL, OTHER}
        known = apart and kinds & {*COUNTED, SUM} and len(means) >= _KNOWN * len(texts)
        if known and (_beside(long, name, roles) or any(plain(text) in words.RETURNS for text in texts)):
            return name, means
    return None


_OWN = frozenset((words.FORECAST, words.CALL_OFF, words.DELIVERED, words.ORDER, words.RECEIPT))
"""Kinds as the schedules of a Chronicle name them: each row tells its own."""


def _beside(long: pl.DataFrame, name: str, roles: Mapping[str, str]) -> bool:
    """Whether rows that differ in the column *name* tell of one part and period: those of one text at least, as what
    was delivered stands beside few of the periods that are planned."""
    keys = [roles[role] for role in _KEYS if role in roles and roles[role] != name]
    if set(long[name].drop_nulls().unique()) <= _OWN:
        return False
    shared = long.select(name, beside=pl.col(name).n_unique().over(keys) > 1)
    return float(shared.group_by(name).agg(pl.col("beside").mean())["beside"].max() or 0.0) >= _SHARED  # type: ignore[arg-type]


def _summed(table: pl.DataFrame, keys: list[str], quantity: str, column: str, journal: Journal) -> pl.DataFrame:
    """*table* without the sums in it, of what is firm and what is foreseen, where it is either apart from the other or
    contains it, as the sums show."""
    if not (table[_SAYS] == SUM).any():
        return table
    of = {kind: pl.col(_NUMBER).filter(pl.col(_SAYS) == kind).sum() for kind in (FIRM, OPEN)}
    sums = pl.col(_NUMBER).filter(pl.col(_SAYS) == SUM)
    cells = table.group_by(keys).agg(**of, sum=sums.first()).drop_nulls("sum")
    near = {"apart": pl.col(FIRM) + pl.col(OPEN), "within": pl.col(OPEN), "rest": pl.col(OPEN) - pl.col(FIRM)}
    right = cells.select(((pl.col("sum") - one).abs() <= 0.5).mean().alias(name) for name, one in near.items()).row(0)
    shows = next((name for name, share in zip(near, right, strict=True) if (share or 0.0) >= _SURELY), None)
    if shows == "apart":
        rows = table.filter(pl.col(_SAYS) == SUM)[ROW].unique()
        found = ngettext("{n} row holds sums", "{n} rows hold sums", len(rows)).format(n=number(len(rows), 0))
        journal.problem("sum", rows, found, _("set aside"))
        journal.set_aside(rows, "sum")
        return table.filter(pl.col(_SAYS) != SUM)
    if shows is None:
        return table
    journal.note(
        _("in {column}, what is foreseen contains what is firm: only the rest of it is foreseen").format(column=column)
    )
    if shows == "rest":
        return table.with_columns(pl.col(_SAYS).replace({SUM: OPEN, OPEN: OTHER}))
    firm = pl.col(_NUMBER).filter(pl.col(_SAYS) == FIRM).sum().over(keys)
    rest = pl.when(pl.col(_SAYS) == OPEN).then(pl.col(_NUMBER) - firm).otherwise(_NUMBER)
    noughts = pl.when(dashes(table[quantity])).then(0.0).otherwise(_NUMBER)
    table = table.with_columns(noughts.alias(_NUMBER)).with_columns(rest.alias(_NUMBER))
    return table.with_columns(pl.col(_NUMBER).alias(quantity))


def _without_noughts(table: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """*table* without the noughts of what is firm where something is foreseen, and the other way round."""
    mine = pl.col(_SAYS).is_in([FIRM, OPEN])
    some = pl.col(_NUMBER).fill_null(0) != 0
    first = pl.int_range(pl.len()).over(keys) == pl.int_range(pl.len()).filter(mine).first().over(keys)
    kept = some | pl.when((mine & some).any().over(keys)).then(False).otherwise(first)
    return table.filter(~mine | kept)


def _of_their_day(
    table: pl.DataFrame, roles: dict[str, str], column: str, journal: Journal
) -> tuple[pl.DataFrame, dict[str, str]]:
    """*table* where rows of a list that were delivered are of that kind, if they belong to no plan: nothing was issued
    then, or on the day of delivery; what was returned is taken from it. In a plan, and in a matrix, they stay."""
    told, period = table[_SAYS] == ACTUAL, roles.get("period")
    if not told.any() or "issued" not in roles or period not in journal.raw.frame.columns:
        return table, roles
    begin, issued = (read_periods(table[roles[role]]).begin.dt.date() for role in ("period", "issued"))
    own = told & (issued.is_null() | (begin == issued).fill_null(value=False))
    if len(table.filter(own)) < _SURELY * len(table.filter(told)):
        return table, roles
    kind = roles.get("kind", column)
    name = "kind" if "kind" not in table.columns or kind == "kind" else "kind (2)"
    back = pl.Series([plain(text or "") in words.RETURNS for text in table[column].cast(pl.String)]) & own
    less = pl.when(back).then((-pl.col(_NUMBER).abs()).cast(pl.String)).otherwise(pl.col(roles["quantity"]))
    says = pl.when(own).then(pl.lit(_GONE)).otherwise(_SAYS)
    kinds = pl.when(own).then(pl.lit(words.DELIVERED)).otherwise(pl.col(kind).cast(pl.String))
    names = ", ".join(table.filter(own)[column].cast(pl.String).unique().sort())
    journal.note(_("in {column}, {names} tells what was delivered").format(column=column, names=names))
    if back.any():
        returned = ", ".join(table.filter(back)[column].cast(pl.String).unique().sort())
        journal.note(_("in {column}, {names} is taken from what was delivered").format(column=column, names=returned))
    table = table.with_columns(less.alias(roles["quantity"]), says.alias(_SAYS), kinds.alias(name))
    return table, {**roles, "kind": name}


def _delivered(
    table: pl.DataFrame, roles: dict[str, str], lead: Lead, column: str, journal: Journal
) -> tuple[pl.DataFrame, dict[str, str]]:
    """*table* where what was delivered before a plan was issued stands in a column of its own; any other is OTHER."""
    if not (table[_SAYS] == ACTUAL).any():
        return table, roles
    before = pl.repeat(value=True, n=table.height, dtype=pl.Boolean, eager=True)
    if "actual" in roles:
        before = ~before
    elif "issued" in roles:
        before = _begins(table, roles, lead) < read_periods(table[roles["issued"]]).begin
    ahead = (table[_SAYS] == ACTUAL) & ~before.fill_null(value=False)
    says = pl.when(ahead).then(pl.lit(OTHER)).otherwise(_SAYS)
    # noughts of what cannot have been delivered yet say nothing
    table = table.with_columns(says.alias(_SAYS)).filter(~(ahead & (table[_NUMBER] == 0).fill_null(value=False)))
    told = table[_SAYS] == ACTUAL
    if not told.any():
        return table, roles
    names = ", ".join(table.filter(told)[column].cast(pl.String).unique().sort())
    journal.note(_("in {column}, {names} tells what was delivered").format(column=column, names=names))
    quantity, actual = roles["quantity"], "actual" if "actual" not in table.columns else "actual (2)"
    cell = pl.col(quantity)
    table = table.with_columns(pl.when(told).then(cell).alias(actual), pl.when(~told).then(cell).alias(quantity))
    return table, {**roles, "actual": actual}


def _begins(table: pl.DataFrame, roles: Mapping[str, str], lead: Lead) -> pl.Series:
    if "period" in roles:
        return read_periods(table[roles["period"]]).begin
    issued = read_periods(table[roles["issued"]]).begin.dt.replace_time_zone(None)
    known = pl.DataFrame({"issued": issued, "lead": table[roles["lead"]].cast(pl.Float64, strict=False)})
    begin = known.select(begins(pl.col("issued"), pl.col("lead"), lead)).to_series()
    return begin.dt.replace_time_zone("UTC")


def _set_aside(table: pl.DataFrame, other: pl.Expr, column: str, journal: Journal) -> pl.DataFrame:
    """*table* without rows that hold no quantities of periods."""
    gone = table.filter(other)
    if not gone.height:
        return table
    rows = gone[ROW].unique().sort()
    text = ngettext(
        "{n} row does not hold quantities of periods but: {names}",
        "{n} rows do not hold quantities of periods but: {names}",
        len(rows),
    )
    names = ", ".join(gone[column].cast(pl.String).drop_nulls().unique().sort())
    journal.problem("not quantities", rows, text.format(n=number(len(rows), 0), names=names), _("set aside"))
    journal.set_aside(rows.filter(~rows.is_in(table.filter(~other)[ROW].implode())), "not quantities")
    return table.filter(~other)
