"""Quantities as people write them: thousands apart, decimal commas, the minus behind."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

_BLANK = "[\\s\u00a0\u202f']"
_COMMA_GROUPS = r"^[+-]?\d{1,3}(?:,\d{3})+$"
_SURE_COMMA = r"^[+-]?\d{1,3}(?:\.?\d{3})*,\d{1,2}-?$"
_POINT_GROUPS = r"^[+-]?\d{1,3}(?:\.\d{3})+(?:,\d*)?$"


def points_group(columns: Iterable[pl.Series]) -> bool:
    """Whether some number in *columns* of one table has a decimal comma for sure: then points group thousands in it.

    >>> points_group([pl.Series(["15.200"]), pl.Series(["1.200,00", "12"])]), points_group([pl.Series(["1,200.00"])])
    (True, False)
    """
    texts = [column.drop_nulls().unique() for column in columns if column.dtype == pl.String]
    return any(bool(text.str.contains(_SURE_COMMA).any()) for text in texts)


def read_numbers(column: pl.Series, grouped: bool = False) -> pl.Series:
    """*column* as numbers; null where there is no number.

    Of point and comma, the one that stands last in a number parts the decimals. A comma alone does so too, unless all
    numbers with one look like thousands. *grouped*: points group thousands in the table that it is from.

    >>> read_numbers(pl.Series(["1.234,5", "1.500", "12", "100-", "n/a"])).to_list()
    [1234.5, 1500.0, 12.0, -100.0, None]
    >>> read_numbers(pl.Series(["1,234", "12,000", "1.5"])).to_list()
    [1234.0, 12000.0, 1.5]
    """
    if column.dtype.is_numeric():
        return column.cast(pl.Float64).fill_nan(None)
    if column.dtype == pl.Categorical:
        column = column.cast(pl.String)
    if column.dtype != pl.String:
        return pl.Series(column.name, [None] * len(column), dtype=pl.Float64)
    if grouped and not column.str.contains(",", literal=True).any():
        groups = column.str.contains(_POINT_GROUPS)
        column = column.str.replace_all(".", "", literal=True).zip_with(groups.fill_null(value=False), column)
    plain = column.cast(pl.Float64, strict=False)
    if plain.null_count() > column.null_count():
        texts = column.alias("text")
        distinct = texts.drop_nulls().unique()
        table = pl.DataFrame({"text": distinct, "number": _spelled(distinct)})
        plain = texts.to_frame().join(table, on="text", how="left", maintain_order="left")["number"]
    return plain.set(~plain.is_finite(), None).alias(column.name)


def _spelled(texts: pl.Series) -> pl.Series:
    bare = texts.str.replace_all(_BLANK, "").str.replace(r"^(.*\d)-$", "-$1")
    comma = bare.filter(bare.str.contains(",", literal=True))
    english = comma.str.contains(r",.*\.").any() or comma.str.contains(_COMMA_GROUPS).all()
    if not len(comma) or english:
        bare = bare.str.replace_all(",", "")
    else:
        pointed = bare.str.contains(_POINT_GROUPS)
        bare = bare.str.replace_all(r"\.", "").zip_with(pointed, bare).str.replace(",", ".")
    several = bare.str.count_matches(r"\.") > 1
    return bare.str.replace_all(r"\.", "").zip_with(several, bare).cast(pl.Float64, strict=False)
