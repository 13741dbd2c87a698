"""Tables as text: CSV and its kin.

Encoding and separator are guessed. Every cell stays text here; a row that does not have as many cells as the header is
looked at on its own, so that one stray separator costs one row and not the file.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from irrupt.arraytypes import Flags, Ints, Ints32
from irrupt.chronicle.by_place import cut_by_place
from irrupt.chronicle.encodings import as_told, eight_bit
from irrupt.chronicle.framed import unframed
from irrupt.chronicle.header_lines import in_two, is_matrix, named_below, without_groups
from irrupt.chronicle.journal import ROW, SHOWN, Raw, own_layout, unique_names
from irrupt.chronicle.limits import Limits, named
from irrupt.chronicle.model import EVENT_COLUMNS, Problem
from irrupt.chronicle.quotes import closed_up, unquoted
from irrupt.chronicle.schedules.periods import periods_among
from irrupt.chronicle.stacked import each_with_said
from irrupt.chronicle.times import readable
from irrupt.chronicle.title_lines import SEPARATORS, filled_up
from irrupt.chronicle.titles import titles
from irrupt.errors import Fault, UsageError
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext

SEPARATOR = "separator"
"""The role that says what parts the cells of a line."""
_NAMED = {"tab": "\t", "\\t": "\t"}
_SAMPLE_LINES = 100
_QUOTE = ord('"')
_BLOCK = 1 << 23
"""Bytes that are looked at at a time."""
_NO_PLACES = np.empty(0, np.int64)
_CONTROL, _MOST_CONTROL = frozenset(range(32)) - set(b"\t\n\v\f\r\x1a\x1b"), 12
"""Bytes that no text holds, but for a slip, and how many of them, at the beginning of a file, tell that it is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """Where the records of a text lie."""

    cells: Ints
    """Cells in each record, the header first."""
    begins: Ints
    ends: Ints
    lines: Ints32
    """The line on which each record begins, from 1."""

    def only(self, keep: Flags) -> _Shape:
        """The records to *keep*."""
        return _Shape(cells=self.cells[keep], begins=self.begins[keep], ends=self.ends[keep], lines=self.lines[keep])


def _never_closed(text: bytes) -> str:
    """What is told of an odd quotation mark, with the first line that has an odd number of them."""
    line = next(number for number, line in enumerate(io.BytesIO(text), 1) if line.count(b'"') % 2)
    told = _("a quotation mark is never closed, as on line {n}: quotation marks are read as ordinary characters")
    return told.format(n=line)


def read_delimited(
    data: bytes, name: str, limits: Limits, *, separator: str | None = None, encoding: str | None = None
) -> Raw:
    """The table in *data*, all cells as text. Raises `DataError` when it is no table with a header."""
    problems: list[Problem] = []
    notes: list[str] = []
    text = _utf8(data, name, encoding, problems, notes)
    text, by_place = _in_cells(text, said := _said(separator), notes)
    separator = said or _separator(text)
    text = closed_up(text, separator)
    quoted = text.count(b'"') % 2 == 0
    if not quoted:
        notes.append(_never_closed(text))
    text, shape = _without_blank(text, _shape(text, ord(separator), quoted))
    text, shape, above = _without_titles(text, shape, separator, quoted, notes)
    own = _header(text, shape, separator, quoted, name, limits)
    named_so = named_below(above, own, notes)
    header = unique_names(named_so)
    aside, problem, kept = _ragged(text, shape, header, separator, quoted)
    problems += (*repeated(named_so, header, _("line {n}").format(n=int(shape.lines[0]))), *problem)
    if aside is not None:
        text, shape = _without(text, shape, kept)
    width, lines = max(len(header), int(shape.cells[0])), shape.lines[1:]
    del shape
    numbered = unquoted(_parse(text, header, width, separator, quoted, name), notes).with_row_index(ROW)
    frame, told_above = each_with_said(without_blank_rows(numbered), without_groups(above, own, named_so), notes)

    def locate(rows: Sequence[int]) -> tuple[str, ...]:
        return tuple(_("line {n}").format(n=int(lines[row]) if row < len(lines) else row + 2) for row in rows)

    return Raw(
        frame=frame,
        name=name,
        locate=locate,
        settled=own_layout(header),
        roles={role: role for role in EVENT_COLUMNS} if own_layout(header) else {},
        sheets=by_place,
        problems=tuple(problems),
        notes=tuple(notes),
        above=told_above,
        aside=() if aside is None else ((aside, _("more cells than the header has")),),
        separator=separator,
    )


