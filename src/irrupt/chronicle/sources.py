"""From a path or a frame to raw records, whatever the format. The kind is told by content, not by name."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from irrupt.chronicle import ocel
from irrupt.chronicle.attached import attached, odd_one
from irrupt.chronicle.called_alike import called_alike
from irrupt.chronicle.delimited import read_delimited
from irrupt.chronicle.folders import Files, files_in, of_one_kind
from irrupt.chronicle.journal import ISSUED, ROW, SHOWN, Raw, own_layout, unique_names
from irrupt.chronicle.limits import Limits, named, unpacked
from irrupt.chronicle.markup import a_page
from irrupt.chronicle.model import EVENT_COLUMNS, PM4PY_NAMES, Problem
from irrupt.chronicle.nested import looks_like_json, parsed, read_records
from irrupt.chronicle.restoring import OWN
from irrupt.chronicle.schedules.daycounts import dates_in_figures
from irrupt.chronicle.schedules.messages import MOST_FILES, read_folder, read_messages, standard, told_of_others
from irrupt.chronicle.several import NOT_SAID, Table, belong_together, dated_as_said, joined, shown
from irrupt.chronicle.sheets import are_versions, bare, part_told, told_of_each, with_names, with_part
from irrupt.chronicle.spreadsheet import SHEET, is_spreadsheet, read_spreadsheet
from irrupt.chronicle.titles import tells_schedules
from irrupt.chronicle.xes import read_xes
from irrupt.errors import DataError, Fault, UsageError, did_you_mean
from irrupt.i18n import gettext as _
from irrupt.i18n import ngettext, number

_TABLES = (".csv", ".tsv", ".txt", ".parquet")
_MAY_BE_TABLE = re.compile(r"\.(?:csv|tsv|txt|parquet|xl\w+|ods)(?:\.gz)?$", re.IGNORECASE)
_MESSAGE, _OTHER = "message", "other"
"""What a file of a folder is that holds no table."""
_FOREIGN = {
    b"%PDF": "PDF",
    b"\xd0\xcf\x11\xe0": "Excel 97",
    b"\x89PNG": "PNG",
    b"ARROW1": "Arrow IPC",
}


def raw_from(
    source: Any,
    limits: Limits,
    *,
    separator: str | None = None,
    encoding: str | None = None,
    case_type: str | None = None,
    issued: Mapping[str, str] = NOT_SAID,
    sheet: str | None = None,
) -> Raw:
    """The raw records in *source*: a path, or a frame; *case_type*: the cases of an object-centric log; *issued*: name
    of a sheet or a file -> when its plan was issued; *sheet*: the only one of a workbook that is read.

    Raises `DataError` when there are none, `UsageError` when *source* is neither.
    """
    if sheet is not None:
        path = Path(source) if isinstance(source, str | Path) else None
        if path is None or not path.is_file() or not is_spreadsheet(path):
            raise UsageError(Fault(SHEET, f'"{sheet}"', _("a workbook with several sheets")))
        return _without_patterns(read_spreadsheet(path, limits, from_frame, issued, sheet))
    found = _object_centric(Path(source), limits, case_type) if isinstance(source, str | Path) else None
    if found is not None:
        return _without_patterns(found)
    raw = _without_patterns(_raw(source, limits, separator, encoding, issued))
    raw = _with_part(raw) if isinstance(source, str | Path) and Path(source).is_file() else raw
    if issued and ISSUED not in raw.frame.columns:
        alone = _("no sheets or files of this name are read as one table")
        raise UsageError(Fault("issued", alone, _("a workbook with several sheets, or a folder")))
    if ocel.lists_objects(raw.frame.columns):
        return ocel.read_table(raw, limits, case_type)
    return _of_one_kind(raw, case_type)


def _without_patterns(raw: Raw) -> Raw:
    """*raw*, whose columns polars cannot take for patterns of names: `*` stands for all, `^…$` for some."""
    odd = [name for name in raw.frame.columns if name == "*" or (name.startswith("^") and name.endswith("$"))]
    if not odd:
        return raw
    columns = raw.frame.columns
    names = dict(zip(columns, unique_names([f"({name})" if name in odd else name for name in columns]), strict=True))
    note = _("columns are called otherwise here: {names}").format(names=", ".join(f"{a} → {names[a]}" for a in odd))
    frame = raw.frame.clone()
    frame.columns = list(names.values())
    roles = {role: names.get(column, column) for role, column in raw.roles.items()}
    dates = frozenset(names.get(column, column) for column in raw.dates)
    return replace(raw, frame=frame, roles=roles, dates=dates, notes=(*raw.notes, note))


def _of_one_kind(raw: Raw, case_type: str | None) -> Raw:
    if case_type is not None:
        text = _("{file} has one kind of cases").format(file=raw.name)
        raise UsageError(Fault("case type", text, _("an object-centric log, OCEL 2.0")))
    return raw


def _raw(source: Any, limits: Limits, separator: str | None, encoding: str | None, issued: Mapping[str, str]) -> Raw:
    if isinstance(source, str | Path):
        return _from_path(Path(source), limits, separator, encoding, issued)
    if isinstance(source, pl.LazyFrame):
        source = source.collect()
    if isinstance(source, pl.DataFrame):
        return from_frame(source, _("frame"), limits)
    if type(source).__module__.split(".")[0] == "pandas" and hasattr(source, "columns"):
        return from_frame(_from_pandas(source), _("frame"), limits)
    raise UsageError(Fault("source", type(source).__name__, _("a path, or a frame of pandas or polars")))


_LOG = re.compile(
    r"\.(?:xes|csv|tsv|txt|parquet|zip|jsonl?|ndjson|jsonocel|xml|xmlocel|sqlite)(?:\.gz)?$", re.IGNORECASE
)


def _object_centric(path: Path, limits: Limits, case_type: str | None) -> Raw | None:
    """The cases of an object-centric log; nothing where the file is none."""
    if not path.is_file() or is_spreadsheet(path):
        return None
    chunks = unpacked(path, limits)
    first = next(chunks, b"")
    if first.startswith(b"SQLite format 3"):
        return ocel.read_sqlite(path, limits, case_type)
    chunks = itertools.chain([first], chunks)
    if _is_xml(first) and ocel.tells(first):
        return ocel.read_xml(chunks, path.name, limits, case_type)
    if looks_like_json(first):
        data = parsed(_joined(chunks), path.name)
        if ocel.is_json(data):
            return ocel.read_json(data, path.name, limits, case_type)
        return _of_one_kind(read_records(data, path.name, limits, from_frame), case_type)
    return None


def _from_path(
    path: Path,
    limits: Limits,
    separator: str | None,
    encoding: str | None,
    issued: Mapping[str, str] = NOT_SAID,
) -> Raw:
    if not path.exists():
        logs = [p.name for p in path.parent.iterdir() if _LOG.search(p.name)] if path.parent.is_dir() else []
        raise UsageError(Fault(str(path), _("no such file"), remedy=did_you_mean(path.name, logs)))
    if path.suffix.lower() in {".yaml", ".yml"}:
        raise DataError(Fault(str(path), _("this is a YAML file, not a log"), _("XES, CSV, Excel or Parquet")))
    if path.is_dir():
        return _from_folder(path, limits, separator, encoding, issued)
    if is_spreadsheet(path):
        return read_spreadsheet(path, limits, from_frame, issued)
    chunks = unpacked(path, limits)
    first = next(chunks, b"")
    if not first:
        raise named(path.name, _("the file is empty"), _("an event log, delivery schedules or orders"))
    if first[:4] == b"PAR1":
        return _from_parquet(path, limits)
    if first.lstrip()[:5].lower() == b"<html":
        raise a_page(path.name)
    for magic, kind in _FOREIGN.items():
        if first.startswith(magic):
            raise named(
                path.name, _("this is {kind}").format(kind=kind), _("an event log in XES, CSV, Excel or Parquet")
            )
    chunks = itertools.chain([first], chunks)
    if _is_xml(first):
        return read_xes(chunks, path.name, limits)
    if standard(first):
        return read_messages(_joined(chunks), path.name)
    return read_delimited(_joined(chunks), path.name, limits, separator=separator, encoding=encoding)


def _with_part(raw: Raw) -> Raw:
    """*raw* with the number of the part that only the name of its file tells, if it is a table of plans."""
    named_so = with_part(raw, bare([raw.name])[0])
    return raw if named_so is None else replace(named_so, notes=(*raw.notes, part_told(named_so.frame["part"][0])))


def _from_folder(
    folder: Path, limits: Limits, separator: str | None, encoding: str | None, issued: Mapping[str, str]
) -> Raw:
    """The messages in *folder*, or, where there are none, its tables as one."""
    files = files_in(folder, MOST_FILES)
    tables, others, damaged, messages = [], list[str](), list[Fault](), False
    for path in files.paths:
        if messages and not _MAY_BE_TABLE.search(path.name):
            continue
        try:
            found = _in_folder(path, files.name(path), limits, separator, encoding)
        except DataError as error:
            damaged += error.faults
            continue
        messages |= found == _MESSAGE
        others += [files.name(path)] if found == _OTHER else []
        tables += [found] if isinstance(found, Table) else []
    if messages:
        of_one_kind(files, (table.name for table in tables if tells_schedules(table.raw.frame)))
        return read_folder(files, limits)
    if damaged:
        raise DataError(damaged)
    tables = dated_as_said(tables, issued)
    unsaid = [table.name for table in tables if issued and not table.issued]
    tables = [table for table in tables if table.name not in unsaid]
    if not belong_together(tables) and not are_versions(tables):
        return _of_several_kinds(tables, files, limits)
    notes = [_("{n} files are read as one table").format(n=number(len(tables), 0)), *files.notes]
    notes += told_of_each(tables, _("and the like of the other files"))
    if unsaid:
        notes.append(_("other files are not read: {names}").format(names=shown(unsaid)))
    if others:
        notes.append(told_of_others(others))
    named_so = bare([table.name for table in tables])
    tables = with_names(called_alike(tables, notes), named_so, notes, folder.name)
    raw = joined(tables, folder.name, tuple(notes))
    return replace(raw, problems=(*raw.problems, *_unread(others, tables)))


def _unread(others: Sequence[str], tables: Sequence[Table]) -> list[Problem]:
    """The problem of the files called *others* that are named as *tables* are, and hold none which could be read: half
    of a history may lie there."""
    ends = {Path(table.name).suffix.lower() for table in tables}
    names = [name for name in others if Path(name).suffix.lower() in ends]
    if not names:
        return []
    found = ngettext("{n} file could not be read as a table", "{n} files could not be read as tables", len(names))
    done = _("left out; see what is wrong with one of them: irrupt problems FILE")
    places = tuple(names[:SHOWN])
    return [Problem(code="file not read", count=len(names), found=found.format(n=len(names)), done=done, places=places)]


def _in_folder(path: Path, name: str, limits: Limits, separator: str | None, encoding: str | None) -> Table | str:
    """The table in the file at *path*, called *name*; `_MESSAGE` or `_OTHER` where it holds no table."""
    if is_spreadsheet(path):
        return Table(name, read_spreadsheet(path, limits, from_frame))
    if standard(next(unpacked(path, limits), b"")):
        return _MESSAGE
    if not path.name.removesuffix(".gz").lower().endswith(_TABLES):
        return _OTHER
    try:
        return Table(name, _from_path(path, limits, separator, encoding))
    except DataError:
        return _OTHER


def _of_several_kinds(tables: Sequence[Table], files: Files, limits: Limits) -> Raw:
    """The one of *tables* that the others tell more of; raises `DataError` where they do not."""
    folder = files.folder
    if not tables:
        return read_folder(files, limits)
    raw = tables[0].raw if len(tables) == 1 else attached(tables, folder.name)
    if raw is None:
        found = _("the tables in this folder do not belong together: {names}")
        names = shown([table.name for table in tables])
        expected = _("the same columns in all, dates in their names, or a column of one name that joins them")
        remedy = _("name one file instead")
        if any(tells_schedules(table.raw.frame) for table in tables):
            remedy = _(
                "name one file instead; deliveries may stand below the plans: with a column for the type of each row "
                "(Forecast, Delivered), and the day of delivery in the column of days for which plans are"
            )
        if (odd := odd_one(tables, folder.name)) is not None:
            text = _(
                "without {name}, the others belong together: put its rows into theirs, or move it out of the folder"
            )
            remedy = text.format(name=odd)
        raise DataError(Fault(str(folder), found.format(names=names), expected, remedy))
    return replace(raw, notes=(*files.notes, *raw.notes))


def _joined(chunks: Iterator[bytes]) -> bytes:
    """All *chunks* as one, without keeping them beside it."""
    whole = io.BytesIO()
    for chunk in chunks:
        whole.write(chunk)
    return whole.getvalue()


def _is_xml(first: bytes) -> bool:
    head = first[:200].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return head[:1] == b"<"


def _from_parquet(path: Path, limits: Limits) -> Raw:
    try:
        frame = pl.read_parquet(path, hive_partitioning=False)
        meta = pl.read_parquet_metadata(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise named(path.name, _("the Parquet file is damaged: {reason}").format(reason=reason)) from error
    return from_frame(frame, path.name, limits, meta={OWN: meta[OWN]} if OWN in meta else {})


def _from_pandas(frame: Any) -> pl.DataFrame:
    try:
        return pl.from_pandas(frame.rename(columns=str))
    except ImportError as error:
        raise UsageError(Fault("source", _("a pandas frame"), remedy="pip install irrupt[pandas]")) from error
    except Exception:  # A column of mixed Python objects: any of several errors of two other libraries.
        text = frame.rename(columns=str)
        for name in text.columns:
            if text[name].dtype == object:
                text[name] = text[name].map(lambda value: None if value is None or value != value else str(value))
        return pl.from_pandas(text)


def _as_text(column: pl.Series) -> pl.Series:
    texts = [None if value is None else str(value) for value in column.to_list()]
    return pl.Series(column.name, texts, dtype=pl.String)


def from_frame(frame: pl.DataFrame, name: str, limits: Limits, meta: dict[str, str] | None = None) -> Raw:
    """Raw records in a polars *frame*; column names of irrupt and pm4py are known as they are."""
    if frame.width > limits.columns:
        raise named(name, _("{n} columns").format(n=frame.width), _("at most {n}").format(n=limits.columns))
    if not frame.height:
        raise named(name, _("there are no rows"), _("an event log"))
    frame.columns = unique_names(frame.columns)
    frame = frame.with_columns(
        pl.col(pl.Categorical, pl.Enum).cast(pl.String),
        *(_as_text(frame[name]) for name, dtype in frame.schema.items() if dtype == pl.Object),
    )
    roles = {role: column for role, column in PM4PY_NAMES.items() if column in frame.columns}
    if "case:concept:name" in roles.values() and "lifecycle:transition" in frame.columns:
        roles["lifecycle"] = "lifecycle:transition"
    settled = own_layout(frame.columns)
    if not settled and not meta:
        found = (dates_in_figures(column) for column in frame.get_columns())
        frame = frame.with_columns(texts for texts in found if texts is not None)
    if settled or {"case", "activity", "end"} <= set(frame.columns):
        roles = {role: role for role in EVENT_COLUMNS if role in frame.columns}

    def locate(rows: Sequence[int]) -> tuple[str, ...]:
        return tuple(_("row {n}").format(n=row + 1) for row in rows)

    return Raw(
        frame=frame.with_row_index(ROW),
        name=name,
        locate=locate,
        roles=roles,
        meta=meta or {},
        settled=settled,
        own=bool(meta),
        typed=True,
    )
