"""Excel and OpenDocument spreadsheets, through calamine: values as they were last stored, no formula is ever run."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from irrupt.chronicle.blocks import in_blocks
from irrupt.chronicle.body import bodies
from irrupt.chronicle.delimited import repeated, without_blank_rows
from irrupt.chronicle.exchanged import exchanged, turned
from irrupt.chronicle.header_lines import stacked, tells_firm_above, years_above
from irrupt.chronicle.journal import SHOWN, Raw, unique_names
from irrupt.chronicle.limits import Limits, named
from irrupt.chronicle.model import Problem
from irrupt.chronicle.schedules.counted_cells import may_count_days
from irrupt.chronicle.schedules.daycounts import COUNT, names_days
from irrupt.chronicle.schedules.pairs import tells_when
from irrupt.chronicle.schedules.periods import periods_among
from irrupt.chronicle.several import NOT_SAID, Table, dated_as_said
from irrupt.chronicle.sheets import together
from irrupt.chronicle.stacked import each_with_said
from irrupt.errors import Fault, UsageError, did_you_mean
from irrupt.i18n import first_of, ngettext, number
from irrupt.i18n import gettext as _

_TITLES = 20
"""Lines above the header that a sheet may have at most."""
_COUNTED, _STACKED = 2, 3
"""Numbers from which on a row belongs to the body; rows that a header has at most."""
_NAMELESS = 5
"""Of as many columns one may have no name."""
_SOME_YEARS = range(1990, 2100)
_OF_A_YEAR = re.compile(r"\D*(?:19|20)\d{2}")
"""The name of a sheet that ends with a year."""
_LATER = 1462
"""Days from the one that spreadsheets count from to the one in 1904."""
_OLE = b"\xd0\xcf\x11\xe0"


def is_spreadsheet(path: Path) -> bool:
    """Whether *path* holds a workbook, by its content."""
    with path.open("rb") as stream:
        head = stream.read(4)
    if head == _OLE:
        return path.suffix.lower() in (".xls", ".xla", ".xlt")
    if head != b"PK\x03\x04":
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return False
    return bool(names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"})


SHEET = "sheet"
"""What asks for one sheet of a workbook, as roles ask for columns."""


def read_spreadsheet(
    path: Path, limits: Limits, from_frame: Any, issued: Mapping[str, str] = NOT_SAID, only: str | None = None
) -> Raw:
    """The table in the first sheet of *path* that holds one, or in all that belong together, or in the *only* one that
    is asked for; *from_frame* makes raw records of a frame, *issued* says of some sheets when their plans were issued.

    Raises `UsageError` when the reader is not installed or there is no such sheet, `DataError` when there is no table
    or it is too large.
    """
    try:
        import python_calamine as calamine
    except ImportError as error:
        raise UsageError(
            Fault(path.name, _("a spreadsheet"), remedy=_("pip install irrupt[excel], or save it as CSV"))
        ) from error
    _guard(path, limits)
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        sheets = [(name, book.get_sheet_by_name(name).to_python()) for name in book.sheet_names]
        hidden = {one.name for one in book.sheets_metadata if one.visible != calamine.SheetVisibleEnum.Visible}
    except (calamine.CalamineError, OSError, zipfile.BadZipFile) as error:
        raise named(path.name, _("the spreadsheet is damaged: {reason}").format(reason=str(error)[:80])) from error
    if only is not None:
        names = {name.strip(): name for name in book.sheet_names}
        if only.strip() not in names:
            raise UsageError(Fault(SHEET, f'"{only}"', remedy=did_you_mean(only, names)))
        sheets = [(name, rows) for name, rows in sheets if name.strip() == only.strip()]
    tables = [(name, rows, head) for name, rows in sheets if (head := _header(rows)) is not None]
    if not tables:
        raise named(path.name, _("no sheet holds a table"), _("a header and rows"))
    if _since_1904(path):
        from_frame = _moved(from_frame)
    shown = [one for one in tables if one[0] not in hidden] or tables
    left = [name for name, *_rest in tables if name not in {name for name, *_rest in shown}]
    read = [Table(name, _sheet(rows, *head, path.name, name, limits, from_frame)) for name, rows, head in shown]
    raw = together(dated_as_said(read, issued), path.name)
    if not left:
        return raw
    note = _("hidden sheets are not read: {names}; to read one, say {option}")
    note = note.format(names=first_of(left, SHOWN), option=f'--map "{SHEET}={left[0]}"')
    return replace(raw, notes=(note, *raw.notes))


def _sheet(
    rows: Sequence[Sequence[Any]],
    head: Sequence[Sequence[Any]],
    body: int,
    name: str,
    sheet: str,
    limits: Limits,
    from_frame: Any,
) -> Raw:
    notes: list[str] = []
    above = [[_text(cell) for cell in row if cell is not None] for row in rows[: body - len(head)]]
    above = [*above, [sheet]] if _OF_A_YEAR.fullmatch(sheet.strip()) else above
    names = stacked([[_text(cell) or "" for cell in row] for row in head])
    texts = [["" if cell is None else _text(cell) for cell in row] for row in rows[body:]] if _again(rows, body) else []
    blocks = in_blocks([_text(cell) or "" for cell in head[-1]], above, texts)
    below = [rows[body + at] for at in blocks.rows] if blocks else rows[body:]
    frame, wrong = _frame(names, below)
    if blocks:
        own = {label: cells for label, cells in blocks.columns.items() if label not in frame.columns}
        frame = frame.with_columns(pl.Series(label, cells) for label, cells in own.items())
        notes.append(blocks.note)
    raw: Raw = from_frame(frame, name, limits)
    frame, stands_above = each_with_said(raw.frame, above, notes)

    def locate(found: Sequence[int]) -> tuple[str, ...]:
        return tuple(_("row {n}").format(n=body + 1 + (blocks.rows[row] if blocks else row)) for row in found)

    problems = [_exchanged(name, locate(found)) for name, found in wrong.items()]
    named_so = list(filter(None, names))
    problems += repeated(named_so, unique_names(named_so), _("row {n}").format(n=body))
    return replace(
        raw,
        frame=without_blank_rows(frame),
        locate=locate,
        sheets=True,
        problems=(*raw.problems, *problems),
        notes=(*raw.notes, *notes),
        above=stands_above,
    )


def _exchanged(column: str, places: Sequence[str]) -> Problem:
    found = ngettext(
        'in "{column}" a spreadsheet exchanged day and month of {n} date, and left later days of a month as texts',
        'in "{column}" a spreadsheet exchanged day and month of {n} dates, and left later days of a month as texts',
        len(places),
    )
    return Problem(
        code="exchanged dates",
        count=len(places),
        found=found.format(column=column, n=number(len(places), 0)),
        done=_("read as they were written"),
        places=tuple(places[:SHOWN]),
    )


def _again(rows: Sequence[Sequence[Any]], body: int) -> bool:
    """Whether the last row of the header, above *body*, comes again."""
    header = [cell for cell in rows[body - 1] if cell not in ("", None)]
    return any([cell for cell in row if cell not in ("", None)] == header for row in rows[body:])


def _guard(path: Path, limits: Limits) -> None:
    """Refuse a workbook that unpacks to more than *limits* allow."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        whole = sum(info.file_size for info in archive.infolist())
    packed = max(path.stat().st_size, 1)
    if whole > limits.size or (whole > 64 << 20 and whole > limits.ratio * packed):
        raise named(path.name, _("unpacks to too much"), remedy=_("raise Limits.ratio if you trust the file"))