def _in_cells(text: bytes, said: str | None, notes: list[str]) -> tuple[bytes, bool]:
    """*text* with a separator between its cells, the one that is *said*, if any; and whether their place told them."""
    if b"\r" in text[:65536] and b"\n" not in text[:65536]:
        text = text.replace(b"\r", b"\n")
    text = unframed(text, notes)
    cut = cut_by_place(text, notes) if said is None else text
    return filled_up(cut, said), cut is not text


def _said(separator: str | None) -> str | None:
    """The *separator* that the user names; None where he names none."""
    said = _NAMED.get(separator or "", separator)
    if said is not None and len(said.encode()) != 1:
        raise UsageError(Fault(SEPARATOR, f'"{said}"', _("one character, or tab")))
    return said


def without_blank_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """*frame* without the rows in which nothing stands; the others keep their numbers."""
    blank = frame.select(pl.all_horizontal(pl.exclude(ROW).is_null())).to_series()
    return frame.filter(~blank) if blank.any() else frame


def _utf8(data: bytes, name: str, encoding: str | None, problems: list[Problem], notes: list[str]) -> bytes:
    """*data* as UTF-8 without a byte order mark."""
    if encoding is not None:
        try:
            text = data.decode(codecs.lookup(encoding).name, errors="replace").lstrip("\ufeff")
        except LookupError as error:
            raise UsageError(Fault("encoding", f'"{encoding}"', "utf-8, utf-16, cp1252, latin-1, …")) from error
        return _reencoded(text, encoding, problems)
    for mark, name_of in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            if name_of == "utf-8":
                data = data[len(mark) :]
                break
            return _reencoded(data.decode(name_of, errors="replace"), name_of, problems)
    head = data[:4096]
    if head[1::2].count(0) > len(head) // 4 or head[::2].count(0) > len(head) // 4:
        wide = "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
        notes.append(_("read as {encoding}").format(encoding=wide))
        return _reencoded(data.decode(wide, errors="replace"), wide, problems)
    if b"\0" in data or len(_CONTROL & set(head)) >= _MOST_CONTROL:
        raise named(name, _("this is not text, or it is damaged"), _("XES, CSV, Excel or Parquet"))
    return data if _is_utf8(data) else _not_utf8(data, problems, notes)


