"""Quantities as people write them: thousands apart, decimal commas, the minus behind or brackets for it."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from irrupt.chronicle.at_once import TEXT, at_once
from irrupt.lately import Lately

_BLANK = "[\\s\u00a0\u202f'€$£]|EUR|USD|GBP|CHF|PLN"
_UNIT = (
    r"(?i)^([^\pL]*\d[^\pL]*?)\s*(?:pcs?|pce|ea|st|stk|stck|stuck|stück|u|uds|pz|pezzi|pieces|pièces|szt|kg|units)\.?$"
)
"""What may stand behind a quantity."""
_DASH = "^[-‐-―−]+$"
_BEHIND = r"^(.*\d)-$"
_BRACKETS = r"^\((\d.*)\)$"
_COMMA_GROUPS = r"^-?[1-9]\d{0,2}(?:,\d{3})+$"
POINT_GROUPS = r"^[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?$"
"""Numbers whose points may all group thousands."""
_SURE_COMMA = r"^[+-]?\d{1,3}(?:\.?\d{3})*,\d{1,2}$|^[+-]?\d+(?:\.\d{3})+,|^[+-]?0,\d"
_SURE_POINT = r",.*\.|^[+-]?(?:0|\d{4,})\.\d|^[^.]*\.(?:\d{1,2}|\d{4,})$"
_NO_CENTS = r"^[+-]?\d{1,3},000$"
_WHOLE = r"^[+-]?\d{1,3}$"
_POINTED_DATE = r"^\s*\d{1,2}\.\d{1,2}\.(?:\d{2}){1,2}\s*$"
_FEW_GROUPS = 3
"""Numbers like `1.200` from which on those beside them tell what their points are."""
_BETWEEN = 1000**0.5
"""So many times as large, numbers are as far from those beside them as they are with thousands."""
_NEAR = 3.0
"""So many times closer to one meaning than halfway, numbers tell it where there are few of them."""
_THOUSAND = 1000


def _bare(texts: pl.Expr) -> pl.Expr:
    """*texts* without units, currencies, blanks, and signs that only part thousands; the minus in front."""
    bare = texts.str.replace_all(_BLANK, "").str.replace(_UNIT, "$1").str.replace(_BRACKETS, "-$1")
    return bare.str.replace(_BEHIND, "-$1")


_BARE = _bare(TEXT)
_POINTLESS = pl.when(TEXT.str.contains(POINT_GROUPS)).then(TEXT.str.replace_all(r"\.", "")).otherwise(TEXT)
_SEVERAL = TEXT.str.count_matches(r"\.") > 1
_NUMBER = pl.when(_SEVERAL).then(TEXT.str.replace_all(r"\.", "")).otherwise(TEXT).cast(pl.Float64, strict=False)
"""Several points part thousands."""
_FINITE = pl.when(TEXT.is_finite()).then(TEXT)
_DISTINCT = TEXT.drop_nulls().unique(maintain_order=True)
_IS_DASH = TEXT.str.replace_all(_BLANK, "").str.contains(_DASH).fill_null(value=False)
_BARE_AND_DISTINCT = _bare(TEXT.unique().drop_nulls().cast(pl.String))

_LATELY = Lately[pl.Series](most=64)
"""What few texts are without what may stand beside numbers: each way to read a table asks again."""


def points_group(columns: Iterable[pl.Series], dates: Iterable[pl.Series] = ()) -> bool:
    """Whether commas part decimals and points group thousands in the numbers of *columns* of one table, whose dates
    stand in *dates*.

    They do where some number has a decimal comma for sure. Where three figures stand behind each point (`1.200`), they
    also do where the numbers without one in the same column are so much larger than these would be with decimals, or
    where the dates have points too: whoever writes these has decimal commas.

    >>> points_group([pl.Series(["15.200"]), pl.Series(["1.200,00", "12"])]), points_group([pl.Series(["1,200.00"])])
    (True, False)
    >>> points_group([pl.Series(["1.200", "980", "1.105", "1.340"])]), points_group([pl.Series(["1.2", "1.105"])])
    (True, False)
    >>> points_group([pl.Series(["1.200", "1.105"])], [pl.Series(["08.01.2024"])])
    True
    """
    texts = [bare_numbers(column) for column in columns if is_text(column)]
    signs = {sure_sign(text) for text in texts}
    if signs & {True, False}:
        return True in signs
    if any(_beside_larger(text) for text in texts):
        return True
    parted = any(text.str.contains(POINT_GROUPS).any() or _without_cents(text) for text in texts)
    return parted and any(
        column.unique().cast(pl.String).str.contains(_POINTED_DATE).any() for column in dates if is_text(column)
    )


def dashes(column: pl.Series) -> pl.Series:
    """Whether each cell of *column* holds nothing but a dash, as accountants write nought.

    >>> dashes(pl.Series(["-", " – ", "- €", "-5", None])).to_list()
    [True, True, True, False, False]
    """
    if not is_text(column):
        return pl.repeat(value=False, n=len(column), dtype=pl.Boolean, eager=True)
    return at_once(column.cast(pl.String), _IS_DASH)


def is_text(column: pl.Series) -> bool:
    """Whether *column* holds texts."""
    return column.dtype in (pl.String, pl.Categorical)


def bare_numbers(column: pl.Series) -> pl.Series:
    """The distinct texts of *column* without what may stand beside a number."""
    return _LATELY.of_few(column, lambda: at_once(column, _BARE_AND_DISTINCT), column.dtype, column.name)


def sure_sign(texts: pl.Series) -> bool | None:
    """Whether some number of *texts* has a decimal comma for sure (True), or a decimal point (False); else None.

    >>> sure_sign(pl.Series(["12,5"])), sure_sign(pl.Series(["12.5"])), sure_sign(pl.Series(["1.200"]))
    (True, False, None)
    """
    if texts.str.contains(_SURE_COMMA).any():
        return True
    return False if texts.str.contains(_SURE_POINT).any() else None


def beside(texts: pl.Series) -> bool | None:
    """Whether numbers of *texts* without a point show that those like `1.200` are thousands (True), or have decimals
    (False); None where there are none, or they lie between both.

    >>> beside(pl.Series(["1.200", "760"])), beside(pl.Series(["1.205", "3"])), beside(pl.Series(["1.205"]))
    (True, False, None)
    """
    pointed = texts.str.contains(POINT_GROUPS)
    whole = texts.filter(~pointed).cast(pl.Float64, strict=False).abs()
    whole = whole.filter(whole > 0)
    if not len(whole.drop_nulls()) or not pointed.any():
        return None
    if (whole >= _THOUSAND).any():  # thousands that are not grouped
        return False
    large = texts.filter(pointed).str.extract(r"(\d+)").cast(pl.Float64).median()
    times = pl.select(pl.lit(whole.median()) / pl.lit(large)).item()
    return True if times > _NEAR * _BETWEEN else False if times * _NEAR < _BETWEEN else None


def _beside_larger(texts: pl.Series) -> bool:
    """Whether the numbers without a point, all below a thousand, are closer to those with one if points group."""
    pointed = texts.str.contains(POINT_GROUPS)
    groups, others = texts.filter(pointed), texts.filter(~pointed)
    if len(groups) < _FEW_GROUPS or not others.str.contains(_WHOLE).any():
        return False
    whole = others.cast(pl.Float64, strict=False).abs()
    numbers = pl.DataFrame(
        {"small": whole.filter(whole > 0).median(), "large": groups.str.extract(r"(\d+)").cast(pl.Float64).median()}
    )
    return bool((whole < _THOUSAND).all()) and bool(numbers.select(pl.col("small") > _BETWEEN * pl.col("large")).item())


def _without_cents(texts: pl.Series) -> bool:
    """Whether three noughts stand behind each comma, as in lists that tell all quantities with three decimals."""
    comma = texts.filter(texts.str.contains(",", literal=True))
    return len(comma) > 0 and bool(comma.str.contains(_NO_CENTS).all())


def read_numbers(column: pl.Series, grouped: bool = False) -> pl.Series:
    """*column* as numbers; null where there is no number.

    Of point and comma, the one that stands last in a number parts the decimals. A comma alone does so too, unless all
    numbers with one look like thousands. *grouped*: in the table that it is from, points group thousands (see
    `points_group`), commas do not.

    >>> read_numbers(pl.Series(["1.234,5", "1.500", "12", "100-", "n/a"])).to_list()
    [1234.5, 1500.0, 12.0, -100.0, None]
    >>> read_numbers(pl.Series(["1,234", "(12,000)", "1.5"])).to_list()
    [1234.0, -12000.0, 1.5]
    """
    if column.dtype.is_numeric():
        return column.cast(pl.Float64).fill_nan(None)
    if column.dtype == pl.Categorical:
        column = column.cast(pl.String)
    if column.dtype != pl.String:
        return pl.Series(column.name, [None] * len(column), dtype=pl.Float64)
    plain = column.cast(pl.Float64, strict=False)
    if grouped or plain.null_count() > column.null_count():
        texts = column.alias("text")
        distinct = at_once(texts, _DISTINCT)
        plain = _spelled(distinct, grouped)
        if not texts.equals(distinct):
            table = pl.DataFrame({"text": distinct, "number": plain})
            plain = texts.to_frame().join(table, on="text", how="left", maintain_order="left")["number"]
    return at_once(plain.alias(column.name), _FINITE)


def _spelled(texts: pl.Series, grouped: bool) -> pl.Series:
    bare = at_once(texts, _BARE)
    comma = bare.filter(bare.str.contains(",", literal=True))
    english = comma.str.contains(r",.*\.").any() or comma.str.contains(_COMMA_GROUPS).all()
    if not grouped and (not len(comma) or english):
        bare = bare.str.replace_all(",", "")
    else:
        bare = at_once(bare, _POINTLESS.str.replace(",", "."))
    return at_once(bare, _NUMBER)


def names_in(column: pl.Series) -> pl.Series:
    """Names and numbers of things as texts: whole ones without decimals, none with blanks around it.

    >>> names_in(pl.Series([100.0, None])).to_list(), names_in(pl.Series([" A1"])).to_list()
    (['100', None], ['A1'])
    """
    if column.dtype.is_float() and (column.drop_nulls() == column.drop_nulls().floor()).all():
        column = column.cast(pl.Int64, strict=False)
    return column.cast(pl.String).str.strip_chars()