def _since_1904(path: Path) -> bool:
    """Whether days are counted from 1904 in the workbook, as old Macintoshes do. Dates are read rightly all the same;
    numbers that have lost their form are not."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return False
        return re.search(rb'date1904="(?:1|true)"', archive.read("xl/workbook.xml")) is not None


def _moved(from_frame: Any) -> Any:
    """*from_frame*, which first counts days from 1900 on, as usual: above columns, and below names of dates."""

    def moved(frame: pl.DataFrame, name: str, limits: Limits) -> Any:
        floats = [column for column in frame.get_columns() if column.dtype.is_float()]
        days = [one.name for one in floats if names_days(one.name) or may_count_days(one + _LATER)]
        heads = {column: str(int(float(column)) + _LATER) for column in frame.columns if COUNT.fullmatch(column)}
        return from_frame(frame.with_columns(pl.col(days) + _LATER).rename(heads), name, limits)

    return moved


def _filled(row: Sequence[Any]) -> int:
    return sum(cell not in ("", None) for cell in row)


def _header(rows: Sequence[Sequence[Any]]) -> tuple[Sequence[Sequence[Any]], int] | None:
    """The rows of the header, and where the body begins: below rows that together name what its first row holds, or
    nearly all of it; else of the first rows, the first with as many cells as any. None without rows below."""
    counts = [_filled(row) for row in rows[:_TITLES]]
    if len(rows) < 2 or max(counts, default=0) < 2:
        return None
    head = counts.index(max(counts))
    counted = next(
        (at for at, row in enumerate(rows[: head + 2]) if _numbers(row) >= _COUNTED and not _years(rows, at)), None
    )
    begun = sorted({*bodies(rows, head + 2), *([] if counted is None else [counted])})
    for all_of_it in (True, False):
        for body in begun:
            top = _top(rows, body, all_of_it=all_of_it)
            if top is not None:
                return rows[top - _grouped(rows, top) : body], body
    below = head + 1 + (len(rows) > head + 2 and _periods_only(rows[head + 1]))
    return (rows[head:below], below) if any(_filled(row) for row in rows[below:]) else None


def _top(rows: Sequence[Sequence[Any]], body: int, *, all_of_it: bool) -> int | None:
    """The first of the rows above *body* that together name all that stands in it, or of the one that leaves little
    without a name, as an index of rows or remarks beside a table are; None where there is none."""
    filled = [{at for at, cell in enumerate(row) if cell not in ("", None)} for row in rows[: body + 1]]
    needed, above = filled[body], range(body - 1, max(body - _STACKED, 0) - 1, -1)
    if not all_of_it:
        named = next((top for top in above if filled[top]), None)
        lacking = len(needed) if named is None else len(needed - filled[named])
        return named if lacking <= max(1, len(needed) // _NAMELESS) and len(needed) - lacking >= 2 else None
    for top in above:
        needed = needed - filled[top]
        if not needed:
            return top
    return None


def _grouped(rows: Sequence[Sequence[Any]], top: int) -> bool:
    """Whether the row above *top* tells its names, which repeat, from each other, or which of its periods are firm, or
    of which year they are."""
    names = [cell for cell in rows[top] if cell not in ("", None)]
    above, below = ([_text(cell) if cell is not None else "" for cell in row] for row in (rows[top - 1], rows[top]))
    if top > 0 and (tells_firm_above(above, below) or years_above(above, below)):
        return True
    return top > 0 and len(set(names)) < len(names) and _filled(rows[top - 1]) > 1


def _periods_only(row: Sequence[Any]) -> bool:
    """Whether *row* holds nothing but periods: a second line of the header, below their other names."""
    texts = [text for cell in row if cell is not None and (text := _text(cell))]
    return len(texts) > _STACKED and len(periods_among(texts)) == len(texts)


def _years(rows: Sequence[Sequence[Any]], at: int) -> bool:
    """Whether the numbers in a row are years above the periods in the row below it."""
    numbers = [cell for cell in rows[at] if isinstance(cell, int | float)]
    below = [_text(cell) for cell in rows[at + 1] if cell is not None] if at + 1 < len(rows) else []
    return all(cell in _SOME_YEARS for cell in numbers) and sum(map(tells_when, below)) >= _STACKED


def _numbers(row: Sequence[Any]) -> int:
    return sum(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in row)


def _frame(names: Sequence[str], body: Sequence[Sequence[Any]]) -> tuple[pl.DataFrame, dict[str, list[int]]]:
    """The table below *names*, and in which of its rows dates of a column had day and month exchanged: they are set
    right."""
    columns = [[row[at] if at < len(row) else None for row in body] for at in range(len(names))]
    filled = [at for at, name in enumerate(names) if name or any(cell not in ("", None) for cell in columns[at])]
    titles = unique_names([names[at] for at in filled])
    wrong = {title: found for title, at in zip(titles, filled, strict=True) if (found := exchanged(columns[at]))}
    for title, at in zip(titles, filled, strict=True):
        for row in wrong.get(title, ()):
            cell: Any = columns[at][row]
            columns[at][row] = turned(cell)
    return pl.DataFrame([_column(title, columns[at]) for title, at in zip(titles, filled, strict=True)]), wrong


def _column(name: str, cells: Sequence[Any]) -> pl.Series:
    known = [None if cell == "" else cell for cell in cells]
    kinds = {type(cell) for cell in known if cell is not None}
    if kinds and kinds <= {int, float}:
        return pl.Series(name, [None if cell is None else float(cell) for cell in known], dtype=pl.Float64)
    if kinds and kinds <= {date, datetime}:
        return pl.Series(
            name,
            [cell if cell is None or isinstance(cell, datetime) else datetime.combine(cell, time()) for cell in known],
            dtype=pl.Datetime("us"),
        )
    return pl.Series(name, [None if cell is None else _text(cell) for cell in known], dtype=pl.String)


def _text(cell: Any) -> str:
    """A cell as text: whole numbers without decimals, moments as in ISO 8601."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell.total_seconds()) if isinstance(cell, timedelta) else str(cell).strip()
