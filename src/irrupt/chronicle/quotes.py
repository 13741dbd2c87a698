"""Quotation marks around cells that readers of CSV take for a part of them: single or typographic ones, double ones
behind a blank, or twice."""

from __future__ import annotations

import polars as pl

from irrupt.chronicle.journal import own_layout
from irrupt.i18n import gettext as _

_PAIRS = ('""', "''", "“”", "„“", "”“", "‘’", "‚‘", "«»", "»«", "‹›")
_SAMPLE = 20
"""Lines that tell whether, and how, cells are quoted."""


def closed_up(text: bytes, separator: str) -> bytes:
    """*text* without blanks between *separator* and the quotation mark of a cell, where all first lines have them.

    >>> closed_up(b'a, "b, c"\\n1, "2"', ",")
    b'a,"b, c"\\n1,"2"'
    """
    at = separator.encode()
    lines = [line for line in text[:65536].split(b"\n", _SAMPLE)[:_SAMPLE] if line.strip()]
    apart, close = (sum(at + blank + b'"' in line for line in lines) for blank in (b" ", b""))
    if at.isspace() or close or 2 * apart <= len(lines):
        return text
    return text.replace(at + b' "', at + b'"')


def unquoted(frame: pl.DataFrame, notes: list[str]) -> pl.DataFrame:
    """*frame* whose cells stand in no quotation marks, where those of a whole column did; with a note. What we wrote
    ourselves stays as it is.

    >>> unquoted(pl.DataFrame({"'act'": ["'ask'", "'do'"], "n": ["'1'", "2"]}), [])["act"].to_list()
    ['ask', 'do']
    """
    if own_layout(frame.columns):
        return frame
    told, columns = list[str](), list[pl.Series]()
    for column in frame.get_columns():
        cells = column.alias("cell")  # Polars takes some names for patterns.
        first = cells.head(_SAMPLE).drop_nulls() if cells.dtype == pl.String else cells.clear()
        if (pair := _pair(first[0]) if len(first) else "") and _stand_in(cells.drop_nulls(), pair):
            told.append(pair)
            cells = cells.str.strip_chars().str.slice(1).str.head(-1).replace("", None)
        columns.append(cells)
    if not told:
        return frame
    said = _("cells stand in quotation marks, which are left out: {marks}")
    notes.append(said.format(marks=", ".join(dict.fromkeys(told))))
    bare = [name.strip()[1:-1].strip() if _pair(name) else name for name in frame.columns]
    names = bare if len({*bare, ""}) > len(bare) else frame.columns
    return pl.DataFrame([cells.alias(name) for cells, name in zip(columns, names, strict=True)])


def _pair(text: str) -> str:
    """The marks in which *text* stands; empty: in none."""
    text = text.strip()
    return text[0] + text[-1] if len(text) > 1 and text[0] + text[-1] in _PAIRS else ""


def _stand_in(cells: pl.Series, pair: str) -> bool:
    """Whether all *cells* stand in a *pair* of marks, with none of them inside."""
    begin, end = pair[0], pair[1]
    pattern = rf"^\s*{begin}[^{begin}{end}]*{end}\s*$"
    return bool(cells.str.contains(pattern).all())
