"""Names of clients that differ in spelling only: they are kept apart, and told."""

from __future__ import annotations

import polars as pl

from irrupt.chronicle.hints import LETTERS
from irrupt.i18n import first_of
from irrupt.i18n import gettext as _

_SIGNS = r"[\s\-_.,;:/\\'’`´\"()]+"
"""What parts words or stands around them; other signs may tell clients apart (`C`, `C++`)."""
_SHOWN = 3


def told_variants(names: pl.Series) -> str | None:
    """What to say of clients in *names*, one for each row, who are called alike but for capitals, accents, blanks and
    hyphens; None where there are none."""
    found = spelled_alike(names)
    if not found:
        return None
    text = _(
        "clients whose names differ in spelling only are kept apart: {names}; to join them, write one name for them in "
        "the file, or in a further column, and say --client COLUMN"
    )
    return text.format(names=first_of([" = ".join(some) for some in found], _SHOWN))


def spelled_alike(names: pl.Series) -> list[list[str]]:
    """Those of *names* that differ in spelling only, together: the commonest first.

    >>> spelled_alike(pl.Series(["Café Müller", "CAFE MÜLLER", "10-1", "101", "C", "C++"]))
    [['CAFE MÜLLER', 'Café Müller']]
    """
    bare = pl.col("name").str.replace_many(LETTERS).str.normalize("NFKD").str.replace_all(r"\pM", "")
    bare = bare.str.to_lowercase().str.replace_all(_SIGNS, " ")
    # Figures stay apart: 10-1 is not 101. They are put in marks, as one pattern cannot end a pair and begin the next.
    key = (
        bare.str.replace_all(r"(\d) ", "$1\x00").str.replace_all(r"\x00(\d)", "\x01$1").str.replace_all(r"[ \x00]", "")
    )
    counted = names.drop_nulls().cast(pl.String).alias("name").value_counts()
    if counted.height < 2:
        return []
    alike = counted.with_columns(key=key).filter(pl.col("key").is_duplicated() & (pl.col("key") != ""))
    together = alike.sort("count", "name", descending=[True, False]).group_by("key", maintain_order=True).agg("name")
    return together["name"].to_list()