def _is_utf8(data: bytes) -> bool:
    decoder, view = codecs.getincrementaldecoder("utf-8")(), memoryview(data)
    try:
        for at in range(0, len(data), _BLOCK):
            decoder.decode(view[at : at + _BLOCK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _not_utf8(data: bytes, problems: list[Problem], notes: list[str]) -> bytes:
    """A few bad bytes in UTF-8 are replaced; otherwise it is an eight-bit encoding."""
    text = data.decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    good = sum(1 for character in text[:2_000_000] if ord(character) > 127) - text[:2_000_000].count("\ufffd")
    if good > 4 * bad:
        return _reencoded(text, "utf-8", problems)
    taken = eight_bit(data)
    decoded = data.decode(taken)
    notes += as_told(decoded, taken)
    return decoded.encode("utf-8")


def _reencoded(text: str, encoding: str, problems: list[Problem]) -> bytes:
    bad = text.count("\ufffd")
    if bad:
        lines = [i for i, line in enumerate(text.split("\n"), start=1) if "\ufffd" in line][:SHOWN]
        found = ngettext("{n} character is not {encoding}", "{n} characters are not {encoding}", bad)
        problems.append(
            Problem(
                code="encoding",
                count=bad,
                found=found.format(n=bad, encoding=encoding),
                done=_('shown as "\ufffd"'),
                places=tuple(_("line {n}").format(n=line) for line in lines),
            )
        )
    return text.replace("\0", "\ufffd").encode("utf-8")


def _separator(text: bytes) -> str:
    """The separator that cuts the first lines into equally many cells, and into most."""
    sample = text[:65536].decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = sample.split("\n")[:_SAMPLE_LINES]
    lines = [line for line in (lines[:-1] if len(text) > 65536 and len(lines) > 1 else lines) if line.strip()]

    def score(separator: str) -> tuple[float, int]:
        rows = list(csv.reader(lines, delimiter=separator))
        cells = [len(row) for row in rows]
        cells = cells[titles(np.array(cells, np.int64), list(map(_filled, rows)), _begun(rows)) :]
        if not cells or cells[0] < 2:
            return (0.0, 0)
        return (round(sum(n == cells[0] for n in cells) / len(cells), 1), cells[0])

    csv.field_size_limit(1 << 30)
    scores = {separator: score(separator) for separator in SEPARATORS}
    return max(SEPARATORS, key=lambda separator: (*scores[separator], -SEPARATORS.index(separator)))


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def _begun(lines: Sequence[Sequence[str]]) -> list[bool]:
    """Whether the first cell of each line is filled."""
    return [bool(cells and cells[0].strip()) for cells in lines]


def _without_titles(
    text: bytes, shape: _Shape, separator: str, quoted: bool, notes: list[str]
) -> tuple[bytes, _Shape, list[list[str]]]:
    """*text* without the lines above its header, and the cells of these."""
    head = shape.cells[:_SAMPLE_LINES]
    cells = [_cells(text, shape, at, separator, quoted) for at in range(len(head))]
    above = titles(head, list(map(_filled, cells)), _begun(cells))
    above += in_two(cells[above:])
    if not above:
        return text, shape, []
    told = ngettext(
        "{n} line stands above the header, which is line {line}",
        "{n} lines stand above the header, which is line {line}",
        above,
    )
    notes.append(told.format(n=above, line=int(shape.lines[above])))
    return *_without(text, shape, np.arange(len(shape.cells)) >= above), cells[:above]


def _shape(text: bytes, separator: int, quoted: bool) -> _Shape:
    """Where each record begins and ends, and how many cells it has, without reading it; block by block, since there are
    many separators."""
    buffer = np.frombuffer(text, dtype=np.uint8)
    quotes, left_over = 0, 0  # what blocks before held: quotation marks; separators of a record that has not ended
    line_ends, record_ends, between = [], [], []
    for at in range(0, len(buffer), _BLOCK):
        block = buffer[at : at + _BLOCK]
        newlines, separators = np.flatnonzero(block == 10), np.flatnonzero(block == separator)
        lines = newlines
        marks = np.flatnonzero(block == _QUOTE) if quoted else np.empty(0, np.int64)
        if len(marks) or quotes % 2:
            newlines = newlines[(quotes + np.searchsorted(marks, newlines)) % 2 == 0]
            separators = separators[(quotes + np.searchsorted(marks, separators)) % 2 == 0]
        quotes += len(marks)
        found = np.diff(np.searchsorted(separators, newlines), prepend=0, append=len(separators))
        found[0] += left_over
        left_over = int(found[-1])
        line_ends.append(lines + at)
        record_ends.append(newlines + at)
        between.append(found[:-1].astype(np.int32))
    ends, cells = np.concatenate([_NO_PLACES, *record_ends]), np.concatenate([_NO_PLACES, *between])
    if not len(ends) or ends[-1] != len(buffer) - 1:
        ends, cells = np.append(ends, len(buffer)), np.append(cells, left_over)
    begins = np.concatenate(([0], ends[:-1] + 1)).astype(np.int64)
    numbers = np.searchsorted(np.concatenate([_NO_PLACES, *line_ends]), begins) + 1
    return _Shape(cells=cells + 1, begins=begins, ends=ends, lines=numbers.astype(np.int32))


def _without_blank(text: bytes, shape: _Shape) -> tuple[bytes, _Shape]:
    """*text* without the lines that hold nothing."""
    length = shape.ends - shape.begins
    short = np.flatnonzero(length <= 2)
    kept = np.ones(len(length), dtype=bool)
    kept[short] = [bool(text[shape.begins[i] : shape.ends[i]].strip()) for i in short]
    return (text, shape) if kept.all() else _without(text, shape, kept)


def _cells(text: bytes, shape: _Shape, record: int, separator: str, quoted: bool) -> list[str]:
    line = text[shape.begins[record] : shape.ends[record]].decode("utf-8", errors="replace").rstrip("\r")
    lines = io.StringIO(line, newline="")
    if quoted:
        return next(csv.reader(lines, delimiter=separator), [])
    return next(csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE), [])


def _header(text: bytes, shape: _Shape, separator: str, quoted: bool, name: str, limits: Limits) -> list[str]:
    if not len(shape.cells):
        raise named(name, _("the file is empty"), _("a header and rows"))
    header = [cell.strip() for cell in _cells(text, shape, 0, separator, quoted)]
    if len(header) > limits.columns:
        raise named(
            name,
            _("{n} columns").format(n=len(header)),
            _("at most {n}").format(n=limits.columns),
            _("raise Limits.columns if you trust the file"),
        )
    if len(header) < 2:
        raise named(
            name,
            _('only one column, "{header}"').format(header=header[0][:60] if header else ""),
            _("columns for case, activity and time"),
            _("say what parts the columns, as in {option}, or check that this is a table").format(
                option='--map "separator=;"'
            ),
        )
    while header and not header[-1]:
        header.pop()
    times = readable(pl.Series(header, dtype=pl.String)).arg_true().to_list()
    if times and not is_matrix(header, times) and len(periods_among(header)) <= max(2, len(times)):
        raise named(
            name,
            _("the first line is not a header, it holds a time"),
            _("the names of the columns"),
            _("write them into the first line"),
        )
    return header


def repeated(header: Sequence[str], names: Sequence[str], place: str) -> list[Problem]:
    """The problem of a *header* at a *place* that gives several columns one name; *names* are those that are used."""
    again = [(old, new) for old, new in zip(header, names, strict=True) if old and old != new]
    if not again:
        return []
    several = ", ".join(dict.fromkeys(f'"{old}"' for old, _new in again))
    found = _("several columns are called {names}").format(names=several)
    done = _("the later ones are called {names}").format(names=", ".join(f'"{new}"' for _old, new in again))
    return [Problem(code="repeated column", count=len(again), found=found, done=done, places=(place,))]


def _ragged(
    text: bytes, shape: _Shape, header: list[str], separator: str, quoted: bool
) -> tuple[pl.DataFrame | None, list[Problem], Flags]:
    """Rows with more text than the header has columns, and the problems of short and long rows."""
    kept = np.ones(len(shape.cells), dtype=bool)
    long = [int(i) for i in np.flatnonzero(shape.cells > len(header)) if i > 0]
    surplus = [i for i in long if any(c.strip() for c in _cells(text, shape, i, separator, quoted)[len(header) :])]
    short = [int(i) for i in np.flatnonzero(shape.cells < len(header)) if i > 0]
    problems = []
    if len(short):
        found = ngettext(
            "{n} row has fewer cells than the header", "{n} rows have fewer cells than the header", len(short)
        )
        problems.append(_row_problem("short row", shape, short, found, _("kept, the missing cells are empty")))
    if not surplus:
        return None, problems, kept
    kept[surplus] = False
    found = ngettext("{n} row has more cells than the header", "{n} rows have more cells than the header", len(surplus))
    problems.append(
        _row_problem("long row", shape, surplus, found, _("set aside: which cell belongs where is unclear"))
    )
    lines = [text[shape.begins[i] : shape.ends[i]].decode("utf-8", errors="replace").rstrip("\r") for i in surplus]
    return pl.DataFrame({"text": lines}), problems, kept


def _row_problem(code: str, shape: _Shape, records: Sequence[int], found: str, done: str) -> Problem:
    places = tuple(_("line {n}").format(n=int(shape.lines[i])) for i in records[:SHOWN])
    return Problem(code=code, count=len(records), found=found.format(n=len(records)), done=done, places=places)


def _without(text: bytes, shape: _Shape, kept: Flags) -> tuple[bytes, _Shape]:
    """*text* without the records that are not *kept*; the lines keep their numbers."""
    pieces = []
    at = 0
    for i in np.flatnonzero(~kept):
        pieces.append(text[at : shape.begins[i]])
        at = min(int(shape.ends[i]) + 1, len(text))
    pieces.append(text[at:])
    gone = np.cumsum(np.where(kept, 0, shape.ends + 1 - shape.begins))[kept]
    left = shape.only(kept)
    return b"".join(pieces), replace(left, begins=left.begins - gone, ends=left.ends - gone)


def _parse(text: bytes, header: list[str], width: int, separator: str, quoted: bool, name: str) -> pl.DataFrame:
    """The cells of *text* below *header*; blank cells behind it, up to *width* in all, are left out."""
    try:
        frame = pl.read_csv(
            text,
            separator=separator,
            quote_char='"' if quoted else None,
            has_header=False,
            infer_schema=False,
            truncate_ragged_lines=True,
            schema={f"column_{i}": pl.String for i in range(1, width + 1)},
        )
    except pl.exceptions.PolarsError as error:
        raise named(name, _("the table cannot be read: {reason}").format(reason=str(error).splitlines()[0])) from error
    frame = frame.select(frame.columns[: len(header)])
    frame.columns = header
    return frame.slice(1)
