"""Tables whose columns are told by their place in each line: between blanks, below a header, maybe with a rule of
dashes below each of its names."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from irrupt.chronicle.title_lines import SEPARATORS
from irrupt.i18n import gettext as _

_SAMPLE = 1 << 16
"""Bytes that are looked at."""
_RULE = re.compile(r"\s*(?:-{2,}|={2,})(?:\s+(?:-{2,}|={2,}))+\s*")
_LINE = re.compile(r"\s*[-=_]{5,}\s*")
"""A rule below each name, or one below all of them."""
_WITH_UNIT = re.compile(r"[\d.,]+-? [^\W\d]{1,5}")
"""A number and its unit."""
_PIECES = re.compile(r"\s{3,}")
"""What stands between the pieces of a line above a table."""
_TITLES, _ROWS, _COLUMNS, _GAP, _FITTING = 5, 3, 3, 2, 0.9
"""Lines before the header, without a blank one behind them, at most; rows, columns, and blanks between these, at least,
where no rule tells columns; share of the rows below a rule that fit it."""


def cut_by_place(text: bytes, notes: list[str]) -> bytes:
    """*text* with tabs between its cells, if these are told by their place; as it is where a separator stands between
    them. Rules become blank lines, and so does a header that comes again.

    >>> cut_by_place(b"Part   Due         Qty\\n------ ---------- ----\\nA 1    2026-01-05    5\\n", [])
    b'Part\\tDue\\tQty\\n\\nA 1\\t2026-01-05\\t5\\n'
    """
    sample = [line.rstrip() for line in text[:_SAMPLE].decode("utf-8", errors="replace").split("\n")]
    sample = sample[:-1] if len(text) > _SAMPLE else sample
    found = _below_rule(sample) or _between_blanks(sample)
    if found is None:
        return text
    head, begins = found
    lines = text.decode("utf-8", errors="replace").replace("\r", "").split("\n")
    header = lines[head].rstrip()
    cut = ["" if _LINE.fullmatch(line) else _title(line) for line in lines[:head]]
    for at, line in enumerate(lines[head:]):
        bare = line.rstrip()
        again = bool(at) and bare == header
        blank = again or not bare or _RULE.fullmatch(bare) or _LINE.fullmatch(bare)
        cut.append("" if blank else "\t".join(_cells(bare, begins)))
    notes.append(
        _("columns are told by their place in each line: {names}").format(names=", ".join(_cells(header, begins)))
    )
    return "\n".join(cut).encode()


def _title(line: str) -> str:
    """A *line* above a table, cut where it names several things."""
    return "\t".join(_PIECES.split(line.strip())) if ":" in line else line.strip()


def _cells(line: str, begins: Sequence[int]) -> list[str]:
    ends = [*begins[1:], max(len(line), begins[-1])]
    first = [0, *begins[1:]]
    return [line[begin:end].strip().replace("\t", " ") for begin, end in zip(first, ends, strict=True)]


def _below_rule(lines: Sequence[str]) -> tuple[int, list[int]] | None:
    """The line of the header, and where each column begins, as a rule of dashes below it tells; None where there is
    none, or where rows do not fit it."""
    at = next((at for at, line in enumerate(lines) if at and _RULE.fullmatch(line) and lines[at - 1].strip()), None)
    if at is None:
        return None
    begins = [one.start() for one in re.finditer(r"[-=]+", lines[at])]
    rows = [line for line in lines[at + 1 :] if line.strip() and not _RULE.fullmatch(line)]
    fits = [all(line[begin - 1 : begin].strip() == "" for begin in begins[1:]) for line in [lines[at - 1], *rows]]
    named = all(_cells(lines[at - 1], begins))
    return (at - 1, begins) if rows and named and fits[0] and sum(fits) >= _FITTING * len(fits) else None


def _between_blanks(lines: Sequence[str]) -> tuple[int, list[int]] | None:
    """The line of the header, and where each column begins, where several blanks stand between them in all lines of a
    table; None where there is none, or where a separator stands between cells."""
    first, last = max(_blocks(lines), key=lambda block: block[1] - block[0], default=(0, 0))
    for head in range(first, min(first + _TITLES, last - _ROWS)):
        block = [line for line in lines[head:last] if not _LINE.fullmatch(line)]
        if _LINE.fullmatch(lines[head]):
            continue
        if any(0 < block[0].count(one) == block[-1].count(one) for one in SEPARATORS):
            return None
        begins = _with_units(block, _begins(block))
        if len(begins) >= _COLUMNS and all(_cells(block[0], begins)):
            return head, begins
    return None


def _with_units(lines: Sequence[str], begins: list[int]) -> list[int]:
    """*begins* with those of units that stand one blank behind numbers, in all rows below two names."""
    more = []
    for begin, end in zip(begins, [*begins[1:], max(map(len, lines))], strict=True):
        cells = [line[begin:end].strip() for line in lines]
        if len(cells[0].split()) == _GAP and all(map(_WITH_UNIT.fullmatch, filter(None, cells[1:]))):
            blank = (at for at in range(begin + 1, end) if not any(line[at : at + 1].strip() for line in lines))
            more += [at + 1 for at in blank if lines[0][begin:at].strip()][:1]
    return sorted([*begins, *more])


def _blocks(lines: Sequence[str]) -> list[tuple[int, int]]:
    """From where to where lines follow each other without a blank one."""
    blank = [-1, *(at for at, line in enumerate(lines) if not line.strip()), len(lines)]
    return [(before + 1, after) for before, after in itertools.pairwise(blank) if after - before > 1]


def _begins(lines: Sequence[str]) -> list[int]:
    """Where each column of *lines* begins: behind several places that are blank in all of them."""
    width = max(map(len, lines))
    filled = [any(line[at : at + 1].strip() for line in lines) for at in range(width)]
    begins, blanks = [], _GAP
    for at, one in enumerate(filled):
        if one and blanks >= _GAP:
            begins.append(at)
        blanks = 0 if one else blanks + 1
    return begins
