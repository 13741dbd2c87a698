"""A table in blocks below titles of their own, of one cell: these lines are filled up, so that all are alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

SEPARATORS = (",", ";", "\t", "|", "^")
_SAMPLE, _LINES = 1 << 16, 100
"""Bytes, and lines of these that are looked at."""
_CELLS, _SHARE, _TITLES = 3, 0.5, 2
"""Cells of a line of the table at least; share of the lines that are such; titles at least, one line at the top among
them, and one below the first table."""


def filled_up(text: bytes, separator: str | None = None) -> bytes:
    """*text* with as many cells in the titles of its blocks as in the lines of these; as it is where it holds no such
    blocks. *separator*: known to be between cells.

    >>> filled_up(b"For: A\\nPart;W1;W2\\nx;1;2\\n\\nFor: B\\nPart;W1;W2\\nx;3;4\\n").decode().split()[:2]
    ['For:', 'A;;']
    """
    sample = text[:_SAMPLE].split(b"\n")
    lines = [line for line in (sample[:-1] if len(text) > _SAMPLE else sample) if line.strip()][:_LINES]
    if any(b'"' in line for line in lines):
        return text
    for one in (separator,) if separator else SEPARATORS:
        mark = one.encode()
        cells = _cells_below_titles(lines, mark)
        if cells:
            return b"\n".join(_filled(line.removesuffix(b"\r"), mark, cells) for line in text.split(b"\n"))
    return text


def _filled(line: bytes, mark: bytes, cells: int) -> bytes:
    return line.rstrip(mark) + mark * (cells - 1) if _is_title(line, mark) and line.strip(mark + b" ") else line


def _is_title(line: bytes, mark: bytes) -> bool:
    """Whether one cell of a *line* is filled, the first."""
    return mark not in line.rstrip(mark + b" \r")


def _cells_below_titles(lines: Sequence[bytes], mark: bytes) -> int:
    """How many cells *mark* cuts each of *lines* into but titles; 0 where they stand in no blocks."""
    if not lines or not _is_title(lines[0], mark):
        return 0
    cells = np.array([line.count(mark) + 1 for line in lines], np.int64)
    table = np.array([not _is_title(line, mark) for line in lines], bool)
    usual = int(np.bincount(cells[table]).argmax()) if table.any() else 0
    begun = table & ~np.concatenate([[False], table[:-1]])
    alike = usual >= _CELLS and bool((cells[table] == usual).all()) and table.mean() >= _SHARE
    return usual if alike and begun.sum() >= _TITLES else 0
